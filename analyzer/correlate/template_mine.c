/* Warnings and worse by the shape of their message: numbers, hex words, paths and
 * quoted texts taken out.  What no rule read, most frequent first, is where to look next. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "correlate/verdict.h"
#include "sql.h"

/* Shapes of one case, and bytes of one shape: what is over falls into "(other)". */
enum { SHAPES_MAX = 20000, SHAPE_MAX = 256 };

struct shape { uint64_t count; ts_usec first, last; int severity; bool known; int64_t example; };

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

void message_shape(struct str message, struct buf *out)
{
	struct str line = str_head(message, str_chr(message, '\n'));

	buf_reset(out);
	for (size_t i = 0; i < line.n && out->n < SHAPE_MAX;) {
		size_t from = i, room = SHAPE_MAX - out->n;
		bool digit = false;

		if ((line.p[i] == '"' || line.p[i] == '\'') && str_chr(str_from(line, i + 1), line.p[i]) < line.n - i - 1) {
			i += str_chr(str_from(line, i + 1), line.p[i]) + 2;
			buf_add(out, STR("<text>"));
			continue;
		}
		for (; i < line.n && is_word(line.p[i]); i++)
			digit |= is_digit(line.p[i]);
		if (i > from) {
			buf_add(out, digit ? STR("<n>") : (struct str){ line.p + from, i - from });
			continue;
		}
		do
			i++; /* a quote that was never closed is as any other */
		while (i < line.n && i - from < room && !is_word(line.p[i]) && line.p[i] != '"' && line.p[i] != '\'');
		buf_add(out, (struct str){ line.p + from, i - from });
	}
}

static int by_id(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* The events that some signal matched, sorted. */
static int64_t *read_by_rules(const struct hits *h, size_t *n)
{
	int64_t *ids = NULL;
	size_t cap = 0;

	*n = 0;
	for (size_t i = 0; i < h->n; i++)
		for (size_t k = 0; k < h->lists[i].n; k++) {
			ids = grow(ids, *n, &cap, sizeof(*ids));
			ids[(*n)++] = h->lists[i].v[k]->event;
		}
	if (*n)
		qsort(ids, *n, sizeof(*ids), by_id);
	return ids;
}

static enum status put_shapes(struct world *w, const struct map *names, const struct shape *v, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, w->store, SQL_INSERT_TEMPLATE, err);

	for (size_t i = 0; s == OK && i < map_count(names); i++) {
		query_text(q, 1, map_key(names, i));
		query_int(q, 2, (int64_t)v[i].count);
		query_int(q, 3, v[i].first);
		query_int(q, 4, v[i].last);
		query_null(q, 5);
		if (v[i].severity != SEV_NONE)
			query_int(q, 5, v[i].severity);
		query_int(q, 6, v[i].known);
		query_int(q, 7, v[i].example);
		s = query_step(q, err);
		s = s == END ? OK : s;
	}
	query_free(q);
	return s;
}

enum status write_templates(struct world *w, struct error *err)
{
	struct map *names = map_new();
	struct shape *v = NULL;
	struct query *q = NULL;
	struct buf shape;
	size_t n_ids, cap = 0;
	int64_t *ids = read_by_rules(w->hits, &n_ids);
	enum status s = query_new(&q, w->store, SQL_TEMPLATE_EVENTS, err);

	buf_init(&shape, SHAPE_MAX * 2);
	while (s == OK && (s = query_step(q, err)) == OK) {
		int64_t id = query_get_int(q, 0);
		ts_usec t = query_get_int(q, 1);
		size_t before = map_count(names), at;

		message_shape(query_get_text(q, 3), &shape);
		at = before < SHAPES_MAX || map_find(names, buf_str(&shape)) != MAP_NONE ? map_put(names, buf_str(&shape)) : map_put(names, STR("(other)"));
		if (map_count(names) > before) {
			v = grow(v, before, &cap, sizeof(*v));
			v[at] = (struct shape){ 0, t, t, (int)query_get_int(q, 2), false, id };
		}
		v[at].count++;
		v[at].first = t < v[at].first ? t : v[at].first;
		v[at].last = t > v[at].last ? t : v[at].last;
		if (query_get_int(q, 2) < v[at].severity)
			v[at].severity = (int)query_get_int(q, 2);
		v[at].known |= n_ids && bsearch(&id, ids, n_ids, sizeof(*ids), by_id);
	}
	query_free(q);
	if (s == END)
		s = put_shapes(w, names, v, err);
	buf_done(&shape);
	map_free(names);
	free(v);
	free(ids);
	return s;
}

/* The kernel writes a line once; dmesg, kern.log and the journal each keep it.  It is one event: the best placed row
 * stands for the others. */
#include <stdlib.h>

#include "base/arena.h"
#include "ingest.h"
#include "sql.h"

/* syslogd stamps when it gets to read a line. */
#define LATE TS_SECOND
/* Beyond this, two stamps say nothing about being one. */
#define VAGUE (10 * TS_MINUTE)

struct line { int64_t id, of; /* 0: stands for itself */ ts_usec t, u; uint32_t file; };
/* The lines of one host with one text. */
struct group { struct line *v; size_t n, cap; };
/* Those of one file, in order of time. */
struct part { struct line *v; size_t n; };

static int by_file(const void *x, const void *y)
{
	const struct line *a = x, *b = y;

	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	if (a->t != b->t)
		return a->t < b->t ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

/* The log with the surest time first; of equals the one that was read first, as everywhere. */
static int by_error(const void *x, const void *y)
{
	const struct part *a = x, *b = y;

	if (a->v->u != b->v->u)
		return a->v->u < b->v->u ? -1 : 1;
	return a->v->id < b->v->id ? -1 : a->v->id > b->v->id;
}

/* Repeats pair up in their order, each with one. */
static void pair_up(const struct part *a, const struct part *b)
{
	size_t i = 0, k = 0;

	while (i < a->n && k < b->n) {
		struct line *x = &a->v[i], *y = &b->v[k];
		ts_usec error = x->u + y->u + LATE, apart = y->t - x->t;

		if (x->of || (!y->of && apart > error)) {
			i++;
		} else if (y->of || apart < -error) {
			k++;
		} else {
			if (error <= VAGUE)
				y->of = x->id;
			i++;
			k++;
		}
	}
}

static enum status put_copies(struct group *g, struct query *insert, struct error *err)
{
	struct part *parts = heap_new((g->n + 1) * sizeof(*parts));
	size_t n = 0;
	enum status s = OK;

	if (g->n)
		qsort(g->v, g->n, sizeof(*g->v), by_file);
	for (size_t i = 0; i < g->n; i++) {
		if (i == 0 || g->v[i].file != g->v[i - 1].file)
			parts[n++].v = &g->v[i];
		parts[n - 1].n++;
	}
	if (n > 1)
		qsort(parts, n, sizeof(*parts), by_error);
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++)
			pair_up(&parts[i], &parts[k]);
	for (size_t i = 0; s == OK && i < g->n; i++) {
		if (!g->v[i].of)
			continue;
		query_int(insert, 1, g->v[i].id);
		query_int(insert, 2, g->v[i].of);
		s = query_step(insert, err);
		s = s == END ? OK : s;
	}
	free(parts);
	g->n = 0;
	return s;
}

enum status copies_link(struct store *st, struct error *err)
{
	struct query *q = NULL, *insert = NULL;
	struct arena *a = arena_new();
	struct str host = STR_NONE, text = STR_NONE;
	struct group g = { 0 };
	enum status s = store_exec(st, SQL_COPIES_CLEAR, err);

	if (s == OK)
		s = query_new(&insert, st, SQL_INSERT_COPY, err);
	if (s == OK)
		s = query_new(&q, st, SQL_COPY_CANDIDATES, err);
	while (s == OK && (s = query_step(q, err)) == OK) {
		struct str h = query_get_text(q, 4), m = query_get_text(q, 5);

		if (g.n && !(str_eq(h, host) && str_eq(m, text)))
			s = put_copies(&g, insert, err);
		if (g.n == 0) {
			arena_reset(a);
			host = arena_dup(a, h);
			text = arena_dup(a, m);
		}
		g.v = grow(g.v, g.n, &g.cap, sizeof(*g.v));
		g.v[g.n] = (struct line){ query_get_int(q, 0), 0, query_get_int(q, 1), query_get_int(q, 2), (uint32_t)query_get_int(q, 3) };
		g.n++;
	}
	if (s == END)
		s = put_copies(&g, insert, err);
	query_free(q);
	query_free(insert);
	free(g.v);
	arena_free(a);
	return s;
}

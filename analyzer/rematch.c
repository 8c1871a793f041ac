/* Rules over a case that is already loaded: its events are read back into batches
 * and go through the same matcher as on the way in. */
#include <stdlib.h>

#include "base/json.h"
#include "base/limits.h"
#include "correlate/correlate.h"
#include "match/match.h"
#include "pipeline.h"
#include "record/batch.h"
#include "sql.h"

/* Names by number, as the case has them. */
struct names { struct arena *arena; struct str *v[5]; size_t n[5], cap[5]; };
enum { SOURCES, PATHS, HOSTS, KINDS, ENTITIES };

static struct str name_of(const struct names *n, int what, size_t id)
{
	return id < n->n[what] ? n->v[what][id] : STR_NONE;
}

static struct str source_of(void *ctx, uint32_t id) { return name_of(ctx, SOURCES, id); }
static struct str path_of(void *ctx, uint32_t id) { return name_of(ctx, PATHS, id); }
static struct str host_of(void *ctx, uint32_t id) { return name_of(ctx, HOSTS, id); }
static struct str kind_of(void *ctx, uint32_t id) { return name_of(ctx, KINDS, id); }
static struct str entity_of(void *ctx, uint32_t id) { return name_of(ctx, ENTITIES, id); }

static enum status load_names(struct names *n, struct store *st, const char *sql, int what, int col, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, st, sql, err);

	if (s != OK)
		return s;
	while ((s = query_step(q, err)) == OK) {
		size_t id = (size_t)query_get_int(q, 0);

		if (id > LIMIT_ENTITIES)
			continue; /* a foreign case: no such number was ever given */
		while (n->n[what] <= id) {
			n->v[what] = grow(n->v[what], n->n[what], &n->cap[what], sizeof(struct str));
			n->v[what][n->n[what]++] = STR_NONE;
		}
		n->v[what][id] = arena_dup(n->arena, query_get_text(q, col));
	}
	query_free(q);
	return s == END ? OK : s;
}

/* ---- attributes: valid JSON, checked before; values as they were written, digit by digit ---- */

static size_t string_end(struct str s, size_t i)
{
	for (i++; i < s.n && s.p[i] != '"'; i++)
		i += s.p[i] == '\\';
	return i + 1;
}

/* Index past the value at i. */
static size_t value_end(struct str s, size_t i)
{
	int depth = 0;

	for (; i < s.n; i++) {
		char c = s.p[i];

		if (c == '"')
			i = string_end(s, i) - 1;
		else if (c == '{' || c == '[')
			depth++;
		else if (depth == 0 && (c == ',' || c == '}'))
			break;
		else if (c == '}' || c == ']')
			depth--;
	}
	return i;
}

/* The next member's value; *i is before its key. */
static struct str next_value(struct str s, size_t *i)
{
	size_t from, to;

	while (*i < s.n && s.p[*i] != '"')
		++*i;
	from = string_end(s, *i);
	while (from < s.n && s.p[from] != ':')
		from++;
	to = value_end(s, from + 1);
	*i = to;
	return to > from ? str_trim((struct str){ s.p + from + 1, to - from - 1 }) : STR_NONE;
}

static enum field_type type_of(struct str value)
{
	char c = value.n ? value.p[0] : 'n';

	return c == '"' ? FIELD_TEXT : is_digit(c) || c == '-' ? FIELD_NUMBER : FIELD_JSON;
}

static void read_fields(struct batch *b, struct event_row *e, struct str attrs)
{
	struct json *o = NULL;
	struct field *f;
	size_t at = 1;

	if (!attrs.n || json_parse(&o, attrs, NULL) != OK)
		return;
	f = ARENA_ARRAY(b->arena, struct field, LIMIT_FIELDS);
	for (const struct json *v = json_first(o); v && e->n_fields < LIMIT_FIELDS; v = json_next(v)) {
		struct str value = next_value(attrs, &at);
		enum field_type type = type_of(value);

		f[e->n_fields++] = (struct field){ arena_dup(b->arena, json_key(v)),
						   arena_dup(b->arena, type == FIELD_TEXT ? json_str(v) : value), type };
	}
	e->fields = f;
	json_free(o);
}

static void read_event(struct batch *b, struct query *q)
{
	struct event_row *e = &b->events[b->n_events++];
	struct str text = str_head(query_get_text(q, 11), LIMIT_EVENT_TEXT);

	*e = (struct event_row){
		.id = query_get_int(q, 0), .t = query_get_int(q, 1), .u_us = query_get_int(q, 2), .clock = (uint32_t)query_get_int(q, 3),
		.severity = query_is_null(q, 4) ? SEV_NONE : (int)query_get_int(q, 4), .file = (uint32_t)query_get_int(q, 5),
		.line = (uint32_t)query_get_int(q, 6), .offset = (uint64_t)query_get_int(q, 7), .host = (uint32_t)query_get_int(q, 8),
		.kind = (uint32_t)query_get_int(q, 9), .entity = (uint32_t)query_get_int(q, 10),
	};
	if (text.n)
		memcpy(b->text + b->n_text, text.p, text.n);
	e->text = (struct str){ b->text + b->n_text, text.n };
	b->text[b->n_text + text.n] = '\n';
	b->n_text += text.n + 1;
	read_fields(b, e, query_get_text(q, 12));
}

static enum status scan_case(struct store *st, struct matcher *m, struct error *err)
{
	struct query *q = NULL;
	struct batch *b = batch_new();
	enum status s = query_new(&q, st, SQL_MATCH_EVENTS, err);

	while (s == OK && (s = query_step(q, err)) == OK) {
		read_event(b, q);
		if (b->n_events == BATCH_EVENTS || b->n_text >= BATCH_TEXT) {
			s = matcher_scan(m, b, err);
			batch_free(b);
			b = batch_new();
		}
	}
	if (s == END)
		s = matcher_scan(m, b, err);
	batch_free(b);
	query_free(q);
	return s;
}

enum status pipeline_match(struct store *st, const struct ruleset *rules, struct profile *profile, struct error *err)
{
	static const struct { const char *sql; int what, col; } lists[] = {
		{ SQL_WORLD_FILES, SOURCES, 2 }, { SQL_WORLD_FILES, PATHS, 1 }, { SQL_WORLD_HOSTS, HOSTS, 1 },
		{ SQL_MATCH_KINDS, KINDS, 1 }, { SQL_MATCH_ENTITIES, ENTITIES, 1 },
	};
	struct names n = { .arena = arena_new() };
	struct row_names names = { source_of, path_of, host_of, kind_of, entity_of, &n };
	struct matcher *m = NULL;
	enum status s = OK;

	for (size_t i = 0; s == OK && i < sizeof(lists) / sizeof(lists[0]); i++)
		s = load_names(&n, st, lists[i].sql, lists[i].what, lists[i].col, err);
	if (s == OK)
		s = matcher_new(&m, rules, &names, err);
	if (s == OK)
		matcher_profile(m, profile);
	if (s == OK)
		s = scan_case(st, m, err);
	if (s == OK)
		s = store_exec(st, SQL_TRANSACTION_BEGIN, err);
	if (s == OK)
		s = correlate_run(st, rules, matcher_hits(m), err);
	if (s == OK)
		s = store_set_meta(st, STR("rules"), str_of(rules->sha256), err);
	if (s == OK)
		s = store_exec(st, SQL_TRANSACTION_END, err);
	matcher_free(m);
	for (int i = 0; i < 5; i++)
		free(n.v[i]);
	arena_free(n.arena);
	return s;
}

/* Metrics as Elastic's collector writes them:
 *
 *   {"@timestamp":..,"azure":{"dimensions":{..},"open_ai":{"generated_tokens":{"total":1}},
 *    "resource":{"id":..},"timegrain":"PT1M"}}
 *
 * The metrics of one document share time, dimensions and resource, which may
 * come before or after them. */
#include "source/azure_metrics_priv.h"

static struct str without_underscores(struct arena *a, struct str s)
{
	char *p = arena_cstr(a, s);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '_')
			p[n++] = s.p[i];
	return (struct str){ p, n };
}

/* The id of {"id":..,"name":..}. */
static enum status take_id(struct metrics *m, struct str *id, struct error *err)
{
	bool here = false;
	enum status st;

	while ((st = metrics_next(m, err)) == OK && m->token.kind != TOKEN_OBJECT_END) {
		if (m->token.kind == TOKEN_KEY) {
			here = str_eq(m->token.text, STR("id"));
			continue;
		}
		if (here && m->token.kind == TOKEN_STRING)
			*id = metrics_text(m);
		st = metrics_skip(m, err);
		if (st != OK)
			return st;
	}
	return st;
}

/* {"generated_tokens":{"total":46},..}: GeneratedTokens as they rename it */
static enum status take_beat_metrics(struct metrics *m, struct error *err)
{
	struct str key = STR_NONE;
	enum status st;

	while ((st = metrics_next(m, err)) == OK && m->token.kind != TOKEN_OBJECT_END) {
		struct series s = { .point = m->n_points };

		if (m->token.kind == TOKEN_KEY) {
			key = without_underscores(m->scratch, m->token.text);
			continue;
		}
		if (m->token.kind != TOKEN_OBJECT) {
			st = metrics_skip(m, err);
		} else {
			st = metrics_point(m, true, err);
			s.metric = key;
			s.points = m->n_points - s.point;
			if (s.points)
				metrics_add_series(m, &s);
		}
		if (st != OK)
			return st;
	}
	return st;
}

enum status metrics_beat(struct metrics *m, struct object *o, struct error *err)
{
	struct str key = STR_NONE;
	enum status st;

	while ((st = metrics_next(m, err)) == OK && m->token.kind != TOKEN_OBJECT_END) {
		if (m->token.kind == TOKEN_KEY) {
			key = arena_dup(m->scratch, m->token.text);
			continue;
		}
		if (metrics_is_scalar(m))
			metrics_scalar(m, o, key);
		else if (str_eq(key, STR("dimensions")))
			st = metrics_dimensions(m, err);
		else if (str_eq(key, STR("resource")) && m->token.kind == TOKEN_OBJECT)
			st = take_id(m, &o->m.id, err);
		else if (m->token.kind == TOKEN_OBJECT)
			st = take_beat_metrics(m, err);
		else
			st = metrics_skip(m, err);
		if (st != OK)
			return st;
	}
	return st;
}

#include "base/buf.h"
#include "base/json.h"
#include "base/limits.h"
#include "correlate/verdict.h"
#include "record/catalog.h"
#include "sql.h"

/* Kinds a rule joins over: what a reader of the case can compare. */
static void kinds_of_items(const struct items *items, bool *kinds)
{
	for (size_t i = 0; i < items->n; i++) {
		const struct item *item = &items->v[i];

		if (item->has_join)
			kinds[item->join] = true;
		kinds_of_items(&(struct items){ item->parts, item->n_parts }, kinds);
	}
}

static void kinds_of(const struct rule *r, bool *kinds)
{
	kinds[ENT_HOST] = kinds[r->entity] = true;
	kinds_of_items(&r->require, kinds);
	kinds_of_items(&r->support, kinds);
	kinds_of_items(&r->against, kinds);
	for (size_t i = 0; i < r->n_causes; i++) {
		kinds_of_items(&r->causes[i].support, kinds);
		kinds_of_items(&r->causes[i].against, kinds);
	}
	kinds[ENT_NONE] = false;
}

static struct str entities_json(const struct world *w, const struct match *m, const bool *kinds, struct buf *b)
{
	buf_reset(b);
	for (int k = 0; k < ENT_KINDS; k++) {
		struct str id;

		if (!kinds[k] || !world_lift(w, m, (enum entity_kind)k, &id))
			continue;
		buf_printf(b, "%s\"%s\":", b->n ? "," : "{", entity_kind_name((enum entity_kind)k));
		json_put_string(b, id);
	}
	buf_add(b, b->n ? STR("}") : STR("{}"));
	return buf_str(b);
}

static enum status put_match(struct world *w, const struct rule *r, const struct signal *s, const struct match *m, struct str entities, struct query *q,
			     struct arena *a, struct error *err)
{
	struct str text = m->event ? world_message(w, m->event, a) : m->words;
	enum status st;

	query_text(q, 1, r->id);
	query_text(q, 2, s->name);
	query_int(q, 3, m->s);
	query_int(q, 4, m->e);
	query_int(q, 5, m->u);
	query_int(q, 6, m->clock);
	query_text(q, 7, m->host == HOST_NONE ? STR("") : w->hosts[w->canonical[m->host]].p ? w->hosts[w->canonical[m->host]] : STR(""));
	query_text(q, 8, entities);
	query_null(q, 9);
	query_null(q, 10);
	if (m->event)
		query_int(q, 9, m->event);
	else if (m->series >= 0)
		query_int(q, 10, m->series);
	query_int(q, 11, m->file);
	query_int(q, 12, m->line);
	query_int(q, 13, (int64_t)m->offset);
	query_text(q, 14, text.p ? text : STR(""));
	query_int(q, 15, m->unproven ? 0 : m->doubtful ? 1 : 2);
	st = query_step(q, err);
	return st == END ? OK : st;
}

static enum status put_rule_matches(struct world *w, const struct rule *r, struct query *q, struct error *err)
{
	bool kinds[ENT_KINDS] = { false };
	struct arena *a = arena_new();
	struct buf entities;
	enum status st = OK;

	kinds_of(r, kinds);
	buf_init(&entities, LIMIT_JSON_RECORD);
	for (size_t i = 0; i < r->n_signals; i++) {
		const struct matches *list = &w->matches[r->signals[i].id];

		for (size_t k = 0; st == OK && k < list->n && k < LIMIT_SIGNAL_MATCHES; k++) {
			st = put_match(w, r, &r->signals[i], list->v[k], entities_json(w, list->v[k], kinds, &entities), q, a, err);
			arena_reset(a);
		}
	}
	buf_done(&entities);
	arena_free(a);
	return st;
}

enum status write_matches(struct world *w, const struct verdicts *v, struct error *err)
{
	struct query *q = NULL;
	enum status st = query_new(&q, w->store, SQL_INSERT_MATCH, err);

	for (size_t i = 0; st == OK && i < w->rs->n_rules; i++) {
		bool found = false;

		for (size_t k = 0; k < v->n_findings && !found; k++)
			found = v->findings[k].rule == &w->rs->rules[i];
		if (found)
			st = put_rule_matches(w, &w->rs->rules[i], q, err);
	}
	query_free(q);
	return st;
}

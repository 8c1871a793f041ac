/* Verdicts into the case: rules, findings, their ledgers and evidence. */
#include "base/buf.h"
#include "base/json.h"
#include "base/limits.h"
#include "correlate/verdict.h"
#include "sql.h"

struct writer {
	struct world *w;
	struct query *finding, *cause, *ledger, *evidence, *open, *near, *rule;
	struct buf json;
};

static enum status put(struct query *q, struct error *err)
{
	enum status s = query_step(q, err);

	return s == END ? OK : s;
}

static struct str texts_json(struct buf *b, const struct str *first, size_t n_first, const struct str *second, size_t n_second)
{
	buf_reset(b);
	buf_putc(b, '[');
	for (size_t i = 0; i < n_first + n_second; i++) {
		if (i)
			buf_putc(b, ',');
		json_put_string(b, i < n_first ? first[i] : second[i - n_first]);
	}
	buf_putc(b, ']');
	return buf_str(b);
}

static void bind_time(struct query *q, int i, ts_usec t)
{
	if (t == TS_NONE)
		query_null(q, i);
	else
		query_int(q, i, t);
}

static bool listed(const struct str *v, size_t n, struct str s)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i], s))
			return true;
	return false;
}

static enum status put_rule(struct writer *o, const struct rule *r, struct error *err)
{
	struct str needs[64];
	size_t n = 0;

	for (size_t i = 0; i < r->n_signals; i++) {
		const struct signal *s = &r->signals[i];

		for (size_t k = 0; s->kind == SIG_EVENT && k < s->u.event.n_sources && n < 64; k++)
			if (!listed(needs, n, s->u.event.sources[k]))
				needs[n++] = s->u.event.sources[k];
		if (s->kind == SIG_SERIES && n < 64 && !listed(needs, n, s->u.series.top.name))
			needs[n++] = s->u.series.top.name;
	}
	query_text(o->rule, 1, r->id);
	query_int(o->rule, 2, r->version);
	query_text(o->rule, 3, r->title);
	query_text(o->rule, 4, str_of(rule_severity_name(r->severity)));
	query_text(o->rule, 5, r->status);
	query_text(o->rule, 6, r->file);
	query_text(o->rule, 7, texts_json(&o->json, r->refs, r->n_refs, NULL, 0));
	query_text(o->rule, 8, texts_json(&o->json, needs, n, NULL, 0));
	return put(o->rule, err);
}

static enum status put_finding(struct writer *o, const struct verdicts *v, size_t at, struct error *err)
{
	const struct finding *f = &v->findings[at];
	struct query *q = o->finding;
	const struct cause *c = f->cause;

	query_text(q, 1, str_of(f->id));
	query_text(q, 2, f->rule->id);
	query_int(q, 3, f->rule->version);
	query_text(q, 4, f->rule->title);
	query_text(q, 5, str_of(rule_severity_name(f->rule->severity)));
	query_text(q, 6, str_of(finding_word(f->points)));
	query_int(q, 7, f->points);
	query_null(q, 8);
	query_null(q, 9);
	query_null(q, 10);
	if (c) {
		query_text(q, 8, c->id);
		query_text(q, 9, c->title.n ? c->title : c->id);
		query_int(q, 10, f->causes[0].points);
	}
	query_text(q, 11, str_of(entity_kind_name(f->kind)));
	query_text(q, 12, f->entity);
	query_text(q, 13, f->host);
	query_int(q, 14, f->start);
	query_int(q, 15, f->end);
	query_int(q, 16, f->u);
	query_int(q, 17, f->anchors);
	query_text(q, 18, f->explained_by < 0 ? STR_NONE : str_of(v->findings[f->explained_by].id));
	query_int(q, 19, (int64_t)at + 1);
	query_text(q, 20, f->narrative);
	query_text(q, 21, f->summary);
	query_text(q, 22, texts_json(&o->json, c ? c->advice : NULL, c ? c->n_advice : 0, f->rule->advice, f->rule->n_advice));
	query_text(q, 23, texts_json(&o->json, f->rule->prevent, f->rule->n_prevent, NULL, 0));
	return put(q, err);
}

static enum status put_causes(struct writer *o, const struct finding *f, struct error *err)
{
	enum status s = OK;

	for (size_t i = 0; s == OK && i < f->n_causes; i++) {
		const struct cause *c = f->causes[i].cause;

		query_text(o->cause, 1, str_of(f->id));
		query_text(o->cause, 2, c->id);
		query_text(o->cause, 3, c->title.n ? c->title : c->id);
		query_int(o->cause, 4, f->causes[i].points);
		query_int(o->cause, 5, c == f->cause);
		s = put(o->cause, err);
	}
	return s;
}

static enum status put_evidence(struct writer *o, const struct finding *f, size_t seq, const struct entry *e, struct error *err)
{
	struct arena *a = arena_new();
	enum status s = OK;

	for (uint32_t i = 0; s == OK && i < e->n_evidence; i++) {
		const struct match *m = e->evidence[i];
		struct query *q = o->evidence;

		query_text(q, 1, str_of(f->id));
		query_int(q, 2, (int64_t)seq);
		query_int(q, 3, i);
		query_null(q, 4);
		query_null(q, 5);
		if (m->event)
			query_int(q, 4, m->event);
		else if (m->series >= 0)
			query_int(q, 5, m->series);
		query_int(q, 6, m->s);
		query_int(q, 7, m->e);
		query_int(q, 8, m->file);
		query_int(q, 9, m->line);
		query_int(q, 10, (int64_t)m->offset);
		query_text(q, 11, m->event ? world_message(o->w, m->event, a) : m->words.p ? m->words : STR(""));
		s = put(q, err);
	}
	arena_free(a);
	return s;
}

static enum status put_ledger(struct writer *o, const struct finding *f, struct error *err)
{
	enum status s = OK;

	for (size_t i = 0; s == OK && i < f->n_entries; i++) {
		const struct entry *e = &f->entries[i];
		struct query *q = o->ledger;

		query_text(q, 1, str_of(f->id));
		query_int(q, 2, (int64_t)i + 1);
		query_null(q, 3);
		if (e->cause)
			query_text(q, 3, e->cause->id);
		query_text(q, 4, e->label);
		query_text(q, 5, str_of(e->role));
		query_text(q, 6, str_of(item_state_name(e->state)));
		query_int(q, 7, e->weight);
		query_int(q, 8, e->points);
		query_text(q, 9, e->why.p ? e->why : STR(""));
		query_text(q, 10, e->source.p ? e->source : STR(""));
		query_text(q, 11, e->collect.p ? e->collect : STR(""));
		s = put(q, err);
		if (s == OK)
			s = put_evidence(o, f, i + 1, e, err);
	}
	return s;
}

/* When and where the anchor stands: ?at, and ?file and the two behind it. */
static void bind_anchor(struct writer *o, struct query *q, const struct match *m, int at, int file, struct arena *a)
{
	bind_time(q, at, m ? m->s : TS_NONE);
	query_int(q, file, m ? m->file : 0);
	query_null(q, file + 1);
	query_text(q, file + 2, !m ? STR_NONE : m->event ? world_message(o->w, m->event, a) : m->words);
	if (m && m->file)
		query_int(q, file + 1, m->line);
}

static enum status put_open(struct writer *o, const struct open_question *p, struct error *err)
{
	struct arena *a = arena_new();
	enum status s;

	query_text(o->open, 1, p->rule->id);
	query_text(o->open, 2, p->entity);
	query_text(o->open, 3, p->host);
	bind_anchor(o, o->open, p->anchor, 4, 8, a);
	query_text(o->open, 5, p->signal);
	query_text(o->open, 6, p->source.p ? p->source : STR(""));
	query_text(o->open, 7, p->collect.p ? p->collect : STR(""));
	s = put(o->open, err);
	arena_free(a);
	return s;
}

static enum status put_near(struct writer *o, const struct near_miss *m, struct error *err)
{
	struct arena *a = arena_new();
	enum status s;

	query_text(o->near, 1, m->rule->id);
	query_text(o->near, 2, m->entity);
	query_text(o->near, 3, m->host);
	bind_anchor(o, o->near, m->anchor, 4, 7, a);
	query_int(o->near, 5, m->points);
	query_text(o->near, 6, texts_json(&o->json, m->missing, m->n_missing, NULL, 0));
	s = put(o->near, err);
	arena_free(a);
	return s;
}

enum status write_verdicts(struct world *w, const struct verdicts *v, struct error *err)
{
	struct writer o = { .w = w };
	struct { struct query **q; const char *sql; } prepared[] = {
		{ &o.rule, SQL_INSERT_RULE }, { &o.finding, SQL_INSERT_FINDING }, { &o.cause, SQL_INSERT_FINDING_CAUSE },
		{ &o.ledger, SQL_INSERT_LEDGER }, { &o.evidence, SQL_INSERT_EVIDENCE }, { &o.open, SQL_INSERT_UNDECIDABLE },
		{ &o.near, SQL_INSERT_NEAR_MISS },
	};
	enum { PREPARED = sizeof(prepared) / sizeof(prepared[0]) };
	enum status s = OK;

	buf_init(&o.json, LIMIT_JSON_RECORD);
	for (size_t i = 0; s == OK && i < PREPARED; i++)
		s = query_new(prepared[i].q, w->store, prepared[i].sql, err);
	for (size_t i = 0; s == OK && i < w->rs->n_rules; i++)
		s = put_rule(&o, &w->rs->rules[i], err);
	for (size_t i = 0; s == OK && i < v->n_findings; i++) {
		s = put_finding(&o, v, i, err);
		if (s == OK)
			s = put_causes(&o, &v->findings[i], err);
		if (s == OK)
			s = put_ledger(&o, &v->findings[i], err);
	}
	for (size_t i = 0; s == OK && i < v->n_open; i++)
		s = put_open(&o, &v->open[i], err);
	for (size_t i = 0; s == OK && i < v->n_near; i++)
		s = put_near(&o, &v->near[i], err);
	for (size_t i = 0; i < PREPARED; i++)
		query_free(*prepared[i].q);
	buf_done(&o.json);
	return s;
}

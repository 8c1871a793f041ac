/* Findings with their ledgers, causes and evidence. */
#include "base/limits.h"
#include "report/load_priv.h"
#include "sql.h"

/* Statements asked once a finding. */
enum { Q_CAUSE, Q_ITEM, Q_EVIDENCE, Q_TEXTS, Q_EXPLAINS, Q_CONTEXT, N_QUERIES };
static const char *const statements[N_QUERIES] = {
	[Q_CAUSE] = SQL_REPORT_CAUSE, [Q_ITEM] = SQL_REPORT_ITEM, [Q_EVIDENCE] = SQL_REPORT_EVIDENCE,
	[Q_TEXTS] = SQL_REPORT_TEXTS, [Q_EXPLAINS] = SQL_REPORT_EXPLAINS, [Q_CONTEXT] = SQL_REPORT_CONTEXT,
};

static void read_finding(struct loader *l, struct query *q, void *row)
{
	*(struct report_finding *)row = (struct report_finding){
		.id = text_at(l, q, 0),
		.rule = text_at(l, q, 1),
		.title = clip_at(l, q, 2, LIMIT_REPORT_TEXT),
		.severity = text_at(l, q, 3),
		.word = text_at(l, q, 4),
		.rule_file = text_at(l, q, 5),
		.rule_version = (int)query_get_int(q, 6),
		.points = (int)query_get_int(q, 7),
		.cause_points = (int)query_get_int(q, 8),
		.cause = text_at(l, q, 9),
		.cause_title = text_at(l, q, 10),
		.entity_kind = text_at(l, q, 11),
		.entity = text_at(l, q, 12),
		.host = text_at(l, q, 13),
		.start = time_at(q, 14),
		.end = time_at(q, 15),
		.uncertainty_us = time_at(q, 16),
		.anchors = (uint32_t)query_get_int(q, 17),
		.explained_by = text_at(l, q, 18),
		.narrative = clip_at(l, q, 19, LIMIT_NARRATIVE),
		.summary = clip_at(l, q, 20, LIMIT_NARRATIVE),
	};
}

static void read_cause(struct loader *l, struct query *q, void *row)
{
	*(struct report_cause *)row = (struct report_cause){
		.id = text_at(l, q, 0),
		.title = text_at(l, q, 1),
		.points = (int)query_get_int(q, 2),
		.chosen = query_get_int(q, 3) != 0,
	};
}

struct item_row { struct report_item item; int64_t seq; };

static void read_item(struct loader *l, struct query *q, void *row)
{
	*(struct item_row *)row = (struct item_row){
		.item = {
			.cause = text_at(l, q, 0),
			.signal = text_at(l, q, 1),
			.role = text_at(l, q, 2),
			.state = text_at(l, q, 3),
			.why = clip_at(l, q, 4, LIMIT_REPORT_TEXT),
			.source = text_at(l, q, 5),
			.collect = clip_at(l, q, 6, LIMIT_REPORT_TEXT),
			.weight = (int)query_get_int(q, 7),
			.points = (int)query_get_int(q, 8),
		},
		.seq = query_get_int(q, 9),
	};
}

struct evidence_row { struct report_evidence evidence; int64_t seq, file; };

static void read_evidence(struct loader *l, struct query *q, void *row)
{
	*(struct evidence_row *)row = (struct evidence_row){
		.seq = query_get_int(q, 0),
		.evidence = {
			.text = clip_at(l, q, 1, LIMIT_REPORT_TEXT),
			.event = query_get_int(q, 2),
			.series = text_at(l, q, 3),
			.t = time_at(q, 4),
			.end = time_at(q, 5),
			.file = text_at(l, q, 6),
			.line = (uint32_t)query_get_int(q, 7),
			.offset = (uint64_t)query_get_int(q, 8),
		},
		.file = query_get_int(q, 9),
	};
}

static void read_context(struct loader *l, struct query *q, void *row)
{
	*(struct report_context *)row = (struct report_context){
		.event = query_get_int(q, 0),
		.line = (uint32_t)query_get_int(q, 1),
		.text = clip_at(l, q, 2, LIMIT_REPORT_TEXT / 2),
	};
}

struct text_row { int64_t list; struct str text; };

static void read_listed(struct loader *l, struct query *q, void *row)
{
	*(struct text_row *)row = (struct text_row){
		.list = query_get_int(q, 0),
		.text = clip_at(l, q, 2, LIMIT_NARRATIVE),
	};
}

/* Lines around each record that is shown in full. */
static enum status add_context(struct loader *l, struct query *q, struct evidence_row *v, size_t n)
{
	for (size_t i = 0; i < n && i < LIMIT_REPORT_EVIDENCE; i++) {
		struct rows near;
		enum status s;

		if (v[i].evidence.event == 0)
			continue;
		query_int(q, 1, v[i].file);
		query_int(q, 2, v[i].evidence.event);
		s = query_rows(l, q, sizeof(struct report_context), read_context, &near);
		if (s != OK)
			return s;
		v[i].evidence.context = near.v;
		v[i].evidence.n_context = near.n;
	}
	return OK;
}

/* Both lists are in order of seq. */
static void join_items(struct loader *l, struct report_finding *f, const struct rows *items, const struct rows *found)
{
	const struct item_row *from = items->v;
	const struct evidence_row *ev = found->v;
	struct report_item *v = ARENA_ARRAY(l->a, struct report_item, items->n);
	struct report_evidence *all = ARENA_ARRAY(l->a, struct report_evidence, found->n);
	size_t k = 0;

	for (size_t i = 0; i < found->n; i++)
		all[i] = ev[i].evidence;
	for (size_t i = 0; i < items->n; i++) {
		v[i] = from[i].item;
		while (k < found->n && ev[k].seq < from[i].seq)
			k++;
		v[i].evidence = all + k;
		while (k < found->n && ev[k].seq == from[i].seq)
			k++, v[i].n_evidence++;
	}
	f->items = v;
	f->n_items = items->n;
}

static void split_texts(struct loader *l, struct report_finding *f, const struct rows *texts)
{
	const struct text_row *row = texts->v;
	struct str *v = ARENA_ARRAY(l->a, struct str, texts->n);

	f->advice = v;
	for (size_t i = 0; i < texts->n; i++) {
		v[i] = row[i].text;
		if (row[i].list == 0)
			f->n_advice++;
	}
	f->prevent = v + f->n_advice;
	f->n_prevent = texts->n - f->n_advice;
}

static enum status fill(struct loader *l, struct query **q, struct report_finding *f, bool in_full)
{
	struct rows causes, items, found, texts, explains;
	struct evidence_row *ev;
	enum status s;

	for (int i = 0; i < N_QUERIES; i++)
		if (i != Q_CONTEXT)
			query_text(q[i], 1, f->id);
	query_int(q[Q_EXPLAINS], 2, l->opt->all);
	if ((s = query_rows(l, q[Q_CAUSE], sizeof(struct report_cause), read_cause, &causes)) != OK ||
	    (s = query_rows(l, q[Q_ITEM], sizeof(struct item_row), read_item, &items)) != OK ||
	    (s = query_rows(l, q[Q_EVIDENCE], sizeof(struct evidence_row), read_evidence, &found)) != OK ||
	    (s = query_rows(l, q[Q_TEXTS], sizeof(struct text_row), read_listed, &texts)) != OK ||
	    (s = query_rows(l, q[Q_EXPLAINS], sizeof(struct str), read_text, &explains)) != OK)
		return s;
	ev = found.v;
	for (size_t i = 0, n; in_full && i < found.n; i += n) {
		for (n = 1; i + n < found.n && ev[i + n].seq == ev[i].seq; n++)
			;
		s = add_context(l, q[Q_CONTEXT], ev + i, n);
		if (s != OK)
			return s;
	}
	f->causes = causes.v, f->n_causes = causes.n;
	f->explains = explains.v, f->n_explains = explains.n;
	join_items(l, f, &items, &found);
	split_texts(l, f, &texts);
	return OK;
}

static enum status load_ledger(struct loader *l, struct report_finding *v, size_t n)
{
	struct query *q[N_QUERIES] = { NULL };
	enum status s = OK;

	for (int i = 0; i < N_QUERIES && s == OK; i++)
		s = query_new(&q[i], l->st, statements[i], l->err);
	for (size_t i = 0; i < n && s == OK; i++)
		s = fill(l, q, &v[i], i < LIMIT_REPORT_DETAIL);
	for (int i = 0; i < N_QUERIES; i++)
		query_free(q[i]);
	return s;
}

enum status load_findings(struct loader *l)
{
	struct query *q = NULL;
	struct rows rows = { NULL, 0 };
	enum status s = query_new(&q, l->st, SQL_REPORT_FINDING, l->err);

	if (s == OK) {
		query_int(q, 1, l->opt->all);
		query_text(q, 2, l->opt->finding.n ? l->opt->finding : STR_NONE);
		s = query_rows(l, q, sizeof(struct report_finding), read_finding, &rows);
	}
	query_free(q);
	if (s == OK && l->opt->finding.n && rows.n == 0) {
		s = fail(l->err, ERR_USAGE, "no finding '%.*s' in this case", STR_ARG(l->opt->finding));
		fail_hint(l->err, "list them with: forensics findings -d %.180s", store_path(l->st));
	}
	if (s == OK)
		s = load_ledger(l, rows.v, rows.n);
	if (s != OK)
		return s;
	l->findings = rows.v;
	l->r->findings = rows.v;
	l->r->n_findings = rows.n;
	return OK;
}

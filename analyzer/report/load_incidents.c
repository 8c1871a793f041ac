/* Incidents, each told twice: every record in order, and the few steps that matter. */
#include "base/buf.h"
#include "base/limits.h"
#include "base/map.h"
#include "report/load_priv.h"
#include "sql.h"

enum { Q_FINDING, Q_HOST, Q_ENTITY, Q_ENTRY, N_QUERIES };
static const char *const statements[N_QUERIES] = {
	[Q_FINDING] = SQL_REPORT_INCIDENT_FINDING, [Q_HOST] = SQL_REPORT_INCIDENT_HOST,
	[Q_ENTITY] = SQL_REPORT_INCIDENT_ENTITY, [Q_ENTRY] = SQL_REPORT_INCIDENT_ENTRY,
};

static void read_incident(struct loader *l, struct query *q, void *row)
{
	*(struct report_incident *)row = (struct report_incident){
		.id = text_at(l, q, 0),
		.title = clip_at(l, q, 1, LIMIT_REPORT_TEXT),
		.severity = text_at(l, q, 2),
		.root = text_at(l, q, 3),
		.start = time_at(q, 4),
		.end = time_at(q, 5),
		.recovered = time_at(q, 6),
	};
}

static void read_entry(struct loader *l, struct query *q, void *row)
{
	*(struct report_entry *)row = (struct report_entry){
		.t = time_at(q, 0),
		.event = query_get_int(q, 1),
		.role = text_at(l, q, 2),
		.source = text_at(l, q, 3),
		.file = text_at(l, q, 4),
		.line = (uint32_t)query_get_int(q, 5),
		.text = clip_at(l, q, 6, LIMIT_REPORT_TEXT),
		.repeats = (uint32_t)query_get_int(q, 7),
		.until = time_at(q, 8),
	};
}

#define SHAPE_BYTES 40
#define ONE_CHANGE TS_MINUTE

static bool has_digit(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (is_digit(s.p[i]))
			return true;
	return false;
}

/* Entries with the same shape say the same thing about different numbers,
 * addresses, pods; the packages of one upgrade are one change. */
static void shape_of(const struct report_entry *e, struct buf *out)
{
	struct str rest = e->text, word;

	buf_reset(out);
	buf_add(out, e->role);
	buf_putc(out, '\n');
	buf_add(out, e->source);
	if (str_eq(e->role, STR("change"))) {
		buf_printf(out, "\n%lld", (long long)(e->t / ONE_CHANGE));
		return;
	}
	for (size_t from = out->n; out->n - from < SHAPE_BYTES && str_word(&rest, &word);) {
		if (has_digit(word))
			continue;
		buf_putc(out, ' ');
		buf_add(out, word);
	}
}

static void make_chain(struct loader *l, struct report_incident *in)
{
	struct map *shapes = map_new();
	struct report_step *steps = ARENA_ARRAY(l->a, struct report_step, in->n_timeline);
	struct buf shape;

	buf_init(&shape, 4096);
	for (size_t i = 0; i < in->n_timeline; i++) {
		const struct report_entry *e = &in->timeline[i];
		size_t k;

		if (str_eq(e->role, STR("context")))
			continue;
		shape_of(e, &shape);
		k = map_put(shapes, buf_str(&shape));
		if (steps[k].times == 0)
			steps[k].first = e;
		steps[k].times += e->repeats;
	}
	in->chain = steps;
	in->n_chain = map_count(shapes);
	if (in->n_chain > LIMIT_REPORT_CHAIN) {
		const struct report_step *last = &steps[in->n_chain - 1];

		/* How it ended is worth a place. */
		if (str_eq(last->first->role, STR("recovery")))
			steps[LIMIT_REPORT_CHAIN - 1] = *last;
		in->chain_left_out = in->n_chain - LIMIT_REPORT_CHAIN;
		in->n_chain = LIMIT_REPORT_CHAIN;
	}
	buf_done(&shape);
	map_free(shapes);
}

static enum status fill(struct loader *l, struct query **q, struct report_incident *in)
{
	struct rows findings, hosts, entities, entries;
	enum status s;

	for (int i = 0; i < N_QUERIES; i++)
		query_text(q[i], 1, in->id);
	query_int(q[Q_FINDING], 2, l->opt->all);
	if ((s = query_rows(l, q[Q_FINDING], sizeof(struct str), read_text, &findings)) != OK ||
	    (s = query_rows(l, q[Q_HOST], sizeof(struct str), read_text, &hosts)) != OK ||
	    (s = query_rows(l, q[Q_ENTITY], sizeof(struct str), read_text, &entities)) != OK ||
	    (s = query_rows(l, q[Q_ENTRY], sizeof(struct report_entry), read_entry, &entries)) != OK)
		return s;
	in->findings = findings.v, in->n_findings = findings.n;
	in->hosts = hosts.v, in->n_hosts = hosts.n;
	in->entities = entities.v, in->n_entities = entities.n;
	in->timeline = entries.v, in->n_timeline = entries.n;
	make_chain(l, in);
	return OK;
}

/* Points each finding at its incident. */
static void link_findings(struct loader *l)
{
	const struct report *r = l->r;
	struct map *ids = map_new();

	for (size_t i = 0; i < r->n_findings; i++)
		map_put(ids, r->findings[i].id);
	for (size_t i = 0; i < r->n_incidents; i++) {
		for (size_t k = 0; k < r->incidents[i].n_findings; k++) {
			size_t at = map_find(ids, r->incidents[i].findings[k]);

			if (at != MAP_NONE && !l->findings[at].incident)
				l->findings[at].incident = &r->incidents[i];
		}
	}
	map_free(ids);
}

enum status load_incidents(struct loader *l)
{
	struct query *q[N_QUERIES] = { NULL }, *list = NULL;
	struct rows rows = { NULL, 0 };
	struct report_incident *v;
	enum status s = query_new(&list, l->st, SQL_REPORT_INCIDENT, l->err);

	if (s == OK) {
		query_text(list, 1, l->opt->finding.n ? l->opt->finding : STR_NONE);
		s = query_rows(l, list, sizeof(struct report_incident), read_incident, &rows);
	}
	query_free(list);
	for (int i = 0; i < N_QUERIES && s == OK; i++)
		s = query_new(&q[i], l->st, statements[i], l->err);
	v = rows.v;
	for (size_t i = 0; i < rows.n && s == OK; i++)
		s = fill(l, q, &v[i]);
	for (int i = 0; i < N_QUERIES; i++)
		query_free(q[i]);
	if (s != OK)
		return s;
	l->r->incidents = v;
	l->r->n_incidents = rows.n;
	link_findings(l);
	return OK;
}

/* The swim lanes: one a source and host, with warnings and worse and all
 * evidence as marks, thinned to what a lane has room for. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/map.h"
#include "report/load_priv.h"
#include "sql.h"

struct draft {
	struct report_lane lane;
	/* Evidence and the rest, each thinned by itself; event 0: empty. */
	struct report_lane_mark evidence[LIMIT_REPORT_MARKS], others[LIMIT_REPORT_MARKS];
	struct report_lane_run runs[LIMIT_REPORT_EVIDENCE];
	ts_usec first_evidence; /* TS_NONE: has none */
};

struct drafts {
	struct map *names;      /* "source\nhost" -> index */
	struct draft **v;
	size_t cap;
};

static struct draft *draft_of(struct loader *l, struct drafts *d, struct str source, struct str host)
{
	struct buf key;
	size_t n = map_count(d->names), i;

	buf_init(&key, source.n + host.n + 2);
	buf_add(&key, source);
	buf_putc(&key, '\n');
	buf_add(&key, host);
	i = map_put(d->names, buf_str(&key));
	buf_done(&key);
	if (i == n) {
		d->v = grow(d->v, n, &d->cap, sizeof(*d->v));
		d->v[i] = ARENA_NEW(l->a, struct draft);
		d->v[i]->lane = (struct report_lane){
			.source = arena_dup(l->a, source), .host = arena_dup(l->a, host), .from = TS_NONE, .to = TS_NONE,
		};
		d->v[i]->first_evidence = TS_NONE;
	}
	return d->v[i];
}

static int by_start(const void *pa, const void *pb)
{
	const struct report_gap *a = pa, *b = pb;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return (a->to > b->to) - (a->to < b->to);
}

/* What its files speak for: their spans without the holes, as few as possible. */
static void merge_spans(struct loader *l, struct report_lane *lane)
{
	const struct report *r = l->r;
	struct report_gap *v = NULL;
	size_t n = 0, cap = 0, k = 0;

	for (size_t i = 0; i < r->n_coverage; i++) {
		const struct report_coverage *c = &r->coverage[i];
		ts_usec from = c->from;

		if (from == TS_NONE || c->to == TS_NONE || !str_eq(c->source, lane->source) || !str_eq(c->host, lane->host))
			continue;
		for (size_t g = 0; g < c->n_gaps; g++) {
			if (c->gaps[g].from < from || c->gaps[g].to > c->to)
				continue;
			v = grow(v, n, &cap, sizeof(*v));
			v[n++] = (struct report_gap){ from, c->gaps[g].from };
			from = c->gaps[g].to;
		}
		v = grow(v, n, &cap, sizeof(*v));
		v[n++] = (struct report_gap){ from, c->quiet_to };
		if (lane->from == TS_NONE || c->from < lane->from)
			lane->from = c->from;
		if (lane->to == TS_NONE || c->quiet_to > lane->to)
			lane->to = c->quiet_to;
	}
	if (n)
		qsort(v, n, sizeof(*v), by_start);
	for (size_t i = 1; i < n; i++) {
		if (v[i].from > v[k].to)
			v[++k] = v[i];
		else if (v[i].to > v[k].to)
			v[k].to = v[i].to;
	}
	lane->covered = keep(l, v, n ? k + 1 : 0, sizeof(*v));
	lane->n_covered = n ? k + 1 : 0;
}

/* The worst of the events that share a place stands for them. */
static void put_mark(struct report_lane_mark *places, const struct report *r, struct report_lane_mark m)
{
	struct report_lane_mark *best = &places[(m.t - r->axis_from) / ((r->axis_to - r->axis_from) / LIMIT_REPORT_MARKS + 1)];

	if (best->event && m.severity >= best->severity) {
		best->folded++;
		return;
	}
	m.folded = best->event ? best->folded + 1 : 0;
	*best = m;
}

static enum status read_marks(struct loader *l, struct drafts *drafts)
{
	struct query *q = NULL;
	enum status s = query_new(&q, l->st, SQL_REPORT_MARK, l->err);

	if (s == OK) {
		query_int(q, 1, l->r->axis_from);
		query_int(q, 2, l->r->axis_to);
	}
	while (s == OK && (s = query_step(q, l->err)) == OK) {
		struct draft *d = draft_of(l, drafts, query_get_text(q, 3), query_get_text(q, 4));
		struct report_lane_mark m = {
			.t = time_at(q, 0), .event = query_get_int(q, 1),
			.severity = (int)query_get_int(q, 2), .evidence = query_get_int(q, 5) != 0,
		};

		if (m.evidence && d->first_evidence == TS_NONE)
			d->first_evidence = m.t;
		put_mark(m.evidence ? d->evidence : d->others, l->r, m);
	}
	query_free(q);
	return s == END ? OK : s;
}

static enum status read_runs(struct loader *l, struct drafts *drafts)
{
	struct query *q = NULL;
	enum status s = query_new(&q, l->st, SQL_REPORT_RUN, l->err);

	if (s == OK) {
		query_int(q, 1, l->r->axis_from);
		query_int(q, 2, l->r->axis_to);
	}
	while (s == OK && (s = query_step(q, l->err)) == OK) {
		struct draft *d = draft_of(l, drafts, query_get_text(q, 3), query_get_text(q, 4));
		struct report_lane_run run = { time_at(q, 0), time_at(q, 1), clip_at(l, q, 2, LIMIT_REPORT_TEXT / 4) };

		if (d->first_evidence == TS_NONE || run.from < d->first_evidence)
			d->first_evidence = run.from;
		if (d->lane.n_runs < LIMIT_REPORT_EVIDENCE)
			d->runs[d->lane.n_runs++] = run;
	}
	query_free(q);
	return s == END ? OK : s;
}

/* Evidence comes last: it is drawn on top. */
static enum status finish_marks(struct loader *l, struct query *text, struct draft *d)
{
	struct report_lane_mark *v = ARENA_ARRAY(l->a, struct report_lane_mark, 2 * LIMIT_REPORT_MARKS);
	size_t n = 0;

	for (size_t i = 0; i < LIMIT_REPORT_MARKS; i++) {
		if (d->others[i].event) {
			v[n++] = d->others[i];
			d->lane.left_out += d->others[i].folded;
		}
	}
	for (size_t i = 0; i < LIMIT_REPORT_MARKS; i++)
		if (d->evidence[i].event)
			v[n++] = d->evidence[i];
	for (size_t i = 0; i < n; i++) {
		enum status s;

		query_int(text, 1, v[i].event);
		s = query_step(text, l->err);
		if (s == OK)
			v[i].text = clip_at(l, text, 0, LIMIT_REPORT_TEXT / 4);
		else if (s != END)
			return s;
		query_rewind(text);
	}
	d->lane.runs = d->runs; /* both live in the arena */
	d->lane.marks = v;
	d->lane.n_marks = n;
	return OK;
}

/* Lanes in the order in which evidence showed in them, then the others by name. */
static int by_first_evidence(const void *pa, const void *pb)
{
	const struct draft *a = *(struct draft *const *)pa, *b = *(struct draft *const *)pb;
	int c;

	if ((a->first_evidence == TS_NONE) != (b->first_evidence == TS_NONE))
		return a->first_evidence != TS_NONE ? -1 : 1;
	if (a->first_evidence != b->first_evidence)
		return a->first_evidence < b->first_evidence ? -1 : 1;
	c = str_cmp(a->lane.source, b->lane.source);
	return c ? c : str_cmp(a->lane.host, b->lane.host);
}

enum status load_lanes(struct loader *l)
{
	struct report *r = l->r;
	struct drafts d = { .names = map_new() };
	struct report_lane *lanes;
	struct query *text = NULL;
	size_t n;
	enum status s;

	for (size_t i = 0; i < r->n_coverage; i++)
		if (r->coverage[i].from != TS_NONE)
			(void)draft_of(l, &d, r->coverage[i].source, r->coverage[i].host);
	s = read_marks(l, &d);
	if (s == OK)
		s = read_runs(l, &d);
	if (s == OK)
		s = query_new(&text, l->st, SQL_REPORT_MARK_TEXT, l->err);
	n = map_count(d.names);
	if (n)
		qsort(d.v, n, sizeof(*d.v), by_first_evidence);
	if (n > LIMIT_REPORT_LANES)
		r->lanes_left_out = n - LIMIT_REPORT_LANES;
	lanes = ARENA_ARRAY(l->a, struct report_lane, n);
	for (size_t i = 0; i < n - r->lanes_left_out && s == OK; i++) {
		merge_spans(l, &d.v[i]->lane);
		s = finish_marks(l, text, d.v[i]);
		lanes[i] = d.v[i]->lane;
	}
	r->lanes = lanes;
	r->n_lanes = n - r->lanes_left_out;
	free(d.v);
	map_free(d.names);
	query_free(text);
	return s;
}

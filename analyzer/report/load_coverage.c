/* What the case has seen of each source and when it had its eyes shut. */
#include <stdlib.h>

#include "report/load_priv.h"
#include "sql.h"

/* A gap is longer than this many median steps: one late sample is no gap. */
#define GAP_STEPS 5

struct coverage_row { struct report_coverage of; int64_t file; bool solved; };

static void read_coverage(struct loader *l, struct query *q, void *row)
{
	*(struct coverage_row *)row = (struct coverage_row){
		.of = {
			.source = text_at(l, q, 0),
			.host = text_at(l, q, 1),
			.file = text_at(l, q, 2),
			.clock = text_at(l, q, 3),
			.status = text_at(l, q, 4),
			.reason = text_at(l, q, 5),
			.from = time_at(q, 6),
			.to = time_at(q, 7),
			.uncertainty_us = time_at(q, 8),
			.quiet_to = time_at(q, 9),
			.records = (uint64_t)query_get_int(q, 10),
			.unparsed = (uint64_t)query_get_int(q, 11),
		},
		.file = query_get_int(q, 12),
		.solved = query_get_int(q, 13) != 0,
	};
}

static int by_time(const void *a, const void *b)
{
	ts_usec x = *(const ts_usec *)a, y = *(const ts_usec *)b;

	return (x > y) - (x < y);
}

/* t is in order; scratch has room for as many. */
static ts_usec median_step(const ts_usec *t, size_t n, ts_usec *scratch)
{
	for (size_t i = 1; i < n; i++)
		scratch[i - 1] = t[i] - t[i - 1];
	qsort(scratch, n - 1, sizeof(*scratch), by_time);
	return scratch[(n - 1) / 2];
}

/* The gaps of one file's samples go to every row of coverage they lie in. */
static void add_gaps(struct loader *l, struct coverage_row *v, size_t n, int64_t file, const ts_usec *t, size_t n_t)
{
	struct report_gap *gaps = NULL;
	size_t n_gaps = 0, cap = 0;
	ts_usec *scratch, longest;

	if (n_t < 3)
		return;
	scratch = malloc(n_t * sizeof(*scratch));
	if (!scratch)
		abort();
	longest = GAP_STEPS * median_step(t, n_t, scratch);
	free(scratch);
	for (size_t i = 1; i < n_t; i++) {
		if (t[i] - t[i - 1] > longest) {
			gaps = grow(gaps, n_gaps, &cap, sizeof(*gaps));
			gaps[n_gaps++] = (struct report_gap){ t[i - 1], t[i] };
		}
	}
	gaps = keep(l, gaps, n_gaps, sizeof(*gaps));
	for (size_t i = 0; i < n; i++) {
		if (v[i].file == file && v[i].of.from != TS_NONE) {
			v[i].of.gaps = gaps;
			v[i].of.n_gaps = n_gaps;
		}
	}
}

static enum status find_gaps(struct loader *l, struct coverage_row *v, size_t n)
{
	struct query *q = NULL;
	ts_usec *t = NULL;
	size_t n_t = 0, cap = 0;
	int64_t file = -1;
	enum status s = query_new(&q, l->st, SQL_REPORT_SAMPLE_TIMES, l->err);

	while (s == OK && (s = query_step(q, l->err)) == OK) {
		int64_t of = query_get_int(q, 0);

		if (of != file) {
			add_gaps(l, v, n, file, t, n_t);
			file = of;
			n_t = 0;
		}
		t = grow(t, n_t, &cap, sizeof(*t));
		t[n_t++] = time_at(q, 1);
	}
	if (s == END) {
		add_gaps(l, v, n, file, t, n_t);
		s = OK;
	}
	free(t);
	query_free(q);
	return s;
}

static void read_clock(struct loader *l, struct query *q, void *row)
{
	*(struct report_clock *)row = (struct report_clock){
		.kind = text_at(l, q, 0), .host = text_at(l, q, 1), .file = text_at(l, q, 2), .files = (uint64_t)query_get_int(q, 3),
		.offset_us = time_at(q, 4), .uncertainty_us = time_at(q, 5), .solved = query_get_int(q, 6) != 0,
		.basis = text_at(l, q, 7), .contradiction = text_at(l, q, 8), .read = query_get_int(q, 9) != 0,
	};
}

static enum status load_clocks(struct loader *l)
{
	struct rows rows;
	enum status s = load_rows(l, SQL_REPORT_CLOCK, sizeof(struct report_clock), read_clock, &rows);

	if (s == OK) {
		l->r->clocks = rows.v;
		l->r->n_clocks = rows.n;
	}
	return s;
}

enum status load_coverage(struct loader *l)
{
	struct report *r = l->r;
	struct report_coverage *out;
	struct coverage_row *v;
	struct rows rows;
	enum status s = load_rows(l, SQL_REPORT_COVERAGE, sizeof(struct coverage_row), read_coverage, &rows);

	if (s == OK)
		s = find_gaps(l, rows.v, rows.n);
	if (s != OK)
		return s;
	v = rows.v;
	out = ARENA_ARRAY(l->a, struct report_coverage, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		out[i] = v[i].of;
		/* A clock nobody could place says nothing about when. */
		if (!v[i].solved || out[i].from == TS_NONE || out[i].to == TS_NONE)
			continue;
		if (r->from == TS_NONE || out[i].from < r->from)
			r->from = out[i].from;
		if (r->to == TS_NONE || out[i].to > r->to)
			r->to = out[i].to;
	}
	r->coverage = out;
	r->n_coverage = rows.n;
	return load_clocks(l);
}

/* The metric charts: raw samples become at most LIMIT_REPORT_POINTS buckets of
 * lowest and highest value; where sampling stopped, a gap stays a gap. */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/limits.h"
#include "report/load_priv.h"
#include "sql.h"

#define GAP_STEPS 5
/* Each bucket may be followed by a mark of a gap. */
#define BUCKETS (LIMIT_REPORT_POINTS / 2)

struct raw { ts_usec t; double v; };
struct series_row { struct report_chart chart; int64_t id; };

static void read_series(struct loader *l, struct query *q, void *row)
{
	*(struct series_row *)row = (struct series_row){
		.id = query_get_int(q, 0),
		.chart = { .series = text_at(l, q, 1), .unit = text_at(l, q, 2), .entity = text_at(l, q, 3) },
	};
}

static enum status read_points(struct loader *l, struct query *q, int64_t series, struct raw **out, size_t *n)
{
	struct raw *v = NULL;
	size_t cap = 0;
	enum status s;

	*n = 0;
	query_int(q, 1, series);
	query_int(q, 2, l->r->axis_from);
	query_int(q, 3, l->r->axis_to);
	while ((s = query_step(q, l->err)) == OK) {
		v = grow(v, *n, &cap, sizeof(*v));
		v[(*n)++] = (struct raw){ time_at(q, 0), query_get_real(q, 1) };
	}
	*out = v;
	return s == END ? OK : s;
}

static int by_time(const void *a, const void *b)
{
	ts_usec x = *(const ts_usec *)a, y = *(const ts_usec *)b;

	return (x > y) - (x < y);
}

static ts_usec longest_step(const struct raw *v, size_t n)
{
	ts_usec *steps = NULL, longest = 0;
	size_t n_steps = 0, cap = 0;

	for (size_t i = 1; i < n; i++) {
		if (v[i].t > v[i - 1].t) {
			steps = grow(steps, n_steps, &cap, sizeof(*steps));
			steps[n_steps++] = v[i].t - v[i - 1].t;
		}
	}
	if (n_steps) {
		qsort(steps, n_steps, sizeof(*steps), by_time);
		longest = GAP_STEPS * steps[n_steps / 2];
	}
	free(steps);
	return longest;
}

static void widen(struct report_chart *c, double v, bool first)
{
	if (first || v < c->low)
		c->low = v;
	if (first || v > c->high)
		c->high = v;
}

static void fill_chart(struct loader *l, struct report_chart *c, const struct raw *v, size_t n)
{
	const struct report *r = l->r;
	ts_usec width = (r->axis_to - r->axis_from) / BUCKETS + 1, longest = longest_step(v, n), last = TS_NONE;
	struct report_point *p = ARENA_ARRAY(l->a, struct report_point, LIMIT_REPORT_POINTS + 2);
	ts_usec bucket = TS_NONE;
	size_t k = 0;
	bool gap = false, any = false;

	for (size_t i = 0; i < n; i++) {
		ts_usec in = (v[i].t - r->axis_from) / width;

		/* The source had no number to give, or none that can be drawn: that is a gap as well. */
		if (!(fabs(v[i].v) < DBL_MAX / 4)) {
			gap = true;
			continue;
		}
		gap = gap || (last != TS_NONE && v[i].t - last > longest);
		last = v[i].t;
		widen(c, v[i].v, !any);
		if (any && in == bucket) {
			struct report_point *same = &p[k - 1];

			same->min = v[i].v < same->min ? v[i].v : same->min;
			same->max = v[i].v > same->max ? v[i].v : same->max;
			gap = false; /* narrower than what is drawn */
			continue;
		}
		if (any && gap)
			p[k++] = (struct report_point){ v[i].t, (double)NAN, (double)NAN };
		p[k++] = (struct report_point){ v[i].t, v[i].v, v[i].v };
		bucket = in;
		gap = false;
		any = true;
	}
	c->points = p;
	c->n_points = k;
}

enum status load_charts(struct loader *l)
{
	struct report *r = l->r;
	struct query *q = NULL;
	struct report_chart *charts = ARENA_ARRAY(l->a, struct report_chart, LIMIT_REPORT_CHARTS);
	struct rows rows = { NULL, 0 };
	struct series_row *v;
	enum status s = load_rows(l, SQL_REPORT_CHART, sizeof(struct series_row), read_series, &rows);

	if (s == OK)
		s = query_new(&q, l->st, SQL_REPORT_CHART_POINTS, l->err);
	v = rows.v;
	r->charts = charts;
	for (size_t i = 0; s == OK && i < rows.n && r->n_charts < LIMIT_REPORT_CHARTS; i++) {
		struct raw *raw = NULL;
		size_t n = 0;

		s = read_points(l, q, v[i].id, &raw, &n);
		if (s == OK)
			fill_chart(l, &v[i].chart, raw, n);
		if (v[i].chart.n_points > 1)
			charts[r->n_charts++] = v[i].chart;
		free(raw);
	}
	query_free(q);
	return s;
}

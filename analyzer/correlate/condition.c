#include <math.h>
#include <stdlib.h>

#include "correlate/series.h"

/* A baseline is looked at through this many points at most: more change its
 * median by less than any rule's factor. */
enum { BASELINE_POINTS = 4096, RECENTRE = 4096, BASELINE_LEAST = 3 };

static void add_run(struct runs *out, size_t from, size_t to, double value)
{
	out->v = grow(out->v, out->n, &out->cap, sizeof(*out->v));
	out->v[out->n++] = (struct run){ from, to, value, TS_NONE };
}

/* Runs that share points become one. */
static void merge_run(struct runs *out, size_t from, size_t to, double value)
{
	if (out->n && from <= out->v[out->n - 1].to) {
		struct run *r = &out->v[out->n - 1];

		if (to > r->to)
			r->to = to;
		if (from < r->from)
			r->from = from;
		if (fabs(value) > fabs(r->value))
			r->value = value;
		return;
	}
	add_run(out, from, to, value);
}

static int by_number(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

ts_usec series_period(const struct point *p, size_t n)
{
	double *d;
	size_t k = 0, stride = n > BASELINE_POINTS ? n / BASELINE_POINTS : 1;
	ts_usec period;

	if (n < 2)
		return TS_MINUTE;
	d = malloc((n / stride + 2) * sizeof(*d));
	if (!d)
		abort();
	for (size_t i = 1; i < n; i += stride)
		if (p[i].t > p[i - 1].t) /* rows of one instant are no step */
			d[k++] = (double)(p[i].t - p[i - 1].t);
	qsort(d, k, sizeof(*d), by_number);
	period = k ? (ts_usec)d[k / 2] : TS_MINUTE;
	free(d);
	return period > 0 ? period : 1;
}

ts_usec series_gap(const struct point *p, size_t n, ts_usec max_gap)
{
	return max_gap ? max_gap : 3 * series_period(p, n) + 1000; /* samplers are late by a little */
}

void run_stats(const struct point *p, const struct run *r, struct run_stats *out)
{
	size_t n = r->to - r->from + 1;
	double mx = 0, my = 0, sxx = 0, sxy = 0, syy = 0;

	*out = (struct run_stats){ .first = p[r->from].v, .last = p[r->to].v, .min = p[r->from].v, .max = p[r->from].v, .n = n,
				   .dur = p[r->to].t - p[r->from].t };
	for (size_t i = r->from; i <= r->to; i++) {
		mx += (double)(p[i].t - p[r->from].t) / 1e6;
		my += p[i].v;
		out->min = p[i].v < out->min ? p[i].v : out->min;
		out->max = p[i].v > out->max ? p[i].v : out->max;
	}
	mx /= (double)n;
	my /= (double)n;
	for (size_t i = r->from; i <= r->to; i++) {
		double dx = (double)(p[i].t - p[r->from].t) / 1e6 - mx, dy = p[i].v - my;

		sxx += dx * dx;
		sxy += dx * dy;
		syy += dy * dy;
	}
	out->mean = my;
	out->slope = sxx > 0 ? sxy / sxx : 0;
	out->r2 = sxx > 0 && syy > 0 ? sxy * sxy / (sxx * syy) : 0;
}

/* ---- a predicate that holds for a while ---- */

static void holding(const bool *ok, const struct point *p, size_t n, ts_usec gap, ts_usec hold, const double *value, struct runs *out)
{
	size_t from = 0;
	bool open = false;
	double extreme = (double)NAN;

	for (size_t i = 0; i <= n; i++) {
		bool go_on = i < n && ok[i] && (!open || p[i].t - p[i - 1].t <= gap);

		if (open && !go_on) {
			if (p[i - 1].t - p[from].t >= hold)
				add_run(out, from, i - 1, extreme);
			open = false;
		}
		if (i < n && ok[i]) {
			if (!open) {
				open = true;
				from = i;
				extreme = (double)NAN;
			}
			if (value && (isnan(extreme) || fabs(value[i]) > fabs(extreme)))
				extreme = value[i];
		}
	}
}

/* ---- slope: least squares over a sliding window, from running sums ---- */

struct sums { double n, x, y, xx, xy, yy; };

static void sums_add(struct sums *s, double x, double y, double sign)
{
	s->n += sign;
	s->x += sign * x;
	s->y += sign * y;
	s->xx += sign * x * x;
	s->xy += sign * x * y;
	s->yy += sign * y * y;
}

static void slopes(const struct condition *c, const struct point *p, size_t n, ts_usec gap, struct runs *out)
{
	struct sums s = { 0 };
	size_t lo = 0, base = 0;

	for (size_t i = 0; i < n; i++) {
		double sxx, sxy, syy, slope, r2;

		if (i && p[i].t - p[i - 1].t > gap) { /* a gap proves nothing about what lies in it */
			s = (struct sums){ 0 };
			lo = base = i;
		}
		if (lo - base >= RECENTRE) { /* sums drift and lose digits far from their origin */
			base = lo;
			s = (struct sums){ 0 };
			for (size_t k = lo; k < i; k++)
				sums_add(&s, (double)(p[k].t - p[base].t) / 1e6, p[k].v - p[base].v, 1);
		}
		sums_add(&s, (double)(p[i].t - p[base].t) / 1e6, p[i].v - p[base].v, 1);
		while (p[i].t - p[lo].t > c->over) {
			sums_add(&s, (double)(p[lo].t - p[base].t) / 1e6, p[lo].v - p[base].v, -1);
			lo++;
		}
		if ((p[i].t - p[lo].t) * 10 < c->over * 9 || s.n < 3)
			continue;
		sxx = s.xx - s.x * s.x / s.n;
		sxy = s.xy - s.x * s.y / s.n;
		syy = s.yy - s.y * s.y / s.n;
		if (sxx <= 0)
			continue;
		slope = sxy / sxx;
		r2 = syy > 0 ? sxy * sxy / (sxx * syy) : 1;
		if (r2 >= c->fit && (c->kind == COND_SLOPE_ABOVE ? slope > c->bound : slope < c->bound))
			merge_run(out, lo, i, slope);
	}
}

/* ---- drop and rise: against the extreme of the window before, by a monotonic deque ---- */

static void moves(const struct condition *c, const struct point *p, size_t n, struct runs *out)
{
	size_t *deque = malloc((n + 1) * sizeof(*deque)), head = 0, tail = 0;
	bool drop = c->kind == COND_DROP;

	if (!deque)
		abort();
	for (size_t i = 0; i < n; i++) {
		while (head < tail && p[i].t - p[deque[head]].t > c->over)
			head++;
		if (head < tail) {
			double ref = p[deque[head]].v, by = drop ? ref - p[i].v : p[i].v - ref;

			if (by >= (c->relative ? fabs(ref) * c->bound : c->bound) && by > 0)
				merge_run(out, deque[head], i, by);
		}
		while (head < tail && (drop ? p[deque[tail - 1]].v <= p[i].v : p[deque[tail - 1]].v >= p[i].v))
			tail--;
		deque[tail++] = i;
	}
	free(deque);
}

/* ---- a sorted window, for medians and quantiles ---- */

struct sorted { double *v; size_t n; };

static size_t sorted_at(const struct sorted *s, double v)
{
	size_t lo = 0, hi = s->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->v[mid] < v)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void sorted_add(struct sorted *s, double v)
{
	size_t at = sorted_at(s, v);

	memmove(s->v + at + 1, s->v + at, (s->n - at) * sizeof(*s->v));
	s->v[at] = v;
	s->n++;
}

static void sorted_remove(struct sorted *s, double v)
{
	size_t at = sorted_at(s, v);

	s->n--;
	memmove(s->v + at, s->v + at + 1, (s->n - at) * sizeof(*s->v));
}

/* Every stride-th point, so that a window of this width holds BASELINE_POINTS. */
static size_t stride_of(const struct point *p, size_t n, ts_usec width)
{
	double per_window = n > 1 ? (double)width / (double)series_period(p, n) : 1;

	return per_window > BASELINE_POINTS ? (size_t)(per_window / BASELINE_POINTS) + 1 : 1;
}

static double *numbers(size_t n)
{
	double *v = calloc(n + 1, sizeof(*v));

	if (!v)
		abort();
	return v;
}

/* The mean of the last `over` against the median of the baseline before that. */
static void factors(const struct condition *c, const struct point *p, size_t n, bool *ok, double *value)
{
	size_t stride = stride_of(p, n, c->baseline), in = 0, out = 0, lo = 0;
	struct sorted base = { numbers(n / stride + 2), 0 };
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		double mean, median;

		sum += p[i].v;
		while (p[i].t - p[lo].t >= c->over && lo < i)
			sum -= p[lo++].v;
		for (; in < i && p[in].t < p[i].t - c->over; in += stride)
			sorted_add(&base, p[in].v);
		for (; out < in && p[out].t < p[i].t - c->baseline; out += stride)
			sorted_remove(&base, p[out].v);
		if (base.n < BASELINE_LEAST)
			continue;
		mean = sum / (double)(i - lo + 1);
		median = base.v[base.n / 2];
		/* From nothing, any rise is an infinite factor: only `above` can bound it. */
		ok[i] = (!c->has_bound || mean >= c->bound) && mean > 0 && mean >= c->factor * median && (median > 0 || c->has_bound);
		value[i] = median > 0 ? mean / median : mean;
	}
	free(base.v);
}

static void quantiles(const struct condition *c, const struct point *p, size_t n, bool *ok, double *value)
{
	size_t stride = stride_of(p, n, c->over), out = 0;
	struct sorted w = { numbers(n + 2), 0 };

	for (size_t i = 0; i < n; i++) {
		size_t at;

		if (i % stride == 0)
			sorted_add(&w, p[i].v);
		for (; out < i && p[i].t - p[out].t >= c->over; out++)
			if (out % stride == 0)
				sorted_remove(&w, p[out].v);
		if (!w.n)
			continue;
		at = (size_t)(c->quantile * (double)(w.n - 1) + 0.5);
		value[i] = w.v[at];
		ok[i] = c->below ? value[i] < c->bound : value[i] > c->bound;
	}
	free(w.v);
}

/* Per second, of a counter: a value below the one before is a reset, what it then shows is new. */
static void rates(const struct condition *c, const struct point *p, size_t n, bool *ok, double *value)
{
	double grown = 0;
	size_t lo = 0;

	for (size_t i = 1; i < n; i++) {
		grown += p[i].v >= p[i - 1].v ? p[i].v - p[i - 1].v : p[i].v;
		while (p[i].t - p[lo].t > c->over) {
			grown -= p[lo + 1].v >= p[lo].v ? p[lo + 1].v - p[lo].v : p[lo + 1].v;
			lo++;
		}
		if ((p[i].t - p[lo].t) * 2 < c->over)
			continue;
		value[i] = grown / ((double)(p[i].t - p[lo].t) / 1e6);
		ok[i] = c->kind == COND_RATE_ABOVE ? value[i] > c->bound : value[i] < c->bound;
	}
}

void condition_runs(const struct condition *c, const struct point *p, size_t n, ts_usec max_gap, uint32_t min_samples,
		    const double *limit, ts_usec coverage_end, struct runs *out)
{
	ts_usec gap = series_gap(p, n, max_gap);
	bool *ok = calloc(n + 1, sizeof(*ok));
	double *value = numbers(n);
	bool hold = true, valued = false;
	size_t kept = 0;

	if (!ok)
		abort();
	switch (c->kind) {
	case COND_ABOVE:
		for (size_t i = 0; i < n; i++)
			ok[i] = p[i].v > c->bound;
		break;
	case COND_BELOW:
		for (size_t i = 0; i < n; i++)
			ok[i] = p[i].v < c->bound;
		break;
	case COND_NEAR:
		for (size_t i = 0; i < n; i++) {
			double at = limit ? limit[i] : c->bound;

			ok[i] = !isnan(at) && p[i].v >= at - fabs(at) * c->tolerance && p[i].v <= at + fabs(at) * c->tolerance;
		}
		break;
	case COND_FACTOR:
		factors(c, p, n, ok, value);
		valued = true;
		break;
	case COND_QUANTILE:
		quantiles(c, p, n, ok, value);
		valued = true;
		break;
	case COND_RATE_ABOVE:
	case COND_RATE_BELOW:
		rates(c, p, n, ok, value);
		valued = true;
		break;
	case COND_SLOPE_ABOVE:
	case COND_SLOPE_BELOW:
		slopes(c, p, n, gap, out);
		hold = false;
		break;
	case COND_DROP:
	case COND_RISE:
		moves(c, p, n, out);
		hold = false;
		break;
	case COND_CHANGED:
		for (size_t i = 1; i < n; i++)
			if (p[i].v < p[i - 1].v || p[i].v > p[i - 1].v)
				add_run(out, i - 1, i, p[i].v - p[i - 1].v);
		hold = false;
		break;
	case COND_MISSING_FOR:
		for (size_t i = 1; i < n; i++)
			if (p[i].t - p[i - 1].t > c->over)
				add_run(out, i - 1, i, (double)NAN);
		if (n && coverage_end - p[n - 1].t > c->over) {
			add_run(out, n - 1, n - 1, (double)NAN);
			out->v[out->n - 1].end = coverage_end; /* nothing more came */
		}
		hold = false;
		break;
	}
	if (hold)
		holding(ok, p, n, gap, c->hold, valued ? value : NULL, out);
	for (size_t i = 0; i < out->n; i++)
		if (out->v[i].to - out->v[i].from + 1 >= min_samples)
			out->v[kept++] = out->v[i];
	out->n = kept;
	free(ok);
	free(value);
}

/* Series signals: each series of the case is read once and judged by every
 * condition that asks for it. */
#include "correlate/series.h"

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"

static bool asks(const struct signal *s, const struct world_series *series)
{
	return s->kind == SIG_SERIES && series_is(series, &s->u.series.top);
}

/* The value of another series of the same entity at each point, or NAN. */
static enum status alongside(struct world *w, const struct world_series *mine, const struct series_signal *s, const struct series_ref *ref,
			     const struct point *p, size_t n, struct arena *a, double *out, struct error *err)
{
	struct match self = { .host = mine->host, .bounds = mine->bounds, .n_bounds = mine->n_bounds };

	for (size_t i = 0; i < n; i++)
		out[i] = (double)NAN;
	for (size_t k = 0; k < w->n_series; k++) {
		const struct world_series *other = &w->series[k];
		struct match m = { .host = other->host, .bounds = other->bounds, .n_bounds = other->n_bounds };
		bool same = series_is(other, ref);
		struct point *q;
		size_t n_q, at = 0;
		ts_usec period;
		enum status st;

		for (size_t i = 0; same && i < s->n_by; i++)
			same = world_joined(w, &self, &m, s->by[i]) == JOIN_YES;
		if (!same)
			continue;
		st = world_points(w, other->id, a, &q, &n_q, err);
		if (st != OK)
			return st;
		period = series_period(q, n_q);
		for (size_t i = 0; i < n && n_q; i++) {
			while (at + 1 < n_q && q[at + 1].t <= p[i].t)
				at++;
			if (llabs(p[i].t - q[at].t) <= 3 * period && isnan(out[i]))
				out[i] = q[at].v;
		}
	}
	return OK;
}

static struct value number(double d)
{
	return isnan(d) ? value_unknown() : value_number(d);
}

/* A value as people write it: 42.0 GiB, 1455 MHz, 92.1 %. */
static void put_value(struct buf *b, double v, struct str unit)
{
	if (str_eq(unit, STR("bytes")))
		buf_printf(b, fabs(v) >= 0x1p30 ? "%.1f GiB" : "%.1f MiB", fabs(v) >= 0x1p30 ? v / 0x1p30 : v / 0x1p20);
	else if (str_eq(unit, STR("Hz")))
		buf_printf(b, "%.0f MHz", v / 1e6);
	else if (str_eq(unit, STR("fraction")))
		buf_printf(b, "%.1f %%", v * 100);
	else
		buf_printf(b, "%.6g%s%.*s", v, unit.n ? " " : "", STR_ARG(unit));
}

static struct str in_words(struct world *w, const struct signal *s, const struct world_series *series, const struct point *p, const struct run *r, const struct run_stats *st)
{
	struct str bottom = s->u.series.bottom.name, unit = bottom.n ? STR("fraction") : series->unit, words;
	char text[TS_TEXT];
	struct buf b;

	buf_init(&b, LIMIT_CAPTURE);
	buf_add(&b, series->name);
	if (bottom.n)
		buf_printf(&b, " / %.*s", STR_ARG(bottom));
	for (size_t i = 0; i < series->n_labels; i++)
		buf_printf(&b, "%s%.*s=%.*s%s", i ? "," : "{", STR_ARG(series->labels[i].key), STR_ARG(series->labels[i].value), i + 1 == series->n_labels ? "}" : "");
	buf_add(&b, STR(": "));
	put_value(&b, st->first, unit);
	if (st->n > 1) {
		buf_add(&b, STR(" to "));
		put_value(&b, st->last, unit);
		buf_add(&b, STR(" (lowest "));
		put_value(&b, st->min, unit);
		buf_add(&b, STR(", highest "));
		put_value(&b, st->max, unit);
		buf_printf(&b, "), %zu samples in %s", st->n, ts_duration(st->dur, text));
	}
	buf_printf(&b, " from %s", ts_short(p[r->from].t, text));
	words = arena_dup(w->arena, buf_str(&b));
	buf_done(&b);
	return words;
}

static void add_match(struct world *w, const struct signal *s, const struct world_series *series, const struct point *p, const struct run *r)
{
	static const char *const names[] = { "first", "last", "min", "max", "mean", "slope", "r2", "n", "value" };
	enum { N = sizeof(names) / sizeof(names[0]) };
	struct named *f = ARENA_ARRAY(w->arena, struct named, N + series->n_labels);
	struct match *m = match_new(w);
	struct run_stats st;

	run_stats(p, r, &st);
	{
		const double v[N] = { st.first, st.last, st.min, st.max, st.mean, st.slope, st.r2, (double)st.n, isnan(r->value) ? st.last : r->value };

		for (size_t i = 0; i < N; i++)
			f[i] = (struct named){ str_of(names[i]), number(v[i]) };
	}
	for (size_t i = 0; i < series->n_labels; i++)
		f[N + i] = (struct named){ series->labels[i].key, value_text(series->labels[i].value) };
	*m = (struct match){
		.s = p[r->from].t, .e = r->end != TS_NONE ? r->end : p[r->to].t, .u = p[r->from].u, .clock = p[r->from].clock, .host = series->host,
		.bounds = series->bounds, .n_bounds = series->n_bounds, .fields = f, .n_fields = (uint32_t)(N + series->n_labels),
		.series = series->id, .file = p[r->from].file, .line = p[r->from].line, .offset = p[r->from].offset,
		.place = world_place(w, p[r->from].file), .series_place = (uint32_t)(series - w->series),
		.words = in_words(w, s, series, p, r, &st),
	};
	matches_add(&w->matches[s->id], m);
}

static ts_usec file_end(const struct world *w, uint32_t file)
{
	ts_usec end = TS_NONE;

	for (size_t i = 0; i < w->n_spans; i++)
		if (w->spans[i].file == file && w->spans[i].to > end)
			end = w->spans[i].to;
	return end;
}

/* Points can be judged where there is something to measure them against. */
static void could_be(struct matches *list, uint32_t series, const struct series_signal *q, const struct point *p, const double *limit, size_t n)
{
	/* A silence is what this one looks for, not what hides something from it. */
	ts_usec gap = q->when.kind == COND_MISSING_FOR ? q->when.over : series_gap(p, n, q->max_gap);

	for (size_t i = 0, to; i < n; i = to + 1) {
		for (to = i; to < n && !(limit && isnan(limit[to])); to++)
			;
		matches_could_be(list, series, p + i, to - i, gap, series_period(p, n));
	}
}

static enum status judge(struct world *w, const struct signal *s, const struct world_series *series, const struct point *all, size_t n,
			 struct arena *a, struct error *err)
{
	const struct series_signal *q = &s->u.series;
	struct point *p = ARENA_ARRAY(a, struct point, n);
	double *limit = NULL;
	struct runs runs = { 0 };
	enum status st = OK;

	memcpy(p, all, n * sizeof(*p));
	if (q->bottom.name.n) { /* a quotient: where the other has no value, there is none */
		double *below = ARENA_ARRAY(a, double, n);
		size_t kept = 0;

		st = alongside(w, series, q, &q->bottom, p, n, a, below, err);
		for (size_t i = 0; st == OK && i < n; i++) {
			if (isnan(below[i]) || fabs(below[i]) < 1e-300)
				continue;
			p[kept] = p[i];
			p[kept++].v /= below[i];
		}
		n = kept;
	}
	if (st == OK && q->when.kind == COND_NEAR && q->when.other.name.n) {
		limit = ARENA_ARRAY(a, double, n);
		st = alongside(w, series, q, &q->when.other, p, n, a, limit, err);
	}
	if (st != OK || n == 0)
		return st;
	could_be(&w->matches[s->id], (uint32_t)(series - w->series), q, p, limit, n);
	condition_runs(&q->when, p, n, q->max_gap, q->min_samples, limit, file_end(w, p[n - 1].file), &runs);
	for (size_t i = 0; i < runs.n; i++)
		add_match(w, s, series, p, &runs.v[i]);
	free(runs.v);
	return OK;
}

enum status match_series(struct world *w, struct error *err)
{
	for (size_t k = 0; k < w->n_series; k++) {
		struct arena *a = NULL;
		struct point *p = NULL;
		size_t n = 0;
		enum status st = OK;

		for (size_t i = 0; i < w->rs->n_rules; i++)
			for (size_t j = 0; st == OK && j < w->rs->rules[i].n_signals; j++) {
				const struct signal *s = &w->rs->rules[i].signals[j];

				if (!asks(s, &w->series[k]))
					continue;
				if (!a) {
					a = arena_new();
					st = world_points(w, w->series[k].id, a, &p, &n, err);
				}
				if (st == OK && n) {
					int64_t start = world_now(w);

					st = judge(w, s, &w->series[k], p, n, a, err);
					world_spent(w, i, start);
				}
			}
		arena_free(a);
		if (st != OK)
			return st;
	}
	return OK;
}

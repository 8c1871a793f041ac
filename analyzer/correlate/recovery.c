/* When it was over.  Only what says so counts: a signal the rule names as its recovery, or a
 * series that went back and was still measured.  That nothing more was heard is no recovery. */
#include <stdlib.h>

#include "correlate/series.h"
#include "correlate/timeline.h"

/* What ended a finding, if anything; could: whether its rule knows how that would look. */
struct ending { bool could; ts_usec t; const struct match *match; struct happening told; };

static const struct match *first_after(const struct world *w, const struct rule *r, uint32_t signal, const struct finding *f)
{
	const struct matches *list = &w->matches[r->signals[signal].id];
	struct match last = *f->anchor;

	last.s = last.e = f->end;
	for (size_t i = matches_lower(list, f->end); i < list->n; i++) {
		const struct match *m = list->v[i];

		if (m->s - world_between(w, f->anchor->clock, m->clock) - m->u > f->end && !m->unproven && !m->doubtful &&
		    world_joined(w, &last, m, r->entity) == JOIN_YES)
			return m;
	}
	return NULL;
}

static void take(struct ending *e, const struct match *m)
{
	e->could = true;
	if (m && (e->t == TS_NONE || m->s < e->t)) {
		e->t = m->s;
		e->match = m;
	}
}

static int by_value(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return a < b ? -1 : a > b;
}

/* What the series was before: the median of the baseline, as the condition took it. */
static bool level_before(const struct condition *c, const struct point *p, size_t n, ts_usec start, struct arena *a, double *level)
{
	double *v = ARENA_ARRAY(a, double, n);
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		if (p[i].t >= start - c->over - c->baseline && p[i].t < start - c->over)
			v[k++] = p[i].v;
	if (!k)
		return false;
	qsort(v, k, sizeof(*v), by_value);
	*level = v[k / 2];
	return true;
}

/* After a jump against its own past a series is back when it is near that past again.  That the jump is
 * over says little: what lasts becomes the past of what follows. */
static size_t back_from_jump(const struct condition *c, const struct point *p, size_t n, size_t from, ts_usec start, struct arena *a)
{
	double level, sum = 0;
	size_t lo = from;

	if (!level_before(c, p, n, start, a, &level))
		return n;
	for (size_t i = from; i < n; i++) {
		double mean;

		sum += p[i].v;
		while (p[i].t - p[lo].t >= c->over)
			sum -= p[lo++].v;
		if (p[i].t - p[from].t < c->over)
			continue;
		mean = sum / (double)(i - lo + 1);
		if (level > 0 ? mean < c->factor * level : c->has_bound && mean < c->bound)
			return lo;
	}
	return n;
}

/* The first point after the run, if the series was still sampled then: nobody knows what else went on. */
static enum status take_series(struct world *w, const struct finding *f, const struct series_signal *q, struct ending *e, struct arena *a, struct error *err)
{
	const struct match *run = f->all[0];
	const struct world_series *series = w->series;
	struct point *p;
	size_t n, at = 0, sampled;
	ts_usec gap;
	enum status s;

	for (uint32_t i = 1; i < f->anchors; i++)
		run = f->all[i]->e > run->e ? f->all[i] : run;
	e->could = true;
	s = world_points(w, run->series, a, &p, &n, err);
	if (s != OK)
		return s;
	gap = series_gap(p, n, q->max_gap);
	while (at < n && p[at].t <= run->e)
		at++;
	for (sampled = at; sampled < n && sampled > 0 && p[sampled].t - p[sampled - 1].t <= gap; sampled++)
		;
	if (q->when.kind == COND_FACTOR)
		at = back_from_jump(&q->when, p, sampled, at, f->start, a);
	if (at >= sampled)
		return OK;
	while (series->id != run->series)
		series++;
	e->t = p[at].t;
	e->told = (struct happening){ .t = p[at].t, .role = "recovery", .file = p[at].file, .line = p[at].line, .place = world_place(w, p[at].file),
				      .host = series->host, .about = f->entity,
				      .text = arena_printf(a, "%.*s is %.6g%s%.*s again", STR_ARG(series->name), p[at].v, series->unit.n ? " " : "", STR_ARG(series->unit)) };
	return OK;
}

/* Is it over when its run is?  A change, a silence, a jump have no state to come back from. */
static bool has_state(const struct series_signal *q)
{
	switch (q->when.kind) {
	case COND_ABOVE:
	case COND_BELOW:
	case COND_NEAR:
	case COND_QUANTILE:
	case COND_FACTOR:
	case COND_RATE_ABOVE:
	case COND_RATE_BELOW:
		return q->bottom.name.n == 0; /* the value of a quotient is told by no point */
	case COND_SLOPE_ABOVE:
	case COND_SLOPE_BELOW:
	case COND_DROP:
	case COND_RISE:
	case COND_CHANGED:
	case COND_MISSING_FOR:
		break;
	}
	return false;
}

static enum status ending_of(struct world *w, const struct finding *f, struct ending *e, struct arena *a, struct error *err)
{
	const struct rule *r = f->rule;
	const struct signal *anchor = &r->signals[r->anchor];

	for (size_t i = 0; i < r->n_recovery; i++)
		take(e, first_after(w, r, r->recovery[i], f));
	if (e->could)
		return OK;
	if (anchor->kind == SIG_SERIES && has_state(&anchor->u.series))
		return take_series(w, f, &anchor->u.series, e, a, err);
	return OK;
}

enum status timeline_recovery(struct world *w, const struct members *m, struct arena *a, struct timeline *t, struct error *err)
{
	bool all = true;
	ts_usec last = TS_NONE;

	for (size_t i = 0; i < m->n; i++) {
		struct ending e = { .t = TS_NONE };
		enum status s = ending_of(w, m->v[i], &e, a, err);

		if (s != OK)
			return s;
		/* Of the root it must be known; of the others, where it can be. */
		if (e.t == TS_NONE) {
			all &= i > 0 && !e.could;
			continue;
		}
		last = last == TS_NONE || e.t > last ? e.t : last;
		if (e.match)
			e.told = (struct happening){ .t = e.match->s, .event = e.match->event, .role = "recovery", .file = e.match->file, .line = e.match->line,
						     .place = e.match->place, .host = e.match->host, .about = m->v[i]->entity,
						     .text = e.match->event ? world_message(w, e.match->event, a) : e.match->words };
		timeline_add(t, e.told);
	}
	t->recovered = all ? last : TS_NONE;
	return OK;
}

/* Does the case cover a window?  Absence is only a fact where it does. */
#include <stdlib.h>

#include "correlate/world.h"
#include "record/catalog.h"

/* Events of a cluster live for an hour (kube-apiserver --event-ttl). */
#define EVENT_TTL TS_HOUR

/* The part of time in which this span's file would have shown an event. */
static struct window reach_of(const struct world *w, const struct world_span *s)
{
	const struct world_file *f = &w->files[s->file - 1];
	struct window r = { s->from, s->to };
	/* A log whose place in time is not known ends with its last line: the collection is on another
	 * clock.  One that was cut does so too: who knows what the rest said. */
	bool goes_on = f->collected > s->to && w->clocks[s->clock].u < TS_FOREVER && str_eq(f->status, STR("ok"));

	switch (f->cover) {
	case COVER_SPAN:
	case COVER_POLLED:
		break;
	case COVER_EXCERPT:
		r.hi = r.lo - 1; /* nothing */
		break;
	case COVER_APPEND:
		r.hi = goes_on ? f->collected : s->to;
		break;
	case COVER_SNAPSHOT:
		r.hi = goes_on ? f->collected : s->to;
		if (goes_on && r.hi - EVENT_TTL < r.lo)
			r.lo = r.hi - EVENT_TTL;
		break;
	}
	return r;
}

static bool is_one_of(struct str source, const struct str *sources, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(source, sources[i]))
			return true;
	return false;
}

static int by_start(const void *a, const void *b)
{
	const struct window *x = a, *y = b;

	return x->lo < y->lo ? -1 : x->lo > y->lo;
}

/* Do the parts together cover [lo, hi]? */
static enum covered together(struct window *v, size_t n, ts_usec lo, ts_usec hi)
{
	enum covered best = COVERED_NONE;
	ts_usec at = lo; /* covered up to here, once something covers lo */
	bool begun = false;

	if (n)
		qsort(v, n, sizeof(*v), by_start);
	for (size_t i = 0; i < n; i++) {
		if (v[i].lo <= hi && v[i].hi >= lo)
			best = COVERED_PART;
		if (v[i].lo > at || v[i].hi < at)
			continue;
		begun = true;
		at = v[i].hi;
	}
	return begun && at >= hi ? COVERED_FULL : best;
}

/* What [from, to] of one clock is worth to who reads another: the errors of both may have moved either end. */
static bool seen_from(const struct world *w, const struct match *around, uint32_t clock, struct window *r)
{
	ts_usec k = world_between(w, around->clock, clock);

	if (k >= TS_FOREVER)
		return false;
	k += clock == around->clock ? 0 : around->u;
	r->lo += k;
	r->hi -= k;
	return r->lo <= r->hi;
}

enum covered world_covers(const struct world *w, const struct str *sources, size_t n, const struct match *around, ts_usec lo, ts_usec hi)
{
	struct window *v = malloc((w->n_spans + 1) * sizeof(*v));
	size_t k = 0;
	struct str host;
	bool of_host = world_lift(w, around, ENT_HOST, &host);
	enum covered c;

	if (!v)
		abort();
	for (size_t i = 0; i < w->n_spans; i++) {
		const struct world_span *s = &w->spans[i];
		struct window r;

		if (!is_one_of(w->files[s->file - 1].source, sources, n))
			continue;
		/* Another machine's log says nothing; that of no machine (a cluster's events) is everybody's. */
		if (of_host && s->host != HOST_NONE && !str_eq(w->hosts[w->canonical[s->host]], host))
			continue;
		r = reach_of(w, s);
		if (seen_from(w, around, s->clock, &r))
			v[k++] = r;
	}
	c = together(v, k, lo, hi);
	free(v);
	return c;
}

void matches_could_be(struct matches *list, uint32_t series, const struct point *p, size_t n, ts_usec max_gap, ts_usec period)
{
	for (size_t i = 0, to; i < n; i = to) {
		for (to = i + 1; to < n && p[to].t - p[to - 1].t <= max_gap && p[to].clock == p[i].clock; to++)
			;
		list->stretches = grow(list->stretches, list->n_stretches, &list->cap_stretches, sizeof(*list->stretches));
		list->stretches[list->n_stretches++] = (struct stretch){ series, p[i].clock, p[i].t, p[to - 1].t + period };
	}
}

enum covered matches_cover(const struct world *w, const struct matches *list, const struct match *around, enum entity_kind join, ts_usec lo, ts_usec hi)
{
	enum covered best = COVERED_NONE;

	/* One series must do: another one's half says nothing about this one's. */
	for (size_t i = 0, to; i < list->n_stretches && best != COVERED_FULL; i = to) {
		const struct world_series *s = &w->series[list->stretches[i].series];
		struct match m = { .s = TS_NONE, .host = s->host, .bounds = s->bounds, .n_bounds = s->n_bounds };
		struct window *v;
		size_t k = 0;
		enum covered c;

		for (to = i + 1; to < list->n_stretches && list->stretches[to].series == list->stretches[i].series; to++)
			;
		if (world_joined(w, around, &m, join) == JOIN_NO)
			continue;
		v = malloc((to - i) * sizeof(*v));
		if (!v)
			abort();
		for (size_t j = i; j < to; j++) {
			struct window r = { list->stretches[j].from, list->stretches[j].to };

			if (seen_from(w, around, list->stretches[j].clock, &r))
				v[k++] = r;
		}
		c = together(v, k, lo, hi);
		best = c > best ? c : best;
		free(v);
	}
	return best;
}

void world_span_reach(const struct world *w, const struct world_span *s, ts_usec *from, ts_usec *to)
{
	struct window r = reach_of(w, s);

	*from = r.lo;
	*to = r.hi;
}

bool world_same_host(const struct world *w, uint32_t a, uint32_t b)
{
	if (a == HOST_NONE || b == HOST_NONE)
		return a == b;
	return w->canonical[a] == w->canonical[b];
}

bool world_has_source(const struct world *w, struct str source)
{
	for (size_t i = 0; i < w->n_files; i++)
		if (str_eq(w->files[i].source, source))
			return true;
	return false;
}

bool world_has_series(const struct world *w, const struct series_ref *ref)
{
	for (size_t i = 0; i < w->n_series; i++)
		if (series_is(&w->series[i], ref))
			return true;
	return false;
}

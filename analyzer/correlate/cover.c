/* Does the case cover a window?  Absence is only a fact where it does. */
#include <stdlib.h>

#include "correlate/world.h"
#include "record/catalog.h"

/* Events of a cluster live for an hour (kube-apiserver --event-ttl). */
#define EVENT_TTL TS_HOUR

/* The part of time in which this span's file would have shown an event. */
static struct window reach_of(const struct world *w, const struct world_span *s)
{
	struct window r = { s->from, s->to };
	/* A log whose place in time is not known ends with its last line: the collection is on another clock. */
	ts_usec end = w->collected == TS_NONE || w->clocks[s->clock].u >= TS_FOREVER ? s->to : w->collected;

	switch (w->files[s->file - 1].cover) {
	case COVER_SPAN:
	case COVER_POLLED:
		break;
	case COVER_APPEND:
		r.hi = end > s->to ? end : s->to;
		break;
	case COVER_SNAPSHOT:
		r.hi = end > s->to ? end : s->to;
		if (r.hi - EVENT_TTL < r.lo)
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

static bool host_fits(const struct world *w, uint32_t file_host, uint32_t host)
{
	return host == HOST_NONE || file_host == HOST_NONE || w->canonical[file_host] == w->canonical[host];
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
	ts_usec at = lo;

	qsort(v, n, sizeof(*v), by_start);
	for (size_t i = 0; i < n; i++) {
		if (v[i].lo <= hi && v[i].hi >= lo)
			best = COVERED_PART;
		if (v[i].lo <= at && v[i].hi > at)
			at = v[i].hi;
		if (v[i].lo <= lo && v[i].hi >= hi)
			return COVERED_FULL;
	}
	return at >= hi && n ? COVERED_FULL : best;
}

enum covered world_covers(const struct world *w, const struct str *sources, size_t n, uint32_t host, uint32_t clock, ts_usec lo, ts_usec hi)
{
	struct window *v = malloc((w->n_spans + 1) * sizeof(*v));
	size_t k = 0;
	enum covered c;

	if (!v)
		abort();
	for (size_t i = 0; i < w->n_spans; i++) {
		const struct world_span *s = &w->spans[i];
		struct window r;

		/* A span whose place in time is not known proves nothing, but to those who read the same clock. */
		if (!is_one_of(w->files[s->file - 1].source, sources, n) || !host_fits(w, s->host, host) ||
		    world_between(w, s->clock, clock) >= TS_FOREVER)
			continue;
		r = reach_of(w, s);
		v[k++] = r;
	}
	c = together(v, k, lo, hi);
	free(v);
	return c;
}

enum covered world_covers_series(const struct world *w, const struct series_ref *ref, uint32_t host, ts_usec lo, ts_usec hi, struct error *err)
{
	enum covered best = COVERED_NONE;

	/* Files that hold the series are not told apart by span: the first and last of their points do. */
	for (size_t i = 0; i < w->n_series && best != COVERED_FULL; i++) {
		struct arena *a;
		struct point *p;
		size_t n;

		if (!series_is(&w->series[i], ref) || !host_fits(w, w->series[i].host, host))
			continue;
		a = arena_new();
		if (world_points((struct world *)(uintptr_t)w, w->series[i].id, a, &p, &n, err) == OK && n) {
			struct window r = { p[0].t, p[n - 1].t };
			enum covered c = together(&r, 1, lo, hi);

			if (c > best)
				best = c;
		}
		arena_free(a);
	}
	return best;
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

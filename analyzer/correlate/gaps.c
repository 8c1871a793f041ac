/* Where an incident's sources say nothing for want of data: what is not in the timeline there was not looked at. */
#include <stdlib.h>

#include "correlate/series.h"
#include "correlate/timeline.h"
#include "record/catalog.h"

/* Shorter silences between two files are how logs are cut. */
#define SHORTEST TS_MINUTE

/* What one source recorded of one machine. */
struct family { struct str source; uint32_t host; uint32_t clock; };
struct families { struct family *v; size_t n, cap; };

static void add_family(const struct world *w, struct families *f, const struct match *m)
{
	struct str source = m->file ? w->files[m->file - 1].source : STR_NONE;

	if (!m->event || !source.n)
		return;
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].host == m->host && str_eq(f->v[i].source, source))
			return;
	f->v = grow(f->v, f->n, &f->cap, sizeof(*f->v));
	f->v[f->n++] = (struct family){ source, m->host, m->clock };
}

static int by_start(const void *x, const void *y)
{
	const struct world_span *a = x, *b = y;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return a->to < b->to ? -1 : a->to > b->to;
}

static struct str silence(struct arena *a, struct str what, struct str host, ts_usec from, ts_usec to)
{
	char length[TS_TEXT], until[TS_TEXT];

	return arena_printf(a, "nothing of %.*s%s%.*s for %s, until %s", STR_ARG(what), host.n ? " of " : "", STR_ARG(host), ts_duration(to - from, length),
			    ts_short(to, until));
}

/* Between the files of one source, as far as they reach into the incident. */
static void between_spans(const struct world *w, const struct family *f, struct arena *a, struct timeline *t)
{
	struct world_span *v = ARENA_ARRAY(a, struct world_span, w->n_spans);
	struct str host = f->host == HOST_NONE ? STR_NONE : w->hosts[w->canonical[f->host]];
	ts_usec reached = TS_NONE;
	uint32_t file = 0;
	size_t n = 0;

	for (size_t i = 0; i < w->n_spans; i++) {
		const struct world_span *s = &w->spans[i];

		if (!str_eq(w->files[s->file - 1].source, f->source) || w->clocks[s->clock].u >= TS_FOREVER || !world_same_host(w, s->host, f->host))
			continue;
		v[n] = *s;
		world_span_reach(w, s, &v[n].from, &v[n].to);
		n++;
	}
	if (n)
		qsort(v, n, sizeof(*v), by_start);
	for (size_t i = 0; i < n; i++) {
		if (reached != TS_NONE && v[i].from - reached > SHORTEST && v[i].from > t->start && reached < t->end)
			timeline_add(t, (struct happening){ .t = reached, .role = "context", .file = file, .place = world_place(w, file), .host = f->host,
							    .text = silence(a, f->source, host, reached, v[i].from) });
		if (reached == TS_NONE || v[i].to > reached) {
			reached = v[i].to;
			file = v[i].file;
		}
	}
}

/* The columns of one file end together: one of them is enough. */
static bool named_already(const struct timeline *t, const struct point *p)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].t == p->t && t->v[i].file == p->file && t->v[i].event == 0 && strcmp(t->v[i].role, "context") == 0 &&
		    str_starts(t->v[i].text, STR("nothing of ")))
			return true;
	return false;
}

/* A series that was not sampled for a while. */
static enum status within_series(struct world *w, const struct match *m, struct arena *a, struct timeline *t, struct error *err)
{
	const struct world_series *series = w->series;
	struct point *p;
	size_t n;
	ts_usec gap;
	enum status s = world_points(w, m->series, a, &p, &n, err);

	if (s != OK)
		return s;
	while (series->id != m->series)
		series++;
	gap = series_gap(p, n, 0);
	for (size_t i = 1; i < n; i++)
		if (p[i].clock == p[i - 1].clock && p[i].t - p[i - 1].t > gap && p[i].t > t->start && p[i - 1].t < t->end && !named_already(t, &p[i - 1]))
			timeline_add(t, (struct happening){ .t = p[i - 1].t, .role = "context", .file = p[i - 1].file, .line = p[i - 1].line,
							    .place = world_place(w, p[i - 1].file), .host = series->host,
							    .text = silence(a, series->name, series->host_name, p[i - 1].t, p[i].t) });
	return OK;
}

struct asked { int64_t *v; size_t n, cap; };

static bool asked_before(struct asked *k, int64_t series)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->v[i] == series)
			return true;
	k->v = grow(k->v, k->n, &k->cap, sizeof(*k->v));
	k->v[k->n++] = series;
	return false;
}

enum status timeline_gaps(struct world *w, const struct members *m, struct arena *a, struct timeline *t, struct error *err)
{
	struct families families = { 0 };
	struct asked asked = { 0 };
	enum status s = OK;

	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; k < m->v[i]->n_entries; k++) {
			const struct entry *e = &m->v[i]->entries[k];

			for (uint32_t j = 0; s == OK && e->state >= STATE_POSSIBLE && j < e->n_evidence; j++) {
				add_family(w, &families, e->evidence[j]);
				if (e->evidence[j]->series >= 0 && !asked_before(&asked, e->evidence[j]->series))
					s = within_series(w, e->evidence[j], a, t, err);
			}
		}
	for (size_t i = 0; s == OK && i < families.n; i++)
		between_spans(w, &families.v[i], a, t);
	free(families.v);
	free(asked.v);
	return s;
}

/* count and ratio: how much of something an entity saw within a sliding window. */
#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/map.h"
#include "correlate/series.h"
#include "record/catalog.h"

/* One thing that counts: a match, or a sample with its value. */
struct tick {
	ts_usec t, u;
	uint32_t clock, host, file, line, place, series_place;
	uint64_t offset;
	int64_t series;
	double weight;
	size_t key;               /* entity, in keys */
	uint32_t apart;           /* ticks of one entity that no window may hold together differ in this */
	const struct match *match; /* NULL: a sample */
};
struct ticks { struct tick *v; size_t n, cap; };

static void add_tick(struct ticks *t, struct tick k)
{
	t->v = grow(t->v, t->n, &t->cap, sizeof(*t->v));
	t->v[t->n++] = k;
}

static int in_order(const void *a, const void *b)
{
	const struct tick *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->apart != y->apart)
		return x->apart < y->apart ? -1 : 1;
	if (x->t != y->t)
		return x->t < y->t ? -1 : 1;
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return x->series_place < y->series_place ? -1 : x->series_place > y->series_place;
}

static bool is_polled(const struct world *w, const struct tick *t)
{
	return t->series >= 0 && t->file > 0 && w->files[t->file - 1].cover == COVER_POLLED;
}

/* Requests of which there are metrics and a log are told twice: while something polled counts for an
 * entity, what single records of a log add up to is left out.  Ticks are in order, by entity and time. */
static void drop_recounted(const struct world *w, struct ticks *t)
{
	size_t kept = 0;

	for (size_t i = 0, to; i < t->n; i = to) {
		ts_usec from = TS_NONE, until = TS_NONE;

		for (to = i; to < t->n && t->v[to].key == t->v[i].key; to++)
			if (is_polled(w, &t->v[to])) {
				from = from == TS_NONE ? t->v[to].t : from;
				until = t->v[to].t + TS_MINUTE; /* a sample counts what came after its time */
			}
		for (size_t k = i; k < to; k++)
			if (from == TS_NONE || t->v[k].t < from || t->v[k].t > until || is_polled(w, &t->v[k]))
				t->v[kept++] = t->v[k];
	}
	t->n = kept;
}

/* Fills *out with the operand's ticks, by entity and time.  Entities are
 * numbered by keys; what belongs to none of the kind is left out. */
static enum status collect(struct world *w, const struct rule *r, const struct operand *o, enum entity_kind per, struct map *keys, struct ticks *out,
			   struct matches *judged, struct error *err)
{
	if (!o->is_series) {
		const struct matches *list = &w->matches[r->signals[o->signal].id];

		for (size_t i = 0; i < list->n; i++) {
			const struct match *m = list->v[i];
			struct str id;

			if (world_lift(w, m, per, &id))
				add_tick(out, (struct tick){ m->s, m->u, m->clock, m->host, m->file, m->line, m->place, 0, m->offset, -1, 1, map_put(keys, id), 0, m });
		}
	} else {
		for (size_t k = 0; k < w->n_series; k++) {
			const struct world_series *s = &w->series[k];
			struct match m = { .host = s->host, .bounds = s->bounds, .n_bounds = s->n_bounds };
			struct arena *a;
			struct point *p;
			size_t n, key;
			struct str id;
			enum status st;

			if (!series_is(s, &o->series) || !world_lift(w, &m, per, &id))
				continue;
			key = map_put(keys, id);
			a = arena_new();
			st = world_points(w, s->id, a, &p, &n, err);
			for (size_t i = 0; st == OK && i < n; i++)
				add_tick(out, (struct tick){ p[i].t, p[i].u, p[i].clock, s->host, p[i].file, p[i].line, world_place(w, p[i].file), (uint32_t)k,
							    p[i].offset, s->id, p[i].v, key, 0, NULL });
			if (st == OK)
				matches_could_be(judged, (uint32_t)k, p, n, series_gap(p, n, 0), series_period(p, n));
			arena_free(a);
			if (st != OK)
				return st;
		}
	}
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), in_order);
	if (o->is_series)
		drop_recounted(w, out);
	return OK;
}

/* Numbers each tick's value of a field: equal values have equal numbers, from 1; 0 is unknown. */
static uint32_t *number_values(const struct ticks *t, struct str field, size_t *n)
{
	uint32_t *v = heap_new((t->n + 1) * sizeof(*v));
	struct map *values = map_new();
	struct buf text;

	buf_init(&text, LIMIT_CAPTURE + 64);
	for (size_t i = 0; i < t->n; i++) {
		struct value x = value_unknown();

		if (t->v[i].match)
			match_field(t->v[i].match, field, &x);
		if (x.type == VALUE_UNKNOWN)
			continue;
		buf_reset(&text);
		if (x.type == VALUE_TEXT)
			buf_add(&text, x.text);
		else
			buf_printf(&text, "\001%.17g", x.num); /* no text is a number */
		v[i] = (uint32_t)map_put(values, buf_str(&text)) + 1;
	}
	*n = map_count(values) + 1;
	map_free(values);
	buf_done(&text);
	return v;
}

/* The aggregate over ticks [from, to] of one entity. */
static struct match *aggregate(struct world *w, enum entity_kind per, struct str id, const struct tick *v, size_t from, size_t to, double value, double total)
{
	struct match *m = match_new(w);
	struct named *f = ARENA_ARRAY(w->arena, struct named, 3);
	struct bound *b = ARENA_ARRAY(w->arena, struct bound, 1);
	const struct match **parts = ARENA_ARRAY(w->arena, const struct match *, 8);
	uint32_t n_parts = 0;

	f[0] = (struct named){ STR("value"), value_number(value) };
	f[1] = (struct named){ STR("total"), value_number(total) };
	f[2] = (struct named){ STR("n"), value_number((double)(to - from + 1)) };
	b[0] = (struct bound){ per, arena_dup(w->arena, id) };
	for (size_t i = from; i <= to && n_parts < 8; i++)
		if (v[i].match)
			parts[n_parts++] = v[i].match;
	m->s = v[from].t;
	m->e = v[to].t;
	m->u = v[from].u;
	m->clock = v[from].clock;
	m->host = v[from].host;
	m->bounds = b;
	m->n_bounds = 1;
	m->fields = f;
	m->n_fields = 3;
	m->series = v[from].series;
	m->file = v[from].file;
	m->line = v[from].line;
	m->offset = v[from].offset;
	m->place = v[from].place;
	m->series_place = v[from].series_place;
	m->parts = parts;
	m->n_parts = n_parts;
	return m;
}

/* Windows that overlap are one match, from the first tick to the last, with the largest value. */
struct open { bool any; size_t from, to; double value, total; };

static void close_window(struct world *w, const struct signal *s, enum entity_kind per, const struct map *keys, const struct tick *v, struct open *o, const char *what)
{
	struct match *m;

	if (!o->any)
		return;
	m = aggregate(w, per, map_key(keys, v[o->to].key), v, o->from, o->to, o->value, o->total);
	m->words = arena_printf(w->arena, "%s: %.6g of %.6g within one window for %s %.*s", what, o->value, o->total, entity_kind_name(per),
				STR_ARG(map_key(keys, v[o->to].key)));
	matches_add(&w->matches[s->id], m);
	o->any = false;
}

static void extend(struct open *o, size_t from, size_t to, double value, double total, bool lowest)
{
	if (!o->any || (lowest ? value < o->value : value > o->value)) {
		o->value = value;
		o->total = total;
	}
	if (!o->any)
		o->from = from;
	o->any = true;
	o->to = to;
}

/* Two boots of which nobody knows when they were did not happen at one time because both count from nought. */
static void part_clocks(const struct world *w, struct ticks *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (w->clocks[t->v[i].clock].u >= TS_FOREVER)
			t->v[i].apart = t->v[i].clock + 1;
	if (t->n)
		qsort(t->v, t->n, sizeof(*t->v), in_order);
}

static bool other_stretch(const struct tick *a, const struct tick *b)
{
	return a->key != b->key || a->apart != b->apart;
}

/* What a window of ticks holds. */
struct sliding { const struct tick *v; const uint32_t *value; uint32_t *in; double sum, distinct; size_t lo; };

static void slide_in(struct sliding *s, size_t i)
{
	s->sum += s->v[i].weight;
	if (s->value && s->value[i] && s->in[s->value[i]]++ == 0)
		s->distinct++;
}

static void slide_out(struct sliding *s)
{
	size_t i = s->lo++;

	s->sum -= s->v[i].weight;
	if (s->value && s->value[i] && --s->in[s->value[i]] == 0)
		s->distinct--;
}

enum status match_count(struct world *w, const struct signal *s, struct error *err)
{
	const struct count_signal *c = &s->u.count;
	bool few = c->has_max && !c->has_min;
	struct map *keys = map_new();
	struct ticks t = { 0 };
	struct open o = { 0 };
	struct sliding k = { 0 };
	uint32_t *value = NULL;
	size_t n_values = 0, first = 0;
	enum status st = collect(w, w->rs->owners[s->id], &c->what, c->per, keys, &t, &w->matches[s->id], err);

	part_clocks(w, &t);
	if (c->distinct.n) {
		k.value = value = number_values(&t, c->distinct, &n_values);
		k.in = heap_new(n_values * sizeof(*k.in));
	}
	k.v = t.v;
	for (size_t i = 0; st == OK && i < t.n; i++) {
		double held;

		if (i && other_stretch(&t.v[i], &t.v[i - 1])) {
			close_window(w, s, c->per, keys, t.v, &o, "count");
			while (k.lo < i)
				slide_out(&k);
			k.sum = 0; /* no rest of rounding */
			first = i;
		}
		while (k.lo < i && t.v[i].t - t.v[k.lo].t >= c->over)
			slide_out(&k);
		if (o.any && k.lo > o.to)
			close_window(w, s, c->per, keys, t.v, &o, "count");
		/* Few is what a window holds before the next comes, and only if it lies within what is known. */
		held = c->distinct.n ? k.distinct : k.sum;
		if (few && i > first && t.v[i].t - t.v[first].t >= c->over && held <= c->at_most)
			extend(&o, k.lo < i ? k.lo : i - 1, i, held, k.sum, true);
		slide_in(&k, i);
		held = c->distinct.n ? k.distinct : k.sum;
		if (c->has_min && held >= c->at_least && (!c->has_max || held <= c->at_most))
			extend(&o, k.lo, i, held, k.sum, false);
	}
	if (st == OK)
		close_window(w, s, c->per, keys, t.v, &o, "count");
	free(k.in);
	free(value);
	free(t.v);
	map_free(keys);
	return st;
}

enum status match_ratio(struct world *w, const struct signal *s, struct error *err)
{
	const struct ratio_signal *q = &s->u.ratio;
	const struct rule *r = w->rs->owners[s->id];
	struct map *keys = map_new();
	struct ticks part = { 0 }, whole = { 0 };
	struct matches unused = { 0 };
	struct open o = { 0 };
	size_t lo = 0, p_lo = 0, p_hi = 0;
	double total = 0, some = 0;
	enum status st = collect(w, r, &q->whole, q->per, keys, &whole, &w->matches[s->id], err);

	if (st == OK)
		st = collect(w, r, &q->part, q->per, keys, &part, &unused, err);
	part_clocks(w, &whole);
	part_clocks(w, &part);
	/* The window ends at each tick of the whole; the part's ticks inside it are counted along. */
	for (size_t i = 0; st == OK && i < whole.n; i++) {
		const struct tick *at = &whole.v[i];
		double ratio;

		if (i == 0 || other_stretch(at, &whole.v[i - 1])) {
			close_window(w, s, q->per, keys, whole.v, &o, "ratio");
			total = some = 0;
			lo = i;
			while (p_hi < part.n && (part.v[p_hi].key < at->key || (part.v[p_hi].key == at->key && part.v[p_hi].apart < at->apart)))
				p_hi++;
			p_lo = p_hi;
		}
		total += at->weight;
		while (at->t - whole.v[lo].t >= q->over && lo < i)
			total -= whole.v[lo++].weight;
		if (o.any && lo > o.to)
			close_window(w, s, q->per, keys, whole.v, &o, "ratio");
		while (p_hi < part.n && !other_stretch(&part.v[p_hi], at) && part.v[p_hi].t <= at->t)
			some += part.v[p_hi++].weight;
		while (p_lo < p_hi && part.v[p_lo].t <= at->t - q->over)
			some -= part.v[p_lo++].weight;
		/* Rows of one instant belong together: judge when the last of them is in. */
		if (i + 1 < whole.n && !other_stretch(&whole.v[i + 1], at) && whole.v[i + 1].t == at->t)
			continue;
		if (total < q->min_total || total <= 0)
			continue;
		ratio = some / total;
		if (q->below ? ratio < q->bound : ratio > q->bound)
			extend(&o, lo, i, ratio, total, q->below);
	}
	if (st == OK)
		close_window(w, s, q->per, keys, whole.v, &o, "ratio");
	free(unused.stretches);
	free(part.v);
	free(whole.v);
	map_free(keys);
	return st;
}

/* count and ratio: how much of something an entity saw within a sliding window. */
#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/map.h"
#include "correlate/world.h"
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

/* Fills *out with the operand's ticks, by entity and time.  Entities are
 * numbered by keys; what belongs to none of the kind is left out. */
static enum status collect(struct world *w, const struct rule *r, const struct operand *o, enum entity_kind per, struct map *keys, struct ticks *out, struct error *err)
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
			arena_free(a);
			if (st != OK)
				return st;
		}
	}
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), in_order);
	return OK;
}

static bool same_field(const struct match *a, const struct match *b, struct str name)
{
	struct value x = value_unknown(), y = value_unknown();

	match_field(a, name, &x);
	match_field(b, name, &y);
	if (x.type != y.type)
		return false;
	return x.type == VALUE_TEXT ? str_eq(x.text, y.text) : !(x.num < y.num) && !(x.num > y.num);
}

/* How many different values of a field the window holds: windows are short, a
 * comparison with those before is enough. */
static double distinct(const struct tick *v, size_t from, size_t to, struct str field)
{
	double n = 0;

	for (size_t i = from; i <= to; i++) {
		size_t k = from;

		if (!v[i].match || i - from > LIMIT_CANDIDATES)
			continue;
		while (k < i && !same_field(v[k].match, v[i].match, field))
			k++;
		n += k == i;
	}
	return n;
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

static void extend(struct open *o, size_t from, size_t to, double value, double total)
{
	if (!o->any || value > o->value) {
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

enum status match_count(struct world *w, const struct signal *s, struct error *err)
{
	const struct count_signal *c = &s->u.count;
	struct map *keys = map_new();
	struct ticks t = { 0 };
	struct open o = { 0 };
	double sum = 0;
	size_t lo = 0;
	enum status st = collect(w, w->rs->owners[s->id], &c->what, c->per, keys, &t, err);

	part_clocks(w, &t);
	for (size_t i = 0; st == OK && i < t.n; i++) {
		double value;

		if (i && (t.v[i].key != t.v[i - 1].key || t.v[i].apart != t.v[i - 1].apart)) {
			close_window(w, s, c->per, keys, t.v, &o, "count");
			sum = 0;
			lo = i;
		}
		sum += t.v[i].weight;
		while (t.v[i].t - t.v[lo].t >= c->over && lo < i)
			sum -= t.v[lo++].weight;
		if (o.any && lo > o.to)
			close_window(w, s, c->per, keys, t.v, &o, "count");
		value = c->distinct.n ? distinct(t.v, lo, i, c->distinct) : sum;
		if ((!c->has_min || value >= c->at_least) && (!c->has_max || value <= c->at_most))
			extend(&o, lo, i, value, sum);
	}
	if (st == OK)
		close_window(w, s, c->per, keys, t.v, &o, "count");
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
	struct open o = { 0 };
	size_t lo = 0, p_lo = 0, p_hi = 0;
	double total = 0, some = 0;
	enum status st = collect(w, r, &q->whole, q->per, keys, &whole, err);

	if (st == OK)
		st = collect(w, r, &q->part, q->per, keys, &part, err);
	/* The window ends at each tick of the whole; the part's ticks inside it are counted along. */
	for (size_t i = 0; st == OK && i < whole.n; i++) {
		const struct tick *at = &whole.v[i];
		double ratio;

		if (i == 0 || at->key != whole.v[i - 1].key) {
			close_window(w, s, q->per, keys, whole.v, &o, "ratio");
			total = some = 0;
			lo = i;
			while (p_hi < part.n && part.v[p_hi].key < at->key)
				p_hi++;
			p_lo = p_hi;
		}
		total += at->weight;
		while (at->t - whole.v[lo].t >= q->over && lo < i)
			total -= whole.v[lo++].weight;
		if (o.any && lo > o.to)
			close_window(w, s, q->per, keys, whole.v, &o, "ratio");
		while (p_hi < part.n && part.v[p_hi].key == at->key && part.v[p_hi].t <= at->t)
			some += part.v[p_hi++].weight;
		while (p_lo < p_hi && part.v[p_lo].t <= at->t - q->over)
			some -= part.v[p_lo++].weight;
		/* Rows of one instant belong together: judge when the last of them is in. */
		if (i + 1 < whole.n && whole.v[i + 1].key == at->key && whole.v[i + 1].t == at->t)
			continue;
		if (total < q->min_total || total <= 0)
			continue;
		ratio = some / total;
		if (q->below ? ratio < q->bound : ratio > q->bound)
			extend(&o, lo, i, ratio, total);
	}
	if (st == OK)
		close_window(w, s, q->per, keys, whole.v, &o, "ratio");
	free(part.v);
	free(whole.v);
	map_free(keys);
	return st;
}

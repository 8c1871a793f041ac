/* Finds the offset of every clock.  Evidence is a graph: an edge says how two
 * clocks differ and how surely; each clock is solved along the path from UTC
 * with the smallest error, and remembers its parent so that errors owed to the
 * same edge cancel (clocks_between).
 *
 * Nothing may depend on the numbers of clocks: they follow the order in which files were read. */
#include <stdlib.h>

#include "tstamp/clock_priv.h"

/* Files of one bundle are written within minutes of each other. */
#define COLLECTION_TAKES (5 * TS_MINUTE)
/* The same, when only the last stamp of the bundle says when it ended. */
#define COLLECTION_GUESS (15 * TS_MINUTE)
/* uptime and date are printed by one script. */
#define UPTIME_AND_DATE (TS_MINUTE)
/* A file without stamps may have been written before what the bundle is about. */
#define LEFT_OVER TS_DAY
/* Zones go from -12:00 to +14:00. */
#define ANY_ZONE (14 * TS_HOUR)

/* ---- clocks by what identifies them ---- */

struct ranked { const struct clock_info *info; struct str key; uint32_t clock; };

static int by_identity(const void *x, const void *y)
{
	const struct ranked *p = x, *q = y;
	const struct clock_info *a = p->info, *b = q->info;
	int c;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if ((c = str_cmp(a->host, b->host)) || (c = str_cmp(a->scope, b->scope)))
		return c;
	if (a->part != b->part)
		return a->part < b->part ? -1 : 1;
	return str_cmp(p->key, q->key); /* under two labels of one machine */
}

/* order[rank] is a clock; rank[clock] its place. */
struct ranking { uint32_t *order, *rank; };

static struct ranking rank_clocks(const struct clocks *c)
{
	struct ranking r = { ARENA_ARRAY(c->arena, uint32_t, c->n), ARENA_ARRAY(c->arena, uint32_t, c->n) };
	struct ranked *v = ARENA_ARRAY(c->arena, struct ranked, c->n);

	for (uint32_t i = 0; i < c->n; i++)
		v[i] = (struct ranked){ &c->v[i], map_key(c->keys, i), i };
	qsort(v, c->n, sizeof(*v), by_identity);
	for (uint32_t i = 0; i < c->n; i++) {
		r.order[i] = v[i].clock;
		r.rank[v[i].clock] = i;
	}
	return r;
}

/* ---- edges ---- */

struct edge { uint32_t a, b; ts_usec diff, u; struct str basis; };
struct edges { struct edge *v; size_t n; };

static int by_clocks(const void *x, const void *y)
{
	const struct clock_pair *a = x, *b = y;

	if (a->a != b->a)
		return a->a < b->a ? -1 : 1;
	if (a->b != b->b)
		return a->b < b->b ? -1 : 1;
	if (a->diff != b->diff)
		return a->diff < b->diff ? -1 : 1;
	if (a->u != b->u)
		return a->u < b->u ? -1 : 1;
	return str_cmp(a->basis, b->basis);
}

/* All pairs of the same two clocks become one edge: where their intervals
 * overlap, or, when the clock was stepped between them, the median, with an error
 * that reaches over each of them. */
static struct edge merge(const struct clock_pair *p, size_t n)
{
	ts_usec lo = p[0].diff - p[0].u, hi = p[0].diff + p[0].u, least = lo, most = hi;
	const struct clock_pair *best = p, *mid = &p[n / 2];

	for (size_t i = 1; i < n; i++) {
		ts_usec from = p[i].diff - p[i].u, to = p[i].diff + p[i].u;

		lo = from > lo ? from : lo;
		hi = to < hi ? to : hi;
		least = from < least ? from : least;
		most = to > most ? to : most;
		if (p[i].u < best->u)
			best = &p[i];
	}
	if (lo <= hi)
		return (struct edge){ p->a, p->b, lo + (hi - lo) / 2, (hi - lo + 1) / 2, best->basis };
	lo = mid->diff - least;
	hi = most - mid->diff;
	return (struct edge){ p->a, p->b, mid->diff, lo > hi ? lo : hi, mid->basis };
}

static struct edges edges_of(const struct clocks *c, const struct ranking *r)
{
	struct clock_pair *p = ARENA_ARRAY(c->arena, struct clock_pair, c->n_pairs);
	struct edges e = { ARENA_ARRAY(c->arena, struct edge, c->n_pairs), 0 };

	for (size_t i = 0; i < c->n_pairs; i++) { /* from the lower rank to the higher */
		const struct clock_pair *q = &c->pairs[i];
		uint32_t a = r->rank[q->a], b = r->rank[q->b];

		p[i] = a < b ? (struct clock_pair){ a, b, q->diff, q->u, q->basis } : (struct clock_pair){ b, a, -q->diff, q->u, q->basis };
	}
	if (c->n_pairs)
		qsort(p, c->n_pairs, sizeof(*p), by_clocks);
	for (size_t i = 0, j; i < c->n_pairs; i = j) {
		for (j = i + 1; j < c->n_pairs && p[j].a == p[i].a && p[j].b == p[i].b; j++)
			;
		e.v[e.n] = merge(&p[i], j - i);
		e.v[e.n].a = r->order[p[i].a];
		e.v[e.n++].b = r->order[p[i].b];
	}
	return e;
}

static void reach(struct clocks *c, uint32_t clock, uint32_t parent, ts_usec offset, ts_usec u, struct str basis)
{
	struct clock_info *k = &c->v[clock];

	k->solved = true;
	k->parent = parent;
	k->offset_us = offset;
	k->uncertainty_us = u;
	k->basis = basis;
}

/* Spreads from the clocks that are solved along the edges; smaller errors win. */
static void spread(struct clocks *c, const struct edges *e)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (size_t i = 0; i < e->n; i++) {
			for (int back = 0; back < 2; back++) {
				const struct edge *k = &e->v[i];
				uint32_t from = back ? k->b : k->a, to = back ? k->a : k->b;
				const struct clock_info *f = &c->v[from], *t = &c->v[to];
				ts_usec u = f->uncertainty_us + k->u;

				if (!f->solved || to == CLOCK_IS_UTC || f->parent == to || (t->solved && t->uncertainty_us <= u))
					continue;
				reach(c, to, from, f->offset_us + (back ? -k->diff : k->diff), u, k->basis.n ? k->basis : f->basis);
				changed = true;
			}
		}
	}
}

/* ---- the bundle's own host ---- */

static bool is_own_host(const struct clocks *c, struct str host)
{
	return host.n == 0 || str_eq(host, c->own_host);
}

/* Labels give way to the hosts they stand for; what was one clock of a host under several of them is one again. */
static void name_machines(struct clocks *c)
{
	size_t n = c->n;

	clocks_machine(c, STR_NONE);
	for (uint32_t i = 0; i < n; i++) {
		size_t m = map_find(c->machines, c->v[i].host);
		struct clock_info k = c->v[i];

		if (k.host.n == 0 || m == MAP_NONE)
			continue;
		c->v[i].host = k.host = c->machine_host[m];
		if (k.scope.n == 0)
			clocks_pair(c, i, 0, clocks_get(c, k.kind, k.host, STR_NONE, k.part), 0, 0, STR_NONE);
	}
}

/* Local clocks of the bundle's own host under its two names are one. */
static void join_own_host(struct clocks *c)
{
	size_t n = c->n;

	for (uint32_t i = 0; i < n; i++) {
		struct clock_info k = c->v[i];

		if ((k.kind == CLOCK_LOCAL || k.kind == CLOCK_BOOT) && k.scope.n == 0 && k.host.n && is_own_host(c, k.host))
			clocks_pair(c, i, 0, clocks_get(c, k.kind, STR_NONE, STR_NONE, k.part), 0, 0, STR("the bundle's own host"));
	}
}

/* With a single host in the logs and none named by the facts, it is the bundle's own. */
static void guess_own_host(struct clocks *c)
{
	struct str only = STR_NONE;

	if (c->own_host.n)
		return;
	for (uint32_t i = 0; i < c->n; i++) {
		struct str h = c->v[i].host;

		if (!h.n)
			continue;
		if (only.n && !str_eq(only, h))
			return;
		only = h;
	}
	c->own_host = only;
}

/* ---- the ends of the case ---- */

/* The latest instant that is known well enough to bound the collection, and the clock it was read off. */
struct end { ts_usec t; uint32_t clock; };

static struct end latest(const struct clocks *c, const struct ranking *r)
{
	ts_usec told = c->direct_collected;
	struct end e = { told, CLOCK_IS_UTC };

	for (uint32_t i = 0; i < c->n; i++) {
		const struct clock_info *k = &c->v[r->order[i]];
		ts_usec t;

		if (!k->solved || k->last == TS_NONE || k->uncertainty_us >= TS_DAY)
			continue;
		t = k->last + k->offset_us;
		if (e.t != TS_NONE && t <= e.t)
			continue;
		/* Against a time that was told, only stamps as good as that count, and none of a clock far ahead. */
		if (told != TS_NONE && (k->uncertainty_us > COLLECTION_TAKES || t > told + TS_DAY))
			continue;
		e = (struct end){ t, r->order[i] };
	}
	return e;
}

/* When what the case is about began. */
static ts_usec earliest(const struct clocks *c, ts_usec if_none)
{
	const struct clock_info *utc = &c->v[CLOCK_IS_UTC];
	ts_usec t = TS_NONE;

	/* Package logs reach back for years: only boots and what follows count as the case. */
	for (uint32_t i = 0; i < c->n; i++) {
		const struct clock_info *k = &c->v[i];

		if (k->solved && k->kind == CLOCK_BOOT && k->first != TS_NONE && (t == TS_NONE || k->offset_us < t))
			t = k->offset_us;
	}
	if (t == TS_NONE)
		t = utc->first;
	for (uint32_t i = 0; utc->first == TS_NONE && i < c->n; i++) {
		const struct clock_info *k = &c->v[i];

		if (k->kind != CLOCK_BOOT && k->solved && k->first != TS_NONE && k->uncertainty_us < TS_DAY && (t == TS_NONE || k->first + k->offset_us < t))
			t = k->first + k->offset_us;
	}
	return t == TS_NONE || t > if_none ? if_none : t;
}

/* ---- what nothing ties to UTC ---- */

static void place(struct clocks *c, uint32_t i, struct end end, ts_usec first)
{
	const struct clock_info *k = &c->v[i];
	ts_usec at = end.t == TS_NONE ? 0 : end.t, u = c->v[end.clock].uncertainty_us, took;

	switch (k->kind) {
	case CLOCK_UTC:
		return;
	case CLOCK_YEARLESS: /* not a single stamp: the others are tied to a local clock by place_years() */
	case CLOCK_LOCAL:
		reach(c, i, CLOCK_IS_UTC, 0, ANY_ZONE, STR("no zone in the bundle: taken as UTC"));
		break;
	case CLOCK_BOOT:
		reach(c, i, CLOCK_IS_UTC, at - (k->last == TS_NONE ? 0 : k->last), TS_FOREVER,
		      STR("boot time unknown: placed so that its last line is the collection"));
		break;
	case CLOCK_AGE:
		took = c->direct_collected != TS_NONE ? at - c->direct_collected : 0;
		if (c->direct_collected != TS_NONE)
			reach(c, i, CLOCK_IS_UTC, at - took / 2, COLLECTION_TAKES + (took + 1) / 2, c->collected_basis);
		else /* through the clock that knows the end: they share the error of its zone */
			reach(c, i, end.clock, at, end.t == TS_NONE ? TS_FOREVER : u + COLLECTION_GUESS, STR("taken as printed at the last time in the bundle"));
		break;
	case CLOCK_UNSTAMPED: /* it may be left over from an earlier run: never certain */
		reach(c, i, CLOCK_IS_UTC, first + (at - first) / 2, end.t == TS_NONE ? TS_FOREVER : (at - first) / 2 + LEFT_OVER,
		      STR("no stamp in the file: placed between boot and collection, may be older"));
		break;
	}
}

static uint32_t top(uint32_t *group, uint32_t i)
{
	for (; group[i] != i; i = group[i])
		group[i] = group[group[i]];
	return i;
}

/* Among clocks of this kind that are tied to each other only, one is placed and carries
 * the others along: the first by identity, of those that were read at all. */
static void place_roots(struct clocks *c, enum clock_kind kind, const struct ranking *r, const struct edges *e, struct end end)
{
	uint32_t *group = ARENA_ARRAY(c->arena, uint32_t, c->n), *chosen = ARENA_ARRAY(c->arena, uint32_t, c->n);

	for (uint32_t i = 0; i < c->n; i++)
		group[i] = i;
	for (size_t i = 0; i < e->n; i++) {
		uint32_t a = top(group, e->v[i].a), b = top(group, e->v[i].b);

		group[a > b ? a : b] = a > b ? b : a;
	}
	for (int read = 1; read >= 0; read--)
		for (uint32_t i = 0; i < c->n; i++) {
			uint32_t k = r->order[i];
			uint32_t *of_group = &chosen[top(group, k)]; /* one more than the clock; 0: none yet */

			if (c->v[k].kind == kind && !c->v[k].solved && (c->v[k].last != TS_NONE) == read && !*of_group)
				*of_group = k + 1;
		}
	for (uint32_t i = 0; i < c->n; i++)
		if (chosen[i])
			place(c, chosen[i] - 1, end, 0);
	spread(c, e);
}

/* The moment of `uptime` is that of `date`, whichever clock date was printed by. */
static void pair_uptimes(struct clocks *c)
{
	for (size_t i = 0; i < c->n_uptimes; i++) {
		const struct clock_uptime *up = &c->uptimes[i];

		if (c->direct_collected != TS_NONE)
			clocks_pair(c, up->boot, up->uptime, CLOCK_IS_UTC, c->direct_collected, UPTIME_AND_DATE, up->basis);
		else if (c->local_collected != TS_NONE)
			clocks_pair(c, up->boot, up->uptime, c->local_clock, c->local_collected, UPTIME_AND_DATE, up->basis);
	}
}

void clocks_solve(struct clocks *c)
{
	struct ranking r;
	struct edges e;
	struct end end;
	ts_usec first;

	reach(c, CLOCK_IS_UTC, CLOCK_IS_UTC, 0, 0, STR("stamped with its zone"));
	name_machines(c);
	guess_own_host(c);
	join_own_host(c);
	pair_uptimes(c);
	r = rank_clocks(c);
	e = edges_of(c, &r);
	spread(c, &e);
	end = latest(c, &r);
	/* A local time is good enough for a year. */
	place_years(c, end.t == TS_NONE || (c->direct_collected == TS_NONE && c->last_year_seen > end.t) ? c->last_year_seen : end.t);
	join_own_host(c);
	r = rank_clocks(c);
	e = edges_of(c, &r);
	spread(c, &e);
	place_roots(c, CLOCK_LOCAL, &r, &e, end);
	end = latest(c, &r);
	place_roots(c, CLOCK_BOOT, &r, &e, end);
	c->collected = end.t;
	first = earliest(c, end.t == TS_NONE ? 0 : end.t);
	for (uint32_t i = 0; i < c->n; i++)
		if (!c->v[r.order[i]].solved)
			place(c, r.order[i], end, first);
}

static unsigned depth(const struct clocks *c, uint32_t i)
{
	unsigned d = 0;

	for (; i != CLOCK_IS_UTC; i = c->v[i].parent)
		d++;
	return d;
}

ts_usec clocks_between(const struct clocks *c, uint32_t a, uint32_t b)
{
	ts_usec u = c->v[a].uncertainty_us + c->v[b].uncertainty_us;
	unsigned da = depth(c, a), db = depth(c, b);

	while (a != b) {
		if (da >= db) {
			a = c->v[a].parent;
			da--;
		} else {
			b = c->v[b].parent;
			db--;
		}
	}
	return u - 2 * c->v[a].uncertainty_us;
}

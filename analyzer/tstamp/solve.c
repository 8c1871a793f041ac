/* Finds the offset of every clock.  Evidence is a graph: an edge says how two clocks differ and how
 * surely (network.c).  Each clock is solved along the path from UTC with the smallest error and remembers
 * its parent, so that errors owed to the same edge cancel (clocks_between); then all paths together
 * narrow it. */
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

static void reach(struct clocks *c, uint32_t clock, uint32_t parent, ts_usec offset, ts_usec u, struct str basis)
{
	struct clock_info *k = &c->v[clock];

	k->solved = true;
	k->parent = parent;
	k->offset_us = offset;
	k->uncertainty_us = u;
	k->basis = basis;
	k->parent_error_us = u - c->v[parent].uncertainty_us;
}

/* Spreads from the clocks that are solved along the edges; smaller errors win. */
static void spread(struct clocks *c, const struct edges *e)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (size_t i = 0; i < e->n; i++) {
			const struct edge *k = &e->v[i];

			if (k->dropped || edge_is_open(k) || k->trust == CLOCK_BOUND) /* that only narrows */
				continue;
			for (int back = 0; back < 2; back++) {
				uint32_t from = back ? k->b : k->a, to = back ? k->a : k->b;
				const struct clock_info *f = &c->v[from], *t = &c->v[to];
				ts_usec u = f->uncertainty_us + edge_error(k);

				if (!f->solved || to == CLOCK_IS_UTC || f->parent == to || (t->solved && t->uncertainty_us <= u))
					continue;
				reach(c, to, from, f->offset_us + (back ? -edge_mid(k) : edge_mid(k)), u, k->basis.n ? k->basis : f->basis);
				changed = true;
			}
		}
	}
}

/* ---- the bundle's own host ---- */

bool clocks_is_own(const struct clocks *c, struct str host)
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
			clocks_add_pair(c, (struct clock_pair){ .a = i, .b = clocks_get(c, k.kind, k.host, STR_NONE, k.part), .local = k.kind == CLOCK_LOCAL });
	}
	name_zones(c);
}

/* Clocks of the bundle's own host under its two names are one. */
static void join_own_host(struct clocks *c)
{
	size_t n = c->n;

	for (uint32_t i = 0; i < n; i++) {
		struct clock_info k = c->v[i];

		if ((k.kind == CLOCK_LOCAL || k.kind == CLOCK_BOOT || k.kind == CLOCK_HOST) && k.scope.n == 0 && k.host.n && clocks_is_own(c, k.host))
			clocks_add_pair(c, (struct clock_pair){ .a = i, .b = clocks_get(c, k.kind, STR_NONE, STR_NONE, k.part),
								.local = k.kind == CLOCK_LOCAL });
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

/* Every host is taken to have the right time, until events that two of them saw say otherwise. */
static void trust_hosts(struct clocks *c)
{
	for (uint32_t i = c->n_trusted; i < c->n; i++) { /* c->n grows */
		struct clock_info k = c->v[i];

		if (k.kind == CLOCK_LOCAL || k.kind == CLOCK_YEARLESS)
			(void)clocks_host(c, k.host);
		if (k.kind == CLOCK_HOST)
			clocks_assume(c, CLOCK_IS_UTC, 0, i, 0, 0, clocks_is_own(c, c->v[i].host) ? CLOCK_RIGHT_OWN : CLOCK_RIGHT,
				      STR("stamped with its zone, the host's clock taken as right"));
	}
	c->n_trusted = (uint32_t)c->n;
}

/* ---- the ends of the case ---- */

/* When the bundle says it was collected, in UTC. */
static ts_usec told_collection(const struct clocks *c)
{
	return c->direct_collected == TS_NONE ? TS_NONE : c->direct_collected + c->v[c->direct_clock].offset_us;
}

static bool is_same_host(const struct clocks *c, struct str a, struct str b)
{
	return str_eq(a, b) || (clocks_is_own(c, a) && clocks_is_own(c, b));
}

/* What a machine itself says of when it was collected, with its zone if it can; machines of one case may have been
 * days apart.  NULL: nothing. */
static const struct clock_told *told_by(const struct clocks *c, struct str host)
{
	const struct clock_told *best = NULL;

	for (size_t i = 0; i < c->n_told; i++) {
		const struct clock_told *t = &c->told[i];
		bool zone = c->v[t->clock].kind <= CLOCK_HOST, best_zone = best && c->v[best->clock].kind <= CLOCK_HOST;

		if (!is_same_host(c, c->v[t->clock].host, host))
			continue;
		if (!best || zone > best_zone || (zone == best_zone && (t->t > best->t || (t->t == best->t && str_cmp(t->basis, best->basis) < 0))))
			best = t;
	}
	return best;
}

ts_usec clocks_host_collected_at(const struct clocks *c, struct str host)
{
	const struct clock_told *t = told_by(c, host);

	return t && c->v[t->clock].solved ? clocks_utc(c, t->clock, t->t) : TS_NONE;
}

/* The latest instant that is known well enough to bound the collection, and the clock it was read off. */
struct end { ts_usec t; uint32_t clock; };

static struct end latest(const struct clocks *c, const struct ranking *r)
{
	ts_usec told = told_collection(c);
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
	ts_usec t = TS_NONE;
	bool stamped = false;

	/* Package logs reach back for years: only boots and what follows count as the case. */
	for (uint32_t i = 0; i < c->n; i++) {
		const struct clock_info *k = &c->v[i];

		if (k->solved && k->kind == CLOCK_BOOT && k->first != TS_NONE && (t == TS_NONE || k->offset_us < t))
			t = k->offset_us;
	}
	if (t != TS_NONE)
		return t > if_none ? if_none : t;
	for (uint32_t i = 0; i < c->n; i++)
		stamped |= (c->v[i].kind == CLOCK_UTC || c->v[i].kind == CLOCK_HOST) && c->v[i].first != TS_NONE;
	for (uint32_t i = 0; stamped && i < c->n; i++) {
		const struct clock_info *k = &c->v[i];

		if ((k->kind == CLOCK_UTC || k->kind == CLOCK_HOST) && k->first != TS_NONE && (t == TS_NONE || k->first + k->offset_us < t))
			t = k->first + k->offset_us;
	}
	for (uint32_t i = 0; !stamped && i < c->n; i++) {
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
	ts_usec at = end.t == TS_NONE ? 0 : end.t, u = c->v[end.clock].uncertainty_us, took, told = told_collection(c);
	const struct clock_told *own = k->kind == CLOCK_AGE ? told_by(c, k->host) : NULL;
	uint32_t host;

	switch (k->kind) {
	case CLOCK_UTC:
	case CLOCK_HOST:
		return;
	case CLOCK_YEARLESS: /* not a single stamp: the others are tied to a local clock by place_years() */
	case CLOCK_LOCAL:
		host = clocks_host(c, k->host);
		reach(c, i, host, c->v[host].offset_us, c->v[host].uncertainty_us + ANY_ZONE, STR("no zone in the bundle: taken as UTC"));
		break;
	case CLOCK_BOOT:
		reach(c, i, CLOCK_IS_UTC, at - (k->last == TS_NONE ? 0 : k->last), TS_FOREVER,
		      STR("boot time unknown: placed so that its last line is the collection"));
		break;
	case CLOCK_AGE:
		took = told != TS_NONE ? at - told : 0;
		if (own && told != TS_NONE && told - clocks_utc(c, own->clock, own->t) > COLLECTION_TAKES) /* others came later */
			reach(c, i, own->clock, clocks_utc(c, own->clock, own->t), c->v[own->clock].uncertainty_us + COLLECTION_TAKES, own->basis);
		else if (told != TS_NONE)
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

		if (e->v[i].dropped || edge_is_open(&e->v[i]) || e->v[i].trust == CLOCK_BOUND)
			continue;
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
		const struct clock_told *own = told_by(c, c->v[up->boot].host);

		if (own)
			clocks_pair(c, up->boot, up->uptime, own->clock, own->t, UPTIME_AND_DATE, up->basis);
		else if (c->direct_collected != TS_NONE)
			clocks_pair(c, up->boot, up->uptime, c->direct_clock, c->direct_collected, UPTIME_AND_DATE, up->basis);
		else if (c->local_collected != TS_NONE)
			clocks_pair(c, up->boot, up->uptime, c->local_clock, c->local_collected, UPTIME_AND_DATE, up->basis);
	}
}

/* ---- narrowing ---- */

/* What was stamped was stamped before the collection, if the bundle says when that was; and zones are zones. */
static void bound(struct clocks *c)
{
	size_t n = c->n;

	for (uint32_t i = 0; i < n; i++) {
		const struct clock_info *k = &c->v[i];
		const struct clock_told *own = k->kind == CLOCK_LOCAL || k->kind == CLOCK_BOOT ? told_by(c, k->host) : NULL;

		if (own && k->last != TS_NONE && c->v[own->clock].kind <= CLOCK_HOST)
			clocks_order(c, i, k->last, own->clock, own->t + COLLECTION_TAKES, CLOCK_BOUND, STR("stamped before the collection"));
		else if (k->last != TS_NONE && (k->kind == CLOCK_LOCAL || k->kind == CLOCK_BOOT) && c->direct_collected != TS_NONE)
			clocks_order(c, i, k->last, c->direct_clock, c->direct_collected + COLLECTION_TAKES, CLOCK_BOUND,
				     STR("stamped before the collection"));
		if (k->kind == CLOCK_LOCAL)
			clocks_assume(c, clocks_host(c, k->host), 0, i, 0, ANY_ZONE, CLOCK_BOUND, STR("no zone in the bundle"));
	}
}

/* What is not tied to anything but lies between other things. */
static void reach_bounded(struct clocks *c, const ts_usec *lo, const ts_usec *hi)
{
	for (uint32_t i = 0; i < c->n; i++)
		if (!c->v[i].solved && lo[i] > -CLOCK_OPEN && hi[i] < CLOCK_OPEN && hi[i] - lo[i] < TS_FOREVER && c->v[i].kind == CLOCK_BOOT)
			reach(c, i, CLOCK_IS_UTC, lo[i] + (hi[i] - lo[i]) / 2, (hi[i] - lo[i] + 1) / 2, STR("between what is known to come before and after it"));
}

struct narrowing { struct clocks *c; const ts_usec *lo, *hi; ts_usec *offset, *u; bool *done; };

/* Clocks keep the place their best evidence gives them, unless all evidence together says otherwise, or halves
 * the error: what hangs together stays together. */
static void narrow(struct narrowing *n, uint32_t i)
{
	struct clock_info *k = &n->c->v[i];
	const struct clock_info *p = &n->c->v[k->parent];
	ts_usec apart, half, u;

	if (n->done[i])
		return;
	n->done[i] = true;
	narrow(n, k->parent);
	apart = n->offset[i] - n->offset[k->parent];
	half = n->u[i] - n->u[k->parent];
	k->offset_us = p->offset_us + apart;
	k->uncertainty_us = p->uncertainty_us + half;
	if (n->lo[i] > -CLOCK_OPEN && n->hi[i] < CLOCK_OPEN && k->uncertainty_us < TS_FOREVER) {
		if (k->offset_us < n->lo[i] || k->offset_us > n->hi[i] || n->hi[i] - n->lo[i] <= k->uncertainty_us)
			k->offset_us = n->lo[i] + (n->hi[i] - n->lo[i]) / 2;
		u = n->hi[i] - k->offset_us > k->offset_us - n->lo[i] ? n->hi[i] - k->offset_us : k->offset_us - n->lo[i];
		if (u < k->uncertainty_us || k->offset_us != p->offset_us + apart)
			k->uncertainty_us = u;
	}
	k->parent_error_us = half + llabs(k->offset_us - p->offset_us - apart);
}

static void narrow_all(struct clocks *c, const ts_usec *lo, const ts_usec *hi)
{
	struct narrowing n = { c, lo, hi, ARENA_ARRAY(c->arena, ts_usec, c->n), ARENA_ARRAY(c->arena, ts_usec, c->n), ARENA_ARRAY(c->arena, bool, c->n) };

	for (uint32_t i = 0; i < c->n; i++) {
		n.offset[i] = c->v[i].offset_us;
		n.u[i] = c->v[i].uncertainty_us;
		n.done[i] = !c->v[i].solved || i == CLOCK_IS_UTC;
	}
	for (uint32_t i = 0; i < c->n; i++)
		narrow(&n, i);
}

/* ---- all of it ---- */

static void forget(struct clocks *c)
{
	for (uint32_t i = 0; i < c->n; i++)
		c->v[i].solved = i == CLOCK_IS_UTC;
}

struct solution { struct ranking r; struct edges e; };

static struct solution solve(struct clocks *c, bool tell)
{
	struct solution s = { rank_clocks(c), { 0 } };

	s.e = edges_of(c, &s.r);
	edges_agree(c, &s.e, tell);
	forget(c);
	spread(c, &s.e);
	return s;
}

/* The years of stamps that lack them, and the zones of all, hang on when the bundle was collected. */
static void settle_civil(struct clocks *c)
{
	struct solution s;
	struct end end;
	ts_usec collected;

	pair_zones(c);
	s = solve(c, false);
	end = latest(c, &s.r);
	/* A local time is good enough for a year. */
	collected = end.t == TS_NONE || (c->direct_collected == TS_NONE && c->last_year_seen > end.t) ? c->last_year_seen : end.t;
	if (c->direct_collected == TS_NONE && c->local_collected == TS_NONE && c->named_collected > collected)
		collected = c->named_collected;
	place_years(c, collected);
	trust_hosts(c);
	join_own_host(c);
	learn_zones(c);
	split_zones(c, collected);
}

/* The year of a log and the zone of its host are two findings. */
static void tell_zones(struct clocks *c)
{
	for (uint32_t i = 0; i < c->n; i++) {
		struct clock_info *k = &c->v[i];
		const struct clock_info *p = &c->v[k->parent];

		if (c->v[p->parent].kind == CLOCK_LOCAL) /* under the other name of the own host */
			p = &c->v[p->parent];
		/* A log taken for the running boot, and how that one is known. */
		if (k->kind == CLOCK_BOOT && p->kind == CLOCK_BOOT && k->scope.n && !p->scope.n && !str_eq(k->basis, p->basis))
			k->basis = arena_printf(c->arena, "%.*s; %.*s", STR_ARG(k->basis), STR_ARG(p->basis));
		if (k->kind == CLOCK_YEARLESS && p->kind == CLOCK_LOCAL && k->uncertainty_us < TS_FOREVER && !str_eq(k->basis, p->basis))
			k->basis = arena_printf(c->arena, "%.*s; %.*s", STR_ARG(k->basis), STR_ARG(p->basis));
	}
}

void clocks_solve(struct clocks *c)
{
	struct solution s;
	struct end end;
	ts_usec first, *lo, *hi;

	reach(c, CLOCK_IS_UTC, CLOCK_IS_UTC, 0, 0, STR("stamped with its zone"));
	name_machines(c);
	guess_own_host(c);
	trust_hosts(c);
	join_own_host(c);
	pair_uptimes(c);
	pair_lines(c);
	settle_civil(c);
	bound(c);
	s = solve(c, true);
	place_roots(c, CLOCK_LOCAL, &s.r, &s.e, latest(c, &s.r));
	lo = ARENA_ARRAY(c->arena, ts_usec, c->n);
	hi = ARENA_ARRAY(c->arena, ts_usec, c->n);
	edges_bounds(c, &s.e, CLOCK_IS_UTC, lo, hi);
	reach_bounded(c, lo, hi);
	spread(c, &s.e);
	narrow_all(c, lo, hi);
	end = latest(c, &s.r);
	place_roots(c, CLOCK_BOOT, &s.r, &s.e, end);
	c->collected = end.t;
	first = earliest(c, end.t == TS_NONE ? 0 : end.t);
	for (uint32_t i = 0; i < c->n; i++)
		if (!c->v[s.r.order[i]].solved)
			place(c, s.r.order[i], end, first);
	tell_zones(c);
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
	ts_usec apart = c->v[a].uncertainty_us + c->v[b].uncertainty_us, u = 0;
	unsigned da = depth(c, a), db = depth(c, b);

	while (a != b) {
		uint32_t *deeper = da >= db ? &a : &b;

		u += c->v[*deeper].parent_error_us;
		*deeper = c->v[*deeper].parent;
		*(da >= db ? &da : &db) -= 1;
	}
	return u < apart ? u : apart;
}

/* Finds the offset of every clock.  Evidence is a graph: an edge says how two
 * clocks differ and how surely; each clock is solved along the path from UTC
 * with the smallest error, and remembers its parent so that errors owed to the
 * same edge cancel (clocks_between). */
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

struct edge { uint32_t a, b; ts_usec diff, u; struct str basis; };

static int by_clocks(const void *x, const void *y)
{
	const struct clock_pair *a = x, *b = y;

	if (a->a != b->a)
		return a->a < b->a ? -1 : 1;
	if (a->b != b->b)
		return a->b < b->b ? -1 : 1;
	if (a->diff != b->diff)
		return a->diff < b->diff ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

/* All pairs of the same two clocks become one edge: where their intervals
 * overlap, or, when the clock was stepped between them, the median with the spread. */
static struct edge merge(const struct clock_pair *p, size_t n)
{
	ts_usec lo = p[0].diff - p[0].u, hi = p[0].diff + p[0].u;
	const struct clock_pair *best = p, *mid = &p[n / 2];

	for (size_t i = 1; i < n; i++) {
		lo = p[i].diff - p[i].u > lo ? p[i].diff - p[i].u : lo;
		hi = p[i].diff + p[i].u < hi ? p[i].diff + p[i].u : hi;
		if (p[i].u < best->u)
			best = &p[i];
	}
	if (lo <= hi)
		return (struct edge){ p->a, p->b, lo + (hi - lo) / 2, (hi - lo + 1) / 2, best->basis };
	lo = mid->diff - p[0].diff;
	hi = p[n - 1].diff - mid->diff;
	return (struct edge){ p->a, p->b, mid->diff, (lo > hi ? lo : hi) + mid->u, mid->basis };
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

/* Spreads from the clocks on the queue along the edges; smaller errors win. */
static void spread(struct clocks *c, const struct edge *e, size_t n)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (size_t i = 0; i < n; i++) {
			for (int back = 0; back < 2; back++) {
				uint32_t from = back ? e[i].b : e[i].a, to = back ? e[i].a : e[i].b;
				const struct clock_info *f = &c->v[from], *t = &c->v[to];
				ts_usec u = f->uncertainty_us + e[i].u;

				if (!f->solved || to == CLOCK_IS_UTC || f->parent == to || (t->solved && t->uncertainty_us <= u))
					continue;
				reach(c, to, from, f->offset_us + (back ? -e[i].diff : e[i].diff), u, e[i].basis);
				changed = true;
			}
		}
	}
}

static bool same_host(const struct clocks *c, struct str a, struct str b)
{
	struct str own = c->own_host;

	return str_eq(a.n ? a : own, b.n ? b : own);
}

/* The year of a file without years: the latest one that does not put its last
 * line after the collection. */
static int year_of(const struct clock_info *last, ts_usec collected)
{
	struct civil d = ts_split(last->last);
	int year = ts_split(collected).year + 1;

	while (ts_civil(year, d.month, d.day, d.hour, d.minute, d.second, 0) > collected + TS_DAY)
		year--;
	return year;
}

static ts_usec moved(const struct clock_info *k, int years)
{
	int year = (int)(k->part / 2);
	int month = k->part % 2 ? 3 : 1;

	return ts_civil(year + years, month, 1, 0, 0, 0, 0) - ts_civil(year, month, 1, 0, 0, 0, 0);
}

static bool is_placed(const struct clock_info *k)
{
	return k->kind == CLOCK_YEARLESS && k->last != TS_NONE && k->solved && k->uncertainty_us < TS_DAY;
}

/* The years that bring a placed clock nearest to its offset, whatever the zone. */
static int years_placed(const struct clock_info *k)
{
	int guess = (int)(k->offset_us / (365 * TS_DAY + 6 * TS_HOUR)), best = guess;

	for (int y = guess - 1; y <= guess + 1; y++)
		if (llabs(moved(k, y) - k->offset_us) < llabs(moved(k, best) - k->offset_us))
			best = y;
	return best;
}

/* The half-year of the same file that evidence (an audit stamp in it) has
 * placed, nearest to clock i: itself, else the next, else the one before, NULL. */
static const struct clock_info *placed_in_file(const struct clocks *c, uint32_t i)
{
	const struct clock_info *k = &c->v[i], *next = NULL, *before = NULL;

	for (uint32_t j = 0; j < c->n; j++) {
		const struct clock_info *o = &c->v[j];

		if (!is_placed(o) || !str_eq(o->scope, k->scope) || !str_eq(o->host, k->host))
			continue;
		if (o->part >= k->part && (!next || o->part < next->part))
			next = o;
		if (o->part < k->part && (!before || o->part > before->part))
			before = o;
	}
	return next ? next : before;
}

/* Ties each yearless clock to the local time of its host, once the year is known. */
static void place_years(struct clocks *c, ts_usec collected)
{
	size_t n = c->n;

	for (uint32_t i = 0; i < n; i++) {
		const struct clock_info *last = &c->v[i], *placed;
		ts_usec u = 0;
		struct str basis;
		uint32_t local;
		int years = 0;

		if (c->v[i].kind != CLOCK_YEARLESS || c->v[i].last == TS_NONE)
			continue;
		for (uint32_t j = 0; j < n; j++)
			if (c->v[j].kind == CLOCK_YEARLESS && c->v[j].last != TS_NONE && c->v[j].part > last->part &&
			    str_eq(c->v[j].scope, c->v[i].scope) && str_eq(c->v[j].host, c->v[i].host))
				last = &c->v[j];
		placed = placed_in_file(c, i);
		if (placed) {
			years = years_placed(placed);
			basis = placed->basis;
		} else if (collected != TS_NONE) {
			years = year_of(last, collected) - (int)(last->part / 2);
			basis = STR("the latest year before the collection");
		} else {
			u = TS_FOREVER;
			basis = STR("no year in the bundle");
		}
		local = clocks_get(c, CLOCK_LOCAL, c->v[i].host, STR_NONE, 0);
		clocks_pair(c, local, moved(&c->v[i], years), i, 0, u, basis);
	}
}

/* The latest instant that is known well enough to bound the collection. */
static ts_usec latest(const struct clocks *c)
{
	ts_usec t = c->direct_collected;

	for (uint32_t i = 0; i < c->n; i++) {
		const struct clock_info *k = &c->v[i];

		if (k->solved && k->last != TS_NONE && k->uncertainty_us < TS_DAY && (t == TS_NONE || k->last + k->offset_us > t))
			t = k->last + k->offset_us;
	}
	return t;
}

static ts_usec earliest(const struct clocks *c, ts_usec if_none)
{
	ts_usec t = TS_NONE;

	/* Package logs reach back for years: only boots and what follows count as the case. */
	for (uint32_t i = 0; i < c->n; i++) {
		const struct clock_info *k = &c->v[i];

		if (k->solved && k->kind == CLOCK_BOOT && k->first != TS_NONE && (t == TS_NONE || k->offset_us < t))
			t = k->offset_us;
	}
	for (uint32_t i = 0; t == TS_NONE && i < c->n; i++)
		if (c->v[i].solved && c->v[i].first != TS_NONE && c->v[i].uncertainty_us < TS_DAY)
			t = c->v[i].first + c->v[i].offset_us;
	return t == TS_NONE ? if_none : t;
}

static void solve_edges(struct clocks *c)
{
	struct edge *e;
	size_t n = 0;

	if (!c->n_pairs)
		return;
	qsort(c->pairs, c->n_pairs, sizeof(*c->pairs), by_clocks);
	e = malloc(c->n_pairs * sizeof(*e));
	if (!e)
		abort();
	for (size_t i = 0, j; i < c->n_pairs; i = j) {
		for (j = i + 1; j < c->n_pairs && c->pairs[j].a == c->pairs[i].a && c->pairs[j].b == c->pairs[i].b; j++)
			;
		e[n++] = merge(&c->pairs[i], j - i);
	}
	spread(c, e, n);
	free(e);
}

/* Local clocks of the bundle's own host under its two names are one. */
static void join_own_host(struct clocks *c)
{
	size_t n = c->n;

	for (uint32_t i = 0; i < n; i++) {
		struct clock_info k = c->v[i];

		if ((k.kind == CLOCK_LOCAL || k.kind == CLOCK_BOOT) && k.scope.n == 0 && k.host.n && c->own_host.n &&
		    same_host(c, k.host, STR_NONE))
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

/* Nothing ties this one to UTC. */
static void place(struct clocks *c, uint32_t i, ts_usec first)
{
	const struct clock_info *k = &c->v[i];
	ts_usec end = c->collected == TS_NONE ? 0 : c->collected;

	switch (k->kind) {
	case CLOCK_UTC:
		return;
	case CLOCK_YEARLESS: /* tied to a local clock by place_years() */
	case CLOCK_LOCAL:
		reach(c, i, CLOCK_IS_UTC, 0, ANY_ZONE, STR("no zone in the bundle: taken as UTC"));
		break;
	case CLOCK_BOOT:
		reach(c, i, CLOCK_IS_UTC, end - (k->last == TS_NONE ? 0 : k->last), TS_FOREVER,
		      STR("boot time unknown: placed so that its last line is the collection"));
		break;
	case CLOCK_AGE:
		reach(c, i, CLOCK_IS_UTC, end, c->direct_collected != TS_NONE ? COLLECTION_TAKES : c->collected == TS_NONE ? TS_FOREVER : COLLECTION_GUESS,
		      c->direct_collected != TS_NONE ? c->collected_basis : STR("taken as printed at the last time in the bundle"));
		break;
	case CLOCK_UNSTAMPED: /* it may be left over from an earlier run: never certain */
		reach(c, i, CLOCK_IS_UTC, first + (end - first) / 2, c->collected == TS_NONE ? TS_FOREVER : (end - first) / 2 + LEFT_OVER,
		      STR("no stamp in the file: placed between boot and collection, may be older"));
		break;
	}
}

void clocks_solve(struct clocks *c)
{
	ts_usec first;

	reach(c, CLOCK_IS_UTC, CLOCK_IS_UTC, 0, 0, STR("stamped with its zone"));
	guess_own_host(c);
	join_own_host(c);
	for (size_t i = 0; i < c->n_uptimes; i++)
		if (c->direct_collected != TS_NONE)
			clocks_pair(c, c->uptimes[i].boot, c->uptimes[i].uptime, CLOCK_IS_UTC, c->direct_collected,
				    UPTIME_AND_DATE, c->uptimes[i].basis);
	solve_edges(c);
	c->collected = latest(c);
	if (c->collected == TS_NONE)
		c->collected = c->last_year_seen; /* a local time, for want of better: good enough for a year */
	place_years(c, c->collected);
	join_own_host(c);
	solve_edges(c);
	/* Roots one at a time: each carries what is tied to it along. */
	for (int pass = 0; pass < 2; pass++) {
		enum clock_kind root = pass == 0 ? CLOCK_LOCAL : CLOCK_BOOT;

		for (uint32_t i = 0; i < c->n; i++)
			if (!c->v[i].solved && c->v[i].kind == root) {
				place(c, i, 0);
				solve_edges(c);
			}
	}
	c->collected = latest(c);
	if (c->collected == TS_NONE && c->last_year_seen != TS_NONE)
		c->collected = c->last_year_seen;
	first = earliest(c, c->collected == TS_NONE ? 0 : c->collected);
	for (uint32_t i = 0; i < c->n; i++)
		if (!c->v[i].solved || c->v[i].uncertainty_us >= TS_FOREVER)
			place(c, i, first);
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

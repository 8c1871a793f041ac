/* Evidence about clocks as a simple temporal network: offsets are unknowns, each piece of evidence
 * bounds the difference of two.  It is consistent unless some cycle of bounds is negative (Dechter, Meiri
 * and Pearl, "Temporal constraint networks", 1991); what it allows are shortest paths.
 *
 * Nothing may depend on the numbers of clocks: they follow the order in which files were read. */
#include <stdlib.h>

#include "tstamp/clock_priv.h"

/* More contradictions than this are no clocks any more: the edges in question are widened without end. */
#define REPAIRS_MAX 256
#define CYCLE_MAX 64

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

struct ranking rank_clocks(const struct clocks *c)
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

/* ---- pairs to edges ---- */

static ts_usec bounded(ts_usec t)
{
	return t > CLOCK_OPEN ? CLOCK_OPEN : t < -CLOCK_OPEN ? -CLOCK_OPEN : t;
}

static int by_clocks(const void *x, const void *y)
{
	const struct edge *a = x, *b = y;

	if (a->a != b->a)
		return a->a < b->a ? -1 : 1;
	if (a->b != b->b)
		return a->b < b->b ? -1 : 1;
	if (a->trust != b->trust)
		return a->trust < b->trust ? -1 : 1;
	if (edge_is_open(a) != edge_is_open(b))
		return edge_is_open(a) ? 1 : -1;
	if (!edge_is_open(a) && edge_mid(a) != edge_mid(b))
		return edge_mid(a) < edge_mid(b) ? -1 : 1;
	if (a->lo != b->lo)
		return a->lo < b->lo ? -1 : 1;
	if (a->hi != b->hi)
		return a->hi < b->hi ? -1 : 1;
	return str_cmp(a->basis, b->basis);
}

static bool merge_alike(const struct edge *a, const struct edge *b)
{
	return a->a == b->a && a->b == b->b && a->trust == b->trust && !edge_is_open(a) && !edge_is_open(b);
}

/* Several measurements of the same two clocks: where their intervals overlap, or, when the clock was
 * stepped between them, the median, with an error that reaches over each of them. */
static struct edge merge(const struct clocks *c, const struct edge *p, size_t n)
{
	struct edge out = p[0];
	ts_usec least = p[0].lo, most = p[0].hi, up, down, mid = edge_mid(&p[n / 2]);
	const struct edge *best = p;
	char spread[TS_TEXT];

	for (size_t i = 1; i < n; i++) {
		out.lo = p[i].lo > out.lo ? p[i].lo : out.lo;
		out.hi = p[i].hi < out.hi ? p[i].hi : out.hi;
		least = p[i].lo < least ? p[i].lo : least;
		most = p[i].hi > most ? p[i].hi : most;
		if (edge_error(&p[i]) < edge_error(best))
			best = &p[i];
	}
	out.basis = best->basis;
	if (out.lo <= out.hi)
		return out;
	down = mid - least;
	up = most - mid;
	out.lo = mid - (up > down ? up : down);
	out.hi = mid + (up > down ? up : down);
	out.basis = arena_printf(c->arena, "%.*s: median of %zu that differ by %s", STR_ARG(p[n / 2].basis), n,
				 ts_duration(edge_mid(&p[n - 1]) - edge_mid(&p[0]), spread));
	return out;
}

struct edges edges_of(const struct clocks *c, const struct ranking *r)
{
	struct edges e = { ARENA_ARRAY(c->arena, struct edge, c->n_pairs), 0, 0 };
	size_t n = 0;

	for (size_t i = 0; i < c->n_pairs; i++) { /* from the lower rank to the higher, which are numbers of clocks again below */
		const struct clock_pair *q = &c->pairs[i];
		uint32_t a = q->local ? q->a : clocks_piece(c, q->a, q->t_a), b = q->local ? q->b : clocks_piece(c, q->b, q->t_b);
		struct edge k = { r->rank[a], r->rank[b], bounded(q->t_a - q->t_b - q->below), bounded(q->t_a - q->t_b + q->above),
				  q->trust, false, q->basis };
		ts_usec own = q->local ? 0 : c->v[a].reading_error_us + c->v[b].reading_error_us;

		if (k.a == k.b)
			continue;
		k.lo = bounded(k.lo - own);
		k.hi = bounded(k.hi + own);
		if (k.a > k.b)
			k = (struct edge){ k.b, k.a, -k.hi, -k.lo, k.trust, false, k.basis };
		e.v[n++] = k;
	}
	if (n)
		qsort(e.v, n, sizeof(*e.v), by_clocks);
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i + 1; j < n && merge_alike(&e.v[i], &e.v[j]); j++)
			;
		e.v[e.n] = merge(c, &e.v[i], j - i);
		e.v[e.n].a = r->order[e.v[e.n].a];
		e.v[e.n].b = r->order[e.v[e.n].b];
		e.n++;
	}
	return e;
}

/* ---- shortest paths ---- */

/* An edge as it bounds `to` from above: offset(to) <= offset(from) + by.  Reversed for bounds from below. */
struct step { uint32_t from, to; ts_usec by; };

static bool step_of(const struct edge *k, bool back, struct step *s)
{
	ts_usec by = back ? -k->lo : k->hi;

	*s = back ? (struct step){ k->b, k->a, by } : (struct step){ k->a, k->b, by };
	return !k->dropped && by < CLOCK_OPEN && by > -CLOCK_OPEN;
}

void edges_bounds(const struct clocks *c, const struct edges *e, uint32_t from, ts_usec *lo, ts_usec *hi)
{
	bool changed = true;

	for (uint32_t i = 0; i < c->n; i++) {
		lo[i] = i == from ? 0 : -CLOCK_OPEN;
		hi[i] = i == from ? 0 : CLOCK_OPEN;
	}
	/* A consistent network needs as many rounds as its longest path has edges. */
	for (size_t round = 0; changed && round <= c->n; round++) {
		changed = false;
		for (size_t i = 0; i < e->n; i++)
			for (int back = 0; back < 2; back++) {
				struct step s;

				if (!step_of(&e->v[i], back, &s))
					continue;
				if (hi[s.from] < CLOCK_OPEN && bounded(hi[s.from] + s.by) < hi[s.to]) {
					hi[s.to] = bounded(hi[s.from] + s.by);
					changed = true;
				}
				if (lo[s.to] > -CLOCK_OPEN && bounded(lo[s.to] - s.by) > lo[s.from]) {
					lo[s.from] = bounded(lo[s.to] - s.by);
					changed = true;
				}
			}
	}
}

/* ---- contradictions ---- */

/* The steps of a negative cycle: edge index * 2 + back. */
struct cycle { size_t v[CYCLE_MAX], n; bool cut; };

/* Is there a cycle among the steps by which nodes were reached last? */
static bool find_cycle(const struct clocks *c, const struct edges *e, const size_t *reached, uint32_t *mark, struct cycle *out)
{
	memset(mark, 0, c->n * sizeof(*mark));
	for (uint32_t i = 0; i < c->n; i++) {
		uint32_t at = i;
		struct step s;

		while (mark[at] == 0 && reached[at]) {
			mark[at] = i + 1;
			(void)step_of(&e->v[(reached[at] - 1) / 2], (reached[at] - 1) % 2, &s);
			at = s.from;
		}
		if (!reached[at] || mark[at] != i + 1)
			continue;
		*out = (struct cycle){ .n = 0 };
		for (uint32_t k = at; out->n == 0 || k != at; k = s.from) {
			if (out->n == CYCLE_MAX) {
				out->cut = true;
				break;
			}
			out->v[out->n++] = reached[k] - 1;
			(void)step_of(&e->v[(reached[k] - 1) / 2], (reached[k] - 1) % 2, &s);
		}
		return true;
	}
	return false;
}

static bool negative_cycle(const struct clocks *c, const struct edges *e, struct cycle *out)
{
	ts_usec *d = calloc(c->n, sizeof(*d));
	size_t *reached = calloc(c->n, sizeof(*reached));
	uint32_t *mark = calloc(c->n, sizeof(*mark));
	bool changed = true, found = false;

	if (!d || !reached || !mark)
		abort();
	while (changed && !found) {
		changed = false;
		for (size_t i = 0; i < e->n; i++)
			for (size_t back = 0; back < 2; back++) {
				struct step s;

				if (!step_of(&e->v[i], back, &s) || bounded(d[s.from] + s.by) >= d[s.to])
					continue;
				d[s.to] = bounded(d[s.from] + s.by);
				reached[s.to] = i * 2 + back + 1;
				changed = true;
			}
		found = changed && find_cycle(c, e, reached, mark, out);
	}
	free(d);
	free(reached);
	free(mark);
	return found;
}

/* The edge, so that it holds what the rest of the cycle says of its two clocks, too. */
static void hull(struct edges *e, const struct cycle *x, size_t at, struct edge *out)
{
	size_t back = x->v[at] % 2;
	ts_usec others = 0, reverse = 0, far;
	struct step s;

	*out = e->v[x->v[at] / 2];
	for (size_t i = 0; i < x->n; i++) {
		if (i == at)
			continue;
		(void)step_of(&e->v[x->v[i] / 2], x->v[i] % 2, &s);
		others = bounded(others + s.by);
		reverse = step_of(&e->v[x->v[i] / 2], !(x->v[i] % 2), &s) ? bounded(reverse + s.by) : CLOCK_OPEN;
	}
	far = reverse < CLOCK_OPEN && reverse > -others ? reverse : -others;
	if (x->cut)
		far = CLOCK_OPEN;
	if (back)
		out->lo = -far < out->lo ? -far : out->lo;
	else
		out->hi = far > out->hi ? far : out->hi;
}

static void note(struct clocks *c, uint32_t clock, struct str text)
{
	struct clock_info *k = &c->v[clock];

	if (clock != CLOCK_IS_UTC && k->note.n == 0)
		k->note = text;
}

/* "btime in btime.txt; uptime and stamp in kern.log" */
static struct str bases(const struct clocks *c, const struct edges *e, const struct cycle *x)
{
	struct str out = STR_NONE;

	for (size_t i = x->n; i-- > 0;) {
		struct str b = e->v[x->v[i] / 2].basis;

		if (b.n == 0 || str_has(out, b))
			continue;
		out = out.n ? arena_printf(c->arena, "%.*s; %.*s", STR_ARG(out), STR_ARG(b)) : b;
	}
	return out;
}

/* n: how many of the cycle's edges are the weakest.  One host's clock that is wrong is no contradiction:
 * it is corrected, and the evidence is its basis. */
static void tell_cycle(struct clocks *c, const struct edges *e, const struct cycle *x, enum clock_trust weakest, size_t n)
{
	ts_usec gap = 0;
	char text[TS_TEXT];
	struct str what;

	if (weakest == CLOCK_BOUND || (n == 1 && (weakest == CLOCK_RIGHT || weakest == CLOCK_RIGHT_OWN)))
		return;
	for (size_t i = 0; i < x->n; i++) {
		struct step s;

		(void)step_of(&e->v[x->v[i] / 2], x->v[i] % 2, &s);
		gap -= s.by;
	}
	what = arena_printf(c->arena, "%s by %s: %.*s", weakest == CLOCK_SAME ? "taken for another boot, would differ" : "evidence disagrees",
			    ts_duration(gap, text), STR_ARG(bases(c, e, x)));
	for (size_t i = 0; i < x->n; i++) {
		note(c, e->v[x->v[i] / 2].a, what);
		note(c, e->v[x->v[i] / 2].b, what);
	}
}

/* Of the weakest edges of the cycle: one gives way to the rest, several cannot be told apart. */
static void repair(struct edges *e, const struct cycle *x, const size_t *weak, size_t n)
{
	struct edge wide[CYCLE_MAX];
	struct edge *only = &e->v[x->v[weak[0]] / 2];

	if (n == 1 && only->trust != CLOCK_MEASURED) {
		only->dropped = true;
		return;
	}
	for (size_t i = 0; i < n; i++)
		hull(e, x, weak[i], &wide[i]);
	for (size_t i = 0; i < n; i++)
		e->v[x->v[weak[i]] / 2] = wide[i];
}

void edges_agree(struct clocks *c, struct edges *e, bool tell)
{
	struct cycle x;

	for (int repairs = 0; negative_cycle(c, e, &x); repairs++) {
		enum clock_trust weakest = CLOCK_MEASURED;
		size_t weak[CYCLE_MAX], n = 0;

		for (size_t i = 0; i < x.n; i++)
			if (e->v[x.v[i] / 2].trust > weakest)
				weakest = e->v[x.v[i] / 2].trust;
		for (size_t i = 0; i < x.n; i++)
			if (e->v[x.v[i] / 2].trust == weakest)
				weak[n++] = i;
		x.cut |= repairs >= REPAIRS_MAX;
		if (tell)
			tell_cycle(c, e, &x, weakest, n);
		repair(e, &x, weak, n);
	}
}

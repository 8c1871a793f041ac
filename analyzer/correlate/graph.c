#include "correlate/graph.h"

#include <stdlib.h>

#include "base/map.h"

struct arc { uint32_t to; int32_t next; bool on; ts_usec since; };

struct graph {
	struct map *names;          /* "kind:id" -> node */
	struct node {
		uint32_t same;      /* towards one node that all names of the entity lead to */
		uint32_t sibling;   /* ring of all names of the entity */
		int32_t first;      /* arc */
	} *nodes; size_t n, cap;
	struct arc *arcs; size_t n_arcs, cap_arcs;
};

/* Looked at per question: a pod leads to one node, not to a whole cluster. */
enum { REACH = 256 };

struct graph *graph_new(struct arena *a)
{
	struct graph *g = ARENA_NEW(a, struct graph);

	g->names = map_new();
	return g;
}

void graph_free(struct graph *g)
{
	if (!g)
		return;
	map_free(g->names);
	free(g->nodes);
	free(g->arcs);
}

static uint32_t node_of(struct graph *g, struct str name)
{
	size_t before = map_count(g->names), at = map_put(g->names, name);

	if (at == before) {
		g->nodes = grow(g->nodes, g->n, &g->cap, sizeof(*g->nodes));
		g->nodes[g->n++] = (struct node){ (uint32_t)at, (uint32_t)at, -1 };
	}
	return (uint32_t)at;
}

static uint32_t root(const struct graph *g, uint32_t i)
{
	while (g->nodes[i].same != i)
		i = g->nodes[i].same;
	return i;
}

void graph_add(struct graph *g, struct str from, struct str relation, struct str to, ts_usec since)
{
	uint32_t a = node_of(g, from), b = node_of(g, to), swap;

	if (str_eq(relation, STR("is"))) {
		a = root(g, a);
		b = root(g, b);
		if (a == b)
			return;
		g->nodes[b].same = a;
		swap = g->nodes[a].sibling;
		g->nodes[a].sibling = g->nodes[b].sibling;
		g->nodes[b].sibling = swap;
		return;
	}
	g->arcs = grow(g->arcs, g->n_arcs, &g->cap_arcs, sizeof(*g->arcs));
	g->arcs[g->n_arcs] = (struct arc){ b, g->nodes[a].first, str_eq(relation, STR("on")), since };
	g->nodes[a].first = (int32_t)g->n_arcs++;
}

/* Which of two names of one entity people know it by: a PCI address rather than
 * an index, an index rather than a UUID. */
static bool better_name(struct str a, struct str b)
{
	size_t colons[2] = { 0, 0 };
	struct str v[2] = { a, b };

	for (int k = 0; k < 2; k++)
		for (size_t i = 0; i < v[k].n; i++)
			colons[k] += v[k].p[i] == ':';
	if ((colons[0] == 2) != (colons[1] == 2))
		return colons[0] == 2;
	return a.n != b.n ? a.n < b.n : str_cmp(a, b) < 0;
}

static bool is_kind(struct str name, struct str kind, struct str *id)
{
	if (name.n <= kind.n || !str_starts(name, kind) || name.p[kind.n] != ':')
		return false;
	*id = str_from(name, kind.n + 1);
	return true;
}

/* The name of this kind that the entity at k goes by, whatever the order in which they were told. */
static bool name_of(const struct graph *g, uint32_t k, struct str kind, struct str *id)
{
	struct str name;
	bool any = false;
	uint32_t i = k;

	do {
		if (is_kind(map_key(g->names, i), kind, &name) && (!any || better_name(name, *id))) {
			*id = name;
			any = true;
		}
		i = g->nodes[i].sibling;
	} while (i != k);
	return any;
}

/* A pod that moved is where it was seen last before t; before all, where it was seen first.  TS_NONE: no matter. */
static ts_usec place_at(const struct graph *g, uint32_t k, ts_usec t)
{
	ts_usec best = TS_NONE;
	uint32_t i = k;

	if (t == TS_NONE)
		return TS_NONE;
	do {
		for (int32_t a = g->nodes[i].first; a >= 0; a = g->arcs[a].next) {
			ts_usec since = g->arcs[a].since;

			if (!g->arcs[a].on)
				continue;
			if (since == TS_NONE) /* it may have been there all the time */
				return TS_NONE;
			if (best == TS_NONE || (since <= t && (best > t || since > best)) || (since > t && best > t && since < best))
				best = since;
		}
		i = g->nodes[i].sibling;
	} while (i != k);
	return best;
}

void graph_reach(const struct graph *g, struct str from, enum entity_kind kind, ts_usec t, void (*see)(void *ctx, struct str id), void *ctx)
{
	uint32_t queue[REACH];
	size_t n = 0;
	struct str want = str_of(entity_kind_name(kind)), id;
	size_t start = map_find(g->names, from);

	if (start == MAP_NONE) {
		if (is_kind(from, want, &id))
			see(ctx, id);
		return;
	}
	queue[n++] = root(g, (uint32_t)start);
	for (size_t i = 0; i < n; i++) {
		uint32_t k = queue[i];
		ts_usec place;

		if (name_of(g, k, want, &id)) {
			see(ctx, id);
			continue; /* what lies beyond an entity of the kind is another one */
		}
		place = place_at(g, k, t);
		/* All names of the entity lead on. */
		do {
			for (int32_t a = g->nodes[k].first; a >= 0; a = g->arcs[a].next) {
				uint32_t to = root(g, g->arcs[a].to);
				size_t seen = 0;

				if (place != TS_NONE && g->arcs[a].on && g->arcs[a].since != place)
					continue;
				while (seen < n && queue[seen] != to)
					seen++;
				if (seen == n && n < REACH)
					queue[n++] = to;
			}
			k = g->nodes[k].sibling;
		} while (k != queue[i]);
	}
}

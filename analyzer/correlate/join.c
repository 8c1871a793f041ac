/* Which entity a match belongs to, and whether two belong to the same. */
#include "correlate/graph.h"
#include "correlate/world.h"
#include "record/catalog.h"

struct found { struct str id; int n; };

static void see(void *ctx, struct str id)
{
	struct found *f = ctx;

	if (f->n == 0)
		f->id = id;
	else if (str_eq(f->id, id))
		return;
	f->n++;
}

static void reach_from(const struct world *w, enum entity_kind from, struct str id, enum entity_kind kind, ts_usec t, struct arena *a, struct found *f)
{
	graph_reach(w->graph, arena_printf(a, "%s:%.*s", entity_kind_name(from), STR_ARG(id)), kind, t, see, f);
}

/* The machine of this name (that of a Kubernetes node, say), if the logs know one. */
static bool known_host(const struct world *w, struct str name, struct str *id)
{
	for (uint32_t i = 0; i < w->n_hosts; i++)
		if (i != HOST_NONE && w->hosts[i].n && str_ieq(w->hosts[i], name)) {
			*id = w->hosts[w->canonical[i]];
			return true;
		}
	return false;
}

static bool lift(const struct world *w, const struct match *m, enum entity_kind kind, struct arena *a, struct str *id)
{
	struct found f = { STR_NONE, 0 };

	if (kind == ENT_HOST && m->host != HOST_NONE) {
		*id = w->hosts[w->canonical[m->host]];
		return true;
	}
	/* What the match itself names of this kind, then what that leads to. */
	for (uint32_t i = 0; i < m->n_bounds && f.n == 0; i++)
		if (m->bounds[i].kind == kind)
			reach_from(w, kind, m->bounds[i].id, kind, m->s, a, &f);
	for (uint32_t i = 0; i < m->n_bounds && f.n == 0; i++)
		reach_from(w, m->bounds[i].kind, m->bounds[i].id, kind, m->s, a, &f);
	if (f.n == 0 && kind == ENT_HOST) {
		struct found node = { STR_NONE, 0 };

		for (uint32_t i = 0; i < m->n_bounds && node.n == 0; i++)
			reach_from(w, m->bounds[i].kind, m->bounds[i].id, ENT_NODE, m->s, a, &node);
		if (node.n == 1 && known_host(w, node.id, id))
			return true;
	}
	if (f.n == 0 && kind == ENT_NODE && m->host != HOST_NONE && w->hosts[w->canonical[m->host]].n) {
		*id = w->hosts[w->canonical[m->host]];
		return true;
	}
	if (f.n != 1)
		return false;
	if (kind != ENT_HOST || !known_host(w, f.id, id))
		*id = f.id;
	return true;
}

bool world_lift(const struct world *w, const struct match *m, enum entity_kind kind, struct str *id)
{
	/* Asked over and over, for every pair of matches: the answer is kept in the match. */
	uint32_t *known = (uint32_t *)(uintptr_t)&m->lifted[kind];

	if (!*known) {
		struct arena *a = arena_new();

		*known = lift(w, m, kind, a, id) ? (uint32_t)map_put(w->lifts, *id) + 2 : 1;
		arena_free(a);
	}
	if (*known == 1)
		return false;
	*id = map_key(w->lifts, *known - 2);
	return true;
}

bool world_is_local(enum entity_kind kind)
{
	switch (kind) {
	case ENT_GPU:
	case ENT_DISK:
	case ENT_NIC:
		return true;
	case ENT_NONE:
	case ENT_HOST:
	case ENT_NODE:
	case ENT_POD:
	case ENT_CONTAINER:
	case ENT_WORKLOAD:
	case ENT_DEPLOYMENT:
	case ENT_REGION:
	case ENT_KINDS:
		break;
	}
	return false;
}

/* Names of one machine, or MAYBE when one side's is not known. */
static enum joined same_machine(struct str a, struct str b)
{
	if (str_eq(a, b))
		return JOIN_YES;
	return a.n && b.n ? JOIN_NO : JOIN_MAYBE;
}

enum joined world_joined(const struct world *w, const struct match *a, const struct match *b, enum entity_kind kind)
{
	struct str x, y;

	if (kind == ENT_NONE)
		return JOIN_YES;
	if (!world_lift(w, a, kind, &x) || !world_lift(w, b, kind, &y))
		return JOIN_MAYBE;
	if (kind == ENT_HOST)
		return same_machine(x, y);
	if (a->lifted[kind] != b->lifted[kind])
		return JOIN_NO;
	/* Machines of one model have their GPUs at the same addresses. */
	if (world_is_local(kind) && a->host != HOST_NONE && b->host != HOST_NONE)
		return same_machine(w->hosts[w->canonical[a->host]], w->hosts[w->canonical[b->host]]);
	return JOIN_YES;
}

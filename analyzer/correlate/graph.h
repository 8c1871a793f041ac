#ifndef FORENSICS_CORRELATE_GRAPH_H
#define FORENSICS_CORRELATE_GRAPH_H

#include "base/arena.h"
#include "rule/rule.h"

/* Entities and how they are related.  "is" makes two names one entity; every
 * other relation leads from the narrower to the wider (pod on node, gpu of host). */
struct graph;

struct graph *graph_new(struct arena *a);
/* "kind:id" each.  since: first seen then, TS_NONE when not known; of several things that one is "on" the last seen so far holds. */
void graph_add(struct graph *g, struct str from, struct str relation, struct str to, ts_usec since);
/* Every entity of this kind reachable at t (TS_NONE: ever) from "kind:id", nearest first: see() is called with the id that
 * stands for it (a PCI address rather than an index).  Itself, when it is of this kind.  Bounded. */
void graph_reach(const struct graph *g, struct str from, enum entity_kind kind, ts_usec t, void (*see)(void *ctx, struct str id), void *ctx);
void graph_free(struct graph *g);

#endif /* FORENSICS_CORRELATE_GRAPH_H */

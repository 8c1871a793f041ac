#ifndef FORENSICS_TSTAMP_CLOCK_PRIV_H
#define FORENSICS_TSTAMP_CLOCK_PRIV_H

#include "base/arena.h"
#include "base/map.h"
#include "tstamp/clock.h"

/* No bound on this side.  Two of them can be added. */
#define CLOCK_OPEN ((ts_usec)1 << 60)

/* Reading t_a on a and t_b on b are the same instant, but for what the reading of b may lag
 * (below) or lead (above):  offset(b) - offset(a) lies in t_a - t_b - below .. t_a - t_b + above. */
struct clock_pair {
	uint32_t a, b;
	ts_usec t_a, t_b, below, above;
	enum clock_trust trust;
	bool local;               /* says that two civil clocks of one host are one */
	struct str basis;
};
/* The bundle was being collected at t, by this clock. */
struct clock_told { uint32_t clock; ts_usec t; struct str basis; };
struct clock_uptime { uint32_t boot; ts_usec uptime; struct str basis; };
/* The host's civil time was this far ahead; at is UTC, TS_NONE for the collection. */
struct clock_zone { struct str host; ts_usec from, to; int minutes; struct str basis; };
struct clock_zone_name { struct str host, name, basis; };
/* From this reading on, what was read off clock belongs to `to`. */
struct clock_piece { uint32_t clock, to; ts_usec from; };
/* A kernel message on a clock, known by the hash of its text. */
struct clock_line { uint64_t hash; ts_usec t, u; uint32_t clock; };
struct clock_lines { struct clock_line *v; size_t n, cap; };

/* The least delay seen between readings of a and what followed them on b. */
struct clock_follows { uint32_t a, b; ts_usec t_a, t_b, resolution; unsigned n; struct str basis; };

struct clocks {
	struct arena *arena;
	struct map *keys;
	struct clock_info *v; size_t n, cap;
	struct clock_pair *pairs; size_t n_pairs, cap_pairs;
	struct clock_told *told; size_t n_told, cap_told;
	struct clock_uptime *uptimes; size_t n_uptimes, cap_uptimes;
	struct clock_follows *follows; size_t n_follows, cap_follows;
	struct str machine;        /* what "" stands for meanwhile */
	struct map *machines;      /* label -> index of machine_host */
	struct str *machine_host; size_t n_machines, cap_machines;
	struct clock_zone *zones; size_t n_zones, cap_zones;
	struct clock_zone_name *zone_names; size_t n_zone_names, cap_zone_names;
	struct clock_piece *pieces; size_t n_pieces, cap_pieces;
	struct clock_lines *lines; size_t n_lines, cap_lines; /* by clock */
	struct str own_host, collected_basis;
	ts_usec direct_collected;  /* told by the bundle, with its zone; TS_NONE */
	uint32_t direct_clock;     /* read off this one */
	uint32_t local_clock; ts_usec local_collected; /* told as a local time only; TS_NONE */
	ts_usec named_collected;   /* the end of the day in the bundle's name, in any zone; TS_NONE */
	ts_usec last_year_seen;    /* the latest stamp that had a year */
	uint32_t n_trusted;        /* clocks whose hosts were looked at by trust_hosts() */
	ts_usec collected;         /* after solving */
};

void clocks_add_pair(struct clocks *c, struct clock_pair p);

/* ---- network.c: what all evidence together allows ---- */

/* offset(b) - offset(a) lies in lo .. hi; CLOCK_OPEN and -CLOCK_OPEN are no bound. */
struct edge { uint32_t a, b; ts_usec lo, hi; enum clock_trust trust; bool dropped; struct str basis; };
struct edges { struct edge *v; size_t n, cap; };

/* order[rank] is a clock; rank[clock] its place: by what identifies it, whatever was read first. */
struct ranking { uint32_t *order, *rank; };
struct ranking rank_clocks(const struct clocks *c);

/* All pairs as edges, those of the same two clocks and trust merged. */
struct edges edges_of(const struct clocks *c, const struct ranking *r);
/* Drops assumptions that what was measured contradicts, and widens measurements that contradict each
 * other until each holds whichever of them is wrong.  Says so in the clocks' notes when tell is set. */
void edges_agree(struct clocks *c, struct edges *e, bool tell);
/* lo[i] .. hi[i]: offset(i) - offset(from), by all edges; open where nothing says. */
void edges_bounds(const struct clocks *c, const struct edges *e, uint32_t from, ts_usec *lo, ts_usec *hi);
static inline bool edge_is_open(const struct edge *e) { return e->lo <= -CLOCK_OPEN || e->hi >= CLOCK_OPEN; }
static inline ts_usec edge_mid(const struct edge *e) { return e->lo + (e->hi - e->lo) / 2; }
static inline ts_usec edge_error(const struct edge *e) { return (e->hi - e->lo + 1) / 2; }

/* ---- years.c ---- */

/* Ties each yearless clock to the local time of its host, once the year is known
 * from evidence in its file, or as the latest before the collection (TS_NONE: unknown). */
void place_years(struct clocks *c, ts_usec collected);

/* ---- zones.c ---- */

/* What was told of the zones, as one offset for all readings of a host: good enough to find years by. */
void pair_zones(struct clocks *c);
/* Once years are known: what pairs of a civil clock and one that is tied to UTC otherwise say of the zone. */
void learn_zones(struct clocks *c);
/* Then: civil clocks that were read on both sides of a change of summer time become
 * several.  Nothing happens without a collected. */
void split_zones(struct clocks *c, ts_usec collected);
/* Labels of machines in what was told of zones become hosts. */
void name_zones(struct clocks *c);
bool clocks_is_own(const struct clocks *c, struct str host);

/* ---- lines.c ---- */

/* Pairs clocks that saw the same. */
void pair_lines(struct clocks *c);

#endif /* FORENSICS_TSTAMP_CLOCK_PRIV_H */

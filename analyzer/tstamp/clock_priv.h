#ifndef FORENSICS_TSTAMP_CLOCK_PRIV_H
#define FORENSICS_TSTAMP_CLOCK_PRIV_H

#include "base/arena.h"
#include "base/map.h"
#include "tstamp/clock.h"

/* offset(b) - offset(a) = diff, to +- u; a < b. */
struct clock_pair { uint32_t a, b; ts_usec diff, u; struct str basis; };
struct clock_uptime { uint32_t boot; ts_usec uptime; struct str basis; };

struct clocks {
	struct arena *arena;
	struct map *keys;
	struct clock_info *v; size_t n, cap;
	struct clock_pair *pairs; size_t n_pairs, cap_pairs;
	struct clock_uptime *uptimes; size_t n_uptimes, cap_uptimes;
	struct str machine;        /* what "" stands for meanwhile */
	struct map *machines;      /* label -> index of machine_host */
	struct str *machine_host; size_t n_machines, cap_machines;
	struct str own_host, collected_basis;
	ts_usec direct_collected;  /* told by the bundle; TS_NONE */
	uint32_t local_clock; ts_usec local_collected; /* told as a local time only; TS_NONE */
	ts_usec last_year_seen;    /* the latest stamp that had a year */
	ts_usec collected;         /* after solving */
};

/* Ties each yearless clock to the local time of its host, once the year is known
 * from evidence in its file, or as the latest before the collection (TS_NONE: unknown). */
void place_years(struct clocks *c, ts_usec collected);

#endif /* FORENSICS_TSTAMP_CLOCK_PRIV_H */

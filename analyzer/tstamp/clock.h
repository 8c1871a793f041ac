#ifndef FORENSICS_TSTAMP_CLOCK_H
#define FORENSICS_TSTAMP_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "tstamp/tstamp.h"

/* Every time in a case was read off some clock: the seconds since one boot,
 * the local time of a host, the ages in one kubectl table.  Sources emit times
 * in the clock's own reading and whatever they learn about how clocks relate;
 * clocks_solve() then finds, for each, the offset to UTC and its error.
 *
 *     utc = reading + offset_us, true to +- (uncertainty_us + the event's own)
 *
 * Two events of one clock differ exactly: the clock's error cancels. */
struct clocks;

enum clock_kind {
	CLOCK_UTC,      /* the stamp says its zone, and nobody's clock is known to be wrong: offset 0.  Clock 0 is this one */
	CLOCK_HOST,     /* the same by the clock of one host, which may be fast or slow */
	CLOCK_BOOT,     /* microseconds since a boot of a host */
	CLOCK_LOCAL,    /* civil time of a host, read as if it were UTC */
	CLOCK_YEARLESS, /* the same without a year: read in a provisional year (clock_place_yearless) */
	CLOCK_AGE,      /* minus the age, against the moment one file was printed */
	CLOCK_UNSTAMPED /* a file without a single stamp: reading 0 for every line */
};

#define CLOCK_IS_UTC 0u

struct clocks *clocks_new(void);
void clocks_free(struct clocks *c); /* NULL is fine */

/* The clock with this identity, made on first use.  host may be empty (the
 * bundle's own host).  scope tells clocks of one host apart: a file for ages and
 * boots, "" for the host's local time; part numbers boots or years in it. */
uint32_t clocks_get(struct clocks *c, enum clock_kind kind, struct str host, struct str scope, uint32_t part);

/* How many parts of it there are, counted from 0 without a gap. */
uint32_t clocks_parts(const struct clocks *c, enum clock_kind kind, struct str host, struct str scope);
/* The clock by which host stamps what it stamps with a zone. */
uint32_t clocks_host(struct clocks *c, struct str host);

/* Evidence about clocks.  basis says where it comes from, for people
 * ("btime in system/btime.txt"); it is copied. */

/* What gives way when evidence contradicts itself: the highest of these first. */
enum clock_trust {
	CLOCK_MEASURED,   /* never: if measurements disagree, the errors grow until all hold */
	CLOCK_RIGHT_OWN,  /* the bundle's own host has the right time */
	CLOCK_RIGHT,      /* another one has */
	CLOCK_SAME,       /* two logs are of the same boot, because logs mostly are */
	CLOCK_BOUND       /* nothing was stamped after the collection */
};
/* Reading t_a on a and t_b on b are the same instant, to +- u. */
void clocks_pair(struct clocks *c, uint32_t a, ts_usec t_a, uint32_t b, ts_usec t_b, ts_usec u, struct str basis);
/* The same, of less than a measurement. */
void clocks_assume(struct clocks *c, uint32_t a, ts_usec t_a, uint32_t b, ts_usec t_b, ts_usec u, enum clock_trust trust, struct str basis);
/* Reading t_a on a was not after t_b on b. */
void clocks_order(struct clocks *c, uint32_t a, ts_usec t_a, uint32_t b, ts_usec t_b, enum clock_trust trust, struct str basis);
/* A kernel message: the same on two clocks ties them.  u: how late its stamp may be. */
void clocks_line(struct clocks *c, uint32_t clock, ts_usec t, ts_usec u, struct str text);
/* What is dated t_a on a was written down by somebody else at t_b on b, at once: never before, mostly within seconds. */
void clocks_followed(struct clocks *c, uint32_t a, ts_usec t_a, uint32_t b, ts_usec t_b, ts_usec resolution, struct str basis);
/* The host had been up this long when the bundle was being collected. */
void clocks_uptime(struct clocks *c, struct str host, ts_usec uptime, struct str basis);
/* From here on "" is the machine that goes by this label, which is no host's name (a file: which of several
 * machines wrote it shows when all were read).  STR_NONE: the bundle's own again.  Borrowed for as long. */
void clocks_machine(struct clocks *c, struct str label);
/* Which host that machine turned out to be; STR_NONE: the bundle's own.  Before clocks_solve(). */
void clocks_machine_is(struct clocks *c, struct str label, struct str host);
/* The bundle's own host ("") has this name: clocks of both are the same. */
void clocks_own_host(struct clocks *c, struct str name);
/* The local time of host is this many minutes ahead of UTC: when the bundle was collected, or at the instant at. */
void clocks_zone(struct clocks *c, struct str host, int minutes_east, struct str basis);
void clocks_zone_at(struct clocks *c, struct str host, ts_usec at, int minutes_east, struct str basis);
/* The name of its zone in the tz database ("Europe/Berlin"); unknown names are ignored. */
void clocks_zone_name(struct clocks *c, struct str host, struct str name, struct str basis);
/* The bundle was being collected at this instant (a reading of clock). */
void clocks_collected(struct clocks *c, uint32_t clock, ts_usec t, struct str basis);
/* The bundle's name: a day in it ("sos-gpu-01-2026-11-22", "must-gather-20261122") is that of the collection,
 * for years only, and where nothing in the bundle says more. */
void clocks_bundle_named(struct clocks *c, struct str name);
/* An event or sample was read at t: keeps first and last of each clock. */
void clocks_saw(struct clocks *c, uint32_t clock, ts_usec t);

/* Places stamps that lack a year.  One per file; zero it before use.  Months
 * that go back by more than 60 days start a new year; smaller steps back are
 * clock corrections and stay. */
struct yearless { int32_t year; ts_usec last; bool any; };
/* Turns s (has_year false) into a reading and its clock. */
ts_usec clock_place_yearless(struct clocks *c, struct yearless *y, struct str host, struct str file,
			     const struct stamp *s, uint32_t *clock);

/* Everything was read: find the offsets.  Deterministic; callable once. */
void clocks_solve(struct clocks *c);

struct clock_info {
	enum clock_kind kind;
	struct str host, scope;
	uint32_t part;
	ts_usec first, last;     /* readings seen; TS_NONE when none */
	ts_usec least, most;     /* those that evidence names included */
	bool solved;             /* false: nothing ties it to UTC; offset is a placement */
	ts_usec offset_us;
	ts_usec uncertainty_us;  /* against UTC */
	uint32_t parent;         /* the clock it was solved through; UTC is its own */
	ts_usec parent_error_us; /* of the difference to it */
	ts_usec reading_error_us; /* of each reading, besides: the hour that comes twice when summer time ends */
	struct str basis;        /* "btime in system/btime.txt", "no zone in the bundle: taken as UTC" */
	struct str note;         /* evidence that contradicts other evidence; empty */
	uint32_t piece_of;       /* itself, or the clock sources read: split where summer time begins or ends */
};

size_t clocks_count(const struct clocks *c);
const struct clock_info *clocks_info(const struct clocks *c, uint32_t clock);
/* After clocks_solve(): the error of a difference between readings of a and b.  What both owe to a
 * common ancestor cancels: two local logs of one host keep their order though its zone is unknown. */
ts_usec clocks_between(const struct clocks *c, uint32_t a, uint32_t b);
/* After clocks_solve(): the clock that a reading belongs to; another one than the source read
 * where that was split. */
uint32_t clocks_piece(const struct clocks *c, uint32_t clock, ts_usec reading);
/* The n-th split of a clock: readings from *from on belong to *to, up to the next.  False past the last. */
bool clocks_split(const struct clocks *c, uint32_t clock, size_t n, uint32_t *to, ts_usec *from);
/* After clocks_solve(): the instant, TS_NONE for TS_NONE. */
ts_usec clocks_utc(const struct clocks *c, uint32_t clock, ts_usec reading);
/* After clocks_solve(): when the bundle was collected (the latest of what is
 * known and of all solved stamps), TS_NONE when nothing is known. */
ts_usec clocks_collected_at(const struct clocks *c);
/* After clocks_solve(): when this host was, by its own word; TS_NONE when it does not say. */
ts_usec clocks_host_collected_at(const struct clocks *c, struct str host);
const char *clock_kind_name(enum clock_kind kind); /* "utc", "boot", "local", .. */

#endif /* FORENSICS_TSTAMP_CLOCK_H */

#ifndef FORENSICS_MATCH_MATCH_H
#define FORENSICS_MATCH_MATCH_H

#include "base/error.h"
#include "record/batch.h"
#include "rule/rule.h"
#include "tstamp/clock.h"

/* Finds the events that event signals of rules ask for, in one pass, any order
 * of files.  Vectorscan tells which regexes could match, PCRE2 confirms and captures;
 * a build without Vectorscan asks PCRE2 every time and gives the same hits. */

struct bound { enum entity_kind kind; struct str id; };

/* One event that one signal matched. */
struct hit {
	const struct signal *signal;
	int64_t event;
	ts_usec t, u_us;       /* a reading of clock until hits_solve() */
	uint64_t offset;
	uint32_t clock, file, line, host;
	struct bound *bounds; uint32_t n_bounds;  /* of the rule's binds, and the event's own entity */
	struct value *values;  /* by index of signal->u.event.keep */
};

/* The hits of one signal: in order of events; past LIMIT_HITS the first and the
 * last halves are kept.  seen counts all. */
struct hit_list {
	struct hit **v; size_t n, cap;
	uint64_t seen;
	size_t ring;           /* next to be replaced once full */
	uint64_t unevaluated;  /* events on which a regex hit a limit: not "no match" */
};
/* Where the time of a run goes; now_ns is the caller's clock: nothing here asks for the time otherwise. */
struct profile_row { int64_t match_ns, judge_ns; uint64_t tried, hits; };
struct profile { int64_t (*now_ns)(void); struct profile_row *rules; /* by index in the ruleset */ int64_t scan_ns; /* of all events: match_ns of all and the filter they share */ };

struct hits { struct hit_list *lists; size_t n; /* by signal id */ struct profile *profile; /* NULL: nobody asks */ };

/* What a matcher must know of numbers in rows. */
struct row_names {
	struct str (*source)(void *ctx, uint32_t file);
	struct str (*path)(void *ctx, uint32_t file);
	struct str (*host)(void *ctx, uint32_t host);
	struct str (*kind)(void *ctx, uint32_t kind);
	struct str (*entity)(void *ctx, uint32_t entity); /* "kind:id" */
	void *ctx;
};

struct matcher; /* one per thread */

enum status matcher_new(struct matcher **out, const struct ruleset *rs, const struct row_names *names, struct error *err);
/* From now on what each rule costs is added to p, which outlives m. */
void matcher_profile(struct matcher *m, struct profile *p);
/* Adds the batch's hits to what matcher_hits() holds. */
enum status matcher_scan(struct matcher *m, const struct batch *b, struct error *err);
/* All hits so far, owned by the matcher; sorted by event. */
struct hits *matcher_hits(struct matcher *m);
/* Forgets hits and files, keeps what was compiled. */
void matcher_reset(struct matcher *m, const struct row_names *names);
void matcher_free(struct matcher *m); /* NULL is fine */

/* By event; lists that were rings are plain again. */
void hits_sort(struct hits *h);
/* Readings become instants. */
void hits_solve(struct hits *h, const struct clocks *clocks);
/* Of one that its list no longer holds. */
void hit_free(struct hit *h);

#endif /* FORENSICS_MATCH_MATCH_H */

#ifndef FORENSICS_PIPELINE_H
#define FORENSICS_PIPELINE_H

#include "base/error.h"
#include "rule/rule.h"
#include "store/store.h"

/* The program on one page: bundle -> source -> match + store -> correlate. */

struct pipeline_options {
	const char *const *bundles; size_t n_bundles; /* paths, or "-" */
	struct str type;              /* the source of every member; empty: sources detect themselves */
	const struct ruleset *rules;  /* NULL: only load */
	const char *db;               /* NULL: in memory */
	bool add;                     /* to the case at db, when there is one; without rules */
	const char *const *own; size_t n_own; /* files that are written meanwhile (reports, the database): bundle_options */
	size_t chunk;                 /* bytes per read, 0 = default */
	/* For progress: called after each member, and in a long one now and then; may be NULL.  bytes_so_far: of the
	 * members as they stand in the bundle, packed or not. */
	void (*progress)(void *ctx, struct str member, uint64_t bytes_so_far);
	void *ctx;
};

struct pipeline_result {
	uint64_t files, recognised, records, unparsed, bytes, samples;
	size_t known;                 /* bundles that were in the case already: nothing of them was read */
	bool extended;                /* the case is an older one and has more now: what rules said of it is gone */
	bool partial;                 /* something was damaged, skipped or cut: exit code 4 */
	bool nothing;                 /* no member could be used: exit code 3 */
};

/* Loads the bundles into a new case, or adds to one, and, with rules, judges it.  *out is the open case.
 * Damaged input is in the case, not an error. */
enum status pipeline_analyze(struct store **out, const struct pipeline_options *opt, struct pipeline_result *result, struct error *err);

/* Judges a case again; replaces earlier verdicts.  st is writable; profile (match/match.h) may be NULL. */
struct profile;
enum status pipeline_match(struct store *st, const struct ruleset *rules, struct profile *profile, struct error *err);

#endif /* FORENSICS_PIPELINE_H */

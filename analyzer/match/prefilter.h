#ifndef FORENSICS_MATCH_PREFILTER_H
#define FORENSICS_MATCH_PREFILTER_H

#include "rule/rule.h"

/* Which patterns could match a text?  Never forgets one that does; may name
 * more.  The only user of Vectorscan. */
struct prefilter;

/* wanted[i]: pattern i is matched against messages.  Patterns that Vectorscan
 * cannot take are always candidates. */
enum status prefilter_new(struct prefilter **out, const struct ruleset *rs, const bool *wanted, struct error *err);
void prefilter_free(struct prefilter *p);
/* Sets bits (64 per word) of the candidate patterns; false when there is none. */
bool prefilter_scan(struct prefilter *p, struct str text, uint64_t *bits);
/* Called for [from, to) of a block, in any order. */
typedef void prefilter_found_fn(void *ctx, uint32_t pattern, size_t from, size_t to);
/* The same for many texts at once, joined by newlines: found() is told each place where a pattern may match.  A match
 * has such a place in its text, unless the pattern is one of prefilter_always().
 * False: that does not tell all of it; scan each text alone. */
bool prefilter_scan_block(struct prefilter *p, struct str block, prefilter_found_fn *found, void *ctx);
/* Sets bits of those that are candidates for every text; false when there is none. */
bool prefilter_always(const struct prefilter *p, uint64_t *bits);
size_t prefilter_words(const struct prefilter *p);

#endif /* FORENSICS_MATCH_PREFILTER_H */

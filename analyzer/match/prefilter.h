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
size_t prefilter_words(const struct prefilter *p);

#endif /* FORENSICS_MATCH_PREFILTER_H */

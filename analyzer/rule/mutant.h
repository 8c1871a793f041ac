#ifndef FORENSICS_RULE_MUTANT_H
#define FORENSICS_RULE_MUTANT_H

#include "rule/rule.h"

/* A rule that lacks one item (or one part of an any/all), one cause or one link.  A test that
 * fails on it kills it; one that survives says that nothing tests what it lacks. */
struct mutant {
	struct rule rule;   /* shares everything else with the original, its signals and their ids too */
	struct str lacks;   /* "support hot of cause overheating", "link 'a.x == b.x'" */
	struct str cure;    /* the test that would kill it */
	uint32_t line;      /* where that stands */
};

/* All mutants of a rule, in the order of its file; in a. */
size_t rule_mutants(const struct rule *r, struct arena *a, struct mutant **out);

#endif /* FORENSICS_RULE_MUTANT_H */

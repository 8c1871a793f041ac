#ifndef FORENSICS_TESTER_H
#define FORENSICS_TESTER_H

#include "base/error.h"
#include "rule/rule.h"

/* Runs the tests embedded in rules.  One tester serves all rules of a set: compiling
 * their regexes is the expensive part. */
struct tester;
enum status tester_new(struct tester **out, const struct ruleset *rs, struct error *err);
void tester_free(struct tester *t); /* NULL is fine */

/* What to tell of one test; may be NULL. */
struct tester_report {
	rule_report_fn *failed; /* once for each failed expectation: text "test 'name': ..", where "file:line" */
	void (*ran)(void *ctx, const struct rule *r, const struct rule_test *t, bool passed); /* after each test; may be NULL */
	void *ctx;
};

/* Returns the number of failed tests, adds to *n_tests. */
size_t tester_run(struct tester *t, const struct rule *r, size_t *n_tests, const struct tester_report *report);

/* Deletes one item, cause or link at a time and runs the rule's tests on what is left; they must have
 * passed on the whole rule.  report() once for each mutant that no test notices: what it lacks, where
 * that stands, and as hint the test that is missing.  Returns how many were noticed, adds to *n_mutants. */
size_t tester_mutants(struct tester *t, const struct rule *r, size_t *n_mutants, rule_report_fn *report, void *ctx);

/* Of 100; what a stable rule needs (E08). */
enum { TESTER_SCORE_STABLE = 85 };
static inline unsigned tester_score(size_t killed, size_t mutants)
{
	return mutants ? (unsigned)(100 * killed / mutants) : 100;
}

#endif /* FORENSICS_TESTER_H */

#ifndef FORENSICS_RULE_LINT_PRIV_H
#define FORENSICS_RULE_LINT_PRIV_H

#include "base/limits.h"
#include "rule/rule.h"

struct lint {
	const struct ruleset *rules;
	rule_report_fn *report;
	void *ctx;
	size_t errors;
};

/* One remark at file:line.  code: "E04", "W01"; hint may be NULL. */
void remark(struct lint *l, const struct rule *r, uint32_t line, const char *code, const char *hint, const char *fmt, ...)
	PRINTF_LIKE(6, 7);

/* The plain text in a regex, all runs joined in order: what a hostile line is made of. */
struct literals {
	char text[LIMIT_PATTERN];
	size_t n, first_n, longest_at, longest_n;
	size_t run_at; /* of the run being read */
};

/* How many bytes in a row every match of the pattern must contain, at least: the
 * longest run that no alternative, option or look-around can avoid.  Conservative: 0 when in doubt.  A
 * prefilter finds a pattern by such a run; one of less than 4 bytes is no filter.  out may be NULL. */
size_t lint_literal(struct str pattern, struct literals *out);

/* E03, W01, W02 of every regex of the rule. */
void lint_regexes(struct lint *l, const struct rule *r);
/* W06 of one item. */
void lint_join(struct lint *l, const struct rule *r, const struct item *item);

#endif /* FORENSICS_RULE_LINT_PRIV_H */

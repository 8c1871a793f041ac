#ifndef FORENSICS_RULE_LINT_PRIV_H
#define FORENSICS_RULE_LINT_PRIV_H

#include "rule/rule.h"

struct lint {
	const struct ruleset *rules;
	rule_report_fn *report;
	void *ctx;
	size_t errors;
	struct regex_room *room; /* for the timing of regexes */
};

/* One remark at file:line.  code: "E04", "W01"; hint may be NULL. */
void remark(struct lint *l, const struct rule *r, uint32_t line, const char *code, const char *hint, const char *fmt, ...)
	PRINTF_LIKE(6, 7);

/* E03, W01, W02 of every regex of the rule. */
void lint_regexes(struct lint *l, const struct rule *r);
/* W08 and W09 of the rule's anchor. */
void lint_anchor(struct lint *l, const struct rule *r);
/* W06 of one item. */
void lint_join(struct lint *l, const struct rule *r, const struct item *item);

#endif /* FORENSICS_RULE_LINT_PRIV_H */

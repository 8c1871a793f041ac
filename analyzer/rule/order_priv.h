#ifndef FORENSICS_RULE_ORDER_PRIV_H
#define FORENSICS_RULE_ORDER_PRIV_H

#include "rule/parse_priv.h"

/* Checks what rules say of each other and sorts them: order[i] is the index of the i-th
 * rule to evaluate.  A rule comes after those its finding: signals name, else by id.
 * rules are sorted by id.  Unknown rules and causes, and cycles in finding: or in
 * explains:, are reported. */
void order_rules(struct loader *loader, struct rule *const *rules, size_t n, size_t *order);

#endif /* FORENSICS_RULE_ORDER_PRIV_H */

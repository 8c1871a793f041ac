#ifndef FORENSICS_CMD_EXPLAIN_H
#define FORENSICS_CMD_EXPLAIN_H

#include "cmd/cmd.h"
#include "report/report.h"

/* Is it a rule, of the case or of the rules at hand? */
bool silent_rule_known(struct cli *cli, const struct report *r, struct str rule);
/* Why it did not fire: what could not be decided, near misses, or where its anchor was looked for. */
enum status explain_silent(struct cli *cli, const struct report *r, struct str rule, struct error *err);

#endif /* FORENSICS_CMD_EXPLAIN_H */

#ifndef FORENSICS_CMD_RULES_H
#define FORENSICS_CMD_RULES_H

#include "cmd/cmd.h"

/* What the commands of the workbench share: `rules list|show|lint|test|new`. */

/* Loads the rules of --rules and those of the arguments that are paths; leaves the others, ids
 * of rules, in cli->args. */
enum status rules_load(struct cli *cli, struct error *err);
/* Is it one of those ids, or was none given? */
bool rules_asked_for(const struct cli *cli, const struct rule *r);

#endif /* FORENSICS_CMD_RULES_H */

#ifndef FORENSICS_CMD_CASE_H
#define FORENSICS_CMD_CASE_H

#include "cmd/cmd.h"
#include "report/report.h"

/* What a judged case says, for the commands that print it. */

extern const char *const severity_words[]; /* of findings, for --severity and --fail-on */

/* The findings in the form the command was asked for: --json, else text; at_most in text. */
enum exit_code case_print(struct cli *cli, const struct report *r, size_t at_most);
/* EXIT_FOUND when --fail-on names a severity that a finding reaches, else otherwise. */
enum exit_code case_fail_on(struct cli *cli, const struct report *r, enum exit_code otherwise);
/* Without the findings below this severity; r itself when severity is NULL. */
const struct report *case_at_least(struct cli *cli, const struct report *r, const char *severity);

/* What the case is: bundles, hosts, time, boots, versions, a line each to stderr. */
void case_say_card(const struct report *r);
/* "rules    8 scenarios, 6 testable, 2 lack a source (journal)" to stderr. */
void case_say_rules(const struct report *r);
/* "! file: reason" for what was damaged, cut, skipped or not recognised. */
void case_warn_inputs(const struct report *r);

#endif /* FORENSICS_CMD_CASE_H */

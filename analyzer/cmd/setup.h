#ifndef FORENSICS_CMD_SETUP_H
#define FORENSICS_CMD_SETUP_H

#include "cmd/cmd.h"

/* What a command needs before it runs (command.needs): the rules, the case; and what
 * several commands do with them. */

/* Fills cli.store, cli.rules, cli.db and takes the name of the case off cli.args. */
enum status setup_needs(struct cli *cli, struct error *err);
/* For a command that needs its case only sometimes. */
enum status setup_case(struct cli *cli, struct error *err);
void setup_done(struct cli *cli);

/* The built-in rules, then those below each path, with the variables of --set; problems go to stderr. */
enum status setup_rules(struct ruleset **out, const char *const *paths, size_t n, const struct rule_setting *settings, size_t n_settings, struct error *err);
/* Those of --set RULE.NAME=VALUE; live in cli->arena. */
enum status setup_settings(struct cli *cli, const struct rule_setting **out, size_t *n, struct error *err);

/* A file that is about to be written: not one of the bundles, and, for a database, nothing but an earlier case. */
enum status check_target(const struct cli *cli, const char *path, bool is_db, struct error *err);

/* --source, --type: is there such a source?  With a did-you-mean. */
enum status check_source(struct str name, struct error *err);

#endif /* FORENSICS_CMD_SETUP_H */

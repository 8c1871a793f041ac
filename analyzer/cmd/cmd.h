#ifndef FORENSICS_CMD_CMD_H
#define FORENSICS_CMD_CMD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "cmd/options.h"
#include "rule/rule.h"
#include "store/store.h"

/* The commands: each one row of command_list.h and one struct command. */

/* `forensics help exit-codes` tells the same. */
enum exit_code {
	EXIT_RAN = 0,
	EXIT_FOUND = 1,    /* only with --fail-on */
	EXIT_USAGE = 2,    /* the command line, a rule or a query is wrong */
	EXIT_NOTHING = 3,  /* input or I/O: nothing usable */
	EXIT_PARTIAL = 4   /* a result was written, some input was damaged, skipped or cut */
};
enum exit_code exit_code_of(enum status s);
/* Prints the error and returns its exit code: `return cli_fail(&err);` */
enum exit_code cli_fail(const struct error *e);

enum need {
	NEED_CASE = 1,       /* -d DB, or the database as first argument: opened to read */
	NEED_CASE_TO_WRITE = 2,
	NEED_RULES = 4       /* the built-in rules and those of --rules */
};

struct command;

/* One run of one command.  All of it dies with the run. */
struct cli {
	const struct command *command;
	struct options opt;
	const char **args; size_t n_args; /* without the name of the case */
	struct arena *arena;
	struct store *store;              /* with NEED_CASE */
	struct ruleset *rules;            /* with NEED_RULES */
	const char *db;                   /* -d, or NULL */
	bool quiet, verbose;
};

struct command {
	const char *name;                 /* "analyze", "rules lint" */
	const char *summary;              /* what it does: one line, lower case, no stop */
	const char *usage;                /* its arguments */
	const char *details;              /* the rest of its help: examples first; or NULL */
	const struct option *options;
	size_t min_args, max_args;        /* besides the case; max SIZE_MAX: any */
	unsigned needs;                   /* enum need */
	bool pages;                       /* its output may be long: through a pager on a terminal */
	enum exit_code (*run)(struct cli *cli);
};

extern const struct command *const commands[]; /* as in command_list.h; NULL-terminated */

/* The row for the first words of argv, which are consumed.  ERR_USAGE with a did-you-mean. */
enum status command_find(const struct command **out, int *argc, char ***argv, struct error *err);
/* Does it only open commands of two words ("rules", "sources")? */
bool command_is_group(const char *word);
void command_help(FILE *out, const struct command *c);
/* All commands whose name starts with this word; "" for all. */
void commands_help(FILE *out, const char *first_word);

/* Rows that several tables of options share. */
#define OPT_DB { 'd', "db", "DB", "the case database", false, NULL }
#define OPT_RULES \
	{ 'r', "rules", "DIR", "more rules: a directory or a file", true, NULL }, \
	{ 0, "set", "RULE.NAME=VALUE", "another value for a variable of a rule", true, NULL }
#define OPT_JSON { 0, "json", NULL, "print JSON", false, NULL }
#define OPT_END { 0, NULL, NULL, NULL, false, NULL }

#endif /* FORENSICS_CMD_CMD_H */

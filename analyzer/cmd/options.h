#ifndef FORENSICS_CMD_OPTIONS_H
#define FORENSICS_CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/error.h"

/* The command line, read by one table per command.  Understood everywhere: -x, -xVALUE,
 * -x VALUE, clusters of letters (-qv), --name, --name=VALUE, --name VALUE, and "--" after
 * which nothing is an option.  Options and arguments may be mixed.  Names are never abbreviated. */
struct option {
	char letter;              /* 0: has none */
	const char *name;         /* without dashes; NULL ends a table */
	const char *value;        /* what help calls its value; NULL: it takes none */
	const char *help;         /* one line */
	bool repeats;             /* help says so; opt_value() gives the last */
	const char *const *words; /* the values it takes, NULL-terminated; NULL: any */
};

/* What every command takes: -h -q -v --color --no-pager. */
extern const struct option common_options[];

struct given { const struct option *option; const char *value; };
struct options {
	const struct option *own; /* the command's table, besides the common one */
	struct given *given; size_t n_given;
	const char **args; size_t n_args; /* the rest, in order, NULL after the last */
};

/* Reads argv[0 .. argc); strings stay the caller's.  ERR_USAGE with a did-you-mean.  After -h the
 * rest of the line is not looked at: who asks for help gets it. */
enum status options_parse(struct options *out, const struct option *own, const char *command, int argc,
			  char **argv, struct arena *a, struct error *err);

/* By long name, which must be in one of the two tables. */
bool opt_given(const struct options *o, const char *name);
const char *opt_value(const struct options *o, const char *name); /* or NULL */
const char *const *opt_values(const struct options *o, const char *name, struct arena *a, size_t *n);
/* A whole number up to max; *out is untouched when the option was not given. */
enum status opt_count(const struct options *o, const char *name, uint64_t max, uint64_t *out, struct error *err);

/* "  -d, --db DB        the case" for each row. */
void options_help(FILE *out, const struct option *table);

#endif /* FORENSICS_CMD_OPTIONS_H */

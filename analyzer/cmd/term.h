#ifndef FORENSICS_CMD_TERM_H
#define FORENSICS_CMD_TERM_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "base/str.h"
#include "report/escape.h" /* term_text(), term_column(): the only way for text of a case to a terminal */

/* What is known about the terminal, and the messages of the program.  Data goes to
 * stdout, messages to stderr. */

/* --color WHEN, then NO_COLOR (not empty), then CLICOLOR_FORCE (not empty, not 0), then whether the stream
 * is a terminal and TERM is not dumb.  when NULL: auto. */
void term_setup(const char *when, bool quiet);
bool term_is_tty(FILE *f);
/* stdout is about to become a pipe to a pager: it goes on counting as the terminal that it is now. */
void term_paged(void);
bool term_color(FILE *f);
/* Columns of stdout, 0 when it is no terminal: lines are not cut then. */
size_t term_columns(void);
/* Starts (SGR parameters) or, with NULL, ends a colour where colours are used. */
void term_style(FILE *f, const char *sgr);

/* A message to stderr; silent with -q.  Arguments are words of ours or have gone through visible(). */
void say(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* "! text": something the reader should know; also with -q. */
void warn(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* "x error: ..", "--> where", "= help: cure". */
void print_error(const struct error *e);
/* The same shape for what is not fatal ("! W05 ..."); to out. */
void print_problem(FILE *out, const struct error *e, const char *mark, const char *sgr);

#endif /* FORENSICS_CMD_TERM_H */

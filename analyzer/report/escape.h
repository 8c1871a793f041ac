#ifndef FORENSICS_REPORT_ESCAPE_H
#define FORENSICS_REPORT_ESCAPE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/str.h"

/* The only way text of a case gets into a report, one writer for each place it
 * can stand in.  All agree on what a reader sees: bytes that are not UTF-8 as
 * \xNN, control characters as \x1b, characters that reorder or hide text as
 * <U+202E>.  None of them fails; a full disk shows in ferror(). */

void html_text(FILE *out, struct str s);   /* between tags */
void html_attr(FILE *out, struct str s);   /* between double quotes */

/* A JSON string with its quotes.  Control and reordering characters are JSON
 * escapes, so that nothing is lost; bytes that are not UTF-8 are the text \xNN. */
void json_text_of(FILE *out, struct str s);
/* The same, and nothing in it can end a <script> element. */
void json_in_script(FILE *out, struct str s);

void md_inline(FILE *out, struct str s);   /* one line of plain text, in a paragraph or a table cell */
void md_code(FILE *out, struct str s);     /* one line as a code span; not in a table */
/* A block of its own: a fence longer than any run of backticks in s. */
void md_fenced(FILE *out, struct str s);

/* Slack's mrkdwn has no escape but for & < >: its marks become look-alikes that mark nothing. */
void slack_text(FILE *out, struct str s);
/* Jira's wiki markup: a backslash before what would be markup. */
void jira_text(FILE *out, struct str s);

/* One line for a terminal: a newline is shown as \n. */
void term_text(FILE *out, struct str s);
/* At most columns wide, with "..." when cut, and padded with blanks to that when asked. */
void term_column(FILE *out, struct str s, size_t columns, bool pad);

/* The readable form alone, for Markdown that is parsed afterwards. */
void visible_text(struct buf *out, struct str s);

#endif /* FORENSICS_REPORT_ESCAPE_H */

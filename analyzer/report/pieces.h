#ifndef FORENSICS_REPORT_PIECES_H
#define FORENSICS_REPORT_PIECES_H

#include <stdio.h>

#include "base/error.h"

/* A text made of paragraphs, the important ones first, that must fit into a number of bytes: whole
 * ones until the next does not fit, then a line that says how many were left out. */
struct pieces {
	FILE *out;
	size_t max, written;     /* max 0: no bound */
	size_t left_out;
	char *text; size_t n;    /* the piece being written */
	FILE *f;
};

void pieces_start(struct pieces *p, FILE *out, size_t max);
/* Where to write the next piece. */
FILE *pieces_next(struct pieces *p);
/* The piece is whole.  After one that did not fit, no other is written. */
void pieces_put(struct pieces *p);
/* notice has one %zu, for the number left out; it is not printed when that is 0. */
void pieces_end(struct pieces *p, const char *notice);

#endif /* FORENSICS_REPORT_PIECES_H */

#ifndef FORENSICS_MATCH_QUOTED_H
#define FORENSICS_MATCH_QUOTED_H

#include <stddef.h>

#include "base/str.h"

/* The part [from, to) of a text. */
struct quoted { size_t from, to; };

/* What a program hands on and does not say itself: a prompt of a user, the pattern of an alert, the command of a shell, the line
 * of another program in a log shipper's record. Errors in it happened to somebody else, or to nobody. from is text.n when there
 * is none. own_error: the program speaks of an error itself, so behind the closing quote its own words go on. */
struct quoted quoted_in(struct str text, bool own_error);

#endif /* FORENSICS_MATCH_QUOTED_H */

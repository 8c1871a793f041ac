#ifndef FORENSICS_BASE_CSV_H
#define FORENSICS_BASE_CSV_H

#include "base/arena.h"
#include "base/str.h"

/* The next cell of one record (RFC 4180: quotes, doubled quotes inside),
 * trimmed of blanks outside quotes.  False once the record is used up
 * (rest->p is NULL then).  A quoted cell with doubled quotes is rewritten
 * into a; others point into the record. */
bool csv_cell(struct str *rest, struct arena *a, struct str *cell);

#endif /* FORENSICS_BASE_CSV_H */

#ifndef FORENSICS_SOURCE_PLAIN_H
#define FORENSICS_SOURCE_PLAIN_H

#include "base/buf.h"

/* A line without terminal escapes (colours, cursor moves, window titles) and NUL bytes.  The line itself when it has
 * none, else in out. */
struct str plain_text(struct str line, struct buf *out);

#endif /* FORENSICS_SOURCE_PLAIN_H */

#ifndef FORENSICS_RECORD_TEXTSINK_H
#define FORENSICS_RECORD_TEXTSINK_H

#include "base/buf.h"
#include "record/record.h"

/* The canonical text of what a source said, one thing a line: for goldens.  Times are the
 * clock's reading before solving ("local 2026-11-22T10:16:04.481000Z", "boot 325.610837"). */
struct catalog;
struct sink *textsink_new(struct catalog *cat, struct buf *out); /* lives in the catalog's arena */
/* After the last batch: the spans, facts, links, series, and clocks with their evidence solved. */
void textsink_finish(struct sink *s);

#endif /* FORENSICS_RECORD_TEXTSINK_H */

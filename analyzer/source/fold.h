#ifndef FORENSICS_SOURCE_FOLD_H
#define FORENSICS_SOURCE_FOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "bundle/reader.h"

/* The lines of one event while they are being read: whether it is complete
 * shows only on the line after it, when the reader's slice is gone.  One
 * buffer a member, so folding allocates nothing per line. */
struct fold {
	struct buf text;    /* the lines, joined by '\n'; at most LIMIT_EVENT_TEXT */
	uint32_t line;      /* provenance of the first one */
	uint32_t lines;     /* 0: nothing is held */
	uint64_t offset;
};

void fold_init(struct fold *f);
void fold_done(struct fold *f);

/* Drops what is held and starts anew with this line. */
void fold_start(struct fold *f, const struct line *first);
/* Adds a line.  False when the event has LIMIT_EVENT_LINES already. */
bool fold_join(struct fold *f, struct str text);
static inline bool fold_holds(const struct fold *f) { return f->lines > 0; }
static inline void fold_drop(struct fold *f) { f->lines = 0; }

#endif /* FORENSICS_SOURCE_FOLD_H */

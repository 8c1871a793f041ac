#ifndef FORENSICS_MATCH_BLOCK_H
#define FORENSICS_MATCH_BLOCK_H

/* The events of a batch, scanned in blocks: where the filter finds a text says whose it is, so that hardly an event is
 * scanned for itself. */

#include "match/prefilter.h"
#include "record/batch.h"

struct block;

struct block *block_new(struct prefilter *filter); /* which outlives it */
void block_free(struct block *k); /* NULL is fine */
/* Scans from that event on; returns the first that is not of the block. */
size_t block_scan(struct block *k, const struct batch *b, size_t from);
/* Sets bits of the patterns that may match event i of the block; false when there is none. */
bool block_candidates(const struct block *k, size_t i, uint64_t *bits);

#endif /* FORENSICS_MATCH_BLOCK_H */

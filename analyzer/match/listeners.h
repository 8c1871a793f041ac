#ifndef FORENSICS_MATCH_LISTENERS_H
#define FORENSICS_MATCH_LISTENERS_H

/* Which event signals have a say about an event: hundreds listen to one source, and hardly
 * one reads what a line says.  They are found by the patterns that may match its message. */

#include "rule/rule.h"

/* The event signals that listen to one source. */
struct listeners {
	const struct signal **v; size_t n;
	bool plain;              /* some look at more than the message: every event is tried */
	bool containers;         /* those that read app_log only get the lines of containers */
	bool prose;              /* programs write there what they like, other people's words too */
	uint64_t *always;        /* bits of v: those */
	uint64_t *read;          /* bits of patterns: what the others read in the message */
	struct reading *readings; size_t n_readings, cap_readings; /* who reads which, by pattern */
	uint64_t *chosen;        /* bits of v, by listeners_choose() */
};

bool signal_reads_message(const struct event_signal *e);
bool signal_names_source(const struct event_signal *e, struct str source);
/* The signal must outlive l, which starts as zeros. */
void listeners_add(struct listeners *l, struct str source, const struct signal *s);
/* Once all are added; words: of the bits of all patterns. */
void listeners_index(struct listeners *l, size_t words);
void listeners_done(struct listeners *l);
/* Sets l->chosen (n / 64 + 1 words) to those who must be asked about an event whose message the candidates,
 * bits of patterns, may match (NULL: none of them); false when nobody must. */
bool listeners_choose(struct listeners *l, const uint64_t *candidates, size_t words);

#endif /* FORENSICS_MATCH_LISTENERS_H */

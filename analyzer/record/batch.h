#ifndef FORENSICS_RECORD_BATCH_H
#define FORENSICS_RECORD_BATCH_H

#include "base/arena.h"
#include "record/event.h"

/* Records on their way to the store: rows as the tables have them, names as
 * numbers of the catalog.  A batch is whole in itself: it may outlive the
 * source and cross threads. */

enum {
	BATCH_EVENTS = 8192,
	BATCH_TEXT = 1 << 20, /* a batch is drained past this many bytes of text */
};

struct event_row {
	int64_t id;
	ts_usec t, u_us;
	uint64_t offset;
	uint32_t clock, file, line, lines, host, kind, entity;
	int severity;            /* enum severity */
	struct str text;         /* points into batch.text, followed by '\n' there */
	struct str attrs;        /* JSON object or empty */
	const struct field *fields; uint32_t n_fields;
};
struct sample_row {
	int64_t id;
	ts_usec t, u_us;
	uint64_t offset;
	uint32_t clock, file, line, panel, part, n;
	const double *values;    /* n of them, at most PANEL_WIDTH */
};
struct reject_row { uint32_t file, line; uint64_t offset; struct str text; const char *reason; };

struct batch {
	struct event_row *events; size_t n_events;     /* BATCH_EVENTS at most */
	struct sample_row *samples; size_t n_samples, cap_samples;
	struct reject_row *rejects; size_t n_rejects, cap_rejects;
	char *text; size_t n_text, cap_text;           /* all event texts, each followed by '\n': scanned as one block */
	struct arena *arena;                           /* attrs, fields, values, reject texts */
};

struct batch *batch_new(void);
void batch_free(struct batch *b); /* NULL is fine */

#endif /* FORENSICS_RECORD_BATCH_H */

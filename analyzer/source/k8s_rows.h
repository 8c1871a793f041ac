#ifndef FORENSICS_SOURCE_K8S_ROWS_H
#define FORENSICS_SOURCE_K8S_ROWS_H

#include "bundle/reader.h"
#include "source/k8s.h"
#include "source/table.h"

/* Event rows of kubectl's tables: `get events` (with -A, -o wide, and of old
 * versions), `events`, the Events of `describe`, and rows whose header was lost
 * when they were copied.  Rows are held until the table ends: a message may go
 * on in the next line, and any one row can tell the namespace of all. */
struct k8s_row {
	struct k8s_event e;
	struct k8s_at at;
};

struct k8s_rows {
	struct emitter *out;
	struct arena *keep, *scratch; /* own */
	struct table table;
	bool has_header;
	bool one_object;        /* the Events of describe: all rows are about the same object */
	struct k8s_ref about;   /* that object, as far as it is known; borrowed until the flush */
	double gpus;            /* and what it asks for, as in k8s_event */
	struct k8s_row *v;
	size_t n, cap;
};

void k8s_rows_init(struct k8s_rows *r, struct emitter *out);
void k8s_rows_done(struct k8s_rows *r);

/* Neither allocates: for detection. */
bool k8s_rows_is_header(struct str line);
bool k8s_rows_is_row(struct str line); /* makes sense without a header */

/* Begins a table at its header line. */
void k8s_rows_header(struct k8s_rows *r, struct str line);
/* Holds the event of this line, or adds the line to the message of the one
 * before; what is neither is rejected.  Flushes by itself when LIMIT_ROWS are held. */
enum status k8s_rows_line(struct k8s_rows *r, const struct line *line, struct error *err);
/* Emits what is held and ends the table. */
enum status k8s_rows_flush(struct k8s_rows *r, struct error *err);

#endif /* FORENSICS_SOURCE_K8S_ROWS_H */

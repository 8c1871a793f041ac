#ifndef FORENSICS_REPORT_LOAD_PRIV_H
#define FORENSICS_REPORT_LOAD_PRIV_H

#include "report/report.h"
#include "store/store.h"

/* What every part of loading needs.  All texts are copied into a. */
struct loader {
	struct store *st;
	const struct report_options *opt;
	struct arena *a;
	struct report *r;
	struct report_finding *findings; /* r's, while they may still change */
	struct error *err;
};

struct rows { void *v; size_t n; };
/* Fills one element, zeroed before, from the current row. */
typedef void row_fn(struct loader *l, struct query *q, void *row);

/* All rows of a statement as an array of `size`-byte elements in the arena. */
enum status load_rows(struct loader *l, const char *sql, size_t size, row_fn *read, struct rows *out);
/* The same for a prepared statement, whose parameters are bound: for use again and again. */
enum status query_rows(struct loader *l, struct query *q, size_t size, row_fn *read, struct rows *out);
/* Moves n elements of a heap array into the arena and frees it. */
void *keep(struct loader *l, void *heap, size_t n, size_t size);

struct str text_at(struct loader *l, struct query *q, int col);  /* empty for NULL */
/* About max bytes, never cut in the middle of a character; says what it left out: the end of
 * a line, the middle of several. */
struct str clip_at(struct loader *l, struct query *q, int col, size_t max);
ts_usec time_at(struct query *q, int col);                       /* TS_NONE for NULL; else cut to +- 4,500 years */
void read_text(struct loader *l, struct query *q, void *row);    /* a row_fn: one struct str */

enum status load_findings(struct loader *l);
enum status load_incidents(struct loader *l);   /* after the findings */
enum status load_open(struct loader *l);        /* undecidable, untested, near misses, what to collect; after the findings */
enum status load_coverage(struct loader *l);    /* with the span of the case */
enum status load_lanes(struct loader *l);       /* after the axis and the coverage */
enum status load_charts(struct loader *l);      /* after the axis */
enum status load_slice(struct loader *l);       /* after the axis */

#endif /* FORENSICS_REPORT_LOAD_PRIV_H */

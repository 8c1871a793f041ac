#ifndef FORENSICS_CMD_ROWS_H
#define FORENSICS_CMD_ROWS_H

#include <stdio.h>

#include "store/store.h"

/* The rows of a query, as data or for people. */
enum rows_mode {
	ROWS_PLAIN,  /* columns and a head */
	ROWS_BOX,
	ROWS_MD,
	ROWS_CSV,    /* RFC 4180, LF; exact bytes, but on a terminal control characters are made visible */
	ROWS_JSON,   /* an array of objects */
	ROWS_JSONL   /* an object a line */
};

struct rows {
	enum rows_mode mode;
	bool embed;      /* the columns attrs and labels hold JSON: they become part of it */
	bool spreadsheet; /* ROWS_CSV: text that begins like a formula gets a ' before it */
	uint64_t n;      /* written so far */
};

/* Steps q to its end. */
enum status rows_write(struct rows *rows, struct query *q, FILE *out, struct error *err);

#endif /* FORENSICS_CMD_ROWS_H */

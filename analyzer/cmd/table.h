#ifndef FORENSICS_CMD_TABLE_H
#define FORENSICS_CMD_TABLE_H

#include <stdio.h>

#include "base/arena.h"
#include "base/str.h"

/* Cells lined up in columns as wide as a terminal shows them.  On a terminal the widest
 * columns give way until a row fits; elsewhere nothing is cut. */
enum table_look { TABLE_PLAIN, TABLE_BOX };

struct table {
	struct arena *arena;    /* of the cells */
	enum table_look look;
	size_t n_columns, n_cells, cap;
	struct str *cells;      /* row by row; the first row is the head */
	bool *right;            /* columns of numbers */
	bool *whole;            /* columns that do not give way */
};

void table_init(struct table *t, size_t n_columns, enum table_look look);
void table_add(struct table *t, struct str cell);          /* copied; the first n_columns are the head */
void table_printf(struct table *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
void table_right(struct table *t, size_t column);
void table_whole(struct table *t, size_t column);
void table_write(const struct table *t, FILE *out);
void table_done(struct table *t);

#endif /* FORENSICS_CMD_TABLE_H */

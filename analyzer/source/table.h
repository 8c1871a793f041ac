#ifndef FORENSICS_SOURCE_TABLE_H
#define FORENSICS_SOURCE_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

/* Tables as kubectl and az print them: a header whose names are separated by
 * two blanks or more (a name may hold single ones: "LAST SEEN"), every cell
 * below the start of its name, cells possibly empty.  Columns are counted in
 * characters, as the printers do, not in bytes. */
#define TABLE_COLUMNS 32
#define TABLE_NONE ((size_t)-1)

struct table {
	size_t n;
	struct {
		struct str name; /* in the arena given to table_header() */
		size_t start;    /* characters before it */
	} column[TABLE_COLUMNS];
};

/* Reads the header's names and places; false when there are fewer than two. */
bool table_header(struct table *t, struct arena *a, struct str line);
/* The column of that name (exact), or TABLE_NONE. */
size_t table_column(const struct table *t, struct str name);
/* Splits a row into t->n cells, trimmed, borrowed from line; missing ones are
 * empty.  A row that does not keep to the columns (kubectl -w widens them on
 * the way, copies lose blanks) is split at runs of two blanks instead, its surplus
 * going to the last cell. */
void table_row(const struct table *t, struct str line, struct str *cells);
/* Only the second way: for a caller who sees that the cells make no sense. */
void table_row_loose(const struct table *t, struct str line, struct str *cells);
/* "---- -----": the line below a header. */
bool table_is_rule(struct str line);

/* The next cell of a text separated by two blanks or more, or by a tab. */
bool table_next(struct str *rest, struct str *cell);

#endif /* FORENSICS_SOURCE_TABLE_H */

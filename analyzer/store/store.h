#ifndef FORENSICS_STORE_STORE_H
#define FORENSICS_STORE_STORE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "record/record.h"

/* The SQLite door: one case.  Statements come from sql/, embedded as SQL_*.
 * Loading happens in PATH.partial, which gets its real name when it is whole. */
struct store;

/* A new case.  path NULL: in memory.  An existing file is replaced at store_finish(). */
enum status store_create(struct store **out, const char *path, struct error *err);
/* A copy of the case at path, to add to: it replaces the original at store_finish(), and a run that is killed
 * changes nothing. */
enum status store_extend(struct store **out, const char *path, struct error *err);
/* Names of an extended case into an empty catalog, so that they keep their numbers; catalog.base is where what comes
 * begins.  What its clocks were found to say stays; new ones are solved by themselves, but know the zones of hosts. */
struct catalog; /* record/catalog.h */
enum status store_restore(struct store *st, struct catalog *cat, struct error *err);
/* An existing case; checks application_id and user_version.  ERR_IO, or ERR_FORMAT when it is none. */
enum status store_open(struct store **out, const char *path, bool writable, struct error *err);
void store_close(struct store *st); /* NULL is fine; an unfinished load is removed */
const char *store_path(const struct store *st); /* "" in memory */

/* Where batches go: rows are inserted on a thread of their own.  Owned by st.  A failure
 * of the writer shows at the next drain or at store_loaded(). */
struct sink *store_sink(struct store *st);
/* Waits for the writer; then names, files, clocks and links of the catalog are written, times
 * become UTC, indexes are made. */
enum status store_loaded(struct store *st, struct catalog *cat, struct error *err);
/* The views and their documentation, for who reads the case: the little cases of rules' tests do without. */
enum status store_describe(struct store *st, struct error *err);
/* Commit, tidy up, rename into place. */
enum status store_finish(struct store *st, struct error *err);

/* ---- statements ----
 * A query is one embedded statement with its parameters bound by position from 1.  Columns are read by
 * position from 0.  Texts live until the next query_step(). */
struct query;
enum status query_new(struct query **out, struct store *st, const char *sql, struct error *err);
void query_int(struct query *q, int i, int64_t v);
void query_real(struct query *q, int i, double v);
void query_text(struct query *q, int i, struct str s);  /* copied; s.p NULL binds NULL */
void query_null(struct query *q, int i);
enum status query_step(struct query *q, struct error *err); /* OK: a row; END: done, ready to be bound and stepped again */
void query_rewind(struct query *q);                          /* forget the rest; bindings are kept */
int64_t query_get_int(struct query *q, int col);
double query_get_real(struct query *q, int col);             /* NAN for NULL */
struct str query_get_text(struct query *q, int col);         /* STR_NONE for NULL */
bool query_is_null(struct query *q, int col);
enum query_type { QUERY_NULL, QUERY_INT, QUERY_REAL, QUERY_TEXT };
enum query_type query_get_type(struct query *q, int col);    /* before any query_get_*() of the same column; a BLOB counts as text */
int query_columns(const struct query *q);
const char *query_column_name(const struct query *q, int col);
/* The statement with what is bound to it written out; in a. */
struct str query_expanded(const struct query *q, struct arena *a);
void query_free(struct query *q); /* NULL is fine */
/* A key of the table meta; replaces an earlier value. */
enum status store_set_meta(struct store *st, struct str key, struct str value, struct error *err);
/* Statements without rows, several at once. */
enum status store_exec(struct store *st, const char *sql, struct error *err);

/* Does the text end with a whole statement: a semicolon outside of quotes and comments? */
bool query_is_complete(const char *sql);
/* For `forensics sql`: text of a user against a store opened read-only.  Denies everything but reading; ends with
 * ERR_LIMIT after timeout_ms (0: none) or when *stop becomes non-zero.  tail receives what follows the first statement.
 * One of its queries at a time.  err.where is "query:LINE:COLUMN" where SQLite knows the place. */
enum status query_of_user(struct query **out, struct store *st, struct str sql, int timeout_ms,
			  const volatile int *stop, struct str *tail, struct error *err);

#endif /* FORENSICS_STORE_STORE_H */

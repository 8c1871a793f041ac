#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "sql.h"
#include "store/store_priv.h"

struct query {
	struct store *store;
	sqlite3_stmt *stmt;
	bool done;          /* stepped to the end: the next step starts over */
	bool of_user;       /* the connection's guards are this one's: query_of_user() */
	const volatile int *stop;
	int timeout_ms;
	struct timespec started;
};

enum status query_new(struct query **out, struct store *st, const char *sql, struct error *err)
{
	struct query *q = calloc(1, sizeof(*q));

	if (!q)
		abort();
	q->store = st;
	if (sqlite3_prepare_v3(st->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->stmt, NULL) != SQLITE_OK) {
		free(q);
		return store_fail(st, err, "cannot prepare a statement");
	}
	*out = q;
	return OK;
}

/* Binding restarts a finished statement. */
static void fresh(struct query *q)
{
	if (q->done) {
		sqlite3_reset(q->stmt);
		q->done = false;
	}
}

struct str query_expanded(const struct query *q, struct arena *a)
{
	char *text = sqlite3_expanded_sql(q->stmt);
	struct str out = arena_dup(a, str_of(text ? text : ""));

	sqlite3_free(text);
	return out;
}

void query_int(struct query *q, int i, int64_t v)
{
	fresh(q);
	sqlite3_bind_int64(q->stmt, i, v);
}

void query_real(struct query *q, int i, double v)
{
	fresh(q);
	if (isnan(v))
		sqlite3_bind_null(q->stmt, i);
	else
		sqlite3_bind_double(q->stmt, i, v);
}

void query_text(struct query *q, int i, struct str s)
{
	fresh(q);
	if (s.p)
		sqlite3_bind_text(q->stmt, i, s.p, (int)s.n, SQLITE_TRANSIENT);
	else
		sqlite3_bind_null(q->stmt, i);
}

void query_null(struct query *q, int i)
{
	fresh(q);
	sqlite3_bind_null(q->stmt, i);
}

enum status query_step(struct query *q, struct error *err)
{
	int rc;

	if (!q->stmt) /* a user's text that is blank, or only a comment */
		return END;
	fresh(q);
	rc = sqlite3_step(q->stmt);
	if (rc == SQLITE_ROW)
		return OK;
	q->done = true;
	if (rc == SQLITE_DONE)
		return END;
	if (rc == SQLITE_INTERRUPT) {
		fail(err, ERR_LIMIT, q->stop && *q->stop ? "interrupted" : "the query took longer than %d ms", q->timeout_ms);
		fail_id(err, FX_QUERY_SLOW);
		return ERR_LIMIT;
	}
	return store_fail(q->store, err, "a statement failed");
}

void query_rewind(struct query *q)
{
	sqlite3_reset(q->stmt);
	q->done = false;
}

int64_t query_get_int(struct query *q, int col)
{
	return sqlite3_column_int64(q->stmt, col);
}

double query_get_real(struct query *q, int col)
{
	return query_is_null(q, col) ? (double)NAN : sqlite3_column_double(q->stmt, col);
}

struct str query_get_text(struct query *q, int col)
{
	const unsigned char *p = sqlite3_column_text(q->stmt, col);

	return p ? (struct str){ (const char *)p, (size_t)sqlite3_column_bytes(q->stmt, col) } : STR_NONE;
}

bool query_is_null(struct query *q, int col)
{
	return sqlite3_column_type(q->stmt, col) == SQLITE_NULL;
}

enum query_type query_get_type(struct query *q, int col)
{
	switch (sqlite3_column_type(q->stmt, col)) {
	case SQLITE_NULL:
		return QUERY_NULL;
	case SQLITE_INTEGER:
		return QUERY_INT;
	case SQLITE_FLOAT:
		return QUERY_REAL;
	default: /* SQLITE_TEXT, SQLITE_BLOB */
		return QUERY_TEXT;
	}
}

int query_columns(const struct query *q)
{
	return sqlite3_column_count(q->stmt);
}

const char *query_column_name(const struct query *q, int col)
{
	return sqlite3_column_name(q->stmt, col);
}

void query_free(struct query *q)
{
	if (!q)
		return;
	if (q->of_user) {
		sqlite3_progress_handler(q->store->db, 0, NULL, NULL);
		sqlite3_set_authorizer(q->store->db, NULL, NULL);
	}
	sqlite3_finalize(q->stmt);
	free(q);
}

enum status store_exec(struct store *st, const char *sql, struct error *err)
{
	if (sqlite3_exec(st->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return store_fail(st, err, "a statement failed");
	return OK;
}

enum status store_set_meta(struct store *st, struct str key, struct str value, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, st, SQL_INSERT_META, err);

	if (s == OK) {
		query_text(q, 1, key);
		query_text(q, 2, value);
		s = query_step(q, err);
	}
	query_free(q);
	return s == END ? OK : s;
}

/* ---- statements of a user ---- */

bool query_is_complete(const char *sql)
{
	return sqlite3_complete(sql);
}

static int only_reading(void *ctx, int action, const char *a, const char *b, const char *db, const char *trigger)
{
	(void)ctx, (void)db, (void)trigger;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_FUNCTION:
		return b && strcmp(b, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
	case SQLITE_PRAGMA: /* b is what it would be set to, or asks about */
		return a && (strcmp(a, "table_info") == 0 || strcmp(a, "table_xinfo") == 0 || strcmp(a, "table_list") == 0 ||
			     strcmp(a, "index_list") == 0 || (!b && (strcmp(a, "user_version") == 0 || strcmp(a, "application_id") == 0))) ?
			       SQLITE_OK : SQLITE_DENY;
	default:
		return SQLITE_DENY;
	}
}

static int over_time(void *ctx)
{
	const struct query *q = ctx;
	struct timespec now;

	if (q->stop && *q->stop)
		return 1;
	if (!q->timeout_ms)
		return 0;
	/* Bounds how long we wait, decides nothing about evidence. */
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - q->started.tv_sec) * 1000 + (now.tv_nsec - q->started.tv_nsec) / 1000000 > q->timeout_ms;
}

static enum status refused(struct store *st, struct str sql, struct error *err)
{
	int at = sqlite3_error_offset(st->db);
	bool denied = (sqlite3_errcode(st->db) & 0xff) == SQLITE_AUTH;
	enum status s = fail(err, ERR_DB, "the query was refused: %s", sqlite3_errmsg(st->db));

	fail_id(err, FX_QUERY_REFUSED);
	if (at >= 0 && (size_t)at <= sql.n) {
		struct str before = str_head(sql, (size_t)at);
		size_t line = 1, bol = str_rchr(before, '\n');

		for (size_t i = 0; i < before.n; i++)
			line += before.p[i] == '\n';
		fail_at(err, "query:%zu:%zu", line, bol == before.n ? before.n + 1 : before.n - bol);
	}
	if (denied)
		fail_hint(err, "a case is evidence: queries only read it");
	return s;
}

enum status query_of_user(struct query **out, struct store *st, struct str sql, int timeout_ms,
			  const volatile int *stop, struct str *tail, struct error *err)
{
	struct query *q = NULL;
	const char *rest = NULL;
	enum status s = query_new(&q, st, SQL_USER_TABLES, err);

	if (s != OK)
		return s;
	query_free(q);
	q = calloc(1, sizeof(*q));
	if (!q)
		abort();
	q->store = st;
	q->of_user = true;
	q->stop = stop;
	q->timeout_ms = timeout_ms;
	clock_gettime(CLOCK_MONOTONIC, &q->started);
	sqlite3_limit(st->db, SQLITE_LIMIT_LENGTH, 16 << 20);
	sqlite3_limit(st->db, SQLITE_LIMIT_SQL_LENGTH, 100000);
	sqlite3_limit(st->db, SQLITE_LIMIT_EXPR_DEPTH, 100);
	sqlite3_limit(st->db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_set_authorizer(st->db, only_reading, NULL);
	sqlite3_progress_handler(st->db, 10000, over_time, q);
	if (sqlite3_prepare_v2(st->db, sql.p, (int)sql.n, &q->stmt, &rest) != SQLITE_OK) {
		s = refused(st, sql, err);
	} else if (q->stmt && !sqlite3_stmt_readonly(q->stmt)) { /* VACUUM asks no authorizer */
		s = fail(err, ERR_DB, "the query was refused: it would write");
		fail_id(err, FX_QUERY_REFUSED);
		fail_hint(err, "a case is evidence: queries only read it");
	}
	if (s != OK) {
		query_free(q);
		return s;
	}
	if (tail)
		*tail = str_from(sql, rest ? (size_t)(rest - sql.p) : sql.n);
	*out = q;
	return OK;
}

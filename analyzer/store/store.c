#include "store/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sql.h"
#include "store/store_priv.h"

#define APPLICATION_ID 0x464F5252
#define SCHEMA_VERSION 2

enum status store_fail(struct store *st, struct error *err, const char *doing)
{
	int rc = sqlite3_extended_errcode(st->db);
	enum status s = fail(err, (rc & 0xff) == SQLITE_FULL || (rc & 0xff) == SQLITE_IOERR ? ERR_IO : ERR_DB, "%s: %s", doing, sqlite3_errmsg(st->db));

	fail_at(err, "%s", store_path(st));
	if ((rc & 0xff) == SQLITE_FULL)
		fail_hint(err, "free some space where the database is written");
	return s;
}

static struct store *store_new(const char *path)
{
	struct store *st = calloc(1, sizeof(*st));

	if (!st)
		abort();
	st->path = strdup(path);
	if (!st->path)
		abort();
	writer_init(st);
	return st;
}

static enum status open_db(struct store *st, const char *path, int flags, struct error *err)
{
	if (sqlite3_open_v2(path, &st->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL) == SQLITE_OK)
		return OK;
	fail(err, ERR_IO, "cannot open the database: %s", st->db ? sqlite3_errmsg(st->db) : "out of memory");
	fail_at(err, "%s", path);
	return ERR_IO;
}

/* The unfinished file, empty. */
static enum status open_partial(struct store *st, struct error *err)
{
	if (asprintf(&st->partial, "%s.partial", st->path) < 0)
		abort();
	if (unlink(st->partial) != 0 && errno != ENOENT) {
		fail(err, ERR_IO, "cannot replace an earlier load: %s", strerror(errno));
		fail_at(err, "%s", st->partial);
		return ERR_IO;
	}
	return open_db(st, st->partial, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
}

static enum status begin_load(struct store *st, const char *sql, struct error *err)
{
	enum status s = store_exec(st, SQL_LOAD_BEGIN, err);

	if (s == OK)
		s = store_exec(st, sql, err);
	return s == OK ? batch_vtab_register(st, err) : s;
}

enum status store_create(struct store **out, const char *path, struct error *err)
{
	struct store *st = store_new(path ? path : "");
	enum status s = path ? open_partial(st, err) : open_db(st, ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);

	if (s == OK)
		s = begin_load(st, SQL_SCHEMA, err);
	if (s == OK)
		*out = st;
	else
		store_close(st);
	return s;
}

enum status store_extend(struct store **out, const char *path, struct error *err)
{
	struct store *st = store_new(path);
	enum status s = open_partial(st, err);

	st->extended = true;
	if (s == OK)
		s = store_copy_into(st, path, err);
	if (s == OK)
		s = begin_load(st, SQL_EXTEND_BEGIN, err);
	if (s == OK)
		s = store_exec(st, SQL_VERDICTS_CLEAR, err);
	if (s == OK)
		*out = st;
	else
		store_close(st);
	return s;
}

static enum status check_version(struct store *st, struct error *err)
{
	static const char *const pragmas[2] = { SQL_APPLICATION_ID, SQL_USER_VERSION };
	int64_t got[2] = { 0, 0 };
	enum status s = OK;

	for (int i = 0; i < 2 && s == OK; i++) {
		struct query *q = NULL;

		s = query_new(&q, st, pragmas[i], err);
		if (s == OK)
			s = query_step(q, err);
		if (s == OK)
			got[i] = query_get_int(q, 0);
		query_free(q);
	}
	if (s != OK && sqlite3_errcode(st->db) != SQLITE_NOTADB)
		return s; /* locked, damaged, unreadable: SQLite says it better */
	if (s != OK || got[0] != APPLICATION_ID) {
		s = fail(err, ERR_FORMAT, "this is not a case database of forensics");
		fail_id(err, FX_NOT_A_CASE);
		fail_at(err, "%s", st->path);
		fail_hint(err, "make one with: forensics analyze BUNDLE -d %.180s", st->path);
		return s;
	}
	if (got[1] != SCHEMA_VERSION) {
		s = fail(err, ERR_FORMAT, "this case has schema version %lld, this program reads %d", (long long)got[1], SCHEMA_VERSION);
		fail_id(err, FX_OTHER_SCHEMA);
		fail_at(err, "%s", st->path);
		fail_hint(err, "analyze the bundle again");
		return s;
	}
	return OK;
}

enum status store_open(struct store **out, const char *path, bool writable, struct error *err)
{
	struct store *st = store_new(path);
	enum status s;

	if (access(path, R_OK) != 0) {
		s = fail(err, ERR_IO, "cannot open the database: %s", strerror(errno));
		fail_at(err, "%s", path);
		if (errno == ENOENT)
			fail_hint(err, "make one with: forensics analyze BUNDLE -d %.180s", path);
		store_close(st);
		return s;
	}
	s = open_db(st, path, writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, err);
	if (s == OK) {
		/* A case may come from elsewhere: it is input too.  Its views may call any function, though: SQLite 3.40 takes
		 * even json_extract() for unsafe otherwise, and there are no others with effects: no extensions, none of ours. */
		sqlite3_db_config(st->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
		sqlite3_db_config(st->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
		s = check_version(st, err);
	}
	if (s == OK)
		*out = st;
	else
		store_close(st);
	return s;
}

void store_close(struct store *st)
{
	if (!st)
		return;
	(void)writer_finish(st, NULL);
	sqlite3_close(st->db);
	if (st->partial)
		(void)unlink(st->partial);
	pthread_mutex_destroy(&st->writer.lock);
	pthread_cond_destroy(&st->writer.changed);
	free(st->partial);
	free(st->path);
	free(st);
}

const char *store_path(const struct store *st)
{
	return st->path;
}

struct sink *store_sink(struct store *st)
{
	return &st->writer.sink;
}

enum status store_describe(struct store *st, struct error *err)
{
	enum status s = st->extended ? OK : store_exec(st, SQL_VIEWS, err);

	return s == OK && !st->extended ? store_exec(st, SQL_DOC, err) : s;
}

enum status store_finish(struct store *st, struct error *err)
{
	enum status s = store_exec(st, SQL_LOAD_END, err);

	if (s != OK || !st->partial)
		return s;
	/* Closed before the rename: the name never shows a file that is still written. */
	if (sqlite3_close(st->db) != SQLITE_OK)
		return store_fail(st, err, "cannot close the database");
	st->db = NULL;
	if (rename(st->partial, st->path) != 0) {
		s = fail(err, ERR_IO, "cannot name the finished database: %s", strerror(errno));
		fail_at(err, "%s", st->path);
		return s;
	}
	free(st->partial);
	st->partial = NULL;
	s = open_db(st, st->path, SQLITE_OPEN_READWRITE, err);
	return s;
}

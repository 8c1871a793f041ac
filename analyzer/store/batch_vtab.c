/* A batch as a virtual table: INSERT INTO event SELECT .. FROM batch_event runs
 * inside SQLite's own loop and is two to three times as fast as binding and
 * stepping row by row.  The column lists live in sql/query/batch_*_table.sql. */
#include <math.h>
#include <string.h>

#include "sql.h"
#include "store/store_priv.h"

struct table { sqlite3_vtab base; struct store *store; };
struct cursor { sqlite3_vtab_cursor base; const struct batch *batch; size_t i; };

static int connect_as(sqlite3 *db, void *aux, sqlite3_vtab **out, const char *declaration)
{
	struct table *t;
	int rc = sqlite3_declare_vtab(db, declaration);

	if (rc != SQLITE_OK)
		return rc;
	t = sqlite3_malloc(sizeof(*t));
	if (!t)
		return SQLITE_NOMEM;
	memset(t, 0, sizeof(*t));
	t->store = aux;
	*out = &t->base;
	return SQLITE_OK;
}

static int connect_event(sqlite3 *db, void *aux, int argc, const char *const *argv, sqlite3_vtab **out, char **err)
{
	(void)argc, (void)argv, (void)err;
	return connect_as(db, aux, out, SQL_BATCH_EVENT_TABLE);
}

static int connect_sample(sqlite3 *db, void *aux, int argc, const char *const *argv, sqlite3_vtab **out, char **err)
{
	(void)argc, (void)argv, (void)err;
	return connect_as(db, aux, out, SQL_BATCH_SAMPLE_TABLE);
}

static int disconnect(sqlite3_vtab *v)
{
	sqlite3_free(v);
	return SQLITE_OK;
}

static int best_index(sqlite3_vtab *v, sqlite3_index_info *info)
{
	(void)v;
	info->estimatedCost = BATCH_EVENTS;
	return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *v, sqlite3_vtab_cursor **out)
{
	struct cursor *c = sqlite3_malloc(sizeof(*c));

	(void)v;
	if (!c)
		return SQLITE_NOMEM;
	memset(c, 0, sizeof(*c));
	*out = &c->base;
	return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *c)
{
	sqlite3_free(c);
	return SQLITE_OK;
}

static int filter(sqlite3_vtab_cursor *vc, int index, const char *name, int argc, sqlite3_value **argv)
{
	struct cursor *c = (struct cursor *)vc;

	(void)index, (void)name, (void)argc, (void)argv;
	c->batch = ((struct table *)vc->pVtab)->store->batch;
	c->i = 0;
	return SQLITE_OK;
}

static int next(sqlite3_vtab_cursor *vc)
{
	((struct cursor *)vc)->i++;
	return SQLITE_OK;
}

static int rowid(sqlite3_vtab_cursor *vc, sqlite3_int64 *out)
{
	*out = (sqlite3_int64)((struct cursor *)vc)->i;
	return SQLITE_OK;
}

static int at_end_event(sqlite3_vtab_cursor *vc)
{
	const struct cursor *c = (const struct cursor *)vc;

	return !c->batch || c->i >= c->batch->n_events;
}

static int at_end_sample(sqlite3_vtab_cursor *vc)
{
	const struct cursor *c = (const struct cursor *)vc;

	return !c->batch || c->i >= c->batch->n_samples;
}

static void put_text(sqlite3_context *ctx, struct str s)
{
	/* The batch outlives the statement: no copy. */
	sqlite3_result_text(ctx, s.p ? s.p : "", (int)s.n, SQLITE_STATIC);
}

static int column_event(sqlite3_vtab_cursor *vc, sqlite3_context *ctx, int col)
{
	const struct cursor *c = (const struct cursor *)vc;
	const struct event_row *e = &c->batch->events[c->i];
	const struct store *st = ((struct table *)vc->pVtab)->store;

	switch (col) {
	case 0: sqlite3_result_int64(ctx, e->id); break;
	case 1: sqlite3_result_int64(ctx, e->t); break;
	case 2: sqlite3_result_int64(ctx, e->u_us); break;
	case 3: sqlite3_result_int64(ctx, store_clock(st, e->clock)); break;
	case 4:
		if (e->severity != SEV_NONE)
			sqlite3_result_int(ctx, e->severity);
		break;
	case 5: sqlite3_result_int64(ctx, e->file); break;
	case 6: sqlite3_result_int64(ctx, e->line); break;
	case 7: sqlite3_result_int64(ctx, e->lines); break;
	case 8: sqlite3_result_int64(ctx, (sqlite3_int64)e->offset); break;
	case 9: sqlite3_result_int64(ctx, e->host); break;
	case 10: sqlite3_result_int64(ctx, e->kind); break;
	case 11: sqlite3_result_int64(ctx, e->entity); break;
	case 12: put_text(ctx, e->text); break;
	case 13:
		if (e->attrs.n)
			put_text(ctx, e->attrs);
		break;
	default: break; /* no such column: NULL */
	}
	return SQLITE_OK;
}

static int column_sample(sqlite3_vtab_cursor *vc, sqlite3_context *ctx, int col)
{
	const struct cursor *c = (const struct cursor *)vc;
	const struct sample_row *s = &c->batch->samples[c->i];
	const struct store *st = ((struct table *)vc->pVtab)->store;

	switch (col) {
	case 0: sqlite3_result_int64(ctx, s->id); break;
	case 1: sqlite3_result_int64(ctx, s->panel); break;
	case 2: sqlite3_result_int64(ctx, s->part); break;
	case 3: sqlite3_result_int64(ctx, s->t); break;
	case 4: sqlite3_result_int64(ctx, s->u_us); break;
	case 5: sqlite3_result_int64(ctx, store_clock(st, s->clock)); break;
	case 6: sqlite3_result_int64(ctx, s->file); break;
	case 7: sqlite3_result_int64(ctx, s->line); break;
	case 8: sqlite3_result_int64(ctx, (sqlite3_int64)s->offset); break;
	default:
		if ((uint32_t)(col - 9) < s->n && !isnan(s->values[col - 9]))
			sqlite3_result_double(ctx, s->values[col - 9]);
		break;
	}
	return SQLITE_OK;
}

/* xCreate NULL: eponymous only, nothing of it is stored in the case. */
static const sqlite3_module event_module = {
	.xConnect = connect_event, .xBestIndex = best_index, .xDisconnect = disconnect, .xOpen = open_cursor, .xClose = close_cursor,
	.xFilter = filter, .xNext = next, .xEof = at_end_event, .xColumn = column_event, .xRowid = rowid,
};
static const sqlite3_module sample_module = {
	.xConnect = connect_sample, .xBestIndex = best_index, .xDisconnect = disconnect, .xOpen = open_cursor, .xClose = close_cursor,
	.xFilter = filter, .xNext = next, .xEof = at_end_sample, .xColumn = column_sample, .xRowid = rowid,
};

enum status batch_vtab_register(struct store *st, struct error *err)
{
	if (sqlite3_create_module(st->db, "batch_event", &event_module, st) != SQLITE_OK ||
	    sqlite3_create_module(st->db, "batch_sample", &sample_module, st) != SQLITE_OK)
		return store_fail(st, err, "cannot register the batch tables");
	return OK;
}

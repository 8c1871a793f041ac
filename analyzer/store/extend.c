/* A case that grows: a copy of it takes the new rows, under numbers that go on where the old ones end. */
#include <stdio.h>

#include "record/catalog.h"
#include "sql.h"
#include "store/store_priv.h"

enum status store_copy_into(struct store *st, const char *from, struct error *err)
{
	struct store *old = NULL;
	sqlite3_backup *copy;
	enum status s = store_open(&old, from, false, err);

	if (s != OK)
		return s;
	copy = sqlite3_backup_init(st->db, "main", old->db, "main");
	if (!copy || sqlite3_backup_step(copy, -1) != SQLITE_DONE)
		s = store_fail(st, err, "cannot copy the case");
	sqlite3_backup_finish(copy);
	store_close(old);
	return s;
}

/* ---- names ---- */

static void take_host(struct catalog *c, struct query *q)
{
	struct str name = query_get_text(q, 1);

	if (query_get_int(q, 0) == HOST_OWN) {
		c->own_host = arena_dup(c->arena, name);
		if (name.n)
			clocks_own_host(c->clocks, name);
	} else if (query_get_int(q, 0) > HOST_NONE) {
		(void)catalog_host(c, name.n ? name : STR("\001no name"));
	}
}

static void take_kind(struct catalog *c, struct query *q)
{
	(void)catalog_kind(c, query_get_text(q, 1));
}

static void take_entity(struct catalog *c, struct query *q)
{
	(void)catalog_entity(c, query_get_text(q, 1));
}

static void take_link(struct catalog *c, struct query *q)
{
	char *relation = arena_cstr(c->arena, query_get_text(q, 1));

	catalog_link(c, map_key(c->entities, (size_t)query_get_int(q, 0)), relation, map_key(c->entities, (size_t)query_get_int(q, 2)));
}

static void take_bundle(struct catalog *c, struct query *q)
{
	uint32_t i = catalog_bundle_add(c);
	struct catalog_bundle *b = &c->bundles[i];

	b->name = arena_dup(c->arena, query_get_text(q, 0));
	(void)snprintf(b->sha256, sizeof(b->sha256), "%.*s", STR_ARG(query_get_text(q, 1)));
	b->files = (uint64_t)query_get_int(q, 2);
	b->damage = arena_dup(c->arena, query_get_text(q, 3));
}

static void take_file(struct catalog *c, struct query *q)
{
	uint32_t id = catalog_file_add(c, (uint32_t)query_get_int(q, 0), query_get_text(q, 1));
	struct catalog_file *f = &c->files[id - 1];

	f->source = arena_dup(c->arena, query_get_text(q, 2));
	for (int i = 0; i <= FILE_DUPLICATE; i++)
		if (str_eq(query_get_text(q, 3), str_of(file_status_name((enum file_status)i))))
			f->status = (enum file_status)i;
	(void)snprintf(f->sha256, sizeof(f->sha256), "%.*s", STR_ARG(query_get_text(q, 4)));
	f->host = (uint32_t)query_get_int(q, 5);
	f->part_of = (uint32_t)query_get_int(q, 6);
	f->settled = true;
}

static void take_series(struct catalog *c, struct query *q)
{
	catalog_series_restore(c, (size_t)query_get_int(q, 0), query_get_text(q, 1), query_get_text(q, 2), (uint32_t)query_get_int(q, 3),
			       (uint32_t)query_get_int(q, 4), query_get_text(q, 5));
}

static void take_panel(struct catalog *c, struct query *q)
{
	catalog_panel_restore(c, (size_t)query_get_int(q, 0), (uint32_t)query_get_int(q, 1));
}

/* What an earlier bundle told of a host's zone holds for its other logs. */
static void take_zone(struct catalog *c, struct query *q)
{
	uint32_t host = (uint32_t)query_get_int(q, 0);

	clocks_zone(c->clocks, host == HOST_OWN ? c->own_host : map_key(c->hosts, host), (int)query_get_int(q, 1), query_get_text(q, 2));
}

static void take_ends(struct catalog *c, struct query *q)
{
	c->base.events = query_get_int(q, 0);
	c->base.samples = query_get_int(q, 1);
	c->base.clocks = (uint32_t)query_get_int(q, 2);
}

static enum status each(struct store *st, const char *sql, struct catalog *c, void (*take)(struct catalog *, struct query *), struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, st, sql, err);

	while (s == OK && (s = query_step(q, err)) == OK)
		take(c, q);
	query_free(q);
	return s == END ? OK : s;
}

enum status store_restore(struct store *st, struct catalog *c, struct error *err)
{
	static const struct { const char *sql; void (*take)(struct catalog *, struct query *); } parts[] = {
		{ SQL_WORLD_HOSTS, take_host }, { SQL_MATCH_KINDS, take_kind }, { SQL_MATCH_ENTITIES, take_entity },
		{ SQL_RESTORE_LINKS, take_link }, { SQL_RESTORE_BUNDLES, take_bundle }, { SQL_RESTORE_FILES, take_file },
		{ SQL_RESTORE_SERIES, take_series }, { SQL_RESTORE_PANELS, take_panel }, { SQL_RESTORE_ZONES, take_zone },
		{ SQL_RESTORE_ENDS, take_ends },
	};
	enum status s = OK;

	for (size_t i = 0; s == OK && i < sizeof(parts) / sizeof(parts[0]); i++)
		s = each(st, parts[i].sql, c, parts[i].take, err);
	if (s != OK)
		return s;
	c->base.hosts = map_count(c->hosts);
	c->base.kinds = map_count(c->kinds);
	c->base.entities = map_count(c->entities);
	c->base.bundles = c->n_bundles;
	c->base.files = c->n_files;
	c->base.links = c->n_links;
	c->base.series = c->n_series;
	c->base.panels = c->n_panels;
	st->clock_base = c->base.clocks;
	return OK;
}

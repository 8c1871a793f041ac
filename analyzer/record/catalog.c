#include "record/catalog.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/limits.h"

const char *file_status_name(enum file_status s)
{
	static const char *const names[] = { "ok", "partial", "damaged", "skipped", "unknown", "duplicate" };

	return names[s];
}

const char *cover_name(enum cover c)
{
	static const char *const names[] = { "span", "append", "snapshot", "polled", "excerpt" };

	return names[c];
}

struct catalog *catalog_new(void)
{
	struct arena *a = arena_new();
	struct catalog *c = ARENA_NEW(a, struct catalog);

	c->arena = a;
	c->clocks = clocks_new();
	c->hosts = map_new();
	c->kinds = map_new();
	c->entities = map_new();
	c->link_keys = map_new();
	c->seen_keys = map_new();
	c->series_keys = map_new();
	c->panel_keys = map_new();
	c->part_paths = map_new();
	map_put(c->hosts, STR_NONE);
	map_put(c->hosts, STR("\001no host")); /* cannot be a host's name */
	map_put(c->entities, STR_NONE);
	return c;
}

void catalog_free(struct catalog *c)
{
	if (!c)
		return;
	clocks_free(c->clocks);
	map_free(c->hosts);
	map_free(c->kinds);
	map_free(c->entities);
	map_free(c->link_keys);
	map_free(c->seen_keys);
	free(c->seen);
	map_free(c->series_keys);
	map_free(c->panel_keys);
	map_free(c->part_paths);
	free(c->bundles);
	free(c->layouts);
	free(c->gaps);
	free(c->files);
	free(c->spans);
	free(c->facts);
	free(c->links);
	free(c->series);
	free(c->panels);
	arena_free(c->arena);
}

uint32_t catalog_host(struct catalog *c, struct str name)
{
	return (uint32_t)map_put(c->hosts, name);
}

uint32_t catalog_kind(struct catalog *c, struct str name)
{
	return (uint32_t)map_put(c->kinds, name);
}

uint32_t catalog_entity(struct catalog *c, struct str entity)
{
	size_t colon = str_chr(entity, ':');

	if (colon == 0 || colon + 1 >= entity.n)
		return 0;
	if (map_count(c->entities) >= LIMIT_ENTITIES) { /* no new ones */
		size_t known = map_find(c->entities, entity);

		return known == MAP_NONE ? 0 : (uint32_t)known;
	}
	return (uint32_t)map_put(c->entities, entity);
}

uint32_t catalog_bundle_add(struct catalog *c)
{
	c->bundles = grow(c->bundles, c->n_bundles, &c->cap_bundles, sizeof(*c->bundles));
	c->bundles[c->n_bundles] = (struct catalog_bundle){ 0 };
	return (uint32_t)c->n_bundles++;
}

void catalog_layout_add(struct catalog *c, struct catalog_layout l)
{
	c->layouts = grow(c->layouts, c->n_layouts, &c->cap_layouts, sizeof(*c->layouts));
	l.root = arena_dup(c->arena, l.root);
	c->layouts[c->n_layouts++] = l;
}

uint32_t catalog_file_add(struct catalog *c, uint32_t bundle, struct str path)
{
	c->files = grow(c->files, c->n_files, &c->cap_files, sizeof(*c->files));
	c->files[c->n_files] = (struct catalog_file){
		.bundle = bundle, .path = arena_dup(c->arena, path), .status = FILE_UNKNOWN,
	};
	return (uint32_t)++c->n_files;
}

void catalog_file_label(struct catalog *c, uint32_t file)
{
	struct catalog_file *f = &c->files[file - 1];

	/* No host's name, and the same whatever the order of files. */
	f->label = arena_printf(c->arena, "\001%u/%.*s", f->bundle, STR_ARG(f->path));
}

uint32_t catalog_host_of(const struct catalog *c, uint32_t file, uint32_t host)
{
	return host == HOST_OWN ? c->files[catalog_whole(c, file) - 1].host : host;
}

struct str catalog_host_name(const struct catalog *c, uint32_t host)
{
	struct str name = host == HOST_OWN ? c->own_host : map_key(c->hosts, host);

	return name.n && name.p[0] != '\001' ? name : STR("");
}

uint32_t catalog_part_add(struct catalog *c, uint32_t whole, struct str name)
{
	const struct catalog_file w = c->files[whole - 1];
	struct str path = arena_printf(c->arena, "%.*s!%.*s", STR_ARG(w.path), STR_ARG(name));
	size_t before = map_count(c->part_paths), at = map_put(c->part_paths, path);
	uint64_t times = at == before ? 1 : map_value(c->part_paths, at) + 1;
	uint32_t part;

	map_set(c->part_paths, at, times);
	if (times > 1)
		path = arena_printf(c->arena, "%.*s#%llu", STR_ARG(path), (unsigned long long)times);
	part = catalog_file_add(c, w.bundle, path);
	c->files[part - 1].part_of = whole;
	c->files[part - 1].label = w.label;
	return part;
}

uint32_t catalog_whole(const struct catalog *c, uint32_t file)
{
	return c->files[file - 1].part_of ? c->files[file - 1].part_of : file;
}

struct str catalog_place(const struct catalog *c, uint32_t file)
{
	return c->files[catalog_whole(c, file) - 1].path;
}

/* Labels sorted by key: one series whatever the order of a file's columns. */
static struct label *sorted_labels(struct arena *a, const struct label *labels, size_t n)
{
	struct label *out = ARENA_ARRAY(a, struct label, n);

	for (size_t i = 0; i < n; i++) {
		size_t at = i;

		for (; at > 0 && str_cmp(labels[i].key, out[at - 1].key) < 0; at--)
			out[at] = out[at - 1];
		out[at] = (struct label){ arena_dup(a, labels[i].key), arena_dup(a, labels[i].value) };
	}
	return out;
}

uint32_t catalog_series_add(struct catalog *c, const struct series_def *def, uint32_t host, uint32_t own)
{
	struct arena *scratch = arena_new();
	const struct label *sorted = sorted_labels(scratch, def->labels, def->n_labels);
	struct buf key, json;
	size_t before = map_count(c->series_keys), at;

	buf_init(&key, LIMIT_LINE * 2);
	buf_init(&json, LIMIT_LINE);
	buf_putc(&json, '{');
	for (size_t i = 0; i < def->n_labels; i++) {
		if (i)
			buf_putc(&json, ',');
		json_put_string(&json, sorted[i].key);
		buf_putc(&json, ':');
		json_put_string(&json, sorted[i].value);
	}
	buf_putc(&json, '}');
	buf_add(&key, def->name);
	buf_add(&key, buf_str(&json));
	buf_printf(&key, own ? "@file %u" : "@%u", own ? own : host);
	at = map_put(c->series_keys, buf_str(&key));
	if (at == before) {
		c->series = grow(c->series, c->n_series, &c->cap_series, sizeof(*c->series));
		c->series[c->n_series++] = (struct catalog_series){
			.name = arena_dup(c->arena, def->name), .unit = arena_dup(c->arena, def->unit),
			.labels = arena_dup(c->arena, buf_str(&json)),
			.host = host, .entity = catalog_entity(c, def->entity),
			.pairs = sorted_labels(c->arena, def->labels, def->n_labels), .n_pairs = def->n_labels,
			.file = own, .same = (uint32_t)at,
		};
	}
	buf_done(&key);
	buf_done(&json);
	arena_free(scratch);
	return (uint32_t)at;
}

uint32_t catalog_panel_add(struct catalog *c, const uint32_t *series, size_t n)
{
	size_t before = map_count(c->panel_keys);
	size_t at = map_put(c->panel_keys, (struct str){ (const char *)series, n * sizeof(*series) });
	uint32_t *copy;

	if (at < before)
		return (uint32_t)at;
	copy = ARENA_ARRAY(c->arena, uint32_t, n);
	if (n)
		memcpy(copy, series, n * sizeof(*series));
	c->panels = grow(c->panels, c->n_panels, &c->cap_panels, sizeof(*c->panels));
	c->panels[c->n_panels++] = (struct catalog_panel){ copy, n };
	return (uint32_t)at;
}

/* Numbers that nothing has any more, up to before this one; their keys are nobody's. */
static void fill_series(struct catalog *c, size_t id)
{
	struct arena *a = arena_new();

	while (c->n_series < id) {
		(void)map_put(c->series_keys, arena_printf(a, "\001%zu", c->n_series));
		c->series = grow(c->series, c->n_series, &c->cap_series, sizeof(*c->series));
		c->series[c->n_series] = (struct catalog_series){ .same = (uint32_t)c->n_series };
		c->n_series++;
	}
	arena_free(a);
}

void catalog_series_restore(struct catalog *c, size_t id, struct str name, struct str unit, uint32_t host, uint32_t entity, struct str labels)
{
	struct arena *a = arena_new();

	fill_series(c, id);
	(void)map_put(c->series_keys, arena_printf(a, "%.*s%.*s@%u", STR_ARG(name), STR_ARG(labels), host));
	c->series = grow(c->series, c->n_series, &c->cap_series, sizeof(*c->series));
	c->series[c->n_series++] = (struct catalog_series){
		.name = arena_dup(c->arena, name), .unit = arena_dup(c->arena, unit), .labels = arena_dup(c->arena, labels),
		.host = host, .entity = entity, .same = (uint32_t)id,
	};
	arena_free(a);
}

void catalog_panel_restore(struct catalog *c, size_t id, uint32_t series)
{
	struct arena *a = arena_new();
	struct catalog_panel *p;
	uint32_t *all;

	while (c->n_panels <= id) {
		/* A panel that is needed again is made again: its key was told by series that may have merged. */
		(void)map_put(c->panel_keys, arena_printf(a, "\001%zu", c->n_panels));
		c->panels = grow(c->panels, c->n_panels, &c->cap_panels, sizeof(*c->panels));
		c->panels[c->n_panels++] = (struct catalog_panel){ NULL, 0 };
	}
	p = &c->panels[id];
	all = ARENA_ARRAY(c->arena, uint32_t, p->n + 1);
	if (p->n)
		memcpy(all, p->series, p->n * sizeof(*all));
	all[p->n] = series;
	*p = (struct catalog_panel){ all, p->n + 1 };
	arena_free(a);
}

void catalog_link(struct catalog *c, struct str from, const char *relation, struct str to)
{
	catalog_link_seen(c, from, relation, to, CLOCK_IS_UTC, TS_NONE);
}

static void link_seen(struct catalog *c, size_t link, uint32_t clock, ts_usec t)
{
	uint32_t key[2] = { (uint32_t)link, clock };
	size_t before = map_count(c->seen_keys), at = map_put(c->seen_keys, (struct str){ (const char *)key, sizeof(key) });

	if (at == before) {
		c->seen = grow(c->seen, c->n_seen, &c->cap_seen, sizeof(*c->seen));
		c->seen[c->n_seen++] = (struct catalog_seen){ link, clock, t, t };
	}
	c->seen[at].first = t < c->seen[at].first ? t : c->seen[at].first;
	c->seen[at].last = t > c->seen[at].last ? t : c->seen[at].last;
}

void catalog_link_seen(struct catalog *c, struct str from, const char *relation, struct str to, uint32_t clock, ts_usec t)
{
	uint32_t key[2] = { catalog_entity(c, from), catalog_entity(c, to) };
	struct buf k;
	size_t before = map_count(c->link_keys), at;

	if (!key[0] || !key[1] || key[0] == key[1])
		return;
	buf_init(&k, LIMIT_LINE);
	buf_add(&k, (struct str){ (const char *)key, sizeof(key) });
	buf_add(&k, str_of(relation));
	at = map_put(c->link_keys, buf_str(&k));
	if (at == before) {
		c->links = grow(c->links, c->n_links, &c->cap_links, sizeof(*c->links));
		c->links[c->n_links++] = (struct catalog_link){ key[0], key[1], arena_dup(c->arena, str_of(relation)) };
	}
	if (t != TS_NONE)
		link_seen(c, at, clock, t);
	buf_done(&k);
}

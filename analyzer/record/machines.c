/* Which files are of one machine.  A bundle may hold several nodes, under any names, nested in any way: what
 * tells is who a file says it is from, where it lies, and that the same files lie beside it again.
 *
 * Paths make a tree, archives being folders too.  What a file says of its host holds for the folders above it up to where
 * another one says otherwise.  Folders side by side that hold the same files are fences: a name does not get from
 * one into the other.  Whoever is left between two names has none: better not known than wrong. */
#include <stdlib.h>

#include "base/limits.h"
#include "record/catalog.h"

enum said { SAID_NOTHING, SAID_ONE, SAID_MANY };
struct claim { enum said said; struct str name; };

struct node {
	uint32_t parent;
	struct str part;       /* the last part of its path, without the suffix of an archive */
	struct claim facts;    /* by hostname and the like, at and below it */
	struct claim direct;   /* the same, but for what is behind fences */
	struct claim lines;    /* by log lines that name one host */
	uint32_t files, twins; /* below it, of one machine's sources; those that a folder beside it has too */
	bool fence;
	bool whole;            /* one machine's, for sure: what is alike in it says nothing */
	uint32_t fences, nameless; /* right below it; those of them without a name */
};

struct tree {
	struct catalog *c;
	struct arena *arena;
	struct map *paths;     /* of nodes; what is above bundles is the first */
	struct node *v; size_t n, cap;
	uint32_t *leaf;        /* by file - 1; 0: of no machine */
	struct map *known;     /* hosts that something names, lower case */
};

bool host_name_same(struct str a, struct str b)
{
	size_t dot_a = str_chr(a, '.'), dot_b = str_chr(b, '.');

	if (dot_a < a.n && dot_b < b.n)
		return str_ieq(a, b);
	return str_ieq(str_head(a, dot_a), str_head(b, dot_b));
}

/* What any machine calls itself that nobody gave a name. */
static bool is_name(struct str s)
{
	return s.n && !str_ieq(str_head(s, str_chr(s, '.')), STR("localhost")) && !str_eq(s, STR("(none)"));
}

/* Of two names of one host the short one, whichever was read first. */
static void add_claim(struct claim *to, struct claim more)
{
	if (more.said == SAID_NOTHING)
		return;
	if (to->said == SAID_NOTHING)
		*to = more;
	else if (more.said == SAID_MANY || !host_name_same(to->name, more.name))
		to->said = SAID_MANY;
	else if (more.name.n < to->name.n || (more.name.n == to->name.n && str_cmp(more.name, to->name) < 0))
		to->name = more.name;
}

/* ---- the tree ---- */

static struct str without_suffix(struct str s)
{
	static const char *const suffixes[] = { ".gz", ".xz", ".zst", ".bz2", ".tar", ".tgz", ".txz", ".zip" };

	for (bool again = true; again;) {
		again = false;
		for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
			struct str end = str_of(suffixes[i]);

			if (s.n > end.n && str_ends(s, end)) {
				s.n -= end.n;
				again = true;
			}
		}
	}
	return s;
}

static uint32_t node_at(struct tree *t, struct str path, uint32_t parent, struct str part)
{
	size_t before = map_count(t->paths), at = map_put(t->paths, path);

	if (at == before) {
		t->v = grow(t->v, t->n, &t->cap, sizeof(*t->v));
		t->v[t->n++] = (struct node){ .parent = parent, .part = without_suffix(part) };
	}
	return (uint32_t)at;
}

/* The bundle's name and the path in it, as one path. */
static struct str full_path(struct tree *t, uint32_t bundle, struct str path)
{
	struct str name = t->c->bundles[bundle].name;

	/* An archive's members begin with its name already. */
	if (name.n && str_starts(path, name) && (path.n == name.n || path.p[name.n] == '!'))
		path = str_from(path, name.n + 1);
	return arena_printf(t->arena, "%u/%.*s%s%.*s", bundle, STR_ARG(name), path.n ? "/" : "", STR_ARG(path));
}

static size_t part_end(struct str s, size_t from)
{
	while (from < s.n && s.p[from] != '/' && s.p[from] != '!')
		from++;
	return from;
}

/* Makes the file's node and those above it. */
static uint32_t add_path(struct tree *t, struct str path)
{
	uint32_t at = 0;

	for (size_t i = str_chr(path, '/') + 1; i <= path.n;) {
		size_t end = part_end(path, i);

		at = node_at(t, str_head(path, end), at, (struct str){ path.p + i, end - i });
		i = end + 1;
	}
	return at;
}

static struct str lower(struct tree *t, struct str s)
{
	char *low = arena_cstr(t->arena, s);

	for (size_t i = 0; i < s.n; i++)
		low[i] = low[i] >= 'A' && low[i] <= 'Z' ? (char)(low[i] | 0x20) : low[i];
	return (struct str){ low, s.n };
}

static void add_known(struct tree *t, struct str name)
{
	struct str low;

	if (!is_name(name))
		return;
	low = lower(t, name);
	map_put(t->known, low);
	map_put(t->known, str_head(low, str_chr(low, '.')));
}

static bool is_known(struct tree *t, struct str name)
{
	return name.n && map_find(t->known, lower(t, name)) != MAP_NONE;
}

static void find_known(struct tree *t)
{
	const struct catalog *c = t->c;

	for (size_t i = HOST_NONE + 1; i < map_count(c->hosts); i++)
		add_known(t, map_key(c->hosts, i));
	for (size_t i = 1; i < map_count(c->entities); i++) {
		struct str key = map_key(c->entities, i);

		if (str_skip(&key, STR("node:")) || str_skip(&key, STR("host:")))
			add_known(t, key);
	}
	for (size_t i = 0; i < c->n_facts; i++)
		if (str_eq(c->facts[i].key, STR("hostname")))
			add_known(t, c->facts[i].value);
}

static void grow_tree(struct tree *t)
{
	struct catalog *c = t->c;

	node_at(t, STR_NONE, 0, STR_NONE);
	for (size_t i = 0; i < c->n_files; i++) {
		const struct catalog_file *f = &c->files[i];
		struct str name = catalog_host_name(c, f->host);

		if (!f->part_of && (f->label.n || (f->settled && f->source.n && f->host != HOST_NONE)))
			t->leaf[i] = add_path(t, full_path(t, f->bundle, f->path));
		if (t->leaf[i] && f->settled && is_name(name))
			add_claim(&t->v[t->leaf[i]].facts, (struct claim){ SAID_ONE, name });
	}
	for (size_t i = 0; i < c->n_layouts; i++) {
		const struct catalog_layout *l = &c->layouts[i];
		uint32_t k = add_path(t, full_path(t, l->bundle, str_head(l->root, l->root.n - (l->root.n > 0))));

		t->v[k].fence |= l->one_machine;
		t->v[k].whole |= l->one_machine;
	}
	for (size_t i = 0; i < c->n_facts; i++) {
		const struct catalog_fact *f = &c->facts[i];
		uint32_t leaf = t->leaf[catalog_whole(c, f->file) - 1];

		if (f->host == HOST_OWN && leaf && str_eq(f->key, STR("hostname")) && is_name(f->value))
			add_claim(&t->v[leaf].facts, (struct claim){ SAID_ONE, f->value });
	}
	for (size_t i = 0; i < c->n_spans; i++) {
		const struct catalog_span *s = &c->spans[i];
		uint32_t leaf = t->leaf[catalog_whole(c, s->file) - 1];

		if (s->host > HOST_NONE && leaf && is_name(map_key(c->hosts, s->host)))
			add_claim(&t->v[leaf].lines, (struct claim){ SAID_ONE, map_key(c->hosts, s->host) });
	}
}

/* ---- fences ---- */

/* A folder for each day, or of each run, is no machine. */
static bool is_number_or_time(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_digit(s.p[i]) && !str_has(STR("-_:.TZ+"), (struct str){ &s.p[i], 1 }))
			return false;
	return true;
}

struct place { uint32_t group, node; };

static int by_group(const void *x, const void *y)
{
	const struct place *a = x, *b = y;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	return a->node < b->node ? -1 : a->node > b->node;
}

/* Where machines could begin: above the file, or at the outermost folder that is one machine's. */
static uint32_t first_folder(const struct tree *t, uint32_t leaf)
{
	uint32_t first = t->v[leaf].parent;

	for (uint32_t k = first; k; k = t->v[k].parent)
		if (t->v[k].whole)
			first = k;
	return first;
}

/* Each file of a machine's own source, with each of the folders above it left out: two that are alike then lie in
 * folders beside each other.  One that was only copied says nothing. */
static struct place *find_twins(struct tree *t, size_t *n)
{
	struct map *groups = map_new(), *contents = map_new();
	struct place *v = NULL;
	size_t cap = 0;

	*n = 0;
	for (size_t i = 0; i < t->c->n_files; i++) {
		const struct catalog_file *f = &t->c->files[i];
		size_t before = map_count(contents);
		struct str path;

		if (!t->leaf[i] || !f->of_machine || (f->sha256[0] && map_put(contents, str_of(f->sha256)) < before))
			continue;
		path = map_key(t->paths, t->leaf[i]);
		for (uint32_t k = first_folder(t, t->leaf[i]); k; k = t->v[k].parent) {
			struct str above = map_key(t->paths, t->v[k].parent), below = str_from(path, map_key(t->paths, k).n);
			struct arena *a = arena_new();

			v = grow(v, *n, &cap, sizeof(*v));
			v[(*n)++] = (struct place){ (uint32_t)map_put(groups, arena_printf(a, "%.*s\n%.*s\n%.*s", STR_ARG(f->source), STR_ARG(above), STR_ARG(below))), k };
			t->v[k].files++;
			arena_free(a);
		}
	}
	if (*n)
		qsort(v, *n, sizeof(*v), by_group);
	map_free(groups);
	map_free(contents);
	return v;
}

static void set_fences(struct tree *t)
{
	size_t n, to;
	struct place *v = find_twins(t, &n);

	for (size_t i = 0; i < n; i = to) {
		for (to = i + 1; to < n && v[to].group == v[i].group; to++)
			;
		for (size_t k = i; k < to && v[to - 1].node != v[i].node; k++)
			t->v[v[k].node].twins += k == i || v[k].node != v[k - 1].node;
	}
	/* Two folders that share one name among many are not two machines: half of what lies in one must lie in another. */
	for (size_t i = 0; i < n; i = to) {
		bool alike = false;

		for (to = i; to < n && v[to].group == v[i].group; to++)
			alike |= v[to].node != v[i].node && (2 * t->v[v[to].node].twins >= t->v[v[to].node].files ||
							     2 * t->v[v[i].node].twins >= t->v[v[i].node].files);
		for (size_t k = i; k < to && alike; k++)
			t->v[v[k].node].fence |= !is_number_or_time(t->v[v[k].node].part);
	}
	free(v);
}

/* ---- who is who ---- */

/* "dmesg-gpu-07.txt" of the known host gpu-07.  A name without a digit may be a word. */
static void claim_by_file_name(struct tree *t, struct node *k)
{
	struct str s = k->part;

	for (size_t i = 0; i < map_count(t->known); i++) {
		struct str name = map_key(t->known, i);
		size_t at = str_ifind(s, name), end = at + name.n;
		bool has_digit = false;

		for (size_t d = 0; d < name.n; d++)
			has_digit |= is_digit(name.p[d]);
		if (!has_digit || at >= s.n || (at > 0 && str_has(STR("0123456789abcdefghijklmnopqrstuvwxyz"), (struct str){ &s.p[at - 1], 1 })))
			continue;
		if (end == s.n || s.p[end] == '.' || s.p[end] == '_' || (s.p[end] == '-' && !(end + 1 < s.n && is_digit(s.p[end + 1]))))
			add_claim(&k->facts, (struct claim){ SAID_ONE, name });
	}
}

/* From the leaves up: a node comes after what it lies in. */
static void spread_claims(struct tree *t)
{
	bool *is_leaf = ARENA_ARRAY(t->arena, bool, t->n);

	for (size_t i = 0; i < t->c->n_files; i++)
		is_leaf[t->leaf[i]] = t->c->files[i].of_machine;
	for (uint32_t i = (uint32_t)t->n - 1; i > 0; i--) {
		struct node *k = &t->v[i], *up = &t->v[k->parent];

		if (k->facts.said == SAID_NOTHING && is_known(t, k->part))
			k->facts = (struct claim){ SAID_ONE, k->part };
		else if (k->facts.said == SAID_NOTHING && is_leaf[i])
			claim_by_file_name(t, k);
		if (k->fences > 1 && k->nameless)
			k->facts.said = SAID_MANY;
		if (!k->direct.said && !k->fences)
			k->direct = k->facts;
		add_claim(&up->facts, k->facts);
		if (k->fence) {
			up->fences++;
			up->nameless += k->facts.said == SAID_NOTHING;
			continue;
		}
		add_claim(&up->direct, k->direct);
		add_claim(&up->lines, k->lines);
	}
	if (t->v[0].fences > 1 && t->v[0].nameless)
		t->v[0].facts.said = SAID_MANY;
}

/* The host whose file this is; "" when that cannot be said. */
static struct str host_of_leaf(const struct tree *t, uint32_t leaf)
{
	struct claim lines = { 0 };
	const struct node *fence = NULL;

	for (uint32_t i = leaf;; i = t->v[i].parent) {
		const struct node *k = &t->v[i];

		if (k->facts.said == SAID_ONE && !fence && (lines.said != SAID_ONE || host_name_same(lines.name, k->facts.name)))
			return k->facts.name;
		if (k->facts.said == SAID_ONE)
			return STR_NONE;
		if (k->facts.said == SAID_MANY && fence && k->direct.said == SAID_ONE)
			return STR_NONE;
		if (k->facts.said == SAID_MANY)
			break;
		if (!fence && lines.said == SAID_NOTHING)
			lines = k->lines;
		if (k->fence && !fence)
			fence = k;
		if (i == 0)
			break;
	}
	if (lines.said == SAID_ONE)
		return lines.name;
	return lines.said == SAID_NOTHING && fence ? fence->part : STR_NONE;
}

/* ---- into the catalog ---- */

/* Series of two files that proved to be of one host are one. */
static void merge_series(struct catalog *c)
{
	struct map *keys = map_new();
	struct arena *a = arena_new();

	for (size_t i = 0; i < c->n_series; i++) {
		struct catalog_series *s = &c->series[i];
		size_t at;

		if (s->file)
			s->host = c->files[s->file - 1].host;
		at = map_put(keys, arena_printf(a, "%.*s%.*s@%u", STR_ARG(s->name), STR_ARG(s->labels), s->host));
		if (at + 1 == map_count(keys) && map_value(keys, at) == 0)
			map_set(keys, at, i + 1);
		s->same = (uint32_t)map_value(keys, at) - 1;
	}
	for (size_t p = 0; p < c->n_panels; p++) {
		uint32_t *series = (uint32_t *)(uintptr_t)c->panels[p].series; /* copied by catalog_panel_add() */

		for (size_t i = 0; i < c->panels[p].n; i++)
			series[i] = c->series[series[i]].same;
	}
	arena_free(a);
	map_free(keys);
}

/* A machine without a name beside others is not the bundle's own host: nothing else may join it. */
static uint32_t host_id(struct catalog *c, struct str name)
{
	if (c->own_host.n && name.n && host_name_same(c->own_host, name))
		return HOST_OWN;
	if (name.n)
		return catalog_host(c, name);
	return c->own_host.n ? catalog_host(c, STR("\001no name")) : HOST_OWN;
}

/* Files without a name share clocks with those of their own folder only, once there are names. */
static struct str clock_host(const struct tree *t, size_t i, bool nameless)
{
	const struct catalog_file *f = &t->c->files[i];

	if (nameless)
		return arena_printf(t->arena, "\001folder %.*s", STR_ARG(map_key(t->paths, t->v[t->leaf[i]].parent)));
	return f->host == HOST_OWN ? STR_NONE : map_key(t->c->hosts, f->host);
}

/* One name for all files that have none yet: it is the bundle's own host.  An earlier load may have left it without. */
static bool is_own(const struct tree *t, const struct str *names)
{
	struct claim all = { 0 };

	for (size_t i = 0; i < t->c->n_files; i++) {
		if (!t->leaf[i])
			continue;
		if (names[i].n == 0 || (t->c->files[i].settled && t->c->files[i].host != HOST_OWN))
			return false;
		add_claim(&all, (struct claim){ SAID_ONE, names[i] });
	}
	return all.said == SAID_ONE;
}

static void name_files(struct tree *t)
{
	struct catalog *c = t->c;
	struct str *names = ARENA_ARRAY(t->arena, struct str, c->n_files), any = STR_NONE;
	bool labels = false;

	for (size_t i = 0; i < c->n_files; i++) {
		labels |= c->files[i].label.n > 0;
		if (t->leaf[i])
			names[i] = host_of_leaf(t, t->leaf[i]);
		any = names[i].n && (!any.n || names[i].n < any.n || (names[i].n == any.n && str_cmp(names[i], any) < 0)) ? names[i] : any;
	}
	if (!labels && !c->own_host.n && map_count(c->hosts) == HOST_NONE + 2) /* the only one that is named */
		c->own_host = map_key(c->hosts, HOST_NONE + 1);
	if (!c->own_host.n && is_own(t, names)) {
		c->own_host = arena_dup(c->arena, any);
		clocks_own_host(c->clocks, any);
	}
	for (size_t i = 0; i < c->n_files; i++) {
		struct catalog_file *f = &c->files[i];

		if (t->leaf[i] && !f->settled)
			f->host = host_id(c, names[i]);
		if (f->label.n && !f->part_of)
			clocks_machine_is(c->clocks, f->label, clock_host(t, i, names[i].n == 0 && any.n));
	}
}

void catalog_machines(struct catalog *c)
{
	struct arena *a = arena_new();
	struct tree t = { .c = c, .arena = a, .paths = map_new(), .known = map_new(), .leaf = ARENA_ARRAY(a, uint32_t, c->n_files + 1) };

	find_known(&t);
	grow_tree(&t);
	set_fences(&t);
	spread_claims(&t);
	name_files(&t);
	merge_series(c);
	for (size_t i = 0; i < c->n_spans; i++)
		c->spans[i].host = catalog_host_of(c, c->spans[i].file, c->spans[i].host);
	for (size_t i = 0; i < c->n_facts; i++)
		c->facts[i].host = catalog_host_of(c, c->facts[i].file, c->facts[i].host);
	map_free(t.paths);
	map_free(t.known);
	free(t.v);
	arena_free(a);
}

/* What collectors left out, once all members are known: links to what is in the bundle are other names of it, a file that
 * its collector says it cut is no whole one. */
#include "base/map.h"
#include "record/catalog.h"

#define SOFT "a symbolic link, not followed: "
#define HARD "a hard link, not followed: "

struct names { struct catalog *c; struct arena *arena; struct map *paths; /* value: file id, 0 for a folder */ };

static struct str key_of(struct names *n, uint32_t bundle, struct str path)
{
	return arena_printf(n->arena, "%u\n%.*s", bundle, STR_ARG(path));
}

static void add_paths(struct names *n)
{
	for (size_t i = 0; i < n->c->n_files; i++) {
		const struct catalog_file *f = &n->c->files[i];
		size_t at;

		if (f->part_of)
			continue;
		at = map_put(n->paths, key_of(n, f->bundle, f->path));
		map_set(n->paths, at, i + 1);
		for (size_t k = f->path.n; k > 0; k--) {
			size_t before = map_count(n->paths);

			if (f->path.p[k - 1] != '/')
				continue;
			map_put(n->paths, key_of(n, f->bundle, str_head(f->path, k - 1)));
			if (map_count(n->paths) == before) /* and so are those above it */
				break;
		}
	}
}

/* Start of the part of a path that is inside its innermost archive. */
static size_t in_archive(struct str path)
{
	size_t bang = str_rchr(path, '!');

	return bang < path.n ? bang + 1 : 0;
}

/* ".." out of the archive, or an absolute target, is nothing we can know. */
static bool resolve(struct names *n, struct str path, struct str target, bool hard, struct str *out)
{
	size_t root = in_archive(path), slash = str_rchr(path, '/');
	struct str at = str_head(path, hard || slash == path.n || slash < root ? root : slash), part;

	if (target.n == 0 || target.p[0] == '/')
		return false;
	while (str_cut(&target, '/', &part)) {
		if (part.n == 0 || str_eq(part, STR(".")))
			continue;
		if (str_eq(part, STR(".."))) {
			if (at.n <= root)
				return false;
			slash = str_rchr(at, '/');
			at.n = slash < at.n && slash > root ? slash : root;
			continue;
		}
		at = arena_printf(n->arena, "%.*s%s%.*s", STR_ARG(at), at.n > root ? "/" : "", STR_ARG(part));
	}
	*out = at;
	return true;
}

static void mark_cut(struct catalog_file *f, struct str reason)
{
	if (f->status != FILE_OK)
		return;
	f->status = FILE_PARTIAL;
	f->reason = reason;
}

static void follow(struct names *n, struct catalog_file *f)
{
	struct str target = f->reason, path;
	bool hard = false;
	size_t at;

	if (f->status != FILE_SKIPPED || (!str_skip(&target, STR(SOFT)) && !(hard = str_skip(&target, STR(HARD)))))
		return;
	if (!resolve(n, f->path, target, hard, &path) || (at = map_find(n->paths, key_of(n, f->bundle, path))) == MAP_NONE)
		return;
	f->status = FILE_DUPLICATE;
	f->reason = arena_printf(n->c->arena, "a link to %.*s", STR_ARG(path));
}

static bool ends_with_path(struct str path, struct str tail)
{
	return str_ends(path, tail) && (path.n == tail.n || path.p[path.n - tail.n - 1] == '/' || path.p[path.n - tail.n - 1] == '!');
}

/* Of several files of that name, the one of the same root. */
static void take_gap(struct names *n, const struct catalog_gap *g)
{
	const struct catalog_file *teller = &n->c->files[g->file - 1];

	for (size_t i = n->c->base.files; i < n->c->n_files; i++) {
		struct catalog_file *f = &n->c->files[i];

		if (f->bundle == teller->bundle && !f->part_of && ends_with_path(f->path, g->path) &&
		    str_starts(teller->path, str_head(f->path, f->path.n - g->path.n)))
			mark_cut(f, str_of(g->reason));
	}
}

void catalog_gaps(struct catalog *c)
{
	struct names n = { c, arena_new(), map_new() };

	add_paths(&n);
	for (size_t i = c->base.files; i < c->n_files; i++) {
		struct catalog_file *f = &c->files[i];

		follow(&n, f);
		/* sos_strings/PLUGIN/NAME.tailed: what is over --log-size, with a link at the old place */
		if (str_ends(f->path, STR(".tailed")) && str_has(f->path, STR("sos_strings/")))
			mark_cut(f, STR("the collector kept only its end"));
	}
	for (size_t i = 0; i < c->n_gaps; i++)
		take_gap(&n, &c->gaps[i]);
	map_free(n.paths);
	arena_free(n.arena);
}

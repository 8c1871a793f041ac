/* Members into a catalog, a matcher and a store. */
#include "ingest.h"

#include <string.h>

#include "bundle/layout.h"
#include "bundle/reader.h"
#include "correlate/correlate.h"

/* Batches are scanned for hits before the writer takes them over. */
static enum status scan_then_store(struct sink *sink, struct batch *b, struct error *err)
{
	struct ingest *in = (struct ingest *)sink;
	enum status s = in->matcher ? matcher_scan(in->matcher, b, err) : OK;

	in->n_samples += b->n_samples;
	if (in->progress && in->member)
		in->progress(in->ctx, reader_path(in->member), in->bytes + reader_bytes(in->member));
	if (s == OK)
		s = in->next->drain(in->next, b, err);
	else
		batch_free(b);
	in->sink_failed |= s != OK;
	return s;
}

static struct str name_source(void *ctx, uint32_t file)
{
	return ((struct catalog *)ctx)->files[file - 1].source;
}

static struct str name_path(void *ctx, uint32_t file)
{
	return catalog_place(ctx, file);
}

static struct str name_host(void *ctx, uint32_t host)
{
	const struct catalog *c = ctx;

	return catalog_host_name(c, host);
}

static struct str name_kind(void *ctx, uint32_t kind)
{
	return map_key(((struct catalog *)ctx)->kinds, kind);
}

static struct str name_entity(void *ctx, uint32_t entity)
{
	return map_key(((struct catalog *)ctx)->entities, entity);
}

struct row_names ingest_names(struct catalog *cat)
{
	return (struct row_names){ name_source, name_path, name_host, name_kind, name_entity, cat };
}

enum status ingest_init(struct ingest *in, struct store *st, struct matcher *m, bool extended, struct error *err)
{
	enum status s = OK;

	*in = (struct ingest){ .sink = { scan_then_store }, .next = store_sink(st), .store = st, .matcher = m, .catalog = catalog_new() };
	if (extended)
		s = store_restore(st, in->catalog, err);
	for (size_t i = 0; i < in->catalog->n_files; i++) {
		const struct source *src = source_named(in->catalog->files[i].source);

		in->catalog->files[i].of_machine = src && src->of_machine;
	}
	in->emitter = emitter_new(in->catalog, &in->sink);
	return s;
}

void ingest_done(struct ingest *in)
{
	if (!in->catalog)
		return;
	emitter_free(in->emitter);
	catalog_free(in->catalog);
}

static void note_status(struct catalog *c, uint32_t file, enum file_status status, struct str reason)
{
	c->files[file - 1].status = status;
	c->files[file - 1].reason = arena_dup(c->arena, reason);
}

/* Which source reads this member: nobody when it is unknown, or claimed twice. */
static const struct source *choose_source(struct ingest *in, uint32_t file, struct reader *member, struct str forced)
{
	struct bid bids[2];
	struct str head = reader_head(member);
	size_t n;

	if (forced.n)
		return source_named(forced);
	n = source_bids(reader_path(member), head, bids, 2);
	if (n == 0) {
		note_status(in->catalog, file, FILE_UNKNOWN, head.n ? STR("no source recognised its content") : STR("empty"));
		return NULL;
	}
	if (n > 1 && bids[0].bits == bids[1].bits) {
		note_status(in->catalog, file, FILE_UNKNOWN,
			    arena_printf(in->catalog->arena, "claimed equally by %s and %s: read it with --type", bids[0].source->name, bids[1].source->name));
		return NULL;
	}
	return bids[0].source;
}

/* A member that cannot be read to its end is a finding; only where rows go can stop the run. */
static bool is_damage(enum status s)
{
	return s == ERR_FORMAT || s == ERR_LIMIT || s == ERR_IO;
}

enum status ingest_member(struct ingest *in, uint32_t bundle, struct reader *member, struct str forced, struct error *err)
{
	struct catalog *c = in->catalog;
	uint32_t file = catalog_file_add(c, bundle, reader_path(member));
	struct str problem = reader_problem(member);
	const struct source *src = NULL;
	struct error why = { 0 };
	enum status s = OK, rest;

	c->bundles[bundle].files++;
	if (problem.n) {
		note_status(c, file, FILE_SKIPPED, problem);
		return OK;
	}
	src = choose_source(in, file, member, forced);
	if (src) {
		c->files[file - 1].source = str_of(src->name);
		c->files[file - 1].status = FILE_OK;
		c->files[file - 1].of_machine = src->of_machine;
		if (in->machines && !src->hostless)
			catalog_file_label(c, file);
		emitter_file(in->emitter, file, src->hostless ? HOST_NONE : HOST_OWN);
		in->member = member;
		s = src->parse(member, in->emitter, &why);
		in->member = NULL;
	}
	rest = reader_finish(member, s == OK ? &why : NULL);
	if (s == OK)
		s = rest;
	reader_sha256(member, c->files[file - 1].sha256);
	c->files[file - 1].bytes = reader_bytes(member);
	in->bytes += reader_bytes(member);
	if (is_damage(s) && !in->sink_failed) {
		note_status(c, file, FILE_DAMAGED, str_of(why.text));
		s = OK;
	}
	if (s != OK && err)
		*err = why;
	return s;
}

/* Hits were found before it was known when and where, and that some files are copies of others. */
static void settle_hits(struct ingest *in)
{
	struct hits *h = matcher_hits(in->matcher);

	hits_solve(h, in->catalog->clocks);
	for (size_t i = 0; i < h->n; i++) {
		struct hit_list *list = &h->lists[i];
		size_t kept = 0;

		for (size_t k = 0; k < list->n; k++) {
			struct hit *hit = list->v[k];

			if (in->catalog->files[hit->file - 1].status == FILE_DUPLICATE) {
				hit_free(hit);
				continue;
			}
			hit->host = catalog_host_of(in->catalog, hit->file, hit->host);
			list->v[kept++] = hit;
		}
		list->seen -= list->n - kept;
		list->n = kept;
	}
}

static void find_layouts(struct catalog *c)
{
	struct arena *a = arena_new();
	struct str *paths = ARENA_ARRAY(a, struct str, c->n_files);

	for (size_t b = c->base.bundles; b < c->n_bundles; b++) {
		const struct layout_found *found;
		size_t n = 0;

		for (size_t i = c->base.files; i < c->n_files; i++)
			if (c->files[i].bundle == b && !c->files[i].part_of)
				paths[n++] = c->files[i].path;
		n = layouts_find(a, paths, n, &found);
		for (size_t i = 0; i < n; i++)
			catalog_layout_add(c, (struct catalog_layout){ (uint32_t)b, found[i].root, found[i].layout->title, found[i].layout->lacks,
								       found[i].layout->one_machine });
	}
	arena_free(a);
}

/* Everything was read: place it in time, name it, judge it. */
enum status ingest_conclude(struct ingest *in, const struct ruleset *rules, struct error *err)
{
	enum status s = emitter_flush(in->emitter, err);

	if (s != OK)
		return s;
	find_layouts(in->catalog);
	catalog_machines(in->catalog);
	catalog_gaps(in->catalog);
	catalog_duplicates(in->catalog);
	clocks_solve(in->catalog->clocks);
	s = store_loaded(in->store, in->catalog, err);
	if (s == OK)
		s = copies_link(in->store, err);
	if (s == OK && rules) {
		settle_hits(in);
		s = correlate_run(in->store, rules, matcher_hits(in->matcher), err);
	}
	return s;
}

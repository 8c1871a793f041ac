#include "pipeline.h"

#include <assert.h>
#include <string.h>
#include <sys/stat.h>

#include "bundle/bundle.h"
#include "bundle/reader.h"
#include "ingest.h"

static enum status ingest_bundle(struct ingest *in, const char *path, const struct pipeline_options *opt, struct error *err)
{
	const struct bundle_options reading = { .chunk = opt->chunk, .own = opt->own, .n_own = opt->n_own };
	struct bundle *b = NULL;
	struct reader *member;
	uint32_t index;
	enum status s = bundle_open(&b, path, &reading, err);

	if (s != OK)
		return s;
	index = catalog_bundle_add(in->catalog);
	while ((s = bundle_next(b, &member, err)) == OK) {
		s = ingest_member(in, index, member, opt->type, err);
		if (s != OK)
			break;
		if (opt->progress)
			opt->progress(opt->ctx, reader_path(member), in->bytes);
	}
	if (s == END) {
		struct catalog_bundle *e = &in->catalog->bundles[index];

		e->name = arena_dup(in->catalog->arena, bundle_name(b));
		clocks_bundle_named(in->catalog->clocks, e->name);
		e->damage = arena_dup(in->catalog->arena, bundle_damage(b));
		bundle_sha256(b, e->sha256);
		s = OK;
	}
	bundle_close(b);
	return s;
}

static void sum_up(const struct ingest *in, struct pipeline_result *r)
{
	const struct catalog *c = in->catalog;
	bool copies = false;

	*r = (struct pipeline_result){ .bytes = in->bytes, .samples = in->n_samples };
	for (size_t i = c->base.files; i < c->n_files; i++) {
		const struct catalog_file *f = &c->files[i];

		copies |= f->status == FILE_DUPLICATE;
		r->files += f->part_of == 0;
		r->recognised += f->part_of == 0 && f->source.n > 0;
		r->records += f->records;
		r->unparsed += f->unparsed;
		r->partial |= f->status == FILE_PARTIAL || f->status == FILE_DAMAGED || (f->status == FILE_SKIPPED && f->part_of == 0);
	}
	for (size_t i = c->base.bundles; i < c->n_bundles; i++)
		r->partial |= c->bundles[i].damage.n > 0;
	r->nothing = r->records == 0 && !copies;
}

/* ---- a case that grows ---- */

static bool is_there(const char *path)
{
	struct stat st;

	return path && stat(path, &st) == 0 && st.st_size > 0;
}

static bool has_bundle(const struct catalog *c, const char *sha256)
{
	for (size_t i = 0; i < c->base.bundles; i++)
		if (strcmp(sha256, c->bundles[i].sha256) == 0)
			return true;
	return false;
}

/* Reads the bundle for its hash only: it is known by nothing else. */
static enum status is_known(const struct catalog *c, const char *path, const struct pipeline_options *opt, bool *known, struct error *err)
{
	const struct bundle_options reading = { .chunk = opt->chunk, .own = opt->own, .n_own = opt->n_own };
	struct bundle *b = NULL;
	struct reader *member;
	char hash[65];
	enum status s;

	*known = false;
	if (str_eq(str_of(path), STR("-"))) /* cannot be read twice */
		return OK;
	s = bundle_open(&b, path, &reading, err);
	while (s == OK)
		s = bundle_next(b, &member, err);
	if (s == END) {
		bundle_sha256(b, hash);
		*known = has_bundle(c, hash);
		s = OK;
	}
	bundle_close(b);
	return s;
}

static enum status read_bundles(struct ingest *in, const struct pipeline_options *opt, size_t *n_known, struct error *err)
{
	enum status s = OK;

	for (size_t i = 0; s == OK && i < opt->n_bundles; i++) {
		bool known = false;

		if (in->catalog->base.bundles)
			s = is_known(in->catalog, opt->bundles[i], opt, &known, err);
		if (s == OK && !known) {
			s = ingest_bundle(in, opt->bundles[i], opt, err);
			/* Standard input: beside others its files are copies, and dropped as such. */
			known = s == OK && has_bundle(in->catalog, in->catalog->bundles[in->catalog->n_bundles - 1].sha256);
		}
		*n_known += known;
	}
	return s;
}

static enum status write_case(struct ingest *in, const struct pipeline_options *opt, struct error *err)
{
	enum status s = ingest_conclude(in, opt->rules, err);

	if (s == OK && opt->rules)
		s = store_set_meta(in->store, STR("rules"), str_of(opt->rules->sha256), err);
	if (s == OK)
		s = store_set_meta(in->store, STR("version"), STR(FORENSICS_VERSION), err);
	if (s == OK)
		s = store_describe(in->store, err);
	return s == OK ? store_finish(in->store, err) : s;
}

enum status pipeline_analyze(struct store **out, const struct pipeline_options *opt, struct pipeline_result *result, struct error *err)
{
	bool extended = opt->add && is_there(opt->db), nothing_new;
	struct store *st = NULL;
	struct matcher *m = NULL;
	struct ingest in = { 0 };
	size_t n_known = 0;
	enum status s;

	assert(!opt->add || !opt->rules);
	if (opt->type.n && !source_named(opt->type))
		return fail(err, ERR_USAGE, "there is no source '%.*s'", STR_ARG(opt->type));
	s = extended ? store_extend(&st, opt->db, err) : store_create(&st, opt->db, err);
	if (s == OK)
		s = ingest_init(&in, st, NULL, extended, err);
	in.progress = opt->progress;
	in.ctx = opt->ctx;
	in.machines = true;
	if (s == OK && opt->rules) {
		struct row_names names = ingest_names(in.catalog);

		s = matcher_new(&m, opt->rules, &names, err);
		in.matcher = m;
	}
	if (s == OK)
		s = read_bundles(&in, opt, &n_known, err);
	nothing_new = n_known == opt->n_bundles;
	if (s == OK && !nothing_new)
		s = write_case(&in, opt, err);
	if (s == OK) {
		sum_up(&in, result);
		result->known = n_known;
		result->extended = extended && !nothing_new;
		result->nothing &= !nothing_new;
	}
	ingest_done(&in);
	matcher_free(m);
	if (s == OK && nothing_new) { /* the case stays as it is, the copy goes */
		store_close(st);
		st = NULL;
		s = store_open(&st, opt->db, true, err);
	}
	if (s == OK)
		*out = st;
	else
		store_close(st);
	return s;
}

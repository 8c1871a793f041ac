/* What a bundle says of itself: the names that its records and its texts give away. */
#include "cmd/redact_work.h"

#include <stdlib.h>

#include "ingest.h"
#include "source/k8s.h"

struct learner { struct sink sink; struct redact *r; };

/* A pod's name is its workload's and a suffix, which is kept. */
static void learn_pod(struct redact *r, struct str name)
{
	struct str workload = k8s_workload_of_pod(name);

	redact_learn(r, REDACT_WORKLOAD, workload.n ? workload : name);
}

static void learn_object(struct redact *r, struct str ns_and_name, bool pod)
{
	size_t slash = str_chr(ns_and_name, '/');

	if (slash == ns_and_name.n)
		return; /* "workload:train": from the name of a file */
	redact_learn(r, REDACT_NAMESPACE, str_head(ns_and_name, slash));
	if (pod)
		learn_pod(r, str_from(ns_and_name, slash + 1));
	else
		redact_learn(r, REDACT_WORKLOAD, str_from(ns_and_name, slash + 1));
}

static void learn_entity(struct redact *r, struct str entity)
{
	size_t colon = str_chr(entity, ':');
	struct str kind = str_head(entity, colon), name = str_from(entity, colon + 1);

	if (str_eq(kind, STR("node")) || str_eq(kind, STR("host")))
		redact_learn(r, REDACT_HOST, name);
	else if (str_eq(kind, STR("pod")) || str_eq(kind, STR("workload")))
		learn_object(r, name, str_eq(kind, STR("pod")));
	else if (str_eq(kind, STR("deployment")))
		redact_learn(r, REDACT_WORKLOAD, name);
}

static const struct { const char *key; enum redact_class c; } keys[] = {
	{ "serial", REDACT_SERIAL }, { "serial_number", REDACT_SERIAL }, { "gpu.serial", REDACT_SERIAL }, { "resource_group", REDACT_RESOURCE },
	{ "vm", REDACT_RESOURCE }, { "account", REDACT_RESOURCE }, { "user", REDACT_USER }, { "node", REDACT_HOST },
	{ "hostname", REDACT_HOST }, { "namespace", REDACT_NAMESPACE },
};

static void learn_field(struct redact *r, struct str key, struct str value)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (str_eq(key, str_of(keys[i].key)) && !str_has(value, STR("@")))
			redact_learn(r, keys[i].c, value);
}

/* Records are looked at and dropped. */
static enum status drain(struct sink *sink, struct batch *b, struct error *err)
{
	struct redact *r = ((struct learner *)sink)->r;

	(void)err;
	for (size_t i = 0; i < b->n_events; i++)
		for (uint32_t k = 0; k < b->events[i].n_fields; k++)
			learn_field(r, b->events[i].fields[k].key, b->events[i].fields[k].value);
	batch_free(b);
	return OK;
}

static void learn_catalog(struct redact *r, const struct catalog *c)
{
	for (size_t i = HOST_NONE + 1; i < map_count(c->hosts); i++)
		redact_learn(r, REDACT_HOST, map_key(c->hosts, i));
	for (size_t i = 0; i < c->n_facts; i++)
		learn_field(r, c->facts[i].key, c->facts[i].value);
	for (size_t i = 1; i < map_count(c->entities); i++)
		learn_entity(r, map_key(c->entities, i));
}

enum status redact_learn_records(struct redact *r, const char *path, struct arena *a, struct redact_member **members, size_t *n, struct error *err)
{
	struct learner learner = { { drain }, r };
	struct ingest in = { .catalog = catalog_new(), .machines = true };
	struct bundle *b = NULL;
	struct reader *member;
	enum status s = bundle_open(&b, path, &(struct bundle_options){ 0 }, err);

	in.emitter = emitter_new(in.catalog, &learner.sink);
	if (s == OK)
		catalog_bundle_add(in.catalog);
	while (s == OK && (s = bundle_next(b, &member, err)) == OK)
		s = ingest_member(&in, 0, member, STR_NONE, err);
	if (s == END)
		s = emitter_flush(in.emitter, err);
	if (s == OK) {
		const struct catalog *c = in.catalog;

		learn_catalog(r, c);
		*members = ARENA_ARRAY(a, struct redact_member, c->n_files);
		*n = 0;
		for (size_t i = 0; i < c->n_files; i++) {
			const struct catalog_file *f = &c->files[i];
			bool out = f->status == FILE_UNKNOWN || f->status == FILE_SKIPPED;

			if (f->part_of == 0)
				(*members)[(*n)++] = (struct redact_member){ .path = arena_dup(a, f->path), .why_not = out ? arena_dup(a, f->reason) : STR_NONE };
		}
	}
	bundle_close(b);
	ingest_done(&in);
	return s;
}

/* A member in pieces of whole lines; of a line that is longer than a piece, up to something between two words.  What is behind the cut is given
 * again with the next: a name and its value on the next line stay together. */
enum status redact_each_piece(struct reader *member, redact_piece_fn *fn, void *ctx, struct error *err)
{
	struct buf text;
	enum status s = OK;

	buf_init(&text, 2 * (size_t)REDACT_PIECE);
	while (s == OK) {
		struct str bytes;
		size_t cut = text.n;

		s = reader_take(member, &bytes, err);
		if (s == OK) {
			buf_add(&text, bytes);
			if (text.n < REDACT_PIECE)
				continue;
			for (cut = text.n - REDACT_AHEAD; cut > text.n / 2 && text.p[cut - 1] != '\n'; cut--)
				;
			if (text.p[cut - 1] != '\n')
				for (cut = text.n - REDACT_AHEAD; cut > text.n / 2 && text.p[cut - 1] != ',' && text.p[cut - 1] != ' '; cut--)
					;
		}
		if (cut)
			fn(ctx, (struct str){ text.p, cut });
		memmove(text.p, text.p + cut, text.n - cut);
		text.n -= cut;
	}
	buf_done(&text);
	return s == END ? OK : s;
}

static void observe(void *ctx, struct str text)
{
	redact_observe(ctx, text);
}

enum status redact_learn_texts(struct redact *r, const char *path, const struct redact_member *members, size_t n, struct error *err)
{
	struct bundle *b = NULL;
	struct reader *member;
	enum status s = bundle_open(&b, path, &(struct bundle_options){ 0 }, err);

	for (size_t i = 0; s == OK && (s = bundle_next(b, &member, err)) == OK; i++) {
		if (i < n && members[i].why_not.n == 0)
			(void)redact_each_piece(member, observe, r, NULL); /* damage is told by who writes */
	}
	bundle_close(b);
	return s == END ? OK : s;
}

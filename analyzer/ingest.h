#ifndef FORENSICS_INGEST_H
#define FORENSICS_INGEST_H

#include "bundle/bundle.h"
#include "match/match.h"
#include "record/batch.h"
#include "record/catalog.h"
#include "source/source.h"
#include "store/store.h"

/* A load under way: what pipeline.c and the tests of rules share. */
struct ingest {
	struct sink sink;          /* scans each batch, then passes it on */
	struct sink *next;
	struct store *store;
	struct matcher *matcher;   /* NULL: only load */
	struct catalog *catalog;
	struct emitter *emitter;
	bool machines;             /* files may come from several; false: all are of the bundle's own host */
	bool sink_failed;          /* the case cannot be written */
	uint64_t bytes, n_samples; /* bytes: of the members that were read */
	struct reader *member;     /* being read, or NULL */
	void (*progress)(void *ctx, struct str member, uint64_t bytes_so_far); /* pipeline_options.progress */
	void *ctx;
};

/* extended: st is of store_extend(). */
enum status ingest_init(struct ingest *in, struct store *st, struct matcher *m, bool extended, struct error *err);
void ingest_done(struct ingest *in);
/* Reads one member into the load; damage becomes its status. */
enum status ingest_member(struct ingest *in, uint32_t bundle, struct reader *member, struct str forced, struct error *err);
/* After the last member: clocks, names, verdicts. */
enum status ingest_conclude(struct ingest *in, const struct ruleset *rules, struct error *err);
/* Links kernel lines that several logs of a host kept (copies.c).  Rows are in, their times are UTC. */
enum status copies_link(struct store *st, struct error *err);
struct row_names ingest_names(struct catalog *cat);

#endif /* FORENSICS_INGEST_H */

#ifndef FORENSICS_CMD_REDACT_WORK_H
#define FORENSICS_CMD_REDACT_WORK_H

#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "bundle/bundle.h"
#include "bundle/reader.h"
#include "cmd/output.h"
#include "redact/redact.h"

/* The steps of `forensics redact`: the bundle is read three times, by its sources, as text, and to be written. */

#define REDACT_PIECE (1u << 20) /* of a member held at a time: JSON of a cluster is one line */
#define REDACT_AHEAD 4096u      /* behind a cut: a value on the line after its name */

struct redact_member { struct str path, why_not; /* not empty: its content is left out */ };

/* Learns from records; tells which members can be written.  They live in a. */
enum status redact_learn_records(struct redact *r, const char *path, struct arena *a, struct redact_member **members, size_t *n, struct error *err);
enum status redact_learn_texts(struct redact *r, const char *path, const struct redact_member *members, size_t n, struct error *err);

typedef void redact_piece_fn(void *ctx, struct str text);
/* OK at the end; the failure of the reader, after what came before it. */
enum status redact_each_piece(struct reader *member, redact_piece_fn *fn, void *ctx, struct error *err);

/* Where members go: a directory, or a tar.gz.  Written under a name of its own until redact_target_close(). */
struct redact_target {
	struct arena *arena;
	const char *path;
	bool tar;
	struct output out;       /* the tar.gz */
	struct buf block;        /* of the tar, not yet compressed */
	const char *partial;     /* the directory */
	int dir;
	FILE *member;
	struct str name;
	bool failed;
};

/* A directory must not be there or be empty, a file must not be there. */
enum status redact_target_open(struct redact_target *t, const char *path, struct arena *a, struct error *err);
/* name: relative, '/' between its parts, none of them empty, "." or "..". */
enum status redact_target_begin(struct redact_target *t, struct str name, struct error *err);
void redact_target_put(struct redact_target *t, struct str bytes);
enum status redact_target_end(struct redact_target *t, struct error *err);
enum status redact_target_close(struct redact_target *t, struct error *err);
void redact_target_discard(struct redact_target *t); /* fine after close */

#endif /* FORENSICS_CMD_REDACT_WORK_H */

#ifndef FORENSICS_RECORD_RECORD_H
#define FORENSICS_RECORD_RECORD_H

#include "base/error.h"
#include "record/event.h"
#include "tstamp/clock.h"

struct batch;

/* Where parsed records go: the matcher and the store, a test recorder. */
struct sink {
	/* Takes the batch over: it is recycled by batch_free() when done with. */
	enum status (*drain)(struct sink *s, struct batch *b, struct error *err);
};

/* An emitter is a source's only output.  Everything given to it is copied.
 * Failures are the sink's (disk full, ..) and must be passed up. */
struct emitter;

enum status emit_event(struct emitter *out, const struct event *e, struct error *err);

/* A line or record that could not be read: kept, counted, shown.  why is a
 * short static reason ("no timestamp", "month 13"). */
enum status emit_reject(struct emitter *out, uint32_t line, uint64_t offset, struct str text,
			const char *why, struct error *err);

/* The series' number; the same definition gives the same one. */
uint32_t emit_series(struct emitter *out, const struct series_def *def);
/* A list of series sampled together; n <= LIMIT_COLUMNS. */
uint32_t emit_panel(struct emitter *out, const uint32_t *series, size_t n);
enum status emit_sample(struct emitter *out, const struct sample *s, struct error *err);

/* A state of a host, for the bundle card and for rules that compare versions:
 * "kernel.release", "driver.version", "os.name", "hostname" (names the bundle's
 * own host), "timezone".  Stored as an event of kind "host.fact" would not be:
 * facts have no instant. */
void emit_fact(struct emitter *out, struct str host, struct str key, struct str value, uint32_t line);

/* Two entities are related: "pod" "ns/a" "on" "node" "n1"; relation "is" makes
 * them one entity (gpu index, PCI address, UUID).  Kinds: host gpu node pod container
 * workload deployment region disk nic. */
void emit_link(struct emitter *out, struct str kind, struct str id, const char *relation,
	       struct str to_kind, struct str to_id);

/* The same, as it was at reading t of clock: what is related elsewhere later was not there any more ("pod" "ns/db-0"
 * "on" "node" "n1", and then on n2). */
void emit_link_seen(struct emitter *out, struct str kind, struct str id, const char *relation,
		    struct str to_kind, struct str to_id, uint32_t clock, ts_usec t);

/* This file was cut by its collector, or damaged: shown in coverage. */
void emit_incomplete(struct emitter *out, const char *reason);
/* Another file of the bundle was: path below the root that this one lies under too.  reason is static. */
void emit_gap(struct emitter *out, struct str path, const char *reason);
/* How far the file's silence can be trusted: see enum cover.  Default COVER_SPAN. */
enum cover {
	COVER_SPAN,     /* first to last record: ring buffers, app logs */
	COVER_APPEND,   /* first record to the collection: a quiet log is a fact (apt history) */
	COVER_SNAPSHOT, /* what held at the collection, back to the first record at most (kubectl get) */
	COVER_POLLED,   /* samples: no gap larger than the rule's max_gap */
	COVER_EXCERPT   /* some lines of a log that was searched: silence proves nothing */
};
void emit_cover(struct emitter *out, enum cover cover);

/* What comes now is read by another source, as a part of the member called name (text of a section's head).  Of an
 * excerpt nothing but COVER_EXCERPT is believed.  False when the member has LIMIT_PARTS of them: then nothing changed. */
bool emit_part(struct emitter *out, struct str name, const char *source, bool hostless, bool excerpt);
void emit_part_end(struct emitter *out);
/* A part that is not there though others have it, and why: shown in coverage. */
void emit_part_missing(struct emitter *out, struct str name, const char *source, struct str why);

/* For a source that places its times itself. */
struct clocks *emit_clocks(struct emitter *out);
/* The path of the member being read, or of the part of it, for clock scopes. */
struct str emit_path(const struct emitter *out);
/* Name of the bundle's own host if known already, else empty. */
struct str emit_host(const struct emitter *out);

#endif /* FORENSICS_RECORD_RECORD_H */

#ifndef FORENSICS_SOURCE_JOURNAL_ENTRY_H
#define FORENSICS_SOURCE_JOURNAL_ENTRY_H

#include "base/error.h"
#include "record/record.h"

/* One entry of the systemd journal as journalctl -o json and -o export give
 * it: the fields that matter here, as written; see systemd.journal-fields(7).
 * All may be empty; slices are borrowed. */
struct journal_entry {
	struct str realtime, monotonic;  /* __REALTIME_TIMESTAMP, __MONOTONIC_TIMESTAMP: microseconds */
	struct str source_monotonic;     /* _SOURCE_MONOTONIC_TIMESTAMP: of the kernel itself */
	struct str boot, host, priority, facility, transport, identifier, comm, pid, syslog_pid, unit, message;
	uint32_t line, lines;
	uint64_t offset;
};

/* The member that a field's name stands for, or NULL. */
struct str *journal_member(struct journal_entry *e, struct str name);
/* Emits it, or rejects it when it has no time; text is what a reject shows. */
enum status journal_emit(struct emitter *out, const struct journal_entry *e, struct str text, struct error *err);

/* Whole members with a field a line: -o export and -o verbose. */
struct reader;
enum status journal_export(struct reader *in, struct emitter *out, struct error *err);
bool journal_verbose_head(struct str line);
enum status journal_verbose(struct reader *in, struct emitter *out, struct error *err);

#endif /* FORENSICS_SOURCE_JOURNAL_ENTRY_H */

#ifndef FORENSICS_SOURCE_SOURCE_H
#define FORENSICS_SOURCE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

struct emitter; /* record/record.h: the only way out */
struct reader;  /* bundle/reader.h: lines of one member */

/* One kind of log.  Sources know neither each other nor the store nor rules. */
struct source {
	const char *name;  /* "dmesg": contract section 4, fixtures/sources/dmesg, event.source */
	const char *title; /* "Kernel ring buffer (dmesg)" */
	const char *collect; /* the command that collects it: shown where it is missing */

	/* Its records belong to no machine of the bundle (a cluster, a cloud), unless
	 * an event names its host. */
	bool hostless;
	/* Each member is of the one machine it was collected on: the same member in two folders side by side means
	 * two machines. */
	bool of_machine;

	/* It hands what it reads to other sources (source/part.h), and is not given parts itself. */
	bool splits;

	/* How sure are we, in bits verified, that this member is ours?  0 = not
	 * ours.  A distinctive first line is worth 32 and more, a plausible shape of most
	 * lines 16, a file name alone never more than 8 (it only breaks ties).
	 * Must not allocate and must not look past head. */
	int (*detect)(struct str path, struct str head);

	/* Reads every record of the member.  A bad line is emit_reject()ed and is
	 * not an error; only I/O, damage and limits are.  Blank lines are nothing. */
	enum status (*parse)(struct reader *in, struct emitter *out, struct error *err);
};

extern const struct source *const sources[]; /* NULL-terminated, sorted by name */

const struct source *source_named(struct str name); /* or NULL */

struct bid { const struct source *source; int bits; };
/* All bids above 0, best first (ties: by name); returns how many, at most max. */
size_t source_bids(struct str path, struct str head, struct bid *out, size_t max);

#endif /* FORENSICS_SOURCE_SOURCE_H */

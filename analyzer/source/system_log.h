#ifndef FORENSICS_SOURCE_SYSTEM_LOG_H
#define FORENSICS_SOURCE_SYSTEM_LOG_H

#include "base/error.h"
#include "bundle/reader.h"
#include "record/record.h"

/* What the files of syslog and journalctl's short output share: lines of
 * "stamp host tag[pid]: text".  A dialect adds what only one of them has. */
struct log_dialect {
	void *ctx;
	/* True for a line that is no message (a header, a separator); it was dealt with. */
	bool (*aside)(void *ctx, const struct line *line);
	/* Completes the stamp of a message with what the file said elsewhere: the year. */
	void (*complete)(void *ctx, struct stamp *stamp);
	/* The zone of stamps without one, once aside() has seen it. */
	bool zone_known;
	int zone_minutes;
	struct str zone_basis;
};

/* Reads the whole member; dialect may be NULL. */
enum status system_log_parse(struct reader *in, struct emitter *out, struct log_dialect *dialect, struct error *err);

#endif /* FORENSICS_SOURCE_SYSTEM_LOG_H */

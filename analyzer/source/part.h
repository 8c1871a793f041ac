#ifndef FORENSICS_SOURCE_PART_H
#define FORENSICS_SOURCE_PART_H

#include "base/error.h"
#include "base/str.h"
#include "bundle/reader.h"
#include "record/record.h"
#include "source/source.h"

/* Files that hold files: a report of many sections, a shell's transcript.  Who
 * splits one knows where each begins and ends and what it is called; who reads it is
 * found by content as for members, and its records keep line and offset of the whole file. */

/* Bits below which a part is nobody's: in a report most of what is no log looks a little like one. */
#define PART_BITS 16

struct part {
	struct str name;       /* what the whole calls it ("/var/log/kern.log", "nvidia-smi --query"): of use where content leaves a doubt */
	reader_ends *ends;     /* true for the first line that is not its own (bundle/reader.h) */
	const void *ctx;       /* of ends */
	const char *fallback;  /* the source that reads it when none is sure and it is not empty; NULL for none */
	bool take_first;       /* its first line is its own though ends() is true for it */
	bool excerpt;          /* somebody searched it: a line that is not there was perhaps not asked for */
};

/* Reads the part that begins with the next line, and skips what nobody reads.  Returns who read it through *who, NULL for
 * nobody.  Errors are the reader's and the sink's. */
enum status part_parse(struct reader *in, struct emitter *out, const struct part *part, const struct source **who, struct error *err);
/* The same, but skips it whoever could read it. */
void part_skip(struct reader *in, reader_ends *ends, const void *ctx);

#endif /* FORENSICS_SOURCE_PART_H */

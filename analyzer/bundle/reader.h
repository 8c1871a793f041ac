#ifndef FORENSICS_BUNDLE_READER_H
#define FORENSICS_BUNDLE_READER_H

#include "base/error.h"
#include "base/str.h"

/* One member of a bundle as text: decompressed (gzip with all its members and
 * its CRC checked, xz, zstd), UTF-8 without BOM, UTF-16 decoded, line ends LF or CRLF, lines without colours. */
struct reader;

/* "case.tar.gz!var/log/dmesg.1.gz": the path inside the bundle, archives
 * joined with '!'.  Bytes that are not UTF-8 are shown as \xNN.  Unique in the bundle: a second member
 * of the same path is "path#2". */
struct str reader_path(const struct reader *r);
/* Why the member cannot be read at all (a link, permission, a nested archive
 * too deep), or an empty string. */
struct str reader_problem(const struct reader *r);
/* The first LIMIT_HEAD bytes at most, decoded; does not consume.  For before the first
 * line; valid until it is read. */
struct str reader_head(struct reader *r);

struct line {
	struct str text;   /* without its line end and the colours of a terminal; valid until the next reader_* call */
	uint32_t no;       /* from 1 */
	uint64_t offset;   /* of its first byte in the decoded member */
	bool cut;          /* longer than LIMIT_LINE: text is the head, the rest was skipped */
	bool open;         /* the last line, without a line end: perhaps cut in the middle */
};

/* END after the last line.  ERR_FORMAT: the compression is damaged (what came
 * before was good); ERR_IO; ERR_LIMIT. */
enum status reader_line(struct reader *r, struct line *out, struct error *err);
/* Gives the last line back: the next reader_line() returns it again.  Once only. */
void reader_unread(struct reader *r);

/* The decoded bytes that come next, at least one and wherever they were cut; statuses as of reader_line().  They are consumed, and
 * valid until the next reader_* call. */
enum status reader_take(struct reader *r, struct str *bytes, struct error *err);

/* A part of the member, read as if it were one by itself (a section of a report): from the next line to the first for
 * which ends() is true, or to the end of the member.  With take_first the next line is its own, whatever it is.  Numbers and offsets of lines stay those of the member.  path is
 * borrowed until reader_part_end(); ends() is given a line without its end, LIMIT_LINE bytes at most, and may depend on
 * nothing else but ctx, which must not change meanwhile.  Not after a line that was cut and given back; no parts of parts. */
typedef bool reader_ends(const void *ctx, struct str line);
void reader_part(struct reader *r, struct str path, reader_ends *ends, const void *ctx, bool take_first);
/* Skips what was not read of it.  The next line is the one that ended it. */
void reader_part_end(struct reader *r);

/* Reads the rest, so that size and hash are known; the status of the first failure. */
enum status reader_finish(struct reader *r, struct error *err);
/* After reader_finish(): of the member as stored (a .gz is hashed compressed). */
void reader_sha256(const struct reader *r, char hex[65]);
uint64_t reader_bytes(const struct reader *r);

#endif /* FORENSICS_BUNDLE_READER_H */

#ifndef FORENSICS_BUNDLE_BUNDLE_PRIV_H
#define FORENSICS_BUNDLE_BUNDLE_PRIV_H

#include "base/arena.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "base/str.h"
#include "bundle/bundle.h"
#include "bundle/reader.h"

/* Between the files of this room: streams of bytes stacked on each other (a file,
 * gzip over it, UTF-16 over that), the two things that hold members (a directory, an
 * archive), and what a member's reader is given. */

#define SNIFF_BYTES 512        /* a tar header; everything else needs less */
#define STREAM_CHUNK (256u << 10)

struct stream;

struct stream_ops {
	/* Between 1 and n bytes into buf: OK.  END.  A failure is not asked again. */
	enum status (*read)(struct stream *s, char *buf, size_t n, size_t *got, struct error *err);
	void (*close)(struct stream *s); /* what is not memory, and the stream below */
};

/* Memory is the arena's a stream was made in. */
struct stream {
	const struct stream_ops *ops;
	size_t chunk;         /* no read gives more: tests split everything everywhere */
	uint64_t count;       /* bytes read so far */
	uint64_t limit;       /* of count: ERR_LIMIT beyond */
	uint64_t *budget;     /* shared by many streams; may be NULL */
	struct sha256 *hash;  /* of all bytes read; NULL unless asked for; owned */
	enum status over;     /* OK while there may be more */
	struct error failure;
	char ahead[SNIFF_BYTES];
	size_t ahead_at, ahead_n;
};

void stream_init(struct stream *s, const struct stream_ops *ops, size_t chunk);
/* OK with at least one byte, END, or the failure, again and again. */
enum status stream_read(struct stream *s, char *buf, size_t n, size_t *got, struct error *err);
/* The next SNIFF_BYTES, fewer only at the end; not consumed. */
struct str stream_peek(struct stream *s);
void stream_skip_peeked(struct stream *s, size_t n);
void stream_start_hash(struct stream *s);
/* Reads what is left; OK, or the failure. */
enum status stream_drain(struct stream *s, struct error *err);
void stream_close(struct stream *s); /* NULL is fine */

struct stream *stream_of_fd(struct arena *a, int fd, bool owned, size_t chunk);
struct stream *stream_of_text(struct arena *a, struct str text, size_t chunk); /* borrowed */

/* Layers: each takes over the stream below, and its chunk. */
struct stream *gz_open(struct arena *a, struct stream *below);
struct stream *xz_open(struct arena *a, struct stream *below);
struct stream *zst_open(struct arena *a, struct stream *below);
struct stream *bz2_open(struct arena *a, struct stream *below);
struct stream *utf16_open(struct arena *a, struct stream *below, bool big_endian);

enum format { FORMAT_PLAIN, FORMAT_GZ, FORMAT_XZ, FORMAT_ZST, FORMAT_BZ2, FORMAT_TAR, FORMAT_ZIP, FORMAT_FOREIGN };
/* From the first SNIFF_BYTES; names are never looked at.  For FORMAT_FOREIGN
 * *what names a compression or archive that is not read. */
enum format sniff_format(struct str head, const char **what);

enum encoding { ENCODING_BYTES, ENCODING_UTF8_BOM, ENCODING_UTF16LE, ENCODING_UTF16BE };
/* *bom is how many bytes to skip. */
enum encoding sniff_encoding(struct str head, size_t *bom);

/* What a directory or an archive holds next. */
struct entry {
	struct str name;       /* raw bytes; valid until the next one */
	struct stream *data;   /* handed over; NULL when problem is not empty */
	struct str problem;    /* valid until the next one */
};

struct dir;
/* Takes fd over, also when it fails. */
enum status dir_open(struct dir **out, int fd, const struct bundle_options *opt, size_t chunk, struct error *err);
enum status dir_next(struct dir *d, struct arena *a, struct entry *out); /* OK or END */
void dir_close(struct dir *d); /* NULL is fine */

struct container;
/* A tar or zip read from data, which is taken over. */
struct container *container_open(struct arena *a, struct stream *data, enum format format);
/* END; ERR_*: the archive is damaged and gives nothing more. */
enum status container_next(struct container *c, struct arena *a, struct entry *out, struct error *err);
/* Reads to the end of the archive's own bytes, so that checksums are verified, and
 * looks for its end mark; OK or the first failure. */
enum status container_finish(struct container *c, struct error *err);
void container_close(struct container *c); /* NULL is fine */

struct reader *reader_new(void);
void reader_free(struct reader *r); /* NULL is fine */
/* Starts on a member.  path and problem are borrowed until reader_end().  raw is the
 * member as stored (hashed), data the top of the layers over it (raw itself if there is none); both NULL
 * without bytes.  *budget is what all members together may still give. */
void reader_begin(struct reader *r, struct arena *a, struct str path, struct str problem,
		  struct stream *raw, struct stream *data, uint64_t *budget);
void reader_end(struct reader *r);

/* For records.c: the decoded bytes that come next, at least one; END or the failure as reader_line(). */
enum status reader_ahead(struct reader *r, struct str *bytes, struct error *err);
/* Moves past n of them, which hold so many line ends. */
void reader_consume(struct reader *r, size_t n, uint32_t newlines);
uint64_t reader_offset(const struct reader *r);  /* of the next byte */
uint32_t reader_line_no(const struct reader *r); /* of the next byte */

#endif /* FORENSICS_BUNDLE_BUNDLE_PRIV_H */

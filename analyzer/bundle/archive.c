#include "bundle/bundle_priv.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"

/* The libarchive door: its tar and zip readers, each only where the magic says so, fed
 * with bytes we decompressed.  Its own filters and format detection stay off: a text file in gzip can be an
 * "mtree archive" to it, and gzip checksums are not verified.  Nothing is extracted: names are labels. */

#define BLOCK_BYTES 65536
#define TAR_BLOCK 512
#define ZIP_END 22                      /* APPNOTE 4.3.16: the last record, but for its comment */
#define ZIP_TAIL (ZIP_END + 65535)

struct container {
	struct archive *a;
	struct stream *data;
	enum format format;
	enum status over;       /* of data; a failure is better said by the layer that broke than by libarchive */
	struct error failure;
	struct buf name, problem;
	size_t zeros;           /* how many end what was read of data: the end mark of tar */
	size_t tail_n;
	char tail[ZIP_TAIL];    /* the last bytes read of data: the end mark of zip */
	char block[BLOCK_BYTES];
};

/* libarchive does not ask for the end mark of either format, so an archive that is cut
 * between two members looks whole to it: we keep what is needed to see. */
static void remember_end(struct container *c, size_t n)
{
	size_t i = n, fits = n < ZIP_TAIL ? n : ZIP_TAIL;

	while (i > 0 && c->block[i - 1] == '\0')
		i--;
	c->zeros = i == 0 ? c->zeros + n : n - i;
	if (c->format != FORMAT_ZIP)
		return;
	if (c->tail_n + fits > ZIP_TAIL) {
		size_t drop = c->tail_n + fits - ZIP_TAIL;

		memmove(c->tail, c->tail + drop, c->tail_n - drop);
		c->tail_n -= drop;
	}
	memcpy(c->tail + c->tail_n, c->block + n - fits, fits);
	c->tail_n += fits;
}

static size_t read_block(struct container *c)
{
	size_t got = 0;

	if (c->over == OK)
		c->over = stream_read(c->data, c->block, sizeof(c->block), &got, &c->failure);
	remember_end(c, got);
	return got;
}

static la_ssize_t feed(struct archive *a, void *ctx, const void **out)
{
	struct container *c = ctx;
	size_t got = read_block(c);

	if (c->over != OK && c->over != END) {
		archive_set_error(a, EIO, "%s", c->failure.text);
		return ARCHIVE_FATAL;
	}
	*out = c->block;
	return (la_ssize_t)got;
}

static const char *format_name(const struct container *c)
{
	return c->format == FORMAT_ZIP ? "zip" : "tar";
}

static enum status broken(const struct container *c, struct error *err)
{
	if (err)
		*err = c->failure;
	return c->over;
}

static enum status explain(const struct container *c, struct error *err)
{
	struct str why = str_of(archive_error_string(c->a));

	if (c->over != OK && c->over != END)
		return broken(c, err);
	if (c->over == END && (why.n == 0 || str_has(why, STR("runcated"))))
		return fail(err, ERR_FORMAT, "%s ends in the middle", format_name(c));
	if (why.n == 0)
		why = STR("it cannot be read on");
	return fail(err, ERR_FORMAT, "%s is damaged: %.*s", format_name(c), STR_ARG(why));
}

struct container *container_open(struct arena *a, struct stream *data, enum format format)
{
	struct container *c = ARENA_NEW(a, struct container);

	c->data = data;
	c->format = format;
	buf_init(&c->name, LIMIT_PATH);
	buf_init(&c->problem, LIMIT_PATH);
	c->a = archive_read_new();
	if (!c->a)
		abort(); /* malloc failed, and only then */
	if (format == FORMAT_ZIP) {
		archive_read_support_format_zip_streamable(c->a);
	} else {
		archive_read_support_format_tar(c->a);
		archive_read_set_format_option(c->a, "tar", "read_concatenated_archives", "1");
	}
	archive_read_open(c->a, c, NULL, feed, NULL); /* a failure is told by the first header */
	return c;
}

/* Blocks and not archive_read_data(), which drops what it has when an error follows. */
struct part {
	struct stream base;
	struct container *c;
	const char *block;  /* libarchive's, until the next one is asked for */
	size_t left;
	int64_t at, next;   /* in the member: of the next byte out, of block; between them is a hole of a sparse file */
	bool ended;
};

static enum status next_block(struct part *p, struct error *err)
{
	const void *block = NULL;
	la_int64_t offset = p->at;
	int rc = archive_read_data_block(p->c->a, &block, &p->left, &offset);

	if (rc != ARCHIVE_OK && rc != ARCHIVE_EOF)
		return explain(p->c, err);
	if (offset < p->at)
		return fail(err, ERR_FORMAT, "%s is damaged: parts of a sparse member overlap", format_name(p->c));
	p->block = block;
	p->next = offset;
	p->ended = rc == ARCHIVE_EOF;
	if (p->ended)
		p->left = 0;
	return OK;
}

static enum status part_read(struct stream *s, char *buf, size_t n, size_t *got, struct error *err)
{
	struct part *p = (struct part *)s;

	while (p->at == p->next && p->left == 0) {
		enum status st = p->ended ? END : next_block(p, err);

		if (st != OK)
			return st;
	}
	if (p->at < p->next) {
		*got = (uint64_t)(p->next - p->at) < n ? (size_t)(p->next - p->at) : n;
		memset(buf, 0, *got);
	} else {
		*got = p->left < n ? p->left : n;
		memcpy(buf, p->block, *got);
		p->block += *got;
		p->left -= *got;
		p->next += (int64_t)*got;
	}
	p->at += (int64_t)*got;
	return OK;
}

static void part_close(struct stream *s)
{
	(void)s; /* the next header skips what was not read */
}

static const struct stream_ops part_ops = { part_read, part_close };

/* libarchive gives a name in the bytes it found, or, where the archive declares UTF-8
 * and the locale is not, as UTF-8 only. */
static struct str label(const char *bytes, const char *utf8)
{
	return str_of(bytes ? bytes : utf8);
}

/* Why the entry has no bytes of its own, into c->problem. */
static void find_problem(struct container *c, struct archive_entry *e)
{
	struct str hard = label(archive_entry_hardlink(e), archive_entry_hardlink_utf8(e));
	struct str soft = label(archive_entry_symlink(e), archive_entry_symlink_utf8(e));
	mode_t type = archive_entry_filetype(e);

	buf_reset(&c->problem);
	if (hard.p) {
		buf_add(&c->problem, STR("a hard link, not followed: "));
		utf8_repair(hard, &c->problem);
	} else if (type == AE_IFLNK) {
		buf_add(&c->problem, STR("a symbolic link, not followed: "));
		utf8_repair(soft, &c->problem);
	} else if (type == AE_IFIFO) {
		buf_add(&c->problem, STR("a FIFO"));
	} else if (type == AE_IFSOCK) {
		buf_add(&c->problem, STR("a socket"));
	} else if (type == AE_IFCHR || type == AE_IFBLK) {
		buf_add(&c->problem, STR("a device"));
	} else if (archive_entry_is_encrypted(e)) {
		buf_add(&c->problem, STR("encrypted"));
	}
}

static void set_name(struct container *c, struct archive_entry *e)
{
	struct str name = label(archive_entry_pathname(e), archive_entry_pathname_utf8(e));

	while (str_skip(&name, STR("./"))) /* `tar c .` */
		;
	buf_reset(&c->name);
	buf_add(&c->name, name);
}

enum status container_next(struct container *c, struct arena *a, struct entry *out, struct error *err)
{
	struct archive_entry *e;
	struct part *part;
	int rc;

	do {
		rc = archive_read_next_header(c->a, &e);
		if (rc == ARCHIVE_EOF)
			return END;
		if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
			return explain(c, err);
	} while (archive_entry_filetype(e) == AE_IFDIR);
	set_name(c, e);
	find_problem(c, e);
	*out = (struct entry){ .name = buf_str(&c->name), .problem = buf_str(&c->problem) };
	if (c->problem.n > 0)
		return OK;
	part = ARENA_NEW(a, struct part);
	stream_init(&part->base, &part_ops, c->data->chunk);
	part->c = c;
	out->data = &part->base;
	return OK;
}

static bool has_zip_end(const struct container *c, size_t *behind)
{
	const unsigned char *p = (const unsigned char *)c->tail;

	for (size_t i = c->tail_n; i-- > 0;) {
		size_t size;

		if (c->tail_n - i < ZIP_END || memcmp(p + i, "PK\x05\x06", 4) != 0)
			continue;
		size = ZIP_END + p[i + 20] + ((size_t)p[i + 21] << 8);
		*behind = i + size < c->tail_n ? c->tail_n - i - size : 0;
		return i + size <= c->tail_n;
	}
	return false;
}

enum status container_finish(struct container *c, struct error *err)
{
	size_t behind = 0;

	while (c->over == OK)
		read_block(c);
	if (c->over != END)
		return broken(c, err);
	if (c->format == FORMAT_ZIP ? !has_zip_end(c, &behind) : c->zeros < TAR_BLOCK)
		return fail(err, ERR_FORMAT, "%s ends without its end mark: members may be missing", format_name(c));
	if (behind > 0)
		return fail(err, ERR_FORMAT, "other data follows the zip archive");
	return OK;
}

void container_close(struct container *c)
{
	if (!c)
		return;
	archive_read_free(c->a);
	stream_close(c->data);
	buf_done(&c->name);
	buf_done(&c->problem);
}

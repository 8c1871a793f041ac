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

struct container {
	struct archive *a;
	struct stream *data;
	enum format format;
	size_t zeros;           /* bytes of zero at the end of what libarchive got */
	enum status broken;     /* of data: better said by the layer that broke than by libarchive */
	struct error failure;
	struct buf name, problem;
	char block[BLOCK_BYTES];
};

static void count_zeros(struct container *c, size_t n)
{
	size_t i = n;

	while (i > 0 && c->block[i - 1] == '\0')
		i--;
	c->zeros = i == 0 ? c->zeros + n : n - i;
}

static la_ssize_t feed(struct archive *a, void *ctx, const void **out)
{
	struct container *c = ctx;
	size_t got = 0;
	enum status st = stream_read(c->data, c->block, sizeof(c->block), &got, &c->failure);

	if (st == END)
		return 0;
	if (st != OK) {
		c->broken = st;
		archive_set_error(a, EIO, "%s", c->failure.text);
		return ARCHIVE_FATAL;
	}
	count_zeros(c, got);
	*out = c->block;
	return (la_ssize_t)got;
}

static enum status explain(const struct container *c, struct error *err)
{
	const char *why = archive_error_string(c->a);

	if (c->broken != OK) {
		if (err)
			*err = c->failure;
		return c->broken;
	}
	return fail(err, ERR_FORMAT, "%s is damaged: %s", c->format == FORMAT_ZIP ? "zip" : "tar",
		    why ? why : "unknown reason");
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

struct part {
	struct stream base;
	struct container *c;
};

static enum status part_read(struct stream *s, char *buf, size_t n, size_t *got, struct error *err)
{
	struct container *c = ((struct part *)s)->c;
	la_ssize_t r = archive_read_data(c->a, buf, n);

	if (r == 0)
		return END;
	if (r < 0)
		return explain(c, err);
	*got = (size_t)r;
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

/* An archive that ends between two members looks whole to libarchive: tar must end in a block of zeros. */
static enum status check_end(const struct container *c, struct error *err)
{
	if (c->broken != OK)
		return explain(c, err);
	if (c->format == FORMAT_TAR && c->zeros < TAR_BLOCK)
		return fail(err, ERR_FORMAT, "tar ends without its end mark: members may be missing");
	return END;
}

enum status container_next(struct container *c, struct arena *a, struct entry *out, struct error *err)
{
	struct archive_entry *e;
	struct part *part;
	int rc;

	do {
		rc = archive_read_next_header(c->a, &e);
		if (rc == ARCHIVE_EOF)
			return check_end(c, err);
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

enum status container_finish(struct container *c, struct error *err)
{
	if (c->broken != OK) {
		if (err)
			*err = c->failure;
		return c->broken;
	}
	return stream_drain(c->data, err);
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

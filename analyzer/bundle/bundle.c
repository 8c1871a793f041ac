#include "bundle/bundle.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/utf8.h"
#include "bundle/bundle_priv.h"

/* An archive that is being read. */
struct level {
	struct container *container;
	struct stream *raw;  /* the archive as stored */
	struct arena *arena; /* of both */
	struct buf path;     /* "case.tar.gz" */
	struct buf file;     /* its raw name in the directory; only on the lowest level of one */
};

struct bundle {
	struct str name;
	size_t chunk;
	struct dir *dir;         /* the bundle is a directory; else: */
	struct stream *single;   /* a file, standard input or text, until it was taken */
	struct level levels[LIMIT_NEST];
	size_t depth;
	uint64_t output_left;    /* of all members */
	uint64_t unpack_left;    /* of all layers: archives may hold much that is no member */
	size_t members;

	struct reader *reader;   /* of the current member */
	struct buf path, problem, file;
	bool reading;            /* reader has a member that bundle_next() must end */
	bool is_file;            /* it is a file of the bundle, not of an archive in it */
	struct map *seen;        /* path -> the highest number it was given */

	struct arena *arena;     /* of name and single */
	struct arena *entry;     /* of what was opened last */
	struct sha256 *files;    /* of the sorted list of a directory's files */
	bool ended;
	char sha256[65];
	struct error damage;
};

static struct bundle *bundle_new(struct str name, const struct bundle_options *opt)
{
	struct bundle *b = heap_new(sizeof *b);

	b->arena = arena_new();
	b->entry = arena_new();
	b->name = arena_dup(b->arena, name);
	b->chunk = opt && opt->chunk > 0 ? opt->chunk : STREAM_CHUNK;
	b->output_left = LIMIT_TOTAL_BYTES;
	b->unpack_left = (LIMIT_NEST + 1) * LIMIT_TOTAL_BYTES;
	b->reader = reader_new();
	b->seen = map_new();
	buf_init(&b->path, (size_t)(LIMIT_NEST + 2) * LIMIT_PATH * 4); /* a byte may be shown as \xNN */
	buf_init(&b->problem, sizeof b->damage.text);
	buf_init(&b->file, (size_t)LIMIT_PATH * (LIMIT_DEPTH_DIR + 1));
	return b;
}

/* The last part of what the user typed; "." and ".." have no name of their own. */
static struct str base_name(struct arena *a, const char *path)
{
	struct str p = str_of(path), name;
	char *real = NULL;

	while (p.n > 1 && p.p[p.n - 1] == '/')
		p.n--;
	name = str_from(p, str_rchr(p, '/') < p.n ? str_rchr(p, '/') + 1 : 0);
	if (name.n == 0 || str_eq(name, STR(".")) || str_eq(name, STR(".."))) {
		real = realpath(path, NULL);
		name = str_of(real ? real : path);
		name = str_from(name, str_rchr(name, '/') < name.n ? str_rchr(name, '/') + 1 : 0);
	}
	name = arena_dup(a, name.n > 0 ? name : STR("/"));
	free(real);
	return name;
}

static enum status open_path(struct bundle *b, const char *path, const struct bundle_options *opt, struct error *err)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) != 0) {
		enum status code = fail(err, ERR_IO, "cannot open '%s': %s", path, strerror(errno));

		fail_id(err, FX_NO_FILE);
		if (fd >= 0)
			close(fd);
		return code;
	}
	if (S_ISDIR(st.st_mode)) {
		b->files = sha256_new();
		return dir_open(&b->dir, fd, opt, b->chunk, err);
	}
	if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode)) { /* a FIFO: <(ssh host journalctl) */
		close(fd);
		return fail(err, ERR_IO, "'%s' is neither a file nor a directory", path);
	}
	b->single = stream_of_fd(b->arena, fd, true, b->chunk);
	return OK;
}

enum status bundle_open(struct bundle **out, const char *path, const struct bundle_options *opt, struct error *err)
{
	struct bundle *b = bundle_new(STR_NONE, opt);
	enum status st = OK;

	if (str_eq(str_of(path), STR("-"))) {
		b->name = STR("-");
		b->single = stream_of_fd(b->arena, STDIN_FILENO, false, b->chunk);
	} else {
		b->name = base_name(b->arena, path);
		st = open_path(b, path, opt, err);
	}
	if (st == OK)
		*out = b;
	else
		bundle_close(b);
	return st;
}

enum status bundle_of_text(struct bundle **out, struct str path, struct str text, const struct bundle_options *opt)
{
	struct bundle *b = bundle_new(path, opt);

	b->single = stream_of_text(b->arena, text, b->chunk);
	*out = b;
	return OK;
}

static void set_damage(struct bundle *b, const struct error *why)
{
	if (!b->damage.text[0])
		b->damage = *why;
}

/* A file of the bundle was read to its end: one line of what sha256sum would print. */
static void file_done(struct bundle *b, struct str file, const char *sha256)
{
	if (!b->files) {
		memcpy(b->sha256, sha256, sizeof b->sha256);
		return;
	}
	sha256_add(b->files, (struct str){ sha256, 64 });
	sha256_add(b->files, STR("  "));
	sha256_add(b->files, file);
	sha256_add(b->files, STR("\n"));
}

static void leave_member(struct bundle *b)
{
	char sha256[65];

	if (!b->reading)
		return;
	b->reading = false;
	reader_finish(b->reader, NULL); /* told already to whoever read on; members nobody reads are not judged */
	reader_sha256(b->reader, sha256);
	if (b->is_file)
		file_done(b, buf_str(&b->file), sha256);
	reader_end(b->reader);
}

/* The archive on top gives nothing more.  Why is untouched if it is whole. */
static enum status leave_level(struct bundle *b, struct error *why)
{
	struct level *l = &b->levels[--b->depth];
	struct error later;
	char sha256[65];
	enum status st = container_finish(l->container, why);

	if (stream_drain(l->raw, &later) != OK && st == OK) {
		*why = later;
		st = later.code;
	}
	sha256_hex(l->raw->hash, sha256);
	if (b->depth == 0)
		file_done(b, buf_str(&l->file), sha256);
	container_close(l->container);
	arena_free(l->arena);
	buf_done(&l->file);
	return st;
}

/* Archives may hold one name twice, and all of it is evidence: the second is "x#2". */
static void make_unique(struct bundle *b)
{
	size_t n = b->path.n, i = map_put(b->seen, buf_str(&b->path));
	uint64_t times = map_value(b->seen, i);

	if (times > 0) {
		do {
			b->path.n = n;
			buf_printf(&b->path, "#%llu", (unsigned long long)++times);
		} while (map_find(b->seen, buf_str(&b->path)) != MAP_NONE);
		map_set(b->seen, map_put(b->seen, buf_str(&b->path)), 1);
	}
	map_set(b->seen, i, times > 0 ? times : 1);
}

static struct reader *begin(struct bundle *b, struct stream *raw, struct stream *data)
{
	make_unique(b);
	reader_begin(b->reader, b->entry, buf_str(&b->path), buf_str(&b->problem), raw, data, &b->output_left);
	b->reading = true;
	b->members++;
	return b->reader;
}

static void set_path(struct bundle *b, struct str name)
{
	buf_reset(&b->path);
	if (b->depth > 0) {
		buf_add(&b->path, buf_str(&b->levels[b->depth - 1].path));
		buf_putc(&b->path, '!');
	}
	utf8_repair(name, &b->path);
}

/* Peels compression off *data until something else is below. */
static enum format unwrap(struct bundle *b, struct stream **data)
{
	const char *what;

	for (int layer = 0;; layer++) {
		enum format format = sniff_format(stream_peek(*data), &what);

		if (format == FORMAT_FOREIGN)
			buf_printf(&b->problem, "%s is not read", what);
		if (format != FORMAT_GZ && format != FORMAT_XZ && format != FORMAT_ZST && format != FORMAT_BZ2)
			return format;
		if (layer == LIMIT_NEST) {
			buf_printf(&b->problem, "compressed more than %d times", LIMIT_NEST);
			return FORMAT_FOREIGN;
		}
		*data = format == FORMAT_GZ ? gz_open(b->entry, *data)
		      : format == FORMAT_XZ ? xz_open(b->entry, *data)
		      : format == FORMAT_ZST ? zst_open(b->entry, *data)
					     : bz2_open(b->entry, *data);
		(*data)->budget = &b->unpack_left;
	}
}

/* Opens the archive in data; b->path is its own. */
static void enter_level(struct bundle *b, struct stream *raw, struct stream *data, enum format format)
{
	struct level *l = &b->levels[b->depth];

	l->raw = raw;
	l->arena = b->entry;
	l->container = container_open(l->arena, data, format);
	buf_init(&l->path, b->path.max);
	buf_add(&l->path, buf_str(&b->path));
	buf_init(&l->file, b->file.max);
	buf_add(&l->file, buf_str(&b->file));
	b->entry = arena_new();
	b->depth++;
}

/* What comes next, wherever we are; ERR_*: the archive on top is damaged. */
static enum status next_entry(struct bundle *b, struct entry *e, struct error *why)
{
	if (b->depth > 0)
		return container_next(b->levels[b->depth - 1].container, b->entry, e, why);
	if (b->dir)
		return dir_next(b->dir, b->entry, e);
	if (!b->single)
		return END;
	*e = (struct entry){ .name = b->name, .data = b->single };
	b->single = NULL;
	return OK;
}

/* The top archive gave st, not OK.  A member only if it is damaged and not the bundle itself. */
static bool ends_in_a_member(struct bundle *b, enum status st, struct error *why, struct reader **member)
{
	struct level *l = &b->levels[b->depth - 1];
	struct error later;
	enum status rest;

	buf_reset(&b->path);
	buf_add(&b->path, buf_str(&l->path));
	buf_done(&l->path);
	rest = leave_level(b, st == END ? why : &later);
	if (st == END)
		st = rest == OK ? END : rest;
	if (st == END)
		return false;
	if (b->depth == 0 && !b->dir) {
		set_damage(b, why);
		return false;
	}
	buf_reset(&b->problem);
	buf_add(&b->problem, str_of(why->text));
	b->is_file = false;
	*member = begin(b, NULL, NULL);
	return true;
}

/* Takes an entry: a member, or an archive that is gone into. */
static bool take(struct bundle *b, const struct entry *e, struct reader **member)
{
	struct stream *data = e->data;
	enum format format = FORMAT_PLAIN;

	set_path(b, e->name);
	buf_reset(&b->problem);
	buf_add(&b->problem, e->problem);
	buf_reset(&b->file);
	b->is_file = data && b->depth == 0;
	if (b->is_file)
		buf_add(&b->file, e->name);
	if (data) {
		stream_start_hash(data);
		if (b->depth > 0) /* zip inflates, and a sparse file is large for nothing */
			data->budget = &b->unpack_left;
		format = unwrap(b, &data);
	}
	if (format == FORMAT_TAR || format == FORMAT_ZIP) {
		if (b->depth < LIMIT_NEST) {
			enter_level(b, e->data, data, format);
			return false;
		}
		buf_printf(&b->problem, "archives nested more than %d deep", LIMIT_NEST);
	}
	*member = begin(b, e->data, data);
	return true;
}

static void finish(struct bundle *b)
{
	struct error ignored;

	while (b->depth > 0) {
		buf_done(&b->levels[b->depth - 1].path);
		leave_level(b, &ignored);
	}
	if (b->files)
		sha256_hex(b->files, b->sha256);
	b->ended = true;
}

enum status bundle_next(struct bundle *b, struct reader **member, struct error *err)
{
	struct entry e;
	struct error why;

	(void)err; /* what cannot be read is a member that says so, or the bundle's damage */
	leave_member(b);
	while (!b->ended) {
		enum status st;

		if (b->members == LIMIT_MEMBERS) {
			fail(&why, ERR_LIMIT, "more than %d members: the rest was not read", LIMIT_MEMBERS);
			set_damage(b, &why);
			break;
		}
		arena_reset(b->entry);
		st = next_entry(b, &e, &why);
		if (st == OK && take(b, &e, member))
			return OK;
		if (st != OK && b->depth == 0)
			break;
		if (st != OK && ends_in_a_member(b, st, &why, member))
			return OK;
	}
	if (!b->ended)
		finish(b);
	return END;
}

struct str bundle_damage(const struct bundle *b)
{
	return str_of(b->damage.text);
}

struct str bundle_name(const struct bundle *b)
{
	return b->name;
}

void bundle_sha256(const struct bundle *b, char hex[65])
{
	assert(b->ended);
	memcpy(hex, b->sha256, sizeof b->sha256);
}

void bundle_close(struct bundle *b)
{
	if (!b)
		return;
	if (b->reading)
		reader_end(b->reader);
	while (b->depth > 0) {
		struct level *l = &b->levels[--b->depth];

		container_close(l->container);
		arena_free(l->arena);
		buf_done(&l->path);
		buf_done(&l->file);
	}
	dir_close(b->dir);
	stream_close(b->single);
	reader_free(b->reader);
	map_free(b->seen);
	sha256_free(b->files);
	buf_done(&b->path);
	buf_done(&b->problem);
	buf_done(&b->file);
	arena_free(b->entry);
	arena_free(b->arena);
	free(b);
}

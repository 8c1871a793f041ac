/* A redacted bundle being written: a directory, or a tar.gz of one gzip member a block. */
#include "cmd/redact_work.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/deflate.h"
#include "base/limits.h"

#define TAR_BLOCK 512u

static enum status cannot(const char *what, struct error *err)
{
	int why = errno;

	fail(err, ERR_IO, "cannot write: %s", strerror(why));
	fail_id(err, FX_CANNOT_WRITE);
	fail_at(err, "%s", what);
	return ERR_IO;
}

static bool is_empty_dir(const char *path)
{
	DIR *d = opendir(path);
	size_t n = 0;

	if (!d)
		return false;
	while (readdir(d))
		n++;
	closedir(d);
	return n <= 2;
}

enum status redact_target_open(struct redact_target *t, const char *path, struct arena *a, struct error *err)
{
	struct str name = str_of(path);
	struct stat st;
	enum status s;

	while (name.n > 1 && name.p[name.n - 1] == '/')
		name.n--;
	*t = (struct redact_target){ .arena = a, .path = arena_cstr(a, name), .dir = -1 };
	t->tar = str_ends(name, STR(".tar.gz")) || str_ends(name, STR(".tgz"));
	buf_init(&t->block, 8u << 20);
	if (lstat(t->path, &st) == 0 && (t->tar || !is_empty_dir(t->path))) {
		fail(err, ERR_USAGE, "'%s' is there already: it is not replaced", path);
		fail_hint(err, "choose another name, or remove it");
		return ERR_USAGE;
	}
	if (t->tar) {
		s = output_open(&t->out, t->path, a, err);
		if (s == OK)
			t->member = tmpfile();
		return s != OK || t->member ? s : cannot("a temporary file", err);
	}
	t->partial = arena_printf(a, "%s.partial", t->path).p;
	if (mkdir(t->partial, 0700) != 0)
		return cannot(t->partial, err);
	t->dir = open(t->partial, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return t->dir >= 0 ? OK : cannot(t->partial, err);
}

/* The folders above it, then the file: neither follows a link, and there is none but what was made here. */
static enum status open_in_dir(struct redact_target *t, struct error *err)
{
	const char *whole = arena_cstr(t->arena, t->name);
	int fd;

	for (size_t i = 0; i < t->name.n; i++)
		if (t->name.p[i] == '/' && mkdirat(t->dir, arena_cstr(t->arena, str_head(t->name, i)), 0700) != 0 && errno != EEXIST)
			return cannot(whole, err);
	fd = openat(t->dir, whole, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return cannot(whole, err);
	t->member = fdopen(fd, "wb");
	return t->member ? OK : cannot(whole, err);
}

enum status redact_target_begin(struct redact_target *t, struct str name, struct error *err)
{
	t->name = arena_dup(t->arena, name);
	t->failed = false;
	if (!t->tar)
		return open_in_dir(t, err);
	rewind(t->member);
	return ftruncate(fileno(t->member), 0) == 0 ? OK : cannot("a temporary file", err);
}

void redact_target_put(struct redact_target *t, struct str bytes)
{
	t->failed |= bytes.n && fwrite(bytes.p, 1, bytes.n, t->member) != bytes.n;
}

/* ---- tar: POSIX.1-2001 ustar, with a pax header for names beyond 100 bytes ---- */

static void flush_block(struct redact_target *t)
{
	struct buf z;

	buf_init(&z, 16u << 20);
	gzip_put(&z, buf_str(&t->block));
	t->failed |= z.cut || fwrite(z.p, 1, z.n, t->out.f) != z.n;
	buf_done(&z);
	buf_reset(&t->block);
}

static void tar_add(struct redact_target *t, struct str bytes)
{
	buf_add(&t->block, bytes);
	if (t->block.n >= 4u << 20)
		flush_block(t);
}

static void tar_pad(struct redact_target *t, uint64_t size)
{
	static const char zeros[TAR_BLOCK];

	if (size % TAR_BLOCK)
		tar_add(t, (struct str){ zeros, TAR_BLOCK - (size_t)(size % TAR_BLOCK) });
}

static void tar_number(char *at, size_t width, uint64_t v)
{
	for (size_t i = width - 1; i-- > 0; v >>= 3)
		at[i] = (char)('0' + (v & 7));
}

static void tar_header(struct redact_target *t, struct str name, uint64_t size, char type)
{
	char h[TAR_BLOCK] = { 0 };
	uint64_t sum = 0;

	memcpy(h, name.p, name.n < 100 ? name.n : 100);
	tar_number(h + 100, 8, 0600);
	tar_number(h + 108, 8, 0);
	tar_number(h + 116, 8, 0);
	tar_number(h + 124, 12, size);
	tar_number(h + 136, 12, 0);
	h[156] = type;
	memcpy(h + 257, "ustar\00000", 8);
	memset(h + 148, ' ', 8);
	for (size_t i = 0; i < sizeof h; i++)
		sum += (uint8_t)h[i];
	tar_number(h + 148, 7, sum);
	tar_add(t, (struct str){ h, sizeof h });
}

/* "LENGTH path=NAME\n", the length counting its own digits. */
static struct str pax_record(struct arena *a, struct str name)
{
	size_t n = name.n + 7, digits = 1;

	for (size_t v = n + digits; v >= 10; v /= 10)
		digits++;
	if (arena_printf(a, "%zu", n + digits).n > digits)
		digits++;
	return arena_printf(a, "%zu path=%.*s\n", n + digits, STR_ARG(name));
}

static enum status tar_member(struct redact_target *t, struct error *err)
{
	off_t size = ftello(t->member);
	size_t n;

	if (size < 0 || fflush(t->member) != 0)
		return cannot("a temporary file", err);
	if (t->name.n > 100) {
		struct str pax = pax_record(t->arena, t->name);

		tar_header(t, STR("pax"), pax.n, 'x');
		tar_add(t, pax);
		tar_pad(t, pax.n);
	}
	tar_header(t, t->name, (uint64_t)size, '0');
	rewind(t->member);
	for (char part[16384]; (n = fread(part, 1, sizeof part, t->member)) > 0;)
		tar_add(t, (struct str){ part, n });
	tar_pad(t, (uint64_t)size);
	return OK;
}

enum status redact_target_end(struct redact_target *t, struct error *err)
{
	enum status s = OK;

	if (t->tar) {
		s = tar_member(t, err);
	} else {
		t->failed |= fflush(t->member) != 0;
		t->failed |= fclose(t->member) != 0;
		t->member = NULL;
	}
	return s == OK && t->failed ? cannot(t->path, err) : s;
}

enum status redact_target_close(struct redact_target *t, struct error *err)
{
	static const char end[2 * TAR_BLOCK];

	if (t->tar) {
		tar_add(t, (struct str){ end, sizeof end });
		flush_block(t);
		return t->failed ? cannot(t->path, err) : output_close(&t->out, err);
	}
	if (rename(t->partial, t->path) != 0)
		return cannot(t->path, err);
	t->partial = NULL;
	return OK;
}

void redact_target_discard(struct redact_target *t)
{
	if (t->member)
		fclose(t->member);
	if (t->dir >= 0)
		close(t->dir);
	output_discard(&t->out);
	buf_done(&t->block);
	*t = (struct redact_target){ .dir = -1, .partial = t->partial };
}

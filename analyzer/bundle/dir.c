#include "bundle/bundle_priv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"

/* The walk of a directory.  Everything is opened relative to its directory and never
 * through a link, so that nothing outside can be reached, also while somebody moves things about. */

struct item {
	struct str part;  /* of the path; a directory's ends in '/', which makes the order that of full paths */
	const char *name; /* to open: "link/" would follow the link in spite of O_NOFOLLOW */
	bool is_dir;
};

struct folder {
	int fd;
	dev_t dev;
	ino_t ino;
	size_t path_n;      /* of dir.path: "var/log/" */
	struct arena *names;
	struct item *items; /* sorted */
	size_t n, cap, next;
};

struct file_id { dev_t dev; ino_t ino; };

struct dir {
	struct file_id *own; /* of bundle_options */
	size_t n_own;
	struct folder folders[LIMIT_DEPTH_DIR + 1];
	size_t depth;
	size_t chunk;
	struct buf path;
	struct buf problem;
};

static int by_name(const void *a, const void *b)
{
	return str_cmp(((const struct item *)a)->part, ((const struct item *)b)->part);
}

static void folder_done(struct folder *f)
{
	if (f->fd >= 0)
		close(f->fd);
	arena_free(f->names);
	free(f->items);
	*f = (struct folder){ .fd = -1 };
}

static bool entry_is_dir(int fd, const struct dirent *e)
{
	struct stat st;

	if (e->d_type != DT_UNKNOWN)
		return e->d_type == DT_DIR;
	return fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

static bool is_own(const struct dir *d, int fd, const char *name)
{
	struct stat st;

	if (d->n_own == 0 || fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return false;
	for (size_t i = 0; i < d->n_own; i++)
		if (d->own[i].dev == st.st_dev && d->own[i].ino == st.st_ino)
			return true;
	return false;
}

static void add(struct folder *f, const struct dirent *e)
{
	struct item *item;

	f->items = grow(f->items, f->n, &f->cap, sizeof *f->items);
	item = &f->items[f->n++];
	item->is_dir = entry_is_dir(f->fd, e);
	item->name = arena_cstr(f->names, str_of(e->d_name));
	item->part = item->is_dir ? arena_printf(f->names, "%s/", e->d_name) : str_of(item->name);
}

static bool list(const struct dir *dir, struct folder *f, struct buf *problem)
{
	int fd = fcntl(f->fd, F_DUPFD_CLOEXEC, 0);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	bool ok = false;

	if (!d) {
		buf_printf(problem, "cannot be listed: %s", strerror(errno));
		if (fd >= 0)
			close(fd);
		return false;
	}
	for (;;) {
		struct dirent *e;
		struct str name;

		errno = 0;
		e = readdir(d);
		if (!e)
			break;
		name = str_of(e->d_name);
		if (str_eq(name, STR(".")) || str_eq(name, STR("..")) || is_own(dir, f->fd, e->d_name))
			continue;
		if (f->n == LIMIT_MEMBERS) {
			buf_printf(problem, "more than %d entries in one directory", LIMIT_MEMBERS);
			goto done;
		}
		add(f, e);
	}
	if (errno != 0) {
		buf_printf(problem, "cannot be listed: %s", strerror(errno));
		goto done;
	}
	if (f->n > 0)
		qsort(f->items, f->n, sizeof *f->items, by_name);
	ok = true;
done:
	closedir(d);
	return ok;
}

/* Takes fd over.  d->path is the folder's own path by now. */
static bool enter(struct dir *d, int fd)
{
	struct folder *f = &d->folders[d->depth];
	struct stat st;

	*f = (struct folder){ .fd = fd, .path_n = d->path.n, .names = arena_new() };
	if (fstat(fd, &st) != 0) {
		buf_printf(&d->problem, "cannot be listed: %s", strerror(errno));
		goto failed;
	}
	f->dev = st.st_dev;
	f->ino = st.st_ino;
	for (size_t i = 0; i < d->depth; i++) {
		if (d->folders[i].dev == f->dev && d->folders[i].ino == f->ino) {
			buf_add(&d->problem, STR("a loop: this directory is inside itself"));
			goto failed;
		}
	}
	if (!list(d, f, &d->problem))
		goto failed;
	d->depth++;
	return true;
failed:
	folder_done(f);
	return false;
}

static void note_own(struct dir *d, const struct bundle_options *opt)
{
	size_t n = opt ? opt->n_own : 0;
	struct stat st;

	d->own = heap_new(n * sizeof(*d->own));
	for (size_t i = 0; i < n; i++)
		if (stat(opt->own[i], &st) == 0)
			d->own[d->n_own++] = (struct file_id){ st.st_dev, st.st_ino };
}

enum status dir_open(struct dir **out, int fd, const struct bundle_options *opt, size_t chunk, struct error *err)
{
	struct dir *d = heap_new(sizeof *d);
	enum status st = OK;

	d->chunk = chunk;
	note_own(d, opt);
	buf_init(&d->path, (size_t)LIMIT_PATH * (LIMIT_DEPTH_DIR + 1));
	buf_init(&d->problem, LIMIT_PATH);
	if (!enter(d, fd)) {
		st = fail(err, ERR_IO, "%s", buf_cstr(&d->problem));
		dir_close(d);
		return st;
	}
	*out = d;
	return OK;
}

static void not_a_file(struct dir *d, int at, const char *name, mode_t mode)
{
	char target[LIMIT_PATH];
	ssize_t n;

	if (S_ISLNK(mode)) {
		n = readlinkat(at, name, target, sizeof(target));
		buf_add(&d->problem, STR("a symbolic link, not followed: "));
		if (n > 0)
			utf8_repair((struct str){ target, (size_t)n }, &d->problem);
	} else if (S_ISFIFO(mode)) {
		buf_add(&d->problem, STR("a FIFO"));
	} else if (S_ISSOCK(mode)) {
		buf_add(&d->problem, STR("a socket"));
	} else if (S_ISCHR(mode) || S_ISBLK(mode)) {
		buf_add(&d->problem, STR("a device"));
	} else {
		buf_add(&d->problem, STR("not a regular file"));
	}
}

static int open_quietly(int at, const char *name, int flags)
{
	int fd;

	flags |= O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	/* Evidence keeps its access time where we may ask for that: the owner may. */
	fd = openat(at, name, flags | O_NOATIME);
	return fd < 0 && errno == EPERM ? openat(at, name, flags) : fd;
}

static struct stream *open_file(struct dir *d, struct arena *a, int at, const char *name)
{
	struct stat st;
	int fd;

	/* First without opening: opening a device can already do something. */
	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		goto failed;
	if (!S_ISREG(st.st_mode)) {
		not_a_file(d, at, name, st.st_mode);
		return NULL;
	}
	fd = open_quietly(at, name, 0);
	if (fd < 0)
		goto failed;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		buf_add(&d->problem, STR("was replaced while the directory was read"));
		close(fd);
		return NULL;
	}
	return stream_of_fd(a, fd, true, d->chunk);
failed:
	buf_printf(&d->problem, "cannot be opened: %s", strerror(errno));
	return NULL;
}

/* False: it cannot be entered, d->problem says why. */
static bool open_folder(struct dir *d, int at, const char *name)
{
	int fd;

	if (d->depth > LIMIT_DEPTH_DIR) {
		buf_printf(&d->problem, "more than %d directories deep", LIMIT_DEPTH_DIR);
		return false;
	}
	fd = open_quietly(at, name, O_DIRECTORY);
	if (fd < 0) {
		buf_printf(&d->problem, "cannot be opened: %s", strerror(errno));
		return false;
	}
	return enter(d, fd);
}

enum status dir_next(struct dir *d, struct arena *a, struct entry *out)
{
	while (d->depth > 0) {
		struct folder *f = &d->folders[d->depth - 1];
		struct item *item;

		if (f->next == f->n) {
			folder_done(f);
			d->depth--;
			continue;
		}
		item = &f->items[f->next++];
		d->path.n = f->path_n;
		buf_add(&d->path, item->part);
		buf_reset(&d->problem);
		*out = (struct entry){ .name = STR_NONE };
		if (item->is_dir && open_folder(d, f->fd, item->name))
			continue;
		if (!item->is_dir)
			out->data = open_file(d, a, f->fd, item->name);
		out->name = buf_str(&d->path);
		out->problem = buf_str(&d->problem);
		return OK;
	}
	return END;
}

void dir_close(struct dir *d)
{
	if (!d)
		return;
	while (d->depth > 0)
		folder_done(&d->folders[--d->depth]);
	buf_done(&d->path);
	buf_done(&d->problem);
	free(d->own);
	free(d);
}

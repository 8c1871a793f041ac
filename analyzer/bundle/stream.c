#include "bundle/bundle_priv.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <unistd.h>

void stream_init(struct stream *s, const struct stream_ops *ops, size_t chunk)
{
	*s = (struct stream){ .ops = ops, .chunk = chunk, .limit = LIMIT_TOTAL_BYTES };
}

static enum status over_limit(struct stream *s, uint64_t limit)
{
	return fail(&s->failure, ERR_LIMIT, "more than %llu bytes", (unsigned long long)limit);
}

static enum status pull(struct stream *s, char *buf, size_t n, size_t *got, struct error *err)
{
	size_t have = 0;

	if (s->over == OK)
		s->over = s->ops->read(s, buf, n < s->chunk ? n : s->chunk, &have, &s->failure);
	if (s->over == OK && s->count + have > s->limit)
		s->over = over_limit(s, s->limit);
	if (s->over == OK && s->budget && have > *s->budget)
		s->over = fail(&s->failure, ERR_LIMIT, "the bundle unpacks to more than is read of one bundle");
	if (s->over != OK) {
		if (s->over != END && err)
			*err = s->failure;
		return s->over;
	}
	assert(have > 0 && have <= n);
	s->count += have;
	if (s->budget)
		*s->budget -= have;
	if (s->hash)
		sha256_add(s->hash, (struct str){ buf, have });
	*got = have;
	return OK;
}

enum status stream_read(struct stream *s, char *buf, size_t n, size_t *got, struct error *err)
{
	size_t have = s->ahead_n - s->ahead_at;

	assert(n > 0);
	if (have == 0)
		return pull(s, buf, n, got, err);
	if (have > n)
		have = n;
	if (have > s->chunk)
		have = s->chunk;
	memcpy(buf, s->ahead + s->ahead_at, have);
	s->ahead_at += have;
	*got = have;
	return OK;
}

struct str stream_peek(struct stream *s)
{
	size_t got;

	if (s->ahead_at > 0) {
		s->ahead_n -= s->ahead_at;
		memmove(s->ahead, s->ahead + s->ahead_at, s->ahead_n);
		s->ahead_at = 0;
	}
	while (s->ahead_n < SNIFF_BYTES &&
	       pull(s, s->ahead + s->ahead_n, SNIFF_BYTES - s->ahead_n, &got, NULL) == OK)
		s->ahead_n += got;
	return (struct str){ s->ahead, s->ahead_n };
}

void stream_skip_peeked(struct stream *s, size_t n)
{
	assert(n <= s->ahead_n - s->ahead_at);
	s->ahead_at += n;
}

void stream_start_hash(struct stream *s)
{
	assert(!s->hash && s->count == 0);
	s->hash = sha256_new();
}

enum status stream_drain(struct stream *s, struct error *err)
{
	char sink[16384];
	size_t got;
	enum status st;

	do
		st = stream_read(s, sink, sizeof(sink), &got, err);
	while (st == OK);
	return st == END ? OK : st;
}

void stream_close(struct stream *s)
{
	if (!s)
		return;
	sha256_free(s->hash);
	s->hash = NULL;
	s->ops->close(s);
}

struct fd_stream {
	struct stream base;
	int fd;
	bool owned;
};

/* read(2) and not mmap: a file cut short while it is read must not kill us. */
static enum status fd_read(struct stream *s, char *buf, size_t n, size_t *got, struct error *err)
{
	int fd = ((struct fd_stream *)s)->fd;

	for (;;) {
		ssize_t r = read(fd, buf, n);

		if (r > 0) {
			*got = (size_t)r;
			return OK;
		}
		if (r == 0)
			return END;
		if (errno == EAGAIN) { /* standard input may have been left non-blocking by our parent */
			struct pollfd wait = { .fd = fd, .events = POLLIN };

			if (poll(&wait, 1, -1) >= 0)
				continue;
		}
		if (errno != EINTR)
			return fail(err, ERR_IO, "cannot read: %s", strerror(errno));
	}
}

static void fd_close(struct stream *s)
{
	struct fd_stream *f = (struct fd_stream *)s;

	if (f->owned)
		close(f->fd);
}

static const struct stream_ops fd_ops = { fd_read, fd_close };

struct stream *stream_of_fd(struct arena *a, int fd, bool owned, size_t chunk)
{
	struct fd_stream *f = ARENA_NEW(a, struct fd_stream);

	stream_init(&f->base, &fd_ops, chunk);
	f->fd = fd;
	f->owned = owned;
	return &f->base;
}

struct text_stream {
	struct stream base;
	struct str left;
};

static enum status text_read(struct stream *s, char *buf, size_t n, size_t *got, struct error *err)
{
	struct text_stream *t = (struct text_stream *)s;

	(void)err;
	if (t->left.n == 0)
		return END;
	*got = n < t->left.n ? n : t->left.n;
	memcpy(buf, t->left.p, *got);
	t->left = str_from(t->left, *got);
	return OK;
}

static void text_close(struct stream *s)
{
	(void)s;
}

static const struct stream_ops text_ops = { text_read, text_close };

struct stream *stream_of_text(struct arena *a, struct str text, size_t chunk)
{
	struct text_stream *t = ARENA_NEW(a, struct text_stream);

	stream_init(&t->base, &text_ops, chunk);
	t->left = text;
	return &t->base;
}

#include "bundle/bundle_priv.h"

#include <bzlib.h>

/* The libbz2 door: .bz2 with several streams after each other, the checksum of each block and stream verified. */

struct bz2 {
	struct stream base;
	struct stream *below;
	bz_stream z;
	bool open;    /* inside a stream: z is to be ended */
	bool dry;
	enum status end; /* what comes after the output so far; OK: more */
	const char *why;
	char in[65536];
};

static enum status stop(struct bz2 *b, enum status end, const char *why)
{
	b->end = end;
	b->why = why;
	return end;
}

static enum status refill(struct bz2 *b, struct error *err)
{
	size_t got = 0;
	enum status st = stream_read(b->below, b->in, sizeof(b->in), &got, err);

	if (st == END) {
		b->dry = true;
		return OK;
	}
	b->z.next_in = b->in;
	b->z.avail_in = (unsigned)got;
	return st;
}

/* Between two streams: another one, or the end. */
static void begin(struct bz2 *b)
{
	char *next = b->z.next_in;
	unsigned left = b->z.avail_in;

	if (left == 0) {
		if (b->dry)
			stop(b, END, NULL);
		return;
	}
	if (*next != 'B') {
		stop(b, ERR_FORMAT, "other data follows the bzip2 stream");
		return;
	}
	b->z = (bz_stream){ .next_in = next, .avail_in = left };
	if (BZ2_bzDecompressInit(&b->z, 0, 0) != BZ_OK)
		stop(b, ERR_IO, "not enough memory for the bzip2 stream");
	else
		b->open = true;
}

static void step(struct bz2 *b, char *buf, size_t n, size_t *got)
{
	unsigned before = b->z.avail_in;
	int rc;

	b->z.next_out = buf;
	b->z.avail_out = (unsigned)n;
	rc = BZ2_bzDecompress(&b->z);
	*got = n - b->z.avail_out;
	if (rc == BZ_STREAM_END) {
		BZ2_bzDecompressEnd(&b->z); /* keeps next_in and avail_in */
		b->open = false;
	} else if (rc == BZ_MEM_ERROR) {
		stop(b, ERR_IO, "not enough memory for the bzip2 stream");
	} else if (rc != BZ_OK) {
		stop(b, ERR_FORMAT, "bzip2 data is damaged");
	} else if (*got == 0 && b->z.avail_in == before && b->dry) {
		stop(b, ERR_FORMAT, "bzip2 stream ends in the middle");
	}
}

static enum status bz2_read(struct stream *s, char *buf, size_t n, size_t *got, struct error *err)
{
	struct bz2 *b = (struct bz2 *)s;

	n = n > UINT32_MAX ? UINT32_MAX : n;
	while (b->end == OK) {
		*got = 0;
		if (b->z.avail_in == 0 && !b->dry) {
			enum status st = refill(b, err);

			if (st != OK)
				return st;
		}
		if (!b->open)
			begin(b);
		if (b->open)
			step(b, buf, n, got);
		if (*got > 0)
			return OK;
	}
	return b->end == END ? END : fail(err, b->end, "%s", b->why);
}

static void bz2_close(struct stream *s)
{
	struct bz2 *b = (struct bz2 *)s;

	if (b->open)
		BZ2_bzDecompressEnd(&b->z);
	stream_close(b->below);
}

static const struct stream_ops bz2_ops = { bz2_read, bz2_close };

struct stream *bz2_open(struct arena *a, struct stream *below)
{
	struct bz2 *b = ARENA_NEW(a, struct bz2);

	stream_init(&b->base, &bz2_ops, below->chunk);
	b->below = below;
	return &b->base;
}

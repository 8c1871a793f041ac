#include "bundle/bundle_priv.h"

#include <zstd.h>

/* The libzstd door: frames after each other (RFC 8878), checksums verified where a frame has one. */

struct zst {
	struct stream base;
	struct stream *below;
	ZSTD_DStream *z;
	ZSTD_inBuffer in;
	bool inside;   /* a frame */
	bool pending;  /* the last output was full: more may come without input */
	bool dry;
	size_t rc;     /* a failure is told after the output that came with it */
	char bytes[65536];
};

static enum status refill(struct zst *z, struct error *err)
{
	size_t got = 0;
	enum status st = stream_read(z->below, z->bytes, sizeof(z->bytes), &got, err);

	if (st == END) {
		z->dry = true;
		return OK;
	}
	z->in = (ZSTD_inBuffer){ z->bytes, got, 0 };
	return st;
}

static enum status zst_read(struct stream *s, char *buf, size_t n, size_t *got, struct error *err)
{
	struct zst *z = (struct zst *)s;
	enum status st = OK;

	while (st == OK && !ZSTD_isError(z->rc)) {
		ZSTD_outBuffer out = { buf, n, 0 };

		if (!z->pending && z->in.pos == z->in.size) {
			if (z->dry)
				return z->inside ? fail(err, ERR_FORMAT, "zstd stream ends in the middle") : END;
			st = refill(z, err);
			continue;
		}
		z->rc = ZSTD_decompressStream(z->z, &out, &z->in);
		z->inside = z->rc != 0;
		z->pending = out.pos == n && z->inside;
		*got = out.pos;
		if (out.pos > 0)
			return OK;
	}
	if (st != OK)
		return st;
	return fail(err, ERR_FORMAT, "zstd data is damaged: %s", ZSTD_getErrorName(z->rc));
}

static void zst_close(struct stream *s)
{
	struct zst *z = (struct zst *)s;

	ZSTD_freeDStream(z->z);
	stream_close(z->below);
}

static const struct stream_ops zst_ops = { zst_read, zst_close };

struct stream *zst_open(struct arena *a, struct stream *below)
{
	struct zst *z = ARENA_NEW(a, struct zst);

	stream_init(&z->base, &zst_ops, below->chunk);
	z->below = below;
	z->z = ZSTD_createDStream();
	if (!z->z) {
		z->base.over = fail(&z->base.failure, ERR_IO, "not enough memory for the zstd stream");
		return &z->base;
	}
	ZSTD_DCtx_setParameter(z->z, ZSTD_d_windowLogMax, LIMIT_ZST_WINDOW_LOG);
	return &z->base;
}

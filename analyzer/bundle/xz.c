#include "bundle/bundle_priv.h"

#include <lzma.h>

/* The liblzma door: .xz with several streams and padding, its checks verified. */

struct xz {
	struct stream base;
	struct stream *below;
	lzma_stream z;
	lzma_ret rc;  /* of the last step: a failure is told after the output that came with it */
	bool dry;
	uint8_t in[65536];
};

static enum status explain(const struct xz *x, struct error *err)
{
	if (x->rc == LZMA_STREAM_END)
		return END;
	if (x->rc == LZMA_BUF_ERROR)
		return fail(err, ERR_FORMAT, "xz stream ends in the middle");
	if (x->rc == LZMA_MEMLIMIT_ERROR)
		return fail(err, ERR_LIMIT, "xz stream needs more than %u MiB of memory", LIMIT_DECODER_BYTES >> 20);
	if (x->rc == LZMA_MEM_ERROR)
		return fail(err, ERR_IO, "not enough memory for the xz stream");
	if (x->rc == LZMA_FORMAT_ERROR)
		return fail(err, ERR_FORMAT, "other data follows the xz stream");
	if (x->rc == LZMA_UNSUPPORTED_CHECK || x->rc == LZMA_OPTIONS_ERROR)
		return fail(err, ERR_FORMAT, "xz stream uses a check or filter that is not known");
	return fail(err, ERR_FORMAT, "xz data is damaged");
}

static enum status refill(struct xz *x, struct error *err)
{
	size_t got = 0;
	enum status st = stream_read(x->below, (char *)x->in, sizeof(x->in), &got, err);

	if (st == END) {
		x->dry = true;
		return OK;
	}
	x->z.next_in = x->in;
	x->z.avail_in = got;
	return st;
}

static enum status xz_read(struct stream *s, char *buf, size_t n, size_t *got, struct error *err)
{
	struct xz *x = (struct xz *)s;

	while (x->rc == LZMA_OK) {
		x->z.next_out = (uint8_t *)buf;
		x->z.avail_out = n;
		x->rc = lzma_code(&x->z, x->dry ? LZMA_FINISH : LZMA_RUN);
		*got = n - x->z.avail_out;
		if (x->rc == LZMA_BUF_ERROR && !x->dry)
			x->rc = LZMA_OK; /* it only wants input */
		if (*got > 0)
			return OK;
		if (x->rc == LZMA_OK && x->z.avail_in == 0 && !x->dry) {
			enum status st = refill(x, err);

			if (st != OK)
				return st;
		}
	}
	return explain(x, err);
}

static void xz_close(struct stream *s)
{
	struct xz *x = (struct xz *)s;

	lzma_end(&x->z);
	stream_close(x->below);
}

static const struct stream_ops xz_ops = { xz_read, xz_close };

struct stream *xz_open(struct arena *a, struct stream *below)
{
	struct xz *x = ARENA_NEW(a, struct xz);

	stream_init(&x->base, &xz_ops, below->chunk);
	x->below = below;
	x->z = (lzma_stream)LZMA_STREAM_INIT;
	x->rc = lzma_stream_decoder(&x->z, LIMIT_DECODER_BYTES, LZMA_CONCATENATED | LZMA_TELL_UNSUPPORTED_CHECK);
	return &x->base;
}

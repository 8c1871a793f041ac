#include "bundle/bundle_priv.h"

#include <zlib.h>

/* The zlib door: gzip with every member of it, header, CRC and length verified
 * (RFC 1952).  libarchive's own gzip filter does not verify, and this is evidence. */

#define GZIP_ONLY (15 + 16) /* inflateInit2: the largest window, a gzip wrapper and nothing else */

struct gz {
	struct stream base;
	struct stream *below;
	z_stream z;
	bool inside;  /* a member; else between two */
	bool padding; /* zeros follow the last member, as tape blocks leave them: gzip(1) is silent about them too */
	bool dry;     /* below has ended */
	char in[65536];
};

static enum status refill(struct gz *g, struct error *err)
{
	size_t got = 0;
	enum status st = stream_read(g->below, g->in, sizeof(g->in), &got, err);

	if (st == END) {
		g->dry = true;
		return OK;
	}
	g->z.next_in = (Bytef *)g->in;
	g->z.avail_in = (uInt)got;
	return st;
}

/* Looks at the first byte after a member: another one, padding, or what does not belong there. */
static enum status next_member(struct gz *g, struct error *err)
{
	if (*g->z.next_in == 0) {
		g->padding = true;
		g->z.next_in++;
		g->z.avail_in--;
		return OK;
	}
	if (g->padding || *g->z.next_in != 0x1f)
		return fail(err, ERR_FORMAT, "other data follows the gzip stream");
	if (inflateReset(&g->z) != Z_OK)
		return fail(err, ERR_FORMAT, "gzip stream cannot go on");
	g->inside = true;
	return OK;
}

static enum status inflate_some(struct gz *g, char *buf, size_t n, size_t *got, struct error *err)
{
	int rc;

	g->z.next_out = (Bytef *)buf;
	g->z.avail_out = (uInt)n;
	rc = inflate(&g->z, Z_NO_FLUSH);
	*got = n - g->z.avail_out;
	if (*got > 0 && rc != Z_STREAM_END)
		return OK; /* a failure repeats itself when asked again */
	if (rc == Z_STREAM_END)
		g->inside = false;
	else if (rc == Z_MEM_ERROR)
		return fail(err, ERR_IO, "not enough memory to inflate");
	else if (rc != Z_OK && rc != Z_BUF_ERROR)
		return fail(err, ERR_FORMAT, "gzip data is damaged: %s", g->z.msg ? g->z.msg : "unknown method");
	else if (g->z.avail_in > 0)
		return fail(err, ERR_FORMAT, "gzip data is damaged: no progress");
	return OK;
}

static enum status gz_read(struct stream *s, char *buf, size_t n, size_t *got, struct error *err)
{
	struct gz *g = (struct gz *)s;
	enum status st = OK;

	*got = 0;
	while (st == OK) {
		/* Before asking for more input: output may still be pending inside. */
		if (g->inside) {
			st = inflate_some(g, buf, n, got, err);
			if (*got > 0 || st != OK)
				return st;
		}
		if (g->z.avail_in > 0 && !g->inside)
			st = next_member(g, err);
		else if (g->dry)
			return g->inside ? fail(err, ERR_FORMAT, "gzip stream ends in the middle") : END;
		else if (g->z.avail_in == 0)
			st = refill(g, err);
	}
	return st;
}

static void gz_close(struct stream *s)
{
	struct gz *g = (struct gz *)s;

	inflateEnd(&g->z);
	stream_close(g->below);
}

static const struct stream_ops gz_ops = { gz_read, gz_close };

struct stream *gz_open(struct arena *a, struct stream *below)
{
	struct gz *g = ARENA_NEW(a, struct gz);

	stream_init(&g->base, &gz_ops, below->chunk);
	g->below = below;
	g->inside = true;
	if (inflateInit2(&g->z, GZIP_ONLY) != Z_OK)
		g->base.over = fail(&g->base.failure, ERR_IO, "not enough memory to inflate");
	return &g->base;
}

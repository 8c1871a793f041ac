#include "bundle/bundle_priv.h"

#include "base/buf.h"
#include "base/utf8.h"

/* UTF-16 as PowerShell 5.1 writes it with `>`, to UTF-8.  Lone surrogates become U+FFFD. */

#define UNIT_BYTES 65536

struct utf16 {
	struct stream base;
	struct stream *below;
	bool big_endian;
	bool dry;
	uint32_t high;        /* a high surrogate waiting for its other half; 0 = none */
	unsigned char in[UNIT_BYTES];
	size_t n;             /* of in; 1 between calls when half a unit is left */
	struct buf out;       /* decoded, given out up to `given` */
	size_t given;
};

static void decode_unit(struct utf16 *u, uint32_t unit)
{
	bool low = unit >= 0xdc00 && unit <= 0xdfff;

	if (u->high && low) {
		utf8_put(&u->out, 0x10000 + ((u->high - 0xd800) << 10) + (unit - 0xdc00));
		u->high = 0;
		return;
	}
	if (u->high)
		utf8_put(&u->out, 0xfffd);
	u->high = unit >= 0xd800 && unit <= 0xdbff ? unit : 0;
	if (unit < 0x80)
		buf_putc(&u->out, (char)unit);
	else if (!u->high)
		utf8_put(&u->out, low ? 0xfffd : unit);
}

static enum status refill(struct utf16 *u, struct error *err)
{
	size_t got = 0, i;
	enum status st = stream_read(u->below, (char *)u->in + u->n, sizeof(u->in) - u->n, &got, err);

	if (st == END)
		u->dry = true;
	else if (st != OK)
		return st;
	u->n += got;
	u->given = 0;
	buf_reset(&u->out);
	for (i = 0; i + 2 <= u->n; i += 2)
		decode_unit(u, u->big_endian ? (uint32_t)(u->in[i] << 8 | u->in[i + 1])
					     : (uint32_t)(u->in[i + 1] << 8 | u->in[i]));
	if (i < u->n)
		u->in[0] = u->in[i];
	u->n -= i;
	return OK;
}

static enum status utf16_read(struct stream *s, char *buf, size_t n, size_t *got, struct error *err)
{
	struct utf16 *u = (struct utf16 *)s;

	while (u->given == u->out.n) {
		enum status st = OK;

		if (u->dry && (u->high || u->n > 0))
			return fail(err, ERR_FORMAT, "UTF-16 text ends in the middle of a character");
		if (u->dry)
			return END;
		st = refill(u, err);
		if (st != OK)
			return st;
	}
	*got = n < u->out.n - u->given ? n : u->out.n - u->given;
	memcpy(buf, u->out.p + u->given, *got);
	u->given += *got;
	return OK;
}

static void utf16_close(struct stream *s)
{
	struct utf16 *u = (struct utf16 *)s;

	buf_done(&u->out);
	stream_close(u->below);
}

static const struct stream_ops utf16_ops = { utf16_read, utf16_close };

struct stream *utf16_open(struct arena *a, struct stream *below, bool big_endian)
{
	struct utf16 *u = ARENA_NEW(a, struct utf16);

	stream_init(&u->base, &utf16_ops, below->chunk);
	u->below = below;
	u->big_endian = big_endian;
	buf_init(&u->out, 3 * (UNIT_BYTES / 2) + 8); /* a unit gives at most three bytes, and U+FFFD for an orphan before it */
	return &u->base;
}

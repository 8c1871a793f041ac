#include "base/sha256.h"

#include <nettle/sha2.h>
#include <stdlib.h>

#include "base/arena.h"

struct sha256 {
	struct sha256_ctx ctx;
};

struct sha256 *sha256_new(void)
{
	struct sha256 *h = heap_new(sizeof *h);

	sha256_init(&h->ctx);
	return h;
}

void sha256_add(struct sha256 *h, struct str bytes)
{
	if (bytes.n) /* else p may be NULL, and nettle gives it to memcpy */
		sha256_update(&h->ctx, bytes.n, (const uint8_t *)bytes.p);
}

static void finish(struct sha256_ctx *ctx, char out[65])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t digest[SHA256_DIGEST_SIZE];

	sha256_digest(ctx, sizeof digest, digest);
	for (size_t i = 0; i < sizeof digest; i++) {
		out[2 * i] = digits[digest[i] >> 4];
		out[2 * i + 1] = digits[digest[i] & 15];
	}
	out[64] = '\0';
}

void sha256_hex(struct sha256 *h, char out[65])
{
	finish(&h->ctx, out);
}

void sha256_free(struct sha256 *h)
{
	free(h);
}

void sha256_of(struct str bytes, char out[65])
{
	struct sha256 h;

	sha256_init(&h.ctx);
	sha256_add(&h, bytes);
	finish(&h.ctx, out);
}

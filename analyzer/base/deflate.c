#include "base/deflate.h"

#include <limits.h>
#include <stdlib.h>
#define ZLIB_CONST /* next_in is only read */
#include <zlib.h>

void gzip_put(struct buf *out, struct str text)
{
	z_stream z = { .next_in = (const Bytef *)text.p };
	char room[65536];
	int rc = Z_OK;

	if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		abort(); /* it only allocates */
	while (rc == Z_OK) {
		size_t left = text.n - (size_t)((const char *)z.next_in - text.p);

		z.avail_in = left > INT_MAX ? INT_MAX : (uInt)left;
		z.next_out = (Bytef *)room;
		z.avail_out = sizeof(room);
		rc = deflate(&z, z.avail_in == left ? Z_FINISH : Z_NO_FLUSH);
		buf_add(out, (struct str){ room, sizeof(room) - z.avail_out });
	}
	deflateEnd(&z);
}

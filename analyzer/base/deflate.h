#ifndef FORENSICS_BASE_DEFLATE_H
#define FORENSICS_BASE_DEFLATE_H

#include "base/buf.h"

/* text as one gzip member (RFC 1952) without name and time, appended to out: the same
 * text gives the same bytes with one version of zlib. */
void gzip_put(struct buf *out, struct str text);

#endif /* FORENSICS_BASE_DEFLATE_H */

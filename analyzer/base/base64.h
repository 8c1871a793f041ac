#ifndef FORENSICS_BASE_BASE64_H
#define FORENSICS_BASE_BASE64_H

#include "base/buf.h"

/* RFC 4648 section 4, with padding, on one line. */
void base64_put(struct buf *out, struct str bytes);

#endif /* FORENSICS_BASE_BASE64_H */

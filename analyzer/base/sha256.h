#ifndef FORENSICS_BASE_SHA256_H
#define FORENSICS_BASE_SHA256_H

#include "base/str.h"

/* The nettle door.  Streaming SHA-256 (FIPS 180-4); hex is lower case. */
struct sha256;

struct sha256 *sha256_new(void);
void sha256_add(struct sha256 *h, struct str bytes);
void sha256_hex(struct sha256 *h, char out[65]); /* finishes and resets */
void sha256_free(struct sha256 *h);
void sha256_of(struct str bytes, char out[65]);

#endif /* FORENSICS_BASE_SHA256_H */

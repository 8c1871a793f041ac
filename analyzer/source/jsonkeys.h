#ifndef FORENSICS_SOURCE_JSONKEYS_H
#define FORENSICS_SOURCE_JSONKEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* The member names of JSON text of which perhaps only the head is there: what
 * a source looks at to bid.  Allocates nothing, accepts anything, follows
 * strings, so that a name inside a message is not taken for a member. */
struct json_keys {
	struct str s;
	size_t i;
	int depth;
};

static inline struct json_keys json_keys_of(struct str s) { return (struct json_keys){ s, 0, 0 }; }

/* The next member: its name as written (escapes not resolved), the number of
 * objects and arrays around it, and its value when that is a string (else empty). */
bool json_keys_next(struct json_keys *k, struct str *key, int *depth, struct str *string);

/* Bit i is set when names[i] is a member at most max_depth deep; n <= 32. */
uint32_t json_keys_seen(struct str head, int max_depth, const char *const *names, size_t n);

/* True when the text begins as an object or array does. */
bool json_looks(struct str head);

#endif /* FORENSICS_SOURCE_JSONKEYS_H */

#ifndef FORENSICS_BASE_BUF_H
#define FORENSICS_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

/* Growable text with a mandatory cap.  What does not fit is dropped and
 * `cut` is set: the caller says so wherever the text is shown. */
struct buf {
	char *p;
	size_t n, cap, max;
	bool cut;
};

void buf_init(struct buf *b, size_t max_bytes);
void buf_done(struct buf *b);
void buf_reset(struct buf *b); /* empties it, keeps the memory */
void buf_add(struct buf *b, struct str s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
static inline struct str buf_str(const struct buf *b) { return (struct str){ b->p, b->n }; }
const char *buf_cstr(struct buf *b); /* NUL-terminated, valid until the next change */

#endif /* FORENSICS_BASE_BUF_H */

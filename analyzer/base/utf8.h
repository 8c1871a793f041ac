#ifndef FORENSICS_BASE_UTF8_H
#define FORENSICS_BASE_UTF8_H

#include "base/buf.h"
#include "base/str.h"

/* True when s is well-formed UTF-8 (no surrogates, no overlong forms). */
bool utf8_valid(struct str s);
/* The length to cut s at, at most max, that splits no character. */
size_t utf8_cut(struct str s, size_t max);
/* Bytes that are not UTF-8 become \xNN; well-formed text is copied as is. */
void utf8_repair(struct str s, struct buf *out);
/* Decodes the code point at s[*i] and moves *i; an invalid byte gives -1 and
 * moves by one. */
int32_t utf8_next(struct str s, size_t *i);
void utf8_put(struct buf *out, uint32_t code_point);
/* True for characters that could deceive a reader when shown raw: C0 but
 * tab and newline, DEL, C1, bidi controls U+202A-202E and U+2066-2069,
 * zero-width U+200B-200F, U+FEFF. */
bool utf8_deceives(int32_t code_point);
/* Columns a terminal uses for it: 0 for combining marks, 2 for wide East
 * Asian, 1 else.  No locale. */
int utf8_width(int32_t code_point);

#endif /* FORENSICS_BASE_UTF8_H */

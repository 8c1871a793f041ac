#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/utf8.h"

void buf_init(struct buf *b, size_t max_bytes)
{
	*b = (struct buf){ .max = max_bytes };
}

void buf_done(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ .max = b->max };
}

void buf_reset(struct buf *b)
{
	b->n = 0;
	b->cut = false;
}

/* Room for n more bytes and a NUL. */
static void reserve(struct buf *b, size_t n)
{
	b->p = grow(b->p, b->n + n, &b->cap, 1);
}

void buf_add(struct buf *b, struct str s)
{
	/* Once cut, it ends there: a later, shorter piece would leave a hole. */
	if (b->cut || s.n == 0)
		return;
	if (s.n > b->max - b->n) {
		b->cut = true;
		s.n = utf8_cut(s, b->max - b->n);
		if (s.n == 0)
			return;
	}
	reserve(b, s.n);
	memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
}

void buf_putc(struct buf *b, char c)
{
	buf_add(b, (struct str){ &c, 1 });
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	char small[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(small, sizeof small, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n < sizeof small) {
		buf_add(b, (struct str){ small, (size_t)n });
		return;
	}
	char *large = NULL;
	size_t cap = 0;

	large = grow(large, (size_t)n, &cap, 1);
	va_start(ap, fmt);
	vsnprintf(large, cap, fmt, ap);
	va_end(ap);
	buf_add(b, (struct str){ large, (size_t)n });
	free(large);
}

const char *buf_cstr(struct buf *b)
{
	reserve(b, 0);
	b->p[b->n] = '\0';
	return b->p;
}

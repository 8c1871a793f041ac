#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"

/* Paths and the messages of libraries end up here: whatever they carry, the
 * result is one line, without terminal escapes, and whole where it is cut. */
static void PRINTF_LIKE(3, 0) put(char *out, size_t size, const char *fmt, va_list ap)
{
	char text[1024]; /* longer than any out: utf8_cut() sees the character it would split */
	int n = vsnprintf(text, sizeof text, fmt, ap);
	size_t len = n < 0 ? 0 : strnlen(text, sizeof text);

	len = utf8_cut((struct str){ text, len }, size - 1);
	memcpy(out, text, len);
	out[len] = '\0';
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)out[i] < ' ' || out[i] == 0x7f)
			out[i] = '?';
}

enum status fail(struct error *err, enum status code, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return code;
	err->code = code;
	err->where[0] = '\0';
	err->hint[0] = '\0';
	va_start(ap, fmt);
	put(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	return code;
}

void fail_at(struct error *err, const char *fmt, ...)
{
	va_list ap;

	if (!err || err->where[0])
		return;
	va_start(ap, fmt);
	put(err->where, sizeof err->where, fmt, ap);
	va_end(ap);
}

void fail_hint(struct error *err, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return;
	va_start(ap, fmt);
	put(err->hint, sizeof err->hint, fmt, ap);
	va_end(ap);
}

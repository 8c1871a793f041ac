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

static const struct { const char *code, *text; } ids[] = {
#define ERROR(name, code, text) { code, text },
#include "base/error_list.h"
#undef ERROR
};

const char *error_code(enum error_id id)
{
	return ids[id].code;
}

const char *error_text(enum error_id id)
{
	return ids[id].text;
}

enum error_id error_named(struct str code)
{
	size_t i = 0;

	while (i < FX_COUNT && !str_ieq(code, str_of(ids[i].code)))
		i++;
	return (enum error_id)i;
}

/* The first rows of error_list.h stand in the order of enum status. */
static enum error_id id_of(enum status code)
{
	return code < 0 ? (enum error_id)(-code - 1) : FX_IO;
}

void fail_id(struct error *err, enum error_id id)
{
	if (err)
		err->id = id;
}

enum status fail(struct error *err, enum status code, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return code;
	err->code = code;
	err->id = id_of(code);
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

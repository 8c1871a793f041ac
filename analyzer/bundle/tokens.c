#include "bundle/tokens.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/number.h"
#include "base/utf8.h"
#include "bundle/bundle_priv.h"

struct tokens {
	struct reader *in;
	const char *start, *p, *e; /* the reader's window */
	uint32_t newlines;         /* passed in it */
	struct buf text;
	bool is_object[LIMIT_JSON_DEPTH + 1]; /* by depth */
	size_t depth;
	bool expects_key;
	const char *problem;
	enum status ended; /* OK while there is more */
};

static const char cut_off[] = "cut by the end of the file";
static const char not_json[] = "not JSON";

struct tokens *tokens_new(struct reader *in)
{
	struct tokens *t = heap_new(sizeof(*t));

	t->in = in;
	buf_init(&t->text, LIMIT_LINE);
	return t;
}

void tokens_free(struct tokens *t)
{
	if (!t)
		return;
	buf_done(&t->text);
	free(t);
}

const char *tokens_problem(const struct tokens *t)
{
	return t->problem;
}

/* ---- bytes ---- */

/* The next byte, not consumed; -1 at the end, however it came. */
static int peek(struct tokens *t, struct error *err)
{
	struct str bytes;

	if (t->p < t->e)
		return (unsigned char)*t->p;
	if (t->ended != OK)
		return -1;
	reader_consume(t->in, (size_t)(t->p - t->start), t->newlines);
	t->newlines = 0;
	t->start = t->p = t->e = NULL;
	t->ended = reader_ahead(t->in, &bytes, err);
	if (t->ended != OK)
		return -1;
	t->start = t->p = bytes.p;
	t->e = bytes.p + bytes.n;
	return (unsigned char)*t->p;
}

static void skip(struct tokens *t)
{
	t->newlines += *t->p == '\n';
	t->p++;
}

static int next_visible(struct tokens *t, struct error *err)
{
	int c;

	while ((c = peek(t, err)) == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0x1e) /* 1e: RFC 7464 */
		skip(t);
	return c;
}

static enum status stop(struct tokens *t, const char *problem)
{
	t->problem = problem;
	if (t->ended == OK)
		t->ended = END;
	return t->ended;
}

/* ---- scalars ---- */

static int32_t read_hex4(struct tokens *t, struct error *err)
{
	char digits[4];
	uint64_t value;

	for (int i = 0; i < 4; i++) {
		int c = peek(t, err);

		if (c < 0 || c == '"' || c == '\n')
			return -1;
		digits[i] = (char)c;
		skip(t);
	}
	return num_hex((struct str){ digits, 4 }, &value) ? (int32_t)value : -1;
}

/* After "\u": a code point, two halves of a surrogate pair put together.  What
 * is no character becomes U+FFFD: the evidence is damaged, not ours to refuse. */
static void read_unicode(struct tokens *t, struct error *err)
{
	int32_t c = read_hex4(t, err), low;

	if (c >= 0xd800 && c < 0xdc00 && peek(t, err) == '\\') {
		skip(t);
		if (peek(t, err) != 'u') {
			utf8_put(&t->text, 0xfffd);
			return; /* the escape that follows lost its backslash: its letter is kept as it is */
		}
		skip(t);
		low = read_hex4(t, err);
		c = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00) : -1;
	}
	utf8_put(&t->text, c <= 0 || (c >= 0xd800 && c < 0xe000) ? 0xfffd : (uint32_t)c);
}

static void read_escape(struct tokens *t, struct error *err)
{
	int c = peek(t, err);

	if (c < 0)
		return;
	skip(t);
	switch (c) {
	case 'n':
		buf_putc(&t->text, '\n');
		break;
	case 't':
		buf_putc(&t->text, '\t');
		break;
	case 'r':
		buf_putc(&t->text, '\r');
		break;
	case 'b':
		buf_putc(&t->text, '\b');
		break;
	case 'f':
		buf_putc(&t->text, '\f');
		break;
	case 'u':
		read_unicode(t, err);
		break;
	default: /* quote, backslash, slash; others stand for themselves */
		buf_putc(&t->text, (char)c);
		break;
	}
}

/* From the opening quote past the closing one. */
static bool read_string(struct tokens *t, struct error *err)
{
	skip(t);
	buf_reset(&t->text);
	for (;;) {
		int c = peek(t, err);

		if (c < 0)
			return false;
		skip(t);
		if (c == '"')
			return true;
		if (c == '\\')
			read_escape(t, err);
		else
			buf_putc(&t->text, (char)c);
	}
}

static bool ends_word(int c)
{
	return c < 0 || c == ',' || c == ']' || c == '}' || c == ':' || c == ' ' || c == '\t' || c == '\n' || c == '\r' ||
	       c == '"' || c == '{' || c == '[';
}

/* A number or true, false, null; false when it is neither. */
static bool read_word(struct tokens *t, struct token *out, struct error *err)
{
	struct str s;
	double number;

	buf_reset(&t->text);
	while (!ends_word(peek(t, err))) {
		buf_putc(&t->text, *t->p);
		skip(t);
	}
	s = buf_str(&t->text);
	out->kind = TOKEN_NUMBER;
	if (num_double(s, &number))
		return true;
	out->kind = TOKEN_WORD;
	return str_eq(s, STR("true")) || str_eq(s, STR("false")) || str_eq(s, STR("null"));
}

/* ---- structure ---- */

static enum status open_bracket(struct tokens *t, bool object, struct token *out)
{
	skip(t);
	if (t->depth == LIMIT_JSON_DEPTH)
		return stop(t, "nested deeper than 64");
	t->is_object[++t->depth] = object;
	t->expects_key = object;
	out->kind = object ? TOKEN_OBJECT : TOKEN_ARRAY;
	return OK;
}

static enum status close_bracket(struct tokens *t, bool object, struct token *out)
{
	skip(t);
	if (t->depth == 0 || t->is_object[t->depth] != object)
		return stop(t, not_json);
	t->depth--;
	t->expects_key = false;
	out->kind = object ? TOKEN_OBJECT_END : TOKEN_ARRAY_END;
	return OK;
}

static enum status scalar(struct tokens *t, int c, struct token *out, struct error *err)
{
	bool key = t->expects_key;

	if (c == '"') {
		if (!read_string(t, err))
			return stop(t, cut_off);
		out->kind = TOKEN_STRING;
	} else if (!read_word(t, out, err)) {
		return stop(t, t->ended != OK && t->depth > 0 ? cut_off : not_json);
	}
	if (key) {
		if (out->kind != TOKEN_STRING || next_visible(t, err) != ':')
			return stop(t, t->ended != OK ? cut_off : not_json);
		skip(t);
		out->kind = TOKEN_KEY;
		t->expects_key = false;
	}
	out->text = buf_str(&t->text);
	return OK;
}

enum status tokens_next(struct tokens *t, struct token *out, struct error *err)
{
	int c;

	if (t->problem)
		return t->ended;
	while ((c = next_visible(t, err)) == ',') {
		t->expects_key = t->depth > 0 && t->is_object[t->depth];
		skip(t);
	}
	if (c < 0) {
		if (t->depth > 0)
			t->problem = cut_off;
		return t->ended;
	}
	*out = (struct token){
		.line = reader_line_no(t->in) + t->newlines,
		.offset = reader_offset(t->in) + (uint64_t)(t->p - t->start),
	};
	if (c == '{' || c == '[')
		return open_bracket(t, c == '{', out);
	if (c == '}' || c == ']')
		return close_bracket(t, c == '}', out);
	return scalar(t, c, out, err);
}

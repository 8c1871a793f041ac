#include "base/json.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/number.h"
#include "base/utf8.h"

/* A struct json is a cJSON, never anything else. */
static const cJSON *node(const struct json *v)
{
	return (const cJSON *)(const void *)v;
}

static const struct json *value(const cJSON *n)
{
	return (const struct json *)(const void *)n;
}

/* Put before the digits of a rewritten number: no text that passed the scan
 * holds this byte, so a number stays told apart from a string of digits. */
#define NUMBER_MARK '\xff'

#define CJSON_NUMBER_TEXT 60 /* cJSON 1.7.15 reads 63 bytes of a number and guesses the rest */

/* One pass over the text before cJSON sees it: checks the grammar of RFC 8259,
 * which cJSON does loosely, measures depth, and rewrites what cJSON would
 * alter.  Text is copied only once there is something to rewrite. */
struct scan {
	struct str s;
	size_t i;
	size_t copied;     /* s up to here is in out */
	struct buf out;
	bool rewritten;
	const char *wrong; /* what was expected at i */
};

static void rewrite(struct scan *sc, size_t from, size_t to, struct str text)
{
	buf_add(&sc->out, (struct str){ sc->s.p + sc->copied, from - sc->copied });
	buf_add(&sc->out, text);
	sc->copied = to;
	sc->rewritten = true;
}

static char peek(const struct scan *sc)
{
	return sc->i < sc->s.n ? sc->s.p[sc->i] : '\0';
}

static bool wrong(struct scan *sc, const char *expected)
{
	sc->wrong = expected;
	return false;
}

static void skip_space(struct scan *sc)
{
	for (; sc->i < sc->s.n; sc->i++) {
		char c = sc->s.p[sc->i];

		if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
			break;
	}
}

static size_t skip_digits(struct scan *sc)
{
	size_t from = sc->i;

	while (is_digit(peek(sc)))
		sc->i++;
	return sc->i - from;
}

static bool scan_number(struct scan *sc)
{
	size_t from = sc->i, digits;
	struct str text;
	bool integer = true;
	double d;

	if (peek(sc) == '-')
		sc->i++;
	if (peek(sc) == '0') {
		sc->i++;
		digits = 1;
	} else {
		digits = skip_digits(sc);
	}
	if (digits == 0)
		return wrong(sc, "a value");
	if (peek(sc) == '.') {
		integer = false;
		sc->i++;
		if (skip_digits(sc) == 0)
			return wrong(sc, "a digit");
	}
	if (peek(sc) == 'e' || peek(sc) == 'E') {
		integer = false;
		sc->i++;
		if (peek(sc) == '-' || peek(sc) == '+')
			sc->i++;
		if (skip_digits(sc) == 0)
			return wrong(sc, "a digit");
	}
	text = (struct str){ sc->s.p + from, sc->i - from };
	if ((integer && digits > 15) || text.n > CJSON_NUMBER_TEXT || (!integer && !num_double(text, &d))) {
		rewrite(sc, from, from, (struct str){ (const char[]){ '"', NUMBER_MARK }, 2 });
		rewrite(sc, sc->i, sc->i, STR("\""));
	}
	return true;
}

/* The four digits of \uXXXX at i, or -1. */
static int32_t unicode_escape(const struct scan *sc, size_t i)
{
	uint64_t v;

	if (sc->s.n - i < 6 || sc->s.p[i] != '\\' || sc->s.p[i + 1] != 'u' || sc->s.p[i + 2] == '+')
		return -1;
	/* num_hex() would take "0x12" for four digits. */
	if (sc->s.p[i + 3] == 'x' || sc->s.p[i + 3] == 'X')
		return -1;
	return num_hex((struct str){ sc->s.p + i + 2, 4 }, &v) ? (int32_t)v : -1;
}

static bool scan_escape(struct scan *sc)
{
	int32_t c, low;

	if (sc->i + 1 < sc->s.n && strchr("\"\\/bfnrt", sc->s.p[sc->i + 1]) && sc->s.p[sc->i + 1]) {
		sc->i += 2;
		return true;
	}
	c = unicode_escape(sc, sc->i);
	if (c < 0)
		return wrong(sc, "an escape sequence");
	if (c >= 0xd800 && c <= 0xdbff) {
		low = sc->s.n - sc->i > 6 ? unicode_escape(sc, sc->i + 6) : -1;
		if (low >= 0xdc00 && low <= 0xdfff) {
			sc->i += 12;
			return true;
		}
	}
	/* Half a pair is legal JSON, and what writers that cut text leave behind. */
	if (c == 0 || (c >= 0xd800 && c <= 0xdfff))
		rewrite(sc, sc->i, sc->i + 6, STR("\\ufffd"));
	sc->i += 6;
	return true;
}

static bool scan_string(struct scan *sc)
{
	if (peek(sc) != '"')
		return wrong(sc, "a string");
	sc->i++;
	while (sc->i < sc->s.n) {
		unsigned char c = (unsigned char)sc->s.p[sc->i];

		if (c == '"') {
			sc->i++;
			return true;
		}
		if (c < ' ')
			return wrong(sc, "an escaped control character");
		if (c == '\\') {
			if (!scan_escape(sc))
				return false;
		} else if (c < 0x80) {
			sc->i++;
		} else {
			size_t at = sc->i;
			char text[8];

			if (utf8_next(sc->s, &sc->i) < 0) {
				snprintf(text, sizeof text, "\\\\x%02x", c);
				rewrite(sc, at, sc->i, str_of(text));
			}
		}
	}
	return wrong(sc, "the end of a string");
}

static bool scan_word(struct scan *sc, struct str word)
{
	if (!str_starts(str_from(sc->s, sc->i), word))
		return wrong(sc, "a value");
	sc->i += word.n;
	return true;
}

static bool scan_scalar(struct scan *sc)
{
	switch (peek(sc)) {
	case '"':
		return scan_string(sc);
	case 't':
		return scan_word(sc, STR("true"));
	case 'f':
		return scan_word(sc, STR("false"));
	case 'n':
		return scan_word(sc, STR("null"));
	default:
		return scan_number(sc);
	}
}

static bool scan_key(struct scan *sc)
{
	skip_space(sc);
	if (!scan_string(sc))
		return false;
	skip_space(sc);
	if (peek(sc) != ':')
		return wrong(sc, "':'");
	sc->i++;
	return true;
}

/* One value; an explicit stack, for the depth is the attacker's. */
static bool scan_value(struct scan *sc)
{
	char closers[LIMIT_JSON_DEPTH];
	size_t depth = 0;

	for (;;) {
		char c;

		skip_space(sc);
		c = peek(sc);
		if (c == '{' || c == '[') {
			char closer = c == '{' ? '}' : ']';

			if (depth == LIMIT_JSON_DEPTH)
				return wrong(sc, NULL);
			sc->i++;
			skip_space(sc);
			if (peek(sc) != closer) {
				closers[depth++] = closer;
				if (closer == '}' && !scan_key(sc))
					return false;
				continue;
			}
			sc->i++;
		} else if (!scan_scalar(sc)) {
			return false;
		}
		/* A value is complete: close what it completes, or go on behind a comma. */
		for (skip_space(sc); depth > 0 && peek(sc) == closers[depth - 1]; skip_space(sc)) {
			sc->i++;
			depth--;
		}
		if (depth == 0)
			return true;
		if (peek(sc) != ',')
			return wrong(sc, closers[depth - 1] == '}' ? "',' or '}'" : "',' or ']'");
		sc->i++;
		if (closers[depth - 1] == '}' && !scan_key(sc))
			return false;
	}
}

static enum status scan(struct scan *sc, struct error *err)
{
	bool good = scan_value(sc);

	if (good && sc->i < sc->s.n)
		good = wrong(sc, "the end");
	if (good) {
		if (sc->rewritten)
			rewrite(sc, sc->s.n, sc->s.n, STR_NONE);
		return OK;
	}
	if (!sc->wrong)
		return fail(err, ERR_LIMIT, "JSON is nested deeper than %d", LIMIT_JSON_DEPTH);
	if (sc->i >= sc->s.n)
		return fail(err, ERR_FORMAT, "JSON ends at byte %zu, where %s was expected", sc->s.n, sc->wrong);
	return fail(err, ERR_FORMAT, "not JSON: %s was expected at byte %zu", sc->wrong, sc->i);
}

/* Takes the marks away again; a cJSON_Raw is a number kept as its digits. */
static void unmark(cJSON *n)
{
	for (; n; n = n->next) {
		if (cJSON_IsString(n) && n->valuestring[0] == NUMBER_MARK) {
			memmove(n->valuestring, n->valuestring + 1, strlen(n->valuestring));
			n->type = cJSON_Raw;
		}
		if (n->child)
			unmark(n->child);
	}
}

enum status json_parse(struct json **out, struct str text, struct error *err)
{
	struct scan sc = { .s = text };
	struct str checked = text;
	enum status st;
	cJSON *root;

	if (text.n > LIMIT_JSON_RECORD)
		return fail(err, ERR_LIMIT, "a JSON record of %zu bytes, more than %u", text.n, LIMIT_JSON_RECORD);
	/* The worst growth is an invalid byte that becomes \\xNN. */
	buf_init(&sc.out, text.n * 5 + 16);
	st = scan(&sc, err);
	if (st != OK)
		goto done;
	if (sc.rewritten)
		checked = buf_str(&sc.out);
	root = cJSON_ParseWithLengthOpts(checked.p, checked.n, NULL, false);
	if (!root) {
		st = fail(err, ERR_LIMIT, "no memory for a JSON record of %zu bytes", text.n);
		goto done;
	}
	if (sc.rewritten)
		unmark(root);
	*out = (struct json *)(void *)root;
done:
	buf_done(&sc.out);
	return st;
}

void json_free(struct json *root)
{
	cJSON_Delete((cJSON *)(void *)root);
}

enum json_type json_type(const struct json *v)
{
	const cJSON *n = node(v);

	if (cJSON_IsBool(n))
		return JSON_BOOL;
	if (cJSON_IsNumber(n))
		return JSON_NUMBER;
	if (cJSON_IsString(n) || cJSON_IsRaw(n))
		return JSON_STRING;
	if (cJSON_IsArray(n))
		return JSON_ARRAY;
	if (cJSON_IsObject(n))
		return JSON_OBJECT;
	return JSON_NULL;
}

const struct json *json_get(const struct json *obj, const char *key)
{
	return cJSON_IsObject(node(obj)) ? value(cJSON_GetObjectItemCaseSensitive(node(obj), key)) : NULL;
}

const struct json *json_path(const struct json *obj, const char *dotted)
{
	struct str rest = str_of(dotted), key;

	while (obj && str_cut(&rest, '.', &key)) {
		const struct json *member = json_type(obj) == JSON_OBJECT ? json_first(obj) : NULL;

		while (member && !str_eq(json_key(member), key))
			member = json_next(member);
		obj = member;
	}
	return obj;
}

const struct json *json_first(const struct json *container)
{
	return container ? value(node(container)->child) : NULL;
}

const struct json *json_next(const struct json *v)
{
	return v ? value(node(v)->next) : NULL;
}

struct str json_key(const struct json *v)
{
	return v ? str_of(node(v)->string) : STR_NONE;
}

struct str json_str(const struct json *v)
{
	return json_type(v) == JSON_STRING ? str_of(node(v)->valuestring) : STR_NONE;
}

bool json_num(const struct json *v, double *out)
{
	if (!cJSON_IsNumber(node(v)))
		return num_double(json_str(v), out);
	*out = node(v)->valuedouble;
	return true;
}

bool json_bool(const struct json *v)
{
	return cJSON_IsTrue(node(v));
}

static void put_number(double d, struct buf *out)
{
	char text[32];
	double back = 0;

	/* 0.1 as it was written, unless it takes all 17 digits to come back. */
	snprintf(text, sizeof text, "%.15g", d);
	if (!num_double(str_of(text), &back) || back < d || back > d)
		snprintf(text, sizeof text, "%.17g", d);
	buf_add(out, str_of(text));
}

/* Recursion is as deep as the text json_parse() let through. */
static void put_value(const cJSON *n, struct buf *out)
{
	const struct json *v = value(n);

	switch (json_type(v)) {
	case JSON_NULL:
		buf_add(out, STR("null"));
		break;
	case JSON_BOOL:
		buf_add(out, json_bool(v) ? STR("true") : STR("false"));
		break;
	case JSON_NUMBER:
		put_number(n->valuedouble, out);
		break;
	case JSON_STRING:
		if (cJSON_IsRaw(n))
			buf_add(out, json_str(v));
		else
			json_put_string(out, json_str(v));
		break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		buf_putc(out, cJSON_IsObject(n) ? '{' : '[');
		for (const cJSON *c = n->child; c; c = c->next) {
			if (c != n->child)
				buf_putc(out, ',');
			if (cJSON_IsObject(n)) {
				json_put_string(out, str_of(c->string));
				buf_putc(out, ':');
			}
			put_value(c, out);
		}
		buf_putc(out, cJSON_IsObject(n) ? '}' : ']');
		break;
	}
}

void json_text(const struct json *v, struct buf *out)
{
	if (json_type(v) == JSON_STRING)
		buf_add(out, json_str(v));
	else if (v)
		put_value(node(v), out);
}

static void put_escaped(struct buf *out, int32_t c)
{
	static const char plain[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";
	const char *at = c > 0 ? strchr(plain, (int)c) : NULL;

	if (c < 0)
		utf8_put(out, 0xfffd);
	else if (at)
		buf_add(out, (struct str){ (const char[]){ '\\', letter[at - plain] }, 2 });
	else
		buf_printf(out, "\\u%04x", (unsigned)c);
}

/* Printable ASCII that JSON takes as it is: nearly all of any log. */
static bool is_plain(char c)
{
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

void json_put_string(struct buf *out, struct str s)
{
	size_t from = 0, i = 0;

	buf_putc(out, '"');
	while (i < s.n) {
		size_t at;
		int32_t c;

		while (i < s.n && is_plain(s.p[i]))
			i++;
		if (i == s.n)
			break;
		at = i;
		c = utf8_next(s, &i);
		if (c >= ' ' && c != '"' && c != '\\' && c != 0x7f)
			continue;
		buf_add(out, (struct str){ s.p + from, at - from });
		put_escaped(out, c);
		from = i;
	}
	buf_add(out, (struct str){ s.p + from, s.n - from });
	buf_putc(out, '"');
}

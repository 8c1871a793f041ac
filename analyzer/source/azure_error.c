#include "source/azure.h"

#include "base/number.h"
#include "source/jsonkeys.h"

/* Errors of Azure Resource Manager, of its providers inside them, and of the
 * services behind those: {"error":{"code","message","details":[..],"innererror":{..}}},
 * each level perhaps JSON in a string of the level around it. */

#define WRAPPINGS 8 /* levels followed; five were met */

struct walk {
	struct arena *a;
	struct azure_error *e;
	struct buf text;
	int depth;
};

static void walk(struct walk *w, const struct json *v);

static bool is_json_text(struct str s)
{
	return json_looks(s) || (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"');
}

static void walk_text(struct walk *w, struct str code, struct str message)
{
	struct json *inner = NULL;
	struct error none;

	message = str_trim(message);
	if (code.n) {
		w->e->code = arena_dup(w->a, code);
		if (w->e->outer.n == 0)
			w->e->outer = w->e->code;
	}
	if (is_json_text(message) && json_parse(&inner, message, &none) == OK) {
		walk(w, inner);
		json_free(inner);
		return;
	}
	if (code.n + message.n == 0 || (message.n && str_has(buf_str(&w->text), message)))
		return; /* wrappers like to repeat what they wrap */
	buf_printf(&w->text, "%s%.*s%s%.*s", w->text.n ? "; " : "", STR_ARG(code), code.n && message.n ? ": " : "",
		   STR_ARG(message));
}

static const struct json *either(const struct json *v, const char *a, const char *b)
{
	const struct json *m = json_get(v, a);

	return m ? m : json_get(v, b);
}

static struct str code_of(struct walk *w, const struct json *v)
{
	const struct json *code = either(v, "code", "Code");
	double number;

	if (json_type(code) == JSON_NUMBER && json_num(code, &number))
		return arena_printf(w->a, "%.0f", number);
	return json_str(code ? code : either(v, "errorCode", "ErrorCode"));
}

static void walk(struct walk *w, const struct json *v)
{
	const struct json *error;

	if (!v || w->depth == WRAPPINGS)
		return;
	w->depth++;
	switch (json_type(v)) {
	case JSON_STRING:
		walk_text(w, STR_NONE, json_str(v));
		break;
	case JSON_ARRAY:
		for (const struct json *e = json_first(v); e; e = json_next(e))
			walk(w, e);
		break;
	case JSON_OBJECT:
		error = either(v, "error", "Error");
		if (error) {
			walk(w, error);
			break;
		}
		walk_text(w, code_of(w, v), json_str(either(v, "message", "Message")));
		walk(w, either(v, "details", "Details"));
		walk(w, either(v, "innererror", "innerError"));
		break;
	case JSON_NULL:
	case JSON_BOOL:
	case JSON_NUMBER:
		break;
	}
	w->depth--;
}

bool azure_error_of(struct arena *a, const struct json *v, struct azure_error *e)
{
	struct walk w = { .a = a, .e = e };

	*e = (struct azure_error){ 0 };
	buf_init(&w.text, LIMIT_EVENT_TEXT);
	walk(&w, v);
	e->message = arena_dup(a, buf_str(&w.text));
	buf_done(&w.text);
	if (str_eq(e->outer, e->code))
		e->outer = STR_NONE;
	return e->message.n > 0;
}

double azure_retry_after(struct str text)
{
	static const char *const phrases[] = { "retry after ", "try again in ", "retry-after: ", "retry-after:" };
	double seconds;

	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
		struct str phrase = str_of(phrases[i]), rest;
		size_t at = str_ifind(text, phrase), n = 0;

		if (at >= text.n)
			continue;
		rest = str_from(text, at + phrase.n);
		while (n < rest.n && (is_digit(rest.p[n]) || (rest.p[n] == '.' && n + 1 < rest.n && is_digit(rest.p[n + 1]))))
			n++;
		if (!num_double(str_head(rest, n), &seconds))
			continue;
		rest = str_trim(str_from(rest, n));
		return str_istarts(rest, STR("milli")) || str_istarts(rest, STR("ms")) ? seconds / 1000 : seconds;
	}
	return NO_NUMBER;
}

bool azure_is_error_body(const struct json *v)
{
	const struct json *error = either(v, "error", "Error");
	const struct json *body = json_type(error) == JSON_OBJECT ? error : v;

	if (json_type(v) != JSON_OBJECT || !either(body, "code", "Code") || !either(body, "message", "Message"))
		return false;
	/* data that carries an error carries a time or an operation as well */
	for (const struct json *m = json_first(v); m; m = json_next(m))
		if (m != error && body != v)
			return false;
	return true;
}

bool azure_head_is_error_body(struct str head)
{
	struct json_keys k = json_keys_of(head);
	struct str key, value;
	bool code = false, message = false;
	int depth, base = 1;

	if (!json_looks(head))
		return false;
	while (json_keys_next(&k, &key, &depth, &value)) {
		bool known = str_ieq(key, STR("code")) || str_ieq(key, STR("message")) || str_ieq(key, STR("details")) ||
			     str_ieq(key, STR("target")) || str_ieq(key, STR("innererror"));

		if (depth == 1 && str_ieq(key, STR("error"))) {
			base = 2;
			continue;
		}
		code |= depth == base && str_ieq(key, STR("code"));
		message |= depth == base && str_ieq(key, STR("message"));
		if (depth < base || (depth == 1 && !known))
			return false;
	}
	return code && message;
}

int azure_bid_error_body(struct str path, struct str head, const char *const *words, int wanted, int otherwise)
{
	if (!azure_head_is_error_body(head))
		return 0;
	for (; *words; words++)
		if (str_ifind(path, str_of(*words)) < path.n)
			return wanted;
	return otherwise;
}

static enum status emit_error(struct emitter *out, struct arena *a, const struct azure_error *e, const struct record *r,
			      struct error *err)
{
	struct event ev = {
		.clock = azure_now(out), .u_us = TS_SECOND, .severity = SEV_WARNING,
		.line = r->line, .lines = r->lines, .offset = r->offset, .kind = STR("azure.error"), .text = e->message,
	};
	struct attrs f;

	attrs_init(&f, a);
	attrs_text(&f, STR("error_code"), e->code);
	attrs_text(&f, STR("error_outer"), e->outer);
	attrs_text(&f, STR("message"), e->message);
	ev.fields = f.v;
	ev.n_fields = f.n;
	return emit_event(out, &ev, err);
}

enum status azure_emit_error_body(struct emitter *out, struct arena *a, const struct json *v, const struct record *r,
				  struct error *err)
{
	struct azure_error e;

	(void)azure_error_of(a, v, &e);
	emit_incomplete(out, "an error was saved where data was expected");
	return emit_error(out, a, &e, r, err);
}

/* ---- errors as text ---- */

/* "name": "value", of pasted JSON, or Name: value; the value without its quotes. */
static bool take_value(struct str line, struct str name, struct str *value)
{
	struct str s = str_trim(line);
	bool quoted = str_skip(&s, STR("\""));

	if (!str_istarts(s, name))
		return false;
	s = str_from(s, name.n);
	if ((quoted && !str_skip(&s, STR("\""))) || !str_skip(&s, STR(":")))
		return false;
	s = str_trim(s);
	if (quoted && !str_skip(&s, STR("\"")))
		return false;
	if (quoted && str_ends(s, STR(",")))
		s.n--;
	if (quoted && str_ends(s, STR("\"")))
		s.n--;
	*value = s;
	return true;
}

/* "ERROR: (QuotaExceeded) text" */
static bool take_cli_error(struct str line, struct str *code, struct str *message)
{
	struct str s = str_trim(line);
	size_t end;

	if (!str_skip(&s, STR("ERROR: ")) || !str_skip(&s, STR("(")) || (end = str_chr(s, ')')) >= s.n)
		return false;
	*code = str_head(s, end);
	*message = str_trim(str_from(s, end + 1));
	return true;
}

bool azure_head_is_error_text(struct str head)
{
	struct str line, code, message;
	bool has_code = false, has_message = false;

	if (json_looks(head))
		return false;
	for (int i = 0; i < 16 && str_cut(&head, '\n', &line); i++) {
		if (take_cli_error(line, &code, &message))
			return true;
		/* only the quoted form: "Code: 1" alone could be anybody's */
		has_code |= str_starts(str_trim(line), STR("\"code\"")) && take_value(line, STR("code"), &code);
		has_message |= str_starts(str_trim(line), STR("\"message\"")) && take_value(line, STR("message"), &message);
	}
	return has_code && has_message;
}

enum status azure_read_error_text(struct reader *in, struct emitter *out, struct error *err)
{
	struct arena *a = arena_new();
	struct str code = STR_NONE, last = STR_NONE, value;
	struct line line;
	enum status st;

	emit_incomplete(out, "an error was saved where data was expected");
	while ((st = reader_line(in, &line, err)) == OK) {
		struct record r = { .line = line.no, .lines = 1, .offset = line.offset };
		struct azure_error e = { .code = code };
		bool cli = take_cli_error(line.text, &e.code, &e.message);

		if (!cli && take_value(line.text, STR("code"), &value))
			code = arena_dup(a, value);
		if (!cli && !take_value(line.text, STR("message"), &e.message))
			continue;
		e.message = arena_printf(a, "%.*s%s%.*s", STR_ARG(e.code), e.code.n ? ": " : "", STR_ARG(e.message));
		if (str_eq(e.message, last)) /* az says it twice */
			continue;
		last = e.message;
		st = emit_error(out, a, &e, &r, err);
		if (st != OK)
			break;
	}
	arena_free(a);
	return st == END ? OK : st;
}

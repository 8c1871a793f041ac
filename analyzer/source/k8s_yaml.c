#include "source/k8s_yaml.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/number.h"

/* Lines become the JSON of one object, which the readers of JSON then take. */

enum mode { STRUCTURE, PLAIN, QUOTED, BLOCK };
struct level { size_t indent; bool list, any; };

struct yaml {
	struct buf json, scalar;
	struct level stack[LIMIT_JSON_DEPTH];
	size_t depth;
	bool pending;          /* a key or an item waits for its value */
	bool bad;              /* not what kubectl writes */
	enum mode mode;
	size_t parent;         /* a scalar goes on in lines indented deeper than this */
	char quote;
	bool fold, keep_end;   /* of a block: ">" joins lines, "-" drops the last line's end */
	size_t block_indent;   /* 0: not seen yet */
};

static size_t indent_of(struct str line)
{
	size_t n = 0;

	while (n < line.n && line.p[n] == ' ')
		n++;
	return n;
}

/* ---- writing ---- */

static void put_null(struct yaml *y)
{
	buf_add(&y->json, STR("null"));
	y->pending = false;
}

static bool is_plain_json(struct str s)
{
	double n;

	if (str_eq(s, STR("true")) || str_eq(s, STR("false")) || str_eq(s, STR("null")) || str_eq(s, STR("[]")) || str_eq(s, STR("{}")))
		return true;
	/* "0123", "1e3", "+1" and ".5" mean other things to others: text */
	return num_double(s, &n) && (is_digit(s.p[0]) || s.p[0] == '-') && str_chr(s, 'e') == s.n && str_chr(s, 'E') == s.n &&
	       !(s.n > 1 && s.p[0] == '0' && is_digit(s.p[1])) && s.p[s.n - 1] != '.';
}

static void end_scalar(struct yaml *y)
{
	struct str s = buf_str(&y->scalar);

	switch (y->mode) {
	case STRUCTURE:
		return;
	case PLAIN:
		if (is_plain_json(s))
			buf_add(&y->json, s);
		else
			json_put_string(&y->json, s);
		break;
	case BLOCK:
		while (!y->keep_end && s.n && s.p[s.n - 1] == '\n')
			s.n--;
		json_put_string(&y->json, s);
		break;
	case QUOTED:
		json_put_string(&y->json, s);
		break;
	}
	y->mode = STRUCTURE;
	y->pending = false;
	buf_reset(&y->scalar);
}

static void pop(struct yaml *y)
{
	if (y->pending)
		put_null(y);
	y->depth--;
	buf_putc(&y->json, y->stack[y->depth].list ? ']' : '}');
}

static bool push(struct yaml *y, size_t indent, bool list)
{
	if (y->depth == LIMIT_JSON_DEPTH - 1 || (y->depth && !y->pending))
		return false;
	buf_putc(&y->json, list ? '[' : '{');
	y->stack[y->depth++] = (struct level){ indent, list, false };
	y->pending = false;
	return true;
}

/* Makes the innermost level the list or map at this indent, and room for its next member. */
static bool enter(struct yaml *y, size_t indent, bool list)
{
	struct level *top;

	while (y->depth) {
		top = &y->stack[y->depth - 1];
		/* a list may stand at the indent of the key it belongs to */
		if (top->indent < indent || (top->indent == indent && (top->list == list || (list && y->pending))))
			break;
		pop(y);
	}
	top = y->depth ? &y->stack[y->depth - 1] : NULL;
	if (!top || top->indent < indent || top->list != list) {
		if (!push(y, indent, list))
			return false;
		top = &y->stack[y->depth - 1];
	} else if (y->pending) {
		put_null(y);
	}
	if (top->any)
		buf_putc(&y->json, ',');
	top->any = true;
	return true;
}

/* ---- scalars ---- */

static void add_utf8(struct buf *b, uint64_t c)
{
	if (c < 0x80) {
		buf_putc(b, (char)c);
	} else if (c < 0x800) {
		buf_putc(b, (char)(0xc0 | c >> 6));
		buf_putc(b, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_putc(b, (char)(0xe0 | c >> 12));
		buf_putc(b, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_putc(b, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_putc(b, (char)(0xf0 | (c >> 18 & 7)));
		buf_putc(b, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_putc(b, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_putc(b, (char)(0x80 | (c & 0x3f)));
	}
}

/* Bytes of the escape behind a backslash. */
static size_t escape(struct buf *b, struct str s)
{
	char first = s.n ? s.p[0] : '\0';
	static const char from[] = "abtnvfre0 \"/\\N_";
	static const char to[] = "\a\b\t\n\v\f\r\033\0 \"/\\";
	size_t digits = first == 'x' ? 2 : first == 'u' ? 4 : first == 'U' ? 8 : 0;
	uint64_t c;

	if (digits && s.n > digits && num_hex((struct str){ s.p + 1, digits }, &c)) {
		add_utf8(b, c);
		return digits + 1;
	}
	for (size_t i = 0; i < sizeof(from) - 1; i++)
		if (first == from[i]) {
			if (i < sizeof(to) - 1)
				buf_putc(b, to[i]);
			else
				add_utf8(b, s.p[0] == 'N' ? 0x85 : 0xa0);
			break;
		}
	return 1;
}

/* Adds what stands before the closing quote; true when that was found.  *rest is what follows. */
static bool add_quoted(struct yaml *y, struct str s, struct str *rest)
{
	for (size_t i = 0; i < s.n; i++) {
		if (y->quote == '"' && s.p[i] == '\\') {
			if (i + 1 == s.n)
				break; /* the line's end is not part of the text */
			i += escape(&y->scalar, str_from(s, i + 1));
		} else if (s.p[i] == y->quote && y->quote == '\'' && i + 1 < s.n && s.p[i + 1] == '\'') {
			buf_putc(&y->scalar, '\'');
			i++;
		} else if (s.p[i] == y->quote) {
			*rest = str_from(s, i + 1);
			return true;
		} else {
			buf_putc(&y->scalar, s.p[i]);
		}
	}
	*rest = STR_NONE;
	return false;
}

static bool is_block(struct str s)
{
	if (s.n == 0 || (s.p[0] != '|' && s.p[0] != '>'))
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] != '-' && s.p[i] != '+' && !is_digit(s.p[i]))
			return false;
	return true;
}

static void begin_scalar(struct yaml *y, struct str s, size_t parent)
{
	struct str rest;

	y->parent = parent;
	buf_reset(&y->scalar);
	if (is_block(s)) {
		y->mode = BLOCK;
		y->fold = s.p[0] == '>';
		y->keep_end = str_chr(s, '-') == s.n;
		y->block_indent = 0;
	} else if (s.p[0] == '"' || s.p[0] == '\'') {
		y->mode = QUOTED;
		y->quote = s.p[0];
		if (add_quoted(y, str_from(s, 1), &rest))
			end_scalar(y);
	} else {
		y->mode = PLAIN;
		buf_add(&y->scalar, s);
	}
}

/* "key: rest", '"key": rest'; false when the text is no key. */
static bool split_key(struct yaml *y, struct str s, struct str *key, struct str *rest)
{
	if (s.p[0] == '"' || s.p[0] == '\'') {
		buf_reset(&y->scalar);
		y->quote = s.p[0];
		if (!add_quoted(y, str_from(s, 1), rest) || rest->n == 0 || rest->p[0] != ':' || (rest->n > 1 && rest->p[1] != ' '))
			return false;
		*key = buf_str(&y->scalar);
		*rest = str_trim(str_from(*rest, 1));
		return true;
	}
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ':' && (i + 1 == s.n || s.p[i + 1] == ' ')) {
			*key = str_head(s, i);
			*rest = str_trim(str_from(s, i + 1));
			return i > 0;
		}
	return false;
}

/* ---- lines ---- */

static void structure(struct yaml *y, size_t indent, struct str s)
{
	struct str key, rest;

	while (s.n && s.p[0] == '-' && (s.n == 1 || s.p[1] == ' ')) {
		size_t blanks = 1;

		if (!enter(y, indent, true)) {
			y->bad = true;
			return;
		}
		y->pending = true;
		while (blanks < s.n && s.p[blanks] == ' ')
			blanks++;
		s = str_from(s, blanks);
		indent += blanks;
	}
	if (s.n == 0)
		return;
	if (split_key(y, s, &key, &rest)) {
		if (!enter(y, indent, false)) {
			y->bad = true;
			return;
		}
		json_put_string(&y->json, key);
		buf_putc(&y->json, ':');
		y->pending = true;
		if (rest.n)
			begin_scalar(y, rest, indent);
	} else if (y->pending && y->depth) {
		begin_scalar(y, s, y->stack[y->depth - 1].indent);
	} else {
		y->bad = true;
	}
}

static void add_block_line(struct yaml *y, struct str line)
{
	size_t indent = indent_of(line);

	if (y->block_indent == 0)
		y->block_indent = indent;
	if (y->fold && y->scalar.n && buf_str(&y->scalar).p[y->scalar.n - 1] == '\n' && str_trim(line).n) {
		struct str s = buf_str(&y->scalar);

		if (s.n < 2 || s.p[s.n - 2] != '\n') { /* one line's end is a blank, an empty line is an end */
			y->scalar.n--;
			buf_putc(&y->scalar, ' ');
		}
	}
	buf_add(&y->scalar, str_from(line, indent < y->block_indent ? indent : y->block_indent));
	buf_putc(&y->scalar, '\n');
}

static void take_line(struct yaml *y, struct str line)
{
	struct str s = str_trim(line), rest;
	size_t indent = indent_of(line);

	if (y->mode == BLOCK && (s.n == 0 || indent > y->parent)) {
		add_block_line(y, str_rtrim(line));
		return;
	}
	if (y->mode == QUOTED) {
		if (s.n == 0) {
			buf_putc(&y->scalar, '\n');
			return;
		}
		if (y->scalar.n && buf_str(&y->scalar).p[y->scalar.n - 1] != '\n')
			buf_putc(&y->scalar, ' ');
		if (add_quoted(y, s, &rest))
			end_scalar(y);
		return;
	}
	if (s.n == 0 || s.p[0] == '#')
		return;
	if (y->mode == PLAIN && indent > y->parent) {
		buf_putc(&y->scalar, ' ');
		buf_add(&y->scalar, s);
		return;
	}
	end_scalar(y);
	structure(y, indent, s);
}

static void reset(struct yaml *y)
{
	buf_reset(&y->json);
	buf_reset(&y->scalar);
	y->depth = 0;
	y->pending = y->bad = false;
	y->mode = STRUCTURE;
}

/* ---- objects ---- */

struct documents {
	struct emitter *out;
	take_record *take; void *ctx;
	struct yaml yaml;
	bool list, in_items, any;
	size_t item_indent;
	uint32_t line, lines;
	uint64_t offset;
};

static enum status end_object(struct documents *d, struct error *err)
{
	struct yaml *y = &d->yaml;
	struct record r = { .line = d->line, .lines = d->lines, .offset = d->offset };
	struct json *v = NULL;
	struct error bad;
	enum status st = OK;

	if (!d->any)
		return OK;
	d->any = false;
	if (y->mode == QUOTED) /* cut in the middle of a text */
		y->bad = true;
	end_scalar(y);
	while (y->depth)
		pop(y);
	r.text = buf_str(&y->json);
	if (y->json.cut)
		st = emit_reject(d->out, r.line, r.offset, STR_NONE, "an object larger than 1 MiB", err);
	else if (y->bad || json_parse(&v, r.text, &bad) != OK)
		st = emit_reject(d->out, r.line, r.offset, r.text, "not the YAML that kubectl writes", err);
	else
		st = d->take(d->ctx, v, &r, err);
	json_free(v);
	reset(y);
	return st;
}

static void begin_object(struct documents *d, const struct line *line)
{
	d->any = true;
	d->line = line->no;
	d->offset = line->offset;
}

static bool is_item(const struct documents *d, struct str line, size_t indent)
{
	return str_starts(str_from(line, indent), STR("- ")) && (d->item_indent == SIZE_MAX || indent == d->item_indent) && indent <= 2;
}

static enum status take_list_line(struct documents *d, const struct line *line, struct buf *shifted, struct error *err)
{
	size_t indent = indent_of(line->text);
	enum status st;

	if (is_item(d, line->text, indent) && d->yaml.mode != QUOTED) {
		if ((st = end_object(d, err)) != OK)
			return st;
		d->item_indent = indent;
		begin_object(d, line);
		/* "- apiVersion: v1" is the first line of a map two columns further in */
		buf_reset(shifted);
		for (size_t i = 0; i < indent + 2; i++)
			buf_putc(shifted, ' ');
		buf_add(shifted, str_from(line->text, indent + 2));
		take_line(&d->yaml, buf_str(shifted));
	} else if (indent == 0 && str_trim(line->text).n && d->yaml.mode != QUOTED) {
		d->in_items = false; /* kind and metadata of the list */
		return end_object(d, err);
	} else if (d->any) {
		take_line(&d->yaml, line->text);
	}
	d->lines = d->any ? line->no - d->line + 1 : 0;
	return OK;
}

static enum status one_line(struct documents *d, const struct line *line, struct buf *shifted, struct error *err)
{
	enum status st;

	if (str_eq(str_rtrim(line->text), STR("---")) || str_eq(str_rtrim(line->text), STR("..."))) {
		st = end_object(d, err);
		d->list = d->in_items = false;
		return st;
	}
	if (str_starts(line->text, STR("items:")) && d->yaml.mode != QUOTED && d->yaml.mode != BLOCK) {
		reset(&d->yaml); /* what was read is the list's own */
		d->any = false;
		d->list = d->in_items = true;
		d->item_indent = SIZE_MAX;
		return OK;
	}
	if (d->in_items)
		return take_list_line(d, line, shifted, err);
	if (d->list || (!d->any && str_trim(line->text).n == 0))
		return OK;
	if (!d->any)
		begin_object(d, line);
	take_line(&d->yaml, line->text);
	d->lines = line->no - d->line + 1;
	return OK;
}

enum status k8s_each_yaml(struct reader *in, struct emitter *out, take_record *take, void *ctx, struct error *err)
{
	struct arena *own = arena_new();
	struct documents *d = ARENA_NEW(own, struct documents);
	struct buf shifted;
	struct line line;
	enum status st;

	d->out = out;
	d->take = take;
	d->ctx = ctx;
	buf_init(&d->yaml.json, LIMIT_JSON_RECORD);
	buf_init(&d->yaml.scalar, LIMIT_JSON_RECORD);
	buf_init(&shifted, LIMIT_LINE + 4);
	while ((st = reader_line(in, &line, err)) == OK)
		if ((st = one_line(d, &line, &shifted, err)) != OK)
			break;
	if (st == END)
		st = end_object(d, err);
	buf_done(&shifted);
	buf_done(&d->yaml.scalar);
	buf_done(&d->yaml.json);
	arena_free(own);
	return st;
}

/* ---- detection ---- */

bool k8s_yaml_looks(struct str head)
{
	struct str line;

	while (str_cut(&head, '\n', &line)) {
		line = str_rtrim(line);
		if (line.n == 0 || str_eq(line, STR("---")) || line.p[0] == '#')
			continue;
		return str_starts(line, STR("apiVersion: ")) || str_starts(line, STR("- apiVersion: ")) || str_eq(line, STR("items:"));
	}
	return false;
}

bool k8s_yaml_has(struct str head, const char *key, const char *value)
{
	struct str line;

	while (str_cut(&head, '\n', &line)) {
		struct str s = str_trim(line);

		while (str_skip(&s, STR("- ")))
			s = str_trim(s);
		if (str_skip(&s, str_of(key)) && s.n && s.p[0] == ':' && (!value || str_eq(str_trim(str_from(s, 1)), str_of(value))))
			return true;
	}
	return false;
}

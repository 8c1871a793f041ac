#include "bundle/records.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "bundle/bundle_priv.h"

/* A state machine over the reader's bytes that knows just enough JSON (RFC 8259) to find where
 * values end: strings, escapes, depth.  Whether a record is JSON is for json_parse() to say. */

#define KEY_BYTES 128  /* "data.result"; a longer key names no array we split */
#define KEY_DEPTH 8    /* of objects in objects whose keys are followed */

enum state {
	BETWEEN,   /* top-level values */
	LIST,      /* elements of a top-level array */
	SPLIT,     /* elements of an array of the top-level object */
	OBJECT,    /* in the top-level object itself: what is not split goes into `object` */
	VALUE,     /* in an element, or a top-level string: goes into `text` */
	WORD,      /* in a number, true, or something that is not JSON */
	NOISE      /* not JSON, up to the end of the line */
};

struct mark { uint32_t line; uint64_t offset; };

struct records {
	struct reader *in;
	const char *const *arrays;
	enum state state;
	enum state home;         /* BETWEEN, LIST or SPLIT: where VALUE, WORD and NOISE return to */

	struct buf text, object;
	struct mark text_at, object_at;
	size_t depth;            /* open brackets in VALUE or OBJECT */
	size_t object_depth;     /* those of OBJECT while its elements are read */
	bool text_deep, object_deep;
	bool in_string, escaped;
	bool line_begins;        /* the byte before was a line end */
	bool by_line;            /* the last top-level object was one line */
	bool broken;             /* the object around is given next, as damaged */
	bool given;

	/* The key of the value that comes, those of the objects around before it:
	 * "data.result".  Followed as long as there are only objects around. */
	char key[KEY_BYTES];
	size_t key_n;
	size_t key_base[KEY_DEPTH + 1]; /* by depth: how much of key the objects around are */
	size_t opaque;           /* depth of the outermost array, or too deep object; 0 = none */
	bool expects_key, in_key, after_colon;
	const char *array;       /* the one being split */
	bool was_split;

	uint32_t line;           /* of the next byte */
	const char *window;      /* what is scanned now, */
	uint64_t window_offset;  /* and its place in the member */
};

static const char *const default_arrays[] = { "items", "value", "records", NULL };
static const char cut_off[] = "cut by the end of the file";
static const char torn_off[] = "cut in the middle: another record follows";
static const char not_json[] = "not JSON";

struct records *records_new(struct reader *in, const char *const *arrays)
{
	struct records *r = heap_new(sizeof *r);

	r->in = in;
	r->arrays = arrays ? arrays : default_arrays;
	r->line = reader_line_no(in);
	buf_init(&r->text, LIMIT_JSON_RECORD);
	buf_init(&r->object, LIMIT_JSON_RECORD);
	return r;
}

void records_free(struct records *r)
{
	if (!r)
		return;
	buf_done(&r->text);
	buf_done(&r->object);
	free(r);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool skip_digits(struct str *s)
{
	size_t n = 0;

	while (n < s->n && is_digit(s->p[n]))
		n++;
	*s = str_from(*s, n);
	return n > 0;
}

/* true, false, null or a number as RFC 8259 section 6 has them. */
static bool is_scalar(struct str s)
{
	if (str_eq(s, STR("true")) || str_eq(s, STR("false")) || str_eq(s, STR("null")))
		return true;
	str_skip(&s, STR("-"));
	if (!str_skip(&s, STR("0")) && !skip_digits(&s))
		return false;
	if (str_skip(&s, STR(".")) && !skip_digits(&s))
		return false;
	if (str_skip(&s, STR("e")) || str_skip(&s, STR("E"))) {
		if (!str_skip(&s, STR("+")))
			str_skip(&s, STR("-"));
		if (!skip_digits(&s))
			return false;
	}
	return s.n == 0;
}

_Static_assert(LIMIT_JSON_RECORD == 1u << 20 && LIMIT_JSON_DEPTH == 64, "the texts below say so");

static struct record finished(struct records *r, const struct buf *b, struct mark at, bool deep, const char *problem)
{
	uint32_t last = r->line_begins ? r->line - 1 : r->line; /* what ends here may be a line that was torn */

	r->given = true;
	r->in_string = r->escaped = false;
	if (!problem && b->cut)
		problem = "larger than 1 MiB";
	if (!problem && deep)
		problem = "nested deeper than 64";
	return (struct record){
		.text = problem ? str_rtrim(buf_str(b)) : buf_str(b), .array = STR(""), .problem = problem,
		.line = at.line, .lines = last - at.line + 1, .offset = at.offset,
	};
}

static void give_text(struct records *r, struct record *out, const char *problem)
{
	*out = finished(r, &r->text, r->text_at, r->text_deep, problem);
	if (r->home == SPLIT)
		out->array = str_of(r->array);
	r->state = r->home;
}

static void give_object(struct records *r, struct record *out, const char *problem)
{
	*out = finished(r, &r->object, r->object_at, r->object_deep, problem);
	out->envelope = r->was_split;
	r->by_line = out->lines == 1;
	r->state = BETWEEN;
}

static struct mark mark_at(const struct records *r, const char *p)
{
	return (struct mark){ r->line, r->window_offset + (uint64_t)(p - r->window) };
}

static void start_text(struct records *r, const char *p, enum state state)
{
	r->home = r->state;
	r->state = state;
	r->text_at = mark_at(r, p);
	r->depth = 0;
	r->text_deep = r->line_begins = false;
	buf_reset(&r->text);
}

static void start_object(struct records *r, const char *p)
{
	r->state = OBJECT;
	r->object_at = mark_at(r, p);
	r->depth = r->opaque = r->key_n = 0;
	r->object_deep = r->line_begins = r->was_split = r->after_colon = r->in_key = false;
	buf_reset(&r->object);
}

static void keep(struct buf *b, const char *from, const char *to)
{
	buf_add(b, (struct str){ from, (size_t)(to - from) });
}

/* JSON lines whose writer died in the middle of one: the next line begins a record although the
 * brackets of the last one are open.  Pretty-printed JSON has objects at the start of lines too, but
 * not after a record that was one line, and no string holds a raw line end (RFC 8259 section 7). */
static bool is_torn(struct records *r, char c)
{
	if (!r->line_begins)
		return false;
	if (c == '{' && (r->by_line || r->in_string))
		return true;
	r->line_begins = false;
	return false;
}

/* Between values, where only blanks and separators belong. */
static const char *scan_gap(struct records *r, const char *p, const char *e, struct record *out)
{
	for (; p < e; p++) {
		if (r->state == SPLIT && is_torn(r, *p)) {
			give_object(r, out, torn_off);
			return p;
		}
		if (*p == '\n') {
			r->line++;
			r->line_begins = true;
		} else if (*p == ',' || *p == '\x1e' || is_space(*p)) { /* 1e: RFC 7464, `journalctl -o json-seq` */
			continue;
		} else if (r->state != BETWEEN && *p == ']') {
			if (r->state == SPLIT)
				buf_putc(&r->object, ']');
			r->depth = r->object_depth;
			r->state = r->state == SPLIT ? OBJECT : BETWEEN;
			return p + 1;
		} else if (r->state == BETWEEN && *p == '[') {
			r->state = LIST;
			r->by_line = false;
		} else if (r->state == BETWEEN && *p == '{') {
			start_object(r, p);
			return p;
		} else {
			start_text(r, p, *p == '{' || *p == '[' || *p == '"' ? VALUE : WORD);
			return p;
		}
	}
	return p;
}

/* In a string: past its end, or past a line end in it, or e. */
static const char *scan_string(struct records *r, const char *p, const char *e)
{
	while (p < e) {
		char c = *p++;

		if (c == '\n') {
			r->line++;
			r->line_begins = true;
			r->escaped = false;
			break;
		}
		if (r->escaped) {
			r->escaped = false;
		} else if (c == '\\') {
			r->escaped = true;
		} else if (c == '"') {
			r->in_string = false;
			break;
		}
	}
	return p;
}

static const char *scan_value(struct records *r, const char *p, const char *e, struct record *out)
{
	const char *from = p;

	while (p < e) {
		if (r->home == SPLIT && is_torn(r, *p)) {
			keep(&r->text, from, p);
			give_text(r, out, torn_off);
			r->broken = true;
			return p;
		}
		if (r->in_string) {
			p = scan_string(r, p, e);
		} else {
			char c = *p++;

			if (c == '"') {
				r->in_string = true;
			} else if (c == '{' || c == '[') {
				if (++r->depth > LIMIT_JSON_DEPTH)
					r->text_deep = true;
			} else if (c == '}' || c == ']') {
				r->depth--;
			} else {
				if (c == '\n') {
					r->line++;
					r->line_begins = true;
				}
				continue;
			}
		}
		if (r->depth == 0 && !r->in_string) {
			keep(&r->text, from, p);
			give_text(r, out, NULL);
			return p;
		}
	}
	keep(&r->text, from, p);
	return p;
}

static void add_key(struct records *r, const char *p, size_t n)
{
	if (n > sizeof(r->key) - r->key_n)
		n = sizeof(r->key) - r->key_n; /* full: equals no name */
	memcpy(r->key + r->key_n, p, n);
	r->key_n += n;
}

static bool is_split_here(struct records *r)
{
	if (!r->after_colon || r->key_n == sizeof(r->key))
		return false;
	for (const char *const *a = r->arrays; *a; a++) {
		if (str_eq(str_of(*a), (struct str){ r->key, r->key_n })) {
			r->array = *a;
			return true;
		}
	}
	return false;
}

static void open_bracket(struct records *r, char c)
{
	if (++r->depth > LIMIT_JSON_DEPTH)
		r->object_deep = true;
	if (r->opaque == 0 && (c == '[' || r->depth > KEY_DEPTH || r->key_n == sizeof(r->key)))
		r->opaque = r->depth;
	if (r->opaque == 0) {
		if (r->depth > 1)
			add_key(r, ".", 1);
		r->key_base[r->depth] = r->key_n;
		r->expects_key = true;
	}
	r->after_colon = false;
}

static void punctuation(struct records *r, char c)
{
	if (c == '"') {
		r->in_string = true;
		r->in_key = r->expects_key && r->opaque == 0;
		if (r->in_key)
			r->key_n = r->key_base[r->depth];
		r->expects_key = r->after_colon = false;
	} else if (c == ':') {
		r->after_colon = r->opaque == 0;
	} else if (c == ',') {
		r->expects_key = true;
		r->after_colon = false;
	} else if (c == '\n') {
		r->line++;
		r->line_begins = true;
	}
}

/* In a string of the object; collects it if it is a key. */
static const char *scan_object_string(struct records *r, const char *p, const char *e)
{
	const char *start = p;

	p = scan_string(r, p, e);
	if (r->in_key)
		add_key(r, start, (size_t)(p - start) - (r->in_string ? 0 : 1));
	r->in_key = r->in_key && r->in_string;
	return p;
}

static const char *scan_object(struct records *r, const char *p, const char *e, struct record *out)
{
	const char *from = p;

	while (p < e) {
		char c = *p;

		if (is_torn(r, c)) {
			keep(&r->object, from, p);
			give_object(r, out, torn_off);
			return p;
		}
		if (r->in_string) {
			p = scan_object_string(r, p, e);
			continue;
		}
		p++;
		if (c == '[' && is_split_here(r)) {
			keep(&r->object, from, p);
			r->object_depth = r->depth;
			r->was_split = true;
			r->after_colon = false;
			r->state = SPLIT;
			return p;
		}
		if (c == '{' || c == '[') {
			open_bracket(r, c);
		} else if (c == '}' || c == ']') {
			if (--r->depth < r->opaque)
				r->opaque = 0;
			if (r->depth == 0) {
				keep(&r->object, from, p);
				give_object(r, out, NULL);
				return p;
			}
		} else {
			punctuation(r, c);
		}
	}
	keep(&r->object, from, p);
	return p;
}

static bool ends_word(const struct records *r, char c)
{
	if (is_space(c) || c == ',')
		return true;
	return r->home == BETWEEN ? c == '{' || c == '[' : c == ']';
}

static const char *scan_word(struct records *r, const char *p, const char *e, struct record *out)
{
	const char *from = p;

	if (r->text.n == 0)
		p++; /* whatever it is, there must be progress */
	while (p < e && !ends_word(r, *p))
		p++;
	keep(&r->text, from, p);
	if (p == e)
		return p;
	if (is_scalar(buf_str(&r->text)))
		give_text(r, out, NULL);
	else if (r->home == BETWEEN)
		r->state = NOISE;
	else
		give_text(r, out, not_json);
	return p;
}

static const char *scan_noise(struct records *r, const char *p, const char *e, struct record *out)
{
	const char *lf = memchr(p, '\n', (size_t)(e - p));

	keep(&r->text, p, lf ? lf : e);
	if (!lf)
		return e;
	give_text(r, out, not_json);
	return lf;
}

static const char *scan(struct records *r, const char *p, const char *e, struct record *out)
{
	switch (r->state) {
	case BETWEEN:
	case LIST:
	case SPLIT:
		return scan_gap(r, p, e, out);
	case OBJECT:
		return scan_object(r, p, e, out);
	case VALUE:
		return scan_value(r, p, e, out);
	case WORD:
		return scan_word(r, p, e, out);
	case NOISE:
		return scan_noise(r, p, e, out);
	}
	return e;
}

/* The member gives nothing more: what is open is given as it is.  False when nothing is. */
static bool give_rest(struct records *r, struct record *out)
{
	switch (r->state) {
	case BETWEEN:
		return false;
	case LIST: /* after an element: only the bracket is missing */
		start_text(r, r->window, VALUE);
		r->home = BETWEEN;
		give_text(r, out, cut_off);
		return true;
	case SPLIT:
	case OBJECT:
		give_object(r, out, cut_off);
		return true;
	case VALUE:
		if (r->home == LIST)
			r->home = BETWEEN;
		give_text(r, out, cut_off);
		return true;
	case WORD:
		if (r->home == LIST)
			r->home = BETWEEN;
		if (r->home == SPLIT || !is_scalar(buf_str(&r->text)))
			give_text(r, out, r->home == SPLIT ? cut_off : not_json);
		else
			give_text(r, out, NULL);
		return true;
	case NOISE:
		give_text(r, out, not_json);
		return true;
	}
	return false;
}

enum status records_next(struct records *r, struct record *out, struct error *err)
{
	struct str bytes;

	r->given = false;
	if (r->broken) {
		r->broken = false;
		give_object(r, out, torn_off);
		return OK;
	}
	while (reader_ahead(r->in, &bytes, NULL) == OK) {
		const char *p = bytes.p, *e = bytes.p + bytes.n;
		uint32_t line = r->line;

		r->window = bytes.p;
		r->window_offset = reader_offset(r->in);
		while (p < e && !r->given)
			p = scan(r, p, e, out);
		reader_consume(r->in, (size_t)(p - bytes.p), r->line - line);
		if (r->given)
			return OK;
	}
	r->window = NULL;
	r->window_offset = reader_offset(r->in);
	if (give_rest(r, out))
		return OK;
	return reader_ahead(r->in, &bytes, err);
}

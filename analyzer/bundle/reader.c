#include "bundle/reader.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "bundle/bundle_priv.h"

/* A window slides over the decoded member.  Lines are handed out where they lie in it;
 * only a line beyond LIMIT_LINE is copied, because its rest is read away before it is handed out. */

#define WINDOW_BYTES ((size_t)STREAM_CHUNK + LIMIT_LINE + 2)

_Static_assert(WINDOW_BYTES > LIMIT_HEAD, "the head must fit into the window");

struct reader {
	struct str path, problem;
	struct stream *raw, *data;
	uint64_t *budget;
	char *window;
	size_t pos, end;       /* not yet consumed */
	size_t known;          /* up to here it may be given: end, unless a part is read */
	uint64_t base;         /* offset of window[0] in the decoded member */
	uint64_t decoded;
	enum status over;      /* OK while data may give more */
	struct error failure;
	uint32_t lines;        /* consumed */
	struct line last;
	size_t last_at;        /* where last begins in the window, unless it is cut */
	bool can_unread, again;
	char *head_of_cut;     /* LIMIT_LINE bytes, once there is such a line */
	char *plain;           /* the same, once a line has colours */
	char *plain_head;      /* LIMIT_HEAD bytes, for the same reason */
	bool finished;
	char sha256[65];

	/* While a part is read: */
	reader_ends *ends;     /* NULL: none is */
	const void *ends_ctx;
	struct str whole_path;
	bool fenced;           /* its end was found, at known */
	bool mid_line;         /* known is in a line longer than LIMIT_LINE */
	bool take_first;       /* the line at known is not asked about */
};

struct reader *reader_new(void)
{
	struct reader *r = heap_new(sizeof *r);

	r->window = heap_new(WINDOW_BYTES);
	return r;
}

void reader_free(struct reader *r)
{
	if (!r)
		return;
	free(r->window);
	free(r->head_of_cut);
	free(r->plain);
	free(r->plain_head);
	free(r);
}

/* The bytes below may be UTF-16 or begin with a BOM. */
static struct stream *decode(struct arena *a, struct stream *data)
{
	size_t bom;
	enum encoding encoding = sniff_encoding(stream_peek(data), &bom);

	stream_skip_peeked(data, bom);
	if (encoding == ENCODING_UTF16LE || encoding == ENCODING_UTF16BE)
		return utf16_open(a, data, encoding == ENCODING_UTF16BE);
	return data;
}

void reader_begin(struct reader *r, struct arena *a, struct str path, struct str problem,
		  struct stream *raw, struct stream *data, uint64_t *budget)
{
	*r = (struct reader){
		.path = path, .problem = problem, .raw = raw, .budget = budget,
		.window = r->window, .head_of_cut = r->head_of_cut, .plain = r->plain, .plain_head = r->plain_head,
	};
	if (!data || problem.n > 0) {
		r->data = data;
		r->over = END;
	} else {
		r->data = decode(a, data);
	}
}

void reader_end(struct reader *r)
{
	stream_close(r->data);
	r->raw = r->data = NULL;
	r->over = END;
}

struct str reader_path(const struct reader *r)
{
	return r->path;
}

struct str reader_problem(const struct reader *r)
{
	return r->problem;
}

/* More of the member behind what is in the window; false when there is none. */
static bool fill(struct reader *r)
{
	size_t got = 0;

	if (r->over != OK)
		return false;
	if (r->pos > 0) {
		memmove(r->window, r->window + r->pos, r->end - r->pos);
		r->base += r->pos;
		r->end -= r->pos;
		r->known -= r->pos;
		r->pos = 0;
	}
	r->over = stream_read(r->data, r->window + r->end, WINDOW_BYTES - r->end, &got, &r->failure);
	if (r->over == OK && r->decoded + got > LIMIT_MEMBER_BYTES)
		r->over = fail(&r->failure, ERR_LIMIT, "more than %llu bytes in one member", LIMIT_MEMBER_BYTES);
	if (r->over == OK && got > *r->budget)
		r->over = fail(&r->failure, ERR_LIMIT, "more than %llu bytes in all members", LIMIT_TOTAL_BYTES);
	if (r->over != OK)
		return false;
	*r->budget -= got;
	r->decoded += got;
	r->end += got;
	return true;
}

/* Asks of the next line, at known, whether the part ends before it; false when there is no line, or it does. */
static bool judge_line(struct reader *r)
{
	for (;;) {
		const char *start = r->window + r->known, *lf;
		size_t n = r->end - r->known, text;

		lf = memchr(start, '\n', n);
		if (!lf && (r->mid_line ? n == 0 : n <= LIMIT_LINE) && fill(r))
			continue;
		if (n == 0)
			return false;
		text = lf ? (size_t)(lf - start) : n;
		if (text > 0 && lf && lf[-1] == '\r')
			text--;
		if (!r->mid_line && !r->take_first && r->ends(r->ends_ctx, str_head((struct str){ start, text }, LIMIT_LINE))) {
			r->fenced = true;
			return false;
		}
		r->take_first = false;
		r->mid_line = !lf;
		r->known += lf ? (size_t)(lf - start) + 1 : n;
		return true;
	}
}

/* More that may be given, behind known; false when there is none. */
static bool more(struct reader *r)
{
	if (r->ends)
		return !r->fenced && judge_line(r);
	if (!fill(r))
		return false;
	r->known = r->end;
	return true;
}

static enum status ended(const struct reader *r, struct error *err)
{
	if (r->fenced)
		return END;
	if (r->over != END && err) {
		*err = r->failure;
		fail_at(err, "%.*s:%" PRIu32, STR_ARG(r->path), r->lines + 1);
	}
	return r->over;
}

/* What a terminal would show of s: without "ESC [ 32 m" and "ESC [ K", which dmesg, journalctl and grep write when told to
 * colour (ECMA-48 8.3.117, 8.3.41).  *room is made with room for most bytes. */
static struct str without_colors(struct str s, char **room, size_t most)
{
	size_t n = 0;

	if (s.n == 0 || !memchr(s.p, '\033', s.n))
		return s;
	if (!*room)
		*room = heap_new(most);
	for (size_t i = 0; i < s.n; i++) {
		size_t to = i + 2;

		if (s.p[i] == '\033' && i + 1 < s.n && s.p[i + 1] == '[') {
			while (to < s.n && (is_digit(s.p[to]) || s.p[to] == ';'))
				to++;
			if (to < s.n && (s.p[to] == 'm' || s.p[to] == 'K')) {
				i = to;
				continue;
			}
		}
		(*room)[n++] = s.p[i];
	}
	return (struct str){ *room, n };
}

struct str reader_head(struct reader *r)
{
	while (r->known - r->pos < LIMIT_HEAD && more(r))
		;
	return without_colors(str_head((struct str){ r->window + r->pos, r->known - r->pos }, LIMIT_HEAD), &r->plain_head, LIMIT_HEAD);
}

/* The line starts at pos and is longer than LIMIT_LINE: keeps its head, reads its rest away. */
static void cut_line(struct reader *r)
{
	size_t n = utf8_cut((struct str){ r->window + r->pos, r->known - r->pos }, LIMIT_LINE);
	const char *lf;

	if (!r->head_of_cut)
		r->head_of_cut = heap_new(LIMIT_LINE);
	memcpy(r->head_of_cut, r->window + r->pos, n);
	r->last.text = (struct str){ r->head_of_cut, n };
	r->last.cut = true;
	r->last.open = false;
	while (!(lf = memchr(r->window + r->pos, '\n', r->known - r->pos))) {
		r->pos = r->known;
		if (!more(r)) {
			r->last.open = true;
			return;
		}
	}
	r->pos = (size_t)(lf - r->window) + 1;
}

/* Finds the end of the line at pos: its length without, and with its line end. */
static void measure(struct reader *r, size_t *text, size_t *whole)
{
	size_t seen = 0, n;
	const char *start, *lf;

	for (;;) {
		start = r->window + r->pos;
		n = r->known - r->pos;
		lf = memchr(start + seen, '\n', n - seen);
		if (lf) {
			*text = (size_t)(lf - start);
			*whole = *text + 1;
			if (*text > 0 && lf[-1] == '\r')
				--*text;
			return;
		}
		seen = n;
		/* One byte more than the limit could still be the CR of a line end. */
		if (n > LIMIT_LINE + 1 || !more(r))
			break;
	}
	*text = *whole = n;
}

enum status reader_line(struct reader *r, struct line *out, struct error *err)
{
	size_t text, whole;

	if (r->again) {
		r->again = false;
		r->can_unread = true;
		*out = r->last;
		return OK;
	}
	r->can_unread = false;
	measure(r, &text, &whole);
	if (whole == 0)
		return ended(r, err);
	if (r->lines == UINT32_MAX) {
		r->over = fail(&r->failure, ERR_LIMIT, "more than %" PRIu32 " lines", UINT32_MAX);
		r->pos = r->known = r->end;
		return ended(r, err);
	}
	r->last = (struct line){
		.text = { r->window + r->pos, text }, .no = ++r->lines, .offset = r->base + r->pos,
		.open = text == whole,
	};
	r->last_at = r->pos;
	if (text > LIMIT_LINE)
		cut_line(r);
	else
		r->pos += whole;
	r->last.text = without_colors(r->last.text, &r->plain, LIMIT_LINE);
	r->can_unread = true;
	*out = r->last;
	return OK;
}

void reader_unread(struct reader *r)
{
	assert(r->can_unread);
	r->can_unread = false;
	if (r->last.cut) {
		r->again = true;
	} else {
		r->pos = r->last_at;
		r->lines--;
	}
}

enum status reader_ahead(struct reader *r, struct str *bytes, struct error *err)
{
	r->can_unread = r->again = false;
	if (r->pos == r->known && !more(r))
		return ended(r, err);
	*bytes = (struct str){ r->window + r->pos, r->known - r->pos };
	return OK;
}

void reader_consume(struct reader *r, size_t n, uint32_t newlines)
{
	assert(n <= r->known - r->pos);
	r->pos += n;
	r->lines += newlines;
}

enum status reader_take(struct reader *r, struct str *bytes, struct error *err)
{
	enum status s = reader_ahead(r, bytes, err);
	uint32_t newlines = 0;

	if (s != OK)
		return s;
	for (size_t i = 0; i < bytes->n; i++)
		newlines += bytes->p[i] == '\n';
	reader_consume(r, bytes->n, newlines);
	return OK;
}

uint64_t reader_offset(const struct reader *r)
{
	return r->base + r->pos;
}

uint32_t reader_line_no(const struct reader *r)
{
	return r->lines + 1;
}

void reader_part(struct reader *r, struct str path, reader_ends *ends, const void *ctx, bool take_first)
{
	assert(!r->ends && !r->again);
	r->whole_path = r->path;
	r->path = path;
	r->ends = ends;
	r->ends_ctx = ctx;
	r->take_first = take_first;
	r->known = r->pos;
	r->fenced = r->mid_line = r->can_unread = false;
}

void reader_part_end(struct reader *r)
{
	struct line line;

	while (reader_line(r, &line, NULL) == OK)
		;
	r->path = r->whole_path;
	r->ends = NULL;
	r->known = r->end;
	r->fenced = r->can_unread = r->again = false;
}

enum status reader_finish(struct reader *r, struct error *err)
{
	struct error below;
	enum status st;

	r->can_unread = r->again = r->fenced = false;
	r->ends = NULL;
	while (r->over == OK) {
		r->pos = r->known = r->end;
		fill(r);
	}
	r->pos = r->known = r->end;
	if (r->raw && !r->finished) {
		/* A decoder stops at damage; the hash is of all that is stored. */
		st = stream_drain(r->raw, &below);
		if (st != OK && r->over == END) {
			r->over = st;
			r->failure = below;
		}
		sha256_hex(r->raw->hash, r->sha256);
	} else if (!r->finished) {
		sha256_of(STR_NONE, r->sha256);
	}
	r->finished = true;
	return r->over == END ? OK : ended(r, err);
}

void reader_sha256(const struct reader *r, char hex[65])
{
	assert(r->finished);
	memcpy(hex, r->sha256, sizeof(r->sha256));
}

uint64_t reader_bytes(const struct reader *r)
{
	return r->raw ? r->raw->count : 0;
}

#include "report/escape.h"

#include <stdint.h>

#include "base/utf8.h"


/* Besides what utf8_deceives() knows: the Arabic letter mark reorders, line and
 * paragraph separators break lines, tag characters are invisible. */
static bool hidden(int32_t c)
{
	return utf8_deceives(c) || c == 0x061C || c == 0x2028 || c == 0x2029 || (c >= 0xE0000 && c <= 0xE007F);
}

/* "\x1b", "<U+202E>": pure ASCII, which the caller escapes like any other text. */
static size_t name_of(char buf[16], int32_t c, unsigned char byte)
{
	if (c < 0)
		return (size_t)snprintf(buf, 16, "\\x%02x", byte);
	if (c < 0x80)
		return (size_t)snprintf(buf, 16, "\\x%02x", (unsigned)c);
	return (size_t)snprintf(buf, 16, "<U+%04X>", (unsigned)c);
}

typedef void put_fn(void *to, struct str character);

static void each_visible(struct str s, put_fn *put, void *to)
{
	size_t i = 0;

	while (i < s.n) {
		size_t at = i;
		int32_t c = utf8_next(s, &i);
		char buf[16];
		size_t n;

		if (c >= 0 && !hidden(c)) {
			put(to, (struct str){ s.p + at, i - at });
			continue;
		}
		n = name_of(buf, c, (unsigned char)s.p[at]);
		for (size_t k = 0; k < n; k++)
			put(to, (struct str){ buf + k, 1 });
	}
}

static void write_str(FILE *out, struct str s)
{
	fwrite(s.p, 1, s.n, out);
}

static void put_html(void *to, struct str c)
{
	switch (c.p[0]) {
	case '&': fputs("&amp;", to); break;
	case '<': fputs("&lt;", to); break;
	case '>': fputs("&gt;", to); break;
	default: write_str(to, c); break;
	}
}

static void put_attr(void *to, struct str c)
{
	switch (c.p[0]) {
	case '"': fputs("&quot;", to); break;
	case '\'': fputs("&#39;", to); break;
	case '\n': fputs("&#10;", to); break;
	case '\t': fputs("&#9;", to); break;
	default: put_html(to, c); break;
	}
}

void html_text(FILE *out, struct str s)
{
	each_visible(s, put_html, out);
}

void html_attr(FILE *out, struct str s)
{
	each_visible(s, put_attr, out);
}

static void json_escape(FILE *out, int32_t c)
{
	if (c >= 0x10000) /* a surrogate pair */
		fprintf(out, "\\u%04x\\u%04x", 0xD800u + (((uint32_t)c - 0x10000u) >> 10), 0xDC00u + ((uint32_t)c & 0x3FFu));
	else
		fprintf(out, "\\u%04x", (unsigned)c);
}

static void json_string(FILE *out, struct str s, bool in_script)
{
	size_t i = 0;

	fputc('"', out);
	while (i < s.n) {
		size_t at = i;
		int32_t c = utf8_next(s, &i);

		if (c < 0)
			fprintf(out, "\\\\x%02x", (unsigned)(unsigned char)s.p[at]);
		else if (c == '"' || c == '\\')
			fprintf(out, "\\%c", (char)c);
		else if (c == '\n')
			fputs("\\n", out);
		else if (c == '\t')
			fputs("\\t", out);
		else if (c < 0x20 || hidden(c) || (in_script && (c == '<' || c == '>' || c == '&')))
			json_escape(out, c);
		else
			write_str(out, (struct str){ s.p + at, i - at });
	}
	fputc('"', out);
}

void json_text_of(FILE *out, struct str s)
{
	json_string(out, s, false);
}

void json_in_script(FILE *out, struct str s)
{
	json_string(out, s, true);
}

/* What the writer of one Markdown line remembers. */
struct md_line {
	FILE *out;
	bool number;      /* only digits so far: a '.' or ')' would make a list */
	char last;
	size_t n, w, blanks; /* characters so far; 'w's in a row; pending blanks */
};

static void put_md(void *to, struct str c)
{
	static const char always[] = "\\`*_[]<>&|~$";
	struct md_line *l = to;
	char ch = c.p[0];
	bool escape;

	if (ch == ' ' || ch == '\n' || ch == '\t') {
		l->blanks++;
		return;
	}
	if (l->blanks && l->n) /* runs collapse: two at the end of a line would break it, four at the start indent code */
		fputc(' ', l->out);
	l->blanks = 0;
	escape = strchr(always, ch) != NULL;
	escape = escape || (l->n == 0 && strchr("#+-=", ch));
	escape = escape || (l->number && l->n && (ch == '.' || ch == ')'));
	/* "www.", "https://" and "@name" would become links */
	escape = escape || (ch == '.' && l->w >= 3) || (ch == '/' && l->last == ':') || ch == '@';
	if (escape)
		fputc('\\', l->out);
	write_str(l->out, c);
	l->number = (l->number || l->n == 0) && is_digit(ch);
	l->w = ch == 'w' || ch == 'W' ? l->w + 1 : 0;
	l->last = ch;
	l->n++;
}

void md_inline(FILE *out, struct str s)
{
	struct md_line l = { .out = out };

	each_visible(s, put_md, &l);
}

static size_t longest_run(struct str s, char c)
{
	size_t longest = 0, run = 0;

	for (size_t i = 0; i < s.n; i++) {
		run = s.p[i] == c ? run + 1 : 0;
		if (run > longest)
			longest = run;
	}
	return longest;
}

static void fence(FILE *out, size_t n)
{
	while (n--)
		fputc('`', out);
}

static void put_line(void *to, struct str c)
{
	if (c.p[0] == '\n' || c.p[0] == '\t')
		fputc(' ', to);
	else
		write_str(to, c);
}

static void put_plain(void *to, struct str c)
{
	write_str(to, c);
}

void md_code(FILE *out, struct str s)
{
	size_t ticks = longest_run(s, '`') + 1;

	if (s.n == 0)
		return;
	fence(out, ticks);
	if (ticks > 1) /* a span may not touch a backtick of its text */
		fputc(' ', out);
	each_visible(s, put_line, out);
	if (ticks > 1)
		fputc(' ', out);
	fence(out, ticks);
}

void md_fenced(FILE *out, struct str s)
{
	size_t ticks = longest_run(s, '`') + 1;

	if (ticks < 3)
		ticks = 3;
	fence(out, ticks);
	fputs("text\n", out);
	each_visible(s, put_plain, out);
	if (s.n == 0 || s.p[s.n - 1] != '\n')
		fputc('\n', out);
	fence(out, ticks);
	fputc('\n', out);
}

static void put_slack(void *to, struct str c)
{
	/* docs.slack.dev/messaging/formatting-message-text: the first three are entities.  Then U+2217, U+223C, U+2018. */
	static const struct { char mark; const char *shown; } marks[] = {
		{ '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '*', "\u2217" }, { '~', "\u223c" }, { '`', "\u2018" },
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (c.p[0] == marks[i].mark) {
			fputs(marks[i].shown, to);
			return;
		}
	write_str(to, c);
}

void slack_text(FILE *out, struct str s)
{
	each_visible(s, put_slack, out);
}

static void put_jira(void *to, struct str c)
{
	if (strchr("{}[]*_-+^~!|?#\\", c.p[0]))
		fputc('\\', to);
	write_str(to, c);
}

void jira_text(FILE *out, struct str s)
{
	each_visible(s, put_jira, out);
}

static void put_term(void *to, struct str c)
{
	if (c.p[0] == '\n')
		fputs("\\n", to);
	else if (c.p[0] == '\t')
		fputc(' ', to);
	else
		write_str(to, c);
}

void term_text(FILE *out, struct str s)
{
	each_visible(s, put_term, out);
}

struct column { FILE *out; size_t width, room; bool cut; };

static void measure(void *to, struct str c)
{
	struct column *col = to;
	size_t i = 0;

	col->width += c.p[0] == '\n' ? 2u : (size_t)utf8_width(utf8_next(c, &i));
}

static void put_column(void *to, struct str c)
{
	struct column *col = to;
	size_t i = 0, w = c.p[0] == '\n' ? 2u : (size_t)utf8_width(utf8_next(c, &i));

	if (col->cut || col->width + w > col->room) {
		col->cut = true;
		return;
	}
	put_term(col->out, c);
	col->width += w;
}

void term_column(FILE *out, struct str s, size_t columns, bool pad)
{
	struct column col = { .out = out };
	bool whole;

	each_visible(s, measure, &col);
	whole = col.width <= columns;
	col = (struct column){ .out = out, .room = whole ? columns : columns - 3 };
	each_visible(s, put_column, &col);
	if (!whole) {
		fputs("...", out);
		col.width += 3;
	}
	while (pad && col.width++ < columns)
		fputc(' ', out);
}

static void put_buf(void *to, struct str c)
{
	buf_add(to, c);
}

void visible_text(struct buf *out, struct str s)
{
	each_visible(s, put_buf, out);
}

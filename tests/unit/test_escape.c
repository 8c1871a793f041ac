#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "report/escape.h"

typedef void write_fn(FILE *out, struct str s);

static void visible(FILE *out, struct str s)
{
	struct buf b;

	buf_init(&b, 4096);
	visible_text(&b, s);
	fwrite(b.p, 1, b.n, out);
	buf_done(&b);
}

static void column_8(FILE *out, struct str s)
{
	term_column(out, s, 8, true);
}

#define CASE(write, in, want) { #write, write, { in, sizeof(in) - 1 }, want }

static const struct { const char *name; write_fn *write; struct str in; const char *want; } rows[] = {
	CASE(html_text, "a <b> & \"c\" 'd'", "a &lt;b&gt; &amp; \"c\" 'd'"),
	CASE(html_text, "</script><img onerror=x>", "&lt;/script&gt;&lt;img onerror=x&gt;"),
	CASE(html_text, "gr\xc3\xbc\xc3\x9f\n\tgott", "gr\xc3\xbc\xc3\x9f\n\tgott"),
	CASE(html_text, "\x1b[31m\r\x7f", "\\x1b[31m\\x0d\\x7f"),
	CASE(html_text, "a\0b", "a\\x00b"),
	CASE(html_text, "\xff\xc0\xaf\xed\xa0\x80", "\\xff\\xc0\\xaf\\xed\\xa0\\x80"),
	CASE(html_text, "\xe2\x80\xae" "gpj.exe", "&lt;U+202E&gt;gpj.exe"),
	CASE(html_text, "a\xd8\x9c" "b\xe2\x80\xa8" "c", "a&lt;U+061C&gt;b&lt;U+2028&gt;c"),
	CASE(html_text, "\xf3\xa0\x81\xa1", "&lt;U+E0061&gt;"),
	CASE(html_attr, "\" onload=\"x", "&quot; onload=&quot;x"),
	CASE(html_attr, "'\n\t<", "&#39;&#10;&#9;&lt;"),
	CASE(json_text_of, "a\"b\\c\n\t/<>&", "\"a\\\"b\\\\c\\n\\t/<>&\""),
	CASE(json_text_of, "\x01\x1b\x7f", "\"\\u0001\\u001b\\u007f\""),
	CASE(json_text_of, "\xff", "\"\\\\xff\""),
	CASE(json_text_of, "\xe2\x80\xae", "\"\\u202e\""),
	CASE(json_text_of, "\xf3\xa0\x81\xa1", "\"\\udb40\\udc61\""),
	CASE(json_text_of, "", "\"\""),
	CASE(json_in_script, "</script>&\xe2\x80\xa8", "\"\\u003c/script\\u003e\\u0026\\u2028\""),
	CASE(md_inline, "a*b_c`d`[e](f) <g> |h| ~i~", "a\\*b\\_c\\`d\\`\\[e\\](f) \\<g\\> \\|h\\| \\~i\\~"),
	CASE(md_inline, "# no heading", "\\# no heading"),
	CASE(md_inline, "1. no list", "1\\. no list"),
	CASE(md_inline, "535.183.01", "535\\.183.01"),
	CASE(md_inline, "- no list", "\\- no list"),
	CASE(md_inline, "two\n\nlines  ", "two lines"),
	CASE(md_inline, "    no code", "no code"),
	CASE(md_inline, "https://evil www.evil @you", "https:\\//evil www\\.evil \\@you"),
	CASE(md_inline, "\x1b\xe2\x80\xae", "\\\\x1b\\<U+202E\\>"),
	CASE(md_code, "plain", "`plain`"),
	CASE(md_code, "a`b", "`` a`b ``"),
	CASE(md_code, "``", "``` `` ```"),
	CASE(md_code, "one\ntwo", "`one two`"),
	CASE(md_code, "", ""),
	CASE(md_fenced, "line", "```text\nline\n```\n"),
	CASE(md_fenced, "```\n</details>", "````text\n```\n</details>\n````\n"),
	CASE(md_fenced, "`````\n", "``````text\n`````\n``````\n"),
	CASE(md_fenced, "", "```text\n\n```\n"),
	CASE(term_text, "\x1b]0;title\x07\r\nx\ty", "\\x1b]0;title\\x07\\x0d\\nx y"),
	CASE(term_text, "\xc2\x9b" "31m", "<U+009B>31m"),
	CASE(column_8, "short", "short   "),
	CASE(column_8, "just it!", "just it!"),
	CASE(column_8, "far too long", "far t..."),
	CASE(column_8, "\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2", "\xe6\xbc\xa2\xe5\xad\x97... "),
	CASE(column_8, "\x1b\x1b\x1b", "\\x1b\\..."),
	CASE(visible, "<b>\x1b\xff", "<b>\\x1b\\xff"),
};

START_TEST(shows_what_is_there_and_nothing_else)
{
	char *got = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&got, &n);

	rows[_i].write(out, rows[_i].in);
	fclose(out);
	ck_assert_msg(strcmp(got, rows[_i].want) == 0, "%s: got '%s', want '%s'", rows[_i].name, got, rows[_i].want);
	free(got);
}
END_TEST

/* Every byte value and every pair with a lead byte: nothing raw gets through. */
START_TEST(no_byte_gets_out_raw)
{
	static write_fn *const writers[] = { html_text, html_attr, json_text_of, json_in_script, md_inline, md_code, md_fenced, term_text };

	for (size_t w = 0; w < sizeof(writers) / sizeof(writers[0]); w++) {
		for (int lead = 0; lead < 256; lead++) {
			char in[2] = { (char)lead, (char)(lead * 7) }, *got = NULL;
			size_t n = 0;
			FILE *out = open_memstream(&got, &n);

			writers[w](out, (struct str){ in, 2 });
			fclose(out);
			for (size_t i = 0; i < n; i++)
				ck_assert_msg((unsigned char)got[i] >= 0x20 ? got[i] != 0x7f : got[i] == '\n' || got[i] == '\t',
					      "writer %zu let byte %02x out for %02x", w, (unsigned char)got[i], (unsigned)lead);
			free(got);
		}
	}
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, shows_what_is_there_and_nothing_else, rows);
	tcase_add_test(tc, no_byte_gets_out_raw);
}

TEST_MAIN("report/escape", add)

#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "report/markup.h"

static const struct { const char *in; enum markup_trust trust; const char *html, *not_html; } rows[] = {
	{ "plain `code` *em*", MARKUP_ADVICE, "<p>plain <code>code</code> <em>em</em></p>\n", "`" },
	{ "```sh\nsudo reboot && true\n```", MARKUP_ADVICE, "<pre><code class=\"language-sh\">sudo reboot &amp;&amp; true\n</code></pre>\n", "```" },
	{ "[docs](https://example.com/x)", MARKUP_ADVICE, "<a href=\"https://example.com/x\">docs</a>", "[docs]" },
	{ "[docs](https://example.com/x)", MARKUP_NARRATIVE, "docs", "href" },
	{ "[x](javascript:alert(1))", MARKUP_ADVICE, "<p>x</p>", "javascript" },
	{ "[x](data:text/html,hi)", MARKUP_ADVICE, "<p>x</p>", "href" },
	{ "[x](//evil.example)", MARKUP_ADVICE, "<p>x</p>", "href" },
	{ "<https://evil.example>", MARKUP_NARRATIVE, "https://evil.example", "href" },
	{ "see https://evil.example/x now", MARKUP_NARRATIVE, "<p>see <code>https://evil.example/x</code> now</p>", "href" },
	{ "www.evil.example", MARKUP_NARRATIVE, "<code>www.evil.example</code>", "href" },
	{ "![alt](https://evil.example/p.png)", MARKUP_ADVICE, "<p>alt</p>", "<img" },
	{ "a <img src=x onerror=alert(1)> b", MARKUP_NARRATIVE, "a &lt;img src=x onerror=alert(1)&gt; b", "<img" },
	{ "<script>alert(1)</script>", MARKUP_NARRATIVE, "&lt;script&gt;alert(1)&lt;/script&gt;", "<script" },
	{ "<!-- x --> <?php ?>", MARKUP_ADVICE, "&lt;!-- x --&gt;", "<!--" },
	{ "# big", MARKUP_ADVICE, "<h5>big</h5>", "<h1" },
	{ "\x1b[31mred\xff\xe2\x80\xae", MARKUP_NARRATIVE, "\\x1b[31mred\\xff&lt;U+202E&gt;", "\x1b" },
	{ "", MARKUP_ADVICE, "", "<" },
};

static char *written(void (*write)(FILE *, struct str, enum markup_trust), struct str in, enum markup_trust trust)
{
	char *got = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&got, &n);

	write(out, in, trust);
	fclose(out);
	return got;
}

START_TEST(keeps_the_words_and_drops_the_danger)
{
	char *got = written(markup_html, str_of(rows[_i].in), rows[_i].trust);

	ck_assert_msg(strstr(got, rows[_i].html) != NULL, "'%s' gave '%s'", rows[_i].in, got);
	ck_assert_msg(strstr(got, rows[_i].not_html) == NULL, "'%s' gave '%s'", rows[_i].in, got);
	free(got);
}
END_TEST

/* What markup_md() writes means the same once it is read again, and is as harmless. */
START_TEST(markdown_again_is_as_harmless)
{
	char *md = written(markup_md, str_of(rows[_i].in), rows[_i].trust);
	char *html = written(markup_html, str_of(md), MARKUP_ADVICE);

	ck_assert_msg(strstr(html, rows[_i].not_html) == NULL, "'%s' gave '%s'", md, html);
	ck_assert_msg(strstr(md, "javascript:") == NULL, "%s", md);
	free(html);
	free(md);
}
END_TEST

START_TEST(bounds_a_huge_text)
{
	size_t n = 4 << 20;
	char *in = malloc(n), *got;

	for (size_t i = 0; i < n; i++)
		in[i] = "[*"[i % 2];
	got = written(markup_html, (struct str){ in, n }, MARKUP_NARRATIVE);
	ck_assert_uint_lt(strlen(got), 1 << 20);
	ck_assert_uint_gt(strlen(got), 1000);
	free(got);
	free(in);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, keeps_the_words_and_drops_the_danger, rows);
	LOOP(tc, markdown_again_is_as_harmless, rows);
	tcase_add_test(tc, bounds_a_huge_text);
}

TEST_MAIN("report/markup", add)

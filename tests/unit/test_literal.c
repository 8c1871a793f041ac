#include "rule/literal.h"

#include "base/buf.h"
#include "unit.h"

static struct arena *arena;

static void setup(void)
{
	arena = arena_new();
}

static void teardown(void)
{
	arena_free(arena);
}

/* ---- how many bytes are certain ---- */

static const struct { const char *pattern; size_t want; } patterns[] = {
	{ "Linux version", 13 }, { "NVRM: Xid \\(PCI:", 15 }, { "ab", 2 }, { "\\d+", 0 }, { ".*", 0 }, { "", 0 },
	{ "abc|abcdef", 3 }, { "abcd|x", 1 }, { "abcd|", 0 }, { "foo(?:bar|bazz)qu", 3 }, { "(?:alpha|beta)", 4 }, { "(?:alpha|beta)?x", 1 },
	{ "(?:alpha|beta){0,3}x", 1 }, { "(?:alpha|beta){2}x", 4 }, { "abcd?", 3 }, { "abcd*ef", 3 }, { "abcd+ef", 4 }, { "abcd{0}efghij", 6 },
	{ "abcd{2,}e", 4 }, { "ab{x}cd", 7 }, { "abc[d]efgh", 4 }, { "[abcd]", 0 }, { "[]abcd]x", 1 }, { "[^]abcd]x", 1 }, { "[[:alpha:]abc]x", 1 },
	{ "\\babcd\\b", 4 }, { "^abcd$", 4 }, { "ab.cd", 2 }, { "ab\\.cd", 5 }, { "ab\\scd", 2 }, { "ab\\ncd", 5 }, { "\\Qa.b.c\\E", 5 }, { "\\x41bcd", 3 },
	{ "\\p{Lu}abc", 3 }, { "\\k<name>ab", 2 }, { "\\12ab", 2 }, { "(?i)abcd", 4 }, { "(?i:abcd)", 4 }, { "(?<name>abcd)ef", 4 },
	{ "(?P<name>abcd)", 4 }, { "(?'name'abcd)", 4 }, { "(?>abcd)", 4 }, { "(?=abcdef)x", 1 }, { "(?!abcdef)x", 1 }, { "(?<=abcdef)x", 1 },
	{ "(?<!abcdef)x", 1 }, { "(?#abcdef)x", 1 }, { "a(?#comment)b", 2 }, { "(?(1)abcdef|xyz)q", 1 }, { "((abcd)|(abcde))f", 4 },
	{ "(abcd)*?x", 1 }, { "(abcd)++x", 4 }, { "(?|abcd|efghi)", 4 }, { "\\$\\{abc\\}", 6 },
};

START_TEST(finds_the_text_no_match_can_avoid)
{
	size_t least = literals_of(str_of(patterns[_i].pattern), arena, NULL).least;

	ck_assert_msg(least == patterns[_i].want, "%s: %zu", patterns[_i].pattern, least);
}
END_TEST

START_TEST(collects_the_text_of_a_pattern)
{
	struct literals lit;

	literals_of(STR("ab(?:longest one|c)d?\\.\\d+(xyz)"), arena, &lit);
	ck_assert_msg(str_eq((struct str){ lit.text, lit.n }, STR("ablongest onec.xyz")), "%.*s", (int)lit.n, lit.text);
	ck_assert_uint_eq(lit.first_n, 2);
	ck_assert(str_eq((struct str){ lit.text + lit.longest_at, lit.longest_n }, STR("longest one")));
}
END_TEST

/* ---- which texts ---- */

static const struct { const char *pattern, *want; } sets[] = {
	{ "abc", "abc" }, { "abc.*longer", "longer" }, { "(?i)abc", "abc/i" }, { "ab(?i)cde", "cde/i" }, { "(?i:abcd)ef", "abcd/i" }, { "(?i:ab)cdef", "cdef" },
	{ "(?i)ab(?-i)cde", "cde" }, { "(?i)a(?^)bcd", "bcd" }, { "(?:(?i)a|b)cde", "cde" },
	{ "(?:alpha|beta)x", "alpha beta" }, { "(?:alpha|be|)xyz", "xyz" }, { "one|two|(?i)three", "one two three/i" },
	{ "(?:alpha|beta) of the long text", " of the long text" }, { "(?x)a b c", "" }, { "(?x: a b)cdef", "" }, { "(?s)ab.cde", "cde" }, { "[ab]c?", "" },
	{ "abcdefghij|x+yz1|\\d{3}", "" }, { "\\Qa|b\\E|cd", "a|b cd" },
	/* Past the eighth byte fewer texts are better than longer ones. */
	{ "(?:alphabetically|alphanumerical)abcdefgh", "abcdefgh" },
};

START_TEST(says_which_texts_a_match_holds)
{
	struct literal_set set = literals_of(str_of(sets[_i].pattern), arena, NULL);
	struct buf b;

	buf_init(&b, 4096);
	for (size_t i = 0; i < set.n; i++)
		buf_printf(&b, "%s%.*s%s", i ? " " : "", (int)set.v[i].text.n, set.v[i].text.p, set.v[i].nocase ? "/i" : "");
	ck_assert_str_eq(buf_cstr(&b), sets[_i].want);
	buf_done(&b);
}
END_TEST

START_TEST(gives_up_on_too_many)
{
	struct buf b;

	buf_init(&b, 1 << 16);
	for (int i = 0; i < 64; i++)
		buf_printf(&b, "%stext%d", i ? "|" : "", i);
	ck_assert_uint_eq(literals_of(buf_str(&b), arena, NULL).n, 64);
	buf_add(&b, STR("|more"));
	ck_assert_uint_eq(literals_of(buf_str(&b), arena, NULL).n, 0);
	buf_done(&b);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	LOOP(tc, finds_the_text_no_match_can_avoid, patterns);
	tcase_add_test(tc, collects_the_text_of_a_pattern);
	LOOP(tc, says_which_texts_a_match_holds, sets);
	tcase_add_test(tc, gives_up_on_too_many);
}
TEST_MAIN("literal", add)

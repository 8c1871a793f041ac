#include "base/buf.h"

#include <stdint.h>

#include "base/error.h"
#include "unit.h"

START_TEST(text_grows_and_ends_in_nul)
{
	struct buf b;

	buf_init(&b, SIZE_MAX);
	ck_assert_str_eq(buf_cstr(&b), "");
	for (int i = 0; i < 10000; i++)
		buf_printf(&b, "%d,", i % 10);
	buf_putc(&b, '.');
	ck_assert_uint_eq(b.n, 20001);
	ck_assert_uint_eq(strlen(buf_cstr(&b)), 20001);
	ck_assert(str_starts(buf_str(&b), STR("0,1,2,")));
	ck_assert(!b.cut);
	buf_printf(&b, "%05000d", 1); /* past the small buffer of buf_printf() */
	ck_assert_uint_eq(b.n, 25001);
	ck_assert(str_ends(buf_str(&b), STR("0001")));
	buf_done(&b);
}
END_TEST

static const struct {
	size_t max;
	const char *a, *b, *kept;
	bool cut;
} caps[] = {
	{ 6, "abc", "def", "abcdef", false },
	{ 5, "abc", "def", "abcde", true },
	{ 3, "abc", "def", "abc", true },
	{ 0, "abc", "", "", true },
	{ 0, "", "", "", false },
	{ 3, "a\xe2\x82\xac", "b", "a", true },          /* no half of a character, and no hole behind it */
	{ 4, "a\xe2\x82\xac", "b", "a\xe2\x82\xac", true },
	{ 2, "a\xff\xff", "", "a\xff", true },           /* what is no character cannot be split */
};

START_TEST(what_does_not_fit_is_cut_and_said_so)
{
	struct buf b;

	buf_init(&b, caps[_i].max);
	buf_add(&b, str_of(caps[_i].a));
	buf_add(&b, str_of(caps[_i].b));
	ck_assert_str_eq(buf_cstr(&b), caps[_i].kept);
	ck_assert_int_eq(b.cut, caps[_i].cut);
	buf_reset(&b);
	ck_assert_uint_eq(b.n, 0);
	ck_assert(!b.cut);
	buf_done(&b);
}
END_TEST

START_TEST(an_error_is_one_harmless_line)
{
	struct error err;

	ck_assert_int_eq(fail(&err, ERR_IO, "cannot open '%s'", "a\nb\x1b[31m"), ERR_IO);
	ck_assert_int_eq(err.code, ERR_IO);
	ck_assert_str_eq(err.text, "cannot open 'a?b?[31m'");
	ck_assert_str_eq(err.where, "");
	fail_at(&err, "%s:%d", "x.yaml", 3);
	fail_at(&err, "outer");
	fail_hint(&err, "chmod +r");
	ck_assert_str_eq(err.where, "x.yaml:3"); /* the innermost place is the exact one */
	ck_assert_str_eq(err.hint, "chmod +r");
	ck_assert_int_eq(fail(NULL, ERR_DB, "x"), ERR_DB);
	fail_at(NULL, "x");
	fail_hint(NULL, "x");
}
END_TEST

START_TEST(a_long_error_is_cut_between_characters)
{
	struct error err;
	char long_text[600];

	memset(long_text, 'a', sizeof long_text);
	memcpy(long_text + 509, "\xe2\x82\xac", 3); /* bytes 509 to 511; 511 is the NUL's */
	long_text[599] = '\0';
	fail(&err, ERR_FORMAT, "%s", long_text);
	ck_assert_uint_eq(strlen(err.text), 509);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, text_grows_and_ends_in_nul);
	LOOP(tc, what_does_not_fit_is_cut_and_said_so, caps);
	tcase_add_test(tc, an_error_is_one_harmless_line);
	tcase_add_test(tc, a_long_error_is_cut_between_characters);
}

TEST_MAIN("buf", add)

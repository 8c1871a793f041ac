#include "base/utf8.h"

#include "unit.h"

static const struct {
	const char *in;
	bool valid;
	const char *repaired; /* NULL: as in */
} texts[] = {
	{ "", true, NULL },
	{ "plain ascii, long enough for the fast path", true, NULL },
	{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x94\xa5", true, NULL },
	{ "\xf4\x8f\xbf\xbf", true, NULL },                                     /* U+10FFFF */
	{ "12345678\xc3\xa4""12345678", true, NULL },
	{ "\xc0\xaf", false, "\\xc0\\xaf" },                                   /* overlong '/' */
	{ "\xe0\x80\xaf", false, "\\xe0\\x80\\xaf" },
	{ "\xf0\x80\x80\xaf", false, "\\xf0\\x80\\x80\\xaf" },
	{ "\xed\xa0\x80", false, "\\xed\\xa0\\x80" },                          /* U+D800 */
	{ "\xf4\x90\x80\x80", false, "\\xf4\\x90\\x80\\x80" },                 /* past U+10FFFF */
	{ "\xf8\x88\x80\x80\x80", false, "\\xf8\\x88\\x80\\x80\\x80" },
	{ "caf\xe9 au lait", false, "caf\\xe9 au lait" },                      /* Latin-1 */
	{ "\x80", false, "\\x80" },
	{ "\xff\xfe", false, "\\xff\\xfe" },
	{ "cut \xe2\x82", false, "cut \\xe2\\x82" },
	{ "\xe2\x82\xe2\x82\xac", false, "\\xe2\\x82\xe2\x82\xac" },
	{ "12345678901234567\xff", false, "12345678901234567\\xff" },
};

START_TEST(validity_and_repair)
{
	struct str in = str_of(texts[_i].in);
	struct buf out;

	buf_init(&out, 1000);
	ck_assert_int_eq(utf8_valid(in), texts[_i].valid);
	utf8_repair(in, &out);
	ck_assert_str_eq(buf_cstr(&out), texts[_i].repaired ? texts[_i].repaired : texts[_i].in);
	ck_assert(utf8_valid(buf_str(&out)));
	buf_done(&out);
}
END_TEST

START_TEST(every_code_point_survives_the_round_trip)
{
	struct buf b;

	buf_init(&b, 4);
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		size_t i = 0;
		int32_t expected = c >= 0xd800 && c <= 0xdfff ? 0xfffd : (int32_t)c;

		buf_reset(&b);
		utf8_put(&b, c);
		/* An assertion costs a system call, and there are a million of these. */
		if (utf8_next(buf_str(&b), &i) != expected || i != b.n)
			ck_abort_msg("U+%04X", c);
	}
	buf_reset(&b);
	utf8_put(&b, 0x110000);
	ck_assert(str_eq(buf_str(&b), STR("\xef\xbf\xbd")));
	buf_done(&b);
}
END_TEST

START_TEST(an_invalid_byte_is_stepped_over_alone)
{
	struct str s = STR("\xe2\x82" "a\xc3");
	size_t i = 0;

	ck_assert_int_eq(utf8_next(s, &i), -1);
	ck_assert_uint_eq(i, 1);
	ck_assert_int_eq(utf8_next(s, &i), -1);
	ck_assert_int_eq(utf8_next(s, &i), 'a');
	ck_assert_int_eq(utf8_next(s, &i), -1);
	ck_assert_uint_eq(i, 4);
}
END_TEST

static const struct {
	const char *in;
	size_t max, cut;
} cuts[] = {
	{ "abc", 5, 3 }, { "abc", 2, 2 }, { "abc", 0, 0 },
	{ "a\xf0\x9f\x94\xa5z", 1, 1 }, { "a\xf0\x9f\x94\xa5z", 2, 1 }, { "a\xf0\x9f\x94\xa5z", 3, 1 },
	{ "a\xf0\x9f\x94\xa5z", 4, 1 }, { "a\xf0\x9f\x94\xa5z", 5, 5 },
	{ "\xe2\x82\xac\xe2\x82\xac", 4, 3 }, { "\xe2\x82\xac\xe2\x82\xac", 3, 3 },
	{ "\xff\xff\xff\xff\xff", 3, 3 }, { "\x80\x80\x80\x80\x80", 4, 4 },
};

START_TEST(cut_splits_no_character)
{
	ck_assert_uint_eq(utf8_cut(str_of(cuts[_i].in), cuts[_i].max), cuts[_i].cut);
}
END_TEST

static const struct {
	int32_t c;
	bool deceives;
	int width;
} characters[] = {
	{ 'a', false, 1 }, { '\t', false, 1 }, { '\n', false, 1 }, { '\r', true, 1 }, { 0, true, 1 }, { 0x1b, true, 1 },
	{ 0x7f, true, 1 }, { 0x9b, true, 1 }, { 0xa0, false, 1 }, { 0xe4, false, 1 }, { 0x301, false, 0 },
	{ 0x200b, true, 0 }, { 0x200f, true, 0 }, { 0x2010, false, 1 }, { 0x202e, true, 0 }, { 0x202f, false, 1 },
	{ 0x2066, true, 0 }, { 0x2069, true, 0 }, { 0xfeff, true, 0 }, { 0x4e2d, false, 2 }, { 0xac00, false, 2 },
	{ 0xff21, false, 2 }, { 0x1f525, false, 2 }, { 0x20ac, false, 1 }, { 0x10ffff, false, 1 }, { -1, true, 1 },
};

START_TEST(characters_have_width_and_character)
{
	ck_assert_int_eq(utf8_deceives(characters[_i].c), characters[_i].deceives);
	ck_assert_int_eq(utf8_width(characters[_i].c), characters[_i].width);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, validity_and_repair, texts);
	tcase_add_test(tc, every_code_point_survives_the_round_trip);
	tcase_add_test(tc, an_invalid_byte_is_stepped_over_alone);
	LOOP(tc, cut_splits_no_character, cuts);
	LOOP(tc, characters_have_width_and_character, characters);
}

TEST_MAIN("utf8", add)

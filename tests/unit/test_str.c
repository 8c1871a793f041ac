#include "base/str.h"

#include "unit.h"

static const struct {
	const char *hay, *needle;
	size_t exact, folded; /* strlen(hay) when absent */
} finds[] = {
	{ "NVRM: Xid 79", "Xid", 6, 6 },
	{ "NVRM: XID 79", "Xid", 12, 6 },
	{ "aaab", "aab", 1, 1 },
	{ "abc", "abcd", 3, 3 },
	{ "abc", "", 0, 0 },
	{ "", "a", 0, 0 },
	{ "xx[", "{", 3, 3 }, /* '[' and '{' differ by the bit that folds letters */
	{ "end", "D", 3, 2 },
};

START_TEST(find_gives_the_first_place_or_the_length)
{
	struct str hay = str_of(finds[_i].hay), needle = str_of(finds[_i].needle);

	ck_assert_uint_eq(str_find(hay, needle), finds[_i].exact);
	ck_assert_uint_eq(str_ifind(hay, needle), finds[_i].folded);
}
END_TEST

START_TEST(chr_and_rchr_look_from_both_ends)
{
	struct str s = { "a/b/c\0/", 7 };

	ck_assert_uint_eq(str_chr(s, '/'), 1);
	ck_assert_uint_eq(str_rchr(s, '/'), 6);
	ck_assert_uint_eq(str_chr(s, '\0'), 5);
	ck_assert_uint_eq(str_chr(s, 'x'), 7);
	ck_assert_uint_eq(str_rchr(s, 'x'), 7);
	ck_assert_uint_eq(str_chr(STR_NONE, 'x'), 0);
}
END_TEST

static const struct {
	const char *a, *b;
	int order;
} orders[] = {
	{ "a", "b", -1 }, { "b", "a", 1 }, { "a", "a", 0 }, { "", "", 0 }, { "", "a", -1 },
	{ "ab", "a", 1 }, { "Z", "a", -1 }, { "\xff", "a", 1 } /* bytes, not signed characters */,
};

START_TEST(cmp_orders_by_bytes_then_length)
{
	int c = str_cmp(str_of(orders[_i].a), str_of(orders[_i].b));

	ck_assert_int_eq((c > 0) - (c < 0), orders[_i].order);
}
END_TEST

START_TEST(folding_is_ascii_only)
{
	ck_assert(str_ieq(STR("ECC Error"), STR("ecc eRROR")));
	ck_assert(!str_ieq(STR("ecc"), STR("eccs")));
	ck_assert(!str_ieq(STR("\xc3\x84"), STR("\xc3\xa4")));
	ck_assert(!str_ieq(STR("@"), STR("`")));
	ck_assert(str_istarts(STR("Warning: x"), STR("WARNING")));
	ck_assert(!str_istarts(STR("Warn"), STR("WARNING")));
}
END_TEST

START_TEST(slices_stay_inside)
{
	ck_assert(str_eq(str_from(STR("abc"), 1), STR("bc")));
	ck_assert_uint_eq(str_from(STR("abc"), 3).n, 0);
	ck_assert_uint_eq(str_from(STR("abc"), SIZE_MAX).n, 0);
	ck_assert(str_eq(str_head(STR("abc"), 2), STR("ab")));
	ck_assert(str_eq(str_head(STR("abc"), 9), STR("abc")));
	ck_assert(str_ends(STR("x.gz"), STR(".gz")));
	ck_assert(!str_ends(STR("gz"), STR(".gz")));
	ck_assert(str_starts(STR_NONE, STR_NONE));
}
END_TEST

static const struct {
	const char *in, *both, *right;
} trims[] = {
	{ " a b\t\r\n", "a b", " a b" }, { "\r\n \t", "", "" }, { "", "", "" }, { "a", "a", "a" },
	{ "\va\f", "\va\f", "\va\f" },
};

START_TEST(trim_takes_blanks_and_line_ends)
{
	ck_assert(str_eq(str_trim(str_of(trims[_i].in)), str_of(trims[_i].both)));
	ck_assert(str_eq(str_rtrim(str_of(trims[_i].in)), str_of(trims[_i].right)));
}
END_TEST

static const struct {
	const char *in;
	const char *parts[4];
} cuts[] = {
	{ "a,b", { "a", "b" } }, { ",", { "", "" } }, { "", { "" } }, { "a,,b", { "a", "", "b" } }, { "a,", { "a", "" } },
};

START_TEST(cut_gives_every_part_once)
{
	struct str rest = str_of(cuts[_i].in), part;
	size_t n = 0;

	while (str_cut(&rest, ',', &part)) {
		ck_assert_uint_lt(n, 4);
		ck_assert_ptr_nonnull(cuts[_i].parts[n]);
		ck_assert(str_eq(part, str_of(cuts[_i].parts[n])));
		n++;
	}
	ck_assert_ptr_null(cuts[_i].parts[n]);
	ck_assert_ptr_null(rest.p);
	ck_assert(!str_cut(&rest, ',', &part));
}
END_TEST

START_TEST(words_are_runs_of_non_blanks)
{
	struct str rest = STR("  one\ttwo  "), word = STR_NONE;

	ck_assert(str_word(&rest, &word) && str_eq(word, STR("one")));
	ck_assert(str_word(&rest, &word) && str_eq(word, STR("two")));
	ck_assert(!str_word(&rest, &word));
	ck_assert_uint_eq(rest.n, 0);
	rest = STR_NONE;
	ck_assert(!str_word(&rest, &word));
}
END_TEST

START_TEST(skip_consumes_only_a_match)
{
	struct str s = STR("NVRM: Xid");

	ck_assert(!str_skip(&s, STR("nvrm: ")));
	ck_assert(str_skip(&s, STR("NVRM: ")));
	ck_assert(str_eq(s, STR("Xid")));
	ck_assert(!str_skip(&s, STR("Xid 79")));
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, find_gives_the_first_place_or_the_length, finds);
	tcase_add_test(tc, chr_and_rchr_look_from_both_ends);
	LOOP(tc, cmp_orders_by_bytes_then_length, orders);
	tcase_add_test(tc, folding_is_ascii_only);
	tcase_add_test(tc, slices_stay_inside);
	LOOP(tc, trim_takes_blanks_and_line_ends, trims);
	LOOP(tc, cut_gives_every_part_once, cuts);
	tcase_add_test(tc, words_are_runs_of_non_blanks);
	tcase_add_test(tc, skip_consumes_only_a_match);
}

TEST_MAIN("str", add)

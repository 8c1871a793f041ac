#include "match/prefilter.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "case_help.h"

/* The filter may name too many patterns, never too few: whatever PCRE2 matches it must
 * have named, in the text alone and in a block of texts. */

static const char *const patterns[] = {
	"^abc", "abc$", "^abc$", "^$", "\\Aabc", "abc\\z", "abc\\Z", "\\Gabc", "\\A\\z",
	"(?m)^abc", "(?m)abc$", "(?m)^$", "(?s)a.c", "a.c", "(?i)ABC", "(?x) a b c", "(?-i:aBc)", "(?i:a)bc",
	"\\babc\\b", "\\Babc", "abc\\B", "\\bb", "\\Bb\\B",
	"a(?=bc)", "a(?!bc)", "(?<=a)bc", "(?<!a)bc", "^(?!.*abc).*$", "(?<=^)abc", "abc(?=$)", "(?!^)abc",
	"(a)\\1", "(?<x>\\w)\\k<x>", "(a|b)c\\1", "(?:(a)|b)(?(1)b|c)",
	"a*", "a*?", "a??b", "a++b", "(?>a+)b", "a{3}", "a{2,}b", "a{0,2}c", "(?:ab){2}", "(?:a|ab)(?:c|bcd)",
	"[^a]", "[^\\n]b", "[[:alpha:]]{3}", "[\\w.-]+@", "[]a]", "\\d+", "\\D", "\\s", "\\S+ \\S+", "\\h", "\\v", "\\R", "\\N",
	"\\Qa.c\\E", "a\\.c", "\\x41", "\\xff", "\\x00", "caf\xc3\xa9", "(?i)caf\xc3\xa9", "\\t", "\\e",
	"a\\Kb", "(?|a(b)|c(d))", "(?<n>a)?(?<m>b)?c", "a(?#comment)b", "abc|", "|abc", "()", "(?:)", "x?",
	"a|b|c", "(?:NVRM: )?Xid \\(PCI:(?<pci>[0-9a-fA-F:.]+)[^)]*\\): 79\\b", "Module nvidia not found in directory /lib/modules/(?<k>\\S+)",
	"(?i)out of memory[^\\n]{0,200}?tried to allocate (?<x>[\\d.]+)", "line one[\\s\\S]*line three", "one$", "^two", "(?m)^two$",
};

static const struct str texts[] = {
	{ "", 0 }, { "abc", 3 }, { "xabc", 4 }, { "abcx", 4 }, { "ABC", 3 }, { "aBc", 3 }, { "a b c", 5 }, { "a.c", 3 }, { "a\nc", 3 }, { "abc\n", 4 },
	{ "\nabc", 4 }, { "x\nabc\ny", 7 }, { "\n", 1 }, { "\n\n", 2 }, { "aa", 2 }, { "aaab", 4 }, { "aab", 3 }, { "abab", 4 }, { "abcd", 4 }, { "bcb", 3 }, { "aca", 3 },
	{ "b", 1 }, { "xbx", 3 }, { "me.too@host", 11 }, { "]", 1 }, { "42", 2 }, { "a\tb", 3 }, { "a\0b", 3 }, { "\0", 1 }, { "\xff", 1 }, { "caf\xc3\xa9", 5 },
	{ "CAF\xc3\xa9", 5 }, { "\x1b[0m", 4 }, { "one\ntwo\nthree", 13 }, { "line one\nline two\nline three", 28 },
	{ "NVRM: Xid (PCI:0000:3b:00): 79, pid=1", 37 }, { "NVRM: Xid (PCI:0000:3b:00): 790", 31 }, { "Module nvidia not found in directory /lib/modules/6.8", 53 },
	{ "CUDA Out of memory. Tried to allocate 2.00 GiB", 46 },
};

enum { N_PATTERNS = sizeof(patterns) / sizeof(patterns[0]), N_TEXTS = sizeof(texts) / sizeof(texts[0]) };

/* One rule that listens for all patterns; a regex's place in the set is by order. */
static struct ruleset *rules_with_all(void)
{
	struct buf yaml;
	struct ruleset *rs;

	buf_init(&yaml, 1 << 16);
	buf_add(&yaml, STR("forensics: 1\nrule: r\nversion: 1\ntitle: t\nseverity: high\nstatus: test\nentity: host\nsignals:\n"));
	for (int i = 0; i < N_PATTERNS; i++) {
		buf_printf(&yaml, "  s%d:\n    source: app_log\n    match: |-\n      ", i);
		buf_printf(&yaml, "%s\n", patterns[i]);
	}
	buf_add(&yaml, STR("when: {anchor: s0}\nreport: {narrative: 'n', advice: ['a']}\ntests: []\n"));
	rs = rules_of(buf_cstr(&yaml));
	buf_done(&yaml);
	ck_assert_uint_eq(rs->n_patterns, N_PATTERNS);
	return rs;
}

static bool matches(const struct ruleset *rs, size_t p, struct str text)
{
	pcre2_match_data *d = pcre2_match_data_create_from_pattern(rs->patterns[p].code, NULL);
	int rc = pcre2_match(rs->patterns[p].code, (PCRE2_SPTR)(text.p ? text.p : ""), text.n, 0, 0, d, NULL);

	pcre2_match_data_free(d);
	ck_assert_msg(rc >= 0 || rc == PCRE2_ERROR_NOMATCH, "%s: %d", patterns[p], rc);
	return rc >= 0;
}

static bool named(const uint64_t *bits, size_t p)
{
	return bits[p / 64] >> (p % 64) & 1;
}

START_TEST(nothing_that_matches_is_filtered_out)
{
	struct ruleset *rs = rules_with_all();
	bool wanted[N_PATTERNS];
	struct prefilter *f = NULL;
	uint64_t bits[N_PATTERNS / 64 + 2], of_block[N_PATTERNS / 64 + 2];
	struct buf block;
	size_t yes = 0;

	for (size_t i = 0; i < N_PATTERNS; i++)
		wanted[i] = true;
	ck_assert_int_eq(prefilter_new(&f, rs, wanted, NULL), OK);
	ck_assert_uint_le(prefilter_words(f), sizeof(bits) / sizeof(bits[0]));
	buf_init(&block, 1 << 16);
	for (size_t t = 0; t < N_TEXTS; t++) {
		/* Between two others, as the matcher lays texts out. */
		buf_reset(&block);
		buf_add(&block, STR("before\n"));
		buf_add(&block, texts[t]);
		buf_add(&block, STR("\nbehind"));
		prefilter_scan(f, texts[t], bits);
		prefilter_scan(f, buf_str(&block), of_block);
		for (size_t p = 0; p < N_PATTERNS; p++) {
			if (!matches(rs, p, texts[t]))
				continue;
			yes++;
			ck_assert_msg(named(bits, p), "'%s' matches text %zu and was filtered out", patterns[p], t);
			ck_assert_msg(named(of_block, p), "'%s' matches text %zu and was filtered out of its block", patterns[p], t);
		}
	}
	ck_assert_uint_gt(yes, 700);
	buf_done(&block);
	prefilter_free(f);
	ruleset_free(rs);
}
END_TEST

START_TEST(what_is_not_wanted_is_never_named)
{
	struct ruleset *rs = rules_with_all();
	bool wanted[N_PATTERNS] = { [0] = true };
	struct prefilter *f = NULL;
	uint64_t bits[N_PATTERNS / 64 + 2];

	ck_assert_int_eq(prefilter_new(&f, rs, wanted, NULL), OK);
	ck_assert(prefilter_scan(f, STR("abc 42"), bits));
	for (size_t p = 1; p < N_PATTERNS; p++)
		ck_assert_msg(!named(bits, p), "%s", patterns[p]);
	prefilter_free(f);
	ruleset_free(rs);
}
END_TEST

#ifdef WITH_VECTORSCAN
START_TEST(it_does_filter)
{
	struct ruleset *rs = rules_with_all();
	bool wanted[N_PATTERNS] = { false };
	struct prefilter *f = NULL;
	uint64_t bits[N_PATTERNS / 64 + 2];

	wanted[0] = wanted[1] = true; /* ^abc, abc$ */
	ck_assert_int_eq(prefilter_new(&f, rs, wanted, NULL), OK);
	ck_assert(!prefilter_scan(f, STR("nothing of the kind"), bits));
	ck_assert(prefilter_scan(f, STR("abc"), bits));
	prefilter_free(f);
	ruleset_free(rs);
}
END_TEST
#endif

START_TEST(no_pattern_at_all)
{
	static const char rule[] = RULE("host", "  a: {source: app_log, where: \"true\"}\n", "when: {anchor: a}\n");
	struct ruleset *rs = rules_of(rule);
	struct prefilter *f = NULL;
	uint64_t bits[2];

	ck_assert_uint_eq(rs->n_patterns, 0);
	ck_assert_int_eq(prefilter_new(&f, rs, NULL, NULL), OK);
	ck_assert(!prefilter_scan(f, STR("text"), bits));
	prefilter_free(f);
	ruleset_free(rs);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, nothing_that_matches_is_filtered_out);
	tcase_add_test(tc, what_is_not_wanted_is_never_named);
#ifdef WITH_VECTORSCAN
	tcase_add_test(tc, it_does_filter);
#endif
	tcase_add_test(tc, no_pattern_at_all);
}
TEST_MAIN("prefilter", add)

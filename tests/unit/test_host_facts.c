#include "source/facts.h"

#include "source/source.h"
#include "unit.h"

/* Small files are easily mistaken: nobody may claim these. */
static const struct { const char *path, *head; } foreign[] = {
	{ "value.txt", "26.29\n" },
	{ "value.txt", "26.29 824.44\n" },
	{ "uptime.txt", "26.29\n" },
	{ "value.txt", "6.8.0-47-generic\n" },
	{ "uname.txt", "not a release\n" },
	{ "value.txt", "1784548800\n" },
	{ "value.txt", "gpu-node-03\n" },
	{ "hostname.txt", "two words\n" },
	{ "hostname.txt", "one\nline\n" },
	{ "value.txt", "Europe/Berlin\n" },
	{ "timezone", "Berlin\n" },
	{ "value.txt", "2026-11-22T10:16:04+00:00\n" },
	{ "date.txt", "Mon Jul 20 12:00:00 UTC 2026\nand some text\n" },
	{ "date.txt", "Mon Jul 32 12:00:00 UTC 2026\n" },
	{ "btime", "btime soon\n" },
	{ "stat", "cpu  1 2 3\nintr 1\n" },
	{ "x", "NAME=value\n" },
	{ "x", "Module\n" },
	{ "x", "filename: a.txt\n" },
	{ "x", "nvidia/1.0, 6.8.0: considered\n" },
	{ "x", "two words/1.0: installed\n" },
	{ "x", "Linux for beginners\n" },
	{ "x", "Linux host 6.8.0\n" },
	{ "x", "up and running, load average unknown\n" },
	{ "x", "MemTotal: 12 kB\n" },
	{ "x", "" },
};

START_TEST(claims_nothing_doubtful)
{
	int bits = source_named(STR("host_facts"))->detect(str_of(foreign[_i].path), str_of(foreign[_i].head));

	ck_assert_msg(bits == 0, "%d bits for %s", bits, foreign[_i].head);
}
END_TEST

/* All are 05:40:12 on that day, an hour east of UTC, but for those whose zone is no one's. */
static const struct { const char *line; bool zone; ts_usec t; } dates[] = {
	{ "2026年 03月 18日 星期三 05:40:12 CET", true, 1773808812 },
	{ "2026年03月18日 星期三 05:40:12 CST", false, 1773812412 },
	{ "2026年 3月 18日 水曜日 05:40:12 JST", true, 1773780012 },
	{ "2026. 03. 18. (수) 05:40:12 KST", false, 0 },
	{ "2026년 3월 18일 수요일 05시", false, 0 },
	{ "2026年 03月 18日 星期三 下午 05:40:12 CET", true, 1773852012 },
	{ "Mi 18. Mär 05:40:12 CET 2026", true, 1773808812 },
	{ "Mi 18. Mär 2026 05:40:12 CET", true, 1773808812 },
	{ "mercredi 18 mars 2026, 05:40:12 (UTC+0100)", true, 1773808812 },
	{ "mar. 17 mars 2026 05:40:12 CET", true, 1773722412 },
	{ "mar 17 nov 2026 05:40:12 CET", true, 1794890412 },
	{ "mié 18 mar 2026 05:40:12 CET", true, 1773808812 },
	{ "Ср мар 18 05:40:12 CET 2026", true, 1773808812 },
	{ "śro, 18 mar 2026, 05:40:12 CET", true, 1773808812 },
	{ "18 dez 2026 05:40:12", false, 1797572412 },
	{ "Mi 32. Mär 05:40:12 CET 2026", false, 0 },
	{ "Mi 30. Feb 05:40:12 CET 2026", false, 0 },
	{ "Mi 18. Mär CET 2026", false, 0 },
	{ "18 words 2026 05:40:12", false, 0 },
	{ "18 19 mars 2026 05:40:12", false, 0 },
};

START_TEST(reads_dates_of_other_languages)
{
	struct stamp s = { 0 };
	bool ok = facts_foreign_date(str_of(dates[_i].line), &s);

	ck_assert_msg(ok == (dates[_i].t != 0), "%s: %d", dates[_i].line, ok);
	if (!ok)
		return;
	ck_assert_msg(s.t == dates[_i].t * TS_SECOND, "%s: %lld", dates[_i].line, (long long)(s.t / TS_SECOND));
	ck_assert_int_eq(s.has_zone, dates[_i].zone);
	ck_assert(s.has_year);
}
END_TEST

static const struct { const char *line, *key, *value; char c; bool ok; } pairs[] = {
	{ "a: b", "a", "b", ':', true },
	{ "  a b :  c: d ", "a b", "c: d", ':', true },
	{ "A=\"b c\"", "A", "b c", '=', true },
	{ "A='b'", "A", "b", '=', true },
	{ "A=\"b", "A", "\"b", '=', true },
	{ "A=", "A", "", '=', true },
	{ "=b", "", "", '=', false },
	{ "  =b", "", "", '=', false },
	{ "no separator", "", "", '=', false },
};

START_TEST(splits_pairs)
{
	struct str key = STR_NONE, value = STR_NONE;

	ck_assert_int_eq(facts_pair(str_of(pairs[_i].line), pairs[_i].c, &key, &value), pairs[_i].ok);
	if (!pairs[_i].ok)
		return;
	ck_assert(str_eq(key, str_of(pairs[_i].key)));
	ck_assert(str_eq(value, str_of(pairs[_i].value)));
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, claims_nothing_doubtful, foreign);
	tcase_add_loop_test(tc, reads_dates_of_other_languages, 0, sizeof dates / sizeof *dates);
	LOOP(tc, splits_pairs, pairs);
}
TEST_MAIN("source/host_facts", add)

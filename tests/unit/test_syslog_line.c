#include "source/syslog_line.h"

#include "unit.h"

static const struct { const char *line, *host, *program, *pid, *message; int pri; enum severity level; } lines[] = {
	{ "Nov 22 10:16:04 n1 kernel: x", "n1", "kernel", "", "x", -1, SEV_NONE },
	{ "Nov  2 10:16:04 n1 systemd[1]: x", "n1", "systemd", "1", "x", -1, SEV_NONE },
	{ "Nov 22 10:16:04.123456 n1 a[2]: x", "n1", "a", "2", "x", -1, SEV_NONE },
	{ "Nov 22 10:16:04 n1 no tag here", "n1", "", "", "no tag here", -1, SEV_NONE },
	{ "Nov 22 10:16:04 n1 a[2] (b): x", "n1", "a", "2", "(b): x", -1, SEV_NONE },
	{ "Nov 22 10:16:04 n1 sssd[be[d.org]][77]: x", "n1", "sssd[be[d.org]]", "77", "x", -1, SEV_NONE },
	{ "Nov 22 10:16:04 n1 postfix/smtpd[9]:x", "n1", "postfix/smtpd", "9", "x", -1, SEV_NONE },
	{ "Nov 22 10:16:04 n1 url:http://x y", "n1", "", "", "url:http://x y", -1, SEV_NONE },
	{ "Nov 22 10:16:04 n1 a[b]: x", "n1", "a[b]", "", "x", -1, SEV_NONE },
	{ "Nov 22 10:16:04 n1 : x", "n1", "", "", ": x", -1, SEV_NONE },
	{ "Nov 22 10:16:04 n1 [7]: x", "n1", "[7]", "", "x", -1, SEV_NONE },
	{ "Nov 22 10:16:04 n1 a:", "n1", "a", "", "", -1, SEV_NONE },
	{ "Nov 22 10:16:04 n1", "n1", "", "", "", -1, SEV_NONE },
	{ "Nov 22 10:16:04: --- said the daemon", "", "", "", "--- said the daemon", -1, SEV_NONE },
	{ "<14>Nov 22 10:16:04 n1 a: x", "n1", "a", "", "x", 14, SEV_NONE },
	{ "2026-11-22T10:16:04.481000+01:00 n1 a[2]: x", "n1", "a", "2", "x", -1, SEV_NONE },
	{ "2026-11-22T10:16:04.481000-08:00 WARNING a[2]: x", "", "a", "2", "x", -1, SEV_WARNING },
	{ "2026-11-22T10:16:04.481000 WARNING a[2]: x", "WARNING", "a", "2", "x", -1, SEV_NONE },
	{ "<165>1 2026-11-22T10:16:04Z n1 app 12 ID [a b=\"]\\\"\"] x", "n1", "app", "12", "x", 165, SEV_NONE },
	{ "<165>1 2026-11-22T10:16:04Z n1 app - - [a][b] x y", "n1", "app", "", "x y", 165, SEV_NONE },
	{ "<165>1 2026-11-22T10:16:04Z - - - - - \xef\xbb\xbfx", "", "", "", "x", 165, SEV_NONE },
	{ "<165>1 2026-11-22T10:16:04Z n1 app - - [never closed", "n1", "app", "", "", 165, SEV_NONE },
	{ "<165>1 2026-11-22T10:16:04Z n1", "n1", "", "", "", 165, SEV_NONE },
};

START_TEST(splits_every_shape)
{
	struct str line = str_of(lines[_i].line);
	struct syslog_line l;
	size_t n = syslog_stamp(line, &l);

	ck_assert_uint_gt(n, 0);
	syslog_split(line, n, &l);
	ck_assert(str_eq(l.host, str_of(lines[_i].host)));
	ck_assert(str_eq(l.program, str_of(lines[_i].program)));
	ck_assert(str_eq(l.pid, str_of(lines[_i].pid)));
	ck_assert(str_eq(l.message, str_of(lines[_i].message)));
	ck_assert_int_eq(l.pri, lines[_i].pri);
	ck_assert_int_eq(l.level, lines[_i].level);
}
END_TEST

static const struct { const char *line; bool meant; } unstamped[] = {
	{ "", false },
	{ "Nov 22 10:16:0", false },
	{ "Nov 31 10:16:04 n1 a: x", true },
	{ "Nov 22 10:16:04n1 a: x", false }, /* something else that starts like one */
	{ "Nov 22 25:16:04 n1 a: x", true },
	{ "2026-13-22T10:16:04Z n1 a: x", true },
	{ "2026-11-22 10:16:04 n1 a: x", false },
	{ "<200>Nov 22 10:16:04 n1 a: x", false },
	{ "<1>1 - n1 a - - - x", true },
	{ "  File \"serve.py\", line 3", false },
	{ "\tat com.example.Main", false },
	{ "-- Reboot --", false },
	{ "Qkt 06 17:59:27 n1 kernel: x", true },
};

START_TEST(refuses_what_is_no_stamp)
{
	struct syslog_line l;

	ck_assert_uint_eq(syslog_stamp(str_of(unstamped[_i].line), &l), 0);
	ck_assert_int_eq(syslog_meant_stamp(str_of(unstamped[_i].line)), unstamped[_i].meant);
}
END_TEST

static const struct { const char *message, *text, *times; } repeats[] = {
	{ "message repeated 3 times: [ x]", "x", "3" },
	{ " message repeated 76 times: [-- MARK --]", "-- MARK --", "76" },
	{ "message repeated 3 times: [ [1] x]", "[1] x", "3" },
	{ "message repeated 3 times: [ cut at the end", "cut at the end", "3" },
	{ "last message repeated 4 times", "last message repeated 4 times", "4" },
	{ "--- last message repeated 5 times ---", "--- last message repeated 5 times ---", "5" },
	{ "message repeated x times: [ x]", "message repeated x times: [ x]", "" },
	{ "message repeated 3 times", "message repeated 3 times", "" },
	{ "a message repeated 3 times: [ x]", "a message repeated 3 times: [ x]", "" },
	{ "", "", "" },
};

START_TEST(unwraps_repeated_messages)
{
	struct str times, text = syslog_repeated(str_of(repeats[_i].message), &times);

	ck_assert(str_eq(text, str_of(repeats[_i].text)));
	ck_assert(str_eq(times, str_of(repeats[_i].times)));
}
END_TEST

static const struct { const char *line; size_t at; const char *t; bool zone, uptime; } of_journalctl[] = {
	{ "Mon 2026-03-16 07:40:01 UTC n1 a: x", 28, "2026-03-16T07:40:01.000000Z", true, false },
	{ "Mon 2026-03-16 07:40:01.250000 CEST n1 a: x", 36, "2026-03-16T05:40:01.250000Z", true, false },
	{ "Mon 2026-03-16 07:40:01 AST n1 a: x", 28, "2026-03-16T07:40:01.000000Z", false, false },
	{ "Mon 2026-03-16 07:40:01 +03 n1 a: x", 28, "2026-03-16T04:40:01.000000Z", true, false },
	{ "INFO 2026-03-16 07:40:01 UTC n1 a: x", 0, NULL, false, false },
	{ "Mon 2026-03-16T07:40:01 UTC n1 a: x", 0, NULL, false, false },
	{ "Mon 2026-03-16 07:40:01 n1 a: x", 0, NULL, false, false },
	{ "1773646801.123456 n1 a: x", 18, "2026-03-16T07:40:01.123456Z", true, false },
	{ "1773646801.123 n1 a[1]: x", 0, NULL, false, false },
	{ "1773646801,123456 n1 a: x", 0, NULL, false, false },
	{ "[ 1412.890184] n1 a[1]: x", 15, "1970-01-01T00:23:32.890184Z", false, true },
	{ "[1412] n1 a[1]: x", 0, NULL, false, false },
};

START_TEST(reads_the_stamps_of_journalctl)
{
	struct syslog_line l;
	char text[TS_TEXT];

	ck_assert_uint_eq(syslog_stamp(str_of(of_journalctl[_i].line), &l), of_journalctl[_i].at);
	if (!of_journalctl[_i].at)
		return;
	ck_assert(l.journal);
	ck_assert_int_eq(l.uptime, of_journalctl[_i].uptime);
	ck_assert_int_eq(l.stamp.has_zone, of_journalctl[_i].zone);
	ck_assert_str_eq(ts_format(l.stamp.t, text), of_journalctl[_i].t);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, reads_the_stamps_of_journalctl, of_journalctl);
	LOOP(tc, splits_every_shape, lines);
	LOOP(tc, refuses_what_is_no_stamp, unstamped);
	LOOP(tc, unwraps_repeated_messages, repeats);
}
TEST_MAIN("source/syslog_line", add)

#include "tstamp/tstamp.h"

#include <time.h>

#include "unit.h"

/* A stamp by its text form; every row is read from a heap copy of exactly its
 * size, so that the sanitizer sees a read past the end. */
struct row {
	const char *text;
	size_t taken;      /* 0: refused */
	const char *t;     /* as ts_format() writes it */
	int zone;          /* minutes east, or NO_ZONE */
	ts_usec resolution;
};

enum { NO_ZONE = 9999, US = 1, MS = 1000, SEC = 1000000 };

static void check_row(const struct row *r, size_t (*read)(struct str, struct stamp *), bool has_year)
{
	const struct stamp untouched = { .t = 4711, .zone_minutes = 42, .resolution_us = 7 };
	struct stamp got = untouched;
	size_t n = strlen(r->text);
	char *copy = malloc(n + (n == 0)), text[TS_TEXT];
	size_t taken = read((struct str){ memcpy(copy, r->text, n), n }, &got);

	free(copy);
	ck_assert_msg(taken == r->taken, "'%s': took %zu, not %zu", r->text, taken, r->taken);
	if (taken == 0) {
		ck_assert_mem_eq(&got, &untouched, sizeof got);
		return;
	}
	ck_assert_str_eq(ts_format(got.t, text), r->t);
	ck_assert_int_eq(got.has_year, has_year);
	ck_assert_int_eq(got.has_zone, r->zone != NO_ZONE);
	ck_assert_int_eq(got.zone_minutes, r->zone == NO_ZONE ? 0 : r->zone);
	ck_assert_int_eq(got.resolution_us, r->resolution);
}

static const struct row iso8601s[] = {
	{ "2026-11-22T10:16:04.481+00:00", 29, "2026-11-22T10:16:04.481000Z", 0, MS },
	{ "2026-11-22T10:16:04Z rest", 20, "2026-11-22T10:16:04.000000Z", 0, SEC },
	{ "2026-11-22t10:16:04z", 20, "2026-11-22T10:16:04.000000Z", 0, SEC },
	{ "2026-11-22 10:16:04,481 INFO", 23, "2026-11-22T10:16:04.481000Z", NO_ZONE, MS },
	{ "2026-11-22  10:16:04", 20, "2026-11-22T10:16:04.000000Z", NO_ZONE, SEC },
	{ "2026-11-22\t10:16:04", 19, "2026-11-22T10:16:04.000000Z", NO_ZONE, SEC },
	{ "2026-11-22T10:16:04-03:30", 25, "2026-11-22T13:46:04.000000Z", -210, SEC },
	{ "2026-11-22T10:16:04+0545", 24, "2026-11-22T04:31:04.000000Z", 345, SEC },
	{ "2026-11-22T10:16:04+02", 22, "2026-11-22T08:16:04.000000Z", 120, SEC },
	{ "2026-01-01T00:30:00+14:00", 25, "2025-12-31T10:30:00.000000Z", 840, SEC },
	{ "2026-11-22T10:16:04-00:00", 25, "2026-11-22T10:16:04.000000Z", 0, SEC },
	{ "2026-11-22 10:16:04.1 +0100 CET", 27, "2026-11-22T09:16:04.100000Z", 60, 100000 },
	{ "2026-11-22 10:16:04 UTC [17]", 23, "2026-11-22T10:16:04.000000Z", 0, SEC },
	{ "2026-11-22 10:16:04 UTCx", 19, "2026-11-22T10:16:04.000000Z", NO_ZONE, SEC },
	{ "2026-11-22 10:16:04 -10 degrees", 19, "2026-11-22T10:16:04.000000Z", NO_ZONE, SEC },
	{ "2026-11-22 10:16:04 CET", 19, "2026-11-22T10:16:04.000000Z", NO_ZONE, SEC },
	{ "2026-11-22 10:16:04-worker", 19, "2026-11-22T10:16:04.000000Z", NO_ZONE, SEC },
	{ "2026-11-22 10:16:04. Then", 19, "2026-11-22T10:16:04.000000Z", NO_ZONE, SEC },
	{ "2026-11-22 10:16:04, Then", 19, "2026-11-22T10:16:04.000000Z", NO_ZONE, SEC },
	{ "2026-11-22 10:16:04Zulu", 19, "2026-11-22T10:16:04.000000Z", NO_ZONE, SEC },
	{ "2026-11-22T10:16:04.123456Z", 27, "2026-11-22T10:16:04.123456Z", 0, US },
	{ "2026-11-22T10:16:04.1234567Z", 28, "2026-11-22T10:16:04.123456Z", 0, US },   /* .NET */
	{ "2026-11-22T10:16:04.999999999Z", 30, "2026-11-22T10:16:04.999999Z", 0, US }, /* cut, never the next second */
	{ "2026-11-22T10:16:04.1234567890Z", 0, NULL, 0, 0 },
	{ "2024-02-29T00:00:00Z", 20, "2024-02-29T00:00:00.000000Z", 0, SEC },
	{ "2000-02-29T00:00:00Z", 20, "2000-02-29T00:00:00.000000Z", 0, SEC },
	{ "2026-02-29T00:00:00Z", 0, NULL, 0, 0 },
	{ "2100-02-29T00:00:00Z", 0, NULL, 0, 0 },
	{ "2016-12-31T23:59:60Z", 20, "2017-01-01T00:00:00.000000Z", 0, SEC },
	{ "2026-11-22T10:16:61Z", 0, NULL, 0, 0 },
	{ "2026-11-22T10:60:04Z", 0, NULL, 0, 0 },
	{ "2026-11-22T24:00:00Z", 0, NULL, 0, 0 },
	{ "2026-13-01T00:00:00Z", 0, NULL, 0, 0 },
	{ "2026-00-01T00:00:00Z", 0, NULL, 0, 0 },
	{ "2026-01-00T00:00:00Z", 0, NULL, 0, 0 },
	{ "2026-04-31T00:00:00Z", 0, NULL, 0, 0 },
	{ "2026-12-31T23:59:59Z", 20, "2026-12-31T23:59:59.000000Z", 0, SEC },
	{ "1970-01-01T00:00:00Z", 20, "1970-01-01T00:00:00.000000Z", 0, SEC },
	{ "1970-01-01T00:00:00+01:00", 25, "1969-12-31T23:00:00.000000Z", 60, SEC },
	{ "1969-12-31T23:59:59Z", 0, NULL, 0, 0 },
	{ "0001-01-01T00:00:00Z", 0, NULL, 0, 0 },
	{ "9999-12-31T23:59:59.999999Z", 27, "9999-12-31T23:59:59.999999Z", 0, US },
	{ "2038-01-19T03:14:08Z", 20, "2038-01-19T03:14:08.000000Z", 0, SEC },
	{ "2026-11-22T10:16:04+16:00", 0, NULL, 0, 0 },
	{ "2026-11-22T10:16:04+00:60", 0, NULL, 0, 0 },
	{ "2026-11-22T10:16:04+05:3", 0, NULL, 0, 0 },
	{ "2026-11-22 10:16:04-2026-11-23", 0, NULL, 0, 0 },
	{ "2026-11-22T10:16:041Z", 0, NULL, 0, 0 },
	{ "2026-11-22T10:16:0", 0, NULL, 0, 0 },
	{ "2026-11-22T10:16", 0, NULL, 0, 0 },
	{ "2026-11-22T", 0, NULL, 0, 0 },
	{ "2026-11-22 ", 0, NULL, 0, 0 },
	{ "2026-11-22", 0, NULL, 0, 0 },
	{ "2026-11-2 10:16:04", 0, NULL, 0, 0 },
	{ "2026-1122T10:16:04", 0, NULL, 0, 0 },
	{ "12026-11-22T10:16:04Z", 0, NULL, 0, 0 },
	{ "-2026-11-22T10:16:04Z", 0, NULL, 0, 0 },
	{ " 2026-11-22T10:16:04Z", 0, NULL, 0, 0 },
	{ "2026/11/22 10:16:04", 0, NULL, 0, 0 },
	{ "2", 0, NULL, 0, 0 },
	{ "", 0, NULL, 0, 0 },
};

START_TEST(iso8601)
{
	check_row(&iso8601s[_i], ts_iso8601, true);
}
END_TEST

static const struct row slasheds[] = {
	{ "2026/11/22 10:16:04.481, 0", 23, "2026-11-22T10:16:04.481000Z", NO_ZONE, MS },
	{ "2026/11/22 10:16:04 [error]", 19, "2026-11-22T10:16:04.000000Z", NO_ZONE, SEC },
	{ "2026/11/22 10:16:04,5", 19, "2026-11-22T10:16:04.000000Z", NO_ZONE, SEC }, /* the next cell */
	{ "2024/02/29 00:00:00", 19, "2024-02-29T00:00:00.000000Z", NO_ZONE, SEC },
	{ "2023/02/29 00:00:00", 0, NULL, 0, 0 },
	{ "2026/13/22 10:16:04", 0, NULL, 0, 0 },
	{ "11/22/2026 10:16:04", 0, NULL, 0, 0 },
	{ "2026-11-22 10:16:04", 0, NULL, 0, 0 },
	{ "2026/11/22", 0, NULL, 0, 0 },
};

START_TEST(slashed)
{
	check_row(&slasheds[_i], ts_slashed, true);
}
END_TEST

static const struct row rfc3164s[] = {
	{ "Nov 22 10:16:04 node", 15, "2000-11-22T10:16:04.000000Z", NO_ZONE, SEC },
	{ "Nov  2 10:16:04 node", 15, "2000-11-02T10:16:04.000000Z", NO_ZONE, SEC },
	{ "Nov 2 10:16:04 node", 14, "2000-11-02T10:16:04.000000Z", NO_ZONE, SEC },
	{ "Nov 02 10:16:04 node", 15, "2000-11-02T10:16:04.000000Z", NO_ZONE, SEC },
	{ "Nov 22 10:16:04.123456 node", 22, "2000-11-22T10:16:04.123456Z", NO_ZONE, US },
	{ "Feb 29 23:59:59", 15, "2000-02-29T23:59:59.000000Z", NO_ZONE, SEC }, /* whose year may have it */
	{ "Jan  1 00:00:00", 15, "2000-01-01T00:00:00.000000Z", NO_ZONE, SEC },
	{ "Feb 30 00:00:00", 0, NULL, 0, 0 },
	{ "Jun 31 00:00:00", 0, NULL, 0, 0 },
	{ "Nov  0 10:16:04", 0, NULL, 0, 0 },
	{ "Nov 222 10:16:04", 0, NULL, 0, 0 },
	{ "Nov 22 1:16:04", 0, NULL, 0, 0 },
	{ "Nov 22 2026", 0, NULL, 0, 0 },
	{ "Okt 22 10:16:04", 15, "2000-10-22T10:16:04.000000Z", NO_ZONE, SEC },
	{ "nov. 22 10:16:04", 16, "2000-11-22T10:16:04.000000Z", NO_ZONE, SEC },
	{ "ao\xc3\xbbt 02 10:16:04", 17, "2000-08-02T10:16:04.000000Z", NO_ZONE, SEC },
	{ "4\xe6\x9c\x88 19 10:16:04", 16, "2000-04-19T10:16:04.000000Z", NO_ZONE, SEC },
	{ " 4\xe6\x9c\x88 19 10:16:04", 17, "2000-04-19T10:16:04.000000Z", NO_ZONE, SEC },
	{ "11\xec\x9b\x94 19 10:16:04", 17, "2000-11-19T10:16:04.000000Z", NO_ZONE, SEC },
	{ "13\xe6\x9c\x88 19 10:16:04", 0, NULL, 0, 0 },
	{ "4 19 10:16:04", 0, NULL, 0, 0 },
	{ "novel 22 10:16:04", 0, NULL, 0, 0 },
	{ "November 22 10:16:04", 0, NULL, 0, 0 },
	{ "Nov 22", 0, NULL, 0, 0 },
	{ "Nov ", 0, NULL, 0, 0 },
	{ "No", 0, NULL, 0, 0 },
	{ "", 0, NULL, 0, 0 },
};

START_TEST(rfc3164)
{
	check_row(&rfc3164s[_i], ts_rfc3164, false);
}
END_TEST

static const struct row clfs[] = {
	{ "22/Nov/2026:10:15:38 +0100] rest", 26, "2026-11-22T09:15:38.000000Z", 60, SEC },
	{ "22/Nov/2026:10:15:38 -0330", 26, "2026-11-22T13:45:38.000000Z", -210, SEC },
	{ "22/Nov/2026:10:15:38.143] fe", 24, "2026-11-22T10:15:38.143000Z", NO_ZONE, MS },
	{ "22/Nov/2026 10:15:38] \"GET", 20, "2026-11-22T10:15:38.000000Z", NO_ZONE, SEC },
	{ "22/Nov/2026:10:15:38 GET", 20, "2026-11-22T10:15:38.000000Z", NO_ZONE, SEC },
	{ "31/Nov/2026:10:15:38 +0000", 0, NULL, 0, 0 },
	{ "22/Nov/2026:24:15:38 +0000", 0, NULL, 0, 0 },
	{ "2/Nov/2026:10:15:38 +0000", 0, NULL, 0, 0 },
	{ "22/11/2026:10:15:38 +0000", 0, NULL, 0, 0 },
	{ "22/Nov/2026:10:15:38x", 0, NULL, 0, 0 },
};

START_TEST(clf)
{
	check_row(&clfs[_i], ts_clf, true);
}
END_TEST

static const struct row ctimes[] = {
	{ "Sun Nov 22 10:15:38 2026]", 24, "2026-11-22T10:15:38.000000Z", NO_ZONE, SEC },
	{ "Mon Nov  2 10:15:38 2026", 24, "2026-11-02T10:15:38.000000Z", NO_ZONE, SEC },
	{ "Sun Nov 22 10:15:38.123456 2026", 31, "2026-11-22T10:15:38.123456Z", NO_ZONE, US },
	{ "Sun Nov 22 10:15:38 UTC 2026", 28, "2026-11-22T10:15:38.000000Z", 0, SEC },
	{ "Sun Nov 22 10:15:38 GMT 2026", 28, "2026-11-22T10:15:38.000000Z", 0, SEC },
	{ "Sun Nov 22 10:15:38 CST 2026", 28, "2026-11-22T10:15:38.000000Z", NO_ZONE, SEC },
	{ "Sun Nov 22 10:15:38 PST 2026", 28, "2026-11-22T10:15:38.000000Z", NO_ZONE, SEC },
	{ "Sun Nov 22 10:15:38 CET 2026", 28, "2026-11-22T09:15:38.000000Z", 60, SEC },
	{ "Wed Jul 22 10:15:38 PDT 2026", 28, "2026-07-22T17:15:38.000000Z", -420, SEC },
	{ "Sun Nov 22 10:15:38 ACST 2026", 29, "2026-11-22T00:45:38.000000Z", 570, SEC },
	{ "Sun Nov 22 10:15:38 +0530 2026", 30, "2026-11-22T04:45:38.000000Z", 330, SEC },
	{ "Sun Nov 22 10:15:38 -03 2026", 28, "2026-11-22T13:15:38.000000Z", -180, SEC },
	{ "Sun Nov 22 10:15:38 PM UTC 2026", 31, "2026-11-22T22:15:38.000000Z", 0, SEC },
	{ "Sun Nov 22 12:15:38 AM UTC 2026", 31, "2026-11-22T00:15:38.000000Z", 0, SEC },
	{ "Sun Nov 22 12:15:38 PM UTC 2026", 31, "2026-11-22T12:15:38.000000Z", 0, SEC },
	{ "Sun Nov 22 13:15:38 PM UTC 2026", 0, NULL, 0, 0 },
	{ "Sun Nov 22 00:15:38 AM UTC 2026", 0, NULL, 0, 0 },
	{ "Sun 22 Nov 10:15:38 UTC 2026", 28, "2026-11-22T10:15:38.000000Z", 0, SEC },
	{ "Thu Feb 29 10:15:38 2024", 24, "2024-02-29T10:15:38.000000Z", NO_ZONE, SEC },
	{ "Sun Feb 29 10:15:38 2026", 0, NULL, 0, 0 },
	{ "Sun Nov 22 10:15:38 ABCDEF 2026", 0, NULL, 0, 0 },
	{ "Sun Nov 22 10:15:38 UTC", 0, NULL, 0, 0 },
	{ "Sun Nov 22 10:15:38 20261", 0, NULL, 0, 0 },
	{ "Sun Nov 22 10:15:38", 0, NULL, 0, 0 },
	{ "Son Nov 22 10:15:38 2026", 0, NULL, 0, 0 },
	{ "Nov 22 10:15:38 2026", 0, NULL, 0, 0 },
	{ "Sun", 0, NULL, 0, 0 },
};

START_TEST(ctime_and_date)
{
	check_row(&ctimes[_i], ts_ctime, true);
}
END_TEST

static const struct row rfc1123s[] = {
	{ "Sun, 22 Nov 2026 10:15:38 +0100", 31, "2026-11-22T09:15:38.000000Z", 60, SEC },
	{ "Sun, 22 Nov 2026 10:15:38 GMT\r", 29, "2026-11-22T10:15:38.000000Z", 0, SEC },
	{ "Sun, 22 Nov 2026 10:15:38 -0000", 31, "2026-11-22T10:15:38.000000Z", 0, SEC },
	{ "Mon, 2 Nov 2026 10:15:38 GMT", 28, "2026-11-02T10:15:38.000000Z", 0, SEC },
	{ "Sun, 22 Nov 2026 10:15:38 EST", 29, "2026-11-22T15:15:38.000000Z", -300, SEC },
	{ "Sun, 22 Nov 2026 10:15:38", 25, "2026-11-22T10:15:38.000000Z", NO_ZONE, SEC },
	{ "Sun 22 Nov 2026 10:15:38 PM UTC", 31, "2026-11-22T22:15:38.000000Z", 0, SEC },
	{ "Sun, 31 Nov 2026 10:15:38 GMT", 0, NULL, 0, 0 },
	{ "Sun, 22 11 2026 10:15:38 GMT", 0, NULL, 0, 0 },
	{ "Sunday, 22-Nov-26 10:15:38 GMT", 0, NULL, 0, 0 },
	{ "Sun,", 0, NULL, 0, 0 },
};

START_TEST(rfc1123)
{
	check_row(&rfc1123s[_i], ts_rfc1123, true);
}
END_TEST

static const struct row klogs[] = {
	{ "1122 10:19:57.802155     295 x.go:1]", 20, "2000-11-22T10:19:57.802155Z", NO_ZONE, US },
	{ "0229 00:00:00.000000 1", 20, "2000-02-29T00:00:00.000000Z", NO_ZONE, US },
	{ "1322 10:19:57.802155", 0, NULL, 0, 0 },
	{ "1131 10:19:57.802155", 0, NULL, 0, 0 },
	{ "1122 10:19:57 x", 0, NULL, 0, 0 },
	{ "614 02:07:51.610596722 x.cpp:1]", 22, "2000-06-14T02:07:51.610596Z", NO_ZONE, US },
	{ "012 10:19:57.802155", 0, NULL, 0, 0 },
	{ "631 10:19:57.802155", 0, NULL, 0, 0 },
	{ "112", 0, NULL, 0, 0 },
	{ "11", 0, NULL, 0, 0 },
};

START_TEST(klog)
{
	check_row(&klogs[_i], ts_klog, false);
}
END_TEST

static const struct row monthdays[] = {
	{ "11-22 10:16:04 engine.py:1]", 14, "2000-11-22T10:16:04.000000Z", NO_ZONE, SEC },
	{ "11-22 10:16:04,481", 18, "2000-11-22T10:16:04.481000Z", NO_ZONE, MS },
	{ "02-29 10:16:04", 14, "2000-02-29T10:16:04.000000Z", NO_ZONE, SEC },
	{ "22-11 10:16:04", 0, NULL, 0, 0 },
	{ "1-22 10:16:04", 0, NULL, 0, 0 },
	{ "11-22", 0, NULL, 0, 0 },
};

START_TEST(monthday)
{
	check_row(&monthdays[_i], ts_monthday, false);
}
END_TEST

static const struct {
	const char *text;
	size_t taken;
	ts_usec t, resolution;
} uptimes[] = {
	{ "[  325.610837] NVRM", 14, 325610837, US },
	{ "[    0.000000]", 14, 0, US },
	{ "[12345678.000001][ T17] x", 17, 12345678000001, US },
	{ "[999999999.999999]", 18, 999999999999999, US },
	{ "[1.5]", 5, 1500000, 100000 },
	{ "[1.123456789]", 13, 1123456, US },
	{ "[1.1234567890]", 0, 0, 0 },
	{ "[1234567890.000000]", 0, 0, 0 },
	{ "[99999999999999999999999.000000]", 0, 0, 0 },
	{ "[1234]", 0, 0, 0 },
	{ "[-1.000000]", 0, 0, 0 },
	{ "[  1 .000000]", 0, 0, 0 },
	{ "[ T17]", 0, 0, 0 },
	{ "[Sun Nov 22 10:15:38 2026]", 0, 0, 0 },
	{ "[  325.610837", 0, 0, 0 },
	{ "[  325.]", 0, 0, 0 },
	{ "[", 0, 0, 0 },
	{ "", 0, 0, 0 },
}, ages[] = {
	{ "19s", 3, 19 * TS_SECOND, TS_SECOND },
	{ "0s", 2, 0, TS_SECOND },
	{ "2m12s ", 5, 132 * TS_SECOND, TS_SECOND },
	{ "3h20m", 5, 200 * TS_MINUTE, TS_MINUTE },
	{ "2d3h", 4, 51 * TS_HOUR, TS_HOUR },
	{ "41d", 3, 41 * TS_DAY, TS_DAY },
	{ "2y30d", 5, 760 * TS_DAY, TS_DAY },
	{ "120m", 4, 120 * TS_MINUTE, TS_MINUTE },
	{ "5m (x12 over 3h)", 2, 5 * TS_MINUTE, TS_MINUTE },
	{ "100y", 4, 36500 * TS_DAY, 365 * TS_DAY },
	{ "101y", 0, 0, 0 },
	{ "999999999y", 0, 0, 0 },
	{ "99999999999999999999s", 0, 0, 0 },
	{ "12s2m", 0, 0, 0 },
	{ "2m2m", 0, 0, 0 },
	{ "19", 0, 0, 0 },
	{ "2m12", 0, 0, 0 },
	{ "19seconds", 0, 0, 0 },
	{ "5ms", 0, 0, 0 },
	{ "-5s", 0, 0, 0 },
	{ "<unknown>", 0, 0, 0 },
	{ "<invalid>", 0, 0, 0 },
	{ "s", 0, 0, 0 },
	{ "", 0, 0, 0 },
};

START_TEST(uptime)
{
	struct stamp s = { .t = 4711 };

	ck_assert_uint_eq(ts_uptime(str_of(uptimes[_i].text), &s), uptimes[_i].taken);
	ck_assert_int_eq(s.t, uptimes[_i].taken ? uptimes[_i].t : 4711);
	ck_assert_int_eq(s.resolution_us, uptimes[_i].resolution);
	ck_assert(!s.has_zone && !s.has_year);
}
END_TEST

START_TEST(age)
{
	struct stamp s = { .t = 4711 };

	ck_assert_uint_eq(ts_age(str_of(ages[_i].text), &s), ages[_i].taken);
	ck_assert_int_eq(s.t, ages[_i].taken ? ages[_i].t : 4711);
	ck_assert_int_eq(s.resolution_us, ages[_i].resolution);
	ck_assert(!s.has_zone && !s.has_year);
}
END_TEST

START_TEST(no_prefix_of_a_stamp_is_read_past_its_end)
{
	static const struct {
		size_t (*read)(struct str, struct stamp *);
		const char *text;
	} all[] = {
		{ ts_iso8601, "2026-11-22 10:16:04.481 +00:00" }, { ts_slashed, "2026/11/22 10:16:04.481" },
		{ ts_rfc3164, "Nov 22 10:16:04.123456" },          { ts_ctime, "Sun Nov 22 10:15:38 PM UTC 2026" },
		{ ts_rfc1123, "Sun, 22 Nov 2026 10:15:38 +0100" }, { ts_klog, "1122 10:19:57.802155" },
		{ ts_monthday, "11-22 10:16:04.5" },               { ts_uptime, "[  325.610837]" },
		{ ts_age, "1y2d3h4m5s" },
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		size_t whole = strlen(all[i].text);

		for (size_t n = 0; n <= whole; n++) {
			char *copy = malloc(n + (n == 0));
			struct stamp s;

			ck_assert_uint_le(all[i].read((struct str){ memcpy(copy, all[i].text, n), n }, &s), n);
			free(copy);
		}
		struct stamp s;

		ck_assert_uint_eq(all[i].read(str_of(all[i].text), &s), whole);
	}
}
END_TEST

START_TEST(civil_dates_agree_with_the_c_library)
{
	uint64_t seed = 1;

	for (int i = 0; i < 20000; i++) {
		/* Seconds within 270 years of the epoch, both sides. */
		time_t v = (time_t)((int64_t)(seed = seed * 6364136223846793005u + 1442695040888963407u) >> 30);
		struct civil c = ts_split(v * TS_SECOND + 17);
		struct tm tm;

		gmtime_r(&v, &tm);
		ck_assert_int_eq(c.year, tm.tm_year + 1900);
		ck_assert_int_eq(c.month, tm.tm_mon + 1);
		ck_assert_int_eq(c.day, tm.tm_mday);
		ck_assert_int_eq(c.hour, tm.tm_hour);
		ck_assert_int_eq(c.minute, tm.tm_min);
		ck_assert_int_eq(c.second, tm.tm_sec);
		ck_assert_int_eq(c.weekday, tm.tm_wday);
		ck_assert_int_eq(c.us, 17);
		ck_assert_int_eq(ts_civil(c.year, c.month, c.day, c.hour, c.minute, c.second, c.us), v * TS_SECOND + 17);
	}
}
END_TEST

START_TEST(february_29_of_a_common_year_is_march_1)
{
	ck_assert_int_eq(ts_civil(2026, 2, 29, 0, 0, 0, 0), ts_civil(2026, 3, 1, 0, 0, 0, 0));
	ck_assert_int_eq(ts_civil(1970, 1, 1, 0, 0, 0, 0), 0);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, iso8601, iso8601s);
	LOOP(tc, slashed, slasheds);
	LOOP(tc, rfc3164, rfc3164s);
	LOOP(tc, clf, clfs);
	LOOP(tc, ctime_and_date, ctimes);
	LOOP(tc, rfc1123, rfc1123s);
	LOOP(tc, klog, klogs);
	LOOP(tc, monthday, monthdays);
	LOOP(tc, uptime, uptimes);
	LOOP(tc, age, ages);
	tcase_add_test(tc, no_prefix_of_a_stamp_is_read_past_its_end);
	tcase_add_test(tc, civil_dates_agree_with_the_c_library);
	tcase_add_test(tc, february_29_of_a_common_year_is_march_1);
}

TEST_MAIN("tstamp", add)

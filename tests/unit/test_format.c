#include "tstamp/tstamp.h"

#include "unit.h"

static const struct {
	ts_usec t;
	const char *exact, *brief;
} instants[] = {
	{ 0, "1970-01-01T00:00:00.000000Z", "1970-01-01 00:00:00Z" },
	{ -1, "1969-12-31T23:59:59.999999Z", "1969-12-31 23:59:59Z" },
	{ 1795342677720000, "2026-11-22T10:17:57.720000Z", "2026-11-22 10:17:57Z" },
	{ 951782400000001, "2000-02-29T00:00:00.000001Z", "2000-02-29 00:00:00Z" },
	{ 253402300799999999, "9999-12-31T23:59:59.999999Z", "9999-12-31 23:59:59Z" },
	{ 253402300800000000, "+010000-01-01T00:00:00.000000Z", "+010000-01-01 00:00:00Z" },
	{ -62135596800000000, "0001-01-01T00:00:00.000000Z", "0001-01-01 00:00:00Z" },
	{ INT64_MAX, "+294247-01-10T04:00:54.775807Z", "+294247-01-10 04:00:54Z" },
	{ INT64_MIN + 1, "-290308-12-21T19:59:05.224193Z", "-290308-12-21 19:59:05Z" },
	{ TS_NONE, "-", "-" },
};

START_TEST(instants_are_written_in_utc)
{
	char buf[TS_TEXT];

	ck_assert_str_eq(ts_format(instants[_i].t, buf), instants[_i].exact);
	ck_assert_str_eq(ts_short(instants[_i].t, buf), instants[_i].brief);
}
END_TEST

static const struct {
	ts_usec d;
	const char *text;
} durations[] = {
	{ 0, "0 us" }, { 999, "999 us" }, { 1000, "1 ms" }, { 250999, "250 ms" }, { 999999, "999 ms" },
	{ TS_SECOND, "1 s" }, { 1500000, "1.5 s" }, { 1999999, "1.9 s" }, { 19 * TS_SECOND, "19 s" },
	{ TS_MINUTE - 1, "59.9 s" }, { TS_MINUTE, "1m00s" }, { 754 * TS_SECOND, "12m34s" }, { TS_HOUR - 1, "59m59s" },
	{ TS_HOUR, "1h00m" }, { 184 * TS_MINUTE, "3h04m" }, { TS_DAY - 1, "23h59m" }, { TS_DAY, "1d00h" },
	{ 51 * TS_HOUR, "2d03h" }, { -1500000, "-1.5 s" }, { -51 * TS_HOUR, "-2d03h" },
	{ INT64_MAX, "106751991d04h" }, { INT64_MIN + 1, "-106751991d04h" }, { TS_NONE, "-" },
};

START_TEST(durations_are_cut_to_two_units)
{
	char buf[TS_TEXT];

	ck_assert_str_eq(ts_duration(durations[_i].d, buf), durations[_i].text);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, instants_are_written_in_utc, instants);
	LOOP(tc, durations_are_cut_to_two_units, durations);
}

TEST_MAIN("format", add)

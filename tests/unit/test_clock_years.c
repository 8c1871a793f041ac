#include "tstamp/clock.h"

#include <string.h>

#include "clock_help.h"

/* ---- years ---- */

struct years {
	const char *collected;    /* NULL: not known */
	const char *with_year;    /* a stamp of another file that has a year, NULL: none */
	const char *stamps[5], *want[5];
};

static const struct years yearses[] = {
	{ "2026-11-22T12:00:00Z", NULL, { "Nov 22 10:00:00" }, { "2026-11-22T10:00:00.000000Z" } },
	/* After the collection in this year: the year before. */
	{ "2026-11-20T12:00:00Z", NULL, { "Nov 22 10:00:00" }, { "2025-11-22T10:00:00.000000Z" } },
	/* The host may be ahead of UTC by most of a day. */
	{ "2026-11-22T12:00:00Z", NULL, { "Nov 23 01:00:00" }, { "2026-11-23T01:00:00.000000Z" } },
	/* Over New Year. */
	{ "2026-01-02T00:00:00Z", NULL, { "Dec 31 23:59:59", "Jan  1 00:00:00", "Jan  1 12:00:00" },
	  { "2025-12-31T23:59:59.000000Z", "2026-01-01T00:00:00.000000Z", "2026-01-01T12:00:00.000000Z" } },
	/* And a correction of the clock back over it. */
	{ "2026-01-02T00:00:00Z", NULL, { "Dec 31 23:59:59", "Jan  1 00:00:01", "Dec 31 23:59:58", "Jan  1 00:00:02" },
	  { "2025-12-31T23:59:59.000000Z", "2026-01-01T00:00:01.000000Z", "2025-12-31T23:59:58.000000Z", "2026-01-01T00:00:02.000000Z" } },
	/* The file begins after midnight and steps back at once. */
	{ "2026-01-02T00:00:00Z", NULL, { "Jan  1 00:00:01", "Dec 31 23:59:58", "Jan  1 00:00:03" },
	  { "2026-01-01T00:00:01.000000Z", "2025-12-31T23:59:58.000000Z", "2026-01-01T00:00:03.000000Z" } },
	/* A small step back stays one. */
	{ "2026-11-22T12:00:00Z", NULL, { "Nov 22 10:00:05", "Nov 22 10:00:02", "Nov 22 10:00:06" },
	  { "2026-11-22T10:00:05.000000Z", "2026-11-22T10:00:02.000000Z", "2026-11-22T10:00:06.000000Z" } },
	{ "2026-11-22T12:00:00Z", NULL, { "Mar  1 00:00:01", "Feb 28 23:59:59" }, { "2026-03-01T00:00:01.000000Z", "2026-02-28T23:59:59.000000Z" } },
	/* Two New Years in one file. */
	{ "2026-03-01T00:00:00Z", NULL, { "Nov 30 00:00:00", "Jun  1 00:00:00", "Nov 30 00:00:00", "Feb  1 00:00:00" },
	  { "2024-11-30T00:00:00.000000Z", "2025-06-01T00:00:00.000000Z", "2025-11-30T00:00:00.000000Z", "2026-02-01T00:00:00.000000Z" } },
	/* Over a leap day, read in a leap year and in a common one. */
	{ "2024-03-02T00:00:00Z", NULL, { "Feb 28 23:00:00", "Feb 29 12:00:00", "Mar  1 01:00:00" },
	  { "2024-02-28T23:00:00.000000Z", "2024-02-29T12:00:00.000000Z", "2024-03-01T01:00:00.000000Z" } },
	{ "2025-01-10T00:00:00Z", NULL, { "Feb 28 23:00:00", "Feb 29 12:00:00", "Mar  1 01:00:00" },
	  { "2024-02-28T23:00:00.000000Z", "2024-02-29T12:00:00.000000Z", "2024-03-01T01:00:00.000000Z" } },
	/* The same long after: only a leap year has that day. */
	{ "2026-06-01T00:00:00Z", NULL, { "Feb 29 12:00:00", "Mar  1 01:00:00" }, { "2024-02-29T12:00:00.000000Z", "2024-03-01T01:00:00.000000Z" } },
	{ "2026-06-01T00:00:00Z", NULL, { "Feb 28 23:00:00", "Mar  1 01:00:00" }, { "2026-02-28T23:00:00.000000Z", "2026-03-01T01:00:00.000000Z" } },
	{ "2101-06-01T00:00:00Z", NULL, { "Feb 29 12:00:00" }, { "2096-02-29T12:00:00.000000Z" } },
	/* No collection time: the latest stamp with a year says it. */
	{ NULL, "2026-11-22T12:00:00Z", { "Nov 22 10:00:00" }, { "2026-11-22T10:00:00.000000Z" } },
	{ NULL, "2026-01-05T12:00:00", { "Dec 31 10:00:00" }, { "2025-12-31T10:00:00.000000Z" } },
	/* It need not be the last word: a log goes on after the last package run, if not for a season. */
	{ NULL, "2024-09-04T06:08:41", { "Sep 23 05:00:15" }, { "2024-09-23T05:00:15.000000Z" } },
	{ NULL, "2025-12-28T06:08:41", { "Dec 28 05:00:15", "Jan 10 05:00:15" }, { "2025-12-28T05:00:15.000000Z", "2026-01-10T05:00:15.000000Z" } },
	{ NULL, "2025-05-04T06:08:41", { "Sep 23 05:00:15" }, { "2024-09-23T05:00:15.000000Z" } },
};

static void place_and_check(const struct years *y, struct clocks *c)
{
	struct yearless file = { 0 };
	uint32_t clock[5];
	ts_usec t[5];
	int n = 0;

	for (; n < 5 && y->stamps[n]; n++) {
		struct stamp s = yearless_stamp(y->stamps[n]);

		t[n] = clock_place_yearless(c, &file, OWN, STR("syslog"), &s, &clock[n]);
		clocks_saw(c, clock[n], t[n]);
	}
	if (y->collected)
		clocks_collected(c, CLOCK_IS_UTC, at(y->collected), STR("date"));
	clocks_solve(c);
	for (int i = 0; i < n; i++)
		check_instant(c, clock[i], t[i], y->want[i]);
}

START_TEST(stamps_without_a_year_get_one)
{
	const struct years *y = &yearses[_i];

	/* Whatever was read before: the provisional year is 2000, 2025 or the right one. */
	for (int before = 0; before < 3; before++) {
		struct clocks *c = clocks_new();

		if (y->with_year) {
			struct stamp s;

			ts_iso8601(str_of(y->with_year), &s);
			clocks_saw(c, s.has_zone ? CLOCK_IS_UTC : local_of(c, ""), s.t);
		}
		if (before == 1)
			clocks_saw(c, CLOCK_IS_UTC, at("2025-01-01T00:00:00Z") - (y->collected && at(y->collected) < at("2025-01-01T00:00:00Z") ? 365 * TS_DAY : 0));
		if (before == 2 && y->collected)
			clocks_saw(c, CLOCK_IS_UTC, at(y->collected) - TS_DAY);
		place_and_check(y, c);
		clocks_free(c);
	}
}
END_TEST

START_TEST(an_old_stamp_in_utc_does_not_decide_the_year)
{
	struct clocks *c = clocks_new();
	struct yearless file = { 0 };
	struct stamp s = yearless_stamp("Nov 22 10:00:00");
	uint32_t clock;
	ts_usec t;

	clocks_saw(c, CLOCK_IS_UTC, at("2023-05-01T00:00:00Z"));   /* a pod's creation, long ago */
	clocks_saw(c, local_of(c, ""), at("2026-11-22T10:30:00")); /* the log beside it */
	t = clock_place_yearless(c, &file, OWN, STR("syslog"), &s, &clock);
	clocks_saw(c, clock, t);
	clocks_solve(c);
	check_instant(c, clock, t, "2026-11-22T10:00:00.000000Z");
	clocks_free(c);
}
END_TEST

/* What is known of two files without any year: their order, when they end in one season. */
static const struct { const char *a, *host_a, *b, *host_b; bool ordered; } seasons[] = {
	{ "Nov 22 10:00:00", "n1", "Nov 22 10:00:01", "n1", true },
	{ "Nov 22 10:00:00", "n1", "Sep  1 00:00:00", "n1", true },
	{ "Nov 22 10:00:00", "n1", "Aug  1 00:00:00", "n1", false }, /* of this year, or of the next? */
	{ "Dec 31 23:59:59", "n1", "Jan  1 00:00:00", "n1", false },
	{ "Nov 22 10:00:00", "n1", "Nov 22 10:00:01", "n2", false }, /* two zones */
};

START_TEST(without_any_year_the_error_says_so)
{
	struct clocks *c = clocks_new();
	struct yearless file[2] = { { 0 } };
	const char *const stamps[2] = { seasons[_i].a, seasons[_i].b };
	const struct str hosts[2] = { str_of(seasons[_i].host_a), str_of(seasons[_i].host_b) };
	static const struct str paths[2] = { { "syslog", 6 }, { "kern.log", 8 } };
	uint32_t clock[2];

	for (int i = 0; i < 2; i++) {
		struct stamp s = yearless_stamp(stamps[i]);
		ts_usec t = clock_place_yearless(c, &file[i], hosts[i], paths[i], &s, &clock[i]);

		clocks_saw(c, clock[i], t);
	}
	clocks_zone(c, hosts[0], 60, STR("zone"));
	clocks_solve(c);
	ck_assert_int_ge(error_of(c, clock[0]), TS_FOREVER);
	ck_assert_int_ge(error_of(c, clock[1]), TS_FOREVER);
	if (seasons[_i].ordered)
		ck_assert_int_eq(clocks_between(c, clock[0], clock[1]), 0);
	else
		ck_assert_int_ge(clocks_between(c, clock[0], clock[1]), TS_FOREVER);
	clocks_free(c);
}
END_TEST

static const struct { const char *name, *last, *utc; } named[] = {
	{ "sosreport-gpu-01-2026-11-22-abcdefg.tar.xz", "Nov 22 10:00:00", "2026-11-22T10:00:00.000000Z" },
	{ "must-gather-20261122", "Dec 24 10:00:00", "2025-12-24T10:00:00.000000Z" },
	{ "case.2026-11-22.UTC10.16.04", "Nov 24 01:00:00", "2026-11-24T01:00:00.000000Z" }, /* the day of another zone */
	{ "build-202611221", "Nov 22 10:00:00", NULL },  /* a number */
	{ "case-2026-13-22", "Nov 22 10:00:00", NULL },
	{ "case", "Nov 22 10:00:00", NULL },
};

START_TEST(a_day_in_the_name_of_the_bundle_decides_the_year)
{
	struct clocks *c = clocks_new();
	struct yearless file = { 0 };
	struct stamp s = yearless_stamp(named[_i].last);
	uint32_t clock;
	ts_usec t = clock_place_yearless(c, &file, OWN, STR("syslog"), &s, &clock);

	clocks_saw(c, clock, t);
	clocks_bundle_named(c, str_of(named[_i].name));
	clocks_solve(c);
	if (named[_i].utc)
		check_instant(c, clock, t, named[_i].utc);
	ck_assert_int_eq(error_of(c, clock) < TS_FOREVER, named[_i].utc != NULL);
	clocks_free(c);
}
END_TEST

START_TEST(one_file_keeps_its_order_over_new_year_without_any_year)
{
	struct clocks *c = clocks_new();
	struct yearless file = { 0 };
	static const char *const stamps[3] = { "Nov 22 10:00:00", "Jan  1 00:00:00", "Mar  2 00:00:00" };
	static const char *const want[3] = { "2000-11-22T10:00:00.000000Z", "2001-01-01T00:00:00.000000Z", "2001-03-02T00:00:00.000000Z" };
	uint32_t clock[3];
	ts_usec t[3];

	for (int i = 0; i < 3; i++) {
		struct stamp s = yearless_stamp(stamps[i]);

		t[i] = clock_place_yearless(c, &file, OWN, STR("syslog"), &s, &clock[i]);
		clocks_saw(c, clock[i], t[i]);
	}
	clocks_solve(c);
	for (int i = 0; i < 3; i++) {
		check_instant(c, clock[i], t[i], want[i]);
		ck_assert_int_eq(clocks_between(c, clock[0], clock[i]), 0);
	}
	clocks_free(c);
}
END_TEST

START_TEST(evidence_in_the_file_decides_its_year)
{
	struct clocks *c = clocks_new();
	struct yearless file = { 0 };
	struct stamp s[2] = { yearless_stamp("Nov 22 10:00:00"), yearless_stamp("Jan  3 10:00:00") };
	uint32_t clock[2];
	ts_usec t[2];

	for (int i = 0; i < 2; i++) {
		t[i] = clock_place_yearless(c, &file, OWN, STR("kern.log"), &s[i], &clock[i]);
		clocks_saw(c, clock[i], t[i]);
	}
	/* An audit stamp: the file is two years older than the collection lets it be. */
	clocks_pair(c, clock[1], t[1], CLOCK_IS_UTC, at("2024-01-03T08:00:00Z"), TS_SECOND, STR("audit stamp"));
	clocks_collected(c, CLOCK_IS_UTC, at("2026-11-22T12:00:00Z"), STR("date"));
	clocks_solve(c);
	check_instant(c, clock[1], t[1], "2024-01-03T08:00:00.000000Z");
	check_instant(c, clock[0], t[0], "2023-11-22T08:00:00.000000Z");
	clocks_free(c);
}
END_TEST

START_TEST(files_without_years_of_two_hosts_do_not_meet)
{
	struct clocks *c = clocks_new();
	struct yearless file[2] = { { 0 } };
	struct stamp s = yearless_stamp("Nov 22 10:00:00");
	const struct str hosts[2] = { STR("n1"), STR("n2") };
	uint32_t clock[2];
	ts_usec t[2];

	for (int i = 0; i < 2; i++) {
		t[i] = clock_place_yearless(c, &file[i], hosts[i], STR("relay.log"), &s, &clock[i]);
		clocks_saw(c, clock[i], t[i]);
	}
	clocks_zone(c, hosts[0], 60, STR("n1's zone"));
	clocks_zone(c, hosts[1], -60, STR("n2's zone"));
	clocks_collected(c, CLOCK_IS_UTC, at("2026-11-22T12:00:00Z"), STR("date"));
	clocks_solve(c);
	ck_assert_uint_ne(clock[0], clock[1]);
	check_instant(c, clock[0], t[0], "2026-11-22T09:00:00.000000Z");
	check_instant(c, clock[1], t[1], "2026-11-22T11:00:00.000000Z");
	clocks_free(c);
}
END_TEST

/* ---- an error that is stated holds ---- */

static uint64_t seed;
static uint64_t below(uint64_t n) /* Knuth's MMIX */
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (seed >> 33) % n;
}
static ts_usec within(ts_usec u) { return (ts_usec)below(2 * (uint64_t)u + 1) - u; }

enum { HOSTS = 3, BOOTS = 3, CLOCKS_MAX = 1 + HOSTS * (1 + BOOTS) + 3 };

/* A case with known truth: true_offset is that of each clock. */
struct truth { struct clocks *c; uint32_t id[CLOCKS_MAX]; ts_usec offset[CLOCKS_MAX], reading[CLOCKS_MAX]; int n; };

static int add_clock(struct truth *t, uint32_t id, ts_usec offset, ts_usec reading)
{
	t->id[t->n] = id;
	t->offset[t->n] = offset;
	t->reading[t->n] = reading;
	clocks_saw(t->c, id, reading);
	return t->n++;
}

/* Both clocks read at some instant, the error of the comparison at most u. */
static void compare(struct truth *t, int a, int b, ts_usec when, ts_usec u, int times)
{
	for (int i = 0; i < times; i++, when += TS_MINUTE)
		clocks_pair(t->c, t->id[a], when - t->offset[a], t->id[b], when - t->offset[b] + within(u), u, STR("pair"));
}

static void random_case(struct truth *t, bool zones_known)
{
	static const char *const names[HOSTS] = { "", "n2", "n3" };
	ts_usec now = at("2026-11-22T12:00:00Z");
	int utc = add_clock(t, CLOCK_IS_UTC, 0, now - (ts_usec)below((uint64_t)TS_HOUR));

	clocks_own_host(t->c, STR("n1"));
	for (int h = 0; h < HOSTS; h++) {
		int quarters = (int)below(105) - 48; /* -12:00 to +14:00 */
		int local = add_clock(t, local_of(t->c, names[h]), -quarters * 15 * TS_MINUTE, now + quarters * 15 * TS_MINUTE - TS_DAY);

		if (zones_known && below(2))
			clocks_zone(t->c, str_of(names[h]), quarters * 15, STR("zone"));
		for (uint32_t b = 0; b < below(BOOTS + 1); b++) {
			ts_usec booted = now - (ts_usec)below(30) * TS_DAY - TS_HOUR;
			int boot = add_clock(t, clocks_get(t->c, CLOCK_BOOT, str_of(names[h]), STR("dmesg"), b), booted, TS_HOUR);

			if (below(2))
				compare(t, boot, local, booted, 1 + (ts_usec)below((uint64_t)TS_MINUTE), 1 + (int)below(4));
			if (below(4) == 0)
				compare(t, boot, utc, booted, 1 + (ts_usec)below((uint64_t)TS_MINUTE), 1 + (int)below(4));
		}
	}
	if (below(2))
		clocks_collected(t->c, CLOCK_IS_UTC, now + within(5 * TS_MINUTE - 1), STR("date"));
	else
		clocks_saw(t->c, CLOCK_IS_UTC, now - (ts_usec)below((uint64_t)(15 * TS_MINUTE)));
	add_clock(t, clocks_get(t->c, CLOCK_AGE, OWN, STR("events.txt"), 0), now, -TS_HOUR);
}

START_TEST(the_truth_lies_within_the_stated_errors)
{
	struct truth t = { .c = clocks_new() };

	seed = (uint64_t)_i * 7919 + 1;
	random_case(&t, _i % 3 != 0);
	clocks_solve(t.c);
	for (int a = 0; a < t.n; a++) {
		ts_usec off = clocks_utc(t.c, t.id[a], t.reading[a]) - (t.reading[a] + t.offset[a]);

		ck_assert_msg(llabs(off) <= error_of(t.c, t.id[a]), "case %d: %s of '%.*s' is off by %lld us, says +-%lld", _i,
			      clock_kind_name(clocks_info(t.c, t.id[a])->kind), STR_ARG(clocks_info(t.c, t.id[a])->host), (long long)off,
			      (long long)error_of(t.c, t.id[a]));
		for (int b = 0; b < t.n; b++) {
			ts_usec other = clocks_utc(t.c, t.id[b], t.reading[b]) - (t.reading[b] + t.offset[b]);

			ck_assert_int_le(llabs(off - other), clocks_between(t.c, t.id[a], t.id[b]));
			ck_assert_int_le(clocks_between(t.c, t.id[a], t.id[b]), error_of(t.c, t.id[a]) + error_of(t.c, t.id[b]));
			ck_assert_int_eq(clocks_between(t.c, t.id[a], t.id[b]), clocks_between(t.c, t.id[b], t.id[a]));
		}
	}
	clocks_free(t.c);
}
END_TEST

/* A syslog of up to three years, gaps of up to 200 days and small steps back. */
START_TEST(a_random_log_gets_its_years_back)
{
	enum { LINES = 60 };
	struct clocks *c = clocks_new();
	struct yearless file = { 0 };
	ts_usec truth[LINES], t[LINES], now;
	uint32_t clock[LINES];

	seed = (uint64_t)_i * 104729 + 3;
	now = at("2019-01-01T00:00:00Z") + (ts_usec)below(8 * 365) * TS_DAY + (ts_usec)below(86400) * TS_SECOND;
	truth[LINES - 1] = now - (ts_usec)below(300) * TS_DAY;
	for (int i = LINES - 1; i > 0; i--) {
		ts_usec step = below(8) ? (ts_usec)below(1000000) * TS_SECOND : (ts_usec)below(200) * TS_DAY;

		truth[i - 1] = truth[i] - step + (below(10) == 0 ? step + (ts_usec)below(120) * TS_SECOND : 0);
	}
	if (below(2)) /* some other file was read before */
		clocks_saw(c, CLOCK_IS_UTC, now - (ts_usec)below(3 * 365) * TS_DAY);
	for (int i = 0; i < LINES; i++) {
		struct civil d = ts_split(truth[i]);
		struct stamp s = { .t = ts_civil(2000, d.month, d.day, d.hour, d.minute, d.second, d.us) };

		t[i] = clock_place_yearless(c, &file, OWN, STR("syslog"), &s, &clock[i]);
		clocks_saw(c, clock[i], t[i]);
	}
	clocks_zone(c, OWN, 0, STR("zone"));
	clocks_collected(c, CLOCK_IS_UTC, now, STR("date"));
	clocks_solve(c);
	for (int i = 0; i < LINES; i++)
		ck_assert_msg(clocks_utc(c, clock[i], t[i]) == truth[i], "case %d, line %d is off by %lld s", _i, i,
			      (long long)((clocks_utc(c, clock[i], t[i]) - truth[i]) / TS_SECOND));
	clocks_free(c);
}
END_TEST

/* ---- the order of files does not matter ---- */

START_TEST(the_order_of_evidence_does_not_matter)
{
	enum { PAIRS = 12, N = 6 };
	struct { uint32_t a, b; ts_usec diff, u; } pair[PAIRS];
	ts_usec want[N] = { 0 };

	seed = (uint64_t)_i * 31337 + 11;
	for (int i = 0; i < PAIRS; i++) {
		pair[i].a = (uint32_t)below(N);
		pair[i].b = i < 2 ? N : (uint32_t)below(N); /* N: UTC */
		pair[i].diff = (ts_usec)below(10) * TS_SECOND;
		pair[i].u = (ts_usec)(1 + below(2)) * TS_SECOND; /* many ties */
	}
	for (int shuffled = 0; shuffled < 4; shuffled++) {
		struct clocks *c = clocks_new();
		uint32_t id[N + 1] = { [N] = CLOCK_IS_UTC };

		for (uint32_t i = 0; i < N; i++) {
			uint32_t k = (i * 5 + (uint32_t)shuffled) % N;
			char path[8] = { (char)('a' + k) };

			id[k] = clocks_get(c, k < 3 ? CLOCK_BOOT : CLOCK_LOCAL, str_of(k < 3 ? "" : path), k < 3 ? str_of(path) : STR_NONE, 0);
			clocks_saw(c, id[k], TS_SECOND * k);
		}
		clocks_own_host(c, STR("n1"));
		for (int i = 0; i < PAIRS; i++) {
			int k = (i * 7 + shuffled * 5) % PAIRS;

			if (shuffled % 2)
				clocks_pair(c, id[pair[k].a], pair[k].diff, id[pair[k].b], 0, pair[k].u, STR("x"));
			else
				clocks_pair(c, id[pair[k].b], 0, id[pair[k].a], pair[k].diff, pair[k].u, STR("x"));
		}
		clocks_solve(c);
		for (uint32_t i = 0; i < N; i++) {
			if (shuffled == 0)
				want[i] = clocks_info(c, id[i])->offset_us;
			ck_assert_int_eq(clocks_info(c, id[i])->offset_us, want[i]);
		}
		clocks_free(c);
	}
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, stamps_without_a_year_get_one, yearses);
	tcase_add_test(tc, an_old_stamp_in_utc_does_not_decide_the_year);
	LOOP(tc, without_any_year_the_error_says_so, seasons);
	LOOP(tc, a_day_in_the_name_of_the_bundle_decides_the_year, named);
	tcase_add_test(tc, one_file_keeps_its_order_over_new_year_without_any_year);
	tcase_add_test(tc, evidence_in_the_file_decides_its_year);
	tcase_add_test(tc, files_without_years_of_two_hosts_do_not_meet);
	tcase_add_loop_test(tc, the_truth_lies_within_the_stated_errors, 0, 200);
	tcase_add_loop_test(tc, a_random_log_gets_its_years_back, 0, 200);
	tcase_add_loop_test(tc, the_order_of_evidence_does_not_matter, 0, 50);
}

TEST_MAIN("clock_years", add)

#include "tstamp/clock.h"

#include <string.h>

#include "clock_help.h"

/* ---- identity ---- */

START_TEST(a_clock_is_made_once)
{
	struct clocks *c = clocks_new();
	uint32_t a = clocks_get(c, CLOCK_BOOT, STR("n1"), STR("dmesg"), 0);

	ck_assert_uint_eq(clocks_get(c, CLOCK_BOOT, STR("n1"), STR("dmesg"), 0), a);
	ck_assert_uint_ne(clocks_get(c, CLOCK_BOOT, STR("n1"), STR("dmesg"), 1), a);
	ck_assert_uint_ne(clocks_get(c, CLOCK_BOOT, STR("n2"), STR("dmesg"), 0), a);
	ck_assert_uint_ne(clocks_get(c, CLOCK_BOOT, STR("n1"), STR("dmesg.0"), 0), a);
	ck_assert_uint_ne(clocks_get(c, CLOCK_LOCAL, STR("n1"), STR("dmesg"), 0), a);
	/* Host and scope do not run into each other. */
	ck_assert_uint_ne(clocks_get(c, CLOCK_BOOT, STR("n1d"), STR("mesg"), 0), a);
	ck_assert_uint_eq(clocks_get(c, CLOCK_UTC, STR_NONE, STR_NONE, 0), CLOCK_IS_UTC);
	clocks_free(c);
}
END_TEST

/* ---- local time ---- */

static const struct { int minutes; const char *utc; } zones[] = {
	{ 0, "2026-11-22T10:00:00.000000Z" },
	{ 60, "2026-11-22T09:00:00.000000Z" },
	{ -210, "2026-11-22T13:30:00.000000Z" },
	{ 840, "2026-11-21T20:00:00.000000Z" },
};

START_TEST(a_zone_makes_local_time_exact)
{
	struct clocks *c = clocks_new();
	uint32_t local = local_of(c, "");

	clocks_saw(c, local, at("2026-11-22T10:00:00"));
	clocks_zone(c, OWN, zones[_i].minutes, STR("timedatectl"));
	clocks_solve(c);
	check_instant(c, local, at("2026-11-22T10:00:00"), zones[_i].utc);
	ck_assert_int_eq(error_of(c, local), 0);
	ck_assert(str_eq(clocks_info(c, local)->basis, STR("timedatectl")));
	clocks_free(c);
}
END_TEST

START_TEST(local_time_without_a_zone_may_be_14_hours_off)
{
	struct clocks *c = clocks_new();
	uint32_t local = local_of(c, ""), other = local_of(c, "n2");

	clocks_saw(c, local, at("2026-11-22T10:00:00"));
	clocks_saw(c, other, at("2026-11-22T10:00:00"));
	clocks_own_host(c, STR("n1"));
	clocks_solve(c);
	check_instant(c, local, at("2026-11-22T10:00:00"), "2026-11-22T10:00:00.000000Z");
	ck_assert_int_eq(error_of(c, local), 14 * TS_HOUR);
	/* Two hosts may lie in two zones. */
	ck_assert_int_eq(clocks_between(c, local, other), 28 * TS_HOUR);
	clocks_free(c);
}
END_TEST

START_TEST(two_logs_of_one_host_keep_their_order_though_its_zone_is_unknown)
{
	struct clocks *c = clocks_new();
	struct yearless y = { 0 };
	struct stamp s = yearless_stamp("Nov 22 10:00:05");
	uint32_t local = local_of(c, ""), syslog, kern;
	ts_usec t;

	clocks_saw(c, local, at("2026-11-22T10:00:00"));
	t = clock_place_yearless(c, &y, OWN, STR("syslog"), &s, &syslog);
	clocks_saw(c, syslog, t);
	y = (struct yearless){ 0 };
	(void)clock_place_yearless(c, &y, OWN, STR("kern.log"), &s, &kern);
	clocks_saw(c, kern, t);
	clocks_solve(c);
	ck_assert_int_eq(error_of(c, syslog), 14 * TS_HOUR);
	ck_assert_int_eq(clocks_between(c, local, syslog), 0);
	ck_assert_int_eq(clocks_between(c, kern, syslog), 0);
	ck_assert_int_eq(clocks_utc(c, syslog, t) - clocks_utc(c, local, at("2026-11-22T10:00:00")), 5 * TS_SECOND);
	clocks_free(c);
}
END_TEST

START_TEST(the_own_host_has_one_local_time_under_both_of_its_names)
{
	struct clocks *c = clocks_new();
	uint32_t named = local_of(c, "n1"), own = local_of(c, ""), other = local_of(c, "n2");

	clocks_saw(c, named, at("2026-11-22T10:00:00"));
	clocks_saw(c, own, at("2026-11-22T10:00:00"));
	clocks_saw(c, other, at("2026-11-22T10:00:00"));
	clocks_own_host(c, STR("n1"));
	clocks_zone(c, OWN, 120, STR("date"));
	clocks_solve(c);
	check_instant(c, named, at("2026-11-22T10:00:00"), "2026-11-22T08:00:00.000000Z");
	ck_assert_int_eq(error_of(c, named), 0);
	ck_assert_int_eq(error_of(c, other), 14 * TS_HOUR);
	clocks_free(c);
}
END_TEST

START_TEST(a_single_host_in_the_logs_is_the_bundles_own)
{
	struct clocks *c = clocks_new();
	uint32_t named = local_of(c, "n1");

	clocks_saw(c, named, at("2026-11-22T10:00:00"));
	clocks_zone(c, OWN, -60, STR("date"));
	clocks_solve(c);
	check_instant(c, named, at("2026-11-22T10:00:00"), "2026-11-22T11:00:00.000000Z");
	clocks_free(c);
}
END_TEST

/* ---- boots ---- */

START_TEST(btime_places_the_running_boot)
{
	struct clocks *c = clocks_new();
	uint32_t dmesg = dmesg_of(c, "dmesg"), running = clocks_get(c, CLOCK_BOOT, OWN, STR_NONE, 0);

	clocks_saw(c, dmesg, 4 * TS_SECOND);
	clocks_pair(c, dmesg, 0, running, 0, 0, STR("last boot of the file"));
	clocks_pair(c, running, 0, CLOCK_IS_UTC, at("2026-11-22T10:00:00Z"), TS_SECOND, STR("btime"));
	clocks_solve(c);
	check_instant(c, dmesg, 4 * TS_SECOND, "2026-11-22T10:00:04.000000Z");
	ck_assert_int_eq(error_of(c, dmesg), TS_SECOND);
	ck_assert_int_eq(clocks_between(c, dmesg, running), 0);
	clocks_free(c);
}
END_TEST

START_TEST(uptime_and_date_place_the_running_boot)
{
	struct clocks *c = clocks_new();
	uint32_t running = clocks_get(c, CLOCK_BOOT, OWN, STR_NONE, 0);

	clocks_uptime(c, OWN, 2 * TS_HOUR, STR("uptime"));
	clocks_collected(c, CLOCK_IS_UTC, at("2026-11-22T12:00:00Z"), STR("date"));
	clocks_solve(c);
	check_instant(c, running, 0, "2026-11-22T10:00:00.000000Z");
	ck_assert_int_eq(error_of(c, running), TS_MINUTE);
	ck_assert_int_eq(clocks_collected_at(c), at("2026-11-22T12:00:00Z"));
	clocks_free(c);
}
END_TEST

START_TEST(uptime_and_a_date_without_zone_tie_the_boot_to_local_time)
{
	struct clocks *c = clocks_new();
	uint32_t running = clocks_get(c, CLOCK_BOOT, OWN, STR_NONE, 0), local = local_of(c, "");

	clocks_uptime(c, OWN, 2 * TS_HOUR, STR("uptime"));
	clocks_collected(c, local, at("2026-11-22T12:00:00"), STR("date"));
	clocks_solve(c);
	check_instant(c, running, 0, "2026-11-22T10:00:00.000000Z");
	ck_assert_int_eq(error_of(c, running), 14 * TS_HOUR + TS_MINUTE);
	ck_assert_int_eq(clocks_between(c, running, local), TS_MINUTE);
	clocks_free(c);
}
END_TEST

START_TEST(stamps_beside_uptimes_place_each_boot_of_a_kernel_log)
{
	struct clocks *c = clocks_new();
	uint32_t boot[2], local = local_of(c, "");

	for (uint32_t i = 0; i < 2; i++) {
		boot[i] = clocks_get(c, CLOCK_BOOT, OWN, STR("kern.log"), i);
		clocks_saw(c, boot[i], 100 * TS_SECOND);
		clocks_pair(c, boot[i], 100 * TS_SECOND, local, at("2026-11-22T10:00:00") + i * TS_DAY, TS_SECOND, STR("kern.log"));
	}
	clocks_zone(c, OWN, 60, STR("date"));
	clocks_solve(c);
	check_instant(c, boot[0], 0, "2026-11-22T08:58:20.000000Z");
	check_instant(c, boot[1], 0, "2026-11-23T08:58:20.000000Z");
	ck_assert_int_eq(error_of(c, boot[1]), TS_SECOND);
	ck_assert_int_eq(clocks_between(c, boot[0], boot[1]), 2 * TS_SECOND);
	clocks_free(c);
}
END_TEST

START_TEST(the_surest_evidence_wins)
{
	struct clocks *c = clocks_new();
	uint32_t boot = dmesg_of(c, "dmesg");

	clocks_saw(c, boot, 0);
	clocks_zone(c, OWN, 0, STR("date"));
	clocks_pair(c, boot, 0, CLOCK_IS_UTC, at("2026-11-22T10:00:30Z"), TS_MINUTE, STR("uptime"));
	clocks_pair(c, boot, 0, local_of(c, ""), at("2026-11-22T10:00:03"), TS_SECOND, STR("kern.log"));
	clocks_solve(c);
	check_instant(c, boot, 0, "2026-11-22T10:00:03.000000Z");
	ck_assert_int_eq(error_of(c, boot), TS_SECOND);
	ck_assert(str_eq(clocks_info(c, boot)->basis, STR("kern.log")));
	clocks_free(c);
}
END_TEST

START_TEST(a_boot_that_nothing_places_ends_with_the_bundle_and_is_never_certain)
{
	struct clocks *c = clocks_new();
	uint32_t boot = dmesg_of(c, "dmesg"), running = clocks_get(c, CLOCK_BOOT, OWN, STR_NONE, 0), local = local_of(c, "");

	clocks_saw(c, boot, 100 * TS_SECOND);
	clocks_saw(c, local, at("2026-11-22T10:00:00"));
	clocks_pair(c, boot, 0, running, 0, 0, STR("last boot of the file"));
	clocks_solve(c);
	check_instant(c, boot, 100 * TS_SECOND, "2026-11-22T10:00:00.000000Z");
	ck_assert_int_ge(error_of(c, boot), TS_FOREVER);
	ck_assert_int_eq(clocks_between(c, boot, running), 0);
	check_instant(c, running, 100 * TS_SECOND, "2026-11-22T10:00:00.000000Z");
	clocks_free(c);
}
END_TEST

/* ---- pairs of the same two clocks ---- */

struct agreement {
	struct { ts_usec offset, u; } pair[4]; /* of boot against UTC, in seconds; the first {0, 0} ends them */
	ts_usec offset, u;
};

static const struct agreement agreements[] = {
	{ { { 1000, 5 }, { 1004, 5 } }, 1002, 3 },          /* where they overlap: 999 to 1005 */
	{ { { 1000, 60 }, { 1010, 1 } }, 1010, 1 },
	{ { { 1000, 5 }, { 1010, 5 } }, 1005, 0 },          /* touching in one point */
	{ { { 1000, 1 }, { 1010, 1 }, { 1100, 1 } }, 1010, 91 }, /* stepped: the median, up to the farthest */
	{ { { 1000, 20 }, { 1050, 1 }, { 1052, 1 } }, 1050, 70 }, /* an error that holds for the loose one too */
	{ { { 1000, 1 }, { 1100, 50 } }, 1100, 101 },
	{ { { 1000, 1 }, { 1090, 1 }, { 1100, 1 } }, 1090, 91 },
	{ { { 1000, 1 }, { 1010, 60 }, { 1100, 1 }, { 1101, 1 } }, 1100, 150 },
};

START_TEST(pairs_of_two_clocks_become_one)
{
	const struct agreement *g = &agreements[_i];

	for (int reversed = 0; reversed < 2; reversed++) {
		struct clocks *c = clocks_new();
		uint32_t boot = dmesg_of(c, "dmesg");
		int n = 0;

		while (n < 4 && g->pair[n].offset)
			n++;
		for (int i = 0; i < n; i++) {
			int k = reversed ? n - 1 - i : i;

			clocks_pair(c, boot, 0, CLOCK_IS_UTC, g->pair[k].offset * TS_SECOND, g->pair[k].u * TS_SECOND, STR("b"));
		}
		clocks_solve(c);
		ck_assert_int_eq(clocks_info(c, boot)->offset_us, g->offset * TS_SECOND);
		ck_assert_int_eq(error_of(c, boot), g->u * TS_SECOND);
		clocks_free(c);
	}
}
END_TEST

/* ---- ages ---- */

struct printed { const char *date, *last_stamp, *printed; ts_usec u; };
static const struct printed printeds[] = {
	{ "2026-11-22T12:00:00Z", NULL, "2026-11-22T12:00:00.000000Z", 5 * TS_MINUTE },
	{ "2026-11-22T12:00:00Z", "2026-11-22T11:00:00Z", "2026-11-22T12:00:00.000000Z", 5 * TS_MINUTE },
	/* The collection went on for ten minutes after date. */
	{ "2026-11-22T12:00:00Z", "2026-11-22T12:10:00Z", "2026-11-22T12:05:00.000000Z", 10 * TS_MINUTE },
	/* A clock far ahead is no witness. */
	{ "2026-11-22T12:00:00Z", "2036-01-01T00:00:00Z", "2026-11-22T12:00:00.000000Z", 5 * TS_MINUTE },
	{ NULL, "2026-11-22T11:00:00Z", "2026-11-22T11:00:00.000000Z", 15 * TS_MINUTE },
	{ NULL, NULL, "1970-01-01T00:00:00.000000Z", TS_FOREVER },
};

START_TEST(ages_count_from_the_collection)
{
	const struct printed *p = &printeds[_i];
	struct clocks *c = clocks_new();
	uint32_t age = clocks_get(c, CLOCK_AGE, OWN, STR("events.txt"), 0);

	clocks_saw(c, age, -TS_HOUR);
	if (p->date)
		clocks_collected(c, CLOCK_IS_UTC, at(p->date), STR("date"));
	if (p->last_stamp)
		clocks_saw(c, CLOCK_IS_UTC, at(p->last_stamp));
	clocks_solve(c);
	check_instant(c, age, 0, p->printed);
	ck_assert_int_eq(error_of(c, age), p->u);
	clocks_free(c);
}
END_TEST

START_TEST(a_local_time_does_not_move_a_collection_that_was_told)
{
	struct clocks *c = clocks_new();

	clocks_saw(c, local_of(c, ""), at("2026-11-22T18:00:00")); /* 6 hours ahead, or in another zone */
	clocks_collected(c, CLOCK_IS_UTC, at("2026-11-22T12:00:00Z"), STR("date"));
	clocks_solve(c);
	ck_assert_int_eq(clocks_collected_at(c), at("2026-11-22T12:00:00Z"));
	clocks_free(c);
}
END_TEST

START_TEST(ages_placed_by_a_local_time_share_the_error_of_its_zone)
{
	struct clocks *c = clocks_new();
	uint32_t age = clocks_get(c, CLOCK_AGE, OWN, STR("events.txt"), 0), local = local_of(c, "");

	clocks_saw(c, age, -TS_HOUR);
	clocks_saw(c, local, at("2026-11-22T12:00:00"));
	clocks_solve(c);
	check_instant(c, age, 0, "2026-11-22T12:00:00.000000Z");
	ck_assert_int_eq(error_of(c, age), 14 * TS_HOUR + 15 * TS_MINUTE);
	ck_assert_int_eq(clocks_between(c, age, local), 15 * TS_MINUTE);
	clocks_free(c);
}
END_TEST

START_TEST(a_file_without_stamps_lies_between_boot_and_collection)
{
	struct clocks *c = clocks_new();
	uint32_t none = clocks_get(c, CLOCK_UNSTAMPED, OWN, STR("out.txt"), 0), boot = dmesg_of(c, "dmesg"), packages = local_of(c, "");

	/* What an older log tells is not of this run. */
	clocks_pair(c, packages, 0, CLOCK_IS_UTC, 0, 0, STR("UTC"));
	clocks_saw(c, packages, at("2025-10-01T02:03:25"));
	clocks_saw(c, none, 0);
	clocks_saw(c, boot, 0);
	clocks_pair(c, boot, 0, CLOCK_IS_UTC, at("2026-11-22T10:00:00Z"), 0, STR("btime"));
	clocks_collected(c, CLOCK_IS_UTC, at("2026-11-22T12:00:00Z"), STR("date"));
	clocks_solve(c);
	check_instant(c, none, 0, "2026-11-22T11:00:00.000000Z");
	ck_assert_int_eq(error_of(c, none), TS_HOUR + TS_DAY);
	clocks_free(c);
}
END_TEST

START_TEST(of_tied_clocks_the_same_one_is_placed_whatever_was_read_first)
{
	for (int swapped = 0; swapped < 2; swapped++) {
		struct clocks *c = clocks_new();
		uint32_t a = local_of(c, swapped ? "n2" : "n1"), b = local_of(c, swapped ? "n1" : "n2");
		uint32_t n1 = swapped ? b : a, n2 = swapped ? a : b;

		clocks_saw(c, a, at("2026-11-22T12:00:00"));
		clocks_saw(c, b, at("2026-11-22T12:00:00"));
		clocks_pair(c, n1, 0, n2, 30 * TS_MINUTE, TS_SECOND, STR("a line both have"));
		clocks_solve(c);
		ck_assert_int_eq(clocks_info(c, n1)->offset_us, 0);
		ck_assert_int_eq(clocks_info(c, n2)->offset_us, -30 * TS_MINUTE);
		ck_assert_int_eq(clocks_between(c, n1, n2), TS_SECOND);
		clocks_free(c);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_clock_is_made_once);
	LOOP(tc, a_zone_makes_local_time_exact, zones);
	tcase_add_test(tc, local_time_without_a_zone_may_be_14_hours_off);
	tcase_add_test(tc, two_logs_of_one_host_keep_their_order_though_its_zone_is_unknown);
	tcase_add_test(tc, the_own_host_has_one_local_time_under_both_of_its_names);
	tcase_add_test(tc, a_single_host_in_the_logs_is_the_bundles_own);
	tcase_add_test(tc, btime_places_the_running_boot);
	tcase_add_test(tc, uptime_and_date_place_the_running_boot);
	tcase_add_test(tc, uptime_and_a_date_without_zone_tie_the_boot_to_local_time);
	tcase_add_test(tc, stamps_beside_uptimes_place_each_boot_of_a_kernel_log);
	tcase_add_test(tc, the_surest_evidence_wins);
	tcase_add_test(tc, a_boot_that_nothing_places_ends_with_the_bundle_and_is_never_certain);
	LOOP(tc, pairs_of_two_clocks_become_one, agreements);
	LOOP(tc, ages_count_from_the_collection, printeds);
	tcase_add_test(tc, a_local_time_does_not_move_a_collection_that_was_told);
	tcase_add_test(tc, of_tied_clocks_the_same_one_is_placed_whatever_was_read_first);
	tcase_add_test(tc, ages_placed_by_a_local_time_share_the_error_of_its_zone);
	tcase_add_test(tc, a_file_without_stamps_lies_between_boot_and_collection);
}

TEST_MAIN("clock", add)

#include "tstamp/clock.h"

#include "clock_help.h"

/* What all evidence together allows, and what happens when it contradicts itself. */

static uint32_t host_of(struct clocks *c, const char *name) { return clocks_host(c, str_of(name)); }

/* ---- contradictions ---- */

START_TEST(two_measurements_that_cannot_both_be_true_are_both_allowed_for_and_said)
{
	struct clocks *c = clocks_new();
	uint32_t boot = dmesg_of(c, "dmesg"), other = dmesg_of(c, "kern.log");

	clocks_saw(c, boot, TS_HOUR);
	clocks_pair(c, boot, 0, CLOCK_IS_UTC, at("2026-11-22T10:00:00Z"), TS_SECOND, STR("btime"));
	clocks_pair(c, boot, 0, other, 0, 0, STR("one log"));
	clocks_pair(c, other, 0, CLOCK_IS_UTC, at("2026-11-22T10:00:30Z"), TS_SECOND, STR("audit stamp"));
	clocks_solve(c);
	ck_assert_int_le(clocks_utc(c, boot, 0) - error_of(c, boot), at("2026-11-22T09:59:59Z"));
	ck_assert_int_ge(clocks_utc(c, boot, 0) + error_of(c, boot), at("2026-11-22T10:00:31Z"));
	ck_assert_int_le(error_of(c, boot), TS_MINUTE);
	ck_assert(str_has(clocks_info(c, boot)->note, STR("evidence disagrees by 28 s: ")));
	ck_assert(str_has(clocks_info(c, boot)->note, STR("btime")));
	ck_assert(str_has(clocks_info(c, boot)->note, STR("audit stamp")));
	clocks_free(c);
}
END_TEST

START_TEST(a_log_taken_for_the_running_boot_gives_way_to_measurements)
{
	struct clocks *c = clocks_new();
	uint32_t dmesg = dmesg_of(c, "dmesg"), running = clocks_get(c, CLOCK_BOOT, OWN, STR_NONE, 0);

	clocks_saw(c, dmesg, TS_HOUR);
	clocks_assume(c, dmesg, 0, running, 0, 0, CLOCK_SAME, STR("last boot of the log"));
	clocks_pair(c, running, 0, CLOCK_IS_UTC, at("2026-11-22T10:00:00Z"), TS_SECOND, STR("btime"));
	clocks_pair(c, dmesg, 0, CLOCK_IS_UTC, at("2026-11-20T10:00:00Z"), TS_SECOND, STR("audit stamp"));
	clocks_solve(c);
	check_instant(c, dmesg, 0, "2026-11-20T10:00:00.000000Z");
	check_instant(c, running, 0, "2026-11-22T10:00:00.000000Z");
	ck_assert_int_eq(error_of(c, dmesg), TS_SECOND);
	ck_assert(str_has(clocks_info(c, dmesg)->note, STR("another boot")));
	clocks_free(c);
}
END_TEST

/* ---- hosts whose clocks differ ---- */

START_TEST(a_host_is_put_right_by_the_own_one)
{
	struct clocks *c = clocks_new();
	uint32_t own = host_of(c, "n1"), fast = host_of(c, "n2");

	clocks_own_host(c, STR("n1"));
	clocks_saw(c, own, at("2026-11-22T10:00:00Z"));
	clocks_saw(c, fast, at("2026-11-22T10:07:00Z"));
	clocks_pair(c, own, at("2026-11-22T10:00:00Z"), fast, at("2026-11-22T10:07:00Z"), TS_SECOND, STR("a line both have"));
	clocks_solve(c);
	check_instant(c, fast, at("2026-11-22T10:07:00Z"), "2026-11-22T10:00:00.000000Z");
	ck_assert_int_eq(error_of(c, fast), TS_SECOND);
	ck_assert_int_eq(error_of(c, own), 0);
	ck_assert(str_eq(clocks_info(c, fast)->basis, STR("a line both have")));
	clocks_free(c);
}
END_TEST

START_TEST(of_two_strangers_nobody_knows_which_is_right)
{
	struct clocks *c = clocks_new();
	uint32_t a = host_of(c, "n2"), b = host_of(c, "n3");

	clocks_own_host(c, STR("n1"));
	clocks_saw(c, a, at("2026-11-22T10:00:00Z"));
	clocks_saw(c, b, at("2026-11-22T10:07:00Z"));
	clocks_pair(c, a, at("2026-11-22T10:00:00Z"), b, at("2026-11-22T10:07:00Z"), TS_SECOND, STR("a line both have"));
	clocks_solve(c);
	/* The same instant, between what either says; the order of the two is sure. */
	ck_assert_int_le(clocks_utc(c, a, at("2026-11-22T10:00:00Z")) - error_of(c, a), at("2026-11-22T10:00:00Z"));
	ck_assert_int_ge(clocks_utc(c, a, at("2026-11-22T10:00:00Z")) + error_of(c, a), at("2026-11-22T10:07:00Z") - TS_SECOND);
	ck_assert_int_le(clocks_between(c, a, b), 8 * TS_MINUTE);
	ck_assert(str_has(clocks_info(c, b)->note, STR("disagrees by 6m59s")));
	clocks_free(c);
}
END_TEST

struct delay { int n; ts_usec after[4]; ts_usec offset_least, offset_most; };

/* What a node dates at t, the server dates so much later. */
static const struct delay delays[] = {
	{ 1, { 0 }, 0, 0 },
	{ 1, { 90 * TS_SECOND }, 0, 0 },                                        /* one late one proves nothing */
	{ 3, { 90 * TS_SECOND, 2 * TS_SECOND, TS_SECOND }, 0, 0 },              /* nor do several with a quick one */
	{ 3, { 90 * TS_SECOND, 95 * TS_SECOND, 91 * TS_SECOND }, 79 * TS_SECOND, 91 * TS_SECOND }, /* a slow clock */
	{ 1, { -7 * TS_MINUTE }, -7 * TS_MINUTE - 11 * TS_SECOND, -7 * TS_MINUTE + TS_SECOND },  /* a fast one */
};

START_TEST(what_follows_at_once_tells_a_wrong_clock_from_a_slow_network)
{
	const struct delay *d = &delays[_i];
	struct clocks *c = clocks_new();
	uint32_t node = host_of(c, "node-2");
	ts_usec t = at("2026-11-22T10:00:00Z");

	clocks_own_host(c, STR("n1"));
	clocks_saw(c, node, t);
	for (int i = 0; i < d->n; i++)
		clocks_followed(c, node, t, CLOCK_IS_UTC, t + d->after[i], TS_SECOND, STR("events"));
	clocks_solve(c);
	ck_assert_int_ge(clocks_info(c, node)->offset_us - error_of(c, node), d->offset_least);
	ck_assert_int_le(clocks_info(c, node)->offset_us + error_of(c, node), d->offset_most);
	clocks_free(c);
}
END_TEST

/* ---- narrowing ---- */

START_TEST(a_stamp_after_the_collection_narrows_an_unknown_zone)
{
	struct clocks *c = clocks_new();
	uint32_t local = local_of(c, "");

	clocks_saw(c, local, at("2026-11-22T21:00:00"));
	clocks_collected(c, host_of(c, ""), at("2026-11-22T12:00:00Z"), STR("date"));
	clocks_solve(c);
	/* Nine hours ahead at least, give or take the time that collecting takes; fourteen at most. */
	ck_assert_int_le(clocks_info(c, local)->offset_us + error_of(c, local), -9 * TS_HOUR + 5 * TS_MINUTE + 1);
	ck_assert_int_ge(clocks_info(c, local)->offset_us - error_of(c, local), -14 * TS_HOUR - 1);
	clocks_free(c);
}
END_TEST

START_TEST(a_boot_between_two_instants_lies_between_them)
{
	struct clocks *c = clocks_new();
	uint32_t first = dmesg_of(c, "dmesg"), later = clocks_get(c, CLOCK_BOOT, OWN, STR("dmesg"), 1);

	clocks_saw(c, first, TS_HOUR);
	clocks_saw(c, later, 2 * TS_HOUR);
	clocks_pair(c, first, 0, CLOCK_IS_UTC, at("2026-11-22T08:00:00Z"), 0, STR("btime"));
	clocks_order(c, first, TS_HOUR, later, TS_HOUR, CLOCK_MEASURED, STR("asleep in between"));
	clocks_collected(c, host_of(c, ""), at("2026-11-22T12:00:00Z"), STR("date"));
	clocks_solve(c);
	/* Asleep for up to two hours: the last line was written before the collection. */
	ck_assert_int_ge(clocks_utc(c, later, TS_HOUR) - error_of(c, later), at("2026-11-22T09:00:00Z") - 1);
	ck_assert_int_le(clocks_utc(c, later, 2 * TS_HOUR) + error_of(c, later), at("2026-11-22T12:05:00Z") + 1);
	clocks_free(c);
}
END_TEST

START_TEST(a_zone_that_fits_is_exact)
{
	struct clocks *c = clocks_new();
	uint32_t boot = dmesg_of(c, "dmesg"), local = local_of(c, "");

	clocks_saw(c, boot, TS_HOUR);
	clocks_saw(c, local, at("2026-11-22T15:30:00"));
	clocks_pair(c, boot, 0, host_of(c, ""), at("2026-11-22T09:00:00Z"), TS_SECOND, STR("btime"));
	clocks_pair(c, boot, TS_HOUR, local, at("2026-11-22T15:30:02"), 3 * TS_SECOND, STR("kern.log"));
	clocks_collected(c, host_of(c, ""), at("2026-11-22T12:00:00Z"), STR("date"));
	clocks_solve(c);
	check_instant(c, local, at("2026-11-22T15:30:00"), "2026-11-22T10:00:00.000000Z");
	ck_assert_int_eq(error_of(c, local), 0);
	clocks_free(c);
}
END_TEST

/* ---- the same message in two logs ---- */

static const char *const messages[] = { "usb 1-1: new device", "eth0: link up", "nvidia 0000:3b:00.0: enabling device", "audit: started" };

START_TEST(the_same_messages_at_the_same_uptimes_are_one_boot)
{
	/* Of an earlier boot of such a machine the texts are the same, too, but not the microseconds. */
	for (int apart = 0; apart < 2; apart++) {
		struct clocks *c = clocks_new();
		uint32_t dmesg = dmesg_of(c, "dmesg"), kern = clocks_get(c, CLOCK_BOOT, STR("n1"), STR("kern.log"), 0);

		clocks_own_host(c, STR("n1"));
		clocks_saw(c, dmesg, TS_HOUR);
		clocks_pair(c, kern, 0, CLOCK_IS_UTC, at("2026-11-20T10:00:00Z"), TS_SECOND, STR("stamps"));
		for (size_t i = 0; i < 4; i++) {
			clocks_line(c, dmesg, (ts_usec)(i + 70) * TS_SECOND + 1234, 0, str_of(messages[i]));
			clocks_line(c, kern, (ts_usec)(i + 70) * TS_SECOND + 1234 + apart * (ts_usec)(i + 1), 0, str_of(messages[i]));
		}
		clocks_solve(c);
		ck_assert_int_eq(error_of(c, dmesg) == TS_SECOND, !apart);
		clocks_free(c);
	}
}
END_TEST

START_TEST(messages_that_agree_on_no_difference_tie_nothing)
{
	struct clocks *c = clocks_new();
	uint32_t dmesg = dmesg_of(c, "dmesg"), local = local_of(c, "");

	clocks_saw(c, dmesg, TS_HOUR);
	clocks_saw(c, local, at("2026-11-22T10:00:00"));
	for (size_t i = 0; i < 4; i++) {
		clocks_line(c, dmesg, (ts_usec)(i + 70) * TS_SECOND, 0, str_of(messages[i]));
		clocks_line(c, local, at("2026-11-22T10:00:00") + (ts_usec)(i * i) * TS_HOUR, 2 * TS_SECOND, str_of(messages[i]));
	}
	clocks_solve(c);
	ck_assert_int_ge(clocks_between(c, dmesg, local), TS_FOREVER);
	clocks_free(c);
}
END_TEST

/* ---- summer time ---- */

struct season { const char *name; int minutes[2]; const char *seen[2], *reading, *utc; ts_usec u; };

/* What is known of a zone (its name, offsets seen), and what a reading is then. */
static const struct season seasons[] = {
	{ "Europe/Berlin", { 60 }, { "2026-11-22T12:00:00Z" }, "2026-10-01T12:00:00", "2026-10-01T10:00:00.000000Z", 0 },
	{ "Europe/Berlin", { 60 }, { "2026-11-22T12:00:00Z" }, "2026-10-25T01:59:59", "2026-10-24T23:59:59.000000Z", 0 },
	{ "Europe/Berlin", { 60 }, { "2026-11-22T12:00:00Z" }, "2026-10-25T03:00:00", "2026-10-25T02:00:00.000000Z", 0 },
	{ "America/New_York", { -300 }, { "2026-11-22T12:00:00Z" }, "2026-03-08T01:59:59", "2026-03-08T06:59:59.000000Z", 0 },
	{ "America/New_York", { -300 }, { "2026-11-22T12:00:00Z" }, "2026-03-08T03:00:00", "2026-03-08T07:00:00.000000Z", 0 },
	{ "Australia/Sydney", { 660 }, { "2026-11-22T12:00:00Z" }, "2026-07-01T12:00:00", "2026-07-01T02:00:00.000000Z", 0 },
	{ "Pacific/Auckland", { 780 }, { "2026-11-22T12:00:00Z" }, "2026-07-01T12:00:00", "2026-07-01T00:00:00.000000Z", 0 },
	{ "Asia/Kolkata", { 330 }, { "2026-11-22T12:00:00Z" }, "2026-07-01T12:00:00", "2026-07-01T06:30:00.000000Z", 0 },
	/* No name: in the other half of the year it may be an hour more. */
	{ NULL, { 60 }, { "2026-11-22T12:00:00Z" }, "2026-11-01T12:00:00", "2026-11-01T11:00:00.000000Z", 0 },
	{ NULL, { 60 }, { "2026-11-22T12:00:00Z" }, "2026-07-01T12:00:00", "2026-07-01T10:30:00.000000Z", 30 * TS_MINUTE },
	{ NULL, { 60, 120 }, { "2026-11-22T12:00:00Z", "2026-06-01T12:00:00Z" }, "2026-07-01T12:00:00", "2026-07-01T10:00:00.000000Z", 0 },
	{ NULL, { 60, 60 }, { "2026-11-22T12:00:00Z", "2026-06-01T12:00:00Z" }, "2026-07-01T12:00:00", "2026-07-01T11:00:00.000000Z", 0 },
	{ NULL, { 330 }, { "2026-11-22T12:00:00Z" }, "2026-07-01T12:00:00", "2026-07-01T06:30:00.000000Z", 0 },
	{ NULL, { 0 }, { "2026-11-22T12:00:00Z" }, "2026-07-01T12:00:00", "2026-07-01T12:00:00.000000Z", 0 },
	/* A zone nobody here knows the rule of. */
	{ "America/Asuncion", { -180 }, { "2026-11-22T12:00:00Z" }, "2026-07-01T12:00:00", "2026-07-01T15:00:00.000000Z", TS_HOUR },
};

START_TEST(a_reading_has_the_offset_of_its_season)
{
	const struct season *s = &seasons[_i];
	struct clocks *c = clocks_new();
	uint32_t local = local_of(c, "");

	clocks_saw(c, local, at(s->reading));
	clocks_saw(c, local, at("2026-11-22T12:00:00"));
	clocks_collected(c, host_of(c, ""), at("2026-11-22T12:30:00Z"), STR("date"));
	for (int i = 0; i < 2 && s->seen[i]; i++)
		clocks_zone_at(c, OWN, at(s->seen[i]), s->minutes[i], STR("offset"));
	if (s->name)
		clocks_zone_name(c, OWN, str_of(s->name), STR("timezone"));
	clocks_solve(c);
	check_instant(c, local, at(s->reading), s->utc);
	ck_assert_int_eq(error_of(c, clocks_piece(c, local, at(s->reading))), s->u);
	clocks_free(c);
}
END_TEST

START_TEST(the_hour_that_comes_twice_may_be_either)
{
	struct clocks *c = clocks_new();
	uint32_t local = local_of(c, ""), piece;
	ts_usec t = at("2026-10-25T02:30:00");

	clocks_saw(c, local, at("2026-10-25T01:30:00"));
	clocks_saw(c, local, t);
	clocks_saw(c, local, at("2026-11-22T12:00:00"));
	clocks_collected(c, host_of(c, ""), at("2026-11-22T12:30:00Z"), STR("date"));
	clocks_zone_name(c, OWN, STR("Europe/Berlin"), STR("timezone"));
	clocks_solve(c);
	piece = clocks_piece(c, local, t);
	check_instant(c, local, t, "2026-10-25T01:00:00.000000Z");
	ck_assert_int_eq(clocks_info(c, piece)->reading_error_us, 30 * TS_MINUTE);
	ck_assert_uint_ne(piece, clocks_piece(c, local, at("2026-10-25T01:30:00")));
	ck_assert_uint_ne(piece, clocks_piece(c, local, at("2026-10-25T03:30:00")));
	clocks_free(c);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, two_measurements_that_cannot_both_be_true_are_both_allowed_for_and_said);
	tcase_add_test(tc, a_log_taken_for_the_running_boot_gives_way_to_measurements);
	tcase_add_test(tc, a_host_is_put_right_by_the_own_one);
	tcase_add_test(tc, of_two_strangers_nobody_knows_which_is_right);
	LOOP(tc, what_follows_at_once_tells_a_wrong_clock_from_a_slow_network, delays);
	tcase_add_test(tc, a_stamp_after_the_collection_narrows_an_unknown_zone);
	tcase_add_test(tc, a_boot_between_two_instants_lies_between_them);
	tcase_add_test(tc, a_zone_that_fits_is_exact);
	tcase_add_test(tc, the_same_messages_at_the_same_uptimes_are_one_boot);
	tcase_add_test(tc, messages_that_agree_on_no_difference_tie_nothing);
	LOOP(tc, a_reading_has_the_offset_of_its_season, seasons);
	tcase_add_test(tc, the_hour_that_comes_twice_may_be_either);
}

TEST_MAIN("clock network", add)

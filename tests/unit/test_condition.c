#include "correlate/series.h"

#include <math.h>

#include "base/buf.h"
#include "unit.h"

enum { POINTS_MAX = 20000 };

static struct point points[POINTS_MAX];
static size_t n_points;

/* Values as in the tests of rules, a second apart: "1x9 2+1x3 _x2". */
static void read_points(const char *values)
{
	struct str rest = str_of(values);
	struct test_run run;
	bool bad = false;
	ts_usec t = 0;

	n_points = 0;
	while (test_values_next(&rest, &run, &bad))
		for (uint32_t i = 0; i < run.n; i++, t += TS_SECOND)
			if (!run.gap)
				points[n_points++] = (struct point){ .t = t, .v = run.first + run.step * i, .clock = 0, .file = 1, .line = i };
	ck_assert_msg(!bad, "'%s' are no values", values);
}

/* The runs as "from-to", in seconds. */
static void put_runs(const struct runs *r, struct buf *out)
{
	for (size_t i = 0; i < r->n; i++)
		buf_printf(out, "%s%lld-%lld", i ? " " : "", (long long)(points[r->v[i].from].t / TS_SECOND), (long long)(points[r->v[i].to].t / TS_SECOND));
}

struct row {
	const char *what;
	struct condition c;
	const char *values, *want;
	ts_usec max_gap;
	uint32_t min_samples;
};

static void check_runs(const struct row *r, const double *limit)
{
	struct runs runs = { 0 };
	struct buf got;

	buf_init(&got, 1 << 16);
	condition_runs(&r->c, points, n_points, r->max_gap, r->min_samples, limit, n_points ? points[n_points - 1].t : 0, &runs);
	put_runs(&runs, &got);
	ck_assert_msg(strcmp(buf_cstr(&got), r->want) == 0, "%s: got '%s', want '%s'", r->what, buf_cstr(&got), r->want);
	buf_done(&got);
	free(runs.v);
}

#define S *TS_SECOND

/* ---- above, below: a predicate that holds ---- */

#define ABOVE(b, for_s) { .kind = COND_ABOVE, .bound = (b), .has_bound = true, .hold = (for_s) S }
#define BELOW(b, for_s) { .kind = COND_BELOW, .bound = (b), .has_bound = true, .hold = (for_s) S }

static const struct row holds[] = {
	{ "strictly above", ABOVE(5, 0), "5x2 6x2 5x2", "3-5", 0, 0 },
	{ "strictly below", BELOW(5, 0), "5x2 4x2 5x2", "3-5", 0, 0 },
	{ "a single point", ABOVE(5, 0), "6", "0-0", 0, 0 },
	{ "a single point lasts no time", ABOVE(5, 1), "6", "", 0, 0 },
	{ "no point", ABOVE(5, 0), "_x5", "", 0, 0 },
	{ "exactly as long", ABOVE(5, 3), "1 6x3 1", "1-4", 0, 0 },
	{ "a second short", ABOVE(5, 4), "1 6x3 1", "", 0, 0 },
	{ "noise breaks it", ABOVE(5, 3), "6x1 5 6x1 5 6x3", "6-9", 0, 0 },
	{ "two runs", ABOVE(5, 0), "6 1 7x1 1", "0-0 2-3", 0, 0 },
	{ "up to the last point", ABOVE(5, 2), "1 6x2", "1-3", 0, 0 },
	/* Three periods and a little may pass between samples. */
	{ "two samples lost", ABOVE(5, 8), "6x2 _x2 6x3", "0-8", 0, 0 },
	{ "three samples lost", ABOVE(5, 0), "6x2 _x3 6x3", "0-2 6-9", 0, 0 },
	{ "max_gap longer", ABOVE(5, 9), "6x2 _x3 6x3", "0-9", 4 S, 0 },
	{ "max_gap shorter", ABOVE(5, 0), "6x2 _ 6x3", "0-2 4-7", 1 S, 0 },
	{ "max_gap to the microsecond", ABOVE(5, 0), "6x2 _ 6x3", "0-7", 2 S, 0 },
	{ "max_gap to the microsecond, over", ABOVE(5, 0), "6x2 _ 6x3", "0-2 4-7", 2 S - 1, 0 },
	{ "too few samples", ABOVE(5, 0), "6 1 6x2 1", "2-4", 0, 3 },
};

START_TEST(a_predicate_holds_for_a_while)
{
	read_points(holds[_i].values);
	check_runs(&holds[_i], NULL);
}
END_TEST

START_TEST(nan_is_neither_above_nor_below)
{
	static const struct row rows[] = { { "above", ABOVE(5, 0), "", "0-1 3-3", 0, 0 }, { "below", BELOW(8, 0), "", "0-1 3-3", 0, 0 } };

	for (size_t i = 0; i < 2; i++) {
		read_points("6x3");
		points[2].v = (double)NAN;
		check_runs(&rows[i], NULL);
	}
}
END_TEST

/* ---- equal stamps ---- */

START_TEST(rows_of_one_instant_do_not_shorten_the_period)
{
	static const struct row row = { "doubled", ABOVE(5, 9), "", "0-9", 0, 0 };

	read_points("6x9");
	for (size_t i = 0; i < 10; i++)
		points[10 + i] = points[i];
	for (size_t i = 0; i < 20; i++) /* 0 0 1 1 2 2 .. */
		points[i].t = (ts_usec)(i / 2) S;
	n_points = 20;
	ck_assert_int_eq(series_period(points, n_points), 1 S);
	check_runs(&row, NULL);
}
END_TEST

static const struct { const char *values; ts_usec period; } periods[] = {
	{ "1", TS_MINUTE }, { "1x1", 1 S }, { "1x9", 1 S }, { "1 _x9 1x5", 1 S }, { "1 _ 1 _ 1 _ 1x1", 2 S },
};

START_TEST(the_period_is_the_median_step)
{
	read_points(periods[_i].values);
	ck_assert_int_eq(series_period(points, n_points), periods[_i].period);
}
END_TEST

START_TEST(a_series_within_one_instant_has_no_period)
{
	read_points("1x3");
	for (size_t i = 0; i < n_points; i++)
		points[i].t = 7 S;
	ck_assert_int_eq(series_period(points, n_points), TS_MINUTE);
}
END_TEST

/* ---- near ---- */

#define NEAR(b, share) { .kind = COND_NEAR, .bound = (b), .has_bound = true, .tolerance = (share) }

static const struct row nears[] = {
	{ "either side, edges too", NEAR(100, 0.05), "94 95 100 105 106", "1-3", 0, 0 },
	{ "of a negative limit", NEAR(-100, 0.05), "-94 -95 -105 -106", "1-2", 0, 0 },
	{ "of nought", NEAR(0, 0.05), "1 0 0.01", "1-1", 0, 0 },
};

START_TEST(near_a_number)
{
	read_points(nears[_i].values);
	check_runs(&nears[_i], NULL);
}
END_TEST

START_TEST(near_another_series_as_it_moves)
{
	static const struct row row = { "limit", { .kind = COND_NEAR, .tolerance = 0.1 }, "", "0-0 3-3", 0, 0 };
	const double limit[] = { 10, 20, (double)NAN, 10 };

	read_points("10x3");
	check_runs(&row, limit); /* near 10, far from 20, unknown, near */
}
END_TEST

/* ---- slope ---- */

#define SLOPE(kind_, per_s, over_s, fit_) { .kind = COND_SLOPE_##kind_, .bound = (per_s), .has_bound = true, .over = (over_s) S, .fit = (fit_) }

static const struct row slopes[] = {
	{ "a ramp", SLOPE(ABOVE, 0.5, 10, 0.9), "0x20 0+1x20 20x20", "18-44", 0, 0 },
	{ "not steep enough", SLOPE(ABOVE, 1.5, 10, 0.9), "0x20 0+1x20 20x20", "", 0, 0 },
	{ "down", SLOPE(BELOW, -0.5, 10, 0.9), "20-1x20", "0-20", 0, 0 },
	{ "a saw does not fit", SLOPE(ABOVE, 0.1, 10, 0.9), "0 9 1 8 2 7 3 6 4 5 0 9 1 8 2 7 3 6 4 5", "", 0, 0 },
	{ "shorter than the window", SLOPE(ABOVE, 0.5, 30, 0.9), "0+1x20", "", 0, 0 },
	{ "a gap starts over", SLOPE(ABOVE, 0.5, 10, 0.9), "0+1x8 _x9 18+1x8", "", 0, 0 },
	{ "two ramps, apart by a gap", SLOPE(ABOVE, 0.5, 10, 0.9), "0+1x30 _x5 36+1x12", "0-30 36-48", 0, 0 },
	{ "flat is not below zero", SLOPE(BELOW, 0, 10, 0.5), "5x30", "", 0, 0 },
};

START_TEST(a_slope_is_that_of_a_line)
{
	read_points(slopes[_i].values);
	check_runs(&slopes[_i], NULL);
}
END_TEST

START_TEST(a_slope_in_noise_is_found_far_from_the_start)
{
	static const struct row row = { "leak", SLOPE(ABOVE, 0.5, 600, 0.7), "", "", 0, 0 };
	uint32_t seed = 1;
	struct runs runs = { 0 };

	/* 19,000 s of noise around 1e9, the last 1,000 with a slope of 1: sums are re-centred on the way. */
	for (n_points = 0; n_points < 19000; n_points++) {
		seed = seed * 1664525 + 1013904223;
		points[n_points] = (struct point){ .t = (ts_usec)n_points S,
						   .v = 1e9 + (double)(seed >> 16 & 127) + (n_points > 18000 ? (double)(n_points - 18000) : 0) };
	}
	condition_runs(&row.c, points, n_points, 0, 0, NULL, points[n_points - 1].t, &runs);
	ck_assert_uint_eq(runs.n, 1);
	ck_assert_uint_ge(runs.v[0].from, 17700);
	ck_assert_uint_eq(runs.v[0].to, 18999);
	ck_assert_double_ge(runs.v[0].value, 0.5);
	ck_assert_double_le(runs.v[0].value, 1.3);
	free(runs.v);
}
END_TEST

/* ---- drop and rise ---- */

#define DROP(by, within_s) { .kind = COND_DROP, .bound = (by), .has_bound = true, .over = (within_s) S }
#define RISE(by, within_s) { .kind = COND_RISE, .bound = (by), .has_bound = true, .over = (within_s) S }
#define DROP_SHARE(by, within_s) { .kind = COND_DROP, .bound = (by), .relative = true, .has_bound = true, .over = (within_s) S }
#define RISE_SHARE(by, within_s) { .kind = COND_RISE, .bound = (by), .relative = true, .has_bound = true, .over = (within_s) S }

static const struct row moves[] = {
	{ "by that much", DROP(10, 5), "50 50 40 40", "1-3", 0, 0 },
	{ "by less", DROP(10, 5), "50 50 41 41", "", 0, 0 },
	{ "within the time", DROP(10, 5), "50 45 44 43 42 40", "0-5", 0, 0 },
	{ "a second too late", DROP(10, 5), "50 45 44 43 42 41 40", "", 0, 0 },
	{ "from the highest of the window", DROP(10, 5), "45 50 47 40", "1-3", 0, 0 },
	{ "a rise is no drop", DROP(10, 5), "40 50", "", 0, 0 },
	{ "rise", RISE(10, 5), "40 50", "0-1", 0, 0 },
	{ "rise from the lowest", RISE(10, 5), "45 40 43 50", "1-3", 0, 0 },
	{ "a share of what it was", DROP_SHARE(0.15, 5), "100 85", "0-1", 0, 0 },
	{ "less than the share", DROP_SHARE(0.15, 5), "100 86", "", 0, 0 },
	{ "the share of a rise", RISE_SHARE(0.5, 5), "100 150", "0-1", 0, 0 },
	{ "a rise from nought is any share", RISE_SHARE(0.5, 5), "0 1", "0-1", 0, 0 },
	{ "nothing from nought is none", RISE_SHARE(0.5, 5), "0 0", "", 0, 0 },
	{ "two drops that share points are one", DROP(10, 2), "50 40 30 30", "0-3", 0, 0 },
	{ "two drops that share one point are one", DROP(10, 1), "50 40 30", "0-2", 0, 0 },
	{ "two drops apart", DROP(10, 1), "50 40 50 40", "0-1 2-3", 0, 0 },
};

START_TEST(drop_and_rise_are_measured_against_the_extreme)
{
	read_points(moves[_i].values);
	check_runs(&moves[_i], NULL);
}
END_TEST

/* ---- rate of a counter ---- */

#define RATE(kind_, per_s, over_s) { .kind = COND_RATE_##kind_, .bound = (per_s), .has_bound = true, .over = (over_s) S }

static const struct row rates[] = {
	{ "grows by 2 a second", RATE(ABOVE, 1.5, 10), "0+2x30", "5-30", 0, 0 },
	{ "not by 3", RATE(ABOVE, 3, 10), "0+2x30", "", 0, 0 },
	{ "a reset is no drop", RATE(BELOW, 1.5, 10), "100+2x10 0+2x20", "", 0, 0 },
	{ "nor a burst", RATE(ABOVE, 3, 10), "1000+2x10 0+2x20", "", 0, 0 },
	{ "what a counter shows after a reset is new", RATE(ABOVE, 3, 10), "100x10 60x10", "11-20", 0, 0 },
	{ "it stands still", RATE(BELOW, 0.1, 10), "0+2x10 20x15", "20-26", 0, 0 },
	{ "a single point", RATE(ABOVE, 0, 10), "5", "", 0, 0 },
	{ "before half the window is full nothing is said", RATE(ABOVE, 1, 10), "0+2x4", "", 0, 0 },
};

START_TEST(a_rate_understands_resets)
{
	read_points(rates[_i].values);
	check_runs(&rates[_i], NULL);
}
END_TEST

/* ---- quantile ---- */

#define QUANTILE(q, over_s, below_, b) { .kind = COND_QUANTILE, .quantile = (q), .over = (over_s) S, .below = (below_), .bound = (b), .has_bound = true, .hold = 5 S }

static const struct row quantiles[] = {
	{ "the median is not moved by peaks", QUANTILE(0.5, 10, false, 5), "1x4 9 1x4 9 1x4 9 1x9", "", 0, 0 },
	{ "the 90th is", QUANTILE(0.9, 10, false, 5), "1x20 9 9 1x20", "22-30", 0, 0 },
	{ "below", QUANTILE(0.5, 10, true, 5), "9x10 1x20", "16-31", 0, 0 },
};

START_TEST(a_quantile_slides)
{
	read_points(quantiles[_i].values);
	check_runs(&quantiles[_i], NULL);
}
END_TEST

START_TEST(a_dense_quantile_is_sampled)
{
	const struct condition c = { .kind = COND_QUANTILE, .quantile = 0.5, .over = 10000 S, .bound = 14900, .has_bound = true };
	struct runs runs = { 0 };

	for (n_points = 0; n_points < POINTS_MAX; n_points++)
		points[n_points] = (struct point){ .t = (ts_usec)n_points S, .v = (double)n_points };
	condition_runs(&c, points, n_points, 0, 0, NULL, points[n_points - 1].t, &runs);
	ck_assert_uint_eq(runs.n, 1);
	ck_assert_uint_ge(runs.v[0].from, 19890); /* the median of the last 10,000 s lags by half of them */
	ck_assert_uint_le(runs.v[0].from, 19910);
	free(runs.v);
}
END_TEST

/* ---- factor against the own past ---- */

#define FACTOR(f, over_s, baseline_s) { .kind = COND_FACTOR, .factor = (f), .over = (over_s) S, .baseline = (baseline_s) S }
#define FACTOR_ABOVE(f, over_s, baseline_s, b) { .kind = COND_FACTOR, .factor = (f), .over = (over_s) S, .baseline = (baseline_s) S, .bound = (b), .has_bound = true }

static const struct row factors[] = {
	{ "five times", FACTOR(5, 2, 20), "2x20 10x5 2x20", "22-26", 0, 0 },
	{ "four times are not five", FACTOR(5, 2, 20), "2x20 8x5 2x20", "", 0, 0 },
	{ "always high is no jump", FACTOR(5, 2, 20), "10x40", "", 0, 0 },
	{ "one peak in the baseline does not hide it", FACTOR(5, 2, 20), "2x9 90 2x9 10x5", "10-11 22-26", 0, 0 },
	{ "from nought nothing can be said", FACTOR(5, 2, 20), "0x20 10x5", "", 0, 0 },
	{ "but with a bound", FACTOR_ABOVE(5, 2, 20, 8), "0x20 10x5", "22-26", 0, 0 },
	{ "below the bound", FACTOR_ABOVE(5, 2, 20, 11), "0x20 10x5", "", 0, 0 },
	{ "without a baseline nothing can be said", FACTOR(5, 2, 20), "2 10x5", "", 0, 0 },
	{ "a baseline that is over does not count", FACTOR(5, 2, 10), "2x5 _x40 10x5", "", 0, 0 },
};

START_TEST(a_factor_compares_with_the_own_past)
{
	read_points(factors[_i].values);
	check_runs(&factors[_i], NULL);
}
END_TEST

START_TEST(a_long_baseline_is_sampled_within_its_points)
{
	static const struct row row = { "dense", FACTOR(5, 1, 20000), "", "19999-19999", 0, 0 };

	for (n_points = 0; n_points < POINTS_MAX; n_points++)
		points[n_points] = (struct point){ .t = (ts_usec)n_points S, .v = 1 };
	points[n_points - 1].v = 90;
	check_runs(&row, NULL);
	/* The last one alone after a silence: the baseline ends just before it. */
	points[n_points - 1].t += 100 S;
	{
		struct runs runs = { 0 };

		condition_runs(&row.c, points, n_points, 0, 0, NULL, points[n_points - 1].t, &runs);
		ck_assert_uint_eq(runs.n, 1);
		ck_assert_uint_eq(runs.v[0].from, POINTS_MAX - 1);
		free(runs.v);
	}
}
END_TEST

/* ---- changed, missing ---- */

#define CHANGED { .kind = COND_CHANGED }
#define MISSING(for_s) { .kind = COND_MISSING_FOR, .over = (for_s) S }

static const struct row others[] = {
	{ "changed", CHANGED, "1 1 2 2 1", "1-2 3-4", 0, 0 },
	{ "over a gap", CHANGED, "1 _x9 2", "0-10", 0, 0 },
	{ "never", CHANGED, "1x9", "", 0, 0 },
	{ "a single point changes nothing", CHANGED, "1", "", 0, 0 },
	{ "missing", MISSING(5), "1x2 _x5 1x2", "2-8", 0, 0 },
	{ "exactly as long is not longer", MISSING(6), "1x2 _x5 1x2", "", 0, 0 },
	{ "always there", MISSING(5), "1x20", "", 0, 0 },
};

START_TEST(changes_and_silences)
{
	read_points(others[_i].values);
	check_runs(&others[_i], NULL);
}
END_TEST

START_TEST(a_silence_at_the_end_lasts_as_long_as_the_file)
{
	const struct condition c = MISSING(5);

	for (ts_usec end = 14; end <= 16; end++) {
		struct runs runs = { 0 };

		read_points("1x9");
		condition_runs(&c, points, n_points, 0, 0, NULL, end S, &runs);
		ck_assert_uint_eq(runs.n, end > 14);
		if (runs.n) {
			ck_assert_uint_eq(runs.v[0].from, 9);
			ck_assert_int_eq(runs.v[0].end, end S);
		}
		free(runs.v);
	}
}
END_TEST

/* ---- what is told of a run ---- */

START_TEST(the_figures_of_a_run)
{
	const struct run run = { 1, 4, 0, TS_NONE };
	struct run_stats st;

	read_points("9 1+2x3 0");
	run_stats(points, &run, &st);
	ck_assert_double_eq(st.first, 1);
	ck_assert_double_eq(st.last, 7);
	ck_assert_double_eq(st.min, 1);
	ck_assert_double_eq(st.max, 7);
	ck_assert_double_eq(st.mean, 4);
	ck_assert_double_eq_tol(st.slope, 2, 1e-12);
	ck_assert_double_eq_tol(st.r2, 1, 1e-12);
	ck_assert_uint_eq(st.n, 4);
	ck_assert_int_eq(st.dur, 3 S);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	LOOP(tc, a_predicate_holds_for_a_while, holds);
	tcase_add_test(tc, nan_is_neither_above_nor_below);
	tcase_add_test(tc, rows_of_one_instant_do_not_shorten_the_period);
	LOOP(tc, the_period_is_the_median_step, periods);
	tcase_add_test(tc, a_series_within_one_instant_has_no_period);
	LOOP(tc, near_a_number, nears);
	tcase_add_test(tc, near_another_series_as_it_moves);
	LOOP(tc, a_slope_is_that_of_a_line, slopes);
	tcase_add_test(tc, a_slope_in_noise_is_found_far_from_the_start);
	LOOP(tc, drop_and_rise_are_measured_against_the_extreme, moves);
	LOOP(tc, a_rate_understands_resets, rates);
	LOOP(tc, a_quantile_slides, quantiles);
	tcase_add_test(tc, a_dense_quantile_is_sampled);
	LOOP(tc, a_factor_compares_with_the_own_past, factors);
	tcase_add_test(tc, a_long_baseline_is_sampled_within_its_points);
	LOOP(tc, changes_and_silences, others);
	tcase_add_test(tc, a_silence_at_the_end_lasts_as_long_as_the_file);
	tcase_add_test(tc, the_figures_of_a_run);
}
TEST_MAIN("condition", add)

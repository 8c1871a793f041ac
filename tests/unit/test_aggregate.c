#include "case_help.h"

/* count and ratio, by the findings of a rule that has one as its anchor. */

#define EACH "when: {anchor: a, episode: 0}\n"
#define TOLD "{a.value|n} of {a.total|n}"
#define SHARE "{a.value|r2} of {a.total|n}"

/* ---- count of events: one character a second, digits are a field, '.' is nothing ---- */

struct row { const char *signal, *lines, *want; };

static const struct row counts[] = {
	{ "at_least: 3", "eee", "0-2 3 of 3" },
	{ "at_least: 3", "ee", "" },
	/* `over` is ten seconds, and the tenth is out. */
	{ "at_least: 2", "e........e", "0-9 2 of 2" },
	{ "at_least: 2", "e.........e", "" },
	{ "at_least: 3", "e...e...e", "0-8 3 of 3" },
	/* No grid: any ten seconds. */
	{ "at_least: 3", ".......e.e.e", "7-11 3 of 3" },
	{ "at_least: 3", "............................................e....e...e", "44-53 3 of 3" },
	/* Overlapping windows are one, with the largest count. */
	{ "at_least: 3", "eee.eeee", "0-7 7 of 7" },
	{ "at_least: 3", "eee............eee", "0-2 3 of 3\n15-17 3 of 3" },
	/* Two bounds. */
	{ "at_least: 2, at_most: 3", "ee", "0-1 2 of 2" },
	/* Different values of a field; what has none does not count. */
	{ "at_least: 2, distinct: k", "111", "" },
	{ "at_least: 2, distinct: k", "1112", "0-3 2 of 4" },
	{ "at_least: 3, distinct: k", "121212123", "0-8 3 of 9" },
	{ "at_least: 2, distinct: k", "1eeee", "" },
	{ "at_least: 2, distinct: k", "1.........2", "" },
	{ "at_least: 2, distinct: k", "1........22", "0-9 2 of 2" },
	/* Few, in a window that lies within what is known. */
	{ "at_most: 2", "eeee", "" },
	{ "at_most: 2", "eeeeeeeeeeeeeeeeeeee", "" },
	{ "at_most: 2", "eeeeeeeeeeee...........eeeeeeeeeeee", "11-25 0 of 0" },
	{ "at_most: 2", "e.e.e.e.e.e.e.e.e", "" },
	{ "at_most: 0", "eeeeeeeeeeee..........eeee", "11-22 0 of 0" },
	{ "at_most: 0", "eeeeeeeeeeee........eeee", "" },
};

START_TEST(a_count_slides)
{
	struct hand_case c;
	char rule[2048];

	snprintf(rule, sizeof(rule), RULE_TEXT("r", "host", "  e: {source: app_log, match: '^(?:e|(?<k>\\d))'}\n  a: {count: e, over: 10s, per: host, %s}\n", EACH, TOLD),
		 counts[_i].signal);
	case_open(&c, rule, NULL);
	case_file(&c, "app.log", "app_log", COVER_SPAN);
	for (int i = 0; counts[_i].lines[i]; i++) {
		char text[2] = { counts[_i].lines[i], '\0' };

		if (text[0] != '.')
			case_event(&c, CLOCK_IS_UTC, "n1", i * TS_SECOND, text);
	}
	case_done(&c);
	check_rows(c.st, FINDINGS, counts[_i].want);
	case_close(&c);
}
END_TEST

START_TEST(a_count_is_of_one_entity)
{
	static const char rule[] = RULE_TEXT("r", "host", "  e: {source: app_log, match: '^e'}\n  a: {count: e, over: 10s, per: host, at_least: 2}\n", EACH, TOLD);
	struct hand_case c;

	case_open(&c, rule, NULL);
	case_file(&c, "app.log", "app_log", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, "n1", 0, "e");
	case_event(&c, CLOCK_IS_UTC, "n2", 1 * TS_SECOND, "e");
	case_event(&c, CLOCK_IS_UTC, "n1", 12 * TS_SECOND, "e");
	case_event(&c, CLOCK_IS_UTC, "n2", 13 * TS_SECOND, "e");
	case_event(&c, CLOCK_IS_UTC, "n2", 14 * TS_SECOND, "e");
	case_done(&c);
	check_rows(c.st, FINDINGS, "13-14 2 of 2");
	check_rows(c.st, "SELECT host FROM finding", "n2");
	/* It shows what it counted. */
	check_rows(c.st, "SELECT count(*) FROM evidence WHERE event_id IS NOT NULL", "2");
	case_close(&c);
}
END_TEST

START_TEST(a_count_of_many_different_values_ends)
{
	enum { N = 50000 };
	static const char rule[] = RULE_TEXT("r", "host", "  e: {source: app_log, match: '^e(?<k>\\d+)'}\n  a: {count: e, over: 1h, per: host, at_least: 40000, distinct: k}\n", EACH, TOLD);
	struct hand_case c;

	case_open(&c, rule, NULL);
	case_file(&c, "app.log", "app_log", COVER_SPAN);
	for (int i = 0; i < N; i++) {
		char text[16];

		snprintf(text, sizeof(text), "e%d", i);
		case_event(&c, CLOCK_IS_UTC, "n1", i * 1000, text);
	}
	case_done(&c);
	check_rows(c.st, "SELECT narrative FROM finding", "50000 of 50000");
	case_close(&c);
}
END_TEST

START_TEST(a_count_of_a_series_adds_its_values)
{
	static const char rule[] = RULE_TEXT("r", "deployment", "  a: {count: svc.requests, over: 3m, per: deployment, at_least: 30}\n", EACH, TOLD);
	struct hand_case c;

	case_open(&c, rule, NULL);
	case_file(&c, "m.json", "azure_metrics", COVER_POLLED);
	case_series(&c, "svc.requests", "deployment", "x", 0, TS_MINUTE, "5x4 10x2 5x4");
	case_done(&c);
	check_rows(c.st, FINDINGS, "300-420 30 of 30");
	case_close(&c);
}
END_TEST

START_TEST(boots_that_nobody_can_date_are_not_counted_together)
{
	static const char rule[] = RULE_TEXT("r", "host", "  e: {source: dmesg, match: '^e'}\n  a: {count: e, over: 10s, per: host, at_least: 2}\n", EACH, TOLD);
	struct hand_case c;
	uint32_t boots[2];

	case_open(&c, rule, NULL);
	for (uint32_t i = 0; i < 2; i++) {
		boots[i] = clocks_get(c.in.catalog->clocks, CLOCK_BOOT, STR_NONE, STR("dmesg"), i);
		case_file(&c, i ? "dmesg.0" : "dmesg", "dmesg", COVER_SPAN);
		case_event(&c, boots[i], "", -NOON + (ts_usec)i * TS_SECOND, "e");
	}
	case_done(&c);
	check_rows(c.st, FINDINGS, "");
	case_close(&c);
}
END_TEST

/* ---- ratio: of lines that are 'E' among those that are 'E' or 'o' ---- */

static const struct row ratios[] = {
	{ "above: 30%, min_total: 4", "ooEE", "0-3 0.50 of 4" },
	{ "above: 50%, min_total: 4", "ooEE", "" }, /* strictly */
	{ "above: 49%, min_total: 4", "ooEE", "0-3 0.50 of 4" },
	{ "above: 30%, min_total: 5", "ooEE", "" },
	{ "below: 30%, min_total: 4", "oooo", "0-3 0.00 of 4" },
	{ "below: 30%, min_total: 4", "ooEE", "" },
	/* The window slides: four of ten seconds that no grid holds together. */
	{ "above: 60%, min_total: 4", "oooooo..EEEE......oooo", "9-18 0.75 of 4" },
	/* What left the window counts no more, neither above nor below the line. */
	{ "above: 60%, min_total: 2", "EE........oo", "0-1 1.00 of 2" },
	{ "above: 60%, min_total: 2", "EE.........oo", "0-1 1.00 of 2" },
	/* The lowest share is told of one that is too low. */
	{ "below: 50%, min_total: 4", "oEoooo", "0-5 0.17 of 6" },
};

START_TEST(a_ratio_slides)
{
	struct hand_case c;
	char rule[2048];

	snprintf(rule, sizeof(rule),
		 RULE_TEXT("r", "host", "  e: {source: app_log, match: '^E'}\n  all: {source: app_log, match: '^[Eo]'}\n  a: {ratio: [e, all], over: 10s, per: host, %s}\n", EACH, SHARE),
		 ratios[_i].signal);
	case_open(&c, rule, NULL);
	case_file(&c, "app.log", "app_log", COVER_SPAN);
	for (int i = 0; ratios[_i].lines[i]; i++) {
		char text[2] = { ratios[_i].lines[i], '\0' };

		if (text[0] != '.')
			case_event(&c, CLOCK_IS_UTC, "n1", i * TS_SECOND, text);
	}
	case_done(&c);
	check_rows(c.st, FINDINGS, ratios[_i].want);
	case_close(&c);
}
END_TEST

/* A bucket of one minute: 429 and 200 in series of their own. */
struct answered { const char *refused, *served, *want; };
static const struct answered answereds[] = {
	{ "0x9 90x5", "60x15", "600-900 0.60 of 450" },
	{ "3x9", "1x9", "" },                            /* below min_total at all times */
	{ "40x9", "0x9", "0-540 1.00 of 120" },           /* once three minutes make a hundred */
	{ "100", "0", "0-0 1.00 of 100" },                  /* a single point may be enough */
	{ "_x5 90x4", "60x9", "300-540 0.60 of 450" },    /* the refusals begin late */
};

START_TEST(a_ratio_of_series_takes_rows_of_one_instant_together)
{
	static const char rule[] = RULE_TEXT("r", "deployment", "  a: {ratio: ['svc.requests{code=429}', svc.requests], over: 3m, per: deployment, above: 50%, min_total: 100}\n", EACH, SHARE);

	/* Whichever of the two is read first. */
	for (int swapped = 0; swapped < 2; swapped++) {
		struct hand_case c;

		case_open(&c, rule, NULL);
		for (int i = 0; i < 2; i++) {
			bool refused = i == swapped;
			struct str rest = str_of(refused ? answereds[_i].refused : answereds[_i].served);
			const struct label labels[2] = { { STR("deployment"), STR("x") }, { STR("code"), refused ? STR("429") : STR("200") } };
			const struct series_def def = { .name = STR("svc.requests"), .labels = labels, .n_labels = 2 };
			struct sample s = { .t = NOON, .line = 1 };
			struct test_run run;
			uint32_t series;
			bool bad = false;

			case_file(&c, refused ? "429.json" : "200.json", "azure_metrics", COVER_POLLED);
			series = emit_series(c.in.emitter, &def);
			s.panel = emit_panel(c.in.emitter, &series, 1);
			while (test_values_next(&rest, &run, &bad))
				for (uint32_t k = 0; k < run.n; k++, s.t += TS_MINUTE, s.line++) {
					s.values = &run.first;
					if (!run.gap)
						ck_assert_int_eq(emit_sample(c.in.emitter, &s, NULL), OK);
				}
		}
		case_done(&c);
		check_rows(c.st, FINDINGS, answereds[_i].want);
		case_close(&c);
	}
}
END_TEST

START_TEST(a_ratio_keeps_deployments_apart)
{
	static const char rule[] = RULE_TEXT("r", "deployment", "  bad: {source: app_log, match: '^E (?<d>\\w)', bind: {deployment: '{d}'}}\n"
					     "  all: {source: app_log, match: '^. (?<d>\\w)', bind: {deployment: '{d}'}}\n"
					     "  a: {ratio: [bad, all], over: 1m, per: deployment, above: 50%, min_total: 3}\n", EACH, SHARE);
	struct hand_case c;

	case_open(&c, rule, NULL);
	case_file(&c, "app.log", "app_log", COVER_SPAN);
	for (int i = 0; i < 4; i++) {
		case_event(&c, CLOCK_IS_UTC, "", i * TS_SECOND, i % 2 ? "E x" : "o x"); /* half */
		case_event(&c, CLOCK_IS_UTC, "", i * TS_SECOND, i ? "E y" : "o y");     /* three of four */
	}
	case_done(&c);
	check_rows(c.st, "SELECT entity || ' ' || narrative FROM finding", "y 0.75 of 4");
	case_close(&c);
}
END_TEST

START_TEST(what_comes_after_the_last_of_one_entity_does_not_hide_the_next)
{
	static const char rule[] = RULE_TEXT("r", "deployment", "  bad: {source: app_log, match: '^E (?<d>\\w)', bind: {deployment: '{d}'}}\n"
					     "  all: {source: app_log, match: '^o (?<d>\\w)', bind: {deployment: '{d}'}}\n"
					     "  a: {ratio: [bad, all], over: 1m, per: deployment, above: 50%, min_total: 3}\n", EACH, SHARE);
	struct hand_case c;

	case_open(&c, rule, NULL);
	case_file(&c, "app.log", "app_log", COVER_SPAN);
	for (int i = 0; i < 3; i++) {
		case_event(&c, CLOCK_IS_UTC, "", i * TS_SECOND, "o x");
		case_event(&c, CLOCK_IS_UTC, "", i * TS_SECOND, "o y");
		case_event(&c, CLOCK_IS_UTC, "", i * TS_SECOND, i ? "E y" : "o x");
	}
	case_event(&c, CLOCK_IS_UTC, "", 5 * TS_SECOND, "E x");
	case_done(&c);
	check_rows(c.st, "SELECT entity || ' ' || narrative FROM finding", "y 0.67 of 3");
	case_close(&c);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	LOOP(tc, a_count_slides, counts);
	tcase_add_test(tc, a_count_is_of_one_entity);
	tcase_add_test(tc, a_count_of_many_different_values_ends);
	tcase_add_test(tc, a_count_of_a_series_adds_its_values);
	tcase_add_test(tc, boots_that_nobody_can_date_are_not_counted_together);
	LOOP(tc, a_ratio_slides, ratios);
	LOOP(tc, a_ratio_of_series_takes_rows_of_one_instant_together, answereds);
	tcase_add_test(tc, a_ratio_keeps_deployments_apart);
	tcase_add_test(tc, what_comes_after_the_last_of_one_entity_does_not_hide_the_next);
}
TEST_MAIN("aggregate", add)

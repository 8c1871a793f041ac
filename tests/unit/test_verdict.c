#include "correlate/verdict.h"

#include "case_help.h"

/* Episodes, requirements, points, causes. */

#define SIGNALS                                                         \
	"  a: {source: kern_log, match: '^ANCHOR ?(?<k>\\w*)'}\n"       \
	"  s: {source: app_log, match: '^S'}\n"                         \
	"  p: {source: journal, match: '^P'}\n"                         \
	"  n: {source: app_log, match: '^N'}\n"                         \
	"  u: {source: dmesg, match: '^U', collect: 'dmesg > dmesg.txt'}\n" \
	"  l: {source: app_log, match: '^L (?<k>\\w+)'}\n"

/* s is seen, p possible, n absent, u unknown; l has two candidates, "L near" at the anchor and "L far" 5 s later. */
static void four_states(struct hand_case *c, const char *rule)
{
	uint32_t unsure;

	case_open(c, rule, NULL);
	unsure = case_clock(c, "journal", TS_MINUTE);
	case_file(c, "kern.log", "kern_log", COVER_SPAN);
	case_event(c, CLOCK_IS_UTC, "n1", -TS_HOUR, "begin");
	case_event(c, CLOCK_IS_UTC, "n1", 0, "ANCHOR far");
	case_event(c, CLOCK_IS_UTC, "n1", TS_HOUR, "end");
	case_file(c, "app.log", "app_log", COVER_SPAN);
	case_event(c, CLOCK_IS_UTC, "n1", -TS_HOUR, "begin");
	case_event(c, CLOCK_IS_UTC, "n1", 0, "S");
	case_event(c, CLOCK_IS_UTC, "n1", 0, "L near");
	case_event(c, CLOCK_IS_UTC, "n1", 5 * TS_SECOND, "L far");
	case_event(c, CLOCK_IS_UTC, "n1", TS_HOUR, "end");
	case_file(c, "journal", "journal", COVER_SPAN);
	case_event(c, unsure, "n1", 30 * TS_SECOND, "P");
	case_done(c);
}

/* ---- words ---- */

static const struct { int points; const char *word; } words[] = {
	{ 20, "very likely" }, { 13, "very likely" }, { 12, "likely" }, { 6, "likely" }, { 5, "possible" }, { 0, "possible" }, { -1, "unlikely" }, { -20, "unlikely" },
};

START_TEST(points_have_a_word)
{
	ck_assert_str_eq(finding_word(words[_i].points), words[_i].word);
}
END_TEST

/* ---- points ---- */

struct sum { const char *items; int points; };
static const struct sum sums[] = {
	{ "", 1 },
	{ ", support: [{signal: s, weight: 8}]", 9 },
	{ ", support: [{signal: p, weight: 8}]", 5 },           /* possible is half */
	{ ", support: [{signal: p, weight: 7}]", 4 },
	{ ", support: [{signal: n, weight: 8}]", 1 },
	{ ", support: [{signal: n, weight: 8, if_absent: -4}]", -3 },
	{ ", support: [{signal: u, weight: 8, if_absent: -4}]", 1 }, /* unknown is nothing */
	{ ", against: [{signal: s, weight: 8}]", -7 },
	{ ", against: [{signal: p, weight: 8}]", -3 },
	{ ", against: [{signal: n, weight: 8, if_absent: -4}]", 5 },
	{ ", against: [{signal: u, weight: 8, if_absent: -4}]", 1 },
	{ ", support: [{signal: s, weight: 8}], against: [{signal: s, weight: 3}]", 6 },
	{ ", require: [s], support: [{signal: s, weight: 2}]", 3 },
};

START_TEST(points_add_up)
{
	struct hand_case c;
	char rule[2048], want[64];

	snprintf(rule, sizeof(rule), RULE("host", SIGNALS, "when: {anchor: a, window: [-10s, 10s], base: 1%s}\n"), sums[_i].items);
	snprintf(want, sizeof(want), "%d|%s", sums[_i].points, finding_word(sums[_i].points));
	four_states(&c, rule);
	check_rows(c.st, "SELECT points, word FROM finding", want);
	check_rows(c.st, "SELECT f.points = 1 + sum(l.points) FROM finding f JOIN ledger l ON l.finding_id = f.id", "1");
	/* Unlikely is kept, and told as a near miss. */
	check_rows(c.st, "SELECT count(*) FROM near_miss", sums[_i].points < 0 ? "1" : "0");
	case_close(&c);
}
END_TEST

/* ---- requirements ---- */

struct demand { const char *require, *findings, *asked, *near; };
static const struct demand demands[] = {
	{ "[s]", "1", "", "" },
	{ "[p]", "1", "", "" },
	{ "[n]", "0", "", "r|n1|[\"n\"]" },
	{ "[u]", "0", "r|n1|u|dmesg|dmesg > dmesg.txt", "" },
	{ "[s, u]", "0", "r|n1|u|dmesg|dmesg > dmesg.txt", "" },
	/* What cannot be is no question. */
	{ "[u, n]", "0", "", "r|n1|[\"n\"]" },
	{ "[n, u]", "0", "", "r|n1|[\"n\"]" },
	{ "[{any: [n, s]}]", "1", "", "" },
	{ "[{any: [n, u]}]", "0", "r|n1|any(n, u)|app_log, dmesg|dmesg > dmesg.txt", "" },
	{ "[{all: [s, n]}]", "0", "", "r|n1|[\"all(s, n)\"]" },
};

START_TEST(what_is_required_is_seen_asked_for_or_missed)
{
	const struct demand *d = &demands[_i];
	struct hand_case c;
	char rule[2048];

	snprintf(rule, sizeof(rule), RULE("host", SIGNALS, "when: {anchor: a, window: [-10s, 10s], base: 5, require: %s}\n"), d->require);
	four_states(&c, rule);
	check_rows(c.st, "SELECT count(*) FROM finding", d->findings);
	check_rows(c.st, "SELECT rule, entity, signal, source, collect FROM undecidable", d->asked);
	check_rows(c.st, "SELECT rule, entity, missing FROM near_miss", d->near);
	case_close(&c);
}
END_TEST

START_TEST(without_its_source_a_rule_is_a_question)
{
	static const char rule[] = RULE("host", "  a: {source: dmesg, match: 'X', collect: 'dmesg'}\n", "when: {anchor: a}\n");

	for (int there = 0; there < 2; there++) {
		struct hand_case c;

		case_open(&c, rule, NULL);
		case_file(&c, "log", there ? "dmesg" : "kern_log", COVER_SPAN);
		case_event(&c, CLOCK_IS_UTC, "", 0, "nothing of the kind");
		case_done(&c);
		check_rows(c.st, "SELECT rule, signal, source, collect FROM undecidable", there ? "" : "r|a|dmesg|dmesg");
		case_close(&c);
	}
}
END_TEST

/* ---- causes ---- */

struct race { const char *causes, *chosen, *points; };
static const struct race races[] = {
	{ "", "", "" },
	{ "{id: one, base: 3}", "one", "one 3" },
	{ "{id: one, base: 2}", "", "one 2" },                  /* too little */
	{ "{id: one, base: 6}, {id: two, base: 3}", "one", "one 6\ntwo 3" },
	{ "{id: one, base: 3}, {id: two, base: 6}", "two", "two 6\none 3" },
	{ "{id: one, base: 5}, {id: two, base: 3}", "", "one 5\ntwo 3" },  /* too close */
	{ "{id: one, base: 5}, {id: two, base: 5}", "", "one 5\ntwo 5" },
	{ "{id: two, base: 5}, {id: one, base: 5}", "", "one 5\ntwo 5" },  /* whatever their order */
	{ "{id: one, base: -2}, {id: two, base: -9}", "", "one -2\ntwo -9" },
	{ "{id: one, support: [{signal: s, weight: 8}]}, {id: two, support: [{signal: n, weight: 8, if_absent: -8}]}", "one", "one 8\ntwo -8" },
	{ "{id: one, support: [{signal: p, weight: 8}]}", "one", "one 4" },
	{ "{id: one, base: 9, against: [{signal: s, weight: 8}]}", "", "one 1" },
	{ "{id: one, support: [{signal: u, weight: 8}]}", "", "one 0" },
};

START_TEST(the_best_cause_wins_with_a_lead)
{
	struct hand_case c;
	char rule[2048];

	snprintf(rule, sizeof(rule), RULE("host", SIGNALS, "when: {anchor: a, window: [-10s, 10s], base: 5}\ncauses: [%s]\n"), races[_i].causes);
	four_states(&c, rule);
	check_rows(c.st, "SELECT coalesce(cause, '') FROM finding", races[_i].chosen);
	check_rows(c.st, "SELECT cause || ' ' || points FROM finding_cause ORDER BY points DESC, cause", races[_i].points);
	check_rows(c.st, "SELECT coalesce(group_concat(cause), '') FROM finding_cause WHERE chosen", races[_i].chosen);
	/* A finding's points are its own. */
	check_rows(c.st, "SELECT points FROM finding", "5");
	case_close(&c);
}
END_TEST

START_TEST(causes_do_not_see_each_others_candidates)
{
	/* Alone, `two` takes the nearest L; had it been bound by `one`, its link would refuse that. */
	static const char rule[] = RULE_TEXT("r", "host", SIGNALS "  m: {source: app_log, match: '^L (?<k>\\w+)'}\n"
					     "link: ['l.k == m.k']\n",
					     "when: {anchor: a, window: [-10s, 10s], base: 5}\n"
					     "causes: [{id: one, support: [{signal: l, pick: last, weight: 4}]}, {id: two, support: [{signal: m, weight: 9}]}]\n",
					     "{#l}l {l.k}{/l} {#m}m {m.k}{/m}");
	struct hand_case c;

	four_states(&c, rule);
	check_rows(c.st, "SELECT cause, e.text FROM ledger l JOIN evidence e USING (finding_id, seq) WHERE l.cause IS NOT NULL ORDER BY 1", "one|L far\ntwo|L near");
	/* The text shows both: the chosen one's, and what the other found besides. */
	check_rows(c.st, "SELECT cause, narrative FROM finding", "two|l far m near");
	case_close(&c);
}
END_TEST

START_TEST(the_text_tells_what_the_chosen_cause_saw)
{
	static const char rule[] = RULE_TEXT("r", "host", SIGNALS,
					     "when: {anchor: a, window: [-10s, 10s], base: 5}\n"
					     "causes: [{id: one, support: [{signal: l, pick: last, weight: %d}]}, {id: two, support: [{signal: l, weight: 9}]}]\n",
					     "{#l}{l.k}{/l}");

	for (int first = 0; first < 2; first++) {
		struct hand_case c;
		char text[2048];

		snprintf(text, sizeof(text), rule, first ? 15 : 3);
		four_states(&c, text);
		check_rows(c.st, "SELECT cause, narrative FROM finding", first ? "one|far" : "two|near");
		case_close(&c);
	}
}
END_TEST

/* ---- episodes ---- */

struct episodes { const char *when; const char *hosts; ts_usec at[5]; const char *want; };

/* An anchor on each host at each second, "from-to anchors entity". */
static const struct episodes episodeses[] = {
	{ "episode: 10s", "1", { 0, -1 }, "0-0 1 n1" },
	{ "episode: 10s", "11", { 0, 9, -1 }, "0-9 2 n1" },
	{ "episode: 10s", "11", { 0, 10, -1 }, "0-10 2 n1" },
	{ "episode: 10s", "11", { 0, 11, -1 }, "0-0 1 n1\n11-11 1 n1" },
	{ "episode: 10s", "111", { 0, 10, 20, -1 }, "0-20 3 n1" },  /* each near the one before */
	{ "episode: 10s", "111", { 20, 0, 10, -1 }, "0-20 3 n1" },  /* whatever the order in the log */
	{ "episode: 10s", "12", { 0, 1, -1 }, "0-0 1 n1\n1-1 1 n2" },
	{ "episode: 10s", "1212", { 0, 1, 5, 6, -1 }, "0-5 2 n1\n1-6 2 n2" },
	{ "episode: 0", "11", { 0, 1, -1 }, "0-0 1 n1\n1-1 1 n1" },
};

START_TEST(anchors_close_together_are_one_finding)
{
	const struct episodes *e = &episodeses[_i];
	struct hand_case c;
	char rule[2048];

	snprintf(rule, sizeof(rule), RULE("host", SIGNALS, "when: {anchor: a, %s}\n"), e->when);
	case_open(&c, rule, NULL);
	case_file(&c, "kern.log", "kern_log", COVER_SPAN);
	for (int i = 0; i < 5 && e->hosts[i] && e->at[i] >= 0; i++)
		case_event(&c, CLOCK_IS_UTC, e->hosts[i] == '1' ? "n1" : "n2", e->at[i] * TS_SECOND, "ANCHOR");
	case_done(&c);
	check_rows(c.st,
		   "SELECT printf('%d-%d %d %s', (start_us - 1795341600000000) / 1000000, (end_us - 1795341600000000) / 1000000, anchors, entity) "
		   "FROM finding ORDER BY start_us, entity",
		   e->want);
	case_close(&c);
}
END_TEST

START_TEST(a_window_goes_from_the_start_to_the_end_of_the_episode)
{
	static const char rule[] = RULE("host", SIGNALS, "when: {anchor: a, episode: 1m, window: [-5s, 5s], support: [{signal: s, weight: 1}]}\n");
	static const struct { ts_usec s; const char *want; } at[] = { { -6, "absent" }, { -5, "seen" }, { 30, "seen" }, { 65, "seen" }, { 66, "absent" } };

	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		struct hand_case c;

		case_open(&c, rule, NULL);
		case_file(&c, "kern.log", "kern_log", COVER_SPAN);
		case_event(&c, CLOCK_IS_UTC, "", 0, "ANCHOR");
		case_event(&c, CLOCK_IS_UTC, "", 60 * TS_SECOND, "ANCHOR");
		case_file(&c, "app.log", "app_log", COVER_SPAN);
		case_event(&c, CLOCK_IS_UTC, "", -TS_HOUR, "x");
		case_event(&c, CLOCK_IS_UTC, "", at[i].s * TS_SECOND, "S");
		case_event(&c, CLOCK_IS_UTC, "", TS_HOUR, "x");
		case_done(&c);
		check_rows(c.st, "SELECT state FROM ledger WHERE signal = 's'", at[i].want);
		case_close(&c);
	}
}
END_TEST

START_TEST(machines_of_one_model_do_not_share_their_gpus)
{
	static const char rule[] = RULE("gpu", "  a: {source: kern_log, match: '^ANCHOR (?<g>\\S+)', bind: {gpu: '{g|pci}'}}\n"
					       "  s: {source: kern_log, match: '^S (?<g>\\S+)', bind: {gpu: '{g|pci}'}}\n",
					"when: {anchor: a, episode: 1h, window: [-1m, 1m], support: [{signal: s, weight: 6}]}\n");
	struct hand_case c;

	case_open(&c, rule, NULL);
	case_file(&c, "kern.log", "kern_log", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, "n1", 0, "ANCHOR 0000:3b:00");
	case_event(&c, CLOCK_IS_UTC, "n2", 0, "S 0000:3b:00");
	case_event(&c, CLOCK_IS_UTC, "n2", TS_SECOND, "ANCHOR 0000:3b:00");
	case_event(&c, CLOCK_IS_UTC, "n1", 2 * TS_SECOND, "ANCHOR 0000:3b:00");
	case_event(&c, CLOCK_IS_UTC, "n1", TS_HOUR, "end");
	case_event(&c, CLOCK_IS_UTC, "n2", TS_HOUR, "end");
	case_done(&c);
	check_rows(c.st, "SELECT host, entity, anchors, l.state FROM finding f JOIN ledger l ON l.finding_id = f.id WHERE signal = 's' ORDER BY 1",
		   "n1|0000:3b:00|2|unknown\nn2|0000:3b:00|1|seen");
	case_close(&c);
}
END_TEST

START_TEST(a_finding_keeps_its_name)
{
	static const char rule[] = RULE("host", SIGNALS, "when: {anchor: a, episode: 0}\n");
	char first[64] = "";

	/* Another file before it, other findings after it: the same name; another line or file: another. */
	for (int run = 0; run < 4; run++) {
		struct hand_case c;
		struct buf got;

		case_open(&c, rule, NULL);
		if (run == 1) {
			case_file(&c, "a-syslog", "kern_log", COVER_SPAN);
			case_event(&c, CLOCK_IS_UTC, "n0", -TS_HOUR, "ANCHOR");
		}
		case_file(&c, run == 3 ? "kern.log.1" : "kern.log", "kern_log", COVER_SPAN);
		if (run == 2)
			case_event(&c, CLOCK_IS_UTC, "n1", -TS_SECOND, "x");
		case_event(&c, CLOCK_IS_UTC, "n1", 0, "ANCHOR");
		case_done(&c);
		buf_init(&got, 1 << 10);
		rows_of(c.st, "SELECT id FROM finding WHERE entity = 'n1'", &got);
		ck_assert_uint_eq(got.n, 9);
		ck_assert_int_eq(got.p[0], 'F');
		if (run == 0)
			snprintf(first, sizeof(first), "%s", buf_cstr(&got));
		else
			ck_assert_int_eq(strcmp(first, buf_cstr(&got)) == 0, run == 1);
		buf_done(&got);
		case_close(&c);
	}
}
END_TEST

/* ---- rules over rules ---- */

#define LOWER RULE_TEXT("lower", "host", "  a: {source: kern_log, match: '^ANCHOR'}\n  n: {source: app_log, match: '^N'}\n", \
			"when: {anchor: a, window: [-10s, 10s], base: %d%s}\ncauses: [{id: this, base: 5}, {id: that}]\n", "lower")
#define UPPER RULE_TEXT("upper", "host", "  a: {finding: lower%s}\n", "when: {anchor: a}\n", "upper {a.cause} {a.points} {a.rule} {a.word}")
#define BESIDE RULE_TEXT("upper", "host", "  a: {source: kern_log, match: '^ANCHOR'}\n  f: {finding: lower}\n", "when: {anchor: a, support: [{signal: f, weight: 3, if_absent: -3}]}\n", "upper")

struct over { int base; const char *require, *cause, *want; };
static const struct over overs[] = {
	{ 5, "", "", "upper this 5 lower possible" }, { 5, "", ", cause: this", "upper this 5 lower possible" }, { 5, "", ", cause: that", "" }, { -1, "", "", "" },
	{ 5, ", require: [n]", "", "" },
};

START_TEST(a_rule_reads_another_ones_findings)
{
	struct hand_case c;
	char rule[4096];

	snprintf(rule, sizeof(rule), UPPER "---\n" LOWER, overs[_i].cause, overs[_i].base, overs[_i].require);
	case_open(&c, rule, NULL);
	case_file(&c, "kern.log", "kern_log", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, "n1", 0, "ANCHOR");
	case_done(&c);
	check_rows(c.st, "SELECT narrative FROM finding WHERE rule = 'upper'", overs[_i].want);
	case_close(&c);
}
END_TEST

START_TEST(what_the_lower_rule_could_not_decide_the_upper_does_not_know)
{
	static const struct { int base; const char *require, *state; } rows[] = { { 5, "", "seen" }, { -1, "", "absent" }, { 5, ", require: [n]", "unknown" } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hand_case c;
		char rule[4096];

		snprintf(rule, sizeof(rule), BESIDE "---\n" LOWER, rows[i].base, rows[i].require);
		case_open(&c, rule, NULL);
		case_file(&c, "kern.log", "kern_log", COVER_SPAN);
		case_event(&c, CLOCK_IS_UTC, "n1", 0, "ANCHOR");
		case_done(&c);
		check_rows(c.st, "SELECT state FROM ledger WHERE signal = 'f'", rows[i].state);
		case_close(&c);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	LOOP(tc, points_have_a_word, words);
	LOOP(tc, points_add_up, sums);
	LOOP(tc, what_is_required_is_seen_asked_for_or_missed, demands);
	tcase_add_test(tc, without_its_source_a_rule_is_a_question);
	LOOP(tc, the_best_cause_wins_with_a_lead, races);
	tcase_add_test(tc, causes_do_not_see_each_others_candidates);
	tcase_add_test(tc, the_text_tells_what_the_chosen_cause_saw);
	LOOP(tc, anchors_close_together_are_one_finding, episodeses);
	tcase_add_test(tc, a_window_goes_from_the_start_to_the_end_of_the_episode);
	tcase_add_test(tc, machines_of_one_model_do_not_share_their_gpus);
	tcase_add_test(tc, a_finding_keeps_its_name);
	LOOP(tc, a_rule_reads_another_ones_findings, overs);
	tcase_add_test(tc, what_the_lower_rule_could_not_decide_the_upper_does_not_know);
}
TEST_MAIN("verdict", add)

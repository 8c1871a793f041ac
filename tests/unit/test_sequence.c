#include "base/limits.h"
#include "case_help.h"

/* sequence and absent, by the findings of a rule that has one as its anchor. */

#define ABC                                                                     \
	"  A: {source: app_log, match: '^A(?<n>\\d*)'}\n"                       \
	"  B: {source: app_log, match: '^B(?<n>\\d*)'}\n"                       \
	"  C: {source: app_log, match: '^C(?<n>\\d*)'}\n"                       \
	"  X: {source: app_log, match: '^X'}\n"                                 \
	"  Y: {source: journal, match: '^Y'}\n"
#define EACH "when: {anchor: a, episode: 0}\n"

/* One letter a second; '.' is nothing, lower case is machine n2. */
static void play(struct hand_case *c, const char *rule, const char *lines)
{
	case_open(c, rule, NULL);
	case_file(c, "app.log", "app_log", COVER_SPAN);
	case_event(c, CLOCK_IS_UTC, "n1", -TS_HOUR, "begin");
	for (int i = 0; lines[i]; i++) {
		bool other = lines[i] >= 'a' && lines[i] <= 'z';
		char text[2] = { (char)(other ? lines[i] - 'a' + 'A' : lines[i]), '\0' };

		if (lines[i] != '.')
			case_event(c, CLOCK_IS_UTC, other ? "n2" : "n1", i * TS_SECOND, text);
	}
	case_event(c, CLOCK_IS_UTC, "n1", TS_HOUR, "end");
	case_event(c, CLOCK_IS_UTC, "n2", TS_HOUR, "end");
	case_done(c);
}

struct row { const char *signal, *lines, *want; };

static const struct row rows[] = {
	{ "sequence: [A, {then: B}]", "A.B", "0-2 told" },
	{ "sequence: [A, {then: B}]", "B.A", "" },
	{ "sequence: [A, {then: B}, {then: C}]", "ABC", "0-2 told" },
	{ "sequence: [A, {then: B}, {then: C}]", "ACB", "" },
	{ "sequence: [A, {then: B}, {then: C}]", "ACBC", "0-3 told" },
	/* The tightest chain: the latest start. */
	{ "sequence: [A, {then: B}]", "A.A.B", "2-4 told" },
	{ "sequence: [A, {then: B}, {then: C}]", "A.B.A.B.C", "4-8 told" },
	{ "sequence: [A, {then: B}, {then: C}]", "A.A.B.B.C", "2-8 told" },
	/* Completions from one start are one occurrence. */
	{ "sequence: [A, {then: B}]", "A.B.B.B", "0-2 told" },
	{ "sequence: [A, {then: B}]", "ABAB", "0-1 told\n2-3 told" },
	/* Within, to the second. */
	{ "sequence: [A, {then: B, within: 3s}]", "A..B", "0-3 told" },
	{ "sequence: [A, {then: B, within: 3s}]", "A...B", "" },
	{ "sequence: [A, {then: B, within: 3s}]", "A.A...B", "" },
	{ "sequence: [A, {then: B, within: 2s}, {then: C, within: 2s}]", "A.B.C", "0-4 told" },
	/* The latest B is too late for A, the one before is not. */
	{ "sequence: [A, {then: B, within: 2s}, {then: C}]", "A.B.BC", "0-5 told" },
	/* not: between the two it stands between. */
	{ "sequence: [A, {not: X}, {then: B}]", "A.B", "0-2 told" },
	{ "sequence: [A, {not: X}, {then: B}]", "AXB", "" },
	{ "sequence: [A, {not: X}, {then: B}]", "XAB", "1-2 told" },
	{ "sequence: [A, {not: X}, {then: B}]", "A.BX", "0-2 told" },
	{ "sequence: [A, {not: X}, {then: B}]", "AXAB", "2-3 told" },
	{ "sequence: [A, {not: X}, {then: B}, {then: C}]", "A.BXC", "0-4 told" },
	{ "sequence: [A, {then: B}, {not: X}, {then: C}]", "AXB.C", "0-4 told" },
	{ "sequence: [A, {then: B}, {not: X}, {then: C}]", "A.BXC", "" },
	{ "sequence: [A, {not: X}, {not: C}, {then: B}]", "A.B", "0-2 told" },
	{ "sequence: [A, {not: X}, {not: C}, {then: B}]", "AXB", "" },
	{ "sequence: [A, {not: X}, {not: C}, {then: B}]", "ACB", "" },
	/* One machine, unless told otherwise; another one's `not` is no matter. */
	{ "sequence: [A, {then: B}]", "A.b", "" },
	{ "sequence: [A, {then: B}], join: none", "A.b", "0-2 told" },
	{ "sequence: [A, {then: B}]", "AaBb", "0-2 told\n1-3 told" },
	{ "sequence: [A, {then: B}]", "AaBbBb", "0-2 told\n1-3 told" },
	{ "sequence: [A, {not: X}, {then: B}]", "AxB", "0-2 told" },

	/* The logs cover an hour to either side. */
	{ "absent: B, after: A, within: 3s", "A...B", "0-3 told" },
	{ "absent: B, after: A, within: 3s", "A..B", "" },
	{ "absent: B, after: A, within: 3s", "B.A", "2-5 told" },
	{ "absent: B, after: A, within: 3s", "A.b", "0-3 told" },
	{ "absent: B, after: A, within: 3s, join: none", "A.b", "" },
	{ "absent: B, after: A, within: 3s", "A....A.B", "0-3 told" },
	{ "absent: B, after: A, within: 3s", "A.A.", "0-5 told" }, /* they overlap: one episode */
};

START_TEST(one_thing_after_another)
{
	struct hand_case c;
	char rule[2048];

	snprintf(rule, sizeof(rule), RULE("host", ABC "  a: {%s}\n", EACH), rows[_i].signal);
	play(&c, rule, rows[_i].lines);
	check_rows(c.st, FINDINGS, rows[_i].want);
	case_close(&c);
}
END_TEST

/* ---- certainty ---- */

static void check_chain(struct hand_case *c, const char *want)
{
	check_rows(c->st, "SELECT state FROM ledger WHERE signal = 's'", want);
}

#define AROUND "when: {anchor: a, window: [-1h, 1h], support: [{signal: s, weight: 6}]}\n"
#define ANCHORED "  a: {source: kern_log, match: '^ANCHOR'}\n"

START_TEST(a_chain_is_as_sure_as_its_least_sure_step)
{
	static const char rule[] = RULE("host", ANCHORED ABC "  s: {sequence: [A, {then: Y, within: 10s}]}\n", AROUND);
	static const struct { ts_usec y; const char *want; } at[] = {
		{ 5 * TS_SECOND, "seen" },        /* 2 s unsure: 3 to 7 s after */
		{ 1 * TS_SECOND, "possible" },    /* perhaps before */
		{ 9 * TS_SECOND, "possible" },    /* perhaps too late */
		{ 13 * TS_SECOND, "unknown" },    /* too late; but the journal may hold another */
		{ -3 * TS_SECOND, "unknown" },    /* before, for certain */
	};

	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		struct hand_case c;
		uint32_t unsure;

		case_open(&c, rule, NULL);
		unsure = case_clock(&c, "journal", 2 * TS_SECOND);
		case_file(&c, "kern.log", "kern_log", COVER_SPAN);
		case_event(&c, CLOCK_IS_UTC, "", 0, "ANCHOR");
		case_file(&c, "app.log", "app_log", COVER_SPAN);
		case_event(&c, CLOCK_IS_UTC, "", 0, "A");
		case_file(&c, "journal", "journal", COVER_SPAN);
		case_event(&c, unsure, "", at[i].y, "Y");
		case_done(&c);
		check_chain(&c, at[i].want);
		case_close(&c);
	}
}
END_TEST

START_TEST(a_certain_chain_is_preferred_to_a_tighter_possible_one)
{
	static const char rule[] = RULE("host", ANCHORED "  A: {source: [app_log, journal], match: '^A'}\n  B: {source: app_log, match: '^B'}\n"
							 "  s: {sequence: [A, {then: B}]}\n", AROUND);
	struct hand_case c;
	uint32_t unsure;

	case_open(&c, rule, NULL);
	unsure = case_clock(&c, "journal", 2 * TS_SECOND);
	case_file(&c, "kern.log", "kern_log", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, "", 0, "ANCHOR");
	case_file(&c, "app.log", "app_log", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, "", 0, "A");
	case_event(&c, CLOCK_IS_UTC, "", 10 * TS_SECOND, "B");
	case_file(&c, "journal", "journal", COVER_SPAN);
	case_event(&c, unsure, "", 9 * TS_SECOND, "A");
	case_done(&c);
	check_chain(&c, "seen");
	check_rows(c.st, "SELECT (ts_us - 1795341600000000) / 1000000 FROM evidence e JOIN ledger l USING (finding_id, seq) WHERE signal = 's' AND event_id IS NULL", "0");
	case_close(&c);
}
END_TEST

START_TEST(a_completion_makes_one_chain)
{
	static const char rule[] = RULE("host", "  A: {source: [app_log, journal], match: '^A'}\n  B: {source: app_log, match: '^B'}\n"
						"  a: {sequence: [A, {then: B}]}\n", EACH);
	struct hand_case c;
	uint32_t unsure;

	case_open(&c, rule, NULL);
	unsure = case_clock(&c, "journal", 2 * TS_SECOND);
	case_file(&c, "app.log", "app_log", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, "", 0, "A");
	case_event(&c, CLOCK_IS_UTC, "", 10 * TS_SECOND, "B");
	case_file(&c, "journal", "journal", COVER_SPAN);
	case_event(&c, unsure, "", 9 * TS_SECOND, "A");
	case_done(&c);
	check_rows(c.st, FINDINGS, "0-10 told");
	check_rows(c.st, "SELECT anchors FROM finding", "1");
	case_close(&c);
}
END_TEST

START_TEST(what_nobody_would_have_seen_does_not_prove_a_not)
{
	static const char rule[] = RULE("host", ANCHORED ABC "  s: {sequence: [A, {not: Y}, {then: B}]}\n", AROUND);
	/* The journal covers the time between, or only part of it, or its Y may lie between. */
	static const struct { ts_usec from, to, y; const char *want; } journals[] = {
		{ 0, 10, -1, "seen" }, { 0, 9, -1, "possible" }, { 1, 10, -1, "possible" }, { 0, 10, 5, "unknown" },
	};

	for (size_t i = 0; i < sizeof(journals) / sizeof(journals[0]); i++) {
		struct hand_case c;

		case_open(&c, rule, NULL);
		case_file(&c, "kern.log", "kern_log", COVER_SPAN);
		case_event(&c, CLOCK_IS_UTC, "", 0, "ANCHOR");
		case_file(&c, "app.log", "app_log", COVER_SPAN);
		case_event(&c, CLOCK_IS_UTC, "", 0, "A");
		case_event(&c, CLOCK_IS_UTC, "", 10 * TS_SECOND, "B");
		case_file(&c, "journal", "journal", COVER_SPAN);
		case_event(&c, CLOCK_IS_UTC, "", journals[i].from * TS_SECOND, "x");
		case_event(&c, CLOCK_IS_UTC, "", journals[i].to * TS_SECOND, "x");
		if (journals[i].y >= 0)
			case_event(&c, CLOCK_IS_UTC, "", journals[i].y * TS_SECOND, "Y");
		case_done(&c);
		check_chain(&c, journals[i].want);
		case_close(&c);
	}
}
END_TEST

START_TEST(a_not_that_may_lie_between_leaves_doubt)
{
	static const char rule[] = RULE("host", ANCHORED ABC "  s: {sequence: [A, {not: Y}, {then: B}]}\n", AROUND);
	static const struct { ts_usec y; const char *want; } at[] = {
		{ -3, "seen" }, { -1, "possible" }, { 5, "unknown" }, { 11, "possible" }, { 13, "seen" },
	};

	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		struct hand_case c;
		uint32_t unsure;

		case_open(&c, rule, NULL);
		unsure = case_clock(&c, "journal", 2 * TS_SECOND);
		case_file(&c, "kern.log", "kern_log", COVER_SPAN);
		case_event(&c, CLOCK_IS_UTC, "", 0, "ANCHOR");
		case_file(&c, "app.log", "app_log", COVER_SPAN);
		case_event(&c, CLOCK_IS_UTC, "", 0, "A");
		case_event(&c, CLOCK_IS_UTC, "", 10 * TS_SECOND, "B");
		case_file(&c, "journal", "journal", COVER_SPAN);
		case_event(&c, unsure, "", -TS_MINUTE, "x");
		case_event(&c, unsure, "", at[i].y * TS_SECOND, "Y");
		case_event(&c, unsure, "", TS_MINUTE, "x");
		case_done(&c);
		check_chain(&c, at[i].want);
		case_close(&c);
	}
}
END_TEST

START_TEST(one_line_is_not_two_steps)
{
	static const char rule[] = RULE("host", "  A: {source: app_log, match: 'both'}\n  B: {source: app_log, match: 'both'}\n  a: {sequence: [A, {then: B}]}\n", EACH);
	struct hand_case c;

	case_open(&c, rule, NULL);
	case_file(&c, "app.log", "app_log", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, "", 0, "both");
	case_done(&c);
	check_rows(c.st, FINDINGS, "");
	case_close(&c);
}
END_TEST

START_TEST(a_long_search_ends)
{
	enum { N = 3000 };
	static const char rule[] = RULE("host", ABC "  a: {sequence: [X, {then: A}, {then: B}, {then: C}]}\n", EACH);
	struct hand_case c;

	/* Every A, B and C fits every other, and no X ever came. */
	case_open(&c, rule, NULL);
	case_file(&c, "app.log", "app_log", COVER_SPAN);
	for (int i = 0; i < N; i++) {
		case_event(&c, CLOCK_IS_UTC, "", i * TS_SECOND, "A");
		case_event(&c, CLOCK_IS_UTC, "", i * TS_SECOND, "B");
		case_event(&c, CLOCK_IS_UTC, "", i * TS_SECOND, "C");
	}
	case_done(&c);
	check_rows(c.st, FINDINGS, "");
	case_close(&c);
}
END_TEST

/* ---- absent: proven, not proven, not ---- */

struct waited { const char *what; ts_usec log_from, log_to, b, u; const char *want; };

static const struct waited waiteds[] = {
	{ "the log goes on", 0, 60, -1, 0, "seen" },
	{ "exactly as long", 0, 30, -1, 0, "seen" },
	{ "it simply ends", 0, 29, -1, 0, "unknown" },
	{ "it begins late", 1, 60, -1, 0, "unknown" },
	{ "it came", 0, 60, 30, 0, "absent" },
	{ "it came too late", 0, 60, 31, 0, "seen" },
	{ "perhaps it came in time", -60, 90, 31, 2, "unknown" },
	{ "perhaps it came before", -60, 90, -1, 2, "unknown" },
	{ "the log goes on as far as its clock is unsure", -2, 32, -1000, 2, "seen" },
	{ "a second less", -2, 31, -1000, 2, "unknown" },
};

START_TEST(absent_is_proven_or_unknown)
{
	static const char rule[] = RULE("host", ANCHORED "  A: {source: app_log, match: '^A'}\n" "  Y: {source: journal, match: '^Y'}\n"
							 "  s: {absent: Y, after: A, within: 30s}\n",
					"when: {anchor: a, window: [-1m, 1m], support: [{signal: s, weight: 6}]}\n");
	const struct waited *v = &waiteds[_i];
	struct hand_case c;
	uint32_t clock;

	case_open(&c, rule, NULL);
	clock = case_clock(&c, "journal", v->u * TS_SECOND);
	case_file(&c, "kern.log", "kern_log", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, "", 0, "ANCHOR");
	case_file(&c, "app.log", "app_log", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, "", -TS_HOUR, "x");
	case_event(&c, CLOCK_IS_UTC, "", 0, "A");
	case_event(&c, CLOCK_IS_UTC, "", TS_HOUR, "x");
	case_file(&c, "journal", "journal", COVER_SPAN);
	case_event(&c, clock, "", v->log_from * TS_SECOND, "x");
	case_event(&c, clock, "", v->log_to * TS_SECOND, "x");
	if (v->b != -1000 && (v->b >= 0 || v->u))
		case_event(&c, clock, "", v->b * TS_SECOND, "Y");
	if (v->b == 31) /* too late for certain */
		case_event(&c, clock, "", 33 * TS_SECOND, "Y");
	case_done(&c);
	check_chain(&c, v->want);
	case_close(&c);
}
END_TEST

START_TEST(an_anchor_that_is_not_proven_is_a_question)
{
	static const char rule[] = RULE("host", ABC "  a: {absent: Y, after: A, within: 30s, join: host}\n", EACH);
	struct hand_case c;

	case_open(&c, rule, NULL);
	case_file(&c, "app.log", "app_log", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, "", 0, "A");
	case_done(&c);
	check_rows(c.st, FINDINGS, "");
	check_rows(c.st, "SELECT rule, signal, source FROM undecidable", "r|a|journal");
	case_close(&c);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	LOOP(tc, one_thing_after_another, rows);
	tcase_add_test(tc, a_chain_is_as_sure_as_its_least_sure_step);
	tcase_add_test(tc, a_certain_chain_is_preferred_to_a_tighter_possible_one);
	tcase_add_test(tc, a_completion_makes_one_chain);
	tcase_add_test(tc, what_nobody_would_have_seen_does_not_prove_a_not);
	tcase_add_test(tc, a_not_that_may_lie_between_leaves_doubt);
	tcase_add_test(tc, one_line_is_not_two_steps);
	tcase_add_test(tc, a_long_search_ends);
	LOOP(tc, absent_is_proven_or_unknown, waiteds);
	tcase_add_test(tc, an_anchor_that_is_not_proven_is_a_question);
}
TEST_MAIN("sequence", add)

#include "case_help.h"

/* What explains what, and the order of findings; incidents. */

#define FOLDING(id, severity, mark, base, explains)                                                                        \
	"forensics: 1\nrule: " id "\nversion: 1\ntitle: " id "\nseverity: " severity "\nstatus: test\nentity: host\n"         \
	"signals:\n  a: {source: kern_log, match: '^" mark "'}\nwhen: {anchor: a, episode: 0, base: " base "}\n" explains     \
	"report: {narrative: 'n', advice: ['a']}\ntests: []\n"

static void play(struct hand_case *c, const char *rules, const char *const *lines)
{
	case_open(c, rules, NULL);
	case_file(c, "kern.log", "kern_log", COVER_SPAN);
	for (; lines[0]; lines += 3) /* host, seconds, text */
		case_event(c, CLOCK_IS_UTC, lines[0], atol(lines[1]) * TS_SECOND, lines[2]);
	case_done(c);
}

/* "rule < the rule that explains it", in order of presentation. */
#define TREE "SELECT f.rule || coalesce(' < ' || p.rule, '') FROM finding f LEFT JOIN finding p ON p.id = f.explained_by ORDER BY f.rank"

struct row { const char *what, *at, *join; const char *lines[20]; const char *want; };

/* `root` explains `leaf` within [-10s, 1m]. */
static const struct row rows[] = {
	{ "within", "[-10s, 1m]", "host", { "n1", "0", "ROOT", "n1", "60", "LEAF" }, "root\nleaf < root" },
	{ "too late", "[-10s, 1m]", "host", { "n1", "0", "ROOT", "n1", "61", "LEAF" }, "leaf\nroot" },
	{ "before, a little", "[-10s, 1m]", "host", { "n1", "10", "ROOT", "n1", "0", "LEAF" }, "root\nleaf < root" },
	{ "too early", "[-10s, 1m]", "host", { "n1", "11", "ROOT", "n1", "0", "LEAF" }, "leaf\nroot" },
	{ "another machine", "[-10s, 1m]", "host", { "n1", "0", "ROOT", "n2", "5", "LEAF" }, "leaf\nroot" },
	{ "which does not matter", "[-10s, 1m]", "none", { "n1", "0", "ROOT", "n2", "5", "LEAF" }, "root\nleaf < root" },
	{ "two leaves", "[-10s, 1m]", "host", { "n1", "0", "ROOT", "n1", "5", "LEAF", "n1", "6", "LEAF" }, "root\nleaf < root\nleaf < root" },
};

START_TEST(a_root_explains_what_follows_it)
{
	struct hand_case c;
	char rules[4096];

	snprintf(rules, sizeof(rules), FOLDING("root", "high", "ROOT", "6", "explains: [{rule: leaf, at: %s, join: %s}]\n") "---\n" FOLDING("leaf", "high", "LEAF", "9", ""),
		 rows[_i].at, rows[_i].join);
	play(&c, rules, rows[_i].lines);
	check_rows(c.st, TREE, rows[_i].want);
	case_close(&c);
}
END_TEST

START_TEST(it_is_the_start_that_must_follow)
{
	static const char rules[] = FOLDING("root", "high", "ROOT", "6", "explains: [{rule: leaf, at: [-10s, 1m]}]\n") "---\n"
				    RULE_TEXT("leaf", "host", "  a: {source: kern_log, match: '^LEAF'}\n", "when: {anchor: a, episode: 1m, base: 6}\n", "leaf");
	static const char *const lines[] = { "n1", "30", "ROOT", "n1", "0", "LEAF", "n1", "40", "LEAF", NULL };
	struct hand_case c;

	play(&c, rules, lines);
	check_rows(c.st, TREE, "leaf\nroot");
	case_close(&c);
}
END_TEST

START_TEST(the_strongest_parent_explains)
{
	/* Which of three roots takes the leaf: the most points, then the earliest. */
	static const struct { const char *a, *b, *c, *want; } points[] = { { "6", "9", "7", "two" }, { "9", "6", "7", "one" }, { "6", "9", "9", "three" } };
	static const char *const lines[] = { "n1", "2", "ONE", "n1", "1", "TWO", "n1", "0", "THREE", "n1", "3", "LEAF", NULL };

	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		struct hand_case c;
		char rules[8192];

		snprintf(rules, sizeof(rules),
			 FOLDING("one", "high", "ONE", "%s", "explains: [{rule: leaf, at: [0, 1m]}]\n") "---\n"
			 FOLDING("two", "high", "TWO", "%s", "explains: [{rule: leaf, at: [0, 1m]}]\n") "---\n"
			 FOLDING("three", "high", "THREE", "%s", "explains: [{rule: leaf, at: [0, 1m]}]\n") "---\n" FOLDING("leaf", "high", "LEAF", "0", ""),
			 points[i].a, points[i].b, points[i].c);
		play(&c, rules, lines);
		check_rows(c.st, "SELECT p.rule FROM finding f JOIN finding p ON p.id = f.explained_by", points[i].want);
		case_close(&c);
	}
}
END_TEST

START_TEST(a_chain_is_kept)
{
	static const char rules[] =
		FOLDING("one", "high", "ONE", "6", "explains: [{rule: two, at: [0, 1m]}]\n") "---\n"
		FOLDING("two", "high", "TWO", "6", "explains: [{rule: three, at: [0, 1m]}]\n") "---\n" FOLDING("three", "high", "THREE", "6", "");
	static const char *const lines[] = { "n1", "0", "ONE", "n1", "1", "TWO", "n1", "2", "THREE", NULL };
	struct hand_case c;

	play(&c, rules, lines);
	check_rows(c.st, TREE, "one\ntwo < one\nthree < two");
	check_rows(c.st, "SELECT findings FROM v_incident", "3");
	case_close(&c);
}
END_TEST

START_TEST(findings_of_one_rule_do_not_explain_each_other_in_a_circle)
{
	static const char rules[] = FOLDING("same", "high", "SAME", "6", "explains: [{rule: same, at: [-1m, 1m]}]\n");
	static const char *const lines[] = { "n1", "0", "SAME", "n1", "1", "SAME", "n1", "2", "SAME", NULL };
	struct buf problems;
	struct ruleset *rs = NULL;
	const struct rule_text text = { STR("test.yaml"), STR(rules) };
	struct hand_case c;

	buf_init(&problems, 1 << 12);
	if (ruleset_load(&rs, &text, 1, NULL, 0, case_problem, &problems, NULL) == OK) { /* the loader may refuse it */
		play(&c, rules, lines);
		check_rows(c.st, "WITH RECURSIVE up(id, n) AS (SELECT id, 0 FROM finding UNION ALL SELECT f.explained_by, n + 1 FROM up JOIN finding f ON f.id = up.id "
				 "WHERE f.explained_by IS NOT NULL AND n < 10) SELECT max(n) < 3 FROM up", "1");
		case_close(&c);
	}
	ck_assert(rs || problems.n > 0);
	ruleset_free(rs);
	buf_done(&problems);
}
END_TEST

START_TEST(what_is_unlikely_explains_nothing)
{
	static const char rules[] = FOLDING("root", "high", "ROOT", "-1", "explains: [{rule: leaf, at: [0, 1m]}]\n") "---\n" FOLDING("leaf", "high", "LEAF", "5", "");
	static const char *const lines[] = { "n1", "0", "ROOT", "n1", "1", "LEAF", NULL };
	struct hand_case c;

	play(&c, rules, lines);
	check_rows(c.st, TREE, "leaf\nroot");
	check_rows(c.st, "SELECT count(*) FROM incident_finding", "1");
	case_close(&c);
}
END_TEST

START_TEST(findings_are_in_the_order_of_the_contract)
{
	/* Unexplained first, then severity, points, start; the unlikely at the end. */
	static const char rules[] =
		FOLDING("low", "low", "M", "9", "") "---\n" FOLDING("crit-a", "critical", "M", "6", "") "---\n"
		FOLDING("crit-b", "critical", "M", "9", "explains: [{rule: crit-c, at: [0, 1m]}]\n") "---\n"
		FOLDING("crit-c", "critical", "M", "12", "") "---\n" FOLDING("never", "critical", "M", "-5", "") "---\n" FOLDING("late", "low", "LATE", "9", "");
	static const char *const lines[] = { "n1", "0", "M", "n1", "5", "LATE", NULL };
	struct hand_case c;

	play(&c, rules, lines);
	check_rows(c.st, "SELECT rule FROM finding ORDER BY rank", "crit-b\ncrit-a\nlow\nlate\ncrit-c\nnever");
	check_rows(c.st, "SELECT min(rank), max(rank), count(DISTINCT rank) FROM finding", "1|6|6");
	case_close(&c);
}
END_TEST

/* ---- incidents ---- */

struct grouping { const char *what; const char *lines[20]; const char *want; };

/* Two rules that know nothing of each other, and a root with its leaf. */
static const struct grouping groupings[] = {
	{ "one machine, at one time", { "n1", "0", "ALONE", "n1", "5", "OTHER" }, "alone other" },
	{ "one machine, hours apart", { "n1", "0", "ALONE", "n1", "9000", "OTHER" }, "alone\nother" },
	{ "two machines at one time", { "n1", "0", "ALONE", "n2", "0", "OTHER" }, "alone\nother" },
	{ "one rule on two machines", { "n1", "0", "ALONE", "n2", "0", "ALONE" }, "alone\nalone" },
	{ "a root and its leaf, apart in time", { "n1", "0", "ROOT", "n1", "3000", "LEAF" }, "root leaf" },
	{ "a leaf without its root", { "n1", "3000", "LEAF", "n2", "0", "ROOT" }, "root\nleaf" },
	{ "three in a row", { "n1", "0", "ALONE", "n1", "50", "OTHER", "n1", "100", "ALONE" }, "alone other alone" },
};

START_TEST(what_belongs_together_is_one_incident)
{
	static const char rules[] = FOLDING("alone", "high", "ALONE", "6", "") "---\n" FOLDING("other", "low", "OTHER", "6", "") "---\n"
				    FOLDING("root", "high", "ROOT", "6", "explains: [{rule: leaf, at: [0, 1h]}]\n") "---\n" FOLDING("leaf", "low", "LEAF", "6", "");
	struct hand_case c;

	play(&c, rules, groupings[_i].lines);
	check_rows(c.st,
		   "SELECT group_concat(rule, ' ') FROM (SELECT i.incident_id AS incident, f.rule AS rule FROM incident_finding i JOIN finding f ON f.id = i.finding_id "
		   "ORDER BY i.incident_id, f.start_us, f.rank) GROUP BY incident ORDER BY incident",
		   groupings[_i].want);
	/* Every likely finding is in one, and its root is the first of the list. */
	check_rows(c.st, "SELECT count(*) - count(DISTINCT finding_id) FROM incident_finding", "0");
	check_rows(c.st, "SELECT count(*) FROM finding WHERE id NOT IN (SELECT finding_id FROM incident_finding)", "0");
	check_rows(c.st, "SELECT count(*) FROM incident i WHERE root_finding_id <> (SELECT f.id FROM incident_finding x JOIN finding f ON f.id = x.finding_id "
			 "WHERE x.incident_id = i.id ORDER BY f.rank LIMIT 1)", "0");
	case_close(&c);
}
END_TEST

START_TEST(a_timeline_begins_with_what_changed)
{
	static const char rules[] = FOLDING("alone", "high", "ALONE", "6", "");
	struct hand_case c;

	case_open(&c, rules, NULL);
	case_file(&c, "kern.log", "kern_log", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, "n1", 0, "ALONE");
	case_file(&c, "history.log", "apt_history", COVER_APPEND);
	for (int i = 0; i < 20; i++) { /* of two machines, in turn; and too long ago */
		struct event e = case_line(&c, (i == 0 ? -4 * TS_DAY : -TS_HOUR) + i * TS_SECOND, i % 2 ? "upgrade" : "install");

		e.kind = STR("apt.upgrade");
		e.host = i % 2 || i == 0 ? STR("n1") : STR("n2");
		ck_assert_int_eq(emit_event(c.in.emitter, &e, NULL), OK);
	}
	case_done(&c);
	check_rows(c.st, "SELECT role, count(*), sum(repeats) FROM incident_entry GROUP BY role ORDER BY role", "change|1|8\nsymptom|1|1");
	check_rows(c.st, "SELECT count(*) FROM incident_entry WHERE text = 'install'", "0");
	check_rows(c.st, "SELECT role FROM incident_entry ORDER BY n DESC LIMIT 1", "symptom");
	case_close(&c);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	LOOP(tc, a_root_explains_what_follows_it, rows);
	tcase_add_test(tc, it_is_the_start_that_must_follow);
	tcase_add_test(tc, the_strongest_parent_explains);
	tcase_add_test(tc, a_chain_is_kept);
	tcase_add_test(tc, findings_of_one_rule_do_not_explain_each_other_in_a_circle);
	tcase_add_test(tc, what_is_unlikely_explains_nothing);
	tcase_add_test(tc, findings_are_in_the_order_of_the_contract);
	LOOP(tc, what_belongs_together_is_one_incident, groupings);
	tcase_add_test(tc, a_timeline_begins_with_what_changed);
}
TEST_MAIN("fold", add)

#include "case_help.h"

/* The course of an incident: changes, repeats, silences, recovery. */

#define COURSE "SELECT role, text, repeats FROM incident_entry ORDER BY incident_id, n"
#define RECOVERED "SELECT (recovered_us - 1795341600000000) / 1000000 FROM incident ORDER BY id"

static void line_of(struct hand_case *c, const char *kind, const char *host, ts_usec t, const char *text, const char *attrs_key, const char *attrs_value)
{
	struct event e = case_line(c, t, text);
	struct field f = { str_of(attrs_key), str_of(attrs_value), FIELD_TEXT };

	e.kind = str_of(kind);
	e.host = str_of(host);
	if (attrs_key[0]) {
		e.fields = &f;
		e.n_fields = 1;
	}
	ck_assert_int_eq(emit_event(c->in.emitter, &e, NULL), OK);
}

static void open_lines(struct hand_case *c, const char *rules)
{
	case_open(c, rules, NULL);
	case_file(c, "kern.log", "kern_log", COVER_SPAN);
}

/* ---- what changed ---- */

struct change { const char *kind, *host; int minutes; const char *text, *key, *value; const char *want; };

/* n1 fails at 0. */
static const struct change changes[] = {
	{ "apt.upgrade", "n1", -60, "Upgrade: a", "package", "a", "change" },
	{ "apt.upgrade", "n2", -60, "Upgrade: a", "package", "a", NULL },
	{ "apt.error", "n1", -60, "Error: a", "", "", NULL },
	{ "dpkg.remove", "n1", -60, "remove a", "package", "a", "change" },
	{ "kernel.boot", "n1", -60, "Linux version 6", "", "", "change" },
	{ "kernel.message", "n1", -60, "NVRM: loading NVIDIA UNIX x86_64 Kernel Module  550.1", "", "", "change" },
	{ "kernel.message", "n1", -60, "NVRM: something else", "", "", NULL },
	{ "azure.activity", "", -60, "Microsoft.Compute/write", "", "", "change" },
	{ "k8s.event", "", -60, "Scaled up replica set", "reason", "ScalingReplicaSet", "change" },
	{ "k8s.event", "", -60, "Pulled image", "reason", "Pulled", NULL },
	{ "apt.upgrade", "n1", -5 * 24 * 60, "Upgrade: a", "package", "a", NULL },
	{ "apt.upgrade", "n1", 1, "Upgrade: a", "package", "a", NULL }, /* after it */
};

START_TEST(packages_boots_drivers_and_operations_are_changes)
{
	const struct change *k = &changes[_i];
	struct hand_case c;

	open_lines(&c, RULE("host", "  a: {source: kern_log, match: '^FAIL'}\n", "when: {anchor: a, base: 6}\n"));
	case_event(&c, CLOCK_IS_UTC, "n1", 0, "FAIL");
	case_file(&c, "other.log", "apt_history", COVER_APPEND);
	line_of(&c, k->kind, k->host[0] ? k->host : "n1", k->minutes * TS_MINUTE, k->text, k->key, k->value);
	case_done(&c);
	check_rows(c.st, "SELECT role FROM incident_entry WHERE role <> 'symptom'", k->want ? k->want : "");
	case_close(&c);
}
END_TEST

START_TEST(one_installation_is_told_once)
{
	struct hand_case c;

	open_lines(&c, RULE("host", "  a: {source: kern_log, match: '^FAIL'}\n", "when: {anchor: a, base: 6}\n"));
	case_event(&c, CLOCK_IS_UTC, "n1", 0, "FAIL");
	case_file(&c, "dpkg.log", "dpkg_log", COVER_APPEND);
	line_of(&c, "dpkg.upgrade", "n1", -50 * TS_MINUTE, "upgrade one", "package", "one");
	line_of(&c, "dpkg.upgrade", "n1", -49 * TS_MINUTE, "upgrade two", "package", "two");
	case_file(&c, "history.log", "apt_history", COVER_APPEND);
	line_of(&c, "apt.upgrade", "n1", -51 * TS_MINUTE, "Upgrade: one", "package", "one");
	case_done(&c);
	check_rows(c.st, COURSE, "change|Upgrade: one|1\nchange|upgrade two|1\nsymptom|FAIL|1");
	case_close(&c);
}
END_TEST

/* ---- repeats ---- */

START_TEST(lines_of_one_shape_are_told_once)
{
	struct hand_case c;

	open_lines(&c, RULE("host", "  a: {source: kern_log, match: '^FAIL'}\n", "when: {anchor: a, base: 6}\n"));
	for (int i = 0; i < 30; i++)
		case_event(&c, CLOCK_IS_UTC, "n1", i * TS_SECOND, i % 2 ? "FAIL 17 at 0x1f" : "FAIL 4711 at 0x2e");
	case_event(&c, CLOCK_IS_UTC, "n1", TS_MINUTE, "FAIL for good");
	case_done(&c);
	check_rows(c.st, COURSE, "symptom|FAIL 4711 at 0x2e|30\nsymptom|FAIL for good|1");
	check_rows(c.st, "SELECT (until_us - ts_us) / 1000000 FROM incident_entry", "29\n0");
	case_close(&c);
}
END_TEST

START_TEST(too_long_a_course_is_cut_and_says_so)
{
	struct hand_case c;
	char text[64];

	open_lines(&c, RULE("host", "  a: {source: kern_log, match: '^FAIL'}\n", "when: {anchor: a, base: 6}\n"));
	for (int i = 0; i < 300; i++) {
		snprintf(text, sizeof(text), "FAIL %c%c", 'a' + i / 26, 'a' + i % 26);
		case_event(&c, CLOCK_IS_UTC, "n1", i * TS_SECOND, text);
	}
	case_done(&c);
	check_rows(c.st, "SELECT count(*) FROM incident_entry", "200");
	check_rows(c.st, "SELECT text FROM incident_entry WHERE role = 'context'", "101 more from here on are not listed");
	check_rows(c.st, "SELECT text FROM incident_entry ORDER BY n DESC LIMIT 1", "FAIL ln");
	case_close(&c);
}
END_TEST

/* ---- silences ---- */

START_TEST(a_hole_between_two_logs_is_named)
{
	struct hand_case c;

	open_lines(&c, RULE("host", "  a: {source: kern_log, match: '^FAIL'}\n", "when: {anchor: a, base: 6, episode: 3h}\n"));
	case_event(&c, CLOCK_IS_UTC, "n1", 0, "FAIL one");
	case_event(&c, CLOCK_IS_UTC, "n1", TS_MINUTE, "quiet");
	case_file(&c, "kern.log.1", "kern_log", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, "n1", 61 * TS_MINUTE, "quiet");
	case_event(&c, CLOCK_IS_UTC, "n1", 70 * TS_MINUTE, "FAIL two");
	case_file(&c, "kern.log.2", "kern_log", COVER_SPAN); /* another machine fills no hole */
	case_event(&c, CLOCK_IS_UTC, "n2", 0, "quiet");
	case_event(&c, CLOCK_IS_UTC, "n2", 2 * TS_HOUR, "quiet");
	case_done(&c);
	check_rows(c.st, "SELECT role, text FROM incident_entry ORDER BY n",
		   "symptom|FAIL one\ncontext|nothing of kern_log of n1 for 1h00m, until 2026-11-22 11:01:00Z\nsymptom|FAIL two");
	case_close(&c);
}
END_TEST

/* ---- recovery ---- */

#define HOT "  a: {series: t.x, by: gpu, when: {above: 50, for: 20s}}\n"

static void heat(struct hand_case *c, const char *rules, const char *values)
{
	case_open(c, rules, NULL);
	case_file(c, "smi.csv", "test_series", COVER_POLLED);
	case_series(c, "t.x", "gpu", "0", 0, 10 * TS_SECOND, values);
	case_done(c);
}

START_TEST(a_series_that_went_back_has_recovered)
{
	struct hand_case c;

	heat(&c, RULE("gpu", HOT, "when: {anchor: a, base: 6}\n"), "1 1 60x4 2 1x3");
	check_rows(c.st, RECOVERED, "70");
	check_rows(c.st, "SELECT text, line FROM incident_entry WHERE role = 'recovery'", "t.x is 2 again|8");
	case_close(&c);
	heat(&c, RULE("gpu", HOT, "when: {anchor: a, base: 6}\n"), "1 1 60x5");
	check_rows(c.st, "SELECT recovered_us IS NULL FROM incident", "1");
	case_close(&c);
	/* It went back while nobody looked: when, and whether for good, is not known. */
	heat(&c, RULE("gpu", HOT, "when: {anchor: a, base: 6}\n"), "1 1 60x4 _x9 2 1x3");
	check_rows(c.st, "SELECT recovered_us IS NULL FROM incident", "1");
	case_close(&c);
}
END_TEST

START_TEST(a_jump_that_stays_up_has_not_recovered)
{
	static const char rules[] = RULE("gpu", "  a: {series: t.x, by: gpu, when: {factor: 3, over: 20s, baseline: 2m}}\n", "when: {anchor: a, base: 6}\n");
	struct hand_case c;

	/* The new level becomes the baseline: the run ends, the trouble does not. */
	heat(&c, rules, "1x20 9x60");
	check_rows(c.st, "SELECT count(*), sum(recovered_us IS NULL), sum(end_us < 1795341600000000 + 600000000) FROM incident", "1|1|1");
	case_close(&c);
	heat(&c, rules, "1x19 9x29 1x30");
	check_rows(c.st, RECOVERED, "500");
	case_close(&c);
}
END_TEST

START_TEST(a_hole_in_a_series_is_named)
{
	struct hand_case c;

	heat(&c, RULE("gpu", HOT, "when: {anchor: a, base: 6}\n"), "1 60x4 _x19 60x4 1 1 _x19 1 1");
	check_rows(c.st, "SELECT role, (ts_us - 1795341600000000) / 1000000, line FROM incident_entry ORDER BY n", "symptom|10|2\ncontext|50|6\nsymptom|250|7\nrecovery|300|12");
	check_rows(c.st, "SELECT text FROM incident_entry WHERE role = 'context'", "nothing of t.x for 3m20s, until 2026-11-22 10:04:10Z");
	case_close(&c);
}
END_TEST

struct end { const char *what, *when; const char *lines[12]; const char *want; };

static const struct end ends[] = {
	{ "a signal the rule names", "when: {anchor: a, base: 6, recovery: up}\n", { "n1", "0", "FAIL", "n1", "90", "UP" }, "90" },
	{ "not before the last anchor", "when: {anchor: a, base: 6, recovery: up}\n", { "n1", "0", "FAIL", "n1", "50", "UP", "n1", "90", "FAIL" }, "" },
	{ "of another machine", "when: {anchor: a, base: 6, recovery: up}\n", { "n1", "0", "FAIL", "n2", "90", "UP" }, "" },
	{ "one it does not name", "when: {anchor: a, base: 6, support: [{signal: up, weight: 1}]}\n", { "n1", "0", "FAIL", "n1", "90", "UP" }, "" },
	/* What does not come may be a farewell. */
	{ "what an absence waited for", "when: {anchor: a, base: 6, support: [{signal: out, weight: 1}]}\n", { "n1", "0", "FAIL", "n1", "90", "UP" }, "" },
};

START_TEST(only_what_says_so_is_a_recovery)
{
	const struct end *k = &ends[_i];
	struct hand_case c;
	char rules[2048];

	snprintf(rules, sizeof(rules), "%s%s%s",
		 "forensics: 1\nrule: r\nversion: 1\ntitle: t\nseverity: high\nstatus: test\nentity: host\nsignals:\n"
		 "  a: {source: kern_log, match: '^FAIL'}\n  up: {source: kern_log, match: '^UP'}\n  out: {absent: up, after: a, within: 10s}\n",
		 k->when, "report: {narrative: n, advice: d}\ntests: []\n");
	open_lines(&c, rules);
	for (const char *const *l = k->lines; *l; l += 3)
		case_event(&c, CLOCK_IS_UTC, l[0], atol(l[1]) * TS_SECOND, l[2]);
	case_done(&c);
	check_rows(c.st, RECOVERED, k->want);
	check_rows(c.st, "SELECT count(*) FROM incident_entry WHERE role = 'recovery'", k->want[0] ? "1" : "0");
	case_close(&c);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	LOOP(tc, packages_boots_drivers_and_operations_are_changes, changes);
	tcase_add_test(tc, one_installation_is_told_once);
	tcase_add_test(tc, lines_of_one_shape_are_told_once);
	tcase_add_test(tc, too_long_a_course_is_cut_and_says_so);
	tcase_add_test(tc, a_hole_between_two_logs_is_named);
	tcase_add_test(tc, a_hole_in_a_series_is_named);
	tcase_add_test(tc, a_series_that_went_back_has_recovered);
	tcase_add_test(tc, a_jump_that_stays_up_has_not_recovered);
	LOOP(tc, only_what_says_so_is_a_recovery, ends);
}
TEST_MAIN("timeline", add)

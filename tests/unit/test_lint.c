#include "rule/lint_priv.h"

#include "rule_help.h"

/* A rule lint has nothing to say about; every row below changes one thing. */
static const char clean[] =
/*  1 */ "forensics: 1\n"
/*  2 */ "rule: gpu-lost\n"
/*  3 */ "version: 1\n"
/*  4 */ "title: GPU lost\n"
/*  5 */ "severity: high\n"
/*  6 */ "status: test\n"
/*  7 */ "entity: gpu\n"
/*  8 */ "vars: {hot: '83'}\n"
/*  9 */ "signals:\n"
/* 10 */ "  xid: {source: dmesg, match: 'NVRM: Xid (?<pci>[0-9a-f:.]+)', bind: {gpu: '{pci|pci}'}}\n"
/* 11 */ "  aer: {source: dmesg, match: 'AER: (?<port>\\S+)'}\n"
/* 12 */ "  oom: {source: app_log, match: 'out of memory', collect: 'kubectl logs POD'}\n"
/* 13 */ "  hot: {series: gpu.temperature, by: gpu, when: {above: var.hot, for: 15s}}\n"
/* 14 */ "  up: {source: dmesg, match: 'NVRM: loading'}\n"
/* 15 */ "  quiet: {absent: up, after: xid, within: 5m}\n"
/* 16 */ "  many: {count: xid, over: 2m, at_least: 2, per: host}\n"
/* 17 */ "when:\n"
/* 18 */ "  anchor: xid\n"
/* 19 */ "  require: [quiet]\n"
/* 20 */ "  support: [{signal: aer, join: host, weight: 3, why: 'port {aer.port}'}, {signal: oom, join: host, at: [-7d, 7d], weight: 1}]\n"
/* 21 */ "causes:\n"
/* 22 */ "  - {id: link, support: [{signal: aer, join: host, weight: 9}]}\n"
/* 23 */ "  - {id: heat, support: [{signal: hot, weight: 9}, {signal: many, join: host, weight: -1}]}\n"
/* 24 */ "explains: [{rule: slow, at: [0, 1h], join: host}]\n"
/* 25 */ "report:\n"
/* 26 */ "  narrative: 'GPU {xid.pci} silent for {quiet.waited|dur}.{#aer} {aer.port}{/aer}'\n"
/* 27 */ "  advice: x\n"
/* 28 */ "tests:\n"
/* 29 */ "  - {name: a, given: [{source: dmesg, text: x}], expect: {cause: link}}\n"
/* 30 */ "  - {name: b, given: [{source: dmesg, text: x}], expect: {cause: heat}}\n"
/* 31 */ "  - {name: c, given: [{source: dmesg, text: x}], expect: {findings: 0}}\n";

static const char slow[] =
	"forensics: 1\nrule: slow\nversion: 1\ntitle: Slow\nseverity: low\nstatus: draft\nentity: host\n"
	"signals: {boot: {source: dmesg, match: 'Linux version'}}\nwhen: {anchor: boot}\nreport: {narrative: x, advice: y}\n"
	"tests: [{name: a, given: [{source: dmesg, text: x}], expect: {}}, {name: b, given: [{source: dmesg, text: x}], expect: {findings: 0}}]\n";

static const struct { const char *find, *replace, *want; size_t errors; } remarks[] = {
	{ "title: GPU lost", "title: GPU is lost", "", 0 },
	/* E03 */
	{ "'AER: (?<port>\\S+)'", "'AER: (?<port>(?:\\d+)+)x'",
	  "r.yaml:11: E03 the regex hits the match limit on a hostile line [avoid a repetition inside a repetition; bound it: .{0,80} instead of .*]\n", 1 },
	/* E04 */
	{ "  up: {", "  spare: {source: dmesg, match: 'spare text'}\n  up: {", "r.yaml:14: E04 signal 'spare' is never looked for: no item names it\n", 1 },
	{ "above: var.hot", "above: 83", "r.yaml:8: E04 variable 'hot' is never used\n", 1 },
	{ "{rule: slow,", "{rule: slwo,", "r.yaml:24: E04 no rule 'slwo' [did you mean 'slow'?]\n", 1 },
	{ "{rule: slow,", "{rule: nothing-like-it,", "r.yaml:24: E04 no rule 'nothing-like-it'\n", 1 },
	/* E05 */
	{ "{#aer} {aer.port}{/aer}", " {aer.port}", "r.yaml:26: E05 {aer.port} stands outside {#aer}, which may not have been seen\n", 1 },
	{ "  require: [quiet]\n", "", "r.yaml:14: E04 signal 'up' is never looked for: no item names it\n"
	  "r.yaml:15: E04 signal 'quiet' is never looked for: no item names it\n"
	  "r.yaml:25: E05 {quiet.waited} stands outside {#quiet}, which may not have been seen\n", 3 },
	{ "require: [quiet]", "require: [{all: [quiet, aer]}]",
	  "r.yaml:19: W06 nothing in signal 'aer' leads to its gpu [bind it, join over another kind, or say 'join: none']\n", 0 },
	{ "why: 'port {aer.port}'", "why: 'port {many.value} {aer.port}'", "r.yaml:20: E05 {many.value} stands outside {#many}, which may not have been seen\n", 1 },
	/* E07, W07 */
	{ "expect: {findings: 0}", "expect: {}", "r.yaml:1: E07 no test expects 0 findings\n", 1 },
	{ "expect: {cause: heat}", "expect: {cause: link, word: likely}", "r.yaml:23: W07 no test selects the cause 'heat'\n", 0 },
	/* E09 */
	{ "{absent: up,", "{absent: many,", "r.yaml:14: E04 signal 'up' is never looked for: no item names it\n"
	  "r.yaml:15: E09 nothing covers 'many': its absence cannot be told from missing data [name an event or a series signal]\n", 2 },
	/* E10 */
	{ "[{signal: hot, weight: 9}, {signal: many, join: host, weight: -1}]", "[{signal: aer, join: host, weight: 9}]",
	  "r.yaml:13: E04 signal 'hot' is never looked for: no item names it\nr.yaml:16: E04 signal 'many' is never looked for: no item names it\n"
	  "r.yaml:23: E10 causes 'link' and 'heat' have the same items: neither can win\n", 3 },
	/* E11 */
	{ "require: [quiet]", "require: [quiet, xid]", "r.yaml:19: E11 'xid' is the anchor: it is there anyway\n", 1 },
	/* W01, W02 */
	{ "'AER: (?<port>\\S+)'", "'AE (?<port>\\S+)'", "r.yaml:11: W01 no plain text of 4 bytes that every match must contain\n", 0 },
	{ "'AER: (?<port>\\S+)'", "'.*AER: (?<port>\\S+)'", "r.yaml:11: W02 the regex starts with '.*': leave it out\n", 0 },
	{ "'AER: (?<port>\\S+)'", "'^.+AER: (?<port>\\S+)'", "r.yaml:11: W02 the regex starts with '.+': leave it out\n", 0 },
	/* W03 */
	{ "at: [-7d, 7d]", "at: [-8d, 7d]", "r.yaml:20: W03 a window of more than 7 days\n", 0 },
	{ "  anchor: xid\n", "  anchor: xid\n  window: [0, 169h]\n", "r.yaml:17: W03 a window of more than 7 days\n", 0 },
	/* W04 */
	{ "for: 15s", "for: 14s", "r.yaml:13: W04 'for' of 'hot' is shorter than three samples of 5 s\n", 0 },
	/* W05 */
	{ ", collect: 'kubectl logs POD'", "",
	  "r.yaml:12: W05 signal 'oom' has no 'collect', and no collector gathers 'app_log' [say which command gathers it]\n", 0 },
	/* W06 */
	{ "why: 'port {aer.port}'}, {signal: oom, join: host,", "why: 'port {aer.port}'}, {signal: oom, join: pod,",
	  "r.yaml:20: W06 nothing in the anchor leads to its pod [bind it, join over another kind, or say 'join: none']\n", 0 },
	{ "{signal: many, join: host, weight: -1}", "{signal: many, weight: -1}",
	  "r.yaml:23: W06 nothing in signal 'many' leads to its gpu [bind it, join over another kind, or say 'join: none']\n", 0 },
	{ "{signal: many, join: host, weight: -1}", "{signal: many, join: none, weight: -1}", "", 0 },
	/* W09 */
	{ "xid: {source: dmesg, match", "xid: {source: app_log, collect: x, match",
	  "r.yaml:10: W09 a claim about a gpu rests on what applications write [read the kernel's or the driver's word too]\n", 0 },
	{ "xid: {source: dmesg, match", "xid: {source: [app_log, journal], collect: x, match", "", 0 },
	/* W10 */
	{ "'NVRM: loading'", "'NVRM: loading (?<what>\\S+)'",
	  "r.yaml:14: W10 capture 'what' is never read [name only what is read: (?:..) groups without capturing]\n", 0 },
};

static struct arena *arena;
static struct buf out;
static struct ruleset *rules;

static void setup(void)
{
	arena = arena_new();
	buf_init(&out, 65536);
	rules = NULL;
}

static void teardown(void)
{
	ruleset_free(rules);
	buf_done(&out);
	arena_free(arena);
}

START_TEST(remarks_on_one_thing_each)
{
	const struct rule_text texts[] = {
		{ STR("r.yaml"), edited(arena, str_of(clean), remarks[_i].find, remarks[_i].replace) }, { STR("slow.yaml"), str_of(slow) },
	};
	size_t errors;

	ck_assert_msg(ruleset_load(&rules, texts, 2, NULL, 0, note_problem, &out, NULL) == OK, "%s", buf_cstr(&out));
	errors = ruleset_lint(rules, note_problem, &out);
	ck_assert_str_eq(buf_cstr(&out), remarks[_i].want);
	ck_assert_uint_eq(errors, remarks[_i].errors);
}
END_TEST

/* Two rules with one anchor fire together, and nobody says which is meant. */
static const struct { const char *find, *replace; bool alike; } twins[] = {
	{ "rule: slow", "rule: slower", true },
	{ "rule: slow", "rule: a-slow", true },
	{ "rule: slow\n", "rule: slower\nexplains: [{rule: slow, at: [0, 1h]}]\n", false },
	{ "rule: slow\n", "rule: slower\nlink: []\n", true },
	{ "{boot: {source: dmesg,", "{boot: {source: dmesg, where: 'kernel == 1',", false },
	{ "{boot: {source: dmesg,", "{boot: {source: kern_log,", false },
};

START_TEST(remarks_on_rules_with_one_anchor)
{
	struct str twin = edited(arena, str_of(slow), twins[_i].find, twins[_i].replace);
	struct rule_text texts[] = { { STR("slow.yaml"), str_of(slow) }, { STR("twin.yaml"), twin } };

	if (!str_has(twin, STR("rule: slower")) && !str_has(twin, STR("rule: a-slow")))
		texts[1].text = edited(arena, twin, "rule: slow\n", "rule: slower\n");
	ck_assert_msg(ruleset_load(&rules, texts, 2, NULL, 0, note_problem, &out, NULL) == OK, "%s", buf_cstr(&out));
	ck_assert_uint_eq(ruleset_lint(rules, note_problem, &out), 0);
	ck_assert_msg(str_has(buf_str(&out), STR("W08 the anchor reads the same regex")) == twins[_i].alike, "%s", buf_cstr(&out));
}
END_TEST

START_TEST(wants_a_positive_test)
{
	struct rule_text text = { STR("slow.yaml"), edited(arena, str_of(slow), "expect: {}}", "expect: {findings: 0}}") };

	ck_assert_int_eq(ruleset_load(&rules, &text, 1, NULL, 0, note_problem, &out, NULL), OK);
	ck_assert_uint_eq(ruleset_lint(rules, note_problem, &out), 1);
	ck_assert_str_eq(buf_cstr(&out), "slow.yaml:1: E07 no test expects a finding\n");
}
END_TEST

/* ---- hostile timing: known to be dangerous, and known to be fine ---- */

static const struct { const char *pattern; bool hostile; } timings[] = {
	{ "(a+)+$", true }, { "(?:\\S+ )+failed", true }, { "^(\\w+\\s?)*$", true }, { "(.*a){20}", true }, { "(?:a|a)*b", true }, { "(\\d+)*x", true },
	{ "NVRM: Xid \\(PCI:(?<pci>[0-9A-Fa-f:.]+)[^)]*\\): 79\\b", false }, { "(?<ok>\\d+)/(?<nodes>\\d+) nodes are available", false },
	{ "Out of memory: Killed process (?<pid>\\d+) \\((?<name>[^)]{1,64})\\)", false }, { "^linux-image-(?:unsigned-)?(?<kver>\\d\\S*)$", false },
};

START_TEST(refuses_regexes_that_a_line_can_stall)
{
	const struct rule_text text = { STR("t.yaml"), edited(arena, str_of(slow), "Linux version", timings[_i].pattern) };
	bool hostile;

	ck_assert_msg(ruleset_load(&rules, &text, 1, NULL, 0, note_problem, &out, NULL) == OK, "%s", buf_cstr(&out));
	ruleset_lint(rules, note_problem, &out);
	hostile = strstr(buf_cstr(&out), "E03") != NULL;
	ck_assert_msg(hostile == timings[_i].hostile, "%s: %s", timings[_i].pattern, buf_cstr(&out));
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	LOOP(tc, remarks_on_one_thing_each, remarks);
	LOOP(tc, remarks_on_rules_with_one_anchor, twins);
	tcase_add_test(tc, wants_a_positive_test);
	LOOP(tc, refuses_regexes_that_a_line_can_stall, timings);
}
TEST_MAIN("rule/lint", add)

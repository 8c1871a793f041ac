#include "rule_whole.h"

/* ---- mistakes: one change to the whole rule, one problem ---- */

static const struct { const char *find, *replace, *want; } mistakes[] = {
	/* YAML */
	{ "version: 3", "version: 3\nversion: 4", "r.yaml:4:1: duplicate key ['version' stands in line 3 already]" },
	{ "title: GPU lost", "title: &a GPU lost", "r.yaml:4:8: anchors (&name) are not part of the language" },
	{ "title: GPU lost", "title: *a", "r.yaml:4:8: aliases (*name) are not part of the language" },
	{ "title: GPU lost", "title: !!str GPU", "r.yaml:4:8: tags (!name) are not part of the language" },
	{ "title: GPU lost", "title:\tGPU", "r.yaml:4:7: a tab character [use blanks; in a \"double-quoted\" text a tab is written \\t]" },
	{ "title: GPU lost", "title: GPU\001", "r.yaml:4:11: a control character" },
	{ "title: GPU lost", "title: GPU\xff", "r.yaml:1:1: the file is not UTF-8" },
	{ "title: GPU lost", "<<: x", "r.yaml:4:1: merge keys (<<) are not part of the language" },
	{ "title: GPU lost", "title: GPU: lost", "r.yaml:4:11: mapping values are not allowed in this context" },
	{ "title: GPU lost", "? [a]\n: b", "r.yaml:4:3: a key must be a plain text" },
	{ "title: GPU lost", "title: [[[[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]]]", "r.yaml:4:23: nested too deeply" },
	{ "forensics: 1\n", "%YAML 1.1\n---\nforensics: 1\n", "r.yaml:1:1: directives (%...) are not part of the language" },
	/* the head */
	{ "forensics: 1\n", "forensics: 2\n",
	  "r.yaml:1:12: 'forensics' must be 1, the language this program reads, not '2' [a newer forensics may read it]" },
	{ "forensics: 1\n", "", "r.yaml:1:1: a rule needs 'forensics'" },
	{ "title: GPU lost", "titel: GPU lost", "r.yaml:4:1: unknown key 'titel' in a rule [did you mean 'title'?]\nr.yaml:1:1: a rule needs 'title'" },
	{ "rule: gpu-lost", "rule: GPU lost", "r.yaml:2:7: 'rule' must be a name like gpu-fell-off-bus, not 'GPU lost'" },
	{ "rule: gpu-lost", "rule: -gpu", "r.yaml:2:7: 'rule' must be a name like gpu-fell-off-bus, not '-gpu'" },
	{ "version: 3", "version: three", "r.yaml:3:10: 'version' must be a whole number from 1 to 1000000, not 'three'" },
	{ "title: GPU lost", "title: ''", "r.yaml:4:8: 'title' must be a text, not ''" },
	{ "title: GPU lost", "title: {a: b}", "r.yaml:4:8: 'title' must be a text, not a map" },
	{ "severity: high", "severity: hihg",
	  "r.yaml:5:11: 'severity' must be info, low, medium, high or critical, not 'hihg' [did you mean 'high'?]" },
	{ "status: test", "status: [test]", "r.yaml:6:9: 'status' must be draft, test, stable or deprecated, not a list of 1" },
	{ "entity: gpu", "entity: rack",
	  "r.yaml:7:9: 'entity' must be host, gpu, node, pod, container, workload, deployment, region, disk or nic, not 'rack'" },
	{ "author: x", "autor: x", "r.yaml:8:8: unknown key 'autor' in 'meta' [did you mean 'author'?]" },
	{ "word: abc", "'a b': abc", "r.yaml:9:31: 'a b' is no name\nr.yaml:15:12: expression, column 25: no variable 'word'" },
	/* events */
	{ "source: [dmesg, kern_log]", "sorce: [dmesg, kern_log]",
	  "r.yaml:12:5: signal 'xid' needs one of source, series, count, ratio, sequence, absent or finding" },
	{ "source: [dmesg, kern_log]", "source: [dmesg, 'kern log']", "r.yaml:12:13: 'kern log' is no name of a source" },
	{ "  xid:\n", "  in:\n    source: x\n  xid:\n", "r.yaml:11:3: 'in' cannot be the name of a signal" },
	{ "    where: \"code", "    whre: x\n    where: \"code", "r.yaml:15:5: unknown key 'whre' in an event signal [did you mean 'where'?]" },
	{ "match: ['AER: (?<port>\\S+)', 'Link Down']", "match: [AER, '(?<port>Link) Down']",
	  "r.yaml:19:42: a regex must stand in single quotes or in a block [in single quotes every character stands for itself ('' is one quote)]" },
	{ "'Link Down'", "\"Link Down\"",
	  "r.yaml:19:63: a regex must stand in single quotes or in a block [in single quotes every character stands for itself ('' is one quote)]" },
	{ "'Link Down'", "'Link (Down'", "r.yaml:19:63: regex, column 11: missing closing parenthesis" },
	{ "'Link Down'", "''", "r.yaml:19:63: an empty regex matches every line" },
	{ "'Link Down'", "'a\\C'", "r.yaml:19:63: regex, column 2: \\C (one byte of a character) is not allowed" },
	{ "'Link Down'", "'(?C1)a'", "r.yaml:19:63: regex, column 1: callouts are not allowed" },
	{ "'Link Down'", "'(?R)a'", "r.yaml:19:63: regex, column 1: recursion is not allowed" },
	{ "'Link Down'", "'(a)(?1)'", "r.yaml:19:63: regex, column 4: recursion is not allowed" },
	{ "'Link Down'", "'(a)(?-1)'", "r.yaml:19:63: regex, column 4: recursion is not allowed" },
	{ "'Link Down'", "'(?<n>a)(?&n)'", "r.yaml:19:63: regex, column 8: recursion is not allowed" },
	{ "'Link Down'", "'(?<n>a)(?P>n)'", "r.yaml:19:63: regex, column 8: recursion is not allowed" },
	{ "'Link Down'", "'(?<n>a)\\g<n>'", "r.yaml:19:63: regex, column 8: recursion is not allowed" },
	{ "'Link Down'", "'(*LIMIT_MATCH=9)a'", "r.yaml:19:63: regex, column 1: (*VERBS) are not allowed" },
	{ "types: {code: int}", "types: {cod: int}", "r.yaml:14:13: no capture 'cod' in this signal [did you mean 'code'?]" },
	{ "types: {code: int}", "types: {code: integer}",
	  "r.yaml:14:19: 'code' must be text, int, float, bytes, duration, time, version, pci, ip or bool, not 'integer'" },
	{ "code == 79 and", "code = 79 and", "r.yaml:15:12: expression, column 6: unexpected '=' [write ==]" },
	{ "code == 79 and", "code == aer.port and",
	  "r.yaml:15:12: 'aer.port' reads another signal, but a signal sees one event at a time [compare signals under 'link' or in an item]" },
	{ "set: {double:", "set: {1x:", "r.yaml:16:11: '1x' is no name" },
	{ "bind: {gpu: '{pci|pci}'}", "bind: {gpus: '{pci|pci}'}", "r.yaml:17:12: no entity kind 'gpus' [did you mean 'gpu'?]" },
	{ "bind: {gpu: '{pci|pci}'}", "bind: {gpu: '{#pci}x{/pci}'}", "r.yaml:17:17: no sections here: '{#pci}'" },
	{ "bind: {gpu: '{pci|pci}'}", "bind: {gpu: '{pci|pcii}'}", "r.yaml:17:17: template, column 6: no filter 'pcii' [did you mean 'pci'?]" },
	/* series */
	{ "'gpu.temperature{sensor=core,gpu=0}'", "temperature", "r.yaml:20:17: 'temperature' is no series: dotted.name or 'dotted.name{label=value}'" },
	{ "'gpu.temperature{sensor=core,gpu=0}'", "'gpu.temperature{sensor}'",
	  "r.yaml:20:17: 'gpu.temperature{sensor}' is no series: dotted.name or 'dotted.name{label=value}'" },
	{ "by: [gpu, host], ", "", "r.yaml:20:8: a series signal needs 'by'" },
	{ "{above: var.hot, for: 1m}", "{above: hot}", "r.yaml:20:86: 'above' must be a number like 80, 0.5, 2GiB or 30%, not 'hot'" },
	{ "{above: var.hot, for: 1m}", "{above: var.hit}", "r.yaml:20:86: no variable 'hit' [did you mean 'hot'?]" },
	{ "{above: var.hot, for: 1m}", "{above: var.word}", "r.yaml:20:86: 'above' must be a number like 80, 0.5, 2GiB or 30%, not 'var.word'" },
	{ "{above: var.hot, for: 1m}", "{abov: 5, for: 1m}",
	  "r.yaml:20:79: unknown key 'abov' in a condition [did you mean 'above'?]\nr.yaml:20:78: a condition needs one of above, below, slope_above, "
	  "slope_below, drop, rise, near, rate_above, rate_below, quantile, factor, changed or missing_for" },
	{ "{above: var.hot, for: 1m}", "{above: 5, over: 1m}", "r.yaml:20:89: 'over' does not go with 'above'" },
	{ "{above: var.hot, for: 1m}", "{slope_above: 5/m}", "r.yaml:20:78: 'slope_above' needs 'over'" },
	{ "{above: var.hot, for: 1m}", "{slope_above: 5, over: 1m}", "r.yaml:20:92: 'slope_above' must be a rate like 50MiB/m or 3/h, not '5'" },
	{ "{above: var.hot, for: 1m}", "{quantile: 0.9, over: 1m}", "r.yaml:20:78: a quantile is compared with 'above' or with 'below'" },
	{ "{above: var.hot, for: 1m}", "{quantile: 9, over: 1m, above: 1}", "r.yaml:20:89: 'quantile' must be a share from 0% to 100%, not '9'" },
	{ "{above: var.hot, for: 1m}", "{factor: 0, over: 1m, baseline: 1h}", "r.yaml:20:87: 'factor' must be more than 0, not '0'" },
	{ "{above: var.hot, for: 1m}", "{drop: -5, within: 1m}", "r.yaml:20:85: 'drop' must be more than 0, not '-5'" },
	{ "{above: var.hot, for: 1m}", "{rise: 5, within: 0}", "r.yaml:20:96: 'within' must be longer than 0, not '0'" },
	{ "{above: var.hot, for: 1m}", "{changed: yes}", "r.yaml:20:88: 'changed' must be true, not 'yes'" },
	{ "{above: var.hot, for: 1m}", "{above: 5, for: -1m}", "r.yaml:20:94: 'for' must be a duration that is not negative, not '-1m'" },
	{ "{above: var.hot, for: 1m}", "{above: 5, for: 91d}",
	  "r.yaml:20:94: 'for' must be a duration like 5m, 90s or 1h30m, of at most 90d, not '91d'" },
	/* count and ratio */
	{ "count: xid", "count: xit", "r.yaml:22:17: no signal 'xit' [did you mean 'xid'?]" },
	{ "at_least: 2, at_most: 9, ", "", "r.yaml:22:9: a count signal needs 'at_least' or 'at_most'" },
	{ "at_least: 2, at_most: 9", "at_least: 2, at_most: 1", "r.yaml:22:9: 'at_least' is more than 'at_most'" },
	{ "at_least: 2", "at_least: 2.5", "r.yaml:22:42: 'at_least' must be a whole number from 1 to 2147483647, not '2.5'" },
	{ "count: xid", "count: gpu.xid", "r.yaml:22:61: 'distinct' counts fields of a signal, not of a series" },
	{ ", min_total: 50", "", "r.yaml:23:11: a ratio signal needs 'min_total'" },
	{ "above: 30%", "above: 30", "r.yaml:23:78: 'above' must be a share from 0% to 100%, not '30'" },
	{ "above: 30%, ", "", "r.yaml:23:11: a ratio signal needs either 'above' or 'below'" },
	{ "['svc.requests{code=500}', svc.requests]", "[svc.requests]", "r.yaml:23:19: 'ratio' must be a pair [part, whole], not a list of 1" },
	/* signals of signals */
	{ "[aer, {not: hot}, {then: xid, within: 15m}]", "[{not: hot}, {then: xid}]", "r.yaml:24:22: a sequence starts with a signal" },
	{ "[aer, {not: hot}, {then: xid, within: 15m}]", "[aer, {not: hot}]", "r.yaml:24:27: a sequence cannot end with 'not' [use an 'absent' signal]" },
	{ "{not: hot}, ", "hot, ", "r.yaml:24:27: a step must be a map" },
	{ "{not: hot}, ", "{not: hot, within: 5m}, ", "r.yaml:24:27: 'not' stands alone in its step" },
	{ "[aer, {not: hot}, {then: xid, within: 15m}]", "[aer]", "r.yaml:24:21: 'sequence' must be a list of at least two steps, not a list of 1" },
	{ "{not: hot}, ", "{then: chain}, ", "r.yaml:24:3: signal 'chain' is built from itself" },
	{ "after: xid, ", "", "r.yaml:25:10: an absent signal needs 'after'" },
	{ "{finding: other-rule, cause: first}", "{finding: other-rul}", "r.yaml:26: no rule 'other-rul' [did you mean 'other-rule'?]" },
	{ "{finding: other-rule, cause: first}", "{finding: other-rule, cause: frist}",
	  "r.yaml:26: rule 'other-rule' has no cause 'frist' [did you mean 'first'?]" },
	{ "{finding: other-rule, cause: first}", "{finding: gpu-lost}", "r.yaml:26: 'finding' goes in a circle: 'gpu-lost' comes back to itself" },
	{ "{finding: other-rule, cause: first}", "{sql: SELECT 1}", "r.yaml:26:10: sql signals are not part of language 1 as this program reads it" },
	/* links and names */
	{ "link: ['xid.pci == aer.port']", "link: ['pci == aer.port']", "r.yaml:27:8: 'pci' needs its signal: signal.pci" },
	{ "link: ['xid.pci == aer.port']", "link: ['xit.pci == aer.port']", "r.yaml:27:8: no signal 'xit' [did you mean 'xid'?]" },
	{ "link: ['xid.pci == aer.port']", "link: ['exists(xit)']", "r.yaml:27:8: no signal 'xit' [did you mean 'xid'?]" },
	{ "link: ['xid.pci == aer.port']", "link: ['many.valeu > 1']", "r.yaml:27:8: signal 'many' has no field 'valeu' [did you mean 'value'?]" },
	{ "link: ['xid.pci == aer.port']", "link: ['hot.maxx > 1']", "r.yaml:27:8: signal 'hot' has no field 'maxx' [did you mean 'max'?]" },
	{ "link: ['xid.pci == aer.port']", "link: ['errors.port > 1']", "r.yaml:27:8: signal 'errors' has no field 'port'" },
	{ "link: ['xid.pci == aer.port']", "link: ['other.pci > 1']", "r.yaml:27:8: signal 'other' has no field 'pci'" },
	/* when */
	{ "anchor: xid", "ancor: xid", "r.yaml:29:3: unknown key 'ancor' in 'when' [did you mean 'anchor'?]\nr.yaml:29:3: 'when' needs 'anchor'" },
	{ "anchor: xid", "anchor: xit", "r.yaml:29:11: no signal 'xit' [did you mean 'xid'?]" },
	{ "window: [-10m, 5m]", "window: [5m, -10m]", "r.yaml:31:11: 'window' ends before it starts" },
	{ "window: [-10m, 5m]", "window: 5m", "r.yaml:31:11: 'window' must be a pair of durations like [-10m, 5s], not '5m'" },
	{ "window: [-10m, 5m]", "window: [-10, 5m]", "r.yaml:31:12: must be a duration like 5m, 90s or 1h30m, of at most 90d, not '-10'" },
	{ "base: 3\n", "base: 21\n", "r.yaml:32:9: 'base' must be a whole number from -20 to 20, not '21'" },
	{ "require: [quiet]", "require: [{signal: quiet, weight: 3}]",
	  "r.yaml:33:29: a required item has no 'weight' [list the item under 'support' too]" },
	{ "weight: 9, if_absent", "wieght: 9, if_absent", "r.yaml:35:54: unknown key 'wieght' in an item [did you mean 'weight'?]" },
	{ "weight: 9, if_absent", "weight: 25, if_absent", "r.yaml:35:62: 'weight' must be a whole number from -20 to 20, not '25'" },
	{ "{signal: aer, at: [-1h30m", "{signal: aer, expr: 'x', at: [-1h30m", "r.yaml:35:21: an item has one of signal, expr, any and all" },
	{ "{signal: aer, at: [-1h30m", "{at: [-1h30m", "r.yaml:35:7: an item needs one of signal, expr, any or all" },
	{ "join: host, weight: 9", "join: hots, weight: 9",
	  "r.yaml:35:48: 'join' must be host, gpu, node, pod, container, workload, deployment, region, disk or nic, not 'hots' [did you mean 'host'?]" },
	{ "pick: last", "pick: newest", "r.yaml:35:86: 'pick' must be nearest, first or last, not 'newest' [did you mean 'nearest'?]" },
	{ "{any: [hot, {", "{any: [hot, {weight: 3, ", "r.yaml:36:20: unknown key 'weight' in a part of an item" },
	{ "{all: [chain, other], weight: 1}", "{all: [chain], weight: 1}", "r.yaml:38:54: 'all' must be a list of at least two signals, not a list of 1" },
	{ "exists(aer)', weight: 2}", "exists(aer)', weight: 2, at: [0, 0]}", "r.yaml:37:60: 'at' does not go with 'expr'" },
	/* causes, explains, report */
	{ "{id: heat,", "{id: link,", "r.yaml:41:5: two causes with the id 'link'" },
	{ "{id: heat,", "{id: undetermined,", "r.yaml:41:10: 'undetermined' is what stands where no cause wins" },
	{ "{id: heat,", "{", "r.yaml:41:5: a cause needs 'id'" },
	{ "- {rule: other-rule, at: [-1m, 30m], join: host}", "- {rule: gpu-lost, at: [0, 0]}",
	  "r.yaml:43: 'explains' goes in a circle: 'gpu-lost' comes back to itself" },
	{ "{rule: other-rule, at: [-1m, 30m], join: host}", "{rule: other-rule}", "r.yaml:43:5: an 'explains' needs 'at'" },
	{ "GPU {xid.pci} at", "GPU {xit.pci} at", "r.yaml:45:14: no signal 'xit' [did you mean 'xid'?]" },
	{ "GPU {xid.pci} at", "GPU {pci} at", "r.yaml:45:14: 'pci' needs its signal: signal.pci" },
	{ "{#quiet} {quiet.waited|dur} {quiet.extra}{/quiet}", "{#quiet}", "r.yaml:45:14: template, column 32: a section never closed: 'quiet'" },
	{ "  advice: ['drain', 'cycle']\n", "", "r.yaml:45:3: 'report' needs 'advice'" },
	{ "{many.value|n}", "{many.values|n}", "r.yaml:46:12: signal 'many' has no field 'values' [did you mean 'value'?]" },
	/* tests */
	{ "  - name: lost\n", "  - title: lost\n", "r.yaml:50:5: unknown key 'title' in a test\nr.yaml:50:5: a test needs 'name'" },
	{ "now: '2026-07-15T09:00:00Z'", "now: yesterday", "r.yaml:51:10: 'now' must be a time like 2026-11-22T10:16:04Z, not 'yesterday'" },
	{ "text: 'line'", "txt: 'line'", "r.yaml:52:79: unknown key 'txt' in a 'given' [did you mean 'text'?]\nr.yaml:52:13: a 'given' needs 'text'" },
	{ "step: 10s", "step: 0", "r.yaml:53:78: 'step' must be longer than 0, not '0'" },
	{ "'1 2.5x9 10+2x5 _x3'", "'1 2.5y9'", "r.yaml:53:91: 'values' must be numbers like '1 2.5x9 10+2x5 _x3', not '1 2.5y9'" },
	{ "'1 2.5x9 10+2x5 _x3'", "' '", "r.yaml:53:91: 0 samples; a test has 1 to 1000000" },
	{ "'gpu=0 -> host=n1'", "'gpu=0 > host=n1'", "r.yaml:54:15: 'gpu=0 > host=n1' is no relation like 'pod=a/b -> node=n1'" },
	{ "covers: {dmesg: ['2026-07-15T08:00:00Z', '2026-07-15T09:00:00Z']}", "covers: {dmesg: all}", "r.yaml:55:21: 'dmesg' must be a pair of times, not 'all'" },
	{ "cause: link, word", "cause: lnik, word", "r.yaml:56:34: no cause 'lnik' [did you mean 'link'?]" },
	{ "word: very likely", "word: certain", "r.yaml:56:46: 'word' must be very likely, likely, possible or unlikely, not 'certain'" },
	{ "unknown: [hot]", "unknown: [hit]", "r.yaml:56:82: no signal 'hit' [did you mean 'hot'?]" },
	{ "expect: {findings: 0}", "expect: {findings: 0, word: likely}", "r.yaml:57:62: nothing can be expected of 0 findings" },
	{ "given: [{source: dmesg, text: x}], ", "", "r.yaml:57:5: a test needs 'given' or 'series'" },
};

START_TEST(says_what_is_wrong_and_where)
{
	struct str text = edited(arena, str_of(whole), mistakes[_i].find, mistakes[_i].replace);

	ck_assert_int_eq(load_whole(text), ERR_RULE);
	ck_assert_ptr_null(rules);
	ck_assert_str_eq(buf_cstr(&problems), arena_printf(arena, "%s\n", mistakes[_i].want).p);
}
END_TEST

START_TEST(reports_every_problem_of_every_file)
{
	struct rule_text texts[] = {
		{ STR("a.yaml"), edited(arena, str_of(whole), "severity: high", "severity: x") }, { STR("b.yaml"), STR("[") },
	};
	struct error err = { 0 };

	texts[0].text = edited(arena, texts[0].text, "anchor: xid", "anchor: nobody");
	texts[0].text = edited(arena, texts[0].text, "  other: {finding: other-rule, cause: first}\n", "");
	texts[0].text = edited(arena, texts[0].text, "{all: [chain, other], weight: 1}", "chain");
	ck_assert_int_eq(ruleset_load(&rules, texts, 2, NULL, 0, note_problem, &problems, &err), ERR_RULE);
	ck_assert_str_eq(err.text, "3 problems in the rules");
	ck_assert_str_eq(buf_cstr(&problems), "a.yaml:5:11: 'severity' must be info, low, medium, high or critical, not 'x'\n"
			 "a.yaml:28:11: no signal 'nobody'\n"
			 "b.yaml:2:1: did not find expected node content\n");
}
END_TEST

/* ---- limits ---- */

START_TEST(bounds_files_keys_and_patterns)
{
	static char big[300000];
	char pattern[64];

	memset(big, ' ', sizeof big - 1);
	ck_assert_int_eq(load_whole((struct str){ big, 262145 }), ERR_RULE);
	ck_assert_str_eq(buf_cstr(&problems), "r.yaml:1:1: the file is too large\n");
	buf_reset(&problems);
	ck_assert_int_eq(load_whole((struct str){ big, 262144 }), OK); /* nothing but blanks: no rule */
	ck_assert_uint_eq(rules->n_rules, 1);
	ruleset_free(rules);
	rules = NULL;

	memset(big, 'a', 5000);
	snprintf(pattern, sizeof pattern, "'%s'", "Link Down");
	ck_assert_int_eq(load_whole(edited(arena, str_of(whole), pattern, arena_printf(arena, "'%.*s'", 4097, big).p)), ERR_RULE);
	ck_assert_str_eq(buf_cstr(&problems), "r.yaml:19:63: a regex of 4097 bytes; at most 4096 are allowed\n");
	buf_reset(&problems);
	for (size_t i = 0; i < 33; i++)
		memcpy(big + 3 * i, "(a)", 3);
	ck_assert_int_eq(load_whole(edited(arena, str_of(whole), pattern, arena_printf(arena, "'%.*s'", 99, big).p)), ERR_RULE);
	ck_assert_str_eq(buf_cstr(&problems), "r.yaml:19:63: a regex with 33 groups that capture; at most 32 are allowed\n");
	buf_reset(&problems);
	for (size_t i = 0; i < 65; i++) {
		big[i] = '(';
		big[66 + i] = ')';
	}
	big[65] = 'a';
	ck_assert_int_eq(load_whole(edited(arena, str_of(whole), pattern, arena_printf(arena, "'%.*s'", 131, big).p)), ERR_RULE);
	ck_assert_ptr_nonnull(strstr(buf_cstr(&problems), "parentheses are too deeply nested"));
}
END_TEST

/* s1 is two of s0, s2 two of s1 ..: what asks every way down asks 2^60 times. */
START_TEST(reads_signals_built_over_and_over)
{
	struct buf signals;
	struct rule_text text = { .path = STR("r.yaml") };

	buf_init(&signals, 65536);
	buf_printf(&signals, "signals: {boot: {source: dmesg, match: 'Linux version'}, s0: {source: dmesg, match: 'NVRM'}");
	for (int i = 1; i <= 60; i++)
		buf_printf(&signals, ", s%d: {sequence: [s%d, {then: s%d}]}", i, i - 1, i - 1);
	buf_printf(&signals, "}\nlink: ['s60.pci == boot.pci']");
	text.text = edited(arena, str_of(other), "signals: {boot: {source: dmesg, match: 'Linux version'}}", buf_cstr(&signals));
	ck_assert_msg(load(&text, 1) == OK, "%s", buf_cstr(&problems));
	ck_assert_text(rules->rules[0].signals[1].u.event.keep[0], "pci");
	ck_assert_uint_gt(ruleset_lint(rules, note_problem, &problems), 0);
	buf_done(&signals);
}
END_TEST

START_TEST(bounds_the_keys_of_a_map)
{
	struct buf text;

	buf_init(&text, 65536);
	for (int i = 0; i < 1025; i++)
		buf_printf(&text, "k%d: x\n", i);
	ck_assert_int_eq(load_whole(buf_str(&text)), ERR_RULE);
	ck_assert_str_eq(buf_cstr(&problems), "r.yaml:1025:1: too many keys in one map\n");
	buf_done(&text);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	LOOP(tc, says_what_is_wrong_and_where, mistakes);
	tcase_add_test(tc, reports_every_problem_of_every_file);
	tcase_add_test(tc, bounds_files_keys_and_patterns);
	tcase_add_test(tc, reads_signals_built_over_and_over);
	tcase_add_test(tc, bounds_the_keys_of_a_map);
}

TEST_MAIN("rule/load: mistakes", add)

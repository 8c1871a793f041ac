#ifndef FORENSICS_TESTS_RULE_WHOLE_H
#define FORENSICS_TESTS_RULE_WHOLE_H

#include "rule_help.h"

/* A rule with one of everything; every broken rule below is this one with one thing changed.
 * The numbers on the left are its lines. */
static const char whole[] =
/*  1 */ "forensics: 1\n"
/*  2 */ "rule: gpu-lost\n"
/*  3 */ "version: 3\n"
/*  4 */ "title: GPU lost\n"
/*  5 */ "severity: high\n"
/*  6 */ "status: test\n"
/*  7 */ "entity: gpu\n"
/*  8 */ "meta: {author: x, tags: [gpu, bus], refs: ['doc:1'], false_positives: a reset}\n"
/*  9 */ "vars: {hot: '83', share: 15%, word: abc}\n"
/* 10 */ "signals:\n"
/* 11 */ "  xid:\n"
/* 12 */ "    source: [dmesg, kern_log]\n"
/* 13 */ "    match: 'NVRM: Xid \\(PCI:(?<pci>[0-9A-Fa-f:.]+)\\): (?<code>\\d+)'\n"
/* 14 */ "    types: {code: int}\n"
/* 15 */ "    where: \"code == 79 and word2 == var.word\"\n"
/* 16 */ "    set: {double: 'code * 2'}\n"
/* 17 */ "    bind: {gpu: '{pci|pci}'}\n"
/* 18 */ "    collect: dmesg > dmesg.txt\n"
/* 19 */ "  aer: {source: dmesg, on: line, match: ['AER: (?<port>\\S+)', 'Link Down'], note: 'x'}\n"
/* 20 */ "  hot: {series: 'gpu.temperature{sensor=core,gpu=0}', by: [gpu, host], when: {above: var.hot, for: 1m}, max_gap: 30s, min_samples: 4}\n"
/* 21 */ "  share: {series: 'gpu.memory.used / gpu.memory.total', by: gpu, when: {drop: var.share, within: 2m}}\n"
/* 22 */ "  many: {count: xid, over: 2m, at_least: 2, at_most: 9, distinct: pci, per: host}\n"
/* 23 */ "  errors: {ratio: ['svc.requests{code=500}', svc.requests], over: 5m, above: 30%, min_total: 50, per: workload}\n"
/* 24 */ "  chain: {sequence: [aer, {not: hot}, {then: xid, within: 15m}], join: host}\n"
/* 25 */ "  quiet: {absent: aer, after: xid, within: 5m, join: none}\n"
/* 26 */ "  other: {finding: other-rule, cause: first}\n"
/* 27 */ "link: ['xid.pci == aer.port']\n"
/* 28 */ "when:\n"
/* 29 */ "  anchor: xid\n"
/* 30 */ "  episode: 90m\n"
/* 31 */ "  window: [-10m, 5m]\n"
/* 32 */ "  base: 3\n"
/* 33 */ "  require: [quiet]\n"
/* 34 */ "  support:\n"
/* 35 */ "    - {signal: aer, at: [-1h30m, 250ms], join: host, weight: 9, if_absent: -2, pick: last, where: 'aer.port != 1', why: 'port {aer.port}'}\n"
/* 36 */ "    - {any: [hot, {signal: share, join: host, at: [0, 1s]}], join: none, at: [-5m, 0], weight: 4}\n"
/* 37 */ "    - {expr: 'xid.double > 100 or exists(aer)', weight: 2}\n"
/* 38 */ "  against: [{signal: many, weight: 3}, errors, {all: [chain, other], weight: 1}]\n"
/* 39 */ "causes:\n"
/* 40 */ "  - {id: link, title: The link, base: 2, support: [{signal: aer, weight: 5}], narrative: 'a {xid.pci}', advice: [reseat]}\n"
/* 41 */ "  - {id: heat, support: [{signal: hot, join: gpu, weight: 5}]}\n"
/* 42 */ "explains:\n"
/* 43 */ "  - {rule: other-rule, at: [-1m, 30m], join: host}\n"
/* 44 */ "report:\n"
/* 45 */ "  narrative: 'GPU {xid.pci} at {xid.lo|time}.{#quiet} {quiet.waited|dur} {quiet.extra}{/quiet}'\n"
/* 46 */ "  summary: 'GPU lost {many.value|n}'\n"
/* 47 */ "  advice: ['drain', 'cycle']\n"
/* 48 */ "  prevent: ['watch']\n"
/* 49 */ "tests:\n"
/* 50 */ "  - name: lost\n"
/* 51 */ "    now: '2026-07-15T09:00:00Z'\n"
/* 52 */ "    given: [{source: dmesg, host: n1, boot: '2026-07-15T08:00:00Z', skew: 2h, text: 'line'}]\n"
/* 53 */ "    series: {'gpu.temperature{gpu=0}': {start: '2026-07-15T08:00:00Z', step: 10s, values: '1 2.5x9 10+2x5 _x3', unit: C}}\n"
/* 54 */ "    entities: ['gpu=0 -> host=n1']\n"
/* 55 */ "    covers: {dmesg: ['2026-07-15T08:00:00Z', '2026-07-15T09:00:00Z']}\n"
/* 56 */ "    expect: {entity: '0', cause: link, word: very likely, says: [GPU], unknown: [hot], folds: [other-rule]}\n"
/* 57 */ "  - {name: quiet, given: [{source: dmesg, text: x}], expect: {findings: 0}}\n";

static const char other[] =
	"forensics: 1\nrule: other-rule\nversion: 1\ntitle: Other\nseverity: low\nstatus: draft\nentity: host\n"
	"signals: {boot: {source: dmesg, match: 'Linux version'}}\nwhen: {anchor: boot}\n"
	"causes: [{id: first}]\nreport: {narrative: x, advice: y}\ntests: []\n";

static struct arena *arena;
static struct buf problems;
static struct ruleset *rules;

static inline void setup(void)
{
	arena = arena_new();
	buf_init(&problems, 65536);
	rules = NULL;
}

static inline void teardown(void)
{
	ruleset_free(rules);
	buf_done(&problems);
	arena_free(arena);
}

static inline enum status load(const struct rule_text *texts, size_t n)
{
	return ruleset_load(&rules, texts, n, NULL, 0, note_problem, &problems, NULL);
}

static inline enum status load_whole(struct str text)
{
	const struct rule_text texts[] = { { STR("r.yaml"), text }, { STR("other.yaml"), str_of(other) } };

	return load(texts, 2);
}

static inline const struct rule *loaded(void)
{
	const struct rule *r;

	ck_assert_msg(load_whole(str_of(whole)) == OK, "%s", buf_cstr(&problems));
	r = ruleset_find(rules, STR("gpu-lost"));
	ck_assert_ptr_nonnull(r);
	return r;
}

#define ck_assert_text(s, want) ck_assert_msg(str_eq((s), str_of(want)), "'%.*s', want '%s'", STR_ARG(s), (want))
#define ck_assert_number(x, want) ck_assert_msg((x) <= (want) && (x) >= (want), "%g, want %g", (x), (double)(want))

static inline const struct signal *signal_of(const struct rule *r, const char *name)
{
	size_t i = rule_signal(r, str_of(name));

	ck_assert_msg(i != SIZE_MAX, "%s", name);
	return &r->signals[i];
}

#endif /* FORENSICS_TESTS_RULE_WHOLE_H */

#include <sys/stat.h>
#include <unistd.h>

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

static void setup(void)
{
	arena = arena_new();
	buf_init(&problems, 65536);
	rules = NULL;
}

static void teardown(void)
{
	ruleset_free(rules);
	buf_done(&problems);
	arena_free(arena);
}

static enum status load(const struct rule_text *texts, size_t n)
{
	return ruleset_load(&rules, texts, n, NULL, 0, note_problem, &problems, NULL);
}

static enum status load_whole(struct str text)
{
	const struct rule_text texts[] = { { STR("r.yaml"), text }, { STR("other.yaml"), str_of(other) } };

	return load(texts, 2);
}

static const struct rule *loaded(void)
{
	const struct rule *r;

	ck_assert_msg(load_whole(str_of(whole)) == OK, "%s", buf_cstr(&problems));
	r = ruleset_find(rules, STR("gpu-lost"));
	ck_assert_ptr_nonnull(r);
	return r;
}

#define ck_assert_text(s, want) ck_assert_msg(str_eq((s), str_of(want)), "'%.*s', want '%s'", STR_ARG(s), (want))
#define ck_assert_number(x, want) ck_assert_msg((x) <= (want) && (x) >= (want), "%g, want %g", (x), (double)(want))

static const struct signal *signal_of(const struct rule *r, const char *name)
{
	size_t i = rule_signal(r, str_of(name));

	ck_assert_msg(i != SIZE_MAX, "%s", name);
	return &r->signals[i];
}

/* ---- what is read ---- */

START_TEST(reads_the_head)
{
	const struct rule *r = loaded();

	ck_assert_text(r->title, "GPU lost");
	ck_assert_text(r->file, "r.yaml");
	ck_assert_int_eq(r->version, 3);
	ck_assert_int_eq(r->severity, RULE_HIGH);
	ck_assert_text(r->status, "test");
	ck_assert_int_eq(r->entity, ENT_GPU);
	ck_assert_uint_eq(r->n_tags, 2);
	ck_assert_text(r->tags[1], "bus");
	ck_assert_text(r->refs[0], "doc:1");
	ck_assert_text(r->false_positives[0], "a reset");
	ck_assert_uint_eq(r->n_advice, 2);
	ck_assert_text(r->prevent[0], "watch");
	ck_assert_uint_eq(r->vars.n, 3);
	ck_assert_number(r->vars.v[1].value.num, 0.15);
	ck_assert_int_eq(r->vars.v[2].value.type, VALUE_TEXT);
	ck_assert_uint_eq(r->n_links, 1);
}
END_TEST

START_TEST(reads_event_signals)
{
	const struct rule *r = loaded();
	const struct event_signal *xid = &signal_of(r, "xid")->u.event, *aer = &signal_of(r, "aer")->u.event;
	const struct pattern *p = &rules->patterns[xid->patterns[0]];
	static const char *const keep[] = { "code", "double", "extra", "pci", "word2" };

	ck_assert_uint_eq(xid->n_sources, 2);
	ck_assert_text(xid->on, "message");
	ck_assert_text(aer->on, "line");
	ck_assert_uint_eq(p->n_captures, 2);
	ck_assert_text(p->captures[0], "pci");
	ck_assert_uint_eq(p->groups[1], 2);
	ck_assert_uint_eq(xid->n_types, 1);
	ck_assert_int_eq(xid->types[0].type, CAP_INT);
	ck_assert_uint_eq(xid->n_sets, 1);
	ck_assert_int_eq(xid->binds[0].kind, ENT_GPU);
	ck_assert_uint_eq(aer->n_patterns, 2);
	ck_assert_uint_eq(aer->pattern_lines[1], 19);
	ck_assert_text(signal_of(r, "xid")->collect, "dmesg > dmesg.txt");
	ck_assert_text(signal_of(r, "aer")->note, "x");
	/* "extra" is read through the absent signal: {quiet.extra} */
	ck_assert_uint_eq(xid->n_keep, sizeof keep / sizeof *keep);
	for (size_t i = 0; i < xid->n_keep; i++)
		ck_assert_text(xid->keep[i], keep[i]);
	ck_assert_uint_eq(aer->n_keep, 1);
}
END_TEST

START_TEST(reads_signals_of_numbers)
{
	const struct rule *r = loaded();
	const struct series_signal *hot = &signal_of(r, "hot")->u.series, *share = &signal_of(r, "share")->u.series;
	const struct count_signal *many = &signal_of(r, "many")->u.count;
	const struct ratio_signal *errors = &signal_of(r, "errors")->u.ratio;

	ck_assert_text(hot->top.name, "gpu.temperature");
	ck_assert_uint_eq(hot->top.n_labels, 2);
	ck_assert_text(hot->top.labels[1].key, "gpu");
	ck_assert_text(hot->top.labels[1].value, "0");
	ck_assert_uint_eq(hot->bottom.name.n, 0);
	ck_assert_uint_eq(hot->n_by, 2);
	ck_assert_int_eq(hot->when.kind, COND_ABOVE);
	ck_assert_number(hot->when.bound, 83);
	ck_assert_int_eq(hot->when.hold, TS_MINUTE);
	ck_assert_int_eq(hot->max_gap, 30 * TS_SECOND);
	ck_assert_uint_eq(hot->min_samples, 4);
	ck_assert_text(share->bottom.name, "gpu.memory.total");
	ck_assert_int_eq(share->when.kind, COND_DROP);
	ck_assert(share->when.relative);
	ck_assert_number(share->when.bound, 0.15);
	ck_assert_int_eq(share->when.over, 2 * TS_MINUTE);
	ck_assert(!many->what.is_series);
	ck_assert_uint_eq(many->what.signal, rule_signal(r, STR("xid")));
	ck_assert_number(many->at_least, 2);
	ck_assert_number(many->at_most, 9);
	ck_assert_text(many->distinct, "pci");
	ck_assert_int_eq(many->per, ENT_HOST);
	ck_assert(errors->part.is_series && errors->whole.is_series);
	ck_assert_text(errors->part.series.labels[0].value, "500");
	ck_assert_number(errors->bound, 0.3);
	ck_assert_number(errors->min_total, 50);
	ck_assert(!errors->below);
}
END_TEST

START_TEST(reads_signals_made_of_signals)
{
	const struct rule *r = loaded();
	const struct sequence_signal *chain = &signal_of(r, "chain")->u.sequence;
	const struct absent_signal *quiet = &signal_of(r, "quiet")->u.absent;
	const struct finding_signal *found = &signal_of(r, "other")->u.finding;

	ck_assert_uint_eq(chain->n_steps, 3);
	ck_assert(!chain->steps[0].negated && chain->steps[1].negated && !chain->steps[2].negated);
	ck_assert_int_eq(chain->steps[2].within, 15 * TS_MINUTE);
	ck_assert_int_eq(chain->join, ENT_HOST);
	ck_assert(quiet->join_none);
	ck_assert_uint_eq(quiet->after, rule_signal(r, STR("xid")));
	ck_assert_int_eq(quiet->within, 5 * TS_MINUTE);
	ck_assert_text(found->rule, "other-rule");
	ck_assert_text(found->cause, "first");
}
END_TEST

START_TEST(reads_items)
{
	const struct rule *r = loaded();
	const struct item *aer = &r->support.v[0], *any = &r->support.v[1], *expr = &r->support.v[2];

	ck_assert_int_eq(r->episode, 90 * TS_MINUTE);
	ck_assert_int_eq(r->window.lo, -10 * TS_MINUTE);
	ck_assert_int_eq(r->base, 3);
	ck_assert_uint_eq(r->require.n, 1);
	ck_assert_text(r->require.v[0].label, "quiet");
	ck_assert_int_eq(r->require.v[0].join, ENT_GPU);
	ck_assert_int_eq(aer->at.lo, -90 * TS_MINUTE);
	ck_assert_int_eq(aer->at.hi, 250000);
	ck_assert(aer->has_at && aer->has_join);
	ck_assert_int_eq(aer->join, ENT_HOST);
	ck_assert_int_eq(aer->pick, PICK_LAST);
	ck_assert_int_eq(aer->weight, 9);
	ck_assert_int_eq(aer->if_absent, -2);
	ck_assert_ptr_nonnull(aer->where);
	ck_assert_ptr_nonnull(aer->why);
	ck_assert_uint_eq(aer->line, 35);
	ck_assert_int_eq(any->kind, ITEM_ANY);
	ck_assert_text(any->label, "any(hot, share)");
	ck_assert(any->parts[0].join_none && any->parts[0].has_at && any->parts[0].at.lo == -5 * TS_MINUTE);
	ck_assert(!any->parts[1].join_none && any->parts[1].join == ENT_HOST && any->parts[1].at.hi == TS_SECOND);
	ck_assert_int_eq(any->parts[0].weight, 0);
	ck_assert_int_eq(expr->kind, ITEM_EXPR);
	ck_assert_text(expr->label, "xid.double > 100 or exists(aer)");
	ck_assert_uint_eq(r->against.n, 3);
	ck_assert_int_eq(r->against.v[2].kind, ITEM_ALL);
	ck_assert_uint_eq(r->n_causes, 2);
	ck_assert_int_eq(r->causes[0].base, 2);
	ck_assert_text(r->causes[0].advice[0], "reseat");
	ck_assert_text(r->explains[0].rule, "other-rule");
	ck_assert_int_eq(r->explains[0].at.hi, 30 * TS_MINUTE);
}
END_TEST

START_TEST(reads_tests)
{
	const struct rule *r = loaded();
	const struct rule_test *t = &r->tests[0];

	ck_assert_uint_eq(r->n_tests, 2);
	ck_assert_text(t->name, "lost");
	ck_assert_int_eq(t->now, ts_civil(2026, 7, 15, 9, 0, 0, 0));
	ck_assert_text(t->given[0].host, "n1");
	ck_assert_text(t->given[0].boot, "2026-07-15T08:00:00Z");
	ck_assert_int_eq(t->given[0].skew, 2 * TS_HOUR);
	ck_assert_text(t->series[0].ref.name, "gpu.temperature");
	ck_assert_int_eq(t->series[0].step, 10 * TS_SECOND);
	ck_assert_text(t->series[0].unit, "C");
	ck_assert_text(t->edges[0].from_kind, "gpu");
	ck_assert_text(t->edges[0].to, "n1");
	ck_assert_int_eq(t->covers[0].to - t->covers[0].from, TS_HOUR);
	ck_assert_int_eq(t->findings, 1);
	ck_assert_text(t->word, "very likely");
	ck_assert_text(t->cause, "link");
	ck_assert_uint_eq(t->n_says + t->n_unknown + t->n_folds, 3);
	ck_assert_int_eq(r->tests[1].findings, 0);
	ck_assert_int_eq(r->tests[1].now, TS_NONE);
}
END_TEST

START_TEST(numbers_signals_and_puts_findings_after_their_rule)
{
	const struct rule *r = loaded();

	/* by id gpu-lost would come first, but it reads the findings of other-rule */
	ck_assert_text(rules->rules[0].id, "other-rule");
	ck_assert_ptr_eq(&rules->rules[1], r);
	ck_assert_uint_eq(rules->n_signals, 1 + r->n_signals);
	for (uint32_t i = 0; i < rules->n_signals; i++)
		ck_assert_uint_eq(rules->signals[i]->id, i);
	ck_assert_ptr_eq(rules->owners[0], &rules->rules[0]);
	ck_assert_ptr_eq(rules->owners[1], r);
	ck_assert_ptr_eq(rules->signals[1], &r->signals[0]);
}
END_TEST

/* ---- conditions ---- */

static const struct {
	const char *when;
	enum condition_kind kind;
	double bound;
	bool has_bound, relative, below;
	double fit, factor, quantile, tolerance;
	ts_usec over, baseline, hold;
	const char *other;
} conditions[] = {
	{ "{below: 5}", COND_BELOW, 5, .has_bound = true },
	{ "{above: 2GiB, for: 30s}", COND_ABOVE, 2147483648.0, .has_bound = true, .hold = 30 * TS_SECOND },
	{ "{slope_above: 60MiB/m, over: 5m, fit: 0.6}", COND_SLOPE_ABOVE, 1048576, .has_bound = true, .fit = 0.6, .over = 5 * TS_MINUTE },
	{ "{slope_below: -1/s, over: 5m}", COND_SLOPE_BELOW, -1, .has_bound = true, .fit = 0.7, .over = 5 * TS_MINUTE },
	{ "{drop: 15%, within: 2m}", COND_DROP, 0.15, .has_bound = true, .relative = true, .over = 2 * TS_MINUTE },
	{ "{rise: 4, within: 2m}", COND_RISE, 4, .has_bound = true, .over = 2 * TS_MINUTE },
	{ "{near: gpu.memory.total, within: 4%, for: 30s}", COND_NEAR, 0, .tolerance = 0.04, .hold = 30 * TS_SECOND, .other = "gpu.memory.total" },
	{ "{near: 0.5, within: 4%, for: 0}", COND_NEAR, 0.5, .has_bound = true, .tolerance = 0.04 },
	{ "{near: var.hot, within: 4%, for: 0}", COND_NEAR, 83, .has_bound = true, .tolerance = 0.04 },
	{ "{rate_above: 6/m, over: 10m}", COND_RATE_ABOVE, 0.1, .has_bound = true, .over = 10 * TS_MINUTE },
	{ "{rate_below: 1/5m, over: 1h}", COND_RATE_BELOW, 1.0 / 300, .has_bound = true, .over = TS_HOUR },
	{ "{quantile: 0.99, over: 5m, above: 2}", COND_QUANTILE, 2, .has_bound = true, .quantile = 0.99, .over = 5 * TS_MINUTE },
	{ "{quantile: 5%, over: 5m, below: 2, for: 1m}", COND_QUANTILE, 2, .has_bound = true, .below = true, .quantile = 0.05,
	  .over = 5 * TS_MINUTE, .hold = TS_MINUTE },
	{ "{factor: 5, above: '1', over: 1m, baseline: 30m, for: 1m}", COND_FACTOR, 1, .has_bound = true, .factor = 5, .over = TS_MINUTE,
	  .baseline = 30 * TS_MINUTE, .hold = TS_MINUTE },
	{ "{factor: 2, over: 2m, baseline: 1h}", COND_FACTOR, 0, .factor = 2, .over = 2 * TS_MINUTE, .baseline = TS_HOUR },
	{ "{changed: true}", COND_CHANGED, 0, .has_bound = false },
	{ "{missing_for: 2m}", COND_MISSING_FOR, 0, .over = 2 * TS_MINUTE },
};

START_TEST(reads_conditions)
{
	struct str text = edited(arena, str_of(whole), "{above: var.hot, for: 1m}", conditions[_i].when);
	const struct condition *c;

	ck_assert_msg(load_whole(text) == OK, "%s", buf_cstr(&problems));
	c = &signal_of(ruleset_find(rules, STR("gpu-lost")), "hot")->u.series.when;
	ck_assert_int_eq(c->kind, conditions[_i].kind);
	ck_assert_number(c->bound, conditions[_i].bound);
	ck_assert_int_eq(c->has_bound, conditions[_i].has_bound);
	ck_assert_int_eq(c->relative, conditions[_i].relative);
	ck_assert_int_eq(c->below, conditions[_i].below);
	ck_assert_number(c->fit, conditions[_i].fit);
	ck_assert_number(c->factor, conditions[_i].factor);
	ck_assert_number(c->quantile, conditions[_i].quantile);
	ck_assert_number(c->tolerance, conditions[_i].tolerance);
	ck_assert_int_eq(c->over, conditions[_i].over);
	ck_assert_int_eq(c->baseline, conditions[_i].baseline);
	ck_assert_int_eq(c->hold, conditions[_i].hold);
	ck_assert_text(c->other.name, conditions[_i].other ? conditions[_i].other : "");
}
END_TEST

/* ---- series of tests ---- */

static const struct { const char *values, *want; } values[] = {
	{ "1 2.5x9", "1+0x1 2.5+0x10 " }, { "10+2x5", "10+2x6 " }, { "10-2x5", "10+-2x6 " }, { "-3x1", "-3+0x2 " }, { "_x3 _", "gap3 gap1 " },
	{ "1e3-1e1x2", "1000+-10x3 " }, { "  7  ", "7+0x1 " }, { "1x", "1+0x1 " }, { "", "" }, { "a", "bad" }, { "1+2", "bad" }, { "1xx2", "bad" },
	{ "1x-2", "bad" }, { "1 2,3", "1+0x1 bad" }, { "_x0", "bad" }, { "1x99999999999", "bad" }, { "+2x3", "2+0x4 " },
};

START_TEST(reads_values)
{
	struct str rest = str_of(values[_i].values);
	struct test_run run;
	bool bad;

	while (test_values_next(&rest, &run, &bad)) {
		if (run.gap)
			buf_printf(&problems, "gap%u ", run.n);
		else
			buf_printf(&problems, "%g+%gx%u ", run.first, run.step, run.n);
	}
	if (bad)
		buf_add(&problems, STR("bad"));
	ck_assert_str_eq(buf_cstr(&problems), values[_i].want);
}
END_TEST

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

/* ---- layers, order, identity ---- */

static struct str small_rule(const char *id, const char *title, const char *more)
{
	return arena_printf(arena, "forensics: 1\nrule: %s\nversion: 1\ntitle: %s\nseverity: low\nstatus: draft\nentity: host\n"
		"signals: {boot: {source: dmesg, match: 'Linux version'}%s}\nwhen: {anchor: boot}\n"
		"report: {narrative: x, advice: y}\ntests: []\n", id, title, more);
}

START_TEST(equal_regexes_are_one_pattern)
{
	const struct rule_text texts[] = { { STR("a"), small_rule("a", "A", "") }, { STR("b"), small_rule("b", "B", "") } };

	ck_assert_int_eq(load(texts, 2), OK);
	ck_assert_uint_eq(rules->n_patterns, 1);
	ck_assert_uint_eq(rules->rules[0].signals[0].u.event.patterns[0], rules->rules[1].signals[0].u.event.patterns[0]);
}
END_TEST

START_TEST(reads_several_rules_of_one_file)
{
	const struct rule_text text = { STR("two.yaml"), arena_printf(arena, "\xef\xbb\xbf# first\n%s---\n%s---\n",
		small_rule("b", "B", "").p, small_rule("a", "A", "").p) };

	ck_assert_int_eq(load(&text, 1), OK);
	ck_assert_uint_eq(rules->n_rules, 2);
	ck_assert_text(rules->rules[0].id, "a");
	ck_assert_uint_eq(rules->rules[0].line, 14);
}
END_TEST

START_TEST(refuses_a_second_rule_of_one_id)
{
	const struct rule_text texts[] = { { STR("a.yaml"), small_rule("a", "A", "") }, { STR("b.yaml"), small_rule("a", "B", "") } };

	ck_assert_int_eq(load(texts, 2), ERR_RULE);
	ck_assert_str_eq(buf_cstr(&problems), "b.yaml:2:7: a second rule 'a'\n");
}
END_TEST

START_TEST(puts_rules_after_those_they_read)
{
	const struct rule_text texts[] = {
		{ STR("a"), small_rule("a", "A", ", f: {finding: c}") }, { STR("b"), small_rule("b", "B", "") },
		{ STR("c"), small_rule("c", "C", ", f: {finding: d}") }, { STR("d"), small_rule("d", "D", "") },
	};
	static const char *const want[] = { "d", "c", "a", "b" };

	ck_assert_msg(load(texts, 4) == OK, "%s", buf_cstr(&problems));
	for (size_t i = 0; i < 4; i++)
		ck_assert_text(rules->rules[i].id, want[i]);
}
END_TEST

START_TEST(refuses_circles_over_several_rules)
{
	const struct rule_text texts[] = {
		{ STR("a"), small_rule("a", "A", ", f: {finding: b}") }, { STR("b"), small_rule("b", "B", ", f: {finding: c}") },
		{ STR("c"), small_rule("c", "C", ", f: {finding: a}") },
	};

	ck_assert_int_eq(load(texts, 3), ERR_RULE);
	ck_assert_str_eq(buf_cstr(&problems), "c:8: 'finding' goes in a circle: 'a' comes back to itself\n");
}
END_TEST

START_TEST(the_hash_sees_meaning_not_layout)
{
	struct rule_text text = { STR("a"), small_rule("a", "A", "") };
	char first[65], own[65];

	ck_assert_int_eq(load(&text, 1), OK);
	memcpy(first, rules->sha256, sizeof first);
	memcpy(own, rules->rules[0].sha256, sizeof own);
	ruleset_free(rules);
	text.text = edited(arena, text.text, "title: A\n", "title:   'A'   # a comment\n\n");
	text.path = STR("elsewhere");
	ck_assert_int_eq(load(&text, 1), OK);
	ck_assert_str_eq(rules->sha256, first);
	ruleset_free(rules);
	text.text = edited(arena, text.text, "version: 1", "version: 2");
	ck_assert_int_eq(load(&text, 1), OK);
	ck_assert_str_ne(rules->sha256, first);
	ck_assert_str_ne(rules->rules[0].sha256, own);
}
END_TEST

/* ---- files ---- */

static char folder[] = "/tmp/forensics-rules-XXXXXX";

static void write_file(const char *name, struct str text)
{
	FILE *f = fopen(arena_printf(arena, "%s/%s", folder, name).p, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text.p, 1, text.n, f), text.n);
	ck_assert_int_eq(fclose(f), 0);
}

static void make_folder(void)
{
	memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(mkdir(arena_printf(arena, "%s/sub", folder).p, 0700), 0);
	write_file("b.yaml", small_rule("b", "B", ""));
	write_file("sub/a.yaml", small_rule("a", "A of the folder", ""));
	write_file("notes.txt", STR("no rule"));
	write_file(".hidden.yaml", STR("["));
}

static void remove_folder(void)
{
	static const char *const names[] = { "b.yaml", "sub/a.yaml", "notes.txt", ".hidden.yaml", "sub", "" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		ck_assert_int_eq(remove(arena_printf(arena, "%s/%s", folder, names[i]).p), 0);
}

START_TEST(reads_folders_and_lets_later_paths_win)
{
	const struct rule_text texts[] = { { STR("built-in/a.yaml"), small_rule("a", "A built in", "") },
					   { STR("built-in/c.yaml"), small_rule("c", "C built in", "") } };
	const char *const paths[] = { folder };

	make_folder();
	ck_assert_msg(ruleset_load(&rules, texts, 2, paths, 1, note_problem, &problems, NULL) == OK, "%s", buf_cstr(&problems));
	ck_assert_uint_eq(rules->n_rules, 3);
	ck_assert_text(rules->rules[0].title, "A of the folder");
	ck_assert_text(rules->rules[0].file, arena_printf(arena, "%s/sub/a.yaml", folder).p);
	ck_assert_text(rules->rules[2].title, "C built in");
	remove_folder();
}
END_TEST

START_TEST(reads_one_file_by_name)
{
	const char *path;
	struct error err = { 0 };

	make_folder();
	path = arena_printf(arena, "%s/notes.txt", folder).p;
	ck_assert_int_eq(ruleset_load(&rules, NULL, 0, &path, 1, note_problem, &problems, &err), ERR_RULE);
	ck_assert_str_eq(buf_cstr(&problems), arena_printf(arena, "%s:1:1: a rule must be a map\n", path).p);
	remove_folder();
}
END_TEST

START_TEST(a_path_without_rules_is_an_error)
{
	const char *const missing = "/nonexistent/rules", *empty;
	struct error err = { 0 };

	ck_assert_int_eq(ruleset_load(&rules, NULL, 0, &missing, 1, note_problem, &problems, &err), ERR_IO);
	ck_assert_str_eq(err.text, "cannot open '/nonexistent/rules': No such file or directory");
	make_folder();
	ck_assert_int_eq(remove(arena_printf(arena, "%s/sub/a.yaml", folder).p), 0);
	empty = arena_printf(arena, "%s/sub", folder).p;
	ck_assert_int_eq(ruleset_load(&rules, NULL, 0, &empty, 1, note_problem, &problems, &err), ERR_IO);
	ck_assert_str_eq(err.text, arena_printf(arena, "no *.yaml below '%s'", empty).p);
	write_file("sub/a.yaml", STR("x"));
	remove_folder();
}
END_TEST

/* ---- the manual ---- */

static struct str read_file(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = arena_alloc(arena, 1 << 18);
	size_t n;

	ck_assert_msg(f != NULL, "%s: run the tests from the top of the tree", path);
	n = fread(text, 1, 1 << 18, f);
	ck_assert_int_eq(fclose(f), 0);
	return (struct str){ text, n };
}

START_TEST(the_rule_of_the_manual_is_a_good_one)
{
	struct str manual = read_file("rules/README.md");
	struct str rule = str_from(manual, str_find(manual, STR("```yaml\n")) + 8);
	const struct rule_text text = { STR("rules/README.md"), str_head(rule, str_find(rule, STR("```\n"))) };

	ck_assert_msg(load(&text, 1) == OK, "%s", buf_cstr(&problems));
	ck_assert_uint_eq(rules->n_rules, 1);
	ruleset_lint(rules, note_problem, &problems);
	ck_assert_str_eq(buf_cstr(&problems), "");
}
END_TEST

/* ---- other people's rules: read where they lie, when they are there ---- */

START_TEST(loads_the_prototype_rules)
{
	static const char *const names[] = {
		"1-nvidia-kernel-update", "2-cuda-oom", "3-aks-pending", "4-aoai-429", "5-latency-spike", "6-xid79"
	};
	const char *paths[sizeof names / sizeof *names];

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		paths[i] = arena_printf(arena, "../shared/design/rules-prototype/rules/%s.yaml", names[i]).p;
		if (access(paths[i], R_OK) != 0)
			return;
	}
	ck_assert_msg(ruleset_load(&rules, NULL, 0, paths, sizeof names / sizeof *names, note_problem, &problems, NULL) == OK, "%s",
		      buf_cstr(&problems));
	ck_assert_uint_eq(rules->n_rules, sizeof names / sizeof *names);
	ck_assert_uint_eq(ruleset_lint(rules, note_problem, &problems), 0);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, reads_the_head);
	tcase_add_test(tc, reads_event_signals);
	tcase_add_test(tc, reads_signals_of_numbers);
	tcase_add_test(tc, reads_signals_made_of_signals);
	tcase_add_test(tc, reads_items);
	tcase_add_test(tc, reads_tests);
	tcase_add_test(tc, numbers_signals_and_puts_findings_after_their_rule);
	LOOP(tc, reads_conditions, conditions);
	LOOP(tc, reads_values, values);
	LOOP(tc, says_what_is_wrong_and_where, mistakes);
	tcase_add_test(tc, reports_every_problem_of_every_file);
	tcase_add_test(tc, bounds_files_keys_and_patterns);
	tcase_add_test(tc, reads_signals_built_over_and_over);
	tcase_add_test(tc, bounds_the_keys_of_a_map);
	tcase_add_test(tc, equal_regexes_are_one_pattern);
	tcase_add_test(tc, reads_several_rules_of_one_file);
	tcase_add_test(tc, refuses_a_second_rule_of_one_id);
	tcase_add_test(tc, puts_rules_after_those_they_read);
	tcase_add_test(tc, refuses_circles_over_several_rules);
	tcase_add_test(tc, the_hash_sees_meaning_not_layout);
	tcase_add_test(tc, reads_folders_and_lets_later_paths_win);
	tcase_add_test(tc, reads_one_file_by_name);
	tcase_add_test(tc, a_path_without_rules_is_an_error);
	tcase_add_test(tc, the_rule_of_the_manual_is_a_good_one);
	tcase_add_test(tc, loads_the_prototype_rules);
}
TEST_MAIN("rule/load", add)

#include <sys/stat.h>
#include <unistd.h>

#include "rule_whole.h"

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

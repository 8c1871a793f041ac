/* The tests embedded in rules: the little case of each is judged by its rule, and by those it speaks of. */
#include "tester.h"

#include <stdlib.h>

#include "correlate/verdict.h"
#include "rule/mutant.h"
#include "tester_case.h"

struct tester { const struct ruleset *rs; struct matcher *matcher; };

struct check { const struct rule *rule; const struct rule_test *test; rule_report_fn *report; void *ctx; bool failed; };

static void complain(struct check *c, const char *what, struct str wanted, struct str got)
{
	struct error e = { 0 };

	c->failed = true;
	if (!c->report)
		return;
	fail(&e, ERR_RULE, "test '%.*s': %s: expected %.*s, got %.*s", STR_ARG(c->test->name), what, STR_ARG(wanted), STR_ARG(got));
	fail_at(&e, "%.*s:%u", STR_ARG(c->test->file), c->test->line);
	c->report(c->ctx, &e);
}

/* ---- what is expected ---- */

static bool is_unknown(const struct finding *f, struct str signal)
{
	for (size_t i = 0; i < f->n_entries; i++)
		if (f->entries[i].state == STATE_UNKNOWN && str_has(f->entries[i].label, signal))
			return true;
	return false;
}

static bool is_open(const struct verdicts *v, const struct rule *r, struct str signal)
{
	for (size_t i = 0; i < v->n_open; i++)
		if (str_eq(v->open[i].rule->id, r->id) && str_eq(v->open[i].signal, signal))
			return true;
	return false;
}

static bool folds(const struct verdicts *v, const struct finding *f, struct str rule)
{
	for (size_t i = 0; i < v->n_findings; i++)
		if (v->findings[i].explained_by == (int)(f - v->findings) && str_eq(v->findings[i].rule->id, rule))
			return true;
	return false;
}

static void check_first(struct check *c, const struct verdicts *v, const struct finding *f, struct arena *a)
{
	const struct rule_test *t = c->test;
	const struct { const char *what; struct str want, got; } same[] = {
		{ "entity", t->entity, f->entity }, { "cause", t->cause, f->cause ? f->cause->id : STR("undetermined") },
		{ "word", t->word, str_of(finding_word(f->points)) },
	};
	struct str text = arena_printf(a, "%.*s %.*s", STR_ARG(f->narrative), STR_ARG(f->summary));

	for (size_t i = 0; i < 3; i++)
		if (same[i].want.n && !str_eq(same[i].want, same[i].got))
			complain(c, same[i].what, same[i].want, same[i].got);
	for (size_t i = 0; i < t->n_says; i++)
		if (!str_has(text, t->says[i]))
			complain(c, "the narrative says", t->says[i], text);
	for (size_t i = 0; i < t->n_unknown; i++)
		if (!is_unknown(f, t->unknown[i]))
			complain(c, "unknown", t->unknown[i], STR("another state"));
	for (size_t i = 0; i < t->n_folds; i++)
		if (!folds(v, f, t->folds[i]))
			complain(c, "folds", t->folds[i], STR("no such finding under it"));
}

/* Findings are in the order of the report; those nobody is shown do not count. */
static void check_expectations(struct check *c, const struct verdicts *v)
{
	struct arena *a = arena_new();
	int n = 0;

	for (size_t i = 0; i < v->n_findings; i++) {
		const struct finding *f = &v->findings[i];

		if (str_eq(f->rule->id, c->rule->id) && f->points >= 0 && n++ == 0 && c->test->findings > 0)
			check_first(c, v, f, a);
	}
	if (n != c->test->findings)
		complain(c, "findings", arena_printf(a, "%d", c->test->findings), arena_printf(a, "%d", n));
	/* No finding and `unknown`: it could not be decided for want of these. */
	for (size_t i = 0; n == 0 && c->test->findings == 0 && i < c->test->n_unknown; i++)
		if (!is_open(v, c->rule, c->test->unknown[i]))
			complain(c, "not decidable for want of", c->test->unknown[i], STR("no such question"));
	arena_free(a);
}

/* ---- who judges ---- */

/* A rule and what a test of it can see of others: those whose findings it reads, those it folds. */
struct jury { struct arena *arena; struct ruleset rs; struct rule *rules; size_t subject; /* index of the rule in rules */ };

static bool is_needed_by(const struct rule *other, const struct rule *r)
{
	for (size_t i = 0; i < r->n_signals; i++)
		if (r->signals[i].kind == SIG_FINDING && str_eq(r->signals[i].u.finding.rule, other->id))
			return true;
	for (size_t i = 0; i < r->n_explains; i++)
		if (str_eq(r->explains[i].rule, other->id))
			return true;
	return false;
}

static void jury_init(struct jury *j, const struct ruleset *rs, const struct rule *subject)
{
	bool *needed, more = true;

	j->arena = arena_new();
	j->rs = *rs;
	j->rules = ARENA_ARRAY(j->arena, struct rule, rs->n_rules);
	needed = ARENA_ARRAY(j->arena, bool, rs->n_rules);
	needed[subject - rs->rules] = true;
	while (more) {
		more = false;
		for (size_t i = 0; i < rs->n_rules; i++)
			for (size_t k = 0; !needed[i] && k < rs->n_rules; k++)
				if (needed[k] && is_needed_by(&rs->rules[i], &rs->rules[k]))
					needed[i] = more = true;
	}
	j->rs.n_rules = 0;
	for (size_t i = 0; i < rs->n_rules; i++) {
		if (!needed[i])
			continue;
		if (&rs->rules[i] == subject)
			j->subject = j->rs.n_rules;
		j->rules[j->rs.n_rules++] = rs->rules[i];
	}
	j->rs.rules = j->rules;
}

/* ---- one test ---- */

/* Mutants that no test has noticed yet; NULL: the rule itself is tested. */
struct herd { const struct mutant *v; bool *noticed; size_t n; };

static enum status judge_mutants(struct jury *j, struct world *w, const struct check *c, struct herd *herd, struct error *err)
{
	enum status s = OK;

	for (size_t i = 0; s == OK && i < herd->n; i++) {
		struct check quiet = { c->rule, c->test, NULL, NULL, false };
		struct verdicts v = { 0 };

		if (herd->noticed[i])
			continue;
		j->rules[j->subject] = herd->v[i].rule;
		s = judge_rules(w, &v, err);
		if (s == OK)
			check_expectations(&quiet, &v);
		herd->noticed[i] = quiet.failed;
		verdicts_done(&v);
	}
	j->rules[j->subject] = *c->rule;
	return s;
}

/* Nothing of it is written: what the verdicts say is asked for in memory. */
static enum status judge(struct tester *t, struct jury *j, struct ingest *in, struct check *c, struct herd *herd, struct error *err)
{
	struct world *w = NULL;
	struct verdicts v = { 0 };
	enum status s;

	hits_solve(matcher_hits(t->matcher), in->catalog->clocks);
	s = world_load(&w, in->store, &j->rs, matcher_hits(t->matcher), err);
	if (s == OK)
		s = world_match_all(w, err);
	if (s == OK && herd) {
		s = judge_mutants(j, w, c, herd, err);
	} else if (s == OK) {
		s = judge_rules(w, &v, err);
		if (s == OK)
			check_expectations(c, &v);
	}
	verdicts_done(&v);
	world_free(w);
	return s;
}

static void run_one(struct tester *t, struct jury *j, struct check *c, struct herd *herd)
{
	struct store *st = NULL;
	struct ingest in = { 0 };
	struct row_names names;
	struct error err = { 0 };
	enum status s = store_create(&st, NULL, &err);

	if (s == OK)
		s = ingest_init(&in, st, t->matcher, false, &err);
	if (s == OK) {
		names = ingest_names(in.catalog);
		matcher_reset(t->matcher, &names);
		s = test_case_build(&in, c->test, &err);
	}
	if (s == OK)
		s = ingest_conclude(&in, NULL, &err);
	if (s == OK)
		s = judge(t, j, &in, c, herd, &err);
	if (s != OK)
		complain(c, "the test runs", STR("no error"), str_of(err.text));
	ingest_done(&in);
	store_close(st);
}

enum status tester_new(struct tester **out, const struct ruleset *rs, struct error *err)
{
	struct tester *t = heap_new(sizeof(*t));
	struct row_names nobody = { 0 };
	enum status s;

	t->rs = rs;
	s = matcher_new(&t->matcher, rs, &nobody, err);
	if (s == OK)
		*out = t;
	else
		free(t);
	return s;
}

size_t tester_run(struct tester *t, const struct rule *r, size_t *n_tests, const struct tester_report *report)
{
	struct jury j = { 0 };
	size_t failed = 0;

	jury_init(&j, t->rs, r);
	for (size_t i = 0; i < r->n_tests; i++) {
		struct check c = { r, &r->tests[i], report->failed, report->ctx, false };

		run_one(t, &j, &c, NULL);
		if (report->ran)
			report->ran(report->ctx, r, c.test, !c.failed);
		failed += c.failed;
		(*n_tests)++;
	}
	arena_free(j.arena);
	return failed;
}

static void report_survivor(const struct rule *r, const struct mutant *m, rule_report_fn *report, void *ctx)
{
	struct error e = { 0 };

	fail(&e, ERR_RULE, "no test notices when %.*s is missing", STR_ARG(m->lacks));
	fail_at(&e, "%.*s:%u", STR_ARG(r->file), m->line);
	fail_hint(&e, "%.*s", STR_ARG(m->cure));
	report(ctx, &e);
}

size_t tester_mutants(struct tester *t, const struct rule *r, size_t *n_mutants, rule_report_fn *report, void *ctx)
{
	struct jury j = { 0 };
	struct mutant *v = NULL;
	struct herd herd = { 0 };
	size_t killed = 0;

	jury_init(&j, t->rs, r);
	herd.n = rule_mutants(r, j.arena, &v);
	herd.v = v;
	herd.noticed = ARENA_ARRAY(j.arena, bool, herd.n);
	for (size_t i = 0; i < r->n_tests; i++) {
		struct check c = { r, &r->tests[i], NULL, NULL, false };

		run_one(t, &j, &c, &herd);
	}
	for (size_t i = 0; i < herd.n; i++) {
		killed += herd.noticed[i];
		if (!herd.noticed[i])
			report_survivor(r, &v[i], report, ctx);
	}
	*n_mutants += herd.n;
	arena_free(j.arena);
	return killed;
}

void tester_free(struct tester *t)
{
	if (!t)
		return;
	matcher_free(t->matcher);
	free(t);
}

/* forensics rules test: the tests that rules bring along, and what they fail to notice. */
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "cmd/rules.h"
#include "cmd/term.h"
#include "tester.h"

static const struct option options[] = {
	OPT_RULES,
	{ 0, "mutants", NULL, "also delete one item, cause or link at a time: does a test notice?", false, NULL },
	{ 0, "junit", "FILE", "write the results there as JUnit XML, for CI", false, NULL },
	OPT_END
};

struct run {
	struct tester *tester;
	FILE *junit;         /* or NULL */
	struct buf failures; /* of the test under way, for junit */
	size_t tests, failed, mutants, killed;
	bool weak;           /* a stable rule whose tests notice too little */
};

/* ---- JUnit: a suite for each rule, a case for each test; no times, so that equal runs give equal files ---- */

static void note_failure(void *ctx, const struct error *problem)
{
	struct run *run = ctx;

	print_problem(stdout, problem, "x", "1;31");
	buf_printf(&run->failures, "%s\n", problem->text);
}

static void junit_case(void *ctx, const struct rule *r, const struct rule_test *t, bool passed)
{
	struct run *run = ctx;

	if (run->junit) {
		fputs("    <testcase classname=\"", run->junit);
		html_attr(run->junit, r->id);
		fputs("\" name=\"", run->junit);
		html_attr(run->junit, t->name);
		fputs("\" file=\"", run->junit);
		html_attr(run->junit, t->file);
		fprintf(run->junit, "\" line=\"%u\"%s", t->line, passed ? "/>\n" : ">\n      <failure message=\"");
		if (!passed) {
			struct str text = buf_str(&run->failures);

			html_attr(run->junit, str_head(text, str_chr(text, '\n')));
			fputs("\">", run->junit);
			html_text(run->junit, text);
			fputs("</failure>\n    </testcase>\n", run->junit);
		}
	}
	buf_reset(&run->failures);
}

static void junit_suite(FILE *out, const struct rule *r)
{
	if (!out)
		return;
	fputs("  <testsuite name=\"", out);
	html_attr(out, r->id);
	fprintf(out, "\" tests=\"%zu\">\n", r->n_tests);
}

/* ---- mutants ---- */

static void print_survivor(void *ctx, const struct error *problem)
{
	(void)ctx;
	print_problem(stdout, problem, "!", "33");
}

static void test_mutants(struct run *run, const struct rule *r)
{
	size_t n = 0, killed = tester_mutants(run->tester, r, &n, print_survivor, NULL);
	bool weak = tester_score(killed, n) < TESTER_SCORE_STABLE && str_eq(r->status, STR("stable"));

	run->mutants += n;
	run->killed += killed;
	run->weak |= weak;
	printf("%.*s: %zu of %zu mutants killed, %u %%", STR_ARG(r->id), killed, n, tester_score(killed, n));
	if (weak)
		printf(": too few for a stable rule, which needs %d %%", TESTER_SCORE_STABLE);
	putchar('\n');
}

static void test_rule(struct cli *cli, struct run *run, const struct rule *r)
{
	const struct tester_report report = { note_failure, junit_case, run };
	size_t before = run->tests, failed;

	junit_suite(run->junit, r);
	failed = tester_run(run->tester, r, &run->tests, &report);
	run->failed += failed;
	if (run->junit)
		fputs("  </testsuite>\n", run->junit);
	if (cli->verbose)
		say("%.*s: %zu tests, %zu failed", STR_ARG(r->id), run->tests - before, failed);
	if (opt_given(&cli->opt, "mutants") && !failed)
		test_mutants(run, r);
}

static enum exit_code test(struct cli *cli)
{
	const char *path = opt_value(&cli->opt, "junit");
	struct output out = { NULL, NULL, NULL, NULL };
	struct run run = { 0 };
	struct error err = { 0 };
	enum status s = rules_load(cli, &err);

	if (s == OK && path)
		s = output_open(&out, path, cli->arena, &err);
	if (s == OK)
		s = tester_new(&run.tester, cli->rules, &err);
	if (s != OK) {
		output_discard(&out);
		return cli_fail(&err);
	}
	buf_init(&run.failures, 65536);
	run.junit = out.f;
	if (run.junit)
		fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", run.junit);
	for (size_t i = 0; i < cli->rules->n_rules; i++)
		if (rules_asked_for(cli, &cli->rules->rules[i]))
			test_rule(cli, &run, &cli->rules->rules[i]);
	if (run.junit) {
		fputs("</testsuites>\n", run.junit);
		s = output_close(&out, &err);
		output_discard(&out);
	}
	tester_free(run.tester);
	buf_done(&run.failures);
	if (s != OK)
		return cli_fail(&err);
	if (opt_given(&cli->opt, "mutants"))
		printf("%zu of %zu mutants killed\n", run.killed, run.mutants);
	printf("%zu test%s, %zu failed\n", run.tests, run.tests == 1 ? "" : "s", run.failed);
	return run.failed || run.weak ? EXIT_USAGE : EXIT_RAN;
}

const struct command cmd_rules_test = {
	.name = "rules test", .summary = "run the tests that rules bring along", .usage = "[RULE...] [PATH...]",
	.details = "  forensics rules test my-rules/\n"
		   "  forensics rules test --mutants gpu-fell-off-bus\n"
		   "  forensics rules test --junit rules.xml my-rules/\n\n"
		   "Exits with 2 when a test fails, or with --mutants when the tests of a stable rule notice less than 85 % of them.\n",
	.options = options, .max_args = SIZE_MAX, .run = test,
};

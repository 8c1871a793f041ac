/* forensics rules lint: mistakes, hostile regexes, tests that fail or are missing. */
#include "cmd/cmd.h"
#include "cmd/rules.h"
#include "cmd/term.h"
#include "tester.h"

static const struct option options[] = { OPT_RULES, OPT_END };

struct tally { struct cli *cli; size_t errors, warnings; };

/* Is the place of a remark ("file:line") in a rule that was asked for? */
static bool concerns(const struct cli *cli, const char *where)
{
	if (cli->n_args == 0)
		return true;
	for (size_t i = 0; i < cli->rules->n_rules; i++) {
		const struct rule *r = &cli->rules->rules[i];
		struct str place = str_of(where);

		if (rules_asked_for(cli, r) && str_skip(&place, r->file) && str_starts(place, STR(":")))
			return true;
	}
	return false;
}

static void print_remark(void *ctx, const struct error *problem)
{
	struct tally *t = ctx;
	bool is_error = problem->text[0] == 'E';

	if (!concerns(t->cli, problem->where))
		return;
	if (is_error)
		t->errors++;
	else
		t->warnings++;
	print_problem(stdout, problem, is_error ? "x" : "!", is_error ? "1;31" : "33");
}

/* ---- what only running the tests can tell ---- */

static void with_code(struct tally *t, const char *code, const struct error *problem)
{
	struct error e = *problem;

	fail(&e, ERR_RULE, "%s %.180s", code, problem->text);
	fail_at(&e, "%s", problem->where);
	if (problem->hint[0])
		fail_hint(&e, "%s", problem->hint);
	t->errors++;
	print_problem(stdout, &e, "x", "1;31");
}

static void failed_test(void *ctx, const struct error *problem)
{
	with_code(ctx, "E07", problem);
}

static void ignore(void *ctx, const struct error *problem)
{
	(void)ctx;
	(void)problem;
}

static void check_score(struct tally *t, struct tester *tester, const struct rule *r)
{
	struct error e = { 0 };
	size_t n = 0, killed;

	if (!str_eq(r->status, STR("stable")))
		return;
	killed = tester_mutants(tester, r, &n, ignore, NULL);
	if (tester_score(killed, n) >= TESTER_SCORE_STABLE)
		return;
	fail(&e, ERR_RULE, "mutation score %u %%, a stable rule needs %d %%", tester_score(killed, n), TESTER_SCORE_STABLE);
	fail_at(&e, "%.*s:%u", STR_ARG(r->file), r->line);
	fail_hint(&e, "forensics rules test --mutants %.*s names the tests that are missing", STR_ARG(r->id));
	with_code(t, "E08", &e);
}

static enum status run_tests(struct cli *cli, struct tally *t, size_t *n, struct error *err)
{
	const struct tester_report report = { .failed = failed_test, .ctx = t };
	struct tester *tester = NULL;
	enum status s = tester_new(&tester, cli->rules, err);

	for (size_t i = 0; s == OK && i < cli->rules->n_rules; i++) {
		const struct rule *r = &cli->rules->rules[i];
		size_t tests = 0;

		if (!rules_asked_for(cli, r))
			continue;
		++*n;
		if (tester_run(tester, r, &tests, &report) == 0)
			check_score(t, tester, r);
	}
	tester_free(tester);
	return s;
}

static enum exit_code lint(struct cli *cli)
{
	struct tally t = { .cli = cli };
	struct error err = { 0 };
	size_t n = 0;

	if (rules_load(cli, &err) != OK)
		return cli_fail(&err);
	(void)ruleset_lint(cli->rules, print_remark, &t);
	if (run_tests(cli, &t, &n, &err) != OK)
		return cli_fail(&err);
	printf("%zu rule%s, %zu error%s, %zu warning%s\n", n, n == 1 ? "" : "s", t.errors, t.errors == 1 ? "" : "s", t.warnings,
	       t.warnings == 1 ? "" : "s");
	return t.errors ? EXIT_USAGE : EXIT_RAN;
}

const struct command cmd_rules_lint = {
	.name = "rules lint", .summary = "check rules: mistakes, hostile regexes, missing and failing tests", .usage = "[RULE...] [PATH...]",
	.details = "  forensics rules lint my-rules/\n"
		   "  forensics rules lint cuda-out-of-memory\n\n"
		   "Exits with 2 when there is an error.\n",
	.options = options, .max_args = SIZE_MAX, .run = lint,
};

/* forensics coverage: what the case can speak for, and what it cannot. */
#include "cmd/cmd.h"
#include "cmd/table.h"
#include "cmd/term.h"
#include "report/report.h"
#include "report/words.h"

static const struct option options[] = { OPT_DB, OPT_JSON, OPT_END };

static void add_time(struct table *t, ts_usec at)
{
	char buf[TS_TEXT];

	table_add(t, at == TS_NONE ? STR("-") : str_of(ts_short(at, buf)));
}

static void write_sources(const struct report *r)
{
	static const char *const heads[] = { "SOURCE", "HOST", "FROM", "TO", "RECORDS", "UNPARSED", "GAPS", "ERROR", "CLOCK", "FILE" };
	struct table t;
	char buf[WORDS_MAX];

	table_init(&t, sizeof(heads) / sizeof(heads[0]), TABLE_PLAIN);
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_add(&t, str_of(heads[i]));
	for (size_t c = 4; c < 7; c++)
		table_right(&t, c);
	for (size_t c = 0; c < 8; c++)
		table_whole(&t, c);
	for (size_t i = 0; i < r->n_coverage; i++) {
		const struct report_coverage *c = &r->coverage[i];

		table_add(&t, c->source);
		table_add(&t, c->host);
		add_time(&t, c->from);
		add_time(&t, c->to);
		table_add(&t, str_of(words_count(c->records, buf)));
		table_add(&t, str_of(words_count(c->unparsed, buf)));
		table_printf(&t, "%zu", c->n_gaps);
		table_add(&t, c->records ? str_of(words_error(c->uncertainty_us, buf)) : STR("-"));
		table_add(&t, c->clock);
		table_add(&t, c->file);
	}
	table_write(&t, stdout);
	table_done(&t);
}

/* What its readings are, in UTC. */
static void add_offset(struct table *t, const struct report_clock *k)
{
	char buf[TS_TEXT];
	ts_usec east = -k->offset_us, far = east < 0 ? -east : east;

	if (!k->solved)
		table_add(t, STR("not known"));
	else if (str_eq(k->kind, STR("boot")) || str_eq(k->kind, STR("age")))
		table_printf(t, "%s %s", k->kind.p[0] == 'b' ? "booted" : "printed", ts_short(k->offset_us, buf));
	else if (str_eq(k->kind, STR("host")) && k->offset_us != 0)
		table_printf(t, "%s %s", ts_duration(far, buf), east > 0 ? "fast" : "slow");
	else if (str_eq(k->kind, STR("local")))
		table_printf(t, "UTC%c%02lld:%02lld", east < 0 ? '-' : '+', (long long)(far / TS_HOUR), (long long)(far % TS_HOUR / TS_MINUTE));
	else
		table_add(t, STR("-"));
}

static void write_clocks(const struct report *r)
{
	static const char *const heads[] = { "CLOCK", "HOST", "OFFSET", "ERROR", "OF", "KNOWN BY" };
	struct table t;
	char buf[WORDS_MAX];

	table_init(&t, sizeof(heads) / sizeof(heads[0]), TABLE_PLAIN);
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_add(&t, str_of(heads[i]));
	for (size_t c = 0; c < 4; c++)
		table_whole(&t, c);
	for (size_t i = 0; i < r->n_clocks; i++) {
		const struct report_clock *k = &r->clocks[i];

		if (!k->read && !str_eq(k->kind, STR("host")))
			continue;
		table_add(&t, k->kind);
		table_add(&t, k->host);
		add_offset(&t, k);
		table_add(&t, str_of(words_error(k->uncertainty_us, buf)));
		if (k->files > 1)
			table_printf(&t, "%.*s and %llu more", STR_ARG(k->file), (unsigned long long)k->files - 1);
		else
			table_add(&t, k->file);
		table_add(&t, k->basis);
	}
	putchar('\n');
	table_write(&t, stdout);
	table_done(&t);
}

/* Each once, though several clocks are concerned. */
static void write_contradictions(const struct report *r)
{
	for (size_t i = 0; i < r->n_clocks; i++) {
		size_t before = 0;

		while (before < i && !str_eq(r->clocks[before].contradiction, r->clocks[i].contradiction))
			before++;
		if (r->clocks[i].contradiction.n == 0 || before < i)
			continue;
		fputs(" clocks    ", stdout);
		term_text(stdout, r->clocks[i].contradiction);
		fputc('\n', stdout);
	}
}

/* Of each file: how many, and the longest. */
static void write_gaps(const struct report *r)
{
	char buf[WORDS_MAX], length[WORDS_MAX];

	for (size_t i = 0; i < r->n_coverage; i++) {
		const struct report_coverage *c = &r->coverage[i];
		const struct report_gap *longest = c->gaps;

		if (c->n_gaps == 0)
			continue;
		for (size_t k = 1; k < c->n_gaps; k++)
			if (c->gaps[k].to - c->gaps[k].from > longest->to - longest->from)
				longest = &c->gaps[k];
		printf(" %zu gap%s  ", c->n_gaps, c->n_gaps == 1 ? "" : "s");
		term_text(stdout, c->file);
		printf(": %s%s, %s\n", c->n_gaps == 1 ? "" : "the longest ", words_span(longest->from, longest->to, buf),
		       words_length(longest->from, longest->to, length));
	}
}

static void write_problem(struct str status, struct str what, struct str file, struct str reason)
{
	printf(" %-8.*s  ", STR_ARG(status));
	term_text(stdout, what);
	fputs(what.n ? " in " : "", stdout);
	term_text(stdout, file);
	if (reason.n) {
		fputs(": ", stdout);
		term_text(stdout, reason);
	}
	fputc('\n', stdout);
}

/* Files, and what a file should have held. */
static void write_problems(const struct report *r)
{
	for (size_t i = 0; i < r->n_inputs; i++) {
		const struct report_input *in = &r->inputs[i];

		if (!str_eq(in->status, STR("ok")))
			write_problem(in->status, STR_NONE, in->file, in->reason);
	}
	for (size_t i = 0; i < r->n_coverage; i++) {
		const struct report_coverage *c = &r->coverage[i];

		if (str_eq(c->status, STR("skipped")))
			write_problem(c->status, c->source, c->file, c->reason);
	}
}

static void write_collect(const struct report *r)
{
	if (r->n_collect)
		puts("\ncollect next:");
	for (size_t i = 0; i < r->n_collect; i++) {
		fputs("    ", stdout);
		term_text(stdout, r->collect[i].command);
		fputs("    # ", stdout);
		term_text(stdout, r->collect[i].source);
		printf(", answers %zu question%s\n", r->collect[i].answers, r->collect[i].answers == 1 ? "" : "s");
	}
}

static enum exit_code coverage(struct cli *cli)
{
	const struct report_options reading = { 0 };
	struct report *r = NULL;
	struct error err = { 0 };

	if (report_load(&r, cli->store, &reading, cli->arena, &err) != OK)
		return cli_fail(&err);
	if (opt_given(&cli->opt, "json"))
		return render_coverage(r, stdout, &err) == OK ? EXIT_RAN : cli_fail(&err);
	write_sources(r);
	write_clocks(r);
	write_contradictions(r);
	write_gaps(r);
	write_problems(r);
	write_collect(r);
	return EXIT_RAN;
}

const struct command cmd_coverage = {
	.name = "coverage", .summary = "which source covers which host and time, how well, and what to collect next", .usage = "",
	.options = options, .needs = NEED_CASE, .pages = true, .run = coverage,
};

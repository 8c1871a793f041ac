/* forensics findings, incidents, report: what a judged case says. */
#include "cmd/case.h"
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "cmd/term.h"
#include "report/words.h"

static const struct option findings_options[] = {
	OPT_DB,
	{ 'a', "all", NULL, "also those that are unlikely", false, NULL },
	{ 0, "severity", "SEVERITY", "at least: info, low, medium, high, critical", false, severity_words },
	{ 0, "fail-on", "SEVERITY", "exit with 1 when a finding reaches it: info, low, medium, high, critical", false, severity_words },
	OPT_JSON,
	OPT_END
};
static const struct option incidents_options[] = { OPT_DB, OPT_JSON, OPT_END };
static const char *const formats[] = { "html", "md", "text", "json", "postmortem", "slack", "jira", NULL };
static const struct option report_options[] = {
	OPT_DB,
	{ 'f', "format", "FORMAT", "html, md, text, json, postmortem, slack or jira; else as the name of FILE says, else text", false, formats },
	{ 'o', "output", "FILE", "write it there, not to standard output", false, NULL },
	{ 0, "max-bytes", "N", "md, slack, jira: leave out details until it fits (GitHub takes 65536)", false, NULL },
	{ 0, "finding", "ID", "only this finding, and what it explains", false, NULL },
	{ 'a', "all", NULL, "also findings that are unlikely", false, NULL },
	OPT_END
};

static enum exit_code findings(struct cli *cli)
{
	struct report_options reading = { .all = opt_given(&cli->opt, "all"), .color = term_color(stdout) };
	struct report *r = NULL;
	struct error err = { 0 };
	const struct report *some;
	enum exit_code code;

	if (report_load(&r, cli->store, &reading, cli->arena, &err) != OK)
		return cli_fail(&err);
	some = case_at_least(cli, r, opt_value(&cli->opt, "severity"));
	code = case_print(cli, some, SIZE_MAX);
	return code == EXIT_RAN ? case_fail_on(cli, some, EXIT_RAN) : code;
}

/* ---- incidents ---- */

static void write_list(const char *head, const struct str *v, size_t n)
{
	if (n == 0)
		return;
	fputs(head, stdout);
	for (size_t i = 0; i < n; i++) {
		fputs(i ? ", " : " ", stdout);
		term_text(stdout, v[i]);
	}
	fputc('\n', stdout);
}

static void write_entry(const struct report_entry *e)
{
	size_t columns = term_columns();
	char buf[WORDS_MAX];

	printf("    %s  %-8.*s  ", words_clock(e->t, buf), STR_ARG(e->role));
	if (columns > 70)
		term_column(stdout, e->text, columns - 60, true);
	else
		term_text(stdout, e->text);
	fputs("  ", stdout);
	term_style(stdout, "2");
	term_text(stdout, e->file);
	if (e->line)
		printf(":%u", e->line);
	if (e->repeats > 1)
		printf(" (%u times until %s)", e->repeats, words_clock(e->until, buf));
	term_style(stdout, NULL);
	fputc('\n', stdout);
}

static void write_incident(const struct report_incident *in)
{
	const struct severity_look *look = severity_look(in->severity);
	char buf[WORDS_MAX];

	term_style(stdout, look->ansi);
	printf("%s ", look->ascii);
	term_text(stdout, in->severity);
	term_style(stdout, NULL);
	fputs("  ", stdout);
	term_text(stdout, in->id);
	fputs("  ", stdout);
	term_style(stdout, "1");
	term_text(stdout, in->title);
	term_style(stdout, NULL);
	printf("\n  %s, %s", words_span(in->start, in->end, buf), words_length(in->start, in->end, (char[WORDS_MAX]){ 0 }));
	if (in->recovered == TS_NONE)
		puts("; no recovery seen");
	else
		printf("; recovered %s\n", words_clock(in->recovered, buf));
	fputs("  root      ", stdout);
	term_text(stdout, in->root);
	fputc('\n', stdout);
	write_list("  findings ", in->findings, in->n_findings);
	write_list("  hosts    ", in->hosts, in->n_hosts);
	write_list("  touched  ", in->entities, in->n_entities);
	for (size_t i = 0; i < in->n_timeline; i++)
		write_entry(&in->timeline[i]);
}

static enum exit_code incidents(struct cli *cli)
{
	const struct report_options reading = { 0 };
	struct report *r = NULL;
	struct error err = { 0 };

	if (report_load(&r, cli->store, &reading, cli->arena, &err) != OK)
		return cli_fail(&err);
	if (opt_given(&cli->opt, "json"))
		return render_incidents(r, stdout, &err) == OK ? EXIT_RAN : cli_fail(&err);
	for (size_t i = 0; i < r->n_incidents; i++) {
		if (i)
			fputc('\n', stdout);
		write_incident(&r->incidents[i]);
	}
	if (r->n_incidents == 0)
		say("no incident: no finding, or the rules have not been run (forensics match)");
	return EXIT_RAN;
}

/* ---- report ---- */

static enum status report_to(struct cli *cli, const struct report *r, const struct renderer *renderer, const char *path, struct error *err)
{
	struct output out = { 0 };
	enum status s;

	if (!path)
		return renderer->render(r, stdout, err);
	s = output_open(&out, path, cli->arena, err);
	if (s == OK)
		s = renderer->render(r, out.f, err);
	if (s == OK)
		s = output_close(&out, err);
	output_discard(&out);
	if (s == OK)
		say("report   %s", path);
	return s;
}

static enum exit_code write_report(struct cli *cli)
{
	const char *format = opt_value(&cli->opt, "format"), *path = opt_value(&cli->opt, "output");
	struct report_options reading = {
		.all = opt_given(&cli->opt, "all"), .finding = str_of(opt_value(&cli->opt, "finding")), .color = !path && term_color(stdout),
	};
	const struct renderer *renderer = renderer_named(str_of(format ? format : "text"));
	struct report *r = NULL;
	struct error err = { 0 };
	enum status s = !format && path ? output_renderer(&renderer, path, &err) : OK;

	if (s == OK && opt_given(&cli->opt, "max-bytes")) {
		uint64_t max = 0;

		s = opt_count(&cli->opt, "max-bytes", UINT32_MAX, &max, &err);
		reading.max_bytes = max;
	}
	reading.live = renderer && renderer->live;
	if (s == OK)
		s = report_load(&r, cli->store, &reading, cli->arena, &err);
	if (s == OK)
		s = report_to(cli, r, renderer, path, &err);
	return s == OK ? EXIT_RAN : cli_fail(&err);
}

const struct command cmd_findings = {
	.name = "findings", .summary = "list the findings of a case", .usage = "",
	.details = "  forensics findings -d case.db --severity high\n"
		   "  forensics findings -d case.db --json | jq -r '.findings[].rule'\n",
	.options = findings_options, .needs = NEED_CASE, .pages = true, .run = findings,
};

const struct command cmd_incidents = {
	.name = "incidents", .summary = "the incidents of a case, each with its reconstructed timeline", .usage = "",
	.options = incidents_options, .needs = NEED_CASE, .pages = true, .run = incidents,
};

const struct command cmd_report = {
	.name = "report", .summary = "write the report of a case", .usage = "",
	.details = "  forensics report -d case.db -o report.html\n"
		   "  forensics report -d case.db -f md --finding F1a2b3c4\n",
	.options = report_options, .needs = NEED_CASE, .pages = true, .run = write_report,
};

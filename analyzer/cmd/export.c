/* forensics export: the case in the words of other tools. */
#include "base/suggest.h"
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "cmd/rows.h"
#include "cmd/term.h"
#include "report/escape.h"
#include "sql.h"

static const struct option options[] = {
	OPT_DB,
	{ 'o', "output", "FILE", "write it there, not to standard output", false, NULL },
	OPT_END
};

typedef enum status write_fn(struct query *q, FILE *out, struct error *err);

static enum status write_jsonl(struct query *q, FILE *out, struct error *err)
{
	struct rows rows = { .mode = ROWS_JSONL, .embed = true };

	return rows_write(&rows, q, out, err);
}

static enum status write_csv(struct query *q, FILE *out, struct error *err)
{
	struct rows rows = { .mode = ROWS_CSV, .spreadsheet = true };

	return rows_write(&rows, q, out, err);
}

/* The statement has written each row as JSON. */
static enum status write_texts(struct query *q, const char *head, const char *between, const char *tail, FILE *out, struct error *err)
{
	enum status s;

	fputs(head, out);
	for (uint64_t n = 0; (s = query_step(q, err)) == OK; n++) {
		struct str text = query_get_text(q, 0);

		fputs(n ? between : "", out);
		fwrite(text.p ? text.p : "", 1, text.n, out);
	}
	fputs(tail, out);
	return s == END ? OK : s;
}

static enum status write_lines(struct query *q, FILE *out, struct error *err)
{
	return write_texts(q, "", "\n", "\n", out, err);
}

static enum status write_trace(struct query *q, FILE *out, struct error *err)
{
	return write_texts(q, "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n", ",\n", "\n]}\n", out, err);
}

static enum status write_sarif(struct query *q, FILE *out, struct error *err)
{
	query_text(q, 1, STR(FORENSICS_VERSION));
	return write_lines(q, out, err);
}

/* A rule is a test case: found is a failure, undecidable is skipped.  The form that Jenkins, GitLab and GitHub's
 * actions agree on (testsuite, testcase, failure, skipped).  XML needs what HTML needs escaped, and has no control characters. */
static enum status write_junit(struct query *q, FILE *out, struct error *err)
{
	enum status s;

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"forensics\">\n", out);
	while ((s = query_step(q, err)) == OK) {
		struct str host = query_get_text(q, 2), state = query_get_text(q, 3);

		fputs("<testcase classname=\"", out);
		html_attr(out, host.n ? host : STR("case"));
		fputs("\" name=\"", out);
		html_attr(out, query_get_text(q, 0));
		if (str_eq(state, STR("passed"))) {
			fputs("\"/>\n", out);
			continue;
		}
		fputs(str_eq(state, STR("found")) ? "\"><failure message=\"" : "\"><skipped message=\"", out);
		html_attr(out, query_get_text(q, 4));
		if (str_eq(state, STR("found"))) {
			fputs("\">", out);
			html_text(out, query_get_text(q, 5));
			fputs("\n\n", out);
			html_text(out, query_get_text(q, 6));
			fputs("</failure></testcase>\n", out);
		} else {
			fputs("\"/></testcase>\n", out);
		}
	}
	fputs("</testsuite>\n</testsuites>\n", out);
	return s == END ? OK : s;
}

static const struct format { const char *name, *sql; write_fn *write; } formats[] = {
	{ "jsonl", SQL_CMD_TIMELINE, write_jsonl },
	{ "csv", SQL_CMD_TIMELINE, write_csv },
	{ "timesketch", SQL_CMD_TIMESKETCH, write_jsonl },
	{ "chrome-trace", SQL_EXPORT_CHROME_TRACE, write_trace },
	{ "junit", SQL_EXPORT_JUNIT, write_junit },
	{ "otlp", SQL_EXPORT_OTLP, write_lines },
	{ "sarif", SQL_EXPORT_SARIF, write_sarif },
};

static enum status format_named(const struct format **out, const char *name, struct error *err)
{
	struct suggest near;

	suggest_init(&near, str_of(name));
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		suggest_try(&near, str_of(formats[i].name));
		if (strcmp(name, formats[i].name) == 0) {
			*out = &formats[i];
			return OK;
		}
	}
	fail(err, ERR_USAGE, "there is no export format '%s'", name);
	if (suggest_found(&near))
		fail_hint(err, "did you mean '%.*s'?", STR_ARG(near.best));
	else
		fail_hint(err, "forensics export --help lists them");
	return ERR_USAGE;
}

static enum exit_code export(struct cli *cli)
{
	const char *path = opt_value(&cli->opt, "output");
	const struct format *format = NULL;
	struct output out = { .f = stdout };
	struct query *q = NULL;
	struct error err = { 0 };
	enum status s = format_named(&format, cli->args[0], &err);

	if (s == OK)
		s = query_new(&q, cli->store, format->sql, &err);
	if (s == OK && path)
		s = output_open(&out, path, cli->arena, &err);
	if (s == OK)
		s = format->write(q, out.f, &err);
	if (s == OK && path)
		s = output_close(&out, &err);
	if (path)
		output_discard(&out);
	query_free(q);
	return s == OK ? EXIT_RAN : cli_fail(&err);
}

const struct command cmd_export = {
	.name = "export", .summary = "the case for other tools", .usage = "jsonl|csv|timesketch|chrome-trace|junit|otlp|sarif",
	.details = "  forensics export jsonl -d case.db | jq -c 'select(.source == \"dmesg\")'\n"
		   "  forensics export timesketch -d case.db -o case.jsonl\n\n"
		   "  jsonl, csv    every record; a cell that a spreadsheet would compute has a ' before it\n"
		   "  timesketch    every record, for its importer (the file's name must end in .jsonl)\n"
		   "  chrome-trace  records, findings and metrics, for ui.perfetto.dev\n"
		   "  junit         a test case a rule: found is a failure, undecidable is skipped\n"
		   "  otlp          every record as OpenTelemetry logs, a line each, for otlpjsonfile\n"
		   "  sarif         a result a finding, its evidence as a code flow, for editors and code hosts\n",
	.options = options, .min_args = 1, .max_args = 1, .needs = NEED_CASE, .run = export,
};

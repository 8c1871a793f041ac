/* forensics export: every record, for other tools. */
#include "base/suggest.h"
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "cmd/rows.h"
#include "cmd/term.h"
#include "sql.h"

static const struct option options[] = {
	OPT_DB,
	{ 'o', "output", "FILE", "write it there, not to standard output", false, NULL },
	OPT_END
};

static const struct format { const char *name, *sql; enum rows_mode mode; } formats[] = {
	{ "jsonl", SQL_CMD_TIMELINE, ROWS_JSONL },
	{ "csv", SQL_CMD_TIMELINE, ROWS_CSV },
	{ "timesketch", SQL_CMD_TIMESKETCH, ROWS_JSONL },
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
		fail_hint(err, "jsonl, csv or timesketch");
	return ERR_USAGE;
}

static enum exit_code export(struct cli *cli)
{
	const char *path = opt_value(&cli->opt, "output");
	const struct format *format = NULL;
	struct rows rows = { .embed = true };
	struct output out = { .f = stdout };
	struct query *q = NULL;
	struct error err = { 0 };
	enum status s = format_named(&format, cli->args[0], &err);

	if (s == OK)
		s = query_new(&q, cli->store, format->sql, &err);
	if (s == OK && path)
		s = output_open(&out, path, cli->arena, &err);
	if (s == OK) {
		rows.mode = format->mode;
		s = rows_write(&rows, q, out.f, &err);
	}
	if (s == OK && path)
		s = output_close(&out, &err);
	if (path)
		output_discard(&out);
	query_free(q);
	return s == OK ? EXIT_RAN : cli_fail(&err);
}

const struct command cmd_export = {
	.name = "export", .summary = "every record as jsonl, csv or for Timesketch", .usage = "jsonl|csv|timesketch",
	.details = "  forensics export jsonl -d case.db | jq -c 'select(.source == \"dmesg\")'\n"
		   "  forensics export timesketch -d case.db -o case.jsonl\n",
	.options = options, .min_args = 1, .max_args = 1, .needs = NEED_CASE, .run = export,
};

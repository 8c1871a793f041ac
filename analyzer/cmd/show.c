/* forensics show: the records of a file around one of them. */
#include <inttypes.h>

#include "base/number.h"
#include "cmd/cmd.h"
#include "cmd/events.h"
#include "cmd/rows.h"
#include "cmd/term.h"
#include "report/words.h"
#include "sql.h"

#define CONTEXT 3

static const struct option options[] = {
	OPT_DB,
	{ 'C', "context", "N", "records before and after (3)", false, NULL },
	OPT_JSON,
	OPT_END
};

struct place { int64_t file, line; };

bool event_number(struct str text, int64_t *event)
{
	uint64_t n;

	str_skip(&text, STR("#"));
	str_skip(&text, STR("ev-"));
	if (!num_u64(text, &n) || n > INT64_MAX)
		return false;
	*event = (int64_t)n;
	return true;
}

static enum status event_place(struct store *st, int64_t event, struct place *out, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, st, SQL_CMD_EVENT_PLACE, err);

	if (s == OK) {
		query_int(q, 1, event);
		s = query_step(q, err);
	}
	if (s == OK)
		*out = (struct place){ query_get_int(q, 0), query_get_int(q, 1) };
	query_free(q);
	if (s != END)
		return s;
	fail(err, ERR_USAGE, "the case has no record %" PRId64, event);
	fail_hint(err, "forensics timeline prints the numbers");
	return ERR_USAGE;
}

enum status event_find(struct store *st, struct str text, int64_t *event, struct error *err)
{
	struct place place;

	if (!event_number(text, event)) {
		fail(err, ERR_USAGE, "'%.*s' is not the number of a record", STR_ARG(text));
		fail_hint(err, "forensics timeline prints the numbers");
		return ERR_USAGE;
	}
	return event_place(st, *event, &place, err);
}

/* FILE:LINE, where FILE may be only the last parts of the path. */
static enum status file_place(struct store *st, struct str text, struct place *out, struct error *err)
{
	size_t colon = str_rchr(text, ':');
	struct str name = str_head(text, colon);
	struct query *q = NULL;
	uint64_t line;
	bool exact = false;
	size_t n = 0;
	enum status s;

	if (!num_u64(str_from(text, colon + 1), &line) || line > UINT32_MAX || !name.n) {
		fail(err, ERR_USAGE, "'%.*s' is neither the number of a record nor FILE:LINE", STR_ARG(text));
		fail_hint(err, "forensics show 4711, or forensics show var/log/dmesg:120");
		return ERR_USAGE;
	}
	s = query_new(&q, st, SQL_CMD_FILE_NAMED, err);
	if (s == OK)
		query_text(q, 1, name);
	while (s == OK && !exact && (s = query_step(q, err)) == OK) {
		exact = query_get_int(q, 2);
		if (n++ == 0)
			*out = (struct place){ query_get_int(q, 0), (int64_t)line };
	}
	query_free(q);
	if (s != OK && s != END)
		return s;
	if (n == 1)
		return OK;
	fail(err, ERR_USAGE, n ? "%zu files of the case end in '%.*s'" : "%zu files of the case are called '%.*s'", n, STR_ARG(name));
	fail_hint(err, "%s", n ? "give more of the path" : "forensics coverage lists them");
	return ERR_USAGE;
}

static enum status place_of(struct cli *cli, struct place *out, struct error *err)
{
	struct str text = str_of(cli->args[0]);
	int64_t event;

	if (event_number(text, &event))
		return event_place(cli->store, event, out, err);
	return file_place(cli->store, text, out, err);
}

/* ---- for people ---- */

static enum status write_head(struct store *st, struct place at, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, st, SQL_CMD_FILE_PATH, err);

	if (s == OK) {
		query_int(q, 1, at.file);
		s = query_step(q, err);
	}
	if (s == OK) {
		term_style(stdout, "1");
		term_text(stdout, query_get_text(q, 0));
		term_style(stdout, NULL);
		fputs("  (", stdout);
		term_text(stdout, query_is_null(q, 1) ? STR("not recognised") : query_get_text(q, 1));
		puts(")");
	}
	query_free(q);
	return s;
}

enum { EVENT, LINE, LINES, OFFSET, TS, STATE, TEXT };

static void write_time(struct query *q)
{
	char buf[TS_TEXT];

	printf("%-28s", query_is_null(q, TS) ? "" : ts_format(query_get_int(q, TS), buf));
}

/* A record of several lines numbers them, when it kept them all. */
static void write_text(struct query *q, int64_t line)
{
	struct str text = query_get_text(q, TEXT), rest = text, part;
	int64_t lines = query_get_int(q, LINES), n = 1, i = 0;

	for (size_t k = 0; k < text.n; k++)
		n += text.p[k] == '\n';
	while (str_cut(&rest, '\n', &part)) {
		if (i && n == lines)
			printf("  %6" PRId64 "  %-28s", line + i, "");
		else if (i)
			printf("  %6s  %-28s", "", "");
		i++;
		term_text(stdout, part);
		fputc('\n', stdout);
	}
	if (i == 0)
		fputc('\n', stdout);
}

static enum status write_values(struct query *q, int64_t file, int64_t line, struct error *err)
{
	bool any = false;
	char buf[WORDS_MAX];
	enum status s;

	query_int(q, 1, file);
	query_int(q, 2, line);
	while ((s = query_step(q, err)) == OK) {
		fputs(any ? ", " : "", stdout);
		term_text(stdout, query_get_text(q, 0));
		if (query_get_text(q, 1).n > 1) {
			fputc('{', stdout);
			term_text(stdout, query_get_text(q, 1));
			fputc('}', stdout);
		}
		fputc(' ', stdout);
		term_text(stdout, str_of(words_value(query_get_real(q, 3), query_get_text(q, 2), buf)));
		any = true;
	}
	fputc('\n', stdout);
	return s == END ? OK : s;
}

static enum status write_records(struct query *q, struct query *values, struct place at, struct error *err)
{
	enum status s;

	while ((s = query_step(q, err)) == OK) {
		int64_t line = query_get_int(q, LINE), lines = query_get_int(q, LINES);
		struct str state = query_get_text(q, STATE);

		printf("%s %6" PRId64 "  ", at.line >= line && at.line < line + (lines ? lines : 1) ? ">" : " ", line);
		write_time(q);
		if (str_eq(state, STR("sample"))) {
			s = write_values(values, at.file, line, err);
			if (s != OK)
				return s;
			continue;
		}
		write_text(q, line);
		if (!str_eq(state, STR("event"))) {
			printf("  %6s  %-28s", "", "");
			fputs("^ not read: ", stdout);
			term_text(stdout, state);
			fputc('\n', stdout);
		}
	}
	return s == END ? OK : s;
}

static enum exit_code show(struct cli *cli)
{
	struct query *q = NULL, *values = NULL;
	struct rows rows = { .mode = ROWS_JSON };
	struct place at = { 0, 0 };
	struct error err = { 0 };
	uint64_t context = CONTEXT;
	bool json = opt_given(&cli->opt, "json");
	enum status s = opt_count(&cli->opt, "context", 1000000, &context, &err);

	if (s == OK)
		s = place_of(cli, &at, &err);
	if (s == OK)
		s = query_new(&q, cli->store, SQL_CMD_SHOW, &err);
	if (s == OK)
		s = query_new(&values, cli->store, SQL_CMD_SHOW_SAMPLE, &err);
	if (s == OK) {
		query_int(q, 1, at.file);
		query_int(q, 2, at.line);
		query_int(q, 3, (int64_t)context);
	}
	if (s == OK && json)
		s = rows_write(&rows, q, stdout, &err);
	else if (s == OK)
		s = write_head(cli->store, at, &err);
	if (s == OK && !json)
		s = write_records(q, values, at, &err);
	query_free(q);
	query_free(values);
	return s == OK ? EXIT_RAN : cli_fail(&err);
}

const struct command cmd_show = {
	.name = "show", .summary = "the lines around a record or a place, as they were read", .usage = "EVENT|FILE:LINE",
	.details = "  forensics show 4711 -d case.db\n"
		   "  forensics show logs/finetune.log:41 -d case.db -C 10\n\n"
		   "FILE may be the last parts of its path.  Stamps and prefixes that were read are not repeated.\n",
	.options = options, .min_args = 1, .max_args = 1, .needs = NEED_CASE, .pages = true, .run = show,
};

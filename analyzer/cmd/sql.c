/* forensics sql: the case to whoever knows SQL, read-only. */
#include <errno.h>

#include "base/limits.h"
#include "base/number.h"
#include "base/suggest.h"
#include "cmd/cmd.h"
#include "cmd/pager.h"
#include "cmd/setup.h"
#include "cmd/sql_session.h"
#include "cmd/table.h"
#include "cmd/term.h"
#include "sql.h"

#define TIMEOUT_S 30
#define QUERY_BYTES 100000 /* query_of_user() takes no more */

static const char *const modes[] = { "box", "csv", "json", "md", NULL };
static const struct option options[] = {
	OPT_DB,
	{ 'm', "mode", "MODE", "box, csv, json or md; else box on a terminal, csv elsewhere", false, modes },
	{ 'l', "list", NULL, "list the canned queries", false, NULL },
	{ 0, "run", "NAME", "run a canned query; arguments follow", false, NULL },
	{ 0, "timeout", "SECONDS", "give up after this long (30); 0 for never", false, NULL },
	OPT_JSON,
	OPT_END
};

/* "-- title" and "-- args: .." at the head of a canned query. */
static struct str remark(const char *sql, struct str head)
{
	struct str rest = str_of(sql), line;

	while (str_cut(&rest, '\n', &line) && str_skip(&line, STR("-- ")))
		if (str_skip(&line, head))
			return str_trim(line);
	return STR_NONE;
}

void sql_list(void)
{
	struct table t;

	table_init(&t, 3, TABLE_PLAIN);
	table_add(&t, STR("NAME"));
	table_add(&t, STR("ARGUMENTS"));
	table_add(&t, STR("WHAT"));
	for (const struct cookbook_entry *e = COOKBOOK; e->name; e++) {
		table_add(&t, str_of(e->name));
		table_add(&t, remark(e->sql, STR("args:")));
		table_add(&t, remark(e->sql, STR("")));
	}
	table_write(&t, stdout);
	table_done(&t);
}

enum status sql_canned(const char *name, struct str *sql, struct error *err)
{
	struct suggest near;

	suggest_init(&near, str_of(name));
	for (const struct cookbook_entry *e = COOKBOOK; e->name; e++) {
		suggest_try(&near, str_of(e->name));
		if (strcmp(e->name, name) == 0) {
			*sql = str_of(e->sql);
			return OK;
		}
	}
	fail(err, ERR_USAGE, "there is no canned query '%s'", name);
	fail_id(err, FX_NO_SUCH_NAME);
	if (suggest_found(&near))
		fail_hint(err, "did you mean '%.*s'?", STR_ARG(near.best));
	else
		fail_hint(err, "forensics sql --list names them");
	return ERR_USAGE;
}

static enum status from_stdin(struct cli *cli, struct str *sql, struct error *err)
{
	char *text = arena_alloc(cli->arena, QUERY_BYTES + 1);

	*sql = (struct str){ text, fread(text, 1, QUERY_BYTES + 1, stdin) };
	if (ferror(stdin))
		return fail(err, ERR_IO, "cannot read standard input: %s", strerror(errno));
	if (sql->n > QUERY_BYTES)
		return fail(err, ERR_USAGE, "a query of more than %d bytes", QUERY_BYTES);
	return OK;
}

/* ---- when it is refused ---- */

/* The line of the query that where ("query:2:15") points into, with a caret. */
static void point_at(const char *where, struct str sql)
{
	struct str at = str_of(where), rest = sql, text = STR_NONE, part;
	uint64_t line = 0, column = 0;

	if (!str_skip(&at, STR("query:")) || !str_cut(&at, ':', &part) || !num_u64(part, &line) || !num_u64(at, &column))
		return;
	while (line-- && str_cut(&rest, '\n', &text))
		;
	fputs("      ", stderr);
	term_text(stderr, text);
	fprintf(stderr, "\n%*s^\n", (int)(column < 200 ? column + 5 : 5), "");
}

static void suggest_name(struct cli *cli, struct error *e)
{
	const struct str heads[] = { STR("no such column: "), STR("no such table: ") };
	struct str text = str_of(e->text);
	struct query *q = NULL;

	for (size_t i = 0; i < 2; i++) {
		size_t at = str_find(text, heads[i]);
		struct suggest near;

		if (at == text.n)
			continue;
		suggest_init(&near, str_from(text, at + heads[i].n));
		if (query_new(&q, cli->store, SQL_CMD_DOC, NULL) != OK)
			return;
		while (query_step(q, NULL) == OK)
			suggest_try(&near, arena_dup(cli->arena, query_get_text(q, i == 0)));
		query_free(q);
		if (suggest_found(&near))
			fail_hint(e, "did you mean %.*s? (forensics help schema)", STR_ARG(near.best));
		else
			fail_hint(e, "forensics help schema lists views and columns");
		return;
	}
}

static enum exit_code refuse(struct cli *cli, struct error *e, struct str sql)
{
	if (!e->hint[0])
		suggest_name(cli, e);
	print_error(e);
	point_at(e->where, sql);
	return e->code == ERR_DB ? EXIT_USAGE : exit_code_of(e->code);
}

/* ---- running it ---- */

bool sql_mode(const char *word, enum rows_mode *out)
{
	static const enum rows_mode of[] = { ROWS_BOX, ROWS_CSV, ROWS_JSON, ROWS_MD };

	for (size_t i = 0; modes[i]; i++)
		if (strcmp(word, modes[i]) == 0) {
			*out = of[i];
			return true;
		}
	return false;
}

static enum rows_mode mode_of(struct cli *cli)
{
	const char *word = opt_value(&cli->opt, "mode");
	enum rows_mode mode = opt_given(&cli->opt, "json") ? ROWS_JSON : term_is_tty(stdout) ? ROWS_BOX : ROWS_CSV;

	if (word)
		(void)sql_mode(word, &mode); /* the table of options knows no other word */
	return mode;
}

bool sql_is_over(struct str sql)
{
	for (;;) {
		sql = str_trim(sql);
		if (str_starts(sql, STR("--")))
			sql = str_from(sql, str_chr(sql, '\n'));
		else if (!str_skip(&sql, STR(";")))
			return sql.n == 0;
	}
}

enum exit_code sql_run(const struct sql_session *session, struct str text, const char *const *args, size_t n_args)
{
	struct cli *cli = session->cli;
	struct str rest = text;

	while (!sql_is_over(rest)) {
		struct rows rows = { .mode = session->mode };
		struct query *q = NULL;
		struct str one = rest;
		struct error err = { 0 };
		enum status s = query_of_user(&q, cli->store, one, session->timeout_ms, session->stop, &rest, &err);

		if (s != OK)
			return refuse(cli, &err, one);
		for (size_t i = 0; i < n_args; i++)
			query_text(q, (int)i + 1, str_of(args[i]));
		s = rows_write(&rows, q, stdout, &err);
		query_free(q);
		if (s != OK && err.code == ERR_LIMIT)
			fail_hint(&err, "--timeout SECONDS gives it more time");
		if (s != OK && rows.n) {
			print_error(&err);
			return EXIT_PARTIAL;
		}
		if (s != OK)
			return refuse(cli, &err, one);
	}
	return EXIT_RAN;
}

static bool is_conversation(void)
{
	return term_is_tty(stdin) && term_is_tty(stdout);
}

static enum exit_code sql(struct cli *cli)
{
	const char *name = opt_value(&cli->opt, "run");
	uint64_t timeout_s = TIMEOUT_S;
	struct error err = { 0 };
	struct str text = STR_NONE;
	enum status s = opt_count(&cli->opt, "timeout", 86400, &timeout_s, &err);
	struct sql_session session = { cli, mode_of(cli), (int)timeout_s * 1000, NULL };
	size_t first = name ? 0 : 1;

	if (s == OK && !name && cli->n_args == 0 && is_conversation())
		return sql_shell(&session);
	if (s == OK && name) {
		s = sql_canned(name, &text, &err);
	} else if (s == OK && cli->n_args != 1) {
		fail(&err, ERR_USAGE, cli->n_args ? "one query at a time, in quotes" : "'sql' needs a query");
		fail_hint(&err, "forensics sql -d %s \"SELECT * FROM v_finding\"; --list names canned ones", cli->db);
		s = ERR_USAGE;
	} else if (s == OK) {
		text = str_of(cli->args[0]);
		if (str_eq(text, STR("-")))
			s = from_stdin(cli, &text, &err);
	}
	if (s != OK)
		return cli_fail(&err);
	if (!opt_given(&cli->opt, "no-pager"))
		pager_start();
	return sql_run(&session, text, cli->args + first, cli->n_args - first);
}

static enum exit_code run(struct cli *cli)
{
	struct error err = { 0 };

	if (opt_given(&cli->opt, "list")) {
		sql_list();
		return EXIT_RAN;
	}
	return setup_case(cli, &err) == OK ? sql(cli) : cli_fail(&err);
}

const struct command cmd_sql = {
	.name = "sql", .summary = "read-only SQL over the case", .usage = "[QUERY|-]",
	.details = "  forensics sql -d case.db \"SELECT time, source, message FROM v_timeline ORDER BY ts_us LIMIT 5\"\n"
		   "  forensics sql case.db --run packages\n"
		   "  forensics sql --list\n\n"
		   "Without a query, on a terminal: a conversation, with history, completion and .help.\n"
		   "Views and columns: forensics help schema.  csv gives the exact bytes of the log, except on a terminal.\n",
	.options = options, .max_args = SIZE_MAX, .run = run,
};

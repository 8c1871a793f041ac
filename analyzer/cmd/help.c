/* forensics help TOPIC. */
#include "base/suggest.h"
#include "cmd/about.h"
#include "cmd/cmd.h"
#include "cmd/man.h"
#include "cmd/sql_session.h"
#include "cmd/term.h"
#include "sql.h"

static const struct option options[] = { OPT_END };

/* What each view and column means, from the documentation every case carries. */
static enum status schema_of(struct store *st, const char *object, FILE *out, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, st, SQL_CMD_DOC, err);
	bool any = false;

	if (s == OK && object)
		query_text(q, 1, str_of(object));
	while (s == OK && (s = query_step(q, err)) == OK) {
		struct str name = query_get_text(q, 0), column = query_get_text(q, 1), unit = query_get_text(q, 2);

		if (column.n == 0)
			fprintf(out, "%s%.*s  %.*s\n", any ? "\n" : "", STR_ARG(name), STR_ARG(query_get_text(q, 3)));
		else
			fprintf(out, "  %-16.*s %.*s%s%.*s%s\n", STR_ARG(column), STR_ARG(query_get_text(q, 3)), unit.n ? " [" : "",
				STR_ARG(unit), unit.n ? "]" : "");
		any = true;
	}
	query_free(q);
	if (s != END)
		return s;
	if (any)
		return OK;
	fail(err, ERR_USAGE, "the schema has no '%s'", object ? object : "documentation");
	fail_hint(err, "forensics help schema lists views and columns");
	return ERR_USAGE;
}

enum exit_code help_schema(const char *object)
{
	struct store *st = NULL;
	struct error err = { 0 };
	enum status s = store_create(&st, NULL, &err);

	if (s == OK)
		s = store_exec(st, SQL_VIEWS, &err);
	if (s == OK)
		s = store_exec(st, SQL_DOC, &err);
	if (s == OK)
		s = schema_of(st, object, stdout, &err);
	store_close(st);
	return s == OK ? EXIT_RAN : cli_fail(&err);
}

static enum exit_code help_commands(void)
{
	for (size_t i = 0; commands[i]; i++) {
		printf("%s", i ? "\n----\n\n" : "");
		command_help(stdout, commands[i]);
	}
	return EXIT_RAN;
}

static enum exit_code help_command(struct cli *cli)
{
	const struct command *c = NULL;
	int argc = (int)cli->n_args;
	char **argv = ARENA_ARRAY(cli->arena, char *, argc + 1);
	struct error err = { 0 };
	struct suggest s;

	for (int i = 0; i < argc; i++)
		argv[i] = arena_cstr(cli->arena, str_of(cli->args[i]));
	if (argc == 1 && command_is_group(argv[0])) {
		commands_help(stdout, argv[0]);
		return EXIT_RAN;
	}
	if (command_find(&c, &argc, &argv, &err) == OK) {
		command_help(stdout, c);
		return EXIT_RAN;
	}
	suggest_init(&s, str_of(cli->args[0]));
	suggest_list(&s, (const char *const[]){ "commands", "exit-codes", "man", "schema", NULL });
	if (suggest_found(&s))
		fail_hint(&err, "did you mean '%.*s'?", STR_ARG(s.best));
	return cli_fail(&err);
}

static enum exit_code run(struct cli *cli)
{
	struct str topic = cli->n_args ? str_of(cli->args[0]) : STR_NONE;

	if (topic.n == 0) {
		about_usage(stdout);
		return EXIT_RAN;
	}
	if (str_eq(topic, STR("commands")))
		return help_commands();
	if (str_eq(topic, STR("exit-codes"))) {
		about_exit_codes(stdout);
		return EXIT_RAN;
	}
	if (str_eq(topic, STR("man"))) {
		man_page(stdout);
		return EXIT_RAN;
	}
	if (str_eq(topic, STR("schema")))
		return help_schema(cli->n_args > 1 ? cli->args[1] : NULL);
	return help_command(cli);
}

const struct command cmd_help = {
	.name = "help", .summary = "explain a command or a topic", .usage = "[COMMAND|commands|exit-codes|man|schema [VIEW]]",
	.options = options, .max_args = 2, .pages = true, .run = run,
};

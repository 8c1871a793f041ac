/* argv -> a row of commands[] -> an exit code. */
#include <errno.h>
#include <stdio.h>

#include "cmd/about.h"
#include "cmd/cmd.h"
#include "cmd/leave.h"
#include "cmd/pager.h"
#include "cmd/setup.h"
#include "cmd/term.h"

static bool asks_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static enum exit_code run(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	enum status s = options_parse(&cli->opt, cli->command->options, cli->command->name, argc, argv, cli->arena, &err);

	cli->args = cli->opt.args;
	cli->n_args = cli->opt.n_args;
	cli->quiet = opt_given(&cli->opt, "quiet");
	cli->verbose = opt_given(&cli->opt, "verbose");
	term_setup(opt_value(&cli->opt, "color"), cli->quiet);
	if (s == OK && opt_given(&cli->opt, "help")) {
		command_help(stdout, cli->command);
		return EXIT_RAN;
	}
	if (s == OK)
		s = setup_needs(cli, &err);
	if (s == OK && cli->command->pages && !opt_given(&cli->opt, "no-pager"))
		pager_start();
	return s == OK ? cli->command->run(cli) : cli_fail(&err);
}

static enum exit_code dispatch(int argc, char **argv)
{
	struct cli cli = { 0 };
	struct error err = { 0 };
	enum exit_code code;

	if (argc == 0) {
		about_usage(stderr);
		return EXIT_USAGE;
	}
	if (asks_help(argv[0])) {
		about_usage(stdout);
		return EXIT_RAN;
	}
	if (argc > 1 && command_is_group(argv[0]) && asks_help(argv[1])) {
		commands_help(stdout, argv[0]);
		return EXIT_RAN;
	}
	if (about_option(argv[0]))
		return EXIT_RAN;
	if (command_find(&cli.command, &argc, &argv, &err) != OK)
		return cli_fail(&err);
	cli.arena = arena_new();
	code = run(&cli, argc, argv);
	setup_done(&cli);
	arena_free(cli.arena);
	return code;
}

int main(int argc, char **argv)
{
	enum exit_code code;

	leave_on_signals();
	code = dispatch(argc - (argc > 0), argv + (argc > 0));
	if (fflush(stdout) != 0 || ferror(stdout)) {
		struct error err;

		fail(&err, ERR_IO, "cannot write to standard output: %s", strerror(errno));
		code = cli_fail(&err);
	}
	pager_wait();
	return (int)code;
}

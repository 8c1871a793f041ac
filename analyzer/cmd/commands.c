/* The table of commands, finding a row in it, and the help made from it. */
#include "base/suggest.h"
#include "cmd/cmd.h"
#include "cmd/term.h"

#define COMMAND(name) extern const struct command cmd_##name;
#include "cmd/command_list.h"
#undef COMMAND

const struct command *const commands[] = {
#define COMMAND(name) &cmd_##name,
#include "cmd/command_list.h"
#undef COMMAND
	NULL
};

enum exit_code exit_code_of(enum status s)
{
	switch (s) {
	case OK:
	case END:
		return EXIT_RAN;
	case ERR_USAGE:
	case ERR_RULE:
		return EXIT_USAGE;
	case ERR_IO:
	case ERR_FORMAT:
	case ERR_DB:
	case ERR_LIMIT:
		return EXIT_NOTHING;
	}
	return EXIT_NOTHING;
}

enum exit_code cli_fail(const struct error *e)
{
	print_error(e);
	return exit_code_of(e->code);
}

/* Is name this word, or does it start with it as the first of two? */
static bool leads(struct str name, struct str word)
{
	return str_starts(name, word) && (name.n == word.n || name.p[word.n] == ' ');
}

static struct str second(struct str name)
{
	return str_from(name, str_chr(name, ' ') + 1);
}

static enum status no_second(struct str first, const char *given, struct error *err)
{
	struct suggest s;
	struct str word = str_of(given);

	if (!given || *given == '-') {
		fail(err, ERR_USAGE, "'%.*s' needs to know what to do", STR_ARG(first));
	} else {
		fail(err, ERR_USAGE, "'%.*s %s' is not a command", STR_ARG(first), given);
		fail_id(err, FX_NO_COMMAND);
		suggest_init(&s, word);
		for (size_t i = 0; commands[i]; i++)
			if (leads(str_of(commands[i]->name), first))
				suggest_try(&s, second(str_of(commands[i]->name)));
		if (suggest_found(&s)) {
			fail_hint(err, "did you mean '%.*s %.*s'?", STR_ARG(first), STR_ARG(s.best));
			return ERR_USAGE;
		}
	}
	fail_hint(err, "forensics %.*s --help lists what it can do", STR_ARG(first));
	return ERR_USAGE;
}

static enum status no_command(struct str first, struct error *err)
{
	struct suggest s;

	fail(err, ERR_USAGE, "'%.*s' is not a command", STR_ARG(first));
	fail_id(err, FX_NO_COMMAND);
	suggest_init(&s, first);
	for (size_t i = 0; commands[i]; i++) {
		struct str name = str_of(commands[i]->name);

		suggest_try(&s, str_head(name, str_chr(name, ' ')));
	}
	if (suggest_found(&s))
		fail_hint(err, "did you mean '%.*s'?", STR_ARG(s.best));
	else
		fail_hint(err, "forensics help lists them");
	return ERR_USAGE;
}

enum status command_find(const struct command **out, int *argc, char ***argv, struct error *err)
{
	struct str first = str_of(**argv);
	bool group = false;

	for (size_t i = 0; commands[i]; i++) {
		struct str name = str_of(commands[i]->name);
		bool two = name.n > first.n;

		if (!first.n || !leads(name, first))
			continue;
		group |= two;
		if (two && (*argc < 2 || !str_eq(second(name), str_of((*argv)[1]))))
			continue;
		*out = commands[i];
		*argc -= 1 + two;
		*argv += 1 + two;
		return OK;
	}
	return group ? no_second(first, *argc > 1 ? (*argv)[1] : NULL, err) : no_command(first, err);
}

bool command_is_group(const char *word)
{
	for (size_t i = 0; commands[i]; i++)
		if (leads(str_of(commands[i]->name), str_of(word)) && strlen(commands[i]->name) > strlen(word))
			return *word;
	return false;
}

void command_help(FILE *out, const struct command *c)
{
	fprintf(out, "usage: forensics %s%s%s%s\n\n", c->name, *c->usage ? " " : "", c->usage, c->options->name ? " [OPTIONS]" : "");
	fprintf(out, "%c%s.\n", c->summary[0] >= 'a' && c->summary[0] <= 'z' ? c->summary[0] - 32 : c->summary[0], c->summary + 1);
	if (c->details)
		fprintf(out, "\n%s", c->details);
	fputs("\noptions:\n", out);
	options_help(out, c->options);
	options_help(out, common_options);
}

void commands_help(FILE *out, const char *first_word)
{
	for (size_t i = 0; commands[i]; i++)
		if (!*first_word || leads(str_of(commands[i]->name), str_of(first_word)))
			fprintf(out, "  %-15s %s\n", commands[i]->name, commands[i]->summary);
}

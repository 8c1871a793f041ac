/* forensics completion: what a shell needs to complete the command line, from the same tables that read it. */
#include "base/suggest.h"
#include "cmd/cmd.h"

static const struct option options[] = { OPT_END };

/* Each script sees commands in the order of help; those of two words come as group and second. */
typedef void command_fn(const struct command *c);

static void each_command(command_fn *put)
{
	for (size_t i = 0; commands[i]; i++)
		put(commands[i]);
}

static struct str first_word(const struct command *c)
{
	struct str name = str_of(c->name);

	return str_head(name, str_chr(name, ' '));
}

static struct str second_word(const struct command *c)
{
	struct str name = str_of(c->name);

	return str_from(name, str_chr(name, ' ') + 1);
}

static bool is_second(const struct command *c)
{
	return second_word(c).n > 0;
}

/* First words once each: the commands of a group stand side by side. */
static void put_first_words(const char *between)
{
	for (size_t i = 0; commands[i]; i++)
		if (i == 0 || !str_eq(first_word(commands[i]), first_word(commands[i - 1])))
			printf("%s%.*s", i ? between : "", STR_ARG(first_word(commands[i])));
}

static void put_group_words(struct str group)
{
	for (size_t i = 0, n = 0; commands[i]; i++)
		if (is_second(commands[i]) && str_eq(first_word(commands[i]), group))
			printf("%s%.*s", n++ ? " " : "", STR_ARG(second_word(commands[i])));
}

static void put_words(const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		printf("%s%s", i ? " " : "", words[i]);
}

/* In single quotes of a POSIX shell. */
static void put_quoted(const char *text, bool zsh)
{
	for (const char *p = text; *p; p++) {
		if (*p == '\'')
			fputs("'\\''", stdout);
		else if (zsh && (*p == '[' || *p == ']' || *p == ':'))
			printf("\\%c", *p);
		else
			putchar(*p);
	}
}

/* ---- bash ---- */

static void bash_options(const struct option *o)
{
	for (; o->name; o++) {
		printf(" --%s", o->name);
		if (o->letter)
			printf(" -%c", o->letter);
	}
}

static void bash_values(const struct command *c, const struct option *o)
{
	for (; o->name; o++) {
		if (!o->words)
			continue;
		printf("\t'%s --%s') words='", c->name, o->name);
		put_words(o->words);
		puts("' ;;");
	}
}

static void bash_command(const struct command *c)
{
	printf("\t'%s') opts='", c->name);
	bash_options(c->options);
	bash_options(common_options);
	puts("' ;;");
}

static void bash_command_values(const struct command *c)
{
	bash_values(c, c->options);
	bash_values(c, common_options);
}

static void bash(void)
{
	puts("# bash completion for forensics: source <(forensics completion bash)\n"
	     "_forensics() {\n"
	     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} cmd= opts= words= i\n"
	     "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	     "\t\tcase ${COMP_WORDS[i]} in -*) ;; *) cmd=${COMP_WORDS[i]}; break ;; esac\n"
	     "\tdone");
	fputs("\tif [[ -z $cmd ]]; then\n\t\tCOMPREPLY=($(compgen -W '", stdout);
	put_first_words(" ");
	puts(" --version --licenses --help' -- \"$cur\"))\n\t\treturn\n\tfi\n\tcase $cmd in");
	for (size_t i = 0; commands[i]; i++) {
		struct str group = first_word(commands[i]);

		if (!is_second(commands[i]) || (i && str_eq(group, first_word(commands[i - 1]))))
			continue;
		printf("\t%.*s)\n\t\tif ((i + 1 == COMP_CWORD)); then COMPREPLY=($(compgen -W '", STR_ARG(group));
		put_group_words(group);
		puts("' -- \"$cur\")); return; fi\n\t\tcmd=\"$cmd ${COMP_WORDS[i+1]}\" ;;");
	}
	puts("\tesac\n\tcase \"$cmd $prev\" in");
	each_command(bash_command_values);
	puts("\tesac\n\tif [[ -n $words ]]; then COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")); return; fi\n\tcase $cmd in");
	each_command(bash_command);
	puts("\tesac\n\tif [[ $cur == -* ]]; then COMPREPLY=($(compgen -W \"$opts\" -- \"$cur\")); fi\n}\n"
	     "complete -o default -F _forensics forensics");
}

/* ---- zsh ---- */

static void zsh_options(const struct option *o)
{
	for (; o->name; o++) {
		printf(" \\\n\t\t\t'%s--%s%s[", o->repeats ? "*" : "", o->name, o->value ? "=" : "");
		put_quoted(o->help, true);
		putchar(']');
		if (o->words) {
			printf(":%s:(", o->value);
			put_words(o->words);
			putchar(')');
		} else if (o->value) {
			printf(":%s:_files", o->value);
		}
		putchar('\'');
		if (!o->letter)
			continue;
		printf(" '%s-%c%s[", o->repeats ? "*" : "", o->letter, o->value ? "+" : "");
		put_quoted(o->help, true);
		printf("]%s'", o->value ? ":value:_files" : "");
	}
}

static void zsh_command(const struct command *c)
{
	printf("\t'%s') _arguments", c->name);
	zsh_options(c->options);
	zsh_options(common_options);
	puts(" \\\n\t\t\t'*:file:_files' ;;");
}

static void zsh(void)
{
	fputs("#compdef forensics\n"
	      "_forensics() {\n"
	      "\tlocal cmd=$words[2]\n"
	      "\tif ((CURRENT == 2)); then compadd ", stdout);
	put_first_words(" ");
	puts("; return; fi\n\tcase $cmd in");
	for (size_t i = 0; commands[i]; i++) {
		struct str group = first_word(commands[i]);

		if (!is_second(commands[i]) || (i && str_eq(group, first_word(commands[i - 1]))))
			continue;
		printf("\t%.*s) if ((CURRENT == 3)); then compadd ", STR_ARG(group));
		put_group_words(group);
		puts("; return; fi; cmd=\"$cmd $words[3]\"; shift words; ((CURRENT--)) ;;");
	}
	puts("\tesac\n\tshift words; ((CURRENT--))\n\tcase $cmd in");
	each_command(zsh_command);
	puts("\tesac\n}\n_forensics \"$@\"");
}

/* ---- fish ---- */

static void fish_options(const struct command *c, const struct option *o)
{
	for (; o->name; o++) {
		printf("complete -c forensics -n '__forensics_at %s' -l %s", c->name, o->name);
		if (o->letter)
			printf(" -s %c", o->letter);
		if (o->words) {
			fputs(" -xa '", stdout);
			put_words(o->words);
			putchar('\'');
		} else if (o->value) {
			fputs(" -r", stdout);
		}
		fputs(" -d '", stdout);
		for (const char *p = o->help; *p; p++)
			printf(*p == '\'' ? "\\'" : "%c", *p);
		puts("'");
	}
}

static void fish_command(const struct command *c)
{
	fish_options(c, c->options);
	fish_options(c, common_options);
}

static void fish(void)
{
	puts("# fish completion for forensics: forensics completion fish | source\n"
	     "function __forensics_at\n"
	     "\tset -l words (string match -v -- '-*' (commandline -opc)[2..])\n"
	     "\ttest (count $words) -ge (count $argv); and test \"$words[1..(count $argv)]\" = \"$argv\"\n"
	     "end\n"
	     "function __forensics_first\n"
	     "\ttest (count (string match -v -- '-*' (commandline -opc)[2..])) -eq 0\n"
	     "end");
	for (size_t i = 0; commands[i]; i++) {
		struct str word = first_word(commands[i]);

		if (i && str_eq(word, first_word(commands[i - 1])))
			continue;
		printf("complete -c forensics -n __forensics_first -xa '%.*s' -d '", STR_ARG(word));
		if (!is_second(commands[i]))
			put_quoted(commands[i]->summary, false);
		puts("'");
		if (!is_second(commands[i]))
			continue;
		printf("complete -c forensics -n '__forensics_at %.*s' -xa '", STR_ARG(word));
		put_group_words(word);
		puts("'");
	}
	each_command(fish_command);
}

/* ---- the command ---- */

static const struct shell { const char *name; void (*write)(void); } shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };

static enum exit_code completion(struct cli *cli)
{
	struct error err = { 0 };
	struct suggest near;

	suggest_init(&near, str_of(cli->args[0]));
	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		suggest_try(&near, str_of(shells[i].name));
		if (str_eq(str_of(cli->args[0]), str_of(shells[i].name))) {
			shells[i].write();
			return EXIT_RAN;
		}
	}
	fail(&err, ERR_USAGE, "there is no completion for '%s'", cli->args[0]);
	if (suggest_found(&near))
		fail_hint(&err, "did you mean '%.*s'?", STR_ARG(near.best));
	else
		fail_hint(&err, "bash, zsh or fish");
	return cli_fail(&err);
}

const struct command cmd_completion = {
	.name = "completion", .summary = "a script that completes commands and options in a shell", .usage = "bash|zsh|fish",
	.details = "  source <(forensics completion bash)\n"
		   "  forensics completion zsh > \"${fpath[1]}/_forensics\"\n"
		   "  forensics completion fish | source\n",
	.options = options, .min_args = 1, .max_args = 1, .run = completion,
};

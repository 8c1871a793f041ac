/* The conversation of `forensics sql` on a terminal. */
#include <editline/readline.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/number.h"
#include "base/suggest.h"
#include "cmd/sql_session.h"
#include "cmd/term.h"
#include "sql.h"

#define HISTORY 1000         /* lines kept */
#define ARGS 16              /* of .run */
#define TEXT (1 << 17)       /* more than query_of_user() takes */

static volatile int interrupted;

static void on_interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

/* ---- completion: words of SQL's grammar are short, names of views and columns are not ---- */

static struct { char **v; size_t n, cap; } names;

static void learn_names(struct store *st)
{
	struct query *q = NULL;

	if (query_new(&q, st, SQL_CMD_DOC, NULL) != OK)
		return;
	while (query_step(q, NULL) == OK)
		for (int col = 0; col < 2; col++) {
			struct str s = query_get_text(q, col);

			if (s.n == 0)
				continue;
			names.v = grow(names.v, names.n, &names.cap, sizeof(names.v[0]));
			names.v[names.n++] = strndup(s.p, s.n);
		}
	query_free(q);
}

static void forget_names(void)
{
	for (size_t i = 0; i < names.n; i++)
		free(names.v[i]);
	free(names.v);
	names.v = NULL;
	names.n = names.cap = 0;
}

static char *next_name(const char *start, int state)
{
	static size_t at;
	size_t n = strlen(start);

	if (state == 0)
		at = 0;
	while (at < names.n) {
		const char *name = names.v[at++];
		bool seen = false;

		for (size_t i = 0; i + 1 < at && !seen; i++)
			seen = strcmp(names.v[i], name) == 0;
		if (!seen && strncmp(name, start, n) == 0)
			return strdup(name);
	}
	return NULL;
}

/* ---- commands ---- */

struct shell { struct sql_session *s; bool over; };

static void usage(void)
{
	puts(".list                canned queries\n"
	     ".run NAME [ARG..]    run one\n"
	     ".schema [VIEW]       views and columns, with what they mean\n"
	     ".tables              the views\n"
	     ".mode box|csv|json|md\n"
	     ".timeout SECONDS     0: never give up\n"
	     ".quit                or Ctrl-D; Ctrl-C ends a query that runs");
}

static void run_canned(struct shell *sh, char *const *word, size_t n)
{
	const char *args[ARGS];
	struct error err = { 0 };
	struct str text;

	if (n < 2) {
		sql_list();
		return;
	}
	if (sql_canned(word[1], &text, &err) != OK) {
		print_error(&err);
		return;
	}
	for (size_t i = 2; i < n; i++)
		args[i - 2] = word[i];
	sql_run(sh->s, text, args, n - 2);
}

static void set_mode(struct shell *sh, const char *word)
{
	struct error err = { 0 };

	if (word && sql_mode(word, &sh->s->mode))
		return;
	fail(&err, ERR_USAGE, word ? "there is no mode '%s'" : "which mode?", word ? word : "");
	fail_hint(&err, "box, csv, json or md");
	print_error(&err);
}

static void set_timeout(struct shell *sh, const char *word)
{
	uint64_t seconds;
	struct error err = { 0 };

	if (word && num_u64(str_of(word), &seconds) && seconds <= 86400) {
		sh->s->timeout_ms = (int)seconds * 1000;
		return;
	}
	fail(&err, ERR_USAGE, ".timeout needs a number of seconds");
	print_error(&err);
}

static void unknown(const char *word)
{
	static const char *const known[] = { ".help", ".list", ".run", ".schema", ".tables", ".mode", ".timeout", ".quit", NULL };
	struct error err = { 0 };
	struct suggest near;

	suggest_init(&near, str_of(word));
	suggest_list(&near, known);
	fail(&err, ERR_USAGE, "there is no command '%s'", word);
	if (suggest_found(&near))
		fail_hint(&err, "did you mean '%.*s'?", STR_ARG(near.best));
	else
		fail_hint(&err, ".help lists them");
	print_error(&err);
}

static void command(struct shell *sh, struct str line)
{
	char *word[ARGS + 2] = { NULL };
	size_t n = 0;
	struct str rest = line, one;

	while (n < ARGS + 1 && str_cut(&rest, ' ', &one))
		if (str_trim(one).n)
			word[n++] = arena_cstr(sh->s->cli->arena, str_trim(one));
	if (strcmp(word[0], ".quit") == 0 || strcmp(word[0], ".exit") == 0)
		sh->over = true;
	else if (strcmp(word[0], ".help") == 0)
		usage();
	else if (strcmp(word[0], ".list") == 0)
		sql_list();
	else if (strcmp(word[0], ".run") == 0)
		run_canned(sh, word, n);
	else if (strcmp(word[0], ".schema") == 0)
		help_schema(word[1]);
	else if (strcmp(word[0], ".tables") == 0)
		sql_run(sh->s, str_of(SQL_CMD_VIEWS), NULL, 0);
	else if (strcmp(word[0], ".mode") == 0)
		set_mode(sh, word[1]);
	else if (strcmp(word[0], ".timeout") == 0)
		set_timeout(sh, word[1]);
	else
		unknown(word[0]);
}

/* ---- history: of this user, not of the case ---- */

static char *history_path(struct arena *a)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	char *dir;

	if (state && *state)
		dir = arena_cstr(a, arena_printf(a, "%s/forensics", state));
	else if (home && *home)
		dir = arena_cstr(a, arena_printf(a, "%s/.local/state/forensics", home));
	else
		return NULL;
	for (char *p = dir + 1; *p; p++) /* each folder on the way; one that cannot be made means no history */
		if (*p == '/') {
			*p = '\0';
			(void)mkdir(dir, 0700);
			*p = '/';
		}
	(void)mkdir(dir, 0700);
	return arena_cstr(a, arena_printf(a, "%s/sql_history", dir));
}

/* ---- the conversation ---- */

/* A statement may take several lines; it is over with its semicolon. */
static void take(struct shell *sh, struct buf *text, struct str line)
{
	if (text->n == 0 && str_starts(str_trim(line), STR("."))) {
		command(sh, str_trim(line));
		return;
	}
	buf_add(text, line);
	buf_putc(text, '\n');
	if (sql_is_over(buf_str(text))) {
		buf_reset(text);
	} else if (query_is_complete(buf_cstr(text))) {
		sql_run(sh->s, buf_str(text), NULL, 0);
		buf_reset(text);
	}
}

enum exit_code sql_shell(struct sql_session *s)
{
	struct shell sh = { s, false };
	struct sigaction act = { .sa_handler = on_interrupt };
	char *path = history_path(s->cli->arena), *line;
	struct buf text;

	sigemptyset(&act.sa_mask);
	sigaction(SIGINT, &act, NULL);
	s->stop = &interrupted;
	rl_readline_name = "forensics";
	rl_completion_entry_function = next_name;
	learn_names(s->cli->store);
	using_history();
	stifle_history(HISTORY);
	if (path)
		(void)read_history(path);
	printf("%s, read-only.  .help for commands; a query ends with ;\n", s->cli->db);
	buf_init(&text, TEXT);
	while (!sh.over && (line = readline(text.n ? "      ...> " : "forensics> "))) {
		interrupted = 0;
		if (*line)
			add_history(line);
		take(&sh, &text, str_of(line));
		free(line);
		fflush(stdout);
	}
	if (!sh.over)
		putchar('\n');
	if (path)
		(void)write_history(path);
	buf_done(&text);
	forget_names();
	return EXIT_RAN;
}

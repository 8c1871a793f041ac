#include "cmd/term.h"

#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

static struct { const char *when; bool quiet, paged; size_t columns; } setup;

void term_setup(const char *when, bool quiet)
{
	setup.when = when;
	setup.quiet = quiet;
}

bool term_is_tty(FILE *f)
{
	return (setup.paged && f == stdout) || isatty(fileno(f)) == 1;
}

void term_paged(void)
{
	setup.columns = term_columns();
	setup.paged = true;
}

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value && *value;
}

bool term_color(FILE *f)
{
	const char *term = getenv("TERM"), *force = getenv("CLICOLOR_FORCE");

	if (setup.when && strcmp(setup.when, "auto") != 0)
		return strcmp(setup.when, "always") == 0;
	if (is_set("NO_COLOR")) /* no-color.org: set and not empty */
		return false;
	if (force && *force && strcmp(force, "0") != 0)
		return true;
	return term_is_tty(f) && !(term && strcmp(term, "dumb") == 0);
}

size_t term_columns(void)
{
	struct winsize size = { 0 };

	if (setup.paged)
		return setup.columns;
	if (!term_is_tty(stdout))
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
		return size.ws_col;
	return 80;
}

void term_style(FILE *f, const char *sgr)
{
	if (term_color(f))
		fprintf(f, "\x1b[%sm", sgr ? sgr : "0");
}

/* What went to stdout before is read before it. */
static void PRINTF_LIKE(2, 0) message(const char *mark, const char *fmt, va_list ap)
{
	char text[2048];
	int n = vsnprintf(text, sizeof(text), fmt, ap);
	struct str rest = { text, n < 0 ? 0 : strnlen(text, sizeof(text)) }, line;

	fflush(stdout);
	while (str_cut(&rest, '\n', &line)) {
		fputs(mark, stderr);
		term_text(stderr, line);
		fputc('\n', stderr);
	}
}

void say(const char *fmt, ...)
{
	va_list ap;

	if (setup.quiet)
		return;
	va_start(ap, fmt);
	message("", fmt, ap);
	va_end(ap);
}

void warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message("! ", fmt, ap);
	va_end(ap);
}

void print_problem(FILE *out, const struct error *e, const char *mark, const char *sgr)
{
	term_style(out, sgr);
	fputs(mark, out);
	term_style(out, NULL);
	fputc(' ', out);
	term_text(out, str_of(e->text));
	fputc('\n', out);
	if (e->where[0]) {
		fputs("  --> ", out);
		term_text(out, str_of(e->where));
		fputc('\n', out);
	}
	if (e->hint[0]) {
		fputs("  = help: ", out);
		term_text(out, str_of(e->hint));
		fputc('\n', out);
	}
}

void print_error(const struct error *e)
{
	char mark[32];

	fflush(stdout);
	snprintf(mark, sizeof(mark), "x error[%s]:", error_code(e->id));
	print_problem(stderr, e, mark, "1;31");
}

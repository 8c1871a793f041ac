#include "cmd/man.h"

#include "base/str.h"
#include "cmd/about.h"
#include "cmd/cmd.h"

/* A leading dot or quote would be a request, a backslash an escape, a hyphen may become typographic. */
static void put_text(FILE *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		bool starts = i == 0 || s.p[i - 1] == '\n';

		if (starts && (s.p[i] == '.' || s.p[i] == '\''))
			fputs("\\&", out);
		if (s.p[i] == '\\')
			fputs("\\e", out);
		else if (s.p[i] == '-')
			fputs("\\-", out);
		else
			fputc(s.p[i], out);
	}
}

static void put_options(FILE *out, const struct option *o)
{
	for (; o->name; o++) {
		fputs(".TP\n", out);
		if (o->letter)
			fprintf(out, "\\fB\\-%c\\fR, ", o->letter);
		fputs("\\fB\\-\\-", out);
		put_text(out, str_of(o->name));
		fputs("\\fR", out);
		if (o->value)
			fprintf(out, " \\fI%s\\fR", o->value);
		fputc('\n', out);
		put_text(out, str_of(o->help));
		fputs(o->repeats ? " (may be given several times)\n" : "\n", out);
	}
}

static void put_command(FILE *out, const struct command *c)
{
	fprintf(out, ".SS %s", c->name);
	if (*c->usage) {
		fputc(' ', out);
		put_text(out, str_of(c->usage));
	}
	fputc('\n', out);
	put_text(out, str_of(c->summary));
	fputs(".\n", out);
	if (c->details) {
		fputs(".PP\n.nf\n", out);
		put_text(out, str_of(c->details));
		fputs(".fi\n", out);
	}
	put_options(out, c->options);
}

void man_page(FILE *out)
{
	fputs(".TH FORENSICS 1 \"\" \"forensics " FORENSICS_VERSION "\" \"User Commands\"\n"
	      ".SH NAME\nforensics \\- find known failures in a bundle of logs, with the evidence\n"
	      ".SH SYNOPSIS\n.B forensics\n.I COMMAND\n[\\fIARGUMENTS\\fR]\n"
	      ".SH DESCRIPTION\n"
	      "Reads what was collected from a GPU machine, a Kubernetes cluster or an Azure OpenAI deployment into one SQLite file,\n"
	      "puts every line at its true time, and reports which known failure scenarios matched, with file and line of all evidence.\n"
	      ".SH OPTIONS OF EVERY COMMAND\n", out);
	put_options(out, common_options);
	fputs(".SH COMMANDS\n", out);
	for (size_t i = 0; commands[i]; i++)
		put_command(out, commands[i]);
	fputs(".SH EXIT STATUS\n.nf\n", out);
	about_exit_codes(out);
	fputs(".fi\n.SH ENVIRONMENT\n"
	      ".TP\n\\fBNO_COLOR\\fR, \\fBCLICOLOR_FORCE\\fR\nno colour, or colour even in a pipe; \\fB\\-\\-color\\fR goes before both\n"
	      ".TP\n\\fBFORENSICS_PAGER\\fR, \\fBPAGER\\fR\nwhat long output is shown with on a terminal\n"
	      ".SH SEE ALSO\n.BR sqlite3 (1),\n.BR journalctl (1)\n", out);
}

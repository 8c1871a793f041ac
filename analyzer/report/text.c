/* The terminal form: a screen, not a document. */
#include "base/buf.h"
#include "base/limits.h"
#include "report/escape.h"
#include "report/report.h"
#include "report/words.h"
#include "report/writers.h"

#define SHOWN 20           /* findings */
#define TEXT_COLUMNS 66
#define WIDTH 100

/* Starts or, with NULL, ends a colour, when colours were asked for. */
static void color(FILE *out, const struct report *r, const char *sgr)
{
	if (r->color)
		fprintf(out, "\x1b[%sm", sgr ? sgr : "0");
}

static void place(FILE *out, const struct report *r, struct str file, uint32_t line)
{
	color(out, r, "2");
	term_text(out, file);
	if (line)
		fprintf(out, ":%u", line);
	color(out, r, NULL);
}

static bool is_space(char c)
{
	return is_blank(c) || c == '\n' || c == '\r';
}

/* The words of a text, broken at WIDTH under an indent of four. */
static void paragraph(FILE *out, struct str text)
{
	size_t column = 0, i = 0;

	for (;;) {
		size_t from;

		while (i < text.n && is_space(text.p[i]))
			i++;
		for (from = i; i < text.n && !is_space(text.p[i]); i++)
			;
		if (i == from)
			break;
		if (column == 0 || column + 1 + i - from > WIDTH - 4) {
			fputs(column ? "\n    " : "    ", out);
			column = 0;
		} else {
			fputc(' ', out);
			column++;
		}
		term_text(out, (struct str){ text.p + from, i - from });
		column += i - from;
	}
	if (column)
		fputc('\n', out);
}

/* Markdown as its author wrote it, without the fences around commands. */
static void advice(FILE *out, struct str text)
{
	struct str rest = str_rtrim(text), line;

	while (str_cut(&rest, '\n', &line)) {
		if (str_starts(line, STR("```")))
			continue;
		fputs(line.n ? "    " : "", out);
		term_text(out, str_rtrim(line));
		fputc('\n', out);
	}
}

static void counts(FILE *out, const struct report *r)
{
	char buf[WORDS_MAX];

	fputs("case     ", out);
	term_text(out, case_name(r));
	if (r->n_bundles > 1)
		fprintf(out, " and %zu more", r->n_bundles - 1);
	fprintf(out, "  %zu source%s, %s records", r->n_sources, r->n_sources == 1 ? "" : "s", words_count(r->records, buf));
	if (r->unparsed)
		fprintf(out, ", %s lines not read", words_count(r->unparsed, buf));
	fprintf(out, "\n         %s\n", words_span(r->from, r->to, buf));
	fprintf(out, "rules    %zu, %zu could not be decided, %zu lack a source\n", r->n_rules, r->n_undecidable_rules, r->n_untested);
	for (size_t i = 0; i < r->n_bundles; i++) {
		if (r->bundles[i].damage.n == 0)
			continue;
		fputs("! ", out);
		term_text(out, r->bundles[i].name);
		fputs(": ", out);
		term_text(out, r->bundles[i].damage);
		fputc('\n', out);
	}
}

static void verdict_line(FILE *out, const struct report *r, const struct report_finding *f)
{
	const struct severity_look *look = severity_look(f->severity);
	char buf[WORDS_MAX];

	fputc('\n', out);
	color(out, r, look->ansi);
	fprintf(out, "%s ", look->ascii);
	for (size_t i = 0; i < f->severity.n; i++) {
		char c = f->severity.p[i];

		/* A word of ours, but the case may come from elsewhere. */
		term_text(out, (struct str){ (const char[]){ (char)(c >= 'a' && c <= 'z' ? c - 32 : c) }, 1 });
	}
	color(out, r, NULL);
	fputs("  ", out);
	color(out, r, "1");
	term_text(out, f->rule);
	color(out, r, NULL);
	fputs("  ", out);
	term_text(out, f->word);
	fprintf(out, " (%d)  %s  ", f->points, words_span(f->start, f->end, buf));
	term_text(out, f->entity.n ? f->entity : f->host);
	fputs("  ", out);
	color(out, r, "2");
	term_text(out, f->id);
	color(out, r, NULL);
	fputs("\n    ", out);
	term_text(out, f->title);
	fputc('\n', out);
	if (f->cause.n) {
		fputs("    likely cause: ", out);
		term_text(out, f->cause_title.n ? f->cause_title : f->cause);
		fputc('\n', out);
	} else if (f->n_causes) {
		fputs("    cause not determined:", out);
		for (size_t i = 0; i < f->n_causes && i < 3; i++) {
			fputs(i ? ", " : " ", out);
			term_text(out, f->causes[i].id);
			fprintf(out, " (%d)", f->causes[i].points);
		}
		fputc('\n', out);
	}
}

static void line(FILE *out, const struct report *r, const char *when, struct str text, struct str file, uint32_t number, size_t times)
{
	fprintf(out, "    %-9s ", when);
	term_column(out, text, TEXT_COLUMNS, true);
	fputs("  ", out);
	place(out, r, file, number);
	if (times > 1)
		fprintf(out, " (%zu times)", times);
	fputc('\n', out);
}

static void chain(FILE *out, const struct report *r, const struct report_incident *in)
{
	char buf[WORDS_MAX];

	for (size_t i = 0; i < in->n_chain; i++) {
		const struct report_entry *e = in->chain[i].first;
		ts_usec before = i ? in->chain[i - 1].first->t : TS_NONE;
		const char *when;

		if (before != TS_NONE && e->t != TS_NONE)
			when = words_after(e->t - before, buf);
		else if (e->t != TS_NONE && in->start != TS_NONE && !same_day(e->t, in->start))
			when = words_after(e->t - in->start, buf); /* a date would not fit */
		else
			when = words_clock(e->t, buf);
		line(out, r, when, words_headline(e->text), e->file, e->line, in->chain[i].times);
	}
	if (in->chain_left_out) {
		fprintf(out, "    %zu more steps: forensics timeline --incident ", in->chain_left_out);
		term_text(out, in->id);
		fputc('\n', out);
	}
}

/* Without an incident: the records that counted. */
static void seen(FILE *out, const struct report *r, const struct report_finding *f)
{
	size_t shown = 0;
	char buf[WORDS_MAX];

	for (size_t i = 0; i < f->n_items && shown < LIMIT_REPORT_CHAIN; i++) {
		const struct report_evidence *e = f->items[i].evidence;

		if (f->items[i].cause.n || f->items[i].n_evidence == 0)
			continue;
		line(out, r, words_clock(e->t, buf), words_headline(e->text), e->file, e->line, f->items[i].n_evidence);
		shown++;
	}
}

static bool asked_before(const struct report_finding *f, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (str_eq(f->items[k].signal, f->items[i].signal) && str_eq(f->items[k].state, f->items[i].state))
			return true;
	return false;
}

/* What to collect for them stands at the end, once for all findings. */
static void unknowns(FILE *out, const struct report_finding *f)
{
	bool any = false;

	for (size_t i = 0; i < f->n_items; i++) {
		if (!str_eq(f->items[i].state, STR("unknown")) || asked_before(f, i))
			continue;
		fputs(any ? ", " : "  not known: ", out);
		term_text(out, f->items[i].signal);
		any = true;
	}
	if (any)
		fputc('\n', out);
}

static void finding(FILE *out, const struct report *r, const struct report_finding *f)
{
	verdict_line(out, r, f);
	paragraph(out, f->narrative);
	if (f->incident && f->incident->n_chain && str_eq(f->incident->root, f->id))
		chain(out, r, f->incident);
	else
		seen(out, r, f);
	unknowns(out, f);
	if (f->n_advice) {
		fputs("  do now:\n", out);
		advice(out, f->advice[0]);
	}
	for (size_t i = 0; i < f->n_explains; i++) {
		const struct report_finding *child = finding_by_id(r, f->explains[i]);

		fputs("  explains ", out);
		term_text(out, child ? child->rule : f->explains[i]);
		if (child) {
			fputs(" (", out);
			term_text(out, child->entity);
			fputc(')', out);
		}
		fputc('\n', out);
	}
}

static void near_misses(FILE *out, const struct report *r)
{
	for (size_t i = 0; i < r->n_near_misses && i < 5; i++) {
		const struct report_near_miss *m = &r->near_misses[i];

		fputs("near miss  ", out);
		term_text(out, m->rule);
		fprintf(out, " (%d)", m->points);
		for (size_t k = 0; k < m->n_missing; k++) {
			fputs(k ? ", " : ": no ", out);
			term_text(out, m->missing[k]);
		}
		fputc('\n', out);
	}
	if (r->n_near_misses > 5)
		fprintf(out, "           and %zu more\n", r->n_near_misses - 5);
}

static void open_questions(FILE *out, const struct report *r)
{
	if (r->n_collect == 0)
		return;
	fputs("collect next:\n", out);
	for (size_t i = 0; i < r->n_collect && i < 5; i++) {
		fputs("    ", out);
		term_text(out, r->collect[i].command);
		fputc('\n', out);
	}
	if (r->n_collect > 5)
		fprintf(out, "    and %zu more\n", r->n_collect - 5);
}

void text_verdicts(const struct report *r, FILE *out, size_t at_most)
{
	size_t shown = 0, n = count_unexplained(r);

	for (size_t i = 0; i < r->n_findings && shown < at_most; i++) {
		if (r->findings[i].explained_by.n && i)
			continue;
		finding(out, r, &r->findings[i]);
		shown++;
	}
	if (n > shown)
		fprintf(out, "\n%zu more findings: forensics findings -d CASE.db\n", n - shown);
	if (r->n_findings == 0)
		fputs("\nNo known failure was found.  That is not an all-clear: see what could not be decided.\n", out);
	fputc('\n', out);
	near_misses(out, r);
	open_questions(out, r);
}

enum status render_text(const struct report *r, FILE *out, struct error *err)
{
	counts(out, r);
	text_verdicts(r, out, SHOWN);
	return written(out, err);
}

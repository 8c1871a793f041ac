/* The verdict as a message for Slack (mrkdwn) or a comment for Jira (wiki markup): what an on-call
 * channel needs, within what one message may hold. */
#include <stdlib.h>

#include "report/escape.h"
#include "report/pieces.h"
#include "report/report.h"
#include "report/words.h"
#include "report/writers.h"

struct dialect {
	const char *bold[2], *block[2], *bullet, *heading[2];
	void (*text)(FILE *out, struct str s);
	void (*raw)(FILE *out, struct str s); /* between the marks of a block: commands of a rule, never text of the case */
	size_t max; /* bytes of one message */
};

static void as_it_is(FILE *out, struct str s)
{
	fwrite(s.p ? s.p : "", 1, s.n, out);
}

/* In a block only the three entities mean something to Slack. */
static void slack_raw(FILE *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '&')
			fputs("&amp;", out);
		else if (s.p[i] == '<')
			fputs("&lt;", out);
		else if (s.p[i] == '>')
			fputs("&gt;", out);
		else
			fputc(s.p[i], out);
	}
}

static void block(FILE *out, const struct dialect *d, struct str s)
{
	fprintf(out, "%s\n", d->block[0]);
	d->raw(out, str_rtrim(s));
	fprintf(out, "\n%s\n", d->block[1]);
}

/* Advice is Markdown: its fences become blocks, the rest is text. */
static void advice(FILE *out, const struct dialect *d, struct str markdown)
{
	struct str rest = markdown, line, code = STR_NONE;
	bool fenced = false, first = true;

	while (str_cut(&rest, '\n', &line)) {
		bool fence = str_starts(str_trim(line), STR("```"));

		if (fence && fenced)
			block(out, d, (struct str){ code.p, (size_t)(line.p - code.p) });
		if (fence)
			fenced = !fenced;
		if (fence)
			code = rest;
		if (fence || fenced || str_trim(line).n == 0)
			continue;
		fputs(first ? d->bullet : "", out);
		d->text(out, str_trim(line));
		fputc('\n', out);
		first = false;
	}
}

static void label(FILE *out, const struct dialect *d, const char *text)
{
	fprintf(out, "%s%s:%s ", d->bold[0], text, d->bold[1]);
}

static void head(FILE *out, const struct dialect *d, const struct report_finding *f)
{
	char buf[WORDS_MAX];

	fprintf(out, "%s%s ", d->heading[0], severity_look(f->severity)->glyph);
	d->text(out, f->title);
	fprintf(out, "%s\n", d->heading[1]);
	if (f->cause.n) {
		label(out, d, "Likely cause");
		d->text(out, f->cause_title.n ? f->cause_title : f->cause);
		fputc('\n', out);
	}
	label(out, d, "What");
	d->text(out, f->entity_kind);
	fputc(' ', out);
	d->text(out, f->entity);
	if (f->host.n && !str_eq(f->host, f->entity)) {
		fputs(" on ", out);
		d->text(out, f->host);
	}
	fputc('\n', out);
	label(out, d, "When");
	fprintf(out, "%s\n", words_span(f->start, f->end, buf));
	label(out, d, "How sure");
	d->text(out, f->word);
	fprintf(out, ", %d points (", f->points);
	d->text(out, f->rule);
	fputs(")\n", out);
}

static void chain(FILE *out, const struct dialect *d, const struct report_incident *in)
{
	char buf[WORDS_MAX];

	for (size_t i = 0; i < in->n_chain; i++) {
		const struct report_entry *e = in->chain[i].first;

		fprintf(out, "%s%s ", d->bullet, words_moment(e->t, in->start, buf));
		d->text(out, e->role);
		fputs(": ", out);
		d->text(out, words_headline(e->text));
		if (e->file.n) {
			fputs(" (", out);
			d->text(out, e->file);
			fprintf(out, ":%u)", e->line);
		}
		fputc('\n', out);
	}
}

static void finding(struct pieces *p, const struct dialect *d, const struct report_finding *f)
{
	head(pieces_next(p), d, f);
	pieces_put(p);
	d->text(pieces_next(p), f->narrative);
	fputs("\n", p->f);
	pieces_put(p);
	if (f->incident && str_eq(f->incident->root, f->id)) {
		chain(pieces_next(p), d, f->incident);
		pieces_put(p);
	}
	for (size_t i = 0; i < f->n_advice; i++) {
		advice(pieces_next(p), d, f->advice[i]);
		pieces_put(p);
	}
}

static enum status render(const struct report *r, const struct dialect *d, FILE *out, struct error *err)
{
	struct pieces p;

	pieces_start(&p, out, r->max_bytes ? r->max_bytes : d->max);
	if (r->n_findings == 0) {
		fprintf(pieces_next(&p), "%sNo known failure was found%s\nOf %zu rules none matched; %zu could not be decided, %zu had nothing to read.\n",
			d->heading[0], d->heading[1], r->n_rules, r->n_undecidable_rules, r->n_untested);
		pieces_put(&p);
	}
	for (size_t i = 0; i < r->n_findings; i++)
		if (r->findings[i].explained_by.n == 0)
			finding(&p, d, &r->findings[i]);
	pieces_end(&p, "(%zu more parts do not fit into one message)\n");
	return written(out, err);
}

enum status render_slack(const struct report *r, FILE *out, struct error *err)
{
	/* docs.slack.dev: text of a message is cut at 40,000 characters. */
	static const struct dialect slack = { { "*", "*" }, { "```", "```" }, "\u2022 ", { "*", "*" }, slack_text, slack_raw, 39000 };

	return render(r, &slack, out, err);
}

enum status render_jira(const struct report *r, FILE *out, struct error *err)
{
	/* jira.text.field.character.limit is 32,767 by default. */
	static const struct dialect jira = { { "*", "*" }, { "{code}", "{code}" }, "* ", { "h2. ", "" }, jira_text, as_it_is, 32000 };

	return render(r, &jira, out, err);
}

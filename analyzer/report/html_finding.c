/* A finding with its ledger: each thing the rule asked, what was found, what it counted. */
#include "base/limits.h"
#include "report/escape.h"
#include "report/html_priv.h"
#include "report/markup.h"
#include "report/words.h"

#define SHOWN_AT_ONCE 3 /* records of one item */

static const char *state_glyph(struct str state)
{
	static const struct { struct str state; const char *glyph; } glyphs[] = {
		{ { "seen", 4 }, "\u25cf" }, { { "possible", 8 }, "\u25d0" }, { { "absent", 6 }, "\u25cb" },
	};

	for (size_t i = 0; i < sizeof(glyphs) / sizeof(glyphs[0]); i++)
		if (str_eq(state, glyphs[i].state))
			return glyphs[i].glyph;
	return "?";
}

static void context(struct page *p, const struct report_evidence *e)
{
	if (e->n_context < 2)
		return;
	put(p, "<details class=\"context\"><summary>lines around it</summary><ol>\n");
	for (size_t i = 0; i < e->n_context; i++) {
		const struct report_context *c = &e->context[i];

		put(p, "<li");
		put_anchor(p, c->event, AT_CONTEXT);
		fprintf(p->out, "%s><span class=\"number\">%u</span> <code>", c->event == e->event ? " class=\"self\"" : "", c->line);
		put_text(p, c->text);
		put(p, "</code></li>\n");
	}
	put(p, "</ol></details>");
}

static void record(struct page *p, const struct report_evidence *e)
{
	char buf[WORDS_MAX];

	put(p, "<div class=\"record\"");
	put_anchor(p, e->event, AT_EVIDENCE);
	put(p, "><p class=\"when\">");
	put_time(p, e->t);
	if (e->end != TS_NONE && e->end > e->t)
		fprintf(p->out, " for %s", words_length(e->t, e->end, buf));
	put(p, " ");
	put_place(p, e->event, e->file, e->line);
	if (e->series.n) {
		put(p, " <code>");
		put_text(p, e->series);
		put(p, "</code>");
	}
	put(p, "</p><p class=\"log\">");
	put_text(p, e->text);
	put(p, "</p>");
	context(p, e);
	put(p, "</div>\n");
}

/* The first few at once, the rest on demand. */
static void records(struct page *p, const struct report_item *it)
{
	size_t n = it->n_evidence < LIMIT_REPORT_EVIDENCE ? it->n_evidence : LIMIT_REPORT_EVIDENCE;
	bool folded = n > SHOWN_AT_ONCE + 1;

	for (size_t i = 0; i < n; i++) {
		if (folded && i == SHOWN_AT_ONCE)
			fprintf(p->out, "<details><summary>%zu more</summary>\n", it->n_evidence - i);
		record(p, &it->evidence[i]);
	}
	put_more(p, it->n_evidence, n, "records are");
	if (folded)
		put(p, "</details>\n");
}

static void item(struct page *p, const struct report_item *it)
{
	char buf[WORDS_MAX];

	put(p, "<tr class=\"is-");
	html_attr(p->out, it->state);
	put(p, "\"><td data-label=\"Points\" class=\"points\">");
	put(p, words_points(it->points, buf));
	put(p, "</td><td data-label=\"Asked\"><code>");
	put_text(p, it->signal);
	put(p, "</code> <small>");
	put_text(p, it->role);
	if (it->why.n) {
		put(p, ": ");
		put_text(p, it->why);
	}
	fprintf(p->out, "</small></td><td data-label=\"State\"><span class=\"state\"><span aria-hidden=\"true\">%s</span> ", state_glyph(it->state));
	put_text(p, it->state);
	put(p, "</span></td><td data-label=\"Found\" class=\"found\">");
	records(p, it);
	if (it->n_evidence == 0 && str_eq(it->state, STR("absent"))) {
		put(p, it->source.n ? "<p>not there, although " : "<p>does not hold");
		put_text(p, it->source);
		put(p, it->source.n ? " covers the time</p>" : "</p>");
	} else if (it->n_evidence == 0 && str_eq(it->state, STR("unknown"))) {
		put(p, "<p>cannot be told");
		if (it->source.n) {
			put(p, ": no ");
			put_text(p, it->source);
			put(p, " for that time");
		}
		put(p, "</p>");
	}
	if (it->collect.n && str_eq(it->state, STR("unknown"))) {
		put(p, "<p>collect: <code class=\"command\">");
		put_text(p, it->collect);
		put(p, "</code></p>");
	}
	put(p, "</td></tr>\n");
}

static void ledger(struct page *p, const struct report_finding *f, struct str cause)
{
	put(p, "<table class=\"rows ledger\"><thead><tr><th>Points</th><th>Asked</th><th>State</th><th>Found</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < f->n_items; i++)
		if (str_eq(f->items[i].cause, cause))
			item(p, &f->items[i]);
	put(p, "</tbody></table>\n");
}

static bool has_items(const struct report_finding *f, struct str cause)
{
	for (size_t i = 0; i < f->n_items; i++)
		if (str_eq(f->items[i].cause, cause))
			return true;
	return false;
}

static void causes(struct page *p, const struct report_finding *f)
{
	if (f->n_causes == 0)
		return;
	put(p, "<h4>Causes, each weighed alone</h4>\n");
	for (size_t i = 0; i < f->n_causes; i++) {
		const struct report_cause *c = &f->causes[i];

		fprintf(p->out, "<details class=\"alternative\"%s><summary>", c->chosen ? " open" : "");
		fprintf(p->out, "<b class=\"points\">%d</b> ", c->points);
		put_text(p, cause_name(c));
		put(p, c->chosen ? " <span class=\"chosen\">taken</span></summary>\n" : "</summary>\n");
		if (has_items(f, c->id))
			ledger(p, f, c->id);
		else
			put(p, "<p class=\"note\">nothing speaks for or against it</p>\n");
		put(p, "</details>\n");
	}
}

static void facts(const struct page *p, const struct report_finding *f)
{
	char buf[WORDS_MAX];

	put(p, "<p class=\"facts\">");
	put_severity(p, f->severity);
	put(p, " <b>");
	put_text(p, f->word);
	fprintf(p->out, "</b> (%d) \u00b7 ", f->points);
	put_text(p, f->entity_kind);
	put(p, " <code>");
	put_text(p, f->entity);
	put(p, "</code>");
	if (f->host.n && !str_eq(f->host, f->entity)) {
		put(p, " on ");
		put_text(p, f->host);
	}
	fprintf(p->out, " \u00b7 %s, ", words_span(f->start, f->end, buf));
	fprintf(p->out, "%s", words_error(f->uncertainty_us, buf));
	if (f->anchors > 1)
		fprintf(p->out, " \u00b7 %s times", words_count(f->anchors, buf));
	put(p, " \u00b7 rule <code>");
	put_text(p, f->rule);
	fprintf(p->out, "</code> version %d \u00b7 <code>", f->rule_version);
	put_text(p, f->id);
	put(p, "</code></p>\n");
	if (f->explained_by.n) {
		put(p, "<p class=\"facts\">Follows from ");
		put_finding_link(p, f->explained_by);
		put(p, "</p>\n");
	}
	if (f->n_explains) {
		put(p, "<p class=\"facts\">Also explains ");
		for (size_t i = 0; i < f->n_explains; i++) {
			put(p, i ? ", " : "");
			put_finding_link(p, f->explains[i]);
		}
		put(p, "</p>\n");
	}
}

static void steps(const struct page *p, const char *tag, const struct str *v, size_t n)
{
	fprintf(p->out, "<%s class=\"steps\">\n", tag);
	for (size_t i = 0; i < n; i++) {
		put(p, "<li>");
		markup_html(p->out, v[i], MARKUP_ADVICE);
		put(p, "</li>\n");
	}
	fprintf(p->out, "</%s>\n", tag);
}

static void advice(const struct page *p, const struct report_finding *f)
{
	if (f->n_advice + f->n_prevent == 0)
		return;
	put(p, "<details class=\"advice\"><summary>Resolution and prevention</summary>\n");
	if (f->n_advice)
		steps(p, "ol", f->advice, f->n_advice);
	if (f->n_prevent) {
		put(p, "<h4>Prevention</h4>\n");
		steps(p, "ul", f->prevent, f->n_prevent);
	}
	put(p, "</details>\n");
}

static void finding(struct page *p, const struct report_finding *f)
{
	put(p, "<article class=\"finding\" id=\"");
	html_attr(p->out, f->id);
	put(p, "\">\n<h3>");
	put_text(p, f->title);
	put(p, "</h3>\n");
	facts(p, f);
	if (f != p->verdict) {
		put_cause(p, f);
		markup_html(p->out, f->narrative, MARKUP_NARRATIVE);
	}
	if (has_items(f, STR("")))
		ledger(p, f, STR(""));
	else
		put(p, "<p class=\"note\">The case keeps no ledger for this finding.</p>\n");
	causes(p, f);
	if (f != p->verdict)
		advice(p, f);
	put(p, "</article>\n");
}

void html_evidence(struct page *p)
{
	const struct report *r = p->r;

	if (r->n_findings == 0)
		return;
	put(p, "<section aria-labelledby=\"evidence\">\n<h2 id=\"evidence\">Evidence</h2>\n"
	       "<p class=\"note\">Points are decibans: 3 more double the odds, 10 more make them ten times as high. "
	       "13 and more is very likely, 6 likely, 0 possible.</p>\n");
	for (size_t i = 0; i < r->n_findings && i < LIMIT_REPORT_DETAIL; i++)
		finding(p, &r->findings[i]);
	put_more(p, r->n_findings, LIMIT_REPORT_DETAIL, "findings are in the table below, their evidence");
	put(p, "</section>\n");
}

void html_fix(struct page *p)
{
	const struct report_finding *f = p->verdict;

	if (!f)
		return;
	put(p, "<section aria-labelledby=\"fix\">\n<h2 id=\"fix\">Resolution</h2>\n");
	if (f->n_advice)
		steps(p, "ol", f->advice, f->n_advice);
	else
		put(p, "<p class=\"note\">The rule gives no advice.</p>\n");
	put(p, "<h2 id=\"prevent\">Prevention</h2>\n");
	if (f->n_prevent)
		steps(p, "ul", f->prevent, f->n_prevent);
	else
		put(p, "<p class=\"note\">The rule gives none.</p>\n");
	put(p, "</section>\n");
}

/* The first screen: what broke, when, why, how sure, what to do now. */
#include "base/buf.h"
#include "base/limits.h"
#include "report/escape.h"
#include "report/html_priv.h"
#include "report/markup.h"
#include "report/words.h"

#define ALSO_SHOWN 6
#define SUM_SHOWN 6

/* "19 = 8 for the anchor + 6 late_step - 5 job_start" */
static void arithmetic(const struct page *p, const struct report_finding *f)
{
	int base = finding_base(f);
	size_t shown = 0, left = 0;

	fprintf(p->out, "%d point%s = %d for ", f->points, f->points == 1 || f->points == -1 ? "" : "s", base);
	put(p, "what happened itself");
	for (size_t i = 0; i < f->n_items; i++) {
		const struct report_item *it = &f->items[i];

		if (it->cause.n || it->points == 0)
			continue;
		if (shown++ >= SUM_SHOWN) {
			left++;
			continue;
		}
		fprintf(p->out, " %s %d <code>", it->points < 0 ? "\u2212" : "+", it->points < 0 ? -it->points : it->points);
		put_text(p, it->signal);
		put(p, "</code>");
	}
	if (left)
		fprintf(p->out, " and %zu more", left);
}

static void sure(const struct page *p, const struct report_finding *f)
{
	put(p, "<div><dt>How sure</dt><dd><b>");
	put_text(p, f->word);
	put(p, "</b><small>");
	arithmetic(p, f);
	put(p, "</small></dd></div>\n");
}

static void when(const struct page *p, const struct report_finding *f)
{
	const struct report_incident *in = p->incident;
	ts_usec from = in ? in->start : f->start, to = in ? in->end : f->end;
	char buf[WORDS_MAX];

	put(p, "<div><dt>When</dt><dd><b>");
	put(p, words_span(from, to, buf));
	fprintf(p->out, "</b><small>%s", words_length(from, to, buf));
	fprintf(p->out, ", %s", words_error(f->uncertainty_us, buf));
	if (in && in->recovered != TS_NONE)
		fprintf(p->out, "; recovered %s UTC", words_moment(in->recovered, in->start, buf));
	else if (in)
		put(p, "; no recovery seen");
	put(p, "</small></dd></div>\n");
}

static void affected(const struct page *p, const struct report_finding *f)
{
	struct buf words;

	buf_init(&words, 4096);
	words_affected(&words, f);
	put(p, "<div><dt>Blast radius</dt><dd><b>");
	put_text(p, buf_str(&words));
	put(p, "</b><small>");
	put_text(p, f->entity_kind);
	put(p, " <code>");
	put_text(p, f->entity);
	put(p, "</code>");
	if (f->host.n && !str_eq(f->host, f->entity)) {
		put(p, " on ");
		put_text(p, f->host);
	}
	put(p, "</small></dd></div>\n");
	buf_done(&words);
}

static void runner_up(const struct page *p, const struct report_finding *f)
{
	const struct report_cause *c = finding_runner_up(f);

	put(p, "<div><dt>Runner-up cause</dt><dd><b>");
	if (!c) {
		put(p, "none</b><small>the rule knows no other cause</small></dd></div>\n");
		return;
	}
	if (f->cause.n == 0) {
		fprintf(p->out, "%zu candidates</b><small>none leads by enough: see the evidence</small></dd></div>\n", f->n_causes);
		return;
	}
	put_text(p, cause_name(c));
	fprintf(p->out, "</b><small>%d point%s against %d</small></dd></div>\n", c->points, c->points == 1 ? "" : "s", f->cause_points);
}

/* The other things that went wrong by themselves. */
static void also(const struct page *p)
{
	const struct report *r = p->r;
	size_t n = count_unexplained(r), shown = 0;

	if (n < 2)
		return;
	put(p, "<div class=\"also\"><h2>Also found</h2><ul>\n");
	for (size_t i = 1; i < r->n_findings && shown < ALSO_SHOWN; i++) {
		const struct report_finding *f = &r->findings[i];

		if (f->explained_by.n)
			continue;
		shown++;
		put(p, "<li>");
		put_severity(p, f->severity);
		put(p, " ");
		put_finding_link(p, f->id);
		put(p, " <span class=\"dim\">");
		put_text(p, f->word);
		put(p, ", ");
		put_text(p, f->entity.n ? f->entity : f->host);
		put(p, "</span></li>\n");
	}
	if (n - 1 > shown)
		fprintf(p->out, "<li><a href=\"#findings\">%zu more</a></li>\n", n - 1 - shown);
	put(p, "</ul></div>\n");
}

static void now(const struct page *p, const struct report_finding *f)
{
	size_t more = f->n_advice ? f->n_advice - 1 : 0;

	put(p, "<section class=\"now\" aria-labelledby=\"now\">\n<h2 id=\"now\">What to do now</h2>\n");
	if (f->n_advice == 0) {
		put(p, "<p>The rule gives no advice for this. Start from the evidence below.</p>\n</section>\n");
		return;
	}
	markup_html(p->out, f->advice[0], MARKUP_ADVICE);
	put(p, "<p class=\"more\"><a href=\"#fix\">");
	if (more)
		fprintf(p->out, "%zu more step%s and how", more, more == 1 ? "" : "s");
	else
		put(p, "How");
	put(p, " to keep it from coming back \u2193</a></p>\n</section>\n");
}

void html_verdict(struct page *p)
{
	const struct report_finding *f = p->verdict;

	put(p, "<div class=\"first\">\n");
	fprintf(p->out, "<section id=\"verdict\" class=\"verdict %s\" aria-labelledby=\"title\" tabindex=\"-1\">\n<p class=\"kicker\">",
		severity_look(f->severity)->word);
	put_severity(p, f->severity);
	put(p, " ");
	put_text(p, f->entity_kind);
	put(p, " ");
	put_text(p, f->entity);
	if (f->host.n && !str_eq(f->host, f->entity)) {
		put(p, " on ");
		put_text(p, f->host);
	}
	put(p, "</p>\n<h1 id=\"title\">");
	put_text(p, f->title);
	put(p, "</h1>\n");
	put_cause(p, f);
	put(p, "<div class=\"says\">");
	markup_html(p->out, f->narrative, MARKUP_NARRATIVE);
	put(p, "</div>\n<dl class=\"numbers\">\n");
	sure(p, f);
	when(p, f);
	affected(p, f);
	runner_up(p, f);
	put(p, "</dl>\n");
	also(p);
	put(p, "</section>\n");
	now(p, f);
	put(p, "</div>\n");
}

void html_nothing(struct page *p)
{
	const struct report *r = p->r;
	char buf[WORDS_MAX];

	put(p, "<section id=\"verdict\" class=\"verdict info\" aria-labelledby=\"title\" tabindex=\"-1\">\n"
	       "<h1 id=\"title\">No known failure was found</h1>\n<div class=\"says\"><p>");
	put_count(p, r->records);
	fprintf(p->out, " records from %zu source%s were read (%s)", r->n_sources, r->n_sources == 1 ? "" : "s", words_span(r->from, r->to, buf));
	if (r->unparsed) {
		put(p, ", ");
		put_count(p, r->unparsed);
		put(p, " lines could not be read");
	}
	fprintf(p->out, ". Of %zu rules none matched.</p>\n", r->n_rules);
	put(p, "<p>That is not an all-clear: ");
	fprintf(p->out, "%zu of them could not be decided", r->n_undecidable_rules);
	if (r->n_untested)
		fprintf(p->out, ", %zu had nothing to read", r->n_untested);
	put(p, ". ");
	if (r->unlikely_left_out)
		fprintf(p->out, "%zu unlikely finding%s held back (<code>--all</code>). ", r->unlikely_left_out,
			r->unlikely_left_out == 1 ? " is" : "s are");
	put(p, "<a href=\"#open\">What was missing, and how to collect it \u2193</a></p></div>\n</section>\n");
}

/* ---- the causal chain ---- */

static void step(struct page *p, const struct report_step *s, const struct report_step *before)
{
	const struct report_entry *e = s->first;
	char buf[WORDS_MAX];

	put(p, "<li class=\"role-");
	html_attr(p->out, e->role);
	put(p, "\"><p class=\"when\">");
	if (before && before->first->t != TS_NONE && e->t != TS_NONE)
		fprintf(p->out, "<b>%s</b>", words_after(e->t - before->first->t, buf));
	else
		put_time(p, e->t);
	put(p, " ");
	put_text(p, e->role);
	if (s->times > 1)
		fprintf(p->out, " <b>\u00d7%zu</b>", s->times);
	put(p, "</p><p class=\"line\">");
	put_text(p, words_headline(e->text));
	put(p, "</p><p>");
	put_short_place(p, e->event, e->file, e->line);
	put(p, "</p></li>\n");
}

void html_chain(struct page *p)
{
	const struct report_incident *in = p->incident;

	if (!in || in->n_chain == 0)
		return;
	put(p, "<section aria-labelledby=\"chain\">\n<h2 id=\"chain\">How it came about</h2>\n<ol class=\"chain\">\n");
	for (size_t i = 0; i < in->n_chain; i++)
		step(p, &in->chain[i], i ? &in->chain[i - 1] : NULL);
	put(p, "</ol>\n");
	if (in->chain_left_out)
		fprintf(p->out, "<p class=\"note\">%zu more step%s: <a href=\"#sequence\">the whole sequence</a></p>\n", in->chain_left_out,
			in->chain_left_out == 1 ? "" : "s");
	put(p, "</section>\n");
}

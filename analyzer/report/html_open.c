/* What could not be decided, what came close, and what to collect. */
#include "base/limits.h"
#include "report/html_priv.h"
#include "report/words.h"

static void collect(const struct page *p)
{
	const struct report *r = p->r;

	if (r->n_collect == 0)
		return;
	put(p, "<h3>Collect next</h3>\n<ol class=\"collect\">\n");
	for (size_t i = 0; i < r->n_collect && i < LIMIT_REPORT_EVIDENCE; i++) {
		put(p, "<li><code class=\"command\">");
		put_text(p, r->collect[i].command);
		fprintf(p->out, "</code> <span class=\"dim\">answers %zu question%s", r->collect[i].answers, r->collect[i].answers == 1 ? "" : "s");
		if (r->collect[i].source.n) {
			put(p, " (");
			put_text(p, r->collect[i].source);
			put(p, ")");
		}
		put(p, "</span></li>\n");
	}
	put(p, "</ol>\n");
	put_more(p, r->n_collect, LIMIT_REPORT_EVIDENCE, "commands are");
}

static void undecidable(const struct page *p)
{
	const struct report *r = p->r;

	if (r->n_pressing == 0)
		return;
	put(p, "<h3>Rules that could not be decided</h3>\n"
	       "<table class=\"rows\"><thead><tr><th>Rule</th><th>About</th><th>Missing</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < r->n_pressing && i < LIMIT_REPORT_ROWS; i++) {
		const struct report_undecidable *u = &r->undecidable[i];

		put(p, "<tr><td data-label=\"Rule\">");
		put_text(p, u->title.n ? u->title : u->rule);
		put(p, " <small><code>");
		put_text(p, u->rule);
		put(p, "</code></small></td>");
		put_cell(p, "About", u->entity);
		put(p, "<td data-label=\"Missing\">");
		for (size_t k = 0; k < u->n_missing; k++) {
			put(p, k ? ", <code>" : "<code>");
			put_text(p, u->missing[k].signal);
			put(p, "</code>");
			if (u->missing[k].source.n) {
				put(p, " from ");
				put_text(p, u->missing[k].source);
			}
		}
		put(p, "</td></tr>\n");
	}
	put(p, "</tbody></table>\n");
	put_more(p, r->n_pressing, LIMIT_REPORT_ROWS, "are");
}

static void untested(const struct page *p)
{
	const struct report *r = p->r;

	if (r->n_undecidable > r->n_pressing)
		fprintf(p->out, "<p class=\"note\">%zu more rules found nothing of what they read; <code>forensics coverage</code> lists what this case "
			"has.</p>\n", r->n_undecidable - r->n_pressing);
	if (r->n_untested == 0)
		return;
	put(p, "<h3>Rules with none of their sources in this case</h3>\n"
	       "<table class=\"rows\"><thead><tr><th>Rule</th><th>Reads</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < r->n_untested && i < LIMIT_REPORT_ROWS; i++) {
		put(p, "<tr><td data-label=\"Rule\">");
		put_text(p, r->untested[i].title);
		put(p, " <small><code>");
		put_text(p, r->untested[i].rule);
		put(p, "</code></small></td>");
		put_cell(p, "Reads", r->untested[i].needs);
		put(p, "</tr>\n");
	}
	put(p, "</tbody></table>\n");
	put_more(p, r->n_untested, LIMIT_REPORT_ROWS, "are");
}

void html_open(struct page *p)
{
	const struct report *r = p->r;

	put(p, "<section aria-labelledby=\"open\">\n<h2 id=\"open\">What could not be decided</h2>\n");
	if (r->n_collect + r->n_undecidable + r->n_untested == 0)
		put(p, "<p class=\"note\">Nothing: every rule had what it needs.</p>\n");
	collect(p);
	undecidable(p);
	untested(p);
	put(p, "</section>\n");
}

void html_near_misses(struct page *p)
{
	const struct report *r = p->r;
	char buf[WORDS_MAX];

	if (r->n_near_misses == 0)
		return;
	put(p, "<section aria-labelledby=\"near\">\n<h2 id=\"near\">Near misses</h2>\n"
	       "<p class=\"note\">Rules whose trigger was seen but which did not come true.</p>\n"
	       "<table class=\"rows\"><thead><tr><th>Points</th><th>Rule</th><th>About</th><th>What was missing</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < r->n_near_misses && i < LIMIT_REPORT_ROWS; i++) {
		const struct report_near_miss *m = &r->near_misses[i];

		put(p, "<tr><td data-label=\"Points\" class=\"points\">");
		put(p, words_points(m->points, buf));
		put(p, "</td><td data-label=\"Rule\">");
		put_text(p, m->title.n ? m->title : m->rule);
		put(p, " <small><code>");
		put_text(p, m->rule);
		put(p, "</code></small></td>");
		put_cell(p, "About", m->entity);
		put(p, "<td data-label=\"What was missing\">");
		for (size_t k = 0; k < m->n_missing; k++) {
			put(p, k ? ", <code>" : "<code>");
			put_text(p, m->missing[k]);
			put(p, "</code>");
		}
		put(p, "</td></tr>\n");
	}
	put(p, "</tbody></table>\n");
	put_more(p, r->n_near_misses, LIMIT_REPORT_ROWS, "are");
	put(p, "</section>\n");
}

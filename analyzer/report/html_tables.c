/* The lists a reader comes back to: coverage, findings, inputs, provenance. */
#include <stdlib.h>

#include "base/limits.h"
#include "report/escape.h"
#include "report/html_priv.h"
#include "report/live.h"
#include "report/words.h"
#include "report/writers.h"

static void unparsed(const struct page *p, const struct report_coverage *c)
{
	put(p, "<td data-label=\"Not read\">");
	put_count(p, c->unparsed);
	if (c->unparsed && c->records + c->unparsed)
		fprintf(p->out, " <small>%.1f %%</small>", 100 * (double)c->unparsed / (double)(c->records + c->unparsed));
	put(p, "</td>");
}

static void gaps(const struct page *p, const struct report_coverage *c)
{
	char buf[WORDS_MAX];

	put(p, "<td data-label=\"Gaps\">");
	for (size_t i = 0; i < c->n_gaps && i < 3; i++) {
		put_time(p, c->gaps[i].from);
		fprintf(p->out, " for %s<br>", words_length(c->gaps[i].from, c->gaps[i].to, buf));
	}
	if (c->n_gaps > 3)
		fprintf(p->out, "%zu more", c->n_gaps - 3);
	put(p, "</td>");
}

static void covered(const struct page *p, const struct report_coverage *c)
{
	char buf[WORDS_MAX];

	put(p, "<tr>");
	put_cell(p, "Source", c->source);
	put_cell(p, "Host", c->host);
	put(p, "<td data-label=\"File\" class=\"place\">");
	put_text(p, c->file);
	put(p, "</td>");
	put_cell(p, "Time", c->from == TS_NONE ? STR("no records") : str_of(words_span(c->from, c->to, buf)));
	put(p, "<td data-label=\"Records\">");
	put_count(p, c->records);
	put(p, "</td>");
	unparsed(p, c);
	put(p, "<td data-label=\"Clock\">");
	if (c->uncertainty_us != TS_NONE) {
		put_text(p, c->clock);
		fprintf(p->out, " <small>%s</small>", words_error(c->uncertainty_us, buf));
	}
	put(p, "</td>");
	gaps(p, c);
	put(p, "<td data-label=\"Status\">");
	put_text(p, c->status);
	if (c->reason.n) {
		put(p, " <small>");
		put_text(p, c->reason);
		put(p, "</small>");
	}
	put(p, "</td></tr>\n");
}

void html_coverage(struct page *p)
{
	const struct report *r = p->r;

	put(p, "<section aria-labelledby=\"coverage\">\n<h2 id=\"coverage\">Coverage</h2>\n");
	if (r->n_coverage == 0) {
		put(p, "<p class=\"note\">No file of a known kind was in the case.</p>\n</section>\n");
		return;
	}
	put(p, "<p class=\"note\">What was looked at, and when. Outside of these times the case says nothing.</p>\n"
	       "<table class=\"rows wide coverage\"><thead><tr><th>Source</th><th>Host</th><th>File</th><th>Time</th><th>Records</th><th>Not read</th>"
	       "<th>Clock</th><th>Gaps</th><th>Status</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < r->n_coverage && i < LIMIT_REPORT_ROWS; i++)
		covered(p, &r->coverage[i]);
	put(p, "</tbody></table>\n");
	put_more(p, r->n_coverage, LIMIT_REPORT_ROWS, "are");
	put(p, "</section>\n");
}

static void listed(const struct page *p, const struct report_finding *f, bool has_detail)
{
	char buf[WORDS_MAX];

	put(p, "<tr><td data-label=\"Severity\">");
	put_severity(p, f->severity);
	put(p, "</td><td data-label=\"Finding\"");
	if (!has_detail) { /* links to it end here */
		put(p, " id=\"");
		html_attr(p->out, f->id);
		put(p, "\"");
	}
	put(p, ">");
	if (has_detail)
		put_finding_link(p, f->id);
	else
		put_text(p, f->title);
	put(p, " <small><code>");
	put_text(p, f->rule);
	put(p, "</code> ");
	put_text(p, f->id);
	put(p, "</small></td><td data-label=\"How sure\">");
	put_text(p, f->word);
	fprintf(p->out, " <small>%d</small></td>", f->points);
	put(p, "<td data-label=\"About\">");
	put_text(p, f->entity);
	if (f->host.n && !str_eq(f->host, f->entity)) {
		put(p, " <small>");
		put_text(p, f->host);
		put(p, "</small>");
	}
	put(p, "</td>");
	put_cell(p, "Cause", f->cause_title.n ? f->cause_title : f->cause);
	put_cell(p, "Time", str_of(words_span(f->start, f->end, buf)));
	put(p, "<td data-label=\"Follows from\">");
	if (f->explained_by.n)
		put_finding_link(p, f->explained_by);
	put(p, "</td></tr>\n");
}

void html_findings(struct page *p)
{
	const struct report *r = p->r;

	if (r->n_findings == 0)
		return;
	put(p, "<section aria-labelledby=\"findings\">\n<h2 id=\"findings\">All findings</h2>\n"
	       "<table class=\"rows wide\"><thead><tr><th>Severity</th><th>Finding</th><th>How sure</th><th>About</th><th>Cause</th><th>Time</th>"
	       "<th>Follows from</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < r->n_findings && i < LIMIT_REPORT_ROWS; i++)
		listed(p, &r->findings[i], i < LIMIT_REPORT_DETAIL);
	put(p, "</tbody></table>\n");
	put_more(p, r->n_findings, LIMIT_REPORT_ROWS, "are");
	if (r->unlikely_left_out)
		fprintf(p->out, "<p class=\"note\">%zu unlikely finding%s left out; <code>--all</code> shows them.</p>\n", r->unlikely_left_out,
			r->unlikely_left_out == 1 ? " is" : "s are");
	put(p, "</section>\n");
}

void html_inputs(struct page *p)
{
	const struct report *r = p->r;
	char buf[WORDS_MAX];

	put(p, "<section aria-labelledby=\"inputs\">\n<h2 id=\"inputs\">Inputs</h2>\n");
	if (r->n_inputs == 0) {
		put(p, "<p class=\"note\">The case has no files.</p>\n</section>\n");
		return;
	}
	put(p, "<table class=\"rows wide\"><thead><tr><th>File</th><th>Read as</th><th>Status</th><th>Size</th><th>SHA-256</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < r->n_inputs && i < LIMIT_REPORT_ROWS; i++) {
		const struct report_input *f = &r->inputs[i];

		put(p, "<tr><td data-label=\"File\" class=\"place\">");
		put_text(p, f->file);
		put(p, "</td>");
		put_cell(p, "Read as", f->source.n ? f->source : STR("nothing known"));
		put(p, "<td data-label=\"Status\">");
		put_text(p, f->status);
		if (f->reason.n) {
			put(p, " <small>");
			put_text(p, f->reason);
			put(p, "</small>");
		}
		put(p, "</td>");
		put_cell(p, "Size", str_of(words_bytes(f->bytes, buf)));
		put(p, "<td data-label=\"SHA-256\" class=\"hash\">");
		put_text(p, f->sha256);
		put(p, "</td></tr>\n");
	}
	put(p, "</tbody></table>\n");
	put_more(p, r->n_inputs, LIMIT_REPORT_ROWS, "are");
	put(p, "</section>\n");
}

static void facts(const struct page *p)
{
	const struct report *r = p->r;

	if (r->n_facts == 0)
		return;
	put(p, "<details><summary>What is known about the hosts</summary>\n"
	       "<table class=\"rows\"><thead><tr><th>Host</th><th>Fact</th><th>Value</th><th>Where</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < r->n_facts && i < LIMIT_REPORT_ROWS; i++) {
		put(p, "<tr>");
		put_cell(p, "Host", r->facts[i].host);
		put_cell(p, "Fact", r->facts[i].key);
		put_cell(p, "Value", r->facts[i].value);
		put(p, "<td data-label=\"Where\">");
		put_place(p, 0, r->facts[i].file, r->facts[i].line);
		put(p, "</td></tr>\n");
	}
	put(p, "</tbody></table>\n");
	put_more(p, r->n_facts, LIMIT_REPORT_ROWS, "are");
	put(p, "</details>\n");
}

/* The same report to paste elsewhere; the scripts offer to copy it. */
static void markdown(const struct page *p)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	if (!f)
		abort();
	render_md(p->r, f, NULL);
	if (fclose(f) != 0)
		abort(); /* it only allocates */
	put(p, "<details><summary>As Markdown</summary>\n<pre id=\"markdown-text\">\n"); /* HTML drops one newline here */
	put_text(p, (struct str){ text, n });
	put(p, "</pre>\n</details>\n");
	free(text);
}

void html_provenance(struct page *p)
{
	const struct report *r = p->r;
	char buf[TS_TEXT];

	put(p, "<section aria-labelledby=\"provenance\">\n<h2 id=\"provenance\">Provenance</h2>\n<dl class=\"provenance\">\n");
	for (size_t i = 0; i < r->n_bundles && i < LIMIT_REPORT_ROWS; i++) {
		const struct report_bundle *b = &r->bundles[i];

		put(p, "<dt>Bundle</dt><dd>");
		put_text(p, b->name);
		fprintf(p->out, ", %llu file%s, collected %s", (unsigned long long)b->files, b->files == 1 ? "" : "s",
			b->collected == TS_NONE ? "at a time not known" : ts_short(b->collected, buf));
		if (b->damage.n) {
			put(p, ", damaged: ");
			put_text(p, b->damage);
		}
		put(p, "<br><span class=\"hash\">");
		put_text(p, b->sha256);
		put(p, "</span></dd>\n");
	}
	put(p, "<dt>Program</dt><dd>forensics ");
	put_text(p, r->version);
	fprintf(p->out, "</dd>\n<dt>Rules</dt><dd>%zu<br><span class=\"hash\">", r->n_rules);
	put_text(p, r->rules_sha256);
	put(p, "</span></dd>\n</dl>\n");
	facts(p);
	put(p, "<p class=\"note\">The same bundle, rules and program give this page again, byte by byte: nothing in it depends on when, where or by "
	       "whom it was made. Points say how well the evidence fits a known failure; they are not measured frequencies. "
	       "The report does not vouch for whoever collected the bundle.</p>\n");
	if (p->verdict) {
		put(p, "<p class=\"note\">Ask the case: <code class=\"command\">forensics explain ");
		put_text(p, p->verdict->id);
		put(p, " -d CASE.db</code> <code class=\"command\">forensics timeline -d CASE.db");
		if (p->incident) {
			put(p, " --incident ");
			put_text(p, p->incident->id);
		}
		put(p, "</code> <code class=\"command\">forensics sql -d CASE.db --list</code></p>\n");
	}
	markdown(p);
	live_licenses(p);
	put(p, "</section>\n");
}

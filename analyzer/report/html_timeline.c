/* The picture, and the same as a table. */
#include "base/limits.h"
#include "report/escape.h"
#include "report/html_priv.h"
#include "report/svg.h"
#include "report/words.h"

#define OPEN_ROWS 15 /* more would push the evidence out of sight */

static void legend(const struct page *p)
{
	put(p, "<p class=\"legend\"><span class=\"fatal\">\u2715 critical or worse</span> <span class=\"error\">\u25c6 error</span> "
	       "<span class=\"warning\">\u25b2 warning</span> <span class=\"event\">\u25cf other evidence</span> "
	       "<span class=\"hatched\">hatched: nothing was collected</span> <span>faint: not evidence</span> "
	       "<span class=\"window\">shaded: incident</span></p>\n");
}

void html_timeline(struct page *p)
{
	const struct report *r = p->r;
	uint64_t folded = 0;

	if (r->axis_from == TS_NONE || r->n_lanes == 0)
		return;
	put(p, "<section aria-labelledby=\"timeline\">\n<h2 id=\"timeline\">Timeline</h2>\n"
	       "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Timeline, scrolls sideways\">\n");
	svg_timeline(p->out, r, page_links, p);
	put(p, "</div>\n");
	legend(p);
	for (size_t i = 0; i < r->n_lanes; i++)
		folded += r->lanes[i].left_out;
	if (folded) {
		put(p, "<p class=\"note\">");
		put_count(p, folded);
		put(p, " warnings share a mark with a worse one beside them.</p>\n");
	}
	put_more(p, r->n_lanes + r->lanes_left_out, r->n_lanes, "lanes are");
	put(p, "</section>\n");
}

static void row(struct page *p, const struct report_entry *e, ts_usec start)
{
	char buf[WORDS_MAX];

	put(p, "<tr");
	put_anchor(p, e->event, AT_SEQUENCE);
	put(p, " class=\"role-");
	html_attr(p->out, e->role);
	put(p, "\"><td data-label=\"Time\">");
	put_time(p, e->t);
	put(p, "</td>");
	put_cell(p, "From start", e->t == TS_NONE || start == TS_NONE ? STR("") : str_of(words_after(e->t - start, buf)));
	put_cell(p, "Role", e->role);
	put_cell(p, "Source", e->source);
	put(p, "<td data-label=\"Where\">");
	put_place(p, e->event, e->file, e->line);
	put(p, "</td><td data-label=\"Line\" class=\"log\">");
	put_text(p, e->text);
	if (e->repeats > 1)
		fprintf(p->out, " <span class=\"dim\">(%u times, until %s)</span>", e->repeats, words_moment(e->until, e->t, buf));
	put(p, "</td></tr>\n");
}

static void sequence(struct page *p, const struct report_incident *in, bool open)
{
	char buf[WORDS_MAX];

	if (in->n_timeline == 0)
		return;
	fprintf(p->out, "<details class=\"sequence\"%s><summary>", open ? " open" : "");
	put_text(p, in->id);
	put(p, " ");
	put_severity(p, in->severity);
	put(p, " ");
	put_text(p, in->title);
	fprintf(p->out, " <span class=\"dim\">%s</span></summary>\n", words_span(in->start, in->end, buf));
	put(p, "<table class=\"rows\"><thead><tr><th>Time (UTC)</th><th>From start</th><th>Role</th><th>Source</th><th>Where</th><th>Line</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < in->n_timeline && i < LIMIT_REPORT_SEQUENCE; i++)
		row(p, &in->timeline[i], in->start);
	put(p, "</tbody></table>\n");
	put_more(p, in->n_timeline, LIMIT_REPORT_SEQUENCE, "records are");
	put(p, "</details>\n");
}

void html_sequences(struct page *p)
{
	const struct report *r = p->r;

	if (r->n_incidents == 0)
		return;
	put(p, "<section aria-labelledby=\"sequence\">\n<h2 id=\"sequence\">In order</h2>\n");
	for (size_t i = 0; i < r->n_incidents && i < LIMIT_REPORT_DETAIL; i++)
		sequence(p, &r->incidents[i], &r->incidents[i] == p->incident && r->incidents[i].n_timeline <= OPEN_ROWS);
	put_more(p, r->n_incidents, LIMIT_REPORT_DETAIL, "incidents are");
	put(p, "</section>\n");
}

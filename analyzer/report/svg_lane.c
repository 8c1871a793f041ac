/* One lane: what the source covers, where it was blind, and its marks. */
#include "report/escape.h"
#include "report/svg_priv.h"
#include "report/words.h"

#define NAME_MAX_COLUMNS 24

/* A shape and a colour for each degree: nobody has to tell colours apart. */
static const struct mark_look { const char *name, *path, *fill; bool stroked; } looks[] = {
	{ "fatal", "M-5-5L5 5M5-5L-5 5", "#b3261e", true },
	{ "error", "M0-6L6 0L0 6L-6 0Z", "#b3261e", false },
	{ "warning", "M0-5.5L5.5 4.5L-5.5 4.5Z", "#9a6700", false },
	{ "event", "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0Z", "#0550ae", false },
};

static const struct mark_look *look_of(int level)
{
	if (level <= 2)
		return &looks[0];
	return level == 3 ? &looks[1] : level == 4 ? &looks[2] : &looks[3];
}

static void name(const struct svg *g, const struct report_lane *lane, int middle)
{
	fprintf(g->out, "<text class=\"lane\" x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#1f2328\"><title>", SVG_LEFT - 12, middle + 4);
	html_text(g->out, lane->source);
	fputs(" on ", g->out);
	html_text(g->out, lane->host.n ? lane->host : STR("an unknown host"));
	fputs("</title>", g->out);
	html_text(g->out, str_head(lane->source, NAME_MAX_COLUMNS));
	if (g->r->n_hosts > 1 && lane->host.n && lane->source.n + 3 < NAME_MAX_COLUMNS) {
		struct str host = str_head(lane->host, NAME_MAX_COLUMNS - lane->source.n);

		fputs("<tspan class=\"tick\" fill=\"#57606a\"> ", g->out);
		html_text(g->out, host);
		fputs(host.n < lane->host.n ? "\u2026</tspan>" : "</tspan>", g->out);
	}
	fputs("</text>", g->out);
}

static void blind(const struct svg *g, const struct report_lane *lane, ts_usec from, ts_usec to, int middle)
{
	double a = svg_x(g, from), b = svg_x(g, to);
	char buf[WORDS_MAX];

	if (b - a < 1.5)
		return;
	fprintf(g->out, "<rect class=\"blind\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"16\" fill=\"url(#hatch)\"><title>", a, middle - 8, b - a);
	html_text(g->out, lane->source);
	fprintf(g->out, ": nothing collected %s</title></rect>", words_span(from, to, buf));
}

/* Alternates what is covered and what is not along the axis. */
static void coverage(const struct svg *g, const struct report_lane *lane, int middle)
{
	ts_usec at = g->r->axis_from, end = g->r->axis_to;

	for (size_t i = 0; i < lane->n_covered && at < end; i++) {
		ts_usec from = lane->covered[i].from, to = lane->covered[i].to;
		double a, b;

		if (to < at || from > end)
			continue;
		if (from > at)
			blind(g, lane, at, from, middle);
		a = svg_x(g, from > at ? from : at);
		b = svg_x(g, to < end ? to : end);
		fprintf(g->out, "<rect class=\"covered\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"3\" fill=\"#afb8c1\"/>",
			a, middle - 1, b - a < 2 ? 2 : b - a);
		at = to;
	}
	if (at < end)
		blind(g, lane, at, end, middle);
}

static void mark(const struct svg *g, const struct report_lane_mark *m, int middle)
{
	const struct mark_look *look = look_of(m->severity);
	bool link = m->evidence && g->linked(g->ctx, m->event);
	char buf[WORDS_MAX];

	if (link)
		fprintf(g->out, "<a href=\"#ev-%lld\">", (long long)m->event);
	fprintf(g->out, "<path class=\"mark %s%s\" d=\"%s\" transform=\"translate(%.1f %d)%s\" ", look->name,
		m->evidence ? " proof" : "", look->path, svg_x(g, m->t), middle, m->evidence ? "" : " scale(0.75)");
	if (look->stroked)
		fprintf(g->out, "fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"", look->fill, m->evidence ? "3" : "2");
	else
		fprintf(g->out, "fill=\"%s\"%s", look->fill, m->evidence ? " stroke=\"#ffffff\"" : " fill-opacity=\"0.6\"");
	fprintf(g->out, "><title>%s UTC ", words_clock(m->t, buf));
	html_text(g->out, m->text);
	if (m->folded)
		fprintf(g->out, " (and %u more beside it)", m->folded);
	fprintf(g->out, "</title></path>%s\n", link ? "</a>" : "");
}

static void run(const struct svg *g, const struct report_lane_run *r, int middle)
{
	double a = svg_x(g, r->from), b = svg_x(g, r->to);

	fprintf(g->out, "<rect class=\"run\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"10\" rx=\"2\" fill=\"#0550ae\" fill-opacity=\"0.75\"><title>",
		a, middle - 5, b - a < 3 ? 3 : b - a);
	html_text(g->out, r->text);
	fputs("</title></rect>\n", g->out);
}

void svg_lane(const struct svg *g, const struct report_lane *lane, int y)
{
	int middle = y + SVG_LANE / 2;

	fputs("<g>", g->out);
	name(g, lane, middle);
	coverage(g, lane, middle);
	fputc('\n', g->out);
	for (size_t i = 0; i < lane->n_runs; i++)
		run(g, &lane->runs[i], middle);
	for (size_t i = 0; i < lane->n_marks; i++)
		mark(g, &lane->marks[i], middle);
	fputs("</g>\n", g->out);
}

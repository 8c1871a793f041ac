#include "report/svg.h"

#include "report/escape.h"
#include "report/svg_priv.h"
#include "report/words.h"

double svg_x(const struct svg *g, ts_usec t)
{
	const struct report *r = g->r;
	double x = SVG_LEFT + (SVG_RIGHT - SVG_LEFT) * ((double)(t - r->axis_from) / (double)(r->axis_to - r->axis_from));

	return x < SVG_LEFT ? SVG_LEFT : x > SVG_RIGHT ? SVG_RIGHT : x;
}

int svg_height(const struct report *r)
{
	return SVG_TOP + (int)r->n_lanes * SVG_LANE + (int)r->n_charts * (SVG_CHART + SVG_CHART_HEAD) + SVG_BOTTOM;
}

static bool on_axis(const struct report *r, ts_usec from, ts_usec to)
{
	return from != TS_NONE && to != TS_NONE && to >= r->axis_from && from <= r->axis_to;
}

static void incident_window(const struct svg *g, const struct report_incident *in, int height)
{
	char buf[WORDS_MAX];
	double a, b;

	if (!on_axis(g->r, in->start, in->end))
		return;
	a = svg_x(g, in->start);
	b = svg_x(g, in->end);
	fprintf(g->out, "<g class=\"incident\"><title>");
	html_text(g->out, in->id);
	fprintf(g->out, ": %s, ", words_span(in->start, in->end, buf));
	html_text(g->out, in->title);
	fprintf(g->out, "</title><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#b3261e\" fill-opacity=\"0.08\"/>",
		a, SVG_TOP, b - a < 2 ? 2 : b - a, height - SVG_TOP - SVG_BOTTOM);
	fprintf(g->out, "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#b3261e\"/></g>\n",
		a, SVG_TOP - 4, a, height - SVG_BOTTOM);
	if (in->recovered == TS_NONE || !on_axis(g->r, in->recovered, in->recovered))
		return;
	b = svg_x(g, in->recovered);
	fprintf(g->out, "<g class=\"recovered\"><title>recovered %s UTC</title>"
		"<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#1a7f37\" stroke-dasharray=\"5 3\"/></g>\n",
		words_clock(in->recovered, buf), b, SVG_TOP - 4, b, height - SVG_BOTTOM);
}

void svg_timeline(FILE *out, const struct report *r, bool (*linked)(const void *ctx, int64_t event), const void *ctx)
{
	struct svg g = { .out = out, .r = r, .linked = linked, .ctx = ctx };
	int height = svg_height(r), y = SVG_TOP;
	char buf[WORDS_MAX];

	if (r->axis_from == TS_NONE)
		return;
	fprintf(out, "<svg class=\"timeline\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
		"font-family=\"system-ui, sans-serif\" font-size=\"12\" role=\"group\" aria-label=\"Timeline %s\">\n",
		SVG_WIDTH, height, SVG_WIDTH, height, words_span(r->axis_from, r->axis_to, buf));
	fputs("<defs><pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
	      "<line class=\"hatch\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" stroke=\"#8c959f\" stroke-width=\"1.5\" stroke-opacity=\"0.5\"/>"
	      "</pattern></defs>\n", out);
	for (size_t i = 0; i < r->n_incidents; i++)
		incident_window(&g, &r->incidents[i], height);
	svg_axis(&g, height);
	for (size_t i = 0; i < r->n_lanes; i++, y += SVG_LANE)
		svg_lane(&g, &r->lanes[i], y);
	for (size_t i = 0; i < r->n_charts; i++, y += SVG_CHART + SVG_CHART_HEAD)
		svg_chart(&g, &r->charts[i], y + SVG_CHART_HEAD);
	fputs("</svg>\n", out);
}

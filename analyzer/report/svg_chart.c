/* One metric on the common axis. */
#include <math.h>

#include "report/escape.h"
#include "report/svg_priv.h"
#include "report/words.h"

struct scale { double low, high; };

static struct scale scale_of(const struct report_chart *c)
{
	struct scale s = { c->low, c->high };

	if (str_eq(c->unit, STR("%")) && c->low >= 0 && c->high <= 100)
		return (struct scale){ 0, 100 };
	if (s.low > 0 && s.low < s.high / 2)
		s.low = 0; /* a zero line where it costs little */
	if (s.high <= s.low)
		s.high = s.low + (s.low == 0 ? 1 : fabs(s.low) / 10);
	return s;
}

static double y_of(struct scale s, double v, int y)
{
	return y + SVG_CHART - SVG_CHART * ((v - s.low) / (s.high - s.low));
}

static void line(const struct svg *g, const struct report_chart *c, struct scale s, int y)
{
	bool pen_down = false;

	fputs("<path class=\"series\" fill=\"none\" stroke=\"#0550ae\" stroke-width=\"1.5\" stroke-linecap=\"round\" stroke-linejoin=\"round\" d=\"", g->out);
	for (size_t i = 0; i < c->n_points; i++) {
		const struct report_point *p = &c->points[i];
		double x = svg_x(g, p->t);

		if (isnan(p->min)) {
			pen_down = false;
			continue;
		}
		fprintf(g->out, "%c%.1f %.1f", pen_down ? 'L' : 'M', x, y_of(s, p->max, y));
		if (p->min < p->max)
			fprintf(g->out, "V%.1f", y_of(s, p->min, y));
		else if (!pen_down)
			fputs("h.1", g->out); /* a point alone is still seen */
		pen_down = true;
	}
	fputs("\"/>", g->out);
}

static void bound(const struct svg *g, double v, struct str unit, int y, int baseline)
{
	char buf[WORDS_MAX];

	fprintf(g->out, "<line class=\"grid\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#d8dee4\"/>", SVG_LEFT, y, SVG_RIGHT, y);
	fprintf(g->out, "<text class=\"tick\" x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#57606a\">", SVG_LEFT - 12, baseline);
	html_text(g->out, str_of(words_value(v, unit, buf)));
	fputs("</text>", g->out);
}

void svg_chart(const struct svg *g, const struct report_chart *c, int y)
{
	struct scale s = scale_of(c);

	fprintf(g->out, "<g><text class=\"lane\" x=\"%d\" y=\"%d\" fill=\"#1f2328\">", SVG_LEFT, y - 6);
	html_text(g->out, c->series);
	if (c->entity.n) {
		fputs("<tspan class=\"tick\" fill=\"#57606a\">  ", g->out);
		html_text(g->out, c->entity);
		fputs("</tspan>", g->out);
	}
	fputs("</text>", g->out);
	bound(g, s.high, c->unit, y, y + 9);
	bound(g, s.low, c->unit, y + SVG_CHART, y + SVG_CHART);
	line(g, c, s, y);
	fputs("</g>\n", g->out);
}

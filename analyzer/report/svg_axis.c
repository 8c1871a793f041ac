/* The time axis, above and below, with its grid. */
#include "report/svg_priv.h"
#include "report/words.h"

#define TICKS_MAX 10

static ts_usec tick_step(ts_usec span)
{
	static const ts_usec steps[] = {
		1, 10, 100, 1000, 10000, 100000, TS_SECOND, 2 * TS_SECOND, 5 * TS_SECOND, 10 * TS_SECOND, 15 * TS_SECOND, 30 * TS_SECOND,
		TS_MINUTE, 2 * TS_MINUTE, 5 * TS_MINUTE, 10 * TS_MINUTE, 15 * TS_MINUTE, 30 * TS_MINUTE,
		TS_HOUR, 2 * TS_HOUR, 3 * TS_HOUR, 6 * TS_HOUR, 12 * TS_HOUR,
		TS_DAY, 2 * TS_DAY, 7 * TS_DAY, 14 * TS_DAY, 30 * TS_DAY, 90 * TS_DAY, 365 * TS_DAY,
	};
	ts_usec step = 0;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		step = steps[i];
		if (span / step <= TICKS_MAX)
			return step;
	}
	while (span / step > TICKS_MAX)
		step *= 2;
	return step;
}

static void tick_label(const struct svg *g, double x, int y, ts_usec t, ts_usec step)
{
	struct civil c = ts_split(t);

	fprintf(g->out, "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#57606a\">", x, y);
	if (step >= TS_DAY)
		fprintf(g->out, "%02d-%02d", c.month, c.day);
	else if (step >= TS_MINUTE)
		fprintf(g->out, "%02d:%02d", c.hour, c.minute);
	else if (step >= TS_SECOND)
		fprintf(g->out, "%02d:%02d:%02d", c.hour, c.minute, c.second);
	else
		fprintf(g->out, "%02d.%06d", c.second, c.us);
	fputs("</text>", g->out);
}

void svg_axis(const struct svg *g, int height)
{
	ts_usec from = g->r->axis_from, to = g->r->axis_to, step = tick_step(to - from);
	ts_usec first = from - (from % step + step) % step + step;
	char buf[WORDS_MAX];
	bool dated = false;

	for (ts_usec t = first; t <= to; t += step) {
		double x = svg_x(g, t);

		/* The day, where it is not the one before. */
		if (x > SVG_LEFT + 20 && (!dated || !same_day(t - step, t))) {
			fprintf(g->out, "<text class=\"tick\" x=\"%.1f\" y=\"14\" text-anchor=\"middle\" font-weight=\"600\" fill=\"#57606a\">%s</text>",
				x, words_day(t, buf));
			dated = true;
		}
		fprintf(g->out, "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#d8dee4\"/>",
			x, SVG_TOP - 6, x, height - SVG_BOTTOM + 4);
		tick_label(g, x, SVG_TOP - 12, t, step);
		tick_label(g, x, height - 10, t, step);
		fputc('\n', g->out);
	}
	fprintf(g->out, "<text class=\"tick\" x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#57606a\">UTC</text>\n", SVG_LEFT - 12, SVG_TOP - 12);
}

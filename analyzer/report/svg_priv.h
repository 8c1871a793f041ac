#ifndef FORENSICS_REPORT_SVG_PRIV_H
#define FORENSICS_REPORT_SVG_PRIV_H

#include "report/report.h"

/* In SVG units, one CSS pixel at full width. */
#define SVG_WIDTH 1120
#define SVG_LEFT 172          /* the lanes' names */
#define SVG_RIGHT 1104
#define SVG_TOP 44            /* the upper axis */
#define SVG_LANE 28
#define SVG_CHART 64
#define SVG_CHART_HEAD 26     /* its title and some air */
#define SVG_BOTTOM 30         /* the lower axis */

struct svg {
	FILE *out;
	const struct report *r;
	bool (*linked)(const void *ctx, int64_t event);
	const void *ctx;
};

double svg_x(const struct svg *g, ts_usec t);   /* inside [SVG_LEFT, SVG_RIGHT] for any t */
int svg_height(const struct report *r);
void svg_axis(const struct svg *g, int height); /* grid and labels */
void svg_lane(const struct svg *g, const struct report_lane *lane, int y);
void svg_chart(const struct svg *g, const struct report_chart *c, int y);

#endif /* FORENSICS_REPORT_SVG_PRIV_H */

#ifndef FORENSICS_REPORT_SVG_H
#define FORENSICS_REPORT_SVG_H

#include <stdbool.h>
#include <stdio.h>

#include "report/report.h"

/* The timeline as one <svg>: lanes and, on the same time axis, the charts.
 * Colours are attributes, so that it reads without a style sheet; classes let one
 * repaint it.  linked() says whether the page has an anchor #ev-<event>.
 * Nothing is written when the case has no time axis. */
void svg_timeline(FILE *out, const struct report *r, bool (*linked)(const void *ctx, int64_t event), const void *ctx);

#endif /* FORENSICS_REPORT_SVG_H */

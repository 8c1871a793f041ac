#ifndef FORENSICS_REPORT_LIVE_H
#define FORENSICS_REPORT_LIVE_H

#include "base/buf.h"
#include "report/html_priv.h"

/* What makes the page live: scripts, their data, and the Content-Security-Policy that lets exactly
 * them run.  A build with WITH_LIVE=no has the static page alone, and its policy no script at all. */

/* The directives for styles and scripts. */
void live_policy(struct buf *out);
/* The text of the page's style element. */
void live_style(struct buf *out);
/* Data and scripts, the last things of the body. */
void live_scripts(const struct page *p);
/* The licences of what is embedded, as a part of the page. */
void live_licenses(const struct page *p);

#endif /* FORENSICS_REPORT_LIVE_H */

#ifndef FORENSICS_REPORT_WRITERS_H
#define FORENSICS_REPORT_WRITERS_H

#include <stdio.h>

#include "report/report.h"

/* The renderers of render.c's table. */
enum status render_html(const struct report *r, FILE *out, struct error *err);
enum status render_md(const struct report *r, FILE *out, struct error *err);
enum status render_text(const struct report *r, FILE *out, struct error *err);
enum status render_json(const struct report *r, FILE *out, struct error *err);
enum status render_postmortem(const struct report *r, FILE *out, struct error *err);
enum status render_slack(const struct report *r, FILE *out, struct error *err);
enum status render_jira(const struct report *r, FILE *out, struct error *err);

/* ERR_IO when anything written to out was lost. */
enum status written(FILE *out, struct error *err);

#endif /* FORENSICS_REPORT_WRITERS_H */

#ifndef FORENSICS_CMD_OUTPUT_H
#define FORENSICS_CMD_OUTPUT_H

#include <stdio.h>

#include "base/arena.h"
#include "base/error.h"
#include "report/report.h"

/* A file being written: under FILE.partial until it is whole, so that an earlier one is never
 * half replaced.  Opened before the work begins: a place that cannot be written fails early. */
struct output { const char *path, *partial; FILE *f; const struct renderer *renderer; };

/* Strings live in a. */
enum status output_open(struct output *o, const char *path, struct arena *a, struct error *err);
enum status output_close(struct output *o, struct error *err); /* gives it its name */
void output_discard(struct output *o);                         /* fine after output_close() */

/* What FILE.html, .md, .txt and .json are written by; ERR_USAGE for other names. */
enum status output_renderer(const struct renderer **out, const char *path, struct error *err);

#endif /* FORENSICS_CMD_OUTPUT_H */

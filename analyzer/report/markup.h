#ifndef FORENSICS_REPORT_MARKUP_H
#define FORENSICS_REPORT_MARKUP_H

#include <stdbool.h>
#include <stdio.h>

#include "base/str.h"

/* The cmark door: Markdown that rules bring along.  Advice is written by the
 * author of a rule and may link to http and https; a narrative has log text
 * filled in, so nothing in it may.  Raw HTML, images and all other links are
 * shown as the text they are. */
enum markup_trust { MARKUP_ADVICE, MARKUP_NARRATIVE };

void markup_html(FILE *out, struct str markdown, enum markup_trust trust);
/* Markdown again, normalised and as harmless as the HTML. */
void markup_md(FILE *out, struct str markdown, enum markup_trust trust);

#endif /* FORENSICS_REPORT_MARKUP_H */

#ifndef FORENSICS_REPORT_HTML_PRIV_H
#define FORENSICS_REPORT_HTML_PRIV_H

#include <stdbool.h>
#include <stdio.h>

#include "report/report.h"

/* A record may stand on the page several times; its anchor #ev-<id> is where
 * most is said about it. */
enum anchor_place { AT_SEQUENCE, AT_CONTEXT, AT_EVIDENCE };
struct anchor { int64_t event; enum anchor_place place; bool placed; };

struct page {
	FILE *out;
	const struct report *r;
	const struct report_finding *verdict;     /* NULL: no rule matched */
	const struct report_incident *incident;   /* the verdict's, or NULL */
	ts_usec day;                              /* the verdict's: its times need no date */
	struct anchor *anchors; size_t n_anchors; /* by event */
};

/* ---- pieces (html_write.c) ---- */
void put(const struct page *p, const char *markup);                    /* our own markup only */
void put_text(const struct page *p, struct str s);                     /* of the case, escaped */
void put_count(const struct page *p, uint64_t n);
/* <td data-label="label">text</td>: the label is shown where the table becomes a list. */
void put_cell(const struct page *p, const char *label, struct str s);
void put_time(const struct page *p, ts_usec t);                        /* <time>; the day only when it is not the page's */
void put_severity(const struct page *p, struct str severity);
/* "file:line", a link when the record has an anchor. */
void put_place(const struct page *p, int64_t event, struct str file, uint32_t line);
/* The same without the folders, which a tooltip has. */
void put_short_place(const struct page *p, int64_t event, struct str file, uint32_t line);
/* ' id="ev-7"', the first time the record appears at this kind of place and has no better one. */
void put_anchor(struct page *p, int64_t event, enum anchor_place place);
void put_finding_link(const struct page *p, struct str id);
void put_cause(const struct page *p, const struct report_finding *f); /* a paragraph; nothing when the rule has no causes */
bool page_links(const void *page, int64_t event);
/* Says what a capped list left out; nothing when n <= shown. */
void put_more(const struct page *p, size_t n, size_t shown, const char *what);

/* ---- sections, in reading order ---- */
void html_verdict(struct page *p);
void html_nothing(struct page *p);                 /* instead of the verdict */
void html_chain(struct page *p);
void html_timeline(struct page *p);
void html_sequences(struct page *p);
void html_evidence(struct page *p);
void html_open(struct page *p);
void html_near_misses(struct page *p);
void html_coverage(struct page *p);
void html_fix(struct page *p);
void html_findings(struct page *p);
void html_inputs(struct page *p);
void html_provenance(struct page *p);

#endif /* FORENSICS_REPORT_HTML_PRIV_H */

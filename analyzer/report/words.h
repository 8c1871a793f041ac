#ifndef FORENSICS_REPORT_WORDS_H
#define FORENSICS_REPORT_WORDS_H

#include "base/buf.h"
#include "report/report.h"

/* How the renderers put facts into words: the same in every format. */

#define WORDS_MAX 96

const char *words_count(uint64_t n, char buf[WORDS_MAX]);            /* "45,403" */
const char *words_bytes(uint64_t n, char buf[WORDS_MAX]);            /* "25.9 KiB" */
const char *words_value(double v, struct str unit, char buf[WORDS_MAX]); /* "77.2 GiB", "1.98 GHz", "65 C" */
const char *words_points(int points, char buf[WORDS_MAX]);           /* "+8", "-3", "0" */
/* "2026-11-22 10:16:04 - 10:17:57 UTC": the day once, no fractions. */
const char *words_span(ts_usec from, ts_usec to, char buf[WORDS_MAX]);
const char *words_day(ts_usec t, char buf[WORDS_MAX]);               /* "2026-11-22" */
const char *words_clock(ts_usec t, char buf[WORDS_MAX]);             /* "10:16:04" */
/* The same, after the day when near is on another one (or TS_NONE). */
const char *words_moment(ts_usec t, ts_usec near, char buf[WORDS_MAX]);
bool same_day(ts_usec a, ts_usec b);
const char *words_after(ts_usec d, char buf[WORDS_MAX]);             /* "+16m34s", "-2 s" */
const char *words_error(ts_usec u, char buf[WORDS_MAX]);             /* "+-2 s", or that it is not known */
/* The length of [from, to], "an instant" for none. */
const char *words_length(ts_usec from, ts_usec to, char buf[WORDS_MAX]);

struct severity_look {
	const char *word;    /* of a finding: "critical" .. "info"; also a CSS class */
	const char *glyph;   /* UTF-8, differs in shape */
	const char *ascii;
	const char *ansi;    /* SGR parameters */
};
const struct severity_look *severity_look(struct str severity); /* the last one for an unknown word */

/* "2 hosts, 8 gpus": what an incident touched, or the finding's own entity. */
void words_affected(struct buf *out, const struct report_finding *f);

/* What the ledger does not explain: given by the rule for its anchor alone. */
int finding_base(const struct report_finding *f);
/* The best cause that was not chosen, or NULL. */
const struct report_cause *finding_runner_up(const struct report_finding *f);
/* The one line of a record that says most: the last of a Python traceback, else the first. */
struct str words_headline(struct str text);
struct str cause_name(const struct report_cause *c);   /* title, else the id in words */
/* Name of the case: the bundles'. */
struct str case_name(const struct report *r);
const struct report_finding *finding_by_id(const struct report *r, struct str id); /* or NULL */
/* Findings that no other explains, the first of all included. */
size_t count_unexplained(const struct report *r);

#endif /* FORENSICS_REPORT_WORDS_H */

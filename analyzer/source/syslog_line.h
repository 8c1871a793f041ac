#ifndef FORENSICS_SOURCE_SYSLOG_LINE_H
#define FORENSICS_SOURCE_SYSLOG_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "record/event.h"
#include "tstamp/tstamp.h"

/* The head of one syslog line, in each of the shapes daemons write:
 *
 *   Nov 22 10:16:04 host tag[pid]: text          RFC 3164, rsyslog's traditional file format
 *   2026-11-22T10:16:04.481+00:00 host tag: text rsyslog's file format
 *   2026-11-22T10:16:04.481-08:00 INFO tag: text ChromeOS: a level instead of the host
 *   <6>Nov 22 ..., <6>2026-11-22T...             the same, forwarded
 *   <6>1 2026-11-22T10:16:04Z host app 12 id [sd] text   RFC 5424
 *
 * and of journalctl's alone (short-full, short-unix, short-monotonic):
 *
 *   Sun 2026-11-22 10:16:04 UTC host tag[pid]: text
 *   1795342564.481000 host tag[pid]: text
 *   [ 1412.890184] host tag[pid]: text
 *
 * Nothing is copied: all slices point into the line. */
struct syslog_line {
	struct stamp stamp;
	size_t stamp_n;         /* bytes of the stamp; it starts at stamp_at */
	size_t stamp_at;
	int pri;                /* -1: none */
	enum severity level;    /* ChromeOS' word; SEV_NONE without one */
	struct str host;        /* may be empty */
	struct str program, pid; /* may be empty */
	struct str message;     /* the rest, up to the end of the line given */
	bool structured;        /* RFC 5424 */
	bool journal;           /* one of journalctl's own */
	bool uptime;            /* stamp.t is microseconds since a boot */
};

/* The bytes before the host, 0 when the line has no such head.  Cheap: this is
 * asked of every line.  Sets stamp, stamp_at, stamp_n, pri, structured,
 * journal, uptime. */
size_t syslog_stamp(struct str line, struct syslog_line *out);
/* Of a line without a stamp: was it meant to have one (a date that does not
 * exist, RFC 5424's "-")?  Then it is no continuation of the line before. */
bool syslog_meant_stamp(struct str line);
/* All of it; at is what syslog_stamp() returned. */
void syslog_split(struct str line, size_t at, struct syslog_line *out);

/* "program[pid]: " or "program: "; bytes taken, 0 when there is no tag. */
size_t syslog_tag(struct str s, struct str *program, struct str *pid);

/* Unwraps "message repeated 5 times: [ text]" into its text; times is empty
 * when it is not that.  "last message repeated 5 times" keeps its text. */
struct str syslog_repeated(struct str message, struct str *times);

#endif /* FORENSICS_SOURCE_SYSLOG_LINE_H */

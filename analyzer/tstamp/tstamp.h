#ifndef FORENSICS_TSTAMP_TSTAMP_H
#define FORENSICS_TSTAMP_TSTAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Microseconds.  Since 1970-01-01 UTC once a clock is solved; before that, in
 * the clock's own time (tstamp/clock.h). */
typedef int64_t ts_usec;

#define TS_NONE INT64_MIN
#define TS_SECOND ((ts_usec)1000000)
#define TS_MINUTE (60 * TS_SECOND)
#define TS_HOUR (60 * TS_MINUTE)
#define TS_DAY (24 * TS_HOUR)
/* "We do not know": an uncertainty larger than any log. */
#define TS_FOREVER (100LL * 366 * TS_DAY)

/* A stamp as written.  The true instant lies in [t, t + resolution_us). */
struct stamp {
	ts_usec t;              /* has_zone: UTC.  Otherwise the civil time read as if it were UTC */
	bool has_zone, has_year; /* without a year, t is in the year 2000 */
	int zone_minutes;       /* east of UTC, when has_zone */
	ts_usec resolution_us;  /* 1000000 for whole seconds, 1000 for milliseconds .. */
};

/* Each reads one stamp at the start of s and returns the bytes it took, 0
 * when there is none.  Refused, with *out untouched: dates that do not exist (month
 * 13, 31 April, second 61; 60 is a leap second), offsets beyond 15:59, fractions
 * of more than 9 digits, and years before 1970: no log is older, and 0001-01-01 is
 * how Go and .NET write "never".  Nothing asks the locale; months are English but for ts_rfc3164(). */

/* 2026-11-22T10:16:04.481+00:00, ...Z, 2026-11-22 10:16:04,481, comma or dot
 * fraction of 1 to 9 digits, offset +hh:mm, +hhmm or +hh, "T" or blanks between.
 * Behind one blank also +hh:mm, +hhmm, UTC and GMT (Go, PostgreSQL, systemd). */
size_t ts_iso8601(struct str s, struct stamp *out);
/* 2026/11/22 10:16:04.481 (nvidia-smi). */
size_t ts_slashed(struct str s, struct stamp *out);
/* Nov 22 10:16:04[.123456], day padded with a blank or not (RFC 3164): no year, no zone.  The month as any of the
 * common locales abbreviates it, for journalctl does: "Okt 06", and as a number in Chinese, Japanese and Korean. */
size_t ts_rfc3164(struct str s, struct stamp *out);
/* Sun Nov 22 10:15:38 2026; also "Sun Nov 22 10:15:38 UTC 2026" (date) where only
 * offsets and abbreviations with one meaning count as a zone (CET does, CST does not).
 * date in English locales: "Sun 22 Nov 10:15:38 UTC 2026", "Sun Nov 22 10:15:38 AM UTC 2026". */
size_t ts_ctime(struct str s, struct stamp *out);
/* Sun, 22 Nov 2026 10:15:38 +0100 or GMT (RFC 1123: kubectl describe, HTTP);
 * also "Sun 22 Nov 2026 10:15:38 AM UTC" (date). */
size_t ts_rfc1123(struct str s, struct stamp *out);
/* 22/Nov/2026:10:15:38 +0100 (Apache, nginx), 22/Nov/2026:10:15:38.143 (HAProxy), 22/Nov/2026 10:15:38 (Werkzeug). */
size_t ts_clf(struct str s, struct stamp *out);
/* The offset of an abbreviation with one meaning: CET has, CST (America, China, Cuba) has not. */
bool ts_zone(struct str name, int *minutes_east);
/* klog and glog after the level letter: 1122 10:19:57.802155[295], from PyTorch also
 * "614 02:07:51.610596722" for June 14; no year, no zone. */
size_t ts_klog(struct str s, struct stamp *out);
/* 11-22 10:16:04 (vLLM): no year, no zone. */
size_t ts_monthday(struct str s, struct stamp *out);
/* dmesg's bracket: "[  325.610837]"; t is microseconds since boot; has_zone is false. */
size_t ts_uptime(struct str s, struct stamp *out);
/* kubectl ages: "19s", "2m12s", "3h20m", "2d3h", "41d"; t is the age (positive) and
 * resolution_us the unit of the last part.  "<unknown>" and "<invalid>" are refused. */
size_t ts_age(struct str s, struct stamp *out);

/* Civil date to microseconds as if UTC; the caller has checked the ranges.
 * February 29 of a common year is March 1. */
ts_usec ts_civil(int year, int month, int day, int hour, int minute, int second, int us);
struct civil { int year, month, day, hour, minute, second, us, weekday /* 0 = Sunday */; };
struct civil ts_split(ts_usec t);

#define TS_TEXT 32
/* "2026-11-22T10:17:57.720000Z" into buf; "-" for TS_NONE.  Returns buf. */
const char *ts_format(ts_usec t, char buf[TS_TEXT]);
/* "2026-11-22 10:17:57Z": for people. */
const char *ts_short(ts_usec t, char buf[TS_TEXT]);
/* "250 ms", "1.5 s", "12m34s", "3h04m", "2d03h": for people. */
const char *ts_duration(ts_usec d, char buf[TS_TEXT]);

#endif /* FORENSICS_TSTAMP_TSTAMP_H */

#ifndef FORENSICS_TESTS_CLOCK_HELP_H
#define FORENSICS_TESTS_CLOCK_HELP_H

#include <string.h>

#include "unit.h"

#include "tstamp/clock.h"

/* Shared by the tests of clocks; each program uses what it needs. */
#define HELPER __attribute__((unused)) static

HELPER ts_usec at(const char *iso)
{
	struct stamp s;

	ck_assert_msg(ts_iso8601(str_of(iso), &s) > 0, "'%s' is no time", iso);
	return s.t;
}

HELPER struct stamp yearless_stamp(const char *text)
{
	struct stamp s;

	ck_assert_msg(ts_rfc3164(str_of(text), &s) > 0, "'%s' is no stamp", text);
	return s;
}

HELPER void check_instant(const struct clocks *c, uint32_t clock, ts_usec reading, const char *want)
{
	char text[TS_TEXT];

	ck_assert_str_eq(ts_format(clocks_utc(c, clock, reading), text), want);
}

HELPER ts_usec error_of(const struct clocks *c, uint32_t clock)
{
	return clocks_info(c, clock)->uncertainty_us;
}

HELPER const struct str OWN = { NULL, 0 };

HELPER uint32_t local_of(struct clocks *c, const char *host)
{
	return clocks_get(c, CLOCK_LOCAL, str_of(host), STR_NONE, 0);
}

HELPER uint32_t dmesg_of(struct clocks *c, const char *path)
{
	return clocks_get(c, CLOCK_BOOT, OWN, str_of(path), 0);
}

#endif /* FORENSICS_TESTS_CLOCK_HELP_H */

#include "tstamp/tstamp.h"

#include "tstamp/scan.h"

size_t ts_rfc3164(struct str s, struct stamp *out)
{
	struct civil c = { 0 };
	ts_usec resolution;
	size_t i = 0;

	if (!scan_month_name(s, &i, &c.month) || !scan_char(s, &i, ' ') || !scan_day(s, &i, &c.day) ||
	    !scan_char(s, &i, ' ') || !scan_clock(s, &i, false, &c, &resolution) ||
	    !stamp_of(&c, resolution, false, out))
		return 0;
	return i;
}

size_t ts_klog(struct str s, struct stamp *out)
{
	struct civil c = { 0 };
	ts_usec resolution;
	size_t i = 0;

	/* The fraction is always there, and "1122 10:19:57" too much like anything. */
	if (!scan_two(s, &i, &c.month) || !scan_two(s, &i, &c.day) || !scan_char(s, &i, ' ') ||
	    !scan_clock(s, &i, false, &c, &resolution) || resolution == TS_SECOND ||
	    !stamp_of(&c, resolution, false, out))
		return 0;
	return i;
}

size_t ts_monthday(struct str s, struct stamp *out)
{
	struct civil c = { 0 };
	ts_usec resolution;
	size_t i = 0;

	if (!scan_two(s, &i, &c.month) || !scan_char(s, &i, '-') || !scan_two(s, &i, &c.day) ||
	    !scan_char(s, &i, ' ') || !scan_clock(s, &i, true, &c, &resolution) ||
	    !stamp_of(&c, resolution, false, out))
		return 0;
	return i;
}

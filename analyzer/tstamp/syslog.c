#include "tstamp/tstamp.h"

#include "tstamp/scan.h"

size_t ts_rfc3164(struct str s, struct stamp *out)
{
	struct civil c = { 0 };
	ts_usec resolution;
	size_t i = 0;

	if ((!scan_month_name(s, &i, &c.month) && !scan_month_abroad(s, &i, &c.month)) || !scan_char(s, &i, ' ') || !scan_day(s, &i, &c.day) ||
	    !scan_char(s, &i, ' ') || !scan_clock(s, &i, false, &c, &resolution) ||
	    !stamp_of(&c, resolution, false, out))
		return 0;
	return i;
}

size_t ts_klog(struct str s, struct stamp *out)
{
	struct civil c = { 0 };
	ts_usec resolution;
	bool short_month = s.n > 4 && s.p[3] == ' ' && is_digit(*s.p);
	size_t i = short_month;

	/* PyTorch's C++ prints 100 * month + day without a leading zero: "614" is June 14. */
	if (short_month)
		c.month = *s.p - '0';
	/* The fraction is always there, and "1122 10:19:57" too much like anything. */
	if ((!short_month && !scan_two(s, &i, &c.month)) || !scan_two(s, &i, &c.day) || !scan_char(s, &i, ' ') ||
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

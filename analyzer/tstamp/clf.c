#include "tstamp/tstamp.h"

#include "tstamp/scan.h"

size_t ts_clf(struct str s, struct stamp *out)
{
	struct civil c = { 0 };
	struct stamp stamp;
	ts_usec resolution;
	int minutes;
	size_t i = 0, at;

	if (!scan_two(s, &i, &c.day) || !scan_char(s, &i, '/') || !scan_month_name(s, &i, &c.month) || !scan_char(s, &i, '/') ||
	    !scan_year(s, &i, &c.year) || (!scan_char(s, &i, ':') && !scan_char(s, &i, ' ')) ||
	    !scan_clock(s, &i, false, &c, &resolution) || scan_in_word(s, i) || !stamp_of(&c, resolution, true, &stamp))
		return 0;
	at = i;
	if (scan_char(s, &at, ' ') && scan_offset(s, &at, false, &minutes)) {
		stamp_in_zone(&stamp, minutes);
		i = at;
	}
	*out = stamp;
	return i;
}

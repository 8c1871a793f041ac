#include "tstamp/tstamp.h"

#include "tstamp/scan.h"

/* yyyy-mm-dd, with whatever separator. */
static bool scan_date(struct str s, size_t *i, char separator, struct civil *c)
{
	return scan_year(s, i, &c->year) && scan_char(s, i, separator) && scan_two(s, i, &c->month) &&
	       scan_char(s, i, separator) && scan_two(s, i, &c->day);
}

/* True, with *minutes, for a zone at i; also true, with *i unmoved, when there
 * is none.  False for an offset that no zone has: half understood, the stamp
 * would be hours off. */
static bool scan_zone(struct str s, size_t *i, bool *found, int *minutes)
{
	size_t at = *i;

	*minutes = 0;
	*found = true;
	if ((scan_char(s, &at, 'Z') || scan_char(s, &at, 'z')) && !scan_in_word(s, at)) {
		*i = at;
		return true;
	}
	at = *i;
	if (scan_offset(s, i, true, minutes))
		return true;
	if ((scan_char(s, &at, '+') || scan_char(s, &at, '-')) && at + 1 < s.n && is_digit(s.p[at]) && is_digit(s.p[at + 1]))
		return false;
	at = *i;
	/* Behind a blank only what cannot be the text of the line: Go writes
	 * "+0100 CET", PostgreSQL and systemd "UTC". */
	if (scan_char(s, &at, ' ')) {
		if (scan_offset(s, &at, false, minutes)) {
			*i = at;
			return true;
		}
		if ((str_starts(str_from(s, at), STR("UTC")) || str_starts(str_from(s, at), STR("GMT"))) &&
		    !scan_in_word(s, at + 3)) {
			*i = at + 3;
			return true;
		}
	}
	*found = false;
	return true;
}

size_t ts_iso8601(struct str s, struct stamp *out)
{
	struct civil c = { 0 };
	struct stamp stamp;
	ts_usec resolution;
	size_t i = 0;
	bool zoned;
	int minutes;

	if (!scan_date(s, &i, '-', &c))
		return 0;
	if (!scan_char(s, &i, 'T') && !scan_char(s, &i, 't') && !scan_blanks(s, &i))
		return 0;
	if (!scan_clock(s, &i, true, &c, &resolution) || !stamp_of(&c, resolution, true, &stamp) ||
	    !scan_zone(s, &i, &zoned, &minutes))
		return 0;
	if (zoned)
		stamp_in_zone(&stamp, minutes);
	*out = stamp;
	return i;
}

size_t ts_slashed(struct str s, struct stamp *out)
{
	struct civil c = { 0 };
	ts_usec resolution;
	size_t i = 0;

	if (!scan_date(s, &i, '/', &c) || !scan_blanks(s, &i) || !scan_clock(s, &i, false, &c, &resolution) ||
	    !stamp_of(&c, resolution, true, out))
		return 0;
	return i;
}

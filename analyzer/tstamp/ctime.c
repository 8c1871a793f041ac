#include "tstamp/tstamp.h"

#include "tstamp/scan.h"

/* " AM" or " PM" of the English locales; false for an hour that has none. */
static bool scan_half_day(struct str s, size_t *i, struct civil *c)
{
	struct str rest = str_from(s, *i);
	bool pm = str_starts(rest, STR(" PM"));

	if ((!pm && !str_starts(rest, STR(" AM"))) || scan_in_word(s, *i + 3))
		return true;
	if (c->hour < 1 || c->hour > 12)
		return false;
	c->hour = c->hour % 12 + (pm ? 12 : 0);
	*i += 3;
	return true;
}

/* What the tz database has today, and had in the years logs are from.  PST is Manila's, too. */
bool ts_zone(struct str name, int *minutes)
{
	static const struct { const char *name; int minutes; } zones[] = {
		{ "UTC", 0 }, { "GMT", 0 }, { "WET", 0 }, { "WEST", 60 }, { "BST", 60 }, { "CET", 60 }, { "CEST", 120 },
		{ "EET", 120 }, { "EEST", 180 }, { "MSK", 180 }, { "SAST", 120 }, { "HKT", 480 }, { "JST", 540 }, { "KST", 540 },
		{ "AWST", 480 }, { "ACST", 570 }, { "ACDT", 630 }, { "AEST", 600 }, { "AEDT", 660 }, { "NZST", 720 }, { "NZDT", 780 },
		{ "EST", -300 }, { "EDT", -240 }, { "MST", -420 }, { "MDT", -360 }, { "PDT", -420 }, { "AKST", -540 }, { "AKDT", -480 }, { "HST", -600 },
	};

	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		if (str_eq(name, str_of(zones[i].name))) {
			*minutes = zones[i].minutes;
			return true;
		}
	return false;
}

/* "UTC", "CET", "+0530", "-03" behind a blank.  An abbreviation that names several
 * zones is taken, and not believed. */
static bool scan_zone_name(struct str s, size_t *i, bool *known, int *minutes)
{
	size_t from = *i, at;

	if (!scan_char(s, &from, ' '))
		return false;
	at = from;
	*minutes = 0;
	*known = scan_offset(s, &at, true, minutes);
	if (!*known) {
		while (at < s.n && s.p[at] >= 'A' && s.p[at] <= 'Z')
			at++;
		if (at == from || at - from > 5 || scan_in_word(s, at))
			return false;
		*known = ts_zone((struct str){ s.p + from, at - from }, minutes);
	}
	*i = at;
	return true;
}

size_t ts_ctime(struct str s, struct stamp *out)
{
	struct civil c = { 0 };
	struct stamp stamp;
	ts_usec resolution;
	bool zoned = false;
	int minutes = 0;
	size_t i = 0;

	if (!scan_weekday_name(s, &i) || !scan_char(s, &i, ' '))
		return 0;
	/* date(1) in British and most other English locales: the day first. */
	if (scan_month_name(s, &i, &c.month)) {
		if (!scan_char(s, &i, ' ') || !scan_day(s, &i, &c.day))
			return 0;
	} else if (!scan_day(s, &i, &c.day) || !scan_char(s, &i, ' ') || !scan_month_name(s, &i, &c.month)) {
		return 0;
	}
	if (!scan_char(s, &i, ' ') || !scan_clock(s, &i, false, &c, &resolution) || !scan_half_day(s, &i, &c))
		return 0;
	scan_zone_name(s, &i, &zoned, &minutes);
	if (!scan_char(s, &i, ' ') || !scan_year(s, &i, &c.year) || scan_in_word(s, i) ||
	    !stamp_of(&c, resolution, true, &stamp))
		return 0;
	if (zoned)
		stamp_in_zone(&stamp, minutes);
	*out = stamp;
	return i;
}

size_t ts_rfc1123(struct str s, struct stamp *out)
{
	struct civil c = { 0 };
	struct stamp stamp;
	ts_usec resolution;
	bool zoned = false;
	int minutes = 0;
	size_t i = 0;

	if (!scan_weekday_name(s, &i))
		return 0;
	scan_char(s, &i, ','); /* date(1) in some English locales leaves it out */
	if (!scan_char(s, &i, ' ') || !scan_day(s, &i, &c.day) || !scan_char(s, &i, ' ') ||
	    !scan_month_name(s, &i, &c.month) || !scan_char(s, &i, ' ') || !scan_year(s, &i, &c.year) ||
	    !scan_char(s, &i, ' ') || !scan_clock(s, &i, false, &c, &resolution) || !scan_half_day(s, &i, &c) ||
	    !stamp_of(&c, resolution, true, &stamp))
		return 0;
	if (scan_zone_name(s, &i, &zoned, &minutes) && zoned)
		stamp_in_zone(&stamp, minutes);
	*out = stamp;
	return i;
}

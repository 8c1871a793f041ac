#include "tstamp/scan.h"

#define WORD3(a, b, c) ((uint32_t)(a) << 16 | (uint32_t)(b) << 8 | (uint32_t)(c))

/* Three letters as one number, 0 when there are not three bytes left. */
static uint32_t word3(struct str s, size_t i)
{
	if (i > s.n || s.n - i < 3)
		return 0;
	return WORD3((unsigned char)s.p[i], (unsigned char)s.p[i + 1], (unsigned char)s.p[i + 2]);
}

static int month_of(uint32_t name)
{
	switch (name) {
	case WORD3('J', 'a', 'n'): return 1;
	case WORD3('F', 'e', 'b'): return 2;
	case WORD3('M', 'a', 'r'): return 3;
	case WORD3('A', 'p', 'r'): return 4;
	case WORD3('M', 'a', 'y'): return 5;
	case WORD3('J', 'u', 'n'): return 6;
	case WORD3('J', 'u', 'l'): return 7;
	case WORD3('A', 'u', 'g'): return 8;
	case WORD3('S', 'e', 'p'): return 9;
	case WORD3('O', 'c', 't'): return 10;
	case WORD3('N', 'o', 'v'): return 11;
	case WORD3('D', 'e', 'c'): return 12;
	default: return 0;
	}
}

bool scan_month_name(struct str s, size_t *i, int *month)
{
	int m = month_of(word3(s, *i));

	if (m == 0)
		return false;
	*month = m;
	*i += 3;
	return true;
}

bool scan_weekday_name(struct str s, size_t *i)
{
	switch (word3(s, *i)) {
	case WORD3('S', 'u', 'n'):
	case WORD3('M', 'o', 'n'):
	case WORD3('T', 'u', 'e'):
	case WORD3('W', 'e', 'd'):
	case WORD3('T', 'h', 'u'):
	case WORD3('F', 'r', 'i'):
	case WORD3('S', 'a', 't'):
		*i += 3;
		return true;
	default:
		return false;
	}
}

bool scan_day(struct str s, size_t *i, int *day)
{
	size_t at = *i;

	scan_char(s, &at, ' ');
	if (!scan_two(s, &at, day)) {
		if (at >= s.n || !is_digit(s.p[at]))
			return false;
		*day = s.p[at++] - '0';
	}
	*i = at;
	return true;
}

static bool scan_fraction(struct str s, size_t *i, int *us, ts_usec *resolution)
{
	int value = 0;
	ts_usec unit = TS_SECOND;
	size_t from = *i, at = from;

	for (; at < s.n && is_digit(s.p[at]); at++) {
		if (at - from == 9)
			return false;
		if (unit == 1)
			continue; /* nanoseconds are cut, not rounded: the instant lies behind t */
		value = value * 10 + (s.p[at] - '0');
		unit /= 10;
	}
	*us = value * (int)unit;
	*resolution = unit;
	*i = at;
	return true;
}

bool scan_clock(struct str s, size_t *i, bool comma, struct civil *c, ts_usec *resolution)
{
	size_t at = *i;
	int h, m, sec, us = 0;

	if (!scan_two(s, &at, &h) || !scan_char(s, &at, ':') || !scan_two(s, &at, &m) ||
	    !scan_char(s, &at, ':') || !scan_two(s, &at, &sec))
		return false;
	if (h > 23 || m > 59 || sec > 60)
		return false;
	*resolution = TS_SECOND;
	if (at + 1 < s.n && (s.p[at] == '.' || (comma && s.p[at] == ',')) && is_digit(s.p[at + 1])) {
		at++;
		if (!scan_fraction(s, &at, &us, resolution))
			return false;
	} else if (at < s.n && is_digit(s.p[at])) {
		return false;
	}
	c->hour = h;
	c->minute = m;
	c->second = sec;
	c->us = us;
	*i = at;
	return true;
}

bool scan_offset(struct str s, size_t *i, bool short_form, int *minutes)
{
	size_t at = *i + 1;
	bool colon;
	int h, m = 0;

	if (at >= s.n || (s.p[*i] != '+' && s.p[*i] != '-') || !scan_two(s, &at, &h))
		return false;
	colon = scan_char(s, &at, ':');
	if (!scan_two(s, &at, &m) && (colon || !short_form))
		return false;
	if (h > 15 || m > 59 || scan_in_word(s, at))
		return false;
	*minutes = s.p[*i] == '-' ? -(h * 60 + m) : h * 60 + m;
	*i = at;
	return true;
}

static bool date_exists(int year, int month, int day)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (month < 1 || month > 12 || day < 1 || day > days[month - 1])
		return false;
	return month != 2 || day < 29 || leap;
}

bool stamp_of(const struct civil *c, ts_usec resolution, bool has_year, struct stamp *out)
{
	int year = has_year ? c->year : 2000;

	if (year < 1970 || !date_exists(year, c->month, c->day))
		return false;
	*out = (struct stamp){
		.t = ts_civil(year, c->month, c->day, c->hour, c->minute, c->second, c->us),
		.has_year = has_year,
		.resolution_us = resolution,
	};
	return true;
}

void stamp_in_zone(struct stamp *s, int minutes)
{
	s->t -= minutes * TS_MINUTE;
	s->zone_minutes = minutes;
	s->has_zone = true;
}

#include "tstamp/tstamp.h"

#include "tstamp/scan.h"

/* Reads digits as long as the value stays below a billion: 31 years of
 * seconds, and no sum of them overflows. */
static bool scan_count(struct str s, size_t *i, int64_t *v)
{
	int64_t value = 0;
	size_t at = *i;

	for (; at < s.n && is_digit(s.p[at]); at++) {
		if (value > 99999999)
			return false;
		value = value * 10 + (s.p[at] - '0');
	}
	if (at == *i)
		return false;
	*v = value;
	*i = at;
	return true;
}

size_t ts_uptime(struct str s, struct stamp *out)
{
	int64_t seconds, us = 0;
	ts_usec unit = TS_SECOND;
	size_t i = 0, from;

	if (!scan_char(s, &i, '['))
		return 0;
	scan_blanks(s, &i);
	if (!scan_count(s, &i, &seconds) || !scan_char(s, &i, '.'))
		return 0;
	for (from = i; i < s.n && is_digit(s.p[i]); i++) {
		if (i - from == 9)
			return 0;
		if (unit == 1)
			continue;
		us = us * 10 + (s.p[i] - '0');
		unit /= 10;
	}
	if (i == from || !scan_char(s, &i, ']'))
		return 0;
	*out = (struct stamp){ .t = seconds * TS_SECOND + us * unit, .resolution_us = unit };
	return i;
}

size_t ts_age(struct str s, struct stamp *out)
{
	/* apimachinery's duration.HumanDuration: at most two parts, from large to small. */
	static const struct {
		char letter;
		ts_usec length;
	} units[] = {
		{ 'y', 365 * TS_DAY }, { 'd', TS_DAY }, { 'h', TS_HOUR }, { 'm', TS_MINUTE }, { 's', TS_SECOND },
	};
	const size_t n_units = sizeof units / sizeof *units;
	ts_usec total = 0, unit = 0;
	size_t i = 0, next = 0;
	int64_t v;

	while (scan_count(s, &i, &v)) {
		while (next < n_units && (i >= s.n || s.p[i] != units[next].letter))
			next++;
		if (next == n_units)
			return 0;
		unit = units[next++].length;
		if (v > (TS_FOREVER - total) / unit)
			return 0;
		total += v * unit;
		i++;
	}
	if (unit == 0 || scan_in_word(s, i))
		return 0;
	*out = (struct stamp){ .t = total, .resolution_us = unit };
	return i;
}

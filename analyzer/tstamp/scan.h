#ifndef FORENSICS_TSTAMP_SCAN_H
#define FORENSICS_TSTAMP_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "tstamp/tstamp.h"

/* Inside tstamp/: the pieces stamps are made of.  Each reads at s.p + *i,
 * moves *i behind what it took and returns true; on false *i has not moved.
 * Every line of a bundle comes through here, so nothing below copies, and
 * what cannot be a stamp is refused at its first byte. */

static inline bool scan_char(struct str s, size_t *i, char c)
{
	if (*i >= s.n || s.p[*i] != c)
		return false;
	++*i;
	return true;
}

/* One blank or several. */
static inline bool scan_blanks(struct str s, size_t *i)
{
	size_t from = *i;

	while (*i < s.n && is_blank(s.p[*i]))
		++*i;
	return *i > from;
}

static inline bool scan_two(struct str s, size_t *i, int *v)
{
	if (*i > s.n || s.n - *i < 2 || !is_digit(s.p[*i]) || !is_digit(s.p[*i + 1]))
		return false;
	*v = (s.p[*i] - '0') * 10 + (s.p[*i + 1] - '0');
	*i += 2;
	return true;
}

/* Four digits. */
static inline bool scan_year(struct str s, size_t *i, int *v)
{
	size_t at = *i;
	int high, low;

	if (!scan_two(s, &at, &high) || !scan_two(s, &at, &low))
		return false;
	*v = high * 100 + low;
	*i = at;
	return true;
}

/* True when a letter or digit stands at i: what ends there is only part of a word. */
static inline bool scan_in_word(struct str s, size_t i)
{
	return i < s.n && (is_digit(s.p[i]) || (s.p[i] >= 'A' && s.p[i] <= 'Z') || (s.p[i] >= 'a' && s.p[i] <= 'z'));
}

bool scan_month_name(struct str s, size_t *i, int *month);
/* A month as other locales abbreviate it, with a full stop or not; a blank follows. */
bool scan_month_abroad(struct str s, size_t *i, int *month);
bool scan_weekday_name(struct str s, size_t *i);
/* A day of one or two digits, padded with a blank or not. */
bool scan_day(struct str s, size_t *i, int *day);
/* HH:MM:SS with a fraction of up to 9 digits behind a dot, or a comma where
 * the format has one.  Second 60 is a leap second. */
bool scan_clock(struct str s, size_t *i, bool comma, struct civil *c, ts_usec *resolution);
/* +hh:mm, +hhmm and, where short_form, +hh; false for more than 15:59, which no zone is. */
bool scan_offset(struct str s, size_t *i, bool short_form, int *minutes);

/* The stamp, when the date exists; years before 1970 are refused. */
bool stamp_of(const struct civil *c, ts_usec resolution, bool has_year, struct stamp *out);
/* The stamp was read minutes east of UTC. */
void stamp_in_zone(struct stamp *s, int minutes);

#endif /* FORENSICS_TSTAMP_SCAN_H */

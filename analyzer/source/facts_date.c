/* Dates as date(1) prints them in other languages (the date_fmt of glibc's locales):
 *
 *     2026年 03月 18日 星期三 05:40:12 CST        Mi 18. Mär 05:40:12 CET 2026
 *     mercredi 18 mars 2026, 05:40:12 (UTC+0100)   mié 18 mar 2026 05:40:12 CET
 *
 * They differ in words, marks and order; what each part is shows by itself: a year has four digits, a time colons, a
 * month is a word of the table or stands before its sign, and the number that is left is the day. */
#include "base/number.h"
#include "source/facts.h"

/* How the names of each month begin, whatever follows.  "mar" is also Tuesday in three languages: that comes first. */
static const struct month { const char *begin; int month; } months[] = {
	{ "jan", 1 }, { "ene", 1 }, { "gen", 1 }, { "sty", 1 }, { "янв", 1 },
	{ "feb", 2 }, { "fév", 2 }, { "fev", 2 }, { "lut", 2 }, { "фев", 2 },
	{ "mar", 3 }, { "mär", 3 }, { "mrt", 3 }, { "mrz", 3 }, { "мар", 3 },
	{ "apr", 4 }, { "avr", 4 }, { "abr", 4 }, { "kwi", 4 }, { "апр", 4 },
	{ "mai", 5 }, { "may", 5 }, { "mag", 5 }, { "mei", 5 }, { "maj", 5 }, { "мая", 5 }, { "май", 5 },
	{ "jun", 6 }, { "juin", 6 }, { "giu", 6 }, { "cze", 6 }, { "июн", 6 },
	{ "jul", 7 }, { "juil", 7 }, { "lug", 7 }, { "lip", 7 }, { "июл", 7 },
	{ "aug", 8 }, { "aoû", 8 }, { "ago", 8 }, { "sie", 8 }, { "авг", 8 },
	{ "sep", 9 }, { "set", 9 }, { "wrz", 9 }, { "сен", 9 },
	{ "oct", 10 }, { "okt", 10 }, { "ott", 10 }, { "out", 10 }, { "paź", 10 }, { "окт", 10 },
	{ "nov", 11 }, { "lis", 11 }, { "ноя", 11 },
	{ "dec", 12 }, { "déc", 12 }, { "dez", 12 }, { "dic", 12 }, { "gru", 12 }, { "дек", 12 },
};

struct parts {
	int year, month, day, hour, minute, second;
	bool timed, afternoon, zoned;
	int zone;
};

static bool skip_any(struct str *s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_skip(s, str_of(words[i])))
			return true;
	return false;
}

/* "05:40:12" */
static bool read_clock(struct str s, struct parts *p)
{
	struct str part;
	uint64_t v[3];
	int n = 0;

	while (n < 3 && str_cut(&s, ':', &part)) {
		if (part.n < 1 || part.n > 2 || !num_u64(part, &v[n]))
			return false;
		n++;
	}
	if (n != 3 || s.n || v[0] > 23 || v[1] > 59 || v[2] > 60 || p->timed)
		return false;
	p->hour = (int)v[0];
	p->minute = (int)v[1];
	p->second = (int)v[2];
	return p->timed = true;
}

/* Digits and what is written behind them: "2026年", "03月", "18.", "18日", "2026," */
static bool read_number(struct str s, struct parts *p)
{
	static const char *const year_signs[] = { "年", "년" }, *const month_signs[] = { "月", "월" }, *const day_signs[] = { "日", "일" };
	size_t n = 0;
	uint64_t v;
	int *into;

	while (n < s.n && is_digit(s.p[n]))
		n++;
	if (n == 0 || n > 4 || !num_u64(str_head(s, n), &v))
		return false;
	s = str_from(s, n);
	if (skip_any(&s, year_signs, 2))
		into = &p->year;
	else if (skip_any(&s, month_signs, 2))
		into = &p->month;
	else if (skip_any(&s, day_signs, 2))
		into = &p->day;
	else
		into = n == 4 ? &p->year : n <= 2 ? &p->day : NULL;
	if (!into || *into)
		return false;
	*into = (int)v;
	return s.n == 0 || str_eq(s, STR(",")) || str_eq(s, STR(".")) || (is_digit(s.p[0]) && read_number(s, p)); /* "2026年3月18日" */
}

static bool read_month(struct str s, struct parts *p)
{
	for (size_t i = 0; i < sizeof(months) / sizeof(months[0]); i++)
		if (str_istarts(s, str_of(months[i].begin))) {
			p->month = months[i].month;
			return true;
		}
	return false;
}

/* "CET", "UTC", "+0100", "(UTC+0100)" */
static bool read_zone(struct str s, struct parts *p)
{
	int minutes;

	str_skip(&s, STR("("));
	if (s.n && s.p[s.n - 1] == ')')
		s.n--;
	if (str_starts(s, STR("UTC")) && s.n > 3)
		s = str_from(s, 3);
	if (!ts_zone(s, &minutes) && !facts_read_offset(s, &minutes))
		return false;
	p->zoned = true;
	p->zone = minutes;
	return true;
}

bool facts_foreign_date(struct str line, struct stamp *out)
{
	static const char *const noon[] = { "PM", "下午", "오후", "午後" };
	struct parts p = { 0 };
	struct str word;
	ts_usec t;
	struct civil c;

	if (line.n > 96)
		return false;
	while (str_word(&line, &word)) {
		struct str rest = word;

		if (str_chr(word, ':') < word.n && is_digit(word.p[0])) {
			if (!read_clock(word, &p))
				return false;
		} else if (is_digit(word.p[0])) {
			if (!read_number(word, &p))
				return false;
		} else if (skip_any(&rest, noon, sizeof(noon) / sizeof(noon[0])) && rest.n == 0) {
			p.afternoon = true;
		} else if (!read_zone(word, &p)) {
			(void)read_month(word, &p); /* or a weekday */
		}
	}
	if (!p.timed || p.year < 1970 || p.month < 1 || p.month > 12 || p.day < 1 || p.day > 31)
		return false;
	if (p.afternoon && p.hour < 12)
		p.hour += 12;
	t = ts_civil(p.year, p.month, p.day, p.hour, p.minute, p.second, 0);
	c = ts_split(t);
	if (c.month != p.month || c.day != p.day)
		return false;
	*out = (struct stamp){
		.t = t - (p.zoned ? p.zone * TS_MINUTE : 0), .has_zone = p.zoned, .has_year = true,
		.zone_minutes = p.zone, .resolution_us = TS_SECOND,
	};
	return true;
}

#include "tstamp/scan.h"

/* Abbreviated months of glibc's locales (LC_TIME abmon), English left out: what `journalctl` and `ls` print
 * elsewhere.  Left out as well are names that mean another month in a second language (Croatian, Ukrainian). */
static const struct { const char *name; int month; } names[] = {
	{ "janv", 1 }, { "f\xc3\xa9vr", 2 }, { "mars", 3 }, { "avril", 4 }, { "mai", 5 }, { "juin", 6 }, { "juil", 7 }, { "ao\xc3\xbbt", 8 },
	{ "sept", 9 }, { "oct", 10 }, { "nov", 11 }, { "d\xc3\xa9""c", 12 },                                    /* fr */
	{ "M\xc3\xa4r", 3 }, { "Mai", 5 }, { "Okt", 10 }, { "Dez", 12 },                                       /* de */
	{ "ene", 1 }, { "feb", 2 }, { "mar", 3 }, { "abr", 4 }, { "may", 5 }, { "jun", 6 }, { "jul", 7 }, { "ago", 8 }, { "sep", 9 }, { "dic", 12 }, /* es */
	{ "gen", 1 }, { "apr", 4 }, { "mag", 5 }, { "giu", 6 }, { "lug", 7 }, { "set", 9 }, { "ott", 10 },       /* it */
	{ "jan", 1 }, { "fev", 2 }, { "out", 10 }, { "dez", 12 },                                                /* pt */
	{ "mrt", 3 }, { "mei", 5 }, { "aug", 8 }, { "okt", 10 }, { "dec", 12 }, { "maj", 5 },                    /* nl, sv, da */
	{ "sty", 1 }, { "lut", 2 }, { "kwi", 4 }, { "cze", 6 }, { "sie", 8 }, { "wrz", 9 }, { "pa\xc5\xba", 10 }, { "gru", 12 }, /* pl */
	{ "\xd1\x8f\xd0\xbd\xd0\xb2", 1 }, { "\xd1\x84\xd0\xb5\xd0\xb2", 2 }, { "\xd0\xbc\xd0\xb0\xd1\x80", 3 }, { "\xd0\xb0\xd0\xbf\xd1\x80", 4 },
	{ "\xd0\xbc\xd0\xb0\xd1\x8f", 5 }, { "\xd0\xbc\xd0\xb0\xd0\xb9", 5 }, { "\xd0\xb8\xd1\x8e\xd0\xbd", 6 }, { "\xd0\xb8\xd1\x8e\xd0\xbb", 7 },
	{ "\xd0\xb0\xd0\xb2\xd0\xb3", 8 }, { "\xd1\x81\xd0\xb5\xd0\xbd", 9 }, { "\xd0\xbe\xd0\xba\xd1\x82", 10 }, { "\xd0\xbd\xd0\xbe\xd1\x8f", 11 },
	{ "\xd0\xb4\xd0\xb5\xd0\xba", 12 },                                                                /* ru */
};

/* "4\u6708" (Chinese, Japanese) and "4\uc6d4" (Korean); one digit is padded with a blank at times. */
static bool numbered(struct str s, size_t *i, int *month)
{
	size_t at = *i;

	scan_char(s, &at, ' ');
	if (!scan_day(s, &at, month) || *month > 12 ||
	    (!str_starts(str_from(s, at), STR("\xe6\x9c\x88")) && !str_starts(str_from(s, at), STR("\xec\x9b\x94"))))
		return false;
	*i = at + 3;
	return true;
}

bool scan_month_abroad(struct str s, size_t *i, int *month)
{
	struct str rest = str_from(s, *i);
	int n;

	if (rest.n == 0)
		return false;
	if (is_digit(*rest.p) || *rest.p == ' ') {
		if (!numbered(s, i, &n))
			return false;
		*month = n;
		return true;
	}
	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
		size_t at = *i + strlen(names[k].name);

		if (!str_starts(rest, str_of(names[k].name)))
			continue;
		scan_char(s, &at, '.');
		if (at < s.n && s.p[at] != ' ')
			continue;
		*month = names[k].month;
		*i = at;
		return true;
	}
	return false;
}

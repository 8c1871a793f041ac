#include "source/app.h"

#include "base/number.h"

static bool two(struct str s, size_t at, int *out)
{
	if (at + 2 > s.n || !is_digit(s.p[at]) || !is_digit(s.p[at + 1]))
		return false;
	*out = (s.p[at] - '0') * 10 + (s.p[at + 1] - '0');
	return true;
}

/* "11/22/2026 10:16:04" (transformers) and "26/11/22 10:16:04" (Spark), read
 * as the ISO stamp they would be. */
static size_t short_slashed(struct str s, struct stamp *out)
{
	char text[64];
	int a, b, c, n;
	bool long_year;
	size_t head, took;

	if (!two(s, 0, &a) || s.n < 17 || s.p[2] != '/' || !two(s, 3, &b) || s.p[5] != '/' || !two(s, 6, &c))
		return 0;
	long_year = is_digit(s.p[8]) && is_digit(s.p[9]);
	head = long_year ? 10 : 8;
	if (long_year)
		n = snprintf(text, sizeof(text), "%.4s-%02d-%02d", s.p + 6, a, b);
	else
		n = snprintf(text, sizeof(text), "20%02d-%02d-%02d", a, b, c);
	s = str_head(str_from(s, head), sizeof(text) - 1 - (size_t)n);
	memcpy(text + n, s.p, s.n);
	took = ts_iso8601((struct str){ text, (size_t)n + s.n }, out);
	return took ? took - (size_t)n + head : 0;
}

/* "Feb 25 2025 13:59:45" (the fabric manager). */
static size_t month_first(struct str s, struct stamp *out)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char text[64];
	int day, month = 0, n;
	size_t took;

	if (s.n < 20 || s.p[3] != ' ' || s.p[6] != ' ' || s.p[11] != ' ' || !is_digit(s.p[5]) || !is_digit(s.p[7]))
		return 0;
	while (month < 12 && memcmp(months + 3 * month, s.p, 3) != 0)
		month++;
	day = (is_digit(s.p[4]) ? s.p[4] - '0' : 0) * 10 + (s.p[5] - '0');
	if (month == 12)
		return 0;
	n = snprintf(text, sizeof(text), "%.4s-%02d-%02d", s.p + 7, month + 1, day);
	s = str_head(str_from(s, 11), sizeof(text) - 1 - (size_t)n);
	memcpy(text + n, s.p, s.n);
	took = ts_iso8601((struct str){ text, (size_t)n + s.n }, out);
	return took ? took - (size_t)n + 11 : 0;
}

/* May the line go on like this behind a stamp?  A comma makes it a row of
 * CSV, a letter or digit a name. */
static bool ends_stamp(struct str s, size_t at)
{
	return at == s.n || is_blank(s.p[at]) || memchr("]:|-;[)>", s.p[at], 8) != NULL;
}

size_t app_stamp(struct str s, struct stamp *out)
{
	bool bracket = s.n > 0 && (*s.p == '[' || *s.p == '<');
	struct stamp st;
	size_t n = 0;

	if (bracket)
		s = str_from(s, 1);
	if (s.n < 16)
		return 0;
	if (is_digit(*s.p)) {
		if (s.p[4] == '-')
			n = ts_iso8601(s, &st);
		else if (s.p[4] == '/')
			n = ts_slashed(s, &st);
		else if (s.p[2] == '/')
			n = short_slashed(s, &st);
	} else if (*s.p >= 'A' && *s.p <= 'W' && s.p[3] == ' ') {
		n = is_digit(s.p[5]) ? month_first(s, &st) : ts_ctime(s, &st);
	}
	if (n == 0 || !ends_stamp(s, n))
		return 0;
	*out = st;
	if (bracket && n < s.n && (s.p[n] == ']' || s.p[n] == '>'))
		n++;
	return n + bracket;
}

static const struct { const char *word; enum severity severity; } levels[] = {
	{ "INFO", SEV_INFO }, { "WARNING", SEV_WARNING }, { "WARN", SEV_WARNING }, { "ERROR", SEV_ERR }, { "DEBUG", SEV_DEBUG },
	{ "TRACE", SEV_DEBUG }, { "NOTICE", SEV_NOTICE }, { "CRITICAL", SEV_CRIT }, { "FATAL", SEV_CRIT }, { "ERR", SEV_ERR },
	{ "CRIT", SEV_CRIT }, { "SEVERE", SEV_ERR }, { "ALERT", SEV_ALERT }, { "EMERG", SEV_EMERG }, { "PANIC", SEV_EMERG },
	{ "VERBOSE", SEV_DEBUG }, { "INFORMATION", SEV_INFO },
};

enum severity app_severity(struct str level)
{
	uint64_t v;

	for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++)
		if (str_ieq(level, str_of(levels[i].word)))
			return levels[i].severity;
	if (level.n == 1)
		switch (*level.p) {
		case 'I': return SEV_INFO;
		case 'W': return SEV_WARNING;
		case 'E': return SEV_ERR;
		case 'F': case 'C': return SEV_CRIT;
		case 'D': case 'V': case 'T': return SEV_DEBUG;
		default: break;
		}
	if (!num_u64(level, &v))
		return SEV_NONE;
	if (v <= 7)
		return (enum severity)v;
	return v < 10 ? SEV_NONE : v < 30 ? SEV_DEBUG : v < 40 ? SEV_INFO : v < 50 ? SEV_WARNING : v < 60 ? SEV_ERR : SEV_CRIT;
}

size_t app_level(struct str s, enum severity *out, struct str *word)
{
	bool bracket = s.n > 0 && *s.p == '[';
	size_t i = bracket, from, end;

	while (bracket && i < s.n && s.p[i] == ' ')
		i++;
	from = i;
	while (i < s.n && i - from < 12 && ((s.p[i] >= 'A' && s.p[i] <= 'Z') || (bracket && s.p[i] >= 'a' && s.p[i] <= 'z')))
		i++;
	end = i;
	if (end - from < 3 || (bracket && end - from > 11))
		return 0;
	while (bracket && i < s.n && s.p[i] == ' ')
		i++;
	if (bracket ? i == s.n || s.p[i] != ']' : i < s.n && !is_blank(s.p[i]) && memchr(":]|-/,", s.p[i], 6) == NULL)
		return 0;
	*word = (struct str){ s.p + from, end - from };
	*out = app_severity(*word);
	return *out == SEV_NONE ? 0 : i + bracket;
}

#include "tstamp/tstamp.h"

#include <stdio.h>

/* By hand: exports write one per event, and snprintf would be most of it. */
static char *put(char *p, int v, int digits)
{
	for (int i = digits - 1; i >= 0; i--, v /= 10)
		p[i] = (char)('0' + v % 10);
	return p + digits;
}

static char *put_date(char *p, const struct civil *c)
{
	/* ISO 8601 wants a sign on years that do not have four digits. */
	if (c->year < 0 || c->year > 9999) {
		*p++ = c->year < 0 ? '-' : '+';
		p = put(p, c->year < 0 ? -c->year : c->year, 6);
	} else {
		p = put(p, c->year, 4);
	}
	*p++ = '-';
	p = put(p, c->month, 2);
	*p++ = '-';
	return put(p, c->day, 2);
}

static char *put_clock(char *p, const struct civil *c)
{
	p = put(p, c->hour, 2);
	*p++ = ':';
	p = put(p, c->minute, 2);
	*p++ = ':';
	return put(p, c->second, 2);
}

static const char *put_none(char buf[TS_TEXT])
{
	buf[0] = '-';
	buf[1] = '\0';
	return buf;
}

const char *ts_format(ts_usec t, char buf[TS_TEXT])
{
	struct civil c;
	char *p = buf;

	if (t == TS_NONE)
		return put_none(buf);
	c = ts_split(t);
	p = put_date(p, &c);
	*p++ = 'T';
	p = put_clock(p, &c);
	*p++ = '.';
	p = put(p, c.us, 6);
	*p++ = 'Z';
	*p = '\0';
	return buf;
}

const char *ts_short(ts_usec t, char buf[TS_TEXT])
{
	struct civil c;
	char *p = buf;

	if (t == TS_NONE)
		return put_none(buf);
	c = ts_split(t);
	p = put_date(p, &c);
	*p++ = ' ';
	p = put_clock(p, &c);
	*p++ = 'Z';
	*p = '\0';
	return buf;
}

/* Cut, not rounded: "60 s" and "1m60s" do not come up. */
const char *ts_duration(ts_usec d, char buf[TS_TEXT])
{
	const char *sign = d < 0 ? "-" : "";
	long long n;

	if (d == TS_NONE)
		return put_none(buf);
	n = d < 0 ? -d : d;
	if (n < 1000)
		snprintf(buf, TS_TEXT, "%s%lld us", sign, n);
	else if (n < TS_SECOND)
		snprintf(buf, TS_TEXT, "%s%lld ms", sign, n / 1000);
	else if (n < TS_MINUTE && n % TS_SECOND < 100000)
		snprintf(buf, TS_TEXT, "%s%lld s", sign, n / TS_SECOND);
	else if (n < TS_MINUTE)
		snprintf(buf, TS_TEXT, "%s%lld.%lld s", sign, n / TS_SECOND, n % TS_SECOND / 100000);
	else if (n < TS_HOUR)
		snprintf(buf, TS_TEXT, "%s%lldm%02llds", sign, n / TS_MINUTE, n % TS_MINUTE / TS_SECOND);
	else if (n < TS_DAY)
		snprintf(buf, TS_TEXT, "%s%lldh%02lldm", sign, n / TS_HOUR, n % TS_HOUR / TS_MINUTE);
	else
		snprintf(buf, TS_TEXT, "%s%lldd%02lldh", sign, n / TS_DAY, n % TS_DAY / TS_HOUR);
	return buf;
}

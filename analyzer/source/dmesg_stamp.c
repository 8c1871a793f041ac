#include "source/dmesg_stamp.h"

#include "base/number.h"
#include "source/kernel.h"

/* As many microseconds as kernel_seconds() would take. */
#define KMSG_MAX 1000000000000000000u

/* Apache's error log has the bracket of dmesg -T, and a level in the next one:
 * "[error]", "[core:notice]".  A kernel message may start with "[drm]". */
static bool is_apache_level(struct str s)
{
	static const char *const names[] = { "emerg", "alert", "crit", "error", "warn", "notice", "info", "debug" };
	size_t colon;

	if (!str_skip(&s, STR("[")))
		return false;
	s = str_head(s, str_chr(s, ']'));
	colon = str_chr(s, ':');
	if (colon < s.n)
		s = str_from(s, colon + 1);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(s, str_of(names[i])))
			return true;
	return false;
}

/* "<%12.06f>" or "%+8.6f", blanks before it; bytes taken. */
static size_t delta(struct str s, struct dmesg_stamp *out)
{
	size_t i = 0, n;
	bool angle, minus;

	while (i < s.n && s.p[i] == ' ')
		i++;
	angle = i < s.n && s.p[i] == '<';
	for (i += angle; i < s.n && s.p[i] == ' ';)
		i++;
	minus = i < s.n && s.p[i] == '-';
	if (!minus && !angle && (i >= s.n || s.p[i] != '+'))
		return 0;
	i += minus || s.p[i] == '+';
	n = kernel_seconds(str_from(s, i), &out->t, &out->resolution_us);
	if (n == 0 || s.p[i] == ' ')
		return 0;
	if (minus)
		out->t = -out->t;
	i += n;
	if (angle) {
		if (i >= s.n || s.p[i] != '>')
			return 0;
		i++;
	}
	return i;
}

/* strftime's "%b%e %H:%M": "Nov22 10:15", "Mar 3 10:15". */
static size_t minute(struct str s, struct dmesg_stamp *out)
{
	char text[] = "Mmm dD hh:mm:00";
	struct stamp stamp;

	if (s.n < 12 || s.p[5] != ' ' || s.p[11] != ']')
		return 0;
	memcpy(text, s.p, 3);
	memcpy(text + 4, s.p + 3, 2);
	memcpy(text + 7, s.p + 6, 5);
	if (ts_rfc3164(STR(text), &stamp) != sizeof(text) - 1)
		return 0;
	out->base = DMESG_MINUTE;
	out->t = stamp.t;
	out->resolution_us = TS_MINUTE;
	return 11;
}

/* All that starts with '['. */
static size_t bracket(struct str s, struct dmesg_stamp *out)
{
	struct str in = str_from(s, 1), rest;
	struct dmesg_stamp ignored;
	struct stamp civil;
	size_t n;

	if ((n = kernel_seconds(in, &out->t, &out->resolution_us)) > 0) {
		out->base = DMESG_BOOT;
		out->digits = str_trim(str_head(in, n));
		n += delta(str_from(in, n), &ignored);
	} else if ((n = ts_ctime(in, &civil)) > 0) {
		out->base = DMESG_LOCAL;
		out->t = civil.t;
		out->resolution_us = civil.resolution_us;
		n += delta(str_from(in, n), &ignored);
	} else if ((n = delta(in, out)) > 0) {
		out->base = DMESG_DELTA;
	} else if ((n = minute(in, out)) == 0) {
		return 0;
	}
	if (n >= in.n || in.p[n] != ']')
		return 0;
	n += 2;
	rest = str_from(s, n);
	if (rest.n && rest.p[0] == ' ') {
		n++;
		rest = str_from(rest, 1);
	}
	return out->base == DMESG_LOCAL && is_apache_level(rest) ? 0 : n;
}

/* "2026-11-22T10:15:38,116435+00:00 ": other logs have a comma too, but not
 * before six digits and a zone. */
static size_t iso(struct str s, struct dmesg_stamp *out)
{
	struct stamp stamp;
	size_t n = ts_iso8601(s, &stamp);

	if (n < 27 || s.p[10] != 'T' || s.p[19] != ',' || !stamp.has_zone || stamp.resolution_us != 1)
		return 0;
	if (n < s.n && s.p[n] != ' ')
		return 0;
	out->base = DMESG_UTC;
	out->t = stamp.t;
	out->resolution_us = 1;
	return n < s.n ? n + 1 : n;
}

/* "6,3964,206764307,-[,caller=T12];" (Documentation/ABI/testing/dev-kmsg). */
static size_t kmsg(struct str line, struct dmesg_stamp *out)
{
	size_t end = str_chr(str_head(line, 128), ';');
	struct str rest = str_head(line, end), part;
	uint64_t pri, seq, us;

	if (end >= line.n || end == 128 ||
	    !str_cut(&rest, ',', &part) || !num_u64(part, &pri) || pri > 191 ||
	    !str_cut(&rest, ',', &part) || !num_u64(part, &seq) ||
	    !str_cut(&rest, ',', &part) || !num_u64(part, &us) || us > KMSG_MAX ||
	    !str_cut(&rest, ',', &part) || part.n != 1 || !strchr("-c+", part.p[0]))
		return 0;
	*out = (struct dmesg_stamp){
		.base = DMESG_BOOT, .t = (ts_usec)us, .resolution_us = 1, .pri = (int)pri, .kmsg = true, .fragment = part.p[0] == '+',
	};
	while (str_cut(&rest, ',', &part))
		if (str_skip(&part, STR("caller=")))
			out->caller = part;
	return end + 1;
}

/* "<6>" of -r and pstore; bytes taken. */
static size_t raw_priority(struct str s, int *pri)
{
	size_t close = str_chr(str_head(s, 5), '>');
	uint64_t n;

	if (s.n < 3 || s.p[0] != '<' || close >= s.n || close >= 5 || !num_u64((struct str){ s.p + 1, close - 1 }, &n) || n > 191)
		return 0;
	*pri = (int)n;
	return close + 1;
}

/* "kern  :warn  : " of -x; bytes taken. */
static size_t decoded_priority(struct str s, int *pri)
{
	size_t a = str_chr(str_head(s, 9), ':'), b;

	if (a == 0 || a >= s.n || a >= 9)
		return 0;
	b = a + 1 + str_chr(str_head(str_from(s, a + 1), 8), ':');
	if (b + 1 >= s.n || b > a + 8 || s.p[b] != ':' || s.p[b + 1] != ' ')
		return 0;
	*pri = kernel_priority_named(str_head(s, a), (struct str){ s.p + a + 1, b - a - 1 });
	return *pri < 0 ? 0 : b + 2;
}

size_t dmesg_stamp(struct str line, struct dmesg_stamp *out)
{
	struct dmesg_stamp stamp = { .pri = -1 };
	struct str rest;
	size_t at, n;

	if (line.n < 3)
		return 0;
	at = raw_priority(line, &stamp.pri);
	if (at == 0)
		at = decoded_priority(line, &stamp.pri);
	rest = str_from(line, at);
	if (rest.n == 0)
		return 0;
	if (rest.p[0] == '[')
		n = bracket(rest, &stamp);
	else
		n = iso(rest, &stamp);
	if (n == 0 && at == 0)
		n = kmsg(line, &stamp);
	if (n == 0)
		return 0;
	*out = stamp;
	return at + n;
}

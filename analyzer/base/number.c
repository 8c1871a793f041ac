#include "base/number.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#define DOUBLE_TEXT 1024 /* 767 digits decide any double; more is not a measurement */

bool num_u64(struct str s, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		uint64_t d;

		if (!is_digit(s.p[i]))
			return false;
		d = (uint64_t)(s.p[i] - '0');
		if (v > (UINT64_MAX - d) / 10)
			return false;
		v = v * 10 + d;
	}
	*out = v;
	return true;
}

bool num_i64(struct str s, int64_t *out)
{
	bool minus = s.n > 0 && *s.p == '-';
	uint64_t v;

	if (minus || (s.n > 0 && *s.p == '+'))
		s = str_from(s, 1);
	if (!num_u64(s, &v) || v > (uint64_t)INT64_MAX + minus)
		return false;
	*out = minus ? (int64_t)-v : (int64_t)v;
	return true;
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool num_hex(struct str s, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n >= 2 && s.p[0] == '0' && (s.p[1] == 'x' || s.p[1] == 'X'))
		s = str_from(s, 2);
	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		int d = hex_digit(s.p[i]);

		if (d < 0 || v >> 60)
			return false;
		v = v << 4 | (uint64_t)d;
	}
	*out = v;
	return true;
}

/* A decimal taken apart: mantissa * 10^exponent, if it is that simple. */
struct decimal {
	bool minus, simple;
	uint64_t mantissa;
	int exponent;
};

static size_t skip_digits(struct str s, size_t i, struct decimal *d, int exponent_step)
{
	for (; i < s.n && is_digit(s.p[i]); i++) {
		if (d->mantissa > (UINT64_MAX - 9) / 10) {
			d->simple = false;
			continue;
		}
		d->mantissa = d->mantissa * 10 + (uint64_t)(s.p[i] - '0');
		d->exponent += exponent_step;
	}
	return i;
}

/* Length of the number at the start of s, 0 when there is none. */
static size_t scan_decimal(struct str s, struct decimal *d)
{
	size_t i, from;

	*d = (struct decimal){ .simple = true, .minus = s.n > 0 && *s.p == '-' };
	from = s.n > 0 && (*s.p == '-' || *s.p == '+');
	i = skip_digits(s, from, d, 0);
	if (i == from)
		return 0;
	if (i + 1 < s.n && s.p[i] == '.' && is_digit(s.p[i + 1]))
		i = skip_digits(s, i + 1, d, -1);
	if (i + 1 < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
		size_t at = i + 1 + (s.p[i + 1] == '-' || s.p[i + 1] == '+');
		size_t end = at;
		int e = 0;

		for (; end < s.n && is_digit(s.p[end]); end++)
			e = e < 100000 ? e * 10 + (s.p[end] - '0') : e;
		if (end > at) {
			d->exponent += s.p[i + 1] == '-' ? -e : e;
			i = end;
		}
	}
	return i;
}

static bool to_double(struct str s, const struct decimal *d, double *out)
{
	/* Powers of ten a double holds exactly. */
	static const double exact[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
		1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
	char text[DOUBLE_TEXT];
	double v;

	/* Both operands are exact, so the one operation rounds once and
	 * correctly (Clinger 1990); all of a metric dump takes this path. */
	if (FLT_EVAL_METHOD == 0 && d->simple && d->mantissa <= 1ULL << 53 && d->exponent >= -22 && d->exponent <= 22) {
		v = (double)d->mantissa;
		v = d->exponent < 0 ? v / exact[-d->exponent] : v * exact[d->exponent];
		*out = d->minus ? -v : v;
		return true;
	}
	if (s.n >= sizeof text)
		return false;
	/* strtod wants a NUL, and knows hex, inf and nan, which the scan has
	 * refused.  Its decimal point is the locale's: the program stays in "C". */
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	v = strtod(text, NULL);
	if (!isfinite(v))
		return false;
	*out = v;
	return true;
}

bool num_double(struct str s, double *out)
{
	struct decimal d;

	return s.n > 0 && scan_decimal(s, &d) == s.n && to_double(s, &d, out);
}

struct unit {
	const char *name;
	double factor;
	bool divides; /* by factor: 30 % is 0.3, 30 * 0.01 is not */
};

#define KI 1024.0
static const struct unit units[] = {
	{ "", 1, false }, { "%", 100, true },
	{ "B", 1, false }, { "KiB", KI, false }, { "MiB", KI * KI, false },
	{ "GiB", KI * KI * KI, false }, { "TiB", KI * KI * KI * KI, false },
	{ "Ki", KI, false }, { "Mi", KI * KI, false }, { "Gi", KI * KI * KI, false }, { "Ti", KI * KI * KI * KI, false },
	{ "kB", KI, false }, { "KB", KI, false }, { "MB", KI * KI, false },
	{ "GB", KI * KI * KI, false }, { "TB", KI * KI * KI * KI, false },
	{ "k", 1e3, false }, { "M", 1e6, false }, { "G", 1e9, false }, { "T", 1e12, false },
	{ "ns", 1e9, true }, { "us", 1e6, true }, { "ms", 1e3, true }, { "s", 1, false },
	{ "m", 60, false }, { "h", 3600, false }, { "d", 86400, false },
};

bool num_with_unit(struct str s, double *out)
{
	struct decimal d;
	size_t n = scan_decimal(s, &d);
	struct str unit = str_from(s, n);
	double v;

	if (n == 0)
		return false;
	while (unit.n > 0 && is_blank(*unit.p))
		unit = str_from(unit, 1);
	if (unit.n == 0 && n < s.n)
		return false;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (!str_eq(unit, str_of(units[i].name)))
			continue;
		if (!to_double(str_head(s, n), &d, &v))
			return false;
		v = units[i].divides ? v / units[i].factor : v * units[i].factor;
		if (!isfinite(v))
			return false;
		*out = v;
		return true;
	}
	return false;
}

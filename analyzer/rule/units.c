#include "rule/units_priv.h"

#include "base/limits.h"
#include "base/number.h"

static const struct { struct str name; ts_usec length; } units[] = {
	{ { "ms", 2 }, 1000 }, { { "s", 1 }, TS_SECOND }, { { "m", 1 }, TS_MINUTE }, { { "h", 1 }, TS_HOUR }, { { "d", 1 }, TS_DAY },
};

static bool skip_unit(struct str *s, ts_usec *length)
{
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (str_skip(s, units[i].name)) {
			*length = units[i].length;
			return true;
		}
	}
	return false;
}

/* NUM and its unit at the start of *s. */
static bool skip_part(struct str *s, ts_usec *out)
{
	size_t n = 0;
	double number;
	ts_usec length;

	while (n < s->n && (is_digit(s->p[n]) || s->p[n] == '.'))
		n++;
	if (!num_double(str_head(*s, n), &number))
		return false;
	*s = str_from(*s, n);
	/* Both exact below 2^53; the limit keeps them there. */
	if (!skip_unit(s, &length) || number * (double)length > (double)LIMIT_WINDOW_US)
		return false;
	*out = (ts_usec)(number * (double)length + 0.5);
	return true;
}

bool unit_duration(struct str s, ts_usec *out)
{
	bool minus = str_skip(&s, STR("-"));
	ts_usec sum = 0, part;

	if (!minus && str_eq(s, STR("0"))) {
		*out = 0;
		return true;
	}
	if (s.n == 0)
		return false;
	while (s.n) {
		if (!skip_part(&s, &part))
			return false;
		sum += part;
		if (sum > LIMIT_WINDOW_US)
			return false;
	}
	*out = minus ? -sum : sum;
	return true;
}

bool unit_rate(struct str s, double *out)
{
	size_t slash = str_rchr(s, '/');
	struct str per = str_from(s, slash + 1);
	double number;
	ts_usec length;

	if (slash >= s.n || !num_with_unit(str_head(s, slash), &number))
		return false;
	if (!unit_duration(per, &length) && !(skip_unit(&per, &length) && per.n == 0))
		return false;
	if (length <= 0)
		return false;
	*out = number / ((double)length / TS_SECOND);
	return true;
}

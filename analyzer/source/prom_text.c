#include "source/prom.h"

#include <math.h>

#include "base/buf.h"
#include "base/number.h"

/* Names: [a-zA-Z_:][a-zA-Z0-9_:]*, since Prometheus 3 anything else in quotes. */
static size_t name_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && (is_digit(s.p[n]) || (s.p[n] >= 'a' && s.p[n] <= 'z') || (s.p[n] >= 'A' && s.p[n] <= 'Z') || s.p[n] == '_' ||
			   s.p[n] == ':' || s.p[n] == '.'))
		n++;
	return n && !is_digit(*s.p) ? n : 0;
}

static void skip_blanks(struct str *s)
{
	while (s->n && is_blank(*s->p))
		*s = str_from(*s, 1);
}

/* "text" with \\, \" and \n in it. */
static bool quoted(struct str *s, struct arena *a, struct str *out)
{
	bool escaped = false;
	size_t i = 1, n = 0;
	char *text;

	if (s->n < 2 || *s->p != '"')
		return false;
	for (; i < s->n && s->p[i] != '"'; i++)
		if (s->p[i] == '\\') {
			escaped = true;
			i++;
		}
	if (i >= s->n)
		return false;
	*out = (struct str){ s->p + 1, i - 1 };
	*s = str_from(*s, i + 1);
	if (!escaped)
		return true;
	text = arena_alloc(a, out->n);
	for (i = 0; i < out->n; i++) {
		char c = out->p[i];

		if (c == '\\' && i + 1 < out->n) {
			c = out->p[++i];
			c = c == 'n' ? '\n' : c;
		}
		text[n++] = c;
	}
	*out = (struct str){ text, n };
	return true;
}

static bool labels(struct str *s, struct arena *a, struct prom_sample *out)
{
	struct str key, value;

	for (;;) {
		skip_blanks(s);
		if (str_skip(s, STR("}")))
			return true;
		if (s->n && *s->p == '"') {
			if (!quoted(s, a, &key))
				return false;
		} else {
			key = str_head(*s, name_length(*s));
			*s = str_from(*s, key.n);
		}
		skip_blanks(s);
		if (str_skip(s, STR("="))) {
			skip_blanks(s);
			if (key.n == 0 || !quoted(s, a, &value))
				return false;
			if (str_eq(key, STR("__name__")))
				out->name = value;
			else if (out->n < PROM_LABELS && value.n)
				out->labels[out->n++] = (struct label){ key, value };
		} else if (key.n && !out->name.n) {
			out->name = key; /* {"the.name", label="value"} */
		} else {
			return false;
		}
		skip_blanks(s);
		if (s->n && *s->p != '}' && !str_skip(s, STR(",")))
			return false;
	}
}

size_t prom_head(struct str line)
{
	size_t n = name_length(line);
	bool in = false;

	if (n < line.n && line.p[n] == '{') {
		for (n++; n < line.n && (in || line.p[n] != '}'); n++) {
			if (in && line.p[n] == '\\')
				n++;
			else if (line.p[n] == '"')
				in = !in;
		}
		return n < line.n ? n + 1 : 0;
	}
	return n < line.n && is_blank(line.p[n]) ? n : 0;
}

static bool read_value(struct str s, double *v)
{
	if (num_double(s, v))
		return true;
	if (str_ieq(s, STR("NaN")))
		*v = (double)NAN;
	else if (str_ieq(s, STR("+Inf")) || str_ieq(s, STR("Inf")))
		*v = (double)INFINITY;
	else if (str_ieq(s, STR("-Inf")))
		*v = -(double)INFINITY;
	else
		return false;
	return true;
}

/* Milliseconds in Prometheus' format, seconds in OpenMetrics': nothing was measured in 1970. */
static bool read_time(struct str s, struct prom_sample *out)
{
	bool seconds = str_chr(s, '.') < s.n;
	double v;

	if (!num_double(s, &v) || v < 0)
		return false;
	seconds |= v < 1e11;
	v *= seconds ? 1e6 : 1e3;
	if (v > (double)TS_FOREVER)
		return false;
	out->t = (ts_usec)(v + 0.5);
	out->u = str_chr(s, '.') < s.n || !seconds ? 1000 : TS_SECOND;
	out->clock = CLOCK_IS_UTC;
	return true;
}

bool prom_line(struct str line, struct arena *a, struct prom_sample *out, bool *timed, const char **why)
{
	struct str rest = str_trim(line), word;

	out->name = str_head(rest, name_length(rest));
	out->n = 0;
	*timed = false;
	rest = str_from(rest, out->name.n);
	skip_blanks(&rest);
	if (str_skip(&rest, STR("{")) && !labels(&rest, a, out)) {
		*why = "labels that do not end";
		return false;
	}
	if (out->name.n == 0) {
		*why = "no metric";
		return false;
	}
	if (!str_word(&rest, &word) || !read_value(word, &out->value)) {
		*why = "no value";
		return false;
	}
	skip_blanks(&rest);
	if (rest.n && *rest.p != '#') {
		if (!str_word(&rest, &word) || !read_time(word, out)) {
			*why = "no time behind the value";
			return false;
		}
		*timed = true;
		skip_blanks(&rest);
	}
	if (rest.n && *rest.p != '#') {
		*why = "text behind the value";
		return false;
	}
	return true;
}

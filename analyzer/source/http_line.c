#include "source/http_line.h"

#include "base/number.h"
#include "tstamp/tstamp.h"

/* The text between quotes at the start of *s; \" and \x22 inside stay as they are written. */
static bool quoted(struct str *s, struct str *out)
{
	size_t i = 1;

	if (s->n < 2 || *s->p != '"')
		return false;
	while (i < s->n && s->p[i] != '"')
		i += s->p[i] == '\\' ? 2 : 1;
	if (i >= s->n)
		return false;
	*out = (struct str){ s->p + 1, i - 1 };
	*s = str_from(*s, i + 1);
	str_skip(s, STR(" "));
	return true;
}

static struct str dash(struct str s)
{
	return str_eq(s, STR("-")) ? STR_NONE : s;
}

unsigned http_status(struct str s)
{
	uint64_t v;

	return s.n == 3 && num_u64(s, &v) && v >= 100 && v < 600 ? (unsigned)v : 0;
}

static double number_of(struct str s)
{
	double v;

	return num_double(s, &v) && v >= 0 ? v : NO_NUMBER;
}

double http_seconds(struct str s)
{
	double sum = NO_NUMBER;

	while (s.n) {
		size_t n = 0;
		double v;

		while (n < s.n && s.p[n] != ',' && s.p[n] != ' ' && s.p[n] != ':')
			n++;
		v = number_of(str_head(s, n));
		if (!isnan(v))
			sum = isnan(sum) ? v : sum + v;
		s = str_from(s, n + 1);
	}
	return sum;
}

static bool is_method(struct str s)
{
	if (s.n < 3 || s.n > 16)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] < 'A' || s.p[i] > 'Z') && s.p[i] != '-' && s.p[i] != '_')
			return false;
	return true;
}

size_t http_request(struct str s, struct http_line *out)
{
	struct str rest = s, in, method;
	size_t space;

	if (!quoted(&rest, &in))
		return 0;
	out->method = out->path = out->protocol = STR_NONE;
	method = str_head(in, str_chr(in, ' '));
	if (is_method(method) && method.n < in.n) {
		out->method = method;
		in = str_from(in, method.n + 1);
		space = str_rchr(in, ' ');
		if (str_starts(str_from(in, space), STR(" HTTP/"))) {
			out->protocol = str_from(in, space + 1);
			in = str_head(in, space);
		}
		out->path = in;
	}
	return (size_t)(rest.p - s.p);
}

/* rt=0.012, request_time:0.012, urt="0.004, 0.012" and the like: names people give to
 * $request_time and $upstream_response_time. */
static void take_named(struct str word, struct http_line *out)
{
	static const char *const whole[] = { "rt", "request_time", "duration", "latency" };
	static const char *const behind[] = { "urt", "upstream_response_time", "upstream_time" };
	size_t eq = str_chr(word, '=') < word.n ? str_chr(word, '=') : str_chr(word, ':');
	struct str name = str_head(word, eq), value = str_from(word, eq + 1), in;
	double seconds;

	if (eq >= word.n)
		return;
	if (quoted(&value, &in))
		value = in;
	seconds = http_seconds(value);
	if (isnan(seconds) && !num_with_unit(value, &seconds)) /* "12ms" */
		return;
	for (size_t i = 0; i < sizeof(whole) / sizeof(*whole); i++)
		if (str_ieq(name, str_of(whole[i])))
			out->latency_s = seconds;
	for (size_t i = 0; i < sizeof(behind) / sizeof(*behind); i++)
		if (str_ieq(name, str_of(behind[i])))
			out->upstream_s = seconds;
}

/* The next word; blanks inside quotes and behind commas belong to it: urt="0.004, 0.012", 0.004, 0.012 (two upstreams). */
static struct str next_word(struct str *s)
{
	bool open = false;
	size_t n = 0;
	struct str word;

	while (s->n && *s->p == ' ')
		*s = str_from(*s, 1);
	while (n < s->n && (open || s->p[n] != ' ' || (n > 0 && s->p[n - 1] == ',')))
		open ^= s->p[n++] == '"';
	word = str_head(*s, n);
	*s = str_from(*s, n);
	return word;
}

static bool fraction(struct str s)
{
	return str_chr(s, '.') < s.n && !isnan(number_of(s));
}

/* Behind the user agent.  ingress-nginx: LENGTH TIME [UPSTREAM] [ALTERNATIVE] ADDRESS LENGTH TIME STATUS ID.
 * Otherwise a lone number with a fraction is nginx' $request_time; whole numbers may be anything. */
static void take_rest(struct str rest, struct http_line *out)
{
	struct str word[9];
	size_t n = 0;

	while (n < 9 && (word[n] = next_word(&rest)).n)
		n++;
	if (n >= 7 && fraction(word[1]) && *word[2].p == '[' && str_ends(word[2], STR("]")) && *word[3].p == '[') {
		out->latency_s = number_of(word[1]);
		out->upstream = dash((struct str){ word[2].p + 1, word[2].n - 2 });
		out->workload = out->upstream;
		out->upstream_s = http_seconds(word[6]);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (fraction(word[i]) && isnan(out->latency_s))
			out->latency_s = number_of(word[i]);
		else
			take_named(word[i], out);
	}
}

/* [HOST:PORT ]CLIENT IDENT USER [..] */
static bool common(struct str line, struct http_line *out)
{
	size_t open = str_find(str_head(line, 512), STR(" [")), n;
	struct str head = str_head(line, open), rest = str_from(line, open + 2), word, words[4], agent, referer;
	size_t count = 0;

	if (open >= line.n || open == 0 || (n = ts_clf(rest, &out->stamp)) == 0)
		return false;
	rest = str_from(rest, n);
	if (!str_skip(&rest, STR("] ")))
		return false;
	while (str_word(&head, &word)) {
		if (count == 4)
			return false;
		words[count++] = word;
	}
	if (count < 3)
		return false;
	out->host = count == 4 ? words[0] : STR_NONE;
	out->client = words[count - 3];
	out->user = dash(words[count - 1]);
	out->stamped = true;
	out->text = rest;
	n = http_request(rest, out);
	if (n == 0)
		return false;
	rest = str_from(rest, n);
	word = next_word(&rest);
	out->status = http_status(word);
	if (!out->status && !str_eq(word, STR("000")) && !str_eq(word, STR("-")))
		return false;
	out->bytes = number_of(next_word(&rest));
	str_skip(&rest, STR(" "));
	if (quoted(&rest, &referer) && quoted(&rest, &agent))
		out->agent = dash(agent);
	take_rest(rest, out);
	return true;
}

/* Envoy's default format, and Istio's with two or three fields more behind the flags. */
static bool envoy(struct str line, struct http_line *out)
{
	struct str rest = line, word, in;
	double v[4];
	size_t n, numbers = 0;

	if (!str_skip(&rest, STR("[")) || (n = ts_iso8601(rest, &out->stamp)) == 0)
		return false;
	rest = str_from(rest, n);
	if (!str_skip(&rest, STR("] ")))
		return false;
	out->text = rest;
	n = http_request(rest, out);
	if (n == 0)
		return false;
	rest = str_from(rest, n);
	word = next_word(&rest);
	out->status = http_status(word);
	if (!out->status && !str_eq(word, STR("0")))
		return false;
	out->flags = dash(next_word(&rest));
	/* up to BYTES_RECEIVED BYTES_SENT DURATION UPSTREAM_SERVICE_TIME */
	for (int i = 0; i < 8 && numbers < 4; i++) {
		word = next_word(&rest);
		v[numbers] = number_of(word);
		if (!isnan(v[numbers]) || (numbers == 3 && str_eq(word, STR("-"))))
			numbers++;
		else if (numbers)
			return false;
	}
	if (numbers < 4)
		return false;
	out->stamped = true;
	out->bytes = v[1];
	out->latency_s = v[2] / 1000;
	out->upstream_s = v[3] / 1000;
	str_skip(&rest, STR(" "));
	if (quoted(&rest, &in) && quoted(&rest, &word))
		out->agent = dash(word);
	if (quoted(&rest, &in) && quoted(&rest, &word)) /* request id, authority */
		out->host = dash(word);
	if (quoted(&rest, &in))
		out->upstream = dash(in);
	return true;
}

/* CLIENT:PORT [accepted] FRONTEND BACKEND/SERVER Tq/Tw/Tc/Tr/Tt STATUS BYTES - - ENDING ..; milliseconds,
 * -1 where it did not come to that. */
static bool haproxy(struct str line, struct http_line *out)
{
	size_t open = str_find(str_head(line, 64), STR(" [")), n, last;
	struct str rest = str_from(line, open + 2), backend, timers, word, in;
	double total, server;

	if (open >= line.n || str_chr(line, ' ') < open || (n = ts_clf(rest, &out->stamp)) == 0)
		return false;
	rest = str_from(rest, n);
	out->text = str_from(rest, 2);
	if (!str_skip(&rest, STR("] ")) || !str_word(&rest, &word) || !str_word(&rest, &backend) || !str_word(&rest, &timers))
		return false;
	last = str_rchr(timers, '/');
	if (str_chr(backend, '/') >= backend.n || last >= timers.n || !str_word(&rest, &word))
		return false;
	in = str_from(timers, last + 1);
	str_skip(&in, STR("+")); /* option logasap */
	total = number_of(in);
	in = str_head(timers, last);
	server = number_of(str_from(in, str_rchr(in, '/') + 1));
	out->status = http_status(word);
	if ((!out->status && !str_eq(word, STR("-1"))) || !str_word(&rest, &word))
		return false;
	out->bytes = number_of(word);
	out->stamped = true;
	out->client = str_head(str_head(line, open), str_rchr(str_head(line, open), ':'));
	out->upstream = backend;
	out->workload = str_head(backend, str_chr(backend, '/'));
	out->latency_s = total / 1000;
	out->upstream_s = server / 1000;
	if (str_word(&rest, &word) && str_word(&rest, &word) && str_word(&rest, &word) && !str_eq(word, STR("----")))
		out->flags = word;
	if (str_chr(rest, '"') < rest.n)
		http_request(str_from(rest, str_chr(rest, '"')), out);
	return true;
}

static bool uwsgi(struct str line, struct http_line *out)
{
	static const struct { const char *name; double seconds; } units[] = { { "msecs", 1e-3 }, { "micros", 1e-6 }, { "secs", 1 } };
	size_t at = str_find(line, STR("} ["));
	struct str rest = str_from(line, at + 3), word;
	size_t n;
	double v;

	if (!str_starts(line, STR("[pid: ")) || at >= line.n || (n = ts_ctime(rest, &out->stamp)) == 0)
		return false;
	rest = str_from(rest, n);
	if (!str_skip(&rest, STR("] ")))
		return false;
	out->text = rest;
	out->stamped = true;
	if (!str_word(&rest, &out->method) || !str_word(&rest, &out->path))
		return false;
	at = str_find(rest, STR("generated "));
	rest = str_from(rest, at + 10);
	if (!str_word(&rest, &word))
		return false;
	out->bytes = number_of(word);
	if (!str_word(&rest, &word) || !str_word(&rest, &word) || !str_word(&rest, &word) || isnan(v = number_of(word)) || !str_word(&rest, &word))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (str_eq(word, str_of(units[i].name)))
			out->latency_s = v * units[i].seconds;
	rest = str_trim(rest);
	if (str_skip(&rest, STR("(")) && str_word(&rest, &out->protocol) && str_word(&rest, &word))
		out->status = http_status(str_head(word, str_chr(word, ')')));
	at = str_find(line, STR("] "));
	word = str_from(line, at + 2);
	out->client = str_head(word, str_chr(word, ' '));
	return true;
}

bool http_line(struct str line, struct http_line *out)
{
	static bool (*const shapes[])(struct str, struct http_line *) = { common, envoy, haproxy, uwsgi };
	const struct http_line none = { .bytes = NO_NUMBER, .latency_s = NO_NUMBER, .upstream_s = NO_NUMBER };

	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		*out = none;
		if (shapes[i](line, out))
			return true;
	}
	return false;
}

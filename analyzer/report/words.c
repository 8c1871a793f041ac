#include "report/words.h"

#include <math.h>

const char *words_count(uint64_t n, char buf[WORDS_MAX])
{
	char digits[24];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n), k = 0;

	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			buf[k++] = ',';
		buf[k++] = digits[i];
	}
	buf[k] = '\0';
	return buf;
}

/* Three figures that matter. */
static const char *scaled(double v, double base, const char *const *units, size_t n, char buf[WORDS_MAX])
{
	size_t i = 0;

	while (i + 1 < n && fabs(v) >= base) {
		v /= base;
		i++;
	}
	snprintf(buf, WORDS_MAX, "%.*f %s", fabs(v) >= 100 || i == 0 ? 0 : fabs(v) >= 10 ? 1 : 2, v, units[i]);
	return buf;
}

const char *words_bytes(uint64_t n, char buf[WORDS_MAX])
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };

	return scaled((double)n, 1024, units, 5, buf);
}

const char *words_value(double v, struct str unit, char buf[WORDS_MAX])
{
	static const char *const hertz[] = { "Hz", "kHz", "MHz", "GHz" };
	static const char *const bytes[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	static const char *const small[] = { "us", "ms", "s" };
	static const char *const plain[] = { "", "k", "M", "G" };

	if (str_eq(unit, STR("bytes")))
		return scaled(v, 1024, bytes, 5, buf);
	if (str_eq(unit, STR("Hz")))
		return scaled(v, 1000, hertz, 4, buf);
	if (str_eq(unit, STR("s")) && fabs(v) < 1)
		return v == 0 ? "0 s" : scaled(v * 1e6, 1000, small, 3, buf);
	if (fabs(v) >= 10000) {
		scaled(v, 1000, plain, 4, buf);
	} else {
		snprintf(buf, WORDS_MAX, "%.*g", fabs(v) >= 1000 ? 4 : 3, v);
	}
	if (unit.n && unit.n < 20) {
		size_t at = strlen(buf);
		struct str shown = str_eq(unit, STR("celsius")) ? STR("\u00b0C") : unit;

		snprintf(buf + at, WORDS_MAX - at, " %.*s", STR_ARG(shown));
	}
	return buf;
}

const char *words_points(int points, char buf[WORDS_MAX])
{
	snprintf(buf, WORDS_MAX, points > 0 ? "+%d" : "%d", points);
	return buf;
}

const char *words_day(ts_usec t, char buf[WORDS_MAX])
{
	char text[TS_TEXT];

	if (t == TS_NONE)
		return "-";
	ts_short(t, text);
	*strchr(text, ' ') = '\0';
	snprintf(buf, WORDS_MAX, "%s", text);
	return buf;
}

const char *words_clock(ts_usec t, char buf[WORDS_MAX])
{
	struct civil c;

	if (t == TS_NONE)
		return "-";
	c = ts_split(t);
	snprintf(buf, WORDS_MAX, "%02d:%02d:%02d", c.hour, c.minute, c.second);
	return buf;
}

bool same_day(ts_usec a, ts_usec b)
{
	struct civil x, y;

	if (a == TS_NONE || b == TS_NONE)
		return false;
	x = ts_split(a);
	y = ts_split(b);
	return x.day == y.day && x.month == y.month && x.year == y.year;
}

const char *words_moment(ts_usec t, ts_usec near, char buf[WORDS_MAX])
{
	char day[WORDS_MAX], clock[WORDS_MAX];

	if (t == TS_NONE || same_day(t, near))
		return words_clock(t, buf);
	snprintf(buf, WORDS_MAX, "%.24s %.8s", words_day(t, day), words_clock(t, clock));
	return buf;
}

const char *words_span(ts_usec from, ts_usec to, char buf[WORDS_MAX])
{
	char a[WORDS_MAX], b[WORDS_MAX], c[WORDS_MAX], d[WORDS_MAX];
	const char *day = words_day(from, a), *last = words_day(to, b);

	if (from == TS_NONE)
		return "no time";
	if (to == TS_NONE || to / TS_SECOND == from / TS_SECOND)
		snprintf(buf, WORDS_MAX, "%.24s %.8s UTC", day, words_clock(from, c));
	else if (strcmp(day, last) == 0)
		snprintf(buf, WORDS_MAX, "%.24s %.8s \u2013 %.8s UTC", day, words_clock(from, c), words_clock(to, d));
	else
		snprintf(buf, WORDS_MAX, "%.24s %.8s \u2013 %.24s %.8s UTC", day, words_clock(from, c), last, words_clock(to, d));
	return buf;
}

const char *words_after(ts_usec d, char buf[WORDS_MAX])
{
	char text[TS_TEXT];

	ts_duration(d, text);
	snprintf(buf, WORDS_MAX, "%s%s", d < 0 ? "" : "+", d == 0 ? "0 s" : text);
	return buf;
}

const char *words_error(ts_usec u, char buf[WORDS_MAX])
{
	char text[TS_TEXT];

	if (u == TS_NONE || u >= TS_FOREVER)
		return "time of day not known";
	if (u == 0)
		return "\u00b10 s";
	snprintf(buf, WORDS_MAX, "\u00b1%s", ts_duration(u, text));
	return buf;
}

const char *words_length(ts_usec from, ts_usec to, char buf[WORDS_MAX])
{
	char text[TS_TEXT];

	if (from == TS_NONE || to == TS_NONE || to <= from)
		return "an instant";
	snprintf(buf, WORDS_MAX, "%s", ts_duration(to - from, text));
	return buf;
}

const struct severity_look *severity_look(struct str severity)
{
	static const struct severity_look looks[] = {
		{ "critical", "\u2716", "x", "1;31" },
		{ "high", "\u25c6", "!", "31" },
		{ "medium", "\u25b2", "^", "33" },
		{ "low", "\u25cf", "o", "36" },
		{ "info", "\u25cb", "-", "2" },
	};
	size_t n = sizeof(looks) / sizeof(looks[0]);

	for (size_t i = 0; i < n; i++)
		if (str_eq(severity, str_of(looks[i].word)))
			return &looks[i];
	return &looks[n - 1];
}

/* Entities are "kind:id" in order: equal kinds stand together. */
void words_affected(struct buf *out, const struct report_finding *f)
{
	const struct report_incident *in = f->incident;
	bool any = false;

	if (!in || (in->n_hosts == 0 && in->n_entities == 0)) {
		buf_printf(out, "1 %.*s", STR_ARG(f->entity_kind.n ? f->entity_kind : STR("host")));
		return;
	}
	if (in->n_hosts) {
		buf_printf(out, "%zu host%s", in->n_hosts, in->n_hosts == 1 ? "" : "s");
		any = true;
	}
	for (size_t i = 0, n; i < in->n_entities; i += n) {
		struct str kind = str_head(in->entities[i], str_chr(in->entities[i], ':'));

		for (n = 1; i + n < in->n_entities && str_eq(kind, str_head(in->entities[i + n], str_chr(in->entities[i + n], ':'))); n++)
			;
		if (str_eq(kind, STR("host")) && in->n_hosts)
			continue;
		buf_printf(out, "%s%zu %.*s%s", any ? ", " : "", n, STR_ARG(kind), n == 1 ? "" : "s");
		any = true;
	}
}

int finding_base(const struct report_finding *f)
{
	int base = f->points;

	for (size_t i = 0; i < f->n_items; i++)
		if (f->items[i].cause.n == 0)
			base -= f->items[i].points;
	return base;
}

const struct report_cause *finding_runner_up(const struct report_finding *f)
{
	for (size_t i = 0; i < f->n_causes; i++)
		if (!f->causes[i].chosen)
			return &f->causes[i];
	return NULL;
}

struct str words_headline(struct str text)
{
	struct str s = str_trim(text);

	if (str_starts(s, STR("Traceback (most recent call last)")))
		return str_from(s, str_rchr(s, '\n') < s.n ? str_rchr(s, '\n') + 1 : 0);
	return str_head(s, str_chr(s, '\n'));
}

struct str cause_name(const struct report_cause *c)
{
	return c->title.n ? c->title : c->id;
}

struct str case_name(const struct report *r)
{
	return r->n_bundles ? r->bundles[0].name : STR("empty case");
}

const struct report_finding *finding_by_id(const struct report *r, struct str id)
{
	for (size_t i = 0; i < r->n_findings; i++)
		if (str_eq(r->findings[i].id, id))
			return &r->findings[i];
	return NULL;
}

size_t count_unexplained(const struct report *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_findings; i++)
		n += r->findings[i].explained_by.n == 0;
	return n;
}

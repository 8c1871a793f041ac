#include "source/app.h"

#include "base/buf.h"
#include "base/number.h"

#define NESTING 8 /* objects in objects that become dotted names; deeper ones stay JSON */

static const char *const time_keys[] = { "time", "timestamp", "ts", "@timestamp", "asctime", "datetime", "eventTime",
	"date", "t", "created" };
static const char *const text_keys[] = { "message", "msg", "fields.message", "log", "body", "text", "event" };
static const char *const level_keys[] = { "level", "levelname", "severity", "lvl", "log.level", "loglevel", "levelno" };
static const char *const logger_keys[] = { "logger", "logger_name", "target", "module", "name", "component" };

/* Seconds, milliseconds, microseconds or nanoseconds since 1970, by size. */
static bool epoch_number(double v, struct stamp *st)
{
	static const double units[] = { 1e6, 1e3, 1, 1e-3 };

	for (int i = 0; i < 4; i++) {
		double us = v * units[i];

		if (us < 3e14 || us > 4.2e15) /* 1979 to 2103 */
			continue;
		*st = (struct stamp){ (ts_usec)floor(us + 0.5), true, true, 0,
		    i == 0 ? (v == floor(v) ? TS_SECOND : 1000) : i == 1 ? 1000 : 1 };
		return true;
	}
	return false;
}

bool app_json_time(const struct json *v, struct stamp *st)
{
	struct str s = json_str(v);
	double number;

	if (s.n && app_stamp(s, st))
		return true;
	return json_num(v, &number) && epoch_number(number, st);
}

static const struct json *first_of(const struct json *root, const char *const *keys, size_t n, const char **which)
{
	for (size_t i = 0; i < n; i++) {
		const struct json *v = json_get(root, keys[i]);

		if (!v && strchr(keys[i], '.'))
			v = json_path(root, keys[i]);
		if (!v || json_type(v) == JSON_NULL)
			continue;
		*which = keys[i];
		return v;
	}
	return NULL;
}
#define FIRST_OF(root, keys, which) first_of(root, keys, sizeof(keys) / sizeof(*(keys)), which)

static void flatten(struct app_line *l, struct str prefix, const struct json *object, int depth)
{
	for (const struct json *v = json_first(object); v; v = json_next(v)) {
		struct str key = json_key(v);

		if (prefix.n)
			key = arena_printf(l->arena, "%.*s.%.*s", STR_ARG(prefix), STR_ARG(key));
		if (json_type(v) == JSON_OBJECT && depth < NESTING)
			flatten(l, key, v, depth + 1);
		else
			attrs_json(&l->fields, key, v);
	}
}

double app_json_latency(const struct json *root)
{
	static const struct { const char *key; double unit; } keys[] = {
		{ "latency_ms", 1e-3 }, { "duration_ms", 1e-3 }, { "elapsed_ms", 1e-3 }, { "response_time_ms", 1e-3 },
		{ "durationMs", 1e-3 },
		{ "latency_s", 1 }, { "duration_s", 1 }, { "latency_seconds", 1 }, { "duration_seconds", 1 }, { "latency", 1 },
		{ "duration", 1 },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const struct json *v = json_get(root, keys[i].key);
		struct str s = json_str(v);
		double seconds;

		if (!v)
			continue;
		if (json_num(v, &seconds))
			seconds *= keys[i].unit;
		else if (!s.n || is_digit(s.p[s.n - 1]) || !num_with_unit(s, &seconds)) /* "12.5ms" */
			continue;
		if (seconds >= 0)
			return seconds;
	}
	return NO_NUMBER;
}

static unsigned status_code(const struct json *root)
{
	static const char *const keys[] = { "status", "status_code", "statusCode", "http_status", "code" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		double v;

		if (json_num(json_get(root, keys[i]), &v) && v >= 100 && v < 600 && v == floor(v))
			return (unsigned)v;
	}
	return 0;
}

static struct str member(struct app_line *l, const struct json *root, const char *key)
{
	return arena_dup(l->arena, json_str(json_get(root, key)));
}

/* Text of a string member, the number's text of a number. */
static struct str word_of(struct app_line *l, const struct json *v)
{
	struct buf b;
	struct str s;

	buf_init(&b, LIMIT_EVENT_TEXT);
	json_text(v, &b);
	s = arena_dup(l->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

bool app_json(struct str text, struct app_line *l)
{
	struct app_head *h = &l->head;
	const struct json *v;
	const char *key = NULL;
	struct json *root;
	struct stamp st;
	double number;

	if (text.n < 2 || *text.p != '{' || json_parse(&root, text, NULL) != OK)
		return false;
	if (json_type(root) != JSON_OBJECT) {
		json_free(root);
		return false;
	}
	for (size_t i = 0; !h->stamped && i < sizeof(time_keys) / sizeof(*time_keys); i++) {
		if (!app_json_time(json_get(root, time_keys[i]), &st))
			continue;
		h->stamp = st;
		h->stamped = true;
	}
	v = FIRST_OF(root, level_keys, &key);
	if (v && !h->level.n) {
		h->level = word_of(l, v);
		h->severity = app_severity(h->level);
		if (json_num(v, &number) && strcmp(key, "levelno") == 0) /* Python's numbers are 10 below bunyan's */
			h->severity = app_severity(arena_printf(l->arena, "%.0f", number + 10));
	}
	v = FIRST_OF(root, logger_keys, &key);
	if (v && json_type(v) == JSON_STRING && !h->logger.n)
		h->logger = word_of(l, v);
	v = FIRST_OF(root, text_keys, &key);
	h->text = v && json_type(v) == JSON_STRING && json_str(v).n ? word_of(l, v) : text;
	l->pod = member(l, root, "pod");
	l->namespace = member(l, root, "namespace");
	l->job = member(l, root, "job");
	l->latency_s = app_json_latency(root);
	l->code = status_code(root);
	flatten(l, STR_NONE, root, 0);
	json_free(root);
	return true;
}

/* The next key=value; quoted values are unescaped where they must be. */
static bool next_pair(struct str *s, struct arena *a, struct str *key, struct str *value)
{
	size_t i = 0, n = 0;
	char *out;

	*s = str_trim(*s);
	while (i < s->n && !is_blank(s->p[i]) && s->p[i] != '=' && s->p[i] != '"')
		i++;
	if (i == 0 || i == s->n || s->p[i] != '=')
		return false;
	*key = str_head(*s, i);
	*s = str_from(*s, i + 1);
	if (!s->n || *s->p != '"') {
		*value = str_head(*s, str_chr(*s, ' '));
		*s = str_from(*s, value->n);
		return true;
	}
	out = arena_alloc(a, s->n);
	for (i = 1; i < s->n && s->p[i] != '"'; i++) {
		if (s->p[i] == '\\' && i + 1 < s->n) {
			i++;
			out[n++] = s->p[i] == 'n' ? '\n' : s->p[i] == 't' ? '\t' : s->p[i];
		} else {
			out[n++] = s->p[i];
		}
	}
	*value = (struct str){ out, n };
	*s = str_from(*s, i + 1);
	return true;
}

bool app_logfmt(struct str text, struct app_line *l)
{
	struct app_head *h = &l->head;
	struct str rest = text, key, value;
	struct stamp st;

	if (!str_starts(text, STR("time=")) && !str_starts(text, STR("ts=")) && !str_starts(text, STR("level=")) &&
	    !str_starts(text, STR("t=")))
		return false;
	h->text = text;
	while (next_pair(&rest, l->arena, &key, &value)) {
		if ((str_eq(key, STR("time")) || str_eq(key, STR("ts")) || str_eq(key, STR("t"))) && !h->stamped && app_stamp(value, &st)) {
			h->stamp = st;
			h->stamped = true;
		} else if ((str_eq(key, STR("level")) || str_eq(key, STR("lvl"))) && !h->level.n) {
			h->level = value;
			h->severity = app_severity(value);
		} else if (str_eq(key, STR("msg")) || str_eq(key, STR("message"))) {
			h->text = value;
		} else if (str_eq(key, STR("pod")) || str_eq(key, STR("namespace"))) {
			*(str_eq(key, STR("pod")) ? &l->pod : &l->namespace) = value;
		}
		attrs_text(&l->fields, key, value);
	}
	return l->fields.n > 0;
}

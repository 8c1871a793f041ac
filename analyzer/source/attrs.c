#include "source/attrs.h"

/* Beyond it a double no longer holds every integer: print it as measured. */
#define EXACT_INTEGERS 1e15

void attrs_init(struct attrs *s, struct arena *a)
{
	s->a = a;
	s->n = 0;
}

void attrs_reset(struct attrs *s)
{
	s->n = 0;
}

static void add(struct attrs *s, struct str key, struct str value, enum field_type type)
{
	if (value.n == 0 || key.n == 0)
		return;
	if (s->n == LIMIT_FIELDS - 1) /* the last place is the note that there was more */
		s->v[s->n++] = (struct field){ STR("attributes_dropped"), STR("true"), FIELD_TEXT };
	if (s->n >= LIMIT_FIELDS)
		return;
	s->v[s->n++] = (struct field){ arena_dup(s->a, key), arena_dup(s->a, value), type };
}

void attrs_text(struct attrs *s, struct str key, struct str value)
{
	add(s, key, value, FIELD_TEXT);
}

void attrs_number(struct attrs *s, struct str key, double value)
{
	if (!isfinite(value))
		return;
	if (fabs(value) < EXACT_INTEGERS && value == floor(value))
		add(s, key, arena_printf(s->a, "%.0f", value + 0.0), FIELD_NUMBER);
	else
		add(s, key, arena_printf(s->a, "%.15g", value), FIELD_NUMBER);
}

void attrs_bool(struct attrs *s, struct str key, bool value)
{
	add(s, key, value ? STR("true") : STR("false"), FIELD_TEXT);
}

void attrs_time(struct attrs *s, struct str key, ts_usec t)
{
	char text[TS_TEXT];

	if (t != TS_NONE)
		add(s, key, str_of(ts_format(t, text)), FIELD_TEXT);
}

void attrs_json(struct attrs *s, struct str key, const struct json *v)
{
	struct buf text;
	double number;

	switch (json_type(v)) {
	case JSON_NULL:
		break;
	case JSON_BOOL:
		attrs_bool(s, key, json_bool(v));
		break;
	case JSON_NUMBER:
		if (json_num(v, &number))
			attrs_number(s, key, number);
		break;
	case JSON_STRING:
		add(s, key, json_str(v), FIELD_TEXT);
		break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		if (!json_first(v)) /* {} and [] say nothing */
			break;
		buf_init(&text, LIMIT_JSON_RECORD);
		json_text(v, &text);
		if (!text.cut) /* half a value would not be JSON */
			add(s, key, buf_str(&text), FIELD_JSON);
		buf_done(&text);
		break;
	}
}

struct str attrs_get(const struct attrs *s, struct str key)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->v[i].key, key))
			return s->v[i].value;
	return STR_NONE;
}

#include "rule/parse_priv.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/number.h"
#include "rule/units_priv.h"

#define LIMIT_SLUG 64 /* bytes: it becomes a file name, a column of a table */

/* ---- problems ---- */

void problem(struct parse *p, struct place at, const char *hint, const char *fmt, ...)
{
	struct error e;
	char text[sizeof e.text];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	fail(&e, ERR_RULE, "%s", text);
	fail_at(&e, "%.*s:%u:%u", STR_ARG(p->file), at.line, at.column);
	if (hint)
		fail_hint(&e, "%s", hint);
	p->loader->problems++;
	p->loader->report(p->loader->ctx, &e);
}

void problem_value(struct parse *p, const struct node *n, const char *hint, const char *what)
{
	struct str key = n->key.n ? arena_printf(p->arena, "'%.*s' ", STR_ARG(n->key)) : STR_NONE;

	if (n->kind == NODE_TEXT)
		problem(p, n->at, hint, "%.*smust be %s, not '%.*s'", STR_ARG(key), what, STR_ARG(str_head(n->text, 60)));
	else if (n->kind == NODE_LIST)
		problem(p, n->at, hint, "%.*smust be %s, not a list of %zu", STR_ARG(key), what, n->n);
	else
		problem(p, n->at, hint, "%.*smust be %s, not a map", STR_ARG(key), what);
}

const char *did_you_mean(struct parse *p, const struct suggest *s)
{
	return suggest_found(s) ? arena_printf(p->arena, "did you mean '%.*s'?", STR_ARG(s->best)).p : NULL;
}

/* ---- maps and lists ---- */

static bool is_listed(struct str word, const char *const *words)
{
	for (; *words; words++) {
		if (str_eq(word, str_of(*words)))
			return true;
	}
	return false;
}

bool check_map(struct parse *p, const struct node *n, const char *what, const char *const *keys)
{
	if (n->kind != NODE_MAP) {
		problem(p, n->at, NULL, "%s must be a map", what);
		return false;
	}
	for (const struct node *m = n->first; m; m = m->next) {
		struct suggest near;

		if (is_listed(m->key, keys))
			continue;
		suggest_init(&near, m->key);
		suggest_list(&near, keys);
		problem(p, m->key_at, did_you_mean(p, &near), "unknown key '%.*s' in %s", STR_ARG(m->key), what);
	}
	return true;
}

const struct node *required(struct parse *p, const struct node *map, const char *key, const char *what)
{
	const struct node *n = node_get(map, key);

	if (!n)
		problem(p, map->at, NULL, "%s needs '%s'", what, key);
	return n;
}

size_t element_count(const struct node *n)
{
	return !n ? 0 : n->kind == NODE_LIST ? n->n : 1;
}

const struct node *element_first(const struct node *n)
{
	return n && n->kind == NODE_LIST ? n->first : n;
}

const struct node *element_next(const struct node *list, const struct node *element)
{
	return list->kind == NODE_LIST ? element->next : NULL;
}

/* ---- scalars ---- */

static bool want_text(struct parse *p, const struct node *n, const char *what)
{
	if (!n)
		return false;
	if (n->kind == NODE_TEXT && n->text.n)
		return true;
	problem_value(p, n, NULL, what);
	return false;
}

bool get_text(struct parse *p, const struct node *n, struct str *out)
{
	if (!want_text(p, n, "a text"))
		return false;
	*out = arena_dup(p->arena, n->text);
	return true;
}

bool get_texts(struct parse *p, const struct node *n, const struct str **out, size_t *count)
{
	struct str *v;
	size_t k = 0;

	if (!n)
		return false;
	v = ARENA_ARRAY(p->arena, struct str, element_count(n));
	for (const struct node *e = element_first(n); e; e = element_next(n, e))
		k += get_text(p, e, &v[k]);
	*out = v;
	*count = k;
	return true;
}

static bool is_slug(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		bool dash = s.p[i] == '-';

		if (dash ? i == 0 || i + 1 == s.n || s.p[i - 1] == '-' : !is_digit(s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'z'))
			return false;
	}
	return s.n > 0 && s.n <= LIMIT_SLUG;
}

bool get_slug(struct parse *p, const struct node *n, struct str *out)
{
	if (!n)
		return false;
	if (n->kind != NODE_TEXT || !is_slug(n->text)) {
		problem_value(p, n, NULL, "a name like gpu-fell-off-bus");
		return false;
	}
	return get_text(p, n, out);
}

bool is_identifier(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '_' && !(i > 0 && is_digit(c)))
			return false;
	}
	return s.n > 0;
}

bool get_int(struct parse *p, const struct node *n, int64_t lo, int64_t hi, int64_t *out)
{
	struct str what = arena_printf(p->arena, "a whole number from %lld to %lld", (long long)lo, (long long)hi);
	int64_t v;

	if (!n)
		return false;
	if (n->kind != NODE_TEXT || !num_i64(n->text, &v) || v < lo || v > hi) {
		problem_value(p, n, NULL, what.p);
		return false;
	}
	*out = v;
	return true;
}

bool get_points(struct parse *p, const struct node *n, int *out)
{
	int64_t v;

	if (!get_int(p, n, -20, 20, &v))
		return false;
	*out = (int)v;
	return true;
}

bool get_duration(struct parse *p, const struct node *n, bool negative, ts_usec *out)
{
	ts_usec v;

	if (!n)
		return false;
	if (n->kind != NODE_TEXT || !unit_duration(n->text, &v)) {
		problem_value(p, n, NULL, "a duration like 5m, 90s or 1h30m, of at most 90d");
		return false;
	}
	if (v < 0 && !negative) {
		problem_value(p, n, NULL, "a duration that is not negative");
		return false;
	}
	*out = v;
	return true;
}

bool get_window(struct parse *p, const struct node *n, struct window *out)
{
	struct window w;

	if (!n)
		return false;
	if (n->kind != NODE_LIST || n->n != 2) {
		problem_value(p, n, NULL, "a pair of durations like [-10m, 5s]");
		return false;
	}
	if (!get_duration(p, n->first, true, &w.lo) || !get_duration(p, n->first->next, true, &w.hi))
		return false;
	if (w.lo > w.hi) {
		problem(p, n->at, NULL, "'%.*s' ends before it starts", STR_ARG(n->key));
		return false;
	}
	*out = w;
	return true;
}

const struct variable *find_var(struct parse *p, const struct node *n, struct str text, bool *bad)
{
	struct suggest near;

	*bad = false;
	if (!str_skip(&text, STR("var.")))
		return NULL;
	suggest_init(&near, text);
	for (size_t i = 0; i < p->rule->vars.n; i++) {
		if (str_eq(p->rule->vars.v[i].name, text)) {
			p->var_used[i] = true;
			return &p->rule->vars.v[i];
		}
		suggest_try(&near, p->rule->vars.v[i].name);
	}
	problem(p, n->at, did_you_mean(p, &near), "no variable '%.*s'", STR_ARG(text));
	*bad = true;
	return NULL;
}

bool get_number(struct parse *p, const struct node *n, double *out)
{
	const struct variable *var;
	bool bad;

	if (!want_text(p, n, "a number"))
		return false;
	var = find_var(p, n, n->text, &bad);
	if (bad)
		return false;
	if (var && var->value.type == VALUE_NUMBER)
		*out = var->value.num;
	else if (var || !num_with_unit(n->text, out)) {
		problem_value(p, n, NULL, "a number like 80, 0.5, 2GiB or 30%");
		return false;
	}
	return true;
}

bool get_fraction(struct parse *p, const struct node *n, double *out)
{
	double v;

	if (!get_number(p, n, &v))
		return false;
	if (v < 0 || v > 1) {
		problem_value(p, n, NULL, "a share from 0% to 100%");
		return false;
	}
	*out = v;
	return true;
}

bool get_rate(struct parse *p, const struct node *n, double *out)
{
	if (!n)
		return false;
	if (n->kind == NODE_TEXT && unit_rate(n->text, out))
		return true;
	problem_value(p, n, NULL, "a rate like 50MiB/m or 3/h");
	return false;
}

bool get_time(struct parse *p, const struct node *n, ts_usec *out)
{
	struct stamp stamp;

	if (!n)
		return false;
	if (n->kind != NODE_TEXT || n->text.n == 0 || ts_iso8601(n->text, &stamp) != n->text.n) {
		problem_value(p, n, NULL, "a time like 2026-11-22T10:16:04Z");
		return false;
	}
	*out = stamp.t;
	return true;
}

/* "info, low or high" */
static struct str word_list(struct parse *p, const char *const *words)
{
	struct str list = STR_NONE;

	for (size_t i = 0; words[i]; i++)
		list = arena_printf(p->arena, "%.*s%s%s", STR_ARG(list), i == 0 ? "" : words[i + 1] ? ", " : " or ", words[i]);
	return list;
}

bool get_word(struct parse *p, const struct node *n, const char *const *words, unsigned *out)
{
	struct suggest near;

	if (!n)
		return false;
	if (n->kind != NODE_TEXT) {
		problem_value(p, n, NULL, word_list(p, words).p);
		return false;
	}
	suggest_init(&near, n->text);
	for (unsigned i = 0; words[i]; i++) {
		if (str_eq(n->text, str_of(words[i]))) {
			*out = i;
			return true;
		}
	}
	suggest_list(&near, words);
	problem_value(p, n, did_you_mean(p, &near), word_list(p, words).p);
	return false;
}

static const char *const kinds[] = {
	"host", "gpu", "node", "pod", "container", "workload", "deployment", "region", "disk", "nic", NULL
};
_Static_assert(sizeof kinds / sizeof *kinds == ENT_KINDS, "one word a kind, and the end");

bool get_kind(struct parse *p, const struct node *n, enum entity_kind *out)
{
	unsigned word;

	if (!get_word(p, n, kinds, &word))
		return false;
	*out = (enum entity_kind)(word + 1);
	return true;
}

bool get_join(struct parse *p, const struct node *n, enum entity_kind *join, bool *none)
{
	if (n && n->kind == NODE_TEXT && str_eq(n->text, STR("none"))) {
		*none = true;
		return true;
	}
	return get_kind(p, n, join);
}

/* ---- series names ---- */

static bool is_series_name(struct str s)
{
	bool dot = false;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		dot |= c == '.';
		if (!is_digit(c) && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '_' && c != '.' && c != '-' && c != ':')
			return false;
	}
	return dot && *s.p != '.' && s.p[s.n - 1] != '.';
}

static bool read_labels(struct parse *p, struct str inner, struct series_ref *out)
{
	struct series_label *v;
	struct str part, rest = inner;
	size_t n = 1;

	for (size_t i = 0; i < inner.n; i++)
		n += inner.p[i] == ',';
	v = ARENA_ARRAY(p->arena, struct series_label, n);
	n = 0;
	while (str_cut(&rest, ',', &part)) {
		size_t eq = str_chr(part, '=');

		v[n].key = str_trim(str_head(part, eq));
		v[n].value = str_trim(str_from(part, eq + 1));
		if (eq == part.n || v[n].key.n == 0 || v[n].value.n == 0)
			return false;
		n++;
	}
	out->labels = v;
	out->n_labels = n;
	return true;
}

bool get_series(struct parse *p, const struct node *n, struct str text, struct series_ref *out)
{
	struct series_ref ref = { 0 };
	struct str copy = arena_dup(p->arena, str_trim(text));
	size_t brace = str_chr(copy, '{');
	bool good;

	ref.name = str_head(copy, brace);
	good = is_series_name(ref.name);
	if (good && brace < copy.n)
		good = copy.p[copy.n - 1] == '}' &&
		       read_labels(p, (struct str){ copy.p + brace + 1, copy.n - brace - 2 }, &ref);
	if (!good) {
		problem(p, n->at, NULL, "'%.*s' is no series: dotted.name or 'dotted.name{label=value}'", STR_ARG(copy));
		return false;
	}
	*out = ref;
	return true;
}

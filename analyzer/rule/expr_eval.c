#include "rule/expr_priv.h"

#include <math.h>

#include "base/number.h"
#include "rule/pattern_priv.h"

struct eval { const struct scope *scope; struct arena *scratch; };

static struct value eval(const struct eval *e, const struct expr_node *n);

/* ---- conversions ---- */

static bool as_number(struct value v, double *out)
{
	switch (v.type) {
	case VALUE_NUMBER:
	case VALUE_BOOL:
		*out = v.num;
		return true;
	case VALUE_TEXT:
		return num_with_unit(v.text, out);
	case VALUE_UNKNOWN:
		break;
	}
	return false;
}

/* A condition: true, false or unknown.  A number is true when it is not zero; a text
 * only when it says so. */
static struct value as_bool(struct value v)
{
	switch (v.type) {
	case VALUE_BOOL:
		return v;
	case VALUE_NUMBER:
		return value_bool(v.num < 0 || v.num > 0);
	case VALUE_TEXT:
		if (str_ieq(v.text, STR("true")))
			return value_bool(true);
		if (str_ieq(v.text, STR("false")))
			return value_bool(false);
		break;
	case VALUE_UNKNOWN:
		break;
	}
	return value_unknown();
}

static bool is_known(struct value v) { return v.type != VALUE_UNKNOWN; }
static bool is_true(struct value v) { return v.type == VALUE_BOOL && v.num > 0; }
static bool is_false(struct value v) { return v.type == VALUE_BOOL && !(v.num > 0); }

/* ---- operators ---- */

static struct value not_value(struct value v)
{
	v = as_bool(v);
	return is_known(v) ? value_bool(is_false(v)) : v;
}

static struct value and_value(struct value a, struct value b)
{
	if (is_false(a) || is_false(b))
		return value_bool(false);
	return is_true(a) && is_true(b) ? value_bool(true) : value_unknown();
}

static struct value or_value(struct value a, struct value b)
{
	if (is_true(a) || is_true(b))
		return value_bool(true);
	return is_false(a) && is_false(b) ? value_bool(false) : value_unknown();
}

/* Two texts are compared byte by byte: versions are texts, and "6.50" is not "6.5". */
static struct value equal(struct value a, struct value b)
{
	double x, y;

	if (!is_known(a) || !is_known(b))
		return value_unknown();
	if (a.type == VALUE_TEXT && b.type == VALUE_TEXT)
		return value_bool(str_eq(a.text, b.text));
	if (a.type == VALUE_BOOL && b.type == VALUE_TEXT)
		b = as_bool(b);
	else if (b.type == VALUE_BOOL && a.type == VALUE_TEXT)
		a = as_bool(a);
	if (!is_known(a) || !is_known(b))
		return value_unknown();
	return value_bool(as_number(a, &x) && as_number(b, &y) && !(x < y) && !(x > y));
}

static struct value ordered(enum expr_op op, struct value a, struct value b)
{
	double x, y;
	int cmp;

	if (!is_known(a) || !is_known(b))
		return value_unknown();
	if (as_number(a, &x) && as_number(b, &y))
		cmp = (x > y) - (x < y);
	else if (a.type == VALUE_TEXT && b.type == VALUE_TEXT)
		cmp = str_cmp(a.text, b.text);
	else
		return value_unknown();
	return value_bool(op == EXPR_LT ? cmp < 0 : op == EXPR_LE ? cmp <= 0 : op == EXPR_GT ? cmp > 0 : cmp >= 0);
}

static struct value arithmetic(enum expr_op op, struct value a, struct value b)
{
	double x, y, r;

	if (!as_number(a, &x) || !as_number(b, &y))
		return value_unknown();
	r = op == EXPR_ADD ? x + y : op == EXPR_SUB ? x - y : op == EXPR_MUL ? x * y : x / y;
	return isfinite(r) ? value_number(r) : value_unknown(); /* division by zero, overflow */
}

static struct value in_list(const struct eval *e, struct value needle, const struct expr_node *list)
{
	struct value found = value_bool(false);

	for (const struct expr_node *n = list->first; n; n = n->next)
		found = or_value(found, equal(needle, eval(e, n)));
	return found;
}

static struct value matches(const struct eval *e, const struct expr_node *n, struct value subject)
{
	enum regex_result r;

	if (subject.type != VALUE_TEXT)
		return value_unknown();
	r = regex_search(e->scope->room, n->regex, subject.text);
	return r == REGEX_LIMIT ? value_unknown() : value_bool((r == REGEX_YES) == (n->op == EXPR_MATCH));
}

/* ---- functions ---- */

static struct value exists(const struct eval *e, const struct expr_node *name)
{
	const struct scope *s = e->scope;

	if (is_known(s->get(s->ctx, name->signal, name->field)))
		return value_bool(true);
	return value_bool(name->signal.n == 0 && s->seen && s->seen(s->ctx, name->field));
}

static struct value lower(const struct eval *e, struct value v)
{
	char *copy;

	if (v.type != VALUE_TEXT)
		return v;
	copy = arena_alloc(e->scratch, v.text.n);
	for (size_t i = 0; i < v.text.n; i++)
		copy[i] = (char)(v.text.p[i] >= 'A' && v.text.p[i] <= 'Z' ? v.text.p[i] + ('a' - 'A') : v.text.p[i]);
	return value_text((struct str){ copy, v.text.n });
}

/* A text whose byte order is the order of versions, after dpkg: a run of digits
 * counts as a number (written behind its length), '~' sorts before the end, letters
 * before everything else.  "535.54" < "535.183.01", "6.5.0~rc1" < "6.5.0". */
static struct value version_key(const struct eval *e, struct value v)
{
	char *key;
	size_t n = 0;

	if (v.type != VALUE_TEXT || v.text.n == 0)
		return value_unknown(); /* a number has lost what a version needs: 535.10 */
	key = arena_alloc(e->scratch, 2 * v.text.n + 2);
	key[n++] = 'v'; /* so that it is never taken for a number */
	for (size_t i = 0; i < v.text.n;) {
		size_t from = i, digits;

		while (i < v.text.n && is_digit(v.text.p[i]))
			i++;
		if (i == from) {
			char c = v.text.p[i++];
			bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

			key[n++] = (char)(c == '~' ? ' ' : letter ? c : (unsigned char)c | 0x80);
			continue;
		}
		while (from + 1 < i && v.text.p[from] == '0')
			from++;
		digits = i - from;
		key[n++] = (char)('0' + (digits < 16 ? digits : 16));
		memcpy(key + n, v.text.p + from, digits);
		n += digits;
	}
	key[n++] = '!';
	return value_text((struct str){ key, n });
}

static struct value extreme(const struct eval *e, const struct expr_node *call)
{
	double best = 0, x;

	for (const struct expr_node *n = call->first; n; n = n->next) {
		if (!as_number(eval(e, n), &x))
			return value_unknown();
		if (n == call->first || (call->function == CALL_MIN ? x < best : x > best))
			best = x;
	}
	return value_number(best);
}

static struct value coalesce(const struct eval *e, const struct expr_node *call)
{
	struct value v = value_unknown();

	for (const struct expr_node *n = call->first; n && !is_known(v); n = n->next)
		v = eval(e, n);
	return v;
}

static struct value call(const struct eval *e, const struct expr_node *n)
{
	struct value v;
	double x;

	switch (n->function) {
	case CALL_EXISTS:
		return exists(e, n->first);
	case CALL_LOWER:
		return lower(e, eval(e, n->first));
	case CALL_LEN:
		v = eval(e, n->first);
		return v.type == VALUE_TEXT ? value_number((double)v.text.n) : value_unknown();
	case CALL_ABS:
		return as_number(eval(e, n->first), &x) ? value_number(fabs(x)) : value_unknown();
	case CALL_MIN:
	case CALL_MAX:
		return extreme(e, n);
	case CALL_VER:
		return version_key(e, eval(e, n->first));
	case CALL_COALESCE:
		return coalesce(e, n);
	}
	return value_unknown();
}

/* ---- the walk ---- */

static struct value eval(const struct eval *e, const struct expr_node *n)
{
	const struct expr_node *a = n->first, *b = a ? a->next : NULL;
	double x;

	switch (n->op) {
	case EXPR_CONST:
		return n->value;
	case EXPR_NAME:
		return e->scope->get(e->scope->ctx, n->signal, n->field);
	case EXPR_OR:
		return or_value(as_bool(eval(e, a)), as_bool(eval(e, b)));
	case EXPR_AND:
		return and_value(as_bool(eval(e, a)), as_bool(eval(e, b)));
	case EXPR_NOT:
		return not_value(eval(e, a));
	case EXPR_EQ:
		return equal(eval(e, a), eval(e, b));
	case EXPR_NE:
		return not_value(equal(eval(e, a), eval(e, b)));
	case EXPR_LT:
	case EXPR_LE:
	case EXPR_GT:
	case EXPR_GE:
		return ordered(n->op, eval(e, a), eval(e, b));
	case EXPR_MATCH:
	case EXPR_NO_MATCH:
		return matches(e, n, eval(e, a));
	case EXPR_IN:
		return in_list(e, eval(e, a), b);
	case EXPR_ADD:
	case EXPR_SUB:
	case EXPR_MUL:
	case EXPR_DIV:
		return arithmetic(n->op, eval(e, a), eval(e, b));
	case EXPR_NEG:
		return as_number(eval(e, a), &x) ? value_number(-x) : value_unknown();
	case EXPR_CALL:
		return call(e, n);
	case EXPR_LIST: /* only below EXPR_IN */
		break;
	}
	return value_unknown();
}

struct value expr_eval(const struct expr *e, const struct scope *s, struct arena *scratch)
{
	return eval(&(struct eval){ s, scratch }, e->root);
}

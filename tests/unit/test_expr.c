#include "rule/expr.h"

#include <stdio.h>

#include "unit.h"

/* ---- a scope of a few names ---- */

static const struct { const char *signal, *field; struct value value; } names[] = {
	{ "", "t", { VALUE_BOOL, 1, { NULL, 0 } } },
	{ "", "f", { VALUE_BOOL, 0, { NULL, 0 } } },
	{ "", "five", { VALUE_NUMBER, 5, { NULL, 0 } } },
	{ "", "word", { VALUE_TEXT, 0, { "Evicted", 7 } } },
	{ "", "digits", { VALUE_TEXT, 0, { "42", 2 } } },
	{ "", "size", { VALUE_TEXT, 0, { "2.00 GiB", 8 } } },
	{ "", "yes", { VALUE_TEXT, 0, { "true", 4 } } },
	{ "oom", "free", { VALUE_TEXT, 0, { "1.08 GiB", 8 } } },
	{ "oom", "tried", { VALUE_TEXT, 0, { "2.00 GiB", 8 } } },
	{ "boot", "kver", { VALUE_TEXT, 0, { "6.5.0-44-generic", 16 } } },
	{ "apt", "kver", { VALUE_TEXT, 0, { "6.5.0-9-generic", 15 } } },
};

static struct value get(void *ctx, struct str signal, struct str field)
{
	(void)ctx;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (str_eq(signal, str_of(names[i].signal)) && str_eq(field, str_of(names[i].field)))
			return names[i].value;
	}
	return value_unknown();
}

static bool seen(void *ctx, struct str signal)
{
	(void)ctx;
	return str_eq(signal, STR("boot"));
}

static const struct variable variable_list[] = {
	{ { "hot", 3 }, { VALUE_NUMBER, 83, { NULL, 0 } } },
	{ { "pattern", 7 }, { VALUE_TEXT, 0, { "^Evi", 4 } } },
};
static const struct variables variables = { variable_list, 2 };

static struct arena *arena;

static void setup(void) { arena = arena_new(); }
static void teardown(void) { arena_free(arena); }

static struct value value_of(const char *text)
{
	struct expr *e = NULL;
	struct error err = { 0 };
	struct scope scope = { get, seen, NULL, NULL };

	ck_assert_msg(expr_compile(&e, arena, str_of(text), &variables, &err) == OK, "%s: %s", text, err.text);
	return expr_eval(e, &scope, arena);
}

/* "true", "false", "unknown", a number or a 'text' */
static const char *shown(struct value v)
{
	static char out[64];

	switch (v.type) {
	case VALUE_UNKNOWN:
		return "unknown";
	case VALUE_BOOL:
		return v.num > 0 ? "true" : "false";
	case VALUE_NUMBER:
		snprintf(out, sizeof out, "%.10g", v.num);
		return out;
	case VALUE_TEXT:
		snprintf(out, sizeof out, "'%.*s'", STR_ARG(v.text));
		return out;
	}
	return "";
}

/* ---- laws, over all of {true, false, unknown} ---- */

static const char *const three[] = { "t", "f", "nobody" };

static const char *format(const char *shape, const char *a, const char *b, const char *c)
{
	static char out[4][128];
	static int turn;
	char *text = out[turn++ % 4];
	size_t n = 0;

	for (; *shape; shape++) {
		const char *part = *shape == 'a' ? a : *shape == 'b' ? b : *shape == 'c' ? c : NULL;

		n += (size_t)(part ? snprintf(text + n, 128 - n, "%s", part) : snprintf(text + n, 128 - n, "%c", *shape));
	}
	return text;
}

/* Written with & | ! so that no letter but the operands is replaced. */
static const char *spelled(const char *shape, const char *a, const char *b, const char *c)
{
	static char out[4][256];
	static int turn;
	char *text = out[turn++ % 4];
	const char *s = format(shape, a, b, c);
	size_t n = 0;

	for (; *s; s++) {
		const char *word = *s == '&' ? " and " : *s == '|' ? " or " : *s == '!' ? "not " : NULL;

		n += (size_t)(word ? snprintf(text + n, 256 - n, "%s", word) : snprintf(text + n, 256 - n, "%c", *s));
	}
	return text;
}

static const struct { const char *name, *left, *right; } laws[] = {
	{ "De Morgan, and", "!(a & b)", "(!a) | (!b)" },
	{ "De Morgan, or", "!(a | b)", "(!a) & (!b)" },
	{ "double negation", "!(!(a))", "a & a" },
	{ "and commutes", "a & b", "b & a" },
	{ "or commutes", "a | b", "b | a" },
	{ "and associates", "(a & b) & c", "a & (b & c)" },
	{ "or associates", "(a | b) | c", "a | (b | c)" },
	{ "and over or", "a & (b | c)", "(a & b) | (a & c)" },
	{ "or over and", "a | (b & c)", "(a | b) & (a | c)" },
	{ "absorption", "a & (a | b)", "a & a" },
	{ "idempotence", "a | a", "a & a" },
};

START_TEST(keeps_the_laws_of_kleene)
{
	for (int i = 0; i < 27; i++) {
		const char *a = three[i % 3], *b = three[i / 3 % 3], *c = three[i / 9];
		struct value left = value_of(spelled(laws[_i].left, a, b, c));
		struct value right = value_of(spelled(laws[_i].right, a, b, c));

		ck_assert_msg(left.type == right.type && !(left.num < right.num) && !(left.num > right.num), "%s: a=%s b=%s c=%s",
			      laws[_i].name, a, b, c);
	}
}
END_TEST

static const struct { const char *op; const char *result[3][3]; } tables[] = {
	/* right:       true       false      unknown */
	{ "and", { { "true", "false", "unknown" }, { "false", "false", "false" }, { "unknown", "false", "unknown" } } },
	{ "or", { { "true", "true", "true" }, { "true", "false", "unknown" }, { "true", "unknown", "unknown" } } },
};

START_TEST(has_the_truth_tables_of_kleene)
{
	for (int i = 0; i < 9; i++) {
		char text[64];

		snprintf(text, sizeof text, "%s %s %s", three[i / 3], tables[_i].op, three[i % 3]);
		ck_assert_msg(str_eq(str_of(shown(value_of(text))), str_of(tables[_i].result[i / 3][i % 3])), "%s", text);
	}
}
END_TEST

/* ---- values ---- */

static const struct { const char *text, *want; } values[] = {
	/* literals and units */
	{ "5", "5" }, { "0.25", "0.25" }, { "1e3", "1000" }, { "2.5e-1", "0.25" }, { "2GiB", "2147483648" }, { "80k", "80000" },
	{ "30%", "0.3" }, { "250ms", "0.25" }, { "5m", "300" }, { "1h30m", "5400" }, { "7d", "604800" }, { "'text'", "'text'" },
	{ "'it\\'s'", "'it's'" }, { "'a\\d'", "'a\\d'" }, { "true", "true" }, { "false", "false" }, { "var.hot", "83" },
	/* arithmetic and precedence */
	{ "2 + 3 * 4", "14" }, { "(2 + 3) * 4", "20" }, { "10 - 3 - 2", "5" }, { "100 / 10 / 2", "5" }, { "-2 * -3", "6" },
	{ "-five + 1", "-4" }, { "2+-1", "1" }, { "digits + 1", "43" }, { "oom.tried - size", "0" }, { "1 / 0", "unknown" },
	{ "0 / 0", "unknown" }, { "word + 1", "unknown" }, { "nobody + 1", "unknown" }, { "1e308 * 10", "unknown" },
	{ "2 + 3 > 4", "true" }, { "not 1 > 2", "true" }, { "not f and f", "false" }, { "t or t and f", "true" },
	{ "(t or t) and f", "false" }, { "not not t", "true" },
	/* comparisons */
	{ "five == 5", "true" }, { "five != 5", "false" }, { "five == 5.0", "true" }, { "digits == 42", "true" },
	{ "42 == digits", "true" }, { "size == 2GiB", "true" }, { "word == 'Evicted'", "true" }, { "word == 'evicted'", "false" },
	{ "word == 5", "false" }, { "word != 5", "true" }, { "'6.50' == '6.5'", "false" }, { "nobody == 5", "unknown" },
	{ "nobody != nobody", "unknown" }, { "t == true", "true" }, { "t == 1", "true" }, { "yes == true", "true" },
	{ "yes == false", "false" }, { "word == true", "unknown" }, { "five < 6", "true" }, { "five < 5", "false" },
	{ "five <= 5", "true" }, { "five > 4", "true" }, { "five >= 6", "false" }, { "oom.free < oom.tried", "true" },
	{ "'10' < '9'", "false" }, { "'abc' < 'abd'", "true" }, { "word < 5", "unknown" }, { "nobody < 5", "unknown" },
	{ "five in [1, 5]", "true" }, { "five in [1, 2]", "false" }, { "five in [1, nobody]", "unknown" },
	{ "five in [5, nobody]", "true" }, { "nobody in [1]", "unknown" }, { "word in ['Killing', 'Evicted']", "true" },
	{ "not word in ['Killing']", "true" },
	/* regexes */
	{ "word =~ '^Evi'", "true" }, { "word !~ '^Evi'", "false" }, { "word =~ '(?i)EVICTED$'", "true" }, { "word =~ 'x'", "false" },
	{ "word !~ 'x'", "true" }, { "nobody =~ 'x'", "unknown" }, { "five =~ '5'", "unknown" }, { "word =~ var.pattern", "true" },
	/* conditions of other types */
	{ "five and t", "true" }, { "0 or f", "false" }, { "yes and t", "true" }, { "word and t", "unknown" }, { "word or t", "true" },
	/* functions */
	{ "exists(five)", "true" }, { "exists(nobody)", "false" }, { "exists(boot)", "true" }, { "exists(oom.free)", "true" },
	{ "exists(oom.nothing)", "false" }, { "not exists(nobody)", "true" }, { "lower(word)", "'evicted'" },
	{ "lower(nobody)", "unknown" }, { "lower(five)", "5" }, { "len(word)", "7" }, { "len(nobody)", "unknown" },
	{ "len(five)", "unknown" }, { "abs(-3)", "3" }, { "abs(word)", "unknown" }, { "min(3, 1, 2)", "1" }, { "max(3, digits, 2)", "42" },
	{ "min(1, nobody)", "unknown" }, { "min(4)", "4" }, { "coalesce(nobody, five)", "5" }, { "coalesce(nobody)", "unknown" },
	{ "coalesce(word, five)", "'Evicted'" }, { "max(1, 2) + 1", "3" },
	/* versions */
	{ "ver(boot.kver) > ver(apt.kver)", "true" }, { "boot.kver > apt.kver", "false" },
	{ "ver('535.54.03') < ver('535.183.01')", "true" }, { "ver('535.183.01') < ver('535.183.01')", "false" },
	{ "ver('1.0~rc1') < ver('1.0')", "true" }, { "ver('1.0') < ver('1.0.1')", "true" }, { "ver('1.0a') < ver('1.0.1')", "true" },
	{ "ver('1.01') == ver('1.1')", "true" }, { "ver('9') < ver('10')", "true" }, { "ver(nobody) < ver('1')", "unknown" },
	{ "ver(five) < ver('1')", "unknown" },
};

START_TEST(evaluates)
{
	const char *got = shown(value_of(values[_i].text));

	ck_assert_msg(str_eq(str_of(got), str_of(values[_i].want)), "%s: got %s, want %s", values[_i].text, got, values[_i].want);
}
END_TEST

/* ---- mistakes ---- */

static const struct { const char *text, *error, *hint; } mistakes[] = {
	{ "", "expression, column 1: ends where a value should follow", "" },
	{ "a ==", "expression, column 5: ends where a value should follow", "" },
	{ "a b", "expression, column 3: 'b' where the expression should end", "" },
	{ "a = 1", "expression, column 3: unexpected '='", "write ==" },
	{ "a && b", "expression, column 3: unexpected '&'", "write and" },
	{ "a || b", "expression, column 3: unexpected '|'", "write or" },
	{ "!a", "expression, column 1: unexpected '!'", "write not" },
	{ "a == \"x\"", "expression, column 6: unexpected '\"'", "write 'single quotes'" },
	{ "a == 'x", "expression, column 6: a text without its closing '", "" },
	{ "5x > 1", "expression, column 1: '5x' is no number with a unit", "" },
	{ "1.2.3 > 1", "expression, column 1: '1.2.3' is no number with a unit", "" },
	{ "(a or b", "expression, column 8: expected ')' before the end", "" },
	{ "a) or b", "expression, column 2: ')' where the expression should end", "" },
	{ "and a", "expression, column 1: 'and' where a value should stand", "" },
	{ "a < b < c", "expression, column 7: '<' where the expression should end", "" },
	{ "lowr(a) == 'x'", "expression, column 1: no function 'lowr'", "did you mean 'lower'?" },
	{ "len()", "expression, column 1: len() takes one argument", "" },
	{ "len(a, b)", "expression, column 1: len() takes one argument", "" },
	{ "min()", "expression, column 1: min() takes at least one argument", "" },
	{ "exists(5)", "expression, column 1: exists() takes a name", "" },
	{ "1 + exists(a + 1)", "expression, column 5: exists() takes a name", "" },
	{ "var.hit > 1", "expression, column 1: no variable 'hit'", "did you mean 'var.hot'?" },
	{ "var.nothing", "expression, column 1: no variable 'nothing'", "" },
	{ "a in b", "expression, column 6: a [list] must follow 'in'", "" },
	{ "a in []", "expression, column 6: an empty list", "" },
	{ "a in [1, 2", "expression, column 11: expected ']' before the end", "" },
	{ "[1] == a", "expression, column 1: a [list] stands only on the right of 'in'", "" },
	{ "a == [1]", "expression, column 6: a [list] stands only on the right of 'in'", "" },
	{ "a =~ b", "expression, column 6: a regex must be a 'text'", "" },
	{ "a =~ 5", "expression, column 6: a regex must be a 'text'", "" },
	{ "a =~ '('", "expression, column 6: regex, column 2: missing closing parenthesis", "" },
	{ "a =~ '(?R)'", "expression, column 6: regex, column 1: recursion is not allowed", "" },
};

START_TEST(refuses)
{
	struct expr *e = NULL;
	struct error err = { 0 };

	ck_assert_int_eq(expr_compile(&e, arena, str_of(mistakes[_i].text), &variables, &err), ERR_RULE);
	ck_assert_ptr_null(e);
	ck_assert_str_eq(err.text, mistakes[_i].error);
	ck_assert_str_eq(err.hint, mistakes[_i].hint);
}
END_TEST

/* ---- limits ---- */

static enum status compile_repeated(const char *head, const char *unit, int n, const char *tail, struct error *err)
{
	char text[2048];
	size_t len = (size_t)snprintf(text, sizeof text, "%s", head);
	struct expr *e;

	for (int i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, sizeof text - len, "%s", unit);
	snprintf(text + len, sizeof text - len, "%s", tail);
	return expr_compile(&e, arena, arena_dup(arena, str_of(text)), NULL, err);
}

START_TEST(bounds_the_number_of_terms)
{
	struct error err = { 0 };

	ck_assert_int_eq(compile_repeated("a", "+a", 31, "", &err), OK); /* 63 nodes */
	ck_assert_int_eq(compile_repeated("a", "+a", 32, "", &err), ERR_RULE);
	ck_assert_str_eq(err.text, "expression, column 66: more than 64 terms");
}
END_TEST

static const struct { const char *unit, *close; int most; } nests[] = {
	{ "(", ")", 15 }, { "-", "", 15 }, { "not ", "", 15 }, { "abs(", ")", 15 }
};

START_TEST(bounds_the_depth)
{
	struct error err = { 0 };
	char tail[64] = "a";

	for (int i = 0; *nests[_i].close && i < nests[_i].most; i++)
		snprintf(tail + 1 + i, sizeof tail - 1 - (size_t)i, ")");
	ck_assert_int_eq(compile_repeated("", nests[_i].unit, nests[_i].most, tail, &err), OK);
	ck_assert_int_eq(compile_repeated("", nests[_i].unit, nests[_i].most + 1, tail, &err), ERR_RULE);
	ck_assert_ptr_nonnull(strstr(err.text, "nested more than 16 deep"));
	ck_assert_int_eq(compile_repeated("", nests[_i].unit, 400, "", &err), ERR_RULE);
}
END_TEST

/* ---- names ---- */

static void note_name(void *ctx, struct str signal, struct str field)
{
	char *out = ctx;
	size_t n = strlen(out);

	snprintf(out + n, 128 - n, "%.*s/%.*s ", STR_ARG(signal), STR_ARG(field));
}

static void note_var(void *ctx, struct str name)
{
	note_name(ctx, STR("var"), name);
}

START_TEST(lists_what_it_reads_in_order)
{
	struct expr *e = NULL;
	char list[128] = "";

	ck_assert_int_eq(expr_compile(&e, arena, STR("boot.kver == a.b.c and exists(word) or five in [1, nobody] and x > var.hot"),
				      &variables, NULL), OK);
	expr_names(e, note_name, list);
	ck_assert_str_eq(list, "boot/kver a/b.c /word /five /nobody /x ");
	*list = '\0';
	expr_vars(e, note_var, list);
	ck_assert_str_eq(list, "var/hot ");
	ck_assert(str_starts(expr_text(e), STR("boot.kver ==")));
	*list = '\0';
	expr_join_names(e);
	expr_names(e, note_name, list);
	ck_assert_str_eq(list, "/boot.kver /a.b.c /word /five /nobody /x ");
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	LOOP(tc, keeps_the_laws_of_kleene, laws);
	LOOP(tc, has_the_truth_tables_of_kleene, tables);
	LOOP(tc, evaluates, values);
	LOOP(tc, refuses, mistakes);
	tcase_add_test(tc, bounds_the_number_of_terms);
	LOOP(tc, bounds_the_depth, nests);
	tcase_add_test(tc, lists_what_it_reads_in_order);
}
TEST_MAIN("rule/expr", add)

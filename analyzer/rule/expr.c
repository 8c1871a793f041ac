#include "rule/expr.h"

#include <stdarg.h>

#include "base/limits.h"
#include "base/number.h"
#include "base/suggest.h"
#include "rule/expr_priv.h"
#include "rule/pattern_priv.h"
#include "rule/units_priv.h"

/* A hand-written recursive descent parser: one function a line of the grammar. */

enum token { TOKEN_END, TOKEN_NUMBER, TOKEN_TEXT, TOKEN_NAME, TOKEN_SYMBOL };

struct parser {
	struct str text;
	struct arena *arena;
	const struct variables *vars;
	struct error *err;
	enum status status;  /* of the first mistake; nothing is parsed behind it */
	unsigned nodes, depth;
	size_t next;         /* byte behind the token */
	enum token token;
	size_t at;           /* byte where it starts */
	struct str word;     /* its text, without quotes */
	double number;
};

static struct expr_node *parse_or(struct parser *p);
static struct expr_node *parse_sum(struct parser *p);

/* at: the byte of the text the mistake starts at. */
static void PRINTF_LIKE(3, 4) complain(struct parser *p, size_t at, const char *fmt, ...)
{
	char what[256];
	va_list ap;

	if (p->status != OK)
		return;
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	p->status = fail(p->err, ERR_RULE, "expression, column %zu: %s", at + 1, what);
	p->token = TOKEN_END;
}

/* ---- tokens ---- */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_word(char c)
{
	return is_letter(c) || is_digit(c);
}

/* 5, 0.6, 2GiB, 30%, 1e-3, 1h30m: the longest run of digits, dots and letters. */
static void read_number(struct parser *p, struct str rest)
{
	size_t n = 0;
	ts_usec span;

	while (n < rest.n && (is_word(rest.p[n]) || rest.p[n] == '.' || rest.p[n] == '%' ||
			      ((rest.p[n] == '-' || rest.p[n] == '+') && (rest.p[n - 1] == 'e' || rest.p[n - 1] == 'E') &&
			       n + 1 < rest.n && is_digit(rest.p[n + 1]))))
		n++;
	p->token = TOKEN_NUMBER;
	p->word = str_head(rest, n);
	p->next += n;
	if (num_with_unit(p->word, &p->number))
		return;
	if (unit_duration(p->word, &span))
		p->number = (double)span / TS_SECOND;
	else
		complain(p, p->at, "'%.*s' is no number with a unit", STR_ARG(p->word));
}

/* Everything between the quotes is kept as it stands, so that a regex needs no
 * doubled backslashes; only \' becomes a quote. */
static void read_text(struct parser *p, struct str rest)
{
	size_t end = 1, kept = 0;
	char *copy;

	while (end < rest.n && rest.p[end] != '\'')
		end += rest.p[end] == '\\' ? 2 : 1;
	p->token = TOKEN_TEXT;
	if (end >= rest.n) {
		complain(p, p->at, "a text without its closing '");
		return;
	}
	copy = arena_alloc(p->arena, end);
	for (size_t i = 1; i < end; i++) {
		if (rest.p[i] != '\\' || rest.p[i + 1] != '\'')
			copy[kept++] = rest.p[i];
	}
	p->word = (struct str){ copy, kept };
	p->next += end + 1;
}

static void read_symbol(struct parser *p, struct str rest)
{
	static const char *const symbols[] = {
		"==", "!=", "<=", ">=", "=~", "!~", "<", ">", "+", "-", "*", "/", "(", ")", "[", "]", ","
	};
	static const struct { const char *wrong, *right; } habits[] = {
		{ "&&", "and" }, { "||", "or" }, { "!", "not" }, { "=", "==" }, { "\"", "'single quotes'" }
	};

	p->token = TOKEN_SYMBOL;
	for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
		if (str_starts(rest, str_of(symbols[i]))) {
			p->word = str_of(symbols[i]);
			p->next += p->word.n;
			return;
		}
	}
	complain(p, p->at, "unexpected '%.*s'", 1, rest.p);
	for (size_t i = 0; i < sizeof habits / sizeof *habits; i++) {
		if (str_starts(rest, str_of(habits[i].wrong))) {
			fail_hint(p->err, "write %s", habits[i].right);
			return;
		}
	}
}

static void advance(struct parser *p)
{
	struct str rest;
	size_t n = 0;

	while (p->next < p->text.n && (is_blank(p->text.p[p->next]) || p->text.p[p->next] == '\n'))
		p->next++;
	p->at = p->next;
	rest = str_from(p->text, p->next);
	p->word = STR_NONE;
	p->token = TOKEN_END;
	if (rest.n == 0 || p->status != OK)
		return;
	if (is_digit(*rest.p)) {
		read_number(p, rest);
	} else if (*rest.p == '\'') {
		read_text(p, rest);
	} else if (is_letter(*rest.p)) {
		while (n < rest.n && (is_word(rest.p[n]) || (rest.p[n] == '.' && n + 1 < rest.n && is_word(rest.p[n + 1]))))
			n++;
		p->token = TOKEN_NAME;
		p->word = str_head(rest, n);
		p->next += n;
	} else {
		read_symbol(p, rest);
	}
}

/* Consumes the keyword or symbol when it is next. */
static bool accept(struct parser *p, const char *what)
{
	if ((p->token != TOKEN_NAME && p->token != TOKEN_SYMBOL) || !str_eq(p->word, str_of(what)))
		return false;
	advance(p);
	return true;
}

static void expect(struct parser *p, const char *what)
{
	if (!accept(p, what))
		complain(p, p->at, "expected '%s'%s", what, p->token == TOKEN_END ? " before the end" : "");
}

/* ---- tree ---- */

/* Never NULL, so that the parser needs no checks; what stands in it after a
 * mistake is thrown away. */
static struct expr_node *node_new(struct parser *p, enum expr_op op, struct expr_node *a, struct expr_node *b)
{
	struct expr_node *n = ARENA_NEW(p->arena, struct expr_node);

	if (++p->nodes > LIMIT_EXPR_NODES)
		complain(p, p->at, "more than %d terms", LIMIT_EXPR_NODES);
	n->op = op;
	n->first = a;
	if (a)
		a->next = b;
	return n;
}

static bool enter(struct parser *p)
{
	if (++p->depth > LIMIT_EXPR_DEPTH)
		complain(p, p->at, "nested more than %d deep", LIMIT_EXPR_DEPTH);
	return p->status == OK;
}

static struct expr_node *parse_name(struct parser *p)
{
	struct expr_node *n = node_new(p, EXPR_NAME, NULL, NULL);
	size_t dot = str_chr(p->word, '.');
	struct suggest near;

	n->signal = dot < p->word.n ? str_head(p->word, dot) : STR_NONE;
	n->field = dot < p->word.n ? str_from(p->word, dot + 1) : p->word;
	if (!str_eq(n->signal, STR("var"))) {
		advance(p);
		return n;
	}
	suggest_init(&near, n->field);
	for (size_t i = 0; p->vars && i < p->vars->n; i++) {
		suggest_try(&near, p->vars->v[i].name);
		if (!str_eq(p->vars->v[i].name, n->field))
			continue;
		n->op = EXPR_CONST;
		n->value = p->vars->v[i].value;
		n->var = n->field;
		advance(p);
		return n;
	}
	complain(p, p->at, "no variable '%.*s'", STR_ARG(n->field));
	if (suggest_found(&near))
		fail_hint(p->err, "did you mean 'var.%.*s'?", STR_ARG(near.best));
	return n;
}

/* Arguments or elements up to the closing symbol, which is consumed; how many there were. */
static unsigned parse_operands(struct parser *p, struct expr_node *parent, const char *close)
{
	struct expr_node **tail = &parent->first;
	unsigned count = 0;

	if (accept(p, close))
		return 0;
	do {
		struct expr_node *n = parent->op == EXPR_LIST ? parse_sum(p) : parse_or(p);

		*tail = n;
		tail = &n->next;
		count++;
	} while (p->status == OK && accept(p, ","));
	expect(p, close);
	return count;
}

static struct expr_node *parse_call(struct parser *p)
{
	static const struct { const char *name; enum expr_function function; unsigned least, most; } functions[] = {
		{ "exists", CALL_EXISTS, 1, 1 },   { "lower", CALL_LOWER, 1, 1 },
		{ "len", CALL_LEN, 1, 1 },         { "abs", CALL_ABS, 1, 1 },
		{ "min", CALL_MIN, 1, LIMIT_EXPR_NODES }, { "max", CALL_MAX, 1, LIMIT_EXPR_NODES },
		{ "ver", CALL_VER, 1, 1 },         { "coalesce", CALL_COALESCE, 1, LIMIT_EXPR_NODES },
	};
	struct expr_node *n = node_new(p, EXPR_CALL, NULL, NULL);
	struct str name = p->word;
	size_t at = p->at, i = 0;
	struct suggest near;
	unsigned count;

	suggest_init(&near, name);
	for (; i < sizeof functions / sizeof *functions && !str_eq(name, str_of(functions[i].name)); i++)
		suggest_try(&near, str_of(functions[i].name));
	if (i == sizeof functions / sizeof *functions) {
		complain(p, p->at, "no function '%.*s'", STR_ARG(name));
		if (suggest_found(&near))
			fail_hint(p->err, "did you mean '%.*s'?", STR_ARG(near.best));
		return n;
	}
	n->function = functions[i].function;
	advance(p);
	advance(p); /* "(" */
	count = parse_operands(p, n, ")");
	if (count < functions[i].least || count > functions[i].most)
		complain(p, at, "%s() takes %s", functions[i].name, functions[i].most == 1 ? "one argument" : "at least one argument");
	else if (n->function == CALL_EXISTS && n->first->op != EXPR_NAME)
		complain(p, at, "exists() takes a name");
	return n;
}

static struct expr_node *parse_constant(struct parser *p, struct value v)
{
	struct expr_node *n = node_new(p, EXPR_CONST, NULL, NULL);

	n->value = v;
	advance(p);
	return n;
}

static bool is_call(const struct parser *p)
{
	return p->token == TOKEN_NAME && p->next < p->text.n && p->text.p[p->next] == '(';
}

static bool is_keyword(struct str word)
{
	return str_eq(word, STR("and")) || str_eq(word, STR("or")) || str_eq(word, STR("not")) || str_eq(word, STR("in"));
}

static struct expr_node *parse_atom(struct parser *p)
{
	struct expr_node *n = NULL;

	if (!enter(p)) {
		n = node_new(p, EXPR_CONST, NULL, NULL);
	} else if (p->token == TOKEN_NUMBER) {
		n = parse_constant(p, value_number(p->number));
	} else if (p->token == TOKEN_TEXT) {
		n = parse_constant(p, value_text(p->word));
	} else if (accept(p, "(")) {
		n = parse_or(p);
		expect(p, ")");
	} else if (accept(p, "-")) {
		n = node_new(p, EXPR_NEG, parse_atom(p), NULL);
	} else if (is_call(p)) {
		n = parse_call(p);
	} else if (p->token == TOKEN_NAME && (str_eq(p->word, STR("true")) || str_eq(p->word, STR("false")))) {
		n = parse_constant(p, value_bool(*p->word.p == 't'));
	} else if (p->token == TOKEN_NAME && !is_keyword(p->word)) {
		n = parse_name(p);
	} else {
		n = node_new(p, EXPR_CONST, NULL, NULL);
		if (p->token == TOKEN_END)
			complain(p, p->at, "ends where a value should follow");
		else if (str_eq(p->word, STR("[")))
			complain(p, p->at, "a [list] stands only on the right of 'in'");
		else
			complain(p, p->at, "'%.*s' where a value should stand", STR_ARG(p->word));
	}
	p->depth--;
	return n;
}

static struct expr_node *parse_product(struct parser *p)
{
	struct expr_node *n = parse_atom(p);

	for (;;) {
		if (accept(p, "*"))
			n = node_new(p, EXPR_MUL, n, parse_atom(p));
		else if (accept(p, "/"))
			n = node_new(p, EXPR_DIV, n, parse_atom(p));
		else
			return n;
	}
}

static struct expr_node *parse_sum(struct parser *p)
{
	struct expr_node *n = parse_product(p);

	for (;;) {
		if (accept(p, "+"))
			n = node_new(p, EXPR_ADD, n, parse_product(p));
		else if (accept(p, "-"))
			n = node_new(p, EXPR_SUB, n, parse_product(p));
		else
			return n;
	}
}

/* The right side of =~ must be known now: a regex built from data could be anything. */
static struct expr_node *parse_match(struct parser *p, enum expr_op op, struct expr_node *left)
{
	size_t at = p->at;
	struct expr_node *right = parse_atom(p);
	struct expr_node *n = node_new(p, op, left, right);
	struct error why = { 0 };

	if (p->status != OK)
		return n;
	if (right->op != EXPR_CONST || right->value.type != VALUE_TEXT)
		complain(p, at, "a regex must be a 'text'");
	else if (regex_compile(&n->regex, p->arena, right->value.text, &why) != OK)
		complain(p, at, "%s", why.text);
	return n;
}

static struct expr_node *parse_in(struct parser *p, struct expr_node *left)
{
	struct expr_node *list = node_new(p, EXPR_LIST, NULL, NULL);
	size_t at = p->at;

	if (!accept(p, "["))
		complain(p, at, "a [list] must follow 'in'");
	else if (parse_operands(p, list, "]") == 0)
		complain(p, at, "an empty list");
	return node_new(p, EXPR_IN, left, list);
}

static struct expr_node *parse_comparison(struct parser *p)
{
	static const struct { const char *symbol; enum expr_op op; } operators[] = {
		{ "==", EXPR_EQ }, { "!=", EXPR_NE }, { "<", EXPR_LT }, { "<=", EXPR_LE }, { ">", EXPR_GT },
		{ ">=", EXPR_GE }, { "=~", EXPR_MATCH }, { "!~", EXPR_NO_MATCH }, { "in", EXPR_IN },
	};
	struct expr_node *left = parse_sum(p);

	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
		enum expr_op op = operators[i].op;

		if (!accept(p, operators[i].symbol))
			continue;
		if (op == EXPR_IN)
			return parse_in(p, left);
		if (op == EXPR_MATCH || op == EXPR_NO_MATCH)
			return parse_match(p, op, left);
		return node_new(p, op, left, parse_sum(p));
	}
	return left;
}

static struct expr_node *parse_not(struct parser *p)
{
	struct expr_node *n;

	if (!accept(p, "not"))
		return parse_comparison(p);
	if (!enter(p))
		return node_new(p, EXPR_CONST, NULL, NULL);
	n = node_new(p, EXPR_NOT, parse_not(p), NULL);
	p->depth--;
	return n;
}

static struct expr_node *parse_and(struct parser *p)
{
	struct expr_node *n = parse_not(p);

	while (accept(p, "and"))
		n = node_new(p, EXPR_AND, n, parse_not(p));
	return n;
}

static struct expr_node *parse_or(struct parser *p)
{
	struct expr_node *n = parse_and(p);

	while (accept(p, "or"))
		n = node_new(p, EXPR_OR, n, parse_and(p));
	return n;
}

enum status expr_compile(struct expr **out, struct arena *a, struct str text, const struct variables *vars, struct error *err)
{
	struct parser p = { .text = text, .arena = a, .vars = vars, .err = err, .status = OK };
	struct expr *e;
	struct expr_node *root;

	advance(&p);
	root = parse_or(&p);
	if (p.token != TOKEN_END)
		complain(&p, p.at, "'%.*s' where the expression should end", STR_ARG(p.word));
	if (p.status != OK)
		return p.status;
	e = ARENA_NEW(a, struct expr);
	e->text = text;
	e->root = root;
	*out = e;
	return OK;
}

static void walk_names(const struct expr_node *n, void (*see)(void *ctx, struct str signal, struct str field), void *ctx)
{
	for (; n; n = n->next) {
		if (n->op == EXPR_NAME)
			see(ctx, n->signal, n->field);
		walk_names(n->first, see, ctx);
	}
}

void expr_names(const struct expr *e, void (*see)(void *ctx, struct str signal, struct str field), void *ctx)
{
	walk_names(e->root, see, ctx);
}

static void walk_vars(const struct expr_node *n, void (*see)(void *ctx, struct str name), void *ctx)
{
	for (; n; n = n->next) {
		if (n->var.n)
			see(ctx, n->var);
		walk_vars(n->first, see, ctx);
	}
}

void expr_vars(const struct expr *e, void (*see)(void *ctx, struct str name), void *ctx)
{
	walk_vars(e->root, see, ctx);
}

struct str expr_text(const struct expr *e)
{
	return e->text;
}

static void join_names(struct expr_node *n)
{
	for (; n; n = n->next) {
		if (n->op == EXPR_NAME && n->signal.n) {
			n->field = (struct str){ n->signal.p, (size_t)(n->field.p - n->signal.p) + n->field.n };
			n->signal = STR_NONE;
		}
		join_names(n->first);
	}
}

void expr_join_names(struct expr *e)
{
	join_names(e->root);
}

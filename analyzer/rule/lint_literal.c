#include "rule/lint_priv.h"

#include "base/number.h"
#include "rule/pattern_priv.h"

/* A reading of the pattern just fine enough to know which bytes are certain. */

struct scan {
	struct str s;
	size_t i;
	struct literals *out;
};

enum atom_kind { ATOM_BYTE, ATOM_EMPTY /* matches no byte: \b, ^ */, ATOM_OTHER };
struct atom { enum atom_kind kind; char byte; size_t certain; /* ATOM_OTHER: bytes in a row it must contain */ };

static size_t read_alternatives(struct scan *c);

static bool at(const struct scan *c, struct str text)
{
	return str_starts(str_from(c->s, c->i), text);
}

static char peek(const struct scan *c)
{
	return c->i < c->s.n ? c->s.p[c->i] : '\0';
}

static void skip_past(struct scan *c, char end)
{
	c->i += str_chr(str_from(c->s, c->i), end) + 1;
}

static void end_run(struct literals *out)
{
	size_t n = out ? out->n - out->run_at : 0;

	if (n == 0)
		return;
	if (out->run_at == 0)
		out->first_n = n;
	if (n > out->longest_n) {
		out->longest_at = out->run_at;
		out->longest_n = n;
	}
	out->run_at = out->n;
}

static void note_byte(struct literals *out, char byte)
{
	if (out && out->n < sizeof out->text)
		out->text[out->n++] = byte;
}

/* ---- atoms ---- */

static struct atom read_quoted(struct scan *c) /* behind \Q */
{
	struct str rest = str_from(c->s, c->i);
	size_t n = str_find(rest, STR("\\E"));

	end_run(c->out);
	for (size_t i = 0; i < n; i++)
		note_byte(c->out, rest.p[i]);
	end_run(c->out);
	c->i += n + 2;
	return (struct atom){ ATOM_OTHER, 0, n };
}

static struct atom read_escape(struct scan *c) /* behind the backslash */
{
	static const char controls[] = "n\nt\tr\rf\fa\ae\033";
	const struct atom other = { ATOM_OTHER, 0, 0 };
	char e = peek(c);
	const char *control;
	uint64_t hex;

	c->i++;
	if (e == 'Q')
		return read_quoted(c);
	control = e ? strchr(controls, e) : NULL;
	if (control && (control - controls) % 2 == 0)
		return (struct atom){ ATOM_BYTE, control[1], 0 };
	if (e && strchr("bBAzZGKE", e))
		return (struct atom){ ATOM_EMPTY, 0, 0 };
	if (!is_digit(e) && !(e >= 'a' && e <= 'z') && !(e >= 'A' && e <= 'Z'))
		return (struct atom){ ATOM_BYTE, e, 0 };
	if (peek(c) == '{' && strchr("pPxogkN", e)) {
		skip_past(c, '}');
	} else if (e == 'k' && (peek(c) == '<' || peek(c) == '\'')) {
		c->i++;
		skip_past(c, c->s.p[c->i - 1] == '<' ? '>' : '\'');
	} else if (e == 'x') {
		for (int k = 0; k < 2 && num_hex(str_head(str_from(c->s, c->i), 1), &hex); k++)
			c->i++;
	} else if (e == 'c' || e == 'p' || e == 'P') {
		c->i++;
	} else if (is_digit(e)) {
		while (is_digit(peek(c)))
			c->i++;
	}
	return other;
}

static struct atom read_group(struct scan *c) /* behind "(" */
{
	struct atom group = { ATOM_OTHER, 0, 0 };
	bool counts = true;

	if (at(c, STR("?#"))) {
		skip_past(c, ')');
		return (struct atom){ ATOM_EMPTY, 0, 0 };
	}
	if (at(c, STR("?="))  || at(c, STR("?!")) || at(c, STR("?<=")) || at(c, STR("?<!"))) {
		counts = false;
		c->i += at(c, STR("?<")) ? 3 : 2;
	} else if (at(c, STR("?<")) || at(c, STR("?P<"))) {
		skip_past(c, '>');
	} else if (at(c, STR("?'"))) {
		c->i += 2;
		skip_past(c, '\'');
	} else if (at(c, STR("?("))) {
		counts = false;
		skip_past(c, ')');
	} else if (at(c, STR("?>")) || at(c, STR("?|"))) {
		c->i += 2;
	} else if (at(c, STR("?"))) {
		while (c->i < c->s.n && peek(c) != ':' && peek(c) != ')')
			c->i++;
		c->i++;
		if (c->i <= c->s.n && c->s.p[c->i - 1] == ')')
			return (struct atom){ ATOM_EMPTY, 0, 0 }; /* (?i) */
	}
	end_run(c->out);
	group.certain = read_alternatives(c);
	end_run(c->out);
	c->i++; /* ")" */
	if (!counts)
		group.certain = 0;
	return group;
}

static struct atom read_atom(struct scan *c)
{
	char ch = c->s.p[c->i];

	if (ch == '[') {
		c->i += regex_class_length(str_from(c->s, c->i));
		return (struct atom){ ATOM_OTHER, 0, 0 };
	}
	c->i++;
	switch (ch) {
	case '\\':
		return read_escape(c);
	case '(':
		return read_group(c);
	case '.':
		return (struct atom){ ATOM_OTHER, 0, 0 };
	case '^':
	case '$':
		return (struct atom){ ATOM_EMPTY, 0, 0 };
	default:
		return (struct atom){ ATOM_BYTE, ch, 0 };
	}
}

/* ---- repetition and sequence ---- */

/* {2}, {2,}, {2,5}: the least; anything else in braces is text. */
static bool read_braces(struct scan *c, uint64_t *least)
{
	struct str rest = str_from(c->s, c->i + 1);
	size_t close = str_chr(rest, '}');
	struct str from = str_head(rest, str_chr(str_head(rest, close), ',')), to;
	uint64_t unused;

	if (close == rest.n || !num_u64(from, least))
		return false;
	to = str_head(str_from(rest, from.n + 1), close > from.n ? close - from.n - 1 : 0);
	if (to.n && !num_u64(to, &unused))
		return false;
	c->i += close + 2;
	return true;
}

/* False when nothing repeats. */
static bool read_quantifier(struct scan *c, uint64_t *least)
{
	char q = peek(c);

	if (q == '*' || q == '?' || q == '+') {
		*least = q == '+';
		c->i++;
	} else if (q != '{' || !read_braces(c, least)) {
		return false;
	}
	if (peek(c) == '?' || peek(c) == '+')
		c->i++; /* lazy, possessive */
	return true;
}

static size_t max(size_t a, size_t b)
{
	return a > b ? a : b;
}

static size_t read_branch(struct scan *c)
{
	size_t best = 0, run = 0;

	while (c->i < c->s.n && peek(c) != '|' && peek(c) != ')') {
		struct atom a = read_atom(c);
		uint64_t least = 1;
		bool repeats = read_quantifier(c, &least);

		if (a.kind == ATOM_EMPTY)
			continue;
		if (a.kind == ATOM_BYTE && least > 0) {
			note_byte(c->out, a.byte);
			best = max(best, ++run);
		}
		if (a.kind == ATOM_OTHER && least > 0)
			best = max(best, a.certain);
		if (a.kind == ATOM_OTHER || repeats) {
			end_run(c->out);
			run = 0;
		}
	}
	end_run(c->out);
	return best;
}

/* Up to the closing parenthesis, which is left, or the end. */
static size_t read_alternatives(struct scan *c)
{
	size_t least = read_branch(c);

	while (peek(c) == '|') {
		size_t branch;

		c->i++;
		branch = read_branch(c);
		least = branch < least ? branch : least;
	}
	return least;
}

size_t lint_literal(struct str pattern, struct literals *out)
{
	struct scan c = { .s = pattern, .out = out };

	if (out)
		memset(out, 0, sizeof *out);
	return read_alternatives(&c);
}

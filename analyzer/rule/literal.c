#include "rule/literal.h"

#include "base/number.h"
#include "rule/pattern_priv.h"

/* A reading of the pattern just fine enough to know which bytes are certain. */

#define ALTERNATIVES_MAX 64 /* a pattern with more texts than this is scanned for itself */
#define LONG_ENOUGH 8       /* a text of this length is rare; a longer one filters no better */

struct scan {
	struct str s;
	size_t i;
	struct arena *arena;
	struct literals *out;
	bool nocase;   /* (?i) here */
	bool unsure;   /* (?x): blanks and # are no text */
};

enum atom_kind { ATOM_BYTE, ATOM_EMPTY /* matches no byte: \b, ^ */, ATOM_OTHER };
struct atom { enum atom_kind kind; char byte; struct literal_set certain; /* ATOM_OTHER */ };

static const struct literal_set nothing;

static struct literal_set read_alternatives(struct scan *c);

/* ---- sets ---- */

static struct literal_set set_of(struct scan *c, struct str text, bool nocase)
{
	struct literal *one = ARENA_NEW(c->arena, struct literal);

	*one = (struct literal){ arena_dup(c->arena, text), nocase };
	return (struct literal_set){ one, 1, text.n };
}

/* The one that is seen less often. */
static struct literal_set rarer(struct literal_set a, struct literal_set b)
{
	size_t an = a.least < LONG_ENOUGH ? a.least : LONG_ENOUGH, bn = b.least < LONG_ENOUGH ? b.least : LONG_ENOUGH;

	if (an != bn)
		return an > bn ? a : b;
	if (a.n != b.n)
		return a.n < b.n ? a : b;
	return b.least > a.least ? b : a;
}

/* One of a or one of b; nothing when either may be avoided. */
static struct literal_set either(struct scan *c, struct literal_set a, struct literal_set b)
{
	struct literal *v;

	if (a.least == 0 || b.least == 0 || a.n + b.n > ALTERNATIVES_MAX)
		return nothing;
	v = ARENA_ARRAY(c->arena, struct literal, a.n + b.n);
	memcpy(v, a.v, a.n * sizeof *v);
	memcpy(v + a.n, b.v, b.n * sizeof *v);
	return (struct literal_set){ v, a.n + b.n, a.least < b.least ? a.least : b.least };
}

/* ---- reading ---- */

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
	return (struct atom){ ATOM_OTHER, 0, n ? set_of(c, str_head(rest, n), c->nocase) : nothing };
}

static struct atom read_escape(struct scan *c) /* behind the backslash */
{
	static const char controls[] = "n\nt\tr\rf\fa\ae\033";
	const struct atom other = { ATOM_OTHER, 0, nothing };
	char e = peek(c);
	const char *control;
	uint64_t hex;

	c->i++;
	if (e == 'Q')
		return read_quoted(c);
	control = e ? strchr(controls, e) : NULL;
	if (control && (control - controls) % 2 == 0)
		return (struct atom){ ATOM_BYTE, control[1], nothing };
	if (e && strchr("bBAzZGKE", e))
		return (struct atom){ ATOM_EMPTY, 0, nothing };
	if (!is_digit(e) && !(e >= 'a' && e <= 'z') && !(e >= 'A' && e <= 'Z'))
		return (struct atom){ ATOM_BYTE, e, nothing };
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

/* "?i-s:" and the like, up to and with ':' or ')'.  False when it was "(?i)": the flags hold from here on. */
static bool read_flags(struct scan *c)
{
	bool on = true;

	while (c->i < c->s.n && peek(c) != ':' && peek(c) != ')') {
		char flag = c->s.p[c->i++];

		if (flag == '-' || flag == '^')
			on = false;
		if (flag == 'i' || flag == '^')
			c->nocase = on;
		if (flag == 'x' && on)
			c->unsure = true;
		on |= flag == '^'; /* (?^s): all off, s on */
	}
	c->i++;
	return c->i <= c->s.n && c->s.p[c->i - 1] == ':';
}

static struct atom read_group(struct scan *c) /* behind "(" */
{
	struct atom group = { ATOM_OTHER, 0, nothing };
	bool counts = true, nocase = c->nocase;

	if (at(c, STR("?#"))) {
		skip_past(c, ')');
		return (struct atom){ ATOM_EMPTY, 0, nothing };
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
	} else if (at(c, STR("?")) && !read_flags(c)) {
		return (struct atom){ ATOM_EMPTY, 0, nothing };
	}
	end_run(c->out);
	group.certain = read_alternatives(c);
	end_run(c->out);
	c->i++; /* ")" */
	c->nocase = nocase;
	if (!counts)
		group.certain = nothing;
	return group;
}

static struct atom read_atom(struct scan *c)
{
	char ch = c->s.p[c->i];

	if (ch == '[') {
		c->i += regex_class_length(str_from(c->s, c->i));
		return (struct atom){ ATOM_OTHER, 0, nothing };
	}
	c->i++;
	switch (ch) {
	case '\\':
		return read_escape(c);
	case '(':
		return read_group(c);
	case '.':
		return (struct atom){ ATOM_OTHER, 0, nothing };
	case '^':
	case '$':
		return (struct atom){ ATOM_EMPTY, 0, nothing };
	default:
		return (struct atom){ ATOM_BYTE, ch, nothing };
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

static struct literal_set read_branch(struct scan *c)
{
	struct literal_set best = nothing;
	char *run = arena_alloc(c->arena, c->s.n - c->i + 1);
	size_t n = 0;

	while (c->i < c->s.n && peek(c) != '|' && peek(c) != ')') {
		bool nocase = c->nocase;
		struct atom a = read_atom(c);
		uint64_t least = 1;
		bool repeats = read_quantifier(c, &least);

		if (a.kind == ATOM_EMPTY && nocase == c->nocase)
			continue;
		if (a.kind == ATOM_BYTE && least > 0) {
			note_byte(c->out, a.byte);
			run[n++] = a.byte;
		}
		if (a.kind == ATOM_OTHER && least > 0)
			best = rarer(best, a.certain);
		if (a.kind != ATOM_BYTE || repeats) {
			end_run(c->out);
			if (n)
				best = rarer(best, set_of(c, (struct str){ run, n }, nocase));
			n = 0;
		}
	}
	end_run(c->out);
	return n ? rarer(best, set_of(c, (struct str){ run, n }, c->nocase)) : best;
}

/* Up to the closing parenthesis, which is left, or the end. */
static struct literal_set read_alternatives(struct scan *c)
{
	struct literal_set least = read_branch(c);

	while (peek(c) == '|') {
		c->i++;
		least = either(c, least, read_branch(c));
	}
	return least;
}

struct literal_set literals_of(struct str pattern, struct arena *a, struct literals *out)
{
	struct scan c = { .s = pattern, .arena = a, .out = out };
	struct literal_set set;

	if (out)
		memset(out, 0, sizeof *out);
	set = read_alternatives(&c);
	return c.unsure ? nothing : set;
}

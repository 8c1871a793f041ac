#include "rule/template.h"

#include <math.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/number.h"
#include "base/suggest.h"
#include "tstamp/tstamp.h"

#define FILTERS 4 /* of one placeholder */
#define NEST 8    /* of sections */

enum filter {
	FILTER_TIME, FILTER_CLOCK, FILTER_DUR, FILTER_GIB, FILTER_MIB, FILTER_PCT, FILTER_N, FILTER_R0, FILTER_R1,
	FILTER_R2, FILTER_PCI, FILTER_LOWER, FILTER_FIRST_LINE, FILTER_BYTES
};
static const char *const filter_names[] = {
	"time", "clock", "dur", "gib", "mib", "pct", "n", "r0", "r1", "r2", "pci", "lower", "first_line", "bytes", NULL
};

enum piece_kind { PIECE_TEXT, PIECE_FIELD, PIECE_SECTION };

struct piece {
	enum piece_kind kind;
	struct str text;          /* PIECE_TEXT */
	struct str signal, field; /* PIECE_FIELD; PIECE_SECTION has a signal only */
	enum filter filters[FILTERS];
	unsigned n_filters;
	bool guarded;             /* inside {#signal} of its own signal */
	bool inside;              /* of any section */
	bool negated;             /* {^signal} */
	size_t end;               /* PIECE_SECTION: first piece behind it */
};

struct template { struct piece *v; size_t n; };

struct compiler {
	struct str text;
	struct error *err;
	struct piece *v;
	size_t n, cap;
	size_t open[NEST]; /* pieces of the sections we are in */
	unsigned depth;
};

static struct piece *add(struct compiler *c, enum piece_kind kind)
{
	struct piece *p;

	c->v = grow(c->v, c->n, &c->cap, sizeof *c->v);
	p = &c->v[c->n++];
	*p = (struct piece){ .kind = kind, .inside = c->depth > 0 };
	return p;
}

static enum status complain(const struct compiler *c, const char *at, const char *what, struct str word)
{
	return fail(c->err, ERR_RULE, "template, column %zu: %s '%.*s'", (size_t)(at - c->text.p) + 1, what, STR_ARG(word));
}

static bool is_name(struct str s)
{
	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!is_digit(c) && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '_' && c != '.')
			return false;
	}
	return *s.p != '.' && s.p[s.n - 1] != '.';
}

static enum status add_filter(const struct compiler *c, struct piece *p, struct str name)
{
	struct suggest near;

	if (p->n_filters == FILTERS)
		return complain(c, name.p, "too many filters at", name);
	suggest_init(&near, name);
	for (size_t i = 0; filter_names[i]; i++) {
		if (str_eq(name, str_of(filter_names[i]))) {
			p->filters[p->n_filters++] = (enum filter)i;
			return OK;
		}
		suggest_try(&near, str_of(filter_names[i]));
	}
	complain(c, name.p, "no filter", name);
	if (suggest_found(&near))
		fail_hint(c->err, "did you mean '%.*s'?", STR_ARG(near.best));
	return ERR_RULE;
}

/* inner: "signal.field|filter" */
static enum status add_field(struct compiler *c, struct str inner)
{
	struct piece *p = add(c, PIECE_FIELD);
	struct str name, filter;
	size_t dot;

	str_cut(&inner, '|', &name);
	if (!is_name(name))
		return complain(c, name.p ? name.p : c->text.p, "no name in a placeholder:", name);
	dot = str_chr(name, '.');
	p->signal = dot < name.n ? str_head(name, dot) : STR_NONE;
	p->field = dot < name.n ? str_from(name, dot + 1) : name;
	for (unsigned i = 0; i < c->depth; i++) {
		const struct piece *s = &c->v[c->open[i]];

		p->guarded |= !s->negated && str_eq(s->signal, p->signal);
	}
	while (str_cut(&inner, '|', &filter)) {
		enum status st = add_filter(c, p, filter);

		if (st != OK)
			return st;
	}
	return OK;
}

/* inner: "#signal", "^signal" or "/signal" */
static enum status add_mark(struct compiler *c, struct str inner)
{
	struct str signal = str_from(inner, 1);
	struct piece *p;

	if (!is_name(signal) || str_chr(signal, '.') < signal.n)
		return complain(c, inner.p, "a section needs the name of a signal:", inner);
	if (*inner.p == '/') {
		if (c->depth == 0 || !str_eq(c->v[c->open[c->depth - 1]].signal, signal))
			return complain(c, inner.p, "no open section for", inner);
		c->v[c->open[--c->depth]].end = c->n;
		return OK;
	}
	if (c->depth == NEST)
		return complain(c, inner.p, "sections nested too deeply at", inner);
	p = add(c, PIECE_SECTION);
	p->signal = signal;
	p->negated = *inner.p == '^';
	c->open[c->depth++] = c->n - 1;
	return OK;
}

static enum status compile(struct compiler *c)
{
	struct str rest = c->text;

	while (rest.n) {
		size_t brace = str_chr(rest, '{');
		struct str inner;
		size_t close;
		enum status st;

		if (str_starts(str_from(rest, brace), STR("{{"))) {
			add(c, PIECE_TEXT)->text = str_head(rest, brace + 1);
			rest = str_from(rest, brace + 2);
			continue;
		}
		if (brace > 0)
			add(c, PIECE_TEXT)->text = str_head(rest, brace);
		if (brace == rest.n)
			break;
		inner = str_from(rest, brace + 1);
		close = str_chr(inner, '}');
		if (close == inner.n)
			return complain(c, rest.p + brace, "no '}' behind", str_head(str_from(rest, brace), 20));
		rest = str_from(inner, close + 1);
		inner = str_head(inner, close);
		if (inner.n == 0)
			return complain(c, inner.p - 1, "an empty placeholder", STR("{}"));
		if (*inner.p == '#' || *inner.p == '^' || *inner.p == '/')
			st = add_mark(c, inner);
		else
			st = add_field(c, inner);
		if (st != OK)
			return st;
	}
	if (c->depth > 0) {
		const struct piece *open = &c->v[c->open[c->depth - 1]];

		return complain(c, open->signal.p - 2, "a section never closed:", open->signal);
	}
	return OK;
}

enum status template_compile(struct template **out, struct arena *a, struct str text, struct error *err)
{
	struct compiler c = { .text = text, .err = err };
	struct template *t;
	struct piece *v;
	enum status st;

	if (text.n > LIMIT_TEMPLATE)
		return fail(err, ERR_RULE, "a template of %zu bytes; at most %d are allowed", text.n, LIMIT_TEMPLATE);
	st = compile(&c);
	if (st == OK) {
		t = ARENA_NEW(a, struct template);
		v = ARENA_ARRAY(a, struct piece, c.n);
		if (c.n)
			memcpy(v, c.v, c.n * sizeof *v);
		t->v = v;
		t->n = c.n;
		*out = t;
	}
	free(c.v);
	return st;
}

/* ---- rendering ---- */

/* The shortest decimal that reads back as the same number. */
static void put_number(struct buf *out, double x)
{
	char text[40];
	double back;

	if (fabs(x) < 1e15 && !(trunc(x) < x) && !(trunc(x) > x)) {
		buf_printf(out, "%.0f", x + 0.0); /* + 0.0: no "-0" */
		return;
	}
	for (int digits = 1; digits <= 17; digits++) {
		int n = snprintf(text, sizeof text, "%.*g", digits, x);

		if (n > 0 && num_double((struct str){ text, (size_t)n }, &back) && !(back < x) && !(back > x))
			break;
	}
	buf_add(out, str_of(text));
}

static void put_bytes(struct buf *out, double x)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	size_t i = 0;

	for (; fabs(x) >= 1024 && i + 1 < sizeof units / sizeof *units; i++)
		x /= 1024;
	buf_printf(out, i ? "%.1f %s" : "%.0f %s", x, units[i]);
}

static ts_usec to_time(double x)
{
	return fabs(x) < 9e18 ? (ts_usec)x : TS_NONE;
}

static void put_clock(struct buf *out, double x)
{
	ts_usec t = to_time(x);
	struct civil c;

	if (t == TS_NONE) {
		buf_putc(out, '-');
		return;
	}
	c = ts_split(t);
	buf_printf(out, "%02d:%02d:%02dZ", c.hour, c.minute, c.second);
}

/* False for filters of texts. */
static bool put_filtered(struct buf *out, enum filter f, double x)
{
	char text[TS_TEXT];

	switch (f) {
	case FILTER_TIME:
		buf_add(out, str_of(ts_short(to_time(x), text)));
		return true;
	case FILTER_CLOCK:
		put_clock(out, x);
		return true;
	case FILTER_DUR:
		buf_add(out, str_of(ts_duration(to_time(x * 1e6), text)));
		return true;
	case FILTER_GIB:
		buf_printf(out, "%.1f GiB", x / (1024.0 * 1024 * 1024));
		return true;
	case FILTER_MIB:
		buf_printf(out, "%.0f MiB", x / (1024.0 * 1024));
		return true;
	case FILTER_PCT:
		buf_printf(out, "%.0f %%", x * 100);
		return true;
	case FILTER_N:
		put_number(out, x);
		return true;
	case FILTER_R0:
		buf_printf(out, "%.0f", x);
		return true;
	case FILTER_R1:
		buf_printf(out, "%.1f", x);
		return true;
	case FILTER_R2:
		buf_printf(out, "%.2f", x);
		return true;
	case FILTER_BYTES:
		put_bytes(out, x);
		return true;
	case FILTER_PCI:
	case FILTER_LOWER:
	case FILTER_FIRST_LINE:
		break;
	}
	return false;
}

/* The first line, but of a Python traceback the exception, which stands behind the last frame. */
static struct str telling_line(struct str text)
{
	struct str rest = text, line, after = STR_NONE;
	bool frame = false;

	while (str_starts(text, STR("Traceback (most recent call last)")) && str_cut(&rest, '\n', &line)) {
		if (frame && line.n && !is_blank(*line.p))
			after = line;
		frame = line.n && is_blank(*line.p);
	}
	return str_rtrim(after.n ? after : str_head(text, str_chr(text, '\n')));
}

static void put_value(struct buf *out, struct value v)
{
	switch (v.type) {
	case VALUE_UNKNOWN:
		buf_putc(out, '?');
		return;
	case VALUE_BOOL:
		buf_add(out, v.num > 0 ? STR("true") : STR("false"));
		return;
	case VALUE_NUMBER:
		if (v.text.n)
			buf_add(out, v.text);
		else
			put_number(out, v.num);
		return;
	case VALUE_TEXT:
		buf_add(out, v.text);
		return;
	}
}

static void put_lower(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_putc(out, (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + ('a' - 'A') : s.p[i]));
}

/* A filter that does not fit the value (|gib of a name) leaves it as it is. */
static void put_field(struct buf *out, const struct piece *p, struct value v)
{
	char pci[24];
	bool lower = false;
	double x;

	for (unsigned i = 0; i < p->n_filters; i++) {
		enum filter f = p->filters[i];
		bool number = v.type == VALUE_NUMBER || (v.type == VALUE_TEXT && num_with_unit(v.text, &x));

		if (number && put_filtered(out, f, v.type == VALUE_NUMBER ? v.num : x))
			return;
		lower |= f == FILTER_LOWER;
		if (v.type == VALUE_TEXT && f == FILTER_PCI)
			v.text = pci_normal(v.text, pci);
		else if (v.type == VALUE_TEXT && f == FILTER_FIRST_LINE)
			v.text = telling_line(v.text);
	}
	if (lower && v.type == VALUE_TEXT)
		put_lower(out, v.text);
	else
		put_value(out, v);
}

bool template_render(const struct template *t, const struct scope *s, struct buf *out)
{
	bool whole = true;

	for (size_t i = 0; i < t->n;) {
		const struct piece *p = &t->v[i++];
		struct value v;

		switch (p->kind) {
		case PIECE_TEXT:
			buf_add(out, p->text);
			break;
		case PIECE_FIELD:
			v = s->get(s->ctx, p->signal, p->field);
			if (v.type == VALUE_UNKNOWN && !p->inside)
				whole = false;
			put_field(out, p, v);
			break;
		case PIECE_SECTION:
			if ((s->seen && s->seen(s->ctx, p->signal)) == p->negated)
				i = p->end;
			break;
		}
	}
	return whole;
}

void template_names(const struct template *t, void (*see)(void *ctx, struct str signal, struct str field, bool guarded), void *ctx)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct piece *p = &t->v[i];

		if (p->kind != PIECE_TEXT)
			see(ctx, p->signal, p->field, p->guarded || p->kind == PIECE_SECTION);
	}
}

void template_join_names(struct template *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct piece *p = &t->v[i];

		if (p->kind == PIECE_FIELD && p->signal.n) {
			p->field = (struct str){ p->signal.p, (size_t)(p->field.p - p->signal.p) + p->field.n };
			p->signal = STR_NONE;
		}
	}
}

#include "rule/parse_priv.h"

#include <stdlib.h>

#include "rule/expr_priv.h"

/* What expressions and templates read of signals.  A name nobody can provide is
 * a mistake of the author that would otherwise show as "unknown" for ever. */

/* The engine provides these of every match .. */
static const char *const always[] = { "lo", "hi", "dur", "host", "entity", "source", "file", "line", "text", NULL };
/* .. and these by the kind of its signal. */
static const char *const of_series[] = { "first", "last", "min", "max", "mean", "n", "slope", "r2", NULL };
static const char *const of_count[] = { "value", "total", "n", NULL };
static const char *const of_absent[] = { "waited", NULL };
static const char *const of_finding[] = { "rule", "cause", "word", "points", NULL };

static bool is_one_of(struct str word, const char *const *words, struct suggest *near)
{
	suggest_list(near, words);
	for (; *words; words++) {
		if (str_eq(word, str_of(*words)))
			return true;
	}
	return false;
}

static void note(struct names *names, struct str name)
{
	for (size_t i = 0; i < names->n; i++) {
		if (str_eq(names->v[i], name))
			return;
	}
	names->v = grow(names->v, names->n, &names->cap, sizeof *names->v);
	names->v[names->n++] = name;
}

static bool is_label(const struct series_ref *ref, struct str name)
{
	for (size_t i = 0; i < ref->n_labels; i++) {
		if (str_eq(ref->labels[i].key, name))
			return true;
	}
	return false;
}

/* Can this signal provide the field, itself or through what it is built from?  Events carry
 * whatever their source found, and a series any label; of these only near misses of a known name are
 * refused.  asked: the signals this question has reached already. */
static bool provides(struct parse *p, size_t index, struct str field, struct suggest *near, bool *asked)
{
	const struct signal *s = &p->signals[index];
	enum entity_kind kind;
	bool found = false;

	if (is_one_of(field, always, near) || entity_kind_of(field, &kind))
		return true;
	if (asked[index])
		return false; /* its answer counts once, circles end */
	asked[index] = true;
	switch (s->kind) {
	case SIG_EVENT:
		note(&p->read[index], field);
		return true;
	case SIG_SERIES:
		return is_one_of(field, of_series, near) || is_label(&s->u.series.top, field) ||
		       !suggest_found(near) || near->distance > 1;
	case SIG_COUNT:
	case SIG_RATIO:
		return is_one_of(field, of_count, near);
	case SIG_ABSENT:
		return is_one_of(field, of_absent, near) || provides(p, s->u.absent.after, field, near, asked);
	case SIG_SEQUENCE:
		for (size_t i = 0; i < s->u.sequence.n_steps; i++) {
			const struct step *step = &s->u.sequence.steps[i];

			if (!step->negated)
				found |= provides(p, step->signal, field, near, asked);
		}
		return found;
	case SIG_FINDING:
		return is_one_of(field, of_finding, near);
	}
	return true;
}

void read_field(struct parse *p, struct place at, size_t signal, struct str field)
{
	bool *asked = ARENA_ARRAY(p->arena, bool, p->rule->n_signals);
	struct suggest near;

	suggest_init(&near, field);
	if (!provides(p, signal, field, &near, asked))
		problem(p, at, did_you_mean(p, &near), "signal '%.*s' has no field '%.*s'", STR_ARG(p->signals[signal].name),
			STR_ARG(field));
}

static size_t find_signal(struct parse *p, struct place at, struct str name)
{
	size_t i = rule_signal(p->rule, name);
	struct suggest near;

	if (i != SIZE_MAX)
		return i;
	suggest_init(&near, name);
	for (size_t k = 0; k < p->rule->n_signals; k++)
		suggest_try(&near, p->signals[k].name);
	problem(p, at, did_you_mean(p, &near), "no signal '%.*s'", STR_ARG(name));
	return SIZE_MAX;
}

bool get_signal(struct parse *p, const struct node *n, uint32_t *out)
{
	size_t i;

	if (!n)
		return false;
	if (n->kind != NODE_TEXT) {
		problem_value(p, n, NULL, "the name of a signal");
		return false;
	}
	i = find_signal(p, n->at, n->text);
	if (i == SIZE_MAX)
		return false;
	*out = (uint32_t)i;
	return true;
}

/* ---- who reads ---- */

struct reader {
	struct parse *p;
	struct place at;
	enum reads reads;
	size_t own;
};

/* "a.b" of an event is the source's own dotted name; the two halves stand in one text. */
static struct str whole_name(struct str signal, struct str field)
{
	return signal.n ? (struct str){ signal.p, (size_t)(field.p - signal.p) + field.n } : field;
}

static void read_name(struct reader *r, struct str signal, struct str field)
{
	struct parse *p = r->p;
	size_t i;

	if (r->reads == READS_EVENT) {
		struct str name = whole_name(signal, field);
		struct suggest near;

		suggest_init(&near, name);
		if (signal.n && rule_signal(p->rule, signal) != SIZE_MAX)
			problem(p, r->at, "compare signals under 'link' or in an item",
				"'%.*s' reads another signal, but a signal sees one event at a time", STR_ARG(name));
		else if (!is_one_of(name, always, &near))
			note(&p->read[r->own], name);
		return;
	}
	if (signal.n == 0) {
		problem(p, r->at, NULL, "'%.*s' needs its signal: signal.%.*s", STR_ARG(field), STR_ARG(field));
		return;
	}
	i = find_signal(p, r->at, signal);
	if (i != SIZE_MAX)
		read_field(p, r->at, i, field);
}

static void read_expr(struct reader *r, const struct expr_node *n)
{
	for (; n; n = n->next) {
		bool asks_signal = r->reads == READS_RULE && n->op == EXPR_CALL && n->function == CALL_EXISTS &&
				   n->first->signal.n == 0;

		if (asks_signal)
			find_signal(r->p, r->at, n->first->field);
		else if (n->op == EXPR_NAME)
			read_name(r, n->signal, n->field);
		else
			read_expr(r, n->first);
	}
}

static void use_var(void *ctx, struct str name)
{
	struct parse *p = ctx;

	for (size_t i = 0; i < p->rule->vars.n; i++)
		p->var_used[i] |= str_eq(p->rule->vars.v[i].name, name);
}

struct expr *get_expr(struct parse *p, const struct node *n, enum reads reads, size_t own)
{
	struct expr *e = NULL;
	struct error err = { 0 };
	struct str text;

	if (!get_text(p, n, &text))
		return NULL;
	if (expr_compile(&e, p->arena, text, &p->rule->vars, &err) != OK) {
		problem(p, n->at, err.hint[0] ? err.hint : NULL, "%s", err.text);
		return NULL;
	}
	expr_vars(e, use_var, p);
	read_expr(&(struct reader){ p, n->at, reads, own }, e->root);
	if (reads == READS_EVENT)
		expr_join_names(e);
	return e;
}

static void read_placeholder(void *ctx, struct str signal, struct str field, bool guarded)
{
	struct reader *r = ctx;

	(void)guarded; /* lint's business */
	if (field.n)
		read_name(r, signal, field);
	else if (r->reads == READS_RULE)
		find_signal(r->p, r->at, signal);
	else
		problem(r->p, r->at, NULL, "no sections here: '{#%.*s}'", STR_ARG(signal));
}

struct template *get_template(struct parse *p, const struct node *n, enum reads reads, size_t own)
{
	struct template *t = NULL;
	struct error err = { 0 };
	struct str text;

	if (!get_text(p, n, &text))
		return NULL;
	if (template_compile(&t, p->arena, text, &err) != OK) {
		problem(p, n->at, err.hint[0] ? err.hint : NULL, "%s", err.text);
		return NULL;
	}
	template_names(t, read_placeholder, &(struct reader){ p, n->at, reads, own });
	if (reads == READS_EVENT)
		template_join_names(t);
	return t;
}

/* ---- the result ---- */

static int by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

void finish_reads(struct parse *p)
{
	for (size_t i = 0; i < p->rule->n_signals; i++) {
		struct names *names = &p->read[i];
		struct str *kept;

		if (p->signals[i].kind != SIG_EVENT || names->n == 0)
			continue;
		kept = ARENA_ARRAY(p->arena, struct str, names->n);
		memcpy(kept, names->v, names->n * sizeof *kept);
		qsort(kept, names->n, sizeof *kept, by_bytes);
		p->signals[i].u.event.keep = kept;
		p->signals[i].u.event.n_keep = names->n;
	}
}

#include "rule/order_priv.h"

struct graph {
	struct loader *loader;
	struct rule *const *rules; /* sorted by id */
	size_t n;
	enum mark { UNSEEN, OPEN, DONE } *marks;
	size_t *order, n_order;    /* finished rules; order is NULL when nobody wants it */
};

/* Calls see() for each rule that r names in one of the two relations. */
typedef void edge_fn(struct graph *g, size_t from, struct str to, uint32_t line);

static void complain(struct graph *g, const struct rule *r, uint32_t line, const char *hint, const char *text)
{
	struct error e;

	fail(&e, ERR_RULE, "%s", text);
	fail_at(&e, "%.*s:%u", STR_ARG(r->file), line);
	if (hint)
		fail_hint(&e, "%s", hint);
	g->loader->problems++;
	g->loader->report(g->loader->ctx, &e);
}

static size_t find(const struct graph *g, struct str id)
{
	size_t lo = 0, hi = g->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int cmp = str_cmp(g->rules[mid]->id, id);

		if (cmp == 0)
			return mid;
		if (cmp < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return SIZE_MAX;
}

/* ---- depth first: a rule is finished after all it needs ---- */

static void visit_findings(struct graph *g, size_t i);
static void visit_explained(struct graph *g, size_t i);

static void follow(struct graph *g, size_t from, struct str to, uint32_t line, const char *relation,
		   void (*visit)(struct graph *, size_t))
{
	size_t i = find(g, to);
	struct arena *a = g->loader->arena;

	if (i == SIZE_MAX)
		return;
	if (g->marks[i] == OPEN)
		complain(g, g->rules[from], line, NULL,
			 arena_printf(a, "'%s' goes in a circle: '%.*s' comes back to itself", relation, STR_ARG(to)).p);
	else
		visit(g, i);
}

static void visit_findings(struct graph *g, size_t i)
{
	const struct rule *r = g->rules[i];

	if (g->marks[i] != UNSEEN)
		return;
	g->marks[i] = OPEN;
	for (size_t k = 0; k < r->n_signals; k++) {
		if (r->signals[k].kind == SIG_FINDING)
			follow(g, i, r->signals[k].u.finding.rule, r->signals[k].line, "finding", visit_findings);
	}
	g->marks[i] = DONE;
	g->order[g->n_order++] = i;
}

static void visit_explained(struct graph *g, size_t i)
{
	const struct rule *r = g->rules[i];

	if (g->marks[i] != UNSEEN)
		return;
	g->marks[i] = OPEN;
	for (size_t k = 0; k < r->n_explains; k++)
		follow(g, i, r->explains[k].rule, r->explains[k].line, "explains", visit_explained);
	g->marks[i] = DONE;
}

/* ---- names ---- */

static const char *hint(struct graph *g, const struct suggest *s)
{
	return suggest_found(s) ? arena_printf(g->loader->arena, "did you mean '%.*s'?", STR_ARG(s->best)).p : NULL;
}

static void check_cause(struct graph *g, const struct rule *r, const struct signal *s, const struct rule *named)
{
	struct suggest near;

	if (s->u.finding.cause.n == 0)
		return;
	suggest_init(&near, s->u.finding.cause);
	for (size_t i = 0; i < named->n_causes; i++) {
		if (str_eq(named->causes[i].id, s->u.finding.cause))
			return;
		suggest_try(&near, named->causes[i].id);
	}
	complain(g, r, s->line, hint(g, &near),
		 arena_printf(g->loader->arena, "rule '%.*s' has no cause '%.*s'", STR_ARG(named->id), STR_ARG(s->u.finding.cause)).p);
}

/* A finding: signal that names nobody could never be seen.  explains: may name rules that
 * are not loaded here (lint says so). */
static void check_findings(struct graph *g, const struct rule *r)
{
	for (size_t k = 0; k < r->n_signals; k++) {
		const struct signal *s = &r->signals[k];
		struct suggest near;
		size_t i;

		if (s->kind != SIG_FINDING)
			continue;
		i = find(g, s->u.finding.rule);
		if (i != SIZE_MAX) {
			check_cause(g, r, s, g->rules[i]);
			continue;
		}
		suggest_init(&near, s->u.finding.rule);
		for (i = 0; i < g->n; i++)
			suggest_try(&near, g->rules[i]->id);
		complain(g, r, s->line, hint(g, &near),
			 arena_printf(g->loader->arena, "no rule '%.*s'", STR_ARG(s->u.finding.rule)).p);
	}
}

void order_rules(struct loader *loader, struct rule *const *rules, size_t n, size_t *order)
{
	struct graph g = { .loader = loader, .rules = rules, .n = n, .order = order };

	for (size_t i = 0; i < n; i++)
		check_findings(&g, rules[i]);
	g.marks = ARENA_ARRAY(loader->arena, enum mark, n);
	for (size_t i = 0; i < n; i++)
		visit_explained(&g, i);
	g.marks = ARENA_ARRAY(loader->arena, enum mark, n);
	for (size_t i = 0; i < n; i++)
		visit_findings(&g, i);
}

#include "rule/mutant.h"

struct litter { const struct rule *rule; struct arena *arena; struct mutant *v; size_t n; };

/* Where a list of items stands: of the rule itself, or of a cause. */
struct place { const char *role; const struct cause *cause; };

static struct mutant *add(struct litter *l, uint32_t line)
{
	struct mutant *m = &l->v[l->n++];

	m->rule = *l->rule;
	m->line = line;
	return m;
}

/* A copy of n elements without the one at i. */
static void *without(struct arena *a, const void *v, size_t n, size_t size, size_t i)
{
	char *copy = arena_alloc(a, n * size);

	if (i)
		memcpy(copy, v, i * size);
	if (i + 1 < n)
		memcpy(copy + i * size, (const char *)v + (i + 1) * size, (n - i - 1) * size);
	return copy;
}

static struct items *list_of(struct rule *r, struct cause *c, const char *role)
{
	if (strcmp(role, "require") == 0)
		return &r->require;
	if (strcmp(role, "support") == 0)
		return c ? &c->support : &r->support;
	return c ? &c->against : &r->against;
}

/* The mutant's own list of items at this place. */
static struct items *own_list(struct litter *l, struct mutant *m, struct place at)
{
	struct cause *causes, *c = NULL;

	if (at.cause) {
		size_t n = l->rule->n_causes;

		causes = ARENA_ARRAY(l->arena, struct cause, n);
		memcpy(causes, l->rule->causes, n * sizeof(*causes));
		c = &causes[at.cause - l->rule->causes];
		m->rule.causes = causes;
	}
	return list_of(&m->rule, c, at.role);
}

static struct str cure_of(struct arena *a, struct place at, struct str what, const struct item *item)
{
	bool against = strcmp(at.role, "against") == 0;

	if (strcmp(at.role, "require") == 0)
		return arena_printf(a, "add a test like a positive one but without %.*s, which expects 0 findings", STR_ARG(what));
	if (at.cause && against)
		return arena_printf(a, "add a test in which cause %.*s would win but for %.*s, and another one, or none, does",
				    STR_ARG(at.cause->id), STR_ARG(what));
	if (at.cause)
		return arena_printf(a, "add a test in which cause %.*s wins by %.*s alone%s", STR_ARG(at.cause->id), STR_ARG(what),
				    item->if_absent ? ", and one in which its absence decides" : "");
	if (against)
		return arena_printf(a, "add a test in which %.*s is seen and takes the finding to a lower word, or to none", STR_ARG(what));
	return arena_printf(a, "add a test that expects a word only reached with %.*s", STR_ARG(what));
}

static void name_place(struct litter *l, struct mutant *m, struct place at, struct str what, const struct item *item)
{
	if (at.cause)
		m->lacks = arena_printf(l->arena, "%s %.*s of cause %.*s", at.role, STR_ARG(what), STR_ARG(at.cause->id));
	else
		m->lacks = arena_printf(l->arena, "%s %.*s", at.role, STR_ARG(what));
	m->cure = cure_of(l->arena, at, what, item);
}

static void lose_parts(struct litter *l, const struct items *items, size_t at_item, struct place at)
{
	const struct item *item = &items->v[at_item];

	for (size_t i = 0; i < item->n_parts; i++) {
		struct mutant *m = add(l, item->line);
		struct items *list = own_list(l, m, at);
		struct item *v = ARENA_ARRAY(l->arena, struct item, items->n);

		memcpy(v, items->v, items->n * sizeof(*v));
		v[at_item].parts = without(l->arena, item->parts, item->n_parts, sizeof(*item->parts), i);
		v[at_item].n_parts--;
		list->v = v;
		name_place(l, m, at, arena_printf(l->arena, "%.*s in %.*s", STR_ARG(item->parts[i].label), STR_ARG(item->label)), item);
	}
}

static void lose_items(struct litter *l, const struct items *items, struct place at)
{
	for (size_t i = 0; i < items->n; i++) {
		struct mutant *m = add(l, items->v[i].line);
		struct items *list = own_list(l, m, at);

		list->v = without(l->arena, items->v, items->n, sizeof(*items->v), i);
		list->n--;
		name_place(l, m, at, items->v[i].label, &items->v[i]);
		lose_parts(l, items, i, at);
	}
}

static void lose_cause(struct litter *l, size_t i)
{
	const struct cause *c = &l->rule->causes[i];
	struct mutant *m = add(l, c->line);

	m->rule.causes = without(l->arena, l->rule->causes, l->rule->n_causes, sizeof(*c), i);
	m->rule.n_causes--;
	m->lacks = arena_printf(l->arena, "cause %.*s", STR_ARG(c->id));
	m->cure = arena_printf(l->arena, "add a test with `cause: %.*s`", STR_ARG(c->id));
}

static void lose_link(struct litter *l, size_t i)
{
	struct mutant *m = add(l, l->rule->line);
	struct str text = expr_text(l->rule->links[i]);

	m->rule.links = without(l->arena, l->rule->links, l->rule->n_links, sizeof(*l->rule->links), i);
	m->rule.n_links--;
	m->lacks = arena_printf(l->arena, "link '%.*s'", STR_ARG(text));
	m->cure = STR("add a test in which the nearest candidate makes the link false");
}

static size_t count_items(const struct items *items)
{
	size_t n = items->n;

	for (size_t i = 0; i < items->n; i++)
		n += items->v[i].n_parts;
	return n;
}

size_t rule_mutants(const struct rule *r, struct arena *a, struct mutant **out)
{
	struct litter l = { r, a, NULL, 0 };
	size_t n = count_items(&r->require) + count_items(&r->support) + count_items(&r->against) + r->n_causes + r->n_links;

	for (size_t i = 0; i < r->n_causes; i++)
		n += count_items(&r->causes[i].support) + count_items(&r->causes[i].against);
	l.v = ARENA_ARRAY(a, struct mutant, n);
	for (size_t i = 0; i < r->n_links; i++)
		lose_link(&l, i);
	lose_items(&l, &r->require, (struct place){ "require", NULL });
	lose_items(&l, &r->support, (struct place){ "support", NULL });
	lose_items(&l, &r->against, (struct place){ "against", NULL });
	for (size_t i = 0; i < r->n_causes; i++) {
		lose_cause(&l, i);
		lose_items(&l, &r->causes[i].support, (struct place){ "support", &r->causes[i] });
		lose_items(&l, &r->causes[i].against, (struct place){ "against", &r->causes[i] });
	}
	*out = l.v;
	return l.n;
}

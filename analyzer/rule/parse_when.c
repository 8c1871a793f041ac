#include "rule/parse_priv.h"

/* when: the anchor, the window around it, and the items looked for there. */

static const char *const item_keys[] = {
	"signal", "expr", "any", "all", "at", "join", "where", "pick", "weight", "if_absent", "why", NULL
};

static void read_place(struct parse *p, const struct node *n, struct item *out)
{
	static const char *const picks[] = { "nearest", "first", "last", NULL };
	unsigned word;

	if (get_window(p, node_get(n, "at"), &out->at))
		out->has_at = true;
	if (get_join(p, node_get(n, "join"), &out->join, &out->join_none) && node_get(n, "join"))
		out->has_join = true;
	if (get_word(p, node_get(n, "pick"), picks, &word))
		out->pick = (enum pick)word;
	if (node_get(n, "where"))
		out->where = get_expr(p, node_get(n, "where"), READS_RULE, 0);
}

/* A part of any/all: a signal, with the item's at, join, pick and where unless it has its own. */
static bool parse_part(struct parse *p, const struct node *n, const struct item *item, struct item *out)
{
	static const char *const keys[] = { "signal", "at", "join", "where", "pick", NULL };

	*out = *item;
	out->kind = ITEM_SIGNAL;
	out->parts = NULL;
	out->n_parts = 0;
	out->weight = out->if_absent = 0;
	out->why = NULL;
	out->line = n->at.line;
	if (n->kind != NODE_TEXT) {
		if (!check_map(p, n, "a part of an item", keys))
			return false;
		if (node_get(n, "join"))
			out->join_none = false;
		read_place(p, n, out);
		n = required(p, n, "signal", "a part of an item");
	}
	if (!get_signal(p, n, &out->signal))
		return false;
	out->label = p->signals[out->signal].name;
	return true;
}

static void parse_parts(struct parse *p, const struct node *list, struct item *out)
{
	const char *word = out->kind == ITEM_ANY ? "any" : "all";
	struct item *v;
	struct str label = STR_NONE;
	size_t k = 0;

	if (list->kind != NODE_LIST || list->n < 2) {
		problem_value(p, list, NULL, "a list of at least two signals");
		return;
	}
	v = ARENA_ARRAY(p->arena, struct item, list->n);
	for (const struct node *e = list->first; e; e = e->next) {
		if (!parse_part(p, e, out, &v[k]))
			continue;
		label = arena_printf(p->arena, "%.*s%s%.*s", STR_ARG(label), k ? ", " : "", STR_ARG(v[k].label));
		k++;
	}
	out->parts = v;
	out->n_parts = k;
	out->label = arena_printf(p->arena, "%s(%.*s)", word, STR_ARG(label));
}

static void read_points(struct parse *p, const struct node *n, bool with_points, struct item *out)
{
	const struct node *weight = node_get(n, "weight"), *if_absent = node_get(n, "if_absent");

	if (!with_points && (weight || if_absent))
		problem(p, (weight ? weight : if_absent)->key_at, "list the item under 'support' too",
			"a required item has no '%s'", weight ? "weight" : "if_absent");
	get_points(p, weight, &out->weight);
	get_points(p, if_absent, &out->if_absent);
}

/* Exactly one of the four forms; its node. */
static const struct node *read_form(struct parse *p, const struct node *n, enum item_kind *kind)
{
	static const enum item_kind kinds[] = { ITEM_SIGNAL, ITEM_EXPR, ITEM_ANY, ITEM_ALL };
	const struct node *form = NULL;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		const struct node *m = node_get(n, item_keys[i]);

		if (m && form) {
			problem(p, m->key_at, NULL, "an item has one of signal, expr, any and all");
			return NULL;
		}
		if (m) {
			form = m;
			*kind = kinds[i];
		}
	}
	if (!form)
		problem(p, n->at, NULL, "an item needs one of signal, expr, any or all");
	return form;
}

static void check_no_place(struct parse *p, const struct node *n)
{
	static const char *const keys[] = { "at", "join", "where", "pick", NULL };

	for (size_t i = 0; keys[i]; i++) {
		const struct node *m = node_get(n, keys[i]);

		if (m)
			problem(p, m->key_at, NULL, "'%s' does not go with 'expr'", keys[i]);
	}
}

static bool parse_item(struct parse *p, const struct node *n, bool with_points, struct item *out)
{
	const struct node *form;

	out->line = n->at.line;
	out->join = p->rule->entity;
	if (n->kind == NODE_TEXT) {
		if (!get_signal(p, n, &out->signal))
			return false;
		out->label = p->signals[out->signal].name;
		return true;
	}
	if (!check_map(p, n, "an item", item_keys))
		return false;
	form = read_form(p, n, &out->kind);
	if (!form)
		return false;
	read_points(p, n, with_points, out);
	out->why = get_template(p, node_get(n, "why"), READS_RULE, 0);
	switch (out->kind) {
	case ITEM_SIGNAL:
		read_place(p, n, out);
		if (!get_signal(p, form, &out->signal))
			return false;
		out->label = p->signals[out->signal].name;
		return true;
	case ITEM_EXPR:
		check_no_place(p, n);
		out->expr = get_expr(p, form, READS_RULE, 0);
		if (out->expr)
			out->label = expr_text(out->expr);
		return out->expr != NULL;
	case ITEM_ANY:
	case ITEM_ALL:
		read_place(p, n, out);
		parse_parts(p, form, out);
		return out->n_parts > 0;
	}
	return false;
}

struct items parse_items(struct parse *p, const struct node *list, bool with_points)
{
	struct item *v;
	size_t k = 0;

	if (!list)
		return (struct items){ NULL, 0 };
	if (list->kind != NODE_LIST) {
		problem_value(p, list, NULL, "a list of items");
		return (struct items){ NULL, 0 };
	}
	v = ARENA_ARRAY(p->arena, struct item, list->n);
	for (const struct node *e = list->first; e; e = e->next) {
		v[k] = (struct item){ 0 };
		k += parse_item(p, e, with_points, &v[k]);
	}
	return (struct items){ v, k };
}

static void parse_recovery(struct parse *p, const struct node *list)
{
	uint32_t *v = ARENA_ARRAY(p->arena, uint32_t, element_count(list));
	size_t k = 0;

	for (const struct node *e = element_first(list); e; e = element_next(list, e))
		k += get_signal(p, e, &v[k]);
	p->rule->recovery = v;
	p->rule->n_recovery = k;
}

void parse_when(struct parse *p, const struct node *map)
{
	static const char *const keys[] = { "anchor", "episode", "window", "base", "require", "support", "against", "recovery", NULL };
	struct rule *r = p->rule;

	r->episode = TS_HOUR;
	r->window = (struct window){ -TS_HOUR, TS_HOUR };
	if (!map || !check_map(p, map, "'when'", keys))
		return;
	r->when_line = map->key_at.line;
	get_signal(p, required(p, map, "anchor", "'when'"), &r->anchor);
	get_duration(p, node_get(map, "episode"), false, &r->episode);
	get_window(p, node_get(map, "window"), &r->window);
	get_points(p, node_get(map, "base"), &r->base);
	r->require = parse_items(p, node_get(map, "require"), false);
	r->support = parse_items(p, node_get(map, "support"), true);
	r->against = parse_items(p, node_get(map, "against"), true);
	parse_recovery(p, node_get(map, "recovery"));
}

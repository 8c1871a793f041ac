#include "rule/parse_priv.h"

#include "base/number.h"

/* Signals made of numbers: series with their conditions, count and ratio. */

static const char *const condition_keys[] = {
	"slope_above", "slope_below", "drop", "rise", "near", "rate_above", "rate_below", "quantile", "factor",
	"changed", "missing_for", "above", "below", "for", "over", "fit", "within", "baseline", NULL
};

/* The first key of a form that is there tells the kind of the condition: above and
 * below come last because others use them too. */
static const struct form { enum condition_kind kind; const char *needs[4], *may[4]; } forms[] = {
	{ COND_SLOPE_ABOVE, { "slope_above", "over" }, { "fit" } },
	{ COND_SLOPE_BELOW, { "slope_below", "over" }, { "fit" } },
	{ COND_DROP, { "drop", "within" }, { NULL } },
	{ COND_RISE, { "rise", "within" }, { NULL } },
	{ COND_NEAR, { "near", "within", "for" }, { NULL } },
	{ COND_RATE_ABOVE, { "rate_above", "over" }, { NULL } },
	{ COND_RATE_BELOW, { "rate_below", "over" }, { NULL } },
	{ COND_QUANTILE, { "quantile", "over" }, { "above", "below", "for" } },
	{ COND_FACTOR, { "factor", "over", "baseline" }, { "above", "for" } },
	{ COND_CHANGED, { "changed" }, { NULL } },
	{ COND_MISSING_FOR, { "missing_for" }, { NULL } },
	{ COND_ABOVE, { "above" }, { "for" } },
	{ COND_BELOW, { "below" }, { "for" } },
};

/* NUM or PCT; the text of a variable tells which, too. */
static void get_change(struct parse *p, const struct node *n, struct condition *c)
{
	struct str text = n->kind == NODE_TEXT ? n->text : STR_NONE;
	const struct variable *var = NULL;
	bool bad;

	if (!get_number(p, n, &c->bound))
		return;
	var = find_var(p, n, text, &bad);
	c->relative = str_ends(var ? var->value.text : text, STR("%"));
	c->has_bound = true;
	if (c->bound <= 0)
		problem_value(p, n, NULL, "more than 0");
}

static void get_limit(struct parse *p, const struct node *n, struct condition *c)
{
	double number;
	bool is_number = n->kind != NODE_TEXT || str_starts(n->text, STR("var.")) || num_with_unit(n->text, &number);

	if (is_number)
		c->has_bound = get_number(p, n, &c->bound);
	else
		get_series(p, n, n->text, &c->other);
}

static void get_bound(struct parse *p, const struct node *n, struct condition *c)
{
	if (get_number(p, n, &c->bound))
		c->has_bound = true;
}

static void get_span(struct parse *p, const struct node *n, ts_usec *out)
{
	if (get_duration(p, n, false, out) && *out == 0)
		problem_value(p, n, NULL, "longer than 0");
}

static void read_condition(struct parse *p, const struct node *n, struct condition *c)
{
	const struct node *above = node_get(n, "above"), *below = node_get(n, "below");

	get_duration(p, node_get(n, "for"), false, &c->hold);
	get_span(p, node_get(n, "over"), &c->over);
	switch (c->kind) {
	case COND_ABOVE:
		get_bound(p, above, c);
		break;
	case COND_BELOW:
		get_bound(p, below, c);
		break;
	case COND_SLOPE_ABOVE:
	case COND_SLOPE_BELOW:
		c->fit = 0.7;
		c->has_bound = get_rate(p, node_get(n, c->kind == COND_SLOPE_ABOVE ? "slope_above" : "slope_below"), &c->bound);
		get_fraction(p, node_get(n, "fit"), &c->fit);
		break;
	case COND_DROP:
	case COND_RISE:
		get_change(p, node_get(n, c->kind == COND_DROP ? "drop" : "rise"), c);
		get_span(p, node_get(n, "within"), &c->over);
		break;
	case COND_NEAR:
		get_limit(p, node_get(n, "near"), c);
		get_fraction(p, node_get(n, "within"), &c->tolerance);
		break;
	case COND_RATE_ABOVE:
	case COND_RATE_BELOW:
		c->has_bound = get_rate(p, node_get(n, c->kind == COND_RATE_ABOVE ? "rate_above" : "rate_below"), &c->bound);
		break;
	case COND_QUANTILE:
		get_fraction(p, node_get(n, "quantile"), &c->quantile);
		if (!above == !below)
			problem(p, n->at, NULL, "a quantile is compared with 'above' or with 'below'");
		c->below = below != NULL;
		get_bound(p, below ? below : above, c);
		break;
	case COND_FACTOR:
		if (get_number(p, node_get(n, "factor"), &c->factor) && c->factor <= 0)
			problem_value(p, node_get(n, "factor"), NULL, "more than 0");
		get_span(p, node_get(n, "baseline"), &c->baseline);
		get_bound(p, above, c);
		break;
	case COND_CHANGED:
		if (!str_eq(node_get(n, "changed")->text, STR("true")))
			problem_value(p, node_get(n, "changed"), NULL, "true");
		break;
	case COND_MISSING_FOR:
		get_span(p, node_get(n, "missing_for"), &c->over);
		break;
	}
}

static void parse_condition(struct parse *p, const struct node *n, struct condition *out)
{
	const struct form *form = NULL;
	const char *keys[8];
	size_t k = 0;

	if (!n || !check_map(p, n, "a condition", condition_keys))
		return;
	for (size_t i = 0; i < sizeof forms / sizeof *forms && !form; i++) {
		if (node_get(n, forms[i].needs[0]))
			form = &forms[i];
	}
	if (!form) {
		problem(p, n->at, NULL, "a condition needs one of above, below, slope_above, slope_below, drop, rise, near, "
			"rate_above, rate_below, quantile, factor, changed or missing_for");
		return;
	}
	for (size_t i = 0; i < 4 && form->needs[i]; i++) {
		keys[k++] = form->needs[i];
		if (!required(p, n, form->needs[i], arena_printf(p->arena, "'%s'", form->needs[0]).p))
			return;
	}
	for (size_t i = 0; i < 4 && form->may[i]; i++)
		keys[k++] = form->may[i];
	keys[k] = NULL;
	for (const struct node *m = n->first; m; m = m->next) {
		bool fits = false;

		for (size_t i = 0; i < k; i++)
			fits |= str_eq(m->key, str_of(keys[i]));
		if (!fits)
			problem(p, m->key_at, NULL, "'%.*s' does not go with '%s'", STR_ARG(m->key), form->needs[0]);
	}
	out->kind = form->kind;
	read_condition(p, n, out);
}

/* ---- signals ---- */

static void parse_by(struct parse *p, const struct node *n, struct series_signal *out)
{
	enum entity_kind *v;

	if (!n)
		return;
	v = ARENA_ARRAY(p->arena, enum entity_kind, element_count(n));
	for (const struct node *e = element_first(n); e; e = element_next(n, e))
		out->n_by += get_kind(p, e, &v[out->n_by]);
	out->by = v;
}

void parse_series_signal(struct parse *p, const struct node *n, struct series_signal *out)
{
	const struct node *name = node_get(n, "series");
	int64_t samples;

	if (name->kind != NODE_TEXT) {
		problem_value(p, name, NULL, "the name of a series");
	} else {
		size_t slash = str_find(name->text, STR(" / "));

		get_series(p, name, str_head(name->text, slash), &out->top);
		if (slash < name->text.n)
			get_series(p, name, str_from(name->text, slash + 3), &out->bottom);
	}
	parse_by(p, required(p, n, "by", "a series signal"), out);
	parse_condition(p, required(p, n, "when", "a series signal"), &out->when);
	get_duration(p, node_get(n, "max_gap"), false, &out->max_gap);
	if (get_int(p, node_get(n, "min_samples"), 1, 1000000, &samples))
		out->min_samples = (uint32_t)samples;
}

static void parse_operand(struct parse *p, const struct node *n, struct operand *out)
{
	if (n->kind != NODE_TEXT) {
		problem_value(p, n, NULL, "a signal or a series");
		return;
	}
	out->is_series = str_chr(n->text, '.') < n->text.n;
	if (out->is_series)
		get_series(p, n, n->text, &out->series);
	else
		get_signal(p, n, &out->signal);
}

void parse_count_signal(struct parse *p, const struct node *n, struct count_signal *out)
{
	static const char what[] = "a count signal";
	const struct node *distinct = node_get(n, "distinct");
	int64_t v;

	parse_operand(p, node_get(n, "count"), &out->what);
	get_span(p, required(p, n, "over", what), &out->over);
	get_kind(p, required(p, n, "per", what), &out->per);
	if ((out->has_min = get_int(p, node_get(n, "at_least"), 1, INT32_MAX, &v)))
		out->at_least = (double)v;
	if ((out->has_max = get_int(p, node_get(n, "at_most"), 0, INT32_MAX, &v)))
		out->at_most = (double)v;
	if (!node_get(n, "at_least") && !node_get(n, "at_most"))
		problem(p, n->at, NULL, "%s needs 'at_least' or 'at_most'", what);
	if (out->has_min && out->has_max && out->at_least > out->at_most)
		problem(p, n->at, NULL, "'at_least' is more than 'at_most'");
	if (get_text(p, distinct, &out->distinct) && out->what.is_series)
		problem(p, distinct->key_at, NULL, "'distinct' counts fields of a signal, not of a series");
}

void parse_ratio_signal(struct parse *p, const struct node *n, struct ratio_signal *out)
{
	static const char what[] = "a ratio signal";
	const struct node *pair = node_get(n, "ratio"), *above = node_get(n, "above"), *below = node_get(n, "below");
	int64_t v;

	if (pair->kind != NODE_LIST || pair->n != 2) {
		problem_value(p, pair, NULL, "a pair [part, whole]");
	} else {
		parse_operand(p, pair->first, &out->part);
		parse_operand(p, pair->first->next, &out->whole);
	}
	get_span(p, required(p, n, "over", what), &out->over);
	get_kind(p, required(p, n, "per", what), &out->per);
	if (!above == !below)
		problem(p, n->at, NULL, "%s needs either 'above' or 'below'", what);
	out->below = below != NULL;
	get_fraction(p, below ? below : above, &out->bound);
	/* E09: without it three requests at night are a storm. */
	if (get_int(p, required(p, n, "min_total", what), 1, INT32_MAX, &v))
		out->min_total = (double)v;
}

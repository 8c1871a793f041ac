#include "rule/parse_priv.h"

/* signals: { name: signal }.  What kind a signal is shows in its keys. */

static bool is_reserved(struct str name)
{
	static const char *const words[] = { "and", "or", "not", "in", "true", "false", "var", NULL };

	for (size_t i = 0; words[i]; i++) {
		if (str_eq(name, str_of(words[i])))
			return true;
	}
	return false;
}

/* ---- events ---- */

static void parse_sources(struct parse *p, const struct node *n, struct event_signal *out)
{
	get_texts(p, n, &out->sources, &out->n_sources);
	for (size_t i = 0; i < out->n_sources; i++) {
		if (!is_identifier(out->sources[i]))
			problem(p, n->at, NULL, "'%.*s' is no name of a source", STR_ARG(out->sources[i]));
	}
}

/* A plain scalar would lose everything behind " #", and in double quotes \b is a
 * backspace: neither says what its author sees. */
static void parse_patterns(struct parse *p, const struct node *list, struct event_signal *out)
{
	uint32_t *patterns, *lines;
	size_t n = 0;

	if (!list)
		return;
	patterns = ARENA_ARRAY(p->arena, uint32_t, element_count(list));
	lines = ARENA_ARRAY(p->arena, uint32_t, element_count(list));
	for (const struct node *e = element_first(list); e; e = element_next(list, e)) {
		struct error err = { 0 };
		struct str text = e->text;

		if (e->kind != NODE_TEXT) {
			problem_value(p, e, NULL, "a regex");
			continue;
		}
		if (e->style == STYLE_PLAIN || e->style == STYLE_DOUBLE) {
			problem(p, e->at, "in single quotes every character stands for itself ('' is one quote)",
				"a regex must stand in single quotes or in a block");
			continue;
		}
		while (e->style == STYLE_BLOCK && str_ends(text, STR("\n")))
			text.n--;
		lines[n] = e->at.line;
		if (patterns_add(p->loader->patterns, p->arena, text, &patterns[n], &err) == OK)
			n++;
		else
			problem(p, e->at, NULL, "%s", err.text);
	}
	out->patterns = patterns;
	out->pattern_lines = lines;
	out->n_patterns = n;
}

static bool is_capture(struct parse *p, const struct event_signal *s, struct str name, struct suggest *near)
{
	for (size_t i = 0; i < s->n_patterns; i++) {
		const struct pattern *pattern = patterns_at(p->loader->patterns, s->patterns[i]);

		for (size_t k = 0; k < pattern->n_captures; k++) {
			if (str_eq(pattern->captures[k], name))
				return true;
			suggest_try(near, pattern->captures[k]);
		}
	}
	return false;
}

static void parse_types(struct parse *p, const struct node *map, struct event_signal *out)
{
	static const char *const words[] = {
		"text", "int", "float", "bytes", "duration", "time", "version", "pci", "ip", "bool", NULL
	};
	_Static_assert(sizeof words / sizeof *words == CAP_BOOL + 2, "one word a type, and the end");
	struct typed *v;
	size_t n = 0;

	if (!map)
		return;
	if (map->kind != NODE_MAP) {
		problem_value(p, map, NULL, "a map of captures and their types");
		return;
	}
	v = ARENA_ARRAY(p->arena, struct typed, map->n);
	for (const struct node *m = map->first; m; m = m->next) {
		struct suggest near;
		unsigned word;

		suggest_init(&near, m->key);
		if (!is_capture(p, out, m->key, &near))
			problem(p, m->key_at, did_you_mean(p, &near), "no capture '%.*s' in this signal", STR_ARG(m->key));
		else if (get_word(p, m, words, &word))
			v[n++] = (struct typed){ arena_dup(p->arena, m->key), (enum capture_type)word };
	}
	out->types = v;
	out->n_types = n;
}

static void parse_sets(struct parse *p, const struct node *map, size_t own, struct event_signal *out)
{
	struct assign *v;
	size_t n = 0;

	if (!map)
		return;
	if (map->kind != NODE_MAP) {
		problem_value(p, map, NULL, "a map of names and expressions");
		return;
	}
	v = ARENA_ARRAY(p->arena, struct assign, map->n);
	for (const struct node *m = map->first; m; m = m->next) {
		if (!is_identifier(m->key)) {
			problem(p, m->key_at, NULL, "'%.*s' is no name", STR_ARG(m->key));
			continue;
		}
		v[n].expr = get_expr(p, m, READS_EVENT, own);
		v[n].name = arena_dup(p->arena, m->key);
		n += v[n].expr != NULL;
	}
	out->sets = v;
	out->n_sets = n;
}

static void parse_binds(struct parse *p, const struct node *map, size_t own, struct event_signal *out)
{
	struct binding *v;
	size_t n = 0;

	if (!map)
		return;
	if (map->kind != NODE_MAP) {
		problem_value(p, map, NULL, "a map of entity kinds and templates");
		return;
	}
	v = ARENA_ARRAY(p->arena, struct binding, map->n);
	for (const struct node *m = map->first; m; m = m->next) {
		struct suggest near;

		if (!entity_kind_of(m->key, &v[n].kind)) {
			suggest_init(&near, m->key);
			for (int k = ENT_HOST; k < ENT_KINDS; k++)
				suggest_try(&near, str_of(entity_kind_name((enum entity_kind)k)));
			problem(p, m->key_at, did_you_mean(p, &near), "no entity kind '%.*s'", STR_ARG(m->key));
			continue;
		}
		v[n].id = get_template(p, m, READS_EVENT, own);
		n += v[n].id != NULL;
	}
	out->binds = v;
	out->n_binds = n;
}

static void parse_event(struct parse *p, const struct node *n, size_t own, struct event_signal *out)
{
	parse_sources(p, node_get(n, "source"), out);
	out->on = STR("message");
	get_text(p, node_get(n, "on"), &out->on);
	parse_patterns(p, node_get(n, "match"), out);
	parse_types(p, node_get(n, "types"), out);
	out->where = get_expr(p, node_get(n, "where"), READS_EVENT, own);
	parse_sets(p, node_get(n, "set"), own, out);
	parse_binds(p, node_get(n, "bind"), own, out);
}

/* ---- what is built from other signals ---- */

static bool parse_step(struct parse *p, const struct node *n, bool first, struct step *out)
{
	static const char *const keys[] = { "then", "within", "not", NULL };
	const struct node *not_node;

	*out = (struct step){ 0 };
	if (n->kind == NODE_TEXT && first)
		return get_signal(p, n, &out->signal);
	if (!check_map(p, n, "a step", keys))
		return false;
	not_node = node_get(n, "not");
	if (not_node && (first || node_get(n, "then") || node_get(n, "within"))) {
		problem(p, n->at, NULL, first ? "a sequence starts with a signal" : "'not' stands alone in its step");
		return false;
	}
	out->negated = not_node != NULL;
	get_duration(p, node_get(n, "within"), false, &out->within);
	return get_signal(p, not_node ? not_node : required(p, n, "then", "a step"), &out->signal);
}

static void parse_sequence(struct parse *p, const struct node *n, struct sequence_signal *out)
{
	const struct node *list = node_get(n, "sequence");
	struct step *v;
	size_t k = 0;

	out->join = p->rule->entity;
	get_join(p, node_get(n, "join"), &out->join, &out->join_none);
	if (list->kind != NODE_LIST || list->n < 2) {
		problem_value(p, list, NULL, "a list of at least two steps");
		return;
	}
	v = ARENA_ARRAY(p->arena, struct step, list->n);
	for (const struct node *e = list->first; e; e = e->next) {
		k += parse_step(p, e, e == list->first, &v[k]);
		if (!e->next && k && v[k - 1].negated)
			problem(p, e->at, "use an 'absent' signal", "a sequence cannot end with 'not'");
	}
	out->steps = v;
	out->n_steps = k;
}

static void parse_absent(struct parse *p, const struct node *n, struct absent_signal *out)
{
	out->join = p->rule->entity;
	get_signal(p, node_get(n, "absent"), &out->what);
	get_signal(p, required(p, n, "after", "an absent signal"), &out->after);
	get_duration(p, required(p, n, "within", "an absent signal"), false, &out->within);
	get_join(p, node_get(n, "join"), &out->join, &out->join_none);
}

static void parse_finding(struct parse *p, const struct node *n, struct finding_signal *out)
{
	get_slug(p, node_get(n, "finding"), &out->rule);
	get_slug(p, node_get(n, "cause"), &out->cause);
}

/* ---- the table ---- */

/* The first key tells the kind.  'collect' and 'note' go with all. */
static const struct form { enum signal_kind kind; const char *what; const char *keys[12]; } forms[] = {
	{ SIG_EVENT, "an event signal", { "source", "on", "match", "where", "types", "set", "bind", "collect", "note" } },
	{ SIG_SERIES, "a series signal", { "series", "by", "when", "max_gap", "min_samples", "collect", "note" } },
	{ SIG_COUNT, "a count signal", { "count", "over", "at_least", "at_most", "distinct", "per", "collect", "note" } },
	{ SIG_RATIO, "a ratio signal", { "ratio", "over", "above", "below", "min_total", "per", "collect", "note" } },
	{ SIG_SEQUENCE, "a sequence signal", { "sequence", "join", "collect", "note" } },
	{ SIG_ABSENT, "an absent signal", { "absent", "after", "within", "join", "collect", "note" } },
	{ SIG_FINDING, "a finding signal", { "finding", "cause", "collect", "note" } },
};
#define N_FORMS (sizeof forms / sizeof *forms)

static const struct form *form_of(struct parse *p, const struct node *n)
{
	if (n->kind == NODE_MAP) {
		for (size_t i = 0; i < N_FORMS; i++) {
			if (node_get(n, forms[i].keys[0]))
				return &forms[i];
		}
	}
	if (node_get(n, "sql"))
		problem(p, n->at, NULL, "sql signals are not part of language 1 as this program reads it");
	else
		problem(p, n->at, NULL, "signal '%.*s' needs one of source, series, count, ratio, sequence, absent or finding",
			STR_ARG(n->key));
	return NULL;
}

static void parse_signal(struct parse *p, const struct node *n, size_t index)
{
	struct signal *s = &p->signals[index];
	const struct form *form = form_of(p, n);

	if (!form || !check_map(p, n, form->what, form->keys))
		return;
	s->kind = form->kind;
	get_text(p, node_get(n, "collect"), &s->collect);
	get_text(p, node_get(n, "note"), &s->note);
	switch (s->kind) {
	case SIG_EVENT:
		parse_event(p, n, index, &s->u.event);
		break;
	case SIG_SERIES:
		parse_series_signal(p, n, &s->u.series);
		break;
	case SIG_COUNT:
		parse_count_signal(p, n, &s->u.count);
		break;
	case SIG_RATIO:
		parse_ratio_signal(p, n, &s->u.ratio);
		break;
	case SIG_SEQUENCE:
		parse_sequence(p, n, &s->u.sequence);
		break;
	case SIG_ABSENT:
		parse_absent(p, n, &s->u.absent);
		break;
	case SIG_FINDING:
		parse_finding(p, n, &s->u.finding);
		break;
	}
}

/* ---- signals built from themselves ---- */

enum mark { UNSEEN, OPEN, CLOSED };

static bool in_circle(const struct parse *p, size_t i, enum mark *marks);

static bool operand_in_circle(const struct parse *p, const struct operand *o, enum mark *marks)
{
	return !o->is_series && in_circle(p, o->signal, marks);
}

static bool parts_in_circle(const struct parse *p, const struct signal *s, enum mark *marks)
{
	bool circle = false;

	switch (s->kind) {
	case SIG_COUNT:
		return operand_in_circle(p, &s->u.count.what, marks);
	case SIG_RATIO:
		return operand_in_circle(p, &s->u.ratio.part, marks) || operand_in_circle(p, &s->u.ratio.whole, marks);
	case SIG_SEQUENCE:
		for (size_t i = 0; i < s->u.sequence.n_steps; i++)
			circle |= in_circle(p, s->u.sequence.steps[i].signal, marks);
		return circle;
	case SIG_ABSENT:
		return in_circle(p, s->u.absent.what, marks) || in_circle(p, s->u.absent.after, marks);
	case SIG_EVENT:
	case SIG_SERIES:
	case SIG_FINDING:
		break;
	}
	return false;
}

static bool in_circle(const struct parse *p, size_t i, enum mark *marks)
{
	bool circle;

	if (marks[i] != UNSEEN)
		return marks[i] == OPEN;
	marks[i] = OPEN;
	circle = parts_in_circle(p, &p->signals[i], marks);
	marks[i] = CLOSED;
	return circle;
}

static void check_circles(struct parse *p, const struct node *map)
{
	enum mark *marks = ARENA_ARRAY(p->arena, enum mark, p->rule->n_signals);
	size_t i = 0;

	for (const struct node *n = map->first; n; n = n->next, i++) {
		if (in_circle(p, i, marks))
			problem(p, n->key_at, NULL, "signal '%.*s' is built from itself", STR_ARG(n->key));
	}
}

void parse_signals(struct parse *p, const struct node *map)
{
	size_t i = 0;
	size_t problems = p->loader->problems;

	if (!map)
		return;
	if (map->kind != NODE_MAP || map->n == 0) {
		problem_value(p, map, NULL, "a map of signals");
		return;
	}
	p->signals = ARENA_ARRAY(p->arena, struct signal, map->n);
	p->read = ARENA_ARRAY(p->arena, struct names, map->n);
	p->rule->signals = p->signals;
	p->rule->n_signals = map->n;
	/* Names first: signals may be built from ones that stand further down. */
	for (const struct node *n = map->first; n; n = n->next, i++) {
		p->signals[i].name = arena_dup(p->arena, n->key);
		p->signals[i].line = n->key_at.line;
		if (!is_identifier(n->key) || is_reserved(n->key))
			problem(p, n->key_at, NULL, "'%.*s' cannot be the name of a signal", STR_ARG(n->key));
	}
	i = 0;
	for (const struct node *n = map->first; n; n = n->next)
		parse_signal(p, n, i++);
	if (p->loader->problems == problems)
		check_circles(p, map);
	i = 0;
	for (const struct node *n = map->first; n; n = n->next, i++) {
		const struct count_signal *c = &p->signals[i].u.count;

		if (p->signals[i].kind == SIG_COUNT && c->distinct.n && !c->what.is_series)
			read_field(p, n->at, c->what.signal, c->distinct);
	}
}

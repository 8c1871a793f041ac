#include "rule/parse_priv.h"

#include <stdlib.h>

#include "base/number.h"

/* One document: the rule as a whole, and the parts that are mostly text. */

/* What was set from outside instead, if anything: the last of several. */
static void take_setting(struct parse *p, struct str name, struct str *text)
{
	const struct loader *l = p->loader;

	for (size_t i = 0; i < l->n_settings; i++)
		if (str_eq(l->settings[i].rule, p->rule->id) && str_eq(l->settings[i].name, name)) {
			*text = arena_dup(p->arena, l->settings[i].value);
			l->setting_used[i] = true;
		}
}

static void parse_vars(struct parse *p, const struct node *map)
{
	struct variable *v;
	uint32_t *lines;
	size_t k = 0;

	if (!map)
		return;
	if (map->kind != NODE_MAP) {
		problem_value(p, map, NULL, "a map of names and values");
		return;
	}
	v = ARENA_ARRAY(p->arena, struct variable, map->n);
	lines = ARENA_ARRAY(p->arena, uint32_t, map->n);
	p->var_used = ARENA_ARRAY(p->arena, bool, map->n);
	for (const struct node *m = map->first; m; m = m->next) {
		struct str text;
		double number;

		if (!is_identifier(m->key)) {
			problem(p, m->key_at, NULL, "'%.*s' is no name", STR_ARG(m->key));
			continue;
		}
		if (!get_text(p, m, &text))
			continue;
		take_setting(p, m->key, &text);
		v[k].name = arena_dup(p->arena, m->key);
		v[k].value = value_text(text);
		if (num_with_unit(text, &number)) {
			v[k].value.type = VALUE_NUMBER;
			v[k].value.num = number;
		}
		lines[k++] = m->key_at.line;
	}
	p->rule->vars = (struct variables){ v, k };
	p->rule->var_lines = lines;
	p->rule->var_used = p->var_used;
}

static void parse_meta(struct parse *p, const struct node *n)
{
	static const char *const keys[] = {
		"author", "created", "modified", "license", "min_engine", "refs", "tags", "false_positives", "replaces", NULL
	};
	struct rule *r = p->rule;

	if (!n || !check_map(p, n, "'meta'", keys))
		return;
	get_texts(p, node_get(n, "refs"), &r->refs, &r->n_refs);
	get_texts(p, node_get(n, "tags"), &r->tags, &r->n_tags);
	get_texts(p, node_get(n, "false_positives"), &r->false_positives, &r->n_false_positives);
}

static void parse_links(struct parse *p, const struct node *list)
{
	struct expr **v;
	size_t k = 0;

	if (!list)
		return;
	v = ARENA_ARRAY(p->arena, struct expr *, element_count(list));
	for (const struct node *e = element_first(list); e; e = element_next(list, e)) {
		v[k] = get_expr(p, e, READS_RULE, 0);
		k += v[k] != NULL;
	}
	p->rule->links = v;
	p->rule->n_links = k;
}

static bool parse_cause(struct parse *p, const struct node *n, struct cause *c)
{
	static const char *const keys[] = { "id", "title", "base", "support", "against", "narrative", "advice", NULL };
	const struct node *id;

	if (!check_map(p, n, "a cause", keys))
		return false;
	c->line = n->at.line;
	id = required(p, n, "id", "a cause");
	if (get_slug(p, id, &c->id) && str_eq(c->id, STR("undetermined")))
		problem(p, id->at, NULL, "'undetermined' is what stands where no cause wins");
	get_text(p, node_get(n, "title"), &c->title);
	get_points(p, node_get(n, "base"), &c->base);
	c->support = parse_items(p, node_get(n, "support"), true);
	c->against = parse_items(p, node_get(n, "against"), true);
	c->narrative = get_template(p, node_get(n, "narrative"), READS_RULE, 0);
	get_texts(p, node_get(n, "advice"), &c->advice, &c->n_advice);
	return true;
}

static void parse_causes(struct parse *p, const struct node *list)
{
	struct cause *v;
	size_t k = 0;

	if (!list)
		return;
	if (list->kind != NODE_LIST) {
		problem_value(p, list, NULL, "a list of causes");
		return;
	}
	v = ARENA_ARRAY(p->arena, struct cause, list->n);
	for (const struct node *e = list->first; e; e = e->next) {
		if (!parse_cause(p, e, &v[k]))
			continue;
		for (size_t i = 0; i < k; i++) {
			if (v[k].id.n && str_eq(v[i].id, v[k].id))
				problem(p, e->at, NULL, "two causes with the id '%.*s'", STR_ARG(v[k].id));
		}
		k++;
	}
	p->rule->causes = v;
	p->rule->n_causes = k;
}

static void parse_explains(struct parse *p, const struct node *list)
{
	static const char *const keys[] = { "rule", "at", "join", NULL };
	struct fold *v;
	size_t k = 0;

	if (!list)
		return;
	if (list->kind != NODE_LIST) {
		problem_value(p, list, NULL, "a list of {rule, at, join}");
		return;
	}
	v = ARENA_ARRAY(p->arena, struct fold, list->n);
	for (const struct node *e = list->first; e; e = e->next) {
		if (!check_map(p, e, "an 'explains'", keys))
			continue;
		v[k].line = e->at.line;
		v[k].join = p->rule->entity;
		get_slug(p, required(p, e, "rule", "an 'explains'"), &v[k].rule);
		get_window(p, required(p, e, "at", "an 'explains'"), &v[k].at);
		get_join(p, node_get(e, "join"), &v[k].join, &v[k].join_none);
		k++;
	}
	p->rule->explains = v;
	p->rule->n_explains = k;
}

static void parse_report(struct parse *p, const struct node *n)
{
	static const char *const keys[] = { "narrative", "summary", "advice", "prevent", NULL };
	struct rule *r = p->rule;
	const struct node *narrative, *summary;

	if (!n || !check_map(p, n, "'report'", keys))
		return;
	narrative = required(p, n, "narrative", "'report'");
	summary = node_get(n, "summary");
	r->narrative = get_template(p, narrative, READS_RULE, 0);
	r->summary = get_template(p, summary, READS_RULE, 0);
	r->narrative_line = narrative ? narrative->at.line : 0;
	r->summary_line = summary ? summary->at.line : 0;
	get_texts(p, required(p, n, "advice", "'report'"), &r->advice, &r->n_advice);
	get_texts(p, node_get(n, "prevent"), &r->prevent, &r->n_prevent);
}

static void parse_head(struct parse *p, const struct node *doc)
{
	static const char what[] = "a rule";
	static const char *const statuses[] = { "draft", "test", "stable", "deprecated", NULL };
	static const char *const severities[] = { "info", "low", "medium", "high", "critical", NULL };
	struct rule *r = p->rule;
	unsigned word;
	int64_t v;

	get_slug(p, required(p, doc, "rule", what), &r->id);
	if (get_int(p, required(p, doc, "version", what), 1, 1000000, &v))
		r->version = (int)v;
	get_text(p, required(p, doc, "title", what), &r->title);
	if (get_word(p, required(p, doc, "severity", what), severities, &word))
		r->severity = (enum rule_severity)word;
	if (get_word(p, required(p, doc, "status", what), statuses, &word))
		r->status = str_of(statuses[word]);
	get_kind(p, required(p, doc, "entity", what), &r->entity);
}

bool check_language(struct parse *p, const struct node *doc, const char *what)
{
	const struct node *language = required(p, doc, "forensics", what);

	if (!language || (language->kind == NODE_TEXT && str_eq(language->text, STR("1"))))
		return true;
	problem_value(p, language, "a newer forensics may read it", "1, the language this program reads");
	return false;
}

void parse_rule(struct loader *loader, struct str file, const struct node *doc, struct rule *rule)
{
	static const char *const keys[] = {
		"forensics", "rule", "version", "title", "severity", "status", "entity", "meta", "vars", "signals", "link",
		"when", "causes", "explains", "report", "tests", NULL
	};
	static const char what[] = "a rule";
	struct parse p = { .loader = loader, .arena = loader->arena, .file = file, .rule = rule };

	rule->file = file;
	rule->line = doc->at.line;
	if (doc->kind != NODE_MAP) {
		problem(&p, doc->at, NULL, "%s must be a map", what);
		return;
	}
	if (!check_language(&p, doc, what))
		return; /* what follows may mean anything */
	check_map(&p, doc, what, keys);
	parse_head(&p, doc);
	parse_meta(&p, node_get(doc, "meta"));
	parse_vars(&p, node_get(doc, "vars"));
	parse_signals(&p, required(&p, doc, "signals", what));
	parse_links(&p, node_get(doc, "link"));
	parse_when(&p, required(&p, doc, "when", what));
	parse_causes(&p, node_get(doc, "causes"));
	parse_explains(&p, node_get(doc, "explains"));
	parse_report(&p, required(&p, doc, "report", what));
	parse_tests(&p, required(&p, doc, "tests", what));
	finish_reads(&p);
	for (size_t i = 0; i < rule->n_signals; i++)
		free(p.read[i].v);
}

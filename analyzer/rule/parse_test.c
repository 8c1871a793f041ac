#include "rule/parse_priv.h"

#include "base/number.h"

/* tests: what the rule must say of a few lines of evidence. */

bool test_values_next(struct str *values, struct test_run *out, bool *bad)
{
	struct test_run run = { .n = 1 };
	struct str word, count, step;
	size_t x, sign;
	uint64_t n;

	*bad = false;
	if (!str_word(values, &word))
		return false;
	x = str_rchr(word, 'x');
	count = str_from(word, x + 1);
	word = str_head(word, x);
	*bad = true;
	if (count.p && count.n) {
		if (!num_u64(count, &n) || n >= 1000000)
			return false;
		run.n = (uint32_t)n + 1;
	}
	if (str_eq(word, STR("_"))) {
		run.gap = true;
		run.n = count.n ? run.n - 1 : 1;
		*bad = run.n == 0;
	} else {
		/* The step's sign: not the number's own, nor that of an exponent. */
		for (sign = 1; sign < word.n; sign++) {
			if ((word.p[sign] == '+' || word.p[sign] == '-') && word.p[sign - 1] != 'e' && word.p[sign - 1] != 'E')
				break;
		}
		step = str_from(word, sign);
		*bad = !num_double(str_head(word, sign), &run.first) || (step.n && !num_double(step, &run.step)) ||
		       (step.n && !count.n);
	}
	if (*bad)
		return false;
	*out = run;
	return true;
}

static void check_values(struct parse *p, const struct node *n, struct str values)
{
	struct test_run run;
	size_t total = 0;
	bool bad;

	while (test_values_next(&values, &run, &bad))
		total += run.n;
	if (bad)
		problem_value(p, n, NULL, "numbers like '1 2.5x9 10+2x5 _x3'");
	else if (total == 0 || total > 1000000)
		problem(p, n->at, NULL, "%zu samples; a test has 1 to 1000000", total);
}

static void parse_given(struct parse *p, const struct node *list, struct rule_test *t)
{
	static const char *const keys[] = { "source", "host", "boot", "skew", "text", NULL };
	struct test_given *v;
	size_t k = 0;

	if (!list)
		return;
	if (list->kind != NODE_LIST) {
		problem_value(p, list, NULL, "a list of {source, text}");
		return;
	}
	v = ARENA_ARRAY(p->arena, struct test_given, list->n);
	for (const struct node *e = list->first; e; e = e->next) {
		ts_usec boot;

		if (!check_map(p, e, "a 'given'", keys))
			continue;
		v[k].line = e->at.line;
		get_text(p, required(p, e, "source", "a 'given'"), &v[k].source);
		get_text(p, required(p, e, "text", "a 'given'"), &v[k].text);
		get_text(p, node_get(e, "host"), &v[k].host);
		if (get_time(p, node_get(e, "boot"), &boot))
			get_text(p, node_get(e, "boot"), &v[k].boot);
		get_duration(p, node_get(e, "skew"), false, &v[k].skew);
		k++;
	}
	t->given = v;
	t->n_given = k;
}

static void parse_test_series(struct parse *p, const struct node *map, struct rule_test *t)
{
	static const char *const keys[] = { "start", "step", "values", "unit", NULL };
	static const char what[] = "a series of a test";
	struct test_series *v;
	size_t k = 0;

	if (!map)
		return;
	if (map->kind != NODE_MAP) {
		problem_value(p, map, NULL, "a map of series");
		return;
	}
	v = ARENA_ARRAY(p->arena, struct test_series, map->n);
	for (const struct node *m = map->first; m; m = m->next) {
		const struct node *step;

		if (!check_map(p, m, what, keys))
			continue;
		get_series(p, m, m->key, &v[k].ref);
		get_time(p, required(p, m, "start", what), &v[k].start);
		step = required(p, m, "step", what);
		if (get_duration(p, step, false, &v[k].step) && v[k].step == 0)
			problem_value(p, step, NULL, "longer than 0");
		if (get_text(p, required(p, m, "values", what), &v[k].values))
			check_values(p, node_get(m, "values"), v[k].values);
		get_text(p, node_get(m, "unit"), &v[k].unit);
		k++;
	}
	t->series = v;
	t->n_series = k;
}

/* "pod=a/b" */
static bool read_entity(struct str s, struct str *kind, struct str *id)
{
	size_t eq = str_chr(s, '=');
	enum entity_kind k;

	*kind = str_trim(str_head(s, eq));
	*id = str_trim(str_from(s, eq + 1));
	return id->n && entity_kind_of(*kind, &k);
}

static void parse_edges(struct parse *p, const struct node *list, struct rule_test *t)
{
	const struct str *texts;
	struct test_edge *v;
	size_t n, k = 0;

	if (!get_texts(p, list, &texts, &n))
		return;
	v = ARENA_ARRAY(p->arena, struct test_edge, n);
	for (size_t i = 0; i < n; i++) {
		size_t arrow = str_find(texts[i], STR("->"));

		if (read_entity(str_head(texts[i], arrow), &v[k].from_kind, &v[k].from) &&
		    read_entity(str_from(texts[i], arrow + 2), &v[k].to_kind, &v[k].to))
			k++;
		else
			problem(p, list->at, NULL, "'%.*s' is no relation like 'pod=a/b -> node=n1'", STR_ARG(texts[i]));
	}
	t->edges = v;
	t->n_edges = k;
}

static void parse_covers(struct parse *p, const struct node *map, struct rule_test *t)
{
	struct test_cover *v;
	size_t k = 0;

	if (!map)
		return;
	if (map->kind != NODE_MAP) {
		problem_value(p, map, NULL, "a map of sources and [from, to]");
		return;
	}
	v = ARENA_ARRAY(p->arena, struct test_cover, map->n);
	for (const struct node *m = map->first; m; m = m->next) {
		v[k].source = arena_dup(p->arena, m->key);
		if (m->kind != NODE_LIST || m->n != 2)
			problem_value(p, m, NULL, "a pair of times");
		else if (get_time(p, m->first, &v[k].from) && get_time(p, m->first->next, &v[k].to))
			k++;
	}
	t->covers = v;
	t->n_covers = k;
}

static bool is_cause(const struct parse *p, struct str id, struct suggest *near)
{
	suggest_try(near, STR("undetermined"));
	for (size_t i = 0; i < p->rule->n_causes; i++) {
		if (str_eq(p->rule->causes[i].id, id))
			return true;
		suggest_try(near, p->rule->causes[i].id);
	}
	return str_eq(id, STR("undetermined"));
}

static void parse_expect(struct parse *p, const struct node *n, struct rule_test *t)
{
	static const char *const keys[] = { "findings", "entity", "cause", "word", "says", "unknown", "folds", NULL };
	static const char *const words[] = { "very likely", "likely", "possible", "unlikely", NULL };
	const struct node *cause = node_get(n, "cause"), *unknown = node_get(n, "unknown");
	struct suggest near;
	int64_t findings = 1;
	uint32_t signal;
	unsigned word;

	if (!n || !check_map(p, n, "'expect'", keys))
		return;
	get_int(p, node_get(n, "findings"), 0, 1000, &findings);
	t->findings = (int)findings;
	if (findings == 0 && n->n > 1)
		problem(p, n->at, NULL, "nothing can be expected of 0 findings");
	get_text(p, node_get(n, "entity"), &t->entity);
	if (get_text(p, cause, &t->cause)) {
		suggest_init(&near, t->cause);
		if (!is_cause(p, t->cause, &near))
			problem(p, cause->at, did_you_mean(p, &near), "no cause '%.*s'", STR_ARG(t->cause));
	}
	if (get_word(p, node_get(n, "word"), words, &word))
		t->word = str_of(words[word]);
	get_texts(p, node_get(n, "says"), &t->says, &t->n_says);
	for (const struct node *e = element_first(unknown); e; e = element_next(unknown, e))
		get_signal(p, e, &signal);
	get_texts(p, unknown, &t->unknown, &t->n_unknown);
	get_texts(p, node_get(n, "folds"), &t->folds, &t->n_folds);
}

static void parse_test(struct parse *p, const struct node *n, struct rule_test *t)
{
	static const char *const keys[] = { "name", "now", "given", "series", "entities", "covers", "expect", NULL };

	*t = (struct rule_test){ .now = TS_NONE, .findings = 1, .file = p->file, .line = n->at.line };
	if (!check_map(p, n, "a test", keys))
		return;
	get_text(p, required(p, n, "name", "a test"), &t->name);
	get_time(p, node_get(n, "now"), &t->now);
	parse_given(p, node_get(n, "given"), t);
	parse_test_series(p, node_get(n, "series"), t);
	parse_edges(p, node_get(n, "entities"), t);
	parse_covers(p, node_get(n, "covers"), t);
	parse_expect(p, required(p, n, "expect", "a test"), t);
	if (t->n_given == 0 && t->n_series == 0)
		problem(p, n->at, NULL, "a test needs 'given' or 'series'");
}

void parse_tests(struct parse *p, const struct node *list)
{
	struct rule_test *v;
	size_t k = 0;

	if (!list)
		return;
	if (list->kind != NODE_LIST) {
		problem_value(p, list, NULL, "a list of tests");
		return;
	}
	v = ARENA_ARRAY(p->arena, struct rule_test, p->rule->n_tests + list->n);
	for (; k < p->rule->n_tests; k++)
		v[k] = p->rule->tests[k];
	for (const struct node *e = list->first; e; e = e->next)
		parse_test(p, e, &v[k++]);
	p->rule->tests = v;
	p->rule->n_tests = k;
}

void parse_side_tests(struct loader *loader, struct str file, const struct node *doc, struct rule *rule)
{
	static const char *const keys[] = { "forensics", "tests_of", "tests", NULL };
	static const char what[] = "a file of tests";
	struct parse p = { .loader = loader, .arena = loader->arena, .file = file, .rule = rule };

	p.signals = ARENA_ARRAY(p.arena, struct signal, rule->n_signals);
	memcpy(p.signals, rule->signals, rule->n_signals * sizeof(*p.signals));
	p.read = ARENA_ARRAY(p.arena, struct names, rule->n_signals);
	check_map(&p, doc, what, keys);
	check_language(&p, doc, what);
	parse_tests(&p, required(&p, doc, "tests", what));
}

/* docs/rule.schema.json against the loader: it takes every rule that loads, and knows no key that
 * the loader does not. */
#include <dirent.h>

#include "base/json.h"
#include "rule/yaml.h"
#include "rule_whole.h"

#define SCHEMA "docs/rule.schema.json"

static struct json *schema;

static struct str whole_file(const char *path, struct arena *a)
{
	FILE *f = fopen(path, "rb");
	char *text;
	size_t n;

	ck_assert_msg(f != NULL, "%s: run it from the top of the tree", path);
	text = arena_alloc(a, 1 << 20);
	n = fread(text, 1, 1 << 20, f);
	fclose(f);
	ck_assert_uint_lt(n, 1 << 20);
	return (struct str){ text, n };
}

static void open_schema(void)
{
	struct error err = { 0 };

	setup();
	ck_assert_msg(json_parse(&schema, whole_file(SCHEMA, arena), &err) == OK, "%s", err.text);
}

static void close_schema(void)
{
	json_free(schema);
	teardown();
}

/* ---- as much of JSON Schema as it uses ---- */

static bool fits(const struct json *s, const struct node *n);

static const struct json *definition(struct str ref)
{
	const struct json *d;

	ck_assert(str_skip(&ref, STR("#/definitions/")));
	d = json_get(json_get(schema, "definitions"), arena_cstr(arena, ref));
	ck_assert_msg(d != NULL, "no definition %.*s", STR_ARG(ref));
	return d;
}

static bool is_number(struct str s, bool integer)
{
	bool any = false;

	for (size_t i = s.n && s.p[0] == '-'; i < s.n; i++) {
		if (!is_digit(s.p[i]) && (integer || s.p[i] != '.'))
			return false;
		any |= is_digit(s.p[i]);
	}
	return any;
}

static bool is_type(struct str type, const struct node *n)
{
	bool plain = n->style == STYLE_PLAIN;

	if (str_eq(type, STR("object")))
		return n->kind == NODE_MAP;
	if (str_eq(type, STR("array")))
		return n->kind == NODE_LIST;
	if (n->kind != NODE_TEXT)
		return false;
	if (str_eq(type, STR("number")) || str_eq(type, STR("integer")))
		return plain && is_number(n->text, str_eq(type, STR("integer")));
	if (str_eq(type, STR("boolean")))
		return plain && (str_eq(n->text, STR("true")) || str_eq(n->text, STR("false")));
	ck_assert(str_eq(type, STR("string")));
	return !(plain && is_number(n->text, false));
}

static bool has_type(const struct json *type, const struct node *n)
{
	if (json_type(type) == JSON_STRING)
		return is_type(json_str(type), n);
	for (const struct json *t = json_first(type); t; t = json_next(t))
		if (is_type(json_str(t), n))
			return true;
	return false;
}

static bool is_value(const struct json *v, const struct node *n)
{
	struct buf b;
	bool same;

	buf_init(&b, 1000);
	json_text(v, &b);
	same = n->kind == NODE_TEXT && str_eq(buf_str(&b), n->text);
	buf_done(&b);
	return same;
}

static size_t count_fits(const struct json *list, const struct node *n)
{
	size_t k = 0;

	for (const struct json *s = json_first(list); s; s = json_next(s))
		k += fits(s, n);
	return k;
}

static bool members_fit(const struct json *s, const struct node *n)
{
	const struct json *others = json_get(s, "additionalProperties");

	for (const struct json *r = json_first(json_get(s, "required")); r; r = json_next(r))
		if (!node_get(n, arena_cstr(arena, json_str(r))))
			return false;
	for (const struct node *m = n->first; m; m = m->next) {
		const struct json *p = json_get(json_get(s, "properties"), arena_cstr(arena, m->key));

		if (p ? !fits(p, m) : json_type(others) == JSON_BOOL || !fits(others, m))
			return false;
	}
	return true;
}

static bool matches(struct str pattern, struct str text)
{
	struct expr *e = NULL;
	struct error err = { 0 };

	ck_assert_msg(expr_compile(&e, arena, arena_printf(arena, "'%.*s' =~ '%.*s'", STR_ARG(text), STR_ARG(pattern)), NULL, &err) == OK, "%s", err.text);
	return expr_eval(e, &(struct scope){ 0 }, arena).num != 0;
}

static bool fits(const struct json *s, const struct node *n)
{
	static const char *const known[] = { "$ref", "description", "type", "const", "enum", "anyOf", "oneOf", "required", "properties",
					     "additionalProperties", "items", "minItems", "maxItems", "minimum", "maximum", "pattern" };
	const struct json *v;
	double number;

	for (v = json_first(s); v; v = json_next(v)) {
		size_t i = 0;

		while (i < sizeof(known) / sizeof(known[0]) && !str_eq(json_key(v), str_of(known[i])))
			i++;
		ck_assert_msg(i < sizeof(known) / sizeof(known[0]), "this test does not know '%.*s'", STR_ARG(json_key(v)));
	}
	if ((v = json_get(s, "$ref")) && !fits(definition(json_str(v)), n))
		return false;
	if ((v = json_get(s, "type")) && !has_type(v, n))
		return false;
	if ((v = json_get(s, "const")) && !is_value(v, n))
		return false;
	if ((v = json_get(s, "enum"))) {
		bool any = false;

		for (const struct json *e = json_first(v); e; e = json_next(e))
			any |= is_value(e, n);
		if (!any)
			return false;
	}
	if ((v = json_get(s, "anyOf")) && count_fits(v, n) == 0)
		return false;
	if ((v = json_get(s, "oneOf")) && count_fits(v, n) != 1)
		return false;
	if ((v = json_get(s, "pattern")) && n->kind == NODE_TEXT && !matches(json_str(v), n->text))
		return false;
	if (json_num(json_get(s, "minimum"), &number) && strtod(n->text.p, NULL) < number)
		return false;
	if (json_num(json_get(s, "maximum"), &number) && strtod(n->text.p, NULL) > number)
		return false;
	if (json_num(json_get(s, "minItems"), &number) && (double)n->n < number)
		return false;
	if (json_num(json_get(s, "maxItems"), &number) && (double)n->n > number)
		return false;
	if ((v = json_get(s, "items")) && n->kind == NODE_LIST)
		for (const struct node *e = n->first; e; e = e->next)
			if (!fits(v, e))
				return false;
	return (!json_get(s, "properties") && !json_get(s, "additionalProperties")) || members_fit(s, n);
}

/* The first thing below n that does not fit: its line. */
static uint32_t line_of_misfit(const struct json *s, const struct node *n)
{
	const struct json *props;

	while (json_get(s, "$ref"))
		s = definition(json_str(json_get(s, "$ref")));
	props = json_get(s, "properties");
	for (const struct node *m = n->kind == NODE_MAP && props ? n->first : NULL; m; m = m->next) {
		const struct json *p = json_get(props, arena_cstr(arena, m->key));

		if (!p)
			return m->key_at.line;
		if (!fits(p, m))
			return line_of_misfit(p, m);
	}
	return n->at.line;
}

static size_t check_text(const char *path, struct str text)
{
	const struct node *const *docs;
	struct error err = { 0 };
	size_t n;

	ck_assert_msg(yaml_read(&docs, &n, arena, str_of(path), text, &err) == OK, "%s %s", err.where, err.text);
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(count_fits(json_get(schema, "oneOf"), docs[i]) == 1, "%s:%u does not fit the schema", path,
			      line_of_misfit(definition(node_get(docs[i], "tests_of") ? STR("#/definitions/side") : STR("#/definitions/rule")), docs[i]));
	return n;
}

static size_t check_folder(const char *path)
{
	DIR *d = opendir(path);
	const struct dirent *e;
	size_t n = 0;

	ck_assert_msg(d != NULL, "%s", path);
	while ((e = readdir(d))) {
		const char *below = arena_printf(arena, "%s/%s", path, e->d_name).p;

		if (e->d_name[0] == '.')
			continue;
		if (str_ends(str_of(below), STR(".yaml")))
			n += check_text(below, whole_file(below, arena));
		else if (e->d_type == DT_DIR)
			n += check_folder(below);
	}
	closedir(d);
	return n;
}

START_TEST(every_rule_of_ours_fits)
{
	ck_assert_uint_ge(check_folder("rules"), 8);
}
END_TEST

START_TEST(a_rule_with_one_of_everything_fits)
{
	check_text("whole", str_of(whole));
}
END_TEST

START_TEST(what_is_wrong_does_not_fit)
{
	static const char *const wrong[][2] = {
		{ "severity: high", "severity: bad" }, { "base: 3", "base: 33" }, { "episode: 90m", "episode: 90 minutes" }, { "when:\n  anchor: xid", "when:\n  ancor: xid" },
		{ "pick: last", "pick: least" }, { "version: 3\n", "" }, { "rule: gpu-lost", "rule: GPU_lost" }, { "join: none, at", "join: tray, at" },
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const struct node *const *docs;
		size_t n;

		ck_assert_int_eq(yaml_read(&docs, &n, arena, STR("x"), edited(arena, str_of(whole), wrong[i][0], wrong[i][1]), NULL), OK);
		ck_assert_msg(count_fits(json_get(schema, "oneOf"), docs[0]) == 0, "'%s' fits", wrong[i][1]);
	}
}
END_TEST

/* Where a key of each map of the schema may be put into the whole rule. */
static const struct { const char *map, *find; } maps[] = {
	{ "rule", "forensics: 1\n" }, { "meta", "meta: {" }, { "event", "aer: {" }, { "series", "hot: {" }, { "condition", "when: {above: var.hot, for: 1m" },
	{ "count", "many: {" }, { "ratio", "errors: {" }, { "sequence", "chain: {" }, { "step", "{then: xid, within: 15m" }, { "absent", "quiet: {" },
	{ "finding", "other: {" }, { "when", "when:\n  anchor: xid\n" }, { "item", "- {signal: aer, at: [-1h30m, 250ms]" }, { "part", "{signal: share, join: host" },
	{ "cause", "- {id: heat" }, { "fold", "- {rule: other-rule" }, { "report", "report:\n" }, { "test", "- {name: quiet" },
	{ "given", "given: [{source: dmesg, host: n1" }, { "test_series", "start: '2026-07-15T08:00:00Z'" }, { "expect", "expect: {entity: '0'" },
};

static bool loader_knows(const char *find, struct str key)
{
	size_t n = strlen(find);
	bool open = find[n - 1] == '{', block = find[n - 1] == '\n';
	const char *indent = block && str_find(str_of(find), STR("forensics")) == n ? "  " : "";
	const char *to = open ? arena_printf(arena, "%s%.*s: [[x]], ", find, STR_ARG(key)).p :
			 block ? arena_printf(arena, "%s%s%.*s: [[x]]\n", find, indent, STR_ARG(key)).p :
				 arena_printf(arena, "%s, %.*s: [[x]]", find, STR_ARG(key)).p;

	buf_reset(&problems);
	if (load_whole(edited(arena, str_of(whole), find, to)) == OK)
		ruleset_free(rules); /* nobody reads the license */
	rules = NULL;
	return !str_has(buf_str(&problems), arena_printf(arena, "unknown key '%.*s'", STR_ARG(key)));
}

START_TEST(the_loader_knows_every_key)
{
	const struct json *map = json_get(json_get(schema, "definitions"), maps[_i].map);
	size_t n = 0;

	ck_assert_msg(!loader_knows(maps[_i].find, STR("zzz")), "%s: the probe does not work: %s", maps[_i].map, buf_cstr(&problems));
	for (const struct json *p = json_first(json_get(map, "properties")); p; p = json_next(p), n++)
		ck_assert_msg(loader_knows(maps[_i].find, json_key(p)), "%s: the loader does not know '%.*s'", maps[_i].map, STR_ARG(json_key(p)));
	ck_assert_uint_gt(n, 0);
}
END_TEST

START_TEST(every_map_of_the_schema_was_asked)
{
	for (const struct json *d = json_first(json_get(schema, "definitions")); d; d = json_next(d)) {
		size_t i = 0;

		if (!json_get(d, "properties") || str_eq(json_key(d), STR("side")))
			continue;
		while (i < sizeof(maps) / sizeof(maps[0]) && !str_eq(json_key(d), str_of(maps[i].map)))
			i++;
		ck_assert_msg(i < sizeof(maps) / sizeof(maps[0]), "nobody asks about '%.*s'", STR_ARG(json_key(d)));
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_checked_fixture(tc, open_schema, close_schema);
	tcase_add_test(tc, every_rule_of_ours_fits);
	tcase_add_test(tc, a_rule_with_one_of_everything_fits);
	tcase_add_test(tc, what_is_wrong_does_not_fit);
	LOOP(tc, the_loader_knows_every_key, maps);
	tcase_add_test(tc, every_map_of_the_schema_was_asked);
}

TEST_MAIN("rule/schema", add)

#include "rule/parse_priv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/sha256.h"
#include "rule/order_priv.h"

/* Files to ruleset.  A later layer (each path is one; the texts are the first) wins over
 * an earlier one, so layers are read last first, and what they replace is never typed. */

/* A document of tests beside a rule: typed once all rules were read. */
struct side { struct str file; const struct node *doc; uint64_t layer; };

struct layered {
	struct loader loader;
	struct map *seen;      /* rule id -> layer it came from */
	uint64_t layer;
	struct rule **rules;
	size_t n, cap;
	struct arena *sides_arena;
	struct side *sides;
	size_t n_sides, cap_sides;
};

/* ---- documents ---- */

static void report_error(struct layered *l, const struct error *e)
{
	l->loader.problems++;
	l->loader.report(l->loader.ctx, e);
}

/* The rule's id, as far as it can be told before typing. */
static struct str id_of(const struct node *doc)
{
	const struct node *id = node_get(doc, "rule");

	return id && id->kind == NODE_TEXT ? id->text : STR_NONE;
}

/* False when the document is replaced by one read already. */
static bool claim_id(struct layered *l, struct str file, const struct node *doc)
{
	struct str id = id_of(doc);
	size_t i = map_find(l->seen, id);
	struct error e;

	if (id.n == 0)
		return true; /* typing will say so */
	if (i == MAP_NONE) {
		map_set(l->seen, map_put(l->seen, id), l->layer);
		return true;
	}
	if (map_value(l->seen, i) == l->layer) {
		fail(&e, ERR_RULE, "a second rule '%.*s'", STR_ARG(id));
		fail_at(&e, "%.*s:%u:%u", STR_ARG(file), node_get(doc, "rule")->at.line, node_get(doc, "rule")->at.column);
		report_error(l, &e);
	}
	return false;
}

/* "12:", behind a letter if there is one.  By hand: rules have a hundred thousand nodes. */
static void hash_length(struct sha256 *h, char letter, size_t n)
{
	char text[24], *p = text + sizeof text;

	*--p = ':';
	do
		*--p = (char)('0' + n % 10);
	while (n /= 10);
	if (letter)
		*--p = letter;
	sha256_add(h, (struct str){ p, (size_t)(text + sizeof text - p) });
}

/* What a rule says, without comments, layout and quoting: lengths keep texts apart. */
static void hash_node(struct sha256 *h, const struct node *n)
{
	static const char open[] = { 't', 'l', 'm' };

	hash_length(h, open[n->kind], n->kind == NODE_TEXT ? n->text.n : n->n);
	sha256_add(h, n->text);
	for (const struct node *c = n->first; c; c = c->next) {
		if (n->kind == NODE_MAP) {
			hash_length(h, '\0', c->key.n);
			sha256_add(h, c->key);
		}
		hash_node(h, c);
	}
}

static void load_document(struct layered *l, struct arena *scratch, struct str file, const struct node *doc)
{
	struct sha256 *h;
	struct rule *r;

	if (!claim_id(l, file, doc))
		return;
	r = ARENA_NEW(l->loader.arena, struct rule);
	parse_rule(&l->loader, file, doc, r);
	h = sha256_new();
	hash_node(h, doc);
	for (size_t i = 0; i < l->loader.n_settings; i++)
		if (str_eq(l->loader.settings[i].rule, r->id))
			sha256_add(h, arena_printf(scratch, "set:%.*s=%.*s\n", STR_ARG(l->loader.settings[i].name), STR_ARG(l->loader.settings[i].value)));
	sha256_hex(h, r->sha256);
	sha256_free(h);
	l->rules = grow(l->rules, l->n, &l->cap, sizeof *l->rules);
	l->rules[l->n++] = r;
}

/* ---- tests in files of their own ---- */

static void note_side(struct layered *l, struct str file, const struct node *doc)
{
	l->sides = grow(l->sides, l->n_sides, &l->cap_sides, sizeof *l->sides);
	l->sides[l->n_sides++] = (struct side){ file, doc, l->layer };
}

static void load_side(struct layered *l, const struct side *side)
{
	const struct node *of = node_get(side->doc, "tests_of");
	struct str id = of->kind == NODE_TEXT ? of->text : STR_NONE;
	size_t seen = map_find(l->seen, id);
	struct suggest near;
	struct error e;

	suggest_init(&near, id);
	for (size_t i = 0; i < l->n; i++) {
		if (!str_eq(l->rules[i]->id, id)) {
			suggest_try(&near, l->rules[i]->id);
			continue;
		}
		if (map_value(l->seen, seen) <= side->layer) /* else they are of a rule it replaced */
			parse_side_tests(&l->loader, side->file, side->doc, l->rules[i]);
		return;
	}
	fail(&e, ERR_RULE, "tests of '%.*s', which is no rule", STR_ARG(id));
	if (suggest_found(&near))
		fail_hint(&e, "did you mean '%.*s'?", STR_ARG(near.best));
	fail_at(&e, "%.*s:%u:%u", STR_ARG(side->file), of->at.line, of->at.column);
	report_error(l, &e);
}

static void load_sides(struct layered *l)
{
	for (size_t i = 0; i < l->n_sides; i++)
		load_side(l, &l->sides[i]);
}

static void load_text(struct layered *l, struct str path, struct str text)
{
	struct arena *scratch = str_ends(path, STR(".tests.yaml")) ? l->sides_arena : arena_new();
	struct str file = arena_dup(l->loader.arena, path);
	const struct node *const *docs;
	struct error e = { 0 };
	size_t n;

	if (yaml_read(&docs, &n, scratch, file, text, &e) == OK) {
		for (size_t i = 0; i < n; i++) {
			if (scratch == l->sides_arena && node_get(docs[i], "tests_of"))
				note_side(l, file, docs[i]);
			else
				load_document(l, scratch, file, docs[i]);
		}
	} else {
		report_error(l, &e);
	}
	if (scratch != l->sides_arena)
		arena_free(scratch);
}

/* ---- files ---- */

static enum status read_rest(int fd, struct buf *out)
{
	char block[16384];

	/* One byte past the limit is enough for yaml_read() to refuse it. */
	while (out->n <= LIMIT_RULE_FILE) {
		ssize_t n = read(fd, block, sizeof block);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ERR_IO;
		if (n == 0)
			break;
		buf_add(out, (struct str){ block, (size_t)n });
	}
	return OK;
}

static enum status load_file(struct layered *l, const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not hold us up */
	struct buf text;
	enum status st;

	if (fd < 0)
		return fail(err, ERR_IO, "cannot open '%s': %s", path, strerror(errno));
	buf_init(&text, LIMIT_RULE_FILE + 32768);
	st = read_rest(fd, &text);
	if (st != OK)
		fail(err, st, "cannot read '%s': %s", path, strerror(errno));
	else
		load_text(l, str_of(path), buf_str(&text));
	buf_done(&text);
	close(fd);
	return st;
}

struct paths { struct str *v; size_t n, cap; };

/* All *.yaml below dir.  Links to files are followed, links to directories are not: they
 * could lead in a circle. */
static enum status list_rules(struct arena *a, struct str dir, int depth, struct paths *out, struct error *err)
{
	DIR *d = opendir(dir.p);
	const struct dirent *entry;
	enum status st = OK;

	if (!d)
		return fail(err, ERR_IO, "cannot read directory '%s': %s", dir.p, strerror(errno));
	while (st == OK && (errno = 0, entry = readdir(d))) {
		struct str name = str_of(entry->d_name);
		struct str path;
		struct stat info;

		if (*name.p == '.')
			continue;
		path = arena_printf(a, "%s%s%s", dir.p, str_ends(dir, STR("/")) ? "" : "/", name.p);
		if (lstat(path.p, &info) != 0) {
			st = fail(err, ERR_IO, "cannot look at '%s': %s", path.p, strerror(errno));
		} else if (S_ISDIR(info.st_mode)) {
			if (depth >= LIMIT_DEPTH_DIR)
				st = fail(err, ERR_LIMIT, "directories nested too deeply at '%s'", path.p);
			else
				st = list_rules(a, path, depth + 1, out, err);
		} else if (str_ends(name, STR(".yaml"))) {
			out->v = grow(out->v, out->n, &out->cap, sizeof *out->v);
			out->v[out->n++] = path;
		}
	}
	if (st == OK && errno)
		st = fail(err, ERR_IO, "cannot read directory '%s': %s", dir.p, strerror(errno));
	closedir(d);
	return st;
}

static int by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static enum status load_directory(struct layered *l, const char *path, struct error *err)
{
	struct arena *a = arena_new();
	struct paths found = { 0 };
	enum status st = list_rules(a, str_of(path), 0, &found, err);

	if (st == OK && found.n == 0) /* a mistyped path must not give an empty, silent rule set */
		st = fail(err, ERR_IO, "no *.yaml below '%s'", path);
	if (st == OK && found.n > 1)
		qsort(found.v, found.n, sizeof *found.v, by_bytes);
	for (size_t i = 0; st == OK && i < found.n; i++)
		st = load_file(l, found.v[i].p, err);
	free(found.v);
	arena_free(a);
	return st;
}

static enum status load_path(struct layered *l, const char *path, struct error *err)
{
	struct stat info;

	if (stat(path, &info) != 0)
		return fail(err, ERR_IO, "cannot open '%s': %s", path, strerror(errno));
	return S_ISDIR(info.st_mode) ? load_directory(l, path, err) : load_file(l, path, err);
}

/* ---- the set ---- */

static void number_signals(struct ruleset *rs, struct rule *rules)
{
	const struct signal **signals;
	const struct rule **owners;
	uint32_t id = 0;
	size_t n = 0;

	for (size_t i = 0; i < rs->n_rules; i++)
		n += rules[i].n_signals;
	signals = ARENA_ARRAY(rs->arena, const struct signal *, n);
	owners = ARENA_ARRAY(rs->arena, const struct rule *, n);
	for (size_t i = 0; i < rs->n_rules; i++) {
		struct signal *numbered = ARENA_ARRAY(rs->arena, struct signal, rules[i].n_signals);

		for (size_t k = 0; k < rules[i].n_signals; k++, id++) {
			numbered[k] = rules[i].signals[k];
			numbered[k].id = id;
			signals[id] = &numbered[k];
			owners[id] = &rules[i];
		}
		rules[i].signals = numbered;
	}
	rs->signals = signals;
	rs->owners = owners;
	rs->n_signals = n;
}

static void hash_set(struct ruleset *rs, struct rule *const *by_id)
{
	struct sha256 *h = sha256_new();

	for (size_t i = 0; i < rs->n_rules; i++)
		sha256_add(h, str_of(by_id[i]->sha256));
	sha256_hex(h, rs->sha256);
	sha256_free(h);
}

static void check_settings(struct layered *l)
{
	for (size_t i = 0; i < l->loader.n_settings; i++) {
		const struct rule_setting *s = &l->loader.settings[i];
		struct suggest near;
		struct error e = { 0 };
		const struct rule *r = NULL;

		if (l->loader.setting_used[i])
			continue;
		for (size_t k = 0; k < l->n; k++)
			if (str_eq(l->rules[k]->id, s->rule))
				r = l->rules[k];
		suggest_init(&near, r ? s->name : s->rule);
		for (size_t k = 0; k < (r ? r->vars.n : l->n); k++)
			suggest_try(&near, r ? r->vars.v[k].name : l->rules[k]->id);
		if (r)
			fail(&e, ERR_RULE, "rule '%.*s' has no variable '%.*s'", STR_ARG(s->rule), STR_ARG(s->name));
		else
			fail(&e, ERR_RULE, "there is no rule '%.*s' to set '%.*s' of", STR_ARG(s->rule), STR_ARG(s->name));
		if (suggest_found(&near))
			fail_hint(&e, "did you mean '%.*s'?", STR_ARG(near.best));
		fail_at(&e, "--set %.*s.%.*s", STR_ARG(s->rule), STR_ARG(s->name));
		report_error(l, &e);
	}
}

static int by_id(const void *a, const void *b)
{
	return str_cmp((*(const struct rule *const *)a)->id, (*(const struct rule *const *)b)->id);
}

static struct ruleset *assemble(struct layered *l)
{
	struct arena *a = l->loader.arena;
	struct ruleset *rs = ARENA_NEW(a, struct ruleset);
	struct rule *rules = ARENA_ARRAY(a, struct rule, l->n);
	size_t *order = ARENA_ARRAY(a, size_t, l->n);

	rs->arena = a;
	rs->n_rules = l->n;
	if (l->n)
		qsort(l->rules, l->n, sizeof *l->rules, by_id);
	order_rules(&l->loader, l->rules, l->n, order);
	if (l->loader.problems)
		return NULL;
	hash_set(rs, l->rules);
	for (size_t i = 0; i < l->n; i++)
		rules[i] = *l->rules[order[i]];
	rs->rules = rules;
	number_signals(rs, rules);
	rs->patterns = patterns_take(l->loader.patterns, a, &rs->n_patterns);
	return rs;
}

static enum status load_layers(struct layered *l, const struct rule_text *texts, size_t n_texts,
			       const char *const *paths, size_t n_paths, struct error *err)
{
	enum status st = OK;

	for (size_t i = n_paths; st == OK && i-- > 0;) {
		l->layer = i + 1;
		st = load_path(l, paths[i], err);
	}
	l->layer = 0;
	for (size_t i = 0; st == OK && i < n_texts; i++)
		load_text(l, texts[i].path, texts[i].text);
	load_sides(l);
	if (st == OK)
		check_settings(l);
	if (st == OK && l->n > LIMIT_RULES)
		st = fail(err, ERR_LIMIT, "more than %d rules", LIMIT_RULES);
	return st;
}

enum status ruleset_load(struct ruleset **out, const struct rule_text *texts, size_t n_texts,
			 const char *const *paths, size_t n_paths, rule_report_fn *report, void *ctx, struct error *err)
{
	return ruleset_load_with(out, texts, n_texts, paths, n_paths, NULL, 0, report, ctx, err);
}

enum status ruleset_load_with(struct ruleset **out, const struct rule_text *texts, size_t n_texts, const char *const *paths, size_t n_paths,
			      const struct rule_setting *settings, size_t n_settings, rule_report_fn *report, void *ctx, struct error *err)
{
	struct layered l = { .loader = { .arena = arena_new(), .patterns = patterns_new(), .report = report, .ctx = ctx } };
	struct ruleset *rs = NULL;
	enum status st;

	l.seen = map_new();
	l.sides_arena = arena_new();
	l.loader.settings = settings;
	l.loader.n_settings = n_settings;
	l.loader.setting_used = ARENA_ARRAY(l.sides_arena, bool, n_settings);
	st = load_layers(&l, texts, n_texts, paths, n_paths, err);
	if (st == OK)
		rs = assemble(&l);
	if (rs)
		*out = rs;
	if (!rs && st == OK) {
		st = fail(err, ERR_RULE, "%zu problem%s in the rules", l.loader.problems, l.loader.problems == 1 ? "" : "s");
		fail_id(err, FX_RULES_INVALID);
	}
	patterns_free(l.loader.patterns);
	map_free(l.seen);
	free(l.rules);
	free(l.sides);
	arena_free(l.sides_arena);
	if (!rs)
		arena_free(l.loader.arena);
	return st;
}

void ruleset_free(struct ruleset *rs)
{
	if (!rs)
		return;
	for (size_t i = 0; i < rs->n_patterns; i++)
		regex_free(rs->patterns[i].code);
	arena_free(rs->arena);
}

/* ---- looking things up ---- */

const struct rule *ruleset_find(const struct ruleset *rs, struct str id)
{
	for (size_t i = 0; i < rs->n_rules; i++) {
		if (str_eq(rs->rules[i].id, id))
			return &rs->rules[i];
	}
	return NULL;
}

/* Every fixtures/scenarios/<rule>/<case>/bundle, analyzed with the built-in rules,
 * must give the verdicts that <case>/expect names (fixtures/README.md tells its words),
 * the same whatever the size of the pieces it is read in, and the same again when the
 * stored case is judged a second time. A fixtures/healthy/<case> must besides give
 * nothing of medium severity or above, whatever its expect file says. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "unit.h"

#include "assets.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/number.h"
#include "pipeline.h"

#define ROOT "fixtures/scenarios"
#define HEALTHY "fixtures/healthy"
#define FOUND "SELECT rule, entity_kind || ':' || entity, coalesce(cause, 'undetermined'), word, start_us, finding_id, severity FROM v_finding WHERE word <> 'unlikely'"

static const size_t chunks[] = { 0, 3 };

static struct arena *arena;
static struct ruleset *rules;
static struct str *scenarios;
static size_t n_scenarios, cap_scenarios;

struct found { struct str rule, entity, cause, word, id, severity; ts_usec start; bool expected; };
struct founds { struct found v[64]; size_t n; };

static void complain(void *ctx, const struct error *e)
{
	(void)ctx;
	fprintf(stderr, "%s: %s\n", e->where, e->text);
}

static void load_rules(void)
{
	struct rule_text texts[256];
	size_t n = 0;
	struct error err = { 0 };

	for (; BUILTIN_RULES[n].path && n < 256; n++)
		texts[n] = (struct rule_text){ str_of(BUILTIN_RULES[n].path), str_of(BUILTIN_RULES[n].text) };
	if (ruleset_load(&rules, texts, n, NULL, 0, complain, NULL, &err) != OK)
		exit(EXIT_FAILURE);
}

static int by_name(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void find_below(const char *path, int depth)
{
	DIR *dir = opendir(path);
	struct dirent *d;

	while (dir && (d = readdir(dir))) {
		char *below;

		if (d->d_name[0] == '.')
			continue;
		below = arena_cstr(arena, arena_printf(arena, "%s/%s", path, d->d_name));
		if (depth == 0) {
			find_below(below, 1);
		} else {
			scenarios = grow(scenarios, n_scenarios, &cap_scenarios, sizeof *scenarios);
			scenarios[n_scenarios++] = str_of(below);
		}
	}
	if (dir)
		closedir(dir);
}

static struct str read_file(const char *path)
{
	struct buf b;
	char piece[4096];
	size_t n;
	FILE *f = fopen(path, "rb");
	struct str s;

	ck_assert_msg(f != NULL, "%s cannot be read", path);
	buf_init(&b, 1 << 16);
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		buf_add(&b, (struct str){ piece, n });
	fclose(f);
	s = arena_dup(arena, buf_str(&b));
	buf_done(&b);
	return s;
}

static void read_findings(struct store *st, struct founds *out)
{
	struct query *q = NULL;

	out->n = 0;
	ck_assert_int_eq(query_new(&q, st, FOUND, NULL), OK);
	while (query_step(q, NULL) == OK && out->n < 64) {
		struct found *f = &out->v[out->n++];

		f->rule = arena_dup(arena, query_get_text(q, 0));
		f->entity = arena_dup(arena, query_get_text(q, 1));
		f->cause = arena_dup(arena, query_get_text(q, 2));
		f->word = arena_dup(arena, query_get_text(q, 3));
		f->start = query_get_int(q, 4);
		f->id = arena_dup(arena, query_get_text(q, 5));
		f->severity = arena_dup(arena, query_get_text(q, 6));
		f->expected = false;
	}
	query_free(q);
}

static int strength(struct str word)
{
	static const char *const words[] = { "unlikely", "possible", "likely", "very likely" };

	for (int i = 0; i < 4; i++) {
		char spoken[16];

		(void)snprintf(spoken, sizeof spoken, "%s", words[i]);
		if (str_eq(word, str_of(spoken)))
			return i;
		for (char *c = spoken; *c; c++)
			*c = *c == ' ' ? '-' : *c; /* as one word in an expect file */
		if (str_eq(word, str_of(spoken)))
			return i;
	}
	ck_abort_msg("'%.*s' is no word of a verdict", STR_ARG(word));
	return -1;
}

/* 2026-03-18T04:36:52Z±3s */
static bool starts_at(ts_usec start, struct str want)
{
	struct str time = str_head(want, str_find(want, STR("±"))), within = str_from(want, time.n + sizeof "±" - 1);
	struct stamp at;
	double seconds;

	ck_assert_msg(ts_iso8601(time, &at) == time.n && num_with_unit(within, &seconds), "bad start '%.*s'", STR_ARG(want));
	return llabs(start - at.t) <= (ts_usec)(seconds * 1e6);
}

static bool is_it(const struct found *f, struct str words)
{
	struct str word;
	bool yes = str_word(&words, &word) && str_eq(f->rule, word);

	while (yes && str_word(&words, &word)) {
		if (str_skip(&word, STR("cause=")))
			yes = str_eq(f->cause, word);
		else if (str_skip(&word, STR("entity=")))
			yes = str_eq(f->entity, word);
		else if (str_skip(&word, STR("word>=")))
			yes = strength(f->word) >= strength(word);
		else if (str_skip(&word, STR("word=")))
			yes = strength(f->word) == strength(word);
		else if (str_skip(&word, STR("start=")))
			yes = starts_at(f->start, word);
		else
			ck_abort_msg("'%.*s' is no expectation", STR_ARG(word));
	}
	return yes;
}

static void list(const struct founds *found)
{
	for (size_t i = 0; i < found->n; i++)
		fprintf(stderr, "  found %.*s cause=%.*s entity=%.*s word=%.*s\n", STR_ARG(found->v[i].rule), STR_ARG(found->v[i].cause),
			STR_ARG(found->v[i].entity), STR_ARG(found->v[i].word));
}

static void check(struct founds *found, struct str expect, struct str where)
{
	struct str line, words, verb;
	size_t said = 0;

	while (str_cut(&expect, '\n', &line)) {
		words = str_trim(line);
		if (!words.n || words.p[0] == '#' || !str_word(&words, &verb))
			continue;
		said++;
		if (str_eq(verb, STR("finding"))) {
			size_t i = 0;

			while (i < found->n && (found->v[i].expected || !is_it(&found->v[i], words)))
				i++;
			if (i == found->n)
				list(found);
			ck_assert_msg(i < found->n, "%.*s: not found: %.*s", STR_ARG(where), STR_ARG(line));
			found->v[i].expected = true;
		} else if (str_eq(verb, STR("none"))) {
			for (size_t i = 0; i < found->n; i++)
				ck_assert_msg(!is_it(&found->v[i], words), "%.*s: found, though: %.*s", STR_ARG(where), STR_ARG(line));
		} else if (str_eq(verb, STR("only"))) {
			for (size_t i = 0; i < found->n; i++)
				if (!found->v[i].expected)
					list(found);
			for (size_t i = 0; i < found->n; i++)
				ck_assert_msg(found->v[i].expected, "%.*s: nobody expected %.*s", STR_ARG(where), STR_ARG(found->v[i].rule));
		} else {
			ck_abort_msg("%.*s: '%.*s' is no word of an expect file", STR_ARG(where), STR_ARG(verb));
		}
	}
	ck_assert_msg(said > 0, "%.*s expects nothing", STR_ARG(where));
}

static void check_healthy(const struct founds *found, struct str where)
{
	for (size_t i = 0; i < found->n; i++) {
		struct str severity = found->v[i].severity;

		if (!str_eq(severity, STR("low")) && !str_eq(severity, STR("info")))
			list(found);
		ck_assert_msg(str_eq(severity, STR("low")) || str_eq(severity, STR("info")), "%.*s is healthy, and %.*s fires", STR_ARG(where),
			      STR_ARG(found->v[i].rule));
	}
}

static void same(const struct founds *a, const struct founds *b, struct str where, const char *when)
{
	ck_assert_msg(a->n == b->n, "%.*s: %zu findings %s, else %zu", STR_ARG(where), b->n, when, a->n);
	for (size_t i = 0; i < a->n; i++)
		ck_assert_msg(str_eq(a->v[i].id, b->v[i].id) && str_eq(a->v[i].cause, b->v[i].cause) && str_eq(a->v[i].word, b->v[i].word),
			      "%.*s: finding %zu differs %s", STR_ARG(where), i + 1, when);
}

START_TEST(gives_the_expected_verdicts)
{
	struct str where = scenarios[_i];
	const char *bundle = arena_cstr(arena, arena_printf(arena, "%.*s/bundle", STR_ARG(where)));
	struct str expect = read_file(arena_cstr(arena, arena_printf(arena, "%.*s/expect", STR_ARG(where))));
	struct founds first = { .n = 0 };

	for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++) {
		const struct pipeline_options opt = { .bundles = &bundle, .n_bundles = 1, .rules = rules, .chunk = chunks[i] };
		struct pipeline_result result = { 0 };
		struct store *st = NULL;
		struct error err = { 0 };
		struct founds found;

		ck_assert_msg(pipeline_analyze(&st, &opt, &result, &err) == OK, "%.*s: %s", STR_ARG(where), err.text);
		read_findings(st, &found);
		if (i == 0) {
			check(&found, expect, where);
			if (str_starts(where, STR(HEALTHY "/")))
				check_healthy(&found, where);
			first = found;
			ck_assert_msg(pipeline_match(st, rules, NULL, &err) == OK, "%.*s: %s", STR_ARG(where), err.text);
			read_findings(st, &found);
			same(&first, &found, where, "when judged again");
		} else {
			same(&first, &found, where, "when read in small pieces");
		}
		store_close(st);
	}
}
END_TEST

static void add(TCase *tc)
{
	arena = arena_new();
	load_rules();
	find_below(ROOT, 0);
	find_below(HEALTHY, 1);
	if (n_scenarios)
		qsort(scenarios, n_scenarios, sizeof *scenarios, by_name);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, gives_the_expected_verdicts, 0, (int)n_scenarios);
}

TEST_MAIN("scenarios", add)

/* No verdict may hang on chance: each fixtures/scenarios/<rule>/<case>/bundle is read from an archive of its
 * files by name and from one that holds them the other way round; both, and the stored case judged
 * again, must say the same.  Two runs give the same database, byte by byte. */
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle_help.h"

#include "assets.h"
#include "pipeline.h"

#define ROOT "fixtures/scenarios"
enum { EACH = 8 }; /* how many bundles are passed over: bytes are the same or not */

static struct arena *arena;
static struct ruleset *rules;
static struct str *bundles;
static size_t n_bundles, cap_bundles;

/* ---- what there is ---- */

static void complain(void *ctx, const struct error *e)
{
	(void)ctx;
	fprintf(stderr, "%s: %s\n", e->where, e->text);
}

static void load_rules(void)
{
	struct rule_text texts[256];
	size_t n = 0;

	for (; BUILTIN_RULES[n].path && n < 256; n++)
		texts[n] = (struct rule_text){ str_of(BUILTIN_RULES[n].path), str_of(BUILTIN_RULES[n].text) };
	if (ruleset_load(&rules, texts, n, NULL, 0, complain, NULL, NULL) != OK)
		exit(EXIT_FAILURE);
}

static int by_text(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* The names in a directory, sorted. */
static struct str *names_in(const char *path, size_t *n)
{
	DIR *dir = opendir(path);
	struct dirent *d;
	struct str *v = NULL;
	size_t cap = 0;

	for (*n = 0; dir && (d = readdir(dir));)
		if (d->d_name[0] != '.') {
			v = grow(v, *n, &cap, sizeof *v);
			v[(*n)++] = arena_dup(arena, str_of(d->d_name));
		}
	if (dir)
		closedir(dir);
	if (*n)
		qsort(v, *n, sizeof *v, by_text);
	return v;
}

static void find_bundles(void)
{
	size_t n_rules, n_cases;
	struct str *of_rule = names_in(ROOT, &n_rules);

	for (size_t i = 0; i < n_rules; i++) {
		struct str *cases = names_in(arena_printf(arena, ROOT "/%.*s", STR_ARG(of_rule[i])).p, &n_cases);

		for (size_t k = 0; k < n_cases; k++) {
			bundles = grow(bundles, n_bundles, &cap_bundles, sizeof *bundles);
			bundles[n_bundles++] = arena_printf(arena, ROOT "/%.*s/%.*s/bundle", STR_ARG(of_rule[i]), STR_ARG(cases[k]));
		}
		free(cases);
	}
	free(of_rule);
	if (!n_bundles) {
		fputs("no " ROOT ": run this from the top of the tree\n", stderr);
		exit(EXIT_FAILURE);
	}
}

static struct str read_file(const char *path)
{
	struct buf b;
	char piece[65536];
	size_t n;
	FILE *f = fopen(path, "rb");
	struct str s;

	ck_assert_msg(f != NULL, "%s cannot be read", path);
	buf_init(&b, 256u << 20);
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		buf_add(&b, (struct str){ piece, n });
	fclose(f);
	s = arena_dup(arena, buf_str(&b));
	buf_done(&b);
	return s;
}

struct members { struct made *v; size_t n, cap; };

/* All files below root/below, by path. */
static void collect(struct members *m, const char *root, struct str below)
{
	struct str dir = arena_printf(arena, "%s/%.*s", root, STR_ARG(below));
	size_t n;
	struct str *names = names_in(dir.p, &n);

	for (size_t i = 0; i < n; i++) {
		struct str path = arena_printf(arena, "%.*s%s%.*s", STR_ARG(below), below.n ? "/" : "", STR_ARG(names[i]));
		const char *full = arena_printf(arena, "%s/%.*s", root, STR_ARG(path)).p;
		struct stat st;

		ck_assert_int_eq(stat(full, &st), 0);
		if (S_ISDIR(st.st_mode)) {
			collect(m, root, path);
			continue;
		}
		m->v = grow(m->v, m->n, &m->cap, sizeof *m->v);
		m->v[m->n++] = (struct made){ .name = path.p, .text = read_file(full) };
	}
	free(names);
}

/* ---- what was said: everything but numbers that count files and events ---- */

#define AT(t) "(SELECT path FROM file WHERE id = " t ".file_id), " t ".line"
static const char *const said[] = {
	"SELECT rank, id, rule, rule_version, severity, word, points, cause, cause_points, entity_kind, entity, host, start_us, end_us, uncertainty_us, anchors, "
	"explained_by, narrative, summary, advice, prevent FROM finding ORDER BY rank",
	"SELECT * FROM finding_cause ORDER BY 1, 2",
	"SELECT * FROM ledger ORDER BY finding_id, seq",
	"SELECT finding_id, seq, n, event_id IS NULL, (SELECT name || labels FROM series s WHERE s.id = series_id), ts_us, end_us, " AT("e") ", offset, text FROM evidence e "
	"ORDER BY 1, 2, 3",
	"SELECT rule, entity, host, ts_us, signal, source, collect, " AT("u") ", text FROM undecidable u ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9",
	"SELECT rule, entity, host, ts_us, points, missing, " AT("m") ", text FROM near_miss m ORDER BY 1, 2, 3, 4, 5, 6, 7, 8",
	"SELECT * FROM incident ORDER BY 1",
	"SELECT * FROM incident_finding ORDER BY 1, 2",
	"SELECT incident_id, n, ts_us, role, " AT("i") ", text, repeats, until_us FROM incident_entry i ORDER BY 1, 2",
	"SELECT template, count, first_us, last_us, severity, known FROM template ORDER BY 1",
	"SELECT k.kind, h.name, scope, uncertainty_us, solved, k.basis, first_us, last_us FROM clock k JOIN host h ON h.id = host_id WHERE first_us IS NOT NULL "
	"ORDER BY 1, 2, 3, 7",
};

static void put_said(struct store *st, struct buf *out)
{
	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		struct query *q = NULL;
		struct error err = { 0 };
		enum status s = query_new(&q, st, said[i], &err);

		ck_assert_msg(s == OK, "%s", err.text);
		while ((s = query_step(q, &err)) == OK) {
			for (int c = 0; c < query_columns(q); c++)
				buf_printf(out, "%s%.*s", c ? "|" : "", STR_ARG(query_get_text(q, c)));
			buf_putc(out, '\n');
		}
		ck_assert_msg(s == END, "%s", err.text);
		query_free(q);
	}
}

/* Where two texts differ first, with what stands around. */
static void check_same(const char *what, struct str want, struct str got)
{
	size_t i = 0, from;

	while (i < want.n && i < got.n && want.p[i] == got.p[i])
		i++;
	from = i > 60 ? i - 60 : 0;
	ck_assert_msg(str_eq(want, got), "%s\n  was: ..%.*s\n  is:  ..%.*s", what, STR_ARG(str_head(str_from(want, from), 160)),
		      STR_ARG(str_head(str_from(got, from), 160)));
}

static struct store *analyzed(const char *bundle, const char *db)
{
	const struct pipeline_options opt = { .bundles = &bundle, .n_bundles = 1, .rules = rules, .db = db };
	struct pipeline_result result;
	struct store *st = NULL;
	struct error err = { 0 };

	ck_assert_msg(pipeline_analyze(&st, &opt, &result, &err) == OK, "%s: %s %s", bundle, err.where, err.text);
	return st;
}

/* The members in an archive of the same name, and what is said of it; *st stays open. */
static void judge(const struct members *m, struct store **st, struct buf *out)
{
	char dir[] = "/tmp/repeat_golden.XXXXXX";
	char path[64];
	struct buf tar;
	FILE *f;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/case.tar", dir);
	buf_init(&tar, MAKE_MAX);
	add_archive(&tar, "pax", m->v, m->n);
	f = fopen(path, "wb");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(tar.p, 1, tar.n, f), tar.n);
	fclose(f);
	buf_done(&tar);
	*st = analyzed(path, NULL);
	unlink(path);
	rmdir(dir);
	put_said(*st, out);
}

START_TEST(order_and_repetition_change_nothing)
{
	struct members m = { 0 };
	struct store *st;
	struct error err = { 0 };
	struct buf first, again;

	buf_init(&first, 64u << 20);
	buf_init(&again, 64u << 20);
	collect(&m, bundles[_i].p, STR_NONE);
	judge(&m, &st, &first);
	ck_assert_msg(pipeline_match(st, rules, NULL, &err) == OK, "%s", err.text);
	put_said(st, &again);
	check_same(arena_printf(arena, "%s judged again", bundles[_i].p).p, buf_str(&first), buf_str(&again));
	store_close(st);

	for (size_t i = 0; i < m.n / 2; i++) {
		struct made swap = m.v[i];

		m.v[i] = m.v[m.n - 1 - i];
		m.v[m.n - 1 - i] = swap;
	}
	buf_reset(&again);
	judge(&m, &st, &again);
	check_same(arena_printf(arena, "%s read the other way round", bundles[_i].p).p, buf_str(&first), buf_str(&again));
	store_close(st);
	free(m.v);
	buf_done(&first);
	buf_done(&again);
}
END_TEST

START_TEST(two_runs_write_the_same_bytes)
{
	char db[2][64];
	struct str bytes[2];

	for (int run = 0; run < 2; run++) {
		snprintf(db[run], sizeof db[run], "/tmp/repeat_golden.%ld.%d.db", (long)getpid(), run);
		store_close(analyzed(bundles[_i * EACH].p, db[run]));
		bytes[run] = read_file(db[run]);
		unlink(db[run]);
	}
	ck_assert_uint_gt(bytes[0].n, 0);
	ck_assert(str_eq(bytes[0], bytes[1]));
}
END_TEST

static void add(TCase *tc)
{
	arena = arena_new();
	load_rules();
	find_bundles();
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, order_and_repetition_change_nothing, 0, (int)n_bundles);
	tcase_add_loop_test(tc, two_runs_write_the_same_bytes, 0, (int)n_bundles / EACH);
}
TEST_MAIN("repeat", add)

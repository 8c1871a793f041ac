/* Every fixtures/sources/<source>/<case>.in, read as a bundle of one member,
 * must be recognised as <source> and give <case>.expect, whatever the size of the
 * pieces it is read in.  GOLDEN_UPDATE=1 rewrites: then read the diff.
 *
 * The member's path matters to some sources: it is <case> with "@" for "/". */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "unit.h"

#include "base/arena.h"
#include "base/buf.h"
#include "bundle/bundle.h"
#include "bundle/reader.h"
#include "record/catalog.h"
#include "record/textsink.h"
#include "source/source.h"

#define ROOT "fixtures/sources"
#define FIXTURE_BYTES (1u << 20)

static const size_t chunks[] = { 0, 1, 2, 3, 7, 4096 };

struct fixture { struct str source, name; };
static struct arena *arena;
static struct fixture *fixtures;
static size_t n_fixtures, cap_fixtures;

static struct str read_file(const char *path)
{
	struct buf b;
	char piece[4096];
	size_t n;
	FILE *f = fopen(path, "rb");
	struct str s = STR_NONE;

	if (!f)
		return s;
	buf_init(&b, FIXTURE_BYTES);
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		buf_add(&b, (struct str){ piece, n });
	fclose(f);
	ck_assert_msg(!b.cut, "%s is larger than a fixture may be", path);
	s = arena_dup(arena, buf_str(&b));
	buf_done(&b);
	return s;
}

static int by_path(const void *a, const void *b)
{
	const struct fixture *x = a, *y = b;
	int c = str_cmp(x->source, y->source);

	return c ? c : str_cmp(x->name, y->name);
}

static void find_in(struct str source)
{
	DIR *dir = opendir(arena_printf(arena, ROOT "/%.*s", STR_ARG(source)).p);
	struct dirent *d;

	if (!dir)
		return;
	while ((d = readdir(dir))) {
		struct str name = str_of(d->d_name);

		if (!str_ends(name, STR(".in")))
			continue;
		fixtures = grow(fixtures, n_fixtures, &cap_fixtures, sizeof *fixtures);
		fixtures[n_fixtures++] = (struct fixture){ source, arena_dup(arena, str_head(name, name.n - 3)) };
	}
	closedir(dir);
}

static void find_all(void)
{
	DIR *dir = opendir(ROOT);
	struct dirent *d;

	if (!dir) { /* before any test runs: check's asserts are no use yet */
		fputs("no " ROOT ": run this from the top of the tree\n", stderr);
		exit(EXIT_FAILURE);
	}
	while ((d = readdir(dir)))
		if (d->d_name[0] != '.')
			find_in(arena_dup(arena, str_of(d->d_name)));
	closedir(dir);
	if (n_fixtures)
		qsort(fixtures, n_fixtures, sizeof *fixtures, by_path);
}

static struct str member_path(struct str name)
{
	char *path = arena_cstr(arena, name);

	for (char *c = path; *c; c++)
		if (*c == '@')
			*c = '/';
	return (struct str){ path, name.n };
}

/* The canonical text of one fixture read in pieces of chunk bytes. */
static void canonical(const struct fixture *f, struct str text, size_t chunk, struct buf *out)
{
	struct bundle_options opt = { .chunk = chunk };
	struct str path = member_path(f->name);
	struct catalog *cat = catalog_new();
	struct sink *sink = textsink_new(cat, out);
	struct emitter *e = emitter_new(cat, sink);
	struct bundle *bundle;
	struct reader *member;
	struct error err = { 0 };
	struct bid bids[8];
	size_t n;
	enum status st;

	ck_assert_int_eq(bundle_of_text(&bundle, path, text, &opt), OK);
	ck_assert_int_eq(bundle_next(bundle, &member, &err), OK);
	n = source_bids(path, reader_head(member), bids, sizeof bids / sizeof *bids);
	ck_assert_msg(n > 0, "%.*s/%.*s: no source claims it", STR_ARG(f->source), STR_ARG(f->name));
	ck_assert_msg(str_eq(str_of(bids[0].source->name), f->source), "%.*s/%.*s: claimed by %s (%d bits)",
		      STR_ARG(f->source), STR_ARG(f->name), bids[0].source->name, bids[0].bits);
	ck_assert_msg(n == 1 || bids[1].bits < bids[0].bits, "%.*s/%.*s: claimed by %s as surely as by %s",
		      STR_ARG(f->source), STR_ARG(f->name), bids[0].source->name, n > 1 ? bids[1].source->name : "");
	emitter_file(e, catalog_file_add(cat, catalog_bundle_add(cat), path), bids[0].source->hostless ? HOST_NONE : HOST_OWN);
	st = bids[0].source->parse(member, e, &err);
	ck_assert_msg(st == OK, "%.*s/%.*s: %s", STR_ARG(f->source), STR_ARG(f->name), err.text);
	ck_assert_int_eq(emitter_flush(e, &err), OK);
	textsink_finish(sink);
	emitter_free(e);
	bundle_close(bundle);
	catalog_free(cat);
}

/* The first line in which two texts differ, for the message. */
static void differ(const struct fixture *f, const char *what, struct str want, struct str got)
{
	struct str a, b;
	int line = 0;
	bool more_a, more_b;

	do {
		line++;
		more_a = str_cut(&want, '\n', &a);
		more_b = str_cut(&got, '\n', &b);
	} while (more_a && more_b && str_eq(a, b));
	ck_abort_msg("%.*s/%.*s %s, line %d\n  want: %.*s\n  got:  %.*s", STR_ARG(f->source), STR_ARG(f->name), what, line,
		     STR_ARG(more_a ? a : STR("(end)")), STR_ARG(more_b ? b : STR("(end)")));
}

START_TEST(gives_the_expected_records)
{
	const struct fixture *f = &fixtures[_i];
	struct str stem = arena_printf(arena, ROOT "/%.*s/%.*s", STR_ARG(f->source), STR_ARG(f->name));
	struct str in = read_file(arena_printf(arena, "%.*s.in", STR_ARG(stem)).p);
	const char *expect_path = arena_printf(arena, "%.*s.expect", STR_ARG(stem)).p;
	struct buf whole, piecewise;

	buf_init(&whole, 64u << 20);
	buf_init(&piecewise, 64u << 20);
	canonical(f, in, chunks[0], &whole);
	for (size_t i = 1; i < sizeof chunks / sizeof *chunks; i++) {
		buf_reset(&piecewise);
		canonical(f, in, chunks[i], &piecewise);
		if (!str_eq(buf_str(&whole), buf_str(&piecewise)))
			differ(f, arena_printf(arena, "read in pieces of %zu bytes", chunks[i]).p, buf_str(&whole), buf_str(&piecewise));
	}
	if (getenv("GOLDEN_UPDATE")) {
		FILE *out = fopen(expect_path, "wb");

		ck_assert_ptr_nonnull(out);
		ck_assert_uint_eq(fwrite(whole.p, 1, whole.n, out), whole.n);
		ck_assert_int_eq(fclose(out), 0);
	} else if (!str_eq(read_file(expect_path), buf_str(&whole))) {
		differ(f, "is not as expected", read_file(expect_path), buf_str(&whole));
	}
	buf_done(&whole);
	buf_done(&piecewise);
}
END_TEST

START_TEST(every_fixture_is_of_a_known_source)
{
	for (size_t i = 0; i < n_fixtures; i++)
		ck_assert_msg(source_named(fixtures[i].source) != NULL, ROOT "/%.*s: no such source", STR_ARG(fixtures[i].source));
}
END_TEST

static void add(TCase *tc)
{
	arena = arena_new();
	find_all();
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, every_fixture_is_of_a_known_source);
	tcase_add_loop_test(tc, gives_the_expected_records, 0, (int)n_fixtures);
}
TEST_MAIN("source goldens", add)

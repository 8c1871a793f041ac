#include "source/table.h"

#include "base/buf.h"
#include "unit.h"

static const char header[] = "NAMESPACE   LAST SEEN   TYPE      MESSAGE";

static const struct { const char *line, *cells; } rows[] = {
	{ "default     5m          Normal    two  blanks", "default|5m|Normal|two  blanks" },
	{ "default     5m                    no type", "default|5m||no type" },
	{ "default", "default|||" },
	{ "", "|||" },
	{ "            5m          Normal    x", "|5m|Normal|x" },
	{ "a-namespace-that-is-longer   5m   Normal   x  y", "a-namespace-that-is-longer|5m|Normal|x  y" }, /* watched */
	{ "default  5m  Warning  blanks lost", "default|5m|Warning|blanks lost" },
	{ "größe       5m          Normal    counted in characters", "größe|5m|Normal|counted in characters" },
};

static void join(struct buf *out, const struct str *cells, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%.*s", i ? "|" : "", STR_ARG(cells[i]));
}

START_TEST(cells_by_their_columns)
{
	struct arena *a = arena_new();
	struct str cells[TABLE_COLUMNS];
	struct table t;
	struct buf got;

	buf_init(&got, 4096);
	ck_assert(table_header(&t, a, STR("NAMESPACE   LAST SEEN   TYPE      MESSAGE")));
	table_row(&t, str_of(rows[_i].line), cells);
	join(&got, cells, t.n);
	ck_assert_str_eq(got.n ? buf_cstr(&got) : "", rows[_i].cells);
	buf_done(&got);
	arena_free(a);
}
END_TEST

START_TEST(names_may_hold_single_blanks)
{
	struct arena *a = arena_new();
	struct table t;

	ck_assert(table_header(&t, a, str_of(header)));
	ck_assert_uint_eq(t.n, 4);
	ck_assert_uint_eq(table_column(&t, STR("LAST SEEN")), 1);
	ck_assert_uint_eq(table_column(&t, STR("LAST")), TABLE_NONE);
	ck_assert(!table_header(&t, a, STR("one header only")));
	ck_assert(!table_header(&t, a, STR("")));
	arena_free(a);
}
END_TEST

START_TEST(more_columns_than_kept_do_no_harm)
{
	struct arena *a = arena_new();
	struct str cells[TABLE_COLUMNS];
	struct buf line;
	struct table t;

	buf_init(&line, 4096);
	for (int i = 0; i < 2 * TABLE_COLUMNS; i++)
		buf_printf(&line, "C%d   ", i);
	ck_assert(table_header(&t, a, buf_str(&line)));
	ck_assert_uint_eq(t.n, TABLE_COLUMNS);
	table_row(&t, buf_str(&line), cells);
	ck_assert(str_eq(cells[0], STR("C0")));
	ck_assert(str_starts(cells[TABLE_COLUMNS - 1], STR("C31   C32")));
	buf_done(&line);
	arena_free(a);
}
END_TEST

static const struct { const char *line; bool rule; } rules[] = {
	{ "----------  ------", true }, { "  ----     ------            ----", true }, { "--", false }, { "", false },
	{ "- item", false }, { "---x", false },
};

START_TEST(rules_below_headers)
{
	ck_assert(table_is_rule(str_of(rules[_i].line)) == rules[_i].rule);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, cells_by_their_columns, rows);
	tcase_add_test(tc, names_may_hold_single_blanks);
	tcase_add_test(tc, more_columns_than_kept_do_no_harm);
	LOOP(tc, rules_below_headers, rules);
}

TEST_MAIN("table", add)

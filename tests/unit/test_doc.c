/* sql/doc.sql says something about every view and column, and about nothing else. */
#include "unit.h"

#include <string.h>

#include "sql.h"
#include "store/store.h"

static struct store *open_case(void)
{
	struct store *st = NULL;
	struct error err = { 0 };

	ck_assert_int_eq(store_create(&st, NULL, &err), OK);
	ck_assert_msg(store_exec(st, SQL_VIEWS, &err) == OK, "%s", err.text);
	ck_assert_msg(store_exec(st, SQL_DOC, &err) == OK, "%s", err.text);
	return st;
}

#define VIEW_COLUMNS "SELECT m.name, p.name FROM sqlite_schema m, pragma_table_info(m.name) p WHERE m.type = 'view' " \
		     "UNION ALL SELECT name, '' FROM sqlite_schema WHERE type = 'view'"

static const struct { const char *complaint, *sql; } rules[] = {
	{ "not documented", VIEW_COLUMNS " EXCEPT SELECT object, column FROM doc" },
	{ "documented, but not there", "SELECT object, column FROM doc EXCEPT SELECT * FROM (" VIEW_COLUMNS ")" },
	{ "has no words", "SELECT object, column FROM doc WHERE trim(description) = ''" },
	{ "has no example", "SELECT object, column FROM doc WHERE coalesce(example, '') = ''" },
	{ "is a time without a unit", "SELECT object, column FROM doc WHERE column GLOB '*_us' AND unit NOT GLOB 'us*'" },
};

START_TEST(documents_every_view_and_column)
{
	struct store *st = open_case();
	struct query *q = NULL;
	struct error err = { 0 };
	enum status s;

	ck_assert_msg(query_new(&q, st, rules[_i].sql, &err) == OK, "%s", err.text);
	s = query_step(q, &err);
	if (s == OK)
		ck_abort_msg("%.*s.%.*s %s", STR_ARG(query_get_text(q, 0)), STR_ARG(query_get_text(q, 1)), rules[_i].complaint);
	ck_assert_int_eq(s, END);
	query_free(q);
	store_close(st);
}
END_TEST

START_TEST(runs_every_example_of_a_view)
{
	struct store *st = open_case();
	struct query *list = NULL;
	struct error err = { 0 };
	int n = 0;

	ck_assert_int_eq(query_new(&list, st, "SELECT example FROM doc WHERE column = ''", &err), OK);
	while (query_step(list, &err) == OK) {
		struct str text = query_get_text(list, 0);
		char *sql = strndup(text.p, text.n);
		struct query *q = NULL;

		ck_assert_msg(query_new(&q, st, sql, &err) == OK, "%s: %s", sql, err.text);
		ck_assert_int_eq(query_step(q, &err), END);
		query_free(q);
		free(sql);
		n++;
	}
	ck_assert_int_ge(n, 16);
	query_free(list);
	store_close(st);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, documents_every_view_and_column, rules);
	tcase_add_test(tc, runs_every_example_of_a_view);
}

TEST_MAIN("store/doc", add)

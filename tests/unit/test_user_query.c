#include "store/store.h"

#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "case_help.h"

static const char *const refused[] = {
	"INSERT INTO meta VALUES ('a', 'b')",
	"UPDATE event SET line = 0",
	"DELETE FROM event",
	"DROP TABLE event",
	"CREATE TABLE x (a)",
	"CREATE TEMP TABLE x (a)",
	"CREATE VIEW x AS SELECT 1",
	"CREATE TEMP TRIGGER t AFTER INSERT ON event BEGIN SELECT 1; END",
	"ATTACH '/tmp/other.db' AS other",
	"DETACH main",
	"VACUUM",
	"VACUUM INTO '/tmp/copy.db'",
	"REINDEX",
	"ANALYZE",
	"BEGIN",
	"COMMIT",
	"SAVEPOINT s",
	"PRAGMA journal_mode = WAL",
	"PRAGMA journal_mode",
	"PRAGMA writable_schema = ON",
	"PRAGMA database_list",
	"PRAGMA temp_store_directory = '/tmp'",
	"PRAGMA query_only = 0",
	"PRAGMA user_version = 7",
	"PRAGMA application_id = 7",
	"SELECT * FROM pragma_database_list",
	"SELECT load_extension('x')",
	"WITH x AS (SELECT 1) INSERT INTO meta SELECT 'a', 'b' FROM x",
	"SELECT 1 FROM nowhere",
	"SELEC 1",
};

START_TEST(a_user_can_only_read)
{
	struct hand_case c;
	struct query *q = NULL;
	struct error err = { 0 };

	case_of_lines(&c, NULL);
	ck_assert_msg(query_of_user(&q, c.st, str_of(refused[_i]), 1000, NULL, NULL, &err) != OK, "%s", refused[_i]);
	ck_assert_ptr_null(q);
	ck_assert_msg(err.text[0] != '\0', "no reason for %s", refused[_i]);
	/* The guards do not stay on the connection. */
	ck_assert_int_eq(store_exec(c.st, "INSERT INTO meta VALUES ('a', 'b')", NULL), OK);
	check_rows(c.st, "SELECT count(*) FROM event", "20");
	case_close(&c);
}
END_TEST

static const struct { const char *sql, *first; } allowed[] = {
	{ "SELECT count(*) FROM v_timeline", "20" },
	{ "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT sum(i) FROM n", "15" },
	{ "SELECT name FROM pragma_table_info('meta') LIMIT 1", "key" },
	{ "PRAGMA user_version", "2" },
	{ "SELECT value FROM json_each('[7]')", "7" },
	{ "VALUES (3)", "3" },
	{ "EXPLAIN SELECT 1", "0" },
};

START_TEST(a_user_can_read_everything)
{
	struct hand_case c;
	struct query *q = NULL;
	struct error err = { 0 };

	case_of_lines(&c, NULL);
	ck_assert_msg(query_of_user(&q, c.st, str_of(allowed[_i].sql), 10000, NULL, NULL, &err) == OK, "%s: %s", allowed[_i].sql, err.text);
	ck_assert_int_eq(query_step(q, NULL), OK);
	ck_assert(str_eq(query_get_text(q, 0), str_of(allowed[_i].first)));
	query_free(q);
	case_close(&c);
}
END_TEST

static const char endless[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

START_TEST(a_user_waits_no_longer_than_told)
{
	struct hand_case c;
	struct query *q = NULL;
	struct error err = { 0 };
	time_t before = time(NULL);

	case_of_lines(&c, NULL);
	ck_assert_int_eq(query_of_user(&q, c.st, STR(endless), 50, NULL, NULL, &err), OK);
	ck_assert_int_eq(query_step(q, &err), ERR_LIMIT);
	ck_assert_int_lt(time(NULL) - before, 4);
	ck_assert_msg(strstr(err.text, "50 ms") != NULL, "%s", err.text);
	query_free(q);
	case_close(&c);
}
END_TEST

START_TEST(a_user_can_be_interrupted)
{
	static volatile int stop = 1;
	struct hand_case c;
	struct query *q = NULL;
	struct error err = { 0 };

	case_of_lines(&c, NULL);
	ck_assert_int_eq(query_of_user(&q, c.st, STR(endless), 0, &stop, NULL, &err), OK);
	ck_assert_int_eq(query_step(q, &err), ERR_LIMIT);
	ck_assert_msg(strstr(err.text, "interrupted") != NULL, "%s", err.text);
	query_free(q);
	case_close(&c);
}
END_TEST

START_TEST(without_a_timeout_the_guards_leave_with_the_query)
{
	struct hand_case c;
	struct query *q = NULL;

	case_of_lines(&c, NULL);
	ck_assert_int_eq(query_of_user(&q, c.st, STR("SELECT 1"), 0, NULL, NULL, NULL), OK);
	query_free(q);
	/* Long enough to ask a progress handler, if one had stayed. */
	check_rows(c.st, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT max(i) FROM n", "100000");
	ck_assert_int_eq(store_exec(c.st, "DELETE FROM event", NULL), OK);
	case_close(&c);
}
END_TEST

static const struct { const char *sql, *tail; bool rows; } tails[] = {
	{ "SELECT 1; SELECT 2", " SELECT 2", true },
	{ "SELECT 1", "", true },
	{ "SELECT 1 -- end", "", true },
	{ "-- only a comment", "", false },
	{ "  \n", "", false },
	{ "", "", false },
	{ "; SELECT 2", "", true },
};

START_TEST(statements_are_taken_one_by_one)
{
	struct hand_case c;
	struct query *q = NULL;
	struct str tail = STR("untouched");

	case_of_lines(&c, NULL);
	ck_assert_int_eq(query_of_user(&q, c.st, str_of(tails[_i].sql), 1000, NULL, &tail, NULL), OK);
	ck_assert_msg(str_eq(str_trim(tail), str_trim(str_of(tails[_i].tail))), "'%.*s'", STR_ARG(tail));
	ck_assert_int_eq(query_step(q, NULL), tails[_i].rows ? OK : END);
	query_free(q);
	case_close(&c);
}
END_TEST

START_TEST(a_refusal_names_its_place)
{
	struct hand_case c;
	struct query *q = NULL;
	struct error err = { 0 };

	case_of_lines(&c, NULL);
	ck_assert_int_lt(query_of_user(&q, c.st, STR("SELECT 1,\n       colour FROM event"), 0, NULL, NULL, &err), 0);
	ck_assert_str_eq(err.where, "query:2:8");
	case_close(&c);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	LOOP(tc, a_user_can_only_read, refused);
	LOOP(tc, a_user_can_read_everything, allowed);
	tcase_add_test(tc, a_user_waits_no_longer_than_told);
	tcase_add_test(tc, a_user_can_be_interrupted);
	tcase_add_test(tc, without_a_timeout_the_guards_leave_with_the_query);
	LOOP(tc, statements_are_taken_one_by_one, tails);
	tcase_add_test(tc, a_refusal_names_its_place);
}

TEST_MAIN("user_query", add)

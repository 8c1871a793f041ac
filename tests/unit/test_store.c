#include "store/store.h"

#include <math.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "case_help.h"

/* ---- a directory for this test ---- */

static char dir[64], path[80];

static void make_dir(void)
{
	strcpy(dir, "/tmp/test_store.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/case.db", dir);
}

static void remove_dir(void)
{
	char partial[96];

	snprintf(partial, sizeof(partial), "%s.partial", path);
	unlink(partial);
	unlink(path);
	rmdir(dir);
}

static bool exists(const char *name)
{
	struct stat st;

	return stat(name, &st) == 0;
}

static bool partial_exists(void)
{
	char partial[96];

	snprintf(partial, sizeof(partial), "%s.partial", path);
	return exists(partial);
}

/* ---- what is stored is what was read ---- */

static const struct { const char *what; struct str text; } odd[] = {
	{ "plain", { "a message", 9 } },
	{ "empty", { "", 0 } },
	{ "NUL", { "before\0after", 12 } },
	{ "only NUL", { "\0", 1 } },
	{ "invalid UTF-8", { "\xff\xfe broken \xc3", 11 } },
	{ "newlines", { "one\ntwo\r\n", 9 } },
	{ "quotes", { "it's \"quoted\"; DROP TABLE event; --", 35 } },
	{ "control", { "\x1b[31mred\x07", 9 } },
};

START_TEST(a_message_survives_byte_for_byte)
{
	struct hand_case c;
	struct query *q;
	struct event e;

	case_open(&c, NULL, NULL);
	case_file(&c, "log", "app_log", COVER_SPAN);
	e = case_line(&c, 0, "");
	e.text = odd[_i].text;
	ck_assert_int_eq(emit_event(c.in.emitter, &e, NULL), OK);
	ck_assert_int_eq(emit_reject(c.in.emitter, 2, 7, odd[_i].text, "no stamp", NULL), OK);
	case_done(&c);
	for (int i = 0; i < 3; i++) {
		static const char *const texts[3] = { "SELECT message FROM event", "SELECT text FROM reject", "SELECT message FROM v_timeline" };

		ck_assert_int_eq(query_new(&q, c.st, texts[i], NULL), OK);
		ck_assert_int_eq(query_step(q, NULL), OK);
		ck_assert_uint_eq(query_get_text(q, 0).n, odd[_i].text.n);
		ck_assert_msg(str_eq(query_get_text(q, 0), odd[_i].text), "%s: %s", texts[i], odd[_i].what);
		query_free(q);
	}
	check_rows(c.st, "SELECT typeof(message) FROM event", "text");
	case_close(&c);
}
END_TEST

START_TEST(every_column_of_an_event_arrives)
{
	struct hand_case c;
	const struct field fields[2] = { { STR("pid"), STR("42"), FIELD_NUMBER }, { STR("name"), STR("a\"b"), FIELD_TEXT } };
	struct event e;

	case_open(&c, NULL, NULL);
	case_file(&c, "d/log", "app_log", COVER_SPAN);
	e = case_line(&c, 3, "text");
	e.host = STR("n1");
	e.entity = STR("pod:ns/a");
	e.kind = STR("app.line");
	e.severity = SEV_ERR;
	e.u_us = 500;
	e.lines = 3;
	e.fields = fields;
	e.n_fields = 2;
	ck_assert_int_eq(emit_event(c.in.emitter, &e, NULL), OK);
	case_event(&c, CLOCK_IS_UTC, "", 4, "none of it");
	case_done(&c);
	check_rows(c.st,
		   "SELECT e.id, e.ts_us - 1795341600000000, e.u_us, e.severity, e.line, e.lines, e.offset, h.name, k.name, n.kind, n.name, message, attrs "
		   "FROM event e JOIN host h ON h.id = host_id JOIN kind k ON k.id = kind_id JOIN entity n ON n.id = entity_id ORDER BY e.id",
		   "1|3|500|3|1|3|100|n1|app.line|pod|ns/a|text|{\"pid\":42,\"name\":\"a\\\"b\"}\n2|4|0||2|1|200|n1|test|||none of it|");
	check_rows(c.st, "SELECT file, source, records, unparsed, status FROM v_coverage WHERE host = 'n1'", "d/log|app_log|1|0|ok\nd/log|app_log|1|0|ok");
	case_close(&c);
}
END_TEST

START_TEST(a_wide_panel_takes_several_rows)
{
	enum { N = PANEL_WIDTH + 3 };
	struct hand_case c;
	uint32_t series[N];
	double values[N];
	struct sample s = { .t = NOON, .line = 1, .values = values };

	case_open(&c, NULL, NULL);
	case_file(&c, "gpu.csv", "nvidia_smi_csv", COVER_POLLED);
	for (int i = 0; i < N; i++) {
		char name[16];
		struct series_def def = { 0 };

		snprintf(name, sizeof(name), "s.%02d", i);
		def.name = str_of(name);
		series[i] = emit_series(c.in.emitter, &def);
		values[i] = i == 5 ? (double)NAN : i;
	}
	s.panel = emit_panel(c.in.emitter, series, N);
	ck_assert_int_eq(emit_sample(c.in.emitter, &s, NULL), OK);
	case_done(&c);
	check_rows(c.st, "SELECT count(*), max(part) FROM sample", "2|1");
	check_rows(c.st, "SELECT value FROM v_sample WHERE series IN ('s.00', 's.05', 's.31', 's.32', 's.34') ORDER BY series",
		   "0.0\n\n31.0\n32.0\n34.0");
	case_close(&c);
}
END_TEST

START_TEST(tables_are_strict)
{
	struct hand_case c;
	struct error err = { 0 };

	case_of_lines(&c, NULL);
	check_rows(c.st, "SELECT group_concat(name) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'", "");
	ck_assert_int_eq(store_exec(c.st, "UPDATE event SET line = 'seven' WHERE id = 1", &err), ERR_DB);
	case_close(&c);
}
END_TEST

START_TEST(more_rows_than_one_batch_all_arrive)
{
	struct hand_case c;
	enum { N = 3 * BATCH_EVENTS + 7 };

	case_open(&c, NULL, NULL);
	case_file(&c, "log", "app_log", COVER_SPAN);
	for (int i = 0; i < N; i++)
		case_event(&c, CLOCK_IS_UTC, "n1", i, "line");
	case_done(&c);
	check_rows(c.st, "SELECT count(*), min(id), max(id), max(line) FROM event", "24583|1|24583|24583");
	check_rows(c.st, "SELECT records FROM file", "24583");
	case_close(&c);
}
END_TEST

/* ---- files ---- */

START_TEST(a_case_gets_its_name_when_it_is_whole)
{
	struct hand_case c;
	struct store *again = NULL;

	make_dir();
	case_of_lines(&c, path);
	ck_assert(!exists(path));
	ck_assert(partial_exists());
	ck_assert_int_eq(store_finish(c.st, NULL), OK);
	ck_assert(exists(path));
	ck_assert(!partial_exists());
	check_rows(c.st, "SELECT count(*) FROM event", "20"); /* and stays usable */
	case_close(&c);
	ck_assert_int_eq(store_open(&again, path, false, NULL), OK);
	check_rows(again, "SELECT count(*) FROM v_timeline", "20");
	check_rows(again, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'", "0");
	check_rows(again, "SELECT count(*) FROM pragma_foreign_key_check", "0");
	store_close(again);
	remove_dir();
}
END_TEST

START_TEST(an_abandoned_load_leaves_nothing)
{
	struct hand_case c;

	make_dir();
	case_of_lines(&c, path);
	case_close(&c);
	ck_assert(!exists(path));
	ck_assert(!partial_exists());
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

START_TEST(a_failed_load_keeps_the_earlier_case)
{
	struct hand_case c;

	make_dir();
	case_of_lines(&c, path);
	ck_assert_int_eq(store_finish(c.st, NULL), OK);
	case_close(&c);
	case_of_lines(&c, path);
	case_close(&c);
	ck_assert(exists(path));
	case_of_lines(&c, path);
	case_event(&c, CLOCK_IS_UTC, "n1", 0, "too late to be counted");
	ck_assert_int_eq(store_finish(c.st, NULL), OK);
	case_close(&c);
	ck_assert(exists(path));
	remove_dir();
}
END_TEST

START_TEST(a_killed_load_leaves_no_file_of_that_name_and_can_be_repeated)
{
	struct hand_case c;
	pid_t child;
	int status;

	make_dir();
	child = fork();
	if (child == 0) {
		case_of_lines(&c, path);
		kill(getpid(), SIGKILL);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status));
	ck_assert(!exists(path));
	case_of_lines(&c, path); /* over the .partial that was left */
	ck_assert_int_eq(store_finish(c.st, NULL), OK);
	check_rows(c.st, "SELECT count(*) FROM event", "20");
	case_close(&c);
	ck_assert(!partial_exists());
	remove_dir();
}
END_TEST

START_TEST(a_full_disk_is_an_error_that_names_the_file)
{
	struct rlimit small, old;
	struct error err = { 0 };
	struct hand_case c;
	enum status s = OK;
	char text[4096];

	make_dir();
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	case_open(&c, NULL, path);
	case_file(&c, "log", "app_log", COVER_SPAN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = (struct rlimit){ 2 << 20, old.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
	/* SQLite keeps 64 MiB of pages before it writes: go past that. */
	for (int i = 0; s == OK && i < 40000; i++) {
		struct event e = case_line(&c, i, text);

		s = emit_event(c.in.emitter, &e, &err);
	}
	if (s == OK)
		s = ingest_conclude(&c.in, NULL, &err);
	if (s == OK)
		s = store_finish(c.st, &err);
	setrlimit(RLIMIT_FSIZE, &old);
	ck_assert_int_eq(s, ERR_IO);
	ck_assert_str_eq(err.where, path);
	ck_assert_msg(err.text[0] != '\0', "no reason");
	case_close(&c);
	ck_assert(!exists(path));
	ck_assert(!partial_exists());
	remove_dir();
}
END_TEST

static const struct { const char *what; struct str bytes; enum status want; const char *says; } no_cases[] = {
	{ "nothing", { NULL, 0 }, ERR_IO, "cannot open the database" },
	{ "an empty file", { "", 0 }, ERR_FORMAT, "not a case database" },
	{ "text", { "this is a log, not a database at all, and long enough to be more than a header of one hundred bytes .............\n", 113 },
	  ERR_FORMAT, "not a case database" },
};

START_TEST(what_is_no_case_is_refused)
{
	struct store *st = NULL;
	struct error err = { 0 };

	make_dir();
	if (no_cases[_i].bytes.p) {
		FILE *f = fopen(path, "wb");

		ck_assert_ptr_nonnull(f);
		fwrite(no_cases[_i].bytes.p, 1, no_cases[_i].bytes.n, f);
		fclose(f);
	}
	ck_assert_int_eq(store_open(&st, path, false, &err), no_cases[_i].want);
	ck_assert_ptr_null(st);
	ck_assert_str_eq(err.where, path);
	ck_assert_msg(strstr(err.text, no_cases[_i].says) != NULL, "%s", err.text);
	remove_dir();
}
END_TEST

START_TEST(a_case_of_another_version_is_refused)
{
	struct hand_case c;
	struct store *st = NULL;
	struct error err = { 0 };

	make_dir();
	case_of_lines(&c, path);
	ck_assert_int_eq(store_finish(c.st, NULL), OK);
	ck_assert_int_eq(store_exec(c.st, "PRAGMA user_version = 999", NULL), OK);
	case_close(&c);
	ck_assert_int_eq(store_open(&st, path, false, &err), ERR_FORMAT);
	ck_assert_msg(strstr(err.text, "999") != NULL, "%s", err.text);
	remove_dir();
}
END_TEST

START_TEST(a_place_that_cannot_be_written_is_an_error)
{
	struct store *st = NULL;
	struct error err = { 0 };

	ck_assert_int_eq(store_create(&st, "/nonexistent/dir/case.db", &err), ERR_IO);
	ck_assert_ptr_null(st);
	ck_assert_msg(strstr(err.where, "/nonexistent/dir/case.db") != NULL, "%s", err.where);
}
END_TEST

START_TEST(what_stands_in_the_way_is_named)
{
	struct store *st = NULL;
	struct error err = { 0 };
	char partial[96];

	make_dir();
	snprintf(partial, sizeof(partial), "%s.partial", path);
	ck_assert_int_eq(mkdir(partial, 0700), 0);
	ck_assert_int_eq(store_create(&st, path, &err), ERR_IO);
	ck_assert_str_eq(err.where, partial);
	ck_assert_msg(strstr(err.text, "cannot replace") != NULL, "%s", err.text);
	rmdir(partial);
	remove_dir();
}
END_TEST

START_TEST(a_case_opened_to_read_cannot_be_written)
{
	struct hand_case c;
	struct store *st = NULL;

	make_dir();
	case_of_lines(&c, path);
	ck_assert_int_eq(store_finish(c.st, NULL), OK);
	case_close(&c);
	ck_assert_int_eq(store_open(&st, path, false, NULL), OK);
	ck_assert_int_lt(store_exec(st, "DELETE FROM event", NULL), 0);
	store_close(st);
	ck_assert_int_eq(store_open(&st, path, true, NULL), OK);
	ck_assert_int_eq(store_exec(st, "DELETE FROM event", NULL), OK);
	store_close(st);
	remove_dir();
}
END_TEST

/* ---- statements ---- */

START_TEST(a_query_reads_and_binds_every_type)
{
	struct hand_case c;
	struct query *q;

	case_of_lines(&c, NULL);
	ck_assert_int_eq(query_new(&q, c.st, "SELECT ?1, ?2, ?3, ?4, ?5", NULL), OK);
	for (int again = 0; again < 2; again++) {
		query_int(q, 1, INT64_MIN);
		query_real(q, 2, again ? (double)NAN : 0.5);
		query_text(q, 3, (struct str){ "a\0b", 3 });
		query_null(q, 4);
		query_text(q, 5, again ? STR_NONE : STR(""));
		ck_assert_int_eq(query_step(q, NULL), OK);
		ck_assert_int_eq(query_get_int(q, 0), INT64_MIN);
		ck_assert_int_eq(query_is_null(q, 1), again);
		ck_assert_int_eq(isnan(query_get_real(q, 1)) != 0, again);
		ck_assert_uint_eq(query_get_text(q, 2).n, 3);
		ck_assert(query_is_null(q, 3));
		ck_assert_int_eq(query_is_null(q, 4), again);
		ck_assert_int_eq(query_step(q, NULL), END);
	}
	query_rewind(q);
	ck_assert_int_eq(query_step(q, NULL), OK); /* bindings are kept */
	ck_assert_int_eq(query_get_int(q, 0), INT64_MIN);
	query_free(q);
	case_close(&c);
}
END_TEST

START_TEST(meta_is_replaced)
{
	struct hand_case c;

	case_of_lines(&c, NULL);
	ck_assert_int_eq(store_set_meta(c.st, STR("k"), STR("1"), NULL), OK);
	ck_assert_int_eq(store_set_meta(c.st, STR("k"), STR("2"), NULL), OK);
	check_rows(c.st, "SELECT value FROM meta WHERE key = 'k'", "2");
	case_close(&c);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	LOOP(tc, a_message_survives_byte_for_byte, odd);
	tcase_add_test(tc, every_column_of_an_event_arrives);
	tcase_add_test(tc, a_wide_panel_takes_several_rows);
	tcase_add_test(tc, tables_are_strict);
	tcase_add_test(tc, more_rows_than_one_batch_all_arrive);
	tcase_add_test(tc, a_case_gets_its_name_when_it_is_whole);
	tcase_add_test(tc, an_abandoned_load_leaves_nothing);
	tcase_add_test(tc, a_failed_load_keeps_the_earlier_case);
	tcase_add_test(tc, a_killed_load_leaves_no_file_of_that_name_and_can_be_repeated);
	tcase_add_test(tc, a_full_disk_is_an_error_that_names_the_file);
	LOOP(tc, what_is_no_case_is_refused, no_cases);
	tcase_add_test(tc, a_case_of_another_version_is_refused);
	tcase_add_test(tc, a_place_that_cannot_be_written_is_an_error);
	tcase_add_test(tc, what_stands_in_the_way_is_named);
	tcase_add_test(tc, a_case_opened_to_read_cannot_be_written);
	tcase_add_test(tc, a_query_reads_and_binds_every_type);
	tcase_add_test(tc, meta_is_replaced);
}

TEST_MAIN("store", add)

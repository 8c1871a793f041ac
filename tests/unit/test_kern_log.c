#include "source/source.h"

#include "base/buf.h"
#include "base/limits.h"
#include "bundle/bundle.h"
#include "record/catalog.h"
#include "record/textsink.h"
#include "unit.h"

static const struct { const char *path, *head; bool ours; } heads[] = {
	{ "var/log/kern.log", "Nov 22 10:16:04 n1 kernel: [    1.000000] x\n", true },
	{ "x", "Nov 22 10:16:04 n1 cron[1]: x\n  continued\n", true },
	{ "x", "2026-11-22T10:16:04.481000+00:00 n1 cron[1]: x\n", true },
	{ "x", "<13>1 2026-11-22T10:16:04Z n1 a - - - x\n", true },
	{ "x", "<13>Nov 22 10:16:04 n1 a: x<13>Nov 22 10:16:05 n1 a: y", true },
	{ "syslog", "", false },
	{ "x", "-- Logs begin at Fri 2026-02-04 09:34:04 UTC, end at Fri 2026-02-04 10:34:04 UTC. --\nNov 22 10:16:04 n1 cron[1]: x\n", false },
	{ "x", "-- Journal begins at Sat 2026-05-08 00:49:10 CEST, ends at Sat 2026-05-08 01:49:10 CEST. --\n", false },
	{ "x", "2026-11-22 10:16:04,481 INFO Starting unattended upgrades script\n", false },
	{ "x", "2026-11-22 10:16:04 status installed base-passwd:amd64 3.5.33\n", false },
	{ "x", "2026-11-22T10:16:04.123456789Z stdout F a container's line\n", false },
	{ "x", "2026-11-22T10:16:04.123456Z  INFO server: started\n", false },
	{ "x", "Nov 22 10:16:04 a line without any tag\nNov 22 10:16:05 and another\n", false },
	{ "x", "[    1.000000] x\n", false },
	{ "x", "one\ntwo\nthree\nNov 22 10:16:04 n1 cron[1]: x\n", false },
};

START_TEST(claims_system_logs_only)
{
	int bits = source_named(STR("kern_log"))->detect(str_of(heads[_i].path), str_of(heads[_i].head));

	ck_assert_msg((bits > 0) == heads[_i].ours, "%d bits for %s", bits, heads[_i].head);
}
END_TEST

START_TEST(leaves_journalctl_to_its_source)
{
	const struct source *s = source_named(STR("kern_log"));
	struct str head = STR("Nov 22 10:16:04 n1 kernel: x\n");

	ck_assert_int_lt(s->detect(STR("journalctl-k.txt"), head), 8);
	ck_assert_int_gt(s->detect(STR("kern.log"), head), 16);
	ck_assert_int_lt(s->detect(STR("x"), STR("2026-11-22T10:16:04+0000 n1 kernel: x\n")), 8);
}
END_TEST

/* The canonical text of a log. */
static void canonical(struct str text, struct buf *out)
{
	struct catalog *cat = catalog_new();
	struct sink *sink = textsink_new(cat, out);
	struct emitter *e = emitter_new(cat, sink);
	struct bundle_options opt = { 0 };
	struct bundle *bundle;
	struct reader *member;
	struct error err;

	ck_assert_int_eq(bundle_of_text(&bundle, STR("syslog"), text, &opt), OK);
	ck_assert_int_eq(bundle_next(bundle, &member, &err), OK);
	emitter_file(e, catalog_file_add(cat, catalog_bundle_add(cat), STR("syslog")), HOST_OWN);
	ck_assert_int_eq(source_named(STR("kern_log"))->parse(member, e, &err), OK);
	ck_assert_int_eq(emitter_flush(e, &err), OK);
	textsink_finish(sink);
	emitter_free(e);
	bundle_close(bundle);
	catalog_free(cat);
}

START_TEST(bounds_what_follows_a_stamp)
{
	struct buf log, out;

	buf_init(&log, 1u << 20);
	buf_init(&out, 16u << 20);
	buf_add(&log, STR("Nov 22 10:16:04 n1 a: first\n"));
	for (int i = 0; i < LIMIT_EVENT_LINES + 5; i++)
		buf_add(&log, STR("  more\n"));
	canonical(buf_str(&log), &out);
	ck_assert(str_has(buf_str(&out), STR("event 1+1999 ")));
	ck_assert(str_has(buf_str(&out), STR("file records=1 unparsed=6 ")));
	buf_done(&log);
	buf_done(&out);
}
END_TEST

START_TEST(says_that_a_long_line_was_cut)
{
	struct buf log, out;

	buf_init(&log, 1u << 20);
	buf_init(&out, 16u << 20);
	buf_add(&log, STR("Nov 22 10:16:04 n1 a: "));
	for (int i = 0; i < LIMIT_LINE; i++)
		buf_putc(&log, 'x');
	buf_add(&log, STR("\nNov 22 10:16:05 n1 a: next\n"));
	canonical(buf_str(&log), &out);
	ck_assert(str_has(buf_str(&out), STR("file records=2 unparsed=0 ")));
	ck_assert(str_has(buf_str(&out), STR("incomplete: a line longer than 64 KiB")));
	buf_done(&log);
	buf_done(&out);
}
END_TEST

/* A relay's file with more hosts than are told apart still keeps every line. */
START_TEST(survives_more_hosts_than_it_tracks)
{
	struct buf log, out;

	buf_init(&log, 16u << 20);
	buf_init(&out, 64u << 20);
	for (int i = 0; i < LIMIT_LOG_HOSTS + 10; i++)
		buf_printf(&log, "2026-11-22T10:16:04.000000+01:00 n%d kernel: [    1.000000] x\n", i);
	canonical(buf_str(&log), &out);
	ck_assert(str_has(buf_str(&out), STR("file records=4106 unparsed=0 ")));
	buf_done(&log);
	buf_done(&out);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 30);
	LOOP(tc, claims_system_logs_only, heads);
	tcase_add_test(tc, leaves_journalctl_to_its_source);
	tcase_add_test(tc, bounds_what_follows_a_stamp);
	tcase_add_test(tc, says_that_a_long_line_was_cut);
	tcase_add_test(tc, survives_more_hosts_than_it_tracks);
}
TEST_MAIN("source/kern_log", add)

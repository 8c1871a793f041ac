#include "pipeline_help.h"

/* From files on disk to verdicts, and again. */

static const char other_rule[] = RULE_TEXT("other", "gpu", LOST, "when: {anchor: a, base: 9}\n", "other");

START_TEST(a_file_is_read_matched_and_judged)
{
	struct ruleset *rs = rules_of(rule);
	struct pipeline_result r;
	struct store *st = NULL;
	struct error err = { 0 };
	const char *bundle;

	begin();
	put_file("dmesg.txt", STR(DMESG));
	bundle = in_dir("dmesg.txt");
	ck_assert_msg(analyze(&st, &bundle, 1, rs, NULL, &r, &err) == OK, "%s", err.text);
	check_rows(st, "SELECT rule, entity, word, narrative FROM v_finding", "lost|0000:3b:00|likely|Xid 79");
	check_rows(st, "SELECT value FROM meta WHERE key = 'version'", FORENSICS_VERSION);
	ck_assert_uint_eq(r.files, 1);
	ck_assert_uint_eq(r.recognised, 1);
	ck_assert_uint_eq(r.records, 2);
	ck_assert(!r.partial);
	ck_assert(!r.nothing);
	store_close(st);
	ruleset_free(rs);
	end((const char *const[]){ "dmesg.txt", NULL });
}
END_TEST

START_TEST(without_rules_it_only_loads)
{
	struct pipeline_result r;
	struct store *st = NULL;
	const char *bundle;

	begin();
	put_file("dmesg.txt", STR(DMESG));
	bundle = in_dir("dmesg.txt");
	ck_assert_int_eq(analyze(&st, &bundle, 1, NULL, NULL, &r, NULL), OK);
	check_rows(st, "SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM finding), (SELECT count(*) FROM rule)", "2|0|0");
	store_close(st);
	end((const char *const[]){ "dmesg.txt", NULL });
}
END_TEST

START_TEST(a_stored_case_is_judged_by_other_rules)
{
	struct ruleset *rs[2] = { rules_of(rule), rules_of(other_rule) };
	struct pipeline_result r;
	struct store *st = NULL;
	const char *bundle;

	begin();
	put_file("dmesg.txt", STR(DMESG));
	bundle = in_dir("dmesg.txt");
	ck_assert_int_eq(analyze(&st, &bundle, 1, rs[0], in_dir("case.db"), &r, NULL), OK);
	store_close(st);
	for (int i = 1; i >= 0; i--) {
		ck_assert_int_eq(store_open(&st, in_dir("case.db"), true, NULL), OK);
		ck_assert_int_eq(pipeline_match(st, rs[i], NULL, NULL), OK);
		check_rows(st, "SELECT rule FROM finding", i ? "other" : "lost"); /* the earlier ones are gone */
		check_rows(st, "SELECT id FROM rule", i ? "other" : "lost");
		check_rows(st, "SELECT count(*) FROM incident", "1");
		check_rows(st, "SELECT value FROM meta WHERE key = 'rules'", rs[i]->sha256);
		check_rows(st, "SELECT count(*) FROM pragma_foreign_key_check", "0");
		store_close(st);
	}
	ruleset_free(rs[0]);
	ruleset_free(rs[1]);
	end((const char *const[]){ "dmesg.txt", "case.db", NULL });
}
END_TEST

/* ---- several bundles ---- */

START_TEST(several_bundles_are_one_case_in_any_order)
{
	struct ruleset *rs = rules_of(rule);
	struct buf said[2];

	begin();
	put_file("one", STR(DMESG));
	put_file("two", STR("[    0.000000] Linux version 6.8.0-45-generic (buildd@lcy02)\n[  200.000000] NVRM: Xid (PCI:0000:5e:00): 48, x\n"));
	for (int swapped = 0; swapped < 2; swapped++) {
		const char *bundles[2] = { in_dir(swapped ? "two" : "one"), in_dir(swapped ? "one" : "two") };
		struct pipeline_result r;
		struct store *st = NULL;

		ck_assert_int_eq(analyze(&st, bundles, 2, rs, NULL, &r, NULL), OK);
		ck_assert_uint_eq(r.files, 2);
		buf_init(&said[swapped], 1 << 16);
		rows_of(st, "SELECT id, rule, entity, narrative, start_us, end_us, uncertainty_us, rank FROM finding ORDER BY rank", &said[swapped]);
		check_rows(st, "SELECT count(*) FROM bundle", "2");
		store_close(st);
	}
	ck_assert_uint_gt(said[0].n, 0);
	ck_assert_str_eq(buf_cstr(&said[0]), buf_cstr(&said[1]));
	buf_done(&said[0]);
	buf_done(&said[1]);
	ruleset_free(rs);
	end((const char *const[]){ "one", "two", NULL });
}
END_TEST

START_TEST(each_node_of_a_bundle_has_its_own_clock_and_gpus)
{
	static const char *const nodes[2] = { "n1", "n2" }, *const btimes[2] = { "btime 1773799200\n", "btime 1773802800\n" };
	struct ruleset *rs = rules_of(rule);
	struct pipeline_result r;
	struct store *st = NULL;
	const char *bundle = dir;

	begin();
	for (int i = 0; i < 2; i++) {
		char path[3][32];

		(void)snprintf(path[0], sizeof(path[0]), "%s", nodes[i]);
		ck_assert_int_eq(mkdir(in_dir(path[0]), 0755), 0);
		(void)snprintf(path[0], sizeof(path[0]), "%s/dmesg", nodes[i]);
		(void)snprintf(path[1], sizeof(path[1]), "%s/btime", nodes[i]);
		(void)snprintf(path[2], sizeof(path[2]), "%s/hostname", nodes[i]);
		put_file(path[0], i ? STR(DMESG "[  101.000000] x\n") : STR(DMESG));
		put_file(path[1], str_of(btimes[i]));
		put_file(path[2], str_of(i ? "gpu-b\n" : "gpu-a\n"));
		/* Collected on different days: the uptime of one is not that of the other's date. */
		(void)snprintf(path[0], sizeof(path[0]), "%s/date", nodes[i]);
		put_file(path[0], i ? STR("Fri Mar 20 02:00:00 UTC 2026\n") : STR("Wed Mar 18 02:30:00 UTC 2026\n"));
		(void)snprintf(path[0], sizeof(path[0]), "%s/uptime", nodes[i]);
		put_file(path[0], i ? STR(" 02:00:00 up 1 day, 23:00,  1 user,  load average: 0.00, 0.00, 0.00\n") : STR(" 02:30:00 up 30 min,  1 user,  load average: 0.00, 0.00, 0.00\n"));
	}
	ck_assert_int_eq(analyze(&st, &bundle, 1, rs, NULL, &r, NULL), OK);
	check_rows(st, "SELECT host, min(ts_us) / 1000000 FROM v_timeline GROUP BY 1 ORDER BY 1", "gpu-a|1773799200\ngpu-b|1773802800");
	check_rows(st, "SELECT host, entity, start_us / 1000000 FROM v_finding ORDER BY 1", "gpu-a|0000:3b:00|1773799300\ngpu-b|0000:3b:00|1773802900");
	check_rows(st, "SELECT host, count(*) FROM v_boot GROUP BY 1 ORDER BY 1", "gpu-a|1\ngpu-b|1");
	check_rows(st, "SELECT host, time FROM v_timeline WHERE file GLOB '*hostname' ORDER BY 1", "gpu-a|2026-03-18T02:30:00.000000Z\ngpu-b|2026-03-20T02:00:00.000000Z");
	store_close(st);
	ruleset_free(rs);
	end((const char *const[]){ "n1/date", "n1/uptime", "n2/date", "n2/uptime", "n1/dmesg", "n1/btime", "n1/hostname", "n2/dmesg", "n2/btime", "n2/hostname", "n1", "n2", NULL });
}
END_TEST

START_TEST(a_copy_is_read_once_and_named)
{
	struct ruleset *rs = rules_of(rule);
	struct pipeline_result r;
	struct store *st = NULL;
	const char *bundle = dir;

	begin();
	put_file("dmesg", STR(DMESG));
	put_file("a.txt", STR(DMESG));
	put_file("smi", STR("index, temperature.gpu\n0, 40\n0, 41\n"));
	put_file("smi.copy", STR("index, temperature.gpu\n0, 40\n0, 41\n"));
	ck_assert_int_eq(analyze(&st, &bundle, 1, rs, NULL, &r, NULL), OK);
	ck_assert(!r.partial);
	ck_assert_uint_eq(r.records, 4);
	check_rows(st, "SELECT file, status, reason FROM v_input ORDER BY file",
		   "a.txt|ok|\ndmesg|duplicate|the same bytes as a.txt\nsmi|ok|\nsmi.copy|duplicate|the same bytes as smi");
	check_rows(st, "SELECT file, count(*) FROM v_timeline GROUP BY 1", "a.txt|2");
	check_rows(st, "SELECT file, count(*) FROM v_sample GROUP BY 1", "smi|2");
	check_rows(st, "SELECT anchors FROM finding", "1");
	check_rows(st, "SELECT count(*) FROM pragma_foreign_key_check", "0");
	store_close(st);
	ruleset_free(rs);
	end((const char *const[]){ "dmesg", "a.txt", "smi", "smi.copy", NULL });
}
END_TEST

/* The kernel wrote it once; who reads only one log sees it there. */
START_TEST(a_line_that_three_logs_kept_is_one_event)
{
	static const char three[] = RULE_TEXT("all", "gpu",
					      "  a: {source: [dmesg, kern_log], match: 'Xid \\(PCI:(?<g>[0-9a-f:]+)\\): (?<n>\\d+)', bind: {gpu: '{g|pci}'}}\n"
					      "  k: {source: kern_log, match: 'Xid \\(PCI:(?<g>[0-9a-f:]+)\\): 79', bind: {gpu: '{g|pci}'}}\n",
					      "when: {anchor: a, support: [k]}\n", "{a.n} {#k}in kern.log{/k}");
	struct ruleset *rs = rules_of(three);
	struct pipeline_result r;
	struct store *st = NULL;
	const char *bundle = dir;

	begin();
	put_file("btime", STR("btime 1773799200\n"));
	put_file("dmesg", STR(DMESG "[  100.500000] NVRM: Xid (PCI:0000:3b:00): 45, again\n[  100.600000] NVRM: Xid (PCI:0000:3b:00): 45, again\n"));
	put_file("kern.log", STR("2026-03-18T02:01:40.100000+00:00 n1 kernel: [  100.000000] NVRM: Xid (PCI:0000:3b:00): 79, GPU has fallen off the bus.\n"
				 "2026-03-18T02:01:40.600000+00:00 n1 kernel: [  100.500000] NVRM: Xid (PCI:0000:3b:00): 45, again\n"
				 "2026-03-18T02:01:40.700000+00:00 n1 kernel: [  100.600000] NVRM: Xid (PCI:0000:3b:00): 45, again\n"
				 "2026-03-18T03:00:00.000000+00:00 n1 kernel: [ 3600.000000] NVRM: Xid (PCI:0000:3b:00): 45, again\n"));
	put_file("syslog", STR("2026-03-18T02:01:40.100000+00:00 n1 kernel: [  100.000000] NVRM: Xid (PCI:0000:3b:00): 79, GPU has fallen off the bus.\n"
			       "2026-03-18T02:01:41.000000+00:00 n1 systemd[1]: Started x.\n"));
	ck_assert_int_eq(analyze(&st, &bundle, 1, rs, in_dir("case.db"), &r, NULL), OK);
	check_rows(st, "SELECT count(*) FROM event WHERE message GLOB '*Xid*'", "8"); /* every line stays */
	check_rows(st, "SELECT message, count(*), count(also), max(also GLOB '*,*') FROM v_timeline WHERE message GLOB '*Xid*' GROUP BY 1",
		   "NVRM: Xid (PCI:0000:3b:00): 45, again|3|2|0\nNVRM: Xid (PCI:0000:3b:00): 79, GPU has fallen off the bus.|1|1|1");
	check_rows(st, "SELECT count(*), count(DISTINCT event_id) FROM v_copy", "4|4");
	for (int again = 0; again < 2; again++) {
		check_rows(st, "SELECT sum(anchors) FROM finding", "4");
		check_rows(st, "SELECT count(*) FROM finding WHERE narrative = '79 in kern.log'", "1");
		if (!again)
			ck_assert_int_eq(pipeline_match(st, rs, NULL, NULL), OK);
	}
	store_close(st);
	ruleset_free(rs);
	end((const char *const[]){ "btime", "dmesg", "kern.log", "syslog", "case.db", NULL });
}
END_TEST

/* ---- a case that grows ---- */

static enum status add_to_case(const char *bundle, struct pipeline_result *r, struct error *err)
{
	const struct pipeline_options opt = { .bundles = &bundle, .n_bundles = 1, .db = in_dir("case.db"), .add = true };
	struct store *st = NULL;
	enum status s;

	*r = (struct pipeline_result){ 0 };
	s = pipeline_analyze(&st, &opt, r, err);
	store_close(st);
	return s;
}

#define ALL_OF_IT "SELECT time, uncertainty_us, source, host, entity, kind, message, attrs, file, line FROM v_timeline ORDER BY ts_us, file, line"
#define ALL_SAMPLES "SELECT time, series, host, entity, labels, value, file, line FROM v_sample ORDER BY ts_us, file, line, series"
#define ALL_FILES "SELECT file, source, status FROM v_input ORDER BY file"

/* One after the other is the same as both at once. */
START_TEST(a_second_bundle_joins_the_case)
{
	static const char smi[] = "timestamp, index, temperature.gpu\n2026/11/22 10:00:00.000, 0, 40\n2026/11/22 10:00:01.000, 0, 41\n";
	static const char *const names[] = { "one", "two" };
	struct ruleset *rs = rules_of(rule);
	char at[2][128];
	const char *const bundles[2] = { at[0], at[1] };
	struct buf want[4], got;

	begin();
	for (int i = 0; i < 2; i++) {
		char path[32];

		ck_assert_int_eq(mkdir(in_dir(names[i]), 0755), 0);
		(void)snprintf(path, sizeof(path), "%s/dmesg", names[i]);
		put_file(path, i ? STR("[    0.000000] Linux version 6.8.0-45-generic (buildd@lcy02)\n[  200.000000] NVRM: Xid (PCI:0000:5e:00): 48, x\n") : STR(DMESG));
		(void)snprintf(path, sizeof(path), "%s/hostname", names[i]);
		put_file(path, i ? STR("gpu-b\n") : STR("gpu-a\n"));
		(void)snprintf(path, sizeof(path), "%s/btime", names[i]);
		put_file(path, i ? STR("btime 1773802800\n") : STR("btime 1773799200\n"));
		(void)snprintf(path, sizeof(path), "%s/date", names[i]);
		put_file(path, STR("Wed Mar 18 04:40:00 UTC 2026\n"));
		(void)snprintf(path, sizeof(path), "%s/smi.csv", names[i]);
		put_file(path, STR(smi));
		(void)snprintf(at[i], sizeof(at[i]), "%s", in_dir(names[i]));
	}
	buf_init(&got, 1 << 20);
	for (int together = 1; together >= 0; together--) {
		static const char *const all[] = { ALL_OF_IT, ALL_SAMPLES, ALL_FILES, "SELECT rule, entity, host, start_us, narrative FROM v_finding ORDER BY host" };
		struct pipeline_result r;
		struct store *st = NULL;
		struct error err = { 0 };

		if (together) {
			ck_assert_int_eq(analyze(&st, bundles, 2, rs, NULL, &r, NULL), OK);
		} else {
			ck_assert_msg(add_to_case(bundles[0], &r, &err) == OK, "%s", err.text);
			ck_assert(!r.extended);
			ck_assert_msg(add_to_case(bundles[1], &r, &err) == OK, "%s", err.text);
			ck_assert(r.extended);
			ck_assert_uint_eq(r.files, 5);
			ck_assert_int_eq(store_open(&st, in_dir("case.db"), true, NULL), OK);
			ck_assert_int_eq(pipeline_match(st, rs, NULL, NULL), OK);
			check_rows(st, "SELECT count(*) FROM pragma_foreign_key_check", "0");
			check_rows(st, "PRAGMA integrity_check", "ok");
			check_rows(st, "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1", "event_copy_of\nevent_file\nevent_ts\nsample_panel");
		}
		for (int i = 0; i < 4; i++) {
			if (together) {
				buf_init(&want[i], 1 << 20);
				rows_of(st, all[i], &want[i]);
				ck_assert_uint_gt(want[i].n, 0);
			} else {
				rows_of(st, all[i], &got);
				ck_assert_msg(str_eq(buf_str(&got), buf_str(&want[i])), "--- together\n%s\n--- one by one\n%s", buf_cstr(&want[i]), buf_cstr(&got));
				buf_done(&want[i]);
			}
		}
		store_close(st);
	}
	buf_done(&got);
	ruleset_free(rs);
	end((const char *const[]){ "one/dmesg", "one/hostname", "one/btime", "one/smi.csv", "one/date", "two/date", "two/dmesg", "two/hostname", "two/btime", "two/smi.csv", "one", "two",
				   "case.db", NULL });
}
END_TEST

START_TEST(the_same_bundle_adds_nothing)
{
	struct pipeline_result r;
	struct store *st = NULL;
	const char *bundle;

	begin();
	put_file("dmesg", STR(DMESG));
	put_file("again", STR(DMESG));
	bundle = in_dir("dmesg");
	ck_assert_int_eq(add_to_case(bundle, &r, NULL), OK);
	ck_assert_uint_eq(r.known, 0);
	/* By its content, whatever it is called. */
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(add_to_case(i ? in_dir("again") : bundle, &r, NULL), OK);
		ck_assert_uint_eq(r.known, 1);
		ck_assert(!r.extended);
		ck_assert(!r.nothing);
		ck_assert_int_eq(store_open(&st, in_dir("case.db"), false, NULL), OK);
		check_rows(st, "SELECT (SELECT count(*) FROM bundle), (SELECT count(*) FROM file), (SELECT count(*) FROM event)", "1|1|2");
		store_close(st);
	}
	end((const char *const[]){ "dmesg", "again", "case.db", NULL }); /* and no case.db.partial */
}
END_TEST

START_TEST(a_member_that_the_case_has_is_not_added_again)
{
	struct pipeline_result r;
	struct store *st = NULL;

	begin();
	put_file("dmesg", STR(DMESG));
	ck_assert_int_eq(add_to_case(in_dir("dmesg"), &r, NULL), OK);
	ck_assert_int_eq(mkdir(in_dir("more"), 0755), 0);
	put_file("more/dmesg", STR(DMESG));
	put_file("more/date", STR("Wed Mar 18 04:40:00 UTC 2026\n"));
	ck_assert_int_eq(add_to_case(in_dir("more"), &r, NULL), OK);
	ck_assert(r.extended);
	ck_assert_int_eq(store_open(&st, in_dir("case.db"), false, NULL), OK);
	check_rows(st, "SELECT file, status, reason FROM v_input ORDER BY rowid", "dmesg|ok|\ndate|ok|\ndmesg|duplicate|the same bytes as dmesg");
	check_rows(st, "SELECT count(*) FROM event WHERE file_id = 3", "0");
	store_close(st);
	end((const char *const[]){ "dmesg", "more/dmesg", "more/date", "more", "case.db", NULL });
}
END_TEST

/* ---- what cannot be read ---- */

START_TEST(damage_is_in_the_case_and_the_rest_is_read)
{
	struct ruleset *rs = rules_of(rule);
	struct pipeline_result r;
	struct store *st = NULL;
	struct buf gz;
	const char *bundle;

	begin();
	buf_init(&gz, 1 << 16);
	add_gz(&gz, STR(DMESG));
	put_file("broken.gz", str_head(buf_str(&gz), gz.n - 9)); /* cut within the data */
	put_file("dmesg.txt", STR(DMESG));
	put_file("picture.png", STR("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"));
	put_file("empty.txt", STR(""));
	bundle = dir;
	ck_assert_int_eq(analyze(&st, &bundle, 1, rs, NULL, &r, NULL), OK);
	ck_assert(r.partial);
	ck_assert(!r.nothing);
	check_rows(st, "SELECT file, status, reason IS NOT NULL FROM v_input ORDER BY file", "broken.gz|damaged|1\ndmesg.txt|ok|0\nempty.txt|unknown|1\npicture.png|unknown|1");
	check_rows(st, "SELECT count(*) > 0 FROM finding", "1");
	store_close(st);
	ruleset_free(rs);
	buf_done(&gz);
	end((const char *const[]){ "broken.gz", "dmesg.txt", "picture.png", "empty.txt", NULL });
}
END_TEST

START_TEST(nothing_usable_is_said)
{
	struct pipeline_result r;
	struct store *st = NULL;
	const char *bundle = dir;

	begin();
	put_file("x", STR("?"));
	ck_assert_int_eq(analyze(&st, &bundle, 1, NULL, NULL, &r, NULL), OK);
	ck_assert(r.nothing);
	store_close(st);
	end((const char *const[]){ "x", NULL });
}
END_TEST

START_TEST(what_is_not_there_is_an_error_and_leaves_no_case)
{
	struct pipeline_result r;
	struct store *st = NULL;
	struct error err = { 0 };
	const char *bundle;

	begin();
	bundle = in_dir("nowhere");
	ck_assert_int_eq(analyze(&st, &bundle, 1, NULL, in_dir("case.db"), &r, &err), ERR_IO);
	ck_assert_ptr_null(st);
	ck_assert_msg(strstr(err.where, "nowhere") || strstr(err.text, "nowhere"), "%s: %s", err.where, err.text);
	end((const char *const[]){ NULL }); /* neither case.db nor case.db.partial */
}
END_TEST

START_TEST(a_case_that_cannot_be_written_is_an_error_that_names_it)
{
	struct pipeline_result r;
	struct store *st = NULL;
	struct error err = { 0 };
	const char *bundle;

	begin();
	put_file("dmesg.txt", STR(DMESG));
	bundle = in_dir("dmesg.txt");
	ck_assert_int_eq(analyze(&st, &bundle, 1, NULL, in_dir("no/such/case.db"), &r, &err), ERR_IO);
	ck_assert_msg(strstr(err.where, "no/such/case.db") != NULL, "%s", err.where);
	end((const char *const[]){ "dmesg.txt", NULL });
}
END_TEST

START_TEST(a_source_that_is_told_is_used)
{
	static const char text[] = "of no kind that anybody knows\n";
	const char *bundle;

	begin();
	put_file("odd", STR(text));
	bundle = in_dir("odd");
	for (int i = 0; i < 3; i++) {
		static const char *const types[3] = { "", "dmesg", "nonsense" };
		const struct pipeline_options opt = { .bundles = &bundle, .n_bundles = 1, .type = str_of(types[i]) };
		struct pipeline_result r = { 0 };
		struct store *st = NULL;
		struct error err = { 0 };

		ck_assert_int_eq(pipeline_analyze(&st, &opt, &r, &err), i == 2 ? ERR_USAGE : OK);
		if (i < 2)
			check_rows(st, "SELECT coalesce(source, '') FROM file", i ? "dmesg" : "");
		else
			ck_assert_msg(strstr(err.text, "nonsense") != NULL, "%s", err.text);
		store_close(st);
	}
	end((const char *const[]){ "odd", NULL });
}
END_TEST

/* ---- the same fields, now and later ---- */

START_TEST(a_rule_sees_the_same_event_when_it_is_read_back)
{
	static const char fields_rule[] = RULE_TEXT("r", "host",
						    "  a: {source: app_log, on: text, match: '^(?<t>.*)$', set: {twice: 'num * 2', same: 'big == 1234567890123456789'}}\n"
						    "  n: {source: app_log, on: num, match: '^(?<k>1\\.50)$'}\n  j: {source: app_log, on: list, match: '^(?<k>\\[1, 2.0\\])$'}\n",
						    "when: {anchor: a, support: [n, j]}\n",
						    "{a.t} {a.twice} {a.same} {a.ok} {a.none} {#n}{n.k}{/n} {#j}{j.k}{/j}");
	static const struct field fields[] = {
		{ TEXT_OF("text"), TEXT_OF("a\xff\0z\"\\"), FIELD_TEXT }, { TEXT_OF("num"), TEXT_OF("1.50"), FIELD_NUMBER },
		{ TEXT_OF("big"), TEXT_OF("1234567890123456789"), FIELD_NUMBER }, { TEXT_OF("list"), TEXT_OF("[1, 2.0]"), FIELD_JSON },
		{ TEXT_OF("ok"), TEXT_OF("true"), FIELD_JSON }, { TEXT_OF("none"), TEXT_OF("null"), FIELD_JSON },
		{ TEXT_OF("brace}\"]"), TEXT_OF("},\"x\":["), FIELD_TEXT },
	};
	struct hand_case c;
	struct event e;
	struct buf before;

	case_open(&c, fields_rule, NULL);
	case_file(&c, "app.log", "app_log", COVER_SPAN);
	e = case_line(&c, 0, "");
	e.fields = fields;
	e.n_fields = sizeof(fields) / sizeof(fields[0]);
	ck_assert_int_eq(emit_event(c.in.emitter, &e, NULL), OK);
	case_done(&c);
	ck_assert_int_eq(store_finish(c.st, NULL), OK);
	buf_init(&before, 1 << 16);
	rows_of(c.st, "SELECT narrative FROM finding", &before);
	ck_assert_str_eq(buf_cstr(&before), "a\xef\xbf\xbd\xef\xbf\xbdz\"\\ 3 true true ? 1.50 [1, 2.0]");
	check_rows(c.st, "SELECT json_valid(attrs) FROM event", "1");
	ck_assert_int_eq(pipeline_match(c.st, c.rs, NULL, NULL), OK);
	check_rows(c.st, "SELECT narrative FROM finding", buf_cstr(&before));
	buf_done(&before);
	case_close(&c);
}
END_TEST

START_TEST(messages_are_matched_again_byte_by_byte)
{
	static const char odd_rule[] = RULE_TEXT("r", "host", "  a: {source: app_log, match: '^.\\xff\\x00z$'}\n", "when: {anchor: a}\n", "found");
	struct hand_case c;
	struct event e;

	case_open(&c, odd_rule, NULL);
	case_file(&c, "app.log", "app_log", COVER_SPAN);
	for (int i = 0; i < BATCH_EVENTS + 10; i++)
		case_event(&c, CLOCK_IS_UTC, "", i, "hay");
	e = case_line(&c, 0, "");
	e.text = (struct str){ "a\xff\0z", 4 };
	ck_assert_int_eq(emit_event(c.in.emitter, &e, NULL), OK);
	case_done(&c);
	ck_assert_int_eq(store_finish(c.st, NULL), OK);
	check_rows(c.st, "SELECT count(*) FROM finding", "1");
	ck_assert_int_eq(pipeline_match(c.st, c.rs, NULL, NULL), OK);
	check_rows(c.st, "SELECT count(*) FROM finding", "1");
	case_close(&c);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, a_file_is_read_matched_and_judged);
	tcase_add_test(tc, without_rules_it_only_loads);
	tcase_add_test(tc, a_stored_case_is_judged_by_other_rules);
	tcase_add_test(tc, several_bundles_are_one_case_in_any_order);
	tcase_add_test(tc, each_node_of_a_bundle_has_its_own_clock_and_gpus);
	tcase_add_test(tc, a_copy_is_read_once_and_named);
	tcase_add_test(tc, a_line_that_three_logs_kept_is_one_event);
	tcase_add_test(tc, a_second_bundle_joins_the_case);
	tcase_add_test(tc, the_same_bundle_adds_nothing);
	tcase_add_test(tc, a_member_that_the_case_has_is_not_added_again);
	tcase_add_test(tc, damage_is_in_the_case_and_the_rest_is_read);
	tcase_add_test(tc, nothing_usable_is_said);
	tcase_add_test(tc, what_is_not_there_is_an_error_and_leaves_no_case);
	tcase_add_test(tc, a_case_that_cannot_be_written_is_an_error_that_names_it);
	tcase_add_test(tc, a_source_that_is_told_is_used);
	tcase_add_test(tc, a_rule_sees_the_same_event_when_it_is_read_back);
	tcase_add_test(tc, messages_are_matched_again_byte_by_byte);
}
TEST_MAIN("pipeline", add)

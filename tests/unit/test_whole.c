#include "pipeline_help.h"

/* What a whole bundle must give, whatever it is wrapped in and however its lines are written. */

/* ---- entities ---- */

/* Three spellings of one GPU, and the pod that ran on its machine, in one finding. */
START_TEST(one_gpu_in_all_its_names_and_the_pod_meet)
{
	static const char meet[] = RULE_TEXT("meet", "gpu",
					     "  a: {source: dmesg, match: 'Xid \\(PCI:(?<g>[0-9a-fA-F:]+)\\): 79', bind: {gpu: '{g|pci}'}}\n"
					     "  hot: {series: gpu.temperature, by: gpu, when: {above: '80', for: 3s}}\n"
					     "  pod: {source: k8s_objects, where: \"kind == 'k8s.pod'\", match: '^pod (?<who>\\S+)'}\n",
					     "when: {anchor: a, base: 6, support: [{signal: hot, at: [-1h, 1h]}, {signal: pod, at: [-1d, 1d], join: host}]}\n",
					     "{#hot}hot{/hot} {#pod}{pod.who}{/pod}");
	struct ruleset *rs = rules_of(meet);
	struct pipeline_result r;
	struct store *st = NULL;
	const char *bundle = dir;

	begin();
	put_file("hostname", STR("gpu-a\n"));
	put_file("btime", STR("btime 1773799200\n"));
	put_file("dmesg", STR("[    0.000000] Linux version 6.8.0-45-generic (buildd@lcy02)\n[  100.000000] NVRM: Xid (PCI:0001:00:00): 79, GPU has fallen off the bus.\n"));
	put_file("smi.csv", STR("timestamp, pci.bus_id, temperature.gpu\n2026/03/18 02:00:30.000, 00000001:00:00.0, 85\n2026/03/18 02:00:35.000, 00000001:00:00.0, 86\n"));
	put_file("pods.json", STR("{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[\n"
				  "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"train-0\",\"namespace\":\"ml\"},\"spec\":{\"nodeName\":\"gpu-a\"},"
				  "\"status\":{\"phase\":\"Failed\"}},\n"
				  "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"web-0\",\"namespace\":\"ml\"},\"spec\":{\"nodeName\":\"gpu-b\"},"
				  "\"status\":{\"phase\":\"Failed\"}}\n]}\n"));
	put_file("date", STR("Wed Mar 18 02:10:00 UTC 2026\n"));
	ck_assert_int_eq(analyze(&st, &bundle, 1, rs, NULL, &r, NULL), OK);
	check_rows(st, "SELECT entity, host, count(*) FROM v_finding", "0001:00:00|gpu-a|1");
	check_rows(st, "SELECT signal, state FROM v_evidence ORDER BY seq", "a|seen\nhot|seen\npod|seen");
	check_rows(st, "SELECT message FROM v_evidence WHERE signal = 'pod'", "pod ml/train-0: Failed on gpu-a");
	check_rows(st, "SELECT \"from\", \"to\", valid_from_us IS NOT NULL FROM v_entity_link WHERE relation = 'on' ORDER BY 1", "pod:ml/train-0|node:gpu-a|1\npod:ml/web-0|node:gpu-b|1");
	store_close(st);
	ruleset_free(rs);
	end((const char *const[]){ "hostname", "btime", "dmesg", "smi.csv", "pods.json", "date", NULL });
}
END_TEST

/* ---- repeats ---- */

/* A storm is one finding, and what no rule knows is one line however often it comes. */
START_TEST(a_storm_is_one_finding_and_one_shape)
{
	static const char storm[] = RULE_TEXT("lost", "gpu", LOST, "when: {anchor: a, base: 9, episode: 10m}\n", "Xid {a.n}");
	struct ruleset *rs = rules_of(storm);
	struct pipeline_result r;
	struct store *st = NULL;
	struct buf b;
	const char *bundle;

	begin();
	buf_init(&b, MAKE_MAX);
	buf_add(&b, STR("[    0.000000] Linux version 6.8.0-45-generic (buildd@lcy02)\n"));
	for (int i = 0; i < 170000; i++) {
		buf_printf(&b, "[%5d.%06d] NVRM: Xid (PCI:0000:3b:00): 45, pid=4711, Ch %08x\n", 100 + i / 1000, i % 1000 * 1000, i % 512);
		if (i % 10 == 0)
			buf_printf(&b, "[%5d.%06d] mlx5_core 0000:5d:00.0: odd %d of 0x%x\n", 100 + i / 1000, i % 1000 * 1000, i, i);
	}
	put_file("dmesg", buf_str(&b));
	bundle = in_dir("dmesg");
	ck_assert_int_eq(analyze(&st, &bundle, 1, rs, NULL, &r, NULL), OK);
	check_rows(st, "SELECT count(*), max(anchors) > 1000 FROM finding", "1|1");
	check_rows(st, "SELECT count(*) FROM v_incident_timeline WHERE message GLOB '*Xid*'", "1");
	check_rows(st, "SELECT count, known, template FROM v_template WHERE count > 1",
		   "17000|0|<n> <n>:<n>:<n>.<n>: odd <n> of <n>\n170000|1|NVRM: Xid (PCI:<n>:<n>:<n>): <n>, pid=<n>, Ch <n>");
	store_close(st);
	ruleset_free(rs);
	buf_done(&b);
	end((const char *const[]){ "dmesg", NULL });
}
END_TEST

/* ---- layouts ---- */

/* One collection in every wrapping: the same files, states and card. */
START_TEST(a_sosreport_is_one_in_any_wrapping)
{
	static const char manifest[] = "{\"version\": \"4.7.2\", \"cmdline\": \"sos report\", \"tmpdir_fs_type\": \"ext4\", \"components\": {\"report\": {\"plugins\": "
				       "{\"kernel\": {\"timeout_hit\": false, \"commands\": [{\"exec\": \"dmesg\", \"filepath\": \"sos_commands/kernel/dmesg\", \"truncated\": true}]}}}}}\n";
	static const struct made members[] = {
		{ "r/version.txt", TEXT_OF("sosreport: 4.7.2\n"), 0, NULL }, { "r/sos_reports/manifest.json", TEXT_OF(manifest), 0, NULL },
		{ "r/sos_commands/kernel/dmesg", TEXT_OF(DMESG), 0, NULL }, { "r/sos_commands/host/hostname", TEXT_OF("gpu-a\n"), 0, NULL },
		{ "r/hostname", TEXT_OF(""), AE_IFLNK, "sos_commands/host/hostname" }, { "r/proc/stat", TEXT_OF("btime 1773799200\n"), 0, NULL },
	};
	static const char *const kinds[] = { "tar", "tar.gz", "tar.xz", "tar.zst", "zip", "tar in tar.gz in zip" };
	struct buf tar, zip, made;

	begin();
	buf_init(&tar, MAKE_MAX);
	buf_init(&zip, MAKE_MAX);
	buf_init(&made, MAKE_MAX);
	add_archive(&tar, "pax", members, sizeof(members) / sizeof(members[0]));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct pipeline_result r;
		struct store *st = NULL;
		bool links = strcmp(kinds[i], "zip") != 0; /* a streamed zip tells its links at the end only */
		struct made inner = { "b.tar", buf_str(&tar), 0, NULL };
		const char *bundle;

		buf_reset(&made);
		buf_reset(&zip);
		switch (i) {
		case 0: buf_add(&made, buf_str(&tar)); break;
		case 1: add_gz(&made, buf_str(&tar)); break;
		case 2: add_xz(&made, buf_str(&tar)); break;
		case 3: add_zst(&made, buf_str(&tar)); break;
		case 4: add_archive(&made, "zip", members, sizeof(members) / sizeof(members[0])); break;
		default:
			add_archive(&zip, "pax", &inner, 1);
			add_gz(&made, buf_str(&zip));
			inner = (struct made){ "c.tar.gz", buf_str(&made), 0, NULL };
			buf_reset(&zip);
			add_archive(&zip, "zip", &inner, 1);
			buf_reset(&made);
			buf_add(&made, buf_str(&zip));
		}
		put_file("a", buf_str(&made)); /* no name tells what it is */
		bundle = in_dir("a");
		ck_assert_int_eq(analyze(&st, &bundle, 1, NULL, NULL, &r, NULL), OK);
		check_rows(st, "SELECT value FROM v_card WHERE item IN ('bundle', 'hosts', 'boots') ORDER BY item",
			   links ? "1, 2026-03-18 02:00:00\na: sosreport, 6 files, 1 of them copies, 1 cut or not read\ngpu-a" :
				   "1, 2026-03-18 02:00:00\na: sosreport, 6 files, 1 cut or not read\ngpu-a");
		check_rows(st, "SELECT substr(file, instr(file, '!r/') + 3), status FROM v_input WHERE status <> 'ok' ORDER BY 1",
			   links ? "hostname|duplicate\nsos_commands/kernel/dmesg|partial\nversion.txt|unknown" :
				   "hostname|unknown\nsos_commands/kernel/dmesg|partial\nversion.txt|unknown");
		check_rows(st, "SELECT count(*) FROM v_timeline WHERE host <> 'gpu-a' AND source <> 'collector'", "0");
		store_close(st);
	}
	buf_done(&tar);
	buf_done(&zip);
	buf_done(&made);
	end((const char *const[]){ "a", NULL });
}
END_TEST

/* ---- encodings ---- */

static void add_utf16(struct buf *out, struct str text, bool big)
{
	for (size_t i = 0; i < text.n; i++) {
		buf_putc(out, big ? '\0' : text.p[i]);
		buf_putc(out, big ? text.p[i] : '\0');
	}
}

/* What Windows, terminals and old programs make of a kernel log is the same log. */
START_TEST(a_log_reads_the_same_in_every_encoding)
{
	static const char *const crlf = "[    0.000000] Linux version 6.8.0-45-generic (buildd@lcy02)\r\n[  100.000000] NVRM: Xid (PCI:0000:3b:00): 79, GPU has fallen off the bus.\r\n";
	struct ruleset *rs = rules_of(rule);
	struct buf b;

	begin();
	buf_init(&b, MAKE_MAX);
	for (int i = 0; i < 9; i++) {
		struct pipeline_result r;
		struct store *st = NULL;
		const char *bundle;

		buf_reset(&b);
		switch (i) {
		case 0: buf_add(&b, STR("\xef\xbb\xbf" DMESG)); break;
		case 1: buf_add(&b, STR("\xff\xfe")); add_utf16(&b, STR(DMESG), false); break; /* PowerShell's > */
		case 2: buf_add(&b, STR("\xfe\xff")); add_utf16(&b, STR(DMESG), true); break;
		case 3: add_utf16(&b, STR(DMESG), false); break; /* without a mark */
		case 4: buf_add(&b, str_of(crlf)); break;
		case 5: buf_add(&b, STR(DMESG "[  101.000000] caf\xe9 \xb0" "C\n")); break; /* Latin-1 */
		case 6: buf_add(&b, STR(DMESG)); buf_add(&b, BYTES("[  101.000000] nul\0 byte\n")); break;
		case 7: buf_add(&b, STR("\x1b[32m[    0.000000] \x1b[0mLinux version 6.8.0-45-generic (buildd@lcy02)\n"
					"\x1b[32m[  100.000000] \x1b[0m\x1b[33mNVRM: Xid (PCI:0000:3b:00): 79\x1b[0m, GPU has fallen off the bus.\n")); break;
		default:
			buf_add(&b, STR(DMESG "[  102.000000] "));
			for (int k = 0; k < 400000; k++)
				buf_add(&b, STR("long "));
			buf_add(&b, STR("\n[  103.000000] after it\n"));
		}
		put_file("x", buf_str(&b));
		bundle = in_dir("x");
		ck_assert_int_eq(analyze(&st, &bundle, 1, rs, NULL, &r, NULL), OK);
		check_rows(st, "SELECT source, (SELECT count(*) FROM v_finding WHERE rule = 'lost' AND entity = '0000:3b:00') FROM v_input", "dmesg|1");
		if (i == 8) /* kept to a bound; the next line is read, and the offset of the long one leads to the rest */
			check_rows(st, "SELECT line, offset, length(message) < 70000 FROM v_timeline WHERE line > 2 ORDER BY line", "3|136|1\n4|2000152|1");
		store_close(st);
	}
	buf_done(&b);
	ruleset_free(rs);
	end((const char *const[]){ "x", NULL });
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, one_gpu_in_all_its_names_and_the_pod_meet);
	tcase_add_test(tc, a_storm_is_one_finding_and_one_shape);
	tcase_add_test(tc, a_sosreport_is_one_in_any_wrapping);
	tcase_add_test(tc, a_log_reads_the_same_in_every_encoding);
}
TEST_MAIN("whole", add)

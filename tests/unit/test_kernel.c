#include "source/kernel.h"

#include "base/buf.h"
#include "record/catalog.h"
#include "record/textsink.h"
#include "unit.h"

/* What kernel_describe() makes of a message, as "key=value" joined by blanks. */
static const char *described(const char *text, struct buf *out)
{
	struct catalog *cat = catalog_new();
	struct buf canonical;
	struct emitter *e;
	struct kernel_note note = { 0 };
	struct event ev = { .text = str_of(text) };

	buf_init(&canonical, 65536);
	e = emitter_new(cat, textsink_new(cat, &canonical));
	kernel_describe(&note, &ev, e);
	buf_add(out, ev.entity);
	for (size_t i = 0; i < ev.n_fields; i++)
		buf_printf(out, "%s%.*s=%.*s", out->n ? " " : "", STR_ARG(ev.fields[i].key), STR_ARG(ev.fields[i].value));
	emitter_free(e);
	catalog_free(cat);
	buf_done(&canonical);
	return buf_cstr(out);
}

static const struct { const char *text, *want; } messages[] = {
	{ "", "" },
	{ "plain words", "" },
	{ "Linux version 6.8.0-47-generic (b@f) #47", "kernel=6.8.0-47-generic" },
	{ "Linux version", "" },
	{ "audit: type=1400", "subsystem=audit" },
	{ "x: y", "subsystem=x" },
	{ ": starts with a colon", "" },
	{ "ends with a colon:", "" },
	{ "no:blank:behind:the:colon", "" },
	{ "a:b: c", "subsystem=a:b" },
	{ "systemd[1]: Started", "subsystem=systemd" },
	{ "EXT4-fs (nvme0n1p2): mounted", "subsystem=EXT4-fs" },
	{ "usb 2-1.3: USB disconnect", "subsystem=usb" },
	{ "EDAC MC0: 1 CE", "subsystem=EDAC" },
	{ "r8169 0000:83:00.0: invalid VPD", "pci=0000:83:00 subsystem=r8169" },
	{ "mlx5_core 0000:A1:00.1 ens5f1np1: Link down", "pci=0000:a1:00 subsystem=mlx5_core" },
	{ "one 2 3 4: too many", "" },
	{ "Command line: BOOT_IMAGE=/vmlinuz", "" },
	{ "Out of memory: Killed process 1 (a)", "" },
	{ "INFO: task a:1 blocked", "" },
	{ "BUG: kernel NULL pointer dereference", "" },
	{ "{1}[Hardware Error]: event severity", "" },
	{ "1st: digits do not start a name", "" },
	{ "[drm] Initialized", "" },
	{ "NVRM: something", "subsystem=NVRM" },
	{ "NVRM: Xid (PCI:0000:3b:00): 79, GPU has fallen off the bus.", "gpu:0000:3b:00 subsystem=NVRM pci=0000:3b:00 xid=79" },
	{ "NVRM: Xid (PCI:0000:3B:00): 13, pid='<unknown>', name=<unknown>, x", "gpu:0000:3b:00 subsystem=NVRM pci=0000:3b:00 xid=13" },
	{ "NVRM: Xid (PCI:0000:3b:00): 43, pid=924, name=python3, channel 0x0", "gpu:0000:3b:00 subsystem=NVRM pci=0000:3b:00 xid=43 pid=924 name=python3" },
	{ "NVRM: Xid (PCI:0000:3b:00): 43, pid=924, name=nvc:[driver]", "gpu:0000:3b:00 subsystem=NVRM pci=0000:3b:00 xid=43 pid=924 name=nvc:[driver]" },
	{ "NVRM: Xid (PCI:0000:3b:00): 43, pid=924", "gpu:0000:3b:00 subsystem=NVRM pci=0000:3b:00 xid=43 pid=924" },
	{ "NVRM: Xid (PCI:0000:3b:00): 63", "gpu:0000:3b:00 subsystem=NVRM pci=0000:3b:00 xid=63" },
	{ "NVRM: Xid (PCI:0000:01:00 GPU-I:05): 94, pid=7, name=a, b", "gpu:0000:01:00 subsystem=NVRM pci=0000:01:00 xid=94 gpu_instance=05 pid=7 name=a" },
	{ "NVRM: Xid (0000:03:00): 14, Channel 00000001", "gpu:0000:03:00 subsystem=NVRM pci=0000:03:00 xid=14" },
	{ "NVRM: Xid (PCI:00010000:03:00.0): 14", "gpu:10000:03:00 subsystem=NVRM pci=10000:03:00 xid=14" },
	{ "NVRM: Xid (PCI:3f8f31a:00:00): 31, x", "gpu:3f8f31a:00:00 subsystem=NVRM pci=3f8f31a:00:00 xid=31" },
	{ "NVRM: Xid (PCI:0000:3b:00): , none", "gpu:0000:3b:00 subsystem=NVRM pci=0000:3b:00" },
	{ "NVRM: Xid (PCI:000:3b:00): 1", "subsystem=NVRM xid=1" },
	{ "NVRM: GPU 0000:91:00.0: GPU has fallen off the bus.", "gpu:0000:91:00 subsystem=NVRM pci=0000:91:00" },
	{ "NVRM: ratio 10de:2330 of 00:00", "subsystem=NVRM" },
	{ "nvidia-nvswitch1: SXid (PCI:0000:06:00.0): 20034, Fatal, Link 48", "subsystem=nvidia-nvswitch1 pci=0000:06:00 sxid=20034" },
	{ "other: SXid (PCI:0000:06:00.0): 20034", "subsystem=other" },
};

START_TEST(describes_messages)
{
	struct buf out;

	buf_init(&out, 4096);
	ck_assert_str_eq(described(messages[_i].text, &out), messages[_i].want);
	buf_done(&out);
}
END_TEST

static const struct { const char *text; size_t n; ts_usec t, resolution; } seconds[] = {
	{ "0.000000", 8, 0, 1 },
	{ "    12.345678]", 13, 12345678, 1 },
	{ "7.5", 3, 7500000, 100000 },
	{ "7.123456789 x", 11, 7123456, 1 },
	{ "7.1234567890", 0, 0, 0 },
	{ "7", 0, 0, 0 },
	{ "7.", 0, 0, 0 },
	{ ".5", 0, 0, 0 },
	{ "-1.0", 0, 0, 0 },
	{ "999999999999.999999", 19, 999999999999999999, 1 },
	{ "9999999999999.0", 0, 0, 0 },
	{ "99999999999999999999999999.0", 0, 0, 0 },
	{ "", 0, 0, 0 },
};

START_TEST(reads_seconds)
{
	ts_usec t = 0, resolution = 0;

	ck_assert_uint_eq(kernel_seconds(str_of(seconds[_i].text), &t, &resolution), seconds[_i].n);
	ck_assert_int_eq(t, seconds[_i].t);
	ck_assert_int_eq(resolution, seconds[_i].resolution);
}
END_TEST

static const struct { const char *text, *rest, *caller; } prefixes[] = {
	{ "[ T1946] NVRM: x", "NVRM: x", "T1946" },
	{ "[    C0] x", "x", "C0" },
	{ "[T12]", "", "T12" },
	{ "[ T] x", "[ T] x", "" },
	{ "[ X12] x", "[ X12] x", "" },
	{ "[drm] x", "[drm] x", "" },
	{ "[ T12", "[ T12", "" },
	{ "kernel: x", "x", "" },
	{ "[ T9] kernel: x", "x", "T9" },
	{ "kernel x", "kernel x", "" },
};

START_TEST(strips_what_stands_before_the_message)
{
	struct kernel_note note = { 0 };
	struct str rest = kernel_strip(&note, str_of(prefixes[_i].text));

	ck_assert(str_eq(rest, str_of(prefixes[_i].rest)));
	ck_assert_uint_eq(note.n, prefixes[_i].caller[0] != '\0');
	if (note.n)
		ck_assert(str_eq(note.fields[0].value, str_of(prefixes[_i].caller)));
}
END_TEST

static const struct { int pri; const char *facility, *level; enum severity severity; } priorities[] = {
	{ 0, "kern", "emerg", SEV_EMERG },
	{ 4, "kern", "warn", SEV_WARNING },
	{ 30, "daemon", "info", SEV_INFO },
	{ 191, "local7", "debug", SEV_DEBUG },
	{ 192, "", "", SEV_NONE },
	{ -1, "", "", SEV_NONE },
};

START_TEST(names_priorities_both_ways)
{
	struct kernel_note note = { 0 };

	ck_assert_int_eq(kernel_priority(&note, priorities[_i].pri), priorities[_i].severity);
	if (priorities[_i].severity == SEV_NONE) {
		ck_assert_uint_eq(note.n, 0);
		return;
	}
	ck_assert(str_eq(note.fields[0].value, str_of(priorities[_i].facility)));
	ck_assert(str_eq(note.fields[1].value, str_of(priorities[_i].level)));
	ck_assert_int_eq(kernel_priority_named(note.fields[0].value, note.fields[1].value), priorities[_i].pri);
}
END_TEST

START_TEST(unknown_names_are_no_priority)
{
	ck_assert_int_eq(kernel_priority_named(STR("kern  "), STR("loud")), -1);
	ck_assert_int_eq(kernel_priority_named(STR("nobody"), STR("warn")), -1);
	ck_assert_int_eq(kernel_priority_named(STR("kern  "), STR(" warn ")), 4);
}
END_TEST

static const struct { const char *text; ts_usec utc, u; } walls[] = {
	{ "audit: type=1400 audit(1695536428.257:2): apparmor", 1695536428257000, TS_SECOND },
	{ "type=1400 audit(1695536428.257:44): apparmor", 1695536428257000, TS_SECOND },
	{ "audit: type=2000 audit(1695536428.257:1): state=initialized", 1695536428257000, 15 * TS_SECOND },
	{ "audit: audit_lost=1 audit_rate_limit=0", 0, 0 },
	{ "audit: type=1400 audit(1695536428.257): no serial", 0, 0 },
	{ "audit: type=1400 audit(x.257:2): no time", 0, 0 },
	{ "someone said audit(1695536428.257:2)", 0, 0 },
	{ "rtc_cmos 00:03: setting system clock to 2023-09-24T06:20:20 UTC (1695536420)", 1695536420000000, 2 * TS_SECOND },
	{ "rtc_cmos rtc_cmos: setting system clock to 2023-09-24 06:20:20 UTC (1695536420)", 1695536420000000, 2 * TS_SECOND },
	{ "rtc-efi rtc-efi.0: setting system clock to 2023-09-24T06:20:20 UTC", 1695536420000000, 2 * TS_SECOND },
	{ "rtc_cmos 00:03: setting system clock to the future", 0, 0 },
	{ "rtc_cmos 00:03: registered as rtc0", 0, 0 },
};

START_TEST(finds_the_wall_clock_in_messages)
{
	struct kernel_wall wall = { 0 };
	bool found = kernel_wall(str_of(walls[_i].text), &wall);

	ck_assert_int_eq(found, walls[_i].u != 0);
	if (!found)
		return;
	ck_assert_int_eq(wall.utc, walls[_i].utc);
	ck_assert_int_eq(wall.u_us, walls[_i].u);
}
END_TEST

/* Local stamps against 2025-12-31 23:30:00 UTC; the year 2000 stands for none. */
static const struct { int year, month, day, hour, minute, second; bool known; int minutes; } zones[] = {
	{ 2025, 12, 31, 23, 30, 0, true, 0 },
	{ 2000, 12, 31, 23, 30, 4, true, 0 },
	{ 2000, 12, 31, 23, 29, 59, true, 0 },
	{ 2000, 1, 1, 0, 30, 50, true, 60 },
	{ 2000, 1, 1, 5, 0, 0, true, 330 },
	{ 2000, 1, 1, 5, 15, 0, true, 345 },
	{ 2000, 12, 31, 18, 30, 0, true, -300 },
	{ 2000, 1, 1, 13, 30, 0, true, 840 },
	{ 2000, 12, 31, 9, 30, 1, true, -840 },
	{ 2000, 12, 31, 23, 33, 0, false, 0 },
	{ 2000, 1, 1, 15, 30, 0, false, 0 },
	{ 2000, 7, 1, 12, 0, 0, false, 0 },
};

START_TEST(learns_the_zone_from_the_wall_clock)
{
	struct kernel_wall wall = { .utc = ts_civil(2025, 12, 31, 23, 30, 0, 0) };
	int minutes = 0;
	ts_usec local = ts_civil(zones[_i].year, zones[_i].month, zones[_i].day, zones[_i].hour, zones[_i].minute, zones[_i].second, 0);

	ck_assert_int_eq(kernel_zone(&wall, local, &minutes), zones[_i].known);
	ck_assert_int_eq(minutes, zones[_i].minutes);
}
END_TEST

static const struct { ts_usec t; const char *text; uint32_t boot; } boots[] = {
	{ 0, "Booting Linux on physical CPU 0x0", 0 },
	{ 0, "Linux version 1", 0 },
	{ 500000, "late by a CPU", 0 },
	{ 499000, "early by a CPU", 0 },
	{ 20 * TS_SECOND, "systemd[1]: up", 0 },
	{ 15 * TS_SECOND, "out of order, but not near 0", 0 },
	{ 2 * TS_SECOND, "wrapped: the next boot starts late", 1 },
	{ 0, "Linux version 2", 2 },
	{ 0, "Linux version 3", 3 },
	{ 100, "x", 3 },
};

START_TEST(counts_boots)
{
	struct kernel_boots b = { 0 };

	for (size_t i = 0; i < sizeof boots / sizeof boots[0]; i++) {
		struct str text = str_of(boots[i].text);

		if (kernel_boots_ends(&b, boots[i].t, text))
			kernel_boots_next(&b);
		kernel_boots_saw(&b, boots[i].t, text);
		ck_assert_msg(b.part == boots[i].boot, "row %zu: boot %u", i, b.part);
	}
}
END_TEST

START_TEST(keeps_the_newest_of_the_best_ties)
{
	struct kernel_boots b = { 0 };

	kernel_boots_saw(&b, 1000, STR("audit: type=2000 audit(1000.500:1): state=initialized"));
	ck_assert_int_eq(b.tie_u, 15 * TS_SECOND);
	kernel_boots_saw(&b, 2000, STR("audit: type=1400 audit(1001.500:7): a"));
	kernel_boots_saw(&b, 3000, STR("audit: type=1400 audit(1002.500:8): b"));
	kernel_boots_saw(&b, 4000, STR("rtc_cmos 00:03: setting system clock to 1970-01-01T00:20:00 UTC (1200)"));
	ck_assert_int_eq(b.tie_uptime, 3000);
	ck_assert_int_eq(b.tie_utc, 1002500000);
	ck_assert_int_eq(b.tie_u, TS_SECOND);
}
END_TEST

START_TEST(reads_the_loaded_driver)
{
	ck_assert(str_eq(kernel_driver(STR("NVRM: loading NVIDIA UNIX x86_64 Kernel Module  525.147.05  Wed Oct 25")), STR("525.147.05")));
	ck_assert(str_eq(kernel_driver(STR("NVRM: loading NVIDIA UNIX Open Kernel Module for x86_64  570.211.01  Release")), STR("570.211.01")));
	ck_assert_uint_eq(kernel_driver(STR("NVRM: loading NVIDIA UNIX x86_64 Kernel Module")).n, 0);
	ck_assert_uint_eq(kernel_driver(STR("NVRM: API mismatch: 525.147.05")).n, 0);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, describes_messages, messages);
	LOOP(tc, reads_seconds, seconds);
	LOOP(tc, strips_what_stands_before_the_message, prefixes);
	LOOP(tc, names_priorities_both_ways, priorities);
	tcase_add_test(tc, unknown_names_are_no_priority);
	LOOP(tc, finds_the_wall_clock_in_messages, walls);
	LOOP(tc, learns_the_zone_from_the_wall_clock, zones);
	tcase_add_test(tc, counts_boots);
	tcase_add_test(tc, keeps_the_newest_of_the_best_ties);
	tcase_add_test(tc, reads_the_loaded_driver);
}
TEST_MAIN("source/kernel", add)

#include "source/dmesg_stamp.h"

#include "unit.h"

#define JULY (1784540000250000LL) /* 2026-07-20T09:33:20.25Z */

static const struct {
	const char *line, *message; /* message NULL: no stamp */
	enum dmesg_base base;
	ts_usec t;
	int pri;
} lines[] = {
	{ "[    0.000000] Linux", "Linux", DMESG_BOOT, 0, -1 },
	{ "[21584690.529862] EDAC", "EDAC", DMESG_BOOT, 21584690529862, -1 },
	{ "[111111111.111] NVRM", "NVRM", DMESG_BOOT, 111111111111000, -1 },
	{ "[    1.000000]", "", DMESG_BOOT, TS_SECOND, -1 },
	{ "[    1.000000]tight", "tight", DMESG_BOOT, TS_SECOND, -1 },
	{ "[    1.000000]   three blanks", "  three blanks", DMESG_BOOT, TS_SECOND, -1 },
	{ "<4>[    1.000000] x", "x", DMESG_BOOT, TS_SECOND, 4 },
	{ "<191>[    1.000000] x", "x", DMESG_BOOT, TS_SECOND, 191 },
	{ "<192>[    1.000000] x", NULL, 0, 0, 0 },
	{ "<>[    1.000000] x", NULL, 0, 0, 0 },
	{ "<4> no bracket", NULL, 0, 0, 0 },
	{ "kern  :warn  : [    1.000000] x", "x", DMESG_BOOT, TS_SECOND, 4 },
	{ "daemon:info  : [    1.000000] x", "x", DMESG_BOOT, TS_SECOND, 30 },
	{ "authpriv:notice: [    1.000000] x", "x", DMESG_BOOT, TS_SECOND, 85 },
	{ "kern  :loud  : [    1.000000] x", NULL, 0, 0, 0 },
	{ "[    1.000000 <    0.250000>] x", "x", DMESG_BOOT, TS_SECOND, -1 },
	{ "[    1.000000 <    0.250000] x", NULL, 0, 0, 0 },
	{ "[  +0.000049] x", "x", DMESG_DELTA, 49, -1 },
	{ "[+118.250000] x", "x", DMESG_DELTA, 118250000, -1 },
	{ "[  -0.000003] x", "x", DMESG_DELTA, -3, -1 },
	{ "[<    0.500000>] x", "x", DMESG_DELTA, 500000, -1 },
	{ "[<    0.500000] x", NULL, 0, 0, 0 },
	{ "[  + 0.5] x", NULL, 0, 0, 0 },
	{ "[Jul20 09:33] x", "x", DMESG_MINUTE, 0, -1 },
	{ "[Jul 2 09:33] x", "x", DMESG_MINUTE, 0, -1 },
	{ "[Jul32 09:33] x", NULL, 0, 0, 0 },
	{ "[Jul20 24:33] x", NULL, 0, 0, 0 },
	{ "[Jul20 09:33:20] x", NULL, 0, 0, 0 },
	{ "[Mon Jul 20 09:33:20 2026] x", "x", DMESG_LOCAL, JULY - 250000, -1 },
	{ "[Mon Jul 20 09:33:20 2026 <    2.100000>] x", "x", DMESG_LOCAL, JULY - 250000, -1 },
	{ "[Mon Jul 20 09:33:20 2026] [drm] x", "[drm] x", DMESG_LOCAL, JULY - 250000, -1 },
	{ "[Mon Jul 20 09:33:20 2026] [notice] Apache", NULL, 0, 0, 0 },
	{ "[Mon Jul 20 09:33:20 2026] [core:error] Apache", NULL, 0, 0, 0 },
	{ "[Mon Jul 32 09:33:20 2026] x", NULL, 0, 0, 0 },
	{ "[Jul 20 2026 09:33:20] [INFO] fabric manager", NULL, 0, 0, 0 },
	{ "2026-07-20T09:33:20,250000+00:00 x", "x", DMESG_UTC, JULY, -1 },
	{ "2026-07-20T11:33:20,250000+02:00 x", "x", DMESG_UTC, JULY, -1 },
	{ "kern  :err   : 2026-07-20T09:33:20,250000+00:00 x", "x", DMESG_UTC, JULY, 3 },
	{ "2026-07-20T09:33:20.250000+00:00 host x", NULL, 0, 0, 0 },
	{ "2026-07-20T09:33:20,250+00:00 x", NULL, 0, 0, 0 },
	{ "2026-07-20T09:33:20,250000 x", NULL, 0, 0, 0 },
	{ "6,3964,206764307,-;x", "x", DMESG_BOOT, 206764307, 6 },
	{ "30,1,2,c,caller=T1;x; y", "x; y", DMESG_BOOT, 2, 30 },
	{ "6,3964,206764307;x", NULL, 0, 0, 0 },
	{ "6,3964,206764307,z;x", NULL, 0, 0, 0 },
	{ "192,1,2,-;x", NULL, 0, 0, 0 },
	{ "6,1,99999999999999999999,-;x", NULL, 0, 0, 0 },
	{ "6,1,1000000000000000001,-;x", NULL, 0, 0, 0 },
	{ "1,2,3,4", NULL, 0, 0, 0 },
	{ " SUBSYSTEM=pci", NULL, 0, 0, 0 },
	{ "[", NULL, 0, 0, 0 },
	{ "[]", NULL, 0, 0, 0 },
	{ "", NULL, 0, 0, 0 },
	{ "NVRM: no stamp", NULL, 0, 0, 0 },
};

START_TEST(reads_every_notation)
{
	struct str line = str_of(lines[_i].line);
	struct dmesg_stamp stamp = { .t = 77, .pri = 77 };
	size_t n = dmesg_stamp(line, &stamp);

	if (!lines[_i].message) {
		ck_assert_uint_eq(n, 0);
		ck_assert_int_eq(stamp.t, 77);
		return;
	}
	ck_assert_uint_gt(n, 0);
	ck_assert(str_eq(str_from(line, n), str_of(lines[_i].message)));
	ck_assert_int_eq(stamp.base, lines[_i].base);
	ck_assert_int_eq(stamp.pri, lines[_i].pri);
	if (stamp.base != DMESG_MINUTE)
		ck_assert_int_eq(stamp.t, lines[_i].t);
}
END_TEST

START_TEST(minutes_are_of_no_year)
{
	struct dmesg_stamp stamp;

	ck_assert_uint_eq(dmesg_stamp(STR("[Feb29 23:59] x"), &stamp), 14);
	ck_assert_int_eq(stamp.t, ts_civil(2000, 2, 29, 23, 59, 0, 0));
	ck_assert_int_eq(stamp.resolution_us, TS_MINUTE);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, reads_every_notation, lines);
	tcase_add_test(tc, minutes_are_of_no_year);
}
TEST_MAIN("source/dmesg_stamp", add)

#include "source/source.h"

#include "unit.h"

static const struct { const char *head; bool ours; } heads[] = {
	{ "\nStart-Date: 2026-07-14  06:12:31\nCommandline: apt upgrade\n", true },
	{ "Start-Date: 2026-07-14  06:12:31", true },
	{ "Upgrade: a:amd64 (1, 2)\nEnd-Date: 2026-07-14  06:12:31\n\nStart-Date: 2026-07-14  06:12:31\n", true },
	{ "Commandline: apt-get update\n", true },
	{ "", false },
	{ "Log started: 2026-07-14  06:12:31\nSetting up a (1) ...\n", false },
	{ "2026-07-14 06:12:31 upgrade a:amd64 1 2\n", false },
	{ "2026-07-14 06:12:31,183 INFO Starting unattended upgrades script\n", false },
	{ "Start-Date: soon\nName: x\n", false },
	{ "Package: a\nVersion: 1\n", false },
	{ "Error! Bad return status for module build\n", false },
};

START_TEST(claims_history_only)
{
	int bits = source_named(STR("apt_history"))->detect(STR("var/log/apt/history.log"), str_of(heads[_i].head));

	ck_assert_msg((bits > 0) == heads[_i].ours, "%d bits for %s", bits, heads[_i].head);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, claims_history_only, heads);
}
TEST_MAIN("source/apt_history", add)

#include "source/facts.h"

#include "source/source.h"
#include "unit.h"

/* Small files are easily mistaken: nobody may claim these. */
static const struct { const char *path, *head; } foreign[] = {
	{ "value.txt", "26.29\n" },
	{ "value.txt", "26.29 824.44\n" },
	{ "uptime.txt", "26.29\n" },
	{ "value.txt", "6.8.0-47-generic\n" },
	{ "uname.txt", "not a release\n" },
	{ "value.txt", "1784548800\n" },
	{ "value.txt", "gpu-node-03\n" },
	{ "hostname.txt", "two words\n" },
	{ "hostname.txt", "one\nline\n" },
	{ "value.txt", "Europe/Berlin\n" },
	{ "timezone", "Berlin\n" },
	{ "value.txt", "2026-11-22T10:16:04+00:00\n" },
	{ "date.txt", "Mon Jul 20 12:00:00 UTC 2026\nand some text\n" },
	{ "date.txt", "Mon Jul 32 12:00:00 UTC 2026\n" },
	{ "btime", "btime soon\n" },
	{ "stat", "cpu  1 2 3\nintr 1\n" },
	{ "x", "NAME=value\n" },
	{ "x", "Module\n" },
	{ "x", "filename: a.txt\n" },
	{ "x", "nvidia/1.0, 6.8.0: considered\n" },
	{ "x", "two words/1.0: installed\n" },
	{ "x", "Linux for beginners\n" },
	{ "x", "Linux host 6.8.0\n" },
	{ "x", "up and running, load average unknown\n" },
	{ "x", "MemTotal: 12 kB\n" },
	{ "x", "" },
};

START_TEST(claims_nothing_doubtful)
{
	int bits = source_named(STR("host_facts"))->detect(str_of(foreign[_i].path), str_of(foreign[_i].head));

	ck_assert_msg(bits == 0, "%d bits for %s", bits, foreign[_i].head);
}
END_TEST

static const struct { const char *line, *key, *value; char c; bool ok; } pairs[] = {
	{ "a: b", "a", "b", ':', true },
	{ "  a b :  c: d ", "a b", "c: d", ':', true },
	{ "A=\"b c\"", "A", "b c", '=', true },
	{ "A='b'", "A", "b", '=', true },
	{ "A=\"b", "A", "\"b", '=', true },
	{ "A=", "A", "", '=', true },
	{ "=b", "", "", '=', false },
	{ "  =b", "", "", '=', false },
	{ "no separator", "", "", '=', false },
};

START_TEST(splits_pairs)
{
	struct str key = STR_NONE, value = STR_NONE;

	ck_assert_int_eq(facts_pair(str_of(pairs[_i].line), pairs[_i].c, &key, &value), pairs[_i].ok);
	if (!pairs[_i].ok)
		return;
	ck_assert(str_eq(key, str_of(pairs[_i].key)));
	ck_assert(str_eq(value, str_of(pairs[_i].value)));
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, claims_nothing_doubtful, foreign);
	LOOP(tc, splits_pairs, pairs);
}
TEST_MAIN("source/host_facts", add)

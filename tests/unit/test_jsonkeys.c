#include "source/jsonkeys.h"

#include "base/buf.h"
#include "unit.h"

static const struct { const char *text, *members; } texts[] = {
	{ "{\"a\":1,\"b\":\"x\"}", "1 a, 1 b=x, " },
	{ "{\"items\":[{\"kind\":\"Pod\",\"spec\":{\"n\":[1,2]}}]}", "1 items, 3 kind=Pod, 3 spec, 4 n, " },
	{ "{ \"a\" : \"b\" , \"c\"\n:\t{} }", "1 a=b, 1 c, " },
	{ "[\"a\",\"b\"]", "" },                                  /* values, no members */
	{ "{\"m\":\"{\\\"reason\\\":\\\"x\\\"}\"}", "1 m={\\\"reason\\\":\\\"x\\\"}, " }, /* a name inside a message */
	{ "{\"a\\\\\":1,\"b\":2}", "1 a\\\\, 1 b, " },
	{ "{\"a\":\"cut in the midd", "1 a, " },
	{ "{\"cut", "" },
	{ "\"agentPoolProfiles\": [ {\"count\": 1}", "0 agentPoolProfiles, 2 count, " }, /* a piece */
	{ "}}}{\"a\":1", "-2 a, " },
	{ "", "" },
};

START_TEST(members_with_depth_and_text)
{
	struct json_keys k = json_keys_of(str_of(texts[_i].text));
	struct str key, value;
	struct buf got;
	int depth;

	buf_init(&got, 4096);
	while (json_keys_next(&k, &key, &depth, &value))
		buf_printf(&got, "%d %.*s%s%.*s, ", depth, STR_ARG(key), value.n ? "=" : "", STR_ARG(value));
	ck_assert_str_eq(buf_cstr(&got), texts[_i].members);
	buf_done(&got);
}
END_TEST

START_TEST(seen_down_to_a_depth)
{
	static const char *const names[] = { "spec", "kind", "absent" };
	struct str text = STR("{\"items\":[{\"kind\":\"Pod\",\"spec\":{}}]}");

	ck_assert_uint_eq(json_keys_seen(text, 3, names, 3), 3);
	ck_assert_uint_eq(json_keys_seen(text, 2, names, 3), 0);
}
END_TEST

static const struct { const char *text; bool json; } heads[] = {
	{ "{\"a\":1}", true },  { " \r\n\t[ {\"a\":1} ]", true }, { "[]", true }, { "{}", true }, { "[[1]]", true },
	{ "{", true },          { "[ 12.345678] usb 1-1", false }, { "[2026-11-22 10:16:04] x", false },
	{ "{unquoted: 1}", false }, { "\"text\"", false }, { "", false }, { "  ", false }, { "[INFO] x", false },
};

START_TEST(looks_like_records)
{
	ck_assert(json_looks(str_of(heads[_i].text)) == heads[_i].json);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, members_with_depth_and_text, texts);
	tcase_add_test(tc, seen_down_to_a_depth);
	LOOP(tc, looks_like_records, heads);
}

TEST_MAIN("jsonkeys", add)

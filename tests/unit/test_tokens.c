#include "bundle/tokens.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "bundle/bundle.h"
#include "unit.h"

static const char *const kinds[] = {
	[TOKEN_OBJECT] = "{", [TOKEN_OBJECT_END] = "}", [TOKEN_ARRAY] = "[", [TOKEN_ARRAY_END] = "]",
	[TOKEN_KEY] = "key", [TOKEN_STRING] = "str", [TOKEN_NUMBER] = "num", [TOKEN_WORD] = "word",
};

/* All tokens, and why they ended where they did; with their places if asked. */
static void read_all(struct str text, size_t chunk, bool places, struct buf *out)
{
	struct bundle_options opt = { .chunk = chunk };
	struct bundle *bundle;
	struct reader *member;
	struct tokens *t;
	struct token token;
	struct error err;
	enum status st;

	ck_assert_int_eq(bundle_of_text(&bundle, STR("x.json"), text, &opt), OK);
	ck_assert_int_eq(bundle_next(bundle, &member, &err), OK);
	t = tokens_new(member);
	while ((st = tokens_next(t, &token, &err)) == OK) {
		bool texts = token.kind >= TOKEN_KEY;

		buf_printf(out, "%s%s%.*s ", kinds[token.kind], texts ? ":" : "", STR_ARG(token.text));
		if (places)
			buf_printf(out, "@%u/%llu ", token.line, (unsigned long long)token.offset);
	}
	ck_assert_int_eq(st, END);
	ck_assert_int_eq(tokens_next(t, &token, &err), END); /* and stays there */
	buf_printf(out, "%s", tokens_problem(t) ? tokens_problem(t) : "whole");
	tokens_free(t);
	bundle_close(bundle);
}

static const struct { const char *text, *tokens; } texts[] = {
	{ "{\"a\":[1,-2.5e3,true,null],\"b\":\"x\"}",
	  "{ key:a [ num:1 num:-2.5e3 word:true word:null ] key:b str:x } whole" },
	{ "{}\n[]\n\"top\"\n7", "{ } [ ] str:top num:7 whole" },
	{ "{\"n\":12345678901234567890.123}", "{ key:n num:12345678901234567890.123 } whole" }, /* as written */
	{ "\"\\\"\\\\\\/\\n\\t\\u0041\\u00e9\\ud83d\\ude00\"", "str:\"\\/\n\tAé😀 whole" },
	{ "\"\\ud83d x\"", "str:\xef\xbf\xbd x whole" },         /* half a pair */
	{ "\"\\udc00\\u0000\"", "str:\xef\xbf\xbd\xef\xbf\xbd whole" },
	{ "{\"a\":{\"b\":1", "{ key:a { key:b num:1 cut by the end of the file" },
	{ "{\"a\":\"never clo", "{ key:a cut by the end of the file" },
	{ "{\"a\"", "{ cut by the end of the file" },
	{ "{\"a\":tru", "{ key:a cut by the end of the file" },
	{ "{\"a\" 1}", "{ not JSON" },
	{ "[1}", "[ num:1 not JSON" },
	{ "]", "not JSON" },
	{ "hello world", "not JSON" },
	{ "{\"a\":nul}", "{ key:a not JSON" },
	{ "[1,,2,]", "[ num:1 num:2 ] whole" },                 /* lenient where nothing is lost */
	{ "", "whole" },
	{ " \r\n\t", "whole" },
};

START_TEST(tokens_however_the_input_is_split)
{
	static const size_t chunks[] = { 0, 1, 2, 3, 7 };

	for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++) {
		struct buf got;

		buf_init(&got, 65536);
		read_all(str_of(texts[_i].text), chunks[i], false, &got);
		ck_assert_msg(str_eq(buf_str(&got), str_of(texts[_i].tokens)), "chunk %zu: %s", chunks[i], buf_cstr(&got));
		buf_done(&got);
	}
}
END_TEST

START_TEST(tokens_know_their_place)
{
	struct buf got;

	buf_init(&got, 4096);
	read_all(STR("{\n \"a\":\n  [1]}\n{"), 3, true, &got);
	ck_assert_str_eq(buf_cstr(&got), "{ @1/0 key:a @2/3 [ @3/10 num:1 @3/11 ] @3/12 } @3/13 { @4/15 cut by the end of the file");
	buf_done(&got);
}
END_TEST

START_TEST(too_deep_is_said_and_ends)
{
	struct buf text, got;

	buf_init(&text, 4096);
	buf_init(&got, 4096);
	for (int i = 0; i < LIMIT_JSON_DEPTH; i++)
		buf_putc(&text, '[');
	read_all(buf_str(&text), 0, false, &got);
	ck_assert(str_ends(buf_str(&got), STR("cut by the end of the file")));
	buf_putc(&text, '[');
	buf_reset(&got);
	read_all(buf_str(&text), 0, false, &got);
	ck_assert(str_ends(buf_str(&got), STR("nested deeper than 64")));
	buf_done(&got);
	buf_done(&text);
}
END_TEST

START_TEST(a_long_string_keeps_its_head)
{
	struct buf text, got;

	buf_init(&text, 4 * LIMIT_LINE);
	buf_init(&got, 4 * LIMIT_LINE);
	buf_putc(&text, '"');
	for (int i = 0; i < 2 * LIMIT_LINE; i++)
		buf_putc(&text, 'x');
	buf_add(&text, STR("\" 1"));
	read_all(buf_str(&text), 0, false, &got);
	ck_assert_uint_eq(got.n, strlen("str: num:1 whole") + LIMIT_LINE);
	ck_assert(str_ends(buf_str(&got), STR("x num:1 whole")));
	buf_done(&got);
	buf_done(&text);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, tokens_however_the_input_is_split, texts);
	tcase_add_test(tc, tokens_know_their_place);
	tcase_add_test(tc, too_deep_is_said_and_ends);
	tcase_add_test(tc, a_long_string_keeps_its_head);
}

TEST_MAIN("tokens", add)

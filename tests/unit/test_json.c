#include "base/json.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "unit.h"

static struct json *parsed(struct str text)
{
	struct error err = { 0 };
	struct json *root = NULL;

	ck_assert_msg(json_parse(&root, text, &err) == OK, "%.*s: %s", STR_ARG(str_head(text, 100)), err.text);
	return root;
}

/* From a heap copy of exact size, so that the sanitizer sees a read past it. */
static enum status parse_copy(struct json **root, const char *text, size_t n, struct error *err)
{
	char *copy = malloc(n + (n == 0));
	enum status st = json_parse(root, (struct str){ memcpy(copy, text, n), n }, err);

	free(copy);
	return st;
}

/* Text in, json_text() out; NULL: unchanged. */
static const struct {
	const char *in, *out;
} values[] = {
	{ "{\"a\":[1,2.5,-3e-7,true,false,null,\"x\"],\"b\":{}}", "{\"a\":[1,2.5,-3e-07,true,false,null,\"x\"],\"b\":{}}" },
	{ " \t\r\n[ 1 , { \"k\" : [ ] } ] \n", "[1,{\"k\":[]}]" },
	{ "0", NULL }, { "-0.5", NULL }, { "33.333333333333336", NULL }, { "0.1", NULL }, { "1700000000123", NULL },
	{ "[999999999999999]", NULL },                               /* 15 digits: exact in a double */
	{ "[9007199254740993]", NULL },                              /* 2^53 + 1 */
	{ "[1669112164481234567,-1669112164481234567]", NULL },
	{ "{\"a\":1e999}", NULL },
	{ "[0.1000000000000000000000000000000000000000000000000000000000000000000000000000001]", NULL },
	{ "[\"1669112164481234567\"]", NULL },                       /* was a string and stays one */
	{ "[\"a\\u0000b\"]", "[\"a\xef\xbf\xbd" "b\"]" },
	{ "{\"k\\u0000\":1}", "{\"k\xef\xbf\xbd\":1}" },
	{ "[\"\\ud83d\\udd25\"]", "[\"\xf0\x9f\x94\xa5\"]" },
	{ "[\"\\ud83d\"]", "[\"\xef\xbf\xbd\"]" }, { "[\"\\udd25\\ud83d\"]", "[\"\xef\xbf\xbd\xef\xbf\xbd\"]" },
	{ "[\"\\ud83d\\u0041\"]", "[\"\xef\xbf\xbd" "A\"]" },
	{ "[\"\\\\\\\"\\/\\b\\f\\n\\r\\t\\u001b\"]", "[\"\\\\\\\"/\\b\\f\\n\\r\\t\\u001b\"]" },
	{ "[\"caf\xe9\"]", "[\"caf\\\\xe9\"]" },                     /* Latin-1 */
	{ "[\"\xff" "12\"]", "[\"\\\\xff12\"]" },                    /* our own mark, forged */
	{ "\"a\\nb\"", "a\nb" },
	{ "12345678901234567890", NULL },
};

START_TEST(values_come_out_as_they_went_in)
{
	struct json *root = NULL;
	struct error err;
	struct buf b;

	buf_init(&b, 10000);
	ck_assert_int_eq(parse_copy(&root, values[_i].in, strlen(values[_i].in), &err), OK);
	json_text(root, &b);
	ck_assert_str_eq(buf_cstr(&b), values[_i].out ? values[_i].out : values[_i].in);
	ck_assert(utf8_valid(buf_str(&b)));
	json_free(root);
	buf_done(&b);
}
END_TEST

/* Much of this cJSON itself takes. */
static const char *const not_json[] = {
	"", " ", "x", "nul", "nulll", "True", "NaN", "nan", "Infinity", "-", "-x", "+1", "01", "-01", "1.", ".5", "1.e5", "1e", "1e+",
	"0x10", "[1,]", "[,1]", "[1 2]", "[", "]", "[1", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{1:1}",
	"{\"a\" 1}", "{\"a\":1", "{\"a\":1]", "[1}", "\"", "\"a", "\"\\\"", "\"\\x41\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u0x12\"",
	"\"\\", "\"\\u", "\"\\ud83d\\u\"", "\"a\nb\"", "\"a\tb\"", "'a'", "1 2", "{} {}", "[] x", "\xef\xbb\xbf{}", "/* c */ 1", "1 // c",
	"\xff", "[1]\f", "\v1", "tru\"e\"",
};

START_TEST(what_is_not_json_is_refused)
{
	struct json *root = NULL;
	struct error err = { 0 };

	ck_assert_int_eq(parse_copy(&root, not_json[_i], strlen(not_json[_i]), &err), ERR_FORMAT);
	ck_assert_ptr_null(root);
	ck_assert_str_ne(err.text, "");
}
END_TEST

START_TEST(a_raw_nul_is_refused)
{
	struct json *root = NULL;

	ck_assert_int_eq(json_parse(&root, (struct str){ "[1]\0", 4 }, NULL), ERR_FORMAT);
	ck_assert_int_eq(json_parse(&root, (struct str){ "\"a\0\"", 4 }, NULL), ERR_FORMAT);
	ck_assert_int_eq(json_parse(&root, (struct str){ "\"\\\0\"", 4 }, NULL), ERR_FORMAT);
	ck_assert_ptr_null(root);
}
END_TEST

START_TEST(every_prefix_is_refused_without_reading_past_it)
{
	static const char text[] = "{\"a\":[1.5e3,\"\\ud83d\\udd25\xc3\xa4\",12345678901234567],\"b\":null}";
	struct json *root = NULL;

	for (size_t n = 0; n < sizeof text - 1; n++)
		ck_assert_int_eq(parse_copy(&root, text, n, NULL), ERR_FORMAT);
	ck_assert_ptr_null(root);
	ck_assert_int_eq(parse_copy(&root, text, sizeof text - 1, NULL), OK);
	json_free(root);
}
END_TEST

START_TEST(depth_is_limited)
{
	enum { MANY = 1000000 };
	char *text = malloc(MANY);
	struct json *root = NULL;
	struct error err;

	for (int brackets = 0; brackets < 2; brackets++) {
		size_t n = 0, depth;

		for (depth = 0; depth < LIMIT_JSON_DEPTH; depth++) {
			memcpy(text + n, brackets ? "[" : "{\"a\":", brackets ? 1 : 5);
			n += brackets ? 1 : 5;
		}
		text[n++] = '1';
		for (; depth > 0; depth--)
			text[n++] = brackets ? ']' : '}';
		ck_assert_int_eq(json_parse(&root, (struct str){ text, n }, &err), OK);
		json_free(root);
		root = NULL;
		memmove(text + 1, text, n);
		text[0] = '[';
		text[n + 1] = ']';
		ck_assert_int_eq(json_parse(&root, (struct str){ text, n + 2 }, &err), ERR_LIMIT);
	}
	memset(text, '[', MANY);
	ck_assert_int_eq(json_parse(&root, (struct str){ text, MANY }, &err), ERR_LIMIT);
	ck_assert_ptr_null(root);
	free(text);
}
END_TEST

START_TEST(size_is_limited)
{
	size_t n = LIMIT_JSON_RECORD;
	char *text = malloc(n + 1);
	struct json *root = NULL;

	memset(text, '9', n + 1); /* a number of a million digits */
	ck_assert_int_eq(json_parse(&root, (struct str){ text, n + 1 }, NULL), ERR_LIMIT);
	ck_assert_ptr_null(root);
	ck_assert_int_eq(json_parse(&root, (struct str){ text, n }, NULL), OK);
	ck_assert_uint_eq(json_str(root).n, n);
	json_free(root);
	memset(text, '\xff', n); /* grows fivefold */
	text[0] = text[n - 1] = '"';
	ck_assert_int_eq(json_parse(&root, (struct str){ text, n }, NULL), OK);
	ck_assert_uint_eq(json_str(root).n, (n - 2) * 4);
	json_free(root);
	free(text);
}
END_TEST

START_TEST(getters_find_and_tolerate)
{
	struct json *root = parsed(STR("{\"a\":{\"b\":{\"c\":\"deep\"},\"n\":\"12.5\"},\"A\":1,\"t\":true,\"d\":1,\"d\":2,"
				       "\"ns\":1669112164481234567,\"l\":[10,20],\"z\":null,\"no\":\"12x\",\"f\":false,\"i\":1e999}"));
	const struct json *l = json_get(root, "l");
	double d = 4711;

	ck_assert(str_eq(json_path_str(root, "a.b.c"), STR("deep")));
	ck_assert_ptr_null(json_path(root, "a.x.c"));
	ck_assert_ptr_null(json_path(root, "a.b.c.d"));
	ck_assert_ptr_null(json_path(root, ""));
	ck_assert_ptr_null(json_path(root, "l.0"));
	ck_assert_ptr_null(json_get(root, "T"));
	ck_assert_ptr_null(json_get(l, "a"));
	ck_assert_ptr_null(json_get(NULL, "a"));
	ck_assert(json_num(json_get(root, "A"), &d));
	ck_assert_double_eq(d, 1);
	ck_assert(json_num(json_get(root, "d"), &d)); /* the first of two */
	ck_assert_double_eq(d, 1);
	ck_assert(json_num(json_path(root, "a.n"), &d));
	ck_assert_double_eq(d, 12.5);
	ck_assert(json_num(json_get(root, "ns"), &d));
	ck_assert_double_eq(d, 1669112164481234567.0);
	d = 4711;
	ck_assert(!json_num(json_get(root, "i"), &d)); /* never infinite */
	ck_assert(!json_num(json_get(root, "no"), &d) && !json_num(json_get(root, "t"), &d) && !json_num(NULL, &d));
	ck_assert_double_eq(d, 4711);
	ck_assert_int_eq(json_type(json_get(root, "ns")), JSON_STRING);
	ck_assert(str_eq(json_get_str(root, "ns"), STR("1669112164481234567")));
	ck_assert_uint_eq(json_get_str(root, "A").n, 0);
	ck_assert(json_bool(json_get(root, "t")));
	ck_assert(!json_bool(json_get(root, "f")) && !json_bool(json_get(root, "A")) && !json_bool(NULL));
	json_free(root);
}
END_TEST

START_TEST(types_are_told)
{
	static const enum json_type types[] = { JSON_NULL, JSON_BOOL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };
	struct json *root = parsed(STR("[null,true,false,1,\"s\",[],{}]"));
	size_t n = 0;

	for (const struct json *v = json_first(root); v; v = json_next(v)) {
		ck_assert_uint_lt(n, sizeof types / sizeof *types);
		ck_assert_int_eq(json_type(v), types[n++]);
		ck_assert_uint_eq(json_key(v).n, 0);
	}
	ck_assert_uint_eq(n, sizeof types / sizeof *types);
	ck_assert_int_eq(json_type(NULL), JSON_NULL);
	ck_assert_ptr_null(json_first(NULL));
	ck_assert_ptr_null(json_next(NULL));
	json_free(root);
	json_free(NULL);
}
END_TEST

START_TEST(members_come_in_the_order_written)
{
	struct json *root = parsed(STR("{\"z\":1,\"a\":2,\"z\":3}"));
	const struct json *v = json_first(root);

	ck_assert(str_eq(json_key(v), STR("z")));
	v = json_next(v);
	ck_assert(str_eq(json_key(v), STR("a")));
	v = json_next(v);
	ck_assert(str_eq(json_key(v), STR("z")));
	ck_assert_ptr_null(json_next(v));
	json_free(root);
}
END_TEST

static const struct {
	struct str in;
	const char *out;
} strings[] = {
	{ { NULL, 0 }, "\"\"" },
	{ { "a\"b\\c", 5 }, "\"a\\\"b\\\\c\"" },
	{ { "\0\x01\x1f\x7f\n", 5 }, "\"\\u0000\\u0001\\u001f\\u007f\\n\"" },
	{ { "\xc3\xa4\xff\xe2\x82", 5 }, "\"\xc3\xa4\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
};

START_TEST(written_strings_are_json)
{
	struct json *root;
	struct buf b;

	buf_init(&b, 1000);
	json_put_string(&b, strings[_i].in);
	ck_assert_str_eq(buf_cstr(&b), strings[_i].out);
	root = parsed(buf_str(&b));
	ck_assert_int_eq(json_type(root), JSON_STRING);
	json_free(root);
	buf_done(&b);
}
END_TEST

START_TEST(eighty_thousand_members_are_read)
{
	struct buf b;
	struct json *root;
	double d = 0;

	buf_init(&b, LIMIT_JSON_RECORD);
	buf_putc(&b, '{');
	for (int i = 0; i < 80000; i++)
		buf_printf(&b, "%s\"%d\":%d", i ? "," : "", i, i % 10);
	buf_putc(&b, '}');
	ck_assert(!b.cut);
	root = parsed(buf_str(&b));
	ck_assert(json_num(json_get(root, "79999"), &d));
	ck_assert_double_eq(d, 9);
	json_free(root);
	buf_done(&b);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, values_come_out_as_they_went_in, values);
	LOOP(tc, what_is_not_json_is_refused, not_json);
	tcase_add_test(tc, a_raw_nul_is_refused);
	tcase_add_test(tc, every_prefix_is_refused_without_reading_past_it);
	tcase_add_test(tc, depth_is_limited);
	tcase_add_test(tc, size_is_limited);
	tcase_add_test(tc, getters_find_and_tolerate);
	tcase_add_test(tc, types_are_told);
	tcase_add_test(tc, members_come_in_the_order_written);
	LOOP(tc, written_strings_are_json, strings);
	tcase_add_test(tc, eighty_thousand_members_are_read);
}

TEST_MAIN("json", add)

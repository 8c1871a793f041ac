#include "bundle/records.h"

#include "base/json.h"
#include "base/limits.h"
#include "bundle_help.h"

/* "line+lines@offset array text", with "envelope" or a problem in between; then "! reason".
 * in is what r reads, if its records lie in it as they are. */
static enum status dump_records(struct reader *r, const char *const *arrays, struct str in, struct buf *out)
{
	struct records *records = records_new(r, arrays);
	struct error err = { 0 };
	struct record rec;
	enum status st;

	while ((st = records_next(records, &rec, &err)) == OK) {
		buf_printf(out, "%u+%u@%llu %.*s%s", rec.line, rec.lines, (unsigned long long)rec.offset,
			   STR_ARG(rec.array), rec.array.n ? " " : "");
		if (in.n > 0 && !rec.envelope)
			ck_assert(str_starts(str_from(in, rec.offset), rec.text));
		if (rec.envelope)
			buf_add(out, STR("envelope "));
		if (rec.problem)
			buf_printf(out, "(%s) ", rec.problem);
		if (rec.text.n > 200)
			buf_printf(out, "%zu bytes", rec.text.n);
		else
			put_visible(out, rec.text);
		buf_putc(out, '\n');
	}
	if (st != END)
		buf_printf(out, "! %s\n", err.text);
	ck_assert_int_eq(records_next(records, &rec, NULL), st);
	records_free(records);
	return st;
}

static void check_records(struct str in, const char *const *arrays, const char *want)
{
	struct buf got;

	buf_init(&got, MAKE_MAX);
	for (size_t i = 0; i < N_CHUNKS; i++) {
		struct bundle *b = bundle_in_memory("x.json", in, chunks[i]);

		buf_reset(&got);
		dump_records(first_member(b), arrays, in, &got);
		bundle_close(b);
		ck_assert_msg(strcmp(buf_cstr(&got), want) == 0, "chunk %zu:\n--- got\n%s--- want\n%s", chunks[i],
			      buf_cstr(&got), want);
	}
	buf_done(&got);
}

#define CUT "(cut by the end of the file) "
#define TORN "(cut in the middle: another record follows) "

static const struct { const char *in, *out; } shapes[] = {
	{ "", "" },
	{ " \r\n\t\n", "" },
	/* JSON lines, with or without the last line end, blank lines, CRLF, trailing commas, RFC 7464. */
	{ "{\"a\":1}\n{\"b\":2}", "1+1@0 {\"a\":1}\n2+1@8 {\"b\":2}\n" },
	{ "{\"a\":1}\r\n\r\n  {\"b\":2} \r\n", "1+1@0 {\"a\":1}\n3+1@13 {\"b\":2}\n" },
	{ "{\"a\":1},\n{\"b\":2},\n", "1+1@0 {\"a\":1}\n2+1@9 {\"b\":2}\n" },
	{ "\x1e{\"a\":1}\n\x1e{\"b\":2}\n", "1+1@1 {\"a\":1}\n2+1@10 {\"b\":2}\n" },
	/* Documents, one or more, on one line or many. */
	{ "{\"a\":1}{\"b\":2} {}", "1+1@0 {\"a\":1}\n1+1@7 {\"b\":2}\n1+1@15 {}\n" },
	{ "{\n \"a\": {\n  \"b\": 1\n }\n}\n{\n}\n",
	  "1+5@0 {<0a> \"a\": {<0a>  \"b\": 1<0a> }<0a>}\n6+2@24 {<0a>}\n" },
	/* Brackets and quotes in strings are text. */
	{ "{\"a\":\"}{][\\\"\\\\\",\"b\":\"\\\\\"}\n{}", "1+1@0 {\"a\":\"}{][\\\"\\\\\",\"b\":\"\\\\\"}\n2+1@26 {}\n" },
	/* A top-level array gives its elements. */
	{ "[]", "" },
	{ "[{\"a\":1},{\"b\":[2]},[3,[4]],5,\"s,]\",null]",
	  "1+1@1 {\"a\":1}\n1+1@9 {\"b\":[2]}\n1+1@19 [3,[4]]\n1+1@27 5\n1+1@29 \"s,]\"\n1+1@35 null\n" },
	{ "[\n{\"a\":1},\n{\"b\":2}\n]\n", "2+1@2 {\"a\":1}\n3+1@11 {\"b\":2}\n" },
	{ "[1][2]\n[3]", "1+1@1 1\n1+1@4 2\n2+1@8 3\n" },
	/* An object with a known array: elements, then the envelope. */
	{ "{\"kind\":\"List\",\"items\":[{\"a\":1},{\"b\":2}],\"v\":1}",
	  "1+1@24 items {\"a\":1}\n1+1@32 items {\"b\":2}\n1+1@0 envelope {\"kind\":\"List\",\"items\":[],\"v\":1}\n" },
	{ "{\"value\" :\n [\n {\"a\":1} ,\n {\"b\":2}\n ]\n}",
	  "3+1@15 value {\"a\":1}\n4+1@26 value {\"b\":2}\n1+6@0 envelope {\"value\" :<0a> []<0a>}\n" },
	{ "{\"items\":[],\"records\":[1]}", "1+1@23 records 1\n1+1@0 envelope {\"items\":[],\"records\":[]}\n" },
	{ "{\"items\":[]}", "1+1@0 envelope {\"items\":[]}\n" },
	{ "{\"items\":[[1],[{\"items\":[2]}]]}",
	  "1+1@10 items [1]\n1+1@14 items [{\"items\":[2]}]\n1+1@0 envelope {\"items\":[]}\n" },
	{ "{\"records\":[{\"a\":1}]}\n{\"records\":[{\"b\":2}]}\n",
	  "1+1@12 records {\"a\":1}\n1+1@0 envelope {\"records\":[]}\n"
	  "2+1@34 records {\"b\":2}\n2+1@22 envelope {\"records\":[]}\n" },
	/* Only there: not deeper, not under another name, not when it is no array, not when the name is a value. */
	{ "{\"a\":{\"items\":[1]}}", "1+1@0 {\"a\":{\"items\":[1]}}\n" },
	{ "{\"a\":[{\"items\":[1]}]}", "1+1@0 {\"a\":[{\"items\":[1]}]}\n" },
	{ "{\"items\":null,\"x\":[1]}", "1+1@0 {\"items\":null,\"x\":[1]}\n" },
	{ "{\"items\":{\"x\":[1]}}", "1+1@0 {\"items\":{\"x\":[1]}}\n" },
	{ "{\"x\":\"items\",\"y\":[1],\"Items\":[2]}", "1+1@0 {\"x\":\"items\",\"y\":[1],\"Items\":[2]}\n" },
	{ "[{\"items\":[1]}]", "1+1@1 {\"items\":[1]}\n" },
	{ "{\"a\":{\"b\":1},\"items\":[1]}", "1+1@22 items 1\n1+1@0 envelope {\"a\":{\"b\":1},\"items\":[]}\n" },
	/* Scalars at the top level. */
	{ "12 -0.5e+3 true \"x y\" null", "1+1@0 12\n1+1@3 -0.5e+3\n1+1@11 true\n1+1@16 \"x y\"\n1+1@22 null\n" },
	/* What is not JSON is told line by line, and does not spoil its neighbours. */
	{ "==== START logs ====\n{\"a\":1}\nplain {\"b\":2}\r\n{\"c\":3}\n01 x\n",
	  "1+1@0 (not JSON) ==== START logs ====\n2+1@21 {\"a\":1}\n3+1@29 (not JSON) plain {\"b\":2}\n"
	  "4+1@44 {\"c\":3}\n5+1@52 (not JSON) 01 x\n" },
	{ "{\"a\":1}}\n{\"b\":2}\n", "1+1@0 {\"a\":1}\n1+1@7 (not JSON) }\n2+1@9 {\"b\":2}\n" },
	{ "[1, tru, 2", "1+1@1 1\n1+1@4 (not JSON) tru\n1+1@9 2\n" },
	{ "garbage", "1+1@0 (not JSON) garbage\n" },
	/* Cut by the end: what is whole comes first. */
	{ "{\"a\":1}\n{\"b\":", "1+1@0 {\"a\":1}\n2+1@8 " CUT "{\"b\":\n" },
	{ "{\"a\":\"x", "1+1@0 " CUT "{\"a\":\"x\n" },
	{ "{\"a\":\"x\\", "1+1@0 " CUT "{\"a\":\"x\\\n" },
	{ "{\"items\":[{\"a\":1},{\"b\":2",
	  "1+1@10 items {\"a\":1}\n1+1@18 items " CUT "{\"b\":2\n1+1@0 envelope " CUT "{\"items\":[\n" },
	{ "{\"items\":[{\"a\":1},\n", "1+1@10 items {\"a\":1}\n1+1@0 envelope " CUT "{\"items\":[\n" },
	{ "{\"items\":[{\"a\":1}],\n\"k", "1+1@10 items {\"a\":1}\n1+2@0 envelope " CUT "{\"items\":[],<0a>\"k\n" },
	{ "{\"items\":[12", "1+1@10 items " CUT "12\n1+1@0 envelope " CUT "{\"items\":[\n" },
	{ "[{\"a\":1},{\"b", "1+1@1 {\"a\":1}\n1+1@9 " CUT "{\"b\n" },
	{ "[{\"a\":1},", "1+1@1 {\"a\":1}\n1+1@9 " CUT "\n" },
	/* JSON lines whose writer died: the next line is whole again. */
	{ "{\"a\":1}\n{\"b\":{\"c\":\n{\"d\":4}\n", "1+1@0 {\"a\":1}\n2+1@8 " TORN "{\"b\":{\"c\":\n3+1@19 {\"d\":4}\n" },
	{ "{\"a\":\"x\n{\"b\":2}\n", "1+1@0 " TORN "{\"a\":\"x\n2+1@8 {\"b\":2}\n" },
	{ "{\"a\":1}\n{\"b\":\"x\\\r\n{\"d\":4}\n", "1+1@0 {\"a\":1}\n2+1@8 " TORN "{\"b\":\"x\\\n3+1@18 {\"d\":4}\n" },
	{ "{\"records\":[1]}\n{\"records\":[{\"a\":\n{\"records\":[2]}\n",
	  "1+1@12 records 1\n1+1@0 envelope {\"records\":[]}\n2+1@28 records " TORN "{\"a\":\n"
	  "2+1@16 envelope " TORN "{\"records\":[\n3+1@46 records 2\n3+1@34 envelope {\"records\":[]}\n" },
	{ "{\"records\":[1]}\n{\"records\":[2,\n{\"records\":[3]}\n",
	  "1+1@12 records 1\n1+1@0 envelope {\"records\":[]}\n2+1@28 records 2\n"
	  "2+1@16 envelope " TORN "{\"records\":[\n3+1@43 records 3\n3+1@31 envelope {\"records\":[]}\n" },
	/* A line end in a string is not JSON, but a record all the same where nothing else follows. */
	{ "{\"a\":\"x\ny\"}\n{}", "1+2@0 {\"a\":\"x<0a>y\"}\n3+1@12 {}\n" },
};

START_TEST(finds_the_records_of_every_shape)
{
	check_records(str_of(shapes[_i].in), NULL, shapes[_i].out);
}
END_TEST

/* Arrays of one's own choice, also in objects in the object. */
static const char *const prometheus[] = { "data.result", "rows", NULL };
static const struct { const char *in, *out; } paths[] = {
	{ "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"m\":1},{\"m\":2}]},\"x\":[3]}",
	  "1+1@60 data.result {\"m\":1}\n1+1@68 data.result {\"m\":2}\n"
	  "1+1@0 envelope {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]},\"x\":[3]}\n" },
	{ "{\"data\":{\"o\":{\"result\":[1]},\"x\":{},\"result\":[2]},\"items\":[3],\"rows\":[4]}",
	  "1+1@45 data.result 2\n1+1@69 rows 4\n"
	  "1+1@0 envelope {\"data\":{\"o\":{\"result\":[1]},\"x\":{},\"result\":[]},\"items\":[3],\"rows\":[]}\n" },
	{ "{\"result\":[1],\"data\":[{\"result\":[2]}],\"data.result\":[3]}",
	  "1+1@53 data.result 3\n1+1@0 envelope {\"result\":[1],\"data\":[{\"result\":[2]}],\"data.result\":[]}\n" },
	{ "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"g\":{\"h\":{\"i\":{\"rows\":[1]}}}}}}}}},\"rows\":[2]}",
	  "1+1@74 rows 2\n1+1@0 envelope {\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"g\":{\"h\":{\"i\":{\"rows\":[1]}}}}}}}}},\"rows\":[]}\n" },
};

START_TEST(splits_arrays_by_their_path)
{
	check_records(str_of(paths[_i].in), prometheus, paths[_i].out);
}
END_TEST

static void add_many(struct buf *b, const char *piece, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_add(b, str_of(piece));
}

/* Too deep for json_parse(), and deeper than any recursion would survive. */
static const struct { size_t depth; bool deep; } depths[] = {
	{ LIMIT_JSON_DEPTH, false }, { LIMIT_JSON_DEPTH + 1, true }, { 300000, true },
};

START_TEST(depth_is_counted_not_recursed)
{
	size_t n = depths[_i].depth;
	struct buf in, want;

	buf_init(&in, MAKE_MAX);
	buf_init(&want, MAKE_MAX);
	/* As an element of an array, as a top-level object, and as an element of one. */
	buf_add(&in, STR("[1,"));
	add_many(&in, "[", n);
	add_many(&in, "]", n);
	buf_printf(&want, "1+1@1 1\n1+1@3 %s", depths[_i].deep ? "(nested deeper than 64) " : "");
	if (2 * n > 200)
		buf_printf(&want, "%zu bytes", 2 * n);
	else
		buf_add(&want, str_from(buf_str(&in), 3));
	buf_add(&in, STR("]\n"));
	buf_printf(&want, "\n2+1@%zu %s%zu bytes\n", in.n, depths[_i].deep ? "(nested deeper than 64) " : "", 6 * n + 1);
	add_many(&in, "{\"a\":", n);
	buf_add(&in, STR("1"));
	add_many(&in, "}", n);
	buf_add(&in, STR("\n{}"));
	buf_printf(&want, "3+1@%zu {}\n", in.n - 2);
	if (6 * n + 1 <= LIMIT_JSON_RECORD)
		check_records(buf_str(&in), NULL, buf_cstr(&want));
	else
		check_records(str_head(buf_str(&in), 3 + 2 * n + 1), NULL, "1+1@1 1\n1+1@3 (nested deeper than 64) 600000 bytes\n");
	buf_done(&in);
	buf_done(&want);
}
END_TEST

/* json_parse() and the splitter must mean the same by depth. */
START_TEST(what_is_not_too_deep_can_be_parsed)
{
	struct buf in;
	struct json *root = NULL;

	buf_init(&in, MAKE_MAX);
	add_many(&in, "[", LIMIT_JSON_DEPTH);
	add_many(&in, "]", LIMIT_JSON_DEPTH);
	ck_assert_int_eq(json_parse(&root, buf_str(&in), NULL), OK);
	json_free(root);
	buf_done(&in);
}
END_TEST

/* One record of n bytes among small ones, in every place a record can be. */
static const struct {
	const char *before, *after;
	const char *first, *array, *second, *rest; /* what comes out around it */
	int line, second_line;
} places[] = {
	{ "{\"a\":1}\n", "\n{\"b\":2}\n", "1+1@0 {\"a\":1}\n", "", "{\"b\":2}", "", 2, 3 },
	{ "[1,", ",2]", "1+1@1 1\n", "", "2", "", 1, 1 },
	{ "{\"items\":[1,", ",2]}", "1+1@10 items 1\n", "items ", "2", "1+1@0 envelope {\"items\":[]}\n", 1, 1 },
};

static void check_large(int i, size_t n, const char *problem)
{
	size_t kept = n < LIMIT_JSON_RECORD ? n : LIMIT_JSON_RECORD;
	struct buf in, want;

	buf_init(&in, MAKE_MAX);
	buf_init(&want, MAKE_MAX);
	buf_add(&in, str_of(places[i].before));
	buf_printf(&want, "%s%d+1@%zu %s%s%zu bytes\n", places[i].first, places[i].line, in.n, places[i].array, problem, kept);
	buf_add(&in, STR("{\"k\":\""));
	add_many(&in, "x", n - 8);
	buf_add(&in, STR("\"}"));
	buf_printf(&want, "%d+1@%zu %s%s\n%s", places[i].second_line, in.n + 1, places[i].array, places[i].second,
		   places[i].rest);
	buf_add(&in, str_of(places[i].after));
	check_records(buf_str(&in), NULL, buf_cstr(&want));
	buf_done(&in);
	buf_done(&want);
}

START_TEST(a_record_of_the_limit_is_whole)
{
	check_large(_i, LIMIT_JSON_RECORD, "");
}
END_TEST

START_TEST(a_record_over_the_limit_is_skipped)
{
	check_large(_i, LIMIT_JSON_RECORD + 1, "(larger than 1 MiB) ");
	check_large(_i, 3 * LIMIT_JSON_RECORD, "(larger than 1 MiB) ");
}
END_TEST

/* An envelope may be too large, its elements are not. */
START_TEST(elements_survive_a_large_envelope)
{
	struct buf in, want;

	buf_init(&in, MAKE_MAX);
	buf_init(&want, MAKE_MAX);
	buf_add(&in, STR("{\"k\":\""));
	add_many(&in, "x", LIMIT_JSON_RECORD);
	buf_add(&in, STR("\",\"items\":["));
	buf_printf(&want, "1+1@%zu items {\"a\":1}\n1+1@0 envelope (larger than 1 MiB) %u bytes\n", in.n,
		   LIMIT_JSON_RECORD);
	buf_add(&in, STR("{\"a\":1}]}"));
	check_records(buf_str(&in), NULL, buf_cstr(&want));
	buf_done(&in);
	buf_done(&want);
}
END_TEST

/* A document cut at any byte: never an error, elements before the cut are whole. */
START_TEST(truncation_at_every_byte_keeps_whole_elements)
{
	static const char doc[] =
		"{\n  \"kind\": \"List\",\n  \"items\": [\n    {\"n\": \"a\\\"]\"},\n    {\"n\": [1]}\n  ],\n  \"z\": {}\n}\n";
	size_t begin = str_find(str_of(doc), STR("{\"n\"")), end = str_find(str_of(doc), STR("\"},")) + 2;
	struct buf got, first;

	buf_init(&got, MAKE_MAX);
	buf_init(&first, MAKE_MAX);
	buf_printf(&first, "4+1@%zu items %.*s\n", begin, (int)(end - begin), doc + begin);
	for (size_t n = 0; n < sizeof(doc) - 1; n++) {
		struct bundle *b = bundle_in_memory("x", lit(doc, n), chunks[_i]);

		buf_reset(&got);
		ck_assert_int_eq(dump_records(first_member(b), NULL, STR_NONE, &got), END);
		bundle_close(b);
		if (n > 0 && n < sizeof(doc) - 2)
			ck_assert_msg(str_has(buf_str(&got), STR("cut by the end")), "%zu: %s", n, buf_cstr(&got));
		if (n >= end)
			ck_assert(str_starts(buf_str(&got), buf_str(&first)));
	}
	buf_done(&first);
	buf_done(&got);
}
END_TEST

START_TEST(damage_below_comes_after_what_was_open)
{
	struct buf gz, got;
	struct bundle *b;

	buf_init(&gz, MAKE_MAX);
	buf_init(&got, MAKE_MAX);
	add_gz(&gz, STR("{\"a\":1}\n{\"b\":"));
	b = bundle_in_memory("x", lit(gz.p, gz.n - 3), chunks[_i]);
	ck_assert_int_eq(dump_records(first_member(b), NULL, STR_NONE, &got), ERR_FORMAT);
	ck_assert_str_eq(buf_cstr(&got), "1+1@0 {\"a\":1}\n2+1@8 " CUT "{\"b\":\n! gzip stream ends in the middle\n");
	bundle_close(b);
	buf_done(&gz);
	buf_done(&got);
}
END_TEST

START_TEST(goes_on_where_lines_were_read)
{
	struct bundle *b = bundle_in_memory("x", STR("header\nnot for us\n{\"a\":1}\nrest"), chunks[_i]);
	struct reader *r = first_member(b);
	struct records *records;
	struct record rec;
	struct line l;

	ck_assert_int_eq(reader_line(r, &l, NULL), OK);
	ck_assert_int_eq(reader_line(r, &l, NULL), OK);
	ck_assert_int_eq(reader_line(r, &l, NULL), OK);
	reader_unread(r);
	records = records_new(r, NULL);
	ck_assert_int_eq(records_next(records, &rec, NULL), OK);
	ck_assert(str_eq(rec.text, STR("{\"a\":1}")));
	ck_assert_uint_eq(rec.line, 3);
	ck_assert_uint_eq(rec.offset, 18);
	ck_assert_int_eq(records_next(records, &rec, NULL), OK);
	ck_assert_str_eq(rec.problem, "not JSON");
	ck_assert_uint_eq(rec.line, 4);
	records_free(records);
	bundle_close(b);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 120);
	LOOP(tc, finds_the_records_of_every_shape, shapes);
	LOOP(tc, splits_arrays_by_their_path, paths);
	LOOP(tc, depth_is_counted_not_recursed, depths);
	tcase_add_test(tc, what_is_not_too_deep_can_be_parsed);
	LOOP(tc, a_record_of_the_limit_is_whole, places);
	LOOP(tc, a_record_over_the_limit_is_skipped, places);
	tcase_add_test(tc, elements_survive_a_large_envelope);
	LOOP(tc, truncation_at_every_byte_keeps_whole_elements, chunks);
	LOOP(tc, damage_below_comes_after_what_was_open, chunks);
	LOOP(tc, goes_on_where_lines_were_read, chunks);
}
TEST_MAIN("bundle/records", add)

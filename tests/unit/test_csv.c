#include "base/csv.h"

#include "unit.h"

static const struct {
	const char *record;
	const char *cells[6];
} records[] = {
	{ "a,b,c", { "a", "b", "c" } },
	{ "0, NVIDIA H100, 45, [N/A]\r\n", { "0", "NVIDIA H100", "45", "[N/A]" } },
	{ "", { "" } },
	{ ",", { "", "" } },
	{ "a,", { "a", "" } },
	{ "\"a,b\",c", { "a,b", "c" } },
	{ "\"say \"\"no\"\"\",c", { "say \"no\"", "c" } },
	{ "  \" kept \"  , x ", { " kept ", "x" } },
	{ "\"\",\"\"\"\"", { "", "\"" } },
	{ "\"two\nlines\",c", { "two\nlines", "c" } },
	{ "a \"b\" c,d", { "a \"b\" c", "d" } },          /* a quote inside is text */
	{ "\"never closed, all of it", { "never closed, all of it" } },
	{ "\"a\"b\"c\" ,d", { "ab\"c\"", "d" } },          /* text behind the closing quote */
	{ "\"a\"\"", { "a\"" } },
	{ "\"", { "" } },
};

START_TEST(cells_of_a_record)
{
	/* On the heap and without a NUL: reading past the end is seen by the sanitizer. */
	size_t length = strlen(records[_i].record), n = 0;
	char *copy = malloc(length + (length == 0));
	struct str rest = { memcpy(copy, records[_i].record, length), length }, cell;
	struct arena *a = arena_new();

	while (csv_cell(&rest, a, &cell)) {
		ck_assert_uint_lt(n, 6);
		ck_assert_msg(records[_i].cells[n] && str_eq(cell, str_of(records[_i].cells[n])),
			      "cell %zu is '%.*s'", n, STR_ARG(cell));
		n++;
	}
	ck_assert_ptr_null(records[_i].cells[n]);
	ck_assert_ptr_null(rest.p);
	ck_assert(!csv_cell(&rest, a, &cell));
	arena_free(a);
	free(copy);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, cells_of_a_record, records);
}

TEST_MAIN("csv", add)

#include "base/number.h"

#include <inttypes.h>
#include <stdio.h>

#include "unit.h"

#define UNTOUCHED 4711

static const struct {
	const char *text;
	bool ok;
	uint64_t value;
} unsigneds[] = {
	{ "0", true, 0 }, { "007", true, 7 }, { "18446744073709551615", true, UINT64_MAX },
	{ "00000000000000000000000000000018446744073709551615", true, UINT64_MAX },
	{ "18446744073709551616", false, 0 }, { "99999999999999999999", false, 0 },
	{ "184467440737095516150", false, 0 }, { "", false, 0 }, { "-1", false, 0 }, { "+1", false, 0 },
	{ " 1", false, 0 }, { "1 ", false, 0 }, { "1a", false, 0 }, { "0x1", false, 0 }, { "1.0", false, 0 },
	{ "\xd9\xa1", false, 0 },
};

START_TEST(u64_is_digits_that_fit)
{
	uint64_t v = UNTOUCHED;

	ck_assert_int_eq(num_u64(str_of(unsigneds[_i].text), &v), unsigneds[_i].ok);
	ck_assert_uint_eq(v, unsigneds[_i].ok ? unsigneds[_i].value : UNTOUCHED);
}
END_TEST

static const struct {
	const char *text;
	bool ok;
	int64_t value;
} signeds[] = {
	{ "9223372036854775807", true, INT64_MAX }, { "-9223372036854775808", true, INT64_MIN },
	{ "9223372036854775808", false, 0 }, { "-9223372036854775809", false, 0 },
	{ "+5", true, 5 }, { "-0", true, 0 }, { "-", false, 0 }, { "+", false, 0 }, { "--1", false, 0 },
	{ "+-1", false, 0 }, { "", false, 0 },
};

START_TEST(i64_has_one_sign_and_fits)
{
	int64_t v = UNTOUCHED;

	ck_assert_int_eq(num_i64(str_of(signeds[_i].text), &v), signeds[_i].ok);
	ck_assert_int_eq(v, signeds[_i].ok ? signeds[_i].value : UNTOUCHED);
}
END_TEST

static const struct {
	const char *text;
	bool ok;
	uint64_t value;
} hexes[] = {
	{ "0", true, 0 }, { "0x1F", true, 31 }, { "0Xff", true, 255 }, { "ffffffffffffffff", true, UINT64_MAX },
	{ "0000ffffffffffffffff", true, UINT64_MAX }, { "10000000000000000", false, 0 }, { "0x", false, 0 },
	{ "", false, 0 }, { "0x0x1", false, 0 }, { "g", false, 0 }, { "-1", false, 0 }, { "1h", false, 0 },
};

START_TEST(hex_with_or_without_prefix)
{
	uint64_t v = UNTOUCHED;

	ck_assert_int_eq(num_hex(str_of(hexes[_i].text), &v), hexes[_i].ok);
	ck_assert_uint_eq(v, hexes[_i].ok ? hexes[_i].value : UNTOUCHED);
}
END_TEST

static const struct {
	const char *text;
	bool ok;
	double value;
} doubles[] = {
	{ "0", true, 0.0 }, { "-1.5", true, -1.5 }, { "+2", true, 2.0 }, { "0.1", true, 0.1 }, { "1e3", true, 1000.0 },
	{ "1E-3", true, 0.001 }, { "9007199254740993", true, 9007199254740992.0 }, { "123456789.123456789", true, 123456789.123456789 },
	{ "2.2250738585072011e-308", true, 2.2250738585072011e-308 }, { "1.7976931348623157e308", true, 1.7976931348623157e308 },
	{ "8.5e22", true, 8.5e22 }, { "1e23", true, 1e23 }, { "18446744073709551616", true, 18446744073709551616.0 },
	{ "0.000000000000000000000000000000000000001", true, 1e-39 },
	{ "5e-324", true, 5e-324 }, { "1e-999999999999999999999", true, 0.0 },
	{ "1e309", false, 0 }, { "-1e309", false, 0 }, { "1e999999999999999999999", false, 0 },
	{ "inf", false, 0 }, { "nan", false, 0 }, { "N/A", false, 0 }, { "0x10", false, 0 }, { "1,5", false, 0 },
	{ ".5", false, 0 }, { "5.", false, 0 }, { "1e", false, 0 }, { "1e+", false, 0 }, { "1.5.2", false, 0 },
	{ "", false, 0 }, { "-", false, 0 }, { "e5", false, 0 }, { " 1", false, 0 }, { "1 ", false, 0 },
};

START_TEST(double_is_nearest_and_finite)
{
	double v = UNTOUCHED;

	ck_assert_int_eq(num_double(str_of(doubles[_i].text), &v), doubles[_i].ok);
	ck_assert_double_eq(v, doubles[_i].ok ? doubles[_i].value : UNTOUCHED);
}
END_TEST

START_TEST(double_comes_back_from_its_17_digits)
{
	uint64_t bits = 0x9e3779b97f4a7c15;

	for (int i = 0; i < 20000; i++) {
		char text[64];
		double d, back = 0;

		bits = bits * 6364136223846793005u + 1442695040888963407u;
		memcpy(&d, &bits, sizeof d);
		if (!(d > -1.7e308 && d < 1.7e308))
			continue;
		snprintf(text, sizeof text, "%.17g", d);
		ck_assert_msg(num_double(str_of(text), &back), "%s", text);
		ck_assert_msg(back >= d && back <= d, "%s", text);
	}
}
END_TEST

static const struct {
	const char *text;
	double value;
} quantities[] = {
	{ "2.00 GiB", 2147483648.0 }, { "512MiB", 536870912.0 }, { "1 KiB", 1024.0 }, { "1TiB", 1099511627776.0 },
	{ "64Gi", 68719476736.0 }, { "80k", 80000.0 }, { "1.5M", 1500000.0 }, { "2G", 2e9 }, { "131072 kB", 134217728.0 },
	{ "81559 MB", 85520809984.0 }, { "30 %", 0.3 }, { "100%", 1.0 }, { "7", 7.0 }, { "12 B", 12.0 },
	{ "30s", 30.0 }, { "5m", 300.0 }, { "2h", 7200.0 }, { "1d", 86400.0 }, { "250ms", 0.25 }, { "10us", 1e-5 },
	{ "-1.5 s", -1.5 }, { "1e3 ms", 1.0 },
};

START_TEST(quantities_are_in_base_units)
{
	double v = UNTOUCHED;

	ck_assert(num_with_unit(str_of(quantities[_i].text), &v));
	ck_assert_double_eq(v, quantities[_i].value);
}
END_TEST

static const char *const no_quantities[] = {
	"", "GiB", "[N/A]", "5 ", " 5", "5 parsecs", "5 mib", "5 GiB/s", "5 5", "1h30m", "1e400", "1.7e308 TiB", "1. s", "s5",
};

START_TEST(anything_else_is_no_quantity)
{
	double v = UNTOUCHED;

	ck_assert(!num_with_unit(str_of(no_quantities[_i]), &v));
	ck_assert_double_eq(v, UNTOUCHED);
}
END_TEST

START_TEST(a_million_digits_are_quick_and_bounded)
{
	enum { N = 1000000 };
	char *text = malloc(N);
	struct str s = { text, N };
	uint64_t u = UNTOUCHED;
	int64_t i = UNTOUCHED;
	double d = UNTOUCHED;

	memset(text, '9', N);
	ck_assert(!num_u64(s, &u) && !num_i64(s, &i) && !num_hex(s, &u) && !num_double(s, &d) && !num_with_unit(s, &d));
	text[0] = '0';
	text[1] = '.';
	ck_assert(!num_double(s, &d));
	memset(text, '0', N);
	ck_assert(num_u64(s, &u) && u == 0);
	ck_assert(num_hex(s, &u) && u == 0);
	ck_assert(num_double(s, &d));
	ck_assert_double_eq(d, 0.0);
	free(text);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, u64_is_digits_that_fit, unsigneds);
	LOOP(tc, i64_has_one_sign_and_fits, signeds);
	LOOP(tc, hex_with_or_without_prefix, hexes);
	LOOP(tc, double_is_nearest_and_finite, doubles);
	tcase_add_test(tc, double_comes_back_from_its_17_digits);
	LOOP(tc, quantities_are_in_base_units, quantities);
	LOOP(tc, anything_else_is_no_quantity, no_quantities);
	tcase_add_test(tc, a_million_digits_are_quick_and_bounded);
}

TEST_MAIN("number", add)

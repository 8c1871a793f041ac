#include "base/map.h"

#include <stdio.h>

#include "unit.h"

START_TEST(entries_keep_their_order_and_index)
{
	enum { N = 20000 };
	struct map *m = map_new();
	char key[32];

	for (int pass = 0; pass < 2; pass++) { /* the second pass finds what the first put in */
		for (size_t i = 0; i < N; i++) {
			snprintf(key, sizeof key, "gpu-%zu", i * 7919 % N);
			ck_assert_uint_eq(map_put(m, str_of(key)), i);
		}
		ck_assert_uint_eq(map_count(m), N);
	}
	for (size_t i = 0; i < N; i++) {
		snprintf(key, sizeof key, "gpu-%zu", i * 7919 % N);
		ck_assert_uint_eq(map_find(m, str_of(key)), i);
		ck_assert(str_eq(map_key(m, i), str_of(key)));
	}
	ck_assert_uint_eq(map_find(m, STR("gpu-")), MAP_NONE);
	map_free(m);
	map_free(NULL);
}
END_TEST

START_TEST(values_start_at_zero_and_stay)
{
	struct map *m = map_new();
	size_t a, b;

	ck_assert_uint_eq(map_find(m, STR("a")), MAP_NONE);
	a = map_put(m, STR("a"));
	ck_assert_uint_eq(map_value(m, a), 0);
	map_set(m, a, UINT64_MAX);
	for (int i = 0; i < 1000; i++) {
		char key[16];

		snprintf(key, sizeof key, "%d", i);
		map_put(m, str_of(key));
	}
	b = map_put(m, STR("a"));
	ck_assert_uint_eq(b, a);
	ck_assert_uint_eq(map_value(m, b), UINT64_MAX);
	map_free(m);
}
END_TEST

START_TEST(keys_are_copies_of_any_bytes)
{
	static const struct str keys[] = {
		{ NULL, 0 }, { "\0", 1 }, { "\0\0", 2 }, { "a", 1 }, { "a\0", 2 },
		{ "1234567", 7 }, { "12345678", 8 }, { "123456789", 9 },
	};
	struct map *m = map_new();
	char own[] = "mine";
	size_t i;

	for (i = 0; i < sizeof keys / sizeof *keys; i++)
		ck_assert_uint_eq(map_put(m, keys[i]), i);
	for (i = 0; i < sizeof keys / sizeof *keys; i++)
		ck_assert_uint_eq(map_find(m, keys[i]), i);
	i = map_put(m, str_of(own));
	own[0] = 'M';
	ck_assert(str_eq(map_key(m, i), STR("mine")));
	ck_assert_str_eq(map_key(m, i).p, "mine");
	map_free(m);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, entries_keep_their_order_and_index);
	tcase_add_test(tc, values_start_at_zero_and_stay);
	tcase_add_test(tc, keys_are_copies_of_any_bytes);
}

TEST_MAIN("map", add)

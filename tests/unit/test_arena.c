#include "base/arena.h"

#include <stdint.h>

#include "unit.h"

static bool all(const unsigned char *p, size_t n, unsigned char c)
{
	while (n > 0 && p[n - 1] == c)
		n--;
	return n == 0;
}

START_TEST(pieces_are_zeroed_aligned_and_apart)
{
	static const size_t sizes[] = { 0, 1, 15, 16, 17, 4000, 65536, 70000, 1, 3u << 20, 1 };
	struct arena *a = arena_new();
	size_t sum = 0;

	/* Twice: the second time into a block that held something. */
	for (int pass = 0; pass < 2; pass++) {
		unsigned char *p[sizeof sizes / sizeof *sizes];

		sum = 0;
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
			p[i] = arena_alloc(a, sizes[i]);
			ck_assert_uint_eq((uintptr_t)p[i] % 16, 0);
			ck_assert(all(p[i], sizes[i], 0));
			memset(p[i], (int)i + 1, sizes[i]);
			sum += sizes[i];
		}
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
			ck_assert(all(p[i], sizes[i], (unsigned char)(i + 1)));
		ck_assert_uint_eq(arena_bytes(a), sum);
		arena_reset(a);
		ck_assert_uint_eq(arena_bytes(a), 0);
	}
	arena_free(a);
	arena_free(NULL);
}
END_TEST

START_TEST(many_small_pieces_survive_growth)
{
	enum { N = 50000 };
	struct arena *a = arena_new();
	uint32_t **p = calloc(N, sizeof(uint32_t *));

	for (uint32_t i = 0; i < N; i++) {
		p[i] = ARENA_NEW(a, uint32_t);
		*p[i] = i;
	}
	for (uint32_t i = 0; i < N; i++)
		ck_assert_uint_eq(*p[i], i);
	free(p);
	arena_free(a);
}
END_TEST

START_TEST(copies_keep_nuls_and_end_in_one)
{
	struct arena *a = arena_new();
	struct str s = arena_dup(a, (struct str){ "a\0b", 3 });
	char *z = arena_cstr(a, (struct str){ "a\0b", 3 });

	ck_assert_uint_eq(s.n, 3);
	ck_assert_mem_eq(s.p, "a\0b\0", 4);
	ck_assert_mem_eq(z, "a\0b\0", 4);
	s = arena_dup(a, STR_NONE);
	ck_assert_uint_eq(s.n, 0);
	ck_assert_str_eq(s.p, "");
	arena_free(a);
}
END_TEST

START_TEST(printf_has_no_limit)
{
	struct arena *a = arena_new();
	struct str s = arena_printf(a, "%s-%0100000d", "x", 7);

	ck_assert_uint_eq(s.n, 100002);
	ck_assert(str_starts(s, STR("x-000")));
	ck_assert(str_ends(s, STR("007")));
	ck_assert_uint_eq(strlen(s.p), s.n);
	arena_free(a);
}
END_TEST

START_TEST(grow_makes_room_and_keeps_what_is_there)
{
	uint32_t *v = NULL;
	size_t n = 0, cap = 0;

	while (n < 100000) {
		v = grow(v, n, &cap, sizeof *v);
		ck_assert_uint_gt(cap, n);
		v[n] = (uint32_t)n;
		n++;
	}
	for (size_t i = 0; i < n; i++)
		ck_assert_uint_eq(v[i], i);
	v = grow(v, 10 * cap, &cap, sizeof *v); /* far past the doubling */
	ck_assert_uint_gt(cap, 1000000);
	ck_assert_uint_eq(v[99999], 99999);
	free(v);
}
END_TEST

START_TEST(a_size_that_cannot_be_ends_the_process)
{
	size_t cap = 0;

	if (_i == 0)
		arena_alloc(arena_new(), SIZE_MAX - 8);
	else if (_i == 1)
		heap_new(SIZE_MAX / 2 + 1);
	else
		grow(NULL, SIZE_MAX / 4, &cap, 16);
	ck_abort_msg("still alive");
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, pieces_are_zeroed_aligned_and_apart);
	tcase_add_test(tc, many_small_pieces_survive_growth);
	tcase_add_test(tc, copies_keep_nuls_and_end_in_one);
	tcase_add_test(tc, printf_has_no_limit);
	tcase_add_test(tc, grow_makes_room_and_keeps_what_is_there);
	tcase_add_loop_exit_test(tc, a_size_that_cannot_be_ends_the_process, 3, 0, 3);
}

TEST_MAIN("arena", add)

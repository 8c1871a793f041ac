#include "base/sha256.h"

#include "unit.h"

/* The examples of FIPS 180-4. */
static const struct {
	const char *text, *hex;
} digests[] = {
	{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
};

START_TEST(digest_at_once_and_in_pieces)
{
	struct str text = str_of(digests[_i].text);
	struct sha256 *h = sha256_new();
	char out[65];

	sha256_of(text, out);
	ck_assert_str_eq(out, digests[_i].hex);
	for (int pass = 0; pass < 2; pass++) { /* sha256_hex() starts over */
		for (size_t i = 0; i < text.n; i++)
			sha256_add(h, (struct str){ text.p + i, 1 });
		sha256_add(h, STR_NONE);
		sha256_hex(h, out);
		ck_assert_str_eq(out, digests[_i].hex);
	}
	sha256_free(h);
	sha256_free(NULL);
}
END_TEST

START_TEST(a_million_times_a)
{
	struct sha256 *h = sha256_new();
	char out[65];

	for (int i = 0; i < 100000; i++)
		sha256_add(h, STR("aaaaaaaaaa"));
	sha256_hex(h, out);
	ck_assert_str_eq(out, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	sha256_free(h);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, digest_at_once_and_in_pieces, digests);
	tcase_add_test(tc, a_million_times_a);
}

TEST_MAIN("sha256", add)

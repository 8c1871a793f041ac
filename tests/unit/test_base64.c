#include "unit.h"

#include "base/base64.h"

/* RFC 4648 section 10, and the two digits it does not reach. */
static const struct { struct str in; const char *want; } rows[] = {
	{ { "", 0 }, "" },
	{ { "f", 1 }, "Zg==" },
	{ { "fo", 2 }, "Zm8=" },
	{ { "foo", 3 }, "Zm9v" },
	{ { "foob", 4 }, "Zm9vYg==" },
	{ { "fooba", 5 }, "Zm9vYmE=" },
	{ { "foobar", 6 }, "Zm9vYmFy" },
	{ { "\xfb\xff\xbf", 3 }, "+/+/" },
	{ { "\0\0", 2 }, "AAA=" },
};

START_TEST(encodes_the_vectors_of_the_standard)
{
	struct buf b;

	buf_init(&b, 64);
	base64_put(&b, rows[_i].in);
	ck_assert_str_eq(buf_cstr(&b), rows[_i].want);
	buf_done(&b);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, encodes_the_vectors_of_the_standard, rows);
}

TEST_MAIN("base/base64", add)

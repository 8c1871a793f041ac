#include "bundle_help.h"

/* The four decompressors: what is whole comes out whole, what is damaged says so and
 * never loses what came before, never waits for ever. */

typedef void add_fn(struct buf *out, struct str text);

static const struct codec {
	const char *name;
	add_fn *add;
	size_t magic; /* bytes until it is recognised: fewer are a plain file */
	const char *middle;
} codecs[] = {
	{ "gz", add_gz, 2, "gzip stream ends in the middle" },
	{ "xz", add_xz, 6, "xz stream ends in the middle" },
	{ "zst", add_zst, 4, "zstd stream ends in the middle" },
	{ "bz2", add_bz2, 10, "bzip2 stream ends in the middle" },
};

static const char text[] = "one\ntwo two\nthree three three\nfour\n1234567890 1234567890 and the last\n";
static const char text_dump[] =
	"1@0 one\n2@4 two two\n3@12 three three three\n4@30 four\n5@35 1234567890 1234567890 and the last\n";

static struct buf made, want;

static void setup(void)
{
	buf_init(&made, MAKE_MAX);
	buf_init(&want, MAKE_MAX);
}

static void teardown(void)
{
	buf_done(&made);
	buf_done(&want);
}

/* All text a bundle of one member gives, and how it ends. */
static enum status read_all(struct str bytes, size_t chunk, struct buf *out, struct error *err)
{
	struct bundle *b = bundle_in_memory("x.log.gz", bytes, chunk);
	struct reader *r = first_member(b);
	struct line l;
	enum status st;

	buf_reset(out);
	while ((st = reader_line(r, &l, err)) == OK) {
		buf_add(out, l.text);
		if (!l.open)
			buf_putc(out, '\n');
	}
	ck_assert_int_eq(reader_finish(r, NULL), st == END ? OK : st);
	ck_assert_uint_eq(reader_bytes(r), bytes.n);
	bundle_close(b);
	return st;
}

START_TEST(reads_the_text_back)
{
	codecs[_i].add(&made, str_of(text));
	buf_printf(&want, "x.log\n%s", text_dump);
	check_dump("x.log", buf_str(&made), buf_cstr(&want));
}
END_TEST

START_TEST(reads_members_after_each_other)
{
	for (int i = 0; i < 3; i++)
		codecs[_i].add(&made, STR("a\nb")); /* lines go on over the seam */
	codecs[_i].add(&made, STR(""));
	codecs[_i].add(&made, STR("z\n"));
	check_dump("x", buf_str(&made), "x\n1@0 a\n2@2 ba\n3@5 ba\n4@8 bz\n");
}
END_TEST

START_TEST(reads_an_empty_member)
{
	codecs[_i].add(&made, STR(""));
	check_dump("x", buf_str(&made), "x\n");
}
END_TEST

START_TEST(truncation_at_every_byte_keeps_what_came_before)
{
	const struct codec *codec = &codecs[_i];
	struct error err;
	struct buf out;

	buf_init(&out, MAKE_MAX);
	codec->add(&made, str_of(text));
	for (size_t chunk = 0; chunk < N_CHUNKS; chunk++) {
		for (size_t n = codec->magic; n < made.n; n++) {
			enum status st = read_all(lit(made.p, n), chunks[chunk], &out, &err);

			ck_assert_msg(st == ERR_FORMAT, "%s cut at %zu of %zu: %d", codec->name, n, made.n, st);
			ck_assert_str_eq(err.text, codec->middle);
			ck_assert(str_starts(str_of(text), buf_str(&out)));
		}
		for (size_t n = 0; n < codec->magic; n++) {
			ck_assert_int_eq(read_all(lit(made.p, n), chunks[chunk], &out, &err), END);
			ck_assert_uint_eq(out.n, n);
		}
	}
	buf_done(&out);
}
END_TEST

/* A long member, so that much can be told before the cut. */
START_TEST(truncation_tells_all_complete_lines)
{
	struct error err;
	struct buf long_text, out;

	buf_init(&long_text, MAKE_MAX);
	buf_init(&out, MAKE_MAX);
	for (unsigned i = 0, x = 1; i < 20000; i++, x = x * 1103515245u + 12345u)
		buf_printf(&long_text, "line %u %08x\n", i, x);
	codecs[_i].add(&made, buf_str(&long_text));
	ck_assert_int_eq(read_all(lit(made.p, made.n - 9), 0, &out, &err), ERR_FORMAT);
	ck_assert(str_starts(buf_str(&long_text), buf_str(&out)));
	ck_assert_uint_gt(out.n, long_text.n / 2);
	buf_done(&long_text);
	buf_done(&out);
}
END_TEST

/* Padding bits mean nothing, and may flip; text may not. */
START_TEST(no_flipped_bit_changes_text_unnoticed)
{
	struct error err;
	struct buf out;
	size_t noticed = 0;

	buf_init(&out, MAKE_MAX);
	codecs[_i].add(&made, str_of(text));
	for (size_t i = codecs[_i].magic; i < made.n; i++) {
		for (int bit = 0; bit < 8; bit++) {
			made.p[i] = (char)(made.p[i] ^ 1 << bit);
			if (read_all(buf_str(&made), 0, &out, &err) == END)
				ck_assert_msg(str_eq(buf_str(&out), str_of(text)), "%s byte %zu", codecs[_i].name, i);
			else
				noticed++;
			made.p[i] = (char)(made.p[i] ^ 1 << bit);
		}
	}
	ck_assert_uint_gt(noticed, made.n * 6);
	buf_done(&out);
}
END_TEST

static const struct {
	const char *tail;
	size_t n;
	const char *why; /* NULL: accepted */
} tails[] = {
	{ "garbage", 7, "other data follows the gzip stream" },
	{ "\n", 1, "other data follows the gzip stream" },
	{ "\0\0\0\0\0", 5, NULL }, /* padding */
	{ "\0\0x", 3, "other data follows the gzip stream" },
	{ "\x1f", 1, "gzip stream ends in the middle" },
	{ "\x1f\x8b\x08", 3, "gzip stream ends in the middle" },
	{ "\x1fx", 2, "gzip data is damaged: incorrect header check" },
};

START_TEST(what_follows_a_gzip_stream_is_judged)
{
	add_gz(&made, STR("a\n"));
	buf_add(&made, lit(tails[_i].tail, tails[_i].n));
	buf_printf(&want, "x\n1@0 a\n");
	if (tails[_i].why)
		buf_printf(&want, "! %s\n", tails[_i].why);
	check_dump("x", buf_str(&made), buf_cstr(&want));
}
END_TEST

/* The checksum and the length are gzip's last eight bytes; libarchive would not look. */
START_TEST(checks_the_gzip_trailer)
{
	add_gz(&made, str_of(text));
	made.p[(int)made.n - 8 + _i] ^= 1;
	buf_printf(&want, "x\n%s! gzip data is damaged: incorrect %s check\n", text_dump, _i < 4 ? "data" : "length");
	check_dump("x", buf_str(&made), buf_cstr(&want));
}
END_TEST

static void wrap(int layers)
{
	buf_add(&made, STR("deep\n"));
	for (int i = 0; i < layers; i++) {
		struct buf outer;

		buf_init(&outer, MAKE_MAX);
		codecs[i % 3].add(&outer, buf_str(&made));
		buf_done(&made);
		made = outer;
	}
}

START_TEST(reads_three_layers)
{
	wrap(3);
	check_dump("x", buf_str(&made), "x\n1@0 deep\n");
}
END_TEST

START_TEST(refuses_a_fourth_layer)
{
	wrap(4);
	check_dump("x", buf_str(&made), "x: compressed more than 3 times\n");
}
END_TEST

static const struct { struct str magic; const char *what; } foreign[] = {
	{ { "7z\xbc\xaf\x27\x1c\0\4", 8 }, "7-Zip" },
	{ { "Rar!\x1a\x07\0", 7 }, "RAR" },
	{ { "\x1f\x9d\x90", 3 }, "compress (.Z)" },
	{ { "\x04\x22\x4d\x18", 4 }, "lz4" },
};

START_TEST(names_what_it_does_not_read)
{
	buf_printf(&want, "x: %s is not read\n", foreign[_i].what);
	check_dump("x", foreign[_i].magic, buf_cstr(&want));
}
END_TEST

START_TEST(a_line_that_looks_like_bzip2_is_text)
{
	check_dump("x", STR("BZh is not a word"), "x\n1@0 BZh is not a word (open)\n");
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	LOOP(tc, reads_the_text_back, codecs);
	LOOP(tc, reads_members_after_each_other, codecs);
	LOOP(tc, reads_an_empty_member, codecs);
	LOOP(tc, truncation_at_every_byte_keeps_what_came_before, codecs);
	LOOP(tc, truncation_tells_all_complete_lines, codecs);
	LOOP(tc, no_flipped_bit_changes_text_unnoticed, codecs);
	LOOP(tc, what_follows_a_gzip_stream_is_judged, tails);
	tcase_add_loop_test(tc, checks_the_gzip_trailer, 0, 8);
	tcase_add_test(tc, reads_three_layers);
	tcase_add_test(tc, refuses_a_fourth_layer);
	LOOP(tc, names_what_it_does_not_read, foreign);
	tcase_add_test(tc, a_line_that_looks_like_bzip2_is_text);
}
TEST_MAIN("bundle/gz", add)

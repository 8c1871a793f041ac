#include "bundle/reader.h"

#include "base/limits.h"
#include "base/sha256.h"
#include "bundle_help.h"

#define T(literal) { literal, sizeof(literal) - 1 } /* a struct str, NULs and all */

/* Bytes in, lines out; every row is read at every chunk size. */
static const struct {
	struct str in;
	const char *out;
} texts[] = {
	{ T(""), "" },
	{ T("a\n"), "1@0 a\n" },
	{ T("a"), "1@0 a (open)\n" },
	{ T("\n"), "1@0 \n" },
	{ T("\n\n\na"), "1@0 \n2@1 \n3@2 \n4@3 a (open)\n" },
	/* CR belongs to a line end only before LF. */
	{ T("a\r\nb\r\n"), "1@0 a\n2@3 b\n" },
	{ T("a\rb\r\rc\n"), "1@0 a<0d>b<0d><0d>c\n" },
	{ T("a\r\r\n"), "1@0 a<0d>\n" },
	{ T("\r\n"), "1@0 \n" },
	{ T("a\r"), "1@0 a<0d> (open)\n" },
	{ T("\n\r"), "1@0 \n2@1 <0d> (open)\n" },
	/* Neither do form feed, NEL or U+2028. */
	{ T("a\fb\xc2\x85" "c\xe2\x80\xa8" "d\n"), "1@0 a<0c>b\xc2\x85" "c\xe2\x80\xa8" "d\n" },
	{ T("a\0b\n\0\n"), "1@0 a<00>b\n2@4 <00>\n" },
	{ T("\0\0\0"), "1@0 <00><00><00> (open)\n" },
	{ T("caf\xe9\n"), "1@0 caf\xe9\n" }, /* Latin-1 is passed on */
	/* UTF-8 BOM: dropped at the start only, offsets count from behind it. */
	{ T("\xef\xbb\xbf" "a\nb\n"), "1@0 a\n2@2 b\n" },
	{ T("a\n\xef\xbb\xbf" "b\n"), "1@0 a\n2@2 \xef\xbb\xbf" "b\n" },
	{ T("\xef\xbb"), "1@0 \xef\xbb (open)\n" },
	{ T("\xef\xbb\xbf"), "" },
	/* UTF-16 with a BOM, as PowerShell 5.1 writes it. */
	{ T("\xff\xfe" "a\0\r\0\n\0b\0"), "1@0 a\n2@3 b (open)\n" },
	{ T("\xfe\xff" "\0a\0\r\0\n\0b"), "1@0 a\n2@3 b (open)\n" },
	{ T("\xff\xfe"), "" },
	{ T("\xff\xfe\xe9\0\xac\x20\n\0"), "1@0 \xc3\xa9\xe2\x82\xac\n" },
	{ T("\xff\xfe\x3d\xd8\x25\xdd\n\0"), "1@0 \xf0\x9f\x94\xa5\n" },                   /* a pair */
	{ T("\xff\xfe\x3d\xd8" "a\0\n\0"), "1@0 \xef\xbf\xbd" "a\n" },                       /* its first half alone */
	{ T("\xff\xfe\x3d\xd8\x3d\xd8\x25\xdd\n\0"), "1@0 \xef\xbf\xbd\xf0\x9f\x94\xa5\n" },
	{ T("\xff\xfe\x25\xdd" "a\0\n\0"), "1@0 \xef\xbf\xbd" "a\n" },                       /* its second half alone */
	{ T("\xff\xfe" "a\0\n\0b"), "1@0 a\n! UTF-16 text ends in the middle of a character\n" },
	{ T("\xff\xfe" "a\0\n\0\x3d\xd8"), "1@0 a\n! UTF-16 text ends in the middle of a character\n" },
	/* Without one: every other byte is NUL and what remains is text. */
	{ T("X\0i\0d\0:\0 \0\x37\0\x39\0\n\0"), "1@0 Xid: 79\n" },
	{ T("\0X\0i\0d\0:\0 \0\x37\0\x39\0\n"), "1@0 Xid: 79\n" },
	{ T("X\0i\0d\0:\0 \0\x37\0\x39\0\n\0b"), "1@0 Xid: 79\n! UTF-16 text ends in the middle of a character\n" },
	{ T("a\0b\0c\0"), "1@0 a<00>b<00>c<00> (open)\n" },                                 /* too little to tell */
	{ T("\1\0\2\0\3\0\4\0\5\0"), "1@0 <01><00><02><00><03><00><04><00><05><00> (open)\n" }, /* numbers */
};

START_TEST(decodes_and_cuts_lines)
{
	struct buf want;

	buf_init(&want, MAKE_MAX);
	buf_printf(&want, "x\n%s", texts[_i].out);
	check_dump("x", texts[_i].in, buf_cstr(&want));
	buf_done(&want);
}
END_TEST

/* Lines of lengths around the limit, then one more line; the length, the line end, what comes out. */
static const struct {
	size_t n;
	const char *end;
	bool cut;
} lengths[] = {
	{ LIMIT_LINE - 1, "\n", false },   { LIMIT_LINE, "\n", false },   { LIMIT_LINE + 1, "\n", true },
	{ LIMIT_LINE + 2, "\n", true },    { LIMIT_LINE + 3, "\n", true },
	{ LIMIT_LINE - 1, "\r\n", false }, { LIMIT_LINE, "\r\n", false }, { LIMIT_LINE + 1, "\r\n", true },
	{ LIMIT_LINE + 2, "\r\n", true },  { 300000, "\n", true },        { 1000000, "\r\n", true },
	{ LIMIT_LINE, "", false },         { LIMIT_LINE + 1, "", true },  { 1000000, "", true },
};

START_TEST(cuts_long_lines_and_goes_on_behind_them)
{
	size_t n = lengths[_i].n, end_n = strlen(lengths[_i].end);
	struct buf in, want;

	buf_init(&in, MAKE_MAX);
	buf_init(&want, MAKE_MAX);
	buf_add(&in, STR("first\n"));
	for (size_t i = 0; i < n; i++)
		buf_putc(&in, 'x');
	buf_add(&in, str_of(lengths[_i].end));
	if (end_n > 0)
		buf_add(&in, STR("last\n"));
	buf_printf(&want, "x\n1@0 first\n2@6 %zu bytes%s%s\n", n < LIMIT_LINE ? n : (size_t)LIMIT_LINE,
		   lengths[_i].cut ? " (cut)" : "", end_n > 0 ? "" : " (open)");
	if (end_n > 0)
		buf_printf(&want, "3@%zu last\n", 6 + n + end_n);
	check_dump("x", buf_str(&in), buf_cstr(&want));
	buf_done(&in);
	buf_done(&want);
}
END_TEST

START_TEST(a_cut_line_ends_with_a_whole_character)
{
	struct buf in;
	struct bundle *b;
	struct line l;

	buf_init(&in, MAKE_MAX);
	for (size_t i = 0; i < LIMIT_LINE; i++) /* U+20AC: LIMIT_LINE is no multiple of three */
		buf_add(&in, STR("\xe2\x82\xac"));
	b = bundle_in_memory("x", buf_str(&in), 0);
	ck_assert_int_eq(reader_line(first_member(b), &l, NULL), OK);
	ck_assert(l.cut);
	ck_assert_uint_eq(l.text.n, LIMIT_LINE / 3 * 3);
	ck_assert(str_starts(buf_str(&in), l.text));
	bundle_close(b);
	buf_done(&in);
}
END_TEST

/* Text whose lines have every length from 0, so that line ends fall on every place of a window. */
START_TEST(lines_do_not_depend_on_windows)
{
	struct buf in, whole, got;

	buf_init(&in, MAKE_MAX);
	buf_init(&whole, MAKE_MAX);
	buf_init(&got, MAKE_MAX);
	for (size_t n = 0; n < 900; n++) {
		for (size_t i = 0; i < n; i++)
			buf_putc(&in, (char)('a' + (i + n) % 26));
		buf_add(&in, n % 3 ? STR("\n") : STR("\r\n"));
	}
	ck_assert_uint_gt(in.n, 400000); /* more than a window */
	dump_bytes("x", buf_str(&in), 0, &whole);
	for (size_t chunk = 65530; chunk < 65542; chunk++) {
		dump_bytes("x", buf_str(&in), chunk, &got);
		ck_assert(str_eq(buf_str(&got), buf_str(&whole)));
	}
	buf_done(&in);
	buf_done(&whole);
	buf_done(&got);
}
END_TEST

START_TEST(head_does_not_consume)
{
	struct bundle *b = bundle_in_memory("x", STR("\xef\xbb\xbf" "one\r\ntwo\n"), chunks[_i]);
	struct reader *r = first_member(b);
	struct line l;

	ck_assert(str_eq(reader_head(r), STR("one\r\ntwo\n")));
	ck_assert(str_eq(reader_head(r), STR("one\r\ntwo\n")));
	ck_assert_int_eq(reader_line(r, &l, NULL), OK);
	ck_assert(str_eq(l.text, STR("one")));
	ck_assert_int_eq(reader_line(r, &l, NULL), OK);
	ck_assert(str_eq(l.text, STR("two")));
	ck_assert_int_eq(reader_line(r, &l, NULL), END);
	bundle_close(b);
}
END_TEST

START_TEST(head_ends_at_its_limit)
{
	struct buf in;
	struct bundle *b;

	buf_init(&in, MAKE_MAX);
	while (in.n < 2 * LIMIT_HEAD)
		buf_add(&in, STR("some text of a log\n"));
	b = bundle_in_memory("x", buf_str(&in), chunks[_i]);
	ck_assert(str_eq(reader_head(first_member(b)), str_head(buf_str(&in), LIMIT_HEAD)));
	bundle_close(b);
	buf_done(&in);
}
END_TEST

START_TEST(head_of_a_damaged_member_is_what_was_good)
{
	struct buf gz;
	struct bundle *b;
	struct reader *r;

	buf_init(&gz, MAKE_MAX);
	add_gz(&gz, STR("good\n"));
	b = bundle_in_memory("x", lit(gz.p, gz.n - 4), chunks[_i]);
	r = first_member(b);
	ck_assert(str_eq(reader_head(r), STR("good\n")));
	ck_assert_int_eq(reader_finish(r, NULL), ERR_FORMAT);
	bundle_close(b);
	buf_done(&gz);
}
END_TEST

START_TEST(an_unread_line_comes_again)
{
	struct buf in;
	struct bundle *b;
	struct reader *r;
	struct line l;

	buf_init(&in, MAKE_MAX);
	buf_add(&in, STR("one\ntwo\n"));
	for (size_t i = 0; i < LIMIT_LINE + 100; i++)
		buf_putc(&in, 'x');
	buf_add(&in, STR("\nlast"));
	b = bundle_in_memory("x", buf_str(&in), chunks[_i]);
	r = first_member(b);
	for (uint32_t no = 1; no <= 4; no++) {
		struct line again;

		ck_assert_int_eq(reader_line(r, &l, NULL), OK);
		reader_unread(r);
		ck_assert_int_eq(reader_line(r, &again, NULL), OK);
		ck_assert_uint_eq(again.no, no);
		ck_assert_uint_eq(again.offset, l.offset);
		ck_assert(str_eq(again.text, l.text));
		ck_assert(again.cut == (no == 3) && again.open == (no == 4));
		reader_unread(r); /* once a line, not once a member */
		ck_assert_int_eq(reader_line(r, &again, NULL), OK);
		ck_assert_uint_eq(again.no, no);
	}
	ck_assert_int_eq(reader_line(r, &l, NULL), END);
	bundle_close(b);
	buf_done(&in);
}
END_TEST

START_TEST(hashes_what_is_stored)
{
	struct buf gz;
	struct bundle *b;
	struct reader *r;
	char got[65], want[65];

	buf_init(&gz, MAKE_MAX);
	add_gz(&gz, STR("text\n"));
	buf_add(&gz, STR("garbage that no decoder reads, but that is evidence"));
	b = bundle_in_memory("x", buf_str(&gz), chunks[_i]);
	r = first_member(b);
	ck_assert_int_eq(reader_finish(r, NULL), ERR_FORMAT); /* without a line read before */
	ck_assert_int_eq(reader_finish(r, NULL), ERR_FORMAT);
	ck_assert_uint_eq(reader_bytes(r), gz.n);
	reader_sha256(r, got);
	sha256_of(buf_str(&gz), want);
	ck_assert_str_eq(got, want);
	ck_assert_int_eq(bundle_next(b, &r, NULL), END);
	bundle_sha256(b, got);
	ck_assert_str_eq(got, want);
	bundle_close(b);
	buf_done(&gz);
}
END_TEST

START_TEST(a_failure_says_where)
{
	struct error err = { 0 };
	struct buf gz;
	struct bundle *b;
	struct reader *r;
	struct line l;

	buf_init(&gz, MAKE_MAX);
	add_gz(&gz, STR("a\nb\n"));
	b = bundle_in_memory("x.gz", lit(gz.p, gz.n - 1), chunks[_i]);
	r = first_member(b);
	ck_assert_int_eq(reader_line(r, &l, &err), OK);
	ck_assert_int_eq(reader_line(r, &l, &err), OK);
	ck_assert_int_eq(reader_line(r, &l, &err), ERR_FORMAT);
	ck_assert_int_eq(err.code, ERR_FORMAT);
	ck_assert_str_eq(err.where, "x.gz:3");
	ck_assert_str_eq(err.text, "gzip stream ends in the middle");
	bundle_close(b);
	buf_done(&gz);
}
END_TEST

static bool is_ruler(const void *ctx, struct str line)
{
	return str_eq(line, str_of(ctx));
}

/* "[bytes of the head]", at most take lines of each part, and between them the lines that end one. */
static void dump_parts(struct reader *r, size_t take, struct buf *out)
{
	struct line l;
	bool twice = false;
	enum status st;

	do {
		reader_part(r, STR("a part"), is_ruler, "--", false);
		ck_assert(str_eq(reader_path(r), STR("a part")));
		buf_printf(out, "[%zu]\n", reader_head(r).n);
		for (size_t i = 0; i < take && reader_line(r, &l, NULL) == OK; i++) {
			if (!twice && l.no == 2) {
				twice = true;
				reader_unread(r);
				ck_assert_int_eq(reader_line(r, &l, NULL), OK);
			}
			buf_printf(out, "%u@%llu %zu%s%s\n", l.no, (unsigned long long)l.offset, l.text.n, l.cut ? " (cut)" : "", l.open ? " (open)" : "");
		}
		reader_part_end(r);
		ck_assert(str_eq(reader_path(r), STR("x")));
		st = reader_line(r, &l, NULL);
		if (st == OK)
			buf_printf(out, "%u@%llu %.*s\n", l.no, (unsigned long long)l.offset, STR_ARG(l.text));
	} while (st == OK);
}

static void check_parts(struct str in, size_t take, const char *want)
{
	struct buf got;

	buf_init(&got, MAKE_MAX);
	for (size_t i = 0; i < N_CHUNKS; i++) {
		struct bundle *b = bundle_in_memory("x", in, chunks[i]);

		buf_reset(&got);
		dump_parts(first_member(b), take, &got);
		ck_assert_msg(strcmp(buf_cstr(&got), want) == 0, "chunk %zu:\n--- got\n%s--- want\n%s", chunks[i], buf_cstr(&got), want);
		bundle_close(b);
	}
	buf_done(&got);
}

START_TEST(reads_parts_as_members_with_the_places_of_the_whole)
{
	check_parts(STR(""), 99, "[0]\n");
	check_parts(STR("--"), 99, "[0]\n1@0 --\n[0]\n");
	check_parts(STR("a\nbb\n--\r\n\nccc"), 99, "[5]\n1@0 1\n2@2 2\n3@5 --\n[4]\n4@9 0\n5@10 3 (open)\n");
	check_parts(STR("a\nbb\n--\r\n\nccc"), 1, "[5]\n1@0 1\n3@5 --\n[4]\n4@9 0\n");
	check_parts(STR("a\r\n--x\n--\n--\nb\n"), 99, "[7]\n1@0 1\n2@3 3\n3@7 --\n[0]\n4@10 --\n[2]\n5@13 1\n");
}
END_TEST

START_TEST(a_part_may_own_its_first_line)
{
	struct bundle *b = bundle_in_memory("x", STR("--\n--\nb\n"), chunks[_i]);
	struct reader *r = first_member(b);
	struct line l;

	reader_part(r, STR("a part"), is_ruler, "--", true);
	ck_assert_int_eq(reader_line(r, &l, NULL), OK);
	ck_assert_uint_eq(l.no, 1);
	ck_assert_int_eq(reader_line(r, &l, NULL), END);
	reader_part_end(r);
	ck_assert_int_eq(reader_line(r, &l, NULL), OK);
	ck_assert_uint_eq(l.no, 2);
	bundle_close(b);
}
END_TEST

/* A line beyond the limit is judged by its head, once, and what looks like the end inside of it is not. */
START_TEST(parts_hold_long_lines)
{
	size_t n = lengths[_i].n, end_n = strlen(lengths[_i].end);
	struct buf in, want;

	buf_init(&in, MAKE_MAX);
	buf_init(&want, MAKE_MAX);
	buf_add(&in, STR("a\n"));
	for (size_t i = 0; i < n; i++)
		buf_putc(&in, i < n / 2 ? 'x' : '-');
	buf_add(&in, str_of(lengths[_i].end));
	if (end_n)
		buf_add(&in, STR("b\n--\nc\n"));
	buf_printf(&want, "[%zu]\n1@0 1\n2@2 %zu%s%s\n", n + end_n + 4 < LIMIT_HEAD ? n + end_n + 4 : (size_t)LIMIT_HEAD, n < LIMIT_LINE ? n : (size_t)LIMIT_LINE,
		   lengths[_i].cut ? " (cut)" : "", end_n ? "" : " (open)");
	if (end_n)
		buf_printf(&want, "3@%zu 1\n4@%zu --\n[2]\n5@%zu 1\n", 2 + n + end_n, 4 + n + end_n, 7 + n + end_n);
	check_parts(buf_str(&in), 99, buf_cstr(&want));
	buf_done(&in);
	buf_done(&want);
}
END_TEST

START_TEST(colours_are_the_terminals_not_the_logs)
{
	check_dump("x", STR("\x1b[32mgreen\x1b[0m one\r\n\x1b[K\x1b[1;31mtwo\x1b[m\n\x1b[2J kept \x1b[\n\x1b[3"), "x\n1@0 green one\n2@20 two\n3@37 <1b>[2J kept <1b>[\n4@50 <1b>[3 (open)\n");
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, colours_are_the_terminals_not_the_logs);
	tcase_set_timeout(tc, 60);
	LOOP(tc, decodes_and_cuts_lines, texts);
	LOOP(tc, cuts_long_lines_and_goes_on_behind_them, lengths);
	tcase_add_test(tc, a_cut_line_ends_with_a_whole_character);
	tcase_add_test(tc, lines_do_not_depend_on_windows);
	LOOP(tc, head_does_not_consume, chunks);
	LOOP(tc, head_ends_at_its_limit, chunks);
	LOOP(tc, head_of_a_damaged_member_is_what_was_good, chunks);
	LOOP(tc, an_unread_line_comes_again, chunks);
	LOOP(tc, hashes_what_is_stored, chunks);
	LOOP(tc, a_failure_says_where, chunks);
	tcase_add_test(tc, reads_parts_as_members_with_the_places_of_the_whole);
	LOOP(tc, parts_hold_long_lines, lengths);
	LOOP(tc, a_part_may_own_its_first_line, chunks);
}
TEST_MAIN("bundle/reader", add)

#include "bundle/bundle.h"

#include "base/limits.h"
#include "bundle_dir.h"

static const char *const tars[] = { "ustar", "pax", "gnutar", "v7tar" };

/* Names are labels: nothing is cleaned up but "./", nothing is resolved. */
START_TEST(reads_a_tar_of_every_dialect)
{
	static const struct made files[] = {
		{ "./", { NULL, 0 }, AE_IFDIR, NULL },
		{ "./var/log/dmesg", { "one\ntwo\n", 8 }, 0, NULL },
		{ "empty", { NULL, 0 }, 0, NULL },
		{ "../../etc/passwd", { "up\n", 3 }, 0, NULL },
		{ "/etc/shadow", { "abs\n", 4 }, 0, NULL },
		{ "link", { NULL, 0 }, AE_IFLNK, "/etc/passwd" },
		{ "link/through", { "t\n", 2 }, 0, NULL },
		{ "hard", { NULL, 0 }, 0, "../outside" },
		{ "fifo", { NULL, 0 }, AE_IFIFO, NULL },
		{ "empty", { "again\n", 6 }, 0, NULL },
		{ "empty", { "and again\n", 10 }, 0, NULL },
	};

	add_archive(&made, tars[_i], files, _i == 3 ? 6 : N(files)); /* v7 knows no FIFO */
	buf_add(&want, STR("c.tar!var/log/dmesg\n1@0 one\n2@4 two\n"
			   "c.tar!empty\n"
			   "c.tar!../../etc/passwd\n1@0 up\n"
			   "c.tar!/etc/shadow\n1@0 abs\n"
			   "c.tar!link: a symbolic link, not followed: /etc/passwd\n"));
	if (_i != 3)
		buf_add(&want, STR("c.tar!link/through\n1@0 t\n"
				   "c.tar!hard: a hard link, not followed: ../outside\n"
				   "c.tar!fifo: a FIFO\n"
				   "c.tar!empty#2\n1@0 again\n"
				   "c.tar!empty#3\n1@0 and again\n"));
	check_dump("c.tar", buf_str(&made), buf_cstr(&want));
	put_file("c.tar", buf_str(&made));
	check_path("c.tar", buf_cstr(&want));
}
END_TEST

/* Turns the ustar entry at block into a pax header of the next one. */
static void make_pax_header(char *block)
{
	unsigned sum = 0;

	block[156] = 'x';
	memset(block + 148, ' ', 8);
	for (size_t i = 0; i < 512; i++)
		sum += (unsigned char)block[i];
	snprintf(block + 148, 8, "%06o", sum);
}

static const struct { const char *format, *name, *shown; } odd_names[] = {
	{ "ustar", "caf\xc3\xa9.log", "caf\xc3\xa9.log" },
	{ "ustar", "caf\xe9.log", "caf\\xe9.log" },
	{ "gnutar", "caf\xe9.log", "caf\\xe9.log" },
	{ "zip", "caf\xc3\xa9.log", "caf\xc3\xa9.log" },
	{ "zip", "caf\xe9.log", "caf\\xe9.log" },
	{ "ustar", "\x1b]0;owned\x07", "<1b>]0;owned<07>" },
};

/* No locale: the program sets none, and names must not depend on one. */
START_TEST(archive_names_may_be_anything)
{
	struct made file = { odd_names[_i].name, { "a\n", 2 }, 0, NULL };

	add_archive(&made, odd_names[_i].format, &file, 1);
	buf_printf(&want, "c!%s\n1@0 a\n", odd_names[_i].shown);
	check_dump("c", buf_str(&made), buf_cstr(&want));
}
END_TEST

START_TEST(pax_names_are_utf8)
{
	static const struct made files[] = {
		{ "header", { "18 path=caf\xc3\xa9.log\n", 18 }, 0, NULL }, { "short", { "a\n", 2 }, 0, NULL },
	};

	add_archive(&made, "ustar", files, 2);
	make_pax_header(made.p);
	check_dump("c", buf_str(&made), "c!caf\xc3\xa9.log\n1@0 a\n");
}
END_TEST

START_TEST(a_name_of_a_megabyte_is_cut)
{
	static char name[1 << 20];
	struct made file = { name, { "a\n", 2 }, 0, NULL };
	struct bundle *b;
	struct reader *r;

	memset(name, 'n', sizeof(name) - 1);
	add_archive(&made, "pax", &file, 1);
	b = bundle_in_memory("c", buf_str(&made), 0);
	if (bundle_next(b, &r, NULL) == OK) /* else libarchive thought it too much */
		ck_assert_uint_le(reader_path(r).n, LIMIT_PATH + 2);
	else
		ck_assert_uint_gt(bundle_damage(b).n, 0);
	bundle_close(b);
}
END_TEST

START_TEST(reads_a_zip)
{
	static const struct made files[] = {
		{ "dir/", { NULL, 0 }, AE_IFDIR, NULL },
		{ "dir/x", { "one\ntwo\n", 8 }, 0, NULL },
		{ "../y", { "up\n", 3 }, 0, NULL },
		{ "empty", { NULL, 0 }, 0, NULL },
	};

	add_archive(&made, "zip", files, N(files));
	check_dump("c.zip", buf_str(&made), "c.zip!dir/x\n1@0 one\n2@4 two\nc.zip!../y\n1@0 up\nc.zip!empty\n");
	put_file("c.zip", buf_str(&made));
	check_path("c.zip", "c.zip!dir/x\n1@0 one\n2@4 two\nc.zip!../y\n1@0 up\nc.zip!empty\n");
}
END_TEST

START_TEST(what_follows_a_zip_is_noticed)
{
	static const struct made files[] = { { "x", { "a\n", 2 }, 0, NULL } };
	size_t n;

	add_archive(&made, "zip", files, 1);
	n = made.n;
	buf_add(&made, STR("tail"));
	check_dump("c", buf_str(&made), "c!x\n1@0 a\ndamage: other data follows the zip archive\n");
	made.p[n - 2] = 4; /* now it is the archive's comment */
	check_dump("c", buf_str(&made), "c!x\n1@0 a\n");
}
END_TEST

START_TEST(a_zip_without_members_is_empty)
{
	add_archive(&made, "zip", NULL, 0);
	check_dump("c.zip", buf_str(&made), "");
}
END_TEST

START_TEST(goes_into_archives_in_archives)
{
	static const struct made log[] = { { "node1/dmesg", { "deep\n", 5 }, 0, NULL } };
	struct made outer[3] = { { "a.log", { "a\n", 2 }, 0, NULL }, { "pod.tar", { NULL, 0 }, 0, NULL },
				 { "b.log.gz", { NULL, 0 }, 0, NULL } };
	struct buf gz;

	buf_init(&gz, MAKE_MAX);
	add_archive(&inner, "ustar", log, 1);
	add_gz(&gz, STR("b\n"));
	outer[1].text = buf_str(&inner);
	outer[2].text = buf_str(&gz);
	add_archive(&made, "zip", outer, 3);
	check_dump("c.zip", buf_str(&made),
		   "c.zip!a.log\n1@0 a\nc.zip!pod.tar!node1/dmesg\n1@0 deep\nc.zip!b.log.gz\n1@0 b\n");
	buf_reset(&got);
	add_zst(&got, buf_str(&made)); /* a compressed zip: odd, but nothing speaks against it */
	put_dir("b");
	put_file("b/c", buf_str(&got));
	put_file("b/a", STR("plain\n"));
	check_path("b", "a\n1@0 plain\nc!a.log\n1@0 a\nc!pod.tar!node1/dmesg\n1@0 deep\nc!b.log.gz\n1@0 b\n");
	buf_done(&gz);
}
END_TEST

START_TEST(stops_at_the_fourth_archive_in_each_other)
{
	struct made file = { "x", { "deep\n", 5 }, 0, NULL };

	for (int level = 1; level <= 4; level++) {
		buf_reset(&made);
		add_archive(&made, level % 2 ? "ustar" : "zip", &file, 1);
		buf_reset(&inner);
		add_gz(&inner, buf_str(&made));
		file.name = "in";
		file.text = buf_str(&inner);
		if (level == 3)
			check_dump("c", buf_str(&made), "c!in!in!x\n1@0 deep\n");
	}
	check_dump("c", buf_str(&made), "c!in!in!in: archives nested more than 3 deep\n");
}
END_TEST

/* Cut anywhere, an archive gives what came before and says that it is damaged. */
static const char *const formats[] = { "ustar", "pax", "zip" };

START_TEST(a_cut_archive_says_so)
{
	static const struct made files[] = {
		{ "one", { "1\n", 2 }, 0, NULL }, { "two", { "2\n2\n", 4 }, 0, NULL }, { "three", { NULL, 0 }, 0, NULL },
	};
	bool zip = _i == 2;
	size_t end;

	add_archive(&made, formats[_i], files, N(files));
	end = zip ? made.n : made.n - 512; /* of tar's two blocks of zeros one is enough */
	dump_bytes("c", buf_str(&made), 0, &want);
	ck_assert(!str_has(buf_str(&want), STR("damage")));
	for (size_t n = zip ? 4 : 512; n < end; n += zip ? 1 : 64) {
		dump_bytes("c", lit(made.p, n), 0, &got);
		ck_assert_msg(str_has(buf_str(&got), STR("damage: ")), "%s cut at %zu of %zu:\n%s", formats[_i], n,
			      made.n, buf_cstr(&got));
		ck_assert(str_starts(buf_str(&got), STR("c!one\n")) || n < 512);
		dump_bytes("c", lit(made.p, n), 7, &inner);
		if (!zip) /* libarchive drops what it inflated last when the next byte is missing */
			ck_assert_str_eq(buf_cstr(&inner), buf_cstr(&got));
	}
}
END_TEST

START_TEST(a_cut_member_is_damaged_and_so_is_the_bundle)
{
	static const struct made files[] = { { "one", { "1\n", 2 }, 0, NULL }, { "two", { "2\n2\n", 4 }, 0, NULL } };

	add_archive(&made, "ustar", files, N(files));
	check_dump("c", lit(made.p, 3 * 512 + 3), "c!one\n1@0 1\nc!two\n1@0 2\n2@2 2 (open)\n"
		   "! tar ends in the middle\ndamage: tar ends in the middle\n");
	check_dump("c", lit(made.p, 3 * 512 + 4), "c!one\n1@0 1\nc!two\n1@0 2\n2@2 2\n"
		   "! tar ends in the middle\ndamage: tar ends in the middle\n"); /* only padding is missing, and what came after */
	check_dump("c", lit(made.p, 2 * 512), "c!one\n1@0 1\n"
		   "damage: tar ends without its end mark: members may be missing\n");
	add_gz(&inner, buf_str(&made));
	inner.p[inner.n - 8] ^= 1; /* only the checksum: all members are there */
	check_dump("c", buf_str(&inner), "c!one\n1@0 1\nc!two\n1@0 2\n2@2 2\n"
		   "damage: gzip data is damaged: incorrect data check\n");
}
END_TEST

START_TEST(a_damaged_archive_in_a_bundle_is_a_member)
{
	static const struct made files[] = { { "one", { "1\n", 2 }, 0, NULL } };

	put_dir("b");
	add_archive(&made, "ustar", files, 1);
	add_gz(&inner, buf_str(&made));
	put_file("b/x.tgz", lit(inner.p, inner.n - 1));
	put_file("b/y", STR("y\n"));
	check_path("b", "x.tgz!one\n1@0 1\nx.tgz: gzip stream ends in the middle\ny\n1@0 y\n");
}
END_TEST

START_TEST(reads_one_tar_behind_another)
{
	static const struct made one[] = { { "one", { "1\n", 2 }, 0, NULL } }, two[] = { { "two", { "2\n", 2 }, 0, NULL } };

	add_archive(&made, "ustar", one, 1);
	add_archive(&made, "ustar", two, 1);
	check_dump("c", buf_str(&made), "c!one\n1@0 1\nc!two\n1@0 2\n");
}
END_TEST

START_TEST(a_file_of_zeros_is_no_archive)
{
	static const char zeros[2048];
	struct bundle *b = bundle_in_memory("z", lit(zeros, sizeof(zeros)), 0);
	struct reader *r = first_member(b);

	ck_assert(str_eq(reader_path(r), STR("z")));
	ck_assert_int_eq(reader_finish(r, NULL), OK);
	ck_assert_uint_eq(reader_bytes(r), sizeof(zeros));
	bundle_close(b);
}
END_TEST

/* A gzip of "one\ntwo\n" is an "mtree archive" to libarchive when it may guess. */
START_TEST(text_is_never_guessed_to_be_an_archive)
{
	add_gz(&made, STR("one\ntwo\n"));
	check_dump("x.tar.gz", buf_str(&made), "x.tar.gz\n1@0 one\n2@4 two\n");
	check_dump("x", STR("#mtree\n/set type=file\na size=1\n"), "x\n1@0 #mtree\n2@7 /set type=file\n3@22 a size=1\n");
}
END_TEST

START_TEST(an_encrypted_member_is_named)
{
	static char room[65536];
	size_t used = 0;
	struct archive *a = archive_write_new();
	struct archive_entry *e = archive_entry_new();

	archive_write_set_format_zip(a);
	ck_assert_int_eq(archive_write_set_options(a, "zip:encryption=traditional"), ARCHIVE_OK);
	archive_write_set_passphrase(a, "secret");
	archive_write_open_memory(a, room, sizeof(room), &used);
	archive_entry_set_pathname(e, "hidden.log");
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_size(e, 5);
	ck_assert_int_eq(archive_write_header(a, e), ARCHIVE_OK);
	ck_assert_int_eq(archive_write_data(a, "text\n", 5), 5);
	archive_entry_free(e);
	archive_write_close(a);
	archive_write_free(a);
	check_dump("c.zip", lit(room, used), "c.zip!hidden.log: encrypted\n");
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	LOOP(tc, reads_a_tar_of_every_dialect, tars);
	LOOP(tc, archive_names_may_be_anything, odd_names);
	tcase_add_test(tc, pax_names_are_utf8);
	tcase_add_test(tc, a_name_of_a_megabyte_is_cut);
	tcase_add_test(tc, reads_a_zip);
	tcase_add_test(tc, what_follows_a_zip_is_noticed);
	tcase_add_test(tc, a_zip_without_members_is_empty);
	tcase_add_test(tc, goes_into_archives_in_archives);
	tcase_add_test(tc, stops_at_the_fourth_archive_in_each_other);
	LOOP(tc, a_cut_archive_says_so, formats);
	tcase_add_test(tc, a_cut_member_is_damaged_and_so_is_the_bundle);
	tcase_add_test(tc, a_damaged_archive_in_a_bundle_is_a_member);
	tcase_add_test(tc, reads_one_tar_behind_another);
	tcase_add_test(tc, a_file_of_zeros_is_no_archive);
	tcase_add_test(tc, text_is_never_guessed_to_be_an_archive);
	tcase_add_test(tc, an_encrypted_member_is_named);
}

TEST_MAIN("bundle/archive", add)

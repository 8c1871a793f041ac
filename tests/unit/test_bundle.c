#include "bundle/bundle.h"

#include <fcntl.h>

#include "base/limits.h"
#include "base/sha256.h"
#include "bundle_dir.h"

START_TEST(walks_a_directory_in_byte_order_of_paths)
{
	put_dir("b");
	put_dir("b/a");
	put_dir("b/a.d");
	put_dir("b/empty");
	put_file("b/a/z", STR("1\n"));
	put_file("b/a.d/x", STR("2\n"));
	put_file("b/a.log", STR("3\n")); /* '.' < '/' < '0' */
	put_file("b/a0", STR("4\n"));
	put_file("b/.hidden", STR("5\n"));
	put_file("b/B", STR("6\n"));
	check_path("b", ".hidden\n1@0 5\nB\n1@0 6\na.d/x\n1@0 2\na.log\n1@0 3\na/z\n1@0 1\na0\n1@0 4\n");
	check_path("b/", buf_cstr(&got));
}
END_TEST

START_TEST(follows_no_link_and_opens_nothing_but_files)
{
	put_dir("b");
	put_dir("b/in");
	put_file("b/in/x", STR("x\n"));
	put_file("outside", STR("secret\n"));
	ck_assert_int_eq(symlink("../outside", "b/link"), 0);
	ck_assert_int_eq(symlink("in", "b/linked-dir"), 0);
	ck_assert_int_eq(symlink("/nowhere/\xff", "b/gone"), 0);
	ck_assert_int_eq(symlink("self", "b/self"), 0);
	ck_assert_int_eq(mkfifo("b/fifo", 0644), 0);
	check_path("b", "fifo: a FIFO\n"
			"gone: a symbolic link, not followed: /nowhere/\\xff\n"
			"in/x\n1@0 x\n"
			"link: a symbolic link, not followed: ../outside\n"
			"linked-dir: a symbolic link, not followed: in\n"
			"self: a symbolic link, not followed: self\n");
}
END_TEST

START_TEST(shows_names_that_are_not_utf8)
{
	put_dir("b");
	put_file("b/caf\xe9", STR("a\n"));
	put_file("b/caf\xc3\xa9", STR("b\n"));
	put_file("b/a\nb", STR("c\n"));
	put_file("b/caf\\xe9", STR("d\n")); /* looks like the first one */
	check_path("b", "a<0a>b\n1@0 c\ncaf\\xe9\n1@0 d\ncaf\xc3\xa9\n1@0 b\ncaf\\xe9#2\n1@0 a\n");
}
END_TEST

/* Root reads everything: become somebody else for the moment.  Tests run in a process of their own. */
START_TEST(says_what_it_may_not_read)
{
	put_dir("b");
	put_dir("b/dir");
	put_file("b/dir/x", STR("x"));
	put_file("b/secret", STR("x"));
	put_file("b/z", STR("z\n"));
	ck_assert_int_eq(chmod("b/secret", 0), 0);
	ck_assert_int_eq(chmod("b/dir", 0), 0);
	ck_assert_int_eq(chmod(".", 0755), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	check_path("b", "dir/: cannot be opened: Permission denied\n"
			"secret: cannot be opened: Permission denied\nz\n1@0 z\n");
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
	ck_assert_int_eq(chmod("b/dir", 0755), 0);
}
END_TEST

START_TEST(stops_in_directories_that_go_too_deep)
{
	char here[16];

	put_dir("b");
	ck_assert_int_eq(chdir("b"), 0);
	for (int i = 0; i <= LIMIT_DEPTH_DIR; i++) {
		snprintf(here, sizeof(here), "%d", i);
		if (i > 0)
			buf_putc(&want, '/');
		buf_add(&want, str_of(here));
		put_dir(here);
		ck_assert_int_eq(chdir(here), 0);
	}
	put_file("unseen", STR("x"));
	buf_printf(&want, "/: more than %d directories deep\n", LIMIT_DEPTH_DIR);
	ck_assert_int_eq(chdir(root), 0);
	put_file("b/1", STR("y\n"));
	buf_add(&want, STR("1\n1@0 y\n"));
	check_path("b", buf_cstr(&want));
}
END_TEST

START_TEST(hashes_a_directory_like_sha256sum)
{
	static const struct made files[] = { { "x", { "y", 1 }, 0, NULL } };
	static const char *const names[] = { "a.log", "d.tar", "d/e.gz" };
	char hex[65];
	struct bundle *b;

	put_dir("b");
	put_dir("b/d");
	put_file("b/a.log", STR("a\n"));
	add_archive(&made, "ustar", files, 1);
	put_file("b/d.tar", buf_str(&made));
	add_gz(&inner, STR("e\n"));
	put_file("b/d/e.gz", buf_str(&inner));
	ck_assert_int_eq(symlink("a.log", "b/link"), 0);
	for (size_t i = 0; i < N(names); i++) {
		sha256_of(i == 0 ? STR("a\n") : i == 1 ? buf_str(&made) : buf_str(&inner), hex);
		buf_printf(&want, "%s  %s\n", hex, names[i]);
	}
	for (int reads = 0; reads < 2; reads++) { /* members nobody reads are hashed too */
		struct reader *r;

		b = opened("b", 0);
		if (reads)
			dump_bundle(b, &got);
		while (bundle_next(b, &r, NULL) == OK)
			;
		check_hash(b, buf_str(&want));
		bundle_close(b);
	}
}
END_TEST

static const struct { const char *path, *name; } names[] = {
	{ "b", "b" }, { "b/", "b" }, { "b//", "b" }, { "./b", "b" }, { "b/case.tgz", "case.tgz" }, { "b/.", "b" },
	{ "b/c/..", "b" },
};

START_TEST(names_a_bundle_as_people_do)
{
	struct bundle *b;

	put_dir("b");
	put_dir("b/c");
	put_file("b/case.tgz", STR("not really"));
	b = opened(names[_i].path, 0);
	ck_assert(str_eq(bundle_name(b), str_of(names[_i].name)));
	bundle_close(b);
}
END_TEST

START_TEST(refuses_what_is_no_bundle)
{
	struct error err = { 0 };
	struct bundle *b = NULL;

	ck_assert_int_eq(bundle_open(&b, "nothing-here", NULL, &err), ERR_IO);
	ck_assert_str_eq(err.text, "cannot open 'nothing-here': No such file or directory");
	ck_assert_int_eq(bundle_open(&b, "/dev/null", NULL, &err), ERR_IO);
	ck_assert_str_eq(err.text, "'/dev/null' is neither a file nor a directory");
	ck_assert_ptr_null(b);
}
END_TEST

START_TEST(a_single_file_is_its_base_name)
{
	put_dir("b");
	put_file("b/x.log", STR("a\n"));
	check_path("b/x.log", "x.log\n1@0 a\n");
	add_gz(&made, STR("a\n"));
	put_file("b/x.log.gz", buf_str(&made));
	check_path("b/x.log.gz", "x.log.gz\n1@0 a\n");
	put_file("b/empty", STR(""));
	check_path("b/empty", "empty\n");
}
END_TEST

START_TEST(reads_standard_input)
{
	static const struct made files[] = { { "one", { "1\n", 2 }, 0, NULL } };
	int ends[2];
	struct bundle *b;

	if (_i == 0)
		buf_add(&made, STR("plain\n"));
	else
		add_archive(&made, "zip", files, 1);
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(write(ends[1], made.p, made.n), (ssize_t)made.n); /* fits into a pipe */
	close(ends[1]);
	ck_assert_int_eq(dup2(ends[0], 0), 0);
	b = opened("-", 3);
	dump_bundle(b, &got);
	ck_assert_str_eq(buf_cstr(&got), _i == 0 ? "-\n1@0 plain\n" : "-!one\n1@0 1\n");
	ck_assert(str_eq(bundle_name(b), STR("-")));
	check_hash(b, buf_str(&made));
	bundle_close(b);
	ck_assert_int_eq(fcntl(0, F_GETFD), 0); /* still open: it is not ours */
}
END_TEST

START_TEST(an_archive_nobody_reads_is_hashed_to_its_end)
{
	static const struct made files[] = { { "one", { "1\n", 2 }, 0, NULL }, { "two", { "2\n", 2 }, 0, NULL } };
	struct bundle *b;
	struct reader *r;

	add_archive(&inner, "ustar", files, N(files));
	add_gz(&made, buf_str(&inner));
	buf_add(&made, STR("tail"));
	b = bundle_in_memory("c", buf_str(&made), chunks[_i]);
	while (bundle_next(b, &r, NULL) == OK)
		;
	ck_assert(str_eq(bundle_damage(b), STR("other data follows the gzip stream")));
	check_hash(b, buf_str(&made));
	ck_assert_int_eq(bundle_next(b, &r, NULL), END);
	bundle_close(b);
}
END_TEST

START_TEST(counts_members_to_its_limit)
{
	static const struct made file[] = { { "x", { NULL, 0 }, 0, NULL } };
	struct bundle *b;
	struct reader *r;
	size_t n = 0;

	add_archive(&inner, "ustar", file, 1);
	for (size_t i = 0; i < LIMIT_MEMBERS + 5; i++)
		buf_add(&made, lit(inner.p, 512));
	b = bundle_in_memory("c", buf_str(&made), 0);
	while (bundle_next(b, &r, NULL) == OK)
		n++;
	ck_assert_uint_eq(n, LIMIT_MEMBERS);
	ck_assert(str_eq(bundle_damage(b), STR("more than 200000 members: the rest was not read")));
	check_hash(b, buf_str(&made));
	bundle_close(b);
}
END_TEST

static int open_fds(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* Closed at any moment, nothing stays open; the sanitizer sees the memory. */
START_TEST(can_be_closed_at_any_member)
{
	static const struct made files[] = { { "one", { "1\n", 2 }, 0, NULL }, { "two", { "2\n", 2 }, 0, NULL } };
	int before = open_fds();
	struct reader *r;
	struct line l;

	add_archive(&made, "ustar", files, N(files));
	add_xz(&inner, buf_str(&made));
	put_dir("b");
	put_dir("b/c");
	put_file("b/c/x.txz", buf_str(&inner));
	put_file("b/c/y", STR("y\n"));
	for (int n = 0; n < 5; n++) {
		struct bundle *b = opened("b", 0);

		for (int i = 0; i < n; i++)
			if (bundle_next(b, &r, NULL) == OK)
				ck_assert_int_eq(reader_line(r, &l, NULL), OK);
		bundle_close(b);
		ck_assert_int_eq(open_fds(), before);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, walks_a_directory_in_byte_order_of_paths);
	tcase_add_test(tc, follows_no_link_and_opens_nothing_but_files);
	tcase_add_test(tc, shows_names_that_are_not_utf8);
	tcase_add_test(tc, says_what_it_may_not_read);
	tcase_add_test(tc, stops_in_directories_that_go_too_deep);
	tcase_add_test(tc, hashes_a_directory_like_sha256sum);
	LOOP(tc, names_a_bundle_as_people_do, names);
	tcase_add_test(tc, refuses_what_is_no_bundle);
	tcase_add_test(tc, a_single_file_is_its_base_name);
	tcase_add_loop_test(tc, reads_standard_input, 0, 2);
	LOOP(tc, an_archive_nobody_reads_is_hashed_to_its_end, chunks);
	tcase_add_test(tc, counts_members_to_its_limit);
	tcase_add_test(tc, can_be_closed_at_any_member);
}

TEST_MAIN("bundle/bundle", add)

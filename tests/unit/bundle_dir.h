#ifndef FORENSICS_TESTS_BUNDLE_DIR_H
#define FORENSICS_TESTS_BUNDLE_DIR_H

#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sha256.h"
#include "bundle_help.h"

/* Bundles that lie in a directory of their own, which is the working directory and goes away. */

#define N(table) (sizeof(table) / sizeof((table)[0]))

static struct buf made, inner, want, got;
static char root[64];

static inline void setup(void)
{
	buf_init(&made, (size_t)128 << 20);
	buf_init(&inner, MAKE_MAX);
	buf_init(&want, MAKE_MAX);
	buf_init(&got, MAKE_MAX);
	snprintf(root, sizeof(root), "/tmp/forensics-bundle-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	ck_assert_int_eq(chdir(root), 0);
}

static inline int remove_it(const char *path, const struct stat *st, int flag, struct FTW *at)
{
	(void)st;
	(void)flag;
	(void)at;
	return remove(path);
}

static inline void teardown(void)
{
	ck_assert_int_eq(chdir("/"), 0);
	nftw(root, remove_it, 16, FTW_DEPTH | FTW_PHYS);
	buf_done(&made);
	buf_done(&inner);
	buf_done(&want);
	buf_done(&got);
}

static inline void put_file(const char *path, struct str text)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text.p, 1, text.n, f), text.n);
	ck_assert_int_eq(fclose(f), 0);
}

static inline void put_dir(const char *path)
{
	ck_assert_int_eq(mkdir(path, 0755), 0);
}

static inline struct bundle *opened(const char *path, size_t chunk)
{
	struct bundle_options opt = { .chunk = chunk };
	struct error err = { 0 };
	struct bundle *b = NULL;

	ck_assert_msg(bundle_open(&b, path, &opt, &err) == OK, "%s", err.text);
	return b;
}

/* The bundle at path, at every chunk size. */
static inline void check_path(const char *path, const char *expected)
{
	for (size_t i = 0; i < N_CHUNKS; i++) {
		struct bundle *b = opened(path, chunks[i]);

		buf_reset(&got);
		dump_bundle(b, &got);
		bundle_close(b);
		ck_assert_str_eq(buf_cstr(&got), expected);
	}
}

static inline void check_hash(const struct bundle *b, struct str text)
{
	char is[65], should[65];

	bundle_sha256(b, is);
	sha256_of(text, should);
	ck_assert_str_eq(is, should);
}

#endif /* FORENSICS_TESTS_BUNDLE_DIR_H */

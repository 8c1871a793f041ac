#ifndef FORENSICS_TESTS_BUNDLE_HELP_H
#define FORENSICS_TESTS_BUNDLE_HELP_H

#include <archive.h>
#include <archive_entry.h>
#include <bzlib.h>
#include <lzma.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"
#include "bundle/bundle.h"
#include "bundle/reader.h"
#include "unit.h"

/* Archives made at run time, and bundles written out as text to compare with. */

/* Everything must read the same however the input is split; 0 is the default. */
static const size_t chunks[] = { 1, 2, 3, 7, 4096, 0 };
#define N_CHUNKS (sizeof(chunks) / sizeof(chunks[0]))
#define MAKE_MAX ((size_t)64 << 20)

static inline struct str lit(const char *p, size_t n) { return (struct str){ p, n }; }
#define BYTES(literal) lit((literal), sizeof(literal) - 1)

/* Appends one gzip member. */
static inline void add_gz(struct buf *out, struct str text)
{
	static Bytef room[1 << 21];
	z_stream z = { 0 };

	ck_assert_int_eq(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)text.p;
	z.avail_in = (uInt)text.n;
	z.next_out = room;
	z.avail_out = sizeof(room);
	ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	buf_add(out, lit((const char *)room, sizeof(room) - z.avail_out));
	deflateEnd(&z);
}

static inline void add_xz(struct buf *out, struct str text)
{
	static uint8_t room[1 << 21];
	size_t n = 0;

	ck_assert_int_eq(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, NULL, (const uint8_t *)text.p, text.n,
						 room, &n, sizeof(room)), LZMA_OK);
	buf_add(out, lit((const char *)room, n));
}

static inline void add_bz2(struct buf *out, struct str text)
{
	static char room[1 << 21];
	char none = 0;
	unsigned n = sizeof(room);

	ck_assert_int_eq(BZ2_bzBuffToBuffCompress(room, &n, text.n ? (char *)(uintptr_t)text.p : &none, (unsigned)text.n, 9, 0, 0), BZ_OK);
	buf_add(out, lit(room, n));
}

static inline void add_zst(struct buf *out, struct str text)
{
	static char room[1 << 21];
	ZSTD_CCtx *z = ZSTD_createCCtx();
	size_t n;

	ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1);
	n = ZSTD_compress2(z, room, sizeof(room), text.p, text.n);
	ck_assert(!ZSTD_isError(n));
	ZSTD_freeCCtx(z);
	buf_add(out, lit(room, n));
}

struct made {
	const char *name;
	struct str text;
	unsigned type;    /* AE_IF*; 0 = a regular file */
	const char *link; /* target; with AE_IFREG a hard link */
};

/* format: "ustar", "pax", "gnutar", "v7tar", "zip". */
static inline void add_archive(struct buf *out, const char *format, const struct made *files, size_t n)
{
	static char room[4 << 20];
	size_t used = 0;
	struct archive *a = archive_write_new();

	ck_assert_int_eq(archive_write_set_format_by_name(a, format), ARCHIVE_OK);
	archive_write_set_bytes_in_last_block(a, 1);
	ck_assert_int_eq(archive_write_open_memory(a, room, sizeof(room), &used), ARCHIVE_OK);
	for (size_t i = 0; i < n; i++) {
		struct archive_entry *e = archive_entry_new();
		unsigned type = files[i].type ? files[i].type : AE_IFREG;

		/* Only pax has names in a known encoding, and libarchive cannot convert without a locale. */
		if (strcmp(format, "pax") == 0)
			archive_entry_set_pathname_utf8(e, files[i].name);
		else
			archive_entry_set_pathname(e, files[i].name);
		archive_entry_set_filetype(e, type);
		archive_entry_set_perm(e, 0644);
		archive_entry_set_size(e, (la_int64_t)files[i].text.n);
		if (type == AE_IFLNK)
			archive_entry_set_symlink(e, files[i].link);
		else if (files[i].link)
			archive_entry_set_hardlink(e, files[i].link);
		ck_assert_int_ge(archive_write_header(a, e), ARCHIVE_WARN);
		if (files[i].text.n > 0)
			ck_assert_int_eq(archive_write_data(a, files[i].text.p, files[i].text.n),
					 (la_ssize_t)files[i].text.n);
		archive_entry_free(e);
	}
	ck_assert_int_eq(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
	buf_add(out, lit(room, used));
}

/* Control bytes as <0a>, so that a comparison shows them. */
static inline void put_visible(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < ' ' || c == 127)
			buf_printf(out, "<%02x>", c);
		else
			buf_putc(out, (char)c);
	}
}

/* "1@0 text", "2@5 text (cut) (open)", then "! reason" when it failed. */
static inline void dump_lines(struct reader *r, struct buf *out)
{
	struct error err = { 0 };
	struct line l;
	enum status st;

	while ((st = reader_line(r, &l, &err)) == OK) {
		buf_printf(out, "%u@%llu ", l.no, (unsigned long long)l.offset);
		if (l.text.n > 200)
			buf_printf(out, "%zu bytes", l.text.n);
		else
			put_visible(out, l.text);
		buf_printf(out, "%s%s\n", l.cut ? " (cut)" : "", l.open ? " (open)" : "");
	}
	if (st != END)
		buf_printf(out, "! %s\n", err.text);
	ck_assert_int_eq(reader_line(r, &l, NULL), st); /* and again */
	ck_assert_int_eq(reader_finish(r, NULL), st == END ? OK : st);
}

/* "path: problem" or "path" and its lines; at the end "damage: reason". */
static inline void dump_bundle(struct bundle *b, struct buf *out)
{
	struct error err = { 0 };
	struct reader *r;
	enum status st;

	while ((st = bundle_next(b, &r, &err)) == OK) {
		struct str problem = reader_problem(r);

		put_visible(out, reader_path(r));
		if (problem.n > 0) {
			buf_add(out, STR(": "));
			buf_add(out, problem);
		}
		buf_putc(out, '\n');
		dump_lines(r, out);
	}
	ck_assert_int_eq(st, END);
	if (bundle_damage(b).n > 0)
		buf_printf(out, "damage: %.*s\n", STR_ARG(bundle_damage(b)));
}

static inline struct bundle *bundle_in_memory(const char *name, struct str bytes, size_t chunk)
{
	struct bundle_options opt = { .chunk = chunk };
	struct bundle *b = NULL;

	ck_assert_int_eq(bundle_of_text(&b, str_of(name), bytes, &opt), OK);
	return b;
}

/* The whole of a bundle of these bytes, as dump_bundle() writes it. */
static inline void dump_bytes(const char *name, struct str bytes, size_t chunk, struct buf *out)
{
	struct bundle *b = bundle_in_memory(name, bytes, chunk);

	buf_reset(out);
	dump_bundle(b, out);
	bundle_close(b);
}

/* The same at every chunk size. */
static inline void check_dump(const char *name, struct str bytes, const char *want)
{
	struct buf got;

	buf_init(&got, MAKE_MAX);
	for (size_t i = 0; i < N_CHUNKS; i++) {
		dump_bytes(name, bytes, chunks[i], &got);
		ck_assert_msg(strcmp(buf_cstr(&got), want) == 0, "chunk %zu:\n--- got\n%s--- want\n%s", chunks[i],
			      buf_cstr(&got), want);
	}
	buf_done(&got);
}

/* The first member, for tests of its reader. */
static inline struct reader *first_member(struct bundle *b)
{
	struct reader *r = NULL;

	ck_assert_int_eq(bundle_next(b, &r, NULL), OK);
	return r;
}

#endif /* FORENSICS_TESTS_BUNDLE_HELP_H */

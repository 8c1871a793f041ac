#ifndef FORENSICS_BUNDLE_BUNDLE_H
#define FORENSICS_BUNDLE_BUNDLE_H

#include "base/error.h"
#include "base/str.h"

/* A directory, a tar, tar.gz, tar.xz, tar.zst or zip, one file (plain, .gz,
 * .xz, .zst), or standard input ("-").  Archives are read in place and nested up to
 * LIMIT_NEST deep; nothing is ever extracted to disk or followed: links, FIFOs and
 * devices are members with a problem.  Directories are walked in byte order of
 * their paths, archives in their own order. */
struct bundle;
struct reader; /* lines or bytes of one member (bundle/reader.h) */

struct bundle_options {
	size_t chunk; /* bytes per read of every layer, 0 = default: nothing whole may depend on it,
	                 which tests show with 1, 2, 3, 7 */
	/* Files that the program writes itself: they are no evidence when they stand in a directory that is the
	 * bundle.  Found by device and inode; those that do not exist when it is opened are nothing. */
	const char *const *own; size_t n_own;
};

enum status bundle_open(struct bundle **out, const char *path, const struct bundle_options *opt, struct error *err);
/* A bundle that lives in memory (tests of rules), read like a file of that name.  text is borrowed. */
enum status bundle_of_text(struct bundle **out, struct str path, struct str text, const struct bundle_options *opt);
/* The next member; valid until the next call.  END after the last.  A member that
 * cannot be read (permission, a link, too deep) still comes: its reader_problem() says why.  An archive
 * in the bundle is no member, unless it is damaged: then it comes after its members, with the reason as problem. */
enum status bundle_next(struct bundle *b, struct reader **member, struct error *err);
/* The bundle itself is damaged (archive cut in the middle): what was read stays; text is the
 * reason, empty when it is whole.  Meaningful after END. */
struct str bundle_damage(const struct bundle *b);
/* After END: the name people gave it ("case.tar.gz", "-") and its SHA-256: of the file, or for a
 * directory of the sorted lines "sha256  path\n" of its members. */
struct str bundle_name(const struct bundle *b);
void bundle_sha256(const struct bundle *b, char hex[65]);
void bundle_close(struct bundle *b); /* NULL is fine */
/* Bytes of the regular files at path, 0 when that cannot be told (a pipe, too many): for progress only. */
uint64_t bundle_bytes(const char *path);

#endif /* FORENSICS_BUNDLE_BUNDLE_H */

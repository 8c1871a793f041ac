#ifndef FORENSICS_BASE_ERROR_H
#define FORENSICS_BASE_ERROR_H

#include "base/str.h"

/* Zero is success, negative is failure, END (1) is "no more". */
enum status {
	OK = 0,
	END = 1,
	ERR_IO = -1,     /* the environment: open, read, write, disk full */
	ERR_FORMAT = -2, /* the input is damaged or not what it claims */
	ERR_RULE = -3,   /* a rule, expression or template is invalid */
	ERR_DB = -4,     /* SQLite */
	ERR_LIMIT = -5,  /* a bound of base/limits.h was reached */
	ERR_USAGE = -6,  /* the command line */
};

/* What an error is called in messages ("FX0104") and where `forensics explain` tells more. */
enum error_id {
#define ERROR(name, code, text) FX_##name,
#include "base/error_list.h"
#undef ERROR
	FX_COUNT
};
const char *error_code(enum error_id id);
const char *error_text(enum error_id id);
/* By its code; FX_COUNT when there is none. */
enum error_id error_named(struct str code);

struct error {
	enum status code;
	enum error_id id; /* that of the status, unless fail_id() has said more */
	char where[256]; /* "bundle.tgz!dmesg:4711" or "rules/gpu/xid79.yaml:12:5"; may be empty */
	char text[512];  /* what went wrong, one line, no final stop */
	char hint[256];  /* the cure, one line; may be empty */
};

#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

/* Fills err (which may be NULL; where and hint are cleared) and returns code:
 * `return fail(err, ERR_IO, "cannot open '%s': %s", path, why);`
 * The first failure wins: callers add a place or a hint, not prose. */
enum status fail(struct error *err, enum status code, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Set the place / the cure of a failure; where is kept if it is already set. */
void fail_at(struct error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);
void fail_hint(struct error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);
void fail_id(struct error *err, enum error_id id);

#endif /* FORENSICS_BASE_ERROR_H */

#ifndef FORENSICS_BUNDLE_TOKENS_H
#define FORENSICS_BUNDLE_TOKENS_H

#include "base/error.h"
#include "bundle/reader.h"

/* A JSON member token by token (RFC 8259), for documents whose records do not
 * fit bundle/records.h: a metric with a month of minutes is one object.  Holds one
 * scalar at a time.  Any number of top-level values may follow one another. */
struct tokens;

enum token_kind {
	TOKEN_OBJECT, TOKEN_OBJECT_END,
	TOKEN_ARRAY, TOKEN_ARRAY_END,
	TOKEN_KEY,     /* text is the name */
	TOKEN_STRING,  /* text with its escapes resolved; beyond LIMIT_LINE bytes it is dropped */
	TOKEN_NUMBER,  /* text as written */
	TOKEN_WORD     /* true, false, null */
};

struct token {
	enum token_kind kind;
	struct str text;  /* valid until the next call */
	uint32_t line;    /* of its first byte */
	uint64_t offset;
};

struct tokens *tokens_new(struct reader *in);
/* END after the last; also where the text stops being JSON or is cut: tokens_problem() says so. */
enum status tokens_next(struct tokens *t, struct token *out, struct error *err);
/* After END: NULL when all was read, else a short static reason. */
const char *tokens_problem(const struct tokens *t);
void tokens_free(struct tokens *t); /* NULL is fine */

#endif /* FORENSICS_BUNDLE_TOKENS_H */

#ifndef FORENSICS_BASE_JSON_H
#define FORENSICS_BASE_JSON_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

/* The cJSON door: one value of at most LIMIT_JSON_RECORD bytes at a time.
 * cJSON alters evidence silently (it rounds integers beyond 2^53, cuts strings
 * at \u0000) and takes much that is not JSON, so json_parse() checks the text
 * against RFC 8259 itself, refuses depth over LIMIT_JSON_DEPTH, and rewrites:
 *   integers of more than 15 digits, and numbers longer than 60 characters or
 *     beyond a double, are strings here, with the characters as written
 *     (json_text() of what contains them still writes them as numbers);
 *   \u0000 and half a surrogate pair become U+FFFD;
 *   bytes in strings that are not UTF-8 become \xNN, as in utf8_repair().
 * Of members with the same name json_get() and json_path() give the first.
 * Getters are case-sensitive and take NULL. */
struct json; /* one value; the root owns all below it */

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

enum status json_parse(struct json **out, struct str text, struct error *err);
void json_free(struct json *root); /* NULL is fine */

enum json_type json_type(const struct json *v);             /* NULL counts as JSON_NULL */
const struct json *json_get(const struct json *obj, const char *key);
/* "involvedObject.name": members only, no indexes; NULL when any is missing. */
const struct json *json_path(const struct json *obj, const char *dotted);
const struct json *json_first(const struct json *container);
const struct json *json_next(const struct json *v);
struct str json_key(const struct json *v);                  /* of a member; borrowed from the root */
/* A string's text, empty for anything else.  Borrowed from the root. */
struct str json_str(const struct json *v);
static inline struct str json_get_str(const struct json *o, const char *k) { return json_str(json_get(o, k)); }
static inline struct str json_path_str(const struct json *o, const char *k) { return json_str(json_path(o, k)); }
/* A number, or a string that is one. */
bool json_num(const struct json *v, double *out);
bool json_bool(const struct json *v);                       /* true only for JSON true */
/* The value as one line of JSON; for a string, its text without quotes (which
 * may hold newlines); for NULL, nothing. */
void json_text(const struct json *v, struct buf *out);

/* Writers.  Bytes that are not UTF-8 become U+FFFD; control characters are escaped. */
void json_put_string(struct buf *out, struct str s); /* with quotes */

#endif /* FORENSICS_BASE_JSON_H */

#ifndef FORENSICS_RULE_PATTERN_PRIV_H
#define FORENSICS_RULE_PATTERN_PRIV_H

#include "base/arena.h"
#include "base/error.h"
#include "rule/rule.h"

/* The PCRE2 door of this room.  Bytes, never UTF; no \C, callouts, recursion or
 * (*VERBS): a rule may come from anywhere, and its cost must be bounded. */

/* Compiles text into *code (a pcre2_code).  With an arena the code lives there; without,
 * regex_free() frees it.  It is interpreted until regex_jit(). */
enum status regex_compile(void **code, struct arena *a, struct str text, struct error *err);
/* Where that does not work it stays interpreted: slower, same answer.  Not for code in an arena. */
void regex_jit(void *code);
void regex_free(void *code);
/* s starts with '[': the bytes up to and with the ']' that closes the class. */
size_t regex_class_length(struct str s);

enum regex_result { REGEX_NO, REGEX_YES, REGEX_LIMIT /* a limit was hit: not evaluated */ };
/* Looks at the first LIMIT_SUBJECT bytes, under the match limits of base/limits.h.  room may be NULL. */
enum regex_result regex_search(struct regex_room *room, const void *code, struct str subject);

/* All patterns of a ruleset under construction: equal texts are one pattern. */
struct patterns;

struct patterns *patterns_new(void);
void patterns_free(struct patterns *set); /* with what patterns_take() left: NULL is fine */
/* Texts are kept in a, which must outlive the set. */
enum status patterns_add(struct patterns *set, struct arena *a, struct str text, uint32_t *index, struct error *err);
const struct pattern *patterns_at(const struct patterns *set, uint32_t index);
/* Moves the patterns into a; whoever owns a frees their code. */
const struct pattern *patterns_take(struct patterns *set, struct arena *a, size_t *n);

#endif /* FORENSICS_RULE_PATTERN_PRIV_H */

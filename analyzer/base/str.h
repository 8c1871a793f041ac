#ifndef FORENSICS_BASE_STR_H
#define FORENSICS_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A borrowed run of bytes.  Never freed, never assumed to end in NUL; the
 * owner and its lifetime are stated where one is handed out.  p may be NULL
 * when n is 0. */
struct str {
	const char *p;
	size_t n;
};

#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })
#define STR_NONE ((struct str){ NULL, 0 })
/* For printf: "%.*s", STR_ARG(s). */
#define STR_ARG(s) ((int)((s).n > 1000000 ? 1000000 : (s).n)), ((s).p ? (s).p : "")

static inline struct str str_of(const char *z)
{
	return (struct str){ z, z ? strlen(z) : 0 };
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_starts(struct str s, struct str head)
{
	return s.n >= head.n && (head.n == 0 || memcmp(s.p, head.p, head.n) == 0);
}

static inline bool str_ends(struct str s, struct str tail)
{
	return s.n >= tail.n && (tail.n == 0 || memcmp(s.p + s.n - tail.n, tail.p, tail.n) == 0);
}

static inline struct str str_from(struct str s, size_t i)
{
	return i >= s.n ? (struct str){ s.p ? s.p + s.n : NULL, 0 } : (struct str){ s.p + i, s.n - i };
}

static inline struct str str_head(struct str s, size_t n)
{
	return (struct str){ s.p, n < s.n ? n : s.n };
}

static inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* Byte order, shorter first on a tie: the one order used for sorting. */
int str_cmp(struct str a, struct str b);
/* ASCII case folding only; no locale. */
bool str_ieq(struct str a, struct str b);
bool str_istarts(struct str s, struct str head);

/* Index of the first occurrence, or s.n when there is none. */
size_t str_chr(struct str s, char c);
size_t str_rchr(struct str s, char c);
size_t str_find(struct str s, struct str needle);
size_t str_ifind(struct str s, struct str needle); /* ASCII case folding */
static inline bool str_has(struct str s, struct str needle) { return str_find(s, needle) < s.n || needle.n == 0; }

struct str str_trim(struct str s);  /* blanks, CR and LF at both ends */
struct str str_rtrim(struct str s); /* the same, at the end only */

/* Cuts the part before c off *rest (all of it when c is absent) and moves
 * *rest past c.  False once *rest was exhausted by an earlier call:
 * rest->p is NULL then.  Two separators in a row give an empty part. */
bool str_cut(struct str *rest, char c, struct str *part);
/* The next run of non-blanks; false at the end. */
bool str_word(struct str *rest, struct str *word);
/* Consumes head when s starts with it. */
bool str_skip(struct str *s, struct str head);

#endif /* FORENSICS_BASE_STR_H */

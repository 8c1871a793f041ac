#ifndef FORENSICS_REDACT_REDACT_PRIV_H
#define FORENSICS_REDACT_REDACT_PRIV_H

#include "base/arena.h"
#include "base/map.h"
#include "redact/redact.h"

struct redact_table { struct map *index; struct str *v; size_t n, cap; uint64_t replaced; };

struct redact {
	struct arena *arena;
	bool keyed;
	unsigned in_key;               /* lines that may still be of a private key */
	char inner[64], outer[64];     /* the key's blocks of HMAC */
	struct redact_table t[REDACT_CLASSES];
	struct map *used;              /* pseudonyms given, and words of the text that look like one */
	struct map *general;
	struct map *words;             /* learned, lower case -> WORD_* */
	uint8_t starts[65536 / 8];     /* the first two characters of words */
	size_t longest;
	uint64_t clashes;
};

enum { WORD_LOOSE = 1, WORD_CLASS = 8 }; /* value: class * WORD_CLASS + flags */
#define REDACT_NAME 253 /* bytes of a DNS name (RFC 1035) */

static inline bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
static inline bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static inline bool is_letter(char c) { return is_lower(c) || is_upper(c); }
static inline bool is_alnum(char c) { return is_letter(c) || is_digit(c); }
static inline bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
static inline bool is_name_char(char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; }
static inline char to_lower(char c) { return is_upper(c) ? (char)(c - 'A' + 'a') : c; }

/* Does a word begin at i?  The letters of escapes (\n of JSON, %2F of URLs, colours of a terminal) are no part of it. */
bool text_starts_word(struct str t, size_t i);

/* names.c: the pseudonym of an original in its canonical form; counts the place. */
struct str pseudonym_of(struct redact *r, enum redact_class c, struct str canonical);
/* A word that looks like a pseudonym is not given as one. */
void pseudonym_taken(struct redact *r, struct str word);
/* The longest learned word at i; 0: none. */
size_t word_find(const struct redact *r, struct str t, size_t i, enum redact_class *c);

/* observe.c: learns the registered domain of a host's full name, unless it is everybody's. */
void domain_observe(struct redact *r, struct str host);

/* forms.c: the length of what begins at i, 0 when there is none, and its canonical form. */
size_t form_guid(struct str t, size_t i, char hex[33]);
size_t form_mac(struct str t, size_t i, char hex[41]);
size_t form_ipv4(struct str t, size_t i, uint8_t at[4]);
size_t form_ipv6(struct str t, size_t i, uint8_t at[16]);
size_t form_email(struct str t, size_t i, size_t *at);
/* A three-part word like eyJ..., a key with a known prefix; *keep is the length of the prefix. */
size_t form_secret(struct str t, size_t i, size_t *keep);
/* name=value of a secret whose name begins at i: the value is [*from, *to). */
bool form_secret_value(struct str t, size_t i, size_t *from, size_t *to);
/* The value behind a name, its separator and quotes, on the same line or, after a name in quotes, the next.  *quoted: it ends at a quote.
 * *prose: only ": " or a blank is between. */
bool form_value(struct str t, size_t after_name, size_t *from, size_t *to, bool *quoted, bool *prose);
/* //user:password@: of what begins at i, behind "://". */
bool form_userinfo(struct str t, size_t i, size_t *colon, size_t *at);

#endif /* FORENSICS_REDACT_REDACT_PRIV_H */

#ifndef FORENSICS_REDACT_REDACT_H
#define FORENSICS_REDACT_REDACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* Pseudonyms for what tells whose a log is.  The same original gives the same pseudonym everywhere, two originals never
 * give one, and each keeps its form: an address stays an address, so that what reads the log still can.
 *
 * Three steps: what is general is named first, then names are learned (from records and from text), then texts are
 * rewritten.  What has a form of its own (addresses, ids, e-mails, secrets) needs no learning. */

enum redact_class {
	REDACT_HOST, REDACT_DOMAIN, REDACT_NAMESPACE, REDACT_WORKLOAD, REDACT_RESOURCE, REDACT_USER, REDACT_EMAIL,
	REDACT_IPV4, REDACT_IPV6, REDACT_MAC, REDACT_GUID, REDACT_SERIAL, REDACT_SECRET, REDACT_CLASSES
};
const char *redact_class_title(enum redact_class c); /* "host names" */

struct redact;

/* key empty: pseudonyms are numbered as they come.  Else they are of HMAC-SHA-256 (RFC 2104) of the original, the same in
 * every bundle with that key; redact_clashes() counts those that two originals would have shared, which are not. */
struct redact *redact_new(struct str key);
void redact_free(struct redact *r); /* NULL is fine */

/* A word that stays wherever it stands alone. */
void redact_general(struct redact *r, struct str word);
/* A name of this class (HOST to USER, SERIAL).  Of a host with its domain both are learned.  Nothing happens when it is too short
 * or too general; of a word that is known already the first class stays. */
void redact_learn(struct redact *r, enum redact_class c, struct str name);
/* Learns the names that stand in text behind words that announce them. */
void redact_observe(struct redact *r, struct str text);

/* A new member begins: no private key is open. */
void redact_begin(struct redact *r);
/* text, rewritten, is appended to out.  No line end is added or lost.  A text ends at a line end, or where no name can be cut. */
void redact_text(struct redact *r, struct str text, struct buf *out);

/* The same for the path of a member: "dmesg@node.txt" is no e-mail address. */
void redact_path(struct redact *r, struct str path, struct buf *out);

uint64_t redact_replaced(const struct redact *r, enum redact_class c);  /* places */
size_t redact_count(const struct redact *r, enum redact_class c);       /* originals */
/* The i-th original of a class, in lower case and without separators where those do not count, and what stands for it. */
void redact_pair(const struct redact *r, enum redact_class c, size_t i, struct str *original, struct str *pseudonym);
uint64_t redact_clashes(const struct redact *r);

/* Why a name of this class is kept, or NULL: keep.c has the list. */
const char *redact_kept(enum redact_class c, struct str name);
/* The word in a workload's name that says what it does, or NULL: rules look for it, and its pseudonym has it. */
const char *redact_role(struct str name);
/* A domain that is everybody's: "ubuntu.com" and all below. */
bool redact_public_domain(struct str name);
/* The length of a suffix as in "name.openai.azure.com" (its dot included), whose first part somebody chose; 0: none. */
size_t redact_service_suffix(struct str name);

#endif /* FORENSICS_REDACT_REDACT_H */

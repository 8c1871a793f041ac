#ifndef FORENSICS_BASE_SUGGEST_H
#define FORENSICS_BASE_SUGGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* "did you mean": the known name nearest to a word, by edit distance (a swap of
 * neighbours counts one), the first tried on a tie.  Nothing is suggested that
 * differs in more than a third of the word. */
struct suggest { struct str word, best; size_t distance; };

void suggest_init(struct suggest *s, struct str word);
void suggest_try(struct suggest *s, struct str name);
void suggest_list(struct suggest *s, const char *const *names); /* up to a NULL */
static inline bool suggest_found(const struct suggest *s) { return s->best.p != NULL; }

#endif /* FORENSICS_BASE_SUGGEST_H */

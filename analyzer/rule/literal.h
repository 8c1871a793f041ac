#ifndef FORENSICS_RULE_LITERAL_H
#define FORENSICS_RULE_LITERAL_H

#include "base/arena.h"
#include "base/limits.h"
#include "base/str.h"

/* The plain text in a regex.  A regex that can match a line only where one of a few
 * texts stands needs not be tried on any other: those texts of thousands of regexes are searched for at once. */

struct literal { struct str text; bool nocase; /* ASCII letters of either case */ };

/* Every match contains at least one of v; least bytes in the shortest.  n == 0: nothing is certain. */
struct literal_set { const struct literal *v; size_t n, least; };

/* All runs of plain text joined in order: what a hostile line is made of. */
struct literals {
	char text[LIMIT_PATTERN];
	size_t n, first_n, longest_at, longest_n;
	size_t run_at; /* of the run being read */
};

/* Conservative: what an alternative, an option or a look-around could avoid is not certain.  The set lives
 * in a; out may be NULL. */
struct literal_set literals_of(struct str pattern, struct arena *a, struct literals *out);

#endif /* FORENSICS_RULE_LITERAL_H */

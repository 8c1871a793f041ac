#ifndef FORENSICS_BUNDLE_LAYOUT_H
#define FORENSICS_BUNDLE_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* Which collector made a bundle, or a part of it: told by paths that it always leaves, wherever its root is and
 * whatever the root is called. */
struct layout {
	const char *title;   /* "sosreport" */
	bool one_machine;    /* all of it was collected on one */
	const char *lacks;   /* what it never collects, for people; or NULL */
	/* All of them must be there, below one root: parts joined by '/', '*' stands for any text without one, a '/' at the
	 * end means a folder that is not empty; "a|b": one of them. */
	const char *marks[4];
};

/* A layout found: root is what stands before the marks, "" or "case.tar.gz!sosreport-x/". */
struct layout_found { const struct layout *layout; struct str root; };

/* Paths as in a bundle, '!' between archives.  Each pair once, by root, then in the order of the table; in a. */
size_t layouts_find(struct arena *a, const struct str *paths, size_t n, const struct layout_found **out);

#endif /* FORENSICS_BUNDLE_LAYOUT_H */

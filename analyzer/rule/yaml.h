#ifndef FORENSICS_RULE_YAML_H
#define FORENSICS_RULE_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/* The libyaml door.  A strict subset, read through the event API because only
 * events know their lines: no anchors, aliases, tags, directives, merge keys or
 * tab characters; a key stands once in a map; every scalar is text until a
 * schema types it, so `no`, `012` and `1:30` are harmless. */
enum node_kind { NODE_TEXT, NODE_LIST, NODE_MAP };
enum node_style { STYLE_PLAIN, STYLE_SINGLE, STYLE_DOUBLE, STYLE_BLOCK };

struct place { uint32_t line, column; }; /* from 1; columns count characters */

struct node {
	enum node_kind kind;
	enum node_style style;    /* of a text: how it was quoted */
	struct place at;
	struct str text;          /* NODE_TEXT; followed by a NUL */
	struct str key;           /* a member of a map: its key, followed by a NUL .. */
	struct place key_at;      /* .. and where that stands */
	const struct node *first; /* children, in the order of the file */
	const struct node *next;
	size_t n;                 /* children */
};

/* The documents of one file of at most LIMIT_RULE_FILE bytes; empty ones are left
 * out.  All is in a.  path is for messages.  The first mistake ends the reading:
 * ERR_RULE with path:line:column in err->where. */
enum status yaml_read(const struct node *const **docs, size_t *n, struct arena *a, struct str path,
		      struct str text, struct error *err);
/* The member of a map, or NULL; NULL and other kinds have none. */
const struct node *node_get(const struct node *map, const char *key);

#endif /* FORENSICS_RULE_YAML_H */

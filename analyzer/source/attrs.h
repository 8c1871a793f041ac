#ifndef FORENSICS_SOURCE_ATTRS_H
#define FORENSICS_SOURCE_ATTRS_H

#include <math.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/limits.h"
#include "record/event.h"

/* What a number is that was not given. */
#define NO_NUMBER ((double)NAN)

/* The attributes of one event while a source gathers them.  Keys and values
 * are copied into the arena.  An empty value adds nothing: an attribute that is
 * there has something to say.  What is beyond LIMIT_FIELDS is dropped, and the
 * attribute "attributes_dropped" then says so. */
struct attrs {
	struct arena *a; /* borrowed; the caller resets it together with the attributes */
	struct field v[LIMIT_FIELDS];
	size_t n;
};

void attrs_init(struct attrs *s, struct arena *a);
void attrs_reset(struct attrs *s); /* forgets all; the arena is left alone */

void attrs_text(struct attrs *s, struct str key, struct str value);
void attrs_number(struct attrs *s, struct str key, double value); /* NAN and infinities add nothing */
void attrs_bool(struct attrs *s, struct str key, bool value);     /* "true", "false" as text */
/* An instant as ISO text in UTC; nothing for TS_NONE. */
void attrs_time(struct attrs *s, struct str key, ts_usec t);
/* A JSON value by its type: objects and arrays stay JSON, null adds nothing. */
void attrs_json(struct attrs *s, struct str key, const struct json *v);

/* The text of attribute key, empty when it is not there. */
struct str attrs_get(const struct attrs *s, struct str key);

#endif /* FORENSICS_SOURCE_ATTRS_H */

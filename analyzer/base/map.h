#ifndef FORENSICS_BASE_MAP_H
#define FORENSICS_BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Text -> number, in order of insertion: entry i is the i-th key put in, so
 * nothing ever depends on hash order.  Keys are copied.  Also serves as an
 * interning table: the index of a key is stable. */
struct map;

#define MAP_NONE SIZE_MAX

struct map *map_new(void);
void map_free(struct map *m); /* NULL is fine */
size_t map_count(const struct map *m);
size_t map_find(const struct map *m, struct str key);     /* index, or MAP_NONE */
size_t map_put(struct map *m, struct str key);            /* index; a new entry has value 0 */
struct str map_key(const struct map *m, size_t i);        /* lives as long as the map; NUL follows */
uint64_t map_value(const struct map *m, size_t i);
void map_set(struct map *m, size_t i, uint64_t value);

#endif /* FORENSICS_BASE_MAP_H */

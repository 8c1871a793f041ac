#ifndef FORENSICS_BASE_ARENA_H
#define FORENSICS_BASE_ARENA_H

#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

/* Memory that dies together.  arena.c and buf.c alone abort when malloc
 * fails (with a message and exit code 3); attacker-sized requests are checked
 * against limits.h before they come here.  Built with ARENA_DEBUG every piece
 * is its own malloc, so that the sanitizers see overruns. */
struct arena;

struct arena *arena_new(void);
void *arena_alloc(struct arena *a, size_t size); /* zeroed, 16-byte aligned; size 0 is valid */
struct str arena_dup(struct arena *a, struct str s);    /* followed by a NUL, not counted */
char *arena_cstr(struct arena *a, struct str s);        /* embedded NULs are kept */
struct str arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
void arena_reset(struct arena *a); /* frees the contents, keeps one block for reuse */
void arena_free(struct arena *a);  /* NULL is fine */
size_t arena_bytes(const struct arena *a); /* handed out since the last reset */

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (size_t)(n)))

/* Zeroed memory that outlives arenas; size 0 is valid.  Freed with free(). */
void *heap_new(size_t size);

/* Room for one more element of a heap array: returns p, or p moved.
 * `v = grow(v, n, &cap, sizeof *v); v[n++] = x;`  Freed with free(). */
void *grow(void *p, size_t n, size_t *cap, size_t size);

#endif /* FORENSICS_BASE_ARENA_H */

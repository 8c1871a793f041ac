#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef ARENA_DEBUG
#define PIECE_PER_BLOCK true
#else
#define PIECE_PER_BLOCK false
#endif

#define ALIGNMENT ((size_t)16)
#define BLOCK_FIRST ((size_t)64 << 10)
#define BLOCK_LAST ((size_t)1 << 20) /* doubling further saves no time and wastes up to half of it */

struct block {
	struct block *next;
	size_t used, cap;
	_Alignas(16) char bytes[];
};

struct arena {
	struct block *blocks; /* the first is the one being filled */
	size_t block_size;    /* of the next block */
	size_t handed_out;
};

/* Not abort(): a core of a process that ran out of memory helps nobody, and
 * exit() would run handlers that allocate. */
static _Noreturn void out_of_memory(size_t size)
{
	fprintf(stderr, "forensics: out of memory (%zu bytes more were needed)\n", size);
	_exit(3);
}

static struct block *block_new(size_t cap)
{
	void *p = NULL;
	struct block *b;

	/* posix_memalign: malloc aligns to 8 on 32-bit systems, and aligned_alloc
	 * wants a rounded size, which would hide an overrun from the sanitizer. */
	if (cap > SIZE_MAX / 2 || posix_memalign(&p, ALIGNMENT, sizeof *b + cap) != 0)
		out_of_memory(cap);
	b = p;
	*b = (struct block){ .cap = cap };
	return b;
}

void *heap_new(size_t size)
{
	void *p = size <= SIZE_MAX / 2 ? calloc(1, size ? size : 1) : NULL;

	if (!p)
		out_of_memory(size);
	return p;
}

struct arena *arena_new(void)
{
	struct arena *a = heap_new(sizeof *a);

	a->block_size = BLOCK_FIRST;
	return a;
}

/* The block to take size bytes from. */
static struct block *block_for(struct arena *a, size_t size)
{
	struct block *b = a->blocks;

	if (!PIECE_PER_BLOCK && b && size <= b->cap - b->used)
		return b;
	if (PIECE_PER_BLOCK || size > a->block_size / 4) {
		/* One of its own, behind the block being filled, which stays. */
		struct block *own = block_new(size);

		if (!b) {
			a->blocks = own;
		} else {
			own->next = b->next;
			b->next = own;
		}
		return own;
	}
	b = block_new(a->block_size);
	b->next = a->blocks;
	a->blocks = b;
	if (a->block_size < BLOCK_LAST)
		a->block_size *= 2;
	return b;
}

static char *take(struct arena *a, size_t size)
{
	struct block *b;
	char *p;

	a->handed_out += size;
	if (size > SIZE_MAX / 2)
		out_of_memory(size);
	if (!PIECE_PER_BLOCK)
		size = (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	b = block_for(a, size);
	p = b->bytes + b->used;
	b->used += size;
	return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
	return memset(take(a, size), 0, size);
}

struct str arena_dup(struct arena *a, struct str s)
{
	char *p = take(a, s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (struct str){ p, s.n };
}

char *arena_cstr(struct arena *a, struct str s)
{
	char *p = take(a, s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0; /* an encoding error: there is no text to keep */
	p = take(a, (size_t)n + 1);
	p[0] = '\0';
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return (struct str){ p, (size_t)n };
}

void arena_reset(struct arena *a)
{
	struct block *keep = NULL, *next;

	for (struct block *b = a->blocks; b; b = next) {
		next = b->next;
		/* The largest regular block: a giant one came for a giant, once. */
		if (!PIECE_PER_BLOCK && b->cap <= BLOCK_LAST && (!keep || b->cap > keep->cap)) {
			free(keep);
			keep = b;
		} else {
			free(b);
		}
	}
	if (keep) {
		keep->next = NULL;
		keep->used = 0;
	}
	a->blocks = keep;
	a->handed_out = 0;
}

void arena_free(struct arena *a)
{
	struct block *next;

	if (!a)
		return;
	for (struct block *b = a->blocks; b; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

size_t arena_bytes(const struct arena *a)
{
	return a->handed_out;
}

void *grow(void *p, size_t n, size_t *cap, size_t size)
{
	size_t want = *cap < 4 ? 8 : *cap * 2;

	if (n < *cap)
		return p;
	if (want <= n)
		want = n + 1;
	if (n >= SIZE_MAX / 2 || want > SIZE_MAX / 2 / size)
		out_of_memory(n);
	p = realloc(p, want * size);
	if (!p)
		out_of_memory(want * size);
	*cap = want;
	return p;
}

#include "base/map.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/auxv.h>

#include "base/arena.h"

struct entry {
	struct str key;
	uint64_t hash, value;
};

struct map {
	struct arena *keys;
	struct entry *entries;
	size_t n, cap;
	uint32_t *slots; /* 1 + index of an entry, 0 when free */
	size_t mask;     /* slots - 1; the slots are a power of two */
	uint64_t k0, k1;
};

static uint64_t rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static void round_of(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

/* SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF"):
 * keys come from logs, so whoever writes the log would choose collisions
 * against an unkeyed hash. */
static uint64_t hash_of(const struct map *m, struct str s)
{
	uint64_t v[4] = { m->k0 ^ 0x736f6d6570736575, m->k1 ^ 0x646f72616e646f6d,
			  m->k0 ^ 0x6c7967656e657261, m->k1 ^ 0x7465646279746573 };
	uint64_t word, last = (uint64_t)s.n << 56;
	size_t i = 0;

	for (; i + 8 <= s.n; i += 8) {
		memcpy(&word, s.p + i, 8); /* either byte order will do: the hash never leaves the process */
		v[3] ^= word;
		round_of(v);
		v[0] ^= word;
	}
	for (int shift = 0; i < s.n; i++, shift += 8)
		last |= (uint64_t)(unsigned char)s.p[i] << shift;
	v[3] ^= last;
	round_of(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	for (int n = 0; n < 3; n++)
		round_of(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

struct map *map_new(void)
{
	struct map *m = heap_new(sizeof *m);
	/* The 16 random bytes the kernel gives every process (getauxval(3)).  They
	 * move entries between slots, and nothing observable with them. */
	const char *seed = (const char *)getauxval(AT_RANDOM);

	m->keys = arena_new();
	if (seed) {
		memcpy(&m->k0, seed, 8);
		memcpy(&m->k1, seed + 8, 8);
	}
	return m;
}

void map_free(struct map *m)
{
	if (!m)
		return;
	arena_free(m->keys);
	free(m->entries);
	free(m->slots);
	free(m);
}

size_t map_count(const struct map *m)
{
	return m->n;
}

/* The slot of the key, or the free one where it belongs. */
static size_t slot_of(const struct map *m, struct str key, uint64_t hash)
{
	size_t at = (size_t)hash & m->mask;

	for (; m->slots[at]; at = (at + 1) & m->mask) {
		const struct entry *e = &m->entries[m->slots[at] - 1];

		if (e->hash == hash && str_eq(e->key, key))
			break;
	}
	return at;
}

size_t map_find(const struct map *m, struct str key)
{
	uint32_t slot;

	if (m->n == 0)
		return MAP_NONE;
	slot = m->slots[slot_of(m, key, hash_of(m, key))];
	return slot ? slot - 1 : MAP_NONE;
}

static void rehash(struct map *m)
{
	size_t slots = m->slots ? 2 * (m->mask + 1) : 16;

	free(m->slots);
	m->slots = heap_new(slots * sizeof *m->slots);
	m->mask = slots - 1;
	for (size_t i = 0; i < m->n; i++) {
		size_t at = (size_t)m->entries[i].hash & m->mask;

		while (m->slots[at])
			at = (at + 1) & m->mask;
		m->slots[at] = (uint32_t)i + 1;
	}
}

size_t map_put(struct map *m, struct str key)
{
	uint64_t hash = hash_of(m, key);
	size_t at;

	/* At most two thirds full: probing stays short. */
	if (!m->slots || (m->n + 1) * 3 > (m->mask + 1) * 2)
		rehash(m);
	at = slot_of(m, key, hash);
	if (m->slots[at])
		return m->slots[at] - 1;
	assert(m->n < UINT32_MAX - 1);
	m->entries = grow(m->entries, m->n, &m->cap, sizeof *m->entries);
	m->entries[m->n] = (struct entry){ .key = arena_dup(m->keys, key), .hash = hash };
	m->slots[at] = (uint32_t)++m->n;
	return m->n - 1;
}

struct str map_key(const struct map *m, size_t i)
{
	assert(i < m->n);
	return m->entries[i].key;
}

uint64_t map_value(const struct map *m, size_t i)
{
	assert(i < m->n);
	return m->entries[i].value;
}

void map_set(struct map *m, size_t i, uint64_t value)
{
	assert(i < m->n);
	m->entries[i].value = value;
}

#include "match/listeners.h"

#include <stdlib.h>

#include "base/arena.h"

/* A pattern that a listener reads in the message. */
struct reading { uint32_t pattern, listener; /* index into v */ };

bool signal_reads_message(const struct event_signal *e)
{
	return str_eq(e->on, STR("message"));
}

bool signal_names_source(const struct event_signal *e, struct str source)
{
	for (size_t i = 0; i < e->n_sources; i++)
		if (str_eq(e->sources[i], source))
			return true;
	return false;
}

static uint64_t *no_bits(size_t words)
{
	uint64_t *bits = calloc(words, sizeof(*bits));

	if (!bits)
		abort();
	return bits;
}

static void bit_set(uint64_t *bits, size_t i)
{
	bits[i / 64] |= UINT64_C(1) << (i % 64);
}

static bool is_prose(struct str source)
{
	static const char *const names[] = { "app_log", "azure_logs", "journal", "kern_log" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_eq(source, str_of(names[i])))
			return true;
	return false;
}

void listeners_add(struct listeners *l, struct str source, const struct signal *s)
{
	l->v = realloc(l->v, (l->n + 1) * sizeof(struct signal *));
	if (!l->v)
		abort();
	l->v[l->n++] = s;
	l->prose = is_prose(source);
	l->containers = str_eq(source, STR("azure_logs"));
	l->plain |= s->u.event.n_patterns == 0 || !signal_reads_message(&s->u.event);
}

static int by_pattern(const void *a, const void *b)
{
	const struct reading *x = a, *y = b;

	if (x->pattern != y->pattern)
		return x->pattern < y->pattern ? -1 : 1;
	return x->listener < y->listener ? -1 : x->listener > y->listener;
}

void listeners_index(struct listeners *l, size_t words)
{
	l->always = no_bits(l->n / 64 + 1);
	l->chosen = no_bits(l->n / 64 + 1);
	l->read = no_bits(words);
	for (size_t i = 0; i < l->n; i++) {
		const struct event_signal *e = &l->v[i]->u.event;

		if (e->n_patterns == 0 || !signal_reads_message(e)) {
			bit_set(l->always, i);
			continue;
		}
		for (size_t k = 0; k < e->n_patterns; k++) {
			bit_set(l->read, e->patterns[k]);
			l->readings = grow(l->readings, l->n_readings, &l->cap_readings, sizeof(*l->readings));
			l->readings[l->n_readings++] = (struct reading){ e->patterns[k], (uint32_t)i };
		}
	}
	if (l->n_readings)
		qsort(l->readings, l->n_readings, sizeof(*l->readings), by_pattern);
}

void listeners_done(struct listeners *l)
{
	free(l->v);
	free(l->always);
	free(l->chosen);
	free(l->read);
	free(l->readings);
}

static void choose_readers(struct listeners *l, uint32_t pattern)
{
	size_t low = 0, high = l->n_readings;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (l->readings[middle].pattern < pattern)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < l->n_readings && l->readings[low].pattern == pattern; low++)
		bit_set(l->chosen, l->readings[low].listener);
}

bool listeners_choose(struct listeners *l, const uint64_t *candidates, size_t words)
{
	bool any = l->plain;

	for (size_t w = 0; w <= l->n / 64; w++)
		l->chosen[w] = l->always[w];
	for (size_t w = 0; candidates && w < words; w++) {
		for (uint64_t bits = candidates[w] & l->read[w]; bits; bits &= bits - 1) {
			choose_readers(l, (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(bits));
			any = true;
		}
	}
	return any;
}

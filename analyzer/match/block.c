#include "match/block.h"

#include <stdlib.h>

#include "base/limits.h"

#define BLOCK_BYTES 16384

/* Where the filter found something. */
struct place { uint32_t pattern, next; /* 1 + index of the event's next; 0: none */ };

struct block {
	struct prefilter *filter;
	const struct batch *batch;
	size_t from, to, at;          /* events of it; the one that had the last place */
	bool told;                    /* the places are all there is to know */
	uint32_t heads[BATCH_EVENTS]; /* of each event: 1 + index of its first place */
	struct place *places; size_t n, cap;
};

struct block *block_new(struct prefilter *filter)
{
	struct block *k = heap_new(sizeof(*k));

	k->filter = filter;
	return k;
}

void block_free(struct block *k)
{
	if (!k)
		return;
	free(k->places);
	free(k);
}

static void found(void *ctx, uint32_t pattern, size_t from, size_t to)
{
	struct block *k = ctx;
	const struct event_row *e = k->batch->events;
	const char *start = e[k->from].text.p, *last = start + to - 1;

	while (k->at + 1 < k->to && e[k->at + 1].text.p <= last)
		k->at++;
	while (k->at > k->from && e[k->at].text.p > last)
		k->at--;
	if (start + from < e[k->at].text.p || start + to > e[k->at].text.p + e[k->at].text.n)
		return; /* across two texts, in neither */
	k->places = grow(k->places, k->n, &k->cap, sizeof(*k->places));
	k->places[k->n] = (struct place){ pattern, k->heads[k->at - k->from] };
	k->heads[k->at - k->from] = (uint32_t)++k->n;
}

size_t block_scan(struct block *k, const struct batch *b, size_t from)
{
	const char *start = b->events[from].text.p, *end;
	size_t to = from + 1;

	while (to < b->n_events && (size_t)(b->events[to].text.p - start) < BLOCK_BYTES)
		to++;
	end = b->events[to - 1].text.p + b->events[to - 1].text.n;
	memset(k->heads, 0, (to - from) * sizeof(k->heads[0]));
	k->batch = b;
	k->from = k->at = from;
	k->to = to;
	k->n = 0;
	k->told = prefilter_scan_block(k->filter, (struct str){ start, (size_t)(end - start) }, found, k);
	return to;
}

bool block_candidates(const struct block *k, size_t i, uint64_t *bits)
{
	struct str text = k->batch->events[i].text;
	bool any;

	/* PCRE2 sees the head of a long text, which may match where the whole does not. */
	if (!k->told || text.n > LIMIT_SUBJECT)
		return prefilter_scan(k->filter, str_head(text, LIMIT_SUBJECT), bits);
	any = prefilter_always(k->filter, bits);
	for (uint32_t p = k->heads[i - k->from]; p; p = k->places[p - 1].next) {
		bits[k->places[p - 1].pattern / 64] |= UINT64_C(1) << (k->places[p - 1].pattern % 64);
		any = true;
	}
	return any;
}

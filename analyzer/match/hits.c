/* What becomes of hits after the last event was read. */
#include "match/match.h"

#include <stdlib.h>

static int by_event(const void *a, const void *b)
{
	const struct hit *x = *(struct hit *const *)a, *y = *(struct hit *const *)b;

	return x->event < y->event ? -1 : x->event > y->event;
}

void hits_sort(struct hits *h)
{
	for (size_t i = 0; i < h->n; i++) {
		struct hit_list *l = &h->lists[i];

		if (l->n) {
			qsort(l->v, l->n, sizeof(struct hit *), by_event);
			l->ring = 0;
		}
	}
}

static void hit_solve(struct hit *h, const struct clocks *clocks)
{
	uint32_t piece = clocks_piece(clocks, h->clock, h->t);

	h->t = clocks_utc(clocks, h->clock, h->t);
	h->clock = piece;
	h->u_us += clocks_info(clocks, piece)->reading_error_us;
}

void hit_free(struct hit *h)
{
	free(h); /* it is one piece of memory */
}

void hits_solve(struct hits *h, const struct clocks *clocks)
{
	for (size_t i = 0; i < h->n; i++)
		for (size_t k = 0; k < h->lists[i].n; k++)
			hit_solve(h->lists[i].v[k], clocks);
}

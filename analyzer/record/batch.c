#include "record/batch.h"

#include <stdlib.h>

#include "base/limits.h"

struct batch *batch_new(void)
{
	struct arena *a = arena_new();
	struct batch *b = ARENA_NEW(a, struct batch);

	b->arena = a;
	b->events = ARENA_ARRAY(a, struct event_row, BATCH_EVENTS);
	/* Room for the event that crosses the mark, so that text never moves:
	 * rows point into it. */
	b->cap_text = BATCH_TEXT + LIMIT_EVENT_TEXT + 1;
	b->text = ARENA_ARRAY(a, char, b->cap_text);
	return b;
}

void batch_free(struct batch *b)
{
	if (!b)
		return;
	free(b->samples);
	free(b->rejects);
	arena_free(b->arena);
}

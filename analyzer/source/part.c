#include "source/part.h"

#include "base/arena.h"

/* The first of those that bid, unless two are as sure: nothing is guessed. */
static const struct source *choose(struct str path, struct str head)
{
	struct bid bids[4];
	size_t n = source_bids(path, head, bids, sizeof(bids) / sizeof(bids[0])), first = 0;

	while (first < n && bids[first].source->splits)
		first++;
	if (first == n || bids[first].bits < PART_BITS || (first + 1 < n && bids[first + 1].bits == bids[first].bits && !bids[first + 1].source->splits))
		return NULL;
	return bids[first].source;
}

enum status part_parse(struct reader *in, struct emitter *out, const struct part *part, const struct source **who, struct error *err)
{
	struct arena *a = arena_new();
	struct str path = arena_printf(a, "%.*s!%.*s", STR_ARG(reader_path(in)), STR_ARG(part->name));
	enum status st = OK;

	reader_part(in, path, part->ends, part->ctx, part->take_first);
	*who = choose(path, reader_head(in));
	if (!*who && part->fallback && str_trim(reader_head(in)).n)
		*who = source_named(str_of(part->fallback));
	if (*who && !emit_part(out, part->name, (*who)->name, (*who)->hostless, part->excerpt)) {
		emit_incomplete(out, "more than 10,000 parts: the rest was not read");
		*who = NULL;
	}
	if (*who) {
		st = (*who)->parse(in, out, err);
		emit_part_end(out);
	}
	reader_part_end(in);
	arena_free(a);
	return st;
}

void part_skip(struct reader *in, reader_ends *ends, const void *ctx)
{
	reader_part(in, reader_path(in), ends, ctx, false);
	reader_part_end(in);
}

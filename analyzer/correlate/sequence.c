/* sequence: one thing after another; absent: one thing not followed by another. */
#include <stdlib.h>

#include "base/limits.h"
#include "correlate/world.h"
#include "record/catalog.h"

/* Is b after a?  Possible order counts; certain only where clocks allow no doubt. */
static enum tri after(const struct world *w, const struct match *a, const struct match *b, ts_usec within)
{
	ts_usec k = world_between(w, a->clock, b->clock) + a->u + b->u, d = b->s - a->e;

	if (a == b || d < -k || (within && d > within + k))
		return TRI_NO;
	return d >= k && (!within || d <= within - k) ? TRI_YES : TRI_MAYBE;
}

struct chain { const struct match *first, *last; const struct match **steps; uint32_t n; ts_usec u; };

static bool broken(const struct world *w, const struct matches *no, const struct match *a, const struct match *b, enum entity_kind join)
{
	for (size_t i = matches_lower(no, a->e - no->max_extent); i < no->n && no->v[i]->s <= b->s; i++)
		if (after(w, a, no->v[i], 0) == TRI_YES && after(w, no->v[i], b, 0) == TRI_YES && world_joined(w, a, no->v[i], join) != JOIN_NO)
			return true;
	return false;
}

static struct match *chain_match(struct world *w, const struct rule *r, const struct sequence_signal *q, const struct chain *c)
{
	struct match *m = match_new(w);
	struct named *f;
	uint32_t n = 0;

	for (uint32_t i = 0; i < c->n; i++)
		n += c->steps[i]->n_fields;
	f = ARENA_ARRAY(w->arena, struct named, n);
	n = 0;
	for (uint32_t i = c->n; i-- > 0;) /* a later step's field hides an earlier one's */
		for (uint32_t k = 0; k < c->steps[i]->n_fields; k++)
			if (c->steps[i]->fields[k].value.type != VALUE_UNKNOWN) /* which hides nothing */
				f[n++] = c->steps[i]->fields[k];
	*m = *c->last;
	m->s = c->first->s;
	m->e = c->last->e;
	m->u = c->u;
	m->clock = c->first->clock;
	m->fields = f;
	m->n_fields = n;
	m->event = 0;
	m->series = -1;
	m->file = c->first->file;
	m->line = c->first->line;
	m->offset = c->first->offset;
	m->place = c->first->place;
	m->parts = c->steps;
	m->n_parts = c->n;
	if (!m->n_bounds) {
		m->bounds = c->first->bounds;
		m->n_bounds = c->first->n_bounds;
	}
	m->words = STR("");
	for (size_t i = 0; i < q->n_steps; i++)
		m->words = arena_printf(w->arena, "%.*s%s%s%.*s", STR_ARG(m->words), i ? ", " : "in order: ", q->steps[i].negated ? "no " : i ? "then " : "",
					STR_ARG(r->signals[q->steps[i].signal].name));
	return m;
}

/* Index past the last match that could, given the clocks' errors, lie before t. */
static size_t not_after(const struct world *w, const struct matches *list, ts_usec t)
{
	return w->widest >= TS_FOREVER ? list->n : matches_lower(list, t + 2 * w->widest + TS_MINUTE);
}

/* The tightest chain for one completion: at each step the latest earlier match that fits. */
static bool grow_back(struct world *w, const struct rule *r, const struct sequence_signal *q, enum entity_kind join, size_t at,
		      const struct match *next, struct chain *c, bool *truncated)
{
	const struct matches *list, *refuse = NULL;
	size_t step = at, looked = 0;

	while (step > 0 && q->steps[step - 1].negated)
		refuse = &w->matches[r->signals[q->steps[--step].signal].id];
	if (step == 0)
		return true;
	step--;
	list = &w->matches[r->signals[q->steps[step].signal].id];
	for (size_t k = not_after(w, list, next->s); k-- > 0;) {
		const struct match *m = list->v[k];

		if (++looked > LIMIT_CANDIDATES) {
			*truncated = true;
			return false;
		}
		if (after(w, m, next, q->steps[at].within) == TRI_NO || world_joined(w, m, next, join) == JOIN_NO ||
		    (refuse && broken(w, refuse, m, next, join)))
			continue;
		c->steps[step] = m;
		c->first = m;
		if (grow_back(w, r, q, join, step, m, c, truncated))
			return true;
	}
	return false;
}

void match_sequence(struct world *w, const struct rule *r, const struct signal *s)
{
	const struct sequence_signal *q = &s->u.sequence;
	enum entity_kind join = q->join_none ? ENT_NONE : q->join != ENT_NONE ? q->join : r->entity;
	const struct matches *last = &w->matches[r->signals[q->steps[q->n_steps - 1].signal].id];
	struct matches *out = &w->matches[s->id];

	for (size_t i = 0; i < last->n; i++) {
		struct chain c = { .last = last->v[i], .first = last->v[i] };
		uint32_t kept = 0;

		c.steps = ARENA_ARRAY(w->arena, const struct match *, q->n_steps);
		c.steps[q->n_steps - 1] = last->v[i];
		if (!grow_back(w, r, q, join, q->n_steps - 1, last->v[i], &c, &out->truncated))
			continue;
		for (size_t k = 0; k < q->n_steps; k++)
			if (c.steps[k]) {
				c.steps[kept++] = c.steps[k];
				if (c.steps[kept - 1]->u > c.u)
					c.u = c.steps[kept - 1]->u;
			}
		c.n = kept;
		/* Overlapping completions are one occurrence: the first, tightest one tells it. */
		if (out->n && out->v[out->n - 1]->parts && out->v[out->n - 1]->parts[0] == c.steps[0])
			continue;
		matches_add(out, chain_match(w, r, q, &c));
	}
}

void match_absent(struct world *w, const struct rule *r, const struct signal *s)
{
	const struct absent_signal *q = &s->u.absent;
	enum entity_kind join = q->join_none ? ENT_NONE : q->join != ENT_NONE ? q->join : r->entity;
	const struct signal *what = &r->signals[q->what];
	const struct matches *no = &w->matches[what->id], *start = &w->matches[r->signals[q->after].id];
	struct matches *out = &w->matches[s->id];

	for (size_t i = 0; i < start->n; i++) {
		const struct match *a = start->v[i];
		struct named *f;
		struct match *m;
		bool came = false;

		for (size_t k = 0; k < no->n && !came; k++)
			came = after(w, a, no->v[k], q->within) != TRI_NO && world_joined(w, a, no->v[k], join) != JOIN_NO;
		if (came)
			continue;
		m = match_new(w);
		*m = *a;
		f = ARENA_ARRAY(w->arena, struct named, a->n_fields + 1);
		f[0] = (struct named){ STR("waited"), value_number((double)q->within / 1e6) };
		if (a->n_fields)
			memcpy(f + 1, a->fields, a->n_fields * sizeof(*f));
		m->fields = f;
		m->n_fields = a->n_fields + 1;
		m->e = a->e + q->within;
		m->event = 0;
		m->parts = ARENA_ARRAY(w->arena, const struct match *, 1);
		((const struct match **)(uintptr_t)m->parts)[0] = a;
		m->n_parts = 1;
		m->unproven = no->unevaluated ||
			      (what->kind == SIG_EVENT ?
				       world_covers(w, what->u.event.sources, what->u.event.n_sources, a->host, a->clock, a->e, a->e + q->within) != COVERED_FULL :
			       what->kind == SIG_SERIES ?
				       world_covers_series(w, &what->u.series.top, a->host, a->e, a->e + q->within, NULL) != COVERED_FULL : true);
		m->words = arena_printf(w->arena, "no %.*s within %lld s%s", STR_ARG(what->name), (long long)(q->within / TS_SECOND),
					m->unproven ? " (the logs do not cover that time)" : "");
		matches_add(out, m);
	}
}

/* sequence: one thing after another; absent: one thing not followed by another. */
#include <stdlib.h>

#include "base/limits.h"
#include "correlate/world.h"
#include "record/catalog.h"

/* Is b after a?  Possible order counts; certain only where clocks allow no doubt. */
static enum tri after(const struct world *w, const struct match *a, const struct match *b, ts_usec within)
{
	ts_usec k = world_between(w, a->clock, b->clock) + a->u + b->u, d = b->s - a->e;

	if (a == b || (a->event && a->event == b->event) || d < -k || (within && d > within + k))
		return TRI_NO;
	return d >= k && (!within || d <= within - k) ? TRI_YES : TRI_MAYBE;
}

struct chain { const struct match *first, *last; const struct match **steps; uint32_t n; ts_usec u; size_t first_at; bool doubtful; };

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
	m->doubtful = c->doubtful;
	m->parts = c->steps;
	m->n_parts = c->n;
	if (!m->n_bounds) {
		m->bounds = c->first->bounds;
		m->n_bounds = c->first->n_bounds;
		memset(m->lifted, 0, sizeof(m->lifted));
	}
	m->words = STR("");
	for (size_t i = 0; i < q->n_steps; i++)
		m->words = arena_printf(w->arena, "%.*s%s%s%.*s", STR_ARG(m->words), i ? ", " : "in order: ", q->steps[i].negated ? "no " : i ? "then " : "",
					STR_ARG(r->signals[q->steps[i].signal].name));
	return m;
}

/* ---- the tightest chain for one completion ---- */

/* One search from the last step back.  Whether a match can be reached from the first step does not
 * depend on what follows it, so a dead end is one for good. */
struct search {
	struct world *w;
	const struct rule *rule;
	const struct sequence_signal *q;
	enum entity_kind join;
	enum tri least;        /* order and joins must be at least this sure */
	uint8_t **dead;        /* by step, by match; NULL for `not` */
	bool truncated;
};

static const struct matches *list_of(const struct search *s, size_t step)
{
	return &s->w->matches[s->rule->signals[s->q->steps[step].signal].id];
}

static enum tri as_tri(enum joined j)
{
	return j == JOIN_YES ? TRI_YES : j == JOIN_NO ? TRI_NO : TRI_MAYBE;
}

static bool follows(const struct search *s, const struct match *a, const struct match *b, ts_usec within)
{
	return after(s->w, a, b, within) >= s->least && as_tri(world_joined(s->w, a, b, s->join)) >= s->least;
}

/* Did a match of a `not` certainly come between? */
static bool broken(const struct search *s, const struct matches *no, const struct match *a, const struct match *b)
{
	size_t from, to;

	matches_near(s->w, no, a, a->e, b->s, &from, &to);
	for (size_t i = from; i < to; i++)
		if (after(s->w, a, no->v[i], 0) == TRI_YES && after(s->w, no->v[i], b, 0) == TRI_YES && world_joined(s->w, a, no->v[i], s->join) == JOIN_YES)
			return true;
	return false;
}

/* The step that is found before this one; those between are `not`. */
static size_t step_before(const struct search *s, size_t at)
{
	while (at > 0 && s->q->steps[at - 1].negated)
		at--;
	return at - 1;
}

static bool grow_back(struct search *s, size_t at, const struct match *next, struct chain *c)
{
	size_t step, from, to, looked = 0;
	const struct matches *list;
	ts_usec within = s->q->steps[at].within;

	if (at == 0)
		return true;
	step = step_before(s, at);
	list = list_of(s, step);
	matches_near(s->w, list, next, within ? next->s - within : next->s - LIMIT_WINDOW_US, next->s, &from, &to);
	for (size_t k = to; k-- > from;) {
		const struct match *m = list->v[k];
		bool refused = false;

		if (s->dead[step][k] || !follows(s, m, next, within))
			continue;
		if (++looked > LIMIT_CANDIDATES) {
			s->truncated = true;
			return false;
		}
		for (size_t i = step + 1; i < at && !refused; i++)
			refused = broken(s, list_of(s, i), m, next);
		if (refused)
			continue;
		c->steps[step] = m;
		c->first = m;
		c->first_at = k;
		if (grow_back(s, step, m, c))
			return true;
		s->dead[step][k] = 1;
	}
	return false;
}

/* Could a `not` have come after all: unsure of its time, or nobody would have seen it? */
static bool may_be_broken(const struct search *s, const struct chain *c)
{
	const struct match *a = NULL;

	for (size_t step = 0; step < s->q->n_steps; step++) {
		const struct signal *no = &s->rule->signals[s->q->steps[step].signal];
		const struct matches *list = list_of(s, step);
		const struct match *b = c->last;
		size_t from, to;

		if (!s->q->steps[step].negated) {
			a = c->steps[step];
			continue;
		}
		for (size_t i = step; i < s->q->n_steps && !c->steps[i]; i++)
			b = i + 1 < s->q->n_steps && c->steps[i + 1] ? c->steps[i + 1] : b;
		if (list->unevaluated || list->truncated || (no->kind == SIG_EVENT && world_covers(s->w, no->u.event.sources, no->u.event.n_sources, a, a->e, b->s) != COVERED_FULL))
			return true;
		matches_near(s->w, list, a, a->e, b->s, &from, &to);
		for (size_t i = from; i < to; i++)
			if (after(s->w, a, list->v[i], 0) != TRI_NO && after(s->w, list->v[i], b, 0) != TRI_NO && world_joined(s->w, a, list->v[i], s->join) != JOIN_NO)
				return true;
	}
	return false;
}

static void search_begin(struct search *s, enum tri least)
{
	s->least = least;
	for (size_t i = 0; i < s->q->n_steps; i++) {
		free(s->dead[i]);
		s->dead[i] = s->q->steps[i].negated ? NULL : heap_new(list_of(s, i)->n);
	}
}

void match_sequence(struct world *w, const struct rule *r, const struct signal *s)
{
	const struct sequence_signal *q = &s->u.sequence;
	struct search search = { .w = w, .rule = r, .q = q, .join = q->join_none ? ENT_NONE : q->join != ENT_NONE ? q->join : r->entity,
				 .dead = heap_new(q->n_steps * sizeof(uint8_t *)) };
	const struct matches *last = list_of(&search, q->n_steps - 1);
	struct matches *out = &w->matches[s->id];
	uint8_t *begun = heap_new(list_of(&search, 0)->n), *completed = heap_new(last->n);

	/* Chains that are certain first; what is only possible may not take their place. */
	for (int pass = 0; pass < 2; pass++) {
		search_begin(&search, pass == 0 ? TRI_YES : TRI_MAYBE);
		for (size_t i = 0; i < last->n; i++) {
			struct chain c = { .last = last->v[i], .first = last->v[i], .doubtful = pass > 0 };

			if (completed[i])
				continue;
			c.steps = ARENA_ARRAY(w->arena, const struct match *, q->n_steps);
			c.steps[q->n_steps - 1] = last->v[i];
			if (!grow_back(&search, q->n_steps - 1, last->v[i], &c))
				continue;
			completed[i] = 1;
			/* Completions from one start are one occurrence: the first, tightest one tells it. */
			if (begun[c.first_at])
				continue;
			begun[c.first_at] = 1;
			c.doubtful |= may_be_broken(&search, &c);
			for (size_t k = 0; k < q->n_steps; k++)
				if (c.steps[k]) {
					c.u = c.steps[k]->u > c.u ? c.steps[k]->u : c.u;
					c.doubtful |= c.steps[k]->doubtful || c.steps[k]->unproven;
					c.steps[c.n++] = c.steps[k];
				}
			c.u += world_between(w, c.first->clock, c.last->clock);
			matches_add(out, chain_match(w, r, q, &c));
		}
	}
	out->truncated |= search.truncated;
	for (size_t i = 0; i < q->n_steps; i++)
		free(search.dead[i]);
	free(search.dead);
	free(begun);
	free(completed);
}

/* ---- absent ---- */

/* Could the case show it, all over the time it was waited for? */
static bool would_show(const struct world *w, const struct signal *what, const struct match *a, enum entity_kind join, ts_usec within)
{
	const struct matches *list = &w->matches[what->id];

	if (list->unevaluated || list->truncated)
		return false;
	switch (what->kind) {
	case SIG_EVENT:
		return world_covers(w, what->u.event.sources, what->u.event.n_sources, a, a->e, a->e + within) == COVERED_FULL;
	case SIG_SERIES:
		return matches_cover(w, list, a, join, a->e, a->e + within) == COVERED_FULL;
	case SIG_COUNT:
	case SIG_RATIO:
	case SIG_SEQUENCE:
	case SIG_ABSENT:
	case SIG_FINDING:
		break;
	}
	return false;
}

/* Did it come within that time of a? */
static enum tri came(const struct world *w, const struct matches *list, const struct match *a, enum entity_kind join, ts_usec within)
{
	enum tri best = TRI_NO;
	size_t from, to;

	matches_near(w, list, a, a->e, a->e + within, &from, &to);
	for (size_t i = from; i < to && best != TRI_YES; i++) {
		enum tri time = after(w, a, list->v[i], within), who = time == TRI_NO ? TRI_NO : as_tri(world_joined(w, a, list->v[i], join));
		enum tri both = time < who ? time : who;

		best = both > best ? both : best;
	}
	return best;
}

void match_absent(struct world *w, const struct rule *r, const struct signal *s)
{
	const struct absent_signal *q = &s->u.absent;
	enum entity_kind join = q->join_none ? ENT_NONE : q->join != ENT_NONE ? q->join : r->entity;
	const struct signal *what = &r->signals[q->what];
	const struct matches *start = &w->matches[r->signals[q->after].id];
	struct matches *out = &w->matches[s->id];

	for (size_t i = 0; i < start->n; i++) {
		const struct match *a = start->v[i], **part;
		enum tri it_came = came(w, &w->matches[what->id], a, join, q->within);
		struct named *f;
		struct match *m;

		if (it_came == TRI_YES)
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
		part = ARENA_ARRAY(w->arena, const struct match *, 1);
		part[0] = a;
		m->parts = part;
		m->n_parts = 1;
		m->unproven = it_came == TRI_MAYBE || !would_show(w, what, a, join, q->within);
		m->words = arena_printf(w->arena, "no %.*s within %lld s%s", STR_ARG(what->name), (long long)(q->within / TS_SECOND),
					it_came == TRI_MAYBE ? " (or perhaps one)" : m->unproven ? " (the logs do not cover that time)" : "");
		matches_add(out, m);
	}
}

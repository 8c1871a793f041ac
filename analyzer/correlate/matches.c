/* The matches of all signals: events from hits, series from samples, and what is
 * made of them, in order of need. */
#include <stdlib.h>

#include "base/limits.h"
#include "correlate/world.h"
#include "record/catalog.h"

struct match *match_new(struct world *w)
{
	struct match *m = ARENA_NEW(w->arena, struct match);

	m->series = -1;
	m->host = HOST_NONE;
	return m;
}

void matches_add(struct matches *list, struct match *m)
{
	list->v = grow(list->v, list->n, &list->cap, sizeof(struct match *));
	list->v[list->n++] = m;
	if (m->e - m->s > list->max_extent)
		list->max_extent = m->e - m->s;
	if (m->u > list->max_u)
		list->max_u = m->u;
}

int match_order(const struct match *x, const struct match *y)
{
	if (x->s != y->s)
		return x->s < y->s ? -1 : 1;
	if (x->e != y->e)
		return x->e < y->e ? -1 : 1;
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	if (x->event != y->event) /* of one record: in its order */
		return x->event < y->event ? -1 : 1;
	return x->series_place < y->series_place ? -1 : x->series_place > y->series_place;
}

static int in_order(const void *a, const void *b)
{
	return match_order(*(struct match *const *)a, *(struct match *const *)b);
}

void matches_sort(struct matches *list)
{
	if (list->n)
		qsort(list->v, list->n, sizeof(struct match *), in_order);
}

size_t matches_lower(const struct matches *list, ts_usec t)
{
	size_t lo = 0, hi = list->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (list->v[mid]->s < t)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void matches_near(const struct world *w, const struct matches *list, const struct match *m, ts_usec lo, ts_usec hi, size_t *from, size_t *to)
{
	ts_usec k = 2 * w->widest + list->max_u + m->u;

	*from = 0;
	*to = list->n;
	if (w->widest >= TS_FOREVER)
		return;
	*from = matches_lower(list, lo - list->max_extent - k);
	*to = matches_lower(list, hi + k + 1);
}

bool match_field(const struct match *m, struct str name, struct value *out)
{
	for (uint32_t i = 0; i < m->n_fields; i++)
		if (str_eq(m->fields[i].name, name)) {
			*out = m->fields[i].value;
			return true;
		}
	return false;
}

static bool has_event(const struct hit_list *l, int64_t event)
{
	size_t lo = 0, hi = l->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (l->v[mid]->event < event)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < l->n && l->v[lo]->event == event;
}

/* A line that another log kept too counts once; but a signal that reads only this log sees it here. */
static bool is_counted(const struct world *w, const struct hit_list *l, int64_t event)
{
	int64_t of = world_same_event(w, event);

	return of != event && has_event(l, of);
}

static void from_hits(struct world *w, const struct signal *s)
{
	const struct hit_list *l = &w->hits->lists[s->id];
	struct matches *out = &w->matches[s->id];
	const struct event_signal *e = &s->u.event;

	for (size_t i = 0; i < l->n; i++) {
		const struct hit *h = l->v[i];
		struct match *m;
		struct named *f;

		if (is_counted(w, l, h->event))
			continue;
		m = match_new(w);
		f = ARENA_ARRAY(w->arena, struct named, e->n_keep);
		for (size_t k = 0; k < e->n_keep; k++)
			f[k] = (struct named){ e->keep[k], h->values[k] };
		*m = (struct match){
			.s = h->t, .e = h->t, .u = h->u_us, .clock = h->clock, .host = h->host == HOST_NONE ? HOST_NONE : w->canonical[h->host],
			.bounds = h->bounds, .n_bounds = h->n_bounds, .fields = f, .n_fields = (uint32_t)e->n_keep,
			.event = h->event, .series = -1, .file = h->file, .line = h->line, .offset = h->offset,
			.place = world_place(w, h->file),
		};
		matches_add(out, m);
	}
	out->truncated = l->seen > l->n;
	out->unevaluated = l->unevaluated > 0;
}

/* Signals this one is made of, as ids of the ruleset. */
static size_t needs(const struct rule *r, const struct signal *s, uint32_t *out, size_t max)
{
	uint32_t local[64];
	size_t n = 0;

	switch (s->kind) {
	case SIG_EVENT:
	case SIG_SERIES:
	case SIG_FINDING:
		break;
	case SIG_COUNT:
		if (!s->u.count.what.is_series)
			local[n++] = s->u.count.what.signal;
		break;
	case SIG_RATIO:
		if (!s->u.ratio.part.is_series)
			local[n++] = s->u.ratio.part.signal;
		if (!s->u.ratio.whole.is_series)
			local[n++] = s->u.ratio.whole.signal;
		break;
	case SIG_SEQUENCE:
		for (size_t i = 0; i < s->u.sequence.n_steps && n < 64; i++)
			local[n++] = s->u.sequence.steps[i].signal;
		break;
	case SIG_ABSENT:
		local[n++] = s->u.absent.what;
		local[n++] = s->u.absent.after;
		break;
	}
	for (size_t i = 0; i < n && i < max; i++)
		out[i] = r->signals[local[i]].id;
	return n < max ? n : max;
}

static enum status match_one(struct world *w, const struct rule *r, const struct signal *s, unsigned depth, struct error *err)
{
	struct matches *list = &w->matches[s->id];
	uint32_t need[64];
	size_t n;
	enum status st = OK;

	if (list->done)
		return OK;
	if (depth > LIMIT_EXPR_DEPTH)
		return fail(err, ERR_RULE, "signal '%.*s' of rule '%.*s' is made of itself", STR_ARG(s->name), STR_ARG(r->id));
	n = needs(r, s, need, 64);
	for (size_t i = 0; st == OK && i < n; i++)
		st = match_one(w, r, w->rs->signals[need[i]], depth + 1, err);
	if (st != OK)
		return st;
	switch (s->kind) {
	case SIG_EVENT:
		from_hits(w, s);
		break;
	case SIG_COUNT:
		st = match_count(w, s, err);
		break;
	case SIG_RATIO:
		st = match_ratio(w, s, err);
		break;
	case SIG_SEQUENCE:
		match_sequence(w, r, s);
		break;
	case SIG_ABSENT:
		match_absent(w, r, s);
		break;
	case SIG_SERIES:  /* already there: match_series() */
	case SIG_FINDING: /* by the verdicts, in order of rules */
		break;
	}
	matches_sort(list);
	list->done = true;
	return st;
}

enum status world_match_all(struct world *w, struct error *err)
{
	enum status st = match_series(w, err);

	for (size_t i = 0; i < w->rs->n_rules; i++) {
		int64_t start = world_now(w);

		for (size_t k = 0; st == OK && k < w->rs->rules[i].n_signals; k++)
			st = match_one(w, &w->rs->rules[i], &w->rs->rules[i].signals[k], 0, err);
		world_spent(w, i, start);
	}
	return st;
}

/* One item of a rule: who is a candidate, which one is taken, and how sure that is. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "correlate/verdict.h"
#include "record/catalog.h"

/* ---- names ---- */

static struct value special(struct binding_scope *b, const struct match *m, struct str field)
{
	struct world *w = b->w;

	if (str_eq(field, STR("lo")))
		return value_number((double)m->s);
	if (str_eq(field, STR("hi")))
		return value_number((double)m->e);
	if (str_eq(field, STR("dur")))
		return value_number((double)(m->e - m->s) / 1e6);
	if (str_eq(field, STR("host")))
		return m->host == HOST_NONE || !w->hosts[w->canonical[m->host]].n ? value_unknown() : value_text(w->hosts[w->canonical[m->host]]);
	if (str_eq(field, STR("file")))
		return m->file ? value_text(w->files[m->file - 1].path) : value_unknown();
	if (str_eq(field, STR("source")))
		return m->file ? value_text(w->files[m->file - 1].source) : value_unknown();
	if (str_eq(field, STR("line")))
		return m->file ? value_number(m->line) : value_unknown();
	if (str_eq(field, STR("entity"))) {
		struct str id;

		return world_lift(w, m, b->rule->entity, &id) && id.n ? value_text(id) : value_unknown();
	}
	if (str_eq(field, STR("text")) || str_eq(field, STR("message")))
		return value_text(m->event ? world_message(w, m->event, b->scratch) : m->words);
	return value_unknown();
}

static struct value bound_value(void *ctx, struct str signal, struct str field)
{
	struct binding_scope *b = ctx;
	size_t i = rule_signal(b->rule, signal);
	struct value v;
	enum entity_kind kind;

	if (i == SIZE_MAX || !b->bound[i])
		return value_unknown();
	if (match_field(b->bound[i], field, &v) && !(v.type == VALUE_UNKNOWN && str_eq(field, STR("host"))))
		return v; /* the own host's name was not known yet when the event was matched */
	for (uint32_t k = 0; entity_kind_of(field, &kind) && k < b->bound[i]->n_bounds; k++)
		if (b->bound[i]->bounds[k].kind == kind)
			return value_text(b->bound[i]->bounds[k].id);
	return special(b, b->bound[i], field);
}

static bool bound_seen(void *ctx, struct str signal)
{
	const struct binding_scope *b = ctx;
	size_t i = rule_signal(b->rule, signal);

	return i != SIZE_MAX && b->bound[i];
}

struct scope scope_of(struct binding_scope *b)
{
	return (struct scope){ bound_value, bound_seen, b, b->w->room };
}

/* ---- candidates ---- */

/* How sure it is that a candidate is one; what coverage does not prove comes last. */
enum surety { UNPROVEN, MAYBE, CERTAIN };
struct candidate { const struct match *m; enum surety sure; ts_usec away; };

static int surest_nearest(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;

	if (a->sure != b->sure)
		return a->sure > b->sure ? -1 : 1;
	if (a->away != b->away)
		return a->away < b->away ? -1 : 1;
	return match_order(a->m, b->m);
}

static ts_usec distance(const struct match *anchor, const struct match *m, enum pick pick)
{
	switch (pick) {
	case PICK_FIRST:
		return m->s;
	case PICK_LAST:
		return -m->s;
	case PICK_NEAREST:
		break;
	}
	/* A run that spans the anchor is as near as can be. */
	if (m->s <= anchor->s && m->e >= anchor->s)
		return 0;
	return m->e < anchor->s ? anchor->s - m->e : m->s - anchor->s;
}

/* A link that reads this signal and is false rules the candidate out; one that could be told, all its
 * signals being there, and cannot, leaves it possible. */
struct mentions { const struct binding_scope *b; struct str signal; bool yes, all_bound; };

static void mention(void *ctx, struct str signal, struct str field)
{
	struct mentions *m = ctx;
	size_t i = rule_signal(m->b->rule, signal);

	(void)field;
	m->yes |= str_eq(m->signal, signal);
	m->all_bound &= i != SIZE_MAX && m->b->bound[i] != NULL;
}

static enum tri truth(struct value v)
{
	return v.type != VALUE_BOOL ? TRI_MAYBE : v.num != 0 ? TRI_YES : TRI_NO;
}

static enum tri conditions(struct binding_scope *b, const struct signal *s, const struct item *item)
{
	struct scope scope = scope_of(b);
	enum tri worst = item->where ? truth(expr_eval(item->where, &scope, b->scratch)) : TRI_YES;

	for (size_t i = 0; i < b->rule->n_links && worst != TRI_NO; i++) {
		struct mentions m = { b, s->name, false, true };
		enum tri link;

		expr_names(b->rule->links[i], mention, &m);
		if (!m.yes)
			continue;
		link = truth(expr_eval(b->rule->links[i], &scope, b->scratch));
		if (link == TRI_NO || (link == TRI_MAYBE && m.all_bound))
			worst = link;
	}
	return worst;
}

static void show_evidence(struct answer *a, const struct match *m)
{
	a->evidence[a->n_evidence++] = m;
	/* What an aggregate, a chain or an absence rests on is shown with it. */
	for (uint32_t i = 0; i < m->n_parts && a->n_evidence < 8; i++)
		a->evidence[a->n_evidence++] = m->parts[i];
}

/* Nothing was found of s around the anchor: because there was nothing? */
struct question { const struct match *anchor; ts_usec end /* of the episode */, lo, hi; enum entity_kind join; };

/* Beside an anchor that lasts, as a run of some other series does, it is enough that the series
 * go on as long: metrics are asked for over one span of time, and end together. */
static enum covered judged(const struct world *w, const struct matches *list, const struct question *q)
{
	enum covered c = matches_cover(w, list, q->anchor, q->join, q->lo, q->hi);
	ts_usec lo = q->lo > q->anchor->s ? q->lo : q->anchor->s, hi = q->hi < q->end ? q->hi : q->end;

	return c == COVERED_PART && lo < hi ? matches_cover(w, list, q->anchor, q->join, lo, hi) : c;
}

static enum item_state nothing_found(const struct world *w, const struct rule *r, const struct signal *s, const struct question *q)
{
	const struct matches *list = &w->matches[s->id];
	enum covered c = COVERED_NONE;

	if (list->unevaluated || list->truncated)
		return STATE_UNKNOWN;
	switch (s->kind) {
	case SIG_EVENT:
		c = world_covers(w, s->u.event.sources, s->u.event.n_sources, q->anchor, q->lo, q->hi);
		break;
	case SIG_SERIES:
		c = judged(w, list, q);
		break;
	case SIG_COUNT:
		if (!s->u.count.what.is_series)
			return nothing_found(w, r, &r->signals[s->u.count.what.signal], q);
		c = judged(w, list, q);
		break;
	case SIG_RATIO:
		if (!s->u.ratio.whole.is_series)
			return nothing_found(w, r, &r->signals[s->u.ratio.whole.signal], q);
		c = judged(w, list, q);
		break;
	case SIG_SEQUENCE: /* absent for certain when one of its steps is */
		for (size_t i = 0; i < s->u.sequence.n_steps; i++) {
			const struct step *step = &s->u.sequence.steps[i];

			if (!step->negated && nothing_found(w, r, &r->signals[step->signal], q) == STATE_ABSENT)
				return STATE_ABSENT;
		}
		return STATE_UNKNOWN;
	case SIG_ABSENT: /* not found: what it waits for came, or nothing started it */
		return nothing_found(w, r, &r->signals[s->u.absent.after], q);
	case SIG_FINDING:
		return w->clocks[q->anchor->clock].u < TS_FOREVER ? STATE_ABSENT : STATE_UNKNOWN;
	}
	return c == COVERED_FULL ? STATE_ABSENT : STATE_UNKNOWN;
}

/* Goes through [from, to) of a list in the order of pick: outward from left = right. */
struct walk { size_t from, to, left, right; };

static bool step(struct walk *k, const struct matches *list, ts_usec anchor, size_t *i)
{
	bool down = k->left > k->from, up = k->right < k->to;

	if (!down && !up)
		return false;
	if (up && (!down || list->v[k->right]->s - anchor <= anchor - list->v[k->left - 1]->s))
		*i = k->right++;
	else
		*i = --k->left;
	return true;
}

static struct walk walk_from(const struct matches *list, ts_usec anchor, enum pick pick, size_t from, size_t to)
{
	size_t start = from;

	switch (pick) {
	case PICK_FIRST:
		break;
	case PICK_LAST:
		start = to;
		break;
	case PICK_NEAREST:
		start = matches_lower(list, anchor);
		start = start < from ? from : start > to ? to : start;
		break;
	}
	return (struct walk){ from, to, start, start };
}

/* All that touch the window, the picked ones first should there be more than are looked at. */
static struct candidate *candidates(struct binding_scope *b, const struct match *anchor, ts_usec end, const struct item *item,
				    const struct matches *list, struct window win, enum entity_kind join, size_t *n, bool *cut)
{
	const struct world *w = b->w;
	struct match span = *anchor; /* the episode, not only its first anchor */
	struct candidate *c = NULL;
	size_t cap = 0, from, to, i;
	struct walk k;

	span.e = end;
	matches_near(w, list, anchor, anchor->s + win.lo, end + win.hi, &from, &to);
	k = walk_from(list, anchor->s, item->pick, from, to);
	for (*n = 0, *cut = false; step(&k, list, anchor->s, &i);) {
		const struct match *m = list->v[i];
		enum tri in = world_in_window(w, &span, m, win);
		enum joined j;

		if (in == TRI_NO || (j = world_joined(w, anchor, m, join)) == JOIN_NO)
			continue;
		if (*n == LIMIT_CANDIDATES) {
			*cut = true;
			break;
		}
		c = grow(c, *n, &cap, sizeof(*c));
		c[(*n)++] = (struct candidate){ m, m->unproven ? UNPROVEN : in == TRI_YES && j == JOIN_YES && !m->doubtful ? CERTAIN : MAYBE,
						distance(anchor, m, item->pick) };
	}
	if (*n)
		qsort(c, *n, sizeof(*c), surest_nearest);
	return c;
}

static struct answer ask_signal(struct binding_scope *b, const struct match *anchor, ts_usec end, const struct item *item,
				uint32_t signal, struct window win, bool bind)
{
	struct world *w = b->w;
	const struct signal *s = &b->rule->signals[signal];
	const struct matches *list = &w->matches[s->id];
	enum entity_kind join = item->join_none ? ENT_NONE : item->has_join ? item->join : b->rule->entity;
	struct answer a = { STATE_ABSENT, NULL, { NULL }, 0 };
	size_t n;
	bool cut;
	struct candidate *c = candidates(b, anchor, end, item, list, win, join, &n, &cut);

	/* The first of the surest: candidates are in that order, but a link may leave doubt. */
	for (size_t i = 0; i < n && (!a.match || (a.state < STATE_SEEN && c[i].sure == CERTAIN)); i++) {
		const struct match *old = b->bound[signal];
		enum tri ok;
		enum item_state state;

		b->bound[signal] = c[i].m;
		ok = conditions(b, s, item);
		b->bound[signal] = old;
		state = c[i].sure == UNPROVEN ? STATE_UNKNOWN : c[i].sure == CERTAIN && ok == TRI_YES ? STATE_SEEN : STATE_POSSIBLE;
		if (ok == TRI_NO || (a.match && state <= a.state))
			continue;
		a.match = c[i].m;
		a.state = state;
	}
	if (a.match)
		show_evidence(&a, a.match);
	if (bind && a.state >= STATE_POSSIBLE)
		b->bound[signal] = a.match;
	free(c);
	if (!a.match)
		a.state = cut ? STATE_UNKNOWN :
				nothing_found(w, b->rule, s, &(struct question){ anchor, end, anchor->s + win.lo, end + win.hi, join });
	return a;
}

static struct answer ask_parts(struct binding_scope *b, const struct match *anchor, ts_usec end, const struct item *item, bool bind)
{
	struct answer out = { item->kind == ITEM_ANY ? STATE_ABSENT : STATE_SEEN, NULL, { NULL }, 0 };

	for (size_t i = 0; i < item->n_parts; i++) {
		struct item part = item->parts[i];
		struct answer a;

		if (!part.has_at && item->has_at) {
			part.has_at = true;
			part.at = item->at;
		}
		if (!part.has_join && !part.join_none) {
			part.has_join = item->has_join;
			part.join_none = item->join_none;
			part.join = item->join;
		}
		a = ask_item(b, anchor, end, &part, bind);
		if (item->kind == ITEM_ANY ? a.state > out.state : a.state < out.state)
			out.state = a.state;
		for (uint32_t k = 0; k < a.n_evidence && out.n_evidence < 8; k++)
			out.evidence[out.n_evidence++] = a.evidence[k];
		if (!out.match)
			out.match = a.match;
	}
	return out;
}

struct answer ask_item(struct binding_scope *b, const struct match *anchor, ts_usec end, const struct item *item, bool bind)
{
	struct answer a = { STATE_UNKNOWN, NULL, { NULL }, 0 };

	switch (item->kind) {
	case ITEM_SIGNAL:
		return ask_signal(b, anchor, end, item, item->signal, item->has_at ? item->at : b->rule->window, bind);
	case ITEM_ANY:
	case ITEM_ALL:
		return ask_parts(b, anchor, end, item, bind);
	case ITEM_EXPR: {
		struct scope scope = scope_of(b);
		struct value v = expr_eval(item->expr, &scope, b->scratch);

		if (v.type == VALUE_BOOL)
			a.state = v.num != 0 ? STATE_SEEN : STATE_ABSENT;
		return a;
	}
	}
	return a;
}

/* ---- where it would come from ---- */

/* Adds a name to a list joined by ", ", once. */
static void add_name(struct buf *out, struct str name)
{
	struct str rest = buf_str(out), part;

	while (str_cut(&rest, ',', &part))
		if (str_eq(str_trim(part), name))
			return;
	buf_printf(out, "%s%.*s", out->n ? ", " : "", STR_ARG(name));
}

static void name_source(struct buf *out, const struct rule *r, const struct signal *s, struct str *collect);

static void name_operand(struct buf *out, const struct rule *r, const struct operand *o, struct str *collect)
{
	if (o->is_series)
		add_name(out, o->series.name);
	else
		name_source(out, r, &r->signals[o->signal], collect);
}

static void name_source(struct buf *out, const struct rule *r, const struct signal *s, struct str *collect)
{
	if (s->collect.n && !collect->n)
		*collect = s->collect;
	switch (s->kind) {
	case SIG_EVENT:
		for (size_t i = 0; i < s->u.event.n_sources; i++)
			add_name(out, s->u.event.sources[i]);
		break;
	case SIG_SERIES:
		add_name(out, s->u.series.top.name);
		if (s->u.series.bottom.name.n)
			add_name(out, s->u.series.bottom.name);
		break;
	case SIG_COUNT:
		name_operand(out, r, &s->u.count.what, collect);
		break;
	case SIG_RATIO:
		name_operand(out, r, &s->u.ratio.whole, collect);
		break;
	case SIG_SEQUENCE:
		for (size_t i = 0; i < s->u.sequence.n_steps; i++)
			name_source(out, r, &r->signals[s->u.sequence.steps[i].signal], collect);
		break;
	case SIG_ABSENT:
		name_source(out, r, &r->signals[s->u.absent.what], collect);
		break;
	case SIG_FINDING:
		add_name(out, s->u.finding.rule);
		break;
	}
}

struct str item_source(struct world *w, const struct rule *r, const struct item *item, struct str *collect)
{
	struct buf b;
	struct str out;

	buf_init(&b, LIMIT_CAPTURE);
	*collect = STR("");
	if (item->kind == ITEM_SIGNAL)
		name_source(&b, r, &r->signals[item->signal], collect);
	for (size_t i = 0; i < item->n_parts; i++)
		name_source(&b, r, &r->signals[item->parts[i].signal], collect);
	out = arena_dup(w->arena, b.n ? buf_str(&b) : STR(""));
	buf_done(&b);
	return out;
}

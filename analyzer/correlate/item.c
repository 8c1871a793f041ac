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
	if (match_field(b->bound[i], field, &v))
		return v;
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
	return (struct scope){ bound_value, bound_seen, b };
}

/* ---- candidates ---- */

struct candidate { const struct match *m; bool certain; ts_usec away; };

static int certain_nearest(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;

	if (a->certain != b->certain)
		return a->certain ? -1 : 1;
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

/* A link that reads this signal and is false rules the candidate out. */
struct mentions { struct str signal; bool yes; };

static void mention(void *ctx, struct str signal, struct str field)
{
	struct mentions *m = ctx;

	(void)field;
	m->yes |= str_eq(m->signal, signal);
}

static enum tri conditions(struct binding_scope *b, const struct signal *s, const struct item *item)
{
	struct scope scope = scope_of(b);
	enum tri worst = TRI_YES;

	for (size_t i = 0; i < b->rule->n_links; i++) {
		struct mentions m = { s->name, false };
		struct value v;

		expr_names(b->rule->links[i], mention, &m);
		if (!m.yes)
			continue;
		v = expr_eval(b->rule->links[i], &scope, b->scratch);
		if (v.type == VALUE_BOOL && v.num == 0)
			return TRI_NO;
	}
	if (item->where) {
		struct value v = expr_eval(item->where, &scope, b->scratch);

		if (v.type == VALUE_BOOL && v.num == 0)
			return TRI_NO;
		if (v.type != VALUE_BOOL)
			worst = TRI_MAYBE;
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

static enum item_state nothing_found(struct binding_scope *b, const struct match *anchor, ts_usec end, const struct signal *s, struct window win)
{
	struct world *w = b->w;
	const struct matches *list = &w->matches[s->id];
	bool placed = w->clocks[anchor->clock].u < TS_FOREVER; /* if not, only what is on its own clock can tell */
	enum covered c = COVERED_NONE;

	if (list->unevaluated || list->truncated)
		return STATE_UNKNOWN;
	switch (s->kind) {
	case SIG_EVENT:
		c = world_covers(w, s->u.event.sources, s->u.event.n_sources, anchor->host, anchor->clock, anchor->s + win.lo, end + win.hi);
		break;
	case SIG_SERIES:
		if (!placed || (s->u.series.bottom.name.n && !world_has_series(w, &s->u.series.bottom)) ||
		    (s->u.series.when.other.name.n && !world_has_series(w, &s->u.series.when.other)))
			return STATE_UNKNOWN; /* what it is measured against is not in the case */
		c = world_covers_series(w, &s->u.series.top, anchor->host, anchor->s + win.lo, end + win.hi, NULL);
		/* A run that begins or ends with the series' own data needs no more of the window than there is. */
		if (c == COVERED_PART && s->u.series.when.kind != COND_MISSING_FOR)
			c = world_covers_series(w, &s->u.series.top, anchor->host, anchor->s > end + win.hi ? end + win.hi : anchor->s,
						anchor->s > end + win.hi ? end + win.hi : anchor->s, NULL);
		break;
	case SIG_COUNT:
		if (s->u.count.what.is_series)
			c = !placed ? COVERED_NONE : world_covers_series(w, &s->u.count.what.series, anchor->host, anchor->s, anchor->s, NULL);
		else
			return nothing_found(b, anchor, end, &b->rule->signals[s->u.count.what.signal], win);
		break;
	case SIG_RATIO:
		if (s->u.ratio.whole.is_series)
			c = !placed ? COVERED_NONE : world_covers_series(w, &s->u.ratio.whole.series, anchor->host, anchor->s, anchor->s, NULL);
		else
			return nothing_found(b, anchor, end, &b->rule->signals[s->u.ratio.whole.signal], win);
		break;
	case SIG_SEQUENCE: /* absent for certain when one of its steps is */
		for (size_t i = 0; i < s->u.sequence.n_steps; i++) {
			const struct signal *step = &b->rule->signals[s->u.sequence.steps[i].signal];

			if (!s->u.sequence.steps[i].negated && nothing_found(b, anchor, end, step, win) == STATE_ABSENT)
				return STATE_ABSENT;
		}
		return STATE_UNKNOWN;
	case SIG_ABSENT: /* not found: what it waits for came, or nothing started it */
		return nothing_found(b, anchor, end, &b->rule->signals[s->u.absent.after], win);
	case SIG_FINDING:
		return placed ? STATE_ABSENT : STATE_UNKNOWN;
	}
	return c == COVERED_FULL ? STATE_ABSENT : STATE_UNKNOWN;
}

static struct answer ask_signal(struct binding_scope *b, const struct match *anchor, ts_usec end, const struct item *item,
				uint32_t signal, struct window win, bool bind)
{
	struct world *w = b->w;
	const struct signal *s = &b->rule->signals[signal];
	const struct matches *list = &w->matches[s->id];
	enum entity_kind join = item->join_none ? ENT_NONE : item->has_join ? item->join : b->rule->entity;
	struct answer a = { STATE_ABSENT, NULL, { NULL }, 0 };
	struct candidate *c = NULL;
	struct match span = *anchor; /* the episode, not only its first anchor */
	size_t n = 0, cap = 0, from = 0;

	span.e = end;
	if (w->widest < TS_FOREVER)
		from = matches_lower(list, anchor->s + win.lo - list->max_extent - 2 * w->widest - TS_HOUR);
	for (size_t i = from; i < list->n && n < LIMIT_CANDIDATES; i++) {
		const struct match *m = list->v[i];
		enum tri in = world_in_window(w, &span, m, win);
		enum joined j;

		if (w->widest < TS_FOREVER && m->s > end + win.hi + 2 * w->widest + TS_HOUR)
			break;
		if (in == TRI_NO || (j = world_joined(w, anchor, m, join)) == JOIN_NO)
			continue;
		c = grow(c, n, &cap, sizeof(*c));
		c[n++] = (struct candidate){ m, in == TRI_YES && j == JOIN_YES && !m->unproven, distance(anchor, m, item->pick) };
	}
	if (n)
		qsort(c, n, sizeof(*c), certain_nearest);
	for (size_t i = 0; i < n && !a.match; i++) {
		const struct match *old = b->bound[signal];
		enum tri ok;

		b->bound[signal] = c[i].m;
		ok = conditions(b, s, item);
		if (ok != TRI_NO) {
			a.match = c[i].m;
			a.state = c[i].m->unproven ? STATE_UNKNOWN : c[i].certain && ok == TRI_YES ? STATE_SEEN : STATE_POSSIBLE;
			show_evidence(&a, c[i].m);
		}
		if (ok == TRI_NO || !bind || a.state == STATE_UNKNOWN)
			b->bound[signal] = old;
	}
	free(c);
	if (!a.match)
		a.state = nothing_found(b, anchor, end, s, win);
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

#include "rule/lint_priv.h"

/* W08, W09: what an anchor says of its rule as a whole. */

static bool reads(const struct event_signal *e, struct str source)
{
	for (size_t i = 0; i < e->n_sources; i++)
		if (str_eq(e->sources[i], source))
			return true;
	return false;
}

static bool share_a_source(const struct event_signal *a, const struct event_signal *b)
{
	for (size_t i = 0; i < a->n_sources; i++)
		if (reads(b, a->sources[i]))
			return true;
	return false;
}

static bool share_a_regex(const struct event_signal *a, const struct event_signal *b)
{
	for (size_t i = 0; i < a->n_patterns; i++)
		for (size_t k = 0; k < b->n_patterns; k++)
			if (a->patterns[i] == b->patterns[k])
				return true;
	return false;
}

/* Does one of them know of the other, so that it can fold it or speak against itself? */
static bool knows_of(const struct rule *a, const struct rule *b)
{
	for (size_t i = 0; i < a->n_explains; i++)
		if (str_eq(a->explains[i].rule, b->id))
			return true;
	for (size_t i = 0; i < a->n_signals; i++)
		if (a->signals[i].kind == SIG_FINDING && str_eq(a->signals[i].u.finding.rule, b->id))
			return true;
	return false;
}

/* What the event itself must fulfil may tell two rules with one regex apart. */
static void check_shared(struct lint *l, const struct rule *r, const struct signal *anchor)
{
	for (size_t i = 0; i < l->rules->n_rules; i++) {
		const struct rule *other = &l->rules->rules[i];
		const struct signal *theirs = &other->signals[other->anchor];

		if (str_cmp(other->id, r->id) >= 0 || theirs->kind != SIG_EVENT || anchor->u.event.where || theirs->u.event.where ||
		    knows_of(r, other) || knows_of(other, r))
			continue;
		if (share_a_source(&anchor->u.event, &theirs->u.event) && share_a_regex(&anchor->u.event, &theirs->u.event))
			remark(l, r, anchor->line, "W08", "let one explain the other, or tell them apart with where",
			       "the anchor reads the same regex as that of '%.*s'", STR_ARG(other->id));
	}
}

/* Any program can write into its own log that a GPU is broken. */
static void check_forgery(struct lint *l, const struct rule *r, const struct signal *anchor)
{
	bool hardware = r->entity == ENT_GPU || r->entity == ENT_DISK || r->entity == ENT_NIC;
	const struct event_signal *e = &anchor->u.event;

	for (size_t i = 0; i < e->n_sources; i++)
		if (!str_eq(e->sources[i], STR("app_log")) && !str_eq(e->sources[i], STR("access_log")))
			return;
	if (!hardware || r->severity < RULE_HIGH)
		return;
	remark(l, r, anchor->line, "W09", "read the kernel's or the driver's word too",
	       "a claim about a %s rests on what applications write", entity_kind_name(r->entity));
}

void lint_anchor(struct lint *l, const struct rule *r)
{
	const struct signal *anchor = &r->signals[r->anchor];

	if (anchor->kind != SIG_EVENT)
		return;
	check_shared(l, r, anchor);
	check_forgery(l, r, anchor);
}

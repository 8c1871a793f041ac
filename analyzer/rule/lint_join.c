#include "rule/lint_priv.h"

#include <stdlib.h>

/* W06: a join over a kind that one side cannot be lifted to is a guess.  Static
 * knowledge only: what signals bind, and which relations sources report. */

#define KIND(k) (1u << (k))

/* A thing of this kind stands in one thing of each of those. */
static const unsigned above[ENT_KINDS] = {
	[ENT_HOST] = KIND(ENT_NODE) | KIND(ENT_REGION),
	[ENT_GPU] = KIND(ENT_HOST),
	[ENT_NODE] = KIND(ENT_HOST),
	[ENT_POD] = KIND(ENT_NODE) | KIND(ENT_WORKLOAD) | KIND(ENT_DEPLOYMENT),
	[ENT_CONTAINER] = KIND(ENT_POD),
	[ENT_WORKLOAD] = KIND(ENT_HOST) | KIND(ENT_DEPLOYMENT),
	[ENT_DEPLOYMENT] = KIND(ENT_REGION),
	[ENT_DISK] = KIND(ENT_HOST),
	[ENT_NIC] = KIND(ENT_HOST),
};

/* Sources whose records say what they are about. */
static const struct { const char *prefix; unsigned kinds; } known[] = {
	{ "k8s_", KIND(ENT_POD) | KIND(ENT_NODE) },
	{ "azure_", KIND(ENT_DEPLOYMENT) | KIND(ENT_REGION) },
	{ "nvidia_", KIND(ENT_GPU) },
	{ "app_log", KIND(ENT_POD) },
};

static unsigned event_kinds(const struct event_signal *e)
{
	unsigned kinds = KIND(ENT_HOST);

	for (size_t i = 0; i < e->n_binds; i++)
		kinds |= KIND(e->binds[i].kind);
	for (size_t i = 0; i < e->n_sources; i++) {
		for (size_t k = 0; k < sizeof known / sizeof *known; k++)
			kinds |= str_starts(e->sources[i], str_of(known[k].prefix)) ? known[k].kinds : 0;
	}
	return kinds;
}

static unsigned series_kinds(const struct series_signal *s)
{
	unsigned kinds = 0;
	enum entity_kind kind;

	for (size_t i = 0; i < s->n_by; i++)
		kinds |= KIND(s->by[i]);
	for (size_t i = 0; i < s->top.n_labels; i++)
		kinds |= entity_kind_of(s->top.labels[i].key, &kind) ? KIND(kind) : 0;
	return kinds;
}

/* asked: the signals reached already. */
static unsigned bound_kinds(const struct rule *r, size_t index, bool *asked)
{
	const struct signal *s = &r->signals[index];
	unsigned kinds = 0;

	if (asked[index])
		return 0;
	asked[index] = true;
	switch (s->kind) {
	case SIG_EVENT:
		return event_kinds(&s->u.event);
	case SIG_SERIES:
		return series_kinds(&s->u.series);
	case SIG_COUNT:
		return KIND(s->u.count.per);
	case SIG_RATIO:
		return KIND(s->u.ratio.per);
	case SIG_SEQUENCE:
		for (size_t i = 0; i < s->u.sequence.n_steps; i++) {
			if (!s->u.sequence.steps[i].negated)
				kinds |= bound_kinds(r, s->u.sequence.steps[i].signal, asked);
		}
		return kinds;
	case SIG_ABSENT:
		return bound_kinds(r, s->u.absent.after, asked);
	case SIG_FINDING:
		return KIND(r->entity) | KIND(ENT_HOST);
	}
	return 0;
}

static bool reaches(const struct rule *r, size_t signal, enum entity_kind kind)
{
	bool *asked = calloc(r->n_signals, sizeof *asked);
	unsigned kinds, before = 0;

	if (!asked)
		abort();
	kinds = bound_kinds(r, signal, asked);
	free(asked);
	while (kinds != before) {
		before = kinds;
		for (int k = 0; k < ENT_KINDS; k++)
			kinds |= before & KIND(k) ? above[k] : 0;
	}
	return kinds & KIND(kind);
}

void lint_join(struct lint *l, const struct rule *r, const struct item *item)
{
	for (size_t i = 0; i < item->n_parts; i++)
		lint_join(l, r, &item->parts[i]);
	if (item->kind != ITEM_SIGNAL || item->join_none)
		return;
	if (!reaches(r, item->signal, item->join))
		remark(l, r, item->line, "W06", "bind it, join over another kind, or say 'join: none'",
		       "nothing in signal '%.*s' leads to its %s", STR_ARG(item->label), entity_kind_name(item->join));
	else if (!reaches(r, r->anchor, item->join))
		remark(l, r, item->line, "W06", "bind it, join over another kind, or say 'join: none'",
		       "nothing in the anchor leads to its %s", entity_kind_name(item->join));
}

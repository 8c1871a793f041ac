/* One rule against the case: anchors become episodes, items are asked around each,
 * points are added up, causes compete. */
#include "correlate/verdict.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "record/catalog.h"

/* Words of rules.md: decibans, +10 is odds of 10 to 1. */
enum { VERY_LIKELY = 13, LIKELY = 6, POSSIBLE = 0 };
/* The best cause must have this many points, and be ahead by as many. */
enum { CAUSE_LEAST = 3, CAUSE_LEAD = 3 };

const char *finding_word(int points)
{
	return points >= VERY_LIKELY ? "very likely" : points >= LIKELY ? "likely" : points >= POSSIBLE ? "possible" : "unlikely";
}

const char *item_state_name(enum item_state s)
{
	static const char *const names[] = { "absent", "unknown", "possible", "seen" };

	return names[s];
}

struct judge {
	struct binding_scope scope;
	const struct match *anchor;
	ts_usec end;
	struct entry *entries; size_t n;
};

static int points_of(const struct item *item, enum item_state state, bool against)
{
	int p = 0;

	switch (state) {
	case STATE_SEEN:
		p = item->weight;
		break;
	case STATE_POSSIBLE:
		p = item->weight / 2;
		break;
	case STATE_ABSENT:
		p = item->if_absent;
		break;
	case STATE_UNKNOWN:
		break;
	}
	return against ? -p : p;
}

static struct str render(struct judge *j, const struct template *t, size_t max)
{
	struct scope scope = scope_of(&j->scope);
	struct buf b;
	struct str out;

	if (!t)
		return STR("");
	buf_init(&b, max);
	(void)template_render(t, &scope, &b);
	out = arena_dup(j->scope.w->arena, buf_str(&b));
	buf_done(&b);
	return out;
}

static int ask_all(struct judge *j, const struct items *items, const char *role, const struct cause *cause, bool bind, enum item_state *least)
{
	bool against = role[0] == 'a';
	int points = 0;

	for (size_t i = 0; i < items->n; i++) {
		const struct item *item = &items->v[i];
		struct answer a = ask_item(&j->scope, j->anchor, j->end, item, bind);
		struct entry *e = &j->entries[j->n++];

		*e = (struct entry){ .cause = cause, .label = item->label, .role = role, .state = a.state, .weight = against ? -item->weight : item->weight,
				     .n_evidence = a.n_evidence };
		memcpy(e->evidence, a.evidence, sizeof(a.evidence));
		e->points = role[0] == 'r' ? 0 : points_of(item, a.state, against);
		e->source = item_source(j->scope.w, j->scope.rule, item, &e->collect);
		if (item->why && (a.state == STATE_SEEN || a.state == STATE_POSSIBLE))
			e->why = render(j, item->why, LIMIT_CAPTURE);
		points += e->points;
		if (least && a.state < *least)
			*least = a.state;
	}
	return points;
}

static int best_first(const void *x, const void *y)
{
	const struct scored_cause *a = x, *b = y;

	if (a->points != b->points)
		return a->points > b->points ? -1 : 1;
	return str_cmp(a->cause->id, b->cause->id);
}

static void choose_cause(struct judge *j, struct finding *f)
{
	const struct rule *r = f->rule;

	const struct match **own = j->scope.bound; /* what the rule's own items found */
	const struct match ***of = ARENA_ARRAY(j->scope.scratch, const struct match **, r->n_causes + 1);

	f->causes = ARENA_ARRAY(j->scope.w->arena, struct scored_cause, r->n_causes);
	for (size_t i = 0; i < r->n_causes; i++) {
		const struct cause *c = &r->causes[i];
		int points = c->base;

		/* Each is scored alone: what another one found is not there for its links. */
		of[i] = j->scope.bound = ARENA_ARRAY(j->scope.scratch, const struct match *, r->n_signals);
		memcpy(of[i], own, r->n_signals * sizeof(struct match *));
		points += ask_all(j, &c->support, "support", c, true, NULL);
		points += ask_all(j, &c->against, "against", c, true, NULL);
		f->causes[f->n_causes++] = (struct scored_cause){ c, points };
	}
	j->scope.bound = own;
	if (f->n_causes)
		qsort(f->causes, f->n_causes, sizeof(*f->causes), best_first);
	if (f->n_causes && f->causes[0].points >= CAUSE_LEAST &&
	    (f->n_causes == 1 || f->causes[0].points - f->causes[1].points >= CAUSE_LEAD))
		f->cause = f->causes[0].cause;
	/* The texts speak of what was found: as the chosen cause saw it, else as the first that did. */
	if (f->cause)
		memcpy(own, of[f->cause - r->causes], r->n_signals * sizeof(struct match *));
	for (size_t i = 0; i < r->n_causes; i++)
		for (size_t k = 0; k < r->n_signals; k++)
			own[k] = own[k] ? own[k] : of[i][k];
}

/* The same failure has the same id in every run: rule, entity and where its anchor stands. */
static void make_id(const struct world *w, struct finding *f, const struct verdicts *v)
{
	char hex[65];
	unsigned again = 0;
	size_t i;

	do {
		struct arena *a = arena_new();
		struct str path = f->anchor->file ? w->files[f->anchor->file - 1].path : STR("");

		sha256_of(arena_printf(a, "%.*s\n%.*s\n%.*s\n%u\n%u", STR_ARG(f->rule->id), STR_ARG(f->entity), STR_ARG(path), f->anchor->line, again++), hex);
		arena_free(a);
		f->id[0] = 'F';
		memcpy(f->id + 1, hex, 8);
		f->id[9] = '\0';
		for (i = 0; i < v->n_findings && strcmp(v->findings[i].id, f->id) != 0; i++)
			;
	} while (i < v->n_findings);
}

static struct str host_name(const struct world *w, const struct match *m)
{
	struct str id;

	return world_lift(w, m, ENT_HOST, &id) ? id : STR("");
}

static void ask_later(struct world *w, const struct judge *j, struct str entity, struct verdicts *v)
{
	for (size_t i = 0; i < j->n; i++) {
		const struct entry *e = &j->entries[i];

		if (e->role[0] != 'r' || e->state != STATE_UNKNOWN)
			continue;
		v->open = grow(v->open, v->n_open, &v->cap_open, sizeof(*v->open));
		v->open[v->n_open++] = (struct open_question){ j->scope.rule, entity, host_name(w, j->anchor), j->anchor, e->label, e->source, e->collect };
	}
}

/* Rules over this one cannot take its silence for an answer. */
static void publish_open(struct world *w, const struct rule *r)
{
	for (size_t i = 0; i < w->rs->n_signals; i++)
		if (w->rs->signals[i]->kind == SIG_FINDING && str_eq(w->rs->signals[i]->u.finding.rule, r->id))
			w->matches[i].unevaluated = true;
}

static void note_near_miss(struct world *w, const struct judge *j, struct str entity, int points, struct verdicts *v)
{
	struct str *missing = ARENA_ARRAY(w->arena, struct str, j->n);
	size_t n = 0;

	for (size_t i = 0; i < j->n; i++)
		if ((j->entries[i].state == STATE_ABSENT && j->entries[i].role[0] == 'r') ||
		    (j->entries[i].role[0] == 'a' && j->entries[i].points < 0 && !j->entries[i].cause))
			missing[n++] = j->entries[i].label;
	v->near = grow(v->near, v->n_near, &v->cap_near, sizeof(*v->near));
	v->near[v->n_near++] = (struct near_miss){ j->scope.rule, entity, host_name(w, j->anchor), j->anchor, points, missing, n };
}

static struct str narrative_of(struct judge *j, const struct finding *f)
{
	struct str whole = render(j, f->rule->narrative, LIMIT_NARRATIVE), cause = STR_NONE;

	if (f->cause && f->cause->narrative)
		cause = render(j, f->cause->narrative, LIMIT_NARRATIVE);
	return cause.n ? arena_printf(j->scope.w->arena, "%.*s %.*s", STR_ARG(whole), STR_ARG(cause)) : whole;
}

/* What a rule over this one sees of it. */
static void publish(struct world *w, const struct finding *f)
{
	for (size_t i = 0; i < w->rs->n_signals; i++) {
		const struct signal *s = w->rs->signals[i];
		struct match *m;
		struct named *names;

		if (s->kind != SIG_FINDING || !str_eq(s->u.finding.rule, f->rule->id) || f->points < 0 ||
		    (s->u.finding.cause.n && (!f->cause || !str_eq(f->cause->id, s->u.finding.cause))))
			continue;
		m = match_new(w);
		names = ARENA_ARRAY(w->arena, struct named, 4);
		*m = *f->anchor;
		m->s = f->start;
		m->e = f->end;
		names[0] = (struct named){ STR("cause"), f->cause ? value_text(f->cause->id) : value_unknown() };
		names[1] = (struct named){ STR("points"), value_number(f->points) };
		names[2] = (struct named){ STR("rule"), value_text(f->rule->id) };
		names[3] = (struct named){ STR("word"), value_text(str_of(finding_word(f->points))) };
		m->fields = names;
		m->n_fields = 4;
		matches_add(&w->matches[i], m);
		matches_sort(&w->matches[i]);
	}
}

/* Rows of its ledger: the anchor, and each item once. */
static size_t entries_of(const struct rule *r)
{
	size_t n = 1 + r->require.n + r->support.n + r->against.n;

	for (size_t i = 0; i < r->n_causes; i++)
		n += r->causes[i].support.n + r->causes[i].against.n;
	return n;
}

/* The first n_placed of the n anchors say when it was; the others are the same failure on a clock that does not. */
static void judge_episode(struct world *w, const struct rule *r, struct match *const *group, size_t n_placed, size_t n, struct str entity,
			  struct verdicts *v)
{
	struct arena *scratch = arena_new();
	struct finding f = { .rule = r, .entity = entity, .kind = r->entity, .anchor = group[0], .start = group[0]->s, .end = group[0]->e, .anchors = (uint32_t)n, .explained_by = -1 };
	struct judge j = { .scope = { w, r, NULL, scratch }, .anchor = group[0] };
	enum item_state least = STATE_SEEN;
	struct entry *first;

	for (size_t i = 1; i < n_placed; i++)
		f.end = group[i]->e > f.end ? group[i]->e : f.end;
	j.end = f.end;
	j.scope.bound = ARENA_ARRAY(scratch, const struct match *, r->n_signals);
	j.scope.bound[r->anchor] = group[0];
	j.entries = ARENA_ARRAY(scratch, struct entry, entries_of(r));
	first = &j.entries[j.n++];
	*first = (struct entry){ .label = r->signals[r->anchor].name, .role = "anchor", .state = group[0]->unproven ? STATE_UNKNOWN : STATE_SEEN };
	for (size_t i = 0; i < n && first->n_evidence < 8; i++)
		first->evidence[first->n_evidence++] = group[i];
	for (uint32_t i = 0; i < group[0]->n_parts && first->n_evidence < 8; i++)
		first->evidence[first->n_evidence++] = group[0]->parts[i];
	(void)ask_all(&j, &r->require, "require", NULL, true, &least);
	if (least == STATE_ABSENT) { /* whatever else is not known */
		note_near_miss(w, &j, entity, 0, v);
		goto done;
	}
	if (least == STATE_UNKNOWN || first->state == STATE_UNKNOWN) {
		if (first->state == STATE_UNKNOWN) { /* asked for like one that is required */
			const struct item anchor = { .kind = ITEM_SIGNAL, .signal = r->anchor };

			first->role = "require";
			first->source = item_source(w, r, &anchor, &first->collect);
		}
		ask_later(w, &j, entity, v);
		publish_open(w, r);
		goto done;
	}
	f.points = r->base + ask_all(&j, &r->support, "support", NULL, true, NULL);
	f.points += ask_all(&j, &r->against, "against", NULL, true, NULL);
	if (f.points < POSSIBLE)
		note_near_miss(w, &j, entity, f.points, v);
	choose_cause(&j, &f);
	f.u = group[0]->u + w->clocks[group[0]->clock].u;
	f.host_id = group[0]->host;
	f.host = host_name(w, group[0]);
	f.narrative = narrative_of(&j, &f);
	f.summary = r->summary ? render(&j, r->summary, LIMIT_CAPTURE) : STR("");
	f.n_entries = j.n;
	{
		struct entry *kept = ARENA_ARRAY(w->arena, struct entry, j.n);

		memcpy(kept, j.entries, j.n * sizeof(*kept));
		f.entries = kept;
	}
	{
		const struct match **all = ARENA_ARRAY(w->arena, const struct match *, n);

		memcpy(all, group, n * sizeof(*all));
		f.all = all;
	}
	make_id(w, &f, v);
	v->findings = grow(v->findings, v->n_findings, &v->cap_findings, sizeof(*v->findings));
	v->findings[v->n_findings++] = f;
	publish(w, &f);
done:
	arena_free(scratch);
}

/* Does the case hold anything the anchor could be seen in? */
static bool could_see(const struct world *w, const struct rule *r, const struct signal *s)
{
	switch (s->kind) {
	case SIG_EVENT:
		for (size_t i = 0; i < s->u.event.n_sources; i++)
			if (world_has_source(w, s->u.event.sources[i]))
				return true;
		return false;
	case SIG_SERIES:
		return world_has_series(w, &s->u.series.top);
	case SIG_COUNT:
		return s->u.count.what.is_series ? world_has_series(w, &s->u.count.what.series) : could_see(w, r, &r->signals[s->u.count.what.signal]);
	case SIG_RATIO:
		return s->u.ratio.whole.is_series ? world_has_series(w, &s->u.ratio.whole.series) : could_see(w, r, &r->signals[s->u.ratio.whole.signal]);
	case SIG_SEQUENCE:
		return could_see(w, r, &r->signals[s->u.sequence.steps[0].signal]);
	case SIG_ABSENT:
		return could_see(w, r, &r->signals[s->u.absent.after]);
	case SIG_FINDING:
		break;
	}
	return true;
}

struct keyed { struct match *m; struct str entity, machine; /* empty: its kind is no machine's own */ };

static int by_entity(const void *x, const void *y)
{
	const struct keyed *a = x, *b = y;
	int c = str_cmp(a->entity, b->entity);

	if (c || (c = str_cmp(a->machine, b->machine)))
		return c;
	return match_order(a->m, b->m);
}

/* What is beyond TS_FOREVER is no more unknown than that. */
static ts_usec error_of(const struct world *w, uint32_t clock)
{
	return w->clocks[clock].u < TS_FOREVER ? w->clocks[clock].u : TS_FOREVER;
}

/* How long the logs on this clock are; a snapshot is short. */
static ts_usec extent_of(const struct world *w, uint32_t clock)
{
	ts_usec longest = 0;

	for (size_t i = 0; i < w->n_spans; i++)
		if (w->spans[i].clock == clock && w->spans[i].to - w->spans[i].from > longest)
			longest = w->spans[i].to - w->spans[i].from;
	return longest;
}

/* The clock that tells the most about these anchors: the surest, else the one of the longest log. */
static uint32_t main_clock(const struct world *w, const struct keyed *k, size_t n)
{
	uint32_t best = k[0].m->clock;

	for (size_t i = 1; i < n; i++) {
		uint32_t c = k[i].m->clock;

		if (c != best && (error_of(w, c) < error_of(w, best) ||
				  (error_of(w, c) == error_of(w, best) && extent_of(w, c) > extent_of(w, best))))
			best = c;
	}
	return best;
}

/* Anchors of one entity, by time, become episodes.  One whose distance to the others nobody knows
 * (nvidia-smi.txt without a date beside a log) opens none of its own: it is taken for the last. */
static void judge_entity(struct world *w, const struct rule *r, const struct keyed *k, size_t n, struct verdicts *v)
{
	uint32_t clock = main_clock(w, k, n);
	struct match **group = malloc(2 * n * sizeof(struct match *)), **placed = group + n;
	size_t n_placed = 0, from = 0, many;

	if (!group)
		abort();
	for (size_t i = 0; i < n; i++)
		if (world_between(w, clock, k[i].m->clock) < TS_FOREVER)
			placed[n_placed++] = k[i].m;
	for (; from < n_placed; from += many) {
		ts_usec end = placed[from]->e;
		size_t all;

		for (many = 0; from + many < n_placed && (many == 0 || placed[from + many]->s - end <= r->episode); many++) {
			group[many] = placed[from + many];
			end = group[many]->e > end ? group[many]->e : end;
		}
		all = many;
		for (size_t i = 0; i < n && from + many == n_placed; i++)
			if (world_between(w, clock, k[i].m->clock) >= TS_FOREVER)
				group[all++] = k[i].m;
		judge_episode(w, r, group, many, all, k[0].entity, v);
	}
	free(group);
}

enum status verdict_rule(struct world *w, const struct rule *r, struct verdicts *v, struct error *err)
{
	const struct signal *s = &r->signals[r->anchor];
	const struct matches *list = &w->matches[s->id];
	struct keyed *k;

	(void)err;
	if (list->n == 0) {
		if (list->unevaluated || !could_see(w, r, s)) {
			struct item anchor = { .kind = ITEM_SIGNAL, .signal = r->anchor };
			struct open_question q = { .rule = r, .entity = STR(""), .host = STR(""), .signal = s->name };

			q.source = item_source(w, r, &anchor, &q.collect);
			v->open = grow(v->open, v->n_open, &v->cap_open, sizeof(*v->open));
			v->open[v->n_open++] = q;
			publish_open(w, r);
		}
		return OK;
	}
	k = malloc(list->n * sizeof(*k));
	if (!k)
		abort();
	for (size_t i = 0; i < list->n; i++) {
		k[i] = (struct keyed){ list->v[i], STR_NONE, STR_NONE };
		if (!world_lift(w, list->v[i], r->entity, &k[i].entity) || !k[i].entity.n)
			k[i].entity = r->entity == ENT_HOST ? STR("unnamed host") : STR("?");
		if (world_is_local(r->entity) && list->v[i]->host != HOST_NONE)
			k[i].machine = w->hosts[w->canonical[list->v[i]->host]];
	}
	qsort(k, list->n, sizeof(*k), by_entity);
	for (size_t i = 0, n; i < list->n; i += n) {
		for (n = 1; i + n < list->n && str_eq(k[i + n].entity, k[i].entity) && str_eq(k[i + n].machine, k[i].machine); n++)
			;
		judge_entity(w, r, k + i, n, v);
	}
	free(k);
	return OK;
}

void verdicts_done(struct verdicts *v)
{
	free(v->findings);
	free(v->open);
	free(v->near);
}

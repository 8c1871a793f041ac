/* Findings that share a root, or meet in time on one entity, are one incident;
 * timeline.c tells its course. */
#include <stdlib.h>

#include "correlate/timeline.h"
#include "record/catalog.h"
#include "sql.h"

/* Apart by more than this, two findings on one entity are two incidents. */
#define MEET TS_MINUTE
static size_t top(const size_t *group, size_t i)
{
	while (group[i] != i)
		i = group[i];
	return i;
}

static bool meet(const struct world *w, const struct finding *a, const struct finding *b)
{
	enum entity_kind kind = a->kind == b->kind ? a->kind : ENT_NONE;

	if (a->start > b->end + MEET || b->start > a->end + MEET)
		return false;
	/* One kind of failure all over a machine is one incident: a tray of GPUs lost at once. */
	if (a->rule == b->rule && world_joined(w, a->anchor, b->anchor, ENT_HOST) == JOIN_YES)
		return true;
	if (kind != ENT_NONE)
		return world_joined(w, a->anchor, b->anchor, kind) == JOIN_YES;
	return world_joined(w, a->anchor, b->anchor, a->kind) == JOIN_YES && world_joined(w, a->anchor, b->anchor, b->kind) == JOIN_YES;
}

static void group_findings(const struct world *w, const struct verdicts *v, size_t *group)
{
	for (size_t i = 0; i < v->n_findings; i++)
		group[i] = i;
	for (size_t i = 0; i < v->n_findings; i++) {
		const struct finding *f = &v->findings[i];

		if (f->points < 0)
			continue;
		for (size_t k = 0; k < i; k++) {
			const struct finding *g = &v->findings[k];
			size_t a, b;

			if (g->points < 0 || !(f->explained_by == (int)k || g->explained_by == (int)i || meet(w, f, g)))
				continue;
			a = top(group, i);
			b = top(group, k);
			/* The first in order of presentation stands for the incident. */
			if (a < b)
				group[b] = a;
			else
				group[a] = b;
		}
	}
}

static enum status put(struct query *q, struct error *err)
{
	enum status s = query_step(q, err);

	return s == END ? OK : s;
}

struct out { struct query *incident, *member, *entry; };

static enum status put_entry(const struct out *o, struct str id, size_t n, const struct happening *h, struct error *err)
{
	query_text(o->entry, 1, id);
	query_int(o->entry, 2, (int64_t)n);
	query_int(o->entry, 3, h->t);
	query_int(o->entry, 4, h->event);
	query_text(o->entry, 5, str_of(h->role));
	query_int(o->entry, 6, h->file);
	query_int(o->entry, 7, h->line);
	query_text(o->entry, 8, h->text.p ? h->text : STR(""));
	query_int(o->entry, 9, h->repeats);
	query_int(o->entry, 10, h->until);
	return put(o->entry, err);
}

/* The members of a group: its root first. */
static struct members members_of(const struct verdicts *v, const size_t *group, size_t root, struct arena *a)
{
	const struct finding **f = ARENA_ARRAY(a, const struct finding *, v->n_findings);
	size_t n = 0;

	f[n++] = &v->findings[root];
	for (size_t i = 0; i < v->n_findings; i++)
		if (i != root && v->findings[i].points >= 0 && top(group, i) == root)
			f[n++] = &v->findings[i];
	return (struct members){ f, n };
}

static enum status write_one(struct world *w, const struct verdicts *v, const size_t *group, size_t root, unsigned number, const struct out *o, struct error *err)
{
	struct arena *a = arena_new();
	struct str id = arena_printf(a, "I%u", number);
	struct members members = members_of(v, group, root, a);
	const struct finding *r = members.v[0];
	struct timeline t = { 0 };
	enum status s = timeline_of(w, &members, a, &t, err);

	if (s == OK) {
		query_text(o->incident, 1, id);
		query_text(o->incident, 2, r->rule->title);
		query_text(o->incident, 3, str_of(rule_severity_name(r->rule->severity)));
		query_int(o->incident, 4, t.start);
		query_int(o->incident, 5, t.end);
		query_text(o->incident, 6, str_of(r->id));
		if (t.recovered == TS_NONE)
			query_null(o->incident, 7);
		else
			query_int(o->incident, 7, t.recovered);
		s = put(o->incident, err);
	}
	for (size_t i = 0; s == OK && i < members.n; i++) {
		query_text(o->member, 1, id);
		query_text(o->member, 2, str_of(members.v[i]->id));
		s = put(o->member, err);
	}
	for (size_t i = 0; s == OK && i < t.n; i++)
		s = put_entry(o, id, i + 1, &t.v[i], err);
	free(t.v);
	arena_free(a);
	return s;
}

enum status write_incidents(struct world *w, const struct verdicts *v, struct error *err)
{
	size_t *group = calloc(v->n_findings + 1, sizeof(*group));
	struct out o = { NULL, NULL, NULL };
	unsigned number = 0;
	enum status s;

	if (!group)
		abort();
	group_findings(w, v, group);
	s = query_new(&o.incident, w->store, SQL_INSERT_INCIDENT, err);
	if (s == OK)
		s = query_new(&o.member, w->store, SQL_INSERT_INCIDENT_FINDING, err);
	if (s == OK)
		s = query_new(&o.entry, w->store, SQL_INSERT_INCIDENT_ENTRY, err);
	for (size_t i = 0; s == OK && i < v->n_findings; i++)
		if (v->findings[i].points >= 0 && group[i] == i)
			s = write_one(w, v, group, i, ++number, &o, err);
	query_free(o.incident);
	query_free(o.member);
	query_free(o.entry);
	free(group);
	return s;
}

/* Findings that share a root, or meet in time on one entity, are one incident;
 * its timeline goes from the last changes before it to its last symptom. */
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "correlate/verdict.h"
#include "record/catalog.h"
#include "sql.h"

/* Apart by more than this, two findings on one entity are two incidents. */
#define MEET TS_MINUTE
/* Changes are looked for this long before the first symptom. */
#define CHANGES_BEFORE (3 * TS_DAY)
/* Entries of one timeline; evidence comes first.  Changes: the last before the first symptom. */
enum { TIMELINE_MAX = 200, CHANGES_MAX = 12 };

struct happening { ts_usec t; int64_t event; const char *role; uint32_t file, line, place; struct str text; };
struct happenings { struct happening v[TIMELINE_MAX]; size_t n; };

static int in_order(const void *x, const void *y)
{
	const struct happening *a = x, *b = y;

	if (a->t != b->t)
		return a->t < b->t ? -1 : 1;
	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return a->event < b->event ? -1 : a->event > b->event;
}

static void note(struct happenings *h, struct happening e)
{
	for (size_t i = 0; i < h->n; i++)
		if (e.file && h->v[i].file == e.file && h->v[i].line == e.line && h->v[i].event == e.event) {
			/* What the rule took it for beats what its kind suggests. */
			if (strcmp(h->v[i].role, "context") == 0)
				h->v[i].role = e.role;
			return;
		}
	if (h->n < TIMELINE_MAX)
		h->v[h->n++] = e;
}

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

static bool is_change(struct query *kind, int64_t event)
{
	bool yes = false;

	if (!event)
		return false;
	query_int(kind, 1, event);
	if (query_step(kind, NULL) == OK) {
		struct str k = query_get_text(kind, 0);

		yes = str_starts(k, STR("apt.")) || str_starts(k, STR("dpkg.")) || str_eq(k, STR("kernel.boot")) || str_eq(k, STR("azure.activity"));
	}
	query_rewind(kind);
	return yes;
}

static void collect_evidence(struct world *w, const struct finding *f, struct query *kind, struct happenings *h, struct arena *a)
{
	for (size_t i = 0; i < f->n_entries; i++) {
		const struct entry *e = &f->entries[i];
		const char *role = e->role[1] == 'n' ? "symptom" : e->cause ? "cause" : "context"; /* a_n_chor */

		if ((e->cause && e->cause != f->cause) || e->state < STATE_POSSIBLE || strcmp(e->role, "against") == 0)
			continue;
		for (uint32_t k = 0; k < e->n_evidence; k++) {
			const struct match *m = e->evidence[k];

			if (m->n_parts && !m->event) /* its parts follow */
				continue;
			note(h, (struct happening){ m->s, m->event, is_change(kind, m->event) ? "change" : role, m->file, m->line, m->place,
						    m->event ? world_message(w, m->event, a) : m->words });
		}
	}
}

static enum status collect_changes(struct world *w, const struct finding *root, ts_usec start, struct happenings *h, struct arena *a, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, w->store, SQL_INCIDENT_CHANGES, err);

	if (s != OK)
		return s;
	query_int(q, 1, start - CHANGES_BEFORE);
	query_int(q, 2, start);
	for (int n = 0; n < CHANGES_MAX && (s = query_step(q, err)) == OK;) {
		uint32_t host = (uint32_t)query_get_int(q, 5), file = (uint32_t)query_get_int(q, 2);

		if (root->host_id != HOST_NONE && host != HOST_NONE && w->canonical[host] != w->canonical[root->host_id])
			continue;
		note(h, (struct happening){ query_get_int(q, 1), query_get_int(q, 0), "change", file, (uint32_t)query_get_int(q, 3),
					    world_place(w, file), arena_dup(a, query_get_text(q, 4)) });
		n++;
	}
	query_free(q);
	return s < OK ? s : OK;
}

static enum status put(struct query *q, struct error *err)
{
	enum status s = query_step(q, err);

	return s == END ? OK : s;
}

struct out { struct query *incident, *member, *entry, *kind; };

static enum status write_one(struct world *w, const struct verdicts *v, const size_t *group, size_t root, unsigned number, struct out *o, struct error *err)
{
	struct arena *a = arena_new();
	struct happenings *h = ARENA_NEW(a, struct happenings);
	struct str id = arena_printf(a, "I%u", number);
	const struct finding *r = &v->findings[root];
	ts_usec start = r->start, end = r->end;
	enum status s = OK;

	for (size_t i = 0; i < v->n_findings; i++) {
		const struct finding *f = &v->findings[i];

		if (f->points < 0 || top(group, i) != root)
			continue;
		start = f->start < start ? f->start : start;
		end = f->end > end ? f->end : end;
		collect_evidence(w, f, o->kind, h, a);
	}
	s = collect_changes(w, r, start, h, a, err);
	qsort(h->v, h->n, sizeof(h->v[0]), in_order);
	if (s == OK) {
		query_text(o->incident, 1, id);
		query_text(o->incident, 2, r->rule->title);
		query_text(o->incident, 3, str_of(rule_severity_name(r->rule->severity)));
		query_int(o->incident, 4, start);
		query_int(o->incident, 5, end);
		query_text(o->incident, 6, str_of(r->id));
		s = put(o->incident, err);
	}
	for (size_t i = 0; s == OK && i < v->n_findings; i++) {
		if (v->findings[i].points < 0 || top(group, i) != root)
			continue;
		query_text(o->member, 1, id);
		query_text(o->member, 2, str_of(v->findings[i].id));
		s = put(o->member, err);
	}
	for (size_t i = 0; s == OK && i < h->n; i++) {
		query_text(o->entry, 1, id);
		query_int(o->entry, 2, (int64_t)i + 1);
		query_int(o->entry, 3, h->v[i].t);
		query_int(o->entry, 4, h->v[i].event);
		query_text(o->entry, 5, str_of(h->v[i].role));
		query_int(o->entry, 6, h->v[i].file);
		query_int(o->entry, 7, h->v[i].line);
		query_text(o->entry, 8, h->v[i].text.p ? h->v[i].text : STR(""));
		s = put(o->entry, err);
	}
	arena_free(a);
	return s;
}

enum status write_incidents(struct world *w, const struct verdicts *v, struct error *err)
{
	size_t *group = calloc(v->n_findings + 1, sizeof(*group));
	struct out o = { NULL, NULL, NULL, NULL };
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
	if (s == OK)
		s = query_new(&o.kind, w->store, SQL_EVENT_KIND, err);
	for (size_t i = 0; s == OK && i < v->n_findings; i++)
		if (v->findings[i].points >= 0 && group[i] == i)
			s = write_one(w, v, group, i, ++number, &o, err);
	query_free(o.incident);
	query_free(o.member);
	query_free(o.entry);
	query_free(o.kind);
	free(group);
	return s;
}

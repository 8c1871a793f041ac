/* A root cause explains the symptoms that follow it: B is folded under A when B
 * starts in A's window and both belong to one entity. */
#include <stdlib.h>

#include "correlate/verdict.h"

static const struct match *span_of(const struct finding *f, struct match *m)
{
	*m = *f->anchor;
	m->s = f->start;
	m->e = f->end;
	return m;
}

static bool explains(const struct world *w, const struct finding *a, const struct finding *b)
{
	for (size_t i = 0; i < a->rule->n_explains; i++) {
		const struct fold *f = &a->rule->explains[i];
		enum entity_kind join = f->join_none ? ENT_NONE : f->join != ENT_NONE ? f->join : a->rule->entity;
		struct match ma, mb;

		if (!str_eq(f->rule, b->rule->id))
			continue;
		(void)span_of(a, &ma);
		(void)span_of(b, &mb);
		mb.e = mb.s; /* its start must lie in the window */
		if (world_in_window(w, &ma, &mb, f->at) != TRI_NO && world_joined(w, &ma, &mb, join) != JOIN_NO)
			return true;
	}
	return false;
}

static bool leads_to(const struct verdicts *v, int from, int to)
{
	for (size_t steps = 0; from >= 0 && steps <= v->n_findings; steps++) {
		if (from == to)
			return true;
		from = v->findings[from].explained_by;
	}
	return false;
}

static bool stronger(const struct finding *a, const struct finding *b)
{
	if (a->points != b->points)
		return a->points > b->points;
	if (a->start != b->start)
		return a->start < b->start;
	return strcmp(a->id, b->id) < 0;
}

/* Contract: unexplained first, then severity, points, start, id. */
static int presentation(const void *x, const void *y)
{
	const struct finding *a = x, *b = y;
	bool ea = a->explained_by >= 0, eb = b->explained_by >= 0;

	if ((a->points < 0) != (b->points < 0))
		return a->points < 0 ? 1 : -1;
	if (ea != eb)
		return ea ? 1 : -1;
	if (a->rule->severity != b->rule->severity)
		return a->rule->severity > b->rule->severity ? -1 : 1;
	if (a->points != b->points)
		return a->points > b->points ? -1 : 1;
	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return strcmp(a->id, b->id);
}

/* Sorting moves findings: each parent is found again by its id. */
static void sort_keeping_parents(struct verdicts *v)
{
	struct finding *f = v->findings;
	struct { char id[10], parent[10]; } *link;

	if (!v->n_findings)
		return;
	link = calloc(v->n_findings, sizeof(*link));
	if (!link)
		abort();
	for (size_t i = 0; i < v->n_findings; i++) {
		memcpy(link[i].id, f[i].id, sizeof(link[i].id));
		if (f[i].explained_by >= 0)
			memcpy(link[i].parent, f[f[i].explained_by].id, sizeof(link[i].parent));
	}
	qsort(f, v->n_findings, sizeof(*f), presentation);
	for (size_t i = 0; i < v->n_findings; i++) {
		size_t k = 0;

		while (strcmp(link[k].id, f[i].id) != 0)
			k++;
		f[i].explained_by = -1;
		for (size_t p = 0; link[k].parent[0] && p < v->n_findings; p++)
			if (strcmp(f[p].id, link[k].parent) == 0)
				f[i].explained_by = (int)p;
	}
	free(link);
}

void fold_findings(struct world *w, struct verdicts *v)
{
	for (size_t b = 0; b < v->n_findings; b++)
		for (size_t a = 0; a < v->n_findings; a++) {
			struct finding *child = &v->findings[b];

			if (a == b || v->findings[a].points < 0 || !explains(w, &v->findings[a], child) || leads_to(v, (int)a, (int)b))
				continue;
			if (child->explained_by < 0 || stronger(&v->findings[a], &v->findings[child->explained_by]))
				child->explained_by = (int)a;
		}
	sort_keeping_parents(v);
}

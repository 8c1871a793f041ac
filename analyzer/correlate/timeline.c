#include "correlate/timeline.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/map.h"
#include "record/catalog.h"
#include "sql.h"

/* Changes are looked for this long before the first symptom. */
#define CHANGES_BEFORE (3 * TS_DAY)
/* One installation is told by apt and by dpkg, at the latest when dpkg is through. */
#define ONE_INSTALLATION TS_HOUR
/* Entries of one timeline after folding; changes of one sort, the closest to the first symptom. */
enum { TIMELINE_MAX = 200, CHANGES_MAX = 8 };

void timeline_add(struct timeline *t, struct happening h)
{
	h.until = h.t;
	h.repeats = 1;
	t->v = grow(t->v, t->n, &t->cap, sizeof(*t->v));
	t->v[t->n++] = h;
}

/* ---- evidence ---- */

static bool is_change_kind(struct str kind)
{
	return str_starts(kind, STR("apt.")) || str_starts(kind, STR("dpkg.")) || str_eq(kind, STR("kernel.boot")) || str_eq(kind, STR("azure.activity"));
}

static const char *role_of(struct query *kind, const struct match *m, const char *role)
{
	bool change = false;

	if (!m->event)
		return role;
	query_int(kind, 1, m->event);
	if (query_step(kind, NULL) == OK)
		change = is_change_kind(query_get_text(kind, 0));
	query_rewind(kind);
	return change ? "change" : role;
}

static void add_match(struct world *w, struct timeline *t, const struct finding *f, const struct match *m, const char *role, struct query *kind, struct arena *a)
{
	if (m->n_parts && !m->event) { /* a chain or a count: what it is made of */
		for (uint32_t i = 0; i < m->n_parts; i++)
			add_match(w, t, f, m->parts[i], role, kind, a);
		return;
	}
	timeline_add(t, (struct happening){ .t = m->s, .event = m->event, .role = role_of(kind, m, role), .file = m->file, .line = m->line, .place = m->place,
					    .host = m->host, .text = m->event ? world_message(w, m->event, a) : m->words, .about = f->entity });
}

static void add_evidence(struct world *w, struct timeline *t, const struct finding *f, struct query *kind, struct arena *a)
{
	for (uint32_t i = 0; i < f->anchors; i++)
		add_match(w, t, f, f->all[i], "symptom", kind, a);
	for (size_t i = 1; i < f->n_entries; i++) { /* the first is the anchor */
		const struct entry *e = &f->entries[i];

		if ((e->cause && e->cause != f->cause) || e->state < STATE_POSSIBLE || strcmp(e->role, "against") == 0)
			continue;
		for (uint32_t k = 0; k < e->n_evidence; k++)
			add_match(w, t, f, e->evidence[k], e->cause ? "cause" : "context", kind, a);
	}
}

/* ---- what changed before ---- */

static bool concerns(const struct world *w, const struct members *m, uint32_t host)
{
	bool known = false;

	if (host == HOST_NONE)
		return true;
	for (size_t i = 0; i < m->n; i++) {
		known |= m->v[i]->host.n > 0;
		if (str_eq(m->v[i]->host, w->hosts[w->canonical[host]]))
			return true;
	}
	return !known;
}

/* Has apt told of this package already?  Rows come closest first, apt's entry is made when dpkg begins. */
static bool told_already(const struct timeline *t, size_t from, ts_usec at, struct str package)
{
	for (size_t i = from; i < t->n; i++)
		if (t->v[i].about.n && str_eq(t->v[i].about, package) && llabs(t->v[i].t - at) <= ONE_INSTALLATION)
			return true;
	return false;
}

static enum status add_changes(struct world *w, struct timeline *t, const struct members *m, struct arena *a, struct error *err)
{
	struct query *q = NULL;
	struct str sort = STR_NONE;
	size_t first = t->n, n = 0;
	enum status s = query_new(&q, w->store, SQL_INCIDENT_CHANGES, err);

	if (s != OK)
		return s;
	query_int(q, 1, t->start - CHANGES_BEFORE);
	query_int(q, 2, t->start);
	while ((s = query_step(q, err)) == OK) {
		uint32_t host = (uint32_t)query_get_int(q, 5), file = (uint32_t)query_get_int(q, 2);
		struct str package = query_get_text(q, 7);
		ts_usec at = query_get_int(q, 1);

		if (!str_eq(sort, query_get_text(q, 6))) {
			sort = arena_dup(a, query_get_text(q, 6));
			n = 0;
		}
		if (n == CHANGES_MAX || !concerns(w, m, host) || (package.n && told_already(t, first, at, package)))
			continue;
		timeline_add(t, (struct happening){ .t = at, .event = query_get_int(q, 0), .role = "change", .file = file, .line = (uint32_t)query_get_int(q, 3),
						    .place = world_place(w, file), .host = host, .text = arena_dup(a, query_get_text(q, 4)), .about = arena_dup(a, package) });
		n++;
	}
	query_free(q);
	return s < OK ? s : OK;
}

/* ---- order, repeats ---- */

static int in_order(const void *x, const void *y)
{
	const struct happening *a = x, *b = y;

	if (a->t != b->t)
		return a->t < b->t ? -1 : 1;
	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->event != b->event)
		return a->event < b->event ? -1 : 1;
	return strcmp(a->role, b->role) ? strcmp(a->role, b->role) : str_cmp(a->text, b->text);
}

/* What says more of an event than that it was in the context. */
static int rank_of(const char *role)
{
	static const char *const roles[] = { "context", "cause", "symptom", "recovery", "change" };
	int i = 0;

	while (strcmp(roles[i], role) != 0)
		i++;
	return i;
}

/* The same line asked for by several items stands once, as what says most of it. */
static void drop_doubles(struct timeline *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		struct happening *h = &t->v[i], *last = n ? &t->v[n - 1] : NULL;

		if (last && h->file && last->t == h->t && last->file == h->file && last->line == h->line && last->event == h->event &&
		    (h->event || str_eq(last->text, h->text))) {
			if (rank_of(h->role) > rank_of(last->role))
				last->role = h->role;
			continue;
		}
		t->v[n++] = *h;
	}
	t->n = n;
}

/* Lines of one shape, role, host and entity are told once, with how often and until when. */
static void fold_repeats(struct timeline *t)
{
	struct map *shapes = map_new();
	struct buf shape, key;
	size_t n = 0;

	buf_init(&shape, LIMIT_CAPTURE);
	buf_init(&key, 4 * LIMIT_CAPTURE);
	for (size_t i = 0; i < t->n; i++) {
		struct happening *h = &t->v[i];
		size_t known = map_count(shapes), k;

		message_shape(h->text, &shape);
		buf_reset(&key);
		buf_printf(&key, "%s\n%u\n%.*s\n", h->role, h->host, STR_ARG(str_head(h->about, LIMIT_CAPTURE)));
		buf_add(&key, buf_str(&shape));
		if (!h->event)
			buf_printf(&key, "\n%zu", i); /* runs and gaps: each its own */
		k = map_put(shapes, buf_str(&key));
		if (map_count(shapes) == known) {
			struct happening *first = &t->v[map_value(shapes, k)];

			first->repeats++;
			first->until = h->t > first->until ? h->t : first->until;
			continue;
		}
		map_set(shapes, k, n);
		t->v[n++] = *h;
	}
	t->n = n;
	buf_done(&shape);
	buf_done(&key);
	map_free(shapes);
}

/* A timeline is read by people: what is too much goes, the least telling and of that the latest first, and it says so. */
static void cut(struct timeline *t, struct arena *a)
{
	struct happening left = { 0 };
	size_t too_many = t->n > TIMELINE_MAX ? t->n - (TIMELINE_MAX - 1) : 0, dropped = 0;

	for (int rank = 0; dropped < too_many && rank <= 2; rank++)
		for (size_t i = t->n - 1; i-- > 0 && dropped < too_many;) { /* how it ended stays */
			if (!t->v[i].role || rank_of(t->v[i].role) != rank)
				continue;
			left = t->v[i];
			t->v[i].role = NULL;
			dropped++;
		}
	if (!dropped)
		return;
	{
		size_t n = 0;

		for (size_t i = 0; i < t->n; i++)
			if (t->v[i].role)
				t->v[n++] = t->v[i];
		t->n = n;
	}
	left.role = "context";
	left.event = 0;
	left.text = arena_printf(a, "%zu more from here on are not listed", dropped);
	timeline_add(t, left);
	qsort(t->v, t->n, sizeof(*t->v), in_order);
}

enum status timeline_of(struct world *w, const struct members *m, struct arena *a, struct timeline *out, struct error *err)
{
	struct timeline t = { .start = m->v[0]->start, .end = m->v[0]->end, .recovered = TS_NONE };
	struct query *kind = NULL;
	enum status s = query_new(&kind, w->store, SQL_EVENT_KIND, err);

	for (size_t i = 0; s == OK && i < m->n; i++) {
		t.start = m->v[i]->start < t.start ? m->v[i]->start : t.start;
		t.end = m->v[i]->end > t.end ? m->v[i]->end : t.end;
		add_evidence(w, &t, m->v[i], kind, a);
	}
	query_free(kind);
	if (s == OK)
		s = add_changes(w, &t, m, a, err);
	if (s == OK)
		s = timeline_recovery(w, m, a, &t, err);
	if (s == OK)
		s = timeline_gaps(w, m, a, &t, err);
	if (s != OK) {
		free(t.v);
		return s;
	}
	if (t.n)
		qsort(t.v, t.n, sizeof(*t.v), in_order);
	drop_doubles(&t);
	fold_repeats(&t);
	cut(&t, a);
	*out = t;
	return OK;
}

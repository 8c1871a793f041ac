#include "correlate/world.h"

#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/limits.h"
#include "correlate/graph.h"
#include "record/catalog.h"
#include "sql.h"

static enum status each_row(struct world *w, const char *sql, enum status (*take)(struct world *w, struct query *q), struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, w->store, sql, err);

	if (s != OK)
		return s;
	while ((s = query_step(q, err)) == OK)
		if ((s = take(w, q)) != OK)
			break;
	query_free(q);
	return s == END ? OK : s;
}

static struct str col(struct world *w, struct query *q, int i)
{
	return arena_dup(w->arena, query_get_text(q, i));
}

static enum status take_host(struct world *w, struct query *q)
{
	size_t cap = w->n_hosts; /* ids are dense and in order */

	w->hosts = grow(w->hosts, w->n_hosts, &cap, sizeof(*w->hosts));
	w->hosts[w->n_hosts++] = col(w, q, 1);
	return OK;
}

static enum status take_clock(struct world *w, struct query *q)
{
	size_t cap = w->n_clocks;

	w->clocks = grow(w->clocks, w->n_clocks, &cap, sizeof(*w->clocks));
	w->clocks[w->n_clocks++] = (struct world_clock){ query_get_int(q, 1), query_get_int(q, 3), (uint32_t)query_get_int(q, 2), 0 };
	return OK;
}

static enum status take_file(struct world *w, struct query *q)
{
	size_t cap = w->n_files;
	struct str cover = query_get_text(q, 4);
	enum cover c = COVER_SPAN;

	for (int i = 0; i <= COVER_EXCERPT; i++)
		if (str_eq(cover, str_of(cover_name((enum cover)i))))
			c = (enum cover)i;
	w->files = grow(w->files, w->n_files, &cap, sizeof(*w->files));
	w->files[w->n_files++] = (struct world_file){ col(w, q, 1), col(w, q, 2), col(w, q, 3), c, 0, query_is_null(q, 5) ? TS_NONE : query_get_int(q, 5) };
	return OK;
}

static enum status take_span(struct world *w, struct query *q)
{
	size_t cap = w->n_spans;
	struct world_span s = {
		(uint32_t)query_get_int(q, 0), (uint32_t)query_get_int(q, 1), (uint32_t)query_get_int(q, 2),
		query_get_int(q, 3), query_get_int(q, 4),
	};

	w->spans = grow(w->spans, w->n_spans, &cap, sizeof(*w->spans));
	w->spans[w->n_spans++] = s;
	if (w->clocks[s.clock].u > w->widest)
		w->widest = w->clocks[s.clock].u;
	if (w->from == TS_NONE || s.from < w->from)
		w->from = s.from;
	if (w->to == TS_NONE || s.to > w->to)
		w->to = s.to;
	return OK;
}

static enum status take_series(struct world *w, struct query *q)
{
	size_t cap = w->n_series, n = 0;
	struct world_series s = { .id = query_get_int(q, 0), .name = col(w, q, 1), .unit = col(w, q, 2), .json = col(w, q, 3), .host = (uint32_t)query_get_int(q, 4) };
	struct json *labels = NULL;
	struct series_label *l;
	struct bound *b;
	enum entity_kind kind;

	if (json_parse(&labels, query_get_text(q, 3), NULL) != OK)
		labels = NULL;
	for (const struct json *v = json_first(labels); v; v = json_next(v))
		n++;
	l = ARENA_ARRAY(w->arena, struct series_label, n);
	b = ARENA_ARRAY(w->arena, struct bound, n + 1);
	n = 0;
	for (const struct json *v = json_first(labels); v; v = json_next(v)) {
		l[n] = (struct series_label){ arena_dup(w->arena, json_key(v)), arena_dup(w->arena, json_str(v)) };
		if (entity_kind_of(l[n].key, &kind))
			b[s.n_bounds++] = (struct bound){ kind, l[n].value };
		n++;
	}
	json_free(labels);
	if (s.n_bounds == 0 && entity_kind_of(query_get_text(q, 5), &kind))
		b[s.n_bounds++] = (struct bound){ kind, col(w, q, 6) };
	s.labels = l;
	s.n_labels = n;
	s.bounds = b;
	w->series = grow(w->series, w->n_series, &cap, sizeof(*w->series));
	w->series[w->n_series++] = s;
	return OK;
}

static enum status take_link(struct world *w, struct query *q)
{
	struct arena *a = arena_new();
	struct str from = arena_printf(a, "%.*s:%.*s", STR_ARG(query_get_text(q, 0)), STR_ARG(query_get_text(q, 1)));
	struct str relation = arena_dup(a, query_get_text(q, 2));

	graph_add(w->graph, from, relation, arena_printf(a, "%.*s:%.*s", STR_ARG(query_get_text(q, 3)), STR_ARG(query_get_text(q, 4))),
		  query_is_null(q, 5) ? TS_NONE : query_get_int(q, 5));
	arena_free(a);
	return OK;
}

static enum status take_copy(struct world *w, struct query *q)
{
	w->copies = grow(w->copies, w->n_copies, &w->cap_copies, sizeof(*w->copies));
	w->copies[w->n_copies++] = (struct event_copy){ query_get_int(q, 0), query_get_int(q, 1) };
	return OK;
}

int64_t world_same_event(const struct world *w, int64_t event)
{
	size_t lo = 0, hi = w->n_copies;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (w->copies[mid].id < event)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < w->n_copies && w->copies[lo].id == event ? w->copies[lo].of : event;
}

static enum status take_collected(struct world *w, struct query *q)
{
	if (!query_is_null(q, 0))
		w->collected = query_get_int(q, 0);
	return OK;
}

struct sortable { const void *thing; uint32_t id; };

static int by_path(const void *x, const void *y)
{
	const struct sortable *a = x, *b = y;
	int c = str_cmp(((const struct world_file *)a->thing)->path, ((const struct world_file *)b->thing)->path);

	return c ? c : a->id < b->id ? -1 : a->id > b->id;
}

/* Places of files by their paths: what decides between equals must not follow the order of reading. */
static void place_files(struct world *w)
{
	struct sortable *v = ARENA_ARRAY(w->arena, struct sortable, w->n_files);

	for (uint32_t i = 0; i < w->n_files; i++)
		v[i] = (struct sortable){ &w->files[i], i };
	if (w->n_files)
		qsort(v, w->n_files, sizeof(*v), by_path);
	for (uint32_t i = 0; i < w->n_files; i++)
		w->files[v[i].id].place = i + 1;
}

uint32_t world_place(const struct world *w, uint32_t file)
{
	return file && file <= w->n_files ? w->files[file - 1].place : 0;
}

static int by_name(const void *x, const void *y)
{
	const struct world_series *a = x, *b = y;
	int c = str_cmp(a->name, b->name);

	if (c || (c = str_cmp(a->json, b->json)) || (c = str_cmp(a->host_name, b->host_name)))
		return c;
	return a->id < b->id ? -1 : a->id > b->id;
}

static void sort_series(struct world *w)
{
	for (size_t i = 0; i < w->n_series; i++)
		w->series[i].host_name = w->series[i].host < w->n_hosts ? w->hosts[w->series[i].host] : STR_NONE;
	if (w->n_series)
		qsort(w->series, w->n_series, sizeof(*w->series), by_name);
}

/* A short name and the same with a domain are one machine. */
static void name_hosts(struct world *w)
{
	w->canonical = ARENA_ARRAY(w->arena, uint32_t, w->n_hosts);
	for (uint32_t i = 0; i < w->n_hosts; i++) {
		w->canonical[i] = i;
		for (uint32_t k = 0; k < i && i != HOST_NONE && w->hosts[i].n; k++)
			if (k != HOST_NONE && w->hosts[k].n && host_name_same(w->hosts[i], w->hosts[k])) {
				w->canonical[i] = w->canonical[k];
				break;
			}
	}
}

static void clock_depths(struct world *w)
{
	for (uint32_t i = 0; i < w->n_clocks; i++) {
		uint32_t d = 0;

		for (uint32_t k = i; k != CLOCK_IS_UTC && d <= w->n_clocks; k = w->clocks[k].parent < w->n_clocks ? w->clocks[k].parent : CLOCK_IS_UTC)
			d++;
		w->clocks[i].depth = d;
	}
}

enum status world_load(struct world **out, struct store *st, const struct ruleset *rs, const struct hits *hits, struct error *err)
{
	static const struct { const char *sql; enum status (*take)(struct world *, struct query *); } parts[] = {
		{ SQL_WORLD_HOSTS, take_host }, { SQL_WORLD_CLOCKS, take_clock }, { SQL_WORLD_FILES, take_file },
		{ SQL_WORLD_SPANS, take_span }, { SQL_WORLD_SERIES, take_series }, { SQL_WORLD_LINKS, take_link }, { SQL_WORLD_COPIES, take_copy },
		{ SQL_WORLD_COLLECTED, take_collected },
	};
	struct arena *a = arena_new();
	struct world *w = ARENA_NEW(a, struct world);
	enum status s = OK;

	w->arena = a;
	w->store = st;
	w->rs = rs;
	w->hits = hits;
	w->collected = w->from = w->to = TS_NONE;
	w->graph = graph_new(a);
	w->lifts = map_new();
	w->room = regex_room_new();
	w->matches = ARENA_ARRAY(a, struct matches, rs->n_signals);
	for (size_t i = 0; s == OK && i < sizeof(parts) / sizeof(parts[0]); i++)
		s = each_row(w, parts[i].sql, parts[i].take, err);
	if (s == OK)
		s = query_new(&w->points, st, SQL_SERIES_POINTS, err);
	if (s == OK)
		s = query_new(&w->message, st, SQL_EVENT_MESSAGE, err);
	if (s != OK) {
		world_free(w);
		return s;
	}
	name_hosts(w);
	place_files(w);
	sort_series(w);
	clock_depths(w);
	*out = w;
	return OK;
}

void world_free(struct world *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->rs->n_signals; i++) {
		free(w->matches[i].v);
		free(w->matches[i].stretches);
	}
	free(w->hosts);
	free(w->clocks);
	free(w->files);
	free(w->spans);
	free(w->series);
	free(w->copies);
	graph_free(w->graph);
	map_free(w->lifts);
	query_free(w->points);
	query_free(w->message);
	regex_room_free(w->room);
	arena_free(w->arena);
}

ts_usec world_between(const struct world *w, uint32_t a, uint32_t b)
{
	ts_usec apart = w->clocks[a].u + w->clocks[b].u, u = 0;

	while (a != b) {
		uint32_t *deeper = w->clocks[a].depth >= w->clocks[b].depth ? &a : &b;

		u += w->clocks[*deeper].parent_u;
		*deeper = w->clocks[*deeper].parent;
	}
	return u < apart ? u : apart;
}

enum tri world_in_window(const struct world *w, const struct match *a, const struct match *m, struct window win)
{
	ts_usec k = world_between(w, a->clock, m->clock) + a->u + m->u;
	ts_usec x = m->e - (a->s + win.lo), y = (a->e + win.hi) - m->s;
	/* Lines of one file were written in their order, however unsure the time of one without a stamp. */
	bool one_log = a->event && m->event && a->file == m->file && a->clock == m->clock;
	bool not_early = one_log && m->line >= a->line && win.lo <= 0, not_late = one_log && m->line <= a->line && win.hi >= 0;

	if (x < -k || y < -k)
		return TRI_NO;
	return (x >= k || not_early) && (y >= k || not_late) ? TRI_YES : TRI_MAYBE;
}

/* Points of one instant from several files come in the order of reading: by place instead. */
static void order_ties(const struct world *w, struct point *p, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct point k = p[i];
		size_t at = i;

		for (; at > 0 && p[at - 1].t == k.t && p[at - 1].file != k.file && world_place(w, p[at - 1].file) > world_place(w, k.file); at--)
			p[at] = p[at - 1];
		p[at] = k;
	}
}

enum status world_points(struct world *w, int64_t series, struct arena *a, struct point **out, size_t *n, struct error *err)
{
	struct point *v = NULL;
	size_t cap = 0;
	enum status s;

	*n = 0;
	query_int(w->points, 1, series);
	while ((s = query_step(w->points, err)) == OK) {
		if (query_is_null(w->points, 6) || !isfinite(query_get_real(w->points, 6)))
			continue;
		v = grow(v, *n, &cap, sizeof(*v));
		v[(*n)++] = (struct point){
			.t = query_get_int(w->points, 0), .u = query_get_int(w->points, 1), .clock = (uint32_t)query_get_int(w->points, 2),
			.file = (uint32_t)query_get_int(w->points, 3), .line = (uint32_t)query_get_int(w->points, 4),
			.offset = (uint64_t)query_get_int(w->points, 5), .v = query_get_real(w->points, 6),
		};
	}
	*out = ARENA_ARRAY(a, struct point, *n);
	if (*n)
		memcpy(*out, v, *n * sizeof(*v));
	free(v);
	order_ties(w, *out, *n);
	return s == END ? OK : s;
}

struct str world_message(struct world *w, int64_t event, struct arena *a)
{
	struct str text = STR_NONE;

	query_int(w->message, 1, event);
	if (query_step(w->message, NULL) == OK)
		text = arena_dup(a, query_get_text(w->message, 0));
	query_rewind(w->message);
	return text;
}

bool series_is(const struct world_series *s, const struct series_ref *ref)
{
	if (!str_eq(s->name, ref->name))
		return false;
	for (size_t i = 0; i < ref->n_labels; i++) {
		size_t k = 0;

		while (k < s->n_labels && !str_eq(s->labels[k].key, ref->labels[i].key))
			k++;
		if (k == s->n_labels || !str_eq(s->labels[k].value, ref->labels[i].value))
			return false;
	}
	return true;
}

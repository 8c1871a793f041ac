/* What store_loaded() writes once all rows are in: the names they refer to by
 * number, and the offsets of the clocks they were read off. */
#include "record/catalog.h"
#include "sql.h"
#include "store/store_priv.h"

/* One INSERT, stepped to its end with what was bound. */
static enum status put(struct query *q, struct error *err)
{
	enum status s = query_step(q, err);

	return s == END ? OK : s;
}

static enum status put_names(struct store *st, const char *sql, const struct map *names, size_t from, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, st, sql, err);

	for (size_t i = from; s == OK && i < map_count(names); i++) {
		query_int(q, 1, (int64_t)i);
		query_text(q, 2, map_key(names, i));
		s = put(q, err);
	}
	query_free(q);
	return s;
}

static enum status put_hosts(struct store *st, const struct catalog *c, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, st, SQL_INSERT_HOST, err);

	for (uint32_t i = 0; s == OK && i < map_count(c->hosts); i++) {
		if (i != HOST_OWN && i < c->base.hosts)
			continue;
		query_int(q, 1, i);
		query_text(q, 2, catalog_host_name(c, i));
		s = put(q, err);
	}
	query_free(q);
	return s;
}

/* The first and last instant each link was seen to hold. */
static struct catalog_seen *spans_of_links(const struct catalog *c, struct arena *a)
{
	struct catalog_seen *v = ARENA_ARRAY(a, struct catalog_seen, c->n_links);

	for (size_t i = 0; i < c->n_links; i++)
		v[i].first = v[i].last = TS_NONE;
	for (size_t i = 0; i < c->n_seen; i++) {
		const struct catalog_seen *s = &c->seen[i];
		ts_usec first = clocks_utc(c->clocks, s->clock, s->first), last = clocks_utc(c->clocks, s->clock, s->last);

		if (v[s->link].first == TS_NONE || first < v[s->link].first)
			v[s->link].first = first;
		if (v[s->link].last == TS_NONE || last > v[s->link].last)
			v[s->link].last = last;
	}
	return v;
}

static enum status put_links(struct store *st, const struct catalog *c, struct error *err)
{
	struct arena *a = arena_new();
	const struct catalog_seen *seen = spans_of_links(c, a);
	struct query *q = NULL;
	enum status s = query_new(&q, st, SQL_INSERT_LINK, err);

	for (size_t i = c->base.links; s == OK && i < c->n_links; i++) {
		query_int(q, 1, c->links[i].from);
		query_text(q, 2, c->links[i].relation);
		query_int(q, 3, c->links[i].to);
		query_null(q, 4);
		query_null(q, 5);
		if (seen[i].first != TS_NONE) {
			query_int(q, 4, seen[i].first);
			query_int(q, 5, seen[i].last);
		}
		s = put(q, err);
	}
	query_free(q);
	arena_free(a);
	return s;
}

static enum status put_entities(struct store *st, const struct catalog *c, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, st, SQL_INSERT_ENTITY, err);

	for (size_t i = c->base.entities; s == OK && i < map_count(c->entities); i++) {
		struct str key = map_key(c->entities, i);
		size_t colon = str_chr(key, ':');

		query_int(q, 1, (int64_t)i);
		query_text(q, 2, i ? str_head(key, colon) : STR(""));
		query_text(q, 3, i ? str_from(key, colon + 1) : STR(""));
		s = put(q, err);
	}
	query_free(q);
	return s == OK ? put_links(st, c, err) : s;
}

/* When a bundle was collected: by the word of its own machines, when the case has bundles of several days. */
static ts_usec collected_at(const struct catalog *c, size_t bundle)
{
	ts_usec t = TS_NONE;

	for (size_t i = c->base.files; i < c->n_files && c->n_bundles > 1; i++) {
		const struct catalog_file *f = &c->files[i];
		ts_usec own = f->bundle == bundle && f->label.n ? clocks_host_collected_at(c->clocks, f->host == HOST_OWN ? STR_NONE : map_key(c->hosts, f->host)) : TS_NONE;

		t = own != TS_NONE && (t == TS_NONE || own > t) ? own : t;
	}
	return t == TS_NONE ? clocks_collected_at(c->clocks) : t;
}

static enum status put_bundles(struct store *st, const struct catalog *c, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, st, SQL_INSERT_BUNDLE, err);

	for (size_t i = c->base.bundles; s == OK && i < c->n_bundles; i++) {
		const struct catalog_bundle *b = &c->bundles[i];
		ts_usec collected = collected_at(c, i);

		query_int(q, 1, (int64_t)i);
		query_text(q, 2, b->name.p ? b->name : STR(""));
		query_text(q, 3, str_of(b->sha256));
		query_int(q, 4, (int64_t)b->files);
		query_null(q, 5);
		if (collected != TS_NONE)
			query_int(q, 5, collected);
		query_text(q, 6, b->damage);
		s = put(q, err);
	}
	query_free(q);
	return s;
}

static enum status put_layouts(struct store *st, const struct catalog *c, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, st, SQL_INSERT_LAYOUT, err);

	for (size_t i = 0; s == OK && i < c->n_layouts; i++) {
		query_int(q, 1, c->layouts[i].bundle);
		query_text(q, 2, c->layouts[i].root);
		query_text(q, 3, str_of(c->layouts[i].title));
		query_text(q, 4, str_of(c->layouts[i].lacks));
		s = put(q, err);
	}
	query_free(q);
	return s;
}

static enum status put_files(struct store *st, const struct catalog *c, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, st, SQL_INSERT_FILE, err);

	for (size_t i = c->base.files; s == OK && i < c->n_files; i++) {
		const struct catalog_file *f = &c->files[i];

		query_int(q, 1, (int64_t)i + 1);
		query_int(q, 2, f->bundle);
		query_text(q, 3, catalog_place(c, (uint32_t)i + 1));
		query_text(q, 4, f->source);
		query_text(q, 5, str_of(file_status_name(f->status)));
		query_text(q, 6, f->reason);
		query_text(q, 7, str_of(f->sha256));
		query_int(q, 8, (int64_t)f->bytes);
		query_int(q, 9, (int64_t)f->records);
		query_int(q, 10, (int64_t)f->unparsed);
		query_text(q, 11, str_of(cover_name(f->cover)));
		query_int(q, 12, f->part_of);
		query_int(q, 13, catalog_host_of(c, (uint32_t)i + 1, HOST_OWN));
		s = put(q, err);
	}
	query_free(q);
	return s;
}

static enum status put_clocks(struct store *st, struct catalog *c, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, st, SQL_INSERT_CLOCK, err);

	for (uint32_t i = st->extended; s == OK && i < clocks_count(c->clocks); i++) { /* UTC is there */
		const struct clock_info *k = clocks_info(c->clocks, i);
		size_t host = map_find(c->hosts, k->host);

		query_int(q, 1, store_clock(st, i));
		query_text(q, 2, str_of(clock_kind_name(k->kind)));
		/* A host that no record is of (a node whose events the cluster keeps) goes by the clock's scope. */
		query_int(q, 3, host == MAP_NONE ? HOST_NONE : (int64_t)host);
		query_text(q, 4, k->scope.n ? k->scope : host == MAP_NONE ? k->host : STR(""));
		query_int(q, 5, k->part);
		query_int(q, 6, k->offset_us);
		query_int(q, 7, k->uncertainty_us);
		query_int(q, 8, k->solved);
		query_int(q, 9, store_clock(st, k->parent));
		query_int(q, 10, k->parent_error_us);
		query_text(q, 11, k->basis.p ? k->basis : STR(""));
		query_text(q, 12, k->note); /* NULL when empty */
		query_null(q, 13);
		query_null(q, 14);
		if (k->first != TS_NONE) {
			query_int(q, 13, k->first + k->offset_us);
			query_int(q, 14, k->last + k->offset_us);
		}
		s = put(q, err);
	}
	query_free(q);
	return s;
}

/* Rows of files that turned out to be copies. */
static enum status drop_duplicates(struct store *st, const struct catalog *c, struct error *err)
{
	static const char *const texts[3] = { SQL_DROP_EVENTS, SQL_DROP_SAMPLES, SQL_DROP_REJECTS };
	enum status s = OK;

	for (int t = 0; t < 3 && s == OK; t++) {
		struct query *q = NULL;

		s = query_new(&q, st, texts[t], err);
		for (size_t i = 0; s == OK && i < c->n_files; i++) {
			const struct catalog_file *f = &c->files[i];

			if (f->status != FILE_DUPLICATE || f->settled)
				continue;
			query_int(q, 1, t == 0 ? f->first_event : t == 1 ? f->first_sample : (int64_t)i + 1);
			if (t < 2)
				query_int(q, 2, t == 0 ? f->end_event : f->end_sample);
			s = put(q, err);
		}
		query_free(q);
	}
	return s;
}

/* Records that name no host are of the machine their file came from. */
static enum status move_to_hosts(struct store *st, const struct catalog *c, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, st, SQL_MOVE_HOST, err);

	for (size_t i = 0; s == OK && i < c->n_files; i++) {
		const struct catalog_file *f = &c->files[i];

		if (f->host == HOST_OWN || f->settled || f->status == FILE_DUPLICATE || f->first_event == f->end_event)
			continue;
		query_int(q, 1, f->first_event);
		query_int(q, 2, f->end_event - 1);
		query_int(q, 3, f->host);
		s = put(q, err);
	}
	query_free(q);
	return s;
}

/* Rows of one file on one clock. */
struct rows { struct store *st; struct query *q; const struct catalog *c; uint32_t file, clock; int64_t first, end; };

static enum status move(const struct rows *r, uint32_t to, ts_usec from, ts_usec until, struct error *err)
{
	query_int(r->q, 1, store_clock(r->st, r->clock));
	query_int(r->q, 2, clocks_info(r->c->clocks, to)->offset_us);
	query_int(r->q, 3, store_clock(r->st, to));
	query_int(r->q, 4, from);
	query_int(r->q, 5, until);
	query_int(r->q, 6, r->file);
	query_int(r->q, 7, r->first);
	query_int(r->q, 8, r->end);
	query_int(r->q, 9, clocks_info(r->c->clocks, to)->reading_error_us);
	return put(r->q, err);
}

/* What is moved has another clock, and cannot be moved again. */
static enum status move_pieces(const struct rows *r, struct error *err)
{
	enum status s = OK;
	uint32_t to, next;
	ts_usec from, until;

	for (size_t n = 0; s == OK && clocks_split(r->c->clocks, r->clock, n, &to, &from); n++) {
		if (!clocks_split(r->c->clocks, r->clock, n + 1, &next, &until))
			until = INT64_MAX;
		if (to != r->clock)
			s = move(r, to, from, until, err);
	}
	if (s == OK && (clocks_info(r->c->clocks, r->clock)->offset_us || clocks_info(r->c->clocks, r->clock)->reading_error_us))
		s = move(r, r->clock, INT64_MIN, INT64_MAX, err);
	return s;
}

/* Spans of one member are neighbours, those of its parts among them; one clock may have several, for different hosts. */
static bool is_first_of_clock(const struct catalog *c, size_t i)
{
	const struct catalog_span *s = &c->spans[i];

	for (size_t k = i; k > 0 && catalog_whole(c, c->spans[k - 1].file) == catalog_whole(c, s->file); k--)
		if (c->spans[k - 1].file == s->file && c->spans[k - 1].clock == s->clock)
			return false;
	return true;
}

/* Readings become instants, file by file: its rows stand together, and most clocks need no move. */
static enum status move_rows(struct store *st, const struct catalog *c, struct error *err)
{
	static const char *const texts[2] = { SQL_MOVE_EVENTS, SQL_MOVE_SAMPLES };
	enum status s = OK;

	for (int t = 0; t < 2 && s == OK; t++) {
		struct query *q = NULL;

		s = query_new(&q, st, texts[t], err);
		for (size_t i = 0; s == OK && i < c->n_spans; i++) {
			const struct catalog_file *f = &c->files[c->spans[i].file - 1];
			struct rows r = { st, q, c, c->spans[i].file, c->spans[i].clock, t ? f->first_sample : f->first_event, t ? f->end_sample : f->end_event };

			if (r.first < r.end && is_first_of_clock(c, i))
				s = move_pieces(&r, err);
		}
		query_free(q);
	}
	return s;
}

static enum status put_coverage(struct store *st, const struct catalog *c, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, st, SQL_INSERT_COVERAGE, err);

	for (size_t i = 0; s == OK && i < c->n_spans; i++) {
		const struct catalog_span *p = &c->spans[i];

		query_int(q, 1, p->file);
		query_int(q, 2, store_clock(st, clocks_piece(c->clocks, p->clock, p->last)));
		query_int(q, 3, p->host);
		query_int(q, 4, (int64_t)p->records);
		query_int(q, 5, clocks_utc(c->clocks, p->clock, p->first));
		query_int(q, 6, clocks_utc(c->clocks, p->clock, p->last));
		s = put(q, err);
	}
	query_free(q);
	return s;
}

static enum status put_facts(struct store *st, const struct catalog *c, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, st, SQL_INSERT_FACT, err);

	for (size_t i = 0; s == OK && i < c->n_facts; i++) {
		query_int(q, 1, c->facts[i].host);
		query_text(q, 2, c->facts[i].key);
		query_text(q, 3, c->facts[i].value);
		query_int(q, 4, c->facts[i].file);
		query_int(q, 5, c->facts[i].line);
		s = put(q, err);
	}
	query_free(q);
	return s;
}

static enum status put_series(struct store *st, const struct catalog *c, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, st, SQL_INSERT_SERIES, err);

	for (size_t i = c->base.series; s == OK && i < c->n_series; i++) {
		if (c->series[i].same != i)
			continue;
		query_int(q, 1, (int64_t)i);
		query_text(q, 2, c->series[i].name);
		query_text(q, 3, c->series[i].unit);
		query_int(q, 4, c->series[i].host);
		query_int(q, 5, c->series[i].entity);
		query_text(q, 6, c->series[i].labels);
		s = put(q, err);
	}
	query_free(q);
	if (s == OK)
		s = query_new(&q, st, SQL_INSERT_PANEL, err);
	else
		return s;
	for (size_t p = c->base.panels; s == OK && p < c->n_panels; p++) {
		for (size_t i = 0; s == OK && i < c->panels[p].n; i++) {
			query_int(q, 1, (int64_t)p);
			query_int(q, 2, (int64_t)(i / PANEL_WIDTH));
			query_int(q, 3, (int64_t)(i % PANEL_WIDTH));
			query_int(q, 4, c->panels[p].series[i]);
			s = put(q, err);
		}
	}
	query_free(q);
	return s;
}

enum status store_loaded(struct store *st, struct catalog *c, struct error *err)
{
	enum status s = writer_finish(st, err);

	if (s == OK)
		s = drop_duplicates(st, c, err);
	if (s == OK)
		s = put_hosts(st, c, err);
	if (s == OK)
		s = put_names(st, SQL_INSERT_KIND, c->kinds, c->base.kinds, err);
	if (s == OK)
		s = put_entities(st, c, err);
	if (s == OK)
		s = put_bundles(st, c, err);
	if (s == OK)
		s = put_layouts(st, c, err);
	if (s == OK)
		s = put_files(st, c, err);
	if (s == OK)
		s = put_clocks(st, c, err);
	if (s == OK)
		s = put_coverage(st, c, err);
	if (s == OK)
		s = put_facts(st, c, err);
	if (s == OK)
		s = put_series(st, c, err);
	if (s == OK)
		s = move_rows(st, c, err);
	if (s == OK)
		s = move_to_hosts(st, c, err);
	if (s == OK)
		s = store_exec(st, SQL_INDEX, err);
	return s;
}

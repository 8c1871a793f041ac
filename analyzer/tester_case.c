/* The little case of a test: raw lines go through the real sources, series through the real store. */
#include "tester_case.h"

#include "base/json.h"
#include "base/limits.h"
#include "bundle/reader.h"

/* "2026-11-22T10:00:00Z {json}": an event with its fields, for sources whose files
 * would be long; everything else is the source's own format. */
static bool short_form(struct str line, struct stamp *at, struct str *json)
{
	size_t n = ts_iso8601(line, at);

	if (!n || !at->has_zone || n + 2 > line.n || line.p[n] != ' ' || line.p[n + 1] != '{')
		return false;
	*json = str_from(line, n + 1);
	return true;
}

static enum status give_short(struct ingest *in, const struct test_given *g, uint32_t clock, struct error *err)
{
	struct str rest = g->text, line;
	uint32_t no = 0;
	enum status s = OK;

	while (s == OK && str_cut(&rest, '\n', &line)) {
		struct field fields[64];
		struct arena *a = arena_new();
		struct event e = { .clock = clock, .severity = SEV_NONE, .line = ++no, .lines = 1, .host = g->host, .kind = STR("test") };
		struct json *o = NULL;
		struct stamp at;
		struct str json;

		if (short_form(line, &at, &json) && json_parse(&o, json, err) == OK) {
			size_t n = 0;

			for (const struct json *v = json_first(o); v && n < 64; v = json_next(v)) {
				enum json_type t = json_type(v);
				struct buf b;

				buf_init(&b, LIMIT_LINE);
				json_text(v, &b);
				if (str_eq(json_key(v), STR("message")))
					e.text = arena_dup(a, buf_str(&b));
				else if (str_eq(json_key(v), STR("kind")))
					e.kind = arena_dup(in->catalog->arena, buf_str(&b));
				else
					fields[n++] = (struct field){ arena_dup(a, json_key(v)), arena_dup(a, buf_str(&b)),
								      t == JSON_STRING ? FIELD_TEXT : t == JSON_NUMBER ? FIELD_NUMBER : FIELD_JSON };
				buf_done(&b);
			}
			e.t = at.t;
			e.fields = fields;
			e.n_fields = n;
			s = emit_event(in->emitter, &e, err);
		} else if (str_trim(line).n) {
			s = fail(err, ERR_RULE, "line %u of `given` is not 'TIME {json}' like the first", no);
		}
		json_free(o);
		arena_free(a);
	}
	return s;
}

static enum status give_text(struct ingest *in, uint32_t bundle, const struct test_given *g, unsigned number, struct error *err)
{
	struct clocks *c = in->catalog->clocks;
	uint32_t boot = clocks_get(c, CLOCK_BOOT, STR_NONE, STR_NONE, 0);
	struct str path = arena_printf(in->catalog->arena, "given/%u/%.*s", number, STR_ARG(g->source));
	struct stamp at, unused;
	struct str json, first = g->text, line = STR_NONE;
	struct bundle *b = NULL;
	struct reader *member;
	enum status s;

	if (g->host.n && !in->catalog->own_host.n) {
		in->catalog->own_host = arena_dup(in->catalog->arena, g->host);
		clocks_own_host(c, g->host);
	}
	/* Without a skew every clock of a test runs on time. */
	clocks_pair(c, CLOCK_IS_UTC, 0, clocks_get(c, CLOCK_LOCAL, STR_NONE, STR_NONE, 0), 0, g->skew, STR("test"));
	if (g->boot.n && ts_iso8601(g->boot, &at))
		clocks_pair(c, CLOCK_IS_UTC, at.t, boot, 0, g->skew, STR("test"));
	(void)str_cut(&first, '\n', &line);
	if (short_form(line, &unused, &json)) {
		const struct source *src = source_named(g->source);
		uint32_t file = catalog_file_add(in->catalog, bundle, path), clock = CLOCK_IS_UTC;

		in->catalog->files[file - 1].source = g->source;
		in->catalog->files[file - 1].status = FILE_OK;
		in->catalog->files[file - 1].cover = src && src->hostless ? COVER_SNAPSHOT : COVER_APPEND;
		emitter_file(in->emitter, file, src && src->hostless ? HOST_NONE : HOST_OWN);
		if (g->skew) {
			clock = clocks_get(c, CLOCK_LOCAL, STR_NONE, path, 0);
			clocks_pair(c, CLOCK_IS_UTC, 0, clock, 0, g->skew, STR("test"));
		}
		return give_short(in, g, clock, err);
	}
	if (!source_named(g->source))
		return fail(err, ERR_RULE, "there is no source '%.*s' to read the lines of `given`", STR_ARG(g->source));
	s = bundle_of_text(&b, path, g->text, NULL);
	if (s == OK)
		s = bundle_next(b, &member, err);
	if (s == OK)
		s = ingest_member(in, bundle, member, g->source, err);
	bundle_close(b);
	return s;
}

static enum status give_series(struct ingest *in, uint32_t bundle, const struct test_series *t, struct error *err)
{
	uint32_t file = catalog_file_add(in->catalog, bundle, arena_printf(in->catalog->arena, "series/%.*s", STR_ARG(t->ref.name))), series;
	struct series_def def = { .name = t->ref.name, .unit = t->unit, .n_labels = t->ref.n_labels };
	struct label *labels = ARENA_ARRAY(in->catalog->arena, struct label, t->ref.n_labels);
	struct sample s = { .t = t->start, .line = 1 };
	struct str values = t->values;
	struct test_run run;
	bool bad = false;
	enum status st = OK;

	in->catalog->files[file - 1].source = STR("test_series");
	in->catalog->files[file - 1].status = FILE_OK;
	in->catalog->files[file - 1].cover = COVER_POLLED;
	for (size_t i = 0; i < t->ref.n_labels; i++)
		labels[i] = (struct label){ t->ref.labels[i].key, t->ref.labels[i].value };
	def.labels = labels;
	emitter_file(in->emitter, file, HOST_OWN);
	series = emit_series(in->emitter, &def);
	s.panel = emit_panel(in->emitter, &series, 1);
	while (st == OK && test_values_next(&values, &run, &bad))
		for (uint32_t i = 0; st == OK && i < run.n; i++, s.t += t->step) {
			double v = run.first + run.step * i;

			s.values = &v;
			s.line++;
			if (!run.gap)
				st = emit_sample(in->emitter, &s, err);
		}
	return bad ? fail(err, ERR_RULE, "bad values of series '%.*s'", STR_ARG(t->ref.name)) : st;
}

static void give_cover(struct ingest *in, uint32_t bundle, const struct test_cover *t)
{
	struct catalog *c = in->catalog;
	uint32_t file = catalog_file_add(c, bundle, arena_printf(c->arena, "covers/%.*s", STR_ARG(t->source)));

	c->files[file - 1].source = t->source;
	c->files[file - 1].status = FILE_OK;
	c->spans = grow(c->spans, c->n_spans, &c->cap_spans, sizeof(*c->spans));
	c->spans[c->n_spans++] = (struct catalog_span){ file, CLOCK_IS_UTC, HOST_NONE, 0, t->from, t->to };
}

enum status test_case_build(struct ingest *in, const struct rule_test *t, struct error *err)
{
	uint32_t bundle = catalog_bundle_add(in->catalog);
	enum status s = OK;

	if (t->now != TS_NONE)
		clocks_collected(in->catalog->clocks, CLOCK_IS_UTC, t->now, STR("test"));
	for (size_t i = 0; s == OK && i < t->n_given; i++)
		s = give_text(in, bundle, &t->given[i], (unsigned)i + 1, err);
	for (size_t i = 0; s == OK && i < t->n_series; i++)
		s = give_series(in, bundle, &t->series[i], err);
	for (size_t i = 0; i < t->n_edges; i++) {
		const struct test_edge *e = &t->edges[i];
		struct arena *a = in->catalog->arena;

		catalog_link(in->catalog, arena_printf(a, "%.*s:%.*s", STR_ARG(e->from_kind), STR_ARG(e->from)),
			     str_eq(e->from_kind, e->to_kind) ? "is" : "on", arena_printf(a, "%.*s:%.*s", STR_ARG(e->to_kind), STR_ARG(e->to)));
	}
	for (size_t i = 0; i < t->n_covers; i++)
		give_cover(in, bundle, &t->covers[i]);
	return s;
}

#include "record/record.h"

#include <math.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/limits.h"
#include "record/batch.h"
#include "record/catalog.h"
#include "unit.h"

/* What comes out of an emitter: batches, and the names of the catalog. */

struct recorder {
	struct sink sink;
	struct batch *batches[16];
	size_t n;
	enum status answer;
};

static enum status keep(struct sink *s, struct batch *b, struct error *err)
{
	struct recorder *r = (struct recorder *)s;

	ck_assert_uint_lt(r->n, 16);
	r->batches[r->n++] = b;
	return r->answer == OK ? OK : fail(err, r->answer, "disk full");
}

struct bench { struct recorder sink; struct catalog *cat; struct emitter *out; };

static void bench_open(struct bench *b)
{
	*b = (struct bench){ .sink = { .sink = { keep } }, .cat = catalog_new() };
	b->out = emitter_new(b->cat, &b->sink.sink);
	emitter_file(b->out, catalog_file_add(b->cat, catalog_bundle_add(b->cat), STR("a/b.log")), HOST_OWN);
}

static void bench_close(struct bench *b)
{
	for (size_t i = 0; i < b->sink.n; i++)
		batch_free(b->sink.batches[i]);
	emitter_free(b->out);
	catalog_free(b->cat);
}

static const struct batch *flushed(struct bench *b)
{
	ck_assert_int_eq(emitter_flush(b->out, NULL), OK);
	ck_assert_uint_gt(b->sink.n, 0);
	return b->sink.batches[b->sink.n - 1];
}

static struct event event_of(struct str text)
{
	return (struct event){ .t = 5, .line = 1, .kind = STR("test"), .text = text };
}

/* ---- events ---- */

START_TEST(what_is_emitted_is_copied)
{
	char text[] = "message", key[] = "key", value[] = "value", entity[] = "pod:a";
	struct field f = { str_of(key), str_of(value), FIELD_TEXT };
	struct event e = event_of(str_of(text));
	const struct event_row *r;
	struct bench b;

	bench_open(&b);
	e.entity = str_of(entity);
	e.fields = &f;
	e.n_fields = 1;
	ck_assert_int_eq(emit_event(b.out, &e, NULL), OK);
	memset(text, 'X', sizeof(text) - 1);
	memset(key, 'X', sizeof(key) - 1);
	memset(value, 'X', sizeof(value) - 1);
	memset(entity, 'X', sizeof(entity) - 1);
	r = &flushed(&b)->events[0];
	ck_assert(str_eq(r->text, STR("message")));
	ck_assert_int_eq(r->text.p[r->text.n], '\n');
	ck_assert(str_eq(r->fields[0].key, STR("key")));
	ck_assert(str_eq(r->fields[0].value, STR("value")));
	ck_assert(str_eq(r->attrs, STR("{\"key\":\"value\"}")));
	ck_assert(str_eq(map_key(b.cat->entities, r->entity), STR("pod:a")));
	bench_close(&b);
}
END_TEST

struct attribute { struct field field; const char *json; struct str seen; };
#define TEXT(literal) { literal, sizeof(literal) - 1 }
static const struct attribute attributes[] = {
	{ { TEXT("k"), TEXT("v"), FIELD_TEXT }, "{\"k\":\"v\"}", TEXT("v") },
	{ { TEXT("k"), TEXT("1.50"), FIELD_NUMBER }, "{\"k\":1.50}", TEXT("1.50") },
	{ { TEXT("k"), TEXT("[1,{}]"), FIELD_JSON }, "{\"k\":[1,{}]}", TEXT("[1,{}]") },
	{ { TEXT("k"), TEXT("a\"b\\c\nd"), FIELD_TEXT }, "{\"k\":\"a\\\"b\\\\c\\nd\"}", TEXT("a\"b\\c\nd") },
	{ { TEXT("k"), TEXT(""), FIELD_TEXT }, "{\"k\":\"\"}", TEXT("") },
	{ { TEXT("k"), TEXT("caf\xc3\xa9"), FIELD_TEXT }, "{\"k\":\"caf\xc3\xa9\"}", TEXT("caf\xc3\xa9") },
	/* What JSON cannot hold is told to rules as the case will tell it. */
	{ { TEXT("k"), TEXT("a\xff" "b"), FIELD_TEXT }, "{\"k\":\"a\xef\xbf\xbd" "b\"}", TEXT("a\xef\xbf\xbd" "b") },
	{ { TEXT("k"), TEXT("a\0b"), FIELD_TEXT }, "{\"k\":\"a\\u0000b\"}", TEXT("a\xef\xbf\xbd" "b") },
};

START_TEST(attributes_become_json)
{
	struct event e = event_of(STR("x"));
	const struct event_row *r;
	struct bench b;

	bench_open(&b);
	e.fields = &attributes[_i].field;
	e.n_fields = 1;
	ck_assert_int_eq(emit_event(b.out, &e, NULL), OK);
	r = &flushed(&b)->events[0];
	ck_assert_msg(str_eq(r->attrs, str_of(attributes[_i].json)), "%.*s", STR_ARG(r->attrs));
	ck_assert(str_eq(r->fields[0].value, attributes[_i].seen));
	bench_close(&b);
}
END_TEST

START_TEST(a_long_text_and_many_fields_are_cut)
{
	struct field fields[LIMIT_FIELDS + 3];
	char *text = malloc(LIMIT_EVENT_TEXT + 100);
	struct event e;
	const struct event_row *r;
	struct bench b;

	ck_assert_ptr_nonnull(text);
	memset(text, 'x', LIMIT_EVENT_TEXT + 100);
	for (size_t i = 0; i < LIMIT_FIELDS + 3; i++)
		fields[i] = (struct field){ STR("k"), STR("1"), FIELD_NUMBER };
	bench_open(&b);
	e = event_of((struct str){ text, LIMIT_EVENT_TEXT + 100 });
	e.fields = fields;
	e.n_fields = LIMIT_FIELDS + 3;
	ck_assert_int_eq(emit_event(b.out, &e, NULL), OK);
	r = &flushed(&b)->events[0];
	ck_assert_uint_eq(r->text.n, LIMIT_EVENT_TEXT);
	ck_assert_uint_eq(r->n_fields, LIMIT_FIELDS);
	ck_assert_uint_eq(r->attrs.n, LIMIT_FIELDS * strlen("\"k\":1,") + 1);
	free(text);
	bench_close(&b);
}
END_TEST

START_TEST(attributes_too_large_for_a_record_say_so)
{
	char *huge = malloc(LIMIT_JSON_RECORD);
	struct field f = { STR("k"), { huge, LIMIT_JSON_RECORD }, FIELD_TEXT };
	struct event e = event_of(STR("x"));
	const struct event_row *r;
	struct bench b;

	ck_assert_ptr_nonnull(huge);
	memset(huge, 'x', LIMIT_JSON_RECORD);
	bench_open(&b);
	e.fields = &f;
	e.n_fields = 1;
	ck_assert_int_eq(emit_event(b.out, &e, NULL), OK);
	r = &flushed(&b)->events[0];
	ck_assert(str_eq(r->attrs, STR("{\"cut\":true}")));
	ck_assert_uint_eq(r->n_fields, 1); /* rules see what the case holds */
	ck_assert(str_eq(r->fields[0].key, STR("cut")));
	free(huge);
	bench_close(&b);
}
END_TEST

START_TEST(numbers_go_on_over_batches)
{
	struct event e = event_of(STR("x"));
	struct bench b;

	bench_open(&b);
	for (int i = 0; i < 2 * BATCH_EVENTS + 1; i++)
		ck_assert_int_eq(emit_event(b.out, &e, NULL), OK);
	ck_assert_uint_eq(b.sink.n, 2); /* full ones leave by themselves */
	(void)flushed(&b);
	ck_assert_uint_eq(b.sink.n, 3);
	ck_assert_uint_eq(b.sink.batches[0]->n_events, BATCH_EVENTS);
	ck_assert_int_eq(b.sink.batches[0]->events[0].id, 1);
	ck_assert_int_eq(b.sink.batches[1]->events[0].id, BATCH_EVENTS + 1);
	ck_assert_int_eq(b.sink.batches[2]->events[0].id, 2 * BATCH_EVENTS + 1);
	ck_assert_int_eq(emitter_flush(b.out, NULL), OK); /* nothing left: nothing drained */
	ck_assert_uint_eq(b.sink.n, 3);
	bench_close(&b);
}
END_TEST

START_TEST(a_batch_of_long_texts_leaves_early_and_none_moves)
{
	char *text = malloc(LIMIT_EVENT_TEXT);
	struct event e;
	struct bench b;
	size_t n = 0;

	ck_assert_ptr_nonnull(text);
	bench_open(&b);
	for (int i = 0; b.sink.n < 2; i++, n++) {
		memset(text, 'a' + i % 26, LIMIT_EVENT_TEXT);
		e = event_of((struct str){ text, LIMIT_EVENT_TEXT - (size_t)(i % 3) });
		ck_assert_int_eq(emit_event(b.out, &e, NULL), OK);
	}
	ck_assert_uint_lt(n, 64);
	for (size_t k = 0, i = 0; k < 2; k++)
		for (size_t j = 0; j < b.sink.batches[k]->n_events; j++, i++) {
			const struct event_row *r = &b.sink.batches[k]->events[j];

			ck_assert_uint_eq(r->text.n, LIMIT_EVENT_TEXT - i % 3);
			ck_assert_int_eq(r->text.p[0], 'a' + (int)(i % 26));
			ck_assert_int_eq(r->text.p[r->text.n - 1], 'a' + (int)(i % 26));
		}
	free(text);
	bench_close(&b);
}
END_TEST

START_TEST(a_failure_of_the_sink_is_passed_up)
{
	struct event e = event_of(STR("x"));
	struct error err = { 0 };
	enum status s = OK;
	struct bench b;

	bench_open(&b);
	b.sink.answer = ERR_IO;
	for (int i = 0; s == OK && i < 2 * BATCH_EVENTS; i++)
		s = emit_event(b.out, &e, &err);
	ck_assert_int_eq(s, ERR_IO);
	ck_assert_str_eq(err.text, "disk full");
	ck_assert_int_eq(emit_event(b.out, &e, NULL), OK); /* into the next batch */
	ck_assert_int_eq(emitter_flush(b.out, NULL), ERR_IO);
	bench_close(&b);
}
END_TEST

/* ---- hosts, files, spans ---- */

START_TEST(a_span_is_of_one_file_clock_and_host)
{
	struct bench b;
	uint32_t local;
	static const struct { const char *host; bool local; ts_usec t; } events[] = {
		{ "", false, 5 }, { "", true, 7 }, { "", false, 3 }, { "n1", false, 9 }, { "n1", false, 4 }, { "", false, 8 },
	};
	static const struct catalog_span want[] = { { 1, 0, 0, 3, 3, 8 }, { 1, 1, 0, 1, 7, 7 }, { 1, 0, 2, 2, 4, 9 }, { 2, 0, 0, 1, 1, 1 } };
	struct event e;

	bench_open(&b);
	local = clocks_get(emit_clocks(b.out), CLOCK_LOCAL, STR_NONE, STR_NONE, 0);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		e = event_of(STR("x"));
		e.host = str_of(events[i].host);
		e.clock = events[i].local ? local : CLOCK_IS_UTC;
		e.t = events[i].t;
		ck_assert_int_eq(emit_event(b.out, &e, NULL), OK);
	}
	emitter_file(b.out, catalog_file_add(b.cat, 0, STR("other")), HOST_OWN);
	e = event_of(STR("x"));
	e.t = 1;
	ck_assert_int_eq(emit_event(b.out, &e, NULL), OK);
	ck_assert_uint_eq(b.cat->n_spans, 4);
	for (size_t i = 0; i < 4; i++) {
		const struct catalog_span *s = &b.cat->spans[i];

		ck_assert_uint_eq(s->file, want[i].file);
		ck_assert_uint_eq(s->clock, want[i].clock);
		ck_assert_uint_eq(s->host, want[i].host);
		ck_assert_uint_eq(s->records, want[i].records);
		ck_assert_int_eq(s->first, want[i].first);
		ck_assert_int_eq(s->last, want[i].last);
	}
	ck_assert_uint_eq(b.cat->files[0].records, 6);
	ck_assert_int_eq(clocks_info(b.cat->clocks, CLOCK_IS_UTC)->first, 1);
	ck_assert_int_eq(clocks_info(b.cat->clocks, CLOCK_IS_UTC)->last, 9);
	bench_close(&b);
}
END_TEST

START_TEST(a_host_name_as_long_as_any_is_one_host)
{
	char name[400];
	struct event e = event_of(STR("x"));
	const struct batch *got;
	struct bench b;

	memset(name, 'h', sizeof(name));
	bench_open(&b);
	for (int i = 0; i < 3; i++) {
		e.host = (struct str){ name, i == 1 ? 5 : sizeof(name) };
		ck_assert_int_eq(emit_event(b.out, &e, NULL), OK);
	}
	got = flushed(&b);
	ck_assert_uint_eq(got->events[0].host, got->events[2].host);
	ck_assert_uint_ne(got->events[0].host, got->events[1].host);
	ck_assert_uint_eq(catalog_host(b.cat, STR_NONE), HOST_OWN);
	ck_assert_uint_ne(catalog_host(b.cat, STR("no host")), HOST_NONE);
	bench_close(&b);
}
END_TEST

START_TEST(a_fact_names_the_own_host_once)
{
	struct bench b;

	bench_open(&b);
	emit_fact(b.out, STR("other"), STR("hostname"), STR("other"), 1);
	ck_assert_uint_eq(emit_host(b.out).n, 0);
	emit_fact(b.out, STR_NONE, STR("hostname"), STR("n1"), 1);
	emit_fact(b.out, STR_NONE, STR("hostname"), STR("n2"), 2);
	ck_assert(str_eq(emit_host(b.out), STR("n1")));
	ck_assert_uint_eq(b.cat->n_facts, 3);
	ck_assert_uint_eq(b.cat->facts[1].host, HOST_OWN);
	bench_close(&b);
}
END_TEST

START_TEST(a_line_that_could_not_be_read_is_kept)
{
	char *text = malloc(2 * LIMIT_CAPTURE);
	const struct batch *got;
	struct bench b;

	ck_assert_ptr_nonnull(text);
	memset(text, 'x', 2 * LIMIT_CAPTURE);
	bench_open(&b);
	ck_assert_int_eq(emit_reject(b.out, 7, 99, STR("bad\0line"), "no stamp", NULL), OK);
	ck_assert_int_eq(emit_reject(b.out, 8, 107, (struct str){ text, 2 * LIMIT_CAPTURE }, "month 13", NULL), OK);
	got = flushed(&b);
	ck_assert_uint_eq(got->n_rejects, 2);
	ck_assert_uint_eq(got->rejects[0].text.n, 8);
	ck_assert_uint_eq(got->rejects[0].line, 7);
	ck_assert_uint_eq(got->rejects[0].offset, 99);
	ck_assert_uint_eq(got->rejects[1].text.n, LIMIT_CAPTURE);
	ck_assert_uint_eq(b.cat->files[0].unparsed, 2);
	ck_assert_uint_eq(b.cat->files[0].records, 0);
	free(text);
	bench_close(&b);
}
END_TEST

START_TEST(what_a_source_says_of_its_file_is_noted)
{
	struct bench b;

	bench_open(&b);
	ck_assert_int_eq(b.cat->files[0].cover, COVER_SPAN);
	emit_cover(b.out, COVER_APPEND);
	emit_incomplete(b.out, "cut");
	ck_assert_int_eq(b.cat->files[0].cover, COVER_APPEND);
	ck_assert_int_eq(b.cat->files[0].status, FILE_PARTIAL);
	ck_assert(str_eq(b.cat->files[0].reason, STR("cut")));
	ck_assert(str_eq(emit_path(b.out), STR("a/b.log")));
	bench_close(&b);
}
END_TEST

START_TEST(a_part_of_a_file_has_its_own_source_and_the_place_of_the_file)
{
	struct event e = event_of(STR("x"));
	const struct batch *batch;
	struct bench b;

	bench_open(&b);
	for (int i = 0; i < 2; i++) {
		ck_assert(emit_part(b.out, STR("dmesg"), "dmesg", i == 1, i == 1));
		emit_cover(b.out, COVER_APPEND);
		ck_assert_int_eq(emit_event(b.out, &e, NULL), OK);
		emit_part_end(b.out);
	}
	ck_assert_int_eq(emit_event(b.out, &e, NULL), OK);
	ck_assert_uint_eq(b.cat->n_files, 3);
	ck_assert(str_eq(b.cat->files[1].path, STR("a/b.log!dmesg")));
	ck_assert(str_eq(b.cat->files[2].path, STR("a/b.log!dmesg#2")));
	ck_assert(str_eq(catalog_place(b.cat, 1), STR("a/b.log")));
	ck_assert(str_eq(catalog_place(b.cat, 3), STR("a/b.log")));
	ck_assert(str_eq(b.cat->files[1].source, STR("dmesg")));
	ck_assert_uint_eq(b.cat->files[0].records, 1);
	ck_assert_uint_eq(b.cat->files[1].records, 1);
	ck_assert_int_eq(b.cat->files[1].cover, COVER_APPEND);
	ck_assert_int_eq(b.cat->files[2].cover, COVER_EXCERPT);
	batch = flushed(&b);
	ck_assert_uint_eq(batch->events[0].file, 2);
	ck_assert_uint_eq(batch->events[1].file, 3);
	ck_assert_uint_eq(batch->events[1].host, HOST_NONE);
	ck_assert_uint_eq(batch->events[2].file, 1);
	ck_assert_uint_eq(batch->events[2].host, HOST_OWN);
	bench_close(&b);
}
END_TEST

START_TEST(a_file_has_so_many_parts_and_no_more)
{
	struct bench b;

	bench_open(&b);
	for (int i = 0; i < LIMIT_PARTS; i++) {
		ck_assert(emit_part(b.out, STR("p"), "dmesg", false, false));
		emit_part_end(b.out);
	}
	ck_assert(!emit_part(b.out, STR("p"), "dmesg", false, false));
	ck_assert_uint_eq(b.cat->n_files, LIMIT_PARTS + 1);
	bench_close(&b);
}
END_TEST

/* ---- series and panels ---- */

struct identity { const char *name, *host; struct label labels[2]; size_t n_labels; bool same; };
#define LABEL(k, v) { TEXT(k), TEXT(v) }
/* Against gpu.temperature{gpu=0,host_name=n1} of the own host. */
static const struct identity identities[] = {
	{ "gpu.temperature", "", { LABEL("gpu", "0"), LABEL("host_name", "n1") }, 2, true },
	{ "gpu.temperature", "", { LABEL("host_name", "n1"), LABEL("gpu", "0") }, 2, true }, /* in any order */
	{ "gpu.temperature", "", { LABEL("gpu", "1"), LABEL("host_name", "n1") }, 2, false },
	{ "gpu.temperature", "", { LABEL("gpu", "0") }, 1, false },
	{ "gpu.temperature", "n2", { LABEL("gpu", "0"), LABEL("host_name", "n1") }, 2, false },
	{ "gpu.power", "", { LABEL("gpu", "0"), LABEL("host_name", "n1") }, 2, false },
	{ "gpu.temperature", "", { LABEL("gpu", "0\",\"host_name\":\"n1") }, 1, false }, /* a value cannot pose as a label */
};

START_TEST(a_series_is_known_by_name_labels_and_host)
{
	const struct label labels[2] = { LABEL("gpu", "0"), LABEL("host_name", "n1") };
	const struct series_def first = { .name = STR("gpu.temperature"), .labels = labels, .n_labels = 2 };
	const struct identity *i = &identities[_i];
	const struct series_def other = { .name = str_of(i->name), .host = str_of(i->host), .labels = i->labels, .n_labels = i->n_labels };
	struct bench b;
	uint32_t a;

	bench_open(&b);
	a = emit_series(b.out, &first);
	ck_assert_uint_eq(emit_series(b.out, &first), a);
	ck_assert_int_eq(emit_series(b.out, &other) == a, i->same);
	ck_assert(str_eq(b.cat->series[a].labels, STR("{\"gpu\":\"0\",\"host_name\":\"n1\"}")));
	bench_close(&b);
}
END_TEST

START_TEST(a_panel_is_known_by_its_series_in_order)
{
	struct bench b;
	uint32_t s[3], p[4];

	bench_open(&b);
	for (int i = 0; i < 3; i++) {
		char name[] = "a.0";
		struct series_def def = { .name = { name, 3 } };

		name[2] = (char)('0' + i);
		s[i] = emit_series(b.out, &def);
	}
	p[0] = emit_panel(b.out, s, 3);
	p[1] = emit_panel(b.out, s, 2);
	p[2] = emit_panel(b.out, s + 1, 2);
	p[3] = emit_panel(b.out, s, 3);
	ck_assert_uint_eq(p[0], p[3]);
	ck_assert_uint_ne(p[0], p[1]);
	ck_assert_uint_ne(p[1], p[2]);
	ck_assert_uint_eq(b.cat->n_panels, 3);
	bench_close(&b);
}
END_TEST

START_TEST(a_sample_is_split_into_rows_of_a_panel)
{
	enum { N = 2 * PANEL_WIDTH + 5 };
	uint32_t series[N];
	double values[N];
	struct sample s = { .t = 7, .line = 3, .offset = 40, .values = values };
	const struct batch *got;
	struct bench b;

	bench_open(&b);
	for (int i = 0; i < N; i++) {
		char name[16];
		struct series_def def = { 0 };

		snprintf(name, sizeof(name), "a.%d", i);
		def.name = str_of(name);
		series[i] = emit_series(b.out, &def);
		values[i] = i;
	}
	values[1] = (double)NAN;
	s.panel = emit_panel(b.out, series, N);
	ck_assert_int_eq(emit_sample(b.out, &s, NULL), OK);
	values[0] = -1; /* it was copied */
	got = flushed(&b);
	ck_assert_uint_eq(got->n_samples, 3);
	for (uint32_t i = 0; i < 3; i++) {
		ck_assert_uint_eq(got->samples[i].part, i);
		ck_assert_uint_eq(got->samples[i].n, i < 2 ? PANEL_WIDTH : 5);
		ck_assert_double_eq(got->samples[i].values[0], i * PANEL_WIDTH);
		ck_assert_int_eq(got->samples[i].id, i + 1);
	}
	ck_assert(isnan(got->samples[0].values[1]));
	ck_assert_uint_eq(b.cat->files[0].records, 1);
	bench_close(&b);
}
END_TEST

/* ---- entities and links ---- */

static const struct { const char *text; bool known; } entities[] = {
	{ "pod:a/b", true }, { "gpu:0000:3b:00", true }, { "", false }, { "pod", false }, { "pod:", false }, { ":a", false },
};

START_TEST(an_entity_has_a_kind_and_an_id)
{
	struct catalog *c = catalog_new();
	uint32_t id = catalog_entity(c, str_of(entities[_i].text));

	ck_assert_int_eq(id != 0, entities[_i].known);
	ck_assert_uint_eq(catalog_entity(c, str_of(entities[_i].text)), id);
	catalog_free(c);
}
END_TEST

START_TEST(a_link_is_noted_once)
{
	struct bench b;

	bench_open(&b);
	for (int i = 0; i < 2; i++) {
		emit_link(b.out, STR("pod"), STR("a"), "on", STR("node"), STR("n"));
		emit_link(b.out, STR("pod"), STR("a"), "of", STR("node"), STR("n"));
		emit_link(b.out, STR("node"), STR("n"), "on", STR("pod"), STR("a"));
	}
	emit_link(b.out, STR("pod"), STR("a"), "is", STR("pod"), STR("a")); /* itself */
	emit_link(b.out, STR("pod"), STR(""), "on", STR("node"), STR("n"));
	ck_assert_uint_eq(b.cat->n_links, 3);
	bench_close(&b);
}
END_TEST

START_TEST(after_a_million_entities_known_ones_are_still_known)
{
	struct catalog *c = catalog_new();
	uint32_t first = catalog_entity(c, STR("pod:first"));
	char text[32];

	for (int i = 0; i < LIMIT_ENTITIES + 10; i++) {
		snprintf(text, sizeof(text), "pod:%d", i);
		catalog_entity(c, str_of(text));
	}
	ck_assert_uint_eq(map_count(c->entities), LIMIT_ENTITIES);
	ck_assert_uint_eq(catalog_entity(c, STR("pod:first")), first);
	ck_assert_uint_eq(catalog_entity(c, STR("pod:new")), 0);
	catalog_free(c);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, what_is_emitted_is_copied);
	LOOP(tc, attributes_become_json, attributes);
	tcase_add_test(tc, a_long_text_and_many_fields_are_cut);
	tcase_add_test(tc, attributes_too_large_for_a_record_say_so);
	tcase_add_test(tc, numbers_go_on_over_batches);
	tcase_add_test(tc, a_batch_of_long_texts_leaves_early_and_none_moves);
	tcase_add_test(tc, a_failure_of_the_sink_is_passed_up);
	tcase_add_test(tc, a_span_is_of_one_file_clock_and_host);
	tcase_add_test(tc, a_host_name_as_long_as_any_is_one_host);
	tcase_add_test(tc, a_fact_names_the_own_host_once);
	tcase_add_test(tc, a_line_that_could_not_be_read_is_kept);
	tcase_add_test(tc, what_a_source_says_of_its_file_is_noted);
	tcase_add_test(tc, a_part_of_a_file_has_its_own_source_and_the_place_of_the_file);
	tcase_add_test(tc, a_file_has_so_many_parts_and_no_more);
	LOOP(tc, a_series_is_known_by_name_labels_and_host, identities);
	tcase_add_test(tc, a_panel_is_known_by_its_series_in_order);
	tcase_add_test(tc, a_sample_is_split_into_rows_of_a_panel);
	LOOP(tc, an_entity_has_a_kind_and_an_id, entities);
	tcase_add_test(tc, a_link_is_noted_once);
	tcase_add_test(tc, after_a_million_entities_known_ones_are_still_known);
}
TEST_MAIN("emit", add)

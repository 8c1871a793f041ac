#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "record/batch.h"
#include "record/catalog.h"
#include "record/record.h"

/* Instead of attributes that are too large for one record of JSON. */
#define ATTRS_CUT "{\"cut\":true}"

struct emitter {
	struct catalog *cat;
	struct sink *sink;
	struct batch *batch;
	uint32_t file, default_host;
	uint32_t whole_host;      /* of the member, while a part of it is read */
	uint32_t parts;           /* of this member so far */
	int64_t next_event, next_sample;
	struct buf json;          /* attrs of the event at hand */
	/* The last names seen: a source repeats them line after line. */
	struct str kind; uint32_t kind_id;
	char host[256]; size_t host_n; uint32_t host_id;
	size_t span;              /* index of the span in use, or MAP_NONE */
};

struct emitter *emitter_new(struct catalog *cat, struct sink *sink)
{
	struct emitter *e = ARENA_NEW(cat->arena, struct emitter);

	*e = (struct emitter){ .cat = cat, .sink = sink, .batch = batch_new(), .next_event = cat->base.events + 1,
			       .next_sample = cat->base.samples + 1, .span = MAP_NONE };
	buf_init(&e->json, LIMIT_JSON_RECORD);
	return e;
}

void emitter_free(struct emitter *e)
{
	if (!e)
		return;
	batch_free(e->batch);
	buf_done(&e->json);
}

struct catalog *emitter_catalog(struct emitter *e)
{
	return e->cat;
}

static struct catalog_file *current(struct emitter *e)
{
	assert(e->file);
	return &e->cat->files[e->file - 1];
}

void emitter_file(struct emitter *e, uint32_t file, uint32_t host)
{
	e->file = file;
	e->default_host = host;
	e->span = MAP_NONE;
	e->parts = 0;
	current(e)->first_event = current(e)->end_event = e->next_event;
	current(e)->first_sample = current(e)->end_sample = e->next_sample;
	clocks_machine(e->cat->clocks, current(e)->label);
}

bool emit_part(struct emitter *e, struct str name, const char *source, bool hostless, bool excerpt)
{
	struct catalog *c = e->cat;
	uint32_t part;

	assert(c->files[e->file - 1].part_of == 0);
	if (e->parts == LIMIT_PARTS)
		return false;
	e->parts++;
	part = catalog_part_add(c, e->file, str_head(name, LIMIT_PATH));
	c->files[part - 1].source = str_of(source);
	c->files[part - 1].status = FILE_OK;
	c->files[part - 1].cover = excerpt ? COVER_EXCERPT : COVER_SPAN;
	e->file = part;
	current(e)->first_event = current(e)->end_event = e->next_event;
	current(e)->first_sample = current(e)->end_sample = e->next_sample;
	e->whole_host = e->default_host;
	if (hostless)
		e->default_host = HOST_NONE;
	e->span = MAP_NONE;
	return true;
}

void emit_part_end(struct emitter *e)
{
	struct catalog_file *part = current(e);

	assert(part->part_of);
	if (part->records + part->unparsed == 0)
		part->source = STR_NONE; /* a command that printed nothing */
	e->file = part->part_of;
	e->default_host = e->whole_host;
	e->span = MAP_NONE;
	current(e)->end_event = e->next_event;
	current(e)->end_sample = e->next_sample;
}

void emit_part_missing(struct emitter *e, struct str name, const char *source, struct str why)
{
	struct catalog *c = e->cat;
	uint32_t part;

	if (e->parts == LIMIT_PARTS)
		return;
	e->parts++;
	part = catalog_part_add(c, e->file, str_head(name, LIMIT_PATH));
	c->files[part - 1].source = str_of(source);
	c->files[part - 1].status = FILE_SKIPPED;
	c->files[part - 1].reason = arena_dup(c->arena, str_head(why, LIMIT_CAPTURE));
}

enum status emitter_flush(struct emitter *e, struct error *err)
{
	struct batch *full = e->batch;

	if (full->n_events == 0 && full->n_samples == 0 && full->n_rejects == 0)
		return OK;
	e->batch = batch_new();
	return e->sink->drain(e->sink, full, err);
}

static uint32_t kind_id(struct emitter *e, struct str kind)
{
	if (kind.p != e->kind.p || kind.n != e->kind.n) { /* static text: the pointer identifies it */
		e->kind = kind;
		e->kind_id = catalog_kind(e->cat, kind);
	}
	return e->kind_id;
}

static uint32_t host_id(struct emitter *e, struct str host)
{
	if (host.n == 0)
		return e->default_host;
	if (host.n == e->host_n && memcmp(host.p, e->host, host.n) == 0)
		return e->host_id;
	if (host.n > sizeof(e->host))
		host.n = sizeof(e->host);
	e->host_id = catalog_host(e->cat, host);
	memcpy(e->host, host.p, host.n);
	e->host_n = host.n;
	return e->host_id;
}

static void span_saw(struct emitter *e, uint32_t clock, uint32_t host, ts_usec t)
{
	struct catalog *c = e->cat;
	struct catalog_span *s = e->span == MAP_NONE ? NULL : &c->spans[e->span];

	if (!s || s->clock != clock || s->host != host || s->file != e->file) {
		size_t i = c->n_spans;

		/* Spans of one file are neighbours at the end of the list. */
		while (i > 0 && c->spans[i - 1].file == e->file &&
		       (c->spans[i - 1].clock != clock || c->spans[i - 1].host != host))
			i--;
		if (i == 0 || c->spans[i - 1].file != e->file) {
			c->spans = grow(c->spans, c->n_spans, &c->cap_spans, sizeof(*c->spans));
			c->spans[c->n_spans++] = (struct catalog_span){ e->file, clock, host, 0, t, t };
			i = c->n_spans;
		}
		e->span = i - 1;
		s = &c->spans[e->span];
	}
	s->records++;
	if (t < s->first)
		s->first = t;
	if (t > s->last)
		s->last = t;
	clocks_saw(c->clocks, clock, t);
	current(e)->records++;
}

/* The attributes as one JSON object in the batch's arena. */
static struct str attrs_json(struct emitter *e, const struct event *ev)
{
	struct buf *j = &e->json;

	if (ev->n_fields == 0)
		return STR_NONE;
	buf_reset(j);
	buf_putc(j, '{');
	for (size_t i = 0; i < ev->n_fields; i++) {
		const struct field *f = &ev->fields[i];

		if (i)
			buf_putc(j, ',');
		json_put_string(j, f->key);
		buf_putc(j, ':');
		switch (f->type) {
		case FIELD_TEXT:
			json_put_string(j, f->value);
			break;
		case FIELD_NUMBER:
		case FIELD_JSON:
			buf_add(j, f->value);
			break;
		}
	}
	buf_putc(j, '}');
	if (j->cut)
		return STR(ATTRS_CUT);
	return arena_dup(e->batch->arena, buf_str(j));
}

static char *put_copy(char *at, struct str s, struct str *copy)
{
	if (s.n)
		memcpy(at, s.p, s.n);
	*copy = (struct str){ at, s.n };
	return at + s.n;
}

/* What is no UTF-8, and NUL, are U+FFFD in the case: rules must see the same now as when they read it back. */
static bool is_clean(struct str s)
{
	return utf8_valid(s) && (s.n == 0 || !memchr(s.p, 0, s.n));
}

static struct str cleaned(struct arena *a, struct str s)
{
	struct buf b;
	struct str out;

	buf_init(&b, 3 * s.n + 1);
	for (size_t i = 0; i < s.n;) {
		int32_t c = utf8_next(s, &i);

		utf8_put(&b, c > 0 ? (uint32_t)c : 0xfffd);
	}
	out = arena_dup(a, buf_str(&b));
	buf_done(&b);
	return out;
}

/* Fields and their texts in one piece: this runs once a line. */
static const struct field *copy_fields(struct batch *b, const struct field *from, size_t n)
{
	size_t bytes = 0;
	struct field *to;
	char *at;

	for (size_t i = 0; i < n; i++)
		bytes += from[i].key.n + from[i].value.n;
	to = arena_alloc(b->arena, n * sizeof(*to) + bytes);
	at = (char *)(to + n);
	for (size_t i = 0; i < n; i++) {
		to[i].type = from[i].type;
		at = put_copy(at, from[i].key, &to[i].key);
		if (is_clean(from[i].value))
			at = put_copy(at, from[i].value, &to[i].value);
		else
			to[i].value = cleaned(b->arena, from[i].value);
	}
	return to;
}

enum status emit_event(struct emitter *e, const struct event *ev, struct error *err)
{
	struct batch *b = e->batch;
	struct event_row *r = &b->events[b->n_events];
	size_t n = ev->text.n > LIMIT_EVENT_TEXT ? LIMIT_EVENT_TEXT : ev->text.n;
	size_t n_fields = ev->n_fields > LIMIT_FIELDS ? LIMIT_FIELDS : ev->n_fields;
	struct event cut = *ev;

	assert(ev->t != TS_NONE);
	cut.n_fields = n_fields;
	r->id = e->next_event++;
	current(e)->end_event = e->next_event;
	r->t = ev->t;
	r->u_us = ev->u_us;
	r->offset = ev->offset;
	r->clock = ev->clock;
	r->file = e->file;
	r->line = ev->line;
	r->lines = ev->lines ? ev->lines : 1;
	r->host = host_id(e, ev->host);
	r->kind = kind_id(e, ev->kind);
	r->entity = ev->entity.n ? catalog_entity(e->cat, ev->entity) : 0;
	r->severity = (int)ev->severity;
	if (n)
		memcpy(b->text + b->n_text, ev->text.p, n);
	r->text = (struct str){ b->text + b->n_text, n };
	b->text[b->n_text + n] = '\n';
	b->n_text += n + 1;
	r->attrs = attrs_json(e, &cut);
	r->fields = NULL;
	r->n_fields = (uint32_t)n_fields;
	if (n_fields && str_eq(r->attrs, STR(ATTRS_CUT))) {
		static const struct field too_many = { { "cut", 3 }, { "true", 4 }, FIELD_JSON };

		r->fields = &too_many;
		r->n_fields = 1;
	} else if (n_fields) {
		r->fields = copy_fields(b, ev->fields, n_fields);
	}
	b->n_events++;
	span_saw(e, ev->clock, r->host, ev->t);
	if (b->n_events == BATCH_EVENTS || b->n_text >= BATCH_TEXT || arena_bytes(b->arena) > 8 * BATCH_TEXT)
		return emitter_flush(e, err);
	return OK;
}

enum status emit_reject(struct emitter *e, uint32_t line, uint64_t offset, struct str text, const char *why, struct error *err)
{
	struct batch *b = e->batch;

	b->rejects = grow(b->rejects, b->n_rejects, &b->cap_rejects, sizeof(*b->rejects));
	b->rejects[b->n_rejects++] = (struct reject_row){ e->file, line, offset, arena_dup(b->arena, str_head(text, LIMIT_CAPTURE)), why };
	current(e)->unparsed++;
	return b->n_rejects >= BATCH_EVENTS ? emitter_flush(e, err) : OK;
}

uint32_t emit_series(struct emitter *e, const struct series_def *def)
{
	uint32_t host = def->host.n ? catalog_host(e->cat, def->host) : e->default_host;

	return catalog_series_add(e->cat, def, host, host == HOST_OWN && current(e)->label.n ? catalog_whole(e->cat, e->file) : 0);
}

uint32_t emit_panel(struct emitter *e, const uint32_t *series, size_t n)
{
	assert(n <= LIMIT_COLUMNS);
	return catalog_panel_add(e->cat, series, n);
}

enum status emit_sample(struct emitter *e, const struct sample *s, struct error *err)
{
	struct batch *b = e->batch;
	const struct catalog_panel *p = &e->cat->panels[s->panel];
	uint32_t part = 0;

	for (size_t at = 0; at < p->n; at += PANEL_WIDTH, part++) {
		size_t n = p->n - at < PANEL_WIDTH ? p->n - at : PANEL_WIDTH;
		double *v = ARENA_ARRAY(b->arena, double, n);

		memcpy(v, s->values + at, n * sizeof(*v));
		b->samples = grow(b->samples, b->n_samples, &b->cap_samples, sizeof(*b->samples));
		b->samples[b->n_samples++] = (struct sample_row){
			.id = e->next_sample++, .t = s->t, .u_us = s->u_us, .offset = s->offset, .clock = s->clock,
			.file = e->file, .line = s->line, .panel = s->panel, .part = part, .n = (uint32_t)n, .values = v,
		};
	}
	current(e)->end_sample = e->next_sample;
	span_saw(e, s->clock, p->n ? e->cat->series[p->series[0]].host : e->default_host, s->t);
	return b->n_samples >= BATCH_EVENTS ? emitter_flush(e, err) : OK;
}

void emit_fact(struct emitter *e, struct str host, struct str key, struct str value, uint32_t line)
{
	struct catalog *c = e->cat;

	if (str_eq(key, STR("hostname")) && host.n == 0 && c->own_host.n == 0 && current(e)->label.n == 0) {
		c->own_host = arena_dup(c->arena, value);
		clocks_own_host(c->clocks, value);
	}
	c->facts = grow(c->facts, c->n_facts, &c->cap_facts, sizeof(*c->facts));
	c->facts[c->n_facts++] = (struct catalog_fact){
		host.n ? catalog_host(c, host) : e->default_host, e->file, line, arena_dup(c->arena, key), arena_dup(c->arena, str_head(value, LIMIT_CAPTURE)),
	};
}

void emit_link(struct emitter *e, struct str kind, struct str id, const char *relation, struct str to_kind, struct str to_id)
{
	emit_link_seen(e, kind, id, relation, to_kind, to_id, CLOCK_IS_UTC, TS_NONE);
}

void emit_link_seen(struct emitter *e, struct str kind, struct str id, const char *relation, struct str to_kind, struct str to_id, uint32_t clock, ts_usec t)
{
	struct buf a, b;

	buf_init(&a, LIMIT_LINE);
	buf_init(&b, LIMIT_LINE);
	buf_printf(&a, "%.*s:%.*s", STR_ARG(kind), STR_ARG(id));
	buf_printf(&b, "%.*s:%.*s", STR_ARG(to_kind), STR_ARG(to_id));
	catalog_link_seen(e->cat, buf_str(&a), relation, buf_str(&b), clock, t);
	buf_done(&a);
	buf_done(&b);
}

void emit_incomplete(struct emitter *e, const char *reason)
{
	struct catalog_file *f = current(e);

	f->status = FILE_PARTIAL;
	f->reason = arena_dup(e->cat->arena, str_of(reason));
}

void emit_gap(struct emitter *e, struct str path, const char *reason)
{
	struct catalog *c = e->cat;

	c->gaps = grow(c->gaps, c->n_gaps, &c->cap_gaps, sizeof(*c->gaps));
	c->gaps[c->n_gaps++] = (struct catalog_gap){ catalog_whole(c, e->file), arena_dup(c->arena, path), reason };
}

void emit_cover(struct emitter *e, enum cover cover)
{
	if (current(e)->cover != COVER_EXCERPT)
		current(e)->cover = cover;
}

struct clocks *emit_clocks(struct emitter *e)
{
	return e->cat->clocks;
}

struct str emit_path(const struct emitter *e)
{
	return e->cat->files[e->file - 1].path;
}

struct str emit_host(const struct emitter *e)
{
	return e->cat->own_host;
}

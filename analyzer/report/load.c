#include <stdlib.h>

#include "base/limits.h"
#include "report/load_priv.h"
#include "sql.h"

/* 4,500 years either way: differences, five times over, do not overflow. */
#define TIME_BOUND ((ts_usec)1 << 57)

void *keep(struct loader *l, void *heap, size_t n, size_t size)
{
	void *v = arena_alloc(l->a, n * size);

	if (n)
		memcpy(v, heap, n * size);
	free(heap);
	return v;
}

enum status query_rows(struct loader *l, struct query *q, size_t size, row_fn *read, struct rows *out)
{
	char *v = NULL;
	size_t n = 0, cap = 0;
	enum status s;

	while ((s = query_step(q, l->err)) == OK) {
		v = grow(v, n, &cap, size);
		memset(v + n * size, 0, size);
		read(l, q, v + n * size);
		n++;
	}
	out->v = keep(l, v, n, size);
	out->n = n;
	return s == END ? OK : s;
}

enum status load_rows(struct loader *l, const char *sql, size_t size, row_fn *read, struct rows *out)
{
	struct query *q = NULL;
	enum status s = query_new(&q, l->st, sql, l->err);

	if (s == OK)
		s = query_rows(l, q, size, read, out);
	query_free(q);
	return s;
}

struct str text_at(struct loader *l, struct query *q, int col)
{
	return arena_dup(l->a, query_get_text(q, col));
}

/* The largest cut up to n that is not inside a character. */
static size_t whole_characters(struct str s, size_t n)
{
	while (n > 0 && n < s.n && ((unsigned char)s.p[n] & 0xC0) == 0x80)
		n--;
	return n;
}

static struct str clip_line(struct loader *l, struct str s, size_t max)
{
	size_t n = whole_characters(s, max);

	if (s.n <= max)
		return s;
	return arena_printf(l->a, "%.*s ... (%zu bytes more)", STR_ARG(str_head(s, n)), s.n - n);
}

/* A traceback says what happened on its last lines: the middle goes. */
static struct str clip_lines(struct loader *l, struct str s, size_t max)
{
	size_t head = whole_characters(s, max / 4), room = max - head, last = str_rchr(s, '\n') + 1, tail = s.n - room;

	if (last <= head) /* nothing to leave out between them */
		return clip_line(l, s, max);
	if (tail < last)
		tail += str_chr(str_from(s, tail), '\n') + 1;
	else
		tail = last;
	return arena_printf(l->a, "%.*s\n... (%zu bytes left out)\n%.*s", STR_ARG(str_head(s, head)), tail - head,
			    STR_ARG(clip_line(l, str_from(s, tail), room)));
}

struct str clip_at(struct loader *l, struct query *q, int col, size_t max)
{
	struct str s = str_rtrim(query_get_text(q, col));

	if (s.n <= max)
		return arena_dup(l->a, s);
	return str_chr(s, '\n') < s.n ? clip_lines(l, s, max) : clip_line(l, s, max);
}

ts_usec time_at(struct query *q, int col)
{
	int64_t t = query_get_int(q, col);

	if (query_is_null(q, col) || t == TS_NONE)
		return TS_NONE;
	return t > TIME_BOUND ? TIME_BOUND : t < -TIME_BOUND ? -TIME_BOUND : t;
}

void read_text(struct loader *l, struct query *q, void *row)
{
	*(struct str *)row = text_at(l, q, 0);
}

static void read_bundle(struct loader *l, struct query *q, void *row)
{
	*(struct report_bundle *)row = (struct report_bundle){
		.name = text_at(l, q, 0),
		.sha256 = text_at(l, q, 1),
		.damage = text_at(l, q, 2),
		.files = (uint64_t)query_get_int(q, 3),
		.collected = time_at(q, 4),
	};
}

static void read_card(struct loader *l, struct query *q, void *row)
{
	*(struct report_card *)row = (struct report_card){ text_at(l, q, 0), clip_at(l, q, 1, LIMIT_REPORT_TEXT) };
}

static void read_fact(struct loader *l, struct query *q, void *row)
{
	*(struct report_fact *)row = (struct report_fact){
		.host = text_at(l, q, 0),
		.key = text_at(l, q, 1),
		.value = clip_at(l, q, 2, LIMIT_REPORT_TEXT),
		.file = text_at(l, q, 3),
		.line = (uint32_t)query_get_int(q, 4),
	};
}

static void read_input(struct loader *l, struct query *q, void *row)
{
	*(struct report_input *)row = (struct report_input){
		.file = text_at(l, q, 0),
		.sha256 = text_at(l, q, 1),
		.source = text_at(l, q, 2),
		.status = text_at(l, q, 3),
		.reason = text_at(l, q, 4),
		.bytes = (uint64_t)query_get_int(q, 5),
	};
}

/* Fills nothing but the report's own fields: it has no row of its own. */
static void read_meta(struct loader *l, struct query *q, void *row)
{
	struct str key = query_get_text(q, 0);

	(void)row;
	if (str_eq(key, STR("version")))
		l->r->version = text_at(l, q, 1);
	else
		l->r->rules_sha256 = text_at(l, q, 1);
}

static void read_totals(struct loader *l, struct query *q, void *row)
{
	struct report *r = l->r;

	(void)row;
	r->records = (uint64_t)query_get_int(q, 0);
	r->unparsed = (uint64_t)query_get_int(q, 1);
	r->n_sources = (size_t)query_get_int(q, 2);
	r->n_rules = (size_t)query_get_int(q, 3);
	r->n_undecidable_rules = (size_t)query_get_int(q, 4);
	r->unlikely_left_out = l->opt->all ? 0 : (size_t)query_get_int(q, 5);
}

static enum status load_case(struct loader *l)
{
	struct report *r = l->r;
	struct rows bundles, card, hosts, facts, inputs, none;
	enum status s;

	if ((s = load_rows(l, SQL_REPORT_META, 1, read_meta, &none)) != OK ||
	    (s = load_rows(l, SQL_REPORT_TOTALS, 1, read_totals, &none)) != OK ||
	    (s = load_rows(l, SQL_REPORT_BUNDLE, sizeof(struct report_bundle), read_bundle, &bundles)) != OK ||
	    (s = load_rows(l, SQL_REPORT_CARD, sizeof(struct report_card), read_card, &card)) != OK ||
	    (s = load_rows(l, SQL_REPORT_HOST, sizeof(struct str), read_text, &hosts)) != OK ||
	    (s = load_rows(l, SQL_REPORT_FACT, sizeof(struct report_fact), read_fact, &facts)) != OK ||
	    (s = load_rows(l, SQL_REPORT_INPUT, sizeof(struct report_input), read_input, &inputs)) != OK)
		return s;
	r->bundles = bundles.v, r->n_bundles = bundles.n;
	r->card = card.v, r->n_card = card.n;
	r->hosts = hosts.v, r->n_hosts = hosts.n;
	r->facts = facts.v, r->n_facts = facts.n;
	r->inputs = inputs.v, r->n_inputs = inputs.n;
	return OK;
}

static void widen(ts_usec *from, ts_usec *to, ts_usec a, ts_usec b)
{
	if (a != TS_NONE && (*from == TS_NONE || a < *from))
		*from = a;
	if (b != TS_NONE && (*to == TS_NONE || b > *to))
		*to = b;
}

/* A change may lie days before what it broke; it is drawn only where that does
 * not squeeze the incident into a corner. */
static void reach_changes(const struct report *r, ts_usec *from, ts_usec to)
{
	ts_usec span = to - *from, reach = *from - (span < 15 * TS_MINUTE ? 15 * TS_MINUTE : span);

	for (size_t i = 0; i < r->n_incidents; i++) {
		for (size_t k = 0; k < r->incidents[i].n_timeline; k++) {
			const struct report_entry *e = &r->incidents[i].timeline[k];

			if (e->t != TS_NONE && e->t >= reach && !str_eq(e->role, STR("context")))
				widen(from, &to, e->t, TS_NONE);
		}
	}
}

static void set_axis(struct report *r)
{
	ts_usec from = TS_NONE, to = TS_NONE, pad;

	for (size_t i = 0; i < r->n_incidents; i++) {
		widen(&from, &to, r->incidents[i].start, r->incidents[i].end);
		widen(&from, &to, TS_NONE, r->incidents[i].recovered);
	}
	if (from == TS_NONE || to == TS_NONE)
		for (size_t i = 0; i < r->n_findings; i++)
			widen(&from, &to, r->findings[i].start, r->findings[i].end);
	if (from != TS_NONE && to != TS_NONE)
		reach_changes(r, &from, to);
	else
		from = r->from, to = r->to;
	r->axis_from = r->axis_to = TS_NONE;
	if (from == TS_NONE || to == TS_NONE || to < from)
		return;
	pad = (to - from) / 10;
	if (pad < 30 * TS_SECOND)
		pad = to == from ? 5 * TS_MINUTE : 30 * TS_SECOND;
	r->axis_from = from - pad;
	r->axis_to = to + pad;
}

enum status report_load(struct report **out, struct store *st, const struct report_options *opt,
			struct arena *a, struct error *err)
{
	struct report *r = ARENA_NEW(a, struct report);
	struct loader l = { .st = st, .opt = opt, .a = a, .r = r, .err = err };
	enum status s;

	r->version = STR(FORENSICS_VERSION);
	r->color = opt->color;
	r->max_bytes = opt->max_bytes;
	r->from = r->to = TS_NONE;
	s = load_case(&l);
	if (s == OK)
		s = load_coverage(&l);
	if (s == OK)
		s = load_findings(&l);
	if (s == OK)
		s = load_incidents(&l);
	if (s == OK)
		s = load_open(&l);
	if (s != OK)
		return s;
	set_axis(r);
	if (r->axis_from != TS_NONE) {
		s = load_lanes(&l);
		if (s == OK)
			s = load_charts(&l);
		if (s == OK && opt->live)
			s = load_slice(&l);
	}
	if (s == OK)
		*out = r;
	return s;
}

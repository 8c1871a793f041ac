/* Azure Monitor metrics.
 *
 * `az monitor metrics list` and its REST body, arrays and batches of them; the
 * platform metrics of diagnostic settings (JSON lines or {"records":[..]}); AzureMetrics
 * rows of Log Analytics; documents of Elastic's collector (azure_beat.c).
 *
 * Read token by token: one metric of a long export is larger than a record may
 * be, and its name may come after its points (az sorts members by name). */
#include <stdlib.h>

#include "base/number.h"
#include "source/azure_metrics_priv.h"
#include "source/each_record.h"
#include "source/jsonkeys.h"
#include "source/source.h"

#define RECORD_DEPTH 6 /* {"values":[{"value":[{"timeseries"..}]}]} */

static const char *const path_words[] = { "metric", NULL };

static int detect(struct str path, struct str head)
{
	enum { SERIES, UNIT, INTERVAL, DATA, NAME, GRAIN, GRAIN_LA, NAME_LA, TIME_LA, BEAT, BEAT_TIME, BEAT_GRAIN };
	static const char *const names[] = {
		[SERIES] = "timeseries", [UNIT] = "unit", [INTERVAL] = "interval", [DATA] = "data", [NAME] = "metricName", [GRAIN] = "timeGrain",
		[GRAIN_LA] = "TimeGrain", [NAME_LA] = "MetricName", [TIME_LA] = "TimeGenerated", [BEAT] = "azure",
		[BEAT_TIME] = "@timestamp", [BEAT_GRAIN] = "timegrain",
	};
	uint32_t seen;

	if (!json_looks(head))
		return 0;
	seen = json_keys_seen(head, RECORD_DEPTH, names, sizeof(names) / sizeof(names[0]));
	/* az sorts members: the unit may come after the first day of points */
	if ((seen & (1u << SERIES) && seen & (1u << UNIT | 1u << INTERVAL | 1u << DATA)) || (seen & (1u << NAME) && seen & (1u << GRAIN)))
		return 48;
	if (seen & (1u << NAME_LA) && seen & (1u << TIME_LA) && seen & (1u << GRAIN_LA))
		return 46;
	if (seen & (1u << BEAT) && seen & (1u << BEAT_TIME) && seen & (1u << BEAT_GRAIN))
		return 40;
	return azure_bid_error_body(path, head, path_words, 17, 0);
}

/* ---- values ---- */

enum status metrics_next(struct metrics *m, struct error *err)
{
	return tokens_next(m->in, &m->token, err);
}

/* Past the value at hand, whatever it is. */
enum status metrics_skip(struct metrics *m, struct error *err)
{
	size_t depth = 0;
	enum status st = OK;

	do {
		enum token_kind k = m->token.kind;

		if (k == TOKEN_OBJECT || k == TOKEN_ARRAY)
			depth++;
		else if (k == TOKEN_OBJECT_END || k == TOKEN_ARRAY_END)
			depth--;
		if (depth == 0)
			return OK;
		st = metrics_next(m, err);
	} while (st == OK);
	return st;
}

struct str metrics_text(struct metrics *m)
{
	bool null = m->token.kind == TOKEN_WORD && str_eq(m->token.text, STR("null"));

	return null ? STR_NONE : arena_dup(m->scratch, m->token.text);
}

bool metrics_is_scalar(const struct metrics *m)
{
	return m->token.kind == TOKEN_STRING || m->token.kind == TOKEN_NUMBER || m->token.kind == TOKEN_WORD;
}

/* {"value":"X","localizedValue":".."} or "X"; the localised one where the other is missing. */
static enum status take_name(struct metrics *m, struct str *name, struct error *err)
{
	struct str key = STR_NONE;
	enum status st;

	if (m->token.kind != TOKEN_OBJECT) {
		if (metrics_is_scalar(m))
			*name = metrics_text(m);
		return metrics_skip(m, err);
	}
	while ((st = metrics_next(m, err)) == OK && m->token.kind != TOKEN_OBJECT_END) {
		if (m->token.kind == TOKEN_KEY) {
			key = arena_dup(m->scratch, m->token.text);
			continue;
		}
		if (metrics_is_scalar(m) &&
		    (str_eq(key, STR("value")) || (str_eq(key, STR("localizedValue")) && name->n == 0)))
			*name = metrics_text(m);
		st = metrics_skip(m, err);
		if (st != OK)
			return st;
	}
	return st;
}

static void add_dim(struct metrics *m, struct str key, struct str value)
{
	m->dims = grow(m->dims, m->n_dims, &m->cap_dims, sizeof(*m->dims));
	m->dims[m->n_dims++] = (struct label){ key, value };
}

static struct azure_point empty_point(const struct token *t)
{
	struct azure_point p = { .t = TS_NONE, .line = t->line, .offset = t->offset };

	for (size_t i = 0; i < AZURE_AGGREGATES; i++)
		p.v[i] = NO_NUMBER;
	return p;
}

/* One member of a point; false when it is none of its. */
static bool take_point_member(struct azure_point *p, struct str key, const struct token *value, bool *any_value)
{
	enum azure_aggregate aggregate = azure_aggregate_named(key);

	if (aggregate < AZURE_AGGREGATES) {
		*any_value |= num_double(value->text, &p->v[aggregate]);
		return true;
	}
	if (value->kind == TOKEN_STRING && (str_ieq(key, STR("timeStamp")) || str_eq(key, STR("time")) ||
					    str_eq(key, STR("TimeGenerated")) || str_eq(key, STR("@timestamp")))) {
		struct azure_time t = azure_time(value->text);

		p->t = t.t;
		p->u = t.u;
		return true;
	}
	return false;
}

static void add_point(struct metrics *m, const struct azure_point *p)
{
	if (m->n_points == LIMIT_POINTS) {
		m->full = true;
		return;
	}
	m->points = grow(m->points, m->n_points, &m->cap_points, sizeof(*m->points));
	m->points[m->n_points++] = *p;
}

enum status metrics_point(struct metrics *m, bool undated, struct error *err)
{
	struct azure_point p = empty_point(&m->token);
	bool any_value = false;
	struct str key = STR_NONE;
	char name[32];
	enum status st;

	while ((st = metrics_next(m, err)) == OK && m->token.kind != TOKEN_OBJECT_END) {
		if (m->token.kind == TOKEN_KEY) {
			key = str_head(m->token.text, sizeof(name)); /* longer ones are none of ours */
			memcpy(name, key.p, key.n);
			key.p = name;
			continue;
		}
		(void)take_point_member(&p, key, &m->token, &any_value);
		st = metrics_skip(m, err);
		if (st != OK)
			return st;
	}
	if (any_value && (undated || p.t != TS_NONE))
		add_point(m, &p);
	return st;
}

static enum status take_data(struct metrics *m, struct error *err)
{
	return metrics_point(m, false, err);
}

/* [{"name":{"value":"statuscode"},"value":"429"}] */
static enum status take_metadata(struct metrics *m, struct error *err)
{
	struct str key = STR_NONE, name = STR_NONE, value = STR_NONE;
	enum status st;

	while ((st = metrics_next(m, err)) == OK && m->token.kind != TOKEN_OBJECT_END) {
		if (m->token.kind == TOKEN_KEY) {
			key = arena_dup(m->scratch, m->token.text);
			continue;
		}
		if (str_eq(key, STR("name"))) {
			st = take_name(m, &name, err);
		} else {
			if (str_eq(key, STR("value")) && metrics_is_scalar(m))
				value = metrics_text(m);
			st = metrics_skip(m, err);
		}
		if (st != OK)
			return st;
	}
	if (name.n)
		add_dim(m, name, value);
	return st;
}

/* The elements of an array that are objects, each by take. */
static enum status take_array(struct metrics *m, enum status (*take)(struct metrics *, struct error *), struct error *err)
{
	enum status st;

	if (m->token.kind != TOKEN_ARRAY)
		return metrics_skip(m, err);
	while ((st = metrics_next(m, err)) == OK && m->token.kind != TOKEN_ARRAY_END) {
		st = m->token.kind == TOKEN_OBJECT ? take(m, err) : metrics_skip(m, err);
		if (st != OK)
			return st;
	}
	return st;
}

void metrics_add_series(struct metrics *m, const struct series *s)
{
	m->series = grow(m->series, m->n_series, &m->cap_series, sizeof(*m->series));
	m->series[m->n_series++] = *s;
}

static enum status take_series(struct metrics *m, struct error *err)
{
	struct series s = { .point = m->n_points, .dim = m->n_dims };
	struct str key = STR_NONE;
	enum status st;

	while ((st = metrics_next(m, err)) == OK && m->token.kind != TOKEN_OBJECT_END) {
		if (m->token.kind == TOKEN_KEY)
			key = arena_dup(m->scratch, m->token.text);
		else if (str_ieq(key, STR("data")))
			st = take_array(m, take_data, err);
		else if (str_ieq(key, STR("metadatavalues")))
			st = take_array(m, take_metadata, err);
		else
			st = metrics_skip(m, err);
		if (st != OK)
			break;
	}
	s.points = m->n_points - s.point;
	s.dims = m->n_dims - s.dim;
	metrics_add_series(m, &s);
	return st;
}

/* {"statuscode":"429"}: dimensions of an export */
enum status metrics_dimensions(struct metrics *m, struct error *err)
{
	struct str key = STR_NONE;
	enum status st;

	if (m->token.kind != TOKEN_OBJECT)
		return metrics_skip(m, err);
	while ((st = metrics_next(m, err)) == OK && m->token.kind != TOKEN_OBJECT_END) {
		if (m->token.kind == TOKEN_KEY) {
			key = arena_dup(m->scratch, m->token.text);
			continue;
		}
		if (metrics_is_scalar(m))
			add_dim(m, key, metrics_text(m));
		st = metrics_skip(m, err);
		if (st != OK)
			return st;
	}
	return st;
}

static enum status take_object(struct metrics *m, const struct object *around, struct error *err);

static struct str *text_member(struct azure_metric *m, struct str key)
{
	if (str_eq(key, STR("unit")) || str_eq(key, STR("UnitName")))
		return &m->unit;
	if (str_eq(key, STR("id")) || str_ieq(key, STR("resourceId")) || str_eq(key, STR("_ResourceId")))
		return &m->id;
	return str_ieq(key, STR("metricName")) || str_eq(key, STR("name")) ? &m->name : NULL;
}

void metrics_scalar(struct metrics *m, struct object *o, struct str key)
{
	struct str *text = text_member(&o->m, key);

	if (text) {
		if (m->token.kind == TOKEN_STRING)
			*text = metrics_text(m);
		o->is_point |= str_ieq(key, STR("metricName"));
	} else if (str_ieq(key, STR("interval")) || str_ieq(key, STR("timeGrain"))) {
		ts_usec interval = azure_interval(m->token.text);

		o->m.interval = interval ? interval : o->m.interval;
	} else {
		(void)take_point_member(&o->point, key, &m->token, &o->any_value);
	}
}

/* Values of an array or object that may hold metrics somewhere. */
static enum status take_container(struct metrics *m, const struct object *o, struct error *err)
{
	enum status st;

	if (m->token.kind == TOKEN_OBJECT)
		return take_object(m, o, err);
	while ((st = metrics_next(m, err)) == OK && m->token.kind != TOKEN_ARRAY_END) {
		if (m->token.kind == TOKEN_OBJECT || m->token.kind == TOKEN_ARRAY)
			st = take_container(m, o, err);
		if (st != OK)
			return st;
	}
	return st;
}

static enum status emit_points_of(struct metrics *m, struct object *o, struct error *err)
{
	enum status st = OK;

	for (size_t i = o->series; i < m->n_series && st == OK; i++) {
		const struct series *s = &m->series[i];
		struct azure_metric metric = o->m;

		metric.dims = m->dims + s->dim;
		metric.n_dims = s->dims;
		if (s->metric.n) { /* it shares time and dimensions with the others of its document */
			metric.name = s->metric;
			metric.dims = m->dims + o->dims;
			metric.n_dims = m->n_dims - o->dims;
			m->points[s->point].t = o->point.t;
			m->points[s->point].u = o->point.u;
			if (o->point.t == TS_NONE)
				continue;
		}
		st = azure_emit_points(m->out, m->scratch, m->keep, &m->feeds, &metric, m->points + s->point, s->points, err);
	}
	if (st == OK && o->is_point && o->point.t != TS_NONE) {
		o->m.dims = m->dims + o->dims;
		o->m.n_dims = m->n_dims - o->dims;
		st = azure_emit_points(m->out, m->scratch, m->keep, &m->feeds, &o->m, &o->point, o->any_value, err);
	} else if (st == OK && o->is_point) {
		st = emit_reject(m->out, o->point.line, o->point.offset, o->m.name, "no timestamp", err);
	}
	if (m->full)
		emit_incomplete(m->out, "more points in one metric than are kept");
	m->full = false;
	m->n_series = o->series;
	m->n_dims = o->dims;
	m->n_points = o->points;
	return st;
}

/* ---- objects ---- */

static enum status take_member(struct metrics *m, struct object *o, struct str key, struct error *err)
{
	if (metrics_is_scalar(m)) {
		metrics_scalar(m, o, key);
		return OK;
	}
	if (str_eq(key, STR("name")))
		return take_name(m, &o->m.name, err);
	if (str_eq(key, STR("timeseries")))
		return take_array(m, take_series, err);
	if (str_eq(key, STR("dimensions")))
		return metrics_dimensions(m, err);
	if (str_eq(key, STR("azure")) && m->token.kind == TOKEN_OBJECT)
		return metrics_beat(m, o, err);
	return take_container(m, o, err);
}

static enum status take_object(struct metrics *m, const struct object *around, struct error *err)
{
	struct object o = { .point = empty_point(&m->token), .series = m->n_series, .dims = m->n_dims, .points = m->n_points };
	struct arena *outer = m->scratch;
	struct str key = STR_NONE;
	enum status st, emitted;

	if (around) { /* a batch tells resource and interval once */
		o.m.interval = around->m.interval;
		o.m.id = around->m.id;
	}
	m->level++;
	if (!m->levels[m->level])
		m->levels[m->level] = arena_new();
	m->scratch = m->levels[m->level];
	arena_reset(m->scratch);
	while ((st = metrics_next(m, err)) == OK && m->token.kind != TOKEN_OBJECT_END) {
		if (m->token.kind == TOKEN_KEY)
			key = arena_dup(m->scratch, m->token.text);
		else
			st = take_member(m, &o, key, err);
		if (st != OK)
			break;
	}
	emitted = emit_points_of(m, &o, err); /* of a document that was cut, too */
	m->scratch = outer;
	m->level--;
	return emitted == OK ? st : emitted;
}

/* ---- the member ---- */

static enum status read_tokens(struct metrics *m, struct error *err)
{
	struct object nothing = { 0 };
	enum status st;

	while ((st = metrics_next(m, err)) == OK) {
		if (m->token.kind == TOKEN_OBJECT || m->token.kind == TOKEN_ARRAY)
			st = take_container(m, &nothing, err);
		if (st != OK)
			break;
	}
	if (st != END || !tokens_problem(m->in))
		return st == END ? OK : st;
	emit_incomplete(m->out, tokens_problem(m->in));
	return emit_reject(m->out, m->token.line, m->token.offset, m->token.text, tokens_problem(m->in), err);
}

static enum status parse_metrics(struct reader *in, struct emitter *out, struct error *err)
{
	struct metrics *m = heap_new(sizeof(*m));
	enum status st;

	m->out = out;
	m->in = tokens_new(in);
	m->keep = arena_new();
	m->levels[0] = m->scratch = arena_new();
	st = read_tokens(m, err);
	tokens_free(m->in);
	arena_free(m->keep);
	for (size_t i = 0; i <= LIMIT_JSON_DEPTH; i++)
		arena_free(m->levels[i]);
	free(m->points);
	free(m->dims);
	free(m->series);
	free(m);
	return st;
}

struct errors { struct emitter *out; struct arena *a; };

static enum status take_error(void *ctx, const struct json *v, const struct record *r, struct error *err)
{
	struct errors *e = ctx;

	return azure_emit_error_body(e->out, e->a, v, r, err);
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct errors e = { out, NULL };
	enum status st;

	emit_cover(out, COVER_POLLED);
	if (!azure_head_is_error_body(reader_head(in)))
		return parse_metrics(in, out, err);
	e.a = arena_new();
	st = each_record(in, out, NULL, take_error, &e, err);
	arena_free(e.a);
	return st;
}

const struct source source_azure_metrics = {
	.name = "azure_metrics",
	.title = "Azure Monitor metrics",
	.collect = "az monitor metrics list --resource ID --metrics AzureOpenAIRequests TokenTransaction "
		   "--dimension StatusCode ModelDeploymentName --interval PT1M --offset 6h -o json",
	.hostless = true,
	.detect = detect,
	.parse = parse,
};

#include "source/azure_request.h"

#include <stdlib.h>

/* Requests are logged some seconds after they were made; a clock further off is
 * not the same clock. */
#define LOGGING_DELAY (10 * TS_MINUTE)
#define OTHER_BYTES 512 /* of a value kept under its own name */

bool azure_request_status(const struct azure_row *row, double *status)
{
	/* what the caller got, before what a backend answered */
	return azure_number(row, "responseCode|httpStatus|httpStatusCode|statusCode|resultSignature", status) &&
	       *status >= 100 && *status <= 599;
}

void azure_common_attrs(struct attrs *f, const struct azure_row *row, struct str id)
{
	attrs_text(f, STR("operation"), azure_text(row, f->a, "operationName"));
	attrs_text(f, STR("resource"), azure_resource(f->a, id));
	attrs_text(f, STR("resource_id"), id);
	attrs_text(f, STR("resource_group"), azure_resource_group(f->a, id));
	attrs_text(f, STR("region"), azure_text(row, f->a, "location|region"));
	attrs_text(f, STR("correlation_id"), azure_text(row, f->a, "correlationId"));
	attrs_text(f, STR("caller_ip"), azure_text(row, f->a, "callerIpAddress|clientIp|clientIP"));
	attrs_text(f, STR("level"), azure_text(row, f->a, "level|LogLevel"));
}

void azure_other_attrs(struct attrs *f, const struct azure_row *row)
{
	static const char *const used[] = {
		"time", "timeStamp", "TimeGenerated", "operationName", "resourceId", "_ResourceId", "location",
		"region", "correlationId", "callerIpAddress", "level", "properties", "resultSignature", "durationMs",
		"category", "modelDeploymentName", "modelName", "modelVersion", "streamType", "requestTime",
		"responseTime", "responseCode", "httpStatus", "log", "LogMessage", "LogEntry", "apiName", "clientIP",
		"promptTokens", "completionTokens", "totalTokens", "backendResponseCode", "deploymentName", "timeTaken",
		"LogLevel", "TableName",
	};

	for (size_t i = 0; i < row->n; i++) {
		struct str key = row->m[i].key;
		enum json_type type = json_type(row->m[i].v);
		size_t k = 0;

		while (k < sizeof(used) / sizeof(used[0]) && !azure_same_name(key, str_of(used[k])))
			k++;
		if (k < sizeof(used) / sizeof(used[0]) || type == JSON_OBJECT || type == JSON_ARRAY)
			continue;
		if (json_str(row->m[i].v).n <= OTHER_BYTES && attrs_get(f, key).n == 0)
			attrs_json(f, key, row->m[i].v);
	}
}

/* Milliseconds; negative ones were met and are nobody's latency. */
static double duration_of(const struct azure_row *row, struct arena *a)
{
	double ms, seconds;

	if (azure_number(row, "durationMs|totalTime|TimeTakenMs", &ms))
		return ms >= 0 ? ms : NO_NUMBER;
	if (azure_number(row, "timeTaken", &seconds)) /* application gateway */
		return seconds >= 0 ? seconds * 1000 : NO_NUMBER;
	{
		ts_usec from = azure_ticks(azure_text(row, a, "requestTime"));
		ts_usec to = azure_ticks(azure_text(row, a, "responseTime"));

		return from != TS_NONE && to >= from ? (double)(to - from) / 1000 : NO_NUMBER;
	}
}

/* Seconds the caller was told to wait. */
static double retry_after_of(const struct azure_row *row, struct str message)
{
	const struct json *headers = azure_get(row, "responseHeaders|headers");
	double seconds, ms;

	if (azure_number(row, "retry-after|retryAfter|retryAfterSeconds", &seconds))
		return seconds;
	if (azure_number(row, "retry-after-ms|retryAfterMs", &ms))
		return ms / 1000;
	for (const struct json *h = json_first(headers); h; h = json_next(h))
		if (str_ieq(json_key(h), STR("retry-after")) && json_num(h, &seconds))
			return seconds;
	return azure_retry_after(message);
}

static double tokens_of(const struct azure_row *row, const char *names, const char *usage)
{
	double n;

	if (azure_number(row, names, &n) || json_num(json_get(azure_get(row, "usage"), usage), &n))
		return n;
	return NO_NUMBER;
}

static double prompt_tokens(const struct azure_row *row)
{
	return tokens_of(row, "promptTokens|prompt_tokens", "prompt_tokens");
}

static double completion_tokens(const struct azure_row *row)
{
	return tokens_of(row, "completionTokens|completion_tokens", "completion_tokens");
}

static double total_tokens(const struct azure_row *row)
{
	double total = tokens_of(row, "totalTokens|total_tokens", "total_tokens");

	return isnan(total) ? prompt_tokens(row) + completion_tokens(row) : total;
}

static struct str deployment_of(const struct azure_row *row, struct arena *a)
{
	return azure_text(row, a, "modelDeploymentName|deploymentName");
}

/* What failed, from wherever the service puts it. */
static void message_of(const struct azure_row *row, struct arena *a, struct azure_error *e)
{
	static const char *const places[] = {
		"error", "lastError", "errorMessage", "resultDescription", "message", "responseBody", "BackendResponseBody",
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (azure_error_of(a, azure_get(row, places[i]), e))
			return;
	*e = (struct azure_error){ 0 };
}

struct request {
	struct emitter *out;
	struct arena *a;
	struct str deployment, resource, entity;
	struct event ev;
	double status, duration_ms;
	bool openai;
};

static enum status emit_value(struct request *q, ts_usec t, const char *name, const char *unit, bool code, double value,
			      struct error *err)
{
	struct label labels[3];
	struct series_def def = { .name = str_of(name), .unit = str_of(unit), .entity = q->entity, .labels = labels };
	uint32_t series;

	if (isnan(value))
		return OK;
	if (code)
		labels[def.n_labels++] = (struct label){ STR("code"), arena_printf(q->a, "%.0f", q->status) };
	if (q->deployment.n)
		labels[def.n_labels++] = (struct label){ STR("deployment"), q->deployment };
	if (q->resource.n)
		labels[def.n_labels++] = (struct label){ q->openai ? STR("resource") : STR("service"), q->resource };
	series = emit_series(q->out, &def);
	return emit_sample(q->out, &(struct sample){ .t = t, .u_us = q->ev.u_us, .clock = CLOCK_IS_UTC, .line = q->ev.line,
						     .offset = q->ev.offset, .panel = emit_panel(q->out, &series, 1),
						     .values = &value }, err);
}

static enum status emit_values(struct request *q, ts_usec t, struct error *err)
{
	/* a refused request answers at once and would hide how slow the served ones are */
	bool served = q->status < 400 || q->status >= 500;
	enum status st = emit_value(q, t, q->openai ? "aoai.requests" : "svc.requests", "", true, 1, err);

	return st == OK && served ? emit_value(q, t, "svc.latency", "s", false, q->duration_ms / 1000, err) : st;
}

static struct str text_of(const struct request *q, struct str operation, struct str message)
{
	struct str s = arena_printf(q->a, "%.*s%s%.0f", STR_ARG(operation), operation.n ? " " : "", q->status);

	if (q->deployment.n)
		s = arena_printf(q->a, "%.*s %.*s", STR_ARG(s), STR_ARG(q->deployment));
	if (!isnan(q->duration_ms))
		s = arena_printf(q->a, "%.*s in %.0f ms", STR_ARG(s), q->duration_ms);
	return message.n ? arena_printf(q->a, "%.*s: %.*s", STR_ARG(s), STR_ARG(message)) : s;
}

static enum severity severity_of(double status)
{
	return status >= 500 ? SEV_ERR : status >= 400 ? SEV_WARNING : SEV_INFO;
}

enum status azure_emit_request(struct emitter *out, struct arena *a, const struct azure_row *row, const struct record *r,
			       struct azure_time t, double status, struct error *err)
{
	static const struct { const char *names, *attribute; } parts[] = {
		{ "modelName", "model" }, { "modelVersion", "model_version" }, { "streamType", "stream_type" },
		{ "apiName", "api" }, { "backendResponseCode", "backend_status" }, { "category", "category" },
	};
	struct str id = azure_text(row, a, "resourceId|_ResourceId");
	ts_usec requested = azure_ticks(azure_text(row, a, "requestTime"));
	struct azure_error e;
	struct attrs f;
	struct request q = {
		.out = out, .a = a, .status = status, .duration_ms = duration_of(row, a),
		.deployment = deployment_of(row, a),
		.openai = deployment_of(row, a).n > 0 || str_ifind(id, STR("/microsoft.cognitiveservices/")) < id.n,
		.resource = azure_resource(a, id),
		.ev = { .t = t.t, .u_us = t.u, .clock = CLOCK_IS_UTC, .severity = severity_of(status),
			.line = r->line, .lines = r->lines, .offset = r->offset, .kind = STR("azure.request") },
	};
	enum status st;

	attrs_init(&f, a);
	message_of(row, a, &e);
	q.entity = q.deployment.n ? arena_printf(a, "deployment:%.*s", STR_ARG(q.deployment)) : azure_entity(a, id);
	azure_common_attrs(&f, row, id);
	attrs_number(&f, STR("status"), status);
	attrs_number(&f, STR("duration_ms"), q.duration_ms);
	attrs_text(&f, STR("deployment"), q.deployment);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		attrs_text(&f, str_of(parts[i].attribute), azure_text(row, a, parts[i].names));
	attrs_number(&f, STR("retry_after"), retry_after_of(row, e.message));
	attrs_number(&f, STR("prompt_tokens"), prompt_tokens(row));
	attrs_number(&f, STR("completion_tokens"), completion_tokens(row));
	attrs_number(&f, STR("total_tokens"), total_tokens(row));
	attrs_text(&f, STR("error_code"), e.code);
	attrs_text(&f, STR("message"), e.message);
	if (requested != TS_NONE && requested <= t.t && t.t - requested < LOGGING_DELAY)
		attrs_time(&f, STR("requested"), requested);
	else
		requested = t.t;
	q.ev.entity = q.entity;
	q.ev.text = text_of(&q, attrs_get(&f, STR("operation")), e.message);
	azure_other_attrs(&f, row);
	q.ev.fields = f.v;
	q.ev.n_fields = f.n;
	st = emit_event(out, &q.ev, err);
	return st == OK ? emit_values(&q, requested, err) : st;
}

/* ---- tokens a minute ---- */

void azure_minutes_init(struct azure_minutes *m)
{
	*m = (struct azure_minutes){ .places = map_new() };
}

void azure_minutes_done(struct azure_minutes *m)
{
	map_free(m->places);
	free(m->v);
}

void azure_minutes_add(struct azure_minutes *m, struct arena *a, const struct azure_row *row, const struct record *r,
		       ts_usec t)
{
	struct str deployment = deployment_of(row, a), key;
	double tokens = total_tokens(row);
	ts_usec minute = t - ((t % TS_MINUTE) + TS_MINUTE) % TS_MINUTE;
	size_t i;

	if (isnan(tokens))
		return;
	key = arena_printf(a, "%.*s %lld", STR_ARG(deployment), (long long)minute);
	i = map_put(m->places, key);
	if (i == m->n) {
		m->v = grow(m->v, m->n, &m->cap, sizeof(*m->v));
		m->v[m->n++] = (struct azure_minute){ .deployment = str_head(map_key(m->places, i), deployment.n), .t = minute,
						      .line = r->line, .offset = r->offset };
	}
	m->v[i].tokens += tokens;
}

enum status azure_minutes_emit(struct azure_minutes *m, struct emitter *out, struct error *err)
{
	enum status st = OK;

	for (size_t i = 0; i < m->n && st == OK; i++) {
		const struct azure_minute *v = &m->v[i];
		struct request q = { .out = out, .deployment = v->deployment, .entity = STR_NONE,
				     .ev = { .line = v->line, .offset = v->offset, .u_us = TS_MINUTE } };
		struct arena *a = arena_new();

		if (v->deployment.n)
			q.entity = arena_printf(a, "deployment:%.*s", STR_ARG(v->deployment));
		st = emit_value(&q, v->t, "aoai.tokens", "tokens/min", false, v->tokens, err);
		arena_free(a);
	}
	return st;
}

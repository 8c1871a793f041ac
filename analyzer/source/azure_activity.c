/* The Azure activity log: what was done to resources, by whom, and how it went.
 *
 * `az monitor activity-log list` (an array, or the REST body {"value":[..]}), the
 * Python SDK's snake_case JSON lines, exports of diagnostic settings (records
 * with "time", upper-case operations and resultType), and AzureActivity rows of
 * Log Analytics; also the error of an operation where somebody kept only that.
 * Newest first as a rule: nothing here depends on the order. */
#include "source/azure.h"
#include "source/each_record.h"
#include "source/jsonkeys.h"
#include "source/source.h"

#define RECORD_DEPTH 3 /* {"value":[{"eventTimestamp"..}]} */

static const char *const path_words[] = { "activity", NULL };

/* learn.microsoft.com: Azure activity log event schema, categories */
static bool is_category(struct str s)
{
	static const char *const categories[] = {
		"Administrative", "Alert", "Autoscale", "Policy", "Recommendation", "ResourceHealth", "Security",
		"ServiceHealth",
	};

	for (size_t i = 0; i < sizeof(categories) / sizeof(categories[0]); i++)
		if (str_ieq(s, str_of(categories[i])))
			return true;
	return false;
}

static int detect(struct str path, struct str head)
{
	struct json_keys k = json_keys_of(head);
	bool stamp = false, operation = false, row = false, category = false, time = false;
	struct str key, value;
	int depth;

	if (azure_head_is_error_text(head))
		return 24;
	if (!json_looks(head))
		return 0;
	while (json_keys_next(&k, &key, &depth, &value)) {
		if (depth > RECORD_DEPTH)
			continue;
		stamp |= str_eq(key, STR("eventTimestamp")) || str_eq(key, STR("event_timestamp"));
		operation |= str_eq(key, STR("operationName")) || str_eq(key, STR("operation_name"));
		row |= str_ieq(key, STR("OperationNameValue"));
		category |= str_eq(key, STR("category")) && is_category(value);
		time |= str_eq(key, STR("time"));
	}
	if ((stamp && operation) || row)
		return 48;
	if (category && time)
		return operation ? 46 : 34;
	return azure_bid_error_body(path, head, path_words, 18, 0);
}

struct context {
	struct emitter *out;
	struct arena *a; /* reset after each record */
};

/* {"value": "x", "localizedValue": "X"} or plain text */
static struct str named(const struct azure_row *row, struct arena *a, const char *names)
{
	const struct json *v = azure_get(row, names);

	return json_type(v) == JSON_OBJECT ? json_get_str(v, "value") : azure_text(row, a, names);
}

/* Exports say Success where the API says Succeeded. */
static struct str status_of(struct str s)
{
	static const struct { const char *export, *api; } words[] = {
		{ "Start", "Started" }, { "Accept", "Accepted" }, { "Success", "Succeeded" }, { "Failure", "Failed" },
		{ "Active", "Active" }, { "Resolved", "Resolved" },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_ieq(s, str_of(words[i].export)))
			return str_of(words[i].api);
	return s;
}

static struct str text_of(struct arena *a, struct str operation, struct str status, struct str title, struct str message)
{
	struct str parts[] = { operation, status, title, message };
	struct buf b;
	struct str s;

	buf_init(&b, LIMIT_EVENT_TEXT);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].n == 0)
			continue;
		if (b.n)
			buf_add(&b, STR(": "));
		buf_add(&b, parts[i]);
	}
	s = arena_dup(a, buf_str(&b));
	buf_done(&b);
	return s;
}

static void add_health(struct attrs *f, const struct azure_row *row)
{
	static const struct { const char *names, *attribute; } parts[] = {
		{ "currentHealthStatus", "health" },    { "previousHealthStatus", "previous_health" },
		{ "cause", "cause" },                   { "title", "title" },
		{ "trackingId", "tracking_id" },        { "stage", "stage" },
		{ "incidentType", "incident_type" },    { "impactedServices", "impacted_services" },
		{ "statusCode", "status_code" },        { "serviceRequestId", "service_request_id" },
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		attrs_text(f, str_of(parts[i].attribute), azure_text(row, f->a, parts[i].names));
}

static enum status emit_activity(struct context *c, const struct azure_row *row, const struct record *r, struct error *err)
{
	struct arena *a = c->a;
	struct azure_time t = azure_time(azure_text(row, a, "eventTimestamp|event_timestamp|time|timeGenerated"));
	struct str operation = named(row, a, "operationName|operation_name|operationNameValue");
	struct str status = status_of(named(row, a, "status|activityStatusValue|activityStatus|resultType"));
	struct str id = azure_text(row, a, "resourceId|resource_id|_ResourceId|resourceUri|entity");
	struct str level = azure_text(row, a, "level"), group = azure_text(row, a, "resourceGroupName|resource_group_name");
	struct azure_error e;
	struct attrs f;
	struct event ev = {
		.t = t.t, .u_us = t.u, .clock = CLOCK_IS_UTC, .severity = azure_severity(level),
		.line = r->line, .lines = r->lines, .offset = r->offset,
		.kind = STR("azure.activity"), .entity = azure_entity(a, id),
	};

	if (t.t == TS_NONE)
		return emit_reject(c->out, r->line, r->offset, r->text, "no timestamp", err);
	attrs_init(&f, a);
	(void)azure_error_of(a, azure_get(row, "statusMessage|status_message"), &e);
	attrs_text(&f, STR("operation"), operation);
	attrs_text(&f, STR("status"), status);
	attrs_text(&f, STR("substatus"), named(row, a, "subStatus|sub_status|activitySubstatusValue|resultSignature"));
	attrs_text(&f, STR("category"), named(row, a, "category|categoryValue"));
	attrs_text(&f, STR("level"), level);
	attrs_text(&f, STR("caller"), azure_text(row, a, "caller"));
	attrs_text(&f, STR("resource"), azure_resource(a, id));
	attrs_text(&f, STR("resource_id"), id);
	attrs_text(&f, STR("resource_group"), group.n ? group : azure_resource_group(a, id));
	attrs_text(&f, STR("correlation_id"), azure_text(row, a, "correlationId|correlation_id"));
	attrs_text(&f, STR("operation_id"), azure_text(row, a, "operationId|operation_id"));
	attrs_text(&f, STR("error_code"), e.code);
	attrs_text(&f, STR("error_outer"), e.outer);
	attrs_text(&f, STR("message"), e.message);
	add_health(&f, row);
	attrs_text(&f, STR("zone"), t.zone_given ? STR_NONE : STR("assumed UTC"));
	if (ev.severity == SEV_NONE)
		ev.severity = str_eq(status, STR("Failed")) ? SEV_ERR : SEV_INFO;
	ev.text = text_of(a, operation, status, attrs_get(&f, STR("title")),
			  e.message.n ? e.message : azure_text(row, a, "details"));
	if (ev.text.n == 0)
		ev.text = attrs_get(&f, STR("category"));
	ev.fields = f.v;
	ev.n_fields = f.n;
	if (str_starts(ev.entity, STR("vm:")))
		azure_link_vm(c->out, a, str_from(ev.entity, 3));
	return emit_event(c->out, &ev, err);
}

static enum status take(void *ctx, const struct json *v, const struct record *r, struct error *err)
{
	struct context *c = ctx;
	struct azure_row row;
	enum status st;

	if (azure_is_error_body(v)) {
		st = azure_emit_error_body(c->out, c->a, v, r, err);
	} else if (r->envelope) {
		if (json_get_str(v, "nextLink").n)
			emit_incomplete(c->out, "the answer was cut into pages, this is not the last");
		st = OK;
	} else {
		azure_row_init(&row, v);
		st = emit_activity(c, &row, r, err);
		azure_row_done(&row);
	}
	arena_reset(c->a);
	return st;
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct context c = { out, NULL };
	enum status st;

	if (azure_head_is_error_text(reader_head(in)))
		return azure_read_error_text(in, out, err);
	c.a = arena_new();
	st = each_record(in, out, NULL, take, &c, err);
	arena_free(c.a);
	return st;
}

const struct source source_azure_activity = {
	.name = "azure_activity",
	.title = "Azure activity log",
	.collect = "az monitor activity-log list --offset 7d --max-events 5000 -o json",
	.hostless = true,
	.detect = detect,
	.parse = parse,
};

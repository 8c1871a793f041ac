/* Azure diagnostic logs and Log Analytics results.
 *
 * Records of diagnostic settings, as JSON lines or {"records":[..]}: requests of
 * Azure OpenAI (RequestResponse), of API Management (GatewayLogs) and application
 * gateways, audits, the logs of an AKS control plane (kube-audit, guard,
 * cluster-autoscaler).  Rows of Log Analytics, as {"tables":[..]} and as the flat array
 * of `az monitor log-analytics query`. */
#include "source/azure_request.h"
#include "source/azure_tables.h"
#include "source/jsonkeys.h"
#include "source/k8s.h"
#include "source/source.h"

#define RECORD_DEPTH 3

static const char *const path_words[] = { "diag", "requestresponse", "insights-logs", "log-analytics", "loganalytics", NULL };

static bool is_table(struct str head)
{
	static const char *const names[] = { "tables", "columns", "rows" };

	return json_keys_seen(head, RECORD_DEPTH, names, 3) == 7;
}

static int detect(struct str path, struct str head)
{
	enum { CATEGORY, TIME, STAMP, ID, OPERATION, TIME_LA, TABLE_LA };
	static const char *const names[] = {
		[CATEGORY] = "category", [TIME] = "time", [STAMP] = "timeStamp", [ID] = "resourceId",
		[OPERATION] = "operationName", [TIME_LA] = "TimeGenerated", [TABLE_LA] = "TableName",
	};
	uint32_t seen;

	if (!json_looks(head))
		return 0;
	if (is_table(head))
		return 44;
	seen = json_keys_seen(head, RECORD_DEPTH, names, sizeof(names) / sizeof(names[0]));
	if (seen & (1u << CATEGORY) && seen & (1u << TIME | 1u << STAMP) && seen & (1u << ID | 1u << OPERATION))
		return 42; /* less than azure_activity bids where the category is one of its */
	if (seen & (1u << TIME_LA))
		return seen & (1u << TABLE_LA) ? 42 : 34;
	return azure_bid_error_body(path, head, path_words, 16, 0);
}

struct context {
	struct emitter *out;
	struct arena *a; /* reset after each record */
	struct azure_minutes minutes;
};

/* ---- log lines ---- */

/* "I0605 11:27:29.865576       1 scale_up.go:54] text": gives the text and its severity. */
static struct str without_klog(struct str s, enum severity *severity)
{
	static const enum severity levels[] = { SEV_INFO, SEV_WARNING, SEV_ERR, SEV_CRIT };
	size_t level, end = str_find(s, STR("] "));
	struct stamp stamp;

	if (s.n == 0 || (level = str_chr(STR("IWEF"), s.p[0])) == 4 || end >= s.n || ts_klog(str_from(s, 1), &stamp) == 0)
		return s;
	*severity = levels[level];
	return str_from(s, end + 2);
}

/* One line about a record of kube-audit, which is JSON in "log". */
static struct str audit_text(struct arena *a, struct attrs *f, struct str log)
{
	static const struct { const char *path, *attribute; } parts[] = {
		{ "verb", "verb" },                        { "user.username", "user" },
		{ "objectRef.resource", "object_kind" },   { "objectRef.namespace", "namespace" },
		{ "objectRef.name", "name" },              { "responseStatus.code", "status" },
		{ "responseStatus.reason", "reason" },     { "userAgent", "user_agent" },
	};
	struct json *v = NULL;
	struct error none;
	struct str uri, message;

	if (!json_looks(log) || json_parse(&v, log, &none) != OK)
		return log;
	if (!json_get(v, "verb") || !json_get(v, "requestURI")) {
		json_free(v);
		return log;
	}
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		attrs_json(f, str_of(parts[i].attribute), json_path(v, parts[i].path));
	uri = json_get_str(v, "requestURI");
	message = json_path_str(v, "responseStatus.message");
	log = arena_printf(a, "%.*s %.*s by %.*s%s%.*s", STR_ARG(json_get_str(v, "verb")), STR_ARG(uri),
			   STR_ARG(attrs_get(f, STR("user"))), message.n ? ": " : "", STR_ARG(message));
	json_free(v);
	return log;
}

static struct str pod_entity(struct arena *a, const struct azure_row *row)
{
	struct k8s_ref pod = { STR("Pod"), azure_text(row, a, "PodNamespace"), azure_text(row, a, "PodName") };

	return k8s_entity(a, pod);
}

static enum status emit_log(struct context *c, const struct azure_row *row, const struct record *r, struct azure_time t,
			    struct error *err)
{
	struct arena *a = c->a;
	struct str id = azure_text(row, a, "resourceId|_ResourceId"), category = azure_text(row, a, "category|Type");
	struct str log = azure_text(row, a, "log|LogMessage|LogEntry|SyslogMessage");
	struct azure_error e;
	struct attrs f;
	struct event ev = {
		.t = t.t, .u_us = t.u, .clock = CLOCK_IS_UTC,
		.severity = azure_severity(azure_text(row, a, "level|LogLevel|SeverityLevel")),
		.line = r->line, .lines = r->lines, .offset = r->offset,
		.kind = STR("azure.log"), .entity = pod_entity(a, row),
	};

	attrs_init(&f, a);
	if (ev.entity.n == 0)
		ev.entity = azure_entity(a, id);
	if (ev.severity == SEV_NONE)
		ev.severity = SEV_INFO;
	if (log.n) {
		ev.text = audit_text(a, &f, str_trim(without_klog(log, &ev.severity)));
	} else if (azure_error_of(a, azure_get(row, "error|resultDescription|message|Message|errorMessage"), &e)) {
		attrs_text(&f, STR("error_code"), e.code);
		ev.text = e.message;
	}
	azure_common_attrs(&f, row, id);
	attrs_text(&f, STR("category"), category);
	if (ev.text.n == 0)
		ev.text = str_trim(arena_printf(a, "%.*s %.*s", STR_ARG(category), STR_ARG(attrs_get(&f, STR("operation")))));
	if (ev.text.n == 0)
		ev.text = STR("log record");
	azure_other_attrs(&f, row);
	ev.fields = f.v;
	ev.n_fields = f.n;
	return emit_event(c->out, &ev, err);
}

/* ---- rows of KubeEvents: what kubectl get events shows, kept for longer ---- */

static struct k8s_time k8s_instant(struct azure_time t)
{
	return (struct k8s_time){ t.t, t.u, CLOCK_IS_UTC };
}

static bool is_kube_event(const struct azure_row *row)
{
	return azure_get(row, "KubeEventType") && azure_get(row, "Reason");
}

static enum status emit_kube_event(struct context *c, const struct azure_row *row, const struct record *r,
				   struct azure_time t, struct error *err)
{
	struct arena *a = c->a;
	struct k8s_event e = {
		.about = { azure_text(row, a, "ObjectKind"), azure_text(row, a, "Namespace"), azure_text(row, a, "Name") },
		.type = azure_text(row, a, "KubeEventType"), .reason = azure_text(row, a, "Reason"),
		.message = azure_text(row, a, "Message"), .component = azure_text(row, a, "SourceComponent"),
		.node = azure_text(row, a, "Computer"), .count = 1,
		.first = k8s_instant(azure_time(azure_text(row, a, "FirstSeen"))),
		.last = k8s_instant(azure_time(azure_text(row, a, "LastSeen"))),
	};

	(void)azure_number(row, "Count", &e.count);
	if (e.last.t == TS_NONE)
		e.last = k8s_instant(t);
	if (e.first.t == TS_NONE)
		e.first = e.last;
	return k8s_emit_event(c->out, a, &e, k8s_at_record(r), err);
}

/* ---- the member ---- */

static enum status take_record_row(struct context *c, const struct azure_row *row, const struct record *r,
				   struct error *err)
{
	struct azure_time t = azure_time(azure_text(row, c->a, "time|timeStamp|TimeGenerated"));
	double status;

	if (t.t == TS_NONE)
		return emit_reject(c->out, r->line, r->offset, r->text, "no timestamp", err);
	azure_minutes_add(&c->minutes, c->a, row, r, t.t);
	if (is_kube_event(row))
		return emit_kube_event(c, row, r, t, err);
	if (azure_request_status(row, &status))
		return azure_emit_request(c->out, c->a, row, r, t, status, err);
	return emit_log(c, row, r, t, err);
}

static enum status take(void *ctx, const struct json *v, const struct record *r, struct error *err)
{
	struct context *c = ctx;
	struct azure_row row;
	enum status st = OK;

	if (azure_is_error_body(v)) {
		st = azure_emit_error_body(c->out, c->a, v, r, err);
	} else if (!r->envelope) {
		azure_row_init(&row, v);
		st = take_record_row(c, &row, r, err);
		azure_row_done(&row);
	}
	arena_reset(c->a);
	return st;
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct context c = { .out = out, .a = arena_new() };
	enum status st;

	azure_minutes_init(&c.minutes);
	if (is_table(reader_head(in)))
		st = azure_each_row(in, out, take, &c, err);
	else
		st = each_record(in, out, NULL, take, &c, err);
	if (st == OK)
		st = azure_minutes_emit(&c.minutes, out, err);
	azure_minutes_done(&c.minutes);
	arena_free(c.a);
	return st;
}

const struct source source_azure_logs = {
	.name = "azure_logs",
	.title = "Azure diagnostic logs and Log Analytics results",
	.collect = "az monitor log-analytics query -w WORKSPACE --analytics-query 'AzureDiagnostics' -o json",
	.hostless = true,
	.detect = detect,
	.parse = parse,
};

#include "source/azure_states.h"

static struct event event_of(struct emitter *out, const struct record *r, struct str kind)
{
	return (struct event){
		.clock = azure_now(out), .u_us = TS_SECOND, .severity = SEV_INFO,
		.line = r->line, .lines = r->lines, .offset = r->offset, .kind = kind,
	};
}

static enum status emit(struct emitter *out, struct event *ev, const struct attrs *f, struct error *err)
{
	ev->fields = f->v;
	ev->n_fields = f->n;
	return emit_event(out, ev, err);
}

/* Some clients put the members of a resource into "properties", some beside its name. */
static const struct json *member(const struct json *v, const char *key)
{
	const struct json *m = json_get(v, key);

	return json_type(m) != JSON_NULL ? m : json_get(json_get(v, "properties"), key);
}

static struct str text(const struct json *v, const char *key)
{
	return json_str(member(v, key));
}

static double number(const struct json *v)
{
	double n;

	return json_num(v, &n) ? n : NO_NUMBER;
}

/* ---- limits ---- */

enum status azure_emit_usage(struct emitter *out, struct arena *a, const struct azure_usage *u, const struct record *r,
			     struct error *err)
{
	struct event ev = event_of(out, r, STR("azure.usage"));
	struct str shown = u->local_name.n ? u->local_name : u->name;
	struct attrs f;

	attrs_init(&f, a);
	attrs_text(&f, STR("name"), u->name);
	attrs_text(&f, STR("local_name"), u->local_name);
	attrs_text(&f, STR("unit"), u->unit);
	attrs_number(&f, STR("current"), u->current);
	attrs_number(&f, STR("limit"), u->limit);
	if (u->limit > 0 && u->current >= u->limit)
		ev.severity = SEV_WARNING;
	if (isnan(u->current))
		ev.text = arena_printf(a, "%.*s: limit %.15g", STR_ARG(shown), u->limit);
	else
		ev.text = arena_printf(a, "%.*s: %.15g of %.15g", STR_ARG(shown), u->current, u->limit);
	return emit(out, &ev, &f, err);
}

/* {"currentValue":"8","limit":"10","name":{"value","localizedValue"}}; of Microsoft.Quota
 * {"properties":{"limit":{"value":10},"usages":{"value":8},"name":{..}}} */
static bool take_usage(struct emitter *out, struct arena *a, const struct json *v, const struct record *r,
		       enum status *st, struct error *err)
{
	const struct json *limit = member(v, "limit"), *usages = member(v, "usages"), *name = json_get(json_get(v, "properties"), "name");
	struct azure_usage u = { .current = number(member(v, "currentValue")), .limit = number(limit), .unit = text(v, "unit") };

	if (json_type(name) != JSON_OBJECT)
		name = json_get(v, "name");
	if (json_type(limit) == JSON_OBJECT)
		u.limit = number(json_get(limit, "value"));
	if (json_type(usages) == JSON_OBJECT)
		u.current = number(json_get(usages, "value"));
	if ((isnan(u.limit) && isnan(u.current)) || !name)
		return false;
	u.name = json_type(name) == JSON_OBJECT ? json_get_str(name, "value") : json_str(name);
	u.local_name = json_get_str(name, "localizedValue");
	if (u.local_name.n == 0)
		u.local_name = text(v, "localName");
	*st = azure_emit_usage(out, a, &u, r, err);
	return true;
}

/* ---- node pools ---- */

static struct str pool_text(struct arena *a, const struct azure_pool *p)
{
	struct str s = arena_printf(a, "node pool %.*s:", STR_ARG(p->name));

	if (!isnan(p->count))
		s = arena_printf(a, "%.*s %.0f %s", STR_ARG(s), p->count, p->count == 1 ? "node" : "nodes");
	if (p->vm_size.n)
		s = arena_printf(a, "%.*s of %.*s", STR_ARG(s), STR_ARG(p->vm_size));
	if (p->autoscaling && !isnan(p->max))
		s = arena_printf(a, "%.*s, autoscaling %.0f to %.0f", STR_ARG(s), isnan(p->min) ? 0 : p->min, p->max);
	else if (p->autoscaling_known && !p->autoscaling)
		s = arena_printf(a, "%.*s, no autoscaling", STR_ARG(s));
	if (p->taints.n)
		s = arena_printf(a, "%.*s, taints %.*s", STR_ARG(s), STR_ARG(p->taints));
	if (p->provisioning_state.n)
		s = arena_printf(a, "%.*s, %.*s", STR_ARG(s), STR_ARG(p->provisioning_state));
	return s;
}

enum status azure_emit_pool(struct emitter *out, struct arena *a, const struct azure_pool *p, const struct record *r,
			    struct error *err)
{
	struct event ev = event_of(out, r, STR("azure.nodepool"));
	struct attrs f;

	attrs_init(&f, a);
	attrs_text(&f, STR("name"), p->name);
	attrs_text(&f, STR("cluster"), p->cluster);
	attrs_number(&f, STR("count"), p->count);
	attrs_number(&f, STR("min_count"), p->min);
	attrs_number(&f, STR("max_count"), p->max);
	if (p->autoscaling_known)
		attrs_bool(&f, STR("autoscaling"), p->autoscaling);
	attrs_text(&f, STR("vm_size"), p->vm_size);
	attrs_text(&f, STR("taints"), p->taints);
	attrs_text(&f, STR("labels"), p->labels);
	attrs_text(&f, STR("provisioning_state"), p->provisioning_state);
	attrs_text(&f, STR("power_state"), p->power_state);
	attrs_text(&f, STR("priority"), p->priority);
	attrs_text(&f, STR("mode"), p->mode);
	attrs_text(&f, STR("version"), p->version);
	if (p->name.n)
		ev.entity = arena_printf(a, "nodepool:%.*s", STR_ARG(p->name));
	if (str_eq(p->provisioning_state, STR("Failed")))
		ev.severity = SEV_ERR;
	else if (p->autoscaling && p->count >= p->max)
		ev.severity = SEV_NOTICE;
	ev.text = pool_text(a, p);
	return emit(out, &ev, &f, err);
}

/* "a,b" of ["a","b"], "k=v,l=w" of {"k":"v","l":"w"} */
static struct str joined(struct arena *a, const struct json *list)
{
	struct buf b;
	struct str s;

	buf_init(&b, LIMIT_EVENT_TEXT);
	for (const struct json *e = json_first(list); e; e = json_next(e)) {
		if (b.n)
			buf_putc(&b, ',');
		if (json_type(list) == JSON_OBJECT)
			buf_printf(&b, "%.*s=", STR_ARG(json_key(e)));
		json_text(e, &b);
	}
	s = arena_dup(a, buf_str(&b));
	buf_done(&b);
	return s;
}

static bool take_pool(struct emitter *out, struct arena *a, const struct json *v, struct str cluster,
		      const struct record *r, enum status *st, struct error *err)
{
	const struct json *scaling = member(v, "enableAutoScaling");
	struct azure_pool p = {
		.name = json_get_str(v, "name"), .cluster = cluster, .vm_size = text(v, "vmSize"),
		.taints = joined(a, member(v, "nodeTaints")), .labels = joined(a, member(v, "nodeLabels")),
		.provisioning_state = text(v, "provisioningState"), .power_state = json_get_str(member(v, "powerState"), "code"),
		.priority = text(v, "scaleSetPriority"), .mode = text(v, "mode"), .version = text(v, "orchestratorVersion"),
		.count = number(member(v, "count")), .min = number(member(v, "minCount")), .max = number(member(v, "maxCount")),
		.autoscaling_known = json_type(scaling) == JSON_BOOL, .autoscaling = json_bool(scaling),
	};

	if (p.vm_size.n == 0 || isnan(p.count))
		return false;
	if (cluster.n == 0) {
		struct str id = json_get_str(v, "id");

		p.cluster = azure_segment(id, STR("managedClusters"));
	}
	*st = azure_emit_pool(out, a, &p, r, err);
	return true;
}

static bool take_cluster(struct emitter *out, struct arena *a, const struct json *v, const struct record *r,
			 enum status *st, struct error *err)
{
	const struct json *pools = member(v, "agentPoolProfiles");

	if (json_type(pools) != JSON_ARRAY)
		return false;
	*st = OK;
	for (const struct json *p = json_first(pools); p && *st == OK; p = json_next(p))
		(void)take_pool(out, a, p, json_get_str(v, "name"), r, st, err);
	return true;
}

/* ---- deployments of models ---- */

/* Of [{"key":"token","count":10000,"renewalPeriod":60}], per minute. */
static double rate_limit(const struct json *limits, struct str key)
{
	for (const struct json *l = json_first(limits); l; l = json_next(l)) {
		double count = number(json_get(l, "count")), period = number(json_get(l, "renewalPeriod"));

		if (str_eq(json_get_str(l, "key"), key) && !isnan(count))
			return period > 0 ? count * 60 / period : count;
	}
	return NO_NUMBER;
}

static enum status emit_limit(struct emitter *out, const struct event *ev, const char *name, const char *unit,
			      struct str deployment, double value, struct error *err)
{
	struct label label = { STR("deployment"), deployment };
	struct series_def def = { .name = str_of(name), .unit = str_of(unit), .entity = ev->entity, .labels = &label, .n_labels = 1 };
	uint32_t series;

	if (isnan(value))
		return OK;
	series = emit_series(out, &def);
	return emit_sample(out, &(struct sample){ .t = ev->t, .clock = ev->clock, .u_us = ev->u_us, .line = ev->line,
						  .offset = ev->offset, .panel = emit_panel(out, &series, 1),
						  .values = &value }, err);
}

static bool take_deployment(struct emitter *out, struct arena *a, const struct json *v, const struct record *r,
			    enum status *st, struct error *err)
{
	const struct json *model = member(v, "model"), *limits = member(v, "rateLimits");
	struct event ev = event_of(out, r, STR("azure.deployment"));
	struct str name = json_get_str(v, "name"), sku = json_path_str(v, "sku.name");
	double capacity = number(json_path(v, "sku.capacity"));
	double tpm = rate_limit(limits, STR("token")), rpm = rate_limit(limits, STR("request"));
	struct attrs f;

	if (json_type(model) != JSON_OBJECT || name.n == 0)
		return false;
	/* a standard deployment's unit of capacity is 1,000 tokens a minute; a provisioned one's is not */
	if (isnan(tpm) && str_has(sku, STR("Standard")))
		tpm = capacity * 1000;
	attrs_init(&f, a);
	attrs_text(&f, STR("name"), name);
	attrs_text(&f, STR("deployment"), name);
	attrs_text(&f, STR("model"), json_get_str(model, "name"));
	attrs_text(&f, STR("model_version"), json_get_str(model, "version"));
	attrs_text(&f, STR("sku"), sku);
	attrs_number(&f, STR("capacity"), capacity);
	attrs_number(&f, STR("tpm_limit"), tpm);
	attrs_number(&f, STR("rpm_limit"), rpm);
	attrs_text(&f, STR("provisioning_state"), text(v, "provisioningState"));
	attrs_text(&f, STR("account"), azure_segment(json_get_str(v, "id"), STR("accounts")));
	attrs_text(&f, STR("resource_group"), azure_resource_group(a, json_get_str(v, "id")));
	ev.entity = arena_printf(a, "deployment:%.*s", STR_ARG(name));
	ev.text = arena_printf(a, "deployment %.*s: %.*s %.*s, %.*s", STR_ARG(name), STR_ARG(json_get_str(model, "name")),
			       STR_ARG(json_get_str(model, "version")), STR_ARG(sku));
	if (!isnan(tpm))
		ev.text = arena_printf(a, "%.*s, %.0f tokens a minute", STR_ARG(ev.text), tpm);
	*st = emit(out, &ev, &f, err);
	if (*st == OK)
		*st = emit_limit(out, &ev, "aoai.tokens.limit", "tokens/min", name, tpm, err);
	if (*st == OK)
		*st = emit_limit(out, &ev, "aoai.requests.limit", "1/min", name, rpm, err);
	return true;
}

/* ---- scheduled events ---- */

/* Reboot, Redeploy and Freeze are announced a quarter of an hour ahead, Preempt and
 * Terminate less (learn.microsoft.com: Scheduled Events). */
#define NOTICE (15 * TS_MINUTE)

static enum status emit_scheduled(struct emitter *out, struct arena *a, const struct json *v, struct azure_time seen,
				  const struct record *r, struct error *err)
{
	static const struct { const char *key, *attribute; } parts[] = {
		{ "EventType", "event_type" }, { "EventStatus", "status" }, { "EventId", "event_id" },
		{ "EventSource", "event_source" }, { "ResourceType", "resource_type" }, { "Description", "description" },
		{ "DurationInSeconds", "duration_s" },
	};
	struct event ev = event_of(out, r, STR("azure.scheduled_event"));
	struct str resources = joined(a, json_get(v, "Resources")), not_before = json_get_str(v, "NotBefore");
	struct str first = json_str(json_first(json_get(v, "Resources")));
	struct stamp due;
	struct attrs f;

	attrs_init(&f, a);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		attrs_json(&f, str_of(parts[i].attribute), json_get(v, parts[i].key));
	attrs_text(&f, STR("resources"), resources);
	if (seen.t != TS_NONE) {
		ev.t = seen.t;
		ev.u_us = seen.u;
		ev.clock = CLOCK_IS_UTC;
	}
	if (not_before.n > 0 && ts_rfc1123(not_before, &due) == not_before.n && due.has_zone) {
		attrs_time(&f, STR("not_before"), due.t);
		if (ev.clock != CLOCK_IS_UTC) /* listed until it begins */
			clocks_pair(emit_clocks(out), ev.clock, 0, CLOCK_IS_UTC, due.t - NOTICE / 2, NOTICE / 2,
				    STR("NotBefore of a scheduled event"));
	}
	ev.severity = SEV_WARNING;
	if (first.n) {
		ev.entity = arena_printf(a, "vm:%.*s", STR_ARG(first));
		azure_link_vm(out, a, first);
	}
	ev.text = arena_printf(a, "%.*s %.*s: %.*s", STR_ARG(json_get_str(v, "EventType")),
			       STR_ARG(json_get_str(v, "EventStatus")), STR_ARG(resources));
	if (json_get_str(v, "Description").n)
		ev.text = arena_printf(a, "%.*s: %.*s", STR_ARG(ev.text), STR_ARG(json_get_str(v, "Description")));
	return emit(out, &ev, &f, err);
}

static bool take_scheduled(struct emitter *out, struct arena *a, const struct json *v, const struct record *r,
			   enum status *st, struct error *err)
{
	struct azure_time seen = azure_time(json_get_str(v, "@timestamp"));
	const struct json *document = json_get(v, "Event"), *events;

	if (json_type(document) != JSON_OBJECT)
		document = v;
	events = json_get(document, "Events");
	if (json_type(events) != JSON_ARRAY || !json_get(document, "DocumentIncarnation"))
		return false;
	*st = OK;
	for (const struct json *e = json_first(events); e && *st == OK; e = json_next(e))
		*st = emit_scheduled(out, a, e, seen, r, err);
	return true;
}

/* az monitor metrics list-definitions: what could have been collected. */
static bool take_definition(struct emitter *out, struct arena *a, const struct json *v, const struct record *r, enum status *st,
			    struct error *err)
{
	struct event ev = event_of(out, r, STR("azure.metric_definition"));
	struct str name = json_path_str(v, "name.value"), id = json_get_str(v, "resourceId");
	struct attrs f;

	if (!json_get(v, "metricAvailabilities") || name.n == 0)
		return false;
	attrs_init(&f, a);
	attrs_text(&f, STR("name"), name);
	attrs_text(&f, STR("unit"), json_get_str(v, "unit"));
	attrs_text(&f, STR("aggregation"), json_get_str(v, "primaryAggregationType"));
	attrs_text(&f, STR("resource_id"), id.n ? id : json_get_str(v, "id"));
	for (const struct json *d = json_first(json_get(v, "dimensions")); d; d = json_next(d))
		attrs_text(&f, arena_printf(a, "dimension.%.*s", STR_ARG(json_get_str(d, "value"))), json_get_str(d, "localizedValue"));
	ev.text = arena_printf(a, "metric %.*s can be collected", STR_ARG(name));
	*st = emit(out, &ev, &f, err);
	return true;
}

bool azure_take_state(struct emitter *out, struct arena *a, const struct json *v, const struct record *r, enum status *st,
		      struct error *err)
{
	return take_scheduled(out, a, v, r, st, err) || take_cluster(out, a, v, r, st, err) ||
	       take_pool(out, a, v, STR_NONE, r, st, err) || take_deployment(out, a, v, r, st, err) ||
	       take_definition(out, a, v, r, st, err) || take_usage(out, a, v, r, st, err);
}

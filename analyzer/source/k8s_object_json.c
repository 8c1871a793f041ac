#include "source/k8s_object.h"

/* Objects as JSON: k8s.io/api core/v1, apps/v1, batch/v1, autoscaling/v2 types.go. */

struct walk {
	struct emitter *out;
	struct arena *a;
	struct k8s_object o;
	struct attrs attrs;
	struct k8s_resources requests, limits;
	struct str waiting, waiting_message; /* why the first container waits that has a reason to */
	struct str ended;                    /* why the first one ended that has */
	bool running;                        /* at least one of them */
};

static void add_labels(struct walk *w, const struct json *v)
{
	for (const struct json *l = json_first(json_path(v, "metadata.labels")); l; l = json_next(l))
		attrs_text(&w->attrs, k8s_key(w->a, "label.", json_key(l), ""), json_str(l));
}

/* "a, b" */
static void join(struct buf *b, struct str s)
{
	if (b->n)
		buf_add(b, STR(", "));
	buf_add(b, s);
}

/* As kubectl describe writes them: key=value:effect op=Exists for 300s. */
static void add_tolerations(struct walk *w, const struct json *list, struct str key)
{
	struct buf b;

	buf_init(&b, LIMIT_EVENT_TEXT);
	for (const struct json *t = json_first(list); t; t = json_next(t)) {
		struct str op = json_get_str(t, "operator"), value = json_get_str(t, "value");
		double seconds;

		join(&b, json_get_str(t, "key"));
		if (value.n)
			buf_printf(&b, "=%.*s", STR_ARG(value));
		if (json_get_str(t, "effect").n)
			buf_printf(&b, ":%.*s", STR_ARG(json_get_str(t, "effect")));
		if (op.n && !str_eq(op, STR("Equal")))
			buf_printf(&b, "%sop=%.*s", b.n && b.p[b.n - 1] != ' ' ? " " : "", STR_ARG(op));
		if (json_num(json_get(t, "tolerationSeconds"), &seconds))
			buf_printf(&b, " for %.0fs", seconds);
	}
	attrs_text(&w->attrs, key, buf_str(&b));
	buf_done(&b);
}

static void add_selector(struct walk *w, const struct json *selector)
{
	struct buf b;

	buf_init(&b, LIMIT_EVENT_TEXT);
	for (const struct json *s = json_first(selector); s; s = json_next(s)) {
		join(&b, json_key(s));
		buf_printf(&b, "=%.*s", STR_ARG(json_str(s)));
	}
	attrs_text(&w->attrs, STR("node_selector"), buf_str(&b));
	buf_done(&b);
}

static void add_resources(struct k8s_resources *r, const struct json *list, struct arena *a)
{
	struct buf b;

	buf_init(&b, 64);
	for (const struct json *q = json_first(list); q; q = json_next(q)) {
		buf_reset(&b);
		json_text(q, &b);
		k8s_resources_add(r, json_key(q), arena_dup(a, buf_str(&b)));
	}
	buf_done(&b);
}

static double number_of(const struct json *v, const char *key)
{
	double n = NO_NUMBER;

	(void)json_num(json_get(v, key), &n);
	return n;
}

static enum status emit_conditions(struct walk *w, struct k8s_heartbeat *h, const struct json *v, struct error *err)
{
	const struct json *list = json_path(v, "status.conditions");
	bool node = str_eq(w->o.ref.kind, STR("Node"));
	enum status st = OK;

	for (const struct json *c = json_first(list); c && st == OK; c = json_next(c)) {
		struct k8s_condition cond = {
			.about = w->o.ref, .node = w->o.node,
			.gpus = k8s_resources_gpus(w->requests.n ? &w->requests : &w->limits),
			.type = json_get_str(c, "type"), .status = json_get_str(c, "status"),
			.reason = json_get_str(c, "reason"), .message = json_get_str(c, "message"),
			.since = k8s_time(json_get_str(c, "lastTransitionTime")),
		};

		attrs_text(&w->attrs, k8s_key(w->a, "condition.", cond.type, ""), cond.status);
		attrs_text(&w->attrs, k8s_key(w->a, "condition.", cond.type, ".reason"), cond.reason);
		if (str_eq(cond.type, STR("Ready")) && str_eq(cond.status, STR("True")) && node)
			k8s_saw_heartbeat(h, k8s_time(json_get_str(c, "lastHeartbeatTime")), 5 * TS_MINUTE);
		if (cond.since.t != TS_NONE)
			st = k8s_emit_condition(w->out, w->a, &cond, w->o.at, err);
	}
	return st;
}

/* ---- pods ---- */

static enum status emit_terminated(struct walk *w, struct str container, const struct json *t, double restarts,
				   struct error *err)
{
	struct k8s_termination e = {
		.pod = w->o.ref, .container = container, .node = w->o.node,
		.reason = json_get_str(t, "reason"), .message = json_get_str(t, "message"),
		.started = k8s_time(json_get_str(t, "startedAt")).t,
		.exit_code = number_of(t, "exitCode"), .signal = number_of(t, "signal"), .restarts = restarts,
		.finished = k8s_time(json_get_str(t, "finishedAt")),
	};

	/* without its end nothing is known but that it lies before the collection: the pod's attributes keep it */
	return t && e.finished.t != TS_NONE ? k8s_emit_termination(w->out, w->a, &e, w->o.at, err) : OK;
}

/* One of {"waiting":{..}}, {"running":{..}}, {"terminated":{..}}: returns the last kind. */
static const struct json *add_state(struct walk *w, struct str container, const struct json *state, const char *last)
{
	static const struct { const char *key, *attribute; } parts[] = {
		{ "reason", "reason" }, { "exitCode", "exit_code" }, { "signal", "signal" },
	};
	const struct json *s = json_first(state);
	struct str prefix = k8s_key(w->a, "container.", container, last);

	if (!s)
		return NULL;
	attrs_text(&w->attrs, k8s_key(w->a, "", prefix, "state"), json_key(s));
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		attrs_json(&w->attrs, k8s_key(w->a, "", prefix, parts[i].attribute), json_get(s, parts[i].key));
	attrs_time(&w->attrs, k8s_key(w->a, "", prefix, "started"), k8s_time(json_get_str(s, "startedAt")).t);
	attrs_time(&w->attrs, k8s_key(w->a, "", prefix, "finished"), k8s_time(json_get_str(s, "finishedAt")).t);
	return str_eq(json_key(s), STR("terminated")) ? s : NULL;
}

static enum status take_container(struct walk *w, const struct json *c, bool init, struct error *err)
{
	struct str name = json_get_str(c, "name"), reason = json_path_str(c, "state.waiting.reason");
	double restarts = number_of(c, "restartCount");
	const struct json *now = add_state(w, name, json_get(c, "state"), ".");
	const struct json *last = add_state(w, name, json_get(c, "lastState"), ".last_");
	enum status st;

	attrs_json(&w->attrs, k8s_key(w->a, "container.", name, ".image"), json_get(c, "image"));
	attrs_json(&w->attrs, k8s_key(w->a, "container.", name, ".ready"), json_get(c, "ready"));
	attrs_number(&w->attrs, k8s_key(w->a, "container.", name, ".restarts"), restarts);
	if (w->waiting.n == 0 && reason.n && !str_eq(reason, STR("PodInitializing"))) {
		w->waiting = init ? k8s_key(w->a, "Init:", reason, "") : reason;
		w->waiting_message = json_path_str(c, "state.waiting.message");
	}
	if (!init) {
		if (w->ended.n == 0)
			w->ended = json_get_str(now, "reason");
		w->running |= json_path(c, "state.running") != NULL;
		w->o.containers++;
		w->o.ready += json_bool(json_get(c, "ready"));
	}
	if (restarts > 0)
		w->o.restarts = (isnan(w->o.restarts) ? 0 : w->o.restarts) + restarts;
	else if (isnan(w->o.restarts))
		w->o.restarts = restarts;
	st = emit_terminated(w, name, last, restarts, err);
	return st == OK ? emit_terminated(w, name, now, restarts, err) : st;
}

static enum status take_pod(struct walk *w, const struct json *v, struct k8s_heartbeat *h, struct error *err)
{
	static const struct { const char *path, *attribute; } parts[] = {
		{ "status.phase", "phase" }, { "status.reason", "reason" }, { "status.qosClass", "qos" },
		{ "status.nominatedNodeName", "nominated_node" },
		{ "spec.priorityClassName", "priority_class" }, { "spec.restartPolicy", "restart_policy" },
		{ "spec.affinity.nodeAffinity", "node_affinity" },
	};
	const struct json *owner = json_first(json_path(v, "metadata.ownerReferences"));
	enum status st;

	w->o.node = json_path_str(v, "spec.nodeName");
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		attrs_json(&w->attrs, str_of(parts[i].attribute), json_path(v, parts[i].path));
	attrs_time(&w->attrs, STR("start_time"), k8s_time(json_path_str(v, "status.startTime")).t);
	attrs_time(&w->attrs, STR("deleted"), k8s_time(json_path_str(v, "metadata.deletionTimestamp")).t);
	add_selector(w, json_path(v, "spec.nodeSelector"));
	add_tolerations(w, json_path(v, "spec.tolerations"), STR("tolerations"));
	for (const struct json *c = json_first(json_path(v, "spec.containers")); c; c = json_next(c)) {
		add_resources(&w->requests, json_path(c, "resources.requests"), w->a);
		add_resources(&w->limits, json_path(c, "resources.limits"), w->a);
	}
	/* a request of an extended resource equals its limit, whichever is written */
	k8s_resources_attrs(w->requests.n ? &w->requests : &w->limits, &w->attrs, "requests.", STR("gpu_request"));
	k8s_resources_attrs(&w->limits, &w->attrs, "limits.", STR("gpu_limit"));
	if (owner) {
		struct str kind = json_get_str(owner, "kind"), name = json_get_str(owner, "name");

		attrs_text(&w->attrs, STR("controlled_by"), arena_printf(w->a, "%.*s/%.*s", STR_ARG(kind), STR_ARG(name)));
		k8s_link_owner(w->out, w->a, w->o.ref, kind, name);
	}
	st = emit_conditions(w, h, v, err);
	for (const struct json *c = json_first(json_path(v, "status.initContainerStatuses")); c && st == OK; c = json_next(c))
		st = take_container(w, c, true, err);
	for (const struct json *c = json_first(json_path(v, "status.containerStatuses")); c && st == OK; c = json_next(c))
		st = take_container(w, c, false, err);
	w->o.status = json_path_str(v, "status.reason");
	w->o.message = json_path_str(v, "status.message");
	if (w->o.status.n == 0) {
		w->o.status = w->waiting.n ? w->waiting : w->running ? STR_NONE : w->ended;
		if (w->o.message.n == 0)
			w->o.message = w->waiting_message;
	}
	if (w->o.status.n == 0)
		w->o.status = json_path_str(v, "status.phase");
	return st;
}

/* ---- nodes ---- */

static void add_quantities(struct walk *w, const struct json *list, const char *prefix, struct str gpu_key)
{
	struct k8s_resources devices = { 0 };

	for (const struct json *q = json_first(list); q; q = json_next(q))
		if (!str_has(json_key(q), STR("/")))
			attrs_json(&w->attrs, k8s_key(w->a, prefix, json_key(q), ""), q);
	add_resources(&devices, list, w->a);
	k8s_resources_attrs(&devices, &w->attrs, prefix, gpu_key);
}

static struct str node_status(struct walk *w, const struct json *v)
{
	struct str ready = attrs_get(&w->attrs, STR("condition.Ready"));
	struct str s = str_eq(ready, STR("True")) ? STR("Ready") : ready.n ? STR("NotReady") : STR("Unknown");

	return json_bool(json_path(v, "spec.unschedulable")) ? k8s_key(w->a, "", s, ",SchedulingDisabled") : s;
}

static enum status take_node(struct walk *w, const struct json *v, struct k8s_heartbeat *h, struct error *err)
{
	static const struct { const char *path, *attribute; } parts[] = {
		{ "spec.unschedulable", "unschedulable" }, { "spec.providerID", "provider_id" },
		{ "status.nodeInfo.kernelVersion", "kernel_version" },
		{ "status.nodeInfo.osImage", "os_image" }, { "status.nodeInfo.bootID", "boot_id" },
		{ "status.nodeInfo.containerRuntimeVersion", "container_runtime" },
		{ "status.nodeInfo.kubeletVersion", "kubelet_version" },
	};
	const struct json *pool = json_get(json_path(v, "metadata.labels"), "kubernetes.azure.com/agentpool");
	enum status st;

	if (!pool)
		pool = json_get(json_path(v, "metadata.labels"), "agentpool");
	attrs_json(&w->attrs, STR("pool"), pool);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		attrs_json(&w->attrs, str_of(parts[i].attribute), json_path(v, parts[i].path));
	add_tolerations(w, json_path(v, "spec.taints"), STR("taints"));
	add_quantities(w, json_path(v, "status.capacity"), "capacity.", STR("gpu_capacity"));
	add_quantities(w, json_path(v, "status.allocatable"), "allocatable.", STR("gpu_allocatable"));
	for (const struct json *a = json_first(json_path(v, "status.addresses")); a; a = json_next(a))
		if (str_eq(json_get_str(a, "type"), STR("Hostname")))
			emit_link(w->out, STR("node"), w->o.ref.name, "is", STR("host"), json_get_str(a, "address"));
	st = emit_conditions(w, h, v, err);
	w->o.status = node_status(w, v);
	return st;
}

/* ---- all others ---- */

static enum status take_other(struct walk *w, const struct json *v, struct k8s_heartbeat *h, struct error *err)
{
	static const struct { const char *path, *attribute; } parts[] = {
		{ "spec.replicas", "replicas" }, { "status.readyReplicas", "ready_replicas" }, { "status.availableReplicas", "available_replicas" },
		{ "status.updatedReplicas", "updated_replicas" }, { "status.unavailableReplicas", "unavailable_replicas" },
		{ "status.currentReplicas", "current_replicas" }, { "status.desiredReplicas", "desired_replicas" },
		{ "spec.minReplicas", "min_replicas" }, { "spec.maxReplicas", "max_replicas" },
		{ "status.numberReady", "ready_replicas" }, { "status.desiredNumberScheduled", "desired_replicas" },
		{ "status.numberUnavailable", "unavailable_replicas" },
		{ "spec.completions", "completions" }, { "spec.parallelism", "parallelism" }, { "spec.backoffLimit", "backoff_limit" },
		{ "status.active", "active" }, { "status.succeeded", "succeeded" }, { "status.failed", "failed" },
		{ "status.phase", "phase" }, { "spec.volumeName", "volume" }, { "spec.storageClassName", "storage_class" },
	};
	const struct json *hard = json_path(v, "status.hard") ? json_path(v, "status.hard") : json_path(v, "spec.hard");
	struct buf b[2];
	enum status st;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		attrs_json(&w->attrs, str_of(parts[i].attribute), json_path(v, parts[i].path));
	attrs_time(&w->attrs, STR("start_time"), k8s_time(json_path_str(v, "status.startTime")).t);
	attrs_time(&w->attrs, STR("completion_time"), k8s_time(json_path_str(v, "status.completionTime")).t);
	buf_init(&b[0], 256);
	buf_init(&b[1], 256);
	for (const struct json *q = json_first(hard); q; q = json_next(q)) {
		const struct json *used = json_path(v, "status.used");

		for (const struct json *u = json_first(used); u; u = json_next(u)) {
			if (!str_eq(json_key(u), json_key(q)))
				continue;
			buf_reset(&b[0]);
			json_text(u, &b[0]);
		}
		buf_reset(&b[1]);
		json_text(q, &b[1]);
		k8s_quota_attrs(&w->attrs, json_key(q), used ? buf_str(&b[0]) : STR_NONE, buf_str(&b[1]));
		buf_reset(&b[0]);
	}
	buf_done(&b[0]);
	buf_done(&b[1]);
	st = emit_conditions(w, h, v, err);
	w->o.status = json_path_str(v, "status.phase");
	if (!w->o.status.n && str_eq(w->o.ref.kind, STR("Job")))
		w->o.status = str_eq(attrs_get(&w->attrs, STR("condition.Failed")), STR("True")) ? STR("Failed")
			    : str_eq(attrs_get(&w->attrs, STR("condition.Complete")), STR("True")) ? STR("Completed") : STR("Running");
	return st;
}

bool k8s_take_object_json(struct emitter *out, struct arena *scratch, const struct json *v, struct k8s_at at,
			  struct k8s_heartbeat *h, enum status *st, struct error *err)
{
	struct str kind = json_get_str(v, "kind");
	struct walk w = { .out = out, .a = scratch };

	/* items of a PodList or NodeList need not repeat what they are */
	if (kind.n == 0 && json_path(v, "spec.containers"))
		kind = STR("Pod");
	else if (kind.n == 0 && json_path(v, "status.nodeInfo"))
		kind = STR("Node");
	if (json_path_str(v, "metadata.name").n == 0)
		return false;
	attrs_init(&w.attrs, scratch);
	w.o = (struct k8s_object){
		.ref = { kind, json_path_str(v, "metadata.namespace"), json_path_str(v, "metadata.name") },
		.restarts = NO_NUMBER, .attrs = &w.attrs, .at = at,
	};
	attrs_time(&w.attrs, STR("created"), k8s_time(json_path_str(v, "metadata.creationTimestamp")).t);
	*st = OK;
	if (str_eq(kind, STR("Pod")))
		*st = take_pod(&w, v, h, err);
	else if (str_eq(kind, STR("Node")))
		*st = take_node(&w, v, h, err);
	else
		*st = take_other(&w, v, h, err);
	add_labels(&w, v); /* last: should there be too many attributes, these are the ones to lose */
	if (*st == OK)
		*st = k8s_emit_object(out, &w.o, err);
	return true;
}

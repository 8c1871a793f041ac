#include "source/k8s.h"

/* kube-apiserver --event-ttl, which AKS does not let one change. */
#define EVENT_TTL TS_HOUR

/* ---- instants ---- */

struct k8s_time k8s_time(struct str s)
{
	struct stamp stamp;
	size_t n;

	s = str_trim(s);
	n = ts_iso8601(s, &stamp);
	if (n == 0)
		n = ts_rfc1123(s, &stamp);
	/* a container that never ran started in 1970, and null is year 1 in Go */
	if (n == 0 || n != s.n || !stamp.has_zone || stamp.t < TS_DAY)
		return K8S_NEVER;
	return (struct k8s_time){ stamp.t, stamp.resolution_us, CLOCK_IS_UTC };
}

struct k8s_time k8s_now(struct emitter *out)
{
	return (struct k8s_time){ 0, TS_SECOND, clocks_get(emit_clocks(out), CLOCK_AGE, STR_NONE, emit_path(out), 0) };
}

struct k8s_time k8s_age(struct emitter *out, struct str s)
{
	struct k8s_time t = k8s_now(out);
	struct stamp age;

	s = str_trim(s);
	if (str_eq(s, STR("<unknown>"))) {
		t.t = -EVENT_TTL / 2;
		t.u = EVENT_TTL / 2;
	} else if (str_eq(s, STR("<invalid>"))) { /* after the printing: the printing host's clock is behind */
		t.u = EVENT_TTL / 2;
	} else if (s.n > 0 && ts_age(s, &age) == s.n) {
		t.t = -age.t;
		t.u = age.resolution_us;
	} else {
		return K8S_NEVER;
	}
	return t;
}

/* ---- names ---- */

static const struct { const char *written, *kind; } kinds[] = {
	{ "configmap", "ConfigMap" },
	{ "cronjob", "CronJob" },
	{ "daemonset", "DaemonSet" },
	{ "deployment", "Deployment" },
	{ "endpoints", "Endpoints" },
	{ "horizontalpodautoscaler", "HorizontalPodAutoscaler" },
	{ "ingress", "Ingress" },
	{ "job", "Job" },
	{ "namespace", "Namespace" },
	{ "node", "Node" },
	{ "persistentvolume", "PersistentVolume" },
	{ "persistentvolumeclaim", "PersistentVolumeClaim" },
	{ "pod", "Pod" },
	{ "replicaset", "ReplicaSet" },
	{ "service", "Service" },
	{ "statefulset", "StatefulSet" },
};

struct str k8s_kind(struct str written)
{
	struct str plain = str_head(written, str_chr(written, '.')); /* deployment.apps */

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct str one = str_of(kinds[i].written);

		if (str_ieq(plain, one) ||
		    (plain.n == one.n + 1 && plain.p[one.n] == 's' && str_ieq(str_head(plain, one.n), one)))
			return str_of(kinds[i].kind);
	}
	return written;
}

/* Letters of generated names: k8s.io/apimachinery/pkg/util/rand, without vowels
 * and look-alikes. */
static bool is_generated(struct str s, size_t min, size_t max)
{
	if (s.n < min || s.n > max)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (str_chr(STR("bcdfghjklmnpqrstvwxz2456789"), s.p[i]) == 27)
			return false;
	return true;
}

static bool is_ordinal(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_digit(s.p[i]))
			return false;
	return s.n > 0 && s.n <= 4 && (s.n == 1 || s.p[0] != '0');
}

/* Cuts the part after the last '-' off; false when nothing would remain. */
static bool cut_suffix(struct str *name, struct str *suffix)
{
	size_t dash = str_rchr(*name, '-');

	if (dash == 0 || dash >= name->n)
		return false;
	*suffix = str_from(*name, dash + 1);
	*name = str_head(*name, dash);
	return true;
}

struct str k8s_workload_of_replicaset(struct str name)
{
	struct str hash;

	/* the hash is a 32 bit number in decimal, each digit made a letter: ten at
	 * most, seldom less than eight; a shorter one could be a word */
	if (cut_suffix(&name, &hash) && is_generated(hash, 8, 10))
		return name;
	return STR_NONE;
}

struct str k8s_workload_of_pod(struct str name)
{
	struct str suffix, deployment;

	if (!cut_suffix(&name, &suffix))
		return STR_NONE;
	if (is_ordinal(suffix))
		return name;
	if (!is_generated(suffix, 5, 5))
		return STR_NONE;
	deployment = k8s_workload_of_replicaset(name);
	return deployment.n ? deployment : name;
}

static bool is_workload(struct str kind)
{
	static const char *const workloads[] = {
		"CronJob", "DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet",
	};

	for (size_t i = 0; i < sizeof(workloads) / sizeof(workloads[0]); i++)
		if (str_eq(kind, str_of(workloads[i])))
			return true;
	return false;
}

static struct str workload_name(struct str kind, struct str name)
{
	struct str deployment = str_eq(kind, STR("ReplicaSet")) ? k8s_workload_of_replicaset(name) : STR_NONE;

	return deployment.n ? deployment : name;
}

static struct str qualified(struct arena *a, struct str ns, struct str name)
{
	return ns.n ? arena_printf(a, "%.*s/%.*s", STR_ARG(ns), STR_ARG(name)) : name;
}

static struct str lower(struct arena *a, struct str s)
{
	char *p = arena_cstr(a, s);

	for (size_t i = 0; i < s.n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] - 'A' + 'a');
	return (struct str){ p, s.n };
}

struct str k8s_entity(struct arena *a, struct k8s_ref ref)
{
	struct str kind = ref.kind, name = ref.name;

	if (name.n == 0)
		return STR_NONE;
	if (str_eq(kind, STR("Node"))) /* its events live in a namespace, it does not */
		return arena_printf(a, "node:%.*s", STR_ARG(name));
	if (is_workload(kind)) {
		name = workload_name(kind, name);
		kind = STR("workload");
	}
	if (kind.n == 0)
		return STR_NONE;
	kind = lower(a, kind);
	name = qualified(a, ref.ns, name);
	return arena_printf(a, "%.*s:%.*s", STR_ARG(kind), STR_ARG(name));
}

void k8s_link_node(struct emitter *out, struct arena *a, struct k8s_ref pod, struct str node, struct k8s_time seen)
{
	if (pod.name.n && node.n)
		emit_link_seen(out, STR("pod"), qualified(a, pod.ns, pod.name), "on", STR("node"), node, seen.clock, seen.t);
}

void k8s_link_owner(struct emitter *out, struct arena *a, struct k8s_ref pod, struct str kind, struct str name)
{
	/* a static pod is controlled by its Node: that is where it is, not what it is of */
	if (pod.name.n && name.n && is_workload(kind))
		emit_link(out, STR("pod"), qualified(a, pod.ns, pod.name), "of", STR("workload"),
			  qualified(a, pod.ns, workload_name(kind, name)));
}

/* ---- events ---- */

/* Where the event puts its object: of "Successfully assigned ns/pod to node" the
 * last word, else the host of the component that wrote it. */
static struct str node_of(const struct k8s_event *e)
{
	size_t to = str_find(e->message, STR(" to "));

	if (str_eq(e->about.kind, STR("Node")))
		return e->about.name;
	if (str_eq(e->reason, STR("Scheduled")) && str_starts(e->message, STR("Successfully assigned ")))
		return str_trim(str_from(e->message, to + 4));
	return e->node;
}

static void link_by_message(struct emitter *out, struct arena *a, const struct k8s_event *e)
{
	struct str rest = e->message;

	if (str_eq(e->about.kind, STR("Pod"))) {
		struct str workload = k8s_workload_of_pod(e->about.name);

		/* a kubelet reports its own pods only */
		if (str_eq(e->reason, STR("Scheduled")) || str_eq(e->component, STR("kubelet")))
			k8s_link_node(out, a, e->about, node_of(e), e->first.t != TS_NONE ? e->first : e->last);
		if (workload.n)
			emit_link(out, STR("pod"), qualified(a, e->about.ns, e->about.name), "of", STR("workload"),
				  qualified(a, e->about.ns, workload));
	} else if (str_eq(e->reason, STR("SuccessfulCreate")) && str_skip(&rest, STR("Created pod: "))) {
		struct k8s_ref pod = { STR("Pod"), e->about.ns, str_trim(rest) };

		k8s_link_owner(out, a, pod, e->about.kind, e->about.name);
	}
}

static enum status emit_occurrence(struct emitter *out, struct event *ev, struct attrs *f, struct k8s_time when,
				   struct str which, struct error *err)
{
	size_t before = f->n;
	enum status st;

	attrs_text(f, STR("occurrence"), which);
	ev->t = when.t;
	ev->u_us = when.u;
	if (when.clock != CLOCK_IS_UTC)
		ev->clock = when.clock;
	ev->fields = f->v;
	ev->n_fields = f->n;
	st = emit_event(out, ev, err);
	f->n = before;
	return st;
}

/* The kubelet dates its events by the clock of its node, the API server the object by its own.  An event that
 * was made anew when the old one had expired keeps its first date, but then it has been counted. */
static void by_kubelet(struct emitter *out, const struct k8s_event *e, struct event *ev)
{
	struct clocks *c = emit_clocks(out);

	if (!str_eq(e->component, STR("kubelet")) || e->node.n == 0 || e->last.clock != CLOCK_IS_UTC)
		return;
	ev->clock = clocks_host(c, e->node);
	if (e->created.t != TS_NONE && e->first.t != TS_NONE && e->count <= 1)
		clocks_followed(c, ev->clock, e->first.t, CLOCK_IS_UTC, e->created.t, e->first.u > e->created.u ? e->first.u : e->created.u,
				STR("its kubelet's events as the API server dates them"));
}

enum status k8s_emit_event(struct emitter *out, struct arena *a, const struct k8s_event *e, struct k8s_at at,
			   struct error *err)
{
	bool repeated = e->first.t != TS_NONE && e->count > 1 && e->first.t < e->last.t;
	struct event ev = {
		.severity = str_eq(e->type, STR("Warning")) ? SEV_WARNING : SEV_INFO,
		.line = at.line, .lines = at.lines, .offset = at.offset,
		.kind = STR("k8s.event"), .entity = k8s_entity(a, e->about),
		.text = e->message.n ? e->message : e->reason,
	};
	struct attrs f;
	enum status st = OK;

	attrs_init(&f, a);
	attrs_text(&f, STR("reason"), e->reason);
	attrs_text(&f, STR("type"), e->type);
	attrs_text(&f, STR("object_kind"), e->about.kind);
	attrs_text(&f, STR("namespace"), e->about.ns);
	attrs_text(&f, STR("namespace_basis"), e->ns_assumed ? STR("assumed") : STR_NONE);
	attrs_text(&f, STR("name"), e->about.name);
	attrs_text(&f, STR("node"), node_of(e));
	attrs_text(&f, STR("component"), e->component);
	attrs_text(&f, STR("field_path"), e->field_path);
	attrs_number(&f, STR("count"), e->count);
	attrs_number(&f, STR("gpu_request"), e->gpus > 0 ? e->gpus : NO_NUMBER);
	if (e->last.clock == CLOCK_IS_UTC) { /* ages become instants only when the case is whole */
		attrs_time(&f, STR("first"), e->first.t);
		attrs_time(&f, STR("last"), e->last.t);
	}
	by_kubelet(out, e, &ev);
	if (repeated) {
		attrs_number(&f, STR("span_s"), (double)(e->last.t - e->first.t) / (double)TS_SECOND);
		st = emit_occurrence(out, &ev, &f, e->first, STR("first"), err);
	}
	if (st == OK)
		st = emit_occurrence(out, &ev, &f, e->last, STR("last"), err);
	if (st == OK)
		link_by_message(out, a, e);
	return st;
}

static struct k8s_time first_time(const struct json *v, const char *const *paths)
{
	struct k8s_time t = K8S_NEVER;

	for (; *paths && t.t == TS_NONE; paths++)
		t = k8s_time(json_path_str(v, *paths));
	return t;
}

static struct str first_str(const struct json *v, const char *const *paths)
{
	struct str s = STR_NONE;

	for (; *paths && s.n == 0; paths++)
		s = json_path_str(v, *paths);
	return s;
}

bool k8s_event_of_json(const struct json *v, struct k8s_event *e, const char **why)
{
	static const char *const count[] = { "series.count", "count", "deprecatedCount", NULL };
	static const char *const first[] = { "firstTimestamp", "deprecatedFirstTimestamp", "eventTime",
					     "metadata.creationTimestamp", NULL };
	static const char *const last[] = { "series.lastObservedTime", "lastTimestamp", "deprecatedLastTimestamp",
					    "eventTime", "metadata.creationTimestamp", NULL };
	static const char *const component[] = { "source.component", "deprecatedSource.component", "reportingComponent",
						 "reportingController", NULL };
	static const char *const node[] = { "source.host", "deprecatedSource.host", NULL };
	static const char *const message[] = { "message", "note", NULL };
	static const char *const ns[] = { "namespace", "metadata.namespace", NULL };
	const struct json *about = json_get(v, "involvedObject");

	*why = "not an event";
	if (!about)
		about = json_get(v, "regarding");
	*e = (struct k8s_event){ .count = 1 };
	e->about = (struct k8s_ref){ json_get_str(about, "kind"), json_get_str(about, "namespace"),
				     json_get_str(about, "name") };
	if (e->about.ns.n == 0)
		e->about.ns = first_str(v, ns);
	e->field_path = json_get_str(about, "fieldPath");
	e->type = json_get_str(v, "type");
	e->reason = json_get_str(v, "reason");
	e->message = first_str(v, message);
	e->component = first_str(v, component);
	e->node = first_str(v, node);
	if (e->node.n == 0 && str_eq(e->component, STR("kubelet")))
		e->node = json_get_str(v, "reportingInstance");
	for (size_t i = 0; count[i] && e->count <= 1; i++)
		(void)json_num(json_path(v, count[i]), &e->count);
	if (!about && (e->reason.n == 0 || e->message.n == 0))
		return false;
	e->first = first_time(v, first);
	e->last = first_time(v, last);
	e->created = k8s_time(json_path_str(v, "metadata.creationTimestamp"));
	*why = "no timestamp";
	return e->last.t != TS_NONE;
}

/* ---- what objects tell of the past ---- */

/* The state is as it should be: nothing a reader must be warned of. */
static bool is_healthy(const struct k8s_condition *c)
{
	bool yes = str_eq(c->status, STR("True"));

	if (str_eq(c->reason, STR("PodCompleted")))
		return true;
	if (!str_eq(c->about.kind, STR("Node")))
		return yes != str_eq(c->type, STR("DisruptionTarget"));
	/* a node has one condition that should be true; the others name troubles */
	return yes == str_eq(c->type, STR("Ready"));
}

enum status k8s_emit_condition(struct emitter *out, struct arena *a, const struct k8s_condition *c, struct k8s_at at,
			       struct error *err)
{
	struct event ev = {
		.t = c->since.t, .u_us = c->since.u, .clock = c->since.clock,
		.severity = is_healthy(c) ? SEV_INFO : SEV_WARNING,
		.line = at.line, .lines = at.lines, .offset = at.offset,
		.kind = STR("k8s.condition"), .entity = k8s_entity(a, c->about),
	};
	struct attrs f;

	attrs_init(&f, a);
	attrs_text(&f, STR("type"), c->type);
	attrs_text(&f, STR("status"), c->status);
	attrs_text(&f, STR("reason"), c->reason);
	attrs_text(&f, STR("object_kind"), c->about.kind);
	attrs_text(&f, STR("namespace"), c->about.ns);
	attrs_text(&f, STR("name"), c->about.name);
	attrs_text(&f, STR("node"), str_eq(c->about.kind, STR("Node")) ? c->about.name : c->node);
	attrs_number(&f, STR("gpu_request"), c->gpus > 0 ? c->gpus : NO_NUMBER);
	ev.text = c->message.n ? c->message
			       : arena_printf(a, "%.*s is %.*s%s%.*s", STR_ARG(c->type), STR_ARG(c->status),
					      c->reason.n ? ": " : "", STR_ARG(c->reason));
	ev.fields = f.v;
	ev.n_fields = f.n;
	return emit_event(out, &ev, err);
}

enum status k8s_emit_termination(struct emitter *out, struct arena *a, const struct k8s_termination *t, struct k8s_at at,
				 struct error *err)
{
	struct event ev = {
		.t = t->finished.t, .u_us = t->finished.u, .clock = t->finished.clock,
		.severity = t->exit_code == 0 ? SEV_INFO : str_eq(t->reason, STR("OOMKilled")) ? SEV_ERR : SEV_WARNING,
		.line = at.line, .lines = at.lines, .offset = at.offset,
		.kind = STR("k8s.container"), .entity = k8s_entity(a, t->pod),
	};
	struct attrs f;

	attrs_init(&f, a);
	attrs_text(&f, STR("reason"), t->reason);
	attrs_number(&f, STR("exit_code"), t->exit_code);
	attrs_number(&f, STR("signal"), t->signal);
	attrs_text(&f, STR("container"), t->container);
	attrs_text(&f, STR("namespace"), t->pod.ns);
	attrs_text(&f, STR("name"), t->pod.name);
	attrs_text(&f, STR("node"), t->node);
	attrs_number(&f, STR("restarts"), t->restarts);
	attrs_time(&f, STR("started"), t->started);
	if (t->started != TS_NONE && t->finished.clock == CLOCK_IS_UTC) /* rules tell dying at the start from dying later */
		attrs_number(&f, STR("ran_s"), (double)(t->finished.t - t->started) / (double)TS_SECOND);
	ev.text = arena_printf(a, "container %.*s terminated: %.*s", STR_ARG(t->container),
			       STR_ARG(t->reason.n ? t->reason : STR("no reason given")));
	if (isfinite(t->exit_code))
		ev.text = arena_printf(a, "%.*s, exit code %.0f", STR_ARG(ev.text), t->exit_code);
	if (t->message.n)
		ev.text = arena_printf(a, "%.*s: %.*s", STR_ARG(ev.text), STR_ARG(t->message));
	ev.fields = f.v;
	ev.n_fields = f.n;
	return emit_event(out, &ev, err);
}

#include "source/k8s_describe.h"

#include <stdlib.h>

#include "source/k8s_containers.h"

/* The outline of a describe: keys in the first column open sections, deeper
 * lines belong to them.  What a section holds decides how they are read. */
enum section {
	TOP,                                             /* a single value, or nothing we read */
	LABELS, TAINTS, TOLERATIONS,                     /* one item a line, the first beside the key */
	CONDITIONS, PODS, ALLOCATED,                     /* tables */
	CAPACITY, ALLOCATABLE, LEASE, SYSTEM, ADDRESSES, /* key: value */
	CONTAINERS, INIT_CONTAINERS,
	EVENTS
};

static const struct {
	const char *key;
	enum section section;
	const char *kind;      /* of the objects that have this key; NULL: several have */
	const char *attribute; /* takes the value; NULL: none does, or take_top_value() */
} keys[] = {
	{ "Access Modes", TOP, "PersistentVolumeClaim", NULL },
	{ "Addresses", ADDRESSES, "Node", NULL },
	{ "Allocatable", ALLOCATABLE, "Node", NULL },
	{ "Allocated resources", ALLOCATED, "Node", NULL },
	{ "Annotations", TOP, NULL, NULL },
	{ "Capacity", CAPACITY, NULL, NULL }, /* a volume has one, too */
	{ "Conditions", CONDITIONS, NULL, NULL },
	{ "Containers", CONTAINERS, "Pod", NULL },
	{ "Controlled By", TOP, NULL, "controlled_by" },
	{ "CreationTimestamp", TOP, NULL, NULL },
	{ "Desired Number of Nodes Scheduled", TOP, "DaemonSet", NULL },
	{ "Events", EVENTS, NULL, NULL },
	{ "IP", TOP, NULL, NULL },
	{ "IPs", TOP, NULL, NULL },
	{ "Init Containers", INIT_CONTAINERS, "Pod", NULL },
	{ "Labels", LABELS, NULL, NULL },
	{ "Lease", LEASE, "Node", NULL },
	{ "Message", TOP, NULL, NULL },
	{ "Namespace", TOP, NULL, NULL },
	{ "Node", TOP, "Pod", NULL },
	{ "Node-Selectors", TOP, NULL, "node_selector" },
	{ "NominatedNodeName", TOP, "Pod", "nominated_node" },
	{ "Non-terminated Pods", PODS, "Node", NULL },
	{ "Parallelism", TOP, "Job", NULL },
	{ "Priority Class Name", TOP, "Pod", "priority_class" },
	{ "ProviderID", TOP, "Node", "provider_id" },
	{ "QoS Class", TOP, "Pod", "qos" },
	{ "Reason", TOP, NULL, "reason" },
	{ "Roles", TOP, "Node", "roles" },
	{ "Start Time", TOP, NULL, NULL },
	{ "Status", TOP, NULL, "phase" },
	{ "StrategyType", TOP, "Deployment", NULL },
	{ "System Info", SYSTEM, "Node", NULL },
	{ "Taints", TAINTS, "Node", NULL },
	{ "Tolerations", TOLERATIONS, "Pod", NULL },
	{ "Unschedulable", TOP, "Node", "unschedulable" },
	{ "Update Strategy", TOP, "StatefulSet", NULL },
	{ "Volumes", TOP, NULL, NULL },
};
#define KEYS (sizeof(keys) / sizeof(keys[0]))

struct k8s_describe {
	struct emitter *out;
	struct arena *a;       /* lives as long as the object */
	struct arena *scratch; /* as long as the line */
	struct k8s_rows rows;
	struct k8s_heartbeat heartbeat;

	bool open; /* an object was begun */
	struct k8s_object o;
	struct attrs attrs;
	struct k8s_containers containers;
	struct k8s_resources capacity, allocatable, allocated;
	struct buf list; /* taints or tolerations as they come */
	struct k8s_time started, renewed;

	enum section section;
	struct table table;
	bool has_table;
};

bool outline_pair(struct str s, struct str *key, struct str *value)
{
	size_t colon = str_chr(s, ':');

	if (colon == 0 || colon >= s.n || (colon + 1 < s.n && !is_blank(s.p[colon + 1])))
		return false;
	*key = str_trim(str_head(s, colon));
	*value = str_trim(str_from(s, colon + 1));
	return true;
}

size_t outline_indent(struct str s)
{
	size_t n = 0;

	while (n < s.n && is_blank(s.p[n]))
		n++;
	return n;
}

static struct str none_is_empty(struct str s)
{
	return str_eq(s, STR("<none>")) || str_eq(s, STR("<unset>")) || str_eq(s, STR("<nil>")) ? STR_NONE : s;
}

static size_t find_key(struct str key)
{
	size_t i = 0;

	while (i < KEYS && !str_eq(key, str_of(keys[i].key)))
		i++;
	return i;
}

/* ---- objects ---- */

static void begin_object(struct k8s_describe *d, const struct line *line)
{
	d->open = true;
	d->o = (struct k8s_object){ .restarts = NO_NUMBER, .attrs = &d->attrs, .at = { line->no, 1, line->offset } };
	d->containers = (struct k8s_containers){ .out = d->out, .a = d->a, .scratch = d->scratch, .pod = &d->o };
	d->capacity.n = d->allocatable.n = d->allocated.n = 0;
	d->started = d->renewed = K8S_NEVER;
	d->section = TOP;
}

/* A pod's start and the age of its Scheduled event are one instant. */
static void pair_start(struct k8s_describe *d)
{
	for (size_t i = 0; i < d->rows.n && d->started.t != TS_NONE; i++) {
		const struct k8s_event *e = &d->rows.v[i].e;

		/* ages are rounded down; the kubelet starts a pod a moment after it was scheduled */
		if (str_eq(e->reason, STR("Scheduled")) && e->count <= 1 && e->last.clock != CLOCK_IS_UTC)
			clocks_pair(emit_clocks(d->out), e->last.clock, e->last.t - e->last.u / 2, CLOCK_IS_UTC,
				    d->started.t, e->last.u / 2 + 2 * TS_SECOND, STR("Start Time and the age of Scheduled"));
	}
}

static void set_status(struct k8s_describe *d)
{
	struct str ready = attrs_get(&d->attrs, STR("condition.Ready"));

	if (str_eq(d->o.ref.kind, STR("Node"))) {
		d->o.status = str_eq(ready, STR("True")) ? STR("Ready") : ready.n ? STR("NotReady") : STR_NONE;
		if (d->o.status.n && str_eq(attrs_get(&d->attrs, STR("unschedulable")), STR("true")))
			d->o.status = k8s_key(d->a, "", d->o.status, ",SchedulingDisabled");
		return;
	}
	d->o.status = attrs_get(&d->attrs, STR("reason"));
	if (d->o.status.n == 0 && d->containers.waiting.n) {
		d->o.status = d->containers.waiting;
		d->o.message = d->containers.waiting_message;
	}
	if (d->o.status.n == 0 && !d->containers.running)
		d->o.status = d->containers.ended;
	if (d->o.status.n == 0)
		d->o.status = attrs_get(&d->attrs, STR("phase"));
}

static enum status end_section(struct k8s_describe *d, struct error *err)
{
	if (d->section == TAINTS)
		attrs_text(&d->attrs, STR("taints"), buf_str(&d->list));
	else if (d->section == TOLERATIONS)
		attrs_text(&d->attrs, STR("tolerations"), buf_str(&d->list));
	else if (d->section == CONTAINERS || d->section == INIT_CONTAINERS)
		return k8s_containers_end(&d->containers, err);
	buf_reset(&d->list);
	return OK;
}

static enum status emit_object(struct k8s_describe *d, struct error *err)
{
	const struct k8s_resources *requests = &d->containers.requests, *limits = &d->containers.limits;

	/* a request of an extended resource equals its limit, whichever is written */
	k8s_resources_attrs(requests->n ? requests : limits, &d->attrs, "requests.", STR("gpu_request"));
	k8s_resources_attrs(limits, &d->attrs, "limits.", STR("gpu_limit"));
	k8s_resources_attrs(&d->capacity, &d->attrs, "capacity.", STR("gpu_capacity"));
	k8s_resources_attrs(&d->allocatable, &d->attrs, "allocatable.", STR("gpu_allocatable"));
	k8s_resources_attrs(&d->allocated, &d->attrs, "allocated.", STR("gpu_allocated"));
	set_status(d);
	if (str_eq(d->o.status, STR("Ready"))) /* the lease of a dead node is old */
		k8s_saw_heartbeat(&d->heartbeat, d->renewed, 10 * TS_SECOND);
	if (d->o.ref.name.n == 0 && d->attrs.n == 0)
		return OK;
	return k8s_emit_object(d->out, &d->o, err);
}

static enum status end_object(struct k8s_describe *d, struct error *err)
{
	enum status st = OK;

	if (d->open) {
		st = end_section(d, err);
		if (st == OK)
			st = emit_object(d, err);
		pair_start(d);
	}
	if (st == OK)
		st = k8s_rows_flush(&d->rows, err);
	d->rows.about = (struct k8s_ref){ 0 };
	d->rows.gpus = 0;
	d->open = false;
	d->section = TOP;
	attrs_reset(&d->attrs);
	arena_reset(d->a);
	return st;
}

/* ---- values ---- */

static void take_top_value(struct k8s_describe *d, struct str key, struct str value)
{
	size_t slash = str_chr(value, '/');

	if (str_eq(key, STR("Name"))) {
		d->o.ref.name = arena_dup(d->a, value);
	} else if (str_eq(key, STR("Namespace"))) {
		d->o.ref.ns = arena_dup(d->a, value);
	} else if (str_eq(key, STR("Node"))) {
		d->o.node = arena_dup(d->a, str_head(value, slash)); /* name/address */
	} else if (str_eq(key, STR("Message"))) {
		d->o.message = arena_dup(d->a, value);
	} else if (str_eq(key, STR("Start Time"))) {
		d->started = k8s_time(value);
		attrs_time(&d->attrs, STR("start_time"), d->started.t);
	} else if (str_eq(key, STR("CreationTimestamp"))) {
		attrs_time(&d->attrs, STR("created"), k8s_time(value).t);
	} else if (str_eq(key, STR("Controlled By"))) {
		k8s_link_owner(d->out, d->scratch, d->o.ref, str_head(value, slash), str_from(value, slash + 1));
	}
}

static void take_label(struct k8s_describe *d, struct str label, struct str value)
{
	attrs_text(&d->attrs, k8s_key(d->scratch, "label.", label, ""), value);
	if ((str_eq(label, STR("kubernetes.azure.com/agentpool")) || str_eq(label, STR("agentpool"))) &&
	    attrs_get(&d->attrs, STR("pool")).n == 0)
		attrs_text(&d->attrs, STR("pool"), value);
}

static void take_item(struct k8s_describe *d, struct str item)
{
	size_t eq = str_chr(item, '=');

	if (item.n == 0)
		return;
	if (d->section == LABELS) {
		take_label(d, str_head(item, eq), str_from(item, eq + 1));
		return;
	}
	if (d->list.n)
		buf_add(&d->list, STR(", "));
	buf_add(&d->list, item);
}

static void take_quantity(struct k8s_describe *d, struct k8s_resources *r, const char *prefix, struct str name,
			  struct str quantity)
{
	if (str_has(name, STR("/")))
		k8s_resources_add(r, arena_dup(d->a, name), quantity);
	else
		attrs_text(&d->attrs, k8s_key(d->scratch, prefix, name, ""), quantity);
}

static void take_system(struct k8s_describe *d, struct str key, struct str value)
{
	static const struct { const char *key, *attribute; } parts[] = {
		{ "Kernel Version", "kernel_version" }, { "OS Image", "os_image" }, { "Boot ID", "boot_id" },
		{ "Container Runtime Version", "container_runtime" }, { "Kubelet Version", "kubelet_version" },
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (str_eq(key, str_of(parts[i].key)))
			attrs_text(&d->attrs, str_of(parts[i].attribute), value);
}

static void take_pair(struct k8s_describe *d, struct str key, struct str value)
{
	if (d->section == CAPACITY)
		take_quantity(d, &d->capacity, "capacity.", key, value);
	else if (d->section == ALLOCATABLE)
		take_quantity(d, &d->allocatable, "allocatable.", key, value);
	else if (d->section == SYSTEM)
		take_system(d, key, value);
	else if (d->section == LEASE && str_eq(key, STR("RenewTime")))
		d->renewed = k8s_time(value);
	else if (d->section == ADDRESSES && str_eq(key, STR("Hostname")) && d->o.ref.name.n && value.n)
		emit_link(d->out, STR("node"), d->o.ref.name, "is", STR("host"), value);
}

/* ---- tables ---- */

static struct str cell_named(const struct k8s_describe *d, const struct str *cells, struct str name)
{
	size_t i = table_column(&d->table, name);

	return i == TABLE_NONE ? STR_NONE : cells[i];
}

static enum status take_condition(struct k8s_describe *d, const struct str *cells, const struct line *line,
				  struct error *err)
{
	struct k8s_condition c = {
		.about = d->o.ref, .node = d->o.node,
		.type = cell_named(d, cells, STR("Type")), .status = cell_named(d, cells, STR("Status")),
		.reason = cell_named(d, cells, STR("Reason")), .message = cell_named(d, cells, STR("Message")),
		.since = k8s_time(cell_named(d, cells, STR("LastTransitionTime"))),
	};

	attrs_text(&d->attrs, k8s_key(d->scratch, "condition.", c.type, ""), c.status);
	attrs_text(&d->attrs, k8s_key(d->scratch, "condition.", c.type, ".reason"), c.reason);
	if (str_eq(c.type, STR("Ready")) && str_eq(c.status, STR("True")))
		k8s_saw_heartbeat(&d->heartbeat, k8s_time(cell_named(d, cells, STR("LastHeartbeatTime"))), 5 * TS_MINUTE);
	if (c.since.t == TS_NONE) /* of a pod: describe leaves its times out */
		return OK;
	return k8s_emit_condition(d->out, d->scratch, &c, (struct k8s_at){ line->no, 1, line->offset }, err);
}

static enum status take_table_line(struct k8s_describe *d, const struct line *line, struct error *err)
{
	struct str cells[TABLE_COLUMNS];
	struct k8s_ref pod;

	if (table_is_rule(line->text) || str_starts(str_trim(line->text), STR("("))) /* "(Total limits may be over..)" */
		return OK;
	if (!d->has_table) {
		d->has_table = table_header(&d->table, d->a, line->text);
		return OK;
	}
	table_row(&d->table, line->text, cells);
	if (d->section == CONDITIONS)
		return take_condition(d, cells, line, err);
	if (d->section == PODS) {
		pod = (struct k8s_ref){ STR("Pod"), cell_named(d, cells, STR("Namespace")), cell_named(d, cells, STR("Name")) };
		k8s_link_node(d->out, d->scratch, pod, d->o.ref.name, k8s_now(d->out));
	} else {
		take_quantity(d, &d->allocated, "allocated.", cells[0], cell_named(d, cells, STR("Requests")));
	}
	return OK;
}

static enum status take_event_line(struct k8s_describe *d, const struct line *line, struct error *err)
{
	if (table_is_rule(line->text))
		return OK;
	if (k8s_rows_is_header(line->text)) {
		k8s_rows_header(&d->rows, line->text);
		return OK;
	}
	return k8s_rows_line(&d->rows, line, err);
}

/* ---- lines ---- */

static enum status open_section(struct k8s_describe *d, size_t i, struct str value, const struct line *line,
				struct error *err)
{
	enum status st = end_section(d, err);

	if (!d->open)
		begin_object(d, line);
	d->section = keys[i].section;
	d->has_table = false;
	if (keys[i].kind && d->o.ref.kind.n == 0)
		d->o.ref.kind = str_of(keys[i].kind);
	if (keys[i].attribute)
		attrs_text(&d->attrs, str_of(keys[i].attribute), value);
	take_top_value(d, str_of(keys[i].key), value);
	if (d->section == LABELS || d->section == TAINTS || d->section == TOLERATIONS) {
		take_item(d, value);
	} else if (d->section == CONTAINERS || d->section == INIT_CONTAINERS) {
		k8s_containers_begin(&d->containers, d->section == INIT_CONTAINERS);
	} else if (d->section == EVENTS && d->o.ref.name.n) { /* of a piece they may be another object's */
		d->rows.about = d->o.ref;
		d->rows.gpus = k8s_resources_gpus(d->containers.requests.n ? &d->containers.requests : &d->containers.limits);
	}
	return st;
}

static enum status take_deeper(struct k8s_describe *d, const struct line *line, struct error *err)
{
	struct str s = str_trim(line->text), key, value;

	switch (d->section) {
	case TOP:
		return OK;
	case LABELS:
	case TAINTS:
	case TOLERATIONS:
		take_item(d, s);
		return OK;
	case CONDITIONS:
	case PODS:
	case ALLOCATED:
		return take_table_line(d, line, err);
	case CAPACITY:
	case ALLOCATABLE:
	case LEASE:
	case SYSTEM:
	case ADDRESSES:
		if (outline_pair(s, &key, &value))
			take_pair(d, key, none_is_empty(value));
		return OK;
	case CONTAINERS:
	case INIT_CONTAINERS:
		return k8s_containers_line(&d->containers, line, err);
	case EVENTS:
		return take_event_line(d, line, err);
	}
	return OK;
}

enum status k8s_describe_line(struct k8s_describe *d, const struct line *line, struct error *err)
{
	struct str s = str_rtrim(line->text), key, value;
	bool top = s.n > 0 && !is_blank(s.p[0]) && outline_pair(s, &key, &value);
	enum status st;

	arena_reset(d->scratch);
	if (s.n == 0) {
		if (d->section == EVENTS && d->rows.n > 0) /* what follows is not part of the last message */
			d->section = TOP;
		return OK;
	}
	if (top && str_eq(key, STR("Name"))) {
		st = end_object(d, err);
		begin_object(d, line);
		take_top_value(d, key, value);
		return st;
	}
	if (d->open)
		d->o.at.lines = line->no - d->o.at.line + 1;
	if (top && find_key(key) < KEYS) {
		st = open_section(d, find_key(key), none_is_empty(value), line, err);
		if (d->section == EVENTS && value.n > 0) /* "<none>" */
			d->section = TOP;
		return st;
	}
	if (d->section != EVENTS && k8s_rows_is_row(s)) { /* rows pasted without what belongs to them */
		st = end_section(d, err);
		d->section = EVENTS;
		return st == OK ? take_event_line(d, line, err) : st;
	}
	/* a key we do not read ends a section; in pasted lists the first line may have lost its indentation */
	if (top && d->section != EVENTS && d->section != CAPACITY && d->section != ALLOCATABLE) {
		st = end_section(d, err);
		d->section = TOP;
		return st;
	}
	return take_deeper(d, line, err);
}

enum status k8s_describe_end(struct k8s_describe *d, struct error *err)
{
	enum status st = end_object(d, err);

	k8s_pair_heartbeat(d->out, &d->heartbeat);
	return st;
}

struct k8s_describe *k8s_describe_new(struct emitter *out)
{
	struct k8s_describe *d = heap_new(sizeof(*d));

	d->out = out;
	d->a = arena_new();
	d->scratch = arena_new();
	attrs_init(&d->attrs, d->a);
	buf_init(&d->list, LIMIT_EVENT_TEXT);
	k8s_rows_init(&d->rows, out);
	d->rows.one_object = true;
	return d;
}

void k8s_describe_free(struct k8s_describe *d)
{
	if (!d)
		return;
	k8s_rows_done(&d->rows);
	buf_done(&d->list);
	arena_free(d->scratch);
	arena_free(d->a);
	free(d);
}

/* ---- detection ---- */

int k8s_describe_detect(struct str head)
{
	struct str line, key, value;
	bool name = false, events = false, capacity = false;
	size_t known = 0;

	while (str_cut(&head, '\n', &line)) {
		struct str s = str_rtrim(line);

		events |= k8s_rows_is_header(s) && str_has(s, STR(" From"));
		if (s.n == 0 || is_blank(s.p[0]) || !outline_pair(s, &key, &value))
			continue;
		name |= str_eq(key, STR("Name"));
		capacity |= str_eq(key, STR("Capacity"));
		known += find_key(key) < KEYS;
	}
	if (name && known >= 4)
		return 46;
	if (events)
		return 40;
	return (name && known >= 2) || (capacity && known >= 2) ? 33 : 0;
}

#include "source/k8s_listing.h"

#include <stdlib.h>

#include "base/number.h"
#include "source/k8s_object.h"
#include "source/table.h"

struct k8s_listing {
	struct emitter *out;
	struct arena *names, *scratch;
	struct table table;
	enum k8s_table kind;
	struct str object;       /* what K8S_OTHERS lists: "Deployment"; empty when the header does not tell */
};

/* Columns that only tables of one kind have, the telling ones first. */
static const struct { const char *columns[2], *kind; } others[] = {
	{ { " REVISION ", " CHART " }, "HelmRelease" }, { { " COMPLETIONS ", " DURATION " }, "Job" }, { { " SCHEDULE ", " SUSPEND " }, "CronJob" },
	{ { " DESIRED ", " UP-TO-DATE " }, "DaemonSet" }, { { " UP-TO-DATE ", " AVAILABLE " }, "Deployment" }, { { " DESIRED ", " CURRENT " }, "ReplicaSet" },
	{ { " REQUEST ", " LIMIT" }, "ResourceQuota" }, { { " REFERENCE ", " MINPODS " }, "HorizontalPodAutoscaler" },
	{ { " VOLUME ", " CAPACITY " }, "PersistentVolumeClaim" }, { { " RECLAIM POLICY ", " CLAIM " }, "PersistentVolume" },
	{ { " TYPE ", " CLUSTER-IP " }, "Service" }, { { " NODECLASS ", " READY " }, "NodePool" }, { { " MIN AVAILABLE ", " ALLOWED DISRUPTIONS " }, "PodDisruptionBudget" },
};

static struct str object_of(struct str header)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (str_has(header, str_of(others[i].columns[0])) && str_has(header, str_of(others[i].columns[1])))
			return str_of(others[i].kind);
	return STR_NONE;
}

enum k8s_table k8s_table_of(struct str line)
{
	if (!str_starts(line, STR("NAME ")) && !str_starts(line, STR("NAMESPACE ")) && !str_starts(line, STR("POD ")))
		return K8S_NO_TABLE;
	if (str_has(line, STR(" CPU(cores)")) && str_has(line, STR(" MEMORY(bytes)")))
		return str_has(line, STR(" CPU%")) || str_has(line, STR(" CPU(%)")) ? K8S_TOP_NODES : K8S_TOP_PODS;
	if (str_has(line, STR(" STATUS ")) && str_has(line, STR(" AGE"))) {
		if (str_has(line, STR(" READY ")) && str_has(line, STR(" RESTARTS ")))
			return K8S_PODS;
		if (str_has(line, STR(" ROLES ")) && str_has(line, STR(" VERSION")))
			return K8S_NODES;
	}
	return object_of(line).n ? K8S_OTHERS : K8S_NO_TABLE;
}

struct k8s_listing *k8s_listing_new(struct emitter *out)
{
	struct arena *names = arena_new();
	struct k8s_listing *l = heap_new(sizeof(*l));

	*l = (struct k8s_listing){ .out = out, .names = names, .scratch = arena_new() };
	return l;
}

void k8s_listing_free(struct k8s_listing *l)
{
	if (!l)
		return;
	arena_free(l->names);
	arena_free(l->scratch);
	free(l);
}

static struct str cell(const struct k8s_listing *l, const struct str *cells, struct str name)
{
	size_t i = table_column(&l->table, name);

	return i == TABLE_NONE || str_eq(cells[i], STR("<none>")) ? STR_NONE : cells[i];
}

static void add_labels(struct attrs *f, struct str labels)
{
	struct str one;

	while (str_cut(&labels, ',', &one))
		if (str_has(one, STR("=")))
			attrs_text(f, k8s_key(f->a, "label.", str_head(one, str_chr(one, '=')), ""),
				   str_from(one, str_chr(one, '=') + 1));
}

/* "3" or, since 1.22, "3 (5m ago)" */
static double restarts_of(struct str s)
{
	double n = NO_NUMBER;

	(void)num_double(str_head(s, str_chr(s, ' ')), &n);
	return n;
}

static enum status take_pod_or_node(struct k8s_listing *l, const struct line *line, struct error *err)
{
	static const struct { const char *column, *attribute; } wide[] = {
		{ "AGE", "age" },           { "ROLES", "roles" },           { "VERSION", "kubelet_version" },
		{ "IP", "ip" },             { "INTERNAL-IP", "ip" },        { "NOMINATED NODE", "nominated_node" },
		{ "OS-IMAGE", "os_image" }, { "KERNEL-VERSION", "kernel_version" },
		{ "CONTAINER-RUNTIME", "container_runtime" },
	};
	struct str cells[TABLE_COLUMNS], name, ready, status;
	struct attrs attrs;
	struct k8s_object o = { .restarts = NO_NUMBER, .attrs = &attrs, .at = { line->no, 1, line->offset } };

	table_row(&l->table, line->text, cells);
	name = cell(l, cells, STR("NAME"));
	status = cell(l, cells, STR("STATUS"));
	ready = cell(l, cells, STR("READY"));
	if (name.n == 0 || status.n == 0 || cell(l, cells, STR("AGE")).n == 0)
		return emit_reject(l->out, line->no, line->offset, line->text, "not a row of the table", err);
	attrs_init(&attrs, l->scratch);
	o.ref = (struct k8s_ref){ l->kind == K8S_PODS ? STR("Pod") : STR("Node"), cell(l, cells, STR("NAMESPACE")),
				  str_has(name, STR("/")) ? str_from(name, str_chr(name, '/') + 1) : name };
	o.status = status;
	if (l->kind == K8S_PODS) {
		o.restarts = restarts_of(cell(l, cells, STR("RESTARTS")));
		o.node = cell(l, cells, STR("NODE"));
		(void)num_double(str_head(ready, str_chr(ready, '/')), &o.ready);
		(void)num_double(str_from(ready, str_chr(ready, '/') + 1), &o.containers);
		if (o.ref.ns.n == 0) { /* the namespace of kubectl's context: "default" until changed */
			o.ref.ns = STR("default");
			attrs_text(&attrs, STR("namespace_basis"), STR("assumed"));
		}
	}
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		attrs_text(&attrs, str_of(wide[i].attribute), cell(l, cells, str_of(wide[i].column)));
	add_labels(&attrs, cell(l, cells, STR("LABELS")));
	return k8s_emit_object(l->out, &o, err);
}

/* ---- other objects ---- */

/* "requests.nvidia.com/gpu: 8/8, pods: 3/10" of a quota: used of allowed. */
static void add_quota(struct attrs *f, struct str list)
{
	struct str one;

	while (str_cut(&list, ',', &one)) {
		size_t colon = str_find(one, STR(": ")), slash = str_rchr(one, '/');
		struct str name = str_trim(str_head(one, colon));

		if (colon >= one.n || slash >= one.n || slash < colon)
			continue;
		k8s_quota_attrs(f, name, (struct str){ one.p + colon + 2, slash - colon - 2 }, str_from(one, slash + 1));
	}
}

/* "UP-TO-DATE" -> "up_to_date" */
static struct str attribute(struct arena *a, struct str column)
{
	char *text = arena_cstr(a, column);

	for (size_t i = 0; i < column.n; i++)
		text[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i] == ' ' || text[i] == '-' ? '_' : text[i];
	return (struct str){ text, column.n };
}

static enum status take_other(struct k8s_listing *l, const struct line *line, struct error *err)
{
	struct str cells[TABLE_COLUMNS], name;
	struct attrs attrs;
	struct k8s_object o = { .restarts = NO_NUMBER, .attrs = &attrs, .at = { line->no, 1, line->offset } };

	table_row(&l->table, line->text, cells);
	name = cell(l, cells, STR("NAME"));
	if (name.n == 0 || cells[1].n == 0)
		return emit_reject(l->out, line->no, line->offset, line->text, "not a row of the table", err);
	attrs_init(&attrs, l->scratch);
	o.ref = (struct k8s_ref){ l->object, cell(l, cells, STR("NAMESPACE")), str_has(name, STR("/")) ? str_from(name, str_chr(name, '/') + 1) : name };
	if (str_has(name, STR("/"))) /* kubectl get all */
		o.ref.kind = k8s_kind(str_head(name, str_chr(name, '/')));
	o.status = cell(l, cells, STR("STATUS"));
	if (!o.status.n && str_has(cell(l, cells, STR("READY")), STR("/")))
		o.status = arena_printf(l->scratch, "%.*s ready", STR_ARG(cell(l, cells, STR("READY"))));
	if (!o.status.n && cell(l, cells, STR("COMPLETIONS")).n)
		o.status = arena_printf(l->scratch, "%.*s completed", STR_ARG(cell(l, cells, STR("COMPLETIONS"))));
	for (size_t i = 0; i < l->table.n; i++) {
		struct str column = l->table.column[i].name;

		if (!str_eq(column, STR("NAME")) && !str_eq(column, STR("NAMESPACE")) && !str_eq(column, STR("STATUS")))
			attrs_text(&attrs, attribute(l->scratch, column), str_eq(cells[i], STR("<none>")) ? STR_NONE : cells[i]);
	}
	add_quota(&attrs, cell(l, cells, STR("REQUEST")));
	add_quota(&attrs, cell(l, cells, STR("LIMIT")));
	return k8s_emit_object(l->out, &o, err);
}

/* ---- top ---- */

/* "250m" cores, "1843Mi", "<unknown>" */
static bool quantity(struct str s, double *v)
{
	if (str_ends(s, STR("m")) && num_double(str_head(s, s.n - 1), v)) {
		*v /= 1000;
		return true;
	}
	if (str_ends(s, STR("%")))
		s.n--;
	return num_with_unit(s, v);
}

static enum status take_top(struct k8s_listing *l, const struct line *line, struct error *err)
{
	static const struct { const char *columns[2], *pod, *node, *unit; } what[] = {
		{ { "CPU(cores)" }, "k8s.pod.cpu", "k8s.node.cpu", "cores" },
		{ { "MEMORY(bytes)" }, "k8s.pod.memory", "k8s.node.memory", "bytes" },
		{ { "CPU%", "CPU(%)" }, NULL, "k8s.node.cpu.utilization", "%" },
		{ { "MEMORY%", "MEMORY(%)" }, NULL, "k8s.node.memory.utilization", "%" },
	};
	bool pods = l->kind == K8S_TOP_PODS;
	struct str cells[TABLE_COLUMNS], name, container = STR_NONE, entity;
	struct k8s_time now = k8s_now(l->out);
	struct label labels[2];
	uint32_t series[4];
	double values[4];
	size_t n = 0;

	table_row(&l->table, line->text, cells);
	name = cell(l, cells, STR("NAME"));
	if (table_column(&l->table, STR("POD")) != TABLE_NONE) { /* --containers */
		container = name;
		name = cell(l, cells, STR("POD"));
	}
	entity = k8s_entity(l->scratch, (struct k8s_ref){ pods ? STR("Pod") : STR("Node"),
		pods && !cell(l, cells, STR("NAMESPACE")).n ? STR("default") : cell(l, cells, STR("NAMESPACE")), name });
	labels[0] = (struct label){ pods ? STR("pod") : STR("node"), str_from(entity, str_chr(entity, ':') + 1) };
	labels[1] = (struct label){ STR("container"), container };
	for (size_t i = 0; i < 4; i++) {
		struct str value = what[i].columns[0] ? cell(l, cells, str_of(what[i].columns[0])) : STR_NONE;

		if (!value.n && what[i].columns[1])
			value = cell(l, cells, str_of(what[i].columns[1]));
		if (!name.n || (pods && !what[i].pod) || !quantity(value, &values[n]))
			continue;
		series[n++] = emit_series(l->out, &(struct series_def){ .name = str_of(pods ? what[i].pod : what[i].node),
			.unit = str_of(what[i].unit), .entity = entity, .labels = labels, .n_labels = container.n ? 2 : 1 });
	}
	if (n == 0 && name.n && str_has(line->text, STR("<unknown>"))) /* the kubelet did not answer */
		return OK;
	if (n == 0)
		return emit_reject(l->out, line->no, line->offset, line->text, "not a row of the table", err);
	return emit_sample(l->out, &(struct sample){ .t = now.t, .u_us = now.u, .clock = now.clock, .line = line->no, .offset = line->offset,
		.panel = emit_panel(l->out, series, n), .values = values }, err);
}

bool k8s_listing_line(struct k8s_listing *l, const struct line *line, enum status *st, struct error *err)
{
	enum k8s_table kind = k8s_table_of(str_rtrim(line->text));

	*st = OK;
	if (kind != K8S_NO_TABLE) {
		arena_reset(l->names);
		l->object = object_of(line->text);
		l->kind = table_header(&l->table, l->names, line->text) ? kind : K8S_NO_TABLE;
		return true;
	}
	if (str_trim(line->text).n == 0)
		l->kind = K8S_NO_TABLE;
	switch (l->kind) {
	case K8S_NO_TABLE:
		return false;
	case K8S_PODS:
	case K8S_NODES:
		*st = take_pod_or_node(l, line, err);
		break;
	case K8S_TOP_PODS:
	case K8S_TOP_NODES:
		*st = take_top(l, line, err);
		break;
	case K8S_OTHERS:
		*st = take_other(l, line, err);
		break;
	}
	arena_reset(l->scratch);
	return true;
}

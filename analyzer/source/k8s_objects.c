/* Pods and nodes: `kubectl get -o json` and `-o yaml`, their tables, `kubectl describe`.
 *
 * What they say holds at the collection; what they say of the past (condition
 * transitions, ends of containers, the events of describe) is emitted at its own time. */
#include "base/number.h"
#include "source/each_record.h"
#include "source/jsonkeys.h"
#include "source/k8s_describe.h"
#include "source/k8s_yaml.h"
#include "source/source.h"

/* {"items":[{"spec"..}]}, {"object":{"spec"..}} */
#define OBJECT_DEPTH 3

/* ---- detection ---- */

static bool is_kind(struct str s)
{
	return str_eq(s, STR("Pod")) || str_eq(s, STR("Node")) || str_eq(s, STR("PodList")) || str_eq(s, STR("NodeList"));
}

static int detect_json(struct str path, struct str head)
{
	struct json_keys k = json_keys_of(head);
	bool kind = false, body = false, metadata = false, list = false, reason = false;
	struct str key, value;
	int depth;

	while (json_keys_next(&k, &key, &depth, &value)) {
		if (depth > OBJECT_DEPTH)
			continue;
		kind |= str_eq(key, STR("kind")) && is_kind(value);
		list |= str_eq(key, STR("kind")) && str_eq(value, STR("List"));
		metadata |= str_eq(key, STR("metadata"));
		body |= str_eq(key, STR("spec")) || str_eq(key, STR("status"));
		reason |= str_eq(key, STR("involvedObject")) || str_eq(key, STR("regarding")); /* an event about one */
	}
	if (kind && metadata && body && !reason)
		return 46;
	if (kind && metadata && !reason && !body)
		return 30; /* a list without items, or cut before them */
	if (list && !body && !reason &&
	    (str_ifind(path, STR("pod")) < path.n || str_ifind(path, STR("node")) < path.n))
		return 18;
	return 0;
}

enum table_kind { NO_TABLE, PODS, NODES };

static enum table_kind table_of(struct str line)
{
	if (!str_starts(line, STR("NAME ")) && !str_starts(line, STR("NAMESPACE ")))
		return NO_TABLE;
	if (!str_has(line, STR(" STATUS ")) || !str_has(line, STR(" AGE")))
		return NO_TABLE;
	if (str_has(line, STR(" READY ")) && str_has(line, STR(" RESTARTS ")))
		return PODS;
	return str_has(line, STR(" ROLES ")) && str_has(line, STR(" VERSION")) ? NODES : NO_TABLE;
}

static int detect_table(struct str head)
{
	struct str line;

	for (int i = 0; i < 64 && str_cut(&head, '\n', &line); i++)
		if (table_of(str_rtrim(line)) != NO_TABLE)
			return 42;
	return 0;
}

static int detect_rows(struct str head)
{
	struct str first = str_trim(head), line;
	size_t rows = 0, others = 0;

	while (str_cut(&head, '\n', &line) && rows + others < 64) {
		if (k8s_rows_is_row(line))
			rows++;
		else if (str_trim(line).n > 0)
			others++;
	}
	if (rows == 0 || others > rows)
		return 0;
	/* the rows of describe begin with the type; those of get events are another source's */
	return str_starts(first, STR("Normal ")) || str_starts(first, STR("Warning ")) ? 24 : 22;
}

static bool is_yaml(struct str head)
{
	return k8s_yaml_looks(head) && k8s_yaml_has(head, "metadata", NULL) && !k8s_yaml_has(head, "involvedObject", NULL) &&
	       !k8s_yaml_has(head, "regarding", NULL) &&
	       (k8s_yaml_has(head, "kind", "Pod") || k8s_yaml_has(head, "kind", "Node") || k8s_yaml_has(head, "kind", "PodList") ||
		k8s_yaml_has(head, "kind", "NodeList"));
}

static int detect(struct str path, struct str head)
{
	int bits = json_looks(head) ? detect_json(path, head) : is_yaml(head) ? 46 : 0;

	if (bits == 0)
		bits = k8s_describe_detect(head);
	if (bits == 0)
		bits = detect_table(head);
	return bits > 0 ? bits : detect_rows(head);
}

/* ---- JSON ---- */

struct context {
	struct emitter *out;
	struct arena *scratch;
	struct k8s_heartbeat heartbeat;
};

static enum status take(void *ctx, const struct json *root, const struct record *r, struct error *err)
{
	struct context *c = ctx;
	const struct json *v = json_get(root, "object"); /* of a watch */
	struct k8s_event e;
	const char *why;
	enum status st = OK;

	if (json_path_str(root, "metadata.continue").n)
		emit_incomplete(c->out, "the list was cut into pages, this is not the last");
	if (r->envelope)
		return OK;
	if (json_type(v) != JSON_OBJECT)
		v = root;
	if (json_get(v, "involvedObject") || json_get(v, "regarding")) { /* get pods,events */
		if (k8s_event_of_json(v, &e, &why))
			st = k8s_emit_event(c->out, c->scratch, &e, k8s_at_record(r), err);
		else
			st = emit_reject(c->out, r->line, r->offset, r->text, why, err);
	} else if (!k8s_take_object_json(c->out, c->scratch, v, k8s_at_record(r), &c->heartbeat, &st, err) &&
		   !json_get(v, "items")) {
		st = emit_reject(c->out, r->line, r->offset, r->text, "not a Kubernetes object", err);
	}
	arena_reset(c->scratch);
	return st;
}

static enum status parse_objects(struct reader *in, struct emitter *out, bool yaml, struct error *err)
{
	struct context c = { .out = out, .scratch = arena_new() };
	enum status st = yaml ? k8s_each_yaml(in, out, take, &c, err) : each_record(in, out, NULL, take, &c, err);

	k8s_pair_heartbeat(out, &c.heartbeat);
	arena_free(c.scratch);
	return st;
}

/* ---- tables ---- */

struct listing {
	struct emitter *out;
	struct arena *names, *scratch;
	struct table table;
	enum table_kind kind;
};

static struct str cell(const struct listing *l, const struct str *cells, struct str name)
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

static enum status take_row(struct listing *l, const struct line *line, struct error *err)
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
	o.ref = (struct k8s_ref){ l->kind == PODS ? STR("Pod") : STR("Node"), cell(l, cells, STR("NAMESPACE")),
				  str_has(name, STR("/")) ? str_from(name, str_chr(name, '/') + 1) : name };
	o.status = status;
	if (l->kind == PODS) {
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

static enum status take_text(struct listing *l, struct k8s_describe *d, const struct line *line, struct error *err)
{
	enum table_kind kind = table_of(str_rtrim(line->text));
	enum status st;

	if (kind != NO_TABLE) {
		arena_reset(l->names);
		l->kind = table_header(&l->table, l->names, line->text) ? kind : NO_TABLE;
		return OK;
	}
	if (str_trim(line->text).n == 0)
		l->kind = NO_TABLE;
	if (l->kind == NO_TABLE)
		return k8s_describe_line(d, line, err);
	st = take_row(l, line, err);
	arena_reset(l->scratch);
	return st;
}

static enum status parse_text(struct reader *in, struct emitter *out, struct error *err)
{
	struct listing l = { .out = out, .names = arena_new(), .scratch = arena_new() };
	struct k8s_describe *d = k8s_describe_new(out);
	struct line line;
	enum status st;

	while ((st = reader_line(in, &line, err)) == OK) {
		st = take_text(&l, d, &line, err);
		if (st != OK)
			break;
	}
	if (st == END)
		st = k8s_describe_end(d, err);
	k8s_describe_free(d);
	arena_free(l.names);
	arena_free(l.scratch);
	return st;
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct str head = reader_head(in);

	emit_cover(out, COVER_SNAPSHOT);
	if (json_looks(head) && detect_json(reader_path(in), head) > 0)
		return parse_objects(in, out, false, err);
	if (is_yaml(head))
		return parse_objects(in, out, true, err);
	return parse_text(in, out, err);
}

const struct source source_k8s_objects = {
	.name = "k8s_objects",
	.title = "Kubernetes pods and nodes (get, describe)",
	.collect = "kubectl describe pods -A; kubectl describe nodes",
	.hostless = true,
	.detect = detect,
	.parse = parse,
};

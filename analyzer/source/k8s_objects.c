/* Objects of a cluster: `kubectl get -o json` and `-o yaml`, tables, `kubectl describe`, `kubectl top`, `helm list`.
 *
 * What they say holds at the collection; what they say of the past (condition
 * transitions, ends of containers, the events of describe) is emitted at its own time. */
#include "base/number.h"
#include "source/each_record.h"
#include "source/jsonkeys.h"
#include "source/k8s_describe.h"
#include "source/k8s_listing.h"
#include "source/k8s_yaml.h"
#include "source/source.h"

/* {"items":[{"spec"..}]}, {"object":{"spec"..}} */
#define OBJECT_DEPTH 3

/* ---- detection ---- */

/* Those a GPU workload depends on, Karpenter's node pools among them. */
static const char *const kinds[] = {
	"Pod", "Node", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "ResourceQuota", "LimitRange",
	"PersistentVolumeClaim", "PersistentVolume", "Service", "HorizontalPodAutoscaler", "PodDisruptionBudget", "NodePool", "NodeClaim",
	"ReplicationController", "Namespace",
};

static bool is_kind(struct str s)
{
	if (str_ends(s, STR("List")))
		s.n -= 4;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_eq(s, str_of(kinds[i])))
			return true;
	return false;
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

static int detect_table(struct str head)
{
	struct str line;

	for (int i = 0; i < 64 && str_cut(&head, '\n', &line); i++)
		if (k8s_table_of(str_rtrim(line)) != K8S_NO_TABLE)
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
	if (!k8s_yaml_looks(head) || !k8s_yaml_has(head, "metadata", NULL) || k8s_yaml_has(head, "involvedObject", NULL) ||
	    k8s_yaml_has(head, "regarding", NULL))
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (k8s_yaml_has(head, "kind", kinds[i]))
			return true;
	return k8s_yaml_has(head, "kind", "PodList") || k8s_yaml_has(head, "kind", "NodeList");
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

/* ---- tables and describe ---- */

static enum status parse_text(struct reader *in, struct emitter *out, struct error *err)
{
	struct k8s_listing *l = k8s_listing_new(out);
	struct k8s_describe *d = k8s_describe_new(out);
	struct line line;
	enum status st;

	while ((st = reader_line(in, &line, err)) == OK) {
		if (!k8s_listing_line(l, &line, &st, err))
			st = k8s_describe_line(d, &line, err);
		if (st != OK)
			break;
	}
	if (st == END)
		st = k8s_describe_end(d, err);
	k8s_describe_free(d);
	k8s_listing_free(l);
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
	.title = "Kubernetes objects (get, describe, top)",
	.collect = "kubectl describe pods -A; kubectl describe nodes",
	.hostless = true,
	.detect = detect,
	.parse = parse,
};

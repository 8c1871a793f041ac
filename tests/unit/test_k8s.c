#include "source/k8s.h"

#include "record/catalog.h"
#include "record/textsink.h"
#include "source/k8s_rows.h"
#include "source/source.h"
#include "unit.h"

static const struct { const char *pod, *workload; } pods[] = {
	{ "web-6958c5bdd8-69gtn", "web" },
	{ "web-7d9f-x2k4q", "web-7d9f" },            /* too short for a hash: a job or daemon set of that name */
	{ "kube-proxy-2df2m", "kube-proxy" },
	{ "a-b-c-5564855696-86vtt", "a-b-c" },
	{ "db-0", "db" },
	{ "db-17", "db" },
	{ "db-017", "" },                            /* no ordinal is written so */
	{ "db-12345", "" },                          /* 1 and 3 are not in generated names, 12345 is no ordinal */
	{ "training-job-7b-xyz", "" },
	{ "web-6958c5bdd8-69gta", "" },              /* no vowels in generated names */
	{ "nginx", "" },
	{ "-0", "" },
	{ "web-", "" },
	{ "", "" },
};

START_TEST(workload_in_the_name_of_a_pod)
{
	struct str got = k8s_workload_of_pod(str_of(pods[_i].pod));

	ck_assert_msg(str_eq(got, str_of(pods[_i].workload)), "%s gives '%.*s'", pods[_i].pod, STR_ARG(got));
}
END_TEST

static const struct { const char *kind, *ns, *name, *entity; } entities[] = {
	{ "Pod", "ml", "a-0", "pod:ml/a-0" },
	{ "Pod", "", "a-0", "pod:a-0" },
	{ "Node", "default", "n1", "node:n1" },
	{ "ReplicaSet", "ml", "web-6958c5bdd8", "workload:ml/web" },
	{ "ReplicaSet", "ml", "by-hand", "workload:ml/by-hand" },
	{ "StatefulSet", "ml", "db", "workload:ml/db" },
	{ "PersistentVolumeClaim", "ml", "data", "persistentvolumeclaim:ml/data" },
	{ "Pod", "ml", "", "" },
	{ "", "ml", "x", "" },
};

START_TEST(entity_of_an_object)
{
	struct arena *a = arena_new();
	struct k8s_ref ref = { str_of(entities[_i].kind), str_of(entities[_i].ns), str_of(entities[_i].name) };

	ck_assert(str_eq(k8s_entity(a, ref), str_of(entities[_i].entity)));
	arena_free(a);
}
END_TEST

static const struct { const char *written, *kind; } kinds[] = {
	{ "pod", "Pod" }, { "pods", "Pod" }, { "Pod", "Pod" }, { "deployment.apps", "Deployment" },
	{ "persistentvolumeclaim", "PersistentVolumeClaim" }, { "NodeClaim", "NodeClaim" }, { "", "" },
};

START_TEST(kind_as_the_api_writes_it)
{
	ck_assert(str_eq(k8s_kind(str_of(kinds[_i].written)), str_of(kinds[_i].kind)));
}
END_TEST

static const struct { const char *text; ts_usec t; } times[] = {
	{ "2026-03-02T10:24:02Z", 1772447042 * TS_SECOND },
	{ "2026-03-02T10:24:02.5Z", 1772447042 * TS_SECOND + TS_SECOND / 2 },
	{ "Mon, 02 Mar 2026 11:24:02 +0100", 1772447042 * TS_SECOND },
	{ " 2026-03-02T10:24:02Z ", 1772447042 * TS_SECOND },
	{ "2026-03-02T10:24:02", TS_NONE },          /* Kubernetes always writes a zone */
	{ "0001-01-01T00:00:00Z", TS_NONE },         /* null in Go */
	{ "Thu, 01 Jan 1970 01:00:00 +0100", TS_NONE }, /* never started */
	{ "2026-03-02T10:24:02Z and more", TS_NONE },
	{ "<unset>", TS_NONE },
	{ "", TS_NONE },
};

START_TEST(instants_in_both_notations)
{
	ck_assert_int_eq(k8s_time(str_of(times[_i].text)).t, times[_i].t);
}
END_TEST

static const struct { const char *line; bool row; } bare[] = {
	{ "Warning  Failed  15s   kubelet  Error: ErrImagePull", true },
	{ "  Normal   Created  18m (x2 over 18m)  kubelet, n1  Created container x", true },
	{ "5m   Warning   BackOff   pod/x   Back-off", true },
	{ "ml   5m   Warning   BackOff   pod/x   Back-off", true },
	{ "18m Normal RebootScheduled node/n1 Node condition is now: True", true },
	{ "Normal operation resumed 5m ago", false },
	{ "Warning: something 5m went wrong", false },
	{ "5m of Warning messages follow here", false },
	{ "Normal", false },
	{ "", false },
};

START_TEST(rows_that_lost_their_header)
{
	ck_assert(k8s_rows_is_row(str_of(bare[_i].line)) == bare[_i].row);
}
END_TEST

static const struct { const char *source, *path, *head; bool ours; } heads[] = {
	{ "k8s_events", "x", "{\"items\":[{\"involvedObject\":{\"kind\":\"Pod\"},\"reason\":\"x\"}]}", true },
	{ "k8s_objects", "x", "{\"items\":[{\"involvedObject\":{\"kind\":\"Pod\"},\"reason\":\"x\"}]}", false },
	{ "k8s_objects", "x", "{\"kind\":\"Pod\",\"metadata\":{},\"spec\":{}}", true },
	{ "k8s_events", "x", "{\"kind\":\"Pod\",\"metadata\":{},\"spec\":{}}", false },
	{ "k8s_objects", "x", "{\"kind\":\"Pod\",\"id\":7}", false },
	{ "k8s_objects", "pods.json", "{\"apiVersion\":\"v1\",\"items\":[],\"kind\":\"List\"}", true },
	{ "k8s_events", "pods.json", "{\"apiVersion\":\"v1\",\"items\":[],\"kind\":\"List\"}", false },
	{ "k8s_events", "x", "{\"message\":\"\\\"involvedObject\\\" reason\",\"time\":1}", false },
	{ "k8s_events", "x", "apiVersion: v1\nitems:\n- involvedObject:\n    kind: Pod\n  reason: x\n", true },
	{ "k8s_objects", "x", "apiVersion: v1\nitems:\n- involvedObject:\n    kind: Pod\n  reason: x\n", false },
	{ "k8s_objects", "x", "---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n", true },
	{ "k8s_events", "x", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\nstatus:\n  reason: Evicted\n", false },
	{ "k8s_objects", "x", "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: x\n", true },
	{ "k8s_objects", "x", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n", false },
	{ "k8s_objects", "x", "I0605 11:27:29.865576       1 scale_up.go:54] Pod default/x is unschedulable\n", false },
	{ "k8s_objects", "x", "NAME   CPU(cores)   MEMORY(bytes)\nx      5m           67Mi\n", true },
	{ "k8s_objects", "x", "Name: gcc\nVersion: 12\nStatus: installed\n", false },
};

START_TEST(claims_its_own_only)
{
	int bits = source_named(str_of(heads[_i].source))->detect(str_of(heads[_i].path), str_of(heads[_i].head));

	ck_assert_msg((bits > 0) == heads[_i].ours, "%s bids %d on %s", heads[_i].source, bits, heads[_i].head);
}
END_TEST

/* What one event says, by the canonical text. */
static void emit(const struct k8s_event *event, struct buf *out)
{
	struct catalog *cat = catalog_new();
	struct sink *sink = textsink_new(cat, out);
	struct emitter *e = emitter_new(cat, sink);
	struct arena *a = arena_new();
	struct error err;

	emitter_file(e, catalog_file_add(cat, catalog_bundle_add(cat), STR("x")), HOST_NONE);
	ck_assert_int_eq(k8s_emit_event(e, a, event, (struct k8s_at){ 1, 1, 0 }, &err), OK);
	ck_assert_int_eq(emitter_flush(e, &err), OK);
	textsink_finish(sink);
	arena_free(a);
	emitter_free(e);
	catalog_free(cat);
}

START_TEST(a_repeated_event_is_told_at_both_ends)
{
	struct k8s_event e = {
		.about = { STR("Pod"), STR("ml"), STR("a-0") }, .type = STR("Warning"), .reason = STR("BackOff"),
		.message = STR("again"), .count = 7,
		.first = { 10 * TS_DAY, TS_SECOND, CLOCK_IS_UTC }, .last = { 10 * TS_DAY + TS_MINUTE, TS_SECOND, CLOCK_IS_UTC },
	};
	struct buf got;

	buf_init(&got, 65536);
	emit(&e, &got);
	ck_assert(str_has(buf_str(&got), STR("\"span_s\":60,\"occurrence\":\"first\"")));
	ck_assert(str_has(buf_str(&got), STR("\"span_s\":60,\"occurrence\":\"last\"")));
	ck_assert(str_has(buf_str(&got), STR("file records=2 ")));
	buf_reset(&got);
	e.count = 1; /* counted once: its first is only when the object was made */
	emit(&e, &got);
	ck_assert(!str_has(buf_str(&got), STR("\"first\",")));
	ck_assert(str_has(buf_str(&got), STR("file records=1 ")));
	buf_reset(&got);
	e.count = 7;
	e.first = e.last;
	emit(&e, &got);
	ck_assert(str_has(buf_str(&got), STR("file records=1 ")));
	buf_done(&got);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, workload_in_the_name_of_a_pod, pods);
	LOOP(tc, entity_of_an_object, entities);
	LOOP(tc, kind_as_the_api_writes_it, kinds);
	LOOP(tc, instants_in_both_notations, times);
	LOOP(tc, rows_that_lost_their_header, bare);
	LOOP(tc, claims_its_own_only, heads);
	tcase_add_test(tc, a_repeated_event_is_told_at_both_ends);
}

TEST_MAIN("k8s", add)

#include "correlate/graph.h"

#include "base/buf.h"
#include "unit.h"

/* Links "from relation to", one a line; what is asked of which; ids in the order seen. */
struct row { const char *links, *from; enum entity_kind kind; const char *want; };

static const struct row rows[] = {
	{ "", "pod:a", ENT_POD, "a" },          /* itself, though nothing is known of it */
	{ "", "pod:a", ENT_NODE, "" },
	{ "pod:a on node:n", "pod:a", ENT_POD, "a" },
	{ "pod:a on node:n", "pod:a", ENT_NODE, "n" },
	{ "pod:a on node:n", "node:n", ENT_POD, "" },            /* from the narrower to the wider only */
	{ "pod:a on node:n\nnode:n in region:r", "pod:a", ENT_REGION, "r" },
	{ "pod:a of workload:w\npod:a on node:n", "pod:a", ENT_NODE, "n" },
	{ "pod:a on node:n\npod:a on node:m", "pod:a", ENT_NODE, "m n" }, /* two: the caller cannot tell */
	{ "pod:a on node:n\npod:a on node:n", "pod:a", ENT_NODE, "n" },
	{ "pod:a on node:n\nnode:n on node:m", "pod:a", ENT_NODE, "n" },  /* nothing beyond one of the kind */
	/* Names of one entity: the one people know it by, whatever was told first. */
	{ "gpu:0 is gpu:0000:3b:00", "gpu:0", ENT_GPU, "0000:3b:00" },
	{ "gpu:0000:3b:00 is gpu:0", "gpu:0", ENT_GPU, "0000:3b:00" },
	{ "gpu:GPU-1 is gpu:0\ngpu:GPU-1 is gpu:0000:3b:00", "gpu:0", ENT_GPU, "0000:3b:00" },
	{ "gpu:GPU-1 is gpu:0\ngpu:0000:3b:00 is gpu:GPU-1", "gpu:0000:3b:00", ENT_GPU, "0000:3b:00" },
	{ "gpu:GPU-1 is gpu:0", "gpu:GPU-1", ENT_GPU, "0" },
	{ "gpu:0 is gpu:GPU-1", "gpu:GPU-1", ENT_GPU, "0" },
	/* All names lead on. */
	{ "gpu:0 is gpu:0000:3b:00\ngpu:0 of host:h", "gpu:0000:3b:00", ENT_HOST, "h" },
	{ "gpu:0 of host:h\ngpu:0000:3b:00 is gpu:0", "gpu:0000:3b:00", ENT_HOST, "h" },
	{ "gpu:0 is gpu:x\ngpu:y is gpu:z\ngpu:z of host:h\ngpu:x is gpu:y", "gpu:0", ENT_HOST, "h" },
	/* A name of another kind. */
	{ "node:n is host:h", "node:n", ENT_HOST, "h" },
	{ "host:h is node:n", "node:n", ENT_HOST, "h" },
	{ "node:n is host:h", "host:h", ENT_NODE, "n" },
	{ "pod:a on node:n\nhost:h is node:n", "pod:a", ENT_HOST, "h" },
	{ "vm:v is host:h\nvm:v is node:n\npod:a on node:n", "pod:a", ENT_HOST, "h" },
	/* Circles end. */
	{ "pod:a on node:n\nnode:n of pod:a", "pod:a", ENT_HOST, "" },
	{ "gpu:a is gpu:b\ngpu:b is gpu:a", "gpu:a", ENT_GPU, "a" },
	/* A kind whose name begins like another's. */
	{ "pod:a on nodepool:p", "pod:a", ENT_NODE, "" },
};

static void put(void *ctx, struct str id)
{
	struct buf *out = ctx;

	buf_printf(out, "%s%.*s", out->n ? " " : "", STR_ARG(id));
}

START_TEST(links_lead_from_entity_to_entity)
{
	struct arena *a = arena_new();
	struct graph *g = graph_new(a);
	struct str rest = str_of(rows[_i].links), line;
	struct buf got;

	while (rest.n && str_cut(&rest, '\n', &line)) {
		struct str from, relation, to;

		ck_assert(str_word(&line, &from) && str_word(&line, &relation) && str_word(&line, &to));
		graph_add(g, from, relation, to, TS_NONE);
	}
	buf_init(&got, 4096);
	graph_reach(g, str_of(rows[_i].from), rows[_i].kind, TS_NONE, put, &got);
	ck_assert_str_eq(buf_cstr(&got), rows[_i].want);
	buf_done(&got);
	graph_free(g);
	arena_free(a);
}
END_TEST

START_TEST(a_question_is_bounded)
{
	enum { N = 1000 };
	struct arena *a = arena_new();
	struct graph *g = graph_new(a);
	struct buf got;

	for (int i = 0; i < N; i++)
		graph_add(g, STR("workload:w"), STR("on"), arena_printf(a, "node:%d", i), TS_NONE);
	buf_init(&got, 1 << 16);
	graph_reach(g, STR("workload:w"), ENT_NODE, TS_NONE, put, &got);
	ck_assert_uint_gt(got.n, 0);
	ck_assert_uint_lt(got.n, 2000); /* a few hundred, not all */
	buf_done(&got);
	graph_free(g);
	arena_free(a);
}
END_TEST

/* A pod of a stateful set keeps its name and changes its node. */
START_TEST(a_pod_is_where_it_was_seen_last)
{
	static const struct { ts_usec t; const char *want; } times[] = { { 1, "a" }, { 10, "a" }, { 19, "a" }, { 20, "b" }, { 99, "c" }, { TS_NONE, "c b a" } };

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct arena *a = arena_new();
		struct graph *g = graph_new(a);
		struct buf got;

		graph_add(g, STR("pod:x/db-0"), STR("on"), STR("node:a"), 10);
		graph_add(g, STR("pod:x/db-0"), STR("of"), STR("workload:x/db"), TS_NONE);
		graph_add(g, STR("pod:x/db-0"), STR("on"), STR("node:b"), 20);
		graph_add(g, STR("pod:x/db-0"), STR("on"), STR("node:c"), 30);
		buf_init(&got, 4096);
		graph_reach(g, STR("pod:x/db-0"), ENT_NODE, times[i].t, put, &got);
		ck_assert_msg(strcmp(buf_cstr(&got), times[i].want) == 0, "%lld: '%s'", (long long)times[i].t, buf_cstr(&got));
		buf_reset(&got);
		graph_reach(g, STR("pod:x/db-0"), ENT_WORKLOAD, times[i].t, put, &got);
		ck_assert_str_eq(buf_cstr(&got), "x/db");
		buf_done(&got);
		graph_free(g);
		arena_free(a);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_pod_is_where_it_was_seen_last);
	LOOP(tc, links_lead_from_entity_to_entity, rows);
	tcase_add_test(tc, a_question_is_bounded);
}
TEST_MAIN("graph", add)

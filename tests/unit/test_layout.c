#include "bundle/layout.h"

#include "base/buf.h"
#include "unit.h"

/* Layouts by their paths: as they are, below any root, and in archives in archives. */

#define PATHS 8

static const struct { const char *paths[PATHS], *want; } cases[] = {
	{ { "sos_commands/kernel/dmesg", "version.txt", "var/log/syslog" }, "sosreport" },
	{ { "sos_commands/date/date", "sos_logs/sos.log" }, "sosreport" },
	{ { "sos_commands/date/date" }, "" },                            /* half of the marks */
	{ { "sos_commands", "version.txt" }, "" },                       /* a file, no folder */
	{ { "my_sos_commands/date", "version.txt" }, "" },
	{ { "VM/dmesg.log", "transcript.log", "hpcdiag.err", "Nvidia/nvidia-smi.out" }, "azhpc-diagnostics" },
	{ { "nodelogs/var_log_cloud-init.log", "kubeobjects/ns_pods_a" }, "aks-periscope" },
	{ { "kubelet", "var_log_azure_cluster-provision.log" }, "aks-periscope" },
	{ { "nodes.json", "default/events.json", "default/pods.json" }, "kubectl cluster-info dump" },
	{ { "nodes.json", "events.json", "pods.json" }, "" },            /* made at home */
	{ { "namespaces/gpu/core/events.yaml", "cluster-scoped-resources/core/nodes/n1.yaml" }, "must-gather" },
	{ { "cluster-resources/nodes.json", "version.yaml" }, "troubleshoot support bundle" },
	{ { "cluster_policy.yaml", "gpu_nodes.descr", "gpu_operator_pod.log" }, "GPU operator must-gather" },
	{ { "dmesg.txt", "nvidia-smi.csv" }, "" },
};

/* "title" or "root:title" each, joined by ", ". */
static void check(const char *root, const char *const *paths, const char *want)
{
	struct arena *a = arena_new();
	const struct layout_found *found;
	struct str full[PATHS];
	struct buf got;
	size_t n = 0;

	buf_init(&got, 4096);
	for (; n < PATHS && paths[n]; n++)
		full[n] = arena_printf(a, "%s%s", root, paths[n]);
	n = layouts_find(a, full, n, &found);
	for (size_t i = 0; i < n; i++)
		buf_printf(&got, "%s%.*s%s%s", i ? ", " : "", STR_ARG(found[i].root), found[i].root.n ? ":" : "", found[i].layout->title);
	ck_assert_str_eq(buf_cstr(&got), want);
	buf_done(&got);
	arena_free(a);
}

START_TEST(marks_are_found_below_any_root)
{
	static const char *const roots[] = { "", "sosreport-x-2026-03-18-abc/", "renamed/", "case.tar.xz!", "a.zip!b/c.tar.gz!d.tar.zst!", "a!b/c/" };

	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		struct arena *a = arena_new();

		check(roots[i], cases[_i].paths,
		      cases[_i].want[0] && roots[i][0] ? arena_printf(a, "%s:%s", roots[i], cases[_i].want).p : cases[_i].want);
		arena_free(a);
	}
}
END_TEST

START_TEST(each_root_stands_for_itself)
{
	static const char *const two[PATHS] = { "n1/sos_commands/a", "n1/version.txt", "n2.tar!x/sos_commands/a", "n2.tar!x/version.txt" };
	static const char *const apart[PATHS] = { "n1/sos_commands/a", "n2/version.txt" };
	static const char *const archive[PATHS] = { "sos_commands/a", "version.txt!b" };
	static const char *const nested[PATHS] = { "must/namespaces/a/pods.yaml", "must/cluster-scoped-resources/x", "must/h/VM/dmesg.log", "must/h/transcript.log" };

	check("", two, "n1/:sosreport, n2.tar!x/:sosreport");
	check("", apart, "");
	check("", archive, "");
	check("", nested, "must/:must-gather, must/h/:azhpc-diagnostics");
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, marks_are_found_below_any_root, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tc, each_root_stands_for_itself);
}
TEST_MAIN("layout", add)

#include "bundle/layout.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/map.h"

/* From the collectors' own sources.  A new one is a row. */
static const struct layout layouts[] = {
	{ "sosreport", true, NULL, { "sos_commands/", "sos_reports/|sos_logs/|version.txt" } },
	{ "azhpc-diagnostics", true, "package history and Kubernetes", { "VM/", "transcript.log|hpcdiag.err" } },
	{ "aks-periscope", false, "dmesg, package history and nvidia-smi", { "systemlogs/|nodelogs/", "kubeobjects/|podscontainerlogs/|kubeletcmd/|systemperf/" } },
	{ "aks-periscope", true, "dmesg, package history and nvidia-smi", { "var_log_azure_cluster-provision.log", "kubelet|docker" } },
	{ "kubectl cluster-info dump", false, "logs of machines", { "nodes.json|nodes.yaml", "*/events.json|*/events.yaml", "*/pods.json|*/pods.yaml" } },
	{ "must-gather", false, "package history", { "cluster-scoped-resources/", "namespaces/*/" } },
	{ "troubleshoot support bundle", false, NULL, { "cluster-resources/", "version.yaml|analysis.json" } },
	{ "GPU operator must-gather", false, "package history", { "gpu_operator_pod.log|cluster_policy.yaml|cluster_policy.missing",
		"gpu_nodes.status|gpu_nodes.descr|gpu_operand_pods.status" } },
};
enum { LAYOUTS = sizeof(layouts) / sizeof(layouts[0]), MARKS = 4, PARTS_MAX = 64 };

static size_t part_end(struct str s, size_t from)
{
	while (from < s.n && s.p[from] != '/' && s.p[from] != '!')
		from++;
	return from;
}

/* One '*' at most: enough for the table. */
static bool part_is(struct str part, struct str mark)
{
	size_t star = str_chr(mark, '*');
	struct str tail = str_from(mark, star + 1);

	if (star == mark.n)
		return str_eq(part, mark);
	return part.n >= star + tail.n && str_starts(part, str_head(mark, star)) && str_ends(part, tail);
}

/* Does path go on like this from `from`, which is the start of a part? */
static bool mark_is_at(struct str path, size_t from, struct str mark)
{
	struct str part;

	while (str_cut(&mark, '/', &part)) {
		size_t end = part_end(path, from);

		if (part.n == 0) /* the '/' at the end: something lies below */
			return from < path.n;
		if (from > path.n || !part_is((struct str){ path.p + from, end - from }, part))
			return false;
		/* Nothing of another archive is below this root. */
		if (end < path.n && path.p[end] == '!')
			return false;
		from = end + 1;
	}
	return from > path.n;
}

static bool one_is_at(struct str path, size_t from, const char *marks)
{
	struct str rest = str_of(marks), mark;

	while (str_cut(&rest, '|', &mark))
		if (mark_is_at(path, from, mark))
			return true;
	return false;
}

/* Bit i of the value of "layout number, root": mark i was seen. */
static void note_marks(struct map *roots, struct str path, size_t from, struct buf *key)
{
	for (size_t l = 0; l < LAYOUTS; l++) {
		for (size_t m = 0; m < MARKS && layouts[l].marks[m]; m++) {
			size_t at;

			if (!one_is_at(path, from, layouts[l].marks[m]))
				continue;
			buf_reset(key);
			buf_putc(key, (char)('A' + l));
			buf_add(key, str_head(path, from));
			at = map_put(roots, buf_str(key));
			map_set(roots, at, map_value(roots, at) | 1u << m);
		}
	}
}

static bool all_seen(const struct layout *l, uint64_t seen)
{
	size_t n = 0;

	while (n < MARKS && l->marks[n])
		n++;
	return seen == (1u << n) - 1;
}

static int by_root(const void *x, const void *y)
{
	const struct layout_found *a = x, *b = y;
	int c = str_cmp(a->root, b->root);

	return c ? c : a->layout < b->layout ? -1 : a->layout > b->layout;
}

size_t layouts_find(struct arena *a, const struct str *paths, size_t n, const struct layout_found **out)
{
	struct map *roots = map_new();
	struct layout_found *v;
	struct buf key;
	size_t found = 0;

	buf_init(&key, 1 << 16);
	for (size_t i = 0; i < n; i++) {
		size_t from = 0;

		for (int parts = 0; from < paths[i].n && parts < PARTS_MAX; parts++) {
			note_marks(roots, paths[i], from, &key);
			from = part_end(paths[i], from) + 1;
		}
	}
	v = ARENA_ARRAY(a, struct layout_found, map_count(roots));
	for (size_t i = 0; i < map_count(roots); i++) {
		struct str k = map_key(roots, i);
		const struct layout *l = &layouts[k.p[0] - 'A'];

		if (all_seen(l, map_value(roots, i)))
			v[found++] = (struct layout_found){ l, arena_dup(a, str_from(k, 1)) };
	}
	if (found)
		qsort(v, found, sizeof(*v), by_root);
	buf_done(&key);
	map_free(roots);
	*out = v;
	return found;
}

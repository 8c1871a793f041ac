#include <stdio.h>

#include "base/arena.h"
#include "base/limits.h"
#include "bundle/reader.h"
#include "record/record.h"
#include "source/part.h"
#include "source/source.h"

/* What kubectl cluster-info dump prints without --output-directory, in one piece: a list of each kind as a JSON document,
 * then the log of each container between two lines:
 *
 *     {
 *         "kind": "NodeList",
 *     ..
 *     }
 *     ==== START logs for container c of pod ns/pod ====
 *     ==== END logs for container c of pod ns/pod ====
 *
 * Each goes to the source of its content (source/part.h). */

static const char log_start[] = "==== START logs for container ";
static const char log_end[] = "==== END logs for container ";

static bool ends_document(const void *ctx, struct str line)
{
	(void)ctx;
	return str_eq(str_rtrim(line), STR("{")) || str_starts(line, str_of(log_start));
}

static bool ends_log(const void *ctx, struct str line)
{
	(void)ctx;
	return str_starts(line, str_of(log_end)) || str_starts(line, str_of(log_start));
}

/* `    "kind": "NodeList",` right in a document: kubectl indents by four. */
static bool read_kind(struct str line, struct str *kind)
{
	if (!str_skip(&line, STR("    \"kind\": \"")))
		return false;
	*kind = str_head(line, str_chr(line, '"'));
	return kind->n > 0;
}

static int detect(struct str path, struct str head)
{
	struct str line, kind, first = STR_NONE, rest = head;
	bool begun = false;

	while (str_cut(&rest, '\n', &line)) {
		if (!begun && str_trim(line).n) {
			if (!str_eq(str_rtrim(line), STR("{")))
				return 0;
			begun = true;
		}
		if (begun && str_starts(line, str_of(log_start)))
			return 56;
		if (!read_kind(line, &kind))
			continue;
		if (first.n && !str_eq(first, kind))
			return 56; /* one list after another */
		first = kind;
	}
	/* The nodes come first and may be more than the head; `get -o json` says "List", a directory has them in a file of that name. */
	return head.n == LIMIT_HEAD && str_eq(first, STR("NodeList")) && !str_has(path, STR("nodes.json")) ? 56 : 0;
}

/* "==== START logs for container c of pod ns/pod ====" -> "ns/pod/c" */
static struct str log_name(struct arena *a, struct str line)
{
	struct str container, pod;
	size_t of = str_find(line, STR(" of pod "));

	container = str_from(str_head(line, of), sizeof(log_start) - 1);
	pod = str_from(line, of + 8);
	return arena_printf(a, "%.*s/%.*s", STR_ARG(str_head(pod, str_chr(pod, ' '))), STR_ARG(container));
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct arena *a = arena_new();
	struct line line;
	enum status st;

	emit_cover(out, COVER_EXCERPT);
	while ((st = reader_line(in, &line, err)) == OK) {
		struct part part = { .ends = ends_document, .take_first = true, .name = STR("list") };
		const struct source *who;

		if (str_trim(line.text).n == 0 || str_starts(line.text, str_of(log_end)) || str_starts(line.text, STR("Cluster info dumped to ")))
			continue;
		arena_reset(a);
		if (str_starts(line.text, str_of(log_start))) {
			part.name = log_name(a, line.text);
			part.ends = ends_log;
			part.fallback = "app_log";
		} else if (!str_eq(str_rtrim(line.text), STR("{"))) {
			st = emit_reject(out, line.no, line.offset, line.text, "neither a list nor a log", err);
			if (st != OK)
				break;
			continue;
		}
		if (line.cut)
			continue;
		reader_unread(in);
		st = part_parse(in, out, &part, &who, err);
		if (st != OK)
			break;
	}
	arena_free(a);
	return st == END ? OK : st;
}

const struct source source_kubectl_dump = {
	.name = "kubectl_dump",
	.title = "kubectl cluster-info dump in one piece (its lists and logs are read by the sources of each)",
	.collect = "kubectl cluster-info dump -A > cluster.txt",
	.hostless = true,
	.splits = true,
	.detect = detect,
	.parse = parse,
};

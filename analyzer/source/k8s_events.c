/* `kubectl get events`, as JSON, YAML or a table, and `kubectl events`.
 *
 * JSON: a List or EventList, the objects of either API group one after another,
 * or a watch ({"type":"ADDED","object":{..}}).  Tables: source/k8s_rows.h. */
#include "base/buf.h"
#include "base/limits.h"
#include "source/each_record.h"
#include "source/jsonkeys.h"
#include "source/k8s_rows.h"
#include "source/k8s_yaml.h"
#include "source/source.h"

/* An event lies at most this deep: {"items":[{"reason"..}]}, {"object":{..}}. */
#define EVENT_DEPTH 3

enum { ABOUT, REGARDING, REASON, LAST, MESSAGE, ITEMS, SPEC };
static const char *const names[] = {
	[ABOUT] = "involvedObject", [REGARDING] = "regarding", [REASON] = "reason", [LAST] = "lastTimestamp",
	[MESSAGE] = "message", [ITEMS] = "items", [SPEC] = "spec",
};

static bool seen(uint32_t mask, int i)
{
	return mask & (UINT32_C(1) << i);
}

static bool names_events(struct str path)
{
	size_t dir = str_rchr(path, '/');

	return str_ifind(dir < path.n ? str_from(path, dir) : path, STR("event")) <
	       (dir < path.n ? path.n - dir : path.n);
}

static int detect_json(struct str path, struct str head)
{
	uint32_t mask = json_keys_seen(head, EVENT_DEPTH, names, sizeof(names) / sizeof(names[0]));

	if (seen(mask, REASON) && (seen(mask, ABOUT) || seen(mask, REGARDING)))
		return 48;
	if (str_has(str_head(head, 4096), STR("\"EventList\"")))
		return 44;
	if (seen(mask, ITEMS) && seen(mask, LAST) && seen(mask, REASON) && seen(mask, MESSAGE) && !seen(mask, SPEC))
		return 36; /* condensed by a collector: what it is about was left out */
	if (seen(mask, ITEMS) && !seen(mask, REASON) && !seen(mask, SPEC) && names_events(path) &&
	    str_has(str_head(head, 4096), STR("\"List\"")))
		return 20; /* a list of nothing: only its file's name says of what */
	return 0;
}

static int detect_rows(struct str path, struct str head)
{
	struct str rest = head, line;
	size_t rows = 0, others = 0;

	while (str_cut(&rest, '\n', &line) && rows + others < 64) {
		if (k8s_rows_is_header(line)) /* "Type Reason Age From": the tail of a describe */
			return str_starts(str_trim(line), STR("Type ")) || str_starts(line, STR("FirstSeen")) ? 0 : 44;
		if (k8s_rows_is_row(line))
			rows++;
		else if (str_trim(line).n > 0)
			others++;
	}
	if (str_starts(head, STR("No resources found")) && names_events(path))
		return 20;
	if (rows == 0 || others > rows)
		return 0;
	/* rows without a header: those of describe begin with the type */
	return str_starts(str_trim(head), STR("Normal ")) || str_starts(str_trim(head), STR("Warning ")) ? 22 : 24;
}

/* What people paste of an event: its message alone, and the reason it always comes with. */
static struct str reason_of(struct str message)
{
	static const struct { const char *head, *reason; } heads[] = {
		{ "pod didn't trigger scale-up", "NotTriggerScaleUp" }, { "pod triggered scale-up: ", "TriggeredScaleUp" },
		{ "no nodes available to schedule pods", "FailedScheduling" },
	};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (str_starts(message, str_of(heads[i].head)))
			return str_of(heads[i].reason);
	while (n < message.n && n < 6 && is_digit(message.p[n]))
		n++;
	if (n == 0 || !str_skip(&(struct str){ message.p + n, message.n - n }, STR("/")))
		return STR_NONE;
	for (n++; n < message.n && is_digit(message.p[n]);)
		n++;
	return str_starts(str_from(message, n), STR(" nodes are available: ")) ? STR("FailedScheduling") : STR_NONE;
}

static bool is_yaml(struct str head)
{
	return k8s_yaml_looks(head) && k8s_yaml_has(head, "reason", NULL) &&
	       (k8s_yaml_has(head, "involvedObject", NULL) || k8s_yaml_has(head, "regarding", NULL));
}

static int detect(struct str path, struct str head)
{
	if (json_looks(head)) {
		int bits = detect_json(path, head);

		if (bits > 0)
			return bits;
	}
	if (is_yaml(head))
		return 48;
	return reason_of(str_trim(head)).n ? 24 : detect_rows(path, head);
}

/* ---- JSON ---- */

struct context {
	struct emitter *out;
	struct arena *scratch;
};

static enum status take(void *ctx, const struct json *root, const struct record *r, struct error *err)
{
	struct context *c = ctx;
	const struct json *v = json_get(root, "object"); /* of a watch */
	const char *why;
	struct k8s_event e;
	enum status st = OK;

	if (!v || json_type(v) != JSON_OBJECT)
		v = root;
	if (json_path_str(v, "metadata.continue").n)
		emit_incomplete(c->out, "the list was cut into pages, this is not the last");
	if (r->envelope)
		return OK;
	if (k8s_event_of_json(v, &e, &why))
		st = k8s_emit_event(c->out, c->scratch, &e, k8s_at_record(r), err);
	else if (json_get(v, "items") == NULL && !str_eq(json_get_str(root, "type"), STR("BOOKMARK")))
		st = emit_reject(c->out, r->line, r->offset, r->text, why, err);
	arena_reset(c->scratch);
	return st;
}

static enum status parse_objects(struct reader *in, struct emitter *out, bool yaml, struct error *err)
{
	struct context c = { out, arena_new() };
	enum status st = yaml ? k8s_each_yaml(in, out, take, &c, err) : each_record(in, out, NULL, take, &c, err);

	arena_free(c.scratch);
	return st;
}

/* ---- tables ---- */

static enum status take_line(struct k8s_rows *rows, const struct line *line, bool *banner, struct error *err)
{
	enum status st = OK;

	if (str_trim(line->text).n == 0) /* tables end at blank lines */
		return k8s_rows_flush(rows, err);
	if (k8s_rows_is_header(line->text)) {
		*banner = false;
		st = k8s_rows_flush(rows, err);
		k8s_rows_header(rows, line->text);
		return st;
	}
	if (*banner || str_starts(line->text, STR("No resources found")))
		return OK;
	return k8s_rows_line(rows, line, err);
}

static bool has_header(struct str head)
{
	struct str line;

	while (str_cut(&head, '\n', &line))
		if (k8s_rows_is_header(line))
			return true;
	return false;
}

static enum status parse_rows(struct reader *in, struct emitter *out, struct error *err)
{
	bool banner = has_header(reader_head(in)); /* what comes before it is not kubectl's */
	struct k8s_rows rows;
	struct line line;
	enum status st;

	k8s_rows_init(&rows, out);
	while ((st = reader_line(in, &line, err)) == OK) {
		st = take_line(&rows, &line, &banner, err);
		if (st != OK)
			break;
	}
	if (st == END)
		st = k8s_rows_flush(&rows, err);
	k8s_rows_done(&rows);
	return st;
}

/* "[key](http://key)" of a web editor is the key. */
static void add_without_links(struct buf *b, struct str s)
{
	while (s.n) {
		size_t open = str_chr(s, '['), mid = str_find(str_from(s, open), STR("](http")) + open, close = mid + str_chr(str_from(s, mid), ')');

		if (open >= s.n || mid >= s.n || close >= s.n) {
			buf_add(b, s);
			return;
		}
		buf_add(b, str_head(s, open));
		buf_add(b, (struct str){ s.p + open + 1, mid - open - 1 });
		s = str_from(s, close + 1);
	}
}

static enum status parse_message(struct reader *in, struct emitter *out, struct error *err)
{
	struct k8s_event e = { .type = STR("Warning"), .count = 1, .last = k8s_now(out), .first = K8S_NEVER, .gpus = NO_NUMBER };
	struct k8s_at at = { 0, 0, 0 };
	struct arena *scratch = arena_new();
	struct line line;
	struct buf text;
	enum status st;

	buf_init(&text, LIMIT_EVENT_TEXT);
	while ((st = reader_line(in, &line, err)) == OK) {
		if (str_trim(line.text).n == 0)
			continue;
		if (at.line == 0)
			at = (struct k8s_at){ line.no, 1, line.offset };
		at.lines = line.no - at.line + 1;
		if (text.n)
			buf_putc(&text, ' '); /* it was one line */
		add_without_links(&text, str_trim(line.text));
	}
	e.message = buf_str(&text);
	e.reason = reason_of(e.message);
	if (str_eq(e.reason, STR("TriggeredScaleUp")))
		e.type = STR("Normal");
	if (st == END)
		st = k8s_emit_event(out, scratch, &e, at, err);
	buf_done(&text);
	arena_free(scratch);
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
	if (reason_of(str_trim(head)).n)
		return parse_message(in, out, err);
	return parse_rows(in, out, err);
}

const struct source source_k8s_events = {
	.name = "k8s_events",
	.title = "Kubernetes events (kubectl get events)",
	.collect = "kubectl get events -A -o json",
	.hostless = true,
	.detect = detect,
	.parse = parse,
};

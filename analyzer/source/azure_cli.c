/* What az and the instance metadata service say of limits, node pools, model
 * deployments and coming maintenance, as it was at the collection:
 *
 *   az vm list-usage, az cognitiveservices usage list, az quota  (JSON, table)
 *   az aks show, az aks nodepool list                            (JSON, table)
 *   az cognitiveservices account deployment list
 *   az monitor metrics list-definitions
 *   http://169.254.169.254/metadata/scheduledevents, also wrapped in lines of a log */
#include "base/number.h"
#include "source/azure.h"
#include "source/azure_states.h"
#include "source/each_record.h"
#include "source/jsonkeys.h"
#include "source/source.h"
#include "source/table.h"

#define RECORD_DEPTH 5 /* {"value":[{"properties":{"limit":{"limitObjectType"..}}}]} */

static const char *const path_words[] = { "usage", "quota", "aks", "nodepool", "deployment", NULL };

/* ---- detection ---- */

static int detect_json(struct str head)
{
	enum { CURRENT, LIMIT, POOLS, SIZE, OS, MAX_PODS, SKU, MODEL, RATES, RAI, STATE, EVENTS, OBJECT_TYPE, USAGES, DEFINITION, KEYS };
	static const char *const names[] = {
		[CURRENT] = "currentValue", [LIMIT] = "limit", [POOLS] = "agentPoolProfiles", [SIZE] = "vmSize",
		[OS] = "osType", [MAX_PODS] = "maxPods", [SKU] = "sku", [MODEL] = "model", [RATES] = "rateLimits",
		[RAI] = "raiPolicyName", [STATE] = "provisioningState", [EVENTS] = "DocumentIncarnation",
		[OBJECT_TYPE] = "limitObjectType", [USAGES] = "usages", [DEFINITION] = "metricAvailabilities",
	};
	uint32_t seen = json_keys_seen(head, RECORD_DEPTH, names, KEYS);

#define SEEN(i) ((seen & 1u << (i)) != 0)
	if ((SEEN(CURRENT) && SEEN(LIMIT)) || SEEN(POOLS) || SEEN(EVENTS))
		return 46;
	if (SEEN(SIZE) && (SEEN(OS) || SEEN(MAX_PODS)))
		return 44;
	if (SEEN(SKU) && SEEN(MODEL) && (SEEN(RATES) || SEEN(RAI) || SEEN(STATE)))
		return 44;
	return SEEN(OBJECT_TYPE) || SEEN(USAGES) || SEEN(DEFINITION) ? 42 : 0;
#undef SEEN
}

/* Name  CurrentValue  Limit, or the columns of a node pool */
static bool is_table_header(struct str line)
{
	struct str s = str_trim(line);

	(void)str_skip(&s, STR("data:")); /* the first az, on Node.js, put it before every line */
	s = str_trim(s);
	if (!str_starts(s, STR("Name ")))
		return false;
	return (str_has(s, STR(" CurrentValue")) && str_has(s, STR(" Limit"))) ||
	       (str_has(s, STR(" VmSize")) && str_has(s, STR(" Count")));
}

static bool is_table(struct str head)
{
	struct str line;

	for (int i = 0; i < 16 && str_cut(&head, '\n', &line); i++)
		if (is_table_header(line))
			return true;
	return false;
}

/* A line of some log around the metadata service's answer. */
static bool is_wrapped(struct str head)
{
	struct str line = str_head(head, str_chr(head, '\n'));

	return str_has(line, STR("\"DocumentIncarnation\"")) && str_has(line, STR("\"EventType\"")) &&
	       str_chr(line, '{') < line.n;
}

/* "agentPoolProfiles": [ ..: cut out of a larger answer */
static bool is_piece(struct str head)
{
	return str_starts(str_trim(head), STR("\"")) && detect_json(head) > 0;
}

static int detect(struct str path, struct str head)
{
	if (json_looks(head)) {
		int bits = detect_json(head);

		if (bits > 0)
			return bits;
		if (is_wrapped(head)) /* {"@timestamp":..,"Event":{"DocumentIncarnation"..}} */
			return 40;
		return azure_bid_error_body(path, head, path_words, 15, 10);
	}
	if (is_table(head))
		return 44;
	if (is_wrapped(head))
		return 36;
	return is_piece(head) ? 30 : 0;
}

/* ---- JSON ---- */

struct context {
	struct emitter *out;
	struct arena *a; /* reset after each record */
};

static enum status take(void *ctx, const struct json *v, const struct record *r, struct error *err)
{
	struct context *c = ctx;
	enum status st = OK;

	if (azure_is_error_body(v))
		st = azure_emit_error_body(c->out, c->a, v, r, err);
	else if (json_type(v) == JSON_ARRAY) /* answers gathered in one list */
		for (const struct json *m = json_first(v); m && st == OK; m = json_next(m))
			st = take(ctx, m, r, err);
	else if (!r->envelope && !azure_take_state(c->out, c->a, v, r, &st, err))
		st = emit_reject(c->out, r->line, r->offset, r->text, "not an answer this source reads", err);
	arena_reset(c->a);
	return st;
}

/* Objects of a text that is not JSON as a whole: whatever is in matching braces. */
struct piece {
	struct buf text;
	struct record r;
	size_t depth;
	bool in_string, escaped;
};

/* The end of the object in s, or s.n when it goes on. */
static size_t scan_piece(struct piece *p, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (p->escaped)
			p->escaped = false;
		else if (p->in_string && c == '\\')
			p->escaped = true;
		else if (c == '"')
			p->in_string = !p->in_string;
		else if (!p->in_string && c == '{')
			p->depth++;
		else if (!p->in_string && c == '}' && --p->depth == 0)
			return i + 1;
	}
	return s.n;
}

static enum status take_piece(struct context *c, struct piece *p, struct error *err)
{
	struct json *v = NULL;
	struct error bad;
	enum status st;

	p->r.text = buf_str(&p->text);
	if (json_parse(&v, p->r.text, &bad) != OK)
		return emit_reject(c->out, p->r.line, p->r.offset, p->r.text, "not JSON", err);
	st = take(c, v, &p->r, err);
	json_free(v);
	return st;
}

static enum status take_piece_line(struct context *c, struct piece *p, const struct line *line, struct error *err)
{
	struct str rest = line->text;
	enum status st = OK;

	while (rest.n > 0 && st == OK) {
		size_t end;

		if (p->depth == 0) {
			size_t open = str_chr(rest, '{');

			if (open == rest.n)
				break;
			p->r = (struct record){ .line = line->no, .offset = line->offset + (uint64_t)(rest.p + open - line->text.p) };
			rest = str_from(rest, open);
			p->in_string = p->escaped = false;
			buf_reset(&p->text);
		}
		end = scan_piece(p, rest);
		p->r.lines = line->no - p->r.line + 1;
		buf_add(&p->text, str_head(rest, end));
		if (p->depth == 0)
			st = take_piece(c, p, err);
		rest = str_from(rest, end);
	}
	buf_putc(&p->text, '\n');
	return st;
}

static enum status parse_pieces(struct reader *in, struct context *c, struct error *err)
{
	struct piece p = { .depth = 0 };
	struct line line;
	enum status st;

	buf_init(&p.text, LIMIT_JSON_RECORD);
	while ((st = reader_line(in, &line, err)) == OK) {
		st = take_piece_line(c, &p, &line, err);
		if (st != OK)
			break;
	}
	if (st == END && p.depth > 0) {
		emit_incomplete(c->out, "cut by the end of the file");
		st = emit_reject(c->out, p.r.line, p.r.offset, buf_str(&p.text), "cut by the end of the file", err);
	}
	buf_done(&p.text);
	return st == END ? OK : st;
}

/* ---- tables ---- */

static struct str cell(const struct table *t, const struct str *cells, struct str name)
{
	size_t i = table_column(t, name);

	return i == TABLE_NONE ? STR_NONE : cells[i];
}

static enum status take_row(struct context *c, const struct table *t, const struct line *line, struct error *err)
{
	struct record r = { .text = line->text, .line = line->no, .lines = 1, .offset = line->offset };
	struct azure_usage u = { .current = NO_NUMBER, .limit = NO_NUMBER };
	struct azure_pool p = { .count = NO_NUMBER, .min = NO_NUMBER, .max = NO_NUMBER };
	struct str cells[TABLE_COLUMNS];

	table_row(t, line->text, cells);
	if (table_column(t, STR("CurrentValue")) != TABLE_NONE) {
		u.name = u.local_name = cell(t, cells, STR("Name"));
		if (!num_double(cell(t, cells, STR("CurrentValue")), &u.current) || !num_double(cell(t, cells, STR("Limit")), &u.limit))
			return emit_reject(c->out, line->no, line->offset, line->text, "not a row of the table", err);
		return azure_emit_usage(c->out, c->a, &u, &r, err);
	}
	p.name = cell(t, cells, STR("Name"));
	p.vm_size = cell(t, cells, STR("VmSize"));
	p.provisioning_state = cell(t, cells, STR("ProvisioningState"));
	p.mode = cell(t, cells, STR("Mode"));
	if (!num_double(cell(t, cells, STR("Count")), &p.count))
		return emit_reject(c->out, line->no, line->offset, line->text, "not a row of the table", err);
	return azure_emit_pool(c->out, c->a, &p, &r, err);
}

static enum status parse_table(struct reader *in, struct context *c, struct error *err)
{
	struct arena *names = arena_new();
	struct table table = { .n = 0 };
	struct line line;
	enum status st;

	while ((st = reader_line(in, &line, err)) == OK) {
		if (is_table_header(line.text)) {
			arena_reset(names);
			(void)table_header(&table, names, line.text);
		} else if (table.n > 0 && !table_is_rule(line.text) && str_trim(line.text).n > 0) {
			st = take_row(c, &table, &line, err);
			arena_reset(c->a);
		}
		if (st != OK)
			break;
	}
	arena_free(names);
	return st == END ? OK : st;
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct str head = reader_head(in);
	struct context c = { out, arena_new() };
	enum status st;

	emit_cover(out, COVER_SNAPSHOT);
	if (json_looks(head) && (detect_json(head) > 0 || azure_head_is_error_body(head))) {
		st = each_record(in, out, NULL, take, &c, err);
	} else if (is_table(head)) {
		st = parse_table(in, &c, err);
	} else {
		if (is_piece(head))
			emit_incomplete(out, "a piece of a document");
		st = parse_pieces(in, &c, err);
	}
	arena_free(c.a);
	return st;
}

const struct source source_azure_cli = {
	.name = "azure_cli",
	.title = "Azure limits, node pools, model deployments, scheduled events",
	.collect = "az vm list-usage -l REGION -o json; az aks nodepool list --cluster-name C -g G -o json; "
		   "az cognitiveservices account deployment list -n A -g G -o json",
	.hostless = true,
	.detect = detect,
	.parse = parse,
};

#include "source/smi.h"

#include "base/number.h"

/* `nvidia-smi -q` nests by indentation, `-q -x` by tags; below a GPU both say
 * the same under similar names.  Every leaf that has a value becomes a field,
 * called by its path in lower case ("ecc_errors.volatile.dram_uncorrectable");
 * those of the table also become series.  Seen: drivers 418 to 610, DTD v10 to v13. */

#define DEPTH 12
#define NAME 64
#define PATH (DEPTH * NAME)

struct smi_query {
	struct emitter *out;
	struct arena *arena;     /* of the GPU at hand */
	struct arena *names;     /* of the member */
	bool xml, closed, timed; /* timed: at is set */
	struct smi_time at;
	char stack[DEPTH][NAME]; /* names above the leaf; XML: from <gpu> on */
	size_t depth;
	struct smi_report *gpu;
	struct str ids[NAME];    /* of the GPUs in order */
	size_t n, attached;
	struct str driver, cuda;
	uint32_t last_line;
};

struct smi_query *smi_query_new(struct emitter *out)
{
	struct arena *names = arena_new();
	struct smi_query *q = ARENA_NEW(names, struct smi_query);

	q->out = out;
	q->names = names;
	q->arena = arena_new();
	q->closed = true;
	return q;
}

void smi_query_free(struct smi_query *q)
{
	if (!q)
		return;
	arena_free(q->arena);
	arena_free(q->names);
}

/* Blocks that people cut out of a query and keep alone. */
static bool is_excerpt(struct str line)
{
	static const char *const blocks[] = { "ECC Errors", "Retired Pages", "Remapped Rows", "Clocks Event Reasons",
		"Clocks Throttle Reasons", "FB Memory Usage", "Ecc Mode", "ECC Mode" };

	if (!str_skip(&line, STR("    ")))
		return false;
	for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks); i++)
		if (str_eq(str_rtrim(line), str_of(blocks[i])))
			return true;
	return false;
}

bool smi_query_begins(struct str line)
{
	return (str_starts(line, STR("=")) && str_has(line, STR("NVSMI LOG"))) || str_has(line, STR("<nvidia_smi_log>")) ||
	       is_excerpt(line);
}

bool smi_query_wants(const struct smi_query *q, struct str line)
{
	char pci[GPU_ID];

	if (q->closed)
		return false;
	if (q->xml || str_trim(line).n == 0 || is_blank(*line.p))
		return true;
	if (str_skip(&line, STR("GPU ")) && gpu_pci(line, pci))
		return true;
	return str_has(line, STR(" : "));
}

/* "GPU T.Limit Temp" -> "gpu_t_limit_temp". */
static void fold_name(struct str s, char out[NAME])
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && n < NAME - 1; i++) {
		char c = s.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 'a' - 'A');
		if ((c >= 'a' && c <= 'z') || is_digit(c))
			out[n++] = c;
		else if (n && out[n - 1] != '_')
			out[n++] = '_';
	}
	while (n && out[n - 1] == '_')
		n--;
	out[n] = '\0';
}

static void fact(struct smi_query *q, const char *key, struct str value, struct str *last, uint32_t line)
{
	const struct gpu_unit *unit;
	double v;

	if (gpu_cell(value, &v, &unit) == GPU_MISSING || str_eq(value, *last))
		return;
	*last = arena_dup(q->names, value);
	emit_fact(q->out, STR_NONE, str_of(key), *last, line);
}

static void top_leaf(struct smi_query *q, const char *name, struct str value, uint32_t line)
{
	struct str n = str_of(name), last = STR_NONE;
	struct stamp st;
	uint64_t count;

	if (str_eq(n, STR("timestamp")) && ts_ctime(value, &st)) {
		q->at = (struct smi_time){ st.has_zone ? clocks_host(emit_clocks(q->out), STR_NONE) : smi_clock_local(q->out), st.t, st.resolution_us };
		q->timed = true;
	} else if (str_eq(n, STR("driver_version")))
		fact(q, "driver.version", value, &q->driver, line);
	else if (str_eq(n, STR("cuda_version")))
		fact(q, "cuda.version", value, &q->cuda, line);
	else if (str_eq(n, STR("kmd_version")))
		fact(q, "driver.version", value, &q->driver, line);
	else if (str_eq(n, STR("cuda_umd_version")))
		fact(q, "cuda.version", value, &q->cuda, line);
	else if (str_eq(n, STR("attached_gpus")) && num_u64(value, &count)) {
		if (count != q->attached)
			fact(q, "gpu.count", value, &last, line);
		q->attached = (size_t)count;
	}
}

static enum status gpu_end(struct smi_query *q, struct error *err)
{
	struct smi_report *r = q->gpu;
	struct str text;
	unsigned seen = 0;
	enum status st;

	if (!r)
		return OK;
	q->gpu = NULL;
	r->lines = q->last_line >= r->first.no ? q->last_line - r->first.no + 1 : 1;
	if (r->pci.n)
		smi_report_field(r, STR("bus_id"), r->pci);
	smi_report_field(r, STR("throttle"), r->throttle);
	text = !r->pci.n ? STR("part of a query") : arena_printf(q->arena, "GPU %.*s%s%.*s%s%.*s",
			    STR_ARG(r->pci), r->name.n ? " " : "", STR_ARG(r->name),
			    r->throttle.n ? ", throttled: " : "", STR_ARG(r->throttle));
	if (q->n < sizeof(q->ids) / sizeof(*q->ids))
		q->ids[q->n] = arena_dup(q->names, r->pci);
	q->n++;
	if (!q->timed) {
		q->at = (struct smi_time){ smi_clock_now(q->out), 0, 0 };
		q->timed = true;
	}
	st = smi_report_emit(q->out, r, STR("nvidia_smi.query"), text, q->at, &seen, err);
		arena_reset(q->arena);
	return st;
}

static void gpu_begin(struct smi_query *q, const struct line *line, struct str id)
{
	char pci[GPU_ID] = "";

	gpu_pci(id, pci);
	q->gpu = smi_report_new(q->arena, line);
	q->gpu->pci = arena_dup(q->arena, str_of(pci));
	q->depth = 0;
}

enum status smi_query_end(struct smi_query *q, struct error *err)
{
	enum status st = gpu_end(q, err);

	/* All of a host's GPUs are listed in the order of their indexes; with -i not all are. */
	for (size_t i = 0; st == OK && q->n == q->attached && i < q->n && i < sizeof(q->ids) / sizeof(*q->ids); i++) {
		char index[24];

		snprintf(index, sizeof(index), "%zu", i);
		if (q->ids[i].n)
			emit_link(q->out, STR("gpu"), str_of(index), "is", STR("gpu"), q->ids[i]);
	}
	q->n = q->attached = 0;
	q->closed = true;
	return st;
}

/* The names on the stack, and the leaf's own, with dots between. */
static struct str path_to(const struct smi_query *q, const char *leaf, char out[PATH])
{
	size_t n = 0;

	for (size_t i = 0; i < q->depth; i++)
		n += (size_t)snprintf(out + n, PATH - n, "%s.", q->stack[i]);
	n += (size_t)snprintf(out + n, PATH - n, "%s", leaf);
	return (struct str){ out, n };
}

static enum status text_line(struct smi_query *q, const struct line *line, struct error *err)
{
	struct str text = str_rtrim(line->text), rest = text, value = STR_NONE;
	char name[NAME], path[PATH];
	size_t indent = 0, colon;
	enum status st;

	while (indent < text.n && text.p[indent] == ' ')
		indent++;
	rest = str_from(text, indent);
	if (indent == 0 && str_skip(&rest, STR("GPU "))) {
		st = gpu_end(q, err);
		gpu_begin(q, line, rest);
		return st;
	}
	colon = str_find(rest, STR(" : "));
	if (colon < rest.n)
		value = str_trim(str_from(rest, colon + 3));
	else if (rest.n && rest.p[rest.n - 1] == ':') /* a value that is empty */
		colon = rest.n - 1;
	fold_name(str_rtrim(str_head(rest, colon)), name);
	if (indent == 0) {
		top_leaf(q, name, value, line->no);
		return OK;
	}
	if (!q->gpu)
		gpu_begin(q, line, STR_NONE); /* an excerpt */
	q->depth = indent / 4 - (indent >= 4);
	if (q->depth > DEPTH - 1)
		return emit_reject(q->out, line->no, line->offset, line->text, "nested too deep", err);
	snprintf(q->stack[q->depth], NAME, "%s", name);
	if (value.n)
		smi_leaf(q->gpu, path_to(q, name, path), str_of(name), value);
	q->last_line = line->no;
	return OK;
}

/* The five entities of XML. */
static struct str unescape(struct str s, struct arena *a)
{
	static const struct { const char *name; char c; } entities[] = {
		{ "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&apos;", '\'' } };
	char *out;
	size_t n = 0;

	if (str_chr(s, '&') == s.n)
		return s;
	out = arena_alloc(a, s.n);
	while (s.n) {
		size_t e = 0;

		while (e < 5 && !str_skip(&s, str_of(entities[e].name)))
			e++;
		out[n++] = e < 5 ? entities[e].c : *s.p;
		if (e == 5)
			s = str_from(s, 1);
	}
	return (struct str){ out, n };
}

static enum status open_tag(struct smi_query *q, struct str tag, struct str value, bool leaf, const struct line *line,
    struct error *err)
{
	size_t blank = str_chr(tag, ' ');
	char name[NAME], path[PATH];

	fold_name(str_head(tag, blank), name);
	if (str_eq(str_of(name), STR("gpu")) && !q->gpu) {
		struct str id = str_from(tag, str_chr(tag, '"') + 1);

		gpu_begin(q, line, str_head(id, str_chr(id, '"')));
		return OK;
	}
	if (leaf && !q->gpu)
		top_leaf(q, name, value, line->no);
	else if (leaf && value.n)
		smi_leaf(q->gpu, path_to(q, name, path), str_of(name), value);
	else if (!leaf && q->gpu && q->depth < DEPTH - 1)
		snprintf(q->stack[q->depth++], NAME, "%s", name);
	else if (!leaf && q->gpu)
		return emit_reject(q->out, line->no, line->offset, line->text, "nested too deep", err);
	return OK;
}

static enum status close_tag(struct smi_query *q, struct str name, struct error *err)
{
	if (str_eq(name, STR("nvidia_smi_log")))
		return smi_query_end(q, err);
	if (q->gpu && q->depth == 0 && str_eq(name, STR("gpu")))
		return gpu_end(q, err);
	if (q->gpu && q->depth)
		q->depth--;
	return OK;
}

static enum status xml_line(struct smi_query *q, const struct line *line, struct error *err)
{
	struct str s = line->text;
	enum status st = OK;

	q->last_line = line->no;
	while (st == OK) {
		size_t open = str_chr(s, '<'), shut, next;
		struct str tag, value;

		s = str_from(s, open + 1);
		if (!s.n)
			break;
		shut = str_chr(s, '>');
		tag = str_head(s, shut);
		s = str_from(s, shut + 1);
		if (!tag.n || *tag.p == '?' || *tag.p == '!' || tag.p[tag.n - 1] == '/')
			continue;
		if (*tag.p == '/') {
			st = close_tag(q, str_from(tag, 1), err);
			continue;
		}
		next = str_chr(s, '<');
		value = unescape(str_trim(str_head(s, next)), q->names);
		if (next + 1 < s.n && s.p[next + 1] == '/') { /* <tag>value</tag> */
			st = open_tag(q, tag, value, true, line, err);
			s = str_from(s, next + 1 + str_chr(str_from(s, next + 1), '>'));
		} else {
			st = open_tag(q, tag, STR_NONE, false, line, err);
		}
	}
	return st;
}

enum status smi_query_line(struct smi_query *q, const struct line *line, struct error *err)
{
	enum status st = OK;

	if (smi_query_begins(line->text) && (q->closed || !is_excerpt(line->text))) {
		st = smi_query_end(q, err);
		q->closed = false;
		q->xml = str_has(line->text, STR("<nvidia_smi_log>"));
		q->timed = false;
		if (!is_excerpt(line->text) && !q->xml)
			return st;
	}
	if (st != OK || str_trim(line->text).n == 0)
		return st;
	return q->xml ? xml_line(q, line, err) : text_line(q, line, err);
}

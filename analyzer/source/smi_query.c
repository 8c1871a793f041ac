#include "source/smi.h"

#include <math.h>

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
	struct str throttle;     /* active reasons but idle */
	struct str ids[NAME];    /* of the GPUs in order */
	size_t n, attached;
	struct str driver, cuda;
	uint32_t last_line;
};

/* key NULL: called by its path. */
static const struct { const char *path, *key, *column; } leaves[] = {
	{ "fb_memory_usage.total", "memory_total", "memory.total" },
	{ "fb_memory_usage.used", "memory_used", "memory.used" },
	{ "fb_memory_usage.free", "memory_free", "memory.free" },
	{ "fb_memory_usage.reserved", "memory_reserved", "memory.reserved" },
	{ "utilization.gpu", "utilization", "utilization.gpu" },
	{ "utilization.gpu_util", "utilization", "utilization.gpu" },
	{ "utilization.memory", "memory_utilization", "utilization.memory" },
	{ "utilization.memory_util", "memory_utilization", "utilization.memory" },
	{ "temperature.gpu_current_temp", "temperature", "temperature.gpu" },
	{ "temperature.gpu_temp", "temperature", "temperature.gpu" },
	{ "temperature.gpu_t_limit_temp", "temperature_tlimit", "temperature.gpu.tlimit" },
	{ "temperature.gpu_temp_tlimit", "temperature_tlimit", "temperature.gpu.tlimit" },
	{ "temperature.memory_current_temp", "memory_temperature", "temperature.memory" },
	{ "temperature.memory_temp", "memory_temperature", "temperature.memory" },
	{ "power_readings.power_draw", "power_draw", "power.draw" },
	{ "power_readings.power_limit", "power_cap", "power.limit" },
	{ "gpu_power_readings.power_draw", "power_draw", "power.draw" },
	{ "gpu_power_readings.average_power_draw", "power_draw", "power.draw" },
	{ "gpu_power_readings.instantaneous_power_draw", "power_draw_instant", "power.draw.instant" },
	{ "gpu_power_readings.instant_power_draw", "power_draw_instant", "power.draw.instant" },
	{ "gpu_power_readings.current_power_limit", "power_cap", "power.limit" },
	{ "fan_speed", "fan", "fan.speed" },
	{ "clocks.graphics", NULL, "clocks.gr" },
	{ "clocks.graphics_clock", NULL, "clocks.gr" },
	{ "clocks.sm", NULL, "clocks.sm" },
	{ "clocks.sm_clock", NULL, "clocks.sm" },
	{ "clocks.memory", NULL, "clocks.mem" },
	{ "clocks.mem_clock", NULL, "clocks.mem" },
	{ "max_clocks.sm", NULL, "clocks.max.sm" },
	{ "max_clocks.sm_clock", NULL, "clocks.max.sm" },
	{ "pci.gpu_link_info.pcie_generation.current", "pcie_gen", "pcie.link.gen.current" },
	{ "pci.pci_gpu_link_info.pcie_gen.current_link_gen", "pcie_gen", "pcie.link.gen.current" },
	{ "pci.gpu_link_info.pcie_generation.max", "pcie_gen_max", "pcie.link.gen.max" },
	{ "pci.pci_gpu_link_info.pcie_gen.max_link_gen", "pcie_gen_max", "pcie.link.gen.max" },
	{ "pci.gpu_link_info.link_width.current", "pcie_width", "pcie.link.width.current" },
	{ "pci.pci_gpu_link_info.link_widths.current_link_width", "pcie_width", "pcie.link.width.current" },
	{ "pci.gpu_link_info.link_width.max", "pcie_width_max", "pcie.link.width.max" },
	{ "pci.pci_gpu_link_info.link_widths.max_link_width", "pcie_width_max", "pcie.link.width.max" },
	{ "pci.replays_since_reset", "pcie_replays", "pcie.replays" },
	{ "pci.replay_counter", "pcie_replays", "pcie.replays" },
	{ "retired_pages.single_bit_ecc", "retired_pages_sbe", "retired_pages.single_bit_ecc.count" },
	{ "retired_pages.multiple_single_bit_retirement.retired_count", "retired_pages_sbe", "retired_pages.single_bit_ecc.count" },
	{ "retired_pages.double_bit_ecc", "retired_pages_dbe", "retired_pages.double_bit.count" },
	{ "retired_pages.double_bit_retirement.retired_count", "retired_pages_dbe", "retired_pages.double_bit.count" },
	{ "retired_pages.pending_page_blacklist", "retired_pages_pending", "retired_pages.pending" },
	{ "retired_pages.pending_blacklist", "retired_pages_pending", "retired_pages.pending" },
	{ "remapped_rows.correctable_error", "remapped_rows_correctable", "remapped_rows.correctable" },
	{ "remapped_rows.remapped_row_corr", "remapped_rows_correctable", "remapped_rows.correctable" },
	{ "remapped_rows.uncorrectable_error", "remapped_rows_uncorrectable", "remapped_rows.uncorrectable" },
	{ "remapped_rows.remapped_row_unc", "remapped_rows_uncorrectable", "remapped_rows.uncorrectable" },
	{ "remapped_rows.pending", "remapped_rows_pending", "remapped_rows.pending" },
	{ "remapped_rows.remapped_row_pending", "remapped_rows_pending", "remapped_rows.pending" },
	{ "remapped_rows.remapping_failure_occurred", "remapped_rows_failure", "remapped_rows.failure" },
	{ "remapped_rows.remapped_row_failure", "remapped_rows_failure", "remapped_rows.failure" },
};

static const struct { const char *path, *location; bool corrected; } ecc_leaves[] = {
	{ "sram_correctable", "sram", true },
	{ "sram_uncorrectable", "sram", false },
	{ "sram_uncorrectable_parity", "sram.parity", false },
	{ "sram_uncorrectable_sec_ded", "sram.secded", false },
	{ "sram_uncorrectable_secded", "sram.secded", false },
	{ "dram_correctable", "dram", true },
	{ "dram_uncorrectable", "dram", false },
	{ "single_bit.device_memory", "device_memory", true },
	{ "single_bit.total", "total", true },
	{ "double_bit.device_memory", "device_memory", false },
	{ "double_bit.total", "total", false },
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
	return (*(line.n ? line.p : "") == '=' && str_has(line, STR("NVSMI LOG"))) || str_has(line, STR("<nvidia_smi_log>")) || is_excerpt(line);
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
		q->at = (struct smi_time){ st.has_zone ? CLOCK_IS_UTC : smi_clock_local(q->out), st.t, st.resolution_us };
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

static void process_leaf(struct smi_query *q, struct str name, struct str value)
{
	struct smi_report *r = q->gpu;
	struct smi_process *p = r->n_processes ? &r->processes[r->n_processes - 1] : NULL;
	const struct gpu_unit *unit = NULL;
	double v;

	if ((str_eq(name, STR("process_id")) || str_eq(name, STR("pid"))) && r->n_processes < LIMIT_FIELDS)
		r->processes[r->n_processes++] = (struct smi_process){ .pid = arena_dup(q->arena, value), .bytes = (double)NAN };
	else if (p && str_eq(name, STR("type")))
		p->type = arena_dup(q->arena, value);
	else if (p && (str_eq(name, STR("name")) || str_eq(name, STR("process_name"))))
		p->name = arena_dup(q->arena, str_head(value, LIMIT_CAPTURE));
	else if (p && (str_eq(name, STR("used_gpu_memory")) || str_eq(name, STR("used_memory"))) && gpu_cell(value, &v, &unit) == GPU_NUMBER && unit)
		p->bytes = v * unit->factor;
}

/* Below "Clocks Event Reasons" or its counters. */
static bool throttle_leaf(struct smi_query *q, struct str path, struct str name, struct str value)
{
	bool counters = str_has(path, STR("_reasons_counters."));
	struct str prefixes[] = { STR("clocks_event_reasons_counters_"), STR("clocks_event_reason_"), STR("clocks_throttle_reason_") };
	const struct gpu_unit *unit;
	char column[96];
	size_t reason;
	double v;

	if (!str_starts(path, STR("clocks_event_reasons")) && !str_starts(path, STR("clocks_throttle_reasons")))
		return false;
	for (size_t i = 0; i < 3; i++)
		if (str_skip(&name, prefixes[i]))
			break;
	reason = gpu_reason(name);
	if (reason == GPU_REASONS)
		return false;
	snprintf(column, sizeof(column), "clocks_event_reasons%s.%s", counters ? "_counters" : "", gpu_reasons[reason].name);
	smi_report_value(q->gpu, NULL, column, value);
	if (!counters && reason != GPU_REASON_IDLE && gpu_cell(value, &v, &unit) == GPU_NUMBER && v > 0)
		q->throttle = q->throttle.n ? arena_printf(q->arena, "%.*s,%s", STR_ARG(q->throttle), gpu_reasons[reason].name) :
					      str_of(gpu_reasons[reason].name);
	return true;
}

static bool ecc_leaf(struct smi_query *q, struct str path, struct str value)
{
	struct str scope = STR("volatile");
	char column[96];

	if (!str_skip(&path, STR("ecc_errors.")))
		return false;
	if (!str_skip(&path, STR("volatile."))) {
		if (!str_skip(&path, STR("aggregate.")))
			return false;
		scope = STR("aggregate");
	}
	for (size_t i = 0; i < sizeof(ecc_leaves) / sizeof(*ecc_leaves); i++) {
		if (!str_eq(path, str_of(ecc_leaves[i].path)))
			continue;
		snprintf(column, sizeof(column), "ecc.errors.%scorrected.%.*s.%s", ecc_leaves[i].corrected ? "" : "un", STR_ARG(scope), ecc_leaves[i].location);
		smi_report_value(q->gpu, NULL, column, value);
		return true;
	}
	return false;
}

static bool has_field(const struct smi_report *r, struct str key)
{
	for (size_t i = 0; i < r->n_fields; i++)
		if (str_eq(r->fields[i].key, key))
			return true;
	return false;
}

static void plain_field(struct smi_report *r, struct str key, struct str value)
{
	const struct gpu_unit *unit;
	enum gpu_cell is;
	double v;

	is = gpu_cell(value, &v, &unit);
	if (is == GPU_MISSING || r->n_fields == LIMIT_FIELDS || has_field(r, key))
		return;
	if (is == GPU_FAULT)
		r->faults = r->faults.n ? r->faults : arena_dup(r->arena, key);
	smi_report_field(r, key, value);
	if (value.n < 10 && num_u64(value, &(uint64_t){ 0 }) && (value.n == 1 || *value.p != '0'))
		r->fields[r->n_fields - 1].type = FIELD_NUMBER; /* a serial is longer */
}

static void gpu_leaf(struct smi_query *q, struct str path, struct str name, struct str value)
{
	struct smi_report *r = q->gpu;

	if (str_starts(path, STR("processes.")))
		process_leaf(q, name, value);
	/* MIG instances, clocks and vGPUs repeat their names for each of many. */
	if (str_starts(path, STR("processes")) || str_starts(path, STR("mig_device")) || str_starts(path, STR("supported_clocks")) ||
	    str_starts(path, STR("accounted_processes")))
		return;
	if (str_eq(path, STR("product_name")))
		r->name = arena_dup(q->arena, value);
	if (str_eq(path, STR("gpu_uuid")) || str_eq(path, STR("uuid"))) {
		if (gpu_is_uuid(value))
			r->uuid = arena_dup(q->arena, value);
		path = STR("uuid");
	}
	if (str_eq(path, STR("serial_number")))
		path = STR("serial");
	if (str_eq(path, STR("performance_state")) && value.n > 1 && *value.p == 'P') {
		smi_report_value(r, NULL, "pstate", str_from(value, 1));
		path = STR("pstate");
	}
	if (throttle_leaf(q, path, name, value) || ecc_leaf(q, path, value)) {
		plain_field(r, path, value);
		return;
	}
	for (size_t i = 0; i < sizeof(leaves) / sizeof(*leaves); i++) {
		if (!str_eq(path, str_of(leaves[i].path)))
			continue;
		if (leaves[i].key && has_field(r, str_of(leaves[i].key)))
			break; /* the other of two names: keep both */
		smi_report_value(r, leaves[i].key ? leaves[i].key : arena_cstr(q->arena, path), leaves[i].column, value);
		return;
	}
	plain_field(r, path, value);
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
	smi_report_field(r, STR("throttle"), q->throttle);
	text = arena_printf(q->arena, "GPU %.*s%s%.*s%s%.*s", STR_ARG(r->pci), r->name.n ? " " : "", STR_ARG(r->name),
			    q->throttle.n ? ", throttled: " : "", STR_ARG(q->throttle));
	if (q->n < sizeof(q->ids) / sizeof(*q->ids))
		q->ids[q->n] = arena_dup(q->names, r->pci);
	q->n++;
	if (!q->timed) {
		q->at = (struct smi_time){ smi_clock_now(q->out), 0, 0 };
		q->timed = true;
	}
	st = smi_report_emit(q->out, r, STR("nvidia_smi.query"), text, q->at, &seen, err);
	q->throttle = STR_NONE;
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
		gpu_leaf(q, path_to(q, name, path), str_of(name), value);
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

static enum status open_tag(struct smi_query *q, struct str tag, struct str value, bool leaf, const struct line *line, struct error *err)
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
		gpu_leaf(q, path_to(q, name, path), str_of(name), value);
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

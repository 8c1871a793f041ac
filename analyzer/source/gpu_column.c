#include "source/gpu.h"

/* nvidia-smi's own names.  A unit given here is that of a bare cell (nounits
 * and noheader leave none); a header or cell that has one overrules it. */
static const struct {
	const char *name;
	enum gpu_role role;
	const char *series, *unit;
} own[] = {
	{ "timestamp", GPU_COLUMN_TIME, NULL, NULL },
	{ "index", GPU_COLUMN_INDEX, NULL, NULL },
	{ "name", GPU_COLUMN_NAME, NULL, NULL },
	{ "gpu_name", GPU_COLUMN_NAME, NULL, NULL },
	{ "uuid", GPU_COLUMN_UUID, NULL, NULL },
	{ "gpu_uuid", GPU_COLUMN_UUID, NULL, NULL },
	{ "pci.bus_id", GPU_COLUMN_PCI, NULL, NULL },
	{ "gpu_bus_id", GPU_COLUMN_PCI, NULL, NULL },
	{ "driver_version", GPU_COLUMN_DRIVER, NULL, NULL },
	{ "count", GPU_COLUMN_COUNT, NULL, NULL },
	{ "pid", GPU_COLUMN_PID, NULL, NULL },
	{ "process_name", GPU_COLUMN_PROCESS, NULL, NULL },
	{ "pstate", GPU_COLUMN_PSTATE, "gpu.pstate", "" },
	{ "memory.used", GPU_COLUMN_VALUE, "gpu.memory.used", "MiB" },
	{ "memory.free", GPU_COLUMN_VALUE, "gpu.memory.free", "MiB" },
	{ "memory.total", GPU_COLUMN_VALUE, "gpu.memory.total", "MiB" },
	{ "memory.reserved", GPU_COLUMN_VALUE, "gpu.memory.reserved", "MiB" },
	{ "utilization.gpu", GPU_COLUMN_VALUE, "gpu.utilization", "%" },
	{ "utilization.memory", GPU_COLUMN_VALUE, "gpu.memory.utilization", "%" },
	{ "utilization.encoder", GPU_COLUMN_VALUE, "gpu.encoder.utilization", "%" },
	{ "utilization.decoder", GPU_COLUMN_VALUE, "gpu.decoder.utilization", "%" },
	{ "temperature.gpu", GPU_COLUMN_VALUE, "gpu.temperature", "C" },
	{ "temperature.memory", GPU_COLUMN_VALUE, "gpu.memory.temperature", "C" },
	{ "temperature.gpu.tlimit", GPU_COLUMN_VALUE, "gpu.temperature.tlimit", "C" },
	{ "power.draw", GPU_COLUMN_VALUE, "gpu.power.draw", "W" },
	{ "power.draw.average", GPU_COLUMN_VALUE, "gpu.power.draw.average", "W" },
	{ "gpu.power.draw.average", GPU_COLUMN_VALUE, "gpu.power.draw.average", "W" },
	{ "power.draw.instant", GPU_COLUMN_VALUE, "gpu.power.draw.instant", "W" },
	{ "gpu.power.draw.instant", GPU_COLUMN_VALUE, "gpu.power.draw.instant", "W" },
	{ "power.limit", GPU_COLUMN_VALUE, "gpu.power.limit", "W" },
	{ "gpu.power.requested_limit", GPU_COLUMN_VALUE, "gpu.power.limit", "W" },
	{ "enforced.power.limit", GPU_COLUMN_VALUE, "gpu.power.limit.enforced", "W" },
	{ "gpu.power.current_limit", GPU_COLUMN_VALUE, "gpu.power.limit.enforced", "W" },
	{ "power.default_limit", GPU_COLUMN_VALUE, "gpu.power.limit.default", "W" },
	{ "power.min_limit", GPU_COLUMN_VALUE, "gpu.power.limit.min", "W" },
	{ "power.max_limit", GPU_COLUMN_VALUE, "gpu.power.limit.max", "W" },
	{ "clocks.current.graphics", GPU_COLUMN_VALUE, "gpu.clock.graphics", "MHz" },
	{ "clocks.gr", GPU_COLUMN_VALUE, "gpu.clock.graphics", "MHz" },
	{ "clocks.current.sm", GPU_COLUMN_VALUE, "gpu.clock.sm", "MHz" },
	{ "clocks.sm", GPU_COLUMN_VALUE, "gpu.clock.sm", "MHz" },
	{ "clocks.current.memory", GPU_COLUMN_VALUE, "gpu.clock.memory", "MHz" },
	{ "clocks.mem", GPU_COLUMN_VALUE, "gpu.clock.memory", "MHz" },
	{ "clocks.current.video", GPU_COLUMN_VALUE, "gpu.clock.video", "MHz" },
	{ "clocks.video", GPU_COLUMN_VALUE, "gpu.clock.video", "MHz" },
	{ "clocks.max.sm", GPU_COLUMN_VALUE, "gpu.clock.sm.max", "MHz" },
	{ "clocks.max.memory", GPU_COLUMN_VALUE, "gpu.clock.memory.max", "MHz" },
	{ "clocks.max.mem", GPU_COLUMN_VALUE, "gpu.clock.memory.max", "MHz" },
	{ "clocks.max.graphics", GPU_COLUMN_VALUE, "gpu.clock.graphics.max", "MHz" },
	{ "clocks.max.gr", GPU_COLUMN_VALUE, "gpu.clock.graphics.max", "MHz" },
	{ "fan.speed", GPU_COLUMN_VALUE, "gpu.fan", "%" },
	{ "pcie.link.gen.current", GPU_COLUMN_VALUE, "gpu.pcie.gen", "" },
	{ "pcie.link.gen.max", GPU_COLUMN_VALUE, "gpu.pcie.gen.max", "" },
	{ "pcie.link.width.current", GPU_COLUMN_VALUE, "gpu.pcie.width", "" },
	{ "pcie.link.width.max", GPU_COLUMN_VALUE, "gpu.pcie.width.max", "" },
	{ "retired_pages.single_bit_ecc.count", GPU_COLUMN_VALUE, "gpu.retired_pages.sbe", "" },
	{ "retired_pages.double_bit.count", GPU_COLUMN_VALUE, "gpu.retired_pages.dbe", "" },
	{ "used_gpu_memory", GPU_COLUMN_VALUE, "gpu.process.memory", "MiB" },
	{ "used_memory", GPU_COLUMN_VALUE, "gpu.process.memory", "MiB" },
	{ "max_memory_usage", GPU_COLUMN_VALUE, "gpu.process.memory.max", "MiB" },
	{ "gpu_utilization", GPU_COLUMN_VALUE, "gpu.process.utilization", "%" },
	{ "mem_utilization", GPU_COLUMN_VALUE, "gpu.process.memory.utilization", "%" },
	{ "clocks_event_reasons.active", GPU_COLUMN_MASK, NULL, NULL },
	{ "clocks_throttle_reasons.active", GPU_COLUMN_MASK, NULL, NULL },
};

/* Numbers that name something: nobody plots a serial. */
static const char *const names_only[] = {
	"serial", "gpu_serial", "compute_cap", "minor_number", "hostname", "cuda_version", "vbios_version",
	"clocks_event_reasons.supported", "clocks_throttle_reasons.supported", "accounting.buffer_size",
};
static const char *const families_only[] = {
	"pci.", "inforom.", "vgpu_", "display_", "platform.", "fabric.", "driver_model.", "gom.", "board", "gsp.mode", "mig.mode",
};

/* What people call the same things in scripts, after folding: lower case,
 * one '_' for any separator, the unit cut off the end. */
static const struct { const char *name, *own; } scripts[] = {
	{ "time", "timestamp" }, { "datetime", "timestamp" }, { "date_time", "timestamp" }, { "ts", "timestamp" },
	{ "gpu_id", "index" }, { "gpu_index", "index" }, { "gpu_idx", "index" }, { "gpu", "index" }, { "idx", "index" },
	{ "device", "index" }, { "device_id", "index" }, { "gpu_number", "index" }, { "gpu_no", "index" },
	{ "device_name", "name" }, { "model", "name" }, { "bus_id", "pci.bus_id" }, { "pci_bus_id", "pci.bus_id" },
	{ "driver", "driver_version" },
	{ "gpu_util", "utilization.gpu" }, { "gpu_usage", "utilization.gpu" }, { "gpu_load", "utilization.gpu" },
	{ "utilization", "utilization.gpu" }, { "utilization_gpu", "utilization.gpu" }, { "util", "utilization.gpu" },
	{ "sm_util", "utilization.gpu" },
	{ "mem_util", "utilization.memory" }, { "memory_util", "utilization.memory" },
	{ "memory_utilization", "utilization.memory" },
	{ "utilization_memory", "utilization.memory" }, { "gpu_mem_util", "utilization.memory" },
	{ "mem_used", "memory.used" }, { "memory_used", "memory.used" }, { "vram_used", "memory.used" }, { "mem", "memory.used" },
	{ "gpu_memory_used", "memory.used" }, { "gpu_mem_used", "memory.used" }, { "memory_usage", "memory.used" },
	{ "gpu_memory", "memory.used" }, { "vram", "memory.used" }, { "gpu_mem", "memory.used" },
	{ "mem_total", "memory.total" }, { "memory_total", "memory.total" }, { "memory_max", "memory.total" },
	{ "vram_total", "memory.total" }, { "gpu_memory_total", "memory.total" }, { "gpu_mem_total", "memory.total" },
	{ "mem_free", "memory.free" }, { "memory_free", "memory.free" }, { "vram_free", "memory.free" },
	{ "temp", "temperature.gpu" }, { "temperature", "temperature.gpu" }, { "gpu_temp", "temperature.gpu" },
	{ "gpu_temperature", "temperature.gpu" }, { "temperature_gpu", "temperature.gpu" },
	{ "mem_temp", "temperature.memory" }, { "memory_temp", "temperature.memory" },
	{ "temperature_memory", "temperature.memory" },
	{ "power", "power.draw" }, { "power_draw", "power.draw" }, { "power_used", "power.draw" }, { "power_usage", "power.draw" },
	{ "gpu_power", "power.draw" }, { "power_limit", "power.limit" }, { "power_max", "power.limit" },
	{ "power_cap", "power.limit" },
	{ "fan", "fan.speed" }, { "fan_speed", "fan.speed" },
	{ "sm_clock", "clocks.sm" }, { "clock_sm", "clocks.sm" }, { "clocks_sm", "clocks.sm" }, { "gpu_clock", "clocks.sm" },
	{ "mem_clock", "clocks.mem" }, { "memory_clock", "clocks.mem" }, { "clocks_mem", "clocks.mem" },
};

static const struct { const char *suffix, *unit; } suffixes[] = {
	{ "_percent", "%" }, { "_pct", "%" }, { "_perc", "%" }, { "_mib", "MiB" }, { "_mb", "MiB" }, { "_gib", "GiB" },
	{ "_gb", "GiB" },
	{ "_bytes", "B" }, { "_c", "C" }, { "_celsius", "C" }, { "_w", "W" }, { "_watts", "W" }, { "_watt", "W" }, { "_mhz", "MHz" },
	{ "_seconds", "s" }, { "_sec", "s" }, { "_s", "s" }, { "_ms", "ms" },
};

static bool in_list(struct str s, const char *const *list, size_t n, bool prefix)
{
	for (size_t i = 0; i < n; i++)
		if (prefix ? str_istarts(s, str_of(list[i])) : str_ieq(s, str_of(list[i])))
			return true;
	return false;
}
#define IN_LIST(s, list, prefix) in_list(s, list, sizeof(list) / sizeof(*(list)), prefix)

/* "memory.used [MiB]" -> the name, and the unit between the brackets. */
static struct str cut_unit(struct str header, struct str *unit)
{
	char last = header.n ? header.p[header.n - 1] : '\0';
	size_t open = last == ']' ? str_rchr(header, '[') : last == ')' ? str_rchr(header, '(') : header.n;

	*unit = STR_NONE;
	if (open >= header.n)
		return header;
	*unit = str_trim((struct str){ header.p + open + 1, header.n - open - 2 });
	return str_rtrim(str_head(header, open));
}

static void set_unit(struct gpu_column *c, struct str written)
{
	const struct gpu_unit *u = gpu_unit(written);

	if (!u)
		return;
	c->unit = str_of(u->unit);
	c->factor = u->factor;
}

static bool own_column(struct str name, struct gpu_column *c)
{
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++) {
		if (!str_ieq(name, str_of(own[i].name)))
			continue;
		c->role = own[i].role;
		c->series = str_of(own[i].series);
		if (own[i].unit)
			set_unit(c, str_of(own[i].unit));
		return true;
	}
	return false;
}

/* "clocks_event_reasons.sw_power_cap", "..._counters.sw_power_cap [us]". */
static bool reason_column(struct str name, struct gpu_column *c)
{
	bool counter = false;
	size_t reason;

	if (!str_skip(&name, STR("clocks_event_reasons")) && !str_skip(&name, STR("clocks_throttle_reasons")))
		return false;
	if (str_skip(&name, STR("_counters")))
		counter = true;
	if (!str_skip(&name, STR(".")))
		return false;
	reason = gpu_reason(name);
	if (reason == GPU_REASONS)
		return false;
	c->role = GPU_COLUMN_VALUE;
	c->series = counter ? STR("gpu.throttle.time") : STR("gpu.throttle");
	if (counter)
		set_unit(c, STR("us"));
	c->labels[0] = (struct label){ STR("reason"), str_of(gpu_reasons[reason].name) };
	c->n_labels = 1;
	return true;
}

/* "ecc.errors.uncorrected.volatile.dram". */
static bool ecc_column(struct str name, struct arena *a, struct gpu_column *c)
{
	bool corrected;

	if (!str_skip(&name, STR("ecc.errors.")))
		return false;
	corrected = str_skip(&name, STR("corrected."));
	if (!corrected && !str_skip(&name, STR("uncorrected.")))
		return false;
	c->labels[0].key = STR("scope");
	if (str_skip(&name, STR("volatile.")))
		c->labels[0].value = STR("volatile");
	else if (str_skip(&name, STR("aggregate.")))
		c->labels[0].value = STR("aggregate");
	else
		return false;
	c->role = GPU_COLUMN_VALUE;
	c->series = corrected ? STR("gpu.ecc.corrected") : STR("gpu.ecc.uncorrected");
	c->labels[1] = (struct label){ STR("location"), a ? arena_dup(a, name) : name };
	c->n_labels = 2;
	return true;
}

#define SCRIPT_NAME 64 /* longer ones are sentences */

/* Lower case, any separator one '_', none at the ends. */
static struct str fold(struct str s, char out[SCRIPT_NAME])
{
	size_t n = 0;

	if (s.n > SCRIPT_NAME)
		return STR_NONE;
	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];

		if (ch >= 'A' && ch <= 'Z')
			ch = (char)(ch + 'a' - 'A');
		if (ch == ' ' || ch == '.' || ch == '-' || ch == '_' || ch == '/') {
			if (n && out[n - 1] != '_')
				out[n++] = '_';
			continue;
		}
		out[n++] = ch;
	}
	while (n && out[n - 1] == '_')
		n--;
	return (struct str){ out, n };
}

static bool script_column(struct str name, struct gpu_column *c)
{
	char text[SCRIPT_NAME];
	struct str folded = fold(name, text), unit = STR_NONE;

	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < sizeof(scripts) / sizeof(*scripts); i++) {
			if (!str_eq(folded, str_of(scripts[i].name)))
				continue;
			own_column(str_of(scripts[i].own), c);
			set_unit(c, unit);
			return true;
		}
		if (str_eq(folded, STR("date"))) {
			c->role = GPU_COLUMN_DATE;
			return true;
		}
		if (str_eq(folded, STR("elapsed")) || str_eq(folded, STR("elapsed_time"))) {
			c->role = GPU_COLUMN_ELAPSED;
			c->factor = 1;
			set_unit(c, unit);
			return true;
		}
		for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes) && !unit.p; i++) {
			if (!str_ends(folded, str_of(suffixes[i].suffix)))
				continue;
			unit = str_of(suffixes[i].unit);
			folded.n -= strlen(suffixes[i].suffix);
		}
	}
	return false;
}

/* A name nobody knows: the series is called after it. */
static void plain_column(struct str name, struct arena *a, struct gpu_column *c)
{
	char *out;
	size_t n;

	c->role = GPU_COLUMN_VALUE;
	c->plain = true;
	c->series = STR("gpu.");
	if (!a)
		return;
	if (str_istarts(name, STR("gpu.")) || str_istarts(name, STR("gpu_")) || str_istarts(name, STR("gpu ")))
		name = str_from(name, 4);
	n = 4 + name.n;
	out = arena_alloc(a, n + 1);
	memcpy(out, "gpu.", 4);
	for (size_t i = 4; i < n; i++) {
		char ch = name.p[i - 4];

		out[i] = ch >= 'A' && ch <= 'Z' ? (char)(ch + 'a' - 'A') : ch == ' ' || ch == '"' ? '_' : ch;
	}
	c->series = (struct str){ out, n };
}

struct gpu_column gpu_column(struct str header, struct arena *a)
{
	struct gpu_column c = { .factor = 1 };
	struct str unit, name = cut_unit(str_trim(header), &unit);

	if (name.n == 0)
		return c;
	c.known = own_column(name, &c) || reason_column(name, &c) || ecc_column(name, a, &c);
	if (!c.known && (IN_LIST(name, names_only, false) || IN_LIST(name, families_only, true))) {
		c.known = true;
		return c;
	}
	if (!c.known && !script_column(name, &c))
		plain_column(name, a, &c);
	if (unit.n)
		set_unit(&c, unit);
	return c;
}

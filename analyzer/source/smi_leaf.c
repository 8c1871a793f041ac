#include "source/smi.h"

#include <math.h>

#include "base/number.h"

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

static void process_leaf(struct smi_report *r, struct str name, struct str value)
{
	struct smi_process *p = r->n_processes ? &r->processes[r->n_processes - 1] : NULL;
	const struct gpu_unit *unit = NULL;
	double v;

	if ((str_eq(name, STR("process_id")) || str_eq(name, STR("pid"))) && r->n_processes < LIMIT_FIELDS)
		r->processes[r->n_processes++] = (struct smi_process){ .pid = arena_dup(r->arena, value), .bytes = (double)NAN };
	else if (p && str_eq(name, STR("type")))
		p->type = arena_dup(r->arena, value);
	else if (p && (str_eq(name, STR("name")) || str_eq(name, STR("process_name"))))
		p->name = arena_dup(r->arena, str_head(value, LIMIT_CAPTURE));
	else if (p && (str_eq(name, STR("used_gpu_memory")) || str_eq(name, STR("used_memory"))) &&
		 gpu_cell(value, &v, &unit) == GPU_NUMBER && unit)
		p->bytes = v * unit->factor;
}

/* Below "Clocks Event Reasons" or its counters. */
static bool throttle_leaf(struct smi_report *r, struct str path, struct str name, struct str value)
{
	bool counters = str_has(path, STR("_reasons_counters."));
	struct str prefixes[] = { STR("clocks_event_reasons_counters_"), STR("clocks_event_reason_"),
	    STR("clocks_throttle_reason_") };
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
	smi_report_value(r, NULL, column, value);
	if (!counters && reason != GPU_REASON_IDLE && gpu_cell(value, &v, &unit) == GPU_NUMBER && v > 0)
		r->throttle = r->throttle.n ? arena_printf(r->arena, "%.*s,%s", STR_ARG(r->throttle), gpu_reasons[reason].name) :
					      str_of(gpu_reasons[reason].name);
	return true;
}

static bool ecc_leaf(struct smi_report *r, struct str path, struct str value)
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
		snprintf(column, sizeof(column), "ecc.errors.%scorrected.%.*s.%s", ecc_leaves[i].corrected ? "" : "un",
		    STR_ARG(scope), ecc_leaves[i].location);
		smi_report_value(r, NULL, column, value);
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

void smi_leaf(struct smi_report *r, struct str path, struct str name, struct str value)
{
	if (str_starts(path, STR("processes.")))
		process_leaf(r, name, value);
	/* MIG instances, clocks and vGPUs repeat their names for each of many. */
	if (str_starts(path, STR("processes")) || str_starts(path, STR("mig_device")) || str_starts(path, STR("supported_clocks")) ||
	    str_starts(path, STR("accounted_processes")))
		return;
	if (str_eq(path, STR("product_name")))
		r->name = arena_dup(r->arena, value);
	if (str_eq(path, STR("gpu_uuid")) || str_eq(path, STR("uuid"))) {
		if (gpu_is_uuid(value))
			r->uuid = arena_dup(r->arena, value);
		path = STR("uuid");
	}
	if (str_eq(path, STR("serial_number")))
		path = STR("serial");
	if (str_eq(path, STR("performance_state")) && value.n > 1 && *value.p == 'P') {
		smi_report_value(r, NULL, "pstate", str_from(value, 1));
		path = STR("pstate");
	}
	if (throttle_leaf(r, path, name, value) || ecc_leaf(r, path, value)) {
		plain_field(r, path, value);
		return;
	}
	for (size_t i = 0; i < sizeof(leaves) / sizeof(*leaves); i++) {
		if (!str_eq(path, str_of(leaves[i].path)))
			continue;
		if (leaves[i].key && has_field(r, str_of(leaves[i].key)))
			break; /* the other of two names: keep both */
		smi_report_value(r, leaves[i].key ? leaves[i].key : arena_cstr(r->arena, path), leaves[i].column, value);
		return;
	}
	plain_field(r, path, value);
}

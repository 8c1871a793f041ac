#include "source/prom.h"

/* Fields of DCGM (dcgm_fields.h) by the columns nvidia-smi has for the same, where gpu_column() does not
 * know the name anyway.  Names with a unit at the end are those of DCGM 4.6; the old ones stay as aliases. */
static const struct { const char *field, *column; double scale; } fields[] = {
	{ "GPU_TEMP_CELSIUS", "temperature.gpu", 1 }, { "MEMORY_TEMP_CELSIUS", "temperature.memory", 1 },
	{ "GPU_TEMP_MARGIN_CELSIUS", "temperature.gpu.tlimit", 1 }, { "GPU_TEMP_LIMIT", "temperature.gpu.tlimit", 1 },
	{ "BOARD_POWER_WATTS", "power.draw", 1 }, { "POWER_USAGE_INSTANT", "power.draw.instant", 1 },
	{ "POWER_MGMT_LIMIT", "power.limit", 1 }, { "ENFORCED_POWER_LIMIT", "enforced.power.limit", 1 },
	{ "POWER_MGMT_LIMIT_DEF", "power.default_limit", 1 }, { "POWER_MGMT_LIMIT_MIN", "power.min_limit", 1 },
	{ "POWER_MGMT_LIMIT_MAX", "power.max_limit", 1 }, { "VIDEO_CLOCK", "clocks.video", 1 },
	{ "MAX_SM_CLOCK", "clocks.max.sm", 1 }, { "MAX_MEM_CLOCK", "clocks.max.memory", 1 },
	{ "GPU_UTIL_RATIO", "utilization.gpu", 100 }, { "MEM_COPY_UTIL", "utilization.memory", 1 }, { "MEM_COPY_UTIL_RATIO", "utilization.memory", 100 },
	{ "ENC_UTIL", "utilization.encoder", 1 }, { "DEC_UTIL", "utilization.decoder", 1 },
	{ "FB_USED", "memory.used", 1 }, { "FB_FREE", "memory.free", 1 }, { "FB_TOTAL", "memory.total", 1 }, { "FB_RESERVED", "memory.reserved", 1 },
	{ "PSTATE", "pstate", 1 }, { "PCIE_LINK_GEN", "pcie.link.gen.current", 1 }, { "PCIE_LINK_WIDTH", "pcie.link.width.current", 1 },
	{ "PCIE_MAX_LINK_GEN", "pcie.link.gen.max", 1 }, { "PCIE_MAX_LINK_WIDTH", "pcie.link.width.max", 1 },
	{ "ECC_SBE_VOL_TOTAL", "ecc.errors.corrected.volatile.total", 1 }, { "ECC_DBE_VOL_TOTAL", "ecc.errors.uncorrected.volatile.total", 1 },
	{ "ECC_SBE_AGG_TOTAL", "ecc.errors.corrected.aggregate.total", 1 }, { "ECC_DBE_AGG_TOTAL", "ecc.errors.uncorrected.aggregate.total", 1 },
	{ "ECC_SBE_VOL_DEV", "ecc.errors.corrected.volatile.device_memory", 1 }, { "ECC_DBE_VOL_DEV", "ecc.errors.uncorrected.volatile.device_memory", 1 },
	{ "RETIRED_SBE", "retired_pages.single_bit_ecc.count", 1 }, { "RETIRED_DBE", "retired_pages.double_bit.count", 1 },
	{ "PAGE_RETIRED_DBE_TOTAL", "retired_pages.double_bit.count", 1 }, { "RETIRED_PENDING", "retired_pages.pending", 1 },
	{ "PAGE_RETIRED_PENDING", "retired_pages.pending", 1 },
	{ "UNCORRECTABLE_REMAPPED_ROWS", "remapped_rows.uncorrectable", 1 }, { "ROW_REMAP_UNCORRECTABLE_TOTAL", "remapped_rows.uncorrectable", 1 },
	{ "CORRECTABLE_REMAPPED_ROWS", "remapped_rows.correctable", 1 }, { "ROW_REMAP_CORRECTABLE_TOTAL", "remapped_rows.correctable", 1 },
	{ "ROW_REMAP_FAILURE", "remapped_rows.failure", 1 }, { "ROW_REMAP_FAILED", "remapped_rows.failure", 1 }, { "ROW_REMAP_PENDING", "remapped_rows.pending", 1 },
	{ "CLOCK_THROTTLE_REASONS", "clocks_event_reasons.active", 1 }, { "CLOCKS_EVENT_REASONS", "clocks_event_reasons.active", 1 },
	{ "XID_ERRORS", "xid", 1 }, { "XID_ERROR", "xid", 1 }, /* the number of the last one, not how many */
	{ "PCIE_REPLAY_TOTAL", "pcie_replay_counter", 1 },
};

/* Column heads of `dcgmi dmon`: the tags of dcgm_fields.cpp. */
static const struct { const char *tag, *field; } tags[] = {
	{ "GPUTL", "DCGM_FI_DEV_GPU_UTIL" }, { "MCUTL", "DCGM_FI_DEV_MEM_COPY_UTIL" }, { "ENCUTL", "DCGM_FI_DEV_ENC_UTIL" },
	{ "DECUTL", "DCGM_FI_DEV_DEC_UTIL" }, { "TMPTR", "DCGM_FI_DEV_GPU_TEMP" }, { "MMTMP", "DCGM_FI_DEV_MEMORY_TEMP" },
	{ "POWER", "DCGM_FI_DEV_POWER_USAGE" }, { "SMCLK", "DCGM_FI_DEV_SM_CLOCK" }, { "MMCLK", "DCGM_FI_DEV_MEM_CLOCK" },
	{ "FBUSD", "DCGM_FI_DEV_FB_USED" }, { "FBFRE", "DCGM_FI_DEV_FB_FREE" }, { "FBTTL", "DCGM_FI_DEV_FB_TOTAL" },
	{ "XIDER", "DCGM_FI_DEV_XID_ERRORS" }, { "TOTEC", "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION" },
	{ "GRACT", "DCGM_FI_PROF_GR_ENGINE_ACTIVE" }, { "SMACT", "DCGM_FI_PROF_SM_ACTIVE" }, { "SMOCC", "DCGM_FI_PROF_SM_OCCUPANCY" },
	{ "TENSO", "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE" }, { "DRAMA", "DCGM_FI_PROF_DRAM_ACTIVE" },
	{ "FP64A", "DCGM_FI_PROF_PIPE_FP64_ACTIVE" }, { "FP32A", "DCGM_FI_PROF_PIPE_FP32_ACTIVE" }, { "FP16A", "DCGM_FI_PROF_PIPE_FP16_ACTIVE" },
	{ "PCITX", "DCGM_FI_PROF_PCIE_TX_BYTES" }, { "PCIRX", "DCGM_FI_PROF_PCIE_RX_BYTES" },
	{ "NVLTX", "DCGM_FI_PROF_NVLINK_TX_BYTES" }, { "NVLRX", "DCGM_FI_PROF_NVLINK_RX_BYTES" },
};

struct str prom_dcgm_field(struct str tag)
{
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (str_eq(tag, str_of(tags[i].tag)))
			return str_of(tags[i].field);
	return STR_NONE;
}

static struct gpu_column column(struct str name, double scale, struct arena *a)
{
	struct gpu_column c = gpu_column(name, a);

	c.factor *= scale;
	return c;
}

bool prom_gpu_column(struct str metric, struct arena *a, struct gpu_column *out)
{
	if (str_skip(&metric, STR("DCGM_FI_PROF_"))) {
		*out = gpu_column(arena_printf(a, "gpu.prof.%.*s", STR_ARG(metric)), a);
		return true;
	}
	if (str_skip(&metric, STR("DCGM_FI_DEV_"))) {
		for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
			if (!str_eq(metric, str_of(fields[i].field)))
				continue;
			*out = column(str_of(fields[i].column), fields[i].scale, a);
			return true;
		}
		*out = gpu_column(metric, a);
		return out->role == GPU_COLUMN_VALUE;
	}
	/* nvidia_gpu_exporter: nvidia-smi's columns with '_' for '.', in base units, percentages as ratios */
	if (str_skip(&metric, STR("nvidia_smi_"))) {
		bool ratio = str_ends(metric, STR("_ratio"));

		*out = column(str_head(metric, metric.n - (ratio ? 6 : 0)), ratio ? 100 : 1, a);
		return out->role == GPU_COLUMN_VALUE && !out->plain;
	}
	return false;
}

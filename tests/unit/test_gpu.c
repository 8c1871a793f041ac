#include <string.h>

#include "unit.h"

#include "base/arena.h"
#include "source/gpu.h"

static const struct { const char *text; const char *want; size_t took; } addresses[] = {
	{ "00000000:18:00.0", "0000:18:00", 16 },
	{ "0000000A:3B:1f.7 Off", "000a:3b:1f", 16 },
	{ "0000:3b:00", "0000:3b:00", 10 },
	{ "0000:3b:00, pid=1", "0000:3b:00", 10 },
	{ "3f8f31a:00:00.0", "3f8f31a:00:00", 15 },
	{ "0001:00:00.", "0001:00:00", 10 },
	{ "3b:00.0", "", 0 },
	{ "000:3b:00.0", "", 0 },
	{ "0000:3b:000", "", 0 },
	{ "10:16:04", "", 0 },
	{ "2026:10:16:04", "2026:10:16", 10 },
	{ "", "", 0 },
};

START_TEST(spells_an_address_one_way)
{
	char id[GPU_ID] = "";

	ck_assert_uint_eq(gpu_pci(str_of(addresses[_i].text), id), addresses[_i].took);
	ck_assert_str_eq(id, addresses[_i].want);
}
END_TEST

START_TEST(finds_the_address_in_a_message)
{
	char id[GPU_ID] = "";

	ck_assert(gpu_pci_in(STR("handle for GPU0000:0B:00.0: Unknown Error"), id));
	ck_assert_str_eq(id, "0000:0b:00");
	ck_assert(gpu_pci_in(STR("for GPU1: 0000:34:00.0: Unknown Error"), id));
	ck_assert_str_eq(id, "0000:34:00");
	ck_assert(!gpu_pci_in(STR("at 10:16:04 nothing happened"), id));
}
END_TEST

static const struct { const char *text; bool is; } uuids[] = {
	{ "GPU-e394edbf-364a-6b85-b3b0-8af3c0d97b83", true },
	{ "MIG-00000001-0000-0000-0000-000000000001", true },
	{ "MIG-GPU-e394edbf-364a-6b85-b3b0-8af3c0d97b83/1/0", true },
	{ "GPU-0000aaaa-0000", true },
	{ "GPU-", false },
	{ "GPU-Z394edbf", false },
	{ "GPU 0", false },
};

START_TEST(knows_a_uuid)
{
	ck_assert_int_eq(gpu_is_uuid(str_of(uuids[_i].text)), uuids[_i].is);
}
END_TEST

static const struct { const char *text; enum gpu_cell is; double value; const char *unit; } cells[] = {
	{ "28 %", GPU_NUMBER, 28, "%" },
	{ "472 MiB", GPU_NUMBER, 472, "bytes" },
	{ "79W", GPU_NUMBER, 79, "W" },
	{ "26C", GPU_NUMBER, 26, "celsius" },
	{ "-8 C", GPU_NUMBER, -8, "celsius" },
	{ "33.09 W", GPU_NUMBER, 33.09, "W" },
	{ "16x", GPU_NUMBER, 16, "" },
	{ "3072 bank(s)", GPU_NUMBER, 3072, "" },
	{ "15 us", GPU_NUMBER, 15, "s" },
	{ "45.218", GPU_NUMBER, 45.218, NULL },
	{ "Active", GPU_NUMBER, 1, NULL },
	{ "Not Active", GPU_NUMBER, 0, NULL },
	{ "No", GPU_NUMBER, 0, NULL },
	{ "[N/A]", GPU_MISSING, 0, NULL },
	{ "N/A", GPU_MISSING, 0, NULL },
	{ "[Not Supported]", GPU_MISSING, 0, NULL },
	{ "[Something a later driver says]", GPU_MISSING, 0, NULL },
	{ "", GPU_MISSING, 0, NULL },
	{ "-", GPU_MISSING, 0, NULL },
	{ "[Unknown Error]", GPU_FAULT, 0, NULL },
	{ "[GPU is lost]", GPU_FAULT, 0, NULL },
	{ "[GPU requires reset]", GPU_FAULT, 0, NULL },
	{ "ERR!", GPU_FAULT, 0, NULL },
	{ "Enabled", GPU_TEXT, 0, NULL },
	{ "3090 Ti", GPU_TEXT, 0, NULL },
	{ "0x0000000000000004", GPU_TEXT, 0, NULL },
	{ "580.159.04", GPU_TEXT, 0, NULL },
	{ "1,5", GPU_TEXT, 0, NULL },
	{ "[", GPU_TEXT, 0, NULL },
};

START_TEST(reads_a_cell)
{
	const struct gpu_unit *unit = NULL;
	double v = 0;

	ck_assert_int_eq(gpu_cell(str_of(cells[_i].text), &v, &unit), cells[_i].is);
	if (cells[_i].is != GPU_NUMBER)
		return;
	ck_assert_double_eq(v, cells[_i].value);
	if (cells[_i].unit)
		ck_assert_str_eq(unit->unit, cells[_i].unit);
	else
		ck_assert_ptr_null(unit);
}
END_TEST

static const struct { const char *header; enum gpu_role role; const char *series, *unit; double factor; } columns[] = {
	{ "timestamp", GPU_COLUMN_TIME, "", "", 1 },
	{ "memory.used [MiB]", GPU_COLUMN_VALUE, "gpu.memory.used", "bytes", 1048576 },
	{ "memory.used", GPU_COLUMN_VALUE, "gpu.memory.used", "bytes", 1048576 },
	{ "clocks.sm", GPU_COLUMN_VALUE, "gpu.clock.sm", "Hz", 1e6 },
	{ "clocks.current.sm [MHz]", GPU_COLUMN_VALUE, "gpu.clock.sm", "Hz", 1e6 },
	{ "temperature.gpu", GPU_COLUMN_VALUE, "gpu.temperature", "celsius", 1 },
	{ "clocks_throttle_reasons.active", GPU_COLUMN_MASK, "", "", 1 },
	{ "clocks_event_reasons.sw_power_cap", GPU_COLUMN_VALUE, "gpu.throttle", "", 1 },
	{ "clocks_event_reasons_counters.sw_power_cap [us]", GPU_COLUMN_VALUE, "gpu.throttle.time", "s", 1e-6 },
	{ "ecc.errors.corrected.aggregate.dram", GPU_COLUMN_VALUE, "gpu.ecc.corrected", "", 1 },
	{ "serial", GPU_COLUMN_NONE, "", "", 1 },
	{ "inforom.ecc", GPU_COLUMN_NONE, "", "", 1 },
	{ "gpu_util(%)", GPU_COLUMN_VALUE, "gpu.utilization", "%", 1 },
	{ "mem_used_mb", GPU_COLUMN_VALUE, "gpu.memory.used", "bytes", 1048576 },
	{ "Memory Used", GPU_COLUMN_VALUE, "gpu.memory.used", "bytes", 1048576 },
	{ "memory_total(GB)", GPU_COLUMN_VALUE, "gpu.memory.total", "bytes", 1073741824.0 },
	{ "GPU_ID", GPU_COLUMN_INDEX, "", "", 1 },
	{ "elapsed_ms", GPU_COLUMN_ELAPSED, "", "s", 1e-3 },
	{ "Date", GPU_COLUMN_DATE, "", "", 1 },
	{ "gpu.power.draw.average [W]", GPU_COLUMN_VALUE, "gpu.power.draw.average", "W", 1 },
	{ "Some New Column [W]", GPU_COLUMN_VALUE, "gpu.some_new_column", "W", 1 },
	{ "gpu_novelty", GPU_COLUMN_VALUE, "gpu.novelty", "", 1 },
	{ "", GPU_COLUMN_NONE, "", "", 1 },
};

START_TEST(knows_what_a_column_measures)
{
	struct arena *a = arena_new();
	struct gpu_column c = gpu_column(str_of(columns[_i].header), a);

	ck_assert_int_eq(c.role, columns[_i].role);
	ck_assert(str_eq(c.series, str_of(columns[_i].series)));
	ck_assert(str_eq(c.unit, str_of(columns[_i].unit)));
	ck_assert_double_eq(c.factor, columns[_i].factor);
	arena_free(a);
}
END_TEST

START_TEST(labels_an_error_counter)
{
	struct arena *a = arena_new();
	struct gpu_column c = gpu_column(STR("ecc.errors.uncorrected.volatile.sram.parity"), a);

	ck_assert_uint_eq(c.n_labels, 2);
	ck_assert(str_eq(c.labels[0].value, STR("volatile")));
	ck_assert(str_eq(c.labels[1].value, STR("sram.parity")));
	arena_free(a);
}
END_TEST

static const struct { const char *name; size_t reason; } reasons[] = {
	{ "gpu_idle", 0 }, { "Idle", 0 }, { "SW Power Cap", 2 }, { "sw_power_cap", 2 }, { "HW Power Brake Slowdown", 7 },
	{ "Display Clock Setting", 8 }, { "sw_therm_slowdown", 5 }, { "none", GPU_REASONS }, { "", GPU_REASONS },
};

START_TEST(knows_a_throttle_reason_by_any_name)
{
	ck_assert_uint_eq(gpu_reason(str_of(reasons[_i].name)), reasons[_i].reason);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, spells_an_address_one_way, addresses);
	tcase_add_test(tc, finds_the_address_in_a_message);
	LOOP(tc, knows_a_uuid, uuids);
	LOOP(tc, reads_a_cell, cells);
	LOOP(tc, knows_what_a_column_measures, columns);
	tcase_add_test(tc, labels_an_error_counter);
	LOOP(tc, knows_a_throttle_reason_by_any_name, reasons);
}
TEST_MAIN("source/gpu", add)

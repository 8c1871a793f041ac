#include "source/prom.h"

#include <math.h>

#include "unit.h"

static struct arena *arena;

static const struct { const char *line, *name; size_t labels; double value; const char *time, *why; } lines[] = {
	{ "up 1", "up", 0, 1, "", NULL },
	{ "up{} 0", "up", 0, 0, "", NULL },
	{ "up{a=\"b\",} 1.5e3", "up", 1, 1500, "", NULL },
	{ "up { a = \"b\" , c = \"\" } 2 1773646801123", "up", 1, 2, "2026-03-16T07:40:01.123000Z", NULL }, /* an empty label is none */
	{ "up 2 1773646801.5", "up", 0, 2, "2026-03-16T07:40:01.500000Z", NULL },
	{ "up 2 1773646801", "up", 0, 2, "2026-03-16T07:40:01.000000Z", NULL },
	{ "b{le=\"0.1\"} 8 # {trace_id=\"x\"} 0.054 1773646801.5", "b", 1, 8, "", NULL },
	{ "b{le=\"0.1\"} 8 1773646801 # {} 0.054", "b", 1, 8, "2026-03-16T07:40:01.000000Z", NULL },
	{ "{\"a name\",k=\"v\"} 3", "a name", 1, 3, "", NULL },
	{ "{__name__=\"x\",k=\"}\"} 3", "x", 1, 3, "", NULL },
	{ "up", NULL, 0, 0, "", "no value" },
	{ "up one", NULL, 0, 0, "", "no value" },
	{ "up 1 2 3", NULL, 0, 0, "", "text behind the value" },
	{ "up 1 later", NULL, 0, 0, "", "no time behind the value" },
	{ "up 1 -5", NULL, 0, 0, "", "no time behind the value" },
	{ "up{a=\"b} 1", NULL, 0, 0, "", "labels that do not end" },
	{ "up{a=b} 1", NULL, 0, 0, "", "labels that do not end" },
	{ "up{a=\"b\"", NULL, 0, 0, "", "labels that do not end" },
	{ "{} 1", NULL, 0, 0, "", "no metric" },
	{ "1up 1", NULL, 0, 0, "", "no metric" },
	{ "", NULL, 0, 0, "", "no metric" },
};

START_TEST(reads_a_line)
{
	size_t n = strlen(lines[_i].line);
	char *copy = malloc(n + 1), text[TS_TEXT];
	struct prom_sample s = { .t = TS_NONE };
	const char *why = NULL;
	bool timed, is;

	arena = arena_new();
	is = prom_line((struct str){ memcpy(copy, lines[_i].line, n), n }, arena, &s, &timed, &why);
	ck_assert_msg(is == (lines[_i].name != NULL), "%s: %s", lines[_i].line, why);
	if (is) {
		ck_assert(str_eq(s.name, str_of(lines[_i].name)));
		ck_assert_uint_eq(s.n, lines[_i].labels);
		ck_assert_double_eq_tol(s.value, lines[_i].value, 1e-9);
		ck_assert_int_eq(timed, *lines[_i].time != '\0');
		if (timed)
			ck_assert_str_eq(ts_format(s.t, text), lines[_i].time);
	} else {
		ck_assert_str_eq(why, lines[_i].why);
	}
	arena_free(arena);
	free(copy);
}
END_TEST

START_TEST(unescapes_labels_and_knows_what_is_no_number)
{
	struct prom_sample s = { .t = 0 };
	const char *why;
	bool timed;

	arena = arena_new();
	ck_assert(prom_line(STR("x{p=\"C:\\\\a\\nb\\\"\"} NaN"), arena, &s, &timed, &why));
	ck_assert(str_eq(prom_label(&s, "p"), STR("C:\\a\nb\"")));
	ck_assert(isnan(s.value));
	ck_assert(prom_line(STR("x -Inf"), arena, &s, &timed, &why));
	ck_assert(isinf(s.value));
	arena_free(arena);
}
END_TEST

static const struct { const char *metric, *series, *unit; double factor; } gpus[] = {
	{ "DCGM_FI_DEV_GPU_TEMP", "gpu.temperature", "celsius", 1 },
	{ "DCGM_FI_DEV_GPU_TEMP_CELSIUS", "gpu.temperature", "celsius", 1 },
	{ "DCGM_FI_DEV_MEMORY_TEMP", "gpu.memory.temperature", "celsius", 1 },
	{ "DCGM_FI_DEV_POWER_USAGE", "gpu.power.draw", "W", 1 },
	{ "DCGM_FI_DEV_SM_CLOCK", "gpu.clock.sm", "Hz", 1e6 },
	{ "DCGM_FI_DEV_MEM_CLOCK", "gpu.clock.memory", "Hz", 1e6 },
	{ "DCGM_FI_DEV_GPU_UTIL", "gpu.utilization", "%", 1 },
	{ "DCGM_FI_DEV_GPU_UTIL_RATIO", "gpu.utilization", "%", 100 },
	{ "DCGM_FI_DEV_FB_USED", "gpu.memory.used", "bytes", 1048576 },
	{ "DCGM_FI_DEV_FB_FREE", "gpu.memory.free", "bytes", 1048576 },
	{ "DCGM_FI_DEV_XID_ERRORS", "gpu.xid", "", 1 },
	{ "DCGM_FI_DEV_PCIE_REPLAY_COUNTER", "gpu.pcie_replay_counter", "", 1 },
	{ "DCGM_FI_PROF_DRAM_ACTIVE", "gpu.prof.dram_active", "", 1 },
	{ "nvidia_smi_memory_used_bytes", "gpu.memory.used", "bytes", 1 },
	{ "nvidia_smi_utilization_gpu_ratio", "gpu.utilization", "%", 100 },
	{ "nvidia_smi_something_else", NULL, NULL, 0 },
	{ "node_load1", NULL, NULL, 0 },
};

START_TEST(calls_what_dcgm_measures_as_nvidia_smi_does)
{
	struct gpu_column c;
	bool is;

	arena = arena_new();
	is = prom_gpu_column(str_of(gpus[_i].metric), arena, &c);
	ck_assert_int_eq(is, gpus[_i].series != NULL);
	if (is) {
		ck_assert_msg(str_eq(c.series, str_of(gpus[_i].series)), "%.*s", STR_ARG(c.series));
		ck_assert(str_eq(c.unit, str_of(gpus[_i].unit)));
		ck_assert_double_eq_tol(c.factor, gpus[_i].factor, 1e-9);
	}
	arena_free(arena);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, reads_a_line, lines);
	tcase_add_test(tc, unescapes_labels_and_knows_what_is_no_number);
	LOOP(tc, calls_what_dcgm_measures_as_nvidia_smi_does, gpus);
}

TEST_MAIN("source/prom_text", add)

#include "unit.h"

#include "source/smi.h"

static const struct { const char *cell; bool day_first, ok, utc; const char *want; ts_usec u_us; } stamps[] = {
	{ "2026/11/22 10:16:04.481", false, true, false, "2026-11-22T10:16:04.481000Z", 1000 },
	{ "2026-11-22 10:16:04", false, true, false, "2026-11-22T10:16:04.000000Z", TS_SECOND },
	{ "2026-11-22T10:16:04+08:00", false, true, true, "2026-11-22T02:16:04.000000Z", TS_SECOND },
	{ "1772600001", false, true, true, "2026-03-04T04:53:21.000000Z", TS_SECOND },
	{ "1772600001.4759753", false, true, true, "2026-03-04T04:53:21.475975Z", 1 },
	{ "1772600001.25", false, true, true, "2026-03-04T04:53:21.250000Z", 10000 },
	{ "1772600001475", false, true, true, "2026-03-04T04:53:21.475000Z", 1000 },
	{ "03-11-2026 15:13:16", false, true, false, "2026-03-11T15:13:16.000000Z", TS_SECOND },
	{ "03-11-2026 15:13:16", true, true, false, "2026-11-03T15:13:16.000000Z", TS_SECOND },
	{ "03/11/2026 15:13:16.5", false, true, false, "2026-03-11T15:13:16.500000Z", 100000 },
	{ "13-11-2026 15:13:16", false, false, false, "", 0 },
	{ "2026/13/22 10:16:04.481", false, false, false, "", 0 },
	{ "2026/11/22 10:16:04.481 x", false, false, false, "", 0 },
	{ "177260000147", false, false, false, "", 0 },
	{ "1772600001.x", false, false, false, "", 0 },
	{ "0x0000000000000001", false, false, false, "", 0 },
	{ "NVIDIA H200", false, false, false, "", 0 },
	{ "588 MiB", false, false, false, "", 0 },
	{ "", false, false, false, "", 0 },
};

START_TEST(reads_a_stamp_that_fills_the_cell)
{
	struct smi_stamp st = { 0 };
	char text[TS_TEXT];

	ck_assert_int_eq(smi_stamp(str_of(stamps[_i].cell), stamps[_i].day_first, &st), stamps[_i].ok);
	if (!stamps[_i].ok)
		return;
	ck_assert_str_eq(ts_format(st.t, text), stamps[_i].want);
	ck_assert_int_eq(st.u_us, stamps[_i].u_us);
	ck_assert_int_eq(st.utc, stamps[_i].utc);
}
END_TEST

static const struct { const char *head; bool day_first; } heads[] = {
	{ "time\n03-11-2026 23:59:16\n03-12-2026 00:01:16\n", false },
	{ "11-03-2026 23:59:16\n12-03-2026 00:01:16\n", true },
	{ "28-02-2026,1\n", true },
	{ "02-28-2026,1\n", false },
	{ "03-11-2026 10:00:00\n03-11-2026 10:00:05\n", false },
	{ "2026-03-11 10:00:00\n", false },
	{ "", false },
};

START_TEST(tells_days_from_months_by_the_whole_head)
{
	ck_assert_int_eq(smi_day_first(str_of(heads[_i].head)), heads[_i].day_first);
}
END_TEST

/* Rows of gpus GPUs, near us apart, an instant every far us. */
static const struct { size_t gpus; ts_usec near, far; size_t instants; size_t want; } loops[] = {
	{ 1, 0, 50000, 100, 1 },
	{ 1, 0, TS_SECOND, 100, 1 },
	{ 2, 10000, TS_SECOND, 50, 2 },
	{ 2, 0, TS_SECOND, 50, 2 },
	{ 8, 5000, TS_SECOND, 20, 8 },
	{ 8, 1000, 100000, 20, 8 },
	{ 4, 0, 30 * TS_SECOND, 2, 4 },
	{ 3, 4000, TS_SECOND, 1, 3 },
	{ 16, 2000, 5 * TS_SECOND, 40, 16 },
	{ 1, 0, 0, 100, 1 },
};

START_TEST(counts_the_gpus_that_take_turns)
{
	ts_usec t[1024];
	size_t n = 0;
	struct smi_turns turns;

	for (size_t i = 0; i < loops[_i].instants; i++)
		for (size_t g = 0; g < loops[_i].gpus && n < 1024; g++)
			t[n++] = (ts_usec)i * loops[_i].far + (ts_usec)g * loops[_i].near;
	turns = smi_turns(t, n);
	ck_assert_uint_eq(turns.gpus, loops[_i].want);
	if (turns.gpus > 1)
		ck_assert_int_ge(turns.gap, loops[_i].near);
}
END_TEST

START_TEST(counts_them_though_one_row_was_late)
{
	ts_usec t[100];

	for (int i = 0; i < 100; i++)
		t[i] = i / 2 * TS_SECOND + i % 2 * 3000 + (i == 41 ? 400000 : 0);
	ck_assert_uint_eq(smi_turns(t, 100).gpus, 2);
}
END_TEST

static const struct { const char *line, *reason; } failures[] = {
	{ "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure", "driver_not_loaded" },
	{ "Failed to initialize NVML: Driver/library version mismatch", "version_mismatch" },
	{ "Failed to initialize NVML: Unknown Error", "nvml" },
	{ "No devices were found", "no_devices" },
	{ "Unable to determine the device handle for GPU0000:02:00.0: Unknown Error", "gpu_lost" },
	{ "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system.", "library_missing" },
	{ "2026/11/22 10:16:04.492, 0 MiB, 143156 MiB, 0 %", NULL },
	{ "", NULL },
};

START_TEST(knows_why_it_refused)
{
	const char *reason = smi_failure(str_of(failures[_i].line));

	if (failures[_i].reason)
		ck_assert_str_eq(reason, failures[_i].reason);
	else
		ck_assert_ptr_null(reason);
}
END_TEST

static const struct { const char *head; int least, most; } detected[] = {
	{ "timestamp, memory.used [MiB]\n", 32, 48 },
	{ "memory.used [MiB]\n12 MiB\n", 32, 48 },
	{ "Time,GPU_ID,Utilization\n1,0,0\n", 16, 31 },
	{ "2026/11/22 10:16:04.472, 0, GPU-e394edbf-364a-6b85-b3b0-8af3c0d97b83, 0\n", 16, 28 },
	{ "2 %, 588 MiB\n2 %, 588 MiB\n", 16, 28 },
	{ "name,index,count\na,1,2\n", 0, 0 },
	{ "timestamp,message\n2026-01-01 00:00:00,hello\n", 0, 0 },
	{ "#Date        Time         gpu    pwr  gtemp\n 20261122    10:16:04       0     79     36\n", 0, 0 },
	{ "date,cpu_util,mem_used\n1,2,3\n", 0, 0 },
	{ "2026-11-22 10:16:19,848 INFO train: step 25, loss 10, mem 3\n", 0, 0 },
	{ "Type,Run Id,Id,Name,Start Time\n", 0, 0 },
	{ "", 0, 0 },
};

START_TEST(claims_only_its_own_csv)
{
	int bits = smi_csv_detect(str_of(detected[_i].head));

	ck_assert_int_ge(bits, detected[_i].least);
	ck_assert_int_le(bits, detected[_i].most);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, reads_a_stamp_that_fills_the_cell, stamps);
	LOOP(tc, tells_days_from_months_by_the_whole_head, heads);
	LOOP(tc, counts_the_gpus_that_take_turns, loops);
	tcase_add_test(tc, counts_them_though_one_row_was_late);
	LOOP(tc, knows_why_it_refused, failures);
	LOOP(tc, claims_only_its_own_csv, detected);
}
TEST_MAIN("source/smi_stamp", add)

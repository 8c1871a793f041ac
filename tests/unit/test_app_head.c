#include "unit.h"

#include "source/app.h"

#define NO_TIME ""

static const struct { const char *line, *time; int zoned; enum severity severity; const char *level, *logger, *file, *rank, *pid, *text; } lines[] = {
	{ "2026-11-22 10:16:19,848 INFO train: step 1", "2026-11-22T10:16:19.848000Z", 0, SEV_INFO, "INFO", "train", "", "", "", "step 1" },
	{ "2026-11-22 10:16:19,848 - INFO - step 1", "2026-11-22T10:16:19.848000Z", 0, SEV_INFO, "INFO", "", "", "", "", "step 1" },
	{ "2026-11-22 10:16:19,848 - a.b - ERROR - no", "2026-11-22T10:16:19.848000Z", 0, SEV_ERR, "ERROR", "a.b", "", "", "", "no" },
	{ "2026-11-22 10:16:19,848 ERROR RuntimeError: x", "2026-11-22T10:16:19.848000Z", 0, SEV_ERR, "ERROR", "", "", "", "", "RuntimeError: x" },
	{ "2026-11-22 10:16:19,848 INFO loss: 3", "2026-11-22T10:16:19.848000Z", 0, SEV_INFO, "INFO", "", "", "", "", "loss: 3" },
	{ "[2026-11-22 10:16:19] Model loaded in 164.2 seconds", "2026-11-22T10:16:19.000000Z", 0, SEV_NONE, "", "", "", "", "", "Model loaded in 164.2 seconds" },
	{ "[2026-11-22 10:16:19,001] [WARNING] [a.py:3:f] m", "2026-11-22T10:16:19.001000Z", 0, SEV_WARNING, "WARNING", "", "a.py:3:f", "", "", "m" },
	{ "2026-11-22T10:16:19.5Z  WARN download: text_generation_launcher: m", "2026-11-22T10:16:19.500000Z", 1, SEV_WARNING, "WARN", "text_generation_launcher", "", "", "", "m" },
	{ "2026-11-22 10:16:19.123 | DEBUG    | a:b:7 - m", "2026-11-22T10:16:19.123000Z", 0, SEV_DEBUG, "DEBUG", "", "a:b:7", "", "", "m" },
	{ "2026-11-22 10:16:19.123456: E tf/core/x.cc:153] m", "2026-11-22T10:16:19.123456Z", 0, SEV_ERR, "E", "", "tf/core/x.cc:153", "", "", "m" },
	{ "W1122 10:19:32.627000 823 torch/run.py:851] m", "2000-11-22T10:19:32.627000Z", 0, SEV_WARNING, "W", "", "torch/run.py:851", "", "823", "m" },
	{ "[rank0]:[E1122 10:19:57.802155295 P.cpp:689] [Rank 0] m", "2000-11-22T10:19:57.802155Z", 0, SEV_ERR, "E", "", "P.cpp:689", "0", "", "[Rank 0] m" },
	{ "[rank0]:[E203 10:19:57.802155295 P.cpp:689] [Rank 0] m", "2000-02-03T10:19:57.802155Z", 0, SEV_ERR, "E", "", "P.cpp:689", "0", "", "[Rank 0] m" },
	{ "[E ProcessGroupNCCL.cpp:737] [Rank 12] m", NO_TIME, 0, SEV_ERR, "E", "", "ProcessGroupNCCL.cpp:737", "12", "", "[Rank 12] m" },
	{ "E0000 00:00:1772597182.351652   18908 c.cc:9] m", "2026-03-04T04:06:22.351652Z", 1, SEV_ERR, "E", "", "c.cc:9", "", "18908", "m" },
	{ "INFO 11-22 10:16:04 [a.py:12] m", "2000-11-22T10:16:04.000000Z", 0, SEV_INFO, "INFO", "", "a.py:12", "", "", "m" },
	{ "ERROR 11-22 10:16:04 [a.py:12]   File \"x\"", "2000-11-22T10:16:04.000000Z", 0, SEV_ERR, "ERROR", "", "a.py:12", "", "", "  File \"x\"" },
	{ "(Worker_TP6 pid=77) INFO 11-22 10:16:04 [a.py:12] m", "2000-11-22T10:16:04.000000Z", 0, SEV_INFO, "INFO", "Worker_TP6", "a.py:12", "", "77", "m" },
	{ "(VllmWorker rank=5 pid=77) m", NO_TIME, 0, SEV_NONE, "", "VllmWorker", "", "5", "77", "m" },
	{ "INFO:     Started server process [1]", NO_TIME, 0, SEV_INFO, "INFO", "", "", "", "", "Started server process [1]" },
	{ "WARNING:root:m", NO_TIME, 0, SEV_WARNING, "WARNING", "root", "", "", "", "m" },
	{ "[rank1] first", NO_TIME, 0, SEV_NONE, "", "", "", "1", "", "first" },
	{ "[rank1]: first", NO_TIME, 0, SEV_NONE, "", "", "", "1", "", "first" },
	{ "[default3]:m", NO_TIME, 0, SEV_NONE, "", "", "", "3", "", "m" },
	{ "[1,7]<stderr>:m", NO_TIME, 0, SEV_NONE, "", "", "", "7", "", "m" },
	{ "[RANK 00] 2026-11-22 10:16:19,848 - INFO - m", "2026-11-22T10:16:19.848000Z", 0, SEV_INFO, "INFO", "", "", "0", "", "m" },
	{ "[Rank 2] Watchdog", NO_TIME, 0, SEV_NONE, "", "", "", "2", "", "[Rank 2] Watchdog" },
	{ "n:1:2 [0] NCCL INFO m", NO_TIME, 0, SEV_INFO, "INFO", "NCCL", "", "", "1", "NCCL INFO m" },
	{ "n:1:2 [0] misc/a.cc:3 NCCL WARN m", NO_TIME, 0, SEV_WARNING, "WARN", "NCCL", "misc/a.cc:3", "", "1", "NCCL WARN m" },
	{ "  File \"a.py\", line 1", NO_TIME, 0, SEV_NONE, "", "", "", "", "", "  File \"a.py\", line 1" },
	{ "ERROR in the middle", NO_TIME, 0, SEV_NONE, "", "", "", "", "", "ERROR in the middle" },
	{ "2026/11/22 10:16:04.481, NVIDIA H200", NO_TIME, 0, SEV_NONE, "", "", "", "", "", "2026/11/22 10:16:04.481, NVIDIA H200" },
	{ "2026-13-22 10:16:19 month 13", NO_TIME, 0, SEV_NONE, "", "", "", "", "", "2026-13-22 10:16:19 month 13" },
	{ "[", NO_TIME, 0, SEV_NONE, "", "", "", "", "", "[" },
	{ "(pid=", NO_TIME, 0, SEV_NONE, "", "", "", "", "", "(pid=" },
	{ "", NO_TIME, 0, SEV_NONE, "", "", "", "", "", "" },
};

START_TEST(reads_what_stands_before_the_message)
{
	struct app_head h = { .severity = SEV_NONE };
	char text[TS_TEXT];

	app_head(str_of(lines[_i].line), &h);
	ck_assert_int_eq(h.stamped, lines[_i].time[0] != '\0');
	if (h.stamped) {
		ck_assert_str_eq(ts_format(h.stamp.t, text), lines[_i].time);
		ck_assert_int_eq(h.stamp.has_zone, lines[_i].zoned);
	}
	ck_assert_int_eq(h.severity, lines[_i].severity);
	ck_assert(str_eq(h.level, str_of(lines[_i].level)));
	ck_assert(str_eq(h.logger, str_of(lines[_i].logger)));
	ck_assert(str_eq(h.file, str_of(lines[_i].file)));
	ck_assert(str_eq(h.rank, str_of(lines[_i].rank)));
	ck_assert(str_eq(h.pid, str_of(lines[_i].pid)));
	ck_assert(str_eq(h.text, str_of(lines[_i].text)));
}
END_TEST

static const struct { const char *line, *name, *message; } exceptions[] = {
	{ "torch.OutOfMemoryError: CUDA out of memory.", "torch.OutOfMemoryError", "CUDA out of memory." },
	{ "KeyboardInterrupt", "KeyboardInterrupt", "" },
	{ "ValueError:", "ValueError", "" },
	{ "jinja2.exceptions.TemplateNotFound: a", "jinja2.exceptions.TemplateNotFound", "a" },
	{ "AcceleratorError CUDA error: device-side assert triggered", "AcceleratorError", "CUDA error: device-side assert triggered" },
	{ "Failures:", NULL, NULL },
	{ "error: no", NULL, NULL },
	{ "Error in train.py", NULL, NULL },
	{ "step 5", NULL, NULL },
	{ "10.0.0.1: up", NULL, NULL },
	{ "", NULL, NULL },
};

START_TEST(knows_an_exception)
{
	struct str name, message;

	ck_assert_int_eq(app_exception(str_of(exceptions[_i].line), &name, &message), exceptions[_i].name != NULL);
	if (!exceptions[_i].name)
		return;
	ck_assert(str_eq(name, str_of(exceptions[_i].name)));
	ck_assert(str_eq(message, str_of(exceptions[_i].message)));
}
END_TEST

static const struct { const char *path, *job, *namespace, *pod, *container; } paths[] = {
	{ "logs/finetune.log", "finetune", "", "", "" },
	{ "b.tgz!logs/finetune.log.1.gz", "finetune", "", "", "" },
	{ "requests.jsonl", "requests", "", "", "" },
	{ "train-v2.5.log", "train-v2.5", "", "", "" },
	{ "run-20261122/0.log", "run-20261122", "", "", "" },
	{ "trainer/stdout", "trainer", "", "", "" },
	{ "var/log/pods/ml_trainer-0_0a1b/server/0.log", "server", "ml", "trainer-0", "server" },
	{ "var/log/containers/trainer-0_ml_server-0a1b2c.log", "server", "ml", "trainer-0", "server" },
	{ "dump/ml/trainer-0/logs.txt", "trainer-0", "ml", "trainer-0", "" },
	{ "mg/namespaces/ml/pods/trainer-0/server/server/logs/current.log", "server", "ml", "trainer-0", "server" },
	{ "sb/cluster-resources/pods/logs/ml/trainer-0/server.log", "server", "ml", "trainer-0", "server" },
	{ "job7/rank_0.log", "job7", "", "", "" },
	{ "job7/rank12/stderr.log", "job7", "", "", "" },
	{ "logs/train-rank3.log", "train", "", "", "" },
	{ "logs/train_local_rank_3.log", "train", "", "", "" },
	{ "run_ab12/attempt_0/3/stderr.log", "run_ab12", "", "", "" },
	{ "rank3.log", "rank", "", "", "" },
	{ "7.log", "7", "", "", "" },
	{ "rank3/stderr.log", "stderr", "", "", "" },
	{ "crank3.log", "crank3", "", "", "" },
	{ "frank.log", "frank", "", "", "" },
	{ "", "", "", "", "" },
};

START_TEST(knows_whose_log_it_is)
{
	struct arena *a = arena_new();
	struct app_names n = app_names(str_of(paths[_i].path), a);

	ck_assert(str_eq(n.job, str_of(paths[_i].job)));
	ck_assert(str_eq(n.namespace, str_of(paths[_i].namespace)));
	ck_assert(str_eq(n.pod, str_of(paths[_i].pod)));
	ck_assert(str_eq(n.container, str_of(paths[_i].container)));
	arena_free(a);
}
END_TEST

static const struct { const char *path, *head; int least, most; } bids[] = {
	{ "a.log", "2026-11-22 10:16:19,848 INFO train: step 1\n", 16, 16 },
	{ "a.log", "{\"time\":\"2026-11-22T10:18:08Z\",\"event\":\"request\"}\n", 16, 16 },
	{ "a.log", "2026-11-22 10:16:19 something happened\n", 8, 12 },
	{ "a.log", "line\nTraceback (most recent call last):\n  File \"a.py\", line 1\nline\nValueError: x\n", 8, 12 },
	{ "notes.txt", "Buy milk.\nCall the plumber.\n", 0, 0 },
	{ "var/log/pods/a_b_c/d/0.log", "plain words\n", 1, 8 },
	{ "x", "MemTotal:       263800000 kB\nMemFree: 1 kB\n", 0, 0 },
	{ "x", "[    0.000000] Linux version 6.1\n", 0, 0 },
	{ "x", "[Sun Nov 22 10:15:38 2026] NVRM: loading\n", 0, 0 },
	{ "x", "2026-11-22T10:15:38,283302+00:00 NVRM: loading\n", 0, 0 },
	{ "x", "Nov 22 10:15:38 host kernel: NVRM\n", 0, 0 },
	{ "x", "2026-11-22T10:15:38.123456+00:00 host sshd[7]: session\n", 0, 0 },
	{ "x", "2026-11-22 10:15:38 status installed libc6:amd64 2.39\n", 0, 0 },
	{ "x", "Start-Date: 2026-11-22  10:15:38\nCommandline: apt-get upgrade\n", 0, 0 },
	{ "x", "2026/11/22 10:16:04.481, NVIDIA H200, 0 %\n", 0, 0 },
	{ "x", "timestamp, memory.used [MiB]\n", 0, 0 },
	{ "x", "NAMESPACE   NAME    READY   STATUS    RESTARTS   AGE\nml   a   1/1   Running   0   3d\n", 0, 0 },
	{ "x", "{\"apiVersion\":\"v1\",\"kind\":\"Event\",\"message\":\"a\",\"time\":\"2026\"}\n", 0, 0 },
	{ "x", "{\"time\":\"2026-11-22T10:18:08Z\",\"resourceId\":\"/SUB\",\"operationName\":\"X\",\"level\":4}\n", 0, 0 },
	{ "x", "Sun Nov 22 10:15:38 UTC 2026\n", 0, 0 },
	{ "x", "", 0, 0 },
};

START_TEST(claims_programs_logs_and_nothing_else)
{
	int bits = app_detect(str_of(bids[_i].path), str_of(bids[_i].head));

	ck_assert_int_ge(bits, bids[_i].least);
	ck_assert_int_le(bits, bids[_i].most);
}
END_TEST

static const struct { const char *level; enum severity want; } levels[] = {
	{ "info", SEV_INFO }, { "Warning", SEV_WARNING }, { "FATAL", SEV_CRIT }, { "30", SEV_INFO }, { "50", SEV_ERR }, { "3", SEV_ERR },
	{ "8", SEV_NONE }, { "E", SEV_ERR }, { "", SEV_NONE }, { "verbose", SEV_DEBUG }, { "Infos", SEV_NONE },
};

START_TEST(knows_how_bad_a_level_is)
{
	ck_assert_int_eq(app_severity(str_of(levels[_i].level)), levels[_i].want);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, reads_what_stands_before_the_message, lines);
	LOOP(tc, knows_an_exception, exceptions);
	LOOP(tc, knows_whose_log_it_is, paths);
	LOOP(tc, claims_programs_logs_and_nothing_else, bids);
	LOOP(tc, knows_how_bad_a_level_is, levels);
}
TEST_MAIN("source/app_head", add)

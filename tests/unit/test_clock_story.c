/* One story, written down by machines in four zones, on days when civil time is odd, with hosts minutes
 * apart and with every choice of what tells the clocks.  Each line carries a number, so that where the
 * analyzer puts it can be held against when it was: the true time lies within the error it states,
 * always; and the verdict stays the same. */
#include "pipeline.h"

#include <sys/stat.h>
#include <unistd.h>

#include "case_help.h"
#include "clock_help.h"
#include "store/store.h"

/* ---- zones, as a table of what was, not of rules ---- */

struct turn { const char *utc; int minutes; };
struct zone { const char *name; const char *abbreviation[2]; int minutes; struct turn turns[8]; };

static const struct zone zones[] = {
	{ "Etc/UTC", { "UTC", "UTC" }, 0, { { 0 } } },
	{ "Europe/Berlin", { "CET", "CEST" }, 60,
	  { { "2024-03-31T01:00:00Z", 120 }, { "2024-10-27T01:00:00Z", 60 }, { "2025-03-30T01:00:00Z", 120 },
	    { "2025-10-26T01:00:00Z", 60 }, { "2026-03-29T01:00:00Z", 120 }, { "2026-10-25T01:00:00Z", 60 } } },
	{ "America/Los_Angeles", { "PST", "PDT" }, -480,
	  { { "2024-03-10T10:00:00Z", -420 }, { "2024-11-03T09:00:00Z", -480 }, { "2025-03-09T10:00:00Z", -420 },
	    { "2025-11-02T09:00:00Z", -480 }, { "2026-03-08T10:00:00Z", -420 }, { "2026-11-01T09:00:00Z", -480 } } },
	{ "Asia/Kolkata", { "IST", "IST" }, 330, { { 0 } } },
};

static int minutes_east(const struct zone *z, ts_usec utc)
{
	int m = z->minutes;

	for (size_t i = 0; i < 8 && z->turns[i].utc; i++)
		if (utc >= at(z->turns[i].utc))
			m = z->turns[i].minutes;
	return m;
}

/* When the GPU fell off the bus. */
static const char *const days[] = {
	"2026-05-20T14:00:00Z",
	"2026-01-01T00:03:00Z",              /* New Year, in UTC; another day in other zones */
	"2024-03-01T00:05:00Z",              /* after a leap day */
	"2026-03-29T01:02:00Z", "2026-10-25T01:02:00Z", /* summer time begins and ends in Berlin */
	"2026-03-08T10:02:00Z", "2026-11-01T09:02:00Z", /* and in Los Angeles */
};

enum { ZONES = sizeof(zones) / sizeof(zones[0]), DAYS = sizeof(days) / sizeof(days[0]) };

/* What the bundle tells about its clocks. */
enum {
	BTIME = 1, DATE = 2, TIMEDATECTL = 4, UPTIME = 8, DMESG_T = 16, BRACKETS = 32, /* uptimes in kern.log */
	JOURNAL = 64, BOOT_TIME = 128, DATE_UTC = 256, ALL = 511,
	ASLEEP = 512                         /* not told: the machine slept before it happened */
};

/* ---- writing ---- */

#define SKEW (7 * TS_MINUTE) /* by which the other machine is ahead */
#define SLEPT (18 * TS_MINUTE)
#define FILES 16

struct story {
	char dir[64];
	const struct zone *zone;
	ts_usec now, boot;
	unsigned told;
	ts_usec truth[512];
	int n;
	struct buf text;
	char names[FILES][32];
	int n_files;
};

static void put_file(struct story *s, const char *name)
{
	char path[160];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", s->dir, name);
	f = fopen(path, "wb");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(buf_str(&s->text).p, 1, s->text.n, f), s->text.n);
	fclose(f);
	snprintf(s->names[s->n_files++], sizeof(s->names[0]), "%s", name);
	buf_reset(&s->text);
}

/* The number of a line that says what happened at t. */
static int happened(struct story *s, ts_usec t)
{
	ck_assert_int_lt(s->n, 512);
	s->truth[s->n] = t;
	return s->n++;
}

static struct civil local(const struct story *s, ts_usec t)
{
	return ts_split(t + minutes_east(s->zone, t) * TS_MINUTE);
}

static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
static const char weekdays[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };

struct kernel_line { ts_usec after_boot; const char *text; bool of_sleep; };
static const struct kernel_line kernel[] = {
	{ 0, "Linux version 6.8.0-45-generic (buildd@forge) #45-Ubuntu SMP", false },
	{ 2 * TS_SECOND + 114007, "pci 0000:3b:00.0: [10de:2330] type 00 class 0x030200", false },
	{ 91 * TS_SECOND + 500101, "nvidia-nvlink: Nvlink Core is being initialized, major device number 234", false },
	{ 95 * TS_SECOND + 12, "NVRM: loading NVIDIA UNIX x86_64 Kernel Module  550.90.07  Fri May 31", false },
	{ TS_HOUR + 31, "perf: interrupt took too long (2515 > 2500), lowering rate", false },
	{ 95 * TS_MINUTE, "PM: suspend entry (deep)", true },
	{ 95 * TS_MINUTE + SLEPT + 1200000, "PM: suspend exit", true },
	{ 2 * TS_HOUR - 290000, "pcieport 0000:3a:00.0: AER: Uncorrected (Fatal) error received: 0000:3a:00.0", false },
	{ 2 * TS_HOUR, "NVRM: Xid (PCI:0000:3b:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.", false },
	{ 2 * TS_HOUR + 4 * TS_MINUTE, "watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [python:4242]", false },
};
enum { KERNEL = sizeof(kernel) / sizeof(kernel[0]) };

/* By the kernel's clock, which stands still while the machine sleeps. */
static ts_usec uptime(const struct story *s, const struct kernel_line *k)
{
	return k->after_boot - (s->told & ASLEEP && k->after_boot > 95 * TS_MINUTE ? SLEPT : 0);
}

static bool is_said(const struct story *s, const struct kernel_line *k)
{
	return s->told & ASLEEP || !k->of_sleep;
}

static void put_kernel_logs(struct story *s)
{
	ts_usec t;

	for (int i = 0; i < KERNEL; i++) {
		int n = happened(s, s->boot + kernel[i].after_boot); /* numbers of kernel lines are their places */

		t = uptime(s, &kernel[i]);
		if (is_said(s, &kernel[i]))
			buf_printf(&s->text, "[%5lld.%06lld] %s #%04d\n", (long long)(t / TS_SECOND), (long long)(t % TS_SECOND), kernel[i].text, n);
	}
	put_file(s, "dmesg.txt");
	if (s->told & DMESG_T) {
		for (int i = 0; i < KERNEL; i++) {
			struct civil c = local(s, s->boot + kernel[i].after_boot);

			if (!is_said(s, &kernel[i]))
				continue;
			/* numbers as in dmesg.txt: the lines are the same */
			buf_printf(&s->text, "[%s %s %2d %02d:%02d:%02d %d] %s #%04d\n", weekdays[c.weekday], months[c.month - 1], c.day, c.hour, c.minute, c.second, c.year,
				   kernel[i].text, i);
		}
		put_file(s, "dmesg_-T.txt");
	}
	/* A daemon's lines over two days, the kernel's among them. */
	for (int i = -40, k = 0; i < 0; i++) {
		t = s->now + i * (ts_usec)73 * TS_MINUTE;
		for (; k < KERNEL && s->boot + kernel[k].after_boot < t; k++) {
			struct civil c = local(s, s->boot + kernel[k].after_boot + 40000);
			ts_usec up = uptime(s, &kernel[k]);

			if (!is_said(s, &kernel[k]))
				continue;
			buf_printf(&s->text, "%s %2d %02d:%02d:%02d gpu-01 kernel: ", months[c.month - 1], c.day, c.hour, c.minute, c.second);
			if (s->told & BRACKETS)
				buf_printf(&s->text, "[%5lld.%06lld] ", (long long)(up / TS_SECOND), (long long)(up % TS_SECOND));
			buf_printf(&s->text, "%s #%04d\n", kernel[k].text, k);
		}
		struct civil c = local(s, t);
		buf_printf(&s->text, "%s %2d %02d:%02d:%02d gpu-01 trainer[77]: step done #%04d\n", months[c.month - 1], c.day, c.hour, c.minute, c.second, happened(s, t));
	}
	put_file(s, "syslog");
	if (!(s->told & JOURNAL))
		return;
	for (int i = 0; i < KERNEL; i++) {
		t = s->boot + kernel[i].after_boot;
		if (!is_said(s, &kernel[i]))
			continue;
		buf_printf(&s->text, "{\"__REALTIME_TIMESTAMP\":\"%lld\",\"__MONOTONIC_TIMESTAMP\":\"%lld\",\"_SOURCE_MONOTONIC_TIMESTAMP\":\"%lld\",\"_BOOT_ID\":\"5eedb007\","
			   "\"_TRANSPORT\":\"kernel\",\"_HOSTNAME\":\"gpu-01\",\"PRIORITY\":\"4\",\"MESSAGE\":\"%s #%04d\"}\n",
			   (long long)t + 900, (long long)uptime(s, &kernel[i]) + 900, (long long)uptime(s, &kernel[i]), kernel[i].text, i);
	}
	put_file(s, "journal.json");
}

/* The other machine's clock is ahead; its kubelet's events carry its time, and the API server's. */
static void put_cluster(struct story *s)
{
	static const struct { ts_usec after; const char *reason, *message; } events[] = {
		{ -20 * TS_MINUTE, "Pulled", "Container image already present" },
		{ -19 * TS_MINUTE, "Started", "Started container trainer" },
		{ 8 * TS_SECOND, "BackOff", "Back-off restarting failed container trainer in pod train-0" },
	};
	char text[2][TS_TEXT];

	buf_printf(&s->text, "{\"kind\":\"List\",\"items\":[\n");
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		ts_usec t = s->boot + 2 * TS_HOUR + events[i].after, node = t + SKEW;

		node -= node % TS_SECOND;
		ts_format(node, text[0]);
		ts_format(t + 300000 - (t + 300000) % TS_SECOND, text[1]);
		memcpy(text[0] + 19, "Z", 2);
		memcpy(text[1] + 19, "Z", 2);
		buf_printf(&s->text, "%s{\"kind\":\"Event\",\"metadata\":{\"name\":\"e%zu\",\"namespace\":\"ml\",\"creationTimestamp\":\"%s\"},\"involvedObject\":{\"kind\":\"Pod\",\"namespace\":\"ml\","
			   "\"name\":\"train-0\"},\"reason\":\"%s\",\"message\":\"%s #%04d\",\"source\":{\"component\":\"kubelet\",\"host\":\"node-2\"},\"firstTimestamp\":\"%s\",\"lastTimestamp\":\"%s\",\"count\":1,\"type\":\"Warning\"}",
			   i ? ",\n" : "", i, text[1], events[i].reason, events[i].message, happened(s, t), text[0], text[0]);
	}
	buf_printf(&s->text, "\n]}\n");
	put_file(s, "events.json");
}

static void put_packages(struct story *s)
{
	ts_usec t = s->boot - 26 * TS_HOUR;
	struct civil a = local(s, t), b = local(s, t + 5 * TS_SECOND);

	buf_printf(&s->text, "\nStart-Date: %d-%02d-%02d  %02d:%02d:%02d\nCommandline: apt-get install note-%04d\nInstall: note-%04d:amd64 (1.0)\nEnd-Date: %d-%02d-%02d  %02d:%02d:%02d\n",
		   a.year, a.month, a.day, a.hour, a.minute, a.second, s->n, s->n, b.year, b.month, b.day, b.hour, b.minute, b.second);
	happened(s, t);
	put_file(s, "history.log");
}

static void put_clocks(struct story *s)
{
	struct civil c = local(s, s->now), u = ts_split(s->now);
	int east = minutes_east(s->zone, s->now), far = east < 0 ? -east : east;
	const char *abbreviation = s->zone->abbreviation[east != s->zone->minutes];
	ts_usec up = s->now - s->boot;

	if (s->told & BTIME) {
		buf_printf(&s->text, "btime %lld\n", (long long)(s->boot / TS_SECOND));
		put_file(s, "btime.txt");
	}
	if (s->told & DATE) {
		buf_printf(&s->text, "%s %s %2d %02d:%02d:%02d %s %d\n", weekdays[c.weekday], months[c.month - 1], c.day, c.hour, c.minute, c.second, abbreviation, c.year);
		put_file(s, "date.txt");
	}
	if (s->told & DATE_UTC) {
		buf_printf(&s->text, "%s %s %2d %02d:%02d:%02d UTC %d\n", weekdays[u.weekday], months[u.month - 1], u.day, u.hour, u.minute, u.second, u.year);
		put_file(s, "date_--utc.txt");
	}
	if (s->told & TIMEDATECTL) {
		buf_printf(&s->text, "               Local time: %s %d-%02d-%02d %02d:%02d:%02d %s\n           Universal time: %s %d-%02d-%02d %02d:%02d:%02d UTC\n"
			   "                Time zone: %s (%s, %c%02d%02d)\nSystem clock synchronized: yes\n",
			   weekdays[c.weekday], c.year, c.month, c.day, c.hour, c.minute, c.second, abbreviation,
			   weekdays[u.weekday], u.year, u.month, u.day, u.hour, u.minute, u.second, s->zone->name, abbreviation, east < 0 ? '-' : '+', far / 60, far % 60);
		put_file(s, "timedatectl.txt");
	}
	if (s->told & UPTIME) {
		buf_printf(&s->text, "%lld.%02lld 1000.00\n", (long long)(up / TS_SECOND), (long long)(up % TS_SECOND / 10000));
		put_file(s, "uptime.txt");
	}
	if (s->told & BOOT_TIME) {
		c = local(s, s->boot);
		buf_printf(&s->text, "%d-%02d-%02d %02d:%02d:%02d\n", c.year, c.month, c.day, c.hour, c.minute, c.second);
		put_file(s, "uptime_-s.txt");
	}
}

static void write_story(struct story *s, const struct zone *zone, const char *day, unsigned told)
{
	*s = (struct story){ .zone = zone, .told = told };
	s->boot = at(day) - 2 * TS_HOUR + 123456;
	s->now = s->boot + 2 * TS_HOUR + 10 * TS_MINUTE;
	strcpy(s->dir, "/tmp/test_story.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(s->dir));
	buf_init(&s->text, 1 << 16);
	put_kernel_logs(s);
	put_cluster(s);
	put_packages(s);
	put_clocks(s);
}

static void clean(struct story *s)
{
	char path[160];

	for (int i = 0; i < s->n_files; i++) {
		snprintf(path, sizeof(path), "%s/%s", s->dir, s->names[i]);
		ck_assert_int_eq(remove(path), 0);
	}
	ck_assert_int_eq(rmdir(s->dir), 0);
	buf_done(&s->text);
}

/* ---- judging ---- */

/* The cause and its evidence are on one clock, however bad that is; the pod's trouble is on another one. */
static const char rule[] =
	"forensics: 1\nrule: lost\nversion: 1\ntitle: t\nseverity: high\nstatus: test\nentity: gpu\nsignals:\n"
	"  lost: {source: dmesg, match: 'NVRM: Xid \\(PCI:(?<g>[0-9a-f:]+)\\): 79', bind: {gpu: '{g|pci}'}}\n"
	"  aer: {source: dmesg, match: 'AER: Uncorrected'}\n"
	"  late: {source: dmesg, match: 'soft lockup'}\n"
	"when:\n  anchor: lost\n  base: 6\n"
	"causes:\n"
	"  - {id: link, support: [{signal: aer, at: [-1s, 0], join: none, weight: 9}]}\n"
	"  - {id: hang, support: [{signal: late, at: [-1s, 1s], join: none, weight: 9}]}\n"
	"report: {narrative: 'told', advice: ['do']}\ntests: []\n"
	"---\n"
	"forensics: 1\nrule: pod\nversion: 1\ntitle: t\nseverity: high\nstatus: test\nentity: pod\nsignals:\n"
	"  off: {source: k8s_events, where: \"reason == 'BackOff'\", bind: {pod: '{namespace}/{name}'}}\n"
	"  lost: {source: dmesg, match: 'NVRM: Xid '}\n"
	"when:\n  anchor: off\n  base: 3\n  support: [{signal: lost, at: [-1m, 1m], join: none, weight: 10}]\n"
	"report: {narrative: 'told', advice: ['do']}\ntests: []\n";

static void check_times(const struct story *s, struct store *st, const char *what)
{
	struct query *q = NULL;
	int seen = 0;

	ck_assert_int_eq(query_new(&q, st, "SELECT ts_us, uncertainty_us, message, clock, file FROM v_timeline", NULL), OK);
	while (query_step(q, NULL) == OK) {
		struct str message = query_get_text(q, 2);
		size_t mark = str_find(message, STR("#0")), note = str_find(message, STR("note-"));
		ts_usec off;
		int n;

		if (mark >= message.n && note >= message.n)
			continue;
		n = (int)strtol(message.p + (mark < message.n ? mark + 1 : note + 5), NULL, 10);
		ck_assert_int_lt(n, s->n);
		off = query_get_int(q, 0) - s->truth[n];
		seen++;
		ck_assert_msg(llabs(off) <= query_get_int(q, 1), "%s: '%.*s' of %.*s is off by %lld us, says +-%lld (%.*s)", what, STR_ARG(message),
			      STR_ARG(query_get_text(q, 4)), (long long)off, (long long)query_get_int(q, 1), STR_ARG(query_get_text(q, 3)));
	}
	query_free(q);
	ck_assert_int_ge(seen, s->n - 2); /* all but what is only said of a sleep */
}

/* dmesg -T says every line again, by a clock that was set by an hour in between: it may seem another failure. */
static bool tells_twice(const struct story *s)
{
	return s->told & DMESG_T && minutes_east(s->zone, s->boot) != minutes_east(s->zone, s->now);
}

static const unsigned choices[] = {
	ALL, 0, BTIME, DATE, TIMEDATECTL, UPTIME, DMESG_T, BRACKETS, JOURNAL, BTIME | DATE, DATE | UPTIME, DATE_UTC | UPTIME | BRACKETS, TIMEDATECTL | BRACKETS,
	JOURNAL | BRACKETS, BTIME | BRACKETS, BTIME | DMESG_T, TIMEDATECTL | DMESG_T, DATE | DATE_UTC | BOOT_TIME, ALL & ~TIMEDATECTL, ALL & ~JOURNAL,
	ALL & ~BTIME & ~JOURNAL, ASLEEP | BTIME, ASLEEP | BTIME | DATE_UTC, ASLEEP | TIMEDATECTL | BRACKETS, ASLEEP | JOURNAL, ASLEEP | (ALL & ~DMESG_T),
};
enum { CHOICES = sizeof(choices) / sizeof(choices[0]) };

START_TEST(the_same_story_whoever_tells_it)
{
	const struct zone *zone = &zones[_i % ZONES];
	const char *day = days[_i / ZONES];
	struct ruleset *rs = rules_of(rule);

	for (size_t k = 0; k < CHOICES; k++) {
		struct pipeline_result r = { 0 };
		struct store *st = NULL;
		struct error err = { 0 };
		struct story s;
		const char *bundle = s.dir;
		const struct pipeline_options opt = { .bundles = &bundle, .n_bundles = 1, .rules = rs };
		char what[128];

		snprintf(what, sizeof(what), "%s at %s, told %#x", zone->name, day, choices[k]);
		write_story(&s, zone, day, choices[k]);
		ck_assert_msg(pipeline_analyze(&st, &opt, &r, &err) == OK, "%s: %s", what, err.text);
		check_times(&s, st, what);
		if (!tells_twice(&s))
			check_rows(st, "SELECT entity, cause, word FROM v_finding WHERE rule = 'lost'", "0000:3b:00|link|likely");
		if (choices[k] == ALL)
			check_rows(st, "SELECT entity, word FROM v_finding WHERE rule = 'pod'", "ml/train-0|very likely");
		store_close(st);
		clean(&s);
	}
	ruleset_free(rs);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, the_same_story_whoever_tells_it, 0, ZONES * DAYS);
}

TEST_MAIN("clock story", add)

#include "correlate/verdict.h"

#include "base/limits.h"
#include "case_help.h"

/* The states of items around one anchor, as the ledger has them. */

#define A "  a: {source: kern_log, match: '^ANCHOR'}\n"
#define B "  b: {source: app_log, match: '^B (?<k>\\w+)?'}\n"

/* The only finding's item, "state points". */
static void check_item(struct hand_case *c, const char *signal, const char *want)
{
	char sql[200];

	snprintf(sql, sizeof(sql), "SELECT state, points FROM ledger WHERE signal = '%s'", signal);
	check_rows(c->st, sql, want);
}

/* ---- windows, to the microsecond ---- */

struct edge { ts_usec at, u; const char *want; };

/* b within [-10s, 5s] of an anchor, weight 8; both logs cover an hour either side. */
static const struct edge edges[] = {
	{ -10 * TS_SECOND - 1, 0, "absent|-2" },
	{ -10 * TS_SECOND, 0, "seen|8" },
	{ -10 * TS_SECOND + 1, 0, "seen|8" },
	{ 0, 0, "seen|8" },
	{ 5 * TS_SECOND - 1, 0, "seen|8" },
	{ 5 * TS_SECOND, 0, "seen|8" },
	{ 5 * TS_SECOND + 1, 0, "absent|-2" },
	/* A clock that may be 3 s off: certain inside by 3 s, possible outside by 3 s. */
	{ -13 * TS_SECOND - 1, 3 * TS_SECOND, "absent|-2" },
	{ -13 * TS_SECOND, 3 * TS_SECOND, "possible|4" },
	{ -10 * TS_SECOND, 3 * TS_SECOND, "possible|4" },
	{ -7 * TS_SECOND - 1, 3 * TS_SECOND, "possible|4" },
	{ -7 * TS_SECOND, 3 * TS_SECOND, "seen|8" },
	{ 2 * TS_SECOND, 3 * TS_SECOND, "seen|8" },
	{ 2 * TS_SECOND + 1, 3 * TS_SECOND, "possible|4" },
	{ 8 * TS_SECOND, 3 * TS_SECOND, "possible|4" },
	{ 8 * TS_SECOND + 1, 3 * TS_SECOND, "absent|-2" },
};

static const char window_rule[] =
	RULE("host", A B, "when: {anchor: a, window: [-10s, 5s], support: [{signal: b, weight: 8, if_absent: -2}]}\n");

static void hour_of(struct hand_case *c, const char *path, const char *source, uint32_t clock)
{
	case_file(c, path, source, COVER_SPAN);
	case_event(c, clock, "", -TS_HOUR, "begin");
	case_event(c, clock, "", TS_HOUR, "end");
}

START_TEST(a_window_is_exact_and_clocks_blur_it)
{
	const struct edge *e = &edges[_i];
	struct hand_case c;
	uint32_t unsure;

	case_open(&c, window_rule, NULL);
	unsure = case_clock(&c, "app.log", e->u);
	hour_of(&c, "kern.log", "kern_log", CLOCK_IS_UTC);
	case_event(&c, CLOCK_IS_UTC, "", 0, "ANCHOR");
	hour_of(&c, "app.log", "app_log", unsure);
	case_event(&c, unsure, "", e->at, "B x");
	case_done(&c);
	check_item(&c, "b", e->want);
	case_close(&c);
}
END_TEST

START_TEST(the_error_of_one_clock_cancels)
{
	struct hand_case c;
	uint32_t unsure;

	case_open(&c, window_rule, NULL);
	unsure = case_clock(&c, "boot", 2 * TS_HOUR);
	hour_of(&c, "kern.log", "kern_log", unsure);
	case_event(&c, unsure, "", 0, "ANCHOR");
	hour_of(&c, "app.log", "app_log", unsure);
	case_event(&c, unsure, "", 5 * TS_SECOND, "B x");
	case_done(&c);
	check_item(&c, "b", "seen|8");
	case_close(&c);
}
END_TEST

START_TEST(two_clocks_share_the_error_of_their_parent)
{
	struct hand_case c;
	struct clocks *k;
	uint32_t parent, child;

	case_open(&c, window_rule, NULL);
	k = c.in.catalog->clocks;
	parent = case_clock(&c, "boot", 2 * TS_HOUR);
	child = clocks_get(k, CLOCK_BOOT, STR_NONE, STR("other"), 0);
	clocks_pair(k, parent, 0, child, 0, TS_SECOND, STR("test"));
	hour_of(&c, "kern.log", "kern_log", parent);
	case_event(&c, parent, "", 0, "ANCHOR");
	hour_of(&c, "app.log", "app_log", child);
	case_event(&c, child, "", 4 * TS_SECOND, "B x");
	case_event(&c, child, "", 4 * TS_SECOND + 1, "not b");
	case_done(&c);
	check_item(&c, "b", "seen|8");
	case_close(&c);
}
END_TEST

START_TEST(a_run_touches_a_window_with_either_end)
{
	static const char rule[] = RULE("host", A "  b: {series: gpu.temperature, by: gpu, when: {above: 80}}\n",
					"when: {anchor: a, window: [-10s, 5s], support: [{signal: b, join: none, weight: 8}]}\n");
	/* From 20 s before to 10 s before, sampled each second; then from 5 s after on. */
	static const struct { ts_usec from; const char *values, *want; } runs[] = {
		{ -20 * TS_SECOND, "90x10 50x90", "seen|8" },
		{ -20 * TS_SECOND, "90x9 50x91", "absent|0" },
		{ -60 * TS_SECOND, "50x64 90x5 50x90", "seen|8" },
		{ -60 * TS_SECOND, "50x65 90x5 50x90", "absent|0" },
		{ -60 * TS_SECOND, "90x300", "seen|8" },
	};

	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		struct hand_case c;

		case_open(&c, rule, NULL);
		hour_of(&c, "kern.log", "kern_log", CLOCK_IS_UTC);
		case_event(&c, CLOCK_IS_UTC, "", 0, "ANCHOR");
		case_file(&c, "gpu.csv", "nvidia_smi_csv", COVER_POLLED);
		case_series(&c, "gpu.temperature", "gpu", "0", runs[i].from, TS_SECOND, runs[i].values);
		case_done(&c);
		check_item(&c, "b", runs[i].want);
		case_close(&c);
	}
}
END_TEST

/* ---- absent only where it is covered ---- */

struct log_cover { const char *what; enum cover cover; ts_usec from, to, collected, u; const char *status, *want; };

/* The other log has a line at `from` and one at `to`; b is asked for in [-10m, 10m]. */
static const struct log_cover covereds[] = {
	{ "all of it", COVER_SPAN, -10 * TS_MINUTE, 10 * TS_MINUTE, 0, 0, "ok", "absent|-2" },
	{ "a microsecond short before", COVER_SPAN, -10 * TS_MINUTE + 1, 10 * TS_MINUTE, 0, 0, "ok", "unknown|0" },
	{ "a microsecond short after", COVER_SPAN, -10 * TS_MINUTE, 10 * TS_MINUTE - 1, 0, 0, "ok", "unknown|0" },
	{ "ends before the anchor", COVER_SPAN, -20 * TS_MINUTE, -TS_MINUTE, 0, 0, "ok", "unknown|0" },
	{ "begins after the anchor", COVER_SPAN, TS_MINUTE, 20 * TS_MINUTE, 0, 0, "ok", "unknown|0" },
	{ "long ago", COVER_SPAN, -20 * TS_HOUR, -19 * TS_HOUR, 0, 0, "ok", "unknown|0" },
	{ "wide, its clock 5 minutes unsure", COVER_SPAN, -15 * TS_MINUTE, 15 * TS_MINUTE, 0, 5 * TS_MINUTE, "ok", "absent|-2" },
	{ "not wide enough for its clock", COVER_SPAN, -14 * TS_MINUTE, 15 * TS_MINUTE, 0, 5 * TS_MINUTE, "ok", "unknown|0" },
	{ "nor after it", COVER_SPAN, -15 * TS_MINUTE, 14 * TS_MINUTE, 0, 5 * TS_MINUTE, "ok", "unknown|0" },
	{ "an append log is complete up to the collection", COVER_APPEND, -TS_HOUR, -30 * TS_MINUTE, 20 * TS_MINUTE, 0, "ok", "absent|-2" },
	{ "and no further", COVER_APPEND, -TS_HOUR, -30 * TS_MINUTE, 9 * TS_MINUTE, 0, "ok", "unknown|0" },
	{ "unless it was cut", COVER_APPEND, -TS_HOUR, -30 * TS_MINUTE, 20 * TS_MINUTE, 0, "partial", "unknown|0" },
	{ "or damaged", COVER_APPEND, -TS_HOUR, -30 * TS_MINUTE, 20 * TS_MINUTE, 0, "damaged", "unknown|0" },
	{ "of what was searched nothing is absent", COVER_EXCERPT, -10 * TS_MINUTE, 10 * TS_MINUTE, 0, 0, "ok", "unknown|0" },
	{ "a snapshot reaches back an hour", COVER_SNAPSHOT, -TS_MINUTE, 0, 20 * TS_MINUTE, 0, "ok", "absent|-2" },
	{ "not two", COVER_SNAPSHOT, 2 * TS_HOUR, 2 * TS_HOUR, 2 * TS_HOUR, 0, "ok", "unknown|0" },
};

START_TEST(absent_needs_coverage)
{
	static const char rule[] =
		RULE("host", A B, "when: {anchor: a, window: [-10m, 10m], support: [{signal: b, weight: 8, if_absent: -2}]}\n");
	const struct log_cover *v = &covereds[_i];
	struct hand_case c;
	uint32_t clock, file;

	case_open(&c, rule, NULL);
	clock = case_clock(&c, "other", v->u);
	if (v->collected)
		clocks_collected(c.in.catalog->clocks, CLOCK_IS_UTC, NOON + v->collected, STR("date"));
	case_file(&c, "kern.log", "kern_log", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, "", 0, "ANCHOR");
	file = case_file(&c, "app.log", "app_log", v->cover);
	case_event(&c, clock, "", v->from, "first line");
	case_event(&c, clock, "", v->to, "last line");
	for (int i = 0; i <= FILE_UNKNOWN; i++)
		if (strcmp(file_status_name((enum file_status)i), v->status) == 0)
			c.in.catalog->files[file - 1].status = (enum file_status)i;
	case_done(&c);
	check_item(&c, "b", v->want);
	case_close(&c);
}
END_TEST

START_TEST(an_instant_needs_coverage_too)
{
	static const char rule[] = RULE("host", A B, "when: {anchor: a, window: [0, 0], support: [{signal: b, weight: 8, if_absent: -2}]}\n");
	static const struct { ts_usec from, to; const char *want; } rows[] = {
		{ -TS_HOUR, TS_HOUR, "absent|-2" }, { 0, TS_HOUR, "absent|-2" }, { -TS_HOUR, 0, "absent|-2" },
		{ -TS_HOUR, -1, "unknown|0" }, { 1, TS_HOUR, "unknown|0" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hand_case c;

		case_open(&c, rule, NULL);
		case_file(&c, "kern.log", "kern_log", COVER_SPAN);
		case_event(&c, CLOCK_IS_UTC, "", 0, "ANCHOR");
		case_file(&c, "app.log", "app_log", COVER_SPAN);
		case_event(&c, CLOCK_IS_UTC, "", rows[i].from, "x");
		case_event(&c, CLOCK_IS_UTC, "", rows[i].to, "x");
		case_done(&c);
		check_item(&c, "b", rows[i].want);
		case_close(&c);
	}
}
END_TEST

START_TEST(several_files_cover_together)
{
	static const char rule[] =
		RULE("host", A B, "when: {anchor: a, window: [-10m, 10m], support: [{signal: b, weight: 8, if_absent: -2}]}\n");

	for (ts_usec gap = 0; gap < 2; gap++) {
		struct hand_case c;

		case_open(&c, rule, NULL);
		case_file(&c, "kern.log", "kern_log", COVER_SPAN);
		case_event(&c, CLOCK_IS_UTC, "", 0, "ANCHOR");
		case_file(&c, "app.log", "app_log", COVER_SPAN); /* the later half is read first */
		case_event(&c, CLOCK_IS_UTC, "", gap, "x");
		case_event(&c, CLOCK_IS_UTC, "", 20 * TS_MINUTE, "x");
		case_file(&c, "app.log.1", "app_log", COVER_SPAN);
		case_event(&c, CLOCK_IS_UTC, "", -20 * TS_MINUTE, "x");
		case_event(&c, CLOCK_IS_UTC, "", 0, "x");
		case_done(&c);
		check_item(&c, "b", gap ? "unknown|0" : "absent|-2");
		case_close(&c);
	}
}
END_TEST

START_TEST(a_log_of_another_machine_covers_nothing)
{
	static const char rule[] =
		RULE("host", A B, "when: {anchor: a, window: [-1m, 1m], support: [{signal: b, weight: 8, if_absent: -2}]}\n");

	for (int same = 0; same < 2; same++) {
		struct hand_case c;

		case_open(&c, rule, NULL);
		case_file(&c, "kern.log", "kern_log", COVER_SPAN);
		case_event(&c, CLOCK_IS_UTC, "n1", 0, "ANCHOR");
		case_file(&c, "app.log", "app_log", COVER_SPAN);
		case_event(&c, CLOCK_IS_UTC, same ? "N1.example.com" : "n2", -TS_HOUR, "x");
		case_event(&c, CLOCK_IS_UTC, same ? "N1.example.com" : "n2", TS_HOUR, "x");
		case_done(&c);
		check_item(&c, "b", same ? "absent|-2" : "unknown|0");
		case_close(&c);
	}
}
END_TEST

/* ---- series: gaps, other entities, their end ---- */

struct polled { const char *what, *gpu; ts_usec from; const char *values, *want; };

/* Sampled each second; an anchor of GPU 0 asks for heat in [-60s, 60s]. */
static const struct polled polleds[] = {
	{ "all of it", "0", -60 * TS_SECOND, "50x120", "absent|-3" },
	{ "it simply ends", "0", -60 * TS_SECOND, "50x90", "unknown|0" },
	{ "its last sample stands until the next is due", "0", -60 * TS_SECOND, "50x119", "absent|-3" },
	{ "and no longer", "0", -60 * TS_SECOND, "50x118", "unknown|0" },
	{ "it begins late", "0", -30 * TS_SECOND, "50x120", "unknown|0" },
	{ "a hole in it", "0", -60 * TS_SECOND, "50x50 _x10 50x80", "unknown|0" },
	{ "two samples lost are no hole", "0", -60 * TS_SECOND, "50x50 _x2 50x80", "absent|-3" },
	{ "another GPU's", "1", -60 * TS_SECOND, "50x120", "unknown|0" },
	{ "hot", "0", -60 * TS_SECOND, "50x50 90x3 50x80", "seen|6" },
	{ "hot in a series full of holes", "0", -60 * TS_SECOND, "_x30 90x3", "seen|6" },
};

START_TEST(a_series_shows_absence_where_it_has_samples)
{
	static const char rule[] = RULE("gpu",
					"  a: {source: kern_log, match: '^ANCHOR (?<g>\\d)', bind: {gpu: '{g}'}}\n"
					"  b: {series: gpu.temperature, by: gpu, when: {above: 80}}\n",
					"when: {anchor: a, window: [-60s, 60s], support: [{signal: b, weight: 6, if_absent: -3}]}\n");
	const struct polled *p = &polleds[_i];
	struct hand_case c;

	case_open(&c, rule, NULL);
	case_file(&c, "kern.log", "kern_log", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, "", 0, "ANCHOR 0");
	case_file(&c, "gpu.csv", "nvidia_smi_csv", COVER_POLLED);
	case_series(&c, "gpu.temperature", "gpu", p->gpu, p->from, TS_SECOND, p->values);
	case_done(&c);
	check_item(&c, "b", p->want);
	case_close(&c);
}
END_TEST

/* ---- joins ---- */

struct joined_row { const char *host_a, *host_b, *join, *want; };
static const struct joined_row joined_rows[] = {
	{ "n1", "n1", "host", "seen|8" },
	{ "n1", "n2", "host", "unknown|0" },
	{ "n1", "n2", "none", "seen|8" },
	{ "n1", "n1.cluster.local", "host", "seen|8" },
	{ "n1.a.example", "n1.b.example", "host", "unknown|0" },
	/* The bundle's own host has no name, and two others do. */
	{ "n1", "", "host", "possible|4" },
};

START_TEST(join_compares_machines)
{
	const struct joined_row *r = &joined_rows[_i];
	struct hand_case c;
	char rule[2048];

	snprintf(rule, sizeof(rule), RULE("host", A B, "when: {anchor: a, window: [-1m, 1m], support: [{signal: b, join: %s, weight: 8}]}\n"), r->join);
	case_open(&c, rule, NULL);
	case_file(&c, "kern.log", "kern_log", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, r->host_a, 0, "ANCHOR");
	case_event(&c, CLOCK_IS_UTC, "n9", 0, "bystander");
	case_file(&c, "app.log", "app_log", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, r->host_b, 0, "B x");
	case_done(&c);
	check_item(&c, "b", r->want);
	case_close(&c);
}
END_TEST

START_TEST(join_follows_links_of_entities)
{
	static const char rule[] =
		RULE("pod", "  a: {source: kern_log, match: '^ANCHOR (?<p>\\S+)', bind: {pod: '{p}'}}\n" B,
		     "when: {anchor: a, window: [-1m, 1m], support: [{signal: b, join: host, weight: 8}]}\n");
	static const struct { const char *pod, *want; } rows[] = {
		{ "ml/a", "seen|8" },      /* its node is the machine of that name */
		{ "ml/b", "unknown|0" },   /* on another one, which wrote nothing like it and of which little is there */
		{ "ml/f", "possible|4" },  /* on a node of which no log has the name */
		{ "ml/c", "possible|4" },  /* on none that is known */
		{ "ml/d", "possible|4" },  /* on two */
		{ "ml/e", "seen|8" },      /* its node has another name than the machine */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hand_case c;
		char text[64];
		uint32_t file;

		case_open(&c, rule, NULL);
		case_link(&c, "pod:ml/a", "on", "node:N1");
		case_link(&c, "pod:ml/b", "on", "node:n9");
		case_link(&c, "pod:ml/f", "on", "node:n2");
		case_link(&c, "pod:ml/d", "on", "node:n1");
		case_link(&c, "pod:ml/d", "on", "node:n2");
		case_link(&c, "pod:ml/e", "on", "node:aks-17");
		case_link(&c, "node:aks-17", "is", "host:N1");
		file = case_file(&c, "events.json", "kern_log", COVER_SPAN);
		emitter_file(c.in.emitter, file, HOST_NONE);
		snprintf(text, sizeof(text), "ANCHOR %s", rows[i].pod);
		case_event(&c, CLOCK_IS_UTC, "", 0, text);
		case_file(&c, "app.log", "app_log", COVER_SPAN);
		case_event(&c, CLOCK_IS_UTC, "n1", 0, "B x");
		case_event(&c, CLOCK_IS_UTC, "n9", TS_HOUR, "bystander");
		case_done(&c);
		check_item(&c, "b", rows[i].want);
		case_close(&c);
	}
}
END_TEST

/* ---- links, where, pick ---- */

/* Three candidates: "B one" 3 s before, "B two" 2 s before, "B" without a word 1 s before. */
static void three_candidates(struct hand_case *c, const char *rule)
{
	case_open(c, rule, NULL);
	hour_of(c, "kern.log", "kern_log", CLOCK_IS_UTC);
	case_event(c, CLOCK_IS_UTC, "", 0, "ANCHOR one");
	hour_of(c, "app.log", "app_log", CLOCK_IS_UTC);
	case_event(c, CLOCK_IS_UTC, "", -3 * TS_SECOND, "B one");
	case_event(c, CLOCK_IS_UTC, "", -2 * TS_SECOND, "B two");
	case_event(c, CLOCK_IS_UTC, "", -TS_SECOND, "B ");
	case_done(c);
}

struct choice { const char *link, *item, *want; };
static const struct choice choices[] = {
	{ "", "", "seen|8|B " },
	{ "", ", pick: nearest", "seen|8|B " },
	{ "", ", pick: first", "seen|8|B one" },
	{ "", ", pick: last", "seen|8|B " },
	/* A link that is false refuses; one that cannot be told leaves doubt, which a sure one beats. */
	{ "link: ['b.k == a.k']\n", "", "seen|8|B one" },
	{ "link: ['b.k == ''two''']\n", "", "seen|8|B two" },
	{ "link: ['b.k == ''three''']\n", "", "possible|4|B " },
	{ "link: ['a.k == ''nine''']\n", "", "seen|8|B " },    /* is not about b */
	{ "link: ['b.k == c.k']\n", "", "seen|8|B " },         /* c was not found: nothing to compare with */
	{ "", ", where: \"b.k == 'two'\"", "seen|8|B two" },
	{ "", ", where: \"b.k == 'three'\"", "possible|4|B " },
	{ "", ", where: \"exists(b.k) and b.k == 'three'\"", "absent|-2|" },
};

START_TEST(links_where_and_pick_choose_the_candidate)
{
	const struct choice *k = &choices[_i];
	struct hand_case c;
	char rule[2048];

	snprintf(rule, sizeof(rule),
		 "forensics: 1\nrule: r\nversion: 1\ntitle: T\nseverity: high\nstatus: test\nentity: host\nsignals:\n"
		 "  a: {source: kern_log, match: '^ANCHOR (?<k>\\w+)'}\n" B "  c: {source: dmesg, match: 'C (?<k>\\w+)'}\n%s"
		 "when: {anchor: a, window: [-10s, 10s], support: [{signal: c, weight: 1}, {signal: b, weight: 8, if_absent: -2%s}]}\n"
		 "report: {narrative: 'n', advice: ['a']}\ntests: []\n",
		 k->link, k->item);
	three_candidates(&c, rule);
	check_rows(c.st, "SELECT l.state, l.points, e.text FROM ledger l LEFT JOIN evidence e ON e.finding_id = l.finding_id AND e.seq = l.seq WHERE signal = 'b'", k->want);
	case_close(&c);
}
END_TEST

/* ---- any and all over three values ---- */

/* s is seen, p possible, n absent, u unknown. */
#define FOUR "  s: {source: app_log, match: '^S'}\n  p: {source: journal, match: '^P'}\n  n: {source: app_log, match: '^N'}\n  u: {source: dmesg, match: '^U'}\n"

struct combined { const char *parts, *any, *all; };
static const struct combined combineds[] = {
	{ "s, s", "seen|8", "seen|8" }, { "s, p", "seen|8", "possible|4" }, { "s, n", "seen|8", "absent|-2" }, { "s, u", "seen|8", "unknown|0" },
	{ "p, s", "seen|8", "possible|4" }, { "p, p", "possible|4", "possible|4" }, { "p, n", "possible|4", "absent|-2" }, { "p, u", "possible|4", "unknown|0" },
	{ "n, n", "absent|-2", "absent|-2" }, { "n, u", "unknown|0", "absent|-2" }, { "u, n", "unknown|0", "absent|-2" }, { "u, u", "unknown|0", "unknown|0" },
	{ "n, u, p, s", "seen|8", "absent|-2" }, { "u, p, s", "seen|8", "unknown|0" },
};

static void four_states(struct hand_case *c, const char *rule)
{
	uint32_t unsure;

	case_open(c, rule, NULL);
	unsure = case_clock(c, "journal", TS_MINUTE);
	hour_of(c, "kern.log", "kern_log", CLOCK_IS_UTC);
	case_event(c, CLOCK_IS_UTC, "", 0, "ANCHOR");
	hour_of(c, "app.log", "app_log", CLOCK_IS_UTC);
	case_event(c, CLOCK_IS_UTC, "", 0, "S");
	hour_of(c, "journal", "journal", unsure);
	case_event(c, unsure, "", 30 * TS_SECOND, "P");
	case_done(c);
}

START_TEST(any_and_all_know_three_values)
{
	for (int all = 0; all < 2; all++) {
		struct hand_case c;
		char rule[2048], label[40];

		snprintf(rule, sizeof(rule), RULE("host", A FOUR, "when: {anchor: a, window: [-10s, 10s], support: [{%s: [%s], weight: 8, if_absent: -2}]}\n"),
			 all ? "all" : "any", combineds[_i].parts);
		snprintf(label, sizeof(label), "%s(%s)", all ? "all" : "any", combineds[_i].parts);
		four_states(&c, rule);
		check_item(&c, label, all ? combineds[_i].all : combineds[_i].any);
		case_close(&c);
	}
}
END_TEST

START_TEST(an_expression_is_seen_absent_or_unknown)
{
	static const struct { const char *expr, *want; } rows[] = {
		{ "exists(s)", "seen|8" }, { "exists(n)", "absent|-2" }, { "s.nothing == 1", "unknown|0" }, { "not exists(s)", "absent|-2" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hand_case c;
		char rule[2048];

		snprintf(rule, sizeof(rule),
			 RULE("host", A FOUR, "when: {anchor: a, window: [-10s, 10s], support: [{signal: s}, {signal: n}, {expr: '%s', weight: 8, if_absent: -2}]}\n"),
			 rows[i].expr);
		four_states(&c, rule);
		check_item(&c, rows[i].expr, rows[i].want);
		case_close(&c);
	}
}
END_TEST

/* ---- more than can be looked at ---- */

START_TEST(among_many_candidates_the_nearest_is_found)
{
	static const char rule[] =
		RULE("host", A B, "when: {anchor: a, window: [-1h, 1h], support: [{signal: b, weight: 8, if_absent: -2, where: \"b.k == 'right'\"}]}\n");

	for (int there = 0; there < 2; there++) {
		struct hand_case c;

		case_open(&c, rule, NULL);
		hour_of(&c, "kern.log", "kern_log", CLOCK_IS_UTC);
		case_event(&c, CLOCK_IS_UTC, "", 0, "ANCHOR");
		hour_of(&c, "app.log", "app_log", CLOCK_IS_UTC);
		for (int i = -LIMIT_CANDIDATES; i <= LIMIT_CANDIDATES; i++)
			case_event(&c, CLOCK_IS_UTC, "", i * 100 * 1000, there && i == -3 ? "B right" : "B wrong");
		case_done(&c);
		/* What was not looked at may have been one. */
		check_item(&c, "b", there ? "seen|8" : "unknown|0");
		case_close(&c);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	LOOP(tc, a_window_is_exact_and_clocks_blur_it, edges);
	tcase_add_test(tc, the_error_of_one_clock_cancels);
	tcase_add_test(tc, two_clocks_share_the_error_of_their_parent);
	tcase_add_test(tc, a_run_touches_a_window_with_either_end);
	LOOP(tc, absent_needs_coverage, covereds);
	tcase_add_test(tc, an_instant_needs_coverage_too);
	tcase_add_test(tc, several_files_cover_together);
	tcase_add_test(tc, a_log_of_another_machine_covers_nothing);
	LOOP(tc, a_series_shows_absence_where_it_has_samples, polleds);
	LOOP(tc, join_compares_machines, joined_rows);
	tcase_add_test(tc, join_follows_links_of_entities);
	LOOP(tc, links_where_and_pick_choose_the_candidate, choices);
	LOOP(tc, any_and_all_know_three_values, combineds);
	tcase_add_test(tc, an_expression_is_seen_absent_or_unknown);
	tcase_add_test(tc, among_many_candidates_the_nearest_is_found);
}
TEST_MAIN("item", add)

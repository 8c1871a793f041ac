#include <stdio.h>

#include "base/number.h"
#include "source/facts.h"
#include "source/kernel.h"

/* Dates printed by one script stand this close together. */
#define ONE_SCRIPT (2 * TS_MINUTE)
#define QUARTER (15 * TS_MINUTE)

static bool named(struct str name, const char *part)
{
	return str_ifind(name, str_of(part)) < name.n;
}

static struct clocks *clocks(const struct facts *f)
{
	return emit_clocks(f->out);
}

static bool is_utc_name(struct str zone)
{
	static const char *const names[] = { "UTC", "Etc/UTC", "GMT", "Etc/GMT", "Etc/UCT", "UCT", "Zulu", "Universal", "Z" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(zone, str_of(names[i])))
			return true;
	return false;
}

bool facts_read_offset(struct str s, int *minutes)
{
	int v[4], n = 0;

	if ((s.n != 5 && s.n != 6) || (s.p[0] != '+' && s.p[0] != '-') || (s.n == 6 && s.p[3] != ':'))
		return false;
	for (size_t i = 1; i < s.n; i++) {
		if (i == 3 && s.n == 6)
			continue;
		if (!is_digit(s.p[i]))
			return false;
		v[n++] = s.p[i] - '0';
	}
	*minutes = (v[0] * 10 + v[1]) * 60 + v[2] * 10 + v[3];
	if (s.p[0] == '-')
		*minutes = -*minutes;
	return *minutes >= -14 * 60 && *minutes <= 14 * 60;
}

/* "Europe/Berlin", "Etc/UTC": an area of the tz database and a place in it. */
static bool is_zone_name(struct str s)
{
	static const char *const areas[] = {
		"Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Etc/", "Europe/",
		"Indian/", "Pacific/", "US/", "Canada/",
	};

	if (is_utc_name(s))
		return true;
	for (size_t i = 0; i < sizeof(areas) / sizeof(areas[0]); i++)
		if (str_starts(s, str_of(areas[i])))
			return str_chr(s, ' ') == s.n && s.n > str_of(areas[i]).n;
	return false;
}

static void zone(struct facts *f, int minutes, const char *what)
{
	char basis[512];

	f->zone_known = true;
	clocks_zone(clocks(f), STR_NONE, minutes, facts_basis(f, what, basis, sizeof basis));
}

static void zone_named(struct facts *f, struct str s)
{
	char basis[512];

	facts_emit(f, "timezone", s);
	clocks_zone_name(clocks(f), STR_NONE, s, facts_basis(f, "zone", basis, sizeof basis));
	if (is_utc_name(s))
		zone(f, 0, "zone");
}

/* date(1) of glibc up to 2.31 in American locales: "Sun 22 Nov 2026 10:15:38 AM UTC".
 * Turned into the order of ctime. */
static size_t year_before_time(struct str s, struct stamp *out)
{
	struct str rest = s, w[5];
	char text[64];
	int n;

	for (size_t i = 0; i < 5; i++)
		if (!str_word(&rest, &w[i]))
			return 0;
	rest = str_trim(rest);
	if (w[3].n != 4 || !is_digit(w[3].p[0]) || s.n > 48)
		return 0;
	n = snprintf(text, sizeof text, "%.*s %.*s %2.*s %.*s%s%.*s %.*s", STR_ARG(w[0]), STR_ARG(w[2]), STR_ARG(w[1]),
		     STR_ARG(w[4]), rest.n ? " " : "", STR_ARG(rest), STR_ARG(w[3]));
	return ts_ctime((struct str){ text, (size_t)n }, out) == (size_t)n ? s.n : 0;
}

/* A line that is one date and nothing else. */
bool facts_read_date(struct str line, struct stamp *out)
{
	struct str s = str_trim(line);

	return s.n > 0 && (ts_ctime(s, out) == s.n || ts_rfc1123(s, out) == s.n || ts_iso8601(s, out) == s.n ||
			   year_before_time(s, out) == s.n || facts_foreign_date(s, out));
}

/* "date +%s", believed only under a name that says so. */
static bool read_epoch(struct str line, struct stamp *out)
{
	uint64_t v;

	line = str_trim(line);
	if (line.n < 9 || line.n > 10 || !num_u64(line, &v))
		return false;
	*out = (struct stamp){ .t = (ts_usec)v * TS_SECOND, .has_zone = true, .has_year = true, .resolution_us = TS_SECOND };
	return true;
}

static int detect_date(struct str name, struct str head)
{
	struct str line;
	struct stamp s;
	int minutes, dates = 0, other = 0;
	bool told = named(name, "date") || named(name, "time") || named(name, "collected");
	bool words = false;

	if (head.n > 1024)
		return 0;
	while (str_cut(&head, '\n', &line)) {
		line = str_trim(line);
		if (line.n == 0)
			continue;
		if (facts_read_date(line, &s) || (told && read_epoch(line, &s))) {
			dates++;
			words |= !is_digit(line.p[0]);
		} else if (!is_zone_name(line) && !facts_read_offset(line, &minutes) && line.n > 5) {
			other++;
		}
	}
	if (dates == 0 || other)
		return 0;
	return told ? 32 : words ? 24 : 0;
}

static void date_line(struct facts *f, struct str line)
{
	struct stamp s;
	int minutes;

	line = str_trim(line);
	if (facts_read_date(line, &s) || read_epoch(line, &s)) {
		facts_emit(f, "date", line);
		if (f->n_dates < FACTS_DATES)
			f->dates[f->n_dates++] = s;
	} else if (facts_read_offset(line, &minutes)) {
		zone(f, minutes, "zone");
	} else if (is_zone_name(line)) {
		zone_named(f, line);
	}
}

/* What several dates together say about the zone: `date; date --utc`. */
static void zone_of_dates(struct facts *f)
{
	for (size_t i = 0; i < f->n_dates; i++) {
		const struct stamp *a = &f->dates[i];

		if (a->has_zone && a->zone_minutes != 0) {
			zone(f, a->zone_minutes, "date");
			return;
		}
		for (size_t j = 0; j < f->n_dates && !a->has_zone; j++) {
			const struct stamp *b = &f->dates[j];
			ts_usec east = a->t - b->t + 14 * TS_HOUR + QUARTER / 2;
			ts_usec rest = (east % QUARTER + QUARTER) % QUARTER - QUARTER / 2;

			if (!b->has_zone || east < 0 || east > 29 * TS_HOUR || rest > ONE_SCRIPT || rest < -ONE_SCRIPT)
				continue;
			zone(f, (int)(east / QUARTER) * 15 - 14 * 60, "date and date --utc");
			return;
		}
	}
	/* "... UTC 2026" is what a host in UTC prints, and `date --utc` anywhere. */
	if (f->n_dates && f->dates[0].has_zone && !named(f->name, "utc"))
		zone(f, 0, "date");
}

void facts_date_end(struct facts *f)
{
	const struct stamp *last = NULL;
	char basis[512];

	if (!f->zone_known)
		zone_of_dates(f);
	for (size_t i = 0; i < f->n_dates; i++)
		if (!last || f->dates[i].has_zone >= last->has_zone)
			last = &f->dates[i];
	if (!last)
		return;
	facts_basis(f, "date", basis, sizeof basis);
	clocks_collected(clocks(f),
			 last->has_zone ? clocks_host(clocks(f), STR_NONE) : clocks_get(clocks(f), CLOCK_LOCAL, STR_NONE, STR_NONE, 0),
			 last->t, str_of(basis));
}

static void up_since(struct facts *f, ts_usec up)
{
	char basis[512], text[32];

	snprintf(text, sizeof text, "%lld.%02lld", (long long)(up / TS_SECOND), (long long)(up % TS_SECOND / 10000));
	facts_emit(f, "uptime_s", str_of(text));
	clocks_uptime(clocks(f), STR_NONE, up, facts_basis(f, "uptime", basis, sizeof basis));
}

/* /proc/uptime: "26.29 824.44", believed only under a name that says so. */
bool facts_read_proc_uptime(struct str line, ts_usec *up)
{
	ts_usec idle, resolution;
	struct str rest;
	size_t n;

	line = str_trim(line);
	n = kernel_seconds(line, up, &resolution);
	rest = str_from(line, n);
	return n > 0 && rest.n > 1 && rest.p[0] == ' ' && kernel_seconds(rest, &idle, &resolution) == rest.n;
}

static int detect_proc_uptime(struct str name, struct str head)
{
	ts_usec up;

	return named(name, "uptime") && facts_read_proc_uptime(facts_first_line(head), &up) ? 32 : 0;
}

static void proc_uptime_line(struct facts *f, struct str line)
{
	ts_usec up;

	if (f->lines++ == 0 && facts_read_proc_uptime(line, &up))
		up_since(f, up);
}

/* procps: " 10:16:04 up 3 days,  2:11,  1 user,  load average: 0.00, 0.01, 0.05";
 * also "up 12 min", "up 1 day, 3 min", "up 2:11". */
bool facts_read_uptime(struct str line, ts_usec *up)
{
	size_t at = str_find(line, STR(" up "));
	struct str rest = str_from(line, at + 4), part;
	bool any = false;

	if (!str_has(line, STR("load average")))
		return false;
	*up = 0;
	while (str_cut(&rest, ',', &part)) {
		struct str number, unit = str_trim(part);
		uint64_t n, m;
		size_t colon = str_chr(unit, ':');

		if (colon < unit.n && colon > 0 && num_u64(str_head(unit, colon), &n) && num_u64(str_from(unit, colon + 1), &m) &&
		    n < 24 && m < 60) {
			*up += (ts_usec)n * TS_HOUR + (ts_usec)m * TS_MINUTE;
			any = true;
			continue;
		}
		if (!str_word(&unit, &number) || !num_u64(number, &n) || n > 100000)
			break;
		unit = str_trim(unit);
		if (str_starts(unit, STR("day")))
			*up += (ts_usec)n * TS_DAY;
		else if (str_starts(unit, STR("min")))
			*up += (ts_usec)n * TS_MINUTE;
		else
			break;
		any = true;
	}
	return any;
}

static int detect_uptime(struct str name, struct str head)
{
	ts_usec up;

	(void)name;
	return head.n < 1024 && facts_read_uptime(facts_first_line(head), &up) ? 40 : 0;
}

static void uptime_line(struct facts *f, struct str line)
{
	ts_usec up;

	if (f->lines++ == 0 && facts_read_uptime(line, &up))
		up_since(f, up + TS_MINUTE / 2); /* whole minutes, cut: the middle is the best guess */
}

/* /proc/stat, or its one line "btime 1795342538". */
static int detect_btime(struct str name, struct str head)
{
	struct str line = facts_first_line(head);
	uint64_t v;

	(void)name;
	if (str_skip(&line, STR("btime ")))
		return num_u64(line, &v) ? 40 : 0;
	return str_starts(line, STR("cpu  ")) && str_has(head, STR("\nbtime ")) ? 40 : 0;
}

static void btime_line(struct facts *f, struct str line)
{
	char basis[512];
	uint64_t v;

	if (!str_skip(&line, STR("btime ")) || !num_u64(str_trim(line), &v) || v > INT64_MAX / TS_SECOND)
		return;
	facts_emit(f, "boot.time", str_trim(line));
	/* The kernel cuts the fraction off. */
	clocks_pair(clocks(f), clocks_get(clocks(f), CLOCK_BOOT, STR_NONE, STR_NONE, 0), 0,
		    clocks_host(clocks(f), STR_NONE), (ts_usec)v * TS_SECOND, TS_SECOND, facts_basis(f, "btime", basis, sizeof basis));
}

static int detect_timedatectl(struct str name, struct str head)
{
	(void)name;
	if (str_has(head, STR("Time zone: ")) && (str_has(head, STR("Universal time: ")) || str_has(head, STR("Local time: "))))
		return 40;
	return str_starts(head, STR("Timezone=")) && str_has(head, STR("\nNTP")) ? 40 : 0;
}

/* "Europe/Berlin (CET, +0100)" */
static void timedatectl_zone(struct facts *f, struct str value)
{
	size_t paren = str_chr(value, '('), comma = str_rchr(value, ',');
	int minutes;

	zone_named(f, str_trim(str_head(value, paren)));
	if (comma < value.n && value.p[value.n - 1] == ')' &&
	    facts_read_offset(str_trim((struct str){ value.p + comma + 1, value.n - comma - 2 }), &minutes))
		zone(f, minutes, "timedatectl");
}

static void timedatectl_line(struct facts *f, struct str line)
{
	struct str key, value, word;
	struct stamp s;
	char basis[512];

	if (!facts_pair(line, str_chr(line, '=') < str_chr(line, ':') ? '=' : ':', &key, &value))
		return;
	if (str_eq(key, STR("Time zone")) || str_eq(key, STR("Timezone"))) {
		timedatectl_zone(f, value);
	} else if (str_eq(key, STR("Universal time"))) {
		/* "Sun 2026-11-22 10:16:04 UTC" */
		str_word(&value, &word);
		value = str_trim(value);
		if (ts_iso8601(value, &s))
			clocks_collected(clocks(f), clocks_host(clocks(f), STR_NONE), s.t, facts_basis(f, "timedatectl", basis, sizeof basis));
	} else if (str_eq(key, STR("System clock synchronized")) || str_eq(key, STR("NTP synchronized")) ||
		   str_eq(key, STR("NTPSynchronized"))) {
		facts_emit(f, "ntp.synchronized", value);
	} else if (str_eq(key, STR("NTP service")) || str_eq(key, STR("systemd-timesyncd.service active"))) {
		facts_emit(f, "ntp.service", value);
	} else if (str_eq(key, STR("RTC in local TZ"))) {
		facts_emit(f, "rtc.local", value);
	}
}

void facts_time_line(struct facts *f, struct str line)
{
	ts_usec up;

	if (facts_read_proc_uptime(line, &up))
		up_since(f, up);
	else if (facts_read_uptime(line, &up))
		up_since(f, up + TS_MINUTE / 2);
	else if (str_starts(line, STR("btime ")))
		btime_line(f, line);
	else if (str_has(line, STR(": ")) && !is_digit(line.p[0]))
		timedatectl_line(f, line);
	else
		date_line(f, line);
}

/* /etc/timezone: the name of a zone on a line of its own. */
static int detect_timezone(struct str name, struct str head)
{
	struct str line = facts_first_line(head);

	if (!named(name, "timezone") || head.n > 256 || !is_zone_name(line))
		return 0;
	return 32;
}

static void timezone_line(struct facts *f, struct str line)
{
	zone_named(f, str_trim(line));
}

const struct fact_file facts_of_time[] = {
	{ "btime", detect_btime, btime_line, NULL },
	{ "uptime", detect_uptime, uptime_line, NULL },
	{ "uptime", detect_proc_uptime, proc_uptime_line, NULL },
	{ "timedatectl", detect_timedatectl, timedatectl_line, NULL },
	{ "timezone", detect_timezone, timezone_line, NULL },
	{ "date", detect_date, date_line, facts_date_end },
	{ NULL, NULL, NULL, NULL },
};

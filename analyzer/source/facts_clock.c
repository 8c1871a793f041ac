/* Files that say how good the clock is, and when the host was booted. */
#include <stdio.h>

#include "source/facts.h"
#include "source/kernel.h"

static bool named(struct str name, const char *part)
{
	return str_ifind(name, str_of(part)) < name.n;
}

/* "2026-03-18 03:00:11" and nothing else: `uptime -s`, `who -b`. */
static bool read_local(struct str s, struct stamp *out)
{
	s = str_trim(s);
	return s.n > 0 && ts_iso8601(s, out) == s.n && !out->has_zone;
}

static void booted_at(struct facts *f, ts_usec local, ts_usec u, const char *what)
{
	struct clocks *c = emit_clocks(f->out);
	char basis[512];

	clocks_pair(c, clocks_get(c, CLOCK_BOOT, STR_NONE, STR_NONE, 0), 0, clocks_get(c, CLOCK_LOCAL, STR_NONE, STR_NONE, 0), local, u,
		    facts_basis(f, what, basis, sizeof basis));
}

/* ---- uptime -s: the second of the boot, worked out from the clock of that moment ---- */

static int detect_since(struct str name, struct str head)
{
	struct stamp s;
	struct str line = str_trim(head);

	return named(name, "uptime") && read_local(line, &s) ? 40 : 0;
}

static void since_line(struct facts *f, struct str line)
{
	struct stamp s;

	if (f->lines++ || !read_local(line, &s))
		return;
	facts_emit(f, "boot.time", str_trim(line));
	booted_at(f, s.t, 2 * TS_SECOND, "uptime -s");
}

/* ---- who -b and last reboot: whole minutes ---- */

/* "         system boot  2026-03-18 03:00" */
static bool read_who(struct str line, struct stamp *out)
{
	char text[32];

	line = str_trim(line);
	if (!str_skip(&line, STR("system boot ")))
		return false;
	line = str_trim(line);
	if (line.n < 16)
		return false;
	snprintf(text, sizeof text, "%.*s:00", STR_ARG(str_head(line, 16)));
	return read_local(str_of(text), out);
}

static int detect_who(struct str name, struct str head)
{
	struct stamp s;

	(void)name;
	return read_who(facts_first_line(head), &s) ? 40 : 0;
}

static void who_line(struct facts *f, struct str line)
{
	struct stamp s;

	if (f->lines++ || !read_who(line, &s))
		return;
	facts_emit(f, "boot.time", str_trim(str_from(line, str_find(line, STR("boot")) + 4)));
	booted_at(f, s.t + TS_MINUTE / 2, TS_MINUTE / 2 + TS_SECOND, "who -b");
}

/* last -F: "reboot   system boot  6.8.0-45-generic Wed Mar 18 03:00:11 2026   still running"; without -F there is no year. */
static int detect_last(struct str name, struct str head)
{
	struct str line;

	(void)name;
	for (int i = 0; i < 64 && str_cut(&head, '\n', &line); i++)
		if (str_starts(line, STR("reboot   system boot  ")))
			return 40;
	return 0;
}

static void last_line(struct facts *f, struct str line)
{
	struct stamp s;
	struct str release;
	size_t n;

	if (!str_skip(&line, STR("reboot   system boot  ")) || !str_word(&line, &release))
		return;
	line = str_trim(line);
	facts_emit(f, "boot.last", line);
	n = ts_ctime(line, &s);
	if (f->lines++ == 0 && n && !s.has_zone && str_has(line, STR("still running")))
		booted_at(f, s.t, TS_MINUTE, "last"); /* of the moment when runlevel was reached */
}

/* ---- the hardware's clock and the network's ---- */

static int detect_hwclock(struct str name, struct str head)
{
	struct stamp s;
	struct str line = facts_first_line(head);

	return named(name, "hwclock") && (facts_read_date(line, &s) || ts_iso8601(line, &s) || ts_rfc1123(line, &s) || ts_ctime(line, &s)) ? 40 : 0;
}

static void hwclock_line(struct facts *f, struct str line)
{
	if (f->lines++ == 0)
		facts_emit(f, "hwclock", str_trim(line));
}

static int detect_chronyc(struct str name, struct str head)
{
	(void)name;
	return str_starts(facts_first_line(head), STR("Reference ID ")) && str_has(head, STR("\nSystem time ")) ? 48 : 0;
}

/* "System time     : 0.000012345 seconds slow of NTP time": plus is fast. */
static void chronyc_line(struct facts *f, struct str line)
{
	static const struct { const char *key, *fact; } keys[] = {
		{ "Reference ID", "ntp.reference" }, { "Stratum", "ntp.stratum" }, { "Leap status", "ntp.leap" }, { "Last offset", "ntp.last_offset" },
	};
	struct str key, value, number;
	char text[64];

	if (!facts_pair(line, ':', &key, &value))
		return;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (str_eq(key, str_of(keys[i].key)))
			facts_emit(f, keys[i].fact, value);
	if (!str_eq(key, STR("System time")) || !str_word(&value, &number) || number.n > 32)
		return;
	snprintf(text, sizeof text, "%s%.*s", str_has(value, STR("slow")) ? "-" : "", STR_ARG(number));
	facts_emit(f, "ntp.offset_s", str_of(text));
}

/* timedatectl timesync-status and ntpq are others' formats; ntpq -p marks its peer with '*'. */
static int detect_ntpq(struct str name, struct str head)
{
	struct str rest = facts_first_line(head), word;

	(void)name;
	return str_word(&rest, &word) && str_eq(word, STR("remote")) && str_word(&rest, &word) && str_eq(word, STR("refid")) ? 40 : 0;
}

static void ntpq_line(struct facts *f, struct str line)
{
	struct str word, offset = STR_NONE;

	if (!str_skip(&line, STR("*")))
		return;
	for (int i = 0; i < 9 && str_word(&line, &word); i++) {
		if (i == 0)
			facts_emit(f, "ntp.reference", word);
		offset = i == 8 ? word : offset;
	}
	facts_emit(f, "ntp.offset_ms", offset);
}

/* ---- clock.txt: date -Is; date -u; uptime -s; cat /proc/uptime; timedatectl ---- */

static bool is_timedatectl(struct str line)
{
	return str_has(line, STR("Time zone: ")) || str_has(line, STR("Universal time: ")) || str_has(line, STR("System clock synchronized: "));
}

static int detect_clock(struct str name, struct str head)
{
	struct str line;
	struct stamp s;
	ts_usec up;
	int dates = 0, ups = 0, lines = 0;

	(void)name;
	if (head.n > 4096)
		return 0;
	while (str_cut(&head, '\n', &line)) {
		dates += lines < 4 && facts_read_date(line, &s);
		ups += facts_read_proc_uptime(line, &up) || facts_read_uptime(line, &up) || is_timedatectl(line) || str_starts(line, STR("btime "));
		lines += str_trim(line).n > 0;
	}
	return dates && ups ? 48 : 0;
}

static void clock_line(struct facts *f, struct str line)
{
	struct stamp s;

	line = str_trim(line);
	/* uptime -s prints a local time like date does in some languages; but earlier than one with a zone */
	if (f->n_dates && f->dates[0].has_zone && read_local(line, &s) && s.t < f->dates[0].t + f->dates[0].zone_minutes * TS_MINUTE - TS_MINUTE)
		booted_at(f, s.t, 2 * TS_SECOND, "uptime -s");
	else
		facts_time_line(f, line);
}

const struct fact_file facts_of_clock[] = {
	{ "clock", detect_clock, clock_line, facts_date_end },
	{ "uptime", detect_since, since_line, NULL },
	{ "boot", detect_who, who_line, NULL },
	{ "boot", detect_last, last_line, NULL },
	{ "hwclock", detect_hwclock, hwclock_line, NULL },
	{ "chronyc", detect_chronyc, chronyc_line, NULL },
	{ "ntpq", detect_ntpq, ntpq_line, NULL },
	{ NULL, NULL, NULL, NULL },
};

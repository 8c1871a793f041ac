#include "base/arena.h"
#include "base/number.h"
#include "bundle/reader.h"
#include "record/record.h"
#include "source/attrs.h"
#include "source/facts.h"
#include "source/part.h"
#include "source/source.h"

/* nvidia-bug-report.log: what nvidia-bug-report.sh of the driver gathers, section after section, each behind a ruler:
 *
 *     ____________________________________________
 *
 *     *** /proc/driver/nvidia/version
 *     *** ls: -r--r--r-- 1 root root 0 2026-03-18 10:55:16.876048916 +0100 /proc/driver/nvidia/version
 *     NVRM version: ...
 *
 * or a command and what it printed.  Each goes to the source of its content (source/part.h).  What was not there, not
 * readable, skipped or failed is an event at the collection: nvidia_bug_report.missing, .skipped and .error with what,
 * reason and resolution; where rules look for it, coverage says so too.  A file in /proc is as old as the moment it was listed: with
 * the zone behind it that is the better clock of the two, where the date of the head is in a foreign language or in CST. */

static const char start[] = "Start of NVIDIA bug report log file.";
static const char last[] = "End of NVIDIA bug report log file.";

/* From the first line of an installer's log to the last: it builds five modules. */
#define LENGTH_OF_RUN (10 * TS_MINUTE)

struct report {
	struct reader *in;
	struct emitter *out;
	struct facts facts;       /* the head's date and uname */
	struct arena *scratch;
	struct stamp date;        /* of the head; t TS_NONE: not read */
	bool listed;              /* a file in /proc told the time */
	ts_usec up;               /* of the table of versions; TS_NONE */
	bool ended;
};

static bool is_ruler(struct str line)
{
	size_t n = 0;

	line = str_rtrim(line);
	while (n < line.n && line.p[n] == '_')
		n++;
	return n >= 40 && n == line.n;
}

/* Some titles stand without a ruler before them. */
static bool is_bare_title(struct str line)
{
	if (line.n && line.p[0] == '/')
		return str_ends(str_head(line, str_chr(line, ' ')), STR("/nvidia-smi"));
	return str_starts(line, STR("Summary of Skipped Sections:")) || str_starts(line, STR("Summary of Errors:"));
}

static bool ends_section(const void *ctx, struct str line)
{
	(void)ctx;
	return is_bare_title(line) || (line.n && line.p[0] == '_' && is_ruler(line));
}

/* "  /var/log/kern.log:", "  journalctl -b -0:": one of the logs that were searched. */
static bool is_log_name(struct str line, struct str *name)
{
	line = str_rtrim(line);
	if (!str_skip(&line, STR("  ")) || !line.n || line.p[line.n - 1] != ':' || (line.p[0] != '/' && !str_starts(line, STR("journalctl "))))
		return false;
	*name = str_head(line, line.n - 1);
	return true;
}

static bool ends_log(const void *ctx, struct str line)
{
	struct str name;

	return is_log_name(line, &name) || ends_section(ctx, line);
}

static int detect(struct str path, struct str head)
{
	struct str line;

	(void)path;
	for (int seen = 0; seen < 8 && str_cut(&head, '\n', &line); seen++)
		if (str_starts(line, str_of(start)))
			return 64;
	return 0;
}

/* What held at the collection has no stamp of its own. */
static enum status emit_state(struct report *r, const struct line *line, const char *kind, enum severity severity, struct str what, struct str why,
			      struct str cure, struct error *err)
{
	struct attrs f;
	struct event e = {
		.clock = clocks_get(emit_clocks(r->out), CLOCK_AGE, STR_NONE, emit_path(r->out), 0), .severity = severity,
		.line = line->no, .lines = 1, .offset = line->offset, .kind = str_of(kind),
	};

	attrs_init(&f, r->scratch);
	attrs_text(&f, STR("what"), what);
	attrs_text(&f, STR("reason"), why);
	attrs_text(&f, STR("resolution"), cure);
	e.text = arena_printf(r->scratch, "%.*s%s%.*s", STR_ARG(what), why.n ? ": " : "", STR_ARG(why));
	e.fields = f.v;
	e.n_fields = f.n;
	return emit_event(r->out, &e, err);
}

/* What rules look into, and the words that name it. */
static const struct { const char *word, *source; } lacks[] = {
	{ "nvidia-smi", "nvidia_smi" }, { "NVIDIA SMI", "nvidia_smi" }, { "dmesg", "dmesg" }, { "journalctl", "journal" },
	{ "/var/log/kern.log", "kern_log" }, { "/var/log/syslog", "kern_log" }, { "/var/log/messages", "kern_log" },
};

static enum status emit_lack(struct report *r, const struct line *line, const char *kind, enum severity severity, struct str what, struct str why,
			     struct str cure, struct error *err)
{
	for (size_t i = 0; i < sizeof(lacks) / sizeof(lacks[0]); i++)
		if (str_has(what, str_of(lacks[i].word))) {
			emit_part_missing(r->out, what, lacks[i].source, why.n ? why : what);
			break;
		}
	return emit_state(r, line, kind, severity, what, why, cure, err);
}

/* The next line of the section, trimmed and kept until the section ends; END at the ruler, which comes again. */
static enum status section_line(struct report *r, struct line *line, struct error *err)
{
	enum status st = reader_line(r->in, line, err);

	if (st != OK)
		return st;
	if (ends_section(NULL, line->text)) {
		reader_unread(r->in);
		return END;
	}
	line->text = arena_dup(r->scratch, str_trim(line->text));
	return OK;
}

static enum status read_head(struct report *r, const struct line *title, struct error *err)
{
	struct str version = STR_NONE, flags = STR_NONE;
	struct line line;
	enum status st;

	while ((st = section_line(r, &line, err)) == OK) {
		struct str text = line.text;

		r->facts.line = line.no;
		if (str_skip(&text, STR("nvidia-bug-report.sh Version:"))) {
			version = str_trim(text);
		} else if (str_skip(&text, STR("Date:"))) {
			if (!facts_read_date(text, &r->date))
				st = emit_reject(r->out, line.no, line.offset, line.text, "not a date", err);
			else
				facts_emit(&r->facts, "date", str_trim(text));
		} else if (str_skip(&text, STR("uname:"))) {
			facts_uname(&r->facts, str_trim(text));
		} else if (str_skip(&text, STR("command line flags:"))) {
			flags = str_trim(text);
		}
		if (st != OK)
			return st;
	}
	if (st != END)
		return st;
	if (str_has(flags, STR("--safe-mode")))
		emit_part_missing(r->out, STR("nvidia-smi"), "nvidia_smi", STR("--safe-mode: nvidia-smi was not asked"));
	return emit_state(r, title, "nvidia_bug_report.start", SEV_INFO,
			  arena_printf(r->scratch, "nvidia-bug-report.sh %.*s%s%.*s", STR_ARG(version), flags.n ? " " : "", STR_ARG(flags)), STR_NONE, STR_NONE, err);
}

/* "-r--r--r-- 1 root root 0 2026-03-18 10:55:16.876048916 +0100 /proc/version": when it was written last. */
static bool read_listing(struct str text, struct stamp *written)
{
	struct str word;

	for (int i = 0; i < 5; i++) /* mode, links, owner, group, size */
		if (!str_word(&text, &word))
			return false;
	text = str_trim(text);
	return ts_iso8601(text, written) && written->has_zone;
}

/* A file of /proc is written when it is looked at. */
static void tell_time(struct report *r, const struct stamp *now)
{
	char basis[512];

	if (r->listed)
		return;
	r->listed = true;
	facts_basis(&r->facts, "ls --full-time", basis, sizeof basis);
	clocks_zone(emit_clocks(r->out), STR_NONE, now->zone_minutes, str_of(basis));
	if (r->date.t == TS_NONE || !r->date.has_zone)
		clocks_collected(emit_clocks(r->out), CLOCK_IS_UTC, now->t, str_of(basis));
}

static enum status read_part(struct report *r, struct str name, struct error *err)
{
	const struct part part = { .name = name, .ends = ends_section };
	const struct source *who;

	return part_parse(r->in, r->out, &part, &who, err);
}

/* The logs of the installer and of DKMS' make have no stamps, and say why there is no module.  Each is the log of one
 * run, and was written last when that ended. */
static enum status read_run(struct report *r, struct str name, const struct stamp *written, struct error *err)
{
	struct clocks *c = emit_clocks(r->out);
	const struct part part = { .name = name, .ends = ends_section, .fallback = "app_log" };
	const struct source *who;
	char basis[512];
	enum status st = part_parse(r->in, r->out, &part, &who, err);

	if (st == OK && who && str_eq(str_of(who->name), STR("app_log")) && written->has_zone)
		clocks_pair(c, clocks_get(c, CLOCK_UNSTAMPED, STR_NONE, arena_printf(r->scratch, "%.*s!%.*s", STR_ARG(r->facts.path), STR_ARG(name)), 0), 0,
			    CLOCK_IS_UTC, written->t - LENGTH_OF_RUN / 2, LENGTH_OF_RUN / 2, facts_basis(&r->facts, "ls --full-time", basis, sizeof basis));
	return st;
}

/* "/proc/driver/nvidia/./version" was listed by directory. */
static struct str tidy_path(struct report *r, struct str path)
{
	size_t dot = str_find(path, STR("/./"));

	return dot < path.n ? arena_printf(r->scratch, "%.*s%.*s", STR_ARG(str_head(path, dot)), STR_ARG(str_from(path, dot + 2))) : path;
}

static enum status read_file(struct report *r, const struct line *title, struct str path, struct error *err)
{
	static const char *const states[] = { " does not exist", " is not readable" };
	struct stamp written = { 0 };
	struct line line;
	struct str text = path;
	enum status st;

	if (str_skip(&text, STR("ls: "))) { /* of links nothing else is shown */
		part_skip(r->in, ends_section, NULL);
		return OK;
	}
	for (size_t i = 0; i < 2; i++)
		if (str_ends(path, str_of(states[i])))
			return emit_lack(r, title, "nvidia_bug_report.missing", SEV_INFO, str_head(path, path.n - str_of(states[i]).n), str_of(states[i] + 1), STR_NONE, err);
	st = reader_line(r->in, &line, err);
	if (st != OK)
		return st;
	text = line.text;
	if (!str_skip(&text, STR("*** ls: ")))
		reader_unread(r->in);
	else if (read_listing(text, &written) && str_starts(path, STR("/proc/")))
		tell_time(r, &written);
	path = tidy_path(r, path);
	if (str_ends(path, STR("/nvidia-installer.log")) || str_ends(path, STR("/make.log")))
		return read_run(r, path, &written, err);
	return read_part(r, path, err);
}

/* The logs that were searched for the driver's words: what they do not show may have been there. */
static enum status read_logs(struct report *r, struct error *err)
{
	struct line line;
	struct str name;
	enum status st;

	while ((st = section_line(r, &line, err)) == OK) {
		struct str raw = arena_printf(r->scratch, "  %.*s", STR_ARG(line.text));

		const struct source *who;

		if (!line.text.n || !is_log_name(raw, &name))
			continue;
		st = part_parse(r->in, r->out, &(struct part){ .name = name, .ends = ends_log, .excerpt = true }, &who, err);
		if (st != OK)
			break;
	}
	return st;
}

/* "Skipping: X" and "Error: X", a line of details, "Resolution: Y". */
static enum status read_failure(struct report *r, const struct line *title, const char *kind, enum severity severity, struct str what, struct error *err)
{
	struct str why = STR_NONE, cure = STR_NONE;
	struct line line;
	enum status st;

	while ((st = section_line(r, &line, err)) == OK) {
		struct str text = line.text;

		if (str_skip(&text, STR("Resolution: ")))
			cure = text;
		else if (why.n == 0)
			why = text;
	}
	return st == END ? emit_lack(r, title, kind, severity, what, why, cure, err) : st;
}

/* uptime -p: "up 2 weeks, 1 day, 4 hours, 12 minutes" */
static bool read_up(struct str s, ts_usec *up)
{
	static const struct { const char *word; ts_usec length; } units[] = {
		{ "year", 365 * TS_DAY }, { "week", 7 * TS_DAY }, { "day", TS_DAY }, { "hour", TS_HOUR }, { "minute", TS_MINUTE },
	};
	struct str part, number;
	uint64_t n;

	if (!str_skip(&s, STR("up ")))
		return false;
	*up = 0;
	while (str_cut(&s, ',', &part)) {
		size_t i = 0;

		if (!str_word(&part, &number) || !num_u64(number, &n) || n > 10000)
			return false;
		part = str_trim(part);
		while (i < sizeof(units) / sizeof(units[0]) && !str_starts(part, str_of(units[i].word)))
			i++;
		if (i == sizeof(units) / sizeof(units[0]))
			return false;
		*up += (ts_usec)n * units[i].length;
	}
	return *up > 0;
}

/* "Component | Details": of it only what no other section says. */
static enum status read_versions(struct report *r, struct error *err)
{
	struct line line;
	enum status st;

	while ((st = section_line(r, &line, err)) == OK) {
		size_t bar = str_chr(line.text, '|');
		struct str key, value;

		if (bar < line.text.n && facts_pair(str_from(line.text, bar + 1), ':', &key, &value) && str_eq(key, STR("Uptime")))
			(void)read_up(value, &r->up);
	}
	return st;
}

static bool is_blob(struct str command)
{
	return str_starts(command, STR("base64 ")) || str_has(command, STR("nvidia-debugdump")) || str_has(command, STR("acpidump"));
}

/* The program without its directory: "/usr/bin/nvidia-smi --query" -> "nvidia-smi --query". */
static struct str tidy_command(struct str s)
{
	size_t slash = str_rchr(str_head(s, str_chr(s, ' ')), '/');

	if (s.n && s.p[0] == '/' && slash < s.n)
		s = str_from(s, slash + 1);
	return s.n > 1 && s.p[s.n - 1] == ':' ? str_head(s, s.n - 1) : s;
}

static enum status read_section(struct report *r, const struct line *title, struct error *err)
{
	struct str text = title->text;

	if (str_starts(text, str_of(start)))
		return read_head(r, title, err);
	if (str_starts(text, str_of(last))) {
		r->ended = true;
		return OK;
	}
	if (str_skip(&text, STR("*** ")))
		return read_file(r, title, text, err);
	if (str_skip(&text, STR("Skipping: ")) || str_skip(&text, STR("Skipping ")))
		return read_failure(r, title, "nvidia_bug_report.skipped", SEV_NOTICE, text, err);
	if (str_skip(&text, STR("Error: ")))
		return read_failure(r, title, "nvidia_bug_report.error", SEV_ERR, text, err);
	if (str_starts(text, STR("Scanning kernel log files")))
		return read_logs(r, err);
	if (str_starts(text, STR("Component ")) && str_has(text, STR("| Details")))
		return read_versions(r, err);
	if (is_blob(text) || str_starts(text, STR("Summary of "))) {
		part_skip(r->in, ends_section, NULL);
		return OK;
	}
	return read_part(r, tidy_command(text), err);
}

/* When it was collected, and how long the host had been up by then. */
static void tie_clocks(struct report *r)
{
	struct clocks *c = emit_clocks(r->out);
	uint32_t clock = r->date.has_zone ? CLOCK_IS_UTC : clocks_get(c, CLOCK_LOCAL, STR_NONE, STR_NONE, 0);
	char basis[512];

	if (r->date.t == TS_NONE)
		return;
	facts_basis(&r->facts, "date", basis, sizeof basis);
	clocks_collected(c, clock, r->date.t, str_of(basis));
	if (r->date.has_zone && !r->listed)
		clocks_zone(c, STR_NONE, r->date.zone_minutes, str_of(basis));
	if (r->up == TS_NONE)
		return;
	/* whole minutes, cut; the table is made some seconds after the head */
	clocks_pair(c, clocks_get(c, CLOCK_BOOT, STR_NONE, STR_NONE, 0), r->up + TS_MINUTE / 2, clock, r->date.t, TS_MINUTE,
		    facts_basis(&r->facts, "uptime", basis, sizeof basis));
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct report r = {
		.in = in, .out = out, .scratch = arena_new(), .facts = { .out = out, .path = emit_path(out) }, .date = { .t = TS_NONE }, .up = TS_NONE,
	};
	struct line line;
	enum status st;

	emit_cover(out, COVER_SNAPSHOT);
	while ((st = reader_line(in, &line, err)) == OK) {
		if (is_ruler(line.text) || str_trim(line.text).n == 0)
			continue;
		arena_reset(r.scratch);
		line.text = arena_dup(r.scratch, str_trim(line.text));
		st = read_section(&r, &line, err);
		if (st != OK && st != END)
			break;
	}
	if (st == END) {
		tie_clocks(&r);
		if (!r.ended)
			emit_incomplete(out, "ends without \"End of NVIDIA bug report log file.\": the collection was interrupted");
		st = OK;
	}
	arena_free(r.scratch);
	return st;
}

const struct source source_nvidia_bug_report = {
	.name = "nvidia_bug_report",
	.title = "NVIDIA bug report (its sections are read by the sources above)",
	.collect = "nvidia-bug-report.sh",
	.splits = true,
	.of_machine = true,
	.detect = detect,
	.parse = parse,
};

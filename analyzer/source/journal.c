#include "base/buf.h"
#include "base/limits.h"
#include "source/each_record.h"
#include "source/journal_entry.h"
#include "source/jsonkeys.h"
#include "source/source.h"
#include "source/syslog_line.h"
#include "source/system_log.h"

/* What journalctl(1) of systemd prints (src/journal/journalctl.c, src/shared/logs-show.c):
 *
 *   -o short    Nov 22 10:16:04 host kernel: text, continued on indented lines; also short-precise, short-iso
 *   -o json     one object a line; all values are text, but bytes that are not UTF-8 are an array of numbers
 *   -o short-full, short-unix, short-monotonic: the same behind other stamps (source/syslog_line.h)
 *   -o export, -o verbose: see journal_fields.c
 *
 * Above the short forms, up to systemd 249, the only year and zone there is:
 * "-- Logs begin at Fri 2026-02-04 09:34:04 UTC, end at ... --", since 247 "-- Journal begins at ..., ends at ...". */

static struct str skip_header(struct str line)
{
	if (str_skip(&line, STR("-- Logs begin at ")) || str_skip(&line, STR("-- Journal begins at ")))
		return line;
	return STR_NONE;
}

static bool is_separator(struct str line)
{
	return str_starts(line, STR("-- Boot ")) || str_eq(str_rtrim(line), STR("-- Reboot --")) ||
	       str_eq(str_rtrim(line), STR("-- No entries --"));
}

static bool is_json(struct str head)
{
	static const char *const names[] = { "__REALTIME_TIMESTAMP" };

	return json_looks(head) && json_keys_seen(head, 2, names, 1);
}

static bool is_export(struct str head)
{
	return str_starts(head, STR("__CURSOR=")) || str_starts(head, STR("__REALTIME_TIMESTAMP="));
}

static bool is_verbose(struct str head)
{
	struct str line;

	while (str_cut(&head, '\n', &line)) {
		if (str_trim(line).n == 0 || skip_header(line).n || is_separator(line))
			continue;
		return journal_verbose_head(line);
	}
	return false;
}

static int detect(struct str path, struct str head)
{
	struct syslog_line parts;
	struct str line, host = STR_NONE;
	int seen = 0, stamped = 0, marks = 0, own = 0, same = 0, pids = 0;

	if (is_json(head) || is_export(head) || is_verbose(head))
		return 48;
	while (seen < 64 && str_cut(&head, '\n', &line)) {
		size_t at;

		if (str_trim(line).n == 0 || (is_blank(line.p[0]) && !syslog_stamp(line, &parts)))
			continue;
		if (skip_header(line).n || is_separator(line)) {
			marks++;
			continue;
		}
		if (str_starts(line, STR("-- ")))
			continue; /* of --catalog */
		seen++;
		at = syslog_stamp(line, &parts);
		if (at == 0)
			continue;
		stamped++;
		if (!parts.journal)
			continue;
		syslog_split(line, at, &parts);
		if (!host.n)
			host = parts.host;
		same += str_eq(host, parts.host) && parts.program.n > 0;
		pids += parts.pid.n > 0 || str_eq(parts.program, STR("kernel"));
		own++;
	}
	/* dmesg prints no host: there the first words of lines are all kinds of things */
	if (own * 2 > seen && same * 10 >= own * 9 && pids)
		return 44;
	if (stamped * 2 < seen || (stamped == 0 && marks == 0))
		return 0;
	return marks ? 40 : str_has(path, STR("journal")) ? 24 : 0;
}

/* ---- short ---- */

struct short_form {
	struct log_dialect dialect;
	struct stamp begin, end;  /* of the whole journal, not of what was printed */
	bool has_header;
	int year;                 /* of the last line */
	ts_usec last;             /* its stamp in the year 2000 */
	bool any;
};

/* "Fri 2026-02-04 09:34:04 UTC": systemd's format_timestamp(). */
static bool read_bound(struct str s, struct stamp *out, struct str *zone)
{
	struct str word;
	size_t n;

	if (!str_word(&s, &word) || (n = ts_iso8601(str_trim(s), out)) == 0)
		return false;
	s = str_from(str_trim(s), n);
	*zone = STR_NONE;
	if (!out->has_zone && !str_word(&s, zone)) /* UTC and offsets were read with the stamp */
		return false;
	while (zone->n && (zone->p[zone->n - 1] == '.' || zone->p[zone->n - 1] == ','))
		zone->n--;
	return true;
}

static void take_header(struct short_form *f, struct str header)
{
	size_t comma = str_chr(header, ',');
	struct str zone, word, rest = str_from(header, comma + 1);
	struct stamp begin, end;
	int minutes;

	if (!read_bound(str_head(header, comma), &begin, &zone) || !str_word(&rest, &word) || !str_word(&rest, &word) ||
	    !read_bound(rest, &end, &zone))
		return;
	/* read_bound() took a zone it knows for the stamp's own; lines are civil times */
	if (begin.has_zone)
		begin.t += begin.zone_minutes * TS_MINUTE;
	if (end.has_zone)
		end.t += end.zone_minutes * TS_MINUTE;
	f->begin = begin;
	f->end = end;
	f->has_header = true;
	if (end.has_zone ? (minutes = end.zone_minutes, true) : ts_zone(zone, &minutes)) {
		f->dialect.zone_known = true;
		f->dialect.zone_minutes = minutes;
		f->dialect.zone_basis = STR("zone in the header of the journal");
	}
}

static bool aside(void *ctx, const struct line *line)
{
	struct short_form *f = ctx;
	struct str header = skip_header(line->text);

	if (header.n) {
		take_header(f, header);
		return true;
	}
	/* --catalog explains entries in lines that begin like this, too */
	return str_starts(line->text, STR("-- ")) || str_eq(str_rtrim(line->text), STR("--"));
}

static ts_usec in_year(ts_usec t2000, int year)
{
	struct civil c = ts_split(t2000);

	return ts_civil(year, c.month, c.day, c.hour, c.minute, c.second, c.us);
}

/* The year of the first line: that in which the journal begins, when the line is its first; else
 * the last in which it could have been written, for what is printed is mostly its end. */
static int first_year(const struct short_form *f, ts_usec t2000)
{
	int from = ts_split(f->begin.t).year, to = ts_split(f->end.t).year;
	ts_usec away = in_year(t2000, from) - f->begin.t;

	if (away > -TS_HOUR && away < TS_HOUR)
		return from;
	return to > from && in_year(t2000, to) > f->end.t + TS_HOUR ? to - 1 : to;
}

static void complete(void *ctx, struct stamp *s)
{
	struct short_form *f = ctx;

	if (s->has_year || !f->has_header)
		return;
	if (!f->any)
		f->year = first_year(f, s->t);
	else if (s->t < f->last - 60 * TS_DAY)
		f->year++; /* January follows December; smaller steps back are the clock's */
	f->any = true;
	f->last = s->t;
	s->t = in_year(s->t, f->year);
	s->has_year = true;
}

/* ---- json ---- */

/* A value may be a text, a number, bytes as an array of numbers, or null when it was too large. */
static struct str value_of(const struct json *v, struct buf *b)
{
	size_t from = b->n;

	if (json_type(v) == JSON_ARRAY) {
		for (const struct json *c = json_first(v); c; c = json_next(c)) {
			double n;

			if (json_type(c) == JSON_STRING) /* a field that was given twice: the first counts */
				return json_str(c);
			if (json_num(c, &n) && n >= 0 && n < 256)
				buf_putc(b, (char)(unsigned char)n);
		}
	} else {
		json_text(v, b);
	}
	return str_from(buf_str(b), from);
}

struct take { struct emitter *out; struct buf values; };

static enum status take_entry(void *ctx, const struct json *v, const struct record *r, struct error *err)
{
	struct take *t = ctx;
	struct journal_entry e = { .line = r->line, .lines = r->lines, .offset = r->offset };
	struct { struct str *to; size_t at, n; struct str direct; } taken[16];
	size_t n = 0;

	if (json_type(v) != JSON_OBJECT || r->envelope)
		return OK;
	buf_reset(&t->values);
	for (const struct json *m = json_first(v); m && n < sizeof(taken) / sizeof(taken[0]); m = json_next(m)) {
		struct str *to = journal_member(&e, json_key(m)), s;

		if (!to || json_type(m) == JSON_NULL)
			continue;
		taken[n].to = to;
		taken[n].direct = json_str(m);
		taken[n].at = t->values.n;
		s = taken[n].direct.n ? STR_NONE : value_of(m, &t->values);
		taken[n++].n = s.n;
	}
	/* the buffer may have moved while it grew */
	for (size_t i = 0; i < n; i++)
		*taken[i].to = taken[i].direct.n ? taken[i].direct : str_head(str_from(buf_str(&t->values), taken[i].at), taken[i].n);
	return journal_emit(t->out, &e, r->text, err);
}

static enum status parse_json(struct reader *in, struct emitter *out, struct error *err)
{
	static const char *const none[] = { NULL };
	struct take t = { .out = out };
	enum status st;

	buf_init(&t.values, LIMIT_EVENT_TEXT);
	st = each_record(in, out, none, take_entry, &t, err);
	buf_done(&t.values);
	return st;
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct short_form f = { .dialect = { .aside = aside, .complete = complete } };
	struct str head = reader_head(in);

	if (is_json(head))
		return parse_json(in, out, err);
	if (is_export(head))
		return journal_export(in, out, err);
	if (is_verbose(head))
		return journal_verbose(in, out, err);
	f.dialect.ctx = &f;
	return system_log_parse(in, out, &f.dialect, err);
}

const struct source source_journal = {
	.name = "journal",
	.title = "systemd journal (journalctl)",
	.collect = "journalctl -b -o json > journal.json",
	.of_machine = true,
	.detect = detect,
	.parse = parse,
};

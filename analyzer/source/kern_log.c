#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/map.h"
#include "bundle/reader.h"
#include "record/record.h"
#include "source/fold.h"
#include "source/kernel.h"
#include "source/plain.h"
#include "source/source.h"
#include "source/syslog_line.h"
#include "source/system_log.h"

/* Evidence about clocks repeats with every line; this often is enough. */
#define LINES_PER_TIE 1000
/* syslog starts late in a boot and stamps the backlog with its own time. */
#define BACKLOG_UPTIME (60 * TS_SECOND)
#define BACKLOG_DELAY (60 * TS_SECOND)
#define USUAL_DELAY (2 * TS_SECOND)

/* A line that has both an uptime and a wall clock. */
struct tie { ts_usec uptime, t; uint32_t clock; bool known; };

/* One host writing into this file. */
struct logging_host {
	struct kernel_boots boots;
	uint32_t boot_clock;     /* of the present boot, when boots.any */
	uint32_t since;          /* kernel lines since the last tie */
	struct tie last;         /* newest line not yet given as a tie */
	uint32_t local_clock;    /* of stamps with a year and no zone, when local_known */
	uint32_t utc_clock;      /* of stamps with a zone, when utc_known */
	int zone_minutes;
	ts_usec zone_at;         /* told last for this instant */
	bool zone_known, local_known, utc_known;
};

struct kern_log {
	struct emitter *out;
	struct log_dialect *dialect; /* NULL: the files of syslog */
	struct str path;
	struct fold fold;
	struct syslog_line head; /* of the held line; only its stamp part is set */
	size_t head_n;
	bool forwarded;          /* "<PRI>" forms: messages may follow each other without a newline */
	struct yearless year;

	/* The last date placed: a day's lines differ by the time of day only. */
	ts_usec day;             /* in the year 2000, as stamps without a year are */
	char day_host[256];
	size_t day_host_n;
	ts_usec day_shift;       /* reading minus the stamp's t */
	uint32_t day_clock;
	bool day_known;

	struct map *host_names;
	struct logging_host *hosts;
	size_t n_hosts, cap_hosts;
	size_t host;             /* index of the last one asked for */

	struct buf scratch;      /* a message without rsyslog's escapes */
	struct buf plain;        /* the line without a terminal's */
	bool incomplete;         /* said already */
};

/* What a terminal shows of the beginning of a line; room for a head is enough. */
static struct str uncoloured(struct str s, char *to, size_t max)
{
	size_t n = 0;

	if (s.n == 0 || *s.p != '\033')
		return s;
	for (size_t i = 0; i < s.n && n < max; i++) {
		if (s.p[i] != '\033' || i + 1 >= s.n || s.p[i + 1] != '[') {
			to[n++] = s.p[i];
			continue;
		}
		for (i += 2; i < s.n && (s.p[i] < '@' || s.p[i] > '~');)
			i++;
	}
	return (struct str){ to, n };
}

static int detect(struct str path, struct str head)
{
	char plain[512];
	struct syslog_line line;
	struct str text;
	size_t seen = 0, stamped = 0, foreign = 0, tagged = 0, kernel = 0, zoned = 0, offset = 0, short_iso = 0;
	struct str digits;
	ts_usec uptime, resolution;
	int bits, name = 0;

	if (str_has(head, STR("-- Logs begin at ")) || str_has(head, STR("-- Journal begins at ")))
		return 0; /* journalctl's output, not the file */
	while (seen < 64 && str_cut(&head, '\n', &text)) {
		size_t at;

		while (text.n && text.p[0] == '\0')
			text = str_from(text, 1);
		text = uncoloured(text, plain, sizeof(plain));
		if (str_trim(text).n == 0)
			continue;
		seen++;
		at = syslog_stamp(text, &line);
		if (at == 0 || line.journal) {
			foreign += !is_blank(text.p[0]);
			continue;
		}
		syslog_split(text, at, &line);
		stamped++;
		tagged += line.program.n > 0 || line.structured || line.pri >= 0;
		kernel += str_eq(line.program, STR("kernel")) &&
			  kernel_bracket(line.message, &uptime, &resolution, &digits) > 0;
		if (line.stamp.has_year) {
			struct str stamp = { text.p + line.stamp_at, line.stamp_n };

			zoned++;
			offset += stamp.n > 6 && stamp.p[stamp.n - 3] == ':' && line.stamp.resolution_us < TS_SECOND;
			short_iso += line.stamp.has_zone && stamp.n > 5 && (stamp.p[stamp.n - 5] == '+' || stamp.p[stamp.n - 5] == '-');
		}
		offset += line.pri >= 0;
	}
	if (stamped == 0 || foreign > stamped || tagged * 2 < stamped)
		return 0;
	if (str_has(path, STR("kern.log")) || str_has(path, STR("syslog")) || str_has(path, STR("messages")))
		name = 8;
	if (kernel)
		bits = 32;
	else if (zoned)
		bits = short_iso ? 6 : offset * 2 >= zoned ? 20 : 8;
	else
		bits = 16;
	/* journalctl's short output has the same shape, without the uptime. */
	if (!kernel && str_has(path, STR("journal")))
		return 6;
	return bits + name;
}

static struct logging_host *logging_host(struct kern_log *k, struct str name)
{
	size_t at;

	if (k->n_hosts && str_eq(map_key(k->host_names, k->host), name))
		return &k->hosts[k->host];
	at = map_find(k->host_names, name);
	if (at == MAP_NONE) {
		if (k->n_hosts >= LIMIT_LOG_HOSTS)
			return NULL;
		at = map_put(k->host_names, name);
		k->hosts = grow(k->hosts, k->n_hosts, &k->cap_hosts, sizeof(*k->hosts));
		k->hosts[k->n_hosts++] = (struct logging_host){ 0 };
	}
	k->host = at;
	return &k->hosts[at];
}

/* at: when it was so, TS_NONE for the time of the collection. */
static void zone_of(struct kern_log *k, struct logging_host *h, struct str name, ts_usec at, int minutes, struct str basis)
{
	if (h->zone_known && h->zone_minutes == minutes && (at == TS_NONE || (at < h->zone_at + TS_DAY && at > h->zone_at - TS_DAY)))
		return;
	h->zone_known = true;
	h->zone_minutes = minutes;
	h->zone_at = at;
	clocks_zone_at(emit_clocks(k->out), name, at, minutes, basis);
}

static uint32_t local_clock(struct kern_log *k, struct str name)
{
	struct logging_host *h = logging_host(k, name);

	if (h && h->local_known)
		return h->local_clock;
	if (!h)
		return clocks_get(emit_clocks(k->out), CLOCK_LOCAL, name, STR_NONE, 0);
	h->local_known = true;
	h->local_clock = clocks_get(emit_clocks(k->out), CLOCK_LOCAL, name, STR_NONE, 0);
	return h->local_clock;
}

static uint32_t host_clock(struct kern_log *k, struct logging_host *h, struct str name)
{
	if (h && h->utc_known)
		return h->utc_clock;
	if (!h)
		return clocks_host(emit_clocks(k->out), name);
	h->utc_known = true;
	h->utc_clock = clocks_host(emit_clocks(k->out), name);
	return h->utc_clock;
}

/* The clock and reading of a line; text is the whole line, head its parts. */
static void place_in_time(struct kern_log *k, struct str text, const struct syslog_line *head, struct event *e)
{
	struct clocks *clocks = emit_clocks(k->out);
	const char *stamp = text.p + head->stamp_at;

	e->u_us = head->stamp.resolution_us;
	e->t = head->stamp.t;
	if (head->stamp.has_zone) {
		struct logging_host *h = logging_host(k, head->host);

		e->clock = host_clock(k, h, head->host);
		/* "Z" is a relay's choice, and UTC may be journalctl's; an offset is the host's own. */
		if (h && stamp[head->stamp_n - 1] != 'Z' && (!head->journal || head->stamp.zone_minutes != 0))
			zone_of(k, h, head->host, e->t, head->stamp.zone_minutes, STR("offset in the stamps of the system log"));
		return;
	}
	if (head->stamp.has_year) {
		struct logging_host *h = logging_host(k, head->host);

		e->clock = local_clock(k, head->host);
		if (h && k->dialect && k->dialect->zone_known)
			zone_of(k, h, head->host, TS_NONE, k->dialect->zone_minutes, k->dialect->zone_basis);
		return;
	}
	if (!k->day_known || head->stamp.t / TS_DAY != k->day ||
	    !str_eq(head->host, (struct str){ k->day_host, k->day_host_n })) {
		ts_usec t = clock_place_yearless(clocks, &k->year, head->host, k->path, &head->stamp, &k->day_clock);

		k->day_shift = t - head->stamp.t;
		k->day_known = head->host.n <= sizeof(k->day_host);
		if (k->day_known) {
			k->day = head->stamp.t / TS_DAY;
			if (head->host.n)
				memcpy(k->day_host, head->host.p, head->host.n);
			k->day_host_n = head->host.n;
		}
	}
	e->clock = k->day_clock;
	e->t += k->day_shift;
}

static void tie(struct kern_log *k, struct logging_host *h, const struct tie *at)
{
	clocks_pair(emit_clocks(k->out), h->boot_clock, at->uptime, at->clock, at->t,
		    at->uptime < BACKLOG_UPTIME ? BACKLOG_DELAY : USUAL_DELAY, STR("uptime and stamp in the kernel log"));
	h->since = 0;
	h->last.known = false;
}

static void close_boot(struct kern_log *k, struct logging_host *h, struct str name)
{
	if (h->last.known)
		tie(k, h, &h->last);
	if (h->boots.any)
		kernel_boots_tie(&h->boots, emit_clocks(k->out), h->boot_clock, name);
}

/* A message in which the kernel names the wall clock, in a file that lacks
 * the zone or the year. */
static void wall_clock(struct kern_log *k, struct logging_host *h, const struct event *e, struct str text, ts_usec uptime)
{
	struct kernel_wall wall;
	ts_usec u = uptime < BACKLOG_UPTIME ? BACKLOG_DELAY : USUAL_DELAY;
	int minutes;

	if (clocks_info(emit_clocks(k->out), e->clock)->kind == CLOCK_HOST || !kernel_wall(text, &wall))
		return;
	clocks_pair(emit_clocks(k->out), e->clock, e->t, clocks_host(emit_clocks(k->out), e->host), wall.utc, u + wall.u_us, wall.basis);
	if (kernel_zone(&wall, e->t, &minutes))
		zone_of(k, h, e->host, wall.utc, minutes, wall.basis);
}

/* "[ 1412.890184] " of a kernel line. */
static struct str uptime_bracket(struct kern_log *k, struct kernel_note *note, const struct event *e, struct str text)
{
	ts_usec uptime, resolution;
	struct str digits, trimmed = text;
	struct logging_host *h;
	size_t n;

	str_skip(&trimmed, STR(" "));
	n = kernel_bracket(trimmed, &uptime, &resolution, &digits);
	if (n == 0) {
		clocks_line(emit_clocks(k->out), e->clock, e->t, USUAL_DELAY, kernel_strip(note, text));
		return text;
	}
	kernel_field(note, STR("uptime_s"), digits, FIELD_NUMBER);
	text = kernel_strip(note, str_from(trimmed, n));
	h = logging_host(k, e->host);
	if (!h)
		return text;
	if (kernel_boots_ends(&h->boots, uptime, text)) {
		close_boot(k, h, e->host);
		kernel_boots_next(&h->boots);
	}
	if (kernel_boots_sleeps(&h->boots, text)) {
		close_boot(k, h, e->host);
		kernel_boots_sleep(&h->boots, emit_clocks(k->out), h->boot_clock, uptime,
				   clocks_get(emit_clocks(k->out), CLOCK_BOOT, e->host, k->path, h->boots.part + 1));
	}
	h->last = (struct tie){ uptime, e->t, e->clock, true };
	if (!h->boots.any) {
		h->boot_clock = clocks_get(emit_clocks(k->out), CLOCK_BOOT, e->host, k->path, h->boots.part);
		tie(k, h, &h->last);
	} else if (++h->since >= LINES_PER_TIE) {
		tie(k, h, &h->last);
	}
	clocks_line(emit_clocks(k->out), h->boot_clock, uptime, 0, text);
	kernel_boots_saw(&h->boots, uptime, text);
	wall_clock(k, h, e, text, uptime);
	return text;
}

/* journalctl -o short-monotonic: nothing but the uptime. */
static void place_since_boot(struct kern_log *k, const struct syslog_line *head, struct event *e)
{
	struct logging_host *h = logging_host(k, head->host);

	e->t = head->stamp.t;
	e->u_us = head->stamp.resolution_us;
	if (!h) {
		e->clock = clocks_get(emit_clocks(k->out), CLOCK_BOOT, head->host, k->path, 0);
		return;
	}
	if (kernel_boots_ends(&h->boots, e->t, head->message)) {
		close_boot(k, h, head->host);
		kernel_boots_next(&h->boots);
	}
	if (!h->boots.any)
		h->boot_clock = clocks_get(emit_clocks(k->out), CLOCK_BOOT, head->host, k->path, h->boots.part);
	kernel_boots_saw(&h->boots, e->t, head->message);
	e->clock = h->boot_clock;
}

/* rsyslog writes control characters as #ooo; newline and tab come back. */
static struct str unescape(struct buf *scratch, struct str s)
{
	buf_reset(scratch);
	for (size_t at; (at = str_find(s, STR("#01"))) < s.n;) {
		char c = at + 3 < s.n ? s.p[at + 3] : '\0';

		buf_add(scratch, str_head(s, at));
		if (c == '2' || c == '1')
			buf_putc(scratch, c == '2' ? '\n' : '\t');
		else
			buf_add(scratch, str_head(str_from(s, at), 4));
		s = str_from(s, at + 4);
	}
	buf_add(scratch, s);
	return buf_str(scratch);
}

static enum field_type pid_type(struct str pid)
{
	for (size_t i = 0; i < pid.n; i++)
		if (!is_digit(pid.p[i]))
			return FIELD_TEXT;
	/* JSON has no numbers with leading zeros. */
	return pid.n > 1 && pid.p[0] == '0' ? FIELD_TEXT : FIELD_NUMBER;
}

static enum status flush(struct kern_log *k, struct error *err)
{
	struct str line = buf_str(&k->fold.text), times;
	struct syslog_line *head = &k->head;
	struct event e = { .line = k->fold.line, .lines = k->fold.lines, .offset = k->fold.offset };
	struct kernel_note note;

	if (!fold_holds(&k->fold))
		return OK;
	fold_drop(&k->fold);
	note.n = 0;
	syslog_split(line, k->head_n, head);
	e.host = head->host;
	if (head->uptime)
		place_since_boot(k, head, &e);
	else
		place_in_time(k, line, head, &e);
	e.text = syslog_repeated(head->message, &times);
	if (memchr(e.text.p ? e.text.p : "", '#', e.text.n))
		e.text = unescape(&k->scratch, e.text);
	if (str_eq(head->program, STR("kernel"))) {
		e.text = uptime_bracket(k, &note, &e, e.text);
		e.severity = kernel_priority(&note, head->pri);
		kernel_field(&note, STR("repeated"), times, FIELD_NUMBER);
		kernel_describe(&note, &e, k->out);
	} else {
		e.severity = kernel_priority(&note, head->pri);
		e.kind = STR("syslog.message");
		kernel_field(&note, STR("program"), head->program, FIELD_TEXT);
		kernel_field(&note, STR("pid"), head->pid, pid_type(head->pid));
		kernel_field(&note, STR("repeated"), times, FIELD_NUMBER);
		e.fields = note.fields;
		e.n_fields = note.n;
	}
	if (head->level != SEV_NONE)
		e.severity = head->level;
	return emit_event(k->out, &e, err);
}

static void incomplete(struct kern_log *k, const char *why)
{
	if (!k->incomplete)
		emit_incomplete(k->out, why);
	k->incomplete = true;
}

/* Where the next message starts in a forwarded line, s.n when there is none. */
static size_t next_message(struct str s)
{
	struct syslog_line ignored;

	for (size_t i = 0; i < s.n; i++) {
		i += str_chr(str_from(s, i), '<');
		if (i < s.n && syslog_stamp(str_from(s, i), &ignored))
			return i;
	}
	return s.n;
}

static enum status one_piece(struct kern_log *k, const struct line *line, struct error *err)
{
	struct syslog_line head;
	size_t n = syslog_stamp(line->text, &head);

	if (n && (!head.journal || k->dialect)) {
		enum status st = flush(k, err);

		if (k->dialect)
			k->dialect->complete(k->dialect->ctx, &head.stamp);
		k->head = head;
		k->head_n = n;
		fold_start(&k->fold, line);
		k->forwarded |= head.pri >= 0 && !head.structured;
		return st;
	}
	if (str_trim(line->text).n == 0)
		return OK;
	if (!fold_holds(&k->fold) || syslog_meant_stamp(line->text))
		return emit_reject(k->out, line->no, line->offset, line->text, "no timestamp", err);
	if (!fold_join(&k->fold, line->text))
		return emit_reject(k->out, line->no, line->offset, line->text, "too many lines without a timestamp", err);
	return OK;
}

static enum status one_line(struct kern_log *k, struct line line, struct error *err)
{
	enum status st;

	if (line.cut)
		incomplete(k, "a line longer than 64 KiB was cut");
	/* What was not on the disk yet when the power went, or cut away under a writer. */
	if (line.text.n && line.text.p[0] == '\0') {
		incomplete(k, "NUL bytes: lost in a crash, or truncated while it was written");
		while (line.text.n && line.text.p[0] == '\0')
			line.text = str_from(line.text, 1);
		if (line.text.n == 0)
			return emit_reject(k->out, line.no, line.offset, STR_NONE, "only NUL bytes", err);
	}
	line.text = plain_text(line.text, &k->plain); /* journalctl colours what it prints on a terminal */
	if (k->dialect && k->dialect->aside(k->dialect->ctx, &line))
		return OK;
	k->forwarded |= line.text.n && line.text.p[0] == '<';
	while (k->forwarded) {
		size_t at = 1 + next_message(str_from(line.text, 1));
		struct line piece = line;

		if (at >= line.text.n)
			break;
		piece.text = str_head(line.text, at);
		if ((st = one_piece(k, &piece, err)) != OK)
			return st;
		line.text = str_from(line.text, at);
		line.offset += at;
	}
	return one_piece(k, &line, err);
}

enum status system_log_parse(struct reader *in, struct emitter *out, struct log_dialect *dialect, struct error *err)
{
	struct kern_log k = { .out = out, .dialect = dialect, .path = emit_path(out), .host_names = map_new() };
	struct line line;
	enum status st, damage;

	fold_init(&k.fold);
	buf_init(&k.scratch, LIMIT_EVENT_TEXT);
	buf_init(&k.plain, LIMIT_LINE);
	while ((st = reader_line(in, &line, err)) == OK)
		if ((st = one_line(&k, line, err)) != OK)
			goto done;
	/* What came before the damage was good. */
	damage = st == END ? OK : st;
	st = flush(&k, damage == OK ? err : NULL);
	if (damage != OK)
		st = damage;
	for (k.host = 0; k.host < k.n_hosts; k.host++)
		close_boot(&k, &k.hosts[k.host], map_key(k.host_names, k.host));
done:
	buf_done(&k.scratch);
	buf_done(&k.plain);
	fold_done(&k.fold);
	map_free(k.host_names);
	free(k.hosts);
	return st;
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	return system_log_parse(in, out, NULL, err);
}

const struct source source_kern_log = {
	.name = "kern_log",
	.title = "System log (kern.log, syslog, messages)",
	.collect = "cp /var/log/kern.log* /var/log/syslog* .",
	.of_machine = true,
	.detect = detect,
	.parse = parse,
};

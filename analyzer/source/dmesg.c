#include "base/json.h"
#include "base/limits.h"
#include "bundle/reader.h"
#include "bundle/records.h"
#include "record/record.h"
#include "source/dmesg_events.h"
#include "source/fold.h"
#include "source/source.h"

/* One dmesg file being read. */
struct dmesg {
	struct emitter *out;
	struct dmesg_events events;
	struct fold fold;
	size_t indent;      /* of the held line: what its continuation lines are indented by */
	bool stampless;     /* dmesg -t, or lines picked out: every line is an event */
	struct buf scratch; /* a /dev/kmsg message without its escapes */
	bool incomplete;    /* said already */
};

/* Nothing ends in such a line: without a stamp it is a message of its own. */
static bool is_xid(struct str line)
{
	return str_starts(line, STR("NVRM: Xid (")) || str_starts(line, STR("NVRM: GPU at PCI:"));
}

static bool looks_kernel(struct str text)
{
	return str_starts(text, STR("NVRM: ")) || str_starts(text, STR("kernel: NVRM: ")) ||
	       str_starts(text, STR("nvidia-nvswitch")) || str_starts(text, STR("Linux version "));
}

/* "Panic#1 Part2" between the records of a pstore dump. */
static bool is_pstore_header(struct str line)
{
	struct str head = str_head(line, 32);
	size_t hash = str_chr(head, '#'), part = str_find(head, STR(" Part"));

	return hash > 0 && hash < part && part + 5 < head.n && is_digit(head.p[part + 5]);
}

static bool is_json(struct str head)
{
	size_t at;

	head = str_trim(head);
	if (head.n == 0 || head.p[0] != '{')
		return false;
	head = str_trim(str_from(head, 1));
	if (!str_skip(&head, STR("\"dmesg\"")))
		return false;
	at = str_chr(head, '[');
	return str_eq(str_trim(str_head(head, at)), STR(":"));
}

static bool has_stamp(struct str head)
{
	struct dmesg_stamp stamp;
	struct str line;

	while (str_cut(&head, '\n', &line))
		if (dmesg_stamp(line, &stamp))
			return true;
	return false;
}

static int detect(struct str path, struct str head)
{
	struct dmesg_stamp stamp;
	struct str line;
	size_t stamped = 0, foreign = 0, kernel = 0, distinct = 0, seen = 0;
	int bits;

	if (is_json(head))
		return 40;
	while (seen < 64 && str_cut(&head, '\n', &line)) {
		size_t n = dmesg_stamp(line, &stamp);
		struct str text = str_from(line, n);

		if (str_trim(line).n == 0)
			continue;
		seen++;
		kernel += looks_kernel(text) || str_starts(text, STR("kernel: "));
		if (n) {
			stamped++;
			/* printk prints six digits; Xorg's log has the same bracket with three. */
			distinct += stamp.pri >= 0 || stamp.base == DMESG_UTC ||
				    (stamp.base == DMESG_BOOT && stamp.resolution_us == 1);
		} else if (!is_blank(line.p[0]) && !looks_kernel(line)) {
			foreign++;
		}
	}
	bits = str_has(dmesg_base_name(path), STR("dmesg")) ? 8 : 0;
	if (stamped == 0)
		return kernel > 0 && kernel >= foreign ? 12 + bits : 0;
	if (foreign > stamped)
		return 0;
	if (distinct)
		return (kernel ? 40 : 24) + bits;
	return kernel ? 24 + bits : 8 + bits;
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* /dev/kmsg escapes what is not printable, and the backslash, as \xNN. */
static struct str unescape(struct buf *scratch, struct str s)
{
	buf_reset(scratch);
	for (size_t at; (at = str_find(s, STR("\\x"))) < s.n;) {
		int high = at + 3 < s.n ? hex_digit(s.p[at + 2]) : -1, low = at + 3 < s.n ? hex_digit(s.p[at + 3]) : -1;
		int byte = high * 16 + low;
		/* Control characters stay visible as they were written. */
		bool known = high >= 0 && low >= 0 && (byte >= ' ' || byte == '\n' || byte == '\t') && byte != 127;

		buf_add(scratch, str_head(s, at));
		if (known)
			buf_putc(scratch, (char)byte);
		else
			buf_add(scratch, str_head(str_from(s, at), 2));
		s = str_from(s, at + (known ? 4 : 2));
	}
	buf_add(scratch, s);
	return buf_str(scratch);
}

/* A property line " KEY=value" of /dev/kmsg is no text: DEVICE becomes a field. */
static struct str split_properties(struct dmesg_stamp *stamp, struct str text)
{
	size_t end = str_chr(text, '\n');
	struct str rest = str_from(text, end + 1), line;

	while (rest.n && str_cut(&rest, '\n', &line))
		if (str_skip(&line, STR(" DEVICE=")))
			stamp->device = line;
	return str_head(text, end);
}

static enum status flush(struct dmesg *d, struct error *err)
{
	struct dmesg_place at = { d->fold.line, d->fold.lines, d->fold.offset };
	struct str text = buf_str(&d->fold.text);
	struct dmesg_stamp stamp;
	size_t n;

	if (!fold_holds(&d->fold))
		return OK;
	fold_drop(&d->fold);
	n = dmesg_stamp(text, &stamp);
	text = str_from(text, n);
	if (n && stamp.kmsg) {
		text = split_properties(&stamp, text);
		text = unescape(&d->scratch, text);
	}
	return dmesg_events_add(&d->events, n ? &stamp : NULL, text, &at, err);
}

/* "[Sun Feb 29 ..", "[ 99999999999999.": written as a stamp, and none. */
static bool looks_stamped(struct str line)
{
	struct str rest = line, inside;
	size_t digits = 0;

	if (!str_skip(&rest, STR("[")) || str_chr(str_head(rest, 40), ']') == str_head(rest, 40).n)
		return false;
	inside = str_head(rest, str_chr(rest, ']'));
	for (size_t i = 0; i < inside.n; i++)
		digits += is_digit(inside.p[i]);
	return digits * 2 >= inside.n || (str_has(inside, STR(":")) && digits >= 8);
}

/* A continuation is indented by the width of the stamp above it; with that
 * taken off, the text is the same in every notation. */
static struct str unindent(struct str line, size_t width)
{
	size_t n = 0;

	while (n < width && n < line.n && line.p[n] == ' ')
		n++;
	return str_from(line, n);
}

static size_t prefix_width(struct str line, size_t stamp)
{
	struct kernel_note ignored = { 0 };

	return line.n - kernel_strip(&ignored, str_from(line, stamp)).n;
}

static void incomplete(struct dmesg *d, const char *why)
{
	if (!d->incomplete)
		emit_incomplete(d->out, why);
	d->incomplete = true;
}

static enum status one_line(struct dmesg *d, const struct line *line, struct error *err)
{
	struct dmesg_stamp stamp;
	size_t n = dmesg_stamp(line->text, &stamp);
	enum status st;

	if (line->cut)
		incomplete(d, "a line longer than 64 KiB was cut");
	if (n && stamp.fragment && fold_holds(&d->fold)) {
		buf_add(&d->fold.text, str_from(line->text, n));
		d->fold.lines++;
		return OK;
	}
	if (n || is_xid(line->text) || (d->stampless && line->text.n && !is_blank(line->text.p[0]))) {
		st = flush(d, err);
		fold_start(&d->fold, line);
		d->indent = n && !stamp.kmsg ? prefix_width(line->text, n) : 0;
		return st;
	}
	if (is_pstore_header(line->text))
		return flush(d, err);
	if (str_trim(line->text).n == 0)
		return OK;
	if (looks_stamped(line->text))
		return emit_reject(d->out, line->no, line->offset, line->text, "not a timestamp", err);
	if (!fold_holds(&d->fold))
		return emit_reject(d->out, line->no, line->offset, line->text, "no timestamp", err);
	if (!fold_join(&d->fold, unindent(line->text, d->indent)))
		return emit_reject(d->out, line->no, line->offset, line->text, "too many lines without a timestamp", err);
	return OK;
}

static enum status parse_lines(struct dmesg *d, struct reader *in, struct error *err)
{
	struct line line;
	enum status st, damage;

	d->stampless = !has_stamp(reader_head(in));
	while ((st = reader_line(in, &line, err)) == OK)
		if ((st = one_line(d, &line, err)) != OK)
			return st;
	/* What came before the damage was good. */
	damage = st == END ? OK : st;
	st = flush(d, damage == OK ? err : NULL);
	return damage != OK ? damage : st;
}

/* {"pri": 4, "time": 325.610837, "caller": "T12", "msg": ".."}; with -x "fac" and
 * a named "pri"; with another --time-format "time" is text. */
static const char *json_stamp(const struct json *v, struct dmesg_stamp *out)
{
	const struct json *pri = json_get(v, "pri"), *time = json_get(v, "time");
	double number;

	*out = (struct dmesg_stamp){ .pri = -1, .resolution_us = 1, .caller = json_get_str(v, "caller") };
	if (json_type(pri) == JSON_STRING)
		out->pri = kernel_priority_named(json_get_str(v, "fac"), json_str(pri));
	else if (json_num(pri, &number) && number >= 0 && number < 192)
		out->pri = (int)number;
	if (json_num(time, &number)) {
		if (number < 0 || number > 1e12)
			return "time out of range";
		out->base = DMESG_BOOT;
		out->t = (ts_usec)(number * 1e6 + 0.5);
		return NULL;
	}
	if (json_type(time) == JSON_STRING) {
		struct stamp civil;
		struct str text = json_str(time);

		if (ts_iso8601(text, &civil) == text.n && civil.has_zone)
			out->base = DMESG_UTC;
		else if (ts_ctime(text, &civil) == text.n)
			out->base = DMESG_LOCAL;
		else
			return "time is not a timestamp";
		out->t = civil.t;
		out->resolution_us = civil.resolution_us;
		return NULL;
	}
	return "no time";
}

static enum status one_record(struct dmesg *d, const struct record *rec, struct error *err)
{
	struct dmesg_place at = { rec->line, rec->lines, rec->offset };
	struct dmesg_stamp stamp;
	struct json *v = NULL;
	const char *problem = rec->problem;
	enum status st;

	if (rec->envelope)
		return OK;
	if (!problem && json_parse(&v, rec->text, NULL) != OK)
		problem = "not JSON";
	if (!problem && json_type(json_get(v, "msg")) != JSON_STRING)
		problem = "no msg";
	if (!problem)
		problem = json_stamp(v, &stamp);
	if (problem)
		st = emit_reject(d->out, at.line, at.offset, rec->text, problem, err);
	else
		st = dmesg_events_add(&d->events, &stamp, json_get_str(v, "msg"), &at, err);
	json_free(v);
	return st;
}

static enum status parse_json(struct dmesg *d, struct reader *in, struct error *err)
{
	static const char *const arrays[] = { "dmesg", NULL };
	struct records *records = records_new(in, arrays);
	struct record rec;
	enum status st;

	while ((st = records_next(records, &rec, err)) == OK)
		if ((st = one_record(d, &rec, err)) != OK)
			break;
	records_free(records);
	return st == END ? OK : st;
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct dmesg d = { .out = out };
	enum status st;

	dmesg_events_init(&d.events, out);
	fold_init(&d.fold);
	buf_init(&d.scratch, LIMIT_EVENT_TEXT);
	st = is_json(reader_head(in)) ? parse_json(&d, in, err) : parse_lines(&d, in, err);
	dmesg_events_done(&d.events);
	buf_done(&d.scratch);
	fold_done(&d.fold);
	return st;
}

const struct source source_dmesg = {
	.name = "dmesg",
	.title = "Kernel ring buffer (dmesg)",
	.collect = "dmesg -x --time-format iso > dmesg.txt",
	.of_machine = true,
	.detect = detect,
	.parse = parse,
};

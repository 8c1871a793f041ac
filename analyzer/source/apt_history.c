#include "base/buf.h"
#include "base/limits.h"
#include "bundle/reader.h"
#include "record/record.h"
#include "source/source.h"

/* /var/log/apt/history.log: blocks of "Key: value" from Start-Date to End-Date,
 * written by apt-pkg/deb/dpkgpm.cc when dpkg starts and when it ends.  A block
 * without an End-Date is a run that never came back. */

static const struct action { const char *key, *name, *kind; } actions[] = {
	{ "Install", "install", "apt.install" },
	{ "Upgrade", "upgrade", "apt.upgrade" },
	{ "Remove", "remove", "apt.remove" },
	{ "Purge", "purge", "apt.purge" },
	{ "Reinstall", "reinstall", "apt.reinstall" },
	{ "Downgrade", "downgrade", "apt.downgrade" },
};
#define N_ACTIONS (sizeof(actions) / sizeof(actions[0]))

/* A line of a block that waits for its End-Date. */
struct held { const struct action *action; /* NULL: Error */ uint32_t line; uint64_t offset; size_t at, n; };

struct block {
	bool open;
	struct stamp start;
	struct buf text;        /* the values of all fields, as slices of it */
	struct { size_t at, n; } commandline, requested_by, end;
	struct held lines[16];  /* six actions and an error, some twice */
	size_t n_lines;
};

struct history {
	struct emitter *out;
	uint32_t clock;
	struct block block;
};

static const struct action *action_of(struct str key)
{
	for (size_t i = 0; i < N_ACTIONS; i++)
		if (str_eq(key, str_of(actions[i].key)))
			return &actions[i];
	return NULL;
}

/* "Start-Date: 2025-10-01  02:03:36": two blanks. */
static bool read_stamp(struct str value, struct stamp *out)
{
	size_t n = ts_iso8601(value, out);

	return n > 0 && str_trim(str_from(value, n)).n == 0;
}

static bool split_field(struct str line, struct str *key, struct str *value)
{
	size_t colon = str_chr(str_head(line, 16), ':');

	if (colon == 0 || colon >= line.n || colon >= 16)
		return false;
	*key = str_head(line, colon);
	*value = str_trim(str_from(line, colon + 1));
	return true;
}

static int detect(struct str path, struct str head)
{
	struct str line, key, value;
	struct stamp stamp;
	int bits = 0;

	(void)path;
	/* A tail may start in the middle of a block: look for the first Start-Date. */
	while (str_cut(&head, '\n', &line)) {
		if (!split_field(line, &key, &value)) {
			if (str_trim(line).n)
				return 0;
			continue;
		}
		if (str_eq(key, STR("Start-Date")) && read_stamp(value, &stamp))
			return 48;
		if (!str_eq(key, STR("Start-Date")) && !action_of(key) && !str_eq(key, STR("Commandline")) && !str_eq(key, STR("Requested-By")) &&
		    !str_eq(key, STR("Error")) && !str_eq(key, STR("End-Date")))
			return 0;
		bits = 16;
	}
	return bits;
}

static struct str slice(const struct block *b, size_t at, size_t n)
{
	return (struct str){ b->text.p ? b->text.p + at : NULL, n };
}

/* Appends to the block's text; what does not fit is seen in block.text.cut. */
static size_t store(struct block *b, struct str s)
{
	size_t at = b->text.n;

	buf_add(&b->text, s);
	return at;
}

/* One element of a list: "linux-image-generic:amd64 (5.15.0.1, 5.15.0.2, automatic)". */
struct operation { struct str whole, package, arch, from, to; bool automatic; };

static bool read_operation(struct str s, const struct action *action, struct operation *op)
{
	size_t blank = str_chr(s, ' '), colon;
	struct str list, part, versions[2] = { STR_NONE, STR_NONE };
	size_t n = 0;

	*op = (struct operation){ .whole = s, .package = str_head(s, blank) };
	list = str_from(s, blank + 1);
	if (op->package.n == 0 || list.n < 3 || list.p[0] != '(' || list.p[list.n - 1] != ')')
		return false;
	colon = str_rchr(op->package, ':');
	op->arch = str_from(op->package, colon + 1);
	op->package = str_head(op->package, colon);
	list = (struct str){ list.p + 1, list.n - 2 };
	while (str_cut(&list, ',', &part)) {
		part = str_trim(part);
		if (str_eq(part, STR("automatic")))
			op->automatic = true;
		else if (n < 2)
			versions[n++] = part;
	}
	if (n == 2) {
		op->from = versions[0];
		op->to = versions[1];
	} else if (str_eq(str_of(action->name), STR("remove")) || str_eq(str_of(action->name), STR("purge"))) {
		op->from = versions[0];
	} else {
		op->to = versions[0];
	}
	return true;
}

/* Cuts the next element off a list: they are separated by ", ", and so are the
 * versions inside the parentheses. */
static bool next_element(struct str *list, struct str *element)
{
	size_t end = str_find(*list, STR("), "));

	if (list->n == 0)
		return false;
	if (end < list->n) {
		*element = str_head(*list, end + 1);
		*list = str_from(*list, end + 3);
	} else {
		*element = str_trim(*list);
		*list = STR_NONE;
	}
	return true;
}

static void field(struct event *e, struct field *fields, const char *key, struct str value)
{
	if (value.n)
		fields[e->n_fields++] = (struct field){ str_of(key), value, FIELD_TEXT };
}

/* What every event of a block says about the run. */
static void run_fields(const struct block *b, struct event *e, struct field *fields)
{
	field(e, fields, "commandline", slice(b, b->commandline.at, b->commandline.n));
	field(e, fields, "requested_by", slice(b, b->requested_by.at, b->requested_by.n));
	field(e, fields, "end", slice(b, b->end.at, b->end.n));
	if (b->end.n == 0)
		field(e, fields, "interrupted", STR("true"));
}

static enum status emit_operations(struct history *h, const struct held *held, struct error *err)
{
	const struct block *b = &h->block;
	struct str list = slice(b, held->at, held->n), element;
	struct buf text;
	enum status st = OK;

	buf_init(&text, LIMIT_EVENT_TEXT);
	while (st == OK && next_element(&list, &element)) {
		struct field fields[16];
		struct operation op;
		struct event e = {
			.t = b->start.t, .clock = h->clock, .u_us = b->start.resolution_us, .severity = SEV_NONE,
			.line = held->line, .lines = 1, .offset = held->offset,
			.kind = str_of(held->action->kind), .fields = fields,
		};

		if (!read_operation(element, held->action, &op)) {
			st = emit_reject(h->out, held->line, held->offset, element, "not a package and its version", err);
			continue;
		}
		field(&e, fields, "action", str_of(held->action->name));
		field(&e, fields, "package", op.package);
		field(&e, fields, "arch", op.arch);
		field(&e, fields, "version_from", op.from);
		field(&e, fields, "version_to", op.to);
		if (op.automatic)
			field(&e, fields, "automatic", STR("true"));
		run_fields(b, &e, fields);
		buf_reset(&text);
		buf_printf(&text, "%s: ", held->action->key);
		buf_add(&text, op.whole);
		e.text = buf_str(&text);
		st = emit_event(h->out, &e, err);
	}
	buf_done(&text);
	return st;
}

static enum status emit_failure(struct history *h, const struct held *held, struct error *err)
{
	const struct block *b = &h->block;
	struct field fields[8];
	struct event e = {
		.t = b->start.t, .clock = h->clock, .u_us = b->start.resolution_us, .severity = SEV_ERR,
		.line = held->line, .lines = 1, .offset = held->offset,
		.kind = STR("apt.error"), .text = slice(b, held->at, held->n), .fields = fields,
	};

	run_fields(b, &e, fields);
	return emit_event(h->out, &e, err);
}

static enum status close_block(struct history *h, struct error *err)
{
	struct block *b = &h->block;
	enum status st = OK;

	if (b->text.cut)
		emit_incomplete(h->out, "a record larger than 1 MiB was cut");
	for (size_t i = 0; st == OK && b->open && i < b->n_lines; i++)
		st = b->lines[i].action ? emit_operations(h, &b->lines[i], err) : emit_failure(h, &b->lines[i], err);
	b->open = false;
	return st;
}

static void open_block(struct block *b, const struct stamp *start)
{
	buf_reset(&b->text);
	b->open = true;
	b->start = *start;
	b->commandline.n = b->requested_by.n = b->end.n = 0;
	b->n_lines = 0;
}

/* A line too long for the reader: its last element may be half a version. */
static struct str whole_elements(struct str list)
{
	struct str rest = list, element;
	size_t n = 0;

	while (next_element(&rest, &element) && rest.n)
		n = (size_t)(element.p + element.n - list.p);
	return str_head(list, n);
}

static enum status one_line(struct history *h, const struct line *line, struct error *err)
{
	struct block *b = &h->block;
	struct str key, value;
	const struct action *action;
	struct stamp start;
	enum status st;

	if (str_trim(line->text).n == 0)
		return OK;
	if (!split_field(line->text, &key, &value))
		return emit_reject(h->out, line->no, line->offset, line->text, "not a field of a record", err);
	if (str_eq(key, STR("Start-Date"))) {
		if ((st = close_block(h, err)) != OK)
			return st;
		if (!read_stamp(value, &start))
			return emit_reject(h->out, line->no, line->offset, line->text, "not a date", err);
		open_block(b, &start);
		return OK;
	}
	if (!b->open)
		return emit_reject(h->out, line->no, line->offset, line->text, "outside of a record with a Start-Date", err);
	action = action_of(key);
	if (action || str_eq(key, STR("Error"))) {
		if (line->cut) {
			emit_incomplete(h->out, "a line longer than 64 KiB was cut");
			value = action ? whole_elements(value) : value;
		}
		if (b->n_lines == sizeof(b->lines) / sizeof(b->lines[0]))
			return emit_reject(h->out, line->no, line->offset, line->text, "too many lines in a record", err);
		b->lines[b->n_lines].action = action;
		b->lines[b->n_lines].line = line->no;
		b->lines[b->n_lines].offset = line->offset;
		b->lines[b->n_lines].at = store(b, value);
		b->lines[b->n_lines].n = b->text.n - b->lines[b->n_lines].at;
		b->n_lines++;
		return OK;
	}
	if (str_eq(key, STR("Commandline"))) {
		b->commandline.at = store(b, value);
		b->commandline.n = b->text.n - b->commandline.at;
	} else if (str_eq(key, STR("Requested-By"))) {
		b->requested_by.at = store(b, value);
		b->requested_by.n = b->text.n - b->requested_by.at;
	} else if (str_eq(key, STR("End-Date"))) {
		b->end.at = store(b, value);
		b->end.n = b->text.n - b->end.at;
		return close_block(h, err);
	} else {
		return emit_reject(h->out, line->no, line->offset, line->text, "unknown field", err);
	}
	return OK;
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct history h = { .out = out, .clock = clocks_get(emit_clocks(out), CLOCK_LOCAL, STR_NONE, STR_NONE, 0) };
	struct line line;
	enum status st, damage;

	/* apt writes here whenever it runs: no record means nothing ran. */
	emit_cover(out, COVER_APPEND);
	buf_init(&h.block.text, LIMIT_APT_RECORD);
	while ((st = reader_line(in, &line, err)) == OK)
		if ((st = one_line(&h, &line, err)) != OK)
			goto done;
	/* What came before the damage was good. */
	damage = st == END ? OK : st;
	st = close_block(&h, damage == OK ? err : NULL);
	if (damage != OK)
		st = damage;
done:
	buf_done(&h.block.text);
	return st;
}

const struct source source_apt_history = {
	.name = "apt_history",
	.title = "APT history (history.log)",
	.collect = "cp /var/log/apt/history.log* .",
	.of_machine = true,
	.detect = detect,
	.parse = parse,
};

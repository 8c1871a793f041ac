#include "source/journal_entry.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/number.h"
#include "bundle/reader.h"

/* journalctl with a field a line:
 *
 *   -o export    FIELD=text, an empty line behind each entry
 *   -o verbose   Sun 2026-11-22 10:16:04.481000 UTC [s=..;i=1;b=<boot>;m=<uptime>;t=<time>;x=..]
 *                    FIELD=text
 *                the cursor's numbers are hexadecimal microseconds; further lines of a text are indented deeper */

struct fields { struct journal_entry e; struct buf text; struct { struct str *to; size_t at, n; } taken[16]; size_t n; bool any; };

static enum status end_entry(struct fields *x, struct emitter *out, struct error *err)
{
	enum status st;

	if (!x->any)
		return OK;
	for (size_t i = 0; i < x->n; i++)
		*x->taken[i].to = str_head(str_from(buf_str(&x->text), x->taken[i].at), x->taken[i].n);
	st = journal_emit(out, &x->e, x->e.message, err);
	x->e = (struct journal_entry){ 0 };
	x->n = 0;
	x->any = false;
	buf_reset(&x->text);
	return st;
}

static void keep(struct fields *x, struct str *to, struct str value)
{
	if (x->n == sizeof(x->taken) / sizeof(x->taken[0]))
		return;
	x->taken[x->n].to = to;
	x->taken[x->n].at = x->text.n;
	buf_add(&x->text, value);
	x->taken[x->n].n = x->text.n - x->taken[x->n].at;
	x->n++;
}

static void take_field(struct fields *x, const struct line *line)
{
	size_t eq = str_chr(line->text, '=');
	struct str *to;

	if (!x->any) {
		x->any = true;
		x->e.line = line->no;
		x->e.offset = line->offset;
	}
	x->e.lines = line->no - x->e.line + 1;
	/* a name alone announces bytes: their length is binary, and so may they be */
	if (eq < line->text.n && (to = journal_member(&x->e, str_head(line->text, eq))))
		keep(x, to, str_from(line->text, eq + 1));
}

enum status journal_export(struct reader *in, struct emitter *out, struct error *err)
{
	struct fields x = { .n = 0 };
	struct line line;
	enum status st, damage;

	buf_init(&x.text, LIMIT_EVENT_TEXT);
	while ((st = reader_line(in, &line, err)) == OK) {
		if (line.text.n)
			take_field(&x, &line);
		else if ((st = end_entry(&x, out, err)) != OK)
			goto done;
	}
	damage = st == END ? OK : st;
	st = end_entry(&x, out, damage == OK ? err : NULL);
	if (damage != OK)
		st = damage;
done:
	buf_done(&x.text);
	return st;
}

/* ---- verbose ---- */

/* The text behind "NAME=" in the cursor. */
static struct str cursor_part(struct str line, struct str name)
{
	struct str part = str_from(line, str_find(line, name) + name.n);
	size_t n = 0;

	while (n < part.n && part.p[n] != ';' && part.p[n] != ']')
		n++;
	return str_has(line, name) ? str_head(part, n) : STR_NONE;
}

bool journal_verbose_head(struct str line)
{
	size_t cursor = str_find(line, STR(" [s="));
	uint64_t t;

	return cursor < line.n && !is_blank(*line.p) && num_hex(cursor_part(str_from(line, cursor), STR(";t=")), &t);
}

static void take_head(struct fields *x, const struct line *line)
{
	struct str cursor = str_from(line->text, str_find(line->text, STR(" [s=")));
	char number[24];
	uint64_t v;

	x->any = true;
	x->e.line = line->no;
	x->e.offset = line->offset;
	if (num_hex(cursor_part(cursor, STR(";t=")), &v)) {
		snprintf(number, sizeof(number), "%llu", (unsigned long long)v);
		keep(x, &x->e.realtime, str_of(number));
	}
	if (num_hex(cursor_part(cursor, STR(";m=")), &v)) {
		snprintf(number, sizeof(number), "%llu", (unsigned long long)v);
		keep(x, &x->e.monotonic, str_of(number));
	}
	keep(x, &x->e.boot, cursor_part(cursor, STR(";b=")));
}

/* "    MESSAGE=text", and its next lines. */
static void take_indented(struct fields *x, const struct line *line)
{
	struct line inner = *line;

	x->e.lines = line->no - x->e.line + 1;
	if (str_starts(line->text, STR("        "))) {
		if (x->n && x->taken[x->n - 1].to == &x->e.message) {
			buf_putc(&x->text, '\n');
			buf_add(&x->text, str_trim(line->text));
			x->taken[x->n - 1].n = x->text.n - x->taken[x->n - 1].at;
		}
		return;
	}
	inner.text = str_trim(line->text);
	if (str_starts(inner.text, STR("_BOOT_ID="))) /* the cursor has it */
		return;
	take_field(x, &inner);
}

enum status journal_verbose(struct reader *in, struct emitter *out, struct error *err)
{
	struct fields x = { .n = 0 };
	struct line line;
	enum status st, damage;

	buf_init(&x.text, LIMIT_EVENT_TEXT);
	while ((st = reader_line(in, &line, err)) == OK) {
		if (line.text.n == 0 || str_starts(line.text, STR("-- ")))
			continue;
		if (journal_verbose_head(line.text)) {
			if ((st = end_entry(&x, out, err)) != OK)
				goto done;
			take_head(&x, &line);
		} else if (x.any && is_blank(*line.text.p)) {
			take_indented(&x, &line);
		} else if ((st = emit_reject(out, line.no, line.offset, line.text, "no entry begins here", err)) != OK) {
			goto done;
		}
	}
	damage = st == END ? OK : st;
	st = end_entry(&x, out, damage == OK ? err : NULL);
	if (damage != OK)
		st = damage;
done:
	buf_done(&x.text);
	return st;
}

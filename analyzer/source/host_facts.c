#include <stdio.h>

#include "base/limits.h"
#include "bundle/reader.h"
#include "source/facts.h"
#include "source/source.h"

/* Of a file's text, shown in its event: enough for a whole /proc/meminfo. */
#define SHOWN_BYTES 2048

void facts_emit(struct facts *f, const char *key, struct str value)
{
	if (value.n)
		emit_fact(f->out, STR_NONE, str_of(key), value, f->line);
}

struct str facts_basis(const struct facts *f, const char *what, char *buf, size_t size)
{
	snprintf(buf, size, "%s in %.*s", what, STR_ARG(f->path));
	return str_of(buf);
}

struct str facts_first_line(struct str head)
{
	struct str line;

	while (str_cut(&head, '\n', &line)) {
		line = str_trim(line);
		if (line.n)
			return line;
	}
	return STR_NONE;
}

bool facts_pair(struct str line, char c, struct str *key, struct str *value)
{
	size_t at = str_chr(line, c);

	if (at == 0 || at >= line.n)
		return false;
	*key = str_trim(str_head(line, at));
	*value = str_trim(str_from(line, at + 1));
	if (value->n >= 2 && (value->p[0] == '"' || value->p[0] == '\'') && value->p[value->n - 1] == value->p[0])
		*value = (struct str){ value->p + 1, value->n - 2 };
	return key->n > 0;
}

static struct str last_part(struct str path)
{
	size_t i = path.n;

	while (i > 0 && path.p[i - 1] != '/' && path.p[i - 1] != '!')
		i--;
	return str_from(path, i);
}

static const struct fact_file *choose(struct str path, struct str head, int *bits)
{
	const struct fact_file *const tables[] = { facts_of_clock, facts_of_time, facts_of_system, facts_of_hardware };
	const struct fact_file *best = NULL;
	struct str name = last_part(path);

	*bits = 0;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct fact_file *t = tables[i]; t->what; t++) {
			int bid = t->detect(name, head);

			if (bid > *bits) {
				*bits = bid;
				best = t;
			}
		}
	return best;
}

static int detect(struct str path, struct str head)
{
	int bits;

	choose(path, head, &bits);
	return bits;
}

/* The file itself, for rules that need to know what was NOT in it. */
static enum status emit_file(struct facts *f, const struct line *first, const char *what, struct str head, struct error *err)
{
	struct field field = { STR("what"), str_of(what), FIELD_TEXT };
	struct event e = {
		.clock = clocks_get(emit_clocks(f->out), CLOCK_AGE, STR_NONE, f->path, 0),
		.severity = SEV_NONE, .line = first->no, .lines = 1, .offset = first->offset,
		.kind = STR("host.facts"), .text = head, .fields = &field, .n_fields = 1,
	};

	if (e.text.n > SHOWN_BYTES) {
		e.text.n = str_rchr(str_head(head, SHOWN_BYTES), '\n');
		e.text.n = e.text.n < SHOWN_BYTES ? e.text.n : SHOWN_BYTES;
	}
	e.text = str_rtrim(e.text);
	for (size_t i = 0; i < e.text.n; i++)
		e.lines += e.text.p[i] == '\n';
	return emit_event(f->out, &e, err);
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct facts f = { .out = out, .path = emit_path(out) };
	int bits;
	const struct fact_file *file = choose(f.path, reader_head(in), &bits);
	struct line line;
	enum status st;

	f.name = last_part(f.path);
	emit_cover(out, COVER_SNAPSHOT);
	do
		st = reader_line(in, &line, err);
	while (st == OK && str_trim(line.text).n == 0);
	if (st != OK)
		return st == END ? OK : st;
	reader_unread(in);
	st = emit_file(&f, &line, file ? file->what : "unknown", reader_head(in), err);
	while (st == OK && (st = reader_line(in, &line, err)) == OK) {
		f.line = line.no;
		if (file && str_trim(line.text).n)
			file->line(&f, line.text);
	}
	if (file && file->end)
		file->end(&f);
	return st == END ? OK : st;
}

const struct source source_host_facts = {
	.name = "host_facts",
	.title = "Host facts (uname, uptime, date, os-release, lsmod, ..)",
	.collect = "uname -a; uptime; date; grep btime /proc/stat; lsmod; modinfo nvidia; dkms status",
	.of_machine = true,
	.detect = detect,
	.parse = parse,
};

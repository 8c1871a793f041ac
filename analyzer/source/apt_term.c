#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "bundle/reader.h"
#include "record/record.h"
#include "source/source.h"

/* /var/log/apt/term.log and unattended-upgrades-dpkg.log: what dpkg and the scripts of packages wrote to the
 * terminal, between "Log started: 2026-02-01  00:16:35" and "Log ended: ..." (local time, apt-pkg/deb/dpkgpm.cc).
 * Only here is said why a module could not be built.  Lines have no time of their own: each lies between the two,
 * so they wait for the second. */

/* A run that prints more lines than this, or bytes than LIMIT_APT_RECORD, is emitted in parts. */
#define HELD_LINES 4096
/* How long a run lasts whose end is not in the file. */
#define USUAL_RUN (30 * TS_MINUTE)

struct held { uint32_t line, lines; uint64_t offset; size_t at, n; };

struct term {
	struct emitter *out;
	uint32_t local, nowhen;  /* nowhen: of lines outside of any run */
	bool open, nowhen_known;
	ts_usec start;
	struct buf text;
	struct held lines[HELD_LINES];
	size_t n;
};

static bool bound(struct str line, const char *words, struct stamp *out)
{
	size_t n;

	if (!str_skip(&line, str_of(words)))
		return false;
	n = ts_iso8601(line, out);
	return n > 0 && str_trim(str_from(line, n)).n == 0;
}

static bool is_progress(struct str line)
{
	return str_starts(line, STR("(Reading database")) || str_starts(line, STR("Progress: ["));
}

/* Words of dpkg and DKMS that no other program has. */
static bool telling(struct str line)
{
	return is_progress(line) || str_starts(line, STR("Preparing to unpack ")) || str_starts(line, STR("Selecting previously unselected package ")) ||
	       str_starts(line, STR("Error! Bad return status for module build")) || str_starts(line, STR("Error! Your kernel headers for kernel ")) ||
	       str_starts(line, STR("dpkg: error processing package ")) || str_starts(line, STR("Building initial module for ")) ||
	       str_has(line, STR("dkms: running auto installation service")) || str_starts(line, STR("dkms autoinstall on ")) ||
	       str_starts(line, STR("Processing triggers for "));
}

static int detect(struct str path, struct str head)
{
	struct str line;
	struct stamp ignored;
	int words = 0;

	(void)path;
	for (int seen = 0; seen < 64 && str_cut(&head, '\n', &line); seen++) {
		line = str_rtrim(line);
		if (bound(line, "Log started: ", &ignored) || bound(line, "Log ended: ", &ignored))
			return 40;
		words += telling(line);
	}
	return words ? 14 : 0; /* a piece of a terminal's output */
}

/* What a terminal shows of a line: the piece behind the last carriage return that has any. */
static struct str shown(struct str line)
{
	size_t cr;

	line = str_rtrim(line);
	cr = str_rchr(line, '\r');
	return cr < line.n ? str_from(line, cr + 1) : line;
}

static bool says(struct str s, const char *word)
{
	return str_ifind(s, str_of(word)) < s.n;
}

static enum severity severity_of(struct str s)
{
	if (str_starts(s, STR("Error!")) || str_starts(s, STR("E: ")) || str_starts(s, STR("dpkg: error")) || says(s, "subprocess returned error") ||
	    says(s, "bad exit status") || says(s, " error: "))
		return SEV_ERR;
	return str_starts(s, STR("W: ")) || says(s, "warning") ? SEV_WARNING : SEV_NONE;
}

/* Without a run around them lines were printed nobody knows when. */
static uint32_t nowhen(struct term *t)
{
	if (!t->nowhen_known)
		t->nowhen = clocks_get(emit_clocks(t->out), CLOCK_UNSTAMPED, STR_NONE, emit_path(t->out), 0);
	t->nowhen_known = true;
	return t->nowhen;
}

static enum status flush(struct term *t, ts_usec end, struct error *err)
{
	enum status st = OK;

	for (size_t i = 0; st == OK && i < t->n; i++) {
		const struct held *h = &t->lines[i];
		struct event e = {
			.t = t->open ? t->start + (end - t->start) / 2 : 0, .clock = t->open ? t->local : nowhen(t),
			.u_us = t->open ? (end - t->start) / 2 + TS_SECOND : 0,
			.line = h->line, .lines = h->lines, .offset = h->offset,
			.kind = STR("terminal.output"), .text = str_head(str_from(buf_str(&t->text), h->at), h->n),
		};

		e.severity = severity_of(e.text);
		st = emit_event(t->out, &e, err);
	}
	t->n = 0;
	buf_reset(&t->text);
	return st;
}

/* The second line of a complaint: "Consult /var/lib/dkms/nvidia/535/build/make.log ..." says of which module. */
static bool goes_on(const struct term *t, struct str s)
{
	struct str last;

	if (t->n == 0)
		return false;
	last = str_head(str_from(buf_str(&t->text), t->lines[t->n - 1].at), t->lines[t->n - 1].n);
	if (t->lines[t->n - 1].lines >= 8)
		return false;
	return (str_starts(last, STR("Error! ")) && (str_starts(s, STR("Consult ")) || str_starts(s, STR("Please ")) || str_starts(s, STR("Refer ")) ||
						     str_starts(s, STR("or use the ")))) ||
	       (str_starts(last, STR("dpkg: ")) && is_blank(s.n ? s.p[0] : 'x'));
}

static enum status hold(struct term *t, const struct line *line, struct str s, struct error *err)
{
	struct held *h;
	enum status st = OK;

	if (goes_on(t, s)) {
		h = &t->lines[t->n - 1];
		buf_putc(&t->text, '\n');
		buf_add(&t->text, s);
		h->n = t->text.n - h->at;
		h->lines = line->no - h->line + 1;
		return OK;
	}
	if (t->n == HELD_LINES || t->text.n + s.n + 1 > LIMIT_APT_RECORD)
		st = flush(t, t->start + USUAL_RUN, err);
	h = &t->lines[t->n++];
	*h = (struct held){ line->no, 1, line->offset, t->text.n, 0 };
	buf_add(&t->text, s);
	h->n = t->text.n - h->at;
	return st;
}

static enum status one_line(struct term *t, const struct line *line, struct error *err)
{
	struct str s = shown(line->text);
	struct stamp stamp;
	enum status st;

	if (bound(s, "Log started: ", &stamp)) {
		st = flush(t, t->start + USUAL_RUN, err); /* a run that never came back */
		t->open = true;
		t->start = stamp.t;
		return st;
	}
	if (bound(s, "Log ended: ", &stamp)) {
		st = flush(t, stamp.t > t->start ? stamp.t : t->start, err);
		t->open = false;
		return st;
	}
	if (str_trim(s).n == 0 || is_progress(s))
		return OK;
	return hold(t, line, s, err);
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct arena *own = arena_new();
	struct term *t = ARENA_NEW(own, struct term);
	struct line line;
	enum status st, damage;

	t->out = out;
	t->local = clocks_get(emit_clocks(out), CLOCK_LOCAL, STR_NONE, STR_NONE, 0);
	buf_init(&t->text, LIMIT_APT_RECORD);
	while ((st = reader_line(in, &line, err)) == OK)
		if ((st = one_line(t, &line, err)) != OK)
			goto done;
	damage = st == END ? OK : st;
	st = flush(t, t->start + USUAL_RUN, damage == OK ? err : NULL);
	if (damage != OK)
		st = damage;
done:
	buf_done(&t->text);
	arena_free(own);
	return st;
}

const struct source source_apt_term = {
	.name = "apt_term",
	.title = "APT terminal log (term.log)",
	.collect = "cp /var/log/apt/term.log* .",
	.of_machine = true,
	.detect = detect,
	.parse = parse,
};

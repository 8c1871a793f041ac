#include "source/app.h"
#include "source/plain.h"
#include "source/source.h"

#include "base/buf.h"

/* The logs of applications and containers: Python logging, glog, torch, NCCL,
 * vLLM, TGI, JSON lines, logfmt, in CRI, docker and compose wrapping. */

struct app_log {
	struct emitter *out;
	struct app_place *place;
	struct arena *names;      /* of the member */
	struct app_line line;
	struct buf plain;         /* the line without escapes and overwritten text */
	struct buf partial[2];    /* of stdout and stderr: a line in pieces */
	struct line partial_at[2];
};

/* "==== START logs for container c of pod ns/pod ====" of kubectl cluster-info dump. */
static bool section(struct app_log *s, struct str text)
{
	struct app_names n = { 0 };
	size_t of, slash;

	if (str_starts(text, STR("==== END logs for container ")))
		return true;
	if (!str_skip(&text, STR("==== START logs for container ")))
		return false;
	of = str_find(text, STR(" of pod "));
	n.container = str_head(text, of);
	text = str_from(text, of + 8);
	text = str_head(text, str_chr(text, ' '));
	slash = str_chr(text, '/');
	n.namespace = str_head(text, slash);
	n.pod = str_from(text, slash + 1);
	n.job = n.container;
	app_place_names(s->place, &n);
	return true;
}

/* Colours and cursor moves go, of text overwritten by carriage returns the
 * last stays (a progress bar), and so does the process prefix in front of it. */
static struct str clean(struct app_log *s, struct str text)
{
	struct str plain;
	size_t cr;

	text = str_rtrim(text);
	while (text.n && text.p[text.n - 1] == '\0')
		text.n--;
	while (text.n && *text.p == '\0') /* a hole: the file was truncated while it was written */
		text = str_from(text, 1);
	if (text.n == 0 || (!memchr(text.p, '\033', text.n) && !memchr(text.p, '\r', text.n) && !memchr(text.p, '\0', text.n)))
		return text;
	plain = plain_text(text, &s->plain);
	if (plain.p != s->plain.p) { /* only a carriage return */
		buf_reset(&s->plain);
		buf_add(&s->plain, text);
	}
	text = str_rtrim(buf_str(&s->plain));
	cr = str_rchr(text, '\r');
	if (cr < text.n) {
		struct str first = str_head(text, str_chr(text, '\r')), last = str_from(text, cr + 1);

		if (*first.p == '(' && str_ends(str_rtrim(first), STR(")"))) {
			char *to = s->plain.p + first.n;

			memmove(to, last.p, last.n);
			return (struct str){ s->plain.p, first.n + last.n };
		}
		return last;
	}
	return text;
}

static size_t stream_index(const struct app_head *h)
{
	return str_eq(h->stream, STR("stderr"));
}

/* A piece of a line: kept until the last one.  True when the line is not
 * complete yet; *text and the place of the line are the whole's at the end. */
static bool in_pieces(struct app_log *s, struct str *text, bool partial, struct line *at)
{
	size_t i = stream_index(&s->line.head);
	struct buf *b = &s->partial[i];

	if (!partial && b->n == 0)
		return false;
	if (b->n == 0)
		s->partial_at[i] = *at;
	buf_add(b, *text);
	if (partial)
		return true;
	*text = arena_dup(s->line.arena, buf_str(b));
	s->line.lines = at->no - s->partial_at[i].no + 1;
	*at = s->partial_at[i];
	buf_reset(b);
	return false;
}

static enum status one_line(struct app_log *s, struct line line, struct error *err)
{
	struct app_line *l = &s->line;
	struct str text = clean(s, line.text);
	bool partial = false;

	if (text.n == 0) {
		app_place_blank(s->place);
		return OK;
	}
	if (*text.p == '=' && section(s, text))
		return OK;
	arena_reset(l->arena);
	attrs_reset(&l->fields);
	l->head = (struct app_head){ .severity = SEV_NONE };
	l->pod = l->namespace = l->job = STR_NONE;
	l->latency_s = NO_NUMBER;
	l->code = 0;
	l->lines = 1;
	app_name_prefix(&text, &l->head);
	app_file_prefix(&text);
	if (app_cri(&text, &l->head, &partial) || app_docker(&text, &l->head, l->arena, &partial)) {
		if (in_pieces(s, &text, partial, &line))
			return OK;
		text = clean(s, text);
	}
	l->no = line.no;
	l->offset = line.offset;
	app_head(text, &l->head);
	if (!app_json(l->head.text, l) && !app_logfmt(l->head.text, l))
		app_served(l->head.text, &l->code, &l->latency_s);
	return app_place_line(s->place, l, err);
}

/* The end of the member came before the end of a line. */
static enum status left_pieces(struct app_log *s, struct error *err)
{
	enum status st = OK;

	for (size_t i = 0; i < 2 && st == OK; i++) {
		struct line line = s->partial_at[i];

		if (s->partial[i].n == 0)
			continue;
		line.text = buf_str(&s->partial[i]);
		st = one_line(s, line, err);
	}
	return st;
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct arena *a = arena_new(), *of_line = arena_new();
	struct app_log *s = ARENA_NEW(a, struct app_log);
	struct app_names names = app_names(emit_path(out), a);
	struct line line;
	enum status st;

	s->out = out;
	s->place = app_place_new(out, &names);
	s->line.arena = of_line;
	attrs_init(&s->line.fields, of_line);
	buf_init(&s->plain, LIMIT_LINE);
	buf_init(&s->partial[0], LIMIT_EVENT_TEXT);
	buf_init(&s->partial[1], LIMIT_EVENT_TEXT);
	while ((st = reader_line(in, &line, err)) == OK) {
		st = one_line(s, line, err);
		if (st != OK)
			break;
	}
	if (st == END)
		st = left_pieces(s, err);
	if (st == OK)
		st = app_place_end(s->place, err);
	app_place_free(s->place);
	buf_done(&s->plain);
	buf_done(&s->partial[0]);
	buf_done(&s->partial[1]);
	arena_free(of_line);
	arena_free(a);
	return st;
}

const struct source source_app_log = {
	.name = "app_log",
	.title = "Application and container logs",
	.collect = "kubectl logs --timestamps POD; the job's stdout and stderr",
	.detect = app_detect,
	.parse = parse,
};

/* Logs of web servers and proxies: access logs (shapes: source/http_line.h, source/access.h) and error logs.
 *
 * Each request is a point of svc.requests{workload,code} and, where the line tells how long it took,
 * of svc.latency.  Requests answered with 4xx or 5xx are events, too (http.request), and so is each
 * line of an error log (http.message).  The workload is the upstream of a proxy, else named after the file. */
#include "base/arena.h"
#include "base/limits.h"
#include "bundle/reader.h"
#include "source/access.h"
#include "source/app.h"
#include "source/fold.h"
#include "source/source.h"
#include "source/svc_series.h"
#include "source/syslog_line.h"

struct access_log {
	struct emitter *out;
	struct arena *arena;      /* of the line at hand */
	struct arena *names_arena;
	struct app_names names;
	struct access_w3c w3c;
	struct svc_series series;
	struct attrs attrs;
	struct fold fold;         /* an error log's message that may go on */
	struct app_head outer;    /* of the line at hand */
	struct app_head held;     /* of the one in fold */
	struct yearless year;
};

/* HAProxy logs through syslog. */
static bool through_syslog(struct str line, struct syslog_line *head)
{
	size_t n = syslog_stamp(line, head);

	if (n == 0)
		return false;
	syslog_split(line, n, head);
	return str_eq(head->program, STR("haproxy"));
}

/* Without what a container runtime put in front; outer keeps its stamp. */
static struct str unwrapped(struct str line, struct app_head *outer)
{
	bool partial;

	*outer = (struct app_head){ .severity = SEV_NONE };
	app_name_prefix(&line, outer);
	app_cri(&line, outer, &partial);
	return str_rtrim(line);
}

static int detect(struct str path, struct str head)
{
	struct str line;
	struct http_line request;
	struct access_error error;
	struct syslog_line syslog;
	struct app_head outer;
	size_t seen = 0, requests = 0, errors = 0;
	bool w3c = false;

	(void)path;
	while (seen < 64 && str_cut(&head, '\n', &line)) {
		line = unwrapped(line, &outer);
		if (line.n == 0 || is_blank(*line.p))
			continue;
		if (*line.p == '#') {
			w3c |= str_starts(line, STR("#Fields: ")) && str_has(line, STR("cs-method"));
			continue;
		}
		seen++;
		if (*line.p == '{')
			requests += access_json_looks(line);
		else if (http_line(line, &request) || (through_syslog(line, &syslog) && http_line(syslog.message, &request)))
			requests++;
		else if (access_error(line, &error))
			errors++;
	}
	if (w3c)
		return 40;
	return (requests + errors) * 2 >= seen && requests + errors > 0 ? 32 : 0;
}

/* ---- out ---- */

struct place { ts_usec t, u; uint32_t clock; const struct line *line; };

static struct place place_of(struct access_log *a, const struct stamp *stamp, const struct app_head *outer, struct str host,
			     const struct line *line)
{
	struct place p = { .line = line, .clock = CLOCK_IS_UTC };

	if (!stamp->has_zone && outer->stamped) /* the runtime's says more */
		stamp = &outer->stamp;
	p.t = stamp->t;
	p.u = stamp->resolution_us;
	if (!stamp->has_year)
		p.t = clock_place_yearless(emit_clocks(a->out), &a->year, host, emit_path(a->out), stamp, &p.clock);
	else if (!stamp->has_zone)
		p.clock = clocks_get(emit_clocks(a->out), CLOCK_LOCAL, host, STR_NONE, 0);
	return p;
}

static void whose(struct access_log *a, const struct app_names *n)
{
	attrs_text(&a->attrs, STR("job"), n->job);
	attrs_text(&a->attrs, STR("pod"), n->pod);
	attrs_text(&a->attrs, STR("namespace"), n->namespace);
	attrs_text(&a->attrs, STR("container"), n->container);
}

static void request_attrs(struct access_log *a, const struct http_line *r)
{
	attrs_text(&a->attrs, STR("method"), r->method);
	attrs_text(&a->attrs, STR("path"), r->path);
	attrs_text(&a->attrs, STR("protocol"), r->protocol);
}

static enum status emit_request(struct access_log *a, const struct http_line *r, struct place at, struct str host, struct error *err)
{
	bool served = r->status < 400 || r->status >= 500; /* a refusal is quick and would hide how slow the rest is */
	struct app_names names = a->names;
	char entity[APP_ENTITY];
	enum status st;

	if (r->workload.n)
		names.job = r->workload;
	st = svc_emit_request(&a->series, &(struct sample){ .t = at.t, .clock = at.clock, .u_us = at.u, .line = at.line->no,
		.offset = at.line->offset }, names.job, served ? r->latency_s : NO_NUMBER, r->status, err);
	if (st != OK || r->status < 400)
		return st;
	attrs_reset(&a->attrs);
	attrs_number(&a->attrs, STR("code"), r->status);
	request_attrs(a, r);
	attrs_text(&a->attrs, STR("client"), r->client);
	attrs_text(&a->attrs, STR("user"), r->user);
	attrs_text(&a->attrs, STR("server"), r->host);
	attrs_text(&a->attrs, STR("user_agent"), r->agent);
	attrs_text(&a->attrs, STR("upstream"), r->upstream);
	attrs_text(&a->attrs, STR("flags"), r->flags);
	attrs_number(&a->attrs, STR("bytes"), r->bytes);
	attrs_number(&a->attrs, STR("latency_s"), r->latency_s);
	attrs_number(&a->attrs, STR("upstream_latency_s"), r->upstream_s);
	whose(a, &names);
	app_entity(&names, entity);
	return emit_event(a->out, &(struct event){ .t = at.t, .u_us = at.u, .clock = at.clock, .line = at.line->no, .lines = 1,
		.offset = at.line->offset, .host = host, .severity = r->status >= 500 ? SEV_ERR : SEV_WARNING, .kind = STR("http.request"),
		.entity = str_of(entity), .text = r->text, .fields = a->attrs.v, .n_fields = a->attrs.n }, err);
}

/* The message that is held, with the lines that went with it. */
static enum status flush(struct access_log *a, struct error *err)
{
	struct str text = buf_str(&a->fold.text), first = str_head(text, str_chr(text, '\n'));
	struct line line = { .no = a->fold.line, .offset = a->fold.offset };
	struct syslog_line head = { .level = SEV_NONE };
	struct access_error e;
	char entity[APP_ENTITY];
	enum severity severity = SEV_INFO;
	uint32_t lines = a->fold.lines;
	struct place at;

	if (!fold_holds(&a->fold))
		return OK;
	fold_drop(&a->fold);
	attrs_reset(&a->attrs);
	if (access_error(first, &e)) {
		at = place_of(a, &e.stamp, &a->held, STR_NONE, &line);
		severity = app_severity(e.level);
		request_attrs(a, &e.request);
		text = str_from(text, (size_t)(e.text.p - text.p));
	} else { /* it was held because it is HAProxy's */
		e = (struct access_error){ 0 };
		through_syslog(first, &head);
		at = place_of(a, &head.stamp, &a->held, head.host, &line);
		e.pid = head.pid;
		text = head.message;
	}
	attrs_text(&a->attrs, STR("level"), e.level);
	attrs_text(&a->attrs, STR("module"), e.module);
	attrs_text(&a->attrs, STR("pid"), e.pid);
	attrs_text(&a->attrs, STR("client"), e.client);
	attrs_text(&a->attrs, STR("server"), e.server);
	attrs_text(&a->attrs, STR("upstream"), e.upstream);
	whose(a, &a->names);
	app_entity(&a->names, entity);
	return emit_event(a->out, &(struct event){ .t = at.t, .u_us = at.u, .clock = at.clock, .line = line.no, .lines = lines,
		.offset = line.offset, .host = head.host, .severity = severity, .kind = STR("http.message"), .entity = str_of(entity),
		.text = text, .fields = a->attrs.v, .n_fields = a->attrs.n }, err);
}

static enum status one_line(struct access_log *a, const struct line *line, struct error *err)
{
	struct str text = unwrapped(line->text, &a->outer);
	struct syslog_line head = { .level = SEV_NONE };
	struct access_error error;
	struct http_line r;
	enum status st;
	bool is;

	if (text.n == 0 || access_w3c_directive(&a->w3c, text))
		return OK;
	arena_reset(a->arena);
	if (*text.p == '{')
		is = access_json(text, a->arena, &r);
	else
		is = (a->w3c.n && access_w3c_row(&a->w3c, text, &r)) || http_line(text, &r);
	if (!is && through_syslog(text, &head))
		is = http_line(head.message, &r);
	if (is) {
		st = flush(a, err);
		return st == OK ? emit_request(a, &r, place_of(a, &r.stamp, &a->outer, head.host, line), head.host, err) : st;
	}
	if (access_error(text, &error) || head.program.n) {
		struct line first = *line;

		st = flush(a, err);
		first.text = text;
		fold_start(&a->fold, &first);
		a->held = a->outer;
		return st;
	}
	if (fold_holds(&a->fold) && *text.p != '{' && fold_join(&a->fold, text))
		return OK;
	return emit_reject(a->out, line->no, line->offset, line->text, *text.p == '{' ? "no request in this JSON" : "no request, and no stamp", err);
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct access_log a = { .out = out, .arena = arena_new(), .names_arena = arena_new() };
	struct line line;
	enum status st, damage;

	a.names = app_names(emit_path(out), a.names_arena);
	a.w3c.arena = arena_new();
	attrs_init(&a.attrs, a.arena);
	fold_init(&a.fold);
	svc_series_init(&a.series, out);
	while ((st = reader_line(in, &line, err)) == OK)
		if ((st = one_line(&a, &line, err)) != OK)
			goto done;
	damage = st == END ? OK : st;
	st = flush(&a, damage == OK ? err : NULL);
	if (damage != OK)
		st = damage;
done:
	svc_series_done(&a.series);
	fold_done(&a.fold);
	arena_free(a.w3c.arena);
	arena_free(a.names_arena);
	arena_free(a.arena);
	return st;
}

const struct source source_access_log = {
	.name = "access_log",
	.title = "Access and error logs of web servers",
	.collect = "cp /var/log/nginx/*.log .",
	.detect = detect,
	.parse = parse,
};

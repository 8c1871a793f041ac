#include "source/prom.h"

#include <math.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/number.h"

/* Histograms (and summaries) of how long requests took, by the names their programs give them. */
static const struct { const char *base; double seconds; } latencies[] = {
	{ "vllm:e2e_request_latency_seconds", 1 }, { "sglang:e2e_request_latency_seconds", 1 }, { "tgi_request_duration", 1 },
	{ "http_request_duration_seconds", 1 }, { "http_server_requests_seconds", 1 }, { "http_server_request_duration_seconds", 1 },
	{ "http_server_duration_milliseconds", 1e-3 }, { "nginx_ingress_controller_request_duration_seconds", 1 },
	{ "istio_request_duration_milliseconds", 1e-3 }, { "traefik_service_request_duration_seconds", 1 },
	{ "ray_serve_deployment_processing_latency_ms", 1e-3 }, { "serve_deployment_processing_latency_ms", 1e-3 },
};
/* Counters of requests with their status. */
static const char *const requests[] = {
	"http_requests_total", "nginx_ingress_controller_requests", "istio_requests_total", "traefik_service_requests_total",
	"http_server_requests_seconds_count", "http_server_request_duration_seconds_count",
};
#define PRESSURE "node_pressure_cpu_waiting_seconds_total"

enum what { NOTHING, BUCKET, SUM, COUNT, QUANTILE, REQUESTS, WAITING };

/* A counter: its readings' common part. */
struct counter {
	enum what what;
	uint32_t group;          /* of counters whose sum is asked for */
	double scale, le;        /* le of a bucket, the quantile of a summary */
	struct str code;
};
struct reading { uint32_t counter; ts_usec t, u; uint32_t clock, line; uint64_t offset; double v; };
/* What a counter grew by until t. */
struct growth { struct reading at; ts_usec since; double by; };

struct prom_rates {
	struct emitter *out;
	struct arena *arena;
	struct map *keys, *groups;
	struct counter *counters; size_t n_counters, cap_counters;
	struct group { struct str workload, node; } *v; size_t n_groups, cap_groups;
	struct reading *readings; size_t n, cap;
	bool full;
};

struct prom_rates *prom_rates_new(struct emitter *out)
{
	struct arena *a = arena_new();
	struct prom_rates *r = ARENA_NEW(a, struct prom_rates);

	r->out = out;
	r->arena = a;
	r->keys = map_new();
	r->groups = map_new();
	return r;
}

void prom_rates_free(struct prom_rates *r)
{
	if (!r)
		return;
	map_free(r->keys);
	map_free(r->groups);
	free(r->counters);
	free(r->v);
	free(r->readings);
	arena_free(r->arena);
}

static enum what kind_of(struct str metric, double *scale)
{
	for (size_t i = 0; i < sizeof(latencies) / sizeof(latencies[0]); i++) {
		struct str tail = metric;

		if (!str_skip(&tail, str_of(latencies[i].base)))
			continue;
		*scale = latencies[i].seconds;
		if (str_eq(tail, STR("_bucket")))
			return BUCKET;
		if (str_eq(tail, STR("_sum")))
			return SUM;
		if (str_eq(tail, STR("_count")))
			return COUNT;
		if (tail.n == 0)
			return QUANTILE;
	}
	*scale = 1;
	if (str_eq(metric, STR(PRESSURE)))
		return WAITING;
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		if (str_eq(metric, str_of(requests[i])))
			return REQUESTS;
	return NOTHING;
}

static bool counts_requests(struct str metric)
{
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		if (str_eq(metric, str_of(requests[i])))
			return true;
	return false;
}

bool prom_rates_wants(struct str metric)
{
	double scale;

	return kind_of(metric, &scale) != NOTHING;
}

static struct str code_of(const struct prom_sample *s)
{
	static const char *const names[] = { "code", "status", "status_code", "response_code", "http_status_code", "http_response_status_code" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (prom_label(s, names[i]).n)
			return prom_label(s, names[i]);
	return STR_NONE;
}

static uint32_t group_of(struct prom_rates *r, struct str workload, struct str node)
{
	struct str key = arena_printf(r->arena, "%.*s\n%.*s", STR_ARG(workload), STR_ARG(node));
	size_t before = map_count(r->groups), at = map_put(r->groups, key);

	if (at == before) {
		r->v = grow(r->v, r->n_groups, &r->cap_groups, sizeof(*r->v));
		r->v[r->n_groups++] = (struct group){ arena_dup(r->arena, workload), arena_dup(r->arena, node) };
	}
	return (uint32_t)at;
}

/* A count with its status is a count of requests, too: one counter for each. */
static void take_as(struct prom_rates *r, enum what what, double scale, struct str key, const struct prom_sample *s, struct str workload,
		    struct str node)
{
	size_t before = map_count(r->keys), at;

	if (r->n >= LIMIT_POINTS) {
		r->full = true;
		return;
	}
	at = map_put(r->keys, arena_printf(r->arena, "%d%.*s", (int)what, STR_ARG(key)));
	if (at == before) {
		struct counter c = { .what = what, .scale = scale, .code = arena_dup(r->arena, code_of(s)) };
		struct str le = prom_label(s, what == QUANTILE ? "quantile" : "le");

		c.group = group_of(r, what == WAITING ? STR_NONE : workload, what == WAITING ? node : STR_NONE);
		c.le = (double)INFINITY;
		if (num_double(le, &c.le))
			c.le *= what == BUCKET ? scale : 1;
		r->counters = grow(r->counters, r->n_counters, &r->cap_counters, sizeof(*r->counters));
		r->counters[r->n_counters++] = c;
	}
	r->readings = grow(r->readings, r->n, &r->cap, sizeof(*r->readings));
	r->readings[r->n++] = (struct reading){ (uint32_t)at, s->t, s->u, s->clock, s->line, s->offset, s->value };
}

void prom_rates_take(struct prom_rates *r, struct str key, const struct prom_sample *s, struct str workload, struct str node)
{
	double scale;
	enum what what = kind_of(s->name, &scale);
	struct str code = code_of(s);

	/* a refusal is quick and would hide how slow the served ones are */
	if (what != REQUESTS && what != WAITING && str_starts(code, STR("4")))
		what = NOTHING;
	if (what != NOTHING && (what != REQUESTS || code.n))
		take_as(r, what, scale, key, s, workload, node);
	if (what != REQUESTS && code.n && counts_requests(s->name))
		take_as(r, REQUESTS, 1, key, s, workload, node);
}

/* ---- what happened between two readings ---- */

static int compare(double a, double b)
{
	return a < b ? -1 : a > b;
}

static int by_counter(const void *x, const void *y)
{
	const struct reading *a = x, *b = y;

	if (a->counter != b->counter)
		return a->counter < b->counter ? -1 : 1;
	if (a->t != b->t)
		return a->t < b->t ? -1 : 1;
	return a->line < b->line ? -1 : a->line > b->line;
}

static int by_group(const struct prom_rates *r, const struct growth *a, const struct growth *b)
{
	const struct counter *c = &r->counters[a->at.counter], *d = &r->counters[b->at.counter];

	if (c->group != d->group)
		return c->group < d->group ? -1 : 1;
	if (a->at.t != b->at.t)
		return a->at.t < b->at.t ? -1 : 1;
	if (c->what != d->what)
		return c->what < d->what ? -1 : 1;
	if (c->what == REQUESTS && !str_eq(c->code, d->code))
		return str_cmp(c->code, d->code);
	if (compare(c->le, d->le))
		return compare(c->le, d->le);
	return a->at.counter < b->at.counter ? -1 : a->at.counter > b->at.counter;
}

/* Heap sort: qsort() has no context, and these are sorted by what their counters are. */
static void sift(const struct prom_rates *r, struct growth *v, size_t i, size_t n)
{
	for (size_t c; (c = 2 * i + 1) < n; i = c) {
		struct growth swap;

		if (c + 1 < n && by_group(r, &v[c], &v[c + 1]) < 0)
			c++;
		if (by_group(r, &v[i], &v[c]) >= 0)
			return;
		swap = v[i];
		v[i] = v[c];
		v[c] = swap;
	}
}

static void sort_growths(const struct prom_rates *r, struct growth *v, size_t n)
{
	for (size_t i = n / 2; i-- > 0;)
		sift(r, v, i, n);
	for (size_t end = n; end-- > 1;) {
		struct growth swap = v[0];

		v[0] = v[end];
		v[end] = swap;
		sift(r, v, 0, end);
	}
}

static struct growth *growths(struct prom_rates *r, size_t *n_out)
{
	struct growth *v = NULL;
	size_t n = 0, cap = 0;

	if (r->n)
		qsort(r->readings, r->n, sizeof(*r->readings), by_counter);
	for (size_t i = 0; i < r->n; i++) {
		const struct reading *now = &r->readings[i], *was = i ? &r->readings[i - 1] : NULL;
		bool summary = r->counters[now->counter].what == QUANTILE;
		struct growth g = { *now, now->t, now->v };

		if (!summary) {
			if (!was || was->counter != now->counter || was->clock != now->clock || was->t == now->t)
				continue;
			g.since = was->t;
			g.by = now->v >= was->v ? now->v - was->v : now->v; /* it was restarted */
		}
		v = grow(v, n, &cap, sizeof(*v));
		v[n++] = g;
	}
	sort_growths(r, v, n);
	*n_out = n;
	return v;
}

static enum status emit_value(struct prom_rates *r, const struct growth *g, const char *name, const char *unit, struct str code, double value,
			      struct error *err)
{
	const struct group *of = &r->v[r->counters[g->at.counter].group];
	bool node = r->counters[g->at.counter].what == WAITING;
	struct str who = node ? of->node : str_head(of->workload, 127);
	struct label labels[2] = { { node ? STR("node") : STR("workload"), who }, { STR("code"), code } };
	char entity[160];
	uint32_t series;

	snprintf(entity, sizeof(entity), "%s:%.*s", node ? "node" : "workload", STR_ARG(str_head(who, 127)));
	series = emit_series(r->out, &(struct series_def){ .name = str_of(name), .unit = str_of(unit), .entity = str_of(entity),
		.host = node ? who : STR_NONE, .labels = labels, .n_labels = code.n ? 2 : 1 });
	return emit_sample(r->out, &(struct sample){ .t = g->at.t, .u_us = g->at.u > g->at.t - g->since ? g->at.u : g->at.t - g->since,
		.clock = g->at.clock, .line = g->at.line, .offset = g->at.offset, .panel = emit_panel(r->out, &series, 1), .values = &value }, err);
}

/* Of growths v[0..n) of buckets, sorted by le: the value below which share q of the requests stayed, as
 * Prometheus' histogram_quantile() has it; the highest bound when it lies above. */
static double quantile(const struct prom_rates *r, const struct growth *v, size_t n, double q)
{
	double total = 0, below = 0, from = 0;

	for (size_t i = 0; i < n; i++)
		if (isinf(r->counters[v[i].at.counter].le))
			total += v[i].by;
	if (!(total > 0))
		return (double)NAN;
	for (size_t i = 0; i < n;) {
		double le = r->counters[v[i].at.counter].le, sum = 0;

		for (; i < n && compare(r->counters[v[i].at.counter].le, le) == 0; i++)
			sum += v[i].by;
		if (sum >= q * total) {
			if (isinf(le))
				return from;
			return sum > below ? from + (le - from) * (q * total - below) / (sum - below) : le;
		}
		below = sum;
		from = le;
	}
	return from;
}

/* Growths of one group and instant. */
static enum status emit_instant(struct prom_rates *r, const struct growth *v, size_t n, struct error *err)
{
	static const struct { double q; const char *name; } quantiles[] = {
		{ 0.5, "svc.latency.p50" }, { 0.95, "svc.latency.p95" }, { 0.99, "svc.latency.p99" },
	};
	const struct growth *first_sum = NULL;
	double sum = 0, count = 0;
	size_t buckets = 0;
	enum status st = OK;

	while (buckets < n && r->counters[v[buckets].at.counter].what == BUCKET)
		buckets++;
	for (size_t i = 0; st == OK && buckets && i < 3; i++) {
		double value = quantile(r, v, buckets, quantiles[i].q);

		if (!isnan(value) && value > 0)
			st = emit_value(r, &v[0], quantiles[i].name, "s", STR_NONE, value, err);
	}
	for (size_t i = buckets; st == OK && i < n; i++) {
		const struct counter *c = &r->counters[v[i].at.counter];
		double by = v[i].by;

		switch (c->what) {
		case SUM:
			first_sum = first_sum ? first_sum : &v[i];
			sum += by * c->scale;
			break;
		case COUNT:
			count += by;
			break;
		case QUANTILE:
			for (size_t q = 0; st == OK && q < 3; q++)
				if (compare(c->le, quantiles[q].q) == 0)
					st = emit_value(r, &v[i], quantiles[q].name, "s", STR_NONE, by * c->scale, err);
			break;
		case REQUESTS: /* neighbours with the same status are one number */
			for (; i + 1 < n && r->counters[v[i + 1].at.counter].what == REQUESTS &&
			       str_eq(r->counters[v[i + 1].at.counter].code, c->code); i++)
				by += v[i + 1].by;
			if (by > 0)
				st = emit_value(r, &v[i], "svc.requests", "", c->code, by, err);
			break;
		case WAITING:
			if (r->v[c->group].node.n)
				st = emit_value(r, &v[i], "node.cpu.pressure", "%", STR_NONE, 100 * by * TS_SECOND / (double)(v[i].at.t - v[i].since), err);
			break;
		case NOTHING:
		case BUCKET:
			break;
		}
	}
	return st == OK && count > 0 && first_sum ? emit_value(r, first_sum, "svc.latency", "s", STR_NONE, sum / count, err) : st;
}

enum status prom_rates_emit(struct prom_rates *r, struct error *err)
{
	size_t n;
	struct growth *v = growths(r, &n);
	enum status st = OK;

	if (r->full)
		emit_incomplete(r->out, "more readings of counters than are kept: the last have no latencies");
	for (size_t i = 0, j; st == OK && i < n; i = j) {
		for (j = i + 1; j < n && r->counters[v[j].at.counter].group == r->counters[v[i].at.counter].group && v[j].at.t == v[i].at.t;)
			j++;
		st = emit_instant(r, v + i, j - i, err);
	}
	free(v);
	return st;
}

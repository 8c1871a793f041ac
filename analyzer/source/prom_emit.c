#include "source/prom.h"

#include <math.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/map.h"

struct str prom_label(const struct prom_sample *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->labels[i].key, str_of(name)))
			return s->labels[i].value;
	return STR_NONE;
}

static struct str first_label(const struct prom_sample *s, const char *const *names, size_t n)
{
	struct str v = STR_NONE;

	for (size_t i = 0; i < n && !v.n; i++)
		v = prom_label(s, names[i]);
	return v;
}
#define FIRST_LABEL(s, names) first_label(s, names, sizeof(names) / sizeof(*(names)))

/* "vllm-metrics" is about what vllm.log is about. */
static struct str without_metrics(struct str job)
{
	static const char *const tails[] = { "-metrics", "_metrics", ".metrics" };

	for (size_t i = 0; i < sizeof(tails) / sizeof(*tails); i++)
		if (str_ends(job, str_of(tails[i])) && job.n > strlen(tails[i]))
			job.n -= strlen(tails[i]);
	if (job.n > 8 && (str_starts(job, STR("metrics-")) || str_starts(job, STR("metrics_"))))
		job = str_from(job, 8);
	return job;
}

void prom_init(struct prom *p, struct emitter *out, bool one_host)
{
	*p = (struct prom){ .out = out, .one_host = one_host };
	p->arena = arena_new();
	p->scratch = arena_new();
	p->keys = map_new();
	p->rates = prom_rates_new(out);
	p->names = app_names(emit_path(out), p->arena);
	p->names.job = without_metrics(p->names.job);
}

void prom_done(struct prom *p)
{
	prom_rates_free(p->rates);
	free(p->panels);
	map_free(p->keys);
	arena_free(p->scratch);
	arena_free(p->arena);
}

/* A name is one, an address is not: nothing else in a bundle is called after it. */
static struct str host_of(const struct prom_sample *s)
{
	static const char *const names[] = { "Hostname", "hostname", "node", "nodename", "kubernetes_node" };
	struct str host = FIRST_LABEL(s, names);
	bool letters = false;

	if (host.n)
		return host;
	host = prom_label(s, "instance");
	host = str_head(host, str_chr(host, ':'));
	for (size_t i = 0; i < host.n; i++)
		letters |= host.p[i] >= 'a' && host.p[i] <= 'z';
	return letters && !str_eq(host, STR("localhost")) ? host : STR_NONE;
}

static struct str workload_of(const struct prom *p, const struct prom_sample *s)
{
	static const char *const names[] = { "workload", "container", "service", "app", "deployment", "exported_service" };
	static const char *const weak[] = { "model_name", "model", "job" };
	struct str w = FIRST_LABEL(s, names);

	if (!w.n && !p->one_host) /* a page is one program's, an answer may be a cluster's */
		w = FIRST_LABEL(s, weak);
	return w.n ? w : p->names.job;
}

/* Exporters of programs that serve: their own labels do not say whose they are. */
static bool serves(struct str name)
{
	static const char *const heads[] = { "vllm:", "sglang:", "tgi_", "nv_inference_", "ray_serve_", "http_" };

	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++)
		if (str_starts(name, str_of(heads[i])))
			return true;
	return false;
}

static struct str unit_of(struct str name)
{
	static const struct { const char *end, *unit; } units[] = {
		{ "_seconds", "s" }, { "_milliseconds", "ms" }, { "_bytes", "bytes" }, { "_celsius", "celsius" }, { "_percent", "%" },
		{ "_watts", "W" }, { "_joules", "J" }, { "_hertz", "Hz" }, { "_volts", "V" }, { "_amperes", "A" },
	};
	static const char *const tails[] = { "_total", "_sum" };

	if (str_ends(name, STR("_bucket")) || str_ends(name, STR("_count")))
		return STR_NONE;
	for (size_t i = 0; i < sizeof(tails) / sizeof(*tails); i++)
		if (str_ends(name, str_of(tails[i])))
			name.n -= strlen(tails[i]);
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (str_ends(name, str_of(units[i].end)))
			return str_of(units[i].unit);
	return STR_NONE;
}

/* "vllm:num_requests_waiting" -> "vllm.num_requests_waiting" */
static struct str series_name(struct prom *p, struct str metric)
{
	char *text;
	bool dot = false;

	if (!metric.n) /* of a query that computed it: only the file says what */
		metric = arena_printf(p->scratch, "query_%.*s", STR_ARG(p->names.job));
	text = arena_cstr(p->scratch, metric);
	for (size_t i = 0; i < metric.n; i++) {
		char c = text[i];

		if (c >= 'A' && c <= 'Z')
			text[i] = (char)(c - 'A' + 'a');
		else if (c == ' ' || c == '{' || c == '}' || c == ',' || c == '"')
			text[i] = '_';
		if (!dot && i > 0 && (c == '_' || c == ':' || c == '.')) {
			text[i] = '.';
			dot = true;
		} else if (c == ':') {
			text[i] = '.';
		}
	}
	return dot ? (struct str){ text, metric.n } : arena_printf(p->scratch, "prometheus.%.*s", (int)metric.n, text);
}

/* ---- GPUs ---- */

struct gpu_names { char pci[GPU_ID]; struct str uuid, index, id; };

static void name_gpu(struct prom *p, const struct prom_sample *s, struct gpu_names *g)
{
	struct str bus = prom_label(s, "pci_bus_id");

	g->uuid = prom_label(s, "UUID").n ? prom_label(s, "UUID") : prom_label(s, "uuid");
	g->index = prom_label(s, "gpu");
	if (g->uuid.n && !str_starts(g->uuid, STR("GPU-")) && !str_starts(g->uuid, STR("MIG-")))
		g->uuid = arena_printf(p->scratch, "GPU-%.*s", STR_ARG(g->uuid));
	/* an address names a GPU on one machine only */
	if (p->one_host && gpu_pci(bus, g->pci))
		g->id = str_of(g->pci);
	else
		g->id = g->uuid.n ? g->uuid : g->index;
}

/* Told with the first series of each GPU: links repeat at no cost. */
static void link_gpu(struct prom *p, const struct prom_sample *s, const struct gpu_names *g, struct str host)
{
	struct str pod = prom_label(s, "exported_pod").n ? prom_label(s, "exported_pod") : prom_label(s, "pod");
	struct str ns = prom_label(s, "exported_namespace").n ? prom_label(s, "exported_namespace") : prom_label(s, "namespace");
	struct str driver = prom_label(s, "DCGM_FI_DRIVER_VERSION");

	if (p->one_host && g->uuid.n && !str_eq(g->uuid, g->id))
		emit_link(p->out, STR("gpu"), g->uuid, "is", STR("gpu"), g->id);
	if (p->one_host && g->index.n && !str_eq(g->index, g->id))
		emit_link(p->out, STR("gpu"), g->index, "is", STR("gpu"), g->id);
	if (pod.n && (p->one_host || prom_label(s, "exported_pod").n))
		emit_link(p->out, STR("pod"), ns.n ? arena_printf(p->scratch, "%.*s/%.*s", STR_ARG(ns), STR_ARG(pod)) : pod, "on", STR("gpu"), g->id);
	if (driver.n && !str_eq(driver, p->driver)) {
		emit_fact(p->out, host, STR("driver.version"), driver, s->line);
		p->driver = arena_dup(p->arena, driver);
	}
}

/* How many series the panel has; a mask of reasons is one series each. */
static size_t gpu_series(struct prom *p, const struct prom_sample *s, const struct gpu_column *c, uint32_t *series)
{
	struct gpu_names g = { .index = STR_NONE };
	struct label labels[6];
	struct str host = host_of(s), mig = prom_label(s, "GPU_I_ID");
	struct series_def def = { .name = c->series, .unit = c->unit, .host = host, .labels = labels };
	size_t own = 0;

	name_gpu(p, s, &g);
	if (g.id.n) {
		labels[own++] = (struct label){ STR("gpu"), g.id };
		def.entity = arena_printf(p->scratch, "gpu:%.*s", STR_ARG(g.id));
		link_gpu(p, s, &g, host);
	}
	if (mig.n)
		labels[own++] = (struct label){ STR("mig"), mig };
	if (c->role != GPU_COLUMN_MASK) {
		memcpy(labels + own, c->labels, c->n_labels * sizeof(*labels));
		def.n_labels = own + c->n_labels;
		series[0] = emit_series(p->out, &def);
		return 1;
	}
	def.name = STR("gpu.throttle");
	def.n_labels = own + 1;
	for (size_t i = 0; i < GPU_REASONS; i++) {
		labels[own] = (struct label){ STR("reason"), str_of(gpu_reasons[i].name) };
		series[i] = emit_series(p->out, &def);
	}
	return GPU_REASONS;
}

/* ---- all others ---- */

static size_t plain_series(struct prom *p, const struct prom_sample *s, uint32_t *series)
{
	struct label labels[PROM_LABELS + 2];
	struct str host = host_of(s), pod = prom_label(s, "pod"), ns = prom_label(s, "namespace"), entity = STR_NONE;
	size_t n = s->n;

	memcpy(labels, s->labels, n * sizeof(*labels));
	if (serves(s->name) && !prom_label(s, "workload").n)
		labels[n++] = (struct label){ STR("workload"), workload_of(p, s) };
	if (host.n && !prom_label(s, "node").n)
		labels[n++] = (struct label){ STR("node"), host };
	if (pod.n)
		entity = arena_printf(p->scratch, "pod:%.*s%s%.*s", STR_ARG(ns), ns.n ? "/" : "", STR_ARG(pod));
	else if (serves(s->name))
		entity = arena_printf(p->scratch, "workload:%.*s", STR_ARG(workload_of(p, s)));
	else if (host.n)
		entity = arena_printf(p->scratch, "node:%.*s", STR_ARG(host));
	series[0] = emit_series(p->out, &(struct series_def){ .name = series_name(p, s->name), .unit = unit_of(s->name), .host = host,
		.entity = entity, .labels = labels, .n_labels = n });
	return 1;
}

static struct prom_panel *panel_of(struct prom *p, struct str key, const struct prom_sample *s)
{
	size_t at = map_find(p->keys, key);
	struct gpu_column column;
	struct prom_panel *v;
	uint32_t series[GPU_REASONS];
	size_t n;

	if (at != MAP_NONE)
		return &p->panels[at];
	if (p->n_panels >= LIMIT_SERIES)
		return NULL;
	map_put(p->keys, key);
	p->panels = grow(p->panels, p->n_panels, &p->cap_panels, sizeof(*p->panels));
	v = &p->panels[p->n_panels++];
	*v = (struct prom_panel){ .factor = 1 };
	if (prom_gpu_column(s->name, p->scratch, &column)) {
		v->factor = column.factor;
		v->mask = column.role == GPU_COLUMN_MASK;
		n = gpu_series(p, s, &column, series);
	} else {
		n = plain_series(p, s, series);
	}
	v->panel = emit_panel(p->out, series, n);
	arena_reset(p->scratch);
	return v;
}

enum status prom_emit(struct prom *p, struct str key, const struct prom_sample *s, struct error *err)
{
	struct prom_panel *panel;
	double values[GPU_REASONS];

	if (!isfinite(s->value))
		return OK; /* nothing was measured */
	if (prom_rates_wants(s->name))
		prom_rates_take(p->rates, key, s, workload_of(p, s), host_of(s));
	panel = panel_of(p, key, s);
	if (!panel)
		return emit_reject(p->out, s->line, s->offset, key, "more series than are kept", err);
	if (panel->mask)
		for (size_t i = 0; i < GPU_REASONS; i++)
			values[i] = s->value >= 0 && (uint64_t)s->value & gpu_reasons[i].bit ? 1 : 0;
	else
		values[0] = s->value * panel->factor;
	return emit_sample(p->out, &(struct sample){ .t = s->t, .u_us = s->u, .clock = s->clock, .line = s->line, .offset = s->offset,
		.panel = panel->panel, .values = values }, err);
}

#include "source/svc_series.h"

#include <math.h>
#include <stdlib.h>

#define REMEMBERED 1024 /* workloads of one log whose series are looked up once: a gateway serves that many */

void svc_series_init(struct svc_series *s, struct emitter *out)
{
	*s = (struct svc_series){ .out = out, .jobs = map_new() };
}

void svc_series_done(struct svc_series *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->panels[i]);
	free(s->panels);
	map_free(s->jobs);
}

static uint32_t make_panel(struct svc_series *s, struct str workload, bool latency, unsigned code)
{
	struct label labels[2] = { { STR("workload"), workload }, { STR("code"), STR_NONE } };
	char entity[160], digits[16];
	uint32_t series[2];
	size_t n = 0;

	snprintf(entity, sizeof(entity), "workload:%.*s", STR_ARG(workload));
	snprintf(digits, sizeof(digits), "%u", code);
	labels[1].value = str_of(digits);
	if (latency)
		series[n++] = emit_series(s->out, &(struct series_def){ .name = STR("svc.latency"), .unit = STR("s"),
			.entity = str_of(entity), .labels = labels, .n_labels = 1 });
	if (code)
		series[n++] = emit_series(s->out, &(struct series_def){ .name = STR("svc.requests"), .entity = str_of(entity),
			.labels = labels, .n_labels = 2 });
	return emit_panel(s->out, series, n);
}

static uint32_t panel_of(struct svc_series *s, struct str workload, bool latency, unsigned code)
{
	size_t at = map_find(s->jobs, workload);
	uint32_t *memo;

	if (at == MAP_NONE) {
		if (s->n == REMEMBERED)
			return make_panel(s, workload, latency, code);
		at = map_put(s->jobs, workload);
		s->panels = grow(s->panels, s->n, &s->cap, sizeof(*s->panels));
		s->panels[s->n++] = heap_new(sizeof(**s->panels));
	}
	memo = &s->panels[at]->of[latency][code];
	if (!*memo)
		*memo = make_panel(s, workload, latency, code) + 1;
	return *memo - 1;
}

enum status svc_emit_request(struct svc_series *s, const struct sample *at, struct str workload, double latency_s,
			     unsigned code, struct error *err)
{
	bool latency = !isnan(latency_s);
	struct sample sample = *at;
	double values[2];
	size_t n = 0;

	if (code >= 600)
		code = 0;
	if (!latency && !code)
		return OK;
	if (latency)
		values[n++] = latency_s;
	if (code)
		values[n++] = 1;
	sample.panel = panel_of(s, str_head(workload, 127), latency, code);
	sample.values = values;
	return emit_sample(s->out, &sample, err);
}

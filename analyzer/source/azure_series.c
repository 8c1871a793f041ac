#include "source/azure_series.h"

#include "base/number.h"

/* learn.microsoft.com: Microsoft.CognitiveServices/accounts metrics, of Azure
 * OpenAI and of the models sold beside it; in lower case. */
static const struct {
	const char *metric, *series, *unit;
	enum azure_aggregate aggregate;
	double scale;
	bool per_minute;
} ours[] = {
	{ "azureopenairequests", "aoai.requests", "", AZURE_TOTAL, 1, false },
	{ "modelrequests", "aoai.requests", "", AZURE_TOTAL, 1, false },
	{ "tokentransaction", "aoai.tokens", "tokens/min", AZURE_TOTAL, 1, true },
	{ "totaltokens", "aoai.tokens", "tokens/min", AZURE_TOTAL, 1, true },
	{ "processedprompttokens", "aoai.tokens.prompt", "tokens/min", AZURE_TOTAL, 1, true },
	{ "inputtokens", "aoai.tokens.prompt", "tokens/min", AZURE_TOTAL, 1, true },
	{ "generatedtokens", "aoai.tokens.generated", "tokens/min", AZURE_TOTAL, 1, true },
	{ "outputtokens", "aoai.tokens.generated", "tokens/min", AZURE_TOTAL, 1, true },
	{ "azureopenaitimetoresponse", "aoai.latency", "s", AZURE_AVERAGE, 0.001, false },
	{ "timetoresponse", "aoai.latency", "s", AZURE_AVERAGE, 0.001, false },
	{ "azureopenaiprovisionedmanagedutilizationv2", "aoai.utilization", "%", AZURE_AVERAGE, 1, false },
	{ "azureopenaiprovisionedmanagedutilization", "aoai.utilization", "%", AZURE_AVERAGE, 1, false },
	{ "provisionedutilization", "aoai.utilization", "%", AZURE_AVERAGE, 1, false },
	{ "azureopenaiavailabilityrate", "aoai.availability", "%", AZURE_AVERAGE, 1, false },
	{ "modelavailabilityrate", "aoai.availability", "%", AZURE_AVERAGE, 1, false },
};
#define OURS (sizeof(ours) / sizeof(ours[0]))
_Static_assert(OURS <= sizeof((struct azure_feeds){ 0 }.metric) / sizeof(struct str), "one place each");

enum azure_aggregate azure_aggregate_named(struct str name)
{
	static const char *const names[] = {
		[AZURE_TOTAL] = "total", [AZURE_AVERAGE] = "average", [AZURE_MAXIMUM] = "maximum",
		[AZURE_MINIMUM] = "minimum", [AZURE_COUNT] = "count",
	};
	enum azure_aggregate i = AZURE_TOTAL;

	while (i < AZURE_AGGREGATES && !str_ieq(name, str_of(names[i])))
		i++;
	if (i == AZURE_AGGREGATES && str_ieq(name, STR("max")))
		return AZURE_MAXIMUM;
	return i;
}

ts_usec azure_interval(struct str s)
{
	static const struct { char unit; bool after_t; ts_usec us; } units[] = {
		{ 'D', false, TS_DAY }, { 'H', true, TS_HOUR }, { 'M', true, TS_MINUTE }, { 'S', true, TS_SECOND },
	};
	bool after_t = false;
	ts_usec sum = 0;

	if (!str_skip(&s, STR("P")))
		return 0;
	while (s.n > 0) {
		uint64_t count;
		size_t n = 0, u = 0;

		if (str_skip(&s, STR("T"))) {
			after_t = true;
			continue;
		}
		while (n < s.n && is_digit(s.p[n]))
			n++;
		if (n == s.n || !num_u64(str_head(s, n), &count) || count > 100000)
			return 0;
		while (u < 4 && (units[u].unit != s.p[n] || units[u].after_t != after_t))
			u++;
		if (u == 4)
			return 0;
		sum += (ts_usec)count * units[u].us;
		s = str_from(s, n + 1);
	}
	return sum;
}

/* ---- names ---- */

static struct str lower(struct arena *a, struct str s, bool blanks)
{
	char *p = arena_cstr(a, s);

	for (size_t i = 0; i < s.n; i++) {
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] - 'A' + 'a');
		else if (blanks && (p[i] == ' ' || p[i] == '/' || p[i] == '{' || p[i] == '}' || p[i] == ','))
			p[i] = '_'; /* "Percentage CPU": a series is one word */
	}
	return (struct str){ p, s.n };
}

static struct str unit_of(struct str unit)
{
	static const struct { const char *azure, *ours; } units[] = {
		{ "Count", "" },             { "Percent", "%" },       { "Bytes", "bytes" },
		{ "Seconds", "s" },          { "MilliSeconds", "ms" }, { "BytesPerSecond", "bytes/s" },
		{ "CountPerSecond", "1/s" }, { "Cores", "cores" },     { "MilliCores", "millicores" },
		{ "NanoCores", "nanocores" }, { "BitsPerSecond", "bits/s" },
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (str_ieq(unit, str_of(units[i].azure)))
			return str_of(units[i].ours);
	return str_eq(unit, STR("Unspecified")) ? STR_NONE : unit;
}

/* Is a sum over the interval what it measures?  Exports without a unit do not
 * say; then the words in its name must do. */
static bool is_counted(struct str name, struct str unit)
{
	static const char *const gauges[] = {
		"percent", "utilization", "availab", "rate", "latency", "time", "usage", "memory", "capacity", "queue",
		"node_", "pod_", "ratio", "depth", "persecond", "per sec", "health",
	};

	if (unit.n && !str_ieq(unit, STR("Count")) && !str_ieq(unit, STR("Bytes")))
		return false;
	for (size_t i = 0; i < sizeof(gauges) / sizeof(gauges[0]); i++)
		if (str_ifind(name, str_of(gauges[i])) < name.n)
			return false;
	return true;
}

static double value_of(const struct azure_point *p, bool counted)
{
	static const enum azure_aggregate orders[2][AZURE_AGGREGATES] = {
		{ AZURE_AVERAGE, AZURE_TOTAL, AZURE_MAXIMUM, AZURE_MINIMUM, AZURE_COUNT },
		{ AZURE_TOTAL, AZURE_COUNT, AZURE_AVERAGE, AZURE_MAXIMUM, AZURE_MINIMUM },
	};

	for (size_t i = 0; i < AZURE_AGGREGATES; i++)
		if (!isnan(p->v[orders[counted][i]]))
			return p->v[orders[counted][i]];
	return NO_NUMBER;
}

/* ---- panels ---- */

#define MAX_LABELS 24 /* Azure allows ten dimensions */

struct panel {
	struct series_def def;
	struct label labels[MAX_LABELS];
	uint32_t series[4];
	size_t n;
};

static void add_label(struct panel *p, struct str key, struct str value)
{
	if (p->def.n_labels < MAX_LABELS && value.n > 0)
		p->labels[p->def.n_labels++] = (struct label){ key, value };
}

static struct str dimension_key(struct arena *a, struct str name)
{
	static const struct { const char *azure, *ours; } keys[] = {
		{ "statuscode", "code" }, { "modeldeploymentname", "deployment" }, { "modelname", "model" },
		{ "modelversion", "model_version" },
	};
	struct str key = lower(a, name, true);
	char *plain = arena_cstr(a, key);
	size_t n = 0;

	for (size_t i = 0; i < key.n; i++) /* collectors write model_deployment_name */
		if (key.p[i] != '_')
			plain[n++] = key.p[i];
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (str_eq((struct str){ plain, n }, str_of(keys[i].azure)))
			return str_of(keys[i].ours);
	return key;
}

static void label_panel(struct panel *p, struct arena *a, const struct azure_metric *m)
{
	/* a metric's id goes on from its resource's */
	struct str id = str_head(m->id, str_ifind(m->id, STR("/providers/microsoft.insights/")));
	struct str deployment = STR_NONE;

	p->def.labels = p->labels;
	add_label(p, STR("resource"), azure_resource(a, id));
	for (size_t i = 0; i < m->n_dims; i++) {
		struct str key = dimension_key(a, m->dims[i].key);

		if (str_eq(key, STR("deployment")))
			deployment = m->dims[i].value;
		add_label(p, key, m->dims[i].value);
	}
	p->def.entity = deployment.n ? arena_printf(a, "deployment:%.*s", STR_ARG(deployment)) : azure_entity(a, id);
}

static void add_series(struct panel *p, struct emitter *out, struct str name, struct str unit)
{
	p->def.name = name;
	p->def.unit = unit;
	p->series[p->n++] = emit_series(out, &p->def);
}

/* The index of the series of ours that this metric feeds, or OURS. */
static size_t feeds_ours(struct azure_feeds *feeds, struct arena *keep, struct str name)
{
	size_t i = 0, first = 0;

	while (i < OURS && !str_eq(name, str_of(ours[i].metric)))
		i++;
	if (i == OURS)
		return OURS;
	while (!str_eq(str_of(ours[first].series), str_of(ours[i].series)))
		first++;
	if (feeds->metric[first].n == 0)
		feeds->metric[first] = arena_dup(keep, name);
	return str_eq(feeds->metric[first], name) ? i : OURS;
}

static ts_usec spacing(const struct azure_metric *m, const struct azure_point *points, size_t n)
{
	if (m->interval > 0)
		return m->interval;
	return n > 1 && points[1].t > points[0].t ? points[1].t - points[0].t : TS_MINUTE;
}

static bool any(const struct azure_point *points, size_t n, enum azure_aggregate aggregate)
{
	for (size_t i = 0; i < n; i++)
		if (!isnan(points[i].v[aggregate]))
			return true;
	return false;
}

enum status azure_emit_points(struct emitter *out, struct arena *scratch, struct arena *keep, struct azure_feeds *feeds,
			      const struct azure_metric *m, const struct azure_point *points, size_t n,
			      struct error *err)
{
	struct panel panel = { .n = 0 };
	struct str name = lower(scratch, m->name, true), series = arena_printf(scratch, "azure.%.*s", STR_ARG(name));
	size_t own = feeds_ours(feeds, keep, name);
	bool counted = is_counted(name, m->unit), peaks = any(points, n, AZURE_MAXIMUM);
	double scale = own < OURS ? ours[own].scale : 1;
	enum status st = OK;
	uint32_t id;

	if (n == 0 || name.n == 0)
		return OK;
	if (own < OURS && !any(points, n, ours[own].aggregate))
		own = OURS; /* the average of a count per request is not what ours mean */
	if (own < OURS && ours[own].per_minute)
		scale *= (double)TS_MINUTE / (double)spacing(m, points, n);
	label_panel(&panel, scratch, m);
	add_series(&panel, out, series, unit_of(m->unit));
	if (own < OURS)
		add_series(&panel, out, str_of(ours[own].series), str_of(ours[own].unit));
	if (peaks)
		add_series(&panel, out, arena_printf(scratch, "%.*s.max", STR_ARG(series)), unit_of(m->unit));
	if (peaks && own < OURS && !counted)
		add_series(&panel, out, arena_printf(scratch, "%s.max", ours[own].series), str_of(ours[own].unit));
	id = emit_panel(out, panel.series, panel.n);
	for (size_t i = 0; i < n && st == OK; i++) {
		const struct azure_point *p = &points[i];
		double v[4], value = value_of(p, counted);
		size_t k = 0;

		if (isnan(value))
			continue;
		v[k++] = value;
		if (own < OURS)
			v[k++] = p->v[ours[own].aggregate] * scale;
		if (peaks)
			v[k++] = p->v[AZURE_MAXIMUM];
		if (k < panel.n)
			v[k++] = p->v[AZURE_MAXIMUM] * scale;
		st = emit_sample(out, &(struct sample){ .t = p->t, .u_us = p->u, .clock = CLOCK_IS_UTC, .line = p->line,
							.offset = p->offset, .panel = id, .values = v }, err);
	}
	return st;
}

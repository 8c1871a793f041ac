#ifndef FORENSICS_SOURCE_PROM_H
#define FORENSICS_SOURCE_PROM_H

#include "bundle/reader.h"
#include "record/record.h"
#include "source/app.h"
#include "source/gpu.h"

/* Private to the source prometheus: metrics in Prometheus' notations become series.
 *
 * GPU metrics of DCGM (DCGM_FI_DEV_..) and of nvidia_gpu_exporter are the gpu.* series nvidia-smi gives, in its
 * units; DCGM's profiling fields are gpu.prof.*.  Any other metric keeps its labels and is called after itself: in
 * lower case, a dot behind the first word ("vllm:num_requests_waiting" is vllm.num_requests_waiting,
 * "node_load1" node.load1).  The labels workload and node are added where they can be told.
 *
 * Where counters were read more than once (prom_rates.c), what happened between two readings gives
 * svc.latency{workload} (the mean), svc.latency.p50, .p95 and .p99, svc.requests{workload,code} and
 * node.cpu.pressure.  A counter read once says nothing about any instant, and gives none of them. */

#define PROM_LABELS 64 /* kube-state-metrics shows an object's own as labels: some have dozens */

struct prom_sample {
	struct str name;         /* empty: of a query that computed it */
	struct label labels[PROM_LABELS];
	size_t n;
	double value;            /* NAN and infinities are no points */
	ts_usec t, u;
	uint32_t clock;
	uint32_t line;
	uint64_t offset;
};

/* The value of a label, empty when there is none. */
struct str prom_label(const struct prom_sample *s, const char *name);

/* One line of the text formats, Prometheus' 0.0.4 and OpenMetrics 1.0: NAME{LABELS} VALUE [TIME] [# EXEMPLAR].
 * False with a reason.  *timed: it has a time of its own.  Texts with escapes are rewritten into a. */
bool prom_line(struct str line, struct arena *a, struct prom_sample *out, bool *timed, const char **why);
/* The bytes of NAME{LABELS} at the start of a line, 0 when it has no such head. */
size_t prom_head(struct str line);

/* Samples on their way out. */
struct prom {
	struct emitter *out;
	struct arena *arena;     /* of the member */
	struct arena *scratch;   /* of one series */
	struct app_names names;  /* what the file is called after */
	bool one_host;           /* an exporter's own page: its GPUs are one machine's */
	struct map *keys;        /* of series, each with the panel of the same number */
	struct prom_panel { uint32_t panel; double factor; bool mask; } *panels; /* mask: bits of throttle reasons */
	size_t n_panels, cap_panels;
	struct prom_rates *rates;
	struct str driver;       /* the version told last */
};
void prom_init(struct prom *p, struct emitter *out, bool one_host);
void prom_done(struct prom *p);
/* key tells the series apart in this member: "name{labels}" as written. */
enum status prom_emit(struct prom *p, struct str key, const struct prom_sample *s, struct error *err);

/* Which gpu.* series a metric or a column of `dcgmi dmon` is; false when it is none. */
bool prom_gpu_column(struct str metric, struct arena *a, struct gpu_column *out);
struct str prom_dcgm_field(struct str tag); /* "TMPTR" -> "DCGM_FI_DEV_GPU_TEMP"; empty when unknown */

/* What two readings of a counter tell. */
struct prom_rates *prom_rates_new(struct emitter *out);
void prom_rates_free(struct prom_rates *r); /* NULL is fine */
bool prom_rates_wants(struct str metric);
/* Keeps a reading until the end of the member.  key as for prom_emit(). */
void prom_rates_take(struct prom_rates *r, struct str key, const struct prom_sample *s, struct str workload, struct str node);
enum status prom_rates_emit(struct prom_rates *r, struct error *err);

/* `dcgmi dmon`. */
bool prom_dmon_header(struct str line);
enum status prom_dmon_parse(struct reader *in, struct emitter *out, struct error *err);

#endif /* FORENSICS_SOURCE_PROM_H */

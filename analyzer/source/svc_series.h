#ifndef FORENSICS_SOURCE_SVC_SERIES_H
#define FORENSICS_SOURCE_SVC_SERIES_H

#include "base/map.h"
#include "record/record.h"
#include "source/attrs.h"

/* svc.latency{workload} in seconds and svc.requests{workload,code}, one point a request: what a log of
 * requests says about a service, whoever wrote it. */
struct svc_series {
	struct emitter *out;
	struct map *jobs;        /* workload -> its panels */
	struct svc_panels { uint32_t of[2][600]; } **panels; /* [with a latency][code] + 1 */
	size_t n, cap;
};

void svc_series_init(struct svc_series *s, struct emitter *out);
void svc_series_done(struct svc_series *s);
/* at: when and where; its panel and values are not looked at.  latency_s NO_NUMBER and code 0 where the request
 * told none; nothing when both. */
enum status svc_emit_request(struct svc_series *s, const struct sample *at, struct str workload, double latency_s,
			     unsigned code, struct error *err);

#endif /* FORENSICS_SOURCE_SVC_SERIES_H */

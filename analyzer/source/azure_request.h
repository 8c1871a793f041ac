#ifndef FORENSICS_SOURCE_AZURE_REQUEST_H
#define FORENSICS_SOURCE_AZURE_REQUEST_H

#include "base/map.h"
#include "source/azure.h"

/* Records of diagnostic logs that are about one HTTP request: Azure OpenAI's
 * RequestResponse, API Management, application gateways. */

/* The status the caller got; false when the record is about no request. */
bool azure_request_status(const struct azure_row *row, double *status);
/* azure.request, and the series it feeds at the request's own time:
 * aoai.requests{code,deployment} for Azure OpenAI, svc.requests{code,service} for others,
 * svc.latency of what was served. */
enum status azure_emit_request(struct emitter *out, struct arena *a, const struct azure_row *row, const struct record *r,
			       struct azure_time t, double status, struct error *err);

/* Tokens of requests, added up by minute and deployment: aoai.tokens is in
 * tokens a minute, as from metrics, and is compared with limits of that unit. */
struct azure_minutes {
	struct map *places;  /* "deployment", blank, minute -> index */
	struct azure_minute {
		struct str deployment; /* in the map */
		ts_usec t;
		double tokens;
		uint32_t line;
		uint64_t offset;
	} *v;
	size_t n, cap;
};
void azure_minutes_init(struct azure_minutes *m);
void azure_minutes_done(struct azure_minutes *m);
/* Nothing when the record counts no tokens. */
void azure_minutes_add(struct azure_minutes *m, struct arena *a, const struct azure_row *row, const struct record *r,
		       ts_usec t);
enum status azure_minutes_emit(struct azure_minutes *m, struct emitter *out, struct error *err);

/* operation, resource, resource_id, resource_group, region, correlation_id, caller_ip, level. */
void azure_common_attrs(struct attrs *f, const struct azure_row *row, struct str id);
/* What else the record says, under its own names: scalars of moderate length. */
void azure_other_attrs(struct attrs *f, const struct azure_row *row);

#endif /* FORENSICS_SOURCE_AZURE_REQUEST_H */

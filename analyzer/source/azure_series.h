#ifndef FORENSICS_SOURCE_AZURE_SERIES_H
#define FORENSICS_SOURCE_AZURE_SERIES_H

#include "source/azure.h"

/* Points of Azure Monitor metrics as series.
 *
 * Every metric gives azure.<metric>, in lower case, and azure.<metric>.max where
 * maxima were exported.  The value is the total of what is counted (requests,
 * tokens, bytes sent) and the average of everything else; times keep the unit of the file.
 * Labels: resource, and the dimensions in lower case, StatusCode as code,
 * ModelDeploymentName as deployment, ModelName as model.
 *
 * Metrics of Azure OpenAI give a series with a name of ours as well (table in
 * azure_series.c).  aoai.tokens is in tokens a minute whatever the interval, so that
 * it compares with a limit in TPM; aoai.requests stays a count.  Where two metrics
 * of a file mean the same (TokenTransaction, TotalTokens), the first one feeds it: adding
 * both would count everything twice. */

enum azure_aggregate {
	AZURE_TOTAL, AZURE_AVERAGE, AZURE_MAXIMUM, AZURE_MINIMUM, AZURE_COUNT,
	AZURE_AGGREGATES
};
/* "total", "Average", ..; AZURE_AGGREGATES when it is none. */
enum azure_aggregate azure_aggregate_named(struct str name);

struct azure_point {
	ts_usec t, u;                 /* start of its interval, UTC */
	uint32_t line;
	uint64_t offset;
	double v[AZURE_AGGREGATES];   /* NO_NUMBER where absent or null: no data, not zero */
};

struct azure_metric {
	struct str name;              /* "TokenTransaction" */
	struct str unit;              /* "Count", "MilliSeconds", ..; empty when not told */
	struct str id;                /* of the resource, perhaps with /providers/microsoft.insights/metrics/.. */
	ts_usec interval;             /* 0: not told */
	const struct label *dims;     /* as written */
	size_t n_dims;
};

/* Which metric of this file feeds which series of ours; zero it before use. */
struct azure_feeds { struct str metric[16]; };

/* "PT1M", "PT30S", "P1D" in microseconds; 0 when it is no duration. */
ts_usec azure_interval(struct str s);

/* Emits the points that have any value.  keep holds what must live as long as the file. */
enum status azure_emit_points(struct emitter *out, struct arena *scratch, struct arena *keep, struct azure_feeds *feeds,
			      const struct azure_metric *m, const struct azure_point *points, size_t n,
			      struct error *err);

#endif /* FORENSICS_SOURCE_AZURE_SERIES_H */

#ifndef FORENSICS_SOURCE_AZURE_METRICS_PRIV_H
#define FORENSICS_SOURCE_AZURE_METRICS_PRIV_H

#include "bundle/tokens.h"
#include "source/azure_series.h"

/* The walk over metric documents, shared by azure_metrics.c (Azure's own shapes)
 * and azure_beat.c (Elastic's). */

/* One line of a metric: its points and dimensions in the arrays below. */
struct series {
	size_t point, points, dim, dims;
	struct str metric; /* its own name where the object around has none */
};

struct metrics {
	struct emitter *out;
	struct tokens *in;
	struct arena *keep;      /* as long as the file */
	struct arena *levels[LIMIT_JSON_DEPTH + 1]; /* by nesting: as long as the object there */
	size_t level;
	struct arena *scratch;   /* that of the object at hand */
	struct azure_feeds feeds;
	struct token token;    /* the one looked at */

	struct azure_point *points;
	size_t n_points, cap_points;
	struct label *dims;
	size_t n_dims, cap_dims;
	struct series *series;
	size_t n_series, cap_series;
	bool full;
};

/* What one object said of itself: a metric, a point of an export, or what is around them. */
struct object {
	struct azure_metric m;
	struct azure_point point;
	bool is_point, any_value;
	size_t series, dims, points; /* where its own begin */
};

/* Each is called with the first token of a value at hand, and leaves its last one there. */
enum status metrics_next(struct metrics *m, struct error *err);
enum status metrics_skip(struct metrics *m, struct error *err);
bool metrics_is_scalar(const struct metrics *m);
struct str metrics_text(struct metrics *m); /* of a scalar, copied; empty for null */
void metrics_scalar(struct metrics *m, struct object *o, struct str key);
enum status metrics_dimensions(struct metrics *m, struct error *err);
/* One point; undated: the document around says when. */
enum status metrics_point(struct metrics *m, bool undated, struct error *err);
void metrics_add_series(struct metrics *m, const struct series *s);

/* "azure" of {"@timestamp":..,"azure":{..}}. */
enum status metrics_beat(struct metrics *m, struct object *o, struct error *err);

#endif /* FORENSICS_SOURCE_AZURE_METRICS_PRIV_H */

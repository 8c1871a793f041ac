#ifndef FORENSICS_CORRELATE_SERIES_H
#define FORENSICS_CORRELATE_SERIES_H

#include "correlate/world.h"

/* Finds the runs of points on which a condition holds.  Pure: points in, runs out. */
struct run {
	size_t from, to;
	double value;  /* factor, slope, rate or quantile at its extreme; NAN: none */
	ts_usec end;   /* of a silence that nothing ends; TS_NONE: at its last point */
};
struct runs { struct run *v; size_t n, cap; };

/* limit: for COND_NEAR against a series, the limit at each point (NAN where unknown); else NULL.
 * max_gap 0: three periods.  coverage_end: up to where the file of the last point goes on (COND_MISSING_FOR). */
void condition_runs(const struct condition *c, const struct point *p, size_t n, ts_usec max_gap, uint32_t min_samples,
		    const double *limit, ts_usec coverage_end, struct runs *out);
/* The median step between points; 60 s for fewer than two. */
ts_usec series_period(const struct point *p, size_t n);

struct run_stats { double first, last, min, max, mean, slope, r2; size_t n; ts_usec dur; };
/* The largest step that does not end a run: max_gap, or three periods when it is 0. */
ts_usec series_gap(const struct point *p, size_t n, ts_usec max_gap);

void run_stats(const struct point *p, const struct run *r, struct run_stats *out);

#endif /* FORENSICS_CORRELATE_SERIES_H */

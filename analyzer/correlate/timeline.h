#ifndef FORENSICS_CORRELATE_TIMELINE_H
#define FORENSICS_CORRELATE_TIMELINE_H

#include "correlate/verdict.h"

/* The course of one incident: what changed before it, causes, symptoms, silences of its sources, recovery. */

struct happening {
	ts_usec t, until;    /* until: of the last one folded into it */
	uint32_t repeats;    /* 1: once */
	int64_t event;       /* 0: a run of a series, a gap */
	const char *role;    /* change, cause, symptom, recovery, context */
	uint32_t file, line, place, host;
	struct str text, about; /* about: what keeps equal texts apart, the finding's entity */
};

struct timeline {
	struct happening *v; size_t n, cap; /* in order of time; v is freed with free() */
	ts_usec start, end;                 /* of the findings */
	ts_usec recovered;                  /* TS_NONE: not seen, or not for all of them */
};

/* The findings of an incident; the first is its root. */
struct members { const struct finding *const *v; size_t n; };

/* Texts live in a. */
enum status timeline_of(struct world *w, const struct members *m, struct arena *a, struct timeline *out, struct error *err);

/* ---- its parts ---- */
void timeline_add(struct timeline *t, struct happening h);
/* recovery.c: the end of each finding, as far as one was seen. */
enum status timeline_recovery(struct world *w, const struct members *m, struct arena *a, struct timeline *t, struct error *err);
/* gaps.c: where the sources of its evidence are silent for want of data. */
enum status timeline_gaps(struct world *w, const struct members *m, struct arena *a, struct timeline *t, struct error *err);

#endif /* FORENSICS_CORRELATE_TIMELINE_H */

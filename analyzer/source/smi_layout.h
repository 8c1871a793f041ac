#ifndef FORENSICS_SOURCE_SMI_LAYOUT_H
#define FORENSICS_SOURCE_SMI_LAYOUT_H

#include "base/limits.h"
#include "base/map.h"
#include "source/smi.h"

/* What the columns of one CSV header mean, and what its rows become. */
struct smi_column {
	struct gpu_column is;
	size_t slot;     /* in the panel, once joined */
	size_t reason;   /* of gpu_reasons, GPU_REASONS when it is none */
	bool joined;     /* it has shown a number: a column of [N/A] makes no series */
	bool watched;    /* an error counter whose rise is an event */
};

#define SMI_NO_COLUMN SIZE_MAX

struct smi_layout {
	struct smi_column *columns;
	size_t n;
	size_t time, date, index, uuid, pci, name, driver, count, pid, process, mask; /* or SMI_NO_COLUMN */
	bool guessed;          /* there was no header */
	unsigned own_reasons;  /* throttle bits that have a column of their own */
	size_t mask_slot[GPU_REASONS];
	bool mask_joined;
	size_t n_slots;
	unsigned version;      /* of the panel: grows when a column joins */
	struct map *keys;      /* identity cell -> group */
	struct smi_group **groups;
	size_t n_groups, cap_groups;
};

/* Of a row of names. */
struct smi_layout *smi_layout_named(struct arena *a, const struct str *cells, size_t n);
/* By the shape of the values of the first row; head tells an index from a value. */
struct smi_layout *smi_layout_guessed(struct arena *a, const struct str *cells, size_t n, struct str head);
void smi_layout_done(struct smi_layout *l);
/* Nothing in a row says which GPU it is about. */
static inline bool smi_layout_anonymous(const struct smi_layout *l)
{
	return l->index == SMI_NO_COLUMN && l->uuid == SMI_NO_COLUMN && l->pci == SMI_NO_COLUMN;
}

#endif /* FORENSICS_SOURCE_SMI_LAYOUT_H */

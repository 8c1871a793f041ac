#ifndef FORENSICS_SOURCE_SMI_CSV_H
#define FORENSICS_SOURCE_SMI_CSV_H

#include "base/buf.h"
#include "source/smi_layout.h"

/* Private to smi_csv.c (whose row, taken when) and smi_row.c (what it says). */

/* One GPU of the member. */
struct smi_device {
	struct str id, uuid, index; /* id: address, else UUID, else index */
	unsigned known, active;     /* throttle reasons: shown so far, and on */
	bool faulty;                /* its last row had an error in it */
};

/* What the rows of one GPU (or process) under one header become. */
struct smi_group {
	struct smi_device *device; /* NULL: an application query without a GPU column */
	struct str pid, process;
	uint32_t panel;
	unsigned version;      /* of the layout when the panel was made; 0: never */
	double *counters;      /* of watched columns, NAN before the first */
};

struct smi_csv {
	struct emitter *out;
	struct arena *arena;   /* for the member */
	struct arena *row;     /* for one row with quotes in it */
	struct str head;
	bool day_first;
	struct map *headers;   /* header line -> layout */
	struct smi_layout **layouts;
	size_t n_layouts, cap_layouts;
	struct smi_layout *layout;
	struct smi_device **devices;
	size_t n_devices, cap_devices;
	struct str driver, count; /* last emitted as facts */
	struct smi_time last;  /* of the row before */
	ts_usec period;        /* between the last two instants */
	bool any;              /* there was a row */
	bool stamped;          /* last holds a time that was read */
	struct smi_turns turns;
	size_t turn;           /* position of the row in its instant */
	size_t processes;
	double *values;        /* of the row at hand */
	struct buf quoted;     /* a record with a newline inside quotes */
	struct line quoted_at;
	bool open;
};

/* Emits the row's sample, and an event for what changed since the GPU's row before. */
enum status smi_row(struct smi_csv *c, struct smi_group *g, const struct str *cells, const struct line *line,
		    struct smi_time at, struct error *err);

#endif /* FORENSICS_SOURCE_SMI_CSV_H */

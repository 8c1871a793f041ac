#ifndef FORENSICS_SOURCE_GPU_H
#define FORENSICS_SOURCE_GPU_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "record/event.h"

/* What all outputs of nvidia-smi share: how a GPU is named, how a value is
 * printed, which series a column is.  Columns as `nvidia-smi --help-query-gpu`
 * of drivers 418 to 610 lists them, throttle bits as nvml.h defines them
 * (nvmlClocksEventReasons). */

#define GPU_ID 48 /* bytes for "dddd:bb:dd", "GPU-<uuid>", an index; NUL included */

/* "00000000:3B:00.0", "0000:3b:00" at the start of s -> "0000:3b:00": the one
 * spelling of a PCI address (lower case, domain of at least 4 digits, no
 * function).  Returns the bytes it took, 0 when there is no address. */
size_t gpu_pci(struct str s, char out[GPU_ID]);
/* The first address anywhere in a line: "... handle for GPU0000:02:00.0: Unknown Error". */
bool gpu_pci_in(struct str s, char out[GPU_ID]);
/* "GPU-<hex and dashes>" or "MIG-...", the whole of s. */
bool gpu_is_uuid(struct str s);

enum gpu_cell {
	GPU_MISSING, /* "[N/A]", "[Not Supported]", any bracketed text, nothing */
	GPU_FAULT,   /* missing because the device does not answer: "ERR!", "[GPU is lost]" */
	GPU_NUMBER,
	GPU_TEXT
};
struct gpu_unit {
	const char *written, *unit; /* "MiB" -> "bytes" */
	double factor;
};
/* One value: "28 %", "472 MiB", "79W", "16x", "Active", "No".  A number is as
 * written; *unit says what it counts, NULL when the cell does not.  Both are
 * set only for GPU_NUMBER. */
enum gpu_cell gpu_cell(struct str s, double *value, const struct gpu_unit **unit);
const struct gpu_unit *gpu_unit(struct str written); /* NULL when unknown */

enum gpu_role {
	GPU_COLUMN_NONE,  /* text, or nothing anybody would plot */
	GPU_COLUMN_TIME,
	GPU_COLUMN_DATE,    /* with the time of day in a column of its own */
	GPU_COLUMN_ELAPSED, /* seconds since nobody knows when */
	GPU_COLUMN_INDEX, GPU_COLUMN_UUID, GPU_COLUMN_PCI, GPU_COLUMN_NAME,
	GPU_COLUMN_DRIVER, GPU_COLUMN_COUNT,
	GPU_COLUMN_PID, GPU_COLUMN_PROCESS,
	GPU_COLUMN_MASK,  /* bit mask of active throttle reasons */
	GPU_COLUMN_PSTATE, /* "P0": the number behind the letter */
	GPU_COLUMN_VALUE
};
struct gpu_column {
	enum gpu_role role;
	struct str series, unit; /* of a value; unit empty when the name does not say */
	double factor;           /* from a bare cell to unit */
	struct label labels[2];      /* besides the GPU's own */
	size_t n_labels;
	bool known;              /* nvidia-smi's own name for it, not a script's */
	bool plain;              /* a name nobody knows: "gpu.<name>" */
};
/* What the column with this header is: "memory.used [MiB]", "clocks.sm",
 * "gpu_util(%)", "mem_used_mb".  Any other name is a value called
 * "gpu.<name>".  Texts live in a or for ever; with a NULL nothing is
 * allocated, and texts are cut short or live as long as header. */
struct gpu_column gpu_column(struct str header, struct arena *a);

#define GPU_REASONS 9
#define GPU_REASON_IDLE 0
struct gpu_reason { const char *name; unsigned bit; };
extern const struct gpu_reason gpu_reasons[GPU_REASONS];
/* Index of the reason called so, or GPU_REASONS.  Understands the spellings of
 * CSV columns, -q ("HW Power Brake Slowdown") and XML. */
size_t gpu_reason(struct str name);

#endif /* FORENSICS_SOURCE_GPU_H */

#include "source/smi.h"
#include "source/source.h"

/* nvidia-smi --query-gpu, --query-compute-apps and --query-accounted-apps with
 * --format=csv, and the CSV that scripts make of them.
 *
 * Without a header, stamps, addresses, UUIDs, indexes and throttle masks are
 * known by their shape; what the other numbers measure is not, even where a unit
 * says what they count: they are series gpu.column.N, N the column from 1.
 * Where no column names the GPU, the rows of one instant are GPU 0, 1, .. in
 * the order nvidia-smi prints them. */

static int detect(struct str path, struct str head)
{
	(void)path; /* .csv says nothing: people redirect anything into one */
	return smi_csv_detect(head);
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct smi_csv *c = smi_csv_new(out, reader_head(in));
	struct line line;
	enum status st;

	emit_cover(out, COVER_POLLED);
	while ((st = reader_line(in, &line, err)) == OK) {
		st = smi_csv_line(c, &line, err);
		if (st != OK)
			break;
	}
	if (st == END)
		st = smi_csv_end(c, err);
	smi_csv_free(c);
	return st;
}

const struct source source_nvidia_smi_csv = {
	.name = "nvidia_smi_csv",
	.title = "GPU samples (nvidia-smi --query-gpu)",
	.collect = "nvidia-smi --query-gpu=timestamp,index,pci.bus_id,uuid,memory.used,memory.total,utilization.gpu,temperature.gpu,"
		   "power.draw,power.limit,clocks.sm,clocks_event_reasons.active,ecc.errors.uncorrected.volatile.total --format=csv -l 5",
	.detect = detect,
	.parse = parse,
};

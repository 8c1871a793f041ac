#ifndef FORENSICS_SOURCE_DMESG_EVENTS_H
#define FORENSICS_SOURCE_DMESG_EVENTS_H

#include "base/buf.h"
#include "source/dmesg_stamp.h"
#include "source/kernel.h"

/* One kernel log on its way out: messages with their stamps become events on
 * the right clocks, and what the whole log tells about its host becomes facts. */
struct dmesg_events {
	struct emitter *out;
	struct str path;
	struct kernel_boots boots;
	uint32_t boot_clock;        /* of the present boot, when boots.any; since it slept last */
	uint32_t first_clock;       /* of the present boot, until it slept first */
	uint32_t file_clock;        /* of what has no clock of its own: the host's local time, a file
	                               without stamps, bare deltas; file_clock_kind says which */
	enum clock_kind file_clock_kind;

	struct yearless year;       /* -e, -H */
	bool minute_known;
	uint32_t minute_clock;
	ts_usec minute;             /* reading at the last "[Nov22 10:15]" */
	ts_usec since;              /* sum of the deltas since then, or since the first line */
	bool zone_known;            /* said already */

	struct buf release, driver; /* the newest "Linux version" and "NVRM: loading" */
	uint32_t release_line, driver_line;
};

/* A message and where it stood. */
struct dmesg_place { uint32_t line, lines; uint64_t offset; };

void dmesg_events_init(struct dmesg_events *d, struct emitter *out);
/* stamp is NULL for a message without any. */
enum status dmesg_events_add(struct dmesg_events *d, const struct dmesg_stamp *stamp, struct str message,
			     const struct dmesg_place *at, struct error *err);
/* After the last message: gives evidence and facts, and frees. */
void dmesg_events_done(struct dmesg_events *d);

/* The last part of a bundle path. */
struct str dmesg_base_name(struct str path);

#endif /* FORENSICS_SOURCE_DMESG_EVENTS_H */

#ifndef FORENSICS_SOURCE_DMESG_STAMP_H
#define FORENSICS_SOURCE_DMESG_STAMP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "tstamp/tstamp.h"

/* What a line of dmesg's output starts with, in each of its notations
 * (util-linux sys-utils/dmesg.c, kernel printk/printk.c for /dev/kmsg). */
enum dmesg_base {
	DMESG_BOOT,   /* "[   12.345678] ", -r, -x, "[   12.345678 <    0.000010>] " (-d), /dev/kmsg */
	DMESG_LOCAL,  /* "[Sun Nov 22 10:15:38 2026] " (-T) */
	DMESG_UTC,    /* "2026-11-22T10:15:38,116435+00:00 " (--time-format iso) */
	DMESG_MINUTE, /* "[Nov22 10:15] " (-e, -H): the first line of a minute */
	DMESG_DELTA   /* "[  +0.000049] " (-e, -H), "[<    0.000049>] ": since the line before */
};

struct dmesg_stamp {
	enum dmesg_base base;
	ts_usec t;              /* since boot, of the civil day, since the line before: as base says */
	ts_usec resolution_us;
	struct str digits;      /* DMESG_BOOT: the stamp as printed, "" from /dev/kmsg */
	int pri;                /* facility * 8 + level; -1 when the notation has none */
	struct str caller;      /* /dev/kmsg's "caller=T12" */
	struct str device;      /* the "DEVICE=" property below it; set by who reads the lines */
	bool kmsg;              /* /dev/kmsg: escapes in the message, continuation lines are properties */
	bool fragment;          /* /dev/kmsg flag '+': continues the message before */
};

/* Bytes before the message, 0 when the line has no stamp; *out is untouched then. */
size_t dmesg_stamp(struct str line, struct dmesg_stamp *out);

#endif /* FORENSICS_SOURCE_DMESG_STAMP_H */

#ifndef FORENSICS_SOURCE_KERNEL_H
#define FORENSICS_SOURCE_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "record/record.h"
#include "source/gpu.h"

/* What dmesg, kern_log and journal share: one message of the kernel, whatever
 * wrapped it, and the boots of a log.  The same message gives the same kind,
 * entity and fields from each of them. */

#define KERNEL_FIELDS 16

/* The fields of one event, and room for what had to be normalised. */
struct kernel_note {
	struct field fields[KERNEL_FIELDS];
	size_t n;
	char pci[GPU_ID];
	char entity[GPU_ID + 4];
};

/* Adds a field; an empty value is not a field.  Both slices are borrowed. */
void kernel_field(struct kernel_note *note, struct str key, struct str value, enum field_type type);

/* facility * 8 + level, as in <PRI>, dmesg -r and /dev/kmsg: the fields
 * "facility" and "level" by their names in dmesg -x, and the severity.  A
 * number below 0 means there is none. */
enum severity kernel_priority(struct kernel_note *note, int pri);
/* The number of "kern" and "warn", padded or not; -1 when unknown. */
int kernel_priority_named(struct str facility, struct str level);

/* e->text is the bare message (no stamp, no caller, no tag): sets kind and
 * entity, adds the fields and hands them to e.  A message that gives a GPU's
 * address and UUID is emitted as a link. */
void kernel_describe(struct kernel_note *note, struct event *e, struct emitter *out);

/* What may stand between the stamp and the message: CONFIG_PRINTK_CALLER's
 * "[ T1946] " (the field "caller") and the "kernel: " of /var/log/dmesg. */
struct str kernel_strip(struct kernel_note *note, struct str text);

/* Reads "12.345678" with leading blanks; bytes taken, 0 when it is none.
 * resolution_us is the weight of its last digit. */
size_t kernel_seconds(struct str s, ts_usec *t, ts_usec *resolution_us);
/* Reads "[   12.345678] " as printk writes it, with one blank behind when there is one. */
size_t kernel_bracket(struct str s, ts_usec *uptime, ts_usec *resolution_us, struct str *digits);

/* The release of a "Linux version 6.8.0-45-generic (...)" message, else empty. */
struct str kernel_release(struct str text);
/* The version of "NVRM: loading NVIDIA UNIX ... Kernel Module  580.159.04  ...", else empty. */
struct str kernel_driver(struct str text);

/* The boots of one log of one host, in order. */
struct kernel_boots {
	uint32_t part;      /* number of the present boot in this log, from 0 */
	bool any;           /* a stamp was seen in it */
	bool banner;        /* "Linux version" was seen in it */
	bool slept;         /* it is what followed a suspend: a part of its own, of the same boot */
	ts_usec last;       /* newest stamp of it */
	ts_usec tie_uptime, tie_utc, tie_u; /* best tie to the wall clock so far; tie_u 0: none */
	struct str tie_basis;
};

/* True when this message belongs to the next boot, not the present one.  The
 * caller then closes the present one (kernel_boots_tie) and calls
 * kernel_boots_next(). */
bool kernel_boots_ends(const struct kernel_boots *b, ts_usec uptime, struct str text);
void kernel_boots_next(struct kernel_boots *b);
/* Uptimes of messages leave out the time asleep.  True when the machine goes to sleep or comes back with
 * this message: what follows is on another clock. */
bool kernel_boots_sleeps(const struct kernel_boots *b, struct str text);
/* Goes on to that clock, which runs no earlier than the one before. */
void kernel_boots_sleep(struct kernel_boots *b, struct clocks *clocks, uint32_t clock, ts_usec uptime, uint32_t next);
/* Records a message of the present boot, and what it says about the wall clock. */
void kernel_boots_saw(struct kernel_boots *b, ts_usec uptime, struct str text);
/* Gives the best tie of the present boot, if any, as evidence about its clock. */
void kernel_boots_tie(const struct kernel_boots *b, struct clocks *clocks, uint32_t clock, struct str host);

/* The kernel's own knowledge of the wall clock in a message: the audit stamp
 * "audit(1695536428.257:2)" and "rtc_cmos 00:03: setting system clock to
 * 2026-11-22T10:15:38 UTC (1795342538)".  u_us is how far it can be off. */
struct kernel_wall { ts_usec utc, u_us; struct str basis; };
bool kernel_wall(struct str text, struct kernel_wall *out);
/* What such a message says about the zone of its own civil stamp: local minus
 * wall.utc without whole years, which may be a guess.  False when that is not a
 * whole number of quarter hours, give or take a minute of delay. */
bool kernel_zone(const struct kernel_wall *wall, ts_usec local, int *minutes_east);

#endif /* FORENSICS_SOURCE_KERNEL_H */

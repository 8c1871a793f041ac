#ifndef FORENSICS_SOURCE_FACTS_H
#define FORENSICS_SOURCE_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "record/record.h"
#include "source/gpu.h"

/* The small files in which a host says what it is: one row a kind of file.
 * host_facts.c picks the row by content; facts_*.c read. */

#define FACTS_DATES 16

struct facts {
	struct emitter *out;
	struct str path;      /* in the bundle */
	struct str name;      /* its last part */
	uint32_t line;        /* of the line at hand, from 1 */

	/* Between the lines of one file. */
	unsigned lines;       /* read, blank ones not counted: where only the first one matters */
	struct stamp dates[FACTS_DATES];
	size_t n_dates;
	bool zone_known;      /* a line of its own named it */
	unsigned modules;     /* lines of lsmod */
	bool nvidia;          /* among them */
	bool all_modules;     /* nobody searched them */
	char module[64];      /* modinfo: whose */
	char pci[GPU_ID];     /* lspci: whose lines these are; "" of no interest */
	char interface[32];   /* ip */
	struct { char model[64], uuid[GPU_ID]; } gpu; /* /proc/driver/nvidia/gpus: so far */
};

struct fact_file {
	const char *what;     /* "lsmod": the event's field */
	/* Bits verified, as source.detect(); name is the last part of the path. */
	int (*detect)(struct str name, struct str head);
	void (*line)(struct facts *f, struct str line);
	void (*end)(struct facts *f); /* may be NULL */
};

/* Most specific first: the first of the best bids wins. */
extern const struct fact_file facts_of_time[];   /* until what is NULL */
extern const struct fact_file facts_of_clock[];
extern const struct fact_file facts_of_system[];
extern const struct fact_file facts_of_hardware[];

/* A fact at the line at hand; an empty value is none. */
void facts_emit(struct facts *f, const char *key, struct str value);
/* "<what> in <path>": the basis of evidence about clocks, into buf. */
struct str facts_basis(const struct facts *f, const char *what, char *buf, size_t size);

/* A line of any file about the time, trimmed: date, uptime, /proc/uptime, btime, timedatectl; then what the dates among
 * them say together. */
void facts_time_line(struct facts *f, struct str line);
void facts_date_end(struct facts *f);
/* "26.29 824.44", and " 10:16:04 up 3 days,  2:11,  1 user,  load average: ..": how long the host is up. */
bool facts_read_proc_uptime(struct str line, ts_usec *up);
bool facts_read_uptime(struct str line, ts_usec *up);

/* What uname -a, uname -r or /proc/version print, trimmed. */
void facts_uname(struct facts *f, struct str s);
/* One date as date(1) prints it, in any language, and nothing else but blanks. */
bool facts_read_date(struct str line, struct stamp *out);
/* The same in a language that is not English (facts_date.c).  Trimmed. */
bool facts_foreign_date(struct str line, struct stamp *out);
/* "+0100", "-03:30"; the whole of s. */
bool facts_read_offset(struct str s, int *minutes);

/* The first line of head, trimmed. */
struct str facts_first_line(struct str head);
/* "Key: value" or "KEY=value": cuts at c, trims both, and takes quotes off the value. */
bool facts_pair(struct str line, char c, struct str *key, struct str *value);

#endif /* FORENSICS_SOURCE_FACTS_H */

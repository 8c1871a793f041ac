#ifndef FORENSICS_SOURCE_SMI_H
#define FORENSICS_SOURCE_SMI_H

#include "base/error.h"
#include "base/limits.h"
#include "bundle/reader.h"
#include "record/record.h"
#include "source/gpu.h"

/* Private to the sources nvidia_smi and nvidia_smi_csv: people append tables,
 * CSV rows and error messages to one file. */

/* The clock of a member's readings without a stamp: what nvidia-smi said at
 * the moment it was run for the bundle. */
uint32_t smi_clock_now(struct emitter *out);
uint32_t smi_clock_local(struct emitter *out);

/* Why nvidia-smi refused: "driver_not_loaded", "version_mismatch", ...; NULL
 * when the line is none of its messages. */
const char *smi_failure(struct str line);

/* When something was read. */
struct smi_time { uint32_t clock; ts_usec t, u_us; };

/* One event of kind "nvidia_smi.failure" or "nvidia_smi.error" about the line. */
enum status smi_emit_message(struct emitter *out, struct str kind, const struct line *line, struct str text,
			     struct smi_time at, struct error *err);

/* A stamp that fills the whole cell: "2026/11/22 10:16:04.481", ISO 8601,
 * epoch seconds, "03-11-2026 15:13:16".  day_first decides what such a date
 * means; zone-less stamps are in local time. */
struct smi_stamp { ts_usec t, u_us; bool utc; };
bool smi_stamp(struct str cell, bool day_first, struct smi_stamp *out);
/* Days before months in the stamps of these rows?  Seen from a first number
 * above 12, or from which of the two numbers moves; months first otherwise. */
bool smi_day_first(struct str head);

/* One GPU as a table or a full query shows it: becomes an event, a sample of
 * its panel, and a sample a process. */
struct smi_process { struct str pid, type, name; double bytes; /* NAN when not told */ };
struct smi_report {
	struct arena *arena;         /* of everything below */
	struct line first;           /* where it begins; the text is copied */
	uint32_t lines;
	struct str index, name, pci, uuid; /* what is known of it; pci in gpu_pci()'s spelling */
	struct field fields[LIMIT_FIELDS];
	size_t n_fields;
	struct gpu_column columns[LIMIT_FIELDS];
	double values[LIMIT_FIELDS];
	size_t n_values;
	struct smi_process processes[LIMIT_FIELDS];
	size_t n_processes;
	struct str throttle;         /* active reasons but idle: "sw_power_cap,hw_slowdown" */
	struct str faults;           /* "temperature, power": cells that read ERR!, in words */
};
struct smi_report *smi_report_new(struct arena *a, const struct line *first);
void smi_report_field(struct smi_report *r, struct str key, struct str value);
/* Adds a value of the column called so ("memory.used") where cell holds a
 * number, and a field key with it in base units; ERR! becomes a fault and a
 * field, anything else that is missing nothing.  key may be NULL: no field. */
void smi_report_value(struct smi_report *r, const char *key, const char *column, struct str cell);
/* kind is static text.  seen is what the reports before told about this GPU, 0
 * for the first: its names are told once, a fault is an event when it begins. */
enum smi_seen { SMI_FAULTY = 1, SMI_NAMED = 2 };
enum status smi_report_emit(struct emitter *out, struct smi_report *r, struct str kind, struct str text,
			    struct smi_time at, unsigned *seen, struct error *err);

/* The boxes of plain `nvidia-smi`. */
struct smi_table;
struct smi_table *smi_table_new(struct emitter *out);
void smi_table_free(struct smi_table *t);
bool smi_table_wants(struct str line);
enum status smi_table_line(struct smi_table *t, const struct line *line, struct smi_time at, struct error *err);
/* What is held back (processes come below all GPUs) goes out. */
enum status smi_table_end(struct smi_table *t, struct error *err);

/* A leaf of a query below a GPU: path is its names in lower case with dots
 * between, name the last of them. */
void smi_leaf(struct smi_report *r, struct str path, struct str name, struct str value);

/* `nvidia-smi -q` and `-q -x`. */
struct smi_query;
struct smi_query *smi_query_new(struct emitter *out);
void smi_query_free(struct smi_query *q);
bool smi_query_begins(struct str line);
/* False: the line is no part of the query, which is over. */
bool smi_query_wants(const struct smi_query *q, struct str line);
enum status smi_query_line(struct smi_query *q, const struct line *line, struct error *err);
enum status smi_query_end(struct smi_query *q, struct error *err);

/* The CSV reader.  head is the beginning of the member: it tells how many GPUs
 * take turns where no column names them.  Series and panels are remembered: a
 * row costs no allocation. */
struct smi_csv;
struct smi_csv *smi_csv_new(struct emitter *out, struct str head);
void smi_csv_free(struct smi_csv *c); /* NULL is fine */
enum status smi_csv_line(struct smi_csv *c, const struct line *line, struct error *err);
/* The last line may have been half a quoted record. */
enum status smi_csv_end(struct smi_csv *c, struct error *err);
/* Cells of a line, at most max; quoted ones unwrapped into a (NULL: left as
 * they are, nothing is allocated).  Returns how many. */
size_t smi_cells(struct str line, struct arena *a, struct str *cells, size_t max);
int smi_csv_detect(struct str head);
/* Is this line a row of column names? */
bool smi_is_header(const struct str *cells, size_t n);

/* How rows without an index, UUID or address are told apart. */
struct smi_turns {
	size_t gpus;     /* rows an instant */
	ts_usec gap;     /* rows further apart belong to different instants */
};
/* From the stamps of the first rows. */
struct smi_turns smi_turns(const ts_usec *stamps, size_t n);

#endif /* FORENSICS_SOURCE_SMI_H */

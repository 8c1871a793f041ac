#ifndef FORENSICS_SOURCE_APP_H
#define FORENSICS_SOURCE_APP_H

#include "base/json.h"
#include "base/limits.h"
#include "bundle/reader.h"
#include "record/record.h"
#include "source/attrs.h"

/* Private to the source app_log: the logs of programs, which agree on nothing.
 * A line goes app_layers.c (wrappers) -> app_head.c (stamp, level, logger) or
 * app_json.c -> app_fold.c (lines of one event) -> app_place.c (a time for it). */

/* What a line says besides its message.  Slices point into the line or the
 * arena of the line. */
struct app_head {
	bool stamped;
	bool epoch;              /* the stamp is abseil's: seconds since 1970 where others print local time */
	struct stamp stamp;      /* when stamped: of the outermost layer that has one */
	enum severity severity;  /* SEV_NONE when there is no level */
	struct str level, logger, file, rank, pid, host, stream, container;
	bool prefixed;           /* something was in front of the message */
	struct str text;         /* the message; blanks in front of it are kept but one */
};

/* One of the stamps programs write at the start of s: ISO 8601, "2026/11/22 ..",
 * "26/11/22 ..", "11/22/2026 ..", ctime, "Nov 22 2026 ..", in brackets or not.
 * Returns the bytes it took.  A stamp that is part of something longer (a row
 * of CSV, a version) is none. */
size_t app_stamp(struct str s, struct stamp *out);
/* "INFO", "[warning]", "E": a level word at the start of s; returns the bytes
 * it took, brackets included. */
size_t app_level(struct str s, enum severity *out, struct str *word);
/* The severity a level's name or number (RFC 5424, bunyan and pino) stands for. */
enum severity app_severity(struct str level);

/* Reads all that comes before the message; h->text is what is left of it.  h
 * is added to: an outer layer's stamp stays. */
void app_head(struct str line, struct app_head *h);

/* Where a container's lines were wrapped: "<ISO> stdout F msg" (CRI) and
 * docker's {"log":..}.  partial: the line goes on in the next one of its stream. */
bool app_cri(struct str *line, struct app_head *h, bool *partial);
bool app_docker(struct str *line, struct app_head *h, struct arena *a, bool *partial);
/* Compose, kubectl and torchrun put a name before each line. */
bool app_name_prefix(struct str *line, struct app_head *h);
/* "nova-api.log 2026-..", "var/log/x.log:2026-..": what grep and loggers of several files put before the stamp. */
bool app_file_prefix(struct str *line);

/* A line as the next stages take it. */
struct app_line {
	struct arena *arena;     /* of this line */
	struct app_head head;
	struct attrs fields;     /* members of a JSON line */
	struct str pod, namespace, job; /* from members; empty when there are none */
	double latency_s;        /* NO_NUMBER when it tells none */
	unsigned code;           /* HTTP status, 0 for none */
	uint32_t no, lines;
	uint64_t offset;
};

/* A JSON member that is a time: one of the stamps of app_stamp(), or a number of seconds, milli-, micro- or
 * nanoseconds since 1970. */
bool app_json_time(const struct json *v, struct stamp *st);
/* How long something took, in seconds, from the members of root that services write; NO_NUMBER when none of them. */
double app_json_latency(const struct json *root);
/* A JSON object as a line.  False: not JSON after all. */
bool app_json(struct str text, struct app_line *l);
/* key=value pairs with time= or level= among them. */
bool app_logfmt(struct str text, struct app_line *l);

/* A server's own line about a request it answered, uvicorn's `10.0.0.1:4711 - "GET /x HTTP/1.1" 200 OK` and
 * OpenStack's `10.0.0.1 "GET /x HTTP/1.1" status: 200 len: 12 time: 0.24`.  Clients log URLs in other shapes. */
bool app_served(struct str text, unsigned *code, double *latency_s);

/* Whose log it is, from its path; also for logs of other sources that one program writes. */
struct app_names { struct str job, pod, namespace, container; };
struct app_names app_names(struct str path, struct arena *a);
/* "pod:ns/name" or "workload:job". */
#define APP_ENTITY 600
void app_entity(const struct app_names *n, char out[APP_ENTITY]);

/* Exceptions. */
/* "torch.OutOfMemoryError: CUDA .." -> class and message; false for other lines. */
bool app_exception(struct str text, struct str *name, struct str *message);
static inline bool app_traceback(struct str text) { return str_starts(text, STR("Traceback (most recent call last)")); }

/* The last two stages: lines in, events out. */
struct app_place;
struct app_place *app_place_new(struct emitter *out, const struct app_names *names);
void app_place_free(struct app_place *p); /* NULL is fine */
enum status app_place_line(struct app_place *p, const struct app_line *l, struct error *err);
void app_place_blank(struct app_place *p);
enum status app_place_end(struct app_place *p, struct error *err);
/* From here on the lines are another container's ("==== START logs for .."). */
void app_place_names(struct app_place *p, const struct app_names *names);

int app_detect(struct str path, struct str head);

#endif /* FORENSICS_SOURCE_APP_H */

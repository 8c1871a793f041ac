#ifndef FORENSICS_SOURCE_K8S_H
#define FORENSICS_SOURCE_K8S_H

#include <stdbool.h>

#include "base/json.h"
#include "bundle/records.h"
#include "record/record.h"
#include "source/attrs.h"

/* What k8s_events and k8s_objects share: Kubernetes names, instants and the
 * three kinds of event both can give (k8s.event, k8s.condition, k8s.container).
 * Formats: k8s.io/api core/v1 and events/v1, kubectl's printers. */

/* A place in the member. */
struct k8s_at {
	uint32_t line, lines;
	uint64_t offset;
};
static inline struct k8s_at k8s_at_record(const struct record *r) { return (struct k8s_at){ r->line, r->lines, r->offset }; }

/* An instant: a reading of clock, true to u.  t is TS_NONE when it was not given. */
struct k8s_time {
	ts_usec t, u;
	uint32_t clock;
};
#define K8S_NEVER ((struct k8s_time){ TS_NONE, 0, CLOCK_IS_UTC })
/* 2026-11-22T10:16:04Z (JSON) or Sun, 22 Nov 2026 10:16:04 +0100 (describe).
 * Go's zero time (year 1), the epoch and anything else are K8S_NEVER. */
struct k8s_time k8s_time(struct str s);
/* "2m12s" before the file was printed.  "<unknown>" is somewhere in the last
 * hour, as long as the API server keeps events.  K8S_NEVER when it is no age. */
struct k8s_time k8s_age(struct emitter *out, struct str s);
/* The moment the file was printed: reading 0 of its ages. */
struct k8s_time k8s_now(struct emitter *out);

/* An object by its kind ("Pod"), namespace and name; each may be empty. */
struct k8s_ref {
	struct str kind, ns, name;
};
/* "pod" and "pods" as tables write them give "Pod"; other text comes back as it is. */
struct str k8s_kind(struct str written);
/* "pod:ns/name", "node:name", "workload:ns/name"; empty without a name. */
struct str k8s_entity(struct arena *a, struct k8s_ref ref);
/* The workload in the name of a pod or replica set, where Kubernetes generated
 * it: "web-6958c5bdd8-69gtn", "web-6958c5bdd8", "web-0", "job-x7k2q" give "web", "web", "web",
 * "job".  Empty when the name does not look generated.  Borrowed from name. */
struct str k8s_workload_of_pod(struct str name);
struct str k8s_workload_of_replicaset(struct str name);

/* Where the pod was at that moment. */
void k8s_link_node(struct emitter *out, struct arena *a, struct k8s_ref pod, struct str node, struct k8s_time seen);
/* The pod belongs to the object that controls it (kind may be "ReplicaSet": its workload is meant). */
void k8s_link_owner(struct emitter *out, struct arena *a, struct k8s_ref pod, struct str kind, struct str name);

struct k8s_event {
	struct k8s_ref about;
	struct str type;      /* Normal, Warning */
	struct str reason, message, component, node, field_path;
	double count;         /* 1 or more */
	double gpus;          /* that the pod asks for; 0 where the file does not say it */
	bool ns_assumed;      /* the file does not say the namespace */
	struct k8s_time first, last; /* last is never K8S_NEVER */
	struct k8s_time created;     /* by the clock of the API server; K8S_NEVER when not given */
};
/* One event at its last occurrence (occurrence=last) and, where it happened
 * more than once, one at its first (occurrence=first): a rule that asks when a
 * pod began to be pending needs the one, how long it lasted the other.  Also emits the links
 * the message proves.  a is scratch: the caller resets it. */
enum status k8s_emit_event(struct emitter *out, struct arena *a, const struct k8s_event *e, struct k8s_at at,
			   struct error *err);
/* Reads an Event object of either API group, or a reduced one that does not
 * say what it is about.  Slices are borrowed from v.  False with a reason when v is none. */
bool k8s_event_of_json(const struct json *v, struct k8s_event *e, const char **why);

struct k8s_condition {
	struct k8s_ref about;
	struct str type, status, reason, message, node;
	double gpus;           /* as in k8s_event */
	struct k8s_time since; /* its last transition */
};
enum status k8s_emit_condition(struct emitter *out, struct arena *a, const struct k8s_condition *c, struct k8s_at at,
			       struct error *err);

struct k8s_termination {
	struct k8s_ref pod;
	struct str container, node, reason, message;
	ts_usec started; /* TS_NONE when not given */
	double exit_code, signal, restarts; /* NAN when not given */
	struct k8s_time finished;
};
enum status k8s_emit_termination(struct emitter *out, struct arena *a, const struct k8s_termination *t, struct k8s_at at,
				 struct error *err);

#endif /* FORENSICS_SOURCE_K8S_H */

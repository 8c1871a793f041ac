#ifndef FORENSICS_SOURCE_K8S_OBJECT_H
#define FORENSICS_SOURCE_K8S_OBJECT_H

#include "source/k8s.h"

/* A pod or node as it was at the collection, from JSON, a table or describe.
 * All three give the same attributes as far as they know them:
 *
 *   both    namespace name status label.<key> condition.<Type>[.reason]
 *   pod     phase reason message node ready restarts controlled_by qos priority_class
 *           node_selector tolerations requests.<resource> limits.<resource> gpu_request
 *           container.<name>.{image,state,reason,message,exit_code,signal,started,
 *           finished,ready,restarts} and last_{state,reason,exit_code,signal,started,finished}
 *   node    taints unschedulable roles pool capacity.<resource> allocatable.<resource>
 *           allocated.<resource> gpu_capacity gpu_allocatable gpu_allocated kernel_version
 *           os_image container_runtime kubelet_version
 *
 *   others  replicas, ready_replicas, available_replicas, updated_replicas, unavailable_replicas, current_replicas,
 *           desired_replicas, min_replicas, max_replicas, completions, parallelism, active, succeeded, failed, volume,
 *           storage_class; of a quota used.<resource> hard.<resource> gpu_used gpu_hard; of a table its columns
 *
 * requests and limits are sums over the containers and only those of extended
 * resources ("nvidia.com/gpu"), which are counted in whole devices; gpu_* are the
 * same of all resources named ".../gpu". */
struct k8s_object {
	struct k8s_ref ref;
	struct str status;  /* as kubectl get shows it: "Running", "CrashLoopBackOff", "NotReady" */
	struct str message; /* of the object's own status, or of a container that waits */
	struct str node;    /* of a pod */
	double restarts;    /* NAN when not known */
	double ready, containers;
	struct attrs *attrs;
	struct k8s_at at;
};
/* Emits it at k8s_now(); adds the attributes named by members above. */
enum status k8s_emit_object(struct emitter *out, struct k8s_object *o, struct error *err);

/* "container.<name>.<what>" and the like. */
struct str k8s_key(struct arena *a, const char *prefix, struct str middle, const char *suffix);

/* Adds up quantities of one resource over the containers of a pod. */
struct k8s_resources {
	struct { struct str name; double sum; } v[8];
	size_t n;
};
/* Counts only extended resources; name is borrowed. */
void k8s_resources_add(struct k8s_resources *r, struct str name, struct str quantity);
double k8s_resources_gpus(const struct k8s_resources *r); /* of all ".../gpu"; NAN when there is none */
/* "requests.<resource>" for each, and gpu_key for those that end in "/gpu". */
void k8s_resources_attrs(const struct k8s_resources *r, struct attrs *f, const char *prefix, struct str gpu_key);

/* used.<resource> and hard.<resource> of a quota; gpu_used and gpu_hard of ".../gpu". */
void k8s_quota_attrs(struct attrs *f, struct str resource, struct str used, struct str hard);

/* When the newest sign of life of a ready node was written, for k8s_pair_heartbeat(). */
struct k8s_heartbeat { ts_usec t, u; };
/* A node renews its lease every 10 s and its conditions every 5 min (u says which):
 * the file was printed within u after the newest of them.  Ties its ages to UTC. */
void k8s_saw_heartbeat(struct k8s_heartbeat *h, struct k8s_time t, ts_usec every);
void k8s_pair_heartbeat(struct emitter *out, const struct k8s_heartbeat *h);

/* An object of any kind, with what it tells of the past: conditions, ends of
 * containers, links.  False when v is no object (it has no name); else *st is how emitting went. */
bool k8s_take_object_json(struct emitter *out, struct arena *scratch, const struct json *v, struct k8s_at at,
			  struct k8s_heartbeat *h, enum status *st, struct error *err);

#endif /* FORENSICS_SOURCE_K8S_OBJECT_H */

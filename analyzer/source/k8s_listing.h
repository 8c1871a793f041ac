#ifndef FORENSICS_SOURCE_K8S_LISTING_H
#define FORENSICS_SOURCE_K8S_LISTING_H

#include "bundle/reader.h"
#include "record/record.h"

/* Private to k8s_objects.c: the tables of `kubectl get`, `kubectl top` and `helm list`.
 *
 * Pods and nodes become what they are from JSON, other objects k8s.object with a column an attribute
 * ("UP-TO-DATE" is up_to_date); `top` gives the series k8s.pod.cpu (cores), k8s.pod.memory (bytes), k8s.node.cpu,
 * k8s.node.memory, k8s.node.cpu.utilization and k8s.node.memory.utilization (%). */
enum k8s_table { K8S_NO_TABLE, K8S_PODS, K8S_NODES, K8S_TOP_PODS, K8S_TOP_NODES, K8S_OTHERS };
enum k8s_table k8s_table_of(struct str header); /* allocates nothing */

struct k8s_listing;
struct k8s_listing *k8s_listing_new(struct emitter *out);
void k8s_listing_free(struct k8s_listing *l); /* NULL is fine */
/* Takes a line that belongs to a table: *st is how that went.  False: it belongs to none. */
bool k8s_listing_line(struct k8s_listing *l, const struct line *line, enum status *st, struct error *err);

#endif /* FORENSICS_SOURCE_K8S_LISTING_H */

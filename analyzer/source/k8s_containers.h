#ifndef FORENSICS_SOURCE_K8S_CONTAINERS_H
#define FORENSICS_SOURCE_K8S_CONTAINERS_H

#include "bundle/reader.h"
#include "source/k8s_object.h"

/* The Containers of a `describe pod`, line by line: attributes of the pod, its
 * devices, and the ends of containers that were started before. */
struct k8s_containers {
	struct emitter *out;
	struct arena *a;        /* borrowed: as long as the pod */
	struct arena *scratch;  /* borrowed: as long as the line */
	struct k8s_object *pod; /* borrowed: gets attributes, ready, containers, restarts */
	struct k8s_resources requests, limits;
	struct str waiting, waiting_message; /* why the first container waits, if it does */
	struct str ended;       /* why the first one ended, if it did */
	bool running;           /* at least one of them */

	bool init;              /* the section read now is that of the init containers */
	struct str name;        /* of the container read now */
	int part;
	struct k8s_at at;       /* where it is described */
	struct k8s_termination last, now;
};

void k8s_containers_begin(struct k8s_containers *c, bool init); /* of a section */
enum status k8s_containers_line(struct k8s_containers *c, const struct line *line, struct error *err);
enum status k8s_containers_end(struct k8s_containers *c, struct error *err); /* of a section */

#endif /* FORENSICS_SOURCE_K8S_CONTAINERS_H */

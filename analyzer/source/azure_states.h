#ifndef FORENSICS_SOURCE_AZURE_STATES_H
#define FORENSICS_SOURCE_AZURE_STATES_H

#include "source/azure.h"

/* States of Azure resources as they held at the collection (reading 0 of the
 * file's ages): limits, node pools, model deployments, and maintenance to come. */

struct azure_usage {
	struct str name;       /* "standardNCADSA100v4Family"; the local name where that is all there is */
	struct str local_name; /* "Standard NCADS_A100_v4 Family vCPUs" */
	struct str unit;
	double current, limit; /* NO_NUMBER when not given */
};
enum status azure_emit_usage(struct emitter *out, struct arena *a, const struct azure_usage *u, const struct record *r,
			     struct error *err);

struct azure_pool {
	struct str name, cluster, vm_size, taints, labels /* JSON or empty */, provisioning_state, power_state, priority, mode,
		version;
	double count, min, max;
	bool autoscaling_known, autoscaling;
};
enum status azure_emit_pool(struct emitter *out, struct arena *a, const struct azure_pool *p, const struct record *r,
			    struct error *err);

/* Any of them as JSON, or a cluster with its node pools, or a document of
 * scheduled events, or a log record around one.  False when v is none; else *st is how emitting went. */
bool azure_take_state(struct emitter *out, struct arena *a, const struct json *v, const struct record *r, enum status *st,
		      struct error *err);

#endif /* FORENSICS_SOURCE_AZURE_STATES_H */

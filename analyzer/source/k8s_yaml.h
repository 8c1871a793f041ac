#ifndef FORENSICS_SOURCE_K8S_YAML_H
#define FORENSICS_SOURCE_K8S_YAML_H

#include "source/each_record.h"

/* What `kubectl get -o yaml` writes (sigs.k8s.io/yaml): block maps and lists, plain, quoted and block scalars,
 * [] and {}; no anchors, tags or other flow forms.  A reader of just that hands over one object at a time,
 * however long the list is, which a general parser of whole documents would not. */

/* Does the text begin as such a document does? */
bool k8s_yaml_looks(struct str head);
/* Of its first object or list: is there a line "key:" (at any depth), with that value when value is not NULL? */
bool k8s_yaml_has(struct str head, const char *key, const char *value);

/* each_record() for YAML: the objects of all documents, those of lists one by one. */
enum status k8s_each_yaml(struct reader *in, struct emitter *out, take_record *take, void *ctx, struct error *err);

#endif /* FORENSICS_SOURCE_K8S_YAML_H */

#ifndef FORENSICS_SOURCE_K8S_DESCRIBE_H
#define FORENSICS_SOURCE_K8S_DESCRIBE_H

#include "source/k8s_object.h"
#include "source/k8s_rows.h"

/* `kubectl describe pod` and `describe node` (kubectl pkg/describe), several
 * objects in one file, and pieces of them as people paste them.  Other kinds of
 * object give k8s.object and their events. */
struct k8s_describe;

struct k8s_describe *k8s_describe_new(struct emitter *out);
void k8s_describe_free(struct k8s_describe *d); /* NULL is fine */
enum status k8s_describe_line(struct k8s_describe *d, const struct line *line, struct error *err);
/* After the last line: emits the last object and ties the file's ages to UTC where it can. */
enum status k8s_describe_end(struct k8s_describe *d, struct error *err);

/* Bits verified, for detection: allocates nothing. */
int k8s_describe_detect(struct str head);

/* "Key:   value", the value perhaps empty; both trimmed. */
bool outline_pair(struct str s, struct str *key, struct str *value);
size_t outline_indent(struct str s);

#endif /* FORENSICS_SOURCE_K8S_DESCRIBE_H */

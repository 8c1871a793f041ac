#ifndef FORENSICS_CMD_EVENTS_H
#define FORENSICS_CMD_EVENTS_H

#include "store/store.h"

/* The number of a record as people give it: 4711, #4711, ev-4711 (as the HTML report links it).
 * ERR_USAGE when the case has no such record. */
enum status event_find(struct store *st, struct str text, int64_t *event, struct error *err);
bool event_number(struct str text, int64_t *event);

#endif /* FORENSICS_CMD_EVENTS_H */

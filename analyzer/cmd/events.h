#ifndef FORENSICS_CMD_EVENTS_H
#define FORENSICS_CMD_EVENTS_H

#include "store/store.h"

/* The number of a record as people give it: 4711, #4711, ev-4711 (as the HTML report links it).
 * ERR_USAGE when the case has no such record. */
enum status event_find(struct store *st, struct str text, int64_t *event, struct error *err);
bool event_number(struct str text, int64_t *event);

/* For --severity: names of syslog levels, NULL-terminated, and the level each stands for. */
extern const char *const event_levels[];
int event_level(const char *word);

/* Steps q, which has the columns of cmd_timeline.sql, to its end: a line each, here marked with '>'; counts them in *n. */
enum status events_write(struct store *st, struct query *q, int64_t here, uint64_t *n, struct error *err);

#endif /* FORENSICS_CMD_EVENTS_H */

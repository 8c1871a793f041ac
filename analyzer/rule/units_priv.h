#ifndef FORENSICS_RULE_UNITS_PRIV_H
#define FORENSICS_RULE_UNITS_PRIV_H

#include <stdbool.h>

#include "base/str.h"
#include "tstamp/tstamp.h"

/* DUR of the language: 0, 90s, 250ms, -1h30m, 1.5h, 7d; the whole of s.  At most
 * LIMIT_WINDOW_US in either direction.  *out is untouched on failure. */
bool unit_duration(struct str s, ts_usec *out);
/* NUM[UNIT]/UNIT: "50MiB/m", "3/h", "1/5m"; the result is per second. */
bool unit_rate(struct str s, double *out);

#endif /* FORENSICS_RULE_UNITS_PRIV_H */

#ifndef FORENSICS_CORRELATE_CORRELATE_H
#define FORENSICS_CORRELATE_CORRELATE_H

#include "base/error.h"
#include "match/match.h"
#include "rule/rule.h"
#include "store/store.h"

/* Puts hits and series together: episodes, windows, items, causes, folding,
 * incidents (docs/ARCHITECTURE.md tells how).  Reads the loaded case, replaces what an
 * earlier run left in the tables finding .. incident_entry. */
enum status correlate_run(struct store *st, const struct ruleset *rs, const struct hits *hits, struct error *err);

#endif /* FORENSICS_CORRELATE_CORRELATE_H */

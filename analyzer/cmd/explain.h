#ifndef FORENSICS_CMD_EXPLAIN_H
#define FORENSICS_CMD_EXPLAIN_H

#include "cmd/cmd.h"
#include "report/report.h"

/* Is it a rule, of the case or of the rules at hand? */
bool silent_rule_known(struct cli *cli, const struct report *r, struct str rule);
/* Why it did not fire: what could not be decided, near misses, or where its anchor was looked for. */
enum status explain_silent(struct cli *cli, const struct report *r, struct str rule, struct error *err);

/* ---- explain --sql ---- */

/* One signal that an item asks for: the query that finds its evidence, bound, not stepped.  seq is the item's row of the ledger. */
typedef enum status explain_query_fn(void *ctx, size_t seq, const struct item *item, uint32_t signal, struct query *q, struct error *err);
/* Calls see() for all items of the rule that ask for signals, in order of the ledger; end is that of the finding. */
enum status explain_queries(struct store *st, const struct rule *r, struct str finding, ts_usec end, explain_query_fn *see, void *ctx, struct error *err);
/* Do a `where` or a link choose among the rows?  SQL knows neither. */
bool explain_is_filtered(const struct rule *r, const struct item *item, uint32_t signal);
enum status explain_sql(struct cli *cli, const struct report_finding *f, struct error *err);

#endif /* FORENSICS_CMD_EXPLAIN_H */

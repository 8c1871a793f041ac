#ifndef FORENSICS_SOURCE_AZURE_TABLES_H
#define FORENSICS_SOURCE_AZURE_TABLES_H

#include "record/record.h"
#include "source/each_record.h"

/* The answer of a Log Analytics query: {"tables":[{"name":..,"columns":[{"name":..}],"rows":[[..]]}]}.
 * Hands every row to take as an object with the columns' names, whatever the
 * size of the table. */
enum status azure_each_row(struct reader *in, struct emitter *out, take_record *take, void *ctx, struct error *err);

#endif /* FORENSICS_SOURCE_AZURE_TABLES_H */

#ifndef FORENSICS_REPORT_PAGE_DATA_H
#define FORENSICS_REPORT_PAGE_DATA_H

#include "report/report.h"

/* What the scripts of the page draw and query, one JSON object, schema forensics/page/1: records by column, their names
 * as numbers into lists; times in microseconds UTC.  assets/page_data.js reads it. */
void page_data(FILE *out, const struct report *r);

#endif /* FORENSICS_REPORT_PAGE_DATA_H */

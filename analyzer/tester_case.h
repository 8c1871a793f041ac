#ifndef FORENSICS_TESTER_CASE_H
#define FORENSICS_TESTER_CASE_H

#include "ingest.h"
#include "rule/rule.h"

/* Loads what a test gives into a fresh load; ingest_conclude() comes next. */
enum status test_case_build(struct ingest *in, const struct rule_test *t, struct error *err);

#endif /* FORENSICS_TESTER_CASE_H */

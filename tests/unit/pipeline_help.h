#ifndef FORENSICS_TESTS_PIPELINE_HELP_H
#define FORENSICS_TESTS_PIPELINE_HELP_H

#include <sys/stat.h>
#include <unistd.h>

#include "bundle_help.h"
#include "case_help.h"
#include "pipeline.h"

/* Files in a directory of their own, and the case made of them. */

#define TEXT_OF(literal) { literal, sizeof(literal) - 1 }

static char dir[64];

static inline void begin(void)
{
	strcpy(dir, "/tmp/test_pipeline.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static inline const char *in_dir(const char *name)
{
	static char path[4][128];
	static int turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", dir, name);
	return path[turn];
}

static inline void put_file(const char *name, struct str text)
{
	FILE *f = fopen(in_dir(name), "wb");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text.p, 1, text.n, f), text.n);
	fclose(f);
}

static inline void end(const char *const *names)
{
	for (; *names; names++)
		ck_assert_int_eq(remove(in_dir(*names)), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}

#define LOST "  a: {source: dmesg, match: 'NVRM: Xid \\(PCI:(?<g>[0-9a-f:]+)\\): (?<n>\\d+)', bind: {gpu: '{g|pci}'}}\n"
static const char rule[] = RULE_TEXT("lost", "gpu", LOST, "when: {anchor: a, base: 9}\n", "Xid {a.n}");

#define DMESG "[    0.000000] Linux version 6.8.0-45-generic (buildd@lcy02)\n" \
	      "[  100.000000] NVRM: Xid (PCI:0000:3b:00): 79, GPU has fallen off the bus.\n"

static inline enum status analyze(struct store **st, const char *const *bundles, size_t n, const struct ruleset *rs, const char *db, struct pipeline_result *r, struct error *err)
{
	const struct pipeline_options opt = { .bundles = bundles, .n_bundles = n, .rules = rs, .db = db };

	*r = (struct pipeline_result){ 0 };
	return pipeline_analyze(st, &opt, r, err);
}

#endif /* FORENSICS_TESTS_PIPELINE_HELP_H */

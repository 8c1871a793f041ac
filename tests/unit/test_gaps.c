#include "record/catalog.h"

#include <string.h>

#include "unit.h"

/* Links that a bundle holds, and files that their collector says it cut. */

#define FILES 5

static const struct {
	const char *paths[FILES];
	const char *link;        /* why the first was not read; NULL: it was read, and tells a gap of `gap` */
	const char *gap;
	const char *want[2];     /* of the first and the second: "status reason" */
} cases[] = {
	{ { "sos/uptime", "sos/sos_commands/host/uptime" }, "a symbolic link, not followed: sos_commands/host/uptime", NULL,
	  { "duplicate a link to sos/sos_commands/host/uptime", "ok " } },
	{ { "a.tar!s/var/log/x", "a.tar!s/data/x" }, "a symbolic link, not followed: ../../data/./x", NULL, { "duplicate a link to a.tar!s/data/x", "ok " } },
	{ { "a.tar!s/x", "a.tar!s/y" }, "a hard link, not followed: ./s/y", NULL, { "duplicate a link to a.tar!s/y", "ok " } },
	{ { "s/x", "s/d/e/y" }, "a symbolic link, not followed: d", NULL, { "duplicate a link to s/d", "ok " } },
	/* What is not in the bundle stays unread. */
	{ { "s/x", "s/y" }, "a symbolic link, not followed: z", NULL, { "skipped a symbolic link, not followed: z", "ok " } },
	{ { "s/x", "s/y" }, "a symbolic link, not followed: /s/y", NULL, { "skipped a symbolic link, not followed: /s/y", "ok " } },
	{ { "a.tar!x", "y" }, "a symbolic link, not followed: ../y", NULL, { "skipped a symbolic link, not followed: ../y", "ok " } },
	{ { "x", "y" }, "a FIFO", NULL, { "skipped a FIFO", "ok " } },
	/* sos keeps the end of a large log elsewhere. */
	{ { "s/var/log/syslog", "s/sos_strings/logs/var.log.syslog.tailed" }, "a symbolic link, not followed: ../../sos_strings/logs/var.log.syslog.tailed", NULL,
	  { "duplicate a link to s/sos_strings/logs/var.log.syslog.tailed", "partial the collector kept only its end" } },
	/* Gaps: below the same root, by whole parts. */
	{ { "s/sos_reports/manifest.json", "s/sos_commands/kernel/dmesg" }, NULL, "sos_commands/kernel/dmesg", { "ok ", "partial cut" } },
	{ { "s/sos_reports/manifest.json", "t/sos_commands/kernel/dmesg" }, NULL, "sos_commands/kernel/dmesg", { "ok ", "ok " } },
	{ { "s/e/ml-errors.json", "s/e/html.json" }, NULL, "ml.json", { "ok ", "ok " } },
	{ { "s/e/ml-errors.json", "s/e/ml.json" }, NULL, "ml.json", { "ok ", "partial cut" } },
};

START_TEST(links_and_gaps_become_the_state_of_files)
{
	struct catalog *c = catalog_new();

	catalog_bundle_add(c);
	for (size_t i = 0; i < FILES && cases[_i].paths[i]; i++) {
		uint32_t file = catalog_file_add(c, 0, str_of(cases[_i].paths[i]));

		c->files[file - 1].status = FILE_OK;
	}
	if (cases[_i].link) {
		c->files[0].status = FILE_SKIPPED;
		c->files[0].reason = str_of(cases[_i].link);
	}
	if (cases[_i].gap) {
		c->gaps = grow(c->gaps, 0, &c->cap_gaps, sizeof(*c->gaps));
		c->gaps[c->n_gaps++] = (struct catalog_gap){ 1, str_of(cases[_i].gap), "cut" };
	}
	catalog_gaps(c);
	for (size_t i = 0; i < 2; i++) {
		struct str got = arena_printf(c->arena, "%s %.*s", file_status_name(c->files[i].status), STR_ARG(c->files[i].reason));

		ck_assert_str_eq(got.p, cases[_i].want[i]);
	}
	catalog_free(c);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, links_and_gaps_become_the_state_of_files, 0, sizeof(cases) / sizeof(cases[0]));
}
TEST_MAIN("gaps", add)

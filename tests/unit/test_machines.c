#include "record/catalog.h"

#include <stdio.h>

#include "record/batch.h"
#include "record/record.h"
#include "unit.h"

/* Which files of a bundle are of one machine. */

struct given {
	const char *path, *hostname; /* what a file tells of its own host */
	const char *lines;           /* the one host that its lines name; "a b": two */
	bool app;                    /* not of a machine's own source */
};

struct nothing { struct sink sink; };

static enum status drop(struct sink *s, struct batch *b, struct error *err)
{
	(void)s;
	(void)err;
	batch_free(b);
	return OK;
}

static void give(struct catalog *c, struct emitter *e, uint32_t bundle, const struct given *g)
{
	uint32_t file = catalog_file_add(c, bundle, str_of(g->path));
	struct str rest = str_of(g->lines), host;
	size_t name = strlen(g->path);

	while (name > 0 && g->path[name - 1] != '/' && g->path[name - 1] != '!')
		name--;
	c->files[file - 1].source = str_of(g->path + name); /* files of one name are of one source */
	c->files[file - 1].of_machine = !g->app;
	(void)snprintf(c->files[file - 1].sha256, sizeof(c->files[file - 1].sha256), "%u", file);
	catalog_file_label(c, file);
	emitter_file(e, file, HOST_OWN);
	if (g->hostname)
		emit_fact(e, STR_NONE, STR("hostname"), str_of(g->hostname), 1);
	while (g->lines && str_word(&rest, &host)) {
		struct event ev = { .host = host, .kind = STR("test"), .line = 1 };

		ck_assert_int_eq(emit_event(e, &ev, NULL), OK);
	}
}

static const char *host_of(const struct catalog *c, size_t i)
{
	struct str s = catalog_host_name(c, c->files[i].host);

	return s.n ? s.p : "-";
}

/* want: a host a file, "-" for none. */
static void check(const char *const *bundles, const struct given *files, size_t n, const char *want)
{
	struct nothing sink = { { drop } };

	for (int backwards = 0; backwards < 2; backwards++) {
		struct catalog *c = catalog_new();
		struct emitter *e = emitter_new(c, &sink.sink);
		char got[512] = "";

		for (size_t b = 0; bundles[b]; b++) {
			uint32_t bundle = catalog_bundle_add(c);

			c->bundles[bundle].name = str_of(bundles[b]);
			for (size_t i = 0; i < n; i++) {
				const struct given *g = &files[backwards ? n - 1 - i : i];

				if (bundles[1] == NULL || str_starts(str_of(g->path), str_of(bundles[b])))
					give(c, e, bundle, g);
			}
		}
		catalog_machines(c);
		for (size_t i = 0; i < n; i++) {
			size_t k = 0;

			while (!str_eq(c->files[k].path, str_of(files[i].path)))
				k++;
			(void)snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%s", i ? " " : "", host_of(c, k));
		}
		ck_assert_msg(strcmp(got, want) == 0, "%s%s: got '%s', want '%s'", files[0].path, backwards ? " (backwards)" : "", got, want);
		emitter_free(e);
		catalog_free(c);
	}
}

#define CHECK(want, ...)                                                                                           \
	do {                                                                                                       \
		static const struct given files[] = { __VA_ARGS__ };                                               \
		check((const char *const[]){ "case", NULL }, files, sizeof(files) / sizeof(files[0]), want);       \
	} while (0)

START_TEST(one_name_holds_for_the_whole_bundle)
{
	CHECK("n1 n1 n1", { .path = "system/hostname", .hostname = "n1" }, { .path = "gpu/smi.csv" }, { .path = "var/log/syslog", .lines = "n1" });
	CHECK("n1 n1", { .path = "system/hostname", .hostname = "n1.example.com" }, { .path = "uname", .hostname = "n1" });
	CHECK("n1 n1", { .path = "dmesg" }, { .path = "var/log/syslog", .lines = "n1" }); /* only lines tell */
	CHECK("- -", { .path = "dmesg" }, { .path = "gpu/smi.csv" });
	CHECK("n1 n1", { .path = "hostname", .hostname = "n1" }, { .path = "etc/hostname", .hostname = "localhost" });
}
END_TEST

START_TEST(each_folder_goes_by_the_name_found_in_it)
{
	CHECK("n1 n1 n2 n2 -", { .path = "a/hostname", .hostname = "n1" }, { .path = "a/gpu/smi.csv" }, { .path = "b/hostname", .hostname = "n2" },
	      { .path = "b/var/log/dmesg" }, { .path = "both/smi.csv" });
	CHECK("n1 n1 n2 n2", { .path = "x.tar.gz!sos/etc/hostname", .hostname = "n1" }, { .path = "x.tar.gz!sos/dmesg" }, { .path = "y.tar.gz!etc/hostname", .hostname = "n2" },
	      { .path = "y.tar.gz!dmesg" });
	/* Lines tell where no fact does; against one, nothing is sure. */
	CHECK("n1 n1 - -", { .path = "a/hostname", .hostname = "n1" }, { .path = "a/smi.csv" }, { .path = "c/syslog", .lines = "n3" }, { .path = "c/smi.csv", .app = true });
	CHECK("- -", { .path = "syslog", .lines = "n1 n2" }, { .path = "dmesg" });
}
END_TEST

START_TEST(folders_alike_are_machines_of_their_own)
{
	CHECK("a a b b", { .path = "a/dmesg" }, { .path = "a/smi.csv" }, { .path = "b/dmesg" }, { .path = "b/smi.csv" });
	/* A name does not get from one into the other. */
	CHECK("n1 n1 b", { .path = "a/dmesg", .hostname = "n1" }, { .path = "a/uptime" }, { .path = "b/dmesg" });
	/* Two states of one machine. */
	CHECK("n1 n1", { .path = "before/dmesg", .hostname = "n1" }, { .path = "after/dmesg", .hostname = "n1" });
	/* Or not: who knows. */
	CHECK("n1 - -", { .path = "hostname", .hostname = "n1" }, { .path = "before/dmesg" }, { .path = "after/dmesg" });
	/* Days are no machines, and neither are the ranks of a job. */
	CHECK("- -", { .path = "2026-03-01/dmesg" }, { .path = "2026-03-02/dmesg" });
	CHECK("n1 n1 n1", { .path = "hostname", .hostname = "n1" }, { .path = "rank0/log", .app = true }, { .path = "rank1/log", .app = true });
	/* One name in common is a chance. */
	CHECK("n1 n1 n1 n1 n1 n1 n1", { .path = "etc/hostname", .hostname = "n1" }, { .path = "kernel/dmesg" }, { .path = "kernel/lsmod" }, { .path = "kernel/uname" }, { .path = "general/dmesg" },
	      { .path = "general/date" }, { .path = "general/uptime" });
}
END_TEST

START_TEST(a_known_host_names_a_folder_or_a_file)
{
	CHECK("n1 gpu-07 gpu-08 n1", { .path = "syslog", .lines = "gpu-07 gpu-08", .hostname = "n1" }, { .path = "gpu-07/dmesg" }, { .path = "gpu-08/lsmod" }, { .path = "uname", .hostname = "n1" });
	CHECK("- gpu-07 gpu-08", { .path = "syslog", .lines = "gpu-07 gpu-08" }, { .path = "dmesg-gpu-07.txt" }, { .path = "dmesg_gpu-08.log.gz" });
	CHECK("- gpu-1 gpu-11 -", { .path = "syslog", .lines = "gpu-1 gpu-11" }, { .path = "dmesg-gpu-1.txt" }, { .path = "dmesg-gpu-11.txt" }, { .path = "dmesg-gpu-111.txt" });
}
END_TEST

START_TEST(bundles_of_one_case_are_folders_too)
{
	static const struct given two[] = { { .path = "n1.tar.gz!dmesg" }, { .path = "n2.tar.gz!dmesg" } };
	static const struct given one[] = { { .path = "a!hostname", .hostname = "h" }, { .path = "gpu.csv" } };

	check((const char *const[]){ "n1.tar.gz", "n2.tar.gz", NULL }, two, 2, "n1 n2");
	check((const char *const[]){ "a", "gpu.csv", NULL }, one, 2, "h h");
}
END_TEST

/* Twins within a sosreport are links and copies, and its name still holds for what lies beside it. */
START_TEST(a_layout_of_one_machine_is_one)
{
	static const char *const paths[] = { "sos/a/dmesg", "sos/b/dmesg", "sos/etc/hostname", "gpu.csv" };

	for (int known = 0; known < 2; known++) {
		struct nothing sink = { { drop } };
		struct catalog *c = catalog_new();
		struct emitter *e = emitter_new(c, &sink.sink);

		catalog_bundle_add(c);
		c->bundles[0].name = STR("case");
		for (size_t i = 0; i < 4; i++)
			give(c, e, 0, &(const struct given){ .path = paths[i], .hostname = i == 2 ? "n1" : NULL, .app = i == 3 });
		if (known)
			catalog_layout_add(c, (struct catalog_layout){ 0, STR("sos/"), "sosreport", NULL, true });
		catalog_machines(c);
		for (size_t i = 0; i < 4; i++)
			ck_assert_msg(strcmp(host_of(c, i), known || i == 2 ? "n1" : "-") == 0, "%d %s: %s", known, paths[i], host_of(c, i));
		emitter_free(e);
		catalog_free(c);
	}
}
END_TEST

START_TEST(series_of_one_machine_become_one)
{
	for (int two = 0; two < 2; two++) {
		const struct given files[] = { { .path = "a/dmesg", .hostname = "n1" }, { .path = "b/smi.csv", .app = true }, { .path = "c/dmesg", .hostname = two ? "n2" : "n1" }, { .path = "c/smi.csv" } };
		const struct series_def def = { .name = STR("gpu.temperature") };
		struct nothing sink = { { drop } };
		struct catalog *c = catalog_new();
		struct emitter *e = emitter_new(c, &sink.sink);
		uint32_t series[4], panel[4];

		catalog_bundle_add(c);
		for (size_t i = 0; i < 4; i++) {
			give(c, e, 0, &files[i]);
			series[i] = emit_series(e, &def);
			panel[i] = emit_panel(e, &series[i], 1);
		}
		catalog_machines(c);
		ck_assert_uint_ne(series[1], series[3]);
		ck_assert_int_eq(c->panels[panel[0]].series[0] == c->panels[panel[2]].series[0], !two);
		ck_assert_uint_eq(c->panels[panel[2]].series[0], c->panels[panel[3]].series[0]);
		ck_assert_str_eq(host_of(c, 1), two ? "-" : "n1");
		emitter_free(e);
		catalog_free(c);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, one_name_holds_for_the_whole_bundle);
	tcase_add_test(tc, each_folder_goes_by_the_name_found_in_it);
	tcase_add_test(tc, folders_alike_are_machines_of_their_own);
	tcase_add_test(tc, a_known_host_names_a_folder_or_a_file);
	tcase_add_test(tc, bundles_of_one_case_are_folders_too);
	tcase_add_test(tc, a_layout_of_one_machine_is_one);
	tcase_add_test(tc, series_of_one_machine_become_one);
}
TEST_MAIN("machines", add)

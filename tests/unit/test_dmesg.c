#include <stdio.h>

#include "base/buf.h"
#include "bundle/bundle.h"
#include "bundle/reader.h"
#include "record/batch.h"
#include "record/catalog.h"
#include "source/source.h"
#include "unit.h"

#define FIXTURES "fixtures/sources/dmesg/notation-"

/* Bids with a name for the path and a head. */
static const struct { const char *path, *head; bool ours; } heads[] = {
	{ "dmesg.txt", "[    0.000000] Linux version 6.8.0\n", true },
	{ "x", "[    1.000000] one\n[    2.000000] two\n", true },
	{ "x", "<6>[    1.000000] one\n", true },
	{ "x", "{\"dmesg\": [{\"pri\":6,\"time\":1.0,\"msg\":\"x\"}]}", true },
	{ "x", "NVRM: Xid (PCI:0000:3b:00): 79, GPU has fallen off the bus.\n", true },
	{ "x", "Linux version 6.8.0-47-generic (b@f) #47\nCommand line: root=/dev/vda1\n", true },
	{ "x", "", false },
	{ "dmesg.txt", "dmesg: read kernel buffer failed: Operation not permitted\n", false },
	{ "x", "{\"items\": []}", false },
	{ "x", "[Mon Jul 20 09:33:20 2026] [notice] Apache/1.3.29 configured\n[Mon Jul 20 09:33:21 2026] [error] x\n", false },
	{ "x", "Nov 22 10:16:04 n1 kernel: [    1.000000] x\n", false },
	{ "x", "timestamp, name\n2026/11/22 10:16:04.481, H200\n", false },
	{ "x", "[Feb 25 2025 13:59:45] [INFO] [tid 1803] fabric manager\n", false },
	{ "x", "a\nb\nc\n[    1.000000] one among others\n", false },
	{ "x", "2026-11-22T10:16:04.481000+00:00 n1 kernel: x\n", false },
};

START_TEST(claims_kernel_logs_only)
{
	int bits = source_named(STR("dmesg"))->detect(str_of(heads[_i].path), str_of(heads[_i].head));

	ck_assert_msg((bits > 0) == heads[_i].ours, "%d bits for %s", bits, heads[_i].head);
}
END_TEST

/* The events of one file with their times solved, as this sink keeps them. */
struct kept { ts_usec t, u; uint32_t clock; struct str text; };
struct keeper {
	struct sink sink;
	struct arena *arena;
	struct kept events[32];
	size_t n;
};

static enum status keep(struct sink *s, struct batch *b, struct error *err)
{
	struct keeper *k = (struct keeper *)s;

	(void)err;
	for (size_t i = 0; i < b->n_events; i++) {
		const struct event_row *e = &b->events[i];

		ck_assert_uint_lt(k->n, sizeof k->events / sizeof *k->events);
		k->events[k->n++] = (struct kept){ e->t, e->u_us, e->clock, arena_dup(k->arena, e->text) };
	}
	ck_assert_uint_eq(b->n_rejects, 0);
	batch_free(b);
	return OK;
}

static void read_all(struct keeper *k, const char *path)
{
	struct catalog *cat = catalog_new();
	struct emitter *e = emitter_new(cat, &k->sink);
	struct bundle_options opt = { 0 };
	struct bundle *bundle = NULL;
	struct reader *member;
	struct error err = { 0 };

	ck_assert_msg(bundle_open(&bundle, path, &opt, &err) == OK, "%s: %s", path, err.text);
	ck_assert_int_eq(bundle_next(bundle, &member, &err), OK);
	emitter_file(e, catalog_file_add(cat, catalog_bundle_add(cat), STR("dmesg.txt")), HOST_OWN);
	ck_assert_int_eq(source_named(STR("dmesg"))->parse(member, e, &err), OK);
	ck_assert_int_eq(emitter_flush(e, &err), OK);
	clocks_solve(cat->clocks);
	for (size_t i = 0; i < k->n; i++) {
		struct kept *v = &k->events[i];

		v->t = clocks_utc(cat->clocks, v->clock, v->t);
		v->u += clocks_info(cat->clocks, v->clock)->uncertainty_us;
	}
	emitter_free(e);
	bundle_close(bundle);
	catalog_free(cat);
}

static const char *const notations[] = {
	"plain", "raw", "decoded", "iso", "decoded-iso", "ctime", "delta", "human", "caller", "var-log", "json", "json-compact", "kmsg",
};

/* The same 13 messages, printed in every notation dmesg and the kernel have. */
START_TEST(gives_the_same_events_in_every_notation)
{
	struct arena *arena = arena_new();
	struct keeper exact = { { keep }, arena, { { 0 } }, 0 }, other = exact;
	char path[128];

	read_all(&exact, FIXTURES "iso.in");
	snprintf(path, sizeof path, FIXTURES "%s.in", notations[_i]);
	read_all(&other, path);
	ck_assert_uint_eq(exact.n, 13);
	ck_assert_uint_eq(other.n, exact.n);
	for (size_t i = 0; i < exact.n; i++) {
		ts_usec off = other.events[i].t - exact.events[i].t;

		ck_assert_msg(str_eq(other.events[i].text, exact.events[i].text), "event %zu: %.*s", i, STR_ARG(other.events[i].text));
		ck_assert_msg(off <= other.events[i].u && -off <= other.events[i].u, "event %zu is off by %lld us", i, (long long)off);
		ck_assert_int_le(other.events[i].u, TS_MINUTE);
	}
	arena_free(arena);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, claims_kernel_logs_only, heads);
	LOOP(tc, gives_the_same_events_in_every_notation, notations);
}
TEST_MAIN("source/dmesg", add)

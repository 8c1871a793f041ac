/* floor BUNDLE DB: the insert floor.  The rows of a bundle are parsed once into
 * memory; then only their way into SQLite is timed: the same batches through the same
 * virtual table on the same writer thread, the same indexes.  Prints seconds. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bundle/bundle.h"
#include "ingest.h"

struct keep { struct sink sink; struct batch **v; size_t n, cap; };

static enum status drain(struct sink *s, struct batch *b, struct error *err)
{
	struct keep *k = (struct keep *)s;

	(void)err;
	k->v = grow(k->v, k->n, &k->cap, sizeof(struct batch *));
	k->v[k->n++] = b;
	return OK;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	struct keep keep = { { drain }, NULL, 0, 0 };
	struct ingest in = { .catalog = catalog_new() };
	struct bundle *b = NULL;
	struct reader *member;
	struct store *st = NULL;
	struct error err = { 0 };
	double t0;

	if (argc != 3 || bundle_open(&b, argv[1], NULL, &err) != OK)
		return 2;
	in.emitter = emitter_new(in.catalog, &keep.sink);
	(void)catalog_bundle_add(in.catalog);
	while (bundle_next(b, &member, &err) == OK)
		if (ingest_member(&in, 0, member, STR_NONE, &err) != OK)
			return 3;
	if (emitter_flush(in.emitter, &err) != OK)
		return 3;
	clocks_solve(in.catalog->clocks);
	t0 = now();
	if (store_create(&st, argv[2], &err) != OK)
		return 3;
	for (size_t i = 0; i < keep.n; i++)
		if (store_sink(st)->drain(store_sink(st), keep.v[i], &err) != OK)
			return 3;
	if (store_loaded(st, in.catalog, &err) != OK || store_finish(st, &err) != OK)
		return 3;
	printf("%.3f\n", now() - t0);
	store_close(st);
	return 0;
}

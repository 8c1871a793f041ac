#ifndef FORENSICS_STORE_STORE_PRIV_H
#define FORENSICS_STORE_STORE_PRIV_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>

#include "record/batch.h"
#include "store/store.h"

/* Batches waiting for the writer: enough to keep it busy while one is filled. */
enum { WRITER_QUEUE = 3 };

struct writer {
	struct sink sink;
	struct store *store;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct batch *queue[WRITER_QUEUE];
	int n;
	bool started, closing;
	struct error failure;      /* code OK while all is well */
};

struct store {
	sqlite3 *db;
	char *path, *partial;      /* partial NULL: not loading into a file */
	bool extended;             /* there is a case below what comes */
	uint32_t clock_base;       /* the highest clock of it: 0 stays UTC, others go on from here */
	const struct batch *batch; /* what the virtual tables show; only the writer touches it */
	struct writer writer;
};

enum status store_fail(struct store *st, struct error *err, const char *doing);
/* The number of a clock in the case. */
static inline uint32_t store_clock(const struct store *st, uint32_t clock)
{
	return clock ? clock + st->clock_base : 0;
}
/* extend.c: everything of the case at from, checked. */
enum status store_copy_into(struct store *st, const char *from, struct error *err);
/* Registers batch_event and batch_sample on the connection. */
enum status batch_vtab_register(struct store *st, struct error *err);
void writer_init(struct store *st);
/* Waits until everything queued is written and the thread is gone. */
enum status writer_finish(struct store *st, struct error *err);

#endif /* FORENSICS_STORE_STORE_PRIV_H */

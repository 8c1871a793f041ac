/* The writer thread: SQLite is the slowest stage, so rows are inserted while the
 * next batch is parsed.  While it runs, the connection belongs to it alone. */
#include <string.h>

#include "sql.h"
#include "store/store_priv.h"

static enum status write_rejects(struct store *st, const struct batch *b, struct query *q, struct error *err)
{
	(void)st;
	for (size_t i = 0; i < b->n_rejects; i++) {
		const struct reject_row *r = &b->rejects[i];
		enum status s;

		query_int(q, 1, r->file);
		query_int(q, 2, r->line);
		query_int(q, 3, (int64_t)r->offset);
		query_text(q, 4, r->text.p ? r->text : STR(""));
		query_text(q, 5, str_of(r->reason));
		s = query_step(q, err);
		if (s != END)
			return s;
	}
	return OK;
}

static enum status write_batch(struct store *st, const struct batch *b, struct query *const q[3], struct error *err)
{
	enum status s = END;

	st->batch = b;
	if (b->n_events)
		s = query_step(q[0], err);
	if (s == END && b->n_samples)
		s = query_step(q[1], err);
	st->batch = NULL;
	return s == END ? write_rejects(st, b, q[2], err) : s;
}

static void *writer_main(void *arg)
{
	struct writer *w = arg;
	struct error err = { 0 };
	struct query *q[3] = { NULL, NULL, NULL };
	static const char *const texts[3] = { SQL_INSERT_EVENTS, SQL_INSERT_SAMPLES, SQL_INSERT_REJECT };
	enum status s = OK;

	for (int i = 0; i < 3 && s == OK; i++)
		s = query_new(&q[i], w->store, texts[i], &err);
	for (;;) {
		struct batch *b;

		pthread_mutex_lock(&w->lock);
		if (s != OK && w->failure.code == OK) {
			w->failure = err;
			w->failure.code = s;
		}
		while (w->n == 0 && !w->closing)
			pthread_cond_wait(&w->changed, &w->lock);
		if (w->n == 0) {
			pthread_mutex_unlock(&w->lock);
			break;
		}
		b = w->queue[0];
		w->n--;
		memmove(w->queue, w->queue + 1, (size_t)w->n * sizeof(w->queue[0]));
		pthread_cond_broadcast(&w->changed);
		pthread_mutex_unlock(&w->lock);
		if (s == OK) /* after a failure batches are only taken off the queue */
			s = write_batch(w->store, b, q, &err);
		batch_free(b);
	}
	for (int i = 0; i < 3; i++)
		query_free(q[i]);
	return NULL;
}

static enum status drain(struct sink *sink, struct batch *b, struct error *err)
{
	struct writer *w = (struct writer *)sink;
	enum status s = OK;

	if (!w->started) {
		if (pthread_create(&w->thread, NULL, writer_main, w) != 0) {
			batch_free(b);
			return fail(err, ERR_IO, "cannot start the writer thread");
		}
		w->started = true;
	}
	pthread_mutex_lock(&w->lock);
	while (w->n == WRITER_QUEUE)
		pthread_cond_wait(&w->changed, &w->lock);
	if (w->failure.code != OK) {
		s = w->failure.code;
		if (err)
			*err = w->failure;
		batch_free(b);
	} else {
		w->queue[w->n++] = b;
		pthread_cond_broadcast(&w->changed);
	}
	pthread_mutex_unlock(&w->lock);
	return s;
}

void writer_init(struct store *st)
{
	st->writer.sink.drain = drain;
	st->writer.store = st;
	pthread_mutex_init(&st->writer.lock, NULL);
	pthread_cond_init(&st->writer.changed, NULL);
}

enum status writer_finish(struct store *st, struct error *err)
{
	struct writer *w = &st->writer;

	if (w->started) {
		pthread_mutex_lock(&w->lock);
		w->closing = true;
		pthread_cond_broadcast(&w->changed);
		pthread_mutex_unlock(&w->lock);
		pthread_join(w->thread, NULL);
		w->started = w->closing = false;
	}
	if (w->failure.code != OK) {
		if (err)
			*err = w->failure;
		return w->failure.code;
	}
	return OK;
}

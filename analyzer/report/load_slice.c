/* The slice: as much of the case as a page may carry, the incident first. */
#include "base/limits.h"
#include "report/load_priv.h"
#include "sql.h"

#define SEVERE 4     /* warnings and worse */
#define ANY 8        /* and those of a source that has no levels */
#define ROW_BYTES 60 /* what the numbers of a row come to */

struct span { ts_usec from, to; int severity; };

/* Of the first so many; -1: of all. */
static enum status count(struct loader *l, struct span s, int64_t most, uint64_t *n, uint64_t *bytes)
{
	struct query *q = NULL;
	enum status st = query_new(&q, l->st, SQL_REPORT_EVENT_COUNT, l->err);

	if (st == OK) {
		query_int(q, 1, s.from);
		query_int(q, 2, s.to);
		query_int(q, 3, s.severity);
		query_int(q, 4, most);
		st = query_step(q, l->err);
	}
	if (st == OK) {
		*n = (uint64_t)query_get_int(q, 0);
		*bytes = (uint64_t)query_get_int(q, 1) + *n * ROW_BYTES;
	}
	query_free(q);
	return st;
}

static void read_event(struct loader *l, struct query *q, void *row)
{
	*(struct report_event *)row = (struct report_event){
		.id = query_get_int(q, 0), .t = time_at(q, 1), .severity = (int)query_get_int(q, 2), .evidence = query_get_int(q, 3) != 0,
		.source = text_at(l, q, 4), .host = text_at(l, q, 5), .entity = text_at(l, q, 6), .kind = text_at(l, q, 7),
		.file = text_at(l, q, 8), .line = (uint32_t)query_get_int(q, 9), .text = clip_at(l, q, 10, LIMIT_REPORT_TEXT / 2),
	};
}

enum status load_slice(struct loader *l)
{
	struct report *r = l->r;
	const struct span spans[] = {
		[SLICE_CASE] = { r->from, r->to, ANY }, [SLICE_AXIS] = { r->axis_from, r->axis_to, ANY }, [SLICE_SEVERE] = { r->axis_from, r->axis_to, SEVERE },
	};
	enum report_slice slice = SLICE_CASE;
	uint64_t n = 0, bytes = 0;
	struct rows rows = { NULL, 0 };
	struct query *q = NULL;
	enum status s;

	/* One too many says it: a large case is not read to its end for that. */
	while ((s = count(l, spans[slice], slice < SLICE_SEVERE ? LIMIT_REPORT_EVENTS + 1 : -1, &n, &bytes)) == OK && slice < SLICE_SEVERE &&
	       (n > LIMIT_REPORT_EVENTS || bytes > LIMIT_REPORT_SLICE))
		slice++;
	if (s == OK)
		s = query_new(&q, l->st, SQL_REPORT_EVENT, l->err);
	if (s == OK) {
		/* Even warnings may be too long together: then fewer, by their average. */
		uint64_t most = bytes > LIMIT_REPORT_SLICE ? LIMIT_REPORT_SLICE / (bytes / n) : LIMIT_REPORT_EVENTS;

		query_int(q, 1, spans[slice].from);
		query_int(q, 2, spans[slice].to);
		query_int(q, 3, spans[slice].severity);
		query_int(q, 4, (int64_t)most);
		s = query_rows(l, q, sizeof(struct report_event), read_event, &rows);
	}
	query_free(q);
	r->events = rows.v;
	r->n_events = rows.n;
	r->slice = slice;
	r->events_left_out = r->records > rows.n ? r->records - rows.n : 0;
	return s;
}

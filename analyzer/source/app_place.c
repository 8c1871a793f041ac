#include "source/app_place.h"

#include <stdlib.h>

/* A line without a stamp happened between the stamped lines around it: it is
 * given the middle, and half the distance as its error.  So it waits for the one
 * after; the last lines are given the stamp before them, and the largest gap.  What stands before the first stamp is
 * given that stamp, and the largest gap of the first stamps as its error. */

#define HEAD_STAMPS 64        /* seen before the lines above the first one go out */
#define HOLD_EVENTS 16384     /* waiting for a stamp that does not come: then the largest gap must do */
#define HOLD_BYTES (8u << 20)
#define OPEN_EVENTS 16        /* tracebacks of as many ranks interleaved */
#define OPEN_LINES 400        /* others' lines in between before one is given up */
#define SPARE_BYTES (1u << 20) /* of arena, before what still waits moves to the other one */

struct app_place {
	struct app_emit emit;
	struct arena *arenas[2];  /* entries live in arenas[use] */
	int use;
	struct app_entry *first, *last;
	size_t n, n_waiting;      /* in the list; of them not placed */
	size_t joined;            /* bytes in their buffers */
	struct app_entry *open[OPEN_EVENTS];
	size_t n_open;
	struct buf **spare;       /* buffers of joined lines, for reuse */
	size_t n_spare, cap_spare;
	struct yearless yearless;
	uint32_t local;           /* clock + 1, once made */
	size_t stamps;
	ts_usec last_t, gap, last_resolution;
	uint32_t last_clock, last_line;
	bool last_zoned, zone_told;
};

struct app_place *app_place_new(struct emitter *out, const struct app_names *names)
{
	struct arena *a = arena_new();
	struct app_place *p = ARENA_NEW(a, struct app_place);

	p->emit.out = out;
	svc_series_init(&p->emit.requests, out);
	p->emit.names_arena = a;
	p->arenas[0] = arena_new();
	p->arenas[1] = arena_new();
	app_place_names(p, names);
	return p;
}

static void buf_drop(struct buf *b)
{
	buf_done(b);
	free(b);
}

void app_place_free(struct app_place *p)
{
	if (!p)
		return;
	for (struct app_entry *e = p->first; e; e = e->next)
		if (e->more)
			buf_drop(e->more);
	for (size_t i = 0; i < p->n_spare; i++)
		buf_drop(p->spare[i]);
	free(p->spare);
	svc_series_done(&p->emit.requests);
	arena_free(p->arenas[0]);
	arena_free(p->arenas[1]);
	arena_free(p->emit.names_arena);
}

void app_place_names(struct app_place *p, const struct app_names *names)
{
	struct arena *a = p->emit.names_arena;
	struct app_names n = { arena_dup(a, names->job), arena_dup(a, names->pod), arena_dup(a, names->namespace),
	    arena_dup(a, names->container) };

	p->emit.names = n;
	if (n.pod.n && n.namespace.n && n.container.n)
		emit_link(p->emit.out, STR("pod"), arena_printf(a, "%.*s/%.*s", STR_ARG(n.namespace), STR_ARG(n.pod)), "of",
		    STR("workload"), n.job);
}

static ts_usec largest_gap(const struct app_place *p)
{
	return p->gap > TS_SECOND ? p->gap : TS_SECOND;
}

/* The instant of a stamp on its clock. */
static ts_usec reading(struct app_place *p, const struct stamp *st, uint32_t *clock)
{
	struct clocks *c = emit_clocks(p->emit.out);

	if (!st->has_year)
		return clock_place_yearless(c, &p->yearless, STR_NONE, emit_path(p->emit.out), st, clock);
	if (st->has_zone) {
		*clock = CLOCK_IS_UTC;
		return st->t;
	}
	if (!p->local)
		p->local = clocks_get(c, CLOCK_LOCAL, STR_NONE, STR_NONE, 0) + 1;
	*clock = p->local - 1;
	return st->t;
}

static bool is_local(const struct app_place *p, uint32_t clock)
{
	enum clock_kind kind = clocks_info(emit_clocks(p->emit.out), clock)->kind;

	return kind == CLOCK_LOCAL || kind == CLOCK_YEARLESS;
}

/* How long after t_a t_b is.  A local stamp with a year and one without are
 * compared by their day and time; other clocks tell no distance. */
static bool distance(const struct app_place *p, uint32_t a, ts_usec t_a, uint32_t b, ts_usec t_b, ts_usec *out)
{
	ts_usec d = t_b - t_a;

	if (a != b) {
		struct civil c = ts_split(t_a);

		if (!is_local(p, a) || !is_local(p, b))
			return false;
		d = t_b - ts_civil(ts_split(t_b).year, c.month, c.day, c.hour, c.minute, c.second, c.us);
		if (d < -300 * TS_DAY) /* over New Year */
			d += 365 * TS_DAY;
		if (d > 7 * TS_DAY)
			return false;
	}
	*out = d;
	return d >= 0;
}

/* A stamp was read: what waited for it gets its error. */
static void saw_stamp(struct app_place *p, uint32_t clock, ts_usec t, ts_usec resolution)
{
	ts_usec step;

	if (p->stamps && distance(p, p->last_clock, p->last_t, clock, t, &step) && step > p->gap)
		p->gap = step;
	for (struct app_entry *e = p->n_waiting ? p->first : NULL; e; e = e->next) {
		if (e->placed)
			continue;
		if (e->head) {
			if (!e->anchored) {
				e->t = t;
				e->clock = clock;
				e->anchored = true;
			}
			continue;
		}
		if (distance(p, e->clock, e->t, clock, t, &step)) {
			e->t += step / 2;
			e->u_us = (step + 1) / 2 + (resolution > p->last_resolution ? resolution : p->last_resolution);
		} else if (e->clock == clock) { /* the clock was set back */
			e->u_us = largest_gap(p);
		} else {
			continue; /* a later one may tell */
		}
		e->placed = true;
		p->n_waiting--;
	}
	p->stamps++;
	p->last_t = t;
	p->last_clock = clock;
	p->last_resolution = resolution;
}

#define QUARTER (15 * TS_MINUTE) /* zones are multiples of it */

/* Before its logging is set up abseil prints seconds since 1970.  Next to a
 * local stamp of the same program that tells the zone. */
static void learn_zone(struct app_place *p, const struct app_line *l, ts_usec utc)
{
	ts_usec ahead, quarters;
	char basis[160];
	struct str path = emit_path(p->emit.out);

	if (p->zone_told || !l->head.epoch || !p->stamps || p->last_zoned || l->no - p->last_line > 3)
		return;
	ahead = p->last_t - utc;
	if (clocks_info(emit_clocks(p->emit.out), p->last_clock)->kind == CLOCK_YEARLESS) {
		ahead %= TS_DAY;
		ahead += ahead > TS_DAY / 2 ? -TS_DAY : ahead <= -TS_DAY / 2 ? TS_DAY : 0;
	}
	quarters = (ahead + (ahead < 0 ? -QUARTER : QUARTER) / 2) / QUARTER;
	if (quarters < -56 || quarters > 56 || ahead - quarters * QUARTER > 10 * TS_SECOND ||
	    quarters * QUARTER - ahead > 10 * TS_SECOND)
		return;
	snprintf(basis, sizeof(basis), "an epoch beside a local stamp in %.*s", STR_ARG(path));
	clocks_zone_at(emit_clocks(p->emit.out), STR_NONE, utc, (int)quarters * 15, str_of(basis));
	p->zone_told = true;
}

/* Everything gets the place it can have by what is known now. */
static void place_all(struct app_place *p, bool only_head)
{
	for (struct app_entry *e = p->n_waiting ? p->first : NULL; e; e = e->next) {
		if (e->placed || (only_head && !e->head))
			continue;
		if (e->anchored) {
			e->u_us = largest_gap(p);
		} else {
			e->clock = clocks_get(emit_clocks(p->emit.out), CLOCK_UNSTAMPED, STR_NONE, emit_path(p->emit.out), 0);
			e->t = 0;
			e->u_us = 0;
		}
		e->placed = true;
		p->n_waiting--;
	}
}

static enum status pop_first(struct app_place *p, struct error *err)
{
	struct app_entry *e = p->first;
	enum status st = app_emit_entry(&p->emit, e, err);

	if (e->more) {
		p->joined -= e->more->n;
		p->spare = grow(p->spare, p->n_spare, &p->cap_spare, sizeof(struct buf *));
		p->spare[p->n_spare++] = e->more;
		e->more = NULL;
	}
	p->first = e->next;
	if (!p->first)
		p->last = NULL;
	p->n--;
	return st;
}

static void move_text(struct arena *a, struct str *s)
{
	*s = arena_dup(a, *s);
}

/* The few that still wait move to the other arena, so that this one can be reset. */
static void move_rest(struct app_place *p)
{
	struct arena *to = p->arenas[!p->use];
	struct app_entry **link = &p->first;

	for (struct app_entry *old = p->first; old; old = old->next) {
		struct app_entry *e = ARENA_NEW(to, struct app_entry);

		*e = *old;
		move_text(to, &e->rank);
		move_text(to, &e->pid);
		move_text(to, &e->text);
		move_text(to, &e->pod);
		move_text(to, &e->namespace);
		move_text(to, &e->job);
		e->fields = ARENA_ARRAY(to, struct field, e->n_fields);
		for (size_t i = 0; i < e->n_fields; i++)
			e->fields[i] = (struct field){ arena_dup(to, old->fields[i].key), arena_dup(to, old->fields[i].value),
			    old->fields[i].type };
		for (size_t i = 0; i < p->n_open; i++)
			if (p->open[i] == old)
				p->open[i] = e;
		*link = e;
		link = &e->next;
		p->last = e;
	}
	arena_reset(p->arenas[p->use]);
	p->use = !p->use;
}

static enum status flush(struct app_place *p, struct error *err)
{
	enum status st = OK;

	while (st == OK && p->first && !p->first->open && p->first->placed)
		st = pop_first(p, err);
	if (st == OK && p->n <= OPEN_EVENTS && arena_bytes(p->arenas[p->use]) > SPARE_BYTES)
		move_rest(p);
	return st;
}

static void close_open(struct app_place *p, size_t i)
{
	p->open[i]->open = false;
	p->open[i] = p->open[--p->n_open];
}

static void add_field(struct app_entry *e, struct arena *a, const char *key, struct str value, bool number)
{
	if (!value.n || e->n_fields == LIMIT_FIELDS)
		return;
	for (size_t i = 0; i < e->n_fields; i++)
		if (str_eq(e->fields[i].key, str_of(key)))
			return;
	for (size_t i = 0; number && i < value.n; i++)
		number = is_digit(value.p[i]);
	e->fields[e->n_fields++] = (struct field){ str_of(key), arena_dup(a, value),
		number && value.n < 16 && (*value.p != '0' || value.n == 1) ? FIELD_NUMBER : FIELD_TEXT };
}

#define HEAD_FIELDS 8 /* add_field() below */

static struct app_entry *entry_new(struct app_place *p, const struct app_line *l)
{
	struct arena *a = p->arenas[p->use];
	struct app_entry *e = ARENA_NEW(a, struct app_entry);
	const struct app_head *h = &l->head;
	size_t n = l->fields.n < LIMIT_FIELDS - HEAD_FIELDS ? l->fields.n : LIMIT_FIELDS - HEAD_FIELDS;

	e->fields = ARENA_ARRAY(a, struct field, n + HEAD_FIELDS);
	for (size_t i = 0; i < n; i++)
		e->fields[i] = (struct field){ arena_dup(a, l->fields.v[i].key), arena_dup(a, l->fields.v[i].value), l->fields.v[i].type };
	e->n_fields = n;
	add_field(e, a, "level", h->level, false);
	add_field(e, a, "logger", h->logger, false);
	add_field(e, a, "rank", h->rank, true);
	add_field(e, a, "pid", h->pid, true);
	add_field(e, a, "host", h->host, false);
	add_field(e, a, "stream", h->stream, false);
	add_field(e, a, "file", h->file, false);
	add_field(e, a, "container", h->container, false);
	e->open = true;
	e->fold = app_fold_start(l);
	e->rank = arena_dup(a, h->rank);
	e->pid = arena_dup(a, h->pid);
	e->line = e->last_line = l->no;
	e->lines = l->lines;
	e->offset = l->offset;
	e->severity = h->severity;
	e->text = arena_dup(a, str_rtrim(h->text));
	e->pod = arena_dup(a, l->pod);
	e->namespace = arena_dup(a, l->namespace);
	e->job = arena_dup(a, l->job);
	e->latency_s = l->latency_s;
	e->code = l->code;
	return e;
}

static void join(struct app_place *p, struct app_entry *e, const struct app_line *l, enum app_taken how)
{
	size_t before = e->more ? e->more->n : 0;

	e->lines = l->no - e->line + l->lines;
	e->last_line = l->no;
	if (l->head.text.n == 0) { /* shown when another line follows */
		e->blanks++;
		return;
	}
	if (!e->more) {
		if (p->n_spare) {
			e->more = p->spare[--p->n_spare];
			buf_reset(e->more);
		} else {
			e->more = grow(NULL, 0, &(size_t){ 0 }, sizeof(struct buf));
			buf_init(e->more, LIMIT_EVENT_TEXT);
		}
		buf_add(e->more, e->text);
		before = 0;
	}
	for (; e->blanks; e->blanks--)
		buf_putc(e->more, '\n');
	buf_putc(e->more, how == APP_WRAPPED ? ' ' : '\n');
	buf_add(e->more, str_rtrim(l->head.text));
	p->joined += e->more->n - before;
}

static bool same_process(const struct app_entry *e, const struct app_line *l)
{
	return str_eq(e->rank, l->head.rank) && str_eq(e->pid, l->head.pid);
}

/* The open event this line belongs to, or NULL.  Events that it ends are closed:
 * its own process's, anybody's plain one, and tracebacks given up. */
static struct app_entry *claim(struct app_place *p, const struct app_line *l, enum app_taken *how)
{
	for (size_t i = p->n_open; i-- > 0;) {
		struct app_entry *e = p->open[i];
		/* A bare line may go on with what a prefixed one began. */
		bool mine = same_process(e, l) || (e->fold == APP_PLAIN && e == p->last && !l->head.prefixed);

		*how = mine ? app_fold_takes(e, l) : APP_REFUSED;
		if (*how != APP_REFUSED)
			return e;
		if (mine || e->fold == APP_PLAIN || l->no - e->last_line > OPEN_LINES)
			close_open(p, i);
	}
	return NULL;
}

enum status app_place_line(struct app_place *p, const struct app_line *l, struct error *err)
{
	struct app_entry *e;
	enum app_taken how = APP_REFUSED;
	uint32_t clock = 0;
	ts_usec t = 0;

	if (l->head.stamped) {
		t = reading(p, &l->head.stamp, &clock);
		learn_zone(p, l, t);
		saw_stamp(p, clock, t, l->head.stamp.resolution_us);
		p->last_line = l->no;
		p->last_zoned = l->head.stamp.has_zone;
		if (p->stamps == HEAD_STAMPS)
			place_all(p, true);
	}
	e = claim(p, l, &how);
	if (e) {
		join(p, e, l, how);
		return flush(p, err);
	}
	if (str_trim(l->head.text).n == 0) /* a stamp and nothing else */
		return flush(p, err);
	e = entry_new(p, l);
	if (l->head.stamped) {
		e->t = t;
		e->clock = clock;
		e->u_us = l->head.stamp.resolution_us;
		e->stamped = e->placed = true;
	} else if (p->stamps) {
		e->t = p->last_t;
		e->clock = p->last_clock;
		e->anchored = true;
	} else {
		e->head = true;
	}
	p->n_waiting += !e->placed;
	if (p->last)
		p->last->next = e;
	else
		p->first = e;
	p->last = e;
	p->n++;
	if (p->n_open == OPEN_EVENTS)
		close_open(p, 0);
	p->open[p->n_open++] = e;
	if (p->n >= HOLD_EVENTS || arena_bytes(p->arenas[p->use]) + p->joined >= HOLD_BYTES) {
		place_all(p, false);
		while (p->n_open > 1)
			close_open(p, p->open[0] == e);
	}
	return flush(p, err);
}

void app_place_blank(struct app_place *p)
{
	if (p->n_open)
		p->open[p->n_open - 1]->blanks++;
}

enum status app_place_end(struct app_place *p, struct error *err)
{
	while (p->n_open)
		close_open(p, 0);
	place_all(p, false);
	return flush(p, err);
}

/* What two clocks both saw: the same message of a kernel in two logs, and what one
 * wrote down and another at once after it. */
#include <stdlib.h>

#include "tstamp/clock_priv.h"

/* Of each clock those messages are kept whose hashes are least: what two logs share is then shared by what is kept. */
#define KEPT 512
#define KEPT_ALIKE 4          /* of one text */
#define ALIKE_MAX 64          /* entries of one text that are compared with each other */
/* Machines of one kind print the same at the same uptime while they start. */
#define SAME_START TS_SECOND
#define SAME_BOOT 2           /* messages with the same text at the same microsecond */
#define SAME_LOG 3            /* messages that agree about the difference of two clocks */
/* A daemon stamps what it finds when it starts with its own time. */
#define BACKLOG (60 * TS_SECOND)
#define RECEIVED (2 * TS_SECOND)
/* An object is made a moment after what it tells of, unless the network was slow. */
#define AT_ONCE (10 * TS_SECOND)
#define AT_ONCE_PROVED 3

static uint64_t hash_of(struct str s) /* FNV-1a */
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
	h ^= h >> 32; /* the least are chosen: texts that differ in their last byte only should spread */
	h *= 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

static int by_hash(const void *x, const void *y)
{
	const struct clock_line *a = x, *b = y;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	if (a->t != b->t)
		return a->t < b->t ? -1 : 1;
	return a->clock < b->clock ? -1 : a->clock > b->clock;
}

static void keep_least(struct clock_lines *l)
{
	size_t n = 0, alike = 0;

	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), by_hash);
	for (size_t i = 0; i < l->n && n < KEPT; i++) {
		alike = n && l->v[n - 1].hash == l->v[i].hash ? alike + 1 : 0;
		if (alike < KEPT_ALIKE)
			l->v[n++] = l->v[i];
	}
	l->n = n;
}

void clocks_line(struct clocks *c, uint32_t clock, ts_usec t, ts_usec u, struct str text)
{
	struct clock_lines *l;

	while (c->n_lines <= clock) {
		c->lines = grow(c->lines, c->n_lines, &c->cap_lines, sizeof(*c->lines));
		c->lines[c->n_lines++] = (struct clock_lines){ 0 };
	}
	l = &c->lines[clock];
	if (l->n >= 2 * (size_t)KEPT)
		keep_least(l);
	l->v = grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = (struct clock_line){ hash_of(text), t, u, clock };
}

/* ---- the same message on two clocks ---- */

/* offset(a) - offset(b) would be diff, to +- u. */
struct alike { uint32_t a, b; ts_usec diff, u, t_a, t_b; uint64_t hash; };
struct alikes { struct alike *v; size_t n, cap; };

static int by_difference(const void *x, const void *y)
{
	const struct alike *p = x, *q = y;

	if (p->a != q->a)
		return p->a < q->a ? -1 : 1;
	if (p->b != q->b)
		return p->b < q->b ? -1 : 1;
	if (p->diff != q->diff)
		return p->diff < q->diff ? -1 : 1;
	return p->hash < q->hash ? -1 : p->hash > q->hash;
}

static bool one_host(const struct clocks *c, uint32_t a, uint32_t b)
{
	struct str x = c->v[a].host, y = c->v[b].host;

	return str_eq(x, y) || (clocks_is_own(c, x) && clocks_is_own(c, y));
}

static void compare(struct clocks *c, const struct clock_line *x, const struct clock_line *y, struct alikes *out)
{
	bool boot_x = c->v[x->clock].kind == CLOCK_BOOT, boot_y = c->v[y->clock].kind == CLOCK_BOOT;
	ts_usec u = x->u + y->u;

	if (boot_x != boot_y && boot_y) {
		const struct clock_line *swap = x;

		x = y;
		y = swap;
	}
	if (boot_x && boot_y) {
		if (x->t != y->t || x->t < SAME_START || (c->v[x->clock].host.n && c->v[y->clock].host.n && !one_host(c, x->clock, y->clock)))
			return;
		u = 0;
	} else if (!one_host(c, x->clock, y->clock)) {
		return;
	} else if ((boot_x || boot_y) && x->t < BACKLOG && y->u >= RECEIVED) {
		u = BACKLOG;
	}
	out->v = grow(out->v, out->n, &out->cap, sizeof(*out->v));
	out->v[out->n++] = x->clock < y->clock ? (struct alike){ x->clock, y->clock, y->t - x->t, u, x->t, y->t, x->hash } :
						 (struct alike){ y->clock, x->clock, x->t - y->t, u, y->t, x->t, x->hash };
}

static size_t texts(const struct alike *v, size_t n)
{
	size_t different = 0;

	for (size_t i = 0; i < n; i++) {
		bool again = false;

		for (size_t k = 0; k < i && !again; k++)
			again = v[k].hash == v[i].hash;
		different += !again;
	}
	return different;
}

/* Summer time began or ended between them. */
static bool an_hour_off(const struct alike *x, const struct alike *y)
{
	ts_usec off = llabs(llabs(x->diff - y->diff) - TS_HOUR);

	return off <= x->u + y->u;
}

/* The candidates of two clocks, by difference: those that most texts agree on, if nothing else comes close. */
static void agree_on(struct clocks *c, const struct alike *v, size_t n)
{
	bool boots = c->v[v[0].a].kind == CLOCK_BOOT && c->v[v[0].b].kind == CLOCK_BOOT;
	size_t best = 0, from = 0, to = 0, second = 0;

	for (size_t pass = 0; pass < 2; pass++)
		for (size_t i = 0, j = 0; i < n; i++) {
			size_t votes;

			j = j < i ? i : j;
			while (j < n && v[j].diff - v[i].diff <= v[i].u + v[j].u && j - i < KEPT)
				j++;
			if (pass && ((i < to && j > from) || (!boots && an_hour_off(&v[i], &v[from])))) /* about the same difference */
				continue;
			votes = texts(&v[i], j - i);
			if (!pass && votes > best) {
				best = votes;
				from = i;
				to = j;
			} else if (pass && votes > second) {
				second = votes;
			}
		}
	if (best < (boots ? SAME_BOOT : SAME_LOG) || second * 2 > best)
		return;
	for (size_t i = 0; i < n; i++) {
		if ((i < from || i >= to) && (boots || !an_hour_off(&v[i], &v[from])))
			continue;
		clocks_pair(c, v[i].a, v[i].t_a, v[i].b, v[i].t_b, v[i].u, boots ? STR_NONE : STR("kernel messages that both logs have"));
	}
}

static void compare_lines(struct clocks *c)
{
	struct clock_lines all = { 0 };
	struct alikes found = { 0 };

	for (size_t i = 0; i < c->n_lines; i++) {
		keep_least(&c->lines[i]);
		for (size_t k = 0; k < c->lines[i].n; k++) {
			all.v = grow(all.v, all.n, &all.cap, sizeof(*all.v));
			all.v[all.n++] = c->lines[i].v[k];
		}
	}
	if (all.n)
		qsort(all.v, all.n, sizeof(*all.v), by_hash);
	for (size_t i = 0, j; i < all.n; i = j) {
		for (j = i + 1; j < all.n && all.v[j].hash == all.v[i].hash; j++)
			;
		for (size_t x = i; x < j && x < i + ALIKE_MAX; x++)
			for (size_t y = x + 1; y < j && y < i + ALIKE_MAX; y++)
				if (all.v[x].clock != all.v[y].clock)
					compare(c, &all.v[x], &all.v[y], &found);
	}
	if (found.n)
		qsort(found.v, found.n, sizeof(*found.v), by_difference);
	for (size_t i = 0, j; i < found.n; i = j) {
		for (j = i + 1; j < found.n && found.v[j].a == found.v[i].a && found.v[j].b == found.v[i].b; j++)
			;
		agree_on(c, &found.v[i], j - i);
	}
	free(all.v);
	free(found.v);
}

/* ---- what follows at once ---- */

void clocks_followed(struct clocks *c, uint32_t a, ts_usec t_a, uint32_t b, ts_usec t_b, ts_usec resolution, struct str basis)
{
	struct clock_follows *f = NULL;

	for (size_t i = 0; i < c->n_follows && !f; i++)
		if (c->follows[i].a == a && c->follows[i].b == b)
			f = &c->follows[i];
	if (!f) {
		c->follows = grow(c->follows, c->n_follows, &c->cap_follows, sizeof(*c->follows));
		f = &c->follows[c->n_follows++];
		*f = (struct clock_follows){ a, b, t_a, t_b, resolution, 0, arena_dup(c->arena, basis) };
	}
	f->n++;
	if (t_b - t_a < f->t_b - f->t_a) {
		f->t_a = t_a;
		f->t_b = t_b;
	}
}

/* Nothing follows before what it follows; the least delay is next to none if there were several, or if
 * it is negative, which only clocks can make it. */
static void pair_follows(struct clocks *c)
{
	for (size_t i = 0; i < c->n_follows; i++) {
		const struct clock_follows *f = &c->follows[i];
		bool proved = f->n >= AT_ONCE_PROVED || f->t_b - f->t_a < -f->resolution;

		clocks_add_pair(c, (struct clock_pair){ .a = f->b, .b = f->a, .t_a = f->t_b, .t_b = f->t_a, .below = proved ? AT_ONCE + f->resolution : CLOCK_OPEN,
							.above = f->resolution, .basis = f->basis });
	}
}

void pair_lines(struct clocks *c)
{
	compare_lines(c);
	pair_follows(c);
}

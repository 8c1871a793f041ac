#include "tstamp/clock.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/map.h"
#include "tstamp/clock_priv.h"

const char *clock_kind_name(enum clock_kind kind)
{
	static const char *const names[] = { "utc", "host", "boot", "local", "yearless", "age", "unstamped" };

	return names[kind];
}

struct clocks *clocks_new(void)
{
	struct arena *a = arena_new();
	struct clocks *c = ARENA_NEW(a, struct clocks);

	c->arena = a;
	c->keys = map_new();
	c->machines = map_new();
	c->direct_collected = c->local_collected = c->named_collected = c->last_year_seen = c->collected = TS_NONE;
	clocks_get(c, CLOCK_UTC, STR_NONE, STR_NONE, 0);
	return c;
}

void clocks_free(struct clocks *c)
{
	if (!c)
		return;
	map_free(c->keys);
	map_free(c->machines);
	free(c->machine_host);
	free(c->v);
	free(c->pairs);
	free(c->uptimes);
	free(c->told);
	free(c->zones);
	free(c->zone_names);
	free(c->pieces);
	for (size_t i = 0; i < c->n_lines; i++)
		free(c->lines[i].v);
	free(c->lines);
	free(c->follows);
	arena_free(c->arena);
}

static size_t put_key(char *key, size_t n, struct str s)
{
	if (s.n)
		memcpy(key + n, s.p, s.n);
	return n + s.n;
}

uint32_t clocks_get(struct clocks *c, enum clock_kind kind, struct str host, struct str scope, uint32_t part)
{
	char head[32], small[512], *key = small;
	size_t before = map_count(c->keys), at, n;

	host = host.n ? host : c->machine;
	n = (size_t)snprintf(head, sizeof(head), "%d/%u/", (int)kind, part);
	/* Asked once a line: the usual key needs no memory. */
	if (n + host.n + 1 + scope.n > sizeof(small))
		key = heap_new(n + host.n + 1 + scope.n);
	memcpy(key, head, n);
	n = put_key(key, n, host);
	key[n++] = '\n';
	n = put_key(key, n, scope);
	/* One clock too many shares the last one's place: still honest, never solved well. */
	at = before < LIMIT_CLOCKS ? map_put(c->keys, (struct str){ key, n }) : map_find(c->keys, (struct str){ key, n });
	if (key != small)
		free(key);
	if (at == MAP_NONE)
		return (uint32_t)before - 1;
	if (at == before) {
		c->v = grow(c->v, c->n, &c->cap, sizeof(*c->v));
		c->v[c->n++] = (struct clock_info){
			.kind = kind, .host = arena_dup(c->arena, host), .scope = arena_dup(c->arena, scope), .part = part,
			.first = TS_NONE, .last = TS_NONE, .least = TS_NONE, .most = TS_NONE, .piece_of = (uint32_t)at,
		};
	}
	return (uint32_t)at;
}

uint32_t clocks_parts(const struct clocks *c, enum clock_kind kind, struct str host, struct str scope)
{
	struct arena *scratch = arena_new();
	uint32_t n = 0;

	host = host.n ? host : c->machine;
	while (map_find(c->keys, arena_printf(scratch, "%d/%u/%.*s\n%.*s", (int)kind, n, STR_ARG(host), STR_ARG(scope))) != MAP_NONE)
		n++;
	arena_free(scratch);
	return n;
}

uint32_t clocks_host(struct clocks *c, struct str host)
{
	return clocks_get(c, CLOCK_HOST, host, STR_NONE, 0);
}

static void widen(struct clock_info *k, ts_usec t)
{
	if (k->least == TS_NONE || t < k->least)
		k->least = t;
	if (k->most == TS_NONE || t > k->most)
		k->most = t;
}

void clocks_add_pair(struct clocks *c, struct clock_pair p)
{
	const struct clock_pair *last = c->n_pairs ? &c->pairs[c->n_pairs - 1] : NULL;

	if (p.a == p.b)
		return;
	/* The same again, line after line: it says nothing new until the clocks have moved apart. */
	if (last && last->a == p.a && last->b == p.b && last->trust == p.trust && last->local == p.local && last->below == p.below && last->above == p.above &&
	    llabs((p.t_a - p.t_b) - (last->t_a - last->t_b)) <= p.above / 10 && str_eq(last->basis, p.basis))
		return;
	if (!p.local) {
		widen(&c->v[p.a], p.t_a);
		widen(&c->v[p.b], p.t_b);
	}
	p.basis = arena_dup(c->arena, p.basis);
	c->pairs = grow(c->pairs, c->n_pairs, &c->cap_pairs, sizeof(*c->pairs));
	c->pairs[c->n_pairs++] = p;
}

void clocks_assume(struct clocks *c, uint32_t a, ts_usec t_a, uint32_t b, ts_usec t_b, ts_usec u, enum clock_trust trust, struct str basis)
{
	clocks_add_pair(c, (struct clock_pair){ a, b, t_a, t_b, u, u, trust, false, basis });
}

void clocks_pair(struct clocks *c, uint32_t a, ts_usec t_a, uint32_t b, ts_usec t_b, ts_usec u, struct str basis)
{
	clocks_assume(c, a, t_a, b, t_b, u, CLOCK_MEASURED, basis);
}

void clocks_order(struct clocks *c, uint32_t a, ts_usec t_a, uint32_t b, ts_usec t_b, enum clock_trust trust, struct str basis)
{
	clocks_add_pair(c, (struct clock_pair){ a, b, t_a, t_b, 0, CLOCK_OPEN, trust, false, basis });
}

void clocks_zone_at(struct clocks *c, struct str host, ts_usec at, int minutes_east, struct str basis)
{
	struct clock_zone *last = c->n_zones ? &c->zones[c->n_zones - 1] : NULL;

	host = host.n ? host : c->machine;
	(void)clocks_get(c, CLOCK_LOCAL, host, STR_NONE, 0);
	if (last && at != TS_NONE && last->from != TS_NONE && last->minutes == minutes_east && str_eq(last->host, host)) {
		last->from = at < last->from ? at : last->from;
		last->to = at > last->to ? at : last->to;
		return;
	}
	c->zones = grow(c->zones, c->n_zones, &c->cap_zones, sizeof(*c->zones));
	c->zones[c->n_zones++] = (struct clock_zone){ arena_dup(c->arena, host), at, at, minutes_east, arena_dup(c->arena, basis) };
}

void clocks_zone(struct clocks *c, struct str host, int minutes_east, struct str basis)
{
	clocks_zone_at(c, host, TS_NONE, minutes_east, basis);
}

void clocks_zone_name(struct clocks *c, struct str host, struct str name, struct str basis)
{
	size_t at;

	host = host.n ? host : c->machine;
	(void)clocks_get(c, CLOCK_LOCAL, host, STR_NONE, 0);
	c->zone_names = grow(c->zone_names, c->n_zone_names, &c->cap_zone_names, sizeof(*c->zone_names));
	/* Sorted: who is asked first must not hang on the order of files. */
	for (at = c->n_zone_names++; at > 0 && str_cmp(basis, c->zone_names[at - 1].basis) < 0; at--)
		c->zone_names[at] = c->zone_names[at - 1];
	c->zone_names[at] = (struct clock_zone_name){ arena_dup(c->arena, host), arena_dup(c->arena, name), arena_dup(c->arena, basis) };
}

void clocks_collected(struct clocks *c, uint32_t clock, ts_usec t, struct str basis)
{
	enum clock_kind kind = c->v[clock].kind;

	c->told = grow(c->told, c->n_told, &c->cap_told, sizeof(*c->told));
	c->told[c->n_told++] = (struct clock_told){ clock, t, arena_dup(c->arena, basis) };
	/* Of all machines only the latest matters, and only readings of UTC are comparable before solving. */
	if (kind == CLOCK_UTC || kind == CLOCK_HOST) {
		if (c->direct_collected == TS_NONE || t > c->direct_collected || (t == c->direct_collected && str_cmp(basis, c->collected_basis) < 0)) {
			c->direct_collected = t;
			c->direct_clock = clock;
			c->collected_basis = arena_dup(c->arena, basis);
		}
	} else {
		clocks_saw(c, clock, t);
		if (c->local_collected == TS_NONE || t > c->local_collected) {
			c->local_collected = t;
			c->local_clock = clock;
		}
	}
}

void clocks_uptime(struct clocks *c, struct str host, ts_usec uptime, struct str basis)
{
	c->uptimes = grow(c->uptimes, c->n_uptimes, &c->cap_uptimes, sizeof(*c->uptimes));
	c->uptimes[c->n_uptimes++] = (struct clock_uptime){
		clocks_get(c, CLOCK_BOOT, host, STR_NONE, 0), uptime, arena_dup(c->arena, basis),
	};
}

void clocks_machine(struct clocks *c, struct str label)
{
	c->machine = label;
}

void clocks_machine_is(struct clocks *c, struct str label, struct str host)
{
	if (map_put(c->machines, label) < c->n_machines)
		return;
	c->machine_host = grow(c->machine_host, c->n_machines, &c->cap_machines, sizeof(*c->machine_host));
	c->machine_host[c->n_machines++] = arena_dup(c->arena, host);
}

void clocks_own_host(struct clocks *c, struct str name)
{
	c->own_host = arena_dup(c->arena, name);
}

void clocks_saw(struct clocks *c, uint32_t clock, ts_usec t)
{
	struct clock_info *k = &c->v[clock];

	if (k->first == TS_NONE || t < k->first)
		k->first = t;
	if (k->last == TS_NONE || t > k->last)
		k->last = t;
	widen(k, t);
	if (t > c->last_year_seen && (k->kind == CLOCK_UTC || k->kind == CLOCK_HOST || k->kind == CLOCK_LOCAL))
		c->last_year_seen = t;
}

size_t clocks_count(const struct clocks *c)
{
	return c->n;
}

const struct clock_info *clocks_info(const struct clocks *c, uint32_t clock)
{
	return &c->v[clock];
}

bool clocks_split(const struct clocks *c, uint32_t clock, size_t n, uint32_t *to, ts_usec *from)
{
	for (size_t i = 0; i < c->n_pieces; i++)
		if (c->pieces[i].clock == clock && n-- == 0) {
			*to = c->pieces[i].to;
			*from = c->pieces[i].from;
			return true;
		}
	return false;
}

uint32_t clocks_piece(const struct clocks *c, uint32_t clock, ts_usec reading)
{
	uint32_t piece = clock;

	for (size_t i = 0; i < c->n_pieces; i++) /* few, and those of one clock in the order of from */
		if (c->pieces[i].clock == clock && reading >= c->pieces[i].from)
			piece = c->pieces[i].to;
	return piece;
}

ts_usec clocks_utc(const struct clocks *c, uint32_t clock, ts_usec reading)
{
	return reading == TS_NONE ? TS_NONE : reading + c->v[clocks_piece(c, clock, reading)].offset_us;
}

ts_usec clocks_collected_at(const struct clocks *c)
{
	return c->collected;
}

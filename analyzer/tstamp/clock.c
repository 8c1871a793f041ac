#include "tstamp/clock.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/map.h"
#include "tstamp/clock_priv.h"

const char *clock_kind_name(enum clock_kind kind)
{
	static const char *const names[] = { "utc", "boot", "local", "yearless", "age", "unstamped" };

	return names[kind];
}

struct clocks *clocks_new(void)
{
	struct arena *a = arena_new();
	struct clocks *c = ARENA_NEW(a, struct clocks);

	c->arena = a;
	c->keys = map_new();
	c->machines = map_new();
	c->direct_collected = c->local_collected = c->last_year_seen = c->collected = TS_NONE;
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
	arena_free(c->arena);
}

uint32_t clocks_get(struct clocks *c, enum clock_kind kind, struct str host, struct str scope, uint32_t part)
{
	char head[32];
	struct str key;
	struct arena *scratch = NULL;
	size_t before = map_count(c->keys), at;

	host = host.n ? host : c->machine;
	(void)snprintf(head, sizeof(head), "%d/%u/", (int)kind, part);
	scratch = arena_new();
	key = arena_printf(scratch, "%s%.*s\n%.*s", head, STR_ARG(host), STR_ARG(scope));
	if (before >= LIMIT_CLOCKS) { /* one clock too many shares the last one's place: still honest, never solved well */
		at = map_find(c->keys, key);
		arena_free(scratch);
		return at == MAP_NONE ? (uint32_t)before - 1 : (uint32_t)at;
	}
	at = map_put(c->keys, key);
	arena_free(scratch);
	if (at == before) {
		c->v = grow(c->v, c->n, &c->cap, sizeof(*c->v));
		c->v[c->n++] = (struct clock_info){
			.kind = kind, .host = arena_dup(c->arena, host), .scope = arena_dup(c->arena, scope), .part = part,
			.first = TS_NONE, .last = TS_NONE,
		};
	}
	return (uint32_t)at;
}

void clocks_pair(struct clocks *c, uint32_t a, ts_usec t_a, uint32_t b, ts_usec t_b, ts_usec u, struct str basis)
{
	if (a == b)
		return;
	if (a > b) {
		uint32_t swap = a;
		ts_usec swap_t = t_a;

		a = b;
		b = swap;
		t_a = t_b;
		t_b = swap_t;
	}
	c->pairs = grow(c->pairs, c->n_pairs, &c->cap_pairs, sizeof(*c->pairs));
	c->pairs[c->n_pairs++] = (struct clock_pair){ a, b, t_a - t_b, u, arena_dup(c->arena, basis) };
}

void clocks_zone(struct clocks *c, struct str host, int minutes_east, struct str basis)
{
	clocks_pair(c, CLOCK_IS_UTC, 0, clocks_get(c, CLOCK_LOCAL, host, STR_NONE, 0), minutes_east * TS_MINUTE, 0, basis);
}

void clocks_collected(struct clocks *c, uint32_t clock, ts_usec t, struct str basis)
{
	/* Only the latest matters, and only a reading of UTC is comparable before solving. */
	if (clock == CLOCK_IS_UTC) {
		if (c->direct_collected == TS_NONE || t > c->direct_collected || (t == c->direct_collected && str_cmp(basis, c->collected_basis) < 0)) {
			c->direct_collected = t;
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
	if (t > c->last_year_seen && (k->kind == CLOCK_UTC || k->kind == CLOCK_LOCAL))
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

ts_usec clocks_utc(const struct clocks *c, uint32_t clock, ts_usec reading)
{
	return reading == TS_NONE ? TS_NONE : reading + c->v[clock].offset_us;
}

ts_usec clocks_collected_at(const struct clocks *c)
{
	return c->collected;
}

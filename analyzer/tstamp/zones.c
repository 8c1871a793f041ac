/* Local time over the year: where a zone has summer time, its readings belong to several clocks.
 *
 * No zoneinfo of the machine is asked.  The four rules that most zones follow are below, with the law
 * they come from; what follows none of them is said to within the hour that summer time may be. */
#include <stdlib.h>

#include "tstamp/clock_priv.h"

#define NEVER (-1)
#define SUMMER 60            /* minutes */
#define ERAS_MAX 64
#define YEARS_MAX 12         /* back from the newest reading; before that a zone is only known to the hour */
/* Around evidence of an offset in a zone without a known rule. */
#define STILL_TRUE (7 * TS_DAY)
/* Zones are multiples of this. */
#define QUARTER (15 * TS_MINUTE)

/* Summer time begins and ends on the n-th Sunday of a month (5: the last), at minutes of local standard
 * time, or of UTC. */
struct change { int month, nth, minutes; };
struct rule { struct change begin, end; bool utc; int first_year, low, high; /* offsets of standard time that follow it */ };

enum { EUROPE, AMERICA, AUSTRALIA, NEW_ZEALAND, RULES };
static const struct rule rules[RULES] = {
	/* Directive 2000/84/EC; the United Kingdom keeps to it, and so do Moldova and Greenland to within a day. */
	[EUROPE] = { { 3, 5, 60 }, { 10, 5, 60 }, true, 1996, -120, 120 },
	/* Energy Policy Act of 2005, section 110; Canada follows. */
	[AMERICA] = { { 3, 2, 120 }, { 11, 1, 60 }, false, 2007, -600, -210 },
	/* Standard Time Acts of New South Wales, Victoria, Tasmania, South Australia since 2008. */
	[AUSTRALIA] = { { 10, 1, 120 }, { 4, 1, 120 }, false, 2008, 570, 600 },
	/* New Zealand Daylight Time Order 2007. */
	[NEW_ZEALAND] = { { 9, 5, 120 }, { 4, 1, 120 }, false, 2007, 720, 720 },
};

/* The zones of most machines. */
static const struct { const char *name; int minutes, rule; } names[] = {
	{ "UTC", 0, NEVER }, { "Etc/UTC", 0, NEVER }, { "Etc/GMT", 0, NEVER }, { "Etc/UCT", 0, NEVER }, { "GMT", 0, NEVER }, { "UCT", 0, NEVER },
	{ "Zulu", 0, NEVER }, { "Universal", 0, NEVER }, { "Z", 0, NEVER }, { "Atlantic/Reykjavik", 0, NEVER }, { "Africa/Abidjan", 0, NEVER },
	{ "Europe/London", 0, EUROPE }, { "Europe/Dublin", 0, EUROPE }, { "Europe/Lisbon", 0, EUROPE }, { "WET", 0, EUROPE },
	{ "Europe/Amsterdam", 60, EUROPE }, { "Europe/Belgrade", 60, EUROPE }, { "Europe/Berlin", 60, EUROPE }, { "Europe/Bratislava", 60, EUROPE },
	{ "Europe/Brussels", 60, EUROPE }, { "Europe/Budapest", 60, EUROPE }, { "Europe/Copenhagen", 60, EUROPE }, { "Europe/Ljubljana", 60, EUROPE },
	{ "Europe/Luxembourg", 60, EUROPE }, { "Europe/Madrid", 60, EUROPE }, { "Europe/Oslo", 60, EUROPE }, { "Europe/Paris", 60, EUROPE },
	{ "Europe/Prague", 60, EUROPE }, { "Europe/Rome", 60, EUROPE }, { "Europe/Stockholm", 60, EUROPE }, { "Europe/Vienna", 60, EUROPE },
	{ "Europe/Warsaw", 60, EUROPE }, { "Europe/Zagreb", 60, EUROPE }, { "Europe/Zurich", 60, EUROPE }, { "CET", 60, EUROPE }, { "MET", 60, EUROPE },
	{ "Europe/Athens", 120, EUROPE }, { "Europe/Bucharest", 120, EUROPE }, { "Europe/Helsinki", 120, EUROPE }, { "Europe/Kyiv", 120, EUROPE },
	{ "Europe/Kiev", 120, EUROPE }, { "Europe/Riga", 120, EUROPE }, { "Europe/Sofia", 120, EUROPE }, { "Europe/Tallinn", 120, EUROPE },
	{ "Europe/Vilnius", 120, EUROPE }, { "EET", 120, EUROPE },
	{ "America/St_Johns", -210, AMERICA }, { "America/Halifax", -240, AMERICA }, { "America/New_York", -300, AMERICA }, { "America/Detroit", -300, AMERICA },
	{ "America/Toronto", -300, AMERICA }, { "US/Eastern", -300, AMERICA }, { "EST5EDT", -300, AMERICA }, { "America/Chicago", -360, AMERICA },
	{ "US/Central", -360, AMERICA }, { "CST6CDT", -360, AMERICA }, { "America/Denver", -420, AMERICA }, { "US/Mountain", -420, AMERICA },
	{ "MST7MDT", -420, AMERICA }, { "America/Los_Angeles", -480, AMERICA }, { "America/Vancouver", -480, AMERICA }, { "US/Pacific", -480, AMERICA },
	{ "PST8PDT", -480, AMERICA }, { "America/Anchorage", -540, AMERICA }, { "America/Phoenix", -420, NEVER }, { "Pacific/Honolulu", -600, NEVER },
	{ "America/Bogota", -300, NEVER }, { "America/Lima", -300, NEVER },
	{ "Australia/Sydney", 600, AUSTRALIA }, { "Australia/Melbourne", 600, AUSTRALIA }, { "Australia/Hobart", 600, AUSTRALIA },
	{ "Australia/Adelaide", 570, AUSTRALIA }, { "Australia/Brisbane", 600, NEVER }, { "Australia/Perth", 480, NEVER },
	{ "Pacific/Auckland", 720, NEW_ZEALAND },
	{ "Asia/Tokyo", 540, NEVER }, { "Asia/Seoul", 540, NEVER }, { "Asia/Shanghai", 480, NEVER }, { "Asia/Hong_Kong", 480, NEVER },
	{ "Asia/Singapore", 480, NEVER }, { "Asia/Taipei", 480, NEVER }, { "Asia/Manila", 480, NEVER }, { "Asia/Bangkok", 420, NEVER },
	{ "Asia/Ho_Chi_Minh", 420, NEVER }, { "Asia/Jakarta", 420, NEVER }, { "Asia/Kolkata", 330, NEVER }, { "Asia/Calcutta", 330, NEVER },
	{ "Asia/Karachi", 300, NEVER }, { "Asia/Dubai", 240, NEVER }, { "Asia/Riyadh", 180, NEVER }, { "Africa/Johannesburg", 120, NEVER },
	{ "Africa/Lagos", 60, NEVER }, { "Africa/Nairobi", 180, NEVER },
};

/* Midnight of the n-th Sunday. */
static ts_usec sunday(int year, int month, int nth)
{
	ts_usec first = ts_civil(year, month, 1, 0, 0, 0, 0), t = first + (7 - ts_split(first).weekday) % 7 * TS_DAY + (nth - 1) * 7 * TS_DAY;

	return ts_split(t).month == month ? t : t - 7 * TS_DAY;
}

static ts_usec change_at(const struct rule *r, const struct change *c, int year, int standard)
{
	return sunday(year, c->month, c->nth) + (c->minutes - (r->utc ? 0 : standard)) * TS_MINUTE;
}

static bool is_summer(int rule, int standard, ts_usec utc)
{
	const struct rule *r = &rules[rule];
	int year = ts_split(utc).year;
	ts_usec begin = change_at(r, &r->begin, year, standard), end = change_at(r, &r->end, year, standard);

	return begin < end ? utc >= begin && utc < end : utc >= begin || utc < end;
}

/* ---- what is known of one host ---- */

struct zone {
	int standard, rule;      /* NEVER: no summer time */
	int winter[2], summer[2]; /* between these minutes east, in either half of the year */
	ts_usec since;           /* without a rule: exact from here on, to within an hour before */
	bool by_date;            /* since counts */
	struct str basis;
};

static struct zone exact(int standard, int rule, struct str basis)
{
	int summer = standard + (rule == NEVER ? 0 : SUMMER);

	return (struct zone){ standard, rule, { standard, standard }, { summer, summer }, TS_NONE, false, basis };
}

static bool same_host(const struct clocks *c, struct str a, struct str b)
{
	return str_eq(a, b) || (clocks_is_own(c, a) && clocks_is_own(c, b));
}

static bool fits(const struct zone *z, const struct clock_zone *told, ts_usec collected)
{
	ts_usec t[2] = { told->from == TS_NONE ? collected : told->from, told->to == TS_NONE ? collected : told->to };

	for (int i = 0; i < 2; i++) {
		const int *m = z->rule != NEVER && is_summer(z->rule, z->standard, t[i]) ? z->summer : z->winter;

		if (told->minutes < m[0] || told->minutes > m[1])
			return false;
	}
	return true;
}

static bool all_fit(const struct clocks *c, struct str host, const struct zone *z, ts_usec collected)
{
	for (size_t i = 0; i < c->n_zones; i++)
		if (same_host(c, c->zones[i].host, host) && !fits(z, &c->zones[i], collected))
			return false;
	return true;
}

static int rule_of(int standard)
{
	for (int i = 0; i < RULES; i++)
		if (standard >= rules[i].low && standard <= rules[i].high)
			return i;
	return NEVER;
}

static bool by_name(struct clocks *c, struct str host, ts_usec collected, struct zone *out, struct str *stranger)
{
	for (size_t i = 0; i < c->n_zone_names; i++) {
		const struct clock_zone_name *told = &c->zone_names[i];
		size_t k = 0, n = sizeof(names) / sizeof(names[0]);

		if (!same_host(c, told->host, host))
			continue;
		while (k < n && !str_eq(told->name, str_of(names[k].name)))
			k++;
		if (k == n) {
			*stranger = told->name;
			continue;
		}
		*out = exact(names[k].minutes, names[k].rule, arena_printf(c->arena, "%.*s: %.*s", STR_ARG(told->basis), STR_ARG(told->name)));
		if (all_fit(c, host, out, collected))
			return true;
	}
	return false;
}

/* By what they say, whichever was told first. */
static bool is_before(const struct clock_zone *a, const struct clock_zone *b)
{
	int c = str_cmp(a->basis, b->basis);

	if (a->minutes != b->minutes)
		return a->minutes < b->minutes;
	return c < 0 || (c == 0 && a->from < b->from);
}

/* Offsets seen, no name: two of them are a rule; one leaves open whether the other half of the year differs. */
static bool by_offsets(const struct clocks *c, struct str host, ts_usec collected, bool strange, struct zone *out)
{
	const struct clock_zone *low = NULL, *high = NULL;

	for (size_t i = 0; i < c->n_zones; i++) {
		const struct clock_zone *z = &c->zones[i];

		if (!same_host(c, z->host, host))
			continue;
		if (!low || is_before(z, low))
			low = z;
		if (!high || z->minutes > high->minutes)
			high = z;
	}
	if (!low)
		return false;
	if (high->minutes == low->minutes + SUMMER && rule_of(low->minutes) != NEVER) {
		*out = exact(low->minutes, rule_of(low->minutes), low->basis);
		return all_fit(c, host, out, collected);
	}
	if (high->minutes != low->minutes)
		return false;
	*out = exact(low->minutes, NEVER, low->basis);
	if (low->minutes == 0 && !strange) /* UTC: hosts in London are told from it by their zone's name or their summer */
		return true;
	if (strange) {
		out->since = (low->from == TS_NONE ? collected : low->from) - STILL_TRUE;
		out->by_date = true;
		return true;
	}
	if (rule_of(low->minutes) != NEVER && !is_summer(rule_of(low->minutes), low->minutes, low->from == TS_NONE ? collected : low->from)) {
		out->rule = rule_of(low->minutes);
		out->summer[1] += SUMMER;
	} else if (rule_of(low->minutes - SUMMER) != NEVER &&
		   is_summer(rule_of(low->minutes - SUMMER), low->minutes - SUMMER, low->from == TS_NONE ? collected : low->from)) {
		out->rule = rule_of(low->minutes - SUMMER);
		out->standard -= SUMMER;
		out->winter[0] -= SUMMER;
	}
	if (out->rule != NEVER && !all_fit(c, host, out, collected))
		return false;
	/* Seen in both halves: there is no change. */
	for (size_t i = 0; i < c->n_zones && out->rule != NEVER; i++) {
		const struct clock_zone *z = &c->zones[i];
		ts_usec t[2] = { z->from == TS_NONE ? collected : z->from, z->to == TS_NONE ? collected : z->to };

		for (int k = 0; k < 2 && same_host(c, z->host, host); k++)
			if (is_summer(out->rule, out->standard, t[k]) == (out->summer[1] > out->summer[0])) {
				*out = exact(low->minutes, NEVER, low->basis);
				break;
			}
	}
	return true;
}

/* ---- eras: what an offset holds for, in local time ---- */

struct era { ts_usec from; int lo, hi; bool twice; /* its readings come twice, each with one of the two offsets */ };
struct eras { struct era v[ERAS_MAX]; size_t n; };

static void add_era(struct eras *e, ts_usec utc, int lo, int hi)
{
	struct era *last = e->n ? &e->v[e->n - 1] : NULL;
	ts_usec surely_after;

	if (!last) {
		e->v[e->n++] = (struct era){ INT64_MIN, lo, hi, false };
		return;
	}
	if (e->n + 2 > ERAS_MAX || (last->lo == lo && last->hi == hi))
		return;
	surely_after = utc + last->hi * TS_MINUTE;
	if (lo < last->hi) { /* readings that come twice */
		struct era both = { utc + lo * TS_MINUTE, lo < last->lo ? lo : last->lo, hi > last->hi ? hi : last->hi, true };

		if (last->lo == last->hi && lo == hi)
			e->v[e->n++] = both;
	}
	e->v[e->n++] = (struct era){ surely_after, lo, hi, false };
}

static struct eras eras_of(const struct zone *z, ts_usec newest)
{
	int last = ts_split(newest).year + 1, first = last - YEARS_MAX;
	struct eras e = { .n = 0 };
	const struct rule *r;

	if (z->by_date) {
		add_era(&e, 0, z->standard - SUMMER, z->standard + SUMMER);
		e.v[e.n++] = (struct era){ z->since + z->standard * TS_MINUTE, z->standard, z->standard, false };
		return e;
	}
	if (z->rule == NEVER) {
		add_era(&e, 0, z->standard, z->standard);
		return e;
	}
	r = &rules[z->rule];
	if (first < r->first_year)
		first = r->first_year;
	add_era(&e, 0, z->winter[0], z->summer[1]);
	for (int year = first; year <= last; year++) {
		ts_usec begin = change_at(r, &r->begin, year, z->standard), end = change_at(r, &r->end, year, z->standard);

		for (int second = 0; second < 2; second++)
			if ((begin < end) == !second)
				add_era(&e, begin, z->summer[0], z->summer[1]);
			else
				add_era(&e, end, z->winter[0], z->winter[1]);
	}
	return e;
}

/* ---- splitting ---- */

/* One civil clock of the host; a reading r of it is r + shift of local time. */
struct member { uint32_t clock; ts_usec shift; struct str basis; };

static size_t era_at(const struct eras *e, ts_usec local)
{
	size_t i = e->n - 1;

	while (i > 0 && e->v[i].from > local)
		i--;
	return i;
}

static bool is_member(const struct member *m, size_t n, uint32_t clock)
{
	while (n-- > 0)
		if (m[n].clock == clock)
			return true;
	return false;
}

/* Years that place_years() found, and other names of one host: those pairs are made anew, era by era. */
static size_t members_of(struct clocks *c, uint32_t local, struct member *out)
{
	size_t n = 0, kept = 0;

	out[n++] = (struct member){ local, 0, STR_NONE };
	for (size_t i = 0; i < c->n_pairs; i++) {
		const struct clock_pair p = c->pairs[i];
		bool civil = p.local && c->v[p.a].kind == CLOCK_LOCAL && same_host(c, c->v[p.a].host, c->v[local].host);
		uint32_t other = c->v[p.b].kind == CLOCK_YEARLESS || p.a == local ? p.b : p.a;

		if (!civil)
			c->pairs[kept++] = p;
		else if (!is_member(out, n, other))
			out[n++] = (struct member){ other, other == p.b ? p.t_a : 0, p.basis };
	}
	c->n_pairs = kept;
	return n;
}

static void tie(struct clocks *c, uint32_t local, const struct member *m, uint32_t clock)
{
	clocks_add_pair(c, (struct clock_pair){ .a = local, .b = clock, .t_a = m->shift, .local = true, .basis = m->basis });
}

static uint32_t piece(struct clocks *c, const struct member *m, uint32_t era)
{
	struct clock_info k = c->v[m->clock];
	uint32_t made = clocks_get(c, k.kind, k.host, k.scope, k.part | (era + 1) << 20);

	c->v[made].piece_of = m->clock;
	return made;
}

/* Readings of a piece, of those its clock was seen at. */
static void clip(struct clock_info *piece, const struct clock_info *whole, ts_usec from, ts_usec until)
{
	ts_usec first = whole->first > from ? whole->first : from, last = whole->last < until ? whole->last : until;

	if (whole->last == TS_NONE || first > last)
		return;
	if (piece->first == TS_NONE || first < piece->first)
		piece->first = first;
	if (piece->last == TS_NONE || last > piece->last)
		piece->last = last;
}

static void split(struct clocks *c, const struct eras *e, const struct member *m, const uint32_t *local_of_era)
{
	struct clock_info k = c->v[m->clock];
	size_t first = era_at(e, k.least + m->shift), last = era_at(e, k.most + m->shift);
	bool is_local = k.kind == CLOCK_LOCAL;

	if (first < last)
		c->v[m->clock].first = c->v[m->clock].last = TS_NONE;
	for (size_t i = first; i <= last; i++) {
		uint32_t to = i == last ? m->clock : is_local ? local_of_era[i] : piece(c, m, (uint32_t)i);
		ts_usec from = i == first ? INT64_MIN : e->v[i].from - m->shift, until = i == last ? INT64_MAX : e->v[i + 1].from - m->shift;

		clip(&c->v[to], &k, from, until);
		if (e->v[i].twice)
			c->v[to].reading_error_us = (e->v[i].hi - e->v[i].lo) * TS_MINUTE / 2;
		if (to != local_of_era[i])
			tie(c, local_of_era[i], m, to);
		if (first == last)
			continue;
		c->pieces = grow(c->pieces, c->n_pieces, &c->cap_pieces, sizeof(*c->pieces));
		c->pieces[c->n_pieces++] = (struct clock_piece){ m->clock, to, from };
	}
}

static void place_host(struct clocks *c, uint32_t local, const struct zone *z, ts_usec collected)
{
	struct member *m = heap_new((c->n_pairs + 1) * sizeof(*m)); /* for each of thousands of hosts: not in the arena */
	ts_usec newest = TS_NONE, oldest = TS_NONE;
	uint32_t of_era[ERAS_MAX], host = clocks_host(c, c->v[local].host);
	size_t n = members_of(c, local, m), base, first, last;
	struct eras e;

	for (size_t i = 0; i < n; i++) {
		const struct clock_info *k = &c->v[m[i].clock];

		if (k->most == TS_NONE)
			continue;
		newest = newest == TS_NONE || k->most + m[i].shift > newest ? k->most + m[i].shift : newest;
		oldest = oldest == TS_NONE || k->least + m[i].shift < oldest ? k->least + m[i].shift : oldest;
	}
	if (newest == TS_NONE)
		oldest = newest = collected + z->standard * TS_MINUTE;
	e = eras_of(z, newest);
	first = era_at(&e, oldest);
	last = era_at(&e, newest);
	base = c->v[local].most == TS_NONE ? last : era_at(&e, c->v[local].most);
	for (size_t i = first; i <= last; i++) {
		ts_usec mid = (e.v[i].lo + e.v[i].hi) * TS_MINUTE / 2, u = e.v[i].twice ? 0 : (e.v[i].hi - e.v[i].lo) * TS_MINUTE / 2;

		of_era[i] = i == base ? local : piece(c, &m[0], (uint32_t)i);
		clocks_add_pair(c, (struct clock_pair){ .a = host, .b = of_era[i], .t_b = mid, .below = u, .above = u, .local = true, .basis = z->basis });
	}
	for (size_t i = 0; i < n; i++)
		if (c->v[m[i].clock].most != TS_NONE)
			split(c, &e, &m[i], of_era);
		else if (i > 0)
			tie(c, local, &m[i], m[i].clock);
	free(m);
}

/* Zones of this host as they were told, to be taken away once eras are known. */
static void drop_zone_pairs(struct clocks *c, uint32_t local)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->n_pairs; i++) {
		const struct clock_pair p = c->pairs[i];

		if (!p.local || c->v[p.a].kind != CLOCK_HOST || c->v[p.b].kind != CLOCK_LOCAL || !same_host(c, c->v[p.b].host, c->v[local].host))
			c->pairs[kept++] = p;
	}
	c->n_pairs = kept;
}

void name_zones(struct clocks *c)
{
	for (size_t i = 0; i < c->n_zones + c->n_zone_names; i++) {
		struct str *host = i < c->n_zones ? &c->zones[i].host : &c->zone_names[i - c->n_zones].host;
		size_t m = host->n ? map_find(c->machines, *host) : MAP_NONE;

		if (m != MAP_NONE)
			*host = c->machine_host[m];
	}
}

void pair_zones(struct clocks *c)
{
	for (size_t i = 0; i < c->n_zones; i++) {
		const struct clock_zone *z = &c->zones[i];

		clocks_add_pair(c, (struct clock_pair){ .a = clocks_host(c, z->host), .b = clocks_get(c, CLOCK_LOCAL, z->host, STR_NONE, 0),
							.t_b = z->minutes * TS_MINUTE, .local = true, .basis = z->basis });
	}
	for (size_t i = 0; i < c->n_zone_names; i++) {
		const struct clock_zone_name *z = &c->zone_names[i];

		for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			if (str_eq(z->name, str_of(names[k].name)))
				clocks_add_pair(c, (struct clock_pair){ .a = clocks_host(c, z->host), .b = clocks_get(c, CLOCK_LOCAL, z->host, STR_NONE, 0),
									.t_b = names[k].minutes * TS_MINUTE, .below = TS_HOUR, .above = TS_HOUR, .local = true, .basis = z->basis });
	}
}

static bool is_civil(const struct clocks *c, uint32_t clock)
{
	return c->v[clock].kind == CLOCK_LOCAL || c->v[clock].kind == CLOCK_YEARLESS;
}

/* The only whole zone in lo .. hi, as offsets east of UTC. */
static bool only_quarter(ts_usec lo, ts_usec hi, int *minutes)
{
	ts_usec q = (lo > 0 ? (lo + QUARTER - 1) / QUARTER : lo / QUARTER) * QUARTER;

	if (hi - lo >= QUARTER || q < lo || q > hi || q + QUARTER <= hi || q < -14 * TS_HOUR || q > 14 * TS_HOUR)
		return false;
	*minutes = (int)(q / TS_MINUTE);
	return true;
}

void learn_zones(struct clocks *c)
{
	struct ranking r = rank_clocks(c);
	struct edges e = edges_of(c, &r);
	ts_usec *lo = ARENA_ARRAY(c->arena, ts_usec, c->n), *hi = ARENA_ARRAY(c->arena, ts_usec, c->n), *shift = ARENA_ARRAY(c->arena, ts_usec, c->n);
	size_t n = c->n_pairs;

	for (size_t i = 0; i < e.n; i++)
		e.v[i].dropped |= is_civil(c, e.v[i].a) || is_civil(c, e.v[i].b);
	edges_agree(c, &e, false);
	edges_bounds(c, &e, CLOCK_IS_UTC, lo, hi);
	for (uint32_t i = 0; i < c->n; i++)
		shift[i] = c->v[i].kind == CLOCK_LOCAL ? 0 : TS_NONE;
	for (size_t i = 0; i < n; i++)
		if (c->pairs[i].local && c->v[c->pairs[i].b].kind == CLOCK_YEARLESS)
			shift[c->pairs[i].b] = c->pairs[i].t_a;
	for (size_t i = 0; i < n; i++) {
		struct clock_pair p = c->pairs[i];
		uint32_t host;
		ts_usec least, most;
		int minutes;

		if (is_civil(c, p.a)) /* civil on the right */
			p = (struct clock_pair){ p.b, p.a, p.t_b, p.t_a, p.above, p.below, p.trust, p.local, p.basis };
		host = clocks_host(c, c->v[p.b].host);
		if (p.local || p.trust != CLOCK_MEASURED || is_civil(c, p.a) || !is_civil(c, p.b) || shift[p.b] == TS_NONE || p.below >= CLOCK_OPEN ||
		    p.above >= CLOCK_OPEN || lo[p.a] <= -CLOCK_OPEN || hi[p.a] >= CLOCK_OPEN || lo[host] <= -CLOCK_OPEN || hi[host] >= CLOCK_OPEN)
			continue;
		least = p.t_b + shift[p.b] - p.t_a - p.above - (hi[p.a] - lo[host]);
		most = p.t_b + shift[p.b] - p.t_a + p.below - (lo[p.a] - hi[host]);
		if (only_quarter(least, most, &minutes))
			clocks_zone_at(c, c->v[p.b].host, p.t_a + lo[p.a] + (hi[p.a] - lo[p.a]) / 2, minutes, p.basis);
	}
}

void split_zones(struct clocks *c, ts_usec collected)
{
	size_t n = c->n;

	for (uint32_t i = 0; collected != TS_NONE && i < n; i++) {
		struct clock_info k = c->v[i];
		struct str stranger = STR_NONE;
		struct zone z;

		/* The own host goes by the empty name if it has both. */
		if (k.kind != CLOCK_LOCAL || k.scope.n || k.part || k.piece_of != i || clocks_get(c, CLOCK_LOCAL, k.host, STR_NONE, 0) != i)
			continue;
		if (k.host.n && clocks_is_own(c, k.host))
			continue;
		if (!by_name(c, k.host, collected, &z, &stranger) && !by_offsets(c, k.host, collected, stranger.n > 0, &z))
			continue;
		drop_zone_pairs(c, i);
		place_host(c, i, &z, collected);
	}
}

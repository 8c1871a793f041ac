/* Stamps that lack a year: read in a provisional one line by line, moved into
 * the right one when everything else is known. */
#include <stdlib.h>

#include "tstamp/clock_priv.h"

/* Logs of one host that end within a season are of one year, though it is not known which. */
#define SAME_SEASON (90 * TS_DAY)

/* January and February, and the rest of the year, move by different numbers of
 * days when the year changes: a clock of its own for each half. */
static uint32_t yearless_part(int year, int month)
{
	return (uint32_t)year * 2 + (month >= 3);
}

ts_usec clock_place_yearless(struct clocks *c, struct yearless *y, struct str host, struct str file,
			     const struct stamp *s, uint32_t *clock)
{
	struct civil d = ts_split(s->t);
	ts_usec t;

	if (!y->any) {
		/* A guess that saves moving every row later; clocks_solve() decides. */
		ts_usec near = c->direct_collected != TS_NONE ? c->direct_collected : c->last_year_seen;

		y->year = near != TS_NONE ? ts_split(near).year : 2000;
		y->any = true;
		y->last = TS_NONE;
	}
	t = ts_civil(y->year, d.month, d.day, d.hour, d.minute, d.second, d.us);
	if (y->last != TS_NONE && t < y->last - 60 * TS_DAY) {
		y->year++;
		t = ts_civil(y->year, d.month, d.day, d.hour, d.minute, d.second, d.us);
	} else if (y->last != TS_NONE && t > y->last + 300 * TS_DAY) { /* a step back over New Year */
		y->year--;
		t = ts_civil(y->year, d.month, d.day, d.hour, d.minute, d.second, d.us);
	}
	y->last = t;
	*clock = clocks_get(c, CLOCK_YEARLESS, host, file, yearless_part(y->year, d.month));
	return t;
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool same_file(const struct clock_info *a, const struct clock_info *b)
{
	return a->kind == CLOCK_YEARLESS && b->kind == CLOCK_YEARLESS && b->last != TS_NONE && str_eq(a->scope, b->scope) &&
	       str_eq(a->host, b->host);
}

/* Does the file have a 29 February that would not exist, this many years on?  In a
 * common provisional year it was read as 1 March, which no other stamp of that half can be. */
static bool breaks_leap_day(const struct clocks *c, const struct clock_info *k, int years)
{
	for (uint32_t i = 0; i < c->n; i++) {
		const struct clock_info *o = &c->v[i];
		int year = (int)(o->part / 2);

		if (same_file(k, o) && o->part % 2 == 0 && o->last >= ts_civil(year, 2, 29, 0, 0, 0, 0) && !is_leap(year + years))
			return true;
	}
	return false;
}

/* "2026-11-22" or "20261122" at the start of s, with no further digit behind. */
static bool day_at(struct str s, ts_usec *day)
{
	char text[] = "YYYY-MM-DDT00:00:00Z";
	struct stamp stamp;
	size_t n = 0;

	for (size_t i = 0; i < 10; i++) {
		if (text[i] != '-') {
			if (n >= s.n || s.p[n] < '0' || s.p[n] > '9')
				return false;
			text[i] = s.p[n++];
		} else if (n < s.n && s.p[n] == '-') {
			n++;
		}
	}
	if ((n != 8 && n != 10) || text[0] != '2' || text[1] != '0' || (n < s.n && s.p[n] >= '0' && s.p[n] <= '9') || ts_iso8601(STR(text), &stamp) == 0)
		return false;
	*day = stamp.t;
	return true;
}

void clocks_bundle_named(struct clocks *c, struct str name)
{
	ts_usec day;

	for (size_t i = 0; i < name.n; i++) {
		if (i > 0 && name.p[i - 1] >= '0' && name.p[i - 1] <= '9')
			continue;
		if (day_at(str_from(name, i), &day) && (c->named_collected == TS_NONE || day + 2 * TS_DAY > c->named_collected))
			c->named_collected = day + 2 * TS_DAY;
	}
}

/* Was the collection itself told?  Otherwise it is only not before the last dated line, and a log that is still
 * written outlasts those of package runs. */
static bool collection_told(const struct clocks *c)
{
	return c->direct_collected != TS_NONE || c->local_collected != TS_NONE || c->named_collected != TS_NONE;
}

/* How many years to move a file whose last half-year is this one: to the latest
 * year that does not put its last line after the collection, and has its 29 February. */
static int years_before(const struct clocks *c, const struct clock_info *last, ts_usec collected)
{
	struct civil d = ts_split(last->last);
	int provisional = (int)(last->part / 2), year = ts_split(collected).year + 1;
	ts_usec end = collected + (collection_told(c) ? TS_DAY : SAME_SEASON);

	while (ts_civil(year, d.month, d.day, d.hour, d.minute, d.second, 0) > end)
		year--;
	for (int back = 0; back < 8 && breaks_leap_day(c, last, year - provisional); back++)
		year--;
	return year - provisional;
}

static ts_usec moved(const struct clock_info *k, int years)
{
	int year = (int)(k->part / 2);
	int month = k->part % 2 ? 3 : 1;

	return ts_civil(year + years, month, 1, 0, 0, 0, 0) - ts_civil(year, month, 1, 0, 0, 0, 0);
}

static bool is_placed(const struct clock_info *k)
{
	return k->kind == CLOCK_YEARLESS && k->last != TS_NONE && k->solved && k->uncertainty_us < TS_DAY;
}

/* The years that bring a placed clock nearest to its offset, whatever the zone. */
static int years_placed(const struct clock_info *k)
{
	int guess = (int)(k->offset_us / (365 * TS_DAY + 6 * TS_HOUR)), best = guess;

	for (int y = guess - 1; y <= guess + 1; y++)
		if (llabs(moved(k, y) - k->offset_us) < llabs(moved(k, best) - k->offset_us))
			best = y;
	return best;
}

/* The half-year of the same file that evidence (an audit stamp in it) has
 * placed, nearest to clock i: itself, else the next, else the one before, NULL. */
static const struct clock_info *placed_in_file(const struct clocks *c, uint32_t i)
{
	const struct clock_info *k = &c->v[i], *next = NULL, *before = NULL;

	for (uint32_t j = 0; j < c->n; j++) {
		const struct clock_info *o = &c->v[j];

		if (!is_placed(o) || !same_file(k, o))
			continue;
		if (o->part >= k->part && (!next || o->part < next->part))
			next = o;
		if (o->part < k->part && (!before || o->part > before->part))
			before = o;
	}
	return next ? next : before;
}

/* The last half-year of the file that clock i belongs to. */
static const struct clock_info *last_of_file(const struct clocks *c, uint32_t i)
{
	const struct clock_info *last = &c->v[i];

	for (uint32_t j = 0; j < c->n; j++)
		if (same_file(last, &c->v[j]) && c->v[j].part > last->part)
			last = &c->v[j];
	return last;
}

/* Files that were collected together end about together: of one host, without any year
 * known, the one that ends last. */
static uint32_t last_of_host(const struct clocks *c, uint32_t i)
{
	uint32_t best = i;

	for (uint32_t j = 0; j < c->n; j++) {
		const struct clock_info *o = &c->v[j], *b = &c->v[best];

		if (o->kind == CLOCK_YEARLESS && o->last != TS_NONE && str_eq(o->host, b->host) &&
		    (o->last > b->last || (o->last == b->last && str_cmp(o->scope, b->scope) < 0)))
			best = j;
	}
	return best;
}

/* No year is known: what can be said is how the files of one host lie to each other. */
static void tie_without_year(struct clocks *c, uint32_t i)
{
	const struct str why = STR("no year in the bundle");
	uint32_t last = last_of_host(c, i);

	if (i != last && c->v[last].last - last_of_file(c, i)->last < SAME_SEASON)
		clocks_pair(c, last, 0, i, 0, 0, why);
	else
		clocks_pair(c, clocks_get(c, CLOCK_LOCAL, c->v[i].host, STR_NONE, 0), 0, i, 0, TS_FOREVER, why);
}

void place_years(struct clocks *c, ts_usec collected)
{
	size_t n = c->n;

	for (uint32_t i = 0; i < n; i++) {
		const struct clock_info *placed;
		struct str basis = STR("the latest year before the collection");
		uint32_t local;
		int years;

		if (c->v[i].kind != CLOCK_YEARLESS || c->v[i].last == TS_NONE)
			continue;
		placed = placed_in_file(c, i);
		if (placed) {
			years = years_placed(placed);
			basis = placed->basis;
		} else if (collected != TS_NONE) {
			years = years_before(c, last_of_file(c, i), collected);
			if (c->direct_collected == TS_NONE && c->local_collected == TS_NONE && c->named_collected != TS_NONE)
				basis = STR("the latest year before the day in the bundle's name");
			if (!collection_told(c))
				basis = STR("the year nearest to the dated logs");
		} else {
			tie_without_year(c, i);
			continue;
		}
		local = clocks_get(c, CLOCK_LOCAL, c->v[i].host, STR_NONE, 0);
		clocks_add_pair(c, (struct clock_pair){ .a = local, .b = i, .t_a = moved(&c->v[i], years), .local = true, .basis = basis });
	}
}

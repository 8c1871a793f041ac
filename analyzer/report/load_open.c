/* What the case could not answer, and what would. */
#include <stdlib.h>

#include "base/limits.h"
#include "base/map.h"
#include "report/load_priv.h"
#include "sql.h"

struct undecidable_row { struct report_undecidable of; struct report_missing missing; bool pressing; };

static void read_undecidable(struct loader *l, struct query *q, void *row)
{
	*(struct undecidable_row *)row = (struct undecidable_row){
		.of = { .rule = text_at(l, q, 0), .title = text_at(l, q, 1), .entity = text_at(l, q, 2) },
		.missing = {
			.signal = text_at(l, q, 3),
			.source = text_at(l, q, 4),
			.collect = clip_at(l, q, 5, LIMIT_REPORT_TEXT),
		},
		.pressing = query_get_int(q, 6) != 0,
	};
}

static enum status load_undecidable(struct loader *l)
{
	struct rows rows;
	enum status s = load_rows(l, SQL_REPORT_UNDECIDABLE, sizeof(struct undecidable_row), read_undecidable, &rows);
	const struct undecidable_row *from;
	struct report_undecidable *v;
	struct report_missing *missing;
	size_t n = 0;

	if (s != OK)
		return s;
	from = rows.v;
	v = ARENA_ARRAY(l->a, struct report_undecidable, rows.n);
	missing = ARENA_ARRAY(l->a, struct report_missing, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		missing[i] = from[i].missing;
		if (n == 0 || !str_eq(v[n - 1].rule, from[i].of.rule) || !str_eq(v[n - 1].entity, from[i].of.entity)) {
			v[n] = from[i].of;
			v[n++].missing = &missing[i];
			l->r->n_pressing += from[i].pressing;
		}
		v[n - 1].n_missing++;
	}
	l->r->undecidable = v;
	l->r->n_undecidable = n;
	return OK;
}

struct near_miss_row { struct report_near_miss of; struct str missing; int64_t id; };

static void read_near_miss(struct loader *l, struct query *q, void *row)
{
	*(struct near_miss_row *)row = (struct near_miss_row){
		.id = query_get_int(q, 0),
		.of = {
			.rule = text_at(l, q, 1),
			.title = text_at(l, q, 2),
			.entity = text_at(l, q, 3),
			.points = (int)query_get_int(q, 4),
		},
		.missing = clip_at(l, q, 5, LIMIT_REPORT_TEXT),
	};
}

static enum status load_near_misses(struct loader *l)
{
	struct rows rows;
	enum status s = load_rows(l, SQL_REPORT_NEAR_MISS, sizeof(struct near_miss_row), read_near_miss, &rows);
	const struct near_miss_row *from;
	struct report_near_miss *v;
	struct str *missing;
	size_t n = 0;

	if (s != OK)
		return s;
	from = rows.v;
	v = ARENA_ARRAY(l->a, struct report_near_miss, rows.n);
	missing = ARENA_ARRAY(l->a, struct str, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		missing[i] = from[i].missing;
		if (i == 0 || from[i].id != from[i - 1].id) {
			v[n] = from[i].of;
			v[n++].missing = &missing[i];
		}
		v[n - 1].n_missing += missing[i].n > 0;
	}
	l->r->near_misses = v;
	l->r->n_near_misses = n;
	return OK;
}

static void read_untested(struct loader *l, struct query *q, void *row)
{
	*(struct report_untested *)row = (struct report_untested){
		.rule = text_at(l, q, 0), .title = text_at(l, q, 1), .needs = text_at(l, q, 2),
	};
}

static void ask_one(struct map *commands, struct str command)
{
	if (command.n) {
		size_t i = map_put(commands, command);

		map_set(commands, i, map_value(commands, i) + 1);
	}
}

/* "dmesg > a; nvidia-smi -q > b" are two commands, and others ask for the first, too; a loop of a shell stays one. */
static void ask(struct map *commands, struct str command)
{
	while (command.n) {
		size_t n = str_has(command, STR(" do ")) || str_has(command, STR("'")) ? command.n : str_find(command, STR("; "));

		ask_one(commands, str_trim(str_head(command, n)));
		command = str_from(command, n + 2);
	}
}

struct wanted { struct report_collect of; size_t first; bool urgent; };

/* What a finding would be surer with comes before what other rules would need. */
static int by_answers(const void *pa, const void *pb)
{
	const struct wanted *a = pa, *b = pb;

	if (a->urgent != b->urgent)
		return a->urgent ? -1 : 1;
	if (a->of.answers != b->of.answers)
		return a->of.answers > b->of.answers ? -1 : 1;
	return a->first < b->first ? -1 : a->first > b->first;
}

/* The source of the first question a command answers. */
static struct str source_of(const struct report *r, struct str command)
{
	for (size_t i = 0; i < r->n_findings; i++)
		for (size_t k = 0; k < r->findings[i].n_items; k++)
			if (str_has(r->findings[i].items[k].collect, command))
				return r->findings[i].items[k].source;
	for (size_t i = 0; i < r->n_undecidable; i++)
		for (size_t k = 0; k < r->undecidable[i].n_missing; k++)
			if (str_has(r->undecidable[i].missing[k].collect, command))
				return r->undecidable[i].missing[k].source;
	return STR_NONE;
}

static void list_commands(struct loader *l)
{
	struct report *r = l->r;
	struct map *commands = map_new();
	struct wanted *v;
	struct report_collect *out;
	size_t n, n_urgent;

	for (size_t i = 0; i < r->n_findings; i++)
		for (size_t k = 0; k < r->findings[i].n_items; k++)
			if (str_eq(r->findings[i].items[k].state, STR("unknown")))
				ask(commands, r->findings[i].items[k].collect);
	for (size_t i = 0; i < r->n_pressing && r->undecidable[i].entity.n; i++)
		for (size_t k = 0; k < r->undecidable[i].n_missing; k++)
			ask(commands, r->undecidable[i].missing[k].collect);
	n_urgent = map_count(commands);
	for (size_t i = 0; i < r->n_pressing; i++)
		for (size_t k = 0; k < r->undecidable[i].n_missing && !r->undecidable[i].entity.n; k++)
			ask(commands, r->undecidable[i].missing[k].collect);
	n = map_count(commands);
	v = ARENA_ARRAY(l->a, struct wanted, n);
	out = ARENA_ARRAY(l->a, struct report_collect, n);
	for (size_t i = 0; i < n; i++) {
		struct str command = arena_dup(l->a, map_key(commands, i));

		v[i] = (struct wanted){ { command, source_of(r, command), (size_t)map_value(commands, i) }, i, i < n_urgent };
	}
	if (n)
		qsort(v, n, sizeof(*v), by_answers);
	for (size_t i = 0; i < n; i++)
		out[i] = v[i].of;
	r->collect = out;
	r->n_collect = n;
	map_free(commands);
}

enum status load_open(struct loader *l)
{
	struct rows untested;
	enum status s;

	if ((s = load_undecidable(l)) != OK || (s = load_near_misses(l)) != OK ||
	    (s = load_rows(l, SQL_REPORT_UNTESTED, sizeof(struct report_untested), read_untested, &untested)) != OK)
		return s;
	l->r->untested = untested.v;
	l->r->n_untested = untested.n;
	list_commands(l);
	return OK;
}

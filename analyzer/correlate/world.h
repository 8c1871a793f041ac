#ifndef FORENSICS_CORRELATE_WORLD_H
#define FORENSICS_CORRELATE_WORLD_H

#include "base/arena.h"
#include "base/map.h"
#include "match/match.h"
#include "record/record.h"
#include "rule/rule.h"
#include "store/store.h"

/* What the rules of one run look at: the case's names, clocks, coverage and
 * entity graph, and the matches of every signal. */

/* One point of a series. */
struct point { ts_usec t; double v; ts_usec u; uint32_t clock, file, line; uint64_t offset; };

struct named { struct str name; struct value value; };

/* Something a signal found: an event, a run of a series, an aggregate, a chain.
 * [s, e] is its extent; u its own error, besides the clock's. */
struct match {
	ts_usec s, e, u;
	uint32_t clock, host;              /* canonical host, HOST_NONE when none */
	const struct bound *bounds; uint32_t n_bounds;
	const struct named *fields; uint32_t n_fields;
	int64_t event;                     /* 0: not an event */
	int64_t series;                    /* -1: not a run of one */
	uint32_t file, line; uint64_t offset;
	uint32_t place, series_place;      /* of the file by path, of the series by name: ids follow the order of reading */
	struct str words;                  /* evidence in words, when it is no event */
	uint32_t lifted[ENT_KINDS];        /* world_lift() remembers: 0 not asked, 1 none, else an entry of world.lifts */
	bool unproven;                     /* absent: coverage does not prove it */
	bool doubtful;                     /* chain: a step, its order or its join is only possible */
	const struct match *const *parts; uint32_t n_parts; /* what an aggregate or chain rests on, at most 8 shown */
};

/* Where a series has points close enough to judge. */
struct stretch { uint32_t series /* index */, clock; ts_usec from, to; };

struct matches {
	struct match **v; size_t n, cap;   /* in match_order() */
	bool done;
	bool unevaluated;                  /* some event could not be judged */
	bool truncated;                    /* LIMIT_HITS or LIMIT_CHAINS was reached */
	ts_usec max_extent, max_u;         /* longest e - s, largest u */
	struct stretch *stretches; size_t n_stretches, cap_stretches; /* of what is made of series; those of one together */
};

struct world_file { struct str path, source, status; enum cover cover; uint32_t place; ts_usec collected; /* its bundle; TS_NONE */ };
struct world_span { uint32_t file, clock, host; ts_usec from, to; };
struct world_clock { ts_usec u, parent_u; uint32_t parent, depth; };
struct world_series {
	int64_t id;
	struct str name, unit, json /* labels */, host_name;
	const struct series_label *labels; size_t n_labels;
	uint32_t host;
	const struct bound *bounds; uint32_t n_bounds;
};

struct event_copy { int64_t id, of; };

struct graph;

struct world {
	struct store *store;
	const struct ruleset *rs;
	const struct hits *hits;
	struct arena *arena;
	struct str *hosts; uint32_t *canonical; size_t n_hosts; /* names; the id that stands for the same machine */
	struct world_clock *clocks; size_t n_clocks;
	struct world_file *files; size_t n_files;        /* by id - 1 */
	struct world_span *spans; size_t n_spans;
	struct world_series *series; size_t n_series;    /* by name, labels, host */
	struct event_copy *copies; size_t n_copies, cap_copies; /* by id */
	struct graph *graph;
	struct map *lifts;                 /* ids that matches belong to */
	ts_usec widest;                    /* the largest error of a clock in use */
	ts_usec collected, from, to;       /* TS_NONE when the case is empty */
	struct matches *matches;           /* by signal id */
	struct query *points, *message;    /* prepared */
	struct regex_room *room;
};

/* For `match --profile`: what was spent on rule i since start.  Without a profile both do nothing. */
static inline int64_t world_now(const struct world *w)
{
	return w->hits->profile ? w->hits->profile->now_ns() : 0;
}

static inline void world_spent(const struct world *w, size_t rule, int64_t start)
{
	if (w->hits->profile)
		w->hits->profile->rules[rule].judge_ns += w->hits->profile->now_ns() - start;
}

enum status world_load(struct world **out, struct store *st, const struct ruleset *rs, const struct hits *hits, struct error *err);
void world_free(struct world *w); /* NULL is fine */

/* The error of a difference between two readings; what both owe to one clock cancels. */
ts_usec world_between(const struct world *w, uint32_t clock_a, uint32_t clock_b);

/* Does the case cover [lo, hi], read off the clock of around, of these sources on its machine? */
enum covered { COVERED_NONE, COVERED_PART, COVERED_FULL };
enum covered world_covers(const struct world *w, const struct str *sources, size_t n, const struct match *around, ts_usec lo, ts_usec hi);
bool world_has_source(const struct world *w, struct str source);
/* The time in which this span's file would have shown an event. */
void world_span_reach(const struct world *w, const struct world_span *s, ts_usec *from, ts_usec *to);
/* Do both numbers stand for one machine?  HOST_NONE is one of its own. */
bool world_same_host(const struct world *w, uint32_t a, uint32_t b);
bool world_has_series(const struct world *w, const struct series_ref *ref);

bool series_is(const struct world_series *s, const struct series_ref *ref);
uint32_t world_place(const struct world *w, uint32_t file); /* 0 for file 0 */
/* All points with a finite value, by time, then place; in a. */
enum status world_points(struct world *w, int64_t series, struct arena *a, struct point **out, size_t *n, struct error *err);
/* The text of an event; in a. */
struct str world_message(struct world *w, int64_t event, struct arena *a);

/* The event that stands for this one, which another log kept too; itself otherwise. */
int64_t world_same_event(const struct world *w, int64_t event);

/* ---- entities ---- */
/* The entity of this kind that a match belongs to, through links; false when there is none
 * or more than one. */
bool world_lift(const struct world *w, const struct match *m, enum entity_kind kind, struct str *id);
/* Is an id of this kind one within its machine only (an index, a PCI address, sda)? */
bool world_is_local(enum entity_kind kind);
/* Do a and b belong to the same entity of this kind?  YES, NO, or MAYBE when one side does not tell. */
enum joined { JOIN_NO, JOIN_MAYBE, JOIN_YES };
enum joined world_joined(const struct world *w, const struct match *a, const struct match *b, enum entity_kind kind);

/* ---- matches ---- */
/* Fills w->matches[signal.id] for all signals of the ruleset but findings, in order of need. */
enum status world_match_all(struct world *w, struct error *err);
struct match *match_new(struct world *w);
void matches_add(struct matches *list, struct match *m);
/* By start, end and where it stands: the same whatever the order of files.  */
int match_order(const struct match *a, const struct match *b);
void matches_sort(struct matches *list);
/* First match whose start is not before t. */
size_t matches_lower(const struct matches *list, ts_usec t);
/* Those of [*from, *to) are all that could, errors considered, touch [lo, hi] of m's clock. */
void matches_near(const struct world *w, const struct matches *list, const struct match *m, ts_usec lo, ts_usec hi, size_t *from, size_t *to);
/* These points of a series were judged: nothing else could match there.  A point stands until the next is due. */
void matches_could_be(struct matches *list, uint32_t series, const struct point *p, size_t n, ts_usec max_gap, ts_usec period);
/* Was one series, of an entity that joins, judged all over [lo, hi] of around's clock? */
enum covered matches_cover(const struct world *w, const struct matches *list, const struct match *around, enum entity_kind join, ts_usec lo, ts_usec hi);
bool match_field(const struct match *m, struct str name, struct value *out);

enum status match_series(struct world *w, struct error *err);                     /* series.c: all series signals */
enum status match_count(struct world *w, const struct signal *s, struct error *err);  /* aggregate.c */
enum status match_ratio(struct world *w, const struct signal *s, struct error *err);
void match_sequence(struct world *w, const struct rule *r, const struct signal *s);   /* sequence.c */
void match_absent(struct world *w, const struct rule *r, const struct signal *s);

/* ---- certainty ---- */
enum tri { TRI_NO, TRI_MAYBE, TRI_YES };
/* Does m touch [a.s + lo, a.e + hi]? */
enum tri world_in_window(const struct world *w, const struct match *a, const struct match *m, struct window win);

#endif /* FORENSICS_CORRELATE_WORLD_H */

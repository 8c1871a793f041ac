#ifndef FORENSICS_REPORT_REPORT_H
#define FORENSICS_REPORT_REPORT_H

#include <stdio.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "tstamp/tstamp.h"

/* What a case says, as plain data in reading order: loaded once, written by
 * several renderers that cannot disagree about facts, only about markup. */

struct store;

struct report_context { int64_t event; uint32_t line; struct str text; }; /* a neighbour in the same file */
struct report_evidence {
	struct str text;         /* the line, or the run of a series in words; at most LIMIT_REPORT_TEXT bytes */
	int64_t event;           /* event.id, 0 for a run of a series */
	struct str series;       /* "gpu.memory.used{gpu=0}" for a run, else empty */
	ts_usec t, end;
	struct str file; uint32_t line; uint64_t offset;
	const struct report_context *context; size_t n_context; /* in order, itself among them; for findings shown in full */
};
struct report_item {         /* one row of the ledger */
	struct str cause;        /* empty: the rule's own */
	struct str signal, role, state, why, source, collect;
	int weight, points;
	const struct report_evidence *evidence; size_t n_evidence;
};
struct report_cause { struct str id, title; int points; bool chosen; };
struct report_finding {
	struct str id, rule, title, severity, word, rule_file;
	int rule_version, points, cause_points;
	struct str cause, cause_title;           /* empty: undetermined */
	const struct report_cause *causes; size_t n_causes; /* best first */
	struct str entity_kind, entity, host;
	ts_usec start, end, uncertainty_us;
	uint32_t anchors;                        /* occurrences folded into it */
	struct str explained_by;                 /* finding id or empty */
	const struct str *explains; size_t n_explains;
	struct str narrative, summary;
	const struct str *advice; size_t n_advice;   /* Markdown */
	const struct str *prevent; size_t n_prevent;
	const struct report_item *items; size_t n_items;
	const struct report_incident *incident;  /* or NULL */
};
/* repeats: how many of its like are folded into it, until the last of them; 1: none. */
struct report_entry { ts_usec t, until; int64_t event; struct str role, source, file, text; uint32_t line, repeats; };
/* The incident in a handful of steps: entries of one role, source and shape of text are one. */
struct report_step { const struct report_entry *first; size_t times; };
struct report_incident {
	struct str id, title, severity, root;
	ts_usec start, end, recovered;           /* TS_NONE: not seen */
	const struct str *findings; size_t n_findings;
	const struct str *hosts; size_t n_hosts;
	const struct str *entities; size_t n_entities; /* "kind:id" */
	const struct report_entry *timeline; size_t n_timeline;
	const struct report_step *chain; size_t n_chain, chain_left_out;
};
struct report_missing { struct str signal, source, collect; };
struct report_undecidable { struct str rule, title, entity; const struct report_missing *missing; size_t n_missing; };
/* A rule none of whose sources is in the case. */
struct report_untested { struct str rule, title, needs; };
/* One command that would answer open questions, and how many. */
struct report_collect { struct str command, source; size_t answers; };
struct report_near_miss { struct str rule, title, entity; int points; const struct str *missing; size_t n_missing; };
struct report_gap { ts_usec from, to; };
struct report_coverage {
	struct str source, host, file, clock, status, reason;
	ts_usec from, to, uncertainty_us;        /* TS_NONE when it has no records */
	ts_usec quiet_to;                        /* until here its silence means something: to, or the collection */
	uint64_t records, unparsed;
	const struct report_gap *gaps; size_t n_gaps; /* longer than 5 median steps, for samples */
};
struct report_clock {
	struct str kind, host, file, basis;      /* file: empty for those of a host */
	struct str contradiction;                /* empty when there is none */
	uint64_t files;
	ts_usec offset_us, uncertainty_us;
	bool solved, read;                       /* read: some record is on it */
};
struct report_input { struct str file, sha256, source, status, reason; uint64_t bytes; };
struct report_bundle { struct str name, sha256, damage; uint64_t files; ts_usec collected; };
struct report_fact { struct str host, key, value, file; uint32_t line; };
struct report_point { ts_usec t; double min, max; }; /* NAN: a gap begins */
struct report_chart {                        /* a series that a finding rests on, or of its entity around it */
	struct str series, unit, entity;
	const struct report_point *points; size_t n_points; /* at most 600, min/max buckets */
	double low, high;
};
/* severity is a syslog level, 8 when the source has none; folded counts its neighbours drawn as this one mark */
struct report_lane_mark { ts_usec t; int severity; int64_t event; struct str text; bool evidence; uint32_t folded; };
/* What evidence says of a series lasts for a while. */
struct report_lane_run { ts_usec from, to; struct str text; };
struct report_lane {                         /* one source on one host: events of severity <= warning and all evidence */
	struct str source, host;
	const struct report_lane_mark *marks; size_t n_marks; uint64_t left_out;
	const struct report_lane_run *runs; size_t n_runs;
	const struct report_gap *covered; size_t n_covered; /* spans its files speak for, merged, in order */
	ts_usec from, to;
};

/* A record of the slice of the case that the page carries for its scripts. */
struct report_event {
	int64_t id;
	ts_usec t;
	int severity;            /* as of a mark */
	bool evidence;
	struct str source, host, entity, kind, file, text;
	uint32_t line;
};
enum report_slice { SLICE_CASE, SLICE_AXIS, SLICE_SEVERE /* of the axis: evidence, its neighbours, warnings and worse */ };

struct report_card { struct str item, value; }; /* "hosts", "gpu-07, gpu-08" */

struct report {
	struct str version, rules_sha256;
	size_t n_rules;
	ts_usec from, to;                        /* of the case */
	const struct report_bundle *bundles; size_t n_bundles;
	const struct report_card *card; size_t n_card; /* what the case is, in a few lines */
	const struct str *hosts; size_t n_hosts;
	const struct report_fact *facts; size_t n_facts;
	const struct report_finding *findings; size_t n_findings; /* contract order; with `unlikely` ones only when asked */
	const struct report_incident *incidents; size_t n_incidents;
	const struct report_undecidable *undecidable; size_t n_undecidable;
	size_t n_pressing;                       /* of them, those in front: what the case is about could decide them (report_undecidable.sql) */
	const struct report_untested *untested; size_t n_untested;
	const struct report_collect *collect; size_t n_collect; /* what findings ask for first, then most answers */
	const struct report_near_miss *near_misses; size_t n_near_misses;
	const struct report_coverage *coverage; size_t n_coverage;
	const struct report_clock *clocks; size_t n_clocks;
	const struct report_input *inputs; size_t n_inputs;
	const struct report_lane *lanes; size_t n_lanes;
	const struct report_chart *charts; size_t n_charts;
	size_t lanes_left_out;
	const struct report_event *events; size_t n_events; /* in order; only with report_options.live */
	enum report_slice slice; uint64_t events_left_out;
	ts_usec axis_from, axis_to;              /* the charts' and lanes' common axis: around the incidents; TS_NONE without any time */
	uint64_t records, unparsed;
	size_t n_sources, n_undecidable_rules;   /* distinct */
	size_t unlikely_left_out;                /* findings not loaded because of their word */
	bool color;                              /* of report_options */
	size_t max_bytes;                        /* of report_options */
};

struct report_options {
	bool all;                /* with findings of word unlikely */
	struct str finding;      /* only this one (and what it explains); empty: all.  ERR_USAGE when there is none */
	bool color;              /* the text form may use colour */
	size_t max_bytes;        /* md, slack, jira: details go until it fits; 0: the form's own bound */
	bool live;               /* for the page: with a slice of the events */
};

/* Everything the report points to lives in a.  Texts are as in the case: escape.h is what makes them safe. */
enum status report_load(struct report **out, struct store *st, const struct report_options *opt,
			struct arena *a, struct error *err);

struct renderer {
	const char *name;        /* "html": report -f html, and the file extension */
	enum status (*render)(const struct report *r, FILE *out, struct error *err);
	bool live;               /* it wants report_options.live */
};

extern const struct renderer *const renderers[]; /* html, md, text, json, postmortem, slack, jira; NULL-terminated */
const struct renderer *renderer_named(struct str name); /* or NULL */

/* The verdicts of the text form without its head: findings that no other explains, near misses, what to collect. */
void text_verdicts(const struct report *r, FILE *out, size_t at_most);
/* The incidents of the findings document alone, schema forensics/incidents/1. */
enum status render_incidents(const struct report *r, FILE *out, struct error *err);
/* Its coverage and inputs, schema forensics/coverage/1. */
enum status render_coverage(const struct report *r, FILE *out, struct error *err);

#endif /* FORENSICS_REPORT_REPORT_H */

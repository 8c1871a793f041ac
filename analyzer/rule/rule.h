#ifndef FORENSICS_RULE_RULE_H
#define FORENSICS_RULE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "rule/expr.h"
#include "rule/template.h"
#include "tstamp/tstamp.h"

/* A rule as loaded: immutable, typed, every name resolved to an index.  The
 * language is taught in rules/README.md; the engine that gives it meaning is
 * correlate/.  All slices live in the ruleset's arena. */

enum entity_kind {
	ENT_NONE, ENT_HOST, ENT_GPU, ENT_NODE, ENT_POD, ENT_CONTAINER, ENT_WORKLOAD,
	ENT_DEPLOYMENT, ENT_REGION, ENT_DISK, ENT_NIC, ENT_KINDS
};
const char *entity_kind_name(enum entity_kind k);              /* "" for ENT_NONE */
bool entity_kind_of(struct str name, enum entity_kind *out);

enum rule_severity { RULE_INFO, RULE_LOW, RULE_MEDIUM, RULE_HIGH, RULE_CRITICAL };
const char *rule_severity_name(enum rule_severity s);
bool rule_severity_of(struct str name, enum rule_severity *out);

/* A span of time relative to an anchor: from start + lo to end + hi. */
struct window { ts_usec lo, hi; };

/* ---- regexes, shared by all rules: equal texts are one pattern ---- */
struct pattern {
	struct str text;
	uint32_t n_captures;
	const struct str *captures;   /* names, in group order */
	const uint32_t *groups;       /* their group numbers */
	void *code;                   /* pcre2_code, owned by the ruleset: only rule/pattern.c and match/ know */
};

/* ---- signals ---- */
enum capture_type { CAP_TEXT, CAP_INT, CAP_FLOAT, CAP_BYTES, CAP_DURATION, CAP_TIME, CAP_VERSION, CAP_PCI, CAP_IP, CAP_BOOL };
struct typed { struct str name; enum capture_type type; };
struct assign { struct str name; struct expr *expr; };
struct binding { enum entity_kind kind; struct template *id; };

struct event_signal {
	const struct str *sources; size_t n_sources;
	struct str on;                        /* field the regexes read; "message" is the event's text */
	const uint32_t *patterns; size_t n_patterns; /* into ruleset.patterns; the first that matches wins; none: every event */
	const uint32_t *pattern_lines;        /* where each stands in the file */
	struct expr *where;                   /* or NULL */
	const struct typed *types; size_t n_types;
	const struct assign *sets; size_t n_sets;
	const struct binding *binds; size_t n_binds;
	/* Names (captures, fields, sets) that anything in the rule reads of this signal: what a hit keeps. */
	const struct str *keep; size_t n_keep;
};

struct series_label { struct str key, value; };
struct series_ref {                       /* name{key=value, ..} */
	struct str name;
	const struct series_label *labels; size_t n_labels;
};

enum condition_kind {
	COND_ABOVE,      /* value > bound */
	COND_BELOW,      /* value < bound */
	COND_SLOPE_ABOVE, COND_SLOPE_BELOW, /* bound per second, least squares over `over`, r2 >= fit */
	COND_DROP, COND_RISE,               /* by bound (or bound x reference when relative) within `over` */
	COND_NEAR,       /* within `tolerance` of bound, or of another series: a plateau at a limit */
	COND_RATE_ABOVE, COND_RATE_BELOW,   /* of a counter, per second, over `over`; resets allowed */
	COND_QUANTILE,   /* the quantile q over `over` compared with bound (above or below) */
	COND_FACTOR,     /* mean over `over` >= factor x median of the baseline before it, and >= bound when given */
	COND_CHANGED,    /* the value differs from the one before */
	COND_MISSING_FOR /* no sample for `over` though the file goes on */
};
struct condition {
	enum condition_kind kind;
	double bound; bool has_bound;
	bool relative;           /* drop/rise in percent: bound is a fraction */
	bool below;              /* quantile: below instead of above */
	double fit, factor, quantile, tolerance;
	ts_usec over, baseline, hold; /* hold = `for` */
	struct series_ref other; /* near: the limit as a series; name empty when a number */
};
struct series_signal {
	struct series_ref top, bottom;        /* bottom.name empty: not a quotient */
	const enum entity_kind *by; size_t n_by;
	struct condition when;
	ts_usec max_gap;                      /* 0: three periods of the series */
	uint32_t min_samples;                 /* 0: as the condition needs */
};

/* An operand of count and ratio: a signal, or a series (its values are added up). */
struct operand { bool is_series; uint32_t signal; struct series_ref series; };
struct count_signal {
	struct operand what;
	ts_usec over;
	bool has_min, has_max; double at_least, at_most;
	struct str distinct;                  /* field, or empty */
	enum entity_kind per;
};
struct ratio_signal {
	struct operand part, whole;
	ts_usec over;
	bool below; double bound;
	double min_total;
	enum entity_kind per;
};
struct step { uint32_t signal; bool negated; ts_usec within; /* 0: no limit */ };
struct sequence_signal { const struct step *steps; size_t n_steps; enum entity_kind join; bool join_none; };
struct absent_signal { uint32_t what, after; ts_usec within; enum entity_kind join; bool join_none; };
struct finding_signal { struct str rule, cause; };

enum signal_kind { SIG_EVENT, SIG_SERIES, SIG_COUNT, SIG_RATIO, SIG_SEQUENCE, SIG_ABSENT, SIG_FINDING };
struct signal {
	struct str name, collect, note;
	enum signal_kind kind;
	uint32_t line;
	uint32_t id;              /* over the whole ruleset: what hits refer to */
	union {
		struct event_signal event;
		struct series_signal series;
		struct count_signal count;
		struct ratio_signal ratio;
		struct sequence_signal sequence;
		struct absent_signal absent;
		struct finding_signal finding;
	} u;
};

/* ---- when ---- */
enum item_kind { ITEM_SIGNAL, ITEM_EXPR, ITEM_ANY, ITEM_ALL };
enum pick { PICK_NEAREST, PICK_FIRST, PICK_LAST };
struct item {
	enum item_kind kind;
	uint32_t signal;                 /* ITEM_SIGNAL: index into rule.signals */
	struct expr *expr;               /* ITEM_EXPR */
	const struct item *parts; size_t n_parts; /* ITEM_ANY, ITEM_ALL: signals only; at, join, pick come from the item unless a part has its own */
	bool has_at; struct window at;   /* else the rule's window */
	bool has_join, join_none; enum entity_kind join; /* else the rule's entity */
	enum pick pick;
	struct expr *where;
	int weight, if_absent;
	struct template *why;
	struct str label;                /* for the ledger: signal name, expression text, "any(a, b)" */
	uint32_t line;
};
struct items { const struct item *v; size_t n; };

struct cause {
	struct str id, title;
	int base;
	struct items support, against;
	struct template *narrative;
	const struct str *advice; size_t n_advice;   /* Markdown */
	uint32_t line;
};
struct fold { struct str rule; struct window at; enum entity_kind join; bool join_none; uint32_t line; };

/* ---- tests ---- */
struct test_given { struct str source, host, text; struct str boot; ts_usec skew; uint32_t line; };
struct test_series { struct series_ref ref; struct str unit; ts_usec start, step; struct str values; };
struct test_edge { struct str from_kind, from, to_kind, to; };
struct test_cover { struct str source; ts_usec from, to; };
struct rule_test {
	struct str name;
	ts_usec now;                                   /* TS_NONE: not given */
	const struct test_given *given; size_t n_given;
	const struct test_series *series; size_t n_series;
	const struct test_edge *edges; size_t n_edges;
	const struct test_cover *covers; size_t n_covers;
	int findings;                                  /* expected; 1 unless said */
	struct str entity, cause, word;                /* empty: not checked; cause may be "undetermined" */
	const struct str *says; size_t n_says;
	const struct str *unknown; size_t n_unknown;
	const struct str *folds; size_t n_folds;
	struct str file; uint32_t line;                /* of the rule, or a file of tests beside it */
};

/* One word of test_series.values, promtool's notation: "1.5x9" is 1.5 ten times, "1+2x3" is
 * 1 3 5 7, "_x3" is three steps without a sample, a bare number is one sample. */
struct test_run { bool gap; double first, step; uint32_t n; };
/* The next word; false at the end, and (with *bad set) at one that is not of that form. */
bool test_values_next(struct str *values, struct test_run *out, bool *bad);

struct rule {
	struct str id, title, file;   /* file: "rules/gpu/x.yaml" as shown to people */
	uint32_t line, when_line, narrative_line, summary_line;
	char sha256[65];              /* of what the rule says; comments and layout do not count */
	int version;
	enum rule_severity severity;
	struct str status;            /* draft, test, stable, deprecated */
	enum entity_kind entity;
	const struct str *refs; size_t n_refs;
	const struct str *tags; size_t n_tags;
	const struct str *false_positives; size_t n_false_positives;
	struct variables vars;        /* a number keeps its text as written in value.text */
	const uint32_t *var_lines; const bool *var_used;
	const struct signal *signals; size_t n_signals;
	struct expr *const *links; size_t n_links;
	uint32_t anchor;              /* index into signals */
	ts_usec episode;
	struct window window;
	int base;
	struct items require, support, against;
	const uint32_t *recovery; size_t n_recovery; /* signals: the first match after the last anchor, of its entity, ends it */
	const struct cause *causes; size_t n_causes;
	const struct fold *explains; size_t n_explains;
	struct template *narrative, *summary;        /* summary may be NULL */
	const struct str *advice; size_t n_advice;   /* Markdown, commands in fenced blocks */
	const struct str *prevent; size_t n_prevent;
	const struct rule_test *tests; size_t n_tests;
};

/* ---- the set ---- */
struct ruleset {
	struct arena *arena;
	const struct rule *rules; size_t n_rules;        /* sorted so that finding: comes after what it names, else by id */
	const struct pattern *patterns; size_t n_patterns;
	/* every signal of every rule, by signal.id */
	const struct signal *const *signals; size_t n_signals;
	const struct rule *const *owners;                /* the rule of signal i */
	char sha256[65];                                 /* of all rules' sha256 in order of id */
};

/* One rule file in memory, for tests and for the built-in rules. */
struct rule_text { struct str path, text; };

/* A variable of a rule, set from outside: `--set RULE.NAME=VALUE`.  It counts as part of what the rule says. */
struct rule_setting { struct str rule, name, value; };

typedef void rule_report_fn(void *ctx, const struct error *problem);

/* Loads the texts, then every *.yaml below paths (files or directories, read in byte order).  A rule
 * with the id of one from an earlier path, or from the texts, replaces it unread; the same id twice in
 * one path or in the texts is a problem.  Each problem is one call of report(), with file:line:column,
 * what is wrong, and a did-you-mean as hint; after all are reported the load fails with ERR_RULE.
 * ERR_IO: a path cannot be read, or holds no rule at all. */
enum status ruleset_load(struct ruleset **out, const struct rule_text *texts, size_t n_texts,
			 const char *const *paths, size_t n_paths, rule_report_fn *report, void *ctx, struct error *err);
/* The same, with variables set; one that no rule has is a problem. */
enum status ruleset_load_with(struct ruleset **out, const struct rule_text *texts, size_t n_texts, const char *const *paths, size_t n_paths,
			      const struct rule_setting *settings, size_t n_settings, rule_report_fn *report, void *ctx, struct error *err);
void ruleset_free(struct ruleset *rs); /* NULL is fine */
const struct rule *ruleset_find(const struct ruleset *rs, struct str id);
/* Index of a signal of this rule by name, or SIZE_MAX. */
size_t rule_signal(const struct rule *r, struct str name);

/* Lint beyond what loading refuses (E03 hostile timing, E04 unused, E05 unguarded placeholders, E07 no positive or
 * no negative test, E09..E11, W01..W10: rules/README.md lists them): one call of report() each, text starts with the code.  Returns the number of errors (E..). */
size_t ruleset_lint(const struct ruleset *rs, rule_report_fn *report, void *ctx);

#endif /* FORENSICS_RULE_RULE_H */

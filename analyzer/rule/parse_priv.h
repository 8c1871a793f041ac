#ifndef FORENSICS_RULE_PARSE_PRIV_H
#define FORENSICS_RULE_PARSE_PRIV_H

#include "base/suggest.h"
#include "rule/pattern_priv.h"
#include "rule/rule.h"
#include "rule/yaml.h"

/* From YAML tree to struct rule.  Nothing stops at a mistake: each is reported
 * and typing goes on, so that an author sees all of them at once.  Getters take a node
 * that may be NULL (a key that was not given: false, silently), report a value of the wrong form
 * and leave *out alone then.  What they hand out lives in the ruleset's arena. */

struct loader {
	struct arena *arena;
	struct patterns *patterns;
	rule_report_fn *report;
	void *ctx;
	size_t problems;
	const struct rule_setting *settings; size_t n_settings;
	bool *setting_used;
};

struct names { struct str *v; size_t n, cap; }; /* v is freed with free() */

struct parse {
	struct loader *loader;
	struct arena *arena;    /* the loader's */
	struct str file;
	struct rule *rule;
	struct signal *signals; /* rule->signals while it is built .. */
	struct names *read;     /* .. and the names read of each */
	bool *var_used;         /* rule->var_used */
};

/* One problem: at file:line:column.  hint may be NULL. */
void problem(struct parse *p, struct place at, const char *hint, const char *fmt, ...) PRINTF_LIKE(4, 5);
/* "'weight' must be <what>, not 'abc'" */
void problem_value(struct parse *p, const struct node *n, const char *hint, const char *what);
/* "did you mean 'x'?" in the arena, or NULL. */
const char *did_you_mean(struct parse *p, const struct suggest *s);

/* ---- parse_value.c: maps, lists, scalars ---- */
/* Is n a map, with no keys but these?  what: "an item". */
bool check_map(struct parse *p, const struct node *n, const char *what, const char *const *keys);
/* Is "forensics" the number of this language?  Its absence is reported, and nothing more. */
bool check_language(struct parse *p, const struct node *doc, const char *what);
/* The member, reporting its absence. */
const struct node *required(struct parse *p, const struct node *map, const char *key, const char *what);
/* A list, or one text that stands for a list of one.  0 when NULL. */
size_t element_count(const struct node *n);
const struct node *element_first(const struct node *n);
const struct node *element_next(const struct node *list, const struct node *element);

bool get_text(struct parse *p, const struct node *n, struct str *out);
bool get_texts(struct parse *p, const struct node *n, const struct str **out, size_t *count);
bool get_slug(struct parse *p, const struct node *n, struct str *out);          /* kebab-case */
bool get_int(struct parse *p, const struct node *n, int64_t lo, int64_t hi, int64_t *out);
bool get_points(struct parse *p, const struct node *n, int *out);               /* -20 .. 20 */
bool get_duration(struct parse *p, const struct node *n, bool negative, ts_usec *out);
bool get_window(struct parse *p, const struct node *n, struct window *out);     /* [DUR, DUR] */
bool get_number(struct parse *p, const struct node *n, double *out);            /* NUM[UNIT] or var.X */
bool get_fraction(struct parse *p, const struct node *n, double *out);          /* 30% or 0.3: 0 .. 1 */
bool get_rate(struct parse *p, const struct node *n, double *out);              /* NUM[UNIT]/UNIT, per second */
bool get_time(struct parse *p, const struct node *n, ts_usec *out);             /* ISO 8601, UTC unless it says */
/* One of the words (up to a NULL): its index. */
bool get_word(struct parse *p, const struct node *n, const char *const *words, unsigned *out);
bool get_kind(struct parse *p, const struct node *n, enum entity_kind *out);
/* KIND or none. */
bool get_join(struct parse *p, const struct node *n, enum entity_kind *join, bool *none);
bool get_series(struct parse *p, const struct node *n, struct str text, struct series_ref *out);
/* An identifier: letters, digits and '_'. */
bool is_identifier(struct str s);
/* The variable of "var.x", or NULL when text is none; an unknown one is reported (*bad). */
const struct variable *find_var(struct parse *p, const struct node *n, struct str text, bool *bad);

/* ---- parse_names.c: what expressions and templates read ---- */
enum reads {
	READS_EVENT, /* names of the event at hand: where, set, bind of a signal */
	READS_RULE   /* signal.field: links, items, reports */
};
/* own: the signal the event names belong to; READS_EVENT only. */
struct expr *get_expr(struct parse *p, const struct node *n, enum reads reads, size_t own);
struct template *get_template(struct parse *p, const struct node *n, enum reads reads, size_t own);
bool get_signal(struct parse *p, const struct node *n, uint32_t *out);
/* Notes that field of the signal is read; an impossible one is reported. */
void read_field(struct parse *p, struct place at, size_t signal, struct str field);
/* Moves what was read into the event signals. */
void finish_reads(struct parse *p);

/* ---- one file each ---- */
void parse_rule(struct loader *loader, struct str file, const struct node *doc, struct rule *rule);
void parse_signals(struct parse *p, const struct node *map);
void parse_series_signal(struct parse *p, const struct node *n, struct series_signal *out);
void parse_count_signal(struct parse *p, const struct node *n, struct count_signal *out);
void parse_ratio_signal(struct parse *p, const struct node *n, struct ratio_signal *out);
void parse_when(struct parse *p, const struct node *map);
struct items parse_items(struct parse *p, const struct node *list, bool with_points);
void parse_tests(struct parse *p, const struct node *list);
/* A document {forensics: 1, tests_of: SLUG, tests}: its tests come after those the rule has. */
void parse_side_tests(struct loader *loader, struct str file, const struct node *doc, struct rule *rule);

#endif /* FORENSICS_RULE_PARSE_PRIV_H */

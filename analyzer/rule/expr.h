#ifndef FORENSICS_RULE_EXPR_H
#define FORENSICS_RULE_EXPR_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/* Three-valued expressions (rules/README.md has the grammar): at most
 * LIMIT_EXPR_NODES nodes, no loops, no regex built from data. */
enum value_type { VALUE_UNKNOWN, VALUE_BOOL, VALUE_NUMBER, VALUE_TEXT };

/* Text is borrowed from whoever made the value.  Times are numbers of
 * microseconds, durations of seconds, sizes of bytes. */
struct value {
	enum value_type type;
	double num;      /* VALUE_NUMBER; VALUE_BOOL: 0 or 1 */
	struct str text; /* VALUE_TEXT; of a VALUE_NUMBER: how it was written ("2.00 GiB"), if that is known */
};

static inline struct value value_unknown(void) { return (struct value){ VALUE_UNKNOWN, 0, STR_NONE }; }
static inline struct value value_bool(bool b) { return (struct value){ VALUE_BOOL, b, STR_NONE }; }
static inline struct value value_number(double d) { return (struct value){ VALUE_NUMBER, d, STR_NONE }; }
static inline struct value value_text(struct str s) { return (struct value){ VALUE_TEXT, 0, s }; }

/* Where names come from.  signal is empty for a bare name ("action"), else the part
 * before the dot.  `seen` answers exists-like questions about a signal: is it bound? */
struct regex_room;
struct scope {
	struct value (*get)(void *ctx, struct str signal, struct str field);
	bool (*seen)(void *ctx, struct str signal);
	void *ctx;
	struct regex_room *room; /* or NULL: then each =~ gets its own, slowly */
};

/* What a regex needs while it searches; one per thread.  NULL may be freed. */
struct regex_room *regex_room_new(void);
void regex_room_free(struct regex_room *room);

/* Variables of a rule (vars:), resolved when an expression is compiled. */
struct variable { struct str name; struct value value; };
struct variables { const struct variable *v; size_t n; };

struct expr; /* immutable; lives in the arena it was compiled into */

/* text must outlive the arena's use.  Failure: ERR_RULE with the column in the text. */
enum status expr_compile(struct expr **out, struct arena *a, struct str text, const struct variables *vars, struct error *err);
/* Comparisons with an unknown are unknown; and/or/not are Kleene's.  A text that is a number
 * (or number with unit) compares as one with a number; two texts are equal byte by byte ("6.50"
 * is not "6.5") but ordered as numbers when both are.  Division by zero is unknown.  exists(name)
 * asks get() and, for a bare name, seen(), which may be NULL.  A regex that hits a limit is
 * unknown.  scratch holds texts made by functions, may be NULL when no function is used. */
struct value expr_eval(const struct expr *e, const struct scope *s, struct arena *scratch);
/* Calls see() for each name it reads, in order. */
void expr_names(const struct expr *e, void (*see)(void *ctx, struct str signal, struct str field), void *ctx);
/* The same for the variables that were resolved into it ("hot" for var.hot). */
void expr_vars(const struct expr *e, void (*see)(void *ctx, struct str name), void *ctx);
struct str expr_text(const struct expr *e);
/* From here on its dotted names are bare ones ("a.b"): an event has no signals to tell apart. */
void expr_join_names(struct expr *e);

#endif /* FORENSICS_RULE_EXPR_H */

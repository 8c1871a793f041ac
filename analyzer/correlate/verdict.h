#ifndef FORENSICS_CORRELATE_VERDICT_H
#define FORENSICS_CORRELATE_VERDICT_H

#include "base/buf.h"
#include "correlate/world.h"

/* What a rule concluded, with the arithmetic: the ledger. */

enum item_state { STATE_ABSENT, STATE_UNKNOWN, STATE_POSSIBLE, STATE_SEEN };
const char *item_state_name(enum item_state s);

struct entry {                    /* one row of the ledger */
	const struct cause *cause; /* NULL: the rule's own item */
	struct str label;
	const char *role;          /* anchor, require, support, against */
	enum item_state state;
	int weight, points;
	const struct match *evidence[8]; uint32_t n_evidence;
	struct str why, source, collect;
};

struct scored_cause { const struct cause *cause; int points; };

struct finding {
	const struct rule *rule;
	char id[10];               /* "F1a2b3c4" */
	struct str entity, host;
	enum entity_kind kind;
	const struct match *anchor;
	ts_usec start, end, u;
	const struct match *const *all; uint32_t anchors; /* anchor matches folded into the episode */
	int points;
	const struct entry *entries; size_t n_entries;
	struct scored_cause *causes; size_t n_causes; /* best first */
	const struct cause *cause; /* NULL: undetermined, or the rule has none */
	struct str narrative, summary;
	int explained_by;          /* index of a finding, -1 */
	uint32_t host_id;
};
const char *finding_word(int points); /* "very likely", "likely", "possible", "unlikely" */

/* A rule that could not be decided for an entity, and what would decide it. */
struct open_question { const struct rule *rule; struct str entity, host; const struct match *anchor; /* NULL: could not be looked for */ struct str signal, source, collect; };
struct near_miss { const struct rule *rule; struct str entity, host; const struct match *anchor; int points; const struct str *missing; size_t n_missing; };

struct verdicts {
	struct finding *findings; size_t n_findings, cap_findings;
	struct open_question *open; size_t n_open, cap_open;
	struct near_miss *near; size_t n_near, cap_near;
};

/* Judges one rule: adds to v.  Rules that a `finding` signal names have been judged before. */
enum status verdict_rule(struct world *w, const struct rule *r, struct verdicts *v, struct error *err);
void verdicts_done(struct verdicts *v);
/* All rules of w->rs, and what explains what.  May be asked again, with other rules over the same signals. */
enum status judge_rules(struct world *w, struct verdicts *v, struct error *err);

/* Marks what explains what, and puts findings in the order of the contract. */
void fold_findings(struct world *w, struct verdicts *v);

/* Names of the signals bound so far, for expressions and templates. */
struct binding_scope { struct world *w; const struct rule *rule; const struct match **bound; struct arena *scratch; };
struct scope scope_of(struct binding_scope *b);

/* One item around an anchor: state, and what was taken as evidence. */
struct answer { enum item_state state; const struct match *match; const struct match *evidence[8]; uint32_t n_evidence; };
struct answer ask_item(struct binding_scope *b, const struct match *anchor, ts_usec end, const struct item *item, bool bind);
/* Where an item's evidence would come from, for people: sources or series names joined by ", ". */
struct str item_source(struct world *w, const struct rule *r, const struct item *item, struct str *collect);

/* ---- what goes into the case ---- */
enum status write_verdicts(struct world *w, const struct verdicts *v, struct error *err);
/* The first line of a message without its numbers, hex words and quoted texts. */
void message_shape(struct str message, struct buf *out);
/* The table template: shapes of warnings and worse, and whether a rule read one of them. */
enum status write_templates(struct world *w, struct error *err);
/* The table signal_match: what the signals of rules with findings matched. */
enum status write_matches(struct world *w, const struct verdicts *v, struct error *err);
enum status write_incidents(struct world *w, const struct verdicts *v, struct error *err);

#endif /* FORENSICS_CORRELATE_VERDICT_H */

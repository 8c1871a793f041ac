#ifndef FORENSICS_CMD_RULE_WORDS_H
#define FORENSICS_CMD_RULE_WORDS_H

#include <stdio.h>

#include "base/buf.h"
#include "rule/rule.h"

/* A rule in words, for `rules show` and for why a rule did not fire. */

/* "a line of dmesg or kern_log that matches 'NVRM: ..'"; without a newline. */
void put_signal_words(struct buf *out, const struct ruleset *rs, const struct rule *r, const struct signal *s);
/* "gpu.memory.used{gpu=0}". */
void put_series_ref(struct buf *out, const struct series_ref *ref);
/* The whole rule. */
void write_rule(FILE *out, const struct ruleset *rs, const struct rule *r);

/* Calls see() for each event or series signal that s rests on, itself included. */
void each_leaf(const struct rule *r, const struct signal *s, void (*see)(void *ctx, const struct signal *leaf, const struct series_ref *series), void *ctx);

#endif /* FORENSICS_CMD_RULE_WORDS_H */

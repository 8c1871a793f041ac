#ifndef FORENSICS_RULE_TEMPLATE_H
#define FORENSICS_RULE_TEMPLATE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "rule/expr.h"

/* Report and entity templates: text with {signal.field|filter|..} or {field|filter},
 * {#signal}..{/signal} when the signal was seen, {^signal}..{/signal} when it was not.  No loops,
 * no code.  "{{" is a literal brace.  Without a filter a number is printed as it was written,
 * when that is known.  Filters: time (UTC, for people), clock (time of day), dur, gib,
 * mib, pct, n (shortest number), r0 r1 r2 (decimals), pci (0000:3b:00), lower, first_line, bytes. */
struct template; /* immutable; lives in the arena it was compiled into */

enum status template_compile(struct template **out, struct arena *a, struct str text, struct error *err);
/* False when a placeholder outside a section was unknown: it is printed as "?" (for binds: no entity). */
bool template_render(const struct template *t, const struct scope *s, struct buf *out);
/* Calls see() for each placeholder; guarded: it stands inside {#signal} of its own signal.
 * field is empty for a section mark. */
void template_names(const struct template *t, void (*see)(void *ctx, struct str signal, struct str field, bool guarded), void *ctx);
/* From here on its dotted names are bare ones ("a.b"): an event has no signals to tell apart. */
void template_join_names(struct template *t);
/* PCI:0000:3b:00, 00000000:3B:00.0, 3b:00.0 -> 0000:3b:00 ; a domain above ffff keeps its digits;
 * returns s itself when it is no PCI address.  buf holds the result. */
struct str pci_normal(struct str s, char buf[24]);

#endif /* FORENSICS_RULE_TEMPLATE_H */

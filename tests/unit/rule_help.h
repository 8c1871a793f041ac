#ifndef FORENSICS_TESTS_RULE_HELP_H
#define FORENSICS_TESTS_RULE_HELP_H

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "rule/rule.h"
#include "unit.h"

/* Collects reports as lines "where: text [hint]". */
static void note_problem(void *ctx, const struct error *e)
{
	buf_printf(ctx, "%s: %s", e->where, e->text);
	if (e->hint[0])
		buf_printf(ctx, " [%s]", e->hint);
	buf_putc(ctx, '\n');
}

/* text with the only occurrence of find replaced, in a. */
static inline struct str edited(struct arena *a, struct str text, const char *find, const char *replace)
{
	size_t at = str_find(text, str_of(find));
	struct str rest = str_from(text, at + strlen(find));

	ck_assert_msg(at < text.n, "'%s' is not in the rule", find);
	ck_assert_msg(str_find(rest, str_of(find)) == rest.n, "'%s' is twice in the rule", find);
	return arena_printf(a, "%.*s%s%.*s", STR_ARG(str_head(text, at)), replace, STR_ARG(rest));
}

#endif /* FORENSICS_TESTS_RULE_HELP_H */

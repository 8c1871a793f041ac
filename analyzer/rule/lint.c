#include "rule/lint_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/suggest.h"

#define LONG_WINDOW (7 * TS_DAY)

void remark(struct lint *l, const struct rule *r, uint32_t line, const char *code, const char *hint, const char *fmt, ...)
{
	struct error e;
	char text[sizeof e.text];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	fail(&e, ERR_RULE, "%s %s", code, text);
	fail_at(&e, "%.*s:%u", STR_ARG(r->file), line);
	if (hint)
		fail_hint(&e, "%s", hint);
	l->errors += *code == 'E';
	l->report(l->ctx, &e);
}

/* ---- every list of items of a rule ---- */

typedef void items_fn(struct lint *l, const struct rule *r, struct items items, void *ctx);

static void each_items(struct lint *l, const struct rule *r, items_fn *fn, void *ctx)
{
	fn(l, r, r->require, ctx);
	fn(l, r, r->support, ctx);
	fn(l, r, r->against, ctx);
	for (size_t i = 0; i < r->n_causes; i++) {
		fn(l, r, r->causes[i].support, ctx);
		fn(l, r, r->causes[i].against, ctx);
	}
}

/* ---- E04: defined, never used ---- */

static void use_signal(const struct rule *r, size_t i, bool *used);

static void use_operand(const struct rule *r, const struct operand *o, bool *used)
{
	if (!o->is_series)
		use_signal(r, o->signal, used);
}

static void use_signal(const struct rule *r, size_t i, bool *used)
{
	const struct signal *s = &r->signals[i];

	if (used[i])
		return;
	used[i] = true;
	switch (s->kind) {
	case SIG_COUNT:
		use_operand(r, &s->u.count.what, used);
		break;
	case SIG_RATIO:
		use_operand(r, &s->u.ratio.part, used);
		use_operand(r, &s->u.ratio.whole, used);
		break;
	case SIG_SEQUENCE:
		for (size_t k = 0; k < s->u.sequence.n_steps; k++)
			use_signal(r, s->u.sequence.steps[k].signal, used);
		break;
	case SIG_ABSENT:
		use_signal(r, s->u.absent.what, used);
		use_signal(r, s->u.absent.after, used);
		break;
	case SIG_EVENT:
	case SIG_SERIES:
	case SIG_FINDING:
		break;
	}
}

static void use_items(struct lint *l, const struct rule *r, struct items items, void *used)
{
	for (size_t i = 0; i < items.n; i++) {
		const struct item *item = &items.v[i];

		if (item->kind == ITEM_SIGNAL)
			use_signal(r, item->signal, used);
		else
			use_items(l, r, (struct items){ item->parts, item->n_parts }, used);
	}
}

static bool is_kept(const struct event_signal *e, struct str name)
{
	for (size_t i = 0; i < e->n_keep; i++) {
		if (str_eq(e->keep[i], name))
			return true;
	}
	return false;
}

static void check_captures(struct lint *l, const struct rule *r, const struct event_signal *e)
{
	for (size_t k = 0; k < e->n_patterns; k++) {
		const struct pattern *p = &l->rules->patterns[e->patterns[k]];

		for (size_t c = 0; c < p->n_captures; c++) {
			if (!is_kept(e, p->captures[c]))
				remark(l, r, e->pattern_lines[k], "W10", "name only what is read: (?:..) groups without capturing",
				       "capture '%.*s' is never read", STR_ARG(p->captures[c]));
		}
	}
}

static void check_unused(struct lint *l, const struct rule *r)
{
	bool *used = calloc(r->n_signals + 1, sizeof *used);

	if (!used)
		abort();
	use_signal(r, r->anchor, used);
	each_items(l, r, use_items, used);
	for (size_t i = 0; i < r->n_recovery; i++)
		use_signal(r, r->recovery[i], used);
	for (size_t i = 0; i < r->n_signals; i++) {
		if (!used[i])
			remark(l, r, r->signals[i].line, "E04", NULL, "signal '%.*s' is never looked for: no item names it",
			       STR_ARG(r->signals[i].name));
		if (r->signals[i].kind == SIG_EVENT)
			check_captures(l, r, &r->signals[i].u.event);
	}
	for (size_t i = 0; i < r->vars.n; i++) {
		if (!r->var_used[i])
			remark(l, r, r->var_lines[i], "E04", NULL, "variable '%.*s' is never used", STR_ARG(r->vars.v[i].name));
	}
	free(used);
}

static void check_explains(struct lint *l, const struct rule *r)
{
	for (size_t i = 0; i < r->n_explains; i++) {
		struct suggest near;
		char hint[128];

		if (ruleset_find(l->rules, r->explains[i].rule))
			continue;
		suggest_init(&near, r->explains[i].rule);
		for (size_t k = 0; k < l->rules->n_rules; k++)
			suggest_try(&near, l->rules->rules[k].id);
		snprintf(hint, sizeof hint, "did you mean '%.*s'?", STR_ARG(near.best));
		remark(l, r, r->explains[i].line, "E04", suggest_found(&near) ? hint : NULL, "no rule '%.*s'",
		       STR_ARG(r->explains[i].rule));
	}
}

/* ---- E05: a placeholder that may have nothing to show ---- */

struct placeholders {
	struct lint *l;
	const struct rule *r;
	uint32_t line;
	const struct item *own; /* the item whose 'why' it is */
};

static bool is_in(struct items items, size_t signal)
{
	for (size_t i = 0; i < items.n; i++) {
		const struct item *item = &items.v[i];

		if (item->kind == ITEM_SIGNAL ? item->signal == signal :
		    item->kind == ITEM_ALL && is_in((struct items){ item->parts, item->n_parts }, signal))
			return true;
	}
	return false;
}

static void check_placeholder(void *ctx, struct str signal, struct str field, bool guarded)
{
	const struct placeholders *p = ctx;
	size_t i = rule_signal(p->r, signal);

	if (guarded || i == p->r->anchor || is_in(p->r->require, i) || (p->own && is_in((struct items){ p->own, 1 }, i)))
		return;
	remark(p->l, p->r, p->line, "E05", NULL, "{%.*s.%.*s} stands outside {#%.*s}, which may not have been seen", STR_ARG(signal),
	       STR_ARG(field), STR_ARG(signal));
}

static void check_template(struct lint *l, const struct rule *r, const struct template *t, uint32_t line, const struct item *own)
{
	if (t)
		template_names(t, check_placeholder, &(struct placeholders){ l, r, line, own });
}

static void check_whys(struct lint *l, const struct rule *r, struct items items, void *ctx)
{
	(void)ctx;
	for (size_t i = 0; i < items.n; i++)
		check_template(l, r, items.v[i].why, items.v[i].line, &items.v[i]);
}

static void check_templates(struct lint *l, const struct rule *r)
{
	check_template(l, r, r->narrative, r->narrative_line, NULL);
	check_template(l, r, r->summary, r->summary_line, NULL);
	for (size_t i = 0; i < r->n_causes; i++)
		check_template(l, r, r->causes[i].narrative, r->causes[i].line, NULL);
	each_items(l, r, check_whys, NULL);
}

/* ---- tests and causes ---- */

static void check_tests(struct lint *l, const struct rule *r)
{
	size_t positive = 0, negative = 0;

	for (size_t i = 0; i < r->n_tests; i++) {
		positive += r->tests[i].findings > 0;
		negative += r->tests[i].findings == 0;
	}
	if (!positive)
		remark(l, r, r->line, "E07", NULL, "no test expects a finding");
	if (!negative)
		remark(l, r, r->line, "E07", NULL, "no test expects 0 findings");
	for (size_t c = 0; c < r->n_causes; c++) {
		bool selected = false;

		for (size_t i = 0; i < r->n_tests; i++)
			selected |= str_eq(r->tests[i].cause, r->causes[c].id);
		if (!selected)
			remark(l, r, r->causes[c].line, "W07", NULL, "no test selects the cause '%.*s'", STR_ARG(r->causes[c].id));
	}
}

static bool same_text(const struct expr *a, const struct expr *b)
{
	return a && b ? str_eq(expr_text(a), expr_text(b)) : a == b;
}

static bool same_items(struct items a, struct items b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		const struct item *x = &a.v[i], *y = &b.v[i];

		if (x->kind != y->kind || !str_eq(x->label, y->label) || x->weight != y->weight || x->if_absent != y->if_absent ||
		    x->has_at != y->has_at || x->at.lo != y->at.lo || x->at.hi != y->at.hi || x->join != y->join ||
		    x->join_none != y->join_none || !same_text(x->where, y->where))
			return false;
	}
	return true;
}

static void check_causes(struct lint *l, const struct rule *r)
{
	for (size_t i = 0; i < r->n_causes; i++) {
		for (size_t k = 0; k < i; k++) {
			const struct cause *a = &r->causes[k], *b = &r->causes[i];

			if (same_items(a->support, b->support) && same_items(a->against, b->against))
				remark(l, r, b->line, "E10", NULL, "causes '%.*s' and '%.*s' have the same items: neither can win",
				       STR_ARG(a->id), STR_ARG(b->id));
		}
	}
}

/* ---- signals and windows ---- */

static void check_absent(struct lint *l, const struct rule *r, const struct signal *s)
{
	enum signal_kind kind = r->signals[s->u.absent.what].kind;

	if (kind != SIG_EVENT && kind != SIG_SERIES)
		remark(l, r, s->line, "E09", "name an event or a series signal",
		       "nothing covers '%.*s': its absence cannot be told from missing data",
		       STR_ARG(r->signals[s->u.absent.what].name));
}

/* What the default collector gathers on any Linux host. */
static bool is_collected(struct str source)
{
	static const char *const sources[] = {
		"apt_history", "apt_term", "dmesg", "dpkg_list", "dpkg_log", "host_facts", "journal", "kern_log",
		"nvidia_bug_report", "nvidia_smi", "nvidia_smi_csv", "nvidia_smi_dmon", "unattended_upgrades"
	};

	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
		if (str_eq(source, str_of(sources[i])))
			return true;
	}
	return false;
}

static bool has_source(const struct signal *s, struct str source)
{
	for (size_t i = 0; s->kind == SIG_EVENT && i < s->u.event.n_sources; i++) {
		if (str_eq(s->u.event.sources[i], source))
			return true;
	}
	return false;
}

/* Is it said how to gather the source?  Once is enough: the first signal that reads it. */
static bool is_told(const struct rule *r, const struct signal *s, struct str source)
{
	bool told = is_collected(source);

	for (size_t i = 0; i < r->n_signals; i++)
		told |= has_source(&r->signals[i], source) && (r->signals[i].collect.n || &r->signals[i] < s);
	return told;
}

static void check_collect(struct lint *l, const struct rule *r, const struct signal *s)
{
	bool told = false;

	for (size_t i = 0; i < s->u.event.n_sources; i++)
		told |= is_told(r, s, s->u.event.sources[i]);
	if (!told)
		remark(l, r, s->line, "W05", "say which command gathers it", "signal '%.*s' has no 'collect', and no collector gathers '%.*s'",
		       STR_ARG(s->name), STR_ARG(s->u.event.sources[0]));
}

/* Sampling periods we know: Azure Monitor's PT1M, nvidia-smi -l 5 of the collector. */
static void check_hold(struct lint *l, const struct rule *r, const struct signal *s)
{
	static const struct { const char *prefix; ts_usec period; } periods[] = {
		{ "aoai.", TS_MINUTE }, { "azure.", TS_MINUTE }, { "gpu.", 5 * TS_SECOND }
	};
	const struct condition *c = &s->u.series.when;

	for (size_t i = 0; i < sizeof periods / sizeof *periods; i++) {
		if (c->hold > 0 && c->hold < 3 * periods[i].period && str_starts(s->u.series.top.name, str_of(periods[i].prefix)))
			remark(l, r, s->line, "W04", NULL, "'for' of '%.*s' is shorter than three samples of %lld s", STR_ARG(s->name),
			       (long long)(periods[i].period / TS_SECOND));
	}
}

static void check_signals(struct lint *l, const struct rule *r)
{
	for (size_t i = 0; i < r->n_signals; i++) {
		const struct signal *s = &r->signals[i];

		switch (s->kind) {
		case SIG_EVENT:
			check_collect(l, r, s);
			break;
		case SIG_SERIES:
			check_hold(l, r, s);
			break;
		case SIG_ABSENT:
			check_absent(l, r, s);
			break;
		case SIG_COUNT:
		case SIG_RATIO:
		case SIG_SEQUENCE:
		case SIG_FINDING:
			break;
		}
	}
}

static void check_window(struct lint *l, const struct rule *r, uint32_t line, struct window w)
{
	if (w.lo < -LONG_WINDOW || w.hi > LONG_WINDOW)
		remark(l, r, line, "W03", NULL, "a window of more than 7 days");
}

static void check_items(struct lint *l, const struct rule *r, struct items items, void *ctx)
{
	for (size_t i = 0; i < items.n; i++) {
		if (items.v[i].has_at)
			check_window(l, r, items.v[i].line, items.v[i].at);
		lint_join(l, r, &items.v[i]);
	}
	(void)ctx;
}

static void check_when(struct lint *l, const struct rule *r)
{
	check_window(l, r, r->when_line, r->window);
	each_items(l, r, check_items, NULL);
	for (size_t i = 0; i < r->require.n; i++) {
		if (r->require.v[i].kind == ITEM_SIGNAL && r->require.v[i].signal == r->anchor)
			remark(l, r, r->require.v[i].line, "E11", NULL, "'%.*s' is the anchor: it is there anyway",
			       STR_ARG(r->require.v[i].label));
	}
}

size_t ruleset_lint(const struct ruleset *rs, rule_report_fn *report, void *ctx)
{
	struct lint l = { .rules = rs, .report = report, .ctx = ctx, .room = regex_room_new() };

	for (size_t i = 0; i < rs->n_rules; i++) {
		const struct rule *r = &rs->rules[i];

		lint_regexes(&l, r);
		check_unused(&l, r);
		check_explains(&l, r);
		check_templates(&l, r);
		check_tests(&l, r);
		check_causes(&l, r);
		check_signals(&l, r);
		check_when(&l, r);
		lint_anchor(&l, r);
	}
	regex_room_free(l.room);
	return l.errors;
}

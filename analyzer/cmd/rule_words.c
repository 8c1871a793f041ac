#include "cmd/rule_words.h"

#include "cmd/term.h"

#define LINE_MAX_BYTES 4096

static void put_list(struct buf *out, const struct str *v, size_t n, const char *last)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%.*s", i == 0 ? "" : i + 1 == n ? last : ", ", STR_ARG(v[i]));
}

void put_series_ref(struct buf *out, const struct series_ref *ref)
{
	buf_add(out, ref->name);
	for (size_t i = 0; i < ref->n_labels; i++)
		buf_printf(out, "%s%.*s=%.*s", i ? ", " : "{", STR_ARG(ref->labels[i].key), STR_ARG(ref->labels[i].value));
	if (ref->n_labels)
		buf_putc(out, '}');
}

static void put_event(struct buf *out, const struct ruleset *rs, const struct event_signal *e)
{
	buf_printf(out, "a record of ");
	put_list(out, e->sources, e->n_sources, " or ");
	if (e->n_patterns) {
		buf_printf(out, " whose %.*s matches '%.*s'", STR_ARG(e->on), STR_ARG(rs->patterns[e->patterns[0]].text));
		if (e->n_patterns > 1)
			buf_printf(out, " (or %zu more)", e->n_patterns - 1);
	}
	if (e->where)
		buf_printf(out, "%s %.*s", e->n_patterns ? ", where" : " where", STR_ARG(expr_text(e->where)));
}

static void put_condition(struct buf *out, const struct condition *c)
{
	char over[TS_TEXT], hold[TS_TEXT];

	ts_duration(c->over, over);
	switch (c->kind) {
	case COND_ABOVE:
	case COND_BELOW:
		buf_printf(out, " %s %g", c->kind == COND_ABOVE ? "above" : "below", c->bound);
		break;
	case COND_SLOPE_ABOVE:
	case COND_SLOPE_BELOW:
		buf_printf(out, " %s by more than %g a second over %s", c->kind == COND_SLOPE_ABOVE ? "rising" : "falling", c->bound, over);
		break;
	case COND_DROP:
	case COND_RISE:
		buf_printf(out, " %s by %g%s within %s", c->kind == COND_DROP ? "dropping" : "rising", c->relative ? c->bound * 100 : c->bound,
			   c->relative ? " %" : "", over);
		break;
	case COND_NEAR:
		buf_printf(out, " within %g %% of ", c->tolerance * 100);
		if (c->other.name.n)
			put_series_ref(out, &c->other);
		else
			buf_printf(out, "%g", c->bound);
		break;
	case COND_RATE_ABOVE:
	case COND_RATE_BELOW:
		buf_printf(out, " growing by %s than %g a second over %s", c->kind == COND_RATE_ABOVE ? "more" : "less", c->bound, over);
		break;
	case COND_QUANTILE:
		buf_printf(out, " with its %g quantile over %s %s %g", c->quantile, over, c->below ? "below" : "above", c->bound);
		break;
	case COND_FACTOR:
		buf_printf(out, " at %g times its own past", c->factor);
		if (c->has_bound)
			buf_printf(out, " and above %g", c->bound);
		break;
	case COND_CHANGED:
		buf_printf(out, " changing");
		break;
	case COND_MISSING_FOR:
		buf_printf(out, " missing for %s", over);
		break;
	}
	if (c->hold)
		buf_printf(out, " for %s", ts_duration(c->hold, hold));
}

static void put_operand(struct buf *out, const struct rule *r, const struct operand *o)
{
	if (o->is_series)
		put_series_ref(out, &o->series);
	else
		buf_add(out, r->signals[o->signal].name);
}

static void put_count(struct buf *out, const struct rule *r, const struct count_signal *c)
{
	char over[TS_TEXT];

	if (c->has_min)
		buf_printf(out, "at least %g ", c->at_least);
	if (c->has_max)
		buf_printf(out, "at most %g ", c->at_most);
	put_operand(out, r, &c->what);
	if (c->distinct.n)
		buf_printf(out, " of different %.*s", STR_ARG(c->distinct));
	buf_printf(out, " within %s on one %s", ts_duration(c->over, over), entity_kind_name(c->per));
}

static void put_ratio(struct buf *out, const struct rule *r, const struct ratio_signal *q)
{
	char over[TS_TEXT];

	put_operand(out, r, &q->part);
	buf_printf(out, " %s %g %% of ", q->below ? "below" : "above", q->bound * 100);
	put_operand(out, r, &q->whole);
	buf_printf(out, " over %s, of %g or more", ts_duration(q->over, over), q->min_total);
}

static void put_sequence(struct buf *out, const struct rule *r, const struct sequence_signal *s)
{
	char within[TS_TEXT];

	for (size_t i = 0; i < s->n_steps; i++) {
		const struct step *step = &s->steps[i];

		buf_printf(out, "%s%.*s", i == 0 ? "" : step->negated ? ", without " : ", then ", STR_ARG(r->signals[step->signal].name));
		if (step->within)
			buf_printf(out, " within %s", ts_duration(step->within, within));
	}
}

void put_signal_words(struct buf *out, const struct ruleset *rs, const struct rule *r, const struct signal *s)
{
	char within[TS_TEXT];

	switch (s->kind) {
	case SIG_EVENT:
		put_event(out, rs, &s->u.event);
		break;
	case SIG_SERIES:
		buf_printf(out, "series ");
		put_series_ref(out, &s->u.series.top);
		if (s->u.series.bottom.name.n) {
			buf_printf(out, " / ");
			put_series_ref(out, &s->u.series.bottom);
		}
		put_condition(out, &s->u.series.when);
		break;
	case SIG_COUNT:
		put_count(out, r, &s->u.count);
		break;
	case SIG_RATIO:
		put_ratio(out, r, &s->u.ratio);
		break;
	case SIG_SEQUENCE:
		put_sequence(out, r, &s->u.sequence);
		break;
	case SIG_ABSENT:
		buf_printf(out, "no %.*s within %s after %.*s", STR_ARG(r->signals[s->u.absent.what].name), ts_duration(s->u.absent.within, within),
			   STR_ARG(r->signals[s->u.absent.after].name));
		break;
	case SIG_FINDING:
		buf_printf(out, "a finding of %.*s", STR_ARG(s->u.finding.rule));
		if (s->u.finding.cause.n)
			buf_printf(out, " with cause %.*s", STR_ARG(s->u.finding.cause));
		break;
	}
}

static void each_operand(const struct rule *r, const struct operand *o,
			 void (*see)(void *, const struct signal *, const struct series_ref *), void *ctx)
{
	if (o->is_series)
		see(ctx, NULL, &o->series);
	else
		each_leaf(r, &r->signals[o->signal], see, ctx);
}

void each_leaf(const struct rule *r, const struct signal *s, void (*see)(void *ctx, const struct signal *leaf, const struct series_ref *series), void *ctx)
{
	switch (s->kind) {
	case SIG_EVENT:
		see(ctx, s, NULL);
		break;
	case SIG_SERIES:
		see(ctx, s, &s->u.series.top);
		break;
	case SIG_COUNT:
		each_operand(r, &s->u.count.what, see, ctx);
		break;
	case SIG_RATIO:
		each_operand(r, &s->u.ratio.part, see, ctx);
		each_operand(r, &s->u.ratio.whole, see, ctx);
		break;
	case SIG_SEQUENCE:
		for (size_t i = 0; i < s->u.sequence.n_steps; i++)
			if (!s->u.sequence.steps[i].negated)
				each_leaf(r, &r->signals[s->u.sequence.steps[i].signal], see, ctx);
		break;
	case SIG_ABSENT:
		each_leaf(r, &r->signals[s->u.absent.after], see, ctx);
		break;
	case SIG_FINDING:
		break;
	}
}

/* ---- the whole rule ---- */

static void write_signals(FILE *out, const struct ruleset *rs, const struct rule *r)
{
	fputs("\nsignals:\n", out);
	for (size_t i = 0; i < r->n_signals; i++) {
		const struct signal *s = &r->signals[i];
		struct buf words;

		buf_init(&words, LINE_MAX_BYTES);
		put_signal_words(&words, rs, r, s);
		fputs("  ", out);
		term_style(out, "1");
		term_column(out, s->name, 20, true);
		term_style(out, NULL);
		fputc(' ', out);
		term_text(out, buf_str(&words));
		buf_done(&words);
		if (s->collect.n) {
			fprintf(out, "\n  %20s collect: ", "");
			term_text(out, s->collect);
		}
		fputc('\n', out);
	}
}

static void write_items(FILE *out, const char *head, const struct items *items, bool against)
{
	char lo[TS_TEXT], hi[TS_TEXT];

	for (size_t i = 0; i < items->n; i++) {
		const struct item *it = &items->v[i];

		fprintf(out, "  %-8s ", head);
		if (*head == 'r')
			fputs("    ", out);
		else
			fprintf(out, "%+3d ", against ? -it->weight : it->weight);
		term_text(out, it->label);
		if (it->has_at)
			fprintf(out, ", from %s to %s of the anchor", it->at.lo ? ts_duration(it->at.lo, lo) : "0", it->at.hi ? ts_duration(it->at.hi, hi) : "0");
		if (it->has_join)
			fprintf(out, ", %s%s", it->join_none ? "on any machine" : "on the same ", it->join_none ? "" : entity_kind_name(it->join));
		if (it->if_absent)
			fprintf(out, "; %+d when it is proven absent", it->if_absent);
		fputc('\n', out);
	}
}

static void write_causes(FILE *out, const struct rule *r)
{
	for (size_t i = 0; i < r->n_causes; i++) {
		const struct cause *c = &r->causes[i];

		fputs(i ? "\n" : "\ncauses, of which the best wins with a lead of 3 points:\n", out);
		fputs("  ", out);
		term_style(out, "1");
		term_text(out, c->id);
		term_style(out, NULL);
		if (c->title.n) {
			fputs("  ", out);
			term_text(out, c->title);
		}
		fputc('\n', out);
		write_items(out, "support", &c->support, false);
		write_items(out, "against", &c->against, true);
	}
}

static void write_texts(FILE *out, const char *head, const struct str *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i == 0)
			fputs(head, out);
		fputs("  - ", out);
		term_text(out, str_trim(v[i]));
		fputc('\n', out);
	}
}

void write_rule(FILE *out, const struct ruleset *rs, const struct rule *r)
{
	char episode[TS_TEXT], lo[TS_TEXT], hi[TS_TEXT];

	term_style(out, "1");
	term_text(out, r->id);
	term_style(out, NULL);
	fprintf(out, "  version %d  %s  ", r->version, rule_severity_name(r->severity));
	term_text(out, r->status);
	fputs("  ", out);
	term_text(out, r->file);
	fprintf(out, ":%u\n", r->line);
	term_text(out, r->title);
	fprintf(out, "\n\nOne finding a %s: each ", entity_kind_name(r->entity));
	term_text(out, r->signals[r->anchor].name);
	fprintf(out, " opens one, those less than %s apart share it.\n", ts_duration(r->episode, episode));
	fprintf(out, "The rest is looked for from %s to %s of it, unless said otherwise.\n", r->window.lo ? ts_duration(r->window.lo, lo) : "0",
		r->window.hi ? ts_duration(r->window.hi, hi) : "0");
	for (size_t i = 0; i < r->vars.n; i++) {
		fputs(i ? ", " : "Variables (--set): ", out);
		term_text(out, r->vars.v[i].name);
		fputc('=', out);
		term_text(out, r->vars.v[i].value.text);
	}
	fputs(r->vars.n ? "\n" : "", out);
	write_signals(out, rs, r);
	fprintf(out, "\npoints:\n  %-8s %+3d %.*s\n", "anchor", r->base, STR_ARG(r->signals[r->anchor].name));
	write_items(out, "require", &r->require, false);
	write_items(out, "support", &r->support, false);
	write_items(out, "against", &r->against, true);
	write_causes(out, r);
	for (size_t i = 0; i < r->n_recovery; i++)
		fprintf(out, "%s%.*s", i ? ", " : "\nover with the first: ", STR_ARG(r->signals[r->recovery[i]].name));
	fputs(r->n_recovery ? "\n" : "", out);
	for (size_t i = 0; i < r->n_explains; i++)
		fprintf(out, "%s%.*s", i ? ", " : "\nexplains: ", STR_ARG(r->explains[i].rule));
	fputs(r->n_explains ? "\n" : "", out);
	write_texts(out, "\nmistaken for it:\n", r->false_positives, r->n_false_positives);
	fprintf(out, "\n%zu tests\n", r->n_tests);
}

#include "cmd/case.h"

#include "base/buf.h"
#include "cmd/term.h"
#include "report/words.h"

#define WARNINGS 6 /* lines; the rest is counted */

const char *const severity_words[] = { "info", "low", "medium", "high", "critical", NULL };

static bool reaches(struct str severity, const char *bound)
{
	enum rule_severity is = RULE_INFO, least = RULE_INFO;

	return rule_severity_of(severity, &is) && rule_severity_of(str_of(bound), &least) && is >= least;
}

enum exit_code case_print(struct cli *cli, const struct report *r, size_t at_most)
{
	struct error err = { 0 };

	if (!opt_given(&cli->opt, "json")) {
		text_verdicts(r, stdout, at_most);
		return EXIT_RAN;
	}
	return renderer_named(STR("json"))->render(r, stdout, &err) == OK ? EXIT_RAN : cli_fail(&err);
}

enum exit_code case_fail_on(struct cli *cli, const struct report *r, enum exit_code otherwise)
{
	const char *bound = opt_value(&cli->opt, "fail-on");

	for (size_t i = 0; bound && i < r->n_findings; i++)
		if (reaches(r->findings[i].severity, bound))
			return EXIT_FOUND;
	return otherwise;
}

const struct report *case_at_least(struct cli *cli, const struct report *r, const char *severity)
{
	struct report *some;
	struct report_finding *v;

	if (!severity)
		return r;
	some = ARENA_NEW(cli->arena, struct report);
	v = ARENA_ARRAY(cli->arena, struct report_finding, r->n_findings);
	*some = *r;
	some->findings = v;
	some->n_findings = 0;
	for (size_t i = 0; i < r->n_findings; i++)
		if (reaches(r->findings[i].severity, severity))
			v[some->n_findings++] = r->findings[i];
	return some;
}

/* Without an entity, what was missing is the anchor's own source; rows of a rule stand together. */
static size_t count_lacking(const struct report *r)
{
	struct str last = STR_NONE;
	size_t n = r->n_untested;

	for (size_t i = 0; i < r->n_undecidable; i++) {
		const struct report_undecidable *u = &r->undecidable[i];

		if (u->entity.n || str_eq(u->rule, last))
			continue;
		last = u->rule;
		n++;
	}
	return n;
}

void case_say_card(const struct report *r)
{
	for (size_t i = 0; i < r->n_card; i++)
		say("%-8.*s %.*s", STR_ARG(r->card[i].item), STR_ARG(r->card[i].value));
}

void case_say_rules(const struct report *r)
{
	size_t lacking = count_lacking(r);

	if (lacking && lacking <= r->n_rules)
		say("rules    %zu scenarios, %zu testable, %zu lack%s a source", r->n_rules, r->n_rules - lacking, lacking, lacking == 1 ? "s" : "");
	else
		say("rules    %zu scenarios, all testable", r->n_rules);
}

static const char *mark_of(struct str status)
{
	return str_eq(status, STR("unknown")) ? "not recognised" : str_eq(status, STR("skipped")) ? "skipped" :
	       str_eq(status, STR("partial")) ? "incomplete" : "damaged";
}

void case_warn_inputs(const struct report *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_bundles; i++) {
		if (r->bundles[i].damage.n == 0)
			continue;
		warn("%.*s: %.*s", STR_ARG(r->bundles[i].name), STR_ARG(r->bundles[i].damage));
	}
	for (size_t i = 0; i < r->n_inputs; i++) {
		const struct report_input *in = &r->inputs[i];

		if (str_eq(in->status, STR("ok")) || str_eq(in->status, STR("duplicate")) || ++n > WARNINGS)
			continue;
		warn("%.*s: %s%s%.*s", STR_ARG(in->file), mark_of(in->status), in->reason.n ? ": " : "", STR_ARG(in->reason));
	}
	if (n > WARNINGS)
		warn("and %zu more such files: forensics coverage lists them", n - WARNINGS);
}

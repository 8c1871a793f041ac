#include "correlate/correlate.h"

#include "correlate/verdict.h"
#include "sql.h"

enum status judge_rules(struct world *w, struct verdicts *v, struct error *err)
{
	enum status s = OK;

	for (size_t i = 0; i < w->rs->n_signals; i++)
		if (w->rs->signals[i]->kind == SIG_FINDING) {
			w->matches[i].n = 0;
			w->matches[i].unevaluated = false;
		}
	for (size_t i = 0; s == OK && i < w->rs->n_rules; i++) {
		int64_t start = world_now(w);

		s = verdict_rule(w, &w->rs->rules[i], v, err);
		world_spent(w, i, start);
	}
	if (s == OK)
		fold_findings(w, v);
	return s;
}

enum status correlate_run(struct store *st, const struct ruleset *rs, const struct hits *hits, struct error *err)
{
	struct world *w = NULL;
	struct verdicts v = { 0 };
	enum status s = world_load(&w, st, rs, hits, err);

	if (s == OK)
		s = world_match_all(w, err);
	if (s == OK)
		s = judge_rules(w, &v, err);
	if (s == OK)
		s = store_exec(st, SQL_VERDICTS_CLEAR, err);
	if (s == OK)
		s = write_verdicts(w, &v, err);
	if (s == OK)
		s = write_matches(w, &v, err);
	if (s == OK)
		s = write_incidents(w, &v, err);
	if (s == OK)
		s = write_templates(w, err);
	verdicts_done(&v);
	world_free(w);
	return s;
}

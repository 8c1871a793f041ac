/* What `explain --sql` prints finds what the engine found: both are run over every scenario. */
#include <dirent.h>

#include "case_help.h"
#include "cmd/explain.h"
#include "cmd/setup.h"
#include "pipeline.h"

static struct ruleset *rules;

struct proof { struct store *st; const struct rule *rule; struct str finding; const char *bundle; size_t compared, empty; };

/* Is the row among the evidence of this item? */
static bool is_evidence(const struct proof *p, size_t seq, struct query *row)
{
	struct query *q = NULL;
	bool found = false;

	ck_assert_int_eq(query_new(&q, p->st, "SELECT e.ts_us, e.end_us, e.event_id, e.line, f.path FROM evidence e LEFT JOIN file f ON f.id = e.file_id "
				  "WHERE e.finding_id = ?1 AND e.seq = ?2", NULL), OK);
	query_text(q, 1, p->finding);
	query_int(q, 2, (int64_t)seq);
	while (query_step(q, NULL) == OK)
		found |= query_get_int(q, 0) == query_get_int(row, 2) && query_get_int(q, 1) == query_get_int(row, 3) &&
			 query_get_int(q, 2) == query_get_int(row, 0) && query_get_int(q, 3) == query_get_int(row, 5) &&
			 str_eq(query_get_text(q, 4), query_get_text(row, 4));
	query_free(q);
	return found;
}

/* Evidence of an item that asks for this signal alone. */
static bool has_evidence(const struct proof *p, size_t seq, struct str signal)
{
	struct query *q = NULL;
	bool has;

	ck_assert_int_eq(query_new(&q, p->st, "SELECT 1 FROM evidence e JOIN ledger l ON l.finding_id = e.finding_id AND l.seq = e.seq "
				  "WHERE e.finding_id = ?1 AND e.seq = ?2 AND l.signal = ?3", NULL), OK);
	query_text(q, 1, p->finding);
	query_int(q, 2, (int64_t)seq);
	query_text(q, 3, signal);
	has = query_step(q, NULL) == OK;
	query_free(q);
	return has;
}

static enum status compare(void *ctx, size_t seq, const struct item *item, uint32_t signal, struct query *q, struct error *err)
{
	struct proof *p = ctx;
	bool filtered = explain_is_filtered(p->rule, item, signal), first = true, found = false;
	size_t rows = 0;

	while (query_step(q, err) == OK) {
		rows++;
		if (is_evidence(p, seq, q))
			found = true;
		else if (first && !filtered)
			ck_abort_msg("%s, %.*s: %.*s: the first row is not the evidence: %.*s", p->bundle, STR_ARG(p->rule->id),
				     STR_ARG(p->rule->signals[signal].name), STR_ARG(query_get_text(q, 6)));
		first = false;
	}
	if (rows == 0) {
		ck_assert_msg(!has_evidence(p, seq, p->rule->signals[signal].name),
			      "%s, %.*s: SQL does not find %.*s", p->bundle, STR_ARG(p->rule->id), STR_ARG(p->rule->signals[signal].name));
		p->empty++;
	} else if (!filtered) {
		ck_assert_msg(found, "%s, %.*s: %.*s", p->bundle, STR_ARG(p->rule->id), STR_ARG(p->rule->signals[signal].name));
		p->compared++;
	}
	return OK;
}

static void prove(const char *bundle, size_t *compared, size_t *empty)
{
	const char *const bundles[] = { bundle };
	const struct pipeline_options opt = { .bundles = bundles, .n_bundles = 1, .rules = rules };
	struct pipeline_result result = { 0 };
	struct proof p = { .bundle = bundle };
	struct query *q = NULL;
	struct error err = { 0 };

	ck_assert_msg(pipeline_analyze(&p.st, &opt, &result, &err) == OK, "%s: %s", bundle, err.text);
	ck_assert_int_eq(query_new(&q, p.st, "SELECT id, rule, end_us FROM finding", &err), OK);
	while (query_step(q, &err) == OK) {
		p.finding = query_get_text(q, 0);
		p.rule = ruleset_find(rules, query_get_text(q, 1));
		ck_assert_msg(explain_queries(p.st, p.rule, p.finding, query_get_int(q, 2), compare, &p, &err) == OK, "%s", err.text);
	}
	query_free(q);
	store_close(p.st);
	*compared += p.compared;
	*empty += p.empty;
}

static void each_below(const char *dir, int depth, size_t *compared, size_t *empty)
{
	struct dirent **v = NULL;
	int n = scandir(dir, &v, NULL, alphasort);

	ck_assert_msg(n >= 0, "%s: run it from the top of the tree", dir);
	for (int i = 0; i < n; i++) {
		char path[512];

		snprintf(path, sizeof(path), "%s/%s", dir, v[i]->d_name);
		if (v[i]->d_name[0] != '.' && strncmp(v[i]->d_name, "near-", 5) != 0 && depth > 0)
			each_below(path, depth - 1, compared, empty);
		else if (strcmp(v[i]->d_name, "bundle") == 0)
			prove(path, compared, empty);
		free(v[i]);
	}
	free(v);
}

START_TEST(sql_finds_the_evidence_of_every_item)
{
	struct error err = { 0 };
	size_t compared = 0, empty = 0;

	ck_assert_msg(setup_rules(&rules, NULL, 0, NULL, 0, &err) == OK, "%s", err.text);
	each_below("fixtures/scenarios", 2, &compared, &empty);
	ck_assert_uint_gt(compared, 100);
	ck_assert_uint_gt(empty, 100);
	ruleset_free(rules);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 300);
	tcase_add_test(tc, sql_finds_the_evidence_of_every_item);
}
TEST_MAIN("explain_sql", add)

/* forensics rules list, show: what there is. */
#include "cmd/rules.h"

#include <sys/stat.h>

#include "base/json.h"
#include "base/suggest.h"
#include "cmd/cmd.h"
#include "cmd/rows.h"
#include "cmd/rule_words.h"
#include "cmd/setup.h"
#include "cmd/table.h"
#include "cmd/term.h"
#include "sql.h"

static const struct option list_options[] = {
	OPT_RULES, OPT_JSON, OPT_DB, { 0, "sources", NULL, "only those the case of -d could not decide, and for lack of what", false, NULL }, OPT_END
};
static const struct option options[] = { OPT_RULES, OPT_END };

/* Arguments that are files or directories are more rules, the others are ids. */
static bool is_path(const char *arg)
{
	struct stat st;

	return strchr(arg, '/') || str_ends(str_of(arg), STR(".yaml")) || stat(arg, &st) == 0;
}

static enum status check_id(const struct ruleset *rs, const char *id, struct error *err)
{
	struct suggest near;

	if (ruleset_find(rs, str_of(id)))
		return OK;
	suggest_init(&near, str_of(id));
	for (size_t i = 0; i < rs->n_rules; i++)
		suggest_try(&near, rs->rules[i].id);
	fail(err, ERR_USAGE, "there is no rule '%s'", id);
	if (suggest_found(&near))
		fail_hint(err, "did you mean '%.*s'?", STR_ARG(near.best));
	else
		fail_hint(err, "forensics rules list names them");
	return ERR_USAGE;
}

enum status rules_load(struct cli *cli, struct error *err)
{
	size_t n, ids = 0;
	const char *const *given = opt_values(&cli->opt, "rules", cli->arena, &n);
	const char **paths = ARENA_ARRAY(cli->arena, const char *, n + cli->n_args);
	const struct rule_setting *settings = NULL;
	size_t n_settings = 0;
	enum status s;

	memcpy(paths, given, n * sizeof(*paths));
	for (size_t i = 0; i < cli->n_args; i++) {
		if (is_path(cli->args[i]))
			paths[n++] = cli->args[i];
		else
			cli->args[ids++] = cli->args[i];
	}
	cli->n_args = ids;
	s = setup_settings(cli, &settings, &n_settings, err);
	if (s == OK)
		s = setup_rules(&cli->rules, paths, n, settings, n_settings, err);
	for (size_t i = 0; s == OK && i < ids; i++)
		s = check_id(cli->rules, cli->args[i], err);
	return s;
}

bool rules_asked_for(const struct cli *cli, const struct rule *r)
{
	for (size_t i = 0; i < cli->n_args; i++)
		if (str_eq(r->id, str_of(cli->args[i])))
			return true;
	return cli->n_args == 0;
}

/* ---- list ---- */

static const struct rule **by_id(struct cli *cli)
{
	const struct ruleset *rs = cli->rules;
	const struct rule **v = ARENA_ARRAY(cli->arena, const struct rule *, rs->n_rules);

	for (size_t i = 0; i < rs->n_rules; i++) {
		size_t k = i;

		for (; k > 0 && str_cmp(v[k - 1]->id, rs->rules[i].id) > 0; k--)
			v[k] = v[k - 1];
		v[k] = &rs->rules[i];
	}
	return v;
}

static void list_json(const struct rule *const *v, size_t n)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < n; i++) {
		buf_reset(&b);
		buf_printf(&b, "%s{\"rule\":", i ? ",\n" : "[");
		json_put_string(&b, v[i]->id);
		buf_printf(&b, ",\"version\":%d,\"severity\":\"%s\",\"status\":", v[i]->version, rule_severity_name(v[i]->severity));
		json_put_string(&b, v[i]->status);
		buf_printf(&b, ",\"entity\":\"%s\",\"title\":", entity_kind_name(v[i]->entity));
		json_put_string(&b, v[i]->title);
		buf_printf(&b, ",\"file\":");
		json_put_string(&b, v[i]->file);
		buf_printf(&b, ",\"sha256\":\"%s\",\"causes\":[", v[i]->sha256);
		for (size_t k = 0; k < v[i]->n_causes; k++) {
			buf_add(&b, k ? STR(",") : STR(""));
			json_put_string(&b, v[i]->causes[k].id);
		}
		buf_printf(&b, "],\"tests\":%zu}", v[i]->n_tests);
		fwrite(b.p, 1, b.n, stdout);
	}
	puts(n ? "]" : "[]");
	buf_done(&b);
}

static void list_table(const struct rule *const *v, size_t n)
{
	static const char *const heads[] = { "RULE", "VERSION", "SEVERITY", "STATUS", "ENTITY", "TESTS", "TITLE" };
	struct table t;

	table_init(&t, sizeof(heads) / sizeof(heads[0]), TABLE_PLAIN);
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_add(&t, str_of(heads[i]));
	table_right(&t, 1);
	table_right(&t, 5);
	for (size_t i = 0; i < n; i++) {
		table_add(&t, v[i]->id);
		table_printf(&t, "%d", v[i]->version);
		table_add(&t, str_of(rule_severity_name(v[i]->severity)));
		table_add(&t, v[i]->status);
		table_add(&t, str_of(entity_kind_name(v[i]->entity)));
		table_printf(&t, "%zu", v[i]->n_tests);
		table_add(&t, v[i]->title);
	}
	table_write(&t, stdout);
	table_done(&t);
}

/* ---- list --sources: the blind spots of a case ---- */

static enum status lacks(struct cli *cli, struct error *err)
{
	struct rows rows = { .mode = opt_given(&cli->opt, "json") ? ROWS_JSON : ROWS_PLAIN };
	struct query *q = NULL, *all = NULL;
	enum status s = setup_case(cli, err);

	if (s == OK)
		s = query_new(&q, cli->store, SQL_CMD_RULE_LACKS, err);
	if (s == OK)
		s = query_new(&all, cli->store, SQL_CMD_RULE_COUNT, err);
	if (s == OK)
		s = rows_write(&rows, q, stdout, err);
	if (s == OK)
		s = query_step(all, err);
	if (s == OK)
		say("%llu of %lld rules could not be decided on this case", (unsigned long long)rows.n, (long long)query_get_int(all, 0));
	query_free(q);
	query_free(all);
	return s;
}

static enum exit_code list(struct cli *cli)
{
	struct error err = { 0 };

	if (opt_given(&cli->opt, "sources"))
		return lacks(cli, &err) == OK ? EXIT_RAN : cli_fail(&err);
	if (rules_load(cli, &err) != OK)
		return cli_fail(&err);
	if (opt_given(&cli->opt, "json"))
		list_json(by_id(cli), cli->rules->n_rules);
	else
		list_table(by_id(cli), cli->rules->n_rules);
	return EXIT_RAN;
}

static enum exit_code show(struct cli *cli)
{
	struct error err = { 0 };
	bool any = false;

	if (rules_load(cli, &err) != OK)
		return cli_fail(&err);
	if (cli->n_args == 0) {
		fail(&err, ERR_USAGE, "'rules show' needs the id of a rule");
		fail_hint(&err, "forensics rules list names them");
		return cli_fail(&err);
	}
	for (size_t i = 0; i < cli->rules->n_rules; i++) {
		if (!rules_asked_for(cli, &cli->rules->rules[i]))
			continue;
		if (any)
			puts("\n----\n");
		write_rule(stdout, cli->rules, &cli->rules->rules[i]);
		any = true;
	}
	return EXIT_RAN;
}

const struct command cmd_rules_list = {
	.name = "rules list", .summary = "the rules: built-in ones and those of --rules", .usage = "[PATH...]",
	.details = "  forensics rules list --json | jq -r '.[].rule'\n"
		   "  forensics rules list --sources -d case.db\n",
	.options = list_options, .max_args = SIZE_MAX, .run = list,
};

const struct command cmd_rules_show = {
	.name = "rules show", .summary = "a rule in words: what it reads, what counts, which causes it knows", .usage = "RULE... [PATH...]",
	.details = "  forensics rules show cuda-out-of-memory\n",
	.options = options, .min_args = 1, .max_args = SIZE_MAX, .run = show,
};

/* forensics explain: how a verdict came about, or why there is none. */
#include "cmd/explain.h"

#include "base/suggest.h"
#include "cmd/case.h"
#include "cmd/cmd.h"
#include "cmd/rows.h"
#include "cmd/setup.h"
#include "cmd/term.h"
#include "report/words.h"
#include "sql.h"

static const struct option options[] = {
	OPT_DB, OPT_RULES, OPT_JSON, { 0, "sql", NULL, "for each item of a finding the query that finds its evidence", false, NULL }, OPT_END
};

/* As correlate/verdict.c chooses. */
enum { CAUSE_LEAST = 3, CAUSE_LEAD = 3 };

/* ---- one finding ---- */

static void write_head(const struct report_finding *f)
{
	const struct severity_look *look = severity_look(f->severity);
	char buf[WORDS_MAX];

	term_style(stdout, look->ansi);
	printf("%s ", look->ascii);
	term_text(stdout, f->id);
	term_style(stdout, NULL);
	fputs("  ", stdout);
	term_style(stdout, "1");
	term_text(stdout, f->rule);
	term_style(stdout, NULL);
	printf(" v%d   %.*s ", f->rule_version, STR_ARG(f->entity_kind));
	term_text(stdout, f->entity);
	if (f->host.n && !str_eq(f->host, f->entity)) {
		fputs(" on ", stdout);
		term_text(stdout, f->host);
	}
	printf("   %.*s (%d)\n    ", STR_ARG(f->word), f->points);
	term_text(stdout, f->title);
	printf("\n    %s, clock %s\n", words_span(f->start, f->end, buf), words_error(f->uncertainty_us, (char[WORDS_MAX]){ 0 }));
	if (f->narrative.n) {
		fputs("    ", stdout);
		term_text(stdout, f->narrative);
		fputc('\n', stdout);
	}
}

static void write_evidence(const struct report_evidence *e)
{
	char buf[TS_TEXT];

	printf("%33s%s  ", "", ts_format(e->t, buf));
	term_style(stdout, "2");
	if (e->file.n) {
		term_text(stdout, e->file);
		printf(":%u", e->line);
	}
	term_style(stdout, NULL);
	fputs("  ", stdout);
	term_text(stdout, e->series.n ? e->series : e->text);
	if (e->series.n) {
		fputs(" ", stdout);
		term_text(stdout, e->text);
	}
	if (e->event)
		printf("  #%lld", (long long)e->event);
	fputc('\n', stdout);
}

static void write_item(const struct report_item *it)
{
	char points[WORDS_MAX];

	printf("    %-8.*s", STR_ARG(it->role));
	term_column(stdout, it->signal, 28, true);
	printf(" %-9.*s%4s", STR_ARG(it->state), str_eq(it->role, STR("anchor")) || str_eq(it->role, STR("require")) ? "" : words_points(it->points, points));
	if (it->why.n) {
		fputs("   ", stdout);
		term_text(stdout, it->why);
	}
	if (str_eq(it->state, STR("unknown"))) {
		fputs("   not covered: ", stdout);
		term_text(stdout, it->source.n ? it->source : STR("no source"));
		if (it->collect.n) {
			fputs("; collect: ", stdout);
			term_text(stdout, it->collect);
		}
	} else if (str_eq(it->state, STR("absent")) && it->source.n) {
		fputs("   looked for in ", stdout);
		term_text(stdout, it->source);
	}
	fputc('\n', stdout);
	for (size_t i = 0; i < it->n_evidence; i++)
		write_evidence(&it->evidence[i]);
}

static void write_items(const struct report_finding *f, struct str cause)
{
	for (size_t i = 0; i < f->n_items; i++)
		if (str_eq(f->items[i].cause, cause))
			write_item(&f->items[i]);
}

static bool is_near_the_best(const struct report_finding *f, struct str cause)
{
	for (size_t i = 0; i < f->n_causes; i++)
		if (str_eq(f->causes[i].id, cause))
			return f->causes[0].points - f->causes[i].points < CAUSE_LEAD;
	return false;
}

/* "undetermined between a (5) and b (4)", and what would tell: what is not known of these. */
static void write_undetermined(const struct report_finding *f)
{
	size_t n = 0, told = 0;

	while (n < f->n_causes && is_near_the_best(f, f->causes[n].id))
		n++;
	fputs(f->causes[0].points < CAUSE_LEAST || n < 2 ? "  undetermined, no cause has 3 points: best " : "  undetermined between ", stdout);
	for (size_t i = 0; i < n; i++) {
		fputs(i == 0 ? "" : i + 1 < n ? ", " : " and ", stdout);
		term_text(stdout, f->causes[i].id);
		printf(" (%d)", f->causes[i].points);
	}
	putchar('\n');
	for (size_t i = 0; i < f->n_items; i++) {
		const struct report_item *it = &f->items[i];

		if (!str_eq(it->state, STR("unknown")) || !is_near_the_best(f, it->cause))
			continue;
		fputs(told++ ? "             " : "  would tell ", stdout);
		term_text(stdout, it->signal);
		fputs(" (", stdout);
		term_text(stdout, it->cause);
		fputs(")", stdout);
		if (it->collect.n) {
			fputs("; collect: ", stdout);
			term_text(stdout, it->collect);
		}
		putchar('\n');
	}
}

static void write_causes(const struct report_finding *f)
{
	for (size_t i = 0; i < f->n_causes; i++) {
		const struct report_cause *c = &f->causes[i];

		fputs("  cause ", stdout);
		term_style(stdout, c->chosen ? "1" : "");
		term_text(stdout, c->id);
		term_style(stdout, NULL);
		printf("  %d points%s", c->points, c->chosen ? ", chosen" : "");
		if (c->title.n) {
			fputs(": ", stdout);
			term_text(stdout, c->title);
		}
		fputc('\n', stdout);
		write_items(f, c->id);
	}
	if (f->n_causes && !f->cause.n)
		write_undetermined(f);
}

static void write_relatives(const struct report *r, const struct report_finding *f)
{
	for (size_t i = 0; i < f->n_explains; i++) {
		const struct report_finding *child = finding_by_id(r, f->explains[i]);

		fputs("  explains ", stdout);
		term_text(stdout, f->explains[i]);
		if (child) {
			fputc(' ', stdout);
			term_text(stdout, child->rule);
			fputs(" (", stdout);
			term_text(stdout, child->entity);
			fputc(')', stdout);
		}
		fputc('\n', stdout);
	}
	if (f->explained_by.n) {
		fputs("  explained by ", stdout);
		term_text(stdout, f->explained_by);
		fputc('\n', stdout);
	}
}

static void write_finding(const struct report *r, const struct report_finding *f)
{
	write_head(f);
	printf("    %-8s%-28s %-9s%4d\n", "base", "what the anchor alone says", "", finding_base(f));
	write_items(f, STR_NONE);
	write_causes(f);
	write_relatives(r, f);
}

/* ---- what was asked for ---- */

static enum status try_all(struct cli *cli, const char *sql, struct suggest *near, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, cli->store, sql, err);

	while (s == OK && (s = query_step(q, err)) == OK)
		suggest_try(near, arena_dup(cli->arena, query_get_text(q, 0)));
	query_free(q);
	return s == END ? OK : s;
}

static enum status unknown_name(struct cli *cli, struct str name, struct error *err)
{
	struct suggest near;
	enum status s;

	suggest_init(&near, name);
	s = try_all(cli, SQL_CMD_RULE, &near, err);
	if (s == OK)
		s = try_all(cli, SQL_CMD_FINDING_IDS, &near, err);
	for (size_t i = 0; s == OK && i < cli->rules->n_rules; i++)
		suggest_try(&near, cli->rules->rules[i].id);
	if (s != OK)
		return s;
	fail(err, ERR_USAGE, "'%.*s' is neither a finding of this case nor a rule", STR_ARG(name));
	fail_id(err, FX_NO_SUCH_NAME);
	if (suggest_found(&near))
		fail_hint(err, "did you mean '%.*s'?", STR_ARG(near.best));
	else
		fail_hint(err, "forensics findings and forensics rules list name them");
	return ERR_USAGE;
}

static enum status as_json(struct cli *cli, struct str name, bool fired, struct error *err)
{
	struct rows rows = { .mode = ROWS_JSON };
	struct query *q = NULL;
	enum status s = query_new(&q, cli->store, fired ? SQL_CMD_LEDGER : SQL_CMD_OPEN, err);

	if (s == OK) {
		query_text(q, 1, name);
		s = rows_write(&rows, q, stdout, err);
	}
	query_free(q);
	return s;
}

static enum status explain_name(struct cli *cli, struct str name, struct error *err)
{
	const struct report_options reading = { .all = true };
	bool json = opt_given(&cli->opt, "json"), sql = opt_given(&cli->opt, "sql");
	struct report *r = NULL;
	size_t n = 0;
	enum status s = report_load(&r, cli->store, &reading, cli->arena, err);

	if (s != OK)
		return s;
	for (size_t i = 0; i < r->n_findings; i++) {
		const struct report_finding *f = &r->findings[i];

		if (!str_eq(f->id, name) && !str_eq(f->rule, name))
			continue;
		if (n++ && !json)
			fputc('\n', stdout);
		if (sql && (s = explain_sql(cli, f, err)) != OK)
			return s;
		if (!json && !sql)
			write_finding(r, f);
	}
	if (n == 0 && !silent_rule_known(cli, r, name))
		return unknown_name(cli, name, err);
	if (json && !(sql && n))
		return as_json(cli, name, n > 0, err);
	return n ? OK : explain_silent(cli, r, name, err);
}

static enum exit_code explain(struct cli *cli)
{
	enum error_id id = error_named(str_of(cli->args[0]));
	struct error err = { 0 };

	if (id != FX_COUNT) {
		printf("%s  %s\n", error_code(id), error_text(id));
		return EXIT_RAN;
	}
	if (setup_case(cli, &err) != OK)
		return cli_fail(&err);
	if (cli->n_args != 1) {
		fail(&err, ERR_USAGE, "'explain' needs one rule or finding");
		fail_hint(&err, "forensics findings and forensics rules list name them");
		return cli_fail(&err);
	}
	return explain_name(cli, str_of(cli->args[0]), &err) == OK ? EXIT_RAN : cli_fail(&err);
}

const struct command cmd_explain = {
	.name = "explain", .summary = "the ledger of a finding, or why a rule did not fire", .usage = "RULE|FINDING|CODE",
	.details = "  forensics explain F1a2b3c4 -d case.db\n"
		   "  forensics explain gpu-fell-off-bus -d case.db\n"
		   "  forensics explain FX0103\n\n"
		   "Each item the rule asked for, its state (seen, possible, absent, unknown), its points, the evidence.\n"
		   "--sql proves it: `forensics explain F1a2b3c4 -d case.db --sql | sqlite3 case.db`.\n",
	.options = options, .min_args = 1, .max_args = 2, .needs = NEED_RULES, .pages = true, .run = explain,
};

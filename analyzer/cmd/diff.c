/* forensics diff: what a bad case has that a good one has not. */
#include <math.h>
#include <stdlib.h>

#include "cmd/cmd.h"
#include "cmd/table.h"
#include "cmd/term.h"
#include "report/escape.h"
#include "sql.h"

static const struct option options[] = {
	{ 0, "all", NULL, "what differs little as well", false, NULL },
	OPT_JSON,
	OPT_END
};

/* Rows (name, value or NULL, number or NULL), by name.  Numbers differ when they are apart by this factor.
 * logged: where one case has no row at all, it has no such log, and nothing was added or is gone. */
static const struct section { const char *name, *title, *sql; double factor; bool logged; } sections[] = {
	{ "findings", "Findings", SQL_DIFF_FINDING, 0, false },
	{ "facts", "Facts", SQL_DIFF_FACT, 0, true },
	{ "packages", "Packages", SQL_DIFF_PACKAGE, 0, true },
	{ "templates", "Messages, numbers aside", SQL_DIFF_TEMPLATE, 3, false },
	{ "metrics", "Metrics, on average", SQL_DIFF_METRIC, 1.25, true },
};

struct side { struct store *store; struct query *q; bool has; struct str name, value; double number; };

struct sink_of { struct cli *cli; struct table table; const struct section *section; size_t n; bool json; };

static enum status next(struct side *s, struct arena *a, struct error *err)
{
	enum status st = query_step(s->q, err);

	s->has = st == OK;
	if (st != OK)
		return st == END ? OK : st;
	s->name = arena_dup(a, query_get_text(s->q, 0));
	s->value = arena_dup(a, query_get_text(s->q, 1));
	s->number = query_get_real(s->q, 2);
	return OK;
}

static struct str shown(struct arena *a, const struct side *s)
{
	return isnan(s->number) ? s->value : arena_printf(a, "%.6g", s->number);
}

static bool differs(const struct sink_of *out, const struct side *a, const struct side *b)
{
	double lo, hi;

	if (isnan(a->number) || isnan(b->number))
		return !str_eq(a->value, b->value);
	lo = fmin(fabs(a->number), fabs(b->number));
	hi = fmax(fabs(a->number), fabs(b->number));
	return opt_given(&out->cli->opt, "all") ? hi > lo : hi > lo * out->section->factor;
}

/* change: '+' only in B, '-' only in A, '~' other in B. */
static void put(struct sink_of *out, char change, const struct side *a, const struct side *b)
{
	struct arena *arena = out->cli->arena;
	struct str name = a ? a->name : b->name;
	struct str before = a ? shown(arena, a) : STR_NONE, after = b ? shown(arena, b) : STR_NONE;

	if (out->json) {
		printf("%s{\"change\":\"%s\",\"name\":", out->n ? "," : "", change == '+' ? "added" : change == '-' ? "gone" : "other");
		json_text_of(stdout, name);
		fputs(",\"a\":", stdout);
		if (a)
			json_text_of(stdout, before);
		else
			fputs("null", stdout);
		fputs(",\"b\":", stdout);
		if (b)
			json_text_of(stdout, after);
		else
			fputs("null", stdout);
		putchar('}');
	} else {
		table_add(&out->table, (struct str){ &change, 1 });
		table_add(&out->table, before);
		table_add(&out->table, after);
		table_add(&out->table, name);
	}
	out->n++;
}

static enum status merge(struct sink_of *out, struct side *a, struct side *b, struct error *err)
{
	struct arena *arena = out->cli->arena;
	bool one_sided;
	enum status s = query_new(&a->q, a->store, out->section->sql, err);

	if (s == OK)
		s = query_new(&b->q, b->store, out->section->sql, err);
	if (s == OK)
		s = next(a, arena, err);
	if (s == OK)
		s = next(b, arena, err);
	one_sided = out->section->logged && a->has != b->has;
	if (s == OK && one_sided)
		say("%s: only in %s", out->section->title, a->has ? "A" : "B");
	while (s == OK && !one_sided && (a->has || b->has)) {
		int order = !a->has ? 1 : !b->has ? -1 : str_cmp(a->name, b->name);

		if (order < 0)
			put(out, '-', a, NULL);
		else if (order > 0)
			put(out, '+', NULL, b);
		else if (differs(out, a, b))
			put(out, '~', a, b);
		if (order <= 0)
			s = next(a, arena, err);
		if (order >= 0 && s == OK)
			s = next(b, arena, err);
	}
	query_free(a->q);
	query_free(b->q);
	a->q = b->q = NULL;
	return s;
}

static enum status section(struct sink_of *out, const struct section *sec, struct side *a, struct side *b, struct error *err)
{
	enum status s;

	out->section = sec;
	out->n = 0;
	if (out->json) {
		printf("%s\"%s\":[", sec == sections ? "" : ",", sec->name);
		s = merge(out, a, b, err);
		putchar(']');
		return s;
	}
	table_init(&out->table, 4, TABLE_PLAIN);
	table_add(&out->table, STR_NONE);
	table_add(&out->table, STR("A"));
	table_add(&out->table, STR("B"));
	table_add(&out->table, STR("NAME"));
	s = merge(out, a, b, err);
	if (s == OK && out->n) {
		printf("%s (%zu)\n", sec->title, out->n);
		table_write(&out->table, stdout);
		putchar('\n');
	}
	table_done(&out->table);
	return s;
}

static enum exit_code diff(struct cli *cli)
{
	struct sink_of out = { .cli = cli, .json = opt_given(&cli->opt, "json") };
	struct side a = { 0 }, b = { 0 };
	struct error err = { 0 };
	enum status s = store_open(&a.store, cli->args[0], false, &err);
	size_t n = 0;

	if (s == OK)
		s = store_open(&b.store, cli->args[1], false, &err);
	if (s == OK && out.json)
		fputs("{\"schema\":\"forensics/diff/1\",", stdout);
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]) && s == OK; i++) {
		s = section(&out, &sections[i], &a, &b, &err);
		n += out.n;
	}
	if (s == OK && out.json)
		puts("}");
	else if (s == OK && n == 0)
		say("no difference");
	store_close(a.store);
	store_close(b.store);
	return s == OK ? EXIT_RAN : cli_fail(&err);
}

const struct command cmd_diff = {
	.name = "diff", .summary = "what differs between a good case and a bad one", .usage = "A.db B.db",
	.details = "  forensics diff good.db bad.db\n\n"
		   "Findings, facts of hosts, package versions, shapes of messages (from 3 times as many) and means of metrics (from 25 %).\n"
		   "- only in A, + only in B, ~ other in B.\n",
	.options = options, .min_args = 2, .max_args = 2, .pages = true, .run = diff,
};

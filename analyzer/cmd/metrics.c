/* forensics metrics: the series of a case, each with a small picture. */
#include <math.h>
#include <stdlib.h>

#include "base/suggest.h"
#include "cmd/cmd.h"
#include "cmd/rows.h"
#include "cmd/table.h"
#include "cmd/term.h"
#include "report/words.h"
#include "sql.h"

#define BARS 24 /* of a sparkline */

static const struct option options[] = { OPT_DB, OPT_JSON, OPT_END };

struct points { ts_usec *t; double *v; size_t n, cap_t, cap_v; };

static enum status read_points(struct query *q, int64_t series, struct points *p, struct error *err)
{
	enum status s;

	p->n = 0;
	query_int(q, 1, series);
	while ((s = query_step(q, err)) == OK) {
		if (query_is_null(q, 6))
			continue;
		p->t = grow(p->t, p->n, &p->cap_t, sizeof(p->t[0]));
		p->v = grow(p->v, p->n, &p->cap_v, sizeof(p->v[0]));
		p->t[p->n] = query_get_int(q, 0);
		p->v[p->n++] = query_get_real(q, 6);
	}
	return s == END ? OK : s;
}

/* The mean of each of BARS equal spans of time, from low to high; a blank where there is no sample. */
static void sparkline(const struct points *p, double low, double high, struct buf *out)
{
	static const char *const bars[] = { "\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588" };
	double sum[BARS] = { 0 }, n[BARS] = { 0 };
	double span = p->n ? (double)(p->t[p->n - 1] - p->t[0]) + 1 : 1;

	for (size_t i = 0; i < p->n; i++) {
		size_t b = (size_t)((double)(p->t[i] - p->t[0]) / span * BARS);

		sum[b < BARS ? b : BARS - 1] += p->v[i];
		n[b < BARS ? b : BARS - 1] += 1;
	}
	for (size_t b = 0; b < BARS; b++) {
		double share = n[b] > 0 && high > low ? (sum[b] / n[b] - low) / (high - low) : 0;

		buf_add(out, n[b] > 0 ? str_of(bars[(size_t)(share * 7.999)]) : STR(" "));
	}
}

static void add_series(struct table *t, struct query *q, const struct points *p, struct str name)
{
	struct str unit = query_get_text(q, 2), host = query_get_text(q, 3);
	double low = p->n ? p->v[0] : 0, high = low;
	char buf[WORDS_MAX];
	struct buf line;

	for (size_t i = 0; i < p->n; i++) {
		low = fmin(low, p->v[i]);
		high = fmax(high, p->v[i]);
	}
	buf_init(&line, 4 * BARS);
	if (p->n)
		sparkline(p, low, high, &line);
	table_add(t, name);
	table_add(t, host);
	table_add(t, str_of(words_count(p->n, buf)));
	table_add(t, p->n ? str_of(words_value(low, unit, buf)) : STR("-"));
	table_add(t, p->n ? str_of(words_value(high, unit, buf)) : STR("-"));
	table_add(t, p->n ? str_of(words_value(p->v[p->n - 1], unit, buf)) : STR("-"));
	table_add(t, p->n ? str_of(words_span(p->t[0], p->t[p->n - 1], buf)) : STR("-"));
	table_add(t, buf_str(&line));
	buf_done(&line);
}

/* "gpu.memory.used" asks for all of that name, "gpu.memory.used{gpu=0" for those that start so. */
static bool is_asked_for(struct cli *cli, struct str name)
{
	return cli->n_args == 0 || str_starts(name, str_of(cli->args[0]));
}

static enum status add_all(struct cli *cli, struct table *t, size_t *n, struct suggest *near, struct error *err)
{
	struct query *q = NULL, *points = NULL;
	struct points p = { 0 };
	enum status s = query_new(&q, cli->store, SQL_CMD_SERIES, err);

	if (s == OK)
		s = query_new(&points, cli->store, SQL_SERIES_POINTS, err);
	while (s == OK && (s = query_step(q, err)) == OK) {
		struct str labels = query_get_text(q, 5);
		struct str name = arena_printf(cli->arena, labels.n ? "%.*s{%.*s}" : "%.*s", STR_ARG(query_get_text(q, 1)), STR_ARG(labels));

		suggest_try(near, str_head(name, str_chr(name, '{')));
		if (!is_asked_for(cli, name))
			continue;
		s = read_points(points, query_get_int(q, 0), &p, err);
		if (s == OK)
			add_series(t, q, &p, name);
		(*n)++;
	}
	free(p.t);
	free(p.v);
	query_free(points);
	query_free(q);
	return s == END ? OK : s;
}

static enum status as_json(struct cli *cli, struct error *err)
{
	struct rows rows = { .mode = ROWS_JSON, .embed = true };
	struct query *q = NULL;
	enum status s = query_new(&q, cli->store, SQL_CMD_SERIES_SUMMARY, err);

	if (s == OK && cli->n_args)
		query_text(q, 1, str_of(cli->args[0]));
	if (s == OK)
		s = rows_write(&rows, q, stdout, err);
	query_free(q);
	return s;
}

static enum exit_code metrics(struct cli *cli)
{
	static const char *const heads[] = { "SERIES", "HOST", "SAMPLES", "LOW", "HIGH", "LAST", "WHEN", "" };
	struct error err = { 0 };
	struct suggest near;
	struct table t;
	size_t n = 0;
	enum status s;

	if (opt_given(&cli->opt, "json"))
		return as_json(cli, &err) == OK ? EXIT_RAN : cli_fail(&err);
	table_init(&t, sizeof(heads) / sizeof(heads[0]), TABLE_PLAIN);
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_add(&t, str_of(heads[i]));
	for (size_t c = 2; c < 6; c++)
		table_right(&t, c);
	for (size_t c = 1; c < sizeof(heads) / sizeof(heads[0]); c++)
		table_whole(&t, c);
	suggest_init(&near, cli->n_args ? str_of(cli->args[0]) : STR_NONE);
	s = add_all(cli, &t, &n, &near, &err);
	if (s == OK && n)
		table_write(&t, stdout);
	table_done(&t);
	if (s == OK && n == 0 && cli->n_args) {
		fail(&err, ERR_USAGE, "the case has no series '%s'", cli->args[0]);
		fail_id(&err, FX_NO_SUCH_NAME);
		if (suggest_found(&near))
			fail_hint(&err, "did you mean '%.*s'?", STR_ARG(near.best));
		else
			fail_hint(&err, "forensics metrics -d %s lists them", cli->db);
		s = ERR_USAGE;
	} else if (s == OK && n == 0) {
		say("the case has no series");
	}
	return s == OK ? EXIT_RAN : cli_fail(&err);
}

const struct command cmd_metrics = {
	.name = "metrics", .summary = "the series of a case, with a sparkline", .usage = "[SERIES]",
	.details = "  forensics metrics -d case.db\n"
		   "  forensics metrics gpu.memory.used -d case.db\n",
	.options = options, .max_args = 1, .needs = NEED_CASE, .pages = true, .run = metrics,
};

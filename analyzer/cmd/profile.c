#include "cmd/profile.h"

#include <stdlib.h>
#include <time.h>

#include "base/json.h"
#include "cmd/table.h"
#include "match/match.h"
#include "pipeline.h"

struct cost { const struct rule *rule; const struct profile_row *row; };

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int dearest_first(const void *x, const void *y)
{
	const struct cost *a = x, *b = y;
	int64_t in_a = a->row->match_ns + a->row->judge_ns, in_b = b->row->match_ns + b->row->judge_ns;

	if (in_a != in_b)
		return in_a > in_b ? -1 : 1;
	return str_cmp(a->rule->id, b->rule->id);
}

static double ms(int64_t ns)
{
	return (double)ns / 1e6;
}

static void write_json(const struct cost *v, size_t n)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < n; i++) {
		const struct profile_row *r = v[i].row;

		buf_add(&b, i ? STR(",\n{\"rule\":") : STR("[{\"rule\":"));
		json_put_string(&b, v[i].rule->id);
		buf_printf(&b, ",\"match_ms\":%.3f,\"judge_ms\":%.3f,\"tried\":%llu,\"hits\":%llu}", ms(r->match_ns), ms(r->judge_ns),
			   (unsigned long long)r->tried, (unsigned long long)r->hits);
	}
	fwrite(b.p, 1, b.n, stdout);
	puts(n ? "]" : "[]");
	buf_done(&b);
}

static void write_table(const struct cost *v, size_t n, const struct profile *p)
{
	static const char *const heads[] = { "RULE", "TOTAL MS", "MATCH MS", "JUDGE MS", "EVENTS TRIED", "HITS" };
	int64_t matched = 0;
	struct table t;

	table_init(&t, sizeof(heads) / sizeof(heads[0]), TABLE_PLAIN);
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_add(&t, str_of(heads[i]));
	for (size_t i = 1; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_right(&t, i);
	for (size_t i = 0; i < n; i++) {
		const struct profile_row *r = v[i].row;

		matched += r->match_ns;
		table_add(&t, v[i].rule->id);
		table_printf(&t, "%.3f", ms(r->match_ns + r->judge_ns));
		table_printf(&t, "%.3f", ms(r->match_ns));
		table_printf(&t, "%.3f", ms(r->judge_ns));
		table_printf(&t, "%llu", (unsigned long long)r->tried);
		table_printf(&t, "%llu", (unsigned long long)r->hits);
	}
	table_write(&t, stdout);
	table_done(&t);
	printf("the filter all rules share: %.3f ms\n", ms(p->scan_ns - matched));
}

enum exit_code match_profile(struct cli *cli)
{
	size_t n = cli->rules->n_rules;
	struct profile p = { now_ns, ARENA_ARRAY(cli->arena, struct profile_row, n), 0 };
	struct cost *v = ARENA_ARRAY(cli->arena, struct cost, n);
	struct error err = { 0 };

	if (pipeline_match(cli->store, cli->rules, &p, &err) != OK)
		return cli_fail(&err);
	for (size_t i = 0; i < n; i++)
		v[i] = (struct cost){ &cli->rules->rules[i], &p.rules[i] };
	if (n)
		qsort(v, n, sizeof(*v), dearest_first);
	if (opt_given(&cli->opt, "json"))
		write_json(v, n);
	else
		write_table(v, n, &p);
	return EXIT_RAN;
}

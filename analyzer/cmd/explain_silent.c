#include "cmd/explain.h"

#include "cmd/rule_words.h"
#include "cmd/term.h"
#include "report/words.h"
#include "source/source.h"
#include "sql.h"

static bool ran_on_case(struct cli *cli, struct str rule)
{
	struct query *q = NULL;
	bool found = false;

	if (query_new(&q, cli->store, SQL_CMD_RULE, NULL) != OK)
		return false;
	while (!found && query_step(q, NULL) == OK)
		found = str_eq(query_get_text(q, 0), rule);
	query_free(q);
	return found;
}

bool silent_rule_known(struct cli *cli, const struct report *r, struct str rule)
{
	(void)r;
	return ruleset_find(cli->rules, rule) || ran_on_case(cli, rule);
}

/* ---- it came close ---- */

static bool is_required(const struct rule *r, struct str item)
{
	for (size_t i = 0; r && i < r->require.n; i++)
		if (str_eq(r->require.v[i].label, item))
			return true;
	return false;
}

/* "failed at require stuck: absent" */
static void write_failure(const struct rule *r, struct query *q)
{
	struct str item = query_get_text(q, 6);

	if (query_is_null(q, 5)) {
		fputs("    not decidable for want of ", stdout);
		term_text(stdout, item);
		fputs(", which would be in ", stdout);
		term_text(stdout, query_get_text(q, 7));
		if (query_get_text(q, 8).n) {
			fputs("; collect: ", stdout);
			term_text(stdout, query_get_text(q, 8));
		}
	} else if (!item.n) {
		printf("    failed for want of points: %lld", (long long)query_get_int(q, 5));
	} else if (is_required(r, item)) {
		fputs("    failed at ", stdout);
		term_text(stdout, item);
		fputs(": required, and absent", stdout);
	} else {
		fputs("    failed at ", stdout);
		term_text(stdout, item);
		printf(": it speaks against, and leaves %lld points", (long long)query_get_int(q, 5));
	}
	putchar('\n');
}

static void write_place(struct query *q)
{
	char buf[TS_TEXT];

	fputs("  ", stdout);
	term_text(stdout, query_get_text(q, 0).n ? query_get_text(q, 0) : STR("the host"));
	if (!query_is_null(q, 1))
		printf(", %s", ts_format(query_get_int(q, 1), buf));
	if (query_get_text(q, 2).n) {
		fputs(", ", stdout);
		term_text(stdout, query_get_text(q, 2));
		printf(":%lld", (long long)query_get_int(q, 3));
	}
	fputs("  ", stdout);
	term_column(stdout, query_get_text(q, 4), 160, false);
	putchar('\n');
}

/* Each anchor that came to nothing, with the first item that failed. */
static enum status write_anchors(struct cli *cli, const struct rule *r, struct str rule, size_t *n, struct error *err)
{
	struct query *q = NULL;
	int64_t all = 0;
	enum status s = query_new(&q, cli->store, SQL_CMD_ANCHORS, err);

	if (s != OK)
		return s;
	query_text(q, 1, rule);
	for (*n = 0; (s = query_step(q, err)) == OK; ++*n) {
		all = query_get_int(q, 9);
		write_place(q);
		write_failure(r, q);
	}
	if (all > (int64_t)*n)
		printf("  and %lld more\n", (long long)(all - (int64_t)*n));
	query_free(q);
	return s == END ? OK : s;
}

/* Nothing could show the anchor. */
static size_t write_unseen(const struct report *r, struct str rule)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_undecidable; i++) {
		const struct report_undecidable *u = &r->undecidable[i];

		if (!str_eq(u->rule, rule) || u->entity.n)
			continue;
		n++;
		puts("  could not be decided: what would show it is not in this case");
		for (size_t k = 0; k < u->n_missing; k++) {
			fputs("    ? ", stdout);
			term_text(stdout, u->missing[k].signal);
			fputs("  would be in ", stdout);
			term_text(stdout, u->missing[k].source);
			if (u->missing[k].collect.n) {
				fputs("; collect: ", stdout);
				term_text(stdout, u->missing[k].collect);
			}
			fputc('\n', stdout);
		}
	}
	return n;
}

/* ---- its anchor was not there ---- */

struct search { struct cli *cli; struct query *files, *series; const struct ruleset *rs; enum status status; struct error *err; };

static void write_source(struct search *s, struct str source, struct str collect)
{
	const struct source *known = source_named(source);
	bool any = false;
	char buf[WORDS_MAX], count[WORDS_MAX];

	query_text(s->files, 1, source);
	while ((s->status = query_step(s->files, s->err)) == OK) {
		ts_usec from = query_is_null(s->files, 2) ? TS_NONE : query_get_int(s->files, 2);
		ts_usec to = query_is_null(s->files, 3) ? TS_NONE : query_get_int(s->files, 3);

		any = true;
		printf("      %-14.*s ", STR_ARG(source));
		term_text(stdout, query_get_text(s->files, 0));
		printf(": not among %s records, %s\n", words_count((uint64_t)query_get_int(s->files, 1), count), words_span(from, to, buf));
	}
	if (s->status == END)
		s->status = OK;
	if (any)
		return;
	printf("      %-14.*s no such file in this case; collect: ", STR_ARG(source));
	term_text(stdout, collect.n ? collect : known ? str_of(known->collect) : STR("-"));
	fputc('\n', stdout);
}

static void write_series(struct search *s, const struct series_ref *ref, struct str collect)
{
	struct buf name;
	int64_t n = 0;

	query_text(s->series, 1, ref->name);
	s->status = query_step(s->series, s->err);
	if (s->status == OK)
		n = query_get_int(s->series, 0);
	query_rewind(s->series);
	buf_init(&name, 1024);
	put_series_ref(&name, ref);
	fputs("      series ", stdout);
	term_text(stdout, buf_str(&name));
	buf_done(&name);
	if (n) {
		printf(": %lld of that name, none did that\n", (long long)n);
		return;
	}
	fputs(": not in this case", stdout);
	if (collect.n) {
		fputs("; collect: ", stdout);
		term_text(stdout, collect);
	}
	fputc('\n', stdout);
}

static void write_leaf(void *ctx, const struct signal *leaf, const struct series_ref *series)
{
	struct search *s = ctx;

	if (s->status != OK)
		return;
	if (series) {
		write_series(s, series, leaf ? leaf->collect : STR_NONE);
		return;
	}
	for (size_t i = 0; s->status == OK && i < leaf->u.event.n_sources; i++)
		write_source(s, leaf->u.event.sources[i], leaf->collect);
}

static enum status write_anchor(struct cli *cli, const struct rule *r, struct error *err)
{
	const struct signal *anchor = &r->signals[r->anchor];
	struct search s = { .cli = cli, .rs = cli->rules, .err = err };
	struct buf words;

	buf_init(&words, 4096);
	put_signal_words(&words, cli->rules, r, anchor);
	fputs("  its anchor was not found: ", stdout);
	term_text(stdout, anchor->name);
	fputs(", ", stdout);
	term_text(stdout, buf_str(&words));
	fputc('\n', stdout);
	buf_done(&words);
	s.status = query_new(&s.files, cli->store, SQL_CMD_SOURCE_FILES, err);
	if (s.status == OK)
		s.status = query_new(&s.series, cli->store, SQL_CMD_SERIES_COUNT, err);
	if (s.status == OK)
		each_leaf(r, anchor, write_leaf, &s);
	query_free(s.files);
	query_free(s.series);
	return s.status;
}

enum status explain_silent(struct cli *cli, const struct report *r, struct str rule, struct error *err)
{
	const struct rule *known = ruleset_find(cli->rules, rule);
	size_t n = 0;
	enum status s;

	term_style(stdout, "1");
	term_text(stdout, rule);
	term_style(stdout, NULL);
	puts(" did not fire.");
	if (!ran_on_case(cli, rule)) {
		puts("  it was not among the rules run on this case: forensics match runs them again");
		return OK;
	}
	s = write_anchors(cli, known, rule, &n, err);
	if (s != OK || n + write_unseen(r, rule))
		return s;
	if (known)
		return write_anchor(cli, known, err);
	puts("  its anchor was not found; give its file with --rules to see where it was looked for");
	return OK;
}

#ifndef FORENSICS_TESTS_CASE_HELP_H
#define FORENSICS_TESTS_CASE_HELP_H

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "ingest.h"
#include "unit.h"

/* A case made by hand: files, events and series go through the real emitter,
 * matcher and store, and the real correlator judges them. */
struct hand_case {
	struct store *st;
	struct ruleset *rs;      /* NULL: only a load */
	struct matcher *matcher;
	struct ingest in;
	uint32_t bundle, line;
};

/* 2026-11-22 10:00:00 UTC: times in tests are relative to it. */
#define NOON ((ts_usec)1795341600 * TS_SECOND)

/* A rule of which only the signals, the `when` and what follows it matter.  Signals: two blanks deep. */
#define RULE_TEXT(id, entity, signals, when, says)                                                        \
	"forensics: 1\nrule: " id "\nversion: 1\ntitle: Title of " id "\nseverity: high\nstatus: test\n" \
	"entity: " entity "\nsignals:\n" signals when "report: {narrative: '" says "', advice: ['do']}\ntests: []\n"
#define RULE(entity, signals, when) RULE_TEXT("r", entity, signals, when, "told")

static inline void case_problem(void *ctx, const struct error *e)
{
	buf_printf(ctx, "%s: %s\n", e->where, e->text);
}

static inline struct ruleset *rules_of(const char *yaml)
{
	const struct rule_text text = { STR("test.yaml"), str_of(yaml) };
	struct ruleset *rs = NULL;
	struct error err = { 0 };
	struct buf problems;
	enum status s;

	buf_init(&problems, 1 << 16);
	s = ruleset_load(&rs, &text, 1, NULL, 0, case_problem, &problems, &err);
	ck_assert_msg(s == OK, "%s\n%s", err.text, buf_cstr(&problems));
	buf_done(&problems);
	return rs;
}

static inline void case_open(struct hand_case *c, const char *yaml, const char *path)
{
	struct error err = { 0 };
	struct row_names names;

	*c = (struct hand_case){ 0 };
	ck_assert_msg(store_create(&c->st, path, &err) == OK, "%s", err.text);
	ck_assert_int_eq(ingest_init(&c->in, c->st, NULL, false, NULL), OK);
	names = ingest_names(c->in.catalog);
	if (yaml) {
		c->rs = rules_of(yaml);
		ck_assert_msg(matcher_new(&c->matcher, c->rs, &names, &err) == OK, "%s", err.text);
		c->in.matcher = c->matcher;
	}
	c->bundle = catalog_bundle_add(c->in.catalog);
}

/* What follows stands in this file. */
static inline uint32_t case_file(struct hand_case *c, const char *path, const char *source, enum cover cover)
{
	struct catalog *cat = c->in.catalog;
	uint32_t file = catalog_file_add(cat, c->bundle, str_of(path));

	cat->files[file - 1].source = str_of(source);
	cat->files[file - 1].status = FILE_OK;
	cat->files[file - 1].cover = cover;
	emitter_file(c->in.emitter, file, HOST_OWN);
	c->line = 0;
	return file;
}

/* A clock that may be wrong by u; 0: UTC. */
static inline uint32_t case_clock(struct hand_case *c, const char *name, ts_usec u)
{
	struct clocks *k = c->in.catalog->clocks;
	uint32_t clock;

	if (!u)
		return CLOCK_IS_UTC;
	clock = clocks_get(k, CLOCK_BOOT, STR_NONE, str_of(name), 0);
	clocks_pair(k, CLOCK_IS_UTC, 0, clock, 0, u, STR("test"));
	return clock;
}

/* An event at NOON + t on its own line; every field may be changed before emit_event(). */
static inline struct event case_line(struct hand_case *c, ts_usec t, const char *text)
{
	return (struct event){ .t = NOON + t, .severity = SEV_NONE, .line = ++c->line, .lines = 1, .offset = (uint64_t)c->line * 100,
			       .kind = STR("test"), .text = str_of(text) };
}

static inline void case_event(struct hand_case *c, uint32_t clock, const char *host, ts_usec t, const char *text)
{
	struct event e = case_line(c, t, text);
	struct error err = { 0 };

	e.clock = clock;
	e.host = str_of(host);
	ck_assert_msg(emit_event(c->in.emitter, &e, &err) == OK, "%s", err.text);
}

/* One sample of a series with up to one label. */
static inline void case_sample(struct hand_case *c, uint32_t clock, const char *name, const char *key, const char *value, ts_usec t, double v)
{
	const struct label label = { str_of(key), str_of(value) };
	struct series_def def = { .name = str_of(name), .labels = &label, .n_labels = key[0] != '\0' };
	uint32_t series = emit_series(c->in.emitter, &def);
	struct sample s = { .t = NOON + t, .clock = clock, .line = ++c->line, .panel = emit_panel(c->in.emitter, &series, 1), .values = &v };
	struct error err = { 0 };

	ck_assert_msg(emit_sample(c->in.emitter, &s, &err) == OK, "%s", err.text);
}

/* A run of samples, values as in the tests of rules: "1x9 2+1x3 _x2". */
static inline void case_series(struct hand_case *c, const char *name, const char *key, const char *value, ts_usec from, ts_usec step, const char *values)
{
	struct str rest = str_of(values);
	struct test_run run;
	bool bad = false;

	while (test_values_next(&rest, &run, &bad))
		for (uint32_t i = 0; i < run.n; i++, from += step)
			if (!run.gap)
				case_sample(c, CLOCK_IS_UTC, name, key, value, from, run.first + run.step * i);
	ck_assert_msg(!bad, "'%s' are no values", values);
}

static inline void case_link(struct hand_case *c, const char *from, const char *relation, const char *to)
{
	catalog_link(c->in.catalog, str_of(from), relation, str_of(to));
}

/* Everything was told: load, and judge when there are rules. */
static inline void case_done(struct hand_case *c)
{
	struct error err = { 0 };

	ck_assert_msg(ingest_conclude(&c->in, c->rs, &err) == OK, "%s %s", err.where, err.text);
	ck_assert_msg(store_describe(c->st, &err) == OK, "%s", err.text);
}

static inline void case_close(struct hand_case *c)
{
	ingest_done(&c->in);
	matcher_free(c->matcher);
	store_close(c->st);
	ruleset_free(c->rs);
}

/* All rows of a query, columns joined by '|', rows by '\n'; "" when there is none. */
static inline struct str rows_of(struct store *st, const char *sql, struct buf *out)
{
	struct query *q = NULL;
	struct error err = { 0 };
	enum status s = query_new(&q, st, sql, &err);

	buf_reset(out);
	ck_assert_msg(s == OK, "%s: %s", sql, err.text);
	while ((s = query_step(q, &err)) == OK) {
		if (out->n)
			buf_putc(out, '\n');
		for (int i = 0; i < query_columns(q); i++)
			buf_printf(out, "%s%.*s", i ? "|" : "", STR_ARG(query_get_text(q, i)));
	}
	ck_assert_msg(s == END, "%s: %s", sql, err.text);
	query_free(q);
	return buf_str(out);
}

/* The findings in order of time: "from-to says", in seconds after NOON. */
#define FINDINGS \
	"SELECT printf('%g-%g %s', (start_us - 1795341600000000) / 1e6, (end_us - 1795341600000000) / 1e6, narrative) FROM finding ORDER BY start_us, end_us, id"

/* The query's rows must be want. */
static inline void check_rows(struct store *st, const char *sql, const char *want)
{
	struct buf got;

	buf_init(&got, 1 << 24);
	rows_of(st, sql, &got);
	ck_assert_msg(strcmp(buf_cstr(&got), want) == 0, "%s\n--- got\n%s\n--- want\n%s", sql, buf_cstr(&got), want);
	buf_done(&got);
}

/* A case of twenty lines of one file, in memory or at a path. */
static inline void case_of_lines(struct hand_case *c, const char *at)
{
	case_open(c, NULL, at);
	case_file(c, "syslog", "kern_log", COVER_SPAN);
	for (int i = 0; i < 20; i++)
		case_event(c, CLOCK_IS_UTC, "n1", i * TS_SECOND, "a line");
	case_done(c);
}

#endif /* FORENSICS_TESTS_CASE_HELP_H */

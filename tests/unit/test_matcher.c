#include "match/match.h"

#include "base/limits.h"
#include "case_help.h"

/* The hits of signals, before anything is correlated. */

static const struct hit_list *hits_of(struct hand_case *c, const char *signal)
{
	const struct rule *r = &c->rs->rules[0];
	size_t i = rule_signal(r, str_of(signal));

	ck_assert_uint_ne(i, SIZE_MAX);
	ck_assert_int_eq(emitter_flush(c->in.emitter, NULL), OK);
	return &matcher_hits(c->matcher)->lists[r->signals[i].id];
}

/* The kept values of a hit as "name=value name=value", names in order of keep. */
static void put_hit(const struct hit *h, struct buf *out)
{
	const struct event_signal *e = &h->signal->u.event;

	for (size_t i = 0; i < e->n_keep; i++) {
		const struct value *v = &h->values[i];

		buf_printf(out, "%s%.*s=", i ? " " : "", STR_ARG(e->keep[i]));
		switch (v->type) {
		case VALUE_UNKNOWN:
			buf_putc(out, '?');
			break;
		case VALUE_BOOL:
			buf_printf(out, "%s", v->num != 0 ? "true" : "false");
			break;
		case VALUE_NUMBER:
			buf_printf(out, "%g", v->num);
			break;
		case VALUE_TEXT:
			buf_printf(out, "'%.*s'", STR_ARG(v->text));
			break;
		}
	}
	for (uint32_t i = 0; i < h->n_bounds; i++)
		buf_printf(out, " %s:%.*s", entity_kind_name(h->bounds[i].kind), STR_ARG(h->bounds[i].id));
}

static void check_hits(struct hand_case *c, const char *signal, const char *want)
{
	const struct hit_list *l = hits_of(c, signal);
	struct buf got;

	buf_init(&got, 1 << 16);
	for (size_t i = 0; i < l->n; i++) {
		if (i)
			buf_putc(&got, '\n');
		put_hit(l->v[i], &got);
	}
	ck_assert_msg(strcmp(buf_cstr(&got), want) == 0, "got\n%s\nwant\n%s", buf_cstr(&got), want);
	buf_done(&got);
}

/* ---- one signal, one event ---- */

/* keep is what the narrative names. */
struct row { const char *signal, *says, *text, *want; };

static const struct row rows[] = {
	{ "match: '^Xid (?<n>\\d+)'", "{a.n}", "Xid 79", "n='79'" },
	{ "match: '^Xid (?<n>\\d+)'", "{a.n}", "no Xid 79", "" },
	{ "match: ['a (?<n>\\d)', 'b (?<n>\\d)']", "{a.n}", "b 2 a 1", "n='1'" },        /* the first regex wins */
	{ "match: 'a (?<x>\\d)?(?<y>b)?'", "{a.x} {a.y}", "a b", "x=? y='b'" },
	{ "match: '(?:a|b)(?<k>\\w)'", "{a.k}", "xaz", "k='z'" },
	{ "where: \"severity <= 3\"", "{a.severity}", "anything", "severity=3" },
	{ "where: \"severity <= 2\"", "{a.severity}", "anything", "" },
	{ "match: '(?<n>\\d+)', types: {n: int}, where: 'n > 9'", "{a.n}", "10", "n=10" },
	{ "match: '(?<n>\\d+)', types: {n: int}, where: 'n > 9'", "{a.n}", "9", "" },
	{ "match: '(?<n>\\d+) of', where: 'm > 9'", "{a.n}", "10 of", "" },              /* unknown is not true */
	{ "match: '(?<s>\\S+ GiB)', types: {s: bytes}", "{a.s}", "2 GiB", "s=2.14748e+09" },
	{ "match: '(?<d>\\d+ms)', types: {d: duration}", "{a.d}", "250ms", "d=0.25" },
	{ "match: '(?<p>\\S+)', types: {p: pci}", "{a.p}", "00000000:3B:00.0", "p='0000:3b:00'" },
	{ "match: '(?<b>\\w+)', types: {b: bool}", "{a.b}", "TRUE", "b=true" },
	{ "match: '(?<b>\\w+)', types: {b: bool}", "{a.b}", "no", "b=false" },
	{ "match: '(?<n>\\S+)', types: {n: float}", "{a.n}", "1.5e3", "n=1500" },
	{ "match: '(?<n>\\S+)', types: {n: float}", "{a.n}", "x", "n=?" },
	{ "match: '(?<n>\\d+)', types: {n: int}, set: {twice: 'n * 2', four: 'twice * 2'}", "{a.four}", "3", "four=12 n=3 twice=6" },
	/* Fields of the event, of each type. */
	{ "match: 'x'", "{a.name} {a.pid} {a.ok} {a.list} {a.none}", "x", "list='[1,2]' name='app' none=? ok=true pid=42" },
	{ "on: name, match: '^ap(?<r>.)'", "{a.r}", "x", "r='p'" },
	{ "on: pid, match: '^4(?<r>.)'", "{a.r}", "x", "r='2'" },
	{ "on: missing, match: '^(?<r>.*)$'", "{a.r}", "x", "" },                       /* no field, no match */
	{ "on: empty, match: '^(?<r>.*)$'", "{a.r}", "x", "r=''" },
	{ "on: kind, match: '^te(?<r>..)'", "{a.r}", "x", "r='st'" },
	{ "match: '(?<name>z)', where: \"name == 'z'\"", "{a.name}", "z", "name='z'" },    /* a capture hides a field */
	{ "match: 'x'", "{a.kind}", "x", "kind='test'" },
	/* Whatever the text holds. */
	{ "match: '^line one$'", "{a.k}", "line one\nline two", "" },                    /* $ is the end of the text */
	{ "match: '(?m)^line two$'", "{a.kind}", "line one\nline two", "kind='test'" },
	{ "match: 'one.two'", "{a.kind}", "one\ntwo", "" },
	{ "match: '(?s)one.two'", "{a.kind}", "one\ntwo", "kind='test'" },
	{ "match: '^$'", "{a.kind}", "", "kind='test'" },
	{ "match: '^caf\\xc3\\xa9$'", "{a.kind}", "caf\xc3\xa9", "kind='test'" },
	{ "match: '\\xff'", "{a.kind}", "a\xff" "b", "kind='test'" },
};

static void emit_rich(struct hand_case *c, struct str text)
{
	static const struct field fields[] = {
		{ { "name", 4 }, { "app", 3 }, FIELD_TEXT }, { { "pid", 3 }, { "42", 2 }, FIELD_NUMBER },
		{ { "ok", 2 }, { "true", 4 }, FIELD_JSON }, { { "list", 4 }, { "[1,2]", 5 }, FIELD_JSON }, { { "empty", 5 }, { "", 0 }, FIELD_TEXT },
	};
	struct event e = case_line(c, 0, "");

	e.text = text;
	e.severity = SEV_ERR;
	e.entity = STR("pod:ml/a");
	e.fields = fields;
	e.n_fields = sizeof(fields) / sizeof(fields[0]);
	ck_assert_int_eq(emit_event(c->in.emitter, &e, NULL), OK);
}

START_TEST(a_signal_takes_what_it_asks_for)
{
	struct hand_case c;
	char rule[2048], want[200];

	snprintf(rule, sizeof(rule), RULE_TEXT("r", "pod", "  a: {source: app_log, %s}\n", "when: {anchor: a}\n", "%s"), rows[_i].signal, rows[_i].says);
	snprintf(want, sizeof(want), "%s%s", rows[_i].want, rows[_i].want[0] ? " pod:ml/a" : "");
	case_open(&c, rule, NULL);
	case_file(&c, "app.log", "app_log", COVER_SPAN);
	emit_rich(&c, str_of(rows[_i].text));
	check_hits(&c, "a", want);
	case_close(&c);
}
END_TEST

START_TEST(a_signal_reads_its_sources_only)
{
	static const char rule[] = RULE("host", "  a: {source: [app_log, journal], match: 'x'}\n  b: {source: dmesg, where: \"true\"}\n", "when: {anchor: a, support: [b]}\n");
	static const char *const files[] = { "app_log", "dmesg", "journal", "kern_log", "" };
	struct hand_case c;

	case_open(&c, rule, NULL);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		case_file(&c, "f", files[i], COVER_SPAN);
		case_event(&c, CLOCK_IS_UTC, "", 0, "x");
		case_event(&c, CLOCK_IS_UTC, "", 0, "y");
	}
	ck_assert_uint_eq(hits_of(&c, "a")->n, 2);
	ck_assert_int_eq(hits_of(&c, "a")->v[0]->event, 1);
	ck_assert_int_eq(hits_of(&c, "a")->v[1]->event, 5);
	ck_assert_uint_eq(hits_of(&c, "b")->n, 2);
	case_close(&c);
}
END_TEST

START_TEST(a_containers_line_is_an_applications_in_log_analytics_too)
{
	static const char rule[] = RULE("pod", "  a: {source: [app_log, journal], match: 'x'}\n  b: {source: [app_log, azure_logs], match: 'x'}\n  c: {source: dmesg, match: 'x'}\n",
		"when: {anchor: a, support: [b, c]}\n");
	struct hand_case c;

	case_open(&c, rule, NULL);
	case_file(&c, "query_data.json", "azure_logs", COVER_SPAN);
	emit_rich(&c, STR("x"));
	case_event(&c, CLOCK_IS_UTC, "", 0, "x");
	ck_assert_uint_eq(hits_of(&c, "a")->n, 1);
	ck_assert_int_eq(hits_of(&c, "a")->v[0]->event, 1);
	ck_assert_uint_eq(hits_of(&c, "b")->n, 2);
	ck_assert_uint_eq(hits_of(&c, "c")->n, 0);
	case_close(&c);
}
END_TEST

START_TEST(quoted_words_are_no_hits)
{
	static const char rule[] = RULE("pod", "  a: {source: [app_log, dmesg], match: 'no space'}\n", "when: {anchor: a}\n");
	struct hand_case c;

	case_open(&c, rule, NULL);
	case_file(&c, "f", "app_log", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, "", 0, "prompt=\"why no space?\"");
	case_event(&c, CLOCK_IS_UTC, "", 0, "no space");
	case_file(&c, "g", "dmesg", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, "", 0, "prompt=\"no space\"");
	ck_assert_uint_eq(hits_of(&c, "a")->n, 2);
	ck_assert_int_eq(hits_of(&c, "a")->v[0]->event, 2);
	case_close(&c);
}
END_TEST

/* ---- entities ---- */

struct bind { const char *bind, *want; };
static const struct bind binds[] = {
	{ "{pod: '{p}'}", "p='b/c' pod:b/c" },                          /* the rule knows better than the event */
	{ "{gpu: '{p|lower}'}", "p='b/c' gpu:b/c pod:ml/a" },
	{ "{node: '{nothing}'}", "nothing=? p='b/c' pod:ml/a" },        /* what cannot be told is no entity */
	{ "{pod: '{p}', node: 'n'}", "p='b/c' pod:b/c node:n" },
};

START_TEST(a_hit_has_its_entities)
{
	struct hand_case c;
	char rule[2048];

	snprintf(rule, sizeof(rule), RULE_TEXT("r", "pod", "  a: {source: app_log, match: '(?<p>\\S+)', bind: %s}\n", "when: {anchor: a}\n", "{a.p}"), binds[_i].bind);
	case_open(&c, rule, NULL);
	case_file(&c, "app.log", "app_log", COVER_SPAN);
	emit_rich(&c, STR("b/c"));
	check_hits(&c, "a", binds[_i].want);
	case_close(&c);
}
END_TEST

/* ---- long texts ---- */

START_TEST(a_regex_sees_the_head_of_a_long_text)
{
	static const char rule[] = RULE("host", "  head: {source: app_log, match: 'AT THE HEAD'}\n  tail: {source: app_log, match: 'AT THE TAIL'}\n"
						"  end: {source: app_log, match: 'xx$'}\n  all: {source: app_log, match: 'xx\\b'}\n"
						"  a: {source: app_log, match: 'never'}\n",
					"when: {anchor: a, support: [head, tail, end, all]}\n");
	char text[LIMIT_SUBJECT + 64];
	struct event e;
	struct hand_case c;

	memset(text, 'x', sizeof(text));
	memcpy(text, "AT THE HEAD ", 12);
	memcpy(text + sizeof(text) - 12, " AT THE TAIL", 12);
	case_open(&c, rule, NULL);
	case_file(&c, "app.log", "app_log", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, "", 0, "short");
	e = case_line(&c, 0, "");
	e.text = (struct str){ text, sizeof(text) };
	ck_assert_int_eq(emit_event(c.in.emitter, &e, NULL), OK);
	ck_assert_uint_eq(hits_of(&c, "head")->n, 1);
	ck_assert_uint_eq(hits_of(&c, "tail")->n, 0);
	ck_assert_uint_eq(hits_of(&c, "end")->n, 0); /* where it was cut is no end */
	ck_assert_uint_eq(hits_of(&c, "all")->n, 1);
	/* Only the head, where it was cut, matches: the filter must not ask the whole. */
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = 'y';
	ck_assert_int_eq(emit_event(c.in.emitter, &e, NULL), OK);
	ck_assert_uint_eq(hits_of(&c, "all")->n, 2);
	case_close(&c);
}
END_TEST

/* For (?:a+)+b(?=c): Vectorscan does not look ahead, and PCRE2 tries every way to split the a's. */
static void hostile(char *text, size_t size)
{
	memset(text, 'a', size);
	memcpy(text + size - 2, "b", 2);
}

START_TEST(a_regex_that_hits_its_limit_has_not_said_no)
{
	static const char rule[] = RULE("host", "  a: {source: kern_log, match: '^ANCHOR'}\n  b: {source: app_log, match: '(?:a+)+b(?=c)'}\n",
					"when: {anchor: a, window: [-1m, 1m], support: [{signal: b, weight: 8, if_absent: -8}]}\n");
	char text[4096];
	struct hand_case c;

	hostile(text, sizeof(text));
	case_open(&c, rule, NULL);
	case_file(&c, "kern.log", "kern_log", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, "", 0, "ANCHOR");
	case_file(&c, "app.log", "app_log", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, "", -TS_HOUR, "x");
	case_event(&c, CLOCK_IS_UTC, "", 0, text);
	case_event(&c, CLOCK_IS_UTC, "", TS_HOUR, "x");
	ck_assert_uint_eq(hits_of(&c, "b")->n, 0);
	ck_assert_uint_eq(hits_of(&c, "b")->unevaluated, 1);
	case_done(&c);
	check_rows(c.st, "SELECT state, points FROM ledger WHERE signal = 'b'", "unknown|0");
	case_close(&c);
}
END_TEST

START_TEST(an_anchor_that_was_not_evaluated_is_a_question)
{
	static const char rule[] = RULE("host", "  a: {source: app_log, match: '(?:a+)+b(?=c)'}\n", "when: {anchor: a}\n");
	char text[4096];
	struct hand_case c;

	hostile(text, sizeof(text));
	case_open(&c, rule, NULL);
	case_file(&c, "app.log", "app_log", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, "", 0, text);
	case_done(&c);
	check_rows(c.st, "SELECT rule, signal FROM undecidable", "r|a");
	case_close(&c);
}
END_TEST

/* ---- more hits than are kept ---- */

START_TEST(of_too_many_hits_the_first_and_the_last_are_kept)
{
	static const char rule[] = RULE("host", "  a: {source: kern_log, match: '^ANCHOR'}\n  b: {source: app_log, match: '^b (?<k>\\w+)?'}\n",
					"when: {anchor: a, window: [-1m, 1m], support: [{signal: b, weight: 8, if_absent: -8}]}\n");
	enum { N = LIMIT_HITS + 1000 };

	/* An anchor where hits were kept, and one where they were not. */
	for (int kept = 0; kept < 2; kept++) {
		const struct hit_list *l;
		struct hand_case c;

		case_open(&c, rule, NULL);
		case_file(&c, "kern.log", "kern_log", COVER_SPAN);
		case_event(&c, CLOCK_IS_UTC, "", kept ? 0 : (ts_usec)(LIMIT_HITS / 2 + 500) * TS_HOUR, "ANCHOR");
		case_file(&c, "app.log", "app_log", COVER_SPAN);
		for (int i = 0; i < N; i++)
			case_event(&c, CLOCK_IS_UTC, "", i * TS_HOUR, "b x");
		l = hits_of(&c, "b");
		ck_assert_uint_eq(l->seen, N);
		ck_assert_uint_eq(l->n, LIMIT_HITS);
		ck_assert_int_eq(l->v[0]->event, 2);
		ck_assert_int_eq(l->v[LIMIT_HITS / 2 - 1]->event, LIMIT_HITS / 2 + 1);
		ck_assert_int_eq(l->v[LIMIT_HITS / 2]->event, LIMIT_HITS / 2 + 2 + 1000);
		ck_assert_int_eq(l->v[LIMIT_HITS - 1]->event, N + 1);
		case_done(&c);
		check_rows(c.st, "SELECT state, points FROM ledger WHERE signal = 'b'", kept ? "seen|8" : "unknown|0");
		case_close(&c);
	}
}
END_TEST

/* ---- many events: blocks, batches, files ---- */

START_TEST(blocks_and_batches_do_not_matter)
{
	static const char rule[] = RULE("host", "  a: {source: app_log, match: '^needle (?<n>\\d+)$'}\n", "when: {anchor: a}\n");
	struct hand_case c;
	char text[600];
	size_t want = 0;

	case_open(&c, rule, NULL);
	case_file(&c, "app.log", "app_log", COVER_SPAN);
	for (int i = 0; i < 3 * BATCH_EVENTS; i++) {
		bool here = i % 997 == 0;

		/* Of all lengths, so that needles stand everywhere in a block. */
		if (here)
			snprintf(text, sizeof(text), "needle %d", i);
		else
			snprintf(text, sizeof(text), "%*s%d", i % 500, "hay needle", i);
		want += here;
		case_event(&c, CLOCK_IS_UTC, "", i, text);
	}
	ck_assert_uint_eq(hits_of(&c, "a")->n, want);
	case_close(&c);
}
END_TEST

START_TEST(the_own_hosts_name_does_not_depend_on_the_order_of_files)
{
	static const char rule[] = RULE_TEXT("r", "host", "  a: {source: app_log, match: '^A'}\n  w: {source: app_log, where: \"host == 'n1'\"}\n",
					     "when: {anchor: a, support: [w]}\n", "{a.host}");

	for (int fact_first = 0; fact_first < 2; fact_first++) {
		struct hand_case c;

		case_open(&c, rule, NULL);
		for (int i = 0; i < 2; i++)
			if (i == !fact_first) {
				case_file(&c, "hostname", "host_facts", COVER_SNAPSHOT);
				emit_fact(c.in.emitter, STR_NONE, STR("hostname"), STR("n1"), 1);
			} else {
				case_file(&c, "app.log", "app_log", COVER_SPAN);
				case_event(&c, CLOCK_IS_UTC, "", 0, "A");
				case_event(&c, CLOCK_IS_UTC, "n2", TS_HOUR, "x");
			}
		case_done(&c);
		check_rows(c.st, "SELECT narrative, host FROM finding", "n1|n1");
		ck_assert_uint_eq(hits_of(&c, "w")->n, 0); /* `where` is asked before the name can be known */
		case_close(&c);
	}
}
END_TEST

START_TEST(a_matcher_can_be_used_again)
{
	static const char rule[] = RULE("host", "  a: {source: app_log, match: '^A'}\n", "when: {anchor: a}\n");
	struct hand_case c;
	struct row_names names;

	case_open(&c, rule, NULL);
	case_file(&c, "app.log", "app_log", COVER_SPAN);
	case_event(&c, CLOCK_IS_UTC, "", 0, "A");
	ck_assert_uint_eq(hits_of(&c, "a")->n, 1);
	names = ingest_names(c.in.catalog);
	matcher_reset(c.matcher, &names);
	ck_assert_uint_eq(hits_of(&c, "a")->n, 0);
	c.in.catalog->files[0].source = STR("dmesg"); /* file 1 of another case */
	case_event(&c, CLOCK_IS_UTC, "", 0, "A");
	ck_assert_uint_eq(hits_of(&c, "a")->n, 0);
	case_close(&c);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 120);
	LOOP(tc, a_signal_takes_what_it_asks_for, rows);
	tcase_add_test(tc, a_signal_reads_its_sources_only);
	tcase_add_test(tc, a_containers_line_is_an_applications_in_log_analytics_too);
	tcase_add_test(tc, quoted_words_are_no_hits);
	LOOP(tc, a_hit_has_its_entities, binds);
	tcase_add_test(tc, a_regex_sees_the_head_of_a_long_text);
	tcase_add_test(tc, a_regex_that_hits_its_limit_has_not_said_no);
	tcase_add_test(tc, an_anchor_that_was_not_evaluated_is_a_question);
	tcase_add_test(tc, of_too_many_hits_the_first_and_the_last_are_kept);
	tcase_add_test(tc, blocks_and_batches_do_not_matter);
	tcase_add_test(tc, the_own_hosts_name_does_not_depend_on_the_order_of_files);
	tcase_add_test(tc, a_matcher_can_be_used_again);
}
TEST_MAIN("matcher", add)

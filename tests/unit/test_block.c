#include "match/block.h"

#include "case_help.h"

/* A block tells of each event what a scan of its text alone would, however the events lie in it. */

static struct ruleset *rules_of_texts(void)
{
	return rules_of("forensics: 1\nrule: r\nversion: 1\ntitle: t\nseverity: high\nstatus: test\nentity: host\nsignals:\n"
			"  a: {source: app_log, match: 'needle'}\n"
			"  b: {source: app_log, match: 'need'}\n"
			"  c: {source: app_log, match: '(?i)NEEDLE (?:one|two)'}\n"
			"  d: {source: app_log, match: 'needle\\d'}\n"
			"  e: {source: app_log, match: 'tail\\nhead'}\n"
			"when: {anchor: a}\nreport: {narrative: 'n', advice: ['a']}\ntests: []\n");
}

static void add_text(struct batch *b, struct str text)
{
	struct event_row *e = &b->events[b->n_events++];

	e->text = (struct str){ b->text + b->n_text, text.n };
	if (text.n)
		memcpy(b->text + b->n_text, text.p, text.n);
	b->n_text += text.n;
	b->text[b->n_text++] = '\n';
}

START_TEST(each_event_is_told_what_is_in_it)
{
	static const char *const texts[] = {
		"", "nothing", "a needle", "needle needle2 NEEDLE two", "", "the tail", "head of another", "tail\nhead", "needl", "e", "need", "needle",
	};
	enum { N = sizeof(texts) / sizeof(texts[0]), TIMES = 4000 }; /* several blocks */
	struct ruleset *rs = rules_of_texts();
	struct batch *b = batch_new();
	struct prefilter *f = NULL;
	struct block *k;
	uint64_t alone[2], bits[2];
	size_t blocks = 0, some = 0;
	bool wanted[16];

	for (size_t i = 0; i < 16; i++)
		wanted[i] = true;
	ck_assert_uint_le(rs->n_patterns, 16);
	ck_assert_int_eq(prefilter_new(&f, rs, wanted, NULL), OK);
	ck_assert_uint_eq(prefilter_words(f), 2);
	k = block_new(f);
	for (size_t i = 0; i < TIMES; i++)
		add_text(b, str_of(texts[(i + i / N) % N]));
	for (size_t from = 0, to; from < b->n_events; from = to, blocks++) {
		to = block_scan(k, b, from);
		ck_assert_uint_gt(to, from);
		for (size_t i = from; i < to; i++) {
			bool any = prefilter_scan(f, b->events[i].text, alone);

			ck_assert_msg(block_candidates(k, i, bits) == any && memcmp(bits, alone, sizeof(bits)) == 0, "event %zu '%.*s'", i, STR_ARG(b->events[i].text));
			some += any;
		}
	}
	ck_assert_uint_gt(blocks, 1);
	ck_assert_uint_gt(some, TIMES / 4);
	block_free(k);
	prefilter_free(f);
	batch_free(b);
	ruleset_free(rs);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, each_event_is_told_what_is_in_it);
}
TEST_MAIN("block", add)

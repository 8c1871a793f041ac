/* Mutants of a rule: what each lacks, and that nothing else changed. */
#include "rule/mutant.h"
#include "rule_whole.h"

struct seen { const struct rule *rule; struct mutant *v; size_t n; };

static struct seen mutants_of_whole(void)
{
	struct seen s = { loaded(), NULL, 0 };

	s.n = rule_mutants(s.rule, arena, &s.v);
	return s;
}

static const struct mutant *lacking(const struct seen *s, const char *what)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->v[i].lacks, str_of(what)))
			return &s->v[i];
	ck_abort_msg("no mutant lacks '%s'", what);
	return NULL;
}

START_TEST(each_item_part_cause_and_link_once)
{
	static const char *const lacks[] = {
		"link 'xid.pci == aer.port'", "require quiet", "support aer", "support any(hot, share)", "support hot in any(hot, share)",
		"support share in any(hot, share)", "support xid.double > 100 or exists(aer)", "against many", "against errors",
		"against all(chain, other)", "against chain in all(chain, other)", "against other in all(chain, other)", "cause link",
		"support aer of cause link", "cause heat", "support hot of cause heat",
	};
	struct seen s = mutants_of_whole();

	ck_assert_uint_eq(s.n, sizeof(lacks) / sizeof(lacks[0]));
	for (size_t i = 0; i < s.n; i++) {
		ck_assert_text(s.v[i].lacks, lacks[i]);
		ck_assert(s.v[i].cure.n > 0);
		ck_assert_uint_gt(s.v[i].line, 0);
	}
}
END_TEST

START_TEST(a_mutant_lacks_that_and_nothing_else)
{
	struct seen s = mutants_of_whole();
	const struct rule *r = s.rule, *m = &lacking(&s, "support any(hot, share)")->rule;

	ck_assert_uint_eq(m->support.n, r->support.n - 1);
	ck_assert_text(m->support.v[0].label, "aer");
	ck_assert_text(m->support.v[1].label, "xid.double > 100 or exists(aer)");
	ck_assert_uint_eq(m->n_causes, r->n_causes);
	ck_assert_ptr_eq(m->signals, r->signals);
	m = &lacking(&s, "support share in any(hot, share)")->rule;
	ck_assert_uint_eq(m->support.n, r->support.n);
	ck_assert_uint_eq(m->support.v[1].n_parts, 1);
	ck_assert_text(m->support.v[1].parts[0].label, "hot");
	ck_assert_uint_eq(r->support.v[1].n_parts, 2);
}
END_TEST

START_TEST(causes_are_copied_before_they_change)
{
	struct seen s = mutants_of_whole();
	const struct rule *r = s.rule, *m = &lacking(&s, "support aer of cause link")->rule;

	ck_assert_uint_eq(m->causes[0].support.n, 0);
	ck_assert_uint_eq(r->causes[0].support.n, 1);
	ck_assert_uint_eq(m->causes[1].support.n, 1);
	m = &lacking(&s, "cause link")->rule;
	ck_assert_uint_eq(m->n_causes, 1);
	ck_assert_text(m->causes[0].id, "heat");
	ck_assert_uint_eq(lacking(&s, "cause link")->line, 40);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, each_item_part_cause_and_link_once);
	tcase_add_test(tc, a_mutant_lacks_that_and_nothing_else);
	tcase_add_test(tc, causes_are_copied_before_they_change);
}

TEST_MAIN("rule/mutant", add)

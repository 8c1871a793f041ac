#include "cmd/options.h"

#include "base/buf.h"
#include "unit.h"

static const char *const speeds[] = { "slow", "fast", NULL };
static const struct option table[] = {
	{ 'd', "db", "DB", "", false, NULL },
	{ 'o', "output", "FILE", "", true, NULL },
	{ 'C', "context", "N", "", false, NULL },
	{ 'a', "all", NULL, "", false, NULL },
	{ 0, "speed", "SPEED", "slow or fast", false, speeds },
	{ 0, "since", "T", "", false, NULL },
	{ 0, NULL, NULL, NULL, false, NULL },
};

/* What a line means, as one text: "db=x all | a b". */
static void put_meaning(struct buf *b, const struct options *o)
{
	for (size_t i = 0; i < o->n_given; i++) {
		buf_printf(b, "%s", o->given[i].option->name);
		if (o->given[i].value)
			buf_printf(b, "=%s", o->given[i].value);
		buf_putc(b, ' ');
	}
	buf_printf(b, "|");
	for (size_t i = 0; i < o->n_args; i++)
		buf_printf(b, " %s", o->args[i]);
}

/* Words of a line, split at single blanks: "a  b" has an empty one. */
static int split(struct arena *a, const char *line, char **argv)
{
	struct str rest = str_of(line), word;
	int n = 0;

	while (str_cut(&rest, ' ', &word))
		argv[n++] = arena_cstr(a, word);
	return n;
}

static enum status parse(struct arena *a, const char *line, struct options *o, struct error *err)
{
	char **argv = ARENA_ARRAY(a, char *, 32);
	int argc = split(a, line, argv);

	return options_parse(o, table, "cook", argc, argv, a, err);
}

static const struct { const char *line, *means; } good[] = {
	{ "a b", "| a b" },
	{ "-d x a", "db=x | a" },
	{ "a -dx b", "db=x | a b" },
	{ "--db x", "db=x |" },
	{ "--db=x", "db=x |" },
	{ "--db= a", "db= | a" },
	{ "--db=x=y", "db=x=y |" },
	{ "-aqv", "all quiet verbose |" },
	{ "-aqdx", "all quiet db=x |" },
	{ "-aqd x", "all quiet db=x |" },
	{ "-o a -o b --output=c", "output=a output=b output=c |" },
	{ "- a", "| - a" },
	{ "a -- -d --all -", "| a -d --all -" },
	{ "--since -2h", "since=-2h |" },
	{ "--since --all", "since=--all |" },
	{ "-d -- a", "db=-- | a" },
	{ "--speed fast", "speed=fast |" },
	{ "--color=never", "color=never |" },
	{ "-h --no-such -Z", "help |" },
	{ " a", "|  a" },
};

START_TEST(reads_a_line)
{
	struct arena *a = arena_new();
	struct options o;
	struct error err = { 0 };
	struct buf b;

	buf_init(&b, 1000);
	ck_assert_msg(parse(a, good[_i].line, &o, &err) == OK, "%s: %s", good[_i].line, err.text);
	put_meaning(&b, &o);
	ck_assert_str_eq(buf_cstr(&b), good[_i].means);
	ck_assert_ptr_null(o.args[o.n_args]);
	buf_done(&b);
	arena_free(a);
}
END_TEST

static const struct { const char *line, *text, *hint; } bad[] = {
	{ "--al", "'cook' has no option --al", "did you mean --all?" },
	{ "--ouput=x", "'cook' has no option --ouput", "did you mean --output?" },
	{ "--colour always", "'cook' has no option --colour", "did you mean --color?" },
	{ "--frobnicate", "'cook' has no option --frobnicate", "forensics cook --help lists them" },
	{ "--out", "'cook' has no option --out", "forensics cook --help lists them" }, /* never abbreviated */
	{ "-aZ", "'cook' has no option -Z", "forensics cook --help lists them" },
	{ "-a=x", "'cook' has no option -=", "forensics cook --help lists them" },
	{ "-d", "--db needs a value", "--db DB: " },
	{ "-ad", "--db needs a value", "--db DB: " },
	{ "--db", "--db needs a value", "--db DB: " },
	{ "--all=yes", "--all takes no value", "leave '=yes' out" },
	{ "--speed fats", "--speed does not take 'fats'", "did you mean fast?" },
	{ "--speed=warp", "--speed does not take 'warp'", "--speed is slow or fast" },
	{ "--color sometimes", "--color does not take 'sometimes'", "--color is auto, always or never" },
};

START_TEST(says_what_is_wrong_and_the_cure)
{
	struct arena *a = arena_new();
	struct options o;
	struct error err = { 0 };

	ck_assert_int_eq(parse(a, bad[_i].line, &o, &err), ERR_USAGE);
	ck_assert_str_eq(err.text, bad[_i].text);
	ck_assert_str_eq(err.hint, bad[_i].hint);
	arena_free(a);
}
END_TEST

START_TEST(gives_the_last_value_and_all_of_them)
{
	struct arena *a = arena_new();
	struct options o;
	const char *const *v;
	size_t n = 0;

	ck_assert_int_eq(parse(a, "-o a -o b -a -o c", &o, NULL), OK);
	ck_assert_str_eq(opt_value(&o, "output"), "c");
	ck_assert_ptr_null(opt_value(&o, "db"));
	ck_assert(opt_given(&o, "all"));
	ck_assert(!opt_given(&o, "quiet"));
	v = opt_values(&o, "output", a, &n);
	ck_assert_uint_eq(n, 3);
	ck_assert_str_eq(v[0], "a");
	ck_assert_str_eq(v[2], "c");
	arena_free(a);
}
END_TEST

static const struct { const char *line; bool good; uint64_t count; } counts[] = {
	{ "-C 0", true, 0 }, { "-C 1000", true, 1000 }, { "", true, 7 },
	{ "-C 1001", false, 7 }, { "-C -1", false, 7 }, { "-C 1x", false, 7 }, { "-C 99999999999999999999", false, 7 },
};

START_TEST(counts_up_to_a_limit)
{
	struct arena *a = arena_new();
	struct options o;
	uint64_t n = 7;

	ck_assert_int_eq(parse(a, counts[_i].line, &o, NULL), OK);
	ck_assert_int_eq(opt_count(&o, "context", 1000, &n, NULL), counts[_i].good ? OK : ERR_USAGE);
	ck_assert_uint_eq(n, counts[_i].count);
	arena_free(a);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, reads_a_line, good);
	LOOP(tc, says_what_is_wrong_and_the_cure, bad);
	tcase_add_test(tc, gives_the_last_value_and_all_of_them);
	LOOP(tc, counts_up_to_a_limit, counts);
}
TEST_MAIN("cmd/options", add)

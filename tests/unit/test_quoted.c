#include "match/quoted.h"

#include "unit.h"

/* What follows the text's first '<' up to '>' is quoted; the marks are taken out first. */
static const struct { const char *text; bool own_error; } cases[] = {
	{ "user=u1 prompt=<\"why CUDA out of memory?\">", false },
	{ "user=u1 prompt=<\"why CUDA out of memory?\" then more>", false },
	{ "failed prompt=<\"why, I said \"x\"?\"> error=CUDA out of memory", true },
	{ "Received request c-1: prompt: <'<|user|>\\nNVRM: Xid'>, params: x", true },
	{ "{\"role\": \"user\", \"content\": <\"no space left\"}>", false },
	{ "'prompts': [<'a b'> , 'c']", true },
	{ "fluent-bit: {\"log\":<\"NVRM: Xid\",\"host\":\"b\"}>", false },
	{ "fluent-bit: {\\\"log\\\":\\<\"NVRM: Xid\\\",\\\"host\\\":\\\"b\\\"}>", false },
	{ "rule <\"too many open files\" evaluated, 0 matches>", false },
	{ "ops : TTY=pts/0 ; PWD=/ <; COMMAND=/bin/grep disk full>", false },
	{ "(root<) CMD (grep -c oom /var/log/syslog)>", false },
	{ "<grep -rn 'Disk quota exceeded' /var/log>", false },
	{ "<* \"Disk quota exceeded\" means that the quota is used up>", false },
	/* A program's own words, in quotes or not. */
	{ "level=error msg=\"CUDA out of memory\"", false },
	{ "{\"error\": {\"message\": \"token rate limit\", \"content\": \"x\"}}", false },
	{ "prompt (length 9120) is longer than the maximum model length of 8192", false },
	{ "a rule of \"thumb\"; the log: \"x\"", false },
	{ "File \"/app/prompt.py\", line 3, in <module>", false },
	{ "- 1 worker died", false },
	{ "", false },
};

START_TEST(knows_whose_words_they_are)
{
	const char *c = cases[_i].text;
	struct str whole = str_of(c);
	size_t open = str_chr(whole, '<'), close = str_rchr(whole, '>'), n = 0;
	char text[256];
	struct quoted q;
	bool marked = open < whole.n && whole.p[open + 1] != 'm'; /* "<module>" is the program's */

	for (size_t i = 0; i < whole.n; i++)
		if (!marked || (i != open && i != close))
			text[n++] = c[i];
	q = quoted_in((struct str){ text, n }, cases[_i].own_error);
	ck_assert_msg(q.from == (marked ? open : n), "%s: from %zu", c, q.from);
	ck_assert_msg(q.to == (marked ? close - 1 : n), "%s: to %zu", c, q.to);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, knows_whose_words_they_are, 0, sizeof(cases) / sizeof(*cases));
}

TEST_MAIN("quoted", add)

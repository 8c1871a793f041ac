#include "rule/lint_priv.h"

#include <time.h>

#include "rule/literal.h"
#include "rule/pattern_priv.h"

/* E03: what would a line cost that somebody wrote to hurt?  The only place of the
 * program that looks at a clock to decide something, and it decides nothing about evidence. */

/* A line that lacks the pattern's first text is any long line, a base64 blob say, and must
 * cost next to nothing.  One that begins like a match is made by hand: there the square of its length,
 * 40 ms for [0-9a-f:.]+[^)]*\), is bearable, and what grows faster hits the match limit or this. */
#define SLOW_US 20000
#define SLOW_HEAD_US 100000
#define MIN_LITERAL 4

static int64_t cpu_us(void)
{
	struct timespec t = { 0, 0 };

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* A subject is a head, a unit repeated, and a byte that spoils the match at the very end.  Behind that
 * byte a tail may hold the pattern's own text: PCRE2 gives up at once on a line that lacks it. */
enum part { PART_NONE, PART_ALL, PART_FIRST, PART_LONGEST };
static const struct { enum part head, unit, tail; const char *filler; } subjects[] = {
	{ PART_NONE, PART_ALL, PART_NONE, "" },  { PART_NONE, PART_LONGEST, PART_NONE, "" },
	{ PART_NONE, PART_NONE, PART_ALL, "a" }, { PART_NONE, PART_NONE, PART_ALL, "0" },
	{ PART_NONE, PART_NONE, PART_ALL, " " }, { PART_NONE, PART_NONE, PART_ALL, "a " },
	{ PART_NONE, PART_NONE, PART_ALL, "0.a:-" }, { PART_FIRST, PART_NONE, PART_ALL, "a" },
	{ PART_FIRST, PART_NONE, PART_ALL, "0" }, { PART_FIRST, PART_NONE, PART_ALL, " " },
	{ PART_FIRST, PART_NONE, PART_ALL, "a " }, { PART_FIRST, PART_NONE, PART_ALL, "0." },
};

static struct str part_of(const struct literals *lit, enum part part)
{
	switch (part) {
	case PART_NONE:
		break;
	case PART_ALL:
		return (struct str){ lit->text, lit->n };
	case PART_FIRST:
		return (struct str){ lit->text, lit->first_n };
	case PART_LONGEST:
		return (struct str){ lit->text + lit->longest_at, lit->longest_n };
	}
	return STR_NONE;
}

static size_t put(char *subject, size_t at, size_t end, struct str s)
{
	for (size_t i = 0; i < s.n && at < end; i++)
		subject[at++] = s.p[i];
	return at;
}

static void make_subject(char subject[LIMIT_SUBJECT], const struct literals *lit, size_t kind)
{
	struct str unit = part_of(lit, subjects[kind].unit), filler = str_of(subjects[kind].filler);
	struct str tail = part_of(lit, subjects[kind].tail);
	size_t end = LIMIT_SUBJECT - 1 - tail.n;
	size_t at = put(subject, 0, end, part_of(lit, subjects[kind].head));

	if (unit.n + filler.n == 0)
		filler = STR("x");
	while (at < end)
		at = put(subject, put(subject, at, end, unit), end, filler);
	subject[at++] = '\x01';
	put(subject, at, LIMIT_SUBJECT, tail);
}

static int64_t search_us(struct lint *l, const struct pattern *p, struct str subject, enum regex_result *result)
{
	int64_t start = cpu_us();

	*result = regex_search(l->room, p->code, subject);
	return cpu_us() - start;
}

static void check_timing(struct lint *l, const struct rule *r, uint32_t line, const struct pattern *p,
			 const struct literals *lit)
{
	char subject[LIMIT_SUBJECT];

	regex_jit(p->code);
	for (size_t kind = 0; kind < sizeof subjects / sizeof *subjects; kind++) {
		const int64_t slow_us = subjects[kind].head == PART_NONE ? SLOW_US : SLOW_HEAD_US;
		enum regex_result result;
		int64_t us;

		make_subject(subject, lit, kind);
		us = search_us(l, p, (struct str){ subject, sizeof subject }, &result);
		if (result != REGEX_LIMIT && us > slow_us) { /* once more: the machine may have been busy */
			int64_t again = search_us(l, p, (struct str){ subject, sizeof subject }, &result);

			us = again < us ? again : us;
		}
		if (result != REGEX_LIMIT && us <= slow_us)
			continue;
		if (result == REGEX_LIMIT)
			remark(l, r, line, "E03", "avoid a repetition inside a repetition; bound it: .{0,80} instead of .*",
			       "the regex hits the match limit on a hostile line");
		else
			remark(l, r, line, "E03", "bound what repeats: .{0,80} instead of .*",
			       "the regex needs %lld ms for one hostile line; %lld are allowed", (long long)us / 1000,
			       (long long)slow_us / 1000);
		return;
	}
}

void lint_regexes(struct lint *l, const struct rule *r)
{
	struct arena *a = arena_new();
	struct literals lit;

	for (size_t i = 0; i < r->n_signals; i++) {
		const struct event_signal *e = &r->signals[i].u.event;

		for (size_t k = 0; r->signals[i].kind == SIG_EVENT && k < e->n_patterns; k++) {
			const struct pattern *p = &l->rules->patterns[e->patterns[k]];
			uint32_t line = e->pattern_lines[k];
			struct str text = str_from(p->text, str_starts(p->text, STR("^")));

			if (literals_of(p->text, a, &lit).least < MIN_LITERAL)
				remark(l, r, line, "W01", NULL, "no plain text of %d bytes that every match must contain", MIN_LITERAL);
			if (str_starts(text, STR(".*")) || str_starts(text, STR(".+")))
				remark(l, r, line, "W02", NULL, "the regex starts with '%.2s': leave it out", text.p);
			check_timing(l, r, line, p, &lit);
		}
	}
	arena_free(a);
}

#include "base/suggest.h"

#define LONGEST 48 /* bytes of a name looked at: no keyword or sensible name is longer */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: Levenshtein plus swaps of neighbours. */
static size_t distance(struct str a, struct str b)
{
	size_t rows[3][LONGEST + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2];

	for (size_t j = 0; j <= b.n; j++)
		above[j] = before[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t *spare = before;

		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			bool same = a.p[i - 1] == b.p[j - 1];

			row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + !same);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		before = above;
		above = row;
		row = spare;
	}
	return above[b.n];
}

void suggest_init(struct suggest *s, struct str word)
{
	*s = (struct suggest){ word, STR_NONE, word.n / 3 + (word.n < 3) + 1 };
}

static bool starts_alike(const struct suggest *s, struct str name)
{
	return s->word.n && name.n && s->word.p[0] == name.p[0];
}

void suggest_try(struct suggest *s, struct str name)
{
	size_t d;

	if (s->word.n > LONGEST || name.n > LONGEST)
		return;
	/* It takes at least a step for each byte more or less. */
	if ((name.n > s->word.n ? name.n - s->word.n : s->word.n - name.n) > s->distance)
		return;
	d = distance(s->word, name);
	/* Who mistypes a word mostly has its first letter right. */
	if (d < s->distance || (s->best.n && d == s->distance && starts_alike(s, name) && !starts_alike(s, s->best))) {
		s->distance = d;
		s->best = name;
	}
}

void suggest_list(struct suggest *s, const char *const *names)
{
	for (; *names; names++)
		suggest_try(s, str_of(*names));
}

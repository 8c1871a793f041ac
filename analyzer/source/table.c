#include "source/table.h"

static size_t blanks(struct str s, size_t i)
{
	size_t n = 0;

	while (i + n < s.n && is_blank(s.p[i + n]))
		n++;
	return n;
}

bool table_next(struct str *rest, struct str *cell)
{
	struct str s = str_from(*rest, blanks(*rest, 0));
	size_t i = 0;

	if (s.n == 0)
		return false;
	while (i < s.n) {
		size_t gap = blanks(s, i);

		if (gap > 1 || (gap == 1 && s.p[i] == '\t'))
			break;
		i += gap ? gap : 1;
	}
	*cell = str_trim(str_head(s, i));
	*rest = str_from(s, i);
	return true;
}

static bool continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80; /* not the first byte of a character */
}

static size_t characters(const char *from, const char *to)
{
	size_t n = 0;

	for (; from < to; from++)
		n += !continues(*from);
	return n;
}

bool table_header(struct table *t, struct arena *a, struct str line)
{
	struct str own = arena_dup(a, str_rtrim(line)), rest = own, name;

	t->n = 0;
	while (t->n < TABLE_COLUMNS && table_next(&rest, &name)) {
		t->column[t->n].name = name;
		t->column[t->n].start = characters(own.p, name.p);
		t->n++;
	}
	return t->n >= 2;
}

size_t table_column(const struct table *t, struct str name)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->column[i].name, name))
			return i;
	return TABLE_NONE;
}

/* The byte at which character n of line begins; past the end: line.n. */
static size_t byte_of(struct str line, size_t n)
{
	size_t i = 0;

	while (i < line.n) {
		if (!continues(line.p[i]) && n-- == 0)
			break;
		i++;
	}
	return i;
}

static bool split_at_columns(const struct table *t, struct str line, struct str *cells)
{
	size_t from = 0;

	for (size_t i = 0; i < t->n; i++) {
		size_t to = i + 1 < t->n ? byte_of(line, t->column[i + 1].start) : line.n;

		if (to < line.n && to > 0 && !is_blank(line.p[to - 1]))
			return false; /* a word crosses into the next column */
		cells[i] = str_trim((struct str){ line.p + from, to - from });
		from = to;
	}
	return true;
}

void table_row(const struct table *t, struct str line, struct str *cells)
{
	if (!split_at_columns(t, str_rtrim(line), cells))
		table_row_loose(t, line, cells);
}

void table_row_loose(const struct table *t, struct str line, struct str *cells)
{
	struct str rest = str_rtrim(line);

	for (size_t i = 0; i < t->n; i++) {
		cells[i] = STR_NONE;
		if (i + 1 == t->n)
			cells[i] = str_trim(rest);
		else
			(void)table_next(&rest, &cells[i]);
	}
}

bool table_is_rule(struct str line)
{
	size_t dashes = 0;

	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == '-')
			dashes++;
		else if (!is_blank(line.p[i]))
			return false;
	}
	return dashes >= 3;
}

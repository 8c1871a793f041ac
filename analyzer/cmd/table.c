#include "cmd/table.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "cmd/term.h"

#define NARROWEST 8 /* columns are not made narrower than this to fit */

void table_init(struct table *t, size_t n_columns, enum table_look look)
{
	struct arena *a = arena_new();

	*t = (struct table){ .arena = a, .look = look, .n_columns = n_columns,
			     .right = ARENA_ARRAY(a, bool, n_columns), .whole = ARENA_ARRAY(a, bool, n_columns) };
}

void table_done(struct table *t)
{
	free(t->cells);
	arena_free(t->arena);
}

void table_add(struct table *t, struct str cell)
{
	t->cells = grow(t->cells, t->n_cells, &t->cap, sizeof(t->cells[0]));
	t->cells[t->n_cells++] = arena_dup(t->arena, cell);
}

void table_printf(struct table *t, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	table_add(t, str_of(text));
}

void table_right(struct table *t, size_t column)
{
	t->right[column] = true;
}

void table_whole(struct table *t, size_t column)
{
	t->whole[column] = true;
}

/* As term_text() shows it, where a newline takes two columns. */
static size_t width_of(struct str cell, struct buf *scratch)
{
	size_t width = 0;
	struct str shown;

	buf_reset(scratch);
	visible_text(scratch, cell);
	shown = buf_str(scratch);
	for (size_t i = 0; i < shown.n;)
		width += shown.p[i] == '\n' ? (i++, 2u) : (size_t)utf8_width(utf8_next(shown, &i));
	return width;
}

static size_t between(const struct table *t)
{
	return t->look == TABLE_BOX ? 3 : 2;
}

/* The widest column gives a place at a time: a few hundred steps at most for a screen. */
static void fit(const struct table *t, size_t *widths, size_t room)
{
	size_t total = t->look == TABLE_BOX ? 4 : 0;

	for (size_t c = 0; c < t->n_columns; c++)
		total += widths[c] + (c ? between(t) : 0);
	for (; total > room; total--) {
		size_t *widest = NULL;

		for (size_t c = 0; c < t->n_columns; c++)
			if (!t->whole[c] && widths[c] > NARROWEST && (!widest || widths[c] > *widest))
				widest = &widths[c];
		if (!widest)
			return;
		--*widest;
	}
}

static void rule(const struct table *t, const size_t *widths, FILE *out, const char *left, const char *cross, const char *right)
{
	for (size_t c = 0; c < t->n_columns; c++) {
		fputs(c ? cross : left, out);
		for (size_t i = 0; i < widths[c] + 2; i++)
			fputs("\u2500", out);
	}
	fputs(right, out);
	fputc('\n', out);
}

static void write_row(const struct table *t, const struct str *row, const size_t *widths, FILE *out, struct buf *scratch)
{
	bool box = t->look == TABLE_BOX, head = row == t->cells;

	if (head)
		term_style(out, "1");
	if (box)
		fputs("\u2502 ", out);
	for (size_t c = 0; c < t->n_columns; c++) {
		size_t width = width_of(row[c], scratch);
		bool last = c + 1 == t->n_columns && !box;

		if (c)
			fputs(box ? " \u2502 " : "  ", out);
		for (size_t i = width; t->right[c] && i < widths[c]; i++)
			fputc(' ', out);
		term_column(out, row[c], widths[c], !last && !t->right[c]);
	}
	fputs(box ? " \u2502" : "", out);
	if (head)
		term_style(out, NULL);
	fputc('\n', out);
}

void table_write(const struct table *t, FILE *out)
{
	size_t *widths = ARENA_ARRAY(t->arena, size_t, t->n_columns);
	size_t room = out == stdout ? term_columns() : 0;
	bool box = t->look == TABLE_BOX;
	struct buf scratch;

	buf_init(&scratch, LIMIT_JSON_RECORD);
	for (size_t i = 0; i < t->n_cells; i++) {
		size_t w = width_of(t->cells[i], &scratch);

		if (w > widths[i % t->n_columns])
			widths[i % t->n_columns] = w;
	}
	if (room)
		fit(t, widths, room);
	if (box)
		rule(t, widths, out, "\u250c", "\u252c", "\u2510");
	for (size_t i = 0; i + t->n_columns <= t->n_cells; i += t->n_columns) {
		write_row(t, t->cells + i, widths, out, &scratch);
		if (i == 0 && box)
			rule(t, widths, out, "\u251c", "\u253c", "\u2524");
	}
	if (box)
		rule(t, widths, out, "\u2514", "\u2534", "\u2518");
	buf_done(&scratch);
}

#include "cmd/rows.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/number.h"
#include "base/utf8.h"
#include "cmd/table.h"
#include "cmd/term.h"

/* ---- one value ---- */

/* The shortest form that reads back as the same double. */
static const char *real_text(double v, char buf[40])
{
	char *end;

	for (int digits = 15; digits <= 17; digits++) {
		snprintf(buf, 40, "%.*g", digits, v);
		if (strtod(buf, &end) == v)
			break;
	}
	return buf;
}

/* SQL values as text; NULL is empty. */
static struct str text_of(struct query *q, int col, char buf[40])
{
	switch (query_get_type(q, col)) {
	case QUERY_NULL:
		return STR_NONE;
	case QUERY_REAL:
		return str_of(real_text(query_get_real(q, col), buf));
	case QUERY_INT:
	case QUERY_TEXT:
		break;
	}
	return query_get_text(q, col);
}

/* JSON as stored, with what could deceive a reader escaped: outside of strings
 * there is only ASCII, so every such character is in one. */
static void put_embedded(FILE *out, struct str json)
{
	for (size_t i = 0, from = 0; i < json.n; from = i) {
		int32_t c = utf8_next(json, &i);

		if (c >= 0x7f && c < 0x10000 && utf8_deceives(c))
			fprintf(out, "\\u%04" PRIx32, (uint32_t)c);
		else if (c == '\n' || c == '\t')
			fputc(' ', out);
		else
			fwrite(json.p + from, 1, i - from, out);
	}
}

static bool holds_json(const struct rows *rows, struct query *q, int col, struct str text)
{
	const char *name = query_column_name(q, col);
	struct json *v = NULL;

	if (!rows->embed || (strcmp(name, "attrs") != 0 && strcmp(name, "labels") != 0))
		return false;
	if (json_parse(&v, text, NULL) != OK)
		return false;
	json_free(v);
	return true;
}

static void put_json(const struct rows *rows, struct query *q, int col, FILE *out)
{
	char buf[40];
	struct str text;
	double v;

	switch (query_get_type(q, col)) {
	case QUERY_NULL:
		fputs("null", out);
		return;
	case QUERY_INT:
		fprintf(out, "%" PRId64, query_get_int(q, col));
		return;
	case QUERY_REAL:
		v = query_get_real(q, col);
		fputs(isfinite(v) ? real_text(v, buf) : "null", out);
		return;
	case QUERY_TEXT:
		break;
	}
	text = query_get_text(q, col);
	if (holds_json(rows, q, col, text))
		put_embedded(out, text);
	else
		json_text_of(out, text);
}

/* ---- one row ---- */

static void json_row(const struct rows *rows, struct query *q, FILE *out)
{
	int n = query_columns(q);

	fputc('{', out);
	for (int c = 0; c < n; c++) {
		if (c)
			fputc(',', out);
		json_text_of(out, str_of(query_column_name(q, c)));
		fputc(':', out);
		put_json(rows, q, c, out);
	}
	fputc('}', out);
}

static void csv_cell_out(FILE *out, struct str s)
{
	bool quote = s.n && (is_blank(s.p[0]) || is_blank(s.p[s.n - 1]));

	for (size_t i = 0; i < s.n && !quote; i++)
		quote = s.p[i] == '"' || s.p[i] == ',' || s.p[i] == '\n' || s.p[i] == '\r';
	if (!quote) {
		fwrite(s.p ? s.p : "", 1, s.n, out);
		return;
	}
	fputc('"', out);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			fputc('"', out);
		fputc(s.p[i], out);
	}
	fputc('"', out);
}

/* =, +, -, @ and their like begin a formula (OWASP, CSV Injection); numbers are none. */
static void csv_safe(FILE *out, struct str s)
{
	struct buf b;
	double number;

	if (s.n == 0 || !strchr("=+-@\t\r", s.p[0]) || num_double(s, &number)) {
		csv_cell_out(out, s);
		return;
	}
	buf_init(&b, s.n + 2);
	buf_putc(&b, '\'');
	buf_add(&b, s);
	csv_cell_out(out, buf_str(&b));
	buf_done(&b);
}

static void csv_text(FILE *out, struct str s)
{
	struct buf shown;

	if (!term_is_tty(out)) {
		csv_cell_out(out, s);
		return;
	}
	buf_init(&shown, LIMIT_JSON_RECORD);
	visible_text(&shown, s);
	csv_cell_out(out, buf_str(&shown));
	buf_done(&shown);
}

/* ---- all rows ---- */

static enum status write_csv(struct rows *rows, struct query *q, FILE *out, struct error *err)
{
	int n = query_columns(q);
	char buf[40];
	enum status s;

	for (int c = 0; c < n; c++) {
		if (c)
			fputc(',', out);
		csv_text(out, str_of(query_column_name(q, c)));
	}
	fputc('\n', out);
	while ((s = query_step(q, err)) == OK) {
		for (int c = 0; c < n; c++) {
			if (c)
				fputc(',', out);
			if (rows->spreadsheet)
				csv_safe(out, text_of(q, c, buf));
			else
				csv_text(out, text_of(q, c, buf));
		}
		fputc('\n', out);
		rows->n++;
	}
	return s;
}

static enum status write_md(struct rows *rows, struct query *q, FILE *out, struct error *err)
{
	int n = query_columns(q);
	char buf[40];
	enum status s;

	for (int c = 0; c < n; c++) {
		fputs(c ? " | " : "| ", out);
		md_inline(out, str_of(query_column_name(q, c)));
	}
	fputs(" |\n|", out);
	for (int c = 0; c < n; c++)
		fputs(" --- |", out);
	fputc('\n', out);
	while ((s = query_step(q, err)) == OK) {
		for (int c = 0; c < n; c++) {
			fputs(c ? " | " : "| ", out);
			md_inline(out, text_of(q, c, buf));
		}
		fputs(" |\n", out);
		rows->n++;
	}
	return s;
}

static enum status write_json(struct rows *rows, struct query *q, FILE *out, struct error *err)
{
	bool lines = rows->mode == ROWS_JSONL;
	enum status s;

	if (!lines)
		fputc('[', out);
	while ((s = query_step(q, err)) == OK) {
		if (!lines && rows->n)
			fputs(",\n", out);
		json_row(rows, q, out);
		if (lines)
			fputc('\n', out);
		rows->n++;
	}
	if (!lines)
		fputs("]\n", out);
	return s;
}

static void table_of(struct table *t, const struct rows *rows, struct query *q)
{
	int n = query_columns(q);

	table_init(t, (size_t)n, rows->mode == ROWS_BOX ? TABLE_BOX : TABLE_PLAIN);
	for (int c = 0; c < n; c++)
		table_add(t, str_of(query_column_name(q, c)));
}

static void table_row(struct table *t, bool first, struct query *q)
{
	int n = query_columns(q);
	char buf[40];

	for (int c = 0; c < n; c++) {
		enum query_type type = query_get_type(q, c);

		if (first && (type == QUERY_INT || type == QUERY_REAL))
			table_right(t, (size_t)c);
		table_add(t, text_of(q, c, buf));
	}
}

/* LIMIT_TABLE_ROWS share their widths; the next ones get a table of their own. */
static enum status write_table(struct rows *rows, struct query *q, FILE *out, struct error *err)
{
	enum status s = OK;

	if (query_columns(q) == 0)
		return query_step(q, err);
	do {
		struct table t;
		uint64_t n = 0;

		table_of(&t, rows, q);
		while (n < LIMIT_TABLE_ROWS && (s = query_step(q, err)) == OK)
			table_row(&t, n++ == 0, q);
		if (n || rows->n == 0)
			table_write(&t, out);
		table_done(&t);
		rows->n += n;
	} while (s == OK);
	return s;
}

enum status rows_write(struct rows *rows, struct query *q, FILE *out, struct error *err)
{
	enum status s = END;

	switch (rows->mode) {
	case ROWS_PLAIN:
	case ROWS_BOX:
		s = write_table(rows, q, out, err);
		break;
	case ROWS_MD:
		s = write_md(rows, q, out, err);
		break;
	case ROWS_CSV:
		s = write_csv(rows, q, out, err);
		break;
	case ROWS_JSON:
	case ROWS_JSONL:
		s = write_json(rows, q, out, err);
		break;
	}
	return s == END ? OK : s;
}

#include "source/azure_tables.h"

#include "base/arena.h"
#include "base/limits.h"
#include "bundle/tokens.h"

struct tables {
	struct emitter *out;
	struct tokens *in;
	struct token token;      /* the one at hand */
	struct arena *names;     /* of the columns */
	struct str columns[LIMIT_FIELDS];
	size_t n;
	struct buf row;          /* as a JSON object */
	take_record *take;
	void *ctx;
};

static enum status next(struct tables *t, struct error *err)
{
	return tokens_next(t->in, &t->token, err);
}

/* Writes the value at hand to out, whatever it is; out NULL: only passes it. */
static enum status copy_value(struct tables *t, struct buf *out, struct error *err)
{
	struct buf none;
	size_t depth = 0;
	bool comma = false;
	enum status st = OK;

	buf_init(&none, 1);
	if (!out)
		out = &none;
	do {
		enum token_kind k = t->token.kind;
		bool closes = k == TOKEN_OBJECT_END || k == TOKEN_ARRAY_END;

		if (comma && !closes)
			buf_putc(out, ',');
		comma = k != TOKEN_OBJECT && k != TOKEN_ARRAY && k != TOKEN_KEY;
		switch (k) {
		case TOKEN_OBJECT:
		case TOKEN_ARRAY:
			buf_putc(out, k == TOKEN_OBJECT ? '{' : '[');
			depth++;
			break;
		case TOKEN_OBJECT_END:
		case TOKEN_ARRAY_END:
			buf_putc(out, k == TOKEN_OBJECT_END ? '}' : ']');
			depth--;
			break;
		case TOKEN_KEY:
			json_put_string(out, t->token.text);
			buf_putc(out, ':');
			break;
		case TOKEN_STRING:
			json_put_string(out, t->token.text);
			break;
		case TOKEN_NUMBER:
		case TOKEN_WORD:
			buf_add(out, t->token.text);
			break;
		}
	} while (depth > 0 && (st = next(t, err)) == OK);
	buf_done(&none);
	return st;
}

/* [{"name":"TimeGenerated","type":"datetime"},..] */
static enum status take_columns(struct tables *t, struct error *err)
{
	size_t depth = 1;
	bool name = false;
	enum status st;

	t->n = 0;
	arena_reset(t->names);
	while ((st = next(t, err)) == OK) {
		enum token_kind k = t->token.kind;

		depth += k == TOKEN_OBJECT || k == TOKEN_ARRAY;
		depth -= k == TOKEN_OBJECT_END || k == TOKEN_ARRAY_END;
		if (depth == 0)
			return OK;
		if (k == TOKEN_STRING && name && t->n < LIMIT_FIELDS)
			t->columns[t->n++] = arena_dup(t->names, t->token.text);
		name = k == TOKEN_KEY && (str_eq(t->token.text, STR("name")) || str_eq(t->token.text, STR("ColumnName")));
	}
	return st;
}

static enum status hand_over(struct tables *t, struct record *r, struct error *err)
{
	struct json *v = NULL;
	struct error bad;
	enum status st;

	r->text = buf_str(&t->row);
	r->array = STR("rows");
	r->lines = t->token.line - r->line + 1;
	if (t->n == 0 || t->row.cut || json_parse(&v, r->text, &bad) != OK)
		return emit_reject(t->out, r->line, r->offset, r->text,
				   t->n == 0 ? "a row before its columns" : "a row larger than 1 MiB", err);
	st = t->take(t->ctx, v, r, err);
	json_free(v);
	return st;
}

static enum status take_row(struct tables *t, struct error *err)
{
	struct record r = { .line = t->token.line, .offset = t->token.offset };
	size_t i = 0;
	enum status st;

	buf_reset(&t->row);
	buf_putc(&t->row, '{');
	while ((st = next(t, err)) == OK && t->token.kind != TOKEN_ARRAY_END) {
		if (i < t->n) {
			if (i > 0)
				buf_putc(&t->row, ',');
			json_put_string(&t->row, t->columns[i]);
			buf_putc(&t->row, ':');
		}
		st = copy_value(t, i < t->n ? &t->row : NULL, err);
		i++;
		if (st != OK)
			return st;
	}
	buf_putc(&t->row, '}');
	return st == OK ? hand_over(t, &r, err) : st;
}

static enum status take_rows(struct tables *t, struct error *err)
{
	enum status st;

	while ((st = next(t, err)) == OK && t->token.kind != TOKEN_ARRAY_END) {
		st = t->token.kind == TOKEN_ARRAY ? take_row(t, err) : copy_value(t, NULL, err);
		if (st != OK)
			return st;
	}
	return st;
}

static enum status read_tables(struct tables *t, struct error *err)
{
	bool columns = false, rows = false;
	enum status st;

	while ((st = next(t, err)) == OK) {
		if (t->token.kind == TOKEN_KEY) {
			columns = str_ieq(t->token.text, STR("columns"));
			rows = str_ieq(t->token.text, STR("rows"));
		} else if (t->token.kind == TOKEN_ARRAY && columns) {
			st = take_columns(t, err);
			columns = false;
		} else if (t->token.kind == TOKEN_ARRAY && rows) {
			st = take_rows(t, err);
			rows = false;
		}
		if (st != OK)
			break;
	}
	if (st != END || !tokens_problem(t->in))
		return st == END ? OK : st;
	emit_incomplete(t->out, tokens_problem(t->in));
	return emit_reject(t->out, t->token.line, t->token.offset, t->token.text, tokens_problem(t->in), err);
}

enum status azure_each_row(struct reader *in, struct emitter *out, take_record *take, void *ctx, struct error *err)
{
	struct tables t = { .out = out, .in = tokens_new(in), .names = arena_new(), .take = take, .ctx = ctx };
	enum status st;

	buf_init(&t.row, LIMIT_JSON_RECORD);
	st = read_tables(&t, err);
	buf_done(&t.row);
	arena_free(t.names);
	tokens_free(t.in);
	return st;
}

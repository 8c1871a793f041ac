#include "source/k8s_rows.h"

#include <stdlib.h>

#include "base/number.h"

/* The cells of one row, by what they mean; all borrowed from the line. */
enum role {
	AGE,       /* last occurrence, perhaps with "(x5 over 60m)" */
	FIRST_AGE,
	COUNT,
	NAMESPACE,
	TYPE,
	REASON,
	OBJECT,    /* pod/name */
	KIND,      /* before 1.14: two columns */
	NAME,
	SUBOBJECT,
	FROM,      /* kubelet, node */
	MESSAGE,
	ROLES
};

/* kubectl pkg/printers/internalversion and pkg/describe, of all versions. */
static const struct { const char *name; enum role role; } columns[] = {
	{ "LAST SEEN", AGE },   { "LASTSEEN", AGE },   { "LastSeen", AGE },   { "Age", AGE },     { "AGE", AGE },
	{ "FIRST SEEN", FIRST_AGE }, { "FIRSTSEEN", FIRST_AGE }, { "FirstSeen", FIRST_AGE },
	{ "COUNT", COUNT },     { "Count", COUNT },
	{ "NAMESPACE", NAMESPACE },
	{ "TYPE", TYPE },       { "Type", TYPE },
	{ "REASON", REASON },   { "Reason", REASON },
	{ "OBJECT", OBJECT },   { "KIND", KIND },      { "NAME", NAME },
	{ "SUBOBJECT", SUBOBJECT }, { "SubObjectPath", SUBOBJECT },
	{ "SOURCE", FROM },     { "From", FROM },
	{ "MESSAGE", MESSAGE }, { "Message", MESSAGE },
};

struct row { struct str cell[ROLES]; };

/* "3m30s (x256 over 58m)" */
struct when { struct str last, first; double count; };

static bool is_age(struct str s)
{
	struct stamp age;

	return str_eq(s, STR("<unknown>")) || str_eq(s, STR("<invalid>")) || (s.n > 0 && ts_age(s, &age) == s.n);
}

static bool read_when(struct str s, struct when *w)
{
	size_t open = str_find(s, STR(" (x"));
	struct str digits;

	*w = (struct when){ .last = str_trim(str_head(s, open)), .count = 1 };
	if (open < s.n) {
		s = str_from(s, open + 3);
		digits = str_head(s, str_chr(s, str_has(s, STR(" over ")) ? ' ' : ')'));
		if (!str_ends(s, STR(")")) || !num_double(digits, &w->count))
			return false;
		s = str_from(s, digits.n);
		if (str_skip(&s, STR(" over ")))
			w->first = str_trim(str_head(s, s.n - 1));
	}
	return is_age(w->last) || k8s_time(w->last).t != TS_NONE;
}

static bool is_type(struct str s)
{
	return str_eq(s, STR("Normal")) || str_eq(s, STR("Warning"));
}

static bool makes_sense(const struct row *row)
{
	struct when w;

	return row->cell[REASON].n > 0 && (row->cell[TYPE].n == 0 || is_type(row->cell[TYPE])) &&
	       read_when(row->cell[AGE], &w);
}

/* ---- rows without a header ---- */

/* The next cell: up to two blanks, or, where blanks were lost, one word. */
static bool next_cell(struct str *rest, bool words, struct str *cell)
{
	size_t end;

	if (!words)
		return table_next(rest, cell);
	if (!str_word(rest, cell))
		return false;
	if (is_age(*cell) && str_starts(str_trim(*rest), STR("(x"))) { /* 18m (x5 over 60m) */
		end = str_chr(*rest, ')');
		if (end < rest->n) {
			cell->n = (size_t)(rest->p + end + 1 - cell->p);
			*rest = str_from(*rest, end + 1);
		}
	}
	return true;
}

static bool read_cells(struct str line, bool words, const enum role *roles, size_t n, struct row *row)
{
	struct str rest = str_trim(line);

	*row = (struct row){ 0 };
	for (size_t i = 0; i < n; i++)
		if (rest.n == 0 || !next_cell(&rest, words, &row->cell[roles[i]]))
			return false;
	row->cell[MESSAGE] = str_trim(rest);
	return makes_sense(row) && row->cell[TYPE].n > 0;
}

static bool read_bare(struct str line, struct row *row)
{
	static const enum role describe[] = { TYPE, REASON, AGE, FROM };
	static const enum role get[] = { AGE, TYPE, REASON, OBJECT };
	static const enum role get_all[] = { NAMESPACE, AGE, TYPE, REASON, OBJECT };

	for (int words = 0; words < 2; words++)
		if (read_cells(line, words, describe, 4, row) || read_cells(line, words, get, 4, row) ||
		    read_cells(line, words, get_all, 5, row))
			return true;
	return false;
}

bool k8s_rows_is_row(struct str line)
{
	struct row row;

	return read_bare(line, &row);
}

/* ---- rows below a header ---- */

bool k8s_rows_is_header(struct str line)
{
	struct str s = str_trim(line);

	if (str_starts(s, STR("Type ")) || str_starts(s, STR("FirstSeen")))
		return str_has(s, STR(" Reason")) && str_has(s, STR(" From")) && str_ends(s, STR(" Message"));
	if (!str_starts(s, STR("LAST SEEN ")) && !str_starts(s, STR("LASTSEEN ")) && !str_starts(s, STR("NAMESPACE ")))
		return false;
	return (str_has(s, STR("LAST SEEN ")) || str_has(s, STR("LASTSEEN "))) && str_has(s, STR(" TYPE ")) &&
	       str_has(s, STR(" REASON ")) && str_has(s, STR(" MESSAGE"));
}

void k8s_rows_header(struct k8s_rows *r, struct str line)
{
	r->has_header = table_header(&r->table, r->keep, line);
}

static bool read_row(const struct k8s_rows *r, struct str line, struct row *row)
{
	struct str cells[TABLE_COLUMNS];

	if (!r->has_header)
		return read_bare(line, row);
	for (int loose = 0; loose < 2; loose++) {
		*row = (struct row){ 0 };
		if (loose)
			table_row_loose(&r->table, line, cells);
		else
			table_row(&r->table, line, cells);
		for (size_t i = 0; i < r->table.n; i++)
			for (size_t k = 0; k < sizeof(columns) / sizeof(columns[0]); k++)
				if (str_eq(r->table.column[i].name, str_of(columns[k].name)))
					row->cell[columns[k].role] = cells[i];
		if (makes_sense(row))
			return true;
	}
	return false;
}

static struct k8s_ref object_of(const struct k8s_rows *r, const struct row *row)
{
	struct str object = row->cell[OBJECT];
	size_t slash = str_chr(object, '/');

	if (object.n == 0 && row->cell[KIND].n == 0)
		return r->about;
	if (object.n == 0) /* KIND and NAME */
		return (struct k8s_ref){ k8s_kind(row->cell[KIND]), row->cell[NAMESPACE], row->cell[NAME] };
	return (struct k8s_ref){ k8s_kind(str_head(object, slash)), row->cell[NAMESPACE], str_from(object, slash + 1) };
}

static struct k8s_time instant(struct k8s_rows *r, struct str s)
{
	struct k8s_time t = k8s_age(r->out, s);

	return t.t == TS_NONE ? k8s_time(s) : t; /* custom columns print the stamp itself */
}

static struct k8s_event event_of(struct k8s_rows *r, const struct row *row)
{
	struct str from = row->cell[FROM];
	size_t comma = str_find(from, STR(", "));
	struct when w;
	struct k8s_event e;

	(void)read_when(row->cell[AGE], &w);
	(void)num_double(row->cell[COUNT], &w.count);
	if (w.first.n == 0)
		w.first = row->cell[FIRST_AGE].n ? row->cell[FIRST_AGE] : w.last;
	e = (struct k8s_event){
		.about = object_of(r, row), .type = row->cell[TYPE], .reason = row->cell[REASON],
		.message = row->cell[MESSAGE], .component = str_head(from, comma), .node = str_from(from, comma + 2),
		.field_path = row->cell[SUBOBJECT], .count = w.count,
		.first = instant(r, w.first), .last = instant(r, w.last),
	};
	return e;
}

static void keep_strings(struct arena *a, struct k8s_event *e)
{
	struct str *const own[] = { &e->about.kind, &e->about.ns, &e->about.name, &e->type, &e->reason,
				    &e->message, &e->component, &e->node, &e->field_path };

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		*own[i] = arena_dup(a, *own[i]);
}

static bool continue_message(struct k8s_rows *r, struct str text)
{
	struct k8s_row *last = r->n ? &r->v[r->n - 1] : NULL;

	if (!last || str_trim(text).n == 0 || last->at.lines >= LIMIT_EVENT_LINES ||
	    last->e.message.n + text.n > LIMIT_EVENT_TEXT)
		return false;
	last->e.message = arena_printf(r->keep, "%.*s\n%.*s", STR_ARG(last->e.message), STR_ARG(str_rtrim(text)));
	last->at.lines++;
	return true;
}

/* ---- holding and emitting ---- */

/* The namespace, and perhaps the pod, that a message names:
 *   Successfully assigned ns/pod to node
 *   Back-off restarting failed container main in pod pod_ns(uid)
 *   Marking for deletion Pod ns/pod */
static bool names_pod(const struct k8s_event *e, struct k8s_ref *pod)
{
	struct str rest = e->message, word;
	size_t at, cut;

	if (str_skip(&rest, STR("Successfully assigned ")) || str_skip(&rest, STR("Marking for deletion Pod "))) {
		if (!str_word(&rest, &word) || (cut = str_chr(word, '/')) >= word.n)
			return false;
		*pod = (struct k8s_ref){ STR("Pod"), str_head(word, cut), str_from(word, cut + 1) };
		return true;
	}
	at = str_find(rest, STR(" in pod "));
	rest = str_from(rest, at + 8);
	rest = str_head(rest, str_chr(rest, '('));
	cut = str_chr(rest, '_'); /* not in any name */
	if (at >= e->message.n || cut >= rest.n)
		return false;
	*pod = (struct k8s_ref){ STR("Pod"), str_from(rest, cut + 1), str_head(rest, cut) };
	return true;
}

/* Fills in what the table itself left out. */
static void complete(struct k8s_rows *r)
{
	struct k8s_ref told = { 0 };
	bool found = false, all = r->has_header && table_column(&r->table, STR("NAMESPACE")) != TABLE_NONE;

	for (size_t i = 0; i < r->n && !found; i++)
		found = names_pod(&r->v[i].e, &told);
	for (size_t i = 0; i < r->n; i++) {
		struct k8s_event *e = &r->v[i].e;

		if (r->one_object && e->about.name.n == 0 && found)
			e->about = told;
		if (r->one_object)
			e->gpus = r->gpus;
		if (all || e->about.ns.n || e->about.name.n == 0 || str_eq(e->about.kind, STR("Node")))
			continue;
		/* without -A kubectl lists one namespace: that of its context, which is "default" until changed */
		e->about.ns = found ? told.ns : STR("default");
		e->ns_assumed = !found;
	}
}

static enum status emit_held(struct k8s_rows *r, struct error *err)
{
	enum status st = OK;

	complete(r);
	for (size_t i = 0; i < r->n && st == OK; i++) {
		st = k8s_emit_event(r->out, r->scratch, &r->v[i].e, r->v[i].at, err);
		arena_reset(r->scratch);
	}
	r->n = 0;
	return st;
}

enum status k8s_rows_line(struct k8s_rows *r, const struct line *line, struct error *err)
{
	struct k8s_row *held;
	struct row row;
	enum status st;

	if (!read_row(r, line->text, &row)) {
		if (continue_message(r, line->text))
			return OK;
		return emit_reject(r->out, line->no, line->offset, line->text, "not a row of events", err);
	}
	if (r->n == LIMIT_ROWS && (st = emit_held(r, err)) != OK)
		return st;
	r->v = grow(r->v, r->n, &r->cap, sizeof(*r->v));
	held = &r->v[r->n++];
	held->e = event_of(r, &row);
	held->at = (struct k8s_at){ line->no, 1, line->offset };
	keep_strings(r->keep, &held->e);
	return OK;
}

enum status k8s_rows_flush(struct k8s_rows *r, struct error *err)
{
	enum status st = emit_held(r, err);

	r->has_header = false;
	arena_reset(r->keep);
	return st;
}

void k8s_rows_init(struct k8s_rows *r, struct emitter *out)
{
	*r = (struct k8s_rows){ .out = out, .keep = arena_new(), .scratch = arena_new() };
}

void k8s_rows_done(struct k8s_rows *r)
{
	arena_free(r->keep);
	arena_free(r->scratch);
	free(r->v);
}

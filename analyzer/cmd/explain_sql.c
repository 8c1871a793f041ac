/* explain --sql: the evidence of each item once more, found by SQLite instead of the engine. */
#include "cmd/explain.h"

#include "cmd/term.h"
#include "sql.h"

struct walk {
	struct store *store;
	const struct rule *rule;
	struct str finding;
	int64_t anchor; /* its row of signal_match */
	ts_usec end;
	size_t seq;
	explain_query_fn *see;
	void *ctx;
};

/* The anchor's row; 0 when it lies beyond what the case keeps. */
static enum status find_anchor(struct walk *k, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, k->store, SQL_MATCH_OF_ANCHOR, err);

	if (s != OK)
		return s;
	query_text(q, 1, k->finding);
	s = query_step(q, err);
	if (s == OK)
		k->anchor = query_get_int(q, 0);
	query_free(q);
	return s < OK ? s : OK;
}

static enum status ask_signal(struct walk *k, const struct item *item, uint32_t signal, struct error *err)
{
	static const char *const picks[] = { "nearest", "first", "last" };
	const struct rule *r = k->rule;
	struct window at = item->has_at ? item->at : r->window;
	const char *join = item->join_none ? "none" : entity_kind_name(item->has_join ? item->join : r->entity);
	struct query *q = NULL;
	enum status s = query_new(&q, k->store, SQL_MATCH_AROUND, err);

	if (s != OK)
		return s;
	query_int(q, 1, k->anchor);
	query_int(q, 2, k->end);
	query_text(q, 3, r->id);
	query_text(q, 4, r->signals[signal].name);
	query_int(q, 5, at.lo);
	query_int(q, 6, at.hi);
	query_text(q, 7, str_of(join));
	query_text(q, 8, str_of(picks[item->pick]));
	s = k->see(k->ctx, k->seq, item, signal, q, err);
	query_free(q);
	return s;
}

static enum status ask_item(struct walk *k, const struct item *item, struct error *err)
{
	enum status s = OK;

	k->seq++;
	if (item->kind == ITEM_SIGNAL)
		return ask_signal(k, item, item->signal, err);
	for (size_t i = 0; s == OK && i < item->n_parts; i++) {
		struct item part = item->parts[i];

		if (!part.has_at && item->has_at) {
			part.has_at = true;
			part.at = item->at;
		}
		if (!part.has_join && !part.join_none) {
			part.has_join = item->has_join;
			part.join_none = item->join_none;
			part.join = item->join;
		}
		s = ask_signal(k, &part, part.signal, err);
	}
	return s;
}

static enum status ask_items(struct walk *k, const struct items *items, struct error *err)
{
	enum status s = OK;

	for (size_t i = 0; s == OK && i < items->n; i++)
		s = ask_item(k, &items->v[i], err);
	return s;
}

enum status explain_queries(struct store *st, const struct rule *r, struct str finding, ts_usec end, explain_query_fn *see, void *ctx, struct error *err)
{
	struct walk k = { st, r, finding, 0, end, 0, see, ctx };
	const struct item anchor = { .kind = ITEM_SIGNAL, .signal = r->anchor, .has_at = true };
	enum status s = find_anchor(&k, err);

	if (s == OK)
		s = ask_item(&k, &anchor, err);
	if (s == OK)
		s = ask_items(&k, &r->require, err);
	if (s == OK)
		s = ask_items(&k, &r->support, err);
	if (s == OK)
		s = ask_items(&k, &r->against, err);
	for (size_t i = 0; s == OK && i < r->n_causes; i++) {
		s = ask_items(&k, &r->causes[i].support, err);
		if (s == OK)
			s = ask_items(&k, &r->causes[i].against, err);
	}
	return s;
}

/* ---- is the first row the evidence? ---- */

struct mention { struct str signal; bool yes; };

static void mention(void *ctx, struct str signal, struct str field)
{
	struct mention *m = ctx;

	(void)field;
	m->yes |= str_eq(m->signal, signal);
}

bool explain_is_filtered(const struct rule *r, const struct item *item, uint32_t signal)
{
	struct mention m = { r->signals[signal].name, item->where != NULL };

	for (size_t i = 0; i < r->n_links; i++)
		expr_names(r->links[i], mention, &m);
	return m.yes;
}

/* ---- for people ---- */

struct printing { struct cli *cli; const struct report_finding *f; const struct rule *rule; size_t seq; };

static enum status print_query(void *ctx, size_t seq, const struct item *item, uint32_t signal, struct query *q, struct error *err)
{
	struct printing *p = ctx;
	const struct report_item *row = seq <= p->f->n_items ? &p->f->items[seq - 1] : NULL;

	(void)err;
	if (seq != p->seq && row) {
		fputs("\n-- ", stdout);
		term_text(stdout, row->role);
		fputc(' ', stdout);
		term_text(stdout, row->signal);
		if (row->cause.n) {
			fputs(" of cause ", stdout);
			term_text(stdout, row->cause);
		}
		fputs(": ", stdout);
		term_text(stdout, row->state);
		fputc('\n', stdout);
	}
	p->seq = seq;
	if (explain_is_filtered(p->rule, item, signal))
		puts("-- The evidence is the first row for which the rule's `where` and `link` hold.");
	else
		puts("-- The evidence is the first row.");
	{
		struct str text = query_expanded(q, p->cli->arena), line;

		while (str_cut(&text, '\n', &line)) {
			term_text(stdout, line);
			putchar('\n');
		}
		puts(";");
	}
	return OK;
}

enum status explain_sql(struct cli *cli, const struct report_finding *f, struct error *err)
{
	struct printing p = { cli, f, ruleset_find(cli->rules, f->rule), 0 };

	if (!p.rule) {
		fail(err, ERR_USAGE, "the rule '%.*s' is not at hand", STR_ARG(f->rule));
		fail_hint(err, "give its file with --rules");
		return ERR_USAGE;
	}
	printf("-- ");
	term_text(stdout, f->id);
	putchar(' ');
	term_text(stdout, f->rule);
	putchar('\n');
	return explain_queries(cli->store, p.rule, f->id, f->end, print_query, &p, err);
}

#include "record/textsink.h"

#include <math.h>

#include "record/batch.h"
#include "record/catalog.h"

struct textsink {
	struct sink sink;
	struct catalog *cat;
	struct buf *out;
};

static void put_reading(struct buf *out, const struct clock_info *k, ts_usec t, ts_usec u)
{
	char text[TS_TEXT];

	buf_printf(out, "%s", clock_kind_name(k->kind));
	if (k->part)
		buf_printf(out, "#%u", k->part);
	if (k->kind == CLOCK_BOOT || k->kind == CLOCK_AGE || k->kind == CLOCK_UNSTAMPED)
		buf_printf(out, " %s%lld.%06lld", t < 0 ? "-" : "", (long long)((t < 0 ? -t : t) / TS_SECOND),
			   (long long)((t < 0 ? -t : t) % TS_SECOND));
	else
		buf_printf(out, " %s", ts_format(t, text));
	if (u)
		buf_printf(out, " +-%s", ts_duration(u, text));
}

/* One line, whatever the text holds. */
static void put_line(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '\n')
			buf_add(out, STR("\\n"));
		else if (c < 0x20 || c == 0x7f)
			buf_printf(out, "\\x%02x", c);
		else
			buf_putc(out, (char)c);
	}
}

static void put_event(const struct textsink *t, const struct event_row *e)
{
	struct buf *out = t->out;
	struct str host = e->host == HOST_NONE ? STR("-") : map_key(t->cat->hosts, e->host), entity = map_key(t->cat->entities, e->entity);

	buf_printf(out, "event %u", e->line);
	if (e->lines > 1)
		buf_printf(out, "+%u", e->lines - 1);
	buf_printf(out, " @%llu ", (unsigned long long)e->offset);
	put_reading(out, clocks_info(t->cat->clocks, e->clock), e->t, e->u_us);
	buf_printf(out, " sev=%d host=%.*s %.*s [%.*s] ", e->severity == SEV_NONE ? -1 : e->severity, STR_ARG(host),
		   STR_ARG(map_key(t->cat->kinds, e->kind)), STR_ARG(entity));
	put_line(out, e->text);
	buf_putc(out, '\n');
	if (e->attrs.n)
		buf_printf(out, "  attrs %.*s\n", STR_ARG(e->attrs));
}

static void put_sample(const struct textsink *t, const struct sample_row *s)
{
	struct buf *out = t->out;
	const struct catalog_panel *p = &t->cat->panels[s->panel];

	buf_printf(out, "sample %u @%llu ", s->line, (unsigned long long)s->offset);
	put_reading(out, clocks_info(t->cat->clocks, s->clock), s->t, s->u_us);
	for (uint32_t i = 0; i < s->n; i++) {
		uint32_t series = p->series[s->part * PANEL_WIDTH + i];

		if (!isnan(s->values[i]))
			buf_printf(out, " %u=%.17g", series, s->values[i]);
	}
	buf_putc(out, '\n');
}

static enum status drain(struct sink *sink, struct batch *b, struct error *err)
{
	const struct textsink *t = (const struct textsink *)sink;

	(void)err;
	for (size_t i = 0; i < b->n_events; i++)
		put_event(t, &b->events[i]);
	for (size_t i = 0; i < b->n_samples; i++)
		put_sample(t, &b->samples[i]);
	for (size_t i = 0; i < b->n_rejects; i++) {
		buf_printf(t->out, "reject %u @%llu (%s) ", b->rejects[i].line, (unsigned long long)b->rejects[i].offset, b->rejects[i].reason);
		put_line(t->out, b->rejects[i].text);
		buf_putc(t->out, '\n');
	}
	batch_free(b);
	return OK;
}

struct sink *textsink_new(struct catalog *cat, struct buf *out)
{
	struct textsink *t = ARENA_NEW(cat->arena, struct textsink);

	*t = (struct textsink){ { drain }, cat, out };
	return &t->sink;
}

void textsink_finish(struct sink *sink)
{
	const struct textsink *t = (const struct textsink *)sink;
	const struct catalog *c = t->cat;
	struct buf *out = t->out;
	char text[TS_TEXT];

	for (size_t i = 0; i < c->n_series; i++)
		buf_printf(out, "series %zu %.*s%.*s %.*s [%.*s]\n", i, STR_ARG(c->series[i].name), STR_ARG(c->series[i].labels),
			   STR_ARG(c->series[i].unit), STR_ARG(map_key(c->entities, c->series[i].entity)));
	for (size_t i = 0; i < c->n_facts; i++) {
		buf_printf(out, "fact %.*s = ", STR_ARG(c->facts[i].key));
		put_line(out, c->facts[i].value);
		buf_printf(out, " (line %u)\n", c->facts[i].line);
	}
	for (size_t i = 0; i < c->n_links; i++)
		buf_printf(out, "link %.*s %.*s %.*s\n", STR_ARG(map_key(c->entities, c->links[i].from)), STR_ARG(c->links[i].relation),
			   STR_ARG(map_key(c->entities, c->links[i].to)));
	for (size_t i = 0; i < c->n_gaps; i++)
		buf_printf(out, "gap %.*s: %s\n", STR_ARG(c->gaps[i].path), c->gaps[i].reason);
	for (size_t i = 0; i < c->n_files; i++) {
		const struct catalog_file *f = &c->files[i];

		if (f->part_of)
			buf_printf(out, "part %.*s: %.*s", STR_ARG(f->path), STR_ARG(f->source));
		else
			buf_add(out, STR("file"));
		buf_printf(out, " records=%llu unparsed=%llu cover=%s%s%.*s\n", (unsigned long long)f->records, (unsigned long long)f->unparsed,
			   cover_name(f->cover), f->reason.n ? " incomplete: " : "", STR_ARG(f->reason));
	}
	clocks_solve(c->clocks);
	for (uint32_t i = 1; i < clocks_count(c->clocks); i++) {
		const struct clock_info *k = clocks_info(c->clocks, i);

		if (k->kind == CLOCK_HOST && k->first == TS_NONE && k->offset_us == 0) /* nothing was read off it, and it is right */
			continue;
		buf_printf(out, "clock %s#%u host=%.*s offset=%lld us", clock_kind_name(k->kind), k->part, STR_ARG(k->host), (long long)k->offset_us);
		buf_printf(out, " +-%s (%.*s)\n", ts_duration(k->uncertainty_us, text), STR_ARG(k->basis));
	}
}

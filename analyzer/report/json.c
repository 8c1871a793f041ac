/* The findings document, schema forensics/findings/1: keys in this order. */
#include <stdio.h>

#include "report/escape.h"
#include "report/report.h"
#include "report/writers.h"

/* Where a comma is due.  Ten levels are more than the schema has. */
struct doc { FILE *out; int depth; bool any[10]; };

static void comma(struct doc *d)
{
	if (d->any[d->depth])
		fputc(',', d->out);
	d->any[d->depth] = true;
}

static void key(struct doc *d, const char *name)
{
	comma(d);
	if (name)
		fprintf(d->out, "\"%s\":", name);
}

static void open_with(struct doc *d, const char *name, char bracket)
{
	key(d, name);
	fputc(bracket, d->out);
	d->any[++d->depth] = false;
}

static void close_with(struct doc *d, char bracket)
{
	d->depth--;
	fputc(bracket, d->out);
}

static void text(struct doc *d, const char *name, struct str s)
{
	key(d, name);
	json_text_of(d->out, s);
}

static void text_or_null(struct doc *d, const char *name, struct str s)
{
	if (s.n) {
		text(d, name, s);
		return;
	}
	key(d, name);
	fputs("null", d->out);
}

static void integer(struct doc *d, const char *name, int64_t v)
{
	key(d, name);
	fprintf(d->out, "%lld", (long long)v);
}

static void natural(struct doc *d, const char *name, uint64_t v)
{
	key(d, name);
	fprintf(d->out, "%llu", (unsigned long long)v);
}

static void event_number(struct doc *d, int64_t event)
{
	if (event) {
		integer(d, "event", event);
		return;
	}
	key(d, "event");
	fputs("null", d->out);
}

static void instant(struct doc *d, const char *name, ts_usec t)
{
	char buf[TS_TEXT];

	key(d, name);
	if (t == TS_NONE)
		fputs("null", d->out);
	else
		fprintf(d->out, "\"%s\"", ts_format(t, buf));
}

/* Seconds from whole microseconds, without a detour over floating point. */
static void seconds(struct doc *d, const char *name, ts_usec u)
{
	int digits = 6;
	long long fraction = u % TS_SECOND;

	key(d, name);
	if (u == TS_NONE || u < 0) {
		fputs("null", d->out);
		return;
	}
	for (; digits > 1 && fraction % 10 == 0; digits--)
		fraction /= 10;
	fprintf(d->out, "%lld.%0*lld", (long long)(u / TS_SECOND), digits, fraction);
}

static void texts(struct doc *d, const char *name, const struct str *v, size_t n)
{
	open_with(d, name, '[');
	for (size_t i = 0; i < n; i++)
		text(d, NULL, v[i]);
	close_with(d, ']');
}

static void put_case(struct doc *d, const struct report *r)
{
	open_with(d, "tool", '{');
	text(d, "version", r->version);
	text(d, "rules", r->rules_sha256);
	close_with(d, '}');
	open_with(d, "case", '{');
	open_with(d, "bundles", '[');
	for (size_t i = 0; i < r->n_bundles; i++) {
		open_with(d, NULL, '{');
		text(d, "name", r->bundles[i].name);
		text(d, "sha256", r->bundles[i].sha256);
		natural(d, "files", r->bundles[i].files);
		instant(d, "collected_at", r->bundles[i].collected);
		close_with(d, '}');
	}
	close_with(d, ']');
	instant(d, "from", r->from);
	instant(d, "to", r->to);
	texts(d, "hosts", r->hosts, r->n_hosts);
	close_with(d, '}');
}

static void put_causes(struct doc *d, const struct report_finding *f)
{
	if (f->cause.n) {
		open_with(d, "cause", '{');
		text(d, "id", f->cause);
		text(d, "title", f->cause_title);
		integer(d, "points", f->cause_points);
		close_with(d, '}');
	} else {
		key(d, "cause");
		fputs("null", d->out);
	}
	open_with(d, "causes", '[');
	for (size_t i = 0; i < f->n_causes; i++) {
		open_with(d, NULL, '{');
		text(d, "id", f->causes[i].id);
		integer(d, "points", f->causes[i].points);
		close_with(d, '}');
	}
	close_with(d, ']');
}

/* The points of an item stand at its first record, so that they add up. */
static void put_evidence(struct doc *d, const struct report_finding *f)
{
	open_with(d, "evidence", '[');
	for (size_t i = 0; i < f->n_items; i++) {
		const struct report_item *it = &f->items[i];

		for (size_t k = 0; k < it->n_evidence; k++) {
			const struct report_evidence *e = &it->evidence[k];

			open_with(d, NULL, '{');
			text(d, "signal", it->signal);
			text(d, "role", it->role);
			text(d, "state", it->state);
			integer(d, "points", k ? 0 : it->points);
			event_number(d, e->event);
			instant(d, "time", e->t);
			text(d, "file", e->file);
			natural(d, "line", e->line);
			natural(d, "offset", e->offset);
			text(d, "text", e->text);
			close_with(d, '}');
		}
	}
	close_with(d, ']');
	open_with(d, "unknown", '[');
	for (size_t i = 0; i < f->n_items; i++) {
		if (!str_eq(f->items[i].state, STR("unknown")))
			continue;
		open_with(d, NULL, '{');
		text(d, "signal", f->items[i].signal);
		text(d, "source", f->items[i].source);
		text(d, "collect", f->items[i].collect);
		close_with(d, '}');
	}
	close_with(d, ']');
}

static void put_finding(struct doc *d, const struct report_finding *f)
{
	open_with(d, NULL, '{');
	text(d, "id", f->id);
	text(d, "rule", f->rule);
	integer(d, "rule_version", f->rule_version);
	text(d, "title", f->title);
	text(d, "severity", f->severity);
	text(d, "word", f->word);
	integer(d, "points", f->points);
	put_causes(d, f);
	open_with(d, "entity", '{');
	text(d, "kind", f->entity_kind);
	text(d, "id", f->entity);
	close_with(d, '}');
	text(d, "host", f->host);
	instant(d, "start", f->start);
	instant(d, "end", f->end);
	seconds(d, "uncertainty_s", f->uncertainty_us);
	text_or_null(d, "explained_by", f->explained_by);
	texts(d, "explains", f->explains, f->n_explains);
	text(d, "narrative", f->narrative);
	texts(d, "advice", f->advice, f->n_advice);
	texts(d, "prevent", f->prevent, f->n_prevent);
	put_evidence(d, f);
	close_with(d, '}');
}

static void put_incident(struct doc *d, const struct report_incident *in)
{
	open_with(d, NULL, '{');
	text(d, "id", in->id);
	text(d, "title", in->title);
	text(d, "severity", in->severity);
	instant(d, "start", in->start);
	instant(d, "end", in->end);
	instant(d, "recovered", in->recovered);
	text(d, "root", in->root);
	texts(d, "findings", in->findings, in->n_findings);
	texts(d, "hosts", in->hosts, in->n_hosts);
	texts(d, "entities", in->entities, in->n_entities);
	open_with(d, "timeline", '[');
	for (size_t i = 0; i < in->n_timeline; i++) {
		const struct report_entry *e = &in->timeline[i];

		open_with(d, NULL, '{');
		event_number(d, e->event);
		instant(d, "time", e->t);
		text(d, "role", e->role);
		text(d, "file", e->file);
		natural(d, "line", e->line);
		text(d, "text", e->text);
		if (e->repeats > 1) {
			integer(d, "repeats", (int)e->repeats);
			instant(d, "until", e->until);
		}
		close_with(d, '}');
	}
	close_with(d, ']');
	close_with(d, '}');
}

static void put_incidents(struct doc *d, const struct report *r)
{
	open_with(d, "incidents", '[');
	for (size_t i = 0; i < r->n_incidents; i++)
		put_incident(d, &r->incidents[i]);
	close_with(d, ']');
}

static void put_open(struct doc *d, const struct report *r)
{
	open_with(d, "undecidable", '[');
	for (size_t i = 0; i < r->n_undecidable; i++) {
		const struct report_undecidable *u = &r->undecidable[i];

		open_with(d, NULL, '{');
		text(d, "rule", u->rule);
		text(d, "entity", u->entity);
		open_with(d, "missing", '[');
		for (size_t k = 0; k < u->n_missing; k++) {
			open_with(d, NULL, '{');
			text(d, "signal", u->missing[k].signal);
			text(d, "source", u->missing[k].source);
			text(d, "collect", u->missing[k].collect);
			close_with(d, '}');
		}
		close_with(d, ']');
		close_with(d, '}');
	}
	close_with(d, ']');
	open_with(d, "near_misses", '[');
	for (size_t i = 0; i < r->n_near_misses; i++) {
		open_with(d, NULL, '{');
		text(d, "rule", r->near_misses[i].rule);
		integer(d, "points", r->near_misses[i].points);
		texts(d, "missing", r->near_misses[i].missing, r->near_misses[i].n_missing);
		close_with(d, '}');
	}
	close_with(d, ']');
}

static void put_coverage(struct doc *d, const struct report_coverage *c)
{
	open_with(d, NULL, '{');
	text(d, "source", c->source);
	text(d, "host", c->host);
	text(d, "file", c->file);
	instant(d, "from", c->from);
	instant(d, "to", c->to);
	natural(d, "records", c->records);
	natural(d, "unparsed", c->unparsed);
	text(d, "clock", c->clock);
	seconds(d, "uncertainty_s", c->uncertainty_us);
	open_with(d, "gaps", '[');
	for (size_t i = 0; i < c->n_gaps; i++) {
		open_with(d, NULL, '{');
		instant(d, "from", c->gaps[i].from);
		instant(d, "to", c->gaps[i].to);
		close_with(d, '}');
	}
	close_with(d, ']');
	close_with(d, '}');
}

static void put_clock(struct doc *d, const struct report_clock *k)
{
	open_with(d, NULL, '{');
	text(d, "kind", k->kind);
	text(d, "host", k->host);
	text(d, "file", k->file);
	natural(d, "files", k->files);
	seconds(d, "offset_s", k->offset_us);
	seconds(d, "uncertainty_s", k->uncertainty_us);
	text(d, "basis", k->basis);
	text_or_null(d, "contradiction", k->contradiction);
	close_with(d, '}');
}

static void put_input(struct doc *d, const struct report_input *f)
{
	open_with(d, NULL, '{');
	text(d, "file", f->file);
	text(d, "sha256", f->sha256);
	natural(d, "bytes", f->bytes);
	text_or_null(d, "source", f->source);
	text(d, "status", f->status);
	text_or_null(d, "reason", f->reason);
	close_with(d, '}');
}

static void put_coverages(struct doc *d, const struct report *r)
{
	open_with(d, "coverage", '[');
	for (size_t i = 0; i < r->n_coverage; i++)
		put_coverage(d, &r->coverage[i]);
	close_with(d, ']');
	open_with(d, "clocks", '[');
	for (size_t i = 0; i < r->n_clocks; i++)
		put_clock(d, &r->clocks[i]);
	close_with(d, ']');
	open_with(d, "inputs", '[');
	for (size_t i = 0; i < r->n_inputs; i++)
		put_input(d, &r->inputs[i]);
	close_with(d, ']');
}

enum status render_json(const struct report *r, FILE *out, struct error *err)
{
	struct doc d = { .out = out };

	fputc('{', out);
	d.any[++d.depth] = false;
	text(&d, "schema", STR("forensics/findings/1"));
	put_case(&d, r);
	open_with(&d, "findings", '[');
	for (size_t i = 0; i < r->n_findings; i++)
		put_finding(&d, &r->findings[i]);
	close_with(&d, ']');
	put_incidents(&d, r);
	put_open(&d, r);
	put_coverages(&d, r);
	close_with(&d, '}');
	fputc('\n', out);
	return written(out, err);
}

/* A part of the document under a schema of its own. */
static enum status render_part(const struct report *r, const char *schema, void (*put)(struct doc *, const struct report *), FILE *out, struct error *err)
{
	struct doc d = { .out = out };

	open_with(&d, NULL, '{');
	text(&d, "schema", str_of(schema));
	put(&d, r);
	close_with(&d, '}');
	fputc('\n', out);
	return written(out, err);
}

enum status render_incidents(const struct report *r, FILE *out, struct error *err)
{
	return render_part(r, "forensics/incidents/1", put_incidents, out, err);
}

enum status render_coverage(const struct report *r, FILE *out, struct error *err)
{
	return render_part(r, "forensics/coverage/1", put_coverages, out, err);
}

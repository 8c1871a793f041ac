/* The page: one file, nothing fetched, whole without its scripts. */
#include <stdlib.h>

#include "base/limits.h"
#include "report/html_priv.h"
#include "report/live.h"
#include "report/words.h"
#include "report/writers.h"

static void head(const struct page *p)
{
	struct buf policy, style;

	buf_init(&policy, 1024);
	buf_init(&style, 1 << 20);
	live_policy(&policy);
	live_style(&style);
	put(p, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
	fprintf(p->out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; %s; img-src data:; "
		"base-uri 'none'; form-action 'none'\">\n", buf_cstr(&policy));
	put(p, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	       "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">\n"
	       "<link rel=\"icon\" href=\"data:,\">\n<title>");
	put_text(p, p->verdict ? p->verdict->title : STR("Nothing matched"));
	put(p, " \u2013 ");
	put_text(p, case_name(p->r));
	put(p, "</title>\n<style>");
	put(p, buf_cstr(&style));
	put(p, "</style>\n</head>\n");
	buf_done(&policy);
	buf_done(&style);
}

static void bar(const struct page *p)
{
	const struct report *r = p->r;
	char buf[WORDS_MAX];

	put(p, "<header class=\"bar\">\n<p><b>forensics</b> <span class=\"case\">");
	for (size_t i = 0; i < r->n_bundles && i < 3; i++) {
		put(p, i ? ", " : "");
		put_text(p, r->bundles[i].name);
	}
	if (r->n_bundles > 3)
		fprintf(p->out, " and %zu more", r->n_bundles - 3);
	put(p, "</span> <span class=\"dim\">");
	fprintf(p->out, "%zu source%s, ", r->n_sources, r->n_sources == 1 ? "" : "s");
	put_count(p, r->records);
	fprintf(p->out, " records, %s</span></p>\n<nav aria-label=\"Sections\">", words_span(r->from, r->to, buf));
	if (p->verdict)
		put(p, "<a href=\"#timeline\">Timeline</a> <a href=\"#evidence\">Evidence</a> ");
	put(p, "<a href=\"#open\">Open questions</a> <a href=\"#coverage\">Coverage</a> ");
	put(p, p->verdict ? "<a href=\"#fix\">Fix</a> <a href=\"#findings\">All findings</a>" : "<a href=\"#inputs\">Inputs</a>");
	put(p, "</nav>\n</header>\n");
}

/* ---- which records get an anchor, and where ---- */

struct anchor_list { struct anchor *v; size_t n, cap; };

static void want(struct anchor_list *l, int64_t event, enum anchor_place place)
{
	if (event == 0)
		return;
	l->v = grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = (struct anchor){ event, place, false };
}

static int by_event(const void *pa, const void *pb)
{
	const struct anchor *a = pa, *b = pb;

	if (a->event != b->event)
		return a->event < b->event ? -1 : 1;
	return (a->place < b->place) - (a->place > b->place); /* the best place first */
}

static void want_item(struct anchor_list *l, const struct report_item *it)
{
	for (size_t i = 0; i < it->n_evidence && i < LIMIT_REPORT_EVIDENCE; i++) {
		want(l, it->evidence[i].event, AT_EVIDENCE);
		for (size_t k = 0; k < it->evidence[i].n_context; k++)
			want(l, it->evidence[i].context[k].event, AT_CONTEXT);
	}
}

/* Exactly what the sections are going to show. */
static void collect_anchors(struct page *p)
{
	const struct report *r = p->r;
	struct anchor_list l = { NULL, 0, 0 };
	size_t n = 0;

	for (size_t i = 0; i < r->n_findings && i < LIMIT_REPORT_DETAIL; i++)
		for (size_t k = 0; k < r->findings[i].n_items; k++)
			want_item(&l, &r->findings[i].items[k]);
	for (size_t i = 0; i < r->n_incidents && i < LIMIT_REPORT_DETAIL; i++)
		for (size_t k = 0; k < r->incidents[i].n_timeline && k < LIMIT_REPORT_SEQUENCE; k++)
			want(&l, r->incidents[i].timeline[k].event, AT_SEQUENCE);
	if (l.n)
		qsort(l.v, l.n, sizeof(*l.v), by_event);
	for (size_t i = 0; i < l.n; i++)
		if (n == 0 || l.v[n - 1].event != l.v[i].event)
			l.v[n++] = l.v[i];
	p->anchors = l.v;
	p->n_anchors = n;
}

enum status render_html(const struct report *r, FILE *out, struct error *err)
{
	struct page p = { .out = out, .r = r, .verdict = r->n_findings ? &r->findings[0] : NULL };

	p.incident = p.verdict ? p.verdict->incident : NULL;
	p.day = p.incident ? p.incident->start : p.verdict ? p.verdict->start : TS_NONE;
	collect_anchors(&p);
	head(&p);
	put(&p, "<body>\n<a class=\"skip\" href=\"#verdict\">Skip to the verdict</a>\n");
	bar(&p);
	put(&p, "<main>\n");
	if (p.verdict) {
		html_verdict(&p);
		html_chain(&p);
	} else {
		html_nothing(&p);
	}
	html_timeline(&p);
	html_sequences(&p);
	html_evidence(&p);
	html_open(&p);
	html_near_misses(&p);
	html_coverage(&p);
	html_fix(&p);
	html_findings(&p);
	html_inputs(&p);
	html_provenance(&p);
	put(&p, "</main>\n");
	live_scripts(&p);
	put(&p, "</body>\n</html>\n");
	free(p.anchors);
	return written(out, err);
}

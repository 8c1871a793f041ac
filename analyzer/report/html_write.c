/* The pieces that the sections of the page are made of. */
#include "report/escape.h"
#include "report/html_priv.h"
#include "report/words.h"

void put(const struct page *p, const char *markup)
{
	fputs(markup, p->out);
}

void put_text(const struct page *p, struct str s)
{
	html_text(p->out, s);
}

void put_count(const struct page *p, uint64_t n)
{
	char buf[WORDS_MAX];

	fputs(words_count(n, buf), p->out);
}

void put_cell(const struct page *p, const char *label, struct str s)
{
	fprintf(p->out, "<td data-label=\"%s\">", label);
	html_text(p->out, s);
	put(p, "</td>");
}

void put_time(const struct page *p, ts_usec t)
{
	char full[TS_TEXT], clock[WORDS_MAX];

	if (t == TS_NONE) {
		put(p, "<span class=\"dim\">no time</span>");
		return;
	}
	fprintf(p->out, "<time datetime=\"%s\" title=\"%s\">%s</time>", ts_format(t, full), full, words_moment(t, p->day, clock));
}

void put_severity(const struct page *p, struct str severity)
{
	const struct severity_look *look = severity_look(severity);

	fprintf(p->out, "<span class=\"severity %s\"><span aria-hidden=\"true\">%s</span> ", look->word, look->glyph);
	html_text(p->out, severity);
	put(p, "</span>");
}

static struct anchor *anchor_of(const struct page *p, int64_t event)
{
	size_t lo = 0, hi = p->n_anchors;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (p->anchors[mid].event < event)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < p->n_anchors && p->anchors[lo].event == event ? &p->anchors[lo] : NULL;
}

bool page_links(const void *page, int64_t event)
{
	return anchor_of(page, event) != NULL;
}

static void put_named_place(const struct page *p, int64_t event, struct str file, uint32_t line, struct str shown)
{
	bool link = event && page_links(p, event);

	if (file.n == 0)
		return;
	put(p, link ? "<a class=\"place\"" : "<span class=\"place\"");
	if (link)
		fprintf(p->out, " href=\"#ev-%lld\"", (long long)event);
	if (shown.n != file.n) {
		put(p, " title=\"");
		html_attr(p->out, file);
		put(p, "\"");
	}
	put(p, ">");
	html_text(p->out, shown);
	if (line)
		fprintf(p->out, ":%u", line);
	put(p, link ? "</a>" : "</span>");
}

void put_place(const struct page *p, int64_t event, struct str file, uint32_t line)
{
	put_named_place(p, event, file, line, file);
}

void put_short_place(const struct page *p, int64_t event, struct str file, uint32_t line)
{
	size_t slash = str_rchr(file, '/');

	put_named_place(p, event, file, line, slash + 1 < file.n ? str_from(file, slash + 1) : file);
}

void put_anchor(struct page *p, int64_t event, enum anchor_place place)
{
	struct anchor *a = event ? anchor_of(p, event) : NULL;

	if (!a || a->placed || a->place != place)
		return;
	a->placed = true;
	fprintf(p->out, " id=\"ev-%lld\"", (long long)event);
}

void put_finding_link(const struct page *p, struct str id)
{
	const struct report_finding *f = finding_by_id(p->r, id);

	put(p, "<a href=\"#");
	html_attr(p->out, id);
	put(p, "\">");
	html_text(p->out, f ? f->title : id);
	put(p, "</a>");
}

void put_cause(const struct page *p, const struct report_finding *f)
{
	if (f->cause.n) {
		put(p, "<p class=\"cause\">Likely cause: <b>");
		put_text(p, f->cause_title.n ? f->cause_title : f->cause);
		put(p, "</b></p>\n");
		return;
	}
	if (f->n_causes == 0)
		return;
	put(p, "<p class=\"cause\">Cause not determined: ");
	for (size_t i = 0; i < f->n_causes && i < 3; i++) {
		put(p, i ? " or <b>" : "<b>");
		put_text(p, cause_name(&f->causes[i]));
		fprintf(p->out, "</b> (%d)", f->causes[i].points);
	}
	put(p, "</p>\n");
}

void put_more(const struct page *p, size_t n, size_t shown, const char *what)
{
	if (n <= shown)
		return;
	put(p, "<p class=\"note\">");
	put_count(p, n - shown);
	fprintf(p->out, " more %s not shown here; the case has them all.</p>\n", what);
}

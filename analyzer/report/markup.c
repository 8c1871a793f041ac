#include "report/markup.h"

#include <cmark.h>
#include <stdlib.h>

#include "base/limits.h"
#include "report/escape.h"

/* Headings of a rule's text stand below those of the page. */
#define HEADING_BELOW 5

static void replace_with(cmark_node *node, cmark_node_type type)
{
	cmark_node *plain = cmark_node_new(type);

	cmark_node_set_literal(plain, cmark_node_get_literal(node));
	cmark_node_replace(node, plain);
	cmark_node_free(node);
}

static void unwrap(cmark_node *node)
{
	cmark_node *child;

	while ((child = cmark_node_first_child(node)))
		cmark_node_insert_before(node, child);
	cmark_node_free(node);
}

static bool may_link(cmark_node *link, enum markup_trust trust)
{
	struct str url = str_of(cmark_node_get_url(link));

	return trust == MARKUP_ADVICE && (str_istarts(url, STR("https://")) || str_istarts(url, STR("http://")));
}

/* Where an address that a forge would turn into a link begins, or s.n. */
static size_t find_url(struct str s)
{
	size_t at = str_find(s, STR("://")), www = str_ifind(s, STR("www."));

	return at < www ? at : www;
}

static void put_before(cmark_node *node, cmark_node_type type, struct str s)
{
	cmark_node *part;
	struct buf text;

	if (s.n == 0)
		return;
	part = cmark_node_new(type);
	buf_init(&text, s.n + 1);
	buf_add(&text, s);
	cmark_node_set_literal(part, buf_cstr(&text));
	buf_done(&text);
	cmark_node_insert_before(node, part);
}

/* Addresses in log text become code: GitHub links bare ones. */
static void unlink_urls(cmark_node *node)
{
	struct str rest = str_of(cmark_node_get_literal(node));
	size_t at = find_url(rest);

	if (at == rest.n)
		return;
	while (at < rest.n) {
		size_t from = at, to = at;

		while (from > 0 && !is_blank(rest.p[from - 1]))
			from--;
		while (to < rest.n && !is_blank(rest.p[to]))
			to++;
		put_before(node, CMARK_NODE_TEXT, str_head(rest, from));
		put_before(node, CMARK_NODE_CODE, (struct str){ rest.p + from, to - from });
		rest = str_from(rest, to);
		at = find_url(rest);
	}
	put_before(node, CMARK_NODE_TEXT, rest);
	cmark_node_free(node);
}

/* cmark allows a node to be changed when it is left, a leaf when it is met. */
static void disarm(cmark_node *node, cmark_event_type event, enum markup_trust trust)
{
	switch ((int)cmark_node_get_type(node)) {
	case CMARK_NODE_HTML_INLINE:
		replace_with(node, CMARK_NODE_TEXT);
		break;
	case CMARK_NODE_HTML_BLOCK:
		replace_with(node, CMARK_NODE_CODE_BLOCK);
		break;
	case CMARK_NODE_IMAGE:
		if (event == CMARK_EVENT_EXIT)
			unwrap(node);
		break;
	case CMARK_NODE_LINK:
		if (event == CMARK_EVENT_EXIT && !may_link(node, trust))
			unwrap(node);
		break;
	case CMARK_NODE_TEXT:
		if (trust == MARKUP_NARRATIVE)
			unlink_urls(node);
		break;
	case CMARK_NODE_HEADING:
		if (cmark_node_get_heading_level(node) < HEADING_BELOW)
			cmark_node_set_heading_level(node, HEADING_BELOW);
		break;
	default: /* emphasis, lists, code: harmless as rendered */
		break;
	}
}

static cmark_node *parse(struct str markdown, enum markup_trust trust)
{
	struct buf text;
	cmark_node *root;
	cmark_iter *it;
	cmark_event_type event;

	buf_init(&text, 8 * LIMIT_NARRATIVE); /* a byte becomes at most "<U+202E>" */
	visible_text(&text, str_head(markdown, LIMIT_NARRATIVE));
	root = cmark_parse_document(text.p ? text.p : "", text.n, CMARK_OPT_DEFAULT);
	buf_done(&text);
	cmark_consolidate_text_nodes(root);
	it = cmark_iter_new(root);
	while ((event = cmark_iter_next(it)) != CMARK_EVENT_DONE)
		disarm(cmark_iter_get_node(it), event, trust);
	cmark_iter_free(it);
	return root;
}

void markup_html(FILE *out, struct str markdown, enum markup_trust trust)
{
	cmark_node *root = parse(markdown, trust);
	char *html = cmark_render_html(root, CMARK_OPT_DEFAULT);

	fputs(html, out);
	free(html);
	cmark_node_free(root);
}

void markup_md(FILE *out, struct str markdown, enum markup_trust trust)
{
	cmark_node *root = parse(markdown, trust);
	char *text = cmark_render_commonmark(root, CMARK_OPT_DEFAULT, 0);

	fputs(text, out);
	free(text);
	cmark_node_free(root);
}

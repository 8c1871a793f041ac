#include "report/live.h"

#include <stdlib.h>

#include "assets.h"
#include "base/base64.h"
#include "base/deflate.h"
#include "base/sha256.h"
#include "report/escape.h"
#include "report/page_data.h"

#define PAGE_PART (64u << 20) /* more than any part of a page comes to */

static unsigned nibble(char c)
{
	return (unsigned)(is_digit(c) ? c - '0' : c - 'a' + 10);
}

/* 'sha256-...' of exactly the bytes between two tags. */
static void put_hash(struct buf *out, struct str bytes)
{
	char hex[65], raw[32];

	sha256_of(bytes, hex);
	for (size_t i = 0; i < sizeof(raw); i++)
		raw[i] = (char)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
	buf_add(out, STR("'sha256-"));
	base64_put(out, (struct str){ raw, sizeof(raw) });
	buf_putc(out, '\'');
}

#ifdef WITH_LIVE
/* Embedded by tools/embed.sh page. */
#define EMBEDDED(name) extern const char name[], name##_end[]
EMBEDDED(page_uplot_js);
EMBEDDED(page_uplot_css);
EMBEDDED(page_uplot_license);
EMBEDDED(page_sqljs);
EMBEDDED(page_sqljs_wasm_gz);
EMBEDDED(page_sqljs_license);
#define BYTES_OF(name) ((struct str){ name, (size_t)(name##_end - name) })

/* Ours: one script of several files, each may use what stands above it; wrapped, so that its names stay its own. */
static void our_script(struct buf *out)
{
	buf_add(out, STR("(() => {\n'use strict';\n"));
	buf_add(out, str_of(ASSET_PAGE_DATA_JS));
	buf_add(out, str_of(ASSET_PAGE_LANES_JS));
	buf_add(out, str_of(ASSET_PAGE_TIMELINE_JS));
	buf_add(out, str_of(ASSET_PAGE_SQL_JS));
	buf_add(out, str_of(ASSET_PAGE_LIVE_JS));
	buf_add(out, STR("})();\n"));
}

void live_policy(struct buf *out)
{
	struct buf ours, style;

	buf_init(&ours, PAGE_PART);
	buf_init(&style, PAGE_PART);
	our_script(&ours);
	live_style(&style);
	buf_add(out, STR("style-src "));
	put_hash(out, buf_str(&style));
	buf_add(out, STR("; script-src "));
	put_hash(out, BYTES_OF(page_uplot_js));
	buf_putc(out, ' ');
	put_hash(out, BYTES_OF(page_sqljs));
	buf_putc(out, ' ');
	put_hash(out, buf_str(&ours));
	buf_add(out, STR(" 'wasm-unsafe-eval'")); /* SQLite */
	buf_done(&ours);
	buf_done(&style);
}

void live_style(struct buf *out)
{
	buf_add(out, str_of(ASSET_REPORT_CSS));
	buf_add(out, BYTES_OF(page_uplot_css));
	buf_add(out, str_of(ASSET_LIVE_CSS));
}

static void put_bytes(const struct page *p, struct str s)
{
	fwrite(s.p, 1, s.n, p->out);
}

static void put_script(const struct page *p, struct str text)
{
	put(p, "<script>");
	put_bytes(p, text);
	put(p, "</script>\n");
}

/* Inert until a script asks for it. */
static void put_block(const struct page *p, const char *id, struct str zipped)
{
	struct buf text;

	buf_init(&text, 2 * PAGE_PART);
	base64_put(&text, zipped);
	fprintf(p->out, "<script type=\"application/gzip\" id=\"%s\">", id);
	put_bytes(p, buf_str(&text));
	put(p, "</script>\n");
	buf_done(&text);
}

void live_scripts(const struct page *p)
{
	struct buf zipped, ours;
	char *data = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&data, &n);

	if (!f)
		abort();
	page_data(f, p->r);
	if (fclose(f) != 0)
		abort(); /* it only allocates */
	buf_init(&zipped, PAGE_PART);
	gzip_put(&zipped, (struct str){ data, n });
	free(data);
	put_block(p, "page-data", buf_str(&zipped));
	put_block(p, "page-wasm", BYTES_OF(page_sqljs_wasm_gz));
	buf_done(&zipped);
	put_script(p, BYTES_OF(page_uplot_js));
	put_script(p, BYTES_OF(page_sqljs));
	buf_init(&ours, PAGE_PART);
	our_script(&ours);
	put_script(p, buf_str(&ours));
	buf_done(&ours);
}

void live_licenses(const struct page *p)
{
	const struct { const char *name; struct str text; } licenses[] = {
		{ "uPlot", BYTES_OF(page_uplot_license) }, { "sql.js, which holds SQLite (public domain)", BYTES_OF(page_sqljs_license) },
	};

	put(p, "<details><summary>Licences of what this page contains</summary>\n");
	for (size_t i = 0; i < sizeof(licenses) / sizeof(licenses[0]); i++) {
		fprintf(p->out, "<h3>%s</h3>\n<pre>", licenses[i].name);
		put_text(p, licenses[i].text);
		put(p, "</pre>\n");
	}
	put(p, "</details>\n");
}
#else
void live_policy(struct buf *out)
{
	buf_add(out, STR("style-src "));
	put_hash(out, str_of(ASSET_REPORT_CSS));
}

void live_style(struct buf *out)
{
	buf_add(out, str_of(ASSET_REPORT_CSS));
}

void live_scripts(const struct page *p)
{
	(void)p;
}

void live_licenses(const struct page *p)
{
	(void)p;
}
#endif

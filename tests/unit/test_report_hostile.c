/* A case every text of which is an attack, and cases of unreasonable size. */
#include "unit.h"

#include <cmark.h>
#include <ctype.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "report/words.h"
#include "report_help.h"

/* </script></style></title>--><img src=x onerror=alert(1)>"'><svg/onload=alert(2)>](javascript:alert(3)) [x](https://evil.example)
 * ESC[31mESC]0;owned BEL CR LF # heading ``` | cell | U+202E U+2066 U+200B NUL-free, then bytes ff c0 af that are no UTF-8. */
#define ATTACK \
	"CAST(x'" \
	"3c2f7363726970743e3c2f7374796c653e3c2f7469746c653e2d2d3e3c696d67207372633d78206f6e6572726f723d616c6572742831293e" \
	"22273e3c7376672f6f6e6c6f61643d616c6572742832293e5d286a6176617363726970743a616c65727428332929205b785d2868747470733a2f2f6576696c2e6578616d706c6529" \
	"1b5b33316d1b5d303b6f776e6564070d0a232068656164696e670a6060600a7c2063656c6c207c0a" \
	"e280aee281a6e2808bffc0af" \
	"' AS TEXT)"

static const char *const attack[] = {
	"CREATE TABLE h AS SELECT " ATTACK " AS s",
	"INSERT INTO meta SELECT 'version', s FROM h UNION ALL SELECT 'rules', s FROM h",
	"INSERT INTO bundle SELECT 0, s, s, 1, 1772344800000000, s FROM h",
	"INSERT INTO host SELECT 0, '' UNION ALL SELECT 1, s FROM h",
	"INSERT INTO clock (id, kind, host_id, scope, part, offset_us, uncertainty_us, solved, parent_id, basis, first_us, last_us) "
		"SELECT 0, s, 1, s, 0, 0, 5, 1, 0, s, NULL, NULL FROM h",
	"INSERT INTO file (id, bundle_id, path, source, status, reason, sha256, bytes, records, unparsed, cover) "
		"SELECT 1, 0, s, s, s, s, s, 10, 10, 1, s FROM h",
	"INSERT INTO coverage VALUES (1, 0, 1, 10, 1772334000000000, 1772337600000000)",
	"INSERT INTO kind SELECT 1, s FROM h",
	"INSERT INTO entity SELECT 0, '', '' UNION ALL SELECT 1, s, s FROM h",
	"INSERT INTO event SELECT n, 1772335841000000 + n, 0, 0, n, 1, n, 1, n, 1, 1, 1, s, NULL FROM h, (SELECT 1 AS n UNION SELECT 2 UNION SELECT 3)",
	"INSERT INTO series SELECT 1, s, s, 1, 1, json_object('k', s) FROM h",
	"INSERT INTO panel VALUES (1, 0, 0, 1)",
	"INSERT INTO sample (id, panel_id, part, ts_us, u_us, clock_id, file_id, line, offset, v0) "
		"VALUES (1, 1, 0, 1772335841000000, 0, 0, 1, 1, 0, -1e307), (2, 1, 0, 1772335842000000, 0, 0, 1, 2, 0, 1e307), "
		"(5, 1, 0, 1772335842500000, 0, 0, 1, 2, 0, 1e308), "
		"(3, 1, 0, 1772335843000000, 0, 0, 1, 2, 0, 9e999), (4, 1, 0, 1772335844000000, 0, 0, 1, 2, 0, NULL)",
	"INSERT INTO fact SELECT 1, s, s, 1, 1 FROM h",
	"INSERT INTO rule SELECT s, 1, s, s, s, s, '[]', json_array(s || 'x') FROM h",
	"INSERT INTO finding SELECT s, s, 1, s, s, s, 3, s, s, 3, s, s, s, 1772335841000000, 1772335842000000, 5, 3, NULL, 1, s, s, json_array(s, s), json_array(s) FROM h",
	"INSERT INTO finding SELECT s || 2, s, 1, s, s, s, 3, NULL, NULL, NULL, s, s, s, -9223372036854775808, 9223372036854775807, 5, 3, s, 2, s, s, 'no json', s FROM h",
	"INSERT INTO finding_cause SELECT s, s, s, 3, 1 FROM h UNION ALL SELECT s, s || 2, s, 1, 0 FROM h UNION ALL SELECT s || 2, s, s, 1, 0 FROM h",
	"INSERT INTO ledger SELECT s, 0, NULL, s, s, s, 1, 1, s, s, s FROM h UNION ALL SELECT s, 1, s, s, s, s, 1, 1, s, s, s FROM h "
		"UNION ALL SELECT s, 2, NULL, s, s, 'unknown', 1, 1, s, s, s FROM h UNION ALL SELECT s, 3, NULL, s, s, 'absent', 1, 1, s, s, s FROM h",
	"INSERT INTO evidence SELECT s, 0, 0, 2, 1, 1772335841000000, 1772335842000000, 1, 2, 2, s FROM h",
	"INSERT INTO undecidable (rule, entity, host, ts_us, signal, source, collect) SELECT s, s, s, NULL, s, s, s FROM h",
	"INSERT INTO near_miss (rule, entity, host, ts_us, points, missing) SELECT s, s, s, NULL, 1, json_array(s) FROM h UNION ALL SELECT s, s, s, NULL, 1, s FROM h",
	"INSERT INTO incident SELECT s, s, s, 1772335841000000, 1772335842000000, 1772335843000000, s FROM h",
	"INSERT INTO incident_finding SELECT s, s FROM h",
	"INSERT INTO incident_entry (incident_id, n, ts_us, event_id, role, file_id, line, text) SELECT s, n, 1772335841000000 + n, n, s, 1, n, s FROM h, (SELECT 1 AS n UNION SELECT 3)",
	NULL
};

static struct report_case open_attack(void)
{
	struct report_case c;

	report_case_open(&c, attack);
	report_case_load(&c, (struct report_options){ .all = true, .color = false });
	ck_assert_uint_eq(c.r->n_findings, 2);
	ck_assert_uint_eq(c.r->n_incidents, 1);
	ck_assert_uint_eq(c.r->n_near_misses, 2);
	return c;
}

START_TEST(no_form_lets_a_raw_byte_through)
{
	struct report_case c = open_attack();

	for (size_t f = 0; renderers[f]; f++) {
		report_case_write(&c, renderers[f]->name);
		ck_assert_msg(utf8_valid((struct str){ c.text, c.n }), "%s is not UTF-8", renderers[f]->name);
		for (size_t i = 0; i < c.n;) {
			int32_t ch = utf8_next((struct str){ c.text, c.n }, &i);

			ck_assert_msg(!utf8_deceives(ch), "%s holds U+%04X at %zu", renderers[f]->name, (unsigned)ch, i);
		}
		ck_assert_has(c.text, "xff"); /* but the reader still learns of them */
	}
	report_case_close(&c);
}
END_TEST

/* Elements that end by themselves. */
static bool is_void(const char *name)
{
	static const char *const names[] = { "meta", "link", "br", "!DOCTYPE" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* Walks all tags: known names, attributes without handlers, properly nested. */
static void check_tags(const char *page)
{
	static const char allowed[] = " !DOCTYPE html head meta link title style body a header p b span nav main section h1 h2 h3 h4 h5 h6 div dl dt dd "
		"small code pre ul ol li details summary table thead tbody tr th td article time em strong blockquote br "
		"svg defs pattern line rect path g text tspan ";
	char stack[64][16];
	size_t depth = 0;

	for (const char *p = page; (p = strchr(p, '<')); p++) {
		bool closing = p[1] == '/';
		char name[16], padded[20];
		size_t n = 0;

		for (const char *q = p + 1 + closing; (isalnum((unsigned char)*q) || *q == '!') && n < 15; q++)
			name[n++] = *q;
		name[n] = '\0';
		snprintf(padded, sizeof(padded), " %s ", name);
		ck_assert_msg(n && strstr(allowed, padded), "a tag of its own: %.60s", p);
		if (closing) {
			ck_assert_msg(depth > 0 && strcmp(stack[depth - 1], name) == 0, "</%s> closes <%s>: %.60s", name, depth ? stack[depth - 1] : "", p);
			depth--;
			continue;
		}
		for (p++; *p != '>'; p++) {
			ck_assert_msg(*p != '\0' && *p != '<', "a tag is open at the end");
			ck_assert_msg(strncmp(p, " on", 3) != 0 && strncmp(p, " src=", 5) != 0, "a handler or a source: %.60s", p);
			if (strncmp(p, " href=\"", 7) == 0)
				ck_assert_msg(p[7] == '#' || strncmp(p + 7, "data:,\"", 7) == 0 || strncmp(p + 7, "https://", 8) == 0, "a link out: %.60s", p);
			if (*p == '"' && !(p = strchr(p + 1, '"')))
				ck_abort_msg("a quote is open at the end");
		}
		if (p[-1] == '/' || is_void(name))
			continue;
		ck_assert_uint_lt(depth, 64);
		memcpy(stack[depth++], name, n + 1);
	}
	ck_assert_msg(depth == 0, "<%s> stays open", depth ? stack[depth - 1] : "");
}

START_TEST(the_page_stays_text)
{
	struct report_case c = open_attack();
	const char *page = report_case_write(&c, "html");

	check_tags(page);
	ck_assert_has(page, "&lt;img src=x onerror=alert(1)&gt;");
	ck_assert_has(page, "\\x1b[31m");
	ck_assert_has(page, "&lt;U+202E&gt;");
	ck_assert_lacks(page, "href=\"javascript");
	ck_assert_uint_eq(c.r->n_charts, 1);
	report_case_close(&c);
}
END_TEST

START_TEST(absurd_values_have_a_place_on_the_chart)
{
	struct report_case c = open_attack();
	const char *line = strstr(report_case_write(&c, "html"), "class=\"series\"");
	char *path;

	ck_assert_ptr_nonnull(line);
	path = strndup(line, strcspn(line, ">"));
	ck_assert_lacks(path, "nan");
	ck_assert_lacks(path, "inf");
	free(path);
	report_case_close(&c);
}
END_TEST

START_TEST(the_markdown_stays_text)
{
	struct report_case c = open_attack();
	const char *md = report_case_write(&c, "md");
	/* Unsafe on purpose: what a careless renderer makes of it.  The only raw HTML is our own folding. */
	char *html = cmark_markdown_to_html(md, c.n, CMARK_OPT_UNSAFE);

	ck_assert_lacks(html, "<img");
	ck_assert_lacks(html, "<script");
	ck_assert_lacks(html, "<svg");
	ck_assert_lacks(html, "href=\"javascript");
	ck_assert_uint_eq(count_of(html, "<h1>"), 1);
	ck_assert_uint_eq(count_of(html, "<details>"), count_of(html, "</details>"));
	/* Advice may link, so its two copies do; nothing else does. */
	ck_assert_uint_eq(count_of(html, "href="), count_of(html, "href=\"https://evil.example\""));
	ck_assert_uint_le(count_of(html, "href="), 3);
	free(html);
	report_case_close(&c);
}
END_TEST

START_TEST(the_document_keeps_what_json_can)
{
	struct report_case c = open_attack();
	struct json *root = NULL;
	struct error err = { 0 };
	const struct json *first;

	report_case_write(&c, "json");
	ck_assert_msg(json_parse(&root, (struct str){ c.text, c.n }, &err) == OK, "%s", err.text);
	first = json_first(json_get(root, "findings"));
	ck_assert(str_starts(json_get_str(first, "title"), STR("</script></style>")));
	ck_assert(str_has(json_get_str(first, "title"), STR("\x1b[31m")));
	ck_assert(str_ends(json_get_str(first, "title"), STR("\xe2\x80\x8b\\xff\\xc0\\xaf")));
	json_free(root);
	report_case_close(&c);
}
END_TEST

START_TEST(the_terminal_gets_no_orders)
{
	struct report_case c = open_attack();
	const char *text = report_case_write(&c, "text");

	ck_assert_lacks(text, "\n# heading"); /* no line of its own either */
	ck_assert_has(text, "\\x1b]0;owned\\x07");
	report_case_close(&c);
}
END_TEST

/* ---- size ---- */

static const char *const crowd[] = {
	"INSERT INTO host VALUES (0, ''), (1, 'n1')",
	"INSERT INTO rule VALUES ('r', 1, 'A rule', 'high', 'test', 'r.yaml', '[]', '[]')",
	"INSERT INTO finding WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) "
		"SELECT 'F' || i, 'r', 1, 'Finding ' || i, 'high', 'likely', 6, NULL, NULL, NULL, 'pod', 'p' || i, 'n1', "
		"1772335841000000 + i * 1000000, 1772335841000000 + i * 1000000, 0, 1, NULL, i, 'Text ' || i, '', '[]', '[]' FROM n",
	"INSERT INTO ledger SELECT id, 0, NULL, 'x', 'anchor', 'seen', 0, 0, NULL, 'dmesg', NULL FROM finding",
	NULL
};

START_TEST(says_what_it_left_out)
{
	struct report_case c;

	report_case_open(&c, crowd);
	report_case_load(&c, (struct report_options){ 0 });
	report_case_write(&c, "html");
	ck_assert_uint_lt(c.n, 2 << 20);
	ck_assert_has(c.text, "1,475 more findings are in the table below, their evidence not shown here");
	ck_assert_has(c.text, "500 more are not shown here; the case has them all.");
	ck_assert_has(c.text, "id=\"F1000\"");
	ck_assert_lacks(c.text, "id=\"F1001\"");
	check_tags(c.text);
	ck_assert_has(report_case_write(&c, "md"), "1475 more findings stand in the table only");
	ck_assert_has(report_case_write(&c, "text"), "1480 more findings");
	ck_assert_uint_eq(count_of(report_case_write(&c, "json"), "\"rule_version\""), 1500);
	report_case_close(&c);
}
END_TEST

static const char *const verbose[] = {
	"INSERT INTO host VALUES (0, ''), (1, 'n1')",
	"INSERT INTO rule VALUES ('r', 1, 'A rule', 'high', 'test', 'r.yaml', '[]', '[]')",
	"INSERT INTO finding SELECT 'F1', 'r', 1, printf('%.*c', 100000, 'T'), 'high', 'likely', 6, NULL, NULL, NULL, 'pod', 'p', 'n1', "
		"1772335841000000, 1772335841000000, 0, 1, NULL, 1, printf('%.*c', 3000000, '*'), '', '[]', '[]'",
	NULL
};

START_TEST(cuts_a_huge_text_and_says_so)
{
	struct report_case c;

	report_case_open(&c, verbose);
	report_case_load(&c, (struct report_options){ 0 });
	report_case_write(&c, "html");
	ck_assert_uint_lt(c.n, 200000);
	ck_assert_has(c.text, "(99400 bytes more)");
	ck_assert_has(c.text, "The case keeps no ledger for this finding.");
	report_case_close(&c);
}
END_TEST

/* A traceback with long lines: how it begins and, whole, how it ends. */
static const char *const traceback[] = {
	"INSERT INTO rule VALUES ('r', 1, 'A rule', 'high', 'test', 'r.yaml', '[]', '[]')",
	"INSERT INTO finding SELECT 'F1', 'r', 1, 'T', 'high', 'likely', 6, NULL, NULL, NULL, 'pod', 'p', 'n1', "
		"1772335841000000, 1772335841000000, 0, 1, NULL, 1, 'N', '', '[]', '[]'",
	"INSERT INTO ledger VALUES ('F1', 0, NULL, 'x', 'anchor', 'seen', 0, 0, NULL, 'app_log', NULL)",
	"INSERT INTO evidence SELECT 'F1', 0, i, NULL, NULL, 1772335841000000, 1772335841000000, NULL, 1, 0, "
		"'Traceback (most recent call last):' || char(10) || '  ' || printf('%.*c', 1000, 'm') || char(10) || '  last frame' || char(10) || "
		"iif(i, printf('Error: %.*c', 3000, 'e'), 'Error: \u00fcber') FROM (SELECT 0 AS i UNION SELECT 1)",
	"INSERT INTO evidence SELECT 'F1', 0, 2, NULL, NULL, 1772335841000000, 1772335841000000, NULL, 1, 0, 'a' || char(10) || printf('%.*c', 3000, 'b')",
	NULL
};

START_TEST(keeps_how_a_traceback_ends)
{
	struct report_case c;
	const struct report_evidence *e;

	report_case_open(&c, traceback);
	report_case_load(&c, (struct report_options){ 0 });
	e = c.r->findings[0].items[0].evidence;
	ck_assert(str_starts(e[0].text, STR("Traceback (most recent call last):\n  mmm")));
	ck_assert(str_ends(e[0].text, STR(" bytes left out)\n  last frame\nError: \u00fcber")));
	ck_assert(str_has(e[1].text, STR(" bytes left out)\nError: eee")));
	ck_assert(str_ends(e[1].text, STR(" bytes more)")));
	ck_assert_uint_lt(e[1].text.n, LIMIT_REPORT_TEXT + 80);
	ck_assert(str_starts(e[2].text, STR("a\nbbb")));
	ck_assert(str_ends(e[2].text, STR("b ... (2402 bytes more)")));
	ck_assert(str_starts(words_headline(e[1].text), STR("Error: eee")));
	report_case_close(&c);
}
END_TEST

/* Lines of one source that is as talkative as a broken disk. */
static const char *const noise[] = {
	"INSERT INTO bundle VALUES (0, 'b', 'x', 1, NULL, NULL)",
	"INSERT INTO host VALUES (0, ''), (1, 'n1')",
	"INSERT INTO clock (id, kind, host_id, scope, part, offset_us, uncertainty_us, solved, parent_id, basis, first_us, last_us) "
		"VALUES (0, 'utc', 0, '', 0, 0, 0, 1, 0, '', NULL, NULL)",
	"INSERT INTO file (id, bundle_id, path, source, status, reason, sha256, bytes, records, unparsed, cover) "
		"VALUES (1, 0, 'dmesg', 'dmesg', 'ok', NULL, 'x', 10, 10, 0, 'span')",
	"INSERT INTO coverage VALUES (1, 0, 1, 50000, 1772335800000000, 1772385800000000)",
	"INSERT INTO kind VALUES (1, 'kernel.message')",
	"INSERT INTO entity VALUES (0, '', '')",
	"INSERT INTO event WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) "
		"SELECT i, 1772335800000000 + i * 1000000, 0, 0, 3 + i % 2, 1, i, 1, i, 1, 1, 0, 'I/O error ' || i, NULL FROM n",
	NULL
};

START_TEST(thins_marks_and_counts_them)
{
	struct report_case c;
	uint64_t seen = 0;

	report_case_open(&c, noise);
	report_case_load(&c, (struct report_options){ 0 });
	ck_assert_uint_eq(c.r->n_lanes, 1);
	ck_assert_uint_le(c.r->lanes[0].n_marks, LIMIT_REPORT_MARKS);
	for (size_t i = 0; i < c.r->lanes[0].n_marks; i++) {
		ck_assert_int_eq(c.r->lanes[0].marks[i].severity, 3); /* the worst stands for its neighbours */
		seen += 1 + c.r->lanes[0].marks[i].folded;
	}
	ck_assert_uint_eq(seen, 50000);
	ck_assert_uint_lt(report_case_write(&c, "html") ? c.n : 0, 100000);
	ck_assert_has(c.text, "warnings share a mark");
	report_case_close(&c);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, no_form_lets_a_raw_byte_through);
	tcase_add_test(tc, the_page_stays_text);
	tcase_add_test(tc, absurd_values_have_a_place_on_the_chart);
	tcase_add_test(tc, the_markdown_stays_text);
	tcase_add_test(tc, the_document_keeps_what_json_can);
	tcase_add_test(tc, the_terminal_gets_no_orders);
	tcase_add_test(tc, says_what_it_left_out);
	tcase_add_test(tc, cuts_a_huge_text_and_says_so);
	tcase_add_test(tc, keeps_how_a_traceback_ends);
	tcase_add_test(tc, thins_marks_and_counts_them);
}

TEST_MAIN("report/hostile", add)

#include "unit.h"

#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "report_help.h"
#include "report_story.h"

static struct report_case open_story(struct report_options opt)
{
	struct report_case c;

	report_case_open(&c, story);
	report_case_load(&c, opt);
	return c;
}

/* ---- the model ---- */

START_TEST(reads_the_case_in_the_order_of_the_contract)
{
	struct report_case c = open_story((struct report_options){ 0 });
	const struct report *r = c.r;

	ck_assert_uint_eq(r->n_findings, 2);
	ck_assert(str_eq(r->findings[0].id, STR("F1a2b3c4")));
	ck_assert(str_eq(r->findings[1].explained_by, STR("F1a2b3c4")));
	ck_assert_uint_eq(r->findings[0].n_explains, 1);
	ck_assert_uint_eq(r->unlikely_left_out, 1);
	ck_assert_uint_eq(r->n_rules, 4);
	ck_assert_uint_eq(r->n_sources, 3);
	ck_assert_int_eq(r->from, 1772150400000000);
	ck_assert_int_eq(r->to, 1772344800000000);
	ck_assert(str_eq(r->rules_sha256, STR("3f5a")));
	report_case_close(&c);
}
END_TEST

START_TEST(keeps_unlikely_findings_for_those_who_ask)
{
	struct report_case c = open_story((struct report_options){ .all = true });

	ck_assert_uint_eq(c.r->n_findings, 3);
	ck_assert_uint_eq(c.r->unlikely_left_out, 0);
	report_case_close(&c);
}
END_TEST

START_TEST(shows_one_finding_and_what_it_explains)
{
	static const struct { const char *id; size_t findings, incidents; } rows[] = {
		{ "F1a2b3c4", 2, 1 }, { "F5d6e7f8", 1, 1 }, { "F99aa002", 1, 0 },
	};

	for (size_t i = 0; i < 3; i++) {
		struct report_case c = open_story((struct report_options){ .finding = str_of(rows[i].id) });

		ck_assert_uint_eq(c.r->n_findings, rows[i].findings);
		ck_assert(str_eq(c.r->findings[0].id, str_of(rows[i].id)));
		ck_assert_uint_eq(c.r->n_incidents, rows[i].incidents);
		report_case_close(&c);
	}
}
END_TEST

START_TEST(names_the_finding_that_is_not_there)
{
	struct report_case c;
	struct report_options opt = { .finding = STR("F00000000") };
	struct error err = { 0 };

	report_case_open(&c, story);
	ck_assert_int_eq(report_load(&c.r, c.st, &opt, c.arena, &err), ERR_USAGE);
	ck_assert_str_eq(err.text, "no finding 'F00000000' in this case");
	ck_assert_ptr_null(c.r);
	report_case_close(&c);
}
END_TEST

START_TEST(joins_the_ledger_with_its_records)
{
	struct report_case c = open_story((struct report_options){ 0 });
	const struct report_finding *f = &c.r->findings[0];

	ck_assert_uint_eq(f->n_items, 6);
	ck_assert_uint_eq(f->items[0].n_evidence, 2);
	ck_assert_int_eq(f->items[0].evidence[1].event, 202);
	ck_assert_uint_eq(f->items[2].n_evidence, 0);
	ck_assert_int_eq(f->items[4].evidence[0].event, 0);
	ck_assert(str_eq(f->items[4].evidence[0].series, STR("gpu.utilization{gpu=0}")));
	ck_assert(str_eq(f->items[5].cause, STR("libraries-ahead")));
	ck_assert_uint_eq(f->items[0].evidence[0].n_context, 3); /* 199, 201, 202 */
	ck_assert_uint_eq(f->n_advice, 2);
	ck_assert_uint_eq(f->n_prevent, 1);
	ck_assert(f->incident == &c.r->incidents[0]);
	report_case_close(&c);
}
END_TEST

START_TEST(tells_an_incident_in_a_few_steps)
{
	struct report_case c = open_story((struct report_options){ 0 });
	const struct report_incident *in = &c.r->incidents[0];

	ck_assert_uint_eq(in->n_timeline, 5);
	ck_assert_uint_eq(in->n_chain, 3); /* the two refusals are one step, context is none */
	ck_assert_uint_eq(in->chain[1].times, 2);
	ck_assert_int_eq(in->chain[1].first->event, 201);
	ck_assert_uint_eq(in->n_entities, 3);
	report_case_close(&c);
}
END_TEST

START_TEST(asks_for_each_command_once)
{
	struct report_case c = open_story((struct report_options){ 0 });
	const struct report *r = c.r;

	ck_assert_uint_eq(r->n_undecidable, 1);
	ck_assert_uint_eq(r->undecidable[0].n_missing, 2);
	ck_assert_uint_eq(r->n_collect, 2);
	ck_assert(str_eq(r->collect[0].command, STR("journalctl --list-boots")));
	ck_assert_uint_eq(r->collect[0].answers, 2);
	ck_assert_uint_eq(r->n_untested, 1);
	ck_assert(str_eq(r->untested[0].needs, STR("azure_logs, azure_metrics")));
	ck_assert_uint_eq(r->n_near_misses, 1);
	ck_assert_uint_eq(r->near_misses[0].n_missing, 2);
	report_case_close(&c);
}
END_TEST

START_TEST(draws_gaps_as_gaps)
{
	struct report_case c = open_story((struct report_options){ 0 });
	const struct report_chart *chart = &c.r->charts[0];
	size_t gaps = 0;

	ck_assert_uint_eq(c.r->n_charts, 1);
	ck_assert_uint_le(chart->n_points, LIMIT_REPORT_POINTS);
	for (size_t i = 0; i < chart->n_points; i++) {
		gaps += isnan(chart->points[i].min) != 0;
		ck_assert(isnan(chart->points[i].min) || (chart->points[i].min >= 90 && chart->points[i].max <= 96));
		ck_assert(i == 0 || chart->points[i].t >= chart->points[i - 1].t);
	}
	ck_assert_uint_eq(gaps, 1);
	for (size_t i = 0; i < c.r->n_coverage; i++)
		ck_assert_uint_eq(c.r->coverage[i].n_gaps, str_eq(c.r->coverage[i].source, STR("nvidia_smi_csv")));
	report_case_close(&c);
}
END_TEST

START_TEST(lanes_tell_blind_spots_from_silence)
{
	struct report_case c = open_story((struct report_options){ 0 });
	const struct report_lane *apt = &c.r->lanes[0], *smi = &c.r->lanes[1];

	ck_assert_uint_eq(c.r->n_lanes, 3);
	ck_assert(str_eq(apt->source, STR("apt_history"))); /* the first evidence is first */
	ck_assert_int_eq(apt->to, 1772344800000000);        /* an append log is quiet until the collection */
	ck_assert(str_eq(smi->source, STR("nvidia_smi_csv")));
	ck_assert_uint_eq(smi->n_covered, 2);
	ck_assert_uint_eq(smi->n_runs, 1); /* and its evidence came before the kernel said anything */
	ck_assert_int_le(c.r->axis_from, 1772334847000000); /* the change is close enough to be drawn */
	ck_assert_int_ge(c.r->axis_to, 1772337600000000);
	report_case_close(&c);
}
END_TEST

/* ---- the forms ---- */

static const char *const page_says[] = {
	"<h1 id=\"title\">Driver unusable after an update</h1>",
	"Likely cause: <b>The libraries were updated under the loaded module</b>",
	"19 points = 9 for what happened itself + 8 <code>upgraded</code> + 2 <code>idle</code>",
	"2026-03-01 03:30:41 \u2013 04:00:00 UTC",
	"29m19s, \u00b11.5 s; recovered 04:00:00 UTC",
	"1 host, 2 pods",
	"0 points against 12",
	"The module could not be built",
	"<code class=\"language-sh\">sudo modprobe -r gpu &amp;&amp; sudo modprobe gpu",
	"id=\"ev-201\"", "href=\"#ev-201\"", "dmesg.txt:17012",
	"<svg class=\"timeline\"", "url(#hatch)", "not there, although dmesg covers the time",
	"cannot be told: no journal for that time", "<code class=\"command\">journalctl --list-boots</code>",
	"answers 2 questions", "Near misses", "the ring buffer wrapped", "nothing known",
	"Hold the driver packages.", "<a href=\"https://example.com/notes\">the notes</a>",
	"1 unlikely finding is left out", "id=\"F5d6e7f8\"", "Follows from",
	"prefers-color-scheme: dark", "@media print", "class=\"skip\"", "lang=\"en\"",
};

START_TEST(the_page_says_what_matters)
{
	struct report_case c = open_story((struct report_options){ 0 });

	ck_assert_has(report_case_write(&c, "html"), page_says[_i]);
	report_case_close(&c);
}
END_TEST

START_TEST(every_link_of_the_page_has_its_anchor)
{
	struct report_case c = open_story((struct report_options){ .all = true });
	const char *page = report_case_write(&c, "html");
	size_t links = 0;

	for (const char *p = page; (p = strstr(p, "href=\"#")); links++) {
		char id[200];
		size_t n;

		p += strlen("href=\"#");
		n = strcspn(p, "\"");
		ck_assert_uint_lt(n, 100);
		snprintf(id, sizeof(id), " id=\"%.*s\"", (int)n, p);
		ck_assert_msg(count_of(page, id) == 1, "%s is there %zu times", id, count_of(page, id));
	}
	ck_assert_uint_gt(links, 20);
	report_case_close(&c);
}
END_TEST

START_TEST(the_page_needs_nothing_from_outside)
{
	static const char *const unwanted[] = { "<script", "<iframe", "<object", "@import", "src=\"http", "url(http", " style=\"", " onload" };
	struct report_case c = open_story((struct report_options){ 0 });
	const char *page = report_case_write(&c, "html");

	for (size_t i = 0; i < sizeof(unwanted) / sizeof(unwanted[0]); i++)
		ck_assert_lacks(page, unwanted[i]);
	ck_assert_has(page, "default-src 'none'; style-src 'sha256-");
	report_case_close(&c);
}
END_TEST

START_TEST(the_style_is_the_one_the_policy_allows)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct report_case c = open_story((struct report_options){ 0 });
	const char *page = report_case_write(&c, "html");
	const char *hash = strstr(page, "'sha256-") + strlen("'sha256-"), *style = strstr(page, "<style>") + strlen("<style>");
	char want[65], got[65] = "";
	uint32_t bits = 0;
	size_t n = 0;

	sha256_of((struct str){ style, (size_t)(strstr(style, "</style>") - style) }, want);
	for (size_t i = 0, held = 0; hash[i] != '\'' && hash[i] != '=' && n < 64; i++) {
		bits = bits << 6 | (uint32_t)(strchr(digits, hash[i]) - digits);
		for (held += 6; held >= 4 && n < 64; held -= 4)
			got[n++] = "0123456789abcdef"[bits >> (held - 4) & 15];
	}
	ck_assert_str_eq(got, want);
	report_case_close(&c);
}
END_TEST

static const char *const text_says[] = {
	"case     node7.tar.gz  3 sources, 18,232 records, 12 lines not read\n",
	"rules    4, 1 could not be decided, 1 lack a source\n",
	"x CRITICAL  driver-lost  very likely (19)  2026-03-01 03:30:41 \u2013 04:00:00 UTC  node7  F1a2b3c4\n",
	"    03:14:07  Upgrade: libgpu (1.0, 2.0)  ",
	"    +16m34s   gpu: client has version 2.0, module has 1.0  ",
	"dmesg.txt:17012 (2 times)\n",
	"  not known: boot\n", "collect next:\n    journalctl --list-boots\n",
	"    sudo modprobe -r gpu && sudo modprobe gpu\n",
	"  explains pods-refused (ml/a)\n",
	"near miss  off-bus (-2): no lost, hot\n",
};

START_TEST(the_terminal_says_what_matters)
{
	struct report_case c = open_story((struct report_options){ 0 });
	const char *text = report_case_write(&c, "text");

	ck_assert_has(text, text_says[_i]);
	ck_assert_lacks(text, "\x1b");
	report_case_close(&c);
}
END_TEST

START_TEST(colours_only_when_asked)
{
	struct report_case c = open_story((struct report_options){ .color = true });

	ck_assert_has(report_case_write(&c, "text"), "\x1b[1;31mx CRITICAL\x1b[0m");
	report_case_close(&c);
}
END_TEST

static const char *const markdown_says[] = {
	"# \u2716 Driver unusable after an update\n", "- **How sure**: very likely, 19 points = 9 for what happened itself + 8 `upgraded` + 2 `idle`\n",
	"- **Likely cause**: The libraries were updated under the loaded module (12 points; runner-up The module could not be built, 0)\n",
	"1. **03:14:07** change, `apt/history.log:381`: `Upgrade: libgpu (1.0, 2.0)`\n", "(2 times)\n",
	"2026-03-01T03:30:41.000000Z `dmesg.txt:17012`\n\n```text\ngpu: client has version 2.0, module has 1.0\n```\n",
	"   ``` sh\n   sudo modprobe -r gpu && sudo modprobe gpu\n   ```\n", "[the notes](https://example.com/notes)",
	"| critical | Driver unusable after an update | very likely | node7 |", "Collect next:\n\n1. `journalctl --list-boots`\n",
};

START_TEST(the_markdown_says_what_matters)
{
	struct report_case c = open_story((struct report_options){ 0 });

	ck_assert_has(report_case_write(&c, "md"), markdown_says[_i]);
	report_case_close(&c);
}
END_TEST

/* The document as the contract shows it, with the keys in its order. */
static const char *const document_says[] = {
	"{\"schema\":\"forensics/findings/1\",\"tool\":{\"version\":\"0.1.0\",\"rules\":\"3f5a\"},"
	"\"case\":{\"bundles\":[{\"name\":\"node7.tar.gz\",\"sha256\":\"9b1c\",\"files\":6,\"collected_at\":\"2026-03-01T06:00:00.000000Z\"}],"
	"\"from\":\"2026-02-27T00:00:00.000000Z\",\"to\":\"2026-03-01T06:00:00.000000Z\",\"hosts\":[\"node7\"]},\"findings\":[",
	"{\"id\":\"F1a2b3c4\",\"rule\":\"driver-lost\",\"rule_version\":3,\"title\":\"Driver unusable after an update\",\"severity\":\"critical\","
	"\"word\":\"very likely\",\"points\":19,\"cause\":{\"id\":\"libraries-ahead\",\"title\":\"The libraries were updated under the loaded module\",\"points\":12},"
	"\"causes\":[{\"id\":\"libraries-ahead\",\"points\":12},{\"id\":\"build-failed\",\"points\":0},{\"id\":\"no-module\",\"points\":-3}],"
	"\"entity\":{\"kind\":\"host\",\"id\":\"node7\"},\"host\":\"node7\",\"start\":\"2026-03-01T03:30:41.000000Z\",\"end\":\"2026-03-01T04:00:00.000000Z\","
	"\"uncertainty_s\":1.5,\"explained_by\":null,\"explains\":[\"F5d6e7f8\"],\"narrative\":",
	"\"evidence\":[{\"signal\":\"mismatch\",\"role\":\"anchor\",\"state\":\"seen\",\"points\":0,\"event\":201,\"time\":\"2026-03-01T03:30:41.000000Z\","
	"\"file\":\"dmesg.txt\",\"line\":17012,\"offset\":990200,\"text\":\"gpu: client has version 2.0, module has 1.0\"},",
	"\"state\":\"possible\",\"points\":2,\"event\":null,",
	"\"unknown\":[{\"signal\":\"boot\",\"source\":\"journal\",\"collect\":\"journalctl --list-boots\"}]}",
	"\"cause\":null,\"causes\":[{\"id\":\"no-gpu\",\"points\":4},{\"id\":\"quota\",\"points\":3}]",
	"\"uncertainty_s\":0.0,\"explained_by\":\"F1a2b3c4\",\"explains\":[]",
	"\"incidents\":[{\"id\":\"I1\",\"title\":\"Driver unusable after an update\",\"severity\":\"critical\",\"start\":\"2026-03-01T03:30:41.000000Z\","
	"\"end\":\"2026-03-01T04:00:00.000000Z\",\"recovered\":\"2026-03-01T04:00:00.000000Z\",\"root\":\"F1a2b3c4\",\"findings\":[\"F1a2b3c4\",\"F5d6e7f8\"],"
	"\"hosts\":[\"node7\"],\"entities\":[\"host:node7\",\"pod:ml/a\",\"pod:ml/b\"],\"timeline\":[{\"event\":102,\"time\":\"2026-03-01T03:14:07.000000Z\","
	"\"role\":\"change\",\"file\":\"apt/history.log\",\"line\":381,\"text\":\"Upgrade: libgpu (1.0, 2.0)\"}",
	"\"undecidable\":[{\"rule\":\"off-bus\",\"entity\":\"gpu:1\",\"missing\":[{\"signal\":\"hot\",\"source\":\"nvidia_smi_csv\",\"collect\":\"nvidia-smi -q > smi.txt\"},",
	"\"near_misses\":[{\"rule\":\"off-bus\",\"points\":-2,\"missing\":[\"lost\",\"hot\"]}]",
	"\"coverage\":[{\"source\":\"apt_history\",\"host\":\"node7\",\"file\":\"apt/history.log\",\"from\":\"2026-02-27T00:00:00.000000Z\","
	"\"to\":\"2026-03-01T03:24:20.000000Z\",\"records\":412,\"unparsed\":0,\"clock\":\"utc\",\"uncertainty_s\":0.0,\"gaps\":[]}",
	"{\"file\":\"core.4711\",\"sha256\":\"77c7\",\"bytes\":65536,\"source\":null,\"status\":\"unknown\",\"reason\":\"not text\"}",
	"\"status\":\"ok\",\"reason\":null}",
};

START_TEST(the_document_is_the_contract)
{
	struct report_case c = open_story((struct report_options){ 0 });
	const char *text = report_case_write(&c, "json");
	struct json *root = NULL;
	struct error err = { 0 };

	ck_assert_has(text, document_says[_i]);
	ck_assert_msg(json_parse(&root, (struct str){ c.text, c.n }, &err) == OK, "%s", err.text);
	json_free(root);
	report_case_close(&c);
}
END_TEST

START_TEST(writes_the_same_bytes_again)
{
	for (size_t i = 0; renderers[i]; i++) {
		struct report_case a = open_story((struct report_options){ 0 }), b = open_story((struct report_options){ 0 });

		ck_assert_str_eq(report_case_write(&a, renderers[i]->name), report_case_write(&b, renderers[i]->name));
		report_case_close(&a);
		report_case_close(&b);
	}
}
END_TEST

START_TEST(an_empty_case_is_no_all_clear)
{
	static const char *const rules_only[] = {
		"INSERT INTO rule VALUES ('storm', 1, 'Requests are refused', 'high', 'test', 'x.yaml', '[]', '[\"azure_logs\"]')",
		"INSERT INTO undecidable (rule, entity, host, ts_us, signal, source, collect) VALUES ('off-bus', 'gpu:1', '', NULL, 'hot', 'smi', 'nvidia-smi -q > smi.txt')", NULL,
	};
	struct report_case c;

	report_case_open(&c, rules_only);
	report_case_load(&c, (struct report_options){ 0 });
	report_case_write(&c, "html");
	ck_assert_has(c.text, "No known failure was found");
	ck_assert_has(c.text, "0 records from 0 sources were read (no time). Of 1 rules none matched.");
	ck_assert_has(c.text, "That is not an all-clear: 1 of them could not be decided, 1 had nothing to read.");
	ck_assert_has(c.text, "Requests are refused");
	ck_assert_has(c.text, "nvidia-smi -q &gt; smi.txt");
	ck_assert_has(report_case_write(&c, "md"), "# No known failure was found");
	ck_assert_has(report_case_write(&c, "text"), "No known failure was found.");
	ck_assert_has(report_case_write(&c, "json"), "\"findings\":[],\"incidents\":[]");
	report_case_close(&c);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, reads_the_case_in_the_order_of_the_contract);
	tcase_add_test(tc, keeps_unlikely_findings_for_those_who_ask);
	tcase_add_test(tc, shows_one_finding_and_what_it_explains);
	tcase_add_test(tc, names_the_finding_that_is_not_there);
	tcase_add_test(tc, joins_the_ledger_with_its_records);
	tcase_add_test(tc, tells_an_incident_in_a_few_steps);
	tcase_add_test(tc, asks_for_each_command_once);
	tcase_add_test(tc, draws_gaps_as_gaps);
	tcase_add_test(tc, lanes_tell_blind_spots_from_silence);
	LOOP(tc, the_page_says_what_matters, page_says);
	tcase_add_test(tc, every_link_of_the_page_has_its_anchor);
	tcase_add_test(tc, the_page_needs_nothing_from_outside);
	tcase_add_test(tc, the_style_is_the_one_the_policy_allows);
	LOOP(tc, the_terminal_says_what_matters, text_says);
	tcase_add_test(tc, colours_only_when_asked);
	LOOP(tc, the_markdown_says_what_matters, markdown_says);
	LOOP(tc, the_document_is_the_contract, document_says);
	tcase_add_test(tc, writes_the_same_bytes_again);
	tcase_add_test(tc, an_empty_case_is_no_all_clear);
}

TEST_MAIN("report/report", add)

/* GitHub flavoured Markdown, for a ticket or a chat: log lines stand in fences
 * only, everything else from the case is escaped or goes through markup.h. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "report/escape.h"
#include "report/markup.h"
#include "report/report.h"
#include "report/words.h"
#include "report/writers.h"

/* With a bound on its length the report gives up the least important first; the verdict stays. */
enum detail { VERDICT_ONLY, WITH_TABLE, WITH_PREVENTION, WITH_EVIDENCE, WITH_COVERAGE };

static void place(FILE *out, struct str file, uint32_t line)
{
	struct buf b;

	if (file.n == 0)
		return;
	buf_init(&b, file.n + 16);
	buf_add(&b, file);
	if (line)
		buf_printf(&b, ":%u", line);
	md_code(out, buf_str(&b));
	buf_done(&b);
}

static void field(FILE *out, const char *name, struct str value)
{
	if (value.n == 0)
		return;
	fprintf(out, "- **%s**: ", name);
	md_inline(out, value);
	fputc('\n', out);
}

static void cell(FILE *out, struct str s)
{
	fputs(" ", out);
	md_inline(out, s);
	fputs(" |", out);
}

static void row_end(FILE *out)
{
	fputc('\n', out);
}

/* A list item whose continuation lines are indented under it. */
static void list_item(FILE *out, const char *bullet, struct str markdown)
{
	char *text = NULL;
	size_t n = 0;
	FILE *mem = open_memstream(&text, &n);
	struct str rest, line;
	bool first = true;

	if (!mem)
		abort();
	markup_md(mem, markdown, MARKUP_ADVICE);
	fclose(mem);
	rest = str_rtrim((struct str){ text, n });
	while (str_cut(&rest, '\n', &line)) {
		fprintf(out, "%s%.*s\n", first ? bullet : line.n ? "   " : "", STR_ARG(line));
		first = false;
	}
	free(text);
}

static void sum(FILE *out, const struct report_finding *f)
{
	fprintf(out, "- **How sure**: ");
	md_inline(out, f->word);
	fprintf(out, ", %d points = %d for what happened itself", f->points, finding_base(f));
	for (size_t i = 0; i < f->n_items; i++) {
		const struct report_item *it = &f->items[i];

		if (it->cause.n || it->points == 0)
			continue;
		fprintf(out, " %s %d ", it->points < 0 ? "-" : "+", it->points < 0 ? -it->points : it->points);
		md_code(out, it->signal);
	}
	fputc('\n', out);
}

static void cause(FILE *out, const struct report_finding *f)
{
	const struct report_cause *second = finding_runner_up(f);

	if (f->cause.n) {
		fputs("- **Likely cause**: ", out);
		md_inline(out, f->cause_title.n ? f->cause_title : f->cause);
		fprintf(out, " (%d points", f->cause_points);
		if (second) {
			fputs("; runner-up ", out);
			md_inline(out, cause_name(second));
			fprintf(out, ", %d", second->points);
		}
		fputs(")\n", out);
		return;
	}
	if (f->n_causes == 0)
		return;
	fputs("- **Cause not determined**: ", out);
	for (size_t i = 0; i < f->n_causes; i++) {
		fputs(i ? ", " : "", out);
		md_inline(out, cause_name(&f->causes[i]));
		fprintf(out, " (%d)", f->causes[i].points);
	}
	fputc('\n', out);
}

static void about(FILE *out, const struct report_finding *f)
{
	char buf[WORDS_MAX];
	struct buf words;

	fputs("- **What**: ", out);
	md_inline(out, f->entity_kind);
	fputc(' ', out);
	md_code(out, f->entity);
	if (f->host.n && !str_eq(f->host, f->entity)) {
		fputs(" on ", out);
		md_inline(out, f->host);
	}
	fprintf(out, "\n- **When**: %s, ", words_span(f->start, f->end, buf));
	fprintf(out, "%s", words_error(f->uncertainty_us, buf));
	if (f->incident && f->incident->recovered != TS_NONE)
		fprintf(out, ", recovered %s UTC", words_moment(f->incident->recovered, f->start, buf));
	fputc('\n', out);
	if (f->incident) {
		buf_init(&words, 4096);
		words_affected(&words, f);
		field(out, "Blast radius", buf_str(&words));
		buf_done(&words);
	}
}

static void chain(FILE *out, const struct report_incident *in)
{
	char buf[WORDS_MAX];

	if (!in || in->n_chain == 0)
		return;
	fputs("\n### How it came about\n\n", out);
	for (size_t i = 0; i < in->n_chain; i++) {
		const struct report_entry *e = in->chain[i].first;

		fprintf(out, "%zu. ", i + 1);
		if (i && e->t != TS_NONE && in->chain[i - 1].first->t != TS_NONE)
			fprintf(out, "**%s** ", words_after(e->t - in->chain[i - 1].first->t, buf));
		else
			fprintf(out, "**%s** ", words_moment(e->t, in->start, buf));
		md_inline(out, e->role);
		fputs(", ", out);
		place(out, e->file, e->line);
		fputs(": ", out);
		md_code(out, words_headline(e->text));
		if (in->chain[i].times > 1)
			fprintf(out, " (%zu times)", in->chain[i].times);
		fputc('\n', out);
	}
	if (in->chain_left_out)
		fprintf(out, "\n%zu more steps are in the case.\n", in->chain_left_out);
}

static void item(FILE *out, const struct report_item *it)
{
	char buf[WORDS_MAX];

	fprintf(out, "\n**%s** ", words_points(it->points, buf));
	md_code(out, it->signal);
	fputs(" (", out);
	md_inline(out, it->role);
	if (it->cause.n) {
		fputs(" of ", out);
		md_code(out, it->cause);
	}
	fputs("): ", out);
	md_inline(out, it->state);
	if (it->why.n) {
		fputs(", ", out);
		md_inline(out, it->why);
	}
	fputc('\n', out);
	for (size_t i = 0; i < it->n_evidence && i < LIMIT_REPORT_EVIDENCE; i++) {
		const struct report_evidence *e = &it->evidence[i];

		fprintf(out, "\n%s ", ts_format(e->t, (char[TS_TEXT]){ 0 }));
		place(out, e->file, e->line);
		if (e->series.n) {
			fputc(' ', out);
			md_code(out, e->series);
		}
		fputs("\n\n", out);
		md_fenced(out, e->text);
	}
	if (it->n_evidence > LIMIT_REPORT_EVIDENCE)
		fprintf(out, "\n%zu more records are in the case.\n", it->n_evidence - LIMIT_REPORT_EVIDENCE);
	if (it->collect.n && str_eq(it->state, STR("unknown"))) {
		fputs("\nCollect: ", out);
		md_code(out, it->collect);
		fputc('\n', out);
	}
}

static void evidence(FILE *out, const struct report_finding *f)
{
	if (f->n_items == 0)
		return;
	fputs("\n<details><summary>Evidence</summary>\n", out);
	for (size_t i = 0; i < f->n_items; i++)
		item(out, &f->items[i]);
	fputs("\n</details>\n", out);
}

static void finding(FILE *out, const struct report *r, const struct report_finding *f, enum detail detail)
{
	const struct report_finding *parent = f->explained_by.n ? finding_by_id(r, f->explained_by) : NULL;

	if (f != r->findings) { /* the first one has the title of the whole */
		fprintf(out, "\n## %s ", severity_look(f->severity)->glyph);
		md_inline(out, f->title);
		fputc('\n', out);
	}
	fputc('\n', out);
	markup_md(out, f->narrative, MARKUP_NARRATIVE);
	fputc('\n', out);
	field(out, "Severity", f->severity);
	sum(out, f);
	cause(out, f);
	about(out, f);
	if (f->explained_by.n)
		field(out, "Follows from", parent ? parent->title : f->explained_by);
	fputs("- **Rule**: ", out);
	md_code(out, f->rule);
	fprintf(out, " version %d, finding ", f->rule_version);
	md_code(out, f->id);
	fputc('\n', out);
	if (!f->explained_by.n && f->incident && str_eq(f->incident->root, f->id))
		chain(out, f->incident);
	if (f->n_advice) {
		fputs("\n### What to do\n\n", out);
		for (size_t i = 0; i < f->n_advice; i++)
			list_item(out, "1. ", f->advice[i]);
	}
	if (f->n_prevent && detail >= WITH_PREVENTION) {
		fputs("\n### Prevention\n\n", out);
		for (size_t i = 0; i < f->n_prevent; i++)
			list_item(out, "-  ", f->prevent[i]);
	}
	if (detail >= WITH_EVIDENCE)
		evidence(out, f);
}

static void open_questions(FILE *out, const struct report *r)
{
	size_t nothing_to_read = r->n_undecidable - r->n_pressing + r->n_untested;

	if (r->n_undecidable + r->n_untested + r->n_collect == 0)
		return;
	fputs("\n## What could not be decided\n\n", out);
	for (size_t i = 0; i < r->n_pressing && i < LIMIT_REPORT_EVIDENCE; i++) {
		const struct report_undecidable *u = &r->undecidable[i];

		fputs("- ", out);
		md_inline(out, u->title.n ? u->title : u->rule);
		fputs(" (", out);
		md_code(out, u->rule);
		fputs("): needs", out);
		for (size_t k = 0; k < u->n_missing; k++) {
			fputs(k ? ", " : " ", out);
			md_code(out, u->missing[k].signal);
		}
		fputc('\n', out);
	}
	if (r->n_pressing > LIMIT_REPORT_EVIDENCE)
		fprintf(out, "- %zu more are in the case\n", r->n_pressing - LIMIT_REPORT_EVIDENCE);
	if (nothing_to_read)
		fprintf(out, "- %zu rule%s had none of their sources in this case\n", nothing_to_read, nothing_to_read == 1 ? "" : "s");
	if (r->n_collect)
		fputs("\nCollect next:\n\n", out);
	for (size_t i = 0; i < r->n_collect && i < LIMIT_REPORT_EVIDENCE; i++) {
		fputs("1. ", out);
		md_code(out, r->collect[i].command);
		fputc('\n', out);
	}
}

static void table(FILE *out, const struct report *r)
{
	char buf[WORDS_MAX];

	if (r->n_findings < 2)
		return;
	fputs("\n## All findings\n\n| severity | finding | how sure | about | time |\n| --- | --- | --- | --- | --- |\n", out);
	for (size_t i = 0; i < r->n_findings && i < LIMIT_REPORT_ROWS; i++) {
		const struct report_finding *f = &r->findings[i];

		fputc('|', out);
		cell(out, f->severity);
		cell(out, f->title);
		cell(out, f->word);
		cell(out, f->entity.n ? f->entity : f->host);
		cell(out, str_of(words_span(f->start, f->end, buf)));
		row_end(out);
	}
	if (r->n_findings > LIMIT_REPORT_ROWS)
		fprintf(out, "\n%zu more findings are in the case.\n", r->n_findings - LIMIT_REPORT_ROWS);
}

static void coverage(FILE *out, const struct report *r)
{
	char buf[WORDS_MAX];

	if (r->n_coverage == 0)
		return;
	fputs("\n<details><summary>Coverage</summary>\n\n| source | host | file | time | records | not read | status |\n"
	      "| --- | --- | --- | --- | --- | --- | --- |\n", out);
	for (size_t i = 0; i < r->n_coverage && i < LIMIT_REPORT_ROWS; i++) {
		const struct report_coverage *c = &r->coverage[i];

		fputc('|', out);
		cell(out, c->source);
		cell(out, c->host);
		cell(out, c->file);
		cell(out, c->from == TS_NONE ? STR("no records") : str_of(words_span(c->from, c->to, buf)));
		cell(out, str_of(words_count(c->records, buf)));
		cell(out, str_of(words_count(c->unparsed, buf)));
		cell(out, c->status);
		row_end(out);
	}
	fputs("\n</details>\n", out);
}

static void heading(FILE *out, const struct report *r)
{
	char buf[WORDS_MAX];

	fputs("# ", out);
	if (r->n_findings) {
		fprintf(out, "%s ", severity_look(r->findings[0].severity)->glyph);
		md_inline(out, r->findings[0].title);
	} else {
		fputs("No known failure was found", out);
	}
	fputs("\n\nCase ", out);
	md_code(out, case_name(r));
	fprintf(out, ", %zu source%s, %s records", r->n_sources, r->n_sources == 1 ? "" : "s", words_count(r->records, buf));
	fprintf(out, ", %s.\n", words_span(r->from, r->to, buf));
	if (r->n_findings == 0)
		fprintf(out, "\nOf %zu rules none matched. That is not an all-clear: %zu could not be decided, %zu had nothing to read.\n",
			r->n_rules, r->n_undecidable_rules, r->n_untested);
}

static void write_all(FILE *out, const struct report *r, enum detail detail)
{
	size_t most = detail == VERDICT_ONLY ? 1 : LIMIT_REPORT_DETAIL;

	heading(out, r);
	for (size_t i = 0; i < r->n_findings && i < most; i++)
		finding(out, r, &r->findings[i], detail);
	if (r->n_findings > most)
		fprintf(out, "\n%zu more findings stand in the %s.\n", r->n_findings - most, detail == VERDICT_ONLY ? "case" : "table only");
	if (detail > VERDICT_ONLY)
		table(out, r);
	if (detail >= WITH_EVIDENCE)
		open_questions(out, r);
	if (detail >= WITH_COVERAGE)
		coverage(out, r);
	if (detail < WITH_COVERAGE)
		fputs("\n_Shortened to fit: the case has all details._\n", out);
	fputs("\n---\n\nforensics ", out);
	md_inline(out, r->version);
	fputs(", rules ", out);
	md_code(out, r->rules_sha256);
	fputc('\n', out);
}

enum status render_md(const struct report *r, FILE *out, struct error *err)
{
	bool fits = r->max_bytes == 0;

	if (fits)
		write_all(out, r, WITH_COVERAGE);
	for (int detail = WITH_COVERAGE; !fits && detail >= VERDICT_ONLY; detail--) {
		char *text = NULL;
		size_t n = 0;
		FILE *mem = open_memstream(&text, &n);

		if (!mem)
			abort();
		write_all(mem, r, (enum detail)detail);
		fclose(mem);
		fits = n <= r->max_bytes;
		if (fits)
			fwrite(text, 1, n, out);
		else if (detail == VERDICT_ONLY) /* whole lines, as many as there is room for */
			fwrite(text, 1, str_rchr(str_head((struct str){ text, n }, r->max_bytes), '\n') + 1, out);
		free(text);
	}
	return written(out, err);
}

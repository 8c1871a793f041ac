/* A draft of a post-mortem, one a incident, as Markdown: what is known is filled in with its evidence, what only
 * people know is left open.  The order is that of PagerDuty's and Google's templates. */
#include "base/limits.h"
#include "report/escape.h"
#include "report/markup.h"
#include "report/report.h"
#include "report/words.h"
#include "report/writers.h"

static void cell(FILE *out, struct str s)
{
	fputs(" ", out);
	md_inline(out, s);
	fputs(" |", out);
}

static void place(FILE *out, struct str file, uint32_t line)
{
	if (file.n == 0)
		return;
	fputs(" (", out);
	md_inline(out, file);
	fprintf(out, ":%u)", line);
}

static void impact(FILE *out, const struct report_incident *in)
{
	char buf[WORDS_MAX];

	fprintf(out, "\n## Impact\n\n- **Duration**: %s", words_span(in->start, in->end, buf));
	fprintf(out, ", %s", words_length(in->start, in->recovered != TS_NONE ? in->recovered : in->end, buf));
	if (in->recovered != TS_NONE)
		fprintf(out, ", recovered %s UTC", words_moment(in->recovered, in->start, buf));
	else
		fputs(", no recovery in the evidence", out);
	fputs("\n- **Hosts**:", out);
	for (size_t i = 0; i < in->n_hosts; i++) {
		fputs(i ? ", " : " ", out);
		md_inline(out, in->hosts[i]);
	}
	fputs("\n- **Touched**:", out);
	for (size_t i = 0; i < in->n_entities && i < LIMIT_REPORT_EVIDENCE; i++) {
		fputs(i ? ", " : " ", out);
		md_inline(out, in->entities[i]);
	}
	if (in->n_entities > LIMIT_REPORT_EVIDENCE)
		fprintf(out, " and %zu more", in->n_entities - LIMIT_REPORT_EVIDENCE);
	fputs("\n- **Users**: _who noticed, how many, what they could not do_\n", out);
}

static void timeline(FILE *out, const struct report_incident *in)
{
	char buf[WORDS_MAX];

	fputs("\n## Timeline (UTC)\n\n| time | what | source |\n| --- | --- | --- |\n", out);
	for (size_t i = 0; i < in->n_timeline && i < LIMIT_REPORT_SEQUENCE; i++) {
		const struct report_entry *e = &in->timeline[i];

		fputc('|', out);
		cell(out, str_of(words_moment(e->t, TS_NONE, buf)));
		fputs(" **", out);
		md_inline(out, e->role);
		fputs("**: ", out);
		md_inline(out, words_headline(e->text));
		if (e->repeats > 1)
			fprintf(out, " (%u times, until %s)", e->repeats, words_moment(e->until, e->t, buf));
		fputs(" |", out);
		fputc(' ', out);
		md_inline(out, e->source);
		place(out, e->file, e->line);
		fputs(" |\n", out);
	}
	if (in->n_timeline > LIMIT_REPORT_SEQUENCE)
		fprintf(out, "\n%zu more records are in the case.\n", in->n_timeline - LIMIT_REPORT_SEQUENCE);
	fputs("\n| time | what people did | who |\n| --- | --- | --- |\n| | _detected by_ | |\n| | _mitigated by_ | |\n", out);
}

/* Never one root cause: what started it, what made it possible, what hid it. */
static void factors(FILE *out, const struct report *r, const struct report_incident *in)
{
	fputs("\n## Contributing factors\n\n", out);
	for (size_t i = 0; i < in->n_findings; i++) {
		const struct report_finding *f = finding_by_id(r, in->findings[i]);

		if (!f)
			continue;
		fputs("- **", out);
		md_inline(out, f->title);
		fputs("**", out);
		if (f->cause.n) {
			fputs(": ", out);
			md_inline(out, f->cause_title.n ? f->cause_title : f->cause);
		}
		fputs(", ", out);
		md_inline(out, f->word);
		fputs(f->explained_by.n ? " (a consequence)\n" : "\n", out);
	}
	for (size_t i = 0; i < in->n_timeline && i < LIMIT_REPORT_SEQUENCE; i++) {
		if (!str_eq(in->timeline[i].role, STR("change")))
			continue;
		fputs("- changed before: ", out);
		md_inline(out, words_headline(in->timeline[i].text));
		place(out, in->timeline[i].file, in->timeline[i].line);
		fputc('\n', out);
	}
	fputs("- _what made it possible, what delayed the repair_\n", out);
}

/* The first paragraph of advice is what is to be done; its commands stand in the report. */
static void action(FILE *out, const char *kind, struct str markdown)
{
	fputs("| ", out);
	md_inline(out, str_rtrim(str_head(markdown, str_find(markdown, STR("\n\n")))));
	fprintf(out, " | %s | | | |\n", kind);
}

static void actions(FILE *out, const struct report *r, const struct report_incident *in)
{
	const struct report_finding *root = finding_by_id(r, in->root);

	fputs("\n## Actions\n\n| action | kind | owner | due | ticket |\n| --- | --- | --- | --- | --- |\n", out);
	for (size_t i = 0; root && i < root->n_advice; i++)
		action(out, "repair", root->advice[i]);
	for (size_t i = 0; root && i < root->n_prevent; i++)
		action(out, "prevent", root->prevent[i]);
	for (size_t i = 0; i < r->n_collect && i < 3; i++) {
		fputs("| collect next time: ", out);
		md_code(out, r->collect[i].command);
		fputs(" | detect | | | |\n", out);
	}
}

static void draft(FILE *out, const struct report *r, const struct report_incident *in)
{
	const struct report_finding *root = finding_by_id(r, in->root);
	char buf[WORDS_MAX];

	fputs("# Post-mortem: ", out);
	md_inline(out, in->title);
	fprintf(out, " (%s)\n\n**Status**: draft from the evidence, %s incident. **Author**: _open_. **Case**: ", words_day(in->start, buf),
		severity_look(in->severity)->word);
	md_code(out, case_name(r));
	fputs("\n\n## Summary\n\n", out);
	if (root)
		markup_md(out, root->narrative, MARKUP_NARRATIVE);
	impact(out, in);
	timeline(out, in);
	factors(out, r, in);
	actions(out, r, in);
	fputs("\n## Lessons\n\n- _what went well_\n- _what went wrong_\n- _where we were lucky_\n", out);
}

enum status render_postmortem(const struct report *r, FILE *out, struct error *err)
{
	for (size_t i = 0; i < r->n_incidents && i < LIMIT_REPORT_DETAIL; i++) {
		fputs(i ? "\n---\n\n" : "", out);
		draft(out, r, &r->incidents[i]);
	}
	if (r->n_incidents == 0)
		fputs("# Post-mortem\n\nNo known failure was found: there is no incident to write about.\n", out);
	fputs("\n---\n\nforensics ", out);
	md_inline(out, r->version);
	fputs(", rules ", out);
	md_code(out, r->rules_sha256);
	fputc('\n', out);
	return written(out, err);
}

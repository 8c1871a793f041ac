/* forensics sources list, sniff: what can be read, and why a file was or was not. */
#include "base/json.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "bundle/bundle.h"
#include "bundle/reader.h"
#include "cmd/cmd.h"
#include "cmd/table.h"
#include "cmd/term.h"
#include "source/source.h"
#include "tstamp/tstamp.h"

#define BIDS 8
#define LINES_LOOKED_AT 200

static const struct option list_options[] = { OPT_JSON, OPT_END };
static const struct option options[] = { OPT_END };

static void list_json(void)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	for (size_t i = 0; sources[i]; i++) {
		buf_printf(&b, "%s{\"source\":", i ? ",\n" : "[");
		json_put_string(&b, str_of(sources[i]->name));
		buf_printf(&b, ",\"title\":");
		json_put_string(&b, str_of(sources[i]->title));
		buf_printf(&b, ",\"collect\":");
		json_put_string(&b, str_of(sources[i]->collect));
		buf_putc(&b, '}');
	}
	fwrite(b.p, 1, b.n, stdout);
	puts("]");
	buf_done(&b);
}

static enum exit_code list(struct cli *cli)
{
	struct table t;

	if (opt_given(&cli->opt, "json")) {
		list_json();
		return EXIT_RAN;
	}
	table_init(&t, 3, TABLE_PLAIN);
	table_add(&t, STR("SOURCE"));
	table_add(&t, STR("WHAT"));
	table_add(&t, STR("COLLECTED WITH"));
	for (size_t i = 0; sources[i]; i++) {
		table_add(&t, str_of(sources[i]->name));
		table_add(&t, str_of(sources[i]->title));
		table_add(&t, str_of(sources[i]->collect));
	}
	table_write(&t, stdout);
	table_done(&t);
	return EXIT_RAN;
}

/* ---- sniff ---- */

static bool begins_with_stamp(struct str line)
{
	static size_t (*const forms[])(struct str, struct stamp *) = {
		ts_iso8601, ts_slashed, ts_rfc3164, ts_ctime, ts_rfc1123, ts_klog, ts_monthday, ts_uptime,
	};
	struct stamp stamp;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (forms[i](line, &stamp))
			return true;
	return false;
}

/* What is remarkable about a head that nobody claims. */
static void why_none(struct str head)
{
	size_t odd = 0, all = 0, lines = 0, stamped = 0;
	struct str rest = head, line;

	for (size_t i = 0; i < head.n; all++) {
		int32_t c = utf8_next(head, &i);

		odd += c < 0 || (c < ' ' && c != '\n' && c != '\t' && c != '\r');
	}
	while (lines < LINES_LOOKED_AT && str_cut(&rest, '\n', &line)) {
		lines += line.n > 0;
		stamped += begins_with_stamp(line);
	}
	if (all == 0) {
		puts("  it is empty");
		return;
	}
	printf("  no source recognised it: %zu%% of its first %zu KiB is not text, %zu of the first %zu lines begin with a time\n", odd * 100 / all,
	       (head.n + 1023) / 1024, stamped, lines);
	fputs("  it begins: ", stdout);
	term_column(stdout, str_head(head, str_chr(head, '\n')), 100, false);
	fputc('\n', stdout);
}

static void sniff_member(struct reader *member, size_t *recognised)
{
	struct str problem = reader_problem(member), head;
	struct bid bids[BIDS];
	size_t n;

	term_style(stdout, "1");
	term_text(stdout, reader_path(member));
	term_style(stdout, NULL);
	fputc('\n', stdout);
	if (problem.n) {
		fputs("  skipped: ", stdout);
		term_text(stdout, problem);
		fputc('\n', stdout);
		return;
	}
	head = reader_head(member);
	n = source_bids(reader_path(member), head, bids, BIDS);
	for (size_t i = 0; i < n; i++)
		printf("  %-20s %3d bits%s\n", bids[i].source->name, bids[i].bits,
		       i == 0 && n > 1 && bids[1].bits == bids[0].bits ? "  claimed twice: read with --type" : i == 0 ? "  reads it" : "");
	if (n == 0)
		why_none(head);
	*recognised += n > 0;
}

static enum exit_code sniff(struct cli *cli)
{
	struct bundle *b = NULL;
	struct reader *member;
	struct error err = { 0 };
	size_t recognised = 0;
	enum status s = bundle_open(&b, cli->args[0], &(struct bundle_options){ 0 }, &err);

	while (s == OK && (s = bundle_next(b, &member, &err)) == OK)
		sniff_member(member, &recognised);
	bundle_close(b);
	if (s != END)
		return cli_fail(&err);
	return recognised ? EXIT_RAN : EXIT_NOTHING;
}

const struct command cmd_sources_list = {
	.name = "sources list", .summary = "the kinds of logs that are known, and how to collect each", .usage = "",
	.options = list_options, .run = list,
};

const struct command cmd_sources_sniff = {
	.name = "sources sniff", .summary = "why a file was or was not recognised", .usage = "FILE",
	.details = "  forensics sources sniff var/log/dmesg\n\n"
		   "Every source that claims the file, with how many bits of evidence it has.  FILE may be a whole bundle.\n"
		   "Exits with 3 when nobody recognises anything.\n",
	.options = options, .min_args = 1, .max_args = 1, .run = sniff,
};

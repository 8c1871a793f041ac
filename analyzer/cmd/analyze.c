/* forensics analyze, ingest, match: from a bundle to verdicts. */
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "bundle/bundle.h"
#include "cmd/case.h"
#include "cmd/cmd.h"
#include "cmd/leave.h"
#include "cmd/output.h"
#include "cmd/profile.h"
#include "cmd/setup.h"
#include "cmd/term.h"
#include "pipeline.h"
#include "report/words.h"

#define OUTPUTS 8  /* -o at once; LEAVE_FILES must hold them */
#define SHOWN 20   /* findings on the screen */

static const struct option analyze_options[] = {
	{ 'd', "db", "DB", "keep the case in this database; it is replaced", false, NULL },
	{ 'o', "output", "FILE", "write a report: .html, .md, .txt or .json", true, NULL },
	OPT_RULES,
	{ 't', "type", "SOURCE", "read every file as this source", false, NULL },
	{ 0, "fail-on", "SEVERITY", "exit with 1 when a finding reaches it: info, low, medium, high, critical", false, severity_words },
	OPT_JSON,
	OPT_END
};
static const struct option ingest_options[] = {
	{ 'd', "db", "DB", "the case database: made, or added to when it is there", false, NULL },
	{ 't', "type", "SOURCE", "read every file as this source", false, NULL },
	OPT_END
};
static const struct option match_options[] = {
	OPT_DB, OPT_RULES,
	{ 0, "fail-on", "SEVERITY", "exit with 1 when a finding reaches it: info, low, medium, high, critical", false, severity_words },
	OPT_JSON,
	{ 0, "profile", NULL, "print what each rule cost, not the verdicts", false, NULL },
	OPT_END
};

/* ---- while it runs ---- */

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

#define BAR 20        /* cells */
#define QUIET_EVERY 10 /* seconds between two lines where nobody watches */

struct progress { double start, next; bool tty, shown; uint64_t total; /* 0: cannot be told beforehand */ };

/* Half a second of pace tells nothing yet. */
static void show_rate(const struct progress *p, uint64_t bytes)
{
	double passed = now_s() - p->start, rate = (double)bytes / passed;
	char buf[WORDS_MAX];

	if (passed > 0.5)
		fprintf(stderr, "  %s/s", words_bytes((uint64_t)rate, buf));
	if (passed > 0.5 && p->total > bytes && rate > 1)
		fprintf(stderr, "  ETA %d:%02d", (int)((double)(p->total - bytes) / rate) / 60, (int)((double)(p->total - bytes) / rate) % 60);
}

static void show_bar(const struct progress *p, uint64_t bytes)
{
	char buf[WORDS_MAX];
	unsigned full;

	if (p->total == 0 || bytes > p->total)
		return;
	full = (unsigned)(bytes * BAR / p->total);
	fprintf(stderr, "[%.*s%.*s] %3u%%  of %s", (int)full, "####################", (int)(BAR - full), "....................",
		(unsigned)(bytes * 100 / p->total), words_bytes(p->total, buf));
}

static void show_progress(void *ctx, struct str member, uint64_t bytes)
{
	struct progress *p = ctx;
	size_t columns = term_columns(), used = 72;
	char buf[WORDS_MAX];

	if (now_s() < p->next)
		return;
	p->next = now_s() + (p->tty ? 0.5 : QUIET_EVERY);
	p->shown |= p->tty;
	fprintf(stderr, p->tty ? "\r\x1b[Kreading  %s  " : "reading  %s  ", words_bytes(bytes, buf));
	if (columns == 0 || columns > used)
		show_bar(p, bytes);
	show_rate(p, bytes);
	fputs("  ", stderr);
	if (!p->tty)
		term_text(stderr, member);
	else if (columns > used + 8)
		term_column(stderr, member, columns - used, false);
	if (!p->tty)
		fputc('\n', stderr);
}

static void end_progress(const struct progress *p)
{
	if (p->shown)
		fputs("\r\x1b[K", stderr);
}

static bool is_archive(struct str path)
{
	static const char *const ends[] = { ".tar", ".tgz", ".txz", ".tzst", ".zip", ".tar.gz", ".tar.xz", ".tar.zst", ".tar.bz2" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (str_ends(path, str_of(ends[i])))
			return true;
	return false;
}

/* Members are counted as they stand in the bundle: of archives only reading tells how much that is. */
static uint64_t bytes_ahead(struct cli *cli)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < cli->n_args; i++) {
		uint64_t n = is_archive(str_of(cli->args[i])) ? 0 : bundle_bytes(cli->args[i]);

		if (n == 0)
			return 0;
		sum += n;
	}
	return sum;
}

/* ---- the parts of a run ---- */

static enum status check_bundles(struct cli *cli, struct error *err)
{
	const char *type = opt_value(&cli->opt, "type"), *db = opt_value(&cli->opt, "db");

	if (db && check_target(cli, db, true, err) != OK)
		return ERR_USAGE;
	for (size_t i = 0; i < cli->n_args; i++) {
		if (strcmp(cli->args[i], "-") == 0 && term_is_tty(stdin)) {
			fail(err, ERR_USAGE, "'-' reads standard input, which is this terminal");
			fail_hint(err, "pipe something in: dmesg | forensics %s - --type dmesg", cli->command->name);
			return ERR_USAGE;
		}
	}
	return type ? check_source(str_of(type), err) : OK;
}

/* What this run writes, under its final and its unfinished name: somebody may stand in the bundle's own directory. */
static void name_own_files(struct cli *cli, const struct output *out, size_t n_out, const char *partial, struct pipeline_options *opt)
{
	const char **own = ARENA_ARRAY(cli->arena, const char *, 2 * n_out + 2);

	if (partial) {
		own[opt->n_own++] = opt->db;
		own[opt->n_own++] = partial;
	}
	for (size_t i = 0; i < n_out; i++) {
		own[opt->n_own++] = out[i].path;
		own[opt->n_own++] = out[i].partial;
	}
	opt->own = own;
}

static enum status load(struct cli *cli, const struct output *out, size_t n_out, struct pipeline_result *result, struct error *err)
{
	struct progress progress = { .start = now_s(), .tty = term_is_tty(stderr) };
	struct pipeline_options opt = {
		.bundles = cli->args, .n_bundles = cli->n_args, .rules = cli->rules, .db = opt_value(&cli->opt, "db"),
		.type = str_of(opt_value(&cli->opt, "type")), .add = !cli->rules, .ctx = &progress,
	};
	const char *partial = opt.db ? arena_printf(cli->arena, "%s.partial", opt.db).p : NULL; /* store.h */
	enum status s;

	name_own_files(cli, out, n_out, partial, &opt);
	progress.next = progress.start + (progress.tty ? 0.3 : QUIET_EVERY);
	if (!cli->quiet) {
		opt.progress = show_progress;
		progress.total = bytes_ahead(cli);
	}
	if (partial)
		leave_remove(partial);
	s = pipeline_analyze(&cli->store, &opt, result, err);
	if (partial)
		leave_done(partial);
	end_progress(&progress);
	return s;
}

static void say_ingested(const struct report *r, const struct pipeline_result *result, double seconds)
{
	char a[WORDS_MAX], b[WORDS_MAX], more[WORDS_MAX] = "";

	if (r->n_bundles > 1)
		snprintf(more, sizeof(more), " and %zu more", r->n_bundles - 1);
	say("ingest   %.*s%s  %zu source%s, %s records, %s samples  %.1f s  (%.1f%% unparsed)", STR_ARG(case_name(r)), more, r->n_sources,
	    r->n_sources == 1 ? "" : "s", words_count(result->records, a), words_count(result->samples, b), seconds,
	    result->unparsed ? 100.0 * (double)result->unparsed / (double)(result->records + result->unparsed) : 0.0);
}

static void say_each_input(const struct report *r)
{
	char buf[WORDS_MAX];

	for (size_t i = 0; i < r->n_inputs; i++) {
		const struct report_input *in = &r->inputs[i];

		say("  %-18.*s %10s  %.*s", STR_ARG(in->source.n ? in->source : STR("-")), words_bytes(in->bytes, buf), STR_ARG(in->file));
	}
}

/* Nobody could read anything: why, file by file. */
static enum exit_code nothing_usable(struct cli *cli, const struct report *r)
{
	struct error err = { 0 };

	fail(&err, ERR_IO, "nothing in '%s' could be used", cli->args[0]);
	fail_id(&err, FX_NOTHING_USABLE);
	for (size_t i = 0; i < r->n_inputs && !err.where[0]; i++)
		fail_at(&err, "%.*s: %.*s", STR_ARG(r->inputs[i].file), STR_ARG(r->inputs[i].reason.n ? r->inputs[i].reason : STR("no record in it")));
	fail_hint(&err, r->n_inputs ? "see why with: forensics sources sniff FILE; name its format with --type SOURCE (forensics sources list)" :
				      "the bundle is empty");
	return cli_fail(&err);
}

static enum status write_reports(const struct report *r, struct output *out, size_t n, struct error *err)
{
	enum status s = OK;

	for (size_t i = 0; s == OK && i < n; i++) {
		s = out[i].renderer->render(r, out[i].f, err);
		if (s == OK)
			s = output_close(&out[i], err);
		if (s == OK)
			say("report   %s", out[i].path);
	}
	return s;
}

static enum status open_reports(struct cli *cli, struct output *out, size_t *n, struct error *err)
{
	const char *const *paths = opt_values(&cli->opt, "output", cli->arena, n);
	enum status s = OK;

	if (*n > OUTPUTS) {
		*n = 0;
		return fail(err, ERR_USAGE, "more than %d reports at once", OUTPUTS);
	}
	for (size_t i = 0; s == OK && i < *n; i++) {
		s = check_target(cli, paths[i], false, err);
		if (s == OK)
			s = output_renderer(&out[i].renderer, paths[i], err);
		if (s == OK) {
			const struct renderer *renderer = out[i].renderer;

			s = output_open(&out[i], paths[i], cli->arena, err);
			out[i].renderer = renderer;
		}
	}
	return s;
}

static void say_next(struct cli *cli, const struct report *r)
{
	const char *db = opt_value(&cli->opt, "db");

	if (db)
		say("case database: %s", db);
	if (cli->quiet || !term_is_tty(stdout) || opt_given(&cli->opt, "json"))
		return;
	if (!db) {
		say("next:  forensics analyze %s -d case.db -o report.html", cli->args[0]);
		return;
	}
	say("next:  forensics report -d %s -o report.html", db);
	if (r->n_findings)
		say("       forensics explain %.*s -d %s", STR_ARG(r->findings[0].rule), db);
}

/* ---- the commands ---- */

static enum exit_code load_and_tell(struct cli *cli, struct output *out, size_t n_out, struct report **r, struct error *err)
{
	struct pipeline_result result = { 0 };
	struct report_options reading = { .color = term_color(stdout) };
	double start = now_s();
	enum exit_code code;

	for (size_t i = 0; i < n_out; i++)
		reading.live |= out[i].renderer->live;
	if (load(cli, out, n_out, &result, err) != OK || report_load(r, cli->store, &reading, cli->arena, err) != OK)
		return cli_fail(err);
	if (result.nothing)
		return nothing_usable(cli, *r);
	case_say_card(*r);
	if (result.known < cli->n_args)
		say_ingested(*r, &result, now_s() - start);
	if (result.known)
		say("known    %zu of %zu bundle%s: in the case already, nothing of %s was added", result.known, cli->n_args, cli->n_args == 1 ? "" : "s",
		    result.known == 1 ? "it" : "them");
	if (result.extended)
		say("judge the case again with: forensics match -d %s", opt_value(&cli->opt, "db"));
	if (cli->verbose)
		say_each_input(*r);
	if (cli->rules)
		case_say_rules(*r);
	case_warn_inputs(*r);
	code = result.partial ? EXIT_PARTIAL : EXIT_RAN;
	if (write_reports(*r, out, n_out, err) != OK) {
		cli_fail(err); /* the case is there all the same */
		code = EXIT_PARTIAL;
	}
	return code;
}

static bool loaded(enum exit_code code)
{
	return code == EXIT_RAN || code == EXIT_PARTIAL;
}

static enum exit_code analyze(struct cli *cli)
{
	struct output out[OUTPUTS] = { { 0 } };
	struct report *r = NULL;
	struct error err = { 0 };
	size_t n_out = 0;
	enum exit_code code;

	if (check_bundles(cli, &err) == OK && open_reports(cli, out, &n_out, &err) == OK)
		code = load_and_tell(cli, out, n_out, &r, &err);
	else
		code = cli_fail(&err);
	for (size_t i = 0; i < OUTPUTS; i++)
		output_discard(&out[i]);
	if (!loaded(code))
		return code;
	if (case_print(cli, r, SHOWN) != EXIT_RAN)
		return EXIT_PARTIAL;
	say_next(cli, r);
	return case_fail_on(cli, r, code);
}

static enum exit_code ingest(struct cli *cli)
{
	struct report *r = NULL;
	struct error err = { 0 };
	enum exit_code code;

	if (!opt_given(&cli->opt, "db")) {
		fail(&err, ERR_USAGE, "'ingest' needs -d DB: where to keep the case");
		fail_hint(&err, "forensics ingest %s -d case.db", cli->args[0]);
	} else {
		(void)check_bundles(cli, &err);
	}
	if (err.code != OK)
		return cli_fail(&err);
	code = load_and_tell(cli, NULL, 0, &r, &err);
	if (loaded(code))
		say("case database: %s", opt_value(&cli->opt, "db"));
	return code;
}

static enum exit_code match(struct cli *cli)
{
	struct report_options reading = { .color = term_color(stdout) };
	struct report *r = NULL;
	struct error err = { 0 };
	enum exit_code code;

	if (opt_given(&cli->opt, "profile"))
		return match_profile(cli);
	if (pipeline_match(cli->store, cli->rules, NULL, &err) != OK || report_load(&r, cli->store, &reading, cli->arena, &err) != OK)
		return cli_fail(&err);
	case_say_rules(r);
	code = case_print(cli, r, SHOWN);
	return code == EXIT_RAN ? case_fail_on(cli, r, EXIT_RAN) : code;
}

const struct command cmd_analyze = {
	.name = "analyze", .summary = "ingest a bundle, apply the rules, print the verdicts", .usage = "BUNDLE...",
	.details = "  forensics analyze bundle.tar.gz\n"
		   "  forensics analyze logs/ node2.tar.zst -d case.db -o report.html -o report.md\n"
		   "  dmesg | forensics analyze - --type dmesg\n\n"
		   "A bundle is a directory, an archive (tar, tar.gz, tar.xz, tar.zst, zip), one file, or - for\n"
		   "standard input.  Without -d the case lives in memory.  --json prints the findings document.\n",
	.options = analyze_options, .min_args = 1, .max_args = SIZE_MAX, .needs = NEED_RULES, .run = analyze,
};

const struct command cmd_ingest = {
	.name = "ingest", .summary = "parse bundles into a case database, without judging them", .usage = "BUNDLE...",
	.details = "  forensics ingest bundle.tar.gz -d case.db\n"
		   "  forensics ingest second.tar.gz -d case.db\n"
		   "  kubectl get events -A -o json | forensics ingest - --type k8s_events -d case.db\n\n"
		   "A case that is there takes the bundle in; one it has already adds nothing.  Findings go, since\n"
		   "they were of less: judge it again with match.  What an earlier bundle's clocks were found to say\n"
		   "stays; analyze all bundles together to solve their clocks by all they hold.\n",
	.options = ingest_options, .min_args = 1, .max_args = SIZE_MAX, .run = ingest,
};

const struct command cmd_match = {
	.name = "match", .summary = "run the rules over a case again; replaces earlier findings", .usage = "",
	.details = "  forensics match -d case.db --rules my-rules/ --fail-on high\n"
		   "  forensics match -d case.db --profile\n",
	.options = match_options, .needs = NEED_CASE_TO_WRITE | NEED_RULES, .run = match,
};

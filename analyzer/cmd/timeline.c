/* forensics timeline: everything on one time axis. */
#include "base/number.h"
#include "base/suggest.h"
#include "cmd/cmd.h"
#include "cmd/events.h"
#include "cmd/rows.h"
#include "cmd/setup.h"
#include "cmd/term.h"
#include "sql.h"
#include "tstamp/tstamp.h"

#define CONTEXT 10 /* records around an event, unless -C says otherwise */

static const struct option options[] = {
	OPT_DB,
	{ 0, "incident", "ID", "what belongs to this incident", false, NULL },
	{ 0, "since", "T", "from this time on: ISO 8601, a day, -2h (before the end), +10m (after the start)", false, NULL },
	{ 0, "until", "T", "up to this time", false, NULL },
	{ 0, "source", "NAME", "only of this source; * and ? are patterns here and below", false, NULL },
	{ 0, "host", "HOST", "only about this host", false, NULL },
	{ 0, "entity", "E", "only about this entity: gpu:0000:3b:00, or its id alone", false, NULL },
	{ 0, "severity", "LEVEL", "at least: emerg, alert, crit, err, warning, notice, info, debug", false, event_levels },
	{ 0, "around", "EVENT", "the records around this one", false, NULL },
	{ 'C', "context", "N", "with --around: how many before and after (10)", false, NULL },
	{ 0, "jsonl", NULL, "an object a line", false, NULL },
	{ 0, "csv", NULL, "comma-separated", false, NULL },
	OPT_JSON,
	OPT_END
};

/* ---- times ---- */

static enum status case_range(struct store *st, ts_usec *from, ts_usec *to, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, st, SQL_CMD_RANGE, err);

	if (s == OK)
		s = query_step(q, err);
	if (s == OK) {
		*from = query_is_null(q, 0) ? 0 : query_get_int(q, 0);
		*to = query_is_null(q, 1) ? 0 : query_get_int(q, 1);
	}
	query_free(q);
	return s;
}

/* "2026-11-22", "2026-11-22 10:17", "2026-11-22T10:17:57.7Z"; without a zone it is UTC. */
static bool absolute(struct cli *cli, struct str text, ts_usec *out)
{
	static const char *const endings[] = { "", ":00", " 00:00:00" };

	for (size_t i = 0; i < 3; i++) {
		struct str whole = arena_printf(cli->arena, "%.*s%s", STR_ARG(text), endings[i]);
		struct stamp stamp;

		if (ts_iso8601(whole, &stamp) != whole.n)
			continue;
		*out = stamp.t;
		return true;
	}
	return false;
}

/* A day is followed by its end, a minute by its last second. */
static enum status read_time(struct cli *cli, const char *option, ts_usec *out, bool *given, struct error *err)
{
	struct str text = str_of(opt_value(&cli->opt, option));
	ts_usec from = 0, to = 0;
	double seconds;
	enum status s;

	*given = text.n > 0;
	if (!*given || absolute(cli, text, out))
		return OK;
	if ((text.p[0] == '-' || text.p[0] == '+') && num_with_unit(str_from(text, 1), &seconds) && seconds < 1e10) {
		s = case_range(cli->store, &from, &to, err);
		*out = text.p[0] == '-' ? to - (ts_usec)(seconds * 1e6) : from + (ts_usec)(seconds * 1e6);
		return s;
	}
	fail(err, ERR_USAGE, "--%s does not understand '%.*s'", option, STR_ARG(text));
	fail_hint(err, "2026-11-22T10:17:57Z, 2026-11-22, -2h (before the end of the case), +10m (after its start)");
	return ERR_USAGE;
}

/* ---- filters ---- */

static void bind_text(struct query *q, int i, struct cli *cli, const char *option)
{
	const char *value = opt_value(&cli->opt, option);

	query_text(q, i, str_of(value));
}

static enum status bind_filters(struct cli *cli, struct query *q, struct error *err)
{
	const char *severity = opt_value(&cli->opt, "severity");
	ts_usec since = 0, until = 0;
	bool has_since = false, has_until = false;
	enum status s = read_time(cli, "since", &since, &has_since, err);

	if (s == OK)
		s = read_time(cli, "until", &until, &has_until, err);
	if (s != OK)
		return s;
	if (has_since)
		query_int(q, 1, since);
	if (has_until)
		query_int(q, 2, until);
	bind_text(q, 3, cli, "source");
	bind_text(q, 4, cli, "host");
	bind_text(q, 5, cli, "entity");
	if (severity)
		query_int(q, 6, event_level(severity));
	return OK;
}

/* ID of an incident, checked so that a typo is not an empty answer. */
static enum status check_incident(struct cli *cli, struct str id, struct error *err)
{
	struct query *q = NULL;
	struct suggest near;
	char best[64] = "";
	bool found = false;
	enum status s = query_new(&q, cli->store, SQL_CMD_INCIDENT, err);

	suggest_init(&near, id);
	while (s == OK && !found && (s = query_step(q, err)) == OK) {
		struct str known = query_get_text(q, 0);

		found = str_eq(known, id);
		suggest_try(&near, arena_dup(cli->arena, known));
	}
	query_free(q);
	if (found || (s != OK && s != END))
		return found ? OK : s;
	if (suggest_found(&near))
		snprintf(best, sizeof(best), "did you mean %.*s?", STR_ARG(near.best));
	fail(err, ERR_USAGE, "there is no incident '%.*s'", STR_ARG(id));
	fail_id(err, FX_NO_SUCH_NAME);
	fail_hint(err, "%s", *best ? best : "forensics incidents lists them");
	return ERR_USAGE;
}

static enum status prepare(struct cli *cli, struct query **q, struct error *err)
{
	const char *incident = opt_value(&cli->opt, "incident"), *around = opt_value(&cli->opt, "around");
	const char *source = opt_value(&cli->opt, "source");
	uint64_t context = CONTEXT;
	int64_t event = 0;
	enum status s = OK;

	if (incident && around)
		return fail(err, ERR_USAGE, "--incident and --around exclude each other");
	if (source && !strpbrk(source, "*?["))
		s = check_source(str_of(source), err);
	if (s == OK && incident)
		s = check_incident(cli, str_of(incident), err);
	if (s == OK && around)
		s = event_find(cli->store, str_of(around), &event, err);
	if (s == OK)
		s = opt_count(&cli->opt, "context", 1000000, &context, err);
	if (s == OK)
		s = query_new(q, cli->store, incident ? SQL_CMD_TIMELINE_INCIDENT : around ? SQL_CMD_TIMELINE_AROUND : SQL_CMD_TIMELINE, err);
	if (s == OK)
		s = bind_filters(cli, *q, err);
	if (s != OK)
		return s;
	if (incident)
		query_text(*q, 7, str_of(incident));
	if (around) {
		query_int(*q, 7, event);
		query_int(*q, 8, (int64_t)context);
	}
	return OK;
}

static enum exit_code timeline(struct cli *cli)
{
	struct rows rows = { .mode = ROWS_PLAIN, .embed = true };
	struct query *q = NULL;
	struct error err = { 0 };
	const char *around = opt_value(&cli->opt, "around");
	int64_t here = 0;
	enum status s = prepare(cli, &q, &err);

	if (opt_given(&cli->opt, "jsonl"))
		rows.mode = ROWS_JSONL;
	else if (opt_given(&cli->opt, "csv"))
		rows.mode = ROWS_CSV;
	else if (opt_given(&cli->opt, "json"))
		rows.mode = ROWS_JSON;
	if (s == OK && around)
		s = event_find(cli->store, str_of(around), &here, &err);
	if (s == OK && rows.mode == ROWS_PLAIN)
		s = events_write(cli->store, q, here, &rows.n, &err);
	else if (s == OK)
		s = rows_write(&rows, q, stdout, &err);
	query_free(q);
	if (s == OK && rows.n == 0)
		say("no record passes these filters");
	return s == OK ? EXIT_RAN : cli_fail(&err);
}

const struct command cmd_timeline = {
	.name = "timeline", .summary = "one merged timeline of all sources", .usage = "",
	.details = "  forensics timeline -d case.db --since -2h --severity err\n"
		   "  forensics timeline -d case.db --incident I1\n"
		   "  forensics timeline -d case.db --around 4711 -C 20\n"
		   "  forensics timeline -d case.db --jsonl | jq -c '{time, message}'\n\n"
		   "A '~' behind a time says that it is not known to the second.  Times without a zone are UTC.\n",
	.options = options, .needs = NEED_CASE, .pages = true, .run = timeline,
};

/* Records of the timeline for people, a line each. */
#include "cmd/events.h"

#include "cmd/term.h"
#include "record/event.h"
#include "sql.h"
#include "tstamp/tstamp.h"

/* Syslog levels by number, then other names people have for them. */
const char *const event_levels[] = { "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug",
				      "emergency", "critical", "error", "warn", NULL };
static const int same_as[] = { 0, 1, 2, 3, 4, 5, 6, 7, 0, 2, 3, 4 };

int event_level(const char *word)
{
	for (int i = 0; event_levels[i]; i++)
		if (strcmp(event_levels[i], word) == 0)
			return same_as[i];
	return SEV_DEBUG;
}

enum { ID, TS, TIME, UNCERTAINTY, CLOCK, SOURCE, HOST, ENTITY, SEVERITY, KIND, MESSAGE, ATTRS, FILE_PATH, LINE };

/* A terminal shows what fits: no microseconds, the last part of a path, hosts only when there are several. */
struct look { size_t columns; bool hosts; int64_t here; };

static struct str base_name(struct str path)
{
	size_t slash = str_rchr(path, '/');

	return slash < path.n ? str_from(path, slash + 1) : path;
}

/* Returns how many columns it takes. */
static size_t write_head(struct query *q, const struct look *look)
{
	static const char *const styles[] = { "1;31", "1;31", "1;31", "31", "33", NULL, NULL, "2" };
	int64_t level = query_is_null(q, SEVERITY) ? -1 : query_get_int(q, SEVERITY);
	const char *word = level >= 0 && level <= SEV_DEBUG ? event_levels[level] : "", *style = *word ? styles[level] : NULL;
	struct str time = query_get_text(q, TIME);

	if (query_is_null(q, ID)) /* a run of a series */
		printf("%10s", "");
	else
		printf("%s%7lld  ", query_get_int(q, ID) == look->here ? ">" : " ", (long long)query_get_int(q, ID));
	printf("%.*s%s ", STR_ARG(look->columns ? str_head(time, sizeof("2026-11-22T10:17:57.720") - 1) : time),
	       query_get_int(q, UNCERTAINTY) >= TS_SECOND ? "~" : " ");
	if (style)
		term_style(stdout, style);
	printf("%-7s ", word);
	if (style)
		term_style(stdout, NULL);
	return 43;
}

/* dmesg@gpu-07 */
static size_t write_origin(struct query *q, const struct look *look)
{
	char text[64];
	struct str host = look->hosts ? query_get_text(q, HOST) : STR_NONE;
	size_t columns = look->hosts ? 24 : 14;

	snprintf(text, sizeof(text), "%.*s%s%.*s", STR_ARG(query_get_text(q, SOURCE)), host.n ? "@" : "", STR_ARG(host));
	term_column(stdout, str_of(text), columns, true);
	fputs("  ", stdout);
	return columns + 2;
}

static void write_event(struct query *q, const struct look *look)
{
	char line[24];
	struct str path = query_get_text(q, FILE_PATH), shown = look->columns ? base_name(path) : path;
	size_t used = write_head(q, look) + write_origin(q, look);

	snprintf(line, sizeof(line), ":%lld", (long long)query_get_int(q, LINE));
	used += 2 + shown.n + strlen(line);
	if (look->columns > used + 20)
		term_column(stdout, query_get_text(q, MESSAGE), look->columns - used, true);
	else
		term_text(stdout, query_get_text(q, MESSAGE));
	fputs("  ", stdout);
	term_style(stdout, "2");
	term_text(stdout, shown);
	fputs(line, stdout);
	term_style(stdout, NULL);
	fputc('\n', stdout);
}

static enum status has_several_hosts(struct store *st, bool *several, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, st, SQL_CMD_HOSTS, err);

	if (s == OK)
		s = query_step(q, err);
	if (s == OK)
		*several = query_get_int(q, 0) > 1;
	query_free(q);
	return s;
}

enum status events_write(struct store *st, struct query *q, int64_t here, uint64_t *n, struct error *err)
{
	struct look look = { .columns = term_columns(), .hosts = true, .here = here };
	enum status s = look.columns ? has_several_hosts(st, &look.hosts, err) : OK;

	while (s == OK && (s = query_step(q, err)) == OK) {
		write_event(q, &look);
		(*n)++;
	}
	return s == END ? OK : s;
}

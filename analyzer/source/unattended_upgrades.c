#include "base/arena.h"
#include "base/buf.h"
#include "bundle/reader.h"
#include "record/record.h"
#include "source/attrs.h"
#include "source/fold.h"
#include "source/source.h"

/* unattended-upgrades.log and unattended-upgrades-shutdown.log: Python's logging, local time
 * (unattended_upgrade.py, unattended-upgrade-shutdown; the second has " - " behind the level):
 *
 *     2026-02-01 06:14:05,437 INFO Packages that will be upgraded: libc6 linux-image-generic
 *     2026-02-01 06:14:09,120 ERROR error message: installArchives() failed
 *
 * Lines without a stamp (tracebacks, lists in several lines) belong to the message before.  A message is an event
 * unattended.message; each package of its list is one more, with the package and what was to be done with it. */

static const struct list { const char *words, *kind, *action; } lists[] = {
	{ "Packages that will be upgraded:", "unattended.upgrade", "upgrade" },
	{ "Packages that were upgraded:", "unattended.upgraded", "upgrade" },
	{ "Packages that attempted to upgrade:", "unattended.attempt", "upgrade" },
	{ "Packages left to upgrade:", "unattended.left", "upgrade" },
	{ "Packages that are kept back:", "unattended.kept", "keep" },
	{ "Packages with upgradable origin but kept back:", "unattended.kept", "keep" },
	{ "Packages that were successfully auto-removed:", "unattended.removed", "remove" },
	{ "Packages that were auto-removed:", "unattended.removed", "remove" },
	{ "Packages that will be auto-removed:", "unattended.remove", "remove" },
	{ "Removing unused kernel packages:", "unattended.remove", "remove" },
	{ "Removing unused packages:", "unattended.remove", "remove" },
};

static const struct level { const char *word; enum severity severity; } levels[] = {
	{ "DEBUG", SEV_DEBUG }, { "INFO", SEV_INFO }, { "WARNING", SEV_WARNING }, { "ERROR", SEV_ERR }, { "CRITICAL", SEV_CRIT },
};

/* What the two programs log and others do not. */
static const char *const phrases[] = {
	"nattended upgrades", "nattended-upgrade", "Initial blacklist", "Initial whitelist", "Initial blocklist", "Allowed origins are: ",
	"Packages that ", "Writing dpkg log to ", "All upgrades installed", "pending auto-removals", "PrepareForShutdown",
	"Removing unused kernel packages:", "Installing the upgrades failed!", "lock could not be acquired (another package manager running?)",
};

struct upgrades {
	struct emitter *out;
	uint32_t clock;
	struct arena *scratch;
	struct attrs f;
	struct fold fold;       /* of the message's text */
	struct stamp stamp;
	const struct level *level;
};

static const struct level *read_line(struct str line, struct stamp *stamp, struct str *text)
{
	size_t n = ts_iso8601(line, stamp);
	struct str rest = str_from(line, n), word;

	if (n != 23 || line.p[10] != ' ' || line.p[19] != ',' || !str_skip(&rest, STR(" ")) || !str_word(&rest, &word))
		return NULL;
	str_skip(&rest, STR(" - "));
	*text = str_trim(rest);
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (str_eq(word, str_of(levels[i].word)))
			return &levels[i];
	return NULL;
}

static bool is_phrase(struct str text)
{
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (str_has(text, str_of(phrases[i])))
			return true;
	return false;
}

static int detect(struct str path, struct str head)
{
	struct str line, text;
	struct stamp stamp;
	int ours = 0;

	/* A rotated file may begin in the middle of a traceback. */
	for (int seen = 0; seen < 64 && str_cut(&head, '\n', &line); seen++) {
		if (!read_line(str_rtrim(line), &stamp, &text))
			continue;
		if (is_phrase(text))
			return 40;
		ours++;
	}
	return ours && str_has(path, STR("unattended-upgrades")) ? 24 : 0;
}

static const struct list *list_of(struct str text, struct str *names)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		*names = text;
		if (str_skip(names, str_of(lists[i].words)))
			return &lists[i];
	}
	return NULL;
}

/* Names as dpkg allows them (Debian policy 5.6.1), perhaps with ":arch". */
static bool is_package(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_digit(s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'z') && (i == 0 || (s.p[i] != '+' && s.p[i] != '-' && s.p[i] != '.' && s.p[i] != ':')))
			return false;
	return s.n > 1 && s.p[s.n - 1] != ':';
}

/* A line of nothing but packages; those between them name an origin ("Debian stable:"), or are a traceback. */
static bool is_all_packages(struct str line)
{
	struct str name;

	while (str_word(&line, &name))
		if (!is_package(name))
			return false;
	return true;
}

static enum status emit_package(struct upgrades *u, const struct event *message, const struct list *list, struct str name, struct error *err)
{
	struct event e = *message;
	size_t colon = str_chr(name, ':');

	attrs_reset(&u->f);
	attrs_text(&u->f, STR("action"), str_of(list->action));
	attrs_text(&u->f, STR("package"), str_head(name, colon));
	attrs_text(&u->f, STR("arch"), str_from(name, colon + 1));
	e.kind = str_of(list->kind);
	e.text = arena_printf(u->scratch, "%s %.*s", list->words, STR_ARG(name));
	e.fields = u->f.v;
	e.n_fields = u->f.n;
	return emit_event(u->out, &e, err);
}

static enum status emit_packages(struct upgrades *u, const struct event *message, struct error *err)
{
	struct str names, line, name;
	const struct list *list = list_of(message->text, &names);
	enum status st = OK;

	while (list && st == OK && str_cut(&names, '\n', &line)) {
		if (!is_all_packages(line))
			continue;
		while (st == OK && str_word(&line, &name))
			st = emit_package(u, message, list, name, err);
	}
	return st;
}

/* The last line of a traceback names what was raised. */
static struct str raised(struct str text)
{
	size_t at = str_find(text, STR("Traceback (most recent call last):"));

	return at < text.n ? str_trim(str_from(text, str_rchr(text, '\n') + 1)) : STR_NONE;
}

static enum status flush(struct upgrades *u, struct error *err)
{
	struct event e = {
		.t = u->stamp.t, .clock = u->clock, .u_us = u->stamp.resolution_us, .line = u->fold.line, .lines = u->fold.lines,
		.offset = u->fold.offset, .kind = STR("unattended.message"), .text = str_rtrim(buf_str(&u->fold.text)),
	};
	struct str exception;
	enum status st;

	if (!fold_holds(&u->fold))
		return OK;
	arena_reset(u->scratch);
	attrs_reset(&u->f);
	exception = raised(e.text);
	e.severity = exception.n && u->level->severity > SEV_ERR ? SEV_ERR : u->level->severity;
	attrs_text(&u->f, STR("level"), str_of(u->level->word));
	attrs_text(&u->f, STR("exception"), exception);
	e.fields = u->f.v;
	e.n_fields = u->f.n;
	st = emit_event(u->out, &e, err);
	if (st == OK)
		st = emit_packages(u, &e, err);
	fold_drop(&u->fold);
	return st;
}

/* A date that does not exist, a level nobody knows: no part of the message before. */
static bool was_meant(struct str line)
{
	return line.n > 10 && is_digit(line.p[0]) && is_digit(line.p[3]) && line.p[4] == '-' && is_digit(line.p[5]) && line.p[7] == '-' &&
	       is_digit(line.p[9]) && line.p[10] == ' ';
}

static enum status one_line(struct upgrades *u, const struct line *line, struct error *err)
{
	struct line message = *line;
	struct stamp stamp;
	const struct level *level = read_line(line->text, &stamp, &message.text);
	enum status st;

	if (level) {
		st = flush(u, err);
		u->stamp = stamp;
		u->level = level;
		fold_start(&u->fold, &message);
		return st;
	}
	if (str_trim(line->text).n == 0)
		return OK;
	if (fold_holds(&u->fold) && !was_meant(line->text) && fold_join(&u->fold, str_rtrim(line->text)))
		return OK;
	return emit_reject(u->out, line->no, line->offset, line->text, "no message of unattended-upgrades", err);
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct arena *scratch = arena_new();
	struct upgrades u = { .out = out, .scratch = scratch, .clock = clocks_get(emit_clocks(out), CLOCK_LOCAL, STR_NONE, STR_NONE, 0) };
	struct line line;
	enum status st, damage;

	/* Each run writes here, and one that finds nothing says so. */
	emit_cover(out, COVER_APPEND);
	attrs_init(&u.f, scratch);
	fold_init(&u.fold);
	while ((st = reader_line(in, &line, err)) == OK)
		if ((st = one_line(&u, &line, err)) != OK)
			goto done;
	damage = st == END ? OK : st;
	st = flush(&u, damage == OK ? err : NULL);
	if (damage != OK)
		st = damage;
done:
	fold_done(&u.fold);
	arena_free(scratch);
	return st;
}

const struct source source_unattended_upgrades = {
	.name = "unattended_upgrades",
	.title = "unattended-upgrades (its log, and that of its shutdown helper)",
	.collect = "cp /var/log/unattended-upgrades/*.log* .",
	.of_machine = true,
	.detect = detect,
	.parse = parse,
};

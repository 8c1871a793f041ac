#include "bundle/reader.h"
#include "record/record.h"
#include "source/attrs.h"
#include "source/source.h"

/* /var/log/dpkg.log, dpkg's own record (lib/dpkg/log.c), local time:
 *
 *     2026-02-01 00:16:36 startup archives unpack
 *     2026-02-01 00:16:36 install linux-image-6.8.0-45-generic:amd64 <none> 6.8.0-45.45
 *     2026-02-01 00:16:36 status half-installed linux-image-6.8.0-45-generic:amd64 6.8.0-45.45
 *
 * install, upgrade, remove and purge are the operations; the rest tells how far each came. */

static const struct verb { const char *word, *kind; enum severity severity; } verbs[] = {
	{ "install", "dpkg.install", SEV_NONE }, { "upgrade", "dpkg.upgrade", SEV_NONE },
	{ "remove", "dpkg.remove", SEV_NONE }, { "purge", "dpkg.purge", SEV_NONE },
	/* no operations of their own: not dpkg.*, which v_package shows */
	{ "startup", "package.step", SEV_DEBUG }, { "status", "package.step", SEV_DEBUG }, { "configure", "package.step", SEV_DEBUG },
	{ "trigproc", "package.step", SEV_DEBUG }, { "conffile", "package.step", SEV_DEBUG },
};

static const struct verb *verb_of(struct str word)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (str_eq(word, str_of(verbs[i].word)))
			return &verbs[i];
	return NULL;
}

static const struct verb *read_line(struct str line, struct stamp *stamp, struct str *rest, struct str *text)
{
	size_t n = ts_iso8601(line, stamp);
	struct str word;

	if (n != 19 || line.n < 21 || line.p[19] != ' ')
		return NULL;
	*text = *rest = str_trim(str_from(line, n));
	return str_word(rest, &word) && rest->n ? verb_of(word) : NULL;
}

static int detect(struct str path, struct str head)
{
	struct str line, rest, text;
	struct stamp stamp;
	int seen = 0, ours = 0;

	while (seen < 32 && str_cut(&head, '\n', &line)) {
		if (str_trim(line).n == 0)
			continue;
		seen++;
		ours += read_line(line, &stamp, &rest, &text) != NULL;
	}
	return ours && ours * 2 >= seen ? 32 + 8 * str_has(path, STR("dpkg")) : 0;
}

static struct str version(struct str s)
{
	return str_eq(s, STR("<none>")) ? STR_NONE : s;
}

static enum status one_line(struct emitter *out, uint32_t clock, struct arena *scratch, const struct line *line, struct error *err)
{
	struct str rest, text, package, from = STR_NONE, to = STR_NONE, state = STR_NONE;
	struct stamp stamp;
	const struct verb *verb = read_line(line->text, &stamp, &rest, &text);
	bool operation = verb && str_starts(str_of(verb->kind), STR("dpkg."));
	struct attrs f;
	struct event e;
	size_t colon;

	if (!verb)
		return emit_reject(out, line->no, line->offset, line->text, "not a step of dpkg", err);
	arena_reset(scratch);
	attrs_init(&f, scratch);
	if (str_eq(str_of(verb->word), STR("status")))
		(void)str_word(&rest, &state);
	(void)str_word(&rest, &package);
	(void)str_word(&rest, &from);
	(void)str_word(&rest, &to);
	if (!str_eq(str_of(verb->word), STR("startup")) && !str_eq(str_of(verb->word), STR("conffile"))) {
		colon = str_rchr(package, ':');
		attrs_text(&f, STR("package"), str_head(package, colon));
		attrs_text(&f, STR("arch"), str_from(package, colon + 1));
	}
	if (operation) {
		bool again = str_eq(str_of(verb->word), STR("upgrade")) && str_eq(from, to);

		attrs_text(&f, STR("action"), again ? STR("reinstall") : str_of(verb->word));
		attrs_text(&f, STR("version_from"), version(from));
		attrs_text(&f, STR("version_to"), version(to));
	} else {
		attrs_text(&f, STR("step"), str_of(verb->word));
		attrs_text(&f, STR("state"), state);
	}
	e = (struct event){
		.t = stamp.t, .clock = clock, .u_us = stamp.resolution_us, .severity = verb->severity,
		.line = line->no, .lines = 1, .offset = line->offset,
		.kind = str_of(verb->kind), .text = text, .fields = f.v, .n_fields = f.n,
	};
	return emit_event(out, &e, err);
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	uint32_t clock = clocks_get(emit_clocks(out), CLOCK_LOCAL, STR_NONE, STR_NONE, 0);
	struct arena *scratch = arena_new();
	struct line line;
	enum status st;

	/* dpkg writes here whenever it runs: no line means nothing ran. */
	emit_cover(out, COVER_APPEND);
	while ((st = reader_line(in, &line, err)) == OK)
		if (str_trim(line.text).n && (st = one_line(out, clock, scratch, &line, err)) != OK)
			break;
	arena_free(scratch);
	return st == END ? OK : st;
}

const struct source source_dpkg_log = {
	.name = "dpkg_log",
	.title = "dpkg log (dpkg.log)",
	.collect = "cp /var/log/dpkg.log* .",
	.of_machine = true,
	.detect = detect,
	.parse = parse,
};

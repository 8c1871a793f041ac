/* What a collector says it left out: the manifest of sos 4 (sos/manifest.py)
 *
 *     {"version": "4.5.6", "cmdline": "..", "tmpdir_fs_type": "..", "components": {"report": {"plugins": {
 *       "kernel": {"timeout_hit": false, "commands": [
 *         {"return_code": 0, "exec": "dmesg", "filepath": "sos_commands/kernel/dmesg", "truncated": true, ..}]}}}}}
 *
 * and the "*-errors.json" of troubleshoot.sh: a list of texts, beside the file they are about. */
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "bundle/reader.h"
#include "bundle/tokens.h"
#include "record/record.h"
#include "source/source.h"

enum { DEPTH = 12 };

struct manifest {
	struct emitter *out;
	struct arena *arena;
	struct str keys[DEPTH];  /* of the containers we are in; of an element of an array: empty */
	size_t depth;
	struct str exec, path;   /* of the command at hand */
	uint32_t line;
	uint64_t offset;
	bool truncated;
};

static bool is_sos(struct str head)
{
	return str_starts(str_trim(head), STR("{")) && str_has(head, STR("\"tmpdir_fs_type\"")) && str_has(head, STR("\"cmdline\""));
}

static bool is_errors(struct str path, struct str head)
{
	return str_ends(path, STR("-errors.json")) && str_starts(str_trim(head), STR("["));
}

static int detect(struct str path, struct str head)
{
	return is_sos(head) ? 48 : is_errors(path, head) ? 40 : 0;
}

static enum status tell(struct manifest *m, const char *what, struct str subject, struct str text, struct error *err)
{
	const struct field fields[] = { { STR("what"), str_of(what), FIELD_TEXT }, { STR("subject"), subject, FIELD_TEXT } };
	struct event e = {
		.clock = clocks_get(emit_clocks(m->out), CLOCK_AGE, STR_NONE, emit_path(m->out), 0), .severity = SEV_WARNING,
		.line = m->line, .lines = 1, .offset = m->offset, .kind = STR("collector.gap"), .text = text, .fields = fields, .n_fields = 2,
	};

	return emit_event(m->out, &e, err);
}

static bool is_below(const struct manifest *m, size_t at, const char *key)
{
	return m->depth > at && str_eq(m->keys[at], str_of(key));
}

/* components / report / plugins / NAME */
static bool in_plugin(const struct manifest *m)
{
	return is_below(m, 1, "components") && is_below(m, 2, "report") && is_below(m, 3, "plugins") && m->depth > 4;
}

static enum status end_command(struct manifest *m, struct error *err)
{
	bool cut = m->truncated && m->path.n && m->path.p[m->path.n - 1] != '/';

	m->truncated = false;
	if (!cut)
		return OK;
	emit_gap(m->out, m->path, "the collector kept only its end");
	return tell(m, "truncated", m->path, arena_printf(m->arena, "sos kept only the end of '%.*s'", STR_ARG(m->exec)), err);
}

static enum status take_scalar(struct manifest *m, struct str key, const struct token *t, struct error *err)
{
	bool yes = t->kind == TOKEN_WORD && str_eq(t->text, STR("true"));

	m->line = t->line;
	m->offset = t->offset;
	if (!in_plugin(m))
		return OK;
	if (m->depth == 5 && yes && str_eq(key, STR("timeout_hit")))
		return tell(m, "timeout", m->keys[4], arena_printf(m->arena, "sos gave up on its plugin %.*s: it took too long", STR_ARG(m->keys[4])), err);
	if (m->depth != 7 || !is_below(m, 5, "commands"))
		return OK;
	if (str_eq(key, STR("exec")))
		m->exec = arena_dup(m->arena, t->text);
	else if (str_eq(key, STR("filepath"))) /* null when there was nothing to keep */
		m->path = t->kind == TOKEN_STRING ? arena_dup(m->arena, t->text) : STR_NONE;
	else if (str_eq(key, STR("truncated")))
		m->truncated = yes;
	return OK;
}

static enum status read_manifest(struct manifest *m, struct reader *in, struct error *err)
{
	struct tokens *tokens = tokens_new(in);
	struct str key = STR_NONE;
	struct token t;
	enum status s;

	while ((s = tokens_next(tokens, &t, err)) == OK) {
		switch (t.kind) {
		case TOKEN_OBJECT:
		case TOKEN_ARRAY:
			if (m->depth < DEPTH)
				m->keys[m->depth] = key;
			m->depth++;
			key = STR_NONE;
			break;
		case TOKEN_OBJECT_END:
			if (m->depth == 7 && in_plugin(m) && is_below(m, 5, "commands"))
				s = end_command(m, err);
			m->depth--;
			break;
		case TOKEN_ARRAY_END:
			m->depth--;
			break;
		case TOKEN_KEY:
			key = m->depth < DEPTH ? arena_dup(m->arena, t.text) : STR_NONE;
			break;
		case TOKEN_STRING:
		case TOKEN_NUMBER:
		case TOKEN_WORD:
			s = take_scalar(m, key, &t, err);
			key = STR_NONE;
			break;
		}
		if (s != OK)
			break;
	}
	if (s == END && tokens_problem(tokens))
		emit_incomplete(m->out, tokens_problem(tokens));
	tokens_free(tokens);
	return s == END ? OK : s;
}

static enum status read_errors(struct manifest *m, struct reader *in, struct error *err)
{
	struct tokens *tokens = tokens_new(in);
	struct str path = emit_path(m->out), subject = str_from(path, str_rchr(path, '/') < path.n ? str_rchr(path, '/') + 1 : 0);
	struct token t;
	enum status s;

	subject = arena_printf(m->arena, "%.*s.json", (int)(subject.n - strlen("-errors.json")), subject.p);
	while ((s = tokens_next(tokens, &t, err)) == OK) {
		if (t.kind != TOKEN_STRING || t.text.n == 0)
			continue;
		m->line = t.line;
		m->offset = t.offset;
		emit_gap(m->out, subject, "the collector met errors");
		s = tell(m, "error", subject, t.text, err);
		if (s != OK)
			break;
	}
	if (s == END && tokens_problem(tokens))
		emit_incomplete(m->out, tokens_problem(tokens));
	tokens_free(tokens);
	return s == END ? OK : s;
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct manifest m = { .out = out, .arena = arena_new() };
	enum status s;

	emit_cover(out, COVER_SNAPSHOT);
	s = is_sos(reader_head(in)) ? read_manifest(&m, in, err) : read_errors(&m, in, err);
	arena_free(m.arena);
	return s;
}

const struct source source_collector = {
	.name = "collector",
	.title = "What a collector left out (sos manifest, troubleshoot errors)",
	.collect = "sos report",
	.hostless = true,
	.detect = detect,
	.parse = parse,
};

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "bundle/reader.h"
#include "record/record.h"
#include "source/attrs.h"
#include "source/part.h"
#include "source/plain.h"
#include "source/source.h"

/* What somebody copied out of a terminal, and several files in one:
 *
 *     root@gpu-07:~# nvidia-smi
 *     Failed to initialize NVML: Driver/library version mismatch
 *     $ cat /proc/driver/nvidia/version
 *     ==> /var/log/kern.log <==                 (head and tail of several files)
 *
 * What follows goes to the source of its content (source/part.h), app_log where none is sure; a command itself is an
 * event.  One command and its output is no transcript: each source knows such a line above its own. */

struct prompt {
	struct str command;  /* or the path of a file */
	struct str host;     /* of "user@host:~$ ", else empty */
	bool file;           /* "==> path <==" */
};

static bool is_word_char(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
}

/* "user@host" at the start of *s; what is behind it stays. */
static bool skip_user_host(struct str *s, struct str *host)
{
	size_t at = 0, end;

	while (at < s->n && is_word_char(s->p[at]))
		at++;
	if (at == 0 || at >= s->n || s->p[at] != '@')
		return false;
	for (end = at + 1; end < s->n && is_word_char(s->p[end]);)
		end++;
	*host = (struct str){ s->p + at + 1, end - at - 1 };
	*s = str_from(*s, end);
	return host->n > 0;
}

/* "$ " or "# " not farther than a path away: ":~$ ", ":/var/log# ", " dir]$ ". */
static bool skip_to_command(struct str *s)
{
	for (size_t i = 0; i + 1 < s->n && i < 256; i++)
		if ((s->p[i] == '$' || s->p[i] == '#') && s->p[i + 1] == ' ' && (i == 0 || s->p[i - 1] != ' ' || i == 1)) {
			*s = str_trim(str_from(*s, i + 2));
			return s->n > 0;
		}
	return false;
}

/* What script(1) records has colours; plain is room for a line without them, NULL where nothing may be allocated. */
static bool read_prompt(struct str line, struct buf *plain, struct prompt *out)
{
	struct str s = str_rtrim(plain ? plain_text(line, plain) : line);

	*out = (struct prompt){ 0 };
	if (str_skip(&s, STR("==> "))) {
		out->file = true;
		out->command = str_head(s, s.n > 4 ? s.n - 4 : 0);
		return str_ends(s, STR(" <==")) && out->command.n > 0;
	}
	if (str_skip(&s, STR("$ "))) {
		out->command = str_trim(s);
		return out->command.n && (is_word_char(out->command.p[0]) || out->command.p[0] == '/');
	}
	if (str_starts(s, STR("("))) /* (venv) */
		s = str_from(s, str_find(s, STR(") ")) + 2);
	str_skip(&s, STR("["));
	if (!skip_user_host(&s, &out->host) || !s.n || (s.p[0] != ':' && s.p[0] != ' ' && s.p[0] != '$' && s.p[0] != '#') || !skip_to_command(&s))
		return false;
	out->command = s;
	return true;
}

static bool ends_output(const void *ctx, struct str line)
{
	struct buf *const *plain = ctx;
	struct prompt p;

	return read_prompt(line, *plain, &p);
}

/* The program of a command, or the path of a file. */
static struct str program_of(const struct prompt *p)
{
	struct str rest = p->command, word;

	if (p->file)
		return rest;
	(void)str_skip(&rest, STR("sudo "));
	return str_word(&rest, &word) ? word : rest;
}

/* One program asked several times is no transcript either: its source knows all it prints. */
static int detect(struct str path, struct str head)
{
	struct str line;
	struct prompt p;
	char first[256];
	size_t n = 0;

	(void)path;
	while (str_cut(&head, '\n', &line)) {
		if (n == 0 && str_starts(line, STR("Script started on ")))
			return 56;
		if (str_trim(line).n == 0)
			continue;
		if (!read_prompt(line, NULL, &p)) {
			if (n == 0)
				return 0;
			continue;
		}
		if (n && !str_eq((struct str){ first, n }, program_of(&p)))
			return 56;
		n = str_head(program_of(&p), sizeof first).n;
		memcpy(first, program_of(&p).p, n);
	}
	return 0;
}

/* What to call the output: the file that was printed, else the command without sudo, up to the first path in it. */
static struct str name_of(struct str command, bool *searched)
{
	static const char *const searches[] = { "| grep", "|grep", "| egrep", "| awk", "| sed", "| tail", "| head", "| sort", "| uniq", "--grep" };
	struct str rest = command, word;
	size_t slash;

	*searched = false;
	for (size_t i = 0; i < sizeof(searches) / sizeof(searches[0]); i++)
		*searched |= str_has(command, str_of(searches[i]));
	(void)str_skip(&rest, STR("sudo "));
	*searched |= str_starts(rest, STR("grep ")) || str_starts(rest, STR("zgrep ")) || str_starts(rest, STR("egrep ")) || str_starts(rest, STR("awk "));
	command = rest;
	if (str_word(&rest, &word) && (str_eq(word, STR("cat")) || str_eq(word, STR("zcat"))) && str_word(&rest, &word) && str_trim(rest).n == 0)
		return word;
	slash = str_chr(command, '/');
	while (slash < command.n && slash > 0 && !is_blank(command.p[slash - 1]))
		slash--;
	return slash > 0 ? str_trim(str_head(command, slash)) : command;
}

static enum status emit_command(struct emitter *out, struct arena *a, const struct line *line, const struct prompt *p, struct error *err)
{
	struct attrs f;
	struct event e = {
		.clock = clocks_get(emit_clocks(out), CLOCK_AGE, STR_NONE, emit_path(out), 0), .severity = SEV_NONE,
		.line = line->no, .lines = 1, .offset = line->offset, .kind = STR("shell.command"), .text = p->command,
	};

	attrs_init(&f, a);
	attrs_text(&f, STR("command"), p->command);
	attrs_text(&f, STR("prompt_host"), p->host);
	e.fields = f.v;
	e.n_fields = f.n;
	return emit_event(out, &e, err);
}

/* script(1): "Script started on 2026-03-18 05:40:12+01:00 [TERM=..]"; before util-linux 2.35 like date(1). */
static void read_start(struct emitter *out, struct str s)
{
	struct clocks *c = emit_clocks(out);
	char basis[512];
	struct stamp at;

	if (!str_skip(&s, STR("Script started on ")) || !(ts_iso8601(s, &at) || ts_ctime(s, &at) || ts_rfc1123(s, &at)))
		return;
	snprintf(basis, sizeof basis, "script in %.*s", STR_ARG(emit_path(out)));
	if (at.has_zone)
		clocks_zone(c, STR_NONE, at.zone_minutes, str_of(basis));
	clocks_collected(c, at.has_zone ? CLOCK_IS_UTC : clocks_get(c, CLOCK_LOCAL, STR_NONE, STR_NONE, 0), at.t, str_of(basis));
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct arena *a = arena_new(), *host_arena = arena_new();
	struct buf room, *plain = &room;
	struct str host = STR_NONE;
	struct line line;
	enum status st;

	buf_init(plain, LIMIT_LINE);
	emit_cover(out, COVER_EXCERPT);
	while ((st = reader_line(in, &line, err)) == OK) {
		struct part part = { .ends = ends_output, .ctx = &plain, .fallback = "app_log" };
		const struct source *who;
		struct prompt p;

		if (!read_prompt(line.text, plain, &p)) { /* before the first one: blank, or script's own */
			read_start(out, line.text);
			continue;
		}
		arena_reset(a);
		p.command = arena_dup(a, p.command);
		if (p.host.n && !str_eq(p.host, host)) {
			host = arena_dup(host_arena, p.host);
			emit_fact(out, STR_NONE, STR("hostname"), host, line.no);
		}
		p.host = host;
		st = p.file ? OK : emit_command(out, a, &line, &p, err);
		part.name = p.file ? p.command : name_of(p.command, &part.excerpt);
		if (st == OK)
			st = part_parse(in, out, &part, &who, err);
		if (st != OK)
			break;
	}
	buf_done(plain);
	arena_free(a);
	arena_free(host_arena);
	return st == END ? OK : st;
}

const struct source source_transcript = {
	.name = "transcript",
	.title = "Transcript of a shell (each output is read by the source of its content)",
	.collect = "tail -n +1 /var/log/kern.log /var/log/syslog > logs.txt",
	.of_machine = true,
	.splits = true,
	.detect = detect,
	.parse = parse,
};

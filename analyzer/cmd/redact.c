/* forensics redact: a copy of a bundle that does not tell whose it is. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/map.h"
#include "cmd/cmd.h"
#include "cmd/redact_work.h"
#include "cmd/term.h"

#define KEY_LEAST 16   /* bytes: a shorter one can be tried out */
#define KEY_MOST 4096
#define NOTE_NAME "REDACTED.txt"
#define WORDS_OF_RULES 3

static const struct option options[] = {
	{ 'o', "output", "DIR|FILE.tar.gz", "write the copy there", false, NULL },
	{ 0, "map", "FILE", "what stands for what, for you alone; without secrets", false, NULL },
	{ 0, "key-file", "FILE", "the same pseudonyms in every bundle redacted with this key", false, NULL },
	OPT_RULES,
	OPT_END
};

struct work {
	struct cli *cli;
	struct redact *r;
	struct redact_member *members; size_t n_members;
	struct redact_target to;
	struct map *names;        /* of files written */
	struct buf piece, note;
	size_t written, left_out, damaged;
};

/* ---- what must not be touched ---- */

/* Is it below the bundle, or would be once it is made? */
static bool is_inside(const char *path, const char *bundle, struct arena *a)
{
	struct str parent = str_of(path);
	char *whole = realpath(bundle, NULL), *above;
	struct stat st;
	bool inside = false;

	while (parent.n > 1 && parent.p[parent.n - 1] == '/')
		parent.n--;
	parent = str_rchr(parent, '/') < parent.n ? str_head(parent, str_rchr(parent, '/') + 1) : STR(".");
	above = realpath(arena_cstr(a, parent), NULL);
	if (whole && above && stat(whole, &st) == 0 && S_ISDIR(st.st_mode)) {
		size_t n = strlen(whole);

		inside = strncmp(above, whole, n) == 0 && (above[n] == '\0' || above[n] == '/' || n == 1);
	}
	free(whole);
	free(above);
	return inside;
}

static enum status check_place(struct cli *cli, const char *path, struct error *err)
{
	if (!is_inside(path, cli->args[0], cli->arena))
		return OK;
	fail(err, ERR_USAGE, "'%s' is in the bundle: evidence is not written to", path);
	fail_id(err, FX_IS_EVIDENCE);
	fail_hint(err, "choose a place outside of it");
	return ERR_USAGE;
}

static enum status check_line(struct cli *cli, struct error *err)
{
	const char *out = opt_value(&cli->opt, "output"), *map = opt_value(&cli->opt, "map");
	enum status s;

	if (!out) {
		fail(err, ERR_USAGE, "'redact' needs -o: where to write the copy");
		fail_hint(err, "forensics redact %s -o redacted.tar.gz", cli->args[0]);
		return ERR_USAGE;
	}
	if (strcmp(cli->args[0], "-") == 0) {
		fail(err, ERR_USAGE, "'-' cannot be read more than once");
		fail_hint(err, "write it into a file first");
		return ERR_USAGE;
	}
	s = check_place(cli, out, err);
	if (s == OK && map)
		s = check_place(cli, map, err);
	if (s == OK && map && is_inside(map, out, cli->arena))
		s = fail(err, ERR_USAGE, "'%s' is in the copy: it would tell what the copy does not", map);
	return s;
}

static enum status read_key(struct cli *cli, struct str *key, struct error *err)
{
	const char *path = opt_value(&cli->opt, "key-file");
	char *text;
	FILE *f;

	*key = STR_NONE;
	if (!path)
		return OK;
	f = fopen(path, "rbe");
	if (!f) {
		fail(err, ERR_IO, "cannot read: %s", strerror(errno));
		fail_at(err, "%s", path);
		return ERR_IO;
	}
	text = arena_alloc(cli->arena, KEY_MOST);
	*key = str_trim((struct str){ text, fread(text, 1, KEY_MOST, f) });
	fclose(f);
	if (key->n >= KEY_LEAST)
		return OK;
	fail(err, ERR_USAGE, "the key in '%s' is shorter than %d bytes", path, KEY_LEAST);
	fail_hint(err, "head -c 32 /dev/urandom | base64 > %s", path);
	return ERR_USAGE;
}

/* ---- words ---- */

/* What rules look for is no name: replaced, a verdict could change.  The plain words of their patterns; what follows a backslash is of the regex. */
static void keep_words(struct redact *r, const struct ruleset *rules)
{
	for (size_t i = 0; i < rules->n_patterns; i++) {
		struct str t = rules->patterns[i].text;

		for (size_t k = 0, n; k < t.n; k += n ? n : 1) {
			if (t.p[k] == '\\') {
				n = 2;
				continue;
			}
			for (n = 0; k + n < t.n && ((t.p[k + n] | 32) >= 'a' && (t.p[k + n] | 32) <= 'z'); n++)
				;
			if (n >= WORDS_OF_RULES)
				redact_general(r, (struct str){ t.p + k, n });
		}
	}
}

/* ---- members ---- */

enum { NAME_FILE = 1, NAME_FOLDER };

/* One of its own: an archive may hold a twice, or a and a/b. */
static struct str name_free(struct work *w, struct str name)
{
	struct arena *a = w->cli->arena;
	char *p = arena_cstr(a, name);
	struct str whole = { p, name.n };
	size_t k;

	for (size_t i = 0; i < name.n; i++) {
		if (p[i] != '/')
			continue;
		k = map_find(w->names, str_head(whole, i));
		if (k != MAP_NONE && map_value(w->names, k) == NAME_FILE)
			p[i] = '_';
	}
	name = whole;
	for (size_t n = 2; map_find(w->names, whole) != MAP_NONE; n++)
		whole = arena_printf(a, "%.*s-%zu", STR_ARG(name), n);
	for (size_t i = 0; i < whole.n; i++)
		if (whole.p[i] == '/')
			map_set(w->names, map_put(w->names, str_head(whole, i)), NAME_FOLDER);
	map_set(w->names, map_put(w->names, whole), NAME_FILE);
	return whole;
}

/* The archive that is the bundle is none of its folders. */
static struct str path_in_bundle(const struct work *w, struct str path)
{
	struct str bundle = str_of(w->cli->args[0]), rest = path;

	bundle = str_from(bundle, str_rchr(bundle, '/') < bundle.n ? str_rchr(bundle, '/') + 1 : 0);
	return str_skip(&rest, bundle) && str_skip(&rest, STR("!")) ? rest : path;
}

static struct str name_of(struct work *w, struct str path)
{
	static const struct str packed[] = { { ".gz", 3 }, { ".xz", 3 }, { ".zst", 4 } };
	struct buf slashed, name;
	struct str rest, part, whole;

	path = path_in_bundle(w, path);
	buf_init(&slashed, 2 * LIMIT_PATH);
	buf_init(&name, 4 * LIMIT_PATH);
	for (size_t i = 0; i < path.n; i++)
		buf_putc(&slashed, path.p[i] == '!' ? '/' : path.p[i] == '\0' ? '_' : path.p[i]);
	redact_path(w->r, buf_str(&slashed), &name);
	buf_reset(&slashed);
	for (rest = buf_str(&name); str_cut(&rest, '/', &part);)
		if (part.n && !str_eq(part, STR(".")) && !str_eq(part, STR("..")))
			buf_printf(&slashed, "%s%.*s", slashed.n ? "/" : "", STR_ARG(part));
	whole = slashed.n ? buf_str(&slashed) : STR("member");
	for (size_t i = 0; i < sizeof(packed) / sizeof(packed[0]); i++)
		if (str_ends(whole, packed[i]) && whole.n > packed[i].n + 1)
			whole.n -= packed[i].n;
	whole = name_free(w, whole);
	buf_done(&slashed);
	buf_done(&name);
	return whole;
}

static void rewrite(void *ctx, struct str text)
{
	struct work *w = ctx;

	buf_reset(&w->piece);
	redact_text(w->r, text, &w->piece);
	redact_target_put(&w->to, buf_str(&w->piece));
}

/* What was left out keeps its name, empty: collectors are known by the files they leave. */
static enum status write_member(struct work *w, struct reader *member, const struct redact_member *m, struct error *err)
{
	struct str name = name_of(w, reader_path(member));
	struct error why = { 0 };
	enum status s = redact_target_begin(&w->to, name, err);

	if (s != OK)
		return s;
	if (m->why_not.n) {
		w->left_out++;
		buf_printf(&w->note, "  %.*s: %.*s\n", STR_ARG(name), STR_ARG(m->why_not));
	} else {
		redact_begin(w->r);
		w->written++;
		if (redact_each_piece(member, rewrite, w, &why) != OK) {
			w->damaged++;
			buf_printf(&w->note, "  %.*s: from some place on: %s\n", STR_ARG(name), why.text);
		}
	}
	return redact_target_end(&w->to, err);
}

static enum status write_members(struct work *w, struct error *err)
{
	static const struct redact_member unknown = { { NULL, 0 }, { "it was not there when the bundle was read first", 47 } };
	struct bundle *b = NULL;
	struct reader *member;
	enum status s = bundle_open(&b, w->cli->args[0], &(struct bundle_options){ 0 }, err);

	for (size_t i = 0; s == OK && (s = bundle_next(b, &member, err)) == OK; i++)
		s = write_member(w, member, i < w->n_members && str_eq(w->members[i].path, reader_path(member)) ? &w->members[i] : &unknown, err);
	if (s == END && bundle_damage(b).n) {
		w->damaged++;
		buf_printf(&w->note, "  the end of the bundle: %.*s\n", STR_ARG(bundle_damage(b)));
	}
	bundle_close(b);
	return s == END ? OK : s;
}

/* ---- what is said about it ---- */

static void note_counts(const struct redact *r, struct buf *out)
{
	for (enum redact_class c = 0; c < REDACT_CLASSES; c++)
		if (redact_count(r, c))
			buf_printf(out, "  %-48s %8zu different, in %" PRIu64 " places\n", redact_class_title(c), redact_count(r, c), redact_replaced(r, c));
}

static enum status write_note(struct work *w, struct error *err)
{
	struct buf text;
	enum status s = redact_target_begin(&w->to, STR(NOTE_NAME), err);

	if (s != OK)
		return s;
	buf_init(&text, 64u << 20);
	buf_printf(&text, "This is a copy of a bundle, redacted by forensics " FORENSICS_VERSION ".\n\n"
			  "LOOK AT IT BEFORE YOU SEND IT.  A program finds what has a form it knows, and names that the bundle tells are names.\n"
			  "It does not find: what people wrote in prose, prompts and answers of models, names of projects, models, data sets, images and\n"
			  "files, values of Kubernetes secrets, names of one or two characters, and names that are words of every log.\n\n"
			  "Replaced, each by one pseudonym everywhere:\n");
	note_counts(w->r, &text);
	if (redact_clashes(w->r))
		buf_printf(&text, "  %" PRIu64 " pseudonyms of the key were taken already: those names got others, and may differ from other bundles.\n", redact_clashes(w->r));
	buf_printf(&text, "\nLeft out, or only in part (%zu):\n%.*s", w->left_out + w->damaged, STR_ARG(buf_str(&w->note)));
	buf_add(&text, w->note.n ? STR_NONE : STR("  nothing\n"));
	buf_add(&text, STR("\nFiles that were left out are here with their name and without content.  Compressed files are plain now, without the suffix;\n"
			   "files of archives in the bundle lie in folders.  Text is UTF-8.  Lines have the numbers they had.\n"));
	redact_target_put(&w->to, buf_str(&text));
	buf_done(&text);
	return redact_target_end(&w->to, err);
}

static void put_original(FILE *f, enum redact_class c, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (c == REDACT_GUID && (i == 8 || i == 12 || i == 16 || i == 20))
			putc('-', f);
		if (c == REDACT_MAC && i && i % 2 == 0)
			putc(':', f);
		putc(s.p[i], f);
	}
}

/* For whoever may see the original: nobody else, and never over an earlier one. */
static enum status write_map(struct work *w, const char *path, struct error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "wb");
	struct str original, pseudonym;
	bool lost;

	if (!f) {
		fail(err, ERR_IO, "cannot write: %s", strerror(errno));
		fail_id(err, FX_CANNOT_WRITE);
		fail_at(err, "%s", path);
		return ERR_IO;
	}
	for (enum redact_class c = 0; c < REDACT_SECRET; c++)
		for (size_t i = 0; i < redact_count(w->r, c); i++) {
			redact_pair(w->r, c, i, &original, &pseudonym);
			put_original(f, c, original);
			putc('\t', f);
			put_original(f, c, pseudonym);
			putc('\n', f);
		}
	lost = ferror(f) != 0;
	lost |= fclose(f) != 0;
	return lost ? fail(err, ERR_IO, "cannot write '%s'", path) : OK;
}

static void tell(struct work *w)
{
	size_t n = 0;
	uint64_t places = 0;

	for (enum redact_class c = 0; c < REDACT_CLASSES; c++) {
		n += redact_count(w->r, c);
		places += redact_replaced(w->r, c);
	}
	say("redacted %zu file%s: %zu names, addresses, ids and secrets in %" PRIu64 " places", w->written, w->written == 1 ? "" : "s", n, places);
	if (w->left_out)
		say("left out %zu file%s that no source reads", w->left_out, w->left_out == 1 ? "" : "s");
	if (w->damaged)
		warn("%zu incomplete: " NOTE_NAME " names them", w->damaged);
	say("look at %s before you send it: " NOTE_NAME " in it says what to look for", w->to.path);
}

static enum status redact_bundle(struct work *w, struct error *err)
{
	const char *bundle = w->cli->args[0], *map = opt_value(&w->cli->opt, "map");
	struct str key;
	enum status s = check_line(w->cli, err);

	if (s == OK)
		s = read_key(w->cli, &key, err);
	if (s != OK)
		return s;
	w->r = redact_new(key);
	keep_words(w->r, w->cli->rules);
	map_set(w->names, map_put(w->names, STR(NOTE_NAME)), NAME_FILE);
	s = redact_target_open(&w->to, opt_value(&w->cli->opt, "output"), w->cli->arena, err);
	if (s == OK)
		s = redact_learn_records(w->r, bundle, w->cli->arena, &w->members, &w->n_members, err);
	if (s == OK)
		s = redact_learn_texts(w->r, bundle, w->members, w->n_members, err);
	if (s == OK)
		s = write_members(w, err);
	if (s == OK && w->written == 0)
		s = fail(err, ERR_IO, "no source reads a file of '%s': there is nothing to redact", bundle);
	if (s == OK)
		s = write_note(w, err);
	if (s == OK && map)
		s = write_map(w, map, err);
	return s == OK ? redact_target_close(&w->to, err) : s;
}

static enum exit_code redact(struct cli *cli)
{
	struct work w = { .cli = cli, .names = map_new(), .to.dir = -1 };
	struct error err = { 0 };
	enum status s;

	buf_init(&w.piece, 16u * REDACT_PIECE);
	buf_init(&w.note, 32u << 20);
	s = redact_bundle(&w, &err);
	if (s == OK)
		tell(&w);
	redact_target_discard(&w.to);
	if (s != OK && w.to.partial)
		warn("%s is incomplete: remove it", w.to.partial);
	redact_free(w.r);
	map_free(w.names);
	buf_done(&w.piece);
	buf_done(&w.note);
	return s != OK ? cli_fail(&err) : w.damaged ? EXIT_PARTIAL : EXIT_RAN;
}

const struct command cmd_redact = {
	.name = "redact", .summary = "a copy of a bundle with pseudonyms for names, addresses, ids and secrets", .usage = "BUNDLE",
	.details = "  forensics redact bundle.tar.gz -o redacted.tar.gz --map mine.tsv\n"
		   "  forensics redact logs/ -o redacted/ --key-file our.key\n\n"
		   "The copy, analyzed, gives the same findings at the same times and lines: one name has one pseudonym everywhere, and\n"
		   "addresses stay addresses.  What no source reads is left out.  REDACTED.txt in it says what was done.  Look before you send it:\n"
		   "no program finds every name.  Names known to rules (--rules) and to every log are kept.\n",
	.options = options, .min_args = 1, .max_args = 1, .needs = NEED_RULES, .run = redact,
};

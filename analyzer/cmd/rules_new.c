/* forensics rules new: a skeleton that loads and whose tests pass, to be filled in. */
#include <errno.h>
#include <unistd.h>

#include "base/json.h"
#include "base/limits.h"
#include "bundle/bundle.h"
#include "bundle/reader.h"
#include "cmd/cmd.h"
#include "cmd/events.h"
#include "cmd/output.h"
#include "cmd/setup.h"
#include "cmd/term.h"
#include "ingest.h"
#include "source/source.h"
#include "sql.h"

static const struct option options[] = {
	OPT_DB,
	{ 'e', "event", "N", "made of this record of the case", false, NULL },
	{ 's', "source", "SOURCE", "what reads the lines of FILE; recognised unless said", false, NULL },
	{ 'o', "output", "FILE", "write it there, not to standard output", false, NULL },
	OPT_END
};

enum { MESSAGES_MAX = 16, REGEX_MAX = 160 };

/* What a skeleton is made of: messages to find, and texts of two tests. */
struct example {
	struct str source, collect;
	struct str messages[MESSAGES_MAX]; size_t n;
	struct str positive, negative; /* negative empty: to be written */
	struct buf text;               /* both live here */
};

/* ---- a regex of a message: what differs from one line to the next is taken out ---- */

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

static void put_word(struct buf *out, struct str word)
{
	size_t digits = 0;

	for (size_t i = 0; i < word.n; i++)
		digits += is_digit(word.p[i]);
	if (digits == 0)
		buf_add(out, word);
	else if (digits == word.n)
		buf_add(out, STR("\\d+"));
	else if (str_starts(word, STR("0x")))
		buf_add(out, STR("0x[0-9a-fA-F]+"));
	else
		buf_add(out, STR("\\w+"));
}

static void put_regex(struct buf *out, struct str message)
{
	struct str line = str_head(message, str_chr(message, '\n'));
	size_t start = out->n;

	for (size_t i = 0; i < line.n && out->n - start < REGEX_MAX;) {
		char c = line.p[i];
		size_t from = i;

		if ((c == '\'' || c == '"') && str_chr(str_from(line, i + 1), c) < line.n - i - 1) {
			i += str_chr(str_from(line, i + 1), c) + 2;
			buf_printf(out, "%s[^%s\\n]{0,80}%s", c == '"' ? "\"" : "''", c == '"' ? "\"" : "''", c == '"' ? "\"" : "''");
			continue;
		}
		if (!is_word(c)) {
			if (strchr("\\^$.|?*+()[]{}", c))
				buf_putc(out, '\\');
			if (c == '\'')
				buf_putc(out, '\''); /* of YAML's quotes */
			buf_putc(out, (unsigned char)c < ' ' ? '.' : c);
			i++;
			continue;
		}
		while (i < line.n && is_word(line.p[i]))
			i++;
		put_word(out, (struct str){ line.p + from, i - from });
	}
}

/* ---- from a record of a case: "TIME {json}" is read by the tests for any source ---- */

static void put_short(struct buf *out, struct query *q)
{
	struct str attrs = query_get_text(q, 3);
	char at[TS_TEXT];

	buf_printf(out, "%s {\"message\":", ts_format(query_get_int(q, 1), at));
	json_put_string(out, query_get_text(q, 2));
	if (attrs.n > 2)
		buf_putc(out, ',');
	buf_add(out, str_from(attrs, 1));
	if (attrs.n < 2)
		buf_putc(out, '}');
}

static enum status of_event(struct cli *cli, const char *number, struct example *x, struct error *err)
{
	struct query *q = NULL;
	size_t half = 0;
	int64_t event;
	enum status s = setup_case(cli, err);

	if (s == OK)
		s = event_find(cli->store, str_of(number), &event, err);
	if (s == OK)
		s = query_new(&q, cli->store, SQL_CMD_EVENT_WHOLE, err);
	if (s != OK)
		return s;
	query_int(q, 1, event);
	for (size_t i = 0; (s = query_step(q, err)) == OK; i++) {
		put_short(&x->text, q);
		if (i)
			break;
		half = x->text.n;
		x->source = arena_dup(cli->arena, query_get_text(q, 0));
		x->messages[x->n++] = arena_dup(cli->arena, query_get_text(q, 2));
	}
	query_free(q);
	x->positive = str_head(buf_str(&x->text), half);
	x->negative = str_from(buf_str(&x->text), half);
	return s < OK ? s : OK;
}

/* ---- from lines: "+ " marks what must be found, "- " what must not ---- */

static enum status read_lines(struct cli *cli, const char *path, struct str *out, struct error *err)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rbe");
	char *text = arena_alloc(cli->arena, LIMIT_RULE_FILE + 1);
	size_t n;

	if (!f)
		return fail(err, ERR_IO, "cannot open '%s': %s", path, strerror(errno));
	n = fread(text, 1, LIMIT_RULE_FILE + 1, f);
	if (f != stdin)
		fclose(f);
	if (n > LIMIT_RULE_FILE)
		return fail(err, ERR_LIMIT, "'%s' has more than %d bytes: a few lines are enough", path, LIMIT_RULE_FILE);
	*out = (struct str){ text, n };
	return OK;
}

/* The messages of the marked lines, as the source reads them. */
static enum status messages_of(struct cli *cli, struct example *x, struct str text, const bool *marked, size_t n_lines, struct error *err)
{
	struct bundle *b = NULL;
	struct reader *member;
	struct ingest in = { 0 };
	struct query *q = NULL;
	struct store *st = NULL;
	enum status s = store_create(&st, NULL, err);

	if (s == OK)
		s = ingest_init(&in, st, NULL, false, err);
	if (s == OK)
		s = bundle_of_text(&b, STR("lines"), text, NULL);
	if (s == OK)
		s = bundle_next(b, &member, err);
	if (s == OK)
		s = ingest_member(&in, catalog_bundle_add(in.catalog), member, x->source, err);
	if (s == OK)
		s = ingest_conclude(&in, NULL, err);
	if (s == OK)
		x->source = arena_dup(cli->arena, in.catalog->files[0].source);
	if (s == OK)
		s = query_new(&q, st, SQL_CMD_EVENT_LINES, err);
	while (s == OK && (s = query_step(q, err)) == OK) {
		int64_t line = query_get_int(q, 0);

		if (line > 0 && (size_t)line <= n_lines && marked[line] && x->n < MESSAGES_MAX)
			x->messages[x->n++] = arena_dup(cli->arena, query_get_text(q, 1));
	}
	query_free(q);
	bundle_close(b);
	ingest_done(&in);
	store_close(st);
	return s == END ? OK : s;
}

static enum status of_lines(struct cli *cli, const char *path, struct example *x, struct error *err)
{
	struct str rest, line;
	struct buf all, negative;
	bool *marked = ARENA_ARRAY(cli->arena, bool, LIMIT_RULE_FILE + 2);
	size_t n = 0, near = 0;
	enum status s = read_lines(cli, path, &rest, err);

	if (s == OK && x->source.n)
		s = check_source(x->source, err);
	if (s != OK)
		return s;
	buf_init(&all, LIMIT_RULE_FILE + 1);
	buf_init(&negative, LIMIT_RULE_FILE + 1);
	while (str_cut(&rest, '\n', &line)) {
		bool yes = str_starts(line, STR("+ ")), no = str_starts(line, STR("- "));

		line = str_from(line, yes || no ? 2 : 0);
		buf_printf(&all, "%.*s\n", STR_ARG(line));
		marked[++n] = yes;
		near += no;
		if (!no)
			buf_printf(&x->text, "%.*s\n", STR_ARG(line));
		if (!yes)
			buf_printf(&negative, "%.*s\n", STR_ARG(line));
	}
	s = messages_of(cli, x, buf_str(&all), marked, n, err);
	if (s == OK && !x->n) {
		s = fail(err, ERR_USAGE, "no line of '%s' is marked, or no source reads those that are", path);
		fail_hint(err, "put '+ ' before a line that must be found, '- ' before one that must not; --source names who reads them");
	}
	x->positive = arena_dup(cli->arena, buf_str(&x->text));
	if (near || negative.n)
		x->negative = arena_dup(cli->arena, buf_str(&negative));
	buf_done(&all);
	buf_done(&negative);
	return s;
}

/* ---- the skeleton ---- */

/* Lines as a block, or quoted where YAML would take them for something else. */
static void put_given(FILE *out, const struct example *x, struct str text)
{
	bool plain = text.n && text.p[0] != ' ';
	struct str line;

	fprintf(out, "    given:\n      - source: %.*s\n        host: n1\n", STR_ARG(x->source));
	if (str_eq(x->source, STR("dmesg")))
		fputs("        boot: '2026-01-01T00:00:00Z'\n", out);
	for (size_t i = 0; i < text.n; i++)
		plain &= text.p[i] == '\n' || (unsigned char)text.p[i] >= ' ';
	text = str_trim(text);
	if (plain) {
		fputs("        text: |\n", out);
		while (str_cut(&text, '\n', &line))
			fprintf(out, "          %.*s\n", STR_ARG(line));
	} else {
		fputs("        text: ", out);
		json_text_of(out, text);
		fputc('\n', out);
	}
}

static void put_skeleton(FILE *out, const char *id, const struct example *x)
{
	const struct source *src = source_named(x->source);
	struct buf regex;

	buf_init(&regex, LIMIT_PATTERN);
	fprintf(out, "forensics: 1\nrule: %s\nversion: 1\ntitle: FILL IN what fails, in one sentence\nseverity: medium\nstatus: draft\nentity: host\nsignals:\n"
		     "  # Shorten each regex to what makes the line this failure, and name what you want to tell: (?<disk>\\w+).\n"
		     "  failure:\n    source: %.*s\n    match:\n", id, STR_ARG(x->source));
	for (size_t i = 0; i < x->n; i++) {
		buf_reset(&regex);
		put_regex(&regex, x->messages[i]);
		fprintf(out, "      - '%.*s'\n", STR_ARG(buf_str(&regex)));
	}
	buf_done(&regex);
	if (src) {
		fputs("    collect: ", out);
		json_text_of(out, str_of(src->collect));
		fputc('\n', out);
	}
	fputs("when:\n  anchor: failure\n  episode: 1h\n  window: [-10m, 10m]\n  base: 6\n"
	      "  # support: [{signal: what_makes_it_surer, at: [-5m, 0], join: host, weight: 5, if_absent: -2}]\n"
	      "  # against: [{signal: what_denies_it, at: [0, 5m], weight: 10}]\n"
	      "# causes:\n#   - {id: one-cause, title: One cause, support: [{signal: its_sign, weight: 8}], advice: [what helps then]}\n"
	      "report:\n  narrative: 'At {failure.lo|time}: \"{failure.text|first_line}\".'\n  advice: [FILL IN what to do now]\n  prevent: [FILL IN how to avoid it]\n"
	      "tests:\n  - name: the lines it was made from\n", out);
	put_given(out, x, x->positive);
	fputs("    expect: {word: likely}\n  - name: NEGATIVE FILL IN replace it by the line that looks most like it and is not\n", out);
	put_given(out, x, x->negative.n ? x->negative : STR("2026-01-01T00:00:00Z {\"message\":\"FILL IN\"}"));
	fputs("    expect: {findings: 0}\n", out);
}

static enum exit_code new(struct cli *cli)
{
	const char *path = opt_value(&cli->opt, "output"), *event = opt_value(&cli->opt, "event");
	struct example x = { .source = str_of(opt_value(&cli->opt, "source")) };
	struct output out = { .f = stdout };
	struct error err = { 0 };
	enum status s = OK;

	buf_init(&x.text, 4 * LIMIT_RULE_FILE);
	if (event)
		s = of_event(cli, event, &x, &err);
	else if (cli->n_args == 2)
		s = of_lines(cli, cli->args[1], &x, &err);
	else
		s = fail(&err, ERR_USAGE, "it is made of --event N of a case, or of a FILE of marked lines");
	if (s == OK && path && access(path, F_OK) == 0)
		s = fail(&err, ERR_USAGE, "'%s' is there: it is not replaced", path);
	if (s == OK && path)
		s = output_open(&out, path, cli->arena, &err);
	if (s == OK)
		put_skeleton(out.f, cli->args[0], &x);
	if (s == OK && path)
		s = output_close(&out, &err);
	if (path)
		output_discard(&out);
	buf_done(&x.text);
	return s == OK ? EXIT_RAN : cli_fail(&err);
}

const struct command cmd_rules_new = {
	.name = "rules new", .summary = "a skeleton of a rule with its tests, from a record or from marked lines", .usage = "ID [FILE]",
	.details = "  forensics rules new disk-full --event 4711 -d case.db -o disk-full.yaml\n"
		   "  forensics rules new disk-full lines.txt --source kern_log\n\n"
		   "In FILE '+ ' marks a line that must be found, '- ' one that must not; the others stand around them.\n"
		   "What it writes loads, and its tests pass; FILL IN stands where you come in.\n",
	.options = options, .min_args = 1, .max_args = 2, .run = new,
};

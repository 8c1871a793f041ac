#include "cmd/setup.h"

#include <stdio.h>
#include <sys/stat.h>

#include "assets.h"
#include "base/suggest.h"
#include "cmd/term.h"
#include "source/source.h"

static void print_rule_problem(void *ctx, const struct error *problem)
{
	(void)ctx;
	print_error(problem);
}

enum status setup_rules(struct ruleset **out, const char *const *paths, size_t n, const struct rule_setting *settings, size_t n_settings, struct error *err)
{
	enum { BUILTIN = sizeof(BUILTIN_RULES) / sizeof(BUILTIN_RULES[0]) - 1 };
	struct rule_text texts[BUILTIN + 1] = { { STR_NONE, STR_NONE } };

	for (size_t i = 0; i < BUILTIN; i++)
		texts[i] = (struct rule_text){ str_of(BUILTIN_RULES[i].path), str_of(BUILTIN_RULES[i].text) };
	return ruleset_load_with(out, texts, BUILTIN, paths, n, settings, n_settings, print_rule_problem, NULL, err);
}

enum status setup_settings(struct cli *cli, const struct rule_setting **out, size_t *n, struct error *err)
{
	const char *const *given = opt_values(&cli->opt, "set", cli->arena, n);
	struct rule_setting *v = ARENA_ARRAY(cli->arena, struct rule_setting, *n);

	for (size_t i = 0; i < *n; i++) {
		struct str text = str_of(given[i]);
		size_t dot = str_chr(text, '.'), is = str_chr(text, '=');

		if (dot >= is || is >= text.n) {
			fail(err, ERR_USAGE, "'%s' sets no variable of a rule", given[i]);
			fail_hint(err, "write RULE.NAME=VALUE; forensics rules show RULE names the variables");
			return ERR_USAGE;
		}
		v[i] = (struct rule_setting){ str_head(text, dot), { text.p + dot + 1, is - dot - 1 }, str_from(text, is + 1) };
	}
	*out = v;
	return OK;
}

/* The head of a file, sqlite.org/fileformat2.html section 1.3: SQLite's magic, and our application id at byte 68. */
enum kind_of_file { FILE_OTHER, FILE_DATABASE, FILE_CASE };

static enum kind_of_file kind_of(const char *path)
{
	static const char magic[] = "SQLite format 3";
	char head[72] = { 0 };
	FILE *f = fopen(path, "rbe");
	bool is;

	if (!f)
		return FILE_OTHER;
	is = fread(head, 1, sizeof(head), f) == sizeof(head) && memcmp(head, magic, sizeof(magic)) == 0;
	fclose(f);
	return !is ? FILE_OTHER : memcmp(head + 68, "FORR", 4) == 0 ? FILE_CASE : FILE_DATABASE;
}

/* -d DB, or the first argument that can only be one. */
static enum status name_case(struct cli *cli, struct error *err)
{
	cli->db = opt_value(&cli->opt, "db");
	for (size_t i = 0; !cli->db && i < cli->n_args; i++) {
		if (kind_of(cli->args[i]) == FILE_OTHER && !str_ends(str_of(cli->args[i]), STR(".db")))
			continue;
		cli->db = cli->args[i];
		memmove(cli->args + i, cli->args + i + 1, (cli->n_args - i) * sizeof(cli->args[0]));
		cli->n_args--;
	}
	if (cli->db)
		return OK;
	fail(err, ERR_USAGE, "'%s' needs a case database", cli->command->name);
	fail_id(err, FX_NEEDS_CASE);
	fail_hint(err, "name it with -d DB; forensics analyze BUNDLE -d case.db makes one");
	return ERR_USAGE;
}

enum status setup_case(struct cli *cli, struct error *err)
{
	enum status s = name_case(cli, err);

	return s == OK ? store_open(&cli->store, cli->db, false, err) : s;
}

enum status setup_needs(struct cli *cli, struct error *err)
{
	unsigned needs = cli->command->needs;
	enum status s = OK;

	if (needs & (NEED_CASE | NEED_CASE_TO_WRITE))
		s = name_case(cli, err);
	if (s == OK && cli->n_args < cli->command->min_args) {
		s = fail(err, ERR_USAGE, "'%s' needs %s", cli->command->name, cli->command->usage);
		fail_hint(err, "forensics %s --help", cli->command->name);
	}
	if (s == OK && cli->n_args > cli->command->max_args) {
		s = fail(err, ERR_USAGE, "'%s' has no use for '%s'", cli->command->name, cli->args[cli->command->max_args]);
		fail_hint(err, "usage: forensics %s %s", cli->command->name, cli->command->usage);
	}
	if (s == OK && needs & NEED_RULES) {
		size_t n;
		const char *const *paths = opt_values(&cli->opt, "rules", cli->arena, &n);

		const struct rule_setting *settings = NULL;
		size_t n_settings;

		s = setup_settings(cli, &settings, &n_settings, err);
		if (s == OK)
			s = setup_rules(&cli->rules, paths, n, settings, n_settings, err);
	}
	if (s == OK && needs & (NEED_CASE | NEED_CASE_TO_WRITE))
		s = store_open(&cli->store, cli->db, needs & NEED_CASE_TO_WRITE, err);
	return s;
}

void setup_done(struct cli *cli)
{
	store_close(cli->store);
	ruleset_free(cli->rules);
}

static bool is_same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

enum status check_target(const struct cli *cli, const char *path, bool is_db, struct error *err)
{
	struct stat st;

	for (size_t i = 0; i < cli->n_args; i++) {
		if (!is_same_file(path, cli->args[i]))
			continue;
		fail(err, ERR_USAGE, "'%s' is the evidence: it is not written to", path);
		fail_id(err, FX_IS_EVIDENCE);
		fail_hint(err, "choose another name");
		return ERR_USAGE;
	}
	if (is_db && stat(path, &st) == 0 && st.st_size > 0 && kind_of(path) != FILE_CASE) {
		fail(err, ERR_USAGE, "'%s' is there, and it is no case: it is not replaced", path);
		fail_hint(err, "choose another name, or remove it");
		return ERR_USAGE;
	}
	return OK;
}

enum status check_source(struct str name, struct error *err)
{
	struct suggest s;

	if (source_named(name))
		return OK;
	suggest_init(&s, name);
	for (size_t i = 0; sources[i]; i++)
		suggest_try(&s, str_of(sources[i]->name));
	fail(err, ERR_USAGE, "there is no source '%.*s'", STR_ARG(name));
	fail_id(err, FX_NO_SUCH_NAME);
	if (suggest_found(&s))
		fail_hint(err, "did you mean '%.*s'?", STR_ARG(s.best));
	else
		fail_hint(err, "forensics sources list names them");
	return ERR_USAGE;
}

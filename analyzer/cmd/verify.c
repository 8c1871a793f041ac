/* forensics verify: is the evidence still what the case was made from? */
#include <stdlib.h>

#include "base/map.h"
#include "bundle/bundle.h"
#include "bundle/reader.h"
#include "cmd/cmd.h"
#include "cmd/term.h"
#include "sql.h"

static const struct option options[] = { OPT_DB, OPT_END };

/* The case's files, "bundle\npath", with the place of each hash. */
struct known { struct map *names; const char **hashes; bool *seen; size_t cap_hashes, cap_seen; size_t same, changed, missing, added; };

static enum status load_known(struct cli *cli, const char *sql, bool of_bundles, struct known *k, struct error *err)
{
	struct query *q = NULL;
	enum status s = query_new(&q, cli->store, sql, err);

	while (s == OK && (s = query_step(q, err)) == OK) {
		struct str path = of_bundles ? STR_NONE : query_get_text(q, 1), hash = query_get_text(q, of_bundles ? 1 : 2);
		size_t before = map_count(k->names);
		size_t i = map_put(k->names, arena_printf(cli->arena, "%.*s\n%.*s", STR_ARG(query_get_text(q, 0)), STR_ARG(path)));

		if (map_count(k->names) == before)
			continue; /* a name twice: the first counts */
		k->hashes = grow(k->hashes, i, &k->cap_hashes, sizeof(k->hashes[0]));
		k->seen = grow(k->seen, i, &k->cap_seen, sizeof(k->seen[0]));
		k->hashes[i] = arena_cstr(cli->arena, hash);
		k->seen[i] = false;
	}
	query_free(q);
	return s == END ? OK : s;
}

static void tell(const char *what, struct str path)
{
	printf("%-8s  ", what);
	term_text(stdout, path);
	fputc('\n', stdout);
}

static void compare(struct cli *cli, struct known *k, struct str bundle, struct str path, const char *hash)
{
	size_t i = map_find(k->names, arena_printf(cli->arena, "%.*s\n%.*s", STR_ARG(bundle), STR_ARG(path)));

	if (i == MAP_NONE) {
		k->added++;
		tell("new", path);
		return;
	}
	k->seen[i] = true;
	/* A member that could not be read has no hash in the case. */
	if (strcmp(hash, k->hashes[i]) == 0 || !*k->hashes[i]) {
		k->same++;
		if (cli->verbose)
			tell("same", path);
		return;
	}
	k->changed++;
	tell("changed", path.n ? path : bundle);
}

static enum status verify_bundle(struct cli *cli, const char *path, struct known *k, struct error *err)
{
	struct { struct str path; char hash[65]; } *v = NULL;
	size_t n = 0, cap = 0;
	struct bundle *b = NULL;
	struct reader *member;
	char hash[65];
	const struct bundle_options opt = { .own = &cli->db, .n_own = 1 };
	enum status s = bundle_open(&b, path, &opt, err);

	if (s != OK)
		return s;
	while ((s = bundle_next(b, &member, err)) == OK) {
		v = grow(v, n, &cap, sizeof(*v));
		v[n].path = arena_dup(cli->arena, reader_path(member));
		v[n].hash[0] = '\0';
		if (reader_problem(member).n == 0) {
			(void)reader_finish(member, NULL); /* damage changes the hash, if it is new */
			reader_sha256(member, v[n].hash);
		}
		n++;
	}
	if (s == END) {
		struct str name = bundle_name(b);

		for (size_t i = 0; i < n; i++)
			compare(cli, k, name, v[i].path, v[i].hash);
		bundle_sha256(b, hash);
		compare(cli, k, name, STR_NONE, hash);
		s = OK;
	}
	free(v);
	bundle_close(b);
	return s;
}

/* What was looked for below the bundles given, and not found. */
static void tell_missing(struct known *k)
{
	for (size_t i = 0; i < map_count(k->names); i++) {
		struct str name = map_key(k->names, i);

		if (k->seen[i])
			continue;
		k->missing++;
		tell("missing", str_from(name, str_chr(name, '\n') + 1).n ? str_from(name, str_chr(name, '\n') + 1) : str_head(name, str_chr(name, '\n')));
	}
}

static enum exit_code verify(struct cli *cli)
{
	struct known k = { .names = map_new() };
	struct error err = { 0 };
	enum status s = load_known(cli, SQL_CMD_FILES, false, &k, &err);
	size_t bundles = map_count(k.names);

	if (s == OK)
		s = load_known(cli, SQL_CMD_BUNDLES, true, &k, &err);
	for (size_t i = bundles; s == OK && cli->n_args == 0 && i < map_count(k.names); i++) {
		/* Under the name people gave it, from where we stand. */
		struct str name = map_key(k.names, i);

		s = verify_bundle(cli, arena_cstr(cli->arena, str_head(name, name.n - 1)), &k, &err);
		if (s == ERR_IO)
			fail_hint(&err, "say where it is: forensics verify -d %s BUNDLE", cli->db);
	}
	for (size_t i = 0; s == OK && i < cli->n_args; i++)
		s = verify_bundle(cli, cli->args[i], &k, &err);
	if (s == OK) {
		tell_missing(&k);
		printf("%zu the same, %zu changed, %zu missing, %zu new\n", k.same, k.changed, k.missing, k.added);
	}
	map_free(k.names);
	free(k.hashes);
	free(k.seen);
	if (s != OK)
		return cli_fail(&err);
	return k.changed || k.missing || k.added ? EXIT_PARTIAL : EXIT_RAN;
}

const struct command cmd_verify = {
	.name = "verify", .summary = "recompute every hash of the evidence and say what changed", .usage = "[BUNDLE...]",
	.details = "  forensics verify -d case.db bundle.tar.gz\n\n"
		   "Exits with 4 when anything changed, is missing or new.\n",
	.options = options, .max_args = SIZE_MAX, .needs = NEED_CASE, .run = verify,
};

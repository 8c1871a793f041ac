#ifndef FORENSICS_TESTS_REPORT_HELP_H
#define FORENSICS_TESTS_REPORT_HELP_H

#include <stdio.h>
#include <stdlib.h>

#include "report/report.h"
#include "sql.h"
#include "store/store.h"

/* A case made of SQL text, loaded as a report and written in one of its forms. */
struct report_case {
	struct store *st;
	struct arena *arena;
	struct report *r;
	char *text;
	size_t n;
};

static inline void report_case_open(struct report_case *c, const char *const *sql)
{
	struct error err = { 0 };

	*c = (struct report_case){ .arena = arena_new() };
	ck_assert_int_eq(store_create(&c->st, NULL, &err), OK);
	for (size_t i = 0; sql && sql[i]; i++)
		ck_assert_msg(store_exec(c->st, sql[i], &err) == OK, "statement %zu: %s", i, err.text);
	ck_assert_int_eq(store_exec(c->st, SQL_INDEX, &err), OK);
	ck_assert_int_eq(store_exec(c->st, SQL_VIEWS, &err), OK);
}

static inline void report_case_load(struct report_case *c, struct report_options opt)
{
	struct error err = { 0 };

	ck_assert_msg(report_load(&c->r, c->st, &opt, c->arena, &err) == OK, "%s", err.text);
}

/* The scripts and their data stand behind all text of the case; tests/browser looks at them. */
static inline void cut_scripts(char *page, size_t *n)
{
	char *scripts = strstr(page, "</main>\n<script "), *rest = strstr(page, "</body>");

	ck_assert_ptr_nonnull(rest);
	if (!scripts)
		return; /* a build without */
	scripts += strlen("</main>\n");
	ck_assert(rest > scripts);
	memmove(scripts, rest, strlen(rest) + 1);
	*n = strlen(page);
}

static inline const char *report_case_write(struct report_case *c, const char *form)
{
	struct error err = { 0 };
	FILE *out;

	free(c->text);
	c->text = NULL;
	out = open_memstream(&c->text, &c->n);
	ck_assert_ptr_nonnull(out);
	ck_assert_int_eq(renderer_named(str_of(form))->render(c->r, out, &err), OK);
	fclose(out);
	if (strcmp(form, "html") == 0)
		cut_scripts(c->text, &c->n);
	return c->text;
}

static inline void report_case_close(struct report_case *c)
{
	free(c->text);
	store_close(c->st);
	arena_free(c->arena);
}

static inline size_t count_of(const char *text, const char *needle)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, needle)); p += strlen(needle))
		n++;
	return n;
}

#define ck_assert_has(text, needle) ck_assert_msg(strstr((text), (needle)) != NULL, "missing: %s", (needle))
#define ck_assert_lacks(text, needle) ck_assert_msg(strstr((text), (needle)) == NULL, "unwanted: %s", (needle))

#endif /* FORENSICS_TESTS_REPORT_HELP_H */

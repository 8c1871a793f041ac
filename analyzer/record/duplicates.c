/* Files with the same bytes from one machine: sosreports link their logs twice, people copy what they look at. */
#include <stdlib.h>

#include "record/catalog.h"

static int by_content(const void *x, const void *y)
{
	const struct catalog_file *a = *(const struct catalog_file *const *)x, *b = *(const struct catalog_file *const *)y;
	int c = strcmp(a->sha256, b->sha256);

	if (c || (c = str_cmp(a->source, b->source)))
		return c;
	if (a->host != b->host)
		return a->host < b->host ? -1 : 1;
	if (a->settled != b->settled) /* in the case already */
		return a->settled ? -1 : 1;
	if ((c = str_cmp(a->path, b->path)))
		return c;
	return a->bundle < b->bundle ? -1 : a->bundle > b->bundle;
}

static bool is_copy(const struct catalog_file *a, const struct catalog_file *of)
{
	return strcmp(a->sha256, of->sha256) == 0 && str_eq(a->source, of->source) && a->host == of->host;
}

/* Takes what copies said out of a list; rows of the case are the store's. */
#define DROP(list, n)                                                                          \
	do {                                                                                   \
		size_t kept = 0;                                                               \
		for (size_t i = 0; i < (n); i++)                                               \
			if (c->files[(list)[i].file - 1].status != FILE_DUPLICATE)             \
				(list)[kept++] = (list)[i];                                    \
		(n) = kept;                                                                    \
	} while (0)

void catalog_duplicates(struct catalog *c)
{
	struct catalog_file **v = malloc((c->n_files + 1) * sizeof(struct catalog_file *));
	size_t n = 0, first = 0;

	if (!v)
		abort();
	for (size_t i = 0; i < c->n_files; i++)
		if (c->files[i].sha256[0] && c->files[i].source.n && c->files[i].status != FILE_DUPLICATE)
			v[n++] = &c->files[i];
	if (n)
		qsort(v, n, sizeof(struct catalog_file *), by_content);
	for (size_t i = 1; i < n; i++) {
		if (!is_copy(v[i], v[first])) {
			first = i;
			continue;
		}
		v[i]->status = FILE_DUPLICATE;
		v[i]->reason = arena_printf(c->arena, "the same bytes as %.*s", STR_ARG(v[first]->path));
		v[i]->records = v[i]->unparsed = 0;
	}
	free(v);
	for (size_t i = 0; i < c->n_files; i++) {
		struct catalog_file *f = &c->files[i];

		if (f->part_of && c->files[f->part_of - 1].status == FILE_DUPLICATE) {
			f->status = FILE_DUPLICATE;
			f->records = f->unparsed = 0;
		}
	}
	DROP(c->spans, c->n_spans);
	DROP(c->facts, c->n_facts);
}

#include "match/prefilter.h"

#include <stdlib.h>

#ifdef WITH_VECTORSCAN
#include <hs.h>
#endif

struct prefilter {
	size_t words;
	uint64_t *always; /* patterns that are candidates for every text */
#ifdef WITH_VECTORSCAN
	hs_database_t *db;
	hs_scratch_t *scratch;
#endif
};

static void bit_set(uint64_t *bits, size_t i)
{
	bits[i / 64] |= UINT64_C(1) << (i % 64);
}

static void never_filtered(struct prefilter *p, size_t pattern)
{
	bit_set(p->always, pattern);
}

#ifdef WITH_VECTORSCAN
/* Many texts are scanned as one block, joined by newlines: ^ and $ are told so
 * by HS_FLAG_MULTILINE, but these anchors would only ever match at the block's ends. */
static bool tied_to_block(struct str text)
{
	return str_has(text, STR("\\A")) || str_has(text, STR("\\z")) || str_has(text, STR("\\Z")) || str_has(text, STR("\\G"));
}

enum { HS_FLAGS = HS_FLAG_PREFILTER | HS_FLAG_SINGLEMATCH | HS_FLAG_MULTILINE | HS_FLAG_ALLOWEMPTY };

static bool takes(const char *text)
{
	hs_expr_info_t *info = NULL;
	hs_compile_error_t *why = NULL;
	bool ok = hs_expression_info(text, HS_FLAGS, &info, &why) == HS_SUCCESS;

	if (why)
		hs_free_compile_error(why);
	free(info);
	return ok;
}

static enum status compile(struct prefilter *p, const char *const *texts, const unsigned *flags, const unsigned *ids, unsigned n, struct error *err)
{
	hs_compile_error_t *why = NULL;

	if (n == 0)
		return OK;
	if (hs_compile_multi(texts, flags, ids, n, HS_MODE_BLOCK, NULL, &p->db, &why) != HS_SUCCESS) {
		/* A single pattern may still be too large: without the filter results are the same. */
		for (unsigned i = 0; i < n; i++)
			never_filtered(p, ids[i]);
		if (why)
			hs_free_compile_error(why);
		return OK;
	}
	if (hs_alloc_scratch(p->db, &p->scratch) != HS_SUCCESS)
		return fail(err, ERR_LIMIT, "no memory for the pattern scanner");
	return OK;
}

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx)
{
	(void)from, (void)to, (void)flags;
	bit_set(ctx, id);
	return 0;
}
#endif

enum status prefilter_new(struct prefilter **out, const struct ruleset *rs, const bool *wanted, struct error *err)
{
	struct prefilter *p = calloc(1, sizeof(*p));
	enum status s = OK;

	if (!p)
		abort();
	p->words = (rs->n_patterns + 63) / 64 + 1;
	p->always = calloc(p->words, sizeof(*p->always));
	if (!p->always)
		abort();
#ifdef WITH_VECTORSCAN
	{
		struct arena *a = arena_new();
		const char **texts = ARENA_ARRAY(a, const char *, rs->n_patterns);
		unsigned *ids = ARENA_ARRAY(a, unsigned, rs->n_patterns), *flags = ARENA_ARRAY(a, unsigned, rs->n_patterns), n = 0;

		for (size_t i = 0; i < rs->n_patterns; i++) {
			const char *text;

			if (!wanted[i])
				continue;
			text = arena_cstr(a, rs->patterns[i].text);
			if (tied_to_block(rs->patterns[i].text) || !takes(text)) {
				never_filtered(p, i);
				continue;
			}
			texts[n] = text;
			flags[n] = HS_FLAGS;
			ids[n++] = (unsigned)i;
		}
		s = compile(p, texts, flags, ids, n, err);
		arena_free(a);
	}
#else
	(void)err;
	for (size_t i = 0; i < rs->n_patterns; i++)
		if (wanted[i])
			never_filtered(p, i);
#endif
	if (s == OK)
		*out = p;
	else
		prefilter_free(p);
	return s;
}

void prefilter_free(struct prefilter *p)
{
	if (!p)
		return;
#ifdef WITH_VECTORSCAN
	hs_free_scratch(p->scratch);
	hs_free_database(p->db);
#endif
	free(p->always);
	free(p);
}

size_t prefilter_words(const struct prefilter *p)
{
	return p->words;
}

bool prefilter_scan(struct prefilter *p, struct str text, uint64_t *bits)
{
	memcpy(bits, p->always, p->words * sizeof(*bits));
#ifdef WITH_VECTORSCAN
	if (p->db && hs_scan(p->db, text.p ? text.p : "", (unsigned)text.n, 0, p->scratch, on_match, bits) != HS_SUCCESS)
		memset(bits, 0xff, p->words * sizeof(*bits)); /* cannot tell: everything is a candidate */
#else
	(void)text;
#endif
	for (size_t i = 0; i < p->words; i++)
		if (bits[i])
			return true;
	return false;
}

#include "match/prefilter.h"

#include <stdlib.h>

#ifdef WITH_VECTORSCAN
#include <hs.h>
#endif

#include "base/map.h"
#include "rule/literal.h"

/* A text is often that of several patterns: it is searched for once. */
struct asker { uint32_t pattern, next; /* 1 + index of another one; 0: none */ };
struct wanted_text { size_t length; uint32_t askers; /* 1 + index of the first */ };

/* The plain texts of all regexes are searched for at once; a regex without a text that is worth it
 * is scanned for itself.  Texts compile in a millisecond where the regexes would take a second. */
struct prefilter {
	size_t words;
	uint64_t *always; /* patterns that are candidates for every text */
#ifdef WITH_VECTORSCAN
	hs_database_t *texts, *regexes;
	hs_scratch_t *scratch;
	struct wanted_text *wanted; /* by id in texts */
	struct asker *askers;
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
/* A shorter text is too frequent to filter. */
#define SHORTEST_TEXT 3

/* What one database is made of. */
struct needles {
	const char **texts; size_t *lengths;
	unsigned *flags, *ids, n;
};

static struct needles needles_new(struct arena *a, size_t most)
{
	return (struct needles){ ARENA_ARRAY(a, const char *, most), ARENA_ARRAY(a, size_t, most), ARENA_ARRAY(a, unsigned, most),
				 ARENA_ARRAY(a, unsigned, most), 0 };
}

static void needle_add(struct needles *v, const char *text, size_t length, unsigned flags, size_t id)
{
	v->texts[v->n] = text;
	v->lengths[v->n] = length;
	v->flags[v->n] = flags;
	v->ids[v->n++] = (unsigned)id;
}

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

/* Where it fails, a single pattern may be too large: without the filter results are the same. */
static enum status built(struct prefilter *p, const struct needles *v, hs_error_t rc, const hs_database_t *db, hs_compile_error_t *why, struct error *err)
{
	if (why)
		hs_free_compile_error(why);
	if (rc != HS_SUCCESS) {
		for (unsigned i = 0; i < v->n; i++)
			never_filtered(p, v->ids[i]);
		return OK;
	}
	if (hs_alloc_scratch(db, &p->scratch) != HS_SUCCESS)
		return fail(err, ERR_LIMIT, "no memory for the pattern scanner");
	return OK;
}

static enum status build(struct prefilter *p, const struct needles *texts, const struct needles *regexes, struct error *err)
{
	hs_compile_error_t *why = NULL;
	enum status s = OK;
	hs_error_t rc;

	if (texts->n) {
		rc = hs_compile_lit_multi(texts->texts, texts->flags, texts->ids, texts->lengths, texts->n, HS_MODE_BLOCK, NULL, &p->texts, &why);
		s = built(p, texts, rc, p->texts, why, err);
	}
	if (s == OK && regexes->n) {
		why = NULL;
		rc = hs_compile_multi(regexes->texts, regexes->flags, regexes->ids, regexes->n, HS_MODE_BLOCK, NULL, &p->regexes, &why);
		s = built(p, regexes, rc, p->regexes, why, err);
	}
	return s;
}

static int on_regex(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx)
{
	(void)from, (void)to, (void)flags;
	bit_set(ctx, id);
	return 0;
}

static int on_some_regex(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx)
{
	(void)id, (void)from, (void)to, (void)flags;
	*(bool *)ctx = true;
	return 1; /* no more */
}

struct finder { const struct prefilter *filter; uint64_t *bits; prefilter_found_fn *found; void *ctx; };

static int on_text(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx)
{
	const struct finder *f = ctx;
	const struct wanted_text *t = &f->filter->wanted[id];

	(void)from, (void)flags;
	for (uint32_t i = t->askers; i; i = f->filter->askers[i - 1].next) {
		uint32_t pattern = f->filter->askers[i - 1].pattern;

		if (f->found)
			f->found(f->ctx, pattern, (size_t)to - t->length, (size_t)to);
		else
			bit_set(f->bits, pattern);
	}
	return 0;
}

static hs_error_t scan(const struct prefilter *p, const hs_database_t *db, struct str text, match_event_handler on_match, void *ctx)
{
	return db ? hs_scan(db, text.p ? text.p : "", (unsigned)text.n, 0, p->scratch, on_match, ctx) : HS_SUCCESS;
}

/* The texts of all patterns, each once. */
static struct needles collect_texts(struct prefilter *p, const struct literal_set *sets, size_t n_patterns, size_t n_texts, struct arena *a)
{
	struct needles v = needles_new(a, n_texts);
	struct map *seen = map_new();
	uint32_t n_askers = 0;

	p->wanted = calloc(n_texts + 1, sizeof(*p->wanted));
	p->askers = calloc(n_texts + 1, sizeof(*p->askers));
	if (!p->wanted || !p->askers)
		abort();
	for (size_t i = 0; i < n_patterns; i++) {
		for (size_t k = 0; sets[i].least >= SHORTEST_TEXT && k < sets[i].n; k++) {
			struct str text = sets[i].v[k].text;
			size_t id = map_put(seen, arena_printf(a, "%d%.*s", sets[i].v[k].nocase, STR_ARG(text)));

			if (id == v.n)
				needle_add(&v, text.p, text.n, sets[i].v[k].nocase ? HS_FLAG_CASELESS : 0, id);
			p->wanted[id].length = text.n;
			p->askers[n_askers] = (struct asker){ (uint32_t)i, p->wanted[id].askers };
			p->wanted[id].askers = ++n_askers;
		}
	}
	map_free(seen);
	return v;
}

static enum status choose_and_build(struct prefilter *p, const struct ruleset *rs, const bool *wanted, struct error *err)
{
	struct arena *a = arena_new();
	struct literal_set *sets = ARENA_ARRAY(a, struct literal_set, rs->n_patterns);
	struct needles texts, regexes = needles_new(a, rs->n_patterns);
	size_t n_texts = 0;
	enum status s;

	for (size_t i = 0; i < rs->n_patterns; i++) {
		sets[i] = wanted[i] ? literals_of(rs->patterns[i].text, a, NULL) : (struct literal_set){ NULL, 0, 0 };
		n_texts += sets[i].n;
	}
	texts = collect_texts(p, sets, rs->n_patterns, n_texts, a);
	for (size_t i = 0; i < rs->n_patterns; i++) {
		struct str regex = rs->patterns[i].text;

		if (sets[i].n && sets[i].least >= SHORTEST_TEXT)
			continue;
		if (wanted[i] && !tied_to_block(regex) && takes(arena_cstr(a, regex)))
			needle_add(&regexes, arena_cstr(a, regex), regex.n, HS_FLAGS, i);
		else if (wanted[i])
			never_filtered(p, i);
	}
	s = build(p, &texts, &regexes, err);
	arena_free(a);
	return s;
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
	s = choose_and_build(p, rs, wanted, err);
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
	hs_free_database(p->texts);
	hs_free_database(p->regexes);
	free(p->wanted);
	free(p->askers);
#endif
	free(p->always);
	free(p);
}

size_t prefilter_words(const struct prefilter *p)
{
	return p->words;
}

bool prefilter_always(const struct prefilter *p, uint64_t *bits)
{
	memcpy(bits, p->always, p->words * sizeof(*bits));
	for (size_t i = 0; i < p->words; i++)
		if (bits[i])
			return true;
	return false;
}

bool prefilter_scan_block(struct prefilter *p, struct str block, prefilter_found_fn *found, void *ctx)
{
#ifdef WITH_VECTORSCAN
	struct finder f = { p, NULL, found, ctx };
	bool some = false;
	hs_error_t rc = scan(p, p->regexes, block, on_some_regex, &some);

	return rc == HS_SUCCESS && !some && scan(p, p->texts, block, on_text, &f) == HS_SUCCESS;
#else
	(void)p, (void)block, (void)found, (void)ctx;
	return false;
#endif
}

bool prefilter_scan(struct prefilter *p, struct str text, uint64_t *bits)
{
	memcpy(bits, p->always, p->words * sizeof(*bits));
#ifdef WITH_VECTORSCAN
	struct finder f = { p, bits, NULL, NULL };

	if (scan(p, p->texts, text, on_text, &f) != HS_SUCCESS || scan(p, p->regexes, text, on_regex, bits) != HS_SUCCESS)
		memset(bits, 0xff, p->words * sizeof(*bits)); /* cannot tell: everything is a candidate */
#else
	(void)text;
#endif
	for (size_t i = 0; i < p->words; i++)
		if (bits[i])
			return true;
	return false;
}

#include "rule/pattern_priv.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/map.h"

#define NEST 64           /* of parentheses */
#define JIT_STACK (1 << 20) /* 32 KiB, the default, is too small for (?:a|b)* over one long line */

/* ---- what is refused before PCRE2 sees it ---- */

size_t regex_class_length(struct str s)
{
	size_t i = 1;

	if (i < s.n && s.p[i] == '^')
		i++;
	if (i < s.n && s.p[i] == ']')
		i++;
	for (; i < s.n && s.p[i] != ']'; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (str_starts(str_from(s, i), STR("[:")))
			i += 3 + str_find(str_from(s, i + 2), STR(":]")); /* on its own ']' */
	}
	return i + 1;
}

/* s starts with a backslash. */
static const char *bad_escape(struct str s, size_t *length)
{
	*length = 2;
	if (str_starts(s, STR("\\Q")))
		*length = 2 + str_find(str_from(s, 2), STR("\\E"));
	if (str_starts(s, STR("\\C")))
		return "\\C (one byte of a character) is not allowed";
	if (str_starts(s, STR("\\g<")) || str_starts(s, STR("\\g'")))
		return "recursion is not allowed";
	return NULL;
}

/* s starts with "(". */
static const char *bad_group(struct str s, size_t *length)
{
	struct str kind = str_from(s, 2);
	char sign = kind.n ? *kind.p : '\0';
	size_t digit = sign == '+' || sign == '-';

	*length = 1;
	if (str_starts(s, STR("(*")))
		return "(*VERBS) are not allowed";
	if (!str_starts(s, STR("(?")))
		return NULL;
	if (sign == '#')
		*length = str_chr(s, ')') + 1;
	if (sign == 'C')
		return "callouts are not allowed";
	if (sign == 'R' || sign == '&' || str_starts(kind, STR("P>")) || (kind.n > digit && is_digit(kind.p[digit])))
		return "recursion is not allowed";
	return NULL;
}

static enum status check_text(struct str text, struct error *err)
{
	if (text.n == 0)
		return fail(err, ERR_RULE, "an empty regex matches every line");
	if (text.n > LIMIT_PATTERN)
		return fail(err, ERR_RULE, "a regex of %zu bytes; at most %d are allowed", text.n, LIMIT_PATTERN);
	for (size_t i = 0, length = 1; i < text.n; i += length) {
		struct str here = str_from(text, i);
		const char *bad = NULL;

		length = 1;
		if (*here.p == '\\')
			bad = bad_escape(here, &length);
		else if (*here.p == '[')
			length = regex_class_length(here);
		else if (*here.p == '(')
			bad = bad_group(here, &length);
		if (bad)
			return fail(err, ERR_RULE, "regex, column %zu: %s", i + 1, bad);
	}
	return OK;
}

/* ---- compiling ---- */

static void *from_arena(size_t size, void *arena)
{
	return arena_alloc(arena, size);
}

static void to_arena(void *p, void *arena)
{
	(void)p;
	(void)arena;
}

enum status regex_compile(void **code, struct arena *a, struct str text, struct error *err)
{
	pcre2_general_context *memory = a ? pcre2_general_context_create(from_arena, to_arena, a) : NULL;
	pcre2_compile_context *context;
	pcre2_code *compiled;
	PCRE2_UCHAR why[160];
	PCRE2_SIZE at;
	int number;
	enum status st = check_text(text, err);

	if (st != OK)
		return st;
	context = pcre2_compile_context_create(memory);
	if (!context)
		abort(); /* it only allocates */
	pcre2_set_newline(context, PCRE2_NEWLINE_LF);
	pcre2_set_parens_nest_limit(context, NEST);
	compiled = pcre2_compile((PCRE2_SPTR)text.p, text.n, PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C,
				 &number, &at, context);
	pcre2_compile_context_free(context);
	if (!compiled) {
		pcre2_get_error_message(number, why, sizeof why);
		return fail(err, ERR_RULE, "regex, column %zu: %s", (size_t)at + 1, (const char *)why);
	}
	*code = compiled;
	return OK;
}

void regex_jit(void *code)
{
	pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
}

void regex_free(void *code)
{
	pcre2_code_free(code);
}

/* The heap an interpreted search works on stays with data from one search to the next. */
struct regex_room { pcre2_match_data *data; pcre2_match_context *limits; pcre2_jit_stack *stack; };

struct regex_room *regex_room_new(void)
{
	struct regex_room *room = heap_new(sizeof(*room));

	room->data = pcre2_match_data_create(1, NULL); /* nobody asks for captures */
	room->limits = pcre2_match_context_create(NULL);
	if (!room->data || !room->limits)
		abort();
	pcre2_set_match_limit(room->limits, LIMIT_MATCH_STEPS);
	pcre2_set_heap_limit(room->limits, LIMIT_MATCH_HEAP_KIB);
	return room;
}

void regex_room_free(struct regex_room *room)
{
	if (!room)
		return;
	pcre2_jit_stack_free(room->stack);
	pcre2_match_context_free(room->limits);
	pcre2_match_data_free(room->data);
	free(room);
}

enum regex_result regex_search(struct regex_room *room, const void *code, struct str subject)
{
	struct regex_room *own = room ? NULL : regex_room_new();
	size_t jit = 0;
	int rc;

	if (own)
		room = own;
	pcre2_pattern_info(code, PCRE2_INFO_JITSIZE, &jit);
	if (jit && !room->stack) {
		room->stack = pcre2_jit_stack_create(JIT_STACK / 32, JIT_STACK, NULL);
		pcre2_jit_stack_assign(room->limits, NULL, room->stack);
	}
	subject = str_head(subject, LIMIT_SUBJECT);
	rc = pcre2_match(code, (PCRE2_SPTR)(subject.p ? subject.p : ""), subject.n, 0, 0, room->data, room->limits);
	regex_room_free(own);
	return rc >= 0 ? REGEX_YES : rc == PCRE2_ERROR_NOMATCH ? REGEX_NO : REGEX_LIMIT;
}

/* ---- the set ---- */

struct patterns {
	struct map *by_text;
	struct pattern *v;
	size_t n, cap;
};

struct patterns *patterns_new(void)
{
	struct patterns *set = calloc(1, sizeof *set);

	if (!set)
		abort();
	set->by_text = map_new();
	return set;
}

void patterns_free(struct patterns *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->n; i++)
		regex_free(set->v[i].code);
	free(set->v);
	map_free(set->by_text);
	free(set);
}

/* The name table is sorted by name; readers want the order of the groups. */
static enum status read_captures(struct pattern *p, struct arena *a, struct error *err)
{
	uint32_t count = 0, size = 0;
	PCRE2_SPTR table = NULL;
	struct str *names;
	uint32_t *groups;

	pcre2_pattern_info(p->code, PCRE2_INFO_CAPTURECOUNT, &count);
	if (count > LIMIT_CAPTURES) {
		fail(err, ERR_RULE, "a regex with %u groups that capture; at most %d are allowed", count, LIMIT_CAPTURES);
		fail_hint(err, "(?:..) groups without capturing");
		return ERR_RULE;
	}
	pcre2_pattern_info(p->code, PCRE2_INFO_NAMECOUNT, &count);
	if (count == 0)
		return OK;
	pcre2_pattern_info(p->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info(p->code, PCRE2_INFO_NAMETABLE, &table);
	names = ARENA_ARRAY(a, struct str, count);
	groups = ARENA_ARRAY(a, uint32_t, count);
	for (uint32_t i = 0; i < count; i++) {
		PCRE2_SPTR entry = table + (size_t)i * size; /* group number in two bytes, name, NUL */
		uint32_t group = (uint32_t)entry[0] << 8 | entry[1];
		uint32_t k = i;

		for (; k > 0 && groups[k - 1] > group; k--) {
			groups[k] = groups[k - 1];
			names[k] = names[k - 1];
		}
		groups[k] = group;
		names[k] = arena_dup(a, str_of((const char *)entry + 2));
	}
	p->captures = names;
	p->groups = groups;
	p->n_captures = count;
	return OK;
}

enum status patterns_add(struct patterns *set, struct arena *a, struct str text, uint32_t *index, struct error *err)
{
	size_t known = map_find(set->by_text, text);
	struct pattern p = { .text = text };
	enum status st;

	if (known != MAP_NONE) {
		*index = (uint32_t)known;
		return OK;
	}
	if (set->n >= LIMIT_PATTERNS)
		return fail(err, ERR_RULE, "more than %d different regexes", LIMIT_PATTERNS);
	st = regex_compile(&p.code, NULL, text, err);
	if (st != OK)
		return st;
	st = read_captures(&p, a, err);
	if (st != OK) {
		regex_free(p.code);
		return st;
	}
	p.text = arena_dup(a, text);
	set->v = grow(set->v, set->n, &set->cap, sizeof *set->v);
	set->v[set->n++] = p;
	*index = (uint32_t)map_put(set->by_text, text);
	return OK;
}

const struct pattern *patterns_at(const struct patterns *set, uint32_t index)
{
	return &set->v[index];
}

const struct pattern *patterns_take(struct patterns *set, struct arena *a, size_t *n)
{
	struct pattern *v = ARENA_ARRAY(a, struct pattern, set->n);

	if (set->n)
		memcpy(v, set->v, set->n * sizeof *v);
	*n = set->n;
	set->n = 0;
	return v;
}

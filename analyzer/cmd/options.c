#include "cmd/options.h"

#include <assert.h>

#include "base/number.h"
#include "base/suggest.h"
#include "base/utf8.h"

static const char *const color_words[] = { "auto", "always", "never", NULL };

const struct option common_options[] = {
	{ 'q', "quiet", NULL, "say nothing but what was asked for", false, NULL },
	{ 'v', "verbose", NULL, "say more about what is done", false, NULL },
	{ 0, "color", "WHEN", "auto, always or never", false, color_words },
	{ 0, "no-pager", NULL, "long output goes straight to the terminal", false, NULL },
	{ 'h', "help", NULL, "this text", false, NULL },
	{ 0, NULL, NULL, NULL, false, NULL },
};

struct parse {
	struct options *out;
	const char *command;
	struct error *err;
	int argc, next;
	char **argv;
	bool help;
};

static const struct option *by_name(const struct options *o, struct str name)
{
	const struct option *const tables[] = { o->own, common_options };

	for (size_t t = 0; t < 2; t++)
		for (const struct option *p = tables[t]; p->name; p++)
			if (str_eq(name, str_of(p->name)))
				return p;
	return NULL;
}

static const struct option *by_letter(const struct options *o, char letter)
{
	const struct option *const tables[] = { o->own, common_options };

	for (size_t t = 0; t < 2; t++)
		for (const struct option *p = tables[t]; p->name; p++)
			if (p->letter && p->letter == letter)
				return p;
	return NULL;
}

static enum status unknown_name(struct parse *p, struct str name)
{
	const struct option *const tables[] = { p->out->own, common_options };
	struct suggest s;

	suggest_init(&s, name);
	for (size_t t = 0; t < 2; t++)
		for (const struct option *o = tables[t]; o->name; o++)
			suggest_try(&s, str_of(o->name));
	fail(p->err, ERR_USAGE, "'%s' has no option --%.*s", p->command, STR_ARG(name));
	fail_id(p->err, FX_NO_OPTION);
	if (suggest_found(&s))
		fail_hint(p->err, "did you mean --%.*s?", STR_ARG(s.best));
	else
		fail_hint(p->err, "forensics %s --help lists them", p->command);
	return ERR_USAGE;
}

static enum status check_word(struct parse *p, const struct option *o, const char *value)
{
	struct suggest s;

	if (!o->words)
		return OK;
	for (size_t i = 0; o->words[i]; i++)
		if (strcmp(o->words[i], value) == 0)
			return OK;
	suggest_init(&s, str_of(value));
	suggest_list(&s, o->words);
	fail(p->err, ERR_USAGE, "--%s does not take '%s'", o->name, value);
	if (suggest_found(&s))
		fail_hint(p->err, "did you mean %.*s?", STR_ARG(s.best));
	else
		fail_hint(p->err, "--%s is %s", o->name, o->help);
	return ERR_USAGE;
}

static enum status take(struct parse *p, const struct option *o, const char *value)
{
	enum status s = value ? check_word(p, o, value) : OK;

	if (s != OK)
		return s;
	p->help |= strcmp(o->name, "help") == 0;
	p->out->given[p->out->n_given++] = (struct given){ o, value };
	return OK;
}

/* The value is the next word, whatever it looks like: --since -2h. */
static enum status next_value(struct parse *p, const struct option *o, const char **value)
{
	if (p->next < p->argc) {
		*value = p->argv[p->next++];
		return OK;
	}
	fail(p->err, ERR_USAGE, "--%s needs a value", o->name);
	fail_hint(p->err, "--%s %s: %s", o->name, o->value, o->help);
	return ERR_USAGE;
}

static enum status long_option(struct parse *p, const char *word)
{
	struct str text = str_of(word), name = str_head(text, str_chr(text, '='));
	const char *value = name.n < text.n ? word + name.n + 1 : NULL;
	const struct option *o = by_name(p->out, name);
	enum status s = OK;

	if (!o)
		return unknown_name(p, name);
	if (value && !o->value) {
		fail(p->err, ERR_USAGE, "--%s takes no value", o->name);
		fail_hint(p->err, "leave '=%s' out", value);
		return ERR_USAGE;
	}
	if (!value && o->value)
		s = next_value(p, o, &value);
	return s == OK ? take(p, o, value) : s;
}

/* -qv, -d DB, -dDB: letters until one takes a value. */
static enum status letters(struct parse *p, const char *word)
{
	enum status s = OK;

	for (; s == OK && *word; word++) {
		const struct option *o = by_letter(p->out, *word);
		const char *value = NULL;

		if (!o) {
			size_t n = 0;

			(void)utf8_next(str_of(word), &n); /* of the whole character */
			fail(p->err, ERR_USAGE, "'%s' has no option -%.*s", p->command, STR_ARG(str_head(str_of(word), n)));
			fail_hint(p->err, "forensics %s --help lists them", p->command);
			return ERR_USAGE;
		}
		if (o->value) {
			if (word[1])
				value = word + 1;
			else
				s = next_value(p, o, &value);
			return s == OK ? take(p, o, value) : s;
		}
		s = take(p, o, NULL);
	}
	return s;
}

enum status options_parse(struct options *out, const struct option *own, const char *command, int argc,
			  char **argv, struct arena *a, struct error *err)
{
	struct parse p = { .out = out, .command = command, .err = err, .argc = argc, .argv = argv };
	size_t letters_at_most = 0;
	bool only_args = false;
	enum status s = OK;

	for (int i = 0; i < argc; i++)
		letters_at_most += strlen(argv[i]) + 1;
	*out = (struct options){ .own = own, .given = ARENA_ARRAY(a, struct given, letters_at_most),
				 .args = ARENA_ARRAY(a, const char *, argc + 1) };
	while (s == OK && !p.help && p.next < argc) {
		const char *word = argv[p.next++];

		if (only_args || word[0] != '-' || !word[1])
			out->args[out->n_args++] = word;
		else if (strcmp(word, "--") == 0)
			only_args = true;
		else if (word[1] == '-')
			s = long_option(&p, word + 2);
		else
			s = letters(&p, word + 1);
	}
	return s;
}

static bool is(const struct given *g, const char *name)
{
	return strcmp(g->option->name, name) == 0;
}

bool opt_given(const struct options *o, const char *name)
{
	assert(by_name(o, str_of(name)));
	for (size_t i = 0; i < o->n_given; i++)
		if (is(&o->given[i], name))
			return true;
	return false;
}

const char *opt_value(const struct options *o, const char *name)
{
	const char *value = NULL;

	assert(by_name(o, str_of(name)));
	for (size_t i = 0; i < o->n_given; i++)
		if (is(&o->given[i], name))
			value = o->given[i].value;
	return value;
}

const char *const *opt_values(const struct options *o, const char *name, struct arena *a, size_t *n)
{
	const char **v = ARENA_ARRAY(a, const char *, o->n_given + 1);

	assert(by_name(o, str_of(name)));
	*n = 0;
	for (size_t i = 0; i < o->n_given; i++)
		if (is(&o->given[i], name))
			v[(*n)++] = o->given[i].value;
	return v;
}

enum status opt_count(const struct options *o, const char *name, uint64_t max, uint64_t *out, struct error *err)
{
	const char *value = opt_value(o, name);
	uint64_t n;

	if (!value)
		return OK;
	if (!num_u64(str_of(value), &n) || n > max)
		return fail(err, ERR_USAGE, "--%s takes a number up to %llu, not '%s'", name, (unsigned long long)max, value);
	*out = n;
	return OK;
}

void options_help(FILE *out, const struct option *table)
{
	for (const struct option *o = table; o->name; o++) {
		int n = o->letter ? fprintf(out, "  -%c, --%s", o->letter, o->name) : fprintf(out, "      --%s", o->name);

		if (o->value)
			n += fprintf(out, " %s", o->value);
		fprintf(out, "%*s%s%s\n", n < 27 ? 27 - n : 2, "", o->help, o->repeats ? " (may be repeated)" : "");
	}
}

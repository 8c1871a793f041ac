#include "rule/template.h"

#include "unit.h"

#define TRACE "Traceback (most recent call last):\n  File \"a.py\", line 1\n    f()\nOSError: no\n\nDuring handling:\n\n" \
	"Traceback (most recent call last):\n  File \"b.py\", line 2\n    g()\nValueError: too small\nby far"
#define STR_TRACE { TRACE, sizeof(TRACE) - 1 }

static const struct { const char *signal, *field; struct value value; } names[] = {
	{ "", "host", { VALUE_TEXT, 0, { "n1", 2 } } },
	{ "", "pci", { VALUE_TEXT, 0, { "00000000:3B:00.0", 16 } } },
	{ "", "name", { VALUE_TEXT, 0, { "Train-0", 7 } } },
	{ "oom", "lo", { VALUE_NUMBER, 1721032795500000.0, { NULL, 0 } } },
	{ "oom", "dur", { VALUE_NUMBER, 1190, { NULL, 0 } } },
	{ "oom", "first", { VALUE_NUMBER, 42949672960.0, { NULL, 0 } } },
	{ "oom", "share", { VALUE_NUMBER, 0.4375, { NULL, 0 } } },
	{ "oom", "total", { VALUE_NUMBER, 205000, { NULL, 0 } } },
	{ "oom", "small", { VALUE_NUMBER, 0.1, { NULL, 0 } } },
	{ "oom", "zero", { VALUE_NUMBER, -0.0, { NULL, 0 } } },
	{ "oom", "huge", { VALUE_NUMBER, 1e21, { NULL, 0 } } },
	{ "oom", "tried", { VALUE_TEXT, 0, { "2.00 GiB", 8 } } },
	{ "oom", "text", { VALUE_TEXT, 0, { "first\r\nsecond", 13 } } },
	{ "oom", "flag", { VALUE_BOOL, 1, { NULL, 0 } } },
	{ "oom", "typed", { VALUE_NUMBER, 2147483648.0, { "2.00 GiB", 8 } } },
	{ "oom", "trace", { VALUE_TEXT, 0, STR_TRACE } },
	{ "", "label.app", { VALUE_TEXT, 0, { "web", 3 } } },
	{ "oom", "half", { VALUE_NUMBER, 512, { NULL, 0 } } },
};

static struct value get(void *ctx, struct str signal, struct str field)
{
	(void)ctx;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (str_eq(signal, str_of(names[i].signal)) && str_eq(field, str_of(names[i].field)))
			return names[i].value;
	}
	return value_unknown();
}

static bool seen(void *ctx, struct str signal)
{
	(void)ctx;
	return str_eq(signal, STR("oom"));
}

static struct arena *arena;
static struct buf out;

static void setup(void)
{
	arena = arena_new();
	buf_init(&out, 4096);
}

static void teardown(void)
{
	buf_done(&out);
	arena_free(arena);
}

static const struct { const char *text, *want; bool whole; } templates[] = {
	{ "", "", true },
	{ "plain text, a } too", "plain text, a } too", true },
	{ "{{not} a {{name", "{not} a {name", true },
	{ "{host}/{name}", "n1/Train-0", true },
	{ "{pci|pci}", "0000:3b:00", true },
	{ "{name|lower}", "train-0", true },
	{ "{name|pci}", "Train-0", true },
	{ "{oom.lo|time}", "2024-07-15 08:39:55Z", true },
	{ "{oom.lo|clock}", "08:39:55Z", true },
	{ "{oom.dur|dur}", "19m50s", true },
	{ "{oom.first|gib}", "40.0 GiB", true },
	{ "{oom.first|mib}", "40960 MiB", true },
	{ "{oom.first|bytes}", "40.0 GiB", true },
	{ "{oom.half|bytes}", "512 B", true },
	{ "{oom.tried|gib}", "2.0 GiB", true },
	{ "{oom.tried}", "2.00 GiB", true },
	{ "{oom.typed} {oom.typed|n} {oom.typed|mib}", "2.00 GiB 2147483648 2048 MiB", true },
	{ "{oom.share|pct}", "44 %", true },
	{ "{oom.total|n}", "205000", true },
	{ "{oom.total}", "205000", true },
	{ "{oom.small|n}", "0.1", true },
	{ "{oom.zero|n}", "0", true },
	{ "{oom.huge|n}", "1e+21", true },
	{ "{oom.share|r0} {oom.share|r1} {oom.share|r2}", "0 0.4 0.44", true },
	{ "{oom.text|first_line}", "first", true },
	{ "{oom.text|first_line|lower}", "first", true },
	{ "{oom.trace|first_line}", "ValueError: too small", true },
	{ "{oom.flag}", "true", true },
	{ "{name|gib}", "Train-0", true },
	{ "a {nobody} b", "a ? b", false },
	{ "{oom.nothing|gib}", "?", false },
	{ "{#oom}seen {oom.half|n}{/oom}{^oom}missing{/oom}", "seen 512", true },
	{ "{#boot}never {boot.kver}{/boot}{^boot}no boot{/boot}.", "no boot.", true },
	{ "{#oom}{oom.nothing}{/oom}", "?", true },
	{ "{#oom}a{#boot}b{/boot}{^boot}c{/boot}d{/oom}e", "acde", true },
	{ "{^oom}a{#oom}b{/oom}c{/oom}d", "d", true },
};

START_TEST(renders)
{
	struct template *t = NULL;
	struct error err = { 0 };
	struct scope scope = { get, seen, NULL, NULL };

	ck_assert_msg(template_compile(&t, arena, str_of(templates[_i].text), &err) == OK, "%s", err.text);
	ck_assert_int_eq(template_render(t, &scope, &out), templates[_i].whole);
	ck_assert_str_eq(buf_cstr(&out), templates[_i].want);
}
END_TEST

static const struct { const char *text, *error, *hint; } mistakes[] = {
	{ "a {oom.free", "template, column 3: no '}' behind '{oom.free'", "" },
	{ "{}", "template, column 1: an empty placeholder '{}'", "" },
	{ "a {b c}", "template, column 4: no name in a placeholder: 'b c'", "" },
	{ "{.b}", "template, column 2: no name in a placeholder: '.b'", "" },
	{ "{|gib}", "template, column 2: no name in a placeholder: ''", "" },
	{ "{oom.lo|tmie}", "template, column 9: no filter 'tmie'", "did you mean 'time'?" },
	{ "{oom.lo|n|n|n|n|n}", "template, column 17: too many filters at 'n'", "" },
	{ "{#oom} text", "template, column 1: a section never closed: 'oom'", "" },
	{ "text {/oom}", "template, column 7: no open section for '/oom'", "" },
	{ "{#a}{#b}{/a}{/b}", "template, column 10: no open section for '/a'", "" },
	{ "{#a.b}{/a.b}", "template, column 2: a section needs the name of a signal: '#a.b'", "" },
	{ "{#}", "template, column 2: a section needs the name of a signal: '#'", "" },
	{ "{#a}{#a}{#a}{#a}{#a}{#a}{#a}{#a}{#a}", "template, column 34: sections nested too deeply at '#a'", "" },
};

START_TEST(refuses)
{
	struct template *t = NULL;
	struct error err = { 0 };

	ck_assert_int_eq(template_compile(&t, arena, str_of(mistakes[_i].text), &err), ERR_RULE);
	ck_assert_ptr_null(t);
	ck_assert_str_eq(err.text, mistakes[_i].error);
	ck_assert_str_eq(err.hint, mistakes[_i].hint);
}
END_TEST

START_TEST(bounds_its_size)
{
	struct template *t = NULL;
	struct error err = { 0 };
	char *text = arena_alloc(arena, 8193);

	memset(text, 'x', 8193);
	ck_assert_int_eq(template_compile(&t, arena, (struct str){ text, 8192 }, &err), OK);
	ck_assert_int_eq(template_compile(&t, arena, (struct str){ text, 8193 }, &err), ERR_RULE);
	ck_assert_str_eq(err.text, "a template of 8193 bytes; at most 8192 are allowed");
}
END_TEST

static void note_name(void *ctx, struct str signal, struct str field, bool guarded)
{
	buf_printf(ctx, "%.*s/%.*s%s ", STR_ARG(signal), STR_ARG(field), guarded ? "!" : "");
}

START_TEST(tells_which_names_stand_in_their_own_section)
{
	struct template *t = NULL;

	ck_assert_int_eq(template_compile(&t, arena, STR("{a.x}{#a}{a.y}{b.z}{#b}{b.z}{a.w}{/b}{/a}{^a}{a.v}{/a}{bare}"), NULL), OK);
	template_names(t, note_name, &out);
	ck_assert_str_eq(buf_cstr(&out), "a/x a/! a/y! b/z b/! b/z! a/w! a/! a/v /bare ");
}
END_TEST

START_TEST(joins_dotted_names_of_an_event)
{
	struct template *t = NULL;
	struct scope scope = { get, seen, NULL, NULL };

	ck_assert_int_eq(template_compile(&t, arena, STR("{label.app}-{name}"), NULL), OK);
	template_join_names(t);
	ck_assert(template_render(t, &scope, &out));
	ck_assert_str_eq(buf_cstr(&out), "web-Train-0");
}
END_TEST

static const struct { const char *text, *want; } addresses[] = {
	{ "PCI:0000:3b:00", "0000:3b:00" },   { "00000000:3B:00.0", "0000:3b:00" }, { "3b:00.0", "0000:3b:00" },
	{ "0000:3b:00.7", "0000:3b:00" },     { "3b:00", "0000:3b:00" },            { "0001:00:00.0", "0001:00:00" },
	{ "10000:e1:00.0", "10000:e1:00" },   { "C86EB2E7:00:00.0", "c86eb2e7:00:00" }, { "pci:0:1f:1f", "0000:1f:1f" },
	{ "0000:3b:20", "0000:3b:20" },       { "0000:3b:00.8x", "0000:3b:00.8x" }, { "gpu0", "gpu0" },
	{ "", "" },                           { "GPU-8f6d:aa", "GPU-8f6d:aa" },     { "0000:13b:00", "0000:13b:00" },
	{ "1:2:3:4", "1:2:3:4" },             { "3b:00.", "3b:00." },               { "3b", "3b" },
};

START_TEST(normalises_pci_addresses)
{
	char text[24];
	struct str got = pci_normal(str_of(addresses[_i].text), text);

	ck_assert_msg(str_eq(got, str_of(addresses[_i].want)), "%s: %.*s", addresses[_i].text, STR_ARG(got));
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	LOOP(tc, renders, templates);
	LOOP(tc, refuses, mistakes);
	tcase_add_test(tc, bounds_its_size);
	tcase_add_test(tc, tells_which_names_stand_in_their_own_section);
	tcase_add_test(tc, joins_dotted_names_of_an_event);
	LOOP(tc, normalises_pci_addresses, addresses);
}
TEST_MAIN("rule/template", add)

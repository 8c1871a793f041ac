#include "match/quoted.h"

#include <string.h>

/* Keys whose values are other people's words. "content" is a message of a chat only beside a role. */
static const char *const keys[] = { "prompt", "prompts", "question", "utterance", "user_message", "user_input", "user_query", "generated_text",
	"pattern", "regex", "regexp", "alert_rule", "rule" };

/* What begins a line that is all quotation: searches, echoes, and prose about errors. */
static const char *const starts[] = { "grep ", "egrep ", "zgrep ", "rg ", "sudo grep ", "* \"", "- \"", "* `", "- `", "> " };

/* What is followed by a command line. */
static const char *const commands[] = { "; COMMAND=", ") CMD (" };

static bool is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'' || c == '`';
}

static bool is_key(struct str word)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (str_ieq(word, str_of(keys[i])))
			return true;
	return false;
}

/* The word in front of the value at i: prompt="..", "prompt": "..", rule "..". */
static struct str key_before(struct str text, size_t i, bool *assigned)
{
	size_t end, start;

	if (i && text.p[i - 1] == '\\') /* JSON in JSON */
		i--;
	while (i && (is_blank(text.p[i - 1]) || text.p[i - 1] == '['))
		i--;
	*assigned = i && (text.p[i - 1] == '=' || text.p[i - 1] == ':');
	if (*assigned)
		i--;
	if (i && *assigned && is_quote(text.p[i - 1]))
		i -= i > 1 && text.p[i - 2] == '\\' ? 2 : 1;
	for (end = start = i; start && is_word(text.p[start - 1]); start--)
		;
	return (struct str){ text.p + start, end - start };
}

static bool opens(struct str text, size_t i)
{
	bool assigned;
	struct str key = key_before(text, i, &assigned);

	if (is_key(key))
		return assigned || str_ieq(key, STR("rule")) || str_ieq(key, STR("pattern")) || str_ieq(key, STR("regex"));
	if (assigned && str_eq(key, STR("log"))) /* {"log":"..", ..}: a shipper's record */
		return key.p > text.p && is_quote(key.p[-1]);
	return assigned && str_ieq(key, STR("content")) && str_has(str_head(text, i), STR("role"));
}

/* A quote closes a value when what follows could stand behind one: many programs do not escape. */
static size_t closes(struct str text, size_t open)
{
	for (size_t i = open + 1; i < text.n; i++)
		if (text.p[i] == text.p[open] && text.p[i - 1] != '\\' && (i + 1 == text.n || strchr(" ,;)}]\n", text.p[i + 1])))
			return i + 1;
	return text.n;
}

struct quoted quoted_in(struct str text, bool own_error)
{
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		if (str_starts(text, str_of(starts[i])))
			return (struct quoted){ 0, text.n };
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (str_has(text, str_of(commands[i])))
			return (struct quoted){ str_find(text, str_of(commands[i])), text.n };
	for (size_t i = 0; i < text.n; i++)
		if (is_quote(text.p[i]) && opens(text, i))
			return (struct quoted){ i, own_error ? closes(text, i) : text.n };
	return (struct quoted){ text.n, text.n };
}

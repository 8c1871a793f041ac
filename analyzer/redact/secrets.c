/* What must not leave the house at all: keys by their prefix, and values by the name before them. */
#include "redact/redact_priv.h"

/* Of keys: as their makers document them. */
static const struct { const char *prefix; size_t least; } prefixes[] = {
	{ "sk-", 20 }, { "ghp_", 24 }, { "gho_", 24 }, { "ghs_", 24 }, { "github_pat_", 30 }, { "glpat-", 20 }, { "hf_", 24 }, { "xoxb-", 20 },
	{ "xoxp-", 20 }, { "nvapi-", 24 }, { "AKIA", 20 }, { "ASIA", 20 }, { "AIza", 35 }, { "dapi", 36 }, { "npm_", 36 }, { "pypi-", 40 },
};

/* Ends of names, without '-' and '_', in lower case.  weak: a word of prose too, so its value must look like a secret there. */
static const struct { const char *end; bool weak; } secret_names[] = {
	{ "password", true }, { "passwd", true }, { "passphrase", true }, { "pwd", true }, { "secret", true }, { "token", true },
	{ "apikey", false }, { "accountkey", false }, { "accesskey", false }, { "sharedaccesskey", false }, { "secretkey", false },
	{ "secretaccesskey", false }, { "privatekey", false }, { "clientkeydata", false }, { "sig", true }, { "ocpapimsubscriptionkey", false },
	{ "xfunctionskey", false }, { "instrumentationkey", false }, { "sharedkey", false }, { "storagekey", false }, { "primarykey", true },
};

static bool is_key_char(char c)
{
	return is_alnum(c) || c == '-' || c == '_' || c == '*';
}

static size_t jwt(struct str t, size_t i)
{
	size_t j = i, dots = 0;

	if (!str_starts(str_from(t, i), STR("eyJ")))
		return 0;
	for (; j < t.n && (is_alnum(t.p[j]) || t.p[j] == '-' || t.p[j] == '_' || t.p[j] == '.' || t.p[j] == '='); j++)
		dots += t.p[j] == '.';
	return dots >= 1 && j - i >= 30 ? j - i : 0;
}

size_t form_secret(struct str t, size_t i, size_t *keep)
{
	*keep = 0;
	for (size_t k = 0; k < sizeof(prefixes) / sizeof(prefixes[0]); k++) {
		struct str prefix = str_of(prefixes[k].prefix);
		bool digit = false;
		size_t j = i;

		if (!str_starts(str_from(t, i), prefix))
			continue;
		for (; j < t.n && is_key_char(t.p[j]); j++)
			digit |= is_digit(t.p[j]) || t.p[j] == '*';
		if (j - i < prefixes[k].least || !digit)
			continue;
		*keep = prefix.n;
		return j - i;
	}
	return jwt(t, i);
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'';
}

/* Quotes may be escaped: JSON in JSON. */
static size_t skip_quote(struct str t, size_t i, bool *was)
{
	size_t j = i;

	while (j < t.n && t.p[j] == '\\' && j - i < 3)
		j++;
	*was = j < t.n && is_quote(t.p[j]);
	return *was ? j + 1 : i;
}

static size_t skip_blanks(struct str t, size_t i, bool lines)
{
	while (i < t.n && (is_blank(t.p[i]) || (lines && (t.p[i] == '\n' || t.p[i] == '\r'))))
		i++;
	return i;
}

bool form_value(struct str t, size_t after_name, size_t *from, size_t *to, bool *quoted, bool *prose)
{
	bool named;
	size_t i = skip_quote(t, after_name, &named), sep = skip_blanks(t, i, false);

	if (sep >= t.n || (t.p[sep] != '=' && t.p[sep] != ':'))
		return false;
	*prose = !named && t.p[sep] == ':' ;
	i = skip_blanks(t, sep + 1, named);
	i = skip_quote(t, i, quoted);
	*from = i;
	for (; i < t.n && t.p[i] != '\n' && t.p[i] != '\r' && !is_quote(t.p[i]); i++)
		if (t.p[i] == '\\' || (!*quoted && str_chr(STR(" \t,;&)}]<>|"), t.p[i]) < 11))
			break;
	*to = i;
	return i > *from;
}

static bool name_is(struct str name, bool *weak)
{
	char low[64];
	size_t n = 0;

	for (size_t i = 0; i < name.n && n < sizeof low; i++)
		if (is_alnum(name.p[i]))
			low[n++] = to_lower(name.p[i]);
	for (size_t k = 0; k < sizeof(secret_names) / sizeof(secret_names[0]); k++) {
		struct str end = str_of(secret_names[k].end), all = { low, n };

		/* "sig" only as a whole word; "tokens" is a number of them */
		if (!str_ends(all, end) || (end.n < 4 && all.n != end.n))
			continue;
		*weak = secret_names[k].weak;
		return true;
	}
	return false;
}

/* Numbers and words of JSON are none, and a path (PWD=) is none. */
static bool may_be_secret(struct str v, bool weak, bool prose, bool last)
{
	static const char *const no[] = { "true", "false", "null", "none", "nil", "redacted", "<redacted>", "undefined" };
	bool digit = false, other = false, letter = false;

	for (size_t i = 0; i < v.n; i++) {
		digit |= is_digit(v.p[i]);
		letter |= is_letter(v.p[i]);
		other |= !is_alnum(v.p[i]) && v.p[i] != '.' && v.p[i] != '*';
	}
	for (size_t k = 0; k < sizeof(no) / sizeof(no[0]); k++)
		if (str_ieq(v, str_of(no[k])))
			return false;
	if (v.n < 4 || v.p[0] == '/' || v.p[0] == '{' || v.p[0] == '[' || v.p[0] == '$' || (weak && !letter && v.n < 8 && prose))
		return false;
	if (str_starts(v, STR("REDACTED")))
		return false;
	return !prose || !weak || last || (digit && letter) || (other && v.n >= 8);
}

/* "Authorization: Bearer abc", "bearer abc": the word behind. */
static bool scheme_value(struct str t, size_t i, size_t end, size_t *from, size_t *to)
{
	struct str name = { t.p + i, end - i };
	bool basic = str_ieq(name, STR("Basic")), digit = false;
	size_t j = skip_blanks(t, end, false);

	if ((!str_ieq(name, STR("Bearer")) && !basic) || j == end)
		return false;
	*from = j;
	for (; j < t.n && (is_alnum(t.p[j]) || str_chr(STR("-._~+/=*"), t.p[j]) < 8); j++)
		digit |= is_digit(t.p[j]) || t.p[j] == '=';
	*to = j;
	return j - *from >= 8 && (digit || j - *from >= 20) && !str_starts(str_from(t, *from), STR("REDACTED"));
}

bool form_secret_value(struct str t, size_t i, size_t *from, size_t *to)
{
	bool weak, quoted, prose;
	size_t end = i;

	while (end < t.n && end - i < 64 && (is_alnum(t.p[end]) || t.p[end] == '-' || t.p[end] == '_'))
		end++;
	if (scheme_value(t, i, end, from, to))
		return true;
	if (!name_is((struct str){ t.p + i, end - i }, &weak) || !form_value(t, end, from, to, &quoted, &prose))
		return false;
	return may_be_secret((struct str){ t.p + *from, *to - *from }, weak, prose && !quoted, *to >= t.n || t.p[*to] == '\n' || t.p[*to] == '\r');
}

bool form_userinfo(struct str t, size_t i, size_t *colon, size_t *at)
{
	size_t j = i;

	*colon = 0;
	for (; j < t.n && j - i < 512 && t.p[j] != '@'; j++) {
		if (t.p[j] == '/' || is_quote(t.p[j]) || is_blank(t.p[j]) || t.p[j] == '\n' || t.p[j] == '<' || t.p[j] == '\\' || t.p[j] == ',')
			return false;
		if (t.p[j] == ':' && !*colon)
			*colon = j;
	}
	*at = j;
	return j < t.n && t.p[j] == '@' && *colon && j > *colon + 1;
}

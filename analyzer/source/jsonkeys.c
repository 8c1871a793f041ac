#include "source/jsonkeys.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_space(struct json_keys *k)
{
	while (k->i < k->s.n && is_space(k->s.p[k->i]))
		k->i++;
}

/* From the opening quote past the closing one; false when the text ends first. */
static bool take_string(struct json_keys *k, struct str *out)
{
	size_t start = ++k->i;

	for (; k->i < k->s.n; k->i++) {
		if (k->s.p[k->i] == '\\') {
			k->i++;
		} else if (k->s.p[k->i] == '"') {
			*out = (struct str){ k->s.p + start, k->i - start };
			k->i++;
			return true;
		}
	}
	k->i = k->s.n;
	return false;
}

bool json_keys_next(struct json_keys *k, struct str *key, int *depth, struct str *string)
{
	while (k->i < k->s.n) {
		char c = k->s.p[k->i];

		if (c == '{' || c == '[') {
			k->depth++;
		} else if (c == '}' || c == ']') {
			k->depth--;
		} else if (c == '"') {
			if (!take_string(k, key))
				return false;
			skip_space(k);
			if (k->i >= k->s.n || k->s.p[k->i] != ':')
				continue; /* a value */
			k->i++;
			skip_space(k);
			*depth = k->depth;
			*string = STR_NONE;
			if (k->i < k->s.n && k->s.p[k->i] == '"')
				(void)take_string(k, string);
			return true;
		}
		k->i++;
	}
	return false;
}

uint32_t json_keys_seen(struct str head, int max_depth, const char *const *names, size_t n)
{
	struct json_keys k = json_keys_of(head);
	struct str key, string;
	uint32_t seen = 0;
	int depth;

	while (json_keys_next(&k, &key, &depth, &string))
		for (size_t i = 0; depth <= max_depth && i < n; i++)
			if (str_eq(key, str_of(names[i])))
				seen |= UINT32_C(1) << i;
	return seen;
}

bool json_looks(struct str head)
{
	struct json_keys k = json_keys_of(head);
	char c;

	skip_space(&k);
	if (k.i >= head.n)
		return false;
	c = head.p[k.i++];
	skip_space(&k);
	if (k.i >= head.n)
		return c == '{' || c == '[';
	if (c == '{') /* {" or {} */
		return head.p[k.i] == '"' || head.p[k.i] == '}';
	/* "[ 12.3] " opens a line of dmesg, "[2026-" one of an application: records are objects */
	return c == '[' && (head.p[k.i] == '{' || head.p[k.i] == '[' || head.p[k.i] == ']');
}

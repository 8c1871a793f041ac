#include "base/str.h"

static unsigned char lower(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 'A' && u <= 'Z' ? (unsigned char)(u + ('a' - 'A')) : u;
}

static bool is_edge(char c)
{
	return is_blank(c) || c == '\r' || c == '\n';
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_istarts(struct str s, struct str head)
{
	if (s.n < head.n)
		return false;
	for (size_t i = 0; i < head.n; i++)
		if (lower(s.p[i]) != lower(head.p[i]))
			return false;
	return true;
}

bool str_ieq(struct str a, struct str b)
{
	return a.n == b.n && str_istarts(a, b);
}

size_t str_chr(struct str s, char c)
{
	const char *at = s.n ? memchr(s.p, c, s.n) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}

size_t str_rchr(struct str s, char c)
{
	const char *at = s.n ? memrchr(s.p, c, s.n) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}

size_t str_find(struct str s, struct str needle)
{
	const char *at;

	if (needle.n == 0)
		return 0;
	at = s.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;
	return at ? (size_t)(at - s.p) : s.n;
}

size_t str_ifind(struct str s, struct str needle)
{
	if (needle.n == 0)
		return 0;
	for (size_t i = 0; s.n >= needle.n && i <= s.n - needle.n; i++)
		if (lower(s.p[i]) == lower(needle.p[0]) && str_istarts(str_from(s, i), needle))
			return i;
	return s.n;
}

struct str str_rtrim(struct str s)
{
	while (s.n > 0 && is_edge(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct str str_trim(struct str s)
{
	while (s.n > 0 && is_edge(*s.p)) {
		s.p++;
		s.n--;
	}
	return str_rtrim(s);
}

bool str_cut(struct str *rest, char c, struct str *part)
{
	size_t at;

	if (!rest->p)
		return false;
	at = str_chr(*rest, c);
	*part = str_head(*rest, at);
	*rest = at < rest->n ? str_from(*rest, at + 1) : STR_NONE;
	return true;
}

bool str_word(struct str *rest, struct str *word)
{
	size_t from = 0, to;

	while (from < rest->n && is_blank(rest->p[from]))
		from++;
	for (to = from; to < rest->n && !is_blank(rest->p[to]);)
		to++;
	if (from == to) {
		*rest = str_from(*rest, rest->n);
		return false;
	}
	*word = (struct str){ rest->p + from, to - from };
	*rest = str_from(*rest, to);
	return true;
}

bool str_skip(struct str *s, struct str head)
{
	if (!str_starts(*s, head))
		return false;
	*s = str_from(*s, head.n);
	return true;
}

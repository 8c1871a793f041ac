#include "base/utf8.h"

/* Length of the character at p, 0 when it is not well-formed: table 3-7 of the
 * Unicode standard, where the second byte's range depends on the first. */
static size_t char_length(const unsigned char *p, size_t n)
{
	unsigned char c = p[0], low = 0x80, high = 0xbf;
	size_t length;

	if (c < 0x80)
		return 1;
	if (c < 0xc2 || c > 0xf4)
		return 0;
	length = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	if (c == 0xe0)
		low = 0xa0; /* below: overlong */
	else if (c == 0xed)
		high = 0x9f; /* above: surrogates */
	else if (c == 0xf0)
		low = 0x90;
	else if (c == 0xf4)
		high = 0x8f; /* above: past U+10FFFF */
	if (n < length || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

/* Index of the first byte at or after i that is not UTF-8, s.n when none is. */
static size_t valid_until(struct str s, size_t i)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t length;

	while (i < s.n) {
		uint64_t eight;

		/* Logs are ASCII nearly everywhere. */
		while (s.n - i >= 8) {
			memcpy(&eight, p + i, 8);
			if (eight & 0x8080808080808080)
				break;
			i += 8;
		}
		if (i == s.n)
			break;
		length = char_length(p + i, s.n - i);
		if (length == 0)
			break;
		i += length;
	}
	return i;
}

bool utf8_valid(struct str s)
{
	return valid_until(s, 0) == s.n;
}

size_t utf8_cut(struct str s, size_t max)
{
	const unsigned char *p = (const unsigned char *)s.p;

	if (s.n <= max)
		return s.n;
	/* Back over at most three bytes to a lead byte whose character is cut. */
	for (size_t back = 1; back <= 3 && back <= max; back++) {
		size_t length = char_length(p + max - back, s.n - (max - back));

		if (length > back)
			return max - back;
		if (length > 0)
			break;
	}
	return max;
}

void utf8_repair(struct str s, struct buf *out)
{
	size_t from = 0, to;

	while (from < s.n) {
		to = valid_until(s, from);
		buf_add(out, (struct str){ s.p + from, to - from });
		if (to < s.n)
			buf_printf(out, "\\x%02x", (unsigned char)s.p[to++]);
		from = to;
	}
}

int32_t utf8_next(struct str s, size_t *i)
{
	const unsigned char *p = (const unsigned char *)s.p + *i;
	size_t length = char_length(p, s.n - *i);
	int32_t c;

	if (length <= 1) {
		++*i;
		return length ? p[0] : -1;
	}
	c = p[0] & (0x7f >> length);
	for (size_t k = 1; k < length; k++)
		c = c << 6 | (p[k] & 0x3f);
	*i += length;
	return c;
}

void utf8_put(struct buf *out, uint32_t c)
{
	char b[4];
	size_t n;

	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = 0xfffd;
	if (c < 0x80) {
		b[0] = (char)c;
		n = 1;
	} else if (c < 0x800) {
		b[0] = (char)(0xc0 | c >> 6);
		n = 2;
	} else if (c < 0x10000) {
		b[0] = (char)(0xe0 | c >> 12);
		n = 3;
	} else {
		b[0] = (char)(0xf0 | c >> 18);
		n = 4;
	}
	for (size_t k = 1; k < n; k++)
		b[k] = (char)(0x80 | (c >> 6 * (n - 1 - k) & 0x3f));
	buf_add(out, (struct str){ b, n });
}

struct range {
	int32_t from, to;
};

static bool is_in(const struct range *table, size_t n, int32_t c)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (c > table[mid].to)
			low = mid + 1;
		else if (c < table[mid].from)
			high = mid;
		else
			return true;
	}
	return false;
}

#define IS_IN(table, c) is_in((table), sizeof(table) / sizeof *(table), (c))

bool utf8_deceives(int32_t c)
{
	static const struct range hidden[] = {
		{ 0x00, 0x08 }, { 0x0b, 0x1f }, { 0x7f, 0x9f }, { 0x200b, 0x200f },
		{ 0x202a, 0x202e }, { 0x2066, 0x2069 }, { 0xfeff, 0xfeff },
	};

	return c < 0 || IS_IN(hidden, c);
}

/* General categories Mn and Me of the scripts that logs and node names show,
 * and what is invisible; a mark missing here costs a column, nothing else. */
static const struct range zero_width[] = {
	{ 0x0300, 0x036f }, { 0x0483, 0x0489 }, { 0x0591, 0x05bd }, { 0x05bf, 0x05bf }, { 0x05c1, 0x05c2 },
	{ 0x05c4, 0x05c5 }, { 0x05c7, 0x05c7 }, { 0x0610, 0x061a }, { 0x064b, 0x065f }, { 0x0670, 0x0670 },
	{ 0x06d6, 0x06dc }, { 0x06df, 0x06e4 }, { 0x06e7, 0x06e8 }, { 0x06ea, 0x06ed }, { 0x0900, 0x0902 },
	{ 0x093a, 0x093a }, { 0x093c, 0x093c }, { 0x0941, 0x0948 }, { 0x094d, 0x094d }, { 0x0951, 0x0957 },
	{ 0x0e31, 0x0e31 }, { 0x0e34, 0x0e3a }, { 0x0e47, 0x0e4e }, { 0x1ab0, 0x1ace }, { 0x1dc0, 0x1dff },
	{ 0x200b, 0x200f }, { 0x202a, 0x202e }, { 0x2060, 0x2064 }, { 0x2066, 0x2069 }, { 0x20d0, 0x20f0 },
	{ 0x302a, 0x302d }, { 0x3099, 0x309a }, { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f }, { 0xfeff, 0xfeff },
	{ 0x1f3fb, 0x1f3ff }, { 0xe0100, 0xe01ef },
};

/* East Asian Width W and F (UAX 11), neighbours joined. */
static const struct range wide[] = {
	{ 0x1100, 0x115f }, { 0x231a, 0x231b }, { 0x2329, 0x232a }, { 0x23e9, 0x23ec }, { 0x23f0, 0x23f0 },
	{ 0x23f3, 0x23f3 }, { 0x25fd, 0x25fe }, { 0x2614, 0x2615 }, { 0x2648, 0x2653 }, { 0x267f, 0x267f },
	{ 0x2693, 0x2693 }, { 0x26a1, 0x26a1 }, { 0x26aa, 0x26ab }, { 0x26bd, 0x26be }, { 0x26c4, 0x26c5 },
	{ 0x26ce, 0x26ce }, { 0x26d4, 0x26d4 }, { 0x26ea, 0x26ea }, { 0x26f2, 0x26f3 }, { 0x26f5, 0x26f5 },
	{ 0x26fa, 0x26fa }, { 0x26fd, 0x26fd }, { 0x2705, 0x2705 }, { 0x270a, 0x270b }, { 0x2728, 0x2728 },
	{ 0x274c, 0x274c }, { 0x274e, 0x274e }, { 0x2753, 0x2755 }, { 0x2757, 0x2757 }, { 0x2795, 0x2797 },
	{ 0x27b0, 0x27b0 }, { 0x27bf, 0x27bf }, { 0x2b1b, 0x2b1c }, { 0x2b50, 0x2b50 }, { 0x2b55, 0x2b55 },
	{ 0x2e80, 0x303e }, { 0x3041, 0x4dbf }, { 0x4e00, 0xa4cf }, { 0xa960, 0xa97f }, { 0xac00, 0xd7a3 },
	{ 0xf900, 0xfaff }, { 0xfe10, 0xfe19 }, { 0xfe30, 0xfe6f }, { 0xff01, 0xff60 }, { 0xffe0, 0xffe6 },
	{ 0x16fe0, 0x18cff }, { 0x1aff0, 0x1b2ff }, { 0x1f004, 0x1f004 }, { 0x1f0cf, 0x1f0cf },
	{ 0x1f18e, 0x1f18e }, { 0x1f191, 0x1f19a }, { 0x1f200, 0x1f320 }, { 0x1f32d, 0x1f335 },
	{ 0x1f337, 0x1f37c }, { 0x1f37e, 0x1f393 }, { 0x1f3a0, 0x1f3ca }, { 0x1f3cf, 0x1f3d3 },
	{ 0x1f3e0, 0x1f3f0 }, { 0x1f3f4, 0x1f3f4 }, { 0x1f3f8, 0x1f43e }, { 0x1f440, 0x1f440 },
	{ 0x1f442, 0x1f4fc }, { 0x1f4ff, 0x1f53d }, { 0x1f54b, 0x1f54e }, { 0x1f550, 0x1f567 },
	{ 0x1f57a, 0x1f57a }, { 0x1f595, 0x1f596 }, { 0x1f5a4, 0x1f5a4 }, { 0x1f5fb, 0x1f64f },
	{ 0x1f680, 0x1f6c5 }, { 0x1f6cc, 0x1f6cc }, { 0x1f6d0, 0x1f6d2 }, { 0x1f6d5, 0x1f6df },
	{ 0x1f6eb, 0x1f6ec }, { 0x1f6f4, 0x1f6fc }, { 0x1f7e0, 0x1f7f0 }, { 0x1f90c, 0x1f93a },
	{ 0x1f93c, 0x1f945 }, { 0x1f947, 0x1f9ff }, { 0x1fa70, 0x1faff }, { 0x20000, 0x3fffd },
};

int utf8_width(int32_t c)
{
	if (c < 0x300)
		return 1;
	if (IS_IN(zero_width, c))
		return 0;
	return IS_IN(wide, c) ? 2 : 1;
}

/* Addresses and ids by their form alone. */
#include "redact/redact_priv.h"

static bool alnum_at(struct str t, size_t i)
{
	return i < t.n && is_alnum(t.p[i]);
}

bool text_starts_word(struct str t, size_t i)
{
	size_t slashes = 0, k;

	if (i == 0 || !is_alnum(t.p[i - 1]))
		return true;
	for (k = i - 1; k > 0 && t.p[k - 1] == '\\'; k--)
		slashes++;
	if (slashes % 2 && str_chr(STR("nrtbf"), t.p[i - 1]) < 5)
		return true;
	if (i >= 3 && t.p[i - 3] == '%' && is_hex(t.p[i - 2]) && is_hex(t.p[i - 1]))
		return true;
	if (i >= 2 && t.p[i - 2] == '~' && is_digit(t.p[i - 1])) /* "/" of a JSON pointer, a site of IIS */
		return true;
	if (i >= 6 && t.p[i - 6] == '\\' && t.p[i - 5] == 'u' && is_hex(t.p[i - 4]) && is_hex(t.p[i - 3]) && is_hex(t.p[i - 2]) && is_hex(t.p[i - 1]))
		return true;
	for (k = i - 1; t.p[i - 1] == 'm' && k > 0 && (is_digit(t.p[k - 1]) || t.p[k - 1] == ';'); k--)
		;
	return t.p[i - 1] == 'm' && k >= 2 && t.p[k - 1] == '[' && (t.p[k - 2] == 27 || (k >= 7 && str_eq((struct str){ t.p + k - 6, 5 }, STR("u001b"))));
}

/* 8-4-4-4-12 with '-' or, in names of cgroups, '_'; or 32 digits without any (machine-id), which must not all be decimal. */
size_t form_guid(struct str t, size_t i, char hex[33])
{
	static const size_t groups[] = { 8, 4, 4, 4, 12 };
	bool letter = false;
	size_t n = 0, j = i;
	char sep = '\0';

	if (i + 32 > t.n || !is_hex(t.p[i]))
		return 0;
	if (i + 36 <= t.n && (t.p[i + 8] == '-' || t.p[i + 8] == '_'))
		sep = t.p[i + 8];
	for (size_t g = 0; g < 5; g++) {
		if (g && sep && t.p[j++] != sep)
			return 0;
		for (size_t k = 0; k < groups[g]; k++, j++) {
			if (!is_hex(t.p[j]))
				return 0;
			letter |= is_letter(t.p[j]);
			hex[n++] = to_lower(t.p[j]);
		}
	}
	hex[n] = '\0';
	return alnum_at(t, j) || (!sep && !letter) ? 0 : j - i;
}

size_t form_mac(struct str t, size_t i, char hex[41])
{
	size_t groups = 0, j = i;
	bool letter = false;
	char sep;

	if (i + 17 > t.n || (t.p[i + 2] != ':' && t.p[i + 2] != '-'))
		return 0;
	sep = t.p[i + 2];
	while (groups < 20 && j + 2 <= t.n && is_hex(t.p[j]) && is_hex(t.p[j + 1])) {
		hex[2 * groups] = to_lower(t.p[j]);
		hex[2 * groups + 1] = to_lower(t.p[j + 1]);
		letter |= is_letter(t.p[j]) || is_letter(t.p[j + 1]);
		groups++;
		j += 2;
		if (j >= t.n || t.p[j] != sep)
			break;
		j++;
	}
	if (j > i && t.p[j - 1] == sep)
		return 0;
	hex[2 * groups] = '\0';
	/* 26-03-16-09-10-00 is a time. */
	if ((groups != 6 && groups != 8 && groups != 20) || alnum_at(t, j) || (sep == '-' && !letter))
		return 0;
	return i && t.p[i - 1] == sep ? 0 : j - i;
}

/* A version has four numbers too: "12.4.5.8-1", "v1.2.3.4", "nvidia-cublas-cu12 12.4.5.8". */
static bool is_version(struct str t, size_t i, size_t end)
{
	static const char *const words[] = { "version", "release", "nvidia", "lib", "cuda", "cudnn", "cublas", "nccl", "cu1", "python3-", "==" };
	size_t from = i, to;

	if (i && (t.p[i - 1] == 'v' || t.p[i - 1] == '_' || t.p[i - 1] == '.' || t.p[i - 1] == '~'))
		return true;
	if (end < t.n && (t.p[end] == '+' || t.p[end] == '~' || (t.p[end] == '.' && end + 1 < t.n && is_digit(t.p[end + 1]))))
		return true;
	if (end + 1 < t.n && t.p[end] == '-' && is_digit(t.p[end + 1])) {
		for (to = end + 1; to < t.n && is_digit(t.p[to]); to++)
			;
		if (to == t.n || t.p[to] != '.')
			return true;
	}
	/* The word before, over blanks and what joins a name to its value. */
	while (from > 0 && (is_blank(t.p[from - 1]) || t.p[from - 1] == ':' || t.p[from - 1] == '"' || t.p[from - 1] == '\''))
		from--;
	to = from;
	while (from > 0 && to - from < 64 && (is_name_char(t.p[from - 1]) || t.p[from - 1] == '='))
		from--;
	for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
		if (str_ifind((struct str){ t.p + from, to - from }, str_of(words[k])) < to - from)
			return true;
	return false;
}

static size_t dotted(struct str t, size_t i, uint8_t at[4])
{
	size_t j = i;

	for (size_t g = 0; g < 4; g++) {
		unsigned v = 0;
		size_t n = 0;

		if (g && (j >= t.n || t.p[j++] != '.'))
			return 0;
		for (; j < t.n && is_digit(t.p[j]) && n < 4; j++, n++)
			v = v * 10 + (unsigned)(t.p[j] - '0');
		if (n == 0 || n > 3 || v > 255 || (n > 1 && t.p[j - n] == '0'))
			return 0;
		at[g] = (uint8_t)v;
	}
	return j - i;
}

size_t form_ipv4(struct str t, size_t i, uint8_t at[4])
{
	size_t n = i < t.n && is_digit(t.p[i]) ? dotted(t, i, at) : 0;

	return n == 0 || (i + n < t.n && (is_alnum(t.p[i + n]) || t.p[i + n] == '_')) || is_version(t, i, i + n) ? 0 : n;
}

/* Of 2000::/3 or fc00::/6 (RFC 4291 has no others in use), whose first part has four digits: "dead::beef" is a name of C++.  Times and PCI
 * addresses have neither a gap nor eight parts. */
size_t form_ipv6(struct str t, size_t i, uint8_t at[16])
{
	unsigned groups[8] = { 0 };
	size_t n = 0, gap = SIZE_MAX, j = i;

	if (i + 4 >= t.n || (t.p[i] != '2' && t.p[i] != '3' && to_lower(t.p[i]) != 'f') || t.p[i + 4] != ':' || (i && (t.p[i - 1] == ':' || t.p[i - 1] == '.')))
		return 0;
	while (j < t.n && n < 8) {
		size_t k = j;
		unsigned v = 0;

		if (j + 1 < t.n && t.p[j] == ':' && t.p[j + 1] == ':') {
			if (gap != SIZE_MAX)
				return 0;
			gap = n;
			j += 2;
			k = j;
		} else if (n) {
			if (t.p[j] != ':' || j + 1 >= t.n || !is_hex(t.p[j + 1]))
				break;
			k = ++j;
		}
		for (; j < t.n && is_hex(t.p[j]) && j - k < 5; j++)
			v = v << 4 | (unsigned)(is_digit(t.p[j]) ? t.p[j] - '0' : to_lower(t.p[j]) - 'a' + 10);
		if (j - k > 4)
			return 0;
		if (j == k)
			break;
		groups[n++] = v;
	}
	if (n == 0 || (gap == SIZE_MAX ? n != 8 : n == 8) || (j < t.n && (is_alnum(t.p[j]) || t.p[j] == '_')))
		return 0;
	if (j < t.n && t.p[j] == ':' && j + 1 < t.n && t.p[j + 1] == ':')
		return 0;
	if (j < t.n && t.p[j] == '.' && j + 1 < t.n && is_digit(t.p[j + 1])) /* ::ffff:10.0.0.1: the rest is IPv4 */
		return 0;
	for (size_t g = 0; g < 8; g++) {
		size_t from = gap == SIZE_MAX || g < gap ? g : g < gap + 8 - n ? SIZE_MAX : g - (8 - n);

		at[2 * g] = (uint8_t)(from == SIZE_MAX ? 0 : groups[from] >> 8);
		at[2 * g + 1] = (uint8_t)(from == SIZE_MAX ? 0 : groups[from] & 255);
	}
	return j - i;
}

size_t form_email(struct str t, size_t i, size_t *at)
{
	/* getty@tty1.service is a unit; what openssh calls its algorithms is nobody's. */
	static const char *const not_mail[] = { ".service", ".socket", ".timer", ".slice", ".target", ".mount", ".scope", ".device", ".path", ".swap",
						"@openssh.com", "@libssh.org", "@example.com" };
	size_t j = i, dot = 0;

	while (j < t.n && j - i < 64 && (is_name_char(t.p[j]) || t.p[j] == '+' || t.p[j] == '#'))
		j++;
	if (j == i || j >= t.n || t.p[j] != '@')
		return 0;
	*at = j++;
	while (j < t.n && (is_alnum(t.p[j]) || t.p[j] == '-' || t.p[j] == '.')) {
		dot = t.p[j] == '.' && alnum_at(t, j + 1) ? j : dot;
		j++;
	}
	while (j > *at && !is_alnum(t.p[j - 1]))
		j--;
	if (!dot || dot <= *at + 1 || dot + 3 > j || !is_letter(t.p[dot + 1]))
		return 0;
	for (size_t k = 0; k < sizeof(not_mail) / sizeof(not_mail[0]); k++)
		if (str_ends((struct str){ t.p + i, j - i }, str_of(not_mail[k])))
			return 0;
	return j - i;
}

#include "bundle/bundle_priv.h"

/* Magic numbers: gzip RFC 1952 section 2.3.1, xz file format 1.0.4 section 2.1.1.1, zstd RFC 8878
 * section 3.1.1, zip APPNOTE 4.3.7 and 4.3.16 (an empty archive is only its end). */
static const struct { enum format format; struct str magic; const char *what; } magics[] = {
	{ FORMAT_GZ, { "\x1f\x8b", 2 }, NULL },
	{ FORMAT_XZ, { "\xfd" "7zXZ\0", 6 }, NULL },
	{ FORMAT_ZST, { "\x28\xb5\x2f\xfd", 4 }, NULL },
	{ FORMAT_ZIP, { "PK\x03\x04", 4 }, NULL },
	{ FORMAT_ZIP, { "PK\x05\x06", 4 }, NULL },
	{ FORMAT_BZ2, { "BZh", 3 }, NULL },
	/* Not read, and said so: a log in one of them must not look like a binary file nobody knows. */
	{ FORMAT_FOREIGN, { "7z\xbc\xaf\x27\x1c", 6 }, "7-Zip" },
	{ FORMAT_FOREIGN, { "Rar!\x1a\x07", 6 }, "RAR" },
	{ FORMAT_FOREIGN, { "\x1f\x9d", 2 }, "compress (.Z)" },
	{ FORMAT_FOREIGN, { "\x04\x22\x4d\x18", 4 }, "lz4" },
};

/* The checksum of a tar header is six octal digits, blank or NUL padded, over the
 * header with the checksum itself read as blanks; old writers summed signed chars. */
static bool is_tar(struct str head)
{
	const unsigned char *h = (const unsigned char *)head.p;
	long said = 0, is_unsigned = 0, is_signed = 0;
	size_t digits = 0;

	if (head.n >= 262 && memcmp(h + 257, "ustar", 5) == 0)
		return true;
	if (head.n < 512 || h[0] == '\0') /* a file of zeros is not an empty archive */
		return false;
	for (size_t i = 148; i < 156; i++) {
		if (h[i] >= '0' && h[i] <= '7') {
			said = said * 8 + (h[i] - '0');
			digits++;
		} else if (h[i] != ' ' && h[i] != '\0') {
			return false;
		} else if (digits > 0) {
			break;
		}
	}
	if (digits == 0)
		return false;
	for (size_t i = 0; i < 512; i++) {
		int c = i >= 148 && i < 156 ? ' ' : h[i];

		is_unsigned += c;
		is_signed += c > 127 ? c - 256 : c;
	}
	return said == is_unsigned || said == is_signed;
}

enum format sniff_format(struct str head, const char **what)
{
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		if (!str_starts(head, magics[i].magic))
			continue;
		/* "BZh" may begin a line of text; bzip2 goes on with its level and the digits of pi, or, when empty, of its root. */
		if (magics[i].format == FORMAT_BZ2 && (head.n < 10 || (memcmp(head.p + 4, "1AY&SY", 6) != 0 && memcmp(head.p + 4, "\x17\x72\x45\x38\x50\x90", 6) != 0)))
			continue;
		*what = magics[i].what;
		return magics[i].format;
	}
	*what = NULL;
	return is_tar(head) ? FORMAT_TAR : FORMAT_PLAIN;
}

/* UTF-16 without a BOM: one byte of most pairs is NUL, the other one never is and is text. */
static bool alternates(struct str head, size_t zero_at)
{
	size_t pairs = head.n / 2, zeros = 0;

	if (pairs < 4)
		return false;
	for (size_t i = 0; i < pairs; i++) {
		unsigned char zero = (unsigned char)head.p[2 * i + zero_at];
		unsigned char text = (unsigned char)head.p[2 * i + 1 - zero_at];

		if (zero != 0)
			continue;
		if (text < ' ' && text != '\t' && text != '\n' && text != '\r')
			return false;
		zeros++;
	}
	return zeros * 10 >= pairs * 7;
}

enum encoding sniff_encoding(struct str head, size_t *bom)
{
	*bom = 0;
	if (str_starts(head, STR("\xef\xbb\xbf"))) {
		*bom = 3;
		return ENCODING_UTF8_BOM;
	}
	if (str_starts(head, STR("\xff\xfe"))) {
		*bom = 2;
		return ENCODING_UTF16LE;
	}
	if (str_starts(head, STR("\xfe\xff"))) {
		*bom = 2;
		return ENCODING_UTF16BE;
	}
	if (alternates(head, 1))
		return ENCODING_UTF16LE;
	if (alternates(head, 0))
		return ENCODING_UTF16BE;
	return ENCODING_BYTES;
}

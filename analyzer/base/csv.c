#include "base/csv.h"

/* Undoes the doubling of quotes up to the closing one; text behind it, which
 * RFC 4180 does not know, is kept as spreadsheets do. */
static struct str unquote(struct str raw, struct arena *a)
{
	char *out = arena_alloc(a, raw.n + 1);
	bool inside = true;
	size_t n = 0;

	for (size_t i = 1; i < raw.n; i++) {
		if (raw.p[i] != '"')
			out[n++] = raw.p[i];
		else if (inside && i + 1 < raw.n && raw.p[i + 1] == '"')
			out[n++] = raw.p[++i];
		else if (inside)
			inside = false;
		else
			out[n++] = '"';
	}
	return (struct str){ out, n };
}

bool csv_cell(struct str *rest, struct arena *a, struct str *cell)
{
	struct str s = *rest;
	size_t i = 0, open, end;
	bool inside = true, plain = true;

	if (!s.p)
		return false;
	while (i < s.n && is_blank(s.p[i]))
		i++;
	if (i == s.n || s.p[i] != '"') {
		str_cut(rest, ',', cell);
		*cell = str_trim(*cell);
		return true;
	}
	open = i++;
	end = s.n; /* of the quoted text; a quote that is never closed runs to the end */
	for (; i < s.n && (inside || s.p[i] != ','); i++) {
		if (s.p[i] != '"') {
			plain = plain && (inside || is_blank(s.p[i]) || s.p[i] == '\r' || s.p[i] == '\n');
		} else if (inside && i + 1 < s.n && s.p[i + 1] == '"') {
			i++;
			plain = false;
		} else if (inside) {
			inside = false;
			end = i;
		} else {
			plain = false;
		}
	}
	*rest = i < s.n ? str_from(s, i + 1) : STR_NONE;
	if (plain) {
		*cell = (struct str){ s.p + open + 1, end - open - 1 };
	} else {
		struct str tail = str_rtrim((struct str){ s.p + end, i - end });

		*cell = unquote((struct str){ s.p + open, end - open + tail.n }, a);
	}
	return true;
}

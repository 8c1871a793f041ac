#include "source/plain.h"

struct str plain_text(struct str s, struct buf *out)
{
	if (s.n == 0 || (!memchr(s.p, '\033', s.n) && !memchr(s.p, '\0', s.n)))
		return s;
	buf_reset(out);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\0')
			continue;
		if (s.p[i] != '\033') {
			buf_putc(out, s.p[i]);
		} else if (i + 1 < s.n && s.p[i + 1] == '[') {
			for (i += 2; i < s.n && (s.p[i] < '@' || s.p[i] > '~');)
				i++;
		} else if (i + 1 < s.n && s.p[i + 1] == ']') { /* a window title, up to BEL or ESC */
			for (i += 2; i < s.n && s.p[i] != '\a' && s.p[i] != '\033';)
				i++;
		}
	}
	return buf_str(out);
}

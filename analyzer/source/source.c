#include "source/source.h"

#define SOURCE(name) extern const struct source source_##name;
#include "source/source_list.h"
#undef SOURCE

#define SOURCE(name) &source_##name,
const struct source *const sources[] = {
#include "source/source_list.h"
	NULL,
};
#undef SOURCE

const struct source *source_named(struct str name)
{
	for (const struct source *const *s = sources; *s; s++)
		if (str_eq(str_of((*s)->name), name))
			return *s;
	return NULL;
}

size_t source_bids(struct str path, struct str head, struct bid *out, size_t max)
{
	size_t n = 0;

	for (const struct source *const *s = sources; *s; s++) {
		int bits = (*s)->detect(path, head);
		size_t at = n;

		if (bits <= 0)
			continue;
		while (at > 0 && out[at - 1].bits < bits)
			at--;
		if (at >= max)
			continue;
		if (n < max)
			n++;
		for (size_t i = n - 1; i > at; i--)
			out[i] = out[i - 1];
		out[at] = (struct bid){ *s, bits };
	}
	return n;
}

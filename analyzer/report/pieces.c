#include "report/pieces.h"

#include <stdlib.h>

#define NOTICE 160 /* bytes kept free for it */

void pieces_start(struct pieces *p, FILE *out, size_t max)
{
	*p = (struct pieces){ .out = out, .max = max };
}

FILE *pieces_next(struct pieces *p)
{
	p->f = open_memstream(&p->text, &p->n);
	if (!p->f)
		abort(); /* it only allocates */
	return p->f;
}

void pieces_put(struct pieces *p)
{
	fclose(p->f);
	if (p->left_out || (p->max && p->written + p->n + NOTICE > p->max)) {
		p->left_out += p->n > 0;
	} else {
		fwrite(p->text, 1, p->n, p->out);
		p->written += p->n;
	}
	free(p->text);
	p->text = NULL;
}

void pieces_end(struct pieces *p, const char *notice)
{
	const char *mark = notice;

	if (p->left_out == 0)
		return;
	while (*mark && *mark != '%')
		mark++;
	fprintf(p->out, "%.*s%zu%s", (int)(mark - notice), notice, p->left_out, *mark ? mark + 3 : "");
}

#include "source/fold.h"

#include "base/limits.h"

void fold_init(struct fold *f)
{
	*f = (struct fold){ 0 };
	buf_init(&f->text, LIMIT_EVENT_TEXT);
}

void fold_done(struct fold *f)
{
	buf_done(&f->text);
}

void fold_start(struct fold *f, const struct line *first)
{
	buf_reset(&f->text);
	buf_add(&f->text, first->text);
	f->line = first->no;
	f->lines = 1;
	f->offset = first->offset;
}

bool fold_join(struct fold *f, struct str text)
{
	if (f->lines >= LIMIT_EVENT_LINES)
		return false;
	buf_putc(&f->text, '\n');
	buf_add(&f->text, text);
	f->lines++;
	return true;
}

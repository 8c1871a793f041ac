#include "cmd/output.h"

#include <errno.h>
#include <unistd.h>

#include "cmd/leave.h"

enum status output_open(struct output *o, const char *path, struct arena *a, struct error *err)
{
	*o = (struct output){ .path = path, .partial = arena_printf(a, "%s.partial", path).p };
	leave_remove(o->partial);
	o->f = fopen(o->partial, "wbe");
	if (o->f)
		return OK;
	fail(err, ERR_IO, "cannot write: %s", strerror(errno));
	fail_id(err, FX_CANNOT_WRITE);
	fail_at(err, "%s", path);
	leave_done(o->partial);
	o->partial = NULL;
	return ERR_IO;
}

enum status output_close(struct output *o, struct error *err)
{
	bool lost = fflush(o->f) != 0 || ferror(o->f) || fsync(fileno(o->f)) != 0;

	lost |= fclose(o->f) != 0;
	o->f = NULL;
	if (lost || rename(o->partial, o->path) != 0) {
		fail(err, ERR_IO, "cannot write: %s", strerror(errno));
		fail_at(err, "%s", o->path);
		return ERR_IO;
	}
	leave_done(o->partial);
	o->partial = NULL;
	return OK;
}

void output_discard(struct output *o)
{
	if (o->f)
		fclose(o->f);
	o->f = NULL;
	if (!o->partial)
		return;
	(void)unlink(o->partial);
	leave_done(o->partial);
	o->partial = NULL;
}

enum status output_renderer(const struct renderer **out, const char *path, struct error *err)
{
	static const struct { const char *end, *name; } kinds[] = {
		{ ".html", "html" }, { ".htm", "html" }, { ".md", "md" }, { ".txt", "text" }, { ".json", "json" },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!str_ends(str_of(path), str_of(kinds[i].end)))
			continue;
		*out = renderer_named(str_of(kinds[i].name));
		return OK;
	}
	fail(err, ERR_USAGE, "the name '%s' does not tell the format of the report", path);
	fail_hint(err, "use a name that ends in .html, .md, .txt or .json");
	return ERR_USAGE;
}

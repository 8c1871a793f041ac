#include <errno.h>

#include "report/report.h"
#include "report/writers.h"

static const struct renderer html = { "html", render_html, true };
static const struct renderer md = { "md", render_md, false };
static const struct renderer text = { "text", render_text, false };
static const struct renderer json = { "json", render_json, false };
static const struct renderer postmortem = { "postmortem", render_postmortem, false };
static const struct renderer slack = { "slack", render_slack, false };
static const struct renderer jira = { "jira", render_jira, false };

const struct renderer *const renderers[] = { &html, &md, &text, &json, &postmortem, &slack, &jira, NULL };

const struct renderer *renderer_named(struct str name)
{
	for (size_t i = 0; renderers[i]; i++)
		if (str_eq(name, str_of(renderers[i]->name)))
			return renderers[i];
	return NULL;
}

enum status written(FILE *out, struct error *err)
{
	if (fflush(out) == 0 && !ferror(out))
		return OK;
	return fail(err, ERR_IO, "cannot write the report: %s", strerror(errno));
}

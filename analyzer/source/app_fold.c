#include "source/app_place.h"

static bool identifier(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '.';
}

static size_t identifier_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && identifier(s.p[n]))
		n++;
	return n && !is_digit(*s.p) && *s.p != '.' && s.p[n - 1] != '.' ? n : 0;
}

static bool is_exception_name(struct str name, bool colon)
{
	static const char *const ends[] = { "Error", "Exception", "Interrupt", "Exit", "Warning", "Timeout", "Expired",
		"Iteration", "Abort" };
	size_t dot = str_rchr(name, '.');
	struct str last = dot < name.n ? str_from(name, dot + 1) : name;

	if (!last.n || *last.p < 'A' || *last.p > 'Z')
		return false;
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (str_ends(last, str_of(ends[i])))
			return true;
	return colon && dot < name.n; /* "jinja2.exceptions.TemplateNotFound: x" */
}

bool app_exception(struct str text, struct str *name, struct str *message)
{
	size_t n = identifier_length(text);
	struct str id = str_head(text, n), rest = str_from(text, n);
	bool colon = rest.n && *rest.p == ':' && (rest.n == 1 || is_blank(rest.p[1]));

	if (n < 4 || (rest.n && !colon && !str_starts(rest, STR(" CUDA error"))) || !is_exception_name(id, colon))
		return false;
	*name = id;
	*message = str_trim(str_from(rest, colon));
	return true;
}

enum app_fold app_fold_start(const struct app_line *l)
{
	return app_traceback(l->head.text) ? APP_FRAMES : APP_PLAIN;
}

static bool indented(struct str s)
{
	return s.n > 1 && (*s.p == '\t' || (*s.p == ' ' && is_blank(s.p[1])));
}

static bool ruler(struct str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] == '=')
		n++;
	return n >= 20 && n == s.n;
}

/* What PyTorch and CUDA print below an exception. */
static bool is_tail(struct str s)
{
	static const char *const tails[] = { "Search for `cuda", "CUDA kernel errors might", "For debugging consider passing",
		"Compile with `TORCH", "Device-side assert", "Exception raised from ", "frame #", "Caused by: ", "Last error:", "nccl" };

	for (size_t i = 0; i < sizeof(tails) / sizeof(*tails); i++)
		if (str_starts(s, str_of(tails[i])))
			return true;
	return false;
}

/* The rest of an out-of-memory message that was wrapped. */
static bool is_wrapped(const struct app_entry *e, struct str s)
{
	static const char *const memory[] = { "GiB", "MiB", "memory", "reserved", "allocated", "ALLOC_CONF", "fragmentation",
		"documentation", "Documentation" };
	struct str name, message;

	if (!str_has(app_entry_text(e), STR("out of memory")) || app_exception(s, &name, &message))
		return false;
	for (size_t i = 0; i < sizeof(memory) / sizeof(*memory); i++)
		if (str_has(s, str_of(memory[i])))
			return true;
	return false;
}

static bool chained(struct str s)
{
	return str_starts(s, STR("During handling of the above exception")) ||
	       str_starts(s, STR("The above exception was the direct cause"));
}

/* "#0 all_reduce from ..", "frame #3: ..": stacks that are not indented. */
static bool stack_line(struct str s)
{
	return (s.n > 3 && *s.p == '#' && is_digit(s.p[1])) || str_starts(s, STR("frame #")) ||
	       str_starts(s, STR("Exception raised from ")) || str_starts(s, STR("Caused by: "));
}

static enum app_taken plain_takes(const struct app_entry *e, const struct app_head *h)
{
	struct str text = app_entry_text(e), name, message;

	if (h->stamped || h->level.n || h->text.n == 0)
		return APP_REFUSED;
	if (indented(h->text))
		return APP_JOINED;
	if (e->blanks == 0 && app_exception(text, &name, &message) && is_wrapped(e, h->text))
		return APP_WRAPPED;
	/* A bare stack belongs to the line that announced it. */
	return e->blanks == 0 && stack_line(h->text) &&
	       (str_ends(str_rtrim(text), STR(":")) || e->lines > 1 || !str_starts(h->text, STR("#")));
}

static enum app_taken frames_take(struct app_entry *e, const struct app_head *h)
{
	struct str name, message, s = h->text;
	size_t n;

	if (s.n == 0 || is_blank(*s.p) || app_traceback(s))
		return APP_JOINED;
	n = identifier_length(s);
	/* Any name ends a traceback; what is no name is somebody else's line. */
	if (n < 3 || (n < s.n && s.p[n] != ':' && !app_exception(s, &name, &message)))
		return APP_REFUSED;
	e->fold = APP_MESSAGE;
	return APP_JOINED;
}

static enum app_taken message_takes(struct app_entry *e, const struct app_head *h)
{
	struct str s = h->text;

	if (s.n == 0) /* an empty line of a logger that stamps each line */
		return h->prefixed ? APP_JOINED : APP_REFUSED;
	if (chained(s)) {
		e->fold = APP_CHAIN;
		return APP_JOINED;
	}
	if (e->blanks)
		return APP_REFUSED;
	if (ruler(s) && str_ends(str_rtrim(app_entry_text(e)), STR(":"))) {
		e->fold = APP_SUMMARY;
		e->rulers = 1;
		return APP_JOINED;
	}
	if (is_blank(*s.p) || is_tail(s))
		return APP_JOINED;
	return is_wrapped(e, s) ? APP_WRAPPED : APP_REFUSED;
}

static enum app_taken chain_takes(struct app_entry *e, const struct app_head *h)
{
	if (h->text.n == 0)
		return APP_JOINED;
	if (!app_traceback(h->text))
		return APP_REFUSED;
	e->fold = APP_FRAMES;
	return APP_JOINED;
}

static enum app_taken summary_takes(struct app_entry *e, const struct app_head *h)
{
	if (e->rulers == 2 || e->lines > LIMIT_EVENT_LINES / 2)
		return APP_REFUSED;
	e->rulers += ruler(h->text);
	return APP_JOINED;
}

enum app_taken app_fold_takes(struct app_entry *e, const struct app_line *l)
{
	const struct app_head *h = &l->head;

	if (l->fields.n || e->lines >= LIMIT_EVENT_LINES) /* JSON is a line of its own */
		return APP_REFUSED;
	if (e->fold != APP_PLAIN && e->stamped != h->stamped)
		return APP_REFUSED;
	switch (e->fold) {
	case APP_PLAIN:
		return plain_takes(e, h);
	case APP_FRAMES:
		return frames_take(e, h);
	case APP_MESSAGE:
		return message_takes(e, h);
	case APP_CHAIN:
		return chain_takes(e, h);
	case APP_SUMMARY:
		return summary_takes(e, h);
	}
	return APP_REFUSED;
}

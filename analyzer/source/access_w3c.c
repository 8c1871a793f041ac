#include "source/access.h"

#include "base/number.h"
#include "tstamp/tstamp.h"

bool access_w3c_directive(struct access_w3c *w, struct str line)
{
	struct str word;

	if (!str_skip(&line, STR("#")))
		return false;
	if (str_starts(line, STR("Software:")))
		w->microsoft = str_has(line, STR("Microsoft"));
	if (str_skip(&line, STR("Fields:"))) {
		w->n = 0;
		arena_reset(w->arena);
		while (w->n < sizeof(w->names) / sizeof(*w->names) && str_word(&line, &word))
			w->names[w->n++] = arena_dup(w->arena, word);
	}
	return true;
}

static struct str cell(const struct access_w3c *w, const struct str *cells, const char *name)
{
	for (size_t i = 0; i < w->n; i++)
		if (str_eq(w->names[i], str_of(name)))
			return str_eq(cells[i], STR("-")) ? STR_NONE : cells[i];
	return STR_NONE;
}

bool access_w3c_row(const struct access_w3c *w, struct str line, struct http_line *out)
{
	struct str cells[sizeof(w->names) / sizeof(*w->names)], rest = line, date, time, more;
	char both[40];
	size_t n = 0;
	double v;

	*out = (struct http_line){ .bytes = NO_NUMBER, .latency_s = NO_NUMBER, .upstream_s = NO_NUMBER };
	while (n < w->n && str_word(&rest, &cells[n]))
		n++;
	if (n == 0 || n < w->n || str_word(&rest, &more))
		return false;
	date = cell(w, cells, "date");
	time = cell(w, cells, "time");
	if (date.n + time.n + 3 > sizeof(both) || date.n == 0 || time.n == 0)
		return false;
	snprintf(both, sizeof(both), "%.*sT%.*sZ", STR_ARG(date), STR_ARG(time));
	if (ts_iso8601(str_of(both), &out->stamp) == 0)
		return false;
	out->stamped = true;
	out->method = cell(w, cells, "cs-method");
	out->path = cell(w, cells, "cs-uri-stem");
	out->client = cell(w, cells, "c-ip");
	out->user = cell(w, cells, "cs-username");
	out->agent = cell(w, cells, "cs(User-Agent)");
	out->host = cell(w, cells, "cs-host");
	out->workload = cell(w, cells, "s-sitename");
	str_skip(&out->workload, STR("~1")); /* App Service: the same site's management endpoint */
	out->status = http_status(cell(w, cells, "sc-status"));
	if (num_double(cell(w, cells, "sc-bytes"), &v))
		out->bytes = v;
	if (num_double(cell(w, cells, "time-taken"), &v))
		out->latency_s = w->microsoft ? v / 1000 : v;
	out->text = line;
	return out->status != 0;
}

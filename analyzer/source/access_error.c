#include "source/access.h"

#include "base/number.h"
#include "tstamp/tstamp.h"

/* "[in] " at the start of *s. */
static bool bracket(struct str *s, struct str *in)
{
	size_t close = str_chr(*s, ']');

	if (s->n == 0 || *s->p != '[' || close >= s->n)
		return false;
	*in = (struct str){ s->p + 1, close - 1 };
	*s = str_from(*s, close + 1);
	str_skip(s, STR(" "));
	return true;
}

/* httpd 2.2 has [level] and [client ..] only; 2.4 [module:level] and [pid ..:tid ..]. */
static bool apache(struct str line, struct access_error *out)
{
	struct str rest = line, in, id;

	if (!bracket(&rest, &in) || ts_ctime(in, &out->stamp) != in.n || in.n == 0 || !bracket(&rest, &in))
		return false;
	if (str_chr(in, ' ') < in.n)
		return false;
	out->level = str_from(in, str_chr(in, ':') < in.n ? str_chr(in, ':') + 1 : 0);
	out->module = str_chr(in, ':') < in.n ? str_head(in, str_chr(in, ':')) : STR_NONE;
	while (str_starts(rest, STR("[pid ")) || str_starts(rest, STR("[client ")) || str_starts(rest, STR("[remote "))) {
		bracket(&rest, &in);
		if (str_skip(&in, STR("pid "))) {
			str_cut(&in, ':', &id);
			out->pid = id;
			str_skip(&in, STR("tid "));
			out->tid = in;
		} else {
			out->client = str_from(in, str_chr(in, ' ') + 1);
		}
	}
	out->text = rest;
	return out->level.n > 0;
}

/* What nginx appends: ", name: value" or ", name: "value"". */
static struct str tail(struct str text, struct str name)
{
	size_t at = str_find(text, name), n;
	struct str v = str_from(text, at + name.n);

	if (at >= text.n)
		return STR_NONE;
	if (v.n && *v.p == '"') {
		v = str_from(v, 1);
		n = str_chr(v, '"');
	} else {
		n = str_find(v, STR(", "));
	}
	return str_head(v, n);
}

/* Up to "7#9: " */
static bool nginx(struct str line, struct access_error *out)
{
	size_t n = ts_slashed(line, &out->stamp), hash, colon;
	struct str rest = str_from(line, n), request;
	uint64_t pid, tid;

	if (n == 0 || !str_skip(&rest, STR(" ")) || !bracket(&rest, &out->level))
		return false;
	hash = str_chr(str_head(rest, 24), '#');
	colon = str_chr(str_head(rest, 48), ':');
	if (hash >= colon || colon >= rest.n || !num_u64(str_head(rest, hash), &pid) ||
	    !num_u64((struct str){ rest.p + hash + 1, colon - hash - 1 }, &tid))
		return false;
	out->pid = str_head(rest, hash);
	out->tid = (struct str){ rest.p + hash + 1, colon - hash - 1 };
	out->text = str_trim(str_from(rest, colon + 1));
	out->client = tail(out->text, STR(", client: "));
	out->server = tail(out->text, STR(", server: "));
	out->upstream = tail(out->text, STR(", upstream: "));
	out->host = tail(out->text, STR(", host: "));
	request = str_from(out->text, str_find(out->text, STR(", request: \"")));
	if (request.n)
		http_request(str_from(request, 11), &out->request);
	return true;
}

bool access_error(struct str line, struct access_error *out)
{
	*out = (struct access_error){ 0 };
	if (apache(line, out))
		return true;
	*out = (struct access_error){ 0 };
	return nginx(line, out);
}

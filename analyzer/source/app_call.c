#include "source/app_place.h"

#include "base/number.h"
#include "source/http_line.h"

/* "HTTP/1.1 429 Too Many Requests" and "... HTTP/1.1\" 429 None". */
static unsigned status_after(struct str text)
{
	size_t at = str_find(text, STR(" HTTP/"));
	uint64_t code;

	if (at == text.n)
		at = str_find(text, STR("\"HTTP/"));
	if (at == text.n)
		return 0;
	text = str_from(text, at + 6);
	while (text.n && (is_digit(*text.p) || *text.p == '.'))
		text = str_from(text, 1);
	str_skip(&text, STR("\""));
	if (!str_skip(&text, STR(" ")) || text.n < 3 || (text.n > 3 && is_digit(text.p[3])) || !num_u64(str_head(text, 3), &code))
		return 0;
	return code >= 100 && code < 600 ? (unsigned)code : 0;
}

bool app_openai_call(struct str text, struct str *deployment, unsigned *code)
{
	size_t host = str_find(text, STR(".openai.azure.com")), at;

	if (host == text.n)
		host = str_find(text, STR(".cognitiveservices.azure.com"));
	if (host == text.n)
		return false;
	text = str_from(text, host);
	at = str_find(text, STR("/openai/deployments/"));
	if (at == text.n)
		return false;
	text = str_from(text, at + sizeof("/openai/deployments/") - 1);
	*deployment = str_head(text, str_chr(text, '/'));
	*code = status_after(text);
	return *code && deployment->n && deployment->n <= 64 && str_chr(*deployment, ' ') == deployment->n;
}

/* "10.0.0.1:4711", "[::1]:4711", "10.0.0.1": digits, colons and dots only. */
static bool is_address(struct str s)
{
	size_t digits = 0;

	for (size_t i = 0; i < s.n; i++) {
		digits += is_digit(s.p[i]);
		if (!is_digit(s.p[i]) && (s.p[i] < 'a' || s.p[i] > 'f') && s.p[i] != '.' && s.p[i] != ':' && s.p[i] != '[' && s.p[i] != ']')
			return false;
	}
	return digits > 0 && (str_chr(s, '.') < s.n || str_chr(s, ':') < s.n);
}

/* The value behind "name: ". */
static struct str named(struct str text, struct str name)
{
	struct str v = str_from(text, str_find(text, name) + name.n);

	return str_has(text, name) ? str_head(v, str_chr(v, ' ')) : STR_NONE;
}

bool app_served(struct str text, unsigned *code, double *latency_s)
{
	struct http_line request;
	size_t quote = str_find(str_head(text, 400), STR(" \"")), n;
	struct str client = str_head(text, quote), word;
	double v;

	if (quote >= text.n || text.p[quote] != ' ')
		return false;
	if (str_ends(client, STR(" -")))
		client.n -= 2;
	if (str_rchr(client, ' ') < client.n) /* nova: "[req-..] 10.0.0.1" */
		client = str_from(client, str_rchr(client, ' ') + 1);
	n = http_request(str_from(text, quote + 1), &request);
	if (!is_address(client) || n == 0 || !request.method.n || !request.protocol.n)
		return false;
	text = str_from(text, quote + 1 + n);
	word = str_starts(text, STR("status: ")) ? named(text, STR("status: ")) : str_head(text, str_chr(text, ' '));
	*code = http_status(word);
	if (*code && num_double(named(text, STR("time: ")), &v) && v >= 0)
		*latency_s = v;
	return *code != 0;
}

#include "source/app_place.h"

#include "base/number.h"

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

#include "source/app_place.h"

#include "unit.h"

#define HTTPX "HTTP Request: POST https://acme.openai.azure.com//openai/deployments/chat-eu/chat/completions?api-version=2024-06-01 "

static const struct { const char *text, *deployment; unsigned code; } lines[] = {
	{ HTTPX "\"HTTP/1.1 200 OK\"", "chat-eu", 200 },
	{ HTTPX "\"HTTP/1.1 429 Too Many Requests\"", "chat-eu", 429 },
	{ HTTPX "\"HTTP/2 503 Service Unavailable\"", "chat-eu", 503 },
	{ "https://acme.openai.azure.com:443 \"POST /openai/deployments/d1/embeddings?api-version=2024-02-01 HTTP/1.1\" 429 None", "d1", 429 },
	{ "HTTP Request: POST https://acme.cognitiveservices.azure.com/openai/deployments/d2/embeddings \"HTTP/1.1 401 Unauthorized\"", "d2", 401 },
	{ HTTPX, NULL, 0 },                        /* no answer yet */
	{ HTTPX "\"HTTP/1.1 4290\"", NULL, 0 },
	{ HTTPX "\"HTTP/1.1 999 No\"", NULL, 0 },
	{ "HTTP Request: POST https://acme.openai.azure.com/openai/v1/responses \"HTTP/1.1 429 Too Many Requests\"", NULL, 0 },
	{ "HTTP Request: POST https://gateway.example/openai/deployments/d/chat/completions \"HTTP/1.1 429 Too Many Requests\"", NULL, 0 },
	{ "https://acme.openai.azure.com/openai/deployments/", NULL, 0 },
	{ "", NULL, 0 },
};

START_TEST(reads_the_calls_of_client_libraries)
{
	struct str deployment = STR_NONE;
	unsigned code = 0;
	bool is = app_openai_call(str_of(lines[_i].text), &deployment, &code);

	ck_assert_int_eq(is, lines[_i].deployment != NULL);
	if (!is)
		return;
	ck_assert(str_eq(deployment, str_of(lines[_i].deployment)));
	ck_assert_uint_eq(code, lines[_i].code);
}
END_TEST

static const struct { const char *text; unsigned code; double latency; } served[] = {
	{ "10.0.0.7:53624 - \"POST /v1/completions HTTP/1.1\" 200 OK", 200, -1 },
	{ "[::1]:53624 - \"POST /v1/completions HTTP/1.1\" 503 Service Unavailable", 503, -1 },
	{ "[req-1 a b - - -] 10.0.0.7 \"GET /v2/servers HTTP/1.1\" status: 404 len: 12 time: 0.2477829", 404, 0.2477829 },
	{ "https://acme.openai.azure.com:443 \"POST /openai/deployments/d1/embeddings HTTP/1.1\" 429 None", 0, -1 },
	{ "HTTP Request: POST https://x/ \"HTTP/1.1 200 OK\"", 0, -1 },
	{ "10.0.0.7:53624 - \"WebSocket /ws\" [accepted]", 0, -1 },
	{ "10.0.0.7:53624 - \"GET / HTTP/1.1\" 99", 0, -1 },
	{ "said \"GET / HTTP/1.1\" 200", 0, -1 },
	{ "", 0, -1 },
};

START_TEST(knows_what_a_server_answered)
{
	unsigned code = 0;
	double latency = -1;
	bool is = app_served(str_of(served[_i].text), &code, &latency);

	ck_assert_int_eq(is, served[_i].code != 0);
	if (!is)
		return;
	ck_assert_uint_eq(code, served[_i].code);
	ck_assert_double_eq_tol(latency, served[_i].latency, 1e-9);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, knows_what_a_server_answered, served);
	LOOP(tc, reads_the_calls_of_client_libraries, lines);
}

TEST_MAIN("source/app_call", add)

#include "source/http_line.h"

#include <math.h>

#include "unit.h"

#define CLF "10.0.0.7 - - [16/Mar/2026:07:40:01 +0000] \"GET /x HTTP/1.1\" "
#define NONE (-1.0)

static const struct { const char *line; unsigned status; double latency, upstream; const char *workload; } lines[] = {
	{ CLF "200 12", 200, NONE, NONE, "" },
	{ CLF "200 12 \"-\" \"curl\" 0.250", 200, 0.25, NONE, "" },
	{ CLF "200 12 \"-\" \"curl\" \"-\" 0.250 0.240", 200, 0.25, NONE, "" },
	{ CLF "200 12 \"-\" \"curl\" 104233", 200, NONE, NONE, "" }, /* microseconds or bytes: nobody says */
	{ CLF "200 12 \"-\" \"curl\" request_time=1.5 upstream_response_time=1.25", 200, 1.5, 1.25, "" },
	{ CLF "200 12 \"-\" \"curl\" duration=15ms", 200, 0.015, NONE, "" },
	{ CLF "200 12 \"-\" \"cu\\\"rl 0.5\" rt=\"0.1, 0.2\"", 200, 0.3, NONE, "" },
	{ CLF "200 12 \"-\" \"curl\" 31 2.104 [ml-chat-80] [] 10.0.0.1:80, 10.0.0.2:80 0, 12 1.000, 1.100 502, 200 0c", 200, 2.104, 2.1, "ml-chat-80" },
	{ CLF "200 12 \"-\" \"curl\" 31 2.104 [ [ ] [] 10.0.0.1:80 0", 200, 2.104, NONE, "" },
	{ CLF "000 0", 0, NONE, NONE, "" },
	{ CLF "700 0", 0, NONE, NONE, NULL },
	{ CLF "20", 0, NONE, NONE, NULL },
	{ "10.0.0.7 - - [16/Mar/2026:07:40:01 +0000] \"GET /x HTTP/1.1 200 12", 0, NONE, NONE, NULL },
	{ "10.0.0.7 - [16/Mar/2026:07:40:01 +0000] \"GET /x HTTP/1.1\" 200 12", 0, NONE, NONE, NULL },
	{ "a b c d e [16/Mar/2026:07:40:01 +0000] \"GET /x HTTP/1.1\" 200 12", 0, NONE, NONE, NULL },
	{ "10.0.0.7:4000 [16/Mar/2026:07:40:01.500] fe be/s 0/0/0/20/21 200 5 - - ---- 1/1/1/1/0 0/0", 200, 0.021, 0.02, "be" },
	{ "10.0.0.7:4000 [16/Mar/2026:07:40:01.500] fe be/s 0/-1/-1/-1/+7 503 5 - - sQ-- 1/1/1/1/0 0/0", 503, 0.007, NONE, "be" },
	{ "10.0.0.7:4000 [16/Mar/2026:07:40:01.500] fe be/s 1/0/200 1024 -- 1/1/1/1/0 0/0", 0, NONE, NONE, NULL }, /* option tcplog */
	{ "[2026-03-16T07:40:01.500Z] \"GET / HTTP/2\" 200 - 0 5 12 - \"-\" \"-\" \"id\" \"h\" \"10.0.0.1:80\"", 200, 0.012, NONE, "" },
	{ "[2026-03-16T07:40:01.500Z] \"- - -\" 0 UH - - \"-\" 0 0 3 - \"-\" \"-\" \"-\" \"-\" \"-\"", 0, 0.003, NONE, "" },
	{ "[2026-03-16T07:40:01.500Z] \"GET / HTTP/2\" 200 INFO started", 0, NONE, NONE, NULL },
	{ "[2026-03-16T07:40:01.500Z] INFO started", 0, NONE, NONE, NULL },
	{ "", 0, NONE, NONE, NULL },
};

static void same(double got, double wanted)
{
	if (wanted < 0)
		ck_assert(isnan(got));
	else
		ck_assert_double_eq_tol(got, wanted, 1e-9);
}

START_TEST(reads_a_request)
{
	size_t n = strlen(lines[_i].line);
	char *copy = malloc(n + 1);
	struct http_line r;
	bool is = http_line((struct str){ memcpy(copy, lines[_i].line, n), n }, &r);

	ck_assert_msg(is == (lines[_i].workload != NULL), "%s", lines[_i].line);
	if (is) {
		ck_assert(r.stamped);
		ck_assert_uint_eq(r.status, lines[_i].status);
		same(r.latency_s, lines[_i].latency);
		same(r.upstream_s, lines[_i].upstream);
		ck_assert(str_eq(r.workload, str_of(lines[_i].workload)));
	}
	free(copy);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, reads_a_request, lines);
}

TEST_MAIN("source/http_line", add)

/* Metrics in Prometheus' notations: what an exporter's /metrics page shows (one scrape, or several one after
 * another), what the HTTP API answers to query and query_range, and `dcgmi dmon`.  What becomes of them: source/prom.h.
 *
 * A page has no time.  Its samples are the collection's, unless a line between two of them is a date
 * (`date; curl ..` in a loop) or they carry a time themselves. */
#include "base/json.h"
#include "base/limits.h"
#include "base/number.h"
#include "source/each_record.h"
#include "source/jsonkeys.h"
#include "source/prom.h"
#include "source/source.h"

#define RESULT_DEPTH 4 /* {"data":{"result":[{"metric":{"__name__"..}}]}} */

static bool is_result(struct str head)
{
	enum { TYPE, RESULT, METRIC, VALUE, VALUES, STATUS, ERROR_TYPE };
	static const char *const names[] = { "resultType", "result", "metric", "value", "values", "status", "errorType" };
	uint32_t seen = json_keys_seen(head, RESULT_DEPTH, names, sizeof(names) / sizeof(*names));

	if (!json_looks(head))
		return false;
	if (seen & 1 << TYPE && seen & 1 << RESULT)
		return true;
	if (seen & 1 << STATUS && seen & 1 << ERROR_TYPE)
		return str_has(str_head(head, 4096), STR("\"status\":\"error\""));
	return seen & 1 << METRIC && seen & (1 << VALUE | 1 << VALUES) && str_has(str_head(head, 4096), STR("\"__name__\""));
}

/* A comment of the format, not anybody's. */
static bool is_comment(struct str line)
{
	return str_starts(line, STR("# HELP ")) || str_starts(line, STR("# TYPE ")) || str_starts(line, STR("# UNIT ")) ||
	       str_eq(str_rtrim(line), STR("# EOF"));
}

static bool known_exporter(struct str line)
{
	static const char *const heads[] = { "DCGM_FI_", "vllm:", "node_", "kube_", "nv_inference_", "tgi_", "container_", "process_" };

	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++)
		if (str_starts(line, str_of(heads[i])))
			return true;
	return false;
}

static bool has_value(struct str line, size_t head)
{
	struct str rest = str_from(line, head), word;
	double v;

	return str_word(&rest, &word) && (num_double(word, &v) || str_ieq(word, STR("NaN")) || str_ends(word, STR("Inf")));
}

static int detect(struct str path, struct str head)
{
	struct str line, rest = head;
	size_t seen = 0, comments = 0, samples = 0, certain = 0, others = 0;

	(void)path;
	if (is_result(head))
		return 48;
	while (seen < 128 && str_cut(&rest, '\n', &line)) {
		size_t n;

		line = str_trim(line);
		if (line.n == 0)
			continue;
		if (seen == 0 && prom_dmon_header(line))
			return 44;
		seen++;
		n = prom_head(line);
		if (is_comment(line))
			comments++;
		else if (n && has_value(line, n)) {
			samples++;
			certain += line.p[n - 1] == '}' || known_exporter(line);
		} else if (rest.p) { /* the last line may be cut */
			others++;
		}
	}
	if (samples + comments == 0 || others * 4 > samples + comments)
		return 0;
	return comments ? 40 : certain * 2 > samples ? 28 : 0;
}

/* ---- pages ---- */

struct page {
	struct prom prom;
	struct arena *arena;      /* of the line */
	ts_usec t, u;             /* of the scrape */
	uint32_t clock;
};

/* "Mon Mar 16 07:40:01 UTC 2026", "# 2026-03-16T07:40:01Z", "=== 2026-03-16 07:40:01 ===". */
static bool scrape_time(struct page *p, struct str line)
{
	size_t (*const forms[])(struct str, struct stamp *) = { ts_iso8601, ts_ctime, ts_rfc1123 };
	struct stamp st;
	uint64_t epoch;

	while (line.n && strchr("#=- ", *line.p))
		line = str_from(line, 1);
	while (line.n && strchr("=- ", line.p[line.n - 1]))
		line.n--;
	if (num_u64(line, &epoch) && line.n == 10)
		st = (struct stamp){ (ts_usec)epoch * TS_SECOND, true, true, 0, TS_SECOND };
	else {
		size_t i = 0;

		while (i < 3 && (line.n == 0 || forms[i](line, &st) != line.n))
			i++;
		if (i == 3)
			return false;
	}
	p->t = st.t;
	p->u = st.resolution_us;
	p->clock = st.has_zone ? CLOCK_IS_UTC : clocks_get(emit_clocks(p->prom.out), CLOCK_LOCAL, STR_NONE, STR_NONE, 0);
	return true;
}

static enum status page_line(struct page *p, const struct line *line, struct error *err)
{
	struct str text = str_trim(line->text);
	struct prom_sample s = { .t = p->t, .u = p->u, .clock = p->clock, .line = line->no, .offset = line->offset };
	const char *why;
	bool timed;

	if (text.n == 0 || is_comment(text) || scrape_time(p, text) || *text.p == '#')
		return OK;
	arena_reset(p->arena);
	if (!prom_line(text, p->arena, &s, &timed, &why))
		return emit_reject(p->prom.out, line->no, line->offset, line->text, why, err);
	/* node_exporter tells what its host's clock shows */
	if (str_eq(s.name, STR("node_time_seconds")) && s.value > 1e9 && s.value < 4e9 && !timed)
		clocks_pair(emit_clocks(p->prom.out), s.clock, s.t, CLOCK_IS_UTC, (ts_usec)(s.value * 1e6), TS_SECOND, STR("node_time_seconds"));
	return prom_emit(&p->prom, str_head(text, prom_head(text)), &s, err);
}

static enum status parse_page(struct reader *in, struct emitter *out, struct error *err)
{
	struct page p = { .arena = arena_new() };
	struct line line;
	enum status st, damage;

	prom_init(&p.prom, out, true);
	p.clock = clocks_get(emit_clocks(out), CLOCK_AGE, STR_NONE, emit_path(out), 0);
	while ((st = reader_line(in, &line, err)) == OK)
		if ((st = page_line(&p, &line, err)) != OK)
			goto done;
	damage = st == END ? OK : st;
	st = prom_rates_emit(p.prom.rates, damage == OK ? err : NULL);
	if (damage != OK)
		st = damage;
done:
	prom_done(&p.prom);
	arena_free(p.arena);
	return st;
}

/* ---- answers of the API ---- */

struct answer { struct prom prom; struct buf key; };

static bool read_point(const struct json *pair, struct prom_sample *s)
{
	const struct json *t = json_first(pair), *v = json_next(t);
	double when;

	if (!v || !json_num(t, &when) || when < 0 || when > 4e9)
		return false;
	s->t = (ts_usec)(when * 1e6 + 0.5);
	if (json_num(v, &s->value))
		return true;
	s->value = NO_NUMBER; /* "NaN", "+Inf" */
	return json_str(v).n > 0;
}

static void read_metric(const struct json *metric, struct prom_sample *s)
{
	for (const struct json *m = json_first(metric); m; m = json_next(m)) {
		if (str_eq(json_key(m), STR("__name__")))
			s->name = json_str(m);
		else if (s->n < PROM_LABELS && json_str(m).n)
			s->labels[s->n++] = (struct label){ json_key(m), json_str(m) };
	}
}

static enum status take(void *ctx, const struct json *v, const struct record *r, struct error *err)
{
	struct answer *a = ctx;
	const struct json *metric = json_get(v, "metric"), *values = json_get(v, "values"), *value = json_get(v, "value");
	struct prom_sample s = { .u = 1000, .clock = CLOCK_IS_UTC, .line = r->line, .offset = r->offset };
	enum status st = OK;

	if (str_eq(json_get_str(v, "status"), STR("error")))
		return emit_reject(a->prom.out, r->line, r->offset, r->text, "the query failed", err);
	if (r->envelope || json_get(v, "data"))
		return OK;
	if (!metric || (!values && !value))
		return emit_reject(a->prom.out, r->line, r->offset, r->text, "no series", err);
	read_metric(metric, &s);
	buf_reset(&a->key);
	json_text(metric, &a->key);
	if (value)
		return read_point(value, &s) ? prom_emit(&a->prom, buf_str(&a->key), &s, err)
					     : emit_reject(a->prom.out, r->line, r->offset, r->text, "no time and value", err);
	for (const struct json *p = json_first(values); p && st == OK; p = json_next(p))
		st = read_point(p, &s) ? prom_emit(&a->prom, buf_str(&a->key), &s, err)
				       : emit_reject(a->prom.out, r->line, r->offset, r->text, "no time and value", err);
	return st;
}

static enum status parse_answer(struct reader *in, struct emitter *out, struct error *err)
{
	static const char *const arrays[] = { "data.result", "result", NULL };
	struct answer a = { .key = { 0 } };
	enum status st;

	prom_init(&a.prom, out, false);
	buf_init(&a.key, LIMIT_LINE);
	st = each_record(in, out, arrays, take, &a, err);
	if (st == OK)
		st = prom_rates_emit(a.prom.rates, err);
	buf_done(&a.key);
	prom_done(&a.prom);
	return st;
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct str head = reader_head(in), first;

	emit_cover(out, COVER_POLLED);
	if (is_result(head))
		return parse_answer(in, out, err);
	while (str_cut(&head, '\n', &first) && str_trim(first).n == 0)
		;
	return prom_dmon_header(str_trim(first)) ? prom_dmon_parse(in, out, err) : parse_page(in, out, err);
}

const struct source source_prometheus = {
	.name = "prometheus",
	.title = "Prometheus metrics (exporters, query results, dcgmi dmon)",
	.collect = "curl -s localhost:9400/metrics > dcgm-metrics.txt",
	.detect = detect,
	.parse = parse,
};

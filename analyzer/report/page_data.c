#include "report/page_data.h"

#include <math.h>
#include <stddef.h>

#include "base/map.h"
#include "report/escape.h"
#include "sql.h"

static void put_us(FILE *out, ts_usec t)
{
	if (t == TS_NONE)
		fputs("null", out);
	else
		fprintf(out, "%lld", (long long)t);
}

static void put_key(FILE *out, const char *key, struct str value)
{
	fprintf(out, ",\"%s\":", key);
	json_text_of(out, value);
}

static void put_span(FILE *out, ts_usec from, ts_usec to)
{
	fputc('[', out);
	put_us(out, from);
	fputc(',', out);
	put_us(out, to);
	fputc(']', out);
}

/* ---- records by column ---- */

/* "key":{"of":[0,0,1],"names":["dmesg","journal"]} */
static void put_named(FILE *out, const struct report *r, const char *key, size_t offset)
{
	struct map *names = map_new();

	fprintf(out, ",\"%s\":{\"of\":[", key);
	for (size_t i = 0; i < r->n_events; i++) {
		const struct str *s = (const void *)((const char *)&r->events[i] + offset);

		fprintf(out, i ? ",%zu" : "%zu", map_put(names, *s));
	}
	fputs("],\"names\":[", out);
	for (size_t i = 0; i < map_count(names); i++) {
		fputs(i ? "," : "", out);
		json_text_of(out, map_key(names, i));
	}
	fputs("]}", out);
	map_free(names);
}

static void put_events(FILE *out, const struct report *r)
{
	const struct report_event *e = r->events;
	ts_usec before = 0;

	fputs(",\"events\":{\"id\":[", out);
	for (size_t i = 0; i < r->n_events; i++)
		fprintf(out, i ? ",%lld" : "%lld", (long long)e[i].id);
	fputs("],\"step\":[", out); /* since the record before: short and alike, so that it compresses */
	for (size_t i = 0; i < r->n_events; i++) {
		fprintf(out, i ? ",%lld" : "%lld", (long long)(e[i].t - before));
		before = e[i].t;
	}
	fputs("],\"severity\":[", out);
	for (size_t i = 0; i < r->n_events; i++)
		fprintf(out, i ? ",%d" : "%d", e[i].severity);
	fputs("],\"evidence\":[", out);
	for (size_t i = 0; i < r->n_events; i++)
		fprintf(out, i ? ",%d" : "%d", e[i].evidence);
	fputs("],\"line\":[", out);
	for (size_t i = 0; i < r->n_events; i++)
		fprintf(out, i ? ",%u" : "%u", e[i].line);
	fputs("],\"text\":[", out);
	for (size_t i = 0; i < r->n_events; i++) {
		fputs(i ? "," : "", out);
		json_text_of(out, e[i].text);
	}
	fputc(']', out);
	put_named(out, r, "source", offsetof(struct report_event, source));
	put_named(out, r, "host", offsetof(struct report_event, host));
	put_named(out, r, "entity", offsetof(struct report_event, entity));
	put_named(out, r, "kind", offsetof(struct report_event, kind));
	put_named(out, r, "file", offsetof(struct report_event, file));
	fputc('}', out);
}

/* ---- lanes and charts ---- */

static void put_lanes(FILE *out, const struct report *r)
{
	fputs(",\"lanes\":[", out);
	for (size_t i = 0; i < r->n_lanes; i++) {
		const struct report_lane *l = &r->lanes[i];

		fprintf(out, "%s{\"n\":%zu", i ? "," : "", i);
		put_key(out, "source", l->source);
		put_key(out, "host", l->host);
		fputs(",\"covered\":[", out);
		for (size_t k = 0; k < l->n_covered; k++) {
			fputs(k ? "," : "", out);
			put_span(out, l->covered[k].from, l->covered[k].to);
		}
		fputs("],\"runs\":[", out);
		for (size_t k = 0; k < l->n_runs; k++) {
			fputs(k ? ",{\"span\":" : "{\"span\":", out);
			put_span(out, l->runs[k].from, l->runs[k].to);
			put_key(out, "text", l->runs[k].text);
			fputc('}', out);
		}
		fputs("]}", out);
	}
	fputc(']', out);
}

static void put_numbers(FILE *out, const char *key, const struct report_chart *c, size_t offset)
{
	fprintf(out, ",\"%s\":[", key);
	for (size_t i = 0; i < c->n_points; i++) {
		double v = *(const double *)(const void *)((const char *)&c->points[i] + offset);

		fputs(i ? "," : "", out);
		if (isfinite(v))
			fprintf(out, "%.12g", v);
		else
			fputs("null", out); /* a gap stays a gap */
	}
	fputc(']', out);
}

static void put_charts(FILE *out, const struct report *r)
{
	fputs(",\"charts\":[", out);
	for (size_t i = 0; i < r->n_charts; i++) {
		const struct report_chart *c = &r->charts[i];

		fprintf(out, "%s{\"n\":%zu", i ? "," : "", i);
		put_key(out, "series", c->series);
		put_key(out, "unit", c->unit);
		put_key(out, "entity", c->entity);
		fputs(",\"t\":[", out);
		for (size_t k = 0; k < c->n_points; k++) {
			fputs(k ? "," : "", out);
			put_us(out, c->points[k].t);
		}
		fputc(']', out);
		put_numbers(out, "low", c, offsetof(struct report_point, min));
		put_numbers(out, "high", c, offsetof(struct report_point, max));
		fputc('}', out);
	}
	fputc(']', out);
}

/* ---- verdicts, for the queries ---- */

static void put_finding(FILE *out, const struct report_finding *f)
{
	fprintf(out, "{\"points\":%d", f->points);
	put_key(out, "finding_id", f->id);
	put_key(out, "rule", f->rule);
	put_key(out, "title", f->title);
	put_key(out, "severity", f->severity);
	put_key(out, "word", f->word);
	put_key(out, "cause", f->cause);
	put_key(out, "entity_kind", f->entity_kind);
	put_key(out, "entity", f->entity);
	put_key(out, "host", f->host);
	put_key(out, "explained_by", f->explained_by);
	put_key(out, "narrative", f->narrative);
	fputs(",\"span\":", out);
	put_span(out, f->start, f->end);
	fputs(",\"evidence\":[", out);
	for (size_t i = 0, n = 0; i < f->n_items; i++) {
		const struct report_item *it = &f->items[i];

		for (size_t k = 0; k < (it->n_evidence ? it->n_evidence : 1); k++) {
			const struct report_evidence *v = k < it->n_evidence ? &it->evidence[k] : NULL;

			fprintf(out, "%s{\"points\":%d", n++ ? "," : "", k ? 0 : it->points);
			put_key(out, "signal", it->signal);
			put_key(out, "role", it->role);
			put_key(out, "state", it->state);
			put_key(out, "cause", it->cause);
			put_key(out, "source", it->source);
			if (v) {
				fprintf(out, ",\"event_id\":%lld,\"line\":%u,\"ts_us\":", (long long)v->event, v->line);
				put_us(out, v->t);
				put_key(out, "file", v->file);
				put_key(out, "message", v->text);
			}
			fputc('}', out);
		}
	}
	fputs("]}", out);
}

static void put_verdicts(FILE *out, const struct report *r)
{
	fputs(",\"findings\":[", out);
	for (size_t i = 0; i < r->n_findings; i++) {
		fputs(i ? "," : "", out);
		put_finding(out, &r->findings[i]);
	}
	fputs("],\"incidents\":[", out);
	for (size_t i = 0; i < r->n_incidents; i++) {
		const struct report_incident *in = &r->incidents[i];

		fputs(i ? ",{\"span\":" : "{\"span\":", out);
		put_span(out, in->start, in->end);
		fputs(",\"recovered\":", out);
		put_us(out, in->recovered);
		put_key(out, "incident_id", in->id);
		put_key(out, "title", in->title);
		put_key(out, "severity", in->severity);
		fputc('}', out);
	}
	fputc(']', out);
}

void page_data(FILE *out, const struct report *r)
{
	static const char *const slices[] = { [SLICE_CASE] = "case", [SLICE_AXIS] = "axis", [SLICE_SEVERE] = "severe" };

	fprintf(out, "{\"schema\":\"forensics/page/1\",\"slice\":\"%s\",\"left_out\":%llu,\"case\":", slices[r->slice], (unsigned long long)r->events_left_out);
	put_span(out, r->from, r->to);
	fputs(",\"axis\":", out);
	put_span(out, r->axis_from, r->axis_to);
	put_lanes(out, r);
	put_charts(out, r);
	put_verdicts(out, r);
	put_events(out, r);
	fputs(",\"queries\":[", out);
	for (size_t i = 0; COOKBOOK[i].name; i++) {
		fprintf(out, "%s{\"n\":%zu", i ? "," : "", i);
		put_key(out, "name", str_of(COOKBOOK[i].name));
		put_key(out, "sql", str_of(COOKBOOK[i].sql));
		fputc('}', out);
	}
	fputs("]}\n", out);
}

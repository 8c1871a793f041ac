#include "source/prom.h"

#include <math.h>

#include "base/limits.h"

/* `dcgmi dmon -e 203,150,..`, a row a GPU and sample, without any time:
 *
 *     #Entity   GPUTL   TMPTR
 *     ID                C
 *     GPU 0     97      64
 *
 * A second header line has units at most; both come again from time to time. */

struct dmon {
	struct emitter *out;
	struct arena *arena;      /* of the columns */
	struct gpu_column columns[LIMIT_COLUMNS];
	size_t n;
};

bool prom_dmon_header(struct str line)
{
	struct str word;

	str_skip(&line, STR("#"));
	return str_word(&line, &word) && (str_eq(word, STR("Entity")) || str_eq(word, STR("#Entity"))) && str_word(&line, &word);
}

static void take_header(struct dmon *d, struct str line)
{
	struct str word;

	arena_reset(d->arena);
	d->n = 0;
	str_skip(&line, STR("#"));
	str_word(&line, &word);
	while (d->n < LIMIT_COLUMNS && str_word(&line, &word)) {
		struct str field = prom_dcgm_field(word);

		if (!field.n || !prom_gpu_column(field, d->arena, &d->columns[d->n]))
			d->columns[d->n] = gpu_column(arena_dup(d->arena, word), d->arena);
		d->n++;
	}
}

static bool has_digit(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (is_digit(s.p[i]))
			return true;
	return false;
}

static enum status take_row(struct dmon *d, const struct line *line, struct error *err)
{
	struct str rest = line->text, kind, id, word;
	struct label labels[4];
	double values[LIMIT_COLUMNS];
	uint32_t series[LIMIT_COLUMNS];
	char entity[GPU_ID + 4] = "";
	size_t own = 1, n = 0;

	if (!str_word(&rest, &kind) || !str_word(&rest, &id) || !has_digit(id))
		return emit_reject(d->out, line->no, line->offset, line->text, "no entity", err);
	labels[0] = (struct label){ str_eq(kind, STR("GPU")) ? STR("gpu") : STR("entity"), id };
	if (str_eq(kind, STR("GPU")))
		snprintf(entity, sizeof(entity), "gpu:%.*s", STR_ARG(str_head(id, GPU_ID - 1)));
	else
		labels[own++] = (struct label){ STR("kind"), kind };
	for (size_t i = 0; i < d->n && str_word(&rest, &word); i++) {
		const struct gpu_column *c = &d->columns[i];
		const struct gpu_unit *unit;

		if (c->role != GPU_COLUMN_VALUE || gpu_cell(word, &values[n], &unit) != GPU_NUMBER)
			continue;
		values[n] *= c->factor;
		memcpy(labels + own, c->labels, c->n_labels * sizeof(*labels));
		series[n++] = emit_series(d->out, &(struct series_def){ .name = c->series, .unit = c->unit, .entity = str_of(entity),
			.labels = labels, .n_labels = own + c->n_labels });
	}
	if (n == 0)
		return emit_reject(d->out, line->no, line->offset, line->text, "no number in this row", err);
	return emit_sample(d->out, &(struct sample){ .clock = clocks_get(emit_clocks(d->out), CLOCK_UNSTAMPED, STR_NONE, emit_path(d->out), 0),
		.line = line->no, .offset = line->offset, .panel = emit_panel(d->out, series, n), .values = values }, err);
}

enum status prom_dmon_parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct arena *a = arena_new();
	struct dmon *d = ARENA_NEW(a, struct dmon);
	struct line line;
	enum status st;

	d->out = out;
	d->arena = arena_new();
	while ((st = reader_line(in, &line, err)) == OK) {
		struct str text = str_trim(line.text);

		if (text.n == 0)
			continue;
		if (prom_dmon_header(text))
			take_header(d, text);
		else if (d->n == 0)
			st = emit_reject(out, line.no, line.offset, line.text, "before the header", err);
		else if (has_digit(text))
			st = take_row(d, &line, err);
		if (st != OK)
			break;
	}
	arena_free(d->arena);
	arena_free(a);
	return st == END ? OK : st;
}

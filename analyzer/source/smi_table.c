#include "source/smi.h"

#include <math.h>

#include "base/map.h"
#include "base/number.h"

/* Driver 418 (two rows a GPU, 79 columns) to 610 (three rows, 91 columns):
 * widths and borders change, the order of the cells does not. */

#define TABLE_GPUS 64
#define CELLS 8

struct smi_table {
	struct emitter *out;
	struct arena *arena;  /* of the box at hand */
	struct arena *names;  /* of the member */
	struct smi_report *gpus[TABLE_GPUS];
	struct str texts[TABLE_GPUS];
	size_t n;
	bool growing;         /* rows of the last GPU still come */
	bool processes;       /* below "Processes:" */
	struct smi_time at;   /* of the version row above it */
	struct map *seen;     /* address -> enum smi_seen */
	struct str driver, cuda;
	size_t count;         /* last emitted as gpu.count */
};

struct smi_table *smi_table_new(struct emitter *out)
{
	struct arena *names = arena_new();
	struct smi_table *t = ARENA_NEW(names, struct smi_table);

	t->out = out;
	t->names = names;
	t->arena = arena_new();
	t->seen = map_new();
	return t;
}

void smi_table_free(struct smi_table *t)
{
	if (!t)
		return;
	map_free(t->seen);
	arena_free(t->arena);
	arena_free(t->names);
}

bool smi_table_wants(struct str line)
{
	line = str_trim(line);
	return line.n > 8 && ((*line.p == '+' && line.p[1] == '-') ||
			      (*line.p == '|' && (line.p[line.n - 1] == '|' || line.p[line.n - 1] == '+')));
}

enum status smi_table_end(struct smi_table *t, struct error *err)
{
	enum status st = OK;

	for (size_t i = 0; st == OK && i < t->n; i++) {
		struct smi_report *r = t->gpus[i];
		size_t at = map_put(t->seen, r->pci);
		unsigned seen = (unsigned)map_value(t->seen, at);

		st = smi_report_emit(t->out, r, STR("nvidia_smi.table"), t->texts[i], t->at, &seen, err);
		map_set(t->seen, at, seen);
	}
	if (t->n && t->n != t->count) {
		char text[24];

		snprintf(text, sizeof(text), "%zu", t->n);
		emit_fact(t->out, STR_NONE, STR("gpu.count"), str_of(text), t->gpus[0]->first.no);
		t->count = t->n;
	}
	t->n = 0;
	t->growing = t->processes = false;
	arena_reset(t->arena);
	return st;
}

static size_t words(struct str s, struct str *out, size_t max)
{
	size_t n = 0;

	while (n < max && str_word(&s, &out[n]))
		n++;
	return n;
}

/* The text behind a label of the version row, up to the next run of blanks. */
static struct str labelled(struct str row, struct str label)
{
	struct str rest = str_from(row, str_find(row, label) + label.n), word;

	if (!str_has(row, label) || !str_word(&rest, &word) || str_eq(word, STR("N/A")) || str_eq(word, STR("|")))
		return STR_NONE;
	return word;
}

static void fact(struct smi_table *t, const char *key, struct str value, struct str *last, uint32_t line)
{
	if (!value.n || str_eq(value, *last))
		return;
	*last = arena_dup(t->names, value);
	emit_fact(t->out, STR_NONE, str_of(key), *last, line);
}

static void versions(struct smi_table *t, struct str row, uint32_t line)
{
	struct str driver = labelled(row, STR("Driver Version:")), cuda = labelled(row, STR("CUDA Version:"));

	if (!driver.n)
		driver = labelled(row, STR("KMD Version:")); /* since 610 */
	if (!cuda.n)
		cuda = labelled(row, STR("CUDA UMD Version:"));
	fact(t, "driver.version", driver, &t->driver, line);
	fact(t, "cuda.version", cuda, &t->cuda, line);
}

/* "   0  NVIDIA H200          On  ", "00000000:00:06.0 Off", "   0 ". */
static struct smi_report *first_row(struct smi_table *t, const struct line *line, const struct str *cells)
{
	struct smi_report *r = smi_report_new(t->arena, line);
	struct str rest = str_trim(cells[0]), index = STR_NONE;
	char pci[GPU_ID];
	size_t blank;

	gpu_pci(str_trim(cells[1]), pci);
	r->pci = arena_dup(t->arena, str_of(pci));
	str_word(&rest, &index);
	r->index = arena_dup(t->arena, index);
	rest = str_trim(rest);
	blank = str_rchr(rest, ' ');
	r->name = arena_dup(t->arena, str_trim(str_head(rest, blank)));
	smi_report_field(r, STR("index"), r->index);
	smi_report_field(r, STR("name"), r->name);
	smi_report_field(r, STR("bus_id"), r->pci);
	if (blank < rest.n && !str_eq(str_from(rest, blank + 1), STR("N/A")))
		smi_report_field(r, STR("persistence"), str_from(rest, blank + 1));
	if (str_eq(r->name, STR("ERR!")))
		r->faults = STR("name");
	smi_report_value(r, "ecc", "ecc.errors.uncorrected.volatile.total", cells[2]);
	return r;
}

/* "N/A   26C    P0    29W / 165W ", "  0MiB / 24576MiB ", "  0%      Default ". */
static void second_row(struct smi_report *r, const struct str *cells)
{
	struct str w[8];
	size_t n = words(cells[0], w, 8), slash = str_chr(cells[1], '/');

	if (n >= 3) {
		smi_report_value(r, "fan", "fan.speed", w[0]);
		smi_report_value(r, "temperature", "temperature.gpu", w[1]);
		if (w[2].n > 1 && *w[2].p == 'P') {
			smi_report_field(r, STR("pstate"), w[2]);
			smi_report_value(r, NULL, "pstate", str_from(w[2], 1));
		}
	}
	if (n >= 6) {
		smi_report_value(r, "power_draw", "power.draw", w[3]);
		smi_report_value(r, "power_cap", "power.limit", w[5]);
	}
	if (slash < cells[1].n && !str_eq(str_trim(cells[1]), STR("N/A"))) {
		smi_report_value(r, "memory_used", "memory.used", str_head(cells[1], slash));
		smi_report_value(r, "memory_total", "memory.total", str_from(cells[1], slash + 1));
	}
	n = words(cells[2], w, 8);
	if (n)
		smi_report_value(r, "utilization", "utilization.gpu", w[0]);
}

/* "    0   N/A  N/A   3938197      C   python      868MiB ". */
static bool process_row(struct smi_table *t, struct str row)
{
	struct str w[64], name;
	size_t n = words(row, w, 64), type = 0;
	const struct gpu_unit *unit = NULL;
	struct smi_process p;
	double v;

	for (size_t i = 2; i + 1 < n && !type; i++)
		if (w[i].n <= 3 && (*w[i].p == 'C' || *w[i].p == 'G' || *w[i].p == 'M') && is_digit(*w[i - 1].p))
			type = i;
	if (!type || !is_digit(*w[0].p))
		return false;
	name = type + 1 < n - 1 ? (struct str){ w[type + 1].p, (size_t)(w[n - 2].p + w[n - 2].n - w[type + 1].p) } : STR_NONE;
	p = (struct smi_process){ arena_dup(t->arena, w[type - 1]), arena_dup(t->arena, w[type]), arena_dup(t->arena, name),
	    (double)NAN };
	if (gpu_cell(w[n - 1], &v, &unit) == GPU_NUMBER && unit)
		p.bytes = v * unit->factor;
	for (size_t i = 0; i < t->n; i++) {
		struct smi_report *r = t->gpus[i];

		if (str_eq(r->index, w[0]) && r->n_processes < LIMIT_FIELDS)
			r->processes[r->n_processes++] = p;
	}
	return true;
}

static void grow_text(struct smi_table *t, struct str row)
{
	struct str *text = &t->texts[t->n - 1];

	*text = text->n ? arena_printf(t->arena, "%.*s\n%.*s", STR_ARG(*text), STR_ARG(row)) : arena_dup(t->arena, row);
}

enum status smi_table_line(struct smi_table *t, const struct line *line, struct smi_time at, struct error *err)
{
	struct str row = str_trim(line->text), inside, cells[CELLS], rest;
	char pci[GPU_ID];
	enum status st;
	size_t n = 0;

	if (*row.p == '+' || (row.n > 1 && (row.p[1] == '-' || row.p[1] == '='))) {
		t->growing = false;
		return OK;
	}
	inside = rest = (struct str){ row.p + 1, row.n - 2 };
	if (str_has(inside, STR("NVIDIA-SMI "))) {
		st = smi_table_end(t, err);
		t->at = at;
		versions(t, inside, line->no);
		return st;
	}
	if (str_has(inside, STR("Processes:")) || str_has(inside, STR("MIG devices:"))) {
		t->growing = false;
		t->processes = str_has(inside, STR("Processes:"));
		return OK;
	}
	if (t->processes) {
		process_row(t, inside);
		return OK;
	}
	while (n < CELLS && str_cut(&rest, '|', &cells[n]))
		n++;
	if (n == 3 && gpu_pci(str_trim(cells[1]), pci)) {
		if (t->n == TABLE_GPUS)
			return emit_reject(t->out, line->no, line->offset, line->text, "more GPUs than a host has", err);
		t->gpus[t->n] = first_row(t, line, cells);
		t->texts[t->n++] = STR_NONE;
		t->growing = true;
		grow_text(t, row);
		return OK;
	}
	if (n == 3 && t->growing) {
		struct smi_report *r = t->gpus[t->n - 1];

		if (r->lines++ == 1)
			second_row(r, cells);
		grow_text(t, row);
	}
	return OK; /* headings, MIG devices */
}

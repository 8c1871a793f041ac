#include "source/smi_layout.h"

#include <stdlib.h>

#include "base/csv.h"
#include "base/number.h"

size_t smi_cells(struct str line, struct arena *a, struct str *cells, size_t max)
{
	size_t n = 0;

	if (line.n == 0)
		return 0;
	if (a && memchr(line.p, '"', line.n)) {
		while (n < max && csv_cell(&line, a, &cells[n]))
			n++;
		return n;
	}
	for (const char *p = line.p, *end = line.p + line.n; n < max;) {
		const char *comma = memchr(p, ',', (size_t)(end - p));
		const char *from = p, *to = comma ? comma : end;

		while (from < to && is_blank(*from))
			from++;
		while (to > from && (is_blank(to[-1]) || to[-1] == '\r'))
			to--;
		cells[n++] = (struct str){ from, (size_t)(to - from) };
		if (!comma)
			break;
		p = comma + 1;
	}
	return n;
}

static bool same_series(const struct gpu_column *a, const struct gpu_column *b)
{
	if (a->role != GPU_COLUMN_VALUE || b->role != GPU_COLUMN_VALUE || a->n_labels != b->n_labels ||
	    !str_eq(a->series, b->series))
		return false;
	for (size_t i = 0; i < a->n_labels; i++)
		if (!str_eq(a->labels[i].value, b->labels[i].value))
			return false;
	return true;
}

static bool has_series(const struct smi_layout *l, struct str series)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->columns[i].is.role == GPU_COLUMN_VALUE && str_eq(l->columns[i].is.series, series))
			return true;
	return false;
}

/* A query that asked only for the finer column means the plain one. */
static void promote(struct smi_layout *l)
{
	static const struct { const char *from, *to; } better[] = {
		{ "gpu.power.limit.enforced", "gpu.power.limit" },
		{ "gpu.power.draw.instant", "gpu.power.draw" },
		{ "gpu.power.draw.average", "gpu.power.draw" },
	};

	for (size_t b = 0; b < sizeof(better) / sizeof(*better); b++) {
		if (has_series(l, str_of(better[b].to)))
			continue;
		for (size_t i = 0; i < l->n; i++)
			if (str_eq(l->columns[i].is.series, str_of(better[b].from)))
				l->columns[i].is.series = str_of(better[b].to);
	}
}

static void note(size_t *where, size_t i)
{
	if (*where == SMI_NO_COLUMN)
		*where = i;
}

static void place(struct smi_layout *l, size_t i)
{
	struct smi_column *c = &l->columns[i];

	switch (c->is.role) {
	case GPU_COLUMN_TIME:
		note(&l->time, i);
		break;
	case GPU_COLUMN_DATE:
		note(&l->date, i);
		break;
	case GPU_COLUMN_ELAPSED:
		break;
	case GPU_COLUMN_INDEX:
		note(&l->index, i);
		break;
	case GPU_COLUMN_UUID:
		note(&l->uuid, i);
		break;
	case GPU_COLUMN_PCI:
		note(&l->pci, i);
		break;
	case GPU_COLUMN_NAME:
		note(&l->name, i);
		break;
	case GPU_COLUMN_DRIVER:
		note(&l->driver, i);
		break;
	case GPU_COLUMN_COUNT:
		note(&l->count, i);
		break;
	case GPU_COLUMN_PID:
		note(&l->pid, i);
		break;
	case GPU_COLUMN_PROCESS:
		note(&l->process, i);
		break;
	case GPU_COLUMN_MASK:
		note(&l->mask, i);
		break;
	case GPU_COLUMN_NONE:
	case GPU_COLUMN_PSTATE:
	case GPU_COLUMN_VALUE:
		break;
	}
}

static struct smi_layout *layout_new(struct arena *a, size_t n)
{
	struct smi_layout *l = ARENA_NEW(a, struct smi_layout);

	l->columns = ARENA_ARRAY(a, struct smi_column, n);
	l->n = n;
	l->time = l->date = l->index = l->uuid = l->pci = l->name = l->driver = l->count = l->pid = l->process = l->mask = SMI_NO_COLUMN;
	l->keys = map_new();
	return l;
}

static void finish(struct smi_layout *l)
{
	bool total[2] = { false, false };

	/* "name" is the process in an application query of old drivers. */
	if (l->pid != SMI_NO_COLUMN && l->process == SMI_NO_COLUMN)
		l->process = l->name;
	if (l->date != SMI_NO_COLUMN && l->time == SMI_NO_COLUMN) { /* a lone Date holds the time too */
		l->time = l->date;
		l->date = SMI_NO_COLUMN;
	}
	promote(l);
	for (size_t i = 0; i < l->n; i++) {
		struct smi_column *c = &l->columns[i];

		c->reason = GPU_REASONS;
		for (size_t j = 0; j < i; j++) /* asked for twice, or under two names */
			if (same_series(&c->is, &l->columns[j].is))
				c->is.role = GPU_COLUMN_NONE;
		if (c->is.role != GPU_COLUMN_VALUE)
			continue;
		if (str_eq(c->is.series, STR("gpu.throttle"))) {
			c->reason = gpu_reason(c->is.labels[0].value);
			l->own_reasons |= gpu_reasons[c->reason].bit;
		}
		c->watched = str_eq(c->is.series, STR("gpu.ecc.uncorrected"));
		if (c->watched && str_eq(c->is.labels[1].value, STR("total")))
			total[str_eq(c->is.labels[0].value, STR("volatile"))] = true;
	}
	/* Where there is a total, its parts would tell the same twice. */
	for (size_t i = 0; i < l->n; i++) {
		struct smi_column *c = &l->columns[i];

		if (c->watched && total[str_eq(c->is.labels[0].value, STR("volatile"))])
			c->watched = str_eq(c->is.labels[1].value, STR("total"));
	}
}

struct smi_layout *smi_layout_named(struct arena *a, const struct str *cells, size_t n)
{
	struct smi_layout *l = layout_new(a, n);

	for (size_t i = 0; i < n; i++) {
		l->columns[i].is = gpu_column(cells[i], a);
		place(l, i);
	}
	finish(l);
	return l;
}

void smi_layout_done(struct smi_layout *l)
{
	map_free(l->keys);
	free(l->groups);
}

static bool small_integer(struct str s, uint64_t *v)
{
	return s.n <= 2 && num_u64(s, v) && *v < 64;
}

/* Do the cells of this column count the GPUs: 0, 1, .., 0, 1, ..? */
static bool counts_gpus(struct str head, size_t column)
{
	struct arena *a = arena_new();
	struct str line, cells[64];
	uint64_t v, last = UINT64_MAX;
	size_t rows = 0;
	bool ok = true, moved = false;

	while (ok && rows < 64 && str_cut(&head, '\n', &line)) {
		if (smi_cells(line, a, cells, 64) <= column || !small_integer(cells[column], &v))
			continue;
		ok = v == 0 || v == last + 1;
		moved = moved || v > 0;
		last = v;
		rows++;
	}
	arena_free(a);
	return ok && moved;
}

static struct gpu_column guess(struct arena *a, struct str cell, size_t i)
{
	struct gpu_column c = { .role = GPU_COLUMN_NONE, .factor = 1 };
	const struct gpu_unit *unit;
	struct smi_stamp st;
	char id[GPU_ID];
	uint64_t mask;
	double v;

	if (smi_stamp(cell, false, &st))
		c.role = GPU_COLUMN_TIME;
	else if (gpu_is_uuid(cell))
		c.role = GPU_COLUMN_UUID;
	else if (gpu_pci(cell, id) == cell.n && cell.n)
		c.role = GPU_COLUMN_PCI;
	else if (cell.n == 18 && str_starts(cell, STR("0x")) && num_hex(cell, &mask))
		c.role = mask == 0x1ff ? GPU_COLUMN_NONE : GPU_COLUMN_MASK; /* all set: what the board supports */
	else if (cell.n >= 2 && cell.n <= 3 && *cell.p == 'P' && is_digit(cell.p[1]))
		c = gpu_column(STR("pstate"), a);
	else if (gpu_cell(cell, &v, &unit) != GPU_TEXT) {
		c.role = GPU_COLUMN_VALUE;
		c.plain = true;
		c.series = arena_printf(a, "gpu.column.%zu", i + 1);
	}
	return c;
}

struct smi_layout *smi_layout_guessed(struct arena *a, const struct str *cells, size_t n, struct str head)
{
	struct smi_layout *l = layout_new(a, n);
	uint64_t v;

	l->guessed = true;
	for (size_t i = 0; i < n; i++) {
		struct gpu_column *c = &l->columns[i].is;

		*c = guess(a, cells[i], i);
		/* An index stands early, and counts, or stands before a name. */
		if (i < 3 && c->role == GPU_COLUMN_VALUE && l->index == SMI_NO_COLUMN && small_integer(cells[i], &v) &&
		    (counts_gpus(head, i) || (i + 1 < n &&
		     (gpu_is_uuid(cells[i + 1]) || guess(a, cells[i + 1], i).role == GPU_COLUMN_NONE))))
			c->role = GPU_COLUMN_INDEX;
		place(l, i);
	}
	finish(l);
	return l;
}

bool smi_is_header(const struct str *cells, size_t n)
{
	size_t known = 0, script = 0, plain = 0, specific = 0, gpuish = 0;

	for (size_t i = 0; i < n; i++) {
		struct str c = cells[i];
		struct gpu_column col;

		if (c.n == 0 || c.n > 96 || is_digit(*c.p) || *c.p == '[')
			return false;
		col = gpu_column(c, NULL);
		known += col.known;
		plain += col.plain;
		script += !col.known && !col.plain;
		/* "name", "index", "timestamp" are anybody's columns. */
		specific += col.known && col.series.n;
		gpuish += str_ifind(c, STR("gpu")) < c.n || (!col.plain && str_starts(col.series, STR("gpu.temp"))) ||
			  (!col.plain && str_starts(col.series, STR("gpu.power")));
	}
	if (specific && known * 2 >= n)
		return true;
	return n >= 2 && script + known >= 2 && gpuish && plain * 2 <= n;
}

/* How sure a row without a header makes us, by its shape alone. */
static int row_bits(const struct str *cells, size_t n)
{
	struct smi_stamp st;
	int bits = 0, units = 0;

	for (size_t i = 0; i < n; i++) {
		const struct gpu_unit *unit = NULL;
		double v;

		if (cells[i].n > 64)
			return 0;
		if (i == 0 && cells[i].n >= 23 && cells[i].p[4] == '/' && smi_stamp(cells[i], false, &st))
			bits += 16; /* nobody else writes milliseconds behind slashes, then commas */
		else if (gpu_is_uuid(cells[i]))
			bits += 16;
		else if (cells[i].n == 18 && str_starts(cells[i], STR("0x000000")))
			bits += 16;
		else if (cells[i].n == 16 && gpu_pci(cells[i], (char[GPU_ID]){ 0 }) == 16)
			bits += 8;
		else if (gpu_cell(cells[i], &v, &unit) == GPU_NUMBER && unit)
			units++;
	}
	return bits + (units >= 2 ? 16 : units * 4);
}

#define DETECT_LINES 20

int smi_csv_detect(struct str head)
{
	struct str line, cells[LIMIT_COLUMNS];
	int best = 0, rows = 0, others = 0;

	for (int seen = 0; seen < DETECT_LINES && str_cut(&head, '\n', &line);) {
		size_t n, known = 0;
		int bits;

		line = str_trim(line);
		if (line.n == 0 || smi_failure(line))
			continue;
		seen++;
		n = smi_cells(line, NULL, cells, LIMIT_COLUMNS);
		if (*line.p != '#' && smi_is_header(cells, n)) {
			for (size_t i = 0; i < n; i++)
				known += gpu_column(cells[i], NULL).known;
			return known ? 32 + (int)(known < 16 ? known : 16) : 20;
		}
		bits = n >= 2 ? row_bits(cells, n) : 0;
		if (bits >= 16)
			rows++;
		else
			others++;
		if (bits > best)
			best = bits;
	}
	return rows > others ? (best > 28 ? 28 : best) : 0;
}

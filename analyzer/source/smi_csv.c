#include "source/smi_csv.h"

#include <math.h>
#include <stdlib.h>

#include "base/number.h"

#define QUOTED_LINES 65536 /* bytes of one record kept while a quote is open */
#define LAYOUTS 256        /* different headers of one member */
#define GPUS 1024          /* of one member: a rack's, gathered; hostile files name more */
#define PROCESSES 4096     /* of one member: a crash loop must not make a series each time for ever */

struct smi_csv *smi_csv_new(struct emitter *out, struct str head)
{
	struct arena *a = arena_new();
	struct smi_csv *c = ARENA_NEW(a, struct smi_csv);

	c->out = out;
	c->arena = a;
	c->row = arena_new();
	c->head = arena_dup(a, head); /* the reader's own goes with the first line */
	c->day_first = smi_day_first(head);
	c->headers = map_new();
	c->turns = (struct smi_turns){ 1, 0 };
	c->values = ARENA_ARRAY(a, double, LIMIT_COLUMNS);
	buf_init(&c->quoted, QUOTED_LINES);
	return c;
}

void smi_csv_free(struct smi_csv *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n_layouts; i++)
		smi_layout_done(c->layouts[i]);
	free(c->layouts);
	free(c->devices);
	map_free(c->headers);
	buf_done(&c->quoted);
	arena_free(c->row);
	arena_free(c->arena);
}

static bool missing(struct str cell)
{
	const struct gpu_unit *unit;
	enum gpu_cell is;
	double v;

	is = gpu_cell(cell, &v, &unit);
	return is == GPU_MISSING || is == GPU_FAULT;
}

static struct str cell_of(const struct str *cells, size_t column)
{
	return column == SMI_NO_COLUMN || missing(cells[column]) ? STR_NONE : cells[column];
}

/* When a row was taken.  False: the cell holds no stamp. */
static bool row_time(struct smi_csv *c, const struct smi_layout *l, const struct str *cells, struct smi_time *out)
{
	struct smi_stamp st;
	char both[64];

	if (l->time == SMI_NO_COLUMN) {
		for (size_t i = 0; i < l->n; i++) {
			const struct gpu_unit *unit;
			double v;

			if (l->columns[i].is.role != GPU_COLUMN_ELAPSED || gpu_cell(cells[i], &v, &unit) != GPU_NUMBER || !(fabs(v) < 1e9))
				continue;
			*out = (struct smi_time){ clocks_get(emit_clocks(c->out), CLOCK_UNSTAMPED, STR_NONE, emit_path(c->out), 0),
				(ts_usec)(v * l->columns[i].is.factor * 1e6), 1000 };
			return true;
		}
		*out = (struct smi_time){ clocks_get(emit_clocks(c->out), CLOCK_UNSTAMPED, STR_NONE, emit_path(c->out), 0), 0, 0 };
		return true;
	}
	if (l->date != SMI_NO_COLUMN) {
		struct str d = cells[l->date], t = cells[l->time];

		if (d.n + t.n + 2 > sizeof(both))
			return false;
		snprintf(both, sizeof(both), "%.*s %.*s", STR_ARG(d), STR_ARG(t));
		if (!smi_stamp(str_of(both), c->day_first, &st))
			return false;
	} else if (!smi_stamp(cells[l->time], c->day_first, &st)) {
		return false;
	}
	*out = (struct smi_time){ st.utc ? clocks_host(emit_clocks(c->out), STR_NONE) : smi_clock_local(c->out), st.t, st.u_us };
	return true;
}

/* Where no column names the GPU, its place in the instant does. */
static void take_turn(struct smi_csv *c, struct smi_time now)
{
	ts_usec step = now.t - c->last.t;

	if (c->any && c->turns.gpus > 1 && step >= 0 && step <= c->turns.gap && c->turn + 1 < c->turns.gpus)
		c->turn++;
	else
		c->turn = 0;
}

static struct smi_device *device_of(struct smi_csv *c, struct str pci, struct str uuid, struct str index)
{
	struct smi_device *d;

	for (size_t i = 0; i < c->n_devices; i++) {
		d = c->devices[i];
		if ((pci.n && str_eq(d->id, pci)) || (uuid.n && str_eq(d->uuid, uuid)) || (!pci.n && !uuid.n && str_eq(d->index, index)))
			return d;
	}
	d = ARENA_NEW(c->arena, struct smi_device);
	d->uuid = arena_dup(c->arena, uuid);
	d->index = arena_dup(c->arena, index);
	d->id = pci.n ? arena_dup(c->arena, pci) : uuid.n ? d->uuid : d->index;
	c->devices = grow(c->devices, c->n_devices, &c->cap_devices, sizeof(struct smi_device *));
	c->devices[c->n_devices++] = d;
	return d;
}

/* "0", "07": an index as nvidia-smi -L prints it. */
static struct str plain_index(struct str cell)
{
	uint64_t v;

	if (!num_u64(cell, &v))
		return cell;
	while (cell.n > 1 && *cell.p == '0')
		cell = str_from(cell, 1);
	return cell;
}

static void link_names(struct smi_csv *c, const struct smi_device *d, struct str index, struct str uuid)
{
	if (index.n && !str_eq(index, d->id))
		emit_link(c->out, STR("gpu"), index, "is", STR("gpu"), d->id);
	if (uuid.n && !str_eq(uuid, d->id))
		emit_link(c->out, STR("gpu"), uuid, "is", STR("gpu"), d->id);
}

static struct smi_group *group_new(struct smi_csv *c, struct smi_layout *l, const struct str *cells, const struct line *line)
{
	struct smi_group *g = ARENA_NEW(c->arena, struct smi_group);
	struct str uuid = cell_of(cells, l->uuid), index = plain_index(cell_of(cells, l->index)), name = cell_of(cells, l->name);
	char pci[GPU_ID] = "", turn[24];
	bool anonymous;

	if (gpu_pci(cell_of(cells, l->pci), pci) == 0)
		pci[0] = '\0';
	anonymous = !pci[0] && !uuid.n && !index.n;
	if (anonymous) {
		snprintf(turn, sizeof(turn), "%zu", c->turn);
		index = str_of(turn);
	}
	if (!anonymous || l->pid == SMI_NO_COLUMN)
		g->device = device_of(c, str_of(pci), uuid, index);
	if (!anonymous)
		link_names(c, g->device, index, uuid);
	if (l->pid != SMI_NO_COLUMN) {
		g->pid = arena_dup(c->arena, cells[l->pid]);
		if (l->process != SMI_NO_COLUMN)
			g->process = arena_dup(c->arena, str_head(cells[l->process], LIMIT_CAPTURE));
	} else if (name.n && g->device->index.n) {
		char key[64];

		snprintf(key, sizeof(key), "gpu.%.*s.name", STR_ARG(str_head(g->device->index, 40)));
		emit_fact(c->out, STR_NONE, str_of(key), name, line->no);
	}
	g->counters = ARENA_ARRAY(c->arena, double, l->n);
	for (size_t i = 0; i < l->n; i++)
		g->counters[i] = (double)NAN;
	l->groups = grow(l->groups, l->n_groups, &l->cap_groups, sizeof(struct smi_group *));
	l->groups[l->n_groups++] = g;
	return g;
}

/* The group of a row, made on first sight; NULL when nothing says whose row
 * it is, or (*full) there are too many. */
static struct smi_group *group_of(struct smi_csv *c, struct smi_layout *l, const struct str *cells,
    const struct line *line, bool *full)
{
	struct str key = cell_of(cells, l->pci);
	char text[512];
	size_t at;

	if (!key.n)
		key = cell_of(cells, l->uuid);
	if (!key.n)
		key = cell_of(cells, l->index);
	if (!key.n && !smi_layout_anonymous(l))
		return NULL;
	if (l->pid != SMI_NO_COLUMN) {
		struct str process = l->process == SMI_NO_COLUMN ? STR_NONE : str_head(cells[l->process], 256);
		int n = snprintf(text, sizeof(text), "%.*s,%.*s,%.*s", STR_ARG(str_head(key, 64)),
				 STR_ARG(str_head(cells[l->pid], 64)), STR_ARG(process));

		key = (struct str){ text, (size_t)n };
	} else if (!key.n) {
		key = (struct str){ text, (size_t)snprintf(text, sizeof(text), "turn %zu", c->turn) };
	}
	at = map_find(l->keys, key);
	if (at != MAP_NONE)
		return l->groups[map_value(l->keys, at)];
	*full = l->pid != SMI_NO_COLUMN ? c->processes >= PROCESSES : l->n_groups >= GPUS;
	if (*full)
		return NULL;
	c->processes += l->pid != SMI_NO_COLUMN;
	map_set(l->keys, map_put(l->keys, key), l->n_groups);
	return group_new(c, l, cells, line);
}

static void read_facts(struct smi_csv *c, const struct smi_layout *l, const struct str *cells, const struct line *line)
{
	struct str driver = cell_of(cells, l->driver), count = cell_of(cells, l->count);

	if (driver.n && !str_eq(driver, c->driver)) {
		c->driver = arena_dup(c->arena, driver);
		emit_fact(c->out, STR_NONE, STR("driver.version"), c->driver, line->no);
	}
	if (count.n && !str_eq(count, c->count)) {
		c->count = arena_dup(c->arena, count);
		emit_fact(c->out, STR_NONE, STR("gpu.count"), c->count, line->no);
	}
}

static enum status read_row(struct smi_csv *c, const struct str *cells, const struct line *line, struct smi_time now,
    struct error *err)
{
	struct smi_layout *l = c->layout;
	struct smi_group *g;
	bool full = false;

	if (smi_layout_anonymous(l))
		take_turn(c, now);
	if (now.t > c->last.t + c->turns.gap && c->stamped)
		c->period = now.t - c->last.t;
	c->any = true;
	c->stamped = c->stamped || l->time != SMI_NO_COLUMN;
	c->last = now;
	read_facts(c, l, cells, line);
	g = group_of(c, l, cells, line, &full);
	if (g)
		return smi_row(c, g, cells, line, now, err);
	if (full)
		return emit_reject(c->out, line->no, line->offset, line->text, "more GPUs or processes than are followed", err);
	/* A lost GPU answers "[Unknown Error]" even for its name. */
	if (l->pid == SMI_NO_COLUMN)
		return smi_emit_message(c->out, STR("nvidia_smi.error"), line, line->text, now, err);
	return OK;
}

#define TURNS_ROWS 512

/* From the first rows: how many take turns, when no column says whose they
 * are.  A few rows without any stamp are one snapshot: a loop would go on. */
static void learn_turns(struct smi_csv *c)
{
	const struct smi_layout *l = c->layout;
	struct str head = c->head, line, cells[LIMIT_COLUMNS];
	ts_usec stamps[TURNS_ROWS];
	struct smi_time t;
	size_t n = 0;

	if (!smi_layout_anonymous(l))
		return;
	while (n < TURNS_ROWS && str_cut(&head, '\n', &line))
		if (smi_cells(line, NULL, cells, LIMIT_COLUMNS) == l->n && !smi_is_header(cells, l->n) && row_time(c, l, cells, &t))
			stamps[n++] = t.t;
	c->turns = smi_turns(stamps, n);
}

/* False: there were too many different ones already. */
static bool use_layout(struct smi_csv *c, struct str key, const struct str *cells, size_t n, bool named)
{
	size_t at = map_find(c->headers, key);

	if (at == MAP_NONE) {
		if (c->n_layouts == LAYOUTS)
			return false;
		at = map_put(c->headers, key);
		c->layouts = grow(c->layouts, c->n_layouts, &c->cap_layouts, sizeof(struct smi_layout *));
		c->layouts[c->n_layouts++] = named ? smi_layout_named(c->arena, cells, n) :
						     smi_layout_guessed(c->arena, cells, n, c->head);
	}
	if (c->layout != c->layouts[at]) {
		c->layout = c->layouts[at];
		learn_turns(c);
	}
	return true;
}

/* The moment of a line without a stamp: after the row before it. */
static struct smi_time between_rows(struct smi_csv *c)
{
	if (!c->stamped)
		return (struct smi_time){ smi_clock_now(c->out), 0, 0 };
	return (struct smi_time){ c->last.clock, c->last.t, c->period > TS_SECOND ? c->period : TS_SECOND };
}

static enum status record(struct smi_csv *c, const struct line *line, struct error *err)
{
	struct str text = str_trim(line->text), cells[LIMIT_COLUMNS];
	struct smi_time now;
	size_t n, skip = 0;

	if (text.n == 0)
		return OK;
	n = smi_cells(text, c->row, cells, LIMIT_COLUMNS);
	if (!is_digit(*text.p)) {
		if (map_find(c->headers, text) != MAP_NONE || smi_is_header(cells, n)) {
			return use_layout(c, text, cells, n, true) ? OK :
				emit_reject(c->out, line->no, line->offset, line->text, "one more different header", err);
		}
		if (smi_failure(text))
			return smi_emit_message(c->out, STR("nvidia_smi.error"), line, text, between_rows(c), err);
	}
	if (!c->layout && n == 1 && !smi_is_header(cells, n))
		return emit_reject(c->out, line->no, line->offset, line->text, "neither a header nor a row", err);
	if (!c->layout || (c->layout->guessed && c->layout->n != n && n > 1)) {
		char key[32];

		snprintf(key, sizeof(key), "%zu columns", n); /* no header: one guess for each width */
		use_layout(c, str_of(key), cells, n, false);
	}
	if (n == c->layout->n + 1 && c->layout->time == 0) {
		/* A script that prints its own stamp and nvidia-smi's under one name. */
		struct smi_stamp st;

		skip = smi_stamp(cells[1], c->day_first, &st) ? 1 : 0;
	}
	if (n - skip != c->layout->n)
		return emit_reject(c->out, line->no, line->offset, line->text,
		    n < c->layout->n ? "fewer fields than the header" : "more fields than the header", err);
	if (!row_time(c, c->layout, cells + skip, &now)) {
		if (!missing(cells[skip + c->layout->time]))
			return emit_reject(c->out, line->no, line->offset, line->text, "no timestamp", err);
		now = between_rows(c);
	}
	return read_row(c, cells + skip, line, now, err);
}

static bool quote_open(struct str s)
{
	size_t quotes = 0;

	for (size_t i = 0; i < s.n; i++)
		quotes += s.p[i] == '"';
	return quotes % 2;
}

enum status smi_csv_line(struct smi_csv *c, const struct line *line, struct error *err)
{
	enum status st;

	if (!c->open && !memchr(line->text.p ? line->text.p : "", '"', line->text.n))
		return record(c, line, err);
	if (!c->open) {
		c->quoted_at = *line;
	} else {
		buf_putc(&c->quoted, '\n');
	}
	buf_add(&c->quoted, line->text);
	c->open = quote_open(buf_str(&c->quoted)) && !c->quoted.cut;
	if (c->open)
		return OK;
	c->quoted_at.text = buf_str(&c->quoted);
	st = record(c, &c->quoted_at, err);
	buf_reset(&c->quoted);
	arena_reset(c->row);
	return st;
}

enum status smi_csv_end(struct smi_csv *c, struct error *err)
{
	if (!c->open)
		return OK;
	c->open = false;
	return emit_reject(c->out, c->quoted_at.no, c->quoted_at.offset, buf_str(&c->quoted), "a quote is never closed", err);
}

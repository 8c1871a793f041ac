#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/number.h"
#include "bundle/reader.h"
#include "record/record.h"
#include "source/smi.h"
#include "source/source.h"

/* nvidia-smi dmon and pmon: two lines of header, again every screen, then a line a GPU (or process) and instant; "-" is no
 * value.  Which columns there are depends on -s and the driver.
 *
 *     #Date       Time        gpu    pwr  gtemp     sm   mclk   pclk
 *     #YYYYMMDD   HH:MM:SS    Idx      W      C      %    MHz    MHz
 *      20260318   04:36:52      0     79     36      0   3201    345
 *
 * (-o DT; without it there is no time at all.)  Each line is given to the reader of --query-gpu under the names that has
 * for the same numbers: series, GPUs and processes are then the same, whichever of the two was collected. */

static const struct column { const char *name, *device, *process; } columns[] = {
	{ "gpu", "index", "index" },
	{ "pid", NULL, "pid" }, { "command", NULL, "process_name" },
	{ "pwr", "power.draw [W]", NULL }, { "gtemp", "temperature.gpu [C]", NULL }, { "mtemp", "temperature.memory [C]", NULL },
	{ "sm", "utilization.gpu [%]", "gpu_utilization [%]" }, { "mem", "utilization.memory [%]", "mem_utilization [%]" },
	{ "enc", "utilization.encoder [%]", "process.encoder.utilization [%]" },
	{ "dec", "utilization.decoder [%]", "process.decoder.utilization [%]" },
	{ "jpg", "jpeg.utilization [%]", "process.jpeg.utilization [%]" }, { "ofa", "ofa.utilization [%]", "process.ofa.utilization [%]" },
	{ "mclk", "clocks.mem [MHz]", NULL }, { "pclk", "clocks.sm [MHz]", NULL },
	{ "pviol", "violation.power [%]", NULL }, { "tviol", "violation.thermal", NULL },
	{ "fb", "memory.used [MiB]", "used_gpu_memory [MiB]" }, { "bar1", "bar1.used [MiB]", NULL },
	{ "ccpm", "memory.protected [MiB]", "process.memory.protected [MiB]" },
	{ "sbecc", "ecc.errors.corrected.aggregate.total", NULL }, { "dbecc", "ecc.errors.uncorrected.aggregate.total", NULL },
	{ "pci", "pcie.replays", NULL }, { "rxpci", "pcie.rx [MB/s]", NULL }, { "txpci", "pcie.tx [MB/s]", NULL },
};

enum { DMON_COLUMNS = 64, CELLS_BYTES = 8192 };

struct dmon {
	struct emitter *out;
	struct smi_csv *csv;
	struct arena *arena;      /* of names and units */
	struct str names[DMON_COLUMNS], units[DMON_COLUMNS];
	size_t n;
	size_t date, time, pid;   /* columns; DMON_COLUMNS: there is none */
	bool announced;           /* the header at hand was given to csv */
	ts_usec clock, days;      /* -o T: the time of day before, and midnights passed */
	struct buf text;
};

static bool is_separator(char c)
{
	return is_blank(c) || c == ','; /* --format csv of newer drivers */
}

static bool next_cell(struct str *rest, struct str *cell)
{
	size_t from = 0, to;

	while (from < rest->n && is_separator(rest->p[from]))
		from++;
	for (to = from; to < rest->n && !is_separator(rest->p[to]);)
		to++;
	*cell = (struct str){ rest->p + from, to - from };
	*rest = str_from(*rest, to);
	return cell->n > 0;
}

/* The cells of a line of n columns, the last of which may hold blanks; returns how many there are. */
static size_t cells_of(struct str line, size_t n, struct str *cells)
{
	size_t i = 0;

	while (i + 1 < n && next_cell(&line, &cells[i]))
		i++;
	while (line.n && is_separator(line.p[0]))
		line = str_from(line, 1);
	line = str_trim(line);
	if (i + 1 == n && line.n)
		cells[i++] = line;
	return i;
}

/* The names behind '#': "# gpu pwr ..", "#Date Time gpu ..", "#gpu, pwr, ..". */
static size_t header_names(struct str line, struct str *names)
{
	size_t n = 0;

	line = str_trim(line);
	if (!str_skip(&line, STR("#")))
		return 0;
	while (n < DMON_COLUMNS && next_cell(&line, &names[n]))
		n++;
	for (size_t i = 0; i < n && i < 3; i++) /* "Date", "Time" at most come before it */
		if (str_eq(names[i], STR("gpu")))
			return n > i + 1 ? n : 0;
	return 0;
}

/* "# Idx W C ..": below it. */
static bool is_units(struct str line)
{
	struct str cell;

	line = str_trim(line);
	if (!str_skip(&line, STR("#")))
		return false;
	for (int i = 0; i < 3 && next_cell(&line, &cell); i++)
		if (str_eq(cell, STR("Idx")))
			return true;
	return false;
}

static int detect(struct str path, struct str head)
{
	struct str line, names[DMON_COLUMNS];
	bool named = false;

	(void)path;
	for (int seen = 0; seen < 8 && str_cut(&head, '\n', &line); seen++) {
		if (named && is_units(line))
			return 48;
		named = header_names(line, names) > 0;
	}
	return 0;
}

static const struct column *column_named(struct str name)
{
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		if (str_eq(name, str_of(columns[i].name)))
			return &columns[i];
	return NULL;
}

/* What --query-gpu calls the column, unit and all; false when nobody would plot it. */
static bool put_name(struct dmon *d, size_t i)
{
	const struct column *c = column_named(d->names[i]);
	bool process = d->pid < DMON_COLUMNS;
	const char *known = !c ? NULL : process ? c->process : c->device;

	if (i == d->date || str_eq(d->names[i], STR("type")))
		return false;
	if (i == d->time)
		buf_add(&d->text, d->date < DMON_COLUMNS ? STR("timestamp") : STR("elapsed [s]"));
	else if (known)
		buf_add(&d->text, str_of(known));
	else
		buf_printf(&d->text, "%s%.*s [%.*s]", process ? "process." : "", STR_ARG(d->names[i]), STR_ARG(d->units[i]));
	return true;
}

/* "20260318" -> "2026/03/18" */
static void put_date(struct dmon *d, struct str s)
{
	buf_printf(&d->text, "%.*s/%.*s/%.*s ", STR_ARG(str_head(s, 4)), STR_ARG(str_head(str_from(s, 4), 2)), STR_ARG(str_from(s, 6)));
}

/* -o T: of which day is not said, but midnight shows. */
static void put_seconds(struct dmon *d, struct str s)
{
	struct str part;
	ts_usec t = 0;
	uint64_t v;

	while (str_cut(&s, ':', &part))
		t = t * 60 + (num_u64(part, &v) && v < 60 ? (ts_usec)v : 0);
	if (t < d->clock)
		d->days++;
	d->clock = t;
	buf_printf(&d->text, "%lld", (long long)(d->days * 86400 + t));
}

static void put_cell(struct dmon *d, size_t i, const struct str *cells)
{
	if (i == d->time && d->date < DMON_COLUMNS) {
		put_date(d, cells[d->date]);
		buf_add(&d->text, cells[i]);
	} else if (i == d->time) {
		put_seconds(d, cells[i]);
	} else if (str_eq(cells[i], STR("-"))) {
		buf_add(&d->text, STR("[N/A]"));
	} else if (str_has(cells[i], STR(","))) { /* the name of a process */
		buf_putc(&d->text, '"');
		for (size_t k = 0; k < cells[i].n; k++)
			buf_putc(&d->text, cells[i].p[k] == '"' ? '\'' : cells[i].p[k]);
		buf_putc(&d->text, '"');
	} else {
		buf_add(&d->text, cells[i]);
	}
}

/* Gives a line (cells NULL: the header) to the other reader, at the place of this one. */
static enum status pass_on(struct dmon *d, const struct line *line, const struct str *cells, struct error *err)
{
	struct line as = *line;
	bool first = true;

	buf_reset(&d->text);
	for (size_t i = 0; i < d->n; i++) {
		size_t before = d->text.n;

		if (i == d->date || str_eq(d->names[i], STR("type")))
			continue;
		if (!first)
			buf_add(&d->text, STR(", "));
		if (cells)
			put_cell(d, i, cells);
		else if (!put_name(d, i))
			d->text.n = before;
		first = false;
	}
	as.text = buf_str(&d->text);
	return smi_csv_line(d->csv, &as, err);
}

static void take_header(struct dmon *d, const struct str *names, size_t n)
{
	arena_reset(d->arena);
	d->n = n;
	d->date = d->time = d->pid = DMON_COLUMNS;
	d->announced = false;
	for (size_t i = 0; i < n; i++) {
		d->names[i] = arena_dup(d->arena, names[i]);
		d->units[i] = STR_NONE;
		if (str_eq(names[i], STR("Date")))
			d->date = i;
		else if (str_eq(names[i], STR("Time")))
			d->time = i;
		else if (str_eq(names[i], STR("pid")))
			d->pid = i;
	}
}

static void take_units(struct dmon *d, struct str line)
{
	struct str cells[DMON_COLUMNS];
	size_t n;

	line = str_trim(line);
	str_skip(&line, STR("#"));
	n = cells_of(line, d->n, cells);
	for (size_t i = 0; i < n; i++)
		d->units[i] = arena_dup(d->arena, cells[i]);
}

static enum status one_row(struct dmon *d, const struct line *line, struct error *err)
{
	struct str cells[DMON_COLUMNS];
	size_t n = cells_of(line->text, d->n, cells);
	enum status st = OK;

	if (n + 1 == d->n && d->pid < DMON_COLUMNS)
		cells[n++] = STR("-"); /* a process without a name */
	if (n != d->n || (d->pid == DMON_COLUMNS && str_chr(cells[n - 1], ' ') < cells[n - 1].n))
		return emit_reject(d->out, line->no, line->offset, line->text, "not as many values as columns", err);
	if (d->date < DMON_COLUMNS && cells[d->date].n != 8)
		return emit_reject(d->out, line->no, line->offset, line->text, "not a date", err);
	if (d->pid < DMON_COLUMNS && str_eq(cells[d->pid], STR("-")))
		return OK; /* no process on this GPU */
	if (!d->announced)
		st = pass_on(d, line, NULL, err);
	d->announced = true;
	return st == OK ? pass_on(d, line, cells, err) : st;
}

static enum status one_line(struct dmon *d, const struct line *line, struct error *err)
{
	struct str text = str_trim(line->text), names[DMON_COLUMNS];
	size_t n;

	if (text.n == 0)
		return OK;
	if (text.p[0] == '#') {
		n = header_names(text, names);
		if (n)
			take_header(d, names, n);
		else if (is_units(text))
			take_units(d, text);
		else
			return emit_reject(d->out, line->no, line->offset, line->text, "neither a header nor a row of dmon", err);
		return OK;
	}
	if (d->n && is_digit(text.p[0]))
		return one_row(d, line, err);
	if (smi_failure(text)) /* between rows, when a GPU is lost */
		return smi_csv_line(d->csv, line, err);
	if (str_has(text, STR("nvidia-smi")) && (str_has(text, STR("dmon")) || str_has(text, STR("pmon"))))
		return OK; /* the command, copied along */
	return emit_reject(d->out, line->no, line->offset, line->text, "neither a header nor a row of dmon", err);
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct dmon d = { .out = out, .csv = smi_csv_new(out, STR_NONE), .arena = arena_new() };
	struct line line;
	enum status st;

	emit_cover(out, COVER_POLLED);
	buf_init(&d.text, CELLS_BYTES);
	while ((st = reader_line(in, &line, err)) == OK)
		if ((st = one_line(&d, &line, err)) != OK)
			break;
	if (st == END)
		st = smi_csv_end(d.csv, err);
	smi_csv_free(d.csv);
	buf_done(&d.text);
	arena_free(d.arena);
	return st;
}

const struct source source_nvidia_smi_dmon = {
	.name = "nvidia_smi_dmon",
	.title = "GPU and process samples (nvidia-smi dmon, pmon)",
	.collect = "nvidia-smi dmon -s pucvmet -o DT > dmon.txt; nvidia-smi pmon -o DT > pmon.txt",
	.of_machine = true,
	.detect = detect,
	.parse = parse,
};

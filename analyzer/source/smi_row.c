#include "source/smi_csv.h"

#include <math.h>

#include "base/number.h"

static void panel_make(struct smi_csv *c, const struct smi_layout *l, struct smi_group *g)
{
	uint32_t series[LIMIT_COLUMNS];
	struct label labels[8];
	char entity[GPU_ID + 4] = "";
	size_t own = 0;

	if (g->device) {
		labels[own++] = (struct label){ STR("gpu"), g->device->id };
		snprintf(entity, sizeof(entity), "gpu:%.*s", STR_ARG(str_head(g->device->id, GPU_ID - 1)));
	}
	if (g->pid.n)
		labels[own++] = (struct label){ STR("pid"), g->pid };
	if (g->process.n)
		labels[own++] = (struct label){ STR("process"), g->process };
	for (size_t i = 0; i < l->n; i++) {
		const struct smi_column *col = &l->columns[i];

		if (!col->joined)
			continue;
		memcpy(labels + own, col->is.labels, col->is.n_labels * sizeof(*labels));
		series[col->slot] = emit_series(c->out, &(struct series_def){ .name = col->is.series, .unit = col->is.unit,
			.entity = str_of(entity), .labels = labels, .n_labels = own + col->is.n_labels });
	}
	for (size_t r = 0; l->mask_joined && r < GPU_REASONS; r++) {
		if (l->own_reasons & gpu_reasons[r].bit)
			continue;
		labels[own] = (struct label){ STR("reason"), str_of(gpu_reasons[r].name) };
		series[l->mask_slot[r]] = emit_series(c->out, &(struct series_def){ .name = STR("gpu.throttle"),
			.entity = str_of(entity), .labels = labels, .n_labels = own + 1 });
	}
	g->panel = emit_panel(c->out, series, l->n_slots);
	g->version = l->version;
}

/* A row as read: values of the panel, and what changed. */
struct reading {
	struct smi_csv *c;
	struct smi_layout *l;
	struct smi_group *g;
	const struct line *line;
	struct smi_time at;
	double *values;
	unsigned known, active; /* throttle reasons of this row */
	size_t numbers, fault;  /* fault: the first column with one, or SMI_NO_COLUMN */
};

static enum status emit_state(const struct reading *r, struct str kind, enum severity severity, struct str text,
			      const struct field *fields, size_t n, struct error *err)
{
	char entity[GPU_ID + 4] = "";

	if (r->g && r->g->device)
		snprintf(entity, sizeof(entity), "gpu:%.*s", STR_ARG(str_head(r->g->device->id, GPU_ID - 1)));
	return emit_event(r->c->out, &(struct event){ .t = r->at.t, .clock = r->at.clock, .u_us = r->at.u_us, .severity = severity,
		.line = r->line->no, .lines = 1, .offset = r->line->offset, .kind = kind, .entity = str_of(entity), .text = text,
		.fields = fields, .n_fields = n }, err);
}

static enum severity reason_severity(size_t reason)
{
	static const unsigned alarming = 0x8 | 0x20 | 0x40 | 0x80;

	return gpu_reasons[reason].bit & alarming ? SEV_WARNING : SEV_NOTICE;
}

static enum status throttle_changes(struct reading *r, struct error *err)
{
	struct smi_device *d = r->g->device;
	enum status st = OK;

	for (size_t i = 0; st == OK && i < GPU_REASONS; i++) {
		unsigned bit = gpu_reasons[i].bit;
		bool on = r->active & bit, first = !(d->known & bit);
		char text[96];

		if (i == GPU_REASON_IDLE || !(r->known & bit) || (first ? !on : on == !!(d->active & bit)))
			continue;
		snprintf(text, sizeof(text), first ? "%s is %s" : "%s became %s", gpu_reasons[i].name, on ? "active" : "inactive");
		st = emit_state(r, STR("nvidia_smi.sample_state"), on ? reason_severity(i) : SEV_INFO, str_of(text), (struct field[]){
			{ STR("reason"), str_of(gpu_reasons[i].name), FIELD_TEXT },
			{ STR("state"), on ? STR("active") : STR("inactive"), FIELD_TEXT },
			{ STR("gpu"), d->id, FIELD_TEXT } }, 3, err);
	}
	d->active = (d->active & ~r->known) | r->active;
	d->known |= r->known;
	return st;
}

static enum status counter_changes(struct reading *r, struct error *err)
{
	enum status st = OK;

	for (size_t i = 0; st == OK && i < r->l->n; i++) {
		const struct smi_column *col = &r->l->columns[i];
		double now, *was = &r->g->counters[i];
		char text[160], from[32], to[32];

		if (!col->watched || !col->joined)
			continue;
		now = r->values[col->slot];
		if (now > *was) { /* false for NAN */
			snprintf(from, sizeof(from), "%.0f", *was);
			snprintf(to, sizeof(to), "%.0f", now);
			snprintf(text, sizeof(text), "uncorrected ECC errors (%.*s %.*s) rose from %s to %s", STR_ARG(col->is.labels[0].value),
				 STR_ARG(str_head(col->is.labels[1].value, 40)), from, to);
			st = emit_state(r, STR("nvidia_smi.sample_state"), SEV_ERR, str_of(text), (struct field[]){
				{ STR("reason"), STR("ecc_uncorrected"), FIELD_TEXT },
				{ STR("state"), STR("rising"), FIELD_TEXT },
				{ STR("gpu"), r->g->device ? r->g->device->id : STR_NONE, FIELD_TEXT },
				{ STR("scope"), col->is.labels[0].value, FIELD_TEXT },
				{ STR("location"), col->is.labels[1].value, FIELD_TEXT },
				{ STR("from"), str_of(from), FIELD_NUMBER },
				{ STR("to"), str_of(to), FIELD_NUMBER } }, 7, err);
		}
		if (!isnan(now))
			*was = now;
	}
	return st;
}

static enum status fault_changes(struct reading *r, const struct str *cells, struct error *err)
{
	struct smi_device *d = r->g->device;
	bool was = d->faulty;
	char text[200];

	d->faulty = r->fault != SMI_NO_COLUMN;
	if (was || !d->faulty)
		return OK;
	snprintf(text, sizeof(text), "GPU %.*s reads %.*s", STR_ARG(d->id), STR_ARG(str_head(cells[r->fault], 100)));
	return emit_state(r, STR("nvidia_smi.error"), SEV_ERR, str_of(text), (struct field[]){
		{ STR("gpu"), d->id, FIELD_TEXT }, { STR("value"), cells[r->fault], FIELD_TEXT } }, 2, err);
}

static void join(struct smi_layout *l, struct smi_column *col, const struct gpu_unit *unit)
{
	col->joined = true;
	col->slot = l->n_slots++;
	l->version++;
	if (unit && !col->is.unit.n) {
		col->is.unit = str_of(unit->unit);
		col->is.factor = unit->factor;
	}
}

static void read_mask(struct reading *r, struct str cell)
{
	struct smi_layout *l = r->l;
	uint64_t mask;

	if (!num_hex(cell, &mask))
		return;
	if (!l->mask_joined) {
		l->mask_joined = true;
		l->version++;
		for (size_t i = 0; i < GPU_REASONS; i++) {
			if (l->own_reasons & gpu_reasons[i].bit || l->n_slots == LIMIT_COLUMNS)
				l->own_reasons |= gpu_reasons[i].bit;
			else
				l->mask_slot[i] = l->n_slots++;
		}
	}
	r->numbers++;
	for (size_t i = 0; i < GPU_REASONS; i++) {
		if (l->own_reasons & gpu_reasons[i].bit)
			continue;
		r->values[l->mask_slot[i]] = mask & gpu_reasons[i].bit ? 1 : 0;
		r->known |= gpu_reasons[i].bit;
		r->active |= (unsigned)mask & gpu_reasons[i].bit;
	}
}

static void read_value(struct reading *r, size_t i, struct str cell)
{
	struct smi_column *col = &r->l->columns[i];
	const struct gpu_unit *unit = NULL;
	enum gpu_cell is;
	double v;

	if (col->is.role == GPU_COLUMN_PSTATE && cell.n > 1 && *cell.p == 'P')
		cell = str_from(cell, 1);
	if (r->c->quoted.n && memchr(cell.p, '\n', cell.n)) /* a script's list: the first is this GPU's */
		cell = str_head(cell, str_chr(cell, '\n'));
	is = gpu_cell(cell, &v, &unit);
	if (is == GPU_FAULT && r->fault == SMI_NO_COLUMN)
		r->fault = i;
	if (is != GPU_NUMBER)
		return;
	if (!col->joined) {
		if (r->l->n_slots == LIMIT_COLUMNS)
			return;
		join(r->l, col, unit);
		r->values[col->slot] = (double)NAN;
	}
	r->numbers++;
	r->values[col->slot] = v * (unit ? unit->factor : col->is.factor);
	if (col->reason != GPU_REASONS) {
		r->known |= gpu_reasons[col->reason].bit;
		if (v > 0)
			r->active |= gpu_reasons[col->reason].bit;
	}
}

enum status smi_row(struct smi_csv *c, struct smi_group *g, const struct str *cells, const struct line *line,
		    struct smi_time at, struct error *err)
{
	struct smi_layout *l = c->layout;
	struct reading r = { .c = c, .l = l, .g = g, .line = line, .at = at, .values = c->values, .fault = SMI_NO_COLUMN };
	enum status st = OK;

	for (size_t i = 0; i < l->n_slots; i++)
		r.values[i] = (double)NAN;
	for (size_t i = 0; i < l->n; i++) {
		enum gpu_role role = l->columns[i].is.role;

		if (role == GPU_COLUMN_VALUE || role == GPU_COLUMN_PSTATE)
			read_value(&r, i, cells[i]);
		else if (role == GPU_COLUMN_MASK)
			read_mask(&r, cells[i]);
	}
	if (r.numbers) {
		if (g->version != l->version)
			panel_make(c, l, g);
		st = emit_sample(c->out, &(struct sample){ .t = at.t, .clock = at.clock, .u_us = at.u_us, .line = line->no,
			.offset = line->offset, .panel = g->panel, .values = r.values }, err);
	}
	if (st == OK && r.known && g->device)
		st = throttle_changes(&r, err);
	if (st == OK)
		st = counter_changes(&r, err);
	if (st == OK && g->device)
		st = fault_changes(&r, cells, err);
	return st;
}

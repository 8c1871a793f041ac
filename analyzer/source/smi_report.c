#include "source/smi.h"

#include <math.h>

#include "base/buf.h"
#include "base/json.h"

struct smi_report *smi_report_new(struct arena *a, const struct line *first)
{
	struct smi_report *r = ARENA_NEW(a, struct smi_report);

	r->arena = a;
	r->first = *first;
	r->first.text = arena_dup(a, first->text);
	r->lines = 1;
	return r;
}

static void add(struct smi_report *r, struct str key, struct str value, enum field_type type)
{
	if (r->n_fields < LIMIT_FIELDS)
		r->fields[r->n_fields++] = (struct field){ key, value, type };
}

void smi_report_field(struct smi_report *r, struct str key, struct str value)
{
	if (value.n)
		add(r, arena_dup(r->arena, key), arena_dup(r->arena, str_head(value, LIMIT_CAPTURE)), FIELD_TEXT);
}

static struct str joined(struct arena *a, struct str list, struct str more)
{
	return list.n ? arena_printf(a, "%.*s, %.*s", STR_ARG(list), STR_ARG(more)) : arena_dup(a, more);
}

void smi_report_value(struct smi_report *r, const char *key, const char *column, struct str cell)
{
	const struct gpu_unit *unit = NULL;
	struct gpu_column c;
	double v;

	cell = str_trim(cell);
	switch (gpu_cell(cell, &v, &unit)) {
	case GPU_MISSING:
		return;
	case GPU_FAULT:
		r->faults = joined(r->arena, r->faults, str_of(key ? key : column));
		if (key)
			smi_report_field(r, str_of(key), cell);
		return;
	case GPU_TEXT:
		if (key)
			smi_report_field(r, str_of(key), cell);
		return;
	case GPU_NUMBER:
		break;
	}
	c = gpu_column(str_of(column), r->arena);
	if (unit) {
		c.factor = unit->factor;
		c.unit = str_of(unit->unit);
	}
	v *= c.factor;
	if (key)
		add(r, str_of(key), arena_printf(r->arena, "%.15g", v), FIELD_NUMBER);
	for (size_t i = 0; i < r->n_values; i++) /* the first of two names for one thing */
		if (str_eq(r->columns[i].series, c.series) && r->columns[i].n_labels == 0 && c.n_labels == 0)
			return;
	if (r->n_values < LIMIT_FIELDS) {
		r->columns[r->n_values] = c;
		r->values[r->n_values++] = v;
	}
}

static struct str gpu_of(const struct smi_report *r)
{
	return r->pci.n ? r->pci : r->uuid.n ? r->uuid : r->index;
}

static enum status emit_values(struct emitter *out, const struct smi_report *r, struct str gpu, struct str entity,
			       struct smi_time at, struct error *err)
{
	uint32_t series[LIMIT_FIELDS];

	if (r->n_values == 0 || gpu.n == 0)
		return OK;
	for (size_t i = 0; i < r->n_values; i++) {
		const struct gpu_column *c = &r->columns[i];
		struct label labels[3] = { { STR("gpu"), gpu } };

		memcpy(labels + 1, c->labels, c->n_labels * sizeof(*labels));
		series[i] = emit_series(out, &(struct series_def){ .name = c->series, .unit = c->unit, .entity = entity,
			.labels = labels, .n_labels = c->n_labels + 1 });
	}
	return emit_sample(out, &(struct sample){ .t = at.t, .clock = at.clock, .u_us = at.u_us, .line = r->first.no,
		.offset = r->first.offset, .panel = emit_panel(out, series, r->n_values), .values = r->values }, err);
}

static enum status emit_process(struct emitter *out, const struct smi_report *r, const struct smi_process *p, struct str gpu,
				struct str entity, struct smi_time at, struct error *err)
{
	struct label labels[] = { { STR("gpu"), gpu }, { STR("pid"), p->pid }, { STR("process"), p->name } };
	uint32_t series;

	if (isnan(p->bytes) || gpu.n == 0)
		return OK;
	series = emit_series(out, &(struct series_def){ .name = STR("gpu.process.memory"), .unit = STR("bytes"), .entity = entity,
		.labels = labels, .n_labels = 3 });
	return emit_sample(out, &(struct sample){ .t = at.t, .clock = at.clock, .u_us = at.u_us, .line = r->first.no,
		.offset = r->first.offset, .panel = emit_panel(out, &series, 1), .values = &p->bytes }, err);
}

/* [{"pid":614,"type":"C","name":"python3","memory":93910466560}] */
static struct str processes_json(const struct smi_report *r)
{
	struct buf b;
	struct str out;

	buf_init(&b, LIMIT_EVENT_TEXT);
	buf_putc(&b, '[');
	for (size_t i = 0; i < r->n_processes; i++) {
		const struct smi_process *p = &r->processes[i];

		buf_printf(&b, "%s{\"pid\":", i ? "," : "");
		json_put_string(&b, p->pid);
		buf_add(&b, STR(",\"type\":"));
		json_put_string(&b, p->type);
		buf_add(&b, STR(",\"name\":"));
		json_put_string(&b, p->name);
		if (!isnan(p->bytes))
			buf_printf(&b, ",\"memory\":%.0f", p->bytes);
		buf_putc(&b, '}');
	}
	buf_putc(&b, ']');
	out = b.cut ? STR_NONE : arena_dup(r->arena, buf_str(&b));
	buf_done(&b);
	return out;
}

static void emit_names(struct emitter *out, const struct smi_report *r, struct str gpu)
{
	char key[64];

	if (r->index.n && !str_eq(r->index, gpu))
		emit_link(out, STR("gpu"), r->index, "is", STR("gpu"), gpu);
	if (r->uuid.n && !str_eq(r->uuid, gpu))
		emit_link(out, STR("gpu"), r->uuid, "is", STR("gpu"), gpu);
	if (!r->index.n || !r->name.n || str_eq(r->name, STR("ERR!")))
		return;
	snprintf(key, sizeof(key), "gpu.%.*s.name", STR_ARG(str_head(r->index, 40)));
	emit_fact(out, STR_NONE, str_of(key), r->name, r->first.no);
}

enum status smi_report_emit(struct emitter *out, struct smi_report *r, struct str kind, struct str text,
			    struct smi_time at, unsigned *seen, struct error *err)
{
	struct str gpu = gpu_of(r), entity = gpu.n ? arena_printf(r->arena, "gpu:%.*s", STR_ARG(gpu)) : STR_NONE;
	struct event e = { .t = at.t, .clock = at.clock, .u_us = at.u_us, .severity = r->faults.n ? SEV_ERR : SEV_INFO,
		.line = r->first.no, .lines = r->lines, .offset = r->first.offset, .kind = kind, .entity = entity, .text = text };
	enum status st;

	if (!(*seen & SMI_NAMED))
		emit_names(out, r, gpu);
	if (r->n_processes) {
		struct str list = processes_json(r);

		if (list.n)
			add(r, STR("processes"), list, FIELD_JSON);
	}
	e.fields = r->fields;
	e.n_fields = r->n_fields;
	st = emit_event(out, &e, err);
	if (st == OK && r->faults.n && !(*seen & SMI_FAULTY)) {
		struct field fields[] = { { STR("gpu"), gpu, FIELD_TEXT }, { STR("value"), STR("ERR!"), FIELD_TEXT },
					  { STR("of"), r->faults, FIELD_TEXT } };

		e.kind = STR("nvidia_smi.error");
		e.text = arena_printf(r->arena, "GPU %.*s reads ERR! for %.*s", STR_ARG(gpu), STR_ARG(r->faults));
		e.fields = fields;
		e.n_fields = 3;
		st = emit_event(out, &e, err);
	}
	/* A GPU in trouble cannot tell its name: ask again. */
	*seen = r->faults.n ? (*seen & SMI_NAMED) | SMI_FAULTY : SMI_NAMED;
	if (st == OK)
		st = emit_values(out, r, gpu, entity, at, err);
	for (size_t i = 0; st == OK && i < r->n_processes; i++)
		st = emit_process(out, r, &r->processes[i], gpu, entity, at, err);
	return st;
}

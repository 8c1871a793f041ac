#include "source/app_place.h"

static void add(struct field *fields, size_t *n, struct str key, struct str value, enum field_type type)
{
	if (!value.n || *n >= LIMIT_FIELDS)
		return;
	for (size_t i = 0; i < *n; i++) /* a member of the line's own JSON says it */
		if (str_eq(fields[i].key, key))
			return;
	fields[(*n)++] = (struct field){ key, value, type };
}

/* The exception of a traceback is the last line that is one. */
static bool last_exception(struct str text, struct str *name, struct str *message)
{
	while (text.n) {
		size_t at = str_rchr(text, '\n');
		struct str line = at < text.n ? str_from(text, at + 1) : text;

		if (app_exception(line, name, message))
			return true;
		if (at == text.n)
			return false;
		text = str_head(text, at);
	}
	return false;
}

/* What a client saw counts like what the service's own metrics say: from many
 * bundles they are missing. */
static enum status emit_call(struct app_emit *x, const struct app_entry *e, struct str text, struct error *err)
{
	struct label labels[2] = { { STR("code"), STR_NONE }, { STR("deployment"), STR_NONE } };
	char entity[96], digits[16];
	double one = 1;
	unsigned code;
	uint32_t series;

	if (!app_openai_call(str_head(text, str_chr(text, '\n')), &labels[1].value, &code))
		return OK;
	snprintf(entity, sizeof(entity), "deployment:%.*s", STR_ARG(labels[1].value));
	snprintf(digits, sizeof(digits), "%u", code);
	labels[0].value = str_of(digits);
	series = emit_series(x->out, &(struct series_def){ .name = STR("aoai.requests"), .entity = str_of(entity),
		.labels = labels, .n_labels = 2 });
	return emit_sample(x->out, &(struct sample){ .t = e->t, .clock = e->clock, .u_us = e->u_us, .line = e->line,
		.offset = e->offset, .panel = emit_panel(x->out, &series, 1), .values = &one }, err);
}

enum status app_emit_entry(struct app_emit *x, struct app_entry *e, struct error *err)
{
	struct str text = app_entry_text(e), name = STR_NONE, message = STR_NONE, kind = STR("app.message");
	struct str job = e->job.n ? e->job : x->names.job, pod = e->pod.n ? e->pod : x->names.pod;
	struct str namespace = e->namespace.n ? e->namespace : x->names.namespace;
	struct field fields[LIMIT_FIELDS];
	char entity[APP_ENTITY];
	size_t n = e->n_fields;
	enum status st;

	memcpy(fields, e->fields, n * sizeof(*fields));
	if (e->fold != APP_PLAIN || str_has(text, STR("Traceback (most recent call last)"))) {
		kind = STR("app.traceback");
		last_exception(text, &name, &message);
		if (e->severity == SEV_NONE || e->severity > SEV_ERR)
			e->severity = SEV_ERR;
	} else if (app_exception(str_head(text, str_chr(text, '\n')), &name, &message) && e->severity == SEV_NONE) {
		e->severity = str_ends(name, STR("Warning")) ? SEV_WARNING : SEV_ERR;
	}
	if (n > LIMIT_FIELDS - 8)
		n = LIMIT_FIELDS - 8; /* whose line it is matters more than its last members */
	add(fields, &n, STR("exception"), name, FIELD_TEXT);
	add(fields, &n, STR("exception_message"), message, FIELD_TEXT);
	add(fields, &n, STR("job"), job, FIELD_TEXT);
	add(fields, &n, STR("pod"), pod, FIELD_TEXT);
	add(fields, &n, STR("namespace"), namespace, FIELD_TEXT);
	add(fields, &n, STR("container"), x->names.container, FIELD_TEXT);
	app_entity(&(struct app_names){ job, pod, namespace, STR_NONE }, entity);
	st = emit_event(x->out, &(struct event){ .t = e->t, .clock = e->clock, .u_us = e->u_us, .severity = e->severity,
		.line = e->line, .lines = e->lines, .offset = e->offset, .kind = kind, .entity = str_of(entity), .text = text, .fields = fields,
		.n_fields = n }, err);
	if (st == OK)
		st = emit_call(x, e, text, err);
	return st == OK ? svc_emit_request(&x->requests, &(struct sample){ .t = e->t, .clock = e->clock, .u_us = e->u_us,
		.line = e->line, .offset = e->offset }, job, e->latency_s, e->code, err) : st;
}

#include "source/k8s_containers.h"

#include "base/number.h"
#include "source/k8s_describe.h"

enum { NO_PART, STATE, LAST_STATE, LIMITS, REQUESTS };

static struct str attr_key(const struct k8s_containers *c, const char *suffix)
{
	return k8s_key(c->scratch, "container.", c->name, suffix);
}

static void attr(struct k8s_containers *c, const char *suffix, struct str value)
{
	attrs_text(c->pod->attrs, attr_key(c, suffix), value);
}

static void number(struct k8s_containers *c, const char *suffix, struct str value, double *out)
{
	if (num_double(value, out))
		attrs_number(c->pod->attrs, attr_key(c, suffix), *out);
}

void k8s_containers_begin(struct k8s_containers *c, bool init)
{
	c->init = init;
	c->name = STR_NONE;
	c->part = NO_PART;
}

enum status k8s_containers_end(struct k8s_containers *c, struct error *err)
{
	enum status st = OK;

	if (c->name.n && c->last.finished.t != TS_NONE)
		st = k8s_emit_termination(c->out, c->scratch, &c->last, c->at, err);
	if (st == OK && c->name.n && c->now.finished.t != TS_NONE)
		st = k8s_emit_termination(c->out, c->scratch, &c->now, c->at, err);
	c->name = STR_NONE;
	return st;
}

static enum status begin_one(struct k8s_containers *c, struct str name, const struct line *line, struct error *err)
{
	enum status st = k8s_containers_end(c, err);

	c->name = arena_dup(c->a, name);
	c->at = (struct k8s_at){ line->no, 1, line->offset };
	c->part = NO_PART;
	c->last = (struct k8s_termination){
		.pod = c->pod->ref, .container = c->name, .node = c->pod->node,
		.exit_code = NO_NUMBER, .signal = NO_NUMBER, .restarts = NO_NUMBER, .started = TS_NONE, .finished = K8S_NEVER,
	};
	c->now = c->last;
	c->pod->containers += !c->init;
	return st;
}

static void take_value(struct k8s_containers *c, struct str key, struct str value)
{
	double restarts = NO_NUMBER;

	c->part = NO_PART;
	if (str_eq(key, STR("State"))) {
		c->part = STATE;
		attr(c, ".state", value);
		c->running |= !c->init && str_eq(value, STR("Running"));
	} else if (str_eq(key, STR("Last State"))) {
		c->part = LAST_STATE;
		attr(c, ".last_state", value);
	} else if (str_eq(key, STR("Limits"))) {
		c->part = LIMITS;
	} else if (str_eq(key, STR("Requests"))) {
		c->part = REQUESTS;
	} else if (str_eq(key, STR("Image"))) {
		attr(c, ".image", value);
	} else if (str_eq(key, STR("Ready"))) {
		attr(c, ".ready", str_eq(value, STR("True")) ? STR("true") : STR("false")); /* as JSON has it */
		c->pod->ready += !c->init && str_eq(value, STR("True"));
	} else if (str_eq(key, STR("Restart Count"))) {
		number(c, ".restarts", value, &restarts);
		c->last.restarts = c->now.restarts = restarts;
		if (!isnan(restarts))
			c->pod->restarts = (isnan(c->pod->restarts) ? 0 : c->pod->restarts) + restarts;
	}
}

static void take_reason(struct k8s_containers *c, struct k8s_termination *t, struct str value)
{
	bool waits = str_eq(attrs_get(c->pod->attrs, attr_key(c, ".state")), STR("Waiting"));

	t->reason = arena_dup(c->a, value);
	if (t != &c->now)
		return;
	if (!waits && !c->init && c->ended.n == 0)
		c->ended = t->reason;
	if (waits && c->waiting.n == 0 && !str_eq(value, STR("PodInitializing")))
		c->waiting = c->init ? k8s_key(c->a, "Init:", value, "") : t->reason;
}

static void take_state(struct k8s_containers *c, struct str key, struct str value)
{
	bool last = c->part == LAST_STATE;
	struct k8s_termination *t = last ? &c->last : &c->now;

	if (str_eq(key, STR("Reason"))) {
		attr(c, last ? ".last_reason" : ".reason", value);
		take_reason(c, t, value);
	} else if (str_eq(key, STR("Message"))) {
		attr(c, last ? ".last_message" : ".message", value);
		t->message = arena_dup(c->a, value);
		if (!last && c->waiting.n && c->waiting_message.n == 0)
			c->waiting_message = t->message;
	} else if (str_eq(key, STR("Exit Code"))) {
		number(c, last ? ".last_exit_code" : ".exit_code", value, &t->exit_code);
	} else if (str_eq(key, STR("Signal"))) {
		number(c, last ? ".last_signal" : ".signal", value, &t->signal);
	} else if (str_eq(key, STR("Started"))) {
		t->started = k8s_time(value).t;
		attrs_time(c->pod->attrs, attr_key(c, last ? ".last_started" : ".started"), t->started);
	} else if (str_eq(key, STR("Finished"))) {
		t->finished = k8s_time(value);
		attrs_time(c->pod->attrs, attr_key(c, last ? ".last_finished" : ".finished"), t->finished.t);
	}
}

static void take_resource(struct k8s_containers *c, struct k8s_resources *r, const char *infix, struct str name,
			  struct str quantity)
{
	k8s_resources_add(r, arena_dup(c->a, name), quantity);
	attrs_text(c->pod->attrs,
		   arena_printf(c->scratch, "container.%.*s%s%.*s", STR_ARG(c->name), infix, STR_ARG(name)), quantity);
}

enum status k8s_containers_line(struct k8s_containers *c, const struct line *line, struct error *err)
{
	size_t indent = outline_indent(line->text);
	struct str s = str_trim(line->text), key, value;

	/* "  name:", "    Key: value", "      Key: value" of a part; arguments lie as deep but have no key */
	if (indent <= 2 && str_ends(s, STR(":")))
		return begin_one(c, str_head(s, s.n - 1), line, err);
	if (c->name.n == 0)
		return OK;
	c->at.lines = line->no - c->at.line + 1;
	if (!outline_pair(s, &key, &value))
		return OK;
	if (indent <= 4)
		take_value(c, key, value);
	else if (c->part == STATE || c->part == LAST_STATE)
		take_state(c, key, value);
	else if (c->part == LIMITS)
		take_resource(c, &c->limits, ".limits.", key, value);
	else if (c->part == REQUESTS)
		take_resource(c, &c->requests, ".requests.", key, value);
	return OK;
}

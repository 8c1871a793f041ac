#include "source/k8s_object.h"

#include "base/number.h"

struct str k8s_key(struct arena *a, const char *prefix, struct str middle, const char *suffix)
{
	return arena_printf(a, "%s%.*s%s", prefix, STR_ARG(middle), suffix);
}

void k8s_resources_add(struct k8s_resources *r, struct str name, struct str quantity)
{
	double count;
	size_t i = 0;

	if (!str_has(name, STR("/")) || !num_double(quantity, &count))
		return;
	while (i < r->n && !str_eq(r->v[i].name, name))
		i++;
	if (i == sizeof(r->v) / sizeof(r->v[0])) /* a pod with more kinds of device has not been met */
		return;
	if (i == r->n) {
		r->v[r->n].name = name;
		r->v[r->n++].sum = 0;
	}
	r->v[i].sum += count;
}

double k8s_resources_gpus(const struct k8s_resources *r)
{
	double gpus = NO_NUMBER;

	for (size_t i = 0; i < r->n; i++)
		if (str_ends(r->v[i].name, STR("/gpu")))
			gpus = (isnan(gpus) ? 0 : gpus) + r->v[i].sum;
	return gpus;
}

void k8s_resources_attrs(const struct k8s_resources *r, struct attrs *f, const char *prefix, struct str gpu_key)
{
	for (size_t i = 0; i < r->n; i++)
		attrs_number(f, k8s_key(f->a, prefix, r->v[i].name, ""), r->v[i].sum);
	attrs_number(f, gpu_key, k8s_resources_gpus(r));
}

void k8s_quota_attrs(struct attrs *f, struct str resource, struct str used, struct str hard)
{
	attrs_text(f, k8s_key(f->a, "used.", resource, ""), used);
	attrs_text(f, k8s_key(f->a, "hard.", resource, ""), hard);
	if (str_ends(resource, STR("/gpu"))) {
		double n;

		if (num_double(used, &n))
			attrs_number(f, STR("gpu_used"), n);
		if (num_double(hard, &n))
			attrs_number(f, STR("gpu_hard"), n);
	}
}

void k8s_saw_heartbeat(struct k8s_heartbeat *h, struct k8s_time t, ts_usec every)
{
	struct k8s_heartbeat new = { t.t + every / 2, every / 2 + 5 * TS_SECOND }; /* printing takes its time, too */

	if (t.t == TS_NONE)
		return;
	/* one after the end of what was known proves that wrong; else the narrower tells more */
	if (h->u == 0 || t.t > h->t + h->u || (new.u < h->u && new.t + new.u > h->t - h->u))
		*h = new;
}

void k8s_pair_heartbeat(struct emitter *out, const struct k8s_heartbeat *h)
{
	struct k8s_time now;

	if (h->u == 0)
		return;
	now = k8s_now(out);
	clocks_pair(emit_clocks(out), now.clock, 0, CLOCK_IS_UTC, h->t, h->u, STR("newest sign of life of a ready node"));
}

static bool is_trouble(const struct k8s_object *o)
{
	static const char *const fine[] = { "Completed", "ContainerCreating", "Pending", "PodInitializing", "Ready",
					    "Running", "Succeeded", "Terminating", "", "Active", "Available", "Bound", "Complete", "deployed" };
	size_t slash = str_chr(o->status, '/');
	struct str of = str_from(o->status, slash + 1);

	if (slash > 0 && str_eq(str_head(o->status, slash), str_head(of, str_chr(of, ' ')))) /* "2/2 ready" */
		return false;

	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
		if (str_eq(o->status, str_of(fine[i])))
			return false;
	return !str_starts(o->status, STR("Init:")) || str_has(o->status, STR("Back")) || str_has(o->status, STR("Err"));
}

static struct str summary(struct arena *a, const struct k8s_object *o, const char *kind)
{
	struct str name = o->ref.name.n ? o->ref.name : STR("without a name");
	struct str s = arena_printf(a, "%s %.*s%s%.*s: %.*s", kind, STR_ARG(o->ref.ns), o->ref.ns.n ? "/" : "",
				    STR_ARG(name), STR_ARG(o->status.n ? o->status : STR("listed")));

	if (o->node.n)
		s = arena_printf(a, "%.*s on %.*s", STR_ARG(s), STR_ARG(o->node));
	if (o->containers > 0)
		s = arena_printf(a, "%.*s, %.0f/%.0f ready", STR_ARG(s), o->ready, o->containers);
	if (o->restarts > 0)
		s = arena_printf(a, "%.*s, %.0f restarts", STR_ARG(s), o->restarts);
	if (o->message.n)
		s = arena_printf(a, "%.*s: %.*s", STR_ARG(s), STR_ARG(o->message));
	return s;
}

enum status k8s_emit_object(struct emitter *out, struct k8s_object *o, struct error *err)
{
	bool node = str_eq(o->ref.kind, STR("Node")), pod = str_eq(o->ref.kind, STR("Pod"));
	struct attrs *f = o->attrs;
	struct k8s_time now = k8s_now(out);
	struct event ev = {
		.t = now.t, .u_us = now.u, .clock = now.clock,
		.severity = is_trouble(o) ? SEV_WARNING : SEV_INFO,
		.line = o->at.line, .lines = o->at.lines, .offset = o->at.offset,
		.kind = node ? STR("k8s.node") : pod ? STR("k8s.pod") : STR("k8s.object"),
		.entity = k8s_entity(f->a, o->ref),
	};

	attrs_text(f, STR("object_kind"), o->ref.kind);
	attrs_text(f, STR("namespace"), o->ref.ns);
	attrs_text(f, STR("name"), o->ref.name);
	attrs_text(f, STR("status"), o->status);
	attrs_text(f, STR("message"), o->message);
	attrs_text(f, STR("node"), node ? o->ref.name : o->node);
	attrs_number(f, STR("restarts"), o->restarts);
	if (o->containers > 0)
		attrs_text(f, STR("ready"), arena_printf(f->a, "%.0f/%.0f", o->ready, o->containers));
	ev.text = summary(f->a, o, node ? "node" : pod ? "pod" : "object");
	ev.fields = f->v;
	ev.n_fields = f->n;
	if (pod)
		k8s_link_node(out, f->a, o->ref, o->node, now);
	return emit_event(out, &ev, err);
}

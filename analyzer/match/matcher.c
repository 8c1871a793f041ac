#include "match/match.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/number.h"
#include "match/block.h"
#include "match/listeners.h"
#include "match/prefilter.h"
#include "match/quoted.h"
#include "record/catalog.h"

struct matcher {
	const struct ruleset *rs;
	struct row_names names;
	struct prefilter *filter;
	uint64_t *bits;
	struct block *block;
	pcre2_code **code;       /* of each pattern, once it was tried: most never are */
	pcre2_match_context *limits;
	pcre2_match_data *data;
	pcre2_jit_stack *stack;
	struct map *sources;     /* name -> listeners[] */
	struct listeners *listeners;
	struct listeners **by_file; size_t n_files;
	struct hits hits;
	struct quoted quoted;    /* of the message of the event that is tried */
	struct arena *scratch;
	struct regex_room *room;
};

static void listen(struct matcher *m, const struct signal *s)
{
	const struct event_signal *e = &s->u.event;

	for (size_t i = 0; i < e->n_sources; i++)
		listeners_add(&m->listeners[map_put(m->sources, e->sources[i])], e->sources[i], s);
	if (signal_names_source(e, STR("app_log")) && !signal_names_source(e, STR("azure_logs")))
		listeners_add(&m->listeners[map_put(m->sources, STR("azure_logs"))], STR("azure_logs"), s);
}

static size_t count_sources(const struct ruleset *rs)
{
	size_t n = 1;

	for (size_t i = 0; i < rs->n_signals; i++)
		if (rs->signals[i]->kind == SIG_EVENT)
			n += rs->signals[i]->u.event.n_sources + 1;
	return n;
}

static void *zeroed(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		abort();
	return p;
}

enum status matcher_new(struct matcher **out, const struct ruleset *rs, const struct row_names *names, struct error *err)
{
	struct matcher *m = zeroed(1, sizeof(*m));
	bool *wanted = zeroed(rs->n_patterns, sizeof(*wanted));
	enum status s;

	m->rs = rs;
	m->names = *names;
	m->sources = map_new();
	m->listeners = zeroed(count_sources(rs), sizeof(*m->listeners));
	m->scratch = arena_new();
	m->room = regex_room_new();
	m->code = zeroed(rs->n_patterns, sizeof(*m->code));
	m->hits.n = rs->n_signals;
	m->hits.lists = zeroed(rs->n_signals, sizeof(*m->hits.lists));
	for (size_t i = 0; i < rs->n_signals; i++) {
		const struct signal *sig = rs->signals[i];

		if (sig->kind != SIG_EVENT)
			continue;
		listen(m, sig);
		for (size_t k = 0; signal_reads_message(&sig->u.event) && k < sig->u.event.n_patterns; k++)
			wanted[sig->u.event.patterns[k]] = true;
	}
	m->limits = pcre2_match_context_create(NULL);
	m->data = pcre2_match_data_create(LIMIT_CAPTURES + 1, NULL);
	m->stack = pcre2_jit_stack_create(32 << 10, 1 << 20, NULL);
	if (!m->limits || !m->data || !m->stack)
		abort();
	pcre2_set_match_limit(m->limits, LIMIT_MATCH_STEPS);
	pcre2_set_heap_limit(m->limits, LIMIT_MATCH_HEAP_KIB);
	pcre2_jit_stack_assign(m->limits, NULL, m->stack);
	s = prefilter_new(&m->filter, rs, wanted, err);
	free(wanted);
	if (s == OK) {
		size_t words = prefilter_words(m->filter);

		m->block = block_new(m->filter);
		m->bits = zeroed(words, sizeof(uint64_t));
		for (size_t i = 0; i < map_count(m->sources); i++)
			listeners_index(&m->listeners[i], words);
		*out = m;
	} else {
		matcher_free(m);
	}
	return s;
}

void matcher_reset(struct matcher *m, const struct row_names *names)
{
	m->names = *names;
	for (size_t i = 0; i < m->hits.n; i++) {
		for (size_t k = 0; k < m->hits.lists[i].n; k++)
			free(m->hits.lists[i].v[k]);
		free(m->hits.lists[i].v);
		m->hits.lists[i] = (struct hit_list){ 0 };
	}
	free(m->by_file);
	m->by_file = NULL;
	m->n_files = 0;
}

void matcher_free(struct matcher *m)
{
	if (!m)
		return;
	matcher_reset(m, &m->names);
	for (size_t i = 0; i < map_count(m->sources); i++)
		listeners_done(&m->listeners[i]);
	for (size_t i = 0; i < m->rs->n_patterns; i++)
		pcre2_code_free(m->code[i]);
	free(m->code);
	free(m->hits.lists);
	free(m->listeners);
	block_free(m->block);
	free(m->bits);
	map_free(m->sources);
	prefilter_free(m->filter);
	arena_free(m->scratch);
	regex_room_free(m->room);
	pcre2_match_context_free(m->limits);
	pcre2_match_data_free(m->data);
	pcre2_jit_stack_free(m->stack);
	free(m);
}

/* ---- names of one event, for where, set and bind ---- */

struct event_scope {
	struct matcher *m;
	const struct signal *signal;
	const struct event_row *row;
	const struct pattern *pattern;   /* that matched; NULL when the signal has none */
	struct str subject;
	const size_t *groups;            /* PCRE2's offsets; copied, since the match data is shared */
	const struct value *sets; size_t n_sets; /* those evaluated so far */
};

static struct value typed_value(struct str text, enum capture_type type, struct arena *scratch)
{
	double d;
	char buf[24];

	switch (type) {
	case CAP_INT:
	case CAP_FLOAT:
		return num_double(text, &d) ? value_number(d) : value_unknown();
	case CAP_BYTES:
	case CAP_DURATION:
		/* Compared as a number, printed as it was written: "2.00 GiB". */
		return num_with_unit(text, &d) ? (struct value){ VALUE_NUMBER, d, text } : value_unknown();
	case CAP_TIME: {
		struct stamp st;

		return ts_iso8601(text, &st) ? value_number((double)st.t) : value_unknown();
	}
	case CAP_PCI:
		return value_text(arena_dup(scratch, pci_normal(text, buf)));
	case CAP_BOOL:
		return value_bool(str_ieq(text, STR("true")) || str_ieq(text, STR("yes")) || str_eq(text, STR("1")));
	case CAP_TEXT:
	case CAP_VERSION:
	case CAP_IP:
		break;
	}
	return value_text(text);
}

static struct value field_value(const struct field *f)
{
	double d;

	switch (f->type) {
	case FIELD_NUMBER:
		return num_double(f->value, &d) ? value_number(d) : value_unknown();
	case FIELD_JSON:
		if (str_eq(f->value, STR("true")) || str_eq(f->value, STR("false")))
			return value_bool(f->value.p[0] == 't');
		return str_eq(f->value, STR("null")) ? value_unknown() : value_text(f->value);
	case FIELD_TEXT:
		break;
	}
	return value_text(f->value);
}

static enum capture_type type_of(const struct event_signal *e, struct str name)
{
	for (size_t i = 0; i < e->n_types; i++)
		if (str_eq(e->types[i].name, name))
			return e->types[i].type;
	return CAP_TEXT;
}

static bool capture(const struct event_scope *s, struct str name, struct value *out)
{
	const struct pattern *p = s->pattern;

	for (uint32_t i = 0; p && i < p->n_captures; i++) {
		size_t from, to;

		if (!str_eq(p->captures[i], name))
			continue;
		from = s->groups[2 * p->groups[i]];
		to = s->groups[2 * p->groups[i] + 1];
		if (from == PCRE2_UNSET || to < from)
			continue; /* the same name may stand in another branch */
		*out = typed_value(str_head((struct str){ s->subject.p + from, to - from }, LIMIT_CAPTURE),
				   type_of(&s->signal->u.event, name), s->m->scratch);
		return true;
	}
	return false;
}

static struct value event_name(void *ctx, struct str signal, struct str name)
{
	const struct event_scope *s = ctx;
	const struct event_signal *e = &s->signal->u.event;
	const struct row_names *n = &s->m->names;
	struct value v;

	if (signal.n) /* other signals are not there yet: links and items compare them */
		return value_unknown();
	for (size_t i = 0; i < s->n_sets; i++)
		if (str_eq(e->sets[i].name, name))
			return s->sets[i];
	if (capture(s, name, &v))
		return v;
	for (uint32_t i = 0; i < s->row->n_fields; i++)
		if (str_eq(s->row->fields[i].key, name)) {
			enum capture_type t = type_of(e, name);

			return t == CAP_TEXT ? field_value(&s->row->fields[i]) : typed_value(s->row->fields[i].value, t, s->m->scratch);
		}
	if (str_eq(name, STR("message")) || str_eq(name, STR("text")))
		return value_text(s->row->text);
	if (str_eq(name, STR("kind")))
		return value_text(n->kind(n->ctx, s->row->kind));
	if (str_eq(name, STR("source")))
		return value_text(n->source(n->ctx, s->row->file));
	if (str_eq(name, STR("file")))
		return value_text(n->path(n->ctx, s->row->file));
	if (str_eq(name, STR("severity")))
		return s->row->severity == SEV_NONE ? value_unknown() : value_number(s->row->severity);
	if (str_eq(name, STR("host"))) {
		/* The bundle's own host gets its name when a fact tells it, perhaps by a file that is still to come. */
		struct str host = s->row->host == HOST_OWN ? STR_NONE : n->host(n->ctx, s->row->host);

		return host.n ? value_text(host) : value_unknown();
	}
	if (str_eq(name, STR("entity")))
		return value_text(n->entity(n->ctx, s->row->entity));
	return value_unknown();
}

static bool never_seen(void *ctx, struct str signal)
{
	(void)ctx, (void)signal;
	return false;
}

/* ---- hits ---- */

static size_t text_bytes(const struct value *v, size_t n)
{
	size_t bytes = 0;

	for (size_t i = 0; i < n; i++)
		bytes += v[i].text.n > LIMIT_CAPTURE ? LIMIT_CAPTURE : v[i].text.n;
	return bytes;
}

/* A hit is one piece of memory, so that the ring can replace it. */
static struct hit *hit_new(const struct event_scope *s, const struct value *kept, size_t n_kept, const struct bound *bounds, size_t n_bounds)
{
	size_t bytes = text_bytes(kept, n_kept);
	struct hit *h;
	char *text;

	for (size_t i = 0; i < n_bounds; i++)
		bytes += bounds[i].id.n;
	h = zeroed(1, sizeof(*h) + n_kept * sizeof(*kept) + n_bounds * sizeof(*bounds) + bytes);
	*h = (struct hit){
		.signal = s->signal, .event = s->row->id, .t = s->row->t, .u_us = s->row->u_us, .offset = s->row->offset,
		.clock = s->row->clock, .file = s->row->file, .line = s->row->line, .host = s->row->host,
	};
	h->values = (struct value *)(void *)(h + 1);
	h->bounds = (struct bound *)(void *)(h->values + n_kept);
	h->n_bounds = (uint32_t)n_bounds;
	text = (char *)(h->bounds + n_bounds);
	for (size_t i = 0; i < n_kept; i++) {
		h->values[i] = kept[i];
		if (kept[i].text.n) {
			struct str t = str_head(kept[i].text, LIMIT_CAPTURE);

			if (t.n)
				memcpy(text, t.p, t.n);
			h->values[i].text = (struct str){ text, t.n };
			text += t.n;
		}
	}
	for (size_t i = 0; i < n_bounds; i++) {
		memcpy(text, bounds[i].id.p, bounds[i].id.n);
		h->bounds[i] = (struct bound){ bounds[i].kind, { text, bounds[i].id.n } };
		text += bounds[i].id.n;
	}
	return h;
}

static void hit_keep(struct hit_list *l, struct hit *h)
{
	l->seen++;
	if (l->n < LIMIT_HITS) {
		l->v = grow(l->v, l->n, &l->cap, sizeof(struct hit *));
		l->v[l->n++] = h;
		return;
	}
	free(l->v[LIMIT_HITS / 2 + l->ring]);
	l->v[LIMIT_HITS / 2 + l->ring] = h;
	l->ring = (l->ring + 1) % (LIMIT_HITS / 2);
}

static size_t bind_entities(struct event_scope *s, struct bound *out, size_t max)
{
	const struct event_signal *e = &s->signal->u.event;
	struct scope scope = { event_name, never_seen, s, s->m->room };
	struct str own = s->m->names.entity(s->m->names.ctx, s->row->entity);
	size_t n = 0, colon = str_chr(own, ':');
	enum entity_kind kind;

	for (size_t i = 0; i < e->n_binds && n < max; i++) {
		struct buf b;

		buf_init(&b, LIMIT_CAPTURE);
		if (template_render(e->binds[i].id, &scope, &b) && b.n)
			out[n++] = (struct bound){ e->binds[i].kind, arena_dup(s->m->scratch, buf_str(&b)) };
		buf_done(&b);
	}
	if (colon < own.n && entity_kind_of(str_head(own, colon), &kind) && n < max) {
		for (size_t i = 0; i < n; i++)
			if (out[i].kind == kind)
				return n; /* the rule knows better */
		out[n++] = (struct bound){ kind, str_from(own, colon + 1) };
	}
	return n;
}

/* The signal's patterns said yes: its other conditions, then a hit. */
static void confirm(struct event_scope *s)
{
	const struct event_signal *e = &s->signal->u.event;
	struct scope scope = { event_name, never_seen, s, s->m->room };
	struct value *sets = ARENA_ARRAY(s->m->scratch, struct value, e->n_sets);
	struct value *kept = ARENA_ARRAY(s->m->scratch, struct value, e->n_keep);
	struct bound bounds[ENT_KINDS * 2];
	size_t n_bounds;

	s->sets = sets;
	for (size_t i = 0; i < e->n_sets; i++) {
		sets[i] = expr_eval(e->sets[i].expr, &scope, s->m->scratch);
		s->n_sets = i + 1;
	}
	if (e->where) {
		struct value v = expr_eval(e->where, &scope, s->m->scratch);

		if (v.type != VALUE_BOOL || v.num == 0)
			return;
	}
	n_bounds = bind_entities(s, bounds, ENT_KINDS * 2);
	for (size_t i = 0; i < e->n_keep; i++)
		kept[i] = event_name(s, STR_NONE, e->keep[i]);
	hit_keep(&s->m->hits.lists[s->signal->id], hit_new(s, kept, e->n_keep, bounds, n_bounds));
}

/* What the regexes read; false when the event has no such field. */
static bool subject_of(const struct matcher *m, const struct signal *s, const struct event_row *row, struct str *out)
{
	struct event_scope scope = { .m = NULL };
	struct value v;

	*out = row->text;
	if (signal_reads_message(&s->u.event))
		return true;
	for (uint32_t i = 0; i < row->n_fields; i++)
		if (str_eq(row->fields[i].key, s->u.event.on)) {
			*out = row->fields[i].value;
			return true;
		}
	scope = (struct event_scope){ .m = (struct matcher *)(uintptr_t)m, .signal = s, .row = row };
	v = event_name(&scope, STR_NONE, s->u.event.on);
	*out = v.text;
	return v.type == VALUE_TEXT;
}

/* Compiling to machine code costs more than loading a rule; the matcher's copy is its own. */
static const pcre2_code *code_of(struct matcher *m, uint32_t pattern)
{
	if (!m->code[pattern]) {
		m->code[pattern] = pcre2_code_copy(m->rs->patterns[pattern].code);
		if (!m->code[pattern])
			abort(); /* it only allocates */
		pcre2_jit_compile(m->code[pattern], PCRE2_JIT_COMPLETE); /* failing that, it is interpreted: slower, same answer */
	}
	return m->code[pattern];
}

/* As pcre2_match(), but of a message what it quotes is not evidence: a match that begins there is none. */
static int match_own_words(struct matcher *m, const struct event_scope *s, uint32_t pattern, bool message, uint32_t options)
{
	struct quoted q = message ? m->quoted : (struct quoted){ SIZE_MAX, SIZE_MAX };
	PCRE2_SPTR text = (PCRE2_SPTR)(s->subject.p ? s->subject.p : "");
	int rc = pcre2_match(code_of(m, pattern), text, s->subject.n, 0, options, m->data, m->limits);
	size_t at = rc < 0 ? 0 : pcre2_get_ovector_pointer(m->data)[0];

	if (rc < 0 || at < q.from || at >= q.to)
		return rc;
	return q.to >= s->subject.n ? PCRE2_ERROR_NOMATCH :
	       pcre2_match(code_of(m, pattern), text, s->subject.n, q.to, options, m->data, m->limits);
}

/* candidates: bits of patterns that may match the message; NULL: none can. */
static void try_signal(struct matcher *m, const struct signal *s, const struct event_row *row, const uint64_t *candidates)
{
	const struct event_signal *e = &s->u.event;
	struct event_scope scope = { .m = m, .signal = s, .row = row };
	bool message = signal_reads_message(e);
	size_t groups[2 * (LIMIT_CAPTURES + 1)];
	uint32_t options;

	if (e->n_patterns == 0) {
		confirm(&scope);
		return;
	}
	if (!subject_of(m, s, row, &scope.subject))
		return;
	/* Where a text is cut is no end of it. */
	options = scope.subject.n > LIMIT_SUBJECT ? PCRE2_NOTEOL : 0;
	scope.subject = str_head(scope.subject, LIMIT_SUBJECT);
	for (size_t i = 0; i < e->n_patterns; i++) {
		uint32_t p = e->patterns[i];
		int rc;

		if (message && (!candidates || !(candidates[p / 64] >> (p % 64) & 1)))
			continue;
		rc = match_own_words(m, &scope, p, message, options);
		if (rc == PCRE2_ERROR_NOMATCH)
			continue;
		if (rc < 0) {
			m->hits.lists[s->id].unevaluated++;
			continue;
		}
		scope.pattern = &m->rs->patterns[p];
		memcpy(groups, pcre2_get_ovector_pointer(m->data), sizeof(size_t) * 2 * (size_t)(rc ? rc : LIMIT_CAPTURES + 1));
		for (uint32_t g = 2 * (uint32_t)(rc ? rc : LIMIT_CAPTURES + 1); g < 2 * (LIMIT_CAPTURES + 1); g++)
			groups[g] = PCRE2_UNSET;
		scope.groups = groups;
		confirm(&scope);
		return; /* the first regex that matches wins */
	}
}

static void time_signal(struct matcher *m, const struct signal *s, const struct event_row *row, const uint64_t *candidates)
{
	struct profile *p = m->hits.profile;
	struct profile_row *r = &p->rules[m->rs->owners[s->id] - m->rs->rules];
	uint64_t before = m->hits.lists[s->id].seen;
	int64_t start = p->now_ns();

	try_signal(m, s, row, candidates);
	r->match_ns += p->now_ns() - start;
	r->tried++;
	r->hits += m->hits.lists[s->id].seen - before;
}

void matcher_profile(struct matcher *m, struct profile *p)
{
	m->hits.profile = p;
}

/* NULL: nobody listens to its source. */
static struct listeners *listeners_of(struct matcher *m, uint32_t file)
{
	size_t i;

	if (file < m->n_files && m->by_file[file])
		return m->by_file[file];
	if (file >= m->n_files) {
		m->by_file = realloc(m->by_file, (file + 64) * sizeof(struct listeners *));
		if (!m->by_file)
			abort();
		for (size_t k = m->n_files; k < file + 64; k++)
			m->by_file[k] = NULL;
		m->n_files = file + 64;
	}
	i = map_find(m->sources, m->names.source(m->names.ctx, file));
	if (i == MAP_NONE)
		return NULL;
	m->by_file[file] = &m->listeners[i];
	return m->by_file[file];
}

/* A container's line is an application's, wherever it was collected: who reads app_log reads those of Log Analytics, too. */
static bool is_container_line(const struct matcher *m, const struct event_row *row)
{
	return str_starts(m->names.entity(m->names.ctx, row->entity), STR("pod:"));
}

static void try_event(struct matcher *m, const struct event_row *row, size_t i)
{
	struct listeners *l = listeners_of(m, row->file);
	const uint64_t *candidates = NULL;

	if (!l)
		return;
	if (block_candidates(m->block, i, m->bits))
		candidates = m->bits;
	if (!listeners_choose(l, candidates, prefilter_words(m->filter)))
		return;
	m->quoted = candidates && l->prose ? quoted_in(str_head(row->text, LIMIT_SUBJECT), row->severity <= SEV_WARNING) :
					     (struct quoted){ SIZE_MAX, SIZE_MAX };
	for (size_t w = 0; w <= l->n / 64; w++) {
		for (uint64_t bits = l->chosen[w]; bits; bits &= bits - 1) {
			const struct signal *s = l->v[w * 64 + (size_t)__builtin_ctzll(bits)];

			if (l->containers && !signal_names_source(&s->u.event, STR("azure_logs")) && !is_container_line(m, row))
				continue;
			if (m->hits.profile)
				time_signal(m, s, row, candidates);
			else
				try_signal(m, s, row, candidates);
		}
	}
	arena_reset(m->scratch);
}

enum status matcher_scan(struct matcher *m, const struct batch *b, struct error *err)
{
	struct profile *p = m->hits.profile;
	int64_t start_ns = p ? p->now_ns() : 0;

	(void)err;
	for (size_t from = 0, to; from < b->n_events; from = to) {
		to = block_scan(m->block, b, from);
		for (size_t i = from; i < to; i++)
			try_event(m, &b->events[i], i);
	}
	if (p)
		p->scan_ns += p->now_ns() - start_ns;
	return OK;
}

struct hits *matcher_hits(struct matcher *m)
{
	hits_sort(&m->hits);
	return &m->hits;
}

#include "source/azure.h"

#include "base/number.h"
#include "source/jsonkeys.h"

/* ---- resource ids ---- */

struct str azure_segment(struct str id, struct str type)
{
	struct str part, rest = id;

	while (str_cut(&rest, '/', &part))
		if (str_ieq(part, type) && str_cut(&rest, '/', &part))
			return part;
	return STR_NONE;
}

static struct str last_segment(struct str id)
{
	while (str_ends(id, STR("/")))
		id.n--;
	return str_has(id, STR("/")) ? str_from(id, str_rchr(id, '/') + 1) : id;
}

/* Diagnostic exports write whole ids in upper case; names compare without case. */
static struct str quiet(struct arena *a, struct str s)
{
	char *p = arena_cstr(a, s);

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 'a' && s.p[i] <= 'z')
			return s;
	for (size_t i = 0; i < s.n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] - 'A' + 'a');
	return (struct str){ p, s.n };
}

struct str azure_resource(struct arena *a, struct str id)
{
	return quiet(a, last_segment(id));
}

struct str azure_resource_group(struct arena *a, struct str id)
{
	return quiet(a, azure_segment(id, STR("resourceGroups")));
}

void azure_link_vm(struct emitter *out, struct arena *a, struct str name)
{
	static const char base36[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	size_t underscore = str_rchr(name, '_');
	char digits[6];
	uint64_t id;
	struct str node;

	emit_link(out, STR("vm"), name, "is", STR("host"), name);
	if (underscore >= name.n || !num_u64(str_from(name, underscore + 1), &id))
		return;
	/* instance 24 of a scale set runs a machine whose name ends in 00000o */
	for (size_t i = sizeof(digits); i-- > 0; id /= 36)
		digits[i] = base36[id % 36];
	node = arena_printf(a, "%.*s%.*s", STR_ARG(str_head(name, underscore)), (int)sizeof(digits), digits);
	emit_link(out, STR("vm"), name, "is", STR("host"), node);
	emit_link(out, STR("vm"), name, "is", STR("node"), node);
}

struct str azure_entity(struct arena *a, struct str id)
{
	enum { DEPLOYMENT, VM };
	static const struct { const char *type, *kind; } kinds[] = {
		[DEPLOYMENT] = { "deployments", "deployment" }, [VM] = { "virtualMachines", "vm" },
		{ "agentPools", "nodepool" },           { "managedClusters", "cluster" },
		{ "virtualMachineScaleSets", "vmss" },  { "disks", "disk" },
		{ "networkInterfaces", "nic" },         { "accounts", "account" },
	};
	struct str name, set = azure_segment(id, STR("virtualMachineScaleSets"));

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		name = azure_segment(id, str_of(kinds[i].type));
		if (i == DEPLOYMENT && azure_segment(id, STR("accounts")).n == 0)
			continue; /* a deployment of a template, not of a model */
		if (name.n) {
			name = quiet(a, name);
			if (i == VM && set.n) {
				set = quiet(a, set);
				return arena_printf(a, "vm:%.*s_%.*s", STR_ARG(set), STR_ARG(name));
			}
			return arena_printf(a, "%s:%.*s", kinds[i].kind, STR_ARG(name));
		}
	}
	name = azure_resource(a, id);
	return name.n ? arena_printf(a, "resource:%.*s", STR_ARG(name)) : STR_NONE;
}

/* ---- instants ---- */

static bool take_number(struct str *s, size_t max_digits, int *out)
{
	size_t n = 0;
	uint64_t value;

	while (n < s->n && n < max_digits && is_digit(s->p[n]))
		n++;
	if (!num_u64(str_head(*s, n), &value))
		return false;
	*out = (int)value;
	*s = str_from(*s, n);
	return true;
}

static bool take_zone(struct str *s, int *minutes)
{
	int hours, rest, sign = str_starts(*s, STR("-")) ? -1 : 1;

	if (!str_skip(s, STR("+")) && !str_skip(s, STR("-")))
		return false;
	if (!take_number(s, 2, &hours) || !str_skip(s, STR(":")) || !take_number(s, 2, &rest) || hours > 14 || rest > 59)
		return false;
	*minutes = sign * (hours * 60 + rest);
	return true;
}

/* month/day/year hour:minute:second [AM|PM] [+hh:mm] */
static struct azure_time slashed_us(struct str s)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	struct azure_time none = { TS_NONE, 0, false }, out = { TS_NONE, TS_SECOND, false };
	int month, day, year, hour, minute, second, zone = 0;
	bool pm;

	if (!take_number(&s, 2, &month) || !str_skip(&s, STR("/")) || !take_number(&s, 2, &day) ||
	    !str_skip(&s, STR("/")) || !take_number(&s, 4, &year) || !str_skip(&s, STR(" ")) ||
	    !take_number(&s, 2, &hour) || !str_skip(&s, STR(":")) || !take_number(&s, 2, &minute) ||
	    !str_skip(&s, STR(":")) || !take_number(&s, 2, &second))
		return none;
	if (month < 1 || month > 12 || day < 1 || day > days[month - 1] || year < 1970 || hour > 23 || minute > 59 ||
	    second > 59)
		return none;
	s = str_trim(s);
	pm = str_istarts(s, STR("PM"));
	if (pm || str_istarts(s, STR("AM"))) {
		if (hour < 1 || hour > 12)
			return none;
		hour = hour % 12 + (pm ? 12 : 0);
		s = str_trim(str_from(s, 2));
	}
	out.zone_given = take_zone(&s, &zone);
	if (s.n > 0)
		return none;
	out.t = ts_civil(year, month, day, hour, minute, second, 0) - zone * TS_MINUTE;
	return out;
}

struct azure_time azure_time(struct str s)
{
	struct stamp stamp;

	s = str_trim(s);
	if (s.n > 0 && ts_iso8601(s, &stamp) == s.n)
		return (struct azure_time){ stamp.t, stamp.resolution_us, stamp.has_zone };
	return slashed_us(s);
}

ts_usec azure_ticks(struct str digits)
{
	/* from 0001-01-01 to 1970-01-01 in 100 ns */
	const int64_t epoch = 62135596800LL * 10000000;
	int64_t ticks;

	if (!num_i64(digits, &ticks) || ticks < epoch || ticks > 2 * epoch)
		return TS_NONE;
	return (ticks - epoch) / 10;
}

/* ---- records ---- */

static void add_members(struct azure_row *r, const struct json *v)
{
	for (const struct json *m = json_first(v); m && r->n < LIMIT_FIELDS; m = json_next(m)) {
		r->m[r->n].key = json_key(m);
		r->m[r->n++].v = m;
	}
}

void azure_row_init(struct azure_row *r, const struct json *v)
{
	const struct json *properties;
	struct error none;

	r->n = 0;
	r->inner = NULL;
	if (json_type(v) != JSON_OBJECT)
		return;
	add_members(r, v);
	properties = azure_get(r, "properties");
	if (json_type(properties) == JSON_STRING && json_looks(json_str(properties)) &&
	    json_parse(&r->inner, json_str(properties), &none) == OK)
		properties = r->inner;
	if (json_type(properties) == JSON_OBJECT)
		add_members(r, properties);
}

void azure_row_done(struct azure_row *r)
{
	json_free(r->inner);
	r->inner = NULL;
}

bool azure_same_name(struct str key, struct str name)
{
	if (key.n == name.n + 2 && key.p[name.n] == '_' && str_chr(STR("sdgbt"), key.p[name.n + 1]) < 5)
		key.n = name.n;
	return str_ieq(key, name);
}

const struct json *azure_get(const struct azure_row *r, const char *names)
{
	struct str rest = str_of(names), name;

	while (str_cut(&rest, '|', &name)) {
		for (size_t i = 0; i < r->n; i++) {
			enum json_type type = json_type(r->m[i].v);

			if (type == JSON_NULL || (type == JSON_STRING && json_str(r->m[i].v).n == 0))
				continue;
			if (azure_same_name(r->m[i].key, name))
				return r->m[i].v;
		}
	}
	return NULL;
}

struct str azure_text(const struct azure_row *r, struct arena *a, const char *names)
{
	const struct json *v = azure_get(r, names);
	struct buf text;
	struct str s;

	if (!v || json_type(v) == JSON_STRING)
		return json_str(v);
	buf_init(&text, LIMIT_LINE);
	json_text(v, &text);
	s = arena_dup(a, buf_str(&text));
	buf_done(&text);
	return s;
}

bool azure_number(const struct azure_row *r, const char *names, double *out)
{
	return json_num(azure_get(r, names), out);
}

enum severity azure_severity(struct str level)
{
	static const struct { const char *name; enum severity severity; } levels[] = {
		{ "crit", SEV_CRIT }, { "fatal", SEV_CRIT }, { "err", SEV_ERR },   { "e", SEV_ERR },
		{ "warn", SEV_WARNING }, { "w", SEV_WARNING }, { "info", SEV_INFO }, { "i", SEV_INFO },
		{ "verb", SEV_DEBUG }, { "debug", SEV_DEBUG }, { "trace", SEV_DEBUG },
	};

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		struct str name = str_of(levels[i].name);

		if (name.n == 1 ? str_ieq(level, name) : str_istarts(level, name))
			return levels[i].severity;
	}
	return SEV_NONE;
}

uint32_t azure_now(struct emitter *out)
{
	return clocks_get(emit_clocks(out), CLOCK_AGE, STR_NONE, emit_path(out), 0);
}

#include "source/app.h"

#include "base/json.h"

bool app_cri(struct str *line, struct app_head *h, bool *partial)
{
	struct str s = *line;
	struct stamp st;
	size_t n;

	if (s.n < 30 || !is_digit(*s.p))
		return false;
	n = ts_iso8601(s, &st);
	if (n == 0 || !st.has_zone)
		return false;
	s = str_from(s, n);
	if (!str_starts(s, STR(" stdout ")) && !str_starts(s, STR(" stderr ")))
		return false;
	if (!h->stamped)
		h->stamp = st;
	h->stamped = true;
	if (!h->stream.n)
		h->stream = (struct str){ s.p + 1, 6 };
	s = str_from(s, 8);
	if (s.n == 0 || (*s.p != 'P' && *s.p != 'F') || (s.n > 1 && s.p[1] != ' ' && s.p[1] != ':'))
		return false;
	*partial = *s.p == 'P';
	n = str_chr(s, ' ');
	h->prefixed = true;
	*line = str_from(s, n + 1);
	return true;
}

bool app_docker(struct str *line, struct app_head *h, struct arena *a, bool *partial)
{
	const struct json *log;
	struct json *root;
	struct stamp st;
	struct str time, text;
	bool is = false;

	if (!str_starts(*line, STR("{\"log\":\"")) || json_parse(&root, *line, NULL) != OK)
		return false;
	log = json_get(root, "log");
	time = json_get_str(root, "time");
	if (json_type(log) == JSON_STRING && time.n && ts_iso8601(time, &st)) {
		is = true;
		st.has_zone = true; /* docker writes UTC; some versions leave the Z out */
		if (!h->stamped)
			h->stamp = st;
		h->stamped = h->prefixed = true;
		h->stream = arena_dup(a, json_get_str(root, "stream"));
		text = json_str(log);
		*partial = !str_ends(text, STR("\n"));
		*line = arena_dup(a, str_head(text, *partial ? text.n : text.n - 1));
	}
	json_free(root);
	return is;
}

/* "[pod/name/container] " of kubectl logs --prefix. */
static bool kubectl_prefix(struct str *line, struct app_head *h)
{
	size_t close = str_chr(str_head(*line, 400), ']'), slash;
	struct str in;

	if (!str_starts(*line, STR("[pod/")) || close >= line->n || line->p[close] != ']')
		return false;
	in = (struct str){ line->p + 1, close - 1 };
	slash = str_rchr(in, '/');
	h->container = str_from(in, slash + 1);
	*line = str_from(*line, close + 1);
	str_skip(line, STR(" "));
	return true;
}

/* "vllm-1  | " of docker compose: a service and the number of its replica. */
static bool compose_prefix(struct str *line, struct app_head *h)
{
	size_t bar = str_chr(str_head(*line, 80), '|'), dash;
	struct str name;

	if (bar >= line->n || line->p[bar] != '|' || bar < 3 || line->p[bar - 1] != ' ')
		return false;
	name = str_rtrim(str_head(*line, bar));
	dash = str_rchr(name, '-');
	if (dash == name.n)
		dash = str_rchr(name, '_');
	if (dash + 1 >= name.n || dash == 0 || str_chr(name, ' ') < name.n)
		return false;
	for (size_t i = dash + 1; i < name.n; i++)
		if (!is_digit(name.p[i]))
			return false;
	h->container = name;
	*line = str_from(*line, bar + 1);
	str_skip(line, STR(" "));
	return true;
}

bool app_name_prefix(struct str *line, struct app_head *h)
{
	if (line->n == 0 || is_blank(*line->p))
		return false;
	if (!kubectl_prefix(line, h) && !compose_prefix(line, h))
		return false;
	h->prefixed = true;
	return true;
}

bool app_file_prefix(struct str *line)
{
	size_t n = 0, dot;
	struct str name, rest;
	struct stamp st;

	while (n < line->n && n < 256 && line->p[n] != ' ' && (line->p[n] != ':' || n + 1 >= line->n || !is_digit(line->p[n + 1]) ||
	       !app_stamp(str_from(*line, n + 1), &st)))
		n++;
	name = str_head(*line, n);
	dot = str_find(name, STR(".log"));
	if (dot >= name.n || dot == 0 || is_digit(*name.p))
		return false;
	rest = str_from(*line, n + 1);
	if (!app_stamp(rest, &st))
		return false;
	*line = rest;
	return true;
}

/* "0.log", "current.log", "logs.txt", "stdout": named after what writes them,
 * not after whose they are. */
static bool says_nothing(struct str base)
{
	static const char *const names[] = { "current", "previous", "logs", "log", "stdout", "stderr", "output", "out",
		"access", "error", "access_log", "error_log", "metrics" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_ieq(base, str_of(names[i])))
			return true;
	for (size_t i = 0; i < base.n; i++)
		if (!is_digit(base.p[i]))
			return false;
	return true;
}

/* "train_rank3" -> "train": the ranks of a job write a log each, and what one of
 * them says is about all of them. */
static struct str without_rank(struct str name)
{
	size_t n = name.n, word;

	while (n && is_digit(name.p[n - 1]))
		n--;
	if (n == name.n)
		return name;
	while (n && (name.p[n - 1] == '_' || name.p[n - 1] == '-' || name.p[n - 1] == '.'))
		n--;
	if (n < 4 || !str_ieq((struct str){ name.p + n - 4, 4 }, STR("rank")) ||
	    (n > 4 && name.p[n - 5] != '_' && name.p[n - 5] != '-' && name.p[n - 5] != '.'))
		return name;
	word = n - 4;
	if (word >= 6 && str_ieq((struct str){ name.p + word - 6, 6 }, STR("local_")))
		word -= 6;
	while (word && (name.p[word - 1] == '_' || name.p[word - 1] == '-' || name.p[word - 1] == '.'))
		word--;
	return str_head(name, word);
}

/* The nearest name above and at the end of a path that is a job's: torchrun
 * writes <run>/attempt_0/<rank>/stderr.log, others logs/rank_0.log. */
static struct str job_of(const struct str *dirs, size_t n, struct str base)
{
	struct str name = without_rank(base), attempt;

	while (n && (says_nothing(name) || ((attempt = name), str_skip(&attempt, STR("attempt_")) && says_nothing(attempt))))
		name = without_rank(dirs[--n]);
	if (name.n)
		return name;
	while (!without_rank(base).n && base.n && is_digit(base.p[base.n - 1])) /* rank0.log, rank1.log, and no directory to name them */
		base.n--;
	return base;
}

static bool cut_tail(struct str *base, const char *const *tails, size_t n)
{
	size_t dot = str_rchr(*base, '.');

	for (size_t i = 0; dot > 0 && i < n; i++) {
		if (!str_ieq(str_from(*base, dot), str_of(tails[i])))
			continue;
		base->n = dot;
		return true;
	}
	return false;
}

/* ".1", ".20261122", ".2026-11-22": a rotation. */
static void cut_rotation(struct str *base)
{
	size_t dot = str_rchr(*base, '.');

	if (dot == 0 || dot + 1 >= base->n)
		return;
	for (size_t i = dot + 1; i < base->n; i++)
		if (!is_digit(base->p[i]) && base->p[i] != '-')
			return;
	base->n = dot;
}

/* "finetune.log.1.gz" -> "finetune"; the digits of "train-v2.5.log" stay. */
static struct str base_name(struct str path)
{
	static const char *const packed[] = { ".gz", ".xz", ".zst", ".bz2" };
	static const char *const kinds[] = { ".log", ".jsonl", ".ndjson", ".json", ".txt", ".out", ".err" };
	struct str base = str_from(path, str_rchr(path, '/') < path.n ? str_rchr(path, '/') + 1 : 0);

	if (str_rchr(base, '!') < base.n)
		base = str_from(base, str_rchr(base, '!') + 1);
	cut_tail(&base, packed, sizeof(packed) / sizeof(*packed));
	if (cut_tail(&base, kinds, sizeof(kinds) / sizeof(*kinds)))
		return base;
	cut_rotation(&base);
	cut_tail(&base, kinds, sizeof(kinds) / sizeof(*kinds));
	return base;
}

#define PARTS 32

struct app_names app_names(struct str path, struct arena *a)
{
	struct str parts[PARTS], part, dir = path, base = base_name(path);
	struct app_names n = { .job = base };
	size_t count = 0;

	dir.n = str_rchr(path, '/') < path.n ? str_rchr(path, '/') : 0;
	while (str_cut(&dir, '/', &part)) {
		if (count == PARTS) /* of a deep path, the end matters */
			memmove(parts, parts + 1, --count * sizeof(*parts));
		parts[count++] = part;
	}
	for (size_t i = 0; i < count; i++) {
		struct str rest[3], p = parts[i], next = i + 1 < count ? parts[i + 1] : STR_NONE;
		size_t k = 0;

		/* /var/log/pods/<namespace>_<pod>_<uid>/<container>/0.log */
		if (str_eq(p, STR("pods")) && str_chr(next, '_') < next.n) {
			while (k < 3 && str_cut(&next, '_', &rest[k]))
				k++;
			if (k >= 2) {
				n.namespace = rest[0];
				n.pod = rest[1];
				n.container = i + 2 < count ? parts[i + 2] : STR_NONE;
			}
		/* namespaces/<namespace>/pods/<pod>/<container>/<container>/logs/current.log */
		} else if (str_eq(p, STR("namespaces")) && i + 4 < count && str_eq(parts[i + 2], STR("pods"))) {
			n.namespace = next;
			n.pod = parts[i + 3];
			n.container = parts[i + 4];
		/* cluster-resources/pods/logs/<namespace>/<pod>/<container>.log */
		} else if (str_eq(p, STR("pods")) && str_eq(next, STR("logs")) && i + 3 < count) {
			n.namespace = parts[i + 2];
			n.pod = parts[i + 3];
			n.container = base;
		/* podlogs/<pod>/.. of sosreport */
		} else if (str_eq(p, STR("podlogs")) && next.n) {
			n.pod = next;
			n.namespace = i ? parts[i - 1] : STR_NONE;
		}
	}
	/* /var/log/containers/<pod>_<namespace>_<container>-<id>.log */
	if (count && str_eq(parts[count - 1], STR("containers")) && !n.pod.n) {
		struct str left = base, c;

		if (str_cut(&left, '_', &n.pod) && str_cut(&left, '_', &n.namespace) && str_cut(&left, '_', &c) && str_rchr(c, '-') < c.n)
			n.container = str_head(c, str_rchr(c, '-'));
		else
			n.pod = n.namespace = STR_NONE;
	}
	/* kubectl cluster-info dump: <namespace>/<pod>/logs.txt */
	if (!n.pod.n && count >= 2 && str_eq(base, STR("logs")) && str_ends(path, STR("/logs.txt"))) {
		n.namespace = parts[count - 2];
		n.pod = parts[count - 1];
	}
	if (n.container.n)
		n.job = n.container;
	else if (n.pod.n)
		n.job = n.pod;
	else
		n.job = job_of(parts, count, base);
	return (struct app_names){ arena_dup(a, n.job), arena_dup(a, n.pod), arena_dup(a, n.namespace), arena_dup(a, n.container) };
}

void app_entity(const struct app_names *n, char out[APP_ENTITY])
{
	if (n->pod.n)
		snprintf(out, APP_ENTITY, "pod:%.*s%s%.*s", STR_ARG(str_head(n->namespace, 255)), n->namespace.n ? "/" : "",
		    STR_ARG(str_head(n->pod, 255)));
	else
		snprintf(out, APP_ENTITY, "workload:%.*s", STR_ARG(str_head(n->job, 255)));
}

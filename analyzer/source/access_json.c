#include "source/access.h"

#include "base/json.h"
#include "source/app.h"
#include "source/jsonkeys.h"

/* Members as ngx_http_log_module, Caddy's http.log.access, Traefik's and Envoy's access logs name them; dotted
 * names are members of members. */
static const char *const times[] = { "time_iso8601", "time_local", "StartUTC", "start_time", "@timestamp", "timestamp", "time", "ts", "msec" };
static const char *const statuses[] = { "status", "DownstreamStatus", "response_code", "status_code" };
static const char *const methods[] = { "request_method", "method", "RequestMethod", "request.method" };
static const char *const paths[] = { "request_uri", "uri", "path", "RequestPath", "request.uri", "url" };
static const char *const clients[] = { "remote_addr", "client_ip", "remote_ip", "ClientHost", "request.remote_ip", "downstream_remote_address" };
static const char *const agents[] = { "http_user_agent", "user_agent", "request_User-Agent" };
static const char *const hosts[] = { "host", "http_host", "RequestHost", "request.host", "authority" };
static const char *const upstreams[] = { "upstream_addr", "upstream_host", "ServiceURL.Host" };
static const char *const services[] = { "service", "proxy_upstream_name", "ServiceName", "upstream_cluster" };
static const char *const sizes[] = { "body_bytes_sent", "bytes_sent", "DownstreamContentSize", "size" };

bool access_json_looks(struct str line)
{
	static const char *const marks[] = { "remote_addr", "request_uri", "DownstreamStatus", "response_code", "remote_ip", "time_local" };
	static const char *const status[] = { "status", "DownstreamStatus", "response_code" };
	static const char *const about[] = { "request", "request_uri", "request_method", "method", "RequestMethod", "uri", "path" };

	return json_keys_seen(line, 2, marks, sizeof(marks) / sizeof(*marks)) &&
	       json_keys_seen(line, 1, status, sizeof(status) / sizeof(*status)) &&
	       json_keys_seen(line, 2, about, sizeof(about) / sizeof(*about));
}

static const struct json *member(const struct json *root, const char *name)
{
	const struct json *v = json_get(root, name);

	return v ? v : strchr(name, '.') ? json_path(root, name) : NULL;
}

static struct str text_of(const struct json *root, const char *const *names, size_t n, struct arena *a)
{
	for (size_t i = 0; i < n; i++) {
		struct str s = json_str(member(root, names[i]));

		if (s.n && !str_eq(s, STR("-")))
			return arena_dup(a, s);
	}
	return STR_NONE;
}
#define TEXT_OF(root, names, a) text_of(root, names, sizeof(names) / sizeof(*(names)), a)

static double number_of(const struct json *root, const char *const *names, size_t n)
{
	double v;

	for (size_t i = 0; i < n; i++)
		if (json_num(member(root, names[i]), &v))
			return v;
	return NO_NUMBER;
}
#define NUMBER_OF(root, names) number_of(root, names, sizeof(names) / sizeof(*(names)))

static void take_time(const struct json *root, struct http_line *out)
{
	for (size_t i = 0; !out->stamped && i < sizeof(times) / sizeof(*times); i++) {
		const struct json *v = json_get(root, times[i]);

		out->stamped = ts_clf(json_str(v), &out->stamp) > 0 || app_json_time(v, &out->stamp);
	}
}

/* Seconds from nginx and Caddy, milliseconds from Envoy, nanoseconds from Traefik. */
static void take_latency(const struct json *root, struct http_line *out)
{
	const struct json *v = json_get(root, "request_time");
	double number;

	if (v)
		out->latency_s = json_num(v, &number) ? number : http_seconds(json_str(v));
	else if (json_num(json_get(root, "Duration"), &number) && json_get(root, "DownstreamStatus"))
		out->latency_s = number * 1e-9;
	else if (json_num(json_get(root, "duration"), &number) && json_get(root, "response_code"))
		out->latency_s = number * 1e-3;
	else
		out->latency_s = app_json_latency(root);
	v = json_get(root, "upstream_response_time");
	if (v)
		out->upstream_s = json_num(v, &number) ? number : http_seconds(json_str(v));
	else if (json_num(json_get(root, "OriginDuration"), &number))
		out->upstream_s = number * 1e-9;
	else if (json_num(json_get(root, "upstream_service_time"), &number))
		out->upstream_s = number * 1e-3;
}

bool access_json(struct str line, struct arena *a, struct http_line *out)
{
	struct str request;
	struct json *root;
	double status;
	bool is;

	*out = (struct http_line){ .bytes = NO_NUMBER, .latency_s = NO_NUMBER, .upstream_s = NO_NUMBER };
	if (line.n < 2 || *line.p != '{' || json_parse(&root, line, NULL) != OK)
		return false;
	take_time(root, out);
	status = NUMBER_OF(root, statuses);
	out->status = status >= 100 && status < 600 ? (unsigned)status : 0;
	request = json_get_str(root, "request");
	if (request.n) { /* nginx' $request: the whole first line */
		request = arena_printf(a, "\"%.*s\"", STR_ARG(request));
		http_request(request, out);
	}
	if (!out->method.n)
		out->method = TEXT_OF(root, methods, a);
	if (!out->path.n)
		out->path = TEXT_OF(root, paths, a);
	if (!out->protocol.n)
		out->protocol = arena_dup(a, json_get_str(root, "protocol"));
	out->client = TEXT_OF(root, clients, a);
	out->agent = TEXT_OF(root, agents, a);
	out->host = TEXT_OF(root, hosts, a);
	out->upstream = TEXT_OF(root, upstreams, a);
	out->workload = TEXT_OF(root, services, a);
	out->flags = arena_dup(a, json_get_str(root, "response_flags"));
	out->bytes = NUMBER_OF(root, sizes);
	take_latency(root, out);
	out->text = arena_printf(a, "%.*s %.*s %u", STR_ARG(out->method), STR_ARG(out->path), out->status);
	is = out->stamped && (isnan(status) ? out->method.n > 0 : true) && (out->method.n || out->path.n || request.n);
	json_free(root);
	return is;
}

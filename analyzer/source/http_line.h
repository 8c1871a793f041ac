#ifndef FORENSICS_SOURCE_HTTP_LINE_H
#define FORENSICS_SOURCE_HTTP_LINE_H

#include "record/event.h"
#include "source/attrs.h"

/* One line of a web server's access log, in each of the shapes servers write:
 *
 *   CLIENT IDENT USER [22/Nov/2026:10:15:38 +0100] "GET /x HTTP/1.1" 200 512 ..   common, combined (Apache httpd
 *       mod_log_config, nginx ngx_http_log_module, gunicorn), with a virtual host in front or not; behind it what
 *       people add: rt=0.012, request_time=0.012, ingress-nginx's "LENGTH TIME [UPSTREAM] .."
 *   [2026-11-22T10:15:38.143Z] "GET /x HTTP/2" 200 - 0 512 12 11 ..               Envoy, Istio
 *   CLIENT:PORT [22/Nov/2026:10:15:38.143] front back/srv 0/0/1/2/3 200 512 ..    HAProxy "option httplog"
 *   [pid: 7|app: 0|..] CLIENT () {..} [Sun Nov 22 10:15:38 2026] GET /x => generated 512 bytes in 12 msecs (HTTP/1.1 200)
 *
 * Slices point into the line. */
struct http_line {
	struct stamp stamp;
	bool stamped;
	struct str client, user, host;      /* host: the virtual one */
	struct str method, path, protocol;
	struct str agent, upstream, flags;  /* upstream: the service behind a proxy; flags: Envoy's, HAProxy's way of ending */
	struct str workload;                /* whose latency it is, where the line says so */
	struct str text;                    /* from the request on */
	unsigned status;                    /* 0: none was sent */
	double bytes, latency_s, upstream_s; /* NO_NUMBER where not told */
};

bool http_line(struct str line, struct http_line *out);

/* "GET /x HTTP/1.1" with its quotes at the start of s; returns the bytes it took, 0 when there is none. What
 * scanners and TLS clients send instead of a request is taken too, with method empty. */
size_t http_request(struct str s, struct http_line *out);
/* A status of three digits, 100 to 599, 0 for anything else. */
unsigned http_status(struct str s);
/* Seconds of "0.012"; of "0.004, 0.012" and "0.004 : 0.012" (an upstream tried again) the sum. NO_NUMBER for "-". */
double http_seconds(struct str s);

#endif /* FORENSICS_SOURCE_HTTP_LINE_H */

#ifndef FORENSICS_SOURCE_ACCESS_H
#define FORENSICS_SOURCE_ACCESS_H

#include "base/arena.h"
#include "source/http_line.h"

/* Private to the source access_log: one line of each kind it reads. */

/* nginx with a JSON log_format, Caddy, Traefik, Envoy: a JSON object a request.  Texts live in a. */
bool access_json(struct str line, struct arena *a, struct http_line *out);
/* Does the head of a member hold such objects?  Allocates nothing. */
bool access_json_looks(struct str line);

/* A line of a server's error log:
 *   [Sun Nov 22 10:15:38.143210 2026] [core:error] [pid 7:tid 9] [client 10.0.0.1:4711] AH00082: ..   Apache httpd
 *   2026/11/22 10:15:38 [error] 7#9: *41 upstream timed out .., client: 10.0.0.1, server: x, request: "GET / HTTP/1.1", ..  nginx
 */
struct access_error {
	struct stamp stamp;
	struct str level, module, pid, tid, client, server, upstream, host, text;
	struct http_line request; /* what it was about: method, path, protocol */
};
bool access_error(struct str line, struct access_error *out);

/* W3C extended log format of IIS and App Service: "#Fields:" names the columns; UTC. */
struct access_w3c {
	struct arena *arena;     /* of the names */
	struct str names[64];
	size_t n;
	bool microsoft;          /* IIS counts time-taken in milliseconds, the standard says seconds */
};
/* A "#Name: value" line; false when it is none. */
bool access_w3c_directive(struct access_w3c *w, struct str line);
bool access_w3c_row(const struct access_w3c *w, struct str line, struct http_line *out);

#endif /* FORENSICS_SOURCE_ACCESS_H */

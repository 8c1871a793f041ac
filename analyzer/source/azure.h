#ifndef FORENSICS_SOURCE_AZURE_H
#define FORENSICS_SOURCE_AZURE_H

#include <stdbool.h>

#include "base/json.h"
#include "bundle/reader.h"
#include "bundle/records.h"
#include "record/record.h"
#include "source/attrs.h"

/* What the azure_* sources share: Azure Resource Manager ids, instants, error
 * bodies, and records whose members lie at two levels. */

/* ---- resource ids: /subscriptions/../resourceGroups/../providers/.. ---- */

/* The segment after "/type/", whatever its case; empty when there is none. */
struct str azure_segment(struct str id, struct str type);
/* Its last segment, in lower case when the export has put all in upper case. */
struct str azure_resource(struct arena *a, struct str id);
struct str azure_resource_group(struct arena *a, struct str id);
/* "deployment:d", "nodepool:p", "cluster:c", "vm:v", "disk:d", "nic:n", "account:a", else "resource:r".
 * An instance of a scale set is "vm:set_3", as Azure names it elsewhere. */
struct str azure_entity(struct arena *a, struct str id);
/* A machine is the host, and the node, that bears its name. */
void azure_link_vm(struct emitter *out, struct arena *a, struct str name);

/* ---- instants ---- */

struct azure_time {
	ts_usec t, u;     /* UTC; TS_NONE when it is no time */
	bool zone_given;  /* false: Azure writes UTC, the text does not say so */
};
/* ISO with up to nine digits, or US slashes as spreadsheets have them: 1/9/2007 9:41:00 AM [+01:00]. */
struct azure_time azure_time(struct str s);
/* .NET ticks: 100 ns since year 1.  TS_NONE when out of range. */
ts_usec azure_ticks(struct str digits);

/* ---- records ---- */

/* The members of a record and of its "properties" (an object, or JSON in a
 * string) side by side, the record's own first. */
struct azure_row {
	struct { struct str key; const struct json *v; } m[LIMIT_FIELDS];
	size_t n;
	struct json *inner; /* owned: properties that were a string */
};
void azure_row_init(struct azure_row *r, const struct json *v); /* v is borrowed */
void azure_row_done(struct azure_row *r);
/* Case apart, and without the type that Log Analytics appends: "durationMs" for "DurationMs_d". */
bool azure_same_name(struct str key, struct str name);
/* The first member whose name is one of "a|b|c"; null and "" do not count.  NULL when none. */
const struct json *azure_get(const struct azure_row *r, const char *names);
/* Its text; a number as written. */
struct str azure_text(const struct azure_row *r, struct arena *a, const char *names);
bool azure_number(const struct azure_row *r, const char *names, double *out);

/* ---- errors ---- */

struct azure_error {
	struct str code;    /* the innermost: "QuotaExceeded", not "InvalidTemplateDeployment" */
	struct str outer;   /* the outermost, where it is another one */
	struct str message; /* "code: text; code: text", outermost first */
};
/* Takes an error apart, however deep it is wrapped and how often it is JSON in
 * a string.  False when it says nothing. */
bool azure_error_of(struct arena *a, const struct json *v, struct azure_error *e);
/* "Please retry after 26 seconds", "Try again in 2 seconds"; NO_NUMBER when it does not say. */
double azure_retry_after(struct str text);

/* A request that failed leaves its error where data was expected:
 * {"error":{"code","message"}} or {"Code","Message"}. */
bool azure_is_error_body(const struct json *v);
/* True when head is such a body and nothing else. */
bool azure_head_is_error_body(struct str head);
/* The bits to bid on one: what was asked for, only the file's name can tell.
 * `wanted` when it holds one of the words, `otherwise` when not; the sources want
 * differently much, so that two words in one path are no tie. */
int azure_bid_error_body(struct str path, struct str head, const char *const *words, int wanted, int otherwise);
/* azure.error at the collection; the member is incomplete. */
enum status azure_emit_error_body(struct emitter *out, struct arena *a, const struct json *v, const struct record *r,
				  struct error *err);

/* The same as text: what az prints ("ERROR: (QuotaExceeded) Operation ..",
 * "Code: ..", "Message: .."), or a piece of such JSON as people paste it, not whole. */
bool azure_head_is_error_text(struct str head);
enum status azure_read_error_text(struct reader *in, struct emitter *out, struct error *err);

/* Critical, Error, Warning, Informational, Verbose and their abbreviations. */
enum severity azure_severity(struct str level);
/* The clock of what held at the collection: reading 0. */
uint32_t azure_now(struct emitter *out);

#endif /* FORENSICS_SOURCE_AZURE_H */

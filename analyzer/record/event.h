#ifndef FORENSICS_RECORD_EVENT_H
#define FORENSICS_RECORD_EVENT_H

#include <stdint.h>

#include "base/str.h"
#include "tstamp/tstamp.h"

/* Syslog levels (RFC 5424 section 6.2.1); SEV_NONE when the source has none. */
enum severity {
	SEV_EMERG, SEV_ALERT, SEV_CRIT, SEV_ERR, SEV_WARNING, SEV_NOTICE, SEV_INFO, SEV_DEBUG, SEV_NONE
};

enum field_type { FIELD_TEXT, FIELD_NUMBER, FIELD_JSON };

/* One attribute of an event: what rules name in `on`, `where` and templates. */
struct field {
	struct str key;
	struct str value; /* a number's text, or valid JSON, according to type */
	enum field_type type;
};

/* Something that happened, as one source read it.  All slices are borrowed
 * from the source and copied by emit_event(). */
struct event {
	ts_usec t;          /* a reading of clock; never TS_NONE */
	uint32_t clock;     /* of clocks_get(); CLOCK_IS_UTC when the stamp says its zone */
	ts_usec u_us;       /* this event's own error: resolution, rounding of ages, place between neighbours */
	enum severity severity;
	uint32_t line;      /* provenance: first line in the member, from 1; the record's number in JSON arrays is not it */
	uint32_t lines;     /* lines it spans, at least 1 */
	uint64_t offset;    /* provenance: byte of the first line in the decoded member */
	struct str host;    /* empty: the bundle's own host */
	struct str kind;    /* "kernel.message", "apt.upgrade", "k8s.event": static text */
	struct str entity;  /* "gpu:0000:3b:00", "pod:ns/name", "" : what it is about */
	struct str text;    /* the message without its stamp and prefix; may hold newlines */
	const struct field *fields;
	size_t n_fields;
};

/* A time series: what is measured, of what, in which unit. */
struct label { struct str key, value; };
struct series_def {
	struct str name;    /* "gpu.memory.used" */
	struct str unit;    /* "bytes", "%", "celsius", "W", "Hz", "s", "" */
	struct str host;    /* empty: the bundle's own host */
	struct str entity;  /* "gpu:0", "deployment:gpt-4o"; empty for the host's own */
	const struct label *labels; /* entity kinds (gpu, deployment, pod ..) are labels too; any order */
	size_t n_labels;
};

/* One row of a file: the values of a panel (a fixed list of series) at one
 * instant. */
struct sample {
	ts_usec t;
	uint32_t clock;
	ts_usec u_us;
	uint32_t line;
	uint64_t offset;
	uint32_t panel;      /* of emit_panel() */
	const double *values; /* as many as the panel has series; NAN where there was no number */
};

#endif /* FORENSICS_RECORD_EVENT_H */

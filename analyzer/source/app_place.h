#ifndef FORENSICS_SOURCE_APP_PLACE_H
#define FORENSICS_SOURCE_APP_PLACE_H

#include "base/buf.h"
#include "source/app.h"
#include "source/svc_series.h"

/* Private to app_fold.c, app_place.c and app_emit.c: an event on its way. */

enum app_fold {
	APP_PLAIN,
	APP_FRAMES,   /* below "Traceback": frames, then the exception */
	APP_MESSAGE,  /* the exception was seen: its message may go on */
	APP_CHAIN,    /* "During handling of ..": another traceback follows */
	APP_SUMMARY   /* torchrun's table of failed ranks */
};

struct app_entry {
	struct app_entry *next;   /* in the order of first lines */
	bool open;                /* lines may still be joined */
	bool placed;              /* t, clock and u_us are final */
	bool head;                /* stands above the first stamp of the member */
	bool anchored;            /* t and clock are those of a neighbour's stamp */
	bool stamped;             /* has a stamp of its own */
	enum app_fold fold;
	unsigned blanks;          /* empty lines since the last joined one */
	unsigned rulers;          /* "=====" of a summary */
	struct str rank, pid;     /* lines of two processes in one file are kept apart */
	ts_usec t, u_us;
	uint32_t clock;
	uint32_t line, lines, last_line;
	uint64_t offset;
	enum severity severity;
	struct str text;          /* the first line */
	struct buf *more;         /* all lines, once there are two; heap */
	struct field *fields;
	size_t n_fields;
	struct str pod, namespace, job;
	double latency_s;
	unsigned code;
};

/* Does the line belong to the open event e?  APP_WRAPPED: it goes on with the
 * line before it, which was too long for somebody. */
enum app_taken { APP_REFUSED, APP_JOINED, APP_WRAPPED };
enum app_taken app_fold_takes(struct app_entry *e, const struct app_line *l);
/* The state an event starts in. */
enum app_fold app_fold_start(const struct app_line *l);

/* A client library's line about one call of an Azure OpenAI deployment, retries
 * included: httpx's "HTTP Request: POST https://NAME.openai.azure.com/openai/deployments/D/..
 * \"HTTP/1.1 429 ..\"" and urllib3's.  The name is a slice of text.  False for all other lines. */
bool app_openai_call(struct str text, struct str *deployment, unsigned *code);

struct app_emit {
	struct emitter *out;
	struct arena *names_arena;
	struct app_names names;
	struct svc_series requests;
};
enum status app_emit_entry(struct app_emit *x, struct app_entry *e, struct error *err);

static inline struct str app_entry_text(const struct app_entry *e)
{
	return e->more ? buf_str(e->more) : e->text;
}

#endif /* FORENSICS_SOURCE_APP_PLACE_H */

#include "source/journal_entry.h"

#include <stdio.h>

#include "base/number.h"
#include "source/kernel.h"

struct str *journal_member(struct journal_entry *e, struct str name)
{
	const struct { const char *name; struct str *to; } members[] = {
		{ "__REALTIME_TIMESTAMP", &e->realtime }, { "__MONOTONIC_TIMESTAMP", &e->monotonic },
		{ "_SOURCE_MONOTONIC_TIMESTAMP", &e->source_monotonic }, { "_BOOT_ID", &e->boot }, { "_HOSTNAME", &e->host },
		{ "PRIORITY", &e->priority }, { "SYSLOG_FACILITY", &e->facility }, { "_TRANSPORT", &e->transport },
		{ "SYSLOG_IDENTIFIER", &e->identifier }, { "_COMM", &e->comm }, { "_PID", &e->pid }, { "SYSLOG_PID", &e->syslog_pid },
		{ "_SYSTEMD_UNIT", &e->unit }, { "MESSAGE", &e->message },
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (str_eq(name, str_of(members[i].name)))
			return members[i].to;
	return NULL;
}

/* PRIORITY 0..7 and SYSLOG_FACILITY 0..23 are one number as in <PRI>.  What came by way of stdout has no facility. */
static enum severity severity_of(const struct journal_entry *e, bool kernel, struct kernel_note *note)
{
	uint64_t level, facility;

	if (!num_u64(e->priority, &level) || level > 7)
		return SEV_NONE;
	if (!num_u64(e->facility, &facility) || facility >= 24) {
		if (!kernel)
			return (enum severity)level;
		facility = 0;
	}
	return kernel_priority(note, (int)(facility * 8 + level));
}

static bool micros(struct str s, ts_usec *out)
{
	uint64_t v;

	if (!num_u64(s, &v) || v > (uint64_t)TS_FOREVER * 2)
		return false;
	*out = (ts_usec)v;
	return true;
}

/* The journal reads a message of the kernel a moment after the kernel dated it; when it starts, all that came before. */
#define READ_WITHIN TS_SECOND
#define BACKLOG_UPTIME (60 * TS_SECOND)

/* A message of the kernel: by the kernel's own clock, which dmesg shows, and the host's. */
static void kernel_entry(struct emitter *out, const struct journal_entry *j, ts_usec uptime, struct event *e)
{
	struct clocks *c = emit_clocks(out);
	const struct kernel_boots awake = { .any = true };
	uint32_t n = clocks_parts(c, CLOCK_BOOT, j->host, j->boot), part = n ? n - 1 : 0, boot = clocks_get(c, CLOCK_BOOT, j->host, j->boot, part);
	ts_usec read;

	if (n && kernel_boots_sleeps(&awake, j->message)) {
		uint32_t next = clocks_get(c, CLOCK_BOOT, j->host, j->boot, part + 1);

		clocks_order(c, boot, uptime, next, uptime, CLOCK_MEASURED, STR("asleep in between"));
		boot = next;
	}

	if (!micros(j->monotonic, &read) || read < uptime || read > uptime + TS_HOUR)
		e->u_us = READ_WITHIN;
	else if (uptime < BACKLOG_UPTIME)
		e->t -= read - uptime;
	else /* later on the kernel's clock has drifted away from the host's: no telling which of them it was */
		e->u_us += read - uptime;
	clocks_pair(c, boot, uptime, e->clock, e->t, READ_WITHIN, STR("uptime and stamp in the journal"));
	clocks_line(c, boot, uptime, 0, j->message);
}

enum status journal_emit(struct emitter *out, const struct journal_entry *j, struct str text, struct error *err)
{
	struct event e = {
		.clock = clocks_host(emit_clocks(out), j->host), .u_us = 1, .line = j->line, .lines = j->lines, .offset = j->offset,
		.host = j->host, .text = j->message,
	};
	bool kernel = str_eq(j->transport, STR("kernel")) || (j->transport.n == 0 && str_eq(j->identifier, STR("kernel")));
	struct kernel_note note = { .n = 0 };
	ts_usec uptime;
	char seconds[32];

	if (!micros(j->realtime, &e.t))
		return emit_reject(out, j->line, j->offset, text, "no __REALTIME_TIMESTAMP", err);
	e.severity = severity_of(j, kernel, &note);
	if (micros(j->source_monotonic.n ? j->source_monotonic : j->monotonic, &uptime)) {
		int n = snprintf(seconds, sizeof(seconds), "%lld.%06lld", (long long)(uptime / TS_SECOND), (long long)(uptime % TS_SECOND));

		kernel_field(&note, STR("uptime_s"), (struct str){ seconds, (size_t)n }, FIELD_NUMBER);
		if (kernel && j->boot.n && j->source_monotonic.n)
			kernel_entry(out, j, uptime, &e);
	}
	kernel_field(&note, STR("boot_id"), j->boot, FIELD_TEXT);
	if (kernel) {
		kernel_describe(&note, &e, out);
	} else {
		uint64_t pid;
		struct str id = j->pid.n ? j->pid : j->syslog_pid;

		e.kind = STR("syslog.message");
		kernel_field(&note, STR("program"), j->identifier.n ? j->identifier : j->comm, FIELD_TEXT);
		if (num_u64(id, &pid) && id.p[0] != '0')
			kernel_field(&note, STR("pid"), id, FIELD_NUMBER);
		kernel_field(&note, STR("unit"), j->unit, FIELD_TEXT);
		e.fields = note.fields;
		e.n_fields = note.n;
	}
	return emit_event(out, &e, err);
}

#include "source/dmesg_events.h"

#include <stdio.h>

void dmesg_events_init(struct dmesg_events *d, struct emitter *out)
{
	*d = (struct dmesg_events){ .out = out, .path = emit_path(out) };
	buf_init(&d->release, 256);
	buf_init(&d->driver, 256);
}

/* clocks_get(), asked once as long as the notation stays the same. */
static uint32_t clock_of_kind(struct dmesg_events *d, enum clock_kind kind)
{
	if (d->file_clock_kind != kind) {
		d->file_clock_kind = kind;
		d->file_clock = clocks_get(emit_clocks(d->out), kind, STR_NONE,
					   kind == CLOCK_LOCAL || kind == CLOCK_HOST ? STR_NONE : d->path, 0);
	}
	return d->file_clock;
}

/* A civil stamp on a message that names the time in UTC. */
static void zone(struct dmesg_events *d, ts_usec local, struct str text)
{
	struct kernel_wall wall;
	int minutes;

	if (d->zone_known || !kernel_wall(text, &wall) || !kernel_zone(&wall, local, &minutes))
		return;
	d->zone_known = true;
	clocks_zone_at(emit_clocks(d->out), STR_NONE, wall.utc, minutes, wall.basis);
	if (d->minute_known) /* and the year, which -e and -H lack */
		clocks_pair(emit_clocks(d->out), d->minute_clock, local, clocks_host(emit_clocks(d->out), STR_NONE), wall.utc, TS_MINUTE + wall.u_us, wall.basis);
}

/* The clock and reading of a stamp, and the event's own error. */
static void place_in_time(struct dmesg_events *d, const struct dmesg_stamp *s, struct str text, struct event *e)
{
	struct clocks *clocks = emit_clocks(d->out);
	struct stamp civil;
	ts_usec t;

	e->u_us = s->resolution_us;
	switch (s->base) {
	case DMESG_BOOT:
		if (kernel_boots_ends(&d->boots, s->t, text)) {
			kernel_boots_tie(&d->boots, clocks, d->boot_clock, STR_NONE);
			kernel_boots_next(&d->boots);
		} else if (kernel_boots_sleeps(&d->boots, text)) {
			kernel_boots_tie(&d->boots, clocks, d->boot_clock, STR_NONE);
			kernel_boots_sleep(&d->boots, clocks, d->boot_clock, s->t,
					   clocks_get(clocks, CLOCK_BOOT, STR_NONE, d->path, d->boots.part + 1));
		}
		if (!d->boots.any)
			d->boot_clock = clocks_get(clocks, CLOCK_BOOT, STR_NONE, d->path, d->boots.part);
		if (!d->boots.any && !d->boots.slept)
			d->first_clock = d->boot_clock;
		kernel_boots_saw(&d->boots, s->t, text);
		e->clock = d->boot_clock;
		e->t = s->t;
		break;
	case DMESG_LOCAL:
		e->clock = clock_of_kind(d, CLOCK_LOCAL);
		e->t = s->t;
		zone(d, e->t, text);
		break;
	case DMESG_UTC:
		e->clock = clock_of_kind(d, CLOCK_HOST);
		e->t = s->t;
		break;
	case DMESG_MINUTE:
		civil = (struct stamp){ .t = s->t, .resolution_us = s->resolution_us };
		t = clock_place_yearless(clocks, &d->year, STR_NONE, d->path, &civil, &d->minute_clock);
		if (!d->minute_known && d->since)
			clocks_pair(clocks, clock_of_kind(d, CLOCK_BOOT), d->since,
				    d->minute_clock, t, TS_MINUTE, STR("first whole stamp of the file"));
		d->minute_known = true;
		d->minute = t;
		d->since = 0;
		e->clock = d->minute_clock;
		e->t = t;
		break;
	case DMESG_DELTA:
		d->since += s->t;
		if (d->since > TS_FOREVER || d->since < -TS_FOREVER) /* nonsense, but no overflow */
			d->since = 0;
		if (d->minute_known) {
			e->clock = d->minute_clock;
			e->t = d->minute + d->since;
			e->u_us = TS_MINUTE;
			zone(d, e->t, text);
		} else {
			/* Only differences are known: a clock of its own, tied to nothing. */
			e->clock = clock_of_kind(d, CLOCK_BOOT);
			e->t = d->since;
		}
		break;
	}
}

static void keep(struct buf *b, uint32_t *line, struct str value, uint32_t at)
{
	if (value.n == 0)
		return;
	buf_reset(b);
	buf_add(b, value);
	*line = at;
}

enum status dmesg_events_add(struct dmesg_events *d, const struct dmesg_stamp *s, struct str text,
			     const struct dmesg_place *at, struct error *err)
{
	struct kernel_note note = { 0 };
	struct event e = { .severity = SEV_NONE, .line = at->line, .lines = at->lines, .offset = at->offset };
	char digits[32];

	if (s) {
		if (s->base == DMESG_BOOT) {
			struct str shown = s->digits;

			if (shown.n == 0) {
				snprintf(digits, sizeof digits, "%lld.%06lld",
					 (long long)(s->t / TS_SECOND), (long long)(s->t % TS_SECOND));
				shown = str_of(digits);
			}
			kernel_field(&note, STR("uptime_s"), shown, FIELD_NUMBER);
		}
		e.severity = kernel_priority(&note, s->pri);
		kernel_field(&note, STR("caller"), s->caller, FIELD_TEXT);
		kernel_field(&note, STR("device"), s->device, FIELD_TEXT);
	}
	e.text = kernel_strip(&note, text);
	if (s)
		place_in_time(d, s, e.text, &e);
	else
		e.clock = clock_of_kind(d, CLOCK_UNSTAMPED);
	if (s && (s->base == DMESG_BOOT || s->base == DMESG_LOCAL || s->base == DMESG_UTC))
		clocks_line(emit_clocks(d->out), e.clock, e.t, s->base == DMESG_BOOT ? 0 : TS_SECOND, e.text);
	if (kernel_release(e.text).n) {
		buf_reset(&d->driver); /* that one was loaded into the kernel before */
		keep(&d->release, &d->release_line, kernel_release(e.text), at->line);
	}
	keep(&d->driver, &d->driver_line, kernel_driver(e.text), at->line);
	kernel_describe(&note, &e, d->out);
	return emit_event(d->out, &e, err);
}

struct str dmesg_base_name(struct str path)
{
	size_t slash = str_rchr(path, '/'), bang;

	if (slash < path.n)
		path = str_from(path, slash + 1);
	bang = str_rchr(path, '!');
	return bang < path.n ? str_from(path, bang + 1) : path;
}

/* Is this the log of a boot that is over?  /var/log/dmesg.0 and .1.gz are kept
 * by rotation, pstore holds the last words of a kernel that died. */
static bool is_past_boot(struct str path)
{
	struct str base = dmesg_base_name(path);
	size_t at = str_find(base, STR("dmesg."));

	if (at + 6 < base.n && is_digit(base.p[at + 6]))
		return true;
	return str_has(path, STR("pstore/")) || str_starts(base, STR("dmesg-efi")) ||
	       str_starts(base, STR("dmesg-erst")) || str_starts(base, STR("dmesg-ramoops")) ||
	       str_starts(base, STR("console-ramoops"));
}

/* What the whole file tells about the host. */
static void conclude(const struct dmesg_events *d)
{
	struct clocks *clocks = emit_clocks(d->out);

	if (d->boots.any)
		kernel_boots_tie(&d->boots, clocks, d->boot_clock, STR_NONE);
	if (is_past_boot(d->path))
		return;
	if (d->boots.any)
		clocks_assume(clocks, d->first_clock, 0, clocks_get(clocks, CLOCK_BOOT, STR_NONE, STR_NONE, 0), 0, 0, CLOCK_SAME,
			      STR("last boot of the kernel log is the running one"));
	if (d->release.n)
		emit_fact(d->out, STR_NONE, STR("kernel.release"), buf_str(&d->release), d->release_line);
	if (d->driver.n)
		emit_fact(d->out, STR_NONE, STR("driver.version"), buf_str(&d->driver), d->driver_line);
}

void dmesg_events_done(struct dmesg_events *d)
{
	conclude(d);
	buf_done(&d->driver);
	buf_done(&d->release);
}

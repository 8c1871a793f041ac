#include "source/kernel.h"

#include <stdio.h>

#include "base/number.h"

/* A first stamp this small after a larger one is a new boot: printk counts
 * from 0, and CPUs disagree by microseconds only. */
#define BOOT_NEAR_ZERO (10 * TS_SECOND)
#define BOOT_FALL_BACK TS_SECOND

/* Names of dmesg -x (util-linux sys-utils/dmesg.c), in the order of syslog(3). */
static const char *const facilities[] = {
	"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
	"res0", "res1", "res2", "res3", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
};
static const char *const levels[] = { "emerg", "alert", "crit", "err", "warn", "notice", "info", "debug" };

#define N_FACILITIES ((int)(sizeof(facilities) / sizeof(facilities[0])))
#define N_LEVELS ((int)(sizeof(levels) / sizeof(levels[0])))

void kernel_field(struct kernel_note *note, struct str key, struct str value, enum field_type type)
{
	if (value.n && note->n < KERNEL_FIELDS)
		note->fields[note->n++] = (struct field){ key, value, type };
}

enum severity kernel_priority(struct kernel_note *note, int pri)
{
	if (pri < 0 || pri >= N_FACILITIES * N_LEVELS)
		return SEV_NONE;
	kernel_field(note, STR("facility"), str_of(facilities[pri / N_LEVELS]), FIELD_TEXT);
	kernel_field(note, STR("level"), str_of(levels[pri % N_LEVELS]), FIELD_TEXT);
	return (enum severity)(pri % N_LEVELS);
}

int kernel_priority_named(struct str facility, struct str level)
{
	int f = 0, l = 0;

	facility = str_trim(facility);
	level = str_trim(level);
	while (f < N_FACILITIES && !str_eq(facility, str_of(facilities[f])))
		f++;
	while (l < N_LEVELS && !str_eq(level, str_of(levels[l])))
		l++;
	return f < N_FACILITIES && l < N_LEVELS ? f * N_LEVELS + l : -1;
}

size_t kernel_seconds(struct str s, ts_usec *t, ts_usec *resolution_us)
{
	size_t i = 0, start, digits;
	int64_t sec = 0;
	ts_usec weight = TS_SECOND, us = 0;

	while (i < s.n && s.p[i] == ' ')
		i++;
	/* 12 digits are 30,000 years: more is no clock, and would overflow. */
	for (start = i; i < s.n && is_digit(s.p[i]) && i - start < 12; i++)
		sec = sec * 10 + (s.p[i] - '0');
	if (i == start || i >= s.n || s.p[i] != '.')
		return 0;
	for (start = ++i; i < s.n && is_digit(s.p[i]); i++) {
		if (weight > 1) {
			weight /= 10;
			us += (s.p[i] - '0') * weight;
		}
	}
	digits = i - start;
	if (digits == 0 || digits > 9)
		return 0;
	*t = sec * TS_SECOND + us;
	*resolution_us = weight;
	return i;
}

size_t kernel_bracket(struct str s, ts_usec *uptime, ts_usec *resolution_us, struct str *digits)
{
	size_t n;

	if (s.n < 5 || s.p[0] != '[')
		return 0;
	n = kernel_seconds(str_from(s, 1), uptime, resolution_us);
	if (n == 0 || n + 1 >= s.n || s.p[n + 1] != ']')
		return 0;
	*digits = str_trim((struct str){ s.p + 1, n });
	n += 2;
	return n < s.n && s.p[n] == ' ' ? n + 1 : n;
}

struct str kernel_strip(struct kernel_note *note, struct str text)
{
	/* "[ T1946] " or "[    C0] ": a thread or a CPU, right-aligned. */
	if (text.n > 4 && text.p[0] == '[') {
		size_t i = 1, start;

		while (i < text.n && text.p[i] == ' ')
			i++;
		start = i++;
		while (i < text.n && is_digit(text.p[i]))
			i++;
		if (i < text.n && i > start + 1 && (text.p[start] == 'T' || text.p[start] == 'C') && text.p[i] == ']') {
			kernel_field(note, STR("caller"), (struct str){ text.p + start, i - start }, FIELD_TEXT);
			text = str_from(text, i + 1);
			str_skip(&text, STR(" "));
		}
	}
	str_skip(&text, STR("kernel: "));
	return text;
}

static bool is_hex(char c)
{
	char low = (char)(c | 0x20);

	return is_digit(c) || (low >= 'a' && low <= 'f');
}

/* The first PCI address in s; "(PCI:0000:3b:00)" has it right behind a colon.
 * Each has its domain before a colon: only there is a look worth its time. */
static bool find_pci(struct str s, char out[GPU_ID])
{
	for (size_t i = str_chr(s, ':'); i < s.n; i += 1 + str_chr(str_from(s, i + 1), ':')) {
		size_t start = i;

		while (start > 0 && i - start < 8 && is_hex(s.p[start - 1]))
			start--;
		if (i - start >= 4 && gpu_pci(str_from(s, start), out))
			return true;
	}
	return false;
}

/* Leading decimal digits. */
static struct str digits(struct str s)
{
	size_t n = 0;

	while (n < s.n && n < 18 && is_digit(s.p[n]))
		n++;
	return str_head(s, n);
}

/* "pid=924, name=python3, .." behind an Xid's number; drivers before R510 have
 * neither, and "<unknown>" (quoted or not) is no value. */
static void xid_process(struct kernel_note *note, struct str rest)
{
	struct str value;

	str_skip(&rest, STR(", "));
	if (!str_skip(&rest, STR("pid=")))
		return;
	value = digits(rest);
	kernel_field(note, STR("pid"), value, FIELD_NUMBER);
	rest = str_from(rest, str_chr(rest, ','));
	if (!str_skip(&rest, STR(", name=")))
		return;
	value = str_head(rest, str_find(rest, STR(", ")));
	if (!str_eq(value, STR("<unknown>")))
		kernel_field(note, STR("name"), value, FIELD_TEXT);
}

/* "Xid (PCI:0000:3b:00): 79, ..", "Xid (0000:03:00): 14, ..", "Xid (PCI:0000:01:00
 * GPU-I:05): 94, ..", and the NVSwitch's "SXid (PCI:0000:00:08.0): 11004, ..".
 * Formats: open-gpu-kernel-modules src/nvidia/src/kernel/gpu/rc/kernel_rc.c. */
static void xid(struct kernel_note *note, struct str text, struct str key)
{
	size_t close = str_find(text, STR("): "));
	struct str where = str_head(text, close), number = digits(str_from(text, close + 3));
	size_t mig = str_find(where, STR("GPU-I:"));

	if (number.n == 0)
		return;
	kernel_field(note, key, number, FIELD_NUMBER);
	kernel_field(note, STR("gpu_instance"), digits(str_from(where, mig + 6)), FIELD_TEXT);
	xid_process(note, str_from(text, close + 3 + number.n));
}

/* "0000:3b:00: GPU-6e4d9996-.." behind "NVRM: GPU at PCI:". */
static void gpu_uuid(struct str rest, struct str pci, struct emitter *out)
{
	size_t at = str_find(rest, STR(": GPU-"));
	struct str uuid = str_from(rest, at + 2), word;

	if (at < rest.n && str_word(&uuid, &word) && gpu_is_uuid(word))
		emit_link(out, STR("gpu"), pci, "is", STR("gpu"), word);
}

static void nvrm(struct kernel_note *note, struct event *e, struct emitter *out)
{
	struct str text = str_head(e->text, 1024);
	struct str rest = str_from(text, STR("NVRM: ").n);

	kernel_field(note, STR("subsystem"), STR("NVRM"), FIELD_TEXT);
	if (find_pci(text, note->pci)) {
		snprintf(note->entity, sizeof note->entity, "gpu:%s", note->pci);
		e->entity = str_of(note->entity);
		kernel_field(note, STR("pci"), str_of(note->pci), FIELD_TEXT);
		if (str_skip(&rest, STR("GPU at PCI:")))
			gpu_uuid(rest, str_of(note->pci), out);
	}
	if (str_starts(rest, STR("Xid (")))
		xid(note, rest, STR("xid"));
}

static bool word_is(struct str word, const char *more)
{
	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i], low = (char)(c | 0x20);

		if (!is_digit(c) && !(low >= 'a' && low <= 'z') && !strchr(more, c))
			return false;
	}
	return word.n > 0;
}

static bool has_digit(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (is_digit(s.p[i]))
			return true;
	return false;
}

/* "r8169 0000:83:00.0 eth0: ..", "EXT4-fs (sda1): ..", "systemd[1]: ..", "usb 2-1: ..":
 * a driver, and perhaps its device and the name that has, before the first ": ".  Not "Command line:
 * ..", "Out of memory: ..", "INFO: task ..". */
static struct str subsystem(struct kernel_note *note, struct str text)
{
	static const char *const headings[] = { "INFO", "BUG", "WARNING", "Code", "RIP", "CPU", "Tainted", "Modules" };
	struct str head = str_head(text, 80), name, device, rest, word;
	size_t colon;
	int words;

	for (colon = str_chr(head, ':'); colon + 1 < head.n && head.p[colon + 1] != ' ';)
		colon += 1 + str_chr(str_from(head, colon + 1), ':');
	if (colon == 0 || colon + 1 >= head.n || is_digit(head.p[0]))
		return STR_NONE;
	head = str_head(head, colon);
	name = str_head(head, str_chr(head, ' '));
	rest = device = str_from(head, name.n + 1);
	/* What stands behind the driver is numbered or in parentheses: "line" and "Trace" are words. */
	for (words = 0; str_word(&rest, &word); words++)
		if (words == 2 || !word_is(word, "()-_.:/") || (word.p[0] != '(' && !has_digit(word)))
			return STR_NONE;
	name = str_head(name, str_chr(name, '['));
	if (!word_is(name, "-_./:#@+"))
		return STR_NONE;
	for (size_t i = 0; i < sizeof(headings) / sizeof(headings[0]); i++)
		if (str_eq(name, str_of(headings[i])))
			return STR_NONE;
	if (device.n && gpu_pci(device, note->pci))
		kernel_field(note, STR("pci"), str_of(note->pci), FIELD_TEXT);
	return name;
}

void kernel_describe(struct kernel_note *note, struct event *e, struct emitter *out)
{
	struct str release = kernel_release(e->text);

	e->kind = STR("kernel.message");
	if (release.n) {
		e->kind = STR("kernel.boot");
		kernel_field(note, STR("kernel"), release, FIELD_TEXT);
	} else if (str_starts(e->text, STR("NVRM: "))) {
		nvrm(note, e, out);
	} else {
		struct str name = subsystem(note, e->text), rest;

		kernel_field(note, STR("subsystem"), name, FIELD_TEXT);
		if (str_starts(name, STR("nvidia-nvswitch"))) {
			rest = str_from(e->text, name.n + 2);
			if (str_starts(rest, STR("SXid (")) && find_pci(str_head(rest, 64), note->pci)) {
				kernel_field(note, STR("pci"), str_of(note->pci), FIELD_TEXT);
				xid(note, rest, STR("sxid"));
			}
		}
	}
	e->fields = note->fields;
	e->n_fields = note->n;
}

struct str kernel_release(struct str text)
{
	if (!str_skip(&text, STR("Linux version ")))
		return STR_NONE;
	return str_head(text, str_chr(text, ' '));
}

struct str kernel_driver(struct str text)
{
	struct str word;

	if (!str_skip(&text, STR("NVRM: loading NVIDIA UNIX ")))
		return STR_NONE;
	while (str_word(&text, &word))
		if (is_digit(word.p[0]) && str_chr(word, '.') < word.n)
			return word;
	return STR_NONE;
}

bool kernel_boots_ends(const struct kernel_boots *b, ts_usec uptime, struct str text)
{
	if (!b->any)
		return false;
	if (uptime < BOOT_NEAR_ZERO && uptime + BOOT_FALL_BACK < b->last)
		return true;
	return b->banner && kernel_release(text).n > 0;
}

void kernel_boots_next(struct kernel_boots *b)
{
	*b = (struct kernel_boots){ .part = b->part + 1 };
}

bool kernel_boots_sleeps(const struct kernel_boots *b, struct str text)
{
	return b->any && (str_starts(text, STR("PM: suspend entry")) || str_starts(text, STR("PM: suspend exit")) ||
			  str_starts(text, STR("PM: hibernation: hibernation entry")) || str_starts(text, STR("PM: hibernation: hibernation exit")));
}

void kernel_boots_sleep(struct kernel_boots *b, struct clocks *clocks, uint32_t clock, ts_usec uptime, uint32_t next)
{
	clocks_order(clocks, clock, uptime, next, uptime, CLOCK_MEASURED, STR("asleep in between"));
	*b = (struct kernel_boots){ .part = b->part + 1, .last = uptime, .banner = b->banner, .slept = true };
}

void kernel_boots_saw(struct kernel_boots *b, ts_usec uptime, struct str text)
{
	struct kernel_wall wall;

	if (!b->any || uptime > b->last)
		b->last = uptime;
	b->any = true;
	if (kernel_release(text).n)
		b->banner = true;
	/* The newest of the best: later audit stamps have seen NTP's correction. */
	if (kernel_wall(text, &wall) && (b->tie_u == 0 || wall.u_us <= b->tie_u)) {
		b->tie_uptime = uptime;
		b->tie_utc = wall.utc;
		b->tie_u = wall.u_us;
		b->tie_basis = wall.basis;
	}
}

void kernel_boots_tie(const struct kernel_boots *b, struct clocks *clocks, uint32_t clock, struct str host)
{
	if (b->tie_u)
		clocks_pair(clocks, clock, b->tie_uptime, clocks_host(clocks, host), b->tie_utc, b->tie_u, b->tie_basis);
}

/* "[type=1400 ]audit(1695536428.257:2): .." */
static bool audit_stamp(struct str text, struct kernel_wall *out)
{
	size_t at = str_find(str_head(text, 40), STR("audit("));
	ts_usec t, resolution;
	struct str serial;
	size_t n;

	if (at >= 40 || at >= text.n)
		return false;
	text = str_from(text, at + 6);
	n = kernel_seconds(text, &t, &resolution);
	serial = digits(str_from(text, n + 1));
	if (n == 0 || n >= text.n || text.p[n] != ':' || serial.n == 0)
		return false;
	/* The first record of a boot is older than the reading of the RTC: the
	 * clock is the hypervisor's guess then, seen wrong by 11 s. */
	*out = (struct kernel_wall){ t, str_eq(serial, STR("1")) ? 15 * TS_SECOND : TS_SECOND, STR("audit stamp in the kernel log") };
	return true;
}

bool kernel_wall(struct str text, struct kernel_wall *out)
{
	size_t at;
	uint64_t epoch;
	struct str rest, number;
	struct stamp s;

	if (str_starts(text, STR("audit")) || str_starts(text, STR("type=")))
		return audit_stamp(text, out);
	if (!str_starts(text, STR("rtc")))
		return false;
	at = str_find(text, STR("setting system clock to "));
	rest = str_from(text, at + STR("setting system clock to ").n);
	number = digits(str_from(rest, str_chr(rest, '(') + 1));
	/* hctosys reads whole seconds, and an RTC may be a second off. */
	*out = (struct kernel_wall){ 0, 2 * TS_SECOND, STR("real-time clock in the kernel log") };
	if (num_u64(number, &epoch) && epoch < INT64_MAX / TS_SECOND)
		out->utc = (ts_usec)epoch * TS_SECOND;
	else if (ts_iso8601(rest, &s))
		out->utc = s.t;
	else
		return false;
	return true;
}

bool kernel_zone(const struct kernel_wall *wall, ts_usec local, int *minutes_east)
{
	const ts_usec quarter = 15 * TS_MINUTE;
	struct civil c = ts_split(local);
	/* Just before New Year in UTC it may be past it in local time, or the reverse. */
	for (int year = ts_split(wall->utc).year - 1, last = year + 2; year <= last; year++) {
		ts_usec east = ts_civil(year, c.month, c.day, c.hour, c.minute, c.second, 0) - wall->utc;
		ts_usec shifted = east + 14 * TS_HOUR + quarter / 2, off;

		if (shifted < 0 || shifted >= 28 * TS_HOUR + quarter)
			continue;
		off = shifted % quarter - quarter / 2;
		if (off < -TS_MINUTE || off > TS_MINUTE)
			return false;
		*minutes_east = (int)(shifted / quarter) * 15 - 14 * 60;
		return true;
	}
	return false;
}

#include "source/smi.h"

#include <stdlib.h>

#include "base/number.h"

uint32_t smi_clock_now(struct emitter *out)
{
	return clocks_get(emit_clocks(out), CLOCK_AGE, STR_NONE, emit_path(out), 0);
}

uint32_t smi_clock_local(struct emitter *out)
{
	return clocks_get(emit_clocks(out), CLOCK_LOCAL, STR_NONE, STR_NONE, 0);
}

/* "1740565077.4759753", "1740565077475": seconds, milliseconds. */
static bool epoch(struct str s, struct smi_stamp *out)
{
	size_t dot = str_chr(s, '.');
	ts_usec unit = 100000, us = 0;
	uint64_t whole, digit;

	if ((dot != 10 && dot != 13) || !num_u64(str_head(s, dot), &whole))
		return false;
	if (dot == 13) {
		*out = (struct smi_stamp){ (ts_usec)whole * 1000, 1000, true };
		return dot == s.n;
	}
	for (size_t i = dot + 1; i < s.n; i++) {
		if (!num_u64((struct str){ s.p + i, 1 }, &digit))
			return false;
		us += (ts_usec)digit * unit;
		unit /= 10;
	}
	*out = (struct smi_stamp){ (ts_usec)whole * TS_SECOND + us, dot == s.n ? TS_SECOND : unit ? unit * 10 : 1, true };
	return true;
}

static bool two_digits(struct str s, size_t at, int *out)
{
	if (at + 2 > s.n || !is_digit(s.p[at]) || !is_digit(s.p[at + 1]))
		return false;
	*out = (s.p[at] - '0') * 10 + (s.p[at + 1] - '0');
	return true;
}

/* The two numbers in front of "03-11-2026 " or "03/11/2026 ". */
static bool short_date(struct str s, int *first, int *second)
{
	return s.n >= 10 && (s.p[2] == '-' || s.p[2] == '/') && s.p[5] == s.p[2] && is_digit(s.p[6]) && is_digit(s.p[9]) &&
	       two_digits(s, 0, first) && two_digits(s, 3, second);
}

static bool turned_date(struct str s, bool day_first, struct smi_stamp *out)
{
	char text[40];
	struct stamp st;
	int a, b;
	size_t n;

	if (!short_date(s, &a, &b) || s.n >= sizeof(text))
		return false;
	snprintf(text, sizeof(text), "%.4s-%02d-%02d%.*s", s.p + 6, day_first ? b : a, day_first ? a : b, (int)(s.n - 10), s.p + 10);
	n = ts_iso8601(str_of(text), &st);
	if (n != strlen(text))
		return false;
	*out = (struct smi_stamp){ st.t, st.resolution_us, st.has_zone };
	return true;
}

bool smi_stamp(struct str cell, bool day_first, struct smi_stamp *out)
{
	struct stamp st;
	size_t n = 0;

	if (cell.n < 10)
		return false;
	if (cell.p[4] == '/')
		n = ts_slashed(cell, &st);
	else if (cell.p[4] == '-')
		n = ts_iso8601(cell, &st);
	else if (cell.p[2] == '-' || cell.p[2] == '/')
		return turned_date(cell, day_first, out);
	else if (is_digit(*cell.p))
		return epoch(cell, out);
	else
		n = ts_ctime(cell, &st);
	if (n == 0 || n != cell.n)
		return false;
	*out = (struct smi_stamp){ st.t, st.resolution_us, st.has_zone };
	return true;
}

bool smi_day_first(struct str head)
{
	struct str line;
	int first = 0, second = 0;
	bool any = false;

	while (str_cut(&head, '\n', &line)) {
		int a, b;

		if (!short_date(line, &a, &b))
			continue;
		if (a > 12 || b > 12)
			return a > 12;
		/* Within a month the day moves and the month does not. */
		if (any && a != first && b == second)
			return true;
		if (any && a == first && b != second)
			return false;
		first = a;
		second = b;
		any = true;
	}
	return false;
}

static int by_size(const void *a, const void *b)
{
	const ts_usec *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

#define TURNS_GPUS 16     /* of one host */
#define TURNS_ROWS 512    /* looked at */
#define TURNS_SPREAD 40000 /* nvidia-smi takes up to 30 ms from one GPU to the next */

struct smi_turns smi_turns(const ts_usec *stamps, size_t n)
{
	ts_usec within[TURNS_ROWS], between[TURNS_ROWS], widest = 0;

	if (n > TURNS_ROWS)
		n = TURNS_ROWS;
	for (size_t i = 1; i < n; i++)
		if (stamps[i] - stamps[i - 1] > widest)
			widest = stamps[i] - stamps[i - 1];
	/* A single snapshot. */
	if (n >= 2 && n <= TURNS_GPUS && widest <= TURNS_SPREAD)
		return (struct smi_turns){ n, TURNS_SPREAD };
	for (size_t g = 2; g <= TURNS_GPUS && 2 * g <= n; g++) {
		size_t n_within = 0, n_between = 0;
		ts_usec far, near;

		for (size_t i = 1; i < n; i++) {
			if (i % g)
				within[n_within++] = stamps[i] - stamps[i - 1];
			else
				between[n_between++] = stamps[i] - stamps[i - 1];
		}
		qsort(within, n_within, sizeof(*within), by_size);
		qsort(between, n_between, sizeof(*between), by_size);
		/* Nine in ten: a loaded machine is late now and then. */
		far = within[(n_within - 1) * 9 / 10];
		near = between[n_between / 10];
		if (far >= 0 && near > 4 * far && near > 0)
			return (struct smi_turns){ g, near / 2 };
	}
	return (struct smi_turns){ 1, 0 };
}

static const struct { const char *text, *reason; } failures[] = {
	{ "couldn't communicate with the NVIDIA driver", "driver_not_loaded" },
	{ "Driver/library version mismatch", "version_mismatch" },
	{ "Failed to initialize NVML: Driver Not Loaded", "driver_not_loaded" },
	{ "Failed to initialize NVML: Insufficient Permissions", "no_permission" },
	{ "GPU access blocked by the operating system", "blocked_by_os" },
	{ "Failed to initialize NVML", "nvml" },
	{ "NVML library version:", "version_mismatch" },
	{ "No devices were found", "no_devices" },
	{ "Unable to determine the device handle", "gpu_lost" },
	{ "GPU is lost", "gpu_lost" },
	{ "infoROM is corrupted", "inforom_corrupted" },
	{ "couldn't find libnvidia-ml.so", "library_missing" },
	{ "libnvidia-ml.so: cannot open shared object", "library_missing" },
	{ "nvidia-smi: command not found", "not_installed" },
	{ "Command 'nvidia-smi' not found", "not_installed" },
};

const char *smi_failure(struct str line)
{
	if (line.n < 16 || line.n > 400)
		return NULL;
	for (size_t i = 0; i < sizeof(failures) / sizeof(*failures); i++)
		if (str_has(line, str_of(failures[i].text)))
			return failures[i].reason;
	return NULL;
}

enum status smi_emit_message(struct emitter *out, struct str kind, const struct line *line, struct str text,
			     struct smi_time at, struct error *err)
{
	const char *reason = smi_failure(text);
	struct field fields[3];
	char gpu[GPU_ID], entity[GPU_ID + 4] = "";
	struct str version = text;
	size_t n = 0;

	if (reason)
		fields[n++] = (struct field){ STR("reason"), str_of(reason), FIELD_TEXT };
	if (gpu_pci_in(text, gpu)) {
		fields[n++] = (struct field){ STR("gpu"), str_of(gpu), FIELD_TEXT };
		snprintf(entity, sizeof(entity), "gpu:%s", gpu);
	}
	if (str_skip(&version, STR("NVML library version:"))) {
		version = str_trim(version);
		fields[n++] = (struct field){ STR("library_version"), version, FIELD_TEXT };
		emit_fact(out, STR_NONE, STR("nvml.version"), version, line->no);
	}
	return emit_event(out, &(struct event){ .t = at.t, .clock = at.clock, .u_us = at.u_us, .severity = SEV_ERR, .line = line->no,
		.lines = 1, .offset = line->offset, .kind = kind, .entity = str_of(entity), .text = text, .fields = fields,
		.n_fields = n }, err);
}

#include "source/gpu.h"

#include "base/number.h"

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Hex digits at s[*i], between min and max of them. */
static bool hex_run(struct str s, size_t *i, size_t min, size_t max, unsigned long *out)
{
	size_t from = *i;
	unsigned long v = 0;

	while (*i < s.n && *i - from < max && hex_value(s.p[*i]) >= 0)
		v = v << 4 | (unsigned long)hex_value(s.p[(*i)++]);
	*out = v;
	return *i - from >= min;
}

size_t gpu_pci(struct str s, char out[GPU_ID])
{
	unsigned long domain, bus, device, function;
	size_t i = 0, end;

	if (!hex_run(s, &i, 4, 8, &domain) || i == s.n || s.p[i++] != ':' ||
	    !hex_run(s, &i, 2, 2, &bus) || i == s.n || s.p[i++] != ':' ||
	    !hex_run(s, &i, 2, 2, &device))
		return 0;
	end = i;
	if (i < s.n && s.p[i] == '.' && (++i, hex_run(s, &i, 1, 1, &function)))
		end = i;
	if (end < s.n && hex_value(s.p[end]) >= 0)
		return 0;
	snprintf(out, GPU_ID, "%04lx:%02lx:%02lx", domain, bus, device);
	return end;
}

bool gpu_pci_in(struct str s, char out[GPU_ID])
{
	for (size_t i = 0; i + 10 <= s.n; i++) {
		if (hex_value(s.p[i]) < 0 || (i > 0 && (hex_value(s.p[i - 1]) >= 0 || s.p[i - 1] == ':')))
			continue;
		if (gpu_pci(str_from(s, i), out))
			return true;
	}
	return false;
}

bool gpu_is_uuid(struct str s)
{
	size_t digits = 0;

	if (!str_skip(&s, STR("GPU-")) && !str_skip(&s, STR("MIG-")))
		return false;
	str_skip(&s, STR("GPU-")); /* MIG-GPU-<uuid>/<gi>/<ci> of older drivers */
	for (size_t i = 0; i < s.n; i++) {
		if (hex_value(s.p[i]) >= 0)
			digits++;
		else if (s.p[i] != '-' && s.p[i] != '/')
			return false;
	}
	return digits >= 8;
}

static const struct gpu_unit units[] = {
	{ "%", "%", 1 },
	{ "MiB", "bytes", 1048576.0 },
	{ "W", "W", 1 },
	{ "MHz", "Hz", 1e6 },
	{ "C", "celsius", 1 },
	{ "B", "bytes", 1 },
	{ "KiB", "bytes", 1024.0 },
	{ "GiB", "bytes", 1073741824.0 },
	{ "MB", "bytes", 1048576.0 }, /* dmon's and most scripts' name for nvidia-smi's MiB */
	{ "GB", "bytes", 1073741824.0 },
	{ "KB/s", "bytes/s", 1024.0 },
	{ "MB/s", "bytes/s", 1048576.0 },
	{ "GB/s", "bytes/s", 1e9 },
	{ "mW", "W", 1e-3 },
	{ "us", "s", 1e-6 },
	{ "ms", "s", 1e-3 },
	{ "s", "s", 1 },
	{ "x", "", 1 },
	{ "bank(s)", "", 1 },
	{ "FPS", "", 1 },
	{ "\xc2\xb0" "C", "celsius", 1 },
	{ "'C", "celsius", 1 },
};

const struct gpu_unit *gpu_unit(struct str written)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (str_eq(written, str_of(units[i].written)))
			return &units[i];
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (str_ieq(written, str_of(units[i].written)))
			return &units[i];
	return NULL;
}

static const struct { const char *text; enum gpu_cell cell; double value; } words[] = {
	{ "Active", GPU_NUMBER, 1 },
	{ "Not Active", GPU_NUMBER, 0 },
	{ "Yes", GPU_NUMBER, 1 },
	{ "No", GPU_NUMBER, 0 },
	{ "N/A", GPU_MISSING, 0 },
	{ "Not Supported", GPU_MISSING, 0 },
	{ "ERR!", GPU_FAULT, 0 },
	{ "Unknown Error", GPU_FAULT, 0 },
	{ "GPU is lost", GPU_FAULT, 0 },
	{ "GPU requires reset", GPU_FAULT, 0 },
	{ "Insufficient Permissions", GPU_MISSING, 0 },
	{ "Function Not Found", GPU_MISSING, 0 },
	{ "Requested functionality has been deprecated", GPU_MISSING, 0 },
	{ "Not Found", GPU_MISSING, 0 },
	{ "-", GPU_MISSING, 0 },
};

static enum gpu_cell word(struct str s, double *value)
{
	bool bracketed = s.n >= 2 && s.p[0] == '[' && s.p[s.n - 1] == ']';

	if (bracketed)
		s = (struct str){ s.p + 1, s.n - 2 };
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!str_ieq(s, str_of(words[i].text)))
			continue;
		if (words[i].cell == GPU_NUMBER)
			*value = words[i].value;
		return words[i].cell;
	}
	/* Drivers keep inventing reasons; the brackets are the rule. */
	return bracketed ? GPU_MISSING : GPU_TEXT;
}

enum gpu_cell gpu_cell(struct str s, double *value, const struct gpu_unit **unit)
{
	size_t i = 0, digits;
	struct str rest;

	if (s.n == 0)
		return GPU_MISSING;
	if (*s.p == '-' || *s.p == '+')
		i++;
	digits = i;
	while (i < s.n && is_digit(s.p[i]))
		i++;
	if (i == digits) {
		enum gpu_cell cell = word(s, value);

		if (cell == GPU_NUMBER)
			*unit = NULL;
		return cell;
	}
	if (i + 1 < s.n && s.p[i] == '.' && is_digit(s.p[i + 1]))
		for (i++; i < s.n && is_digit(s.p[i]);)
			i++;
	rest = str_from(s, i);
	while (rest.n && is_blank(*rest.p))
		rest = str_from(rest, 1);
	if (rest.n) {
		const struct gpu_unit *u = gpu_unit(rest);

		if (!u || !num_double(str_head(s, i), value))
			return GPU_TEXT;
		*unit = u;
		return GPU_NUMBER;
	}
	if (!num_double(str_head(s, i), value))
		return GPU_TEXT;
	*unit = NULL;
	return GPU_NUMBER;
}

const struct gpu_reason gpu_reasons[GPU_REASONS] = {
	{ "gpu_idle", 0x1 },
	{ "applications_clocks_setting", 0x2 },
	{ "sw_power_cap", 0x4 },
	{ "hw_slowdown", 0x8 },
	{ "sync_boost", 0x10 },
	{ "sw_thermal_slowdown", 0x20 },
	{ "hw_thermal_slowdown", 0x40 },
	{ "hw_power_brake_slowdown", 0x80 },
	{ "display_clocks", 0x100 },
};

size_t gpu_reason(struct str name)
{
	static const struct { const char *alias; size_t reason; } aliases[] = {
		{ "idle", GPU_REASON_IDLE },
		{ "display_clocks_setting", 8 }, { "display_clock_setting", 8 },
		{ "sw_power_capping", 2 }, { "hw_power_braking", 7 }, { "hw_power_brake", 7 },
		{ "sw_therm_slowdown", 5 }, { "hw_therm_slowdown", 6 },
	};
	char folded[64];

	if (name.n == 0 || name.n >= sizeof(folded))
		return GPU_REASONS;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		folded[i] = c == ' ' ? '_' : c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
	}
	for (size_t i = 0; i < GPU_REASONS; i++)
		if (str_eq((struct str){ folded, name.n }, str_of(gpu_reasons[i].name)))
			return i;
	for (size_t i = 0; i < sizeof(aliases) / sizeof(*aliases); i++)
		if (str_eq((struct str){ folded, name.n }, str_of(aliases[i].alias)))
			return aliases[i].reason;
	return GPU_REASONS;
}

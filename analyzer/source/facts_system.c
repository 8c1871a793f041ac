#include <stdio.h>

#include "base/number.h"
#include "source/facts.h"

static bool named(struct str name, const char *part)
{
	return str_ifind(name, str_of(part)) < name.n;
}

/* Is head one line and nothing behind it? */
static bool is_one_line(struct str head)
{
	head = str_trim(head);
	return head.n > 0 && str_chr(head, '\n') == head.n;
}

/* "6.8.0-45-generic", "5.14.0-570.23.1.el9_6.x86_64" */
static bool is_release(struct str s)
{
	size_t dots = 0, i = 0;

	for (; i < s.n && (is_digit(s.p[i]) || s.p[i] == '.'); i++)
		dots += s.p[i] == '.';
	return s.n > 0 && s.n < 128 && is_digit(s.p[0]) && dots >= 1 && str_chr(s, ' ') == s.n;
}

static bool is_host_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char low = (char)(s.p[i] | 0x20);

		if (!is_digit(s.p[i]) && !(low >= 'a' && low <= 'z') && s.p[i] != '-' && s.p[i] != '.' && s.p[i] != '_')
			return false;
	}
	return s.n > 0 && s.n < 254; /* RFC 1035 */
}

/* Linux NODE RELEASE #BUILD .. MACHINE [PROCESSOR PLATFORM] GNU/Linux */
static int detect_uname(struct str name, struct str head)
{
	struct str line = facts_first_line(head), rest = line, word, release;

	if (str_starts(line, STR("Linux version ")))
		return is_one_line(head) ? 32 : 0;
	if (str_skip(&rest, STR("Linux ")) && str_word(&rest, &word) && str_word(&rest, &release) && is_release(release) &&
	    str_starts(str_trim(rest), STR("#")))
		return 40;
	return named(name, "uname") && is_one_line(head) && is_release(line) ? 24 : 0;
}

void facts_uname(struct facts *f, struct str s)
{
	struct str rest = s, word, release;

	if (is_release(rest)) {
		facts_emit(f, "kernel.release", rest);
		return;
	}
	if (str_skip(&rest, STR("Linux version "))) {
		facts_emit(f, "kernel.release", str_head(rest, str_chr(rest, ' ')));
		return;
	}
	if (!str_skip(&rest, STR("Linux ")) || !str_word(&rest, &word) || !str_word(&rest, &release))
		return;
	if (is_host_name(word)) /* people put "<hostname>" there */
		facts_emit(f, "hostname", word);
	facts_emit(f, "kernel.release", release);
	rest = str_trim(rest);
	if (str_ends(rest, STR(" GNU/Linux"))) {
		rest = str_rtrim(str_head(rest, rest.n - STR(" GNU/Linux").n));
		facts_emit(f, "kernel.arch", str_from(rest, str_rchr(rest, ' ') + 1));
	}
}

static void uname_line(struct facts *f, struct str line)
{
	if (f->lines++ == 0)
		facts_uname(f, str_trim(line));
}

static int detect_hostname(struct str name, struct str head)
{
	return named(name, "hostname") && is_one_line(head) && is_host_name(facts_first_line(head)) ? 24 : 0;
}

static void hostname_line(struct facts *f, struct str line)
{
	facts_emit(f, "hostname", str_trim(line));
}

/* hostnamectl: " Static hostname: n1" .. "Kernel: Linux 6.8.0-45-generic" */
static int detect_hostnamectl(struct str name, struct str head)
{
	(void)name;
	return str_has(head, STR("Static hostname: ")) && str_has(head, STR("Operating System: ")) ? 40 : 0;
}

static void hostnamectl_line(struct facts *f, struct str line)
{
	struct str key, value;

	if (!facts_pair(line, ':', &key, &value))
		return;
	if (str_eq(key, STR("Static hostname")))
		facts_emit(f, "hostname", value);
	else if (str_eq(key, STR("Operating System")))
		facts_emit(f, "os.name", value);
	else if (str_eq(key, STR("Kernel")) && str_skip(&value, STR("Linux ")))
		facts_emit(f, "kernel.release", value);
	else if (str_eq(key, STR("Virtualization")))
		facts_emit(f, "virtualization", value);
	else if (str_eq(key, STR("Hardware Model")))
		facts_emit(f, "hardware.model", value);
}

/* os-release(5), and /etc/lsb-release with its DISTRIB_ names. */
static int detect_os_release(struct str name, struct str head)
{
	struct str line = facts_first_line(head);

	(void)name;
	if (str_starts(line, STR("DISTRIB_ID=")))
		return 32;
	return (str_starts(line, STR("PRETTY_NAME=")) || str_starts(line, STR("NAME="))) &&
	       (str_has(head, STR("\nID=")) || str_has(head, STR("\nVERSION_ID="))) ? 40 : 0;
}

static void os_release_line(struct facts *f, struct str line)
{
	static const struct { const char *key, *fact; } keys[] = {
		{ "PRETTY_NAME", "os.name" }, { "ID", "os.id" }, { "VERSION_ID", "os.version" }, { "VERSION_CODENAME", "os.codename" },
		{ "DISTRIB_DESCRIPTION", "os.name" }, { "DISTRIB_RELEASE", "os.version" }, { "DISTRIB_CODENAME", "os.codename" },
	};
	struct str key, value;

	if (!facts_pair(line, '=', &key, &value))
		return;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (str_eq(key, str_of(keys[i].key)))
			facts_emit(f, keys[i].fact, value);
}

/* /proc/driver/nvidia/version: the module that is loaded. */
static int detect_driver(struct str name, struct str head)
{
	(void)name;
	return str_starts(facts_first_line(head), STR("NVRM version: NVIDIA UNIX ")) ? 48 : 0;
}

static void driver_line(struct facts *f, struct str line)
{
	struct str rest = line, word;

	if (str_skip(&rest, STR("NVRM version: "))) {
		facts_emit(f, "driver.flavour", str_has(rest, STR("Open Kernel Module")) ? STR("open") : STR("proprietary"));
		while (str_word(&rest, &word))
			if (is_digit(word.p[0]) && str_chr(word, '.') < word.n) {
				facts_emit(f, "driver.version", word);
				break;
			}
	} else if (str_skip(&rest, STR("GCC version: "))) {
		facts_emit(f, "driver.compiler", str_trim(rest));
	}
}

/* Modules worth a fact each: what drives GPUs and their fabric. */
static bool is_gpu_stack(struct str module)
{
	static const char *const names[] = { "nouveau", "gdrdrv", "amdgpu", "mlx5_core", "ib_core", "nv_peer_mem", "vfio_pci" };

	if (str_starts(module, STR("nvidia")))
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(module, str_of(names[i])))
			return true;
	return false;
}

/* lsmod's header, or /proc/modules: "nvidia_uvm 1388544 0 - Live 0x0000000000000000 (O)". */
static int detect_lsmod(struct str name, struct str head)
{
	struct str line = facts_first_line(head), rest = line, word;
	uint64_t size;

	if (str_word(&rest, &word) && str_eq(word, STR("Module")) && str_word(&rest, &word) && str_eq(word, STR("Size")) &&
	    str_eq(str_trim(rest), STR("Used by")))
		return 40;
	if (str_has(line, STR(" Live 0x")))
		return 32;
	/* lsmod | grep nvidia: only under its name are three words enough */
	rest = line;
	return named(name, "lsmod") && str_word(&rest, &word) && str_word(&rest, &word) && num_u64(word, &size) && str_word(&rest, &word) &&
	       num_u64(word, &size) ? 32 : 0;
}

static void lsmod_line(struct facts *f, struct str line)
{
	struct str rest = line, module;
	char key[80];

	if (!str_word(&rest, &module))
		return;
	if (f->lines++ == 0) /* `lsmod | grep` has no header */
		f->all_modules = (str_eq(module, STR("Module")) || str_has(line, STR(" Live 0x"))) && str_chr(f->name, '|') == f->name.n;
	if (f->lines == 1 && str_eq(module, STR("Module")))
		return;
	f->modules++;
	f->nvidia |= str_eq(module, STR("nvidia"));
	if (!is_gpu_stack(module) || module.n > 64)
		return;
	snprintf(key, sizeof key, "module.%.*s", STR_ARG(module));
	facts_emit(f, key, STR("loaded"));
}

static void lsmod_end(struct facts *f)
{
	char text[16];

	if (!f->all_modules)
		return;
	if (!f->nvidia)
		facts_emit(f, "module.nvidia", STR("not loaded"));
	snprintf(text, sizeof text, "%u", f->modules);
	facts_emit(f, "modules.loaded", str_of(text));
}

static int detect_modinfo(struct str name, struct str head)
{
	struct str line = facts_first_line(head), key, value;

	if (str_starts(line, STR("modinfo: ERROR: Module ")))
		return 40;
	if (named(name, "modinfo") && str_starts(line, STR("vermagic:")))
		return 40; /* nvidia-bug-report.sh: "modinfo nvidia | grep vermagic" */
	return facts_pair(line, ':', &key, &value) && str_eq(key, STR("filename")) && str_has(head, STR("vermagic:")) ? 40 : 0;
}

/* "/lib/modules/6.8.0-45-generic/updates/dkms/nvidia.ko.zst" -> "nvidia" */
static struct str module_of(struct str file)
{
	struct str name = str_from(file, str_rchr(file, '/') < file.n ? str_rchr(file, '/') + 1 : 0);

	return str_head(name, str_find(name, STR(".ko")));
}

static void modinfo_line(struct facts *f, struct str line)
{
	static const char *const keys[] = { "filename", "version", "vermagic", "signer", "license" };
	struct str rest = line, key, value, name;
	char fact[128];

	if (str_skip(&rest, STR("modinfo: ERROR: Module "))) {
		name = str_head(rest, str_chr(rest, ' '));
		snprintf(fact, sizeof fact, "modinfo.%.*s", STR_ARG(str_head(name, 64)));
		facts_emit(f, fact, STR("not found"));
		return;
	}
	if (!facts_pair(line, ':', &key, &value))
		return;
	rest = f->name;
	if (!f->module[0] && str_skip(&rest, STR("modinfo ")))
		snprintf(f->module, sizeof f->module, "%.*s", STR_ARG(str_head(rest, str_chr(rest, ' '))));
	if (str_eq(key, STR("filename"))) {
		name = str_head(module_of(value), sizeof(f->module) - 1);
		snprintf(f->module, sizeof f->module, "%.*s", STR_ARG(name));
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && f->module[0]; i++) {
		if (!str_eq(key, str_of(keys[i])))
			continue;
		snprintf(fact, sizeof fact, "modinfo.%s.%s", f->module, keys[i]);
		facts_emit(f, fact, value);
	}
}

/* "nvidia/580.159.04, 6.8.0-45-generic, x86_64: installed", "nvidia, 460.80, 5.4.0-73-generic,
 * x86_64: installed", "nvidia/535.54.03: added". */
static bool read_dkms(struct str line, struct str *module, struct str *rest)
{
	static const char *const states[] = { "installed", "built", "added", "broken" };
	size_t colon, cut = 0;
	struct str state;

	line = str_trim(line);
	colon = str_find(line, STR(": "));
	if (colon >= line.n)
		return false;
	state = str_from(line, colon + 2);
	while (cut < colon && line.p[cut] != '/' && line.p[cut] != ',')
		cut++;
	if (cut == 0 || cut >= colon || str_chr(str_head(line, cut), ' ') < cut)
		return false;
	*module = str_head(line, cut);
	*rest = str_trim(str_from(line, cut + 1));
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (str_starts(state, str_of(states[i])))
			return true;
	return false;
}

static int detect_dkms(struct str name, struct str head)
{
	struct str module, rest;

	(void)name;
	return read_dkms(facts_first_line(head), &module, &rest) ? 32 : 0;
}

static void dkms_line(struct facts *f, struct str line)
{
	struct str module, rest;
	char key[96];

	if (!read_dkms(line, &module, &rest))
		return;
	snprintf(key, sizeof key, "dkms.%.*s", STR_ARG(str_head(module, 64)));
	facts_emit(f, key, rest);
}

static int detect_meminfo(struct str name, struct str head)
{
	(void)name;
	return str_starts(head, STR("MemTotal:")) && str_has(head, STR("MemFree:")) ? 40 : 0;
}

static void meminfo_line(struct facts *f, struct str line)
{
	static const struct { const char *key, *fact; } keys[] = {
		{ "MemTotal", "memory.total" }, { "MemFree", "memory.free" }, { "MemAvailable", "memory.available" },
		{ "SwapTotal", "swap.total" }, { "SwapFree", "swap.free" },
	};
	struct str key, value, number;
	char text[32];
	uint64_t kib;

	if (!facts_pair(line, ':', &key, &value) || !str_word(&value, &number) || !num_u64(number, &kib) || kib > UINT64_MAX / 1024)
		return;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (str_eq(key, str_of(keys[i].key))) {
			snprintf(text, sizeof text, "%llu", (unsigned long long)kib * 1024);
			facts_emit(f, keys[i].fact, str_of(text));
		}
}

const struct fact_file facts_of_system[] = {
	{ "uname", detect_uname, uname_line, NULL },
	{ "os-release", detect_os_release, os_release_line, NULL },
	{ "driver", detect_driver, driver_line, NULL },
	{ "lsmod", detect_lsmod, lsmod_line, lsmod_end },
	{ "modinfo", detect_modinfo, modinfo_line, NULL },
	{ "dkms", detect_dkms, dkms_line, NULL },
	{ "meminfo", detect_meminfo, meminfo_line, NULL },
	{ "hostnamectl", detect_hostnamectl, hostnamectl_line, NULL },
	{ "hostname", detect_hostname, hostname_line, NULL },
	{ NULL, NULL, NULL, NULL },
};

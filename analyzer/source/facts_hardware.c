/* Devices, and what they run: GPUs as the driver and as the bus sees them, the kernel's command line, CUDA, addresses. */
#include <stdio.h>

#include "source/facts.h"

/* /proc/driver/nvidia/gpus/0000:3b:00.0/information: the address comes last. */
static int detect_gpu(struct str name, struct str head)
{
	(void)name;
	return str_starts(head, STR("Model:")) && str_has(head, STR("\nGPU UUID:")) && str_has(head, STR("\nBus Location:")) ? 48 : 0;
}

static void gpu_line(struct facts *f, struct str line)
{
	struct str key, value;
	char pci[GPU_ID], fact[80];

	if (!facts_pair(line, ':', &key, &value))
		return;
	if (str_eq(key, STR("Model")))
		snprintf(f->gpu.model, sizeof f->gpu.model, "%.*s", STR_ARG(value));
	else if (str_eq(key, STR("GPU UUID")))
		snprintf(f->gpu.uuid, sizeof f->gpu.uuid, "%.*s", STR_ARG(value));
	else if (str_eq(key, STR("Bus Location")) && gpu_pci(value, pci)) {
		snprintf(fact, sizeof fact, "gpu.%s.model", pci);
		facts_emit(f, fact, str_of(f->gpu.model));
		if (!gpu_is_uuid(str_of(f->gpu.uuid)))
			return; /* "GPU-????????-????-..": the driver could not read it */
		snprintf(fact, sizeof fact, "gpu.%s.uuid", pci);
		facts_emit(f, fact, str_of(f->gpu.uuid));
		emit_link(f->out, STR("gpu"), str_of(pci), "is", STR("gpu"), str_of(f->gpu.uuid));
	}
}

/* ---- lspci, with or without -nn, -v, -vvv ---- */

/* "3b:00.0 3D controller: ..", "0001:00:00.0 ..": an address in front of a class. */
static size_t lspci_address(struct str line, char pci[GPU_ID])
{
	char text[32];
	size_t n = str_chr(line, ' ');

	if (n != 7 && n != 12)
		return 0;
	snprintf(text, sizeof text, "%s%.*s", n == 7 ? "0000:" : "", STR_ARG(str_head(line, n)));
	return gpu_pci(str_of(text), pci) ? n : 0;
}

static int detect_lspci(struct str name, struct str head)
{
	char pci[GPU_ID];
	struct str line = facts_first_line(head);
	size_t n = lspci_address(line, pci), colon = str_find(line, STR(": "));

	(void)name;
	return n && colon < 64 && colon > n ? 40 : 0;
}

/* "3D controller: NVIDIA Corporation GH100 [H100 PCIe] (rev ff)": all bits set is what a bus reads of a device that is gone. */
static void lspci_line(struct facts *f, struct str line)
{
	char pci[GPU_ID], fact[96];
	size_t n = lspci_address(line, pci);
	struct str rest = line;

	if (n) {
		f->pci[0] = '\0';
		rest = str_trim(str_from(line, n));
		if (!str_has(rest, STR("NVIDIA")) || (!str_has(rest, STR("controller")) && !str_has(rest, STR("Bridge"))))
			return;
		snprintf(f->pci, sizeof f->pci, "%s", pci);
		snprintf(fact, sizeof fact, "lspci.%s", pci);
		facts_emit(f, fact, rest);
		return;
	}
	rest = str_trim(line);
	if (!f->pci[0] || (!str_starts(rest, STR("LnkSta:")) && !str_starts(rest, STR("LnkCap:"))))
		return;
	snprintf(fact, sizeof fact, "lspci.%s.%s", f->pci, str_starts(rest, STR("LnkSta")) ? "link" : "link.max");
	facts_emit(f, fact, str_trim(str_from(rest, 7)));
}

/* ---- small ones ---- */

/* /proc/cmdline */
static int detect_cmdline(struct str name, struct str head)
{
	(void)name;
	return str_starts(head, STR("BOOT_IMAGE=")) && str_chr(str_trim(head), '\n') == str_trim(head).n ? 40 : 0;
}

static void cmdline_line(struct facts *f, struct str line)
{
	facts_emit(f, "kernel.cmdline", str_trim(line));
}

/* nvcc --version */
static int detect_nvcc(struct str name, struct str head)
{
	(void)name;
	return str_starts(facts_first_line(head), STR("nvcc: NVIDIA (R) Cuda compiler driver")) ? 48 : 0;
}

static void nvcc_line(struct facts *f, struct str line)
{
	size_t at = str_find(line, STR("release "));
	struct str rest = str_from(line, at + 8);

	if (at < line.n)
		facts_emit(f, "cuda.toolkit", str_head(rest, str_chr(rest, ',')));
}

/* ip addr: "2: eth0: <BROADCAST,..> mtu 1500 .." and "    inet 10.0.0.4/24 ..". */
static int detect_ip(struct str name, struct str head)
{
	struct str line = facts_first_line(head);

	(void)name;
	return str_starts(line, STR("1: lo")) && (str_has(line, STR("<LOOPBACK")) || str_has(line, STR(" inet "))) ? 40 : 0;
}

static void ip_line(struct facts *f, struct str line)
{
	struct str rest = line, word;
	char fact[96];

	if (line.n && is_digit(line.p[0]) && str_word(&rest, &word) && str_word(&rest, &word))
		snprintf(f->interface, sizeof f->interface, "%.*s", STR_ARG(str_head(word, str_chr(word, ':'))));
	rest = str_from(line, str_find(line, STR("inet ")) + 5);
	if (!str_has(line, STR("inet ")) || !str_word(&rest, &word) || str_eq(str_of(f->interface), STR("lo")) || !f->interface[0])
		return;
	snprintf(fact, sizeof fact, "ip.%s", f->interface);
	facts_emit(f, fact, word);
}

const struct fact_file facts_of_hardware[] = {
	{ "gpu", detect_gpu, gpu_line, NULL },
	{ "lspci", detect_lspci, lspci_line, NULL },
	{ "cmdline", detect_cmdline, cmdline_line, NULL },
	{ "nvcc", detect_nvcc, nvcc_line, NULL },
	{ "ip", detect_ip, ip_line, NULL },
	{ NULL, NULL, NULL, NULL },
};

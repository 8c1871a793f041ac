#include "rule/template.h"

#include <stdio.h>

#include "base/number.h"

/* Reads 1 to max hexadecimal digits; how many. */
static size_t hex_digits(struct str s, size_t max, uint64_t *out)
{
	size_t n = 0;

	while (n < s.n && n < max && num_hex(str_head(str_from(s, n), 1), out))
		n++;
	return n && num_hex(str_head(s, n), out) ? n : 0;
}

/* [domain:]bus:device[.function], as lspci, the kernel and nvidia-smi write it:
 * domains of 4 digits (8 in nvidia-smi), and VMD or Hyper-V domains above ffff. */
struct str pci_normal(struct str s, char buf[24])
{
	uint64_t part[3], function;
	size_t n_parts = 0;
	struct str rest = s;
	int n;

	if (str_istarts(rest, STR("pci:")))
		rest = str_from(rest, 4);
	for (;;) {
		size_t digits = n_parts < 3 ? hex_digits(rest, 8, &part[n_parts]) : 0;

		if (digits == 0)
			return s;
		n_parts++;
		rest = str_from(rest, digits);
		if (!str_skip(&rest, STR(":")))
			break;
	}
	if (str_skip(&rest, STR("."))) {
		if (hex_digits(rest, 1, &function) != 1)
			return s;
		rest = str_from(rest, 1);
	}
	if (rest.n || n_parts < 2 || part[n_parts - 2] > 0xff || part[n_parts - 1] > 0x1f)
		return s;
	n = snprintf(buf, 24, "%04x:%02x:%02x", n_parts == 3 ? (unsigned)part[0] : 0u, (unsigned)part[n_parts - 2],
		     (unsigned)part[n_parts - 1]);
	return (struct str){ buf, (size_t)n };
}

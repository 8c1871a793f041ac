/* gen MB [SEED]: a kern.log of about that many megabytes on stdout, the same bytes
 * for the same arguments.  The mix of a GPU node: daemons, link messages, audit, now and
 * then a driver line; one Xid in ten million lines' worth is left to the fixtures. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t state;

static uint32_t next(uint32_t n) /* an LCG (Knuth, MMIX): repeatable everywhere */
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(state >> 33) % n;
}

int main(int argc, char **argv)
{
	static const char *const months[] = { "Jan", "Feb", "Mar" };
	uint64_t want = (argc > 1 ? strtoull(argv[1], NULL, 10) : 200) * 1000000, done = 0;
	double up = 0;

	state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	while (done < want) {
		uint64_t t = (uint64_t)up;
		unsigned day = (unsigned)(t / 86400 % 84);
		int n = printf("%s %2u %02u:%02u:%02u gpu-bench-01 ", months[day / 28], day % 28 + 1, (unsigned)(t / 3600 % 24), (unsigned)(t / 60 % 60), (unsigned)(t % 60));

		switch (next(8)) {
		case 0:
			n += printf("kernel: [%12.6f] audit: type=1400 audit(%" PRIu64 ".%03u:%u): apparmor=\"DENIED\" operation=\"open\" profile=\"snap.lxd\" pid=%u comm=\"lxd\"\n", up, 1767225600 + t, next(1000), next(100000), next(65536));
			break;
		case 1:
			n += printf("kernel: [%12.6f] eth%u: link status changed: speed %u Mbps full duplex\n", up, next(4), 1000 * (1 + next(100)));
			break;
		case 2:
			n += printf("kubelet[%u]: I0112 reconciler.go:%u] operationExecutor.MountVolume started for volume \"data-%u\" pod \"train-%u\"\n", next(65536), next(900), next(4000), next(4000));
			break;
		case 3:
			n += printf("containerd[%u]: time=\"2026-01-12T10:00:00Z\" level=info msg=\"shim disconnected\" id=%08x%08x\n", next(65536), next(1 << 30), next(1 << 30));
			break;
		case 4:
			n += printf("kernel: [%12.6f] nvidia-uvm: Loaded the UVM driver, major device number %u.\n", up, 500 + next(12));
			break;
		case 5:
			n += printf("kernel: [%12.6f] IPv6: ADDRCONF(NETDEV_CHANGE): cali%08x: link becomes ready\n", up, next(1 << 30));
			break;
		case 6:
			n += printf("systemd[1]: Started Session %u of user batch.\n", next(100000));
			break;
		default:
			n += printf("kernel: [%12.6f] EXT4-fs (nvme%un1p1): mounted filesystem with ordered data mode. Opts: (null)\n", up, next(8));
			break;
		}
		done += (uint64_t)n;
		up += 0.001 * next(2000);
		if (up > 84.0 * 86400)
			up = 0;
	}
	return 0;
}

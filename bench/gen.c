/* gen MB [SEED [KIND]]: about that many megabytes on stdout, the same bytes for the same arguments.  KIND is
 * log (kern.log, when not given), csv (nvidia-smi --query-gpu of eight GPUs each second) or json (kubectl get events, an
 * item a line).  The mix of a GPU node: daemons, link messages, audit, now and
 * then a driver line; one Xid in ten million lines' worth is left to the fixtures. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;

static uint32_t next(uint32_t n) /* an LCG (Knuth, MMIX): repeatable everywhere */
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(state >> 33) % n;
}

static void kern_log(uint64_t want)
{
	static const char *const months[] = { "Jan", "Feb", "Mar" };
	uint64_t done = 0;
	double up = 0;

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
}

static void smi_csv(uint64_t want)
{
	uint64_t done = (uint64_t)printf("timestamp, index, uuid, pci.bus_id, temperature.gpu, utilization.gpu [%%], memory.used [MiB], clocks.current.sm [MHz], "
					 "ecc.errors.uncorrected.volatile.total, clocks_throttle_reasons.active, power.draw [W]\n");

	for (unsigned t = 0; done < want; t++)
		for (unsigned g = 0; g < 8; g++)
			done += (uint64_t)printf("2026/%02u/%02u %02u:%02u:%02u.%03u, %u, GPU-1111111%u-2222-3333-4444-555555555555, 00000000:%02X:00.0, %u, %u %%, %u MiB, %u MHz, 0, "
						 "0x0000000000000001, %u.%02u W\n",
						 1 + t / 86400 / 28 % 12, 1 + t / 86400 % 28, t / 3600 % 24, t / 60 % 60, t % 60, next(1000), g, g, 0x1b + 16 * g, 40 + next(30),
						 next(101), next(81559), 1200 + next(780), 90 + next(600), next(100));
}

static void events_json(uint64_t want)
{
	static const char *const reasons[] = { "Pulled", "Created", "Started", "Scheduled" };
	uint64_t done = (uint64_t)printf("{\"apiVersion\":\"v1\",\"items\":[\n");

	for (unsigned n = 0; done < want; n++) {
		unsigned t = n / 4;

		done += (uint64_t)printf("%s{\"apiVersion\":\"v1\",\"count\":%u,\"eventTime\":null,\"firstTimestamp\":\"2026-%02u-%02uT%02u:%02u:%02uZ\",\"involvedObject\":{"
					 "\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"train-%u\",\"namespace\":\"jobs\",\"uid\":\"5b0c7a52-2d5e-4f3c-9a37-%012x\"},\"kind\":\"Event\","
					 "\"lastTimestamp\":\"2026-%02u-%02uT%02u:%02u:%02uZ\",\"message\":\"Successfully pulled image for worker %u in %u.%us\",\"metadata\":{"
					 "\"creationTimestamp\":\"2026-%02u-%02uT%02u:%02u:%02uZ\",\"name\":\"train-%u.%08x\",\"namespace\":\"jobs\"},\"reason\":\"%s\","
					 "\"source\":{\"component\":\"kubelet\",\"host\":\"gpu-bench-01\"},\"type\":\"Normal\"}",
					 n ? ",\n" : "", 1 + next(20), 1 + t / 86400 / 28 % 12, 1 + t / 86400 % 28, t / 3600 % 24, t / 60 % 60, t % 60, n % 4000, next(1 << 30),
					 1 + t / 86400 / 28 % 12, 1 + t / 86400 % 28, t / 3600 % 24, t / 60 % 60, t % 60, next(64), next(60), next(10), 1 + t / 86400 / 28 % 12,
					 1 + t / 86400 % 28, t / 3600 % 24, t / 60 % 60, t % 60, n % 4000, n, reasons[next(4)]);
	}
	puts("\n],\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"\"}}");
}

int main(int argc, char **argv)
{
	uint64_t want = (argc > 1 ? strtoull(argv[1], NULL, 10) : 200) * 1000000;
	const char *kind = argc > 3 ? argv[3] : "log";

	state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	if (strcmp(kind, "csv") == 0)
		smi_csv(want);
	else if (strcmp(kind, "json") == 0)
		events_json(want);
	else
		kern_log(want);
	return 0;
}

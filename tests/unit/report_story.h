#ifndef FORENSICS_TESTS_REPORT_STORY_H
#define FORENSICS_TESTS_REPORT_STORY_H

/* A driver whose libraries were updated under the loaded module: one incident, a finding
 * that follows from another, an unlikely one, gaps, and questions left open. */
static const char *const story[] = {
	"INSERT INTO meta VALUES ('version', '0.1.0'), "
		"('rules', '3f5a')",
	"INSERT INTO bundle VALUES (0, 'node7.tar.gz', '9b1c', 6, 1772344800000000, NULL)",
	"INSERT INTO host VALUES (0, ''), "
		"(1, 'node7')",
	"INSERT INTO clock (id, kind, host_id, scope, part, offset_us, uncertainty_us, solved, parent_id, basis, "
		"first_us, last_us) VALUES (0, 'utc', 0, '', 0, 0, 0, 1, 0, '', NULL, NULL), "
		"(1, 'boot', 1, 'dmesg.txt', 0, 0, 1000000, 1, 0, 'btime in stat.txt', NULL, NULL)",
	"INSERT INTO file (id, bundle_id, path, source, status, reason, sha256, bytes, records, unparsed, cover) "
		"VALUES (1, 0, 'apt/history.log', 'apt_history', 'ok', NULL, '11c1', 18400, 412, 0, 'append'), "
		"(2, 0, 'dmesg.txt', 'dmesg', 'partial', 'the ring buffer wrapped', '22c2', 1048576, 17100, 12, 'span'), "
		"(3, 0, 'smi.csv', 'nvidia_smi_csv', 'ok', NULL, '33c3', 2400000, 720, 0, 'polled'), "
		"(4, 0, 'core.4711', NULL, 'unknown', 'not text', '77c7', 65536, 0, 0, 'span')",
	"INSERT INTO coverage VALUES (1, 0, 1, 412, 1772150400000000, 1772335460000000), "
		"(2, 1, 1, 17100, 1772334000000000, 1772339000000000), "
		"(3, 0, 1, 720, 1772334000000000, 1772344800000000)",
	"INSERT INTO kind VALUES (1, 'apt.upgrade'), "
		"(2, 'kernel.message')",
	"INSERT INTO entity VALUES (0, '', ''), "
		"(1, 'host', 'node7'), "
		"(2, 'gpu', '0'), "
		"(3, 'pod', 'ml/a'), "
		"(4, 'pod', 'ml/b')",
	"INSERT INTO event VALUES (100, 1772334846000000, 0, 0, NULL, 1, 380, 1, 9100, 1, 1, 0, 'Start-Date', NULL), "
		"(102, 1772334847000000, 0, 0, NULL, 1, 381, 1, 9120, 1, 1, 1, 'Upgrade: libgpu (1.0, 2.0)', NULL), "
		"(199, 1772335820000000, 0, 1, 4, 2, 17011, 1, 990100, 1, 2, 0, 'perf: interrupt took too long', NULL), "
		"(201, 1772335841000000, 0, 1, 3, 2, 17012, 1, 990200, 1, 2, 3, 'gpu: client has version 2.0, module has 1.0', "
		"NULL), "
		"(202, 1772335842000000, 0, 1, 3, 2, 17013, 1, 990400, 1, 2, 4, 'gpu: client has version 2.0, module has 1.0', "
		"NULL), "
		"(501, 1772337600000000, 0, 1, 6, 2, 17020, 1, 991000, 1, 2, 1, 'gpu: module 2.0 loaded', NULL)",
	"INSERT INTO series VALUES (1, 'gpu.utilization', '%', 1, 2, '{\"gpu\":\"0\"}')",
	"INSERT INTO panel VALUES (1, 0, 0, 1)",
	"INSERT INTO sample (id, panel_id, part, ts_us, u_us, clock_id, file_id, line, offset, v0) WITH RECURSIVE n(i) "
		"AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT i, 1, 0, 1772334000000000 + i * 5000000, 0, "
		"0, 3, i + 1, i * 90, 90 + i % 7 FROM n WHERE i NOT BETWEEN 369 AND 719",
	"INSERT INTO fact VALUES (1, 'kernel.release', '6.8.0-1021', 2, 1)",
	"INSERT INTO rule VALUES ('driver-lost', 3, 'Driver unusable after an update', 'critical', 'test', "
		"'rules/gpu/driver-lost.yaml', '[]', '[\"dmesg\"]'), "
		"('pods-refused', 1, 'Pods are refused', 'high', 'test', 'rules/k8s/pods-refused.yaml', '[]', '[\"dmesg\"]'), "
		"('storm', 1, 'Requests are refused', 'high', 'test', 'rules/azure/storm.yaml', '[]', "
		"'[\"azure_logs\",\"azure_metrics\"]'), "
		"('off-bus', 1, 'GPU fell off the bus', 'critical', 'test', 'rules/gpu/off-bus.yaml', '[]', '[\"dmesg\"]')",
	"INSERT INTO finding VALUES ('F1a2b3c4', 'driver-lost', 3, 'Driver unusable after an update', 'critical', "
		"'very likely', 19, 'libraries-ahead', 'The libraries were updated under the loaded module', 12, 'host', "
		"'node7', 'node7', 1772335841000000, 1772337600000000, 1500000, 2, NULL, 1, 'The kernel refused a client of "
		"version `2.0`: the loaded module is `1.0`.', '', json_array('Load the new module:' || char(10) || char(10) || "
		"'```sh' || char(10) || 'sudo modprobe -r gpu && sudo modprobe gpu' || char(10) || '```', 'Reboot. See [the "
		"notes](https://example.com/notes).'), json_array('Hold the driver packages.')), "
		"('F5d6e7f8', 'pods-refused', 1, 'Pods are refused', 'high', 'likely', 9, NULL, NULL, NULL, 'pod', 'ml/a', "
		"'node7', 1772335876000000, 1772335876000000, 0, 1, 'F1a2b3c4', 2, 'Two pods were refused.', '', '[]', '[]'), "
		"('F99aa002', 'off-bus', 1, 'GPU fell off the bus', 'critical', 'unlikely', -4, NULL, NULL, NULL, 'gpu', '0', "
		"'node7', 1772335841000000, 1772335841000000, 0, 1, NULL, 3, 'No.', '', '[]', '[]')",
	"INSERT INTO finding_cause VALUES ('F1a2b3c4', 'libraries-ahead', 'The libraries were updated under the loaded "
		"module', 12, 1), "
		"('F1a2b3c4', 'no-module', 'The new kernel has no module', -3, 0), "
		"('F1a2b3c4', 'build-failed', 'The module could not be built', 0, 0), "
		"('F5d6e7f8', 'no-gpu', 'No GPU is left', 4, 0), "
		"('F5d6e7f8', 'quota', 'The quota is used up', 3, 0)",
	"INSERT INTO ledger VALUES ('F1a2b3c4', 0, NULL, 'mismatch', 'anchor', 'seen', 0, 0, NULL, 'dmesg', NULL), "
		"('F1a2b3c4', 1, NULL, 'upgraded', 'support', 'seen', 8, 8, 'the libraries changed before', 'apt_history', "
		"NULL), "
		"('F1a2b3c4', 2, NULL, 'driver_up', 'against', 'absent', 12, 0, NULL, 'dmesg', NULL), "
		"('F1a2b3c4', 3, NULL, 'boot', 'support', 'unknown', 3, 0, NULL, 'journal', 'journalctl --list-boots'), "
		"('F1a2b3c4', 4, NULL, 'idle', 'support', 'possible', 4, 2, NULL, 'nvidia_smi_csv', NULL), "
		"('F1a2b3c4', 5, 'libraries-ahead', 'mismatch', 'support', 'seen', 12, 12, NULL, 'dmesg', NULL)",
	"INSERT INTO evidence VALUES ('F1a2b3c4', 0, 0, 201, NULL, 1772335841000000, 1772335841000000, 2, 17012, "
		"990200, 'gpu: client has version 2.0, module has 1.0'), "
		"('F1a2b3c4', 0, 1, 202, NULL, 1772335842000000, 1772335842000000, 2, 17013, 990400, 'gpu: client has version "
		"2.0, module has 1.0'), "
		"('F1a2b3c4', 1, 0, 102, NULL, 1772334847000000, 1772334847000000, 1, 381, 9120, 'Upgrade: libgpu (1.0, "
		"2.0)'), "
		"('F1a2b3c4', 4, 0, NULL, 1, 1772335840000000, 1772335845000000, 3, 369, 33120, 'gpu.utilization fell to 0'), "
		"('F1a2b3c4', 5, 0, 201, NULL, 1772335841000000, 1772335841000000, 2, 17012, 990200, 'gpu: client has version "
		"2.0, module has 1.0')",
	"INSERT INTO undecidable (rule, entity, host, ts_us, signal, source, collect) VALUES ('off-bus', 'gpu:1', 'node7', NULL, 'hot', 'nvidia_smi_csv', 'nvidia-smi -q > "
		"smi.txt'), "
		"('off-bus', 'gpu:1', 'node7', 5, 'hot', 'nvidia_smi_csv', 'nvidia-smi -q > smi.txt'), "
		"('off-bus', 'gpu:1', 'node7', NULL, 'boot', 'journal', 'journalctl --list-boots')",
	"INSERT INTO near_miss (rule, entity, host, ts_us, points, missing) VALUES ('off-bus', 'gpu:0', 'node7', 1772335841000000, -2, '[\"lost\",\"hot\"]')",
	"INSERT INTO incident VALUES ('I1', 'Driver unusable after an update', 'critical', 1772335841000000, "
		"1772337600000000, 1772337600000000, 'F1a2b3c4')",
	"INSERT INTO incident_finding VALUES ('I1', 'F1a2b3c4'), "
		"('I1', 'F5d6e7f8')",
	"INSERT INTO incident_entry (incident_id, n, ts_us, event_id, role, file_id, line, text) VALUES ('I1', 0, 1772334847000000, 102, 'change', 1, 381, 'Upgrade: libgpu (1.0, "
		"2.0)'), "
		"('I1', 1, 1772335820000000, 199, 'context', 2, 17011, 'perf: interrupt took too long'), "
		"('I1', 2, 1772335841000000, 201, 'cause', 2, 17012, 'gpu: client has version 2.0, module has 1.0'), "
		"('I1', 3, 1772335842000000, 202, 'cause', 2, 17013, 'gpu: client has version 2.1, module has 1.0'), "
		"('I1', 4, 1772337600000000, 501, 'recovery', 2, 17020, 'gpu: module 2.0 loaded')",
	NULL
};

#endif /* FORENSICS_TESTS_REPORT_STORY_H */

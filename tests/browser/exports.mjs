/* The exports, read as the other side reads them.  node exports.mjs FORENSICS FIXTURES */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [program, fixtures] = process.argv.slice(2);
const dir = mkdtempSync(join(tmpdir(), 'forensics-exports-'));
const run = (...args) => {
	try {
		return execFileSync(program, args, { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] }).toString();
	} catch (error) {
		if (error.status !== 4)
			throw error;
		return error.stdout.toString();
	}
};
const db = join(dir, 'case.db');
run('analyze', '-q', join(fixtures, 'demo'), '-d', db);
const count = (table) => +run('sql', '-d', db, '--mode', 'csv', `SELECT count(*) FROM ${table}`).split('\n')[1];
const events = count('v_timeline'), findings = count('v_finding');
const exported = (format, ending) => {
	const file = join(dir, 'case.' + ending);
	run('export', format, '-d', db, '-o', file);
	return readFileSync(file, 'utf8');
};
const lines = (text) => text.trimEnd().split('\n').map((line) => JSON.parse(line));
let passed = 0, failed = 0;
const test = (name, body) => {
	try {
		body();
		passed++;
	} catch (error) {
		failed++;
		console.log(`not ok: ${name}: ${error.message}`);
	}
};
const ok = (condition, what) => {
	if (!condition)
		throw new Error(what);
};

test('timesketch: an object a line, with what the importer requires', () => {
	const rows = lines(exported('timesketch', 'jsonl'));
	ok(rows.length === events, `${rows.length} of ${events}`);
	for (const r of rows) {
		ok(typeof r.message === 'string' && typeof r.timestamp_desc === 'string' && Number.isInteger(r.timestamp), JSON.stringify(r));
		ok(Date.parse(r.datetime) === Math.floor(r.timestamp / 1000), `${r.datetime} is not ${r.timestamp}`);
	}
});
test('otlp: LogsData a line, 64-bit numbers as text', () => {
	const rows = lines(exported('otlp', 'otlp.jsonl'));
	ok(rows.length === events, `${rows.length} of ${events}`);
	for (const { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [r] }] }] } of rows) {
		ok(resource.attributes[0].key === 'host.name', 'no host');
		ok(/^\d{19}$/.test(r.timeUnixNano), r.timeUnixNano);
		ok(r.severityNumber >= 0 && r.severityNumber <= 24, String(r.severityNumber));
		ok(typeof r.body.stringValue === 'string', 'no body');
		for (const a of r.attributes)
			ok(typeof a.key === 'string' && (typeof a.value.stringValue === 'string' || /^-?\d+$/.test(a.value.intValue)), JSON.stringify(a));
	}
});
test('chrome-trace: phases, threads that have a name', () => {
	const { traceEvents } = JSON.parse(exported('chrome-trace', 'trace.json'));
	const named = new Set(traceEvents.filter((e) => e.name === 'thread_name').map((e) => e.pid + '/' + e.tid));
	ok(traceEvents.filter((e) => e.ph === 'i').length === events, 'records are missing');
	ok(traceEvents.filter((e) => e.ph === 'X').length === findings, 'findings are missing');
	ok(traceEvents.filter((e) => e.ph === 'C').every((e) => typeof e.args.value === 'number'), 'a counter without a number');
	for (const e of traceEvents) {
		ok('MXiC'.includes(e.ph) && Number.isInteger(e.pid), JSON.stringify(e));
		ok(e.ph === 'M' || Number.isInteger(e.ts), JSON.stringify(e));
		ok(!'iX'.includes(e.ph) || named.has(e.pid + '/' + e.tid), `no name for ${e.pid}/${e.tid}`);
	}
});
test('sarif: 2.1.0, rules, places and steps in order', () => {
	const { version, runs: [{ tool, results }] } = JSON.parse(exported('sarif', 'sarif'));
	const rules = new Set(tool.driver.rules.map((r) => r.id));
	ok(version === '2.1.0' && tool.driver.name === 'forensics', 'not SARIF');
	ok(results.length === findings, `${results.length} of ${findings}`);
	for (const r of results) {
		ok(rules.has(r.ruleId) && ['error', 'warning', 'note'].includes(r.level) && r.message.text, JSON.stringify(r).slice(0, 200));
		const steps = r.codeFlows[0].threadFlows[0].locations;
		ok(steps.length > 0 && steps.every((s, i) => s.executionOrder === i + 1), 'steps out of order');
		for (const { physicalLocation: p } of [...r.locations, ...steps.map((s) => s.location)]) {
			ok(p.region.startLine >= 1, 'a line before the first');
			ok(new URL(p.artifactLocation.uri, 'file:///'), p.artifactLocation.uri);
		}
	}
});
test('csv: no cell is a formula', () => {
	const text = exported('csv', 'csv');
	ok(!/(^|,)"?[=+@]/m.test(text), 'a formula: ' + /(^|,)"?[=+@].{40}/m.exec(text));
});
test('junit: every rule is a test case', () => {
	const text = exported('junit', 'xml');
	const rules = run('rules', 'list', '--json').match(/"rule":/g).length;
	const names = new Set([...text.matchAll(/<testcase [^>]*name="([^"]+)"/g)].map((m) => m[1]));
	ok(names.size === rules, `${names.size} of ${rules}`);
	ok(text.match(/<failure /g).length >= 1 && text.match(/<testcase /g).length === text.match(/<\/testcase>|"\/>\n<testcase|"\/>\n<\/testsuite>/g).length, 'elements are not closed');
	ok(!/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text), 'a character that XML does not have');
});
rmSync(dir, { recursive: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

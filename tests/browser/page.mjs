/* The report in a real browser.  node page.mjs FORENSICS FIXTURES: writes reports with the one, of bundles of the other. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [program, fixtures, modules] = process.argv.slice(2);
const require = createRequire(join(modules, 'x.js'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const dir = mkdtempSync(join(tmpdir(), 'forensics-page-'));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] });
let passed = 0, failed = 0;

const report = (name, bundle) => {
	const out = join(dir, name + '.html');
	try {
		execFileSync(program, ['analyze', '-q', bundle, '-o', out], { stdio: ['ignore', 'ignore', 'pipe'] });
	} catch (error) {
		if (error.status !== 4) /* partial: some files are not for us */
			throw error;
	}
	return out;
};

/* Whatever the browser complains about fails the test. */
const open = async (file, options = {}, ready = true) => {
	const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
	const page = await context.newPage();
	const complaints = [];
	page.on('console', (m) => ['error', 'warning'].includes(m.type()) && complaints.push('console: ' + m.text()));
	page.on('pageerror', (e) => complaints.push('error: ' + e.message));
	page.on('dialog', (d) => (complaints.push('dialog: ' + d.message()), d.dismiss()));
	page.on('request', (r) => /^(file|data|blob):/.test(r.url()) || complaints.push('request: ' + r.url()));
	await page.addInitScript(() => addEventListener('securitypolicyviolation', (ev) => console.error('policy: ' + ev.violatedDirective + ' ' + ev.blockedURI)));
	await page.goto(pathToFileURL(file).href + (options.hash || ''));
	if (ready)
		await page.waitForFunction(() => document.documentElement.dataset.ready === 'yes', null, { timeout: 20000 });
	return { page, complaints, close: () => context.close() };
};
const ok = (condition, what) => {
	if (!condition)
		throw new Error(what);
};
const test = async (name, body) => {
	try {
		await body();
		passed++;
	} catch (error) {
		failed++;
		console.log(`not ok: ${name}\n  ${error.message.split('\n').join('\n  ')}`);
	}
};
const quiet = (complaints) => ok(complaints.length === 0, complaints.join('\n'));
const sideways = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/* ---- looks ---- */

const demo = report('demo', join(fixtures, 'demo'));
for (const [name, options] of [['1280', {}], ['400', { viewport: { width: 400, height: 800 } }], ['dark', { colorScheme: 'dark' }]]) {
	await test(`the page at ${name}`, async () => {
		const { page, complaints, close } = await open(demo, options);
		ok(await sideways(page) <= 0, 'it scrolls sideways');
		ok((await page.locator('#title').boundingBox()).y < 400, 'the verdict is not on the first screen');
		ok(await page.locator('.lanes canvas').isVisible(), 'no lanes');
		ok(!(await page.locator('svg.timeline').isVisible()), 'the picture is there twice');
		ok(await page.locator('.lines li').count() > 5, 'no lines around the incident');
		const found = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ['violations'] })`);
		const serious = found.violations.filter((v) => ['serious', 'critical'].includes(v.impact));
		ok(serious.length === 0, serious.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')}`).join('\n'));
		quiet(complaints);
		await close();
	});
}
await test('without scripts everything is there to read', async () => {
	const { page, complaints, close } = await open(demo, { javaScriptEnabled: false, viewport: { width: 400, height: 800 } }, false);
	for (const part of ['#title', 'svg.timeline', '#evidence', '#fix', '#coverage', '#provenance'])
		ok(await page.locator(part).isVisible(), part + ' is not shown');
	ok((await page.locator('button').count()) === 0, 'a button that does nothing');
	quiet(complaints);
	await close();
});
await test('in print', async () => {
	const { page, complaints, close } = await open(demo);
	await page.emulateMedia({ media: 'print' });
	ok(await page.locator('svg.timeline').isVisible(), 'no timeline');
	ok(!(await page.locator('.live').isVisible()) && !(await page.locator('#sql').isVisible()), 'what only a reader can use is printed');
	await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
	ok(await page.evaluate(() => [...document.querySelectorAll('details')].every((d) => d.open)), 'a folded part is not printed');
	ok((await page.pdf()).length > 20000, 'the PDF is empty');
	quiet(complaints);
	await close();
});

/* ---- use ---- */

await test('zooming keeps lanes and charts aligned, and is in the address', async () => {
	const capture = report('zoom', join(fixtures, 'scenarios/cuda-out-of-memory/grows-steadily/bundle'));
	const { page, complaints, close } = await open(capture);
	const boxes = () => page.evaluate(() => [...document.querySelectorAll('.plot .u-over')].map((e) => e.getBoundingClientRect()).map((b) => [Math.round(b.left), Math.round(b.width)].join('+')));
	const aligned = (all) => ok(all.length > 1 && new Set(all).size === 1, 'plots differ: ' + all.join(' '));
	aligned(await boxes());
	const range = await page.locator('.range').textContent();
	await page.evaluate(() => document.querySelector('#timeline').scrollIntoView());
	const lanes = await page.locator('.lanes .u-over').boundingBox();
	await page.mouse.move(lanes.x + lanes.width * 0.3, lanes.y + 20);
	await page.mouse.down();
	await page.mouse.move(lanes.x + lanes.width * 0.6, lanes.y + 20, { steps: 4 });
	await page.mouse.up();
	ok(await page.locator('.range').textContent() !== range, 'dragging does not zoom');
	aligned(await boxes());
	await page.mouse.move(lanes.x + lanes.width * 0.5, lanes.y + 20);
	await page.waitForTimeout(100);
	const cursors = await page.evaluate(() => [...document.querySelectorAll('.plot .u-cursor-x')].map((e) => Math.round(e.getBoundingClientRect().left)));
	ok(Math.max(...cursors) - Math.min(...cursors) <= 1, 'cursors differ: ' + cursors.join(' '));
	await page.waitForFunction(() => /^#t=\d+-\d+$/.test(location.hash));
	const there = await open(capture, { hash: await page.evaluate(() => location.hash) });
	ok(await there.page.locator('.range').textContent() === await page.locator('.range').textContent(), 'the address leads elsewhere');
	await there.close();
	await page.keyboard.press('0');
	ok(await page.locator('.range').textContent() === range, '0 does not go back');
	quiet(complaints);
	await close();
});
await test('keys, filter and zone', async () => {
	const { page, complaints, close } = await open(demo, { timezoneId: 'Asia/Tokyo' });
	await page.keyboard.press('j');
	const first = await page.locator('.lines li.self').textContent();
	await page.keyboard.press('j');
	ok(await page.locator('.lines li.self').textContent() !== first, 'j stays where it is');
	await page.keyboard.press('k');
	ok(await page.locator('.lines li.self').textContent() === first, 'k does not go back');
	await page.keyboard.press('f');
	await page.keyboard.type('source:dmesg xid');
	ok(/^\d+ of \d+$/.test(await page.locator('.controls output').first().textContent()), 'the filter does not count');
	ok((await page.locator('.lines li .from').allTextContents()).every((s) => s === 'dmesg'), 'the filter lets others through');
	await page.keyboard.press('Escape');
	const clock = await page.locator('.sequence time').first().textContent();
	await page.keyboard.press('u');
	const local = await page.locator('.sequence time').first().textContent();
	ok(local !== clock, 'u does not change the times');
	await page.keyboard.press('u');
	ok(await page.locator('.sequence time').first().textContent() === clock, 'UTC does not come back');
	await page.keyboard.press('?');
	ok(await page.locator('dialog.keys').isVisible(), 'no help');
	quiet(complaints);
	await close();
});
await test('every link leads somewhere', async () => {
	const { page, complaints, close } = await open(demo);
	const lost = await page.evaluate(() => [...document.querySelectorAll('a[href^="#"]')].map((a) => a.getAttribute('href').slice(1)).filter((id) => !document.getElementById(id)));
	ok(lost.length === 0, lost.join(' '));
	ok(await page.locator('a[href^="#ev-"]').count() > 3, 'no evidence is linked');
	quiet(complaints);
	await close();
});
await test('SQL', async () => {
	const { page, complaints, close } = await open(demo);
	await page.locator('#sql button').click();
	await page.locator('.result table').waitFor();
	ok(await page.locator('.result tbody tr').count() >= 1, 'no finding');
	const ask = async (sql) => {
		await page.locator('#sql textarea').fill(sql);
		await page.keyboard.press('Control+Enter');
		await page.waitForFunction(() => !/running/.test(document.querySelector('.result').textContent));
		return page.locator('.result').textContent();
	};
	ok(/nvidia-driver-lost-after-kernel-update/.test(await ask('SELECT rule FROM v_finding')), 'the rule is not there');
	ok(/^1 row/.test(await ask("SELECT count(*) FROM v_timeline WHERE message LIKE '%Xid%'")), 'no count');
	ok(/syntax error/.test(await ask('SELEC 1')), 'a mistake is not explained');
	ok(/readonly|not authorized|read.only|attempt to write/i.test(await ask('DELETE FROM v_timeline')), 'it can be written to');
	await page.locator('#sql select').focus();
	await page.waitForFunction(() => document.querySelectorAll('#sql option').length > 5);
	quiet(complaints);
	await close();
});

/* ---- hostile and large ---- */

await test('a bundle whose every field is an injection stays text', async () => {
	const evil = `</script><script>window.pwned=1;alert(1)</script><img src=x onerror="window.pwned=1"><svg onload=alert(2)>{{7*7}}\u202e'"--`;
	const bundle = join(dir, 'evil <b>&"');
	mkdirSync(bundle);
	const nasty = (n) => `[ ${String(1000 + n).padStart(5)}.000001] NVRM: Xid (PCI:0000:3b:00): 79, pid='${evil}', name=${evil}, GPU has fallen off the bus. ${evil}\n`;
	writeFileSync(join(bundle, 'dmesg.txt'), '[    0.000000] Linux version 6.8.0-' + evil + ' (x@y)\n' + [1, 2, 3].map(nasty).join(''));
	writeFileSync(join(bundle, 'btime.txt'), 'btime 1773799200\n');
	writeFileSync(join(bundle, 'app.log'), [1, 2, 3].map((n) => `2026-03-18 02:16:4${n},123 ERROR ${evil}: ${evil}\n`).join(''));
	writeFileSync(join(bundle, evil.replaceAll('/', '_').slice(0, 100) + '.log'), `2026-03-18 02:16:40,123 ERROR ${evil}\n`);
	const file = report('evil', bundle);
	const { page, complaints, close } = await open(file);
	ok(await page.evaluate(() => window.pwned === undefined), 'a script of the bundle ran');
	ok(await page.evaluate(() => document.querySelectorAll('main img').length) === 0, 'a picture of the bundle is there');
	ok(/GPU fell off/.test(await page.title()), 'the title is ' + await page.title());
	await page.locator('#sql button').click();
	await page.locator('.result table').waitFor();
	await page.locator('#sql textarea').fill('SELECT * FROM v_timeline');
	await page.locator('#sql button').click();
	await page.waitForTimeout(300);
	await page.keyboard.press('j');
	ok(await page.evaluate(() => window.pwned === undefined), 'a script of the bundle ran later');
	ok(await sideways(page) <= 0, 'it scrolls sideways');
	quiet(complaints);
	await close();
});
await test('100,000 records open, and stay small', async () => {
	const bundle = join(dir, 'large');
	mkdirSync(bundle);
	const lines = ['[    0.000000] Linux version 6.8.0-45-generic (buildd@x)\n'];
	for (let n = 1; n < 100000; n++)
		lines.push(`[${(n / 20).toFixed(6).padStart(13)}] nvme nvme${n % 8}: I/O ${(n * 7919) % 1021} QID ${n % 64} timeout, completion polled ${(n * 104729 % 1e9).toString(16)}\n`);
	lines.push("[ 5001.000000] NVRM: Xid (PCI:0000:3b:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.\n");
	writeFileSync(join(bundle, 'dmesg.txt'), lines.join(''));
	writeFileSync(join(bundle, 'btime.txt'), 'btime 1773799200\n');
	const file = report('large', bundle);
	ok(statSync(file).size < 5e6, `the page has ${statSync(file).size} bytes`);
	const start = performance.now();
	const { page, complaints, close } = await open(file);
	const ms = performance.now() - start;
	ok(ms < 5000, `it took ${Math.round(ms)} ms`);
	quiet(complaints);
	await close();
});

await browser.close();
rmSync(dir, { recursive: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

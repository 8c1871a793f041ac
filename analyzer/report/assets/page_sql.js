/* SQL over what the page carries: SQLite itself, started when first asked.  The views have the columns of the case's. */

const schema = `
CREATE TABLE v_timeline (event_id INTEGER PRIMARY KEY, ts_us INTEGER, time TEXT, source TEXT, host TEXT, entity TEXT, severity INTEGER,
  kind TEXT, message TEXT, file TEXT, line INTEGER);
CREATE TABLE v_finding (finding_id TEXT PRIMARY KEY, rule TEXT, title TEXT, severity TEXT, word TEXT, points INTEGER, cause TEXT, entity_kind TEXT,
  entity TEXT, host TEXT, start_us INTEGER, start TEXT, end_us INTEGER, end TEXT, explained_by TEXT, narrative TEXT);
CREATE TABLE v_evidence (finding_id TEXT, rule TEXT, signal TEXT, role TEXT, state TEXT, points INTEGER, event_id INTEGER, ts_us INTEGER, time TEXT,
  source TEXT, file TEXT, line INTEGER, message TEXT, cause TEXT, seq INTEGER);
CREATE TABLE v_incident (incident_id TEXT PRIMARY KEY, title TEXT, severity TEXT, start_us INTEGER, start TEXT, end_us INTEGER, end TEXT, recovered_us INTEGER);
CREATE TABLE v_sample (ts_us INTEGER, time TEXT, series TEXT, entity TEXT, value REAL, lowest REAL, unit TEXT);
`;

/* Queries of the page; those of the case that fit follow. */
const pageQueries = [
	{ name: 'findings', sql: '-- What was found, in order\nSELECT start, severity, word, points, rule, cause, entity, host FROM v_finding' },
	{ name: 'errors', sql: '-- Errors and worse, by source\nSELECT time, source, host, message, file || \':\' || line AS place FROM v_timeline WHERE severity <= 3 ORDER BY ts_us LIMIT 500' },
	{ name: 'busiest', sql: '-- The most frequent messages, numbers aside\nSELECT count(*) AS times, min(time) AS first, max(time) AS last, min(message) AS example\nFROM v_timeline GROUP BY substr(message, 1, 24) ORDER BY times DESC LIMIT 50' },
	{ name: 'per minute', sql: '-- Records a minute and source\nSELECT substr(time, 1, 16) AS minute, source, count(*) AS records FROM v_timeline GROUP BY 1, 2 ORDER BY 1, 2' },
	{ name: 'extremes', sql: '-- Each series of the charts\nSELECT series, entity, min(lowest) AS lowest, max(value) AS highest, unit FROM v_sample GROUP BY series, entity' },
];

const isoOf = (us) => (us === null || us === undefined ? null : new Date(Math.floor(us / 1000)).toISOString().slice(0, 19) + '.' + String(((us % 1e6) + 1e6) % 1e6).padStart(6, '0') + 'Z');

const openDatabase = async (data) => {
	const wasmBinary = await unpack('page-wasm');
	const SQL = await initSqlJs({ wasmBinary });
	const db = new SQL.Database();
	const fill = (table, rows) => {
		const insert = db.prepare(`INSERT INTO ${table} VALUES (${new Array(rows.width).fill('?').join()})`);
		for (const row of rows.all())
			insert.run(row);
		insert.free();
	};
	const e = data.events;
	db.run(schema + 'BEGIN');
	fill('v_timeline', { width: 11, *all() {
		for (let i = 0; i < e.n; i++)
			yield [e.id[i], e.us[i], isoOf(e.us[i]), e.source(i), e.host(i), e.entity(i), e.severity[i] > 7 ? null : e.severity[i], e.kind(i), e.text[i], e.file(i), e.line[i]];
	} });
	fill('v_finding', { width: 16, *all() {
		for (const f of data.findings)
			yield [f.finding_id, f.rule, f.title, f.severity, f.word, f.points, f.cause || null, f.entity_kind, f.entity, f.host, f.span[0], isoOf(f.span[0]),
				f.span[1], isoOf(f.span[1]), f.explained_by || null, f.narrative];
	} });
	fill('v_evidence', { width: 15, *all() {
		for (const f of data.findings)
			for (const [seq, v] of f.evidence.entries())
				yield [f.finding_id, f.rule, v.signal, v.role, v.state, v.points, v.event_id || null, v.ts_us ?? null, isoOf(v.ts_us), v.source, v.file ?? null,
					v.line ?? null, v.message ?? null, v.cause || null, seq];
	} });
	fill('v_incident', { width: 8, *all() {
		for (const i of data.incidents)
			yield [i.incident_id, i.title, i.severity, i.span[0], isoOf(i.span[0]), i.span[1], isoOf(i.span[1]), i.recovered];
	} });
	fill('v_sample', { width: 7, *all() {
		for (const c of data.charts)
			for (const [k, t] of c.t.entries())
				if (c.high[k] !== null)
					yield [t, isoOf(t), c.series, c.entity, c.high[k], c.low[k], c.unit];
	} });
	db.run('COMMIT; PRAGMA query_only = 1');
	return db;
};

const ROWS_SHOWN = 1000;

/* The rows as a table; a place that the page has is a link to it. */
const tableOf = (data, statement) => {
	const names = statement.getColumnNames(), body = el('tbody'), id = names.indexOf('event_id');
	let n = 0;
	while (statement.step()) {
		if (++n > ROWS_SHOWN)
			continue;
		const row = statement.get();
		body.append(el('tr', {}, ...row.map((value, k) => {
			const text = value === null ? '' : visible(String(value));
			return el('td', { 'data-label': names[k] }, k === id && byId('ev-' + value) ? el('a', { href: '#ev-' + value }, text) : text);
		})));
	}
	return el('div', {}, el('p', { class: 'note' }, n === 1 ? '1 row' : `${n} rows` + (n > ROWS_SHOWN ? `, the first ${ROWS_SHOWN} are shown` : '')),
		el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Result, scrolls sideways' },
			el('table', { class: 'rows' }, el('thead', {}, el('tr', {}, ...names.map((name) => el('th', {}, name)))), body)));
};

const makeConsole = (data, place) => {
	const text = el('textarea', { rows: 5, spellcheck: 'false', 'aria-label': 'SQL' });
	const choice = el('select', { 'aria-label': 'Canned queries' });
	const argument = el('input', { 'aria-label': 'Value of ?1', placeholder: '?1', size: 10 });
	const result = el('div', { class: 'result', role: 'status' });
	let db = null;
	const open = async () => (db ??= await openDatabase(data));
	const run = async () => {
		result.replaceChildren(el('p', { class: 'note' }, 'running\u2026'));
		try {
			const statement = (await open()).prepare(text.value);
			if (text.value.includes('?1'))
				statement.bind([argument.value || null]);
			result.replaceChildren(tableOf(data, statement));
			statement.free();
		} catch (error) {
			result.replaceChildren(el('p', { class: 'error', role: 'alert' }, visible(String(error.message || error))));
		}
	};
	const queries = [...pageQueries];
	const choose = () => {
		text.value = queries[choice.selectedIndex].sql.trim();
		argument.hidden = !text.value.includes('?1');
	};
	const list = () => choice.replaceChildren(...queries.map((q) => el('option', {}, q.name)));
	/* Those of the case that ask for more than a page carries are left out. */
	const offerMore = async () => {
		const ready = await open();
		for (const q of data.queries) {
			try {
				ready.prepare(q.sql).free();
				queries.push(q);
			} catch {
				continue;
			}
		}
		list();
	};
	list();
	choose();
	choice.addEventListener('change', choose);
	choice.addEventListener('focus', () => queries.length === pageQueries.length && offerMore().catch(() => {}), { once: true });
	text.addEventListener('input', () => (argument.hidden = !text.value.includes('?1')));
	text.addEventListener('keydown', (ev) => {
		if (ev.key === 'Enter' && (ev.ctrlKey || ev.metaKey)) {
			ev.preventDefault();
			run();
		}
	});
	const button = el('button', { type: 'button', onclick: run }, 'Run');
	place.append(el('p', { class: 'note' }, 'SQLite over the records of this page: v_timeline, v_finding, v_evidence, v_incident, v_sample. The case has all of them, and more views.'),
		el('p', { class: 'controls' }, choice, argument, button, el('span', { class: 'dim' }, 'Ctrl+Enter runs')), text, result);
};

/* What the page carries: unpacked once, records as columns. */

const byId = (id) => document.getElementById(id);
const el = (name, attrs = {}, ...children) => {
	const e = document.createElement(name);
	for (const [key, value] of Object.entries(attrs))
		key.startsWith('on') ? e.addEventListener(key.slice(2), value) : e.setAttribute(key, value);
	e.append(...children);
	return e;
};

/* The bytes of one compressed block. */
const unpack = async (id) => {
	const text = atob(byId(id).textContent);
	const bytes = new Uint8Array(text.length);
	for (let i = 0; i < text.length; i++)
		bytes[i] = text.charCodeAt(i);
	const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
	return new Uint8Array(await new Response(stream).arrayBuffer());
};

/* data.events: id, t (seconds), severity, evidence, line, text; source, host, entity, kind, file as functions of the row. */
const loadData = async () => {
	const data = JSON.parse(new TextDecoder().decode(await unpack('page-data')));
	const e = data.events;
	let t = 0;
	e.us = e.step.map((step) => (t += step));
	e.t = e.us.map((us) => us / 1e6);
	e.n = e.id.length;
	for (const key of ['source', 'host', 'entity', 'kind', 'file']) {
		const { of, names } = e[key];
		e[key] = (i) => names[of[i]];
	}
	e.rowOf = new Map(e.id.map((id, i) => [id, i]));
	const lanes = new Map(data.lanes.map((lane) => [lane.source + '\n' + lane.host, lane.n]));
	e.lane = e.id.map((_, i) => lanes.get(e.source(i) + '\n' + e.host(i)) ?? -1);
	return data;
};

/* The first row at or behind t. */
const rowAt = (e, t) => {
	let lo = 0, hi = e.n;
	while (lo < hi) {
		const mid = (lo + hi) >> 1;
		if (e.t[mid] < t)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
};

/* ---- time as text: UTC, or the reader's own zone when asked ---- */

const zone = { local: false };
const two = (n) => String(n).padStart(2, '0');
const partsOf = (t) => {
	const d = new Date(Math.floor(t * 1000));
	return zone.local
		? { day: `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`, clock: `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}` }
		: { day: d.toISOString().slice(0, 10), clock: d.toISOString().slice(11, 19) };
};
const clockText = (t) => partsOf(t).clock + '.' + String(Math.floor((t - Math.floor(t)) * 1000)).padStart(3, '0');
const momentText = (t) => partsOf(t).day + ' ' + partsOf(t).clock;
const zoneText = () => (zone.local ? Intl.DateTimeFormat().resolvedOptions().timeZone || 'local time' : 'UTC');

/* Control and reordering characters made visible, as everywhere in the report. */
const visible = (text) => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
	(c) => (c.charCodeAt(0) < 128 ? '\\x' : '<U+') + c.charCodeAt(0).toString(16).padStart(c.charCodeAt(0) < 128 ? 2 : 4, '0') + (c.charCodeAt(0) < 128 ? '' : '>'));

/* ---- the filter: words that must all stand in a record; source:, host:, entity:, kind:, file: look at one name; -word excludes ---- */

const matcherOf = (text) => {
	const terms = text.toLowerCase().split(/\s+/).filter(Boolean).map((word) => {
		const not = word.length > 1 && word.startsWith('-');
		const [, key, value] = /^-?(source|host|entity|kind|file):(.*)$/.exec(word) || [];
		return { not, key, value: key ? value : not ? word.slice(1) : word };
	});
	if (terms.length === 0)
		return null;
	return (e, i) => terms.every(({ not, key, value }) => {
		const where = key ? e[key](i) : [e.text[i], e.source(i), e.host(i), e.entity(i), e.file(i)].join('\n');
		return where.toLowerCase().includes(value) !== not;
	});
};

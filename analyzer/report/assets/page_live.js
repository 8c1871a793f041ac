/* Brings the page to life: controls, keys, and its state in the address. */

const button = (text, action, title) => el('button', { type: 'button', onclick: action, ...(title ? { title } : {}) }, text);

/* #t=from-to (microseconds) and #f=words, joined by &: the state that can be sent to a colleague. */
const readHash = () => Object.fromEntries(location.hash.slice(1).split('&').map((part) => part.split('=')).filter((pair) => pair.length === 2)
	.map(([key, value]) => {
		try {
			return [key, decodeURIComponent(value)];
		} catch {
			return [key, ''];
		}
	}));

const copyText = async (text, said) => {
	try {
		await navigator.clipboard.writeText(text);
		said.textContent = 'copied';
	} catch {
		/* Not a secure context: select it, the reader presses the keys. */
		const pre = byId('markdown-text');
		if (pre && pre.textContent === text) {
			pre.closest('details').open = true;
			getSelection().selectAllChildren(pre);
			said.textContent = 'selected: press Ctrl+C';
		} else {
			said.textContent = 'the browser does not allow copying here';
		}
	}
	setTimeout(() => (said.textContent = ''), 4000);
};

const showTimes = () => {
	for (const time of document.querySelectorAll('main time[datetime]')) {
		const t = Date.parse(time.dateTime) / 1000;
		time.dataset.utc ??= time.textContent;
		if (!Number.isNaN(t) && !time.closest('.lines'))
			time.textContent = zone.local ? (time.dataset.utc.includes('-') ? momentText(t) : partsOf(t).clock) : time.dataset.utc;
	}
};

const helpDialog = () => {
	const keys = [['j / k', 'next / previous evidence (or match of the filter)'], ['f or /', 'filter'], ['z / x', 'zoom in / out around the cursor'], ['0', 'the incident'],
		['a', 'the whole case'], ['u', 'UTC or local time'], ['?', 'this list'], ['Esc', 'leave; let the cursor go']];
	return el('dialog', { class: 'keys', 'aria-label': 'Keys' }, el('table', {}, el('tbody', {}, ...keys.map(([key, does]) => el('tr', {}, el('th', { scope: 'row' }, key), el('td', {}, does))))),
		el('form', { method: 'dialog' }, el('button', {}, 'Close')));
};

const bringToLife = async () => {
	const data = await loadData();
	const section = byId('timeline')?.closest('section');
	const said = el('span', { class: 'said', role: 'status' });
	const copies = el('p', { class: 'controls copies' });
	const markdown = byId('markdown-text');
	if (markdown)
		copies.append(button('Copy as Markdown', () => copyText(markdown.textContent, said)));
	copies.append(button('Copy link', () => copyText(location.href, said)), said);
	byId('verdict').append(copies);
	const asks = el('section', { class: 'console', 'aria-labelledby': 'ask' }, el('h2', { id: 'ask' }, 'Ask the records'), el('div', { id: 'sql' }));
	byId('provenance').closest('section').before(asks);
	makeConsole(data, byId('sql'));
	if (!section || data.lanes.length === 0)
		return;

	const start = readHash();
	const place = el('div', { class: 'live' });
	section.querySelector('.scroll').before(place);
	section.classList.add('is-live');
	/* The address is read before anything writes to it. */
	const writeHash = () => {
		const parts = [];
		const from = Math.round(timeline.view.from * 1e6), to = Math.round(timeline.view.to * 1e6);
		if (from !== data.axis[0] || to !== data.axis[1])
			parts.push(`t=${from}-${to}`);
		if (filter.value)
			parts.push('f=' + encodeURIComponent(filter.value));
		history.replaceState(null, '', parts.length ? '#' + parts.join('&') : location.pathname + location.search);
	};
	let pause = 0;
	const timeline = makeTimeline(data, place, { ranged: () => {
		clearTimeout(pause);
		pause = setTimeout(writeHash, 200);
	} });
	const count = el('output', { class: 'dim' });
	const filter = el('input', { type: 'search', placeholder: 'filter: words, source:dmesg, -word', 'aria-label': 'Filter', size: 30 });
	const applyFilter = () => {
		const n = timeline.setFilter(filter.value);
		count.textContent = filter.value ? `${n} of ${data.events.n}` : '';
	};
	filter.addEventListener('input', () => {
		applyFilter();
		writeHash();
	});
	const zoneButton = button('UTC', () => {
		zone.local = !zone.local;
		zoneButton.textContent = zone.local ? zoneText() : 'UTC';
		showTimes();
		timeline.build();
		timeline.select(timeline.view.pinned);
	}, 'UTC or local time');
	const help = helpDialog();
	document.body.append(help);
	place.before(el('p', { class: 'controls' }, filter, count, timeline.rangeAt, button('\u2212', () => timeline.zoom(2), 'Zoom out (x)'),
		button('+', () => timeline.zoom(0.5), 'Zoom in (z)'), button('Incident', timeline.reset, '0'), button('All', timeline.all, 'a'), zoneButton,
		button('?', () => help.showModal(), 'Keys')));
	const slices = { case: '', axis: 'Records around the incident only. ', severe: 'Evidence with its neighbours, warnings and worse around the incident only. ' };
	if (data.left_out)
		place.after(el('p', { class: 'note' }, `${slices[data.slice]}${data.events.n.toLocaleString('en')} records are in this page, ${data.left_out.toLocaleString('en')} more in the case.`));

	const keys = { j: () => timeline.step(1), k: () => timeline.step(-1), f: () => filter.focus(), '/': () => filter.focus(), z: () => timeline.zoom(0.5), x: () => timeline.zoom(2),
		0: timeline.reset, a: timeline.all, u: () => zoneButton.click(), '?': () => help.showModal(), Escape: () => timeline.select(null) };
	addEventListener('keydown', (ev) => {
		if (ev.ctrlKey || ev.metaKey || ev.altKey || /^(input|textarea|select)$/i.test(ev.target.tagName)) {
			if (ev.key === 'Escape')
				ev.target.blur();
			return;
		}
		if (keys[ev.key]) {
			ev.preventDefault();
			keys[ev.key]();
		}
	});
	const follow = () => {
		const state = readHash();
		const range = /^(-?\d+)-(-?\d+)$/.exec(state.t || '');
		if (range)
			timeline.setRange(range[1] / 1e6, range[2] / 1e6, true);
		if (state.f !== undefined) {
			filter.value = state.f;
			applyFilter();
		}
		const row = /^#ev-(\d+)$/.exec(location.hash);
		if (row && data.events.rowOf.has(+row[1]))
			timeline.select(data.events.rowOf.get(+row[1]));
		for (let e = document.querySelector(':target'); e; e = e.parentElement)
			if (e.tagName === 'DETAILS')
				e.open = true;
	};
	addEventListener('hashchange', follow);
	if (start.t || start.f || location.hash.startsWith('#ev-'))
		follow();
	document.documentElement.dataset.ready = 'yes';
};

addEventListener('beforeprint', () => document.querySelectorAll('details').forEach((d) => (d.open = true)));
if (typeof DecompressionStream === 'function')
	bringToLife().catch((error) => console.error(error));

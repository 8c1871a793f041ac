/* Lanes, charts and the overview: one range of time, one cursor. */

const RIGHT = 16, CHART = 64, AXIS = 34;
/* The names need room, a telephone has none. */
const gutter = () => (innerWidth < 600 ? 104 : 172);

const numberText = (unit) => (v) => {
	if (v === null || v === undefined)
		return '';
	const scaled = (steps, base) => {
		let k = 0;
		while (Math.abs(v) >= base && k < steps.length - 1) {
			v /= base;
			k++;
		}
		return +v.toPrecision(3) + ' ' + steps[k];
	};
	if (unit === 'bytes')
		return scaled(['B', 'KiB', 'MiB', 'GiB', 'TiB'], 1024);
	if (unit === 'Hz')
		return scaled(['Hz', 'kHz', 'MHz', 'GHz'], 1000);
	const sign = { celsius: '\u00b0C', '1': '' }[unit] ?? unit ?? '';
	return +v.toPrecision(4) + (sign ? ' ' + sign : '');
};

const makeTimeline = (data, place, hooks) => {
	const e = data.events;
	const edge = (k, pick) => pick(data.axis[k] / 1e6, data.case[k] === null ? data.axis[k] / 1e6 : data.case[k] / 1e6);
	const whole = [edge(0, data.slice === 'case' ? Math.min : (a) => a), edge(1, data.slice === 'case' ? Math.max : (a) => a)];
	const first = data.axis.map((us) => us / 1e6);
	/* A case of a year would make the incident a hair: the overview shows its surroundings, unless the range has left them. */
	const near = [Math.max(whole[0], first[0] - 10 * (first[1] - first[0])), Math.min(whole[1], first[1] + 10 * (first[1] - first[0]))];
	const over = () => (view.from < near[0] || view.to > near[1] ? whole : near);
	const view = { from: first[0], to: first[1], at: null, pinned: null };
	const plots = [], drawn = [];
	let filter = null, colours = palette(), matches = null;
	const shown = (i) => !matches || matches[i] === 1;
	const sync = uPlot.sync('time');

	const lanesAt = el('div', { class: 'plot lanes', 'aria-hidden': 'true' });
	const chartsAt = el('div', { class: 'plot charts', 'aria-hidden': 'true' });
	const overview = el('canvas', { class: 'overview', role: 'img', 'aria-label': 'Overview: drag to choose a range of time' });
	const linesAt = el('ol', { class: 'lines', 'aria-live': 'off' });
	const rangeAt = el('span', { class: 'range' });

	/* ---- the range ---- */

	const setRange = (from, to, quiet) => {
		const least = 0.002;
		from = Math.max(whole[0], from);
		to = Math.min(whole[1], to);
		if (to - from < least)
			to = Math.min(whole[1], (from = Math.max(whole[0], (from + to) / 2 - least / 2)) + least);
		view.from = from;
		view.to = to;
		for (const u of plots)
			u.setScale('x', { min: from, max: to });
		rangeAt.textContent = `${momentText(from)} \u2013 ${momentText(to)} ${zoneText()}`;
		drawOverview();
		if (!quiet)
			hooks.ranged(view);
	};
	const zoom = (factor, around = view.at ?? (view.from + view.to) / 2) =>
		setRange(around - (around - view.from) * factor, around + (view.to - around) * factor);

	/* ---- plots ---- */

	const axes = (y, labels) => [
		{ show: labels, size: AXIS, stroke: colours.dim, grid: { stroke: colours.line, width: 1 }, ticks: { stroke: colours.line }, font: '12px system-ui, sans-serif',
			values: (u, splits, space, k, step) => splits.map((t) => (step < 1 ? clockText(t) : step < 60 ? partsOf(t).clock : step < 86400 ? partsOf(t).clock.slice(0, 5) : partsOf(t).day)) },
		y,
	];
	const options = (height, y, hooksOfPlot, series, scaleY, labels) => ({
		width: place.clientWidth, height: height + (labels ? AXIS : 0), padding: [8, RIGHT, labels ? 0 : 6, 0], legend: { show: false },
		cursor: { y: false, sync: { key: 'time', setSeries: false }, drag: { x: true, y: false, setScale: false }, points: { show: false } },
		select: { show: true }, scales: { x: { time: true, min: view.from, max: view.to, auto: false }, y: scaleY },
		axes: axes(y, labels), series, hooks: hooksOfPlot, tzDate: (t) => (zone.local ? new Date(t * 1000) : uPlot.tzDate(new Date(t * 1000), 'Etc/UTC')),
	});
	const common = {
		setSelect: [(u) => {
			if (u.select.width > 3)
				setRange(u.posToVal(u.select.left, 'x'), u.posToVal(u.select.left + u.select.width, 'x'));
			u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
		}],
		setCursor: [(u) => {
			if (u.cursor.left === null || u.cursor.left < 0)
				return;
			view.at = u.posToVal(u.cursor.left, 'x');
			later();
		}],
	};

	const makeLanes = () => {
		const names = data.lanes.map((lane) => (lane.host && new Set(data.lanes.map((l) => l.host)).size > 1 ? lane.source + ' ' + lane.host : lane.source));
		const y = { size: gutter(), stroke: colours.ink, grid: { show: false }, ticks: { show: false }, font: '12px system-ui, sans-serif',
			splits: () => names.map((_, i) => i + 0.5), values: () => names.map((name) => (name.length > (gutter() > 150 ? 24 : 14) ? name.slice(0, gutter() > 150 ? 23 : 13) + '\u2026' : name)) };
		const u = new uPlot(options(data.lanes.length * LANE + 8, y, { ...common, draw: [(p) => drawLanes(p, data, colours, shown, drawn)] },
			[{}, { show: false }], { dir: -1, range: [0, data.lanes.length], auto: false }, true), [[view.from, view.to], [null, null]], lanesAt);
		u.over.addEventListener('click', () => {
			const mark = markAt(u);
			if (mark === null)
				return;
			select(mark);
			if (byId('ev-' + e.id[mark]))
				location.hash = 'ev-' + e.id[mark];
		});
		u.over.addEventListener('dblclick', () => setRange(...first));
		plots.push(u);
	};

	const markAt = (u) => {
		const { left, top } = u.cursor;
		let best = null, nearest = 10;
		for (const m of drawn) {
			const d = Math.hypot(m.x - u.bbox.left / devicePixelRatio - left, m.y - u.bbox.top / devicePixelRatio - top);
			if (d < nearest) {
				nearest = d;
				best = m.i;
			}
		}
		return best;
	};

	const makeChart = (chart, k) => {
		const text = numberText(chart.unit);
		const y = { size: gutter(), stroke: colours.dim, grid: { stroke: colours.line, width: 1 }, ticks: { show: false }, font: '12px system-ui, sans-serif',
			space: 18, values: (u, splits) => splits.map(text) };
		const line = { stroke: colours.series, width: 1.25, spanGaps: false, points: { show: chart.t.length < 60 } };
		const at = el('figure', { class: 'chart' }, el('figcaption', {}, chart.series + (chart.entity ? ' \u00b7 ' + chart.entity : ''), ' ', el('output', {})));
		const low = Math.min(...chart.low.filter((v) => v !== null)), high = Math.max(...chart.high.filter((v) => v !== null));
		const pad = (high - low || Math.abs(high) || 1) * 0.08;
		const says = at.querySelector('output');
		chartsAt.append(at);
		const u = new uPlot(options(CHART, y, { ...common, setCursor: [...common.setCursor, (p) => {
			const at = p.cursor.idx;
			says.textContent = at === null || at === undefined ? '' : text(p.data[2][at]);
		}] }, [{}, { ...line, width: 0.5 }, line], { range: [Math.min(low, low < 0 ? low - pad : Math.max(0, low - pad)), high + pad], auto: false }, k === data.charts.length - 1),
			[chart.t.map((us) => us / 1e6), chart.low, chart.high], at);
		u.over.addEventListener('dblclick', () => setRange(...first));
		plots.push(u);
	};

	/* ---- the overview ---- */

	const drawOverview = () => {
		const ratio = devicePixelRatio, w = overview.clientWidth, h = overview.clientHeight, c = overview.getContext('2d');
		if (w === 0)
			return;
		overview.width = w * ratio;
		overview.height = h * ratio;
		c.scale(ratio, ratio);
		const [a, b] = over();
		const x = (t) => gutter() + (w - gutter() - RIGHT) * (t - a) / (b - a);
		const bins = new Float64Array(Math.max(1, w - gutter() - RIGHT));
		for (let i = rowAt(e, a); i < e.n && e.t[i] <= b; i++) {
			const bin = Math.floor(x(e.t[i]) - gutter());
			if (bin >= 0 && bin < bins.length && shown(i))
				bins[bin] += e.evidence[i] ? 20 : e.severity[i] <= 4 ? 4 : 1;
		}
		const most = Math.log1p(Math.max(...bins, 1));
		c.fillStyle = colours.hatch;
		bins.forEach((n, bin) => n && c.fillRect(gutter() + bin, h - 2 - (h - 6) * Math.log1p(n) / most, 1, (h - 6) * Math.log1p(n) / most));
		c.globalAlpha = 0.18;
		c.fillStyle = colours.wash;
		for (const { span } of data.incidents)
			c.fillRect(x(span[0] / 1e6), 0, Math.max(2, x(span[1] / 1e6) - x(span[0] / 1e6)), h);
		c.globalAlpha = 1;
		c.strokeStyle = colours.event;
		c.lineWidth = 2;
		c.strokeRect(x(view.from), 1, Math.max(4, x(view.to) - x(view.from)), h - 2);
		c.fillStyle = colours.dim;
		c.font = '12px system-ui, sans-serif';
		c.textAlign = 'right';
		c.fillText('overview', gutter() - 8, h / 2 + 4);
	};
	const timeAt = (ev) => over()[0] + (over()[1] - over()[0]) * Math.min(1, Math.max(0, (ev.offsetX - gutter()) / (overview.clientWidth - gutter() - RIGHT)));
	let from = null, grip = null;
	overview.addEventListener('pointerdown', (ev) => {
		const t = timeAt(ev), grasp = (over()[1] - over()[0]) * 0.012;
		overview.setPointerCapture(ev.pointerId);
		/* An edge of the range is a handle; inside it the range moves; outside a new one begins. */
		grip = Math.abs(t - view.from) < grasp ? 'from' : Math.abs(t - view.to) < grasp ? 'to' : t > view.from && t < view.to ? 'move' : 'new';
		from = { t, view: { ...view } };
	});
	overview.addEventListener('pointermove', (ev) => {
		if (!from)
			return;
		const t = timeAt(ev), d = t - from.t;
		if (grip === 'from')
			setRange(Math.min(t, view.to), view.to);
		else if (grip === 'to')
			setRange(view.from, Math.max(t, view.from));
		else if (grip === 'new')
			setRange(Math.min(t, from.t), Math.max(t, from.t));
		else if (from.view.from + d >= whole[0] && from.view.to + d <= whole[1])
			setRange(from.view.from + d, from.view.to + d);
	});
	overview.addEventListener('pointerup', () => (from = null));

	/* ---- the lines around the cursor ---- */

	const around = (t) => {
		const rows = [];
		let after = rowAt(e, t), before = after - 1;
		/* The nearest that pass the filter, in order. */
		while (rows.length < 13 && (before >= 0 || after < e.n)) {
			const takeBefore = before >= 0 && (after >= e.n || t - e.t[before] <= e.t[after] - t);
			const i = takeBefore ? before-- : after++;
			if (shown(i))
				takeBefore ? rows.unshift(i) : rows.push(i);
			if (Math.min(before >= 0 ? t - e.t[before] : Infinity, after < e.n ? e.t[after] - t : Infinity) > 86400 * 30)
				break;
		}
		return rows;
	};
	/* A traceback says what happened on its last line. */
	const headline = (text) => {
		const lines = text.trimEnd().split('\n');
		return lines[0].startsWith('Traceback (') ? lines[lines.length - 1] : lines[0];
	};
	const lineOf = (i) => {
		const place = e.file(i) + (e.line[i] ? ':' + e.line[i] : '');
		const where = byId('ev-' + e.id[i]) ? el('a', { class: 'place', href: '#ev-' + e.id[i], title: place }, place) : el('span', { class: 'place', title: place }, place);
		return el('li', { class: shapeOf(e.severity[i]) + (e.evidence[i] ? ' proof' : '') + (i === view.pinned ? ' self' : '') },
			el('time', { datetime: new Date(e.t[i] * 1000).toISOString() }, clockText(e.t[i])), el('span', { class: 'from' }, e.source(i)), el('code', {}, visible(headline(e.text[i]))), where);
	};
	const showLines = () => {
		const t = view.pinned !== null ? e.t[view.pinned] : view.at;
		if (t === null || e.n === 0)
			return;
		linesAt.replaceChildren(...around(t).map(lineOf));
	};
	let waiting = false;
	const later = () => {
		if (waiting || view.pinned !== null)
			return;
		waiting = true;
		requestAnimationFrame(() => {
			waiting = false;
			showLines();
		});
	};
	const select = (i) => {
		view.pinned = i;
		view.at = i === null ? view.at : e.t[i];
		if (i !== null && (e.t[i] < view.from || e.t[i] > view.to))
			setRange(e.t[i] - (view.to - view.from) / 2, e.t[i] + (view.to - view.from) / 2);
		for (const u of plots)
			u.setCursor({ left: u.valToPos(view.at, 'x'), top: 10 }, false);
		showLines();
	};
	/* The next record that passes the filter: evidence first, if there is any. */
	const step = (by) => {
		const pool = [];
		for (let i = 0; i < e.n; i++)
			if (shown(i) && (filter || e.evidence[i]))
				pool.push(i);
		if (pool.length === 0)
			return;
		const now = view.pinned !== null ? view.pinned : by > 0 ? -1 : e.n;
		const next = by > 0 ? pool.find((i) => i > now) : pool.findLast((i) => i < now);
		select(next ?? (by > 0 ? pool[pool.length - 1] : pool[0]));
	};

	/* ---- building, and building again when colours, zone or width change ---- */

	const build = () => {
		for (const u of plots.splice(0))
			u.destroy();
		lanesAt.replaceChildren();
		chartsAt.replaceChildren();
		colours = palette();
		makeLanes();
		data.charts.forEach(makeChart);
		setRange(view.from, view.to, true);
	};
	place.append(overview, lanesAt, linesAt, chartsAt);
	build();
	if (e.n) {
		view.at = data.incidents.length ? data.incidents[0].span[0] / 1e6 : first[0];
		showLines();
	}
	let width = place.clientWidth;
	new ResizeObserver(() => {
		if (place.clientWidth === width || place.clientWidth === 0)
			return;
		width = place.clientWidth;
		for (const u of plots)
			u.setSize({ width, height: u.height });
		drawOverview();
	}).observe(place);
	matchMedia('(prefers-color-scheme: dark)').addEventListener('change', build);
	return {
		rangeAt, view, plots, select, step, zoom, setRange, build, sync,
		reset: () => setRange(...first), all: () => setRange(...whole),
		setFilter: (text) => {
			filter = matcherOf(text);
			matches = filter && Uint8Array.from({ length: e.n }, (_, i) => (filter(e, i) ? 1 : 0));
			for (const u of plots)
				u.redraw(false);
			drawOverview();
			showLines();
			return matches ? matches.reduce((n, m) => n + m, 0) : e.n;
		},
	};
};

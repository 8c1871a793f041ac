/* One lane a source and host, drawn into a plot: what is covered, what is blind, and a mark for each record that has room. */

const LANE = 26;

/* Shapes differ as well as colours: nobody has to tell colours apart. */
const shapes = {
	fatal: (c, x, y, r) => { c.beginPath(); c.moveTo(x - r, y - r); c.lineTo(x + r, y + r); c.moveTo(x + r, y - r); c.lineTo(x - r, y + r); c.stroke(); },
	error: (c, x, y, r) => { c.beginPath(); c.moveTo(x, y - r); c.lineTo(x + r, y); c.lineTo(x, y + r); c.lineTo(x - r, y); c.closePath(); c.fill(); },
	warning: (c, x, y, r) => { c.beginPath(); c.moveTo(x, y - r); c.lineTo(x + r, y + r * 0.8); c.lineTo(x - r, y + r * 0.8); c.closePath(); c.fill(); },
	event: (c, x, y, r) => { c.beginPath(); c.arc(x, y, r * 0.8, 0, 7); c.fill(); },
};
const shapeOf = (severity) => (severity <= 2 ? 'fatal' : severity === 3 ? 'error' : severity === 4 ? 'warning' : 'event');

const palette = () => {
	const style = getComputedStyle(document.documentElement);
	const of = (name) => style.getPropertyValue('--' + name).trim();
	return { ink: of('ink'), dim: of('dim'), line: of('line'), paper: of('paper'), hatch: of('hatch'), covered: of('covered'), wash: of('wash'),
		fatal: of('red'), error: of('red'), warning: of('yellow'), event: of('blue'), series: of('blue'), green: of('green') };
};

const hatchOf = (c, colour, ratio) => {
	const tile = document.createElement('canvas');
	tile.width = tile.height = 6 * ratio;
	const t = tile.getContext('2d');
	t.strokeStyle = colour;
	t.globalAlpha = 0.5;
	t.lineWidth = ratio;
	t.beginPath();
	t.moveTo(0, tile.height);
	t.lineTo(tile.width, 0);
	t.stroke();
	return c.createPattern(tile, 'repeat');
};

/* The spans of the view that no file of the lane speaks for. */
const blindSpans = (lane, from, to) => {
	const blind = [];
	let at = from;
	for (const [a, b] of lane.covered.map((span) => span.map((us) => us / 1e6))) {
		if (b < at || a > to)
			continue;
		if (a > at)
			blind.push([at, a]);
		at = Math.max(at, b);
	}
	if (at < to)
		blind.push([at, to]);
	return blind;
};

/* Draws into u; drawn: rows on screen with their places, for the pointer.  shown(i): passes the filter. */
const drawLanes = (u, data, colours, shown, drawn) => {
	const c = u.ctx, ratio = devicePixelRatio, e = data.events;
	const { left, top, width, height } = u.bbox;
	const { min, max } = u.scales.x;
	const x = (t) => Math.min(left + width, Math.max(left, u.valToPos(t, 'x', true)));
	const y = (lane) => top + (lane + 0.5) * height / data.lanes.length;
	const hatch = hatchOf(c, colours.hatch, ratio);
	const places = new Map();

	c.save();
	c.beginPath();
	c.rect(left, top, width, height);
	c.clip();
	for (const incident of data.incidents) {
		const [a, b] = incident.span.map((us) => us / 1e6);
		if (b < min || a > max)
			continue;
		c.globalAlpha = 0.08;
		c.fillStyle = colours.wash;
		c.fillRect(x(a), top, Math.max(2 * ratio, x(b) - x(a)), height);
		c.globalAlpha = 1;
	}
	for (const lane of data.lanes) {
		c.fillStyle = hatch;
		for (const [a, b] of blindSpans(lane, min, max))
			c.fillRect(x(a), y(lane.n) - 8 * ratio, x(b) - x(a), 16 * ratio);
		c.fillStyle = colours.covered;
		for (const [a, b] of lane.covered)
			if (b / 1e6 >= min && a / 1e6 <= max)
				c.fillRect(x(a / 1e6), y(lane.n) - ratio, Math.max(ratio, x(b / 1e6) - x(a / 1e6)), 2 * ratio);
		c.fillStyle = colours.series;
		c.globalAlpha = 0.75;
		for (const run of lane.runs)
			if (run.span[1] / 1e6 >= min && run.span[0] / 1e6 <= max)
				c.fillRect(x(run.span[0] / 1e6), y(lane.n) - 5 * ratio, Math.max(3 * ratio, x(run.span[1] / 1e6) - x(run.span[0] / 1e6)), 10 * ratio);
		c.globalAlpha = 1;
	}
	/* The worst of those that share a place stands for them, evidence before all. */
	for (let i = rowAt(e, min); i < e.n && e.t[i] <= max; i++) {
		if (e.lane[i] < 0 || !shown(i))
			continue;
		const key = e.lane[i] * 65536 + Math.round(x(e.t[i]) / (3 * ratio));
		const best = places.get(key);
		if (best === undefined || e.evidence[i] > e.evidence[best] || (e.evidence[i] === e.evidence[best] && e.severity[i] < e.severity[best]))
			places.set(key, i);
	}
	drawn.length = 0;
	for (const proof of [0, 1]) {
		for (const i of places.values()) {
			if (e.evidence[i] !== proof)
				continue;
			const shape = shapeOf(e.severity[i]), px = x(e.t[i]), py = y(e.lane[i]);
			c.fillStyle = c.strokeStyle = colours[shape];
			c.lineWidth = (proof ? 3 : 1.5) * ratio;
			c.globalAlpha = proof ? 1 : shape === 'event' ? 0.3 : 0.6;
			shapes[shape](c, px, py, (proof ? 6 : 3.5) * ratio);
			drawn.push({ i, x: px / ratio, y: py / ratio });
		}
	}
	c.restore();
};

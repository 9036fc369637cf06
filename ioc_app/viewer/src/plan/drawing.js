/** A storey plan as SVG, one unit a metre, north up. */
import { s } from '../ui/dom.js';
import { buildingName, buildingOf } from '../names.js';

/** @typedef {import('../ui/api.js').Plan} Plan */
/** @typedef {import('../ui/api.js').Ring} Ring */

const MARGIN = 0.03; // of the longer side
const TEXT = 1 / 52; // of the longer side: still 10 px high on a plan 520 px long
const SMALLEST = 0.6; // of TEXT
const LINE_HEIGHT = 1.2;
const FREE = '\u00a0'; // a line without any character would take no room

/**
 * @param {Plan} plan
 * @param {import('../ui/context.js').Context} context
 * @returns {SVGSVGElement}
 */
export function drawPlan(plan, context) {
  const [xmin, ymin, xmax, ymax] = plan.bounds;
  const side = Math.max(xmax - xmin, ymax - ymin, 1);
  const margin = side * MARGIN + 0.5;
  const text = side * TEXT;
  const box = [xmin - margin, -ymax - margin, xmax - xmin + 2 * margin, ymax - ymin + 2 * margin + 1.5 * text];
  const building = buildingOf(context.scene, plan.storey.building_id);
  const title = `${buildingName(building, context.tr.language)} ${plan.storey.name}`;
  const svg = s('svg', { class: 'plan-drawing', viewBox: box.join(' '), role: 'group', 'aria-label': title, preserveAspectRatio: 'xMidYMid meet' });
  svg.append(
    s('g', { class: 'plan-spaces' }, ...plan.spaces.map((one) => spaceShape(one, context))),
    s('path', { class: 'plan-lines', d: plan.lines.map((one) => path(one, false)).join('') }),
    s('path', { class: 'plan-walls', 'fill-rule': 'evenodd', d: plan.walls.map((one) => path(one, true)).join('') }),
    ...openings(plan.windows, 'plan-window'),
    ...openings(plan.doors, 'plan-door'),
    s('g', { class: 'plan-labels' }, ...plan.spaces.map((one) => label(one, context, text, plan.devices.some((other) => isUnder(other, one, text))))),
    s('g', { class: 'plan-devices' }, ...plan.devices.map((one) => device(one, context, text * 0.42))),
    scale(box, text),
  );
  return /** @type {SVGSVGElement} */ (svg);
}

/** SVG's y grows downwards. @param {Ring} ring @param {boolean} closed */
export function path(ring, closed) {
  return `M${ring.map(([x, y]) => `${x} ${-y}`).join('L')}${closed ? 'Z' : ''}`;
}

/** @param {import('../ui/api.js').PlanSpace} space @param {import('../ui/context.js').Context} context */
function spaceShape(space, { tr }) {
  const name = [space.number, space.name].filter(Boolean).join(' ');
  const area = space.area_m2 === null ? '' : ` · ${tr.number(space.area_m2, 1)} m²`;
  return s(
    'path',
    { class: 'plan-space', 'data-idx': space.idx, tabindex: '0', role: 'button', 'aria-label': name + area, 'fill-rule': 'evenodd', d: space.rings.map((one) => path(one, true)).join('') },
    s('title', {}, name + area),
  );
}

/**
 * Number, name and area; where they do not fit the number alone; where even that does not, the tooltip says it.
 * @param {import('../ui/api.js').PlanSpace} space
 * @param {import('../ui/context.js').Context} context
 * @param {number} largest font size, m
 * @param {boolean} parted a device hangs in the middle: a line is left free for it
 */
function label(space, { tr }, largest, parted) {
  if (!space.label) return null;
  const names = [...new Set([space.number, space.name].filter((one) => one !== null && one !== ''))].map(String);
  const area = space.area_m2 === null ? [] : [`${tr.number(space.area_m2, 1)} m²`];
  const choices = [[...names, ...area], names, names.slice(0, 1)].filter((lines) => lines.length);
  if (parted) for (const lines of choices) lines.splice(1, 0, FREE);
  for (const lines of choices) {
    const rows = parted ? Math.max(3, 2 * lines.length - 3) : lines.length; // as many below the free line as above it
    const size = Math.min(largest, fontSize(space, lines, rows));
    if (size >= largest * SMALLEST) return textAt(space.label, lines, size, parted);
  }
  return null;
}

/** The largest that fits around the label's place. @param {import('../ui/api.js').PlanSpace} space @param {string[]} lines @param {number} rows */
function fontSize(space, lines, rows) {
  const free = 2 * space.label_radius_m;
  const width = Math.min(0.9 * widthOf(space.rings[0] ?? []), 2 * free);
  return Math.min(width / Math.max(...lines.map(textWidth)), (0.95 * free) / (rows * LINE_HEIGHT));
}

/** Whether a device lies where the room's label would be. @param {import('../ui/api.js').PlanDevice} one @param {import('../ui/api.js').PlanSpace} space @param {number} text */
function isUnder({ position }, { label: at }, text) {
  return at !== null && Math.hypot(position[0] - at[0], position[1] - at[1]) < text;
}

/** @param {[number, number]} at @param {string[]} lines @param {number} size @param {boolean} parted the second line is what stands at the place */
function textAt([x, y], lines, size, parted) {
  const above = parted ? 1 : (lines.length - 1) / 2;
  const first = size * 0.35 - above * size * LINE_HEIGHT;
  return s(
    'text',
    { x, y: -y, 'font-size': size, 'text-anchor': 'middle', 'pointer-events': 'none' },
    ...lines.map((one, n) => s('tspan', { x, dy: n ? size * LINE_HEIGHT : first, class: n ? 'second' : 'first' }, one)),
  );
}

/** Widths in font sizes: Chinese is square, letters are about half. @param {string} text */
function textWidth(text) {
  return [...text].reduce((sum, one) => sum + (one.charCodeAt(0) > 0x2e80 ? 1 : 0.56), 0);
}

/** @param {Ring} ring */
function widthOf(ring) {
  const xs = ring.map(([x]) => x);
  return xs.length ? Math.max(...xs) - Math.min(...xs) : 0;
}

/** @param {import('../ui/api.js').Opening[]} all @param {string} name */
function openings(all, name) {
  return all.map((one) => s('path', { class: name, 'data-idx': one.idx, d: [...one.rings.map((ring) => path(ring, true)), ...one.lines.map((line) => path(line, false))].join('') }));
}

/** @param {import('../ui/api.js').PlanDevice} one @param {import('../ui/context.js').Context} context @param {number} radius */
function device(one, { scene, tr }, radius) {
  const layer = scene.layers.find((candidate) => candidate.id === 'devices');
  const type = one.device_type ?? '';
  const name = [tr.title(layer?.class_titles[type]) || type, one.name ?? one.device_code].filter(Boolean).join(' · ');
  const [x, y] = one.position;
  return s(
    'g',
    { class: 'plan-device', 'data-idx': one.idx, tabindex: '0', role: 'button', 'aria-label': name, transform: `translate(${x} ${-y})` },
    one.heading_deg === null ? null : s('path', { class: 'plan-heading', d: `M0 0L${-radius * 1.6} ${-radius * 3}H${radius * 1.6}Z`, transform: `rotate(${one.heading_deg})` }),
    s('circle', { r: radius, fill: layer?.colours[type] ?? layer?.colour ?? '#888' }),
    s('title', {}, name),
  );
}

/** A bar of a round length at the lower left. @param {number[]} box @param {number} text font size */
function scale(box, text) {
  const metres = [1, 2, 5, 10, 20, 50, 100].filter((one) => one <= box[2] / 4).at(-1) ?? 1;
  const [x, y] = [box[0] + text, box[1] + box[3] - text * 0.6];
  return s(
    'g',
    { class: 'plan-scale' },
    s('path', { d: `M${x} ${y - text * 0.4}v${text * 0.4}h${metres}v${-text * 0.4}`, 'stroke-width': text / 9 }),
    s('text', { x: x + metres + text * 0.6, y, 'font-size': text }, `${metres} m`),
  );
}

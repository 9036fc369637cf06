/** A storey plan as SVG, one unit a metre, north up. */
import { s } from './dom.js';

/** @typedef {import('./api.js').Plan} Plan */
/** @typedef {import('./api.js').Ring} Ring */

const MARGIN_M = 1.5;
const DEVICE_M = 0.28;

/**
 * @param {Plan} plan
 * @param {import('./context.js').Context} context
 * @returns {SVGSVGElement}
 */
export function drawPlan(plan, context) {
  const [xmin, ymin, xmax, ymax] = plan.bounds;
  const box = [xmin - MARGIN_M, -ymax - MARGIN_M, xmax - xmin + 2 * MARGIN_M, ymax - ymin + 2 * MARGIN_M];
  const svg = s('svg', { class: 'plan-drawing', viewBox: box.join(' '), role: 'group', 'aria-label': `${plan.storey.building} ${plan.storey.name}`, preserveAspectRatio: 'xMidYMid meet' });
  svg.append(
    s('g', { class: 'plan-spaces' }, ...plan.spaces.map((one) => spaceShape(one, context))),
    s('path', { class: 'plan-lines', d: plan.lines.map((one) => path(one, false)).join('') }),
    s('path', { class: 'plan-walls', 'fill-rule': 'evenodd', d: plan.walls.map((one) => path(one, true)).join('') }),
    ...openings(plan.windows, 'plan-window'),
    ...openings(plan.doors, 'plan-door'),
    s('g', { class: 'plan-labels' }, ...plan.spaces.map((one) => label(one, context))),
    s('g', { class: 'plan-devices' }, ...plan.devices.map((one) => device(one, context))),
    scale(box),
  );
  return /** @type {SVGSVGElement} */ (svg);
}

/** SVG's y grows downwards. @param {Ring} ring @param {boolean} closed */
function path(ring, closed) {
  return `M${ring.map(([x, y]) => `${x} ${-y}`).join('L')}${closed ? 'Z' : ''}`;
}

/** @param {import('./api.js').PlanSpace} space @param {import('./context.js').Context} context */
function spaceShape(space, { tr }) {
  const name = [space.number, space.name].filter(Boolean).join(' ');
  const area = space.area_m2 === null ? '' : ` · ${tr.number(space.area_m2, 1)} m²`;
  return s(
    'path',
    { class: 'plan-space', 'data-idx': space.idx, tabindex: '0', role: 'button', 'aria-label': name + area, 'fill-rule': 'evenodd', d: space.rings.map((one) => path(one, true)).join('') },
    s('title', {}, name + area),
  );
}

/** Number, name and area, as large as the room allows. @param {import('./api.js').PlanSpace} space @param {import('./context.js').Context} context */
function label(space, { tr }) {
  if (!space.label) return null;
  const lines = [...new Set([space.number, space.name].filter((one) => one !== null && one !== ''))];
  if (space.area_m2 !== null) lines.push(`${tr.number(space.area_m2, 1)} m²`);
  const width = widthOf(space.rings[0] ?? []);
  const longest = Math.max(1, ...lines.map((one) => textWidth(String(one))));
  const size = Math.max(0.12, Math.min(0.55, (width * 0.9) / longest));
  const [x, y] = space.label;
  return s(
    'text',
    { x, y: -y, 'font-size': size, 'text-anchor': 'middle', 'pointer-events': 'none' },
    ...lines.map((one, n) => s('tspan', { x, dy: n ? size * 1.2 : -((lines.length - 1) * size * 1.2) / 2 + size * 0.35, class: n ? 'second' : 'first' }, String(one))),
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

/** @param {import('./api.js').Opening[]} all @param {string} name */
function openings(all, name) {
  return all.map((one) => s('path', { class: name, 'data-idx': one.idx, d: [...one.rings.map((ring) => path(ring, true)), ...one.lines.map((line) => path(line, false))].join('') }));
}

/** @param {import('./api.js').PlanDevice} one @param {import('./context.js').Context} context */
function device(one, { scene, tr }) {
  const layer = scene.layers.find((candidate) => candidate.id === 'devices');
  const type = one.device_type ?? '';
  const name = [tr.title(layer?.class_titles[type]) || type, one.name ?? one.device_code].filter(Boolean).join(' · ');
  const [x, y] = one.position;
  return s(
    'g',
    { class: 'plan-device', 'data-idx': one.idx, tabindex: '0', role: 'button', 'aria-label': name, transform: `translate(${x} ${-y})` },
    one.heading_deg === null ? null : s('path', { class: 'plan-heading', d: `M0 0L${-DEVICE_M * 1.6} ${-DEVICE_M * 3}H${DEVICE_M * 1.6}Z`, transform: `rotate(${one.heading_deg})` }),
    s('circle', { r: DEVICE_M, fill: layer?.colours[type] ?? layer?.colour ?? '#888' }),
    s('title', {}, name),
  );
}

/** A bar of a round length at the lower left. @param {number[]} box */
function scale(box) {
  const metres = [1, 2, 5, 10, 20, 50].filter((one) => one <= box[2] / 4).at(-1) ?? 1;
  const [x, y] = [box[0] + 0.6, box[1] + box[3] - 0.5];
  return s('g', { class: 'plan-scale' }, s('path', { d: `M${x} ${y - 0.2}v.200h${metres}v-.200` }), s('text', { x: x + metres + 0.3, y, 'font-size': 0.5 }, `${metres} m`));
}

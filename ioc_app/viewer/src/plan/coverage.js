/** A switch on a storey's plan: what each camera sees of the floor, what nobody sees, and how much that is. */
import { fill, h, icon, s } from '../ui/dom.js';
import { plainText } from '../engine/text.js';
import { fullName, keyOf } from '../names.js';
import { path } from './drawing.js';
import en from './i18n/en.json';
import zh from './i18n/zh.json';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('../sight/shapes.js').Coverage} Coverage */

const SPOTS_SHOWN = 3;
const ROOMS_NAMED = 3;
const HATCH = 'plan-hatch';
/** Between two lines of the hatch, m. */
const HATCH_M = 0.8;

/** Kept from storey to storey, for whoever goes through a building. */
let wanted = false;

/**
 * @param {Context} context
 * @param {import('../ui/api.js').Plan} plan
 * @param {SVGSVGElement} svg
 * @returns {HTMLElement | null} null: no camera hangs there
 */
export function coverageOf(context, plan, svg) {
  if (!plan.devices.some((one) => one.device_type === 'camera')) return null;
  const { api, tr } = context;
  /** @type {typeof import('../ui/i18n.js').Translator} */ (tr.constructor).learn({ zh, en });
  const layer = s('g', { class: 'plan-coverage' });
  svg.querySelector('.plan-spaces')?.after(layer);
  const said = h('div', { 'aria-live': 'polite' });
  /** @type {Promise<Coverage> | null} */
  let found = null;
  const show = async () => {
    fill(layer);
    fill(said);
    if (!wanted) return;
    fill(said, h('p', { class: 'hint' }, tr.text('coverage.asking')));
    try {
      const coverage = await (found ??= api.get(`/sight/coverage/${encodeURIComponent(plan.storey.storey_id)}`));
      if (!wanted) return;
      fill(layer, ...shapes(coverage));
      fill(said, ...words(context, coverage));
    } catch (fault) {
      found = null;
      fill(said, h('p', { class: 'error', role: 'alert' }, icon('warning'), tr.title(/** @type {any} */ (fault).text) || String(fault)));
    }
  };
  const tick = h('input', { type: 'checkbox', checked: wanted, onchange: () => ((wanted = tick.checked), void show()) });
  void show();
  return h('div', { class: 'plan-cameras', 'data-sight': '' }, h('label', { class: 'check' }, tick, tr.text('coverage.title')), said);
}

/** @param {Coverage} coverage */
function shapes({ cameras, blind }) {
  const outline = (/** @type {import('../ui/api.js').Ring[]} */ rings) => rings.map((one) => path(one, true)).join('');
  return [
    s('defs', {}, s('pattern', { id: HATCH, width: HATCH_M, height: HATCH_M, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' }, s('path', { class: 'plan-hatch', d: `M0 0V${HATCH_M}`, 'stroke-width': HATCH_M / 3 }))),
    s('path', { class: 'plan-blind', fill: `url(#${HATCH})`, 'fill-rule': 'evenodd', d: blind.map((one) => outline(one.rings)).join('') }),
    ...cameras.map((one) => s('path', { class: 'plan-seen', 'fill-rule': 'evenodd', d: outline(one.rings) })),
  ];
}

/** @param {Context} context @param {Coverage} coverage */
function words({ tr }, { share, floor_m2, covered_m2, blind_m2, cameras, blind, rooms, found }) {
  const square = (/** @type {number} */ area) => `${tr.number(area, 0)} m²`;
  const percent = 100 * share;
  const named = (/** @type {import('../sight/shapes.js').Named[]} */ some) => {
    const first = some.slice(0, ROOMS_NAMED).map((one) => plainText(fullName([one.device_code, one.name]) || keyOf(one.feature_id), 40));
    return tr.list(first) + (some.length > first.length ? tr.text('coverage.andMore', { count: some.length - first.length }) : '');
  };
  const unseen = rooms.filter((one) => one.share === 0).length;
  const spots = blind.slice(0, SPOTS_SHOWN).map((one) => h('li', {}, h('span', {}, square(one.area_m2)), h('span', {}, named(one.rooms))));
  const left = found - cameras.length;
  return [
    h('p', { class: 'plan-share' }, tr.text('coverage.share', { count: cameras.length, share: tr.number(percent, percent < 10 ? 1 : 0), covered: square(covered_m2), floor: square(floor_m2) })),
    h('p', { class: 'plan-key' }, h('span', { class: 'plan-key-seen' }), tr.text('coverage.seen'), h('span', { class: 'plan-key-blind' }), tr.text('coverage.blind', { area: square(blind_m2), count: blind.length }), unseen ? ` · ${tr.text('coverage.rooms', { count: unseen })}` : ''),
    h('ul', { class: 'plan-spots' }, ...spots),
    left > 0 ? h('p', { class: 'doubt' }, tr.text('coverage.left', { count: left })) : null,
    h('p', { class: 'hint' }, tr.text('coverage.limits')),
  ];
}

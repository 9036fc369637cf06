/** A burst: valves in the order in which to go to them, who is without supply, and the next ring where one is stuck. */
import { h } from '../ui/dom.js';
import { buildingName, buildingOf } from '../names.js';
import { linkTo } from './links.js';
import { css, paint, PAINT } from './painting.js';

/** @typedef {import('./links.js').Named} Named */
/** @typedef {{idx: number[], links: number, length_m: number}} Part */
/** @typedef {Named & {valve_id: string, reason: string, to_close: boolean, way_m: number | null, diameter_m: number | null}} Valve */
/**
 * @typedef {object} Isolation
 * @property {boolean} sources_known
 * @property {Named[]} sources_inside
 * @property {Part} segment
 * @property {Part} beyond
 * @property {Valve[]} valves
 * @property {(Named & {status: 'cut_off' | 'partly', rooms: number | null, people: number | null})[]} buildings
 */

/**
 * @param {import('../ui/context.js').Context} context
 * @param {import('../ui/api.js').Feature} feature
 * @param {string[]} stuck valves that do not move
 * @param {(element: HTMLElement) => void} show
 * @param {(question: (show: (element: HTMLElement) => void) => Promise<void>) => Promise<void>} ask the next ring
 */
export async function isolationOf(context, feature, stuck, show, ask) {
  const query = new URLSearchParams([['burst', feature.feature_id], ...stuck.map((one) => ['stuck', one])]);
  /** @type {Isolation} */
  const found = await context.api.get(`/networks/${feature.layer_id}/isolation?${query}`);
  const closing = found.valves.filter((one) => one.to_close);
  const idx = closing.flatMap((one) => (one.idx === null ? [] : [one.idx]));
  paint(context, [[found.beyond.idx, PAINT.beyond], [found.segment.idx, PAINT.segment], [idx, PAINT.valve]]);
  const again = (/** @type {string} */ valve, /** @type {boolean} */ isStuck) =>
    void ask((next) => isolationOf(context, feature, isStuck ? [...stuck, valve] : stuck.filter((one) => one !== valve), next, ask));
  show(h('div', {}, warning(context, found), valves(context, closing, stuck, again), parts(context, found), buildings(context, found)));
}

/** What whoever acts on the answer must know. @param {import('../ui/context.js').Context} context @param {Isolation} found */
function warning({ tr }, found) {
  if (!found.sources_known) return h('p', { class: 'doubt' }, tr.text('pipes.sourcesUnknown'));
  if (!found.sources_inside.length) return null;
  return h('p', { class: 'error', role: 'alert' }, tr.text('pipes.notIsolable', { names: found.sources_inside.map((one) => one.name ?? one.feature_id).join('、') }));
}

/**
 * @param {import('../ui/context.js').Context} context
 * @param {Valve[]} closing
 * @param {string[]} stuck
 * @param {(valve: string, isStuck: boolean) => void} again
 */
function valves(context, closing, stuck, again) {
  const { tr } = context;
  if (!closing.length && !stuck.length) return h('p', {}, tr.text('pipes.none'));
  const tick = (/** @type {string} */ valve, /** @type {boolean} */ checked) =>
    h('label', { class: 'pipes-stuck', title: tr.text('pipes.stuckHint') }, h('input', { type: 'checkbox', checked, onchange: () => again(valve, !checked) }), tr.text('pipes.stuck'));
  const rows = closing.map((one) => {
    const way = one.way_m === null ? '' : ` · ${tr.text('pipes.way', { metres: tr.number(one.way_m, 0) })}`;
    return h('li', {}, linkTo(context, one), h('span', {}, tr.text(`pipes.reason.${one.reason}`) + way), tick(one.valve_id, false));
  });
  const held = stuck.map((one) => h('li', { class: 'is-stuck' }, h('span', {}, one.split(':').at(-1) ?? one), h('span', {}), tick(one, true)));
  return h(
    'div',
    {},
    h('h3', {}, h('span', { class: 'swatch', style: { background: css(PAINT.valve) } }), tr.text('pipes.close', { count: closing.length })),
    h('ol', { class: 'pipes-list' }, ...rows),
    held.length ? h('ul', { class: 'pipes-list' }, ...held) : null,
  );
}

/** @param {import('../ui/context.js').Context} context @param {Isolation} found */
function parts({ tr }, found) {
  const line = (/** @type {'segment' | 'beyond'} */ name) =>
    h('p', { class: 'pipes-part' }, h('span', { class: 'swatch', style: { background: css(PAINT[name]) } }), `${tr.text(`pipes.${name}`)}: ${tr.text('pipes.lost', { links: tr.number(found[name].links, 0), length: tr.number(found[name].length_m, 0) })}`);
  return h('div', {}, line('segment'), found.beyond.links ? line('beyond') : null);
}

/** @param {import('../ui/context.js').Context} context @param {Isolation} found */
function buildings(context, found) {
  const { tr } = context;
  if (!found.buildings.length) return null;
  const rows = found.buildings.map((one) => {
    const said = [
      tr.text(one.status === 'partly' ? 'pipes.partly' : 'pipes.cutOff'),
      one.rooms === null ? '' : tr.text('pipes.rooms', { count: one.rooms }),
      one.people === null ? '' : tr.text('pipes.people', { count: one.people }),
    ];
    const building = buildingOf(context.scene, one.feature_id);
    const name = building ? buildingName(building, tr.language) : one.name;
    return h('li', {}, linkTo(context, { ...one, name }), h('span', {}, said.filter(Boolean).join(' · ')));
  });
  return h('div', {}, h('h3', {}, tr.text('pipes.buildings')), h('ul', { class: 'pipes-list' }, ...rows));
}

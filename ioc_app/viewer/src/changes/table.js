/** The counts: a legend of the classes with their sums, and a table of the layers in which something differs. */
import { h } from '../ui/dom.js';
import { CHANGES, colourOf, coloursOf, css, farOf, MOVED, SIGNS, stepOf } from './classes.js';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('./shapes.js').Compared} Compared */
/** @typedef {import('./shapes.js').LayerCounts} LayerCounts */
/** @typedef {import('./shapes.js').Change} Change */

const CLASSES = /** @type {const} */ ([...CHANGES, 'unchanged']);

/** @param {Change | 'unchanged'} change */
const swatches = (change) => coloursOf(change).map((colour) => h('span', { class: `swatch${change === 'removed' ? ' is-dashed' : ''}`, style: change === 'removed' ? { borderColor: css(colour) } : { background: css(colour) } }));

/** @param {Context} context @param {Compared} told */
export function legendOf({ tr }, { layers, features }) {
  const steps = MOVED.map(() => 0);
  let unknown = 0;
  features.change.forEach((one, n) => {
    const far = farOf(features.moved_plan_m[n], features.moved_height_m[n]);
    if (one !== 'moved') return;
    if (far === null) unknown += 1;
    else steps[stepOf(far)] += 1;
  });
  const name = (/** @type {number} */ n) => (n + 1 < MOVED.length ? `< ${tr.number(MOVED[n + 1][0])} m` : `≥ ${tr.number(MOVED[n][0])} m`);
  const parts = MOVED.map(([, colour], n) => h('span', { class: 'changes-step' }, h('span', { class: 'swatch', style: { background: css(colour) } }), `${name(n)}: ${tr.number(steps[n], 0)}`));
  if (unknown) parts.push(h('span', { class: 'changes-step' }, h('span', { class: 'swatch', style: { background: css(colourOf('moved', null)) } }), `${tr.text('changes.untold')}: ${tr.number(unknown, 0)}`));
  const rows = CLASSES.map((change) => {
    const sum = layers.reduce((all, one) => all + one[change], 0);
    return h('li', { 'data-change': change }, h('span', { class: 'changes-signs' }, ...swatches(change)), h('b', {}, SIGNS[change]), h('span', {}, tr.text(`changes.${change}`)), h('span', { class: 'layer-count' }, tr.number(sum, 0)), change === 'moved' && sum ? h('div', { class: 'changes-steps' }, ...parts) : null);
  });
  return h('ul', { class: 'changes-legend', 'aria-label': tr.text('changes.legend') }, ...rows);
}

/** @param {Context} context @param {Compared} told @param {(chosen: {layer: string, change: Change}) => void} choose */
export function tableOf({ tr, scene }, { layers }, choose) {
  const named = (/** @type {LayerCounts} */ { layer_id: id }) => tr.title(scene.layers.find((one) => one.id === id)?.title) || id;
  const differs = (/** @type {LayerCounts} */ one) => CHANGES.some((change) => one[change]);
  const same = layers.filter((one) => !differs(one) && one.unchanged);
  const heads = CLASSES.map((change) => h('th', { scope: 'col', title: tr.text(`changes.${change}`), 'aria-label': tr.text(`changes.${change}`) }, SIGNS[change]));
  const count = (/** @type {LayerCounts} */ one, /** @type {Change} */ change) =>
    one[change] ? h('button', { type: 'button', class: 'link-button', 'data-layer': one.layer_id, 'data-change': change, title: tr.text('changes.list', { layer: named(one), change: tr.text(`changes.${change}`) }), onclick: () => choose({ layer: one.layer_id, change }) }, tr.number(one[change], 0)) : '·';
  const rows = layers.filter(differs).map((one) => h('tr', {}, h('th', { scope: 'row' }, named(one)), ...CHANGES.map((change) => h('td', {}, count(one, change))), h('td', {}, tr.number(one.unchanged, 0))));
  return [
    rows.length ? h('table', { class: 'changes-table' }, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, tr.text('changes.layer')), ...heads)), h('tbody', {}, ...rows)) : h('p', { class: 'empty' }, tr.text('changes.same')),
    same.length && rows.length ? h('details', {}, h('summary', {}, tr.text('changes.sameLayers', { count: same.length })), h('p', { class: 'hint' }, tr.list(same.map(named)))) : null,
    ...layers.filter((one) => one.unmatched).map((one) => h('p', { class: 'hint' }, tr.text('changes.unmatched', { layer: named(one), count: tr.number(one.unmatched, 0) }))),
  ];
}

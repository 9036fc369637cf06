/** Distance, area, height. The engine draws; this names the result. */
import { fill, h } from '../dom.js';

/** @typedef {import('../../engine/types').MeasureMode} MeasureMode */
const MODES = /** @type {MeasureMode[]} */ (['distance', 'area', 'height']);

/** @param {import('../context.js').Context} context @returns {import('../context.js').Panel} */
export function measureTool({ tr, store, actions }) {
  const buttons = MODES.map((mode) =>
    h('button', { type: 'button', class: 'button', 'data-mode': mode, 'aria-pressed': 'false', onclick: () => actions.measure(mode) }, tr.text(`measure.${mode}`)),
  );
  const result = h('div', { class: 'measure-result', 'aria-live': 'polite' });
  const element = h('div', { class: 'tool-body' }, h('div', { class: 'button-row' }, ...buttons), result);
  const stop = store.watch(['measureMode', 'measurement'], ({ measureMode, measurement }) => {
    buttons.forEach((one) => one.setAttribute('aria-pressed', String(one.dataset.mode === measureMode)));
    if (!measureMode) fill(result, h('p', { class: 'hint' }, tr.text('measure.choose')));
    else if (!measurement?.points.length) fill(result, h('p', { class: 'hint' }, tr.text(`measure.${measureMode}Hint`)));
    else fill(result, ...lines(tr, measurement));
  });
  actions.measure(store.state.measureMode ?? 'distance');
  const dispose = () => {
    stop();
    actions.measure(null);
  };
  return { element, dispose };
}

/** @param {import('../i18n.js').Translator} tr @param {import('../../engine/types').Measurement} measurement */
function lines(tr, { mode, value, plan_m, rise_m }) {
  const unit = mode === 'area' ? 'm²' : 'm';
  const rows = [h('p', { class: 'big-number' }, tr.fixed(value, 2), h('span', { class: 'unit' }, unit))];
  if (mode !== 'area') {
    rows.push(h('p', { class: 'hint' }, tr.text('measure.parts', { plan: tr.fixed(plan_m, 2), rise: tr.fixed(rise_m, 2) })));
  }
  return rows;
}

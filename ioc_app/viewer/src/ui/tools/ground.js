/** See what lies under the ground: a transparent terrain, a round window dug into it. */
import { h } from '../dom.js';
import { slider } from '../slider.js';

const STEPS_M = [0, 10, 20, 30, 50, 80, 120];

/** @param {import('../context.js').Context} context @returns {import('../context.js').Panel} */
export function groundTool({ tr, store, actions }) {
  const { groundOpacity, dig } = store.state;
  const at = STEPS_M.findIndex((one) => one >= (dig?.radius ?? 0));
  const metres = (/** @type {number} */ n) => (STEPS_M[n] ? `${STEPS_M[n]} m` : tr.text('off'));
  const element = h(
    'div',
    { class: 'tool-body' },
    slider(tr.text('ground.opacity'), { min: 0, max: 100, step: 5, value: Math.round(groundOpacity * 100) }, (value) => actions.groundOpacity(value / 100), (value) => `${value} %`),
    slider(tr.text('ground.dig'), { min: 0, max: STEPS_M.length - 1, step: 1, value: Math.max(0, at) }, (n) => actions.dig(STEPS_M[n]), metres),
    h('button', { type: 'button', class: 'button wide', onclick: () => actions.dig(store.state.dig?.radius ?? STEPS_M[3]) }, tr.text('ground.here')),
    h('p', { class: 'hint' }, tr.text('ground.hint')),
  );
  return { element };
}

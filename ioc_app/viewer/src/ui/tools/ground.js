/** See what lies under the ground: a transparent terrain, a round window dug into it. */
import { h } from '../dom.js';
import { slider } from '../slider.js';

const STEPS_M = [0, 10, 20, 30, 50, 80, 120];

/** The step that shows a window of this radius. @param {import('../store.js').Dig | null} dig */
const stepOf = (dig) => Math.max(0, STEPS_M.findIndex((one) => one >= (dig?.radius ?? 0)));

/** @param {import('../context.js').Context} context @returns {import('../context.js').Panel} */
export function groundTool({ tr, store, actions }) {
  const metres = (/** @type {number} */ n) => (STEPS_M[n] ? `${STEPS_M[n]} m` : tr.text('off'));
  const percent = (/** @type {number} */ value) => `${value} %`;
  const opacity = slider(tr.text('ground.opacity'), { min: 0, max: 100, step: 5, value: 100 }, (value) => actions.groundOpacity(value / 100), percent);
  const window = slider(tr.text('ground.dig'), { min: 0, max: STEPS_M.length - 1, step: 1, value: 0 }, (n) => actions.dig(STEPS_M[n]), metres);
  const dispose = store.watch(['groundOpacity', 'dig'], ({ groundOpacity, dig }) => {
    opacity.show(Math.round(groundOpacity * 100));
    window.show(stepOf(dig));
  });
  const element = h(
    'div',
    { class: 'tool-body' },
    opacity.element,
    window.element,
    h('button', { type: 'button', class: 'button wide', onclick: () => actions.dig(store.state.dig?.radius ?? STEPS_M[3]) }, tr.text('ground.here')),
    h('p', { class: 'hint' }, tr.text('ground.hint')),
  );
  return { element, dispose };
}

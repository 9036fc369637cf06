/** Keys and gestures on one page. */
import { h } from '../dom.js';

const KEYS = [
  ['/', 'help.search'],
  ['L', 'help.layers'],
  ['H', 'help.home'],
  ['N', 'help.north'],
  ['P', 'help.plan'],
  ['+ −', 'help.zoom'],
  ['← ↑ ↓ →', 'help.pan'],
  ['Shift + ←→', 'help.orbit'],
  ['G X E M C V', 'help.tools'],
  ['R', 'help.reset'],
  ['Esc', 'help.escape'],
];
const POINTER = ['help.drag', 'help.rightDrag', 'help.wheel', 'help.click', 'help.doubleClick'];

/** @param {import('../context.js').Context} context @returns {import('../context.js').Panel} */
export function helpTool({ tr }) {
  const rows = KEYS.flatMap(([key, text]) => [h('dt', {}, h('kbd', {}, key)), h('dd', {}, tr.text(text))]);
  const element = h(
    'div',
    { class: 'tool-body' },
    h('dl', { class: 'keys' }, ...rows),
    h('ul', { class: 'hints' }, ...POINTER.map((text) => h('li', {}, tr.text(text)))),
  );
  return { element };
}

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
/** Those of the duty desk, while it has the focus; their texts come with it. */
const DESK_KEYS = [
  ['A', 'help.desk'],
  ['J K ↑ ↓', 'help.desk.move'],
  ['Enter', 'help.desk.open'],
  ['Q', 'help.desk.acknowledge'],
  ['S', 'help.desk.shelve'],
  ['G', 'help.desk.assign'],
  ['C', 'help.desk.comment'],
  ['X Ctrl+A', 'help.desk.select'],
  ['U', 'help.desk.undo'],
  ['M', 'help.desk.mute'],
];
const POINTER = ['help.drag', 'help.rightDrag', 'help.wheel', 'help.click', 'help.doubleClick'];

/** @param {import('../context.js').Context} context @returns {import('../context.js').Panel} */
export function helpTool({ tr }) {
  const rows = [...KEYS, ...DESK_KEYS.filter(([, text]) => tr.has(text))].flatMap(([key, text]) => [h('dt', {}, h('kbd', {}, key)), h('dd', {}, tr.text(text))]);
  const element = h(
    'div',
    { class: 'tool-body' },
    h('dl', { class: 'keys' }, ...rows),
    h('ul', { class: 'hints' }, ...POINTER.map((text) => h('li', {}, tr.text(text)))),
  );
  return { element };
}

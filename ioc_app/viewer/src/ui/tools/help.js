/** Keys and gestures on one page. A test presses every key and compares. */
import { h } from '../dom.js';

/**
 * Keys by their names in `KeyboardEvent.key`, and the text that says what they do.
 * @typedef {[keys: string[], text: string]} HelpRow
 */
/** `place`: what has the focus while these work; its heading is `helpPlace.<place>`. @typedef {{place: string, rows: readonly HelpRow[]}} HelpSection */

/** @type {readonly HelpSection[]} */
const SECTIONS = [
  {
    place: 'everywhere',
    rows: [
      [['/'], 'help.search'],
      [['l'], 'help.layers'],
      [['h'], 'help.home'],
      [['g', 'x', 'e', 'm', 'c', 'v'], 'help.tools'],
      [['r'], 'help.reset'],
      [['?'], 'help.keys'],
      [['Escape'], 'help.escape'],
    ],
  },
  {
    place: 'map',
    rows: [
      [['Home'], 'help.home'],
      [['n'], 'help.north'],
      [['p'], 'help.plan'],
      [['+', '=', '-'], 'help.zoom'],
      [['ArrowLeft', 'ArrowUp', 'ArrowDown', 'ArrowRight'], 'help.pan'],
      [['PageUp', 'PageDown'], 'help.lift'],
      [['Shift+ArrowLeft', 'Shift+ArrowUp', 'Shift+ArrowDown', 'Shift+ArrowRight'], 'help.orbit'],
    ],
  },
  { place: 'measuring', rows: [[['Enter'], 'help.measured']] },
];
const POINTER = ['help.drag', 'help.rightDrag', 'help.wheel', 'help.click', 'help.doubleClick'];
/** As they stand on keyboards; others by their name in capitals. @type {Record<string, string>} */
const LABELS = { ArrowLeft: '←', ArrowUp: '↑', ArrowDown: '↓', ArrowRight: '→', Escape: 'Esc', ' ': 'Space', PageUp: 'PgUp', PageDown: 'PgDn', '-': '−' };

/** @param {string} key */
const labelOf = (key) => key.split(/\+(?!$)/).map((one) => LABELS[one] ?? (one.length === 1 ? one.toUpperCase() : one)).join(' + ');

/** @param {import('../context.js').Context} context @returns {import('../context.js').Panel} */
export function helpTool({ tr, help }) {
  const section = (/** @type {HelpSection} */ { place, rows }) => [
    h('h3', {}, tr.text(`helpPlace.${place}`)),
    h('dl', { class: 'keys', 'data-place': place }, ...rows.flatMap(([keys, text]) => [h('dt', {}, ...keys.map((key) => h('kbd', { 'data-key': key }, labelOf(key)))), h('dd', {}, tr.text(text))])),
  ];
  const element = h(
    'div',
    { class: 'tool-body' },
    ...[...SECTIONS, ...help].flatMap(section),
    h('h3', {}, tr.text('helpPlace.pointer')),
    h('ul', { class: 'hints' }, ...POINTER.map((text) => h('li', {}, tr.text(text)))),
  );
  return { element };
}

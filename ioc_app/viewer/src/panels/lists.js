/** Tables, tiles and stages: texts of the server placed as text nodes; a row carries its number in `data-row`. */
import { h } from '../ui/dom.js';

/** @typedef {{text: string, right?: boolean, colour?: string, share?: number}} Cell */
/** @typedef {(number | null)[]} Rows which of them choose something */

/** Attributes of what can be chosen. @param {boolean} can @param {number} row @param {boolean} chosen */
const choosing = (can, row, chosen) => ({
  ...(can ? { 'data-row': row, tabindex: 0, role: 'button' } : {}),
  'data-chosen': chosen,
});

/** @param {Cell} cell */
const cellOf = ({ text, right, colour, share }) =>
  h(
    'td',
    { class: right ? 'right' : null },
    h('span', { class: colour ? 'cell-level' : null, style: colour ? { borderColor: colour } : null }, text),
    share === undefined ? null : h('i', { class: 'cell-share', 'aria-hidden': 'true' }, h('i', { style: { width: `${share}%` } })),
  );

/** @type {Record<string, (list: any, can: (row: number) => boolean) => HTMLElement>} */
const KINDS = {
  table: ({ head, rows }, can) =>
    h(
      'table',
      {},
      h('thead', {}, h('tr', {}, ...head.map((/** @type {Cell} */ one) => h('th', { scope: 'col', class: one.right ? 'right' : null }, one.text)))),
      h(
        'tbody',
        {},
        ...rows.map((/** @type {{cells: Cell[], chosen: boolean}} */ one, /** @type {number} */ row) =>
          h('tr', { ...choosing(can(row), row, one.chosen), role: null }, ...one.cells.map(cellOf)),
        ),
      ),
    ),
  tiles: ({ tiles }, can) =>
    h(
      'div',
      { class: 'panel-tiles' },
      ...tiles.map((/** @type {any} */ one, /** @type {number} */ row) =>
        h(
          'div',
          { class: 'panel-tile', ...choosing(can(row), row, one.chosen), style: one.colour ? { borderColor: one.colour } : null },
          h('span', { class: 'name' }, one.sign ? `${one.sign} ${one.label}` : one.label),
          h('span', { class: 'value' }, one.value, one.unit ? h('small', {}, one.unit) : null),
          h('span', { class: 'tile-before' }, one.before),
          h('span', { class: 'tile-worst' }, one.worst),
        ),
      ),
    ),
  stages: ({ stages }, can) =>
    h(
      'div',
      { class: 'panel-stages' },
      ...stages.map((/** @type {any} */ one, /** @type {number} */ row) =>
        h(
          'div',
          { class: 'panel-stage', ...choosing(can(row), row, one.chosen) },
          h('span', { class: 'value' }, one.value),
          h('i', { class: 'stage-bar', 'aria-hidden': 'true' }, h('i', { style: { height: `${one.share}%` } })),
          h('span', { class: 'name' }, one.label),
          h('span', { class: 'stage-late' }, one.late),
        ),
      ),
    ),
};

/**
 * @param {{kind: string}} list
 * @param {(row: number) => boolean} can whether a click on the row chooses something
 */
export const listOf = (list, can) => KINDS[list.kind](list, can);

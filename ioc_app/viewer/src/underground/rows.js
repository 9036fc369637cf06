/** Tables of what was found; each row selects its thing and goes there. */
import { h } from '../ui/dom.js';
import { css } from '../pipes/painting.js';

/** @typedef {import('./answers.js').Row} Row */
/** @typedef {import('./answers.js').Table} Table */

/** @param {Table} table @param {(row: Row) => void} go @returns {HTMLElement} */
export function tableOf({ title, columns, rows, name }, go) {
  const head = columns.map((one) => h('th', { scope: 'col', class: one.number ? 'is-number' : null }, one.title));
  const body = rows.map((row) => {
    const cells = columns.map((one, n) => h('td', { class: one.number ? 'is-number' : null }, ...cell(one, row, n === name && row.idx !== null)));
    return h('tr', { 'data-idx': row.idx, title: row.feature_id }, ...cells);
  });
  const byIdx = new Map(rows.map((row) => [String(row.idx), row]));
  /** The whole row can be clicked; the button in it is for the keyboard. @param {Event} event */
  const chosen = (event) => {
    const line = event.target instanceof Element ? event.target.closest('tbody tr') : null;
    const row = line && byIdx.get(line.getAttribute('data-idx') ?? '');
    if (!line || !row || row.idx === null) return;
    for (const one of body) one.setAttribute('aria-selected', String(one === line));
    go(row);
  };
  return h(
    'div',
    { class: 'dug-table', onclick: chosen },
    h('h3', {}, title, h('span', { class: 'layer-count' }, String(rows.length))),
    h('table', {}, h('thead', {}, h('tr', {}, ...head)), h('tbody', {}, ...body)),
  );
}

/** @param {import('./answers.js').Column} column @param {Row} row @param {boolean} isLink */
function cell({ of, colour }, row, isLink) {
  const text = of(row);
  const dot = colour?.(row);
  const words = isLink ? h('button', { type: 'button', class: 'link-button' }, text) : text;
  return dot ? [h('span', { class: 'swatch', style: { background: css(dot) } }), words] : [words];
}

/**
 * The table. Rows are kept by key and only what changed is touched, so that hundreds stay quick; what is far away is not
 * even laid out (`content-visibility` in desk.css). A new row never moves the one that is being used: the list is scrolled by
 * as much as came above it.
 */
import { fill, h } from '../../ui/dom.js';
import { isCalling } from '../../live/alarms.js';
import { COLUMNS, Row } from './row.js';

/** @typedef {import('./rows.js').Rows} Rows */
/** @typedef {import('./row.js').Words} Words */

/** More than anybody reads; the filter finds the rest. */
const MOST_ROWS = 600;
const HELD_MS = 15_000;

/**
 * @param {import('../../ui/context.js').Context} context
 * @param {Rows} rows
 * @param {{open: (key: string) => void, changed: () => void}} tell
 */
export function alarmTable({ tr, store }, rows, { open, changed }) {
  /** @type {Map<string, Row>} */
  const made = new Map();
  const head = h('div', { role: 'row', class: 'alarm-row alarm-columns', 'aria-rowindex': '1' }, h('span', { role: 'columnheader', class: 'alarm-check', 'aria-label': tr.text('column.selected') }), ...COLUMNS.map((name) => h('span', { role: 'columnheader', class: `alarm-cell alarm-${name}` }, tr.text(`column.${name}`))));
  const list = h('div', { role: 'rowgroup', class: 'alarm-list' });
  const empty = h('p', { class: 'empty' });
  const grid = h('div', { role: 'grid', class: 'alarm-grid', tabindex: '-1', 'aria-multiselectable': 'true', 'aria-label': tr.text('alarms.title') }, head, list);
  const above = h('button', { type: 'button', class: 'alarm-above', hidden: true, onclick: () => scroller.scrollTo({ top: 0 }) });
  const scroller = h('div', { class: 'alarm-scroll' }, grid, empty);
  const element = h('div', { class: 'alarm-table' }, scroller, above);
  let used = 0;
  /** Somebody moves among the rows. */
  const use = () => {
    used = Date.now();
  };
  scroller.addEventListener('pointermove', use);
  scroller.addEventListener('pointerleave', () => scroller.contains(document.activeElement) || (used = 0));
  list.addEventListener('click', (event) => clicked(event));

  /** @param {MouseEvent} event */
  const clicked = (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const key = /** @type {HTMLElement | null} */ (target.closest('.alarm-row'))?.dataset.key;
    if (!key) return;
    if (event.shiftKey) rows.selectTo(key);
    else if (event.ctrlKey || event.metaKey || target.closest('.alarm-check')) rows.toggle(key);
    rows.cursor = key;
    if (!event.shiftKey && !event.ctrlKey && !event.metaKey && !target.closest('.alarm-check')) open(key);
    changed();
    focus();
  };

  const focus = () => {
    const row = made.get(rows.cursor ?? '');
    if (!row?.element.isConnected) return grid.focus();
    row.element.focus({ preventScroll: true });
    row.element.scrollIntoView({ block: 'nearest' });
    return undefined;
  };

  /** How far below the upper edge something is that must stay there: the row in use. */
  const anchor = () => {
    const row = made.get(rows.cursor ?? '')?.element;
    return row?.isConnected ? { row, top: row.offsetTop - scroller.scrollTop } : null;
  };

  /** @param {Words} words */
  const show = (words) => {
    const held = isHeld();
    const kept = held ? anchor() : null;
    const focused = grid.contains(document.activeElement);
    const keys = rows.order.slice(0, MOST_ROWS);
    place(keys, words);
    grid.setAttribute('aria-rowcount', String(rows.order.length + 1));
    const hidden = rows.order.length - keys.length;
    empty.textContent = !rows.order.length ? tr.text(rows.alarms.size ? 'desk.noneSuch' : 'desk.none') : hidden ? tr.text('desk.more', { count: hidden }) : '';
    empty.hidden = !empty.textContent;
    if (kept?.row.isConnected) scroller.scrollTop = kept.row.offsetTop - kept.top;
    if (focused && rows.cursor !== null && !list.contains(document.activeElement)) focus();
    sayAbove();
  };

  /** @param {string[]} keys @param {Words} words */
  const place = (keys, words) => {
    const wanted = new Set(keys);
    for (const [key, row] of made) {
      if (wanted.has(key)) continue;
      row.element.remove();
      made.delete(key);
    }
    let next = list.firstElementChild;
    keys.forEach((key, index) => {
      let row = made.get(key);
      if (!row) made.set(key, (row = new Row(key)));
      const alarm = rows.shown.get(key);
      if (alarm) row.say(alarm, words);
      row.stand({ cursor: key === rows.cursor, selected: rows.selected.has(key), open: store.state.deskOpen === `alarm:${alarm?.alarm_id}`, index });
      if (row.element === next) next = next.nextElementSibling;
      else list.insertBefore(row.element, next);
    });
  };

  /** How many nobody has acknowledged above what can be seen. */
  const sayAbove = () => {
    const height = /** @type {HTMLElement | null} */ (list.firstElementChild)?.offsetHeight ?? 0;
    const over = height ? rows.order.slice(0, Math.round(scroller.scrollTop / height)) : [];
    const count = over.filter((key) => isCalling(/** @type {import('../../live/alarms.js').Alarm} */ (rows.shown.get(key)))).length;
    above.hidden = count === 0;
    if (count) fill(above, tr.text('desk.above', { count }));
  };
  scroller.addEventListener('scroll', sayAbove, { passive: true });

  const isHeld = () => Date.now() - used < HELD_MS;
  return { element, show, focus, use, isHeld };
}

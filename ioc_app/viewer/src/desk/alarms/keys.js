/** The keys of the alarm table, as the help tool lists them. */

const PAGE = 10;
/** Steps of the cursor. @type {Record<string, number>} */
const MOVES = { j: 1, arrowdown: 1, k: -1, arrowup: -1, pagedown: PAGE, pageup: -PAGE, home: -Infinity, end: Infinity };
/** @type {Record<string, import('./acts.js').ActName>} */
const ACT_KEYS = { q: 'acknowledge', ' ': 'acknowledge', s: 'shelve', g: 'assign', c: 'comment' };
/** What acts on its own when it has the focus. */
const OWN = new Set(['BUTTON', 'A', 'SUMMARY']);
const OWN_KEYS = new Set([' ', 'enter']);

/**
 * @param {object} parts
 * @param {import('../../ui/context.js').Context} parts.context
 * @param {import('./rows.js').Rows} parts.rows
 * @param {{focus: () => void, use: () => void}} parts.table
 * @param {{sounds: () => boolean, mute: () => void}} parts.ring
 * @param {{undo: () => boolean}} parts.outcome
 * @param {(name: import('./acts.js').ActName) => void} parts.act what it is about, the tab knows
 * @param {(key: string) => void} parts.open
 * @param {() => void} parts.changed
 * @returns {(event: KeyboardEvent, within: boolean) => boolean}
 */
export function alarmKeys({ context, rows, table, ring, outcome, act, open, changed }) {
  const { store } = context;
  const moved = (/** @type {KeyboardEvent} */ event, /** @type {number} */ steps) => {
    rows.move(steps, event.shiftKey);
    changed();
    table.focus();
    return true;
  };
  const selected = () => {
    changed();
    return true;
  };
  /** @type {Record<string, (event: KeyboardEvent) => boolean>} */
  const others = {
    enter: () => {
      if (rows.cursor !== null) open(rows.cursor);
      return true;
    },
    u: () => outcome.undo(),
    x: () => {
      if (rows.cursor !== null) rows.toggle(rows.cursor);
      return selected();
    },
    escape: () => {
      if (store.state.deskOpen || !rows.selected.size) return false;
      rows.selected.clear();
      return selected();
    },
  };
  return (event, within) => {
    const key = event.key.toLowerCase();
    if (key === 'm' && !event.ctrlKey && (within || ring.sounds())) {
      ring.mute();
      return true;
    }
    if (within) table.use();
    if (!within || (OWN.has(/** @type {HTMLElement} */ (event.target).tagName) && OWN_KEYS.has(key))) return false;
    if (event.ctrlKey) {
      if (key !== 'a') return false;
      rows.selectAll();
      return selected();
    }
    if (key in MOVES) return moved(event, MOVES[key]);
    if (key in ACT_KEYS) {
      if (!event.repeat) act(ACT_KEYS[key]);
      return true;
    }
    return others[key]?.(event) ?? false;
  };
}

/** The keys of the incidents. What an act's key is, says `acts.js`; it stands on its button. */

/** @typedef {import('./room.js').Room} Room */

const PAGE = 10;
/** Steps of the cursor. @type {Record<string, number>} */
const MOVES = { j: 1, arrowdown: 1, k: -1, arrowup: -1, pagedown: PAGE, pageup: -PAGE, home: -Infinity, end: Infinity };
/** From one column of the board to the next. @type {Record<string, number>} */
const ASIDE = { arrowright: 1, arrowleft: -1 };
/** What acts on its own when it has the focus. */
const OWN = new Set(['BUTTON', 'A', 'SUMMARY']);
const OWN_KEYS = new Set([' ', 'enter']);

/** @param {string[]} ids in order @param {string | null} at @param {number} steps @returns {string | null} */
export function moved(ids, at, steps) {
  const from = at === null ? -1 : ids.indexOf(at);
  return ids[Math.min(Math.max(from + steps, 0), ids.length - 1)] ?? null;
}

/** The next column that has any, at about the same height. @param {string[][]} columns @param {string | null} at @param {number} step @returns {string | null} */
export function movedAside(columns, at, step) {
  const column = columns.findIndex((ids) => at !== null && ids.includes(at));
  const height = column < 0 ? 0 : columns[column].indexOf(/** @type {string} */ (at));
  for (let n = column + step; n >= 0 && n < columns.length; n += step) {
    const ids = columns[n];
    if (ids.length) return ids[Math.min(height, ids.length - 1)];
  }
  return at;
}

/**
 * @param {Room} room
 * @param {object} screen
 * @param {() => string[][]} screen.columns ids as they are shown; the list is one column, the measures have none and no cursor
 * @param {(id: string | null) => void} screen.stand the cursor
 * @param {(id: string) => void} screen.open
 * @param {() => void} screen.report
 * @param {() => void} screen.turn list, board, measures
 * @param {() => void} screen.find
 * @param {(key: string) => boolean} screen.act
 * @returns {(event: KeyboardEvent, within: boolean) => boolean}
 */
export function incidentKeys(room, { columns, stand, open, report, turn, find, act }) {
  const { store, engine } = room.context;
  /** @type {Record<string, () => void>} */
  const others = {
    enter: () => room.kept.cursor !== null && open(room.kept.cursor),
    y: turn,
    '/': find,
  };
  return (event, within) => {
    const key = event.key.toLowerCase();
    if (event.ctrlKey) return false;
    // on the map alone N is north
    if (key === 'n' && (event.target !== engine.canvas || store.state.desk === 'incidents')) {
      if (room.may('handle')) report();
      return room.may('handle');
    }
    if (!within || (OWN.has(/** @type {HTMLElement} */ (event.target).tagName) && OWN_KEYS.has(key))) return false;
    if (event.shiftKey && key.startsWith('arrow')) return false; // there is nothing to select
    const all = columns();
    if (!all.length && (key in MOVES || key === 'enter')) return false;
    if (key in MOVES) stand(moved(all.flat(), room.kept.cursor, MOVES[key]));
    else if (key in ASIDE && all.length > 1) stand(movedAside(all, room.kept.cursor, ASIDE[key]));
    else if (key in others) others[key]();
    else return !event.repeat && act(key);
    return true;
  };
}

/**
 * The duty desk is a chunk of its own (`src/desk/`), fetched once the first frame stands and somebody is logged in. It
 * is given three places: `dock` along the bottom for its tables, `side` in the column at the right for the card of what is
 * open, `about` in the card of what is selected, for what the desk knows of it.
 */
import { chunk } from './chunk.js';
import { h } from './dom.js';

/** @typedef {{dock: HTMLElement, side: HTMLElement, about: HTMLElement}} Places */
/** @typedef {typeof import('../desk/index.js')} DeskModule */

/** @returns {Places} */
export function deskPlaces() {
  return { dock: h('section', { class: 'desk', hidden: true }), side: h('div', { class: 'desk-side' }), about: h('div', { class: 'card-about' }) };
}

/** @param {import('../engine/types').Engine} engine @returns {Promise<DeskModule>} */
export async function loadDesk(engine) {
  /** @type {() => void} */
  let stop = () => {};
  await new Promise((drawn) => {
    stop = engine.on('frame', drawn);
    engine.invalidate();
  });
  stop();
  return chunk('desk');
}

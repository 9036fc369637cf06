/** The last events, the worst first, of the same level the newest. What is new slides in; nothing moves otherwise. */
import { plainText } from '../engine/text.js';
import { stateOf } from '../engine/levels.js';
import { fill, h } from '../ui/dom.js';
import { levelSign } from '../ui/level_sign.js';
import { matches } from './tabs.js';

/** @typedef {import('../live/stream.js').StreamEvent} StreamEvent */

export const SHOWN = 12;
/** How far back "last" goes. */
const LAST_MS = 24 * 3_600_000;

/**
 * @param {readonly StreamEvent[]} events @param {readonly string[]} types patterns @param {number} now ms
 * @returns {StreamEvent[]}
 */
export function told(events, types, now) {
  const ofScreen = events.filter((one) => matches(types, one.type ?? one.kind) && now - Date.parse(one.occurred_at) < LAST_MS);
  return ofScreen.sort((one, other) => stateOf(other.level) - stateOf(one.level) || Date.parse(other.occurred_at) - Date.parse(one.occurred_at) || other.seq - one.seq).slice(0, SHOWN);
}

/**
 * @param {HTMLElement} host
 * @param {{tr: import('../ui/i18n.js').Translator, store: import('../ui/store.js').Store, types: () => readonly string[], now: () => number, show: (event: StreamEvent) => void}} surroundings
 * @returns {{update: () => void, dispose: () => void}}
 */
export function ticker(host, { tr, store, types, now, show }) {
  const list = h('ol', { class: 'ticker-list', 'aria-label': tr.text('screen.ticker') });
  fill(host, h('span', { class: 'ticker-head' }, tr.text('screen.ticker')), list);
  /** @type {Map<string, HTMLElement>} */
  let rows = new Map();
  let first = true;
  const row = (/** @type {StreamEvent} */ event) => {
    const kind = tr.code('event', event.type) || event.type || event.kind;
    const at = tr.time(event.occurred_at);
    const level = event.level && tr.has(`level.${event.level}`) ? tr.text(`level.${event.level}`) : '';
    const words = [plainText(kind, 40), event.text ? plainText(event.text, 160) : ''].filter(Boolean).join(' · ');
    return h(
      'li',
      { class: first ? '' : 'ticker-news' },
      h('button', { type: 'button', class: 'ticker-item', title: [at, level, words].filter(Boolean).join(' · '), onclick: () => show(event) }, levelSign(event.level), level ? h('span', { class: 'unseen' }, level) : null, h('time', { datetime: event.occurred_at }, at), h('span', { class: 'ticker-text' }, words)),
    );
  };
  const update = () => {
    const events = told(store.state.events, types(), now());
    const before = rows;
    rows = new Map(events.map((one) => [one.event_id, before.get(one.event_id) ?? row(one)]));
    const wanted = [...rows.values()];
    if (wanted.length && wanted.length === list.children.length && wanted.every((one, n) => one === list.children[n])) return;
    fill(list, ...(wanted.length ? wanted : [h('li', { class: 'quiet' }, tr.text('screen.noNews'))]));
    first = false;
  };
  const stop = store.watch(['events', 'screen'], update);
  return { update, dispose: stop };
}
